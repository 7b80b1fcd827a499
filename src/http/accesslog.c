/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/accesslog.h"

#include <unistd.h>

#include "base/date.h"

static void put_time(struct buf *b, int64_t at_ms)
{
	int64_t second = at_ms / 1000, day = second / 86400, of_day = second % 86400;
	date_put(b, date_from_days((int32_t)day));
	buf_fmt(b, "T%02d:%02d:%02d.%03dZ", (int)(of_day / 3600), (int)(of_day / 60 % 60),
		(int)(of_day % 60), (int)(at_ms % 1000));
}

static struct str known_method(struct str method)
{
	static const char *const known[] = { "GET", "POST",   "HEAD",  "OPTIONS", "PUT",
					     "DELETE", "PATCH", "TRACE", "CONNECT" };
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_is(method, known[i]))
			return method;
	return STR("-");
}

void access_put(struct buf *b, const struct access_entry *entry)
{
	buf_puts(b, "{\"time\":\"");
	put_time(b, entry->at_ms);
	buf_puts(b, "\",\"id\":");
	esc_json(b, entry->id);
	buf_puts(b, ",\"method\":");
	esc_json(b, known_method(entry->method));
	buf_puts(b, ",\"route\":");
	esc_json(b, str_of(entry->route ? entry->route : "-"));
	buf_fmt(b, ",\"status\":%u,\"bytes\":%llu,\"ms\":%lld,\"who\":", entry->status,
		(unsigned long long)entry->n_bytes, (long long)entry->n_ms);
	esc_json(b, str_of(entry->who ? entry->who : "-"));
	buf_puts(b, "}\n");
}

void access_write(struct arena *a, const struct access_entry *entry)
{
	struct buf b;
	buf_init(&b, a, ACCESS_LINE_BYTES_MAX);
	access_put(&b, entry);
	/* A log that cannot be written must not stop the service. */
	if (!b.over && write(2, b.p, b.n) < 0)
		return;
}
