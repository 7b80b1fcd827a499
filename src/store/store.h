/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory of the measurement, in the words of the field: instruments, register, rounds, answers,
 * results.  One data folder holds one database file (ssme.db) and one secret file (ssme.key); or,
 * at an address (postgresql://…), a PostgreSQL server holds the tables and the folder the secret.
 *
 * Every verb that writes is one transaction, on disk when the verb returns; a verb that fails
 * leaves the store as it was.  Between store_begin() and store_end() many verbs are one
 * transaction. Errors common to all verbs: ERR_IO (disk, damaged file; the message names the path
 * and the cure), ERR_BUSY (another process is writing).  Results live in the arena given. */
#ifndef SSME_STORE_STORE_H
#define SSME_STORE_STORE_H

#include "fact/fact.h"

struct store;

/* ---- the folder
 * ------------------------------------------------------------------------------------ */

/* Makes the folder, the database and the secret.  ERR_CONFLICT: there is a store in it already. */
bool store_init(const char *folder, struct err *e) MUST_CHECK;
/* The same with the tables at address; NULL: in the folder.  ERR_INPUT: no address, or a server
 * that does not fit; ERR_IO: no connection. */
bool store_init_at(const char *folder, const char *address, struct err *e) MUST_CHECK;
/* ERR_ABSENT: no store there (cure: ssme init).  ERR_INPUT: written by a newer version. */
bool store_open(const char *folder, struct store **out, struct err *e) MUST_CHECK;
bool store_open_at(const char *folder, const char *address, struct store **out,
		   struct err *e) MUST_CHECK;
void store_close(struct store *s);
static inline void store_close_p(struct store **s)
{
	if (*s)
		store_close(*s);
}
#define STORE_SCOPE __attribute__((cleanup(store_close_p)))

/* Can a server live on it?  ERR_INPUT: the secret that its sessions and tokens are checked with
 * is not there, or not the one of these data.  ERR_IO: it cannot be written. */
bool store_can_serve(struct store *s, struct err *e) MUST_CHECK;

/* One transaction around many verbs; keep false rolls all back.  They nest: an inner one rolled
 * back undoes what came since its store_begin(), an inner one kept is on disk when the outermost
 * is. */
bool store_begin(struct store *s, struct err *e) MUST_CHECK;
bool store_end(struct store *s, bool keep, struct err *e) MUST_CHECK;
/* What is read from begins true to begins false is of one moment where that makes reading cheaper,
 * as it does in a file.  Nothing is promised, nothing can fail; to be ended soon, for the file's
 * log grows as long as somebody looks. */
void store_look(struct store *s, bool begins);
/* The connection to the server was lost since the last outermost begin, and what that transaction
 * did is surely undone: all of it may be run again.  Always false for a file. */
bool store_lost(const struct store *s);

/* One file, alone enough for store_restore(): the database as it stands and the secret; mode 0600.
 * Checked before it takes its name.  ERR_CONFLICT: the file exists. */
bool store_backup(struct store *s, const char *file, struct err *e) MUST_CHECK;
/* Makes folder out of a backup.  ERR_INPUT: not a backup, damaged, or of a newer version.
 * ERR_CONFLICT: there is a store in folder and replace is false.  Nothing is touched on failure. */
bool store_restore(const char *folder, const char *file, bool replace, struct err *e) MUST_CHECK;
/* A backup of either kind of store becomes one of either kind. */
bool store_restore_at(const char *folder, const char *address, const char *file, bool replace,
		      struct err *e) MUST_CHECK;

/* What doctor looks at. */
struct store_finding {
	bool fault;
	struct str what;   /* one sentence, language of lang */
	struct str mend;   /* a command that mends it, or empty */
};
bool store_examine(struct arena *a, const char *folder, enum lang lang,
		   struct store_finding **ret_found, size_t *ret_n, struct err *e) MUST_CHECK;
bool store_examine_at(struct arena *a, const char *folder, const char *address, enum lang lang,
		      struct store_finding **ret_found, size_t *ret_n, struct err *e) MUST_CHECK;

/* ---- who and when
 * ------------------------------------------------------------------------------------ */

/* Stands in every row of the audit that follows.  now: ISO 8601 UTC; actor: "cli". */
void store_actor(struct store *s, struct str actor, struct str now);
/* The same for who comes over the network: from where. */
void store_actor_from(struct store *s, struct str actor, struct str origin, struct str now);

/* ---- instruments
 * --------------------------------------------------------------------------------------- */

struct stored_instrument {
	struct str id, version;
	struct str sha256;     /* hex, of the canonical form */
	struct str canonical;  /* instrument_load() reads it */
	struct str published_at;
};
/* ERR_CONFLICT: id@version exists with other content; the same content again is no error. */
bool store_put_instrument(struct store *s, const struct stored_instrument *in,
			  struct err *e) MUST_CHECK;
/* ERR_ABSENT names what there is instead. */
bool store_get_instrument(struct store *s, struct arena *a, struct str id, struct str version,
			  struct stored_instrument *out, struct err *e) MUST_CHECK;
/* The hash alone, of which the canonical form is known.  ERR_ABSENT. */
bool store_get_instrument_hash(struct store *s, struct arena *a, struct str id, struct str version,
			       struct str *out, struct err *e) MUST_CHECK;
/* Without the canonical forms; by id and time of publication. */
bool store_list_instruments(struct store *s, struct arena *a, struct stored_instrument **ret_list,
			    size_t *ret_n, struct err *e) MUST_CHECK;

/* ---- register
 * ------------------------------------------------------------------------------------------- */

/* Inserts or updates every cluster of r; those not in r stay.  Lineage rows are added once. */
bool store_put_register(struct store *s, const struct cluster_register *r,
			struct err *e) MUST_CHECK;
bool store_get_register(struct store *s, struct arena *a, struct cluster_register *out,
			struct err *e) MUST_CHECK;
/* One cluster of the register as it stands. */
bool store_find_cluster(struct store *s, struct arena *a, struct str id, bool *ret_found,
			struct cluster_entry *out, struct err *e) MUST_CHECK;
/* The register as a round sees it: a frozen round keeps the one it was frozen with, so that its
 * figures stay what they were.  ERR_ABSENT: no such round. */
bool store_get_round_register(struct store *s, struct arena *a, struct str round,
			      struct cluster_register *out, struct err *e) MUST_CHECK;

/* ---- rounds
 * ---------------------------------------------------------------------------------------------- */

enum round_state { ROUND_DRAFT, ROUND_OPEN, ROUND_REVIEW, ROUND_FROZEN, ROUND_PUBLISHED };
const char *round_state_name(enum round_state s); /* as stored and as programs read it: "open" */
const char *round_state_word(enum round_state s, enum lang lang); /* for people: "abierta" */

struct stored_round {
	struct str id;
	struct str instrument_id, instrument_version;
	int year;
	struct str from, to;     /* ISO dates or empty */
	enum round_state state;
	bool synthetic;          /* its data are declared synthetic */
	struct str data_sha256;  /* hex, from the freeze on; else empty */
	struct str frozen_at, published_at;
	int64_t n_cluster_answers, n_company_answers; /* accepted and current; filled on reading */
};
/* ERR_CONFLICT: the id exists.  ERR_ABSENT: no such instrument. */
bool store_open_round(struct store *s, const struct stored_round *r, struct err *e) MUST_CHECK;
bool store_get_round(struct store *s, struct arena *a, struct str id, struct stored_round *out,
		     struct err *e) MUST_CHECK; /* ERR_ABSENT names what there is instead */
/* The same without the numbers of answers: one row by its key, for what happens at every answer. */
bool store_get_round_head(struct store *s, struct arena *a, struct str id,
			  struct stored_round *out, struct err *e) MUST_CHECK;
/* By year, then from, then id. */
bool store_list_rounds(struct store *s, struct arena *a, struct stored_round **ret_list,
		       size_t *ret_n, struct err *e) MUST_CHECK;
/* Only those that are published, in the same order.  Their answers are counted once for as long as
 * s is open, as they stay: one statement each time after. */
bool store_list_published(struct store *s, struct arena *a, struct stored_round **ret_list,
			  size_t *ret_n, struct err *e) MUST_CHECK;
/* All of them, without the numbers of answers: one statement. */
bool store_list_round_heads(struct store *s, struct arena *a, struct stored_round **ret_list,
			    size_t *ret_n, struct err *e) MUST_CHECK;
/* open or in review -> frozen with the hash of its data.  ERR_CONFLICT: neither. */
bool store_freeze_round(struct store *s, struct str id, struct str data_sha256,
			struct err *e) MUST_CHECK;
/* frozen -> published.  ERR_CONFLICT: not frozen. */
bool store_publish_round(struct store *s, struct str id, struct err *e) MUST_CHECK;

/* A request for figures that was answered beyond what the method announces. */
struct stored_request {
	struct str dimensions;   /* names with a space between */
	struct str condition;    /* --where, or empty */
	struct str figures;      /* ids with a space between; empty: all */
};
/* In the order in which they were answered. */
bool store_list_requests(struct store *s, struct arena *a, struct str round,
			 struct stored_request **ret_list, size_t *ret_n,
			 struct err *e) MUST_CHECK;
/* Remembers one; nothing when it is known already. */
bool store_put_request(struct store *s, struct str round, const struct stored_request *r,
		       struct err *e) MUST_CHECK;

/* ---- answers
 * -----------------------------------------------------------------------------------------------
 */

/* One accepted answer; personal: names of the form's fields marked personal, which the store seals.
 */
struct stored_answer {
	struct str cluster, company;   /* company empty for a cluster form */
	struct str document;           /* JSON as response_read() wrote it */
	uint32_t n_warnings, n_unexplained;
};
/* A new revision of each; the last one is current.  ERR_CONFLICT: the round is neither open nor in
 * review.
 * form: FORM_CLUSTER or FORM_COMPANY.  To be called many times inside store_begin(): memory does
 * not grow with the number of calls. */
bool store_put_answers(struct store *s, struct str round, int form, const struct form *definition,
		       struct str source, const struct stored_answer *answer, size_t n,
		       struct err *e) MUST_CHECK;

/* The answer of one unit counts no more; its revisions stay on record, and a new one would count
 * again.  Nothing when there is none that counts.  ERR_CONFLICT as store_put_answers(). */
bool store_withdraw_answer(struct store *s, struct str round, int form, struct str cluster,
			   struct str company, struct err *e) MUST_CHECK;

/* Current answers by cluster, then company. */
struct warned {
	int64_t n_warnings, n_unexplained;
};
struct stored_answers {
	size_t n;
	struct str *cluster, *company, *document; /* company: NULL for a cluster form; documents
						     with personal fields opened */
	int64_t n_warnings, n_unexplained;
	struct warned *warned; /* of each answer of a cluster form; NULL for a company form */
};
bool store_get_answers(struct store *s, struct arena *a, struct str round, int form,
		       const struct form *definition, struct stored_answers *out,
		       struct err *e) MUST_CHECK;
/* The current answer of one unit; company empty for a cluster form.  *ret_found false: there is
 * none. */
bool store_find_answer(struct store *s, struct arena *a, struct str round, int form,
		       const struct form *definition, struct str cluster, struct str company,
		       bool *ret_found, struct stored_answer *out, struct err *e) MUST_CHECK;
/* Only the counts. */
bool store_count_answers(struct store *s, struct str round, int form, int64_t *ret_n,
			 int64_t *ret_warnings, int64_t *ret_unexplained, struct err *e) MUST_CHECK;

/* SHA-256 over the round's current answers by form, cluster and company (personal fields in the
 * clear) and over its register's rows: the same for the same data in any store. */
bool store_hash_round(struct store *s, struct arena *a, struct str round,
		      const struct form *const form[2], struct sha256 *out,
		      struct err *e) MUST_CHECK;

#endif
