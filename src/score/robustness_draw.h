/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawing scores: a plan of what is fixed and what varies, made once, and blocks of draws. */
#ifndef SSME_SCORE_ROBUSTNESS_DRAW_H
#define SSME_SCORE_ROBUSTNESS_DRAW_H

#include "score/robustness_item.h"

/* Only clusters with a score take part: `drawn` ones, 0..n-1. */
struct drawn_cluster {
	size_t index;  /* in scores */
	uint64_t unit; /* names its stream of numbers: a digest of its points, so that neither the
			  order of the clusters nor their codes matter.  Clusters with the same
			  points get the same numbers */
	size_t mask;   /* which of plan.mask: the areas it has */
	struct varying_area *varying;
	size_t n_varying;
};

struct draw_plan {
	const struct instrument *in;
	const struct robustness_model *model;
	size_t n_areas;
	double *weight;            /* n_areas; add up to 1 */
	struct drawn_cluster *cluster;
	size_t n, n_quads;
	bool *mask;                /* n_masks * n_areas: area is computed */
	bool *whole;               /* n_masks: every area with a weight is computed */
	size_t n_masks;
	/* Areas that are the same in every draw, for draw_mix(); 0 where they are not. */
	size_t *term;              /* n_terms: areas */
	size_t n_terms;
	double *fixed, *log_fixed; /* n_quads * n_terms * DRAW_QUAD */
	bool any_missing;          /* of the clusters that are drawn has a missing item */
};

/* A draw is named by its numbers in three streams: of weights, of rubric errors and of missing
 * answers. */
enum draw_part { DRAW_WEIGHT, DRAW_ERROR, DRAW_MISSING, DRAW_PARTS };

/* Which set of streams: those of the draws and those of the sensitivity analysis never meet. */
enum draw_purpose { PURPOSE_MAIN = 1, PURPOSE_SOBOL = 2, PURPOSE_SOBOL_CHOICE = 3 };
uint32_t draw_purpose(enum draw_purpose purpose, enum draw_part part);

struct robustness_draw_block {
	enum draw_purpose purpose;
	bool geometric;            /* how the areas of these draws are put together */
	size_t n;                  /* draws in it, 1..DRAW_LANES */
	uint32_t id[DRAW_PARTS][DRAW_LANES];
	double *row;               /* n_quads * DRAW_QUAD * DRAW_LANES: scores */
	double *area;              /* n * n_areas * DRAW_LANES areas, or NULL: not wanted */
	double *weight, *term_weight, *inverse; /* n_areas, n_terms, n_masks rows */
	double *one_area;          /* scratch of one row */
};

void draw_plan_make(struct arena *a, const struct instrument *in, const struct scores *s,
		    const struct robustness_model *model, struct draw_plan *out);
struct robustness_draw_block draw_block_make(struct arena *a, const struct draw_plan *p,
					     bool areas);

/* Fills in rows (and areas) of a block whose id, geometric and n are set.  Draws whose number in
 * the stream of weights is even take Dirichlet weights, odd ones weights within the range, when
 * the model has both. */
void robustness_draw_block(const struct draw_plan *p, struct robustness_draw_block *b);

#endif
