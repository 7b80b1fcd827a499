/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/adjust.h"

#include "stat/rank.h"
#include "stat/reference_test.h"

/* Y. Benjamini, Y. Hochberg, J. R. Statist. Soc. B 57 (1995), example 3.2, out of order. */
static const double thrombolysis[] = { 0.0298, 0.0001, 0.7590, 0.0004, 0.0019, 0.0095, 0.0201,
				       0.0278, 0.0344, 0.0459, 0.3240, 0.4262, 1.0, 0.5719,
				       0.6528 };
enum { N = 15 };

static void reference_case(struct str of_case, struct str quantity, double value)
{
	static const char *const name[] = { "bonferroni", "holm", "hochberg", "BH", "BY" };
	static const enum adjust how[] = { ADJUST_BONFERRONI, ADJUST_HOLM, ADJUST_HOCHBERG,
					   ADJUST_BH, ADJUST_BY };
	(void)of_case;
	ARENA_SCOPE(a, 1u << 20);
	double out[N];
	struct str method = str_cut(&quantity, '_');
	int64_t place = 0;
	assert_true(num_int(quantity, &place) && place >= 1 && place <= N);
	for (size_t i = 0; i < 5; i++) {
		if (!str_is(method, name[i]))
			continue;
		assert_true(adjust_p(&a, thrombolysis, N, how[i], out));
		rank_sort(out, N);
		assert_close(out[place - 1], value, 1e-15);
		assert_int_equal(a.used_bytes, 0);
		return;
	}
	fail_msg("a method that is not known");
}

static void adjusted_values_are_those_of_the_reference(void **state)
{
	(void)state;
	assert_int_equal(reference_each("p_adjust", reference_case), 75);
}

static size_t n_below(const double *p, double level)
{
	size_t found = 0;
	for (size_t i = 0; i < N; i++)
		found += p[i] <= level;
	return found;
}

static void four_are_found_where_bonferroni_finds_three(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	double out[N];
	assert_true(adjust_p(&a, thrombolysis, N, ADJUST_BH, out));
	assert_int_equal(n_below(out, 0.05), 4);
	assert_true(adjust_p(&a, thrombolysis, N, ADJUST_BONFERRONI, out));
	assert_int_equal(n_below(out, 0.05), 3);
	/* each stays at its own place: the least p was the second */
	assert_close(out[1], 0.0015, 1e-15);
}

static void no_method_lowers_a_p_or_changes_their_order(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	uint64_t seed = 9;
	for (size_t round = 0; round < 2000; round++) {
		double p[40], out[40];
		size_t n = 1 + round % 40;
		for (size_t i = 0; i < n; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			p[i] = (double)(seed >> 44) / (double)(1u << 20);
			p[i] = round % 3 ? p[i] : p[i] * p[i] * p[i];
		}
		for (enum adjust how = ADJUST_BONFERRONI; how <= ADJUST_BY; how++) {
			assert_true(adjust_p(&a, p, n, how, out));
			for (size_t i = 0; i < n; i++) {
				assert_true(out[i] >= p[i] && out[i] <= 1);
				for (size_t j = 0; j < i; j++)
					assert_false(p[i] < p[j] && out[i] > out[j]);
			}
		}
	}
}

static void what_is_no_probability_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	double out[2] = { -9, -9 };
	assert_false(adjust_p(&a, (const double[]){ 0.5, 1.5 }, 2, ADJUST_HOLM, out));
	assert_false(adjust_p(&a, (const double[]){ 0.5, (double)NAN }, 2, ADJUST_BH, out));
	assert_true(out[0] <= -9 && out[1] <= -9);
	assert_true(adjust_p(&a, out, 0, ADJUST_BH, out));
	assert_true(out[0] <= -9);
	/* in place, and alone it stays what it is */
	double one = 0.04;
	assert_true(adjust_p(&a, &one, 1, ADJUST_BY, &one));
	assert_true(one == 0.04);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adjusted_values_are_those_of_the_reference),
		cmocka_unit_test(four_are_found_where_bonferroni_finds_three),
		cmocka_unit_test(no_method_lowers_a_p_or_changes_their_order),
		cmocka_unit_test(what_is_no_probability_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
