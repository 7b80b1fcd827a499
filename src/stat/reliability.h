/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far items that should measure one thing go together (L. Cronbach, Psychometrika 16 (1951)
 * 297-334).  An area whose items make up its subject, rather than mirror it, need not have a high
 * value. */
#ifndef SSME_STAT_RELIABILITY_H
#define SSME_STAT_RELIABILITY_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

struct reliability {
	double alpha; /* k / (k - 1) (1 - sum of variances / variance of the sum); <= 1, may be
			 below 0 */
	double standardised; /* the same of items scaled to one variance: k r / (1 + (k - 1) r), r
				the mean correlation of two items */
};
/* item[0..k-1]: n finite values each; k >= 2, n >= 2.  ERR_INPUT: too few, a value that is not
 * finite, an item or the sum that does not vary.  a: scratch, given back. */
bool reliability_of(struct arena *a, const double *const *item, size_t k, size_t n,
		    struct reliability *out, struct err *e) MUST_CHECK;

struct reliability_item {
	double alpha_without; /* of the other items; k >= 3 */
	double r_rest;        /* correlation with the sum of the others: part-whole corrected */
};
/* out: k; needs k >= 3.  ERR_INPUT also when a sum of the others does not vary. */
bool reliability_items(struct arena *a, const double *const *item, size_t k, size_t n,
		       struct reliability_item *out, struct err *e) MUST_CHECK;

#endif
