/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/mail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static struct str compose(struct arena *a, const char *person, const char *subject,
			  const char *body)
{
	const struct stored_mail m = { .person = str_of(person),
				       .email = STR("ana@example.co"),
				       .subject = str_of(subject),
				       .body = str_of(body),
				       .lang = STR("es"),
				       .message_id = STR("1@example.co") };
	struct err e = { 0 };
	struct str out = { 0 };
	if (!mail_compose(a, &m, "ssme@example.co", "SSME", STR("2024-07-01T13:00:00Z"), &out, &e))
		fail_msg("%s", e.msg);
	return out;
}

static bool has(struct str text, const char *part)
{
	size_t at;
	return str_find(text, str_of(part), &at);
}

/* Header lines, up to the empty line; a continued line counts with the one before. */
static size_t count_headers(struct str letter)
{
	size_t n = 0;
	while (letter.p) {
		const struct str line = str_cut(&letter, '\n');
		if (line.n <= 1)
			return n;
		n += line.p[0] != ' ';
	}
	return n;
}

static void no_words_become_a_header(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"Ana\r\nBcc: thief@example.co", "Ana\nBcc: thief@example.co", "\r\n\r\nhello",
		"=?UTF-8?Q?x?=", "\"><thief@example.co>", "\xc3\xb1\r\nX: y", "",
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ARENA_SCOPE(a, 1 << 20);
		const struct str letter = compose(&a, bad[i], bad[i], "x");
		assert_int_equal(count_headers(letter), 10);
		assert_false(has(letter, "thief"));
	}
}

static void headers_are_ascii_and_lines_short(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	char body[4000];
	memset(body, 'a', sizeof(body) - 1);
	body[sizeof(body) - 1] = '\0';
	const char *subject = "áéíóúñ áéíóúñ áéíóúñ áéíóúñ áéíóúñ áéíóúñ áéíóúñ áéíóúñ áéíóúñ";
	struct str letter = compose(&a, "Señora Ñandú", subject, body);
	for (size_t i = 0; i < letter.n; i++)
		assert_true((unsigned char)letter.p[i] < 0x7f);
	while (letter.p) {
		const struct str line = str_cut(&letter, '\n');
		assert_true(line.n <= 78);
		assert_true(!line.n || line.p[line.n - 1] == '\r');
	}
}

static void the_day_of_the_week_is_right(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	/* 1 July 2024 was a Monday. */
	assert_true(has(compose(&a, "Ana", "x", "y"), "Date: Mon, 01 Jul 2024 13:00:00 +0000\r\n"));
}

static void text_is_quoted_printable(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	const struct str letter = compose(&a, "Ana", "x", "a=b \n.\nñ");
	assert_true(has(letter, "a=3Db=20\r\n=2E\r\n=C3=B1\r\n"));
}

static void fields_are_filled_once_and_unknown_ones_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	const struct mail_fields f = { { [MAIL_PERSON] = STR("{enlace}"),
					 [MAIL_LINK] = STR("L") } };
	struct stored_mail_text t = { .subject = STR("x"), .body = STR("{enlace}") };
	const struct mail_name *name = mail_name_of(STR("invitation"));
	struct err e = { 0 };
	struct buf b;
	buf_init(&b, &a, 1000);
	mail_fill(&b, STR("{nombre} {enlace} {nada"), &f);
	assert_true(str_is(buf_str(&b), "{enlace} L {nada"));
	assert_true(mail_wording_check(name, &t, &e));
	static const char *const bad[] = { "{enlace} {nada}", "{enlace} {", "{enlace} }", "sin",
					   "" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		t.body = str_of(bad[i]);
		assert_false(mail_wording_check(name, &t, &e));
		e = (struct err){ 0 };
	}
	t = (struct stored_mail_text){ .subject = STR("{enlace}"), .body = STR("{enlace}") };
	assert_false(mail_wording_check(name, &t, &e));
}

static void a_report_of_delivery_is_read(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct mail_report r;
	struct err e = { 0 };
	assert_true(mail_report_read(&a,
				     STR("Message-ID: <daemon@x>\r\n\r\nFinal-Recipient: "
					 "RFC822;\r\n ana@example.co\r\n"
					 "action: failed\r\nStatus: 5.1.1\r\n"
					 "\r\nMessage-Id: <1@example.co>\r\n"),
				     &r, &e));
	assert_true(r.failed);
	assert_true(str_is(r.address, "ana@example.co"));
	assert_true(str_is(r.message_id, "1@example.co"));
	assert_true(str_is(r.words, "5.1.1"));
	assert_true(mail_report_read(
		&a, STR("Final-Recipient: rfc822; a@b.co\nAction: delayed\n"), &r, &e));
	assert_false(r.failed);
	assert_false(mail_report_read(&a, STR("hello\n"), &r, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_words_become_a_header),
		cmocka_unit_test(headers_are_ascii_and_lines_short),
		cmocka_unit_test(the_day_of_the_week_is_right),
		cmocka_unit_test(text_is_quoted_printable),
		cmocka_unit_test(fields_are_filled_once_and_unknown_ones_refused),
		cmocka_unit_test(a_report_of_delivery_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
