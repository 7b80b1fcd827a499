/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/reliability.h"

#include <math.h>
#include <stdint.h>

#include "stat/association.h"
#include "stat/moment.h"

static bool check(const double *const *item, size_t k, size_t n, size_t least, struct err *e)
{
	if (k < least || n < 2)
		return err_say(e, ERR_INPUT, "hacen falta %zu ítems y dos unidades o más",
			       "%zu items and two units or more are needed", least);
	for (size_t j = 0; j < k; j++) {
		for (size_t i = 0; i < n; i++)
			if (!isfinite(item[j][i]))
				return err_say(e, ERR_INPUT,
					       "el valor %zu del ítem %zu no es un número finito",
					       "value %zu of item %zu is not a finite number",
					       i + 1, j + 1);
		if (!(moment_of(item[j], n).sd > 0))
			return err_say(e, ERR_INPUT, "el ítem %zu no varía",
				       "item %zu does not vary", j + 1);
	}
	return true;
}

/* Sum of all items but one, SIZE_MAX: of all. */
static void add_items(const double *const *item, size_t k, size_t n, size_t but, double *out)
{
	for (size_t i = 0; i < n; i++) {
		out[i] = 0;
		for (size_t j = 0; j < k; j++)
			out[i] += j == but ? 0 : item[j][i];
	}
}

static bool alpha_of(const double *const *item, size_t k, size_t n, size_t but, double *sum,
		     double *out, struct err *e)
{
	double parts = 0, used = (double)(but == SIZE_MAX ? k : k - 1);
	for (size_t j = 0; j < k; j++)
		parts += j == but ? 0 : moment_of(item[j], n).variance;
	add_items(item, k, n, but, sum);
	double whole = moment_of(sum, n).variance;
	/* the rounding of a sum that should stay the same is no variance */
	if (!(whole > 1e-14 * parts))
		return err_say(e, ERR_INPUT, "la suma de los ítems no varía",
			       "the sum of the items does not vary");
	*out = used / (used - 1) * (1 - parts / whole);
	return true;
}

static double mean_correlation(const double *const *item, size_t k, size_t n)
{
	double sum = 0, r = 0;
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < i; j++)
			sum += association_pearson(item[i], item[j], n, &r) ? r : 0;
	return sum / ((double)k * (double)(k - 1) / 2);
}

bool reliability_of(struct arena *a, const double *const *item, size_t k, size_t n,
		    struct reliability *out, struct err *e)
{
	if (!check(item, k, n, 2, e))
		return false;
	struct arena_mark m = arena_mark(a);
	double *sum = NEW(a, n, double), alpha = 0;
	bool done = alpha_of(item, k, n, SIZE_MAX, sum, &alpha, e);
	arena_rewind(a, m);
	if (done) {
		double r = mean_correlation(item, k, n), left = 1 + (double)(k - 1) * r;
		if (!(left > 1e-14)) /* scaled to one variance the items cancel out */
			return err_say(e, ERR_INPUT, "la suma de los ítems estandarizados no varía",
				       "the sum of the scaled items does not vary");
		*out = (struct reliability){ alpha, (double)k * r / left };
	}
	return done;
}

bool reliability_items(struct arena *a, const double *const *item, size_t k, size_t n,
		       struct reliability_item *out, struct err *e)
{
	if (!check(item, k, n, 3, e))
		return false;
	struct arena_mark m = arena_mark(a);
	double *rest = NEW(a, n, double);
	struct reliability_item *found = NEW(a, k, struct reliability_item);
	bool done = true;
	for (size_t j = 0; j < k && done; j++) {
		done = alpha_of(item, k, n, j, rest, &found[j].alpha_without, e);
		if (done && !association_pearson(item[j], rest, n, &found[j].r_rest))
			done = err_say(e, ERR_INPUT, "la suma de los otros ítems no varía",
				       "the sum of the other items does not vary");
	}
	for (size_t j = 0; j < k && done; j++)
		out[j] = found[j];
	arena_rewind(a, m);
	return done;
}
