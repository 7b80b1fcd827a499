/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ssme stat: distributions, random numbers, what moves a result. */
#include <math.h>

#include "app/stat.h"
#include "base/nit.h"
#include "stat/beta.h"
#include "stat/distribution.h"
#include "stat/random.h"
#include "stat/sobol.h"

static bool read_words(struct stat *s, const char *key, uint32_t *out, size_t n, struct err *e)
{
	double *x;
	size_t n_given;
	if (!stat_list(s, key, &x, &n_given, e))
		return false;
	for (size_t i = 0; i < n_given && i < n; i++) {
		if (!(x[i] >= 0) || x[i] > UINT32_MAX || x[i] != floor(x[i]))
			n_given = 0;
		else
			out[i] = (uint32_t)x[i];
	}
	return n_given == n ||
	       err_say(e, ERR_INPUT, "%s: dé %zu números enteros entre 0 y 4294967295",
		       "%s: give %zu whole numbers between 0 and 4294967295", key, n);
}

bool stat_run_philox(struct stat *s, struct err *e)
{
	uint32_t counter[4], key[2], out[4];
	if (!read_words(s, "counter", counter, 4, e) || !read_words(s, "key", key, 2, e))
		return false;
	random_philox(counter, key, out);
	for (size_t i = 0; i < 4; i++)
		stat_put_as(s, out[i], "word_%zu", i + 1);
	return true;
}

static double draw(const struct stat *s, struct random *r)
{
	if (stat_is(s, "kind", "normal"))
		return random_normal(r);
	if (stat_is(s, "kind", "gamma"))
		return random_gamma(r, stat_number(s, "shape"));
	if (stat_is(s, "kind", "below"))
		return random_below(r, (uint32_t)stat_number(s, "below"));
	if (stat_is(s, "kind", "poisson"))
		return random_poisson_one(r);
	return random_uniform(r);
}

static bool draw_shares(struct stat *s, struct random *r, struct err *e)
{
	double *alpha;
	size_t k;
	if (!stat_there(s, "alpha"))
		return err_say(e, ERR_INPUT, "dirichlet: falta alpha=…",
			       "dirichlet: alpha=… is missing");
	if (!stat_list(s, "alpha", &alpha, &k, e))
		return false;
	for (size_t i = 0; i < k; i++) {
		if (!(alpha[i] >= 0))
			return err_say(e, ERR_INPUT, "alpha: dé números de 0 en adelante",
				       "alpha: give numbers from 0 upwards");
	}
	double *out = NEW(s->a, k, double);
	for (size_t i = 0; i < stat_whole(s, "n"); i++) {
		random_dirichlet(r, alpha, k, out);
		for (size_t j = 0; j < k; j++)
			stat_put_as(s, out[j], "x_%zu_%zu", i + 1, j + 1);
	}
	return true;
}

bool stat_run_random(struct stat *s, struct err *e)
{
	struct random r = random_of((uint64_t)stat_number(s, "seed"),
				    (uint32_t)stat_number(s, "purpose"),
				    (uint32_t)stat_number(s, "replicate"),
				    (uint32_t)stat_number(s, "unit"));
	if (stat_is(s, "kind", "dirichlet"))
		return draw_shares(s, &r, e);
	for (size_t i = 0; i < stat_whole(s, "n"); i++)
		stat_put_as(s, draw(s, &r), "x_%zu", i + 1);
	return true;
}

/* ---- distributions ---- */

