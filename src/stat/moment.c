/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/moment.h"

#include <math.h>

#include "stat/sum.h"

static size_t centred_block(const double *x, double mean, size_t n, size_t at, double *d)
{
	size_t m = n - at < SUM_BLOCK ? n - at : SUM_BLOCK;
	for (size_t i = 0; i < m; i++)
		d[i] = x[at + i] - mean;
	return m;
}

double moment_cross(const double *x, double x_mean, const double *y, double y_mean, size_t n)
{
	double dx[SUM_BLOCK], dy[SUM_BLOCK];
	struct sum product = { 0, 0 }, sum_x = { 0, 0 }, sum_y = { 0, 0 };
	for (size_t at = 0; at < n; at += SUM_BLOCK) {
		size_t m = centred_block(x, x_mean, n, at, dx);
		centred_block(y, y_mean, n, at, dy);
		sum_join(&product, sum_block_products(dx, dy, m));
		sum_join(&sum_x, sum_block(dx, m));
		sum_join(&sum_y, sum_block(dy, m));
	}
	if (!n)
		return 0;
	sum_add(&product, -sum_value(sum_x) * sum_value(sum_y) / (double)n);
	return sum_value(product);
}

struct moment moment_of(const double *x, size_t n)
{
	struct moment out = { .n = n };
	if (!n)
		return out;
	out.mean = sum_of(x, n) / (double)n;
	out.min = out.max = x[0];
	for (size_t i = 1; i < n; i++) {
		out.min = x[i] < out.min ? x[i] : out.min;
		out.max = x[i] > out.max ? x[i] : out.max;
	}
	/* Equal values have no spread, whatever the rounding of their mean. */
	if (n >= 2 && out.min < out.max) {
		double squares = moment_cross(x, out.mean, x, out.mean, n);
		out.variance = squares > 0 ? squares / (double)(n - 1) : 0;
		out.sd = sqrt(out.variance);
	}
	return out;
}

/* Sum of (x - mean)^power */
static double power_sum(const double *x, double mean, size_t n, int power)
{
	double d[SUM_BLOCK];
	struct sum s = { 0, 0 };
	for (size_t at = 0; at < n; at += SUM_BLOCK) {
		size_t m = centred_block(x, mean, n, at, d);
		for (size_t i = 0; i < m; i++)
			d[i] = power == 3 ? d[i] * d[i] * d[i] : d[i] * d[i] * (d[i] * d[i]);
		sum_join(&s, sum_block(d, m));
	}
	return sum_value(s);
}

bool moment_skewness(const double *x, size_t n, double *out)
{
	struct moment m = moment_of(x, n);
	if (n < 3 || m.sd <= 0)
		return false;
	double k = (double)n, s = m.sd;
	*out = k / ((k - 1) * (k - 2)) * power_sum(x, m.mean, n, 3) / (s * s * s);
	return true;
}

bool moment_kurtosis(const double *x, size_t n, double *out)
{
	struct moment m = moment_of(x, n);
	if (n < 4 || m.sd <= 0)
		return false;
	double k = (double)n, v = m.variance;
	double first = k * (k + 1) / ((k - 1) * (k - 2) * (k - 3)) *
		       (power_sum(x, m.mean, n, 4) / (v * v));
	*out = first - 3 * (k - 1) * (k - 1) / ((k - 2) * (k - 3));
	return true;
}

bool moment_autocorrelation(const double *x, size_t n, double *out)
{
	struct moment m = moment_of(x, n);
	if (n < 2 || m.sd <= 0)
		return false;
	struct sum s = { 0, 0 };
	for (size_t i = 0; i + 1 < n; i++) {
		double d = x[i] - m.mean, e = x[i + 1] - m.mean;
		sum_add(&s, d * e);
	}
	*out = sum_value(s) / (m.variance * (double)(n - 1));
	return true;
}
