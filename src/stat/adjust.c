/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/adjust.h"

#include <stdint.h>

#include "stat/rank.h"

/* What the p of that place (1 = smallest) among m is multiplied by. */
static double factor(enum adjust how, size_t place, size_t m, double harmonic)
{
	double all = (double)m;
	switch (how) {
	case ADJUST_BONFERRONI:
		return all;
	case ADJUST_HOLM:
	case ADJUST_HOCHBERG:
		return (double)(m - place + 1);
	case ADJUST_BY:
		return harmonic * (all / (double)place);
	case ADJUST_BH:
		break;
	}
	return all / (double)place;
}

static double harmonic_of(size_t m)
{
	double sum = 0;
	for (size_t i = 1; i <= m; i++)
		sum += 1 / (double)i;
	return sum;
}

static bool all_probabilities(const double *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(p[i] >= 0 && p[i] <= 1))
			return false;
	return true;
}

/* A larger p must not get a smaller adjusted one.  Going up, each is at least the one before it;
 * going down, at most the one after it. */
static void keep_order(const uint32_t *order, size_t n, bool upwards, double *out)
{
	for (size_t i = 1; i < n; i++) {
		size_t at = upwards ? i : n - 1 - i;
		double before = out[order[upwards ? at - 1 : at + 1]], *now = &out[order[at]];
		if (upwards ? *now < before : *now > before)
			*now = before;
	}
}

bool adjust_p(struct arena *a, const double *p, size_t n, enum adjust how, double *out)
{
	if (!all_probabilities(p, n))
		return false;
	struct arena_mark m = arena_mark(a);
	uint32_t *order = NEW(a, n, uint32_t);
	rank_order(a, p, n, order);
	double harmonic = harmonic_of(n);
	for (size_t i = 0; i < n; i++) {
		double v = factor(how, i + 1, n, harmonic) * p[order[i]];
		out[order[i]] = v > 1 ? 1 : v;
	}
	keep_order(order, n, how == ADJUST_HOLM || how == ADJUST_BONFERRONI, out);
	arena_rewind(a, m);
	return true;
}
