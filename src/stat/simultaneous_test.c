/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/simultaneous.h"

#include "stat/reference_test.h"

static struct err e;

/* R's DescTools::MultinomCI(c(64, 30, 6), method = "goodman"), to four digits. */
static void goodman_s_intervals_of_three_levels(void **state)
{
	(void)state;
	static const double want[3][2] = { { .5204, .7444 }, { .2036, .4181 }, { .0236, .1441 } };
	struct interval got[3];
	assert_true(simultaneous_goodman((const double[]){ 64, 30, 6 }, 3, HUGE_VAL, .95, got, &e));
	for (int i = 0; i < 3; i++) {
		assert_true(fabs(got[i].low - want[i][0]) < 5.1e-5);
		assert_true(fabs(got[i].high - want[i][1]) < 5.1e-5);
	}
}

/* By the formula of the paper, (A + 2x -+ sqrt(A (A + 4x (n - x) / n))) / (2 (n + A)), A the
 * quantile 1 - 0.05 / k of chi-squared with one degree of freedom, here by R's qchisq. */
static void goodman_is_the_formula_of_the_paper(void **state)
{
	(void)state;
	const double x[3] = { 12, 0, 3.5 }, n = 15.5, most = 5.7311392819390701;
	struct interval got[3];
	assert_true(simultaneous_goodman(x, 3, HUGE_VAL, .95, got, &e));
	for (int i = 0; i < 3; i++) {
		double root = sqrt(most * (most + 4 * x[i] * (n - x[i]) / n));
		assert_true(fabs(got[i].low - (most + 2 * x[i] - root) / (2 * (n + most))) < 1e-14);
		assert_true(fabs(got[i].high - (most + 2 * x[i] + root) / (2 * (n + most))) <
			    1e-14);
	}
}

static void goodman_narrows_as_the_whole_population_answers(void **state)
{
	(void)state;
	const double x[3] = { 64, 30, 6 };
	struct interval boundless[3], some[3], all[3], alone;
	assert_true(simultaneous_goodman(x, 3, HUGE_VAL, .95, boundless, &e));
	assert_true(simultaneous_goodman(x, 3, 120, .95, some, &e));
	assert_true(simultaneous_goodman(x, 3, 100, .95, all, &e));
	for (int i = 0; i < 3; i++) {
		assert_true(boundless[i].low < some[i].low && some[i].high < boundless[i].high);
		assert_true(fabs(all[i].low - x[i] / 100) < 1e-15);
		assert_true(fabs(all[i].high - x[i] / 100) < 1e-15);
		/* as much counts as n (N - 1) / (N - n) units of a boundless population */
		double scale = 119.0 / 20;
		struct interval same[3];
		const double y[3] = { 64 * scale, 30 * scale, 6 * scale };
		assert_true(simultaneous_goodman(y, 3, HUGE_VAL, .95, same, &e));
		assert_close(some[i].low, same[i].low, 1e-13);
		assert_close(some[i].high, same[i].high, 1e-13);
		/* wider than each interval alone, which promises less */
		assert_true(interval_wilson_fpc(x[i], 100, 120, .95, &alone, &e));
		assert_true(some[i].low < alone.low && alone.high < some[i].high);
	}
	assert_true(simultaneous_goodman(x, 1, HUGE_VAL, .95, some, &e));
	assert_true(interval_wilson(64, 64, .95, &alone, &e));
	assert_close(some[0].low, alone.low, 1e-14);
}

/* The example of the paper's table, by DescTools::MultinomCI(method = "sisonglaz"). */
static void sison_and_glaz_s_own_example(void **state)
{
	(void)state;
	const double x[7] = { 56, 72, 73, 59, 62, 87, 58 };
	struct interval got[7];
	assert_true(simultaneous_sison_glaz(x, 7, .95, got, &e));
	assert_true(fabs(got[0].low - .07922912205567452) < 1e-9);
	assert_true(fabs(got[0].high - .16435573404022294) < 1e-9);
	for (int i = 1; i < 7; i++) /* all of one width */
		assert_close(got[i].high - got[i].low, got[0].high - got[0].low, 1e-12);
}

static void sison_and_glaz_stay_inside_zero_and_one(void **state)
{
	(void)state;
	static const double x[4][3] = { { 1, 0, 0 }, { 5, 0, 1 }, { 0, 40, 0 }, { 97, 2, 1 } };
	for (int i = 0; i < 4; i++) {
		struct interval got[3];
		double n = x[i][0] + x[i][1] + x[i][2];
		assert_true(simultaneous_sison_glaz(x[i], 3, .9, got, &e));
		for (int j = 0; j < 3; j++) {
			assert_true(got[j].low >= 0 && got[j].high <= 1);
			assert_true(got[j].low <= x[i][j] / n && got[j].high >= x[i][j] / n);
		}
	}
}

static void bad_counts_are_refused(void **state)
{
	(void)state;
	struct interval out[2] = { { 7, 7 }, { 7, 7 } };
	static const double bad[][2] = { { 0, 0 }, { -1, 5 }, { (double)NAN, 1 }, { HUGE_VAL, 1 } };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		e = (struct err){ 0 };
		assert_false(simultaneous_goodman(bad[i], 2, HUGE_VAL, .95, out, &e));
		assert_int_equal(e.code, ERR_INPUT);
		assert_false(simultaneous_sison_glaz(bad[i], 2, .95, out, &e));
	}
	const double good[2] = { 3, 4 }, half[2] = { 1.5, 2 };
	assert_false(simultaneous_goodman(good, 2, 6, .95, out, &e));
	assert_false(simultaneous_goodman(good, 2, HUGE_VAL, 1, out, &e));
	assert_false(simultaneous_goodman(good, 0, HUGE_VAL, .95, out, &e));
	assert_false(simultaneous_sison_glaz(half, 2, .95, out, &e));
	assert_true(out[0].low >= 7 && out[1].high >= 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goodman_s_intervals_of_three_levels),
		cmocka_unit_test(goodman_is_the_formula_of_the_paper),
		cmocka_unit_test(goodman_narrows_as_the_whole_population_answers),
		cmocka_unit_test(sison_and_glaz_s_own_example),
		cmocka_unit_test(sison_and_glaz_stay_inside_zero_and_one),
		cmocka_unit_test(bad_counts_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
