/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the values of a block come from: columns, constants, tables by code. */
#include "frame/expr_fast.h"

#include "frame/expr_eval.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

struct expr_vector expr_run_arg(const struct expr_step *p, size_t i, struct expr_scratch *s,
				size_t slot)
{
	struct expr_vector v = { 0 };
	p->arg[i]->run(p->arg[i], s, slot + 1 + i, &v);
	return v;
}

const uint8_t *expr_join_missing(struct expr_scratch *s, size_t slot, const uint8_t *a,
				 const uint8_t *b)
{
	uint8_t *restrict out = s->slot[slot].missing;
	const uint8_t *restrict first = a, *restrict second = b;
	const size_t n = s->n;
	if (!a && !b)
		return NULL;
	if (!a || !b) {
		memcpy(out, a ? a : b, n);
		return out;
	}
	for (size_t i = 0; i < n; i++)
		out[i] = first[i] ? first[i] : second[i];
	return out;
}

const uint8_t *expr_settle(struct expr_scratch *s, size_t slot, double *number,
			   const uint8_t *missing)
{
	double bad = 0;
	for (size_t i = 0; i < s->n; i++)
		bad = fabs(number[i]) <= DBL_MAX ? bad : 1;
	if (bad < 1)
		return missing;
	uint8_t *out = s->slot[slot].missing;
	if (!missing)
		memset(out, 0, s->n);
	else if (missing != out)
		memcpy(out, missing, s->n);
	for (size_t i = 0; i < s->n; i++) {
		if (fabs(number[i]) <= DBL_MAX)
			continue;
		number[i] = 0;
		if (!out[i])
			out[i] = MISSING_NR;
	}
	return out;
}

/* --- columns --- */

#define WIDEN(type, to)                                                       \
	do {                                                                  \
		const type *restrict from = (const type *)c->value + s->from; \
		const size_t n = s->n;                                        \
		for (size_t i = 0; i < n; i++)                                \
			out[i] = (to)from[i];                                 \
	} while (0)

static const double *column_numbers(const struct column *c, struct expr_scratch *s, size_t slot)
{
	double *restrict out = s->slot[slot].number;
	switch (c->storage) {
	case STORAGE_U8: WIDEN(uint8_t, double); break;
	case STORAGE_U16: WIDEN(uint16_t, double); break;
	case STORAGE_I32: WIDEN(int32_t, double); break;
	case STORAGE_I64: WIDEN(int64_t, double); break;
	case STORAGE_F64: return (const double *)c->value + s->from;
	}
	return out;
}

static const uint32_t *column_codes(const struct column *c, struct expr_scratch *s, size_t slot)
{
	uint32_t *restrict out = s->slot[slot].code;
	switch (c->storage) {
	case STORAGE_U8: WIDEN(uint8_t, uint32_t); break;
	case STORAGE_U16: WIDEN(uint16_t, uint32_t); break;
	case STORAGE_I32: WIDEN(int32_t, uint32_t); break;
	case STORAGE_I64: WIDEN(int64_t, uint32_t); break;
	case STORAGE_F64: assert(false); break; /* codes are whole numbers */
	}
	return out;
}

static const uint8_t *column_truths(const struct column *c, struct expr_scratch *s, size_t slot)
{
	if (c->storage == STORAGE_U8)
		return (const uint8_t *)c->value + s->from;
	const double *number = column_numbers(c, s, slot);
	uint8_t *out = s->slot[slot].truth;
	for (size_t i = 0; i < s->n; i++)
		out[i] = number[i] != 0;
	return out;
}

void expr_run_column(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		     struct expr_vector *out)
{
	const struct column *c = p->column;
	out->missing = c->missing ? c->missing + s->from : NULL;
	switch (p->class) {
	case EXPR_CLASS_NUMBER: out->number = column_numbers(c, s, slot); break;
	case EXPR_CLASS_TRUTH: out->truth = column_truths(c, s, slot); break;
	case EXPR_CLASS_CODE: out->code = column_codes(c, s, slot); break;
	case EXPR_CLASS_TEXT:
	case EXPR_CLASS_SET: assert(false); break; /* a column has numbers, truths or codes */
	}
}

