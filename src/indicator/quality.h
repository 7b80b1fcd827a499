/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The quality of a round's data: who answered, what they left open, what was imputed, which figures
 * are implausible.  First thing on the bulletin. */
#ifndef SSME_INDICATOR_QUALITY_H
#define SSME_INDICATOR_QUALITY_H

#include "indicator/indicator.h"
#include "score/score.h"

/* Unit response in one group of the register. */
struct response_group {
	struct str code;
	struct label label;
	size_t n_register, n_answered;
	/* Item response of those that answered: cells of the cluster form that apply to them, and
	 * those of them left open (NR, ND). */
	size_t cells, open;
};
struct response_by {
	const char *by;          /* "department" "sector" "level_before" */
	struct response_group *group;
	size_t n;
};

/* Item response of one question over the clusters it applies to. */
struct item_response {
	const struct question *question;
	size_t applicable, answered, n_nr, n_nd, n_na;
};

/* Values that were imputed, of a money or count question. */
struct imputed_amount {
	const struct question *question;
	size_t n;                /* answers imputed */
	double amount, total;    /* sum of the imputed ones, and of all */
};

enum { QUALITY_ITEM_MISSING_MAX = 20 };

struct quality {
	size_t n_register, n_answered;
	struct response_by by[3];
	size_t n_by;             /* level_before only when there is an earlier round */
	struct item_response *item; /* questions of the cluster form, worst first */
	size_t n_items;
	double item_median;      /* median of the questions' non-response, percent */
	/* questions with more than QUALITY_ITEM_MISSING_MAX percent missing */
	size_t items_over;
	struct imputed_amount *imputed; /* of either form */
	size_t n_imputed;        /* questions with imputed answers */
	double imputed_share;    /* percent of money that is imputed, over all money questions */
};

/* What there was before, for the response by level; scores NULL: no earlier round. */
struct quality_before {
	const struct instrument *instrument;
	const struct scores *scores;
};

/* Everything lives in a or in what was handed in. */
void quality_make(struct arena *a, const struct instrument *in, const struct fact_tables *tables,
		  const struct quality_before *before, struct quality *out);

#endif
