/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/sum.h"

#include <assert.h>
#include <string.h>

#include "stat/kernel.h"

enum { LANES = 8 };
typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));

/* high += x with the rounding error added to low, in each lane (D. Knuth's TwoSum) */
#define LANES_ADD(high, low, x)                                                                    \
	do {                                                                                       \
		lanes total_ = (high) + (x);                                                       \
		lanes part_ = total_ - (high);                                                     \
		(low) += ((high) - (total_ - part_)) + ((x) - part_);                              \
		(high) = total_;                                                                   \
	} while (0)

static struct sum join_lanes(const double *high, const double *low)
{
	struct sum s = { high[0], low[0] };
	for (size_t i = 1; i < LANES; i++)
		sum_join(&s, (struct sum){ high[i], low[i] });
	return s;
}

/* The last, incomplete group of eight is filled with zeros, which change nothing. */
KERNEL static void block(const double *x, size_t n, double *ret_high, double *ret_low)
{
	lanes high = { 0 }, low = { 0 }, v;
	size_t i = 0;
	for (; i + LANES <= n; i += LANES) {
		memcpy(&v, x + i, sizeof(v));
		LANES_ADD(high, low, v);
	}
	if (i < n) {
		v = (lanes){ 0 };
		memcpy(&v, x + i, (n - i) * sizeof(double));
		LANES_ADD(high, low, v);
	}
	memcpy(ret_high, &high, sizeof(high));
	memcpy(ret_low, &low, sizeof(low));
}

struct sum sum_block(const double *x, size_t n)
{
	assert(n <= SUM_BLOCK);
	double high[LANES], low[LANES];
	block(x, n, high, low);
	return join_lanes(high, low);
}

/* The error of a product by a fused multiply-add, which is exact; eight at a time. */
#define PRODUCTS(x, y, n, product, error)                                                          \
	do {                                                                                       \
		for (size_t k_ = 0; k_ < (n); k_++) {                                              \
			(product)[k_] = (x)[k_] * (y)[k_];                                         \
			(error)[k_] = __builtin_fma((x)[k_], (y)[k_], -(product)[k_]);             \
		}                                                                                  \
	} while (0)

KERNEL static void block_products(const double *x, const double *y, size_t n, double *ret_high,
				  double *ret_low)
{
	lanes high = { 0 }, low = { 0 };
	for (size_t i = 0; i < n; i += LANES) {
		double product[LANES] = { 0 }, error[LANES] = { 0 };
		lanes p, e;
		if (n - i >= LANES)
			PRODUCTS(x + i, y + i, LANES, product, error);
		else
			PRODUCTS(x + i, y + i, n - i, product, error);
		memcpy(&p, product, sizeof(p));
		memcpy(&e, error, sizeof(e));
		LANES_ADD(high, low, p);
		low += e;
	}
	memcpy(ret_high, &high, sizeof(high));
	memcpy(ret_low, &low, sizeof(low));
}

struct sum sum_block_products(const double *x, const double *y, size_t n)
{
	assert(n <= SUM_BLOCK);
	double high[LANES], low[LANES];
	block_products(x, y, n, high, low);
	return join_lanes(high, low);
}

static size_t block_size(size_t n, size_t at)
{
	return n - at < SUM_BLOCK ? n - at : SUM_BLOCK;
}

double sum_of(const double *x, size_t n)
{
	struct sum s = { 0, 0 };
	for (size_t at = 0; at < n; at += SUM_BLOCK)
		sum_join(&s, sum_block(x + at, block_size(n, at)));
	return sum_value(s);
}

double sum_of_products(const double *x, const double *y, size_t n)
{
	struct sum s = { 0, 0 };
	for (size_t at = 0; at < n; at += SUM_BLOCK)
		sum_join(&s, sum_block_products(x + at, y + at, block_size(n, at)));
	return sum_value(s);
}

struct split {
	const double *x;
	size_t n;
	struct sum *block;
};

enum { BLOCKS_A_PART = 64 };

static void sum_part(void *arg, size_t part)
{
	const struct split *s = arg;
	size_t n_blocks = (s->n + SUM_BLOCK - 1) / SUM_BLOCK;
	size_t to = (part + 1) * BLOCKS_A_PART;
	for (size_t i = part * BLOCKS_A_PART; i < to && i < n_blocks; i++)
		s->block[i] = sum_block(s->x + i * SUM_BLOCK, block_size(s->n, i * SUM_BLOCK));
}

double sum_of_split(struct arena *a, const double *x, size_t n, const struct runner *runner)
{
	const struct runner *r = runner ? runner : &runner_serial;
	size_t n_blocks = (n + SUM_BLOCK - 1) / SUM_BLOCK;
	struct arena_mark m = arena_mark(a);
	struct split s = { x, n, NEW(a, n_blocks, struct sum) };
	r->run(r, sum_part, &s, (n_blocks + BLOCKS_A_PART - 1) / BLOCKS_A_PART);
	struct sum whole = { 0, 0 };
	for (size_t i = 0; i < n_blocks; i++)
		sum_join(&whole, s.block[i]);
	arena_rewind(a, m);
	return sum_value(whole);
}
