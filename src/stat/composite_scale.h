/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Indicators of different units on one scale.  Rules that read the other units (min-max, z, ranks)
 * serve benchmarks and sensitivity analysis; a level that must not move when a neighbour leaves is
 * scored by goalposts.  Formulas: Handbook on Constructing Composite Indicators (OECD/JRC 2008),
 * ch. 5. */
#ifndef SSME_STAT_COMPOSITE_SCALE_H
#define SSME_STAT_COMPOSITE_SCALE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* In the formulas x is already turned so that more is better (x for direction 1, -x for -1), and
 * min, max, mean, sd (divisor n - 1), n run over the known values. */
enum composite_rule {
	COMPOSITE_MINMAX,       /* low + (high - low) (x - min) / (max - min) */
	COMPOSITE_ZSCORE,       /* mean + sd (x - its mean) / its sd */
	COMPOSITE_RANK,         /* 1 for the least; ties share the lower rank */
	COMPOSITE_PERCENT_RANK, /* (rank - 1) / (n - 1), 0..1 */
	COMPOSITE_BORDA,        /* rank - 1 */
	COMPOSITE_GOALPOST,     /* low + (high - low) (x - worst) / (best - worst), cut to low..
				   high; reads no other unit */
	COMPOSITE_TARGET,       /* (x - min) / (target - min); over 1: past the target */
	COMPOSITE_REFERENCE,    /* 1 - (reference - x) / (reference - min) */
	COMPOSITE_DISTANCE_MAX, /* 1 - (max - x) / (max - min) */
	COMPOSITE_FRACTION_MAX, /* x / max, of x as it is */
};

struct composite_scale {
	enum composite_rule rule;
	int direction;      /* 1: more is better; -1: less is */
	double low, high;   /* MINMAX, GOALPOST: ends of the new scale, low < high */
	double mean, sd;    /* ZSCORE: of the new scale, sd > 0 */
	double worst, best; /* GOALPOST, in the unit of x as given: best may be the lesser */
	double target;      /* TARGET, REFERENCE, in the unit of x as given */
	bool cut;           /* TARGET, REFERENCE: no more than 1 */
};

/* Scales n values; known (NULL: all) as in composite_treat.h; out may be x.
 * ERR_INPUT, nothing written: a parameter outside its range; for all but GOALPOST fewer than two
 * known values or values that do not vary (ranks of equal values say nothing either); for TARGET
 * and REFERENCE a target that is the least value; for FRACTION_MAX a greatest value of 0. */
bool composite_scale(struct arena *a, const struct composite_scale *s, const double *x,
		     const bool *known, size_t n, double *out, struct err *e) MUST_CHECK;

#endif
