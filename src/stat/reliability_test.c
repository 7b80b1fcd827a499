/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/reliability.h"

#include "stat/reference_test.h"

static struct err e;

enum { K = 7 };
static const char *const names[K] = { "rating", "complaints", "privileges", "learning",
				      "raises", "critical",   "advance" };

/* The attitudes of employees that come with R, one column an item. */
static size_t attitudes(struct arena *a, const double *item[K])
{
	size_t n = 0;
	struct str whole = reference_file(a, "input/attitude.csv");
	for (size_t j = 0; j < K; j++) {
		struct str text = whole;
		double *v = NEW(a, 100, double);
		(void)str_cut(&text, '\n');
		for (n = 0; text.p && n < 100;) {
			struct str line = str_trim(str_cut(&text, '\n')), field = STR("");
			for (size_t i = 0; i <= j; i++)
				field = reference_field(&line);
			n += num_real(field, &v[n]);
		}
		item[j] = v;
	}
	return n;
}

static void an_item_of_the_attitudes(struct str of_case, struct str quantity, double want)
{
	ARENA_SCOPE(a, 16u << 20);
	const double *item[K];
	struct reliability_item found[K];
	size_t n = attitudes(&a, item), j = 0;
	assert_int_equal(n, 30);
	assert_true(reliability_items(&a, item, K, n, found, &e));
	while (!str_is(quantity, names[j]))
		j++;
	bool dropped = str_is(of_case, "attitude alpha if item dropped");
	assert_close(dropped ? found[j].alpha_without : found[j].r_rest, want, 1e-12);
}

static void items_of_the_attitudes(void **state)
{
	(void)state;
	assert_int_equal(reference_each("cronbach_alpha", an_item_of_the_attitudes), 14);
}

/* R's psych::alpha(attitude): raw_alpha and std.alpha. */
static void the_attitudes_go_together(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, 16u << 20);
	const double *item[K];
	struct reliability r;
	size_t n = attitudes(&a, item), used = a.used_bytes;
	assert_true(reliability_of(&a, item, K, n, &r, &e));
	assert_close(r.alpha, .84314276956475986, 1e-12);
	assert_close(r.standardised, .83908380302951058, 1e-12);
	assert_int_equal(a.used_bytes, used);
}

static void two_items_by_hand(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	const double p[3] = { 1, 2, 3 }, q[3] = { 3, 0, 5 };
	/* q: mean 8/3, deviations 1/3 -8/3 7/3: sum of squares 114/9, variance 19/3; p: variance 1;
	 * covariance (7/3 - 1/3) / 2 = 1 */
	const double *item[2] = { p, q };
	struct reliability r;
	assert_true(reliability_of(&a, item, 2, 3, &r, &e));
	assert_close(r.alpha, 2 * (1 - (1 + 19. / 3) / (1 + 19. / 3 + 2)), 1e-14);
	double c = 1 / sqrt(19. / 3);
	assert_close(r.standardised, 2 * c / (1 + c), 1e-14);
	/* copies of one item measure the same thing */
	const double *same[3] = { q, q, q };
	struct reliability_item each[3];
	assert_true(reliability_of(&a, same, 3, 3, &r, &e));
	assert_close(r.alpha, 1, 1e-14);
	assert_close(r.standardised, 1, 1e-14);
	assert_true(reliability_items(&a, same, 3, 3, each, &e));
	assert_close(each[1].alpha_without, 1, 1e-14);
	assert_close(each[1].r_rest, 1, 1e-14);
	/* items that point apart go below 0 */
	const double minus[3] = { -1, -2.5, -3 };
	const double *apart[2] = { p, minus };
	assert_true(reliability_of(&a, apart, 2, 3, &r, &e) && r.alpha < 0);
}

static void items_that_do_not_vary_are_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	const double p[3] = { 1, 2, 3 }, q[3] = { 3, 2, 1 }, flat[3] = { 5, 5, 5 };
	const double bad[3] = { 1, (double)NAN, 2 };
	struct reliability r = { 7, 7 };
	struct reliability_item each[2];
	assert_false(reliability_of(&a, (const double *const[]){ p, flat }, 2, 3, &r, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_false(reliability_of(&a, (const double *const[]){ p, q }, 2, 3, &r, &e)); /* sum 4 */
	assert_false(reliability_of(&a, (const double *const[]){ p, bad }, 2, 3, &r, &e));
	assert_false(reliability_of(&a, (const double *const[]){ p }, 1, 3, &r, &e));
	assert_false(reliability_of(&a, (const double *const[]){ p, p }, 2, 1, &r, &e));
	assert_false(reliability_items(&a, (const double *const[]){ p, p }, 2, 3, each, &e));
	assert_true(r.alpha >= 7);
	assert_int_equal(a.used_bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_of_the_attitudes),
		cmocka_unit_test(the_attitudes_go_together),
		cmocka_unit_test(two_items_by_hand),
		cmocka_unit_test(items_that_do_not_vary_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
