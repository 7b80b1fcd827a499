/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/indicator.h"

#include "base/fold.h"
#include "indicator/view.h"
#include "stat/interval.h"

enum {
	LOW_RELIABILITY_BELOW = 20, /* rows used; fewer make a figure of low reliability */
	IMPUTED_COLUMNS_MAX = 64,
};
static const double interval_level = 0.95;

/* A request while it is computed: one result for each indicator and cell. */
struct work {
	struct arena *a;
	const struct instrument *in;
	const struct runner *runner;
	struct views views;
	bool *wanted;         /* n_indicators: asked for, or read by one that is */
	bool *personal; /* of those wanted: made of a personal answer */
	struct result *result; /* n_indicators * n_cells */
};

static struct result *result_at(const struct work *w, size_t indicator, size_t cell)
{
	return &w->result[indicator * w->views.n_cells + cell];
}

static const struct view *view_of(const struct work *w, size_t indicator)
{
	return &w->views.table[w->in->indicator[indicator].table];
}

/* ---- what has to be computed, and in which order ---- */

static void want(struct work *w, size_t i);

static void want_for_caution(struct work *w, const struct expr *caution)
{
	size_t n = 0;
	const struct str *id = caution ? expr_figures(caution, &n) : NULL;
	for (size_t k = 0; k < n; k++) {
		int64_t other = instrument_indicator_index(w->in, id[k]);
		if (other >= 0)
			want(w, (size_t)other);
	}
}

/* Marks an indicator and those it reads.  Cycles are refused when the instrument is loaded. */
static void want(struct work *w, size_t i)
{
	if (w->wanted[i])
		return;
	w->wanted[i] = true;
	want_for_caution(w, w->in->indicator[i].caution);
	w->personal[i] = reads_personal(w->in, w->in->indicator[i].value);
	size_t n;
	const struct str *id = expr_figures(w->in->indicator[i].value, &n);
	for (size_t k = 0; k < n; k++) {
		int64_t other = instrument_indicator_index(w->in, id[k]);
		if (other < 0)
			continue;
		want(w, (size_t)other);
		w->personal[i] |= w->personal[other];
	}
}

static bool reads_figures(const struct work *w, size_t i)
{
	size_t n;
	expr_figures(w->in->indicator[i].value, &n);
	return n > 0;
}


/* One run over a table, for the n indicators of which[]. */
struct batch {
	const struct work *w;
	const struct view *view;
	const size_t *which;
	size_t n;
};

static bool look_up(void *user, struct str id, size_t group, struct result *out)
{
	const struct batch *b = user;
	int64_t i = instrument_indicator_index(b->w->in, id);
	if (i < 0)
		return false;
	*out = *result_at(b->w, (size_t)i, b->view->cell_of_group[group]);
	return true;
}

static void run_batch(const struct batch *b)
{
	if (!b->n || !b->view->frame || !b->view->usable)
		return;
	const struct work *w = b->w;
	struct formula *formula = NEW(w->a, b->n, struct formula);
	for (size_t k = 0; k < b->n; k++)
		formula[k] = (struct formula){ w->in->indicator[b->which[k]].value,
					       w->in->indicator[b->which[k]].universe };
	size_t n_groups = b->view->grouping.n_groups;
	struct result *out = NEW(w->a, b->n * n_groups, struct result);
	const struct expr_env env = { 0 };
	struct batch user = *b;
	aggregate_run(w->a, formula, b->n, b->view->frame, &b->view->grouping, &env, look_up, &user,
		      w->runner, out);
	for (size_t k = 0; k < b->n; k++) {
		for (size_t g = 0; g < n_groups; g++)
			*result_at(w, b->which[k], b->view->cell_of_group[g]) =
				out[k * n_groups + g];
	}
}

