/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distributions: how much lies below and above a value, and the value that so much lies below.
 *
 * The normal, chi-squared and gamma distributions are GSL's; t, F and beta stand on beta.h.  GSL
 * must have been told not to end the process on an error (gsl_set_error_handler_off(), once at the
 * start of a program); an error of its is ours then. */
#ifndef SSME_STAT_DISTRIBUTION_H
#define SSME_STAT_DISTRIBUTION_H

#include "base/err.h"

enum distribution_kind {
	DISTRIBUTION_NORMAL,      /* a: mean, b: standard deviation > 0 */
	DISTRIBUTION_T,           /* a: degrees of freedom > 0; b unused */
	DISTRIBUTION_CHI_SQUARED, /* a: degrees of freedom > 0; b unused */
	DISTRIBUTION_F,           /* a, b: degrees of freedom above and below the line, > 0 */
	DISTRIBUTION_GAMMA,       /* a: shape > 0, b: scale > 0 (mean a b) */
	DISTRIBUTION_BETA,        /* a, b: shapes > 0 */
};

struct distribution {
	enum distribution_kind kind;
	double a, b; /* within 10^-9 .. 10^9; the normal's: any finite number */
};

/* P(X <= x) and P(X > x), each with its own digits: neither is 1 minus the other, so far tails are
 * exact.  x: any number but NaN, also an infinity.  ERR_INPUT: parameters outside their range, x
 * NaN, or no convergence. */
bool distribution_below(struct distribution d, double x, double *out, struct err *e) MUST_CHECK;
bool distribution_above(struct distribution d, double x, double *out, struct err *e) MUST_CHECK;

/* The least double x with P(X <= x) >= p, 0 < p < 1, found by halving the doubles themselves: right
 * to the last digits of the probability (the normal's by M. Wichura's Algorithm AS 241).  ERR_INPUT
 * as above, or p not inside 0..1. */
bool distribution_quantile(struct distribution d, double p, double *out, struct err *e) MUST_CHECK;

#endif
