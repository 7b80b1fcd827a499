/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What compiled templates write: golden pages, and that no value changes the shape of a page, as a
 * real parser of HTML reads it (gumbo).  The templates are in tests/data/template. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "template_test_gen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_LIMIT_BYTES = 4 << 20 };

/* ---- golden pages ---- */

static struct str read_whole(struct arena *a, const char *path)
{
	struct buf b;
	char block[4096];
	buf_init(&b, a, PAGE_LIMIT_BYTES);
	FILE *in = fopen(path, "rbe");
	if (!in)
		return STR("");
	for (size_t n; (n = fread(block, 1, sizeof(block), in)) > 0;)
		buf_put(&b, (struct str){ block, n });
	fclose(in);
	return buf_str(&b);
}

/* SSME_GOLDEN=write writes the files instead. */
static void check_golden(struct arena *a, const char *path, struct str is)
{
	const char *mode = getenv("SSME_GOLDEN");
	if (mode && strcmp(mode, "write") == 0) {
		FILE *out = fopen(path, "wbe");
		assert_non_null(out);
		assert_int_equal(fwrite(is.p, 1, is.n, out), is.n);
		assert_int_equal(fclose(out), 0);
		return;
	}
	if (!str_eq(is, read_whole(a, path))) {
		print_error("%s differs: %.*s\n", path, STR_ARG(is));
		fail();
	}
}

static const struct page_frame frame = { .lang = LANG_ES,
					 .base = { "/ssme", 5 },
					 .csrf = { "token", 5 },
					 .idempotency = { "key", 3 },
					 .style = { "/static/1/style.css", 19 },
					 .person = { "Ana <1>", 7 } };

static void pages_are_the_golden_ones(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16 << 20);
	const struct str tag[] = { STR("uno"), STR("d&s") };
	const struct template_golden_row rows[] = {
		{ .id = 1,
		  .name = STR("\"a\""),
		  .since = STR("2022-07-01"),
		  .score = 1234.5,
		  .closed = true,
		  .tags = tag,
		  .n_tags = 2 },
		{ .id = 2,
		  .name = STR("Café"),
		  .since = STR("2022-07-01T01:02:03Z"),
		  .score = -0.05 },
		{ .id = -3, .name = STR("c") },
	};
	struct buf drawing;
	buf_init(&drawing, &a, 1000);
	buf_puts(&drawing, "<svg aria-hidden=\"true\"></svg>");
	struct template_golden page = {
		.heading = STR("a < b"), .rows = rows, .n_rows = 3, .total = 1234567,
		.at = STR("2022-07-01T14:03:00Z"), .lines = STR("\n uno\n  dos & <tres>\n"),
		.report = html_written(&drawing), .picture = svg_written(&drawing),
	};
	static const char *const path[] = { "tests/golden/template-es.html",
					    "tests/golden/template-en.html",
					    "tests/golden/template-empty.html" };
	for (int i = 0; i < 3; i++) {
		struct page_frame f = frame;
		struct buf b;
		f.lang = i == 1 ? LANG_EN : LANG_ES;
		if (i == 2) {
			f = (struct page_frame){ 0 };
			page = (struct template_golden){ 0 };
		}
		buf_init(&b, &a, PAGE_LIMIT_BYTES);
		template_golden(&b, &f, &page);
		assert_false(b.over);
		check_golden(&a, path[i], buf_str(&b));
	}
}

static void a_page_over_its_limit_says_so(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16 << 20);
	struct buf b;
	buf_init(&b, &a, 500);
	template_places(&b, &frame, &(const struct template_places){ STR("a") });
	assert_true(b.over && b.n <= 500);
}

/* ---- hostile values ---- */

#if __has_include(<gumbo.h>)
#include <gumbo.h>

/* What a page is to a parser: its elements and the names of their attributes, and apart from them
 * the values, each with what kind of place it has. */
enum place {
	PLACE_TEXT,
	PLACE_WHOLE, /* address */
	PLACE_PATH,
	PLACE_QUERY,
	PLACE_MAIL,
};
struct value {
	enum place place;
	struct str text;
};
struct reading {
	struct arena *a;
	struct buf shape;
	struct value *value;
	size_t n;
};

static void add_value(struct reading *r, enum place place, struct str text)
{
	r->value = arena_grow(r->a, r->value, r->n, r->n + 1, sizeof(*r->value));
	r->value[r->n++] = (struct value){ place, str_dup(r->a, text) };
}

