/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/trend.h"

#include "stat/random.h"
#include "stat/reference_test.h"

static struct err e;

/* ---- Theil and Sen ---- */

/* Slopes between (0 1) (1 3) (2 4) (4 13): 2, 1.5, 3, 1, 10/3, 4.5, median 2.5; y - 2.5 t: 1, .5,
 * -1, 3, median .75. */
static void four_points_by_hand(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	const double t[4] = { 0, 1, 2, 4 }, y[4] = { 1, 3, 4, 13 };
	struct trend_line line;
	assert_true(trend_line(&a, t, y, 4, .95, &line, &e));
	assert_close(line.slope, 2.5, 1e-15);
	assert_close(line.intercept, .75, 1e-15);
	assert_true(line.monotone);
	/* all six pairs agree: 2 of 24 orders do */
	assert_close(line.tau, 1, 1e-15);
	assert_close(line.p, 2. / 24, 1e-14);
	assert_false(line.has_interval); /* four points cannot give 95 % */
	assert_int_equal(a.used_bytes, 0);
}

/* Ten points, no ties: sd(S) = sqrt(10 * 9 * 25 / 18) = 11.18, reach at 90 % 18.39, so places
 * (45 - 18.39) / 2 = 13.3 -> 13 and (45 + 18.39) / 2 + 1 = 32.7 -> 33 of 45 slopes. */
static void the_interval_takes_the_slopes_at_their_places(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	double t[10], y[10], slope[45];
	size_t n = 0;
	for (uint32_t i = 0; i < 10; i++) {
		struct random r = random_of(17, 0, i, 0);
		t[i] = 2010 + i;
		y[i] = 3 * i + random_normal(&r);
		for (uint32_t j = 0; j < i; j++)
			slope[n++] = (y[i] - y[j]) / (t[i] - t[j]);
	}
	for (size_t i = 0; i < n; i++) /* by insertion */
		for (size_t j = i; j && slope[j - 1] > slope[j]; j--) {
			double s = slope[j];
			slope[j] = slope[j - 1];
			slope[j - 1] = s;
		}
	struct trend_line line;
	assert_true(trend_line(&a, t, y, 10, .9, &line, &e));
	assert_true(line.has_interval);
	assert_close(line.slope, slope[22], 1e-14);
	assert_close(line.low, slope[12], 1e-14);
	assert_close(line.high, slope[32], 1e-14);
	assert_true(line.low < 3 && 3 < line.high);
}

static void a_line_is_found_whatever_a_wild_point_does(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	double t[30], y[30], back[30];
	for (int i = 0; i < 30; i++) {
		t[i] = i;
		y[i] = 5 - 2 * t[i];
	}
	y[7] = 1e6;
	struct trend_line line, turned;
	assert_true(trend_line(&a, t, y, 30, .95, &line, &e));
	assert_close(line.slope, -2, 1e-12);
	assert_close(line.intercept, 5, 1e-12);
	assert_true(line.has_interval && line.low >= -2.5 && line.high <= -1.5);
	assert_false(line.monotone);
	for (int i = 0; i < 30; i++)
		back[i] = -y[i];
	assert_true(trend_line(&a, t, back, 30, .95, &turned, &e));
	assert_close(turned.slope, -line.slope, 1e-14);
	assert_close(turned.low, -line.high, 1e-14);
	assert_close(turned.p, line.p, 1e-14);
}

