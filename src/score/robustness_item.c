/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/robustness_item.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	TABLE_MAX = 4096, /* outcomes of one table; an area with more is drawn as several */
	STEPS_OF_ITEM = 3, /* lower, as it is, higher */
	SCALE_MAX = 100,
};

/* A random word is of 32 bits: what is rarer is never drawn. */
#define RAREST 0x1p-33

/* A distribution while it is put together: distinct values, rising. */
struct spread {
	int64_t *micro;
	double *probability;
	size_t n;
};

/* ---- ladders ------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static size_t distinct(int64_t *v, size_t n)
{
	size_t kept = 0;
	qsort(v, n, sizeof(*v), by_size);
	for (size_t i = 0; i < n; i++) {
		if (!kept || v[i] != v[kept - 1])
			v[kept++] = v[i];
	}
	return kept;
}

struct ladders ladders_of(struct arena *a, const struct instrument *in)
{
	struct ladders l = { NEW(a, in->n_items + 1, size_t),
			     NEW(a, in->n_items * 2 + in->n_steps, int64_t) };
	size_t n = 0;
	for (size_t k = 0; k < in->n_items; k++) {
		int64_t *first = l.step + n;
		l.start[k] = n;
		size_t steps = 0;
		first[steps++] = 0;
		first[steps++] = in->item[k].max_micro;
		for (size_t i = 0; i < in->n_steps; i++) {
			if (in->step[i].item == k)
				first[steps++] = in->step[i].points_micro;
		}
		n += distinct(first, steps);
	}
	l.start[in->n_items] = n;
	return l;
}

/* ---- one item ------------------------------------------------------------------------------ */

/* The item's points and the steps beside them; at an end of the ladder it stays. */
static struct spread item_spread(const struct ladders *l, size_t k, int64_t points, double error,
				 int64_t micro[STEPS_OF_ITEM], double probability[STEPS_OF_ITEM])
{
	const int64_t *step = l->step + l->start[k];
	size_t n = l->start[k + 1] - l->start[k], below = 0, above = n;
	while (below < n && step[below] < points)
		below++; /* steps below the points */
	for (above = below; above < n && step[above] <= points;)
		above++; /* first step above */
	struct spread s = { micro, probability, 0 };
	double stays = 1;
	if (below) {
		micro[s.n] = step[below - 1];
		probability[s.n++] = error;
		stays -= error;
	}
	size_t own = s.n++;
	micro[own] = points;
	if (above < n) {
		micro[s.n] = step[above];
		probability[s.n++] = error;
		stays -= error;
	}
	probability[own] = stays;
	return s;
}

/* ---- sums of items ------------------------------------------------------------------------- */

static struct spread spread_of(struct arena *a, int64_t micro)
{
	struct spread s = { NEW(a, 1, int64_t), NEW(a, 1, double), 1 };
	s.micro[0] = micro;
	s.probability[0] = 1;
	return s;
}

/* The sum of two independent spreads, the second of a few values: its shifted copies of the first,
 * merged in rising order. */
static struct spread spread_add(struct arena *a, const struct spread *x, const struct spread *y)
{
	struct spread sum = { NEW(a, x->n * y->n, int64_t), NEW(a, x->n * y->n, double), 0 };
	size_t at[STEPS_OF_ITEM] = { 0 };
	for (;;) {
		int64_t least = INT64_MAX;
		for (size_t k = 0; k < y->n; k++) {
			if (at[k] < x->n && x->micro[at[k]] + y->micro[k] < least)
				least = x->micro[at[k]] + y->micro[k];
		}
		if (least == INT64_MAX)
			return sum;
		double probability = 0;
		for (size_t k = 0; k < y->n; k++) {
			if (at[k] < x->n && x->micro[at[k]] + y->micro[k] == least)
				probability += x->probability[at[k]++] * y->probability[k];
		}
		sum.micro[sum.n] = least;
		sum.probability[sum.n++] = probability;
	}
}

static void leave_out_rarest(struct spread *s)
{
	size_t kept = 0;
	for (size_t i = 0; i < s->n; i++) {
		if (s->probability[i] < RAREST)
			continue;
		s->micro[kept] = s->micro[i];
		s->probability[kept++] = s->probability[i];
	}
	s->n = kept;
}

/* ---- tables -------------------------------------------------------------------------------- */

static uint64_t threshold_of(double share)
{
	return share >= 1 ? (uint64_t)1 << 32 : (uint64_t)(share * 0x1p32);
}

