/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of commands: one row is the verb, its parameters with their validation, its help in two
 * languages, who may call it, and the function that does it.  The command line and the web server
 * read the same rows; a handler gets typed values and never parses. */
#ifndef SSME_APP_COMMAND_H
#define SSME_APP_COMMAND_H

#include "base/lang.h"
#include "base/problem.h"
#include "base/runner.h"
#include "store/store.h"

/* Who somebody is to the program: a set of bits.  A row's set says who may call it over the web;
 * zero denies, so a row that forgets its roles is closed to all.  The command line acts with the
 * rights of whoever owns the data folder. */
enum role {
	ROLE_PUBLIC = 1 << 0,        /* anybody, signed in or not */
	ROLE_ADMINISTRATOR = 1 << 1, /* accounts, audit, backup; no answers by office */
	ROLE_TEAM = 1 << 2,          /* the national team */
	ROLE_CHAMBER = 1 << 3,       /* scoped: the clusters of a chamber of commerce */
	ROLE_MANAGER = 1 << 4,       /* scoped: one or many clusters */
	ROLE_CONTRIBUTOR = 1 << 5,   /* scoped: one area of one cluster's form */
	ROLE_REVIEWER = 1 << 6,
	ROLE_ANALYST = 1 << 7,       /* figures and de-identified data */
	ROLE_PUBLISHER = 1 << 8,
	ROLE_COMPANY = 1 << 9,       /* scoped: a company of one cluster, by a personal link */
	ROLE_ANYBODY = (1 << 10) - 2, /* whoever is signed in */
	ROLE_SCOPED = ROLE_CHAMBER | ROLE_MANAGER | ROLE_CONTRIBUTOR | ROLE_COMPANY,
};
enum { ROLES_N = 10 };

/* Where the slow part of a call runs in the server. */
enum lane {
	LANE_QUICK,    /* reading of a few rows: on the thread of the request */
	LANE_HEAVY,    /* figures, documents, uploads: in the pool of the processors */
	LANE_PASSWORD, /* Argon2: in a pool of its own with a short queue */
};

enum param_kind {
	PARAM_TEXT,
	PARAM_INTEGER, /* between min and max */
	PARAM_CHOICE, /* one of the names in choices, "text|json|csv" */
	PARAM_DATE, /* ISO 8601 */
	PARAM_PATH, /* a file or folder of the caller; "-" is stdin or stdout.  Not over the web */
	PARAM_FILE, /* what somebody hands in: a path on the command line ("-": stdin), an uploaded
		       file over the web; max: bytes.  Over the web its sheets are read in the
		       nursery; where choices names kinds ("pdf|png") its bytes are kept as they
		       came, and nothing of ours reads into them */
	PARAM_FLAG, /* given or not; over the web the value "yes" */
	PARAM_SECRET, /* a password or a code: as PARAM_TEXT, and shown nowhere; on the command line
			 the name of a file whose first line it is, "-" being stdin */
	PARAM_PAIRS, /* NAME=VALUE words; over the web every field whose name begins with the
			parameter's name and a dot ("answer.G01"); min, max: bytes of a value;
			repeated: one name may come more than once, as checkboxes send it */
};

struct param {
	const char *name;    /* "--round", or "FILE" for a word that stands alone */
	enum param_kind kind;
	bool required;
	bool repeated;       /* may be given more than once; a lone word takes all that follow */
	int64_t min, max;    /* PARAM_INTEGER; PARAM_TEXT: bytes */
	const char *choices;
	struct label help;
};
enum { PARAMS_MAX = 24, PARAM_VALUES_MAX = 4096 };

struct call;
struct cache;

