/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/num.h"
#include "codec/csv_columns.h"
#include "codec/sheet.h"

enum { ROOM = 1 << 30 };

/* Parts in reverse, as if by several threads. */
static void run_backwards(const struct runner *self, void (*f)(void *arg, size_t part), void *arg,
			  size_t n_parts)
{
	(void)self;
	while (n_parts-- > 0)
		f(arg, n_parts);
}
static const struct runner backwards = { run_backwards, 3 };

static const struct frame *read_all(struct arena *a, struct str bytes)
{
	const struct frame *f = NULL;
	struct err e = { 0 };

	if (!csv_columns(a, bytes, NULL, 0, &backwards, &f, &e))
		fail_msg("%s", e.msg);
	return f;
}

/* name type cell|cell;name type ... */
static const char *told(struct arena *a, const struct frame *f)
{
	static const char *const type[] = { "int", "real", "text" };
	struct buf b;

	buf_init(&b, a, 1 << 20);
	for (size_t i = 0; i < f->n_columns; i++) {
		buf_puts(&b, i ? ";" : "");
		buf_put(&b, f->column[i]->name);
		buf_fmt(&b, " %s", type[f->column[i]->type]);
		for (size_t row = 0; row < f->n_rows; row++) {
			buf_putc(&b, row ? '|' : ' ');
			cell_put(&b, f->column[i], row);
		}
	}
	return str_c(a, buf_str(&b));
}

#define assert_reads(text, expected) \
	do { \
		ARENA_SCOPE(a_, ROOM); \
		assert_string_equal(told(&a_, read_all(&a_, str_of(text))), (expected)); \
	} while (0)

static void types_are_told_from_all_cells(void **state)
{
	(void)state;
	assert_reads("i,x,t,z,s\n1,1.5,a,01,-3\n-20,2,b,2,+4\n",
		     "i int 1|-20;x real 1.5|2;t text a|b;"
		     "z text 01|2;s int -3|4");
	assert_reads("a,b,c,d\n0.5,0,-05,00\n.5,10,1,1\n5.,1e3,2,2\n",
		     "a real 0.5|0.5|5;b real 0|10|1000;c text -05|1|2;d text 00|1|2");
	assert_reads(
		"a,b\n9223372036854775807,9223372036854775808\n-9223372036854775808,1\n",
		"a int 9223372036854775807|-9223372036854775808;b real 9.223372036854776e+18|1");
	assert_reads("a,b,c\n1,inf,0x1\n2,nan,1_000\n",
		     "a int 1|2;b text inf|nan;c text 0x1|1_000");
}

static void missing_is_of_three_kinds(void **state)
{
	(void)state;
	assert_reads(
		"i,x,t,none\n1,ND,NA,\n,1.25,,NA\nND,NA,ND,ND\nNA,,nd,\"\"\n",
		"i int 1|NR|ND|NA;x real ND|1.25|NA|NR;t text NA|NR|ND|nd;none int NR|NA|ND|NR");
	assert_reads("a,b\n 1 ,  \n\t2, ND\n", "a int 1|2;b int NR|ND");
}

static void quotes_delimiters_line_ends_and_the_mark_are_read(void **state)
{
	(void)state;
	assert_reads("\xef\xbb\xbf"
		     "a;b\r\n1;\"x;y\"\r\n2;\"say \"\"hi\"\"\"\r\n",
		     "a int 1|2;b text x;y|say \"hi\"");
	assert_reads("a\tb\n1\t\"two\nlines\"\n\"3\"\tz", "a int 1|3;b text two\nlines|z");
	assert_reads("a,b\n\n1,2\n\r\n3,4\n\n\n", "a int 1|3;b int 2|4");
	assert_reads("a,b\r1,2\r3,4\r", "a int 1|3;b int 2|4");
	assert_reads("sep=;\na;b\n1;2\n", "a int 1;b int 2");
	assert_reads("a,b\n1,5\" pipe\n2,x\"y\"z\n", "a int 1|2;b text 5\" pipe|x\"y\"z");
	assert_reads("a,b\n1,2\n,\n , \n3,4\n", "a int 1|3;b int 2|4");
	assert_reads("a\n1\n\n2\n", "a int 1|2");
	assert_reads("a,b\n", "a int;b int");
	assert_reads("a,b", "a int;b int");
}

