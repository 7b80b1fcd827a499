/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How two variables go together.  All values must be finite; pairs with a missing value are left
 * out by the caller.  False and nothing written: too few pairs, or one of the variables does not
 * vary (the coefficient is undefined, never 0). */
#ifndef SSME_STAT_ASSOCIATION_H
#define SSME_STAT_ASSOCIATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* Pearson's coefficient, -1..1, centred in two passes; n >= 2. */
bool association_pearson(const double *x, const double *y, size_t n, double *out);

/* Its test against 0 (t with n - 2 degrees of freedom, two sides) and its interval by Fisher's z.
 * |r| <= 1, n >= 3; the interval needs n >= 4 and 0 < level < 1. */
bool association_pearson_test(double r, size_t n, double *ret_t, double *ret_p);
bool association_pearson_interval(double r, size_t n, double level, double *ret_low,
				  double *ret_high);

/* Spearman's coefficient: Pearson's of mid-ranks; n >= 2.  a: scratch, given back. */
bool association_spearman(struct arena *a, const double *x, const double *y, size_t n, double *out);
/* Its two-sided p: over all orders when 3 <= n <= 9 (also with ties), else by t. */
bool association_spearman_test(struct arena *a, const double *x, const double *y, size_t n,
			       double *ret_p);
/* Its interval by Fisher's z with the standard error sqrt((1 + rho^2 / 2) / (n - 3)) (D. Bonett,
 * T. Wright, Psychometrika 65 (2000) 23-28).  |rho| <= 1, n >= 4, 0 < level < 1; one of them
 * broken: false.  rho = 1 or -1 has no width. */
bool association_spearman_interval(double rho, size_t n, double level, double *ret_low,
				   double *ret_high);

/* Kendall's tau-b, counted by merging (W. Knight, J. Amer. Statist. Assoc. 61 (1966) 436-439);
 * n >= 2.  Two-sided p: exact without ties and n < 50, else normal with the variance for ties. */
struct kendall {
	double tau; /* -1..1 */
	double concordant, discordant; /* pairs; those tied in x or y are in neither */
	double p;
	bool exact;
};
bool association_kendall(struct arena *a, const double *x, const double *y, size_t n,
			 struct kendall *out);

#endif
