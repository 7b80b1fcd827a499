/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/linear.h"

#include "stat/random.h"
#include "stat/reference_test.h"

/* Through (0, 1), (1, 3), (2, 5), (3, 7.4): b = 2.12, a = 0.92; residuals .08 -.04 -.16 .12. */
static void a_line_by_hand(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	const double x[] = { 0, 1, 2, 3 }, y[] = { 1, 3, 5, 7.4 };
	const double *column[] = { x };
	const struct linear_model m = { y, column, 4, 1, true, 0 };
	struct linear_fit f;
	struct err e = { 0 };
	assert_true(linear_fit(&a, &m, &f, &e));
	assert_close(f.coefficient[0], 0.92, 1e-14);
	assert_close(f.coefficient[1], 2.12, 1e-14);
	assert_close(f.residual_sd, sqrt(0.048 / 2), 1e-13);
	assert_close(f.se[1], sqrt(0.024 / 5), 1e-13);
	assert_close(f.r2, 1 - 0.048 / 22.52, 1e-14);
	assert_int_equal(f.df, 2);
}

/* Longley (1967) in NIST's certified values: six columns that are nearly one. */
static void nearly_collinear_columns_keep_their_digits(void **state)
{
	(void)state;
	static const double y[] = { 60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761,
				    66019, 67857, 68169, 66513, 68655, 69564, 69331, 70551 };
	static const double x1[] = { 83,    88.5,  88.2,  89.5,  96.2,	98.1,  99,    100,
				     101.2, 104.6, 108.4, 110.8, 112.6, 114.2, 115.7, 116.9 };
	static const double x2[] = { 234289, 259426, 258054, 284599, 328975, 346999,
				     365385, 363112, 397469, 419180, 442769, 444546,
				     482704, 502601, 518173, 554894 };
	static const double x3[] = { 2356, 2325, 3682, 3351, 2099, 1932, 1870, 3578,
				     2904, 2822, 2936, 4681, 3813, 3931, 4806, 4007 };
	static const double x4[] = { 1590, 1456, 1616, 1650, 3099, 3594, 3547, 3350,
				     3048, 2857, 2798, 2637, 2552, 2514, 2572, 2827 };
	static const double x5[] = { 107608, 108632, 109773, 110929, 112075, 113270,
				     115094, 116219, 117388, 118734, 120445, 121950,
				     123366, 125368, 127852, 130081 };
	static const double x6[] = { 1947, 1948, 1949, 1950, 1951, 1952, 1953, 1954,
				     1955, 1956, 1957, 1958, 1959, 1960, 1961, 1962 };
	ARENA_SCOPE(a, 1 << 20);
	const double *column[] = { x1, x2, x3, x4, x5, x6 };
	const struct linear_model m = { y, column, 16, 6, true, 0 };
	struct linear_fit f;
	struct err e = { 0 };
	assert_true(linear_fit(&a, &m, &f, &e));
	assert_true(digits_right(f.coefficient[0], -3482258.63459582) >= 12);
	assert_true(digits_right(f.coefficient[1], 15.0618722713733) >= 11);
	assert_true(digits_right(f.coefficient[6], 1829.15146461355) >= 12);
	assert_true(digits_right(f.se[0], 890420.383607373) >= 12);
	assert_true(digits_right(f.residual_sd, 304.854073561965) >= 13);
	assert_true(digits_right(f.r2, 0.995479004577296) >= 14);
}

/* A curve that goes through all points comes back, and a shift of y moves only the intercept. */
static void curves_come_back(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct random r = random_of(5, 5, 0, 0);
	for (size_t trial = 0; trial < 200; trial++) {
		double x[12], y[12], b[4];
		const double *column[] = { x };
		struct linear_model m = { y, column, 12, 1, true, 3 };
		struct linear_fit f, g;
		struct err e = { 0 };
		for (size_t k = 0; k < 4; k++)
			b[k] = random_normal(&r);
		for (size_t i = 0; i < 12; i++) {
			x[i] = random_normal(&r);
			y[i] = b[0] + x[i] * (b[1] + x[i] * (b[2] + x[i] * b[3]));
		}
		assert_true(linear_fit(&a, &m, &f, &e));
		for (size_t k = 0; k < 4; k++)
			assert_true(fabs(f.coefficient[k] - b[k]) < 1e-9);
		for (size_t i = 0; i < 12; i++)
			y[i] += 1000;
		assert_true(linear_fit(&a, &m, &g, &e));
		assert_true(fabs(g.coefficient[0] - f.coefficient[0] - 1000) < 1e-8);
		assert_true(fabs(g.coefficient[3] - f.coefficient[3]) < 1e-8);
	}
}

