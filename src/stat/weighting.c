/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/weighting.h"

#include <math.h>
#include <string.h>

#include "stat/distribution.h"
#include "stat/interval.h"
#include "stat/rank.h"
#include "stat/sum.h"

static bool check_weights(const double *weight, size_t n, struct err *e)
{
	if (!n)
		return err_say(e, ERR_INPUT, "no hay unidades", "there are no units");
	for (size_t i = 0; i < n; i++)
		if (!(weight[i] > 0) || !isfinite(weight[i]))
			return err_say(e, ERR_INPUT, "el peso %zu no es un número mayor que 0",
				       "weight %zu is no number over 0", i + 1);
	return true;
}

static bool check_values(const double *x, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return err_say(e, ERR_INPUT, "el valor %zu no es un número finito",
				       "value %zu is not a finite number", i + 1);
	return true;
}

/* ---- weights alone ---- */

bool weighting_kish(const double *weight, size_t n, struct weighting_kish *out, struct err *e)
{
	if (!check_weights(weight, n, e))
		return false;
	double sum = sum_of(weight, n), squares = sum_of_products(weight, weight, n);
	out->n_effective = sum * sum / squares;
	out->design_effect = (double)n / out->n_effective;
	return true;
}

bool weighting_moment(const double *x, const double *weight, size_t n,
		      struct weighting_moment *out, struct err *e)
{
	if (!check_weights(weight, n, e) || !check_values(x, n, e))
		return false;
	double total = sum_of(weight, n), mean = sum_of_products(weight, x, n) / total;
	struct sum squares = { 0 };
	for (size_t i = 0; i < n; i++)
		sum_add(&squares, weight[i] * (x[i] - mean) * (x[i] - mean));
	out->mean = mean;
	out->variance = total > 1 ? sum_value(squares) / (total - 1) : 0;
	return true;
}

/* The least value with at least `wanted` of the weight up to it.  Sums of weights that differ by
 * their rounding alone are the same. */
static double value_reached(const double *x, const double *weight, const uint32_t *order, size_t n,
			    double wanted)
{
	struct sum up = { 0 };
	for (size_t i = 0; i < n; i++) {
		sum_add(&up, weight[order[i]]);
		if (sum_value(up) >= wanted * (1 - 1e-14))
			return x[order[i]];
	}
	return x[order[n - 1]];
}

bool weighting_quantile(struct arena *a, const double *x, const double *weight, size_t n, double p,
			enum weighting_quantile_rule rule, double *out, struct err *e)
{
	if (!check_weights(weight, n, e) || !check_values(x, n, e))
		return false;
	if (!(p >= 0) || !(p <= 1))
		return err_say(e, ERR_INPUT, "la probabilidad debe estar entre 0 y 1",
			       "the probability must lie between 0 and 1");
	struct arena_mark m = arena_mark(a);
	uint32_t *order = NEW(a, n, uint32_t);
	rank_order(a, x, n, order);
	double total = sum_of(weight, n);
	if (rule == WEIGHTING_INVERSE) {
		*out = value_reached(x, weight, order, n, p * total);
	} else {
		double at = 1 + (total > 1 ? total - 1 : 0) * p, low = floor(at), rest = at - low;
		double under = value_reached(x, weight, order, n, low);
		double over = value_reached(x, weight, order, n, low + 1);
		*out = under + rest * (over - under);
	}
	arena_rewind(a, m);
	return true;
}

/* ---- raking ---- */

static void group_sums(const struct weighting_margin *g, const double *weight, size_t n,
		       double *out)
{
	memset(out, 0, g->n_group * sizeof(*out));
	for (size_t i = 0; i < n; i++)
		out[g->group[i]] += weight[i];
}

static bool check_margin(const struct weighting_margin *g, size_t which, const double *weight,
			 size_t n, double *sums, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (g->group[i] >= g->n_group)
			return err_say(e, ERR_INPUT,
				       "la unidad %zu no tiene grupo en el margen %zu",
				       "unit %zu has no group in margin %zu", i + 1, which + 1);
	group_sums(g, weight, n, sums);
	for (size_t k = 0; k < g->n_group; k++) {
		if (!(g->total[k] >= 0) || !isfinite(g->total[k]))
			return err_say(
				e, ERR_INPUT,
				"el total %zu del margen %zu no es un número de 0 en adelante",
				"total %zu of margin %zu is no number from 0 up", k + 1, which + 1);
		if (g->total[k] > 0 && sums[k] <= 0)
			return err_say(
				e, ERR_INPUT,
				"el grupo %zu del margen %zu tiene un total y ninguna unidad; "
				"únalo con un grupo vecino",
				"group %zu of margin %zu has a total and no unit; join it with "
				"a neighbour",
				k + 1, which + 1);
		if (g->total[k] <= 0 && sums[k] > 0)
			return err_say(e, ERR_INPUT,
				       "el grupo %zu del margen %zu tiene unidades y un total de 0",
				       "group %zu of margin %zu has units and a total of 0", k + 1,
				       which + 1);
	}
	return true;
}

