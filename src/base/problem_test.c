/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/problem.h"

#include <string.h>

#include "base/lang.h"
#include "base/runner.h"

static const struct problem example = {
	.severity = SEVERITY_ERROR,
	.sheet = { "cluster.survey", 14 },
	.row = 14,
	.column = { "D14", 3 },
	.value = { "${govenanza}", 12 },
	.rule = "unknown_name",
	.suggestion = { "did you mean ${gobernanza}?", 27 },
};

static const char *put(struct arena *a, void (*writer)(struct buf *, const struct problems *),
		       const struct problems *ps)
{
	struct buf b;
	buf_init(&b, a, 1u << 20);
	writer(&b, ps);
	assert_false(b.over);
	return b.p;
}

static void a_problem_is_told_in_three_formats(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 22);
	struct problems ps;
	problems_init(&ps, &a, LANG_EN);
	ps.file = STR("form.xlsx");
	problem_report(&ps, example, "%s no existe", "%s does not exist", "${govenanza}");
	problem_add(&ps, (struct problem){ .severity = SEVERITY_WARNING, .file = STR("b.csv"),
					   .rule = "x", .message = STR("a\x1b[31m\nb") });
	assert_true(ps.n == 2 && ps.n_errors == 1 && ps.n_warnings == 1);
	assert_string_equal(put(&a, problems_put_text, &ps),
			    "form.xlsx:cluster.survey:14:D14: error: ${govenanza} does not exist "
			    "(did you mean ${gobernanza}?)\n"
			    "b.csv: warning: a [31m b\n");
	assert_string_equal(
		put(&a, problems_put_json, &ps),
		"[{\"file\":\"form.xlsx\",\"sheet\":\"cluster.survey\",\"row\":14,\"column\":"
		"\"D14\","
		"\"value\":\"${govenanza}\",\"rule\":\"unknown_name\","
		"\"message\":\"${govenanza} does not exist\","
		"\"suggestion\":\"did you mean ${gobernanza}?\",\"severity\":\"error\"},\n"
		" {\"file\":\"b.csv\",\"sheet\":\"\",\"row\":null,\"column\":\"\",\"value\":\"\","
		"\"rule\":\"x\",\"message\":\"a\\u001b[31m\\nb\",\"suggestion\":\"\","
		"\"severity\":\"warning\"}]\n");
	assert_string_equal(put(&a, problems_put_csv, &ps),
			    "file,sheet,row,column,value,rule,message,suggestion,severity\r\n"
			    "form.xlsx,cluster.survey,14,D14,${govenanza},unknown_name,"
			    "${govenanza} does not exist,did you mean ${gobernanza}?,error\r\n"
			    "b.csv,,,,,x,\"a\x1b[31m\nb\",,warning\r\n");
}

static void the_language_of_the_list_chooses_the_message(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	struct problems ps;
	problems_init(&ps, &a, LANG_ES);
	struct problem place = { .severity = SEVERITY_WARNING, .row = 3 };
	problem_report(&ps, place, "faltan %d años", "%d years are missing", 2);
	assert_string_equal(put(&a, problems_put_text, &ps), "3: advertencia: faltan 2 años\n");
	assert_string_equal(put(&a, problems_put_json, &(struct problems){ .a = &a }), "[]\n");
}

static void a_full_list_counts_on_and_says_that_it_was_cut(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 24);
	struct problems ps;
	problems_init(&ps, &a, LANG_EN);
	ps.limit = 3;
	char value[300];
	memset(value, 'v', sizeof(value));
	memcpy(value + 199, "ñ", 2);
	for (int i = 0; i < 10; i++) {
		struct problem p = { .severity = i % 2 ? SEVERITY_WARNING : SEVERITY_ERROR,
				     .value = { value, sizeof(value) } };
		problem_report(&ps, p, "n.º %d", "no. %d", i);
	}
	memset(value, 'x', sizeof(value)); /* the list keeps copies */
	assert_true(ps.n == 3 && ps.n_errors == 5 && ps.n_warnings == 5);
	assert_true(ps.item[2].value.n == 199 && ps.item[2].value.p[198] == 'v');
	const char *text = put(&a, problems_put_text, &ps);
	assert_non_null(strstr(text, "error: no. 2\n"));
	assert_null(strstr(text, "no. 3"));
	assert_non_null(strstr(text, "there are 5 errors and 5 warnings in all"));
	assert_non_null(strstr(put(&a, problems_put_json, &ps), "\"rule\":\"list_cut\""));
	ps.limit = 0;
	for (size_t i = 0; i < PROBLEMS_LIMIT + 5; i++)
		problem_add(&ps, example);
	assert_true(ps.n == PROBLEMS_LIMIT);
}

static void labels_fall_back_to_the_other_language(void **state)
{
	(void)state;
	struct label l = { { [LANG_ES] = STR("áreas") } };
	assert_true(str_is(label_in(&l, LANG_EN), "áreas") &&
		    str_is(label_in(&l, LANG_ES), "áreas"));
	l.in[LANG_EN] = STR("areas");
	assert_true(str_is(label_in(&l, LANG_EN), "areas"));
	assert_string_equal(lang_code(LANG_ES), "es");
	assert_string_equal(lang_code(LANG_EN), "en");
}

static void note(void *arg, size_t part)
{
	((int *)arg)[part]++;
}

static void the_serial_runner_runs_each_part_once(void **state)
{
	(void)state;
	int seen[5] = { 0 };
	runner_serial.run(&runner_serial, note, seen, 4);
	const int want[5] = { 1, 1, 1, 1, 0 };
	assert_memory_equal(seen, want, sizeof(want));
	assert_int_equal(runner_serial.n_threads, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_problem_is_told_in_three_formats),
		cmocka_unit_test(the_language_of_the_list_chooses_the_message),
		cmocka_unit_test(a_full_list_counts_on_and_says_that_it_was_cut),
		cmocka_unit_test(labels_fall_back_to_the_other_language),
		cmocka_unit_test(the_serial_runner_runs_each_part_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
