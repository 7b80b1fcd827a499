/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/paired.h"

#include "stat/rank.h"
#include "stat/reference_test.h"

static uint64_t random_seed = 11;

static double chance(void)
{
	random_seed = random_seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(random_seed >> 11) / 9007199254740992.0;
}

static void mcnemar_of_the_approval_ratings(void **state)
{
	(void)state;
	/* A. Agresti, Categorical Data Analysis (1990), p. 350: 794, 150, 86, 570; R */
	struct mcnemar m = paired_mcnemar(150, 86);
	assert_close(m.chi2, 17.35593220338983, 1e-14);
	assert_close(m.chi2_corrected, 16.817796610169491, 1e-14);
	assert_close(m.p_exact, 3.71593613957143e-05, 1e-12);
	assert_close(m.p_corrected, 4.114562e-05, 1e-6);
	/* many more: counted by sum and by the beta function alike */
	double sum = paired_mcnemar(480, 520).p_mid, beta = paired_mcnemar(480, 521).p_mid;
	assert_true(fabs(sum - 0.2059) < 1e-3 && fabs(beta - 0.1950) < 1e-3);
	m = paired_mcnemar(4800, 5200);
	assert_true(fabs(m.p_mid - m.p) < 1e-6 && m.p_exact > m.p_mid);
}

static void exact_case(struct str of_case, struct str quantity, double value)
{
	int64_t b = 0, c = 0;
	(void)str_cut(&of_case, '=');
	assert_true(num_int(str_cut(&of_case, ' '), &b));
	(void)str_cut(&of_case, '=');
	assert_true(num_int(of_case, &c));
	struct mcnemar m = paired_mcnemar((uint64_t)b, (uint64_t)c);
	assert_close(str_is(quantity, "p_mid") ? m.p_mid : m.p_exact, value, 1e-15);
}

static void sign_case(struct str of_case, struct str quantity, double value)
{
	int64_t up = 0, down = 0;
	(void)quantity;
	assert_true(num_int(str_cut(&of_case, '-'), &up) && num_int(of_case, &down));
	assert_close(paired_sign((uint64_t)up, (uint64_t)down), value, 1e-14);
}

static void exact_tests_of_counts_are_those_of_the_reference(void **state)
{
	(void)state;
	assert_int_equal(reference_each("mcnemar_exact", exact_case), 8);
	assert_int_equal(reference_each("sign_test", sign_case), 4);
}

static void nothing_moved_is_no_evidence(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	struct mcnemar m = paired_mcnemar(0, 0);
	assert_true(m.p == 1 && m.p_exact == 1 && m.p_mid == 1 && m.p_corrected == 1);
	assert_true(m.chi2 == 0 && m.chi2_corrected == 0);
	assert_true(paired_sign(0, 0) == 1);
	const double still[] = { 0, -0.0, 0 };
	for (enum paired_zeros zeros = PAIRED_DROP; zeros <= PAIRED_PRATT; zeros++) {
		struct wilcoxon w = paired_wilcoxon(&a, still, 3, zeros);
		assert_true(w.p == 1 && w.exact && w.z == 0 && w.v == 0 && w.n_zero == 3);
	}
	assert_true(paired_wilcoxon(&a, still, 0, PAIRED_DROP).p == 1);
	/* the first split of twenty that is no chance */
	assert_true(paired_sign(15, 5) < 0.05 && paired_sign(14, 6) > 0.05);
	assert_true(paired_sign(15, 5) == paired_sign(5, 15));
}

/* Differences of the two columns of an input file. */
static double *differences(struct arena *a, const char *file, size_t *ret_n)
{
	double *x = reference_column(a, file, 0, ret_n), *y = reference_column(a, file, 1, ret_n);
	for (size_t i = 0; i < *ret_n; i++)
		x[i] -= y[i];
	return x;
}

