/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/disclosure.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "indicator/disclosure_pattern.h"

/* ---- the rules ---- */

static bool read_dominance(struct str text, struct disclosure_rule *out)
{
	struct str rest = text, first = str_trim(str_cut(&rest, ','));
	int64_t n;
	double k;
	if (!rest.p || !num_int(first, &n) || n < 1 || n > DISCLOSURE_LARGEST_MAX ||
	    !num_real(str_trim(rest), &k) || !(k > 0 && k <= 100))
		return false;
	out->dominance_n = (unsigned)n;
	out->dominance_k = k;
	return true;
}

bool disclosure_rule_read(const struct instrument *in, struct disclosure_rule *out, struct err *e)
{
	struct disclosure_rule r = { .minimum = in->disclosure_minimum > 0 ? in->disclosure_minimum
									   : 0 };
	struct str p = instrument_setting(in, "disclosure_p");
	struct str dominance = instrument_setting(in, "disclosure_dominance");
	if (p.n && (!num_real(p, &r.p_percent) || !(r.p_percent >= 0 && r.p_percent <= 100)))
		return err_say(e, ERR_INPUT,
			       "settings, disclosure_p: aquí va un porcentaje de 0 a 100",
			       "settings, disclosure_p: a percentage from 0 to 100 is needed");
	if (dominance.n && !read_dominance(dominance, &r))
		return err_say(e, ERR_INPUT,
			       "settings, disclosure_dominance: aquí van cuántos y qué porcentaje, "
			       "por ejemplo 2,85; cuántos, de 1 a %d",
			       "settings, disclosure_dominance: how many and what percentage is "
			       "needed, say 2,85; how many, from 1 to %d",
			       DISCLOSURE_LARGEST_MAX);
	*out = r;
	return true;
}

/* How far the total of a money cell has to stay uncertain on either side; 0 or less: no rule is
 * broken. */
static double distance_by_p(const struct disclosure_rule *rule, const struct disclosure_cell *c)
{
	return rule->p_percent / 100 * c->largest - (c->value - c->largest - c->second);
}

static double distance_by_dominance(const struct disclosure_rule *rule,
				    const struct disclosure_cell *c)
{
	return rule->dominance_n ? 100 / rule->dominance_k * c->top_n - c->value : 0;
}

enum confidentiality disclosure_primary(const struct disclosure_rule *rule,
					const struct disclosure_cell *c)
{
	if (!c->contributors)
		return CONF_FREE;
	if (c->contributors < (uint32_t)rule->minimum)
		return CONF_COUNT;
	if (!c->money || !(c->largest > 0))
		return CONF_FREE;
	bool by_p = rule->p_percent > 0 && distance_by_p(rule, c) > 0;
	bool dominated = rule->dominance_k < 100 && distance_by_dominance(rule, c) > 0;
	return by_p || dominated ? CONF_DOMINANCE : CONF_FREE;
}

struct need disclosure_need(const struct disclosure_rule *rule, const struct disclosure_cell *c,
			    bool nonnegative)
{
	struct need n = { .low = c->value, .high = c->value };
	if (!c->money) {
		double least = rule->minimum > 0 ? rule->minimum : 1;
		if (c->value >= least)
			n.width = least;
		else if (nonnegative)
			n = (struct need){ .low = 0, .high = least, .width = least };
		return n;
	}
	double distance = fmax(0, distance_by_dominance(rule, c));
	distance = fmax(distance, c->contributors < (uint32_t)rule->minimum
					  ? rule->p_percent / 100 * c->largest
					  : distance_by_p(rule, c));
	n.low = nonnegative ? fmax(0, c->value - distance) : c->value - distance;
	n.high = c->value + distance;
	/* Even where no rule says how far: never the value itself. */
	n.width = fmax(c->value * 1e-4, 1e-4);
	return n;
}

/* ---- tables ---- */

static bool is_inner(const struct disclosure_table *t, const struct disclosure_cell *c)
{
	for (size_t d = 0; d < t->n_dimensions; d++) {
		if (c->code[d] == DISCLOSURE_TOTAL)
			return false;
	}
	return true;
}

static bool covers(const struct disclosure_table *t, const struct disclosure_cell *margin,
		   const struct disclosure_cell *inner)
{
	for (size_t d = 0; d < t->n_dimensions; d++) {
		if (margin->code[d] != DISCLOSURE_TOTAL && margin->code[d] != inner->code[d])
			return false;
	}
	return true;
}

/* The table as sets of atoms, which are its inner cells. */
struct ground {
	struct pattern pattern;
	struct pattern_quantity quantity;
	double *value, *low, *high;
	struct need *need;
	bool *shown, *sensitive, *fixed;
	double *cost;
	struct lp_sum *sum;
};

static void lay_atoms(struct arena *a, const struct disclosure_table *t, struct ground *g,
		      uint32_t *inner)
{
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++) {
		if (!is_inner(t, &t->cell[i]))
			continue;
		inner[n] = (uint32_t)i;
		g->value[n] = t->cell[i].value;
		/* Where nobody is, everybody knows that the value is 0. */
		bool empty = !t->cell[i].contributors && !(fabs(t->cell[i].value) > 0);
		g->low[n] = t->nonnegative || empty ? 0 : -HUGE_VAL;
		g->high[n] = empty ? 0 : HUGE_VAL;
		n++;
	}
	g->pattern.n_atoms = n;
	for (size_t i = 0; i < t->n; i++) {
		uint32_t *part = NEW(a, n, uint32_t);
		size_t n_parts = 0;
		for (size_t k = 0; k < n; k++) {
			if (covers(t, &t->cell[i], &t->cell[inner[k]]))
				part[n_parts++] = (uint32_t)k;
		}
		g->sum[i] = (struct lp_sum){ part, n_parts };
	}
}

