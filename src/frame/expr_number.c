/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic over blocks. */
#include "frame/expr_fast.h"

#include "base/date.h"
#include "frame/expr_eval.h"

#include <math.h>

/* a OP b, with a loop of its own where b is one number. */
#define BINARY(name, operation)                                                          \
	static void name(const struct expr_step *p, struct expr_scratch *s, size_t slot, \
			 struct expr_vector *out)                                        \
	{                                                                                \
		struct expr_vector v = expr_run_arg(p, 0, s, slot);                      \
		const double *restrict a = v.number;                                     \
		double *restrict r = s->slot[slot].number;                               \
		const size_t n = s->n;                                                   \
		const uint8_t *missing;                                                  \
		if (p->arg[1]->constant && !p->arg[1]->missing) {                        \
			const double b = p->arg[1]->number;                              \
			for (size_t i = 0; i < n; i++)                                   \
				r[i] = a[i] operation b;                                 \
			missing = expr_join_missing(s, slot, v.missing, NULL);           \
		} else {                                                                 \
			struct expr_vector w = expr_run_arg(p, 1, s, slot);              \
			const double *restrict b = w.number;                             \
			for (size_t i = 0; i < n; i++)                                   \
				r[i] = a[i] operation b[i];                              \
			missing = expr_join_missing(s, slot, v.missing, w.missing);      \
		}                                                                        \
		out->number = r;                                                         \
		out->missing = expr_settle(s, slot, r, missing);                         \
	}
BINARY(run_add, +)
BINARY(run_subtract, -)
BINARY(run_multiply, *)

static bool is_zero(double v)
{
	return !(v < 0) && !(v > 0);
}

/* A row that is divided by zero gets NaN here and becomes missing in expr_settle(). */
static double quotient(double a, double b)
{
	return is_zero(b) ? (double)NAN : a / b;
}

static double remainder_of(double a, double b)
{
	return is_zero(b) ? (double)NAN : fmod(a, b);
}

#define MAP2(name, call)                                                                           \
	static void name(const struct expr_step *p, struct expr_scratch *s, size_t slot,           \
			 struct expr_vector *out)                                                  \
	{                                                                                          \
		struct expr_vector v = expr_run_arg(p, 0, s, slot);                                \
		struct expr_vector w = expr_run_arg(p, 1, s, slot);                                \
		double *restrict r = s->slot[slot].number;                                         \
		for (size_t i = 0; i < s->n; i++)                                                  \
			r[i] = call(v.number[i], w.number[i]);                                     \
		out->number = r;                                                                   \
		out->missing =                                                                     \
			expr_settle(s, slot, r, expr_join_missing(s, slot, v.missing, w.missing)); \
	}
MAP2(run_divide, quotient)
MAP2(run_modulo, remainder_of)
MAP2(run_pow, pow)
MAP2(run_atan2, atan2)

static double negative(double v)
{
	return 0 - v;
}

static double power_of_ten(double v)
{
	return pow(10, v);
}

#define MAP1(name, call)                                                                      \
	static void name(const struct expr_step *p, struct expr_scratch *s, size_t slot,      \
			 struct expr_vector *out)                                             \
	{                                                                                     \
		struct expr_vector v = expr_run_arg(p, 0, s, slot);                           \
		double *restrict r = s->slot[slot].number;                                    \
		for (size_t i = 0; i < s->n; i++)                                             \
			r[i] = call(v.number[i]);                                             \
		out->number = r;                                                              \
		out->missing =                                                                \
			expr_settle(s, slot, r, expr_join_missing(s, slot, v.missing, NULL)); \
	}
MAP1(run_negate, negative)
MAP1(run_int, trunc)
MAP1(run_floor, floor)
MAP1(run_ceiling, ceil)
MAP1(run_abs, fabs)
MAP1(run_sqrt, sqrt)
MAP1(run_exp, exp)
MAP1(run_log, log)
MAP1(run_log10, log10)
MAP1(run_exp10, power_of_ten)
MAP1(run_sin, sin)
MAP1(run_cos, cos)
MAP1(run_tan, tan)
MAP1(run_asin, asin)
MAP1(run_acos, acos)
MAP1(run_atan, atan)

