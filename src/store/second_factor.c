/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second factor of an account: the seed of its one-time codes, the steps that were taken, and
 * the recovery codes that stand in for it. */
#include "store/access.h"

/* ---- the seed ---- */

static struct str factor_state(bool on)
{
	return on ? STR("{\"on\":true}") : STR("{\"on\":false}");
}

static bool clear_recovery(struct store *s, int64_t account, struct err *e)
{
	struct db_value arg[P_recovery_clear_N] = { db_integer(account) };
	return db_run(s->db, STMT_recovery_clear, arg, NULL, NULL, e);
}

static bool set_totp(struct store *s, int64_t id, struct str seed_hex, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct stored_account old;
	struct str sealed = STR("");
	if (!store_get_account(s, &a, id, &old, e) ||
	    (seed_hex.n && !seed_seal(s, &a, id, seed_hex, &sealed, e)))
		return false;
	struct db_value arg[P_account_totp_N] = {
		[P_account_totp_totp_seed] = db_text(sealed),
		[P_account_totp_id] = db_integer(id),
	};
	const char *deed = seed_hex.n ? "second factor set" : "second factor remove";
	return db_run(s->db, STMT_account_totp, arg, NULL, NULL, e) && clear_recovery(s, id, e) &&
		store_audit(s, deed, old.email, factor_state(old.totp_on), factor_state(false), e);
}

bool store_set_totp(struct store *s, int64_t id, struct str seed_hex, struct err *e)
{
	return store_begun(s, e) && store_done(s, set_totp(s, id, seed_hex, e), e);
}

static bool put_recovery(struct store *s, int64_t account, const struct str *hash, size_t n,
			 struct err *e)
{
	if (!clear_recovery(s, account, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct db_value arg[P_recovery_put_N] = {
			[P_recovery_put_account] = db_integer(account),
			[P_recovery_put_hash] = db_text(hash[i]),
		};
		if (!db_run(s->db, STMT_recovery_put, arg, NULL, NULL, e))
			return false;
	}
	return true;
}

static bool confirm_totp(struct store *s, int64_t id, int64_t step, const struct str *hash,
			 size_t n, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct str email;
	int64_t done;
	struct db_value arg[P_account_totp_confirm_N] = {
		[P_account_totp_confirm_step] = db_integer(step),
		[P_account_totp_confirm_id] = db_integer(id),
	};
	if (!access_email(s, &a, id, &email, e) ||
	    !access_count(s, STMT_account_totp_confirm, arg, &done, e))
		return false;
	if (!done)
		return err_say(e, ERR_CONFLICT,
			"%.*s no tiene un segundo factor por confirmar; empiece de nuevo",
			"%.*s has no second factor to confirm; begin again",
			STR_ARG(email));
	return put_recovery(s, id, hash, n, e) &&
		store_audit(s, "second factor confirm", email, factor_state(false),
			    factor_state(true), e);
}

bool store_confirm_totp(struct store *s, int64_t id, int64_t step, const struct str *hash, size_t n,
			struct err *e)
{
	return store_begun(s, e) && store_done(s, confirm_totp(s, id, step, hash, n, e), e);
}

/* ---- using it ---- */

bool store_take_totp_step(struct store *s, int64_t id, int64_t step, bool *ret_taken, struct err *e)
{
	struct db_value arg[P_account_totp_take_N] = {
		[P_account_totp_take_step] = db_integer(step),
		[P_account_totp_take_id] = db_integer(id),
	};
	int64_t n;
	if (!store_begun(s, e) ||
	    !store_done(s, access_count(s, STMT_account_totp_take, arg, &n, e), e))
		return false;
	*ret_taken = n > 0;
	return true;
}

static bool take_recovery(struct store *s, int64_t id, struct str hash, int64_t *ret_n,
			  struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct str email;
	struct note after;
	int64_t left;
	struct db_value arg[P_recovery_take_N] = {
		[P_recovery_take_account] = db_integer(id),
		[P_recovery_take_hash] = db_text(hash),
	};
	if (!access_count(s, STMT_recovery_take, arg, ret_n, e))
		return false;
	if (!*ret_n)
		return true;
	if (!access_email(s, &a, id, &email, e) || !store_count_recovery(s, id, &left, e))
		return false;
	note_start(&after, &a);
	json_member_int(&after.json, "left", left);
	return store_audit(s, "recovery code use", email, STR(""), note_end(&after), e);
}

bool store_take_recovery(struct store *s, int64_t id, struct str hash, bool *ret_taken,
			 struct err *e)
{
	int64_t n = 0;
	if (!store_begun(s, e) || !store_done(s, take_recovery(s, id, hash, &n, e), e))
		return false;
	*ret_taken = n > 0;
	return true;
}

bool store_count_recovery(struct store *s, int64_t id, int64_t *ret_left, struct err *e)
{
	struct db_value arg[P_recovery_count_N] = { db_integer(id) };
	return access_integer(s, STMT_recovery_count, arg, ret_left, e);
}
