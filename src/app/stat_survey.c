/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ssme stat: units that stand for others. */
#include <math.h>
#include <string.h>

#include "app/stat.h"
#include "base/num.h"
#include "stat/weighting.h"

bool stat_run_kish(struct stat *s, struct err *e)
{
	struct weighting_kish k;
	double *w;
	size_t n;
	if (!stat_list(s, "w", &w, &n, e) || !weighting_kish(w, n, &k, e))
		return false;
	stat_put(s, "n_eff", k.n_effective);
	stat_put(s, "deff_w", k.design_effect);
	return true;
}

static bool put_quartiles(struct stat *s, const double *x, const double *w, size_t n,
			  enum weighting_quantile_rule rule, struct err *e)
{
	static const int percent[] = { 25, 50, 75 };
	for (size_t i = 0; i < 3; i++) {
		double v;
		if (!weighting_quantile(s->a, x, w, n, percent[i] / 100.0, rule, &v, e))
			return false;
		stat_put_as(s, v, "q%d", percent[i]);
	}
	return true;
}

bool stat_run_weighted(struct stat *s, struct err *e)
{
	struct stat_series in[] = { { .key = "x" }, { .key = "w" } };
	struct weighting_moment m;
	size_t n;
	if (!stat_rows(s, in, 2, &n, e) || !weighting_moment(in[0].x, in[1].x, n, &m, e))
		return false;
	stat_put(s, "wtd_mean", m.mean);
	stat_put(s, "wtd_var_freq", m.variance);
	return put_quartiles(s, in[0].x, in[1].x, n,
			     stat_is(s, "rule", "inverse") ? WEIGHTING_INVERSE
							   : WEIGHTING_FREQUENCY,
			     e);
}

/* ---- a design ---- */

/* The columns that any of the functions may ask for, in this order. */
enum { WEIGHT, STRATUM, CLUSTER, FPC, BY, FIRST, SECOND, THIRD, FOURTH, N_SERIES };

struct survey {
	struct stat_series in[N_SERIES];
	size_t n;
	struct weighting_design design;
};

/* Population of each stratum: the column says it in every row. */
static bool read_population(struct stat *s, struct survey *v, struct err *e)
{
	size_t n = v->in[STRATUM].there ? v->in[STRATUM].n_groups : 1;
	double *population = NEW(s->a, n, double);
	const double *said = v->in[FPC].x;
	for (size_t i = 0; i < v->n; i++) {
		double *here = &population[v->in[STRATUM].there ? v->in[STRATUM].group[i] : 0];
		if (*here > 0 && (said[i] < *here || said[i] > *here))
			return err_say(e, ERR_INPUT,
				       "fpc: la población de un estrato no es la misma en todas "
				       "sus filas",
				       "fpc: the population of a stratum is not the same in all "
				       "its rows");
		*here = said[i];
	}
	v->design.population = population;
	return true;
}

/* Where no weights are given, each unit stands for as many as its stratum has more. */
static double *weights_of(struct stat *s, const struct survey *v)
{
	double *w = NEW(s->a, v->n, double), *count = NEW(s->a, v->n + 1, double);
	for (size_t i = 0; i < v->n; i++)
		count[v->in[STRATUM].there ? v->in[STRATUM].group[i] : 0]++;
	for (size_t i = 0; i < v->n; i++)
		w[i] = !v->in[FPC].there
			       ? 1
			       : v->in[FPC].x[i] /
					 count[v->in[STRATUM].there ? v->in[STRATUM].group[i] : 0];
	return w;
}

/* keys: names of FIRST.. (NULL behind the last).  Parts of a design that the function has no key
 * for are not asked. */