static bool check_margins(struct arena *a, const struct weighting_margin *margin, size_t n_margin,
			  const double *weight, size_t n, struct err *e)
{
	if (!n_margin)
		return err_say(e, ERR_INPUT, "falta un margen", "a margin is missing");
	double first = 0;
	for (size_t m = 0; m < n_margin; m++) {
		double *sums = NEW(a, margin[m].n_group, double);
		if (!check_margin(&margin[m], m, weight, n, sums, e))
			return false;
		double total = sum_of(margin[m].total, margin[m].n_group);
		if (!m)
			first = total;
		if (fabs(total - first) > 1e-9 * first)
			return err_say(
				e, ERR_INPUT,
				"los totales del margen %zu no suman lo mismo que los del primero",
				"the totals of margin %zu do not add up to those of the first",
				m + 1);
	}
	return true;
}

/* How far the sums are off, as the largest share of a total. */
static double off(const struct weighting_margin *g, const double *sums)
{
	double most = 0;
	for (size_t k = 0; k < g->n_group; k++)
		if (g->total[k] > 0)
			most = fmax(most, fabs(sums[k] / g->total[k] - 1));
	return most;
}

struct raking {
	const struct weighting_margin *margin;
	size_t n_margin, n;
	double **sums; /* of each margin: scratch */
	double *weight;
	unsigned rounds;
	size_t worst; /* margin that was furthest off in the last round */
};

/* Meets each margin in turn; returns how far off the furthest was before its turn. */
static double rake_round(struct raking *r)
{
	double most = 0;
	for (size_t m = 0; m < r->n_margin; m++) {
		const struct weighting_margin *g = &r->margin[m];
		group_sums(g, r->weight, r->n, r->sums[m]);
		double now = off(g, r->sums[m]);
		if (now >= most) {
			most = now;
			r->worst = m;
		}
		for (size_t i = 0; i < r->n; i++)
			r->weight[i] *= g->total[g->group[i]] / r->sums[m][g->group[i]];
	}
	r->rounds++;
	return most;
}

static bool rake_until(struct raking *r, double tolerance, unsigned n_round_max)
{
	while (r->rounds < n_round_max)
		if (rake_round(r) < tolerance)
			return true;
	return false;
}

/* True when a weight had to be cut back. */
static bool trim(double *weight, const double *before, size_t n, double factor)
{
	bool cut = false;
	for (size_t i = 0; i < n; i++) {
		double least = before[i] / factor, most = before[i] * factor;
		double kept = fmin(fmax(weight[i], least), most);
		cut = cut || fabs(kept / weight[i] - 1) > 1e-9;
		weight[i] = kept;
	}
	return cut;
}

bool weighting_rake(struct arena *a, const struct weighting_rake *how,
		    const struct weighting_margin *margin, size_t n_margin, double *weight,
		    size_t n, unsigned *ret_rounds, struct err *e)
{
	double tolerance = how->tolerance > 0 ? how->tolerance : 1e-10;
	unsigned most = how->n_round_max ? how->n_round_max : 1000;
	if (!check_weights(weight, n, e))
		return false;
	struct arena_mark mark = arena_mark(a);
	bool done = check_margins(a, margin, n_margin, weight, n, e);
	if (done) {
		struct raking r = { margin, n_margin, n, NEW(a, n_margin, double *),
				    NEW(a, n, double), 0, 0 };
		memcpy(r.weight, weight, n * sizeof(*weight));
		for (size_t m = 0; m < n_margin; m++)
			r.sums[m] = NEW(a, margin[m].n_group, double);
		do
			done = rake_until(&r, tolerance, most);
		while (done && how->trim > 1 && trim(r.weight, weight, n, how->trim));
		if (done)
			memcpy(weight, r.weight, n * sizeof(*weight));
		else
			(void)err_say(
				e, ERR_INPUT,
				"los pesos no convergen en %u vueltas; el margen %zu es el más "
				"lejano",
				"the weights do not converge in %u rounds; margin %zu is "
				"furthest off",
				most, r.worst + 1);
		if (done && ret_rounds)
			*ret_rounds = r.rounds;
	}
	arena_rewind(a, mark);
	return done;
}

/* ---- estimates ---- */

static bool is_inside(const struct weighting_design *d, size_t i)
{
	return !d->inside || d->inside[i];
}

/* Takes from each z the mean of its group, weighted as before the margins were met: what is left
 * is what the known totals do not explain.  One margin needs one turn; several, turns in which the
 * change dies away. */
