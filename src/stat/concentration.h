/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How unevenly an amount is spread over units, and in what a region specialises.  Amounts are not
 * negative and finite and add up to more than 0; else ERR_INPUT and nothing is written. */
#ifndef SSME_STAT_CONCENTRATION_H
#define SSME_STAT_CONCENTRATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

struct concentration {
	double gini;           /* sum (2i - n - 1) x(i) / (n sum x): 0 all alike .. 1 - 1/n */
	double gini_corrected; /* times n / (n - 1): 0 .. 1; 0 for one unit */
	double hhi;            /* Herfindahl and Hirschman: sum of squared shares, 1/n .. 1 */
	double hhi_normalised; /* (hhi - 1/n) / (1 - 1/n): 0 .. 1; 1 for one unit */
	double cr4;            /* share of the four largest */
	double theil;          /* sum s ln(n s), s the shares: 0 .. ln n */
	double atkinson;       /* with parameter 1/2: 1 - (mean of roots)^2 / mean: 0 .. 1 - 1/n */
	double rosenbluth;     /* 1 / (n (1 - gini)): 1/n .. 1 */
};
/* n >= 1.  a: scratch, given back. */
bool concentration_of(struct arena *a, const double *x, size_t n, struct concentration *out,
		      struct err *e) MUST_CHECK;

/* Location quotients of a table, row by row: how many times a region's (row's) share of an industry
 * (column) is that of all regions together.  0: none of it; 1: as everywhere. */
struct concentration_table {
	const double *amount; /* n_row times n_column, a row's together */
	size_t n_row, n_column;
};
/* out and ret_defined as large as the table: undefined, and 0 in out, where the region or the
 * industry has nothing at all. */
bool concentration_location(struct arena *a, const struct concentration_table *t, double *out,
			    bool *ret_defined, struct err *e) MUST_CHECK;

struct concentration_region {
	bool defined;     /* the region has anything at all; else the rest is 0 */
	double hhi;       /* of its industries' shares */
	double krugman;   /* sum |share - share in all regions|: 0 as everywhere .. 2 */
	double hachman;   /* 1 / sum of quotient times share: 1 as everywhere, towards 0 unlike */
};
/* out: n_row. */
bool concentration_regions(struct arena *a, const struct concentration_table *t,
			   struct concentration_region *out, struct err *e) MUST_CHECK;

#endif
