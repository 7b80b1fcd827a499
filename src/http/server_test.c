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

/* A client that falls silent half way is waited for: not long here. */
static struct http_limits short_limits(void)
{
	struct http_limits limits = usual_limits();
	limits.head_ms = limits.body_ms = limits.idle_ms = limits.answer_ms = 400;
	limits.drain_ms = 2000;
	/* so that what is announced does not count */
	limits.body_bytes_per_s = limits.answer_bytes_per_s = 1u << 30;
	return limits;
}

static int set_up_with(void **state, struct http_limits limits)
{
	struct toy *t = malloc(sizeof(*t));
	struct err e = { 0 };
	if (!toy_start(t, limits, (struct server_settings){ 0 }, &e)) {
		print_error("%s\n", e.en);
		return -1;
	}
	*state = t;
	return 0;
}

static int set_up(void **state)
{
	return set_up_with(state, usual_limits());
}

static int set_up_short(void **state)
{
	return set_up_with(state, short_limits());
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
		fail_msg("%s: still open after %d s", name, PATIENCE_S);
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

static const struct raw good[] = {
	RAW("GET", "GET /a%20b?c=d%26 HTTP/1.1\r\n" HOST REST, 200),
	RAW("GET by HTTP/1.0", "GET /a HTTP/1.0\r\n" HOST "\r\n", 200),
	RAW("HEAD", "HEAD /a HTTP/1.1\r\n" HOST REST, 200),
	RAW("OPTIONS", "OPTIONS /a HTTP/1.1\r\n" HOST REST, 200),
	RAW("PUT is left to who knows the routes",
	    "PUT /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n" REST "abc", 200),
	RAW("blanks around a value", "GET /a HTTP/1.1\r\nHost:  a \t\r\n" REST, 200),
	RAW("no blank before a value", "GET /a HTTP/1.1\r\nHost:a\r\nConnection:close\r\n\r\n",
	    200),
	RAW("an empty value", "GET /a HTTP/1.1\r\n" HOST "X:\r\n" REST, 200),
	RAW("names in any case", "GET /a HTTP/1.1\r\nHOST: a\r\n" REST, 200),
	RAW("a port in Host", "GET /a HTTP/1.1\r\nHost: [::1]:80\r\n" REST, 200),
	RAW("cookies", "GET /a HTTP/1.1\r\n" HOST "Cookie: a=b; c=\"d\"\r\n" REST, 200),
	RAW("an empty line before", "\r\nGET /a HTTP/1.1\r\n" HOST REST, 200),
	RAW("answered later", "GET /later HTTP/1.1\r\n" HOST REST, 200),
	RAW("a form answered later",
	    "POST /later HTTP/1.1\r\n" HOST "Content-Length: 3\r\n" REST "a=b", 200),
};

static void each_good_request_is_answered_once(void **state)
{
	struct toy *t = toy_of(state);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		char *reply = talk(t, good[i].name, good[i].bytes, good[i].n);
		if (status_of_reply(reply) != good[i].status || answers_in(reply) != 1)
			fail_msg("%s: %s", good[i].name, reply);
		free(reply);
	}
}

static void expect_says(struct toy *t, const char *bytes, size_t n, const char *part)
{
	char *reply = talk(t, part, bytes, n);
	if (!strstr(reply, part))
		fail_msg("not said: %s\nin: %s", part, reply);
	free(reply);
}
#define SAYS(t, bytes, part) expect_says((t), "" bytes, sizeof(bytes) - 1, (part))

static void a_request_arrives_as_it_was_sent(void **state)
{
	struct toy *t = toy_of(state);
	/* method, path, query, bytes of body, parts, uploads, bytes of them, origin, TLS */
	SAYS(t, "GET /a%2Fb?c=%26&d HTTP/1.1\r\n" HOST REST,
	     "GET /a%2Fb c=%26&d 0 0 0 0 127.0.0.1 0");
	SAYS(t, "POST /f HTTP/1.1\r\n" HOST "Content-Length: 7\r\n" REST "a=b&c=d",
	     "POST /f  7 0 0 0 127.0.0.1 0");
	SAYS(t,
	     "POST /f HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" REST
	     "3\r\na=b\r\n4\r\n&c=d\r\n0\r\n\r\n",
	     "POST /f  7 0 0 0 127.0.0.1 0");
	SAYS(t,
	     "POST /m HTTP/1.1\r\n" HOST "Content-Type: multipart/form-data; boundary=zz\r\n"
	     "Content-Length: 137\r\n" REST
	     "--zz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n"
	     "--zz\r\nContent-Disposition: form-data; name=\"b\"; filename=\"x\"\r\n\r\n12345\r\n"
	     "--zz--\r\n   ",
	     "POST /m  0 1 1 5 127.0.0.1 0");
	/* nobody but the trusted proxy is believed */
	SAYS(t,
	     "GET /a HTTP/1.1\r\n" HOST "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n"
	     REST,
	     " 127.0.0.1 0");
}

