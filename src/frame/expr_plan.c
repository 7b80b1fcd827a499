/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a checked tree and a frame to steps over blocks.
 *
 * Three things make it fast: whole-number columns against a literal become a range test on the
 * stored bytes; a choice or text against a literal compares codes; and a subtree that reads one
 * text column and works on its texts is computed once a distinct text ("lifted"), then looked up by
 * code. */
#include "frame/expr_fast.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "frame/expr_check.h"
#include "frame/expr_eval.h"

struct expr_plan {
	const struct expr_step *root;
	const struct column *bare; /* the tree is this column */
	size_t n_rows;
	bool texts; /* some step makes texts: keep blocks small */
	enum expr_type type;
	struct str unit;
};

struct planner {
	struct arena *a;
	const struct expr *e;
	const struct frame *f;      /* whose rows are meant */
	const struct frame *parent; /* in a repeat */
	struct str repeat;
	const uint32_t *parent_row;       /* in a repeat: of each row */
	const struct column *position;    /* in a repeat: 1-based number within the parent's rows */
	const struct column *const *leaf; /* over groups */
	const struct column *lifted;      /* stands for the name below */
	uint32_t lifted_name;
	size_t n_rows;
	size_t row_base;
	int32_t today;
	bool *texts;
};

static const struct expr_step *build(struct planner *pl, const struct expr_node *n);

/* --- columns --- */

static const struct column *broadcast(struct planner *pl, const struct column *c)
{
	if (!c)
		return NULL;
	const struct frame *one = frame_of(pl->a, &c, 1, c->n);
	return frame_take(pl->a, one, pl->parent_row, pl->n_rows)->column[0];
}

static const struct column *column_of(struct planner *pl, const struct expr_node *n)
{
	if (n->op == EXPR_OP_AGGREGATE || n->op == EXPR_OP_FIGURE)
		return pl->leaf ? pl->leaf[n->leaf] : NULL;
	if (pl->lifted && pl->lifted_name == n->name)
		return pl->lifted;
	const struct expr_name *name = &pl->e->name[n->name];
	if (!pl->parent || (name->repeat.n && str_eq(name->repeat, pl->repeat)))
		return frame_column(pl->f, name->name);
	return broadcast(pl, frame_column(pl->parent, name->name));
}

static enum expr_class class_of(enum expr_type t)
{
	switch (t) {
	case EXPR_NUMBER:
	case EXPR_DATE: return EXPR_CLASS_NUMBER;
	case EXPR_BOOLEAN: return EXPR_CLASS_TRUTH;
	case EXPR_TEXT: return EXPR_CLASS_TEXT;
	case EXPR_SET:
	case EXPR_LIST: break;
	}
	return EXPR_CLASS_SET;
}

/* Does the column hold what the tree expects? */
static bool fits(const struct column *c, enum expr_type t)
{
	switch (c->type) {
	case COLUMN_INTEGER:
	case COLUMN_REAL: return t == EXPR_NUMBER;
	case COLUMN_TEXT:
	case COLUMN_CHOICE: return t == EXPR_TEXT;
	case COLUMN_MULTIPLE:
	case COLUMN_RANK: return t == EXPR_SET;
	case COLUMN_DATE: return t == EXPR_DATE;
	case COLUMN_BOOLEAN: return t == EXPR_BOOLEAN;
	}
	return false;
}

/* --- making steps --- */

static struct expr_step *step_new(struct planner *pl, const struct expr_node *n, expr_run *run,
				  enum expr_class class, size_t n_args)
{
	struct expr_step *p = NEW(pl->a, 1, struct expr_step);
	*p = (struct expr_step){
		.run = run,
		.node = n,
		.class = class,
		.n_args = n_args,
		.arg = NEW(pl->a, n_args, const struct expr_step *),
		.n_slots = 1,
		.lang = pl->e->lang,
	};
	*pl->texts |= class == EXPR_CLASS_TEXT;
	return p;
}

/* Arguments are held side by side in the slots after the step's own. */
static void set_argument(struct expr_step *p, size_t i, const struct expr_step *arg)
{
	p->arg[i] = arg;
	if (arg->n_slots + 1 + i > p->n_slots)
		p->n_slots = arg->n_slots + 1 + i;
}

/* Arguments are run one after the other in the same slot, `first` after the step's own. */
static void set_in_turn(struct expr_step *p, size_t i, const struct expr_step *arg, size_t first)
{
	p->arg[i] = arg;
	if (arg->n_slots + first > p->n_slots)
		p->n_slots = arg->n_slots + first;
}

static struct expr_step *constant(struct planner *pl, const struct expr_node *n,
				  enum expr_class class)
{
	struct expr_step *p = step_new(pl, n, expr_run_constant, class, 0);
	p->constant = true;
	p->text = (struct str){ "", 0 };
	return p;
}

static const struct expr_step *missing_step(struct planner *pl, const struct expr_node *n,
					    enum missing kind)
{
	struct expr_step *p = constant(pl, n, class_of(n->type));
	p->missing = kind;
	return p;
}

static const struct expr_step *column_step(struct planner *pl, const struct expr_node *n)
{
	const struct column *c = column_of(pl, n);
	assert(!c || n->op != EXPR_OP_NAME || fits(c, n->type));
	if (!c || !fits(c, n->type))
		return missing_step(pl, n, MISSING_NR);
	enum expr_class class = n->type == EXPR_TEXT ? EXPR_CLASS_CODE : class_of(n->type);
	struct expr_step *p = step_new(pl, n, expr_run_column, class, 0);
	p->column = c;
	p->dictionary = c->dictionary;
	return p;
}

