/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/groups.h"

#include "stat/reference_test.h"

/* Ozone by month (5..9) of airquality.csv, days without a value left out. */
struct air {
	double ozone[160];
	uint32_t month[160];
	size_t n;
};

static void read_air(struct arena *a, struct air *air)
{
	struct str text = reference_file(a, "input/airquality.csv");
	(void)str_cut(&text, '\n');
	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n')), field = STR("");
		double ozone = 0, month = 0;
		if (!num_real(reference_field(&line), &ozone))
			continue;
		for (int i = 0; i < 4; i++)
			field = reference_field(&line);
		assert_true(num_real(field, &month) && air->n < 160);
		air->ozone[air->n] = ozone;
		air->month[air->n++] = (uint32_t)month - 5;
	}
}

static struct kruskal of_air;

static void kruskal_case(struct str of_case, struct str quantity, double value)
{
	(void)of_case;
	double got = str_is(quantity, "H")  ? of_air.h :
		     str_is(quantity, "df") ? (double)of_air.df :
		     str_is(quantity, "p")  ? of_air.p :
					      of_air.epsilon2;
	assert_close(got, value, 1e-12);
}

static void ozone_differs_between_months(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, 16u << 20);
	struct air air = { 0 };
	read_air(&a, &air);
	/* six groups, one of them empty */
	assert_true(groups_kruskal(&a, air.ozone, air.month, air.n, 6, &of_air));
	assert_true(of_air.n == 116 && of_air.groups == 5);
	assert_int_equal(reference_each("kruskal", kruskal_case), 4);
	double may[40], august[40];
	size_t n_may = 0, n_august = 0;
	for (size_t i = 0; i < air.n; i++) {
		if (air.month[i] == 0)
			may[n_may++] = air.ozone[i];
		if (air.month[i] == 3)
			august[n_august++] = air.ozone[i];
	}
	/* R: wilcox.test(Ozone ~ Month, subset = Month %in% c(5, 8)) */
	struct mann_whitney m = { 0 };
	assert_true(groups_mann_whitney(&a, may, n_may, august, n_august, &m));
	assert_true(m.u == 127.5 && !m.exact);
	assert_true(fabs(m.p - 0.00012080783) < 5e-12);
	assert_true(fabs(m.delta + 0.62278) < 5e-6);
}

/* Every way to choose which of the values are x. */
static double slow_p(const double *v, size_t n, size_t n_x, double seen)
{
	size_t ways = 0, far = 0;
	for (size_t chosen = 0; chosen < (size_t)1 << n; chosen++) {
		double u = 0;
		size_t size = 0;
		for (size_t i = 0; i < n; i++) {
			if (!(chosen >> i & 1))
				continue;
			size++;
			for (size_t j = 0; j < n; j++)
				u += !(chosen >> j & 1) && v[i] > v[j];
		}
		if (size != n_x)
			continue;
		double middle = (double)n_x * (double)(n - n_x) / 2;
		ways++;
		far += fabs(u - middle) >= fabs(seen - middle);
	}
	return (double)far / (double)ways;
}

static void exact_p_of_two_groups_counts_all_choices(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	static const double v[] = { 3, 11, 2, 8, 7, 1, 12, 5, 9 };
	for (size_t n_x = 1; n_x < 9; n_x++) {
		struct mann_whitney m = { 0 }, turned = { 0 };
		assert_true(groups_mann_whitney(&a, v, n_x, v + n_x, 9 - n_x, &m) && m.exact);
		assert_close(m.p, slow_p(v, 9, n_x, m.u), 1e-13);
		assert_true(groups_mann_whitney(&a, v + n_x, 9 - n_x, v, n_x, &turned));
		assert_close(turned.p, m.p, 1e-13);
		assert_close(turned.delta, -m.delta, 1e-14);
	}
	assert_int_equal(a.used_bytes, 0);
	/* one far above all: the exact and the normal p are near each other for many */
	double x[49], y[49];
	for (size_t i = 0; i < 49; i++) {
		x[i] = (double)i * 2 + 14;
		y[i] = (double)i * 2 + 1;
	}
	struct mann_whitney exact = { 0 }, tied = { 0 };
	assert_true(groups_mann_whitney(&a, x, 49, y, 49, &exact) && exact.exact);
	x[48] = x[47];
	assert_true(groups_mann_whitney(&a, x, 49, y, 49, &tied) && !tied.exact);
	assert_true(fabs(exact.p - tied.p) < 2e-3);
}

static void order_of_rows_and_names_of_groups_do_not_matter(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	const double x[] = { 4, 7, 7, 1, 9, 3, 3, 8 }, back[] = { 8, 3, 3, 9, 1, 7, 7, 4 };
	const uint32_t g[] = { 0, 0, 1, 1, 2, 2, 0, 1 }, renamed[] = { 4, 1, 0, 0, 4, 4, 1, 1 };
	struct kruskal one = { 0 }, two = { 0 };
	assert_true(groups_kruskal(&a, x, g, 8, 3, &one));
	assert_true(groups_kruskal(&a, back, renamed, 8, 5, &two));
	assert_close(one.h, two.h, 1e-14);
	assert_true(one.df == two.df && one.groups == 3);
	/* two groups: the square of the normal test without correction */
	const uint32_t half[] = { 0, 0, 0, 0, 1, 1, 1, 1 };
	assert_true(groups_kruskal(&a, x, half, 8, 2, &one) && one.df == 1);
	/* ranks 4, 5.5, 5.5, 1 / 8, 2.5, 2.5, 7: U = 6, mean 8, variance 16/12 (9 - 12/56) */
	assert_close(one.h, 4 / (16.0 / 12 * (9 - 12.0 / 56)), 1e-13);
}

static void nothing_to_rank_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	const double same[] = { 2, 2, 2 }, x[] = { 1, 2, 3 };
	const uint32_t g[] = { 0, 1, 1 }, one[] = { 1, 1, 1 }, all[] = { 0, 1, 2 };
	struct kruskal k = { .h = -9 };
	struct mann_whitney m = { .u = -9 };
	assert_false(groups_kruskal(&a, same, g, 3, 2, &k));
	assert_false(groups_kruskal(&a, x, one, 3, 2, &k));
	assert_false(groups_kruskal(&a, x, all, 3, 3, &k)); /* each value is its own group */
	assert_false(groups_kruskal(&a, x, g, 0, 2, &k));
	assert_false(groups_mann_whitney(&a, same, 1, same, 2, &m));
	assert_false(groups_mann_whitney(&a, x, 0, x, 3, &m));
	assert_true(k.h <= -9 && m.u <= -9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ozone_differs_between_months),
		cmocka_unit_test(exact_p_of_two_groups_counts_all_choices),
		cmocka_unit_test(order_of_rows_and_names_of_groups_do_not_matter),
		cmocka_unit_test(nothing_to_rank_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
