/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explaining a figure down to the answers that it used; explain_cluster.c explains a cluster. */
#include <string.h>

#include "app/print.h"
#include "app/run.h"
#include "app/trace.h"
#include "base/num.h"
#include "report/bulletin.h"

/* ---- the rows behind a figure ---- */

static bool is_personal(const struct measure *m, const struct indicator *ind, struct str name)
{
	int which = ind->table == TABLE_COMPANY ? FORM_COMPANY : FORM_CLUSTER;
	const struct form *f = m->instrument->form[which];
	const struct question *q = f ? form_question(f, name) : NULL;
	return q && q->personal;
}

/* Columns that the formula and its universe read, each once. */
static size_t columns_read(const struct measure *m, const struct indicator *ind,
			   const struct frame *f, const struct column **out, size_t most)
{
	size_t n = 0;
	const struct expr *part[2] = { ind->value, ind->universe };
	for (size_t p = 0; p < 2; p++) {
		size_t n_names = 0;
		const struct str *name = part[p] ? expr_names(part[p], &n_names) : NULL;
		for (size_t i = 0; i < n_names && n < most; i++) {
			const struct column *c = frame_column(f, name[i]);
			bool known = !c || is_personal(m, ind, name[i]);
			for (size_t k = 0; k < n; k++)
				known |= out[k] == c;
			if (!known)
				out[n++] = c;
		}
	}
	return n;
}

static struct str cell_text(struct arena *a, const struct column *c, size_t row)
{
	struct buf b;
	buf_init(&b, a, 1 << 20);
	cell_put(&b, c, row);
	return buf_str(&b);
}

static void add_rows(struct trace *t, const struct measure *m, const struct indicator *ind)
{
	enum { COLUMNS_MAX = 64 };
	struct arena *a = trace_call(t)->a;
	const struct frame *f = m->tables.table[ind->table];
	const struct column *column[COLUMNS_MAX];
	const struct column *id[2] = { frame_column(f, STR("cluster")),
				       frame_column(f, STR("company")) };
	size_t n = columns_read(m, ind, f, column, COLUMNS_MAX), n_ids = 0;
	const char **head = NEW(a, n + 2, const char *);
	bool *is_number = NEW(a, n + 2, bool);
	for (size_t i = 0; i < 2; i++) {
		if (id[i])
			head[n_ids++] = i ? "company" : "cluster";
	}
	for (size_t i = 0; i < n; i++) {
		head[n_ids + i] = str_c(a, column[i]->name);
		is_number[n_ids + i] =
			column[i]->type == COLUMN_INTEGER || column[i]->type == COLUMN_REAL;
	}
	const struct expr_env env = { 0 };
	const uint8_t *holds = ind->universe ? expr_holds(a, ind->universe, f, &env) : NULL;
	struct print_table *p = trace_table(t, "rows", "Respuestas que usó", "Answers it used",
					    head,
					    head, is_number, n_ids + n);
	for (size_t row = 0; row < f->n_rows; row++) {
		if (holds && !holds[row])
			continue;
		struct str *cell = print_table_row(p);
		for (size_t i = 0; i < 2; i++) {
			if (id[i])
				*cell++ = cell_text(a, id[i], row);
		}
		for (size_t i = 0; i < n; i++)
			*cell++ = cell_text(a, column[i], row);
	}
}

static void add_figures_read(struct trace *t, const struct figures *fs, const struct indicator *ind)
{
	static const char *const head[] = { "figure", "text", "n" };
	static const char *const es[] = { "cifra", "texto", "n" };
	static const bool is_number[] = { false, false, true };
	size_t n;
	const struct str *id = expr_figures(ind->value, &n);
	if (!n)
		return;
	struct print_table *p = trace_table(t, "figures", "Cifras que usó", "Figures it used", head,
					    es, is_number, 3);
	for (size_t i = 0; i < n; i++) {
		const struct figure *f = figures_find(fs, id[i]);
		if (!f)
			continue;
		struct str *cell = print_table_row(p);
		cell[0] = id[i];
		cell[1] = figure_text(trace_call(t)->a, f, trace_call(t)->lang);
		cell[2] = print_int(trace_call(t)->a, (int64_t)f->result.n);
	}
}

/* ---- a figure ---- */

