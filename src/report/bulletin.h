/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The national bulletin as a document tree: the instrument's `figures` sheet, row by row, with live
 * numbers in its texts, its charts and its tables, and the parts that rest on more than figures
 * (quality, response, certainty, sensitivity, change, associations) where the sheet places them;
 * quality stands after the first section and the others at the end when it does not.  Pure.  The
 * sheet's kinds and placeholders are described in docs/instrument.md. */
#ifndef SSME_REPORT_BULLETIN_H
#define SSME_REPORT_BULLETIN_H

#include "indicator/associate.h"
#include "indicator/change.h"
#include "indicator/quality.h"
#include "report/document.h"
#include "score/robustness.h"

/* An earlier round: n_figures of bulletin_change, in the same order. */
struct bulletin_round {
	const struct round_fact *round;
	const struct figure_change *figure;
};

/* The last round before, and how the two compare. */
struct bulletin_change {
	const struct round_fact *before;
	const struct panel *panel;
	const struct method_change *method;
	const struct transitions *transitions; /* NULL: levels cannot be compared; method->why */
	const struct figure_change *figure;
	size_t n_figures;
	/* Every earlier round with answers, oldest first, each against the round at hand. */
	const struct bulletin_round *earlier;
	size_t n_earlier;
};

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
	/* NULL where there is none; then nothing is said of it. */
	const struct quality *quality;
	const struct robustness *robustness;
	const struct bulletin_change *change;
	const struct associations *associations;
};

/* Everything in the document lives in a. */
void bulletin_make(struct arena *a, const struct bulletin_input *in, enum lang lang,
		   struct document *out);

/* One row for each figure, with what was printed in that round and the difference. */
struct figure_row *figure_rows(struct arena *a, const struct instrument *in,
			       const struct figures *figures, struct str round, enum lang lang,
			       size_t *ret_n);

#endif
