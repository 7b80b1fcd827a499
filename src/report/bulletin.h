/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The national bulletin as a document tree: the instrument's `figures` sheet, row by row, with live
 * numbers in its texts, its charts and its tables; then what is known of the quality of the data.
 * Pure.  The sheet's kinds and placeholders are described in docs/instrument.md. */
#ifndef SSME_REPORT_BULLETIN_H
#define SSME_REPORT_BULLETIN_H

#include "indicator/indicator.h"
#include "report/document.h"

struct bulletin_input {
	const struct instrument *instrument;
	const struct round_fact *round;
	const struct figures *figures;  /* of the whole round: one cell */
	size_t n_register;              /* clusters in the round's register */
	size_t n_answered;              /* accepted cluster forms */
	int64_t n_warnings, n_unexplained; /* soft warnings of the accepted answers */
	bool synthetic;                 /* the data are declared synthetic: said on every page */
	struct str data_sha256;         /* hex */
	struct str program;             /* "ssme 0.1.0" */
};

/* Everything in the document lives in a. */
void bulletin_make(struct arena *a, const struct bulletin_input *in, enum lang lang,
		   struct document *out);

/* One row for each figure, with what was printed in that round and the difference. */
struct figure_row *figure_rows(struct arena *a, const struct instrument *in,
			       const struct figures *figures, struct str round, enum lang lang,
			       size_t *ret_n);

#endif
