/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/distribution.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "stat/beta.h"

static const double PARAMETER_MIN = 1e-9, PARAMETER_MAX = 1e9;

static bool check(struct distribution d, struct err *e)
{
	bool positive_a = d.a >= PARAMETER_MIN && d.a <= PARAMETER_MAX;
	bool positive_b = d.b >= PARAMETER_MIN && d.b <= PARAMETER_MAX;
	switch (d.kind) {
	case DISTRIBUTION_NORMAL:
		if (isfinite(d.a) && isfinite(d.b) && d.b > 0)
			return true;
		return err_say(e, ERR_INPUT, "la desviación estándar debe ser mayor que 0",
			       "the standard deviation must be over 0");
	case DISTRIBUTION_T:
	case DISTRIBUTION_CHI_SQUARED:
		if (positive_a)
			return true;
		return err_say(e, ERR_INPUT,
			       "los grados de libertad deben ser mayores que 0 y a lo sumo mil "
			       "millones",
			       "the degrees of freedom must be over 0 and at most 10^9");
	case DISTRIBUTION_F:
	case DISTRIBUTION_GAMMA:
	case DISTRIBUTION_BETA:
		break;
	}
	if (positive_a && positive_b)
		return true;
	return err_say(e, ERR_INPUT,
		       "los dos parámetros deben ser mayores que 0 y a lo sumo mil millones",
		       "both parameters must be over 0 and at most 10^9");
}

/* P(T > |t|).  The beta function is asked on the side where its argument is exact. */
static double t_tail(double t, double df)
{
	double square = t * t;
	if (square > df)
		return beta_cdf(df / (df + square), df / 2, 0.5) / 2;
	return (1 - beta_cdf(square / (df + square), 0.5, df / 2)) / 2;
}

static double t_side(double t, double df, bool above)
{
	double tail = isinf(t) ? 0 : t_tail(t, df);
	return (t > 0) == above ? tail : 1 - tail;
}

/* F = (b / a) B / (1 - B) with B of beta(a / 2, b / 2). */
static double f_side(double x, double a, double b, bool above)
{
	if (x <= 0 || isinf(x))
		return (x > 0) == above ? 0 : 1;
	return above ? beta_cdf(b / (b + a * x), b / 2, a / 2) :
		       beta_cdf(a * x / (b + a * x), a / 2, b / 2);
}

static double beta_side(double x, double a, double b, bool above)
{
	if (x <= 0 || x >= 1)
		return (x > 0) == above ? 0 : 1;
	return above ? beta_cdf(1 - x, b, a) : beta_cdf(x, a, b);
}

static double gamma_side(double x, double shape, double scale, bool above)
{
	if (x <= 0 || isinf(x))
		return (x > 0) == above ? 0 : 1;
	return above ? gsl_cdf_gamma_Q(x, shape, scale) : gsl_cdf_gamma_P(x, shape, scale);
}

static double side(struct distribution d, double x, bool above)
{
	double z;
	switch (d.kind) {
	case DISTRIBUTION_NORMAL:
		z = (x - d.a) / d.b;
		return above ? gsl_cdf_ugaussian_Q(z) : gsl_cdf_ugaussian_P(z);
	case DISTRIBUTION_T:
		return t_side(x, d.a, above);
	case DISTRIBUTION_CHI_SQUARED:
		return gamma_side(x, d.a / 2, 2, above);
	case DISTRIBUTION_F:
		return f_side(x, d.a, d.b, above);
	case DISTRIBUTION_GAMMA:
		return gamma_side(x, d.a, d.b, above);
	case DISTRIBUTION_BETA:
		return beta_side(x, d.a, d.b, above);
	}
	assert(!"a distribution of the list above");
	return 0;
}

static bool say(double p, double *out, struct err *e)
{
	if (!(p >= 0) || !(p <= 1 + 1e-9))
		return err_say(e, ERR_INPUT, "la probabilidad no se pudo calcular con esos números",
			       "the probability could not be computed for these numbers");
	*out = p > 1 ? 1 : p;
	return true;
}

static bool say_side(struct distribution d, double x, bool above, double *out, struct err *e)
{
	return check(d, e) && say(isnan(x) ? x : side(d, x, above), out, e);
}

bool distribution_below(struct distribution d, double x, double *out, struct err *e)
{
	return say_side(d, x, false, out, e);
}

bool distribution_above(struct distribution d, double x, double *out, struct err *e)
{
	return say_side(d, x, true, out, e);
}

/* Doubles numbered in their order, so that the middle of two of them is a double between. */
static int64_t place_of(double x)
{
	int64_t bits;
	memcpy(&bits, &x, sizeof(bits));
	return bits >= 0 ? bits : INT64_MIN - bits;
}

static double double_at(int64_t place)
{
	int64_t bits = place >= 0 ? place : INT64_MIN - place;
	double x;
	memcpy(&x, &bits, sizeof(x));
	return x;
}

static int64_t middle(int64_t low, int64_t high)
{
	return (low & high) + ((low ^ high) >> 1); /* no overflow */
}

bool distribution_quantile(struct distribution d, double p, double *out, struct err *e)
{
	if (!(p > 0) || !(p < 1))
		return err_say(e, ERR_INPUT, "la probabilidad debe estar entre 0 y 1",
			       "the probability must lie between 0 and 1");
	if (!check(d, e))
		return false;
	if (d.kind == DISTRIBUTION_NORMAL) {
		*out = d.a + d.b * gsl_cdf_ugaussian_Pinv(p);
		return true;
	}
	/* The smaller tail has more digits; 1 - p is exact in the upper half. */
	bool above = p > 0.5;
	int64_t low = place_of(d.kind == DISTRIBUTION_T ? -HUGE_VAL : 0), high = place_of(HUGE_VAL);
	while (high - 1 > low) {
		int64_t at = middle(low, high);
		double share = side(d, double_at(at), above);
		if (isnan(share))
			return say(share, out, e);
		if (above ? share > 1 - p : share < p)
			low = at;
		else
			high = at;
	}
	*out = double_at(high);
	return true;
}
