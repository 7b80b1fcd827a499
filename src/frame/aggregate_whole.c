/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aggregates that need all rows of a group at once: order statistics, spread, association, the most
 * chosen options.  A part works on whole groups with memory of its own; what the answers point to
 * is copied into the plan's arena at the end, by one thread. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/num.h"
#include "frame/aggregate_parts.h"

/* The rows of one group, and memory that lasts for the group. */
struct run {
	struct arena *a;
	uint32_t from, n;
	const uint8_t *outside; /* of the rows of the frame, or NULL */
};

static bool is_used(const struct run *r, size_t row)
{
	return !r->outside || r->outside[row] == KIND_USED;
}

static enum missing missing_at(const struct column *c, size_t row)
{
	return c->missing ? (enum missing)c->missing[row] : MISSING_NO;
}

static double number_at(const struct column *c, size_t row)
{
	if (c->storage == STORAGE_F64)
		return ((const double *)c->value)[row];
	return (double)column_integer(c, row);
}

static bool is_list(const struct column *c)
{
	return c->type == COLUMN_MULTIPLE || c->type == COLUMN_RANK;
}

/* The numbers of the rows that have x and (where there is one) y; a row without is counted by kind.
 */
static size_t gather(const struct run *r, const struct whole *w, double *x, double *y,
		     uint64_t kinds[4])
{
	size_t n = 0;

	for (size_t row = r->from; row < (size_t)r->from + r->n; row++) {
		if (!is_used(r, row))
			continue;
		enum missing m = missing_at(w->x, row);

		if (m == MISSING_NO && w->y)
			m = missing_at(w->y, row);
		kinds[m]++;
		if (m != MISSING_NO)
			continue;
		x[n] = number_at(w->x, row);
		if (y)
			y[n] = number_at(w->y, row);
		n++;
	}
	return n;
}

/* ---- order ---- */

static int by_number(const void *p, const void *q)
{
	double a, b;

	memcpy(&a, p, sizeof(a));
	memcpy(&b, q, sizeof(b));
	return (a > b) - (a < b);
}

static void swap(double *x, size_t i, size_t j)
{
	double t = x[i];

	x[i] = x[j];
	x[j] = t;
}

/* Puts at x[k] what would stand there in order, nothing greater before it and nothing less after it
 * (Hoare 1961, with the middle of three; a bad run of pivots ends in a sort). */
static void select_at(double *x, size_t n, size_t k)
{
	size_t low = 0, high = n - 1;

	for (int turns = 0; low < high; turns++) {
		if (turns == 64 || high - low < 16) {
			qsort(x + low, high - low + 1, sizeof(*x), by_number);
			return;
		}
		size_t middle = low + (high - low) / 2, i = low, j = high;

		if (x[middle] < x[low])
			swap(x, middle, low);
		if (x[high] < x[low])
			swap(x, high, low);
		if (x[high] < x[middle])
			swap(x, high, middle);
		double pivot = x[middle];
		while (i <= j) {
			while (x[i] < pivot)
				i++;
			while (pivot < x[j])
				j--;
			if (i <= j) {
				swap(x, i, j);
				i++;
				if (j == 0)
					break;
				j--;
			}
		}
		if (k <= j)
			high = j;
		else if (k >= i)
			low = i;
		else
			return;
	}
}

/* Type 7 of Hyndman and Fan (1996): position (n - 1) p, linear between neighbours.  Reorders x. */
static double quantile(double *x, size_t n, double p)
{
	double at = (double)(n - 1) * p;
	size_t k = (size_t)floor(at);
	double part = at - (double)k;

	if (k >= n - 1) {
		k = n - 1;
		part = 0;
	}
	select_at(x, n, k);
	if (part == 0)
		return x[k];
	double next = x[k + 1];
	for (size_t i = k + 2; i < n; i++)
		next = x[i] < next ? x[i] : next;
	return x[k] + part * (next - x[k]);
}

