/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two rounds under one method: what of the method both can answer, and both scored by it. */
#include "score/bridge.h"
#include "score/change.h"

/* ---- what both rounds can answer ---- */

/* A method cut down to what can be read of another round. */
struct cut {
	const struct instrument *method;
	const struct bridged *bridged;
	bool *item, *area;
	size_t n_read, n_items, n_areas; /* items before whole areas go; items, areas that stay */
	size_t n_gates_out;
};

static bool all_there(const struct bridged *b, const struct expr *e)
{
	size_t n;
	const struct str *name = expr_names(e, &n);
	for (size_t i = 0; i < n; i++) {
		if (bridge_of_name(b, name[i], NULL) == BRIDGE_NONE)
			return false;
	}
	return true;
}

static size_t items_of_area(const struct instrument *in, const bool *item, size_t area)
{
	size_t n = 0;
	for (size_t k = 0; k < in->n_items; k++)
		n += in->item[k].area == area && (!item || item[k]);
	return n;
}

static void cut_items(struct arena *a, const struct instrument *in, const struct bridged *b,
		      struct cut *out)
{
	struct cut c = { .method = in, .bridged = b };
	c.item = NEW(a, in->n_items, bool);
	c.area = NEW(a, in->n_areas, bool);
	for (size_t k = 0; k < in->n_items; k++) {
		c.item[k] = all_there(b, in->item[k].points);
		c.n_read += c.item[k];
	}
	for (size_t i = 0; i < in->n_areas; i++) {
		size_t all = items_of_area(in, NULL, i), left = items_of_area(in, c.item, i);
		size_t limit = in->area_missing_max < 0 ? 100 : (size_t)in->area_missing_max;
		c.area[i] = left > 0 && (all - left) * 100 <= limit * all;
		c.n_areas += c.area[i];
		c.n_items += c.area[i] ? left : 0;
	}
	for (size_t k = 0; k < in->n_items; k++)
		c.item[k] &= c.area[in->item[k].area];
	*out = c;
}

static bool enough(const struct cut *c)
{
	size_t gone = c->method->n_areas - c->n_areas;
	return c->n_areas > 0 &&
	       (c->method->areas_missing_max < 0 || gone <= (size_t)c->method->areas_missing_max);
}

/* ---- gates ---- */

static bool gate_readable(const struct cut *c, const struct gate *g)
{
	size_t n;
	const struct str *name = expr_names(g->condition, &n);
	if (!all_there(c->bridged, g->condition))
		return false;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < c->method->n_areas; k++) {
			if (!c->area[k] && str_starts(name[i], "area_") &&
			    str_eq(str_sub(name[i], 5, name[i].n), c->method->area[k].code))
				return false;
		}
	}
	return true;
}

/* The method without the gates that cannot be read in both rounds. */
static const struct instrument *without_gates(struct arena *a, struct cut *c)
{
	struct instrument *in = NEW(a, 1, struct instrument);
	*in = *c->method;
	in->profile = NEW(a, in->n_profiles, struct profile);
	for (size_t p = 0; p < in->n_profiles; p++) {
		const struct profile *from = &c->method->profile[p];
		struct profile *to = &in->profile[p];
		*to = *from;
		to->gate = NEW(a, from->n_gates, struct gate);
		to->n_gates = 0;
		for (size_t g = 0; g < from->n_gates; g++) {
			if (gate_readable(c, &from->gate[g]))
				to->gate[to->n_gates++] = from->gate[g];
		}
		c->n_gates_out += from->n_gates - to->n_gates;
	}
	return in;
}

/* ---- scored ---- */

/* own: the table of the round that used the method. */
static bool score_both(struct arena *a, struct cut *c, const struct frame *own,
		       struct scores *own_scores, struct scores *other_scores,
		       struct common_method *out, struct err *e)
{
	out->instrument = without_gates(a, c);
	out->item = c->item;
	out->n_items = c->n_items;
	return score_clusters(a, out->instrument, own, c->item, own_scores, e) &&
	       score_clusters(a, out->instrument, c->bridged->table, c->item, other_scores, e);
}

static void same_method(struct arena *a, const struct round_side *old_side,
			const struct round_side *new_side, struct method_change *out)
{
	const struct instrument *in = new_side->instrument;
	struct common_method m = { .instrument = in, .n_items = in->n_items };
	m.item = NEW(a, in->n_items, bool);
	for (size_t k = 0; k < in->n_items; k++)
		m.item[k] = true;
	m.old_scores = *old_side->scores;
	m.new_scores = *new_side->scores;
	out->comparability = COMPARABLE_SAME_METHOD;
	out->under_new = m;
}

