/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ssme stat: the steps of a composite indicator. */
#include <string.h>

#include "app/stat.h"
#include "stat/composite_combine.h"
#include "stat/composite_scale.h"
#include "stat/composite_treat.h"

static struct composite_limit limit_of(const struct stat *s)
{
	return (struct composite_limit){ stat_number(s, "skewness"), stat_number(s, "kurtosis") };
}

static void put_shape(struct stat *s, struct composite_shape shape, const char *when)
{
	if (!shape.valid)
		return;
	stat_put_as(s, shape.skewness, "%sskewness", when);
	stat_put_as(s, shape.kurtosis, "%skurtosis", when);
	stat_put_as(s, shape.passes, "%spasses", when);
}

static void put_values(struct stat *s, const char *name, const double *x, const bool *known,
		       size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (known && !known[i])
			stat_put_undefined(s, str_c(s->a, str_fmt(s->a, "%s_%zu", name, i + 1)));
		else
			stat_put_as(s, x[i], "%s_%zu", name, i + 1);
	}
}

bool stat_run_shape(struct stat *s, struct err *e)
{
	double *x;
	size_t n;
	if (!stat_list(s, "x", &x, &n, e))
		return false;
	put_shape(s, composite_shape_of(s->a, x, NULL, n, limit_of(s)), "");
	return s->n_results || stat_no_result(s, e);
}

bool stat_run_treat(struct stat *s, struct err *e)
{
	struct composite_treated t;
	double *x;
	size_t n;
	if (!stat_list(s, "x", &x, &n, e) ||
	    !composite_treat(s->a, x, NULL, n, stat_whole(s, "most"), limit_of(s), x, &t, e))
		return false;
	put_shape(s, t.ends.before, "before_");
	stat_put(s, "n_high", (double)t.ends.n_high);
	stat_put(s, "n_low", (double)t.ends.n_low);
	stat_put(s, "logarithm", t.logarithm);
	put_shape(s, t.after, "after_");
	put_values(s, "x", x, NULL, n);
	return true;
}

bool stat_run_distance(struct stat *s, struct err *e)
{
	double *x;
	size_t n;
	if (!stat_list(s, "x", &x, &n, e) || !composite_distance(s->a, x, NULL, n, x, e))
		return false;
	put_values(s, "distance", x, NULL, n);
	return true;
}

bool stat_run_denominate(struct stat *s, struct err *e)
{
	struct stat_series in[] = { { .key = "x" }, { .key = "size" } };
	size_t n;
	if (!stat_rows(s, in, 2, &n, e))
		return false;
	bool *known = NEW(s->a, n, bool);
	double *out = NEW(s->a, n, double);
	composite_denominate(in[0].x, NULL, in[1].x, NULL, n, stat_number(s, "scale"), out, known);
	put_values(s, "x", out, known, n);
	return true;
}

/* The mean of the others of its group stands for the unit whose number is `unit`. */
bool stat_run_impute(struct stat *s, struct err *e)
{
	struct stat_series in[] = { { .key = "x" }, { .key = "group" } };
	size_t n, unit = stat_whole(s, "unit");
	if (!stat_rows(s, in, 2, &n, e))
		return false;
	if (unit > n)
		return err_say(e, ERR_INPUT, "unit=%zu: solo hay %zu valores",
			       "unit=%zu: there are only %zu values", unit, n);
	bool *known = NEW(s->a, n, bool), *got = NEW(s->a, n, bool);
	double *out = NEW(s->a, n, double);
	size_t *group = NEW(s->a, n, size_t);
	for (size_t i = 0; i < n; i++) {
		known[i] = i + 1 != unit;
		group[i] = in[1].there ? in[1].group[i] : 0;
	}
	composite_impute_mean(in[0].x, known, group, n, out, got);
	if (!got[unit - 1])
		return stat_no_result(s, e);
	stat_put(s, "imputed", out[unit - 1]);
	return true;
}

bool stat_run_scale(struct stat *s, struct err *e)
{
	static const struct {
		const char *name;
		enum composite_rule rule;
	} each[] = {
		{ "minmax", COMPOSITE_MINMAX },		{ "zscore", COMPOSITE_ZSCORE },
		{ "rank", COMPOSITE_RANK },		{ "percent_rank", COMPOSITE_PERCENT_RANK },
		{ "borda", COMPOSITE_BORDA },		{ "goalpost", COMPOSITE_GOALPOST },
		{ "target", COMPOSITE_TARGET },		{ "reference", COMPOSITE_REFERENCE },
		{ "distance_max", COMPOSITE_DISTANCE_MAX },
		{ "fraction_max", COMPOSITE_FRACTION_MAX },
	};
	struct composite_scale rule = { .direction = stat_is(s, "direction", "-1") ? -1 : 1,
					.low = stat_number(s, "low"),
					.high = stat_number(s, "high"),
					.mean = stat_number(s, "mean"),
					.sd = stat_number(s, "sd"),
					.worst = stat_number(s, "worst"),
					.best = stat_number(s, "best"),
					.target = stat_number(s, "target"),
					.cut = stat_is(s, "cut", "yes") };
	double *x;
	size_t n, i = 0;
	while (!stat_is(s, "rule", each[i].name))
		i++;
	rule.rule = each[i].rule;
	if (!stat_list(s, "x", &x, &n, e) || !composite_scale(s->a, &rule, x, NULL, n, x, e))
		return false;
	put_values(s, "x", x, NULL, n);
	return true;
}

