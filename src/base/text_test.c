/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

#include <string.h>

#define assert_text(s, want) assert_text_at((s), (want), __FILE__, __LINE__)
static void assert_text_at(struct str s, const char *want, const char *file, int line)
{
	if (!str_is(s, want)) {
		print_error("got <%.*s>, want <%s>\n", STR_ARG(s), want);
		_fail(file, line);
	}
}

static void texts_are_compared_found_and_cut(void **state)
{
	(void)state;
	struct str none = { NULL, 0 };
	assert_true(str_eq(none, STR("")) && str_is(str_of(NULL), "") && !str_eq(none, STR("a")));
	assert_true(str_cmp(STR("a"), STR("ab")) < 0 && str_cmp(STR("b"), STR("ab")) > 0);
	assert_true(str_cmp(none, none) == 0 && str_cmp(STR("\xc3"), STR("z")) > 0);
	assert_true(str_starts(STR("abc"), "ab") && !str_starts(STR("a"), "ab"));
	assert_true(str_ends(STR("abc"), "bc") && !str_ends(STR("c"), "bc") && str_ends(none, ""));
	size_t at = 99;
	assert_true(str_find(STR("banana"), STR("nan"), &at) && at == 2);
	assert_false(str_find(STR("banana"), STR("nab"), &at));
	assert_true(str_find(none, none, &at) && at == 0);
	assert_text(str_trim(STR(" \t a b\r\n")), "a b");
	assert_text(str_trim(STR(" \n")), "");
	assert_text(str_sub(STR("abc"), 1, 99), "bc");
	assert_text(str_sub(STR("abc"), 99, 1), "");
}

static void cutting_sees_every_piece_also_empty_ones(void **state)
{
	(void)state;
	const char *want[] = { "a", "", "b", "" };
	struct str rest = STR("a,,b,");
	size_t n = 0;
	while (rest.p) {
		assert_true(n < 4);
		assert_text(str_cut(&rest, ','), want[n]);
		n++;
	}
	assert_int_equal(n, 4);
	rest = STR("  uno \t dos ");
	assert_text(str_word(&rest), "uno");
	assert_text(str_word(&rest), "dos");
	assert_text(str_word(&rest), "");
}

static void copies_end_in_nul_and_hashes_are_fixed(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	assert_string_equal(str_c(&a, (struct str){ "abc", 2 }), "ab");
	assert_text(str_dup(&a, STR("ñ")), "ñ");
	/* the same text hashes alike, near texts differently, also in the zeros at their ends */
	assert_true(str_hash(STR("gobernanza")) == str_hash(str_dup(&a, STR("gobernanza"))));
	const struct str near[] = {
		STR(""),   STR("\0"), STR("\0\0"),     STR("a"),          STR("b"),
		STR("ab"), STR("ba"), STR("12345678"), STR("12345678\0"), STR("1234567812345678")
	};
	for (size_t i = 0; i < 10; i++)
		for (size_t j = 0; j < i; j++)
			assert_true(str_hash(near[i]) != str_hash(near[j]));
}

static void utf8_is_judged_as_the_standard_says(void **state)
{
	(void)state;
	/* well and ill formed sequences of the Unicode Standard, table 3-7 */
	const struct {
		const char *text;
		size_t bad_at; /* 99: valid */
	} row[] = { { "", 99 }, { "plain text of ascii letters", 99 }, { "ñandú €", 99 },
		    { "\xf0\x9f\x98\x80", 99 }, { "\xf4\x8f\xbf\xbf", 99 }, { "\xed\x9f\xbf", 99 },
		    { "\xc0\xaf", 0 }, { "\xe0\x9f\xbf", 0 }, { "\xf0\x8f\xbf\xbf", 0 },
		    { "\xed\xa0\x80", 0 }, { "\xf4\x90\x80\x80", 0 }, { "\xf5\x80\x80\x80", 0 },
		    { "a\x80", 1 }, { "ab\xc3", 2 }, { "abcdefgh\xe2\x82", 8 }, { "\xff", 0 } };
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		size_t at = 99;
		assert_int_equal(utf8_valid(str_of(row[i].text), &at), row[i].bad_at == 99);
		assert_int_equal(at, row[i].bad_at);
	}
	size_t at = 0;
	struct str s = STR("ñ\xff€");
	assert_int_equal(utf8_next(s, &at), 0xf1);
	assert_int_equal(utf8_next(s, &at), 0xfffd);
	assert_int_equal(utf8_next(s, &at), 0x20ac);
	assert_int_equal(at, s.n);
	assert_int_equal(utf8_length(STR("ñandú")), 5);
}

