/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/disclosure_stage.h"

#include <math.h>
#include <string.h>

/* ---- one formula over a set of rows ---- */

void formula_bound(struct formula_facts *f, size_t n_rows, struct arena *a)
{
	f->valid = row_set_none(a, n_rows);
	for (size_t i = 0; i < n_rows; i++) {
		if (f->c.valid[i])
			row_set_add(&f->valid, i);
		for (size_t part = 0; part < CONTRIBUTION_PARTS && f->c.part[part]; part++) {
			double x = f->c.part[part][i];
			f->is_signed |= x < 0;
			if (x > f->most)
				f->most = HUGE_VAL;
		}
	}
	if (f->c.is_share)
		f->most = 1;
}

static size_t count_in_both(const struct row_set *x, const struct row_set *y)
{
	size_t n = 0;
	for (size_t i = 0; i < x->n_words; i++)
		n += (size_t)__builtin_popcountll(x->word[i] & y->word[i]);
	return n;
}

/* What the rules say of a sum over a set of rows. */
static enum confidentiality judge_part(const struct control *k, const struct formula_facts *f,
				       size_t part, const struct row_set *rows,
				       struct disclosure_cell *ret_cell)
{
	*ret_cell = unit_tally(k->a, k->units[f->table], f->c.valid, f->c.part[part], rows,
			       &k->rule);
	ret_cell->money = f->money;
	return disclosure_primary(&k->rule, ret_cell);
}

/* Of the whole formula: free when no part breaks a rule.  Rows that count but did not answer are
 * behind the figure too, for their silence would be told. */
static enum confidentiality judge(const struct control *k, const struct formula_facts *f,
				  const struct row_set *rows)
{
	const struct unit_rows *u = k->units[f->table];
	size_t n = count_in_both(rows, &f->valid), least = (size_t)k->rule.minimum;
	if (!n)
		return row_set_count(rows) < least ? CONF_COUNT : CONF_FREE;
	if (!f->money && n >= least * u->most_rows)
		return CONF_FREE;
	struct disclosure_cell c;
	enum confidentiality found = judge_part(k, f, 0, rows, &c);
	for (size_t part = 1; found == CONF_FREE && part < CONTRIBUTION_PARTS; part++) {
		if (f->c.part[part])
			found = judge_part(k, f, part, rows, &c);
	}
	return found;
}

/* ---- primary places ---- */

static bool is_seen(const struct place *p, size_t member)
{
	return p->shown[member] && !p->hidden && p->primary[member] == CONF_FREE;
}

/* All formulas of the topic that are shown of the place. */
static void make_primary(const struct control *k, const struct family *m, struct place *p,
			 size_t member, enum confidentiality conf, const struct row_set *because)
{
	size_t topic = k->formula[m->member[member]].topic;
	for (size_t i = 0; i < m->n; i++) {
		if (p->shown[i] && k->formula[m->member[i]].topic == topic &&
		    p->primary[i] == CONF_FREE) {
			p->primary[i] = conf;
			p->because[i] = *because;
		}
	}
}

static void judge_alone(const struct control *k, const struct family *m, struct place *p)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct formula_facts *f = &k->formula[m->member[i]];
		if (!p->shown[i] || f->reads_figures || p->primary[i] != CONF_FREE || p->open)
			continue;
		enum confidentiality conf = judge(k, f, &p->rows);
		if (conf != CONF_FREE)
			make_primary(k, m, p, i, conf, &p->rows);
	}
}

/* What is primary in one formula of a topic is so in all, also in those that were not shown then.
 */
static void inherit_topic(const struct control *k, const struct family *m, struct place *p,
			  const struct place *o, size_t member)
{
	size_t topic = k->formula[m->member[member]].topic;
	for (size_t i = 0; i < m->n; i++) {
		if (p->shown[i] && p->primary[i] == CONF_FREE &&
		    k->formula[m->member[i]].topic == topic) {
			p->primary[i] = o->primary[member];
			p->because[i] = o->because[member];
		}
	}
}