bool stat_run_mean(struct stat *s, struct err *e)
{
	static const struct {
		const char *name;
		enum composite_mean mean;
	} each[] = { { "arithmetic", COMPOSITE_ARITHMETIC },
		     { "geometric", COMPOSITE_GEOMETRIC },
		     { "harmonic", COMPOSITE_HARMONIC } };
	struct stat_series in[] = { { .key = "x" }, { .key = "w" } };
	size_t n;
	if (!stat_rows(s, in, 2, &n, e))
		return false;
	for (size_t i = 0; i < 4; i++) {
		const struct composite_blend blend = { i < 3 ? each[i].mean : COMPOSITE_POWER,
						       stat_number(s, "p"), 0 };
		struct err ignored = { 0 };
		double v;
		bool known;
		if (i == 3 && !stat_there(s, "p"))
			continue;
		/* what holds a 0 has no geometric mean, but an arithmetic one */
		if (composite_mean(&blend, in[0].x, NULL, in[1].x, n, &v, &known,
				   i == 0 || i == 3 ? e : &ignored))
			stat_put(s, i < 3 ? each[i].name : "power", v);
		else if (i == 0 || i == 3)
			return false;
	}
	return true;
}

/* Nodes by number from 1, each under its parent; the last is the root. */
static bool read_tree(struct stat *s, struct composite_tree *out, struct err *e)
{
	struct stat_series in[] = { { .key = "w" }, { .key = "parent" } };
	size_t n;
	if (!stat_rows(s, in, 2, &n, e))
		return false;
	size_t *parent = NEW(s->a, n, size_t);
	for (size_t i = 0; i + 1 < n; i++) {
		double up = in[1].x[i];
		parent[i] = up >= 1 && up <= (double)n ? (size_t)up - 1 : n;
	}
	*out = (struct composite_tree){ n, stat_whole(s, "leaves"), parent, in[0].x };
	return true;
}

bool stat_run_effective_weights(struct stat *s, struct err *e)
{
	struct composite_tree tree;
	if (!read_tree(s, &tree, e))
		return false;
	double *out = NEW(s->a, tree.n, double);
	if (!composite_effective_weights(s->a, &tree, out, e))
		return false;
	put_values(s, "w", out, NULL, tree.n);
	return true;
}

static enum composite_mean mean_named(struct str name)
{
	return str_is(name, "geometric")  ? COMPOSITE_GEOMETRIC
	       : str_is(name, "harmonic") ? COMPOSITE_HARMONIC
					  : COMPOSITE_ARITHMETIC;
}

/* One unit a row, one leaf a column; prints the nodes above the leaves. */
bool stat_run_aggregate(struct stat *s, struct err *e)
{
	const struct composite_blend blend = { mean_named(stat_text(s, "mean")), 0, 0 };
	struct composite_tree tree;
	struct stat_matrix m;
	if (!read_tree(s, &tree, e) || !stat_matrix(s, "table", &m, e))
		return false;
	if (tree.n_leaves != m.n_columns)
		return err_say(e, ERR_INPUT, "leaves=%zu, pero la tabla tiene %zu columnas",
			       "leaves=%zu, but the table has %zu columns", tree.n_leaves,
			       m.n_columns);
	double *value = NEW(s->a, tree.n * m.n_rows, double), *leaf = stat_columns(s->a, &m);
	memcpy(value, leaf, m.n_rows * m.n_columns * sizeof(*value));
	if (!composite_aggregate(s->a, &tree, &blend, m.n_rows, value, NULL, e))
		return false;
	for (size_t node = tree.n_leaves; node < tree.n; node++) {
		for (size_t i = 0; i < m.n_rows; i++)
			stat_put_as(s, value[node * m.n_rows + i], "node_%zu_%zu", node + 1, i + 1);
	}
	return true;
}

bool stat_run_screen(struct stat *s, struct err *e)
{
	struct stat_matrix m;
	if (!stat_matrix(s, "table", &m, e))
		return false;
	bool *stays = NEW(s->a, m.n_rows, bool);
	composite_screen(stat_columns(s->a, &m), NULL, m.n_columns, m.n_rows,
			 stat_number(s, "share"), true, stays);
	for (size_t i = 0; i < m.n_rows; i++)
		stat_put_as(s, stays[i], "stays_%zu", i + 1);
	return true;
}

bool stat_run_outrank(struct stat *s, struct err *e)
{
	struct stat_matrix m;
	double *weight = NULL;
	size_t n_weights;
	if (!stat_matrix(s, "table", &m, e) ||
	    (stat_there(s, "w") && !stat_list(s, "w", &weight, &n_weights, e)))
		return false;
	if (weight && n_weights != m.n_columns)
		return err_say(e, ERR_INPUT, "w: dé %zu pesos, uno por columna",
			       "w: give %zu weights, one a column", m.n_columns);
	size_t n = m.n_rows;
	if (n > 1000)
		return err_say(e, ERR_LIMIT, "a lo más 1000 filas", "1000 rows at most");
	double *out = NEW(s->a, n * n, double), *net = NEW(s->a, n, double);
	if (!composite_outrank(stat_columns(s->a, &m), weight, m.n_columns, n, out, e))
		return false;
	composite_copeland(out, n, net);
	put_values(s, "copeland", net, NULL, n);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++)
			if (i != j)
				stat_put_as(s, out[i * n + j], "outranks_%zu_%zu", i + 1, j + 1);
	}
	return true;
}
