/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Personal links: ways in that need no account. */
#include <assert.h>

#include "store/access.h"

/* ---- reading ---- */

static_assert((int)C_link_find_id == (int)C_link_list_id &&
		      (int)C_link_find_seen_at == (int)C_link_list_seen_at &&
		      (int)C_link_find_seen_at == (int)C_link_list_all_seen_at &&
		      (int)C_link_find_seen_at == (int)C_link_get_seen_at,
	      "one link and a list have the same columns");

struct links {
	const struct store *s;
	struct arena *a;
	struct stored_link *item;
	size_t n, cap;
};

static bool take_link(void *user, const struct db_value *column, struct err *e)
{
	struct links *l = user;
	const struct str hash = column[C_link_find_hash].text;
	struct str person = { 0 };
	/* Without its secret a store still says which links there are. */
	if (l->s->has_secret &&
	    !text_open(l->s, l->a, "link person", hash, column[C_link_find_person].text, &person,
		       e))
		return false;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct stored_link){
		.id = column[C_link_find_id].integer,
		.hash = str_dup(l->a, hash),
		.role = str_dup(l->a, column[C_link_find_role].text),
		.round = str_dup(l->a, column[C_link_find_round].text),
		.cluster = str_dup(l->a, column[C_link_find_cluster].text),
		.area = str_dup(l->a, column[C_link_find_area].text),
		.company = str_dup(l->a, column[C_link_find_company].text),
		.person = str_dup(l->a, person),
		.created_at = str_dup(l->a, column[C_link_find_created_at].text),
		.created_by = str_dup(l->a, column[C_link_find_created_by].text),
		.expires_at = str_dup(l->a, column[C_link_find_expires_at].text),
		.revoked_at = str_dup(l->a, column[C_link_find_revoked_at].text),
		.seen_at = str_dup(l->a, column[C_link_find_seen_at].text),
	};
	return true;
}

bool store_find_link(struct store *s, struct arena *a, struct str hash, struct str now,
		     bool *ret_found, struct stored_link *out, struct err *e)
{
	struct links l = { .s = s, .a = a };
	struct db_value arg[P_link_find_N] = {
		[P_link_find_hash] = db_text(hash),
		[P_link_find_now] = db_text(now),
	};
	if (!db_run(s->db, STMT_link_find, arg, take_link, &l, e))
		return false;
	*ret_found = l.n > 0;
	if (l.n)
		*out = l.item[0];
	return true;
}

bool store_get_link(struct store *s, struct arena *a, int64_t id, struct stored_link *out,
		    struct err *e)
{
	struct links l = { .s = s, .a = a };
	struct db_value arg[P_link_get_N] = { db_integer(id) };
	if (!db_run(s->db, STMT_link_get, arg, take_link, &l, e))
		return false;
	if (!l.n)
		return err_say(e, ERR_ABSENT,
			"no hay ningún enlace %lld; véalos con: ssme link list",
			"there is no link %lld; see them with: ssme link list",
			(long long)id);
	*out = l.item[0];
	return true;
}

bool store_list_links(struct store *s, struct arena *a, struct str round,
		      struct stored_link **ret_list, size_t *ret_n, struct err *e)
{
	struct links l = { .s = s, .a = a };
	struct db_value arg[P_link_list_N] = { db_text(round) };
	if (!db_run(s->db, round.n ? STMT_link_list : STMT_link_list_all, round.n ? arg : NULL,
		    take_link, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

/* ---- making ---- */

/* What the audit tells of a link; not whom it is for. */
static struct str describe(struct arena *a, const struct stored_link *l)
{
	struct note n;
	note_start(&n, a);
	json_member_string(&n.json, "role", l->role);
	json_member_string(&n.json, "round", l->round);
	json_member_string(&n.json, "cluster", l->cluster);
	if (l->area.n)
		json_member_string(&n.json, "area", l->area);
	if (l->company.n)
		json_member_string(&n.json, "company", l->company);
	json_member_string(&n.json, "expires_at", l->expires_at);
	return note_end(&n);
}

/* Whom it is for is sealed, bound to the link's hash. */
static bool put_link(struct store *s, struct arena *a, const struct stored_link *in, struct err *e)
{
	struct str person;
	if (!text_seal(s, a, "link person", in->hash, in->person, &person, e))
		return false;
	struct db_value arg[P_link_put_N] = {
		[P_link_put_id] = db_integer(in->id),
		[P_link_put_hash] = db_text(in->hash),
		[P_link_put_role] = db_text(in->role),
		[P_link_put_round] = db_text(in->round),
		[P_link_put_cluster] = db_text(in->cluster),
		[P_link_put_area] = db_text(in->area),
		[P_link_put_company] = db_text(in->company),
		[P_link_put_person] = db_text(person),
		[P_link_put_created_at] = db_text(in->created_at.n ? in->created_at : store_now(s)),
		[P_link_put_created_by] =
			db_text(in->created_by.n ? in->created_by : str_of(s->actor)),
		[P_link_put_expires_at] = db_text(in->expires_at),
	};
	return db_run(s->db, STMT_link_put, arg, NULL, NULL, e);
}

static bool add_link(struct store *s, struct stored_link *in, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	enum round_state state;
	return access_short(in->person, PERSON_BYTES_MAX, "persona", "person", e) &&
		(!in->round.n || round_state(s, in->round, &state, e)) &&
		access_number(s, "link", &in->id, e) && put_link(s, &a, in, e) &&
		store_audit(s, "link create", access_link_name(&a, in->id), STR(""),
			    describe(&a, in), e);
}

bool store_add_link(struct store *s, const struct stored_link *in, int64_t *ret_id, struct err *e)
{
	struct stored_link link = *in;
	if (!store_begun(s, e) || !store_done(s, add_link(s, &link, e), e))
		return false;
	*ret_id = link.id;
	return true;
}

bool store_touch_link(struct store *s, int64_t id, struct str seen_at, struct err *e)
{
	struct db_value arg[P_link_touch_N] = {
		[P_link_touch_seen_at] = db_text(seen_at),
		[P_link_touch_id] = db_integer(id),
	};
	return store_begun(s, e) &&
		store_done(s, db_run(s->db, STMT_link_touch, arg, NULL, NULL, e), e);
}

/* ---- taking back ---- */

static bool revoke_link(struct store *s, int64_t id, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct stored_link old;
	struct note after;
	int64_t ended;
	struct db_value arg[P_link_revoke_N] = {
		[P_link_revoke_revoked_at] = db_text(store_now(s)),
		[P_link_revoke_id] = db_integer(id),
	};
	struct db_value whose[P_session_end_link_N] = { db_integer(id) };
	if (!store_get_link(s, &a, id, &old, e))
		return false;
	if (old.revoked_at.n)
		return true;
	if (!db_run(s->db, STMT_link_revoke, arg, NULL, NULL, e) ||
	    !access_count(s, STMT_session_end_link, whose, &ended, e))
		return false;
	note_start(&after, &a);
	json_member_int(&after.json, "sessions_ended", ended);
	return store_audit(s, "link revoke", access_link_name(&a, id), describe(&a, &old),
			   note_end(&after), e);
}

bool store_revoke_link(struct store *s, int64_t id, struct err *e)
{
	return store_begun(s, e) && store_done(s, revoke_link(s, id, e), e);
}
