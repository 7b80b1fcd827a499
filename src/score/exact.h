/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exact numbers under a score (GMP), for the files of this room. */
#ifndef SSME_SCORE_EXACT_H
#define SSME_SCORE_EXACT_H

#include <gmp.h>

#include "score/score.h"

/* What one cluster's score is made of while it is computed: exact values beside the rounded ones
 * that are kept.  exact_clear() gives back what GMP holds. */
struct exact {
	mpq_t *area; /* of each area, 0..100; meaningless where the area is not computed */
	size_t n_areas;
	mpq_t score;
};
void exact_init(struct exact *x, struct arena *a, size_t n_areas);
void exact_clear(struct exact *x);

void exact_ratio(mpq_t q, int64_t num, int64_t den); /* den > 0 */
void exact_weight(mpq_t q, const struct area *area);
/* Sum of the weights of the computed areas.  False: it is 0. */
bool exact_total(const struct instrument *in, const struct cluster_score *c, mpq_t total);

/* q * 10^6, rounded half away from zero. */
int64_t exact_micro(const mpq_t q);
/* q * 10^6 cut to a whole number (towards minus infinity), and what is left over in units of
 * q's denominator: rest / den, 0 <= rest < den. */
void exact_scaled(mpz_t floor, mpz_t rest, const mpq_t q);
/* The double nearest to q where q has at most six decimals, so that a gate such as >= 33.3 meets
 * the same double as its literal; else q cut to a double.  micro: exact_micro(q). */
double exact_double(const mpq_t q, int64_t micro);

/* Areas, score and levels of clusters out of the points and maxima that their areas hold now: which
 * areas are computed is taken as it stands.  Row i of cluster_table is s->cluster[i]. */
void score_of_areas(struct arena *a, const struct instrument *in, const struct frame *cluster_table,
		    struct scores *s);
/* cluster_table with what gates read besides answers: score, level and areas, unrounded. */
const struct frame *score_frame(struct arena *a, const struct instrument *in,
				const struct scores *s, const struct frame *cluster_table);
/* The exact values of one cluster, out of its areas as above; x from exact_init(). */
void exact_of_areas(const struct instrument *in, const struct cluster_score *c, struct exact *x);

#endif
