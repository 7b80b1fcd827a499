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
	double old_value, new_value; /* as published in each round */
	/* new_value - old_value = stayers + entrants + leavers + method (J. Melitz, S. Polanec, RAND
	 * J. Econ. 46 (2015) 362-375).  Of a share, ratio or mean, with weights of the denominator;
	 * of a sum or count, plain differences. */
	double stayers, entrants, leavers, method;
	/* On the panel alone. */
	double panel_old, panel_new;
	size_t panel_n;
	bool has_test;           /* a share: exact McNemar over stayers; else Wilcoxon signed rank */
	int64_t gained, lost;    /* stayers that came to have it, that lost it */
	double p;                /* mid-p of McNemar, or exact Wilcoxon */
};

/* Over figures of the cluster table that both methods have under one id and meaning.  *out: one for
 * each figure of the newer round's method, in order. */
bool figure_changes(struct arena *a, const struct round_side *old_side,
		    const struct round_side *new_side, const struct panel *panel, enum lang lang,
		    const struct runner *runner, struct figure_change **out, size_t *ret_n,
		    struct err *e) MUST_CHECK;

#endif
