/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Square tables: the same units put twice into the same k categories (two rounds, two readers).
 * count: k * k counts, row after row; the row is the first classification, the column the second.
 * Counts are finite and >= 0; they may be weighted.  False, nothing written: a count that is not,
 * or k == 0. */
#ifndef SSME_STAT_HOMOGENEITY_H
#define SSME_STAT_HOMOGENEITY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct homogeneity {
	double chi2;
	size_t df; /* 0: nothing moved, then chi2 is 0 and p is 1 */
	double p;
};

/* Do the categories have the same shares both times?  d' V^-1 d with d the row sums less the column
 * sums, V(i,i) = n(i,.) + n(.,i) - 2 n(i,i), V(i,j) = -(n(i,j) + n(j,i)) (A. Stuart, Biometrika 42
 * (1955) 412-416; A. Maxwell, Brit. J. Psychiatry 116 (1970) 651-655).  V loses a rank for each set
 * of categories between which nothing moves, so in each such set one category is left out; an empty
 * category, or one that nobody left or joined, is such a set alone and does not count.  Two
 * categories: the test of McNemar.  a: scratch, given back. */
bool homogeneity_stuart_maxwell(struct arena *a, const double *count, size_t k,
				struct homogeneity *out);

/* The same for ordered categories, with one degree of freedom: z = sum of score * d / sd, above 0
 * when the rows have the greater scores, which means that units went down.  score NULL: 1..k. */
bool homogeneity_ordinal(const double *count, size_t k, const double *score, double *ret_z,
			 double *ret_p);

/* Is the table symmetric, cell by cell?  (A. Bowker, J. Amer. Statist. Assoc. 43 (1948) 572-574.)
 * df: pairs of categories between which something moved. */
bool homogeneity_bowker(const double *count, size_t k, struct homogeneity *out);

/* Agreement beyond chance, at most 1 (J. Cohen, Educ. Psychol. Meas. 20 (1960) 37-46; weighted:
 * Psychol. Bull. 70 (1968) 213-220).  quadratic: distances weigh by their square; linear: by
 * themselves.  False also: all units in one category both times. */
struct kappa {
	double kappa, linear, quadratic;
};
bool homogeneity_kappa(const double *count, size_t k, struct kappa *out);

#endif
