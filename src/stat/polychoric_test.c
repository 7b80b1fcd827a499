/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/polychoric.h"

#include "stat/reference_test.h"

/* Case "P(X<1,Y<0.5)", quantity "rho=0.3". */
static void reference_case(struct str of_case, struct str quantity, double value)
{
	double x = 0, y = 0, rho = 0;
	(void)str_cut(&of_case, '<');
	assert_true(num_real(str_cut(&of_case, ','), &x));
	(void)str_cut(&of_case, '<');
	assert_true(num_real(str_cut(&of_case, ')'), &y));
	(void)str_cut(&quantity, '=');
	assert_true(num_real(quantity, &rho));
	assert_close(polychoric_binormal(x, y, rho), value, 1e-14);
	assert_close(polychoric_binormal(y, x, rho), value, 1e-14);
}

static void two_normal_variables_are_those_of_the_reference(void **state)
{
	(void)state;
	assert_int_equal(reference_each("bvn", reference_case), 9);
}

static double cdf(double x)
{
	return 0.5 * erfc(-x / sqrt(2.0));
}

/* Turning one variable round and leaving one out must add up; the surface grows with each. */
static void the_quarters_of_the_plane_add_up(void **state)
{
	(void)state;
	static const double rho[] = { -1,  -0.999999, -0.97, -0.6, -0.01, 0,
				      1e-9, 0.4,      0.93,  0.99999, 1 };
	for (double x = -4; x <= 4; x += 0.8) {
		for (double y = -3; y <= 3; y += 0.5) {
			double before = -1;
			for (size_t i = 0; i < sizeof(rho) / sizeof(*rho); i++) {
				double p = polychoric_binormal(x, y, rho[i]);
				double turned = polychoric_binormal(x, -y, -rho[i]);
				assert_true(fabs(p + turned - cdf(x)) < 3e-16);
				assert_true(p >= before - 2e-16); /* grows with rho */
				assert_true(p <= fmin(cdf(x), cdf(y)) + 2e-16);
				before = p;
			}
			assert_true(fabs(polychoric_binormal(x, y, 0) - cdf(x) * cdf(y)) < 3e-16);
		}
	}
	double all = HUGE_VAL;
	assert_true(polychoric_binormal(-all, 3, 0.5) == 0 &&
		    polychoric_binormal(all, all, 0.5) == 1);
	assert_close(polychoric_binormal(all, -0.3, 0.9), cdf(-0.3), 1e-16);
	assert_close(polychoric_binormal(1.2, all, 0.9), cdf(1.2), 1e-16);
}

/* Job satisfaction by income, A. Agresti (1990); values of R's polycor. */
static const double job[16] = { 1, 3, 10, 6, 2, 3, 10, 7, 1, 6, 14, 12, 0, 1, 9, 11 };

static void job_satisfaction_by_income(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	struct polychoric two = { 0 }, ml = { 0 };
	assert_true(polychoric_two_step(&a, job, 4, 4, &two) && two.converged);
	assert_true(polychoric_ml(&a, job, 4, 4, &ml) && ml.converged);
	assert_close(two.rho, 0.21535830245497978, 1e-4);
	/* polycor stops at 0.21609663945389063, where the likelihood is still 9e-6 below; R's nlm()
	 * with tight bounds and an integral of its own comes to this: */
	assert_true(fabs(ml.rho - 0.21559755) < 1e-8);
	assert_true(fabs(ml.log_likelihood + 237.860033898) < 1e-8);
	assert_true(fabs(ml.rho - 0.21609663945389063) < 1e-3);
	/* from the information expected; what was observed gives R 0.1215 */
	assert_true(ml.log_likelihood > two.log_likelihood && fabs(ml.se - 0.1159) < 1e-4);
	assert_false(ml.at_edge || ml.corrected);
	assert_int_equal(a.used_bytes, 0);
}

