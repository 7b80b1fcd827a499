/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mean, spread and shape of values.  All must be finite. */
#ifndef SSME_STAT_MOMENT_H
#define SSME_STAT_MOMENT_H

#include <stdbool.h>
#include <stddef.h>

struct moment {
	size_t n;
	double mean;     /* n >= 1, else 0 */
	double variance; /* divisor n - 1; n >= 2, else 0 */
	double sd;       /* its root */
	double min, max; /* n >= 1, else 0 */
};

/* Two passes with the correction for the rounding of the mean (T. Chan, G. Golub, R. LeVeque,
 * Amer. Statist. 37 (1983) 242-247, eq. 1.7): (sum d^2 - (sum d)^2 / n) / (n - 1), d = x - mean. */
struct moment moment_of(const double *x, size_t n);

/* Sum of (x - x_mean)(y - y_mean) with the same correction; y may be x. */
double moment_cross(const double *x, double x_mean, const double *y, double y_mean, size_t n);

/* Adjusted Fisher-Pearson skewness G1 (n >= 3) and excess kurtosis G2 (n >= 4).  False: too few
 * values, or they do not vary. */
bool moment_skewness(const double *x, size_t n, double *out);
bool moment_kurtosis(const double *x, size_t n, double *out);

/* Correlation of each value with the one after it: sum d(i) d(i+1) / sum d(i)^2.  False: fewer than
 * two values, or they do not vary. */
bool moment_autocorrelation(const double *x, size_t n, double *out);

#endif
