/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "response/program.h"

#include "base/num.h"
#include "codec/json.h"
#include "frame/expr_program.h"
#include "response/reader.h"

struct writing {
	struct json_out o;
	struct arena *a;
	const struct response_plan *plan;
	const struct form *f;
	enum lang lang;
};

static const char *const column_name[] = {
	[COLUMN_INTEGER] = "integer",   [COLUMN_REAL] = "real", [COLUMN_TEXT] = "text",
	[COLUMN_CHOICE] = "choice",     [COLUMN_MULTIPLE] = "multiple",
	[COLUMN_RANK] = "rank",         [COLUMN_DATE] = "date",
	[COLUMN_BOOLEAN] = "boolean",
};
static const char *const gives_name[] = {
	[EXPR_BOOLEAN] = "truth", [EXPR_NUMBER] = "number", [EXPR_TEXT] = "text",
	[EXPR_DATE] = "day",      [EXPR_SET] = "set",       [EXPR_LIST] = "list",
};

enum {
	EXPRESSION_BYTES_MAX = 1 << 20,
	PROGRAM_FORMAT = 1, /* expr.js takes this one: a browser may have kept an older program */
};

/* A member, where there is an expression that the browser knows. */
static void put_expr(struct writing *w, const char *key, const struct expr *e)
{
	struct buf b;
	if (!e)
		return;
	buf_init(&b, w->a, EXPRESSION_BYTES_MAX);
	if (!expr_program_put(&b, e) || b.over)
		return;
	json_put_key(&w->o, str_of(key));
	json_put_raw(&w->o, buf_str(&b));
}

static void put_text(struct writing *w, const char *key, struct str text)
{
	if (text.n)
		json_member_string(&w->o, key, text);
}

/* The form's own sentence, or one that shows the condition, as the server says it. */
static void put_message(struct writing *w, const char *key, const struct label *own,
			const struct expr *e)
{
	struct str text = label_in(own, w->lang);
	if (!text.n && e)
		text = str_fmt(w->a,
			       w->lang == LANG_ES ? "la respuesta no cumple: %.*s"
						  : "the answer does not hold: %.*s",
			       STR_ARG(expr_source(e)));
	put_text(w, key, text);
}

static void put_required(struct writing *w, const struct question *q)
{
	if (q->required)
		json_member_bool(&w->o, "required", true);
	else
		put_expr(w, "required", q->required_if);
	put_text(w, "required_message", label_in(&q->required_message, w->lang));
}

static void put_range(struct writing *w, const struct question *q)
{
	if (q->type != QUESTION_RANGE)
		return;
	json_put_key(&w->o, STR("range"));
	json_put_array(&w->o);
	json_put_real(&w->o, q->range_start);
	json_put_real(&w->o, q->range_end);
	json_put_real(&w->o, q->range_step);
	json_end_array(&w->o);
}

static void put_rules(struct writing *w, const struct question *q)
{
	put_expr(w, "relevant", q->relevant);
	put_expr(w, "constraint", q->constraint);
	put_expr(w, "own", q->own_constraint);
	put_expr(w, "warning", q->warning);
	put_expr(w, "filter", q->choice_filter);
	put_required(w, q);
	put_message(w, "message", &q->constraint_message,
		    q->constraint ? q->constraint : q->own_constraint);
	put_message(w, "warning_message", &q->warning_message, q->warning);
	if (!q->calculation)
		return;
	put_expr(w, "calculation", q->calculation);
	json_member_string(&w->o, "gives", str_of(gives_name[expr_type(q->calculation)]));
}

static void put_question(struct writing *w, const struct question *q)
{
	json_put_object(&w->o);
	json_member_string(&w->o, "name", q->name);
	json_member_string(&w->o, "type", str_of(question_type_name(q->type)));
	json_member_string(&w->o, "column", str_of(column_name[q->column]));
	put_text(w, "unit", q->unit);
	if (q->repeat >= 0)
		json_member_string(&w->o, "repeat", w->f->repeat[q->repeat].name);
	if (q->list)
		json_member_string(&w->o, "list", q->list->name);
	if (q->rank_max)
		json_member_int(&w->o, "max", (int64_t)q->rank_max);
	put_range(w, q);
	put_rules(w, q);
	json_end_object(&w->o);
}

static void put_questions(struct writing *w)
{
	json_put_key(&w->o, STR("questions"));
	json_put_array(&w->o);
	for (size_t i = 0; i < w->f->n_questions; i++)
		put_question(w, &w->f->question[i]);
	json_end_array(&w->o);
	json_put_key(&w->o, STR("order"));
	json_put_array(&w->o);
	for (size_t i = 0; i < w->plan->n_order; i++)
		json_put_int(&w->o, (int64_t)w->plan->order[i]);
	json_end_array(&w->o);
}

static void put_repeats(struct writing *w)
{
	json_put_key(&w->o, STR("repeats"));
	json_put_array(&w->o);
	for (size_t i = 0; i < w->f->n_repeats; i++) {
		json_put_object(&w->o);
		json_member_string(&w->o, "name", w->f->repeat[i].name);
		put_expr(w, "relevant", w->f->repeat[i].relevant);
		json_end_object(&w->o);
	}
	json_end_array(&w->o);
}

