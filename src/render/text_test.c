/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "render/fixture_test.h"
#include "render/render.h"

static struct str text_of(struct arena *a, const struct document *d, unsigned width)
{
	struct buf b;
	struct err e = { 0 };
	buf_init(&b, a, 1 << 20);
	if (!render_text(d, width, a, &b, &e))
		fail_msg("%s", e.msg);
	return buf_str(&b);
}

static void the_text_is_the_golden_one(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16 << 20);
	struct document *es = fixture_document(&a, LANG_ES), *en = fixture_document(&a, LANG_EN);
	es->n_figures = en->n_figures = 3;
	assert_true(fixture_golden(&a, "tests/golden/bulletin-es.txt", text_of(&a, es, 80)));
	assert_true(fixture_golden(&a, "tests/golden/bulletin-en.txt", text_of(&a, en, 100)));
	es = fixture_report(&a, LANG_ES);
	en = fixture_report(&a, LANG_EN);
	assert_true(fixture_golden(&a, "tests/golden/report-es.txt", text_of(&a, es, 80)));
	assert_true(fixture_golden(&a, "tests/golden/report-en.txt", text_of(&a, en, 100)));
}

static void lines_keep_to_the_width(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	for (unsigned width = 40; width <= 200; width += 4) {
		struct document *d = width % 8 ? fixture_report(&a, LANG_ES)
					       : fixture_document(&a, LANG_ES);
		d->method_sha256 = d->data_sha256 = STR("a41f"); /* a hash cannot be broken */
		for (struct str rest = text_of(&a, d, width); rest.p;) {
			const struct str line = str_cut(&rest, '\n');
			assert_true(utf8_valid(line, NULL));
			if (utf8_length(line) > width)
				fail_msg("%u: %.*s", width, STR_ARG(line));
		}
	}
}

static void widths_out_of_range_are_taken_to_the_nearest(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16 << 20);
	const struct document *d = fixture_document(&a, LANG_ES);
	assert_true(str_eq(text_of(&a, d, 3), text_of(&a, d, 40)));
	assert_true(str_eq(text_of(&a, d, 900), text_of(&a, d, 200)));
}

static void an_empty_document_is_no_fault(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	assert_true(text_of(&a, &(struct document){ 0 }, 80).n > 0);
}

static void what_does_not_fit_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16 << 20);
	struct buf b;
	struct err e = { 0 };
	buf_init(&b, &a, 500);
	assert_false(render_text(fixture_document(&a, LANG_ES), 80, &a, &b, &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_is_the_golden_one),
		cmocka_unit_test(lines_keep_to_the_width),
		cmocka_unit_test(widths_out_of_range_are_taken_to_the_nearest),
		cmocka_unit_test(an_empty_document_is_no_fault),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
