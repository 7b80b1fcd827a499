/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of counts: do the rows and the columns go together?  count: rows * columns counts, row
 * after row, finite and >= 0.  Rows and columns without a count are left out.  False, nothing
 * written: a bad count, or fewer than two rows or columns are left. */
#ifndef SSME_STAT_CONTINGENCY_H
#define SSME_STAT_CONTINGENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct contingency {
	double n;
	double chi2; /* K. Pearson's, without correction */
	size_t df;
	double p;
	double least_expected; /* below 5 chi-squared is no good guide */
	double cramer_v;       /* 0..1 */
	/* less its bias (W. Bergsma, J. Korean Statist. Soc. 42 (2013) 323-328) */
	double cramer_v_corrected;
	/* Where both are ordered: pairs that agree in order and pairs that do not, and L. Goodman's
	 * and W. Kruskal's gamma of them, -1..1 (J. Amer. Statist. Assoc. 49 (1954) 732-764). */
	double concordant, discordant, gamma;
	bool has_gamma; /* false: no pair differs in both */
};
/* a: scratch, given back. */
bool contingency_of(struct arena *a, const double *count, size_t rows, size_t columns,
		    struct contingency *out);

#endif
