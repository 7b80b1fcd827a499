/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* vsnprintf may have cut inside a character: take the broken one off. */
static void trim_broken_tail(char *s)
{
	size_t n = strlen(s), back = 0;
	while (back < 4 && back < n && ((unsigned char)s[n - 1 - back] & 0xc0) == 0x80)
		back++;
	if (back >= n)
		return;
	unsigned char lead = (unsigned char)s[n - 1 - back];
	size_t want = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
	if (want != back)
		s[n - 1 - back] = '\0';
}

enum { MSG_BYTES = sizeof(((struct err *)NULL)->msg) };

PRINTF_LIKE(2, 0) static void format(char *out, const char *fmt, va_list ap)
{
	int n = vsnprintf(out, MSG_BYTES, fmt, ap);
	if (n < 0)
		out[0] = '\0';
	if (n >= MSG_BYTES)
		trim_broken_tail(out);
}

static void set_place(struct err *e, enum err_code code, const char *file, int line)
{
	e->code = code;
	e->file = file;
	e->line = line;
	e->en[0] = '\0';
}

bool err_set_at(struct err *e, enum err_code code, const char *file, int line, const char *fmt, ...)
{
	assert(e && code != ERR_NONE);
	if (e->code != ERR_NONE)
		return false;
	va_list ap;
	set_place(e, code, file, line);
	va_start(ap, fmt);
	format(e->msg, fmt, ap);
	va_end(ap);
	return false;
}

bool err_say_at(struct err *e, enum err_code code, const char *file, int line, const char *es,
		const char *en, ...)
{
	assert(e && code != ERR_NONE);
	if (e->code != ERR_NONE)
		return false;
	va_list ap;
	set_place(e, code, file, line);
	va_start(ap, en);
	format(e->msg, es, ap);
	va_end(ap);
	va_start(ap, en);
	format(e->en, en, ap);
	va_end(ap);
	return false;
}

const char *err_text(const struct err *e, bool english)
{
	return english && e->en[0] ? e->en : e->msg;
}

/* place: what stands before; msg gets "place: msg". */
static void put_before(char *msg, const char *place)
{
	char whole[MSG_BYTES];
	int n = snprintf(whole, sizeof(whole), "%s: %s", place, msg);
	if (n < 0)
		return;
	if (n >= MSG_BYTES)
		trim_broken_tail(whole);
	memcpy(msg, whole, sizeof(whole));
}

bool err_in(struct err *e, const char *fmt, ...)
{
	assert(e && e->code != ERR_NONE);
	char place[MSG_BYTES];
	va_list ap;
	va_start(ap, fmt);
	format(place, fmt, ap);
	va_end(ap);
	put_before(e->msg, place);
	if (e->en[0])
		put_before(e->en, place);
	return false;
}

int err_exit_status(enum err_code code)
{
	switch (code) {
	case ERR_NONE:
		return 0;
	case ERR_INPUT:
	case ERR_DENIED:
	case ERR_ABSENT:
	case ERR_CONFLICT:
	case ERR_LIMIT:
		return 2;
	case ERR_BUSY:
	case ERR_IO:
	case ERR_FULL:
	case ERR_CODES:
		return 3;
	}
	return 3;
}
