/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gsl/gsl_errno.h>
#include <string.h>

#include "stat/weighting.h"

#include "stat/random.h"
#include "stat/reference_test.h"

static struct err e;

/* ---- the samples of Californian schools that come with R's survey package ---- */

/* A field of each line but the first; returns how many lines. */
static size_t fields(struct str text, size_t column, struct str *out)
{
	size_t n = 0;
	(void)str_cut(&text, '\n');
	while (text.p && n < 1000) {
		struct str line = str_trim(str_cut(&text, '\n'));
		if (!line.n)
			continue;
		for (size_t i = 0; i <= column; i++)
			out[n] = reference_field(&line);
		n++;
	}
	return n;
}

static double *numbers(struct arena *a, struct str text, size_t column, size_t *ret_n)
{
	struct str field[1000];
	*ret_n = fields(text, column, field);
	double *v = NEW(a, *ret_n, double);
	for (size_t i = 0; i < *ret_n; i++)
		assert_true(num_real(field[i], &v[i]));
	return v;
}

/* Codes 0.. in the order of first appearance. */
static uint32_t *codes(struct arena *a, struct str text, size_t column, size_t *ret_n)
{
	struct str field[1000], seen[1000];
	size_t n = fields(text, column, field), n_seen = 0;
	uint32_t *code = NEW(a, n, uint32_t);
	for (size_t i = 0; i < n; i++) {
		uint32_t k = 0;
		while (k < n_seen && !str_eq(seen[k], field[i]))
			k++;
		if (k == n_seen)
			seen[n_seen++] = field[i];
		code[i] = k;
	}
	*ret_n = n_seen;
	return code;
}

/* Elementary, high and middle schools as 0, 1 and 2. */
static const char types[] = "EHM";
static uint32_t *types_of(struct arena *a, struct str text, size_t column)
{
	struct str field[1000];
	size_t n = fields(text, column, field);
	uint32_t *code = NEW(a, n, uint32_t);
	for (size_t i = 0; i < n; i++)
		while (code[i] < 2 && types[code[i]] != field[i].p[0])
			code[i]++;
	return code;
}

struct schools {
	struct weighting_design design;
	uint32_t *type;
	double *api00, *api99, *enroll, *students;
};

static struct schools one_stage(struct arena *a) /* dclus1: 15 of 757 districts */
{
	struct schools s = { 0 };
	size_t n = 0, n_cluster = 0;
	struct str file = reference_file(a, "input/apiclus1.csv");
	s.type = types_of(a, file, 2);
	s.design.cluster = codes(a, file, 1, &n_cluster);
	s.api00 = numbers(a, file, 4, &n);
	s.api99 = numbers(a, file, 5, &n);
	s.enroll = numbers(a, file, 6, &n);
	s.students = numbers(a, file, 7, &n);
	s.design.weight = numbers(a, file, 9, &n);
	s.design.population = numbers(a, file, 10, &n);
	s.design.n = n;
	s.design.n_cluster = n_cluster;
	return s;
}

static struct schools stratified(struct arena *a) /* dstrat: by type of school */
{
	struct schools s = { 0 };
	size_t n = 0;
	struct str file = reference_file(a, "input/apistrat.csv");
	s.type = types_of(a, file, 1);
	s.api00 = numbers(a, file, 2, &n);
	s.api99 = numbers(a, file, 3, &n);
	s.enroll = numbers(a, file, 4, &n);
	s.students = numbers(a, file, 5, &n);
	s.design.weight = numbers(a, file, 6, &n);
	double *of_unit = numbers(a, file, 7, &n), *of_stratum = NEW(a, 3, double);
	for (size_t i = 0; i < n; i++)
		of_stratum[s.type[i]] = of_unit[i];
	s.design.n = n;
	s.design.stratum = s.type;
	s.design.n_stratum = 3;
	s.design.population = of_stratum;
	return s;
}

