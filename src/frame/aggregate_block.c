/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adding up, block by block.  A part works on consecutive blocks with buffers of its own and writes
 * what each block gives; the blocks are joined afterwards, in order, by one thread. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "frame/aggregate_parts.h"
#include "frame/column_move.h"

/* The buffers of one part, filled for the block at hand. */
struct bench {
	const struct plan *p;
	struct arena *a;
	struct expr_scratch *scratch;
	size_t from, n;
	struct seat *seat;    /* of vectors */
	uint8_t **kind_room;  /* of masks: room for BLOCK_ROWS, or NULL until wanted */
	const uint8_t **kind; /* of masks: NULL when every row is used */
};

/* A vector.  Where its values lie in memory, `from` counts from base; else the block is evaluated
 * into room. */
struct seat {
	const char *base;
	const uint8_t *base_missing;
	void *room;
	uint8_t *missing_room;
	/* The block. */
	bool ready, converted;
	const void *value;      /* of vector_storage() */
	const uint8_t *missing; /* NULL: none */
	double *real;           /* converted to doubles */
	uint8_t *truth;         /* a range as 0 and 1 */
};

static enum storage vector_storage(const struct vector *v)
{
	if (v->kind == VECTOR_NUMBER)
		return STORAGE_F64;
	return v->kind == VECTOR_TRUTH ? STORAGE_U8 : v->column->storage;
}

static bool is_evaluated(const struct vector *v)
{
	return v->kind == VECTOR_NUMBER || v->kind == VECTOR_TRUTH;
}

/* Evaluates n rows from `from`; true when some are missing. */
static bool evaluate(const struct vector *v, struct expr_scratch *scratch, size_t from, size_t n,
		     void *value, uint8_t *missing)
{
	bool some = false;

	for (size_t at = 0; at < n; at += EXPR_BLOCK) {
		size_t more = n - at < EXPR_BLOCK ? n - at : EXPR_BLOCK;

		if (v->kind == VECTOR_NUMBER)
			some |= expr_block_number(v->plan, scratch, from + at, more,
						  (double *)value + at, missing + at);
		else
			some |= expr_block_truth(v->plan, scratch, from + at, more,
						 (uint8_t *)value + at, missing + at);
	}
	return some;
}

static struct seat *seat_of(struct bench *b, int vector)
{
	const struct vector *v = &b->p->vector[vector];
	struct seat *s = &b->seat[vector];

	if (s->ready)
		return s;
	s->ready = true;
	if (s->base) {
		s->value = s->base + b->from * storage_bytes(vector_storage(v));
		s->missing = s->base_missing ? s->base_missing + b->from : NULL;
		return s;
	}
	if (!s->room) {
		s->room = arena_alloc(b->a, BLOCK_ROWS, storage_bytes(vector_storage(v)));
		s->missing_room = NEW(b->a, BLOCK_ROWS, uint8_t);
	}
	s->value = s->room;
	s->missing = evaluate(v, b->scratch, b->from, b->n, s->room, s->missing_room)
		? s->missing_room
		: NULL;
	return s;
}

/* ---- masks ---- */

