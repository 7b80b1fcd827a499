/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/sheet.h"
#include "render/fixture_test.h"
#include "render/render.h"

static struct str book_of(struct arena *a, const struct document *d)
{
	struct buf b;
	struct err e = { 0 };
	buf_init(&b, a, 4 << 20);
	if (!render_xlsx(d, a, &b, &e))
		fail_msg("%s", e.msg);
	return buf_str(&b);
}

static struct sheet sheet_of(struct arena *a, struct str book, const char *name)
{
	struct sheet s;
	struct err e = { 0 };
	if (!sheet_load(a, book, str_of(name), 1000, &s, &e))
		fail_msg("%s: %s", name, e.msg);
	return s;
}

static void every_figure_is_a_row_with_its_trace(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	const struct str book = book_of(&a, fixture_document(&a, LANG_ES));
	const struct sheet s = sheet_of(&a, book, "Cifras");
	assert_int_equal(s.n_rows, 64);
	assert_true(str_is(sheet_cell(&s, 15, sheet_column(&s, "Cifra")), "F16"));
	assert_true(str_is(sheet_cell(&s, 15, sheet_column(&s, "Valor numérico")), "72"));
	assert_true(str_is(sheet_cell(&s, 15, sheet_column(&s, "n")), "100"));
	assert_true(str_is(sheet_cell(&s, 15, sheet_column(&s, "Numerador")), "72"));
	assert_true(str_is(sheet_cell(&s, 15, sheet_column(&s, "Intervalo hasta")), "75.461"));
	assert_true(str_is(sheet_cell(&s, 15, sheet_column(&s, "Fórmula")),
			   "share(${G01} = 'a' or ${G01} = 'b')"));
}

static void every_chart_and_table_has_a_sheet(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	const struct str book = book_of(&a, fixture_document(&a, LANG_EN));
	static const char *const want[] = { "Contents", "Figures", "Chart 1", "Chart 2",
					    "Chart 3",  "Chart 4", "Chart 5", "Table 1" };
	struct str *name;
	size_t n;
	struct err e = { 0 };
	assert_true(sheet_names(&a, book, &name, &n, &e));
	assert_int_equal(n, sizeof want / sizeof *want);
	for (size_t i = 0; i < n; i++)
		assert_true(str_is(name[i], want[i]));
	const struct sheet map = sheet_of(&a, book, "Chart 2");
	assert_true(str_is(sheet_cell(&map, 0, 0), "Antioquia"));
	assert_true(str_is(sheet_cell(&map, 0, 1), "18"));
}

static void cards_have_a_sheet(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	const struct str book = book_of(&a, fixture_report(&a, LANG_ES));
	const struct sheet s = sheet_of(&a, book, "Lista 1");
	assert_true(str_is(sheet_cell(&s, 1, 0), "Una acción conjunta más con otro clúster"));
	assert_true(str_is(sheet_cell(&s, 1, 2), "+0,5 puntos"));
	assert_true(sheet_of(&a, book, "Gráfico 7").n_rows > 0);
}

static void the_same_document_gives_the_same_bytes(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	assert_true(str_eq(book_of(&a, fixture_document(&a, LANG_ES)),
			   book_of(&a, fixture_document(&a, LANG_ES))));
}

static void what_does_not_fit_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	struct buf b;
	struct err e = { 0 };
	buf_init(&b, &a, 500);
	assert_false(render_xlsx(fixture_document(&a, LANG_ES), &a, &b, &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_figure_is_a_row_with_its_trace),
		cmocka_unit_test(every_chart_and_table_has_a_sheet),
		cmocka_unit_test(cards_have_a_sheet),
		cmocka_unit_test(the_same_document_gives_the_same_bytes),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
