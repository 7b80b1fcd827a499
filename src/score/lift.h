/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lifts a cluster to the next level: the distance, the gate that holds it back, and the
 * cheapest sets of answers that would do it, found by exact search over the steps of the method and
 * each proved by scoring again.  It says what the rule would give, not what would happen. */
#ifndef SSME_SCORE_LIFT_H
#define SSME_SCORE_LIFT_H

#include "score/score.h"

enum { LIFT_PLANS_MAX = 3 };

struct lift_step {
	size_t step; /* index into instrument.step */
	int64_t gain_micro; /* score with this step alone less the score now */
};

struct lift_plan {
	struct lift_step *step; /* in the order of the steps sheet; one of each item at the most */
	size_t n;
	int effort; /* sum of the steps' efforts */
	int64_t score_micro; /* scored again with all of them */
	int level; /* reached, at least the level aimed at */
};

struct lift {
	bool possible; /* there is a next level and the cluster is categorizable */
	int level; /* the next one, of profile[profile] */
	int64_t missing_micro; /* points to its cut, rounded up; 0: the cut is reached already */
	int gate; /* the first gate of that level or a lower one that fails, -1: none */
	/* Cheapest first: least effort, then fewest steps, then the higher score.  A set that
	 * takes steps of all the items of a plan before it is passed over. */
	struct lift_plan plan[LIFT_PLANS_MAX];
	size_t n_plans; /* 0: no set of steps reaches the level */
	/* The most gainful step of each item that earns more than it has and needs no other step
	 * first, by its gain in score, then the lesser effort, then the order of the sheet. */
	struct lift_step *best;
	size_t n_best;
	/* False: the search gave up because sets that have the points fail gates over and over.
	 * What plans there are hold, but cheaper ones may exist. */
	bool complete;
};

/* The cluster of row `row`; profile: index, 0 the official one.  A step counts when it earns more
 * points than its item has now, no more than the item's maximum, the item applies and its area is
 * computed.  In a plan each step must earn its points upon the answers as they would be (who has no
 * action plan cannot carry out half of it).  Other items keep the points they have, less what a
 * step's answer takes from them; what it gives them is not counted.  Gates read the cluster's
 * answers with those of the steps in them, as score/lift_row.h tells.
 *
 * Exact within 10^-10 points of the cut from above; every plan is proved with exact numbers.
 * ERR_INPUT: no such profile. */
bool lift_find(struct arena *a, const struct instrument *in, const struct frame *cluster_table,
	       const struct scores *s, size_t row, size_t profile, struct lift *out,
	       struct err *e) MUST_CHECK;

#endif