static const struct expr_step *as_text(struct planner *pl, const struct expr_step *arg)
{
	if (arg->class != EXPR_CLASS_CODE)
		return arg;
	struct expr_step *p = step_new(pl, arg->node, expr_run_code_text, EXPR_CLASS_TEXT, 1);
	set_argument(p, 0, arg);
	return p;
}

static const struct expr_step *text_literal(struct planner *pl, const struct expr_node *n)
{
	struct expr_step *p = constant(pl, n, EXPR_CLASS_TEXT);
	p->text = n->text.n ? n->text : (struct str){ "", 0 };
	return p;
}

/* A literal as a code of d; a text that d has not gets EXPR_CODE_NONE, which equals no code. */
static struct expr_step *code_literal(struct planner *pl, const struct expr_node *n,
				      const struct dictionary *d)
{
	struct expr_step *p = constant(pl, n, EXPR_CLASS_CODE);
	int64_t code = n->dictionary == d && n->code != EXPR_CODE_NONE
		? (int64_t)n->code
		: dictionary_find(d, n->text);
	p->dictionary = d;
	p->code = code < 0 ? EXPR_CODE_NONE : (uint32_t)code;
	return p;
}

/* --- comparisons --- */

static bool whole_column(const struct expr_step *p)
{
	return p->run == expr_run_column && p->column->storage != STORAGE_F64 &&
		p->class != EXPR_CLASS_SET;
}

static bool storage_limits(enum storage s, int64_t *low, int64_t *high)
{
	switch (s) {
	case STORAGE_U8: *low = 0, *high = UINT8_MAX; return true;
	case STORAGE_U16: *low = 0, *high = UINT16_MAX; return true;
	case STORAGE_I32: *low = INT32_MIN, *high = INT32_MAX; return true;
	case STORAGE_I64: *low = INT64_MIN, *high = INT64_MAX; return true;
	case STORAGE_F64: break;
	}
	return false;
}

/* A whole-number column in [low, high] (both may be infinite); an empty range has low > high. */
static const struct expr_step *range_step(struct planner *pl, const struct expr_node *n,
					  const struct column *c, double low, double high,
					  bool negated)
{
	struct expr_step *p = step_new(pl, n, expr_run_range, EXPR_CLASS_TRUTH, 0);
	int64_t least = 0, most = 0;
	(void)storage_limits(c->storage, &least, &most);
	p->column = c;
	p->negated = negated;
	p->low = least;
	p->high = most;
	if (low > high || low > (double)most || high < (double)least) {
		p->low = 1;
		p->high = 0;
		return p;
	}
	/* Past 2^62 a double is no nearer to an integer: the column's own limit is as good. */
	if (low > (double)least && low < 0x1p62)
		p->low = (int64_t)low;
	if (high < (double)most && high > -0x1p62)
		p->high = (int64_t)high;
	return p;
}

static const struct expr_step *compare_range(struct planner *pl, const struct expr_node *n,
					     enum expr_op op, const struct column *c, double v)
{
	const double inf = HUGE_VAL;
	switch ((int)op) {
	case EXPR_OP_EQ: return range_step(pl, n, c, ceil(v), floor(v), false);
	case EXPR_OP_NE: return range_step(pl, n, c, ceil(v), floor(v), true);
	case EXPR_OP_LT: return range_step(pl, n, c, -inf, ceil(v) - 1, false);
	case EXPR_OP_LE: return range_step(pl, n, c, -inf, floor(v), false);
	case EXPR_OP_GT: return range_step(pl, n, c, floor(v) + 1, inf, false);
	default: return range_step(pl, n, c, ceil(v), inf, false);
	}
}

static enum expr_op mirrored(enum expr_op op)
{
	switch ((int)op) {
	case EXPR_OP_LT: return EXPR_OP_GT;
	case EXPR_OP_LE: return EXPR_OP_GE;
	case EXPR_OP_GT: return EXPR_OP_LT;
	case EXPR_OP_GE: return EXPR_OP_LE;
	default: return op;
	}
}

static bool number_literal(const struct expr_node *n)
{
	return n->op == EXPR_OP_NUMBER || n->op == EXPR_OP_DAY;
}

static const struct expr_step *compare_vectors(struct planner *pl, const struct expr_node *n,
					       const struct expr_step *a, const struct expr_step *b)
{
	struct expr_step *p = step_new(pl, n, expr_logic_run(n->op), EXPR_CLASS_TRUTH, 2);
	set_argument(p, 0, a);
	set_argument(p, 1, b);
	return p;
}

static const struct expr_step *compare_numbers(struct planner *pl, const struct expr_node *n)
{
	bool left = number_literal(n->arg[0]);
	enum expr_op op = left ? mirrored(n->op) : n->op;
	const struct expr_node *literal = n->arg[left ? 0 : 1];
	const struct expr_step *a = build(pl, n->arg[left ? 1 : 0]);
	if (!number_literal(literal))
		return compare_vectors(pl, n, a, build(pl, n->arg[1]));
	/* 2^53 and beyond cannot be told apart as doubles; the range test keeps whole columns
	 * exact. */
	if (whole_column(a) && fabs(literal->number) < 0x1p53)
		return compare_range(pl, n, op, a->column, literal->number);
	struct expr_node *turned = NEW(pl->a, 1, struct expr_node);
	*turned = *n;
	turned->op = op;
	struct expr_step *p = step_new(pl, turned, expr_run_compare_constant, EXPR_CLASS_TRUTH, 1);
	set_argument(p, 0, a);
	p->number = literal->number;
	return p;
}

