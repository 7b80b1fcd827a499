/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which cells to hide so that the hidden ones stay hidden.  A cell is any set of atoms, and an atom
 * is a group of contributors that no cell divides: so breakdowns, subsets and everything published
 * before stand side by side, whatever shape they had.  Several quantities (a numerator, a
 * denominator, other figures of the same answers) share one pattern of hidden cells.
 * Internal to the room indicator. */
#ifndef SSME_INDICATOR_DISCLOSURE_PATTERN_H
#define SSME_INDICATOR_DISCLOSURE_PATTERN_H

#include "indicator/disclosure.h"
#include "indicator/disclosure_lp.h"

/* What the reader's interval of a sensitive cell must at least be. */
struct need {
	double low;   /* not above this */
	double high;  /* not below this */
	double width; /* and this wide */
};
bool need_met(const struct need *need, double low, double high);

struct pattern_quantity {
	const double *value, *low, *high; /* n_atoms: as in struct lp_input */
	bool whole;
	bool *shown;              /* n_cells: it is published of the cell, if the cell is */
	bool *sensitive;          /* n_cells: it is not, whatever becomes of the cell */
	struct need *need;        /* n_cells: counts where it is sensitive */
};

struct pattern {
	size_t n_atoms, n_cells, n_quantities;
	const struct lp_sum *cell;
	const struct pattern_quantity *quantity;
	bool *hidden;             /* n_cells: for the sake of others, in every quantity */
	const bool *fixed;        /* n_cells: published already, may not be hidden any more */
	const double *cost;       /* n_cells: what is lost with it; negative: it hides nothing */
};

/* Hides cells until the interval of everything sensitive is what it needs, as far as the fixed
 * cells leave that possible; then shows those again that turn out not to be needed.  Cells that are
 * hidden at the start stay hidden.  ERR_IO: see lp_session(). */
bool pattern_protect(struct arena *a, struct pattern *p, struct err *e) MUST_CHECK;

/* Looks for a cheaper set of hidden cells than the one at hand, by trying every one where they
 * are few enough; leaves p as it is where none is found or they are too many. */
bool pattern_improve(struct arena *a, struct pattern *p, struct err *e) MUST_CHECK;

/* The reader's interval of everything shown of a cell but hidden: low[quantity * n_cells + cell].
 * *ret_exposed: cells with a sensitive quantity whose interval is not what it needs. */
bool pattern_audit(struct arena *a, const struct pattern *p, double *low, double *high,
		   size_t *ret_exposed, struct err *e) MUST_CHECK;

/* The protection that the rules ask for a sensitive cell of a table. */
struct need disclosure_need(const struct disclosure_rule *rule, const struct disclosure_cell *c,
			    bool nonnegative);

#endif
