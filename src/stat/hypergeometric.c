/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/hypergeometric.h"

#include <math.h>

/* The chance of k is found from that of the greatest term by ratios of neighbours, which keeps all
 * digits where logarithms of large factorials lose some; the total is 1 by division. */
double hypergeometric_below(uint64_t m, uint64_t n, uint64_t with, uint64_t population)
{
	double hits = (double)with, others = (double)(population - with), draws = (double)n;
	double first = draws > others ? draws - others : 0, last = draws < hits ? draws : hits;
	double top = floor((draws + 1) * (hits + 1) / ((double)population + 2));
	top = top < first ? first : top > last ? last : top;
	if ((double)m >= last)
		return 1;
	if ((double)m < first)
		return 0;
	double below = 0, above = 0, term = 1;
	for (double k = top; k >= first && term > 0; k--) {
		*(k <= (double)m ? &below : &above) += term;
		term *= k * (others - draws + k) / ((hits - k + 1) * (draws - k + 1));
	}
	term = 1;
	for (double k = top; k < last && term > 0; k++) {
		term *= (hits - k) * (draws - k) / ((k + 1) * (others - draws + k + 1));
		*(k + 1 <= (double)m ? &below : &above) += term;
	}
	return below / (below + above);
}

static double at_least(uint64_t m, uint64_t n, uint64_t with, uint64_t population)
{
	/* P(at least m) = P(at most n - m without the property) */
	return hypergeometric_below(n - m, n, population - with, population);
}

bool hypergeometric_interval(uint64_t m, uint64_t n, uint64_t population, double level,
			     struct hypergeometric *out, struct err *e)
{
	double tail = (1 - level) / 2;
	if (n < 1 || m > n || n > population || population > 10000000)
		return err_say(e, ERR_INPUT,
			       "se necesita 0 <= m <= n <= N, n de 1 en adelante y N hasta 10 "
			       "millones",
			       "0 <= m <= n <= N is needed, n from 1 and N up to 10 million");
	if (!(level > 0) || !(level < 1))
		return err_say(e, ERR_INPUT, "el nivel debe estar entre 0 y 1",
			       "the level must lie between 0 and 1");
	uint64_t low = m, high = population - (n - m);
	/* both chances move one way in M: halve */
	for (uint64_t end = high; low < end;) {
		uint64_t mid = low + (end - low) / 2;
		if (at_least(m, n, mid, population) > tail)
			end = mid;
		else
			low = mid + 1;
	}
	for (uint64_t start = m; start < high;) {
		uint64_t mid = start + (high - start + 1) / 2;
		if (hypergeometric_below(m, n, mid, population) > tail)
			start = mid;
		else
			high = mid - 1;
	}
	*out = (struct hypergeometric){ low, high };
	return true;
}
