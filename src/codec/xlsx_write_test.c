/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/sheet.h"
#include "codec/xlsx_write.h"

static const struct xlsx_about about = { .title = { "Prueba", 6 }, .date = { "2022-09-30", 10 } };

static struct xlsx_cell text(const char *s)
{
	return (struct xlsx_cell){ .kind = XLSX_TEXT, .text = str_of(s) };
}

static struct xlsx_cell number(double v, int decimals)
{
	return (struct xlsx_cell){ .kind = XLSX_NUMBER, .number = v, .decimals = decimals };
}

/* A workbook of sheets of these names, each with one row of cells under a head. */
static struct str book(struct arena *a, const char *const *name, size_t n_names,
		       const struct xlsx_cell *cell, size_t n)
{
	struct xlsx_writer *w;
	struct err e = { 0 };
	struct buf b;
	buf_init(&b, a, 1 << 20);
	assert_true(xlsx_writer_open(a, &about, &w, &e));
	for (size_t i = 0; i < n_names; i++) {
		const struct xlsx_sheet_about s = { .name = str_of(name[i]),
						    .n_columns = n,
						    .head = true };
		struct xlsx_cell *head = NEW(a, n, struct xlsx_cell);
		for (size_t c = 0; c < n; c++)
			head[c] = text(str_fmt(a, "c%zu", c).p);
		assert_true(xlsx_writer_sheet(w, &s, &e));
		assert_true(xlsx_writer_row(w, head, n, &e));
		assert_true(xlsx_writer_row(w, cell, n, &e));
	}
	assert_true(xlsx_writer_close(w, &b, &e));
	return buf_str(&b);
}

static void what_is_written_is_read_back(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16 << 20);
	const struct xlsx_cell cell[] = {
		text("áéí ñ <&> \"x\""), number(36249, 0), number(0.1, -1),
		number(-2.5, 3),         text("=1+1"),     number((double)NAN, 0),
		{ .kind = XLSX_EMPTY },  text("'@SUM")
	};
	static const char *const want[] = {
		"áéí ñ <&> \"x\"", "36249", "0.1", "-2.5", "=1+1", "", "", "'@SUM"
	};
	static const char *const name[] = { "Hoja" };
	const struct str bytes = book(&a, name, 1, cell, 8);
	struct sheet s;
	struct err e = { 0 };
	assert_true(sheet_load(&a, bytes, STR("Hoja"), 10, &s, &e));
	assert_int_equal(s.n_rows, 1);
	for (size_t c = 0; c < 8; c++)
		assert_true(str_is(sheet_cell(&s, 0, (int)c), want[c]));
}

static void names_of_sheets_are_made_valid_and_unique(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16 << 20);
	static const char *const name[] = {
		"Cifras",
		"cifras",
		"a/b:c[d]*?\\e",
		"",
		"'x'",
		"Un nombre que es mucho más largo que treinta y un caracteres",
		"Un nombre que es mucho más largo que treinta y un signos",
	};
	static const char *const want[] = {
		"Cifras",
		"cifras (2)",
		"a b c d    e",
		"-",
		"x",
		"Un nombre que es mucho más larg",
		"Un nombre que es mucho más  (2)",
	};
	const struct xlsx_cell cell = text("x");
	struct str *is;
	size_t n;
	struct err e = { 0 };
	assert_true(sheet_names(&a, book(&a, name, 7, &cell, 1), &is, &n, &e));
	assert_int_equal(n, 7);
	for (size_t i = 0; i < n; i++)
		if (!str_is(is[i], want[i]))
			fail_msg("%.*s", STR_ARG(is[i]));
}

static void texts_are_cut_at_what_a_cell_can_hold(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	char *p = arena_alloc(&a, 2 * 40000, 1);
	for (size_t i = 0; i < 40000; i++) {
		p[2 * i] = '\xc3';
		p[2 * i + 1] = '\xb1';
	}
	const struct xlsx_cell cell = { .kind = XLSX_TEXT, .text = { p, 80000 } };
	static const char *const name[] = { "x" };
	struct sheet s;
	struct err e = { 0 };
	assert_true(sheet_load(&a, book(&a, name, 1, &cell, 1), STR(""), 10, &s, &e));
	assert_int_equal(utf8_length(sheet_cell(&s, 0, 0)), XLSX_WRITE_CELL_CHARACTERS_MAX);
}

static void the_same_calls_give_the_same_bytes(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16 << 20);
	static const char *const name[] = { "x", "y" };
	const struct xlsx_cell cell[] = { text("a"), number(3, 2) };
	assert_true(str_eq(book(&a, name, 2, cell, 2), book(&a, name, 2, cell, 2)));
}

static void too_many_columns_are_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16 << 20);
	struct xlsx_writer *w;
	struct err e = { 0 };
	assert_true(xlsx_writer_open(&a, &about, &w, &e));
	assert_false(xlsx_writer_sheet(
		w, &(struct xlsx_sheet_about){ .n_columns = XLSX_WRITE_COLUMNS_MAX + 1 }, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	assert_true(xlsx_writer_close(w, NULL, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(names_of_sheets_are_made_valid_and_unique),
		cmocka_unit_test(texts_are_cut_at_what_a_cell_can_hold),
		cmocka_unit_test(the_same_calls_give_the_same_bytes),
		cmocka_unit_test(too_many_columns_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
