/* SPDX-License-Identifier: GPL-3.0-or-later */
/* API tokens: ways in for programs, in the name of an account. */
#include <assert.h>

#include "store/access.h"

/* ---- reading ---- */

static_assert((int)C_token_find_id == (int)C_token_list_id &&
		      (int)C_token_find_seen_at == (int)C_token_list_seen_at &&
		      (int)C_token_find_seen_at == (int)C_token_list_all_seen_at &&
		      (int)C_token_find_seen_at == (int)C_token_get_seen_at,
	      "one token and a list have the same columns");

struct tokens {
	struct arena *a;
	struct stored_token *item;
	size_t n, cap;
};

static bool take_token(void *user, const struct db_value *column, struct err *e)
{
	struct tokens *l = user;
	(void)e;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct stored_token){
		.id = column[C_token_find_id].integer,
		.account = column[C_token_find_account].integer,
		.hash = str_dup(l->a, column[C_token_find_hash].text),
		.name = str_dup(l->a, column[C_token_find_name].text),
		.scope = str_dup(l->a, column[C_token_find_scope].text),
		.created_at = str_dup(l->a, column[C_token_find_created_at].text),
		.expires_at = str_dup(l->a, column[C_token_find_expires_at].text),
		.seen_at = str_dup(l->a, column[C_token_find_seen_at].text),
	};
	return true;
}

bool store_find_token(struct store *s, struct arena *a, struct str hash, struct str now,
		      bool *ret_found, struct stored_token *out, struct err *e)
{
	struct tokens l = { .a = a };
	struct db_value arg[P_token_find_N] = {
		[P_token_find_hash] = db_text(hash),
		[P_token_find_now] = db_text(now),
	};
	if (!db_run(s->db, STMT_token_find, arg, take_token, &l, e))
		return false;
	*ret_found = l.n > 0;
	if (l.n)
		*out = l.item[0];
	return true;
}

bool store_list_tokens(struct store *s, struct arena *a, int64_t account,
		       struct stored_token **ret_list, size_t *ret_n, struct err *e)
{
	struct tokens l = { .a = a };
	struct db_value arg[P_token_list_N] = { db_integer(account) };
	if (!db_run(s->db, account ? STMT_token_list : STMT_token_list_all, account ? arg : NULL,
		    take_token, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

/* ---- making ---- */

static struct str describe(struct arena *a, const struct stored_token *t)
{
	struct note n;
	note_start(&n, a);
	json_member_int(&n.json, "token", t->id);
	json_member_string(&n.json, "name", t->name);
	json_member_string(&n.json, "scope", t->scope);
	json_member_string(&n.json, "expires_at", t->expires_at);
	return note_end(&n);
}

static bool add_token(struct store *s, struct stored_token *in, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct str email;
	if (!access_short(in->name, PERSON_BYTES_MAX, "nombre", "name", e) ||
	    !access_email(s, &a, in->account, &email, e) ||
	    !access_number(s, "token", &in->id, e))
		return false;
	struct db_value arg[P_token_put_N] = {
		[P_token_put_id] = db_integer(in->id),
		[P_token_put_account] = db_integer(in->account),
		[P_token_put_hash] = db_text(in->hash),
		[P_token_put_name] = db_text(in->name),
		[P_token_put_scope] = db_text(in->scope),
		[P_token_put_created_at] =
			db_text(in->created_at.n ? in->created_at : store_now(s)),
		[P_token_put_expires_at] = db_text(in->expires_at),
	};
	return db_run(s->db, STMT_token_put, arg, NULL, NULL, e) &&
		store_audit(s, "token create", email, STR(""), describe(&a, in), e);
}

bool store_add_token(struct store *s, const struct stored_token *in, int64_t *ret_id, struct err *e)
{
	struct stored_token token = *in;
	if (!store_begun(s, e) || !store_done(s, add_token(s, &token, e), e))
		return false;
	*ret_id = token.id;
	return true;
}

bool store_touch_token(struct store *s, int64_t id, struct str seen_at, struct err *e)
{
	struct db_value arg[P_token_touch_N] = {
		[P_token_touch_seen_at] = db_text(seen_at),
		[P_token_touch_id] = db_integer(id),
	};
	return store_begun(s, e) &&
		store_done(s, db_run(s->db, STMT_token_touch, arg, NULL, NULL, e), e);
}

/* ---- taking back ---- */

static bool revoke_token(struct store *s, int64_t account, int64_t id, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct tokens l = { .a = &a };
	struct str email;
	struct db_value arg[P_token_get_N] = { db_integer(id) };
	if (!db_run(s->db, STMT_token_get, arg, take_token, &l, e))
		return false;
	if (!l.n || (account && l.item[0].account != account))
		return err_say(e, ERR_ABSENT,
			"no hay ninguna ficha %lld; véalas con: ssme token list",
			"there is no token %lld; see them with: ssme token list",
			(long long)id);
	return access_email(s, &a, l.item[0].account, &email, e) &&
		db_run(s->db, STMT_token_end, arg, NULL, NULL, e) &&
		store_audit(s, "token revoke", email, describe(&a, &l.item[0]), STR(""), e);
}

bool store_revoke_token(struct store *s, int64_t account, int64_t id, struct err *e)
{
	return store_begun(s, e) && store_done(s, revoke_token(s, account, id, e), e);
}
