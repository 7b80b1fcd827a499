/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cheapest sets of choices, at most one of each item, whose gains reach a need: exact search.
 *
 * Sets are ordered by effort, then by their number of choices, then by the higher gain.  A table of
 * the greatest gain of every effort and number over the items that are still open (dynamic
 * programming) bounds a search in depth, which therefore goes straight to the best set of a class
 * and turns back only where the caller refuses a set.  All sums stay below 2^63. */
#ifndef SSME_SCORE_LIFT_SEARCH_H
#define SSME_SCORE_LIFT_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Gains are integers of any one unit, not negative. */
struct lift_choice {
	size_t step;
	int effort; /* >= 1 */
	int64_t gain;
};

struct lift_slot { /* an item */
	size_t item;
	const struct lift_choice *choice;
	size_t n;
};

struct lift_problem {
	const struct lift_slot *slot;
	size_t n;
	int64_t need; /* least sum of gains; may be <= 0 */
	/* choice[i]: of slot i, -1 for none.  False: whatever the slots after the first `decided`
	 * ones take, the set is refused. */
	bool (*allows_part)(void *user, const int *choice, size_t decided);
	/* The last word on a whole set. */
	bool (*allows)(void *user, const int *choice);
	void *user;
	size_t refusals_max; /* of `allows`, before the search gives up */
};

struct lift_found {
	int *choice; /* n slots */
	int effort;
	size_t n; /* choices taken */
	int64_t gain;
};

/* Up to `most` sets in their order; a set that takes choices of all the items of one found before
 * it is passed over.  The empty set is none.  *ret_complete false: the search gave up, so that sets
 * that come later in the order may be missing.  Returns how many were found. */
size_t lift_search(struct arena *a, const struct lift_problem *p, size_t most,
		   struct lift_found *found, bool *ret_complete);

#endif
