/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The row of a cluster's answers as it would be after steps, for gates to read.
 *
 * A step's answers are an example that earns its points: "15 companies and nobody else".  Of them
 * it writes what belongs to its item (NAME and NAME_part; all of them where none does), and changes
 * no more than it needs: a cluster's own answer stays wherever the points are earned with it.  So
 * who has 12 companies and 2 universities comes to 15 companies and keeps the universities.  Steps
 * are taken in the order of their sheet, each upon the row that the former ones left; calculated
 * questions follow. */
#ifndef SSME_SCORE_LIFT_ROW_H
#define SSME_SCORE_LIFT_ROW_H

#include "score/score.h"

/* Row `row` of a table as a table of its own, with the rows of its repeats. */
const struct frame *lift_row_alone(struct arena *a, const struct frame *f, size_t row);

/* step: indexes into instrument.step, rising.  row: a table of one row; it stays as it is. */
const struct frame *lift_row_after(struct arena *a, const struct instrument *in,
				   const struct frame *row, const size_t *step, size_t n);

/* Whether the step earns its points upon this row: what else its points read must allow it.  Half
 * of an action plan cannot be carried out by who has none.  Numbers that the step's example names
 * besides its own ("60 of 100 companies") are the example's, as it says a share; choices are the
 * row's. */
bool lift_row_earns(struct arena *a, const struct instrument *in, const struct frame *row,
		    const struct step *step);

/* Whether the step writes an answer of that name. */
bool lift_step_writes(const struct instrument *in, const struct step *step, struct str name);

#endif