/* Codes of a step as codes of d. */
static const struct expr_step *remapped(struct planner *pl, const struct expr_step *a,
					const struct dictionary *d)
{
	struct expr_step *p = step_new(pl, a->node, expr_run_remap, EXPR_CLASS_CODE, 1);
	uint32_t *map = NEW(pl->a, a->dictionary->n, uint32_t);
	for (size_t i = 0; i < a->dictionary->n; i++) {
		int64_t code = dictionary_find(d, a->dictionary->name[i]);
		map[i] = code < 0 ? EXPR_CODE_NONE : (uint32_t)code;
	}
	p->map = map;
	p->dictionary = d;
	set_argument(p, 0, a);
	return p;
}

static const struct expr_step *compare_texts(struct planner *pl, const struct expr_node *n)
{
	bool left = n->arg[0]->op == EXPR_OP_TEXT;
	const struct expr_node *literal = n->arg[left ? 0 : 1];
	const struct expr_step *a = build(pl, n->arg[left ? 1 : 0]);
	if (literal->op == EXPR_OP_TEXT && a->class == EXPR_CLASS_CODE) {
		struct expr_step *code = code_literal(pl, literal, a->dictionary);
		double v = code->code == EXPR_CODE_NONE ? -1.0 : (double)code->code;
		if (whole_column(a))
			return compare_range(pl, n, n->op, a->column, v);
		return compare_vectors(pl, n, a, code);
	}
	const struct expr_step *b = build(pl, literal);
	if (a->class == EXPR_CLASS_CODE && b->class == EXPR_CLASS_CODE) {
		/* The lists of choices are short; two large dictionaries of texts compare as texts.
		 */
		if (a->dictionary != b->dictionary && b->dictionary->n <= 4096)
			b = remapped(pl, b, a->dictionary);
		if (a->dictionary == b->dictionary)
			return left ? compare_vectors(pl, n, b, a) : compare_vectors(pl, n, a, b);
	}
	a = as_text(pl, a);
	b = as_text(pl, b);
	return left ? compare_vectors(pl, n, b, a) : compare_vectors(pl, n, a, b);
}

static const struct expr_step *build_compare(struct planner *pl, const struct expr_node *n)
{
	enum expr_type t = n->arg[0]->type;
	if (t == EXPR_NUMBER || t == EXPR_DATE)
		return compare_numbers(pl, n);
	if (t == EXPR_TEXT)
		return compare_texts(pl, n);
	const struct expr_step *a = build(pl, n->arg[0]);
	return compare_vectors(pl, n, a, build(pl, n->arg[1]));
}

/* --- branches --- */

/* One class for all branches from `first` on: codes when all are of one dictionary. */
static enum expr_class unify_steps(struct planner *pl, const struct expr_node *n,
				   const struct expr_step **arg, size_t first, struct expr_step *p)
{
	const struct dictionary *d = NULL;
	bool codes = true;
	if (n->type != EXPR_TEXT)
		return class_of(n->type);
	for (size_t i = first; i < n->n_args; i++) {
		bool literal = n->arg[i]->op == EXPR_OP_TEXT;
		if (literal || arg[i]->missing)
			continue;
		codes = codes && arg[i]->class == EXPR_CLASS_CODE &&
			(!d || d == arg[i]->dictionary);
		d = arg[i]->dictionary;
	}
	for (size_t i = first; codes && d && i < n->n_args; i++)
		codes = n->arg[i]->op != EXPR_OP_TEXT || dictionary_find(d, n->arg[i]->text) >= 0;
	codes = codes && d;
	for (size_t i = first; i < n->n_args; i++) {
		if (!codes) {
			arg[i] = as_text(pl, arg[i]);
		} else if (n->arg[i]->op == EXPR_OP_TEXT) {
			arg[i] = code_literal(pl, n->arg[i], d);
		} else if (arg[i]->missing) {
			struct expr_step *m = constant(pl, n->arg[i], EXPR_CLASS_CODE);
			m->missing = arg[i]->missing;
			arg[i] = m;
		}
	}
	p->dictionary = codes ? d : NULL;
	return codes ? EXPR_CLASS_CODE : EXPR_CLASS_TEXT;
}

static const struct expr_step *build_branches(struct planner *pl, const struct expr_node *n)
{
	const bool is_if = n->op == EXPR_OP_IF;
	struct expr_step *p = step_new(pl, n, is_if ? expr_run_if : expr_run_coalesce,
				       EXPR_CLASS_NUMBER, n->n_args);
	const struct expr_step **arg = NEW(pl->a, n->n_args, const struct expr_step *);
	for (size_t i = 0; i < n->n_args; i++)
		arg[i] = build(pl, n->arg[i]);
	p->class = unify_steps(pl, n, arg, is_if, p);
	*pl->texts |= p->class == EXPR_CLASS_TEXT;
	for (size_t i = 0; i < n->n_args; i++) {
		if (is_if)
			set_argument(p, i, arg[i]);
		else
			set_in_turn(p, i, arg[i], 1);
	}
	return p;
}

