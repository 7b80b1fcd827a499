/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/indicator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "indicator/fixture.h"

static struct figures compute(struct world *w, const struct figure_request *request)
{
	struct figures fs;
	struct err e = { 0 };
	bool done = figures_compute(&w->a, w->in, &w->tables, request, LANG_ES, &runner_serial, &fs,
				    &e);
	if (!done)
		print_message("%s\n", e.msg);
	assert_true(done);
	return fs;
}

static void near(double x, double y)
{
	assert_true(x > y - 1e-9 && x < y + 1e-9);
}

static void figures_have_their_fraction_missing_and_status(void **state)
{
	struct figures fs = compute(*state, &(struct figure_request){ 0 });
	const struct figure *f = figures_find(&fs, STR("F1"));
	near(f->result.number, 200.0 / 3);
	near(f->result.numerator, 2);
	near(f->result.denominator, 3);
	assert_int_equal(f->result.n, 3);
	assert_int_equal(f->result.n_missing[MISSING_NR], 1);
	assert_int_equal(f->status, STATUS_LOW_RELIABILITY);
	near(figures_find(&fs, STR("F2"))->result.number, 6);
	near(figures_find(&fs, STR("F3"))->result.number, 400.0 / 6);
	near(figures_find(&fs, STR("F8"))->result.number, 2022);
	near(figures_find(&fs, STR("F9"))->result.number, (20 + 60 + 80 + 100) / 4.0);
	assert_int_equal(figures_find(&fs, STR("F7"))->result.n_list, 2);
}

static void the_register_gives_the_population_where_it_can(void **state)
{
	struct figures fs = compute(*state, &(struct figure_request){ 0 });
	const struct figure *all = figures_find(&fs, STR("F1"));
	assert_int_equal(all->interval, INTERVAL_WILSON_FPC);
	assert_int_equal(all->population, 6);
	const struct figure *answers_decide = figures_find(&fs, STR("F5"));
	assert_int_equal(answers_decide->interval, INTERVAL_WILSON);
	const struct figure *register_decides = figures_find(&fs, STR("F6"));
	assert_int_equal(register_decides->interval, INTERVAL_WILSON_FPC);
	assert_int_equal(register_decides->population, 3);
	assert_int_equal(figures_find(&fs, STR("F4"))->interval, INTERVAL_NONE);
}

static void cells_are_shared_between_tables_and_in_order(void **state)
{
	struct world *w = *state;
	const struct str by[] = { STR("place") };
	struct figures fs =
		compute(w, &(struct figure_request){ .dimension = by, .n_dimensions = 1 });
	assert_int_equal(fs.n_cells, 3);
	assert_true(str_is(fs.key[0].code, "05") && str_is(fs.key[1].code, "11") &&
		    str_is(fs.key[2].code, "99"));
	const struct figure *count = figures_find(&fs, STR("F2")),
			    *part = figures_find(&fs, STR("F3"));
	near(count[0].result.number, 3);
	near(count[2].result.number, 1);
	near(part[0].result.number, 200.0 / 3);
	near(part[1].result.number, 100);
	/* Nobody answered there: the share has nothing eligible. */
	const struct figure *share = figures_find(&fs, STR("F1"));
	assert_int_equal(share[2].status, STATUS_CANNOT_EXIST);
	assert_int_equal(share[1].population, 2);
	assert_null(figures_find(&fs, STR("F8"))); /* rounds have no place */
}

static void questions_levels_and_expressions_break_down(void **state)
{
	struct world *w = *state;
	const struct str by[] = { STR("level"), STR("Q1") };
	struct figures fs =
		compute(w, &(struct figure_request){ .dimension = by, .n_dimensions = 2 });
	/* low a; high a, high b, high without an answer last */
	assert_int_equal(fs.n_cells, 4);
	assert_true(str_is(fs.key[0].code, "low") && str_is(fs.key[2].code, "high"));
	assert_int_equal(fs.key[7].missing, MISSING_NR);
	const struct str band[] = { STR("band") };
	fs = compute(w, &(struct figure_request){ .dimension = band, .n_dimensions = 1 });
	assert_int_equal(fs.n_cells, 2);
	near(figures_find(&fs, STR("F4"))[1].result.number, 3);
}

