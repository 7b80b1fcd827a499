/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/composite_combine.h"

#include <math.h>
#include <string.h>

#include "stat/sum.h"

static bool check_weights(const double *weight, size_t n, struct err *e)
{
	for (size_t i = 0; weight && i < n; i++) {
		if (!(weight[i] >= 0) || !isfinite(weight[i]))
			return err_say(e, ERR_INPUT, "el peso %zu no es un número de 0 en adelante",
				       "weight %zu is not a number from 0 upwards", i + 1);
	}
	return true;
}

static bool say_no_weight(struct err *e)
{
	return err_say(e, ERR_INPUT, "los pesos suman 0", "the weights add up to 0");
}

/* ---- one mean ---- */

static bool may_take(const struct composite_blend *blend, double x)
{
	switch (blend->mean) {
	case COMPOSITE_ARITHMETIC:
		return true;
	case COMPOSITE_GEOMETRIC:
	case COMPOSITE_HARMONIC:
		return x > 0;
	case COMPOSITE_POWER:
		return blend->power > 0 ? x >= 0 : x > 0;
	}
	return false;
}

static double into(const struct composite_blend *blend, double x)
{
	switch (blend->mean) {
	case COMPOSITE_ARITHMETIC:
		break;
	case COMPOSITE_GEOMETRIC:
		return log(x);
	case COMPOSITE_HARMONIC:
		return 1 / x;
	case COMPOSITE_POWER:
		return pow(x, blend->power);
	}
	return x;
}

static double out_of(const struct composite_blend *blend, double v)
{
	switch (blend->mean) {
	case COMPOSITE_ARITHMETIC:
		break;
	case COMPOSITE_GEOMETRIC:
		return exp(v);
	case COMPOSITE_HARMONIC:
		return 1 / v;
	case COMPOSITE_POWER:
		return pow(v, 1 / blend->power);
	}
	return v;
}

bool composite_mean(const struct composite_blend *blend, const double *x, const bool *known,
		    const double *weight, size_t n, double *out, bool *ret_known, struct err *e)
{
	struct sum all = { 0, 0 }, there = { 0, 0 }, value = { 0, 0 };
	size_t found = 0;
	if (!check_weights(weight, n, e))
		return false;
	if (blend->mean == COMPOSITE_POWER && (blend->power == 0 || !isfinite(blend->power)))
		return err_say(e, ERR_INPUT,
			       "el exponente no puede ser 0 (use la media geométrica)",
			       "the power cannot be 0 (use the geometric mean)");
	for (size_t i = 0; i < n; i++) {
		double w = weight ? weight[i] : 1;
		sum_add(&all, w);
		if (known && !known[i])
			continue;
		if (!may_take(blend, x[i]))
			return err_say(e, ERR_INPUT,
				       "esta media solo admite valores mayores que 0; cambie la "
				       "escala, por ejemplo a 1–100",
				       "this mean takes only values over 0; change the scale, say "
				       "to 1–100");
		found++;
		sum_add(&there, w);
		sum_add(&value, w * into(blend, x[i]));
	}
	if (found && sum_value(there) <= 0)
		return say_no_weight(e);
	bool enough = found && sum_value(there) >= blend->coverage * sum_value(all);
	*out = enough ? out_of(blend, sum_value(value) / sum_value(there)) : 0;
	*ret_known = enough;
	return true;
}

/* ---- the tree ---- */

/* Invariants of a tree: for i < n - 1, i < parent[i] < n and parent[i] >= n_leaves; each node from
 * n_leaves on has a child. */
static bool check_tree(struct arena *a, const struct composite_tree *t, struct err *e)
{
	bool ok = t->n_leaves > 0 && t->n > t->n_leaves && check_weights(t->weight, t->n - 1, e);
	struct arena_mark m = arena_mark(a);
	bool *has_child = NEW(a, t->n, bool);
	for (size_t i = 0; ok && i + 1 < t->n; i++) {
		size_t up = t->parent[i];
		ok = up > i && up < t->n && up >= t->n_leaves;
		if (ok)
			has_child[up] = true;
	}
	for (size_t i = t->n_leaves; ok && i < t->n; i++)
		ok = has_child[i];
	arena_rewind(a, m);
	return ok || err_say(e, ERR_INPUT,
			     "los indicadores y sus áreas no forman un árbol con una raíz",
			     "the indicators and their areas are no tree with one root");
}

