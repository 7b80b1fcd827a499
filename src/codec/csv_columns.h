/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole CSV file as typed columns, fast: for files of millions of rows.
 *
 * The delimiter , ; or tab is told from the header; quotes, CRLF and a byte-order mark are read as
 * everywhere (sheet.h).  Empty cells are missing of kind NR, ND and NA of their kinds.  A column is
 * numeric when each cell that is not missing is a decimal number (sign and exponent allowed) and
 * none has a leading zero before a digit: INTEGER where all are whole numbers without point or
 * exponent that fit 64 bits, else REAL.  Any other column is TEXT.  Spaces around a number or a
 * mark of missing do not count; of a text they do. */
#ifndef SSME_CODEC_CSV_COLUMNS_H
#define SSME_CODEC_CSV_COLUMNS_H

#include "base/runner.h"
#include "frame/frame.h"

#define CSV_ROWS_MAX 2000000000u

/* The columns called wanted[0..n-1], in that order and each once; all in the order of the file when
 * wanted is NULL.  The frame lies in a and borrows nothing of bytes.  runner NULL: serial; the
 * result is the same with any. ERR_ABSENT: no column of a wanted name (the message names the
 * nearest). ERR_INPUT: not UTF-8, no CSV, two columns of one name, a broken quote, a row with more
 * or fewer cells than the header: with its row.  ERR_LIMIT: over CSV_ROWS_MAX rows or a limit of
 * sheet.h. */
bool csv_columns(struct arena *a, struct str bytes, const struct str *wanted, size_t n,
		 const struct runner *runner, const struct frame **out, struct err *e) MUST_CHECK;

/* The same columns part by part, in memory that is used again: for sums over files of any size.
 * Parts have about CSV_PART_ROWS rows and begin where the file alone says. */
#define CSV_PART_ROWS ((size_t)1 << 19)
struct csv_parts;
/* Another way to the same bytes, which is used where it is given: n bytes from `from` into to, by
 * any thread.  False: they cannot be had. */
struct csv_reader {
	bool (*read)(void *user, size_t from, size_t n, char *to);
	void *user;
};
/* *out NULL: not for this file (short, or out of the ordinary); take csv_columns().  *ret_types:
 * the columns' names and types, without rows.  Both live in a; errors as above. */
bool csv_parts_open(struct arena *a, struct str bytes, const struct str *wanted, size_t n,
		    const struct csv_reader *reader, const struct runner *runner,
		    struct csv_parts **out, const struct frame **ret_types,
		    struct err *e) MUST_CHECK;
/* The next part; it is gone with the one after it (its texts lie in a).  The columns are the same
 * objects for every part, and each has missing cells marked in every part or in none.  False: there
 * is none left; or, *ret_again, a cell does not fit the types: what was read is void, take
 * csv_columns(). */
bool csv_parts_next(struct csv_parts *p, struct arena *a, const struct frame **out,
		    bool *ret_again) MUST_CHECK;
void csv_parts_close(struct csv_parts *p); /* NULL is allowed */

/* The names in the header, without reading further. */
bool csv_header(struct arena *a, struct str bytes, const struct str **ret_names, size_t *ret_n,
		struct err *e) MUST_CHECK;

#endif