static bool lay_ground(struct arena *a, const struct disclosure_table *t,
		       const struct disclosure_rule *rule, struct ground *g, struct err *e)
{
	if (t->n > DISCLOSURE_CELLS_MAX)
		return err_say(e, ERR_LIMIT, "la tabla tiene %zu celdas; el límite es %d",
			       "the table has %zu cells; the limit is %d", t->n,
			       DISCLOSURE_CELLS_MAX);
	*g = (struct ground){ .value = NEW(a, t->n, double),
			      .low = NEW(a, t->n, double),
			      .high = NEW(a, t->n, double),
			      .need = NEW(a, t->n, struct need),
			      .shown = NEW(a, t->n, bool),
			      .sensitive = NEW(a, t->n, bool),
			      .fixed = NEW(a, t->n, bool),
			      .cost = NEW(a, t->n, double),
			      .sum = NEW(a, t->n, struct lp_sum) };
	lay_atoms(a, t, g, NEW(a, t->n, uint32_t));
	bool whole = true;
	bool *hidden = NEW(a, t->n, bool);
	for (size_t i = 0; i < t->n; i++) {
		const struct disclosure_cell *c = &t->cell[i];
		whole &= !c->money;
		hidden[i] = c->conf == CONF_SECONDARY;
		g->sensitive[i] = c->conf != CONF_FREE && !hidden[i];
		g->shown[i] = true;
		g->fixed[i] = c->published;
		/* To hide where nobody is, or once more what is hidden, gains nothing. */
		g->cost[i] = c->contributors && !g->sensitive[i] ? (double)c->contributors : -1;
		g->need[i] = disclosure_need(rule, c, t->nonnegative);
	}
	g->quantity = (struct pattern_quantity){ .value = g->value,
						 .low = g->low,
						 .high = g->high,
						 .whole = whole,
						 .shown = g->shown,
						 .sensitive = g->sensitive,
						 .need = g->need };
	g->pattern = (struct pattern){ .n_atoms = g->pattern.n_atoms,
				       .n_cells = t->n,
				       .n_quantities = 1,
				       .cell = g->sum,
				       .quantity = &g->quantity,
				       .hidden = hidden,
				       .fixed = g->fixed,
				       .cost = g->cost };
	return true;
}

static bool refuse_exposed(struct arena *a, const struct disclosure_table *t,
			   const struct ground *g, const double *low, const double *high,
			   struct err *e)
{
	for (size_t i = 0; i < t->n; i++) {
		if (!g->sensitive[i] || need_met(&g->need[i], low[i], high[i]))
			continue;
		struct buf name;
		buf_init(&name, a, 256);
		for (size_t d = 0; d < t->n_dimensions; d++)
			buf_fmt(&name, "%s%d", d ? "," : "", t->cell[i].code[d]);
		return err_say(e, ERR_CONFLICT,
			       "lo ya publicado deja calcular la celda protegida (%.*s)",
			       "what was published before gives the protected cell (%.*s) away",
			       STR_ARG(buf_str(&name)));
	}
	return true;
}

bool disclosure_suppress(struct arena *a, struct disclosure_table *t,
			 const struct disclosure_rule *rule, struct err *e)
{
	struct ground g;
	for (size_t i = 0; i < t->n; i++)
		t->cell[i].conf = t->cell[i].published ? CONF_FREE
						       : disclosure_primary(rule, &t->cell[i]);
	if (!lay_ground(a, t, rule, &g, e) || !pattern_protect(a, &g.pattern, e) ||
	    !pattern_improve(a, &g.pattern, e))
		return false;
	double *low = NEW(a, t->n, double), *high = NEW(a, t->n, double);
	size_t n_exposed;
	if (!pattern_audit(a, &g.pattern, low, high, &n_exposed, e) ||
	    (n_exposed && !refuse_exposed(a, t, &g, low, high, e)))
		return false;
	for (size_t i = 0; i < t->n; i++) {
		if (g.pattern.hidden[i] && t->cell[i].conf == CONF_FREE)
			t->cell[i].conf = CONF_SECONDARY;
	}
	return true;
}

bool disclosure_audit(struct arena *a, struct disclosure_table *t,
		      const struct disclosure_rule *rule, size_t *ret_exposed, struct err *e)
{
	struct ground g;
	double *low = NEW(a, t->n, double), *high = NEW(a, t->n, double);
	if (!lay_ground(a, t, rule, &g, e) ||
	    !pattern_audit(a, &g.pattern, low, high, ret_exposed, e))
		return false;
	for (size_t i = 0; i < t->n; i++) {
		bool hidden = t->cell[i].conf != CONF_FREE;
		t->cell[i].low = hidden ? low[i] : t->cell[i].value;
		t->cell[i].high = hidden ? high[i] : t->cell[i].value;
	}
	return true;
}
