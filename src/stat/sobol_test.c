/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/sobol.h"

#include "stat/random.h"
#include "stat/reference_test.h"

static struct err e;

enum { N = 4096, K = 3 };

/* Ishigami's function on Halton's points from the origin on: columns in the bases 2 3 5 (A) and
 * 7 11 13 (B). */
struct run {
	double a[N], b[N], ab[K][N];
	const double *of[K];
};

static double model(double u[3])
{
	double x[3];
	for (int k = 0; k < 3; k++)
		x[k] = (2 * u[k] - 1) * M_PI;
	return sobol_ishigami(x, 7, 0.1);
}

static struct run *halton_run(struct arena *arena)
{
	static const uint32_t base[6] = { 2, 3, 5, 7, 11, 13 };
	struct run *r = NEW(arena, 1, struct run);
	for (uint64_t i = 0; i < N; i++) {
		double u[6];
		for (int k = 0; k < 6; k++)
			u[k] = sobol_radical_inverse(i, base[k]);
		r->a[i] = model(u);
		r->b[i] = model(u + 3);
		for (int k = 0; k < 3; k++) {
			double mixed[3] = { u[0], u[1], u[2] };
			mixed[k] = u[3 + k];
			r->ab[k][i] = model(mixed);
		}
	}
	for (int k = 0; k < 3; k++)
		r->of[k] = r->ab[k];
	return r;
}

static void the_closed_form_is_the_reference_s(struct str of_case, struct str quantity,
					       double value)
{
	struct sobol_index s[3];
	double v = 0, got;
	(void)of_case;
	sobol_ishigami_exact(7, 0.1, s, &v);
	bool total = quantity.n == 3; /* V, S1..S3, ST1..ST3 */
	if (quantity.n == 1)
		got = v;
	else
		got = total ? s[quantity.p[2] - '1'].total : s[quantity.p[1] - '1'].first;
	assert_true(fabs(got - value) <= 1e-12 * (1 + fabs(value)));
}

static void ishigami_s_indices_in_closed_form(void **state)
{
	(void)state;
	assert_int_equal(reference_each("sobol_analytic", the_closed_form_is_the_reference_s), 7);
}

/* The same estimator on the same design as published with the reference numbers, four digits. */
static void saltelli_on_halton_points_gives_the_known_estimates(void **state)
{
	(void)state;
	static const double first[3] = { .3136, .4382, .0011 }, total[3] = { .5555, .4428, .2436 };
	ARENA_SCOPE(a, 8u << 20);
	struct run *r = halton_run(&a);
	struct sobol_design d = { .estimator = SOBOL_SALTELLI, .n = N, .n_factor = K, .f_a = r->a,
				  .f_b = r->b, .f_ab = r->of };
	struct sobol_index s[K];
	double v;
	assert_true(sobol_estimate(&a, &d, s, &v, &e));
	for (int k = 0; k < K; k++) {
		assert_true(fabs(s[k].first - first[k]) < 5.1e-5);
		assert_true(fabs(s[k].total - total[k]) < 5.1e-5);
	}
}

static void jansen_comes_near_the_truth_and_its_interval_holds_it(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8u << 20);
	struct run *r = halton_run(&a);
	struct sobol_design d = { .n = N, .n_factor = K, .f_a = r->a, .f_b = r->b, .f_ab = r->of,
				  .n_replicate = 100, .level = 0.9, .seed = 1 };
	struct sobol_index s[K], again[K], exact[K];
	double v, v_exact;
	size_t used = a.used_bytes;
	sobol_ishigami_exact(7, 0.1, exact, &v_exact);
	assert_true(sobol_estimate(&a, &d, s, &v, &e));
	assert_int_equal(a.used_bytes, used);
	assert_close(v, v_exact, 0.02);
	for (int k = 0; k < K; k++) {
		assert_true(fabs(s[k].first - exact[k].first) < 0.01);
		assert_true(fabs(s[k].total - exact[k].total) < 0.01);
		assert_true(s[k].first_low < exact[k].first && exact[k].first < s[k].first_high);
		assert_true(s[k].total_low < exact[k].total && exact[k].total < s[k].total_high);
		assert_true(s[k].first_high - s[k].first_low < 0.2);
	}
	assert_true(sobol_estimate(&a, &d, again, &v, &e)); /* the same seed, the same bits */
	assert_memory_equal(s, again, sizeof(s));
}

