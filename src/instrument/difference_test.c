/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "instrument/difference.h"
#include "instrument/fixture.h"

static const struct instrument *load(struct fixture *x)
{
	struct problems ps;
	const struct instrument *in = fixture_load(x, LANG_ES, &ps);
	assert_non_null(in);
	return in;
}

static void wording_changes_no_number(void **state)
{
	(void)state;
	ARENA_SCOPE(a, (size_t)1 << 30);
	struct fixture x = fixture_folder(&a, "instruments/ssme"),
		       y = fixture_folder(&a, "instruments/ssme");
	size_t n;
	fixture_replace(&y, "method/areas.csv", "Gobernanza", "Gobierno");
	fixture_replace(&y, "method/settings.csv", "version,2022.1", "version,2022.2");
	method_differences(&a, load(&x), load(&y), &n);
	assert_int_equal(n, 0);
}

static void each_kind_of_change_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *path, *from, *to, *place;
	} change[] = {
		{ "method/areas.csv", "Governance,20", "Governance,21", "method.areas G weight" },
		{ "method/settings.csv", "area_missing_max,40", "area_missing_max,30",
		  "method.settings area_missing_max" },
		{ "method/levels.csv", "Consolidating,40", "Consolidating,45",
		  "method.levels SSME-2022 en_consolidacion cut" },
		{ "method/scores.csv", "E07,E,5,\"if(${E07} = 'a', 5, if(${E07} = 'b', 2, 0))\"",
		  "E07,E,5,\"if(${E07} = 'a', 5, if(${E07} = 'b', 3, 0))\"",
		  "method.scores E07 points" },
		{ "method/indicators.csv", "share(${G01} != 'c')", "share(${G01} = 'a')",
		  "method.indicators F16 formula" },
	};
	ARENA_SCOPE(a, (size_t)1 << 30);
	for (size_t i = 0; i < sizeof(change) / sizeof(*change); i++) {
		struct fixture x = fixture_folder(&a, "instruments/ssme"),
			       y = fixture_folder(&a, "instruments/ssme");
		size_t n;
		fixture_replace(&y, change[i].path, change[i].from, change[i].to);
		const struct method_difference *d =
			method_differences(&a, load(&x), load(&y), &n);
		bool named = false;
		for (size_t k = 0; k < n; k++)
			named |= str_is(d[k].place, change[i].place);
		if (!named)
			print_message("%s: not named among %zu\n", change[i].place, n);
		assert_true(named);
		assert_int_equal(n, 1);
	}
}

static void what_is_gone_or_new_has_one_side(void **state)
{
	(void)state;
	ARENA_SCOPE(a, (size_t)1 << 30);
	struct fixture x = fixture_folder(&a, "instruments/ssme"),
		       y = fixture_folder(&a, "instruments/ssme");
	size_t n;
	fixture_replace(&y, "method/settings.csv", "disclosure_p,10\n", "");
	const struct method_difference *d = method_differences(&a, load(&x), load(&y), &n);
	assert_int_equal(n, 1);
	assert_true(str_is(d[0].old_text, "10"));
	assert_int_equal(d[0].new_text.n, 0);
	d = method_differences(&a, load(&y), load(&x), &n);
	assert_int_equal(n, 1);
	assert_int_equal(d[0].old_text.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wording_changes_no_number),
		cmocka_unit_test(each_kind_of_change_is_named),
		cmocka_unit_test(what_is_gone_or_new_has_one_side),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
