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
	/* 5 %, 50 %, 95 % of the draws (type 7).  Scores are counted in fiftieths of a point and
	 * spread evenly inside one (with more than 1,000 clusters coarser, down to tenths). */
	double score_low, score_median, score_high;
	/* The same of the rank among clusters with a score, 1 the best; ties share the best place.
	 * With more than 4,096 clusters neighbouring places are counted as one. */
	double rank_low, rank_median, rank_high;
	double peer_below;      /* mean share of the other clusters that it leaves behind, 0..1 */
	/* Without any draw. */
	int64_t equal_micro;    /* score with equal weights of its computed areas; an area that the
				   method gives no weight keeps none */
	int equal_level;        /* by cut and gates of profile[0] under them */
};

/* How much of the spread of a target each factor explains (I. Sobol, Math. Comput. Simulation 55
 * (2001) 271-280; first order by M. Jansen, Comput. Phys. Commun. 117 (1999) 35-43), with 90 %
 * bootstrap intervals.  Shares, 0..1 but for sampling error. */
struct robustness_factor {
	const char *name; /* "weights" "aggregation" "item_error" "missing" */
	double first, first_low, first_high, total, total_low, total_high;
};

/* The factor of that name in words: «los pesos de las áreas»; the name itself when there is
 * none. */
struct str robustness_factor_words(const char *name, enum lang lang);

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

/* How a draw is made.  Weights: Dirichlet, or each weight times an even number in 1 -+ range,
 * brought back to a sum of 1; the same for all clusters.  Areas: points of an answered item move
 * along the steps that the method gives it (0, its maximum and the points of its steps), never past
 * an end; an area that is not computed stays out.  Score: weighted mean of the areas, or exp of the
 * weighted mean of ln max(area, floor).  Level: by cut, a score less than 10^-9 below a cut
 * reaching it; a gate that reads answers alone holds or not as in the round, one that reads the
 * score, the level or an area is judged in every draw.  Clusters with the same points of every item
 * are drawn alike, whatever their codes and order.
 *
 * cluster_table: with the scores joined or not; gates read it.  model.draws >= 1.  ERR_INPUT: the
 * method has no levels. */
bool robustness_run(struct arena *a, const struct instrument *in, const struct frame *cluster_table,
		    const struct scores *s, const struct robustness_model *model,
		    const struct runner *runner, struct robustness *out, struct err *e) MUST_CHECK;

#endif