static void fold_in(enum expr_op op, double *restrict r, const struct expr_vector *v, size_t n)
{
	if (op == EXPR_OP_COUNT)
		for (size_t i = 0; i < n; i++)
			r[i] += v->truth[i];
	else if (op == EXPR_OP_MIN)
		for (size_t i = 0; i < n; i++)
			r[i] = v->number[i] < r[i] ? v->number[i] : r[i];
	else if (op == EXPR_OP_MAX)
		for (size_t i = 0; i < n; i++)
			r[i] = v->number[i] > r[i] ? v->number[i] : r[i];
	else
		for (size_t i = 0; i < n; i++)
			r[i] += v->number[i];
}

/* min, max, sum and count of any number of arguments, from the left, all in the next slot. */
static void run_fold(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		     struct expr_vector *out)
{
	enum expr_op op = p->node->op;
	double *r = s->slot[slot].number;
	const double start = op == EXPR_OP_MIN ? HUGE_VAL : op == EXPR_OP_MAX ? -HUGE_VAL : 0;
	for (size_t i = 0; i < s->n; i++)
		r[i] = start;
	const uint8_t *missing = NULL;
	for (size_t k = 0; k < p->n_args; k++) {
		struct expr_vector v = { 0 };
		p->arg[k]->run(p->arg[k], s, slot + 1, &v);
		fold_in(op, r, &v, s->n);
		if (!missing)
			missing = expr_join_missing(s, slot, v.missing, NULL);
		else if (v.missing)
			for (size_t i = 0; i < s->n; i++)
				s->slot[slot].missing[i] = missing[i] ? missing[i] : v.missing[i];
	}
	out->number = r;
	out->missing = expr_settle(s, slot, r, missing);
}

void expr_run_day(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		  struct expr_vector *out)
{
	const double first = date_days((struct date){ 1, 1, 1 });
	const double last = date_days((struct date){ 9999, 12, 31 });
	struct expr_vector v = expr_run_arg(p, 0, s, slot);
	double *r = s->slot[slot].number;
	for (size_t i = 0; i < s->n; i++) {
		double day = floor(v.number[i]);
		r[i] = day >= first && day <= last ? day : (double)NAN;
	}
	out->number = r;
	out->missing = expr_settle(s, slot, r, expr_join_missing(s, slot, v.missing, NULL));
}

expr_run *expr_number_run(enum expr_op op)
{
	switch ((int)op) {
	case EXPR_OP_ADD: return run_add;
	case EXPR_OP_SUBTRACT: return run_subtract;
	case EXPR_OP_MULTIPLY: return run_multiply;
	case EXPR_OP_DIVIDE: return run_divide;
	case EXPR_OP_MODULO: return run_modulo;
	case EXPR_OP_POW: return run_pow;
	case EXPR_OP_ATAN2: return run_atan2;
	case EXPR_OP_NEGATE: return run_negate;
	case EXPR_OP_INT: return run_int;
	case EXPR_OP_FLOOR: return run_floor;
	case EXPR_OP_CEILING: return run_ceiling;
	case EXPR_OP_ABS: return run_abs;
	case EXPR_OP_SQRT: return run_sqrt;
	case EXPR_OP_EXP: return run_exp;
	case EXPR_OP_LOG: return run_log;
	case EXPR_OP_LOG10: return run_log10;
	case EXPR_OP_EXP10: return run_exp10;
	case EXPR_OP_SIN: return run_sin;
	case EXPR_OP_COS: return run_cos;
	case EXPR_OP_TAN: return run_tan;
	case EXPR_OP_ASIN: return run_asin;
	case EXPR_OP_ACOS: return run_acos;
	case EXPR_OP_ATAN: return run_atan;
	case EXPR_OP_MIN:
	case EXPR_OP_MAX:
	case EXPR_OP_SUM:
	case EXPR_OP_COUNT: return run_fold;
	default: return NULL;
	}
}
