/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/change.h"

#include <math.h>

#include "indicator/disclosure.h"
#include "score/bridge.h"
#include "stat/adjust.h"
#include "stat/paired.h"

static const double significance = 0.05, tolerance = 1e-9;

/* The two rounds in the order of time; the earlier one's answers as the later one's questions. */
struct work {
	struct arena *a;
	const struct round_side *early, *late;
	bool backwards;
	const struct panel *panel;
	const struct runner *runner;
	bool same;              /* one id@version: every question is the same */
	bool same_scores;
	struct bridged bridged; /* unless same */
	const struct frame *early_table, *late_table;
	struct figures early_figures, late_figures;
};

/* ---- relations ---- */

struct relation {
	enum series_relation worst;
	struct str note;
};

static bool is_score_name(const struct instrument *in, struct str name)
{
	bool is = str_is(name, "score") || str_is(name, "level");
	for (size_t i = 0; !is && str_starts(name, "area_") && i < in->n_areas; i++)
		is = str_eq(str_sub(name, 5, name.n), in->area[i].code);
	return is;
}

static void worsen(struct relation *r, enum series_relation to, struct str note)
{
	if (to <= r->worst)
		return;
	r->worst = to;
	r->note = note;
}

static const struct label one_method = {
	{ { "Niveles y puntajes solo se comparan bajo un mismo método", 57 },
	  { "Levels and scores are compared under one method only", 52 } }
};

static const struct label no_company_bridges = {
	{ { "No hay puentes entre los formularios de empresa", 47 },
	  { "There are no bridges between the company forms", 46 } }
};
static const struct label of_the_method = {
	{ { "Dice del método, no de las aglomeraciones", 42 },
	  { "It tells of the method, not of the agglomerations", 49 } }
};

static void relate_names(const struct work *w, const struct expr *e, enum lang lang,
			 struct relation *r)
{
	size_t n = 0;
	const struct str *name = e ? expr_names(e, &n) : NULL;
	for (size_t i = 0; i < n; i++) {
		if (is_score_name(w->late->instrument, name[i])) {
			worsen(r, w->same_scores ? SERIES_SAME : SERIES_BROKEN,
			       label_in(&one_method, lang));
			continue;
		}
		struct label note;
		enum bridge_relation b = bridge_of_name(&w->bridged, name[i], &note);
		worsen(r, (enum series_relation)b, label_in(&note, lang));
	}
}

/* Indicators that read each other form no cycle: the instrument was checked. */
static void relate(const struct work *w, const struct indicator *ind, enum lang lang,
		   struct relation *r)
{
	size_t n;
	const struct str *id = expr_figures(ind->value, &n);
	for (size_t i = 0; i < n; i++) {
		const struct indicator *other = instrument_indicator(w->late->instrument, id[i]);
		if (other)
			relate(w, other, lang, r);
	}
	if (ind->table == TABLE_CLUSTER || ind->table == TABLE_SCORE) {
		relate_names(w, ind->value, lang, r);
		relate_names(w, ind->universe, lang, r);
	} else if (ind->table == TABLE_COMPANY) {
		worsen(r, SERIES_BROKEN, label_in(&no_company_bridges, lang));
	} else if (ind->table == TABLE_AREA || ind->table == TABLE_LEVEL) {
		worsen(r, SERIES_BROKEN, label_in(&of_the_method, lang));
	}
}

/* ---- tables and groups ---- */

static bool prepare_tables(struct work *w, enum lang lang, struct err *e)
{
	w->late_table = w->late->tables->table[TABLE_CLUSTER];
	w->early_table = w->early->tables->table[TABLE_CLUSTER];
	if (w->same)
		return true;
	if (!bridge_forward(w->a, w->early, w->late->instrument, lang, &w->bridged, e))
		return false;
	const struct frame *own = w->early_table;
	const struct column **score = NEW(w->a, own->n_columns, const struct column *);
	size_t n = 0;
	for (size_t i = 0; w->same_scores && i < own->n_columns; i++) {
		if (is_score_name(w->late->instrument, own->column[i]->name))
			score[n++] = own->column[i];
	}
	w->early_table = frame_with(w->a, w->bridged.table, score, n);
	return true;
}

