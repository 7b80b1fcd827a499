/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/bootstrap.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "stat/moment.h"
#include "stat/quantile.h"
#include "stat/random.h"
#include "stat/rank.h"
#include "stat/sum.h"
#include "stat/weighting.h"

bool bootstrap_ratio_value(void *pairs, const uint32_t *times, double *out)
{
	const struct bootstrap_pairs *p = pairs;
	struct sum above = { 0 }, below = { 0 };
	for (size_t i = 0; i < p->n; i++) {
		sum_add(&above, times[i] * p->y[i]);
		sum_add(&below, p->x ? times[i] * p->x[i] : times[i]);
	}
	double x = sum_value(below);
	if (!(fabs(x) > 0))
		return false;
	*out = sum_value(above) / x;
	return true;
}

static bool undefined(struct err *e)
{
	return err_say(e, ERR_INPUT, "la estadística no está definida para una de las muestras",
		       "the statistic is undefined for one of the samples");
}

static bool check_level(double level, struct err *e)
{
	if (level > 0 && level < 1)
		return true;
	return err_say(e, ERR_INPUT, "el nivel de confianza debe estar entre 0 y 1",
		       "the level must lie between 0 and 1");
}

/* ---- all resamples ---- */

/* Walks the ways to write n as a sum of how often each unit is drawn. */
struct walk {
	const struct bootstrap_statistic *s;
	uint32_t times[BOOTSTRAP_EXACT_MAX];
	double *value, *weight; /* of each way: how many resamples it stands for */
	size_t n_way;
	bool defined;
};

static double ways_of(const uint32_t *times, size_t n)
{
	double ways = 1, left = 0;
	for (size_t i = 0; i < n; i++)
		for (uint32_t k = 1; k <= times[i]; k++)
			ways *= ++left / k; /* exact enough: below 7! and whole in the end */
	return round(ways);
}

static void walk_from(struct walk *w, size_t unit, uint32_t left)
{
	size_t n = w->s->n;
	if (unit == n - 1) {
		w->times[unit] = left;
		w->weight[w->n_way] = ways_of(w->times, n);
		w->defined = w->defined &&
			     w->s->value(w->s->arg, w->times, &w->value[w->n_way]) &&
			     isfinite(w->value[w->n_way]);
		w->n_way++;
		return;
	}
	for (uint32_t k = 0; k <= left; k++) {
		w->times[unit] = k;
		walk_from(w, unit + 1, left - k);
	}
}

enum { WAYS_MAX = 1716 }; /* 13 over 6: of 7 units */

static bool exact(struct arena *a, const struct bootstrap_statistic *s, double level,
		  struct bootstrap_exact *out, struct err *e)
{
	struct walk w = { .s = s, .value = NEW(a, WAYS_MAX, double),
			  .weight = NEW(a, WAYS_MAX, double), .defined = true };
	struct bootstrap_exact r = { .resamples = pow((double)s->n, (double)s->n) };
	walk_from(&w, 0, (uint32_t)s->n);
	if (!w.defined)
		return undefined(e);
	const double p[3] = { (1 - level) / 2, 0.5, (1 + level) / 2 };
	double *const q[3] = { &r.low, &r.median, &r.high };
	for (int i = 0; i < 3; i++)
		if (!weighting_quantile(a, w.value, w.weight, w.n_way, p[i], WEIGHTING_FREQUENCY,
					q[i], e))
			return false;
	r.mean = sum_of_products(w.value, w.weight, w.n_way) / r.resamples;
	struct sum squares = { 0 };
	for (size_t i = 0; i < w.n_way; i++)
		sum_add(&squares, w.weight[i] * (w.value[i] - r.mean) * (w.value[i] - r.mean));
	r.sd = sqrt(sum_value(squares) / r.resamples);
	*out = r;
	return true;
}

bool bootstrap_exact(struct arena *a, const struct bootstrap_statistic *s, double level,
		     struct bootstrap_exact *out, struct err *e)
{
	if (s->n < 1 || s->n > BOOTSTRAP_EXACT_MAX)
		return err_say(e, ERR_INPUT, "todas las muestras se recorren con 1 a %d unidades",
			       "all samples can be gone through for 1 to %d units",
			       BOOTSTRAP_EXACT_MAX);
	if (!check_level(level, e))
		return false;
	struct arena_mark m = arena_mark(a);
	bool done = exact(a, s, level, out, e);
	arena_rewind(a, m);
	return done;
}

