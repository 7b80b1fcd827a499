/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/reporting.h"

#include "app/program.h"

/* ---- once a round ---- */

/* The last round before this one with answers of clusters, where there is one. */
static bool open_before(const struct call *c, struct store *s, struct reporting *r, struct err *e)
{
	if (!measure_before(c, s, &r->now, &r->before, &r->has_before, e))
		return false;
	if (!r->has_before)
		return true;
	const struct round_side old_side = measure_side(&r->before),
				new_side = measure_side(&r->now);
	panel_match(c->a, &r->now.clusters, &old_side, &new_side, &r->panel);
	return method_change_make(c->a, &old_side, &new_side, c->lang, &r->change, e);
}

/* What moves all clusters together is of no use to one of them: its share is not drawn. */
static bool draw_levels(const struct call *c, struct reporting *r, struct err *e)
{
	struct robustness_model model;
	if (!robustness_model_read(r->now.instrument, &model, &r->has_robustness, e))
		return false;
	model.sobol = 0;
	return !r->has_robustness ||
		robustness_run(c->a, r->now.instrument, r->now.tables.table[TABLE_CLUSTER],
			       &r->now.scores, &model, c->runner, &r->robustness, e);
}

static bool complete(const struct call *c, struct store *s, struct reporting *r, struct err *e)
{
	if (!open_before(c, s, r, e) || !draw_levels(c, r, e))
		return false;
	r->bounds = score_bounds_of(c->a, r->now.instrument, r->now.tables.table[TABLE_CLUSTER],
				    &r->now.scores);
	return true;
}

bool reporting_propose(const struct call *c, struct store *s, struct str round,
		       const struct stored_answers *clusters, struct reporting *out, struct err *e)
{
	struct reporting r = { 0 };
	if (!measure_answers(c, s, round, clusters, &r.now, e) || !complete(c, s, &r, e))
		return false;
	*out = r;
	return true;
}

bool reporting_open(const struct call *c, struct store *s, struct str round, struct reporting *out,
		    struct err *e)
{
	struct reporting r = { 0 };
	if (!measure_round(c, s, round, false, &r.now, e))
		return false;
	if (!r.now.scores.n)
		return err_say(e, ERR_ABSENT,
			       "ronda %.*s: ningún clúster tiene respuestas aceptadas",
			       "round %.*s: no cluster has accepted answers", STR_ARG(round));
	if (!complete(c, s, &r, e))
		return false;
	*out = r;
	return true;
}

bool reporting_find(const struct reporting *r, struct str cluster, size_t *ret_row, struct err *e)
{
	for (size_t i = 0; i < r->now.scores.n; i++) {
		if (str_eq(r->now.scores.cluster[i].cluster, cluster)) {
			*ret_row = i;
			return true;
		}
	}
	return err_say(e, ERR_ABSENT,
		       "clúster %.*s: no tiene respuestas aceptadas en la ronda %.*s",
		       "cluster %.*s: it has no accepted answers in round %.*s", STR_ARG(cluster),
		       STR_ARG(r->now.round.id));
}

/* ---- one cluster ---- */

static const struct panel_member *member_of(const struct reporting *r, size_t row)
{
	for (size_t i = 0; i < r->panel.n; i++) {
		const struct panel_member *m = &r->panel.member[i];
		if (m->presence != PRESENCE_LEAVER && m->new_row == row)
			return m;
	}
	return NULL;
}

/* Why there is no change to show. */
static struct str no_change(struct arena *a, const struct reporting *r, size_t row, enum lang lang)
{
	const bool es = lang == LANG_ES;
	if (!r->has_before)
		return str_of(es ? "es la primera ronda con respuestas"
				 : "it is the first round with answers");
	const struct str id = r->before.round.id;
	const struct panel_member *m = member_of(r, row);
	if (!m || m->presence != PRESENCE_STAYER)
		return str_fmt(a, es ? "no respondió en %.*s" : "it did not answer in %.*s",
			       STR_ARG(id));
	if (r->change.comparability == COMPARABLE_NOT)
		return str_fmt(a,
			       es ? "el método cambió desde %.*s y los puntajes no se comparan"
				  : "the method changed since %.*s and scores are not compared",
			       STR_ARG(id));
	return str_fmt(a,
		       es ? "sin respuestas suficientes aquí o en %.*s"
			  : "too few answers here or in %.*s",
		       STR_ARG(id));
}

