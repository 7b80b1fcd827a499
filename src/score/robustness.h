/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How sure a level is: the scores drawn again many times under a declared model of what could
 * reasonably have been otherwise (weights, aggregation, a rubric read one step off, missing
 * answers), and what of it moves the result most.
 *
 * The model is in the method's settings (docs/instrument.md); nothing of it is here.  The same seed
 * gives the same bits for any number of threads. */
#ifndef SSME_SCORE_ROBUSTNESS_H
#define SSME_SCORE_ROBUSTNESS_H

#include "base/runner.h"
#include "score/score.h"

enum {
	ROBUSTNESS_DRAWS_MAX = 10000000,
	ROBUSTNESS_FACTORS_MAX = 8,
};

/* What varies.  Settings robustness_NAME of the method; a part left out does not vary. */
struct robustness_model {
	uint64_t seed;
	uint32_t draws;         /* robustness_draws, 100 000 */
	/* Weights of the areas.  With both, every second draw is of the other kind. */
	/* robustness_dirichlet: Dirichlet(concentration * weight); 0: none */
	double concentration;
	/* robustness_weight_range: percent each weight may be off; 0: none */
	double weight_range;
	/* robustness_geometric: percent of draws aggregated geometrically */
	double geometric;
	double geometric_floor; /* robustness_geometric_floor: areas below it are raised to it */
	double item_error;      /* robustness_item_error: percent of answered items read one step
				   lower, and as many one step higher */
	bool missing; /* robustness_missing yes: points of a missing item are drawn between
			 0 and its maximum */
	double firm, probable;  /* robustness_firm, robustness_probable: percent, 90 and 70 */
	/* robustness_sobol: base sample of the sensitivity analysis, 4096 */
	uint32_t sobol;
};

/* ERR_INPUT: a setting out of its range; names it.  A method without any robustness_ setting gives
 * a model in which nothing varies and has_model false. */
bool robustness_model_read(const struct instrument *in, struct robustness_model *out,
			   bool *has_model, struct err *e) MUST_CHECK;

enum certainty { CERTAINTY_FIRM, CERTAINTY_PROBABLE, CERTAINTY_UNDECIDED, CERTAINTY_N };
extern const char *const certainty_name[CERTAINTY_N]; /* "firme" "probable" "indefinido" */

struct cluster_robustness {
	bool computed;          /* false: not categorizable, all else is 0 */
	double *probability;    /* of each level of profile[0]: 0..1 */
	int likely;             /* the most probable level, the lower one of equals */
	enum certainty certainty; /* by the probability of `likely` */
	double score_low, score_median, score_high; /* 5 %, 50 %, 95 % of the draws (type 7) */
	double rank_low, rank_median, rank_high;    /* the same of the rank, 1 the best; ties share
						       the best place */
	double peer_below;      /* mean share of the other clusters that it leaves behind, 0..1 */
	/* Without any draw. */
	int64_t equal_micro;    /* score with equal weights of its computed areas */
	int equal_level;        /* by cut and gates of profile[0] under them */
};

/* How much of the spread of a target each factor explains (I. Sobol, Math. Comput. Simulation 55
 * (2001) 271-280; first order by M. Jansen, Comput. Phys. Commun. 117 (1999) 35-43), with 90 %
 * bootstrap intervals.  Shares, 0..1 but for sampling error. */
struct robustness_factor {
	const char *name; /* "weights" "aggregation" "item_error" "missing" */
	double first, first_low, first_high, total, total_low, total_high;
};

struct robustness {
	struct robustness_model model;
	struct cluster_robustness *cluster; /* as scores.cluster */
	size_t n;
	size_t count[CERTAINTY_N];
	size_t equal_changes;   /* clusters whose level differs under equal weights */
	/* under profile[1], matched by code of level; SIZE_MAX: no profile[1] */
	size_t second_changes;
	struct robustness_factor factor[ROBUSTNESS_FACTORS_MAX];
	/* those of the model that vary; 0 also when the target never moves */
	size_t n_factors;
	double target_mean;     /* target of the factors: mean |rank drawn - nominal rank| over
				   clusters */
};

/* cluster_table: with the scores joined or not; gates read it.  model.draws >= 1. */
bool robustness_run(struct arena *a, const struct instrument *in, const struct frame *cluster_table,
		    const struct scores *s, const struct robustness_model *model,
		    const struct runner *runner, struct robustness *out, struct err *e) MUST_CHECK;

#endif
