/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that the clusters' own reports of a round are made of: gathered once, then one report
 * after another, from any thread. */
#ifndef SSME_APP_REPORTING_H
#define SSME_APP_REPORTING_H

#include "app/measure.h"
#include "report/cluster_report.h"

struct reporting {
	struct measure now, before;     /* before: the round before this one */
	bool has_before;
	struct panel panel;
	struct method_change change;
	struct robustness robustness;
	bool has_robustness;            /* the method declares a model */
	struct score_bounds *bounds;    /* of now.scores */
};

/* Lives in c->a.  ERR_ABSENT: no such round, or no cluster answered in it. */
bool reporting_open(const struct call *c, struct store *s, struct str round, struct reporting *out,
		    struct err *e) MUST_CHECK;

/* The same, had these answers of clusters been accepted (measure_answers()). */
bool reporting_propose(const struct call *c, struct store *s, struct str round,
		       const struct stored_answers *clusters, struct reporting *out,
		       struct err *e) MUST_CHECK;

/* Row of a cluster in r->now.scores.  ERR_ABSENT: it has no accepted answer in the round. */
bool reporting_find(const struct reporting *r, struct str cluster, size_t *ret_row,
		    struct err *e) MUST_CHECK;

/* The report of the cluster of a row; the document lives in a and in r.  Changes nothing in r, so
 * that threads may make several at once. */
bool reporting_make(struct arena *a, const struct reporting *r, size_t row, enum lang lang,
		    struct document *out, struct err *e) MUST_CHECK;

/* The report of one cluster of a round, in the language of the call: all of the above at once. */
bool reporting_document(const struct call *c, struct store *s, struct str round, struct str cluster,
			struct document *out, struct err *e) MUST_CHECK;

#endif