/* The same rows, decided at an earlier stage. */
static void inherit(const struct control *k, const struct family *m, struct place *p)
{
	for (size_t j = 0; j < m->n_places; j++) {
		const struct place *o = &m->place[j];
		if (o->stage >= p->stage || !row_set_equal(&o->rows, &p->rows))
			continue;
		p->hidden |= o->hidden;
		for (size_t i = 0; i < m->n; i++) {
			if (o->shown[i] && o->primary[i] != CONF_FREE)
				inherit_topic(k, m, p, o, i);
		}
	}
}

/* The formula's own value over the difference of two published sets is as good as published: when
 * that is sensitive, the place is.  True: it was. */
static bool judge_difference(const struct control *k, const struct family *m, struct place *p,
			     const struct row_set *from, const struct row_set *take, size_t member)
{
	const struct formula_facts *f = &k->formula[m->member[member]];
	struct row_set rest = row_set_minus(k->a, from, take);
	if (!row_set_count(&rest) || !count_in_both(&rest, &f->valid))
		return false;
	enum confidentiality conf = judge(k, f, &rest);
	if (conf != CONF_FREE)
		make_primary(k, m, p, member, conf, &rest);
	return conf != CONF_FREE;
}

/* Two sets of which one is not inside the other give nothing away by subtraction of themselves;
 * sets chosen by conditions of somebody's own can be chosen so that they nearly do. */
static void judge_overlap(const struct control *k, const struct family *m, struct place *p,
			  const struct place *o, size_t member)
{
	bool near = p->subset && o->subset;
	if (!row_set_meet(&p->rows, &o->rows))
		return;
	if (row_set_inside(&p->rows, &o->rows))
		(void)judge_difference(k, m, p, &o->rows, &p->rows, member);
	else if (row_set_inside(&o->rows, &p->rows))
		(void)(o->stage < p->stage &&
		       judge_difference(k, m, p, &p->rows, &o->rows, member));
	else if (near && !judge_difference(k, m, p, &p->rows, &o->rows, member))
		(void)judge_difference(k, m, p, &o->rows, &p->rows, member);
}

/* The cells of y add up to those of x: it has the dimensions of x and others. */
static bool is_margin_of(const struct figure_request *x, const struct figure_request *y)
{
	if (!x || !y || x->where.n)
		return false;
	for (size_t i = 0; i < x->n_dimensions; i++) {
		bool found = false;
		for (size_t j = 0; j < y->n_dimensions && !found; j++)
			found = str_eq(x->dimension[i], y->dimension[j]);
		if (!found)
			return false;
	}
	return true;
}

/* A reader can hold the rows of one against those of the other; conditions of one's own are chosen
 * by somebody who may know anything. */
static bool are_related(const struct place *p, const struct place *o)
{
	return p->world == o->world || !p->world || !o->world || p->subset || o->subset ||
	       is_margin_of(p->shape, o->shape) || is_margin_of(o->shape, p->shape);
}

static void judge_beside_others(const struct control *k, const struct family *m, struct place *p)
{
	for (size_t i = 0; i < m->n; i++) {
		if (k->formula[m->member[i]].reads_figures)
			continue;
		for (size_t j = 0; j < m->n_places && is_seen(p, i); j++) {
			const struct place *o = &m->place[j];
			if (o != p && are_related(p, o) && is_seen(o, i))
				judge_overlap(k, m, p, o, i);
		}
	}
}

/* ---- what is left of a place when all that is seen inside it is taken away ---- */

static bool hide_cheapest(struct family *m, const struct place *over, size_t member,
			  size_t partition, size_t stage)
{
	struct place *best = NULL;
	for (size_t j = 0; j < m->n_places; j++) {
		struct place *p = &m->place[j];
		if (p->stage == stage && p->partition == partition && p != over && !p->open &&
		    is_seen(p, member) && row_set_inside(&p->rows, &over->rows) &&
		    (!best || row_set_count(&p->rows) < row_set_count(&best->rows)))
			best = p;
	}
	if (best)
		best->hidden = true;
	return best != NULL;
}

