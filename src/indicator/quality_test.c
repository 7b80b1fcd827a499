/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/quality.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "indicator/fixture.h"

static void who_answered_is_counted_by_group(void **state)
{
	struct world *w = *state;
	struct quality q;
	quality_make(&w->a, w->in, &w->tables, NULL, &q);
	assert_int_equal(q.n_register, 6);
	assert_int_equal(q.n_answered, 4);
	assert_int_equal(q.n_by, 2);
	assert_string_equal(q.by[0].by, "department");
	assert_int_equal(q.by[0].n, 3); /* 05, 11, 99 */
	assert_true(str_is(q.by[0].group[0].code, "05"));
	assert_int_equal(q.by[0].group[0].n_register, 3);
	assert_int_equal(q.by[0].group[0].n_answered, 2);
	assert_int_equal(q.by[0].group[2].n_answered, 0);
	/* Two questions each; of the two answers of 11 one left Q1 open. */
	assert_int_equal(q.by[0].group[0].cells, 4);
	assert_int_equal(q.by[0].group[0].open, 0);
	assert_int_equal(q.by[0].group[1].cells, 4);
	assert_int_equal(q.by[0].group[1].open, 1);
	assert_int_equal(q.by[0].group[2].cells, 0);
}

static void the_response_is_told_by_the_level_before(void **state)
{
	struct world *w = *state;
	struct scores s = scores_new(&w->a, w->in, 2);
	const struct quality_before before = { w->in, &s };
	struct quality q;
	s.cluster[0].cluster = STR("C1");
	s.cluster[0].level[0] = 1;
	s.cluster[1].cluster = STR("C6");
	s.cluster[1].level[0] = 0;
	quality_make(&w->a, w->in, &w->tables, &before, &q);
	const struct response_by *by = &q.by[2];
	assert_int_equal(q.n_by, 3);
	assert_int_equal(by->n, 3); /* low, high, none */
	assert_true(str_is(by->group[0].code, "low"));
	assert_int_equal(by->group[0].n_register, 1);
	assert_int_equal(by->group[0].n_answered, 0); /* C6 did not answer */
	assert_int_equal(by->group[1].n_answered, 1);
	assert_int_equal(by->group[2].n_register, 4);
	assert_int_equal(by->group[2].n_answered, 3);
}

static void questions_left_open_come_worst_first(void **state)
{
	struct world *w = *state;
	struct quality q;
	quality_make(&w->a, w->in, &w->tables, NULL, &q);
	assert_int_equal(q.n_items, 2);
	assert_true(str_is(q.item[0].question->name, "Q1")); /* one of four did not say */
	assert_int_equal(q.item[0].n_nr, 1);
	assert_int_equal(q.item[0].answered, 3);
	assert_int_equal(q.item[1].n_nr, 0);
	assert_float_equal(q.item_median, 12.5, 1e-12);
	assert_int_equal(q.items_over, 1);
}

/* The table of the world, with how two of its answers to Q2 were imputed. */
static const struct frame *with_imputed(struct world *w)
{
	struct column_builder *b = column_build(&w->a, STR("Q2__imputed"), COLUMN_TEXT, NULL);
	column_add_text(b, STR("razón"));
	column_add_missing(b, MISSING_NA);
	column_add_text(b, STR("mediana"));
	column_add_missing(b, MISSING_NA);
	const struct column *c = column_done(b);
	return frame_with(&w->a, w->tables.table[TABLE_CLUSTER], &c, 1);
}

static void imputed_amounts_are_added_up(void **state)
{
	struct world *w = *state;
	struct fact_tables tables = w->tables;
	struct quality q;
	tables.table[TABLE_CLUSTER] = with_imputed(w);
	quality_make(&w->a, w->in, &tables, NULL, &q);
	assert_int_equal(q.n_imputed, 1);
	assert_true(str_is(q.imputed[0].question->name, "Q2"));
	assert_int_equal(q.imputed[0].n, 2);
	assert_float_equal(q.imputed[0].amount, 1 + 4, 1e-12);
	assert_float_equal(q.imputed[0].total, 1 + 3 + 4 + 5, 1e-12);
	assert_float_equal(q.imputed_share, 100.0 * 5 / 13, 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_answered_is_counted_by_group),
		cmocka_unit_test(the_response_is_told_by_the_level_before),
		cmocka_unit_test(questions_left_open_come_worst_first),
		cmocka_unit_test(imputed_amounts_are_added_up),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