/* Which group each row is in: 0 stayers, 1 the others. */
enum { STAYERS, OTHERS, N_GROUPS };

static uint32_t row_in(const struct work *w, const struct panel_member *m, bool late)
{
	return late != w->backwards ? m->new_row : m->old_row;
}

static const struct column *stayer_column(const struct work *w, bool late, size_t n_rows)
{
	int64_t *stayer = NEW(w->a, n_rows, int64_t);
	for (size_t i = 0; i < n_rows; i++)
		stayer[i] = -1;
	for (size_t i = 0; i < w->panel->n_stayers; i++)
		stayer[row_in(w, &w->panel->member[i], late)] = (int64_t)i;
	struct column_builder *b = column_build(w->a, STR("stayer"), COLUMN_INTEGER, NULL);
	for (size_t i = 0; i < n_rows; i++)
		column_add_integer(b, stayer[i]);
	return column_done(b);
}

static const struct column *group_column(const struct work *w, const struct column *stayer)
{
	struct column_builder *b = column_build(w->a, STR("group"), COLUMN_INTEGER, NULL);
	for (size_t i = 0; i < stayer->n; i++)
		column_add_integer(b, column_integer(stayer, i) < 0 ? OTHERS : STAYERS);
	return column_done(b);
}

/* Results of every formula in each of n groups, those of an empty group missing. */
struct table_results {
	const struct result *whole;
	struct result *group;  /* [formula * N_GROUPS + group] */
	struct result *stayer; /* [formula * n_stayers + stayer] */
	size_t n_rows[N_GROUPS];
};

static bool no_figure(void *user, struct str id, size_t group, struct result *out)
{
	(void)user;
	(void)id;
	(void)group;
	(void)out;
	return false;
}

/* Runs the formulas over the groups that column has, and puts their results at the places that its
 * values name. */
static bool run_grouped(const struct work *w, const struct formula *f, size_t n,
			const struct frame *table, const struct column *column, const uint8_t *keep,
			size_t n_places, struct result *out, struct err *e)
{
	const struct expr_env env = { 0 };
	struct grouping g;
	if (!grouping_make(w->a, &column, 1, table->n_rows, keep, &g, e))
		return false;
	struct result *r = NEW(w->a, n * g.n_groups, struct result);
	aggregate_run(w->a, f, n, table, &g, &env, no_figure, NULL, w->runner, r);
	for (size_t i = 0; i < n * n_places; i++)
		out[i].missing = MISSING_NR;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < g.n_groups; k++) {
			size_t place = (size_t)column_integer(column, g.first_row[k]);
			out[i * n_places + place] = r[i * g.n_groups + k];
		}
	}
	return true;
}

static bool run_table(const struct work *w, const struct formula *f, size_t n, bool late,
		      struct table_results *out, struct err *e)
{
	const struct frame *table = late ? w->late_table : w->early_table;
	const struct column *stayer = stayer_column(w, late, table->n_rows);
	const struct column *group = group_column(w, stayer);
	const struct grouping all = { .n_groups = 1 };
	const struct expr_env env = { 0 };
	uint8_t *keep = NEW(w->a, table->n_rows, uint8_t);
	struct result *whole = NEW(w->a, n, struct result);
	for (size_t i = 0; i < table->n_rows; i++) {
		keep[i] = column_integer(stayer, i) >= 0;
		out->n_rows[column_integer(group, i)]++;
	}
	out->group = NEW(w->a, n * N_GROUPS, struct result);
	out->stayer = NEW(w->a, n * w->panel->n_stayers, struct result);
	out->whole = whole;
	aggregate_run(w->a, f, n, table, &all, &env, no_figure, NULL, w->runner, whole);
	return run_grouped(w, f, n, table, group, NULL, N_GROUPS, out->group, e) &&
	       run_grouped(w, f, n, table, stayer, keep, w->panel->n_stayers, out->stayer, e);
}

/* ---- parts ---- */

static bool is_number(const struct result *r)
{
	return !r->missing && r->kind == RESULT_NUMBER;
}

