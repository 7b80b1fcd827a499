/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workbooks out: sheets of rows of typed cells, in constant memory, the same bytes for the same
 * calls.  A writer is opened, given its sheets in order and their rows in order, and closed.
 *
 *	struct xlsx_writer *w;
 *	if (!xlsx_writer_open(a, &about, &w, e)) return false;
 *	bool good = xlsx_writer_sheet(w, &sheet, e) && xlsx_writer_row(w, cell, n, e) && ...;
 *	return xlsx_writer_close(w, good ? out : NULL, e) && good;
 */
#ifndef SSME_CODEC_XLSX_WRITE_H
#define SSME_CODEC_XLSX_WRITE_H

#include "base/text.h"

enum {
	XLSX_WRITE_ROWS_MAX = 1048576,
	XLSX_WRITE_COLUMNS_MAX = 16384,
	XLSX_WRITE_CELL_CHARACTERS_MAX = 32767, /* a longer text is cut */
};

enum xlsx_kind { XLSX_EMPTY, XLSX_TEXT, XLSX_NUMBER };

struct xlsx_cell {
	enum xlsx_kind kind;
	struct str text; /* never read as a formula */
	double number; /* finite; anything else is written as an empty cell */
	int decimals; /* shown decimals 0..9; -1: as many as there are */
	bool strong;
	bool wrapped; /* breaks inside its column */
};

/* Properties of the workbook, shown by spreadsheets. */
struct xlsx_about {
	struct str title, author, comments;
	struct str date; /* ISO date that it carries as its creation; empty: 2000-01-01 */
};

struct xlsx_sheet_about {
	struct str name; /* made valid and unique: at most 31 characters, none of []:*?/\ */
	const double *width; /* of each column in characters, or NULL: the default */
	size_t n_columns;
	bool head; /* the first row is bold, ruled and stays in view; the rows down to the first
		    * empty one can be filtered */
};

struct xlsx_writer; /* opaque; memory in the arena, the library's released by xlsx_writer_close() */

/* ERR_IO: no temporary file can be made. */
bool xlsx_writer_open(struct arena *a, const struct xlsx_about *about, struct xlsx_writer **out,
	       struct err *e) MUST_CHECK;
/* Begins the next sheet.  ERR_LIMIT: too many columns. */
bool xlsx_writer_sheet(struct xlsx_writer *w, const struct xlsx_sheet_about *s,
		       struct err *e) MUST_CHECK;
/* The next row of the sheet begun last.  ERR_LIMIT: past the rows or columns a sheet can have. */
bool xlsx_writer_row(struct xlsx_writer *w, const struct xlsx_cell *cell, size_t n,
	      struct err *e) MUST_CHECK;
/* Ends the workbook, appends its bytes to out and releases everything.  out NULL: only releases.
 * ERR_LIMIT: out is too small.  ERR_IO: the library or its temporary file failed. */
bool xlsx_writer_close(struct xlsx_writer *w, struct buf *out, struct err *e) MUST_CHECK;

/* Width in characters that a column of such a longest text wants: 6..60. */
double xlsx_width(size_t n_characters);

#endif