static void what_is_no_series_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	const double t[3] = { 1, 2, 3 }, flat[3] = { 4, 4, 4 }, bad[3] = { 1, (double)NAN, 2 };
	struct trend_line line = { .slope = 7 };
	assert_false(trend_line(&a, t, t, 2, .95, &line, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_false(trend_line(&a, flat, t, 3, .95, &line, &e));
	assert_false(trend_line(&a, t, flat, 3, .95, &line, &e));
	assert_false(trend_line(&a, t, bad, 3, .95, &line, &e));
	assert_false(trend_line(&a, t, t, 3, 1, &line, &e));
	assert_true(line.slope >= 7);
}

/* ---- Friedman ---- */

/* Rounding first base: M. Hollander, D. Wolfe (1973), p. 140, as in R's help of friedman.test. */
static const double rounding[66] = {
	5.40, 5.50, 5.55, 5.85, 5.70, 5.75, 5.20, 5.60, 5.50, 5.55, 5.50, 5.40, 5.90, 5.85,
	5.70, 5.45, 5.55, 5.60, 5.40, 5.40, 5.35, 5.45, 5.50, 5.35, 5.25, 5.15, 5.00, 5.85,
	5.80, 5.70, 5.25, 5.20, 5.10, 5.65, 5.55, 5.45, 5.60, 5.35, 5.45, 5.05, 5.00, 4.95,
	5.50, 5.50, 5.40, 5.45, 5.55, 5.50, 5.55, 5.55, 5.35, 5.45, 5.50, 5.55, 5.50, 5.45,
	5.25, 5.65, 5.60, 5.40, 5.70, 5.65, 5.55, 6.30, 6.30, 6.25,
};

static void a_number_of_friedman(struct str of_case, struct str quantity, double want)
{
	ARENA_SCOPE(a, 1u << 16);
	const struct trend_table t = { rounding, 22, 3 };
	struct trend_friedman f;
	(void)of_case;
	assert_true(trend_friedman(&a, &t, &f, &e));
	assert_close(str_is(quantity, "chi2") ? f.chi_squared : str_is(quantity, "df") ? f.df : f.p,
		     want, 1e-12);
	assert_close(f.agreement, f.chi_squared / 44, 1e-15);
	assert_int_equal(a.used_bytes, 0);
}

static void rounding_first_base(void **state)
{
	(void)state;
	assert_int_equal(reference_each("friedman", a_number_of_friedman), 3);
}

/* ---- Page ---- */

/* Chance of an L of at least l by n units in k rounds, 3 or 4: of units in order, turned one by
 * one. Of the orders of the first three, 2 1 3 lowers L by 1, 2 3 1 by 3 and 3 2 1 by 4. */
static double chance_of(struct arena *a, size_t n, size_t k, double l)
{
	static const struct {
		double lowers, order[3];
	} turn[] = {
		{ 4, { 3, 2, 1 } }, { 3, { 2, 3, 1 } }, { 1, { 2, 1, 3 } }, { 0, { 1, 2, 3 } }
	};
	double value[40], size = (double)k,
			  left = (double)n * size * (size + 1) * (2 * size + 1) / 6 - l;
	for (size_t u = 0; u < n; u++) {
		size_t which = left >= 4 ? 0 : left >= 3 ? 1 : left >= 1 ? 2 : 3;
		left -= turn[which].lowers;
		for (size_t j = 0; j < k; j++)
			value[u * k + j] = j < 3 ? turn[which].order[j] : 4;
	}
	const struct trend_table t = { value, n, k };
	struct trend_page p;
	assert_true(left <= 0 && trend_page(a, &t, &p, &e));
	assert_true(p.exact && p.l >= l && p.l <= l);
	return p.p_rising;
}

/* Page (1963), table 2: the least L that is significant at 5 %, one side. */
static void page_s_own_table_of_critical_values(void **state)
{
	(void)state;
	static const struct {
		size_t n_round, n_unit;
		double critical;
	} row[] = { { 3, 2, 28 },  { 3, 3, 41 },  { 3, 4, 54 },	  { 3, 5, 66 },	 { 3, 6, 79 },
		    { 3, 7, 91 },  { 3, 8, 104 }, { 3, 9, 116 },  { 3, 10, 128 }, { 4, 2, 58 },
		    { 4, 3, 84 },  { 4, 4, 111 }, { 4, 5, 137 } };
	ARENA_SCOPE(a, 1u << 20);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		size_t n = row[i].n_unit, k = row[i].n_round;
		assert_true(chance_of(&a, n, k, row[i].critical) <= .05);
		assert_true(chance_of(&a, n, k, row[i].critical - 1) > .05);
	}
}