static bool is_additive(const struct result *r)
{
	return r->estimator == ESTIMATOR_SUM || r->estimator == ESTIMATOR_COUNT;
}

/* What a group's value weighs in the whole. */
static double weight_of(const struct result *r)
{
	if (!is_number(r))
		return 0;
	return r->has_fraction ? r->denominator : (double)r->n;
}

static double value_of(const struct result *r)
{
	return is_number(r) ? r->number : 0;
}

/* A whole as stayers and the others: share of the others, and whether the two make it up. */
static bool make_up(const struct result *whole, const struct result group[N_GROUPS],
		    double *ret_share)
{
	double s = weight_of(&group[STAYERS]), o = weight_of(&group[OTHERS]);
	if (s <= 0 || o < 0)
		return false;
	double share = o / (s + o);
	double sum = (1 - share) * value_of(&group[STAYERS]) + share * value_of(&group[OTHERS]);
	*ret_share = share;
	return fabs(sum - whole->number) <= tolerance * fmax(1, fabs(whole->number));
}

static bool add_up(const struct result *whole, const struct result group[N_GROUPS])
{
	double sum = value_of(&group[STAYERS]) + value_of(&group[OTHERS]);
	return fabs(sum - whole->number) <= tolerance * fmax(1, fabs(whole->number));
}

/* What one figure's parts are made of: [0] the earlier round by the later formula, [1] the later.
 */
struct sides {
	const struct result *whole[2];
	const struct result *group[2]; /* N_GROUPS each */
};

static bool split(const struct sides *s, struct figure_change *out)
{
	const struct result *was = s->group[0], *is = s->group[1];
	double stayers = value_of(&is[STAYERS]) - value_of(&was[STAYERS]), came = 1, left = 1;
	if (!is_number(s->whole[0]) || !is_number(s->whole[1]))
		return false;
	if (is_additive(s->whole[1])) {
		if (!add_up(s->whole[0], was) || !add_up(s->whole[1], is))
			return false;
		out->entrants = value_of(&is[OTHERS]);
		out->leavers = -value_of(&was[OTHERS]);
	} else {
		if (s->whole[1]->estimator == ESTIMATOR_OTHER ||
		    !make_up(s->whole[0], was, &left) || !make_up(s->whole[1], is, &came))
			return false;
		out->entrants = came * (value_of(&is[OTHERS]) - value_of(&is[STAYERS]));
		out->leavers = left * (value_of(&was[STAYERS]) - value_of(&was[OTHERS]));
		out->entrants = came > 0 ? out->entrants : 0;
		out->leavers = left > 0 ? out->leavers : 0;
	}
	out->stayers = stayers;
	out->method = s->whole[0]->number - out->old_value;
	/* What rounding lost goes to the stayers, so that the sum is the change. */
	double rest = out->entrants + out->leavers + out->method;
	out->stayers = (out->new_value - out->old_value) - rest;
	return fabs(out->stayers - stayers) <= tolerance * fmax(1, fabs(out->new_value)) * 4;
}

/* ---- the panel ---- */

/* Differences of stayers that have the figure in both rounds. */
static size_t differences(const struct work *w, const struct result *was, const struct result *is,
			  double *out)
{
	size_t n = 0;
	for (size_t i = 0; i < w->panel->n_stayers; i++) {
		if (is_number(&was[i]) && is_number(&is[i]))
			out[n++] = is[i].number - was[i].number;
	}
	return n;
}

static void test_panel(const struct work *w, const struct result *was, const struct result *is,
		       enum estimator estimator, struct figure_change *out)
{
	double *d = NEW(w->a, w->panel->n_stayers, double);
	size_t n = differences(w, was, is, d);
	out->panel_n = n;
	for (size_t i = 0; i < n; i++) {
		out->gained += d[i] > 0;
		out->lost += d[i] < 0;
	}
	/* A count of all rows moves with nobody. */
	bool moves = estimator != ESTIMATOR_COUNT || out->gained + out->lost > 0;
	out->has_test = n > 0 && estimator != ESTIMATOR_OTHER && moves;
	if (!out->has_test)
		return;
	out->by_mcnemar = estimator == ESTIMATOR_SHARE || estimator == ESTIMATOR_COUNT;
	if (out->by_mcnemar) {
		out->p = paired_mcnemar((uint64_t)out->lost, (uint64_t)out->gained).p_mid;
		out->proven = (out->gained > out->lost) - (out->gained < out->lost);
	} else {
		struct wilcoxon t = paired_wilcoxon(w->a, d, n, PAIRED_DROP);
		out->p = t.p;
		out->proven = (t.p_greater < t.p_less) - (t.p_greater > t.p_less);
	}
}

