/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ssme stat: tests of change in the same units, and of square tables. */
#include "app/stat.h"
#include "stat/homogeneity.h"
#include "stat/paired.h"
#include "stat/sum.h"

bool stat_run_mcnemar(struct stat *s, struct err *e)
{
	(void)e;
	struct mcnemar m =
		paired_mcnemar((uint64_t)stat_number(s, "b"), (uint64_t)stat_number(s, "c"));
	stat_put(s, "chi2", m.chi2);
	stat_put(s, "p", m.p);
	stat_put(s, "chi2_corrected", m.chi2_corrected);
	stat_put(s, "p_corrected", m.p_corrected);
	stat_put(s, "p_exact", m.p_exact);
	stat_put(s, "p_mid", m.p_mid);
	stat_put(s, "cohen_g", m.cohen_g);
	return true;
}

bool stat_run_sign(struct stat *s, struct err *e)
{
	(void)e;
	stat_put(s, "p_exact",
		 paired_sign((uint64_t)stat_number(s, "up"), (uint64_t)stat_number(s, "down")));
	return true;
}

/* Differences x - y, or x alone. */
static bool read_differences(struct stat *s, double **ret_d, size_t *ret_n, struct err *e)
{
	struct stat_series in[] = { { .key = "x" }, { .key = "y" } };
	if (!stat_rows(s, in, 2, ret_n, e))
		return false;
	for (size_t i = 0; in[1].there && i < *ret_n; i++)
		in[0].x[i] -= in[1].x[i];
	*ret_d = in[0].x;
	return true;
}

bool stat_run_wilcoxon(struct stat *s, struct err *e)
{
	double *d;
	size_t n;
	if (!read_differences(s, &d, &n, e))
		return false;
	struct wilcoxon plain = paired_wilcoxon(s->a, d, n, PAIRED_DROP);
	struct wilcoxon pratt = paired_wilcoxon(s->a, d, n, PAIRED_PRATT);
	struct paired_shift shift;
	stat_put(s, "n", (double)n);
	stat_put(s, "V", plain.v);
	stat_put(s, "p_two_sided", plain.p);
	stat_put(s, "p_greater", plain.p_greater);
	stat_put(s, "p_less", plain.p_less);
	if (plain.exact)
		stat_put(s, "p_exact_shift", plain.p);
	stat_put(s, "p_normal_cc", plain.p_corrected);
	stat_put(s, "wilcoxon_Z", plain.z);
	if (plain.exact)
		stat_put(s, "wilcoxon_p_exact", plain.p);
	stat_put(s, "pratt_Z", pratt.z);
	if (pratt.exact)
		stat_put(s, "pratt_p_exact", pratt.p);
	if (paired_shift(s->a, d, n, stat_number(s, "level"), &shift)) {
		stat_put(s, "HL_estimate", shift.estimate);
		stat_put(s, "ci_lo", shift.low);
		stat_put(s, "ci_hi", shift.high);
		stat_put(s, "ci_coverage", shift.coverage);
	}
	return true;
}

bool stat_run_flips(struct stat *s, struct err *e)
{
	double *d, p;
	size_t n;
	if (!read_differences(s, &d, &n, e))
		return false;
	if (!paired_flips(d, n, &p))
		return stat_no_result(s, e);
	stat_put(s, "mean", sum_of(d, n) / (double)n);
	stat_put(s, "n_arrangements", (double)((uint64_t)1 << n));
	stat_put(s, "p_two_sided", p);
	return true;
}

bool stat_run_homogeneity(struct stat *s, struct err *e)
{
	struct stat_matrix m;
	struct homogeneity h;
	double *score = NULL, z, p;
	size_t n_scores;
	if (!stat_counts(s, "table", true, &m, e))
		return false;
	if (stat_there(s, "scores") && !stat_list(s, "scores", &score, &n_scores, e))
		return false;
	if (score && n_scores != m.n_rows)
		return err_say(e, ERR_INPUT, "scores: dé %zu números, uno por categoría",
			       "scores: give %zu numbers, one a category", m.n_rows);
	if (score && homogeneity_ordinal(m.cell, m.n_rows, score, &z, &p)) {
		stat_put(s, "Z", z);
		stat_put(s, "p", p);
		return true;
	}
	if (!homogeneity_stuart_maxwell(s->a, m.cell, m.n_rows, &h))
		return stat_no_result(s, e);
	stat_put(s, "stuart_maxwell_chi2", h.chi2);
	stat_put(s, "df", (double)h.df);
	stat_put(s, "p", h.p);
	if (homogeneity_ordinal(m.cell, m.n_rows, NULL, &z, &p)) {
		stat_put(s, "Z", z);
		stat_put(s, "p_ordinal", p);
	}
	if (homogeneity_bowker(m.cell, m.n_rows, &h)) {
		stat_put(s, "bowker_chi2", h.chi2);
		stat_put(s, "bowker_df", (double)h.df);
		stat_put(s, "bowker_p", h.p);
	}
	return true;
}

bool stat_run_kappa(struct stat *s, struct err *e)
{
	struct stat_matrix m;
	struct kappa k;
	if (!stat_counts(s, "table", true, &m, e))
		return false;
	if (!homogeneity_kappa(m.cell, m.n_rows, &k))
		return stat_no_result(s, e);
	stat_put(s, "kappa", k.kappa);
	stat_put(s, "weighted_kappa_linear", k.linear);
	stat_put(s, "weighted_kappa_quadratic", k.quadratic);
	return true;
}
