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

bool err_set_at(struct err *e, enum err_code code, const char *file, int line, const char *fmt, ...)
{
	assert(e && code != ERR_NONE);
	if (e->code != ERR_NONE)
		return false;
	e->code = code;
	e->file = file;
	e->line = line;
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	if (n < 0)
		e->msg[0] = '\0';
	if ((size_t)n >= sizeof(e->msg))
		trim_broken_tail(e->msg);
	return false;
}

bool err_in(struct err *e, const char *fmt, ...)
{
	assert(e && e->code != ERR_NONE);
	char whole[sizeof(e->msg)];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(whole, sizeof(whole), fmt, ap);
	va_end(ap);
	if (n < 0)
		return false;
	bool cut = (size_t)n >= sizeof(whole);
	if (!cut) {
		size_t room = sizeof(whole) - (size_t)n;
		int m = snprintf(whole + n, room, ": %s", e->msg);
		cut = m < 0 || (size_t)m >= room;
	}
	if (cut)
		trim_broken_tail(whole);
	memcpy(e->msg, whole, sizeof(whole));
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
		return 3;
	}
	return 3;
}