static void conditions_choose_rows(void **state)
{
	struct world *w = *state;
	struct figures fs =
		compute(w, &(struct figure_request){ .where = STR("${department} = '11'") });
	near(figures_find(&fs, STR("F4"))->result.number, 2);
	near(figures_find(&fs, STR("F2"))->result.number, 2);
	assert_int_equal(figures_find(&fs, STR("F1"))->population, 2);
	fs = compute(w, &(struct figure_request){ .where = STR("${Q2} > 100") });
	near(figures_find(&fs, STR("F4"))->result.number, 0);
	assert_int_equal(figures_find(&fs, STR("F1"))->status, STATUS_CANNOT_EXIST);
}

static void shares_have_bounds_for_those_who_did_not_answer(void **state)
{
	struct world *w = *state;
	struct figures fs = compute(w, &(struct figure_request){ 0 });
	/* Two of three, and one who did not say: from two to three of four. */
	const struct figure *f = figures_find(&fs, STR("F1"));
	assert_true(f->has_bounds);
	near(f->lower, 50);
	near(f->upper, 75);
	assert_false(figures_find(&fs, STR("F4"))->has_bounds);
}

static void a_figure_that_its_method_doubts_says_so(void **state)
{
	struct world *w = *state;
	const struct str only[] = { STR("F4") }, by[] = { STR("place") };
	struct figures fs = compute(w, &(struct figure_request){ .id = only, .n_ids = 1 });
	assert_true(figures_find(&fs, STR("F4"))->caution);
	/* In a cell its condition is that cell's: no department has more than five clusters. */
	fs = compute(w, &(struct figure_request){ .id = only, .n_ids = 1, .dimension = by,
						  .n_dimensions = 1 });
	assert_false(figures_find(&fs, STR("F4"))->caution);
}

static void unknown_names_are_refused_with_a_suggestion(void **state)
{
	struct world *w = *state;
	struct figures fs;
	struct err e = { 0 };
	const struct str by[] = { STR("depatment") }, id[] = { STR("F99") };
	struct figure_request request = { .dimension = by, .n_dimensions = 1 };
	assert_false(figures_compute(&w->a, w->in, &w->tables, &request, LANG_EN, NULL, &fs, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_non_null(strstr(err_text(&e, true), "department"));
	e = (struct err){ 0 };
	request = (struct figure_request){ .id = id, .n_ids = 1 };
	assert_false(figures_compute(&w->a, w->in, &w->tables, &request, LANG_EN, NULL, &fs, &e));
	e = (struct err){ 0 };
	request = (struct figure_request){ .where = STR("${Q9} = 1") };
	assert_false(figures_compute(&w->a, w->in, &w->tables, &request, LANG_EN, NULL, &fs, &e));
	assert_non_null(strstr(err_text(&e, true), "Q9"));
}

static struct str text_of(struct world *w, struct figures *fs, const char *id, enum lang lang)
{
	return figure_text(&w->a, figures_find(fs, str_of(id)), lang);
}

static void texts_are_local_and_compositions_close(void **state)
{
	struct world *w = *state;
	struct figures fs = compute(w, &(struct figure_request){ 0 });
	assert_true(str_is(text_of(w, &fs, "F1", LANG_ES), "67\xc2\xa0%"));
	assert_true(str_is(text_of(w, &fs, "F3", LANG_ES), "66,7\xc2\xa0%"));
	assert_true(str_is(text_of(w, &fs, "F3", LANG_EN), "66.7\xc2\xa0%"));
	assert_true(str_is(text_of(w, &fs, "F7", LANG_ES), "Sí, No"));
	/* Three thirds: 34 + 33 + 33. */
	assert_true(str_is(text_of(w, &fs, "P1", LANG_ES), "34\xc2\xa0%"));
	assert_true(str_is(text_of(w, &fs, "P2", LANG_ES), "33\xc2\xa0%"));
	assert_true(str_is(text_of(w, &fs, "P3", LANG_ES), "33\xc2\xa0%"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_have_their_fraction_missing_and_status),
		cmocka_unit_test(the_register_gives_the_population_where_it_can),
		cmocka_unit_test(cells_are_shared_between_tables_and_in_order),
		cmocka_unit_test(questions_levels_and_expressions_break_down),
		cmocka_unit_test(conditions_choose_rows),
		cmocka_unit_test(shares_have_bounds_for_those_who_did_not_answer),
		cmocka_unit_test(a_figure_that_its_method_doubts_says_so),
		cmocka_unit_test(unknown_names_are_refused_with_a_suggestion),
		cmocka_unit_test(texts_are_local_and_compositions_close),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
