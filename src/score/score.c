/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/score.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "score/exact.h"

#define MICRO 1000000
#define SCALE_MAX 100 /* areas and scores run from 0 to 100 */
enum { NUMBER_BYTES_MAX = 64 };

/* ---- points ------------------------------------------------------------------------------ */

static const struct str *cluster_names(struct arena *a, const struct frame *f)
{
	const struct column *c = frame_column(f, STR("cluster"));
	struct str *id = NEW(a, f->n_rows, struct str);
	for (size_t i = 0; c && i < f->n_rows; i++)
		id[i] = column_cell(c, i).text;
	return id;
}

/* Points of a cell in 10^-6, refusing what is outside 0..max or finer than six decimals. */
static bool points_of(const struct cell *cell, const struct score_item *item, struct str cluster,
		      int64_t *out, struct err *e)
{
	double scaled = cell->real * MICRO;
	double whole = nearbyint(scaled);
	bool fine = fabs(scaled - whole) > 1e-9 * fmax(1.0, fabs(scaled));
	if (!fine && whole >= 0 && whole <= (double)item->max_micro) {
		*out = (int64_t)whole;
		return true;
	}
	ARENA_SCOPE(a, 4096);
	struct buf b;
	buf_init(&b, &a, NUMBER_BYTES_MAX);
	num_put_real(&b, cell->real);
	struct buf max;
	buf_init(&max, &a, NUMBER_BYTES_MAX);
	num_put_micro(&max, item->max_micro);
	return err_say(
		e, ERR_INPUT,
		"clúster %.*s: %.*s da %.*s puntos; una fórmula de puntos debe dar de 0 a %.*s con "
		"a lo más "
		"6 decimales (method.scores, fila %llu)",
		"cluster %.*s: %.*s gives %.*s points; a formula of points must give 0 to %.*s "
		"with at most 6 decimals (method.scores row %llu)",
		STR_ARG(cluster), STR_ARG(item->question), STR_ARG(buf_str(&b)),
		STR_ARG(buf_str(&max)), (unsigned long long)item->row);
}

static void leave_out(struct scores *s, size_t item)
{
	for (size_t i = 0; i < s->n; i++)
		s->cluster[i].item[item] = (struct item_score){ .missing = MISSING_NA };
}

static bool score_items(struct arena *a, const struct instrument *in, const struct frame *f,
			const bool *used, struct scores *s, struct err *e)
{
	const struct expr_env env = { 0 };
	for (size_t k = 0; k < in->n_items; k++) {
		const struct score_item *item = &in->item[k];
		if (used && !used[k]) {
			leave_out(s, k);
			continue;
		}
		const struct column *c = expr_rows(a, item->points, f, &env);
		for (size_t i = 0; i < f->n_rows; i++) {
			struct cell cell = column_cell(c, i);
			struct item_score *out = &s->cluster[i].item[k];
			out->missing = cell.missing;
			if (!cell.missing &&
			    !points_of(&cell, item, s->cluster[i].cluster, &out->points_micro, e))
				return false;
		}
	}
	return true;
}

/* ---- areas and score ------------------------------------------------------------------------ */

static void add_item(struct area_score *area, const struct item_score *item, int64_t max_micro)
{
	if (item->missing == MISSING_NA)
		return;
	area->applicable++;
	area->max_micro += max_micro;
	area->points_micro += item->points_micro;
	area->missing += item->missing != MISSING_NO;
}

static bool too_many_missing(const struct area_score *area, int missing_max)
{
	return missing_max >= 0 &&
		(int64_t)area->missing * 100 > (int64_t)missing_max * area->applicable;
}

static void sum_items(const struct instrument *in, struct cluster_score *c)
{
	for (size_t k = 0; k < in->n_items; k++) {
		const struct score_item *item = &in->item[k];
		add_item(&c->area[item->area], &c->item[k], item->max_micro);
		c->missing += c->item[k].missing == MISSING_NR || c->item[k].missing == MISSING_ND;
	}
	for (size_t i = 0; i < in->n_areas; i++) {
		struct area_score *area = &c->area[i];
		area->computed = area->max_micro > 0 &&
			!too_many_missing(area, in->area_missing_max);
	}
}

static void area_value(mpq_t q, const struct area_score *area)
{
	exact_ratio(q, area->points_micro, area->max_micro);
	mpz_mul_ui(mpq_numref(q), mpq_numref(q), SCALE_MAX);
	mpq_canonicalize(q);
}

static void score_areas(struct cluster_score *c, struct exact *x)
{
	for (size_t i = 0; i < x->n_areas; i++) {
		struct area_score *area = &c->area[i];
		if (!area->computed)
			continue;
		area_value(x->area[i], area);
		area->micro = exact_micro(x->area[i]);
		area->exact = exact_double(x->area[i], area->micro);
	}
}

