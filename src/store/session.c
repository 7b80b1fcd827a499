/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions: who is signed in, by an account or by a link. */
#include <assert.h>

#include "store/access.h"

enum { AGENT_BYTES_MAX = 200 };

/* ---- reading ---- */

static_assert((int)C_session_find_id == (int)C_session_list_id &&
		      (int)C_session_find_company == (int)C_session_list_company,
	      "one session and a list have the same columns");

struct sessions {
	struct arena *a;
	struct stored_session *item;
	size_t n, cap;
};

static bool take_session(void *user, const struct db_value *column, struct err *e)
{
	struct sessions *l = user;
	(void)e;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct stored_session){
		.id = column[C_session_find_id].integer,
		.account = column[C_session_find_account].integer,
		.link = column[C_session_find_link].integer,
		.hash = str_dup(l->a, column[C_session_find_hash].text),
		.half = column[C_session_find_half].integer != 0,
		.created_at = str_dup(l->a, column[C_session_find_created_at].text),
		.seen_at = str_dup(l->a, column[C_session_find_seen_at].text),
		.expires_at = str_dup(l->a, column[C_session_find_expires_at].text),
		.origin = str_dup(l->a, column[C_session_find_origin].text),
		.agent = str_dup(l->a, column[C_session_find_agent].text),
		.company = str_dup(l->a, column[C_session_find_company].text),
	};
	return true;
}

bool store_find_session(struct store *s, struct arena *a, struct str hash, struct str now,
			bool *ret_found, struct stored_session *out, struct err *e)
{
	struct sessions l = { .a = a };
	struct db_value arg[P_session_find_N] = {
		[P_session_find_hash] = db_text(hash),
		[P_session_find_now] = db_text(now),
	};
	if (!db_run(s->db, STMT_session_find, arg, take_session, &l, e))
		return false;
	*ret_found = l.n > 0;
	if (l.n)
		*out = l.item[0];
	return true;
}