static void pipelined_requests_are_answered_in_turn(void **state)
{
	struct toy *t = toy_of(state);
	static const char three[] = "GET /later HTTP/1.1\r\n" HOST "\r\n"
				    "POST /b HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"
				    "GET /c HTTP/1.1\r\n" HOST REST;
	char *reply = talk(t, "three", three, sizeof(three) - 1);
	const char *first = strstr(reply, "GET /later"), *second = strstr(reply, "POST /b");
	const char *third = strstr(reply, "GET /c");
	assert_int_equal(answers_in(reply), 3);
	assert_true(first && second > first && third > second);
	free(reply);
	/* what follows a refused one is not read */
	static const char two[] = "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"
				  "GET /hidden HTTP/1.1\r\n" HOST REST;
	int asked = atomic_load(&t->n_asked);
	reply = talk(t, "two", two, sizeof(two) - 1);
	assert_int_equal(answers_in(reply), 1);
	assert_int_equal(atomic_load(&t->n_asked), asked);
	free(reply);
}

/* More bytes of one kind than are allowed, and one fewer that are not too many. */
static int status_with(struct toy *t, const char *before, size_t n, const char *after)
{
	size_t n_before = strlen(before), n_after = strlen(after);
	char *bytes = malloc(n_before + n + n_after);
	memcpy(bytes, before, n_before);
	memset(bytes + n_before, 'a', n);
	memcpy(bytes + n_before + n, after, n_after);
	char *reply = talk(t, before, bytes, n_before + n + n_after);
	int status = status_of_reply(reply);
	free(reply);
	free(bytes);
	return status;
}

static void what_is_too_long_has_its_status(void **state)
{
	struct toy *t = toy_of(state);
	const char *end = " HTTP/1.1\r\n" HOST REST;
	assert_int_equal(status_with(t, "GET /", PATH_BYTES_MAX - 1, end), 200);
	assert_int_equal(status_with(t, "GET /", PATH_BYTES_MAX, end), 414);
	assert_int_equal(status_with(t, "GET /?", QUERY_BYTES_MAX, end), 200);
	assert_int_equal(status_with(t, "GET /?", QUERY_BYTES_MAX + 1, end), 414);
	assert_int_equal(status_with(t, "GET /", 70000, end), 414);
	const char *head = "GET / HTTP/1.1\r\n" HOST "X: ";
	assert_int_equal(status_with(t, head, HEADERS_BYTES_MAX - 100, "\r\n" REST), 200);
	assert_int_equal(status_with(t, head, HEADERS_BYTES_MAX, "\r\n" REST), 431);
	assert_int_equal(status_with(t, head, 70000, "\r\n" REST), 431);
}

/* "a&a&…": as many values as fit */
static void a_query_of_many_values_is_read_at_once(void **state)
{
	struct toy *t = toy_of(state);
	char bytes[QUERY_BYTES_MAX + 256];
	for (unsigned n_values = 200; n_values <= QUERY_BYTES_MAX / 2; n_values *= 2) {
		size_t n = (size_t)snprintf(bytes, sizeof(bytes), "GET /many?");
		for (unsigned i = 0; i < n_values; i++, n += 2)
			memcpy(bytes + n, "a&", 2);
		n += (size_t)snprintf(bytes + n, sizeof(bytes) - n, " HTTP/1.1\r\n" HOST REST);
		char *reply = talk(t, "many values", bytes, n);
		assert_int_equal(status_of_reply(reply), 200);
		assert_non_null(strstr(reply, "GET /many a&a&"));
		free(reply);
	}
}

static void too_many_headers_are_431(void **state)
{
	struct toy *t = toy_of(state);
	char bytes[32 << 10];
	for (int more = 0; more < 2; more++) {
		size_t n = (size_t)snprintf(bytes, sizeof(bytes), "GET / HTTP/1.1\r\n" HOST);
		for (int i = 0; i < HEADERS_MAX - 2 + more; i++)
			n += (size_t)snprintf(bytes + n, sizeof(bytes) - n, "X-%d: 1\r\n", i);
		n += (size_t)snprintf(bytes + n, sizeof(bytes) - n, REST);
		char *reply = talk(t, "headers", bytes, n);
		assert_int_equal(status_of_reply(reply), more ? 431 : 200);
		free(reply);
	}
}

