/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disclosure control: which cells may be published.  Every writer and every export takes its figures
 * from here.
 *
 * Primary rules, by the `disclosure` column of an indicator and the method's settings:
 *	public   never suppressed (counts of clusters, facts of the round)
 *	count    fewer than disclosure_minimum contributors behind the figure, or behind its
 *		 complement within its cell's margin
 *	money    the same, and the p % rule (the total less the two largest is below p % of the
 *		 largest) and the (n, k) dominance rule (the n largest are more than k % of the
 *		 total), a contributor being a NIT group: the companies of one owner are one
 * Secondary: further cells, until no suppressed cell can be worked out closer than its protection
 * from the margins and from everything that was published before.  The audit solves for the smallest
 * and largest value that each suppressed cell could have (linear programs, GLPK). */
#ifndef SSME_INDICATOR_DISCLOSURE_H
#define SSME_INDICATOR_DISCLOSURE_H

#include "indicator/indicator.h"

enum { DISCLOSURE_CELLS_MAX = 20000, DISCLOSURE_DIMENSIONS_MAX = 4 };

struct disclosure_rule {
	int minimum;            /* contributors; 0: no rule */
	double p_percent;       /* 0: no rule */
	unsigned dominance_n;   /* 0: no rule */
	double dominance_k;     /* percent */
};
/* ERR_INPUT: a setting out of its range; names it. */
bool disclosure_rule_read(const struct instrument *in, struct disclosure_rule *out,
			  struct err *e) MUST_CHECK;

/* SDMX confidentiality status of a cell. */
enum confidentiality {
	CONF_FREE = 'F',
	CONF_COUNT = 'A',      /* primary: too few contributors */
	CONF_DOMINANCE = 'O',  /* primary: p % or dominance */
	CONF_SECONDARY = 'D',
};

/* ---- additive tables: the ground that figures stand on ---- */

/* A table whose cells are counts or sums over units, with all of its margins.  Cell c is a margin
 * when a code is DISCLOSURE_TOTAL. */
enum { DISCLOSURE_TOTAL = -1 };
struct disclosure_cell {
	int code[DISCLOSURE_DIMENSIONS_MAX]; /* value of each dimension, or DISCLOSURE_TOTAL */
	double value;
	uint32_t contributors;
	double largest, second, top_n; /* contributions; top_n: sum of the dominance_n largest */
	bool money;            /* the money rules apply */
	enum confidentiality conf;
	bool published;        /* is or was published: it may not be suppressed any more */
	double low, high;      /* by the audit: what a reader can work out */
};
struct disclosure_table {
	size_t n_dimensions;
	struct disclosure_cell *cell;
	size_t n;
	bool nonnegative;      /* every inner cell is >= 0, as counts and sales are */
};

/* Sets conf of every cell: primary by the rule, then secondary until the audit of the table finds no
 * cell exposed.  ERR_CONFLICT: cells published before already give one away; names it.
 * ERR_LIMIT: more than DISCLOSURE_CELLS_MAX cells. */
bool disclosure_suppress(struct arena *a, struct disclosure_table *t,
			 const struct disclosure_rule *rule, struct err *e) MUST_CHECK;

/* For every suppressed cell the feasible interval given every published one; *ret_exposed is the
 * number of cells whose interval is narrower than their protection: for counts, one that does not
 * reach from 0 to the minimum or lies within minimum - 1 of the value on both sides; for money, one
 * that bounds the largest contributor within p %.  docs/disclosure.md has it in words. */
bool disclosure_audit(struct arena *a, struct disclosure_table *t,
		      const struct disclosure_rule *rule, size_t *ret_exposed,
		      struct err *e) MUST_CHECK;

/* ---- figures ---- */

/* What one figure's cell became, for the annex and for `ssme disclosure`. */
struct disclosure_finding {
	size_t figure, cell;   /* indexes into figures */
	enum confidentiality conf;
	uint32_t contributors;
};
struct disclosure_report {
	struct disclosure_finding *finding; /* suppressed ones */
	size_t n;
};

/* Figures that were published before, in any shape: cells that a new table must not contradict. */
struct published_figures {
	const struct figures *const *figures; /* computed again from the frozen data, controlled */
	size_t n;
};

/* Suppresses cells of fs in place: status Q, no value, fraction, interval, n or text of them stays.
 * tables, request: as for figures_compute().  before: n 0 when nothing was published. */
bool disclosure_apply(struct arena *a, const struct instrument *in, const struct fact_tables *tables,
		      const struct figure_request *request, const struct published_figures *before,
		      struct figures *fs, struct disclosure_report *out, struct err *e) MUST_CHECK;

#endif
