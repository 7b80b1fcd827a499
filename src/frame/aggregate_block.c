/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adding up, block by block.  A part works on consecutive blocks with buffers of its own and writes
 * what each block gives; the blocks are joined afterwards, in order, by one thread. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "frame/aggregate_parts.h"

/* The buffers of one part, filled for the block at hand. */
struct bench {
	const struct plan *p;
	struct arena *a;
	struct expr_scratch *scratch;
	size_t from, n;
	struct seat *seat;       /* of vectors */
	uint8_t **kind_room;     /* of masks: room for BLOCK_ROWS, or NULL until wanted */
	const uint8_t **kind;    /* of masks: NULL when every row is used */
};

/* A vector in the block. */
struct seat {
	bool evaluated, converted;
	double *real;            /* NUMBER; columns that were asked for as doubles */
	uint8_t *truth;          /* TRUTH; ranges and booleans that serve as a universe */
	uint8_t *missing_room;
	const uint8_t *missing;  /* NULL: none in this block */
};

static size_t width(const struct column *c)
{
	return storage_bytes(c->storage);
}

static const void *column_at(const struct column *c, size_t row)
{
	return (const char *)c->value + row * width(c);
}

static void evaluate_plan(struct bench *b, const struct vector *v, struct seat *s)
{
	bool missing = false, number = v->kind == VECTOR_NUMBER;

	if (!s->missing_room)
		s->missing_room = NEW(b->a, BLOCK_ROWS, uint8_t);
	if (number && !s->real)
		s->real = NEW(b->a, BLOCK_ROWS, double);
	if (!number && !s->truth)
		s->truth = NEW(b->a, BLOCK_ROWS, uint8_t);
	for (size_t at = 0; at < b->n; at += EXPR_BLOCK) {
		size_t n = b->n - at < EXPR_BLOCK ? b->n - at : EXPR_BLOCK;

		if (number)
			missing |= expr_block_number(v->plan, b->scratch, b->from + at, n, s->real + at,
						     s->missing_room + at);
		else
			missing |= expr_block_truth(v->plan, b->scratch, b->from + at, n, s->truth + at,
						    s->missing_room + at);
	}
	s->missing = missing ? s->missing_room : NULL;
}

static struct seat *seat_of(struct bench *b, int vector)
{
	const struct vector *v = &b->p->vector[vector];
	struct seat *s = &b->seat[vector];

	if (s->evaluated)
		return s;
	s->evaluated = true;
	if (v->kind == VECTOR_NUMBER || v->kind == VECTOR_TRUTH)
		evaluate_plan(b, v, s);
	else
		s->missing = v->column->missing ? v->column->missing + b->from : NULL;
	return s;
}

/* ---- masks ---- */

#define RANGE_TRUTH(type, low_, high_)                                                             \
	for (size_t i = 0; i < n; i++)                                                             \
	truth[i] = (uint8_t)((((const type *)x)[i] >= (type)r->low_ &&                             \
			      ((const type *)x)[i] <= (type)r->high_) != v->negate)

static void range_truth(const struct vector *v, const void *x, size_t n, uint8_t *truth)
{
	const struct range *r = &v->range;

	if (v->empty) {
		memset(truth, v->negate, n);
		return;
	}
	switch (v->column->storage) {
	case STORAGE_U8:
		RANGE_TRUTH(uint8_t, low, high);
		return;
	case STORAGE_U16:
		RANGE_TRUTH(uint16_t, low, high);
		return;
	case STORAGE_I32:
		RANGE_TRUTH(int32_t, low, high);
		return;
	case STORAGE_I64:
		RANGE_TRUTH(int64_t, low, high);
		return;
	case STORAGE_F64:
		RANGE_TRUTH(double, low_real, high_real);
		return;
	}
}

static const uint8_t *truth_of(struct bench *b, int vector)
{
	const struct vector *v = &b->p->vector[vector];
	struct seat *s = seat_of(b, vector);

	if (v->kind == VECTOR_COLUMN)
		return column_at(v->column, b->from);
	if (v->kind == VECTOR_RANGE) {
		if (!s->truth)
			s->truth = NEW(b->a, BLOCK_ROWS, uint8_t);
		range_truth(v, column_at(v->column, b->from), b->n, s->truth);
	}
	return s->truth;
}

