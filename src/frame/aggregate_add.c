/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aggregation of a table that comes part by part.
 *
 * Every part has a plan of its own, because dictionaries and places in memory change; the tables of
 * all plans are alike (the same vectors, masks and tasks in the same order), because types and the
 * presence of missing cells do not.  So sums of a group of a part are joined to those of the group
 * with the same key.  Parts are joined in their order. */
#include <assert.h>
#include <string.h>

#include "base/num.h"
#include "frame/aggregate_parts.h"


struct aggregation {
	struct arena *a;
	struct arena part; /* of the plan of the part at hand */
	const struct formula *formula;
	size_t n_formulas;
	const struct expr_env *env;
	const struct runner *runner;
	struct crew crew;

	struct plan plan; /* of the first part: to read the results by */
	struct entry *entry;
	bool started;

	struct totals totals;
	size_t n_groups, cap_groups;
	struct str *key; /* of groups */
	uint32_t *slot;  /* place of a key + 1; never over half full */
	size_t n_slots;
	struct column_builder **dimension;
	size_t n_dimensions;
};

static bool needs_order(const struct expr *e, const struct expr_node *node)
{
	for (uint32_t i = 0; i < node->n_args; i++)
		if (row_needs_order(node->arg[i]))
			return true;
	return e->n_figures > 0;
}

bool aggregation_possible(const struct formula *formula, size_t n_formulas)
{
	for (size_t i = 0; i < n_formulas; i++) {
		const struct expr *e = formula[i].value, *universe = formula[i].universe;

		for (size_t k = 0; k < e->n_leaves; k++)
			if (e->leaf[k]->op != EXPR_OP_AGGREGATE ||
			    is_whole(e->leaf[k]->aggregate) || needs_order(e, e->leaf[k]))
				return false;
		if (universe && row_needs_order(universe->root))
			return false;
	}
	return true;
}

struct aggregation *aggregation_make(struct arena *a, const struct formula *formula,
				     size_t n_formulas, const struct expr_env *env,
				     const struct runner *runner)
{
	struct aggregation *k = NEW(a, 1, struct aggregation);

	*k = (struct aggregation){ .a = a,
				   .formula = formula,
				   .n_formulas = n_formulas,
				   .env = env,
				   .runner = runner ? runner : &runner_serial,
				   .crew = { .home = a },
				   .entry = NEW(a, n_formulas, struct entry) };
	arena_init(&k->part, (size_t)1 << 40);
	return k;
}

/* ---- groups ---- */

/* The cells of a row in the dimensions; missing of any kind is one value. */
static struct str key_of(struct arena *a, const struct grouping *g, uint32_t row)
{
	struct buf b;

	buf_init(&b, a, 1u << 24);
	for (size_t d = 0; d < g->n_dimensions; d++) {
		struct cell cell = column_cell(g->dimension[d], row);

		if (cell.missing != MISSING_NO) {
			buf_putc(&b, 'M');
			continue;
		}
		size_t before = b.n;
		cell_put(&b, g->dimension[d], row);
		buf_putc(&b, ':');
		num_put_int(&b, (int64_t)(b.n - before));
	}
	return buf_str(&b);
}

static void add_cell(struct column_builder *b, const struct column *c, uint32_t row)
{
	struct cell cell = column_cell(c, row);

	if (cell.missing != MISSING_NO)
		column_add_missing(b, cell.missing);
	else if (c->type == COLUMN_TEXT)
		column_add_text(b, cell.text);
	else if (c->type == COLUMN_REAL)
		column_add_real(b, cell.real);
	else
		column_add_integer(b, cell.integer);
}

static void rehash(struct aggregation *k)
{
	k->n_slots = k->n_slots ? k->n_slots * 2 : 1024;
	k->slot = NEW(k->a, k->n_slots, uint32_t);
	for (size_t i = 0; i < k->n_groups; i++) {
		size_t at = (size_t)str_hash(k->key[i]) & (k->n_slots - 1);

		while (k->slot[at])
			at = (at + 1) & (k->n_slots - 1);
		k->slot[at] = (uint32_t)i + 1;
	}
}

