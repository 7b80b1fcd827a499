/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of change in the same units seen twice.  A p is two-sided unless its name says otherwise.
 * Values must be finite.  Where nothing moved there is no evidence of change: p is 1. */
#ifndef SSME_STAT_PAIRED_H
#define SSME_STAT_PAIRED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* A yes or no asked twice: b units went from yes to no and c from no to yes; those that stayed do
 * not matter.  b + c below 2^53. */
struct mcnemar {
	double chi2, p; /* Q. McNemar, Psychometrika 12 (1947) 153-157; one degree of freedom */
	double chi2_corrected, p_corrected; /* for continuity (A. Edwards 1948): (|b - c| - 1)^2 */
	double p_exact; /* binomial: never too small */
	/* p_exact less the chance of just this split: closer to the truth, our choice for shares
	 * (M. Fagerland, S. Lydersen, P. Laake, BMC Med. Res. Methodol. 13 (2013) 91) */
	double p_mid;
	double cohen_g; /* larger of b and c over b + c, less 1/2: 0..0.5 */
};
struct mcnemar paired_mcnemar(uint64_t b, uint64_t c);

/* Units that went up against units that went down: exact p of the sign test.  Of 20 that moved,
 * 15 to 5 is the first split with p < 0.05. */
double paired_sign(uint64_t up, uint64_t down);

/* What becomes of differences of zero (which say nothing of the direction). */
enum paired_zeros {
	PAIRED_DROP, /* left out before ranking (F. Wilcoxon) */
	PAIRED_PRATT, /* ranked with the others, then left out (J. Pratt, J. Amer. Statist. Assoc.
			 54 (1959) 655-667) */
};

struct wilcoxon {
	size_t n, n_zero; /* differences; those of them that are 0 */
	/* sum of the ranks of the positive ones, by size without sign; mid-ranks */
	double v;
	double z;         /* (v - mean) / sd; the variance allows for ties */
	double p, p_greater, p_less; /* greater: the differences tend to be above 0 */
	bool exact; /* by counting all signs; else normal without correction for continuity */
	double p_corrected; /* two-sided normal with that correction, always */
};

/* Signed ranks of n differences d (new less old).  Exact for at most 50 that are not 0, also with
 * ties (and, with PAIRED_PRATT, at most 1,000 in all).  a: scratch, given back. */
enum { PAIRED_EXACT_MAX = 50 };
struct wilcoxon paired_wilcoxon(struct arena *a, const double *d, size_t n,
				enum paired_zeros zeros);

/* By how much the units moved: the median of the means of every two differences, each with itself
 * too (J. Hodges, E. Lehmann, Ann. Math. Statist. 34 (1963) 598-611), and the interval of order
 * statistics of those means that belongs to the test.  Zeros count.  coverage: what the interval
 * really has, at least the level wanted (n <= 50; beyond by the normal distribution); with ties it
 * has more.  Time n log n.  False: n is too small for that level (below 6 for 0.95), or level is
 * not inside 0..1.  a: scratch, given back. */
struct paired_shift {
	double estimate, low, high, coverage;
};
bool paired_shift(struct arena *a, const double *d, size_t n, double level,
		  struct paired_shift *out);

/* Test of the mean by flipping signs in all 2^n ways: share of them whose mean is as far from 0 as
 * the one seen (within 10^-12 of the sum of sizes, so that rounding parts no equals).  False: n is
 * 0 or above 22. */
enum { PAIRED_FLIPS_MAX = 22 };
bool paired_flips(const double *d, size_t n, double *ret_p);

#endif
