/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Intervals for all shares of one distribution at once: the confidence is that every interval holds
 * its share, so shares may be compared within the table.  Shares are 0..1. */
#ifndef SSME_STAT_SIMULTANEOUS_H
#define SSME_STAT_SIMULTANEOUS_H

#include <stddef.h>

#include "stat/interval.h"

/* count[0..k-1]: units in each of k >= 1 categories, none negative, sum n > 0; they may be
 * fractions (weighted counts).  0 < level < 1.  out: k intervals.  ERR_INPUT, nothing written: one
 * of these broken. */

/* L. Goodman, Technometrics 7 (1965) 247-254: Wilson's interval of each share at the level
 * 1 - (1 - level) / k.  population: how many units there are in all, n of them counted: n times
 * (N - 1) / (N - n) stands for n, as in interval_wilson_fpc(); HUGE_VAL for a boundless one.
 * ERR_INPUT also when population < n. */
bool simultaneous_goodman(const double *count, size_t k, double population, double level,
			  struct interval *out, struct err *e) MUST_CHECK;

/* C. Sison, J. Glaz, J. Amer. Statist. Assoc. 90 (1995) 366-369: all of one width but for the ends,
 * often narrower.  Counts must be whole, n at most 10^5. */
bool simultaneous_sison_glaz(const double *count, size_t k, double level, struct interval *out,
			     struct err *e) MUST_CHECK;

#endif
