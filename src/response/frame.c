/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stored documents back into frames.  Written and read by this program, they are still checked:
 * what is damaged is an error, never another answer. */
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "codec/json.h"
#include "response/reader.h"

static const char imputed_suffix[] = "__imputed";

struct filling {
	struct arena *a;
	const struct form *f;
	const bool *wanted;             /* by question, NULL: all */
	struct json_in j;
	struct lookup names;            /* questions, then repeats */
	struct lookup *options;         /* by question */
	struct column_builder **column; /* by question */
	uint32_t *seen;   /* by question: number of the row that had it last, from 1 */
	uint32_t *n_rows; /* by table */
	uint32_t **start; /* by repeat */
	size_t guess;     /* the question that probably comes next */
	uint16_t *item;
	size_t item_max;
	const char *wrong; /* what is wrong with a document, or NULL */
	size_t n_documents;
	struct str **imputed; /* by question: how each document's answer was imputed; NULL: none */
};

static void wrong(struct filling *w, const char *what)
{
	if (!w->wrong)
		w->wrong = what;
}

/* {"missing":"ND"} */
static void take_missing(struct filling *w, struct column_builder *c)
{
	struct str key, code = STR("");
	if (json_in_object(&w->j))
		while (json_in_key(&w->j, &key)) {
			if (!str_is(key, "missing"))
				wrong(w, "clave desconocida (unknown key)");
			code = json_in_string(&w->j);
		}
	if (str_is(code, "ND"))
		column_add_missing(c, MISSING_ND);
	else if (str_is(code, "NA"))
		column_add_missing(c, MISSING_NA);
	else
		wrong(w, "código de faltante desconocido (unknown code of missing)");
}

static int64_t take_option(struct filling *w, size_t question)
{
	int64_t code = lookup_find(&w->options[question], json_in_string(&w->j));
	if (code < 0)
		wrong(w, "opción que la lista no tiene (an option that is not in the list)");
	return code < 0 ? 0 : code;
}

static void take_list(struct filling *w, size_t question, struct column_builder *c)
{
	size_t n = 0;
	if (json_in_array(&w->j))
		while (json_in_item(&w->j)) {
			int64_t code = take_option(w, question);
			if (n == w->item_max) {
				wrong(w,
				      "lista más larga que sus opciones (a list longer than its "
				      "options)");
				return;
			}
			w->item[n++] = (uint16_t)code;
		}
	column_add_items(c, w->item, n);
}

static void take_number(struct filling *w, enum column_type type, struct column_builder *c)
{
	struct json_number v = json_in_number(&w->j);
	if (type == COLUMN_REAL && isfinite(v.real))
		column_add_real(c, v.real);
	else if (type == COLUMN_INTEGER && v.whole)
		column_add_integer(c, v.integer);
	else
		wrong(w, "número que no es entero (a number that is not whole)");
}

static void take_value(struct filling *w, size_t question, struct column_builder *c)
{
	struct date d;
	switch (w->f->question[question].column) {
	case COLUMN_INTEGER:
	case COLUMN_REAL:
		take_number(w, w->f->question[question].column, c);
		break;
	case COLUMN_TEXT:
		column_add_text(c, json_in_string(&w->j));
		break;
	case COLUMN_CHOICE:
		column_add_integer(c, take_option(w, question));
		break;
	case COLUMN_MULTIPLE:
	case COLUMN_RANK:
		take_list(w, question, c);
		break;
	case COLUMN_DATE:
		if (date_parse(json_in_string(&w->j), false, &d))
			column_add_integer(c, date_days(d));
		else
			wrong(w, "fecha mal escrita (a broken date)");
		break;
	case COLUMN_BOOLEAN:
		column_add_integer(c, json_in_bool(&w->j));
		break;
	}
}