static void lay_mask(struct bench *b, size_t at)
{
	const struct mask *m = &b->p->mask[at];
	const struct kernels *k = b->p->kernels;
	const uint8_t *x = m->x == NONE ? NULL : seat_of(b, m->x)->missing;
	const uint8_t *y = m->y == NONE ? NULL : seat_of(b, m->y)->missing;

	b->kind[at] = x ? x : y;
	if (m->universe == NONE && !(x && y))
		return;
	if (!b->kind_room[at])
		b->kind_room[at] = NEW(b->a, BLOCK_ROWS, uint8_t);
	uint8_t *room = b->kind_room[at];
	if (x && y)
		k->first_kind(x, y, b->n, room);
	if (m->universe != NONE) {
		uint8_t outside[BLOCK_ROWS];
		const uint8_t *truth = truth_of(b, m->universe);

		k->universe(truth, seat_of(b, m->universe)->missing, b->n, outside);
		if (x && y)
			k->first_kind(outside, room, b->n, room);
		else if (b->kind[at])
			k->first_kind(outside, b->kind[at], b->n, room);
		else
			memcpy(room, outside, b->n);
	}
	b->kind[at] = room;
}

/* ---- tasks ---- */

#define CONVERT(type)                                                                              \
	for (size_t i = 0; i < b->n; i++)                                                          \
	s->real[i] = (double)((const type *)x)[i]

/* The block as doubles. */
static const double *reals_of(struct bench *b, int vector)
{
	const struct vector *v = &b->p->vector[vector];
	struct seat *s = seat_of(b, vector);

	if (v->kind == VECTOR_NUMBER || s->converted)
		return s->real;
	const void *x = column_at(v->column, b->from);
	if (v->column->storage == STORAGE_F64)
		return x;
	if (!s->real)
		s->real = NEW(b->a, BLOCK_ROWS, double);
	s->converted = true;
	if (v->column->storage == STORAGE_U8)
		CONVERT(uint8_t);
	else if (v->column->storage == STORAGE_U16)
		CONVERT(uint16_t);
	else if (v->column->storage == STORAGE_I32)
		CONVERT(int32_t);
	else
		CONVERT(int64_t);
	return s->real;
}

/* The mask for a sum of the vector: none where it leaves out only the vector's own missing cells,
 * because those hold 0. */
static const uint8_t *kind_for_sum(const struct bench *b, const struct task *t)
{
	const struct mask *m = &b->p->mask[t->mask];

	if (m->universe == NONE && m->y == NONE && m->x == t->x)
		return NULL;
	return b->kind[t->mask];
}

static void do_true(struct bench *b, const struct task *t, uint32_t used, union partial *out)
{
	const struct vector *v = &b->p->vector[t->x];
	const uint8_t *kind = b->kind[t->mask];
	const struct kernels *k = b->p->kernels;

	if (v->kind != VECTOR_RANGE) {
		out->count = k->count_true(truth_of(b, t->x), kind, b->n);
		return;
	}
	uint32_t in = v->empty ? 0
			       : k->count_range[v->column->storage](column_at(v->column, b->from),
								    &v->range, kind, b->n);
	out->count = v->negate ? used - in : in;
}

static void do_sum(struct bench *b, const struct task *t, union partial *out)
{
	const struct vector *v = &b->p->vector[t->x];
	const uint8_t *kind = kind_for_sum(b, t);

	if (vector_is_integer(v))
		b->p->kernels->sum_integer[v->column->storage](column_at(v->column, b->from), kind, b->n,
							       &out->whole);
	else
		b->p->kernels->sum_real(reals_of(b, t->x), kind, b->n, &out->pair[0]);
}

static void do_weigh(struct bench *b, const struct task *t, union partial *out)
{
	const struct vector *v = &b->p->vector[t->x];
	enum storage s = v->kind == VECTOR_COLUMN ? v->column->storage : STORAGE_F64;
	const void *x = v->kind == VECTOR_COLUMN ? column_at(v->column, b->from) : reals_of(b, t->x);

	b->p->kernels->weigh[s](x, reals_of(b, t->w), b->kind[t->mask], b->n, out->pair);
}