/* ---- spread and association ---- */

static bool is_constant(const double *x, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (x[i] != x[0])
			return false;
	return true;
}

static double mean(const double *x, size_t n)
{
	struct pair sum = { 0, 0 };

	for (size_t i = 0; i < n; i++)
		pair_add(&sum, x[i]);
	return (sum.sum + sum.rest) / (double)n;
}

/* Sum of the products of the deviations; two passes, with what the means left behind put right. */
static double co_deviation(const double *x, double x_mean, const double *y, double y_mean, size_t n)
{
	struct pair xy = { 0, 0 }, dx = { 0, 0 }, dy = { 0, 0 };

	for (size_t i = 0; i < n; i++) {
		double a = x[i] - x_mean, b = y[i] - y_mean;

		pair_add(&xy, a * b);
		pair_add(&dx, a);
		pair_add(&dy, b);
	}
	return xy.sum + xy.rest - (dx.sum + dx.rest) * (dy.sum + dy.rest) / (double)n;
}

/* NaN for fewer than two. */
static double sd(const double *x, size_t n)
{
	if (n < 2)
		return (double)NAN;
	if (is_constant(x, n))
		return 0;
	double m = mean(x, n);

	return sqrt(co_deviation(x, m, x, m, n) / (double)(n - 1));
}

/* NaN where one of them does not vary. */
static double correlation(const double *x, const double *y, size_t n)
{
	if (n < 2 || is_constant(x, n) || is_constant(y, n))
		return (double)NAN;
	double mx = mean(x, n), my = mean(y, n), r = co_deviation(x, mx, y, my, n);
	double xx = co_deviation(x, mx, x, mx, n), yy = co_deviation(y, my, y, my, n);

	/* One root is exact where both vary alike; two cannot overflow. */
	r /= isnormal(xx * yy) ? sqrt(xx * yy) : sqrt(xx) * sqrt(yy);
	return r > 1 ? 1 : r < -1 ? -1 : r;
}

struct ranked {
	double value;
	size_t at;
};

static int by_ranked(const void *p, const void *q)
{
	const struct ranked *a = p, *b = q;

	return (a->value > b->value) - (a->value < b->value);
}

/* Ranks from 1; equal values share the mean of their ranks. */
static void mid_ranks(struct ranked *room, double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		room[i] = (struct ranked){ x[i], i };
	qsort(room, n, sizeof(*room), by_ranked);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && room[end].value == room[i].value;)
			end++;
		for (size_t k = i; k < end; k++)
			x[room[k].at] = (double)(i + 1 + end) / 2;
	}
}

static double spearman(struct arena *a, double *x, double *y, size_t n)
{
	struct ranked *room = NEW(a, n, struct ranked);

	mid_ranks(room, x, n);
	mid_ranks(room, y, n);
	return correlation(x, y, n);
}

static size_t distinct(double *x, size_t n)
{
	size_t count = 0;

	qsort(x, n, sizeof(*x), by_number);
	for (size_t i = 0; i < n; i++)
		count += i == 0 || x[i] != x[i - 1];
	return count;
}

static void answer_numbers(const struct run *r, const struct whole *w, struct result *out)
{
	uint64_t kinds[4] = { 0 };
	double *x = NEW(r->a, r->n, double), *y = w->y ? NEW(r->a, r->n, double) : NULL;
	size_t n = gather(r, w, x, y, kinds);

	*out = result_of_kinds(kinds);
	if (n == 0)
		return;
	switch ((int)w->aggregate) {
	case EXPR_AGGREGATE_MEDIAN:
		result_number(out, quantile(x, n, 0.5));
		break;
	case EXPR_AGGREGATE_QUANTILE:
		result_number(out, quantile(x, n, w->number));
		break;
	case EXPR_AGGREGATE_SD:
		result_number(out, sd(x, n));
		break;
	case EXPR_AGGREGATE_DISTINCT:
		result_integer(out, (int64_t)distinct(x, n));
		break;
	case EXPR_AGGREGATE_CORRELATION:
		result_number(out, correlation(x, y, n));
		break;
	default:
		assert(w->aggregate == EXPR_AGGREGATE_SPEARMAN);
		result_number(out, spearman(r->a, x, y, n));
		break;
	}
}

