/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moves a result most: shares of its variance that go back to each uncertain factor (I.
 * Sobol', Math. Comput. Simul. 55 (2001) 271-280).
 *
 * The caller draws two independent samples A and B of n rows, one value or group of values a factor
 * in each row, and runs the model on A, on B, and for each factor i on A with that factor taken
 * from B: n (k + 2) runs for k factors. */
#ifndef SSME_STAT_SOBOL_H
#define SSME_STAT_SOBOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum sobol_estimator {
	/* M. Jansen, Comput. Phys. Commun. 117 (1999) 35-43: first = 1 - mean (f_B - f_ABi)^2 / 2V.
	 * The better one for first indices that are not small; ours unless a caller says otherwise.
	 */
	SOBOL_JANSEN,
	/* A. Saltelli et al., Comput. Phys. Commun. 181 (2010) 259-270:
	 * first = mean f_B (f_ABi - f_A) / V. */
	SOBOL_SALTELLI,
};

/* The total index is Jansen's in both: mean (f_A - f_ABi)^2 / 2V.  V: variance of all values of f_A
 * and f_B together, divisor 2n - 1. */
struct sobol_index {
	double first; /* share of the variance that goes back to this factor alone */
	double total; /* the same with all its interactions; total >= first but for chance */
	double first_low, first_high; /* bounds of the interval */
	double total_low, total_high;
};

struct sobol_design {
	enum sobol_estimator estimator;
	size_t n;        /* rows, >= 2 */
	size_t n_factor; /* >= 1 */
	const double *f_a, *f_b;   /* results of the rows of A and of B: n values, finite */
	const double *const *f_ab; /* n_factor times n values: factor i out of B */
	/* Percentile interval over this many resamples of the rows (0: none, the bounds are the
	 * value), at this level, 0..1 with both excluded. */
	uint32_t n_replicate;
	double level;
	uint64_t seed;
	uint32_t purpose; /* names the stream of random numbers, see random.h */
};

/* out: n_factor indices, not cut to 0..1: by chance they may lie outside, and an interval that does
 * says how much is chance.  a: scratch, given back.  ERR_INPUT: too few rows or factors, a value
 * that is not finite, a level outside 0..1, or results that do not vary: then no factor moves
 * anything and there is nothing to share. */
bool sobol_estimate(struct arena *a, const struct sobol_design *d, struct sobol_index *out,
		    double *ret_variance, struct err *e) MUST_CHECK;

/* i-th number of van der Corput's sequence in a prime base: the digits of i mirrored at the point,
 * 0 <= result < 1; 0 gives 0.  One base a column makes Halton's points (J. Halton, Numer. Math. 2
 * (1960) 84-90), which fill the space more evenly than random ones. */
double sobol_radical_inverse(uint64_t i, uint32_t base);

/* A model with known indices to try the estimators on (T. Ishigami, T. Homma, ISUMA '90):
 * sin x1 + a sin^2 x2 + b x3^4 sin x1, the x uniform in -pi..pi. */
double sobol_ishigami(const double x[3], double a, double b);
/* Its variance and indices; the bounds are the values. */
void sobol_ishigami_exact(double a, double b, struct sobol_index out[3], double *ret_variance);

#endif
