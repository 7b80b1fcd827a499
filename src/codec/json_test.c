/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "codec/json.h"

/* Reads text whole; true when it is accepted. */
static bool accepts(struct str text)
{
	ARENA_SCOPE(a, 1u << 20);
	struct json_in j;
	struct err e = { 0 };
	json_in_start(&j, &a, text);
	json_in_skip(&j);
	bool good = json_in_end(&j, &e);
	assert_true(good || e.code == ERR_INPUT);
	return good;
}

static void what_is_json_and_what_is_not(void **state)
{
	(void)state;
	static const char *const good[] = { "{}",
					    " [1, -0, 1e5, 0.5E-3, 9223372036854775808]\n",
					    "\"\\ud83d\\ude00\"",
					    "null",
					    "{\"a\":{\"b\":[true,false,null,\"\"]}}",
					    "\"á\\n\\/\"",
					    "[[]]",
					    "1.7976931348623157e308" };
	/* the seven wrong inputs a strict reader must refuse, and more */
	static const char *const bad[] = {
		"",      "{",     "[1,]",        "{\"a\":1,}",  "01",       "1e999", "\"\\u0000\"",
		"{} x",  "[1 2]", "\"\\ud83d\"", "\"\\ude00\"", "\"a\nb\"", "\"abc", "\"\\x\"",
		"+1",    ".5",    "5.",          "1e",          "tru",      "nul",   "{\"a\"}",
		"{a:1}", "{1:1}", "[}",          "{]",          "]",        "-",     "\"\\u12\"",
		"\"\\",  "[,1]",  "'a'",         "NaN",         "\"\xff\""
	};
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (!accepts(str_of(good[i])))
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (accepts(str_of(bad[i])))
			fail_msg("accepted: %s", bad[i]);
}

static void depth_is_bounded(void **state)
{
	(void)state;
	char text[2 * JSON_DEPTH_MAX + 2];
	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_true(accepts((struct str){ text, 2 * JSON_DEPTH_MAX }));
	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	assert_false(accepts((struct str){ text, 2 * JSON_DEPTH_MAX + 2 }));
}

static void what_was_written_is_read_back(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	struct buf b;
	struct json_out o;
	buf_init(&b, &a, 1u << 16);
	json_out(&o, &b);
	json_put_object(&o);
	json_put_key(&o, STR("A01 \"ñ\""));
	json_put_int(&o, INT64_MIN);
	json_put_key(&o, STR("x"));
	json_put_real(&o, 0.1);
	json_put_key(&o, STR("names"));
	json_put_array(&o);
	json_put_string(&o, STR("tab\t\\ \x01 á"));
	json_put_array(&o);
	json_end_array(&o);
	json_put_bool(&o, true);
	json_put_null(&o);
	json_end_array(&o);
	json_end_object(&o);
	assert_true(str_eq(buf_str(&b),
			   STR("{\"A01 \\\"ñ\\\"\":-9223372036854775808,\"x\":0.1,"
			       "\"names\":[\"tab\\t\\\\ \\u0001 á\",[],true,null]}")));

	struct json_in j;
	struct str key;
	struct err e = { 0 };
	json_in_start(&j, &a, buf_str(&b));
	assert_true(json_in_object(&j));
	assert_true(json_in_key(&j, &key) && str_is(key, "A01 \"ñ\""));
	struct json_number n = json_in_number(&j);
	assert_true(n.whole && n.integer == INT64_MIN);
	assert_true(json_in_key(&j, &key) && str_is(key, "x"));
	n = json_in_number(&j);
	assert_true(!n.whole && n.real > 0.0999999 && n.real < 0.1000001);
	assert_true(json_in_key(&j, &key) && json_in_array(&j));
	assert_true(json_in_item(&j) && str_eq(json_in_string(&j), STR("tab\t\\ \x01 á")));
	assert_true(json_in_item(&j) && json_in_array(&j) && !json_in_item(&j));
	assert_true(json_in_item(&j) && json_in_bool(&j));
	assert_true(json_in_item(&j) && json_in_peek(&j) == JSON_IS_NULL);
	json_in_null(&j);
	assert_false(json_in_item(&j));
	assert_false(json_in_key(&j, &key));
	assert_true(json_in_end(&j, &e));
}

static void a_fault_sticks_and_names_its_byte(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	struct json_in j;
	struct str key;
	struct err e = { 0 };
	json_in_start(&j, &a, STR("{\"a\":\"b\"}"));
	assert_true(json_in_object(&j) && json_in_key(&j, &key));
	assert_false(json_in_number(&j).whole);
	assert_false(json_in_key(&j, &key));
	assert_int_equal(json_in_peek(&j), JSON_IS_NONE);
	assert_false(json_in_end(&j, &e));
	assert_non_null(strstr(e.msg, "byte 6: falta un número"));
}

int main(void)
{
	const struct CMUnitTest test[] = {
		cmocka_unit_test(what_is_json_and_what_is_not),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(what_was_written_is_read_back),
		cmocka_unit_test(a_fault_sticks_and_names_its_byte),
	};
	return cmocka_run_group_tests(test, NULL, NULL);
}
