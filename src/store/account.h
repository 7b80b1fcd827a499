/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may come in, and how: accounts with their roles, sessions, API tokens, personal links, and
 * what was tried in vain.  The store keeps; who is let in is decided by app/account.h.
 *
 * No secret is kept as it is: a password is an Argon2id text, a session, token, link or recovery
 * code is the keyed hash that store_token_hash() makes, the seed of one-time codes is sealed with
 * the store's secret.  Times are ISO 8601 UTC texts as clock_iso() writes them; they compare as
 * texts.
 *
 * Every verb that writes notes its deed in the audit with what was there before and after (never a
 * secret), in the same transaction; but not what only keeps count: touches, failures, replies,
 * steps of one-time codes.  created_at, granted_at, granted_by and their like may be empty in what
 * is added: they are then the time and the actor of the store.  Errors besides those of store.h
 * stand at the verb. */
#ifndef SSME_STORE_ACCOUNT_H
#define SSME_STORE_ACCOUNT_H

#include "store/store.h"

enum {
	TOKEN_BYTES = 32,       /* of a session, a token: 256 bits of chance */
	LINK_BYTES = 16,        /* of a personal link: 128 bits */
	TOKEN_HASH_N = 64,      /* hex digits of what is kept of them */
	EMAIL_BYTES_MAX = 254,  /* RFC 5321 */
	PERSON_BYTES_MAX = 120,
	GRANTS_MAX = 200,       /* roles of one account */
};

/* Keyed hash (BLAKE2b with a key out of the store's secret) of a secret text, for looking it up: 64
 * hex digits in a.  kind keeps a session's apart from a link's: "session", "token", "link",
 * "recovery", "address", "writer".  ERR_ABSENT: the store has lost its secret. */
bool store_token_hash(struct store *s, struct arena *a, const char *kind, struct str secret,
		      struct str *out, struct err *e) MUST_CHECK;

/* ---- accounts ---- */

struct stored_account {
	int64_t id;
	struct str email;          /* lower case; unique */
	struct str name;
	struct str lang;           /* "es", "en" */
	bool active;
	struct str password;       /* Argon2id text; empty: none yet, nobody can sign in */
	struct str totp_seed;      /* opened: 20 bytes in hex; empty: no second factor */
	bool totp_on;              /* the seed was shown to work */
	/* step of the last code accepted; an older or equal one is refused */
	int64_t totp_last_step;
	struct str created_at, password_at, seen_at; /* seen_at: last sign-in, or empty */
};
/* A new account; id, second factor and seen_at of the argument are ignored.  ERR_CONFLICT: the
 * address has one.  ERR_LIMIT: address or name too long. */
bool store_add_account(struct store *s, const struct stored_account *in, int64_t *ret_id,
		       struct err *e) MUST_CHECK;
bool store_get_account(struct store *s, struct arena *a, int64_t id, struct stored_account *out,
		       struct err *e) MUST_CHECK; /* ERR_ABSENT */
bool store_find_account(struct store *s, struct arena *a, struct str email, bool *ret_found,
			struct stored_account *out, struct err *e) MUST_CHECK;
/* By address.  Without passwords and seeds. */
bool store_list_accounts(struct store *s, struct arena *a, struct stored_account **ret_list,
			 size_t *ret_n, struct err *e) MUST_CHECK;
/* Name, language, active.  Switching off ends every session and token of the account.  ERR_ABSENT,
 * ERR_LIMIT. */
bool store_change_account(struct store *s, const struct stored_account *in,
			  struct err *e) MUST_CHECK;
/* Ends every session of the account but keep_session (0: none is kept).  ERR_ABSENT. */
bool store_set_password(struct store *s, int64_t id, struct str argon2_text, int64_t keep_session,
			struct err *e) MUST_CHECK;
/* A new seed, not on yet; empty: no second factor from now on.  Recovery codes go in either case.
 * ERR_ABSENT.  ERR_IO: the store has lost its secret. */
