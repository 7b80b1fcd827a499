/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/bridge.h"

#include <math.h>

/* ---- one answer as another question's ---- */

static const struct column *renamed(struct arena *a, const struct column *c, struct str name)
{
	struct column *copy = NEW(a, 1, struct column);
	*copy = *c;
	copy->name = name;
	return copy;
}

static bool is_set(enum column_type t)
{
	return t == COLUMN_MULTIPLE || t == COLUMN_RANK;
}

static bool is_number(enum column_type t)
{
	return t == COLUMN_INTEGER || t == COLUMN_REAL || t == COLUMN_BOOLEAN;
}

/* A column being read as another question's: *bad is an answer that is no option of it. */
struct reading {
	struct arena *a;
	const struct question *q;
	const struct dictionary *options; /* of q, or NULL */
	struct column_builder *to;
	struct str bad;
};

static bool add_option(struct reading *r, struct str name)
{
	int64_t code = dictionary_find(r->options, name);
	if (code < 0) {
		r->bad = name;
		return false;
	}
	column_add_integer(r->to, code);
	return true;
}

static bool add_options(struct reading *r, const struct column *c, const struct cell *cell)
{
	uint16_t *item = NEW(r->a, cell->n_items, uint16_t);
	for (size_t i = 0; i < cell->n_items; i++) {
		struct str name = c->dictionary->name[cell->item[i]];
		int64_t code = dictionary_find(r->options, name);
		if (code < 0) {
			r->bad = name;
			return false;
		}
		item[i] = (uint16_t)code;
	}
	column_add_items(r->to, item, cell->n_items);
	return true;
}

/* A number that the question takes: whole where it asks for whole numbers. */
static bool add_number(struct reading *r, const struct column *c, size_t row,
		       const struct cell *cell)
{
	if (r->q->column == COLUMN_REAL)
		column_add_real(r->to, cell->real);
	else if (c->type != COLUMN_REAL)
		column_add_integer(r->to, column_integer(c, row));
	else if (cell->real == rint(cell->real) && fabs(cell->real) < 0x1p53)
		column_add_integer(r->to, (int64_t)cell->real);
	else
		return false;
	return true;
}

static bool add_cell(struct reading *r, const struct column *c, size_t row)
{
	struct cell cell = column_cell(c, row);
	if (cell.missing) {
		column_add_missing(r->to, cell.missing);
		return true;
	}
	if (r->q->column == COLUMN_CHOICE)
		return add_option(r, cell.text);
	return is_set(r->q->column) ? add_options(r, c, &cell) : add_number(r, c, row, &cell);
}

/* Can answers of that type be answers of the question at all? */
static bool fits(const struct question *q, const struct column *c)
{
	bool text = c->type == COLUMN_TEXT || c->type == COLUMN_CHOICE;
	if (q->column == COLUMN_CHOICE)
		return text && q->list;
	if (q->column == COLUMN_TEXT)
		return text;
	if (is_set(q->column))
		return is_set(c->type) && q->list;
	return q->column == COLUMN_DATE ? c->type == COLUMN_DATE : is_number(c->type);
}

/* c as answers to q.  NULL: it cannot be; *ret_bad is the first answer that stands in the way, or
 * empty when the types do. */
static const struct column *as_question(struct arena *a, const struct column *c,
					const struct question *q, struct str *ret_bad)
{
	*ret_bad = (struct str){ 0 };
	if (!fits(q, c))
		return NULL;
	if (q->column == COLUMN_TEXT || q->column == COLUMN_DATE)
		return renamed(a, c, q->name);
	struct reading r = { .a = a, .q = q, .options = q->list ? &q->list->options : NULL };
	r.to = column_build(a, q->name, q->column, r.options);
	for (size_t row = 0; row < c->n; row++) {
		if (!add_cell(&r, c, row)) {
			*ret_bad = r.bad;
			return NULL;
		}
	}
	struct column *out = NEW(a, 1, struct column);
	*out = *column_done(r.to);
	out->unit = q->unit;
	out->rank_max = q->rank_max;
	return out;
}

/* ---- which answer stands for which question ---- */

