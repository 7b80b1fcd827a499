/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws without putting back: of a population of N units, M have the property; of n drawn, m have
 * it.  All are whole numbers, 0 <= m <= n <= N, n >= 1, N up to 10^7. */
#ifndef SSME_STAT_HYPERGEOMETRIC_H
#define SSME_STAT_HYPERGEOMETRIC_H

#include <stdint.h>

#include "base/err.h"

/* P(at most m of n), for M of N. */
double hypergeometric_below(uint64_t m, uint64_t n, uint64_t with, uint64_t population);

/* The numbers M that a two-sided test at 1 - level would not refuse, their least and greatest:
 * exact for any population (W. Katz, J. Amer. Statist. Assoc. 48 (1953) 256-261).  Over N they are
 * the interval of the share.  ERR_INPUT: numbers out of range, a level not inside 0..1. */
struct hypergeometric {
	uint64_t low, high; /* m <= low <= high <= N - (n - m) */
};
bool hypergeometric_interval(uint64_t m, uint64_t n, uint64_t population, double level,
			     struct hypergeometric *out, struct err *e) MUST_CHECK;

#endif
