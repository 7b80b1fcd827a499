/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/print.h"
#include "app/run.h"
#include "base/fold.h"

/* ---- figures ---- */

bool run_figures(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct measure m;
	struct figures fs;
	const struct values *by = call_values(c, "--by"), *id = call_values(c, "FIGURE");
	const struct figure_request request = { .dimension = by->text,
						.n_dimensions = by->n,
						.where = call_text(c, "--where"),
						.id = id->text,
						.n_ids = id->n };
	if (!call_store(c, &s, e) ||
	    !measure_round(c, s, call_text(c, "--round"), by->n || request.where.n, &m, e) ||
	    !measure_figures(c, &m, &request, &fs, e))
		return false;
	if (call_wants(c, "json")) {
		print_figures_json(&c->out, c, &m, &fs);
		return true;
	}
	struct print_table t;
	print_figures_table(&t, c, &m, &fs, request.where.n > 0);
	print_table(c, &t);
	if (m.round.synthetic)
		buf_puts(&c->said, c->said_lang == LANG_ES ? "Datos sintéticos de demostración.\n"
							   : "Synthetic demonstration data.\n");
	return true;
}

/* ---- scores ---- */

static bool find_cluster(const struct call *c, const struct measure *m, struct str id, size_t *out,
			 struct err *e)
{
	struct str *known = NEW(c->a, m->scores.n, struct str);
	for (size_t i = 0; i < m->scores.n; i++) {
		known[i] = m->scores.cluster[i].cluster;
		if (str_eq(known[i], id)) {
			*out = i;
			return true;
		}
	}
	struct str near = fold_nearest(c->a, id, known, m->scores.n);
	return err_say(e, ERR_ABSENT,
		       "el clúster %.*s no tiene respuestas aceptadas en la ronda %.*s%s%.*s",
		       "cluster %.*s has no accepted answers in round %.*s%s%.*s", STR_ARG(id),
		       STR_ARG(m->round.id), near.n ? " → " : "", STR_ARG(near));
}

bool run_scores(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct measure m;
	if (!call_store(c, &s, e) || !measure_round(c, s, call_text(c, "--round"), false, &m, e))
		return false;
	const struct values *id = call_values(c, "CLUSTER");
	size_t n = id->n ? id->n : m.scores.n;
	size_t *which = NEW(c->a, n, size_t);
	for (size_t i = 0; i < n; i++) {
		which[i] = i;
		if (id->n && !find_cluster(c, &m, id->text[i], &which[i], e))
			return false;
	}
	if (call_wants(c, "json")) {
		print_scores_json(&c->out, &m, which, n);
		return true;
	}
	struct print_table t;
	print_scores_table(&t, c, &m, which, n);
	print_table(c, &t);
	return true;
}