static void a_buffer_grows_to_its_limit_and_remembers_the_overflow(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 22);
	struct buf b;
	buf_init(&b, &a, 1u << 20);
	for (int i = 0; i < 100000; i++)
		buf_fmt(&b, "%d,", i % 10);
	assert_int_equal(b.n, 200000);
	assert_false(b.over);
	assert_true(b.p[b.n] == '\0' && b.p[199998] == '9');

	buf_init(&b, &a, 5);
	assert_text(buf_str(&b), "");
	buf_puts(&b, "abcd");
	buf_puts(&b, "ñ"); /* two bytes: one would fit */
	assert_true(b.over);
	buf_puts(&b, "x");
	buf_putc(&b, 'y');
	buf_fmt(&b, "%d", 1);
	assert_string_equal(b.p, "abcd");

	buf_init(&b, &a, 300);
	buf_fmt(&b, "%0400d", 0);
	assert_true(b.over && b.n == 300);
	buf_init(&b, &a, 0);
	buf_putc(&b, 'x');
	assert_true(b.over && b.n == 0);

	buf_init(&b, &a, 100);
	const uint32_t c[] = { 'a', 0xf1, 0x20ac, 0x1f600, 0xd800, 0x110000 };
	for (size_t i = 0; i < 6; i++)
		buf_put_code_point(&b, c[i]);
	assert_text(buf_str(&b), "añ€😀\xef\xbf\xbd\xef\xbf\xbd");
	assert_int_equal(str_fmt(&a, "%0*d", 70000, 0).n, 65536);
}

static struct str escaped(struct arena *a, void (*esc)(struct buf *, struct str), struct str s)
{
	struct buf b;
	buf_init(&b, a, 4096);
	esc(&b, s);
	return buf_str(&b);
}

static void escapes_leave_nothing_that_could_act(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	assert_text(escaped(&a, esc_text, STR("<a> & \"b\"\x01\r\n\x7f")),
		    "&lt;a&gt; &amp; \"b\"\n");
	assert_text(escaped(&a, esc_attr, STR("<'\">&\t\n")), "&lt;&#39;&quot;&gt;&amp;&#9;&#10;");
	assert_text(escaped(&a, esc_text, STR("a\xff<")), "a\xef\xbf\xbd&lt;");
	assert_text(escaped(&a, esc_json, STR("a\"\\\n\t\r\x01ñ/\x7f")),
		    "\"a\\\"\\\\\\n\\t\\r\\u0001ñ/\\u007f\"");
	assert_text(escaped(&a, esc_json, STR("\xc3(")), "\"\xef\xbf\xbd(\"");
	const char *const csv[][2] = {
		{ "plain", "plain" },	  { "a,b", "\"a,b\"" },	   { "a\"b", "\"a\"\"b\"" },
		{ "a\nb", "\"a\nb\"" },	  { "a;b", "\"a;b\"" },	   { " a", "\" a\"" },
		{ "=1+1", "'=1+1" },	  { "-5", "-5" },	   { "-5.25e3", "-5.25e3" },
		{ "+57 300", "'+57 300" }, { "@x", "'@x" },	   { "-", "'-" },
		{ "=\"a\"", "\"'=\"\"a\"\"\"" }, { "\tx", "\"'\tx\"" }, { "", "" },
	};
	for (size_t i = 0; i < sizeof(csv) / sizeof(csv[0]); i++)
		assert_text(escaped(&a, esc_csv, str_of(csv[i][0])), csv[i][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_compared_found_and_cut),
		cmocka_unit_test(cutting_sees_every_piece_also_empty_ones),
		cmocka_unit_test(copies_end_in_nul_and_hashes_are_fixed),
		cmocka_unit_test(utf8_is_judged_as_the_standard_says),
		cmocka_unit_test(a_buffer_grows_to_its_limit_and_remembers_the_overflow),
		cmocka_unit_test(escapes_leave_nothing_that_could_act),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