static void page_by_hand_with_and_without_ties(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	/* one unit, three rounds in order: L = 14, one of six orders; mean 12, variance 2 * 2 / 2
	 */
	struct trend_table t = { (const double[]){ 5, 6, 9 }, 1, 3 };
	struct trend_page p;
	assert_true(trend_page(&a, &t, &p, &e));
	assert_close(p.l, 14, 1e-15);
	assert_close(p.mean, 12, 1e-15);
	assert_close(p.sd, sqrt(2), 1e-15);
	assert_close(p.p_rising, 1. / 6, 1e-14);
	assert_close(p.p_falling, 1, 1e-14);
	assert_close(p.p, 1. / 3, 1e-14);
	/* ranks 1.5 1.5 3: L = 13.5; orders of it give 13.5, 12 and 10.5, a third each */
	t.value = (const double[]){ 5, 5, 9 };
	assert_true(trend_page(&a, &t, &p, &e));
	assert_close(p.l, 13.5, 1e-15);
	assert_close(p.p_rising, 1. / 3, 1e-14);
	assert_close(p.sd, sqrt((1.5 * 1.5 * 2) / 3), 1e-14);
}

static void turning_the_rounds_turns_the_sign_and_the_normal_is_near(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	enum { N = 60, K = 4 };
	double value[N * K], turned[N * K];
	for (uint32_t i = 0; i < N; i++) {
		struct random r = random_of(23, 0, i, 0);
		for (int j = 0; j < K; j++) {
			value[i * K + (uint32_t)j] = .15 * j + random_normal(&r);
			turned[i * K + (uint32_t)(K - 1 - j)] = value[i * K + (uint32_t)j];
		}
	}
	struct trend_page p, back, all;
	const struct trend_table t = { value, 50, K }, b = { turned, 50, K },
				 more = { value, N, K };
	assert_true(trend_page(&a, &t, &p, &e));
	assert_true(trend_page(&a, &b, &back, &e));
	assert_close(back.z, -p.z, 1e-12);
	assert_close(back.p_falling, p.p_rising, 1e-10);
	/* the exact chance is the normal one with half a step of L between */
	double normal = erfc((p.l - .5 - p.mean) / p.sd / sqrt(2)) / 2;
	assert_true(p.exact && fabs(p.p_rising - normal) < 2e-3);
	assert_true(trend_page(&a, &more, &all, &e));
	assert_false(all.exact);
	assert_int_equal(a.used_bytes, 0);
}

static void rounds_that_say_nothing_are_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	const double flat[6] = { 1, 1, 1, 2, 2, 2 }, bad[3] = { 1, 2, HUGE_VAL };
	struct trend_page p = { .l = 7 };
	struct trend_friedman f = { .p = 7 };
	assert_false(trend_page(&a, &(struct trend_table){ flat, 2, 3 }, &p, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_false(trend_friedman(&a, &(struct trend_table){ flat, 2, 3 }, &f, &e));
	assert_false(trend_page(&a, &(struct trend_table){ rounding, 5, 2 }, &p, &e));
	assert_false(trend_friedman(&a, &(struct trend_table){ bad, 1, 3 }, &f, &e));
	assert_false(trend_friedman(&a, &(struct trend_table){ rounding, 0, 3 }, &f, &e));
	assert_true(p.l >= 7 && f.p >= 7);
	assert_int_equal(a.used_bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_points_by_hand),
		cmocka_unit_test(the_interval_takes_the_slopes_at_their_places),
		cmocka_unit_test(a_line_is_found_whatever_a_wild_point_does),
		cmocka_unit_test(what_is_no_series_is_refused),
		cmocka_unit_test(rounding_first_base),
		cmocka_unit_test(page_s_own_table_of_critical_values),
		cmocka_unit_test(page_by_hand_with_and_without_ties),
		cmocka_unit_test(turning_the_rounds_turns_the_sign_and_the_normal_is_near),
		cmocka_unit_test(rounds_that_say_nothing_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
