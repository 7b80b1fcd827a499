/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/composite_combine.h"

#include "stat/random.h"
#include "stat/reference_test.h"
#include "stat/sum.h"

static double mean_of(enum composite_mean mean, double power, const double *x, const double *w,
		      size_t n)
{
	const struct composite_blend blend = { mean, power, 0 };
	struct err e = { 0 };
	double v = 0;
	bool known = false;
	if (!composite_mean(&blend, x, NULL, w, n, &v, &known, &e))
		fail_msg("%s", e.msg);
	assert_true(known);
	return v;
}

/* Expectations of COINr's tests. */
static void published_means(void **state)
{
	(void)state;
	const double x[] = { 1, 2, 3 }, w[] = { 1, 1, 2 }, v[] = { 2, 1, 1 };
	assert_close(mean_of(COMPOSITE_GEOMETRIC, 0, x, NULL, 3), cbrt(6), 1e-15);
	assert_close(mean_of(COMPOSITE_GEOMETRIC, 0, x, w, 3), pow(18, 0.25), 1e-15);
	assert_close(mean_of(COMPOSITE_HARMONIC, 0, x, v, 3), 4 / (2 + 0.5 + 1.0 / 3), 1e-15);
	assert_close(mean_of(COMPOSITE_ARITHMETIC, 0, x, w, 3), 2.25, 1e-15);
	assert_close(mean_of(COMPOSITE_POWER, 2, x, NULL, 3), sqrt(14.0 / 3), 1e-15);
}

/* Harmonic <= geometric <= arithmetic; powers of 1 and -1 are two of them; more is never less. */
static void means_keep_their_order(void **state)
{
	(void)state;
	struct random r = random_of(7, 1, 0, 0);
	for (size_t trial = 0; trial < 2000; trial++) {
		double x[8], w[8];
		for (size_t i = 0; i < 8; i++) {
			x[i] = 1 + 99 * random_uniform(&r);
			w[i] = random_uniform(&r);
		}
		double h = mean_of(COMPOSITE_HARMONIC, 0, x, w, 8);
		double g = mean_of(COMPOSITE_GEOMETRIC, 0, x, w, 8);
		double m = mean_of(COMPOSITE_ARITHMETIC, 0, x, w, 8);
		assert_true(h < g && g < m);
		assert_close(mean_of(COMPOSITE_POWER, 1, x, w, 8), m, 1e-14);
		assert_close(mean_of(COMPOSITE_POWER, -1, x, w, 8), h, 1e-14);
		x[trial % 8] += 1;
		assert_true(mean_of(COMPOSITE_HARMONIC, 0, x, w, 8) > h);
		assert_true(mean_of(COMPOSITE_GEOMETRIC, 0, x, w, 8) > g);
		assert_true(mean_of(COMPOSITE_ARITHMETIC, 0, x, w, 8) > m);
	}
}

static void gaps_leave_with_their_weight_until_too_little_is_left(void **state)
{
	(void)state;
	const double x[] = { 10, -1, 40 }, w[] = { 1, 1, 2 };
	bool known[] = { true, false, true }, got = false;
	struct composite_blend blend = { COMPOSITE_GEOMETRIC, 0, 0.75 };
	struct err e = { 0 };
	double v = 0;
	assert_true(composite_mean(&blend, x, known, w, 3, &v, &got, &e) && got);
	assert_close(v, exp((log(10) + 2 * log(40)) / 3), 1e-15); /* the -1 is not looked at */
	blend.coverage = 0.76;
	assert_true(composite_mean(&blend, x, known, w, 3, &v, &got, &e) && !got && v == 0);
	known[0] = known[2] = false;
	blend.coverage = 0;
	assert_true(composite_mean(&blend, x, known, w, 3, &v, &got, &e) && !got);
}

static void what_a_mean_cannot_take_is_refused(void **state)
{
	(void)state;
	const double zero[] = { 0, 4 }, below[] = { 1, -1 }, none[] = { 0, 0 }, two[] = { 1, 1 };
	static const struct composite_blend geometric = { COMPOSITE_GEOMETRIC, 0, 0 };
	static const struct composite_blend harmonic = { COMPOSITE_HARMONIC, 0, 0 };
	static const struct composite_blend power = { COMPOSITE_POWER, 0, 0 };
	static const struct composite_blend plain = { COMPOSITE_ARITHMETIC, 0, 0 };
	double v = -99;
	bool known;
	for (size_t i = 0; i < 5; i++) {
		struct err e = { 0 };
		const struct composite_blend *blend[] = { &geometric, &harmonic, &power, &plain,
							  &plain };
		const double *x[] = { zero, zero, two, two, two };
		const double *w[] = { NULL, NULL, NULL, below, none };
		assert_false(composite_mean(blend[i], x[i], NULL, w[i], 2, &v, &known, &e));
		assert_true(e.code == ERR_INPUT && v == -99);
	}
}

