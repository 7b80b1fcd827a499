/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom a cluster is compared with: the first group of a declared ladder that is large enough,
 * chosen by what the clusters are and never by how they score. */
#ifndef SSME_SCORE_PEERS_H
#define SSME_SCORE_PEERS_H

#include "score/score.h"

enum { PEERS_MIN = 5 }; /* fewer are not shown: a position among them would name one */

struct peers {
	/* «agroindustria · B (15-50)»; «todas las aglomeraciones» at the end */
	struct label label;
	uint32_t *row; /* of scores.cluster, rising, without the cluster itself; all of them
			  scored */
	size_t n; /* 0: not even all of them are PEERS_MIN */
};

/* The method's setting `peers`: rungs separated by ";", each a list of dimensions separated by ",",
 * from narrow to wide ("sector,size;sector"); all clusters are the last rung.  A rung counts with
 * `peers_minimum` (default 8, at least PEERS_MIN) scored clusters besides this one; the last with
 * PEERS_MIN.  Those are peers whose dimensions all equal the cluster's; a rung whose dimension the
 * cluster has missing, or that the method does not declare, is passed over.
 *
 * cluster_table: row i is s->cluster[i]. */
void peers_of(struct arena *a, const struct instrument *in, const struct frame *cluster_table,
	      const struct scores *s, size_t row, struct peers *out);

/* Share of the peers that a value leaves behind, ties counted half, 0..1 (mid-rank percentile); and
 * the peers' quartiles (type 7).  Points of 0..100.  area: index, or -1 for the score.  False: the
 * cluster has it not computed, or fewer than PEERS_MIN peers have it. */
struct position {
	size_t n; /* peers that have it */
	double value, ahead_of, quarter, median, three_quarters;
};
bool peers_position(struct arena *a, const struct scores *s, size_t row, const struct peers *p,
		    int area, struct position *out);

#endif
