/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From formulas to the tables of vectors, masks, tasks and wholes. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "frame/aggregate_parts.h"

/* ---- keys ---- */

static void put_text(struct buf *b, struct str s)
{
	num_put_int(b, (int64_t)s.n);
	buf_putc(b, ':');
	buf_put(b, s);
}

static void put_key(struct buf *b, const struct expr *e, const struct expr_node *x)
{
	int64_t bits;

	memcpy(&bits, &x->number, sizeof(bits));
	buf_fmt(b, "(%d,%d,%d,%d,", (int)x->op, (int)x->type, (int)x->aggregate, (int)x->kind);
	num_put_int(b, bits);
	if (x->op == EXPR_OP_NAME)
		put_text(b, e->name[x->name].name);
	else
		put_text(b, x->text);
	put_text(b, x->repeat);
	for (uint32_t i = 0; i < x->n_args; i++)
		put_key(b, e, x->arg[i]);
	buf_putc(b, ')');
}

struct str row_key(struct arena *a, const struct expr *e, const struct expr_node *row)
{
	struct buf b;

	buf_init(&b, a, 16u << 20);
	put_key(&b, e, row);
	assert(!b.over);
	return buf_str(&b);
}

bool row_needs_order(const struct expr_node *row)
{
	if (row->op == EXPR_OP_POSITION || row->op == EXPR_OP_REPEAT)
		return true;
	for (uint32_t i = 0; i < row->n_args; i++)
		if (row_needs_order(row->arg[i]))
			return true;
	return false;
}

/* ---- tables ---- */

#define ROOM_FOR_ONE(p, table, n, cap) \
	do { \
		if ((n) == (cap)) { \
			size_t more_ = (cap) ? (cap)*2 : 32; \
			(table) = arena_grow((p)->a, (table), (n), more_, sizeof(*(table))); \
			(cap) = more_; \
		} \
	} while (0)

static int find_vector(const struct plan *p, struct str key)
{
	for (size_t i = 0; i < p->n_vectors; i++)
		if (str_eq(p->vector[i].key, key))
			return (int)i;
	return NONE;
}

static int add_vector(struct plan *p, const struct vector *v)
{
	ROOM_FOR_ONE(p, p->vector, p->n_vectors, p->cap_vectors);
	p->vector[p->n_vectors] = *v;
	return (int)p->n_vectors++;
}

static int add_mask(struct plan *p, struct mask m)
{
	for (size_t i = 0; i < p->n_masks; i++)
		if (p->mask[i].universe == m.universe && p->mask[i].x == m.x && p->mask[i].y == m.y)
			return (int)i;
	ROOM_FOR_ONE(p, p->mask, p->n_masks, p->cap_masks);
	p->mask[p->n_masks] = m;
	return (int)p->n_masks++;
}

static int add_task(struct plan *p, struct task t)
{
	for (size_t i = 0; i < p->n_tasks; i++) {
		const struct task *o = &p->task[i];

		if (o->kind == t.kind && o->mask == t.mask && o->x == t.x && o->w == t.w)
			return (int)i;
	}
	ROOM_FOR_ONE(p, p->task, p->n_tasks, p->cap_tasks);
	p->task[p->n_tasks] = t;
	return (int)p->n_tasks++;
}

/* ---- conditions that are a range of one column ---- */

static enum expr_op mirrored(enum expr_op op)
{
	if (op == EXPR_OP_LT)
		return EXPR_OP_GT;
	if (op == EXPR_OP_LE)
		return EXPR_OP_GE;
	if (op == EXPR_OP_GT)
		return EXPR_OP_LT;
	if (op == EXPR_OP_GE)
		return EXPR_OP_LE;
	return op;
}

static bool is_comparison(enum expr_op op)
{
	return op == EXPR_OP_EQ || op == EXPR_OP_NE || op == EXPR_OP_LT || op == EXPR_OP_LE ||
		op == EXPR_OP_GT || op == EXPR_OP_GE;
}

