/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ssme stat: resampling, concentration, reliability, trends. */
#include <math.h>

#include "app/stat.h"
#include "stat/bootstrap.h"
#include "stat/concentration.h"
#include "stat/reliability.h"
#include "stat/sum.h"
#include "stat/trend.h"

/* ---- resampling ---- */

static bool read_pairs(struct stat *s, struct bootstrap_pairs *out, struct err *e)
{
	struct stat_series in[] = { { .key = "y" }, { .key = "x" } };
	if (!stat_rows(s, in, 2, &out->n, e))
		return false;
	out->y = in[0].x;
	out->x = in[1].x;
	return true;
}

bool stat_run_bootstrap(struct stat *s, struct err *e)
{
	struct bootstrap_pairs pairs;
	struct bootstrap_result r;
	double bias, se;
	if (!read_pairs(s, &pairs, e))
		return false;
	const struct bootstrap_statistic value = { pairs.n, bootstrap_ratio_value, &pairs };
	const struct bootstrap_plan plan = { (uint32_t)stat_number(s, "replicates"),
					     stat_number(s, "level"),
					     (uint64_t)stat_number(s, "seed"), 0, s->runner };
	if (!bootstrap_sample(s->a, &value, &plan, &r, e) ||
	    !bootstrap_jackknife(s->a, &value, &bias, &se, e))
		return false;
	stat_put(s, "theta", r.value);
	stat_put(s, "jackknife_bias", bias);
	stat_put(s, "jackknife_se", se);
	if (bootstrap_delta_se(pairs.y, pairs.x, pairs.n, &se))
		stat_put(s, "delta_se", se);
	stat_put(s, "se", r.se);
	stat_put(s, "bias", r.bias);
	stat_put(s, "lo", r.low);
	stat_put(s, "hi", r.high);
	stat_put(s, "bca_lo", r.bca_low);
	stat_put(s, "bca_hi", r.bca_high);
	return true;
}

/* The first values of x - y, or of x. */
static bool read_first(struct stat *s, double **ret_d, size_t *ret_n, struct err *e)
{
	struct stat_series in[] = { { .key = "x" }, { .key = "y" } };
	size_t most = stat_there(s, "first") ? stat_whole(s, "first") : SIZE_MAX;
	if (!stat_rows(s, in, 2, ret_n, e))
		return false;
	for (size_t i = 0; in[1].there && i < *ret_n; i++)
		in[0].x[i] -= in[1].x[i];
	*ret_n = *ret_n < most ? *ret_n : most;
	*ret_d = in[0].x;
	return true;
}

bool stat_run_bootstrap_exact(struct stat *s, struct err *e)
{
	double *d;
	size_t n;
	struct bootstrap_exact r;
	if (!read_first(s, &d, &n, e))
		return false;
	stat_put(s, "boot_se_exact", bootstrap_mean_se(d, n));
	if (n > BOOTSTRAP_EXACT_MAX)
		return true;
	struct bootstrap_pairs pairs = { d, NULL, n };
	const struct bootstrap_statistic value = { n, bootstrap_ratio_value, &pairs };
	if (!bootstrap_exact(s->a, &value, stat_number(s, "level"), &r, e))
		return false;
	stat_put(s, "resamples", r.resamples);
	stat_put(s, "q025_type7", r.low);
	stat_put(s, "q50", r.median);
	stat_put(s, "q975_type7", r.high);
	stat_put(s, "mean", r.mean);
	stat_put(s, "sd_pop", r.sd);
	return true;
}

bool stat_run_bootstrap_groups(struct stat *s, struct err *e)
{
	struct stat_series in[] = { { .key = "y" }, { .key = "x" }, { .key = "group" } };
	struct bootstrap_groups rows = { 0 };
	const struct bootstrap_plan plan = { (uint32_t)stat_number(s, "replicates"),
					     stat_number(s, "level"),
					     (uint64_t)stat_number(s, "seed"), 0, s->runner };
	if (!stat_rows(s, in, 3, &rows.n, e))
		return false;
	rows.y = in[0].x;
	rows.x = in[1].x;
	rows.group = in[2].group;
	rows.n_group = in[2].n_groups;
	struct bootstrap_group *out = NEW(s->a, rows.n_group, struct bootstrap_group);
	if (!bootstrap_poisson(s->a, &rows, &plan, out, e))
		return false;
	for (size_t i = 0; i < rows.n_group; i++) {
		stat_put_as(s, out[i].value, "ratio_%.*s", STR_ARG(in[2].name[i]));
		stat_put_as(s, out[i].se, "se_%.*s", STR_ARG(in[2].name[i]));
		stat_put_as(s, out[i].low, "lo_%.*s", STR_ARG(in[2].name[i]));
		stat_put_as(s, out[i].high, "hi_%.*s", STR_ARG(in[2].name[i]));
	}
	return true;
}

/* ---- concentration ---- */