/* Weighted mean of the computed areas.  False: no computed area has a weight. */
static bool weighted_mean(const struct instrument *in, const struct cluster_score *c,
			  struct exact *x)
{
	mpq_t weight, total;
	mpq_init(weight);
	mpq_init(total);
	mpq_set_ui(x->score, 0, 1);
	for (size_t i = 0; i < in->n_areas; i++) {
		if (!c->area[i].computed)
			continue;
		exact_weight(weight, &in->area[i]);
		mpq_mul(weight, weight, x->area[i]);
		mpq_add(x->score, x->score, weight);
	}
	bool any = exact_total(in, c, total);
	if (any)
		mpq_div(x->score, x->score, total);
	mpq_clear(weight);
	mpq_clear(total);
	return any;
}

static void score_total(const struct instrument *in, struct cluster_score *c, struct exact *x)
{
	int not_computed = 0;
	for (size_t i = 0; i < in->n_areas; i++)
		not_computed += !c->area[i].computed;
	bool over = in->areas_missing_max >= 0 && not_computed > in->areas_missing_max;
	c->categorizable = weighted_mean(in, c, x) && !over;
	if (!c->categorizable)
		return;
	c->micro = exact_micro(x->score);
	c->exact = exact_double(x->score, c->micro);
}

/* ---- levels --------------------------------------------------------------------------------- */

static bool reaches_cut(const mpq_t score, int64_t cut_micro)
{
	mpq_t cut;
	mpq_init(cut);
	exact_ratio(cut, cut_micro, MICRO);
	bool reached = mpq_cmp(score, cut) >= 0;
	mpq_clear(cut);
	return reached;
}

static void level_by_cut(const struct instrument *in, struct cluster_score *c,
			 const struct exact *x)
{
	for (size_t p = 0; p < in->n_profiles; p++) {
		const struct profile *profile = &in->profile[p];
		c->level[p] = c->by_cut[p] = c->held_by[p] = -1;
		if (!c->categorizable || !profile->n_levels)
			continue;
		int level = 0; /* the lowest level needs nothing */
		while ((size_t)level + 1 < profile->n_levels &&
		       reaches_cut(x->score, profile->level[level + 1].cut_micro))
			level++;
		c->by_cut[p] = c->level[p] = level;
	}
}

/* ---- columns for formulas ---- */

/* Gates see exact values, as levels do; the tables of figures see the published, rounded ones. */
enum precision { ROUNDED,
		 EXACT };

static const struct column *score_column(struct arena *a, const struct scores *s, enum precision p)
{
	struct column_builder *b = column_build(a, STR("score"), COLUMN_REAL, NULL);
	for (size_t i = 0; i < s->n; i++) {
		if (s->cluster[i].categorizable)
			column_add_real(b, p == EXACT ? s->cluster[i].exact
						      : (double)s->cluster[i].micro / MICRO);
		else
			column_add_missing(b, MISSING_NA);
	}
	return column_done(b);
}

static const struct column *area_column(struct arena *a, const struct instrument *in,
					const struct scores *s, size_t area, enum precision p)
{
	struct str name = str_fmt(a, "area_%.*s", STR_ARG(in->area[area].code));
	struct column_builder *b = column_build(a, name, COLUMN_REAL, NULL);
	for (size_t i = 0; i < s->n; i++) {
		const struct area_score *as = &s->cluster[i].area[area];
		if (as->computed)
			column_add_real(b, p == EXACT ? as->exact : (double)as->micro / MICRO);
		else
			column_add_missing(b, MISSING_NA);
	}
	return column_done(b);
}

static const struct dictionary *level_dictionary(struct arena *a, const struct profile *p)
{
	struct dictionary *d = NEW(a, 1, struct dictionary);
	d->n = p->n_levels;
	d->name = NEW(a, d->n, struct str);
	d->label = NEW(a, d->n, struct label);
	for (size_t i = 0; i < d->n; i++) {
		d->name[i] = p->level[i].code;
		d->label[i] = p->level[i].label;
	}
	return d;
}

static const struct column *level_column(struct arena *a, const struct instrument *in,
					 const struct scores *s)
{
	struct column_builder *b = column_build(a, STR("level"), COLUMN_CHOICE,
						level_dictionary(a, &in->profile[0]));
	for (size_t i = 0; i < s->n; i++) {
		if (s->cluster[i].level[0] >= 0)
			column_add_integer(b, s->cluster[i].level[0]);
		else
			column_add_missing(b, MISSING_NA);
	}
	return column_done(b);
}

static bool gates_read(const struct instrument *in, struct str name)
{
	for (size_t p = 0; p < in->n_profiles; p++) {
		for (size_t g = 0; g < in->profile[p].n_gates; g++) {
			size_t n;
			const struct str *read = expr_names(in->profile[p].gate[g].condition, &n);
			for (size_t i = 0; i < n; i++) {
				if (str_eq(read[i], name))
					return true;
			}
		}
	}
	return false;
}

static const struct frame *with_scores(struct arena *a, const struct instrument *in,
				       const struct scores *s, const struct frame *f)
{
	size_t n = 0;
	const struct column **c = NEW(a, in->n_areas + 2, const struct column *);
	c[n++] = score_column(a, s, ROUNDED);
	if (in->n_profiles)
		c[n++] = level_column(a, in, s);
	for (size_t i = 0; i < in->n_areas; i++)
		c[n++] = area_column(a, in, s, i, ROUNDED);
	return frame_with(a, f, c, n);
}

