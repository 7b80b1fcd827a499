/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "render/fixture_test.h"
#include "render/readback.h"
#include "render/render.h"

static struct str written(struct arena *a, const struct document *d, enum document_format format)
{
	const struct render_assets assets = {
		.map_shapes = fixture_file(a, "data/department_shapes.json"),
	};
	struct err e = { 0 };
	struct buf b;
	buf_init(&b, a, RENDER_LIMIT_BYTES);
	bool done = format == FORMAT_HTML  ? render_html_alone(d, &assets, a, &b, &e)
		    : format == FORMAT_PDF ? render_pdf(d, &assets, a, &b, &e)
		    : format == FORMAT_XLSX
			    ? render_xlsx(d, a, &b, &e)
			    : render_text(d, 100, a, &b, &e);
	if (!done)
		fail_msg("%s", e.msg);
	return buf_str(&b);
}

static struct readback read_file(struct arena *a, struct str bytes)
{
	struct readback rb;
	struct err e = { 0 };
	if (!readback(bytes, LANG_EN, a, &rb, &e))
		fail_msg("%s", err_text(&e, true));
	return rb;
}

static bool says(const struct readback *rb, const char *part)
{
	for (size_t i = 0; i < rb->n; i++) {
		if (str_find(rb->passage[i].text, str_of(part), NULL))
			return true;
	}
	return false;
}

static void every_format_tells_whose_it_is_and_what_it_says(void **state)
{
	(void)state;
	ARENA_SCOPE(a, (size_t)1 << 30);
	struct document d = *fixture_document(&a, LANG_ES);
	d.mark = STR("report/es/2022/C001");
	for (int f = 0; f < FORMAT_N; f++) {
		struct readback rb = read_file(&a, written(&a, &d, (enum document_format)f));
		assert_int_equal(rb.format, f);
		assert_true(str_is(rb.origin.kind, "report"));
		assert_int_equal(rb.origin.lang, LANG_ES);
		assert_true(str_is(rb.origin.round, "2022"));
		assert_true(str_is(rb.origin.cluster, "C001"));
		assert_true(rb.n > 50);
		assert_true(says(&rb, "72"));
	}
}

static void one_changed_number_is_found_in_each_format(void **state)
{
	(void)state;
	ARENA_SCOPE(a, (size_t)1 << 30);
	struct document d = *fixture_document(&a, LANG_ES), other;
	d.mark = STR("bulletin/es/2022");
	other = d;
	other.subtitle = str_fmt(&a, "%.*s 777", STR_ARG(d.subtitle));
	for (int f = 0; f < FORMAT_N; f++) {
		struct readback x = read_file(&a, written(&a, &d, (enum document_format)f));
		struct readback y = read_file(&a, written(&a, &other, (enum document_format)f));
		size_t n;
		bool more, named = false;
		(void)readback_differences(&a, &x, &x, &n, &more);
		assert_int_equal(n, 0);
		const struct readback_difference *diff =
			readback_differences(&a, &y, &x, &n, &more);
		for (size_t i = 0; i < n; i++)
			named |= str_find(diff[i].found, STR("777"), NULL);
		assert_true(named);
		assert_false(more);
		assert_true(n <= 6);
	}
}

static void what_is_no_document_of_ours_is_refused(void **state)
{
	(void)state;
	static const char *const bytes[] = { "", "hello", "%PDF-1.7 broken", "<!DOCTYPE html><p>x",
					     "PK\x03\x04 broken" };
	ARENA_SCOPE(a, (size_t)1 << 30);
	for (size_t i = 0; i < sizeof(bytes) / sizeof(*bytes); i++) {
		struct readback rb;
		struct err e = { 0 };
		assert_false(readback(str_of(bytes[i]), LANG_ES, &a, &rb, &e));
		assert_int_equal(e.code, ERR_INPUT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_tells_whose_it_is_and_what_it_says),
		cmocka_unit_test(one_changed_number_is_found_in_each_format),
		cmocka_unit_test(what_is_no_document_of_ours_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
