/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/sum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The same source built without the versions for newer processors, under other names. */
#define KERNEL_DEFAULT
#undef SSME_STAT_KERNEL_H
#define sum_block plain_sum_block
#define sum_block_products plain_sum_block_products
#define sum_of plain_sum_of
#define sum_of_products plain_sum_of_products
#define sum_of_split plain_sum_of_split
struct sum plain_sum_block(const double *x, size_t n);
struct sum plain_sum_block_products(const double *x, const double *y, size_t n);
double plain_sum_of(const double *x, size_t n);
double plain_sum_of_products(const double *x, const double *y, size_t n);
double plain_sum_of_split(struct arena *a, const double *x, size_t n, const struct runner *runner);
#include "stat/sum.c"
#undef sum_block
#undef sum_block_products
#undef sum_of
#undef sum_of_products
#undef sum_of_split

static uint64_t chance(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * 0x2545f4914f6cdd1du;
}

/* Finite values of very different sizes and both signs. */
static double *wild(size_t n, uint64_t seed)
{
	double *x = malloc(n * sizeof(*x) + 1);
	assert_non_null(x);
	for (size_t i = 0; i < n; i++) {
		uint64_t r = chance(&seed);
		x[i] = ldexp((double)((int64_t)r >> 11), (int)(chance(&seed) % 80) - 40);
	}
	return x;
}

static void small_terms_survive_great_ones(void **state)
{
	(void)state;
	const double cancel[] = { 1e100, 1, -1e100 };
	assert_true(sum_of(cancel, 3) == 1);
	const double x[] = { 1e16, 1, 1, 1, -1e16, 1, 1, 1, 1, 1, 1 };
	assert_true(sum_of(x, 11) == 9);
	assert_true(sum_of(x, 0) == 0);
	double tenth[10000];
	for (size_t i = 0; i < 10000; i++)
		tenth[i] = 0.1;
	assert_true(sum_of(tenth, 10000) == 1000);
	/* products: (1 + e)(1 - e) - 1 is -e^2 exactly */
	const double e = 0x1p-30, a[] = { 1 + e, -1 }, b[] = { 1 - e, 1 };
	assert_true(sum_of_products(a, b, 2) == -e * e);
	const double big[] = { 1e308, 1e308 };
	assert_true(isinf(sum_of(big, 2)) && sum_of(big, 2) > 0);
}

/* Integers below 2^63 / n, so that the true sum is known. */
static void sums_of_integers_are_exact_at_every_length(void **state)
{
	(void)state;
	enum { MOST = 3 * SUM_BLOCK + 7 };
	static double x[MOST];
	uint64_t seed = 7;
	__int128 whole[MOST + 1];
	whole[0] = 0;
	for (size_t i = 0; i < MOST; i++) {
		int64_t v = (int64_t)(chance(&seed) >> 11) - (1ll << 52);
		x[i] = (double)v;
		whole[i + 1] = whole[i] + v;
	}
	for (size_t n = 0; n <= MOST; n += n < 40 ? 1 : 61)
		assert_true(sum_of(x, n) == (double)whole[n]);
	for (size_t n = SUM_BLOCK - 9; n < SUM_BLOCK + 9; n++)
		assert_true(sum_of(x, n) == (double)whole[n]);
}

static void every_processor_gives_the_same_bits(void **state)
{
	(void)state;
	for (size_t n = 1; n < 30000; n = n * 2 + 3) {
		double *x = wild(n, n), *y = wild(n, n + 1);
		double fast = sum_of(x, n), plain = plain_sum_of(x, n);
		assert_memory_equal(&fast, &plain, sizeof(fast));
		fast = sum_of_products(x, y, n);
		plain = plain_sum_of_products(x, y, n);
		assert_memory_equal(&fast, &plain, sizeof(fast));
		struct sum a = sum_block(x, n < SUM_BLOCK ? n : SUM_BLOCK);
		struct sum b = plain_sum_block(x, n < SUM_BLOCK ? n : SUM_BLOCK);
		assert_true(a.high == b.high && a.low == b.low);
		free(x);
		free(y);
	}
}

static void run_backwards(const struct runner *self, void (*f)(void *arg, size_t part), void *arg,
			  size_t n_parts)
{
	(void)self;
	while (n_parts)
		f(arg, --n_parts);
}

static void parts_in_any_order_give_the_same_bits(void **state)
{
	(void)state;
	const struct runner backwards = { run_backwards, 3 };
	ARENA_SCOPE(a, 16u << 20);
	enum { N = 1000003 };
	double *x = wild(N, 99);
	double whole = sum_of(x, N), split = sum_of_split(&a, x, N, &backwards);
	assert_memory_equal(&whole, &split, sizeof(whole));
	split = sum_of_split(&a, x, N, NULL);
	assert_memory_equal(&whole, &split, sizeof(whole));
	assert_true(sum_of_split(&a, x, 0, &backwards) == 0 && a.used_bytes == 0);
	free(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_terms_survive_great_ones),
		cmocka_unit_test(sums_of_integers_are_exact_at_every_length),
		cmocka_unit_test(every_processor_gives_the_same_bits),
		cmocka_unit_test(parts_in_any_order_give_the_same_bits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
