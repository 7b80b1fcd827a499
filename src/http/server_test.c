/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Raw bytes against the server: what is ambiguous or malformed gets one refusal and a closed
 * connection; nothing hangs; what is right is read right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/server_fixture.h"

static struct toy *toy_of(void **state)
{
	return *state;
}

static int set_up(void **state)
{
	struct toy *t = malloc(sizeof(*t));
	struct err e = { 0 };
	if (!toy_start(t, usual_limits(), (struct server_settings){ 0 }, &e)) {
		print_error("%s\n", e.en);
		return -1;
	}
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	bool good = toy_stop(*state);
	free(*state);
	return good ? 0 : -1;
}

/* Sends the bytes, and hears all that comes until the server closes. */
static char *talk(const struct toy *t, const char *name, const char *bytes, size_t n)
{
	size_t heard;
	bool closed;
	int fd = dial(t->port);
	(void)say(fd, bytes, n);
	shutdown(fd, SHUT_WR);
	char *reply = hear_all(fd, &heard, &closed);
	if (!closed)
		print_error("%s: silent\n", name);
	close(fd);
	return reply;
}

#define REST "Connection: close\r\n\r\n"
#define HOST "Host: a\r\n"
struct raw {
	const char *name;
	const char *bytes;
	size_t n;
	int status; /* 0: closed without an answer */
	/* Libmicrohttpd refuses these before we are asked, and sends the head of its answer twice;
	 * then it closes, so that nothing can be hidden behind it. */
	bool by_library;
};
#define RAW(name, bytes, status) { (name), "" bytes, sizeof(bytes) - 1, (status), false }
#define LIB(name, bytes, status) { (name), "" bytes, sizeof(bytes) - 1, (status), true }