static struct str why_not(struct arena *a, const struct round_side *early,
			  const struct instrument *later, const struct cut *c, enum lang lang)
{
	int limit = later->areas_missing_max;
	if (lang == LANG_ES)
		return str_fmt(a,
			       "La ronda %.*s se midió con %.*s@%.*s. Sus respuestas dan %zu de "
			       "los %zu ítems de %.*s@%.*s y solo en %zu de las %zu áreas queda "
			       "lo que el método exige (puede faltar %d), así que no se comparan "
			       "niveles ni puntajes.",
			       STR_ARG(early->round->id), STR_ARG(early->instrument->id),
			       STR_ARG(early->instrument->version), c->n_read, later->n_items,
			       STR_ARG(later->id), STR_ARG(later->version), c->n_areas,
			       later->n_areas, limit < 0 ? (int)later->n_areas - 1 : limit);
	return str_fmt(a,
		       "Round %.*s was measured with %.*s@%.*s. Its answers give %zu of the %zu "
		       "items of %.*s@%.*s, and only %zu of its %zu areas keep what the method "
		       "asks for (%d may be missing), so neither levels nor scores are compared.",
		       STR_ARG(early->round->id), STR_ARG(early->instrument->id),
		       STR_ARG(early->instrument->version), c->n_read, later->n_items,
		       STR_ARG(later->id), STR_ARG(later->version), c->n_areas, later->n_areas,
		       limit < 0 ? (int)later->n_areas - 1 : limit);
}

/* The later round under the earlier one's method, where that can be. */
static bool under_earlier(struct arena *a, const struct round_side *early,
			  const struct round_side *late, struct method_change *out, struct err *e)
{
	struct bridged b;
	struct cut c;
	bridge_backward(a, late, early->instrument, early->round->id, &b);
	cut_items(a, early->instrument, &b, &c);
	out->has_old = enough(&c);
	struct common_method *m = &out->under_old;
	return !out->has_old || score_both(a, &c, early->tables->table[TABLE_CLUSTER],
					   &m->old_scores, &m->new_scores, m, e);
}

static bool under_later(struct arena *a, const struct round_side *early,
			const struct round_side *late, enum lang lang, struct method_change *out,
			struct err *e)
{
	const struct instrument *in = late->instrument;
	struct bridged b;
	struct cut c;
	if (!bridge_forward(a, early, in, lang, &b, e))
		return false;
	cut_items(a, in, &b, &c);
	out->n_items_all = in->n_items;
	out->n_areas_all = in->n_areas;
	out->n_items_read = c.n_read;
	out->n_areas_kept = c.n_areas;
	struct common_method *m = &out->under_new;
	*m = (struct common_method){ .instrument = in, .item = c.item, .n_items = c.n_items };
	if (!enough(&c)) {
		out->comparability = COMPARABLE_NOT;
		out->why = why_not(a, early, in, &c, lang);
		return true;
	}
	out->comparability = COMPARABLE_COMMON_ITEMS;
	if (!score_both(a, &c, late->tables->table[TABLE_CLUSTER], &m->new_scores, &m->old_scores,
			m, e))
		return false;
	out->n_gates_left_out = c.n_gates_out;
	return under_earlier(a, early, late, out, e);
}

static void swap_scores(struct common_method *m)
{
	struct scores s = m->old_scores;
	m->old_scores = m->new_scores;
	m->new_scores = s;
}

bool method_change_make(struct arena *a, const struct round_side *old_side,
			const struct round_side *new_side, enum lang lang,
			struct method_change *out, struct err *e)
{
	struct method_change m = { 0 };
	m.backwards = round_end(old_side->round) > round_end(new_side->round);
	if (same_rules(old_side->instrument, new_side->instrument)) {
		same_method(a, old_side, new_side, &m);
		*out = m;
		return true;
	}
	if (!under_later(a, m.backwards ? new_side : old_side, m.backwards ? old_side : new_side,
			 lang, &m, e))
		return false;
	if (m.backwards) {
		swap_scores(&m.under_new);
		swap_scores(&m.under_old);
	}
	*out = m;
	return true;
}