double bootstrap_mean_se(const double *x, size_t n)
{
	struct moment m = moment_of(x, n);
	return n > 1 ? sqrt(m.variance * (double)(n - 1)) / (double)n : 0;
}

/* ---- many resamples ---- */

struct draws {
	const struct bootstrap_statistic *s;
	const struct bootstrap_plan *plan;
	uint32_t *times; /* n for each part */
	double *value;   /* of each replicate; NaN: undefined */
	size_t n_part;
};

static void draw_part(void *arg, size_t part)
{
	const struct draws *d = arg;
	size_t n = d->s->n;
	uint32_t *times = d->times + part * n;
	for (size_t b = part; b < d->plan->n_replicate; b += d->n_part) {
		struct random r = random_of(d->plan->seed, d->plan->purpose, (uint32_t)b, 0);
		memset(times, 0, n * sizeof(*times));
		for (size_t i = 0; i < n; i++)
			times[random_below(&r, (uint32_t)n)]++;
		if (!d->s->value(d->s->arg, times, &d->value[b]))
			d->value[b] = (double)NAN;
	}
}

static void run_parts(const struct runner *runner, void (*f)(void *, size_t), void *arg, size_t n)
{
	const struct runner *r = runner ? runner : &runner_serial;
	r->run(r, f, arg, n);
}

static size_t parts_of(const struct bootstrap_plan *plan)
{
	return plan->runner ? 4u * plan->runner->n_threads : 1;
}

static double *draw(struct arena *a, const struct bootstrap_statistic *s,
		    const struct bootstrap_plan *plan)
{
	struct draws d = { .s = s, .plan = plan, .n_part = parts_of(plan) };
	d.times = NEW(a, d.n_part * s->n, uint32_t);
	d.value = NEW(a, plan->n_replicate, double);
	run_parts(plan->runner, draw_part, &d, d.n_part);
	return d.value;
}

/* Moves the finite values to the front. */
static size_t keep_finite(double *v, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (isfinite(v[i]))
			v[kept++] = v[i];
	return kept;
}

/* The statistic of all units, and without each of them. */
static bool leave_one_out(struct arena *a, const struct bootstrap_statistic *s, double *ret_value,
			  double *without, struct err *e)
{
	if (s->n < 2 || s->n > UINT32_MAX)
		return err_say(e, ERR_INPUT, "hacen falta dos unidades o más",
			       "two units or more are needed");
	uint32_t *times = NEW(a, s->n, uint32_t);
	for (size_t i = 0; i < s->n; i++)
		times[i] = 1;
	bool defined = s->value(s->arg, times, ret_value) && isfinite(*ret_value);
	for (size_t i = 0; i < s->n && defined; i++) {
		times[i] = 0;
		defined = s->value(s->arg, times, &without[i]) && isfinite(without[i]);
		times[i] = 1;
	}
	return defined || undefined(e);
}

/* sum L^3 / (6 (sum L^2)^(3/2)), L the jackknife's mean less its values. */
static double acceleration(const double *without, size_t n)
{
	double mean = sum_of(without, n) / (double)n;
	struct sum squares = { 0 }, cubes = { 0 };
	for (size_t i = 0; i < n; i++) {
		double l = mean - without[i];
		sum_add(&squares, l * l);
		sum_add(&cubes, l * l * l);
	}
	double s = sum_value(squares);
	return s > 0 ? sum_value(cubes) / (6 * s * sqrt(s)) : 0;
}

/* Share of the replicates below the value, as a normal quantile; kept inside the range that so
 * many replicates can tell. */
static double bias_correction(const double *sorted, size_t n, double value)
{
	double below = 0;
	for (size_t i = 0; i < n; i++)
		below += sorted[i] < value ? 1 : sorted[i] > value ? 0 : 0.5;
	double least = 0.5 / (double)n, share = below / (double)n;
	return gsl_cdf_ugaussian_Pinv(fmin(fmax(share, least), 1 - least));
}

