/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "codec/sheet.h"

static struct sheet load(struct arena *a, const char *text)
{
	struct sheet s;
	struct err e = { 0 };
	if (!sheet_load(a, str_of(text), STR(""), 1000, &s, &e))
		fail_msg("%s", e.msg);
	return s;
}

static struct err refused(struct str bytes)
{
	ARENA_SCOPE(a, 16u << 20);
	struct sheet s = { .n_rows = 77 };
	struct err e = { 0 };
	assert_false(sheet_load(&a, bytes, STR(""), 1000, &s, &e));
	assert_int_equal(s.n_rows, 77);
	return e;
}

static void assert_cell(const struct sheet *s, size_t row, int column, const char *wanted)
{
	struct str got = sheet_cell(s, row, column);
	if (!str_is(got, wanted))
		fail_msg("row %zu column %d is «%.*s», not «%s»", row, column, STR_ARG(got),
			 wanted);
}

static void assert_says(struct err e, enum err_code code, const char *part)
{
	assert_int_equal(e.code, code);
	if (!strstr(e.msg, part))
		fail_msg("«%s» does not say «%s»", e.msg, part);
}

static void quotes_commas_and_line_ends_inside_quotes(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	struct sheet s = load(
		&a,
		"\xef\xbb\xbf"
		"code,label\r\n1,\"uno, dos\"\r\n2,\"dijo \"\"sí\"\"\"\r\n3,\"dos\nlíneas\"\r\n4,");
	assert_int_equal(s.n_columns, 2);
	assert_int_equal(s.n_rows, 4);
	assert_true(str_is(s.head[0], "code"));
	assert_cell(&s, 0, 1, "uno, dos");
	assert_cell(&s, 1, 1, "dijo \"sí\"");
	assert_cell(&s, 2, 1, "dos\nlíneas");
	assert_cell(&s, 3, 1, "");
	assert_cell(&s, 3, -1, "");
}

static void delimiter_is_told_from_the_header_outside_quotes(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	struct sheet s = load(&a, "\"a,b,c,d\";e\n1,5;2\n");
	assert_int_equal(s.n_columns, 2);
	assert_cell(&s, 0, 0, "1,5");
	s = load(&a, "a\tb\n1\t2\n");
	assert_cell(&s, 0, 1, "2");
	s = load(&a, "sep=;\na;b,c\n1;2\n");
	assert_int_equal(s.n_columns, 2);
	assert_true(str_is(s.head[1], "b,c"));
	assert_int_equal(s.number[0], 3);
	s = load(&a, "only\r1\r2\r");
	assert_int_equal(s.n_rows, 2);
}

static void blank_rows_are_passed_over_and_counted(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	struct sheet s = load(&a, "\n  \na, b \n\n;\n,,\n1,2\n , \n3\n");
	assert_int_equal(s.n_rows, 3);
	assert_true(str_is(s.head[1], "b"));
	assert_cell(&s, 0, 0, ";");
	assert_int_equal(s.number[0], 5);
	assert_int_equal(s.number[1], 7);
	assert_int_equal(s.number[2], 9);
	assert_cell(&s, 2, 1, "");
}

static void broken_quotes_name_their_row(void **state)
{
	(void)state;
	assert_says(refused(STR("a,b\n1,2\n3,\"cuatro\n5,6\n")), ERR_INPUT,
		    "fila 3, columna 2: se abren");
	assert_says(refused(STR("a,b\n1,\"2\"x\n")), ERR_INPUT, "fila 2, columna 2: hay texto");
}

static void other_encodings_are_refused_with_the_cure(void **state)
{
	(void)state;
	struct err e = refused(STR("a,b\n1,\x93hola\x94\n"));
	assert_says(e, ERR_INPUT, "fila 2");
	assert_says(e, ERR_INPUT, "parece Windows-1252");
	assert_says(e, ERR_INPUT, "CSV UTF-8");
	assert_says(refused(STR("a,b\n1,Bogot\xe1\n")), ERR_INPUT, "Latin-1");
	assert_says(refused(STR("\xff\xfe"
				"a\0,\0b\0")),
		    ERR_INPUT, "UTF-16");
	assert_says(refused(STR("a\0,\0b\0\n\0")), ERR_INPUT, "UTF-16");
	assert_says(refused(STR("a,b\nuno\0dos,3\n")), ERR_INPUT, "fila 2: hay un byte nulo");
	assert_says(refused(STR("")), ERR_INPUT, "vacío");
	assert_says(refused(STR("\xef\xbb\xbf")), ERR_INPUT, "vacío");
	assert_says(refused(STR("%PDF-1.7\n")), ERR_INPUT, "PDF");
	assert_says(refused(STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")), ERR_INPUT, ".xls antiguo");
	assert_says(
		refused(STR("\xd0\xcf\x11\xe0 E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0")),
		ERR_INPUT, "contraseña");
}

static void limits_are_errors(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64u << 20);
	struct buf b;
	buf_init(&b, &a, 4u << 20);
	for (int i = 0; i <= SHEET_COLUMNS_MAX; i++)
		buf_puts(&b, i ? ",x" : "x");
	assert_says(refused(buf_str(&b)), ERR_LIMIT, "columnas");
	buf_init(&b, &a, 4u << 20);
	buf_puts(&b, "a,b\n1,\"");
	for (int i = 0; i <= SHEET_CELL_BYTES_MAX; i++)
		buf_putc(&b, 'x');
	buf_puts(&b, "\"\n");
	assert_says(refused(buf_str(&b)), ERR_LIMIT, "fila 2, columna 2");
	buf_init(&b, &a, 4u << 20);
	for (int i = 0; i < 1003; i++)
		buf_puts(&b, "x\n");
	assert_says(refused(buf_str(&b)), ERR_LIMIT, "más de 1000 filas");
}

static void columns_are_found_exactly_first_then_by_any_case(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	struct sheet s = load(&a, "Code,code,LABEL::en\n1,2,3\n");
	assert_int_equal(sheet_column(&s, "code"), 1);
	assert_int_equal(sheet_column(&s, "CODE"), 0);
	assert_int_equal(sheet_column(&s, "label::en"), 2);
	assert_int_equal(sheet_column(&s, "label"), -1);
	assert_true(str_is(sheet_cell_name(&a, 3, 14), "D14"));
	assert_true(str_is(sheet_cell_name(&a, 26, 1), "AA1"));
	assert_true(str_is(sheet_cell_name(&a, 16383, 1048576), "XFD1048576"));
}

int main(void)
{
	const struct CMUnitTest test[] = {
		cmocka_unit_test(quotes_commas_and_line_ends_inside_quotes),
		cmocka_unit_test(delimiter_is_told_from_the_header_outside_quotes),
		cmocka_unit_test(blank_rows_are_passed_over_and_counted),
		cmocka_unit_test(broken_quotes_name_their_row),
		cmocka_unit_test(other_encodings_are_refused_with_the_cure),
		cmocka_unit_test(limits_are_errors),
		cmocka_unit_test(columns_are_found_exactly_first_then_by_any_case),
	};
	return cmocka_run_group_tests(test, NULL, NULL);
}
