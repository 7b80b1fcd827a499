/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many formulas over one frame: sort the rows by group where they are not, work out the tables of
 * the plan (aggregate_parts.h), read each aggregate off them, and evaluate what stands above. */
#include "frame/aggregate.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "frame/aggregate_parts.h"

/* ---- results ---- */

struct result result_of_kinds(const uint64_t kinds[4])
{
	struct result r = { .missing = MISSING_NR, .n = kinds[0] };

	r.n_universe = kinds[0];
	for (int k = 1; k < 4; k++) {
		r.n_missing[k] = kinds[k];
		r.n_universe += kinds[k];
	}
	return r;
}

void result_number(struct result *r, double v)
{
	if (!isfinite(v))
		return;
	r->missing = MISSING_NO;
	r->kind = RESULT_NUMBER;
	r->number = v;
}

void result_integer(struct result *r, int64_t v)
{
	result_number(r, (double)v);
	r->exact = true;
	r->integer = v;
}

void result_whole(struct result *r, __int128 v)
{
	if (v >= INT64_MIN && v <= INT64_MAX)
		result_integer(r, (int64_t)v);
	else
		result_number(r, (double)v);
}

void result_day(struct result *r, struct arena *a, int64_t days)
{
	struct buf b;

	buf_init(&b, a, 64);
	date_put(&b, date_from_days((int32_t)days));
	r->missing = MISSING_NO;
	r->kind = RESULT_TEXT;
	r->text = buf_str(&b);
	r->number = (double)days;
	r->integer = days;
}

/* ---- one aggregate ---- */

struct reading {
	struct plan *p;
	const struct leaf *leaf;
	size_t group;
};

static const union partial *partial_of(const struct reading *r, int which)
{
	return &r->p->sum[r->group * r->p->n_tasks + (size_t)r->leaf->task[which]];
}

static bool is_integer_sum(const struct reading *r, int which)
{
	const struct task *t = &r->p->task[r->leaf->task[which]];

	return vector_is_integer(&r->p->vector[t->x]);
}

static double sum_of(const struct reading *r, int which)
{
	const union partial *s = partial_of(r, which);

	return is_integer_sum(r, which) ? (double)s->whole : s->pair[0].sum + s->pair[0].rest;
}

static void read_sum(const struct reading *r, struct result *out)
{
	out->estimator = ESTIMATOR_SUM;
	if (out->n == 0)
		return;
	if (is_integer_sum(r, 0))
		result_whole(out, partial_of(r, 0)->whole);
	else
		result_number(out, sum_of(r, 0));
}

static void read_fraction(struct result *out, enum estimator estimator, double numerator,
			  double denominator)
{
	double times = estimator == ESTIMATOR_SHARE ? 100 : 1;
	/* Subtracted before the division: 11 of 20 grew by -0.45, not by -0.44999999999999996. */
	double base = estimator == ESTIMATOR_GROWTH ? denominator : 0;

	out->estimator = estimator;
	out->has_fraction = true;
	out->numerator = numerator;
	out->denominator = denominator;
	if (out->n > 0 && denominator != 0)
		result_number(out, times * (numerator - base) / denominator);
}

static void read_extreme(const struct reading *r, struct result *out)
{
	const union partial *s = partial_of(r, 0);
	bool least = r->leaf->node->aggregate == EXPR_AGGREGATE_MIN;

	if (out->n == 0)
		return;
	if (!is_integer_sum(r, 0) && r->leaf->node->type == EXPR_DATE)
		result_day(out, r->p->a, (int64_t)(least ? s->least_real : s->greatest_real));
	else if (!is_integer_sum(r, 0))
		result_number(out, least ? s->least_real : s->greatest_real);
	else if (r->leaf->node->type == EXPR_DATE)
		result_day(out, r->p->a, least ? s->least : s->greatest);
	else
		result_integer(out, least ? s->least : s->greatest);
}

static void read_count(const struct reading *r, struct result *out)
{
	out->estimator = ESTIMATOR_COUNT;
	if (r->leaf->task[0] == NONE)
		result_integer(out, (int64_t)out->n);
	else if (out->n > 0)
		result_integer(out, (int64_t)partial_of(r, 0)->count);
}

