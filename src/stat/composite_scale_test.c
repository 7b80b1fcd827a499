/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/composite_scale.h"

#include "stat/random.h"
#include "stat/reference_test.h"

static double one(struct composite_scale s, const double *x, size_t n, size_t which)
{
	ARENA_SCOPE(a, 1 << 20);
	struct err e = { 0 };
	double out[64];
	assert_true(n <= 64);
	if (!composite_scale(&a, &s, x, NULL, n, out, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(a.used_bytes, 0);
	return out[which];
}

/* COINr's own tests: goalposts 0 and 10 on 0..1; distance of 0, 5, 11 to a target of 10. */
static void published_cases(void **state)
{
	(void)state;
	struct composite_scale s = { .rule = COMPOSITE_GOALPOST,
				     .direction = 1,
				     .high = 1,
				     .worst = 0,
				     .best = 10 };
	const double x[] = { 1, 11, -1 }, y[] = { 0, 5, 11 };
	assert_close(one(s, x, 3, 0), 0.1, 1e-15);
	assert_true(one(s, x, 3, 1) == 1 && one(s, x, 3, 2) == 0);
	s.worst = 10;
	s.best = 0;
	assert_close(one(s, x, 1, 0), 0.9, 1e-15);
	s = (struct composite_scale){ .rule = COMPOSITE_TARGET, .direction = 1, .target = 10 };
	assert_true(one(s, y, 3, 0) == 0 && one(s, y, 3, 1) == 0.5);
	assert_close(one(s, y, 3, 2), 1.1, 1e-15);
	s.cut = true;
	assert_true(one(s, y, 3, 2) == 1);
}

static void each_rule_by_hand(void **state)
{
	(void)state;
	const double x[] = { 2, 4, 4, 10 };
	struct composite_scale s = { .direction = 1, .low = 0, .high = 100 };
	s.rule = COMPOSITE_MINMAX;
	assert_true(one(s, x, 4, 1) == 25 && one(s, x, 4, 3) == 100);
	s.rule = COMPOSITE_RANK;
	assert_true(one(s, x, 4, 1) == 2 && one(s, x, 4, 2) == 2 && one(s, x, 4, 3) == 4);
	s.rule = COMPOSITE_PERCENT_RANK;
	assert_close(one(s, x, 4, 2), 1.0 / 3, 1e-15);
	s.rule = COMPOSITE_BORDA;
	assert_true(one(s, x, 4, 0) == 0 && one(s, x, 4, 3) == 3);
	s.rule = COMPOSITE_DISTANCE_MAX;
	assert_close(one(s, x, 4, 1), 0.25, 1e-15);
	s.rule = COMPOSITE_FRACTION_MAX;
	assert_true(one(s, x, 4, 1) == 0.4);
	s.rule = COMPOSITE_REFERENCE;
	s.target = 4;
	assert_true(one(s, x, 4, 0) == 0 && one(s, x, 4, 1) == 1 && one(s, x, 4, 3) == 4);
	s.rule = COMPOSITE_ZSCORE;
	s.mean = 10;
	s.sd = 2;
	/* mean 5, sum of squares 36, sd sqrt(12) */
	assert_close(one(s, x, 4, 3), 10 + 2 * 5 / sqrt(12), 1e-14);
}

static void less_is_better_turns_the_scale(void **state)
{
	(void)state;
	const double x[] = { 2, 4, 10 };
	struct composite_scale s = { .rule = COMPOSITE_MINMAX, .direction = -1, .high = 100 };
	assert_true(one(s, x, 3, 0) == 100 && one(s, x, 3, 1) == 75 && one(s, x, 3, 2) == 0);
	s.rule = COMPOSITE_TARGET;
	s.target = 3;
	assert_close(one(s, x, 3, 1), 6.0 / 7, 1e-15);
	s.rule = COMPOSITE_RANK;
	assert_true(one(s, x, 3, 0) == 3);
}

static void what_has_no_scale_is_refused_and_nothing_written(void **state)
{
	(void)state;
	static const double same[] = { 5, 5, 5 }, x[] = { -3, -1, 0 };
	static const struct {
		struct composite_scale s;
		const double *x;
	} bad[] = {
		{ { .rule = COMPOSITE_MINMAX, .direction = 1, .high = 100 }, same },
		{ { .rule = COMPOSITE_ZSCORE, .direction = 1, .sd = 1 }, same },
		{ { .rule = COMPOSITE_RANK, .direction = 1 }, same },
		{ { .rule = COMPOSITE_MINMAX, .direction = 1, .low = 5, .high = 5 }, x },
		{ { .rule = COMPOSITE_MINMAX, .direction = 0, .high = 1 }, x },
		{ { .rule = COMPOSITE_ZSCORE, .direction = 1, .sd = 0 }, x },
		{ { .rule = COMPOSITE_GOALPOST, .direction = 1, .high = 1, .worst = 2, .best = 2 },
		  x },
		{ { .rule = COMPOSITE_TARGET, .direction = 1, .target = -3 }, x },
		{ { .rule = COMPOSITE_REFERENCE, .direction = -1, .target = 0 }, x },
		{ { .rule = COMPOSITE_FRACTION_MAX, .direction = 1 }, x },
	};
	ARENA_SCOPE(a, 1 << 20);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		double out[3] = { -99, -99, -99 };
		struct err e = { 0 };
		assert_false(composite_scale(&a, &bad[i].s, bad[i].x, NULL, 3, out, &e));
		assert_true(e.code == ERR_INPUT && e.en[0] && out[0] == -99 && out[2] == -99);
	}
}

/* Another unit of measurement, another order, a gap: no unit's scaled value moves. */
static void units_and_order_do_not_matter(void **state)
{
	(void)state;
	static const enum composite_rule rules[] = { COMPOSITE_MINMAX, COMPOSITE_ZSCORE,
						     COMPOSITE_RANK, COMPOSITE_PERCENT_RANK,
						     COMPOSITE_BORDA, COMPOSITE_DISTANCE_MAX };
	enum { N = 30 };
	struct random r = random_of(20221231, 3, 0, 0);
	ARENA_SCOPE(a, 1 << 20);
	for (size_t trial = 0; trial < 300; trial++) {
		double x[N], y[N + 1], first[N], second[N + 1];
		bool known[N + 1];
		struct err e = { 0 };
		struct composite_scale s = { .rule = rules[trial % 6],
					     .direction = trial % 2 ? 1 : -1,
					     .high = 100,
					     .mean = 50,
					     .sd = 10 };
		for (size_t i = 0; i < N; i++) {
			x[i] = (double)random_below(&r, 12);
			y[N - i] = 1000 * x[i]; /* backwards, a thousand times as much */
			known[N - i] = true;
		}
		y[0] = 1e9;
		known[0] = false;
		assert_true(composite_scale(&a, &s, x, NULL, N, first, &e));
		assert_true(composite_scale(&a, &s, y, known, N + 1, second, &e));
		for (size_t i = 0; i < N; i++)
			assert_true(fabs(first[i] - second[N - i]) <= 1e-12 * 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_cases),
		cmocka_unit_test(each_rule_by_hand),
		cmocka_unit_test(less_is_better_turns_the_scale),
		cmocka_unit_test(what_has_no_scale_is_refused_and_nothing_written),
		cmocka_unit_test(units_and_order_do_not_matter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
