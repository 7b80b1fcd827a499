/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Groups of rows: each dimension's values are put in order (places 0.. n-1, missing last), the
 * places of a row make one number, and the numbers that occur become the groups, in order.
 *
 * Invariants: the place of a cell is below places.n; a group's number is below the product of the
 * places, which fits 63 bits (else ERR_LIMIT). */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "frame/aggregate.h"
#include "frame/column_move.h"

enum { GROUPS_MAX = 1 << 20, DENSE_MAX = 1 << 22, NARROW_RANGE = 1 << 16 };

/* The places of one dimension's values. */
struct places {
	size_t n;           /* number of places, the missing one included */
	const uint32_t *of; /* place of value least + i, or of dictionary code i */
	int64_t least;
	const int64_t *sorted; /* of == NULL: the distinct values in order, n - 1 of them */
};

/* Doubles as integers that sort the same way (both zeros alike). */
static int64_t order_of(double v)
{
	int64_t bits;

	if (v == 0)
		return 0;
	memcpy(&bits, &v, sizeof(bits));
	return bits < 0 ? INT64_MIN - bits : bits;
}

static int64_t value_at(const struct column *c, size_t i)
{
	switch (c->storage) {
	case STORAGE_U8:
		return ((const uint8_t *)c->value)[i];
	case STORAGE_U16:
		return ((const uint16_t *)c->value)[i];
	case STORAGE_I32:
		return ((const int32_t *)c->value)[i];
	case STORAGE_I64:
		return ((const int64_t *)c->value)[i];
	case STORAGE_F64:
		return order_of(((const double *)c->value)[i]);
	}
	return 0;
}

/* ---- the order of a dictionary ---- */

struct name_place {
	struct str name;
	double number;
	uint32_t code;
};

static int by_name(const void *x, const void *y)
{
	const struct name_place *a = x, *b = y;

	return str_cmp(a->name, b->name);
}

static int by_number(const void *x, const void *y)
{
	const struct name_place *a = x, *b = y;

	if (a->number < b->number)
		return -1;
	if (a->number > b->number)
		return 1;
	return by_name(x, y);
}

/* Do all names that the rows use read as numbers? */
static bool all_numbers(const struct dictionary *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (!d->number || isnan(d->number[i]))
			return false;
	return true;
}

static void places_of_text(struct arena *a, const struct dictionary *d, uint32_t *place)
{
	struct arena_mark mark = arena_mark(a);
	struct name_place *sorted = NEW(a, d->n, struct name_place);
	bool numbers = all_numbers(d);

	for (size_t i = 0; i < d->n; i++) {
		sorted[i].name = d->name[i];
		sorted[i].number = numbers ? d->number[i] : 0;
		sorted[i].code = (uint32_t)i;
	}
	qsort(sorted, d->n, sizeof(*sorted), numbers ? by_number : by_name);
	for (size_t i = 0; i < d->n; i++)
		place[sorted[i].code] = (uint32_t)i;
	arena_rewind(a, mark);
}

static struct places places_of_names(struct arena *a, const struct column *c)
{
	size_t n = c->dictionary->n;
	uint32_t *place = NEW(a, n + 1, uint32_t);

	if (c->type == COLUMN_TEXT)
		places_of_text(a, c->dictionary, place);
	else
		for (size_t i = 0; i < n; i++)
			place[i] = (uint32_t)i;
	return (struct places){ .n = n + 1, .of = place };
}

/* ---- the order of numbers ---- */

static int by_value(const void *x, const void *y)
{
	int64_t a, b;

	memcpy(&a, x, sizeof(a));
	memcpy(&b, y, sizeof(b));
	return (a > b) - (a < b);
}

static bool is_missing(const struct column *c, size_t i)
{
	return c->missing && c->missing[i] != MISSING_NO;
}

