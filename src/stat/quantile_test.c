/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/quantile.h"

#include <string.h>

#include "stat/rank.h"
#include "stat/reference_test.h"

/* R's quantile() for the types of Hyndman and Fan (1996), of these ten values. */
static const double ten[] = { 1, 2, 4, 7, 11, 16, 22, 29, 37, 46 };

static void the_nine_types_differ_as_published(void **state)
{
	(void)state;
	/* p = .10, .25, .50, .90 by R 4.2.2 */
	static const double want[10][4] = {
		[1] = { 1, 4, 11, 37 },		[2] = { 1.5, 4, 13.5, 41.5 },
		[7] = { 1.9, 4.75, 13.5, 37.9 },
	};
	static const double p[4] = { 0.10, 0.25, 0.50, 0.90 };
	for (int type = 1; type <= 9; type++) {
		if (type != 1 && type != 2 && type != 7)
			continue;
		for (size_t i = 0; i < 4; i++)
			assert_close(quantile_of_sorted(ten, 10, p[i], type), want[type][i], 1e-14);
	}
}

static void reference_case(struct str of_case, struct str quantity, double value)
{
	size_t at;
	int64_t percent = 0, type = 0;
	assert_true(str_find(of_case, STR("type"), &at));
	assert_true(num_int(str_sub(of_case, at + 4, 9), &type));
	assert_true(num_int(str_sub(quantity, 1, 9), &percent));
	assert_close(quantile_of_sorted(ten, 10, (double)percent / 100, (int)type), value, 1e-14);
	double mixed[] = { 46, 1, 37, 2, 29, 4, 22, 7, 16, 11 };
	assert_close(quantile_of(mixed, 10, (double)percent / 100, (int)type), value, 1e-14);
}

static void all_nine_types_agree_with_r(void **state)
{
	(void)state;
	assert_true(reference_each("quantile", reference_case) >= 56);
}

static void selecting_agrees_with_sorting(void **state)
{
	(void)state;
	uint64_t seed = 5;
	static double x[3000], sorted[3000];
	static const double ps[] = { 0, 0.01, 0.25, 0.5, 0.75, 0.999, 1 };
	for (size_t n = 1; n <= 3000; n = n * 3 / 2 + 1) {
		for (int kind = 0; kind < 4; kind++) {
			for (size_t i = 0; i < n; i++) {
				seed = seed * 6364136223846793005u + 1442695040888963407u;
				double r = (double)(seed >> 33);
				x[i] = kind == 0 ? r : kind == 1 ? (double)(seed >> 61) :
				       kind == 2 ? (double)i : (double)(n - i);
			}
			memcpy(sorted, x, n * sizeof(*x));
			rank_sort(sorted, n);
			for (size_t i = 1; i < n; i++)
				assert_true(sorted[i - 1] <= sorted[i]);
			for (size_t k = 0; k < sizeof(ps) / sizeof(ps[0]); k++)
				for (int type = 1; type <= 9; type++)
					assert_true(quantile_of(x, n, ps[k], type) ==
						    quantile_of_sorted(sorted, n, ps[k], type));
		}
	}
	double one = 7;
	assert_true(quantile_median(&one, 1) == 7);
	double even[] = { 4, 1, 3, 2 };
	assert_true(quantile_median(even, 4) == 2.5);
}

static void median_case(struct str of_case, struct str quantity, double value)
{
	int64_t n = 0;
	size_t l = 0, u = 0;
	double coverage = 0;
	assert_true(num_int(str_sub(of_case, 2, 9), &n));
	if (!quantile_median_interval((size_t)n, 0.95, &l, &u, &coverage)) {
		assert_true(n < 6);
		return;
	}
	if (str_is(quantity, "l"))
		assert_true((double)l == value);
	else if (str_is(quantity, "u"))
		assert_true((double)u == value);
	else if (str_is(quantity, "coverage"))
		assert_close(coverage, value, 1e-12);
	else
		fail_msg("unknown quantity");
}

static void the_interval_of_the_median_agrees_with_conover(void **state)
{
	(void)state;
	reference_each("median_ci_order_stats", median_case);
}

/* n = 10: 2nd to 9th, 97.9 %; n = 100: 40th to 61st, 96.5 % (Conover 1999); n < 6: none exists. */
static void few_values_have_no_interval_of_the_median(void **state)
{
	(void)state;
	size_t l = 0, u = 0;
	double c = 0;
	for (size_t n = 0; n < 6; n++)
		assert_false(quantile_median_interval(n, 0.95, &l, &u, &c));
	assert_true(quantile_median_interval(6, 0.95, &l, &u, &c) && l == 1 && u == 6);
	assert_true(quantile_median_interval(10, 0.95, &l, &u, &c) && l == 2 && u == 9);
	assert_close(c, 0.978515625, 1e-13);
	assert_true(quantile_median_interval(100, 0.95, &l, &u, &c) && l == 40 && u == 61);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nine_types_differ_as_published),
		cmocka_unit_test(all_nine_types_agree_with_r),
		cmocka_unit_test(selecting_agrees_with_sorting),
		cmocka_unit_test(the_interval_of_the_median_agrees_with_conover),
		cmocka_unit_test(few_values_have_no_interval_of_the_median),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
