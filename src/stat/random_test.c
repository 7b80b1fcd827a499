/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "stat/random.h"

/* Published with Random123, file kat_vectors, rows philox4x32 10. */
static void philox_gives_the_published_words(void **state)
{
	(void)state;
	static const struct {
		uint32_t counter[4], key[2], want[4];
	} kat[] = {
		{ { 0 }, { 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
		{ { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
		  { 0xffffffff, 0xffffffff },
		  { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
		{ { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
		  { 0xa4093822, 0x299f31d0 },
		  { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
	};
	for (size_t i = 0; i < sizeof(kat) / sizeof(kat[0]); i++) {
		uint32_t out[4];
		random_philox(kat[i].counter, kat[i].key, out);
		assert_memory_equal(out, kat[i].want, sizeof(out));
	}
}

static void a_stream_is_the_generator_at_its_own_counters(void **state)
{
	(void)state;
	struct random r = random_of(0xfedcba9876543210u, 7, 8, 9);
	for (uint32_t block = 0; block < 3; block++) {
		uint32_t want[4];
		random_philox((uint32_t[]){ block, 9, 8, 7 },
			      (uint32_t[]){ 0x76543210u, 0xfedcba98u }, want);
		for (int i = 0; i < 4; i++)
			assert_int_equal(random_word(&r), want[i]);
	}
}

static void a_copy_goes_on_alike_and_every_name_counts(void **state)
{
	(void)state;
	struct random r = random_of(1, 2, 3, 4);
	(void)random_word(&r);
	struct random copy = r;
	for (int i = 0; i < 9; i++)
		assert_int_equal(random_word(&r), random_word(&copy));
	struct random other[] = { random_of(0, 2, 3, 4), random_of(1 + (1ull << 32), 2, 3, 4),
				  random_of(1, 0, 3, 4), random_of(1, 2, 0, 4),
				  random_of(1, 2, 3, 0) };
	r = random_of(1, 2, 3, 4);
	uint32_t first = random_word(&r);
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		assert_int_not_equal(random_word(&other[i]), first);
}

enum { N = 100000 };

/* Mean and variance of N draws, each within five of its standard errors. */
static void assert_moments(double sum, double squares, double mean, double variance,
			   double fourth_central)
{
	double m = sum / N, v = squares / N - m * m;
	assert_true(fabs(m - mean) < 5 * sqrt(variance / N));
	assert_true(fabs(v - variance) < 5 * sqrt((fourth_central - variance * variance) / N));
}

static void uniforms_fill_the_open_interval_evenly(void **state)
{
	(void)state;
	struct random r = random_of(11, 0, 0, 0);
	double sum = 0, squares = 0, chi2 = 0;
	unsigned count[100] = { 0 };
	for (int i = 0; i < N; i++) {
		double u = random_uniform(&r);
		assert_true(u > 0 && u < 1);
		count[(int)(u * 100)]++;
		sum += u;
		squares += u * u;
	}
	assert_moments(sum, squares, 0.5, 1.0 / 12, 1.0 / 80);
	for (int i = 0; i < 100; i++)
		chi2 += (count[i] - N / 100.0) * (count[i] - N / 100.0) / (N / 100.0);
	assert_true(gsl_cdf_chisq_Q(chi2, 99) > 1e-4 && gsl_cdf_chisq_P(chi2, 99) > 1e-4);
}

static void the_last_of_the_uniforms_is_below_one(void **state)
{
	(void)state;
	struct random r = { .word = { ~0u, ~0u, 0, 0 }, .left = 4 };
	assert_true(random_uniform(&r) < 1);
	assert_true(random_uniform(&r) > 0); /* words 0 and 0 */
}

static void below_is_fair_and_inside(void **state)
{
	(void)state;
	struct random r = random_of(5, 0, 0, 0);
	unsigned count[7] = { 0 };
	for (int i = 0; i < 70000; i++) {
		uint32_t k = random_below(&r, 7);
		assert_true(k < 7);
		count[k]++;
	}
	double chi2 = 0;
	for (int i = 0; i < 7; i++)
		chi2 += (count[i] - 10000.0) * (count[i] - 10000.0) / 10000;
	assert_true(gsl_cdf_chisq_Q(chi2, 6) > 1e-4);
	assert_int_equal(random_below(&r, 1), 0);
	/* 2^32 words do not go evenly into 3 * 2^30 numbers: without rejection every third number
	 * would come up twice as often as the others */
	unsigned third = 0;
	for (int i = 0; i < 30000; i++)
		third += random_below(&r, 0xC0000000u) % 3 == 0;
	assert_true(fabs(third - 10000.0) < 5 * sqrt(30000 * 2 / 9.0));
}

static void normals_have_their_moments_and_tails(void **state)
{
	(void)state;
	struct random r = random_of(21, 0, 0, 0);
	double sum = 0, squares = 0;
	unsigned beyond = 0;
	for (int i = 0; i < N; i++) {
		double z = random_normal(&r);
		sum += z;
		squares += z * z;
		beyond += fabs(z) > 1.9599639845400536;
	}
	assert_moments(sum, squares, 0, 1, 3);
	assert_true(fabs(beyond - 0.05 * N) < 5 * sqrt(N * 0.05 * 0.95));
}

static void gammas_have_their_moments_for_small_and_large_shapes(void **state)
{
	(void)state;
	static const double shape[] = { 0.05, 0.3, 1, 2.5, 40 };
	for (size_t k = 0; k < sizeof(shape) / sizeof(shape[0]); k++) {
		struct random r = random_of(31, (uint32_t)k, 0, 0);
		double sum = 0, squares = 0, a = shape[k];
		unsigned below = 0;
		for (int i = 0; i < N; i++) {
			double g = random_gamma(&r, a);
			assert_true(g >= 0);
			sum += g;
			squares += g * g;
			below += g < a / 2;
		}
		assert_moments(sum, squares, a, a, 3 * a * a + 6 * a);
		double p = gsl_cdf_gamma_P(a / 2, a, 1);
		assert_true(fabs(below - p * N) < 5 * sqrt(N * p * (1 - p)));
	}
}

static void dirichlet_shares_have_their_means_and_variances(void **state)
{
	(void)state;
	enum { K = 8, DRAWS = 20000 };
	/* 20 times the weights of eight areas */
	static const double alpha[K] = { 1.2, 4, 3, 4, 2, 1.8, 2, 2 };
	double sum[K] = { 0 }, squares[K] = { 0 }, share[K];
	for (uint32_t i = 0; i < DRAWS; i++) {
		struct random r = random_of(3, 1, i, 0);
		random_dirichlet(&r, alpha, K, share);
		double total = 0;
		for (int k = 0; k < K; k++) {
			total += share[k];
			sum[k] += share[k];
			squares[k] += share[k] * share[k];
		}
		assert_true(fabs(total - 1) < 1e-14);
	}
	for (int k = 0; k < K; k++) {
		double p = alpha[k] / 20, v = p * (1 - p) / 21, m = sum[k] / DRAWS;
		assert_true(fabs(m - p) < 5 * sqrt(v / DRAWS));
		assert_true(fabs(squares[k] / DRAWS - m * m - v) < 0.1 * v);
	}
}

static void dirichlet_of_tiny_shapes_still_adds_up_to_one(void **state)
{
	(void)state;
	static const double shape[] = { 1e-3, 1e-6, 1e-300, 5e-324 };
	for (size_t k = 0; k < sizeof(shape) / sizeof(shape[0]); k++) {
		const double alpha[4] = { shape[k], 0, shape[k], shape[k] };
		unsigned first = 0;
		for (uint32_t i = 0; i < 3000; i++) {
			double share[4];
			struct random r = random_of(4, (uint32_t)k, i, 0);
			random_dirichlet(&r, alpha, 4, share);
			assert_true(fabs(share[0] + share[2] + share[3] - 1) < 1e-14);
			assert_true(share[1] <= 0);
			first += share[0] > 0.5;
		}
		/* nearly all of the mass lies in one share, each as likely as the others; at the
		 * least double of all they are told apart no more */
		if (shape[k] > 1e-320)
			assert_true(fabs(first - 1000.0) < 5 * sqrt(3000 * 2 / 9.0));
	}
	double none[2];
	struct random r = random_of(1, 1, 1, 1);
	random_dirichlet(&r, (const double[]){ 0, 0 }, 2, none);
	assert_true(none[0] <= 0 && none[1] <= 0);
}

static void poisson_counts_come_up_as_often_as_they_should(void **state)
{
	(void)state;
	struct random r = random_of(41, 0, 0, 0);
	double count[6] = { 0 }, sum = 0, squares = 0, chi2 = 0;
	for (int i = 0; i < N; i++) {
		unsigned k = random_poisson_one(&r);
		count[k < 5 ? k : 5]++;
		sum += k;
		squares += (double)k * k;
	}
	assert_moments(sum, squares, 1, 1, 4);
	double p = exp(-1), left = 1;
	for (int k = 0; k < 6; k++) {
		double want = N * (k < 5 ? p : left);
		chi2 += (count[k] - want) * (count[k] - want) / want;
		left -= p;
		p /= k + 1;
	}
	assert_true(gsl_cdf_chisq_Q(chi2, 5) > 1e-4);
	struct random last = { .word = { 0, 0, ~0u, 0 }, .left = 2 };
	assert_int_equal(random_poisson_one(&last), 12);
	assert_int_equal(random_poisson_one(&last), 0);
}

static void many_poisson_counts_are_those_drawn_one_by_one(void **state)
{
	(void)state;
	static uint8_t many[2000];
	for (unsigned first = 0; first < 5; first++) {
		struct random r = random_of(1, 2, 3, first), one = r;
		for (unsigned i = 0; i < first; i++)
			assert_int_equal(random_word(&r), random_word(&one));
		size_t n = 2000 - 37 * first;
		random_poisson_ones(&r, many, n);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(many[i], random_poisson_one(&one));
		assert_int_equal(random_word(&r), random_word(&one));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(philox_gives_the_published_words),
		cmocka_unit_test(a_stream_is_the_generator_at_its_own_counters),
		cmocka_unit_test(a_copy_goes_on_alike_and_every_name_counts),
		cmocka_unit_test(uniforms_fill_the_open_interval_evenly),
		cmocka_unit_test(the_last_of_the_uniforms_is_below_one),
		cmocka_unit_test(below_is_fair_and_inside),
		cmocka_unit_test(normals_have_their_moments_and_tails),
		cmocka_unit_test(gammas_have_their_moments_for_small_and_large_shapes),
		cmocka_unit_test(dirichlet_shares_have_their_means_and_variances),
		cmocka_unit_test(dirichlet_of_tiny_shapes_still_adds_up_to_one),
		cmocka_unit_test(poisson_counts_come_up_as_often_as_they_should),
		cmocka_unit_test(many_poisson_counts_are_those_drawn_one_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