/* Distinct values in order; false when there are more than GROUPS_MAX. */
static bool distinct_values(struct arena *a, const struct column *c, struct places *out)
{
	size_t cap = 4096, n = 0;
	int64_t *value = NEW(a, cap, int64_t);

	for (size_t i = 0; i < c->n; i++) {
		if (is_missing(c, i))
			continue;
		if (n == cap) {
			qsort(value, n, sizeof(*value), by_value);
			size_t kept = 0;
			for (size_t k = 0; k < n; k++)
				if (k == 0 || value[k] != value[kept - 1])
					value[kept++] = value[k];
			n = kept;
			if (n > GROUPS_MAX)
				return false;
			if (n * 2 > cap) {
				value = arena_grow(a, value, n, cap * 4, sizeof(*value));
				cap *= 4;
			}
		}
		value[n++] = value_at(c, i);
	}
	qsort(value, n, sizeof(*value), by_value);
	size_t kept = 0;
	for (size_t k = 0; k < n; k++)
		if (k == 0 || value[k] != value[kept - 1])
			value[kept++] = value[k];
	*out = (struct places){ .n = kept + 1, .sorted = value };
	return kept <= GROUPS_MAX;
}

static void value_range(const struct column *c, int64_t *ret_least, int64_t *ret_greatest)
{
	int64_t least = INT64_MAX, greatest = INT64_MIN;

	for (size_t i = 0; i < c->n; i++) {
		if (is_missing(c, i))
			continue;
		int64_t v = value_at(c, i);

		least = v < least ? v : least;
		greatest = v > greatest ? v : greatest;
	}
	*ret_least = least;
	*ret_greatest = greatest;
}

static bool places_of_numbers(struct arena *a, const struct column *c, struct places *out)
{
	int64_t least = 0, greatest = UINT8_MAX;

	if (c->storage == STORAGE_U16)
		greatest = UINT16_MAX;
	else if (c->storage != STORAGE_U8)
		value_range(c, &least, &greatest);
	if (least > greatest || (uint64_t)greatest - (uint64_t)least >= NARROW_RANGE)
		return distinct_values(a, c, out);
	size_t n = (size_t)(greatest - least) + 1;
	uint32_t *place = NEW(a, n + 1, uint32_t);
	for (size_t i = 0; i < n; i++)
		place[i] = (uint32_t)i;
	*out = (struct places){ .n = n + 1, .of = place, .least = least };
	return true;
}

static uint32_t search_place(const struct places *p, int64_t v)
{
	size_t low = 0, high = p->n - 1;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (p->sorted[middle] <= v)
			low = middle;
		else
			high = middle;
	}
	return (uint32_t)low;
}

/* ---- one number a row ---- */

#define NUMBER_ROWS(type) \
	for (size_t i = 0; i < n; i++) { \
		uint32_t place = p->of[((const type *)c->value)[from + i] - p->least]; \
		place = c->missing && c->missing[from + i] ? missing : place; \
		number[i] = number[i] * p->n + place; \
	}

/* number[i] of n rows from `from` takes one more dimension in. */
static void number_rows(const struct column *c, const struct places *p, size_t from, size_t n,
			uint64_t *number)
{
	uint32_t missing = (uint32_t)(p->n - 1);

	if (p->of && c->storage == STORAGE_U8) {
		NUMBER_ROWS(uint8_t)
		return;
	}
	if (p->of && c->storage == STORAGE_U16) {
		NUMBER_ROWS(uint16_t)
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t place = missing;

		if (!is_missing(c, from + i)) {
			int64_t v = value_at(c, from + i);

			place = p->of ? p->of[v - p->least] : search_place(p, v);
		}
		number[i] = number[i] * p->n + place;
	}
}

/* From the numbers of rows to groups: by a table when they are few, else by sorting. */
struct numbering {
	uint64_t n_numbers;
	uint32_t *dense;  /* number -> group + 1 */
	uint64_t *sparse; /* or: the numbers that occur, in order */
	size_t n_groups;
};

static uint32_t group_of_number(const struct numbering *t, uint64_t number)
{
	size_t low = 0, high = t->n_groups;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (t->sparse[middle] <= number)
			low = middle;
		else
			high = middle;
	}
	return (uint32_t)low;
}

