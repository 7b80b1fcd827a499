/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letting people in.  Each deed of signing in is in two parts, as rows of the table are: what is
 * slow or reads (checking a password) outside the transaction, what writes inside it.
 *
 * What can be seen from outside is the same for an address that has an account and one that has
 * not: the same words, the same work (a password is hashed in either case).  After LOCK_FAILURES
 * failures in LOCK_WINDOW_S about one account, or LOCK_ORIGIN_FAILURES from one network address,
 * further ones are refused unlooked at until the window has passed. */
#ifndef SSME_APP_ACCOUNT_H
#define SSME_APP_ACCOUNT_H

#include "app/command.h"
#include "store/account.h"

enum {
	PASSWORD_BYTES_MIN = 12,
	PASSWORD_BYTES_MAX = 256,
	LOCK_FAILURES = 5,
	LOCK_ORIGIN_FAILURES = 30,
	LOCK_WINDOW_S = 600,
	SESSION_SECONDS = 14 * 86400,        /* from sign-in */
	SESSION_IDLE_SECONDS = 12 * 3600,    /* without a request */
	HALF_SESSION_SECONDS = 600,          /* to give the second factor */
	LINK_SESSION_SECONDS = 86400,
	SESSION_TOUCH_SECONDS = 300,         /* seen_at is written at most so often */
	LINK_DAYS_MAX = 400, TOKEN_DAYS_MAX = 400,
	TOTP_STEP_SECONDS = 30, TOTP_STEPS_AROUND = 1, TOTP_DIGITS = 6, TOTP_SEED_BYTES = 20,
	RECOVERY_CODES = 10,
};

/* ---- passwords (libsodium's Argon2id, 64 MiB, 2 passes) ---- */

/* Slow.  ERR_INPUT: shorter or longer than the limits, or the address or name itself. */
bool password_hash(struct arena *a, struct str password, struct str not_this, struct str *out,
		   struct err *e) MUST_CHECK;
/* Slow.  hash empty: does the same work and says no. */
bool password_fits(struct str hash, struct str password);

/* ---- one-time codes (RFC 6238, SHA-1, as every authenticator reads) ---- */

/* "otpauth://totp/ssme:MAIL?secret=…&issuer=ssme" and the seed in groups of four for typing. */
struct totp_words {
	struct str uri, typed;
};
struct totp_words totp_describe(struct arena *a, struct str seed_hex, struct str email);
/* The step whose code this is, within TOTP_STEPS_AROUND of now; compared in constant time. */
bool totp_step_of(struct str seed_hex, struct str code, int64_t now_s, int64_t *ret_step);
/* Fresh codes "abcd-efgh-jkmn" without look-alikes, and their hashes for the store. */
bool recovery_make(struct arena *a, struct store *s, struct str code[RECOVERY_CODES],
		   struct str hash[RECOVERY_CODES], struct err *e) MUST_CHECK;

/* ---- who asks ---- */

/* Reads only.  token: of the cookie, or empty.  What is unknown, expired or switched off gives
 * CALLER_NOBODY.  *ret_touch: seen_at should be written (caller_touch). */
bool caller_of_session(struct store *s, struct arena *a, struct str token, struct str origin,
		       struct str now, struct caller *out, bool *ret_touch,
		       struct err *e) MUST_CHECK;
/* ERR_DENIED: unknown, expired, or without the scope that the row wants. */
bool caller_of_token(struct store *s, struct arena *a, struct str token, const char *scope,
		     struct str origin, struct str now, struct caller *out,
		     struct err *e) MUST_CHECK;
bool caller_touch(struct store *s, const struct caller *who, struct str now,
		  struct err *e) MUST_CHECK;
/* A visitor. */
struct caller caller_nobody(struct arena *a, struct str origin);
/* The token that forms of a session carry: a keyed hash of the session's own, so nothing is kept.
 */
struct str csrf_of(struct arena *a, struct str session_token);

/* ---- rows: each is a function of run.h ----
 *
 * prepare_sign_in + run_sign_in:   address and password → a session (half where a code is owed);
 * wrong ones are a reply of status 422 with the page's words, and a failure. prepare_… of the
 * others likewise; see the table. */

#endif