bool store_set_totp(struct store *s, int64_t id, struct str seed_hex, struct err *e) MUST_CHECK;
/* The seed was shown to work by the code of this step; its recovery codes are these hashes.
 * ERR_ABSENT.  ERR_CONFLICT: there is no seed. */
bool store_confirm_totp(struct store *s, int64_t id, int64_t step, const struct str *hash, size_t n,
			struct err *e) MUST_CHECK;
/* Takes the step, or the recovery code, once: *ret_taken false: it was taken before, or does not
 * exist. */
bool store_take_totp_step(struct store *s, int64_t id, int64_t step, bool *ret_taken,
			  struct err *e) MUST_CHECK;
bool store_take_recovery(struct store *s, int64_t id, struct str hash, bool *ret_taken,
			 struct err *e) MUST_CHECK;
bool store_count_recovery(struct store *s, int64_t id, int64_t *ret_left, struct err *e) MUST_CHECK;

/* A role of an account.  role: a name of app's role_name().  object: a chamber's code, a cluster's
 * id, "CLUSTER/AREA" of a contributor; empty for a role without scope. */
struct stored_grant {
	int64_t account;
	struct str role, object;
	struct str granted_at, granted_by;
};
/* Again the same is no error.  ERR_LIMIT: over GRANTS_MAX.  ERR_ABSENT: no such account. */
bool store_grant(struct store *s, const struct stored_grant *g, struct err *e) MUST_CHECK;
bool store_revoke_grant(struct store *s, int64_t account, struct str role, struct str object,
			struct err *e) MUST_CHECK; /* ERR_ABSENT */
/* Of one account, or of all when account is 0; by account, role, object. */
bool store_list_grants(struct store *s, struct arena *a, int64_t account,
		       struct stored_grant **ret_list, size_t *ret_n, struct err *e) MUST_CHECK;
/* Ids of the register's clusters of a chamber. */
bool store_chamber_clusters(struct store *s, struct arena *a, struct str chamber,
			    struct str **ret_ids, size_t *ret_n, struct err *e) MUST_CHECK;

/* ---- sessions ---- */

struct stored_session {
	int64_t id;
	int64_t account;        /* 0: of a link */
	int64_t link;           /* 0: of an account */
	struct str hash;        /* of its token */
	bool half;              /* the second factor is still owed */
	struct str created_at, seen_at, expires_at;
	struct str origin;      /* network address it began from */
	struct str agent;       /* what the browser calls itself, cut to 200 bytes */
	/* who came by a link for any company is this one; else empty */
	struct str company;
};
/* One of account and link is given.  A whole session is a sign-in: the account's seen_at. */
bool store_add_session(struct store *s, const struct stored_session *in, int64_t *ret_id,
		       struct err *e) MUST_CHECK;
/* What expired before now is not found. */
bool store_find_session(struct store *s, struct arena *a, struct str hash, struct str now,
			bool *ret_found, struct stored_session *out, struct err *e) MUST_CHECK;
/* Newest first; not the expired ones. */
bool store_list_sessions(struct store *s, struct arena *a, int64_t account, struct str now,
			 struct stored_session **ret_list, size_t *ret_n,
			 struct err *e) MUST_CHECK;
/* The second factor was given: a whole session under a new token.  ERR_ABSENT: it is over, or not
 * half. */
bool store_complete_session(struct store *s, int64_t id, struct str new_hash, struct str expires_at,
			    struct err *e) MUST_CHECK;
bool store_touch_session(struct store *s, int64_t id, struct str seen_at, struct str expires_at,
			 struct err *e) MUST_CHECK; /* not in the audit */
/* account: whose it must be, 0 for a link's; ERR_ABSENT: not one of theirs. */
bool store_end_session(struct store *s, int64_t account, int64_t id, struct err *e) MUST_CHECK;
/* All of an account but keep (0: none). */
bool store_end_sessions(struct store *s, int64_t account, int64_t keep, struct err *e) MUST_CHECK;

/* ---- API tokens ---- */

