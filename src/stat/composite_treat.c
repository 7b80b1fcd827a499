/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/composite_treat.h"

#include <math.h>
#include <string.h>

#include "stat/moment.h"
#include "stat/quantile.h"
#include "stat/sum.h"

const struct composite_limit composite_limit_usual = { 2, 3.5 };

static bool is_known(const bool *known, size_t i)
{
	return !known || known[i];
}

void composite_denominate(const double *x, const bool *known, const double *size,
			  const bool *size_known, size_t n, double scale, double *out,
			  bool *ret_known)
{
	for (size_t i = 0; i < n; i++) {
		bool ok = is_known(known, i) && is_known(size_known, i) && size[i] != 0;
		out[i] = ok ? x[i] / size[i] * scale : 0;
		ret_known[i] = ok;
	}
}

/* Mean of the known values of one group; false: it has none. */
static bool group_mean(const double *x, const bool *known, const size_t *group, size_t n,
		       size_t unit, double *out)
{
	struct sum s = { 0, 0 };
	size_t found = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_known(known, i) || (group && group[i] != group[unit]))
			continue;
		sum_add(&s, x[i]);
		found++;
	}
	if (found)
		*out = sum_value(s) / (double)found;
	return found > 0;
}

void composite_impute_mean(const double *x, const bool *known, const size_t *group, size_t n,
			   double *out, bool *ret_known)
{
	for (size_t i = 0; i < n; i++) {
		double v = x[i];
		bool ok = is_known(known, i) || group_mean(x, known, group, n, i, &v);
		out[i] = ok ? v : 0;
		ret_known[i] = ok;
	}
}

void composite_screen(const double *value, const bool *known, size_t n_indicators, size_t n,
		      double share, bool zeros_are_missing, bool *ret_stays)
{
	for (size_t unit = 0; unit < n; unit++) {
		size_t counts = 0;
		for (size_t k = 0; k < n_indicators; k++) {
			size_t at = k * n + unit;
			counts += is_known(known, at) && (!zeros_are_missing || value[at] != 0);
		}
		ret_stays[unit] = (double)counts >= share * (double)n_indicators;
	}
}

/* ---- extreme values ---- */

static size_t compact(const double *x, const bool *known, size_t n, double *out)
{
	size_t m = 0;
	for (size_t i = 0; i < n; i++) {
		if (is_known(known, i))
			out[m++] = x[i];
	}
	return m;
}

static struct composite_shape shape_of(const double *x, size_t n, struct composite_limit limit)
{
	struct composite_shape s = { .passes = true };
	s.valid = moment_skewness(x, n, &s.skewness) && moment_kurtosis(x, n, &s.kurtosis);
	if (!s.valid)
		return (struct composite_shape){ .passes = true };
	s.passes = fabs(s.skewness) < limit.skewness || s.kurtosis < limit.kurtosis;
	return s;
}

struct composite_shape composite_shape_of(struct arena *a, const double *x, const bool *known,
					  size_t n, struct composite_limit limit)
{
	struct arena_mark m = arena_mark(a);
	double *v = NEW(a, n, double);
	struct composite_shape s = shape_of(v, compact(x, known, n, v), limit);
	arena_rewind(a, m);
	return s;
}

/* Every value at the upper (sign 1) or lower (sign -1) end becomes the next one inside.  Returns
 * how many were moved; 0 when there is only one distinct value. */
static size_t pull_in(double *x, size_t n, double sign)
{
	double end = sign * x[0], next = -HUGE_VAL;
	for (size_t i = 1; i < n; i++)
		end = fmax(end, sign * x[i]);
	for (size_t i = 0; i < n; i++) {
		if (sign * x[i] < end)
			next = fmax(next, sign * x[i]);
	}
	size_t moved = 0;
	for (size_t i = 0; i < n && isfinite(next); i++) {
		if (sign * x[i] >= end) {
			x[i] = sign * next;
			moved++;
		}
	}
	return moved;
}

