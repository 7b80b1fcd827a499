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

/* The names in the header, without reading further. */
bool csv_header(struct arena *a, struct str bytes, const struct str **ret_names, size_t *ret_n,
		struct err *e) MUST_CHECK;

#endif