static bool is_number_column(const struct column *c)
{
	return c->type == COLUMN_INTEGER || c->type == COLUMN_REAL;
}

/* least and greatest value that the storage can hold */
static void storage_limits(enum storage s, int64_t *least, int64_t *greatest)
{
	*least = s == STORAGE_I32 ? INT32_MIN : s == STORAGE_I64 ? INT64_MIN : 0;
	*greatest = s == STORAGE_U8 ? UINT8_MAX
		: s == STORAGE_U16  ? UINT16_MAX
		: s == STORAGE_I32  ? INT32_MAX
				    : INT64_MAX;
}

static void range_of_real(struct vector *v, enum expr_op op, double x)
{
	struct range *r = &v->range;

	r->low_real = -HUGE_VAL;
	r->high_real = HUGE_VAL;
	if (op == EXPR_OP_EQ || op == EXPR_OP_NE || op == EXPR_OP_GE)
		r->low_real = x;
	if (op == EXPR_OP_EQ || op == EXPR_OP_NE || op == EXPR_OP_LE)
		r->high_real = x;
	if (op == EXPR_OP_GT)
		r->low_real = nextafter(x, HUGE_VAL);
	if (op == EXPR_OP_LT)
		r->high_real = nextafter(x, -HUGE_VAL);
	v->negate = op == EXPR_OP_NE;
}

/* Bounds in doubles become bounds of integers; false when they lie beyond 2^53, where the two would
 * not compare alike. */
static bool range_of_integer(struct vector *v, enum expr_op op, double x)
{
	const double far = 0x1p53;
	int64_t least, greatest;

	if (!(x > -far && x < far))
		return false;
	storage_limits(v->column->storage, &least, &greatest);
	v->range.low = least;
	v->range.high = greatest;
	int64_t up = (int64_t)ceil(x), down = (int64_t)floor(x);
	if (op == EXPR_OP_EQ || op == EXPR_OP_NE || op == EXPR_OP_GE)
		v->range.low = up;
	if (op == EXPR_OP_EQ || op == EXPR_OP_NE || op == EXPR_OP_LE)
		v->range.high = down;
	if (op == EXPR_OP_GT)
		v->range.low = down + 1;
	if (op == EXPR_OP_LT)
		v->range.high = up - 1;
	v->negate = op == EXPR_OP_NE;
	if (v->range.low < least)
		v->range.low = least;
	if (v->range.high > greatest)
		v->range.high = greatest;
	v->empty = v->range.low > v->range.high;
	return true;
}

static bool range_of_name(struct vector *v, enum expr_op op, struct str name)
{
	int64_t code = dictionary_find(v->column->dictionary, name);

	if (op != EXPR_OP_EQ && op != EXPR_OP_NE)
		return false;
	v->negate = op == EXPR_OP_NE;
	v->empty = code < 0;
	v->range.low = v->range.high = code;
	return true;
}

/* ${name} compared with a literal: true when v was made. */
static bool range_of(const struct plan *p, const struct expr *e, const struct expr_node *row,
		     struct vector *v)
{
	if (!is_comparison(row->op))
		return false;
	bool swap = row->arg[0]->op != EXPR_OP_NAME;
	const struct expr_node *name = row->arg[swap], *literal = row->arg[!swap];
	enum expr_op op = swap ? mirrored(row->op) : row->op;

	if (name->op != EXPR_OP_NAME)
		return false;
	v->column = frame_column(p->f, e->name[name->name].name);
	if (!v->column)
		return false;
	v->kind = VECTOR_RANGE;
	if (literal->op == EXPR_OP_NUMBER && v->column->type == COLUMN_REAL &&
	    v->column->storage == STORAGE_F64) {
		range_of_real(v, op, literal->number);
		return true;
	}
	if ((literal->op == EXPR_OP_NUMBER && v->column->type == COLUMN_INTEGER) ||
	    (literal->op == EXPR_OP_DAY && v->column->type == COLUMN_DATE))
		return range_of_integer(v, op, literal->number);
	if (literal->op == EXPR_OP_TEXT &&
	    (v->column->type == COLUMN_CHOICE || v->column->type == COLUMN_TEXT))
		return range_of_name(v, op, literal->text);
	return false;
}

