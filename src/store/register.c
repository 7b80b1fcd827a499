/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The register of clusters and its lineage, as it is and as frozen rounds saw it. */
#include <assert.h>

#include "store/inside.h"

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
