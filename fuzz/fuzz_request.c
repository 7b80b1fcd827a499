/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the head of a request: "METHOD TARGET VERSION" and lines "name: value".  What the
 * guard lets through has one meaning: one Host, at most one length, no control characters. */
#include <assert.h>
#include <string.h>

#include "http/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count(const struct request *r, const char *name)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n_headers; i++)
		n += str_is(r->header[i].name, name);
	return n;
}

static bool is_clean(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	return true;
}

static void check_passed(const struct request *r, const struct guard_body *body)
{
	size_t n_lengths = count(r, "content-length"), n_codings = count(r, "transfer-encoding");
	assert(count(r, "host") == 1 && n_lengths + n_codings <= 1);
	assert(body->chunked == (n_codings == 1) && (n_lengths || !body->n_bytes));
	assert(str_starts(r->path, "/") && is_clean(r->path) && is_clean(r->query));
	assert(r->path.n <= PATH_BYTES_MAX && r->query.n <= QUERY_BYTES_MAX);
	assert(r->n_headers <= HEADERS_MAX);
	for (size_t i = 0; i < r->n_headers; i++) {
		assert(r->header[i].name.n && is_clean(r->header[i].name));
		assert(is_clean(r->header[i].value));
		assert(!memchr(r->header[i].name.p, ' ', r->header[i].name.n));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_field field[HEADERS_MAX + 2];
	struct str rest = { (const char *)data, size }, line = str_cut(&rest, '\n');
	struct request r = { .header = field };
	struct guard_body body = { 0 };
	struct err e = { 0 };
	r.method = str_cut(&line, ' ');
	struct str target = str_cut(&line, ' ');
	r.path = str_cut(&target, '?');
	r.query = target;
	while (rest.p && r.n_headers < HEADERS_MAX + 2) {
		struct str value = str_cut(&rest, '\n'), name = str_cut(&value, ':');
		field[r.n_headers++] = (struct http_field){ name, str_trim(value) };
	}
	unsigned status = guard_refuses(&r, line, &body, &e);
	if (!status)
		check_passed(&r, &body);
	else
		assert(status >= 400 && status < 600 && e.msg[0] && e.en[0]);
	struct str told = guard_forwarded_for(&r);
	assert(told.n < 46 && is_clean(told));
	return 0;
}
