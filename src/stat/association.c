/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/association.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "stat/moment.h"
#include "stat/rank.h"

static double clamp(double r)
{
	return r > 1 ? 1 : r < -1 ? -1 : r;
}

bool association_pearson(const double *x, const double *y, size_t n, double *out)
{
	struct moment mx = moment_of(x, n), my = moment_of(y, n);
	if (n < 2 || mx.sd <= 0 || my.sd <= 0)
		return false;
	double cross = moment_cross(x, mx.mean, y, my.mean, n);
	*out = clamp(cross / (double)(n - 1) / mx.sd / my.sd);
	return true;
}

static double two_sided_t(double t, double df)
{
	double p = 2 * gsl_cdf_tdist_Q(fabs(t), df);
	return p > 1 ? 1 : p;
}

bool association_pearson_test(double r, size_t n, double *ret_t, double *ret_p)
{
	if (n < 3 || !(fabs(r) <= 1))
		return false;
	double df = (double)n - 2;
	bool perfect = fabs(r) >= 1; /* a line: t is infinite */
	double t = perfect ? copysign(HUGE_VAL, r) : r * sqrt(df / ((1 - r) * (1 + r)));
	*ret_t = t;
	*ret_p = perfect ? 0 : two_sided_t(t, df);
	return true;
}

static bool fisher_interval(double r, double se, double level, double *ret_low, double *ret_high)
{
	double z = gsl_cdf_ugaussian_Pinv(1 - (1 - level) / 2);
	double middle = atanh(r);
	*ret_low = tanh(middle - z * se);
	*ret_high = tanh(middle + z * se);
	return true;
}

bool association_pearson_interval(double r, size_t n, double level, double *ret_low,
				  double *ret_high)
{
	if (n < 4 || !(fabs(r) <= 1) || !(level > 0) || !(level < 1))
		return false;
	return fisher_interval(r, 1 / sqrt((double)n - 3), level, ret_low, ret_high);
}

bool association_spearman(struct arena *a, const double *x, const double *y, size_t n, double *out)
{
	struct arena_mark m = arena_mark(a);
	double *rx = NEW(a, n, double), *ry = NEW(a, n, double);
	rank_mid(a, x, n, rx, NULL);
	rank_mid(a, y, n, ry, NULL);
	bool ok = association_pearson(rx, ry, n, out);
	arena_rewind(a, m);
	return ok;
}

bool association_spearman_interval(double rho, size_t n, double level, double *ret_low,
				   double *ret_high)
{
	if (n < 4 || !(fabs(rho) <= 1) || !(level > 0) || !(level < 1))
		return false;
	double se = sqrt((1 + rho * rho / 2) / ((double)n - 3));
	return fisher_interval(rho, se, level, ret_low, ret_high);
}

enum { EXACT_SPEARMAN_MAX = 9 };

/* Walks all orders of doubled mid-ranks ry against rx and counts those whose sum of products lies
 * at least as far from its mean as `observed`.  Whole numbers: nothing is rounded. */
struct orders {
	size_t n;
	const int64_t *rx;
	int64_t *ry;
	int64_t centre, far; /* n * sum of products is compared with the product of the sums */
	uint64_t total, extreme;
};

static void walk(struct orders *o, size_t from, int64_t sum)
{
	if (from == o->n) {
		int64_t d = (int64_t)o->n * sum - o->centre;
		o->total++;
		o->extreme += (d < 0 ? -d : d) >= o->far;
		return;
	}
	for (size_t i = from; i < o->n; i++) {
		int64_t chosen = o->ry[i];
		o->ry[i] = o->ry[from];
		o->ry[from] = chosen;
		walk(o, from + 1, sum + o->rx[from] * chosen);
		o->ry[from] = o->ry[i];
		o->ry[i] = chosen;
	}
}

static double exact_spearman_p(const double *rx, const double *ry, size_t n)
{
	int64_t twice_x[EXACT_SPEARMAN_MAX], twice_y[EXACT_SPEARMAN_MAX];
	int64_t sum_x = 0, sum_y = 0, products = 0;
	for (size_t i = 0; i < n; i++) {
		twice_x[i] = (int64_t)(2 * rx[i]);
		twice_y[i] = (int64_t)(2 * ry[i]);
		sum_x += twice_x[i];
		sum_y += twice_y[i];
		products += twice_x[i] * twice_y[i];
	}
	struct orders o = { .n = n, .rx = twice_x, .ry = twice_y, .centre = sum_x * sum_y };
	int64_t d = (int64_t)n * products - o.centre;
	o.far = d < 0 ? -d : d;
	walk(&o, 0, 0);
	return (double)o.extreme / (double)o.total;
}

bool association_spearman_test(struct arena *a, const double *x, const double *y, size_t n,
			       double *ret_p)
{
	double rho, t;
	if (n < 3 || !association_spearman(a, x, y, n, &rho))
		return false;
	if (n > EXACT_SPEARMAN_MAX)
		return association_pearson_test(rho, n, &t, ret_p);
	double rx[EXACT_SPEARMAN_MAX], ry[EXACT_SPEARMAN_MAX];
	rank_mid(a, x, n, rx, NULL);
	rank_mid(a, y, n, ry, NULL);
	*ret_p = exact_spearman_p(rx, ry, n);
	return true;
}