static int by_unsigned(const void *x, const void *y)
{
	uint64_t a, b;

	memcpy(&a, x, sizeof(a));
	memcpy(&b, y, sizeof(b));
	return (a > b) - (a < b);
}

enum { STRIDE = 4096 };
struct walk {
	const struct column *const *dimension;
	const struct places *places;
	size_t n_dimensions, n_rows;
	const uint8_t *keep;
};

/* The numbers of up to STRIDE rows from `from`; the count of rows. */
static size_t walk_numbers(const struct walk *w, size_t from, uint64_t *number)
{
	size_t n = w->n_rows - from < STRIDE ? w->n_rows - from : STRIDE;

	memset(number, 0, n * sizeof(*number));
	for (size_t d = 0; d < w->n_dimensions; d++)
		number_rows(w->dimension[d], &w->places[d], from, n, number);
	return n;
}

static bool kept(const struct walk *w, size_t row)
{
	return !w->keep || w->keep[row];
}

/* Leaves the number of each row in group. */
static void number_densely(struct arena *a, const struct walk *w, struct numbering *t,
			   uint32_t *group)
{
	uint64_t number[STRIDE];

	t->dense = NEW(a, (size_t)t->n_numbers, uint32_t);
	for (size_t from = 0; from < w->n_rows; from += STRIDE) {
		size_t n = walk_numbers(w, from, number);

		for (size_t i = 0; i < n; i++) {
			group[from + i] = (uint32_t)number[i];
			if (kept(w, from + i))
				t->dense[number[i]] = 1;
		}
	}
	for (uint64_t i = 0; i < t->n_numbers; i++)
		if (t->dense[i])
			t->dense[i] = (uint32_t)++t->n_groups;
}

static void number_sparsely(struct arena *a, const struct walk *w, struct numbering *t)
{
	uint64_t number[STRIDE];
	size_t n_all = 0;

	t->sparse = NEW(a, w->n_rows, uint64_t);
	for (size_t from = 0; from < w->n_rows; from += STRIDE) {
		size_t n = walk_numbers(w, from, number);

		for (size_t i = 0; i < n; i++)
			if (kept(w, from + i))
				t->sparse[n_all++] = number[i];
	}
	qsort(t->sparse, n_all, sizeof(*t->sparse), by_unsigned);
	for (size_t i = 0; i < n_all; i++)
		if (i == 0 || t->sparse[i] != t->sparse[t->n_groups - 1])
			t->sparse[t->n_groups++] = t->sparse[i];
}

/* From the numbers in group to the groups. */
static void group_densely(const struct walk *w, const struct numbering *t, uint32_t *group,
			  uint32_t *first)
{
	for (size_t i = 0; i < t->n_groups; i++)
		first[i] = UINT32_MAX;
	for (size_t row = 0; row < w->n_rows; row++) {
		uint32_t g = kept(w, row) ? t->dense[group[row]] - 1 : GROUP_NONE;

		group[row] = g;
		if (g != GROUP_NONE && first[g] == UINT32_MAX)
			first[g] = (uint32_t)row;
	}
}

static void group_sparsely(const struct walk *w, const struct numbering *t, uint32_t *group,
			   uint32_t *first)
{
	uint64_t number[STRIDE];

	for (size_t i = 0; i < t->n_groups; i++)
		first[i] = UINT32_MAX;
	for (size_t from = 0; from < w->n_rows; from += STRIDE) {
		size_t n = walk_numbers(w, from, number);

		for (size_t i = 0; i < n; i++) {
			size_t row = from + i;
			uint32_t g = kept(w, row) ? group_of_number(t, number[i]) : GROUP_NONE;

			group[row] = g;
			if (g != GROUP_NONE && first[g] == UINT32_MAX)
				first[g] = (uint32_t)row;
		}
	}
}

