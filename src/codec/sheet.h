/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of text cells out of CSV and XLSX bytes, one row at a time and in constant memory.
 *
 * A source is opened over bytes that the caller keeps alive (a mapped file).  Cells come as text:
 * XLSX numbers in their shortest decimal form, cells with a date format as ISO dates, booleans as
 * TRUE and FALSE, empty cells as empty text.  Nothing here knows what a column means. */
#ifndef SSME_CODEC_SHEET_H
#define SSME_CODEC_SHEET_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

/* Limits, all checked while reading. */
enum {
	SHEET_COLUMNS_MAX = 4096,
	SHEET_CELL_BYTES_MAX = 1 << 20,
	SHEET_NAME_BYTES_MAX = 128,
	XLSX_SHEETS_MAX = 256,
	XLSX_RATIO_MAX = 200,        /* unpacked : packed bytes of one part, past 1 MiB */
};
#define XLSX_UNPACKED_BYTES_MAX (4ull << 30)
#define SHEET_ROWS_MAX 50000000ull

struct sheet_row {
	uint64_t number;        /* row (XLSX) or record (CSV) in the file; the header is 1 */
	const struct str *cell; /* n cells, valid until the next sheet_next() */
	size_t n;
};

struct sheet_source; /* opaque; memory in the arena, libraries released by sheet_close() */

/* SHEET_PACK: what another process made of a file (codec/sheet_pack.h) */
enum sheet_kind { SHEET_CSV, SHEET_XLSX, SHEET_PACK };
/* Told from the first bytes: "PK" is XLSX, PACK_MAGIC a pack; anything else is CSV text.  ERR_INPUT
 * with a cure: empty file, UTF-16, old .xls, .ods, PDF, not UTF-8 (hint: the encoding it seems to
 * be). */
bool sheet_kind_of(struct str bytes, enum sheet_kind *out, struct err *e) MUST_CHECK;

/* Names of the sheets of a workbook, in order ("" for the one sheet of a CSV). */
bool sheet_names(struct arena *a, struct str bytes, struct str **ret_names, size_t *ret_n,
		 struct err *e) MUST_CHECK;

/* Opens one sheet; name empty: the first.  CSV: delimiter , ; or tab told from the header line.
 * ERR_ABSENT: no such sheet.  ERR_INPUT: damaged or truncated file, encrypted workbook.
 * ERR_LIMIT: past a limit above (a zip bomb). */
bool sheet_start(struct arena *a, struct str bytes, struct str name, struct sheet_source **out,
		struct err *e) MUST_CHECK;
void sheet_close(struct sheet_source *s);
#define SHEET_SCOPE __attribute__((cleanup(sheet_close_p)))
static inline void sheet_close_p(struct sheet_source **s)
{
	if (*s)
		sheet_close(*s);
}
/* Delimiter found in a CSV, or 0 for XLSX. */
char sheet_delimiter(const struct sheet_source *s);
/* Next row; *ret_end true (and no row) after the last.  Wholly empty rows are passed over, the row
 * numbers still count them.  ERR_INPUT names row and what is broken (an open quote, text after a
 * closing quote, a broken byte). */
bool sheet_next(struct sheet_source *s, struct sheet_row *out, bool *ret_end,
		struct err *e) MUST_CHECK;

/* A whole small sheet in memory. */
struct sheet {
	struct str file, name;   /* for messages: "instrument.xlsx", "method.areas" */
	size_t n_columns, n_rows;
	struct str *head;        /* n_columns, trimmed */
	struct str *cell;        /* n_rows * n_columns, trimmed, padded with empty texts */
	uint64_t *number;        /* n_rows: row numbers in the file */
};
/* Reads all; the header is the first row that is not empty.  rows_max: ERR_LIMIT past it. */
bool sheet_load(struct arena *a, struct str bytes, struct str name, size_t rows_max,
		struct sheet *out, struct err *e) MUST_CHECK;
/* Column of that header (exact, else ignoring case), or -1. */
int sheet_column(const struct sheet *s, const char *head);
struct str sheet_cell(const struct sheet *s, size_t row, int column); /* empty when column is -1 */
/* Spreadsheet name of a cell: column 3, row 14 -> "D14". */
struct str sheet_cell_name(struct arena *a, size_t column, uint64_t row);

#endif
