/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/run.h"
#include "app/sheets.h"

enum { EXPORT_BYTES_MAX = 1 << 30 };

/* What is exported: the tables and their names. */
struct export {
	struct call *c;
	struct measure m;
	struct figures overall;
	size_t *all; /* every cluster's index */
};

static bool compute(struct export *x, const struct str *by, size_t n_by, struct figures *out,
		    struct err *e)
{
	const struct figure_request request = { .dimension = by, .n_dimensions = n_by };
	return measure_figures(x->c, &x->m, &request, out, e);
}

static bool wants_scores(const struct call *c)
{
	return str_is(call_text(c, "--table"), "scores");
}

static bool put_json(struct export *x, struct buf *b, struct err *e)
{
	const struct values *by = call_values(x->c, "--by");
	struct figures fs = x->overall;
	if (wants_scores(x->c)) {
		print_scores_json(b, &x->m, x->all, x->m.scores.n);
		return true;
	}
	if (by->n && !compute(x, by->text, by->n, &fs, e))
		return false;
	print_figures_json(b, x->c, &x->m, &fs);
	return true;
}

static bool put_csv(struct export *x, struct buf *b, struct err *e)
{
	const struct values *by = call_values(x->c, "--by");
	struct figures fs = x->overall;
	struct print_table t;
	if (wants_scores(x->c)) {
		print_scores_table(&t, x->c, &x->m, x->all, x->m.scores.n);
	} else {
		if (by->n && !compute(x, by->text, by->n, &fs, e))
			return false;
		print_figures_table(&t, x->c, &x->m, &fs, false);
	}
	buf_puts(b, "\xef\xbb\xbf"); /* spreadsheets know UTF-8 by this mark */
	print_table_csv(b, &t);
	return true;
}

/* The figures, the scores, and a sheet for each dimension. */
static bool put_xlsx(struct export *x, struct buf *b, struct err *e)
{
	const struct values *by = call_values(x->c, "--by");
	struct arena *a = x->c->a;
	struct print_table *table = NEW(a, by->n + 2, struct print_table);
	const char **name = NEW(a, by->n + 2, const char *);
	print_figures_table(&table[0], x->c, &x->m, &x->overall, false);
	print_scores_table(&table[1], x->c, &x->m, x->all, x->m.scores.n);
	name[0] = "figures";
	name[1] = "scores";
	for (size_t i = 0; i < by->n; i++) {
		struct figures fs;
		if (!compute(x, &by->text[i], 1, &fs, e))
			return false;
		print_figures_table(&table[i + 2], x->c, &x->m, &fs, false);
		name[i + 2] = str_c(a, by->text[i]);
	}
	struct str title =
		str_fmt(a, "%.*s@%.*s · %.*s%s", STR_ARG(x->m.instrument->id),
			STR_ARG(x->m.instrument->version), STR_ARG(x->m.round.id),
			x->m.round.synthetic ? " · datos sintéticos / synthetic data" : "");
	return sheets_workbook(a, table, name, by->n + 2, title, x->m.round.to, b, e);
}

bool run_export(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct export x = { .c = c };
	struct buf b;
	buf_init(&b, c->a, EXPORT_BYTES_MAX);
	if (!call_store(c, &s, e) ||
	    !measure_round(c, s, call_text(c, "--round"), call_given(c, "--by"), &x.m, e) ||
	    !compute(&x, NULL, 0, &x.overall, e))
		return false;
	x.all = NEW(c->a, x.m.scores.n, size_t);
	for (size_t i = 0; i < x.m.scores.n; i++)
		x.all[i] = i;
	if (call_wants(c, "json")          ? !put_json(&x, &b, e)
		    : call_wants(c, "csv") ? !put_csv(&x, &b, e)
					   : !put_xlsx(&x, &b, e))
		return false;
	if (b.over)
		return err_say(e, ERR_LIMIT, "la exportación pasa de %d bytes",
		       "the export is over %d bytes", EXPORT_BYTES_MAX);
	return call_deliver(c, buf_str(&b), e);
}