bool composite_winsorise(struct arena *a, const double *x, const bool *known, size_t n, size_t most,
			 struct composite_limit limit, double *out,
			 struct composite_winsorised *ret, struct err *e)
{
	struct arena_mark m = arena_mark(a);
	double *v = NEW(a, n, double);
	size_t n_known = compact(x, known, n, v);
	struct composite_winsorised w = { .before = shape_of(v, n_known, limit) };
	w.after = w.before;
	/* what was moved to an end before is at that end again: counts are those of the last move
	 */
	while (!w.after.passes && w.n_high + w.n_low < most) {
		bool high = w.after.skewness >= 0;
		*(high ? &w.n_high : &w.n_low) = pull_in(v, n_known, high ? 1 : -1);
		w.after = shape_of(v, n_known, limit);
	}
	if (w.before.valid && !w.after.valid) {
		arena_rewind(a, m);
		return err_say(e, ERR_INPUT,
			       "al recortar los extremos todos los valores quedan iguales; "
			       "recodifique la columna o déjela fuera",
			       "pulling in the ends leaves all values equal; recode the column or "
			       "leave it out");
	}
	for (size_t i = 0, at = 0; i < n; i++)
		out[i] = is_known(known, i) ? v[at++] : 0;
	*ret = w;
	arena_rewind(a, m);
	return true;
}

static bool range(const double *x, const bool *known, size_t n, double *ret_min, double *ret_max)
{
	double least = HUGE_VAL, greatest = -HUGE_VAL;
	for (size_t i = 0; i < n; i++) {
		if (is_known(known, i)) {
			least = fmin(least, x[i]);
			greatest = fmax(greatest, x[i]);
		}
	}
	*ret_min = least;
	*ret_max = greatest;
	return least < greatest;
}

static bool say_constant(struct err *e)
{
	return err_say(e, ERR_INPUT, "los valores no varían", "the values do not vary");
}

bool composite_log_shift(const double *x, const bool *known, size_t n, double *out, struct err *e)
{
	double least, greatest;
	if (!range(x, known, n, &least, &greatest))
		return say_constant(e);
	for (size_t i = 0; i < n; i++)
		out[i] = is_known(known, i) ? log(x[i] - least + 0.01 * (greatest - least)) : 0;
	return true;
}

bool composite_treat(struct arena *a, const double *x, const bool *known, size_t n, size_t most,
		     struct composite_limit limit, double *out, struct composite_treated *ret,
		     struct err *e)
{
	struct arena_mark m = arena_mark(a);
	double *v = NEW(a, n, double);
	struct composite_treated t = { 0 };
	bool ok = composite_winsorise(a, x, known, n, most, limit, v, &t.ends, e);
	if (ok && !t.ends.after.passes) {
		t.logarithm = true;
		ok = composite_log_shift(x, known, n, v, e);
	}
	if (ok) {
		t.after = t.logarithm ? composite_shape_of(a, v, known, n, limit) : t.ends.after;
		memcpy(out, v, n * sizeof(*out));
		*ret = t;
	}
	arena_rewind(a, m);
	return ok;
}

bool composite_distance(struct arena *a, const double *x, const bool *known, size_t n, double *out,
			struct err *e)
{
	double least, greatest;
	if (!range(x, known, n, &least, &greatest))
		return say_constant(e);
	struct arena_mark m = arena_mark(a);
	double *v = NEW(a, n, double);
	size_t k = compact(x, known, n, v);
	double middle = quantile_median(v, k);
	for (size_t i = 0; i < k; i++)
		v[i] = fabs(v[i] - middle);
	double mean_off = sum_of(v, k) / (double)k, unit = 1.4826 * quantile_median(v, k);
	if (unit <= 0)
		unit = 1.2533 * mean_off;
	for (size_t i = 0; i < n; i++)
		out[i] = is_known(known, i) ? fabs(x[i] - middle) / unit : 0;
	arena_rewind(a, m);
	return true;
}
