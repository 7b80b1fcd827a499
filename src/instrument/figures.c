/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sheets that speak of figures: the bulletin's lines, bridges to earlier rounds, what was
 * printed. */
#include "instrument/load.h"

static struct str nearest_indicator(struct loader *l, struct str id)
{
	const struct instrument *in = l->in;
	struct str *known = NEW(l->a, in->n_indicators, struct str);
	for (size_t i = 0; i < in->n_indicators; i++)
		known[i] = in->indicator[i].id;
	return load_did_you_mean(l, id, known, in->n_indicators);
}

static bool known_figure(struct loader *l, struct problem place, struct str id, size_t *out)
{
	int64_t at = instrument_indicator_index(l->in, id);
	if (at >= 0) {
		*out = (size_t)at;
		return true;
	}
	place.rule = "unknown_figure";
	place.suggestion = nearest_indicator(l, id);
	problem_report(l->ps, place, "no hay cifra «%.*s» en la hoja indicators",
		       "there is no figure \"%.*s\" in sheet indicators", STR_ARG(id));
	return false;
}

/* ---- live numbers in a text ---- */

static void check_placeholder(struct loader *l, struct problem place, struct str inside)
{
	static const char *const parts[] = { "of", "n", "interval" };
	struct str id = str_cut(&inside, '.');
	size_t at;
	bool known = !inside.p;
	if (!known_figure(l, place, str_trim(id), &at))
		return;
	for (size_t i = 0; i < 3 && !known; i++)
		known = str_is(inside, parts[i]);
	place.rule = "unknown_figure";
	place.suggestion = STR("of n interval");
	if (!known)
		problem_report(l->ps, place, "«{%.*s.%.*s}»: una cifra no tiene esa parte",
			       "\"{%.*s.%.*s}\": a figure has no such part", STR_ARG(id),
			       STR_ARG(inside));
}

static void check_placeholders(struct loader *l, struct problem place, struct str text)
{
	size_t open, n;
	place.value = text;
	while (str_find(text, STR("{"), &open)) {
		struct str rest = str_sub(text, open + 1, text.n);
		if (!str_find(rest, STR("}"), &n)) {
			place.rule = "syntax";
			problem_report(l->ps, place, "la llave { no se cierra",
				       "the brace { is not closed");
			return;
		}
		check_placeholder(l, place, str_sub(rest, 0, n));
		text = str_sub(rest, n + 1, rest.n);
	}
}

/* Every language of a text. */
static void check_text(struct loader *l, const struct grid *g, size_t row, const char *head)
{
	size_t n = str_of(head).n;
	for (size_t c = 0; c < g->sheet.n_columns; c++) {
		struct str column = g->head[c];
		if (!str_is(column, head) &&
		    !(str_starts(column, head) && column.n > n && column.p[n] == ':'))
			continue;
		struct str name = column;
		check_placeholders(l, load_error(l, g, row, str_c(l->a, name), "unknown_figure"),
				   g->sheet.cell[row * g->sheet.n_columns + c]);
	}
}

/* ---- figures ---- */

static void read_shown(struct loader *l, const struct grid *g, size_t row, struct figure_line *line)
{
	struct str cell = grid_cell(g, row, "figures");
	line->indicator = NEW(l->a, cell.n + 1, size_t);
	for (size_t at = 0; at < cell.n;) {
		size_t from = at, found;
		while (at < cell.n && cell.p[at] != ' ' && cell.p[at] != ',' && cell.p[at] != ';' &&
		       cell.p[at] != '\n')
			at++;
		struct str id = str_sub(cell, from, at++ - from);
		if (id.n &&
		    known_figure(l, load_error(l, g, row, "figures", "unknown_figure"), id, &found))
			line->indicator[line->n_indicators++] = found;
	}
}

static void load_line(struct loader *l, const struct grid *g, size_t row,
		      const struct expr_scope *scope)
{
	static const char *const kinds[] = {
		"title",     "paragraph", "figure",      "share",  "levels",       "bars",
		"map",       "table",     "composition", "list",   "quality",      "response",
		"certainty", "change",    "sensitivity", "associations",
	};
	struct instrument *in = l->in;
	struct figure_line line = { .section = grid_cell(g, row, "section"),
				    .row = grid_row_number(g, row) };
	if (!load_required(l, g, row, "kind", &line.kind) ||
	    load_word(l, g, row, "kind", kinds, sizeof(kinds) / sizeof(*kinds)) < 0)
		return;
	line.text = grid_label(g, row, "text", LANG_ES);
	line.else_text = grid_label(g, row, "else", LANG_ES);
	line.note = grid_label(g, row, "note", LANG_ES);
	load_check_translated(l, g, row, "text", &line.text);
	load_check_translated(l, g, row, "else", &line.else_text);
	load_check_translated(l, g, row, "note", &line.note);
	check_text(l, g, row, "text");
	check_text(l, g, row, "else");
	check_text(l, g, row, "note");
	read_shown(l, g, row, &line);
	line.when = load_expr(l, g, row, "when", grid_cell(g, row, "when"), scope, WANT_CONDITION);
	if (!grid_cell(g, row, "when").n &&
	    (line.else_text.in[LANG_ES].n || line.else_text.in[LANG_EN].n))
		problem_report(l->ps, load_warning(l, g, row, "else", "unused"),
			       "else sin when: este texto no se usa nunca",
			       "else without when: this text is never used");
	in->line[in->n_lines++] = line;
}

