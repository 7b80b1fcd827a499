/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/trend.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "stat/association.h"
#include "stat/quantile.h"
#include "stat/rank.h"

static bool check_finite(const double *v, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(v[i]))
			return err_say(e, ERR_INPUT, "el valor %zu no es un número finito",
				       "value %zu is not a finite number", i + 1);
	return true;
}

/* ---- one series ---- */

static size_t pair_slopes(const double *t, const double *y, size_t n, double *out)
{
	size_t n_slope = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (t[i] < t[j] || t[i] > t[j])
				out[n_slope++] = (y[i] - y[j]) / (t[i] - t[j]);
	return n_slope;
}

/* Sum of k (k - 1) (2k + 5) over groups of k equal values. */
static double tied(struct arena *a, const double *v, size_t n)
{
	struct arena_mark m = arena_mark(a);
	double *sorted = NEW(a, n, double), sum = 0;
	memcpy(sorted, v, n * sizeof(*v));
	rank_sort(sorted, n);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && sorted[to] <= sorted[from];)
			to++;
		double k = (double)(to - from);
		sum += k * (k - 1) * (2 * k + 5);
	}
	arena_rewind(a, m);
	return sum;
}

/* The slopes whose places are (N -+ z sd(S)) / 2 from below, S Kendall's statistic. */
static void slope_interval(struct arena *a, const double *t, size_t n, double level,
			   const double *sorted, size_t n_slope, struct trend_line *out)
{
	double k = (double)n, all = (double)n_slope;
	double sd = sqrt((k * (k - 1) * (2 * k + 5) - tied(a, t, n)) / 18);
	double reach = gsl_cdf_ugaussian_Pinv(1 - (1 - level) / 2) * sd;
	double low = floor((all - reach) / 2), high = ceil((all + reach) / 2) + 1;
	out->has_interval = low >= 1 && high <= all;
	if (out->has_interval) {
		out->low = sorted[(size_t)low - 1];
		out->high = sorted[(size_t)high - 1];
	}
}

static bool is_monotone(struct arena *a, const double *t, const double *y, size_t n)
{
	struct arena_mark m = arena_mark(a);
	uint32_t *order = NEW(a, n, uint32_t);
	size_t up = 0, down = 0;
	rank_order(a, t, n, order);
	for (size_t i = 1; i < n; i++) {
		up += y[order[i]] > y[order[i - 1]];
		down += y[order[i]] < y[order[i - 1]];
	}
	arena_rewind(a, m);
	return up == n - 1 || down == n - 1;
}

static void fit(struct arena *a, const double *t, const double *y, size_t n, double level,
		struct trend_line *out)
{
	double *slope = NEW(a, n * (n - 1) / 2, double), *rest = NEW(a, n, double);
	size_t n_slope = pair_slopes(t, y, n, slope);
	rank_sort(slope, n_slope);
	out->slope = quantile_of_sorted(slope, n_slope, 0.5, QUANTILE_TYPE);
	for (size_t i = 0; i < n; i++)
		rest[i] = y[i] - out->slope * t[i];
	out->intercept = quantile_median(rest, n);
	slope_interval(a, t, n, level, slope, n_slope, out);
	out->monotone = is_monotone(a, t, y, n);
}

bool trend_line(struct arena *a, const double *t, const double *y, size_t n, double level,
		struct trend_line *out, struct err *e)
{
	if (n < 3 || n > TREND_POINTS_MAX)
		return err_say(e, ERR_INPUT,
			       "una tendencia necesita de 3 a %d puntos; dos son un cambio",
			       "a trend needs 3 to %d points; two are a change",
			       TREND_POINTS_MAX);
	if (!(level > 0) || !(level < 1))
		return err_say(e, ERR_INPUT, "el nivel de confianza debe estar entre 0 y 1",
			       "the level must lie between 0 and 1");
	if (!check_finite(t, n, e) || !check_finite(y, n, e))
		return false;
	struct kendall k;
	if (!association_kendall(a, t, y, n, &k))
		return err_say(e, ERR_INPUT, "los valores o sus tiempos no varían",
			       "the values or their times do not vary");
	struct trend_line line = { .tau = k.tau, .p = k.p };
	struct arena_mark m = arena_mark(a);
	fit(a, t, y, n, level, &line);
	arena_rewind(a, m);
	*out = line;
	return true;
}

/* ---- the same units in every round ---- */

/* Ranks of each unit's rounds, doubled: whole numbers also where they are tied. */
struct ranks {
	size_t n_unit, n_round;
	int64_t *twice;
	double tie_cubes; /* sum of t^3 - t */
	bool varies;
};

static bool rank_rounds(struct arena *a, const struct trend_table *t, size_t least_rounds,
			struct ranks *out, struct err *e)
{
	if (!t->n_unit || t->n_round < least_rounds)
		return err_say(e, ERR_INPUT, "hacen falta unidades y %zu rondas o más",
			       "units and %zu rounds or more are needed", least_rounds);
	size_t n = t->n_unit * t->n_round;
	if (!check_finite(t->value, n, e))
		return false;
	struct ranks r = { .n_unit = t->n_unit, .n_round = t->n_round };
	r.twice = NEW(a, n, int64_t);
	double *rank = NEW(a, t->n_round, double), k = (double)t->n_round;
	for (size_t i = 0; i < n; i += t->n_round) {
		double ties;
		rank_mid(a, t->value + i, t->n_round, rank, &ties);
		r.tie_cubes += ties;
		r.varies = r.varies || ties < k * k * k - k;
		for (size_t j = 0; j < t->n_round; j++)
			r.twice[i + j] = (int64_t)(2 * rank[j]);
	}
	if (!r.varies)
		return err_say(e, ERR_INPUT, "ninguna unidad cambia entre rondas",
			       "no unit changes between rounds");
	*out = r;
	return true;
}

