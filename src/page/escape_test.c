/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "page/escape.h"

/* Texts with a NUL are given with their length. */
struct row {
	struct str given;
	const char *text, *attribute; /* NULL: as it was given */
};

static void check(const char *what, struct str given, const struct buf *out, struct str want)
{
	if (out->over || !str_eq(buf_str(out), want)) {
		print_error("%s of <%.*s>: got <%.*s>, want <%.*s>\n", what, STR_ARG(given),
			    STR_ARG(buf_str(out)), STR_ARG(want));
		fail();
	}
}

static void markup_is_escaped_and_the_rest_cleaned(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ { "", 0 }, NULL, NULL },
		{ { NULL, 0 }, "", "" },
		{ { "Medellín, Antioquía", 21 }, NULL, NULL },
		{ { "a&b<c>d\"e'f", 11 }, "a&amp;b&lt;c&gt;d\"e'f",
		  "a&amp;b&lt;c&gt;d&quot;e&#39;f" },
		{ { "&amp;", 5 }, "&amp;amp;", "&amp;amp;" },
		{ { "12345678<", 9 }, "12345678&lt;", "12345678&lt;" },
		{ { "1234567<9012345678é&", 21 }, "1234567&lt;9012345678é&amp;",
		  "1234567&lt;9012345678é&amp;" },
		{ { "a\tb\nc\rd", 7 }, "a\tb\ncd", "a&#9;b&#10;cd" },
		{ { "a\0b\x01\x0b\x0c\x1f\x7f"
		    "c",
		    9 },
		  "abc", "abc" },
		{ { "\xc2\x80\xc2\x9f\xc2\xa0", 6 }, "\xc2\xa0", "\xc2\xa0" },
		{ { "a\xff\xc3", 3 }, "a\xef\xbf\xbd\xef\xbf\xbd", "a\xef\xbf\xbd\xef\xbf\xbd" },
		{ { "\xed\xa0\x80", 3 }, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* a surrogate */
		{ { "\xc0\xbc", 2 }, "\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ { "\xef\xbf\xbd", 3 }, NULL, NULL },
		{ { "a\u202eb\u2066c\u2069\u202a\u202cd", 19 }, "abcd", "abcd" },
		{ { "\u200e\u200f\u2028\u2029\u2065\u206a", 18 }, NULL, NULL },
		{ { "\U0001f41d\U0010ffff", 8 }, NULL, NULL },
		{ { "\xf4\x90\x80\x80", 4 },
		  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	};
	ARENA_SCOPE(a, 1 << 20);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *r = &rows[i];
		struct buf b;
		buf_init(&b, &a, 1000);
		escape_text(&b, r->given);
		check("text", r->given, &b, r->text ? str_of(r->text) : r->given);
		buf_init(&b, &a, 1000);
		escape_attribute(&b, r->given);
		check("attribute", r->given, &b, r->attribute ? str_of(r->attribute) : r->given);
	}
}

