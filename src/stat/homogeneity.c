/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/homogeneity.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static bool are_counts(const double *count, size_t k)
{
	for (size_t i = 0; i < k * k; i++)
		if (!(count[i] >= 0) || !isfinite(count[i]))
			return false;
	return k > 0;
}

static double row_sum(const double *count, size_t k, size_t i)
{
	double sum = 0;
	for (size_t j = 0; j < k; j++)
		sum += count[i * k + j];
	return sum;
}

static double column_sum(const double *count, size_t k, size_t j)
{
	double sum = 0;
	for (size_t i = 0; i < k; i++)
		sum += count[i * k + j];
	return sum;
}

/* Row sum less column sum, without the diagonal: it is in both. */
static double outflow(const double *count, size_t k, size_t i)
{
	double sum = 0;
	for (size_t j = 0; j < k; j++)
		if (j != i)
			sum += count[i * k + j] - count[j * k + i];
	return sum;
}

static double between(const double *count, size_t k, size_t i, size_t j)
{
	return i == j ? 0 : count[i * k + j] + count[j * k + i];
}

/* set[i]: the least category that can be reached from i over moves, so that categories between
 * which something moved share it. */
static void find_sets(const double *count, size_t k, size_t *set)
{
	for (size_t i = 0; i < k; i++)
		set[i] = i;
	for (bool changed = true; changed;) {
		changed = false;
		for (size_t i = 0; i < k; i++) {
			for (size_t j = 0; j < k; j++) {
				if (between(count, k, i, j) > 0 && set[j] < set[i]) {
					set[i] = set[j];
					changed = true;
				}
			}
		}
	}
}

/* V of the categories `at`, which are one set less one category: symmetric, positive definite. */
static void fill_variance(const double *count, size_t k, const size_t *at, size_t n, double *v)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++)
			v[i * n + j] = -between(count, k, at[i], at[j]);
		v[i * n + i] = 0;
		for (size_t j = 0; j < k; j++)
			v[i * n + i] += between(count, k, at[i], j);
	}
}

/* d' V^-1 d by Cholesky's factors in place: the squares of L^-1 d add up to it. */
static double quadratic_form(double *v, double *d, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j <= i; j++) {
			double s = v[i * n + j];
			for (size_t l = 0; l < j; l++)
				s -= v[i * n + l] * v[j * n + l];
			v[i * n + j] = i == j ? sqrt(s) : s / v[j * n + j];
		}
		for (size_t j = 0; j < i; j++)
			d[i] -= v[i * n + j] * d[j];
		d[i] /= v[i * n + i];
		sum += d[i] * d[i];
	}
	return sum;
}

static double chi2_p(double chi2, size_t df)
{
	return df ? gsl_cdf_chisq_Q(chi2, (double)df) : 1;
}

bool homogeneity_stuart_maxwell(struct arena *a, const double *count, size_t k,
				struct homogeneity *out)
{
	if (!are_counts(count, k))
		return false;
	struct arena_mark m = arena_mark(a);
	size_t *set = NEW(a, k, size_t), *at = NEW(a, k, size_t);
	double *v = NEW(a, k * k, double), *d = NEW(a, k, double);
	struct homogeneity h = { 0 };
	find_sets(count, k, set);
	for (size_t first = 0; first < k; first++) {
		size_t n = 0;
		for (size_t i = first + 1; i < k; i++) {
			if (set[i] != first)
				continue;
			d[n] = outflow(count, k, i);
			at[n++] = i;
		}
		fill_variance(count, k, at, n, v);
		h.chi2 += quadratic_form(v, d, n);
		h.df += n;
	}
	h.p = chi2_p(h.chi2, h.df);
	*out = h;
	arena_rewind(a, m);
	return true;
}

bool homogeneity_ordinal(const double *count, size_t k, const double *score, double *ret_z,
			 double *ret_p)
{
	if (!are_counts(count, k))
		return false;
	double sum = 0, variance = 0;
	for (size_t i = 0; i < k; i++) {
		double s = score ? score[i] : (double)i + 1;
		sum += s * outflow(count, k, i);
		for (size_t j = 0; j < i; j++) {
			double off = s - (score ? score[j] : (double)j + 1);
			variance += between(count, k, i, j) * off * off;
		}
	}
	*ret_z = variance > 0 ? sum / sqrt(variance) : 0;
	*ret_p = erfc(fabs(*ret_z) / sqrt(2.0));
	return true;
}

bool homogeneity_bowker(const double *count, size_t k, struct homogeneity *out)
{
	if (!are_counts(count, k))
		return false;
	struct homogeneity h = { 0 };
	for (size_t i = 0; i < k; i++) {
		for (size_t j = 0; j < i; j++) {
			double moved = between(count, k, i, j);
			double off = count[i * k + j] - count[j * k + i];
			h.chi2 += moved > 0 ? off * off / moved : 0;
			h.df += moved > 0;
		}
	}
	h.p = chi2_p(h.chi2, h.df);
	*out = h;
	return true;
}

/* Disagreement seen over disagreement expected; weight: distance to the power, 0 for "any". */
static double agreement(const double *count, size_t k, double total, int power)
{
	double seen = 0, expected = 0;
	for (size_t i = 0; i < k; i++) {
		double row = row_sum(count, k, i);
		for (size_t j = 0; j < k; j++) {
			double off = i > j ? (double)(i - j) : (double)(j - i);
			double weight = i == j ? 0 : power == 2 ? off * off : power == 1 ? off : 1;
			seen += weight * count[i * k + j];
			expected += weight * row * column_sum(count, k, j) / total;
		}
	}
	return 1 - seen / expected;
}

bool homogeneity_kappa(const double *count, size_t k, struct kappa *out)
{
	if (!are_counts(count, k))
		return false;
	size_t used = 0;
	double total = 0;
	for (size_t i = 0; i < k; i++) {
		double row = row_sum(count, k, i);
		used += row > 0 || column_sum(count, k, i) > 0;
		total += row;
	}
	if (used < 2)
		return false;
	*out = (struct kappa){ .kappa = agreement(count, k, total, 0),
			       .linear = agreement(count, k, total, 1),
			       .quadratic = agreement(count, k, total, 2) };
	return true;
}
