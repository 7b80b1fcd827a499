/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people ask about their own data (Ley 1581 de 2012, articles 14 and 15), with the day on
 * which the answer is due, and the end of what is kept about a person.
 *
 * Name, address, words and answer are sealed with the store's secret; the address is besides kept
 * as a keyed hash.  The audit says that there was a request and how it ended, never who asked or
 * what.  Errors besides those of store.h stand at the verb. */
#ifndef SSME_STORE_PERSONAL_REQUEST_H
#define SSME_STORE_PERSONAL_REQUEST_H

#include "store/account.h"

enum { PERSONAL_TEXT_BYTES_MAX = 4 << 10 };

enum personal_kind {
	PERSONAL_SEE,      /* consulta: ten working days, five more when explained */
	PERSONAL_CORRECT,  /* reclamo: fifteen working days, eight more when explained */
	PERSONAL_REMOVE,   /* the same */
	PERSONAL_WITHDRAW, /* the same: the authorisation is taken back */
};
enum { PERSONAL_KINDS_N = 4 };
const char *personal_kind_name(enum personal_kind k); /* as stored: "see" */
bool personal_kind_of(struct str name, enum personal_kind *out);

enum personal_state {
	PERSONAL_UNCONFIRMED, /* the address was not shown to be theirs */
	PERSONAL_OPEN,
	PERSONAL_ANSWERED,
};
const char *personal_state_name(enum personal_state s);

struct stored_request_of_person {
	int64_t id;
	enum personal_kind kind;
	enum personal_state state;
	int64_t account, link;              /* by which they came; 0: neither */
	struct str round, cluster, company; /* whose answer it is about; or empty */
	struct str person, contact;         /* name and e-mail address, as they say */
	struct str words;                   /* what they ask */
	struct str received_at;             /* UTC */
	struct str due_on, extended_on;     /* ISO days; extended_on: or empty */
	struct str extension;               /* why it takes longer; or empty */
	struct str answer;                  /* or empty */
	struct str answered_at, answered_by;
	struct str outcome;                 /* "granted", "denied", "partial"; or empty */
};
/* id, times of answering and received_at of the argument are ignored.  confirm_hash: keyed hash of
 * what the mail brings to the address; empty: nothing is to be confirmed.  ERR_LIMIT: a text too
 * long.  ERR_ABSENT: the store has lost its secret. */
bool store_add_personal_request(struct store *s, const struct stored_request_of_person *in,
				struct str confirm_hash, int64_t *ret_id, struct err *e) MUST_CHECK;
bool store_get_personal_request(struct store *s, struct arena *a, int64_t id,
				struct stored_request_of_person *out,
				struct err *e) MUST_CHECK; /* ERR_ABSENT */
/* Those that wait first, by their term. */
bool store_list_personal_requests(struct store *s, struct arena *a,
				  struct stored_request_of_person **ret_list, size_t *ret_n,
				  struct err *e) MUST_CHECK;
/* *ret_found false: no request waits for it. */
bool store_confirm_personal_request(struct store *s, struct str confirm_hash, bool *ret_found,
				    struct err *e) MUST_CHECK;
/* ERR_CONFLICT: answered already, or extended before. */
bool store_extend_personal_request(struct store *s, int64_t id, struct str until, struct str why,
				   struct err *e) MUST_CHECK;
/* ERR_CONFLICT: answered already. */
bool store_answer_personal_request(struct store *s, int64_t id, struct str outcome,
				   struct str answer, struct err *e) MUST_CHECK;
/* Answered before a time. */
bool store_tidy_personal_requests(struct store *s, struct str before, int64_t *ret_n,
				  struct err *e) MUST_CHECK;

/* An account that names nobody: address and name go, sessions and tokens end, roles are taken
 * back.  The audit keeps what it said before under the old address: its rows are never changed.
 * ERR_ABSENT. */
bool store_forget_account(struct store *s, int64_t id, struct err *e) MUST_CHECK;
/* Numbers of accounts that are off and were last used before a time. */
bool store_list_stale_accounts(struct store *s, struct arena *a, struct str before,
			       int64_t **ret_ids, size_t *ret_n, struct err *e) MUST_CHECK;

#endif