struct command {
	const char *verb;    /* "instrument check"; NULL: over the web only */
	struct label help;   /* one line */
	const char *example; /* one command line; NULL without a verb */
	unsigned roles;      /* who may call it over the web, a set of enum role */
	/* Name of the parameter that holds cluster ids.  Whoever may call the row only through a
	 * scoped role must give it, and each value must lie in that role's scope. */
	const char *object;
	const char *method;  /* "GET", "POST", or NULL: command line only */
	/* "/api/rounds/{--round}/figures": a name in braces is a parameter of the row.  NULL:
	 * command line only.  Routes under /api/ answer with data and problem documents, others
	 * with pages. */
	const char *route;
	bool csrf;           /* a write from a browser needs the form's token */
	/* where prepare runs; where there is none and the row does not write, run */
	enum lane lane;
	/* over the web, run is called by the one writer, inside a transaction */
	bool writes;
	const char *token; /* scope that an API token needs: "read", "write", "metrics"; NULL: no
			      token will do */
	struct param param[PARAMS_MAX]; /* the unused ones have no name */
	/* What can be done outside the transaction: reading files, checking, hashing a password.
	 * What it finds goes into call.prepared.  NULL: nothing. */
	bool (*prepare)(struct call *c, struct err *e);
	/* A row that writes may be run again from the start, with what prepare left, when the
	 * database went away before the transaction was kept. */
	bool (*run)(struct call *c, struct err *e);
	/* About the caller alone (one's own account, a word to whoever is signed in): a scoped role
	 * needs no object. */
	bool own;
	/* A session whose second factor is still owed may call it too.  All other rows treat such a
	 * session as nobody's. */
	bool half;
	/* Over the web, asked before the row is put into its lane, on the thread of the request:
	 * true: the answer was at hand and c->reply is complete; neither prepare nor run follows.
	 * No store, no waiting.  NULL: there is no such short way. */
	bool (*at_once)(struct call *c);
};

/* A part of the table. */
struct command_rows {
	const struct command *row;
	size_t n;
};
/* The parts that have verbs: table.c, table_access.c.  Pages are rows of a room of their own. */
extern const struct command_rows table_measure, table_access, table_review, table_personal;
extern const struct command_rows *const command_parts[];
extern const size_t n_command_parts;
/* Rows with a verb, over all parts. */
size_t command_count(void);
const struct command *command_at(size_t i);

/* Values that one parameter was given. */
struct values {
	struct str *text;    /* n of them, checked against the row */
	int64_t *integer;    /* PARAM_INTEGER: the same as numbers */
	size_t n;
};

/* Who calls. */
enum caller_kind {
	CALLER_OWNER,   /* of the data folder, on the command line */
	CALLER_NOBODY,  /* a visitor who is not signed in */
	CALLER_ACCOUNT, /* signed in */
	CALLER_TOKEN,   /* a program with an API token of an account */
	CALLER_LINK,    /* came by a personal link, without an account */
};
struct caller_grant {
	enum role role;
	struct str cluster; /* of a scoped role; a chamber's are spelled out */
	struct str area;    /* ROLE_CONTRIBUTOR: code of the area */
	/* ROLE_COMPANY: the company, or empty: it names itself when it answers */
	struct str company;
	struct str round;   /* by a link for one round; else empty */
};
struct caller {
	enum caller_kind kind;
	struct str name;    /* as the audit says it: "cli", the address of an account, "link 7" */
	struct str origin;  /* network address, empty on the command line */
	int64_t account;    /* 0: none */
	int64_t session;    /* 0: none */
	int64_t link;       /* CALLER_LINK */
	unsigned roles;     /* ROLE_PUBLIC always; all of them for the owner */
	const struct caller_grant *grant;
	size_t n_grants;
	struct str person;  /* what to call them on a page */
	struct str csrf;    /* token that forms of this session carry; empty without a session */
	/* seal of who it is, in forms: what one account typed no other saves; empty as csrf */
	struct str writer;
	bool half;          /* password given, second factor still owed: only pages that say so */
	/* the session ends then at the latest, however often it is used */
	struct str session_until;
	int64_t token;      /* CALLER_TOKEN */
};

