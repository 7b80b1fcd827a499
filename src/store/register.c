/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The register of clusters and its lineage, as it is and as frozen rounds saw it. */
#include <assert.h>

#include "store/inside.h"

/* ---- writing ---- */

static bool put_cluster(struct store *s, const struct cluster_entry *c, struct err *e)
{
	struct db_value arg[P_cluster_put_N] = {
		[P_cluster_put_id] = db_text(c->id),
		[P_cluster_put_name] = db_text(c->name),
		[P_cluster_put_department] = db_text(c->department),
		[P_cluster_put_sector] = db_text(c->sector),
		[P_cluster_put_manager_kind] = db_text(c->manager_kind),
		[P_cluster_put_chamber] = db_text(c->chamber),
		[P_cluster_put_since] = db_text(c->since),
		[P_cluster_put_until] = db_text(c->until),
		[P_cluster_put_active] = db_integer(c->active),
	};
	return db_run(s->db, STMT_cluster_put, arg, NULL, NULL, e) ||
		err_in(e, "%.*s", STR_ARG(c->id));
}

static bool put_lineage(struct store *s, const struct lineage_entry *l, struct err *e)
{
	struct db_value arg[P_lineage_put_N] = {
		[P_lineage_put_on_date] = db_text(l->date),
		[P_lineage_put_event] = db_text(l->event),
		[P_lineage_put_from_cluster] = db_text(l->from),
		[P_lineage_put_to_cluster] = db_text(l->to),
	};
	return db_run(s->db, STMT_lineage_put, arg, NULL, NULL, e);
}

static bool put(struct store *s, const struct cluster_register *r, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	for (size_t i = 0; i < r->n; i++) {
		if (!put_cluster(s, &r->cluster[i], e))
			return false;
	}
	for (size_t i = 0; i < r->n_lineage; i++) {
		if (!put_lineage(s, &r->lineage[i], e))
			return false;
	}
	struct note after;
	note_start(&after, &a);
	json_member_int(&after.json, "clusters", (int64_t)r->n);
	json_member_int(&after.json, "lineage", (int64_t)r->n_lineage);
	return store_audit(s, "register import", STR(""), STR(""), note_end(&after), e);
}

bool store_put_register(struct store *s, const struct cluster_register *r, struct err *e)
{
	return store_begun(s, e) && store_done(s, put(s, r, e), e);
}

/* ---- reading ---- */

struct clusters {
	struct arena *a;
	struct cluster_entry *item;
	size_t n, cap;
};

/* Both lists give these columns in this order. */
static_assert((int)C_cluster_list_active == (int)C_round_cluster_list_active &&
		      (int)C_cluster_list_id == (int)C_round_cluster_list_id,
	      "the register now and the register then have the same columns");

/* First day of a year or date that register_read() has checked. */
static int32_t first_day(struct str text, int32_t otherwise)
{
	struct date d;
	return text.n && date_parse(text, true, &d) ? date_days(d) : otherwise;
}

static bool take_cluster(void *user, const struct db_value *column, struct err *e)
{
	struct clusters *l = user;
	(void)e;
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 4;
		l->item = arena_grow(l->a, l->item, l->cap, cap, sizeof(*l->item));
		l->cap = cap;
	}
	struct cluster_entry *c = &l->item[l->n++];
	*c = (struct cluster_entry){
		.id = str_dup(l->a, column[C_cluster_list_id].text),
		.name = str_dup(l->a, column[C_cluster_list_name].text),
		.department = str_dup(l->a, column[C_cluster_list_department].text),
		.sector = str_dup(l->a, column[C_cluster_list_sector].text),
		.manager_kind = str_dup(l->a, column[C_cluster_list_manager_kind].text),
		.chamber = str_dup(l->a, column[C_cluster_list_chamber].text),
		.since = str_dup(l->a, column[C_cluster_list_since].text),
		.until = str_dup(l->a, column[C_cluster_list_until].text),
		.active = column[C_cluster_list_active].integer != 0,
	};
	c->since_day = first_day(c->since, 0);
	c->until_day = first_day(c->until, INT32_MAX);
	return true;
}

static_assert((int)C_cluster_list_active == (int)C_cluster_get_active &&
		      (int)C_cluster_list_id == (int)C_cluster_get_id,
	      "one cluster and all clusters have the same columns");

bool store_find_cluster(struct store *s, struct arena *a, struct str id, bool *ret_found,
			struct cluster_entry *out, struct err *e)
{
	struct clusters l = { .a = a };
	struct db_value key[P_cluster_get_N] = { [P_cluster_get_id] = db_text(id) };
	if (!db_run(s->db, STMT_cluster_get, key, take_cluster, &l, e))
		return false;
	*ret_found = l.n > 0;
	if (l.n)
		*out = l.item[0];
	return true;
}

struct lineages {
	struct arena *a;
	struct lineage_entry *item;
	size_t n, cap;
};

static bool take_lineage(void *user, const struct db_value *column, struct err *e)
{
	struct lineages *l = user;
	(void)e;
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		l->item = arena_grow(l->a, l->item, l->cap, cap, sizeof(*l->item));
		l->cap = cap;
	}
	struct str date = str_dup(l->a, column[C_lineage_list_on_date].text);
	l->item[l->n++] = (struct lineage_entry){
		.date = date,
		.event = str_dup(l->a, column[C_lineage_list_event].text),
		.from = str_dup(l->a, column[C_lineage_list_from_cluster].text),
		.to = str_dup(l->a, column[C_lineage_list_to_cluster].text),
		.day = first_day(date, 0),
	};
	return true;
}

static bool read_register(struct store *s, struct arena *a, int clusters, int lineage,
			  const struct db_value *arg, struct cluster_register *out, struct err *e)
{
	struct clusters c = { .a = a };
	struct lineages l = { .a = a };
	if (!db_run(s->db, clusters, arg, take_cluster, &c, e) ||
	    !db_run(s->db, lineage, arg, take_lineage, &l, e))
		return false;
	*out = (struct cluster_register){
		.cluster = c.item, .n = c.n, .lineage = l.item, .n_lineage = l.n
	};
	return true;
}

bool store_get_register(struct store *s, struct arena *a, struct cluster_register *out,
			struct err *e)
{
	return read_register(s, a, STMT_cluster_list, STMT_lineage_list, NULL, out, e);
}

bool round_register(struct store *s, struct arena *a, struct str round, enum round_state state,
		    struct cluster_register *out, struct err *e)
{
	struct db_value arg[P_round_cluster_list_N] = { db_text(round) };
	if (state != ROUND_FROZEN && state != ROUND_PUBLISHED)
		return store_get_register(s, a, out, e);
	return read_register(s, a, STMT_round_cluster_list, STMT_round_lineage_list, arg, out, e);
}

bool store_get_round_register(struct store *s, struct arena *a, struct str round,
			      struct cluster_register *out, struct err *e)
{
	enum round_state state;
	return round_state(s, round, &state, e) && round_register(s, a, round, state, out, e);
}