static void load_lines(struct loader *l)
{
	const struct grid *g = &l->raw->grid[SLOT_FIGURES];
	if (!HAS_COLUMNS(l, g, "kind"))
		return;
	/* A `when` speaks of figures only; no table is at hand. */
	struct expr_scope scope = instrument_scope(l->a, l->in, TABLE_METHOD, true);
	scope.n = 0;
	l->in->line = NEW(l->a, grid_rows(g), struct figure_line);
	for (size_t row = 0; row < grid_rows(g); row++)
		load_line(l, g, row, &scope);
}

/* ---- bridges ---- */

/* The old round's questions are not at hand, so a fault of type proves nothing; broken syntax and
 * unknown functions do. */
static void check_old(struct loader *l, const struct grid *g, size_t row, struct str source)
{
	struct mention m;
	struct expr_faults faults = { 0 };
	const struct expr *e;
	struct expr_name *name = NEW(l->a, source.n + 1, struct expr_name);
	const struct form *f = l->in->form[FORM_CLUSTER];
	struct expr_scope scope = { .name = name };
	for (size_t at = 0; mention_next(source, &at, &m);) {
		const struct question *q =
			f && m.kind == MENTION_NAME ? form_question(f, m.text) : NULL;
		if (m.kind != MENTION_NAME)
			continue;
		name[scope.n++] =
			(struct expr_name){ .name = m.text,
					    .type = q && !q->list ? q->column : COLUMN_TEXT };
	}
	if (!source.n || expr_parse(l->a, source, &scope, l->ps->lang, &e, &faults))
		return;
	for (size_t i = 0; i < faults.n; i++) {
		const struct expr_fault *fault = &faults.item[i];
		struct str rule = str_of(fault->rule);
		if (!str_is(rule, "syntax") && !str_is(rule, "unknown_function") &&
		    !str_is(rule, "limit"))
			continue;
		struct problem p = load_error(l, g, row, "old", fault->rule);
		p.suggestion = fault->suggestion;
		problem_report(l->ps, p, "old: %.*s", "old: %.*s", STR_ARG(fault->message));
	}
}

static void load_bridge(struct loader *l, const struct grid *g, size_t row)
{
	static const char *const relations[] = { "igual", "similar", "puente", "no" };
	struct bridge b = { .old = grid_cell(g, row, "old"),
			    .note = grid_cell(g, row, "note"),
			    .note_label = grid_label(g, row, "note", LANG_ES) };
	size_t before = l->ps->n_errors;
	if (load_required(l, g, row, "item", &b.item) &&
	    instrument_indicator_index(l->in, b.item) < 0)
		(void)load_check_question(l, g, row, "item", b.item);
	(void)load_required(l, g, row, "round", &b.round);
	(void)load_required(l, g, row, "relation", &b.relation);
	(void)load_word(l, g, row, "relation", relations, 4);
	if (str_is(b.relation, "puente") && !b.old.n)
		(void)load_required(l, g, row, "old", &b.old);
	check_old(l, g, row, b.old);
	if (l->ps->n_errors == before)
		l->in->bridge[l->in->n_bridges++] = b;
}

static void load_bridges(struct loader *l)
{
	const struct grid *g = &l->raw->grid[SLOT_BRIDGES];
	if (!HAS_COLUMNS(l, g, "item", "round", "relation"))
		return;
	l->in->bridge = NEW(l->a, grid_rows(g), struct bridge);
	for (size_t row = 0; row < grid_rows(g); row++)
		load_bridge(l, g, row);
}

/* ---- published ---- */

static void load_one_published(struct loader *l, const struct grid *g, size_t row)
{
	struct published p = { .text = grid_cell(g, row, "text"),
			       .source = grid_cell(g, row, "source"),
			       .note = grid_cell(g, row, "note") };
	size_t before = l->ps->n_errors, at;
	struct str value = grid_cell(g, row, "value");
	(void)load_required(l, g, row, "round", &p.round);
	if (load_required(l, g, row, "figure", &p.figure))
		(void)known_figure(l, load_error(l, g, row, "figure", "unknown_figure"), p.figure,
				   &at);
	p.has_value = num_real(value, &p.value);
	if (value.n && !p.has_value)
		problem_report(l->ps, load_error(l, g, row, "value", "number"),
			       "«%.*s» no es un número con punto decimal",
			       "\"%.*s\" is no number with a decimal point", STR_ARG(value));
	if (l->ps->n_errors == before)
		l->in->published[l->in->n_published++] = p;
}

static void load_published(struct loader *l)
{
	const struct grid *g = &l->raw->grid[SLOT_PUBLISHED];
	if (!HAS_COLUMNS(l, g, "round", "figure"))
		return;
	l->in->published = NEW(l->a, grid_rows(g), struct published);
	for (size_t row = 0; row < grid_rows(g); row++)
		load_one_published(l, g, row);
}

void load_figures(struct loader *l)
{
	load_lines(l);
	load_bridges(l);
	load_published(l);
}