/* Whoever sends too much is read to the end, within reason, and told. */
static void a_form_too_large_is_told_so(void **state)
{
	struct toy *t = toy_of(state);
	char head[200];
	for (int more = 0; more < 2; more++) {
		(void)snprintf(head, sizeof(head),
			       "POST / HTTP/1.1\r\n" HOST "Content-Length: %d\r\n" REST,
			       BODY_BYTES_MAX + more);
		assert_int_equal(status_with(t, head, BODY_BYTES_MAX + (size_t)more, ""),
				 more ? 413 : 200);
	}
	const char *chunked = "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" REST
			      "100001\r\n";
	assert_int_equal(status_with(t, chunked, 0x100001, "\r\n0\r\n\r\n"), 413);
}

/* ---- deadlines ----------------------------------------------------------------------------- */

/* Sends a byte now and then; true when the server closed before all were sent. */
static bool drip(int fd, const char *bytes, size_t n)
{
	char answer[4096];
	for (size_t i = 0; i < n; i++) {
		if (!say(fd, bytes + i, 1))
			return true;
		usleep(20000);
		ssize_t got = recv(fd, answer, sizeof(answer), MSG_DONTWAIT);
		if (got == 0 || (got < 0 && errno != EAGAIN))
			return true;
	}
	return false;
}

static void a_head_that_drips_is_dropped(void **state)
{
	struct toy *t = toy_of(state);
	char head[2000] = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
	memset(head + strlen(head), 'x', 1900);
	int fd = dial(t->port);
	assert_true(drip(fd, head, 1900));
	close(fd);
	struct server_figures f;
	server_figures(t->server, &f);
	assert_int_equal(f.connections.n_dropped[CONNECTION_HEAD], 1);
	assert_int_equal(atomic_load(&t->n_asked), 0);
}

static void a_body_that_drips_is_dropped(void **state)
{
	struct toy *t = toy_of(state);
	static const char head[] = "POST / HTTP/1.1\r\n" HOST "Content-Length: 3000\r\n\r\n";
	char body[3000];
	memset(body, 'x', sizeof(body));
	int fd = dial(t->port);
	assert_true(say(fd, head, sizeof(head) - 1));
	assert_true(drip(fd, body, sizeof(body)));
	close(fd);
	struct server_figures f;
	server_figures(t->server, &f);
	assert_int_equal(f.connections.n_dropped[CONNECTION_BODY], 1);
}

/* Without a word the server closes; what it dropped is counted. */
static void expect_dropped(struct toy *t, const char *bytes, size_t n, enum connection_part part)
{
	struct server_figures f;
	size_t heard;
	bool closed;
	int fd = dial(t->port);
	assert_true(say(fd, bytes, n));
	char *reply = hear_all(fd, &heard, &closed);
	assert_true(closed);
	free(reply);
	close(fd);
	server_figures(t->server, &f);
	assert_int_equal(f.connections.n_dropped[part], 1);
}

static void the_silent_and_the_idle_are_dropped(void **state)
{
	struct toy *t = toy_of(state);
	static const char whole[] = "GET / HTTP/1.1\r\n" HOST "\r\n";
	expect_dropped(t, "", 0, CONNECTION_HEAD);
	expect_dropped(t, whole, sizeof(whole) - 1, CONNECTION_IDLE);
}

static void whoever_does_not_take_the_answer_is_dropped(void **state)
{
	struct toy *t = toy_of(state);
	static const char whole[] = "GET /big HTTP/1.1\r\n" HOST "\r\n";
	int fd = dial(t->port), small = 4096;
	struct server_figures f = { 0 };
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	assert_true(say(fd, whole, sizeof(whole) - 1));
	for (int i = 0; i < 1000 && !f.connections.n_dropped[CONNECTION_ANSWER]; i++) {
		usleep(10000);
		server_figures(t->server, &f);
	}
	close(fd);
	assert_int_equal(f.connections.n_dropped[CONNECTION_ANSWER], 1);
}

static void a_large_answer_comes_whole(void **state)
{
	struct toy *t = toy_of(state);
	static const char whole[] = "GET /big HTTP/1.1\r\n" HOST REST;
	size_t n;
	bool closed;
	int fd = dial(t->port);
	assert_true(say(fd, whole, sizeof(whole) - 1));
	char *reply = hear_all(fd, &n, &closed);
	assert_true(closed);
	assert_true(n > BIG_BYTES && n < BIG_BYTES + 500);
	free(reply);
	close(fd);
}

