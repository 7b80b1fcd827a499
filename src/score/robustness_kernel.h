/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inner loops of robustness_run(), over a block of DRAW_LANES draws at once.  A row holds one
 * number a draw.  Every version for every processor gives the same bits (stat/kernel.h). */
#ifndef SSME_SCORE_ROBUSTNESS_KERNEL_H
#define SSME_SCORE_ROBUSTNESS_KERNEL_H

#include <stddef.h>
#include <stdint.h>

enum {
	/* draws in a block: what one cluster's tables are read into a cache for */
	DRAW_LANES = 128,
	DRAW_WIDE = 8,   /* draws that one pass over the weights serves */
	DRAW_QUAD = 4,   /* clusters that one pass over the weights serves */
	DRAW_WORDS = 4,  /* random words of one counter */
};

/* Drawn scores are binary fractions: one that is a hair below a cut by rounding alone reaches it.
 */
#define DRAW_HAIR 1e-9

/* out[row][lane] = sum over k of weight[k][lane] * x[k of that row], in the order of k.  weight:
 * for each DRAW_WIDE lanes, its n_terms groups of them.  x: for each quad of rows, its n_terms
 * groups of four.  out: n_quads * DRAW_QUAD rows. */
void draw_mix(const double *weight, const double *x, size_t n_terms, size_t n_quads, double *out);

/* Words of the counters {group, id[lane], unit low, unit high}: word[w][lane], as
 * random_philox() gives them. */
void draw_words(const uint32_t key[2], uint32_t group, const uint32_t *id, uint64_t unit,
		uint32_t word[DRAW_WORDS][DRAW_LANES]);

/* One column of an alias table (A. Walker, ACM TOMS 3 (1977) 253-256): its own value, [0], with
 * probability threshold / 2^32, else another's, [1].  As an array, so that no branch is guessed. */
struct outcome {
	double value[2];
	uint64_t threshold;
};
/* row[lane] += weight[lane] * what word[lane] picks of the n columns. */
void draw_pick(const struct outcome *table, size_t n, const uint32_t *word, const double *weight,
	       double *row);
/* The same without weights: row[lane] += what is picked. */
void draw_pick_plain(const struct outcome *table, size_t n, const uint32_t *word, double *row);

/* row = exp(row), within 2 units of the last place, for -700 <= row <= 700. */
void draw_exp(double *row, size_t n);

/* Scores into bins and counts: bin[lane] = floor(row * bins_per_point), at most n_bins - 1;
 * at_least[k] += lanes that reach cut[k], k = 1..n_cuts - 1, of the first n_lanes. */
void draw_count(const double *row, size_t n_lanes, double bins_per_point, uint32_t n_bins,
		uint32_t *bin, const double *cut, size_t n_cuts, uint32_t *at_least);

#endif
