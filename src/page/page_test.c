/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "page/inside.h"

static struct call call_of(struct arena *a, const struct command *row, enum lang lang)
{
	struct call c = { .a = a, .command = row, .lang = lang };
	c.now = STR("2026-07-01T12:00:00Z");
	c.caller.roles = ROLE_PUBLIC;
	buf_init(&c.out, a, 1 << 20);
	return c;
}

static const struct command *row_of(const char *method, const char *route)
{
	for (size_t i = 0; i < table_page.n; i++) {
		const struct command *r = &table_page.row[i];
		if (strcmp(r->method, method) == 0 && strcmp(r->route, route) == 0)
			return r;
	}
	fail_msg("no row %s %s", method, route);
	return NULL;
}

static bool has(struct str s, const char *part)
{
	size_t at;
	return str_find(s, str_of(part), &at);
}

static void every_error_is_a_page_that_says_what_to_do(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	const unsigned status[] = { 400, 401, 403, 404, 405, 406, 408, 409, 413, 414,
				    415, 422, 429, 431, 500, 502, 503, 504 };
	for (size_t i = 0; i < sizeof(status) / sizeof(*status); i++) {
		for (enum lang lang = LANG_ES; lang < LANG_N; lang++) {
			struct err e = { 0 };
			struct call c = call_of(&a, NULL, lang);
			(void)err_say(&e, ERR_INPUT, "no <b> \"va\"", "not <b> \"so\"");
			page_error(&c, status[i], &e);
			const struct str page = buf_str(&c.out);
			assert_int_equal(c.reply.status, status[i]);
			assert_true(has(page, "<h1>") && has(page, "</html>"));
			assert_true(has(page, lang == LANG_ES ? "<html lang=\"es\">"
							      : "<html lang=\"en\">"));
			assert_false(has(page, "<b> "));
			assert_true(page.n < PAGE_BYTES_MAX);
			assert_int_equal(c.reply.cache, CACHE_NEVER);
			assert_true(has(page, "/entrar\">") || status[i] != 401);
		}
	}
}

/* What the system says of its own files is not for a visitor. */
static void a_failure_of_ours_does_not_say_its_cause(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8 << 20);
	struct err e = { 0 };
	struct call c = call_of(&a, NULL, LANG_ES);
	(void)err_set(&e, ERR_IO, "/var/lib/ssme/ssme.db: disk I/O error");
	page_error(&c, 500, &e);
	assert_false(has(buf_str(&c.out), "ssme.db"));
}

static void a_value_that_cannot_be_read_shows_its_form_again(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16 << 20);
	struct err e = { 0 };
	struct call c = call_of(&a, row_of("POST", "/entrar"), LANG_ES);
	struct str email = STR("ana@example.org\"><script>");
	c.value[0] = (struct values){ .text = &email, .n = 1 };
	c.blamed = "password";
	(void)err_say(&e, ERR_LIMIT, "--password: más de 256 bytes", "--password: over 256 bytes");
	page_error(&c, 413, &e);
	const struct str page = buf_str(&c.out);
	assert_int_equal(c.reply.status, 422);
	assert_true(has(page, "action=\"/entrar\""));
	assert_true(has(page, "value=\"ana@example.org&quot;&gt;&lt;script&gt;\""));
	assert_true(has(page, "id=\"password-fault\" role=\"alert\">«contraseña»: más de 256"));
	assert_false(has(page, "<script"));
}

static void an_english_page_links_to_english_pages(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8 << 20);
	struct err e = { 0 };
	struct call c = call_of(&a, row_of("GET", "/entrar"), LANG_EN);
	assert_true(page_sign_in(&c, &e));
	const struct str page = buf_str(&c.out);
	assert_true(has(page, "action=\"/en/entrar\"") && has(page, "href=\"/en/\""));
	assert_true(has(page, "href=\"/en/entrar?lang=es\" hreflang=\"es\""));
	page_go(&c, STR("/cuenta"), "guardado");
	assert_true(str_is(c.reply.location, "/en/cuenta?hecho=guardado"));
	assert_int_equal(c.reply.status, 303);
}

static void only_words_of_ours_are_shown_as_done(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8 << 20);
	struct call c = call_of(&a, row_of("GET", "/"), LANG_EN);
	c.done = STR("guardado");
	assert_true(str_is(done_words(&c), "Saved."));
	c.done = STR("<b>");
	assert_int_equal(done_words(&c).n, 0);
}

/* A field that somebody types in and that is wrong must come back in its form. */
static void every_deed_with_typed_fields_has_its_form(void **state)
{
	(void)state;
	static const char *const without[] = {
		/* hidden fields of a button */
		"/administracion/cuentas/{ACCOUNT}/roles/quitar",
		"/administracion/cuentas/{ACCOUNT}/sesiones",
		"/enlaces/{LINK}/revocar",
	};
	for (size_t i = 0; i < table_page.n; i++) {
		const struct command *r = &table_page.row[i];
		bool typed = false, known = form_of(r) != NULL;
		for (size_t k = 0; k < PARAMS_MAX && r->param[k].name; k++) {
			ARENA_SCOPE(a, 1 << 16);
			const char *brace =
				str_c(&a, str_fmt(&a, "{%s}", r->param[k].name));
			typed = typed || !strstr(r->route, brace);
		}
		for (size_t k = 0; k < sizeof(without) / sizeof(*without); k++)
			known = known || strcmp(r->route, without[k]) == 0;
		if (strcmp(r->method, "POST") == 0 && typed && !known)
			fail_msg("%s has no form to show again", r->route);
	}
}

static void every_write_asks_for_the_token_of_the_form(void **state)
{
	(void)state;
	/* Nobody has a session there yet, so there is no token. */
	static const char *const before[] = { "/entrar", "/invitacion/{--token}",
					      "/enlace/{--token}" };
	for (size_t i = 0; i < table_page.n; i++) {
		const struct command *r = &table_page.row[i];
		bool open = false;
		for (size_t k = 0; k < sizeof(before) / sizeof(*before); k++)
			open = open || strcmp(r->route, before[k]) == 0;
		assert_int_equal(r->writes, strcmp(r->method, "POST") == 0);
		if (r->writes && r->csrf == open)
			fail_msg("%s: csrf", r->route);
		assert_true(r->roles != 0);
		assert_null(r->token);
	}
}

static void a_browser_is_called_by_its_name(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	static const char *const agent[][2] = {
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; rv:140.0) Gecko/20100101 Firefox/140.0",
		  "Firefox, Windows" },
		{ "Mozilla/5.0 (Windows NT 10.0; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
		  "Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0",
		  "Edge, Windows" },
		{ "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
		  "Chrome/138.0.0.0 Mobile Safari/537.36",
		  "Chrome, Android" },
		{ "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
		  "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
		  "Safari, iPhone" },
		{ "curl/7.88.1", "curl" },
		{ "quite another", "quite another" },
	};
	for (size_t i = 0; i < sizeof(agent) / sizeof(*agent); i++)
		assert_true(str_is(agent_words(&a, str_of(agent[i][0])), agent[i][1]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_is_a_page_that_says_what_to_do),
		cmocka_unit_test(a_failure_of_ours_does_not_say_its_cause),
		cmocka_unit_test(a_value_that_cannot_be_read_shows_its_form_again),
		cmocka_unit_test(an_english_page_links_to_english_pages),
		cmocka_unit_test(only_words_of_ours_are_shown_as_done),
		cmocka_unit_test(every_deed_with_typed_fields_has_its_form),
		cmocka_unit_test(every_write_asks_for_the_token_of_the_form),
		cmocka_unit_test(a_browser_is_called_by_its_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
