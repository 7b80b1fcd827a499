/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/composite_treat.h"

#include "stat/reference_test.h"

static void sizes_that_are_unknown_or_zero_leave_a_gap(void **state)
{
	(void)state;
	const double x[] = { 10, 20, 30, 40 }, size[] = { 2, 0, 5, 8 };
	const bool known[] = { true, true, true, false }, sized[] = { true, true, false, true };
	double out[4];
	bool got[4];
	composite_denominate(x, known, size, sized, 4, 100, out, got);
	assert_true(got[0] && out[0] == 500);
	assert_false(got[1] || got[2] || got[3]);
	composite_denominate(x, NULL, size, NULL, 4, 1, out, got);
	assert_true(got[2] && out[2] == 6 && !got[1]);
}

static void a_gap_takes_the_mean_of_its_group(void **state)
{
	(void)state;
	const double x[] = { 1, 0, 3, 10, 0, 0 };
	const bool known[] = { true, false, true, true, false, false };
	const size_t group[] = { 7, 7, 7, 9, 9, 4 };
	double out[6];
	bool got[6];
	composite_impute_mean(x, known, group, 6, out, got);
	assert_true(out[1] == 2 && out[4] == 10 && out[0] == 1);
	assert_true(got[1] && got[4] && !got[5]); /* nobody of group 4 answered */
	composite_impute_mean(x, known, NULL, 6, out, got);
	assert_close(out[5], 14.0 / 3, 1e-15);
}

static void a_unit_with_too_little_is_screened_out(void **state)
{
	(void)state;
	/* two indicators, three units */
	const double value[] = { 1, 0, 3, 4, 5, 0 };
	const bool known[] = { true, true, false, true, true, true };
	bool stays[3];
	composite_screen(value, known, 2, 3, 0.9, false, stays);
	assert_true(stays[0] && stays[1] && !stays[2]);
	composite_screen(value, known, 2, 3, 0.9, true, stays);
	assert_true(stays[0] && !stays[1] && !stays[2]);
	composite_screen(value, known, 2, 3, 0.5, true, stays);
	assert_true(stays[0] && stays[1] && !stays[2]);
}

/* Twenty values like a normal sample and one far out at either side. */
static size_t lopsided(double *x, double far)
{
	for (size_t i = 0; i < 20; i++)
		x[i] = (double)(i % 7) + 0.1 * (double)i;
	x[20] = far;
	return 21;
}

static void the_far_end_is_pulled_in_on_either_side(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	double x[21], out[21], mirrored[21];
	struct composite_winsorised w, v;
	struct err e = { 0 };
	size_t n = lopsided(x, 1000);
	assert_true(composite_winsorise(&a, x, NULL, n, 5, composite_limit_usual, out, &w, &e));
	assert_true(!w.before.passes && w.after.passes && w.n_high == 1 && w.n_low == 0);
	assert_close(out[20], 7.3, 1e-14); /* the greatest of the others */
	for (size_t i = 0; i < 20; i++)
		assert_true(out[i] == x[i]);
	for (size_t i = 0; i < n; i++)
		x[i] = -x[i];
	assert_true(
		composite_winsorise(&a, x, NULL, n, 5, composite_limit_usual, mirrored, &v, &e));
	assert_true(v.n_low == 1 && v.n_high == 0);
	for (size_t i = 0; i < n; i++)
		assert_true(mirrored[i] == -out[i]);
	assert_int_equal(a.used_bytes, 0);
}

static void nothing_is_done_to_a_fair_column_or_to_gaps(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	const double x[] = { 3, 1, 4, 1e300, 5, 9, 2 };
	const bool known[] = { true, true, true, false, true, true, true };
	double out[7];
	struct composite_winsorised w;
	struct err e = { 0 };
	assert_true(composite_winsorise(&a, x, known, 7, 5, composite_limit_usual, out, &w, &e));
	assert_true(w.before.passes && w.n_high + w.n_low == 0);
	for (size_t i = 0; i < 7; i++)
		assert_true(out[i] == (known[i] ? x[i] : 0));
}

/* Thirty zeros and a one: the other program stops here as well. */
static void a_column_that_would_become_constant_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	double x[31] = { 0 }, out[31];
	x[30] = 1;
	out[0] = -99;
	struct composite_winsorised w = { .n_high = 99 };
	struct composite_treated t;
	struct err e = { 0 }, f = { 0 };
	assert_false(composite_winsorise(&a, x, NULL, 31, 5, composite_limit_usual, out, &w, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_true(out[0] == -99 && w.n_high == 99);
	assert_false(composite_treat(&a, x, NULL, 31, 5, composite_limit_usual, out, &t, &f));
	assert_int_equal(a.used_bytes, 0);
}

static void the_logarithm_is_taken_of_the_values_as_they_were(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	double x[40], out[40], want[40];
	struct composite_treated t;
	struct err e = { 0 };
	for (size_t i = 0; i < 40; i++)
		x[i] = exp((double)i / 3); /* two changed places do not tame this */
	assert_true(composite_treat(&a, x, NULL, 40, 2, composite_limit_usual, out, &t, &e));
	assert_true(t.logarithm && t.ends.n_high >= 2);
	assert_true(composite_log_shift(x, NULL, 40, want, &e));
	for (size_t i = 0; i < 40; i++)
		assert_true(out[i] == want[i]);
	assert_close(want[0], log(0.01 * (x[39] - x[0])), 1e-14);
}

static void few_or_equal_values_have_no_shape_and_pass(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	const double x[] = { 1, 1, 1, 1, 900 };
	const bool four[] = { true, true, true, true, false };
	struct composite_shape s = composite_shape_of(&a, x, four, 5, composite_limit_usual);
	assert_true(!s.valid && s.passes);
	s = composite_shape_of(&a, x, NULL, 5, composite_limit_usual);
	assert_true(s.valid && !s.passes);
}

static void distance_is_in_deviations_from_the_median(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	const double x[] = { 1, 2, 3, 4, 100 }, flat[] = { 5, 5, 5, 5, 9 }, same[] = { 2, 2 };
	double out[5];
	struct err e = { 0 };
	assert_true(composite_distance(&a, x, NULL, 5, out, &e));
	assert_close(out[4], 97 / 1.4826, 1e-14); /* median 3, MAD 1 */
	assert_true(out[2] == 0);
	assert_true(composite_distance(&a, flat, NULL, 5, out, &e));
	assert_close(out[4], 4 / (1.2533 * 0.8), 1e-14); /* MAD 0: mean deviation 0.8 */
	assert_false(composite_distance(&a, same, NULL, 2, out, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_that_are_unknown_or_zero_leave_a_gap),
		cmocka_unit_test(a_gap_takes_the_mean_of_its_group),
		cmocka_unit_test(a_unit_with_too_little_is_screened_out),
		cmocka_unit_test(the_far_end_is_pulled_in_on_either_side),
		cmocka_unit_test(nothing_is_done_to_a_fair_column_or_to_gaps),
		cmocka_unit_test(a_column_that_would_become_constant_is_refused),
		cmocka_unit_test(the_logarithm_is_taken_of_the_values_as_they_were),
		cmocka_unit_test(few_or_equal_values_have_no_shape_and_pass),
		cmocka_unit_test(distance_is_in_deviations_from_the_median),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
