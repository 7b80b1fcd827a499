/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers from a counter: Philox4x32-10 (J. Salmon et al., Parallel Random Numbers: As Easy
 * as 1, 2, 3, SC 2011).  A number depends on (seed, purpose, replicate, unit) and on its place in
 * that stream alone, so work can be split over any number of threads and give the same bits. */
#ifndef SSME_STAT_RANDOM_H
#define SSME_STAT_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* The generator itself: four words out of a counter and a key. */
void random_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* One stream of numbers; a plain value, copied freely: the copy goes on with the same numbers.
 * Streams that differ in any of the four never overlap.  2^34 words long. */
struct random {
	uint32_t key[2], counter[4], word[4];
	unsigned left; /* of word */
};
struct random random_of(uint64_t seed, uint32_t purpose, uint32_t replicate, uint32_t unit);

uint32_t random_word(struct random *r);
/* (k + 1/2) 2^-53 with k a number of 53 bits, out of two words, the higher first: inside 0..1, both
 * ends excluded. */
double random_uniform(struct random *r);
/* 0..n-1, each as likely; n >= 1.  Without bias (rejection). */
uint32_t random_below(struct random *r, uint32_t n);
/* Standard normal, by the inverse of its distribution (M. Wichura, Algorithm AS 241). */
double random_normal(struct random *r);
/* Gamma with that shape > 0 and scale 1 (G. Marsaglia, W. Tsang, ACM TOMS 26 (2000) 363-372). */
double random_gamma(struct random *r, double shape);
/* Shares that add up to 1 with means alpha[i] / sum of alpha; alpha[i] >= 0 (0 gives 0, all 0 gives
 * all 0).  However small alpha[i] is, no share is lost to underflow of all of them. */
void random_dirichlet(struct random *r, const double *alpha, size_t n, double *out);
/* Poisson with mean 1: how often a row is drawn in a bootstrap replicate of many rows. */
unsigned random_poisson_one(struct random *r);
/* The same n times, several at once; the stream goes on as after n calls. */
void random_poisson_ones(struct random *r, uint8_t *out, size_t n);

#endif
