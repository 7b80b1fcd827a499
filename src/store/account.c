/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts: made, read, changed; their passwords. */
#include "store/account.h"

#include <assert.h>

#include "store/access.h"

/* ---- reading ---- */

static_assert((int)C_account_get_id == (int)C_account_find_id &&
		      (int)C_account_get_seen_at == (int)C_account_find_seen_at &&
		      (int)C_account_get_seen_at == (int)C_account_list_seen_at,
	      "one account and all accounts have the same columns");

struct accounts {
	const struct store *store;
	struct arena *a;
	struct stored_account *item;
	size_t n, cap;
};

static bool take_account(void *user, const struct db_value *column, struct err *e)
{
	struct accounts *l = user;
	struct str seed = column[C_account_get_totp_seed].text;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	struct stored_account *it = &l->item[l->n];
	*it = (struct stored_account){
		.id = column[C_account_get_id].integer,
		.email = str_dup(l->a, column[C_account_get_email].text),
		.name = str_dup(l->a, column[C_account_get_name].text),
		.lang = str_dup(l->a, column[C_account_get_lang].text),
		.active = column[C_account_get_active].integer != 0,
		.password = str_dup(l->a, column[C_account_get_password].text),
		.totp_on = column[C_account_get_totp_on].integer != 0,
		.totp_last_step = column[C_account_get_totp_last_step].integer,
		.created_at = str_dup(l->a, column[C_account_get_created_at].text),
		.password_at = str_dup(l->a, column[C_account_get_password_at].text),
		.seen_at = str_dup(l->a, column[C_account_get_seen_at].text),
	};
	if (seed.n && !seed_open(l->store, l->a, it->id, seed, &it->totp_seed, e))
		return false;
	l->n++;
	return true;
}

bool store_find_account(struct store *s, struct arena *a, struct str email, bool *ret_found,
			struct stored_account *out, struct err *e)
{
	struct accounts l = { .store = s, .a = a };
	struct db_value key[P_account_find_N] = { db_text(email) };
	if (!db_run(s->db, STMT_account_find, key, take_account, &l, e))
		return false;
	*ret_found = l.n > 0;
	if (l.n)
		*out = l.item[0];
	return true;
}

bool store_get_account(struct store *s, struct arena *a, int64_t id, struct stored_account *out,
		       struct err *e)
{
	struct accounts l = { .store = s, .a = a };
	struct db_value key[P_account_get_N] = { db_integer(id) };
	struct str email;
	if (!db_run(s->db, STMT_account_get, key, take_account, &l, e))
		return false;
	if (!l.n)
		return access_email(s, a, id, &email, e);
	*out = l.item[0];
	return true;
}