static bool settle_rest(const struct control *k, struct family *m, const struct place *over,
			size_t member, size_t partition, size_t stage)
{
	struct row_set rest = over->rows;
	size_t n = 0;
	for (size_t j = 0; j < m->n_places; j++) {
		const struct place *p = &m->place[j];
		if (p->partition != partition || p == over || !is_seen(p, member) ||
		    !are_related(p, over) || !row_set_inside(&p->rows, &over->rows))
			continue;
		rest = row_set_minus(k->a, &rest, &p->rows);
		n++;
	}
	const struct formula_facts *f = &k->formula[m->member[member]];
	if (!n || !count_in_both(&rest, &f->valid) || judge(k, f, &rest) == CONF_FREE)
		return false;
	return hide_cheapest(m, over, member, partition, stage);
}

/* True when a place was hidden. */
static bool settle_rests(const struct control *k, struct family *m, size_t stage)
{
	bool any = false;
	for (size_t j = 0; j < m->n_places; j++) {
		for (size_t i = 0; i < m->n; i++) {
			if (k->formula[m->member[i]].reads_figures)
				continue;
			for (size_t q = 0; q < k->n_partitions && is_seen(&m->place[j], i); q++) {
				while (settle_rest(k, m, &m->place[j], i, q, stage))
					any = true;
			}
		}
	}
	return any;
}

/* Places of the same rows share their fate. */
static bool settle_equals(struct family *m, size_t stage)
{
	bool any = false;
	for (size_t i = 0; i < m->n_places; i++) {
		for (size_t j = 0; m->place[i].hidden && j < m->n_places; j++) {
			struct place *p = &m->place[j];
			if (p->stage == stage && !p->hidden && !p->open &&
			    row_set_equal(&p->rows, &m->place[i].rows)) {
				p->hidden = true;
				any = true;
			}
		}
	}
	return any;
}

/* ---- the programs of a world: atoms, quantities, needs ---- */

/* Rows that stand in the same places are one atom. */
static size_t find_atoms(struct arena *a, const struct family *m, const struct world *w,
			 size_t n_rows, uint32_t *atom)
{
	size_t n = 1;
	for (size_t j = 0; j < w->pattern.n_cells; j++) {
		const struct row_set *rows = &m->place[w->place[j]].rows;
		uint32_t *moved = NEW(a, n, uint32_t); /* new number of an atom's rows inside */
		size_t *inside = NEW(a, n, size_t), *all = NEW(a, n, size_t);
		for (size_t i = 0; i < n_rows; i++) {
			all[atom[i]]++;
			inside[atom[i]] += row_set_has(rows, i);
		}
		size_t n_old = n;
		for (size_t t = 0; t < n_old; t++)
			moved[t] = inside[t] && inside[t] < all[t] ? (uint32_t)n++ : (uint32_t)t;
		for (size_t i = 0; i < n_rows; i++) {
			if (row_set_has(rows, i))
				atom[i] = moved[atom[i]];
		}
	}
	return n;
}

static struct lp_sum parts_of(struct arena *a, const struct place *p, const uint32_t *atom,
			      size_t n_atoms, size_t n_rows)
{
	bool *in = NEW(a, n_atoms, bool);
	uint32_t *part = NEW(a, n_atoms, uint32_t);
	size_t n = 0;
	for (size_t i = 0; i < n_rows; i++)
		in[atom[i]] |= row_set_has(&p->rows, i);
	for (size_t t = 0; t < n_atoms; t++) {
		if (in[t])
			part[n++] = (uint32_t)t;
	}
	return (struct lp_sum){ part, n };
}

/* All or none of a place that is shown: whoever is in it is known by that figure alone, as by the
 * whole round's when it is 0 or 100 %.  No hiding of other cells would change it. */
static bool says_all(const struct control *k, const struct formula_facts *f, const struct place *p,
		     size_t member)
{
	struct disclosure_cell c;
	if (!is_seen(p, member))
		return false;
	(void)judge_part(k, f, 0, &p->rows, &c);
	return !(c.value > 0) || c.value >= (double)count_in_both(&p->rows, &f->valid);
}