static struct schools simple(struct arena *a) /* dsrs: 200 of 6194 schools */
{
	struct schools s = { 0 };
	size_t n = 0;
	struct str file = reference_file(a, "input/apisrs.csv");
	s.type = types_of(a, file, 1);
	s.api00 = numbers(a, file, 2, &n);
	s.enroll = numbers(a, file, 4, &n);
	s.students = numbers(a, file, 5, &n);
	double *weight = NEW(a, n, double);
	s.design.population = numbers(a, file, 6, &n);
	for (size_t i = 0; i < n; i++)
		weight[i] = s.design.population[i] / (double)n;
	s.design.n = n;
	s.design.weight = weight;
	return s;
}

/* Compares one row of the reference; small standard errors are 0 there. */
static void assert_row(double got, double want, double relative)
{
	if (!(fabs(got - want) <= relative * fabs(want) + 1e-15))
		fail_msg("%.17g, want %.17g", got, want);
}

static struct weighting_estimate share_of_type(struct arena *a, const struct schools *s,
					       struct weighting_design d, char type)
{
	struct weighting_estimate v = { 0 };
	double *is = NEW(a, d.n, double);
	for (size_t i = 0; i < d.n; i++)
		is[i] = types[s->type[i]] == type;
	assert_true(weighting_mean(a, &d, is, &v, &e));
	return v;
}

static void a_design_s_number(struct str of_case, struct str quantity, double want)
{
	ARENA_SCOPE(a, 32u << 20);
	struct schools s = str_is(of_case, "dclus1") ? one_stage(&a) :
			   str_is(of_case, "dsrs")   ? simple(&a) :
						       stratified(&a);
	struct weighting_estimate mean, total, ratio, share;
	bool jackknife = str_is(of_case, "dstrat JKn no fpc");
	if (jackknife) /* of a stratified mean it equals the linearised one */
		s.design.population = NULL;
	assert_true(weighting_mean(&a, &s.design, s.api00, &mean, &e));
	assert_true(weighting_total(&a, &s.design, s.enroll, &total, &e));
	assert_true(weighting_ratio(&a, &s.design, s.students, s.enroll, &ratio, &e));
	share = share_of_type(&a, &s, s.design, quantity.p[quantity.n - 1]);
	double got = str_is(quantity, "mean_api00") || str_is(quantity, "mean") ? mean.value :
		     str_is(quantity, "se")		    ? mean.se :
		     str_is(quantity, "deff")		    ? mean.design_effect :
		     str_is(quantity, "total_enroll")	    ? total.value :
		     str_is(quantity, "se_total")	    ? total.se :
		     str_is(quantity, "ratio_apistu_enroll") ? ratio.value :
		     str_is(quantity, "se_ratio")	    ? ratio.se :
		     quantity.p[0] == 'p'		    ? share.value :
							      share.se;
	assert_row(got, want, 1e-10);
}

static void means_totals_ratios_and_shares_of_the_survey_manual(void **state)
{
	(void)state;
	assert_int_equal(reference_each("survey_api", a_design_s_number), 41);
}

static void a_growth(struct str of_case, struct str quantity, double want)
{
	ARENA_SCOPE(a, 32u << 20);
	struct schools s = stratified(&a);
	bool inside[1000];
	if (str_is(of_case, "apistrat by stype")) {
		for (size_t i = 0; i < s.design.n; i++)
			inside[i] = types[s.type[i]] == quantity.p[quantity.n - 1];
		s.design.inside = inside;
	}
	struct weighting_estimate v;
	double low = 0, high = 0;
	assert_true(weighting_ratio(&a, &s.design, s.api00, s.api99, &v, &e));
	assert_true(weighting_interval(&v, 0.95, &low, &high));
	double got = quantity.p[0] == 's'	     ? v.se :
		     str_is(quantity, "ci_lo")	     ? low :
		     str_is(quantity, "ci_hi")	     ? high :
		     str_is(quantity, "growth_pct") ? (v.value - 1) * 100 :
						       v.value;
	assert_row(got, want, 1e-10);
}