static const char sentinel[] = "XxX";

/* By what the template has in that place, as the harmless page shows it.  A whole address that the
 * browser would follow by itself is "#" there, as the sentinel is none of ours. */
static enum place place_of_address(struct str s)
{
	if (str_is(s, sentinel) || str_is(s, "#"))
		return PLACE_WHOLE;
	if (str_starts(s, "mailto:"))
		return PLACE_MAIL;
	if (memchr(s.p, '?', s.n) || memchr(s.p, '#', s.n))
		return PLACE_QUERY;
	return PLACE_PATH;
}

static void read_node(struct reading *r, const GumboNode *node);

static void read_element(struct reading *r, const GumboElement *e)
{
	GumboStringPiece name = e->original_tag;
	gumbo_tag_from_original_text(&name);
	buf_fmt(&r->shape, "<%s %.*s", gumbo_normalized_tagname(e->tag),
		(int)(e->tag == GUMBO_TAG_UNKNOWN ? name.length : 0), name.data);
	for (unsigned i = 0; i < e->attributes.length; i++) {
		const GumboAttribute *attribute = e->attributes.data[i];
		struct str key = str_of(attribute->name), text = str_of(attribute->value);
		bool address = str_is(key, "href") || str_is(key, "src") || str_is(key, "action");
		buf_fmt(&r->shape, " %s", attribute->name);
		add_value(r, address ? place_of_address(text) : PLACE_TEXT, text);
	}
	buf_putc(&r->shape, '>');
	struct buf text;
	buf_init(&text, r->a, PAGE_LIMIT_BYTES);
	for (unsigned i = 0; i < e->children.length; i++) {
		const GumboNode *child = e->children.data[i];
		if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE)
			buf_puts(&text, child->v.text.text);
		else
			read_node(r, child);
	}
	add_value(r, PLACE_TEXT, buf_str(&text));
	buf_puts(&r->shape, "</>");
}

static void read_node(struct reading *r, const GumboNode *node)
{
	if (node->type == GUMBO_NODE_ELEMENT)
		read_element(r, &node->v.element);
	else
		buf_fmt(&r->shape, "(node %d)", (int)node->type);
}

static struct reading read_page(struct arena *a, struct str text)
{
	struct reading r = { .a = a };
	struct buf b;
	buf_init(&r.shape, a, PAGE_LIMIT_BYTES);
	buf_init(&b, a, PAGE_LIMIT_BYTES);
	template_places(&b, &frame, &(const struct template_places){ text });
	assert_false(b.over);
	GumboOptions options = kGumboDefaultOptions;
	options.max_errors = 0;
	GumboOutput *output = gumbo_parse_with_options(&options, b.p, b.n);
	assert_non_null(output);
	read_node(&r, output->root);
	gumbo_destroy_output(&options, output);
	return r;
}

/* What cleaning leaves, written apart from the code that is tested. */
static struct str cleaned(struct arena *a, struct str s, bool line_ends)
{
	struct buf b;
	buf_init(&b, a, PAGE_LIMIT_BYTES);
	for (size_t at = 0; at < s.n;) {
		uint32_t code = utf8_next(s, &at);
		bool space = code == '\t' || code == '\n';
		bool control = code < 32 || (code >= 127 && code < 160);
		bool turning =
			(code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
		if (!turning && (!control || (space && line_ends)))
			utf8_put(&b, code);
	}
	return buf_str(&b);
}

static struct str percent_decoded(struct arena *a, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";
	struct buf b;
	buf_init(&b, a, PAGE_LIMIT_BYTES);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '%') {
			buf_putc(&b, s.p[i]);
			continue;
		}
		assert_true(i + 2 < s.n);
		const char *high = strchr(digits, s.p[i + 1]), *low = strchr(digits, s.p[i + 2]);
		assert_true(high && low && s.p[i + 1] && s.p[i + 2]);
		buf_putc(&b, (char)((high - digits) * 16 + (low - digits)));
		i += 2;
	}
	return buf_str(&b);
}

static bool only_of(struct str s, const char *besides)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool plain =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!plain && (!c || !strchr(besides, c)))
			return false;
	}
	return true;
}