bool stat_run_concentration(struct stat *s, struct err *e)
{
	struct concentration c;
	double *x;
	size_t n;
	if (!stat_list(s, "x", &x, &n, e) || !concentration_of(s->a, x, n, &c, e))
		return false;
	stat_put(s, "gini", c.gini);
	stat_put(s, "gini_corrected", c.gini_corrected);
	stat_put(s, "hhi", c.hhi);
	stat_put(s, "hhi_normalised", c.hhi_normalised);
	stat_put(s, "cr4", c.cr4);
	stat_put(s, "theil", c.theil);
	stat_put(s, "atkinson", c.atkinson);
	stat_put(s, "rosenbluth", c.rosenbluth);
	return true;
}

bool stat_run_location(struct stat *s, struct err *e)
{
	struct stat_matrix m;
	if (!stat_counts(s, "table", false, &m, e))
		return false;
	const struct concentration_table t = { m.cell, m.n_rows, m.n_columns };
	size_t n = m.n_rows * m.n_columns;
	double *quotient = NEW(s->a, n, double);
	bool *defined = NEW(s->a, n, bool);
	struct concentration_region *region = NEW(s->a, m.n_rows, struct concentration_region);
	if (!concentration_location(s->a, &t, quotient, defined, e) ||
	    !concentration_regions(s->a, &t, region, e))
		return false;
	for (size_t i = 0; i < n; i++)
		stat_put_as(s, defined[i] ? quotient[i] : HUGE_VAL, "R%zu_I%zu",
			    i / m.n_columns + 1, i % m.n_columns + 1);
	for (size_t i = 0; i < m.n_rows; i++) {
		const struct concentration_region *r = &region[i];
		stat_put_as(s, r->defined ? r->hhi : HUGE_VAL, "herfindahl_R%zu", i + 1);
		stat_put_as(s, r->defined ? r->krugman : HUGE_VAL, "krugman_R%zu", i + 1);
		stat_put_as(s, r->defined ? r->hachman : HUGE_VAL, "hachman_R%zu", i + 1);
	}
	return true;
}

/* ---- reliability ---- */

bool stat_run_alpha(struct stat *s, struct err *e)
{
	struct stat_matrix m;
	struct reliability r;
	if (!stat_matrix(s, "items", &m, e))
		return false;
	const double *x = stat_columns(s->a, &m);
	size_t k = m.n_columns;
	const double **item = NEW(s->a, k, const double *);
	struct reliability_item *each = NEW(s->a, k, struct reliability_item);
	for (size_t i = 0; i < k; i++)
		item[i] = &x[i * m.n_rows];
	if (stat_is(s, "what", "all")) {
		if (!reliability_of(s->a, item, k, m.n_rows, &r, e))
			return false;
		stat_put(s, "alpha", r.alpha);
		stat_put(s, "std_alpha", r.standardised);
		return true;
	}
	if (!reliability_items(s->a, item, k, m.n_rows, each, e))
		return false;
	bool dropped = stat_is(s, "what", "dropped");
	for (size_t i = 0; i < k; i++)
		stat_put_as(s, dropped ? each[i].alpha_without : each[i].r_rest, "%.*s",
			    STR_ARG(m.column[i]));
	return true;
}

/* ---- trends ---- */

bool stat_run_trend(struct stat *s, struct err *e)
{
	struct stat_series in[] = { { .key = "t" }, { .key = "y" } };
	struct trend_line line;
	size_t n;
	if (!stat_rows(s, in, 2, &n, e) ||
	    !trend_line(s->a, in[0].x, in[1].x, n, stat_number(s, "level"), &line, e))
		return false;
	stat_put(s, "slope", line.slope);
	stat_put(s, "intercept", line.intercept);
	if (line.has_interval) {
		stat_put(s, "slope_lo", line.low);
		stat_put(s, "slope_hi", line.high);
	}
	stat_put(s, "monotone", line.monotone);
	stat_put(s, "tau", line.tau);
	stat_put(s, "p", line.p);
	return true;
}

bool stat_run_friedman(struct stat *s, struct err *e)
{
	struct stat_matrix m;
	struct trend_friedman f;
	struct trend_page page;
	if (!stat_matrix(s, "table", &m, e))
		return false;
	const struct trend_table t = { m.cell, m.n_rows, m.n_columns };
	if (!trend_friedman(s->a, &t, &f, e))
		return false;
	stat_put(s, "chi2", f.chi_squared);
	stat_put(s, "df", f.df);
	stat_put(s, "p", f.p);
	stat_put(s, "kendall_w", f.agreement);
	if (m.n_columns < 3)
		return true;
	if (!trend_page(s->a, &t, &page, e))
		return false;
	stat_put(s, "page_L", page.l);
	stat_put(s, "page_Z", page.z);
	stat_put(s, "page_p", page.p);
	stat_put(s, "page_p_rising", page.p_rising);
	return true;
}