static const struct bridge *bridge_row(const struct instrument *in, struct str item,
				       struct str round)
{
	for (size_t i = 0; i < in->n_bridges; i++) {
		if (str_eq(in->bridge[i].item, item) && str_eq(in->bridge[i].round, round))
			return &in->bridge[i];
	}
	return NULL;
}

static bool has_bridges(const struct instrument *in, struct str round)
{
	for (size_t i = 0; i < in->n_bridges; i++) {
		if (str_eq(in->bridge[i].round, round))
			return true;
	}
	return false;
}

static enum bridge_relation relation_of(struct str word)
{
	if (str_is(word, "igual"))
		return BRIDGE_SAME;
	if (str_is(word, "similar"))
		return BRIDGE_SIMILAR;
	return str_is(word, "puente") ? BRIDGE_MADE : BRIDGE_NONE;
}

static bool same_options(const struct choice_list *x, const struct choice_list *y)
{
	if (!x || !y)
		return x == y;
	if (x->options.n != y->options.n)
		return false;
	for (size_t i = 0; i < x->options.n; i++) {
		if (!str_eq(x->options.name[i], y->options.name[i]))
			return false;
	}
	return true;
}

/* The question kept its name, type and options from one version to the next. */
static bool kept(const struct instrument *x, const struct instrument *y, struct str name)
{
	const struct question *p = x->form[FORM_CLUSTER]
		? form_question(x->form[FORM_CLUSTER], name) : NULL;
	const struct question *q = y->form[FORM_CLUSTER]
		? form_question(y->form[FORM_CLUSTER], name) : NULL;
	return str_eq(x->id, y->id) && p && q && p->column == q->column && p->repeat < 0 &&
	       q->repeat < 0 && same_options(p->list, q->list);
}

/* The name in "${NAME}", or empty when the text is anything else. */
static struct str plain_name(struct str source)
{
	source = str_trim(source);
	if (!str_starts(source, "${") || !str_ends(source, "}"))
		return (struct str){ 0 };
	struct str name = str_sub(source, 2, source.n - 3);
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '}' || name.p[i] == '{')
			return (struct str){ 0 };
	}
	return name;
}

/* ---- building the table ---- */

struct building {
	struct arena *a;
	const struct round_side *from;
	const struct frame *table; /* of from */
	enum lang lang;
	struct bridged out;
	const struct column **column;
	size_t n;
};

static bool is_score_column(const struct instrument *in, struct str name)
{
	if (str_is(name, "score") || str_is(name, "level"))
		return true;
	for (size_t i = 0; str_starts(name, "area_") && i < in->n_areas; i++) {
		if (str_eq(str_sub(name, 5, name.n), in->area[i].code))
			return true;
	}
	return false;
}

static void start(struct building *b, struct arena *a, const struct round_side *from,
		  const struct instrument *method, enum lang lang)
{
	*b = (struct building){ .a = a, .from = from, .lang = lang };
	const struct form *asked = from->instrument->form[FORM_CLUSTER];
	size_t n_questions = method->form[FORM_CLUSTER]->n_questions;
	b->table = from->tables->table[TABLE_CLUSTER];
	b->out.method = method;
	b->out.relation = NEW(a, n_questions, enum bridge_relation);
	b->out.note = NEW(a, n_questions, struct label);
	b->column = NEW(a, b->table->n_columns + n_questions, const struct column *);
	for (size_t i = 0; i < b->table->n_columns; i++) {
		const struct column *c = b->table->column[i];
		if (!form_question(asked, c->name) && !is_score_column(from->instrument, c->name))
			b->column[b->n++] = c;
	}
}

static void finish(struct building *b, struct bridged *out)
{
	*out = b->out;
	out->table = frame_of(b->a, b->column, b->n, b->table->n_rows);
}

static bool refuse_source(const struct question *q, const struct bridge *row,
			  const struct expr_faults *faults, struct err *e)
{
	return err_say(e, ERR_INPUT,
		       "method.bridges, %.*s desde %.*s: %.*s; corrija la columna `old`",
		       "method.bridges, %.*s from %.*s: %.*s; mend the column `old`",
		       STR_ARG(q->name), STR_ARG(row->round), STR_ARG(faults->item[0].message));
}

