/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units that stand for others: weights that meet known totals, and weighted means, totals and
 * ratios with the standard error of the way the units were chosen.
 *
 * All values must be finite and all weights positive, unless said otherwise; ERR_INPUT if not, with
 * the place (from 1) of the first that is not. */
#ifndef SSME_STAT_WEIGHTING_H
#define SSME_STAT_WEIGHTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* ---- weights alone ---- */

/* How many equally weighted units would say as much: (sum w)^2 / sum w^2, and n over that, which is
 * 1 + the squared coefficient of variation (L. Kish, Survey Sampling, 1965). */
struct weighting_kish {
	double n_effective; /* <= n */
	double design_effect; /* >= 1 */
};
bool weighting_kish(const double *weight, size_t n, struct weighting_kish *out,
		    struct err *e) MUST_CHECK;

/* Mean, and the variance when a weight says how often a value was seen: sum w (x - mean)^2 /
 * (sum w - 1).  n >= 1; a variance needs a sum of weights over 1, else it is 0. */
struct weighting_moment {
	double mean, variance;
};
bool weighting_moment(const double *x, const double *weight, size_t n,
		      struct weighting_moment *out, struct err *e) MUST_CHECK;

enum weighting_quantile_rule {
	WEIGHTING_FREQUENCY, /* type 7 of quantile.h with each value as often as its weight says */
	WEIGHTING_INVERSE,   /* the least value with a share of at least p of the weight up to it */
};
/* p: 0..1.  a: scratch, given back. */
bool weighting_quantile(struct arena *a, const double *x, const double *weight, size_t n, double p,
			enum weighting_quantile_rule rule, double *out, struct err *e) MUST_CHECK;

/* ---- weights that meet known totals ---- */

/* One division of all units into groups whose true sizes are known. */
struct weighting_margin {
	const uint32_t *group; /* of each unit, 0..n_group-1 */
	size_t n_group;
	const double *total; /* known size of each group, >= 0 */
};

struct weighting_rake {
	double tolerance;     /* a margin is met when each of its sums is off by less than this
				 share of its total; 0: 1e-10 */
	unsigned n_round_max; /* 0: 1000 */
	double trim;          /* no weight may change by more than this factor, > 1; 0: any may */
};

/* Multiplies the weights margin by margin until all margins are met (W. Deming, F. Stephan, Ann.
 * Math. Statist. 11 (1940) 427-444).  One margin: post-stratification, done in one round.  With
 * trim, weights that change by more are cut back and all are raked again until none does.
 * weight: n positive ones, changed in place only on success.  ret_rounds may be NULL.
 * ERR_INPUT: no margin; a group with a total but no unit, or with units but a total of 0; margins
 * whose totals do not add up to the same; no convergence (names the margin that is furthest off).
 */
bool weighting_rake(struct arena *a, const struct weighting_rake *how,
		    const struct weighting_margin *margin, size_t n_margin, double *weight,
		    size_t n, unsigned *ret_rounds, struct err *e) MUST_CHECK;

/* ---- estimates with the error of a design ---- */

/* How the units were chosen.  Clusters of units within strata, in one stage; without strata there
 * is one, without clusters each unit is its own. */
struct weighting_design {
	size_t n;
	const double *weight;
	const uint32_t *stratum; /* of each unit, 0..n_stratum-1; NULL: one stratum */
	size_t n_stratum;
	const uint32_t *cluster; /* of each unit, 0..n_cluster-1; NULL: each its own */
	size_t n_cluster;
	/* Clusters in the whole population of each stratum, for its finite-population factor
	 * 1 - n_h / N_h; NULL: boundless. */
	const double *population;
	const bool *inside; /* the domain that is asked about; NULL: all units */
	/* Margins that the weights were made to meet, and the weights before: what the margins
	 * explain is no error. */
	const struct weighting_margin *margin;
	size_t n_margin;
	const double *weight_before; /* NULL: equal ones */
};

struct weighting_estimate {
	double value;
	double se;          /* standard error, by linearisation */
	double df;          /* clusters less strata */
	double design_effect; /* of a mean of all units: its variance over that of a simple
				 sample without replacement; else 0 */
	size_t n;           /* units in the domain */
};

/* Ratio sum w y / sum w x: e = (y - R x) / sum w x, and the variance is
 * sum over strata of (1 - f_h) n_h / (n_h - 1) sum over clusters of (sum w e - mean)^2
 * (W. Cochran, Sampling Techniques, 1977, 6.3 and 11).  Growth of matched units is a ratio: y now,
 * x before, minus 1.  ERR_INPUT: sum w x = 0; no unit in the domain; a stratum with one cluster
 * that does not hold them all; more clusters in a stratum than in its population; a cluster in two
 * strata.  a: scratch, given back. */
bool weighting_ratio(struct arena *a, const struct weighting_design *d, const double *y,
		     const double *x, struct weighting_estimate *out, struct err *e) MUST_CHECK;
/* Mean (a ratio to 1; of values 0 and 1 a share) and total. */
bool weighting_mean(struct arena *a, const struct weighting_design *d, const double *y,
		    struct weighting_estimate *out, struct err *e) MUST_CHECK;
bool weighting_total(struct arena *a, const struct weighting_design *d, const double *y,
		     struct weighting_estimate *out, struct err *e) MUST_CHECK;

/* Normal interval value -+ z se; 0 < level < 1, else false. */
bool weighting_interval(const struct weighting_estimate *v, double level, double *ret_low,
			double *ret_high);
/* Two-sided test that the value is 0: t = value / se with that many degrees of freedom, > 0 (v->df,
 * or one less as R's svyttest takes them).  False: se = 0 or no degrees of freedom. */
bool weighting_test(const struct weighting_estimate *v, double df, double *ret_t, double *ret_p);

#endif