static void an_address_is_of_a_known_scheme_or_ours(void **state)
{
	(void)state;
	static const struct {
		const char *given, *want, *own;
	} rows[] = {
		{ "", "", "#" },
		{ "/a/b?c=d&e=f#g", "/base/a/b?c=d&amp;e=f#g", NULL },
		{ "/", "/base/", NULL },
		{ "?a=1", "?a=1", "#" },
		{ "#a", "#a", "#" },
		{ "a/b", "a/b", "#" },
		{ "https://cámara.co/ñ?q='\"<>`{}|^",
		  "https://c%C3%A1mara.co/%C3%B1?q=%27%22%3C%3E%60%7B%7D%7C%5E", "#" },
		{ "HTTPS://A.CO", "HTTPS://A.CO", "#" },
		{ "http://a.co:80/x%20y", "http://a.co:80/x%20y", "#" },
		{ "mailto:a@b.co", "mailto:a@b.co", "#" },
		{ "/a:b", "/base/a:b", NULL },
		{ "?javascript:1", "?javascript:1", "#" },
		{ "javascript:alert(1)", "#", "#" },
		{ "JaVaScRiPt:alert(1)", "#", "#" },
		{ "java\nscript:alert(1)", "#", "#" },
		{ " javascript:alert(1)", "#", "#" },
		{ "\x01javascript:alert(1)", "#", "#" },
		{ "java\u202escript:alert(1)", "#", "#" },
		{ "data:text/html,<script>", "#", "#" },
		{ "vbscript:x", "#", "#" },
		{ "blob:x", "#", "#" },
		{ "file:///etc/passwd", "#", "#" },
		{ "https:a.co", "#", "#" },
		{ "httpsx://a.co", "#", "#" },
		{ "a:b", "#", "#" },
		{ ":", "#", "#" },
		{ "//a.co", "#", "#" },
		{ "/\\a.co", "#", "#" },
		{ "\\\\a.co", "#", "#" },
		{ "/\t/a.co", "#", "#" },
		{ "&#106;avascript:1", "&amp;#106;avascript:1", "#" },
	};
	ARENA_SCOPE(a, 1 << 20);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct str given = str_of(rows[i].given);
		struct buf b;
		buf_init(&b, &a, 1000);
		escape_url(&b, STR("/base"), given);
		check("url", given, &b, str_of(rows[i].want));
		buf_init(&b, &a, 1000);
		escape_url_own(&b, STR("/base"), given);
		check("own url", given, &b, str_of(rows[i].own ? rows[i].own : rows[i].want));
	}
}

static void parts_of_an_address_stay_parts(void **state)
{
	(void)state;
	static const struct {
		struct str given;
		const char *path, *query, *mail; /* NULL: as the one before */
	} rows[] = {
		{ { "", 0 }, "-", "", NULL },
		{ { ".", 1 }, "-", ".", NULL },
		{ { "..", 2 }, "-", "..", NULL },
		{ { "...", 3 }, "...", NULL, NULL },
		{ { ".\0", 2 }, "-", ".", NULL },
		{ { "\x01", 1 }, "-", "", NULL },
		{ { ".\u202e.", 5 }, "-", "..", NULL },
		{ { "a.b-c_d~e", 9 }, "a.b-c_d~e", NULL, NULL },
		{ { "a/b?c#d&e=f+g%h", 15 }, "a%2Fb%3Fc%23d%26e%3Df%2Bg%25h", NULL, NULL },
		{ { "a@b.co", 6 }, "a%40b.co", NULL, "a@b.co" },
		{ { "%2e%2e", 6 }, "%252e%252e", NULL, NULL },
		{ { "ñ \xff\"'<>\\", 9 }, "%C3%B1%20%EF%BF%BD%22%27%3C%3E%5C", NULL, NULL },
		{ { "a\r\n\tb\0c", 7 }, "abc", NULL, NULL },
	};
	ARENA_SCOPE(a, 1 << 20);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct str given = rows[i].given;
		const char *query = rows[i].query ? rows[i].query : rows[i].path;
		struct buf b;
		buf_init(&b, &a, 1000);
		escape_url_path(&b, given);
		check("path", given, &b, str_of(rows[i].path));
		buf_init(&b, &a, 1000);
		escape_url_query(&b, given);
		check("query", given, &b, str_of(query));
		buf_init(&b, &a, 1000);
		escape_mail(&b, given);
		check("mail", given, &b, str_of(rows[i].mail ? rows[i].mail : query));
	}
}

static void a_path_part_does_not_touch_what_was_written_before(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct buf b;
	buf_init(&b, &a, 1000);
	buf_puts(&b, "/x/");
	escape_url_path(&b, STR(".."));
	buf_putc(&b, '/');
	escape_url_path(&b, STR("a"));
	check("path", STR(".."), &b, STR("/x/-/a"));
}

