/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/sobol.h"

#include <math.h>
#include <string.h>

#include "stat/quantile.h"
#include "stat/random.h"
#include "stat/sum.h"

/* Sums over rows, each as often as times[row] says; NULL: once. */
struct rows {
	size_t n;
	const uint16_t *times;
};

static double often(const struct rows *r, size_t i)
{
	return r->times ? r->times[i] : 1;
}

/* In two passes, around the mean. */
static double variance(const struct rows *r, const double *f_a, const double *f_b)
{
	struct sum mean = { 0 }, squares = { 0 }, rest = { 0 };
	double count = 2 * (double)r->n;
	for (size_t i = 0; i < r->n; i++)
		sum_add(&mean, often(r, i) * (f_a[i] + f_b[i]));
	double m = sum_value(mean) / count;
	for (size_t i = 0; i < r->n; i++) {
		double p = f_a[i] - m, q = f_b[i] - m;
		sum_add(&squares, often(r, i) * (p * p + q * q));
		sum_add(&rest, often(r, i) * (p + q));
	}
	double off = sum_value(rest);
	return (sum_value(squares) - off * off / count) / (count - 1);
}

static void index_of(const struct sobol_design *d, const struct rows *r, const double *f_ab,
		     double v, double *ret_first, double *ret_total)
{
	struct sum first = { 0 }, total = { 0 };
	for (size_t i = 0; i < d->n; i++) {
		double step = d->f_a[i] - f_ab[i], w = often(r, i), term;
		if (d->estimator == SOBOL_JANSEN)
			term = (d->f_b[i] - f_ab[i]) * (d->f_b[i] - f_ab[i]) / 2;
		else
			term = -d->f_b[i] * step;
		sum_add(&first, w * term);
		sum_add(&total, w * (step * step / 2));
	}
	double n = (double)d->n, mean = sum_value(first) / n / v;
	*ret_first = d->estimator == SOBOL_JANSEN ? 1 - mean : mean;
	*ret_total = sum_value(total) / n / v;
}

static bool all_finite(const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(v[i]))
			return false;
	return true;
}

static bool check(const struct sobol_design *d, struct err *e)
{
	if (d->n < 2 || !d->n_factor || d->n > UINT32_MAX)
		return err_say(e, ERR_INPUT,
			       "la sensibilidad necesita dos corridas y un factor o más",
			       "sensitivity needs two runs and one factor or more");
	if (d->n_replicate && (!(d->level > 0) || !(d->level < 1)))
		return err_say(e, ERR_INPUT, "el nivel de confianza debe estar entre 0 y 1",
			       "the level must lie between 0 and 1");
	bool finite = all_finite(d->f_a, d->n) && all_finite(d->f_b, d->n);
	for (size_t i = 0; i < d->n_factor && finite; i++)
		finite = all_finite(d->f_ab[i], d->n);
	if (!finite)
		return err_say(e, ERR_INPUT, "un resultado del modelo no es un número finito",
			       "a result of the model is not a finite number");
	return true;
}

/* The same rows for all factors of a replicate, so that their indices can be compared. */
static void draw_rows(const struct sobol_design *d, uint32_t replicate, uint16_t *times)
{
	struct random r = random_of(d->seed, d->purpose, replicate, 0);
	memset(times, 0, d->n * sizeof(*times));
	for (size_t i = 0; i < d->n; i++)
		times[random_below(&r, (uint32_t)d->n)]++;
}

static void bounds(double *drawn, size_t n, double level, double *ret_low, double *ret_high)
{
	double tail = (1 - level) / 2;
	*ret_low = quantile_of(drawn, n, tail, QUANTILE_TYPE);
	*ret_high = quantile_of(drawn, n, 1 - tail, QUANTILE_TYPE);
}

static void bootstrap(struct arena *a, const struct sobol_design *d, struct sobol_index *out)
{
	size_t n = d->n_replicate, used = 0, k = d->n_factor;
	double *first = NEW(a, k * n, double), *total = NEW(a, k * n, double);
	uint16_t *times = NEW(a, d->n, uint16_t);
	struct rows rows = { d->n, times };
	for (uint32_t b = 0; b < n; b++) {
		draw_rows(d, b, times);
		double v = variance(&rows, d->f_a, d->f_b);
		if (!(v > 0))
			continue; /* a resample of one row alone */
		for (size_t i = 0; i < k; i++)
			index_of(d, &rows, d->f_ab[i], v, &first[i * n + used],
				 &total[i * n + used]);
		used++;
	}
	for (size_t i = 0; i < k && used; i++) {
		bounds(first + i * n, used, d->level, &out[i].first_low, &out[i].first_high);
		bounds(total + i * n, used, d->level, &out[i].total_low, &out[i].total_high);
	}
}

bool sobol_estimate(struct arena *a, const struct sobol_design *d, struct sobol_index *out,
		    double *ret_variance, struct err *e)
{
	struct rows once = { d->n, NULL };
	if (!check(d, e))
		return false;
	double v = variance(&once, d->f_a, d->f_b);
	if (!(v > 0))
		return err_say(e, ERR_INPUT,
			       "el resultado del modelo no varía: no hay qué repartir",
			       "the result of the model does not vary: nothing to share out");
	for (size_t i = 0; i < d->n_factor; i++) {
		struct sobol_index *s = &out[i];
		index_of(d, &once, d->f_ab[i], v, &s->first, &s->total);
		s->first_low = s->first_high = s->first;
		s->total_low = s->total_high = s->total;
	}
	struct arena_mark m = arena_mark(a);
	bootstrap(a, d, out);
	arena_rewind(a, m);
	*ret_variance = v;
	return true;
}

double sobol_radical_inverse(uint64_t i, uint32_t base)
{
	double value = 0, place = 1.0 / base;
	for (; i; i /= base, place /= base)
		value += place * (double)(i % base);
	return value;
}

double sobol_ishigami(const double x[3], double a, double b)
{
	double wave = sin(x[1]);
	return sin(x[0]) + a * wave * wave + b * pow(x[2], 4) * sin(x[0]);
}

void sobol_ishigami_exact(double a, double b, struct sobol_index out[3], double *ret_variance)
{
	double pi4 = pow(M_PI, 4), one = (1 + b * pi4 / 5) * (1 + b * pi4 / 5) / 2, two = a * a / 8;
	double both = b * b * pi4 * pi4 * 8 / 225; /* of x1 and x3 together */
	double v = one + two + both;
	const double first[3] = { one / v, two / v, 0 };
	const double total[3] = { (one + both) / v, two / v, both / v };
	for (int i = 0; i < 3; i++)
		out[i] = (struct sobol_index){ .first = first[i], .total = total[i],
					       .first_low = first[i], .first_high = first[i],
					       .total_low = total[i], .total_high = total[i] };
	*ret_variance = v;
}