static struct err refused(const char *bytes, size_t n, const char *wanted)
{
	ARENA_SCOPE(a, ROOM);
	const struct frame *f = NULL;
	struct err e = { 0 };
	struct str name = str_of(wanted);

	assert_false(
		csv_columns(&a, (struct str){ bytes, n }, wanted ? &name : NULL, 1, NULL, &f, &e));
	assert_null(f);
	return e;
}

#define assert_refused(literal, wanted, code_, part) \
	do { \
		struct err e_ = refused(literal, sizeof(literal) - 1, wanted); \
		assert_int_equal(e_.code, code_); \
		if (!strstr(e_.msg, part)) \
			fail_msg("\"%s\" does not say \"%s\"", e_.msg, part); \
	} while (0)

static void what_is_wrong_is_named_with_its_row(void **state)
{
	(void)state;
	assert_refused("a,b\n1,2\n3\n", NULL, ERR_INPUT, "row 3");
	assert_refused("a,b\n1,2\n\n3,4,5\n", NULL, ERR_INPUT, "row 4");
	assert_refused("a,b\n1,Bogot\xe1\n", NULL, ERR_INPUT, "UTF-8");
	assert_refused("a,b\n1,\"x\" y\n", NULL, ERR_INPUT, "row 2");
	assert_refused("a,b\n1,\"x\n", NULL, ERR_INPUT, "row 2");
	assert_refused("a,b\n1,x\0y\n", NULL, ERR_INPUT, "row 2");
	assert_refused("a,a\n1,2\n", NULL, ERR_INPUT, "two columns");
	assert_refused("gobernanza,b\n1,2\n", "govenanza", ERR_ABSENT, "gobernanza");
	assert_refused("", NULL, ERR_INPUT, "empty");
	assert_refused("PK\x03\x04....", NULL, ERR_INPUT, "Excel");
}

static void wanted_columns_come_in_the_order_of_the_wish(void **state)
{
	ARENA_SCOPE(a, ROOM);
	const struct str wanted[] = { STR("c"), STR("a"), STR("c") };
	const struct frame *f = NULL;
	struct err e = { 0 };
	(void)state;

	assert_true(csv_columns(&a, STR("a,b,c\n1,x,2\n3,y,4\n"), wanted, 3, NULL, &f, &e));
	assert_string_equal(told(&a, f), "c int 2|4;a int 1|3");
	assert_true(csv_columns(&a, STR("a,b,c\n1,x,2\n3,y,4\n"), wanted, 0, NULL, &f, &e));
	assert_int_equal(f->n_columns, 0);
	assert_int_equal(f->n_rows, 2);
}

static uint64_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 20;
}

/* Columns of numbers that turn missing, wide, real or text only far from the places that are
 * sampled; several chunks; quotes with line ends in some files, so that chunks start inside them.
 */
static struct str long_file(struct arena *a, bool quotes, size_t rows)
{
	struct buf b;
	uint64_t s = 7;

	buf_init(&b, a, 64u << 20);
	buf_puts(&b, "small,wide,real,text,decimal,name\n");
	for (size_t i = 0; i < rows; i++) {
		bool late = i == rows - 2000;

		if (!late)
			num_put_int(&b, (int64_t)(next(&s) % 100));
		buf_putc(&b, ',');
		num_put_int(&b, late ? -5000000000 : (int64_t)(next(&s) % 100));
		buf_putc(&b, ',');
		buf_puts(&b, late ? "2.5" : next(&s) % 9 ? "7" : "");
		buf_putc(&b, ',');
		buf_puts(&b, late ? "x" : next(&s) % 9 ? "7" : "ND");
		buf_putc(&b, ',');
		num_put_real(&b, (double)(next(&s) % 100000000) / 1000);
		buf_putc(&b, ',');
		if (quotes)
			buf_fmt(&b, "\"n\n, \"\"%d\"\"\"", (int)(next(&s) % 300));
		else
			buf_fmt(&b, "name number %d \xc3\xb1", (int)(next(&s) % 300));
		buf_puts(&b, i % 3 ? "\n" : "\r\n");
	}
	assert_false(b.over);
	return buf_str(&b);
}