#define EXTREMES(type, least_, greatest_)                                                          \
	for (size_t i = 0; i < b->n; i++) {                                                        \
		type v_ = ((const type *)x)[i];                                                    \
		if (kind && kind[i] != KIND_USED)                                                  \
			continue;                                                                  \
		out->least_ = v_ < out->least_ ? v_ : out->least_;                                 \
		out->greatest_ = v_ > out->greatest_ ? v_ : out->greatest_;                        \
	}

static void start_extremes(bool integer, union partial *out)
{
	if (integer) {
		out->least = INT64_MAX;
		out->greatest = INT64_MIN;
	} else {
		out->least_real = HUGE_VAL;
		out->greatest_real = -HUGE_VAL;
	}
}

static void do_extremes(struct bench *b, const struct task *t, union partial *out)
{
	const struct vector *v = &b->p->vector[t->x];
	const uint8_t *kind = b->kind[t->mask];

	start_extremes(vector_is_integer(v), out);
	if (!vector_is_integer(v)) {
		const double *x = reals_of(b, t->x);

		EXTREMES(double, least_real, greatest_real)
		return;
	}
	const void *x = column_at(v->column, b->from);
	if (v->column->storage == STORAGE_U8)
		EXTREMES(uint8_t, least, greatest)
	else if (v->column->storage == STORAGE_U16)
		EXTREMES(uint16_t, least, greatest)
	else if (v->column->storage == STORAGE_I32)
		EXTREMES(int32_t, least, greatest)
	else
		EXTREMES(int64_t, least, greatest)
}

static void do_block(struct bench *b, uint16_t (*kinds)[4], union partial *sum)
{
	const struct plan *p = b->p;

	for (size_t i = 0; i < p->n_vectors; i++)
		b->seat[i].evaluated = b->seat[i].converted = false;
	for (size_t i = 0; i < p->n_masks; i++) {
		uint32_t count[4] = { (uint32_t)b->n };

		lay_mask(b, i);
		if (b->kind[i])
			p->kernels->count_kinds(b->kind[i], b->n, count);
		for (int k = 0; k < 4; k++)
			kinds[i][k] = (uint16_t)count[k];
	}
	for (size_t i = 0; i < p->n_tasks; i++) {
		const struct task *t = &p->task[i];

		switch (t->kind) {
		case TASK_TRUE:
			do_true(b, t, kinds[t->mask][0], &sum[i]);
			break;
		case TASK_SUM:
			do_sum(b, t, &sum[i]);
			break;
		case TASK_WEIGH:
			do_weigh(b, t, &sum[i]);
			break;
		case TASK_EXTREMES:
			do_extremes(b, t, &sum[i]);
			break;
		}
	}
}

/* ---- all blocks ---- */

struct block {
	uint32_t from, n, group;
};

/* Blocks of one turn: partial results are kept for so many at most.  Fewer than BLOCKS_A_PART are
 * not worth a thread. */
enum { TURN_BLOCKS = 8192, PARTS_PER_THREAD = 4, BLOCKS_A_PART = 8, SCRATCH_BYTES = 1 << 30 };

struct turn {
	const struct plan *p;
	struct block *block;
	size_t n, cap, n_parts;
	uint16_t (*kinds)[4];
	union partial *sum;
};

static void do_part(void *arg, size_t part)
{
	struct turn *t = arg;
	const struct plan *p = t->p;
	ARENA_SCOPE(a, SCRATCH_BYTES);
	struct bench b = { .p = p, .a = &a, .scratch = expr_scratch_new(&a) };

	b.seat = NEW(&a, p->n_vectors, struct seat);
	b.kind_room = NEW(&a, p->n_masks, uint8_t *);
	b.kind = NEW(&a, p->n_masks, const uint8_t *);
	for (size_t i = t->n * part / t->n_parts; i < t->n * (part + 1) / t->n_parts; i++) {
		b.from = t->block[i].from;
		b.n = t->block[i].n;
		do_block(&b, t->kinds + i * p->n_masks, t->sum + i * p->n_tasks);
	}
}

