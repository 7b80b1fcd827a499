/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/paired.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "stat/beta.h"
#include "stat/rank.h"

static double at_most_one(double p)
{
	return p > 1 ? 1 : p;
}

/* Two-sided p of a standard normal z. */
static double normal_p(double z)
{
	return erfc(fabs(z) / sqrt(2.0));
}

/* --- counts ---------------------------------------------------------------------------------- */

enum { SUM_MAX = 1000 }; /* 2^-1000 is still a full double */

/* P(at most k of n tosses of a fair coin); ret_at: P(just k).  k <= n. */
static double coin_cdf(uint64_t k, uint64_t n, double *ret_at)
{
	if (n > SUM_MAX) {
		double cdf = beta_binomial_cdf((double)k, (double)n, 0.5);
		*ret_at = cdf - beta_binomial_cdf((double)k - 1, (double)n, 0.5);
		return cdf;
	}
	double ways = 1, sum = 1; /* whole numbers up to n = 50, so that nothing is rounded */
	for (uint64_t i = 0; i < k; i++) {
		ways = ways * (double)(n - i) / (double)(i + 1);
		sum += ways;
	}
	*ret_at = ldexp(ways, -(int)n);
	return ldexp(sum, -(int)n);
}

struct mcnemar paired_mcnemar(uint64_t b, uint64_t c)
{
	struct mcnemar m = { .p = 1, .p_corrected = 1, .p_exact = 1, .p_mid = 1 };
	uint64_t n = b + c, less = b < c ? b : c, more = n - less;
	if (!n)
		return m;
	double off = (double)(more - less), corrected = off > 0 ? off - 1 : 0, at = 0;
	m.chi2 = off * off / (double)n;
	m.p = normal_p(sqrt(m.chi2));
	m.chi2_corrected = corrected * corrected / (double)n;
	m.p_corrected = normal_p(sqrt(m.chi2_corrected));
	m.p_exact = at_most_one(2 * coin_cdf(less, n, &at));
	m.p_mid = m.p_exact - at;
	m.cohen_g = (double)more / (double)n - 0.5;
	return m;
}

double paired_sign(uint64_t up, uint64_t down)
{
	return paired_mcnemar(up, down).p_exact;
}

/* --- signed ranks ---------------------------------------------------------------------------- */

/* Ranks of the differences that are not 0, and what the test needs of them. */
struct signed_ranks {
	size_t n;       /* not 0 */
	size_t *twice;  /* doubled ranks: whole numbers also for ties */
	size_t total;   /* their sum */
	size_t positive; /* sum of those of positive differences */
	double squares; /* sum of the squares of the ranks */
};

static struct signed_ranks rank_signed(struct arena *a, const double *d, size_t n,
				       enum paired_zeros zeros)
{
	double *size = NEW(a, n, double), *rank = NEW(a, n, double);
	double *kept = NEW(a, n, double);
	struct signed_ranks s = { .twice = NEW(a, n, size_t) };
	size_t m = 0;
	for (size_t i = 0; i < n; i++) {
		bool zero = fabs(d[i]) <= 0;
		if (zero && zeros == PAIRED_DROP)
			continue;
		kept[m] = d[i];
		size[m++] = fabs(d[i]);
	}
	rank_mid(a, size, m, rank, NULL);
	for (size_t i = 0; i < m; i++) {
		if (size[i] <= 0)
			continue;
		size_t twice = (size_t)(2 * rank[i]);
		s.twice[s.n++] = twice;
		s.total += twice;
		s.positive += kept[i] > 0 ? twice : 0;
		s.squares += rank[i] * rank[i];
	}
	return s;
}

/* ways[v]: in how many of the 2^n choices of signs the positive (doubled) ranks add up to v,
 * 0..total.  Up to 2^50, so exact. */
static double *ways_of(struct arena *a, const size_t *twice, size_t n, size_t total)
{
	double *ways = NEW(a, total + 1, double);
	size_t reached = 0;
	ways[0] = 1;
	for (size_t i = 0; i < n; i++) {
		reached += twice[i];
		for (size_t v = reached; v >= twice[i]; v--)
			ways[v] += ways[v - twice[i]];
	}
	return ways;
}

/* P(sum of positive ranks at most v), v doubled. */
static double ways_cdf(const double *ways, size_t n, size_t v)
{
	double sum = 0;
	for (size_t i = 0; i <= v; i++)
		sum += ways[i];
	return ldexp(sum, -(int)n);
}

static void exact_p(struct arena *a, const struct signed_ranks *s, struct wilcoxon *w)
{
	double *ways = ways_of(a, s->twice, s->n, s->total);
	w->p_less = ways_cdf(ways, s->n, s->positive);
	w->p_greater = ways_cdf(ways, s->n, s->total - s->positive); /* it is symmetric */
	w->p = at_most_one(2 * (w->p_less < w->p_greater ? w->p_less : w->p_greater));
	w->exact = true;
}

enum { EXACT_TOTAL_MAX = 2 * PAIRED_EXACT_MAX * 1000 };

