/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a score comes from and how far missing answers could move it: level <- score <- areas <-
 * items, with contributions that add up exactly, and the score between its bounds. */
#ifndef SSME_SCORE_ACCOUNT_H
#define SSME_SCORE_ACCOUNT_H

#include "score/score.h"

/* Contributions are exact rationals of the score, shown in 10^-6 so that the shown ones of the
 * items of an area add up to the shown one of the area, and those of the areas to the score: what
 * rounding leaves over goes by largest remainder, ties to the first. */
struct item_account {
	int64_t contribution_micro; /* 0 where it does not apply or its area is not computed */
	int64_t possible_micro;     /* what its full points would contribute */
};

struct area_account {
	int64_t contribution_micro;
	int64_t weight_micro;       /* share of the total weight over computed areas, of 10^6 */
};

struct account {
	struct area_account *area; /* n_areas */
	struct item_account *item; /* n_items */
};

/* The cluster must be categorizable.  possible_micro is never less than what is contributed, and
 * the same where the points are full.  Everything lives in a. */
void account_make(struct arena *a, const struct instrument *in, const struct cluster_score *c,
		  struct account *out);

/* Non-response bounds: missing items (NR, ND) at 0 points (lower), left out of the denominator
 * (available), at full points (upper), with the same areas computed as in the score.  The official
 * score is the lower one: a missing item gives 0 points. */
struct score_bounds {
	int64_t lower_micro, available_micro, upper_micro;
	int lower_level, available_level, upper_level; /* profile[0], by cut and gates */
};
/* cluster_table: what gates read; row i is s->cluster[i].  out: s->n of them, zero where a cluster
 * is not categorizable. */
struct score_bounds *score_bounds_of(struct arena *a, const struct instrument *in,
				     const struct frame *cluster_table, const struct scores *s);

#endif