static void growth_of_matched_units_is_a_ratio_of_sums(void **state)
{
	(void)state;
	assert_int_equal(reference_each("growth_ratio_of_sums", a_growth), 11);
}

static void a_mean_of_ratios(struct str of_case, struct str quantity, double want)
{
	ARENA_SCOPE(a, 32u << 20);
	struct schools s = stratified(&a);
	struct weighting_moment m;
	double ratio[1000];
	(void)of_case;
	(void)quantity;
	for (size_t i = 0; i < s.design.n; i++)
		ratio[i] = s.api00[i] / s.api99[i];
	assert_true(weighting_moment(ratio, s.design.weight, s.design.n, &m, &e));
	assert_row(m.mean, want, 1e-13);
}

static void the_mean_of_ratios_is_another_number(void **state)
{
	(void)state;
	reference_each("growth_mean_of_ratios", a_mean_of_ratios);
}

static void a_paired_change(struct str of_case, struct str quantity, double want)
{
	ARENA_SCOPE(a, 32u << 20);
	struct schools s = stratified(&a);
	struct weighting_estimate v;
	double difference[1000], t = 0, p = 0;
	(void)of_case;
	for (size_t i = 0; i < s.design.n; i++)
		difference[i] = s.api00[i] - s.api99[i];
	assert_true(weighting_mean(&a, &s.design, difference, &v, &e));
	assert_true(weighting_test(&v, v.df - 1, &t, &p));
	double got = str_is(quantity, "mean_diff") ? v.value :
		     str_is(quantity, "t")	    ? t :
		     str_is(quantity, "df")	    ? v.df - 1 :
						      p;
	assert_row(got, want, 1e-9);
}

static void paired_change_of_a_stratified_sample(void **state)
{
	(void)state;
	assert_int_equal(reference_each("paired_change", a_paired_change), 4);
}

static void a_quantile(struct str of_case, struct str quantity, double want)
{
	ARENA_SCOPE(a, 32u << 20);
	struct schools s = stratified(&a);
	double p = str_is(quantity, "q25") ? .25 : str_is(quantity, "q50") ? .5 : .75, q = 0;
	(void)of_case;
	assert_true(weighting_quantile(&a, s.api00, s.design.weight, s.design.n, p,
				       WEIGHTING_INVERSE, &q, &e));
	assert_row(q, want, 0);
}

static void quantiles_of_weighted_units(void **state)
{
	(void)state;
	assert_int_equal(reference_each("survey_quantile", a_quantile), 3);
}

/* ---- weights alone ---- */

static void a_kish(struct str of_case, struct str quantity, double want)
{
	struct weighting_kish k;
	const double w[] = { 1, .5, .25, .25, .2 };
	(void)of_case;
	assert_true(weighting_kish(w, 5, &k, &e));
	assert_row(str_is(quantity, "n_eff") ? k.n_effective : k.design_effect, want, 1e-15);
}

static void unequal_weights_say_less(void **state)
{
	(void)state;
	assert_int_equal(reference_each("kish", a_kish), 2);
}

static void a_weighted_number(struct str of_case, struct str quantity, double want)
{
	ARENA_SCOPE(a, 1u << 20);
	const double x[] = { 3, 5, 8, 13 }, w[] = { 1, 2, 3, 4 };
	struct weighting_moment m;
	double q = 0;
	(void)of_case;
	assert_true(weighting_moment(x, w, 4, &m, &e));
	if (quantity.p[0] == 'q') {
		double p = quantity.p[1] == '2' ? .25 : quantity.p[1] == '5' ? .5 : .75;
		assert_true(weighting_quantile(&a, x, w, 4, p, WEIGHTING_FREQUENCY, &q, &e));
	}
	assert_row(quantity.p[0] == 'q'		       ? q :
		   str_is(quantity, "wtd_mean") ? m.mean :
						  m.variance,
		   want, 1e-14);
}

static void frequencies_as_weights(void **state)
{
	(void)state;
	assert_int_equal(reference_each("weighted", a_weighted_number), 5);
}

