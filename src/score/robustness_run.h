/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of robustness_run(): all draws counted, and what moves them. */
#ifndef SSME_SCORE_ROBUSTNESS_RUN_H
#define SSME_SCORE_ROBUSTNESS_RUN_H

#include "score/robustness_gate.h"

/* Fills in, for every drawn cluster, probability, score_ and rank_ of out->cluster. */
void robustness_draws(struct arena *a, const struct draw_plan *p, const struct draw_gates *g,
		      const struct runner *runner, struct robustness *out);

/* Fills in factor, n_factors and target_mean. */
bool robustness_factors(struct arena *a, const struct draw_plan *p, const struct scores *s,
			const struct runner *runner, struct robustness *out,
			struct err *e) MUST_CHECK;

#endif