/* Two areas: {0, 1} and {2}; node 5 is the root. */
static void a_tree_by_hand(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	const size_t parent[] = { 3, 3, 4, 5, 5 };
	const double weight[] = { 1, 3, 7, 30, 70, 0 };
	const struct composite_tree t = { 6, 3, parent, weight };
	const struct composite_blend plain = { COMPOSITE_ARITHMETIC, 0, 0 };
	double value[12] = { 80, 10, 40, 20, 100, 0 }, w[6];
	bool known[12] = { true, true, true, true, true, false };
	struct err e = { 0 };
	assert_true(composite_effective_weights(&a, &t, w, &e));
	assert_close(w[0], 0.075, 1e-15);
	assert_close(w[1], 0.225, 1e-15);
	assert_close(w[2], 0.7, 1e-15);
	assert_true(w[5] == 1);
	assert_true(composite_aggregate(&a, &t, &plain, 2, value, known, &e));
	assert_close(value[6], 50, 1e-15);   /* (80 + 3 * 40) / 4 */
	assert_close(value[10], 85, 1e-15);  /* 0.3 * 50 + 0.7 * 100 */
	assert_true(known[10] && !known[9]); /* unit 1 has nothing under node 4 */
	assert_close(value[11], 17.5, 1e-15);
	assert_int_equal(a.used_bytes, 0);
}

static void what_is_no_tree_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	static const size_t parent[][3] = { { 1, 3, 3 }, { 0, 3, 3 }, { 3, 3, 9 }, { 3, 3, 3 } };
	const double weight[] = { 1, 1, 1, 1 }, none[] = { 0, 0, 0, 0 };
	double w[4];
	for (size_t i = 0; i < 4; i++) {
		const struct composite_tree t = { 4, 2, parent[i], weight };
		struct err e = { 0 };
		assert_false(composite_effective_weights(&a, &t, w, &e));
		assert_int_equal(e.code, ERR_INPUT);
	}
	const size_t good[] = { 3, 3, 3 };
	const struct composite_tree t = { 4, 3, good, none };
	struct err e = { 0 };
	assert_false(composite_effective_weights(&a, &t, w, &e));
}

/* COINr's test: x1 = 1 2 3 4, x2 = 3 2 1 5, x3 = 2 3 1 4. */
static void outranking_as_published(void **state)
{
	(void)state;
	const double x[] = { 1, 2, 3, 4, 3, 2, 1, 5, 2, 3, 1, 4 };
	double o[16], net[4];
	struct err e = { 0 };
	assert_true(composite_outrank(x, NULL, 3, 4, o, &e));
	assert_close(o[1 * 4 + 0], 2.0 / 3, 1e-15);
	assert_close(o[2 * 4 + 0], 1.0 / 3, 1e-15);
	assert_close(o[3 * 4 + 0], 1.0, 1e-15);
	size_t dominant = 0;
	for (size_t i = 0; i < 4; i++) {
		for (size_t j = 0; j < i; j++) {
			assert_close(o[i * 4 + j] + o[j * 4 + i], 1.0, 1e-15);
			dominant += o[i * 4 + j] >= 1 || o[j * 4 + i] >= 1;
		}
	}
	assert_int_equal(dominant, 3);
	composite_copeland(o, 4, net);
	assert_true(net[3] == 3 && sum_of(net, 4) == 0);
	assert_true(net[1] == 1 && net[0] == -1 && net[2] == -3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_means),
		cmocka_unit_test(means_keep_their_order),
		cmocka_unit_test(gaps_leave_with_their_weight_until_too_little_is_left),
		cmocka_unit_test(what_a_mean_cannot_take_is_refused),
		cmocka_unit_test(a_tree_by_hand),
		cmocka_unit_test(what_is_no_tree_is_refused),
		cmocka_unit_test(outranking_as_published),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