/* --- repeats --- */

static void fill_parent_rows(const struct frame_child *child, size_t n_parents,
			     uint32_t *parent_row, int64_t *position)
{
	for (size_t i = 0; i < n_parents; i++)
		for (uint32_t k = child->start[i]; k < child->start[i + 1]; k++) {
			parent_row[k] = (uint32_t)i;
			position[k] = (int64_t)(k - child->start[i]) + 1;
		}
}

static void enter_repeat(struct planner *pl, const struct frame_child *child,
			 const struct frame *parent)
{
	size_t n = child->frame->n_rows;
	uint32_t *parent_row = NEW(pl->a, n, uint32_t);
	int64_t *position = NEW(pl->a, n, int64_t);
	struct column *c = NEW(pl->a, 1, struct column);
	fill_parent_rows(child, parent->n_rows, parent_row, position);
	*c = (struct column){
		.type = COLUMN_INTEGER, .storage = STORAGE_I64, .n = n, .value = position
	};
	pl->f = child->frame;
	pl->parent = parent;
	pl->repeat = child->name;
	pl->parent_row = parent_row;
	pl->position = c;
	pl->n_rows = n;
}

static const struct frame_child *find_child(const struct frame *f, struct str name)
{
	for (size_t i = 0; i < f->n_children; i++)
		if (str_eq(f->child[i].name, name))
			return &f->child[i];
	return NULL;
}

static const struct expr_plan *plan_new(struct planner *pl, const struct expr_node *root);

static int compare_doubles(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;
	return (a > b) - (a < b);
}

/* Compensated (Neumaier), so that the order of the rows matters as little as can be. */
static double sum_of(const double *x, size_t n)
{
	double sum = 0, rest = 0;
	for (size_t i = 0; i < n; i++) {
		double t = sum + x[i];
		rest += fabs(sum) >= fabs(x[i]) ? (sum - t) + x[i] : (x[i] - t) + sum;
		sum = t;
	}
	return sum + rest;
}

/* One parent's aggregate over n valid values; x is sorted where that helps.  NaN: none. */
static double aggregate_of(enum expr_aggregate kind, double *x, size_t n)
{
	size_t distinct = 0;
	if (kind == EXPR_AGGREGATE_DISTINCT || kind == EXPR_AGGREGATE_MEDIAN ||
	    kind == EXPR_AGGREGATE_MIN || kind == EXPR_AGGREGATE_MAX)
		qsort(x, n, sizeof *x, compare_doubles);
	for (size_t i = 0; i < n; i++)
		distinct += i == 0 || x[i - 1] < x[i];
	if (n == 0)
		return (double)NAN;
	switch ((int)kind) {
	case EXPR_AGGREGATE_MIN: return x[0];
	case EXPR_AGGREGATE_MAX: return x[n - 1];
	case EXPR_AGGREGATE_SUM: return sum_of(x, n);
	case EXPR_AGGREGATE_MEAN: return sum_of(x, n) / (double)n;
	case EXPR_AGGREGATE_MEDIAN: return (x[(n - 1) / 2] + x[n / 2]) / 2;
	default: return (double)distinct;
	}
}

/* The values of an argument over the repeat as numbers; texts as codes of their column. */
static void values_of(struct planner *in, const struct expr_node *arg, double *value,
		      uint8_t *missing)
{
	const struct column *c = expr_plan_column(in->a, plan_new(in, arg));
	for (size_t i = 0; i < c->n; i++) {
		struct cell cell = column_cell(c, i);
		value[i] = c->type == COLUMN_REAL ? cell.real : (double)cell.integer;
		missing[i] = (uint8_t)cell.missing;
	}
}

static void aggregate_rows(const struct expr_node *n, const struct frame_child *child,
			   const double *value, const uint8_t *missing, size_t n_parents,
			   double *scratch, double *out, uint8_t *out_missing)
{
	for (size_t i = 0; i < n_parents; i++) {
		size_t from = child->start[i], to = child->start[i + 1], valid = 0, held = 0;
		for (size_t k = from; value && k < to; k++) {
			if (missing[k])
				continue;
			held += value[k] > 0;
			scratch[valid++] = value[k];
		}
		if (n->aggregate == EXPR_AGGREGATE_COUNT)
			out[i] = value ? (double)held : (double)(to - from);
		else
			out[i] = aggregate_of(n->aggregate, scratch, valid);
		if (!isfinite(out[i])) {
			out[i] = 0;
			out_missing[i] = MISSING_NR;
		}
	}
}

/* An aggregate over a repeat is computed at once, as a column of the parent. */
static const struct expr_step *build_repeat(struct planner *pl, const struct expr_node *n)
{
	const struct frame_child *child = find_child(pl->f, n->repeat);
	if (!child)
		return missing_step(pl, n, MISSING_NR);
	struct planner in = *pl;
	enter_repeat(&in, child, pl->f);
	double *value = NULL, *scratch = NEW(pl->a, in.n_rows, double);
	uint8_t *missing = NEW(pl->a, in.n_rows, uint8_t);
	if (n->n_args) {
		value = NEW(pl->a, in.n_rows, double);
		values_of(&in, n->arg[0], value, missing);
	}
	double *out = NEW(pl->a, pl->n_rows, double);
	uint8_t *out_missing = NEW(pl->a, pl->n_rows, uint8_t);
	aggregate_rows(n, child, value, missing, pl->n_rows, scratch, out, out_missing);
	struct column *c = NEW(pl->a, 1, struct column);
	*c = (struct column){ .type = COLUMN_REAL,
			      .storage = STORAGE_F64,
			      .n = pl->n_rows,
			      .value = out,
			      .missing = out_missing };
	struct expr_step *p = step_new(pl, n, expr_run_column, EXPR_CLASS_NUMBER, 0);
	p->column = c;
	return p;
}