static bool read_survey(struct stat *s, const char *by, const char *const *keys,
			struct survey *out, struct err *e)
{
	static const char *const design[] = { "weight", "stratum", "cluster", "fpc" };
	struct stat_series in[N_SERIES];
	size_t place[N_SERIES], n = 0;
	*out = (struct survey){ 0 };
	for (size_t i = 0; i < 4; i++) {
		if (!stat_has_key(s, design[i]))
			continue;
		in[n] = (struct stat_series){ .key = design[i] };
		place[n++] = i;
	}
	if (by) {
		in[n] = (struct stat_series){ .key = by };
		place[n++] = BY;
	}
	for (size_t i = 0; keys[i]; i++, n++) {
		in[n] = (struct stat_series){ .key = keys[i] };
		place[n] = FIRST + i;
	}
	if (!stat_rows(s, in, n, &out->n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		out->in[place[i]] = in[i];
	struct weighting_design *d = &out->design;
	d->n = out->n;
	d->weight = out->in[WEIGHT].there ? out->in[WEIGHT].x : weights_of(s, out);
	d->stratum = out->in[STRATUM].group;
	d->n_stratum = out->in[STRATUM].there ? out->in[STRATUM].n_groups : 1;
	d->cluster = out->in[CLUSTER].group;
	d->n_cluster = out->in[CLUSTER].n_groups;
	return !out->in[FPC].there || read_population(s, out, e);
}

/* Name of the column behind a key, of letters and digits alone ("api.stu": "apistu"). */
static struct str column_name(struct stat *s, const char *key)
{
	struct str name = stat_column_name(s, key);
	char *plain = NEW(s->a, name.n + 1, char);
	size_t n = 0;
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		bool keep = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			    (c >= 'A' && c <= 'Z') || c >= 128;
		if (keep || (c == '_' && n))
			plain[n++] = (char)c;
	}
	return (struct str){ plain, n };
}

static bool put_mean(struct stat *s, const struct survey *v, struct err *e)
{
	struct weighting_estimate m;
	if (!weighting_mean(s->a, &v->design, v->in[FIRST].x, &m, e))
		return false;
	stat_put_as(s, m.value, "mean_%.*s", STR_ARG(column_name(s, "y")));
	stat_put(s, "se", m.se);
	if (m.design_effect > 0)
		stat_put(s, "deff", m.design_effect);
	return true;
}

static bool put_total(struct stat *s, const struct survey *v, const char *key, struct err *e)
{
	struct weighting_estimate m;
	if (!v->in[SECOND].there)
		return true;
	if (!weighting_total(s->a, &v->design, v->in[SECOND].x, &m, e))
		return false;
	stat_put_as(s, m.value, "total_%.*s", STR_ARG(column_name(s, key)));
	stat_put(s, "se_total", m.se);
	return true;
}

static bool put_ratio(struct stat *s, const struct survey *v, struct err *e)
{
	struct weighting_estimate m;
	if (!v->in[THIRD].there || !v->in[FOURTH].there)
		return true;
	if (!weighting_ratio(s->a, &v->design, v->in[THIRD].x, v->in[FOURTH].x, &m, e))
		return false;
	stat_put_as(s, m.value, "ratio_%.*s_%.*s", STR_ARG(column_name(s, "num")),
		    STR_ARG(column_name(s, "den")));
	stat_put(s, "se_ratio", m.se);
	return true;
}

static bool put_parts(struct stat *s, const struct survey *v, struct err *e)
{
	double *is = NEW(s->a, v->n, double);
	struct str column = column_name(s, "group");
	for (size_t g = 0; v->in[BY].there && g < v->in[BY].n_groups; g++) {
		struct weighting_estimate m;
		for (size_t i = 0; i < v->n; i++)
			is[i] = v->in[BY].group[i] == g;
		if (!weighting_mean(s->a, &v->design, is, &m, e))
			return false;
		stat_put_as(s, m.value, "prop_%.*s%.*s", STR_ARG(column),
			    STR_ARG(v->in[BY].name[g]));
		stat_put_as(s, m.se, "se_%.*s%.*s", STR_ARG(column), STR_ARG(v->in[BY].name[g]));
	}
	return true;
}

bool stat_run_survey(struct stat *s, struct err *e)
{
	static const char *const keys[] = { "y", "total", "num", "den", NULL };
	struct survey v;
	return read_survey(s, "group", keys, &v, e) && put_mean(s, &v, e) &&
	       put_total(s, &v, "total", e) && put_ratio(s, &v, e) && put_parts(s, &v, e);
}

/* ---- growth and change ---- */

bool stat_run_growth(struct stat *s, struct err *e)
{
	static const char *const keys[] = { "new", "old", NULL };
	struct survey v;
	struct weighting_estimate m;
	double low, high;
	if (!read_survey(s, "by", keys, &v, e) ||
	    !weighting_ratio(s->a, &v.design, v.in[FIRST].x, v.in[SECOND].x, &m, e))
		return false;
	stat_put(s, "n", (double)m.n);
	stat_put(s, "ratio", m.value);
	stat_put(s, "se", m.se);
	if (weighting_interval(&m, stat_number(s, "level"), &low, &high)) {
		stat_put(s, "ci_lo", low);
		stat_put(s, "ci_hi", high);
	}
	stat_put(s, "growth_pct", 100 * (m.value - 1));
	bool *inside = NEW(s->a, v.n, bool);
	for (size_t g = 0; v.in[BY].there && g < v.in[BY].n_groups; g++) {
		for (size_t i = 0; i < v.n; i++)
			inside[i] = v.in[BY].group[i] == g;
		v.design.inside = inside;
		if (!weighting_ratio(s->a, &v.design, v.in[FIRST].x, v.in[SECOND].x, &m, e))
			return false;
		stat_put_as(s, m.value, "ratio_%.*s", STR_ARG(v.in[BY].name[g]));
		stat_put_as(s, m.se, "se_%.*s", STR_ARG(v.in[BY].name[g]));
	}
	return true;
}

bool stat_run_mean_of_ratios(struct stat *s, struct err *e)
{
	static const char *const keys[] = { "new", "old", NULL };
	struct survey v;
	struct weighting_moment m;
	size_t n = 0;
	if (!read_survey(s, NULL, keys, &v, e))
		return false;
	double *ratio = NEW(s->a, v.n, double), *w = NEW(s->a, v.n, double);
	for (size_t i = 0; i < v.n; i++) {
		if (v.in[SECOND].x[i] == 0)
			continue;
		ratio[n] = v.in[FIRST].x[i] / v.in[SECOND].x[i];
		w[n++] = v.design.weight[i];
	}
	if (!n)
		return stat_no_result(s, e);
	if (!weighting_moment(ratio, w, n, &m, e))
		return false;
	stat_put(s, "n", (double)n);
	stat_put(s, "mean_ratio", m.mean);
	return true;
}

bool stat_run_survey_quantile(struct stat *s, struct err *e)
{
	static const char *const keys[] = { "y", NULL };
	struct survey v;
	return read_survey(s, NULL, keys, &v, e) &&
	       put_quartiles(s, v.in[FIRST].x, v.design.weight, v.n, WEIGHTING_INVERSE, e);
}

bool stat_run_paired_change(struct stat *s, struct err *e)
{
	static const char *const keys[] = { "new", "old", NULL };
	struct survey v;
	struct weighting_estimate m;
	double t, p;
	if (!read_survey(s, NULL, keys, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		v.in[FIRST].x[i] -= v.in[SECOND].x[i];
	if (!weighting_mean(s->a, &v.design, v.in[FIRST].x, &m, e))
		return false;
	stat_put(s, "mean_diff", m.value);
	stat_put(s, "se", m.se);
	if (weighting_test(&m, m.df - 1, &t, &p)) {
		stat_put(s, "t", t);
		stat_put(s, "df", m.df - 1);
		stat_put(s, "p", p);
	}
	return true;
}

/* ---- raking ---- */

enum { MARGINS_MAX = 8 };

static bool say_bad_margin(struct str margin, struct err *e)
{
	return err_say(e, ERR_INPUT,
		       "margins: «%.*s» no es COLUMNA:grupo=total,grupo=total",
		       "margins: \"%.*s\" is not COLUMN:group=total,group=total", STR_ARG(margin));
}

static size_t find_name(const struct str *name, size_t n, struct str wanted)
{
	size_t i = 0;
	while (i < n && !str_eq(name[i], wanted))
		i++;
	return i;
}

/* One margin: COLUMN:group=total,... */
static bool read_margin(struct stat *s, struct str text, struct weighting_margin *out,
			struct err *e)
{
	struct str rest = text, column = str_trim(str_cut(&rest, ':'));
	const struct column *c = s->frame ? frame_column(s->frame, column) : NULL;
	if (!rest.p)
		return say_bad_margin(text, e);
	if (!c)
		return err_say(e, ERR_INPUT, "margins: el archivo no tiene la columna «%.*s»",
			       "margins: the file has no column \"%.*s\"", STR_ARG(column));
	struct str *name = NEW(s->a, text.n, struct str);
	double *total = NEW(s->a, text.n, double);
	uint32_t *group = NEW(s->a, s->frame->n_rows, uint32_t);
	size_t n = 0;
	while (rest.p) {
		struct str number = str_cut(&rest, ',');
		name[n] = str_trim(str_cut(&number, '='));
		if (!num_real(str_trim(number), &total[n++]))
			return say_bad_margin(text, e);
	}
	for (size_t i = 0; i < s->frame->n_rows; i++) {
		struct buf b;
		buf_init(&b, s->a, 1 << 20);
		cell_put(&b, c, i);
		group[i] = (uint32_t)find_name(name, n, buf_str(&b));
		if (group[i] == n)
			return err_say(e, ERR_INPUT,
				       "margins: falta el total de %.*s=%.*s (fila %zu)",
				       "margins: the total of %.*s=%.*s is missing (row %zu)",
				       STR_ARG(column), STR_ARG(buf_str(&b)), i + 1);
	}
	*out = (struct weighting_margin){ group, n, total };
	return true;
}

static void put_weights(struct stat *s, const double *w, size_t n)
{
	double total = 0, least = HUGE_VAL, greatest = 0;
	for (size_t i = 0; i < n; i++) {
		total += w[i];
		least = fmin(least, w[i]);
		greatest = fmax(greatest, w[i]);
	}
	stat_put(s, "sum_w", total);
	stat_put(s, "min_w", least);
	stat_put(s, "max_w", greatest);
}

bool stat_run_raking(struct stat *s, struct err *e)
{
	static const char *const keys[] = { "y", "total", NULL };
	struct weighting_margin margin[MARGINS_MAX];
	struct str rest = stat_text(s, "margins");
	struct survey v;
	size_t n = 0;
	if (!read_survey(s, NULL, keys, &v, e))
		return false;
	if (s->frame && v.n != s->frame->n_rows)
		return err_say(e, ERR_INPUT, "hay filas con valores faltantes: complételas",
			       "there are rows with missing values: complete them");
	while (rest.p) {
		if (n == MARGINS_MAX)
			return err_say(e, ERR_INPUT, "a lo más %d márgenes", "%d margins at most",
				       MARGINS_MAX);
		if (!read_margin(s, str_cut(&rest, ';'), &margin[n++], e))
			return false;
	}
	double *w = NEW(s->a, v.n, double);
	unsigned rounds;
	const struct weighting_rake how = { .trim = stat_there(s, "trim") ? stat_number(s, "trim")
									   : 0 };
	memcpy(w, v.design.weight, v.n * sizeof(*w));
	if (!weighting_rake(s->a, &how, margin, n, w, v.n, &rounds, e))
		return false;
	v.design.weight_before = v.design.weight;
	v.design.weight = w;
	v.design.margin = margin;
	v.design.n_margin = n;
	if (!put_mean(s, &v, e) || !put_total(s, &v, "total", e))
		return false;
	put_weights(s, w, v.n);
	stat_put(s, "rounds", rounds);
	return true;
}
