/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/hypergeometric.h"

#include "stat/reference_test.h"

static double choose(unsigned n, unsigned k)
{
	double v = 1;
	for (unsigned i = 1; i <= k; i++)
		v = v * (n - k + i) / i;
	return k > n ? 0 : v;
}

/* Against the definition, for every case of a population of 14: exact in doubles. */
static void small_populations_by_counting(void **state)
{
	(void)state;
	enum { N = 14 };
	for (unsigned with = 0; with <= N; with++) {
		for (unsigned n = 1; n <= N; n++) {
			double sum = 0;
			for (unsigned m = 0; m <= n; m++) {
				if (m <= with && n - m <= N - with)
					sum += choose(with, m) * choose(N - with, n - m) /
					       choose(N, n);
				assert_close(hypergeometric_below(m, n, with, N), sum, 1e-13);
			}
		}
	}
}

/* G. Kauermann, H. Kuechenhoff, Stichproben (2011), print 110 to 161 for 45 of 100 out of 300 and 2
 * to 19 for 2 of 100: the first numbers that the test refuses, where there are. */
static void published_intervals(void **state)
{
	(void)state;
	struct hypergeometric v;
	struct err e = { 0 };
	assert_true(hypergeometric_interval(45, 100, 300, 0.95, &v, &e));
	assert_true(v.low == 111 && v.high == 160);
	assert_true(hypergeometric_interval(2, 100, 300, 0.95, &v, &e));
	assert_true(v.low == 2 && v.high == 18);
}

/* Its numbers are just those that a test at 2.5 % a side would not refuse. */
static void the_interval_is_that_of_the_test(void **state)
{
	(void)state;
	enum { N = 60, DRAWN = 25 };
	for (uint64_t m = 0; m <= DRAWN; m++) {
		struct hypergeometric v;
		struct err e = { 0 };
		assert_true(hypergeometric_interval(m, DRAWN, N, 0.95, &v, &e));
		for (uint64_t with = m; with <= N - (DRAWN - m); with++) {
			double low = hypergeometric_below(m, DRAWN, with, N);
			double high = m ? 1 - hypergeometric_below(m - 1, DRAWN, with, N) : 1;
			bool kept = low > 0.025 && high > 0.025;
			assert_true(kept == (with >= v.low && with <= v.high));
		}
	}
}

static void a_census_knows_and_bad_numbers_are_refused(void **state)
{
	(void)state;
	struct hypergeometric v = { 9, 9 };
	struct err e = { 0 };
	assert_true(hypergeometric_interval(30, 100, 100, 0.95, &v, &e));
	assert_true(v.low == 30 && v.high == 30);
	const struct {
		uint64_t m, n, population;
		double level;
	} bad[] = { { 3, 2, 9, 0.95 }, { 0, 0, 9, 0.95 }, { 1, 10, 9, 0.95 }, { 1, 2, 9, 1 } };
	for (size_t i = 0; i < 4; i++) {
		struct err f = { 0 };
		assert_false(hypergeometric_interval(bad[i].m, bad[i].n, bad[i].population,
						     bad[i].level, &v, &f));
		assert_true(f.code == ERR_INPUT && v.low == 30);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_populations_by_counting),
		cmocka_unit_test(published_intervals),
		cmocka_unit_test(the_interval_is_that_of_the_test),
		cmocka_unit_test(a_census_knows_and_bad_numbers_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
