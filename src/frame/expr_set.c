/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions with several answers: sets and rankings.  A set without options is no answer (NR). */
#include "base/num.h"
#include "frame/expr_eval.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* The options of one row. */
struct items {
	const uint16_t *item;
	size_t n;
};

static struct items items_of(const struct column *c, size_t row)
{
	const uint32_t *start = c->value;
	return (struct items){ c->item + start[row], start[row + 1] - start[row] };
}

/* Missing of the set itself, written to slot's buffer. */
static uint8_t *set_missing(const struct expr_step *set, struct expr_scratch *s, size_t slot)
{
	uint8_t *out = s->slot[slot].missing;
	const struct column *c = set->column;
	if (!c) {
		memset(out, MISSING_NR, s->n);
		return out;
	}
	const uint32_t *start = (const uint32_t *)c->value + s->from;
	for (size_t i = 0; i < s->n; i++) {
		out[i] = c->missing ? c->missing[s->from + i] : 0;
		if (!out[i] && start[i + 1] == start[i])
			out[i] = MISSING_NR;
	}
	return out;
}

static bool has_item(struct items x, uint32_t code)
{
	for (size_t i = 0; i < x.n; i++)
		if (x.item[i] == code)
			return true;
	return false;
}

static bool has_name(const struct column *c, struct items x, struct str name)
{
	for (size_t i = 0; i < x.n; i++)
		if (str_eq(c->dictionary->name[x.item[i]], name))
			return true;
	return false;
}

/* selected(set, 'a'): the literal is a code already. */
static void selected_code(const struct column *c, const struct expr_scratch *s, uint32_t code,
			  uint8_t *r)
{
	const uint32_t *start = (const uint32_t *)c->value + s->from;
	for (size_t i = 0; i < s->n; i++) {
		uint8_t found = 0;
		for (uint32_t k = start[i]; k < start[i + 1]; k++)
			found |= c->item[k] == code;
		r[i] = found;
	}
}

static void run_selected(const struct expr_step *p, struct expr_scratch *s, size_t slot,
			 struct expr_vector *out)
{
	const struct column *c = p->arg[0]->column;
	const struct expr_step *what = p->arg[1];
	uint8_t *r = s->slot[slot].truth;
	uint8_t *missing = set_missing(p->arg[0], s, slot);
	out->truth = r;
	out->missing = missing;
	memset(r, 0, s->n);
	if (c && what->constant && what->class == EXPR_CLASS_CODE) {
		selected_code(c, s, what->code, r);
		return;
	}
	struct expr_vector v = expr_run_arg(p, 1, s, slot);
	for (size_t i = 0; i < s->n; i++) {
		if (!missing[i] && v.missing)
			missing[i] = v.missing[i];
		if (!missing[i] && v.code)
			r[i] = has_item(items_of(c, s->from + i), v.code[i]);
		else if (!missing[i])
			r[i] = has_name(c, items_of(c, s->from + i), v.text[i]);
	}
}

static void run_count(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		      struct expr_vector *out)
{
	const struct column *c = p->arg[0]->column;
	double *r = s->slot[slot].number;
	out->missing = set_missing(p->arg[0], s, slot);
	for (size_t i = 0; i < s->n; i++)
		r[i] = c ? (double)items_of(c, s->from + i).n : 0;
	out->number = r;
}

/* The option at a place counted from 0; past the end there is none. */
static void run_at(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		   struct expr_vector *out)
{
	const struct column *c = p->arg[0]->column;
	uint32_t *r = s->slot[slot].code;
	uint8_t *missing = set_missing(p->arg[0], s, slot);
	struct expr_vector v = expr_run_arg(p, 1, s, slot);
	for (size_t i = 0; i < s->n; i++) {
		r[i] = 0;
		if (!missing[i] && v.missing)
			missing[i] = v.missing[i];
		if (missing[i])
			continue;
		struct items x = items_of(c, s->from + i);
		if (v.number[i] >= 0 && v.number[i] < (double)x.n)
			r[i] = x.item[(size_t)v.number[i]];
		else
			missing[i] = MISSING_NR;
	}
	out->code = r;
	out->missing = missing;
}

/* The names of the options with a space between. */
static void run_text(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		     struct expr_vector *out)
{
	const struct column *c = p->arg[0]->column;
	struct str *r = s->slot[slot].text;
	uint8_t *missing = set_missing(p->arg[0], s, slot);
	for (size_t i = 0; i < s->n; i++) {
		r[i] = (struct str){ "", 0 };
		if (missing[i])
			continue;
		struct items x = items_of(c, s->from + i);
		struct buf b;
		buf_init(&b, s->a, EXPR_TEXT_MAX);
		for (size_t k = 0; k < x.n; k++) {
			if (k)
				buf_putc(&b, ' ');
			buf_put(&b, c->dictionary->name[x.item[k]]);
		}
		if (b.over)
			missing[i] = MISSING_NR;
		else
			r[i] = buf_str(&b);
	}
	out->text = r;
	out->missing = missing;
}

expr_run *expr_set_run(enum expr_op op)
{
	switch ((int)op) {
	case EXPR_OP_SELECTED: return run_selected;
	case EXPR_OP_COUNT_SELECTED: return run_count;
	case EXPR_OP_SELECTED_AT: return run_at;
	case EXPR_OP_TO_TEXT: return run_text;
	default: return NULL;
	}
}
