/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two rounds side by side, for the command that compares them: gathered once, then said in words or
 * as JSON. */
#ifndef SSME_APP_COMPARE_H
#define SSME_APP_COMPARE_H

#include "app/print.h"
#include "indicator/change.h"
#include "score/change.h"

struct comparison {
	struct call *c;
	struct measure old_measure, new_measure;
	struct round_side old_side, new_side;
	const struct cluster_register *clusters; /* of the later round, with the lineage */
	struct panel panel;
	struct method_change method;
	struct transitions levels;      /* unless the rounds are not comparable */
	struct figure_change *figure;
	size_t n_figures;
};

bool comparison_make(struct call *c, struct comparison *out, struct err *e) MUST_CHECK;

/* "igual", "similar", "puente", "no", as in method/bridges.csv. */
const char *compare_relation(enum series_relation r);
/* Why an entrant was not in the old round or a leaver is not in the new one: "rename", "merge",
 * "split" (the lineage says so), "no_answer" (registered, did not answer), "not_registered". */
const char *compare_reason(const struct comparison *x, const struct panel_member *m);
/* Id in the old or the new round; empty: not there. */
struct str compare_id(const struct comparison *x, const struct panel_member *m, bool newer);
/* May its parts, panel and test be shown? */
bool compare_open(const struct figure_change *f);
/* Did the levels of the panel move for sure: 1 up, -1 down, 0 cannot be shown at 5 %. */
int compare_levels_proven(const struct transitions *t);

void compare_text(struct buf *b, const struct comparison *x, bool by_cluster);
/* A row for each cluster of the panel, a row for each figure. */
void compare_clusters(struct buf *b, const struct comparison *x);
void compare_figures_csv(struct buf *b, const struct comparison *x);
void compare_json(struct buf *b, const struct comparison *x, bool by_cluster);

#endif
