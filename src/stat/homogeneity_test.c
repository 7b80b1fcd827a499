/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/homogeneity.h"

#include "stat/paired.h"
#include "stat/reference_test.h"

/* A. Agresti, Categorical Data Analysis (2002), Table 10.5. */
static const double opinions[16] = { 144, 2,  0, 0, 33,	 4,  2,	 0,
				     84,  14, 6, 1, 126, 29, 25, 5 };

static void reference_case(struct str of_case, struct str quantity, double value)
{
	ARENA_SCOPE(a, 1u << 16);
	struct homogeneity h = { 0 };
	double z = 0, p = 0;
	bool ordinal = str_ends(of_case, "scores");
	assert_true(homogeneity_stuart_maxwell(&a, opinions, 4, &h));
	assert_true(homogeneity_ordinal(opinions, 4, NULL, &z, &p));
	assert_int_equal(a.used_bytes, 0);
	if (str_is(quantity, "df"))
		assert_true(value == (double)h.df);
	else if (str_is(quantity, "stuart_maxwell_chi2"))
		assert_close(h.chi2, value, 1e-12);
	else if (str_is(quantity, "Z"))
		assert_close(z, value, 1e-13);
	else
		assert_close(ordinal ? p : h.p, value, 1e-11);
}

static void opinions_before_and_outside_marriage(void **state)
{
	(void)state;
	assert_int_equal(reference_each("marginal_homogeneity", reference_case), 5);
}

static void two_categories_are_mcnemar_s(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	const double count[] = { 794, 150, 86, 570 };
	struct mcnemar m = paired_mcnemar(150, 86);
	struct homogeneity h = { 0 };
	double z = 0, p = 0;
	assert_true(homogeneity_stuart_maxwell(&a, count, 2, &h) && h.df == 1);
	assert_close(h.chi2, m.chi2, 1e-14);
	assert_close(h.p, m.p, 1e-12);
	assert_true(homogeneity_bowker(count, 2, &h) && h.df == 1);
	assert_close(h.chi2, m.chi2, 1e-14);
	assert_true(homogeneity_ordinal(count, 2, NULL, &z, &p));
	assert_close(z * z, m.chi2, 1e-14);
	assert_true(z < 0); /* more went from the first to the second than back */
}

static void transpose(const double *count, size_t k, double *out)
{
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			out[j * k + i] = count[i * k + j];
}

static void which_came_first_changes_the_sign_alone(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	double turned[16], z = 0, p = 0, turned_z = 0;
	struct homogeneity h = { 0 }, t = { 0 };
	transpose(opinions, 4, turned);
	assert_true(homogeneity_stuart_maxwell(&a, opinions, 4, &h));
	assert_true(homogeneity_stuart_maxwell(&a, turned, 4, &t));
	assert_close(h.chi2, t.chi2, 1e-13);
	assert_true(homogeneity_ordinal(opinions, 4, NULL, &z, &p));
	assert_true(homogeneity_ordinal(turned, 4, NULL, &turned_z, &p));
	assert_true(z == -turned_z);
	/* scores on another scale say the same */
	assert_true(homogeneity_ordinal(opinions, 4, (const double[]){ 10, 30, 50, 70 }, &turned_z,
					&p));
	assert_close(turned_z, z, 1e-14);
}

/* The 4 x 4 table with empty categories put between, and beside it a second set of categories that
 * nobody moved to or from. */
static void categories_that_say_nothing_change_nothing(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	static const size_t place[4] = { 1, 2, 4, 5 };
	double wide[81] = { 0 };
	struct homogeneity h = { 0 }, w = { 0 }, b = { 0 };
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 4; j++)
			wide[place[i] * 9 + place[j]] = opinions[i * 4 + j];
	wide[0] = 17; /* some stayed in a category that nobody else touched */
	assert_true(homogeneity_stuart_maxwell(&a, opinions, 4, &h));
	assert_true(homogeneity_stuart_maxwell(&a, wide, 9, &w));
	assert_true(h.df == w.df);
	assert_close(w.chi2, h.chi2, 1e-12);
	/* two sets without moves between them: their tests add up */
	wide[7 * 9 + 8] = 12;
	wide[8 * 9 + 7] = 5;
	assert_true(homogeneity_stuart_maxwell(&a, wide, 9, &w));
	assert_true(w.df == 4);
	assert_close(w.chi2, h.chi2 + paired_mcnemar(12, 5).chi2, 1e-12);
	assert_true(homogeneity_bowker(opinions, 4, &b) && b.df == 6);
	/* nobody moved */
	const double still[] = { 5, 0, 0, 7 };
	double z = -9, p = -9;
	assert_true(homogeneity_stuart_maxwell(&a, still, 2, &w) && w.df == 0 && w.p == 1);
	assert_true(homogeneity_ordinal(still, 2, NULL, &z, &p) && z == 0 && p == 1);
	assert_true(homogeneity_bowker(still, 2, &w) && w.df == 0 && w.p == 1);
}

static void kappa_case(struct str of_case, struct str quantity, double value)
{
	static const double readers[] = { 88, 14, 18, 10, 40, 10, 2, 6, 12 };
	struct kappa k = { 0 };
	(void)of_case;
	assert_true(homogeneity_kappa(readers, 3, &k));
	assert_close(str_is(quantity, "kappa") ? k.kappa : k.quadratic, value, 1e-13);
}

static void two_readers_agree_beyond_chance(void **state)
{
	(void)state;
	struct kappa k = { .kappa = -9 };
	const double all_agree[] = { 3, 0, 0, 0, 4, 0, 0, 0, 0 }, one[] = { 6, 0, 0, 0 };
	assert_true(homogeneity_kappa(all_agree, 3, &k));
	assert_true(k.kappa == 1 && k.linear == 1 && k.quadratic == 1);
	/* independent readers: no more than chance */
	const double by_chance[] = { 9, 3, 3, 1 };
	assert_true(homogeneity_kappa(by_chance, 2, &k) && fabs(k.kappa) < 1e-15);
	k.kappa = -9;
	assert_false(homogeneity_kappa(one, 2, &k));
	assert_true(k.kappa <= -9);
	assert_int_equal(reference_each("kappa", kappa_case), 2);
}

static void what_is_no_count_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	const double below[] = { 1, -1, 2, 3 }, none[] = { 1, HUGE_VAL, 2, 3 };
	struct homogeneity h = { .chi2 = -9 };
	struct kappa k;
	double z, p;
	assert_false(homogeneity_stuart_maxwell(&a, below, 2, &h));
	assert_false(homogeneity_bowker(none, 2, &h));
	assert_false(homogeneity_ordinal(none, 2, NULL, &z, &p));
	assert_false(homogeneity_kappa(below, 2, &k));
	assert_false(homogeneity_stuart_maxwell(&a, below, 0, &h));
	assert_true(h.chi2 <= -9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opinions_before_and_outside_marriage),
		cmocka_unit_test(two_categories_are_mcnemar_s),
		cmocka_unit_test(which_came_first_changes_the_sign_alone),
		cmocka_unit_test(categories_that_say_nothing_change_nothing),
		cmocka_unit_test(two_readers_agree_beyond_chance),
		cmocka_unit_test(what_is_no_count_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
