/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/association.h"

#include "stat/rank.h"
#include "stat/reference_test.h"

/* Canned tuna, M. Hollander and D. Wolfe (1973), p. 187; coefficients and p by R's cor.test. */
static const double lightness[] = { 44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1 };
static const double quality[] = { 2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8 };

static void the_tuna_of_hollander_and_wolfe(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 22);
	double r = 0, t = 0, p = 0, low = 0, high = 0;
	assert_true(association_pearson(lightness, quality, 9, &r));
	assert_close(r, 0.57118155756382871, 1e-13);
	assert_true(association_pearson_test(r, 9, &t, &p));
	assert_close(t, 1.8410826381153382, 1e-12);
	assert_close(p, 0.10817305434949379, 1e-12);
	assert_true(association_pearson_interval(r, 9, 0.95, &low, &high));
	assert_close(low, -0.14974263303675717, 1e-12);
	assert_close(high, 0.89557946183873927, 1e-12);
	assert_true(association_spearman(&a, lightness, quality, 9, &r));
	assert_close(r, 0.6, 1e-14);
	assert_true(association_spearman_test(&a, lightness, quality, 9, &p));
	assert_close(p, 0.096797839506172836, 1e-13);
	/* tanh(atanh(r) -+ qnorm(.975) sqrt((1 + r^2 / 2) / (n - 3))) in R */
	assert_true(association_spearman_interval(r, 9, 0.95, &low, &high));
	assert_close(low, -0.17424406977828477, 1e-13);
	assert_close(high, 0.91579787901333876, 1e-13);
	assert_true(association_spearman_interval(-0.3, 100, 0.9, &low, &high));
	assert_close(low, -0.44644024388151560, 1e-13);
	assert_close(high, -0.13790924415091574, 1e-13);
	assert_true(association_spearman_interval(1, 5, 0.95, &low, &high));
	assert_true(low >= 1 && high >= 1 && low <= 1);
	assert_false(association_spearman_interval(0.6, 3, 0.95, &low, &high));
	assert_false(association_spearman_interval(0.6, 9, 1, &low, &high));
	assert_false(association_spearman_interval(1.1, 9, 0.95, &low, &high));
	struct kendall k = { 0 };
	assert_true(association_kendall(&a, lightness, quality, 9, &k));
	assert_close(k.tau, 0.44444444444444453, 1e-14);
	assert_true(k.concordant == 26 && k.discordant == 10 && k.exact);
	assert_close(k.p, 0.1194389329805996, 1e-12);
	assert_int_equal(a.used_bytes, 0);
}

/* Pairs by their definition, to hold the count by merging against. */
static void slow_kendall(const double *x, const double *y, size_t n, double *c, double *d)
{
	*c = *d = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < i; j++) {
			double s = (x[i] > x[j] ? 1 : x[i] < x[j] ? -1 : 0) *
				   (y[i] > y[j] ? 1 : y[i] < y[j] ? -1 : 0);
			*c += s > 0;
			*d += s < 0;
		}
	}
}

static void kendall_counts_pairs_also_with_ties(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64u << 20);
	uint64_t seed = 3;
	double x[200], y[200];
	for (size_t n = 2; n <= 200; n += 3) {
		for (size_t i = 0; i < n; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			x[i] = (double)(seed >> 60);
			y[i] = (double)(seed >> 40 & 7) + x[i] / 2;
		}
		struct kendall k = { 0 };
		double c, d;
		slow_kendall(x, y, n, &c, &d);
		if (!association_kendall(&a, x, y, n, &k))
			continue;
		assert_true(k.concordant == c && k.discordant == d);
		assert_true(k.tau >= -1 && k.tau <= 1 && k.p >= 0 && k.p <= 1);
	}
}

static void kendall_s_test_allows_for_ties(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, 64u << 20);
	/* attitude: tau-b of rating and raises, z = 3.3819176245369653 (R) */
	size_t n = 0;
	double *rating = reference_column(&a, "input/attitude.csv", 0, &n);
	double *raises = reference_column(&a, "input/attitude.csv", 4, &n);
	struct kendall k = { 0 };
	assert_true(n == 30 && association_kendall(&a, rating, raises, n, &k));
	assert_close(k.tau, 0.44366319420696237, 1e-14);
	assert_close(k.p, erfc(3.3819176245369653 / sqrt(2)), 1e-10);
	assert_false(k.exact);
}

static struct arena *matrix_arena;

