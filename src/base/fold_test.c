/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fold.h"

static void names_fold_to_plain_letters(void **state)
{
	(void)state;
	const char *const row[][2] = {
		{ "  Ñandú  ÁRBOL ", "nandu arbol" },
		{ "San José de Cúcuta", "san jose de cucuta" },
		{ "Ün\u00efcode\u00a0Ça va", "unicode ca va" },
		{ "Łódź Œuvre Straße ÞÆØ", "lodz oeuvre strasse thaeo" },
		{ "nin\u0303o CAFE\u0301", "nino cafe" }, /* accents that stand apart */
		{ "ŸŽŹŃĽ", "yzznl" },
		{ "日本 G-07", "日本 g-07" },
		{ "", "" },
		{ " \t ", "" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ARENA_SCOPE(a, 1u << 20);
		struct str got = fold(&a, str_of(row[i][0]));
		if (!str_is(got, row[i][1]))
			fail_msg("<%s>: <%.*s>", row[i][0], STR_ARG(got));
	}
}

/* Already in the order of a Spanish dictionary.  ICU 72 sorts those of "árbol Árbol azul nuez
 * número ñame oso" so for es_CO. */
static void keys_sort_as_a_spanish_dictionary(void **state)
{
	(void)state;
	const char *const rising[] = {
		"",	"10",	 "9",	 "a",	  "A",	   "á",	    "Á",    "a b",    "ab",
		"ano",	"anz",	 "año",	 "árbol", "Árbol", "azul",  "canon", "canón", "canto",
		"cañón", "Nariño", "narra", "nuez", "número", "nz", "ña",   "ñame",   "ñz",
		"o",	"oso",	 "papa", "papá",  "Papá",  "papá y", "zeta", "日本",
	};
	ARENA_SCOPE(a, 1u << 20);
	for (size_t i = 0; i < sizeof(rising) / sizeof(rising[0]); i++) {
		for (size_t j = 0; j < i; j++) {
			struct str before = fold_sort_key(&a, str_of(rising[j]));
			if (str_cmp(before, fold_sort_key(&a, str_of(rising[i]))) >= 0)
				fail_msg("%s should come before %s", rising[j], rising[i]);
		}
	}
	/* the same letter written in one or two code points */
	assert_true(
		str_eq(fold_sort_key(&a, STR("a\u00f1o")), fold_sort_key(&a, STR("an\u0303o"))));
}

static void the_nearest_name_is_near_or_none(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	const struct str known[] = { STR("gobernanza"), STR("score"), STR("department"), STR("G07"),
				     STR("sector"), STR("Año") };
	const char *const row[][2] = {
		{ "govenanza", "gobernanza" },
		{ "scroe", "score" },
		{ "departamento", "department" },
		{ "G7", "G07" },
		{ "SECTOR", "sector" },
		{ "ano", "Año" },
		{ "zzz", "" },
		{ "x", "" },
		{ "", "" },
		{ "completely different", "" },
	};
	size_t used = a.used_bytes;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct str got = fold_nearest(&a, str_of(row[i][0]), known, 6);
		if (!str_is(got, row[i][1]))
			fail_msg("<%s>: <%.*s>", row[i][0], STR_ARG(got));
	}
	assert_true(a.used_bytes == used);
	struct str none = fold_nearest(&a, STR("x"), NULL, 0);
	assert_int_equal(none.n, 0);
	char *huge = NEW(&a, 10000, char);
	for (size_t i = 0; i < 10000; i++)
		huge[i] = 'x';
	const struct str big = { huge, 10000 };
	assert_int_equal(fold_nearest(&a, big, &big, 1).n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_fold_to_plain_letters),
		cmocka_unit_test(keys_sort_as_a_spanish_dictionary),
		cmocka_unit_test(the_nearest_name_is_near_or_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
