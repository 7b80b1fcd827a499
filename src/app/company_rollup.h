/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the companies of one cluster add up to, beside what its manager says: the relations are the
 * rollups of the instrument (method/rollups.csv).  A total is told only where at least as many
 * companies answered as the method's disclosure_minimum asks (ROLLUP_MINIMUM where it says
 * nothing), so that nobody reads one company out of it; how many answered is told always. */
#ifndef SSME_APP_COMPANY_ROLLUP_H
#define SSME_APP_COMPANY_ROLLUP_H

#include "app/questionnaire.h"

enum { ROLLUP_MINIMUM = 5 };

struct company_total {
	const struct rollup *rollup;
	bool known;       /* there is a total */
	double value;
	bool stated;      /* the manager answered with a number */
	double manager;
	bool over;        /* the total passes the manager's number by more than the tolerance */
};
struct company_totals {
	size_t n_companies; /* that answered */
	int minimum;
	bool withheld;      /* some answered, and fewer than that */
	const struct company_total *total; /* by rollup */
	size_t n;
};
/* sheet: of the cluster's form; what stands there counts, sent or not. */
bool company_totals(struct call *c, struct store *s, const struct sheet *sheet,
		    struct company_totals *out, struct err *e) MUST_CHECK;

#endif