static void the_depression_scores_of_hollander_and_wolfe(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, 64u << 20);
	size_t n = 0;
	double *d = differences(&a, "input/depression.csv", &n);
	size_t used = a.used_bytes;
	struct wilcoxon w = paired_wilcoxon(&a, d, n, PAIRED_DROP);
	assert_true(n == 9 && w.v == 40 && w.exact);
	assert_true(w.p_greater == 0.01953125 && w.p == 0.0390625);
	struct paired_shift s = { 0 };
	assert_true(paired_shift(&a, d, n, 0.95, &s));
	assert_close(s.estimate, 0.46000000000000008, 1e-14);
	assert_close(s.low, 0.010000000000000009, 1e-13);
	assert_close(s.high, 0.78600000000000003, 1e-14);
	assert_true(s.coverage >= 0.95 && s.coverage < 0.97);
	double p = 0;
	assert_true(paired_flips(d, n, &p));
	assert_true(p == 0.02734375);
	assert_int_equal(a.used_bytes, used);
}

static void ties_and_zeros_both_ways(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, 64u << 20);
	size_t n = 0;
	double *d = differences(&a, "input/wilcox_ties.csv", &n);
	struct wilcoxon drop = paired_wilcoxon(&a, d, n, PAIRED_DROP);
	struct wilcoxon pratt = paired_wilcoxon(&a, d, n, PAIRED_PRATT);
	assert_true(n == 10 && drop.v == 30 && drop.exact && pratt.exact);
	assert_close(drop.p, 0.125, 1e-12);
	assert_close(drop.p_corrected, 0.10257863687708432, 1e-12);
	assert_close(drop.z, 1.7034562583704227, 1e-12);
	assert_close(pratt.z, 1.6535756458521658, 1e-12);
	assert_close(pratt.p, 0.140625, 1e-12);
}

/* All signs counted one by one. */
static double slow_p(struct arena *a, const double *d, size_t n, enum paired_zeros zeros)
{
	double seen = fabs(paired_wilcoxon(a, d, n, zeros).z), with[12];
	size_t far = 0;
	for (size_t signs = 0; signs < (size_t)1 << n; signs++) {
		for (size_t i = 0; i < n; i++)
			with[i] = signs >> i & 1 ? d[i] : -d[i];
		far += fabs(paired_wilcoxon(a, with, n, zeros).z) >= seen - 1e-9;
	}
	return ldexp((double)far, -(int)n);
}

static void exact_p_counts_all_signs(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	for (size_t round = 0; round < 40; round++) {
		double d[8];
		size_t n = 1 + round % 8;
		for (size_t i = 0; i < n; i++)
			d[i] = floor(chance() * 7) - 3;
		for (enum paired_zeros zeros = PAIRED_DROP; zeros <= PAIRED_PRATT; zeros++)
			assert_close(paired_wilcoxon(&a, d, n, zeros).p, slow_p(&a, d, n, zeros),
				     1e-12);
	}
}

static void turning_the_differences_round_turns_the_answer_round(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8u << 20);
	for (size_t n = 1; n <= 120; n += 7) {
		double d[120], turned[120];
		for (size_t i = 0; i < n; i++) {
			d[i] = floor(chance() * 12) - 4;
			turned[n - 1 - i] = -d[i]; /* and in another order */
		}
		for (enum paired_zeros zeros = PAIRED_DROP; zeros <= PAIRED_PRATT; zeros++) {
			struct wilcoxon one = paired_wilcoxon(&a, d, n, zeros);
			struct wilcoxon two = paired_wilcoxon(&a, turned, n, zeros);
			assert_true(one.p == two.p && one.exact == two.exact);
			assert_close(one.p_greater, two.p_less, 1e-14);
			assert_true(fabs(one.z + two.z) < 1e-12);
			assert_true(one.p >= 0 && one.p <= 1);
		}
		struct paired_shift s = { 0 }, t = { 0 };
		if (!paired_shift(&a, d, n, 0.95, &s))
			continue;
		assert_true(paired_shift(&a, turned, n, 0.95, &t));
		assert_true(s.estimate == -t.estimate && s.low == -t.high && s.high == -t.low);
	}
}

