/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gsl/gsl_errno.h>
#include <string.h>

#include "stat/bootstrap.h"

#include "stat/moment.h"
#include "stat/random.h"
#include "stat/reference_test.h"

static struct err e;

/* Depression scores before and after of nine patients (M. Hollander, D. Wolfe, 1973). */
static const double before[9] = { 1.83, .50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30 };
static const double after[9] = { .878, .647, .598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29 };

static void differences(double d[9])
{
	for (int i = 0; i < 9; i++)
		d[i] = before[i] - after[i];
}

static struct bootstrap_statistic statistic_of(struct bootstrap_pairs *p)
{
	return (struct bootstrap_statistic){ p->n, bootstrap_ratio_value, p };
}

static void an_exact_number(struct str of_case, struct str quantity, double want)
{
	ARENA_SCOPE(a, 1u << 20);
	double d[9], got;
	struct bootstrap_exact x = { 0 };
	differences(d);
	struct bootstrap_pairs pairs = { d, NULL, 7 };
	struct bootstrap_statistic s = statistic_of(&pairs);
	(void)of_case;
	assert_true(bootstrap_exact(&a, &s, .95, &x, &e));
	assert_true(x.resamples >= 823543 && x.resamples <= 823543);
	got = str_is(quantity, "boot_se_exact") ? bootstrap_mean_se(d, 9) :
	      str_is(quantity, "q025_type7")	? x.low :
	      str_is(quantity, "q50")		? x.median :
	      str_is(quantity, "q975_type7")	? x.high :
	      str_is(quantity, "mean")		? x.mean :
						  x.sd;
	assert_close(got, want, 1e-12);
}

static void all_resamples_of_seven_patients(void **state)
{
	(void)state;
	assert_int_equal(reference_each("bootstrap_exact", an_exact_number), 6);
}

/* boot::city: populations of ten cities in 1920 (u) and 1930 (x). */
static const double u[10] = { 138, 93, 61, 179, 48, 37, 29, 23, 30, 2 };
static const double x[10] = { 143, 104, 69, 260, 75, 63, 50, 48, 111, 50 };

static void a_city_number(struct str of_case, struct str quantity, double want)
{
	ARENA_SCOPE(a, 1u << 20);
	struct bootstrap_pairs pairs = { x, u, 10 };
	struct bootstrap_statistic s = statistic_of(&pairs);
	const uint32_t once[10] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	double value = 0, bias = 0, se = 0, delta = 0;
	(void)of_case;
	assert_true(bootstrap_ratio_value(&pairs, once, &value));
	assert_true(bootstrap_jackknife(&a, &s, &bias, &se, &e));
	assert_true(bootstrap_delta_se(x, u, 10, &delta));
	double got = str_is(quantity, "theta")		 ? value :
		     str_is(quantity, "jackknife_bias") ? bias :
							   delta;
	assert_close(got, want, 1e-12);
}

static void the_ratio_of_davison_and_hinkley_s_cities(void **state)
{
	(void)state;
	assert_int_equal(reference_each("bootstrap", a_city_number), 3);
}

/* Hours between failures of air conditioning, boot::aircondit; R's boot.ci of 100,000 resamples:
 * percentile 46.8 .. 190.7, BCa 56.9 .. 225.0.  Their standard deviation is that of all resamples,
 * sqrt(sum (x - mean)^2) / n. */
static void the_intervals_of_r_s_air_conditioning(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8u << 20);
	static const double hours[12] = { 3, 5, 7, 18, 43, 85, 91, 98, 100, 130, 230, 487 };
	struct bootstrap_pairs pairs = { hours, NULL, 12 };
	struct bootstrap_statistic s = statistic_of(&pairs);
	struct bootstrap_plan plan = { .n_replicate = 40000, .level = .95, .seed = 12 };
	struct bootstrap_result r;
	assert_true(bootstrap_sample(&a, &s, &plan, &r, &e));
	assert_close(r.low, 46.8, .02);
	assert_close(r.high, 190.7, .02);
	assert_close(r.bca_low, 56.9, .02);
	assert_close(r.bca_high, 225.0, .025);
	assert_close(r.se, bootstrap_mean_se(hours, 12), .02);
	assert_true(fabs(r.bias) < 5 * r.se / 200);
	assert_int_equal(r.n_used, 40000);
	assert_int_equal(a.used_bytes, 0);
}

