/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choice filters: bare names in them are columns of the choices sheet, ${names} are questions, and
 * one of each may have the same name.  A column X is read as the name "option.X". */
#include "instrument/form.h"

struct filter {
	struct survey *s;
	const struct choice_list *list;
	struct str unknown; /* the first bare name that is no column */
	bool as_numbers; /* columns whose cells are all numbers are compared as such */
};

static bool is_number_column(const struct column *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct cell cell = column_cell(c, i);
		double v;
		if (cell.missing == MISSING_NO && !num_real(cell.text, &v))
			return false;
	}
	return true;
}

static struct str rename_column(void *user, struct str word)
{
	struct filter *f = user;
	const struct column *c = f->list->columns ? frame_column(f->list->columns, word) : NULL;
	if (!c) {
		if (!f->unknown.n)
			f->unknown = word;
		return (struct str){ "", 0 };
	}
	if (f->as_numbers && is_number_column(c))
		return str_fmt(f->s->l->a, "number(${option.%.*s})", STR_ARG(word));
	return str_fmt(f->s->l->a, "${option.%.*s}", STR_ARG(word));
}

/* The form's names and the list's columns, as "option.X". */
static struct expr_scope filter_scope(struct survey *s, const struct question *q)
{
	const struct frame *columns = q->list->columns;
	size_t n = s->f->n_questions;
	struct expr_name *name =
		arena_grow(s->l->a, s->name, n, n + columns->n_columns, sizeof(*name));
	for (size_t c = 0; c < columns->n_columns; c++)
		name[n + c] = (struct expr_name){
			.name = str_fmt(s->l->a, "option.%.*s", STR_ARG(columns->column[c]->name)),
			.type = COLUMN_TEXT,
		};
	struct expr_scope scope = formula_scope(s, q->repeat, (struct str){ "", 0 }, false);
	scope.name = name;
	scope.n = n + columns->n_columns;
	return scope;
}

static void report_filter_name(struct survey *s, size_t row, const struct filter *f)
{
	const struct frame *columns = f->list->columns;
	struct str *name = NEW(s->l->a, columns->n_columns, struct str);
	for (size_t c = 0; c < columns->n_columns; c++)
		name[c] = columns->column[c]->name;
	struct problem p = load_error(s->l, s->g, row, "choice_filter", "unknown_name");
	p.suggestion = load_did_you_mean(s->l, f->unknown, name, columns->n_columns);
	if (!p.suggestion.n && name_map_get(&s->questions, f->unknown) != SIZE_MAX)
		p.suggestion = str_fmt(s->l->a, "${%.*s}", STR_ARG(f->unknown));
	problem_report(s->l->ps, p, "choice_filter: la hoja de opciones no tiene la columna «%.*s»",
		       "choice_filter: the choices sheet has no column \"%.*s\"",
		       STR_ARG(f->unknown));
}

/* Rows of the choices sheet by option: those of option o are row[first[o]] .. row[first[o + 1] -
 * 1]. */
struct option_rows {
	uint32_t *first, *row;
};

static const struct option_rows *rows_by_option(struct arena *a, const struct choice_list *list)
{
	const struct column *name = frame_column(list->columns, STR("name"));
	size_t n = list->columns->n_rows, n_options = list->options.n;
	struct name_map options = { .a = a };
	size_t *code = NEW(a, n, size_t);
	struct option_rows *by = NEW(a, 1, struct option_rows);
	*by = (struct option_rows){ NEW(a, n_options + 1, uint32_t), NEW(a, n, uint32_t) };
	for (size_t o = 0; o < n_options; o++)
		(void)name_map_add(&options, list->options.name[o], o);
	for (size_t r = 0; r < n; r++) {
		code[r] = name_map_get(&options, column_cell(name, r).text);
		if (code[r] != SIZE_MAX)
			by->first[code[r] + 1]++;
	}
	for (size_t o = 0; o < n_options; o++)
		by->first[o + 1] += by->first[o];
	uint32_t *fill = arena_grow(a, by->first, n_options + 1, n_options + 1, sizeof(*fill));
	for (size_t r = 0; r < n; r++)
		if (code[r] != SIZE_MAX)
			by->row[fill[code[r]]++] = (uint32_t)r;
	return by;
}