bool stat_run_distribution(struct stat *s, struct err *e)
{
	static const struct {
		const char *name;
		enum distribution_kind kind;
	} each[] = { { "normal", DISTRIBUTION_NORMAL }, { "t", DISTRIBUTION_T },
		     { "chi2", DISTRIBUTION_CHI_SQUARED }, { "F", DISTRIBUTION_F },
		     { "gamma", DISTRIBUTION_GAMMA }, { "beta", DISTRIBUTION_BETA } };
	size_t i = 0;
	double v;
	while (!stat_is(s, "kind", each[i].name))
		i++;
	bool two = each[i].kind != DISTRIBUTION_T && each[i].kind != DISTRIBUTION_CHI_SQUARED;
	bool normal = each[i].kind == DISTRIBUTION_NORMAL;
	if (!normal && (!stat_there(s, "a") || (two && !stat_there(s, "b"))))
		return err_say(e, ERR_INPUT, "%s: dé a=…%s", "%s: give a=…%s", each[i].name,
			       two ? " b=…" : "");
	const struct distribution d = { each[i].kind,
					stat_there(s, "a") ? stat_number(s, "a") : 0,
					stat_there(s, "b") ? stat_number(s, "b") : 1 };
	if (stat_there(s, "x")) {
		if (!distribution_below(d, stat_number(s, "x"), &v, e))
			return false;
		stat_put(s, "below", v);
		if (!distribution_above(d, stat_number(s, "x"), &v, e))
			return false;
		stat_put(s, "above", v);
	}
	if (stat_there(s, "p")) {
		if (!distribution_quantile(d, stat_number(s, "p"), &v, e))
			return false;
		stat_put(s, "quantile", v);
	}
	return s->n_results || err_say(e, ERR_INPUT, "dé x=… o p=…", "give x=… or p=…");
}

bool stat_run_binomial(struct stat *s, struct err *e)
{
	(void)e;
	stat_put(s, "below",
		 beta_binomial_cdf(stat_number(s, "k"), stat_number(s, "n"), stat_number(s, "p")));
	return true;
}

bool stat_run_check_digit(struct stat *s, struct err *e)
{
	struct buf digits;
	int check;
	buf_init(&digits, s->a, 64);
	if (!nit_read(stat_text(s, "nit"), &digits, &check, e))
		return err_in(e, "nit");
	stat_put(s, "dv", nit_check_digit(buf_str(&digits)));
	return true;
}

/* ---- what moves a result ---- */

bool stat_run_ishigami(struct stat *s, struct err *e)
{
	(void)e;
	struct sobol_index index[3];
	double variance;
	sobol_ishigami_exact(stat_number(s, "a"), stat_number(s, "b"), index, &variance);
	stat_put(s, "V", variance);
	for (size_t i = 0; i < 3; i++)
		stat_put_as(s, index[i].first, "S%zu", i + 1);
	for (size_t i = 0; i < 3; i++)
		stat_put_as(s, index[i].total, "ST%zu", i + 1);
	return true;
}

/* Columns of results: of the first sample, of the second, and of the first with each factor taken
 * from the second. */
bool stat_run_sobol(struct stat *s, struct err *e)
{
	struct stat_matrix m;
	if (!stat_matrix(s, "table", &m, e))
		return false;
	if (m.n_columns < 3)
		return err_say(e, ERR_INPUT,
			       "table: dé tres columnas o más: f_A, f_B y una por factor",
			       "table: give three columns or more: f_A, f_B and one a factor");
	const double *x = stat_columns(s->a, &m);
	size_t k = m.n_columns - 2;
	const double **f_ab = NEW(s->a, k, const double *);
	struct sobol_index *out = NEW(s->a, k, struct sobol_index);
	double variance;
	for (size_t i = 0; i < k; i++)
		f_ab[i] = &x[(i + 2) * m.n_rows];
	const struct sobol_design d = {
		.estimator = stat_is(s, "estimator", "jansen") ? SOBOL_JANSEN : SOBOL_SALTELLI,
		.n = m.n_rows,
		.n_factor = k,
		.f_a = x,
		.f_b = &x[m.n_rows],
		.f_ab = f_ab,
		.n_replicate = (uint32_t)stat_number(s, "replicates"),
		.level = stat_number(s, "level"),
		.seed = (uint64_t)stat_number(s, "seed")
	};
	if (!sobol_estimate(s->a, &d, out, &variance, e))
		return false;
	stat_put(s, "V", variance);
	for (size_t i = 0; i < k; i++) {
		stat_put_as(s, out[i].first, "S%zu", i + 1);
		stat_put_as(s, out[i].first_low, "S%zu_lo", i + 1);
		stat_put_as(s, out[i].first_high, "S%zu_hi", i + 1);
		stat_put_as(s, out[i].total, "ST%zu", i + 1);
		stat_put_as(s, out[i].total_low, "ST%zu_lo", i + 1);
		stat_put_as(s, out[i].total_high, "ST%zu_hi", i + 1);
	}
	return true;
}
