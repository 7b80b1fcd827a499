/* SPDX-License-Identifier: GPL-3.0-or-later */
/* p-values of many tests looked at together.  An adjusted p is compared with the level wanted for
 * all of them, so that what is found among sixty pairs is not what chance always finds. */
#ifndef SSME_STAT_ADJUST_H
#define SSME_STAT_ADJUST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum adjust {
	/* the chance of one or more false findings stays below the level */
	ADJUST_BONFERRONI, /* p m */
	ADJUST_HOLM,       /* S. Holm, Scand. J. Statist. 6 (1979) 65-70; for any dependence */
	ADJUST_HOCHBERG,   /* Y. Hochberg, Biometrika 75 (1988) 800-802; for independent tests */
	/* the share of false ones among the findings stays below the level, on average */
	ADJUST_BH, /* Y. Benjamini, Y. Hochberg, J. R. Statist. Soc. B 57 (1995) 289-300 */
	ADJUST_BY, /* Y. Benjamini, D. Yekutieli, Ann. Statist. 29 (2001) 1165-1188; whatever hangs
		    together */
};

/* out[i]: adjusted p[i], 0..1, in the order of p; out may be p.  Tests that could not be made are
 * left out by the caller and do not count.  False, out untouched: a p outside 0..1 or no number.
 * n < 2^32; n == 0 does nothing.  a: scratch, given back. */
bool adjust_p(struct arena *a, const double *p, size_t n, enum adjust how, double *out);

#endif