/* Everything that reads no other figure, a table at a time. */
static void run_plain(const struct work *w)
{
	for (size_t t = 0; t < TABLE_N; t++) {
		size_t *which = NEW(w->a, w->in->n_indicators, size_t);
		size_t n = 0;
		for (size_t i = 0; i < w->in->n_indicators; i++) {
			if (w->wanted[i] && w->in->indicator[i].table == t && !reads_figures(w, i))
				which[n++] = i;
		}
		run_batch(&(struct batch){ w, &w->views.table[t], which, n });
	}
}

static void run_reader(const struct work *w, size_t i, bool *done)
{
	if (done[i] || !reads_figures(w, i))
		return;
	done[i] = true;
	size_t n;
	const struct str *id = expr_figures(w->in->indicator[i].value, &n);
	for (size_t k = 0; k < n; k++) {
		int64_t other = instrument_indicator_index(w->in, id[k]);
		if (other >= 0)
			run_reader(w, (size_t)other, done);
	}
	run_batch(&(struct batch){ w, view_of(w, i), &i, 1 });
}

static void run_all(const struct work *w)
{
	for (size_t i = 0; i < w->in->n_indicators * w->views.n_cells; i++)
		w->result[i].missing = MISSING_NR;
	run_plain(w);
	bool *done = NEW(w->a, w->in->n_indicators, bool);
	for (size_t i = 0; i < w->in->n_indicators; i++) {
		if (w->wanted[i])
			run_reader(w, i, done);
	}
}

/* ---- status and interval ---- */

static enum status status_of(const struct result *r)
{
	if (r->missing)
		return r->n_universe ? STATUS_NOT_COLLECTED : STATUS_CANNOT_EXIST;
	return r->n < LOW_RELIABILITY_BELOW ? STATUS_LOW_RELIABILITY : STATUS_NORMAL;
}

/* Clusters of the register in the cell that the universe holds for; 0: not known from the register.
 */
static int64_t population_of(const struct work *w, const struct indicator *ind, size_t cell)
{
	const struct view *reg = &w->views.table[TABLE_REGISTER];
	if (!reg->usable || !w->views.table[TABLE_CLUSTER].register_only ||
	    !reads_register_only(w->in, ind->universe))
		return 0;
	uint32_t group = reg->group_of_cell[cell];
	const struct expr_env env = { 0 };
	const uint8_t *holds =
		ind->universe ? expr_holds(w->a, ind->universe, reg->frame, &env) : NULL;
	int64_t n = 0;
	for (size_t i = 0; i < reg->frame->n_rows; i++) {
		uint32_t g = reg->grouping.group_of_row ? reg->grouping.group_of_row[i] : 0;
		n += g == group && (!holds || holds[i]);
	}
	return n;
}

/* Units that did not answer could all lack the property, or all have it. */
static void bound_by_silence(struct figure *f)
{
	const struct result *r = &f->result;
	double silent = (double)(r->n_missing[MISSING_NR] + r->n_missing[MISSING_ND]);
	double yes = r->missing ? 0 : r->numerator, all = r->missing ? 0 : r->denominator;
	f->has_bounds = r->estimator == ESTIMATOR_SHARE && all + silent > 0;
	if (!f->has_bounds)
		return;
	f->lower = 100 * yes / (all + silent);
	f->upper = 100 * (yes + silent) / (all + silent);
}

void figure_judge(struct figure *f, bool with_interval, int64_t population)
{
	const struct result *r = &f->result;
	f->status = status_of(r);
	f->interval = INTERVAL_NONE;
	bound_by_silence(f);
	if (r->missing || !with_interval || r->estimator != ESTIMATOR_SHARE ||
	    !(r->denominator > 0))
		return;
	struct interval i;
	struct err e = { 0 };
	bool fpc = (double)population >= r->denominator;
	if (fpc ? !interval_wilson_fpc(r->numerator, r->denominator, (double)population,
				       interval_level, &i, &e)
		: !interval_wilson(r->numerator, r->denominator, interval_level, &i, &e))
		return;
	f->interval = fpc ? INTERVAL_WILSON_FPC : INTERVAL_WILSON;
	f->population = fpc ? population : 0;
	f->low = 100 * i.low;
	f->high = 100 * i.high;
}