bool store_list_accounts(struct store *s, struct arena *a, struct stored_account **ret_list,
			 size_t *ret_n, struct err *e)
{
	struct accounts l = { .store = s, .a = a };
	if (!db_run(s->db, STMT_account_list, NULL, take_account, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

/* ---- making ---- */

static bool must_fit(const struct stored_account *in, struct err *e)
{
	return access_short(in->email, EMAIL_BYTES_MAX, "correo", "address", e) &&
		access_short(in->name, PERSON_BYTES_MAX, "nombre", "name", e);
}

static bool must_be_new(struct store *s, struct arena *a, struct str email, struct err *e)
{
	struct stored_account other;
	bool found;
	if (!store_find_account(s, a, email, &found, &other, e))
		return false;
	return !found ||
		err_say(e, ERR_CONFLICT,
			"%.*s ya tiene una cuenta; cámbiela con: ssme account change",
			"%.*s has an account already; change it with: ssme account change",
			STR_ARG(email));
}

/* What of an account the audit tells. */
static struct str describe(struct arena *a, const struct stored_account *in)
{
	struct note n;
	note_start(&n, a);
	json_member_string(&n.json, "name", in->name);
	json_member_string(&n.json, "lang", in->lang);
	json_member_bool(&n.json, "active", in->active);
	return note_end(&n);
}

static bool add_account(struct store *s, const struct stored_account *in, int64_t *ret_id,
			struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct str created_at = in->created_at.n ? in->created_at : store_now(s);
	if (!must_fit(in, e) || !must_be_new(s, &a, in->email, e) ||
	    !access_number(s, "account", ret_id, e))
		return false;
	struct db_value arg[P_account_put_N] = {
		[P_account_put_id] = db_integer(*ret_id),
		[P_account_put_email] = db_text(in->email),
		[P_account_put_name] = db_text(in->name),
		[P_account_put_lang] = db_text(in->lang),
		[P_account_put_active] = db_integer(in->active),
		[P_account_put_password] = db_text(in->password),
		[P_account_put_created_at] = db_text(created_at),
		[P_account_put_password_at] = db_text(in->password.n ? created_at : STR("")),
	};
	return db_run(s->db, STMT_account_put, arg, NULL, NULL, e) &&
		store_audit(s, "account create", in->email, STR(""), describe(&a, in), e);
}

bool store_add_account(struct store *s, const struct stored_account *in, int64_t *ret_id,
		       struct err *e)
{
	int64_t id = 0;
	if (!store_begun(s, e) || !store_done(s, add_account(s, in, &id, e), e))
		return false;
	*ret_id = id;
	return true;
}

/* ---- changing ---- */

static bool end_all(struct store *s, int64_t account, int64_t keep, int64_t *ret_n, struct err *e)
{
	struct db_value arg[P_session_end_account_N] = {
		[P_session_end_account_account] = db_integer(account),
		[P_session_end_account_keep] = db_integer(keep),
	};
	return access_count(s, STMT_session_end_account, arg, ret_n, e);
}

static bool shut_out(struct store *s, int64_t account, struct err *e)
{
	struct db_value arg[P_token_end_account_N] = { db_integer(account) };
	int64_t n;
	return end_all(s, account, 0, &n, e) &&
		access_count(s, STMT_token_end_account, arg, &n, e);
}

static bool change_account(struct store *s, const struct stored_account *in, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct stored_account old;
	if (!must_fit(in, e) || !store_get_account(s, &a, in->id, &old, e))
		return false;
	struct db_value arg[P_account_change_N] = {
		[P_account_change_name] = db_text(in->name),
		[P_account_change_lang] = db_text(in->lang),
		[P_account_change_active] = db_integer(in->active),
		[P_account_change_id] = db_integer(in->id),
	};
	return db_run(s->db, STMT_account_change, arg, NULL, NULL, e) &&
		(in->active || shut_out(s, in->id, e)) &&
		store_audit(s, "account change", old.email, describe(&a, &old), describe(&a, in),
			    e);
}

bool store_change_account(struct store *s, const struct stored_account *in, struct err *e)
{
	return store_begun(s, e) && store_done(s, change_account(s, in, e), e);
}

static bool set_password(struct store *s, int64_t id, struct str argon2_text, int64_t keep_session,
			 struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct str email;
	struct note after;
	int64_t ended;
	struct db_value arg[P_account_password_N] = {
		[P_account_password_password] = db_text(argon2_text),
		[P_account_password_password_at] = db_text(store_now(s)),
		[P_account_password_id] = db_integer(id),
	};
	if (!access_email(s, &a, id, &email, e) ||
	    !db_run(s->db, STMT_account_password, arg, NULL, NULL, e) ||
	    !end_all(s, id, keep_session, &ended, e))
		return false;
	note_start(&after, &a);
	json_member_int(&after.json, "sessions_ended", ended);
	return store_audit(s, "password set", email, STR(""), note_end(&after), e);
}

bool store_set_password(struct store *s, int64_t id, struct str argon2_text, int64_t keep_session,
			struct err *e)
{
	return store_begun(s, e) &&
		store_done(s, set_password(s, id, argon2_text, keep_session, e), e);
}