/* For a mean, L = (mean - x_i) / (n - 1) up to sign: the acceleration is its skewness over six. */
static void the_acceleration_of_a_mean_is_its_skewness(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8u << 20);
	struct bootstrap_pairs pairs = { x, NULL, 10 };
	struct bootstrap_statistic s = statistic_of(&pairs);
	struct bootstrap_plan plan = { .n_replicate = 10, .level = .9 };
	struct bootstrap_result r;
	struct moment m = moment_of(x, 10);
	double cubes = 0, squares = 0;
	for (int i = 0; i < 10; i++) {
		squares += pow(x[i] - m.mean, 2);
		cubes += pow(x[i] - m.mean, 3);
	}
	assert_true(bootstrap_sample(&a, &s, &plan, &r, &e));
	assert_close(r.acceleration, cubes / (6 * pow(squares, 1.5)), 1e-10);
}

/* Calls the parts from the last to the first, as threads might. */
static void backwards(const struct runner *self, void (*f)(void *, size_t), void *arg, size_t n)
{
	(void)self;
	while (n--)
		f(arg, n);
}

static void the_number_of_threads_changes_no_bit(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8u << 20);
	struct bootstrap_pairs pairs = { x, u, 10 };
	struct bootstrap_statistic s = statistic_of(&pairs);
	struct bootstrap_plan plan = { .n_replicate = 501, .level = .95, .seed = 3, .purpose = 4 };
	struct bootstrap_result one, many, other;
	struct bootstrap_group g1[3], g2[3];
	const uint32_t group[10] = { 0, 1, 2, 0, 1, 2, 0, 1, 2, 0 };
	struct bootstrap_groups rows = { 10, x, u, group, 3 };
	memset(&one, 0, sizeof(one));
	memset(&many, 0, sizeof(many));
	assert_true(bootstrap_sample(&a, &s, &plan, &one, &e));
	assert_true(bootstrap_poisson(&a, &rows, &plan, g1, &e));
	for (unsigned threads = 1; threads <= 7; threads += 3) {
		const struct runner runner = { backwards, threads };
		plan.runner = &runner;
		assert_true(bootstrap_sample(&a, &s, &plan, &many, &e));
		assert_memory_equal(&one, &many, offsetof(struct bootstrap_result, n_used));
		assert_true(bootstrap_poisson(&a, &rows, &plan, g2, &e));
		for (int k = 0; k < 3; k++)
			assert_true(g1[k].se <= g2[k].se && g1[k].se >= g2[k].se &&
				    g1[k].low <= g2[k].low && g1[k].low >= g2[k].low);
	}
	plan.runner = NULL;
	plan.seed = 4;
	assert_true(bootstrap_sample(&a, &s, &plan, &other, &e));
	assert_true(other.se < one.se || other.se > one.se);
}

static void poisson_weights_give_the_error_of_a_ratio(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	enum { N = 2000, G = 4 };
	static double y[N], z[N];
	static uint32_t group[N];
	for (uint32_t i = 0; i < N; i++) {
		struct random r = random_of(6, 0, i, 0);
		group[i] = i % G;
		z[i] = group[i] == 3 ? 0 : 5 + random_gamma(&r, 2);
		y[i] = z[i] * (1 + .2 * random_normal(&r));
	}
	struct bootstrap_groups rows = { N, y, z, group, G };
	struct bootstrap_plan plan = { .n_replicate = 2000, .level = .9, .seed = 1 };
	struct bootstrap_group out[G];
	assert_true(bootstrap_poisson(&a, &rows, &plan, out, &e));
	for (uint32_t g = 0; g < 3; g++) {
		double yg[N], zg[N], delta = 0;
		size_t n = 0;
		for (int i = 0; i < N; i++)
			if (group[i] == g) {
				yg[n] = y[i];
				zg[n++] = z[i];
			}
		assert_true(bootstrap_delta_se(yg, zg, n, &delta));
		assert_close(out[g].se, delta, .1); /* three standard errors are 5 % */
		assert_close(out[g].high - out[g].low, 2 * 1.645 * delta, .12);
		assert_true(out[g].low < out[g].value && out[g].value < out[g].high);
	}
	assert_true(out[3].n_used == 0); /* x adds up to 0: no ratio */
}

