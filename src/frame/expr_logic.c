/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three-valued logic, comparison and choice between branches, over blocks. */
#include "frame/expr_fast.h"

#include "frame/expr_eval.h"

#include <assert.h>
#include <string.h>

/* `and`: false when some argument is false; else missing, of the kind of the first missing one;
 * else true.  `or` is the same with the truths turned round. */
static void run_chain(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		      struct expr_vector *out)
{
	const uint8_t decides = p->node->op == EXPR_OP_OR;
	uint8_t *restrict decided = s->slot[slot].truth;
	uint8_t *restrict first = s->slot[slot].missing;
	const size_t n = s->n;
	bool some = false;
	memset(decided, 0, n);
	memset(first, 0, n);
	for (size_t k = 0; k < p->n_args; k++) {
		struct expr_vector v = { 0 };
		p->arg[k]->run(p->arg[k], s, slot + 1, &v);
		const uint8_t *restrict truth = v.truth, *restrict missing = v.missing;
		if (!missing) {
			for (size_t i = 0; i < n; i++)
				decided[i] |= truth[i] == decides;
			continue;
		}
		some = true;
		for (size_t i = 0; i < n; i++) {
			decided[i] |= (uint8_t)((truth[i] == decides) & (missing[i] == 0));
			first[i] = first[i] ? first[i] : missing[i];
		}
	}
	for (size_t i = 0; some && i < n; i++)
		first[i] = decided[i] ? 0 : first[i];
	for (size_t i = 0; i < n; i++)
		decided[i] = decided[i] ? decides : !decides;
	out->truth = decided;
	out->missing = some ? first : NULL;
}

static void run_not(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		    struct expr_vector *out)
{
	struct expr_vector v = expr_run_arg(p, 0, s, slot);
	const uint8_t *restrict truth = v.truth;
	uint8_t *restrict r = s->slot[slot].truth;
	const size_t n = s->n;
	for (size_t i = 0; i < n; i++)
		r[i] = !truth[i];
	out->truth = r;
	out->missing = expr_join_missing(s, slot, v.missing, NULL);
}

/* Truth of "there is a value"; a set without options has none. */
static void run_answered(const struct expr_step *p, struct expr_scratch *s, size_t slot,
			 struct expr_vector *out)
{
	uint8_t *r = s->slot[slot].truth;
	const struct expr_step *arg = p->arg[0];
	out->truth = r;
	if (arg->class == EXPR_CLASS_SET) {
		const struct column *c = arg->column;
		const uint32_t *start = c ? (const uint32_t *)c->value + s->from : NULL;
		for (size_t i = 0; i < s->n; i++)
			r[i] = c && start[i + 1] > start[i] &&
				!(c->missing && c->missing[s->from + i]);
		return;
	}
	struct expr_vector v = expr_run_arg(p, 0, s, slot);
	for (size_t i = 0; i < s->n; i++)
		r[i] = !(v.missing && v.missing[i]);
}

/* --- comparison --- */

#define COMPARE_LOOP(a, b)                     \
	switch ((int)op) {                     \
	case EXPR_OP_EQ:                       \
		for (size_t i = 0; i < n; i++) \
			r[i] = (a) == (b);     \
		break;                         \
	case EXPR_OP_NE:                       \
		for (size_t i = 0; i < n; i++) \
			r[i] = (a) != (b);     \
		break;                         \
	case EXPR_OP_LT:                       \
		for (size_t i = 0; i < n; i++) \
			r[i] = (a) < (b);      \
		break;                         \
	case EXPR_OP_LE:                       \
		for (size_t i = 0; i < n; i++) \
			r[i] = (a) <= (b);     \
		break;                         \
	case EXPR_OP_GT:                       \
		for (size_t i = 0; i < n; i++) \
			r[i] = (a) > (b);      \
		break;                         \
	default:                               \
		for (size_t i = 0; i < n; i++) \
			r[i] = (a) >= (b);     \
		break;                         \
	}

