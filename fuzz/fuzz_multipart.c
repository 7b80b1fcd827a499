/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a multipart body: what is read is the same however it is cut, and no byte of a part
 * is lost or made up.  The first byte says how it is cut. */
#include <assert.h>

#include "http/multipart.h"

enum { HEARD_BYTES_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool begin(void *user, struct str name, struct str file_name, struct err *e)
{
	struct buf *b = user;
	(void)e;
	buf_putc(b, '[');
	buf_put(b, name);
	buf_putc(b, file_name.p ? '=' : '-');
	buf_put(b, file_name);
	buf_putc(b, ']');
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

static bool read_in(struct arena *a, struct str body, size_t n, struct buf *heard)
{
	struct multipart m;
	struct err e = { 0 };
	buf_init(heard, a, HEARD_BYTES_MAX);
	multipart_start(&m, STR("b"), (struct multipart_sink){ begin, bytes, end, heard });
	bool good = true;
	for (size_t at = 0; at < body.n && good; at += n)
		good = multipart_take(&m, str_sub(body, at, n), &e);
	good = good && multipart_end(&m, &e);
	assert(good || (e.msg[0] && (e.code == ERR_INPUT || e.code == ERR_LIMIT)));
	return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA_SCOPE(a, (size_t)64 << 20);
	if (!size || size > HEARD_BYTES_MAX / 2)
		return 0;
	struct str body = { (const char *)data + 1, size - 1 };
	struct buf whole, cut;
	struct str boundary;
	struct err e = { 0 };
	bool good = read_in(&a, body, body.n + 1, &whole);
	assert(read_in(&a, body, (size_t)data[0] + 1, &cut) == good);
	assert(!good || str_eq(buf_str(&whole), buf_str(&cut)));
	assert(!good || buf_str(&whole).n <= body.n);
	if (multipart_boundary(body, &boundary, &e))
		assert(boundary.n && boundary.n <= BOUNDARY_BYTES_MAX && boundary.p > body.p &&
		       boundary.p + boundary.n <= body.p + body.n);
	return 0;
}