static bool refuse_values(const struct question *q, const struct bridge *row, struct str bad,
			  struct err *e)
{
	if (!bad.n)
		return err_say(e, ERR_INPUT,
			       "method.bridges, %.*s desde %.*s: da respuestas de otro tipo que el "
			       "de la pregunta; corrija la columna `old`",
			       "method.bridges, %.*s from %.*s: it gives answers of another type "
			       "than the question's; mend the column `old`",
			       STR_ARG(q->name), STR_ARG(row->round));
	return err_say(e, ERR_INPUT,
		       "method.bridges, %.*s desde %.*s: «%.*s» no es una opción de la pregunta; "
		       "corrija la columna `old`",
		       "method.bridges, %.*s from %.*s: \"%.*s\" is no option of the question; "
		       "mend the column `old`",
		       STR_ARG(q->name), STR_ARG(row->round), STR_ARG(bad));
}

/* The values that the row's expression has over the earlier round. */
static bool row_values(struct building *b, const struct question *q, const struct bridge *row,
		       const struct column **out, struct err *e)
{
	const struct expr_env env = { 0 };
	struct expr_scope scope =
		instrument_scope(b->a, b->from->instrument, TABLE_CLUSTER, false);
	struct expr_faults faults = { 0 };
	const struct expr *expr;
	struct str source = row->old.n ? row->old
				       : str_fmt(b->a, "${%.*s}", STR_ARG(q->name));
	if (!expr_parse(b->a, source, &scope, b->lang, &expr, &faults))
		return refuse_source(q, row, &faults, e);
	*out = expr_rows(b->a, expr, b->table, &env);
	return true;
}

static bool add_row(struct building *b, size_t i, const struct bridge *row, struct err *e)
{
	const struct question *q = &b->out.method->form[FORM_CLUSTER]->question[i];
	const struct column *values;
	struct str bad;
	b->out.note[i] = row->note_label;
	b->out.relation[i] = relation_of(row->relation);
	if (b->out.relation[i] == BRIDGE_NONE)
		return true;
	if (!row_values(b, q, row, &values, e))
		return false;
	const struct column *c = as_question(b->a, values, q, &bad);
	if (!c)
		return refuse_values(q, row, bad, e);
	b->column[b->n++] = c;
	return true;
}

/* The answers of a column that is there under `name`, where they fit. */
static void add_named(struct building *b, size_t i, struct str name)
{
	const struct question *q = &b->out.method->form[FORM_CLUSTER]->question[i];
	const struct column *c = frame_column(b->table, name);
	struct str bad;
	c = c ? as_question(b->a, c, q, &bad) : NULL;
	b->out.relation[i] = c ? BRIDGE_SAME : BRIDGE_NONE;
	if (c)
		b->column[b->n++] = c;
}

bool bridge_forward(struct arena *a, const struct round_side *from, const struct instrument *later,
		    enum lang lang, struct bridged *out, struct err *e)
{
	struct building b;
	start(&b, a, from, later, lang);
	const struct form *f = later->form[FORM_CLUSTER];
	bool listed = has_bridges(later, from->round->id);
	for (size_t i = 0; i < f->n_questions; i++) {
		const struct question *q = &f->question[i];
		const struct bridge *row = bridge_row(later, q->name, from->round->id);
		b.out.relation[i] = BRIDGE_NONE;
		if (row && q->repeat < 0) {
			if (!add_row(&b, i, row, e))
				return false;
		} else if (!row && !listed && kept(from->instrument, later, q->name)) {
			add_named(&b, i, q->name);
		}
	}
	finish(&b, out);
	return true;
}

/* The question of the later method that says the same as the earlier one's `name`. */
static struct str later_name(const struct instrument *later, struct str earlier, struct str name)
{
	for (size_t i = 0; i < later->n_bridges; i++) {
		const struct bridge *row = &later->bridge[i];
		if (str_eq(row->round, earlier) && str_is(row->relation, "igual") &&
		    str_eq(row->old.n ? plain_name(row->old) : row->item, name))
			return row->item;
	}
	return (struct str){ 0 };
}