/* Without dimensions: one group, of all rows or of those kept; it exists even when empty. */
static void group_all(struct arena *a, const struct walk *w, struct grouping *out)
{
	uint32_t *group = NULL, *first = NEW(a, 1, uint32_t);

	if (w->keep) {
		group = NEW(a, w->n_rows, uint32_t);
		for (size_t i = w->n_rows; i-- > 0;) {
			group[i] = w->keep[i] ? 0 : GROUP_NONE;
			first[0] = w->keep[i] ? (uint32_t)i : first[0];
		}
	}
	*out = (struct grouping){ .n_groups = 1, .group_of_row = group, .first_row = first };
}

static bool places_make(struct arena *a, const struct column *c, struct places *out, struct err *e)
{
	if (c->type == COLUMN_MULTIPLE || c->type == COLUMN_RANK)
		return err_set(e, ERR_INPUT,
			       "cannot group by %.*s: a cell of it holds several options",
			       STR_ARG(c->name));
	if (c->type == COLUMN_TEXT || c->type == COLUMN_CHOICE)
		*out = places_of_names(a, c);
	else if (!places_of_numbers(a, c, out))
		return err_set(e, ERR_LIMIT, "cannot group by %.*s: over %d different values",
			       STR_ARG(c->name), GROUPS_MAX);
	return true;
}

bool grouping_make(struct arena *a, const struct column *const *dimension, size_t n_dimensions,
		   size_t n_rows, const uint8_t *keep, struct grouping *out, struct err *e)
{
	struct walk w = {
		.dimension = dimension, .n_dimensions = n_dimensions, .n_rows = n_rows, .keep = keep
	};
	struct numbering t = { .n_numbers = 1 };
	struct places *places = NEW(a, n_dimensions, struct places);

	if (n_rows >= UINT32_MAX)
		return err_set(e, ERR_LIMIT, "over %u rows", UINT32_MAX - 1);
	for (size_t d = 0; d < n_dimensions; d++) {
		if (!places_make(a, dimension[d], &places[d], e))
			return false;
		if (__builtin_mul_overflow(t.n_numbers, (uint64_t)places[d].n, &t.n_numbers) ||
		    t.n_numbers > INT64_MAX)
			return err_set(e, ERR_LIMIT, "too many combinations of the breakdowns");
	}
	w.places = places;
	if (n_dimensions == 0) {
		group_all(a, &w, out);
		return true;
	}
	uint32_t *group = NEW(a, n_rows, uint32_t);
	if (t.n_numbers <= DENSE_MAX)
		number_densely(a, &w, &t, group);
	else
		number_sparsely(a, &w, &t);
	if (t.n_groups > GROUPS_MAX)
		return err_set(e, ERR_LIMIT, "over %d groups", GROUPS_MAX);
	uint32_t *first = NEW(a, t.n_groups, uint32_t);
	if (t.dense)
		group_densely(&w, &t, group, first);
	else
		group_sparsely(&w, &t, group, first);
	const struct column **kept_dimension = NEW(a, n_dimensions, const struct column *);
	memcpy(kept_dimension, dimension, n_dimensions * sizeof(*dimension));
	*out = (struct grouping){ .n_groups = t.n_groups,
				  .n_dimensions = n_dimensions,
				  .dimension = kept_dimension,
				  .group_of_row = group,
				  .first_row = first };
	return true;
}

/* ---- sorting rows by group ---- */

/* Where each row goes: rows of a group together, in their old order; rows left out at the end. */
static uint32_t *sorted_places(struct arena *a, const struct grouping *g, size_t n_rows,
			       uint32_t **ret_start)
{
	uint32_t *next = NEW(a, g->n_groups + 2, uint32_t);
	uint32_t *start = NEW(a, g->n_groups + 1, uint32_t);
	uint32_t *to = NEW(a, n_rows, uint32_t);

	for (size_t i = 0; i < n_rows; i++) {
		uint32_t at = g->group_of_row[i] == GROUP_NONE ? (uint32_t)g->n_groups
							       : g->group_of_row[i];
		next[at + 1]++;
	}
	for (size_t k = 0; k <= g->n_groups; k++) {
		next[k + 1] += next[k];
		start[k] = next[k];
	}
	for (size_t i = 0; i < n_rows; i++) {
		uint32_t at = g->group_of_row[i] == GROUP_NONE ? (uint32_t)g->n_groups
							       : g->group_of_row[i];
		to[i] = next[at]++;
	}
	*ret_start = start;
	return to;
}