/* Gates mostly read answers alone: a column is made only where one asks for it. */
const struct frame *score_frame(struct arena *a, const struct instrument *in,
				const struct scores *s, const struct frame *cluster_table)
{
	size_t n = 0;
	const struct column **c = NEW(a, in->n_areas + 2, const struct column *);
	if (gates_read(in, STR("score")))
		c[n++] = score_column(a, s, EXACT);
	if (in->n_profiles && gates_read(in, STR("level")))
		c[n++] = level_column(a, in, s);
	for (size_t i = 0; i < in->n_areas; i++) {
		if (gates_read(in, str_fmt(a, "area_%.*s", STR_ARG(in->area[i].code))))
			c[n++] = area_column(a, in, s, i, EXACT);
	}
	return n ? frame_with(a, cluster_table, c, n) : cluster_table;
}

/* ---- gates ---- */

/* A level needs its own gates and those of every lower one: the lowest gate that fails holds. */
static void apply_gates(struct arena *a, const struct instrument *in, const struct frame *f,
			struct scores *s)
{
	const struct expr_env env = { 0 };
	for (size_t p = 0; p < in->n_profiles; p++) {
		const struct profile *profile = &in->profile[p];
		for (size_t g = 0; g < profile->n_gates; g++) {
			int below = (int)profile->gate[g].level - 1;
			const uint8_t *holds = expr_holds(a, profile->gate[g].condition, f, &env);
			for (size_t i = 0; i < s->n; i++) {
				struct cluster_score *c = &s->cluster[i];
				if (holds[i] || c->level[p] <= below || below < 0)
					continue;
				c->level[p] = below;
				c->held_by[p] = (int)g;
			}
		}
	}
}

/* ---- the room's doors ---- */

static void forget(const struct instrument *in, struct cluster_score *c)
{
	memset(c->area, 0, in->n_areas * sizeof(*c->area));
	c->categorizable = false;
	c->micro = 0;
	c->exact = 0;
	c->missing = 0;
}

static void score_one(const struct instrument *in, struct cluster_score *c, struct arena *a)
{
	struct exact x;
	exact_init(&x, a, in->n_areas);
	score_areas(c, &x);
	score_total(in, c, &x);
	level_by_cut(in, c, &x);
	exact_clear(&x);
}

void score_of_areas(struct arena *a, const struct instrument *in, const struct frame *cluster_table,
		    struct scores *s)
{
	for (size_t i = 0; i < s->n; i++)
		score_one(in, &s->cluster[i], a);
	apply_gates(a, in, score_frame(a, in, s, cluster_table), s);
}

void exact_of_areas(const struct instrument *in, const struct cluster_score *c, struct exact *x)
{
	for (size_t i = 0; i < in->n_areas; i++) {
		if (c->area[i].computed)
			area_value(x->area[i], &c->area[i]);
	}
	(void)weighted_mean(in, c, x);
}

void score_again(struct arena *a, const struct instrument *in, const struct frame *cluster_table,
		 struct scores *s)
{
	for (size_t i = 0; i < s->n; i++) {
		forget(in, &s->cluster[i]);
		sum_items(in, &s->cluster[i]);
	}
	score_of_areas(a, in, cluster_table, s);
}

struct scores scores_new(struct arena *a, const struct instrument *in, size_t n)
{
	struct scores s = { NEW(a, n, struct cluster_score), n };
	for (size_t i = 0; i < n; i++) {
		s.cluster[i] = (struct cluster_score){
			.area = NEW(a, in->n_areas, struct area_score),
			.item = NEW(a, in->n_items, struct item_score),
			.level = NEW(a, in->n_profiles, int),
			.by_cut = NEW(a, in->n_profiles, int),
			.held_by = NEW(a, in->n_profiles, int),
		};
	}
	return s;
}

bool score_clusters(struct arena *a, const struct instrument *in, const struct frame *cluster_table,
		    const bool *item, struct scores *out, struct err *e)
{
	struct scores s = scores_new(a, in, cluster_table->n_rows);
	const struct str *cluster = cluster_names(a, cluster_table);
	for (size_t i = 0; i < s.n; i++)
		s.cluster[i].cluster = cluster[i];
	if (!score_items(a, in, cluster_table, item, &s, e))
		return false;
	score_again(a, in, cluster_table, &s);
	*out = s;
	return true;
}

void score_join(struct arena *a, const struct instrument *in, const struct scores *s,
		struct fact_tables *tables)
{
	const struct frame *f = with_scores(a, in, s, tables->table[TABLE_CLUSTER]);
	tables->table[TABLE_CLUSTER] = f;
	uint32_t *scored = NEW(a, s->n, uint32_t);
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++) {
		if (s->cluster[i].categorizable)
			scored[n++] = (uint32_t)i;
	}
	tables->table[TABLE_SCORE] = frame_take(a, f, scored, n);
}
