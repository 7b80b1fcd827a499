/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/robustness_kernel.h"

#include <assert.h>
#include <string.h>

#include "stat/kernel.h"

enum { WIDE = DRAW_WIDE };
typedef double wide __attribute__((vector_size(WIDE * sizeof(double))));
typedef uint64_t wide_bits __attribute__((vector_size(WIDE * sizeof(uint64_t))));

static_assert(DRAW_LANES % WIDE == 0, "a block is whole vectors");

/* ---- weighted sums ------------------------------------------------------------------------- */

KERNEL void draw_mix(const double *weight, const double *x, size_t n_terms, size_t n_quads,
		     double *out)
{
	for (size_t q = 0; q < n_quads; q++, x += n_terms * DRAW_QUAD) {
		const double *weights = weight;
		for (size_t lane = 0; lane < DRAW_LANES; lane += WIDE) {
			wide s0 = { 0 }, s1 = { 0 }, s2 = { 0 }, s3 = { 0 }, w;
			for (size_t k = 0; k < n_terms; k++, weights += WIDE) {
				memcpy(&w, weights, sizeof(w));
				s0 += w * x[k * DRAW_QUAD];
				s1 += w * x[k * DRAW_QUAD + 1];
				s2 += w * x[k * DRAW_QUAD + 2];
				s3 += w * x[k * DRAW_QUAD + 3];
			}
			double *row = out + q * DRAW_QUAD * DRAW_LANES + lane;
			memcpy(row, &s0, sizeof(s0));
			memcpy(row + DRAW_LANES, &s1, sizeof(s1));
			memcpy(row + DRAW_LANES * 2, &s2, sizeof(s2));
			memcpy(row + DRAW_LANES * 3, &s3, sizeof(s3));
		}
	}
}

/* ---- random numbers ------------------------------------------------------------------------ */

/* Philox4x32-10, as in stat/random.c, all lanes in step. */
KERNEL void draw_words(const uint32_t key[2], uint32_t group, const uint32_t *id, uint64_t unit,
		       uint32_t word[DRAW_WORDS][DRAW_LANES])
{
	enum { ROUNDS = 10 };
	uint32_t *restrict a = word[0], *restrict b = word[1];
	uint32_t *restrict c = word[2], *restrict d = word[3];
	uint32_t k0 = key[0], k1 = key[1];
	for (size_t i = 0; i < DRAW_LANES; i++) {
		a[i] = group;
		b[i] = id[i];
		c[i] = (uint32_t)unit;
		d[i] = (uint32_t)(unit >> 32);
	}
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < DRAW_LANES; i++) {
			uint64_t left = (uint64_t)a[i] * 0xd2511f53u;
			uint64_t right = (uint64_t)c[i] * 0xcd9e8d57u;
			a[i] = (uint32_t)(right >> 32) ^ b[i] ^ k0;
			b[i] = (uint32_t)right;
			c[i] = (uint32_t)(left >> 32) ^ d[i] ^ k1;
			d[i] = (uint32_t)left;
		}
		k0 += 0x9e3779b9u;
		k1 += 0xbb67ae85u;
	}
}

static inline double picked(const struct outcome *table, size_t n, uint32_t word)
{
	uint64_t place = (uint64_t)word * n; /* column in the upper half, fraction in the lower */
	const struct outcome *o = &table[place >> 32];
	return o->value[(place & UINT32_MAX) >= o->threshold];
}

void draw_pick(const struct outcome *table, size_t n, const uint32_t *word, const double *weight,
	       double *row)
{
	for (size_t i = 0; i < DRAW_LANES; i++)
		row[i] += weight[i] * picked(table, n, word[i]);
}

void draw_pick_plain(const struct outcome *table, size_t n, const uint32_t *word, double *row)
{
	for (size_t i = 0; i < DRAW_LANES; i++)
		row[i] += picked(table, n, word[i]);
}

/* ---- exp ----------------------------------------------------------------------------------- */

/* x = k ln 2 + r with |r| <= ln 2 / 2; exp(r) by its series to r^13, 2^k through the exponent's
 * bits.  ln 2 comes in two parts, the first short enough that k times it is exact. */
KERNEL void draw_exp(double *row, size_t n)
{
	static const double inverse_factorial[] = {
		1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880,
		1.0 / 40320,      1.0 / 5040,      1.0 / 720,      1.0 / 120,     1.0 / 24,
		1.0 / 6,          1.0 / 2,         1.0,            1.0,
	};
	enum { N_TERMS = sizeof(inverse_factorial) / sizeof(*inverse_factorial) };
	const double round_bits = 0x1.8p52; /* added and taken away, it rounds to a whole number */
	assert(n % WIDE == 0);
	for (size_t i = 0; i < n; i += WIDE) {
		wide x, p = { 0 };
		wide_bits bits, power;
		memcpy(&x, row + i, sizeof(x));
		wide shifted = x * 0x1.71547652b82fep0 + round_bits; /* 1 / ln 2 */
		wide k = shifted - round_bits;
		wide r = (x - k * 0x1.62e42fee00000p-1) - k * 0x1.a39ef35793c76p-33;
		for (int t = 0; t < N_TERMS; t++)
			p = p * r + inverse_factorial[t];
		memcpy(&power, &shifted, sizeof(power)); /* its low bits are k */
		memcpy(&bits, &p, sizeof(bits));
		bits += power << 52;
		memcpy(row + i, &bits, sizeof(bits));
	}
}

/* ---- counting ------------------------------------------------------------------------------ */

KERNEL void draw_count(const double *row, size_t n_lanes, double bins_per_point, uint32_t n_bins,
		       uint32_t *bin, const double *cut, size_t n_cuts, uint32_t *at_least)
{
	const double last = n_bins - 1;
	for (size_t i = 0; i < DRAW_LANES; i++) {
		double at = row[i] * bins_per_point;
		at = at < last ? at : last;
		bin[i] = (uint32_t)(int32_t)at;
	}
	for (size_t k = 1; k < n_cuts; k++) {
		uint32_t n = 0;
		for (size_t i = 0; i < n_lanes; i++)
			n += row[i] >= cut[k] - DRAW_HAIR;
		at_least[k] += n;
	}
}
