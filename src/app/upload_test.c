/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real readers do their work inside the confinement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/upload.h"
#include "codec/sheet.h"
#include "codec/xlsx_write.h"

static struct nursery_job job_of(struct str input)
{
	return (struct nursery_job){ .kind = UPLOAD_SHEETS, .input = input };
}

static void a_table_comes_back_as_a_pack(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64u << 20);
	struct nursery *n = NULL;
	struct err e = { 0 };
	struct str packed;
	struct sheet sheet;
	assert_true(nursery_start(upload_work, NULL, &n, &e));
	const struct nursery_job job = job_of(STR("id;name\n1;Café\n2;Cacao\n"));
	assert_true(nursery_run(n, &a, &job, &packed, &e));
	assert_true(sheet_load(&a, packed, STR(""), 10, &sheet, &e));
	assert_int_equal(sheet.n_rows, 2);
	assert_true(str_is(sheet_cell(&sheet, 1, sheet_column(&sheet, "name")), "Cacao"));
	nursery_stop(n);
}

static void what_is_no_table_is_refused_in_the_words_of_its_reader(void **state)
{
	(void)state;
	static const struct {
		struct str input;
		enum err_code code;
	} wrong[] = {
		{ { "", 0 }, ERR_INPUT },
		{ { "%PDF-1.7", 8 }, ERR_INPUT },
		{ { "PK\3\4 no workbook", 16 }, ERR_INPUT },
		{ { "\xff\xfe" "a\0", 4 }, ERR_INPUT },
	};
	struct nursery *n = NULL;
	struct err e = { 0 };
	assert_true(nursery_start(upload_work, NULL, &n, &e));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		ARENA_SCOPE(a, 64u << 20);
		struct str packed;
		struct err inside = { 0 }, outside = { 0 };
		struct buf ignored;
		const struct nursery_job job = job_of(wrong[i].input);
		assert_false(nursery_run(n, &a, &job, &packed, &inside));
		assert_int_equal(inside.code, wrong[i].code);
		/* The words are the reader's own: it was not stopped by the confinement. */
		buf_init(&ignored, &a, 1 << 20);
		assert_false(upload_work(&job, -1, &outside));
		assert_string_equal(inside.msg, outside.msg);
		assert_string_equal(inside.en, outside.en);
	}
	nursery_stop(n);
}

/* A workbook of one sheet with a thousand rows. */
static struct str make_workbook(struct arena *a)
{
	const struct xlsx_about about = { .title = STR("t") };
	const struct xlsx_sheet_about sheet = { .name = STR("answers"), .n_columns = 2 };
	struct xlsx_writer *w = NULL;
	struct err e = { 0 };
	struct buf out;
	buf_init(&out, a, 1 << 24);
	assert_true(xlsx_writer_open(a, &about, &w, &e) && xlsx_writer_sheet(w, &sheet, &e));
	for (int i = 0; i < 1000; i++) {
		const struct xlsx_cell cell[] = {
			{ .kind = XLSX_TEXT, .text = str_fmt(a, i ? "name %d" : "id", i) },
			{ .kind = XLSX_NUMBER, .number = i, .decimals = -1 },
		};
		assert_true(xlsx_writer_row(w, cell, 2, &e));
	}
	assert_true(xlsx_writer_close(w, &out, &e));
	return buf_str(&out);
}

static void a_workbook_comes_back_as_a_pack(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 256u << 20);
	struct nursery *n = NULL;
	struct err e = { 0 };
	struct str packed, *name;
	struct sheet sheet;
	size_t n_names;
	assert_true(nursery_start(upload_work, NULL, &n, &e));
	const struct nursery_job job = job_of(make_workbook(&a));
	assert_true(nursery_run(n, &a, &job, &packed, &e));
	assert_true(sheet_names(&a, packed, &name, &n_names, &e));
	assert_int_equal(n_names, 1);
	assert_true(str_is(name[0], "answers"));
	assert_true(sheet_load(&a, packed, name[0], 2000, &sheet, &e));
	assert_int_equal(sheet.n_rows, 999);
	assert_true(str_is(sheet_cell(&sheet, 998, 0), "name 999"));
	nursery_stop(n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_comes_back_as_a_pack),
		cmocka_unit_test(a_workbook_comes_back_as_a_pack),
		cmocka_unit_test(what_is_no_table_is_refused_in_the_words_of_its_reader),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