static void moments_are_shown_in_colombia(void **state)
{
	(void)state;
	static const struct {
		const char *given, *date[LANG_N], *time[LANG_N];
	} rows[] = {
		{ "2022-07-01", { "01/07/2022", "1 Jul 2022" }, { "01/07/2022", "1 Jul 2022" } },
		{ "2022-07-01T14:03:59Z", { "01/07/2022", "1 Jul 2022" },
		  { "01/07/2022 09:03", "1 Jul 2022 09:03" } },
		{ "2022-03-01T04:59:00Z", { "28/02/2022", "28 Feb 2022" },
		  { "28/02/2022 23:59", "28 Feb 2022 23:59" } },
		{ "2024-01-01T05:00:00.123Z", { "01/01/2024", "1 Jan 2024" },
		  { "01/01/2024 00:00", "1 Jan 2024 00:00" } },
		{ "", { "", "" }, { "", "" } },
		{ "2022-02-30", { "2022-02-30", "2022-02-30" }, { "2022-02-30", "2022-02-30" } },
		{ "2022-07-01T24:00:00Z", { "2022-07-01T24:00:00Z", "2022-07-01T24:00:00Z" },
		  { "2022-07-01T24:00:00Z", "2022-07-01T24:00:00Z" } },
		{ "2022-07-01T14:03:00", { "2022-07-01T14:03:00", "2022-07-01T14:03:00" },
		  { "2022-07-01T14:03:00", "2022-07-01T14:03:00" } },
		{ "<b>\"", { "&lt;b&gt;&quot;", "&lt;b&gt;&quot;" },
		  { "&lt;b&gt;&quot;", "&lt;b&gt;&quot;" } },
	};
	ARENA_SCOPE(a, 1 << 20);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (int lang = 0; lang < LANG_N; lang++) {
			struct str given = str_of(rows[i].given);
			struct buf b;
			buf_init(&b, &a, 1000);
			show_date(&b, (enum lang)lang, given);
			check("date", given, &b, str_of(rows[i].date[lang]));
			buf_init(&b, &a, 1000);
			show_moment(&b, (enum lang)lang, given);
			check("moment", given, &b, str_of(rows[i].time[lang]));
		}
	}
}

static void each_form_has_the_token_and_a_key_of_its_own(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	const struct page_frame f = { .csrf = STR("t\"1"), .idempotency = STR("k") };
	struct buf b;
	buf_init(&b, &a, 1000);
	form_csrf(&b, &f);
	check("csrf", f.csrf, &b, STR("<input type=\"hidden\" name=\"csrf\" value=\"t&quot;1\">"));
	buf_init(&b, &a, 1000);
	buf_putc(&b, ' ');
	form_idempotency(&b, &f);
	form_idempotency(&b, &f);
	check("key", f.idempotency, &b,
	      STR(" <input type=\"hidden\" name=\"idempotency_key\" value=\"k-1\">"
		  "<input type=\"hidden\" name=\"idempotency_key\" value=\"k-57\">"));
}

static void an_overflow_sticks_and_stays_within_the_limit(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	for (size_t limit = 0; limit < 40; limit++) {
		struct buf b;
		buf_init(&b, &a, limit);
		escape_attribute(&b, STR("a<b>c&d\"eñ\xff'g"));
		escape_url(&b, STR("/x"), STR("/é?a&b"));
		escape_url_path(&b, STR(".."));
		assert_true(b.over && b.n <= limit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_is_escaped_and_the_rest_cleaned),
		cmocka_unit_test(an_address_is_of_a_known_scheme_or_ours),
		cmocka_unit_test(parts_of_an_address_stay_parts),
		cmocka_unit_test(a_path_part_does_not_touch_what_was_written_before),
		cmocka_unit_test(moments_are_shown_in_colombia),
		cmocka_unit_test(each_form_has_the_token_and_a_key_of_its_own),
		cmocka_unit_test(an_overflow_sticks_and_stays_within_the_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