/* Not a whole. */
static void read_sums(const struct reading *r, struct result *out)
{
	const union partial *s;

	switch ((int)r->leaf->node->aggregate) {
	case EXPR_AGGREGATE_COUNT:
		read_count(r, out);
		break;
	case EXPR_AGGREGATE_SHARE:
		read_fraction(out, ESTIMATOR_SHARE, (double)partial_of(r, 0)->count,
			      (double)out->n);
		break;
	case EXPR_AGGREGATE_SUM:
		read_sum(r, out);
		break;
	case EXPR_AGGREGATE_MEAN:
		out->estimator = ESTIMATOR_MEAN;
		if (out->n > 0)
			result_number(out, sum_of(r, 0) / (double)out->n);
		break;
	case EXPR_AGGREGATE_RATIO:
		read_fraction(out, ESTIMATOR_RATIO, sum_of(r, 0), sum_of(r, 1));
		break;
	case EXPR_AGGREGATE_GROWTH:
		read_fraction(out, ESTIMATOR_GROWTH, sum_of(r, 0), sum_of(r, 1));
		break;
	case EXPR_AGGREGATE_WMEAN:
		s = partial_of(r, 0);
		read_fraction(out, ESTIMATOR_WMEAN, s->pair[0].sum + s->pair[0].rest,
			      s->pair[1].sum + s->pair[1].rest);
		break;
	default:
		read_extreme(r, out);
		break;
	}
}

static void read_leaf(const struct reading *r, struct result *out)
{
	const struct plan *p = r->p;

	if (r->leaf->whole != NONE) {
		*out = p->answer[r->group * p->n_wholes + (size_t)r->leaf->whole];
		return;
	}
	*out = result_of_kinds(p->kinds[r->group * p->n_masks + (size_t)r->leaf->mask]);
	read_sums(r, out);
}

/* ---- formulas ---- */

struct figures {
	figure_lookup lookup;
	void *user;
};

static enum result_kind kind_of_type(enum expr_type type)
{
	return type == EXPR_LIST ? RESULT_LIST : type == EXPR_TEXT ? RESULT_TEXT : RESULT_NUMBER;
}

/* A figure that is not of the kind its unit promised is missing. */
static void read_figure(const struct figures *figures, const struct expr_node *node, size_t group,
			struct result *out)
{
	*out = (struct result){ .missing = MISSING_NR };
	if (!figures->lookup || !figures->lookup(figures->user, node->text, group, out))
		*out = (struct result){ .missing = MISSING_NR };
	else if (out->missing == MISSING_NO && out->kind != kind_of_type(node->type))
		out->missing = MISSING_NR;
}

static void read_leaves(struct plan *p, const struct entry *entry, size_t i,
			const struct figures *figures, struct result *out)
{
	const struct expr_node *node = entry->e->leaf[i];

	for (size_t g = 0; g < p->n_groups; g++) {
		struct reading r = { p, &entry->leaf[i], g };

		if (node->op == EXPR_OP_FIGURE)
			read_figure(figures, node, g, &out[g]);
		else
			read_leaf(&r, &out[g]);
	}
}

/* Results as a column with one row a group, for what stands above them. */
static const struct column *leaf_column(struct arena *a, enum expr_type type,
					const struct result *r, size_t n)
{
	enum column_type as = COLUMN_INTEGER;

	if (type == EXPR_LIST)
		return NULL;
	if (type == EXPR_TEXT)
		as = COLUMN_TEXT;
	else if (type == EXPR_DATE)
		as = COLUMN_DATE;
	else
		for (size_t g = 0; g < n; g++)
			if (r[g].missing == MISSING_NO && !r[g].exact)
				as = COLUMN_REAL;
	struct column_builder *b = column_build(a, STR("leaf"), as, NULL);
	for (size_t g = 0; g < n; g++) {
		if (r[g].missing != MISSING_NO)
			column_add_missing(b, r[g].missing);
		else if (as == COLUMN_TEXT)
			column_add_text(b, r[g].text);
		else if (as == COLUMN_REAL)
			column_add_real(b, r[g].number);
		else
			column_add_integer(b, r[g].integer);
	}
	return column_done(b);
}

/* The value of row g, on top of the counts that out has already. */
static void result_of_cell(struct result *out, struct arena *a, const struct column *c, size_t g)
{
	struct cell cell = column_cell(c, g);

	out->missing = cell.missing;
	if (cell.missing != MISSING_NO)
		return;
	switch (c->type) {
	case COLUMN_INTEGER:
	case COLUMN_BOOLEAN:
		result_integer(out, cell.integer);
		break;
	case COLUMN_REAL:
		out->missing = MISSING_NR;
		result_number(out, cell.real);
		break;
	case COLUMN_DATE:
		result_day(out, a, cell.integer);
		break;
	case COLUMN_TEXT:
	case COLUMN_CHOICE:
		out->kind = RESULT_TEXT;
		out->text = cell.text;
		break;
	case COLUMN_MULTIPLE:
	case COLUMN_RANK:
		out->missing = MISSING_NR;
		break;
	}
}

