/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"

#include <string.h>

#include "base/text.h"

static void the_first_cause_wins_and_places_go_in_front(void **state)
{
	(void)state;
	struct err e = { 0 };
	assert_false(err_set(&e, ERR_ABSENT, "no %s", "file"));
	assert_false(err_set(&e, ERR_IO, "later"));
	assert_int_equal(e.code, ERR_ABSENT);
	assert_string_equal(e.msg, "no file");
	assert_true(e.line > 0 && strstr(e.file, "err_test"));
	assert_false(err_in(&e, "row %d", 7));
	assert_false(err_in(&e, "round %s", "2022"));
	assert_string_equal(e.msg, "round 2022: row 7: no file");
}

static void each_language_has_its_message(void **state)
{
	(void)state;
	struct err e = { 0 };
	assert_false(err_say(&e, ERR_ABSENT, "no hay %s", "there is no %s", "F1"));
	assert_false(err_in(&e, "2022"));
	assert_string_equal(err_text(&e, false), "2022: no hay F1");
	assert_string_equal(err_text(&e, true), "2022: there is no F1");
	e = (struct err){ 0 };
	assert_false(err_set(&e, ERR_IO, "roto (broken)"));
	assert_string_equal(err_text(&e, true), "roto (broken)");
}

static void a_long_message_is_cut_between_characters(void **state)
{
	(void)state;
	char text[2000];
	for (size_t shift = 0; shift < 4; shift++) {
		memset(text, 'x', shift);
		for (size_t i = shift; i + 2 < sizeof(text); i += 2)
			memcpy(text + i, "ñ", 3);
		struct err e = { 0 };
		assert_false(err_set(&e, ERR_INPUT, "%s", text));
		assert_true(utf8_valid(str_of(e.msg), NULL));
		assert_true(strlen(e.msg) >= sizeof(e.msg) - 3);
		assert_false(err_in(&e, "é%s", "€"));
		assert_true(utf8_valid(str_of(e.msg), NULL));
		assert_memory_equal(e.msg, "é€: ", strlen("é€: "));
		assert_false(err_in(&e, "%s", text));
		assert_true(utf8_valid(str_of(e.msg), NULL));
	}
}

static void codes_stand_for_exit_statuses(void **state)
{
	(void)state;
	const int want[] = {
		[ERR_NONE] = 0,     [ERR_INPUT] = 2, [ERR_DENIED] = 2, [ERR_ABSENT] = 2,
		[ERR_CONFLICT] = 2, [ERR_LIMIT] = 2, [ERR_BUSY] = 3,   [ERR_IO] = 3, [ERR_FULL] = 3
	};
	for (int code = ERR_NONE; code < ERR_CODES; code++)
		assert_int_equal(err_exit_status((enum err_code)code), want[code]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_cause_wins_and_places_go_in_front),
		cmocka_unit_test(each_language_has_its_message),
		cmocka_unit_test(a_long_message_is_cut_between_characters),
		cmocka_unit_test(codes_stand_for_exit_statuses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
