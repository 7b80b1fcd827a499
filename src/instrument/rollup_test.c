/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "instrument/fixture.h"

#define SMALL "tests/data/instrument/small"
#define GOOD_SHEET                                                                                 \
	"question,formula,tolerance,label,label::en\nI03,sum(${X06}),10,Ventas,Sales\n"            \
	"A01_empresas,count(),,Empresas,Companies\n"

static struct arena arena;

static struct fixture with_sheet(struct str sheet)
{
	struct fixture x = fixture_folder(&arena, SMALL);
	fixture_file(&x, "method/rollups.csv", sheet);
	return x;
}

static void a_rollup_is_a_number_and_a_formula_over_companies(void **state)
{
	(void)state;
	struct fixture x = with_sheet(STR(GOOD_SHEET));
	const struct instrument *in = fixture_good(&x);
	assert_int_equal(in->n_rollups, 2);
	assert_int_equal(in->rollup[0].tolerance, 10);
	assert_int_equal(in->rollup[1].tolerance, 0);
	assert_true(expr_is_aggregate(in->rollup[1].value));
	assert_true(str_is(in->rollup[0].label.in[LANG_EN], "Sales"));
}

static void the_sheet_is_part_of_the_canonical_form(void **state)
{
	(void)state;
	struct fixture plain = fixture_folder(&arena, SMALL), x = with_sheet(STR(GOOD_SHEET));
	struct fixture empty = with_sheet(STR("question,formula\n"));
	const struct sha256 without = fixture_good(&plain)->sha256;
	const struct sha256 with = fixture_good(&x)->sha256;
	const struct sha256 nothing = fixture_good(&empty)->sha256;
	assert_memory_not_equal(&with, &without, sizeof(with));
	assert_memory_equal(&nothing, &without, sizeof(nothing));
}

static void each_fault_is_found_in_its_cell(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to, *rule, *cell;
	} fault[] = {
		{ "I03,", "I99,", "unknown_name", "A2" },
		{ "I03,", "G07,", "type", "A2" },
		{ "sum(${X06})", "${X06}", NULL, "B2" },
		{ "sum(${X06})", "sum(${I03})", "unknown_name", "B2" },
		{ ",10,", ",10%,", "number", "C2" },
		{ ",10,", ",2000,", "number", "C2" },
	};
	for (size_t i = 0; i < sizeof(fault) / sizeof(*fault); i++) {
		struct fixture x = with_sheet(STR(GOOD_SHEET));
		struct problems ps;
		fixture_replace(&x, "method/rollups.csv", fault[i].from, fault[i].to);
		assert_null(fixture_load(&x, LANG_ES, &ps));
		assert_true(ps.n >= 1);
		assert_true(str_is(ps.item[0].column, fault[i].cell));
		if (fault[i].rule)
			assert_string_equal(ps.item[0].rule, fault[i].rule);
	}
}

static void without_a_company_form_there_is_nothing_to_add_up(void **state)
{
	(void)state;
	struct fixture x = with_sheet(STR(GOOD_SHEET));
	struct problems ps;
	fixture_remove(&x, "company/survey.csv");
	fixture_remove(&x, "company/choices.csv");
	assert_null(fixture_load(&x, LANG_ES, &ps));
	assert_non_null(fixture_problem(&ps, "unknown_sheet"));
}

static int open_arena(void **state)
{
	(void)state;
	arena_init(&arena, 1u << 30);
	return 0;
}

static int drop_arena(void **state)
{
	(void)state;
	arena_drop(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rollup_is_a_number_and_a_formula_over_companies),
		cmocka_unit_test(the_sheet_is_part_of_the_canonical_form),
		cmocka_unit_test(each_fault_is_found_in_its_cell),
		cmocka_unit_test(without_a_company_form_there_is_nothing_to_add_up),
	};
	return cmocka_run_group_tests(tests, open_arena, drop_arena);
}
