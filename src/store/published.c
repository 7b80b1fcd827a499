/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was given away beyond what the method announces. */
#include "store/inside.h"

struct requests {
	struct arena *a;
	struct stored_request *item;
	size_t n, cap;
};

static bool take_request(void *user, const struct db_value *column, struct err *e)
{
	(void)e;
	struct requests *l = user;
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 16;
		l->item = arena_grow(l->a, l->item, l->cap, cap, sizeof(*l->item));
		l->cap = cap;
	}
	l->item[l->n++] = (struct stored_request){
		.dimensions = str_dup(l->a, column[C_published_request_list_dimensions].text),
		.condition = str_dup(l->a, column[C_published_request_list_condition].text),
		.figures = str_dup(l->a, column[C_published_request_list_figures].text),
	};
	return true;
}

bool store_list_requests(struct store *s, struct arena *a, struct str round,
			 struct stored_request **ret_list, size_t *ret_n, struct err *e)
{
	struct requests l = { .a = a };
	struct db_value key[P_published_request_list_N] = { db_text(round) };
	if (!db_run(s->db, STMT_published_request_list, key, take_request, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

static bool take_ordinal(void *user, const struct db_value *column, struct err *e)
{
	(void)e;
	*(int64_t *)user = column[C_published_request_put_ordinal].integer;
	return true;
}

static bool note_request(struct store *s, struct str round, const struct stored_request *r,
			 int64_t ordinal, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct note after;
	note_start(&after, &a);
	json_member_int(&after.json, "request", ordinal);
	json_member_string(&after.json, "dimensions", r->dimensions);
	json_member_string(&after.json, "condition", r->condition);
	json_member_string(&after.json, "figures", r->figures);
	return store_audit(s, "request answer", round, STR(""), note_end(&after), e);
}

static bool put_request(struct store *s, struct str round, const struct stored_request *r,
			struct err *e)
{
	int64_t ordinal = 0;
	struct db_value arg[P_published_request_put_N] = {
		[P_published_request_put_round] = db_text(round),
		[P_published_request_put_dimensions] = db_text(r->dimensions),
		[P_published_request_put_condition] = db_text(r->condition),
		[P_published_request_put_figures] = db_text(r->figures),
		[P_published_request_put_published_at] = db_text(store_now(s)),
		[P_published_request_put_actor] = db_text(str_of(s->actor)),
	};
	return db_run(s->db, STMT_published_request_put, arg, take_ordinal, &ordinal, e) &&
		(!ordinal || note_request(s, round, r, ordinal, e));
}

bool store_put_request(struct store *s, struct str round, const struct stored_request *r,
		       struct err *e)
{
	return store_begun(s, e) && store_done(s, put_request(s, round, r, e), e);
}