struct stored_token {
	int64_t id, account;
	struct str hash, name;
	struct str scope;       /* words with a space between: "read write metrics" */
	struct str created_at, expires_at, seen_at;
};
bool store_add_token(struct store *s, const struct stored_token *in, int64_t *ret_id,
		     struct err *e) MUST_CHECK;
bool store_find_token(struct store *s, struct arena *a, struct str hash, struct str now,
		      bool *ret_found, struct stored_token *out, struct err *e) MUST_CHECK;
/* Of one account, or of all when account is 0. */
bool store_list_tokens(struct store *s, struct arena *a, int64_t account,
		       struct stored_token **ret_list, size_t *ret_n, struct err *e) MUST_CHECK;
/* account 0: whoever's it is.  ERR_ABSENT. */
bool store_revoke_token(struct store *s, int64_t account, int64_t id, struct err *e) MUST_CHECK;

/* ---- personal links: in without an account ---- */

struct stored_link {
	int64_t id;
	struct str hash;
	struct str role;        /* "manager", "contributor", "company" */
	struct str round, cluster, area, company; /* area, company: or empty */
	struct str person;      /* whom it was made for */
	/* the last two: or empty */
	struct str created_at, created_by, expires_at, revoked_at, seen_at;
};
/* ERR_ABSENT: a round is given that does not exist. */
bool store_add_link(struct store *s, const struct stored_link *in, int64_t *ret_id,
		    struct err *e) MUST_CHECK;
/* Not what expired or was revoked. */
bool store_find_link(struct store *s, struct arena *a, struct str hash, struct str now,
		     bool *ret_found, struct stored_link *out, struct err *e) MUST_CHECK;
bool store_get_link(struct store *s, struct arena *a, int64_t id, struct stored_link *out,
		    struct err *e) MUST_CHECK;
/* Of a round, or of all when round is empty; newest first. */
bool store_list_links(struct store *s, struct arena *a, struct str round,
		      struct stored_link **ret_list, size_t *ret_n, struct err *e) MUST_CHECK;
bool store_touch_link(struct store *s, int64_t id, struct str seen_at, struct err *e) MUST_CHECK;
/* Ends its sessions too.  Again the same is no error.  ERR_ABSENT: no such link. */
bool store_revoke_link(struct store *s, int64_t id, struct err *e) MUST_CHECK;

/* ---- what was tried in vain ---- */

/* Failed sign-ins about a subject ("account:MAIL", "origin:ADDRESS", already hashed with kind
 * "address") between two times. */
bool store_count_failures(struct store *s, struct str subject, struct str since,
			  struct str until, int64_t *ret_n, struct err *e) MUST_CHECK;
bool store_add_failure(struct store *s, struct str subject, struct str at,
		       struct err *e) MUST_CHECK;
bool store_forget_failures(struct store *s, struct str subject, struct err *e) MUST_CHECK;

/* ---- answers that were given already ---- */

/* An answer of the server to a write that carried an Idempotency-Key: given again to whoever sends
 * the same request again. */
struct stored_reply {
	struct str key;           /* as sent, cut to 200 bytes, with the caller before it */
	struct str request_hash; /* of method, route and fields: another request under the same key
				    is refused */
	int64_t status;
	struct str type, location, body;
	struct str at;
};
bool store_find_reply(struct store *s, struct arena *a, struct str key, bool *ret_found,
		      struct stored_reply *out, struct err *e) MUST_CHECK;
/* ERR_CONFLICT: the key has one. */
bool store_put_reply(struct store *s, const struct stored_reply *in, struct err *e) MUST_CHECK;

/* What is over goes: expired sessions and half ones; failures and replies older than the time
 * given; tokens and links long expired or revoked (30 days).  *ret_n: rows gone.  For a task of the
 * server, once an hour. */
bool store_tidy(struct store *s, struct str now, struct str replies_before, int64_t *ret_n,
		struct err *e) MUST_CHECK;

/* A program came with the token; not in the audit. */
bool store_touch_token(struct store *s, int64_t id, struct str seen_at, struct err *e) MUST_CHECK;

#endif