/* A field of a form that was sent. */
struct typed_field {
	struct str name, value;
};

/* A file that came with a request. */
struct upload {
	struct str name;    /* as the sender calls it: for messages only */
	struct str bytes;   /* what the sandboxed parser made of it (codec/sheet_pack.h) */
};

enum reply_cache {
	CACHE_NEVER,      /* no-store: whatever depends on who asks */
	CACHE_REVALIDATE, /* public; asked again each time, answered 304 by its tag */
	CACHE_FOREVER,    /* public; the name changes with the content */
};
enum reply_cookie { COOKIE_KEEP, COOKIE_SET, COOKIE_CLEAR };

/* What an answer over the web says besides its bytes.  All zero: 200, the type that --format says,
 * never cached. */
struct reply {
	unsigned status;         /* 0: 200, or by the error */
	const char *type;        /* "text/html; charset=utf-8"; NULL: by --format or by the route */
	struct str location;     /* where a 303 goes: a path of ours that begins with one '/' */
	struct str file_name;    /* the browser saves it under this name */
	enum reply_cookie cookie; /* of the session */
	struct str cookie_value;
	int64_t cookie_seconds;  /* 0: until the browser ends */
	enum reply_cache cache;
	struct str tag;          /* of the content, for CACHE_REVALIDATE; hex */
	struct str gzip;         /* the same bytes packed, for who accepts it; or empty */
	/* instead of call.out: borrowed as long as the call's arena; or empty */
	struct str bytes;
	/* The answer shows a secret once (a token, recovery codes): it is not kept for a repeated
	 * request, which is refused as done already. */
	bool secret;
};

struct call {
	struct arena *a;             /* the command's memory */
	const struct command *command;
	struct values value[PARAMS_MAX];
	enum lang lang;
	enum lang said_lang;         /* of said and of errors: --lang, else the locale */
	const char *folder;          /* the data folder */
	const char *database;        /* address of a PostgreSQL server; NULL: in the folder */
	struct store *store;         /* opened by call_store(); closed by whoever made the call */
	struct caller caller;
	struct upload upload[PARAMS_MAX]; /* of PARAM_FILE, over the web */
	void *prepared;              /* what prepare found, for run */
	struct reply reply;
	struct str mapped[PARAMS_MAX]; /* what call_file() mapped */
	const char *blamed; /* the parameter that an ERR_INPUT or ERR_LIMIT is about, as the web
			       names it; NULL: none */
	const void *server; /* what the server offers to pages (page/page.h); NULL on the command
			       line */
	struct str now;              /* ISO 8601 UTC */
	const struct runner *runner;
	struct buf out;              /* the result, for stdout */
	struct buf said;             /* a word for people, for stderr */
	int status; /* exit status of a call that succeeded: 0; 1 or 2 as docs/formats.md says */
	/* How far a long work is; NULL when nobody watches.  total 0: not known. */
	void (*progress)(void *user, uint64_t done, uint64_t total);
	void *progress_user;
	/* Asked for often by long work; true: stop, undo, and fail with ERR_IO.  May be NULL. */
	bool (*interrupted)(void *user);
	struct str agent;            /* what the browser calls itself (User-Agent); or empty */
	/* what calls of one server share (app/cache.h); NULL: nothing */
	struct cache *cache;
	/* What prepare needs and run does not: emptied when prepare ends.  NULL: there is only a.
	 */
	struct arena *scratch;
	/* "hecho" of the address: the name of a deed that the page before did; or empty.  Over the
	 * web, every row takes it */
	struct str done;
	/* What was sent with a form whose session had ended: shown again, to be sent by whoever
	 * wrote it (page/error.c).  Only over the web, and only from a page of ours. */
	const struct typed_field *typed;
	size_t n_typed;
	struct str typed_writer; /* caller.writer of who was shown the form */
};

