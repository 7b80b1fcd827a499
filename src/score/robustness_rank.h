/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranks of one draw, many times over: values are rounded to keys of as many bits as leave few of
 * them equal, keys are sorted digit by digit without a comparison, and equal ones by their values.
 */
#ifndef SSME_SCORE_ROBUSTNESS_RANK_H
#define SSME_SCORE_ROBUSTNESS_RANK_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct ranker {
	size_t n;
	unsigned bits;          /* of one digit; a key has two */
	uint32_t *key;          /* n */
	uint32_t *start[2];     /* of each digit: 2^bits */
	uint64_t *sorted, *half; /* n: key above, index below */
};
struct ranker ranker_make(struct arena *a, size_t n); /* n < 2^30 */

/* rank[i]: 1 + how many of the n values are greater than value[i]; tied[i] += how many others are
 * equal to it.  Values are finite. */
void ranker_rank(struct ranker *r, const double *value, uint32_t *rank, uint64_t *tied);

#endif