#define RANGE_TRUTH(type, low_, high_) \
	for (size_t i = 0; i < n; i++) \
	truth[i] = (uint8_t)((((const type *)x)[i] >= (type)r->low_ && \
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

	if (v->kind != VECTOR_RANGE)
		return s->value;
	if (!s->truth)
		s->truth = NEW(b->a, BLOCK_ROWS, uint8_t);
	range_truth(v, s->value, b->n, s->truth);
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

#define CONVERT(type) \
	for (size_t i = 0; i < b->n; i++) \
	s->real[i] = (double)((const type *)s->value)[i]

/* The block as doubles. */
static const double *reals_of(struct bench *b, int vector)
{
	enum storage storage = vector_storage(&b->p->vector[vector]);
	struct seat *s = seat_of(b, vector);

	if (storage == STORAGE_F64)
		return s->value;
	if (s->converted)
		return s->real;
	if (!s->real)
		s->real = NEW(b->a, BLOCK_ROWS, double);
	s->converted = true;
	if (storage == STORAGE_U8)
		CONVERT(uint8_t);
	else if (storage == STORAGE_U16)
		CONVERT(uint16_t);
	else if (storage == STORAGE_I32)
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
			       : k->count_range[v->column->storage](seat_of(b, t->x)->value,
								    &v->range, kind, b->n);
	out->count = v->negate ? used - in : in;
}

static void do_sum(struct bench *b, const struct task *t, union partial *out)
{
	const struct vector *v = &b->p->vector[t->x];
	const uint8_t *kind = kind_for_sum(b, t);

	if (vector_is_integer(v))
		b->p->kernels->sum_integer[v->column->storage](seat_of(b, t->x)->value, kind, b->n,
							       &out->whole);
	else
		b->p->kernels->sum_real(reals_of(b, t->x), kind, b->n, &out->pair[0]);
}

static void do_weigh(struct bench *b, const struct task *t, union partial *out)
{
	enum storage s = vector_storage(&b->p->vector[t->x]);

	b->p->kernels->weigh[s](seat_of(b, t->x)->value, reals_of(b, t->w), b->kind[t->mask], b->n,
				out->pair);
}

#define EXTREMES(type, least_, greatest_) \
	for (size_t i = 0; i < b->n; i++) { \
		type v_ = ((const type *)x)[i]; \
		if (kind && kind[i] != KIND_USED) \
			continue; \
		out->least_ = v_ < out->least_ ? v_ : out->least_; \
		out->greatest_ = v_ > out->greatest_ ? v_ : out->greatest_; \
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
	const void *x = seat_of(b, t->x)->value;
	if (v->column->storage == STORAGE_U8)
		EXTREMES(uint8_t, least, greatest)
	else if (v->column->storage == STORAGE_U16)
		EXTREMES(uint16_t, least, greatest)
	else if (v->column->storage == STORAGE_I32)
		EXTREMES(int32_t, least, greatest)
	else
		EXTREMES(int64_t, least, greatest)
}

/* Works the block out: rows of each kind for each mask, what each task gives. */
static void do_block(struct bench *b, uint16_t (*kinds)[4], union partial *sum)
{
	const struct plan *p = b->p;

	for (size_t i = 0; i < p->n_vectors; i++)
		b->seat[i].ready = b->seat[i].converted = false;
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
enum { TURN_BLOCKS = 1024, PARTS_PER_THREAD = 4, BLOCKS_A_PART = 8, SCRATCH_BYTES = 1 << 30 };

struct turn {
	const struct plan *p;
	struct block *block;
	size_t n, cap, n_parts;
	uint16_t (*kinds)[4];
	union partial *sum;
};

static struct bench bench_make(struct arena *a, const struct plan *p)
{
	struct bench b = { .p = p, .a = a, .scratch = expr_scratch_new(a) };

	b.seat = NEW(a, p->n_vectors, struct seat);
	b.kind_room = NEW(a, p->n_masks, uint8_t *);
	b.kind = NEW(a, p->n_masks, const uint8_t *);
	return b;
}

static void do_part(void *arg, size_t part)
{
	struct turn *t = arg;
	const struct plan *p = t->p;
	ARENA_SCOPE(a, SCRATCH_BYTES);
	struct bench b = bench_make(&a, p);

	for (size_t i = 0; i < p->n_vectors; i++) {
		const struct column *c = p->vector[i].column;

		if (is_evaluated(&p->vector[i]))
			continue;
		b.seat[i].base = c->value;
		b.seat[i].base_missing = c->missing;
	}
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
			sum->greatest =
				more->greatest > sum->greatest ? more->greatest : sum->greatest;
		} else {
			if (more->least_real < sum->least_real)
				sum->least_real = more->least_real;
			if (more->greatest_real > sum->greatest_real)
				sum->greatest_real = more->greatest_real;
		}
		break;
	}
}

struct totals totals_make(struct arena *a, const struct plan *p, size_t n_groups)
{
	return (struct totals){ arena_alloc(a, n_groups * p->n_masks, sizeof(uint64_t[4])),
				NEW(a, n_groups * p->n_tasks, union partial) };
}

void totals_clear(const struct plan *p, struct totals *t, size_t from, size_t n_groups)
{
	size_t n = n_groups - from;

	memset(t->kinds + from * p->n_masks, 0, n * p->n_masks * sizeof(*t->kinds));
	memset(t->sum + from * p->n_tasks, 0, n * p->n_tasks * sizeof(*t->sum));
	for (size_t g = from; g < n_groups; g++)
		for (size_t i = 0; i < p->n_tasks; i++)
			if (p->task[i].kind == TASK_EXTREMES)
				start_extremes(vector_is_integer(&p->vector[p->task[i].x]),
					       &t->sum[g * p->n_tasks + i]);
}

void totals_join(const struct plan *p, struct totals *to, size_t group, const struct totals *from,
		 size_t from_group)
{
	for (size_t m = 0; m < p->n_masks; m++)
		for (int k = 0; k < 4; k++)
			to->kinds[group * p->n_masks + m][k] +=
				from->kinds[from_group * p->n_masks + m][k];
	for (size_t i = 0; i < p->n_tasks; i++)
		join_task(p, &p->task[i], &to->sum[group * p->n_tasks + i],
			  &from->sum[from_group * p->n_tasks + i]);
}

static void join_block(const struct plan *p, struct totals *t, size_t g, uint16_t (*kinds)[4],
		       const union partial *sum)
{
	for (size_t m = 0; m < p->n_masks; m++)
		for (int k = 0; k < 4; k++)
			t->kinds[g * p->n_masks + m][k] += kinds[m][k];
	for (size_t i = 0; i < p->n_tasks; i++)
		join_task(p, &p->task[i], &t->sum[g * p->n_tasks + i], &sum[i]);
}

static void join_turn(const struct plan *p, const struct turn *t, struct totals *all)
{
	for (size_t i = 0; i < t->n; i++)
		join_block(p, all, t->block[i].group, t->kinds + i * p->n_masks,
			   t->sum + i * p->n_tasks);
}

static void run_turn(struct plan *p, struct turn *t, struct totals *all,
		     const struct runner *runner)
{
	t->n_parts = (size_t)runner->n_threads * PARTS_PER_THREAD;
	if (t->n_parts > t->n / BLOCKS_A_PART)
		t->n_parts = t->n / BLOCKS_A_PART + 1;
	if (t->n == 0)
		return;
	runner->run(runner, do_part, t, t->n_parts);
	join_turn(p, t, all);
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

static void run_sorted(struct plan *p, struct totals *all, const struct runner *runner)
{
	ARENA_SCOPE(own, (size_t)1 << 40);
	struct turn *t = turn_make(&own, p);

	for (size_t g = 0; g < p->n_groups; g++)
		for (uint32_t from = p->start[g]; from < p->start[g + 1]; from += BLOCK_ROWS) {
			uint32_t left = p->start[g + 1] - from;

			t->block[t->n++] =
				(struct block){ from, left < BLOCK_ROWS ? left : BLOCK_ROWS,
						(uint32_t)g };
			if (t->n == t->cap)
				run_turn(p, t, all, runner);
		}
	run_turn(p, t, all, runner);
}

/* ---- rows that are not sorted: chunk by chunk ---- */

/* What one thread keeps from chunk to chunk. */
struct worker {
	struct arena arena;
	struct bench bench;
	uint32_t *place; /* CHUNK_ROWS: where each row goes */
	uint32_t *start; /* groups + 2 */
	void *value;     /* CHUNK_ROWS evaluated rows, in their old order */
	uint8_t *missing;
	uint16_t (*kinds)[4]; /* of a block */
	union partial *sum;
	struct totals totals; /* of a chunk */
};

struct chunks {
	const struct plan *p;
	struct worker *worker;
	size_t first; /* this turn: worker i does chunk first + i */
};

static size_t chunk_rows(const struct plan *p, size_t chunk)
{
	size_t left = p->f->n_rows - chunk * CHUNK_ROWS;

	return left < CHUNK_ROWS ? left : CHUNK_ROWS;
}

static void worker_make(struct worker *w, const struct plan *p, size_t n_groups)
{
	arena_init(&w->arena, (size_t)1 << 40);
	w->bench = bench_make(&w->arena, p);
	w->place = NEW(&w->arena, CHUNK_ROWS, uint32_t);
	w->start = NEW(&w->arena, n_groups + 2, uint32_t);
	w->kinds = arena_alloc(&w->arena, p->n_masks, sizeof(*w->kinds));
	w->sum = NEW(&w->arena, p->n_tasks, union partial);
	w->totals = totals_make(&w->arena, p, n_groups);
}

/* Rows left out go to the end. */
static void place_rows(struct worker *w, size_t from, size_t n)
{
	const struct plan *p = w->bench.p;
	const uint32_t *group = p->group_of_row + from;
	uint32_t n_groups = (uint32_t)p->n_groups, at = 0;

	memset(w->start, 0, (p->n_groups + 2) * sizeof(*w->start));
	for (size_t i = 0; i < n; i++)
		w->start[group[i] < n_groups ? group[i] + 1 : n_groups + 1]++;
	for (size_t g = 0; g <= p->n_groups; g++)
		w->start[g] = at += w->start[g];
	for (size_t i = 0; i < n; i++)
		w->place[i] = w->start[group[i] < n_groups ? group[i] : n_groups]++;
	/* Each start has moved to where its run ends. */
	memmove(w->start + 1, w->start, p->n_groups * sizeof(*w->start));
	w->start[0] = 0;
}

/* Codes may be wider in the next frame. */
static size_t widest(const struct vector *v)
{
	if (!is_evaluated(v) && v->column->dictionary)
		return sizeof(int32_t);
	return storage_bytes(vector_storage(v));
}

/* The vector's values in the order of the groups. */
static void lay_vector(struct worker *w, size_t vector, size_t from, size_t n)
{
	const struct vector *v = &w->bench.p->vector[vector];
	struct seat *s = &w->bench.seat[vector];
	size_t bytes = storage_bytes(vector_storage(v));
	const char *value;
	const uint8_t *missing;

	if (!s->room)
		s->room = arena_alloc(&w->arena, CHUNK_ROWS, widest(v));
	if (!s->missing_room && (is_evaluated(v) || v->column->missing))
		s->missing_room = NEW(&w->arena, CHUNK_ROWS, uint8_t);
	if (is_evaluated(v)) {
		if (!w->value) {
			w->value = NEW(&w->arena, CHUNK_ROWS, double);
			w->missing = NEW(&w->arena, CHUNK_ROWS, uint8_t);
		}
		value = w->value;
		missing = evaluate(v, w->bench.scratch, from, n, w->value, w->missing) ? w->missing
										       : NULL;
	} else {
		value = (const char *)v->column->value + from * bytes;
		missing = v->column->missing ? v->column->missing + from : NULL;
	}
	rows_scatter(s->room, value, bytes, w->place, n);
	if (missing)
		rows_scatter(s->missing_room, missing, 1, w->place, n);
	s->base = s->room;
	s->base_missing = missing ? s->missing_room : NULL;
}

static void lay_vectors(struct worker *w, size_t from, size_t n)
{
	const struct plan *p = w->bench.p;

	for (size_t i = 0; i < p->n_vectors; i++) {
		const struct vector *v = &p->vector[i];
		size_t same = 0;

		while (is_evaluated(v) || p->vector[same].column != v->column)
			if (++same >= i)
				break;
		if (same < i) {
			w->bench.seat[i].base = w->bench.seat[same].base;
			w->bench.seat[i].base_missing = w->bench.seat[same].base_missing;
		} else {
			lay_vector(w, i, from, n);
		}
	}
}

static void do_chunk(void *arg, size_t part)
{
	struct chunks *c = arg;
	struct worker *w = &c->worker[part];
	const struct plan *p = c->p;
	size_t chunk = c->first + part;

	w->bench.p = p;
	totals_clear(p, &w->totals, 0, p->n_groups);
	place_rows(w, chunk * CHUNK_ROWS, chunk_rows(p, chunk));
	lay_vectors(w, chunk * CHUNK_ROWS, chunk_rows(p, chunk));
	for (size_t g = 0; g < p->n_groups; g++)
		for (uint32_t from = w->start[g]; from < w->start[g + 1]; from += BLOCK_ROWS) {
			uint32_t left = w->start[g + 1] - from;

			w->bench.from = from;
			w->bench.n = left < BLOCK_ROWS ? left : BLOCK_ROWS;
			do_block(&w->bench, w->kinds, w->sum);
			join_block(p, &w->totals, g, w->kinds, w->sum);
		}
}

void crew_drop(struct crew *c)
{
	for (size_t i = 0; i < c->n; i++)
		arena_drop(&c->worker[i].arena);
	c->n = c->n_groups = 0;
}

/* The crew is made anew when there are more groups than before. */
static void crew_ready(struct crew *c, struct arena *a, const struct plan *p, size_t n)
{
	if (c->n >= n && c->n_groups >= p->n_groups)
		return;
	n = n > c->n ? n : c->n;
	crew_drop(c);
	c->worker = NEW(a, n, struct worker);
	c->n = n;
	c->n_groups = p->n_groups;
	for (size_t i = 0; i < n; i++)
		worker_make(&c->worker[i], p, c->n_groups);
}

static void run_chunks(struct plan *p, struct totals *all, struct crew *crew,
		       const struct runner *runner)
{
	size_t n_chunks = (p->f->n_rows + CHUNK_ROWS - 1) / CHUNK_ROWS;
	size_t n = runner->n_threads < n_chunks ? runner->n_threads : n_chunks;
	struct chunks c = { .p = p };

	crew_ready(crew, crew->home, p, n);
	c.worker = crew->worker;
	for (c.first = 0; c.first < n_chunks; c.first += n) {
		size_t now = n_chunks - c.first < n ? n_chunks - c.first : n;

		runner->run(runner, do_chunk, &c, now);
		for (size_t i = 0; i < now; i++)
			for (size_t g = 0; g < p->n_groups; g++)
				totals_join(p, all, g, &c.worker[i].totals, g);
	}
}

void run_blocks(struct plan *p, struct crew *crew, const struct runner *runner)
{
	struct totals all = totals_make(p->a, p, p->n_groups);

	totals_clear(p, &all, 0, p->n_groups);
	if (p->group_of_row)
		run_chunks(p, &all, crew, runner);
	else
		run_sorted(p, &all, runner);
	p->kinds = all.kinds;
	p->sum = all.sum;
}