/* --- lifting --- */

struct lift {
	uint32_t name;
	size_t n_names; /* distinct */
	bool texts;     /* a function on texts is among them */
	bool other;     /* something that is not the same for equal texts */
	const struct expr_node *node;
};

static bool works_on_text(const struct expr_node *n)
{
	if (n->op >= EXPR_OP_STRING_LENGTH && n->op <= EXPR_OP_TRUTH_FROM_TEXT)
		return n->n_args > 0;
	bool options = n->op == EXPR_OP_SELECTED || n->op == EXPR_OP_COUNT_SELECTED ||
		n->op == EXPR_OP_SELECTED_AT || n->op == EXPR_OP_CHOICE_NAME;
	return options && n->arg[0]->type == EXPR_TEXT;
}

static void look_for_lift(const struct expr_node *n, struct lift *l)
{
	if (n->op == EXPR_OP_NAME) {
		if (l->n_names == 0 || l->name != n->name)
			l->n_names++;
		l->name = n->name;
		l->node = n;
		l->other |= n->type != EXPR_TEXT;
	}
	l->other |= n->op == EXPR_OP_POSITION || n->op == EXPR_OP_REPEAT ||
		n->op == EXPR_OP_AGGREGATE || n->op == EXPR_OP_FIGURE;
	l->texts |= works_on_text(n);
	for (uint32_t i = 0; i < n->n_args && !l->other && l->n_names < 2; i++)
		look_for_lift(n->arg[i], l);
}

/* A column with each code of c once, then one cell of each kind of missing. */
static const struct column *codes_once(struct planner *pl, const struct column *c)
{
	size_t n = c->dictionary->n, rows = n + 3;
	int32_t *value = NEW(pl->a, rows, int32_t);
	uint8_t *missing = NEW(pl->a, rows, uint8_t);
	for (size_t i = 0; i < n; i++)
		value[i] = (int32_t)i;
	for (size_t m = MISSING_NR; m <= MISSING_NA; m++)
		missing[n + m - 1] = (uint8_t)m;
	struct column *once = NEW(pl->a, 1, struct column);
	*once = *c;
	once->storage = STORAGE_I32;
	once->n = rows;
	once->value = value;
	once->missing = missing;
	return once;
}

static void run_all(const struct expr_plan *p, struct arena *a, struct expr_vector *out);

static const struct expr_step *lifted(struct planner *pl, const struct expr_node *n)
{
	struct lift l = { 0 };
	if (pl->lifted || n->op == EXPR_OP_NAME || n->n_args == 0 || n->type == EXPR_SET)
		return NULL;
	look_for_lift(n, &l);
	if (l.n_names != 1 || l.other || !l.texts)
		return NULL;
	const struct column *c = column_of(pl, l.node);
	if (!c || !fits(c, EXPR_TEXT) || c->dictionary->n + 3 >= pl->n_rows)
		return NULL;
	struct planner in = *pl;
	in.lifted = codes_once(pl, c);
	in.lifted_name = l.name;
	in.n_rows = in.lifted->n;
	const struct expr_plan *once = plan_new(&in, n);
	struct expr_vector *table = NEW(pl->a, 1, struct expr_vector);
	run_all(once, pl->a, table);
	struct expr_step *p = step_new(pl, n, expr_run_lifted, once->root->class, 1);
	p->dictionary = once->root->dictionary;
	p->lifted = table;
	set_argument(p, 0, column_step(pl, l.node));
	return p;
}

/* --- the other operators --- */

static const struct expr_step *build_leaf(struct planner *pl, const struct expr_node *n)
{
	struct expr_step *p;
	switch ((int)n->op) {
	case EXPR_OP_NUMBER:
	case EXPR_OP_DAY:
	case EXPR_OP_TRUTH:
		p = constant(pl, n, class_of(n->type));
		p->number = n->number;
		return p;
	case EXPR_OP_TODAY:
		p = constant(pl, n, EXPR_CLASS_NUMBER);
		p->number = pl->today;
		return p;
	case EXPR_OP_TEXT: return text_literal(pl, n);
	case EXPR_OP_MISSING: return missing_step(pl, n, n->kind);
	case EXPR_OP_POSITION:
		p = step_new(pl, n, pl->position ? expr_run_column : expr_run_position,
			     EXPR_CLASS_NUMBER, 0);
		p->column = pl->position;
		p->row_base = pl->row_base;
		return p;
	case EXPR_OP_REPEAT: return build_repeat(pl, n);
	default: return column_step(pl, n);
	}
}