/* The same by the patient reader. */
static void same_as_patient(const struct frame *f, struct str bytes)
{
	ARENA_SCOPE(a, ROOM);
	SHEET_SCOPE struct sheet_source *s = NULL;
	struct sheet_row row;
	struct err e = { 0 };
	bool end = false;

	assert_true(sheet_start(&a, bytes, STR(""), &s, &e));
	assert_true(sheet_next(s, &row, &end, &e));
	for (size_t i = 0; i < f->n_rows; i++) {
		assert_true(sheet_next(s, &row, &end, &e) && !end);
		for (size_t k = 0; k < f->n_columns; k++) {
			struct cell cell = column_cell(f->column[k], i);
			double v = 0;

			if (cell.missing == MISSING_NR)
				assert_int_equal(row.cell[k].n, 0);
			else if (cell.missing == MISSING_ND)
				assert_true(str_is(row.cell[k], "ND"));
			else if (cell.type == COLUMN_TEXT)
				assert_true(str_eq(cell.text, row.cell[k]));
			else
				assert_true(num_real(row.cell[k], &v) && v == cell.real);
		}
	}
	assert_true(sheet_next(s, &row, &end, &e) && end);
}

static void long_files_read_as_short_ones(void **state)
{
	(void)state;
	for (int quotes = 0; quotes < 2; quotes++) {
		ARENA_SCOPE(a, (size_t)4 << 30);
		struct str bytes = long_file(&a, quotes, 40000);
		const struct frame *f = read_all(&a, bytes);

		assert_int_equal(f->n_rows, 40000);
		assert_int_equal(f->column[0]->storage, STORAGE_U8);
		assert_non_null(f->column[0]->missing);
		assert_int_equal(column_cell(f->column[0], 38000).missing, MISSING_NR);
		assert_null(f->column[1]->missing);
		assert_int_equal(f->column[1]->storage, STORAGE_I64);
		assert_int_equal(f->column[2]->type, COLUMN_REAL);
		assert_int_equal(f->column[3]->type, COLUMN_TEXT);
		assert_int_equal(f->column[4]->type, COLUMN_REAL);
		assert_int_equal(f->column[5]->dictionary->n, 300);
		assert_int_equal(f->column[5]->storage, STORAGE_U16);
		assert_int_equal(column_cell(f->column[5], 0).integer, 0);
		same_as_patient(f, bytes);
		/* Out of the ordinary only at the end: the patient reader takes over. */
		struct str odd = str_fmt(&a, "%s", "1,1,1,1,1,1\r");
		struct buf b;
		buf_init(&b, &a, 64u << 20);
		buf_put(&b, bytes);
		buf_put(&b, odd);
		const struct frame *g = read_all(&a, buf_str(&b));
		assert_int_equal(g->n_rows, 40001);
		same_as_patient(g, buf_str(&b));
	}
}

static struct str narrow_file(struct arena *a, size_t rows, const char *late)
{
	struct buf b;
	uint64_t s = 3;

	buf_init(&b, a, 64u << 20);
	buf_puts(&b, "g,x\n");
	for (size_t i = 0; i < rows; i++) {
		if (i > rows / 2 && i % 3 == 0)
			buf_fmt(&b, "late%d,", (int)(next(&s) % 5));
		else
			buf_fmt(&b, "g%d,", (int)(next(&s) % 3));
		if (i == rows - 1000)
			buf_puts(&b, late);
		else if (next(&s) % 10)
			num_put_int(&b, (int64_t)(next(&s) % 100));
		buf_putc(&b, '\n');
	}
	assert_false(b.over);
	return buf_str(&b);
}

static void same_rows(const struct frame *whole, size_t from, const struct frame *part)
{
	for (size_t k = 0; k < whole->n_columns; k++)
		for (size_t i = 0; i < part->n_rows; i++) {
			struct cell x = column_cell(whole->column[k], from + i);
			struct cell y = column_cell(part->column[k], i);

			if (x.missing != y.missing ||
			    (x.type == COLUMN_TEXT ? !str_eq(x.text, y.text)
						   : x.integer != y.integer))
				fail_msg("row %zu of column %zu", from + i, k);
		}
}

static bool read_copy(void *user, size_t from, size_t n, char *to)
{
	const struct str *bytes = user;

	memcpy(to, bytes->p + from, n);
	return true;
}

enum { NARROW_ROWS = 1300000 };

