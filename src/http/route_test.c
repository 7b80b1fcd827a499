/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

#include "http/route.h"

static bool nothing(struct call *c, struct err *e)
{
	(void)c;
	(void)e;
	return true;
}

#define ROW(m, r, ...) { .method = m, .route = r, .run = nothing, .param = { __VA_ARGS__ } }
#define P(n) { .name = n, .kind = PARAM_TEXT }

static const struct command rows[] = {
	ROW("GET", "/", P("x")),
	ROW("GET", "/api/rounds", P("x")),
	ROW("POST", "/api/rounds", P("ID")),
	ROW("GET", "/api/rounds/{ID}", P("ID")),
	ROW("POST", "/api/rounds/check", P("x")),
	ROW("GET", "/api/rounds/{--round}/figures", P("--by"), P("--round")),
	ROW("GET", "/boletin/{round}", P("--round")),
	ROW("GET", "/boletin/{round}.pdf", P("--round")),
	ROW("GET", "/static/{--hash}/{FILE...}", P("--hash"), P("FILE")),
};
static const struct command_rows part = { rows, sizeof(rows) / sizeof(*rows) };

struct found {
	struct arena a;
	const struct routes *routes;
	struct route_match m;
};

static const struct command *find(struct found *f, const char *method, const char *path)
{
	struct err e = { 0 };
	if (!f->routes && !routes_make(&f->a, &part, 1, &f->routes, &e))
		fail_msg("%s", e.msg);
	routes_find(f->routes, str_of(method), str_of(path), &f->m);
	return f->m.row;
}

static int start(void **state)
{
	static struct found f;
	memset(&f, 0, sizeof(f));
	arena_init(&f.a, 1 << 20);
	*state = &f;
	return 0;
}

static int end(void **state)
{
	arena_drop(&((struct found *)*state)->a);
	return 0;
}

static void a_path_leads_to_its_row(void **state)
{
	struct found *f = *state;
	assert_ptr_equal(find(f, "GET", "/"), &rows[0]);
	assert_ptr_equal(find(f, "GET", "/api/rounds"), &rows[1]);
	assert_ptr_equal(find(f, "HEAD", "/api/rounds"), &rows[1]);
	assert_ptr_equal(find(f, "POST", "/api/rounds"), &rows[2]);
	assert_ptr_equal(find(f, "GET", "/api/rounds/2022"), &rows[3]);
	assert_true(str_is(f->m.value[0], "2022"));
	assert_ptr_equal(find(f, "GET", "/api/rounds/2022/figures"), &rows[5]);
	assert_int_equal(f->m.param[0], 1);
}

static void a_word_goes_before_a_parameter_and_falls_back_to_it(void **state)
{
	struct found *f = *state;
	assert_ptr_equal(find(f, "POST", "/api/rounds/check"), &rows[4]);
	assert_ptr_equal(find(f, "GET", "/api/rounds/check"), &rows[3]);
	assert_ptr_equal(find(f, "GET", "/boletin/2022.pdf"), &rows[7]);
	assert_true(str_is(f->m.value[0], "2022"));
	assert_ptr_equal(find(f, "GET", "/boletin/2022.x"), &rows[6]);
}

static void all_that_follows_is_one_parameter(void **state)
{
	struct found *f = *state;
	assert_ptr_equal(find(f, "GET", "/static/ab/fonts/x.woff2"), &rows[8]);
	assert_true(str_is(f->m.value[0], "ab"));
	assert_true(str_is(f->m.value[1], "fonts/x.woff2"));
	assert_null(find(f, "GET", "/static/ab/"));
	assert_null(find(f, "GET", "/static/ab"));
}

static void what_is_no_path_leads_nowhere(void **state)
{
	struct found *f = *state;
	static const char *const none[] = { "", "api", "/api", "/api/rounds/", "//api/rounds",
					    "/api//rounds", "/API/rounds", "/api/rounds/2022/x",
					    "/boletin/.pdf/",
					    "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r" };
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		assert_null(find(f, "GET", none[i]));
		assert_int_equal(f->m.n_allow, 0);
	}
}

static void another_method_is_told_which_there_are(void **state)
{
	struct found *f = *state;
	assert_null(find(f, "DELETE", "/api/rounds"));
	assert_int_equal(f->m.n_allow, 2);
	assert_null(find(f, "POST", "/api/rounds/2022"));
	assert_int_equal(f->m.n_allow, 1);
	assert_string_equal(f->m.allow[0], "GET");
}

static void refused(const struct command *row, size_t n, const char *word)
{
	ARENA_SCOPE(a, 1 << 20);
	const struct command_rows bad = { row, n };
	const struct routes *r;
	struct err e = { 0 };
	assert_false(routes_make(&a, &bad, 1, &r, &e));
	if (!strstr(e.msg, word))
		fail_msg("%s", e.msg);
}

static void a_table_that_makes_no_sense_is_refused(void **state)
{
	(void)state;
	const struct command twice[] = { ROW("GET", "/x/{a}", P("a")),
					 ROW("GET", "/x/{b}", P("b")) };
	const struct command unknown[] = { ROW("GET", "/x/{y}", P("a")) };
	const struct command method[] = { ROW("FETCH", "/x", P("a")) };
	const struct command middle[] = { ROW("GET", "/x/{a...}/y", P("a")) };
	refused(twice, 2, "dos filas");
	refused(unknown, 1, "{y}");
	refused(method, 1, "método");
	refused(middle, 1, "no se entiende");
}

static void escapes_are_read_strictly(void **state)
{
	struct found *f = *state;
	struct str s;
	assert_true(percent_decode(&f->a, STR("a%20b+c%C3%B1"), false, &s));
	assert_true(str_is(s, "a b+cñ"));
	assert_true(percent_decode(&f->a, STR("a+b"), true, &s));
	assert_true(str_is(s, "a b"));
	assert_false(percent_decode(&f->a, STR("%"), false, &s));
	assert_false(percent_decode(&f->a, STR("%2"), false, &s));
	assert_false(percent_decode(&f->a, STR("%zz"), false, &s));
	assert_false(percent_decode(&f->a, STR("%00"), false, &s));
	assert_false(percent_decode(&f->a, STR("%ff"), false, &s));
	assert_false(percent_decode(&f->a, STR("%C3"), false, &s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_path_leads_to_its_row, start, end),
		cmocka_unit_test_setup_teardown(a_word_goes_before_a_parameter_and_falls_back_to_it,
						start, end),
		cmocka_unit_test_setup_teardown(all_that_follows_is_one_parameter, start, end),
		cmocka_unit_test_setup_teardown(what_is_no_path_leads_nowhere, start, end),
		cmocka_unit_test_setup_teardown(another_method_is_told_which_there_are, start, end),
		cmocka_unit_test_setup_teardown(a_table_that_makes_no_sense_is_refused, start, end),
		cmocka_unit_test_setup_teardown(escapes_are_read_strictly, start, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