static double bca_bound(const double *sorted, size_t n, const struct bootstrap_result *r, double p)
{
	double z = r->bias_correction + gsl_cdf_ugaussian_Pinv(p);
	double left = 1 - r->acceleration * z;
	/* past the pole of the correction all replicates lie on one side */
	double at = left > 0 ? gsl_cdf_ugaussian_P(r->bias_correction + z / left) : z > 0 ? 1 : 0;
	return quantile_of_sorted(sorted, n, at, QUANTILE_TYPE);
}

static bool check_plan(const struct bootstrap_plan *plan, struct err *e)
{
	if (!plan->n_replicate)
		return err_say(e, ERR_INPUT, "hace falta una repetición o más",
			       "one replicate or more is needed");
	return check_level(plan->level, e);
}

static bool sample(struct arena *a, const struct bootstrap_statistic *s,
		   const struct bootstrap_plan *plan, struct bootstrap_result *out, struct err *e)
{
	struct bootstrap_result r = { 0 };
	double *without = NEW(a, s->n, double), tail = (1 - plan->level) / 2;
	if (!leave_one_out(a, s, &r.value, without, e))
		return false;
	double *value = draw(a, s, plan);
	size_t n = keep_finite(value, plan->n_replicate);
	if (!n)
		return undefined(e);
	rank_sort(value, n);
	struct moment m = moment_of(value, n);
	r.n_used = (uint32_t)n;
	r.se = m.sd;
	r.bias = m.mean - r.value;
	r.low = quantile_of_sorted(value, n, tail, QUANTILE_TYPE);
	r.high = quantile_of_sorted(value, n, 1 - tail, QUANTILE_TYPE);
	r.bias_correction = bias_correction(value, n, r.value);
	r.acceleration = acceleration(without, s->n);
	r.bca_low = bca_bound(value, n, &r, tail);
	r.bca_high = bca_bound(value, n, &r, 1 - tail);
	*out = r;
	return true;
}

bool bootstrap_sample(struct arena *a, const struct bootstrap_statistic *s,
		      const struct bootstrap_plan *plan, struct bootstrap_result *out,
		      struct err *e)
{
	if (!check_plan(plan, e))
		return false;
	struct arena_mark m = arena_mark(a);
	bool done = sample(a, s, plan, out, e);
	arena_rewind(a, m);
	return done;
}

bool bootstrap_jackknife(struct arena *a, const struct bootstrap_statistic *s, double *ret_bias,
			 double *ret_se, struct err *e)
{
	struct arena_mark m = arena_mark(a);
	double *without = NEW(a, s->n, double), value = 0, n = (double)s->n;
	bool done = leave_one_out(a, s, &value, without, e);
	if (done) {
		struct moment all = moment_of(without, s->n);
		*ret_bias = (n - 1) * (all.mean - value);
		*ret_se = (n - 1) * all.sd / sqrt(n);
	}
	arena_rewind(a, m);
	return done;
}

bool bootstrap_delta_se(const double *y, const double *x, size_t n, double *out)
{
	double below = x ? sum_of(x, n) : (double)n;
	if (!(fabs(below) > 0))
		return false;
	double r = sum_of(y, n) / below;
	struct sum squares = { 0 };
	for (size_t i = 0; i < n; i++) {
		double l = (y[i] - r * (x ? x[i] : 1)) / below;
		sum_add(&squares, l * l);
	}
	*out = sqrt(sum_value(squares));
	return true;
}

/* ---- very many units ---- */

struct poisson {
	const struct bootstrap_groups *rows;
	const struct bootstrap_plan *plan;
	double *above, *below; /* n_group for each part */
	double *value;         /* n_group times n_replicate, a group's together; NaN: undefined */
	size_t n_part;
};

enum { BLOCK = 4096 };

/* Adds the rows from..to, each as often as drawn; rows of one group that stand together are summed
 * before they go to memory. */
static void add_rows(const struct bootstrap_groups *rows, size_t from, size_t to,
		     const uint8_t *drawn, double *above, double *below)
{
	for (size_t i = from; i < to;) {
		uint32_t group = rows->group[i];
		double y = 0, x = 0;
		for (; i < to && rows->group[i] == group; i++) {
			double times = drawn[i - from];
			y += times * rows->y[i];
			x += rows->x ? times * rows->x[i] : times;
		}
		above[group] += y;
		below[group] += x;
	}
}

