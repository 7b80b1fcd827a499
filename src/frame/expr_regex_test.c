/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "frame/expr_regex.h"

static int match(struct arena *a, const char *pattern, const char *text)
{
	struct expr_regex *re = NULL;
	struct err e = { 0 };
	if (!expr_regex_compile(a, str_of(pattern), &re, &e))
		return -(int)e.code;
	return expr_regex_match(re, str_of(text), arena_alloc(a, 1, expr_regex_scratch_bytes(re)));
}

static void the_whole_text_must_match(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 28);
	static const struct {
		const char *pattern, *text;
		int want;
	} c[] = {
		{ "abc", "abc", 1 },
		{ "abc", "abcd", 0 },
		{ "abc", "xabc", 0 },
		{ "", "", 1 },
		{ "", "a", 0 },
		{ "a|b|", "b", 1 },
		{ "a|b|", "", 1 },
		{ "(a|bc)d", "bcd", 1 },
		{ "(a|bc)d", "bd", 0 },
		{ "a*", "aaaa", 1 },
		{ "a*", "", 1 },
		{ "a+", "", 0 },
		{ "ab?c", "ac", 1 },
		{ "ab?c", "abbc", 0 },
		{ "a{3}", "aaa", 1 },
		{ "a{3}", "aaaa", 0 },
		{ "a{2,3}", "aa", 1 },
		{ "a{2,3}", "aaaa", 0 },
		{ "a{2,}", "aaaaaa", 1 },
		{ "a{0}", "", 1 },
		{ "a{0,1}b", "b", 1 },
		{ "(ab){2}", "abab", 1 },
		{ "[abc]+", "cab", 1 },
		{ "[^abc]+", "cab", 0 },
		{ "[^abc]+", "xyz", 1 },
		{ "[a-c0-9]+", "b7", 1 },
		{ "[]a]+", "]a", 1 },
		{ "[a-]+", "-a", 1 },
		{ "[\\d.]+", "1.5", 1 },
		{ "[^\\d]+", "a1", 0 },
		{ "\\d{3}-\\d{2}", "123-45", 1 },
		{ "\\w+", "a_9", 1 },
		{ "\\W", "-", 1 },
		{ "\\s*x\\s*", " \tx ", 1 },
		{ "\\S+", "a b", 0 },
		{ "\\.", ".", 1 },
		{ "\\.", "a", 0 },
		{ ".", "\xC3\xB1", 1 },
		{ "..", "\xC3\xB1", 0 },
		{ ".", "\n", 0 },
		{ "[\xC3\xA0-\xC3\xBF]+", "\xC3\xB1\xC3\xA9", 1 },
		{ "^a$", "a", 1 },
		{ "^a|^b", "b", 1 },
		{ "a^b", "ab", 0 },
		{ "a$b", "ab", 0 },
		{ "(?:a|b)+c", "abac", 1 },
		{ "a*?b", "aab", 1 },
		{ "(a*)*", "aaa", 1 },
		{ "(a*)*b", "aaa", 0 },
		{ "(|a)+", "aa", 1 },
		{ "[\\]]", "]", 1 },
		{ "\\t\\n", "\t\n", 1 },
	};
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		int got = match(&a, c[i].pattern, c[i].text);
		if (got != c[i].want)
			print_error("%s on %s: %d\n", c[i].pattern, c[i].text, got);
		assert_int_equal(got, c[i].want);
	}
}

static void faults_of_a_pattern(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 28);
	static const char *const bad[] = { "(",           "(a",      "a)",   "*a",     "a**",
					   "a{2",         "a{3,2}",  "a{x}", "[a",     "[b-a]",
					   "(?=a)",       "(?<n>a)", "\\1",  "\\",     "\\p{L}",
					   "[[:alpha:]]", "a{2000}", "[\\",  "[a-\\d]" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (match(&a, bad[i], "a") != -(int)ERR_INPUT)
			print_error("%s\n", bad[i]);
		assert_int_equal(match(&a, bad[i], "a"), -(int)ERR_INPUT);
	}
	assert_int_equal(match(&a, "((a{100}){100}){100}", "a"), -(int)ERR_LIMIT);
	assert_int_equal(match(&a, "((){1000}){1000}", ""), -(int)ERR_LIMIT);
}

/* Patterns that are slow for machines that go back: 30 nested choices over a long text. */
static void no_text_makes_it_slow(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 28);
	char text[20001];
	for (size_t i = 0; i < sizeof text - 1; i++)
		text[i] = 'a';
	text[sizeof text - 1] = '\0';
	assert_int_equal(match(&a, "(a+)+b", text), 0);
	assert_int_equal(match(&a, "(a|aa)+", text), 1);
	assert_int_equal(match(&a, "(a?){30}a{30}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_text_must_match),
		cmocka_unit_test(faults_of_a_pattern),
		cmocka_unit_test(no_text_makes_it_slow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
