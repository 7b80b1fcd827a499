/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The beta distribution, for exact intervals and binomial probabilities.  Own code because GSL's
 * inverse ends the process where it does not converge, and its function gives up on large
 * counts. */
#ifndef SSME_STAT_BETA_H
#define SSME_STAT_BETA_H

/* Probability of at most x: the regularised incomplete beta function I_x(a, b).  a, b > 0, up to
 * some 10^9; x below 0 and above 1 is cut.  By its continued fraction (Abramowitz and Stegun
 * 26.5.8). */
double beta_cdf(double x, double a, double b);

/* The x for which beta_cdf() is p, 0 <= p <= 1, by bisection to the last bits. */
double beta_quantile(double p, double a, double b);

/* Probability of at most k successes of n with probability p each: I_{1-p}(n - k, k + 1).
 * k < 0: 0; k >= n: 1. */
double beta_binomial_cdf(double k, double n, double p);

#endif
