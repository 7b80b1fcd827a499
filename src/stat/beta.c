/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/beta.h"

#include <assert.h>
#include <float.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

/* A denominator of zero is moved a little aside (W. Lentz's method as changed by I. Thompson and
 * A. Barnett, J. Comput. Phys. 64 (1986) 490-509). */
static double not_zero(double v)
{
	return fabs(v) < 1e-300 ? 1e-300 : v;
}

/* 1 / (1 + d1 / (1 + d2 / (1 + ...))), d(2m) = m (b - m) x / ((a + 2m - 1)(a + 2m)),
 * d(2m+1) = -(a + m)(a + b + m) x / ((a + 2m)(a + 2m + 1)).  For x below the mean it needs some
 * sqrt(max(a, b)) terms. */
static double fraction(double x, double a, double b)
{
	double terms = 200 + 20 * sqrt(a > b ? a : b);
	double c = 1, d = 1 / not_zero(1 - (a + b) * x / (a + 1)), value = d;
	for (double m = 1; m < terms; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		d = 1 / not_zero(1 + even * d);
		c = not_zero(1 + even / c);
		value *= c * d;
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 / not_zero(1 + odd * d);
		c = not_zero(1 + odd / c);
		value *= c * d;
		if (fabs(c * d - 1) < DBL_EPSILON)
			break;
	}
	return value;
}

double beta_cdf(double x, double a, double b)
{
	assert(a > 0 && b > 0);
	if (!(x > 0))
		return 0;
	if (x >= 1)
		return 1;
	double front = exp(a * log(x) + b * log1p(-x) - gsl_sf_lnbeta(a, b));
	double p = x < (a + 1) / (a + b + 2) ? front * fraction(x, a, b) / a :
					       1 - front * fraction(1 - x, b, a) / b;
	return p < 0 ? 0 : p > 1 ? 1 : p;
}

double beta_quantile(double p, double a, double b)
{
	assert(p >= 0 && p <= 1);
	if (p <= 0 || p >= 1)
		return p;
	double low = 0, high = 1;
	for (int i = 0; i < 1100; i++) { /* down to the least double; 60 are usual */
		double middle = (low + high) / 2;
		if (middle <= low || middle >= high)
			break;
		if (beta_cdf(middle, a, b) < p)
			low = middle;
		else
			high = middle;
	}
	return high;
}

double beta_binomial_cdf(double k, double n, double p)
{
	if (k < 0)
		return 0;
	if (k >= n)
		return 1;
	return beta_cdf(1 - p, n - k, k + 1);
}
