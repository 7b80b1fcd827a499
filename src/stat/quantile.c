/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/quantile.h"

#include <assert.h>
#include <float.h>
#include <math.h>

#include "stat/beta.h"
#include "stat/rank.h"

/* A quantile is (1 - h) * x(j) + h * x(j + 1), x(1) the smallest; j outside 1..n means the end. */
struct place {
	size_t low, high; /* 0-based */
	double h;
};

static size_t clamp_place(double j, size_t n)
{
	return j < 1 ? 0 : j > (double)n ? n - 1 : (size_t)j - 1;
}

/* Products such as 10 * 0.7 that should be whole miss it by a few units in the last place; the
 * tolerance is R's. */
static const double fuzz = 4 * DBL_EPSILON;

static struct place place_of(size_t n, double p, int type)
{
	static const struct {
		double a, b;
	} of_type[10] = { [4] = { 0, 1 },
			  [5] = { 0.5, 0.5 },
			  [6] = { 0, 0 },
			  [7] = { 1, 1 },
			  [8] = { 1.0 / 3, 1.0 / 3 },
			  [9] = { 3.0 / 8, 3.0 / 8 } };
	assert(n >= 1 && p >= 0 && p <= 1 && type >= 1 && type <= 9);
	double at, j, h;
	if (type <= 3) {
		at = type == 3 ? (double)n * p - 0.5 : (double)n * p;
		j = floor(at + fuzz);
		bool whole = !(at > j + fuzz);
		if (type == 1)
			h = whole ? 0 : 1;
		else if (type == 2)
			h = whole ? 0.5 : 1;
		else
			h = whole && fmod(j, 2) == 0 ? 0 : 1;
	} else {
		double a = of_type[type].a, b = of_type[type].b;
		at = a + p * ((double)n + 1 - a - b);
		j = floor(at + fuzz);
		h = at - j;
		if (fabs(h) < fuzz)
			h = 0;
	}
	return (struct place){ clamp_place(j, n), clamp_place(j + 1, n), h };
}

static double between(double low, double high, double h)
{
	/* the ends exactly, also where high - low would overflow */
	if (h <= 0 || low >= high)
		return low;
	if (h >= 1)
		return high;
	double step = high - low;
	return isfinite(step) ? low + h * step : (1 - h) * low + h * high;
}

double quantile_of_sorted(const double *sorted, size_t n, double p, int type)
{
	struct place at = place_of(n, p, type);
	return between(sorted[at.low], sorted[at.high], at.h);
}

static void swap(double *a, double *b)
{
	double t = *a;
	*a = *b;
	*b = t;
}

/* Three ways at once, so that many equal values (answers on a scale) cost one pass:
 * x[0..*low) < pivot = x[*low..*high) < x[*high..n) */
static void partition(double *x, size_t n, double pivot, size_t *low, size_t *high)
{
	size_t l = 0, i = 0, h = n;
	while (i < h) {
		if (x[i] < pivot)
			swap(&x[l++], &x[i++]);
		else if (x[i] > pivot)
			swap(&x[i], &x[--h]);
		else
			i++;
	}
	*low = l;
	*high = h;
}

/* Moves the k-th smallest (0-based) to x[k]; what is left of it is not greater, right not less. */
static void select_place(double *x, size_t n, size_t k)
{
	for (int tries = 0; n > 1; tries++) {
		if (tries == 64 || n <= 16) { /* bad pivots: sorting bounds the work */
			rank_sort(x, n);
			return;
		}
		double a = x[n / 4], b = x[n / 2], c = x[n - 1 - n / 4];
		double pivot = a < b ? (c < a ? a : c > b ? b : c) : (c < b ? b : c > a ? a : c);
		size_t low, high;
		partition(x, n, pivot, &low, &high);
		if (k >= low && k < high)
			return;
		if (k < low) {
			n = low;
		} else {
			x += high;
			k -= high;
			n -= high;
		}
	}
}

double quantile_of(double *x, size_t n, double p, int type)
{
	struct place at = place_of(n, p, type);
	select_place(x, n, at.low);
	double low = x[at.low], high = low;
	if (at.high > at.low && at.h > 0) {
		high = x[at.high];
		for (size_t i = at.high + 1; i < n; i++)
			high = x[i] < high ? x[i] : high;
	}
	return between(low, high, at.h);
}

double quantile_median(double *x, size_t n)
{
	return quantile_of(x, n, 0.5, QUANTILE_TYPE);
}

bool quantile_median_interval(size_t n, double level, size_t *ret_l, size_t *ret_u,
			      double *ret_coverage)
{
	assert(level > 0 && level < 1);
	if (n < 1 || n > 1000000000)
		return false;
	/* l = the least k with P(Binomial(n, 1/2) <= k) >= (1 - level) / 2, found by halving */
	double tail = (1 - level) / 2;
	size_t low = 0, high = n / 2;
	while (low < high) {
		size_t k = (low + high) / 2;
		if (beta_binomial_cdf((double)k, (double)n, 0.5) >= tail)
			high = k;
		else
			low = k + 1;
	}
	if (low < 1)
		return false;
	*ret_l = low;
	*ret_u = n - low + 1;
	*ret_coverage = 1 - 2 * beta_binomial_cdf((double)low - 1, (double)n, 0.5);
	return true;
}
