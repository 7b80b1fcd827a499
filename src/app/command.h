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

/* Who may call a command over the web.  Zero denies: a row that forgets its role is closed.  The
 * command line acts with the rights of whoever owns the data folder. */
enum role {
	ROLE_NOBODY,
	ROLE_PUBLIC,
	ROLE_ANALYST,
	ROLE_TEAM,          /* the national team */
	ROLE_ADMINISTRATOR,
};

enum param_kind {
	PARAM_TEXT,
	PARAM_INTEGER, /* between min and max */
	PARAM_CHOICE, /* one of the names in choices, "text|json|csv" */
	PARAM_DATE, /* ISO 8601 */
	PARAM_PATH, /* a file or folder of the caller; "-" is stdin or stdout.  Not over the web */
	PARAM_FLAG, /* given or not */
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
enum { PARAMS_MAX = 12, PARAM_VALUES_MAX = 4096 };

struct call;

struct command {
	const char *verb;    /* "instrument check" */
	struct label help;   /* one line */
	const char *example; /* one command line */
	enum role role;
	const char *method;  /* "GET", "POST", or NULL: command line only */
	const char *route;   /* "/api/figures", or NULL */
	bool csrf;           /* a write from a browser needs the form's token */
	struct param param[PARAMS_MAX]; /* the unused ones have no name */
	bool (*run)(struct call *c, struct err *e);
};

extern const struct command command_table[];
extern const size_t n_commands;

/* Values that one parameter was given. */
struct values {
	struct str *text;    /* n of them, checked against the row */
	int64_t *integer;    /* PARAM_INTEGER: the same as numbers */
	size_t n;
};

struct call {
	struct arena *a;             /* the command's memory */
	const struct command *command;
	struct values value[PARAMS_MAX];
	enum lang lang;
	enum lang said_lang;         /* of said and of errors: --lang, else the locale */
	const char *folder;          /* the data folder */
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
};

enum {
	CALL_ARENA_BYTES_MAX_SHIFT = 34,
	CALL_OUT_BYTES_MAX = 1 << 30,
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

/* Opens the store of c->folder with the call's actor and time. */
bool call_store(const struct call *c, struct store **out, struct err *e) MUST_CHECK;
/* Writes bytes to -o (or stdout when it is "-" or absent). */
bool call_deliver(struct call *c, struct str bytes, struct err *e) MUST_CHECK;
/* Problems as --format asks into c->out, with a closing line of counts in c->said. */
void call_problems(struct call *c, const struct problems *ps);

/* Help for people: all commands, or one with its parameters and example. */
void help_overview(struct buf *b, enum lang lang);
void help_command(struct buf *b, const struct command *c, enum lang lang);
/* A completion script for bash, made from the table. */
void help_completion(struct buf *b);
/* The manual page ssme(1), in English, made from the table. */
void help_manual(struct buf *b);

#endif