/* A whole address leads to a page, a mail, or nowhere. */
static bool is_harmless(struct str s)
{
	size_t n = 0;
	while (n < s.n && !strchr(":/?#", s.p[n]))
		n++;
	bool scheme = n < s.n && s.p[n] == ':';
	char lower[8] = "";
	for (size_t i = 0; i < n && i < sizeof(lower) - 1; i++)
		lower[i] = (char)(s.p[i] | 0x20);
	bool known = strcmp(lower, "http") == 0 || strcmp(lower, "https") == 0 ||
		strcmp(lower, "mailto") == 0;
	return only_of(s, "-._~:/?#[]@!$&()*+,;=%") && (!scheme || known) && !str_starts(s, "//");
}

/* Whether `is` is what the harmless value became, with the given text in place of the harmless
 * one. */
static bool value_fits(struct arena *a, const struct value *harmless, struct str is,
		       struct str given)
{
	size_t at;
	if (harmless->place == PLACE_WHOLE)
		return is_harmless(is);
	/* a key holds its place in the page */
	if (!str_find(harmless->text, str_of(sentinel), &at))
		return str_starts(harmless->text, "key-") || str_eq(harmless->text, is);
	struct str before = str_sub(harmless->text, 0, at);
	struct str after = str_sub(harmless->text, at + strlen(sentinel), harmless->text.n);
	if (is.n < before.n + after.n || !str_eq(str_sub(is, 0, before.n), before) ||
	    !str_eq(str_sub(is, is.n - after.n, after.n), after))
		return false;
	struct str middle = str_sub(is, before.n, is.n - before.n - after.n);
	if (harmless->place == PLACE_TEXT)
		return str_eq(middle, cleaned(a, given, true));
	struct str want = cleaned(a, given, false);
	bool leaves = !want.n || str_is(want, ".") || str_is(want, "..");
	if (harmless->place == PLACE_PATH && leaves)
		return str_is(middle, "-");
	return only_of(middle, harmless->place == PLACE_MAIL ? "-._~%@" : "-._~%") &&
		str_eq(percent_decoded(a, middle), want);
}

static void check_hostile(struct str given)
{
	ARENA_SCOPE(a, 64 << 20);
	struct reading harmless = read_page(&a, str_of(sentinel)), r = read_page(&a, given);
	if (!str_eq(buf_str(&r.shape), buf_str(&harmless.shape)) || r.n != harmless.n) {
		print_error("the shape changed by <%.*s>: %.*s\n", STR_ARG(given),
			    STR_ARG(buf_str(&r.shape)));
		fail();
	}
	for (size_t i = 0; i < r.n; i++) {
		if (!value_fits(&a, &harmless.value[i], r.value[i].text, given)) {
			print_error("<%.*s> became <%.*s> where <%.*s> stands\n", STR_ARG(given),
				    STR_ARG(r.value[i].text), STR_ARG(harmless.value[i].text));
			fail();
		}
	}
}

