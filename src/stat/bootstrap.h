/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a statistic would move had other units of the same kind been seen: resampling with
 * replacement (B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993).
 *
 * A statistic is a pure function of how often each unit was drawn; it may be called from several
 * threads at once.  All numbers come from (seed, purpose, replicate), see random.h: the same bits
 * for any number of threads. */
#ifndef SSME_STAT_BOOTSTRAP_H
#define SSME_STAT_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/runner.h"

struct bootstrap_statistic {
	size_t n; /* units */
	/* The statistic of units of which the i-th is there times[i] times (sum of times: n, or
	 * n - 1 for the jackknife).  False: it is undefined for these. */
	bool (*value)(void *arg, const uint32_t *times, double *out);
	void *arg;
};

/* Ready ones: arg is a struct bootstrap_pairs; x NULL: the mean of y, else sum y / sum x. */
struct bootstrap_pairs {
	const double *y, *x;
	size_t n;
};
bool bootstrap_ratio_value(void *pairs, const uint32_t *times, double *out);

/* ---- all resamples ---- */

enum { BOOTSTRAP_EXACT_MAX = 7 };

struct bootstrap_exact {
	double resamples;         /* n^n */
	double mean, sd;          /* of the statistic over all of them; divisor n^n */
	double low, median, high; /* quantiles of type 7 at (1 - level) / 2, 1/2, (1 + level) / 2 */
};
/* Every one of the n^n resamples, 1 <= n <= BOOTSTRAP_EXACT_MAX.  ERR_INPUT: another n, a level
 * outside 0..1, a statistic that is undefined for a resample.  a: scratch, given back. */
bool bootstrap_exact(struct arena *a, const struct bootstrap_statistic *s, double level,
		     struct bootstrap_exact *out, struct err *e) MUST_CHECK;

/* Standard error of a mean over all its resamples: sqrt(sum (x - mean)^2) / n, n >= 1 (5.12). */
double bootstrap_mean_se(const double *x, size_t n);

/* ---- many resamples ---- */

struct bootstrap_plan {
	uint32_t n_replicate; /* >= 1; 2000 and more for intervals */
	double level;         /* 0..1, both excluded */
	uint64_t seed;
	uint32_t purpose;
	const struct runner *runner; /* NULL: in turn */
};

struct bootstrap_result {
	double value;             /* of the units as they are */
	double se, bias;          /* over the replicates; divisor their number less 1 */
	double low, high;         /* percentile interval */
	double bca_low, bca_high; /* corrected for bias and for skewness (chapter 14.3) */
	double bias_correction;   /* z0; replicates equal to the value count half */
	double acceleration;      /* by the jackknife; 0 where it does not vary */
	uint32_t n_used;          /* replicates for which the statistic was defined */
};
/* n >= 2.  ERR_INPUT: bad plan, a statistic undefined for the units as they are, without one of
 * them, or for all replicates.  With fewer than six units no 95 % interval should be shown: use
 * bootstrap_exact() and say so.  a: scratch, given back. */
bool bootstrap_sample(struct arena *a, const struct bootstrap_statistic *s,
		      const struct bootstrap_plan *plan, struct bootstrap_result *out,
		      struct err *e) MUST_CHECK;

/* Leaving each unit out once: bias (n - 1)(mean - value), and the standard error
 * sqrt((n - 1) / n sum (value_i - mean)^2).  n >= 2.  ERR_INPUT as above. */
bool bootstrap_jackknife(struct arena *a, const struct bootstrap_statistic *s, double *ret_bias,
			 double *ret_se, struct err *e) MUST_CHECK;

/* sqrt(sum L^2) / n with L = (y - R x) / mean x, R = sum y / sum x: the nonparametric delta method
 * for a ratio (A. Davison, D. Hinkley, Bootstrap Methods, 1997, 2.7.2).  x NULL: 1.  False: x adds
 * up to 0, or n = 0. */
bool bootstrap_delta_se(const double *y, const double *x, size_t n, double *out);

/* ---- very many units ---- */

struct bootstrap_groups {
	size_t n; /* rows */
	const double *y, *x;   /* finite; x NULL: 1 */
	const uint32_t *group; /* 0..n_group-1 */
	size_t n_group;
};
struct bootstrap_group {
	double value; /* sum y / sum x; n_used = 0 where it is undefined */
	double se, low, high; /* over replicates; percentile interval */
	uint32_t n_used; /* replicates with a sum of x that is not 0 */
};
/* The ratio of each group when every row is drawn a Poisson number of times with mean 1: what
 * resampling comes to for many rows, in one pass over them a replicate (N. Chamandy et al.,
 * Estimating Uncertainty for Massive Data Streams, 2012).  out: n_group.  Memory: n_replicate times
 * n_group doubles.  ERR_INPUT: bad plan, a group or a number out of range.  a: scratch, given
 * back. */
bool bootstrap_poisson(struct arena *a, const struct bootstrap_groups *rows,
		       const struct bootstrap_plan *plan, struct bootstrap_group *out,
		       struct err *e) MUST_CHECK;

/* ---- a test by all sign flips ---- */

enum { BOOTSTRAP_FLIPS_MAX = 24 };
/* Is a mean of differences 0?  The share of all 2^n ways to flip their signs whose mean lies at
 * least as far from 0 (R. Fisher, The Design of Experiments, 1935, 21); those that differ by
 * rounding alone count as equal.  1 <= n <= BOOTSTRAP_FLIPS_MAX, else false. */
bool bootstrap_sign_flips(const double *difference, size_t n, double *ret_mean, double *ret_ways,
			  double *ret_p);

#endif
