/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/groups.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "stat/rank.h"

/* 1 less what ties take from the variance of ranks: 0 when all values are the same. */
static double tie_factor(double ties, double n)
{
	return 1 - ties / (n * n * n - n);
}

bool groups_kruskal(struct arena *a, const double *x, const uint32_t *group, size_t n, size_t k,
		    struct kruskal *out)
{
	struct arena_mark m = arena_mark(a);
	double *rank = NEW(a, n, double), *sum = NEW(a, k, double), *size = NEW(a, k, double);
	double ties = 0, squares = 0, all = (double)n;
	struct kruskal r = { .n = n };
	rank_mid(a, x, n, rank, &ties);
	for (size_t i = 0; i < n; i++) {
		assert(group[i] < k);
		sum[group[i]] += rank[i] - (all + 1) / 2; /* from their mean: less to lose */
		size[group[i]]++;
	}
	for (size_t g = 0; g < k; g++) {
		if (size[g] <= 0)
			continue;
		r.groups++;
		squares += sum[g] * sum[g] / size[g];
	}
	arena_rewind(a, m);
	double factor = n > 1 ? tie_factor(ties, all) : 0;
	if (r.groups < 2 || n <= r.groups || factor <= 0)
		return false;
	r.h = 12 * squares / (all * (all + 1)) / factor;
	r.df = r.groups - 1;
	r.p = gsl_cdf_chisq_Q(r.h, (double)r.df);
	r.epsilon2 = (r.h - (double)r.df) / (double)(n - r.groups);
	*out = r;
	return true;
}

/* P(U at most u) when both come from one distribution without ties.  The greatest of all values is
 * one of the i of x with probability i / (i + j), and then it beats all j of y. */
static double exact_cdf(struct arena *a, size_t n_x, size_t n_y, size_t u)
{
	struct arena_mark m = arena_mark(a);
	size_t width = n_x * n_y + 1;
	double *at = NEW(a, (n_x + 1) * width, double); /* at[i * width + u], for the j at hand */
	for (size_t i = 0; i <= n_x; i++)
		at[i * width] = 1; /* j = 0: no pairs */
	for (size_t j = 1; j <= n_y; j++) {
		for (size_t i = 1; i <= n_x; i++) {
			double x_wins = (double)i / (double)(i + j), *now = at + i * width;
			const double *fewer = now - width;
			for (size_t v = i * j + 1; v-- > 0;) {
				double won = v >= j ? fewer[v - j] : 0;
				now[v] = x_wins * won + (1 - x_wins) * now[v];
			}
		}
	}
	double sum = 0;
	for (size_t v = 0; v <= u && v < width; v++)
		sum += at[n_x * width + v];
	arena_rewind(a, m);
	return sum;
}

/* Normal, with the variance for ties and correction for continuity. */
static double normal_p(double off, double n_x, double n_y, double ties)
{
	double n = n_x + n_y;
	double variance = n_x * n_y / 12 * (n + 1 - ties / (n * (n - 1)));
	double corrected = fabs(off) - 0.5;
	return corrected > 0 ? erfc(corrected / sqrt(2 * variance)) : 1;
}

enum { EXACT_MAX = 49 };

bool groups_mann_whitney(struct arena *a, const double *x, size_t n_x, const double *y, size_t n_y,
			 struct mann_whitney *out)
{
	if (!n_x || !n_y)
		return false;
	struct arena_mark m = arena_mark(a);
	size_t n = n_x + n_y;
	double *both = NEW(a, n, double), *rank = NEW(a, n, double), ties = 0;
	memcpy(both, x, n_x * sizeof(*x));
	memcpy(both + n_x, y, n_y * sizeof(*y));
	rank_mid(a, both, n, rank, &ties);
	bool varies = tie_factor(ties, (double)n) > 0;
	if (varies) {
		double pairs = (double)n_x * (double)n_y;
		struct mann_whitney r = { .u = -(double)n_x * ((double)n_x + 1) / 2 };
		for (size_t i = 0; i < n_x; i++)
			r.u += rank[i];
		r.delta = 2 * r.u / pairs - 1;
		r.exact = ties <= 0 && n_x <= EXACT_MAX && n_y <= EXACT_MAX;
		double less = r.u < pairs - r.u ? r.u : pairs - r.u;
		r.p = r.exact ? 2 * exact_cdf(a, n_x, n_y, (size_t)less) :
				normal_p(r.u - pairs / 2, (double)n_x, (double)n_y, ties);
		r.p = r.p > 1 ? 1 : r.p;
		*out = r;
	}
	arena_rewind(a, m);
	return varies;
}