/* How well a share has to stay unknown: by half of those it is about, as far as they are few and
 * not known anyway. */
static double width_of_share(const struct control *k, const struct family *m,
			     const struct place *of, size_t member)
{
	const struct formula_facts *f = &k->formula[m->member[member]];
	struct row_set unknown = of->because[member];
	for (size_t i = 0; i < m->n_places; i++) {
		const struct place *o = &m->place[i];
		if (o->stage <= of->stage && are_related(of, o) &&
		    row_set_meet(&o->rows, &unknown) && says_all(k, f, o, member))
			unknown = row_set_minus(k->a, &unknown, &o->rows);
	}
	double few = fmin((double)count_in_both(&unknown, &f->valid), fmax(1, k->rule.minimum));
	return ceil(few / 2);
}

static struct need need_over(const struct control *k, const struct formula_facts *f, size_t part,
			     const struct row_set *rows, double *ret_value)
{
	struct disclosure_cell c;
	bool broken = judge_part(k, f, part, rows, &c) != CONF_FREE;
	*ret_value = c.value;
	c.money = !f->c.is_count;
	return broken && !f->c.is_share ? disclosure_need(&k->rule, &c, !f->is_signed)
					: (struct need){ .low = c.value, .high = c.value };
}

/* What a complement needs, a place and its margin need the other way round. */
static struct need need_of(const struct control *k, const struct family *m, size_t member,
			   size_t part, const struct place *p)
{
	const struct formula_facts *f = &k->formula[m->member[member]];
	double value, own;
	struct need n = need_over(k, f, part, &p->because[member], &value);
	if (f->c.is_share)
		n.width = width_of_share(k, m, p, member);
	if (row_set_equal(&p->because[member], &p->rows))
		return n;
	(void)need_over(k, f, part, &p->rows, &own);
	return (struct need){ .low = own + value - n.high,
			      .high = own + value - n.low,
			      .width = n.width };
}

struct quantity_maker {
	const struct control *k;
	const struct family *m;
	struct world *w;
	const uint32_t *atom;
	size_t n_atoms, n_rows;
	struct pattern_quantity *quantity;
	const double **vector; /* of each quantity: contributions of the rows */
	const struct formula_facts **of; /* the formula that it was made for */
	size_t n;
};

static void add_values(const struct quantity_maker *w, const struct formula_facts *f,
		       const double *x, struct pattern_quantity *out)
{
	struct arena *a = w->k->a;
	double *value = NEW(a, w->n_atoms, double), *low = NEW(a, w->n_atoms, double);
	double *high = NEW(a, w->n_atoms, double);
	size_t *n = NEW(a, w->n_atoms, size_t);
	for (size_t i = 0; i < w->n_rows; i++) {
		value[w->atom[i]] += x[i];
		n[w->atom[i]] += f->c.valid[i];
	}
	for (size_t t = 0; t < w->n_atoms; t++) {
		low[t] = f->is_signed && n[t] ? -HUGE_VAL : 0;
		high[t] = n[t] ? (double)n[t] * f->most : 0;
	}
	size_t n_cells = w->w->pattern.n_cells;
	*out = (struct pattern_quantity){ .value = value,
					  .low = low,
					  .high = high,
					  .whole = f->c.is_share || f->c.is_count,
					  .shown = NEW(a, n_cells, bool),
					  .sensitive = NEW(a, n_cells, bool),
					  .need = NEW(a, n_cells, struct need) };
}

/* Whether one share is of those who do not have what the other is about. */
static bool are_complements(const struct formula_facts *f, const struct formula_facts *g,
			    size_t n_rows)
{
	if (!f->c.is_share || !g->c.is_share || !row_set_equal(&f->valid, &g->valid))
		return false;
	for (size_t i = 0; i < n_rows; i++) {
		if (f->c.valid[i] && (f->c.part[0][i] > 0) == (g->c.part[0][i] > 0))
			return false;
	}
	return true;
}

