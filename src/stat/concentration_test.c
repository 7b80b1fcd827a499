/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/concentration.h"

#include "stat/random.h"
#include "stat/reference_test.h"

static struct err e;

/* The example that R's package ineq tests itself with (Ilocos incomes, grouped). */
static void the_incomes_of_ineq(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	const double x[] = { 541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261 };
	struct concentration c;
	assert_true(concentration_of(&a, x, 10, &c, &e));
	assert_close(c.gini, .46209113026762372, 1e-14);
	assert_close(c.hhi, .18408123091548528, 1e-14);
	assert_close(c.rosenbluth, .18590509587572451, 1e-14);
	assert_close(c.atkinson, .17965909804634173, 1e-14);
	assert_close(c.theil, .36234124, 2e-8);
	assert_close(c.gini_corrected, c.gini * 10 / 9, 1e-15);
	assert_close(c.hhi_normalised, (c.hhi - .1) / .9, 1e-14);
	assert_close(c.cr4, (22261. + 11904 + 8304 + 6392) / 66586, 1e-14);
	assert_int_equal(a.used_bytes, 0);
}

static void equal_amounts_and_one_owner_are_the_ends(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	struct concentration c;
	assert_true(concentration_of(&a, (const double[]){ 7, 7, 7, 7, 7 }, 5, &c, &e));
	assert_true(c.gini < 1e-15 && c.gini_corrected < 1e-15 && c.theil < 1e-15);
	assert_true(c.atkinson < 1e-15 && c.hhi_normalised < 1e-15);
	assert_close(c.hhi, .2, 1e-14);
	assert_close(c.cr4, .8, 1e-14);
	assert_close(c.rosenbluth, .2, 1e-14);
	assert_true(concentration_of(&a, (const double[]){ 0, 0, 9, 0, 0 }, 5, &c, &e));
	assert_close(c.gini, .8, 1e-14);
	assert_close(c.gini_corrected, 1, 1e-14);
	assert_close(c.hhi_normalised, 1, 1e-14);
	assert_close(c.theil, log(5), 1e-14);
	assert_close(c.atkinson, .8, 1e-14);
	assert_close(c.rosenbluth, 1, 1e-14);
	assert_true(concentration_of(&a, (const double[]){ 3 }, 1, &c, &e));
	assert_true(c.gini <= 0 && c.hhi >= 1 && c.cr4 >= 1 && c.hhi_normalised >= 1);
}

/* Gini by its definition: mean of |x - y| over all pairs, halved, over the mean. */
static void gini_is_half_the_mean_difference_and_scale_and_order_do_not_matter(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	enum { N = 40 };
	for (uint32_t round = 0; round < 200; round++) {
		struct random r = random_of(1, 0, round, 0);
		double x[N], turned[N], sum = 0, apart = 0;
		for (size_t i = 0; i < N; i++) {
			x[i] = random_below(&r, 4) ? random_gamma(&r, .5) : 0;
			turned[(i * 7 + 1) % N] = x[i] * 1024;
			sum += x[i];
		}
		for (int i = 0; i < N; i++)
			for (int j = 0; j < N; j++)
				apart += fabs(x[i] - x[j]);
		struct concentration c, d;
		assert_true(concentration_of(&a, x, N, &c, &e));
		assert_true(concentration_of(&a, turned, N, &d, &e));
		assert_close(c.gini, apart / (2 * N * sum), 1e-12);
		assert_memory_equal(&c, &d, sizeof(c));
	}
}

static const double econgeo[25] = { 100, 0,  0,  0,  0,	 0,  15, 5,  70, 10, 0,	 20, 10,
				    20,  50, 0,  25, 30, 5,  40, 0,  40, 55, 5,	 0 };

static void a_number_of_econgeo(struct str of_case, struct str quantity, double want)
{
	ARENA_SCOPE(a, 1u << 16);
	struct concentration_table t = { econgeo, 5, 5 };
	struct concentration_region region[5];
	double quotient[25], got;
	bool defined[25];
	(void)of_case;
	assert_true(concentration_location(&a, &t, quotient, defined, &e));
	assert_true(concentration_regions(&a, &t, region, &e));
	size_t last = (size_t)(quantity.p[quantity.n - 1] - '1');
	if (quantity.p[0] == 'R')
		got = quotient[(size_t)(quantity.p[1] - '1') * 5 + last];
	else
		got = str_starts(quantity, "herf") ? region[last].hhi :
		      str_starts(quantity, "krug") ? region[last].krugman :
						     region[last].hachman;
	assert_true(fabs(got - want) <= 1e-13 * (1 + want));
}

static void location_quotients_of_econgeo(void **state)
{
	(void)state;
	assert_int_equal(reference_each("location_quotient", a_number_of_econgeo), 40);
}

static void empty_regions_and_industries_have_no_quotient(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	const double table[6] = { 4, 0, 6, 0, 0, 0 };
	struct concentration_table t = { table, 2, 3 };
	struct concentration_region region[2];
	double quotient[6];
	bool defined[6];
	assert_true(concentration_location(&a, &t, quotient, defined, &e));
	assert_true(defined[0] && !defined[1] && defined[2] && !defined[3]);
	assert_close(quotient[0], 1, 1e-15);
	assert_true(concentration_regions(&a, &t, region, &e));
	assert_true(region[0].defined && !region[1].defined);
	assert_true(region[0].krugman <= 0);
	assert_close(region[0].hachman, 1, 1e-15);
}

static void amounts_that_cannot_be_are_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	struct concentration c = { .gini = 7 };
	static const double bad[][2] = { { 0, 0 }, { -1, 3 }, { (double)NAN, 1 }, { HUGE_VAL, 1 } };
	double quotient[2];
	bool defined[2];
	for (size_t i = 0; i < 4; i++) {
		struct concentration_table t = { bad[i], 1, 2 };
		e = (struct err){ 0 };
		assert_false(concentration_of(&a, bad[i], 2, &c, &e));
		assert_int_equal(e.code, ERR_INPUT);
		assert_false(concentration_location(&a, &t, quotient, defined, &e));
	}
	assert_false(concentration_of(&a, bad[0], 0, &c, &e));
	assert_true(c.gini >= 7);
	assert_int_equal(a.used_bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_incomes_of_ineq),
		cmocka_unit_test(equal_amounts_and_one_owner_are_the_ends),
		cmocka_unit_test(
			gini_is_half_the_mean_difference_and_scale_and_order_do_not_matter),
		cmocka_unit_test(location_quotients_of_econgeo),
		cmocka_unit_test(empty_regions_and_industries_have_no_quotient),
		cmocka_unit_test(amounts_that_cannot_be_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