static void grow(struct aggregation *k)
{
	const struct plan *p = &k->plan;
	size_t cap = k->cap_groups ? k->cap_groups * 2 : 512;
	struct totals more = totals_make(k->a, p, cap);

	if (k->n_groups) {
		memcpy(more.kinds, k->totals.kinds, k->n_groups * p->n_masks * sizeof(*more.kinds));
		memcpy(more.sum, k->totals.sum, k->n_groups * p->n_tasks * sizeof(*more.sum));
	}
	totals_clear(p, &more, k->n_groups, cap);
	k->totals = more;
	k->key = arena_grow(k->a, k->key, k->n_groups, cap, sizeof(*k->key));
	k->cap_groups = cap;
}

/* The group with the key of that row; a new one when there is none. */
static size_t group_of(struct aggregation *k, const struct grouping *g, uint32_t row)
{
	struct str key = key_of(&k->part, g, row);

	if (k->n_groups * 2 >= k->n_slots)
		rehash(k);
	size_t at = (size_t)str_hash(key) & (k->n_slots - 1);
	for (; k->slot[at]; at = (at + 1) & (k->n_slots - 1))
		if (str_eq(k->key[k->slot[at] - 1], key))
			return k->slot[at] - 1;
	if (k->n_groups == k->cap_groups)
		grow(k);
	k->key[k->n_groups] = str_dup(k->a, key);
	k->slot[at] = (uint32_t)k->n_groups + 1;
	for (size_t d = 0; d < k->n_dimensions; d++)
		add_cell(k->dimension[d], g->dimension[d], row);
	return k->n_groups++;
}

/* ---- parts ---- */

static void start(struct aggregation *k, const struct grouping *g)
{
	k->started = true;
	k->n_dimensions = g->n_dimensions;
	k->dimension = NEW(k->a, g->n_dimensions, struct column_builder *);
	for (size_t d = 0; d < g->n_dimensions; d++) {
		const struct column *c = g->dimension[d];

		k->dimension[d] = column_build(k->a, c->name, c->type,
					       c->type == COLUMN_TEXT ? NULL : c->dictionary);
	}
}

void aggregation_add(struct aggregation *k, const struct frame *f, const struct grouping *g)
{
	struct arena_mark empty = arena_mark(&k->part);
	struct plan here = { .a = &k->part, .env = k->env, .kernels = aggregate_kernels() };
	struct plan *p = k->started ? &here : &k->plan;
	struct entry *entry = k->started ? NEW(&k->part, k->n_formulas, struct entry) : k->entry;

	assert(!k->started || g->n_dimensions == k->n_dimensions);
	if (!k->started) {
		start(k, g);
		*p = here;
		p->a = k->a;
	}
	plan_make(p, k->formula, k->n_formulas, f, g, k->runner, entry);
	assert(p->n_masks == k->plan.n_masks && p->n_tasks == k->plan.n_tasks);
	run_blocks(p, &k->crew, k->runner);
	struct totals part = { p->kinds, p->sum };
	for (size_t i = 0; i < g->n_groups; i++)
		totals_join(p, &k->totals, group_of(k, g, g->n_dimensions ? g->first_row[i] : 0),
			    &part, i);
	arena_rewind(&k->part, empty);
}

bool aggregation_end(struct aggregation *k, struct grouping *ret_groups,
		     struct result **ret_results, struct err *e)
{
	struct plan *p = &k->plan;
	const struct column **dimension = NEW(k->a, k->n_dimensions, const struct column *);
	struct grouping g;

	assert(k->started);
	for (size_t d = 0; d < k->n_dimensions; d++)
		dimension[d] = column_done(k->dimension[d]);
	if (!grouping_make(k->a, dimension, k->n_dimensions, k->n_groups, NULL, &g, e))
		return false;
	assert(g.n_groups == k->n_groups);
	/* In the order of the groups. */
	struct totals sorted = totals_make(k->a, p, g.n_groups);
	totals_clear(p, &sorted, 0, g.n_groups);
	for (size_t i = 0; i < k->n_groups; i++)
		totals_join(p, &sorted, g.group_of_row ? g.group_of_row[i] : i, &k->totals, i);
	p->kinds = sorted.kinds;
	p->sum = sorted.sum;
	p->n_groups = g.n_groups;
	struct result *out = NEW(k->a, g.n_groups * k->n_formulas, struct result);
	plan_read(p, k->entry, k->n_formulas, NULL, NULL, out);
	*ret_groups = g;
	*ret_results = out;
	return true;
}

void aggregation_drop(struct aggregation *k)
{
	if (!k)
		return;
	crew_drop(&k->crew);
	arena_drop(&k->part);
}
