/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ssme stat: how variables go together. */
#include "app/stat.h"
#include "base/num.h"
#include "stat/adjust.h"
#include "stat/association.h"
#include "stat/contingency.h"
#include "stat/groups.h"
#include "stat/linear.h"
#include "stat/polychoric.h"

static void put_pearson(struct stat *s, const double *x, const double *y, size_t n)
{
	double r, t, p, low, high;
	if (!association_pearson(x, y, n, &r))
		return;
	stat_put(s, "pearson_r", r);
	if (association_pearson_test(r, n, &t, &p)) {
		stat_put(s, "pearson_t", t);
		stat_put(s, "pearson_p", p);
	}
	if (association_pearson_interval(r, n, stat_number(s, "level"), &low, &high)) {
		stat_put(s, "pearson_ci_lo", low);
		stat_put(s, "pearson_ci_hi", high);
	}
}

static void put_spearman(struct stat *s, const double *x, const double *y, size_t n)
{
	double rho, p, low, high, k = (double)n;
	if (!association_spearman(s->a, x, y, n, &rho))
		return;
	stat_put(s, "spearman_rho", rho);
	stat_put(s, "spearman_S", (k * k * k - k) * (1 - rho) / 6);
	if (association_spearman_test(s->a, x, y, n, &p))
		stat_put(s, "spearman_p", p);
	if (association_spearman_interval(rho, n, stat_number(s, "level"), &low, &high)) {
		stat_put(s, "spearman_ci_lo", low);
		stat_put(s, "spearman_ci_hi", high);
	}
}

static void put_kendall(struct stat *s, const double *x, const double *y, size_t n)
{
	struct kendall k;
	if (!association_kendall(s->a, x, y, n, &k))
		return;
	stat_put(s, "kendall_tau", k.tau);
	stat_put(s, "kendall_T", k.concordant);
	stat_put(s, "kendall_discordant", k.discordant);
	stat_put(s, "kendall_p", k.p);
}

bool stat_run_correlation(struct stat *s, struct err *e)
{
	struct stat_series in[] = { { .key = "x" }, { .key = "y" } };
	size_t n;
	if (!stat_rows(s, in, 2, &n, e))
		return false;
	stat_put(s, "n", (double)n);
	put_pearson(s, in[0].x, in[1].x, n);
	put_spearman(s, in[0].x, in[1].x, n);
	put_kendall(s, in[0].x, in[1].x, n);
	return s->n_results > 1 || stat_no_result(s, e);
}

static void put_pair(struct stat *s, const double *x, const double *y, size_t n,
		     struct str between)
{
	struct kendall k;
	double v;
	if (association_pearson(x, y, n, &v))
		stat_put_as(s, v, "%.*spearson", STR_ARG(between));
	if (association_spearman(s->a, x, y, n, &v))
		stat_put_as(s, v, "%.*sspearman", STR_ARG(between));
	if (association_kendall(s->a, x, y, n, &k))
		stat_put_as(s, k.tau, "%.*skendall", STR_ARG(between));
}

/* Two columns: their three coefficients; more: those of each pair, with its name before. */
bool stat_run_correlation_matrix(struct stat *s, struct err *e)
{
	struct stat_matrix m;
	if (!stat_matrix(s, "x", &m, e))
		return false;
	double *x = stat_columns(s->a, &m);
	for (size_t i = 0; i < m.n_columns; i++) {
		for (size_t j = i + 1; j < m.n_columns; j++) {
			struct str between = m.n_columns > 2
						     ? str_fmt(s->a, "%.*s~%.*s ",
							       STR_ARG(m.column[i]),
							       STR_ARG(m.column[j]))
						     : STR("");
			put_pair(s, &x[i * m.n_rows], &x[j * m.n_rows], m.n_rows, between);
		}
	}
	return s->n_results || stat_no_result(s, e);
}

bool stat_run_adjust(struct stat *s, struct err *e)
{
	static const struct {
		const char *name;
		enum adjust how;
	} each[] = { { "bonferroni", ADJUST_BONFERRONI },
		     { "holm", ADJUST_HOLM },
		     { "hochberg", ADJUST_HOCHBERG },
		     { "BH", ADJUST_BH },
		     { "BY", ADJUST_BY } };
	double *p;
	size_t n;
	if (!stat_list(s, "p", &p, &n, e))
		return false;
	double *out = NEW(s->a, n, double);
	for (size_t i = 0; i < sizeof(each) / sizeof(*each); i++) {
		if (!adjust_p(s->a, p, n, each[i].how, out))
			return err_say(e, ERR_INPUT, "p: las probabilidades van de 0 a 1",
				       "p: probabilities go from 0 to 1");
		for (size_t k = 0; k < n; k++)
			stat_put_as(s, out[k], "%s_%zu", each[i].name, k + 1);
	}
	return true;
}

/* ---- groups and tables ---- */

bool stat_run_kruskal(struct stat *s, struct err *e)
{
	struct stat_series in[] = { { .key = "x" }, { .key = "group" } };
	struct kruskal k;
	size_t n;
	if (!stat_rows(s, in, 2, &n, e))
		return false;
	if (!groups_kruskal(s->a, in[0].x, in[1].group, n, in[1].n_groups, &k))
		return stat_no_result(s, e);
	stat_put(s, "H", k.h);
	stat_put(s, "df", (double)k.df);
	stat_put(s, "p", k.p);
	stat_put(s, "eps2", k.epsilon2);
	return true;
}