/* ---- caution ---- */

struct cell_work {
	const struct work *w;
	size_t cell;
};

static bool look_up_in_cell(void *user, struct str id, size_t group, struct result *out)
{
	(void)group;
	const struct cell_work *c = user;
	int64_t i = instrument_indicator_index(c->w->in, id);
	if (i >= 0)
		*out = *result_at(c->w, (size_t)i, c->cell);
	return i >= 0;
}

/* A condition over figures; missing does not hold. */
static bool holds_over_figures(struct arena *a, const struct expr *condition, figure_lookup look,
			       void *user)
{
	const struct frame *nothing = frame_of(a, NULL, 0, 0);
	const struct grouping whole = { .n_groups = 1 };
	const struct formula formula = { .value = condition };
	const struct expr_env env = { 0 };
	struct result r;
	aggregate_run(a, &formula, 1, nothing, &whole, &env, look, user, NULL, &r);
	return !r.missing && r.kind == RESULT_NUMBER && r.number > 0;
}

static bool asks_caution(const struct work *w, const struct figure *f, size_t cell)
{
	struct cell_work user = { w, cell };
	return f->indicator->caution && !f->result.missing &&
	       holds_over_figures(w->a, f->indicator->caution, look_up_in_cell, &user);
}

/* ---- imputed values ---- */

/* Columns NAME__imputed of what the formula reads; most rounds have none. */
static size_t imputed_columns(const struct work *w, const struct indicator *ind,
			      const struct frame *f, const struct column **out)
{
	size_t n_names = 0, n = 0;
	const struct str *name = expr_names(ind->value, &n_names);
	for (size_t i = 0; i < n_names && n < IMPUTED_COLUMNS_MAX; i++) {
		const struct column *c = frame_column(
			f, str_fmt(w->a, "%.*s__imputed", STR_ARG(name[i])));
		if (c)
			out[n++] = c;
	}
	return n;
}

/* Rows of the cell and the universe with an imputed value among those columns. */
static size_t count_imputed(const struct work *w, const struct indicator *ind, size_t cell)
{
	const struct view *v = &w->views.table[ind->table];
	const struct column *column[IMPUTED_COLUMNS_MAX];
	size_t n_columns = v->frame ? imputed_columns(w, ind, v->frame, column) : 0, n = 0;
	if (!n_columns || !v->usable)
		return 0;
	const struct expr_env env = { 0 };
	const uint8_t *holds = ind->universe ? expr_holds(w->a, ind->universe, v->frame, &env)
					     : NULL;
	for (size_t i = 0; i < v->frame->n_rows; i++) {
		uint32_t g = v->grouping.group_of_row ? v->grouping.group_of_row[i] : 0;
		bool any = false;
		for (size_t k = 0; k < n_columns; k++)
			any |= !column[k]->missing || !column[k]->missing[i];
		n += any && g == v->group_of_cell[cell] && (!holds || holds[i]);
	}
	return n;
}

/* ---- the request ---- */

static bool refuse_id(struct arena *a, const struct instrument *in, struct str id, struct err *e)
{
	struct str *known = NEW(a, in->n_indicators, struct str);
	for (size_t i = 0; i < in->n_indicators; i++)
		known[i] = in->indicator[i].id;
	struct str near = fold_nearest(a, id, known, in->n_indicators);
	return err_say(e, ERR_INPUT, "cifra %.*s: el método %.*s@%.*s no la tiene%s%.*s",
		       "figure %.*s: the method %.*s@%.*s has none of that id%s%.*s", STR_ARG(id),
		       STR_ARG(in->id), STR_ARG(in->version), near.n ? " → " : "", STR_ARG(near));
}

