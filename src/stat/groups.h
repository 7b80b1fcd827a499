/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do groups differ in what they tend to have?  Tests by ranks, for values that need not be normal.
 * Values must be finite.  False, nothing written: too few values or groups, or no value differs
 * from another (then there is nothing to rank). */
#ifndef SSME_STAT_GROUPS_H
#define SSME_STAT_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct kruskal {
	size_t n, groups; /* values; groups that have one */
	double h;         /* with the correction for ties */
	size_t df;        /* groups - 1 */
	double p;         /* by chi-squared */
	/* share of the spread of ranks that groups account for: (h - groups + 1) / (n - groups), at
	 * most 1, a little below 0 where there is nothing */
	double epsilon2;
};
/* W. Kruskal, W. Wallis, J. Amer. Statist. Assoc. 47 (1952) 583-621.  group[i]: 0..k-1; groups
 * without a value do not count.  At least two groups and n above their number.
 * a: scratch, given back. */
bool groups_kruskal(struct arena *a, const double *x, const uint32_t *group, size_t n, size_t k,
		    struct kruskal *out);

struct mann_whitney {
	double u;     /* pairs in which x is greater, those that tie by half: 0..n_x n_y */
	double delta; /* Cliff's: share of pairs with x greater less share with y greater, -1..1 */
	double p;     /* two-sided */
	bool exact;   /* without ties and both below 50; else normal, with correction */
};
/* H. Mann, D. Whitney, Ann. Math. Statist. 18 (1947) 50-60; N. Cliff, Psychol. Bull. 114 (1993)
 * 494-509.  n_x, n_y >= 1.  a: scratch, given back. */
bool groups_mann_whitney(struct arena *a, const double *x, size_t n_x, const double *y, size_t n_y,
			 struct mann_whitney *out);

#endif
