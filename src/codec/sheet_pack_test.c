/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/sheet_pack.h"

enum { TEST_BYTES_MAX = 64 << 20 };

static struct str file_bytes(struct arena *a, const char *path)
{
	struct buf b;
	char block[4096];
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	buf_init(&b, a, TEST_BYTES_MAX);
	for (size_t n; (n = fread(block, 1, sizeof(block), f)) > 0;)
		buf_put(&b, (struct str){ block, n });
	fclose(f);
	return buf_str(&b);
}

static struct str packed(struct arena *a, struct str bytes)
{
	struct buf b;
	struct err e = { 0 };
	buf_init(&b, a, TEST_BYTES_MAX);
	if (!sheet_pack(bytes, &b, &e))
		fail_msg("%s", e.msg);
	assert_false(b.over);
	return buf_str(&b);
}

/* Everything that the reader says of a file, fault included. */
static struct str told(struct arena *a, struct str bytes)
{
	struct buf b;
	struct err e = { 0 };
	struct str *name;
	size_t n;
	buf_init(&b, a, TEST_BYTES_MAX);
	if (!sheet_names(a, bytes, &name, &n, &e))
		fail_msg("%s", e.msg);
	for (size_t i = 0; i < n; i++) {
		SHEET_SCOPE struct sheet_source *s = NULL;
		bool end = false;
		buf_fmt(&b, "[%.*s]", STR_ARG(name[i]));
		if (!sheet_start(a, bytes, name[i], &s, &e))
			fail_msg("%s", e.msg);
		buf_fmt(&b, "%d\n", sheet_delimiter(s));
		while (!end) {
			struct sheet_row row;
			if (!sheet_next(s, &row, &end, &e)) {
				buf_fmt(&b, "fault %d %s %s\n", e.code, e.msg, e.en);
				break;
			}
			for (size_t k = 0; !end && k < row.n; k++)
				buf_fmt(&b, "%llu:%.*s|", (unsigned long long)row.number,
					STR_ARG(row.cell[k]));
		}
		e = (struct err){ 0 };
	}
	return buf_str(&b);
}

static void same_told(struct str bytes)
{
	ARENA_SCOPE(a, 1u << 30);
	const struct str plain = told(&a, bytes), pack = told(&a, packed(&a, bytes));
	if (!str_eq(plain, pack))
		fail_msg("%.*s\nis not\n%.*s", STR_ARG(pack), STR_ARG(plain));
}

static void a_pack_says_what_its_file_says(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 30);
	same_told(STR("a;b\n1;2\n\n3;\"x\ny\"\n"));
	same_told(STR("\xef\xbb\xbf" "cluster,G01\nC001,á\n"));
	same_told(file_bytes(&a, "tests/data/repeat.xlsx"));
	same_told(file_bytes(&a, "tests/data/toy/answers-excel.csv"));
}

static void a_fault_comes_out_where_it_stands(void **state)
{
	(void)state;
	same_told(STR("a,b\n1,2\n3,\"open\n"));
	same_told(STR("a,b\n1,2\n\"x\"y,2\n"));
}

static void a_pack_of_a_pack_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 30);
	struct err e = { 0 };
	struct buf b;
	buf_init(&b, &a, 1 << 20);
	assert_false(sheet_pack(packed(&a, STR("a,b\n1,2\n")), &b, &e));
	assert_int_equal(e.code, ERR_INPUT);
}

static void a_whole_sheet_is_loaded_from_a_pack(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 30);
	struct err e = { 0 };
	struct sheet s;
	assert_true(sheet_load(&a, packed(&a, STR("a,b\n1,2\n3,4\n")), STR(""), 10, &s, &e));
	assert_int_equal(s.n_rows, 2);
	assert_true(str_is(sheet_cell(&s, 1, sheet_column(&s, "b")), "4"));
	assert_false(sheet_load(&a, packed(&a, STR("a,b\n1,2\n")), STR("other"), 10, &s, &e));
	assert_int_equal(e.code, ERR_ABSENT);
}

/* Reads all; whatever the bytes are, it ends, with a fault or without. */
static void read_all(struct str bytes)
{
	ARENA_SCOPE(a, 1u << 30);
	struct err e = { 0 };
	struct str *name;
	size_t n;
	if (!sheet_names(&a, bytes, &name, &n, &e))
		return;
	for (size_t i = 0; i < n; i++) {
		SHEET_SCOPE struct sheet_source *s = NULL;
		struct sheet_row row;
		bool end = false;
		if (!sheet_start(&a, bytes, name[i], &s, &e))
			return;
		while (!end && sheet_next(s, &row, &end, &e))
			continue;
	}
}

static void no_changed_byte_does_harm(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 30);
	const struct str good = packed(&a, STR("a,b\n1,2\n3,\"open\n"));
	for (size_t at = sizeof(PACK_MAGIC) - 1; at < good.n; at++) {
		for (unsigned v = 0; v < 256; v += 5) {
			struct str bad = str_dup(&a, good);
			char *p = str_c(&a, bad);
			p[at] = (char)v;
			read_all((struct str){ p, good.n });
		}
		read_all(str_sub(good, 0, at));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pack_says_what_its_file_says),
		cmocka_unit_test(a_fault_comes_out_where_it_stands),
		cmocka_unit_test(a_pack_of_a_pack_is_refused),
		cmocka_unit_test(a_whole_sheet_is_loaded_from_a_pack),
		cmocka_unit_test(no_changed_byte_does_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