void filter_load(struct survey *s, struct question *q, size_t row)
{
	struct str source = grid_cell(s->g, row, "choice_filter");
	if (!source.n || (type_has_list(q->type) && !q->list) ||
	    formula_refuses_paths(s, row, "choice_filter", source))
		return;
	if (!q->list) {
		problem_report(s->l->ps, load_warning(s->l, s->g, row, "choice_filter", "unused"),
			       "choice_filter solo sirve en selecciones",
			       "choice_filter serves in selects only");
		return;
	}
	struct filter f = { .s = s, .list = q->list };
	struct str text = mention_rewrite(s->l->a, source, rename_column, &f);
	if (f.unknown.n) {
		report_filter_name(s, row, &f);
		return;
	}
	struct expr_scope scope = filter_scope(s, q);
	const struct expr *e;
	f.as_numbers = true;
	struct str numbers = mention_rewrite(s->l->a, source, rename_column, &f);
	if (!formula_parses(s, text, &scope, &e) && formula_parses(s, numbers, &scope, &e))
		text = numbers;
	text = formula_as_condition(s, formula_mend_blank(s, row, "choice_filter", text, &scope),
				    &scope);
	q->choice_filter =
		load_expr(s->l, s->g, row, "choice_filter", text, &scope, WANT_CONDITION);
	q->option_rows = rows_by_option(s->l->a, q->list);
}

/* ---- use ---- */

/* Of the answers, what the filter reads: the lines are many, and so are the answers. */
static const struct frame *columns_read(struct arena *a, const struct frame *answers,
					const struct expr *filter)
{
	size_t n_names, n = 0;
	const struct str *name = expr_names(filter, &n_names);
	const struct column **column = NEW(a, n_names + 1, const struct column *);
	for (size_t i = 0; i < n_names; i++) {
		const struct column *c = frame_column(answers, name[i]);
		if (c)
			column[n++] = c;
	}
	return frame_of(a, column, n, answers->n_rows);
}

/* The answers of those rows beside the list's columns of those, which are named "option.X". */
static const struct frame *filter_lines(struct arena *a, const struct frame *answers,
					const uint32_t *answer, const struct frame *columns,
					const uint32_t *choice, size_t n)
{
	const struct frame *options = frame_take(a, columns, choice, n);
	const struct column **column = NEW(a, options->n_columns, const struct column *);
	for (size_t c = 0; c < options->n_columns; c++) {
		struct column *renamed = NEW(a, 1, struct column);
		*renamed = *options->column[c];
		renamed->name = str_fmt(a, "option.%.*s", STR_ARG(renamed->name));
		column[c] = renamed;
	}
	return frame_with(a, frame_take(a, answers, answer, n), column, options->n_columns);
}

uint8_t *choice_filter_pairs(struct arena *a, const struct question *q, const struct frame *answers,
			     const uint32_t *row, const uint16_t *option, size_t n)
{
	uint8_t *out = NEW(a, n, uint8_t);
	for (size_t i = 0; i < n && !q->choice_filter; i++)
		out[i] = 1;
	if (!q->choice_filter)
		return out;
	/* One line for each row of the choices sheet that has the option's name. */
	const struct option_rows *by = q->option_rows;
	size_t n_lines = 0, line = 0;
	for (size_t i = 0; i < n; i++)
		n_lines += by->first[option[i] + 1] - by->first[option[i]];
	uint32_t *answer = NEW(a, n_lines, uint32_t), *choice = NEW(a, n_lines, uint32_t);
	size_t *pair = NEW(a, n_lines, size_t);
	for (size_t i = 0; i < n; i++) {
		for (uint32_t k = by->first[option[i]]; k < by->first[option[i] + 1]; k++, line++) {
			answer[line] = row[i];
			choice[line] = by->row[k];
			pair[line] = i;
		}
	}
	const struct expr_env env = { 0 };
	const struct frame *lines =
		filter_lines(a, columns_read(a, answers, q->choice_filter), answer,
			     q->list->columns, choice, n_lines);
	const uint8_t *holds = expr_holds(a, q->choice_filter, lines, &env);
	for (size_t i = 0; i < n_lines; i++)
		out[pair[i]] |= holds[i];
	return out;
}
