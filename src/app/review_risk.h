/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the queue: what makes a questionnaire worth a look before others. */
#ifndef SSME_APP_REVIEW_RISK_H
#define SSME_APP_REVIEW_RISK_H

#include "app/review.h"

/* How the clusters of a round answer one question. */
struct spread {
	bool usable;     /* enough clusters, and they differ */
	bool logs;       /* median and mad are of log(1 + x) */
	size_t n;
	double middle;   /* median of the numbers themselves, for people */
	double median, mad;
};
/* x: n finite numbers, which it reorders. */
struct spread spread_of(struct arena *a, const struct question *q, double *x, size_t n);
/* Further from the median than OUTLIER_Z? */
bool spread_is_far(const struct spread *s, double x);
/* Less than half or more than double; see review.h. */
bool risk_is_jump(const struct question *q, double before, double now);

/* What the companies of one cluster add up to, by rollup of the instrument. */
struct rollup_total {
	bool known;
	double value;
	size_t n; /* companies that answered */
};

struct risk_input {
	const struct sheet *sheet;
	const struct spread *spread;      /* by question of the form */
	const struct rollup_total *total; /* by rollup; NULL: no company answered */
	enum lang lang;
};
/* *ret_risk: sum of the points of the reasons, which come by points, then in the order of the
 * form. */
void risk_weigh(struct arena *a, const struct risk_input *in,
		const struct review_reason **ret_reason, size_t *ret_n, int64_t *ret_risk);

#endif