/* An aggregate times or divided by a constant is still that aggregate; a scaled share is not a
 * percentage any more. */
static const struct expr_node *scaled_leaf(const struct expr_node *root)
{
	if (root->op == EXPR_OP_MULTIPLY && root->arg[0]->op == EXPR_OP_NUMBER)
		return root->arg[1];
	if ((root->op == EXPR_OP_MULTIPLY || root->op == EXPR_OP_DIVIDE) &&
	    root->arg[1]->op == EXPR_OP_NUMBER)
		return root->arg[0];
	return NULL;
}

/* Counts of a formula of several aggregates: those of the first. */
static struct result counts_of(struct plan *p, const struct entry *entry,
			       struct result *const *leaf, size_t g)
{
	const struct expr_node *scaled = scaled_leaf(entry->e->root);
	struct result from = result_of_kinds(p->kinds[g * p->n_masks + (size_t)entry->universe]);

	for (size_t i = entry->e->n_leaves; i-- > 0;)
		if (entry->e->leaf[i]->op == EXPR_OP_AGGREGATE || entry->e->n_leaves == 1)
			from = leaf[i][g];
	struct result out = { .n = from.n, .n_universe = from.n_universe };
	memcpy(out.n_missing, from.n_missing, sizeof(out.n_missing));
	if (scaled && scaled->op == EXPR_OP_AGGREGATE) {
		out.has_fraction = from.has_fraction;
		out.numerator = from.numerator;
		out.denominator = from.denominator;
		if (from.estimator != ESTIMATOR_SHARE)
			out.estimator = from.estimator;
	}
	return out;
}

static void read_top(struct plan *p, const struct entry *entry, const struct figures *figures,
		     struct result *out)
{
	const struct expr *e = entry->e;
	const struct column **column = NEW(p->a, e->n_leaves, const struct column *);
	struct result **leaf = NEW(p->a, e->n_leaves, struct result *);

	for (size_t i = 0; i < e->n_leaves; i++) {
		leaf[i] = NEW(p->a, p->n_groups, struct result);
		read_leaves(p, entry, i, figures, leaf[i]);
		column[i] = leaf_column(p->a, e->leaf[i]->type, leaf[i], p->n_groups);
	}
	const struct expr_plan *top = expr_plan_top(p->a, e, column, p->n_groups, p->env);
	const struct column *value = expr_plan_column(p->a, top);
	for (size_t g = 0; g < p->n_groups; g++) {
		out[g] = counts_of(p, entry, leaf, g);
		result_of_cell(&out[g], p->a, value, g);
	}
}

static void read_formula(struct plan *p, const struct entry *entry, const struct figures *figures,
			 struct result *out)
{
	enum expr_op op = entry->e->root->op;

	if (op == EXPR_OP_AGGREGATE || op == EXPR_OP_FIGURE)
		read_leaves(p, entry, 0, figures, out);
	else
		read_top(p, entry, figures, out);
}

/* ---- the frame, sorted ---- */

static bool is_sorted(const struct grouping *g, size_t n_rows)
{
	for (size_t i = 1; g->group_of_row && i < n_rows; i++)
		if (g->group_of_row[i] < g->group_of_row[i - 1])
			return false;
	return true;
}

/* The columns that the formulas read, and row trees that must see the rows in their own order,
 * evaluated; these are named by their keys. */
struct gathered {
	struct arena *a;
	const struct frame *f;
	const struct expr_env *env;
	const struct column **column;
	size_t n, cap;
};

static void gather_column(struct gathered *k, const struct column *c)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->column[i] == c)
			return;
	if (k->n == k->cap) {
		size_t cap = k->cap ? k->cap * 2 : 64;

		k->column = arena_grow(k->a, k->column, k->n, cap, sizeof(*k->column));
		k->cap = cap;
	}
	k->column[k->n++] = c;
}

static void gather_ordered(struct gathered *k, const struct expr *e, const struct expr_node *row)
{
	if (!row_needs_order(row))
		return;
	struct str key = row_key(k->a, e, row);
	for (size_t i = 0; i < k->n; i++)
		if (str_eq(k->column[i]->name, key))
			return;
	struct column *c = NEW(k->a, 1, struct column);
	*c = *expr_plan_column(k->a, expr_plan_rows(k->a, e, row, k->f, k->env));
	c->name = key;
	gather_column(k, c);
}

static void gather_names(struct gathered *k, const struct expr *e)
{
	for (size_t i = 0; i < e->n_names; i++) {
		const struct column *c = frame_column(k->f, e->name_text[i]);

		if (c)
			gather_column(k, c);
	}
}

