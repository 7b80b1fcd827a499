/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/beta.h"

#include <gsl/gsl_cdf.h>

#include "stat/interval.h"
#include "stat/reference_test.h"

static void closed_forms_come_out(void **state)
{
	(void)state;
	for (double x = 0.01; x < 1; x += 0.07) {
		assert_close(beta_cdf(x, 1, 1), x, 1e-14);
		assert_close(beta_cdf(x, 3, 1), x * x * x, 1e-13);
		assert_close(beta_cdf(x, 1, 4), 1 - pow(1 - x, 4), 1e-13);
		assert_close(beta_cdf(x, 0.5, 0.5), 2 / M_PI * asin(sqrt(x)), 1e-13);
		assert_close(beta_cdf(x, 7.5, 2.25) + beta_cdf(1 - x, 2.25, 7.5), 1, 1e-13);
	}
	assert_true(beta_cdf(-1, 2, 3) == 0 && beta_cdf(2, 2, 3) == 1);
	assert_true(beta_quantile(0, 2, 3) == 0 && beta_quantile(1, 2, 3) == 1);
	/* binomial: 1 + 10 + 45 of 1,024 */
	assert_close(beta_binomial_cdf(2, 10, 0.5), 56.0 / 1024, 1e-14);
	assert_true(beta_binomial_cdf(-1, 10, 0.5) == 0 && beta_binomial_cdf(10, 10, 0.5) == 1);
}

static void gsl_agrees_where_it_converges(void **state)
{
	(void)state;
	static const double size[] = { 0.3, 1, 2.5, 17, 120, 999.5 };
	for (size_t i = 0; i < 6; i++)
		for (size_t j = 0; j < 6; j++)
			for (double x = 0.02; x < 1; x += 0.06)
				assert_true(fabs(beta_cdf(x, size[i], size[j]) -
						 gsl_cdf_beta_P(x, size[i], size[j])) < 1e-11);
}

static void the_quantile_undoes_the_distribution(void **state)
{
	(void)state;
	static const double size[] = { 0.5, 1, 30, 5000, 2e6 };
	static const double p[] = { 1e-9, 0.025, 0.5, 0.975, 0.999999 };
	for (size_t i = 0; i < 5; i++)
		for (size_t j = 0; j < 5; j++)
			for (size_t k = 0; k < 5; k++) {
				double x = beta_quantile(p[k], size[i], size[j]);
				/* nearer to 1 the doubles lie too far apart to tell */
				if (x < 0.999)
					assert_close(beta_cdf(x, size[i], size[j]), p[k], 1e-7);
			}
}

/* Exact intervals of large counts: GSL's inverse ended the process for some of these. */
static void exact_intervals_exist_for_any_count(void **state)
{
	(void)state;
	static const double levels[] = { 0.5, 0.95, 0.999999 };
	for (double n = 1; n < 1e7; n = ceil(n * 3.1)) {
		for (int part = 0; part <= 20; part++) {
			double hits = floor(n * part / 20);
			for (size_t k = 0; k < 3; k++) {
				struct interval exact, score;
				struct err e = { 0 };
				double level = levels[k];
				assert_true(interval_clopper_pearson(hits, n, level, &exact, &e));
				assert_true(exact.low <= hits / n && hits / n <= exact.high);
				assert_true(exact.low >= 0 && exact.high <= 1);
				assert_true(interval_wilson(hits, n, level, &score, &e));
				/* for many units all methods come together */
				if (n > 1e6 && part > 0 && part < 20)
					assert_true(fabs(exact.low - score.low) < 2e-5);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_forms_come_out),
		cmocka_unit_test(gsl_agrees_where_it_converges),
		cmocka_unit_test(the_quantile_undoes_the_distribution),
		cmocka_unit_test(exact_intervals_exist_for_any_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