static const struct raw bad[] = {
	RAW("two Content-Length",
	    "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
	RAW("the same Content-Length twice",
	    "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
	LIB("Content-Length list", "POST / HTTP/1.1\r\n" HOST "Content-Length: 3, 3\r\n\r\nabc",
	    400),
	RAW("CL and TE",
	    "POST / HTTP/1.1\r\n" HOST
	    "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	    400),
	RAW("TE and CL",
	    "POST / HTTP/1.1\r\n" HOST
	    "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
	    400),
	RAW("TE xchunked",
	    "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
	RAW("TE identity", "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n", 501),
	RAW("TE gzip, chunked",
	    "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
	RAW("TE chunked, chunked",
	    "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 501),
	RAW("two TE",
	    "POST / HTTP/1.1\r\n" HOST
	    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	    400),
	RAW("TE by vertical tab",
	    "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n", 400),
	RAW("TE in HTTP/1.0",
	    "POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
	RAW("empty TE", "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\r\n", 501),
	RAW("space before the colon", "POST / HTTP/1.1\r\n" HOST "Content-Length : 3\r\n\r\nabc",
	    400),
	RAW("tab before the colon", "POST / HTTP/1.1\r\n" HOST "Content-Length\t: 3\r\n\r\nabc",
	    400),
	LIB("Content-Length +3", "POST / HTTP/1.1\r\n" HOST "Content-Length: +3\r\n\r\nabc", 400),
	LIB("Content-Length -3", "POST / HTTP/1.1\r\n" HOST "Content-Length: -3\r\n\r\nabc", 400),
	LIB("Content-Length 0x3", "POST / HTTP/1.1\r\n" HOST "Content-Length: 0x3\r\n\r\nabc", 400),
	LIB("Content-Length 3 4", "POST / HTTP/1.1\r\n" HOST "Content-Length: 3 4\r\n\r\nabc", 400),
	LIB("empty Content-Length", "POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\nabc", 400),
	LIB("Content-Length beyond 64 bits",
	    "POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\nabc", 413),
	RAW("Content-Length of a petabyte",
	    "POST / HTTP/1.1\r\n" HOST "Content-Length: 999999999999999\r\n\r\nabc", 413),
	RAW("no Host", "GET / HTTP/1.1\r\n" REST, 400),
	RAW("no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 400),
	RAW("two Host", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n" REST, 400),
	RAW("empty Host", "GET / HTTP/1.1\r\nHost:\r\n" REST, 400),
	RAW("Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n" REST, 400),
	RAW("Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n" REST, 400),
	RAW("space in a name", "GET / HTTP/1.1\r\n" HOST "X Y: 1\r\n" REST, 400),
	RAW("brackets in a name", "GET / HTTP/1.1\r\n" HOST "X(Y): 1\r\n" REST, 400),
	RAW("non-ASCII name", "GET / HTTP/1.1\r\n" HOST "X\xc3\xb1: 1\r\n" REST, 400),
	RAW("no name", "GET / HTTP/1.1\r\n" HOST ": 1\r\n" REST, 400),
	RAW("no colon", "GET / HTTP/1.1\r\n" HOST "word\r\n" REST, 400),
	RAW("control character in a value", "GET / HTTP/1.1\r\n" HOST "X: a\x01z\r\n" REST, 400),
	RAW("DEL in a value", "GET / HTTP/1.1\r\n" HOST "X: a\x7fz\r\n" REST, 400),
	RAW("control character in the method", "G\x01T / HTTP/1.1\r\n" HOST REST, 400),
	RAW("unknown method", "BREW / HTTP/1.1\r\n" HOST REST, 400),
	RAW("lower-case method", "get / HTTP/1.1\r\n" HOST REST, 400),
	RAW("TRACE", "TRACE / HTTP/1.1\r\n" HOST REST, 405),
	RAW("CONNECT", "CONNECT a:80 HTTP/1.1\r\n" HOST REST, 405),
	RAW("absolute form", "GET http://a/ HTTP/1.1\r\n" HOST REST, 400),
	RAW("asterisk form", "OPTIONS * HTTP/1.1\r\n" HOST REST, 400),
	RAW("fragment", "GET /a#b HTTP/1.1\r\n" HOST REST, 400),
	RAW("non-ASCII path", "GET /\xc3\xb1 HTTP/1.1\r\n" HOST REST, 400),
	RAW("backslash in the path", "GET /a\\b HTTP/1.1\r\n" HOST REST, 400),
	RAW("control character in the path", "GET /a\x01 HTTP/1.1\r\n" HOST REST, 400),
	RAW("space in the path", "GET /a b HTTP/1.1\r\n" HOST REST, 400),
	RAW("HTTP/2.0", "GET / HTTP/2.0\r\n" HOST REST, 505),
	RAW("HTTP/1.2", "GET / HTTP/1.2\r\n" HOST REST, 505),
	RAW("HTTP/1.10", "GET / HTTP/1.10\r\n" HOST REST, 400),
	RAW("http/1.1", "GET / http/1.1\r\n" HOST REST, 400),
	RAW("no version", "GET /\r\n\r\n", 400),
	RAW("TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 0),
	RAW("Expect something",
	    "POST / HTTP/1.1\r\n" HOST "Expect: gold\r\nContent-Length: 3\r\n\r\nabc", 417),
	RAW("two Content-Type",
	    "POST / HTTP/1.1\r\n" HOST
	    "Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 3\r\n\r\nabc",
	    400),
	RAW("two Authorization",
	    "GET / HTTP/1.1\r\n" HOST "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n" REST,
	    400),
	RAW("chunk size of letters",
	    "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
	    400),
	RAW("negative chunk size",
	    "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n",
	    400),
	RAW("chunk size beyond 64 bits",
	    "POST / HTTP/1.1\r\n" HOST
	    "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n",
	    413),
	RAW("chunk without its line end",
	    "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
	    400),
	RAW("body cut short", "POST / HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\nabc", 0),
	RAW("head cut short", "GET / HTTP/1.1\r\nHo", 0),
	RAW("multipart without boundary",
	    "POST / HTTP/1.1\r\n" HOST
	    "Content-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\nabc",
	    400),
	RAW("multipart that is none",
	    "POST / HTTP/1.1\r\n" HOST
	    "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 3\r\n\r\nabc",
	    400),
	RAW("bare LF", "GET / HTTP/1.1\nHost: a\n\n", 400),
	RAW("one bare LF", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n" REST, 400),
	RAW("bare LF at the end", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400),
	RAW("bare CR", "GET / HTTP/1.1\r\n" HOST "X: a\rY: b\r\n" REST, 400),
	RAW("folded line", "GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n" REST, 400),
	RAW("folded last line", "GET / HTTP/1.1\r\n" HOST "X: a\r\n\tb\r\n\r\n", 400),
	RAW("fold before the first line", "GET / HTTP/1.1\r\n X: a\r\n" HOST REST, 400),
	RAW("NUL in a value", "GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n" REST, 400),
	RAW("NUL in the last value", "GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n", 400),
	RAW("NUL in a name", "GET / HTTP/1.1\r\n" HOST "X\0Y: a\r\n" REST, 400),
	RAW("NUL in the path", "GET /a\0b HTTP/1.1\r\n" HOST REST, 400),
	RAW("NUL in the query", "GET /a?b\0c HTTP/1.1\r\n" HOST REST, 400),
	RAW("NUL in the method", "G\0T / HTTP/1.1\r\n" HOST REST, 400),
	RAW("two blanks before the path", "GET  / HTTP/1.1\r\n" HOST REST, 400),
	RAW("two blanks before the version", "GET /  HTTP/1.1\r\n" HOST REST, 400),
	RAW("a request behind a line without a name",
	    "GET / HTTP/1.1\r\n" HOST ": \r\nGET /hidden HTTP/1.1\r\n" HOST "\r\n", 400),
	RAW("a form too large",
	    "POST / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 1048577\r\n\r\n",
	    413),
};

static void each_bad_request_is_refused_once(void **state)
{
	struct toy *t = toy_of(state);
	int wrong = 0;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int asked = atomic_load(&t->n_asked);
		char *reply = talk(t, bad[i].name, bad[i].bytes, bad[i].n);
		int status = status_of_reply(reply);
		size_t n = answers_in(reply);
		if (status != bad[i].status || n > (bad[i].by_library ? 2 : 1) ||
		    atomic_load(&t->n_asked) != asked) {
			print_error("%s: %d (%zu answers), asked %d\n%s\n", bad[i].name, status, n,
				    atomic_load(&t->n_asked) - asked, reply);
			wrong++;
		}
		free(reply);
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_bad_request_is_refused_once, set_up,
						tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
