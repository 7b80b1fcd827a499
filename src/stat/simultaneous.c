/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/simultaneous.h"

#include <gsl/gsl_sf_gamma.h>
#include <math.h>

static bool check(const double *count, size_t k, double level, double *ret_n, struct err *e)
{
	double n = 0;
	for (size_t i = 0; i < k; i++) {
		if (!(count[i] >= 0) || !isfinite(count[i]))
			return err_say(e, ERR_INPUT,
				       "el conteo %zu no es un número de 0 en adelante",
				       "count %zu is no number from 0 up", i + 1);
		n += count[i];
	}
	if (!(n > 0))
		return err_say(e, ERR_INPUT, "los conteos deben sumar más de 0",
			       "the counts must add up to more than 0");
	if (!(level > 0) || !(level < 1))
		return err_say(e, ERR_INPUT, "el nivel de confianza debe estar entre 0 y 1",
			       "the level must lie between 0 and 1");
	*ret_n = n;
	return true;
}

bool simultaneous_goodman(const double *count, size_t k, double population, double level,
			  struct interval *out, struct err *e)
{
	double n, each;
	if (!check(count, k, level, &n, e))
		return false;
	if (!(population >= n))
		return err_say(e, ERR_INPUT,
			       "la población debe ser al menos la suma de los conteos",
			       "the population must be at least the sum of the counts");
	each = 1 - (1 - level) / (double)k;
	for (size_t i = 0; i < k; i++) {
		bool done = isinf(population) ?
				    interval_wilson(count[i], n, each, &out[i], e) :
				    interval_wilson_fpc(count[i], n, population, each, &out[i], e);
		if (!done)
			return false;
	}
	return true;
}

/* --- Sison and Glaz -------------------------------------------------------------------------- */

/* Sums over the categories of the cumulants of Poisson variables, each cut to within c of its
 * count, and the chance that all of them lie there. */
struct cut_sum {
	double mean, variance, third, fourth; /* cumulants */
	double inside;
};

static double poisson(double k, double mean)
{
	if (mean <= 0)
		return k > 0 ? 0 : 1;
	return exp(k * log(mean) - mean - gsl_sf_lngamma(k + 1));
}

static void add_category(struct cut_sum *s, double count, double c)
{
	double from = count > c ? count - c : 0, to = count + c, inside = 0, mean = 0;
	for (double j = from; j <= to; j++) {
		double p = poisson(j, count);
		inside += p;
		mean += p * (j - count);
	}
	mean = mean / inside + count;
	double m2 = 0, m3 = 0, m4 = 0;
	for (double j = from; j <= to; j++) {
		double p = poisson(j, count) / inside, d = j - mean;
		m2 += p * d * d;
		m3 += p * d * d * d;
		m4 += p * d * d * d * d;
	}
	s->mean += mean;
	s->variance += m2;
	s->third += m3;
	s->fourth += m4 - 3 * m2 * m2;
	s->inside *= inside;
}

/* P(every count within c of what was seen): Poisson variables given their sum are multinomial
 * (B. Levin, Ann. Statist. 9 (1981) 1123-1126); the density of the cut sum at n by Edgeworth. */
static double chance_within(const double *count, size_t k, double n, double c)
{
	struct cut_sum s = { .inside = 1 };
	for (size_t i = 0; i < k; i++)
		add_category(&s, count[i], c);
	double z = (n - s.mean) / sqrt(s.variance), z2 = z * z;
	double skew = s.third / pow(s.variance, 1.5), kurt = s.fourth / (s.variance * s.variance);
	double series = 1 + skew * z * (z2 - 3) / 6 + kurt * (z2 * z2 - 6 * z2 + 3) / 24 +
			skew * skew * (z2 * z2 * z2 - 15 * z2 * z2 + 45 * z2 - 15) / 72;
	double density = series * exp(-z2 / 2) / sqrt(2 * M_PI * s.variance);
	return s.inside * density / poisson(n, n);
}

enum { SISON_GLAZ_MAX = 100000 };

bool simultaneous_sison_glaz(const double *count, size_t k, double level, struct interval *out,
			     struct err *e)
{
	double n, before = 0, now = 0, c = 0;
	if (!check(count, k, level, &n, e))
		return false;
	for (size_t i = 0; i < k; i++)
		if (floor(count[i]) < count[i] || n > SISON_GLAZ_MAX)
			return err_say(
				e, ERR_INPUT,
				"estos intervalos piden conteos enteros que sumen a lo sumo %d",
				"these intervals need whole counts of at most %d in all",
				SISON_GLAZ_MAX);
	while (c < n && !(now > level)) {
		before = now;
		now = chance_within(count, k, n, ++c);
	}
	double within = c - 1, beyond = now > level ? (level - before) / (now - before) : 1;
	for (size_t i = 0; i < k; i++) {
		double low = (count[i] - within) / n;
		double high = (count[i] + within + 2 * beyond) / n;
		out[i] = (struct interval){ low < 0 ? 0 : low, high > 1 ? 1 : high };
	}
	return true;
}