static void check_parts(struct str bytes, const struct frame *whole,
			const struct csv_reader *reader)
{
	ARENA_SCOPE(a, (size_t)4 << 30);
	ARENA_SCOPE(room, (size_t)1 << 30);
	const struct frame *types, *part;
	struct csv_parts *parts;
	struct err e = { 0 };
	size_t rows = 0, n = 0;
	bool again;

	assert_true(csv_parts_open(&a, bytes, NULL, 0, reader, &backwards, &parts, &types, &e));
	assert_non_null(parts);
	assert_int_equal(types->n_rows, 0);
	assert_int_equal(types->column[0]->type, COLUMN_TEXT);
	assert_int_equal(types->column[1]->type, COLUMN_INTEGER);
	for (; csv_parts_next(parts, &room, &part, &again); rows += part->n_rows, n++)
		same_rows(whole, rows, part);
	assert_false(again);
	assert_int_equal(rows, NARROW_ROWS);
	assert_int_equal(n, 3);
	csv_parts_close(parts);
}

static void parts_are_the_rows_of_the_whole(void **state)
{
	ARENA_SCOPE(a, (size_t)4 << 30);
	struct str bytes = narrow_file(&a, NARROW_ROWS, "7");
	const struct frame *whole = read_all(&a, bytes);
	const struct csv_reader reader = { read_copy, &bytes };
	(void)state;

	check_parts(bytes, whole, NULL);
	check_parts(bytes, whole, &reader);
}

static void a_part_that_does_not_fit_asks_for_the_whole(void **state)
{
	ARENA_SCOPE(a, (size_t)4 << 30);
	ARENA_SCOPE(room, (size_t)1 << 30);
	struct str bytes = narrow_file(&a, 1300000, "text");
	const struct frame *types, *part;
	struct csv_parts *parts;
	struct err e = { 0 };
	bool again = false;
	(void)state;

	assert_true(csv_parts_open(&a, bytes, NULL, 0, NULL, NULL, &parts, &types, &e));
	assert_int_equal(types->column[1]->type, COLUMN_INTEGER);
	while (csv_parts_next(parts, &room, &part, &again))
		continue;
	assert_true(again);
	csv_parts_close(parts);
	assert_true(csv_parts_open(&a, STR("a,b\n1,2\n"), NULL, 0, NULL, NULL, &parts, &types, &e));
	assert_null(parts);
}

/* Numbers of every length, against the careful reading. */
static void numbers_read_to_the_last_bit(void **state)
{
	ARENA_SCOPE(a, ROOM);
	struct buf b;
	uint64_t s = 99;
	enum { N = 20000 };
	struct str *text = NEW(&a, N, struct str);
	(void)state;

	buf_init(&b, &a, 8u << 20);
	buf_puts(&b, "a_long_name_for_a_column\n0.5\n");
	for (int i = 0; i < N; i++) {
		struct buf one;
		size_t digits = 1 + next(&s) % 18, point = next(&s) % (digits + 1);

		buf_init(&one, &a, 64);
		buf_puts(&one, next(&s) % 2 ? "-" : "");
		for (size_t k = 0; k < digits; k++) {
			if (k == point)
				buf_putc(&one, '.');
			buf_putc(&one, (char)('1' + next(&s) % 9));
		}
		text[i] = buf_str(&one);
		buf_put(&b, text[i]);
		buf_putc(&b, '\n');
	}
	const struct frame *f = read_all(&a, buf_str(&b));
	assert_int_equal(f->column[0]->type, COLUMN_REAL);
	for (int i = 0; i < N; i++) {
		double v;

		assert_true(num_real(text[i], &v));
		assert_true(v == column_cell(f->column[0], (size_t)i + 1).real);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_are_told_from_all_cells),
		cmocka_unit_test(missing_is_of_three_kinds),
		cmocka_unit_test(quotes_delimiters_line_ends_and_the_mark_are_read),
		cmocka_unit_test(what_is_wrong_is_named_with_its_row),
		cmocka_unit_test(wanted_columns_come_in_the_order_of_the_wish),
		cmocka_unit_test(long_files_read_as_short_ones),
		cmocka_unit_test(parts_are_the_rows_of_the_whole),
		cmocka_unit_test(a_part_that_does_not_fit_asks_for_the_whole),
		cmocka_unit_test(numbers_read_to_the_last_bit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
