/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Confidence intervals of a proportion.  Proportions are 0..1 (a share of 72 % is 0.72).
 * level: confidence, 0..1 with both excluded, usually 0.95. */
#ifndef SSME_STAT_INTERVAL_H
#define SSME_STAT_INTERVAL_H

#include "base/err.h"

struct interval {
	double low, high; /* 0 <= low <= high <= 1 */
};

/* The value that a standard normal variable stays below with probability p, 0 < p < 1. */
double interval_normal_quantile(double p);

/* For all functions here: hits of n units have the property, 0 <= hits <= n, n > 0; both may be
 * fractions (weighted counts).  ERR_INPUT, *out untouched: numbers that break this or level. */

/* Wilson's score interval (E. Wilson, J. Amer. Statist. Assoc. 22 (1927) 209-212): for units that
 * stand for many others. */
bool interval_wilson(double hits, double n, double level, struct interval *out,
		     struct err *e) MUST_CHECK;

/* The same for a population of N >= n units of which n were seen (B. O'Neill, Mathematical
 * properties and finite-population correction for the Wilson score interval, 2021): with
 * f = (N - n) / (N - 1) and psi = f z^2 / (2 n) it is
 * (p + psi -+ sqrt(2 psi p (1 - p) + psi^2)) / (1 + 2 psi).  N = n gives no width: all are seen. */
bool interval_wilson_fpc(double hits, double n, double population, double level,
			 struct interval *out, struct err *e) MUST_CHECK;

/* The same for the share among the N - n units that were not seen: f = (N - 1) / (N - n).
 * ERR_INPUT also when N <= n: nobody is left. */
bool interval_wilson_unseen(double hits, double n, double population, double level,
			    struct interval *out, struct err *e) MUST_CHECK;

/* Others, for comparison and for readers who ask for them. */
/* Wilson with continuity correction (R. Newcombe, Statist. Med. 17 (1998) 857-872, method 4). */
bool interval_wilson_continuity(double hits, double n, double level, struct interval *out,
				struct err *e) MUST_CHECK;
/* Exact (C. Clopper, E. Pearson, Biometrika 26 (1934) 404-413). */
bool interval_clopper_pearson(double hits, double n, double level, struct interval *out,
			      struct err *e) MUST_CHECK;
/* A. Agresti, B. Coull, Amer. Statist. 52 (1998) 119-126; cut to 0..1. */
bool interval_agresti_coull(double hits, double n, double level, struct interval *out,
			    struct err *e) MUST_CHECK;
/* Jeffreys (L. Brown, T. Cai, A. DasGupta, Statist. Sci. 16 (2001) 101-133), without their
 * correction at the ends. */
bool interval_jeffreys(double hits, double n, double level, struct interval *out,
		       struct err *e) MUST_CHECK;

#endif
