/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be worked out of sums: the smallest and largest value that a sum of unknowns may have,
 * given other sums of them.  Linear programs, solved by GLPK, which stands behind this header
 * alone.  Internal to the room indicator. */
#ifndef SSME_INDICATOR_DISCLOSURE_LP_H
#define SSME_INDICATOR_DISCLOSURE_LP_H

#include "base/arena.h"
#include "base/err.h"

#include <stdint.h>

/* A sum: indexes of the unknowns that it adds up, each once. */
struct lp_sum {
	const uint32_t *part;
	size_t n;
};

struct lp_input {
	size_t n_unknowns;
	const double *value;     /* what they are in truth: the sums are made of it */
	const double *low, *high; /* what anybody knows of each; HUGE_VAL: nothing */
	bool whole;              /* they are whole numbers */
	const struct lp_sum *sum;
	const bool *known;       /* n_sums: the reader has this sum */
	size_t n_sums;
};

struct lp;

/* Runs work(user), inside which alone the functions below may be called.  ERR_IO: the library gave
 * up (want of memory, a fault of its own); nothing made inside may be used then. */
bool lp_session(void (*work)(void *user), void *user, struct err *e) MUST_CHECK;

struct lp *lp_make(struct arena *a, const struct lp_input *in);
/* From now on the reader has the sum, or no longer has it. */
void lp_show(struct lp *p, size_t sum, bool known);
/* What the reader can work out of a sum: low <= truth <= high, either may be infinite.  below[i]
 * and above[i] are set for the known sums that the lower, the upper bound comes from (others stay
 * as they are); either may be NULL. */
void lp_interval(struct lp *p, size_t sum, double *ret_low, double *ret_high, bool *below,
		 bool *above);

#endif