/* The quantity with these contributions: an old one where another formula has the same, or those
 * that are left of all. */
static size_t quantity_of(struct quantity_maker *w, const struct formula_facts *f,
			  const double *x, bool *ret_turned)
{
	for (size_t q = 0; q < w->n; q++) {
		*ret_turned = are_complements(f, w->of[q], w->n_rows);
		if (*ret_turned || !memcmp(w->vector[q], x, w->n_rows * sizeof(*x)))
			return q;
	}
	*ret_turned = false;
	add_values(w, f, x, &w->quantity[w->n]);
	w->vector[w->n] = x;
	w->of[w->n] = f;
	return w->n++;
}

static struct need turned_need(const struct need *n, size_t n_valid)
{
	return (struct need){ .low = (double)n_valid - n->high,
			      .high = (double)n_valid - n->low,
			      .width = n->width };
}

/* A quantity is unseen where every formula that shows it is. */
static void show_quantity(const struct quantity_maker *w, size_t member, size_t part, size_t q)
{
	struct pattern_quantity *out = &w->quantity[q];
	for (size_t c = 0; c < w->w->pattern.n_cells; c++) {
		const struct place *p = &w->m->place[w->w->place[c]];
		if (!p->shown[member])
			continue;
		bool unseen = p->primary[member] != CONF_FREE;
		out->sensitive[c] = unseen && (out->sensitive[c] || !out->shown[c]);
		if (out->sensitive[c] && !out->shown[c]) {
			const struct row_set *valid = &w->k->formula[w->m->member[member]].valid;
			struct need n = need_of(w->k, w->m, member, part, p);
			out->need[c] = w->w->turned[member]
					       ? turned_need(&n, count_in_both(&p->rows, valid))
					       : n;
		}
		out->shown[c] = true;
	}
}

static void make_quantities(struct quantity_maker *w)
{
	for (size_t i = 0; i < w->m->n; i++) {
		const struct formula_facts *f = &w->k->formula[w->m->member[i]];
		for (size_t part = 0; part < CONTRIBUTION_PARTS; part++) {
			w->w->quantity[i][part] = SIZE_MAX;
			if (f->reads_figures || !f->c.part[part])
				continue;
			size_t q = quantity_of(w, f, f->c.part[part], &w->w->turned[i]);
			w->w->quantity[i][part] = q;
			show_quantity(w, i, part, q);
		}
	}
}

static bool is_in_world(const struct place *p, const struct world *w)
{
	return !p->world || p->world == w->name || is_margin_of(p->shape, w->shape);
}

static void list_places(struct arena *a, const struct family *m, struct world *w)
{
	w->place = NEW(a, m->n_places, size_t);
	w->pattern.n_cells = 0;
	for (size_t i = 0; i < m->n_places; i++) {
		if (is_in_world(&m->place[i], w))
			w->place[w->pattern.n_cells++] = i;
	}
}

static void make_world(const struct control *k, const struct family *m, size_t stage,
		       struct world *w)
{
	struct arena *a = k->a;
	list_places(a, m, w);
	size_t n_rows = k->units[m->table]->n_rows, n = w->pattern.n_cells;
	uint32_t *atom = NEW(a, n_rows, uint32_t);
	size_t n_atoms = find_atoms(a, m, w, n_rows, atom);
	struct lp_sum *sum = NEW(a, n, struct lp_sum);
	bool *hidden = NEW(a, n, bool), *fixed = NEW(a, n, bool);
	double *cost = NEW(a, n, double);
	for (size_t c = 0; c < n; c++) {
		const struct place *p = &m->place[w->place[c]];
		sum[c] = parts_of(a, p, atom, n_atoms, n_rows);
		hidden[c] = p->hidden;
		fixed[c] = p->stage < stage || p->open;
		cost[c] = (double)row_set_count(&p->rows);
	}
	struct quantity_maker maker = { .k = k, .m = m, .w = w, .atom = atom };
	maker.n_atoms = n_atoms;
	maker.n_rows = n_rows;
	maker.quantity = NEW(a, m->n * CONTRIBUTION_PARTS, struct pattern_quantity);
	maker.vector = NEW(a, m->n * CONTRIBUTION_PARTS, const double *);
	maker.of = NEW(a, m->n * CONTRIBUTION_PARTS, const struct formula_facts *);
	w->turned = NEW(a, m->n, bool);
	w->quantity = arena_alloc(a, m->n, sizeof(*w->quantity));
	make_quantities(&maker);
	w->pattern = (struct pattern){ .n_atoms = n_atoms,
				       .n_cells = n,
				       .n_quantities = maker.n,
				       .cell = sum,
				       .quantity = maker.quantity,
				       .hidden = hidden,
				       .fixed = fixed,
				       .cost = cost };
}