/* ---- vectors ---- */

/* Columns that a kernel can read as numbers or as truth. */
static bool column_of(const struct plan *p, const struct expr *e, const struct expr_node *row,
		      struct str key, struct vector *v)
{
	const struct column *c = frame_column(p->f, key);

	if (!c && row->op == EXPR_OP_NAME)
		c = frame_column(p->f, e->name[row->name].name);
	if (!c)
		return false;
	if (row->type == EXPR_NUMBER && !is_number_column(c))
		return false;
	if (row->type == EXPR_DATE && c->type != COLUMN_DATE)
		return false;
	if (row->type == EXPR_BOOLEAN && c->type != COLUMN_BOOLEAN)
		return false;
	v->kind = VECTOR_COLUMN;
	v->column = c;
	return true;
}

static int plan_vector(struct plan *p, const struct expr *e, const struct expr_node *row)
{
	struct vector v = { .key = row_key(p->a, e, row), .expr = e, .node = row };
	int known = find_vector(p, v.key);

	if (known != NONE)
		return known;
	if (column_of(p, e, row, v.key, &v))
		return add_vector(p, &v);
	struct vector r = v;
	if (range_of(p, e, row, &r))
		return add_vector(p, &r);
	v.kind = row->type == EXPR_BOOLEAN ? VECTOR_TRUTH : VECTOR_NUMBER;
	v.plan = expr_plan_rows(p->a, e, row, p->f, p->env);
	return add_vector(p, &v);
}

bool vector_is_integer(const struct vector *v)
{
	return v->kind == VECTOR_COLUMN && v->column->storage != STORAGE_F64;
}

/* NONE when no row of the vector can be missing. */
static int may_miss(const struct plan *p, int vector)
{
	const struct vector *v = &p->vector[vector];

	if ((v->kind == VECTOR_COLUMN || v->kind == VECTOR_RANGE) && !v->column->missing)
		return NONE;
	return vector;
}

static int universe_vector(struct plan *p, const struct expr *universe)
{
	return universe ? plan_vector(p, universe, universe->root) : NONE;
}

int plan_universe(struct plan *p, const struct expr *universe)
{
	return add_mask(p, (struct mask){ universe_vector(p, universe), NONE, NONE });
}

/* ---- aggregates ---- */

static const struct column *whole_column(struct plan *p, const struct expr *e,
					 const struct expr_node *row, struct str *ret_key)
{
	*ret_key = row_key(p->a, e, row);
	for (size_t i = 0; i < p->n_wholes; i++) {
		if (p->whole[i].x && str_eq(p->whole[i].x_key, *ret_key))
			return p->whole[i].x;
		if (p->whole[i].y && str_eq(p->whole[i].y_key, *ret_key))
			return p->whole[i].y;
	}
	const struct column *c = frame_column(p->f, *ret_key);
	if (c)
		return c;
	return expr_plan_column(p->a, expr_plan_rows(p->a, e, row, p->f, p->env));
}

static int plan_whole(struct plan *p, const struct expr *e, const struct expr_node *node,
		      int universe)
{
	struct whole w = { .aggregate = node->aggregate,
			   .number = node->number,
			   .universe = universe };

	w.x = whole_column(p, e, node->arg[0], &w.x_key);
	if (node->n_args > 1)
		w.y = whole_column(p, e, node->arg[1], &w.y_key);
	for (size_t i = 0; i < p->n_wholes; i++) {
		const struct whole *o = &p->whole[i];

		if (o->aggregate == w.aggregate &&
		    memcmp(&o->number, &w.number, sizeof(double)) == 0 && o->universe == universe &&
		    o->x == w.x && o->y == w.y)
			return (int)i;
	}
	ROOM_FOR_ONE(p, p->whole, p->n_wholes, p->cap_wholes);
	p->whole[p->n_wholes] = w;
	return (int)p->n_wholes++;
}