/* Indexes of the indicators to give back, in the order asked for or of the sheet. */
static bool choose(struct work *w, const struct figure_request *request, size_t *which,
		   size_t *ret_n, struct err *e)
{
	size_t n = 0;
	for (size_t k = 0; k < request->n_ids; k++) {
		int64_t i = instrument_indicator_index(w->in, request->id[k]);
		if (i < 0)
			return refuse_id(w->a, w->in, request->id[k], e);
		if (!view_of(w, (size_t)i)->usable)
			return err_say(
				e, ERR_INPUT,
				"cifra %.*s: su tabla no tiene los nombres de --by o --where",
				"figure %.*s: its table does not have the names of --by or --where",
				STR_ARG(request->id[k]));
		which[n++] = (size_t)i;
	}
	for (size_t i = 0; !request->n_ids && i < w->in->n_indicators; i++) {
		if (view_of(w, i)->usable)
			which[n++] = i;
	}
	for (size_t k = 0; k < n; k++)
		want(w, which[k]);
	*ret_n = n;
	return true;
}

/* A list or a text would print the personal answers that it is made of. */
static void suppress_personal(bool personal, struct figure *f)
{
	if (personal && !f->result.missing && f->result.kind != RESULT_NUMBER)
		f->status = STATUS_SUPPRESSED;
}

static void fill(const struct work *w, const size_t *which, size_t n, struct figures *fs)
{
	size_t n_cells = w->views.n_cells;
	fs->n_figures = n;
	fs->figure = NEW(w->a, n * n_cells, struct figure);
	for (size_t k = 0; k < n; k++) {
		for (size_t cell = 0; cell < n_cells; cell++) {
			struct figure *f = &fs->figure[k * n_cells + cell];
			f->indicator = &w->in->indicator[which[k]];
			f->result = *result_at(w, which[k], cell);
			bool over_clusters = f->indicator->table == TABLE_CLUSTER;
			figure_judge(f, over_clusters,
				     over_clusters ? population_of(w, f->indicator, cell) : 0);
			f->caution = asks_caution(w, f, cell);
			f->n_imputed = count_imputed(w, f->indicator, cell);
			suppress_personal(w->personal[which[k]], f);
		}
	}
}

bool figures_compute(struct arena *a, const struct instrument *in, const struct fact_tables *tables,
		     const struct figure_request *request, enum lang lang,
		     const struct runner *runner, struct figures *out, struct err *e)
{
	struct work w = { .a = a, .in = in, .runner = runner };
	if (!views_make(a, in, tables, request, lang, &w.views, e))
		return false;
	w.wanted = NEW(a, in->n_indicators, bool);
	w.personal = NEW(a, in->n_indicators, bool);
	w.result = NEW(a, in->n_indicators * w.views.n_cells, struct result);
	size_t *which = NEW(a, in->n_indicators + request->n_ids, size_t);
	size_t n = 0;
	if (!choose(&w, request, which, &n, e))
		return false;
	run_all(&w);
	struct figures fs = { .n_dimensions = request->n_dimensions,
			      .n_cells = w.views.n_cells,
			      .key = w.views.key };
	fs.dimension = NEW(a, request->n_dimensions, struct str);
	for (size_t i = 0; i < request->n_dimensions; i++)
		fs.dimension[i] = str_dup(a, request->dimension[i]);
	fill(&w, which, n, &fs);
	figures_close_compositions(in, &fs);
	*out = fs;
	return true;
}

const struct figure *figures_find(const struct figures *fs, struct str id)
{
	for (size_t k = 0; k < fs->n_figures; k++) {
		if (fs->n_cells && str_eq(fs->figure[k * fs->n_cells].indicator->id, id))
			return &fs->figure[k * fs->n_cells];
	}
	return NULL;
}

static bool look_up_found(void *user, struct str id, size_t group, struct result *out)
{
	(void)group;
	const struct figure *f = figures_find(user, id);
	if (f)
		*out = f->result;
	return f != NULL;
}

bool figures_hold(struct arena *a, const struct figures *fs, const struct expr *condition)
{
	struct figures copy = *fs;
	return holds_over_figures(a, condition, look_up_found, &copy);
}
