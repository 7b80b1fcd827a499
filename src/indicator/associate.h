/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Associations: between areas, between an area and the score without it, and between pairs of
 * indicators that the method names; with n, interval and a p adjusted for how many were looked at.
 * An association is not an effect, and sentences say no more than the test allows. */
#ifndef SSME_INDICATOR_ASSOCIATE_H
#define SSME_INDICATOR_ASSOCIATE_H

#include "indicator/indicator.h"

enum { ASSOCIATE_N_MIN = 10, ASSOCIATE_NAMES_MAX = 64 };

struct association {
	struct str x, y;         /* "area_G", "score", names of the method's list */
	struct label x_label, y_label;
	/* x is made of answers that y is made of too: y is what is left of it without them */
	bool part_whole;
	size_t n;                /* clusters with both */
	bool defined;            /* false: too few, or one of them does not vary; why says which */
	struct str why;
	double rho;              /* Spearman */
	double low, high;        /* 95 %, D. Bonett, T. Wright, Psychometrika 65 (2000) 23-28 */
	double p, p_adjusted;    /* Benjamini-Hochberg over every defined pair of the list */
	double p_holm;
	bool found;              /* p_adjusted < 0.05 */
	/* «Gobernanza se asocia con ...» or «no encontramos evidencia ...» */
	struct str sentence;
};

struct associations {
	struct association *pair; /* found ones first by |rho|, then the others */
	size_t n, n_found, n_defined;
};

/* Pairs: all areas; each area against the score without it; and each expression that the method
 * names (settings `associate.NAME`, over the cluster's row; a true/false one counts as 1/0, an
 * ordered choice by its place; optional `associate.NAME::label` and `associate.NAME::label::en`)
 * against every area, the score and each other.  Rows: the score table.  ERR_INPUT: an expression
 * that does not parse; names the setting. */
bool associations_make(struct arena *a, const struct instrument *in,
		       const struct fact_tables *tables, enum lang lang, struct associations *out,
		       struct err *e) MUST_CHECK;

#endif
