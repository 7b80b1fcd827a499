/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The change of a figure between two rounds, split into what stayers did, who came, who left and
 * what the method changed; the parts add up to the change exactly. */
#ifndef SSME_INDICATOR_CHANGE_H
#define SSME_INDICATOR_CHANGE_H

#include "indicator/indicator.h"
#include "score/change.h"

/* What may be said of a figure over the two rounds, by the bridges of the questions it reads. */
enum series_relation {
	SERIES_SAME,     /* igual: a line */
	SERIES_SIMILAR,  /* a line with a footnote */
	SERIES_BRIDGED,  /* puente: old answers taken over by an expression; a break mark */
	SERIES_BROKEN,   /* no: two panels, no difference is shown */
};

struct figure_change {
	const struct indicator *indicator; /* of the newer round's method */
	enum series_relation relation;
	struct str note;         /* of the bridge that decided */
	bool computed;           /* both values and every part are there */
	double old_value, new_value; /* of the whole round by its own method; missing: 0 */
	/* new_value - old_value = stayers + entrants + leavers + method (J. Melitz, S. Polanec,
	 * RAND J. Econ. 46 (2015) 362-375).  Of a share, ratio or mean, with weights of the
	 * denominator; of a sum or count, plain differences. */
	double stayers, entrants, leavers, method;
	/* On the panel alone. */
	double panel_old, panel_new;
	size_t panel_n;
	/* a share: exact McNemar over stayers; else Wilcoxon signed rank */
	bool has_test;
	int64_t gained, lost;    /* stayers that came to have it, that lost it */
	double p;                /* mid-p of McNemar, or exact Wilcoxon */
	/* The same p among those of all figures (Benjamini-Hochberg), and what may be said of it: 1
	 * it rose, -1 it fell, 0 no change that could be shown at 5 %.  The test and the change on
	 * the panel must point the same way. */
	double p_adjusted;
	int proven;
	bool by_mcnemar;         /* a share or a count; else Wilcoxon */
	bool has_old, has_new;   /* the values are there (old_value, new_value are 0 else) */
	bool recomputed;         /* the earlier round did not have this figure: its value is the
				    later formula over bridged answers */
	bool has_panel;          /* panel_old and panel_new are there */
	/* A value is suppressed, or a group (stayers, entrants or leavers) has some clusters in it,
	 * but fewer than the method lets be shown: of this figure no part and nothing of the panel
	 * may leave the program. */
	bool protected;
};

/* *out: one for each figure of the method of the later round by its last day, in order.  Parts and
 * tests are of numbers over the cluster table; figures of other tables, lists, texts, and numbers
 * made of several aggregates or of other figures have the two values alone.  The rounds in the
 * other order give every change with the other sign, entrants and leavers changing places.
 *
 * The formula is the later method's; the earlier round's answers are read through the bridges
 * (score/bridge.h) and the worst relation among the questions it reads decides.  What reads score,
 * level or an area is broken unless both methods give the same numbers; so is what counts areas or
 * levels, and what companies answered, unless the method is the same.
 * ERR_INPUT: as method_change_make() and figures_compute(). */
bool figure_changes(struct arena *a, const struct round_side *old_side,
		    const struct round_side *new_side, const struct panel *panel, enum lang lang,
		    const struct runner *runner, struct figure_change **out, size_t *ret_n,
		    struct err *e) MUST_CHECK;

#endif