static void no_hostile_value_changes_a_page(void **state)
{
	(void)state;
	static const struct str hostile[] = {
#define H(literal) { literal, sizeof(literal) - 1 }
		H("<"),
		H(">"),
		H("\""),
		H("'"),
		H("&"),
		H("`"),
		H("="),
		H("/"),
		H("\\"),
		H(" "),
		H("<b>"),
		H("</b>"),
		H("</p>"),
		H("<!--"),
		H("-->"),
		H("--!>"),
		H("<![CDATA["),
		H("]]>"),
		H("<?php"),
		H("</"),
		H("<a"),
		H("<script>alert(1)</script>"),
		H("</script>"),
		H("</title>"),
		H("</title><script>"),
		H("</textarea>"),
		H("</textarea><p>"),
		H("</select>"),
		H("</option><option>"),
		H("</pre>"),
		H("</table>"),
		H("</td><td>"),
		H("<tr>"),
		H("</svg>"),
		H("</form>"),
		H("<form>"),
		H("</body></html>"),
		H("<plaintext>"),
		H("<template>"),
		H("<math><mi>"),
		H("<svg/onload=alert(1)>"),
		H("<img src=x onerror=alert(1)>"),
		H("\"><script>alert(1)</script>"),
		H("'><script>"),
		H("\" onload=\"alert(1)"),
		H("' onload='alert(1)"),
		H("` onload=`alert(1)"),
		H("\" style=\"x"),
		H(" onload=x"),
		H("/onload=x"),
		H("\t\"onload=x"),
		H("javascript:alert(1)"),
		H("JaVaScRiPt:alert(1)"),
		H("java\nscript:alert(1)"),
		H("java\tscript:x"),
		H(" javascript:x"),
		H("\x01javascript:x"),
		H("javascript&colon;alert(1)"),
		H("&#106;avascript:alert(1)"),
		H("&#x6A;avascript:x"),
		H("data:text/html,<b>"),
		H("data:text/html;base64,PGI+"),
		H("vbscript:x"),
		H("//evil.example"),
		H("/\\evil.example"),
		H("\\\\evil.example"),
		H("https://a.co/\"><b>"),
		H("http://a@b:80/?q=<b>#\""),
		H("mailto:a@b.co?subject=<b>"),
		H("/a/../../b"),
		H("."),
		H(".."),
		H("../.."),
		H("%2e%2e/"),
		H("%00"),
		H("%"),
		H("%zz"),
		H("?"),
		H("#"),
		H("a?b#c"),
		H("&amp;"),
		H("&lt;script&gt;"),
		H("&#60;b&#62;"),
		H("&#0;"),
		H("&#x110000;"),
		H("&unknown;"),
		H("&amp"),
		H("&quot"),
		H("&#34"),
		H("&#39;"),
		H("\0"),
		H("a\0b"),
		H("<\0b>"),
		H("\x01\x02\x1f\x7f"),
		H("\r"),
		H("\r\n"),
		H("\n"),
		H("\n\n"),
		H("\na"),
		H("a\n"),
		H("\t"),
		H("\x0b\x0c"),
		H("\u2028"),
		H("\u2029"),
		H("\u202e<b>\u202c"),
		H("\u2066\u2067\u2068\u2069"),
		H("\u200e\u200f\u061c"),
		H("\ufeff"),
		H("\ufffd"),
		H("\xc2\x85"),
		H("\u00a0"),
		H("\u00ad"),
		H("\U0001f41d"),
		H("\U0010fffd"),
		H("\xff"),
		H("\xc3"),
		H("\xc3("),
		H("\xc0\xbc"
		  "b>"),
		H("\xe0\x80\xbc"),
		H("\xed\xa0\x80"),
		H("\xf4\x90\x80\x80"),
		H("\xf8\x88\x80\x80\x80"),
		H("\xe2\x80"),
		H("<\xc3>"),
		H("\"\xc3\""),
		H("\xc3\""),
		H("+ADw-b+AD4-"),
		H("{{text}}"),
		H("{{end}}"),
		H("%s%n"),
		H("${7*7}"),
		H("ñandú & Cía. \"S. A. S.\""),
#undef H
	};
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
		check_hostile(hostile[i]);
}

static void no_byte_changes_a_page(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		const char alone = (char)c, between[3] = { 'a', alone, 'b' };
		check_hostile((struct str){ &alone, 1 });
		check_hostile((struct str){ between, 3 });
	}
}

static void no_run_of_bytes_changes_a_page(void **state)
{
	(void)state;
	static const char alphabet[] = "<>\"'&/=!-?#;:%`\\ \n\tab\0\xc3\xa9\xe2\x80\xae\xff.x";
	uint32_t chance = 20220701;
	for (int i = 0; i < 1500; i++) {
		char run[24];
		size_t n = 2 + (size_t)i % 22;
		for (size_t at = 0; at < n; at++) {
			chance = chance * 1664525 + 1013904223;
			run[at] = alphabet[(chance >> 16) % (sizeof(alphabet) - 1)];
		}
		check_hostile((struct str){ run, n });
	}
}

static void a_long_value_changes_no_page(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct buf b;
	buf_init(&b, &a, 1 << 18);
	while (b.n < 60000)
		buf_puts(&b, "<p title=\"é\">&\u202e\xff</p>\n");
	check_hostile(buf_str(&b));
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_the_golden_ones),
		cmocka_unit_test(a_page_over_its_limit_says_so),
#if __has_include(<gumbo.h>)
		cmocka_unit_test(no_hostile_value_changes_a_page),
		cmocka_unit_test(no_byte_changes_a_page),
		cmocka_unit_test(no_run_of_bytes_changes_a_page),
		cmocka_unit_test(a_long_value_changes_no_page),
#endif
	};
#if !__has_include(<gumbo.h>)
	print_message("# hostile values: skipped, libgumbo-dev is not installed\n");
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
