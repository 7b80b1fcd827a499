/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Order and ranks.  Values must be finite; equal values are ties. */
#ifndef SSME_STAT_RANK_H
#define SSME_STAT_RANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Sorts in place, ascending; no memory. */
void rank_sort(double *x, size_t n);

/* order[i]: index in x of the i-th smallest value; ties keep the order of x.  n < 2^32. */
void rank_order(struct arena *a, const double *x, size_t n, uint32_t *order);

/* Mid-ranks 1..n: tied values share the mean of their places.  ret_ties (may be NULL): sum of
 * t^3 - t over groups of t equal values, for corrections of variance. */
void rank_mid(struct arena *a, const double *x, size_t n, double *out, double *ret_ties);

/* Ranks as in sports: 1 + how many are better, so that ties share the best place ("1 2 2 4").
 * best_first: the greatest value is rank 1, else the least.  tied (may be NULL): another value is
 * equal. */
void rank_competition(struct arena *a, const double *x, size_t n, bool best_first, uint32_t *out,
		      bool *tied);

#endif
