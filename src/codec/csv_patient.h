/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: a CSV file into typed columns by the reader of sheet.h, cell by cell.  Slower by
 * far than csv_columns.c, but it reads everything that a CSV file may be and says what is wrong. */
#ifndef SSME_CODEC_CSV_PATIENT_H
#define SSME_CODEC_CSV_PATIENT_H

#include "frame/frame.h"

struct csv_wish {
	const struct str *name;   /* n wanted columns */
	const uint32_t *position; /* n: where they stand in the file */
	size_t n;
	uint32_t n_columns; /* of the header */
};

/* As csv_columns(), for columns that were found. */
bool csv_read_patiently(struct arena *a, struct str bytes, const struct csv_wish *wish,
			const struct frame **out, struct err *e) MUST_CHECK;

#endif
