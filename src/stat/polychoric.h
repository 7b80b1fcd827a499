/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The correlation behind two ordered answers: that of two normal variables which, cut at
 * thresholds, give the table (K. Pearson 1900; U. Olsson, Psychometrika 44 (1979) 443-460). */
#ifndef SSME_STAT_POLYCHORIC_H
#define SSME_STAT_POLYCHORIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* P(X < x and Y < y) of two standard normal variables with correlation rho, -1..1, right to some
 * 10^-15.  x and y may be infinite.  By D. Owen's function T (Ann. Math. Statist. 27 (1956)
 * 1075-1090). */
double polychoric_binormal(double x, double y, double rho);

struct polychoric {
	double rho;        /* -0.9999..0.9999 */
	double se;         /* from the expected information; 0 where it says nothing */
	double log_likelihood;
	bool at_edge;      /* rho ran into its end: the table fits a perfect order */
	bool corrected;    /* 2 x 2 with an empty cell: 1/2 was added to the empty cells */
	bool converged;
};

/* count: rows * columns counts, row after row, finite and >= 0; empty rows and columns are left
 * out.  Two steps: thresholds from the margins, then rho by maximum likelihood; its se takes the
 * thresholds as known.  False, nothing written: a bad count, or fewer than two rows or columns are
 * left.  a: scratch, given back. */
bool polychoric_two_step(struct arena *a, const double *count, size_t rows, size_t columns,
			 struct polychoric *out);
/* Thresholds and rho together. */
bool polychoric_ml(struct arena *a, const double *count, size_t rows, size_t columns,
		   struct polychoric *out);

#endif
