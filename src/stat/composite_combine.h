/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many scaled indicators into one number: means with weights, over a tree of areas, and outranking.
 * Weights are finite, none below 0. */
#ifndef SSME_STAT_COMPOSITE_COMBINE_H
#define SSME_STAT_COMPOSITE_COMBINE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

enum composite_mean {
	COMPOSITE_ARITHMETIC, /* sum w x / sum w */
	COMPOSITE_GEOMETRIC,  /* exp(sum w ln x / sum w), x > 0 */
	COMPOSITE_HARMONIC,   /* sum w / sum (w / x), x > 0 */
	COMPOSITE_POWER,      /* (sum w x^p / sum w)^(1/p), p not 0; x >= 0, and x > 0 for p < 0 */
};
struct composite_blend {
	enum composite_mean mean;
	double power;    /* p of COMPOSITE_POWER */
	double coverage; /* least share of the weight that must be known for a result, 0..1 */
};

/* The mean of the known values (known NULL: all) with their weights (NULL: equal).
 * *ret_known false: none is known, or less weight than blend->coverage; *out is 0 then.
 * ERR_INPUT, nothing written: a weight below 0 or not finite, weights of the known values that add
 * up to 0, a value outside what the mean takes (no constant is added silently), p = 0. */
bool composite_mean(const struct composite_blend *blend, const double *x, const bool *known,
		    const double *weight, size_t n, double *out, bool *ret_known,
		    struct err *e) MUST_CHECK;

/* A tree: node i hangs under parent[i] > i (children stand before parents), and the last node is
 * the root, whose entry is not read.  The first n_leaves nodes are the indicators. */
struct composite_tree {
	size_t n, n_leaves;
	const size_t *parent;  /* n - 1 */
	const double *weight;  /* n: within the parent; the root's is not read */
};

/* What each node weighs in the root: its weight over that of its siblings, times its parent's.
 * The leaves add up to 1.  ERR_INPUT: no tree (a parent that is a leaf, or not after its child; a
 * node without children that is no leaf), or weights that add up to 0 under some node. */
bool composite_effective_weights(struct arena *a, const struct composite_tree *t, double *out,
				 struct err *e) MUST_CHECK;

/* Fills in the nodes above the leaves, for n_units units at once: value and known are
 * [node * n_units + unit] with the leaves given.  known NULL: all leaves are known, and so are the
 * results.  On an error the nodes above the leaves hold nothing of use.
 * ERR_INPUT: as composite_effective_weights() and composite_mean(). */
bool composite_aggregate(struct arena *a, const struct composite_tree *t,
			 const struct composite_blend *blend, size_t n_units, double *value,
			 bool *known, struct err *e) MUST_CHECK;

/* Outranking: out[i * n_units + j] is the share of the weight (NULL: equal) on which unit i is at
 * least as good as unit j; where they are equal the weight is split in two (a tie is no win).
 * value: [indicator * n_units + unit].  The diagonal is 0.  ERR_INPUT: the weights add up to 0. */
bool composite_outrank(const double *value, const double *weight, size_t n_indicators,
		       size_t n_units, double *out, struct err *e) MUST_CHECK;
/* Copeland's count of it: units beaten (share over 1/2) less units that beat it. */
void composite_copeland(const double *outrank, size_t n_units, double *out);

#endif
