/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "os/clock.h"

enum { LINE_BYTES = 4096 };

static void write_all(const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(2, p, n);
		if (done <= 0)
			return; /* nowhere left to complain */
		p += done;
		n -= (size_t)done;
	}
}

PRINTF_LIKE(2, 0) static void put_line(const char *head, const char *fmt, va_list ap)
{
	char line[LINE_BYTES + 1]; /* one more for the line end */
	int n = snprintf(line, LINE_BYTES, "%s", head);
	size_t at = n > 0 ? (size_t)n : 0;
	int m = vsnprintf(line + at, LINE_BYTES - at, fmt, ap);
	size_t end = at + (m > 0 ? strlen(line + at) : 0);
	for (size_t i = 0; i < end; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = ' ';
	line[end] = '\n';
	write_all(line, end + 1);
}

void log_line(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	put_line("ssme: ", fmt, ap);
	va_end(ap);
}

void log_event(const char *fmt, ...)
{
	char room[64];
	ARENA_SCOPE(a, 1u << 20);
	struct str now = clock_now_iso(&a);
	snprintf(room, sizeof(room), "%.*s ssme: ", STR_ARG(now));
	va_list ap;
	va_start(ap, fmt);
	put_line(room, fmt, ap);
	va_end(ap);
}
