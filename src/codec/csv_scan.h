/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: where the cells of a CSV file lie, found 64 bytes at a time.
 *
 * The text is cut into chunks at any byte; a record belongs to the chunk in which it starts.  A
 * blank line is no record.  What is out of the ordinary (a row of another length, a lone CR, a
 * quote inside a cell) is only noticed: csv_columns.c then reads the file again with the patient
 * reader. */
#ifndef SSME_CODEC_CSV_SCAN_H
#define SSME_CODEC_CSV_SCAN_H

#include "base/text.h"

struct csv_text {
	const char *p;
	size_t n;     /* bytes of the file */
	size_t first; /* where the first record after the header starts */
	char delimiter;
	uint32_t n_columns;
	bool quotes; /* some byte after the header is a quote */
	bool cut;    /* n is not the end of the file: what goes on there is out of the ordinary */
};

struct csv_chunk {
	size_t from, to; /* bytes */
	bool inside;     /* `from` lies between quotes */
	size_t n_quotes, n_records;
	size_t row;     /* number of the first record, from 0 */
	bool odd, high; /* a lone CR or a quote inside a cell; a byte of more than ASCII */
};

/* Counts quotes and records of the chunk, given `inside`. */
void csv_count(const struct csv_text *t, struct csv_chunk *c);

enum { CSV_BATCH_CELLS = 16384 };

/* Records one batch after the other. */
struct csv_index {
	const struct csv_text *t;
	const char *base; /* offsets count from here */
	size_t at;        /* offset of the next 64 bytes to look at */
	uint64_t inside;  /* all ones: they start between quotes */
	size_t n_left;    /* records of the chunk not yet taken */
	size_t n_found;   /* cell ends in end[], those past the batch included */
	size_t n_lines;   /* how many of them end a record */
	bool ended;       /* the end of the text is among them */
	size_t n;         /* records in the batch */
	/* Where each cell ends, one record after the other; a cell starts one after the end of the
	 * cell before, also that of the record before (end[-1] is there).  The line end of CRLF
	 * belongs to the last cell. */
	uint32_t *end;
};

void csv_index_start(struct csv_index *x, struct arena *a, const struct csv_text *t,
		     const struct csv_chunk *c);
/* Fills the next batch (x->n == 0: no record is left).  False: something is out of the ordinary. */
bool csv_index_next(struct csv_index *x);

/* The cells of one column: cell i is csv_cell(base, end + i * n_columns, last). */
static inline struct str csv_cell(const char *base, const uint32_t *end, bool last)
{
	uint32_t start = end[-1] + 1, n = end[0] - start;

	if (last && n && base[end[0] - 1] == '\r')
		n--;
	return (struct str){ base + start, n };
}

#endif
