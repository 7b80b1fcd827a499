/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two rounds: who is in both, how levels moved, and where the change of each figure comes from. */
#include "app/compare.h"
#include "app/run.h"

static const double significance = 0.05;

/* ---- gathered ---- */

static bool has_answers(const struct measure *m, struct err *e)
{
	return m->scores.n > 0 ||
	       err_say(e, ERR_ABSENT, "la ronda %.*s no tiene respuestas aceptadas que comparar",
		       "round %.*s has no accepted answers to compare", STR_ARG(m->round.id));
}

bool comparison_make(struct call *c, struct comparison *out, struct err *e)
{
	struct store *s = NULL;
	struct comparison *x = out;
	x->c = c;
	if (!call_store(c, &s, e) ||
	    !measure_round(c, s, call_text(c, "OLD"), false, &x->old_measure, e) ||
	    !measure_round(c, s, call_text(c, "NEW"), false, &x->new_measure, e) ||
	    !has_answers(&x->old_measure, e) || !has_answers(&x->new_measure, e))
		return false;
	x->old_side = measure_side(&x->old_measure);
	x->new_side = measure_side(&x->new_measure);
	bool backwards = round_end(x->old_side.round) > round_end(x->new_side.round);
	x->clusters = backwards ? &x->old_measure.clusters : &x->new_measure.clusters;
	panel_match(c->a, x->clusters, &x->old_side, &x->new_side, &x->panel);
	if (!method_change_make(c->a, &x->old_side, &x->new_side, c->lang, &x->method, e) ||
	    !figure_changes(c->a, &x->old_side, &x->new_side, &x->panel, c->lang, c->runner,
			    &x->figure, &x->n_figures, e))
		return false;
	if (x->method.comparability != COMPARABLE_NOT)
		transitions_make(c->a, &x->panel, &x->method.under_new, &x->levels);
	return true;
}

const char *compare_relation(enum series_relation r)
{
	static const char *const name[] = {
		[SERIES_SAME] = "igual",
		[SERIES_SIMILAR] = "similar",
		[SERIES_BRIDGED] = "puente",
		[SERIES_BROKEN] = "no",
	};
	return name[r];
}

struct str compare_id(const struct comparison *x, const struct panel_member *m, bool newer)
{
	uint32_t row = newer ? m->new_row : m->old_row;
	const struct measure *side = newer ? &x->new_measure : &x->old_measure;
	return row == UINT32_MAX ? (struct str){ 0 } : side->scores.cluster[row].cluster;
}

const char *compare_reason(const struct comparison *x, const struct panel_member *m)
{
	bool left = m->presence == PRESENCE_LEAVER;
	const struct round_side *absent = left ? &x->new_side : &x->old_side;
	const struct cluster_entry *entry =
		register_find(x->clusters, compare_id(x, m, m->presence == PRESENCE_ENTRANT));
	if (str_is(m->event, "merge"))
		return "merge";
	if (str_is(m->event, "split"))
		return "split";
	if (str_is(m->event, "rename"))
		return "rename";
	return entry && register_in_round(entry, round_end(absent->round)) ? "no_answer"
									   : "not_registered";
}

bool compare_open(const struct figure_change *f)
{
	return !f->protected && f->relation != SERIES_BROKEN;
}

int compare_levels_proven(const struct transitions *t)
{
	return t->sign_p < significance ? (t->up > t->down) - (t->up < t->down) : 0;
}

/* ---- the command ---- */

bool run_compare(struct call *c, struct err *e)
{
	struct comparison *x = NEW(c->a, 1, struct comparison);
	bool by_cluster = call_given(c, "--by");
	if (!comparison_make(c, x, e))
		return false;
	if (call_wants(c, "json"))
		compare_json(&c->out, x, by_cluster);
	else if (!call_wants(c, "csv"))
		compare_text(&c->out, x, by_cluster);
	else if (by_cluster)
		compare_clusters(&c->out, x);
	else
		compare_figures_csv(&c->out, x);
	if (x->old_measure.round.synthetic || x->new_measure.round.synthetic)
		buf_puts(&c->said, c->said_lang == LANG_ES ? "Datos sintéticos de demostración.\n"
							   : "Synthetic demonstration data.\n");
	return true;
}
