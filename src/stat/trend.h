/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is there a trend over several rounds?  Two points are a change, never a trend; a trend needs at
 * least three and a test.  All values must be finite. */
#ifndef SSME_STAT_TREND_H
#define SSME_STAT_TREND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* ---- one series ---- */

enum { TREND_POINTS_MAX = 3000 };

/* A line through points that a few wild ones do not move (H. Theil, Proc. Kon. Ned. Akad. Wet. A 53
 * (1950) 386-392; P. Sen, J. Amer. Statist. Assoc. 63 (1968) 1379-1389). */
struct trend_line {
	double slope;     /* median of (y_j - y_i) / (t_j - t_i) over all pairs with another t */
	double intercept; /* median of y - slope t */
	bool has_interval; /* there are enough points for the level */
	double low, high; /* bounds of the slope: those slopes that lie as far from the middle as
			     Kendall's statistic may by chance, taken outwards */
	bool monotone;    /* in order of t, y never turns back, nor stays */
	double tau, p;    /* Kendall's, of t and y: the test that there is no trend; exact without
			     ties and below 50 points */
};
/* 3 <= n <= TREND_POINTS_MAX; 0 < level < 1.  ERR_INPUT: another n or level, a number that is not
 * finite, t or y that does not vary.  a: scratch, given back. */
bool trend_line(struct arena *a, const double *t, const double *y, size_t n, double level,
		struct trend_line *out, struct err *e) MUST_CHECK;

/* ---- the same units in every round ---- */

/* Values of n_unit units in n_round rounds, a unit's together. */
struct trend_table {
	const double *value;
	size_t n_unit, n_round;
};

/* Do the rounds differ at all (M. Friedman, J. Amer. Statist. Assoc. 32 (1937) 675-701; with the
 * correction for ties)? */
struct trend_friedman {
	double chi_squared, df, p; /* df: n_round - 1 */
	double agreement;          /* Kendall's W = chi_squared / (n_unit df): 0..1 */
};
/* n_unit >= 1, n_round >= 2.  ERR_INPUT: fewer, a number that is not finite, or every unit the same
 * in all rounds. */
bool trend_friedman(struct arena *a, const struct trend_table *t, struct trend_friedman *out,
		    struct err *e) MUST_CHECK;

/* Do they rise or fall in the order of the rounds (E. Page, J. Amer. Statist. Assoc. 58 (1963)
 * 216-230)?  L = sum over rounds of their place times the sum of the units' ranks in them. */
struct trend_page {
	double l, mean, sd; /* sd of L when the rounds do not matter, given the ties */
	double z;           /* (l - mean) / sd */
	double p_rising;    /* chance of an L at least as large */
	double p_falling;   /* at least as small */
	double p;           /* two sides: twice the smaller, at most 1 */
	bool exact;         /* over all orders (at most 5 rounds and 50 units), else normal */
};
/* n_unit >= 1, n_round >= 3.  ERR_INPUT as above. */
bool trend_page(struct arena *a, const struct trend_table *t, struct trend_page *out,
		struct err *e) MUST_CHECK;

#endif