static void what_has_no_solution_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	const double x[] = { 1, 2, 3 }, twice[] = { 2, 4, 6 }, y[] = { 1, 2, 4 };
	const double *two[] = { x, twice };
	const struct linear_model bad[] = {
		{ y, two, 3, 2, false, 0 }, /* the second is the first */
		{ y, two, 3, 2, true, 0 },  /* three terms for three values */
		{ y, two, 3, 2, true, 2 },  /* powers of two columns */
		{ y, two, 3, 0, false, 0 }, /* nothing */
	};
	for (size_t i = 0; i < 4; i++) {
		struct linear_fit f;
		struct err e = { 0 };
		assert_false(linear_fit(&a, &bad[i], &f, &e));
		assert_true(e.code == ERR_INPUT && e.en[0]);
	}
}

/* Groups {1, 2, 3}, {2, 4, 6}: means 2 and 4, between 6, within 2 + 8, F = 6 / 2.5. */
static void groups_by_hand(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	const double y[] = { 1, 2, 3, 2, 4, 6 };
	const uint32_t group[] = { 0, 0, 0, 2, 2, 2 }; /* nobody in 1 */
	struct linear_anova t;
	struct err e = { 0 };
	assert_true(linear_anova(&a, y, group, 6, 3, &t, &e));
	assert_int_equal(t.df_between, 1);
	assert_int_equal(t.df_within, 4);
	assert_close(t.ss_between, 6, 1e-15);
	assert_close(t.ss_within, 10, 1e-15);
	assert_close(t.f, 2.4, 1e-15);
	/* t with 4 degrees of freedom, t^2 = 2.4: 1 - 3/4 sqrt(2.4 / 1.6) (1 - 2.4 / 1.6 / 12) */
	assert_close(t.p, 1 - 0.75 * sqrt(1.5) * 0.875, 1e-13);
	assert_close(t.r2, 0.375, 1e-15);
	assert_int_equal(a.used_bytes, 0);
}

/* NIST's SmLs09 in short: numbers about 10^12 that differ in the first decimal. */
static void a_great_common_size_does_no_harm(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	double y[40], far[40];
	uint32_t group[40];
	struct linear_anova small, large;
	struct err e = { 0 };
	for (size_t i = 0; i < 40; i++) {
		group[i] = (uint32_t)(i % 4);
		y[i] = (double)(i % 5) / 4 + (double)group[i];
		far[i] = y[i] + 1e12; /* exact: quarters */
	}
	assert_true(linear_anova(&a, y, group, 40, 4, &small, &e));
	assert_true(linear_anova(&a, far, group, 40, 4, &large, &e));
	assert_close(large.f, small.f, 1e-14);
}

static void groups_without_spread_are_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	const double y[] = { 1, 1, 2, 2 };
	const uint32_t one[] = { 0, 0, 0, 0 }, two[] = { 0, 0, 1, 1 }, each[] = { 0, 1, 2, 3 };
	const uint32_t *bad[] = { one, two, each };
	for (size_t i = 0; i < 3; i++) {
		struct linear_anova t = { .f = -99 };
		struct err e = { 0 };
		assert_false(linear_anova(&a, y, bad[i], 4, 4, &t, &e));
		assert_true(e.code == ERR_INPUT && t.f == -99);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_by_hand),
		cmocka_unit_test(nearly_collinear_columns_keep_their_digits),
		cmocka_unit_test(curves_come_back),
		cmocka_unit_test(what_has_no_solution_is_refused),
		cmocka_unit_test(groups_by_hand),
		cmocka_unit_test(a_great_common_size_does_no_harm),
		cmocka_unit_test(groups_without_spread_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