static void leave_out_margins(struct arena *a, const struct weighting_design *d, double *z)
{
	enum { TURNS_MAX = 200 };
	double *over = NEW(a, d->n, double); /* z for a unit of weight */
	size_t most = 0;
	for (size_t m = 0; m < d->n_margin; m++)
		most = d->margin[m].n_group > most ? d->margin[m].n_group : most;
	double *sum = NEW(a, most, double), *w = NEW(a, most, double);
	for (size_t i = 0; i < d->n; i++)
		over[i] = z[i] / d->weight[i];
	double scale = 0, moved = 1;
	for (size_t i = 0; i < d->n; i++)
		scale = fmax(scale, fabs(over[i]));
	for (int turn = 0; turn < TURNS_MAX && moved > 1e-15 * scale; turn++) {
		moved = 0;
		for (size_t m = 0; m < d->n_margin; m++) {
			const struct weighting_margin *g = &d->margin[m];
			memset(sum, 0, most * sizeof(*sum));
			memset(w, 0, most * sizeof(*w));
			for (size_t i = 0; i < d->n; i++) {
				double before = d->weight_before ? d->weight_before[i] : 1;
				sum[g->group[i]] += before * over[i];
				w[g->group[i]] += before;
			}
			for (size_t i = 0; i < d->n; i++) {
				double mean = sum[g->group[i]] / w[g->group[i]];
				over[i] -= mean;
				moved = fmax(moved, fabs(mean));
			}
		}
	}
	for (size_t i = 0; i < d->n; i++)
		z[i] = over[i] * d->weight[i];
}

/* Sums of z over clusters, and what each stratum holds of them. */
struct clusters {
	size_t n, n_stratum;
	double *sum;
	uint32_t *stratum; /* of each cluster, NOWHERE when it has no unit */
	double *count, *mean, *squares; /* of each stratum */
};
#define NOWHERE UINT32_MAX

static bool gather(struct arena *a, const struct weighting_design *d, const double *z,
		   struct clusters *out, struct err *e)
{
	struct clusters c = { .n = d->cluster ? d->n_cluster : d->n,
			      .n_stratum = d->stratum ? d->n_stratum : 1 };
	c.sum = NEW(a, c.n, double);
	c.stratum = NEW(a, c.n, uint32_t);
	memset(c.stratum, 0xff, c.n * sizeof(*c.stratum));
	for (size_t i = 0; i < d->n; i++) {
		size_t k = d->cluster ? d->cluster[i] : i, h = d->stratum ? d->stratum[i] : 0;
		if (k >= c.n || h >= c.n_stratum)
			return err_say(e, ERR_INPUT,
				       "la unidad %zu no tiene conglomerado o estrato",
				       "unit %zu has no cluster or stratum", i + 1);
		if (c.stratum[k] != NOWHERE && c.stratum[k] != h)
			return err_say(e, ERR_INPUT,
				       "el conglomerado de la unidad %zu está en dos estratos",
				       "the cluster of unit %zu lies in two strata", i + 1);
		c.stratum[k] = (uint32_t)h;
		c.sum[k] += z[i];
	}
	*out = c;
	return true;
}

static void spread(struct arena *a, struct clusters *c)
{
	c->count = NEW(a, c->n_stratum, double);
	c->mean = NEW(a, c->n_stratum, double);
	c->squares = NEW(a, c->n_stratum, double);
	for (size_t k = 0; k < c->n; k++) {
		if (c->stratum[k] == NOWHERE)
			continue;
		c->count[c->stratum[k]]++;
		c->mean[c->stratum[k]] += c->sum[k];
	}
	for (size_t h = 0; h < c->n_stratum; h++)
		c->mean[h] /= c->count[h] > 0 ? c->count[h] : 1;
	for (size_t k = 0; k < c->n; k++) {
		if (c->stratum[k] == NOWHERE)
			continue;
		double off_mean = c->sum[k] - c->mean[c->stratum[k]];
		c->squares[c->stratum[k]] += off_mean * off_mean;
	}
}

/* Variance of the sum of z, a unit's influence on the estimate. */
static bool variance(struct arena *a, const struct weighting_design *d, double *z,
		     double *ret_variance, double *ret_df, struct err *e)
{
	struct clusters c = { 0 };
	double v = 0, df = 0;
	if (d->n_margin)
		leave_out_margins(a, d, z);
	if (!gather(a, d, z, &c, e))
		return false;
	spread(a, &c);
	for (size_t h = 0; h < c.n_stratum; h++) {
		double n = c.count[h], left = d->population ? 1 - n / d->population[h] : 1;
		if (n <= 0)
			continue;
		if (!(left >= -1e-12))
			return err_say(e, ERR_INPUT,
				       "el estrato %zu tiene más conglomerados que su población",
				       "stratum %zu has more clusters than its population", h + 1);
		if (n < 2 && left > 1e-12)
			return err_say(e, ERR_INPUT,
				       "el estrato %zu tiene un solo conglomerado: únalo con otro",
				       "stratum %zu has one cluster only: join it with another",
				       h + 1);
		if (n > 1 && left > 0)
			v += left * n / (n - 1) * c.squares[h];
		df += n - 1;
	}
	*ret_variance = v;
	*ret_df = df;
	return true;
}

