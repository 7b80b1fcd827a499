/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a CSV.  Whatever rows come out are UTF-8, numbered upwards and not all empty;
 * written as CSV and read again they are the same cells. */
#include <assert.h>
#include <stdlib.h>

#include "codec/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_row(struct buf *b, const struct sheet_row *row)
{
	for (size_t i = 0; i < row->n; i++) {
		if (i)
			buf_putc(b, ',');
		buf_putc(b, '"');
		for (size_t k = 0; k < row->cell[i].n; k++) {
			if (row->cell[i].p[k] == '"')
				buf_putc(b, '"');
			buf_putc(b, row->cell[i].p[k]);
		}
		buf_putc(b, '"');
	}
	buf_puts(b, "\r\n");
}

static void check_row(const struct sheet_row *row, uint64_t before)
{
	size_t filled = 0;
	assert(row->number > before && row->n >= 1 && row->n <= SHEET_COLUMNS_MAX);
	for (size_t i = 0; i < row->n; i++) {
		assert(utf8_valid(row->cell[i], NULL));
		filled += str_trim(row->cell[i]).n;
	}
	assert(filled);
}

/* The rows as CSV; the number of rows, or SIZE_MAX when the bytes are refused. */
static size_t rewrite(struct arena *a, struct str bytes, struct buf *out)
{
	SHEET_SCOPE struct sheet_source *s = NULL;
	struct err e = { 0 };
	uint64_t before = 0;
	size_t n = 0;
	if (!sheet_start(a, bytes, STR(""), &s, &e)) {
		assert(e.code != ERR_NONE && e.msg[0]);
		return SIZE_MAX;
	}
	for (;; n++) {
		struct sheet_row row;
		bool end;
		if (!sheet_next(s, &row, &end, &e)) {
			assert(e.code != ERR_NONE && e.msg[0]);
			return SIZE_MAX;
		}
		if (end)
			return n;
		check_row(&row, before);
		before = row.number;
		put_row(out, &row);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = { (const char *)data, size };
	enum sheet_kind kind;
	struct err e = { 0 };
	ARENA_SCOPE(a, (size_t)1 << 30);
	struct buf once, twice;
	buf_init(&once, &a, 64u << 20);
	buf_init(&twice, &a, 64u << 20);
	if (!sheet_kind_of(bytes, &kind, &e) || kind != SHEET_CSV)
		return 0;
	size_t n = rewrite(&a, bytes, &once);
	if (n == SIZE_MAX || !n || once.over)
		return 0;
	assert(rewrite(&a, buf_str(&once), &twice) == n);
	assert(str_eq(buf_str(&once), buf_str(&twice)));
	return 0;
}
