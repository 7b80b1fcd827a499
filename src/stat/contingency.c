/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/contingency.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* A table without empty rows and columns, with its margins. */
struct table {
	size_t rows, columns;
	double n;
	double *count, *row, *column;
};

/* Copies the columns of one row that are kept. */
static void keep_row(struct table *t, const double *from, const double *column_total,
		     size_t columns)
{
	double *to = t->count + t->rows * t->columns;
	size_t at = 0;
	for (size_t j = 0; j < columns; j++) {
		if (column_total[j] <= 0)
			continue;
		to[at] = from[j];
		t->column[at++] += from[j];
		t->row[t->rows] += from[j];
	}
	t->n += t->row[t->rows++];
}

static bool make_table(struct arena *a, const double *count, size_t rows, size_t columns,
		       struct table *t)
{
	double *row_total = NEW(a, rows, double), *column_total = NEW(a, columns, double);
	for (size_t i = 0; i < rows * columns; i++) {
		if (!(count[i] >= 0) || !isfinite(count[i]))
			return false;
		row_total[i / columns] += count[i];
		column_total[i % columns] += count[i];
	}
	t->count = NEW(a, rows * columns, double);
	t->row = NEW(a, rows, double);
	t->column = NEW(a, columns, double);
	for (size_t j = 0; j < columns; j++)
		t->columns += column_total[j] > 0;
	for (size_t i = 0; i < rows; i++)
		if (row_total[i] > 0)
			keep_row(t, count + i * columns, column_total, columns);
	return t->rows >= 2 && t->columns >= 2;
}

static void chi_squared(const struct table *t, struct contingency *c)
{
	c->least_expected = t->n;
	for (size_t i = 0; i < t->rows; i++) {
		for (size_t j = 0; j < t->columns; j++) {
			double expected = t->row[i] * t->column[j] / t->n;
			double off = t->count[i * t->columns + j] - expected;
			c->chi2 += off * off / expected;
			if (expected < c->least_expected)
				c->least_expected = expected;
		}
	}
	c->df = (t->rows - 1) * (t->columns - 1);
	c->p = gsl_cdf_chisq_Q(c->chi2, (double)c->df);
}

static void cramer(const struct table *t, struct contingency *c)
{
	double r = (double)t->rows, k = (double)t->columns, n = t->n, phi2 = c->chi2 / n;
	c->cramer_v = sqrt(phi2 / (fmin(r, k) - 1));
	if (n <= 1)
		return;
	double above = phi2 - (r - 1) * (k - 1) / (n - 1);
	double fewer_r = r - (r - 1) * (r - 1) / (n - 1);
	double fewer_k = k - (k - 1) * (k - 1) / (n - 1);
	double most = fmin(fewer_r, fewer_k) - 1;
	c->cramer_v_corrected = above > 0 && most > 0 ? fmin(1, sqrt(above / most)) : 0;
}

/* For each cell: what stands below it to the right agrees, below it to the left does not. */
static void order_pairs(const struct table *t, struct contingency *c)
{
	for (size_t i = 0; i < t->rows; i++) {
		for (size_t j = 0; j < t->columns; j++) {
			double agree = 0, differ = 0;
			for (size_t below = i + 1; below < t->rows; below++) {
				const double *row = t->count + below * t->columns;
				for (size_t l = 0; l < j; l++)
					differ += row[l];
				for (size_t l = j + 1; l < t->columns; l++)
					agree += row[l];
			}
			c->concordant += t->count[i * t->columns + j] * agree;
			c->discordant += t->count[i * t->columns + j] * differ;
		}
	}
	double pairs = c->concordant + c->discordant;
	c->has_gamma = pairs > 0;
	c->gamma = c->has_gamma ? (c->concordant - c->discordant) / pairs : 0;
}

bool contingency_of(struct arena *a, const double *count, size_t rows, size_t columns,
		    struct contingency *out)
{
	struct arena_mark m = arena_mark(a);
	struct table t = { 0 };
	bool ok = make_table(a, count, rows, columns, &t);
	if (ok) {
		struct contingency c = { .n = t.n };
		chi_squared(&t, &c);
		cramer(&t, &c);
		order_pairs(&t, &c);
		*out = c;
	}
	arena_rewind(a, m);
	return ok;
}
