/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/multipart.h"

enum { HEARD_BYTES_MAX = 64 << 10 };

/* What was handed on, as text: "name|file name or -|bytes;" for each part. */
static bool begin(void *user, struct str name, struct str file_name, struct err *e)
{
	struct buf *b = user;
	(void)e;
	buf_put(b, name);
	buf_putc(b, '|');
	buf_put(b, file_name.p ? file_name : STR("-"));
	buf_putc(b, '|');
	return true;
}

static bool bytes(void *user, struct str part, struct err *e)
{
	(void)e;
	buf_put(user, part);
	return true;
}

static bool end(void *user, struct err *e)
{
	(void)e;
	buf_putc(user, ';');
	return true;
}

/* Reads body in pieces of n bytes; what was heard, or "refused". */
static struct str read_in(struct arena *a, struct str body, size_t n, const char *boundary)
{
	struct buf heard;
	struct multipart m;
	struct err e = { 0 };
	buf_init(&heard, a, HEARD_BYTES_MAX);
	multipart_start(&m, str_of(boundary), (struct multipart_sink){ begin, bytes, end, &heard });
	for (size_t at = 0; at < body.n; at += n)
		if (!multipart_take(&m, str_sub(body, at, n), &e))
			return STR("refused");
	return multipart_end(&m, &e) ? buf_str(&heard) : STR("refused");
}

/* The same however it is cut. */
static void expect(struct str body, const char *wanted)
{
	ARENA_SCOPE(a, (size_t)64 << 20);
	for (size_t n = 1; n <= body.n + 1; n++) {
		struct str heard = read_in(&a, body, n, "zz");
		if (!str_is(heard, wanted))
			fail_msg("in pieces of %zu: \"%.*s\", wanted \"%s\"", n, STR_ARG(heard),
				 wanted);
	}
}

#define PART(head) "--zz\r\n" head "\r\n\r\n"
#define FIELD(name) PART("Content-Disposition: form-data; name=\"" name "\"")
#define END "\r\n--zz--\r\n"

static void parts_are_read_however_they_are_cut(void **state)
{
	(void)state;
	expect(STR("--zz--\r\n"), "");
	expect(STR(FIELD("a") "one" END), "a|-|one;");
	expect(STR(FIELD("a") END), "a|-|;");
	expect(STR(FIELD("a") "1\r\n" FIELD("b") "2" END), "a|-|1;b|-|2;");
	expect(STR(PART("Content-Disposition: form-data; name=f; filename=\"x.csv\"\r\n"
			"Content-Type: text/csv") "q,w\r\n1,2\r\n" END),
	       "f|x.csv|q,w\r\n1,2\r\n;");
	expect(STR(PART("content-disposition:FORM-DATA ; filename=\"\" ; name=\"f\"") END), "f||;");
	expect(STR(FIELD("a") "x" END "what follows is left out"), "a|-|x;");
}

static void what_looks_like_a_boundary_is_not_one(void **state)
{
	(void)state;
	expect(STR(FIELD("a") "\r\n--z\r\n-\r\r\n--zy\r\n\r\n--zz" END), "refused");
	expect(STR(FIELD("a") "\r\n--z\r\n-\r\r\n--zy\r\n" END),
	       "a|-|\r\n--z\r\n-\r\r\n--zy\r\n;");
	expect(STR(FIELD("a") "--zz" END), "a|-|--zz;");
	expect(STR(FIELD("a") "\n--zz\n" END), "a|-|\n--zz\n;");
	expect(STR(FIELD("a") "\r\r\r" END), "a|-|\r\r\r;");
}

static void quotes_in_names_are_read(void **state)
{
	(void)state;
	expect(STR(FIELD("a\\\"b\\\\c;=d") "1" END), "a\"b\\c;=d|-|1;");
	expect(STR(PART("Content-Disposition: form-data; name=\"f\"; filename=\"C:\\d\\e.csv\"")
		   "1" END),
	       "f|C:\\d\\e.csv|1;");
}