static void work_has_no_deadline(void **state)
{
	struct toy *t = toy_of(state);
	static const char whole[] = "GET /never HTTP/1.1\r\n" HOST REST;
	size_t n;
	bool closed;
	int fd = dial(t->port);
	assert_true(say(fd, whole, sizeof(whole) - 1));
	usleep(3 * 400 * 1000); /* three times what a silent client has */
	atomic_store(&t->let_go, true);
	char *reply = hear_all(fd, &n, &closed);
	assert_int_equal(status_of_reply(reply), 200);
	free(reply);
	close(fd);
}

/* ---- limits of connections ----------------------------------------------------------------- */

static bool is_answered(int port)
{
	static const char whole[] = "GET / HTTP/1.1\r\n" HOST REST;
	size_t n;
	bool closed;
	int fd = dial(port);
	(void)say(fd, whole, sizeof(whole) - 1);
	char *reply = hear_all(fd, &n, &closed);
	bool answered = status_of_reply(reply) == 200;
	free(reply);
	close(fd);
	return answered;
}

static size_t n_open(struct toy *t)
{
	struct server_figures f;
	server_figures(t->server, &f);
	return f.connections.n_open;
}

static void wait_until_open(struct toy *t, size_t n)
{
	for (int i = 0; i < 2000 && n_open(t) != n; i++)
		usleep(1000);
	assert_int_equal(n_open(t), n);
}

static void expect_three_at_once(struct http_limits limits, const char *proxy, bool fourth)
{
	struct toy t;
	struct err e = { 0 };
	assert_true(toy_start(&t, limits, (struct server_settings){ .proxy = proxy }, &e));
	int fd[3];
	for (int i = 0; i < 3; i++)
		fd[i] = dial(t.port);
	wait_until_open(&t, 3);
	assert_int_equal(is_answered(t.port), fourth);
	for (int i = 0; i < 3; i++)
		close(fd[i]);
	wait_until_open(&t, 0);
	assert_true(is_answered(t.port));
	assert_true(toy_stop(&t));
}

static void an_address_has_so_many_connections_and_the_proxy_more(void **state)
{
	(void)state;
	struct http_limits limits = usual_limits();
	limits.connections_per_address = 3;
	expect_three_at_once(limits, NULL, false);
	expect_three_at_once(limits, "127.0.0.1", true);
	expect_three_at_once(limits, "127.0.0.2", false);
	limits = usual_limits();
	limits.connections = 3;
	expect_three_at_once(limits, "127.0.0.1", false);
}

static void the_proxy_is_believed_by_its_last_word(void **state)
{
	(void)state;
	struct toy t;
	struct err e = { 0 };
	assert_true(toy_start(&t, usual_limits(), (struct server_settings){ .proxy = "127.0.0.1" },
			      &e));
	SAYS(&t,
	     "GET /a HTTP/1.1\r\n" HOST "X-Forwarded-For: 6.6.6.6, 192.0.2.7\r\n"
	     "X-Forwarded-Proto: https\r\n" REST,
	     " 192.0.2.7 1");
	SAYS(&t,
	     "GET /a HTTP/1.1\r\n" HOST "X-Forwarded-For: 6.6.6.6\r\n"
	     "X-Forwarded-For: 2001:db8::1\r\n" REST,
	     " 2001:db8::1 0");
	SAYS(&t, "GET /a HTTP/1.1\r\n" HOST "X-Forwarded-For: 6.6.6.6, <b>\r\n" REST,
	     " 127.0.0.1 0");
	assert_true(toy_stop(&t));
	struct err bad_proxy = { 0 };
	assert_false(toy_start(&t, usual_limits(), (struct server_settings){ .proxy = "nginx" },
			       &bad_proxy));
	assert_int_equal(bad_proxy.code, ERR_INPUT);
	toy_clean(&t);
}

/* ---- stopping ------------------------------------------------------------------------------ */

struct stopping {
	struct toy *t;
	_Atomic int good; /* -1: not yet */
};

static void *stop_it(void *user)
{
	struct stopping *s = user;
	struct err e = { 0 };
	atomic_store(&s->good, server_stop(s->t->server, &e));
	return NULL;
}

