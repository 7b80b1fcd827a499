/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cluster's own report: 2 to 4 pages for its manager.  Level with its certainty, eight areas
 * against a named peer group, position as a share of the peers and never a rank, change item by
 * item, what lifts it, quality of its data.  Private by default: of other clusters only groups of
 * at least PEERS_MIN appear.  Pure. */
#ifndef SSME_REPORT_CLUSTER_REPORT_H
#define SSME_REPORT_CLUSTER_REPORT_H

#include "report/document.h"
#include "score/account.h"
#include "score/change.h"
#include "score/lift.h"
#include "score/peers.h"
#include "score/robustness.h"

struct cluster_report_input {
	const struct instrument *instrument;
	const struct round_fact *round;
	const struct cluster_entry *cluster; /* of the register */
	struct str department; /* its name */
	const struct frame *cluster_table;
	const struct scores *scores;
	size_t row; /* of the cluster */
	const struct robustness *robustness; /* NULL: the method declares no model */
	const struct score_bounds *bounds; /* of this cluster */
	const struct account *account; /* NULL when not categorizable */
	const struct lift *lift;
	const struct peers *peers;
	/* The last round, when the cluster was in it and the two are comparable; else NULL, with
	 * the reason in no_change. */
	const struct score_change *change;
	const struct round_fact *before;
	const struct cluster_score *score_before; /* under the method compared under */
	struct str no_change;
	int64_t n_warnings, n_unexplained; /* of its own answers */
	bool synthetic;
	bool provisional; /* the round is not frozen yet */
	struct str data_sha256, program;
	/* What change was measured under: the same method, or the items that bridges allow; then
	 * the areas of the two rounds are not set side by side. */
	enum comparability comparability;
};

/* Titles are findings: «Consolidado, por poco» stands only when the level is not firm and the
 * interval of the score reaches under its cut; where no test holds, the plain name of the level.
 * Everything in the document lives in a or in what in points to. */
void cluster_report_make(struct arena *a, const struct cluster_report_input *in, enum lang lang,
			 struct document *out);

#endif