/* Worlds of the places so far; the whole round's own when there is no other. */
static void list_worlds(const struct control *k, struct family *m)
{
	m->world = NEW(k->a, m->n_places + 1, struct world);
	m->n_worlds = 0;
	for (size_t i = 0; i < m->n_places; i++) {
		bool known = !m->place[i].world;
		for (size_t w = 0; w < m->n_worlds && !known; w++)
			known = m->world[w].name == m->place[i].world;
		if (known)
			continue;
		m->world[m->n_worlds].name = m->place[i].world;
		if (m->place[i].world != k)
			m->world[m->n_worlds].shape = m->place[i].shape;
		m->n_worlds++;
	}
	if (!m->n_worlds)
		m->n_worlds = 1;
}

static bool has_news(const struct family *m, const struct world *w, size_t stage)
{
	for (size_t i = 0; i < m->n_places; i++) {
		if (m->place[i].stage == stage && is_in_world(&m->place[i], w))
			return true;
	}
	return false;
}

/* *ret_any: a place was hidden. */
static bool protect(const struct control *k, struct family *m, size_t stage, bool *ret_any,
		    struct err *e)
{
	*ret_any = false;
	list_worlds(k, m);
	for (size_t i = 0; i < m->n_worlds; i++) {
		struct world *w = &m->world[i];
		if (!has_news(m, w, stage))
			continue;
		make_world(k, m, stage, w);
		if (!pattern_protect(k->a, &w->pattern, e))
			return false;
		for (size_t c = 0; c < w->pattern.n_cells; c++) {
			struct place *p = &m->place[w->place[c]];
			*ret_any |= w->pattern.hidden[c] && !p->hidden;
			p->hidden = w->pattern.hidden[c];
		}
	}
	return true;
}

static bool nothing_is_primary(const struct family *m)
{
	for (size_t c = 0; c < m->n_places; c++) {
		for (size_t i = 0; i < m->n; i++) {
			if (m->place[c].primary[i] != CONF_FREE)
				return false;
		}
	}
	return true;
}

bool stage_decide(struct control *k, struct family *m, size_t stage, struct err *e)
{
	for (size_t c = 0; c < m->n_places; c++) {
		if (m->place[c].stage != stage)
			continue;
		inherit(k, m, &m->place[c]);
		judge_alone(k, m, &m->place[c]);
	}
	for (size_t c = 0; c < m->n_places; c++) {
		if (m->place[c].stage == stage && !m->place[c].hidden && !m->place[c].open)
			judge_beside_others(k, m, &m->place[c]);
	}
	if (nothing_is_primary(m))
		return true;
	/* Each turn hides a place more, or is the last. */
	for (bool again = true; again;) {
		bool rests = settle_rests(k, m, stage), solved;
		if (!protect(k, m, stage, &solved, e))
			return false;
		again = settle_equals(m, stage) || rests || solved;
	}
	return true;
}

/* ---- what a reader can work out in the end ---- */