static void take_question(struct filling *w, size_t question)
{
	struct column_builder *c = w->column[question];
	size_t table = (size_t)(w->f->question[question].repeat + 1);
	if (w->wanted && !w->wanted[question]) {
		json_in_skip(&w->j);
		return;
	}
	if (!c || w->seen[question] == w->n_rows[table]) {
		wrong(w, "respuesta repetida o de una nota (an answer twice, or of a note)");
		return;
	}
	w->seen[question] = w->n_rows[table];
	if (json_in_peek(&w->j) == JSON_IS_OBJECT)
		take_missing(w, c);
	else
		take_value(w, question, c);
}

/* Index into names; the order of the form is tried first.  SIZE_MAX: not there. */
static size_t find_name(struct filling *w, struct str key)
{
	size_t n = w->names.n;
	while (w->guess < n && w->guess < w->f->n_questions && !w->column[w->guess])
		w->guess++;
	for (size_t i = w->guess; i < n && i < w->guess + 2; i++)
		if (str_eq(w->names.name[i], key)) {
			w->guess = i + 1;
			return i;
		}
	int64_t at = lookup_find(&w->names, key);
	if (at < 0)
		return SIZE_MAX;
	w->guess = (size_t)at + 1;
	return (size_t)at;
}

/* How an answer was imputed; kept for questions at the top that are wanted. */
static void take_imputed(struct filling *w, size_t table, struct str key)
{
	struct str how = str_dup(w->a, json_in_string(&w->j));
	int64_t at = lookup_find(&w->names, str_sub(key, 0, key.n - strlen(imputed_suffix)));
	if (at < 0 || (size_t)at >= w->f->n_questions || table || !w->column[at])
		return;
	if (!w->imputed)
		w->imputed = NEW(w->a, w->f->n_questions, struct str *);
	if (!w->imputed[at])
		w->imputed[at] = NEW(w->a, w->n_documents, struct str);
	w->imputed[at][w->n_rows[0] - 1] = how;
}

static void take_row(struct filling *w, size_t table);

static void take_repeat(struct filling *w, size_t repeat)
{
	if (json_in_array(&w->j))
		while (!w->wrong && json_in_item(&w->j))
			take_row(w, 1 + repeat);
}

static void take_member(struct filling *w, size_t table, struct str key)
{
	size_t at = find_name(w, key), n = w->f->n_questions;
	if (at < n && (size_t)(w->f->question[at].repeat + 1) == table)
		take_question(w, at);
	else if (at != SIZE_MAX && at >= n && !table)
		take_repeat(w, at - n);
	else if (at == SIZE_MAX && str_ends(key, "__reason"))
		json_in_skip(&w->j);
	else if (at == SIZE_MAX && str_ends(key, imputed_suffix))
		take_imputed(w, table, key);
	else
		wrong(w,
		      "pregunta que el formulario no tiene (a question that is not in the form)");
}

/* One object; what it does not name has no answer. */
static void take_row(struct filling *w, size_t table)
{
	struct str key;
	w->n_rows[table]++;
	w->guess = 0;
	if (json_in_object(&w->j))
		while (!w->wrong && json_in_key(&w->j, &key))
			take_member(w, table, key);
	for (size_t i = 0; i < w->f->n_questions; i++)
		if (w->column[i] && (size_t)(w->f->question[i].repeat + 1) == table &&
		    w->seen[i] != w->n_rows[table])
			column_add_missing(w->column[i], MISSING_NR);
}

static bool take_document(struct filling *w, struct str document, struct err *e)
{
	json_in_start(&w->j, w->a, document);
	take_row(w, 0);
	if (w->wrong && !w->j.fault)
		return err_set(e, ERR_INPUT, "byte %zu: %s", (size_t)(w->j.at - w->j.p), w->wrong);
	return json_in_end(&w->j, e);
}

