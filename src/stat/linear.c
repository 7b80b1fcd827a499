/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/linear.h"

#include <math.h>

#include "stat/distribution.h"
#include "stat/sum.h"

/* Columns of the model, each scaled to length 1; Householder turns them to a triangle in place. */
struct system {
	size_t n, p;
	long double *column; /* [term * n + row] */
	long double *scale;  /* p: length of each column before */
	long double *y;      /* n */
	long double *diagonal; /* p: of the triangle */
};

static void fill_columns(const struct linear_model *m, struct system *s)
{
	size_t term = 0;
	if (m->intercept) {
		for (size_t i = 0; i < s->n; i++)
			s->column[i] = 1;
		term = 1;
	}
	for (size_t k = 0; term < s->p; k++, term++) {
		for (size_t i = 0; i < s->n; i++) {
			bool raised = m->power > 1 && k > 0;
			long double below = raised ? s->column[(term - 1) * s->n + i] : 1;
			const double *x = m->x[m->power > 1 ? 0 : k];
			s->column[term * s->n + i] = below * (long double)x[i];
		}
	}
}

static long double length_of(const long double *v, size_t n)
{
	long double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += v[i] * v[i];
	return sqrtl(sum);
}

static void scale_columns(struct system *s)
{
	for (size_t k = 0; k < s->p; k++) {
		long double *v = &s->column[k * s->n];
		s->scale[k] = length_of(v, s->n);
		for (size_t i = 0; i < s->n && s->scale[k] > 0; i++)
			v[i] /= s->scale[k];
	}
}

/* Reflects v by the vector h (rows from `from` on): v - 2 h (h'v) / (h'h). */
static void reflect(const long double *h, long double *v, size_t from, size_t n)
{
	long double product = 0, square = 0;
	for (size_t i = from; i < n; i++) {
		product += h[i] * v[i];
		square += h[i] * h[i];
	}
	for (size_t i = from; i < n; i++)
		v[i] -= 2 * product / square * h[i];
}

/* False: a column is a mixture of those before it, to the digits there are. */
static bool triangulate(struct system *s)
{
	for (size_t k = 0; k < s->p; k++) {
		long double *h = &s->column[k * s->n];
		long double length = length_of(&h[k], s->n - k);
		if (!(length > 1e-13L))
			return false;
		s->diagonal[k] = h[k] > 0 ? -length : length;
		h[k] -= s->diagonal[k];
		for (size_t j = k + 1; j < s->p; j++)
			reflect(h, &s->column[j * s->n], k, s->n);
		reflect(h, s->y, k, s->n);
	}
	return true;
}

static long double triangle(const struct system *s, size_t row, size_t column)
{
	return row == column ? s->diagonal[row] : s->column[column * s->n + row];
}

/* Solves triangle * out = right. */
static void solve_back(const struct system *s, const long double *right, long double *out)
{
	for (size_t k = s->p; k-- > 0;) {
		long double v = right[k];
		for (size_t j = k + 1; j < s->p; j++)
			v -= triangle(s, k, j) * out[j];
		out[k] = v / s->diagonal[k];
	}
}

/* Length of each row of the inverse triangle: the root of the diagonal of (X'X)^-1. */
static void inverse_lengths(const struct system *s, long double *out)
{
	long double unit[LINEAR_TERMS_MAX], v[LINEAR_TERMS_MAX];
	for (size_t k = 0; k < s->p; k++)
		out[k] = 0;
	for (size_t j = 0; j < s->p; j++) {
		for (size_t k = 0; k < s->p; k++)
			unit[k] = k == j;
		solve_back(s, unit, v);
		for (size_t k = 0; k < s->p; k++)
			out[k] += v[k] * v[k];
	}
	for (size_t k = 0; k < s->p; k++)
		out[k] = sqrtl(out[k]);
}

static long double total_squares(const struct linear_model *m)
{
	long double mean = 0, sum = 0;
	for (size_t i = 0; m->intercept && i < m->n; i++)
		mean += ((long double)m->y[i] - (long double)m->y[0]) / (long double)m->n;
	for (size_t i = 0; i < m->n; i++) {
		long double shift = m->intercept ? (long double)m->y[0] + mean : 0;
		long double d = (long double)m->y[i] - shift;
		sum += d * d;
	}
	return sum;
}

static bool check(const struct linear_model *m, size_t p, struct err *e)
{
	if (m->power > 1 && m->k != 1)
		return err_say(e, ERR_INPUT, "las potencias son de una sola columna",
			       "powers are of one column");
	if (p < 1 || p > LINEAR_TERMS_MAX)
		return err_say(e, ERR_INPUT, "el modelo debe tener entre 1 y %d términos",
			       "the model must have between 1 and %d terms", LINEAR_TERMS_MAX);
	return m->n > p || err_say(e, ERR_INPUT, "%zu valores no bastan para %zu términos",
				   "%zu values are not enough for %zu terms", m->n, p);
}