static bool too_few(const struct work *w, const size_t n_rows[N_GROUPS])
{
	int least = w->late->instrument->disclosure_minimum;
	for (size_t i = 0; i < N_GROUPS; i++) {
		if (n_rows[i] && least > 0 && n_rows[i] < (size_t)least)
			return true;
	}
	return false;
}

/* Some group has fewer that answered what the figure is about. */
static bool few_used(const struct work *w, const struct sides *s)
{
	int least = w->late->instrument->disclosure_minimum;
	for (size_t i = 0; i < 2 * N_GROUPS; i++) {
		size_t n = s->group[i / N_GROUPS][i % N_GROUPS].n;
		if (n && least > 0 && n < (size_t)least)
			return true;
	}
	return false;
}

/* ---- one figure ---- */

/* The figure of that id and kind; NULL: the method has none. */
static const struct figure *own_figure(const struct figures *fs, const struct indicator *ind)
{
	const struct figure *f = figures_find(fs, ind->id);
	bool same = f && f->indicator->table == ind->table && f->indicator->unit == ind->unit;
	return same ? f : NULL;
}

static bool is_suppressed(const struct figure *f)
{
	return f && f->status == STATUS_SUPPRESSED;
}

static void take_values(const struct work *w, struct figure_change *c)
{
	const struct figure *was = own_figure(&w->early_figures, c->indicator);
	const struct figure *is = own_figure(&w->late_figures, c->indicator);
	c->protected = is_suppressed(was) || is_suppressed(is);
	c->recomputed = !was;
	c->has_old = was && !is_suppressed(was) && is_number(&was->result);
	c->has_new = is && !is_suppressed(is) && is_number(&is->result);
	c->old_value = c->has_old ? was->result.number : 0;
	c->new_value = c->has_new ? is->result.number : 0;
}

static void take_parts(const struct work *w, const struct table_results t[2], size_t at,
		       struct figure_change *c)
{
	size_t n = w->panel->n_stayers;
	const struct sides s = { { &t[0].whole[at], &t[1].whole[at] },
				 { &t[0].group[at * N_GROUPS], &t[1].group[at * N_GROUPS] } };
	if (c->recomputed && is_number(s.whole[0])) {
		c->has_old = true;
		c->old_value = s.whole[0]->number;
	}
	c->computed = c->has_old && c->has_new && split(&s, c);
	c->has_panel = is_number(&s.group[0][STAYERS]) && is_number(&s.group[1][STAYERS]);
	if (c->has_panel) {
		c->panel_old = s.group[0][STAYERS].number;
		c->panel_new = s.group[1][STAYERS].number;
		test_panel(w, &t[0].stayer[at * n], &t[1].stayer[at * n], s.whole[1]->estimator, c);
	}
	c->protected |= c->indicator->disclosure != DISCLOSURE_PUBLIC &&
			(too_few(w, t[0].n_rows) || too_few(w, t[1].n_rows) || few_used(w, &s));
}

/* The figure whose parts can be looked for: one number of clusters that reads no other figure. */
static bool has_parts(const struct figure_change *c)
{
	size_t n;
	expr_figures(c->indicator->value, &n);
	return c->indicator->table == TABLE_CLUSTER && c->relation != SERIES_BROKEN && n == 0 &&
	       expr_type(c->indicator->value) == EXPR_NUMBER;
}

