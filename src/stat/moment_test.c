/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/moment.h"

#include "stat/reference_test.h"

/* Least agreement with NIST's certified values, in digits.  The limits of sd are those of the data
 * once they are doubles (NumAcc3, NumAcc4: 1000000.2 is none). */
static void nist_case(struct str of_case, struct str quantity, double value)
{
	static const struct {
		const char *name;
		double mean, sd;
	} least[] = { { "Lew", 15, 14 },      { "Lottery", 15, 14 },  { "Mavro", 15, 13 },
		      { "Michelso", 15, 13.5 }, { "NumAcc1", 15, 15 },	{ "NumAcc2", 15, 14 },
		      { "NumAcc3", 15, 9.4 }, { "NumAcc4", 15, 8.2 } };
	ARENA_SCOPE(a, 64u << 20);
	size_t n = 0, i = 0;
	while (i < 8 && !str_is(of_case, least[i].name))
		i++;
	if (i == 8)
		return;
	double *x = reference_column(&a, str_fmt(&a, "input/nist_%s.csv", least[i].name).p, 0, &n);
	struct moment m = moment_of(x, n);
	double r = 0;
	if (str_is(quantity, "n"))
		assert_true((double)n == value);
	else if (str_is(quantity, "mean"))
		assert_true(digits_right(m.mean, value) >= least[i].mean - 0.2);
	else if (str_is(quantity, "sd"))
		assert_true(digits_right(m.sd, value) >= least[i].sd);
	else if (str_is(quantity, "autocorr1"))
		assert_true(moment_autocorrelation(x, n, &r) &&
			    digits_right(r, value) >= least[i].sd - 1);
}

static void nist_certified_values_come_out(void **state)
{
	(void)state;
	assert_true(reference_each("nist_univariate", nist_case) >= 28);
}

/* NumAcc1 of NIST's reference datasets: mean 10000002, sd 1, autocorrelation -0.5, exactly. */
static void a_great_mean_does_not_hide_the_spread(void **state)
{
	(void)state;
	const double x[] = { 10000001, 10000003, 10000002 };
	struct moment m = moment_of(x, 3);
	double r = 0;
	assert_true(m.n == 3 && m.mean == 10000002 && m.sd == 1 && m.variance == 1);
	assert_true(m.min == 10000001 && m.max == 10000003);
	assert_true(moment_autocorrelation(x, 3, &r) && r == -0.5);
}

static void too_little_or_equal_data_has_no_shape(void **state)
{
	(void)state;
	double x[5000], v = -99;
	for (size_t i = 0; i < 5000; i++)
		x[i] = 0.1;
	struct moment m = moment_of(x, 5000);
	assert_true(m.sd == 0 && m.variance == 0);
	assert_close(m.mean, 0.1, 1e-15);
	m = moment_of(x, 0);
	assert_true(m.n == 0 && m.mean == 0 && m.sd == 0);
	m = moment_of(x, 1);
	assert_true(m.mean == 0.1 && m.sd == 0);
	assert_false(moment_skewness(x, 5000, &v));
	assert_false(moment_kurtosis(x, 5000, &v));
	assert_false(moment_autocorrelation(x, 5000, &v));
	const double two[] = { 1, 2, 5 };
	assert_false(moment_skewness(two, 2, &v));
	assert_false(moment_kurtosis(two, 3, &v));
	assert_true(v == -99);
}

/* By hand: 1 2 3 4 10, mean 4, sum d^2 = 50, sum d^3 = 180, sum d^4 = 1394; sd^2 = 12.5.
 * G1 = 5/12 * 180 / 12.5^1.5;  G2 = 30/24 * 1394 / 156.25 - 3 * 16 / 6. */
static void shape_follows_its_definition(void **state)
{
	(void)state;
	const double x[] = { 1, 2, 3, 4, 10 };
	double v = 0;
	assert_true(moment_skewness(x, 5, &v));
	assert_close(v, 5.0 / 12 * 180 / (12.5 * sqrt(12.5)), 1e-14);
	assert_true(moment_kurtosis(x, 5, &v));
	assert_close(v, 1.25 * 1394 / 156.25 - 8, 1e-14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nist_certified_values_come_out),
		cmocka_unit_test(a_great_mean_does_not_hide_the_spread),
		cmocka_unit_test(too_little_or_equal_data_has_no_shape),
		cmocka_unit_test(shape_follows_its_definition),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