bool store_list_sessions(struct store *s, struct arena *a, int64_t account, struct str now,
			 struct stored_session **ret_list, size_t *ret_n, struct err *e)
{
	struct sessions l = { .a = a };
	struct db_value arg[P_session_list_N] = {
		[P_session_list_account] = db_integer(account),
		[P_session_list_now] = db_text(now),
	};
	if (!db_run(s->db, STMT_session_list, arg, take_session, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

/* ---- beginning ---- */

/* Whom the audit names: the address of an account, or the link. */
static bool name_holder(struct store *s, struct arena *a, int64_t account, int64_t link,
			struct str *out, struct err *e)
{
	if (account)
		return access_email(s, a, account, out, e);
	*out = access_link_name(a, link);
	return true;
}

static bool note_session(struct store *s, struct arena *a, const char *deed, struct str holder,
			 int64_t session, bool half, struct err *e)
{
	struct note after;
	note_start(&after, a);
	json_member_int(&after.json, "session", session);
	if (half)
		json_member_bool(&after.json, "second_factor_owed", true);
	return store_audit(s, deed, holder, STR(""), note_end(&after), e);
}

static bool mark_seen(struct store *s, int64_t account, struct err *e)
{
	struct db_value arg[P_account_seen_N] = {
		[P_account_seen_seen_at] = db_text(store_now(s)),
		[P_account_seen_id] = db_integer(account),
	};
	return !account || db_run(s->db, STMT_account_seen, arg, NULL, NULL, e);
}

static bool add_session(struct store *s, const struct stored_session *in, int64_t *ret_id,
			struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct str holder, created_at = in->created_at.n ? in->created_at : store_now(s);
	assert((in->account == 0) != (in->link == 0));
	if (!name_holder(s, &a, in->account, in->link, &holder, e) ||
	    !access_number(s, "session", ret_id, e))
		return false;
	struct db_value arg[P_session_put_N] = {
		[P_session_put_id] = db_integer(*ret_id),
		[P_session_put_account] = access_reference(in->account),
		[P_session_put_link] = access_reference(in->link),
		[P_session_put_hash] = db_text(in->hash),
		[P_session_put_half] = db_integer(in->half),
		[P_session_put_created_at] = db_text(created_at),
		[P_session_put_seen_at] = db_text(in->seen_at.n ? in->seen_at : created_at),
		[P_session_put_expires_at] = db_text(in->expires_at),
		[P_session_put_origin] = db_text(text_begin(in->origin, ORIGIN_BYTES_MAX)),
		[P_session_put_agent] = db_text(text_begin(in->agent, AGENT_BYTES_MAX)),
		[P_session_put_company] = db_text(in->company),
	};
	return db_run(s->db, STMT_session_put, arg, NULL, NULL, e) &&
		(in->half || mark_seen(s, in->account, e)) &&
		note_session(s, &a, "session begin", holder, *ret_id, in->half, e);
}

bool store_add_session(struct store *s, const struct stored_session *in, int64_t *ret_id,
		       struct err *e)
{
	int64_t id = 0;
	if (!store_begun(s, e) || !store_done(s, add_session(s, in, &id, e), e))
		return false;
	*ret_id = id;
	return true;
}

static bool complete(struct store *s, int64_t id, struct str new_hash, struct str expires_at,
		     struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct str holder;
	int64_t account = 0;
	struct db_value arg[P_session_complete_N] = {
		[P_session_complete_hash] = db_text(new_hash),
		[P_session_complete_expires_at] = db_text(expires_at),
		[P_session_complete_id] = db_integer(id),
	};
	if (!access_integer(s, STMT_session_complete, arg, &account, e))
		return false;
	if (!account)
		return err_say(e, ERR_ABSENT,
			"la sesión terminó o ya está completa; entre de nuevo",
			"the session is over or whole already; sign in again");
	return name_holder(s, &a, account, 0, &holder, e) && mark_seen(s, account, e) &&
		note_session(s, &a, "session complete", holder, id, false, e);
}

bool store_complete_session(struct store *s, int64_t id, struct str new_hash, struct str expires_at,
			    struct err *e)
{
	return store_begun(s, e) && store_done(s, complete(s, id, new_hash, expires_at, e), e);
}

bool store_touch_session(struct store *s, int64_t id, struct str seen_at, struct str expires_at,
			 struct err *e)
{
	struct db_value arg[P_session_touch_N] = {
		[P_session_touch_seen_at] = db_text(seen_at),
		[P_session_touch_expires_at] = db_text(expires_at),
		[P_session_touch_id] = db_integer(id),
	};
	return store_begun(s, e) &&
		store_done(s, db_run(s->db, STMT_session_touch, arg, NULL, NULL, e), e);
}

/* ---- ending ---- */

struct ended {
	bool found;
	int64_t link;
};

static bool take_ended(void *user, const struct db_value *column, struct err *e)
{
	(void)e;
	*(struct ended *)user = (struct ended){ true, column[C_session_end_link].integer };
	return true;
}

static bool end_session(struct store *s, int64_t account, int64_t id, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct ended ended = { .found = false };
	struct str holder;
	struct db_value arg[P_session_end_N] = {
		[P_session_end_id] = db_integer(id),
		[P_session_end_account] = db_integer(account),
	};
	if (!db_run(s->db, STMT_session_end, arg, take_ended, &ended, e))
		return false;
	if (!ended.found)
		return err_say(e, ERR_ABSENT,
			"no hay tal sesión; tal vez ya terminó",
			"there is no such session; perhaps it is over already");
	return name_holder(s, &a, account, ended.link, &holder, e) &&
		note_session(s, &a, "session end", holder, id, false, e);
}

bool store_end_session(struct store *s, int64_t account, int64_t id, struct err *e)
{
	return store_begun(s, e) && store_done(s, end_session(s, account, id, e), e);
}

static bool end_sessions(struct store *s, int64_t account, int64_t keep, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct str email;
	struct note after;
	int64_t n;
	struct db_value arg[P_session_end_account_N] = {
		[P_session_end_account_account] = db_integer(account),
		[P_session_end_account_keep] = db_integer(keep),
	};
	if (!access_email(s, &a, account, &email, e) ||
	    !access_count(s, STMT_session_end_account, arg, &n, e))
		return false;
	note_start(&after, &a);
	json_member_int(&after.json, "sessions_ended", n);
	return store_audit(s, "session end all", email, STR(""), note_end(&after), e);
}

bool store_end_sessions(struct store *s, int64_t account, int64_t keep, struct err *e)
{
	return store_begun(s, e) && store_done(s, end_sessions(s, account, keep, e), e);
}
