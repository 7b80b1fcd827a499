/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gsl/gsl_errno.h>

#include "stat/distribution.h"

#include "stat/random.h"
#include "stat/reference_test.h"

static struct err e;

#define NORMAL(a, b) { DISTRIBUTION_NORMAL, a, b }
#define T(a) { DISTRIBUTION_T, a, 0 }
#define CHI2(a) { DISTRIBUTION_CHI_SQUARED, a, 0 }
#define F(a, b) { DISTRIBUTION_F, a, b }
#define GAMMA(a, b) { DISTRIBUTION_GAMMA, a, b }
#define BETA(a, b) { DISTRIBUTION_BETA, a, b }

/* R 4.2.2: pnorm, pt, pchisq, pf, pgamma, pbeta; above: lower.tail = FALSE. */
static const struct {
	struct distribution d;
	double x;
	bool above;
	double want;
} shares[] = {
	{ NORMAL(0, 1), -8, false, 6.2209605742717849e-16 },
	{ NORMAL(1, 2), 1.3, false, 0.5596176923702425 },
	{ NORMAL(0, 1), 9, true, 1.1285884059538408e-19 },
	{ T(3), -2.5, false, 0.043853323504032753 },
	{ T(98), .001, false, 0.50039792581811504 },
	{ T(.5), 2, true, 0.22275744509156564 },
	{ T(7), 40, true, 7.951089992425214e-10 },
	{ T(1e6), -1, false, 0.15865537491678908 },
	{ CHI2(1), 3.84, false, 0.94995647875129474 },
	{ CHI2(4), 50, true, 3.6108654048906463e-10 },
	{ CHI2(10), 1e-3, false, 2.6030818297031978e-19 },
	{ CHI2(950), 1000, false, 0.87343497647346313 },
	{ F(3, 10), 4, false, 0.95865231896391734 },
	{ F(3, 10), 4, true, 0.041347681036082599 },
	{ F(20, 1), .01, false, 3.163781758714393e-09 },
	{ F(1, 5), 200, true, 3.1822928267051531e-05 },
	{ GAMMA(1.5, 1), 2, false, 0.73853587005088928 },
	{ GAMMA(1.5, 3), 2, true, 0.72123337462776027 },
	{ GAMMA(.01, 1), 100, true, 3.879592058802345e-48 },
	{ GAMMA(.1, 1), 1e-5, false, 0.33239840504050333 },
	{ BETA(2, 5), .3, false, 0.57982500000000015 },
	{ BETA(.5, .5), .9, true, 0.20483276469913339 },
	{ BETA(3, 40), 1e-4, false, 1.1446471987662582e-08 },
	{ BETA(650, 350), .65, false, 0.4973546364713215 },
};

static void shares_below_and_above_agree_with_r(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		double p = -1;
		assert_true(shares[i].above ?
				    distribution_above(shares[i].d, shares[i].x, &p, &e) :
				    distribution_below(shares[i].d, shares[i].x, &p, &e));
		assert_close(p, shares[i].want, 2e-12);
	}
}

static const struct {
	struct distribution d;
	double p, want;
} quantiles[] = {
	{ NORMAL(0, 1), .975, 1.9599639845400536 },
	{ T(98), .975, 1.9844674545084815 },
	{ T(1.5), .1, -2.1963984175655371 },
	{ CHI2(1), .95, 3.841458820694124 },
	{ CHI2(7), 1e-6, 0.078523600990369924 },
	{ F(3, 10), .99, 6.5523125575152132 },
	{ F(4, 2), .01, 0.05555555555555558 },
	{ GAMMA(1.5, 2), .5, 2.3659738843753377 },
	{ GAMMA(.05, 1), 1e-10, 5.8446320572867292e-201 },
	{ BETA(65, 37), .975, 0.72733500246761484 },
	{ BETA(.1, 3), .2, 2.4237070911980542e-08 },
};

static void quantiles_agree_with_r(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		double x = -1;
		assert_true(distribution_quantile(quantiles[i].d, quantiles[i].p, &x, &e));
		assert_close(x, quantiles[i].want, 2e-12);
	}
}

static void a_quantile_undoes_its_share(void **state)
{
	(void)state;
	struct random r = random_of(2, 0, 0, 0);
	for (int i = 0; i < 600; i++) {
		double a = random_gamma(&r, 2) * 4, b = random_gamma(&r, 2) * 4;
		double p = random_uniform(&r);
		struct distribution d = { (enum distribution_kind)(i % 6), a, b };
		double x, below, above;
		assert_true(distribution_quantile(d, p, &x, &e));
		assert_true(distribution_below(d, x, &below, &e));
		assert_true(distribution_above(d, x, &above, &e));
		assert_close(below, p, 1e-11);
		assert_true(fabs(below + above - 1) < 1e-12);
	}
}

static void ends_of_the_line_are_zero_and_one(void **state)
{
	(void)state;
	for (int k = 0; k < 6; k++) {
		struct distribution d = { (enum distribution_kind)k, 2, 3 };
		double p = -1;
		assert_true(distribution_below(d, -HUGE_VAL, &p, &e) && p <= 0);
		assert_true(distribution_above(d, -HUGE_VAL, &p, &e) && p >= 1);
		assert_true(distribution_below(d, HUGE_VAL, &p, &e) && p >= 1);
		assert_true(distribution_above(d, HUGE_VAL, &p, &e) && p <= 0);
	}
}

static void bad_numbers_are_refused_and_do_not_end_the_program(void **state)
{
	(void)state;
	static const struct distribution bad[] = { NORMAL(0, 0),
						   NORMAL((double)NAN, 1),
						   T(0),
						   T(-1),
						   CHI2((double)NAN),
						   F(1, 0),
						   F(0, 1),
						   GAMMA(-1, 1),
						   GAMMA(1, HUGE_VAL),
						   BETA(0, 0),
						   BETA(1, -3) };
	double p = 7;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		e = (struct err){ 0 };
		assert_false(distribution_below(bad[i], 0.5, &p, &e));
		assert_int_equal(e.code, ERR_INPUT);
		assert_false(distribution_above(bad[i], 0.5, &p, &e));
		assert_false(distribution_quantile(bad[i], 0.5, &p, &e));
	}
	for (int k = 0; k < 6; k++) {
		struct distribution d = { (enum distribution_kind)k, 2, 3 };
		assert_false(distribution_below(d, (double)NAN, &p, &e));
		assert_false(distribution_quantile(d, 0, &p, &e));
		assert_false(distribution_quantile(d, 1, &p, &e));
		assert_false(distribution_quantile(d, (double)NAN, &p, &e));
	}
	assert_true(p >= 7);
	/* the far corners of what is allowed answer one way or the other */
	static const double corner[] = { 5e-324, 1e-9, 1, 1e9 };
	for (int k = 0; k < 6; k++)
		for (int i = 0; i < 4; i++)
			for (int j = 0; j < 4; j++) {
				struct distribution d = { (enum distribution_kind)k, corner[i],
							  corner[j] };
				if (distribution_below(d, corner[j], &p, &e))
					assert_true(p >= 0 && p <= 1);
			}
}

int main(void)
{
	gsl_set_error_handler_off();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_below_and_above_agree_with_r),
		cmocka_unit_test(quantiles_agree_with_r),
		cmocka_unit_test(a_quantile_undoes_its_share),
		cmocka_unit_test(ends_of_the_line_are_zero_and_one),
		cmocka_unit_test(bad_numbers_are_refused_and_do_not_end_the_program),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