static double rank_sum(const struct ranks *r, size_t round)
{
	int64_t twice = 0;
	for (size_t i = 0; i < r->n_unit; i++)
		twice += r->twice[i * r->n_round + round];
	return (double)twice / 2;
}

bool trend_friedman(struct arena *a, const struct trend_table *t, struct trend_friedman *out,
		    struct err *e)
{
	struct arena_mark m = arena_mark(a);
	struct ranks r = { 0 };
	bool done = rank_rounds(a, t, 2, &r, e);
	if (done) {
		double n = (double)t->n_unit, k = (double)t->n_round, squares = 0;
		for (size_t j = 0; j < t->n_round; j++)
			squares += pow(rank_sum(&r, j) - n * (k + 1) / 2, 2);
		double chi = 12 * squares / (n * k * (k + 1) - r.tie_cubes / (k - 1));
		*out = (struct trend_friedman){ chi, k - 1, gsl_cdf_chisq_Q(chi, k - 1),
						chi / (n * (k - 1)) };
	}
	arena_rewind(a, m);
	return done;
}

/* --- Page --- */

enum { EXACT_ROUNDS_MAX = 5, EXACT_UNITS_MAX = 50, ORDERS_MAX = 120, PRODUCTS_MAX = 111 };

/* Twice the sums of places times ranks over all orders of one unit's ranks. */
struct orders {
	int64_t product[ORDERS_MAX];
	size_t n;
};

static void walk(struct orders *o, int64_t *rank, size_t n, size_t from, int64_t sum)
{
	if (from == n) {
		o->product[o->n++] = sum;
		return;
	}
	for (size_t i = from; i < n; i++) {
		int64_t chosen = rank[i];
		rank[i] = rank[from];
		rank[from] = chosen;
		walk(o, rank, n, from + 1, sum + (int64_t)(from + 1) * chosen);
		rank[from] = rank[i];
		rank[i] = chosen;
	}
}

/* Chances of 2L from 0 up when each order of each unit's ranks is as likely: the units' own
 * distributions folded one after the other. */
static double *chances(struct arena *a, const struct ranks *r, size_t most)
{
	double *now = NEW(a, most + 1, double), *next = NEW(a, most + 1, double);
	size_t reach = 0;
	now[0] = 1;
	for (size_t i = 0; i < r->n_unit; i++) {
		int64_t rank[EXACT_ROUNDS_MAX] = { 0 }, largest = 0;
		double share[PRODUCTS_MAX] = { 0 };
		struct orders o = { .n = 0 };
		memcpy(rank, r->twice + i * r->n_round, r->n_round * sizeof(*rank));
		walk(&o, rank, r->n_round, 0, 0);
		for (size_t k = 0; k < o.n; k++) {
			share[o.product[k]] += 1 / (double)o.n;
			largest = o.product[k] > largest ? o.product[k] : largest;
		}
		memset(next, 0, (reach + (size_t)largest + 1) * sizeof(*next));
		for (size_t d = 0; d <= (size_t)largest; d++)
			for (size_t k = 0; share[d] > 0 && k <= reach; k++)
				next[k + d] += now[k] * share[d];
		reach += (size_t)largest;
		double *other = now;
		now = next;
		next = other;
	}
	return now;
}

static double page_l(const struct ranks *r)
{
	double l = 0;
	for (size_t j = 0; j < r->n_round; j++)
		l += (double)(j + 1) * rank_sum(r, j);
	return l;
}

/* A unit's sum of products has the variance sum (place - mean)^2 sum (rank - mean)^2 / (k - 1); the
 * second is (k^3 - k - ties) / 12. */
static double page_sd(const struct ranks *r)
{
	double k = (double)r->n_round, cubes = k * k * k - k;
	double free = (double)r->n_unit * cubes - r->tie_cubes;
	return sqrt(cubes / 12 * free / 12 / (k - 1));
}

static void exact_page(struct arena *a, const struct ranks *r, struct trend_page *out)
{
	size_t most = r->n_unit * (PRODUCTS_MAX - 1), at = (size_t)llround(2 * out->l);
	double *chance = chances(a, r, most);
	double up = 0, down = 0;
	for (size_t k = 0; k <= at; k++)
		down += chance[k];
	for (size_t k = at; k <= most; k++)
		up += chance[k];
	out->p_rising = fmin(up, 1);
	out->p_falling = fmin(down, 1);
	out->exact = true;
}

bool trend_page(struct arena *a, const struct trend_table *t, struct trend_page *out,
		struct err *e)
{
	struct arena_mark m = arena_mark(a);
	struct ranks r = { 0 };
	bool done = rank_rounds(a, t, 3, &r, e);
	if (done) {
		double k = (double)t->n_round;
		struct trend_page p = { .l = page_l(&r), .sd = page_sd(&r) };
		p.mean = (double)t->n_unit * k * (k + 1) * (k + 1) / 4;
		p.z = (p.l - p.mean) / p.sd;
		p.p_rising = gsl_cdf_ugaussian_Q(p.z);
		p.p_falling = gsl_cdf_ugaussian_P(p.z);
		if (t->n_round <= EXACT_ROUNDS_MAX && t->n_unit <= EXACT_UNITS_MAX)
			exact_page(a, &r, &p);
		p.p = fmin(2 * fmin(p.p_rising, p.p_falling), 1);
		*out = p;
	}
	arena_rewind(a, m);
	return done;
}