struct wilcoxon paired_wilcoxon(struct arena *a, const double *d, size_t n, enum paired_zeros zeros)
{
	struct arena_mark m = arena_mark(a);
	struct signed_ranks s = rank_signed(a, d, n, zeros);
	struct wilcoxon w = { .n = n, .p = 1, .p_greater = 1, .p_less = 1, .p_corrected = 1 };
	for (size_t i = 0; i < n; i++)
		w.n_zero += fabs(d[i]) <= 0;
	w.exact = !s.n;
	if (s.n) {
		double off = ((double)s.positive - (double)s.total / 2) / 2;
		double sd = sqrt(s.squares / 4), half = fabs(off) < 0.5 ? fabs(off) : 0.5;
		w.v = (double)s.positive / 2;
		w.z = off / sd;
		w.p_corrected = normal_p((fabs(off) - half) / sd);
		w.p = normal_p(w.z);
		w.p_greater = gsl_cdf_ugaussian_Q(w.z);
		w.p_less = gsl_cdf_ugaussian_P(w.z);
		if (s.n <= PAIRED_EXACT_MAX && s.total <= EXACT_TOTAL_MAX)
			exact_p(a, &s, &w);
	}
	arena_rewind(a, m);
	return w;
}

/* --- shift ----------------------------------------------------------------------------------- */

/* Doubles in their order as whole numbers, so that the middle of two is found by halving. */
static uint64_t place_of(double v)
{
	uint64_t bits;
	memcpy(&bits, &v, sizeof(bits));
	return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double value_at(uint64_t place)
{
	uint64_t bits = place >> 63 ? place & ~(UINT64_C(1) << 63) : ~place;
	double v;
	memcpy(&v, &bits, sizeof(v));
	return v + 0.0; /* -0 is 0 */
}

/* How many means of two of the sorted values (i <= j) are at most `most`; one pass. */
static uint64_t count_means(const double *sorted, size_t n, double most)
{
	uint64_t count = 0;
	size_t end = n; /* partners below this place */
	for (size_t i = 0; i < end; i++) {
		while (end > i && sorted[i] / 2 + sorted[end - 1] / 2 > most)
			end--;
		count += end - i;
	}
	return count;
}

/* The k-th smallest of those means, 1-based: the least double that k of them do not pass. */
static double kth_mean(const double *sorted, size_t n, uint64_t k)
{
	uint64_t low = place_of(sorted[0]), high = place_of(sorted[n - 1]);
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (count_means(sorted, n, value_at(middle)) >= k)
			high = middle;
		else
			low = middle + 1;
	}
	return value_at(low);
}

/* Largest k such that the signed rank statistic of n values stays below k with probability at most
 * tail; 0 where there is none.  ret_below: that probability. */
static uint64_t tail_place(struct arena *a, size_t n, double tail, double *ret_below)
{
	double all = (double)n * ((double)n + 1);
	if (n > PAIRED_EXACT_MAX) {
		double sd = sqrt(all * (2 * (double)n + 1) / 24);
		double k = floor(all / 4 + gsl_cdf_ugaussian_Pinv(tail) * sd + 0.5);
		*ret_below = gsl_cdf_ugaussian_P((k - 0.5 - all / 4) / sd);
		return (uint64_t)k;
	}
	size_t rank[PAIRED_EXACT_MAX], k = 0, total = n * (n + 1) / 2;
	for (size_t i = 0; i < n; i++)
		rank[i] = i + 1;
	double *ways = ways_of(a, rank, n, total), below = 0;
	for (; k <= total && below + ldexp(ways[k], -(int)n) <= tail; k++)
		below += ldexp(ways[k], -(int)n);
	*ret_below = below;
	return k;
}

bool paired_shift(struct arena *a, const double *d, size_t n, double level,
		  struct paired_shift *out)
{
	if (n < 1 || !(level > 0) || !(level < 1))
		return false;
	struct arena_mark m = arena_mark(a);
	double below = 0, *sorted = NEW(a, n, double);
	uint64_t all = (uint64_t)n * (n + 1) / 2, k = tail_place(a, n, (1 - level) / 2, &below);
	if (k) {
		memcpy(sorted, d, n * sizeof(*d));
		rank_sort(sorted, n);
		double lower = kth_mean(sorted, n, (all + 1) / 2);
		double upper = kth_mean(sorted, n, all / 2 + 1);
		*out = (struct paired_shift){ .estimate = lower / 2 + upper / 2,
					      .low = kth_mean(sorted, n, k),
					      .high = kth_mean(sorted, n, all + 1 - k),
					      .coverage = 1 - 2 * below };
	}
	arena_rewind(a, m);
	return k > 0;
}

/* --- all signs ------------------------------------------------------------------------------- */

/* How many ways to sign the sizes from place i on bring the sum at least `far` from 0. */
static uint64_t count_far(const double *d, size_t n, size_t i, double sum, double far)
{
	if (i == n)
		return fabs(sum) >= far;
	return count_far(d, n, i + 1, sum + fabs(d[i]), far) +
	       count_far(d, n, i + 1, sum - fabs(d[i]), far);
}

bool paired_flips(const double *d, size_t n, double *ret_p)
{
	if (n < 1 || n > PAIRED_FLIPS_MAX)
		return false;
	double sum = 0, sizes = 0;
	for (size_t i = 0; i < n; i++) {
		sum += d[i];
		sizes += fabs(d[i]);
	}
	uint64_t far = count_far(d, n, 0, 0, fabs(sum) - 1e-12 * sizes);
	*ret_p = ldexp((double)far, -(int)n);
	return true;
}