static bool check_design(const struct weighting_design *d, const double *y, struct err *e)
{
	if (!check_weights(d->weight, d->n, e) || !check_values(y, d->n, e))
		return false;
	for (size_t i = 0; i < d->n; i++)
		if (is_inside(d, i))
			return true;
	return err_say(e, ERR_INPUT, "ninguna unidad está en el grupo",
		       "no unit lies in the group");
}

static double sum_inside(const struct weighting_design *d, const double *y)
{
	struct sum s = { 0 };
	for (size_t i = 0; i < d->n; i++)
		if (is_inside(d, i))
			sum_add(&s, d->weight[i] * (y ? y[i] : 1));
	return sum_value(s);
}

static bool finish(struct arena *a, const struct weighting_design *d, double *z, double value,
		   struct weighting_estimate *out, struct err *e)
{
	double v = 0, df = 0;
	if (!variance(a, d, z, &v, &df, e))
		return false;
	*out = (struct weighting_estimate){ .value = value, .se = sqrt(v), .df = df };
	for (size_t i = 0; i < d->n; i++)
		out->n += is_inside(d, i);
	return true;
}

/* x NULL: all 1 */
static bool ratio(struct arena *a, const struct weighting_design *d, const double *y,
		  const double *x, struct weighting_estimate *out, struct err *e)
{
	if (!check_design(d, y, e) || (x && !check_values(x, d->n, e)))
		return false;
	double below = sum_inside(d, x);
	if (!(fabs(below) > 0))
		return err_say(e, ERR_INPUT, "el denominador suma 0",
			       "the denominator adds up to 0");
	double r = sum_inside(d, y) / below;
	struct arena_mark m = arena_mark(a);
	double *z = NEW(a, d->n, double);
	for (size_t i = 0; i < d->n; i++)
		if (is_inside(d, i))
			z[i] = d->weight[i] * (y[i] - r * (x ? x[i] : 1)) / below;
	bool done = finish(a, d, z, r, out, e);
	arena_rewind(a, m);
	return done;
}

bool weighting_ratio(struct arena *a, const struct weighting_design *d, const double *y,
		     const double *x, struct weighting_estimate *out, struct err *e)
{
	return ratio(a, d, y, x, out, e);
}

/* Variance of a mean of as many units drawn alike without replacement from sum w of them. */
static double simple_variance(const struct weighting_design *d, const double *y, double mean)
{
	struct sum squares = { 0 };
	double n = (double)d->n, all = sum_of(d->weight, d->n);
	for (size_t i = 0; i < d->n; i++)
		sum_add(&squares, d->weight[i] * (y[i] - mean) * (y[i] - mean));
	return sum_value(squares) / all * n / (n - 1) / n * (all - n) / all;
}

bool weighting_mean(struct arena *a, const struct weighting_design *d, const double *y,
		    struct weighting_estimate *out, struct err *e)
{
	if (!ratio(a, d, y, NULL, out, e))
		return false;
	if (!d->inside && d->n > 1) {
		double simple = simple_variance(d, y, out->value);
		out->design_effect = simple > 0 ? out->se * out->se / simple : 0;
	}
	return true;
}

bool weighting_total(struct arena *a, const struct weighting_design *d, const double *y,
		     struct weighting_estimate *out, struct err *e)
{
	if (!check_design(d, y, e))
		return false;
	struct arena_mark m = arena_mark(a);
	double *z = NEW(a, d->n, double);
	for (size_t i = 0; i < d->n; i++)
		if (is_inside(d, i))
			z[i] = d->weight[i] * y[i];
	bool done = finish(a, d, z, sum_inside(d, y), out, e);
	arena_rewind(a, m);
	return done;
}

bool weighting_interval(const struct weighting_estimate *v, double level, double *ret_low,
			double *ret_high)
{
	if (!(level > 0) || !(level < 1))
		return false;
	double half = interval_normal_quantile(1 - (1 - level) / 2) * v->se;
	*ret_low = v->value - half;
	*ret_high = v->value + half;
	return true;
}

bool weighting_test(const struct weighting_estimate *v, double df, double *ret_t, double *ret_p)
{
	struct err ignored = { 0 };
	double tail;
	if (!(v->se > 0) || !(df > 0))
		return false;
	double t = v->value / v->se;
	struct distribution student = { DISTRIBUTION_T, df, 0 };
	if (!distribution_above(student, fabs(t), &tail, &ignored))
		return false;
	*ret_t = t;
	*ret_p = 2 * tail;
	return true;
}