static struct leaf leaf_of_one(struct plan *p, const struct expr *e, const struct expr_node *node,
			       int universe, enum task_kind kind)
{
	int x = plan_vector(p, e, node->arg[0]);
	struct leaf leaf = { .node = node, .task = { NONE, NONE }, .whole = NONE };

	leaf.mask = add_mask(p, (struct mask){ universe, may_miss(p, x), NONE });
	leaf.task[0] = add_task(p, (struct task){ kind, leaf.mask, x, NONE });
	return leaf;
}

static struct leaf leaf_of_two(struct plan *p, const struct expr *e, const struct expr_node *node,
			       int universe)
{
	int x = plan_vector(p, e, node->arg[0]), y = plan_vector(p, e, node->arg[1]);
	struct leaf leaf = { .node = node, .task = { NONE, NONE }, .whole = NONE };
	struct mask m = { universe, may_miss(p, x), may_miss(p, y) };

	if (m.x == NONE || m.x == m.y) {
		m.x = m.y;
		m.y = NONE;
	}
	leaf.mask = add_mask(p, m);
	if (node->aggregate == EXPR_AGGREGATE_WMEAN) {
		leaf.task[0] = add_task(p, (struct task){ TASK_WEIGH, leaf.mask, x, y });
	} else {
		leaf.task[0] = add_task(p, (struct task){ TASK_SUM, leaf.mask, x, NONE });
		leaf.task[1] = add_task(p, (struct task){ TASK_SUM, leaf.mask, y, NONE });
	}
	return leaf;
}

bool is_whole(enum expr_aggregate aggregate)
{
	switch (aggregate) {
	case EXPR_AGGREGATE_COUNT:
	case EXPR_AGGREGATE_SHARE:
	case EXPR_AGGREGATE_SUM:
	case EXPR_AGGREGATE_MEAN:
	case EXPR_AGGREGATE_MIN:
	case EXPR_AGGREGATE_MAX:
	case EXPR_AGGREGATE_RATIO:
	case EXPR_AGGREGATE_GROWTH:
	case EXPR_AGGREGATE_WMEAN:
		return false;
	case EXPR_AGGREGATE_MEDIAN:
	case EXPR_AGGREGATE_QUANTILE:
	case EXPR_AGGREGATE_SD:
	case EXPR_AGGREGATE_DISTINCT:
	case EXPR_AGGREGATE_CORRELATION:
	case EXPR_AGGREGATE_SPEARMAN:
	case EXPR_AGGREGATE_TOP:
	case EXPR_AGGREGATE_MOST:
	case EXPR_AGGREGATE_COUNTS:
	case EXPR_AGGREGATE_LOWEST:
	case EXPR_AGGREGATE_HIGHEST:
	case EXPR_AGGREGATE_N:
		break;
	}
	return true;
}

struct leaf plan_leaf(struct plan *p, const struct expr *e, const struct expr_node *node,
		      const struct expr *universe)
{
	int rows = universe_vector(p, universe);

	if (is_whole(node->aggregate))
		return (struct leaf){ node, NONE, { NONE, NONE }, plan_whole(p, e, node, rows) };
	switch ((int)node->aggregate) {
	case EXPR_AGGREGATE_COUNT:
		if (node->n_args == 0)
			return (struct leaf){
				node, plan_universe(p, universe), { NONE, NONE }, NONE
			};
		return leaf_of_one(p, e, node, rows, TASK_TRUE);
	case EXPR_AGGREGATE_SHARE:
		return leaf_of_one(p, e, node, rows, TASK_TRUE);
	case EXPR_AGGREGATE_SUM:
	case EXPR_AGGREGATE_MEAN:
		return leaf_of_one(p, e, node, rows, TASK_SUM);
	case EXPR_AGGREGATE_MIN:
	case EXPR_AGGREGATE_MAX:
		return leaf_of_one(p, e, node, rows, TASK_EXTREMES);
	default:
		return leaf_of_two(p, e, node, rows);
	}
}