/* r NULL: each row once */
static void group_values(const struct bootstrap_groups *rows, struct random *r, double *above,
			 double *below)
{
	uint8_t drawn[BLOCK];
	memset(above, 0, rows->n_group * sizeof(*above));
	memset(below, 0, rows->n_group * sizeof(*below));
	memset(drawn, 1, sizeof(drawn));
	for (size_t from = 0; from < rows->n; from += BLOCK) {
		size_t to = rows->n - from < BLOCK ? rows->n : from + BLOCK;
		if (r)
			random_poisson_ones(r, drawn, to - from);
		add_rows(rows, from, to, drawn, above, below);
	}
}

static void poisson_part(void *arg, size_t part)
{
	const struct poisson *p = arg;
	size_t n_group = p->rows->n_group, all = p->plan->n_replicate;
	double *above = p->above + part * n_group, *below = p->below + part * n_group;
	for (size_t b = part; b < all; b += p->n_part) {
		struct random r = random_of(p->plan->seed, p->plan->purpose, (uint32_t)b, 0);
		group_values(p->rows, &r, above, below);
		for (size_t g = 0; g < n_group; g++)
			p->value[g * all + b] = fabs(below[g]) > 0 ? above[g] / below[g] :
								     (double)NAN;
	}
}

static bool check_groups(const struct bootstrap_groups *rows, struct err *e)
{
	for (size_t i = 0; i < rows->n; i++) {
		if (rows->group[i] >= rows->n_group)
			return err_say(e, ERR_INPUT, "la fila %zu no tiene grupo",
				       "row %zu has no group", i + 1);
		if (!isfinite(rows->y[i]) || (rows->x && !isfinite(rows->x[i])))
			return err_say(e, ERR_INPUT, "la fila %zu tiene un número que no es finito",
				       "row %zu has a number that is not finite", i + 1);
	}
	return true;
}

static struct bootstrap_group summary(double *value, size_t n, double level)
{
	size_t kept = keep_finite(value, n);
	struct bootstrap_group g = { .n_used = (uint32_t)kept };
	if (kept) {
		g.se = moment_of(value, kept).sd;
		g.low = quantile_of(value, kept, (1 - level) / 2, QUANTILE_TYPE);
		g.high = quantile_of(value, kept, (1 + level) / 2, QUANTILE_TYPE);
	}
	return g;
}

bool bootstrap_poisson(struct arena *a, const struct bootstrap_groups *rows,
		       const struct bootstrap_plan *plan, struct bootstrap_group *out,
		       struct err *e)
{
	if (!check_plan(plan, e) || !check_groups(rows, e))
		return false;
	struct arena_mark m = arena_mark(a);
	struct poisson p = { .rows = rows, .plan = plan, .n_part = parts_of(plan) };
	size_t n_group = rows->n_group, all = plan->n_replicate;
	p.above = NEW(a, p.n_part * n_group, double);
	p.below = NEW(a, p.n_part * n_group, double);
	p.value = NEW(a, n_group * all, double);
	run_parts(plan->runner, poisson_part, &p, p.n_part);
	group_values(rows, NULL, p.above, p.below);
	for (size_t g = 0; g < n_group; g++) {
		bool defined = fabs(p.below[g]) > 0;
		out[g] = defined ? summary(p.value + g * all, all, plan->level) :
				   (struct bootstrap_group){ 0 };
		out[g].value = defined ? p.above[g] / p.below[g] : 0;
	}
	arena_rewind(a, m);
	return true;
}

/* ---- a test by all sign flips ---- */

bool bootstrap_sign_flips(const double *difference, size_t n, double *ret_mean, double *ret_ways,
			  double *ret_p)
{
	if (n < 1 || n > BOOTSTRAP_FLIPS_MAX)
		return false;
	uint32_t ways = (uint32_t)1 << n, far = 0;
	double seen = sum_of(difference, n), size = 0;
	for (size_t i = 0; i < n; i++)
		size += fabs(difference[i]);
	for (uint32_t flip = 0; flip < ways; flip++) {
		double s = 0;
		for (size_t i = 0; i < n; i++)
			s += flip >> i & 1 ? -difference[i] : difference[i];
		far += fabs(s) >= fabs(seen) - 1e-12 * size;
	}
	*ret_mean = seen / (double)n;
	*ret_ways = ways;
	*ret_p = (double)far / ways;
	return true;
}
