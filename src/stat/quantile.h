/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantiles of values by the nine definitions of R. Hyndman and Y. Fan, Sample Quantiles in
 * Statistical Packages, Amer. Statist. 50 (1996) 361-365.  Type 7 is ours unless a caller says
 * otherwise (also R's and Excel's). */
#ifndef SSME_STAT_QUANTILE_H
#define SSME_STAT_QUANTILE_H

#include <stdbool.h>
#include <stddef.h>

enum { QUANTILE_TYPE = 7 };

/* p: 0..1; type: 1..9; n >= 1; all values finite.  sorted: ascending. */
double quantile_of_sorted(const double *sorted, size_t n, double p, int type);

/* The same for values in any order, which it reorders; in linear time. */
double quantile_of(double *x, size_t n, double p, int type);
double quantile_median(double *x, size_t n);

/* Distribution-free interval of the median by order statistics (W. Conover, Practical
 * Nonparametric Statistics, 1999): the l-th and u-th smallest value, 1-based, with at least the
 * wanted level.  level: 0..1, both excluded.  False: n is too small for that level. */
bool quantile_median_interval(size_t n, double level, size_t *ret_l, size_t *ret_u,
			      double *ret_coverage);

#endif