bool composite_effective_weights(struct arena *a, const struct composite_tree *t, double *out,
				 struct err *e)
{
	if (!check_tree(a, t, e))
		return false;
	struct arena_mark m = arena_mark(a);
	struct sum *under = NEW(a, t->n, struct sum);
	double *v = NEW(a, t->n, double);
	bool ok = true;
	for (size_t i = 0; i + 1 < t->n; i++)
		sum_add(&under[t->parent[i]], t->weight[i]);
	v[t->n - 1] = 1;
	for (size_t i = t->n - 1; ok && i-- > 0;) {
		double siblings = sum_value(under[t->parent[i]]);
		ok = siblings > 0;
		if (ok)
			v[i] = t->weight[i] / siblings * v[t->parent[i]];
	}
	if (ok)
		memcpy(out, v, t->n * sizeof(*out));
	arena_rewind(a, m);
	return ok || say_no_weight(e);
}

/* The children of one node: which they are, their weights, and a place for one unit's values. */
struct children {
	size_t n;
	size_t *node;
	double *weight, *value;
	bool *known;
};

static struct children children_of(struct arena *a, const struct composite_tree *t, size_t node)
{
	struct children c = { 0, NEW(a, node, size_t), NEW(a, node, double), NEW(a, node, double),
			      NEW(a, node, bool) };
	for (size_t i = 0; i < node; i++) {
		if (t->parent[i] == node) {
			c.node[c.n] = i;
			c.weight[c.n++] = t->weight[i];
		}
	}
	return c;
}

static bool fill_node(const struct children *c, const struct composite_blend *blend, size_t node,
		      size_t n_units, double *value, bool *known, struct err *e)
{
	for (size_t unit = 0; unit < n_units; unit++) {
		bool got;
		for (size_t k = 0; k < c->n; k++) {
			size_t at = c->node[k] * n_units + unit;
			c->value[k] = value[at];
			c->known[k] = !known || known[at];
		}
		if (!composite_mean(blend, c->value, c->known, c->weight, c->n,
				    &value[node * n_units + unit], &got, e))
			return false;
		if (known)
			known[node * n_units + unit] = got;
	}
	return true;
}

bool composite_aggregate(struct arena *a, const struct composite_tree *t,
			 const struct composite_blend *blend, size_t n_units, double *value,
			 bool *known, struct err *e)
{
	bool ok = check_tree(a, t, e);
	for (size_t node = t->n_leaves; ok && node < t->n; node++) {
		struct arena_mark m = arena_mark(a);
		struct children c = children_of(a, t, node);
		ok = fill_node(&c, blend, node, n_units, value, known, e);
		arena_rewind(a, m);
	}
	return ok;
}

/* ---- outranking ---- */

bool composite_outrank(const double *value, const double *weight, size_t n_indicators,
		       size_t n_units, double *out, struct err *e)
{
	struct sum all = { 0, 0 };
	if (!check_weights(weight, n_indicators, e))
		return false;
	for (size_t k = 0; k < n_indicators; k++)
		sum_add(&all, weight ? weight[k] : 1);
	if (sum_value(all) <= 0)
		return say_no_weight(e);
	for (size_t i = 0; i < n_units; i++) {
		for (size_t j = 0; j < n_units; j++) {
			struct sum s = { 0, 0 };
			for (size_t k = 0; k < n_indicators && i != j; k++) {
				const double *x = &value[k * n_units];
				double won = x[i] > x[j] ? 1 : x[i] < x[j] ? 0 : 0.5;
				sum_add(&s, won * (weight ? weight[k] : 1));
			}
			out[i * n_units + j] = sum_value(s) / sum_value(all);
		}
	}
	return true;
}

void composite_copeland(const double *outrank, size_t n_units, double *out)
{
	for (size_t i = 0; i < n_units; i++) {
		out[i] = 0;
		for (size_t j = 0; j < n_units; j++) {
			double share = outrank[i * n_units + j];
			if (i != j)
				out[i] += (share > 0.5) - (share < 0.5);
		}
	}
}