static void compare_numbers(enum expr_op op, const double *restrict a, const double *restrict b,
			    uint8_t *restrict r, size_t n)
{
	COMPARE_LOOP(a[i], b[i])
}

static void compare_number(enum expr_op op, const double *restrict a, double b, uint8_t *restrict r,
			   size_t n)
{
	COMPARE_LOOP(a[i], b)
}

/* arg[0] against the number of the step. */
void expr_run_compare_constant(const struct expr_step *p, struct expr_scratch *s, size_t slot,
			       struct expr_vector *out)
{
	struct expr_vector v = expr_run_arg(p, 0, s, slot);
	uint8_t *r = s->slot[slot].truth;
	compare_number(p->node->op, v.number, p->number, r, s->n);
	out->truth = r;
	out->missing = expr_join_missing(s, slot, v.missing, NULL);
}

static void run_compare(const struct expr_step *p, struct expr_scratch *s, size_t slot,
			struct expr_vector *out)
{
	struct expr_vector v = expr_run_arg(p, 0, s, slot), w = expr_run_arg(p, 1, s, slot);
	uint8_t *restrict r = s->slot[slot].truth;
	const uint8_t differ = p->node->op == EXPR_OP_NE;
	const size_t n = s->n;
	switch (p->arg[0]->class) {
	case EXPR_CLASS_NUMBER: compare_numbers(p->node->op, v.number, w.number, r, n); break;
	case EXPR_CLASS_TRUTH:
		for (size_t i = 0; i < n; i++)
			r[i] = (v.truth[i] != w.truth[i]) == differ;
		break;
	case EXPR_CLASS_CODE: {
		const uint32_t *restrict a = v.code, *restrict b = w.code;
		for (size_t i = 0; i < n; i++)
			r[i] = (a[i] != b[i]) == differ;
		break;
	}
	case EXPR_CLASS_TEXT:
		for (size_t i = 0; i < n; i++)
			r[i] = !str_eq(v.text[i], w.text[i]) == differ;
		break;
	case EXPR_CLASS_SET: assert(false); break; /* sets are not compared */
	}
	out->truth = r;
	out->missing = expr_join_missing(s, slot, v.missing, w.missing);
}

/* In range when x - low, taken without sign, is not above high - low: one comparison a row. */
#define RANGE_LOOP(type, wide)                                                              \
	do {                                                                                \
		const type *restrict x = (const type *)c->value + s->from;                  \
		const wide low = (wide)p->low, span = (wide)((wide)p->high - (wide)p->low); \
		for (size_t i = 0; i < n; i++)                                              \
			r[i] = (uint8_t)((wide)((wide)x[i] - low) <= span) ^ outside;       \
	} while (0)

void expr_run_range(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		    struct expr_vector *out)
{
	const struct column *c = p->column;
	uint8_t *restrict r = s->slot[slot].truth;
	const uint8_t outside = p->negated;
	const size_t n = s->n;
	out->truth = r;
	out->missing = c->missing ? c->missing + s->from : NULL;
	if (p->low > p->high) {
		memset(r, outside, n);
		return;
	}
	switch (c->storage) {
	case STORAGE_U8: RANGE_LOOP(uint8_t, uint8_t); break;
	case STORAGE_U16: RANGE_LOOP(uint16_t, uint16_t); break;
	case STORAGE_I32: RANGE_LOOP(int32_t, uint32_t); break;
	case STORAGE_I64: RANGE_LOOP(int64_t, uint64_t); break;
	case STORAGE_F64: assert(false); break; /* a range is of whole numbers */
	}
}

/* --- branches --- */

#define PICK(type, field)                                                   \
	do {                                                                \
		const type *restrict yes = v.field, *restrict no = w.field; \
		type *restrict to = b->field;                               \
		for (size_t i = 0; i < n; i++)                              \
			to[i] = truth[i] ? yes[i] : no[i];                  \
		out->field = to;                                            \
	} while (0)

