/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/interval.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "stat/beta.h"

double interval_normal_quantile(double p)
{
	return gsl_cdf_ugaussian_Pinv(p);
}

static bool check(double hits, double n, double level, struct err *e)
{
	if (!(n > 0) || !isfinite(n))
		return err_set(e, ERR_INPUT,
			       "un intervalo necesita n mayor que 0 (an interval needs n "
			       "over 0)");
	if (!(hits >= 0) || !(hits <= n))
		return err_set(e, ERR_INPUT,
			       "los casos favorables deben estar entre 0 y n (hits must "
			       "lie between 0 and n)");
	if (!(level > 0) || !(level < 1))
		return err_set(e, ERR_INPUT,
			       "el nivel de confianza debe estar entre 0 y 1 (the level "
			       "must lie between 0 and 1)");
	return true;
}

static double z_of(double level)
{
	return interval_normal_quantile(1 - (1 - level) / 2);
}

static double clamp(double v)
{
	return v < 0 ? 0 : v > 1 ? 1 : v;
}

/* factor: finite-population factor f, 1 for a boundless population, 0 when all were seen */
static struct interval wilson(double hits, double n, double factor, double level)
{
	double p = hits / n, z = z_of(level);
	double psi = factor * z * z / (2 * n);
	double middle = p + psi, half = sqrt(2 * psi * p * (1 - p) + psi * psi);
	struct interval out = { clamp((middle - half) / (1 + 2 * psi)),
				clamp((middle + half) / (1 + 2 * psi)) };
	/* exact where the formula would leave the rounding of a root */
	if (hits <= 0)
		out.low = 0;
	if (hits >= n)
		out.high = 1;
	return out;
}

bool interval_wilson(double hits, double n, double level, struct interval *out, struct err *e)
{
	if (!check(hits, n, level, e))
		return false;
	*out = wilson(hits, n, 1, level);
	return true;
}

bool interval_wilson_fpc(double hits, double n, double population, double level,
			 struct interval *out, struct err *e)
{
	if (!check(hits, n, level, e))
		return false;
	if (!(population >= n))
		return err_set(e, ERR_INPUT,
			       "la población debe ser al menos n (the population must be "
			       "at least n)");
	bool all = population <= n;
	*out = wilson(hits, n, all ? 0 : (population - n) / (population - 1), level);
	if (all)
		out->low = out->high = hits / n;
	return true;
}

bool interval_wilson_unseen(double hits, double n, double population, double level,
			    struct interval *out, struct err *e)
{
	if (!check(hits, n, level, e))
		return false;
	if (!(population > n))
		return err_set(e, ERR_INPUT,
			       "no quedan unidades sin observar (no unit was left out)");
	*out = wilson(hits, n, (population - 1) / (population - n), level);
	return true;
}

bool interval_wilson_continuity(double hits, double n, double level, struct interval *out,
				struct err *e)
{
	if (!check(hits, n, level, e))
		return false;
	double p = hits / n, q = 1 - p, z = z_of(level), zz = z * z;
	double low = 2 * n * p + zz - 1 - z * sqrt(zz - 2 - 1 / n + 4 * p * (n * q + 1));
	double high = 2 * n * p + zz + 1 + z * sqrt(zz + 2 - 1 / n + 4 * p * (n * q - 1));
	*out = (struct interval){ hits <= 0 ? 0 : clamp(low / (2 * (n + zz))),
				  hits >= n ? 1 : clamp(high / (2 * (n + zz))) };
	return true;
}

bool interval_clopper_pearson(double hits, double n, double level, struct interval *out,
			      struct err *e)
{
	if (!check(hits, n, level, e))
		return false;
	double tail = (1 - level) / 2;
	*out = (struct interval){
		hits <= 0 ? 0 : beta_quantile(tail, hits, n - hits + 1),
		hits >= n ? 1 : 1 - beta_quantile(tail, n - hits, hits + 1),
	};
	return true;
}

bool interval_agresti_coull(double hits, double n, double level, struct interval *out,
			    struct err *e)
{
	if (!check(hits, n, level, e))
		return false;
	double z = z_of(level), more = n + z * z, p = (hits + z * z / 2) / more;
	double half = z * sqrt(p * (1 - p) / more);
	*out = (struct interval){ clamp(p - half), clamp(p + half) };
	return true;
}

bool interval_jeffreys(double hits, double n, double level, struct interval *out, struct err *e)
{
	if (!check(hits, n, level, e))
		return false;
	double tail = (1 - level) / 2;
	*out = (struct interval){ beta_quantile(tail, hits + 0.5, n - hits + 0.5),
				  1 - beta_quantile(tail, n - hits + 0.5, hits + 0.5) };
	return true;
}
