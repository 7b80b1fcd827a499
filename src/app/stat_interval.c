/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ssme stat: intervals of shares. */
#include <math.h>

#include "app/stat.h"
#include "stat/hypergeometric.h"
#include "stat/interval.h"
#include "stat/simultaneous.h"

static bool (*const of_proportion[])(double hits, double n, double level, struct interval *out,
				     struct err *e) = {
	interval_wilson,	 interval_wilson_continuity, interval_clopper_pearson,
	interval_agresti_coull, interval_jeffreys,
};
static const char *const proportion_name[] = { "wilson", "wilsoncc", "cp", "ac", "jeffreys" };

bool stat_run_proportion(struct stat *s, struct err *e)
{
	double x = stat_number(s, "x"), n = stat_number(s, "n");
	stat_put(s, "p", x / n);
	for (size_t i = 0; i < 5; i++) {
		struct interval v;
		if (!of_proportion[i](x, n, stat_number(s, "level"), &v, e))
			return false;
		stat_put_as(s, v.low, "%s_lo", proportion_name[i]);
		stat_put_as(s, v.high, "%s_hi", proportion_name[i]);
	}
	return true;
}

bool stat_run_wilson_population(struct stat *s, struct err *e)
{
	double x = stat_number(s, "x"), n = stat_number(s, "n"), all = stat_number(s, "N");
	double level = stat_number(s, "level");
	struct interval v;
	if (!interval_wilson_fpc(x, n, all, level, &v, e))
		return false;
	stat_put(s, "lo", v.low);
	stat_put(s, "hi", v.high);
	if (all > n) {
		if (!interval_wilson_unseen(x, n, all, level, &v, e))
			return false;
		stat_put(s, "unsampled_lo", v.low);
		stat_put(s, "unsampled_hi", v.high);
	}
	return true;
}

bool stat_run_shares(struct stat *s, struct err *e)
{
	double *count, level = stat_number(s, "level"), total = 0;
	size_t k;
	if (!stat_list(s, "x", &count, &k, e))
		return false;
	struct interval *v = NEW(s->a, k, struct interval);
	double all = stat_there(s, "N") ? stat_number(s, "N") : HUGE_VAL;
	bool sison_glaz = stat_is(s, "method", "sison_glaz");
	if (sison_glaz ? !simultaneous_sison_glaz(count, k, level, v, e)
		       : !simultaneous_goodman(count, k, all, level, v, e))
		return false;
	for (size_t i = 0; i < k; i++)
		total += count[i];
	for (size_t i = 0; i < k; i++) {
		stat_put_as(s, count[i] / total, "p_%zu", i + 1);
		stat_put_as(s, v[i].low, "lo_%zu", i + 1);
		stat_put_as(s, v[i].high, "hi_%zu", i + 1);
	}
	return true;
}

/* Shares of a finite population: the normal interval with its correction, and the exact one. */
bool stat_run_proportion_population(struct stat *s, struct err *e)
{
	double x = stat_number(s, "x"), n = stat_number(s, "n"), all = stat_number(s, "N");
	double level = stat_number(s, "level"), p = x / n;
	struct hypergeometric v;
	if (!hypergeometric_interval((uint64_t)x, (uint64_t)n, (uint64_t)all, level, &v, e))
		return false;
	stat_put(s, "p", p);
	if (n > 1) {
		double se = sqrt(p * (1 - p) / (n - 1) * (all - n) / all);
		double z = interval_normal_quantile(1 - (1 - level) / 2);
		stat_put(s, "se", se);
		stat_put(s, "approx_lo", p - z * se);
		stat_put(s, "approx_hi", p + z * se);
	}
	/* published are the first numbers on either side that the test refuses, where there are */
	double low = (double)v.low - ((double)v.low > x);
	double high = (double)v.high + ((double)v.high < all - (n - x));
	stat_put(s, "exact_lo", low / all);
	stat_put(s, "exact_hi", high / all);
	stat_put(s, "nr_exact_lo", low);
	stat_put(s, "nr_exact_hi", high);
	stat_put(s, "nr_kept_lo", (double)v.low);
	stat_put(s, "nr_kept_hi", (double)v.high);
	return true;
}