/* Missing of the condition, else of the branch it chose. */
static void branch_missing(const struct expr_vector *c, const uint8_t *restrict yes,
			   const uint8_t *restrict no, uint8_t *restrict out, size_t n)
{
	const uint8_t *restrict truth = c->truth, *restrict first = c->missing;
	if (yes && no)
		for (size_t i = 0; i < n; i++)
			out[i] = truth[i] ? yes[i] : no[i];
	else if (yes)
		for (size_t i = 0; i < n; i++)
			out[i] = truth[i] ? yes[i] : 0;
	else if (no)
		for (size_t i = 0; i < n; i++)
			out[i] = truth[i] ? 0 : no[i];
	else
		memset(out, 0, n);
	for (size_t i = 0; first && i < n; i++)
		out[i] = first[i] ? first[i] : out[i];
}

void expr_run_if(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		 struct expr_vector *out)
{
	struct expr_slot *b = &s->slot[slot];
	struct expr_vector c = expr_run_arg(p, 0, s, slot), v = expr_run_arg(p, 1, s, slot),
			   w = expr_run_arg(p, 2, s, slot);
	const uint8_t *truth = c.truth;
	const size_t n = s->n;
	switch (p->class) {
	case EXPR_CLASS_NUMBER: PICK(double, number); break;
	case EXPR_CLASS_TRUTH: PICK(uint8_t, truth); break;
	case EXPR_CLASS_CODE: PICK(uint32_t, code); break;
	case EXPR_CLASS_TEXT: PICK(struct str, text); break;
	case EXPR_CLASS_SET: assert(false); break; /* sets have no branches */
	}
	if (!c.missing && !v.missing && !w.missing)
		return;
	out->missing = b->missing;
	branch_missing(&c, v.missing, w.missing, b->missing, n);
}

/* open: rows without a value yet; the first argument fills all. */
#define FILL(type, field)                                          \
	do {                                                       \
		const type *restrict from = v.field;               \
		type *restrict to = b->field;                      \
		if (k == 0)                                        \
			memcpy(to, from, n * sizeof *to);          \
		else                                               \
			for (size_t i = 0; i < n; i++)             \
				to[i] = open[i] ? from[i] : to[i]; \
		out->field = to;                                   \
	} while (0)

static void keep_open(uint8_t *restrict open, const uint8_t *restrict missing, size_t n)
{
	for (size_t i = 0; i < n; i++)
		open[i] = missing[i] ? open[i] : 0;
}

/* The first value there is; when there is none, missing of the kind of the first argument. */
void expr_run_coalesce(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		       struct expr_vector *out)
{
	struct expr_slot *b = &s->slot[slot];
	uint8_t *restrict open = b->missing;
	const size_t n = s->n;
	for (size_t k = 0; k < p->n_args; k++) {
		struct expr_vector v = { 0 };
		p->arg[k]->run(p->arg[k], s, slot + 1, &v);
		switch (p->class) {
		case EXPR_CLASS_NUMBER: FILL(double, number); break;
		case EXPR_CLASS_TRUTH: FILL(uint8_t, truth); break;
		case EXPR_CLASS_CODE: FILL(uint32_t, code); break;
		case EXPR_CLASS_TEXT: FILL(struct str, text); break;
		case EXPR_CLASS_SET: assert(false); break; /* sets have no branches */
		}
		if (!v.missing)
			memset(open, 0, n);
		else if (k == 0)
			memcpy(open, v.missing, n);
		else
			keep_open(open, v.missing, n);
	}
	out->missing = open;
}

expr_run *expr_logic_run(enum expr_op op)
{
	switch ((int)op) {
	case EXPR_OP_AND:
	case EXPR_OP_OR: return run_chain;
	case EXPR_OP_NOT: return run_not;
	case EXPR_OP_ANSWERED: return run_answered;
	case EXPR_OP_EQ:
	case EXPR_OP_NE:
	case EXPR_OP_LT:
	case EXPR_OP_LE:
	case EXPR_OP_GT:
	case EXPR_OP_GE: return run_compare;
	default: return NULL;
	}
}
