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
	TOKEN_TOUCH_SECONDS = 60,            /* the same of a token */
	LINK_DAYS_MAX = 400, TOKEN_DAYS_MAX = 400,
	TOTP_STEP_SECONDS = 30, TOTP_STEPS_AROUND = 1, TOTP_DIGITS = 6, TOTP_SEED_BYTES = 20,
	RECOVERY_CODES = 10, RECOVERY_LETTERS = 12,
};

/* ---- passwords (libsodium's Argon2id) ---- */

enum { PASSWORD_PASSES = 2, PASSWORD_MEMORY_BYTES = 64 << 20, PASSWORD_LETTERS_MIN = 5 };

/* False: shorter or longer than the limits, of fewer than PASSWORD_LETTERS_MIN different bytes, or
 * the account's address, the part of it before the @, or the name, whatever the case; *ret_why is
 * the sentence that says so. */
bool password_good(const struct stored_account *of, struct str password, struct label *ret_why);
/* Slow.  ERR_IO: no memory for it. */
bool password_hash(struct arena *a, struct str password, struct str *out, struct err *e) MUST_CHECK;
/* Slow.  hash empty: does the same work and says no. */
bool password_fits(struct str hash, struct str password);
/* Was it made with less work than is asked for today? */
bool password_is_old(struct str hash);

/* ---- one-time codes (RFC 6238, SHA-1, as every authenticator reads) ---- */

/* "otpauth://totp/ssme:MAIL?secret=…&issuer=ssme" and the seed in groups of four for typing. */
struct totp_words {
	struct str uri, typed;
};
struct totp_words totp_describe(struct arena *a, struct str seed_hex, struct str email);
/* The step whose code this is, within TOTP_STEPS_AROUND of now; compared in constant time. */
bool totp_step_of(struct str seed_hex, struct str code, int64_t now_s, int64_t *ret_step);
/* A fresh seed: 2 * TOTP_SEED_BYTES hexadecimal digits. */
struct str totp_seed(struct arena *a);
/* The code of a step; out takes TOTP_DIGITS digits and a zero.  False: seed_hex is no seed. */
bool totp_code(struct str seed_hex, int64_t step, char out[TOTP_DIGITS + 1]);
/* Fresh codes "abcd-efgh-jkmn" without look-alikes, and their hashes for the store. */
bool recovery_make(struct arena *a, struct store *s, struct str code[RECOVERY_CODES],
		   struct str hash[RECOVERY_CODES], struct err *e) MUST_CHECK;

/* Hash of a recovery code as somebody typed it (case, spaces and hyphens do not count). */
bool recovery_hash(struct arena *a, struct store *s, struct str typed, struct str *out,
		   struct err *e) MUST_CHECK;

/* ---- who asks ---- */

/* Reads only.  token: of the cookie, or empty.  What is unknown, expired or switched off gives
 * CALLER_NOBODY.  *ret_touch: seen_at should be written (caller_touch).
 *
 * Who owes the second factor has an account and a session, is half, and has no role but
 * ROLE_PUBLIC: no row but one for all will take them, and that of the second factor looks at
 * half. */
bool caller_of_session(struct store *s, struct arena *a, struct str token, struct str origin,
		       struct str now, struct caller *out, bool *ret_touch,
		       struct err *e) MUST_CHECK;
/* scope: that the row wants; NULL: no token will do.  *ret_touch as above.  ERR_DENIED: unknown,
 * expired, or without that scope. */
bool caller_of_token(struct store *s, struct arena *a, struct str token, const char *scope,
		     struct str origin, struct str now, struct caller *out, bool *ret_touch,
		     struct err *e) MUST_CHECK;
/* Writes: seen now; of a session, and so many hours more.  Nothing without session and token. */
bool caller_touch(struct store *s, const struct caller *who, struct str now,
		  struct err *e) MUST_CHECK;
/* A visitor. */
struct caller caller_nobody(struct arena *a, struct str origin);
/* The token that forms of a session carry: a keyed hash of the session's own, so nothing is kept.
 */
struct str csrf_of(struct arena *a, struct str session_token);

/* What calls do with all this stands in access.h. */

#endif
