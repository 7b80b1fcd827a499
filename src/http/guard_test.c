/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guard by itself; server_test.c sends it raw bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/guard.h"

enum { LINES_MAX = HEADERS_MAX + 8 };

/* "METHOD TARGET VERSION|name: value|name: value" */
struct head {
	struct http_field field[LINES_MAX];
	struct request r;
	struct str version;
};

static void read_head(struct head *h, const char *text)
{
	struct str rest = str_of(text), line = str_cut(&rest, '|');
	memset(h, 0, sizeof(*h));
	h->r.method = str_cut(&line, ' ');
	struct str target = str_cut(&line, ' ');
	h->r.path = str_cut(&target, '?');
	h->r.query = target;
	h->version = line;
	h->r.header = h->field;
	while (rest.p) {
		struct str value = str_cut(&rest, '|'), name = str_cut(&value, ':');
		assert_true(h->r.n_headers < LINES_MAX);
		h->field[h->r.n_headers++] = (struct http_field){ name, str_trim(value) };
	}
}

static unsigned status_of(const char *text)
{
	struct head h;
	struct guard_body body;
	struct err e = { 0 };
	read_head(&h, text);
	unsigned status = guard_refuses(&h.r, h.version, &body, &e);
	assert_int_equal(status != 0, e.code != ERR_NONE);
	assert_true(!status || (e.msg[0] && e.en[0]));
	return status;
}

static void what_is_plain_passes(void **state)
{
	(void)state;
	static const char *const plain[] = {
		"GET / HTTP/1.1|host: a",
		"GET /a%20b?c=%C3%B1&d=[1] HTTP/1.1|host: a.example:8080|x: caf\xc3\xa9",
		"HEAD / HTTP/1.0|host: [2001:db8::1]:80",
		"POST / HTTP/1.1|host: a|content-length: 0",
		"POST / HTTP/1.1|host: a|transfer-encoding: Chunked",
		"POST / HTTP/1.1|host: a|content-length: 3|expect: 100-Continue",
		"DELETE / HTTP/1.1|host: a|cookie: a=b|cookie: c=d",
	};
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		assert_int_equal(status_of(plain[i]), 0);
}

static void what_is_not_has_its_status(void **state)
{
	(void)state;
	static const struct {
		unsigned status;
		const char *head;
	} bad[] = {
		{ 400, "GET / HTTP/1.1" },
		{ 400, "GET / HTTP/1.1|host: a|host: a" },
		{ 400, "GET / HTTP/1.1|host: a, b" },
		{ 400, "GET / HTTP/1.1|host: a|x y: 1" },
		{ 400, "GET / HTTP/1.1|host: a|x: \x01" },
		{ 400, "get / HTTP/1.1|host: a" },
		{ 400, "GET a HTTP/1.1|host: a" },
		{ 400, "GET /\xff HTTP/1.1|host: a" },
		{ 400, "POST / HTTP/1.1|host: a|content-length: 1|content-length: 1" },
		{ 400, "POST / HTTP/1.1|host: a|content-length: 1|transfer-encoding: chunked" },
		{ 400, "POST / HTTP/1.1|host: a|content-length: 1e3" },
		{ 400, "POST / HTTP/1.1|host: a|content-length: 1234567890123456789" },
		{ 400, "POST / HTTP/1.0|host: a|transfer-encoding: chunked" },
		{ 405, "TRACE / HTTP/1.1|host: a" },
		{ 405, "CONNECT /a HTTP/1.1|host: a" },
		{ 417, "POST / HTTP/1.1|host: a|expect: 200-ok" },
		{ 501, "POST / HTTP/1.1|host: a|transfer-encoding: gzip" },
		{ 501, "POST / HTTP/1.1|host: a|transfer-encoding: chunked, gzip" },
		{ 505, "GET / HTTP/0.9|host: a" },
		{ 505, "GET / HTTP/1.1x|host: a" },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (status_of(bad[i].head) != bad[i].status)
			fail_msg("%s: %u", bad[i].head, status_of(bad[i].head));
}

static void the_body_is_as_announced(void **state)
{
	(void)state;
	struct head h;
	struct guard_body body;
	struct err e = { 0 };
	read_head(&h, "POST / HTTP/1.1|host: a|content-length: 0012");
	assert_int_equal(guard_refuses(&h.r, h.version, &body, &e), 0);
	assert_true(body.n_bytes == 12 && !body.chunked);
	read_head(&h, "POST / HTTP/1.1|host: a|transfer-encoding: chunked");
	assert_int_equal(guard_refuses(&h.r, h.version, &body, &e), 0);
	assert_true(body.n_bytes == 0 && body.chunked);
}

static void expect_forwarded(const char *text, const char *wanted)
{
	struct head h;
	read_head(&h, text);
	struct str told = guard_forwarded_for(&h.r);
	if (!str_is(told, wanted))
		fail_msg("%s: %.*s", text, STR_ARG(told));
}

static void the_last_word_of_the_proxy_counts(void **state)
{
	(void)state;
	expect_forwarded("GET / HTTP/1.1", "");
	expect_forwarded("GET / HTTP/1.1|x-forwarded-for: 192.0.2.1", "192.0.2.1");
	expect_forwarded("GET / HTTP/1.1|x-forwarded-for: 6.6.6.6,  192.0.2.1 ", "192.0.2.1");
	expect_forwarded("GET / HTTP/1.1|x-forwarded-for: 6.6.6.6|x-forwarded-for: 2001:db8::1",
			 "2001:db8::1");
	expect_forwarded("GET / HTTP/1.1|x-forwarded-for: 192.0.2.1, unknown", "");
	expect_forwarded("GET / HTTP/1.1|x-forwarded-for: 192.0.2.1,", "");
	expect_forwarded("GET / HTTP/1.1|x-forwarded-for: 192.0.2.1:8080", "");
	struct head h;
	read_head(&h, "GET / HTTP/1.1|x-forwarded-for: 192.0.2.1");
	h.field[0].value = STR("192.0.2.1\0");
	assert_int_equal(guard_forwarded_for(&h.r).n, 0);
	read_head(&h, "GET / HTTP/1.1|x-forwarded-proto: HTTPS");
	assert_true(guard_forwarded_secure(&h.r));
	read_head(&h, "GET / HTTP/1.1|x-forwarded-proto: http");
	assert_false(guard_forwarded_secure(&h.r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_plain_passes),
		cmocka_unit_test(what_is_not_has_its_status),
		cmocka_unit_test(the_body_is_as_announced),
		cmocka_unit_test(the_last_word_of_the_proxy_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