enum {
	CALL_ARENA_BYTES_MAX_SHIFT = 34,
	CALL_OUT_BYTES_MAX = 1 << 30,
	CALL_STDIN_BYTES_MAX = 256 << 20, /* a file has no such limit: it is mapped */
	CALL_SAID_BYTES_MAX = 1 << 20
};

/* The row of the longest verb that the words begin with; *ret_used of them.  NULL: none. */
const struct command *command_find(const char *const *word, size_t n, size_t *ret_used);

/* Reads the words behind the verb into c->value by the row.  ERR_INPUT names the parameter and the
 * cure. */
bool command_bind(struct call *c, const char *const *word, size_t n, struct err *e) MUST_CHECK;

/* Values of a parameter of the row; asking for one it does not have is a bug. */
const struct values *call_values(const struct call *c, const char *name);
struct str call_text(const struct call *c, const char *name); /* the first; empty when not given */
const char *call_path(const struct call *c,
		      const char *name); /* NUL-terminated; NULL when not given */
bool call_given(const struct call *c, const char *name);
int64_t call_integer(const struct call *c, const char *name, int64_t otherwise);
/* --format: json, csv or text */
bool call_wants(const struct call *c, const char *format);
/* Text in the language of the call. */
struct str call_say(const struct call *c, const char *es, const char *en);
void call_progress(const struct call *c, uint64_t done, uint64_t total);
bool call_interrupted(const struct call *c, struct err *e); /* true: e is set */

/* The store of the call, opened at the first time with the caller and the time of the call.  It
 * belongs to the call: nobody closes it here. */
bool call_store(struct call *c, struct store **out, struct err *e) MUST_CHECK;
/* What PARAM_FILE was given: a mapped or read file, or the upload.  *ret_name: for messages.  The
 * bytes live as long as the call.  ERR_ABSENT, ERR_DENIED, ERR_LIMIT as os/file.h. */
bool call_file(struct call *c, const char *name, const char **ret_name, struct str *ret_bytes,
	       struct err *e) MUST_CHECK;
/* Gives back what call_store() and call_file() took; for whoever made the call. */
void call_end(struct call *c);

/* Does the row let this caller call it at all?  Scope is call_in_scope()'s. */
bool call_allowed(const struct command *cmd, const struct caller *who);
/* Every cluster that the call names lies in the scope of a role that the row lets in, and so does
 * the round (--round) where a link was made for one.  ERR_DENIED says the same whether such a
 * cluster exists or not. */
bool call_in_scope(const struct call *c, struct err *e) MUST_CHECK;
/* May this caller see the cluster, by any of the roles given? */
bool caller_sees(const struct caller *who, unsigned roles, struct str cluster);
/* Name of a parameter on the web: "--round" is "round", "ID@VERSION" is "id_version".  In a. */
const char *param_web_name(struct arena *a, const struct param *p);
/* Reads one value of a parameter, as command_bind() does; over the web. */
bool command_bind_value(struct call *c, size_t param, struct str value, struct err *e) MUST_CHECK;
/* nothing required is missing */
bool command_bind_done(const struct call *c, struct err *e) MUST_CHECK;
/* Writes bytes to -o (or stdout when it is "-" or absent). */
bool call_deliver(struct call *c, struct str bytes, struct err *e) MUST_CHECK;
/* Problems as --format asks into c->out, with a closing line of counts in c->said. */
void call_problems(struct call *c, const struct problems *ps);

const char *role_name(enum role r);                   /* as stored: "team" */
const char *role_word(enum role r, enum lang lang);   /* for people: "equipo nacional" */
bool role_of_name(struct str name, enum role *out);

/* Help for people: all commands, or one with its parameters and example. */
void help_overview(struct buf *b, enum lang lang);
void help_command(struct buf *b, const struct command *c, enum lang lang);
/* A completion script for bash, made from the table. */
void help_completion(struct buf *b);
/* The manual page ssme(1), in English, made from the table. */
void help_manual(struct buf *b);

#endif