static const struct expr_step *build_set(struct planner *pl, const struct expr_node *n)
{
	struct expr_step *p = step_new(pl, n, expr_set_run(n->op), class_of(n->type), n->n_args);
	const struct expr_step *set = column_step(pl, n->arg[0]);
	const struct dictionary *d = set->dictionary;
	set_argument(p, 0, set);
	if (n->op == EXPR_OP_SELECTED_AT) {
		p->class = EXPR_CLASS_CODE;
		p->dictionary = d;
		if (!d)
			return missing_step(pl, n, MISSING_NR);
	}
	for (size_t i = 1; i < n->n_args; i++) {
		const struct expr_node *x = n->arg[i];
		const struct expr_step *arg =
			x->op == EXPR_OP_TEXT && d ? code_literal(pl, x, d) : build(pl, x);
		bool same = arg->class == EXPR_CLASS_CODE && arg->dictionary == d;
		set_argument(p, i, same ? arg : as_text(pl, arg));
	}
	return p;
}

static const struct expr_step *build_concat(struct planner *pl, const struct expr_node *n)
{
	struct expr_step *p = step_new(pl, n, expr_run_concat, EXPR_CLASS_TEXT, n->n_args);
	const bool join = n->op == EXPR_OP_JOIN;
	for (size_t i = 0; i < n->n_args; i++) {
		const struct expr_step *arg = as_text(pl, build(pl, n->arg[i]));
		set_in_turn(p, i, arg, join && i > 0 ? 2 : 1);
	}
	return p;
}

/* A function that goes row by row; the list of CHOICE_NAME and the pattern of REGEX are no values.
 */
static const struct expr_step *build_rows(struct planner *pl, const struct expr_node *n)
{
	bool one = n->op == EXPR_OP_CHOICE_NAME || n->op == EXPR_OP_REGEX;
	size_t n_args = one ? 1 : n->n_args;
	struct expr_step *p = step_new(pl, n, expr_run_rows, class_of(n->type), n_args);
	p->row = expr_row_function(n->op, n->arg[0]->type);
	assert(p->row);
	for (size_t i = 0; i < n_args; i++)
		set_argument(p, i, as_text(pl, build(pl, n->arg[i])));
	return p;
}

static const struct expr_step *build_day(struct planner *pl, const struct expr_step *number)
{
	struct expr_step *p = step_new(pl, number->node, expr_run_day, EXPR_CLASS_NUMBER, 1);
	set_argument(p, 0, number);
	return p;
}

static const struct expr_step *build_vectors(struct planner *pl, const struct expr_node *n,
					     expr_run *run)
{
	bool fold = n->op == EXPR_OP_AND || n->op == EXPR_OP_OR || n->op == EXPR_OP_MIN ||
		n->op == EXPR_OP_MAX || n->op == EXPR_OP_SUM || n->op == EXPR_OP_COUNT;
	struct expr_step *p = step_new(pl, n, run, class_of(n->type), n->n_args);
	for (size_t i = 0; i < n->n_args; i++) {
		const struct expr_step *arg = build(pl, n->arg[i]);
		if (fold)
			set_in_turn(p, i, arg, 1);
		else
			set_argument(p, i, arg);
	}
	return n->type == EXPR_DATE && !fold ? build_day(pl, p) : p;
}

static bool has_set(const struct expr_node *n)
{
	return n->n_args > 0 && n->arg[0]->type == EXPR_SET && n->op != EXPR_OP_ANSWERED;
}

/* selected(choice, 'a') of a question with one answer is an equality. */
static const struct expr_step *selected_one(struct planner *pl, const struct expr_node *n)
{
	bool one = n->op == EXPR_OP_SELECTED && n->arg[0]->type == EXPR_TEXT &&
		n->arg[0]->dictionary && n->arg[1]->op == EXPR_OP_TEXT;
	if (!one)
		return NULL;
	struct expr_node *equal = NEW(pl->a, 1, struct expr_node);
	*equal = *n;
	equal->op = EXPR_OP_EQ;
	return build_compare(pl, equal);
}

static const struct expr_step *build(struct planner *pl, const struct expr_node *n)
{
	const struct expr_step *table = lifted(pl, n);
	if (!table)
		table = selected_one(pl, n);
	if (table)
		return table;
	if (n->op <= EXPR_OP_FIGURE)
		return build_leaf(pl, n);
	if (n->op >= EXPR_OP_EQ && n->op <= EXPR_OP_GE)
		return build_compare(pl, n);
	if (n->op == EXPR_OP_IF || n->op == EXPR_OP_COALESCE)
		return build_branches(pl, n);
	if (n->op == EXPR_OP_CONCAT || n->op == EXPR_OP_JOIN)
		return build_concat(pl, n);
	if (has_set(n))
		return build_set(pl, n);
	if (n->op == EXPR_OP_DATE && n->arg[0]->type == EXPR_NUMBER)
		return build_day(pl, build(pl, n->arg[0]));
	expr_run *run = expr_number_run(n->op);
	if (!run)
		run = expr_logic_run(n->op);
	return run ? build_vectors(pl, n, run) : build_rows(pl, n);
}

/* --- plans --- */

static const struct expr_plan *plan_new(struct planner *pl, const struct expr_node *root)
{
	struct expr_plan *p = NEW(pl->a, 1, struct expr_plan);
	pl->texts = &p->texts;
	p->n_rows = pl->n_rows;
	p->type = root->type;
	p->unit = root->unit;
	p->root = root->type == EXPR_SET ? column_step(pl, root) : build(pl, root);
	if (root->op == EXPR_OP_NAME)
		p->bare = p->root->column;
	return p;
}

static struct planner planner_of(struct arena *a, const struct expr *e, const struct expr_env *env)
{
	struct planner pl = { .a = a, .e = e };
	pl.row_base = env ? env->row_base : 0;
	pl.today = env ? env->today : 0;
	return pl;
}