static bool all_parts(const struct work *w, struct figure_change *c, size_t n, struct err *e)
{
	struct formula *f = NEW(w->a, n, struct formula);
	size_t *which = NEW(w->a, n, size_t), n_formulas = 0;
	struct table_results t[2] = { { 0 }, { 0 } };
	for (size_t i = 0; i < n; i++) {
		if (!has_parts(&c[i]))
			continue;
		f[n_formulas] = (struct formula){ c[i].indicator->value, c[i].indicator->universe };
		which[n_formulas++] = i;
	}
	if (!run_table(w, f, n_formulas, false, &t[0], e) ||
	    !run_table(w, f, n_formulas, true, &t[1], e))
		return false;
	for (size_t i = 0; i < n_formulas; i++)
		take_parts(w, t, i, &c[which[i]]);
	return true;
}

/* Tests of many figures looked at together; a change counts only where test and panel agree. */
static void adjust(const struct work *w, struct figure_change *c, size_t n)
{
	double *p = NEW(w->a, n, double);
	size_t n_tests = 0;
	for (size_t i = 0; i < n; i++) {
		if (c[i].has_test)
			p[n_tests++] = c[i].p;
	}
	bool done = adjust_p(w->a, p, n_tests, ADJUST_BH, p);
	n_tests = 0;
	for (size_t i = 0; i < n; i++) {
		if (!c[i].has_test)
			continue;
		c[i].p_adjusted = done ? p[n_tests++] : 1;
		double moved = c[i].panel_new - c[i].panel_old;
		if (c[i].p_adjusted >= significance || moved * c[i].proven <= 0)
			c[i].proven = 0;
	}
}

static void exchange(double *x, double *y)
{
	double z = *x;
	*x = *y;
	*y = z;
}

/* The same change seen from the later round back to the earlier one. */
static void turn_round(struct figure_change *c)
{
	bool has = c->has_old;
	int64_t gained = c->gained;
	c->has_old = c->has_new;
	c->has_new = has;
	c->gained = c->lost;
	c->lost = gained;
	exchange(&c->old_value, &c->new_value);
	exchange(&c->panel_old, &c->panel_new);
	exchange(&c->entrants, &c->leavers);
	c->stayers = 0 - c->stayers;
	c->entrants = 0 - c->entrants;
	c->leavers = 0 - c->leavers;
	c->method = 0 - c->method;
	c->proven = -c->proven;
}

static bool prepare(struct work *w, enum lang lang, struct err *e)
{
	const struct figure_request all = { 0 };
	const struct instrument *x = w->early->instrument, *y = w->late->instrument;
	w->same = str_eq(x->id, y->id) && str_eq(x->version, y->version);
	w->same_scores = same_rules(x, y);
	return prepare_tables(w, lang, e) &&
	       figures_publish(w->a, x, w->early->tables, &all, NULL, lang, w->runner,
			       &w->early_figures, NULL, e) &&
	       figures_publish(w->a, y, w->late->tables, &all, NULL, lang, w->runner,
			       &w->late_figures, NULL, e);
}

bool figure_changes(struct arena *a, const struct round_side *old_side,
		    const struct round_side *new_side, const struct panel *panel, enum lang lang,
		    const struct runner *runner, struct figure_change **out, size_t *ret_n,
		    struct err *e)
{
	struct work w = { .a = a, .panel = panel, .runner = runner };
	w.backwards = round_end(old_side->round) > round_end(new_side->round);
	w.early = w.backwards ? new_side : old_side;
	w.late = w.backwards ? old_side : new_side;
	if (!prepare(&w, lang, e))
		return false;
	const struct instrument *in = w.late->instrument;
	struct figure_change *c = NEW(a, in->n_indicators, struct figure_change);
	for (size_t i = 0; i < in->n_indicators; i++) {
		struct relation r = { 0 };
		c[i].indicator = &in->indicator[i];
		if (!w.same)
			relate(&w, c[i].indicator, lang, &r);
		c[i].relation = r.worst;
		c[i].note = r.note;
		take_values(&w, &c[i]);
	}
	if (!all_parts(&w, c, in->n_indicators, e))
		return false;
	adjust(&w, c, in->n_indicators);
	for (size_t i = 0; i < in->n_indicators; i++)
		c[i].recomputed &= c[i].has_old;
	for (size_t i = 0; w.backwards && i < in->n_indicators; i++)
		turn_round(&c[i]);
	*out = c;
	*ret_n = in->n_indicators;
	return true;
}
