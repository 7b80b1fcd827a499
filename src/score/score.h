/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores: a cluster's answers -> points -> areas -> score -> levels, exactly.
 *
 * Points are decimals of at most six places, held as integers of 10^-6.  Area = 100 * points /
 * maxima of its applicable items; score = weighted mean of the computed areas.  Areas and scores
 * are exact rationals (GMP); levels compare the exact value with the cut; a value is rounded once,
 * half away from zero, to 10^-6 to be kept and shown.  Missing of kind NR and ND: 0 points, counted
 * as missing; NA leaves the denominator.  Nothing of the method is here: items, maxima, weights,
 * cuts, gates and limits of missing come from the instrument. */
#ifndef SSME_SCORE_SCORE_H
#define SSME_SCORE_SCORE_H

#include "fact/fact.h"

struct item_score {
	enum missing missing;   /* of the points; NA: not applicable */
	int64_t points_micro;   /* 0 when missing */
};

struct area_score {
	bool computed;          /* false: no applicable item, or too many missing */
	int64_t micro;          /* 10^-6 of 0..100, rounded */
	double exact;           /* the same unrounded, as near as a double is; what gates see */
	int64_t points_micro, max_micro; /* over applicable items */
	unsigned applicable, missing;    /* items */
};

struct cluster_score {
	struct str cluster;
	bool categorizable; /* false: more areas not computed than the method allows, or none
			       computed */
	int64_t micro;          /* score, 10^-6 of 0..100 */
	double exact;           /* as in area_score */
	unsigned missing;       /* items NR or ND */
	struct area_score *area;        /* n_areas of the instrument */
	struct item_score *item;        /* n_items */
	int *level; /* n_profiles: index of the level reached; -1 when not categorizable */
	int *by_cut;            /* n_profiles: level by cut alone, before gates */
	int *held_by;           /* n_profiles: index of the gate that held it back, -1: none */
};

struct scores {
	struct cluster_score *cluster; /* one a row of the cluster table, in its order */
	size_t n;
};

/* cluster_table: TABLE_CLUSTER of fact_tables.  item: n_items of the instrument, those that are
 * false are left out as if they did not apply; NULL: all.  ERR_INPUT: points outside 0..max or with
 * more than six decimals; names the cluster and the question. */
bool score_clusters(struct arena *a, const struct instrument *in, const struct frame *cluster_table,
		    const bool *item, struct scores *out, struct err *e) MUST_CHECK;

/* Areas, scores and levels again, out of the points that s->cluster[].item holds now: what would be
 * if an answer were another.  Row i of cluster_table is s->cluster[i]; gates read its answers. */
void score_again(struct arena *a, const struct instrument *in, const struct frame *cluster_table,
		 struct scores *s);
/* Scores with room for n clusters, all zero. */
struct scores scores_new(struct arena *a, const struct instrument *in, size_t n);

/* Joins score, level and area_CODE to the cluster table and makes the score table.  A cluster that
 * is not categorizable has them missing (NA). */
void score_join(struct arena *a, const struct instrument *in, const struct scores *s,
		struct fact_tables *tables);

#endif
