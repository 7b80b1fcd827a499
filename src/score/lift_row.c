/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/lift_row.h"

#include "base/date.h"
#include "base/num.h"

enum { MICRO = 1000000 };

/* ---- a row alone ---- */

static struct frame_child child_of_row(struct arena *a, const struct frame_child *child, size_t row)
{
	size_t first = child->start[row], n = child->start[row + 1] - first;
	uint32_t *which = NEW(a, n + 1, uint32_t), *start = NEW(a, 2, uint32_t);
	for (size_t i = 0; i < n; i++)
		which[i] = (uint32_t)(first + i);
	start[1] = (uint32_t)n;
	return (struct frame_child){ child->name, frame_take(a, child->frame, which, n), start };
}

const struct frame *lift_row_alone(struct arena *a, const struct frame *f, size_t row)
{
	uint32_t which = (uint32_t)row;
	struct frame *alone = NEW(a, 1, struct frame);
	struct frame_child *child = NEW(a, f->n_children, struct frame_child);
	*alone = *frame_take(a, f, &which, 1);
	for (size_t i = 0; i < f->n_children; i++)
		child[i] = child_of_row(a, &f->child[i], row);
	alone->child = child;
	alone->n_children = f->n_children;
	return alone;
}

/* ---- a cell from text ---- */

static bool integer_of(const struct column *like, struct str value, int64_t *out)
{
	struct date day;
	switch (like->type) {
	case COLUMN_INTEGER: return num_int(value, out);
	case COLUMN_CHOICE: *out = dictionary_find(like->dictionary, value); return *out >= 0;
	case COLUMN_BOOLEAN: *out = str_is(value, "yes") || str_is(value, "1"); return true;
	case COLUMN_DATE:
		if (!date_parse(value, true, &day))
			return false;
		*out = date_days(day);
		return true;
	case COLUMN_REAL:
	case COLUMN_TEXT:
	case COLUMN_MULTIPLE:
	case COLUMN_RANK: break;
	}
	return false;
}

/* A column of one cell, of the name and type of `like`; missing where the text is none of it. */
static const struct column *column_from_text(struct arena *a, const struct column *like,
					     struct str value)
{
	const struct dictionary *d = like->type == COLUMN_TEXT ? NULL : like->dictionary;
	struct column_builder *b = column_build(a, like->name, like->type, d);
	int64_t integer;
	double real;
	if (like->type == COLUMN_MULTIPLE || like->type == COLUMN_RANK)
		column_add_names(a, b, d, value);
	else if (like->type == COLUMN_TEXT)
		column_add_text(b, value);
	else if (like->type == COLUMN_REAL && num_real(value, &real))
		column_add_real(b, real);
	else if (integer_of(like, value, &integer))
		column_add_integer(b, integer);
	else
		column_add_missing(b, MISSING_NR);
	return column_done(b);
}

/* ---- what a step writes ---- */

static bool is_part_of(struct str name, struct str question)
{
	return name.n >= question.n && str_eq(str_sub(name, 0, question.n), question) &&
		(name.n == question.n || name.p[question.n] == '_');
}

static bool has_own(const struct instrument *in, const struct step *step)
{
	for (size_t i = 0; i < step->n_set; i++) {
		if (is_part_of(step->set[i].name, in->item[step->item].question))
			return true;
	}
	return false;
}

bool lift_step_writes(const struct instrument *in, const struct step *step, struct str name)
{
	bool own = has_own(in, step);
	for (size_t i = 0; i < step->n_set; i++) {
		if (str_eq(step->set[i].name, name))
			return !own || is_part_of(name, in->item[step->item].question);
	}
	return false;
}

/* ---- calculated questions ---- */

static bool reads_any(const struct expr *e, const struct column *const *changed, size_t n_changed)
{
	size_t n;
	const struct str *name = expr_names(e, &n);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < n_changed; k++) {
			if (str_eq(name[i], changed[k]->name))
				return true;
		}
	}
	return false;
}

