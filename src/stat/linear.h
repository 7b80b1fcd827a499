/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Least squares: lines, curves and planes through values, and the means of groups.  All values must
 * be finite.  The arithmetic inside has more digits than a double where the processor has them, so
 * that nearly collinear columns lose fewer. */
#ifndef SSME_STAT_LINEAR_H
#define SSME_STAT_LINEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* y = b0 + b1 x1 + ... + bk xk, by Householder's reflections of the scaled columns (G. Golub,
 * Numer. Math. 7 (1965) 206-216). */
struct linear_model {
	const double *y;
	const double *const *x; /* k columns of n values */
	size_t n, k;
	bool intercept; /* b0 is there; else it is 0 */
	unsigned power; /* k = 1: the columns are x, x^2 ... x^power; 0 and 1: x alone */
};
struct linear_fit {
	size_t n_terms;      /* coefficients, the intercept first where there is one */
	double *coefficient; /* n_terms, and their standard errors */
	double *se;
	size_t df;           /* n - n_terms */
	double residual_sd;
	double r2; /* share of the squares about the mean (without intercept: about 0) explained */
};
enum { LINEAR_TERMS_MAX = 64 };
/* ERR_INPUT: no more values than terms, too many terms, columns of which one is a mixture of the
 * others, or a power with several columns.  out's arrays live in a. */
bool linear_fit(struct arena *a, const struct linear_model *m, struct linear_fit *out,
		struct err *e) MUST_CHECK;

/* Do the means of groups differ?  Analysis of variance in one way (R. Fisher 1925); values are
 * taken less the first of them, so that a great common size does no harm. */
struct linear_anova {
	size_t df_between, df_within;
	double ss_between, ss_within; /* sums of squares */
	double ms_between, ms_within; /* over their degrees of freedom */
	double f, p; /* ms_between / ms_within */
	double r2; /* ss_between over all */
	double residual_sd; /* root of ms_within */
};
/* group[i]: 0..k-1; groups without a value do not count.  ERR_INPUT: fewer than two groups, no more
 * values than groups, or no spread within any group.  a: scratch, given back. */
bool linear_anova(struct arena *a, const double *y, const uint32_t *group, size_t n, size_t k,
		  struct linear_anova *out, struct err *e) MUST_CHECK;

#endif
