/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/disclosure_unit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Companies by NIT, with their sales. */
static const struct frame *companies(struct arena *a)
{
	static const char *const nit[] = { "800197268-4", "800197268", "8001972684", "890903938",
					   "A7" };
	static const int64_t sales[] = { 10, 20, 30, 5, 1 };
	struct column_builder *c = column_build(a, STR("company"), COLUMN_TEXT, NULL);
	struct column_builder *x = column_build(a, STR("x"), COLUMN_INTEGER, NULL);
	for (size_t i = 0; i < 5; i++) {
		column_add_text(c, str_of(nit[i]));
		column_add_integer(x, sales[i]);
	}
	const struct column *column[] = { column_done(c), column_done(x) };
	return frame_of(a, column, 2, 5);
}

static const struct expr *parsed(struct arena *a, const struct frame *f, const char *source)
{
	struct expr_scope scope = expr_scope_of(a, f);
	struct expr_faults faults = { 0 };
	const struct expr *e = NULL;
	scope.allow_aggregates = true;
	assert_true(expr_parse(a, str_of(source), &scope, LANG_EN, &e, &faults));
	return e;
}

static void companies_of_one_nit_are_one_contributor(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 24);
	struct unit_rows u;
	const struct frame *f = companies(&a);
	unit_rows_make(&a, f, TABLE_COMPANY, &u);
	assert_int_equal(u.n_contributors, 3);
	assert_int_equal(u.most_rows, 3);
	const struct expr *sum = parsed(&a, f, "sum(${x})");
	const struct contribution *c = contributions_make(&a, &u, &sum, 1, &runner_serial);
	struct row_set all = row_set_none(&a, 5);
	for (size_t i = 0; i < 5; i++)
		row_set_add(&all, i);
	const struct disclosure_rule rule = { .dominance_n = 2, .dominance_k = 85 };
	struct disclosure_cell cell = unit_tally(&a, &u, c->valid, c->part[0], &all, &rule);
	assert_int_equal(cell.contributors, 3);
	assert_true(fabs(cell.value - 66) < 1e-12 && fabs(cell.largest - 60) < 1e-12);
	assert_true(fabs(cell.second - 5) < 1e-12 && fabs(cell.top_n - 65) < 1e-12);
}

static void clusters_are_a_contributor_each(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 24);
	struct unit_rows u;
	unit_rows_make(&a, companies(&a), TABLE_CLUSTER, &u);
	assert_int_equal(u.n_contributors, 5);
}

static void a_ratio_contributes_to_both_its_sums(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 24);
	struct unit_rows u;
	const struct frame *f = companies(&a);
	unit_rows_make(&a, f, TABLE_COMPANY, &u);
	const struct expr *ratio = parsed(&a, f, "100 * ratio(${x}, ${x} - 5)");
	const struct contribution *c = contributions_make(&a, &u, &ratio, 1, &runner_serial);
	assert_true(fabs(c->part[0][1] - 20) < 1e-12 && fabs(c->part[1][1] - 15) < 1e-12);
	/* 5 over 0 is no number, but both stand in the sums. */
	assert_true(c->valid[3] && fabs(c->part[0][3] - 5) < 1e-12 && !(c->part[1][3] > 0));
}

static void sets_of_rows_are_sets(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct row_set x = row_set_none(&a, 130), y = row_set_none(&a, 130);
	for (size_t i = 0; i < 130; i += 2)
		row_set_add(&x, i);
	for (size_t i = 0; i < 130; i += 4)
		row_set_add(&y, i);
	assert_int_equal(row_set_count(&x), 65);
	assert_true(row_set_inside(&y, &x) && !row_set_inside(&x, &y) && row_set_meet(&x, &y));
	struct row_set rest = row_set_minus(&a, &x, &y);
	assert_int_equal(row_set_count(&rest), 32);
	assert_true(!row_set_meet(&rest, &y) && !row_set_equal(&x, &y) && row_set_has(&rest, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(companies_of_one_nit_are_one_contributor),
		cmocka_unit_test(clusters_are_a_contributor_each),
		cmocka_unit_test(a_ratio_contributes_to_both_its_sums),
		cmocka_unit_test(sets_of_rows_are_sets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