static void gather_formula(struct gathered *k, const struct formula *formula)
{
	const struct expr *e = formula->value;

	gather_names(k, e);
	for (size_t i = 0; i < e->n_leaves; i++)
		for (uint32_t j = 0; j < e->leaf[i]->n_args; j++)
			gather_ordered(k, e, e->leaf[i]->arg[j]);
	if (formula->universe) {
		gather_names(k, formula->universe);
		gather_ordered(k, formula->universe, formula->universe->root);
	}
}

static const uint32_t *run_starts(struct arena *a, const struct grouping *g, size_t n_rows)
{
	uint32_t *start = NEW(a, g->n_groups + 1, uint32_t);

	if (!g->group_of_row) {
		start[g->n_groups] = (uint32_t)n_rows;
		return start;
	}
	size_t row = 0;
	for (size_t k = 0; k <= g->n_groups; k++) {
		while (row < n_rows && g->group_of_row[row] < k)
			row++;
		start[k] = (uint32_t)row;
	}
	return start;
}

static bool any_whole(const struct formula *formula, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < formula[i].value->n_leaves; k++) {
			const struct expr_node *leaf = formula[i].value->leaf[k];

			if (leaf->op == EXPR_OP_AGGREGATE && is_whole(leaf->aggregate))
				return true;
		}
	return false;
}

static void plan_rows(struct plan *p, const struct formula *formula, size_t n_formulas,
		      const struct frame *f, const struct grouping *g, const struct runner *runner)
{
	struct gathered k = { .a = p->a, .f = f, .env = p->env };
	struct grouping sorted = *g;

	assert(f->n_rows < UINT32_MAX);
	for (size_t i = 0; i < n_formulas; i++)
		gather_formula(&k, &formula[i]);
	p->f = frame_of(p->a, k.column, k.n, f->n_rows);
	p->n_groups = g->n_groups;
	if (g->start) {
		p->start = g->start;
		return;
	}
	if (!is_sorted(g, f->n_rows)) {
		if (f->n_rows > CHUNK_ROWS && g->n_groups <= CHUNK_GROUPS_MAX &&
		    !any_whole(formula, n_formulas)) {
			p->group_of_row = g->group_of_row;
			return;
		}
		struct grouping bare = *g;

		bare.n_dimensions = 0; /* nobody reads them here */
		p->f = frame_sort_by(p->a, p->f, &bare, runner, &sorted);
	}
	p->start = run_starts(p->a, &sorted, f->n_rows);
}

static struct entry enter(struct plan *p, const struct formula *formula)
{
	const struct expr *e = formula->value;
	struct entry entry = { .e = e, .leaf = NEW(p->a, e->n_leaves, struct leaf) };

	entry.universe = plan_universe(p, formula->universe);
	for (size_t i = 0; i < e->n_leaves; i++)
		if (e->leaf[i]->op == EXPR_OP_AGGREGATE)
			entry.leaf[i] = plan_leaf(p, e, e->leaf[i], formula->universe);
	return entry;
}

void plan_make(struct plan *p, const struct formula *formula, size_t n_formulas,
	       const struct frame *f, const struct grouping *g, const struct runner *runner,
	       struct entry *entry)
{
	plan_rows(p, formula, n_formulas, f, g, runner);
	for (size_t i = 0; i < n_formulas; i++)
		entry[i] = enter(p, &formula[i]);
}

void plan_read(struct plan *p, const struct entry *entry, size_t n_formulas, figure_lookup lookup,
	       void *lookup_user, struct result *out)
{
	struct figures figures = { lookup, lookup_user };

	for (size_t i = 0; i < n_formulas; i++)
		read_formula(p, &entry[i], &figures, out + i * p->n_groups);
}

void aggregate_run(struct arena *a, const struct formula *formula, size_t n_formulas,
		   const struct frame *f, const struct grouping *g, const struct expr_env *env,
		   figure_lookup lookup, void *lookup_user, const struct runner *runner,
		   struct result *out)
{
	struct plan p = { .a = a, .env = env, .kernels = aggregate_kernels() };
	struct entry *entry = NEW(a, n_formulas, struct entry);
	struct crew crew = { .home = a };

	if (!runner)
		runner = &runner_serial;
	plan_make(&p, formula, n_formulas, f, g, runner, entry);
	run_blocks(&p, &crew, runner);
	crew_drop(&crew);
	run_wholes(&p, runner);
	plan_read(&p, entry, n_formulas, lookup, lookup_user, out);
}