static void what_is_malformed_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		"a=b&c=d",
		"--zz",
		"--zz\r\n",
		"before\r\n" FIELD("a") "1" END,
		"\r\nx" FIELD("a") "1" END,
		"--zzz\r\nContent-Disposition: form-data; name=a\r\n\r\n1" END,
		FIELD("a") "cut",
		FIELD("a") "1\r\n--zz-",
		FIELD("a") "1\r\n--zz\n",
		"--zz\r\n\r\n1" END,
		PART("Content-Type: text/plain") "1" END,
		PART("Content-Disposition: form-data") "1" END,
		PART("Content-Disposition: attachment; name=\"a\"") "1" END,
		PART("Content-Disposition: form-data; name=\"a") "1" END,
		PART("Content-Disposition: form-data; name=\"a\"; name=\"b\"") "1" END,
		PART("Content-Disposition: form-data; name=\"a\"x") "1" END,
		PART("Content-Disposition: form-data; name") "1" END,
		PART("Content-Disposition: form-data; name=\"a\"; size=1") "1" END,
		PART("Content-Disposition: form-data; name=\"a\"\r\n"
		     "Content-Disposition: form-data; name=\"b\"") "1" END,
		PART("Content-Disposition: form-data; name=\"a\"\nX: y") "1" END,
		PART("Content-Disposition: form-data; name=\"a\"\r\nno colon") "1" END,
		PART("Content-Disposition: form-data; name=\"a\"\r\n: none") "1" END,
		PART("Content-Disposition: form-data; name=\"a\"\r\n"
		     "Content-Transfer-Encoding: base64") "MQ==" END,
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect(str_of(bad[i]), "refused");
}

static void a_head_has_a_limit(void **state)
{
	(void)state;
	ARENA_SCOPE(a, (size_t)1 << 20);
	struct buf b;
	buf_init(&b, &a, 16 << 10);
	buf_puts(&b, "--zz\r\nContent-Disposition: form-data; name=\"a\"\r\nX: ");
	for (int i = 0; i < PART_HEAD_BYTES_MAX; i++)
		buf_putc(&b, 'x');
	buf_puts(&b, "\r\n\r\n1" END);
	struct multipart m;
	struct err e = { 0 };
	multipart_start(&m, STR("zz"), (struct multipart_sink){ begin, bytes, end, &b });
	assert_false(multipart_take(&m, buf_str(&b), &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

static void the_boundary_is_found_in_the_type(void **state)
{
	(void)state;
	struct {
		const char *type, *boundary;
	} const c[] = {
		{ "multipart/form-data; boundary=zz", "zz" },
		{ "Multipart/Form-Data;boundary=\"z z\"", "z z" },
		{ "multipart/form-data; charset=utf-8; boundary=a--b", "a--b" },
		{ "multipart/form-data", NULL },
		{ "multipart/form-data; boundary=", NULL },
		{ "multipart/form-data; boundary=\"\"", NULL },
		{ "multipart/form-data; boundary=a; boundary=b", NULL },
		{ "multipart/form-data; boundary=\"a", NULL },
		{ "multipart/mixed; boundary=a", NULL },
		{ "multipart/form-data; boundary=\"a\tb\"", NULL },
		{ "multipart/form-data; "
		  "boundary=1234567890123456789012345678901234567890123456789012"
		  "3456789012345678901",
		  NULL },
	};
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct str out;
		struct err e = { 0 };
		bool good = multipart_boundary(str_of(c[i].type), &out, &e);
		assert_int_equal(good, c[i].boundary != NULL);
		if (good)
			assert_true(str_is(out, c[i].boundary));
		else
			assert_int_equal(e.code, ERR_INPUT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_read_however_they_are_cut),
		cmocka_unit_test(what_looks_like_a_boundary_is_not_one),
		cmocka_unit_test(quotes_in_names_are_read),
		cmocka_unit_test(what_is_malformed_is_refused),
		cmocka_unit_test(a_head_has_a_limit),
		cmocka_unit_test(the_boundary_is_found_in_the_type),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