static void normal_takes_over_from_exact_smoothly(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8u << 20);
	double d[51];
	for (size_t i = 0; i < 51; i++)
		d[i] = ((double)i + 1) * (i % 3 ? 1 : -1);
	struct wilcoxon exact = paired_wilcoxon(&a, d, 50, PAIRED_DROP);
	struct wilcoxon normal = paired_wilcoxon(&a, d, 51, PAIRED_DROP);
	assert_true(exact.exact && !normal.exact);
	assert_true(fabs(exact.p - exact.p_corrected) < 1e-3);
	struct paired_shift s = { 0 }, t = { 0 };
	assert_true(paired_shift(&a, d, 50, 0.9, &s) && paired_shift(&a, d, 51, 0.9, &t));
	assert_true(fabs(s.low - t.low) < 1.6 && fabs(s.high - t.high) < 1.6);
	assert_true(s.coverage >= 0.9 && t.coverage >= 0.899 && t.coverage < 0.91);
}

/* The means of every two, all of them, sorted. */
static void shift_is_an_order_statistic_of_all_means(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8u << 20);
	for (size_t n = 6; n <= 40; n++) {
		double d[40], *means = NEW(&a, n * (n + 1) / 2, double);
		size_t all = 0;
		for (size_t i = 0; i < n; i++)
			d[i] = (chance() - 0.4) * (n % 2 ? 1e6 : 1e-3);
		for (size_t i = 0; i < n; i++)
			for (size_t j = 0; j <= i; j++)
				means[all++] = d[i] / 2 + d[j] / 2;
		rank_sort(means, all);
		struct paired_shift s = { 0 };
		assert_true(paired_shift(&a, d, n, 0.95, &s));
		assert_true(s.estimate == means[(all - 1) / 2] / 2 + means[all / 2] / 2);
		size_t k = 0;
		while (means[k] < s.low)
			k++;
		assert_true(means[k] == s.low && means[all - 1 - k] == s.high);
		assert_true(s.coverage >= 0.95);
	}
	/* too few for that level: with five the widest interval has 93.75 % */
	struct paired_shift s = { .low = -9 };
	const double five[] = { 1, 2, 3, 4, 5 };
	assert_false(paired_shift(&a, five, 5, 0.95, &s));
	assert_true(s.low <= -9 && paired_shift(&a, five, 5, 0.9, &s) && s.low == 1 && s.high == 5);
	assert_close(s.coverage, 0.9375, 1e-15);
	assert_false(paired_shift(&a, five, 5, 1, &s));
}

static void flips_have_their_bounds(void **state)
{
	(void)state;
	double many[23] = { 0 }, p = -9;
	assert_false(paired_flips(many, 23, &p));
	assert_false(paired_flips(many, 0, &p));
	assert_true(p <= -9 && paired_flips(many, 3, &p) && p == 1);
	/* tenths are no doubles: 0.1 + 0.2 against 0.3 must count as equal */
	const double tenths[] = { 0.1, 0.2, -0.3 };
	assert_true(paired_flips(tenths, 3, &p) && p == 1);
	const double one_way[] = { 1, 2, 4, 8 };
	assert_true(paired_flips(one_way, 4, &p) && p == 0.125);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mcnemar_of_the_approval_ratings),
		cmocka_unit_test(exact_tests_of_counts_are_those_of_the_reference),
		cmocka_unit_test(nothing_moved_is_no_evidence),
		cmocka_unit_test(the_depression_scores_of_hollander_and_wolfe),
		cmocka_unit_test(ties_and_zeros_both_ways),
		cmocka_unit_test(exact_p_counts_all_signs),
		cmocka_unit_test(turning_the_differences_round_turns_the_answer_round),
		cmocka_unit_test(normal_takes_over_from_exact_smoothly),
		cmocka_unit_test(shift_is_an_order_statistic_of_all_means),
		cmocka_unit_test(flips_have_their_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
