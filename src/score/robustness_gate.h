/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gates of the official profile while scores are drawn: one that reads answers alone is judged
 * once; one that reads the score, the level or an area is judged in every draw. */
#ifndef SSME_SCORE_ROBUSTNESS_GATE_H
#define SSME_SCORE_ROBUSTNESS_GATE_H

#include "score/robustness_draw.h"

struct draw_gates {
	const struct draw_plan *plan;
	const struct profile *profile;
	size_t *drawn;     /* n_drawn: gates that are judged in every draw */
	size_t n_drawn;
	int *highest;      /* plan->n: highest level that the other gates let pass */
	const struct frame *answers; /* the columns that the drawn gates read; a row a drawn
					cluster */
};

void draw_gates_make(struct arena *a, const struct draw_plan *p, const struct frame *cluster_table,
		     struct draw_gates *out);

/* Levels of a block by cut and gates: level[cluster * DRAW_LANES + lane].  b->area is filled.
 * a: scratch, given back. */
void draw_gate_levels(struct arena *a, const struct draw_gates *g,
		      const struct robustness_draw_block *b, int *level);

#endif