const struct expr_plan *expr_plan_rows(struct arena *a, const struct expr *e,
				       const struct expr_node *row, const struct frame *f,
				       const struct expr_env *env)
{
	struct planner pl = planner_of(a, e, env);
	pl.f = f;
	pl.n_rows = f->n_rows;
	return plan_new(&pl, row);
}

const struct expr_plan *expr_plan_repeat(struct arena *a, const struct expr *e,
					 const struct expr_node *row,
					 const struct frame_child *child,
					 const struct frame *parent, const struct expr_env *env)
{
	struct planner pl = planner_of(a, e, env);
	enter_repeat(&pl, child, parent);
	return plan_new(&pl, row);
}

const struct expr_plan *expr_plan_top(struct arena *a, const struct expr *e,
				      const struct column *const *leaf, size_t n_groups,
				      const struct expr_env *env)
{
	struct planner pl = planner_of(a, e, env);
	pl.leaf = leaf;
	pl.n_rows = n_groups;
	return plan_new(&pl, e->root);
}

/* --- running --- */

struct expr_scratch *expr_scratch_new(struct arena *a)
{
	struct expr_scratch *s = NEW(a, 1, struct expr_scratch);
	s->a = a;
	return s;
}

enum { SHORT_ROWS = 16 };

struct expr_scratch *expr_scratch_for(struct arena *a, size_t n_rows)
{
	struct expr_scratch *s = expr_scratch_new(a);
	s->rows_max = n_rows <= SHORT_ROWS ? SHORT_ROWS : EXPR_BLOCK;
	return s;
}

static void reserve(struct expr_scratch *s, const struct expr_plan *p)
{
	size_t n = p->root->n_slots, rows = s->rows_max ? s->rows_max : EXPR_BLOCK;
	if (s->n_slots < n) {
		s->slot = arena_grow(s->a, s->slot, s->n_slots, n, sizeof *s->slot);
		for (size_t i = s->n_slots; i < n; i++) {
			s->slot[i].number = NEW(s->a, rows, double);
			s->slot[i].truth = NEW(s->a, rows, uint8_t);
			s->slot[i].missing = NEW(s->a, rows, uint8_t);
			s->slot[i].code = NEW(s->a, rows, uint32_t);
		}
		s->n_slots = n;
	}
	for (size_t i = 0; p->texts && i < n; i++)
		if (!s->slot[i].text)
			s->slot[i].text = NEW(s->a, rows, struct str);
}

static void run_block(const struct expr_plan *p, struct expr_scratch *s, size_t from, size_t n,
		      struct expr_vector *out)
{
	assert(n <= (s->rows_max ? s->rows_max : EXPR_BLOCK) && from + n <= p->n_rows);
	s->from = from;
	s->n = n;
	p->root->run(p->root, s, 0, out);
}

static bool copy_missing(const uint8_t *from, uint8_t *to, size_t n)
{
	uint8_t any = 0;
	if (!from) {
		memset(to, 0, n);
		return false;
	}
	memcpy(to, from, n);
	for (size_t i = 0; i < n; i++)
		any |= from[i];
	return any;
}

/* A missing row's value becomes zero. */
static void copy_numbers(const double *restrict from, const uint8_t *restrict missing,
			 double *restrict to, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = missing[i] ? 0 : from[i];
}

static void copy_truths(const uint8_t *restrict from, const uint8_t *restrict missing,
			uint8_t *restrict to, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (uint8_t)(from[i] & (missing[i] == 0));
}

bool expr_block_number(const struct expr_plan *p, struct expr_scratch *s, size_t from, size_t n,
		       double *value, uint8_t *missing)
{
	struct expr_vector v = { 0 };
	reserve(s, p);
	struct arena_mark m = arena_mark(s->a);
	run_block(p, s, from, n, &v);
	bool some = copy_missing(v.missing, missing, n);
	if (some)
		copy_numbers(v.number, missing, value, n);
	else
		memcpy(value, v.number, n * sizeof *value);
	arena_rewind(s->a, m);
	return some;
}

bool expr_block_truth(const struct expr_plan *p, struct expr_scratch *s, size_t from, size_t n,
		      uint8_t *truth, uint8_t *missing)
{
	struct expr_vector v = { 0 };
	reserve(s, p);
	struct arena_mark m = arena_mark(s->a);
	run_block(p, s, from, n, &v);
	bool some = copy_missing(v.missing, missing, n);
	if (some)
		copy_truths(v.truth, missing, truth, n);
	else
		memcpy(truth, v.truth, n);
	arena_rewind(s->a, m);
	return some;
}

/* --- all rows --- */

/* Vectors of all rows, in a. */
struct rows {
	double *number;
	uint8_t *truth;
	uint32_t *code;
	struct str *text;
	uint8_t *missing;
	bool some_missing;
};

static struct rows rows_new(struct arena *a, const struct expr_plan *p)
{
	enum expr_class class = p->root->class;
	return (struct rows){
		.number = class == EXPR_CLASS_NUMBER ? NEW(a, p->n_rows, double) : NULL,
		.truth = class == EXPR_CLASS_TRUTH ? NEW(a, p->n_rows, uint8_t) : NULL,
		.code = class == EXPR_CLASS_CODE ? NEW(a, p->n_rows, uint32_t) : NULL,
		.text = class == EXPR_CLASS_TEXT ? NEW(a, p->n_rows, struct str) : NULL,
		.missing = NEW(a, p->n_rows, uint8_t),
	};
}

