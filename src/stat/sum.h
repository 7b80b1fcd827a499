/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of doubles, compensated, in an order that depends on the data alone: blocks of 4,096, each
 * in eight lanes, the lanes and then the blocks joined from left to right.  The result is the same
 * for any number of threads and on any processor.
 *
 * Method: the rounding error of every addition is found exactly and summed beside (A. Neumaier,
 * ZAMM 54 (1974) 39-51; T. Ogita, S. Rump, S. Oishi, SIAM J. Sci. Comput. 26 (2005) 1955-1988,
 * Algorithms 4.4 "Sum2" and 5.3 "Dot2"): as if added in twice the precision, rounded once. */
#ifndef SSME_STAT_SUM_H
#define SSME_STAT_SUM_H

#include <stddef.h>

#include "base/arena.h"
#include "base/runner.h"

enum { SUM_BLOCK = 4096 };

/* A running sum: its value is high + low. */
struct sum {
	double high; /* the plain sum */
	double low;  /* the sum of its rounding errors */
};

static inline void sum_add(struct sum *s, double x)
{
	double total = s->high + x;
	double part = total - s->high;
	s->low += (s->high - (total - part)) + (x - part);
	s->high = total;
}

static inline void sum_join(struct sum *s, struct sum right)
{
	sum_add(s, right.high);
	s->low += right.low;
}

/* Rounded to a double; past the range of a double it is an infinity. */
static inline double sum_value(struct sum s)
{
	double v = s.high + s.low;
	return v - v == 0 ? v : s.high; /* v - v is NaN when v is not finite */
}

/* At most SUM_BLOCK values.  x and y may be unaligned; all must be finite. */
struct sum sum_block(const double *x, size_t n);
struct sum sum_block_products(const double *x, const double *y, size_t n); /* sum of x * y */

double sum_of(const double *x, size_t n);
double sum_of_products(const double *x, const double *y, size_t n);
/* The same bits as sum_of(), in parts; runner NULL: in turn.  a: scratch, given back. */
double sum_of_split(struct arena *a, const double *x, size_t n, const struct runner *runner);

#endif