/* f = 3 x1 + x2 of independent uniforms: variances 9/12 and 1/12, so 0.9 and 0.1; x3 does nothing.
 */
static void shares_of_a_sum_are_shares_of_variance(void **state)
{
	(void)state;
	enum { ROWS = 2000 };
	static double fa[ROWS], fb[ROWS], ab[3][ROWS];
	static const double want[3] = { .9, .1, 0 };
	ARENA_SCOPE(a, 8u << 20);
	for (uint32_t i = 0; i < ROWS; i++) {
		struct random r = random_of(9, 0, i, 0);
		double p = random_uniform(&r), q = random_uniform(&r);
		double p2 = random_uniform(&r), q2 = random_uniform(&r);
		fa[i] = 3 * p + q;
		fb[i] = 3 * p2 + q2;
		ab[0][i] = 3 * p2 + q;
		ab[1][i] = 3 * p + q2;
		ab[2][i] = fa[i];
	}
	const double *of[3] = { ab[0], ab[1], ab[2] };
	struct sobol_design d = { .n = ROWS, .n_factor = 3, .f_a = fa, .f_b = fb, .f_ab = of };
	for (int how = 0; how < 2; how++) {
		struct sobol_index s[3];
		double v;
		d.estimator = how ? SOBOL_SALTELLI : SOBOL_JANSEN;
		assert_true(sobol_estimate(&a, &d, s, &v, &e));
		for (int k = 0; k < 3; k++) {
			/* about five standard errors; Saltelli's is larger as f is not centred */
			assert_true(fabs(s[k].first - want[k]) < (how ? 0.36 : 0.1));
			assert_true(fabs(s[k].total - want[k]) < 0.05);
		}
		assert_true(s[2].total <= 0 && s[2].total >= 0);
		assert_close(v, 10.0 / 12, 0.05);
	}
}

static void what_cannot_be_shared_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	const double same[3] = { 2, 2, 2 }, some[3] = { 1, 2, 3 }, bad[3] = { 1, (double)NAN, 2 };
	const double *of[1] = { some };
	struct sobol_design d = { .n = 3, .n_factor = 1, .f_a = same, .f_b = same, .f_ab = of };
	struct sobol_index s[1];
	double v = -1;
	assert_false(sobol_estimate(&a, &d, s, &v, &e));
	d.f_b = bad;
	assert_false(sobol_estimate(&a, &d, s, &v, &e));
	d.f_b = some;
	d.n = 1;
	assert_false(sobol_estimate(&a, &d, s, &v, &e));
	d.n = 3;
	d.n_replicate = 10;
	d.level = 1;
	assert_false(sobol_estimate(&a, &d, s, &v, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_true(v < 0);
}

static void radical_inverses_mirror_the_digits(void **state)
{
	(void)state;
	/* 6 = 110 in base 2 -> 0.011; 5 = 12 in base 3 -> 0.21 */
	assert_close(sobol_radical_inverse(6, 2), 3.0 / 8, 1e-15);
	assert_close(sobol_radical_inverse(5, 3), 7.0 / 9, 1e-15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ishigami_s_indices_in_closed_form),
		cmocka_unit_test(saltelli_on_halton_points_gives_the_known_estimates),
		cmocka_unit_test(jansen_comes_near_the_truth_and_its_interval_holds_it),
		cmocka_unit_test(shares_of_a_sum_are_shares_of_variance),
		cmocka_unit_test(what_cannot_be_shared_is_refused),
		cmocka_unit_test(radical_inverses_mirror_the_digits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