bool stat_run_mann_whitney(struct stat *s, struct err *e)
{
	struct mann_whitney m;
	double *x, *y;
	size_t n_x, n_y;
	if (!stat_list(s, "x", &x, &n_x, e) || !stat_list(s, "y", &y, &n_y, e))
		return false;
	if (!groups_mann_whitney(s->a, x, n_x, y, n_y, &m))
		return stat_no_result(s, e);
	stat_put(s, "W", m.u);
	stat_put(s, "p", m.p);
	stat_put(s, "cliff_delta", m.delta);
	return true;
}

bool stat_run_contingency(struct stat *s, struct err *e)
{
	struct stat_matrix m;
	struct contingency t;
	if (!stat_counts(s, "table", false, &m, e))
		return false;
	if (!contingency_of(s->a, m.cell, m.n_rows, m.n_columns, &t))
		return stat_no_result(s, e);
	stat_put(s, "n", t.n);
	stat_put(s, "chi2", t.chi2);
	stat_put(s, "df", (double)t.df);
	stat_put(s, "p", t.p);
	stat_put(s, "least_expected", t.least_expected);
	stat_put(s, "cramer_v", t.cramer_v);
	stat_put(s, "cramer_v_corrected", t.cramer_v_corrected);
	stat_put(s, "concordant", t.concordant);
	stat_put(s, "discordant", t.discordant);
	if (t.has_gamma)
		stat_put(s, "gamma", t.gamma);
	return true;
}

bool stat_run_polychoric(struct stat *s, struct err *e)
{
	struct stat_matrix m;
	struct polychoric two, ml;
	if (!stat_counts(s, "table", false, &m, e))
		return false;
	if (!polychoric_two_step(s->a, m.cell, m.n_rows, m.n_columns, &two) ||
	    !polychoric_ml(s->a, m.cell, m.n_rows, m.n_columns, &ml))
		return stat_no_result(s, e);
	stat_put(s, "rho_two_step", two.rho);
	stat_put(s, "se_two_step", two.se);
	stat_put(s, "rho_ml", ml.rho);
	stat_put(s, "se_ml", ml.se);
	return true;
}

/* One probability for each correlation asked for, named as published: "rho=0.3". */
bool stat_run_binormal(struct stat *s, struct err *e)
{
	double *rho;
	size_t n;
	if (!stat_list(s, "rho", &rho, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct buf b;
		if (!(rho[i] >= -1) || !(rho[i] <= 1))
			return err_say(e, ERR_INPUT, "rho: una correlación va de -1 a 1",
				       "rho: a correlation goes from -1 to 1");
		buf_init(&b, s->a, 64);
		num_put_real(&b, rho[i]);
		double v = polychoric_binormal(stat_number(s, "x"), stat_number(s, "y"), rho[i]);
		stat_put_as(s, v, "rho=%.*s", STR_ARG(buf_str(&b)));
	}
	return true;
}

/* ---- least squares ---- */

bool stat_run_anova(struct stat *s, struct err *e)
{
	struct stat_series in[] = { { .key = "y" }, { .key = "group" } };
	struct linear_anova t;
	size_t n;
	if (!stat_rows(s, in, 2, &n, e) ||
	    !linear_anova(s->a, in[0].x, in[1].group, n, in[1].n_groups, &t, e))
		return false;
	stat_put(s, "df_between", (double)t.df_between);
	stat_put(s, "ss_between", t.ss_between);
	stat_put(s, "ms_between", t.ms_between);
	stat_put(s, "F", t.f);
	stat_put(s, "p", t.p);
	stat_put(s, "df_within", (double)t.df_within);
	stat_put(s, "ss_within", t.ss_within);
	stat_put(s, "ms_within", t.ms_within);
	stat_put(s, "r2", t.r2);
	stat_put(s, "resid_sd", t.residual_sd);
	return true;
}

bool stat_run_regression(struct stat *s, struct err *e)
{
	struct stat_matrix m;
	struct linear_fit fit;
	double *y;
	size_t n;
	if (!stat_list(s, "y", &y, &n, e) || !stat_matrix(s, "x", &m, e))
		return false;
	bool across = m.n_rows == 1 && n > 1; /* x=1,2,3: one column */
	size_t k = across ? 1 : m.n_columns;
	if ((across ? m.n_columns : m.n_rows) != n)
		return err_say(e, ERR_INPUT, "y tiene %zu valores y x %zu (faltantes aparte)",
			       "y has %zu values and x %zu (without missing ones)", n, m.n_rows);
	const double *x = across ? m.cell : stat_columns(s->a, &m);
	const double **column = NEW(s->a, k, const double *);
	for (size_t i = 0; i < k; i++)
		column[i] = &x[i * n];
	const struct linear_model model = { y, column, n, k, stat_is(s, "intercept", "yes"),
					    (unsigned)stat_number(s, "power") };
	if (!linear_fit(s->a, &model, &fit, e))
		return false;
	for (size_t i = 0; i < fit.n_terms; i++) {
		size_t term = i + !model.intercept;
		stat_put_as(s, fit.coefficient[i], "B%zu_est", term);
		stat_put_as(s, fit.se[i], "B%zu_se", term);
	}
	stat_put(s, "df", (double)fit.df);
	stat_put(s, "resid_sd", fit.residual_sd);
	stat_put(s, "r2", fit.r2);
	return true;
}
