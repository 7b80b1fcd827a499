/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/contingency.h"

#include "stat/reference_test.h"

/* Job satisfaction by income, A. Agresti (1990), in R's ?fisher.test. */
static const double job[16] = { 1, 3, 10, 6, 2, 3, 10, 7, 1, 6, 14, 12, 0, 1, 9, 11 };

static void reference_case(struct str of_case, struct str quantity, double value)
{
	ARENA_SCOPE(a, 64u << 20);
	struct contingency c = { 0 };
	(void)of_case;
	assert_true(contingency_of(&a, job, 4, 4, &c));
	double got = str_is(quantity, "chi2")	    ? c.chi2 :
		     str_is(quantity, "p")	    ? c.p :
		     str_is(quantity, "cramer_v")   ? c.cramer_v :
		     str_is(quantity, "concordant") ? c.concordant :
		     str_is(quantity, "discordant") ? c.discordant :
						      c.gamma;
	if (str_is(quantity, "fisher_p"))
		return;
	assert_close(got, value, 1e-12);
}

static void job_satisfaction_by_income(void **state)
{
	(void)state;
	assert_int_equal(reference_each("contingency", reference_case), 7);
}

static void what_is_empty_says_nothing(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	double wide[36] = { 0 };
	static const size_t place[4] = { 0, 2, 3, 5 };
	struct contingency c = { 0 }, w = { 0 };
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 4; j++)
			wide[place[i] * 6 + place[j]] = job[i * 4 + j];
	assert_true(contingency_of(&a, job, 4, 4, &c) && contingency_of(&a, wide, 6, 6, &w));
	assert_memory_equal(&c, &w, sizeof(c));
	assert_true(c.n == 96 && c.df == 9);
	w.n = -9;
	const double one[] = { 4, 5, 0, 0 }, below[] = { 4, 5, -1, 1 };
	assert_false(contingency_of(&a, one, 2, 2, &w));
	assert_false(contingency_of(&a, below, 2, 2, &w));
	assert_false(contingency_of(&a, one, 0, 0, &w));
	assert_true(w.n <= -9 && a.used_bytes == 0);
}

static void ends_of_the_scale(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	struct contingency c = { 0 };
	const double perfect[] = { 30, 0, 0, 0, 30, 0, 0, 0, 30 }, turned[] = { 0, 30, 30, 0 };
	assert_true(contingency_of(&a, perfect, 3, 3, &c));
	assert_close(c.cramer_v, 1, 1e-14);
	assert_close(c.cramer_v_corrected, 1, 1e-14);
	assert_true(c.gamma == 1 && c.discordant == 0);
	assert_true(contingency_of(&a, turned, 2, 2, &c) && c.gamma == -1);
	assert_close(c.cramer_v, 1, 1e-14);
	/* rows that are alike: nothing goes together */
	const double alike[] = { 4, 8, 12, 5, 10, 15 };
	assert_true(contingency_of(&a, alike, 2, 3, &c));
	assert_true(c.chi2 < 1e-25 && c.p > 0.999 && fabs(c.gamma) < 1e-15);
	assert_true(c.cramer_v < 1e-12 && c.cramer_v_corrected == 0);
	assert_close(c.least_expected, 4, 1e-14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(job_satisfaction_by_income),
		cmocka_unit_test(what_is_empty_says_nothing),
		cmocka_unit_test(ends_of_the_scale),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
