/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranks of one draw, many times over: values are put into as many buckets as there are clusters
 * and sorted inside them, which for scores is linear in their number. */
#ifndef SSME_SCORE_ROBUSTNESS_RANK_H
#define SSME_SCORE_ROBUSTNESS_RANK_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct ranker {
	size_t n;
	uint32_t n_buckets;
	uint32_t *bucket; /* n */
	uint32_t *start;  /* n_buckets + 1 */
	struct placed {
		double value;
		uint32_t from;
	} * placed; /* n */
};
struct ranker ranker_make(struct arena *a, size_t n); /* n < 2^31 */

/* rank[i]: 1 + how many of the n values are greater than value[i]; below[i]: how many are less.
 * Values are finite. */
void ranker_rank(struct ranker *r, const double *value, uint32_t *rank, uint32_t *below);

#endif