/* The calculated cell with the type of the column that it replaces. */
static const struct column *calculate(struct arena *a, const struct question *q,
				      const struct frame *row, const struct column *like)
{
	const struct expr_env env = { 0 };
	const struct column *c = expr_rows(a, q->calculation, row, &env);
	struct buf b;
	buf_init(&b, a, 1 << 16);
	if (column_cell(c, 0).missing) {
		struct column_builder *missing =
			column_build(a, like->name, like->type,
				     like->type == COLUMN_TEXT ? NULL : like->dictionary);
		column_add_missing(missing, column_cell(c, 0).missing);
		return column_done(missing);
	}
	cell_put(&b, c, 0);
	return column_from_text(a, like, buf_str(&b));
}

static const struct frame *recalculate(struct arena *a, const struct instrument *in,
				       const struct frame *row, const struct column **changed,
				       size_t n_changed)
{
	const struct form *f = in->form[FORM_CLUSTER];
	for (size_t i = 0; f && i < f->n_calculations; i++) {
		const struct question *q = &f->question[f->calculation_order[i]];
		const struct column *like = frame_column(row, q->name);
		if (!like || q->repeat >= 0 || !reads_any(q->calculation, changed, n_changed))
			continue;
		changed[n_changed] = calculate(a, q, row, like);
		row = frame_with(a, row, &changed[n_changed], 1);
		n_changed++;
	}
	return row;
}

/* ---- steps ---- */

/* Columns with room for the calculated ones that follow. */
static const struct column **with_room(struct arena *a, const struct instrument *in,
				       const struct column *const *c, size_t n)
{
	const struct form *f = in->form[FORM_CLUSTER];
	const struct column **out =
		NEW(a, n + (f ? f->n_calculations : 0) + 1, const struct column *);
	for (size_t i = 0; i < n; i++)
		out[i] = c[i];
	return out;
}

/* Whether the row, whose columns `set` the step has changed, earns the step's points. */
static bool earns(struct arena *a, const struct instrument *in, const struct step *step,
		  const struct frame *row, const struct column *const *set, size_t n)
{
	const struct expr_env env = { 0 };
	struct arena_mark mark = arena_mark(a);
	row = recalculate(a, in, row, with_room(a, in, set, n), n);
	struct cell cell = column_cell(expr_rows(a, in->item[step->item].points, row, &env), 0);
	arena_rewind(a, mark);
	return !cell.missing && cell.real * MICRO + 0.5 >= (double)step->points_micro;
}

static const struct frame *take_step(struct arena *a, const struct instrument *in,
				     const struct frame *row, const struct step *step)
{
	const struct column **all = NEW(a, step->n_set + 1, const struct column *);
	size_t n = 0, n_written = 0;
	for (size_t i = 0; i < step->n_set; i++) {
		const struct column *own = frame_column(row, step->set[i].name);
		if (own)
			all[n++] = column_from_text(a, own, step->set[i].value);
	}
	const struct column **written = with_room(a, in, all, n);
	const struct frame *example = frame_with(a, row, all, n);
	for (size_t i = 0; i < n; i++) {
		if (!lift_step_writes(in, step, all[i]->name))
			continue;
		const struct column *own = frame_column(row, all[i]->name);
		const struct frame *kept = frame_with(a, example, &own, 1);
		if (!column_cell(own, 0).missing && earns(a, in, step, kept, all, n))
			example = kept;
		else
			written[n_written++] = all[i];
	}
	return recalculate(a, in, frame_with(a, row, written, n_written), written, n_written);
}

static bool is_choice(const struct column *c)
{
	return c->type == COLUMN_CHOICE || c->type == COLUMN_MULTIPLE || c->type == COLUMN_RANK;
}

bool lift_row_earns(struct arena *a, const struct instrument *in, const struct frame *row,
		    const struct step *step)
{
	struct arena_mark mark = arena_mark(a);
	const struct column **set = NEW(a, step->n_set + 1, const struct column *);
	size_t n = 0;
	for (size_t i = 0; i < step->n_set; i++) {
		const struct column *own = frame_column(row, step->set[i].name);
		if (own && (!is_choice(own) || lift_step_writes(in, step, own->name)))
			set[n++] = column_from_text(a, own, step->set[i].value);
	}
	bool earned = earns(a, in, step, frame_with(a, row, set, n), set, n);
	arena_rewind(a, mark);
	return earned;
}

const struct frame *lift_row_after(struct arena *a, const struct instrument *in,
				   const struct frame *row, const size_t *step, size_t n)
{
	for (size_t i = 0; i < n; i++)
		row = take_step(a, in, row, &in->step[step[i]]);
	return row;
}
