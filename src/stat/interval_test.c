/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/interval.h"

#include "stat/reference_test.h"

/* 72 of 100 answered clusters, 120 in the register: 68.26 to 75.46 percent. */
static void a_share_of_a_register_has_its_finite_interval(void **state)
{
	(void)state;
	struct interval i;
	struct err e = { 0 };
	assert_true(interval_wilson_fpc(72, 100, 120, 0.95, &i, &e));
	assert_true(round(i.low * 1e4) == 6826 && round(i.high * 1e4) == 7546);
	/* O'Neill's formula by his own R package, stat.extend::CONF.prop */
	static const double row[][5] = {
		{ 64, 100, 107, .61549769922153230, .66379379065570021 },
		{ 64, 100, 120, .60064700973209229, .67755684129733951 },
		{ 64, 100, 157, .58155631151787601, .69456798043563894 },
	};
	for (size_t k = 0; k < 3; k++) {
		assert_true(interval_wilson_fpc(row[k][0], row[k][1], row[k][2], 0.95, &i, &e));
		assert_close(i.low, row[k][3], 1e-13);
		assert_close(i.high, row[k][4], 1e-13);
	}
	assert_true(interval_wilson_unseen(64, 100, 157, 0.95, &i, &e));
	assert_close(i.low, .47803414474919204, 1e-13);
	assert_close(i.high, .77532864397779289, 1e-13);
	/* all were seen: no width */
	assert_true(interval_wilson_fpc(59, 100, 100, 0.95, &i, &e));
	assert_true(i.low == 0.59 && i.high == 0.59);
}

/* R. Newcombe (1998), table I, with R's prop.test(correct=FALSE) for the digits. */
static void published_score_intervals_come_out(void **state)
{
	(void)state;
	struct interval i;
	struct err e = { 0 };
	assert_true(interval_wilson(81, 263, 0.95, &i, &e));
	assert_close(i.low, 0.25528851987827428, 1e-13);
	assert_close(i.high, 0.36620957698280016, 1e-13);
	assert_true(interval_wilson(15, 148, 0.95, &i, &e));
	assert_close(i.low, 0.062386399530736283, 1e-13);
	assert_close(i.high, 0.160487241723308, 1e-13);
	assert_true(interval_wilson(0, 20, 0.95, &i, &e));
	assert_true(i.low == 0 && round(i.high * 1e4) == 1611);
	assert_true(interval_wilson(20, 20, 0.95, &i, &e));
	assert_true(i.high == 1 && round(i.low * 1e4) == 8389);
	assert_true(interval_wilson(1, 29, 0.95, &i, &e));
	assert_true(round(i.low * 1e4) == 61 && round(i.high * 1e4) == 1718);
}

typedef bool proportion(double hits, double n, double level, struct interval *out, struct err *e);

static void proportion_case(struct str of_case, struct str quantity, double value)
{
	static const struct {
		const char *name;
		proportion *f;
	} kind[] = { { "wilson_", interval_wilson },
		     { "wilsoncc_", interval_wilson_continuity },
		     { "cp_", interval_clopper_pearson },
		     { "ac_", interval_agresti_coull },
		     { "jeffreys_", interval_jeffreys } };
	double hits = 0, n = 0;
	assert_true(num_real(str_cut(&of_case, '/'), &hits) && num_real(of_case, &n));
	for (size_t k = 0; k < 5; k++) {
		if (!str_starts(quantity, kind[k].name))
			continue;
		struct interval i = { -1, -1 };
		struct err e = { 0 };
		assert_true(kind[k].f(hits, n, 0.95, &i, &e));
		double got = str_ends(quantity, "_lo") ? i.low : i.high;
		/* some of R's Agresti-Coull limits lie outside 0..1; ours are cut */
		value = value < 0 ? 0 : value > 1 ? 1 : value;
		if (fabs(got - value) > 1e-12)
			fail_msg("%.*s: %.17g, want %.17g", STR_ARG(quantity), got, value);
		return;
	}
	fail_msg("unknown quantity %.*s", STR_ARG(quantity));
}

static void five_methods_agree_with_r(void **state)
{
	(void)state;
	assert_true(reference_each("proportion_ci95", proportion_case) >= 100);
}

static void fpc_case(struct str of_case, struct str quantity, double value)
{
	double v[3] = { 0 };
	bool unseen = str_starts(quantity, "unsampled");
	for (size_t i = 0; i < 3; i++) {
		struct str word = str_word(&of_case);
		(void)str_cut(&word, '=');
		if (!num_real(word, &v[i]))
			fail_msg("unknown case");
	}
	struct interval i = { -1, -1 };
	struct err e = { 0 };
	assert_true(unseen ? interval_wilson_unseen(v[0], v[1], v[2], 0.95, &i, &e) :
			     interval_wilson_fpc(v[0], v[1], v[2], 0.95, &i, &e));
	assert_close(str_ends(quantity, "lo") ? i.low : i.high, value, 1e-13);
}

static void finite_populations_agree_with_oneill(void **state)
{
	(void)state;
	assert_true(reference_each("wilson_fpc", fpc_case) >= 40);
}

static void senseless_numbers_are_refused(void **state)
{
	(void)state;
	static const double bad[][4] = { { 1, 0, 10, 0.95 },
					 { -1, 10, 20, 0.95 },
					 { 11, 10, 20, 0.95 },
					 { 1, 10, 20, 0 },
					 { 1, 10, 20, 1 },
					 { (double)NAN, 10, 20, 0.95 },
					 { 1, (double)INFINITY, 20, 0.95 },
					 { 1, 10, 20, (double)NAN },
					 { 1, 10, 9, 0.95 } };
	for (size_t k = 0; k < 9; k++) {
		struct interval i = { -1, -1 };
		struct err e = { 0 };
		assert_false(
			interval_wilson_fpc(bad[k][0], bad[k][1], bad[k][2], bad[k][3], &i, &e));
		assert_true(e.code == ERR_INPUT && i.low == -1);
	}
	struct interval i = { -1, -1 };
	struct err e = { 0 };
	assert_false(interval_wilson_unseen(5, 10, 10, 0.95, &i, &e));
}

static void every_interval_holds_its_share(void **state)
{
	(void)state;
	for (double n = 1; n < 60; n++) {
		for (double hits = 0; hits <= n; hits++) {
			struct interval i, wide;
			struct err e = { 0 };
			assert_true(interval_wilson(hits, n, 0.95, &wide, &e));
			assert_true(wide.low >= 0 && wide.high <= 1);
			assert_true(wide.low <= hits / n && hits / n <= wide.high);
			assert_true(interval_wilson_fpc(hits, n, n + 3, 0.95, &i, &e));
			assert_true(i.low >= wide.low - 1e-12 && i.high <= wide.high + 1e-12);
			assert_true(i.low <= hits / n + 1e-15 && hits / n <= i.high + 1e-15);
		}
	}
	/* Table value: the 97.5 % point of the normal distribution */
	assert_close(interval_normal_quantile(0.975), 1.959963984540054, 1e-15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_share_of_a_register_has_its_finite_interval),
		cmocka_unit_test(published_score_intervals_come_out),
		cmocka_unit_test(five_methods_agree_with_r),
		cmocka_unit_test(finite_populations_agree_with_oneill),
		cmocka_unit_test(senseless_numbers_are_refused),
		cmocka_unit_test(every_interval_holds_its_share),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