static void a_stop_answers_what_it_has_and_lets_the_idle_go(void **state)
{
	(void)state;
	struct toy t;
	struct err e = { 0 };
	static const char whole[] = "GET /never HTTP/1.1\r\n" HOST "\r\n";
	static const char idle[] = "GET / HTTP/1.1\r\n" HOST "\r\n";
	assert_true(toy_start(&t, usual_limits(), (struct server_settings){ 0 }, &e));
	int busy = dial(t.port), kept = dial(t.port), fresh = dial(t.port);
	assert_true(say(busy, whole, sizeof(whole) - 1) && say(kept, idle, sizeof(idle) - 1));
	wait_until_open(&t, 3);
	while (atomic_load(&t.n_asked) < 2)
		usleep(1000);
	struct stopping s = { &t, -1 };
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, stop_it, &s), 0);
	size_t n;
	bool closed;
	char *reply = hear_all(kept, &n, &closed);
	assert_true(closed);
	assert_int_equal(status_of_reply(reply), 200);
	free(reply);
	reply = hear_all(fresh, &n, &closed);
	assert_true(closed && n == 0);
	free(reply);
	assert_int_equal(atomic_load(&s.good), -1);
	atomic_store(&t.let_go, true);
	reply = hear_all(busy, &n, &closed);
	assert_int_equal(status_of_reply(reply), 200);
	assert_true(closed && strstr(reply, "Connection: close"));
	free(reply);
	pthread_join(thread, NULL);
	assert_int_equal(atomic_load(&s.good), 1);
	assert_int_equal(atomic_load(&t.n_ended), 2);
	close(busy), close(kept), close(fresh);
	toy_clean(&t);
}

/* ---- TLS ----------------------------------------------------------------------------------- */

static void a_certificate_that_does_not_fit_is_refused(void **state)
{
	(void)state;
	struct toy t;
	static const struct {
		const char *certificate, *key;
		enum err_code code;
	} bad_pair[] = {
		{ "/nowhere.pem", "/nowhere.pem", ERR_ABSENT },
		{ "/etc/hostname", "/etc/hostname", ERR_INPUT },
		{ "/etc/hostname", NULL, ERR_INPUT },
		{ NULL, "/etc/hostname", ERR_INPUT },
	};
	for (size_t i = 0; i < sizeof(bad_pair) / sizeof(bad_pair[0]); i++) {
		struct err e = { 0 };
		struct server_settings settings = { .certificate = bad_pair[i].certificate,
						    .key = bad_pair[i].key };
		assert_false(toy_start(&t, usual_limits(), settings, &e));
		assert_int_equal(e.code, bad_pair[i].code);
		assert_true(e.msg[0]);
		toy_clean(&t);
	}
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define SHORT(f) cmocka_unit_test_setup_teardown(f, set_up_short, tear_down)
/* Corked, the end is in the packet of the last bytes: libmicrohttpd looks for it just once. */
static void an_end_beside_the_last_bytes_is_noticed(void **state)
{
	static const char *const sent[] = {
		"POST / HTTP/1.1\r\n" HOST "Content-Length: 30\r\n\r\nabc",
		"GET / HT",
		"GET / HTTP/1.1\r\n" HOST "\r\n",
	};
	for (size_t i = 0; i < sizeof(sent) / sizeof(*sent); i++) {
		size_t heard;
		bool closed;
		int fd = dial(toy_of(state)->port);
		assert_true(send(fd, sent[i], strlen(sent[i]), MSG_MORE | MSG_NOSIGNAL) > 0);
		shutdown(fd, SHUT_WR);
		char *reply = hear_all(fd, &heard, &closed);
		assert_true(closed);
		assert_int_equal(heard > 0, i == 2);
		free(reply);
		close(fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHORT(each_bad_request_is_refused_once),
		WITH(each_good_request_is_answered_once),
		WITH(a_request_arrives_as_it_was_sent),
		WITH(pipelined_requests_are_answered_in_turn),
		WITH(what_is_too_long_has_its_status),
		WITH(a_query_of_many_values_is_read_at_once),
		WITH(too_many_headers_are_431),
		WITH(a_form_too_large_is_told_so),
		SHORT(a_head_that_drips_is_dropped),
		SHORT(a_body_that_drips_is_dropped),
		SHORT(the_silent_and_the_idle_are_dropped),
		SHORT(whoever_does_not_take_the_answer_is_dropped),
		WITH(an_end_beside_the_last_bytes_is_noticed),
		WITH(a_large_answer_comes_whole),
		SHORT(work_has_no_deadline),
		cmocka_unit_test(an_address_has_so_many_connections_and_the_proxy_more),
		cmocka_unit_test(the_proxy_is_believed_by_its_last_word),
		cmocka_unit_test(a_stop_answers_what_it_has_and_lets_the_idle_go),
		cmocka_unit_test(a_certificate_that_does_not_fit_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