/* ---- raking ---- */

/* Population of the schools by type and by having met their target, survey's help page of rake. */
static void the_raked_sample(struct str of_case, struct str quantity, double want)
{
	ARENA_SCOPE(a, 32u << 20);
	struct schools s = one_stage(&a);
	size_t n = s.design.n, n_met = 0;
	uint32_t *met = codes(&a, reference_file(&a, "input/apiclus1.csv"), 3, &n_met);
	const double of_type[3] = { 4421, 755, 1018 }, of_met[2] = { 5122, 1072 };
	const struct weighting_margin margin[2] = { { s.type, 3, of_type }, { met, 2, of_met } };
	double *w = NEW(&a, n, double), least, most;
	(void)of_case;
	memcpy(w, s.design.weight, n * sizeof(*w));
	assert_true(weighting_rake(&a, &(struct weighting_rake){ 0 }, margin, 2, w, n, NULL, &e));
	s.design.population = NULL; /* as on the help page */
	s.design.margin = margin;
	s.design.n_margin = 2;
	s.design.weight_before = s.design.weight;
	s.design.weight = w;
	struct weighting_estimate mean, total;
	assert_true(weighting_mean(&a, &s.design, s.api00, &mean, &e));
	assert_true(weighting_total(&a, &s.design, s.enroll, &total, &e));
	double sum = 0;
	least = most = w[0];
	for (size_t i = 0; i < n; i++) {
		sum += w[i];
		least = fmin(least, w[i]);
		most = fmax(most, w[i]);
	}
	double got = str_is(quantity, "mean_api00")   ? mean.value :
		     str_is(quantity, "se")	       ? mean.se :
		     str_is(quantity, "total_enroll") ? total.value :
		     str_is(quantity, "se_total")     ? total.se :
		     str_is(quantity, "sum_w")	       ? sum :
		     str_is(quantity, "min_w")	       ? least :
							 most;
	assert_row(got, want, 1e-8);
}

static void raking_the_schools_to_two_margins(void **state)
{
	(void)state;
	assert_int_equal(reference_each("raking", the_raked_sample), 7);
}

static void the_post_stratified_sample(struct str of_case, struct str quantity, double want)
{
	ARENA_SCOPE(a, 32u << 20);
	struct schools s = one_stage(&a);
	const double of_type[3] = { 4421, 755, 1018 };
	const struct weighting_margin margin = { s.type, 3, of_type };
	double *w = NEW(&a, s.design.n, double);
	struct weighting_estimate mean;
	unsigned rounds = 0;
	(void)of_case;
	memcpy(w, s.design.weight, s.design.n * sizeof(*w));
	assert_true(weighting_rake(&a, &(struct weighting_rake){ 0 }, &margin, 1, w, s.design.n,
				   &rounds, &e));
	assert_true(rounds <= 2);
	s.design.population = NULL;
	s.design.margin = &margin;
	s.design.n_margin = 1;
	s.design.weight_before = s.design.weight;
	s.design.weight = w;
	assert_true(weighting_mean(&a, &s.design, s.api00, &mean, &e));
	assert_row(str_is(quantity, "se") ? mean.se : mean.value, want, 1e-10);
}

static void post_stratifying_the_schools(void **state)
{
	(void)state;
	assert_int_equal(reference_each("poststrat", the_post_stratified_sample), 2);
}