/* --- the same in each row --- */

void expr_run_constant(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		       struct expr_vector *out)
{
	struct expr_slot *b = &s->slot[slot];
	for (size_t i = 0; p->class == EXPR_CLASS_NUMBER && i < s->n; i++)
		b->number[i] = p->number;
	for (size_t i = 0; p->class == EXPR_CLASS_CODE && i < s->n; i++)
		b->code[i] = p->code;
	for (size_t i = 0; p->class == EXPR_CLASS_TEXT && i < s->n; i++)
		b->text[i] = p->text;
	if (p->class == EXPR_CLASS_TRUTH)
		memset(b->truth, p->number > 0, s->n);
	*out = (struct expr_vector){ b->number, b->truth, b->code, b->text, NULL };
	if (p->missing) {
		memset(b->missing, (int)p->missing, s->n);
		out->missing = b->missing;
	}
}

void expr_run_position(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		       struct expr_vector *out)
{
	double *number = s->slot[slot].number;
	for (size_t i = 0; i < s->n; i++)
		number[i] = (double)(p->row_base + s->from + i + 1);
	out->number = number;
}

/* --- codes --- */

void expr_run_code_text(const struct expr_step *p, struct expr_scratch *s, size_t slot,
			struct expr_vector *out)
{
	const struct dictionary *d = p->arg[0]->dictionary;
	struct expr_vector v = expr_run_arg(p, 0, s, slot);
	struct str *text = s->slot[slot].text;
	for (size_t i = 0; i < s->n; i++)
		text[i] = v.code[i] < d->n ? d->name[v.code[i]] : (struct str){ "", 0 };
	out->text = text;
	out->missing = expr_join_missing(s, slot, v.missing, NULL);
}

void expr_run_remap(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		    struct expr_vector *out)
{
	size_t n = p->arg[0]->dictionary->n;
	struct expr_vector v = expr_run_arg(p, 0, s, slot);
	uint32_t *code = s->slot[slot].code;
	for (size_t i = 0; i < s->n; i++)
		code[i] = v.code[i] < n ? p->map[v.code[i]] : EXPR_CODE_NONE;
	out->code = code;
	out->missing = expr_join_missing(s, slot, v.missing, NULL);
}

/* Results that were computed once a code are looked up; the three after the codes are those of a
 * missing cell, which need not be missing (coalesce). */
void expr_run_lifted(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		     struct expr_vector *out)
{
	struct expr_slot *b = &s->slot[slot];
	const struct expr_vector *t = p->lifted;
	size_t n = p->arg[0]->dictionary->n;
	struct expr_vector v = expr_run_arg(p, 0, s, slot);
	/* The codes of slot + 1 are ours to change only when they lie there: copy to be sure. */
	uint32_t *at = s->slot[slot + 1].code;
	for (size_t i = 0; i < s->n; i++)
		at[i] = v.missing && v.missing[i] ? (uint32_t)n + v.missing[i] - 1 : v.code[i];
	for (size_t i = 0; t->number && i < s->n; i++)
		b->number[i] = t->number[at[i]];
	for (size_t i = 0; t->truth && i < s->n; i++)
		b->truth[i] = t->truth[at[i]];
	for (size_t i = 0; t->code && i < s->n; i++)
		b->code[i] = t->code[at[i]];
	for (size_t i = 0; t->text && i < s->n; i++)
		b->text[i] = t->text[at[i]];
	*out = (struct expr_vector){ b->number, b->truth, b->code, b->text, NULL };
	if (!t->missing)
		return;
	for (size_t i = 0; i < s->n; i++)
		b->missing[i] = t->missing[at[i]];
	out->missing = b->missing;
}