/* M. Vose's way to fill a table: columns below the mean are topped up from one above it. */
static struct outcome *alias_table(struct arena *a, struct arena *work, const double *value,
				   const double *probability, size_t n)
{
	struct outcome *o = NEW(a, n, struct outcome);
	double *height = NEW(work, n, double);
	size_t *small = NEW(work, n, size_t), *large = NEW(work, n, size_t);
	size_t n_small = 0, n_large = 0;
	for (size_t i = 0; i < n; i++) {
		height[i] = probability[i] * (double)n;
		o[i] = (struct outcome){ { value[i], value[i] }, (uint64_t)1 << 32 };
		if (height[i] < 1)
			small[n_small++] = i;
		else
			large[n_large++] = i;
	}
	while (n_small && n_large) {
		size_t low = small[--n_small], high = large[n_large - 1];
		o[low].value[1] = value[high];
		o[low].threshold = threshold_of(height[low]);
		height[high] -= 1 - height[low];
		if (height[high] < 1) {
			n_large--;
			small[n_small++] = high;
		}
	}
	return o; /* columns left over are full but for rounding */
}

static const struct outcome *table_through(struct arena *a, struct arena *work,
					   const struct spread *s, const struct varying_area *v,
					   double floor, bool log_of)
{
	double *value = NEW(work, s->n, double);
	for (size_t i = 0; i < s->n; i++) {
		value[i] = ((double)s->micro[i] + v->fixed_micro) * v->points_to_area;
		if (log_of)
			value[i] = log(value[i] < floor ? floor : value[i]);
	}
	return alias_table(a, work, value, s->probability, s->n);
}

static struct outcomes outcomes_of(struct arena *a, struct arena *work, const struct spread *s)
{
	double *value = NEW(work, s->n, double);
	for (size_t i = 0; i < s->n; i++)
		value[i] = (double)s->micro[i];
	return (struct outcomes){ .n = s->n,
				  .value = alias_table(a, work, value, s->probability, s->n) };
}

/* ---- areas --------------------------------------------------------------------------------- */

static bool is_missing(const struct item_score *item)
{
	return item->missing == MISSING_NR || item->missing == MISSING_ND;
}

static void add_item(struct arena *a, struct arena *work, const struct ladders *l, size_t k,
		     const struct item_score *item, double error, struct varying_area *v,
		     struct spread *open)
{
	int64_t micro[STEPS_OF_ITEM];
	double probability[STEPS_OF_ITEM];
	struct spread s = item_spread(l, k, item->points_micro, error, micro, probability);
	if (s.n == 1 || error <= 0) {
		v->fixed_micro += (double)item->points_micro;
		return;
	}
	if (open->n * s.n > TABLE_MAX) {
		v->table[v->n_tables++] = outcomes_of(a, work, open);
		*open = spread_of(work, 0);
	}
	*open = spread_add(work, open, &s);
}

static struct varying_area area_outcomes(struct arena *a, struct arena *work,
					 const struct instrument *in, const struct ladders *l,
					 const struct cluster_score *c,
					 const struct robustness_model *m, size_t area)
{
	struct varying_area v = { .area = area,
				  .points_to_area = (double)SCALE_MAX /
						    (double)c->area[area].max_micro };
	struct spread open = spread_of(work, 0);
	unsigned most = c->area[area].applicable;
	v.table = NEW(a, most + 1, struct outcomes);
	v.missing_max = NEW(a, most, double);
	for (size_t k = 0; k < in->n_items; k++) {
		const struct item_score *item = &c->item[k];
		if (in->item[k].area != area || item->missing == MISSING_NA)
			continue;
		if (!is_missing(item))
			add_item(a, work, l, k, item, m->item_error / 100, &v, &open);
		else if (m->missing)
			v.missing_max[v.n_missing++] = (double)in->item[k].max_micro;
	}
	leave_out_rarest(&open);
	if (open.n > 1)
		v.table[v.n_tables++] = outcomes_of(a, work, &open);
	if (v.n_tables == 1 && !v.n_missing) {
		v.table->area = table_through(a, work, &open, &v, m->geometric_floor, false);
		v.table->log_area = table_through(a, work, &open, &v, m->geometric_floor, true);
	}
	return v;
}

struct varying_area *varying_areas(struct arena *a, const struct instrument *in,
				   const struct ladders *ladders, const struct cluster_score *c,
				   const struct robustness_model *m, struct arena *work,
				   size_t *ret_n)
{
	struct varying_area *out = NEW(a, in->n_areas, struct varying_area);
	size_t n = 0;
	for (size_t i = 0; i < in->n_areas; i++) {
		if (!c->area[i].computed)
			continue;
		struct arena_mark mark = arena_mark(work);
		struct varying_area v = area_outcomes(a, work, in, ladders, c, m, i);
		arena_rewind(work, mark);
		if (v.n_tables || v.n_missing)
			out[n++] = v;
	}
	*ret_n = n;
	return out;
}