static void add_result(struct trace *t, const struct figure_row *r)
{
	struct arena *a = trace_call(t)->a;
	trace_add(t, "text", "Valor", "Value", r->text);
	trace_add(t, "value", "Valor exacto", "Exact value",
		  r->has_value ? print_real(a, r->value) : r->list);
	trace_add(t, "unit", "Unidad", "Unit", r->unit);
	if (r->has_fraction) {
		trace_add(t, "numerator", "Numerador", "Numerator", print_real(a, r->numerator));
		trace_add(t, "denominator", "Denominador", "Denominator",
			  print_real(a, r->denominator));
	}
	trace_add(t, "n", "n (filas usadas)", "n (rows used)", print_int(a, r->n));
	trace_add(t, "missing", "Faltan (NR, ND, NA)", "Missing (NR, ND, NA)",
		  str_fmt(a, "%lld, %lld, %lld", (long long)r->n_nr, (long long)r->n_nd,
			  (long long)r->n_na));
	if (r->has_interval)
		trace_add(t, "interval", "Intervalo (Wilson, 95 %)", "Interval (Wilson, 95%)",
			  str_fmt(a, "%.*s – %.*s", STR_ARG(print_real(a, r->low)),
				  STR_ARG(print_real(a, r->high))));
	trace_add(t, "status", "Estado", "Status", r->status);
	trace_add(t, "printed", "Impreso entonces", "Printed then", r->printed);
	trace_add(t, "difference", "Diferencia", "Difference", r->difference);
}

static bool explain_figure(struct trace *t, const struct measure *m, struct str id, struct err *e)
{
	struct call *c = trace_call(t);
	struct figures fs;
	size_t n;
	const struct figure_request all = { 0 };
	if (!measure_figures(c, m, &all, &fs, e))
		return false;
	const struct figure *f = figures_find(&fs, id);
	if (!f)
		return err_say(e, ERR_ABSENT, "cifra %.*s: la ronda %.*s no tiene su tabla",
			       "figure %.*s: round %.*s has no table for it", STR_ARG(id),
			       STR_ARG(m->round.id));
	struct figures one = { .n_cells = 1,
			       .n_figures = 1,
			       .figure = NEW(c->a, 1, struct figure) };
	one.figure[0] = *f;
	const struct figure_row *r =
		figure_rows(c->a, m->instrument, &one, m->round.id, c->lang, &n);
	trace_add(t, "figure", "Cifra", "Figure",
		  str_fmt(c->a, "%.*s@%.*s", STR_ARG(id), STR_ARG(m->round.id)));
	trace_add(t, "label", "Qué es", "What it is", r->label);
	trace_add(t, "note", "Nota", "Note", r->note);
	trace_add(t, "form", "Tabla", "Table", r->form);
	trace_add(t, "formula", "Fórmula", "Formula", r->formula);
	trace_add(t, "universe", "Universo", "Universe", r->universe);
	add_result(t, r);
	trace_origin(t, m);
	add_figures_read(t, &fs, f->indicator);
	add_rows(t, m, f->indicator);
	return true;
}

/* Index of the cluster's row; the number of rows when there is none. */
static size_t find_cluster(const struct measure *m, struct str id)
{
	size_t row = 0;
	while (row < m->scores.n && !str_eq(m->scores.cluster[row].cluster, id))
		row++;
	return row;
}

static bool explain_cluster(struct trace *t, const struct measure *m, struct str id, struct err *e)
{
	size_t row = find_cluster(m, id);
	if (row < m->scores.n)
		return trace_cluster(t, m, row, e);
	return err_say(e, ERR_ABSENT,
		       "%.*s: la ronda %.*s no tiene cifra ni clúster con respuestas de ese nombre",
		       "%.*s: round %.*s has neither a figure nor a cluster with accepted answers "
		       "of that name",
		       STR_ARG(id), STR_ARG(m->round.id));
}

bool run_explain(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct measure m;
	struct str round = call_text(c, "WHAT"), id = str_cut(&round, '@');
	struct trace *t = trace_new(c);
	if (!id.n || !round.n)
		return err_say(e, ERR_INPUT,
			       "explain %.*s: dé CIFRA@RONDA o CLÚSTER@RONDA, como F16@2022",
			       "explain %.*s: give FIGURE@ROUND or CLUSTER@ROUND, say F16@2022",
			       STR_ARG(call_text(c, "WHAT")));
	if (!call_store(c, &s, e) || !measure_round(c, s, round, true, &m, e))
		return false;
	bool figure = instrument_indicator(m.instrument, id) != NULL;
	if (figure ? !explain_figure(t, &m, id, e) : !explain_cluster(t, &m, id, e))
		return false;
	trace_print(t);
	return true;
}