static void all_sign_flips_of_nine_patients(struct str of_case, struct str quantity, double want)
{
	double d[9], mean = 0, ways = 0, p = 0;
	(void)of_case;
	differences(d);
	assert_true(bootstrap_sign_flips(d, 9, &mean, &ways, &p));
	assert_close(str_is(quantity, "mean") ? mean : str_is(quantity, "p_two_sided") ? p : ways,
		     want, 1e-14);
}

static void the_test_by_sign_flips_is_exact(void **state)
{
	(void)state;
	assert_int_equal(reference_each("permutation_exact", all_sign_flips_of_nine_patients), 3);
	/* flipping all signs is as far from 0: never below 2 / 2^n; no difference at all: 1 */
	double mean, ways, p;
	assert_true(bootstrap_sign_flips((const double[]){ 1, 2, 3, 4, 5 }, 5, &mean, &ways, &p));
	assert_close(p, 2.0 / 32, 1e-15);
	assert_true(bootstrap_sign_flips((const double[]){ 0, 0 }, 2, &mean, &ways, &p) && p >= 1);
	assert_false(bootstrap_sign_flips(before, 0, &mean, &ways, &p));
	assert_false(bootstrap_sign_flips(before, 25, &mean, &ways, &p));
}

static void equal_units_have_no_spread(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	const double same[6] = { 4, 4, 4, 4, 4, 4 };
	struct bootstrap_pairs pairs = { same, NULL, 6 };
	struct bootstrap_statistic s = statistic_of(&pairs);
	struct bootstrap_plan plan = { .n_replicate = 50, .level = .95 };
	struct bootstrap_result r;
	assert_true(bootstrap_sample(&a, &s, &plan, &r, &e));
	assert_true(r.se <= 0 && r.bca_low >= 4 && r.bca_high <= 4 && r.low >= 4 && r.high <= 4);
	assert_true(r.acceleration >= 0 && r.acceleration <= 0);
}

static void what_cannot_be_resampled_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	const double zero[3] = { 0, 0, 1 };
	struct bootstrap_pairs pairs = { x, zero, 3 }; /* undefined without the third */
	struct bootstrap_statistic s = statistic_of(&pairs);
	struct bootstrap_plan plan = { .n_replicate = 10, .level = .95 };
	struct bootstrap_result r = { .value = 7 };
	struct bootstrap_exact all = { .mean = 7 };
	double bias = 7, se = 7;
	assert_false(bootstrap_sample(&a, &s, &plan, &r, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_false(bootstrap_exact(&a, &s, .95, &all, &e));
	assert_false(bootstrap_jackknife(&a, &s, &bias, &se, &e));
	pairs = (struct bootstrap_pairs){ x, NULL, 8 };
	s = statistic_of(&pairs);
	assert_false(bootstrap_exact(&a, &s, .95, &all, &e)); /* eight units */
	s.n = 1;
	assert_false(bootstrap_sample(&a, &s, &plan, &r, &e));
	s.n = 8;
	plan.n_replicate = 0;
	assert_false(bootstrap_sample(&a, &s, &plan, &r, &e));
	plan = (struct bootstrap_plan){ .n_replicate = 5, .level = 0 };
	assert_false(bootstrap_sample(&a, &s, &plan, &r, &e));
	plan.level = .9;
	struct bootstrap_group g[1];
	struct bootstrap_groups rows = { 2, x, NULL, (const uint32_t[]){ 0, 1 }, 1 };
	assert_false(bootstrap_poisson(&a, &rows, &plan, g, &e));
	assert_true(r.value >= 7 && all.mean >= 7 && bias >= 7 && se >= 7);
	assert_int_equal(a.used_bytes, 0);
}

int main(void)
{
	gsl_set_error_handler_off();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_resamples_of_seven_patients),
		cmocka_unit_test(the_ratio_of_davison_and_hinkley_s_cities),
		cmocka_unit_test(the_intervals_of_r_s_air_conditioning),
		cmocka_unit_test(the_acceleration_of_a_mean_is_its_skewness),
		cmocka_unit_test(the_number_of_threads_changes_no_bit),
		cmocka_unit_test(poisson_weights_give_the_error_of_a_ratio),
		cmocka_unit_test(the_test_by_sign_flips_is_exact),
		cmocka_unit_test(equal_units_have_no_spread),
		cmocka_unit_test(what_cannot_be_resampled_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