/* Rows of housing.csv: Sat,Infl,Type,Cont,Freq; satisfaction by contact with others. */
static void satisfaction_of_tenants_by_contact(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, 32u << 20);
	struct str text = reference_file(&a, "input/housing.csv");
	double count[6] = { 0 };
	(void)str_cut(&text, '\n');
	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n'));
		if (!line.n)
			continue;
		struct str sat = str_cut(&line, ',');
		double n = 0;
		(void)str_cut(&line, ',');
		(void)str_cut(&line, ',');
		struct str contact = str_cut(&line, ',');
		assert_true(num_real(line, &n));
		count[(str_is(sat, "Low") ? 0 : str_is(sat, "Medium") ? 2 : 4) +
		      str_is(contact, "High")] += n;
	}
	struct polychoric two = { 0 }, ml = { 0 };
	assert_true(polychoric_two_step(&a, count, 3, 2, &two));
	assert_true(polychoric_ml(&a, count, 3, 2, &ml));
	assert_close(two.rho, 0.0638331866656, 1e-4);
	assert_close(ml.rho, 0.06383432030616519, 1e-4);
	assert_true(fabs(ml.se - 0.0349) < 5e-5);
}

/* Expected counts of a normal surface with known thresholds give back its correlation. */
static void a_table_made_of_a_correlation_gives_it_back(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	static const double rho[] = { -0.95, -0.5, -0.05, 0, 0.3, 0.8, 0.99 };
	const double end = HUGE_VAL;
	const double x[] = { -end, -1.1, 0.2, end }, y[] = { -end, -0.6, 0.1, 0.9, end };
	for (size_t r = 0; r < 7; r++) {
		double count[12], turned[12];
		for (size_t i = 0; i < 3; i++) {
			for (size_t j = 0; j < 4; j++) {
				double p = polychoric_binormal(x[i + 1], y[j + 1], rho[r]) -
					   polychoric_binormal(x[i], y[j + 1], rho[r]) -
					   polychoric_binormal(x[i + 1], y[j], rho[r]) +
					   polychoric_binormal(x[i], y[j], rho[r]);
				count[i * 4 + j] = p > 0 ? 1000 * p : 0;
				turned[(2 - i) * 4 + j] = count[i * 4 + j];
			}
		}
		struct polychoric two = { 0 }, ml = { 0 }, back = { 0 };
		assert_true(polychoric_two_step(&a, count, 3, 4, &two));
		assert_true(polychoric_ml(&a, count, 3, 4, &ml));
		assert_true(polychoric_ml(&a, turned, 3, 4, &back));
		assert_true(fabs(two.rho - rho[r]) < 1e-8 && fabs(ml.rho - rho[r]) < 1e-8);
		assert_true(fabs(back.rho + ml.rho) < 1e-8);
	}
}

static void small_and_empty_tables(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 16);
	struct polychoric p = { .rho = -9 };
	const double one_row[] = { 5, 6, 0, 0 }, below[] = { 1, -1, 2, 2 };
	assert_false(polychoric_ml(&a, one_row, 2, 2, &p));
	assert_false(polychoric_two_step(&a, below, 2, 2, &p));
	assert_true(p.rho <= -9);
	/* an empty row and an empty column say nothing */
	const double padded[] = { 20, 0, 9, 0, 0, 0, 8, 0, 25 }, plain[] = { 20, 9, 8, 25 };
	struct polychoric q = { 0 };
	assert_true(polychoric_ml(&a, padded, 3, 3, &p) && polychoric_ml(&a, plain, 2, 2, &q));
	assert_true(p.rho == q.rho && !p.corrected);
	const double empty_cell[] = { 20, 0, 8, 25 };
	assert_true(polychoric_two_step(&a, empty_cell, 2, 2, &p) && p.corrected);
	assert_true(p.rho > 0.8 && p.rho < 0.999 && !p.at_edge);
	/* a perfect order of three categories has no inner maximum */
	const double perfect[] = { 9, 0, 0, 0, 9, 0, 0, 0, 9 };
	assert_true(polychoric_two_step(&a, perfect, 3, 3, &p) && p.at_edge);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_normal_variables_are_those_of_the_reference),
		cmocka_unit_test(the_quarters_of_the_plane_add_up),
		cmocka_unit_test(job_satisfaction_by_income),
		cmocka_unit_test(satisfaction_of_tenants_by_contact),
		cmocka_unit_test(a_table_made_of_a_correlation_gives_it_back),
		cmocka_unit_test(small_and_empty_tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