static void raked_weights_meet_their_margins_and_keep_what_fits(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	enum { N = 200 };
	uint32_t row[N], column[N];
	double w[N], before[N], by_row[3] = { 0 }, by_column[4] = { 0 };
	for (uint32_t i = 0; i < N; i++) {
		struct random r = random_of(8, 0, i, 0);
		row[i] = random_below(&r, 3);
		column[i] = random_below(&r, 4);
		w[i] = before[i] = 1 + random_uniform(&r);
		double truth = 1 + 3 * random_uniform(&r);
		by_row[row[i]] += truth;
		by_column[column[i]] += truth;
	}
	const struct weighting_margin margin[] = { { row, 3, by_row }, { column, 4, by_column } };
	struct weighting_rake how = { 0 };
	assert_true(weighting_rake(&a, &how, margin, 2, w, N, NULL, &e));
	double sums[4] = { 0 }, again[N];
	for (int i = 0; i < N; i++)
		sums[column[i]] += w[i];
	for (int k = 0; k < 4; k++)
		assert_close(sums[k], by_column[k], 1e-9);
	memcpy(again, w, sizeof(w));
	assert_true(weighting_rake(&a, &how, margin, 2, again, N, NULL, &e));
	for (int i = 0; i < N; i++)
		assert_close(again[i], w[i], 1e-9);
	/* odds within the table are those of the weights before */
	double ratio = w[0] / before[0];
	for (int i = 1; i < N; i++)
		if (row[i] == row[0] && column[i] == column[0])
			assert_close(w[i] / before[i], ratio, 1e-12);
	/* trimmed: the margins hold and no weight moved too far */
	memcpy(w, before, sizeof(w));
	how.trim = 2.2;
	assert_true(weighting_rake(&a, &how, margin, 2, w, N, NULL, &e));
	for (int i = 0; i < N; i++)
		assert_true(w[i] / before[i] < 2.2 + 1e-6 && w[i] / before[i] > 1 / 2.2 - 1e-6);
}

static void margins_that_cannot_be_met_are_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	const uint32_t g[4] = { 0, 0, 1, 1 }, h[4] = { 0, 1, 1, 1 }, stray[4] = { 0, 1, 2, 9 };
	const double two[2] = { 10, 20 }, none[2] = { 0, 30 }, three[3] = { 10, 10, 10 };
	const double other[2] = { 10, 21 }, minus[2] = { -1, 31 }, hard[2] = { 25, 5 };
	const struct weighting_margin bad[][2] = {
		{ { g, 2, two }, { g, 2, none } },   /* units and a total of 0 */
		{ { g, 2, two }, { h, 3, three } },  /* a total and no unit */
		{ { g, 2, two }, { h, 2, other } },  /* totals do not agree */
		{ { g, 2, two }, { h, 2, minus } },  /* below 0 */
		{ { g, 2, two }, { stray, 3, three } }, /* a unit without group */
		/* only unit 1 is in group 1 of both: at most 10 */
		{ { g, 2, two }, { h, 2, hard } },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		double w[4] = { 1, 1, 1, 1 };
		e = (struct err){ 0 };
		assert_false(weighting_rake(&a, &(struct weighting_rake){ 0 }, bad[i], 2, w, 4,
					    NULL, &e));
		assert_int_equal(e.code, ERR_INPUT);
		assert_true(w[0] >= 1 && w[0] <= 1 && w[3] >= 1 && w[3] <= 1);
	}
	double bad_weight[2] = { 1, 0 };
	const struct weighting_margin ok = { g, 1, (const double[]){ 5 } };
	assert_false(weighting_rake(&a, &(struct weighting_rake){ 0 }, &ok, 1, bad_weight, 2, NULL,
				    &e));
	assert_int_equal(a.used_bytes, 0);
}

/* ---- properties of designs ---- */