static void start_filling(struct filling *w, size_t n)
{
	const struct form *f = w->f;
	struct str *name = NEW(w->a, f->n_questions + f->n_repeats, struct str);
	w->options = NEW(w->a, f->n_questions, struct lookup);
	w->column = NEW(w->a, f->n_questions, struct column_builder *);
	w->seen = NEW(w->a, f->n_questions, uint32_t);
	w->n_rows = NEW(w->a, 1 + f->n_repeats, uint32_t);
	w->start = NEW(w->a, f->n_repeats, uint32_t *);
	for (size_t i = 0; i < f->n_questions; i++) {
		const struct question *q = &f->question[i];
		name[i] = q->name;
		if (q->type == QUESTION_NOTE || (w->wanted && !w->wanted[i]))
			continue;
		w->column[i] =
			column_build(w->a, q->name, q->column, q->list ? &q->list->options : NULL);
		if (!q->list)
			continue;
		w->options[i] = lookup_make(w->a, q->list->options.name, q->list->options.n);
		if (q->list->options.n > w->item_max)
			w->item_max = q->list->options.n;
	}
	for (size_t i = 0; i < f->n_repeats; i++) {
		name[f->n_questions + i] = f->repeat[i].name;
		w->start[i] = NEW(w->a, n + 1, uint32_t);
	}
	w->names = lookup_make(w->a, name, f->n_questions + f->n_repeats);
	w->item = NEW(w->a, w->item_max, uint16_t);
}

/* NAME__imputed: how, empty where the answer is the cluster's own. */
static const struct column *imputed_column(struct filling *w, size_t question)
{
	struct str name = str_fmt(w->a, "%.*s%s", STR_ARG(w->f->question[question].name),
				  imputed_suffix);
	struct column_builder *b = column_build(w->a, name, COLUMN_TEXT, NULL);
	for (size_t i = 0; i < w->n_documents; i++) {
		if (w->imputed[question][i].n)
			column_add_text(b, w->imputed[question][i]);
		else
			column_add_missing(b, MISSING_NA);
	}
	return column_done(b);
}

static const struct frame *frame_of_table(struct filling *w, size_t table)
{
	const struct form *f = w->f;
	const struct column **column = NEW(w->a, 2 * f->n_questions, const struct column *);
	size_t n = 0;
	for (size_t i = 0; i < f->n_questions; i++) {
		const struct question *q = &f->question[i];
		if (!w->column[i] || (size_t)(q->repeat + 1) != table)
			continue;
		struct column *c = NEW(w->a, 1, struct column);
		*c = *column_done(w->column[i]);
		c->unit = q->unit;
		c->rank_max = q->rank_max;
		column[n++] = c;
		if (w->imputed && w->imputed[i])
			column[n++] = imputed_column(w, i);
	}
	return frame_of(w->a, column, n, w->n_rows[table]);
}

static const struct frame *finish_frame(struct filling *w)
{
	struct frame *top = NEW(w->a, 1, struct frame);
	struct frame_child *child = NEW(w->a, w->f->n_repeats, struct frame_child);
	*top = *frame_of_table(w, 0);
	for (size_t k = 0; k < w->f->n_repeats; k++)
		child[k] = (struct frame_child){ .name = w->f->repeat[k].name,
						 .start = w->start[k],
						 .frame = frame_of_table(w, 1 + k) };
	top->child = child;
	top->n_children = w->f->n_repeats;
	return top;
}

bool response_frame(struct arena *a, const struct form *form, const struct str *document,
		    const struct str *cluster, const struct str *company, size_t n,
		    const bool *wanted, const struct frame **out, struct err *e)
{
	struct filling w = { .a = a, .f = form, .wanted = wanted, .n_documents = n };
	start_filling(&w, n);
	for (size_t i = 0; i < n; i++) {
		if (!take_document(&w, document[i], e))
			return err_in(e, "respuesta guardada de %.*s%s%.*s (stored answer)",
				      STR_ARG(cluster[i]), company ? ", " : "",
				      STR_ARG(company ? company[i] : STR("")));
		for (size_t k = 0; k < form->n_repeats; k++)
			w.start[k][i + 1] = w.n_rows[1 + k];
	}
	*out = finish_frame(&w);
	return true;
}