/* --- Kendall --------------------------------------------------------------------------------- */

/* Sums over groups of t tied values, for tau and the variance of its numerator. */
struct ties {
	double pairs;  /* t (t - 1) / 2 */
	double v;      /* t (t - 1) (2 t + 5) */
	double triple; /* t (t - 1) (t - 2) */
};

static void count_group(struct ties *s, size_t t_count)
{
	double t = (double)t_count;
	s->pairs += t * (t - 1) / 2;
	s->v += t * (t - 1) * (2 * t + 5);
	s->triple += t * (t - 1) * (t - 2);
}

static struct ties count_ties(const double *sorted, size_t n)
{
	struct ties s = { 0 };
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && sorted[to] <= sorted[from];)
			to++;
		count_group(&s, to - from);
	}
	return s;
}

/* Sorts v and returns how many pairs stood the wrong way round (equal ones do not). */
static double count_inversions(double *v, double *scratch, size_t n)
{
	double inversions = 0;
	double *from = v, *to = scratch;
	for (size_t width = 1; width < n; width *= 2) {
		for (size_t left = 0; left < n; left += 2 * width) {
			size_t mid = left + width < n ? left + width : n;
			size_t right = left + 2 * width < n ? left + 2 * width : n;
			size_t i = left, j = mid;
			for (size_t k = left; k < right; k++) {
				if (i < mid && (j >= right || from[i] <= from[j])) {
					to[k] = from[i++];
				} else {
					inversions += (double)(mid - i);
					to[k] = from[j++];
				}
			}
		}
		double *t = from;
		from = to;
		to = t;
	}
	if (from != v)
		memcpy(v, from, n * sizeof(*v));
	return inversions;
}

/* P(at most k inversions) of a random order of n: the counts of orders by inversions, from the
 * recurrence over n, as probabilities. */
static double inversions_cdf(struct arena *a, size_t n, size_t k)
{
	size_t most = n * (n - 1) / 2;
	struct arena_mark m = arena_mark(a);
	double *now = NEW(a, most + 1, double), *next = NEW(a, most + 1, double);
	now[0] = 1;
	for (size_t size = 2; size <= n; size++) {
		double window = 0;
		for (size_t i = 0; i <= size * (size - 1) / 2; i++) {
			window = 0;
			for (size_t j = 0; j < size && j <= i; j++)
				window += now[i - j];
			next[i] = window / (double)size;
		}
		double *t = now;
		now = next;
		next = t;
	}
	double sum = 0;
	for (size_t i = 0; i <= k && i <= most; i++)
		sum += now[i];
	arena_rewind(a, m);
	return sum;
}

enum { EXACT_KENDALL_MAX = 49 };

static double kendall_p(struct arena *a, size_t n, double s, const struct ties *tx,
			const struct ties *ty, bool *ret_exact)
{
	double k = (double)n, pairs = k * (k - 1) / 2;
	*ret_exact = n <= EXACT_KENDALL_MAX && tx->pairs <= 0 && ty->pairs <= 0;
	if (*ret_exact) {
		double p = 2 * inversions_cdf(a, n, (size_t)((pairs - fabs(s)) / 2));
		return p > 1 ? 1 : p;
	}
	double variance = (k * (k - 1) * (2 * k + 5) - tx->v - ty->v) / 18 +
			  2 * tx->pairs * ty->pairs / (k * (k - 1));
	if (n > 2)
		variance += tx->triple * ty->triple / (9 * k * (k - 1) * (k - 2));
	return 2 * gsl_cdf_ugaussian_Q(fabs(s) / sqrt(variance));
}

bool association_kendall(struct arena *a, const double *x, const double *y, size_t n,
			 struct kendall *out)
{
	struct arena_mark m = arena_mark(a);
	uint32_t *by_y = NEW(a, n, uint32_t), *by_x = NEW(a, n, uint32_t);
	double *u = NEW(a, n, double), *v = NEW(a, n, double), *w = NEW(a, n, double);
	/* order by x, ties of x by y: both sorts are stable */
	rank_order(a, y, n, by_y);
	for (size_t i = 0; i < n; i++)
		u[i] = x[by_y[i]];
	rank_order(a, u, n, by_x);
	for (size_t i = 0; i < n; i++) {
		u[i] = x[by_y[by_x[i]]];
		v[i] = y[by_y[by_x[i]]];
	}
	struct ties tx = count_ties(u, n);
	double both = 0; /* pairs tied in x and in y */
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && u[to] <= u[from] && v[to] <= v[from];)
			to++;
		both += (double)(to - from) * (double)(to - from - 1) / 2;
	}
	double discordant = count_inversions(v, w, n);
	struct ties ty = count_ties(v, n);
	double pairs = (double)n * ((double)n - 1) / 2;
	double concordant = pairs - tx.pairs - ty.pairs + both - discordant;
	bool varies = n >= 2 && tx.pairs < pairs && ty.pairs < pairs;
	if (varies) {
		double s = concordant - discordant;
		struct kendall k = { .concordant = concordant, .discordant = discordant };
		k.tau = clamp(s / sqrt(pairs - tx.pairs) / sqrt(pairs - ty.pairs));
		k.p = kendall_p(a, n, s, &tx, &ty, &k.exact);
		*out = k;
	}
	arena_rewind(a, m);
	return varies;
}