/* The audit with every place of a stage and after it hidden: no pattern could give more. */
static bool audit_at_most(const struct control *k, const struct family *m, const struct world *w,
			  size_t stage, double *low, double *high, struct err *e)
{
	struct pattern most = w->pattern;
	size_t n_exposed;
	most.hidden = NEW(k->a, most.n_cells, bool);
	for (size_t c = 0; c < most.n_cells; c++) {
		const struct place *p = &m->place[w->place[c]];
		most.hidden[c] = p->hidden || p->stage >= stage;
	}
	return pattern_audit(k->a, &most, low, high, &n_exposed, e);
}

static bool is_short(const struct world *w, size_t at)
{
	const struct pattern_quantity *quantity = &w->pattern.quantity[at / w->pattern.n_cells];
	size_t c = at % w->pattern.n_cells;
	return quantity->sensitive[c] && !need_met(&quantity->need[c], w->low[at], w->high[at]);
}

/* Those short of their need though hiding more would have given them more. */
static bool mark_exposed(const struct control *k, const struct family *m, struct world *w,
			 size_t stage, struct err *e)
{
	size_t n = w->pattern.n_quantities * w->pattern.n_cells;
	double *low = NULL, *high = NULL;
	for (size_t at = 0; at < n; at++) {
		const struct place *p = &m->place[w->place[at % w->pattern.n_cells]];
		if (p->stage != stage || !is_short(w, at))
			continue;
		if (!low) {
			low = NEW(k->a, n, double);
			high = NEW(k->a, n, double);
			if (!audit_at_most(k, m, w, stage, low, high, e))
				return false;
		}
		double slack = 1e-6 * fmax(1, fabs(w->low[at]));
		w->exposed[at] = low[at] < w->low[at] - slack || high[at] > w->high[at] + slack;
	}
	return true;
}

static bool audit_world(const struct control *k, const struct family *m, struct world *w,
			size_t n_stages, struct err *e)
{
	make_world(k, m, n_stages, w);
	size_t n = w->pattern.n_quantities * w->pattern.n_cells, n_exposed;
	w->low = NEW(k->a, n, double);
	w->high = NEW(k->a, n, double);
	w->exposed = NEW(k->a, n, bool);
	if (!pattern_audit(k->a, &w->pattern, w->low, w->high, &n_exposed, e))
		return false;
	for (size_t stage = 0; n_exposed && stage < n_stages; stage++) {
		if (!mark_exposed(k, m, w, stage, e))
			return false;
	}
	return true;
}

bool stage_audit(struct control *k, struct family *m, size_t n_stages, struct err *e)
{
	m->n_worlds = 0;
	if (nothing_is_primary(m))
		return true;
	list_worlds(k, m);
	for (size_t i = 0; i < m->n_worlds; i++) {
		if (!audit_world(k, m, &m->world[i], n_stages, e))
			return false;
	}
	return true;
}

static void range_in(const struct family *m, const struct world *w, size_t member,
		     const struct row_set *rows, size_t n_valid, struct disclosure_finding *out)
{
	for (size_t c = 0; c < w->pattern.n_cells; c++) {
		const struct place *p = &m->place[w->place[c]];
		if (!p->shown[member] || !row_set_equal(&p->rows, rows))
			continue;
		for (size_t part = 0; part < CONTRIBUTION_PARTS; part++) {
			size_t q = w->quantity[member][part];
			if (q == SIZE_MAX)
				continue;
			size_t at = q * w->pattern.n_cells + c;
			out->exposed |= w->exposed[at];
			if (part)
				continue;
			double low = w->low[at], high = w->high[at];
			if (w->turned[member]) {
				struct need n = { .low = low, .high = high };
				n = turned_need(&n, n_valid);
				low = n.low;
				high = n.high;
			}
			out->low = out->has_range ? fmax(out->low, low) : low;
			out->high = out->has_range ? fmin(out->high, high) : high;
			out->has_range = true;
		}
	}
}

void stage_range(const struct control *k, const struct family *m, size_t member,
		 const struct row_set *rows, struct disclosure_finding *out)
{
	size_t n_valid = count_in_both(rows, &k->formula[m->member[member]].valid);
	for (size_t i = 0; i < m->n_worlds; i++)
		range_in(m, &m->world[i], member, rows, n_valid, out);
}