static void scale_of_money_and_order_of_rows_change_nothing_else(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	enum { N = 60 };
	double y[N], x[N], w[N], y2[N], x2[N], w2[N];
	uint32_t h[N], h2[N];
	for (uint32_t i = 0; i < N; i++) {
		struct random r = random_of(5, 0, i, 0);
		x[i] = 10 + random_uniform(&r);
		y[i] = x[i] * (1 + random_uniform(&r) / 10);
		w[i] = 1 + random_uniform(&r);
		h[i] = i % 4;
		size_t to = (i * 7u + 3) % N;
		y2[to] = 1000 * y[i];
		x2[to] = 1000 * x[i];
		w2[to] = w[i];
		h2[to] = h[i];
	}
	struct weighting_design d = { .n = N, .weight = w, .stratum = h, .n_stratum = 4 };
	struct weighting_design d2 = { .n = N, .weight = w2, .stratum = h2, .n_stratum = 4 };
	struct weighting_estimate v, v2;
	assert_true(weighting_ratio(&a, &d, y, x, &v, &e));
	assert_true(weighting_ratio(&a, &d2, y2, x2, &v2, &e));
	assert_close(v2.value, v.value, 1e-13);
	assert_close(v2.se, v.se, 1e-12);
	assert_true(weighting_total(&a, &d, y, &v, &e));
	assert_true(weighting_total(&a, &d2, y2, &v2, &e));
	assert_close(v2.value, 1000 * v.value, 1e-13);
	assert_close(v2.se, 1000 * v.se, 1e-12);
	assert_true(v.n == N && v.df <= 56 && v.df >= 56);
}

static void all_units_of_the_population_leave_no_error(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	const double y[] = { 1, 5, 2, 8 }, w[] = { 1, 1, 1, 1 }, four[] = { 4 };
	struct weighting_design d = { .n = 4, .weight = w, .population = four };
	struct weighting_estimate v;
	double low, high;
	assert_true(weighting_mean(&a, &d, y, &v, &e));
	assert_true(v.value >= 4 && v.value <= 4 && v.se <= 0);
	assert_true(weighting_interval(&v, .95, &low, &high) && low >= 4 && high <= 4);
	assert_false(weighting_test(&v, 3, &low, &high));
}

static void designs_that_cannot_be_are_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	const double y[] = { 1, 5, 2 }, w[] = { 1, 1, 1 }, zero[] = { 0, 0, 0 }, two[] = { 2 };
	const double bad[] = { 1, (double)NAN, 2 };
	const uint32_t lonely[] = { 0, 0, 1 }, cluster[] = { 0, 1, 1 };
	const bool nobody[] = { false, false, false };
	struct weighting_estimate v = { .value = 7 };
	struct weighting_design d = { .n = 3, .weight = w };
	assert_false(weighting_ratio(&a, &d, y, zero, &v, &e)); /* over 0 */
	assert_false(weighting_mean(&a, &d, bad, &v, &e));
	d.inside = nobody;
	assert_false(weighting_mean(&a, &d, y, &v, &e));
	d.inside = NULL;
	d.population = two; /* three of two */
	assert_false(weighting_mean(&a, &d, y, &v, &e));
	d.population = NULL;
	d.stratum = lonely; /* a stratum of one */
	d.n_stratum = 2;
	assert_false(weighting_mean(&a, &d, y, &v, &e));
	d.cluster = cluster; /* a cluster in two strata */
	d.n_cluster = 2;
	assert_false(weighting_mean(&a, &d, y, &v, &e));
	d = (struct weighting_design){ .n = 3, .weight = zero };
	assert_false(weighting_total(&a, &d, y, &v, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_true(v.value >= 7);
	assert_int_equal(a.used_bytes, 0);
}

int main(void)
{
	gsl_set_error_handler_off();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(means_totals_ratios_and_shares_of_the_survey_manual),
		cmocka_unit_test(growth_of_matched_units_is_a_ratio_of_sums),
		cmocka_unit_test(the_mean_of_ratios_is_another_number),
		cmocka_unit_test(paired_change_of_a_stratified_sample),
		cmocka_unit_test(quantiles_of_weighted_units),
		cmocka_unit_test(unequal_weights_say_less),
		cmocka_unit_test(frequencies_as_weights),
		cmocka_unit_test(raking_the_schools_to_two_margins),
		cmocka_unit_test(post_stratifying_the_schools),
		cmocka_unit_test(raked_weights_meet_their_margins_and_keep_what_fits),
		cmocka_unit_test(margins_that_cannot_be_met_are_refused),
		cmocka_unit_test(scale_of_money_and_order_of_rows_change_nothing_else),
		cmocka_unit_test(all_units_of_the_population_leave_no_error),
		cmocka_unit_test(designs_that_cannot_be_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
