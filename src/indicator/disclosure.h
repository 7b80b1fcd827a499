/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disclosure control: which cells may be published.  Every writer and every export takes its
 * figures from here.
 *
 * Primary rules, by the `disclosure` column of an indicator and the method's settings:
 *	public   never suppressed (counts of clusters, facts of the round) as the method announces
 *		 it or by the register; broken down or chosen by answers beyond that it counts
 *		 answers, and is held to the minimum as `count` is
 *	count    fewer than disclosure_minimum contributors behind the figure, or behind its
 *		 complement within its cell's margin
 *	money    the same, and the p % rule (the total less the two largest is below p % of the
 *		 largest) and the (n, k) dominance rule (the n largest are more than k % of the
 *		 total), a contributor being a NIT group: the companies of one owner are one
 * Secondary: further cells, until no suppressed cell can be worked out closer than its protection
 * from the margins and from everything that was published before.  The audit solves for the
 * smallest and largest value that each suppressed cell could have (linear programs, GLPK). */
#ifndef SSME_INDICATOR_DISCLOSURE_H
#define SSME_INDICATOR_DISCLOSURE_H

#include "indicator/indicator.h"

enum {
	DISCLOSURE_CELLS_MAX = 20000,
	DISCLOSURE_DIMENSIONS_MAX = 4,
	DISCLOSURE_LARGEST_MAX = 16, /* dominance_n */
};

struct disclosure_rule {
	int minimum;            /* contributors; 0: no rule */
	double p_percent;       /* 0: no rule */
	unsigned dominance_n;   /* 0: no rule */
	double dominance_k;     /* percent */
};
/* ERR_INPUT: a setting out of its range; names it. */
bool disclosure_rule_read(const struct instrument *in, struct disclosure_rule *out,
			  struct err *e) MUST_CHECK;

/* ---- additive tables: the ground that figures stand on ---- */

/* A table whose cells are counts or sums over units, with all of its margins.  A cell is a margin
 * where a code is DISCLOSURE_TOTAL; the others are its inner cells, and a margin's value is the sum
 * of theirs. */
enum { DISCLOSURE_TOTAL = -1 };
struct disclosure_cell {
	int code[DISCLOSURE_DIMENSIONS_MAX]; /* value of each dimension, or DISCLOSURE_TOTAL */
	double value;
	uint32_t contributors;
	double largest, second, top_n; /* contributions; top_n: sum of the dominance_n largest */
	bool money;            /* the money rules apply; else the value is a count */
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

/* What the rules say of one cell alone: CONF_FREE, CONF_COUNT or CONF_DOMINANCE.  A cell without
 * contributors is free. */
enum confidentiality disclosure_primary(const struct disclosure_rule *rule,
					const struct disclosure_cell *c);

/* Sets conf of every cell: primary by the rule, then secondary until the audit finds no cell of the
 * table exposed: again and again the cell with the fewest contributors among those that an exposed
 * one is worked out from; small tables (at most 20 candidates) are then searched for a cheaper set.
 * ERR_CONFLICT: cells published before already give one away; names it.
 * ERR_LIMIT: more than DISCLOSURE_CELLS_MAX cells.  ERR_IO: the solver gave up. */
bool disclosure_suppress(struct arena *a, struct disclosure_table *t,
			 const struct disclosure_rule *rule, struct err *e) MUST_CHECK;

/* For every suppressed cell the interval low .. high that a reader can work out given every cell
 * that is not suppressed; *ret_exposed is the number of primary cells whose interval is narrower
 * than their protection:
 *	count  below the minimum: it has to reach from 0 to the minimum, so that the reader cannot
 *	       tell whether there is anybody, nor that there are few; else as wide as the minimum
 *	money  it has to reach as far above and below the value as the rule asks that was broken:
 *	       p % of the largest less what stands behind the two largest; 100 / k times the n
 *	       largest less the total; with too few contributors p % of the largest.
 * docs/disclosure.md has it in words. */
bool disclosure_audit(struct arena *a, struct disclosure_table *t,
		      const struct disclosure_rule *rule, size_t *ret_exposed,
		      struct err *e) MUST_CHECK;

/* ---- figures ---- */

/* What one figure's cell became, for the annex and for `ssme disclosure`. */
struct disclosure_finding {
	size_t figure, cell;   /* indexes into figures */
	enum confidentiality conf;
	uint32_t contributors;
	/* What a reader can still work out of the figure's sum (of a ratio, mean or growth: of its
	 * numerator; of a share: of how many have it), and whether that is too near the truth. */
	bool has_range;
	double low, high;
	bool exposed;
};
struct disclosure_report {
	struct disclosure_finding *finding; /* suppressed ones */
	size_t n;
	size_t n_exposed;
};

/* Requests that the method does not declare and that were answered before, in that order: what they
 * gave is known to the reader. */
struct published_requests {
	const struct figure_request *request;
	size_t n;
};

/* True when the method itself announces every figure of the request in that shape: the whole round,
 * or one dimension that is in the figure's `breakdowns`.  What is not declared is decided after all
 * that is, and has to be kept in mind once it is given away (published_requests). */
bool disclosure_is_declared(const struct instrument *in, const struct figure_request *request);

/* Suppresses cells of fs in place: status Q, no value, fraction, interval, n or text of them stays.
 * tables, request: as for figures_compute(), whose result fs is.  The same cells are suppressed
 * whatever was asked for first, for the decision is made over everything that the method declares,
 * then over what was published before, then over the request.
 * ERR_INPUT: a setting out of its range.  ERR_IO: the solver gave up. */
bool disclosure_apply(struct arena *a, const struct instrument *in,
		      const struct fact_tables *tables, const struct figure_request *request,
		      const struct published_requests *before, const struct runner *runner,
		      struct figures *fs, struct disclosure_report *out,
		      struct err *e) MUST_CHECK;

/* figures_compute() and disclosure_apply() in one: what may leave the program.  before and report
 * may be NULL. */
bool figures_publish(struct arena *a, const struct instrument *in,
		     const struct fact_tables *tables, const struct figure_request *request,
		     const struct published_requests *before, enum lang lang,
		     const struct runner *runner, struct figures *out,
		     struct disclosure_report *report, struct err *e) MUST_CHECK;

#endif