static void join_task(const struct plan *p, const struct task *t, union partial *sum,
		      const union partial *more)
{
	bool integer = vector_is_integer(&p->vector[t->x]);

	switch (t->kind) {
	case TASK_TRUE:
		sum->count += more->count;
		break;
	case TASK_SUM:
		if (integer)
			sum->whole += more->whole;
		else
			pair_join(&sum->pair[0], &more->pair[0]);
		break;
	case TASK_WEIGH:
		pair_join(&sum->pair[0], &more->pair[0]);
		pair_join(&sum->pair[1], &more->pair[1]);
		break;
	case TASK_EXTREMES:
		if (integer) {
			sum->least = more->least < sum->least ? more->least : sum->least;
			sum->greatest = more->greatest > sum->greatest ? more->greatest : sum->greatest;
		} else {
			if (more->least_real < sum->least_real)
				sum->least_real = more->least_real;
			if (more->greatest_real > sum->greatest_real)
				sum->greatest_real = more->greatest_real;
		}
		break;
	}
}

static void join_turn(struct plan *p, const struct turn *t)
{
	for (size_t i = 0; i < t->n; i++) {
		size_t g = t->block[i].group;

		for (size_t m = 0; m < p->n_masks; m++)
			for (int k = 0; k < 4; k++)
				p->kinds[g * p->n_masks + m][k] += t->kinds[i * p->n_masks + m][k];
		for (size_t k = 0; k < p->n_tasks; k++)
			join_task(p, &p->task[k], &p->sum[g * p->n_tasks + k],
				  &t->sum[i * p->n_tasks + k]);
	}
}

static void run_turn(struct plan *p, struct turn *t, const struct runner *runner)
{
	t->n_parts = (size_t)runner->n_threads * PARTS_PER_THREAD;
	if (t->n_parts > t->n / BLOCKS_A_PART)
		t->n_parts = t->n / BLOCKS_A_PART + 1;
	if (t->n == 0)
		return;
	runner->run(runner, do_part, t, t->n_parts);
	join_turn(p, t);
	t->n = 0;
}

static size_t blocks_of(const struct plan *p, size_t g)
{
	return (p->start[g + 1] - p->start[g] + BLOCK_ROWS - 1) / BLOCK_ROWS;
}

static struct turn *turn_make(struct arena *a, const struct plan *p)
{
	struct turn *t = NEW(a, 1, struct turn);

	for (size_t g = 0; g < p->n_groups && t->cap < TURN_BLOCKS; g++)
		t->cap += blocks_of(p, g);
	if (t->cap > TURN_BLOCKS)
		t->cap = TURN_BLOCKS;
	t->p = p;
	t->block = NEW(a, t->cap, struct block);
	t->kinds = arena_alloc(a, t->cap * p->n_masks, sizeof(*t->kinds));
	t->sum = NEW(a, t->cap * p->n_tasks, union partial);
	return t;
}

static void start_results(struct plan *p)
{
	p->kinds = arena_alloc(p->a, p->n_groups * p->n_masks, sizeof(*p->kinds));
	p->sum = NEW(p->a, p->n_groups * p->n_tasks, union partial);
	for (size_t g = 0; g < p->n_groups; g++)
		for (size_t i = 0; i < p->n_tasks; i++)
			if (p->task[i].kind == TASK_EXTREMES)
				start_extremes(vector_is_integer(&p->vector[p->task[i].x]),
					       &p->sum[g * p->n_tasks + i]);
}

void run_blocks(struct plan *p, const struct runner *runner)
{
	ARENA_SCOPE(own, (size_t)1 << 40);
	struct turn *t = turn_make(&own, p);

	start_results(p);
	for (size_t g = 0; g < p->n_groups; g++)
		for (uint32_t from = p->start[g]; from < p->start[g + 1]; from += BLOCK_ROWS) {
			uint32_t left = p->start[g + 1] - from;

			t->block[t->n++] = (struct block){ from, left < BLOCK_ROWS ? left : BLOCK_ROWS,
							   (uint32_t)g };
			if (t->n == t->cap)
				run_turn(p, t, runner);
		}
	run_turn(p, t, runner);
}