static void fill_change(struct arena *a, const struct reporting *r, enum lang lang,
			struct cluster_report_input *in)
{
	const struct panel_member *m = member_of(r, in->row);
	in->comparability = r->change.comparability;
	if (r->has_before && m && m->presence == PRESENCE_STAYER &&
	    r->change.comparability != COMPARABLE_NOT) {
		struct score_change *change = NEW(a, 1, struct score_change);
		score_change_make(a, &r->change, m, change);
		if (change->computed) {
			in->change = change;
			in->before = &r->before.rounds[r->before.current];
			in->score_before = &r->change.under_new.old_scores.cluster[m->old_row];
			return;
		}
	}
	in->no_change = no_change(a, r, in->row, lang);
}

static bool fill_scored(struct arena *a, const struct reporting *r, struct cluster_report_input *in,
			struct err *e)
{
	const struct cluster_score *own = &r->now.scores.cluster[in->row];
	struct account *account = NEW(a, 1, struct account);
	struct lift *lift = NEW(a, 1, struct lift);
	struct peers *peers = NEW(a, 1, struct peers);
	if (!own->categorizable)
		return true;
	account_make(a, in->instrument, own, account);
	peers_of(a, in->instrument, in->cluster_table, in->scores, in->row, peers);
	if (!lift_find(a, in->instrument, in->cluster_table, in->scores, in->row, 0, lift, e))
		return false;
	in->account = account;
	in->peers = peers;
	in->lift = lift;
	return true;
}

static void fill_warnings(const struct reporting *r, struct str cluster,
			  struct cluster_report_input *in)
{
	const struct stored_answers *got = &r->now.answers[FORM_CLUSTER];
	for (size_t i = 0; i < got->n; i++) {
		if (str_eq(got->cluster[i], cluster)) {
			in->n_warnings += got->warned[i].n_warnings;
			in->n_unexplained += got->warned[i].n_unexplained;
		}
	}
}

static struct str department_name(const struct reporting *r, struct str code, enum lang lang)
{
	const struct catalogues *all = r->now.catalogues;
	for (size_t i = 0; i < all->n; i++) {
		const struct catalogue *k = &all->item[i];
		const int64_t at =
			str_is(k->name, "departments") ? dictionary_find(&k->codes, code) : -1;
		if (at >= 0 && k->codes.label)
			return label_in(&k->codes.label[at], lang);
	}
	return code;
}

bool reporting_make(struct arena *a, const struct reporting *r, size_t row, enum lang lang,
		    struct document *out, struct err *e)
{
	static const struct cluster_entry unknown;
	const struct measure *m = &r->now;
	const struct str id = m->scores.cluster[row].cluster;
	const struct cluster_entry *entry = register_find(&m->clusters, id);
	struct cluster_report_input in = { .instrument = m->instrument,
					   .round = &m->rounds[m->current],
					   .cluster = entry ? entry : &unknown,
					   .department = department_name(
						   r, entry ? entry->department : STR(""), lang),
					   .cluster_table = m->tables.table[TABLE_CLUSTER],
					   .scores = &m->scores,
					   .row = row,
					   .robustness = r->has_robustness ? &r->robustness : NULL,
					   .bounds = &r->bounds[row],
					   .synthetic = m->round.synthetic,
					   .provisional = !m->round.data_sha256.n,
					   .data_sha256 = m->data_sha256,
					   .program = STR(PROGRAM_NAME) };
	fill_warnings(r, id, &in);
	if (!fill_scored(a, r, &in, e))
		return err_in(e, "%.*s", STR_ARG(id));
	fill_change(a, r, lang, &in);
	cluster_report_make(a, &in, lang, out);
	return true;
}

bool reporting_document(const struct call *c, struct store *s, struct str round, struct str cluster,
			struct document *out, struct err *e)
{
	struct reporting *r = NEW(c->a, 1, struct reporting);
	size_t row;
	return reporting_open(c, s, round, r, e) && reporting_find(r, cluster, &row, e) &&
		reporting_make(c->a, r, row, c->lang, out, e);
}