struct sort_job {
	const struct frame *f;
	const uint32_t *to;
	void **value;
	uint8_t **missing;
};

static void sort_column(void *arg, size_t part)
{
	struct sort_job *job = arg;

	if (job->value[part])
		column_scatter(job->f->column[part], job->to, job->value[part], job->missing[part]);
}

static const struct column *sorted_column(struct arena *a, const struct sort_job *job, size_t i)
{
	const struct column *c = job->f->column[i];
	struct column *out;

	if (!job->value[i]) {
		uint32_t *row = NEW(a, c->n, uint32_t);

		for (size_t k = 0; k < c->n; k++)
			row[job->to[k]] = (uint32_t)k;
		return column_gather(a, c, row, c->n);
	}
	out = NEW(a, 1, struct column);
	*out = *c;
	out->value = job->value[i];
	out->missing = job->missing[i];
	return out;
}

static const struct frame *sort_columns(struct arena *a, const struct frame *f, const uint32_t *to,
					const struct runner *runner)
{
	size_t n = f->n_columns;
	struct sort_job job = {
		.f = f, .to = to, .value = NEW(a, n, void *), .missing = NEW(a, n, uint8_t *)
	};
	const struct column **column = NEW(a, n, const struct column *);

	for (size_t i = 0; i < n; i++) {
		const struct column *c = f->column[i];

		if (c->type == COLUMN_MULTIPLE || c->type == COLUMN_RANK)
			continue;
		job.value[i] = arena_alloc(a, c->n, storage_bytes(c->storage));
		job.missing[i] = c->missing ? NEW(a, c->n, uint8_t) : NULL;
	}
	if (!runner)
		runner = &runner_serial;
	runner->run(runner, sort_column, &job, n);
	for (size_t i = 0; i < n; i++)
		column[i] = sorted_column(a, &job, i);
	return frame_of(a, column, n, f->n_rows);
}

/* The dimensions too, when they are not columns of the frame. */
static const struct column *sorted_dimension(struct arena *a, const struct column *d,
					     const struct frame *f, const struct frame *sorted,
					     const uint32_t *to)
{
	for (size_t i = 0; i < f->n_columns; i++)
		if (f->column[i] == d)
			return sorted->column[i];
	struct frame one = { .n_rows = d->n, .n_columns = 1, .column = &d };

	return sort_columns(a, &one, to, NULL)->column[0];
}

const struct frame *frame_sort_by(struct arena *a, const struct frame *f, const struct grouping *g,
				  const struct runner *runner, struct grouping *ret_sorted)
{
	*ret_sorted = *g;
	if (!g->group_of_row)
		return f;
	uint32_t *start;
	const uint32_t *to = sorted_places(a, g, f->n_rows, &start);
	const struct frame *sorted = sort_columns(a, f, to, runner);
	uint32_t *group = NEW(a, f->n_rows, uint32_t), *first = NEW(a, g->n_groups, uint32_t);
	const struct column **dimension = NEW(a, g->n_dimensions, const struct column *);

	for (size_t k = 0; k < g->n_groups; k++) {
		first[k] = start[k];
		for (uint32_t i = start[k]; i < start[k + 1]; i++)
			group[i] = (uint32_t)k;
	}
	for (size_t i = start[g->n_groups]; i < f->n_rows; i++)
		group[i] = GROUP_NONE;
	for (size_t d = 0; d < g->n_dimensions; d++)
		dimension[d] = sorted_dimension(a, g->dimension[d], f, sorted, to);
	ret_sorted->group_of_row = group;
	ret_sorted->start = start;
	ret_sorted->first_row = first;
	ret_sorted->dimension = dimension;
	return sorted;
}
