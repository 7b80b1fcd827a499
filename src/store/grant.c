/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Roles of accounts, and what a chamber's role reaches. */
#include "store/access.h"

static struct str describe(struct arena *a, struct str role, struct str object)
{
	struct note n;
	note_start(&n, a);
	json_member_string(&n.json, "role", role);
	json_member_string(&n.json, "object", object);
	return note_end(&n);
}

/* ---- granting ---- */

static bool must_have_room(struct store *s, int64_t account, struct err *e)
{
	struct db_value arg[P_role_count_N] = { db_integer(account) };
	int64_t n = 0;
	if (!access_integer(s, STMT_role_count, arg, &n, e))
		return false;
	return n <= GRANTS_MAX ||
		err_say(e, ERR_LIMIT,
			"una cuenta tiene a lo sumo %d roles; quite alguno con: ssme role revoke",
			"an account has at most %d roles; take one back with: ssme role revoke",
			(int)GRANTS_MAX);
}

static bool grant(struct store *s, const struct stored_grant *g, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct str email;
	int64_t added;
	struct db_value arg[P_role_put_N] = {
		[P_role_put_account] = db_integer(g->account),
		[P_role_put_role] = db_text(g->role),
		[P_role_put_object] = db_text(g->object),
		[P_role_put_granted_at] = db_text(g->granted_at.n ? g->granted_at : store_now(s)),
		[P_role_put_granted_by] =
			db_text(g->granted_by.n ? g->granted_by : str_of(s->actor)),
	};
	if (!access_email(s, &a, g->account, &email, e) ||
	    !access_count(s, STMT_role_put, arg, &added, e))
		return false;
	return !added ||
		(must_have_room(s, g->account, e) &&
		 store_audit(s, "role grant", email, STR(""), describe(&a, g->role, g->object), e));
}

bool store_grant(struct store *s, const struct stored_grant *g, struct err *e)
{
	return store_begun(s, e) && store_done(s, grant(s, g, e), e);
}

static bool revoke(struct store *s, int64_t account, struct str role, struct str object,
		   struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct str email;
	int64_t taken;
	struct db_value arg[P_role_take_N] = {
		[P_role_take_account] = db_integer(account),
		[P_role_take_role] = db_text(role),
		[P_role_take_object] = db_text(object),
	};
	if (!access_email(s, &a, account, &email, e) ||
	    !access_count(s, STMT_role_take, arg, &taken, e))
		return false;
	if (!taken)
		return err_say(e, ERR_ABSENT,
			"%.*s no tiene ese rol; véalos con: ssme role list",
			"%.*s does not have this role; see them with: ssme role list",
			STR_ARG(email));
	return store_audit(s, "role revoke", email, describe(&a, role, object), STR(""), e);
}

bool store_revoke_grant(struct store *s, int64_t account, struct str role, struct str object,
			struct err *e)
{
	return store_begun(s, e) && store_done(s, revoke(s, account, role, object, e), e);
}

/* ---- reading ---- */

struct grants {
	struct arena *a;
	struct stored_grant *item;
	size_t n, cap;
};

static bool take_grant(void *user, const struct db_value *column, struct err *e)
{
	struct grants *l = user;
	(void)e;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct stored_grant){
		.account = column[C_role_list_account].integer,
		.role = str_dup(l->a, column[C_role_list_role].text),
		.object = str_dup(l->a, column[C_role_list_object].text),
		.granted_at = str_dup(l->a, column[C_role_list_granted_at].text),
		.granted_by = str_dup(l->a, column[C_role_list_granted_by].text),
	};
	return true;
}

bool store_list_grants(struct store *s, struct arena *a, int64_t account,
		       struct stored_grant **ret_list, size_t *ret_n, struct err *e)
{
	struct grants l = { .a = a };
	struct db_value arg[P_role_list_N] = { db_integer(account) };
	if (!db_run(s->db, account ? STMT_role_list : STMT_role_list_all, account ? arg : NULL,
		    take_grant, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

struct ids {
	struct arena *a;
	struct str *item;
	size_t n, cap;
};

static bool take_id(void *user, const struct db_value *column, struct err *e)
{
	struct ids *l = user;
	(void)e;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = str_dup(l->a, column[C_cluster_of_chamber_id].text);
	return true;
}

bool store_chamber_clusters(struct store *s, struct arena *a, struct str chamber,
			    struct str **ret_ids, size_t *ret_n, struct err *e)
{
	struct ids l = { .a = a };
	struct db_value arg[P_cluster_of_chamber_N] = { db_text(chamber) };
	if (!db_run(s->db, STMT_cluster_of_chamber, arg, take_id, &l, e))
		return false;
	*ret_ids = l.item;
	*ret_n = l.n;
	return true;
}
