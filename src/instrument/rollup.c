/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sheet that sets what companies say together beside what their manager says. */
#include "instrument/load.h"

enum { TOLERANCE_MAX = 1000 };

static bool is_number(enum question_type t)
{
	return t == QUESTION_INTEGER || t == QUESTION_DECIMAL || t == QUESTION_RANGE;
}

static void check_number(struct loader *l, const struct grid *g, size_t row, struct str name)
{
	const struct question *q = form_question(l->in->form[FORM_CLUSTER], name);
	if (q && is_number(q->type) && q->repeat < 0)
		return;
	problem_report(l->ps, load_error(l, g, row, "question", "type"),
		       "%.*s no es una pregunta de número del formulario del gestor",
		       "%.*s is no question for a number of the manager's form", STR_ARG(name));
}

static void load_rollup(struct loader *l, const struct grid *g, size_t row,
			const struct expr_scope *scope)
{
	struct rollup r = { .row = grid_row_number(g, row),
			    .label = grid_label(g, row, "label", LANG_ES) };
	int64_t tolerance = 0;
	struct str formula;
	const size_t before = l->ps->n_errors;
	if (load_required(l, g, row, "question", &r.question) &&
	    load_check_question(l, g, row, "question", r.question))
		check_number(l, g, row, r.question);
	if (load_required(l, g, row, "formula", &formula))
		r.value = load_expr(l, g, row, "formula", formula, scope, WANT_AGGREGATE);
	if (!load_int(l, g, row, "tolerance", 0, TOLERANCE_MAX, 0, &tolerance))
		return;
	load_check_translated(l, g, row, "label", &r.label);
	r.tolerance = (int)tolerance;
	if (l->ps->n_errors == before && r.value)
		l->in->rollup[l->in->n_rollups++] = r;
}

void load_rollups(struct loader *l)
{
	const struct grid *g = &l->raw->grid[SLOT_ROLLUPS];
	if (!HAS_COLUMNS(l, g, "question", "formula"))
		return;
	if (!l->in->form[FORM_COMPANY]) {
		problem_report(l->ps, load_error(l, g, GRID_NO_ROW, "formula", "unknown_sheet"),
			       "el instrumento no tiene formulario de la empresa",
			       "the instrument has no form of the company");
		return;
	}
	const struct expr_scope scope = instrument_scope(l->a, l->in, TABLE_COMPANY, true);
	l->in->rollup = NEW(l->a, grid_rows(g), struct rollup);
	for (size_t row = 0; row < grid_rows(g); row++)
		load_rollup(l, g, row, &scope);
}
