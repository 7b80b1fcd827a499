/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what the files of the store share. */
#ifndef SSME_STORE_INSIDE_H
#define SSME_STORE_INSIDE_H

#include "codec/json.h"
#include "sql_gen.h"
#include "store/audit.h"
#include "store/db_postgres.h"
#include "store/db_sqlite.h"
#include "store/secret.h"
#include "store/store.h"

enum {
	SHA256_HEX_N = 64,
	ACTOR_BYTES_MAX = 320, /* "token 123 of " and an address of 254 bytes */
	ORIGIN_BYTES_MAX = 63, /* a network address */
	SETTLED_COUNTS_MAX = 32, /* rounds; those after them are counted each time */
	SETTLED_ROUND_BYTES_MAX = 31, /* so are those with a longer name */
};

#define DATABASE_FILE "ssme.db"
#define DATABASE_NEW DATABASE_FILE ".new" /* while it is being made; only under folder_lock() */

/* The import that answers are being put into; over when its transaction is. */
struct running_import {
	bool going;
	int64_t id;
	struct str round, source; /* in names */
	int form;
};

/* The end of the audit, as long as the transaction lasts that read it. */
struct audit_end {
	bool known;
	int64_t n;
	char hash[SHA256_HEX_N + 1];
	char deed[64]; /* one that surely stands among the deeds, or empty */
};

/* Numbers of answers that stay as they are: of a round that is frozen. */
struct settled_count {
	char round[SETTLED_ROUND_BYTES_MAX + 1];
	char data_sha256[SHA256_HEX_N + 1];
	int64_t n_cluster_answers, n_company_answers;
};
struct store {
	struct db *db;
	bool on_server; /* db is PostgreSQL, not the file in folder */
	char *folder;
	struct secret secret;
	/* the one that the database names; without it only personal answers are shut */
	bool has_secret;
	unsigned begun; /* store_begin() without their store_end() */
	char actor[ACTOR_BYTES_MAX + 1], origin[ORIGIN_BYTES_MAX + 1], now[40];
	struct audit_end audit;
	/* highest number of an import, as long as the transaction lasts that read it */
	int64_t last_import;
	bool last_import_known;
	struct running_import import;
	struct settled_count settled[SETTLED_COUNTS_MAX];
	size_t n_settled;
	struct arena names;
	struct arena scratch; /* of put() in answer.c alone */
};

/* Nothing of what a transaction knew of the ends of tables holds any longer. */
static inline void store_forget_ends(struct store *s)
{
	s->audit.known = false;
	s->last_import_known = false;
}

/* A verb's one transaction: `return store_begun(s, e) && store_done(s, body(...), e);` */
static inline bool MUST_CHECK store_begun(struct store *s, struct err *e)
{
	if (!s->begun)
		store_forget_ends(s); /* somebody else may have written since */
	return db_begin(s->db, DB_WRITE, e);
}
bool store_done(struct store *s, bool good, struct err *e) MUST_CHECK;

/* Appends to the audit what was done, inside the verb's transaction. */
bool store_audit(struct store *s, const char *deed, struct str subject, struct str before,
		 struct str after, struct err *e) MUST_CHECK;
/* A short JSON object for it:
 *     struct note after;
 *     note_start(&after, &a);
 *     json_member_string(&after.json, "name", name);
 *     ... note_end(&after) ...                                                             */
struct note {
	struct buf text;
	struct json_out json;
};
void note_start(struct note *n, struct arena *a);
struct str note_end(struct note *n);
/* What doctor says of it: the chain, and whether the clock stands behind it.  Adds at most
 * AUDIT_FINDINGS_MAX of them to found. */
enum { AUDIT_FINDINGS_MAX = 2 };
bool audit_examine(struct store *s, struct arena *a, enum lang lang, struct str mend,
		   struct store_finding *found, size_t *ret_n, struct err *e) MUST_CHECK;
/* Notes what happened to a round or a cluster (store/calendar.h), inside the verb's transaction.
 * ERR_LIMIT: a note of over HAPPENING_NOTE_BYTES_MAX. */
bool happening_add(struct store *s, const char *kind, struct str subject, const char *event,
		   struct str before, struct str after, struct str note, struct err *e) MUST_CHECK;
struct str store_now(const struct store *s);
/* The first bytes of a text, without half a character at the end. */
struct str text_begin(struct str text, size_t most);

/* Empty files get the schema of this program and the secret's check.  *out is open. */
bool schema_make(const char *path, const struct secret *secret, struct db **out,
		 struct err *e) MUST_CHECK;
/* All tables into d, which has none, inside its open transaction. */
bool schema_fill(struct db *d, struct err *e) MUST_CHECK;
/* Brings the schema up to this program's.  path: of the file or server, for messages.  ERR_INPUT: a
 * newer program wrote it. */
bool schema_renew(struct db *d, const char *path, struct err *e) MUST_CHECK;
/* The check of the secret that the database names, SECRET_CHECK_N digits, in a. */
bool schema_secret_check(struct db *d, struct arena *a, const char **out, struct err *e) MUST_CHECK;

/* Reads one text; *ret_found false: there was no row. */
bool read_text(struct db *d, struct arena *a, int statement, const struct db_value *arg,
	       struct str *out, bool *ret_found, struct err *e) MUST_CHECK;

/* "2016, 2018, 2022": what there is, for a message about what there is not. */
struct names {
	struct buf text;
	size_t n;
};
void names_add(struct names *l, struct str name);

const char *form_word(int form); /* "cluster", "company" */

/* What is needed to seal or open the documents of one form of one round. */
struct sealing {
	const struct store *store;
	struct str round, form;
	struct str *name; /* of the personal questions; in the arena given */
	size_t n;
};
/* definition NULL: the form has no personal question. */
struct sealing sealing_of(struct arena *a, const struct store *s, struct str round, int form,
			  const struct form *definition);
/* The one way of personal answers into the store (opening false) and out of it.  ERR_IO: the store
 * has lost its secret. */
bool pass_personal(const struct sealing *p, struct arena *a, bool opening, struct str cluster,
		   struct str company, struct str document, struct str *out,
		   struct err *e) MUST_CHECK;
/* A new revision of one answer in the transaction that is open, whatever the state of its round:
 * for an erratum. */
bool answer_revise(struct store *s, struct str round, int form, const struct form *definition,
		   struct str source, const struct stored_answer *answer,
		   struct err *e) MUST_CHECK;
/* ERR_CONFLICT: the round is neither open nor in review. */
bool round_takes_answers(struct store *s, struct str round, struct err *e) MUST_CHECK;

/* The state of a round; ERR_ABSENT names what there is instead. */
bool round_state(struct store *s, struct str id, enum round_state *out, struct err *e) MUST_CHECK;

/* The register as a round sees it: as it was when frozen, else as it is. */
bool round_register(struct store *s, struct arena *a, struct str round, enum round_state state,
		    struct cluster_register *out, struct err *e) MUST_CHECK;

#endif
