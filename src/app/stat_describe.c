/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ssme stat: what describes one list of values. */
#include <math.h>

#include "app/stat.h"
#include "base/num.h"
#include "stat/moment.h"
#include "stat/quantile.h"
#include "stat/rank.h"
#include "stat/sum.h"

bool stat_run_moments(struct stat *s, struct err *e)
{
	double *x, v;
	size_t n;
	if (!stat_list(s, "x", &x, &n, e))
		return false;
	struct moment m = moment_of(x, n);
	stat_put(s, "n", (double)n);
	stat_put(s, "mean", m.mean);
	if (n >= 2) {
		stat_put(s, "variance", m.variance);
		stat_put(s, "sd", m.sd);
	}
	stat_put(s, "min", m.min);
	stat_put(s, "max", m.max);
	if (moment_skewness(x, n, &v))
		stat_put(s, "skewness", v);
	if (moment_kurtosis(x, n, &v))
		stat_put(s, "kurtosis", v);
	if (moment_autocorrelation(x, n, &v))
		stat_put(s, "autocorr1", v);
	return true;
}

bool stat_run_sum(struct stat *s, struct err *e)
{
	struct stat_series in[] = { { .key = "x" }, { .key = "y" } };
	size_t n;
	if (!stat_rows(s, in, 2, &n, e))
		return false;
	stat_put(s, "n", (double)n);
	stat_put(s, "sum", sum_of_split(s->a, in[0].x, n, s->runner));
	if (in[1].there)
		stat_put(s, "sum_of_products", sum_of_products(in[0].x, in[1].x, n));
	return true;
}

bool stat_run_quantile(struct stat *s, struct err *e)
{
	double *x, *p;
	size_t n, n_p;
	if (!stat_list(s, "x", &x, &n, e) || !stat_list(s, "p", &p, &n_p, e))
		return false;
	rank_sort(x, n);
	for (size_t i = 0; i < n_p; i++) {
		double percent = round(p[i] * 1e10) / 1e8;
		struct buf b;
		if (!(p[i] >= 0) || !(p[i] <= 1))
			return err_say(e, ERR_INPUT, "p: las probabilidades van de 0 a 1",
				       "p: probabilities go from 0 to 1");
		buf_init(&b, s->a, 64);
		num_put_real(&b, percent);
		stat_put_as(s, quantile_of_sorted(x, n, p[i], (int)stat_whole(s, "type")), "p%.*s",
			    STR_ARG(buf_str(&b)));
	}
	return true;
}

bool stat_run_median_interval(struct stat *s, struct err *e)
{
	double *x = NULL, coverage;
	size_t n = stat_whole(s, "n"), l, u;
	if (stat_there(s, "x") && !stat_list(s, "x", &x, &n, e))
		return false;
	if (!x && !stat_there(s, "n"))
		return err_say(e, ERR_INPUT, "dé n=… o x=…", "give n=… or x=…");
	if (!quantile_median_interval(n, stat_number(s, "level"), &l, &u, &coverage))
		return stat_no_result(s, e);
	stat_put(s, "l", (double)l);
	stat_put(s, "u", (double)u);
	stat_put(s, "coverage", coverage);
	if (x) {
		rank_sort(x, n);
		stat_put(s, "median", quantile_of_sorted(x, n, 0.5, QUANTILE_TYPE));
		stat_put(s, "low", x[l - 1]);
		stat_put(s, "high", x[u - 1]);
	}
	return true;
}

bool stat_run_rank(struct stat *s, struct err *e)
{
	double *x, ties;
	size_t n;
	if (!stat_list(s, "x", &x, &n, e))
		return false;
	double *mid = NEW(s->a, n, double);
	uint32_t *place = NEW(s->a, n, uint32_t);
	rank_mid(s->a, x, n, mid, &ties);
	rank_competition(s->a, x, n, stat_is(s, "best", "high"), place, NULL);
	for (size_t i = 0; i < n; i++) {
		stat_put_as(s, mid[i], "mid_%zu", i + 1);
		stat_put_as(s, place[i], "place_%zu", i + 1);
	}
	stat_put(s, "ties", ties);
	return true;
}
