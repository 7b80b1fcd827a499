/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts: the answers of a round, the register and the rounds, as one typed table per unit, which
 * formulas run over.  Tables of scores and levels are joined by score/.  Pure.
 *
 * Every table also has round_year (INTEGER), round_from and round_to (DATE) of the round at hand.
 */
#ifndef SSME_FACT_FACT_H
#define SSME_FACT_FACT_H

#include "base/date.h"
#include "fact/register.h"
#include "instrument/instrument.h"

struct round_fact {
	struct str id;
	int year;
	int ordinal;             /* 1 for the first round loaded, by date */
	bool has_from, has_to;
	int32_t from, to;        /* days since 1970-01-01 */
};

/* Last day of the round: `to`, else the last day of its year. */
int32_t round_end(const struct round_fact *r);

struct fact_input {
	const struct instrument *instrument;
	const struct round_fact *round;      /* every round loaded, in order */
	size_t n_rounds;
	size_t current;                      /* index of the round at hand */
	const struct cluster_register *clusters; /* the whole register */
	const struct catalogues *catalogues; /* for labels and order of departments, chambers */
	/* Accepted answers as response_frame() gives them; NULL: no such form or not needed. */
	const struct frame *answers[2];      /* by FORM_CLUSTER, FORM_COMPANY */
	const struct str *cluster[2];        /* id of the cluster of each answer */
	const struct str *company;           /* id of the company of each company answer */
	/* Columns beside its questions that the company table gets; NULL: all.  There are many
	 * companies, and a column that nobody reads costs as much as one that is read. */
	const struct str *company_column;
	size_t n_company_columns;
};

struct fact_tables {
	const struct frame
		*table[TABLE_N]; /* NULL: not made (TABLE_SCORE comes from score_join()) */
	/* Row of the register of each cluster answer, or UINT32_MAX. */
	const uint32_t *register_row;
	size_t n_register;                   /* clusters in the round's register */
};

void fact_tables_make(struct arena *a, const struct fact_input *in, struct fact_tables *out);

#endif