/* ---- groups ---- */

static bool is_part(const struct question *q, size_t group)
{
	return q->group == group && q->type != QUESTION_CALCULATE &&
		(q->column == COLUMN_INTEGER || q->column == COLUMN_REAL);
}

static void put_group(struct writing *w, size_t group)
{
	const struct group *g = &w->f->group[group];
	int repeat = -1;
	json_put_object(&w->o);
	json_member_string(&w->o, "name", g->name);
	put_expr(w, "total", g->total);
	json_put_key(&w->o, STR("parts"));
	json_put_array(&w->o);
	for (size_t i = 0; i < w->f->n_questions; i++) {
		if (!is_part(&w->f->question[i], group))
			continue;
		json_put_string(&w->o, w->f->question[i].name);
		repeat = w->f->question[i].repeat;
	}
	json_end_array(&w->o);
	if (repeat >= 0)
		json_member_string(&w->o, "repeat", w->f->repeat[repeat].name);
	json_end_object(&w->o);
}

static void put_groups(struct writing *w)
{
	json_put_key(&w->o, STR("groups"));
	json_put_array(&w->o);
	for (size_t i = 0; i < w->f->n_groups; i++)
		if (w->f->group[i].total)
			put_group(w, i);
	json_end_array(&w->o);
}

/* ---- lists ---- */

/* Does a filter of a question with that list read that column? */
static bool is_read(const struct writing *w, const struct choice_list *list, struct str column)
{
	struct str wanted = str_fmt(w->a, "option.%.*s", STR_ARG(column));
	for (size_t i = 0; i < w->f->n_questions; i++) {
		const struct question *q = &w->f->question[i];
		size_t n = 0;
		if (q->list != list || !q->choice_filter)
			continue;
		const struct str *name = expr_names(q->choice_filter, &n);
		for (size_t k = 0; k < n; k++)
			if (str_eq(name[k], wanted))
				return true;
	}
	return false;
}

static void put_column(struct writing *w, const struct column *c)
{
	json_put_key(&w->o, c->name);
	json_put_array(&w->o);
	for (size_t i = 0; i < c->n; i++) {
		struct cell cell = column_cell(c, i);
		if (cell.missing == MISSING_NO)
			json_put_string(&w->o, cell.text);
		else
			json_put_null(&w->o);
	}
	json_end_array(&w->o);
}

/* Which option each row of the choices sheet is; an option may have several rows. */
static void put_row_options(struct writing *w, const struct choice_list *list)
{
	const struct column *name = frame_column(list->columns, STR("name"));
	struct lookup options = lookup_make(w->a, list->options.name, list->options.n);
	json_put_key(&w->o, STR("row"));
	json_put_array(&w->o);
	for (size_t i = 0; i < name->n; i++)
		json_put_int(&w->o, lookup_find(&options, column_cell(name, i).text));
	json_end_array(&w->o);
}

static void put_columns(struct writing *w, const struct choice_list *list)
{
	bool any = false;
	for (size_t c = 0; c < list->columns->n_columns; c++) {
		if (!is_read(w, list, list->columns->column[c]->name))
			continue;
		if (!any) {
			json_put_key(&w->o, STR("columns"));
			json_put_object(&w->o);
		}
		any = true;
		put_column(w, list->columns->column[c]);
	}
	if (!any)
		return;
	json_end_object(&w->o);
	put_row_options(w, list);
}

static void put_list(struct writing *w, const struct choice_list *list)
{
	json_put_key(&w->o, list->name);
	json_put_object(&w->o);
	json_put_key(&w->o, STR("options"));
	json_put_array(&w->o);
	for (size_t i = 0; i < list->options.n; i++)
		json_put_string(&w->o, list->options.name[i]);
	json_end_array(&w->o);
	put_columns(w, list);
	json_end_object(&w->o);
}

static bool is_used(const struct form *f, const struct choice_list *list)
{
	for (size_t i = 0; i < f->n_questions; i++)
		if (f->question[i].list == list)
			return true;
	return false;
}

static void put_lists(struct writing *w)
{
	json_put_key(&w->o, STR("lists"));
	json_put_object(&w->o);
	for (size_t i = 0; i < w->f->n_lists; i++)
		if (is_used(w->f, &w->f->list[i]))
			put_list(w, &w->f->list[i]);
	json_end_object(&w->o);
}

void response_program_put(struct buf *b, const struct response_plan *plan, enum lang lang)
{
	ARENA_SCOPE(scratch, (size_t)256 << 20);
	struct writing w = { .a = &scratch, .plan = plan, .f = plan->form, .lang = lang };
	json_out(&w.o, b);
	json_put_object(&w.o);
	json_member_int(&w.o, "format", PROGRAM_FORMAT);
	json_member_string(&w.o, "form", w.f->name);
	json_member_string(&w.o, "lang", str_of(lang_code(lang)));
	put_questions(&w);
	put_repeats(&w);
	put_groups(&w);
	put_lists(&w);
	json_end_object(&w.o);
}