static void read_fit(const struct linear_model *m, const struct system *s, struct linear_fit *out)
{
	long double b[LINEAR_TERMS_MAX], spread[LINEAR_TERMS_MAX];
	long double rest = length_of(&s->y[s->p], s->n - s->p), all = total_squares(m);
	long double sd = rest / sqrtl((long double)(s->n - s->p));
	solve_back(s, s->y, b);
	inverse_lengths(s, spread);
	for (size_t k = 0; k < s->p; k++) {
		out->coefficient[k] = (double)(b[k] / s->scale[k]);
		out->se[k] = (double)(sd * spread[k] / s->scale[k]);
	}
	out->df = s->n - s->p;
	out->residual_sd = (double)sd;
	out->r2 = all > 0 ? (double)(1 - rest * rest / all) : 1;
}

bool linear_fit(struct arena *a, const struct linear_model *m, struct linear_fit *out,
		struct err *e)
{
	size_t p = (m->power > 1 ? m->power : m->k) + m->intercept;
	if (!check(m, p, e))
		return false;
	struct linear_fit fit = { .n_terms = p,
				  .coefficient = NEW(a, p, double),
				  .se = NEW(a, p, double) };
	struct arena_mark mark = arena_mark(a);
	struct system s = { m->n,
			    p,
			    NEW(a, m->n * p, long double),
			    NEW(a, p, long double),
			    NEW(a, m->n, long double),
			    NEW(a, p, long double) };
	for (size_t i = 0; i < m->n; i++)
		s.y[i] = (long double)m->y[i];
	fill_columns(m, &s);
	scale_columns(&s);
	bool ok = triangulate(&s);
	if (ok) {
		read_fit(m, &s, &fit);
		*out = fit;
	}
	arena_rewind(a, mark);
	return ok || err_say(e, ERR_INPUT, "una columna es mezcla de las otras",
			     "a column is a mixture of the others");
}

/* ---- groups ---- */

struct group_sums {
	struct sum sum, squares;
	double mean;
	size_t n;
};

static double square(double x)
{
	return x * x;
}

/* Values less the first: their group means, and the squares about them. */
static void sum_groups(const double *y, const uint32_t *group, size_t n, struct group_sums *g,
		       size_t k)
{
	for (size_t i = 0; i < n; i++) {
		sum_add(&g[group[i]].sum, y[i] - y[0]);
		g[group[i]].n++;
	}
	for (size_t j = 0; j < k; j++)
		g[j].mean = g[j].n ? sum_value(g[j].sum) / (double)g[j].n : 0;
	for (size_t i = 0; i < n; i++) {
		struct group_sums *here = &g[group[i]];
		sum_add(&here->squares, square((y[i] - y[0]) - here->mean));
	}
}

bool linear_anova(struct arena *a, const double *y, const uint32_t *group, size_t n, size_t k,
		  struct linear_anova *out, struct err *e)
{
	struct arena_mark mark = arena_mark(a);
	struct group_sums *g = NEW(a, k, struct group_sums);
	struct sum all = { 0, 0 }, between = { 0, 0 }, within = { 0, 0 };
	size_t groups = 0;
	if (n)
		sum_groups(y, group, n, g, k);
	for (size_t j = 0; j < k; j++) {
		sum_join(&all, g[j].sum);
		sum_join(&within, g[j].squares);
		groups += g[j].n > 0;
	}
	double mean = n ? sum_value(all) / (double)n : 0;
	for (size_t j = 0; j < k; j++)
		sum_add(&between, (double)g[j].n * square(g[j].mean - mean));
	arena_rewind(a, mark);
	if (groups < 2 || n <= groups || sum_value(within) <= 0)
		return err_say(e, ERR_INPUT,
			       "se necesitan dos grupos o más, y valores que varíen dentro de "
			       "ellos",
			       "two groups or more are needed, and values that vary within them");
	struct linear_anova t = { .df_between = groups - 1,
				  .df_within = n - groups,
				  .ss_between = sum_value(between),
				  .ss_within = sum_value(within) };
	t.ms_between = t.ss_between / (double)t.df_between;
	t.ms_within = t.ss_within / (double)t.df_within;
	t.f = t.ms_between / t.ms_within;
	t.r2 = t.ss_between / (t.ss_between + t.ss_within);
	t.residual_sd = sqrt(t.ms_within);
	const struct distribution f = { DISTRIBUTION_F, (double)t.df_between,
					(double)t.df_within };
	if (!distribution_above(f, t.f, &t.p, e))
		return false;
	*out = t;
	return true;
}
