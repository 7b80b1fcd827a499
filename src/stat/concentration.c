/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/concentration.h"

#include <math.h>
#include <string.h>

#include "stat/rank.h"
#include "stat/sum.h"

static bool check(const double *x, size_t n, double *ret_sum, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (!(x[i] >= 0) || !isfinite(x[i]))
			return err_say(e, ERR_INPUT,
				       "la cantidad %zu no es un número de 0 en adelante",
				       "amount %zu is no number from 0 up", i + 1);
	double sum = sum_of(x, n);
	if (!(sum > 0) || !isfinite(sum))
		return err_say(e, ERR_INPUT, "las cantidades deben sumar más de 0",
			       "the amounts must add up to more than 0");
	*ret_sum = sum;
	return true;
}

/* sorted: ascending; all sums in that order, so that the order of the units changes no bit */
static struct concentration of_sorted(const double *sorted, size_t n, double total)
{
	struct sum gini = { 0 }, squares = { 0 }, theil = { 0 }, roots = { 0 }, top = { 0 };
	double k = (double)n;
	for (size_t i = 0; i < n; i++) {
		double s = sorted[i] / total;
		sum_add(&gini, (2 * (double)(i + 1) - k - 1) * s);
		sum_add(&squares, s * s);
		sum_add(&theil, s > 0 ? s * log(k * s) : 0);
		sum_add(&roots, sqrt(s));
		if (n - i <= 4)
			sum_add(&top, s);
	}
	struct concentration c = { .gini = fmax(sum_value(gini) / k, 0),
				   .hhi = sum_value(squares),
				   .cr4 = sum_value(top),
				   .theil = fmax(sum_value(theil), 0),
				   .hhi_normalised = 1 };
	double root = sum_value(roots); /* mean of roots = root sqrt(total) / n */
	c.atkinson = fmax(1 - root * root / k, 0);
	c.rosenbluth = 1 / (k * (1 - c.gini));
	if (n > 1) {
		c.gini_corrected = c.gini * k / (k - 1);
		c.hhi_normalised = fmax((c.hhi - 1 / k) / (1 - 1 / k), 0);
	}
	return c;
}

bool concentration_of(struct arena *a, const double *x, size_t n, struct concentration *out,
		      struct err *e)
{
	double total;
	if (!check(x, n, &total, e))
		return false;
	struct arena_mark m = arena_mark(a);
	double *sorted = NEW(a, n, double);
	memcpy(sorted, x, n * sizeof(*x));
	rank_sort(sorted, n);
	*out = of_sorted(sorted, n, sum_of(sorted, n));
	arena_rewind(a, m);
	return true;
}

/* Sums of the rows and of the columns. */
struct margins {
	double *row, *column, all;
};

static bool add_up(struct arena *a, const struct concentration_table *t, struct margins *out,
		   struct err *e)
{
	struct margins m = { NEW(a, t->n_row, double), NEW(a, t->n_column, double), 0 };
	if (!check(t->amount, t->n_row * t->n_column, &m.all, e))
		return false;
	for (size_t r = 0; r < t->n_row; r++)
		for (size_t c = 0; c < t->n_column; c++) {
			m.row[r] += t->amount[r * t->n_column + c];
			m.column[c] += t->amount[r * t->n_column + c];
		}
	*out = m;
	return true;
}

bool concentration_location(struct arena *a, const struct concentration_table *t, double *out,
			    bool *ret_defined, struct err *e)
{
	struct margins m;
	struct arena_mark mark = arena_mark(a);
	bool done = add_up(a, t, &m, e);
	for (size_t r = 0; done && r < t->n_row; r++)
		for (size_t c = 0; c < t->n_column; c++) {
			size_t i = r * t->n_column + c;
			ret_defined[i] = m.row[r] > 0 && m.column[c] > 0;
			out[i] = ret_defined[i] ? t->amount[i] / m.row[r] / (m.column[c] / m.all) :
						  0;
		}
	arena_rewind(a, mark);
	return done;
}

static struct concentration_region region(const struct concentration_table *t,
					  const struct margins *m, size_t r)
{
	struct concentration_region out = { .defined = m->row[r] > 0 };
	double like = 0;
	for (size_t c = 0; c < t->n_column && out.defined; c++) {
		double share = t->amount[r * t->n_column + c] / m->row[r];
		double everywhere = m->column[c] / m->all;
		out.hhi += share * share;
		out.krugman += fabs(share - everywhere);
		like += everywhere > 0 ? share * share / everywhere : 0;
	}
	out.hachman = like > 0 ? 1 / like : 0;
	return out;
}

bool concentration_regions(struct arena *a, const struct concentration_table *t,
			   struct concentration_region *out, struct err *e)
{
	struct margins m;
	struct arena_mark mark = arena_mark(a);
	bool done = add_up(a, t, &m, e);
	for (size_t r = 0; done && r < t->n_row; r++)
		out[r] = region(t, &m, r);
	arena_rewind(a, mark);
	return done;
}
