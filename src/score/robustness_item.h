/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the points of an area could have been: each answered item read one step of its rubric lower
 * or higher, each missing one anywhere between nothing and its maximum.
 *
 * The steps of an item are 0, its maximum and the points of the method's steps.  Items err
 * independently, so the points of an area are a sum of independent discrete numbers: its
 * distribution is worked out once for each cluster and then drawn by one random word, instead of
 * one an item. */
#ifndef SSME_SCORE_ROBUSTNESS_ITEM_H
#define SSME_SCORE_ROBUSTNESS_ITEM_H

#include "score/robustness.h"
#include "score/robustness_kernel.h"

struct outcomes {
	size_t n;
	const struct outcome *value;     /* 10^-6 points */
	/* Where the table is all that varies in its area: the area itself, and its logarithm. */
	const struct outcome *area, *log_area;
};

/* An area of one cluster that is not the same in every draw. */
struct varying_area {
	size_t area;
	double fixed_micro;      /* points that do not vary */
	double points_to_area;   /* 100 / maxima */
	struct outcomes *table;  /* more than one only where one would be too large */
	size_t n_tables;
	double *missing_max;     /* maxima of missing items that are drawn, 10^-6 points */
	size_t n_missing;
};

/* Ladders of the instrument's items: steps of item k are step[start[k]] .. step[start[k + 1] - 1],
 * rising. */
struct ladders {
	size_t *start;
	int64_t *step;
};
struct ladders ladders_of(struct arena *a, const struct instrument *in);

/* The varying areas of a cluster in the order of the areas; *ret_n of them.  work: scratch. */
struct varying_area *varying_areas(struct arena *a, const struct instrument *in,
				   const struct ladders *ladders, const struct cluster_score *c,
				   const struct robustness_model *m, struct arena *work,
				   size_t *ret_n);

#endif