static void matrix_case(struct str of_case, struct str quantity, double value)
{
	static const char *const name[] = { "rating", "complaints", "privileges", "learning",
					    "raises", "critical",   "advance" };
	size_t n = 0, column[2] = { 99, 99 };
	struct arena_mark m = arena_mark(matrix_arena);
	struct str pair[2] = { str_cut(&of_case, '~'), of_case };
	for (size_t i = 0; i < 7; i++)
		for (size_t k = 0; k < 2; k++)
			if (str_is(pair[k], name[i]))
				column[k] = i;
	assert_true(column[0] != 99 && column[1] != 99);
	double *x = reference_column(matrix_arena, "input/attitude.csv", column[0], &n);
	double *y = reference_column(matrix_arena, "input/attitude.csv", column[1], &n);
	double got = 0;
	struct kendall k = { 0 };
	if (str_is(quantity, "kendall")) {
		assert_true(association_kendall(matrix_arena, x, y, n, &k));
		got = k.tau;
	} else if (str_is(quantity, "spearman")) {
		assert_true(association_spearman(matrix_arena, x, y, n, &got));
	} else {
		assert_true(str_is(quantity, "pearson"));
		assert_true(association_pearson(x, y, n, &got));
	}
	assert_close(got, value, 1e-12);
	arena_rewind(matrix_arena, m);
}

static void r_s_matrix_of_attitudes_comes_out(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, 64u << 20);
	matrix_arena = &a;
	reference_each("cor_matrix_attitude", matrix_case);
}

static void what_does_not_vary_has_no_correlation(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 22);
	const double flat[] = { 0.1, 0.1, 0.1, 0.1 }, up[] = { 1, 2, 3, 4 },
		     line[] = { 3, 5, 7, 9 };
	double r = -99, t = -99, p = -99;
	struct kendall k = { .tau = -99 };
	assert_false(association_pearson(flat, up, 4, &r));
	assert_false(association_spearman(&a, up, flat, 4, &r));
	assert_false(association_kendall(&a, flat, up, 4, &k));
	assert_false(association_pearson(up, line, 1, &r));
	assert_false(association_kendall(&a, up, line, 1, &k));
	assert_true(r == -99 && k.tau == -99);
	assert_true(association_pearson(up, line, 4, &r));
	assert_close(r, 1, 1e-15);
	assert_true(association_pearson_test(1, 4, &t, &p) && isinf(t) && p == 0);
	assert_false(association_pearson_test(0.5, 2, &t, &p));
	assert_false(association_pearson_interval(0.5, 3, 0.95, &t, &p));
	/* huge offsets do not disturb it */
	double x[100], y[100];
	for (size_t i = 0; i < 100; i++) {
		x[i] = 1e9 + (double)(i % 7);
		y[i] = 1e9 - (double)(i % 7) * 2;
	}
	assert_true(association_pearson(x, y, 100, &r));
	assert_close(r, -1, 1e-14);
}

static void ranks_share_their_places(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 22);
	const double x[] = { 5, 3, 5, 1, 5, 3 };
	const double mid[] = { 5, 2.5, 5, 1, 5, 2.5 };
	const uint32_t best[] = { 1, 4, 1, 6, 1, 4 }, least[] = { 4, 2, 4, 1, 4, 2 };
	const uint32_t order_of_x[] = { 3, 1, 5, 0, 2, 4 };
	double got[6], ties = 0;
	uint32_t rank[6];
	bool tied[6];
	rank_mid(&a, x, 6, got, &ties);
	assert_memory_equal(got, mid, sizeof(mid));
	assert_true(ties == 24 + 6);
	rank_competition(&a, x, 6, true, rank, tied);
	assert_memory_equal(rank, best, sizeof(best));
	assert_true(tied[0] && tied[1] && !tied[3]);
	rank_competition(&a, x, 6, false, rank, NULL);
	assert_memory_equal(rank, least, sizeof(least));
	rank_order(&a, x, 6, rank);
	assert_memory_equal(rank, order_of_x, sizeof(order_of_x));
	rank_mid(&a, x, 0, got, &ties);
	assert_true(ties == 0);
	/* a pattern made to choose bad pivots is sorted too */
	static double organ[20000];
	for (size_t i = 0; i < 20000; i++)
		organ[i] = (double)(i < 10000 ? i : 20000 - i);
	rank_sort(organ, 20000);
	for (size_t i = 1; i < 20000; i++)
		assert_true(organ[i - 1] <= organ[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tuna_of_hollander_and_wolfe),
		cmocka_unit_test(kendall_counts_pairs_also_with_ties),
		cmocka_unit_test(kendall_s_test_allows_for_ties),
		cmocka_unit_test(r_s_matrix_of_attitudes_comes_out),
		cmocka_unit_test(what_does_not_vary_has_no_correlation),
		cmocka_unit_test(ranks_share_their_places),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
