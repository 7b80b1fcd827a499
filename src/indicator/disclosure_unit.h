/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who stands behind a figure: the contributors of a table's rows and what each row contributes to a
 * formula's sums.  Internal to the room indicator. */
#ifndef SSME_INDICATOR_DISCLOSURE_UNIT_H
#define SSME_INDICATOR_DISCLOSURE_UNIT_H

#include "indicator/disclosure.h"

/* A set of rows, a bit each. */
struct row_set {
	uint64_t *word;
	size_t n_words;
};
struct row_set row_set_none(struct arena *a, size_t n_rows);
void row_set_add(struct row_set *s, size_t row);
bool row_set_has(const struct row_set *s, size_t row);
size_t row_set_count(const struct row_set *s);
bool row_set_equal(const struct row_set *x, const struct row_set *y);
bool row_set_inside(const struct row_set *x, const struct row_set *y); /* x in y, or the same */
bool row_set_meet(const struct row_set *x, const struct row_set *y);   /* a row in both */
struct row_set row_set_minus(struct arena *a, const struct row_set *x, const struct row_set *y);

/* Contributors: a row of the clusters' tables is one; rows of companies with one NIT, written with
 * or without its check digit, are one. */
struct unit_rows {
	const struct frame *frame;
	size_t n_rows;
	uint32_t *contributor; /* n_rows */
	size_t n_contributors;
	size_t most_rows;      /* of one contributor */
};
void unit_rows_make(struct arena *a, const struct frame *f, enum table_kind table,
		    struct unit_rows *out);

enum { CONTRIBUTION_PARTS = 2 };

/* What the rows contribute to one formula. */
struct contribution {
	uint8_t *valid;        /* n_rows: the row is used */
	/* Numerator and denominator of a ratio, weighted mean or growth; the sum of others.  NULL:
	 * the figure is no sum.  0 where the row is not used. */
	double *part[CONTRIBUTION_PARTS];
	bool is_share;         /* part[0] is 0 or 1: whether the row fulfils a condition */
	bool is_count;         /* part[0] is 1: rows are counted */
};
/* One for each formula, over single rows; universes are left to the caller. */
struct contribution *contributions_make(struct arena *a, const struct unit_rows *u,
					const struct expr *const *value, size_t n,
					const struct runner *runner);

/* A cell of the rows in the set: value, contributors, and the largest of their |contributions|.
 * part NULL: the contributors alone. */
struct disclosure_cell unit_tally(struct arena *a, const struct unit_rows *u, const uint8_t *valid,
				  const double *part, const struct row_set *set,
				  const struct disclosure_rule *rule);

#endif