static void keep_block(struct arena *a, struct rows *r, const struct expr_vector *v, size_t from,
		       size_t n)
{
	r->some_missing |= copy_missing(v->missing, r->missing + from, n);
	const uint8_t *missing = r->missing + from;
	if (r->number)
		copy_numbers(v->number, missing, r->number + from, n);
	if (r->truth)
		copy_truths(v->truth, missing, r->truth + from, n);
	for (size_t i = 0; r->code && i < n; i++)
		r->code[from + i] = missing[i] ? 0 : v->code[i];
	for (size_t i = 0; r->text && i < n; i++)
		r->text[from + i] = missing[i] ? (struct str){ "", 0 } : str_dup(a, v->text[i]);
}

enum { TEXT_BLOCK = 128 };

/* One block, in the arena of the result: an arena of its own would cost more than the work. */
static struct rows run_short(const struct expr_plan *p, struct arena *a)
{
	struct rows r = rows_new(a, p);
	struct expr_scratch *s = expr_scratch_for(a, p->n_rows);
	struct expr_vector v = { 0 };
	reserve(s, p);
	if (p->n_rows) {
		run_block(p, s, 0, p->n_rows, &v);
		keep_block(a, &r, &v, 0, p->n_rows);
	}
	return r;
}

static struct rows run_rows(const struct expr_plan *p, struct arena *a)
{
	if (p->n_rows <= SHORT_ROWS)
		return run_short(p, a);
	struct rows r = rows_new(a, p);
	ARENA_SCOPE(work, SIZE_MAX / 4);
	struct expr_scratch *s = expr_scratch_for(&work, p->n_rows);
	size_t step = p->texts ? TEXT_BLOCK : EXPR_BLOCK;
	reserve(s, p);
	for (size_t from = 0; from < p->n_rows; from += step) {
		size_t n = p->n_rows - from < step ? p->n_rows - from : step;
		struct expr_vector v = { 0 };
		struct arena_mark m = arena_mark(&work);
		run_block(p, s, from, n, &v);
		keep_block(a, &r, &v, from, n);
		arena_rewind(&work, m);
	}
	return r;
}

static void run_all(const struct expr_plan *p, struct arena *a, struct expr_vector *out)
{
	struct rows r = run_rows(p, a);
	*out = (struct expr_vector){ r.number, r.truth, r.code, r.text,
				     r.some_missing ? r.missing : NULL };
}

static bool all_whole(const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(fabs(v[i]) < 0x1p53) || v[i] < floor(v[i]) || v[i] > floor(v[i]))
			return false;
	return true;
}

/* Cell by cell through the builder, which finds the smallest storage. */
static const struct column *built(struct arena *a, const struct expr_plan *p, const struct rows *r,
				  enum column_type type, const struct dictionary *d)
{
	struct column_builder *b = column_build(a, (struct str){ 0 }, type, d);
	for (size_t i = 0; i < p->n_rows; i++) {
		if (r->missing[i])
			column_add_missing(b, (enum missing)r->missing[i]);
		else if (r->number)
			column_add_integer(b, (int64_t)r->number[i]);
		else if (r->text)
			column_add_text(b, r->text[i]);
		else if (type == COLUMN_TEXT)
			column_add_text(b, p->root->dictionary->name[r->code[i]]);
		else
			column_add_integer(b, (int64_t)r->code[i]);
	}
	return column_done(b);
}

/* A name without a column: all rows are missing. */
static const struct column *absent_set(struct arena *a, const struct expr_plan *p)
{
	static const struct dictionary none = { 0 };
	struct column_builder *b = column_build(a, (struct str){ 0 }, COLUMN_MULTIPLE, &none);
	for (size_t i = 0; i < p->n_rows; i++)
		column_add_missing(b, MISSING_NR);
	return column_done(b);
}

static const struct column *make_column(struct arena *a, const struct expr_plan *p)
{
	if (p->type == EXPR_SET)
		return absent_set(a, p);
	struct rows r = run_rows(p, a);
	struct column plain = { .n = p->n_rows, .missing = r.some_missing ? r.missing : NULL };
	struct column *c = NEW(a, 1, struct column);
	const struct dictionary *d = p->root->dictionary;
	if (p->type == EXPR_BOOLEAN) {
		plain.type = COLUMN_BOOLEAN;
		plain.storage = STORAGE_U8;
		plain.value = r.truth;
		*c = plain;
	} else if (p->type == EXPR_NUMBER && !all_whole(r.number, p->n_rows)) {
		plain.type = COLUMN_REAL;
		plain.storage = STORAGE_F64;
		plain.value = r.number;
		*c = plain;
	} else if (p->type == EXPR_NUMBER) {
		*c = *built(a, p, &r, COLUMN_INTEGER, NULL);
	} else if (p->type == EXPR_DATE) {
		*c = *built(a, p, &r, COLUMN_DATE, NULL);
	} else if (r.code && p->root->node->dictionary) {
		*c = *built(a, p, &r, COLUMN_CHOICE, d);
	} else {
		*c = *built(a, p, &r, COLUMN_TEXT, NULL);
	}
	c->unit = p->unit;
	return c;
}

const struct column *expr_plan_column(struct arena *a, const struct expr_plan *p)
{
	assert(p->type != EXPR_LIST);
	return p->bare ? p->bare : make_column(a, p);
}