/* ---- values and how often ---- */

/* A value that occurs: of coded and list columns the code, else the number. */
struct tally {
	double value;    /* the code, or the number itself */
	double score;    /* rows, or points of a rank */
	struct pair sum; /* of x, for lowest and highest */
	uint64_t rows;
	uint64_t order; /* which came first: equal values are joined in this order */
};

/* Tallies by code, and which codes were met. */
struct tallies {
	struct tally *item;
	size_t n;
};

static int by_value(const void *p, const void *q)
{
	const struct tally *a = p, *b = q;

	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

/* Equal values become one; leaves the items in the order of their values. */
static void merge(struct tallies *t)
{
	size_t n = 0;

	qsort(t->item, t->n, sizeof(*t->item), by_value);
	for (size_t i = 0; i < t->n; i++) {
		if (n && t->item[n - 1].value == t->item[i].value) {
			t->item[n - 1].score += t->item[i].score;
			t->item[n - 1].rows += t->item[i].rows;
			pair_join(&t->item[n - 1].sum, &t->item[i].sum);
		} else {
			t->item[n++] = t->item[i];
		}
	}
	t->n = n;
}

/* Adds up a value: by its code where there is a table of codes, else as one more item. */
struct counter {
	struct tallies t;
	uint32_t *place; /* code -> place in t + 1, or NULL */
	struct arena *a;
	size_t cap;
	uint64_t met;
};

enum { TABLE_MAX = 1 << 16 };

static void counter_start(struct counter *c, struct arena *a, const struct column *of, size_t n)
{
	*c = (struct counter){ .a = a, .cap = 64 };
	c->t.item = NEW(a, c->cap, struct tally);
	if (of->dictionary && of->dictionary->n <= TABLE_MAX && of->dictionary->n <= 64 + n)
		c->place = NEW(a, of->dictionary->n, uint32_t);
}

static void counter_room(struct counter *c)
{
	if (!c->place)
		merge(&c->t);
	if (c->t.n * 2 <= c->cap)
		return;
	c->t.item = arena_grow(c->a, c->t.item, c->t.n, c->cap * 2, sizeof(*c->t.item));
	c->cap *= 2;
}

static struct tally *counter_at(struct counter *c, double value)
{
	size_t code = c->place ? (size_t)value : 0;

	if (c->place && c->place[code])
		return &c->t.item[c->place[code] - 1];
	if (c->t.n == c->cap)
		counter_room(c);
	if (c->place)
		c->place[code] = (uint32_t)c->t.n + 1;
	c->t.item[c->t.n] = (struct tally){ .value = value, .order = c->met++ };
	return &c->t.item[c->t.n++];
}

static void count_row(struct counter *c, const struct column *q, size_t row, bool points)
{
	const uint32_t *start = q->value;

	if (!is_list(q)) {
		struct tally *t = counter_at(c, number_at(q, row));

		t->score += 1;
		t->rows++;
		return;
	}
	double most = q->rank_max ? q->rank_max : q->dictionary ? (double)q->dictionary->n : 0;
	for (uint32_t i = start[row]; i < start[row + 1]; i++) {
		struct tally *t = counter_at(c, q->item[i]);

		t->score += points ? most - (double)(i - start[row]) : 1;
		t->rows++;
	}
}

static struct tallies count_values(const struct run *r, const struct column *q, bool points,
				   uint64_t kinds[4])
{
	struct counter c;

	counter_start(&c, r->a, q, r->n);
	for (size_t row = r->from; row < (size_t)r->from + r->n; row++) {
		if (!is_used(r, row))
			continue;
		enum missing m = missing_at(q, row);

		kinds[m]++;
		if (m == MISSING_NO)
			count_row(&c, q, row, points);
	}
	merge(&c.t);
	return c.t;
}

/* ---- lists ---- */

/* An item while it is put in order: greatest score first, then the order of the choices sheet, of
 * numbers, or of bytes. */
struct place {
	struct tally tally;
	struct str name;
	double number; /* of the name, where all names are numbers; else 0 */
	bool by_name;
};

static int by_natural(const struct place *a, const struct place *b)
{
	if (!a->by_name)
		return (a->tally.value > b->tally.value) - (a->tally.value < b->tally.value);
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return str_cmp(a->name, b->name);
}

static int by_score(const void *p, const void *q)
{
	const struct place *a = p, *b = q;

	if (a->tally.score != b->tally.score)
		return a->tally.score > b->tally.score ? -1 : 1;
	return by_natural(a, b);
}

static bool names_are_numbers(const struct dictionary *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (!d->number || isnan(d->number[i]))
			return false;
	return true;
}

static struct str name_of(struct arena *a, const struct column *q, double value)
{
	struct buf b;

	if (q->dictionary)
		return q->dictionary->name[(size_t)value];
	buf_init(&b, a, 64);
	if (q->type == COLUMN_DATE)
		date_put(&b, date_from_days((int32_t)value));
	else if (q->type == COLUMN_BOOLEAN)
		buf_puts(&b, value != 0 ? "true" : "false");
	else
		num_put_real(&b, value);
	return buf_str(&b);
}

static struct place *places_of(struct arena *a, const struct column *q, const struct tallies *t)
{
	struct place *place = NEW(a, t->n, struct place);
	bool text = q->type == COLUMN_TEXT, numbers = text && names_are_numbers(q->dictionary);

	for (size_t i = 0; i < t->n; i++) {
		place[i].tally = t->item[i];
		place[i].by_name = text;
		place[i].name = name_of(a, q, t->item[i].value);
		if (numbers)
			place[i].number = q->dictionary->number[(size_t)t->item[i].value];
	}
	return place;
}

static struct list_item item_of(const struct column *q, const struct place *p, double value)
{
	struct list_item item = { .key = p->name, .value = value };

	if (q->dictionary && q->dictionary->label)
		item.label = q->dictionary->label[(size_t)p->tally.value];
	return item;
}

static void answer_list(const struct run *r, const struct whole *w, struct result *out)
{
	uint64_t kinds[4] = { 0 };
	bool points = w->x->type == COLUMN_RANK && w->aggregate == EXPR_AGGREGATE_TOP;
	struct tallies t = count_values(r, w->x, points, kinds);

	*out = result_of_kinds(kinds);
	if (kinds[0] == 0)
		return;
	struct place *place = places_of(r->a, w->x, &t);
	qsort(place, t.n, sizeof(*place), by_score);
	out->missing = MISSING_NO;
	out->kind = RESULT_LIST;
	out->list = NEW(r->a, t.n, struct list_item);
	for (size_t i = 0; i < t.n; i++) {
		if (w->aggregate == EXPR_AGGREGATE_TOP && (double)out->n_list >= w->number)
			break;
		if (w->aggregate == EXPR_AGGREGATE_MOST &&
		    !(100 * place[i].tally.score > w->number * (double)kinds[0]))
			break;
		out->list[out->n_list++] = item_of(w->x, &place[i], place[i].tally.score);
	}
}

/* ---- lowest and highest ---- */

static struct tallies sum_by(const struct run *r, const struct whole *w, uint64_t kinds[4])
{
	struct counter c;

	counter_start(&c, r->a, w->y, r->n);
	for (size_t row = r->from; row < (size_t)r->from + r->n; row++) {
		if (!is_used(r, row))
			continue;
		enum missing m = missing_at(w->x, row);

		if (m == MISSING_NO)
			m = missing_at(w->y, row);
		kinds[m]++;
		if (m != MISSING_NO)
			continue;
		struct tally *t = counter_at(&c, number_at(w->y, row));

		pair_add(&t->sum, number_at(w->x, row));
		t->rows++;
	}
	merge(&c.t);
	for (size_t i = 0; i < c.t.n; i++)
		c.t.item[i].score =
			(c.t.item[i].sum.sum + c.t.item[i].sum.rest) / (double)c.t.item[i].rows;
	return c.t;
}

/* The first in natural order among those with the extreme mean. */
static const struct place *extreme(const struct place *place, size_t n, bool lowest)
{
	const struct place *best = &place[0];

	for (size_t i = 1; i < n; i++) {
		double a = place[i].tally.score, b = best->tally.score;

		if (lowest ? a < b : a > b)
			best = &place[i];
		else if (a == b && by_natural(&place[i], best) < 0)
			best = &place[i];
	}
	return best;
}

static void answer_extreme(const struct run *r, const struct whole *w, struct result *out)
{
	uint64_t kinds[4] = { 0 };
	struct tallies t = sum_by(r, w, kinds);

	*out = result_of_kinds(kinds);
	if (kinds[0] == 0)
		return;
	const struct place *place = places_of(r->a, w->y, &t);
	const struct place *best = extreme(place, t.n, w->aggregate == EXPR_AGGREGATE_LOWEST);
	out->missing = MISSING_NO;
	if (w->y->type == COLUMN_INTEGER) {
		result_integer(out, (int64_t)best->tally.value);
	} else if (w->y->type == COLUMN_REAL) {
		result_number(out, best->tally.value);
	} else {
		out->kind = RESULT_TEXT;
		out->text = best->name;
		out->integer = (int64_t)best->tally.value;
	}
	out->list = NEW(r->a, 1, struct list_item);
	out->list[0] = item_of(w->y, best, best->tally.score);
	out->n_list = 1;
}

/* ---- all of them ---- */

static void answer(const struct run *r, const struct whole *w, struct result *out)
{
	switch (w->aggregate) {
	case EXPR_AGGREGATE_TOP:
	case EXPR_AGGREGATE_MOST:
	case EXPR_AGGREGATE_COUNTS:
		answer_list(r, w, out);
		return;
	case EXPR_AGGREGATE_LOWEST:
	case EXPR_AGGREGATE_HIGHEST:
		answer_extreme(r, w, out);
		return;
	case EXPR_AGGREGATE_COUNT:
	case EXPR_AGGREGATE_SHARE:
	case EXPR_AGGREGATE_SUM:
	case EXPR_AGGREGATE_MEAN:
	case EXPR_AGGREGATE_MEDIAN:
	case EXPR_AGGREGATE_QUANTILE:
	case EXPR_AGGREGATE_SD:
	case EXPR_AGGREGATE_MIN:
	case EXPR_AGGREGATE_MAX:
	case EXPR_AGGREGATE_DISTINCT:
	case EXPR_AGGREGATE_RATIO:
	case EXPR_AGGREGATE_WMEAN:
	case EXPR_AGGREGATE_GROWTH:
	case EXPR_AGGREGATE_CORRELATION:
	case EXPR_AGGREGATE_SPEARMAN:
	case EXPR_AGGREGATE_N:
		break;
	}
	answer_numbers(r, w, out);
}

/* A part takes the groups first[part] .. first[part+1]-1 for one whole. */
struct job {
	const struct plan *p;
	const uint8_t *const *outside; /* of wholes */
	const uint32_t *first;
	size_t n_chunks;
	struct arena *arena; /* of parts: what the answers point to */
};

static void keep_result(struct result *r, struct arena *a)
{
	if (r->kind == RESULT_TEXT)
		r->text = str_dup(a, r->text);
	if (!r->list)
		return;
	struct list_item *list = NEW(a, r->n_list, struct list_item);
	for (size_t i = 0; i < r->n_list; i++) {
		list[i] = r->list[i];
		list[i].key = str_dup(a, r->list[i].key);
	}
	r->list = list;
}

static void do_part(void *arg, size_t part)
{
	struct job *job = arg;
	const struct plan *p = job->p;
	size_t w = part / job->n_chunks, chunk = part % job->n_chunks;

	ARENA_SCOPE(a, (size_t)1 << 40);
	struct arena_mark empty = arena_mark(&a);
	for (size_t g = job->first[chunk]; g < job->first[chunk + 1]; g++) {
		struct run r = { &a, p->start[g], p->start[g + 1] - p->start[g], job->outside[w] };
		struct result *out = &p->answer[g * p->n_wholes + w];

		answer(&r, &p->whole[w], out);
		keep_result(out, &job->arena[part]);
		arena_rewind(&a, empty);
	}
}

/* KIND_USED or KIND_OUTSIDE for each row of the frame; NULL: no universe. */
static const uint8_t *outside_of(struct plan *p, int universe)
{
	if (universe == NONE)
		return NULL;
	const struct vector *v = &p->vector[universe];
	const struct column *c =
		expr_plan_column(p->a, expr_plan_rows(p->a, v->expr, v->node, p->f, p->env));
	uint8_t *out = NEW(p->a, p->f->n_rows, uint8_t);
	if (v->kind == VECTOR_COLUMN)
		c = v->column;
	p->kernels->universe(c->value, c->missing, p->f->n_rows, out);
	return out;
}

/* Groups in chunks of at least ROWS_A_CHUNK rows. */
enum { ROWS_A_CHUNK = 1 << 16, CHUNKS_MAX = 64 };

static void cut_chunks(const struct plan *p, struct job *job, uint32_t *first)
{
	size_t rows = p->n_groups ? p->start[p->n_groups] : 0, each = rows / CHUNKS_MAX;

	each = each < ROWS_A_CHUNK ? ROWS_A_CHUNK : each;
	for (size_t g = 0; g < p->n_groups; g++)
		if (job->n_chunks == 0 ||
		    (job->n_chunks < CHUNKS_MAX &&
		     p->start[g] - p->start[first[job->n_chunks - 1]] >= each))
			first[job->n_chunks++] = (uint32_t)g;
	first[job->n_chunks] = (uint32_t)p->n_groups;
	job->first = first;
}

void run_wholes(struct plan *p, const struct runner *runner)
{
	uint32_t first[CHUNKS_MAX + 1] = { 0 };
	struct job job = { .p = p };

	p->answer = NEW(p->a, p->n_groups * p->n_wholes, struct result);
	if (p->n_wholes == 0 || p->n_groups == 0)
		return;
	cut_chunks(p, &job, first);
	const uint8_t **outside = NEW(p->a, p->n_wholes, const uint8_t *);
	for (size_t i = 0; i < p->n_wholes; i++) {
		for (size_t k = 0; k < i && !outside[i]; k++)
			if (p->whole[k].universe == p->whole[i].universe)
				outside[i] = outside[k];
		if (!outside[i])
			outside[i] = outside_of(p, p->whole[i].universe);
	}
	job.outside = outside;
	size_t n_parts = p->n_wholes * job.n_chunks;
	job.arena = NEW(p->a, n_parts, struct arena);
	for (size_t i = 0; i < n_parts; i++)
		arena_init(&job.arena[i], (size_t)1 << 40);
	runner->run(runner, do_part, &job, n_parts);
	for (size_t i = 0; i < p->n_groups * p->n_wholes; i++)
		keep_result(&p->answer[i], p->a);
	for (size_t i = 0; i < n_parts; i++)
		arena_drop(&job.arena[i]);
}