void bridge_backward(struct arena *a, const struct round_side *from,
		     const struct instrument *method, struct str earlier, struct bridged *out)
{
	struct building b;
	start(&b, a, from, method, LANG_ES);
	const struct form *f = method->form[FORM_CLUSTER];
	bool listed = has_bridges(from->instrument, earlier);
	for (size_t i = 0; i < f->n_questions; i++) {
		const struct question *q = &f->question[i];
		struct str name = later_name(from->instrument, earlier, q->name);
		if (!name.n && !listed && kept(from->instrument, method, q->name))
			name = q->name;
		b.out.relation[i] = BRIDGE_NONE;
		if (name.n && q->repeat < 0)
			add_named(&b, i, name);
	}
	finish(&b, out);
}

enum bridge_relation bridge_of_name(const struct bridged *b, struct str name,
				    struct label *ret_note)
{
	const struct form *f = b->method->form[FORM_CLUSTER];
	const struct question *q = form_question(f, name);
	if (ret_note)
		*ret_note = q ? b->note[q - f->question] : (struct label){ 0 };
	return q ? b->relation[q - f->question] : BRIDGE_SAME;
}

/* ---- methods that give the same numbers ---- */

static bool same_areas(const struct instrument *x, const struct instrument *y)
{
	if (x->n_areas != y->n_areas || x->n_items != y->n_items)
		return false;
	for (size_t i = 0; i < x->n_areas; i++) {
		const struct area *p = &x->area[i], *q = &y->area[i];
		if (!str_eq(p->code, q->code) || p->weight.mantissa != q->weight.mantissa ||
		    p->weight.scale != q->weight.scale)
			return false;
	}
	for (size_t k = 0; k < x->n_items; k++) {
		const struct score_item *p = &x->item[k], *q = &y->item[k];
		if (!str_eq(p->question, q->question) || p->area != q->area ||
		    p->max_micro != q->max_micro ||
		    !str_eq(expr_source(p->points), expr_source(q->points)))
			return false;
	}
	return true;
}

static bool same_profile(const struct profile *x, const struct profile *y)
{
	if (!str_eq(x->name, y->name) || x->n_levels != y->n_levels || x->n_gates != y->n_gates)
		return false;
	for (size_t i = 0; i < x->n_levels; i++) {
		if (!str_eq(x->level[i].code, y->level[i].code) ||
		    x->level[i].cut_micro != y->level[i].cut_micro)
			return false;
	}
	for (size_t i = 0; i < x->n_gates; i++) {
		if (x->gate[i].level != y->gate[i].level ||
		    !str_eq(expr_source(x->gate[i].condition), expr_source(y->gate[i].condition)))
			return false;
	}
	return true;
}

/* Every question that points or gates read means the same in both. */
static bool same_questions(const struct instrument *x, const struct instrument *y)
{
	const struct form *f = x->form[FORM_CLUSTER];
	for (size_t k = 0; k < x->n_items; k++) {
		size_t n;
		const struct str *name = expr_names(x->item[k].points, &n);
		for (size_t i = 0; i < n; i++) {
			const struct question *q = form_question(f, name[i]);
			if (q && q->repeat < 0 && !kept(x, y, name[i]))
				return false;
		}
	}
	return true;
}

bool same_rules(const struct instrument *x, const struct instrument *y)
{
	if (x == y || (str_eq(x->id, y->id) && str_eq(x->version, y->version)))
		return true;
	if (!x->form[FORM_CLUSTER] || !y->form[FORM_CLUSTER] || !same_areas(x, y) ||
	    !same_questions(x, y) ||
	    x->area_missing_max != y->area_missing_max ||
	    x->areas_missing_max != y->areas_missing_max || x->n_profiles != y->n_profiles)
		return false;
	for (size_t p = 0; p < x->n_profiles; p++) {
		if (!same_profile(&x->profile[p], &y->profile[p]))
			return false;
	}
	return true;
}
