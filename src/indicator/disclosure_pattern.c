/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/disclosure_pattern.h"

#include <math.h>
#include <string.h>

/* Showing again is tried as long as it takes no more linear programs than this. */
enum { RELEASE_PROGRAMS_MAX = 4000 };
static const double slack = 1e-6; /* of the need's own size: what the solver may be off */

bool need_met(const struct need *need, double low, double high)
{
	double size = fmax(1, fmax(fabs(need->low), fabs(need->high)));
	return low <= need->low + slack * size && high >= need->high - slack * size &&
	       high - low >= need->width - slack * size;
}

static bool is_sensitive(const struct pattern *p, size_t cell)
{
	return p->conf[cell] != CONF_FREE && p->conf[cell] != CONF_SECONDARY;
}

/* ---- the programs, one a quantity ---- */

struct solver {
	struct arena *a;
	struct pattern *p;
	struct lp **lp;  /* n_quantities */
	bool *below, *above; /* n_cells: what the last bounds came from */
	double *low, *high;
	size_t n_exposed;
};

static void make_programs(struct solver *s)
{
	const struct pattern *p = s->p;
	s->lp = NEW(s->a, p->n_quantities, struct lp *);
	s->below = NEW(s->a, p->n_cells, bool);
	s->above = NEW(s->a, p->n_cells, bool);
	for (size_t q = 0; q < p->n_quantities; q++) {
		const struct pattern_quantity *k = &p->quantity[q];
		bool *known = NEW(s->a, p->n_cells, bool);
		for (size_t c = 0; c < p->n_cells; c++)
			known[c] = k->shown[c] && p->conf[c] == CONF_FREE;
		s->lp[q] = lp_make(s->a, &(struct lp_input){ .n_unknowns = p->n_atoms,
							     .value = k->value,
							     .low = k->low,
							     .high = k->high,
							     .whole = k->whole,
							     .sum = p->cell,
							     .known = known,
							     .n_sums = p->n_cells });
	}
}

static void set_conf(struct solver *s, size_t cell, enum confidentiality conf)
{
	s->p->conf[cell] = conf;
	for (size_t q = 0; q < s->p->n_quantities; q++) {
		if (s->p->quantity[q].shown[cell])
			lp_show(s->lp[q], cell, conf == CONF_FREE);
	}
}

static bool is_met(const struct solver *s, size_t q, size_t cell)
{
	double low, high;
	lp_interval(s->lp[q], cell, &low, &high, NULL, NULL);
	return need_met(&s->p->quantity[q].need[cell], low, high);
}

/* ---- hiding ---- */

/* The cheapest of the visible cells that the bounds in question come from; n_cells: none may be
 * hidden. */
static size_t cheapest_binding(const struct solver *s, bool below, bool above)
{
	const struct pattern *p = s->p;
	size_t best = p->n_cells;
	for (size_t c = 0; c < p->n_cells; c++) {
		bool binds = (below && s->below[c]) || (above && s->above[c]);
		if (binds && p->conf[c] == CONF_FREE && !p->fixed[c] && p->cost[c] >= 0 &&
		    (best == p->n_cells || p->cost[c] < p->cost[best]))
			best = c;
	}
	return best;
}

/* Hiding only widens intervals, so that what is met stays met. */
static void protect_cell(struct solver *s, size_t q, size_t cell)
{
	for (;;) {
		const struct need *need = &s->p->quantity[q].need[cell];
		double low, high;
		memset(s->below, 0, s->p->n_cells * sizeof(*s->below));
		memset(s->above, 0, s->p->n_cells * sizeof(*s->above));
		lp_interval(s->lp[q], cell, &low, &high, s->below, s->above);
		if (need_met(need, low, high))
			return;
		bool below = low > need->low, above = high < need->high;
		bool wide = high - low < need->width;
		size_t next = cheapest_binding(s, below || wide, above || wide);
		if (next == s->p->n_cells)
			return; /* what binds is fixed, or known to anybody */
		set_conf(s, next, CONF_SECONDARY);
	}
}

/* ---- showing again ---- */

/* Every sensitive cell in every quantity that is published of it. */
struct targets {
	size_t *cell, *quantity;
	size_t n, n_unmet;
	size_t last; /* that was not met: likely not to be again */
};

static struct targets list_targets(struct solver *s)
{
	const struct pattern *p = s->p;
	struct targets t = { .cell = NEW(s->a, p->n_cells * p->n_quantities, size_t),
			     .quantity = NEW(s->a, p->n_cells * p->n_quantities, size_t) };
	for (size_t q = 0; q < p->n_quantities; q++) {
		for (size_t c = 0; c < p->n_cells; c++) {
			if (!is_sensitive(p, c) || !p->quantity[q].shown[c])
				continue;
			t.n_unmet += !is_met(s, q, c);
			t.cell[t.n] = c;
			t.quantity[t.n++] = q;
		}
	}
	return t;
}

static bool all_met(const struct solver *s, struct targets *t)
{
	for (size_t k = 0; k < t->n; k++) {
		size_t i = (t->last + k) % t->n;
		if (!is_met(s, t->quantity[i], t->cell[i])) {
			t->last = i;
			return false;
		}
	}
	return true;
}

/* The dearest secondary cell below the cost *at (ties: the later one first); n_cells: none. */
static size_t next_dearest(const struct pattern *p, const bool *tried)
{
	size_t best = p->n_cells;
	for (size_t c = 0; c < p->n_cells; c++) {
		if (p->conf[c] == CONF_SECONDARY && !tried[c] &&
		    (best == p->n_cells || p->cost[c] >= p->cost[best]))
			best = c;
	}
	return best;
}

static void show_again(struct solver *s, const bool *may)
{
	struct targets t = list_targets(s);
	bool *tried = NEW(s->a, s->p->n_cells, bool);
	if (t.n_unmet)
		return;
	for (size_t c = 0; c < s->p->n_cells; c++)
		tried[c] = !may[c];
	for (size_t spent = 0;; spent += 2 * t.n) {
		size_t cell = next_dearest(s->p, tried);
		if (cell == s->p->n_cells || spent + 2 * t.n > RELEASE_PROGRAMS_MAX)
			return;
		tried[cell] = true;
		set_conf(s, cell, CONF_FREE);
		if (!all_met(s, &t))
			set_conf(s, cell, CONF_SECONDARY);
	}
}

static void protect_all(void *user)
{
	struct solver *s = user;
	const struct pattern *p = s->p;
	bool *may = NEW(s->a, p->n_cells, bool);
	for (size_t c = 0; c < p->n_cells; c++)
		may[c] = p->conf[c] == CONF_FREE;
	make_programs(s);
	for (size_t q = 0; q < p->n_quantities; q++) {
		for (size_t c = 0; c < p->n_cells; c++) {
			if (is_sensitive(p, c) && p->quantity[q].shown[c])
				protect_cell(s, q, c);
		}
	}
	show_again(s, may);
}

bool pattern_protect(struct arena *a, struct pattern *p, struct err *e)
{
	bool any = false;
	for (size_t c = 0; c < p->n_cells && !any; c++)
		any = is_sensitive(p, c);
	struct solver s = { .a = a, .p = p };
	return !any || lp_session(protect_all, &s, e);
}

/* ---- a cheaper set ---- */

enum { IMPROVE_CANDIDATES_MAX = 20, IMPROVE_AUDITS_MAX = 1000 };

/* A search over the subsets of the candidates, cheapest cell first, that cost less than the best
 * one. */
struct search {
	struct solver *s;
	struct targets *targets;
	size_t candidate[IMPROVE_CANDIDATES_MAX]; /* by rising cost */
	size_t n;
	uint32_t best_set; /* of candidates */
	double best_cost;
	size_t n_audits;
};

static void try_subsets(struct search *h, size_t from, uint32_t set, double cost)
{
	struct pattern *p = h->s->p;
	if (h->n_audits >= IMPROVE_AUDITS_MAX)
		return;
	h->n_audits++;
	if (all_met(h->s, h->targets)) {
		h->best_set = set;
		h->best_cost = cost;
		return;
	}
	for (size_t i = from; i < h->n; i++) {
		double more = cost + p->cost[h->candidate[i]];
		if (!(more < h->best_cost - 1e-9))
			return;
		set_conf(h->s, h->candidate[i], CONF_SECONDARY);
		try_subsets(h, i + 1, set | (uint32_t)1 << i, more);
		set_conf(h->s, h->candidate[i], CONF_FREE);
	}
}

static void add_candidate(struct search *h, size_t cell)
{
	const double *cost = h->s->p->cost;
	size_t i = h->n++;
	for (; i && cost[h->candidate[i - 1]] > cost[cell]; i--)
		h->candidate[i] = h->candidate[i - 1];
	h->candidate[i] = cell;
}

static void improve(void *user)
{
	struct solver *s = user;
	struct pattern *p = s->p;
	struct search h = { .s = s };
	for (size_t c = 0; c < p->n_cells; c++) {
		bool secondary = p->conf[c] == CONF_SECONDARY;
		if (!secondary && (p->conf[c] != CONF_FREE || p->fixed[c] || p->cost[c] < 0))
			continue;
		if (h.n == IMPROVE_CANDIDATES_MAX)
			return;
		add_candidate(&h, c);
		h.best_cost += secondary ? p->cost[c] : 0;
	}
	if (!(h.best_cost > 0))
		return;
	make_programs(s);
	struct targets t = list_targets(s);
	if (t.n_unmet)
		return;
	h.targets = &t;
	for (size_t i = 0; i < h.n; i++) {
		h.best_set |= (uint32_t)(p->conf[h.candidate[i]] == CONF_SECONDARY) << i;
		set_conf(s, h.candidate[i], CONF_FREE);
	}
	try_subsets(&h, 0, 0, 0);
	for (size_t i = 0; i < h.n; i++)
		p->conf[h.candidate[i]] = h.best_set >> i & 1 ? CONF_SECONDARY : CONF_FREE;
}

bool pattern_improve(struct arena *a, struct pattern *p, struct err *e)
{
	struct solver s = { .a = a, .p = p };
	return lp_session(improve, &s, e);
}

/* ---- the audit ---- */

static void audit_all(void *user)
{
	struct solver *s = user;
	const struct pattern *p = s->p;
	make_programs(s);
	for (size_t c = 0; c < p->n_cells; c++) {
		bool exposed = false;
		for (size_t q = 0; q < p->n_quantities; q++) {
			const struct pattern_quantity *k = &p->quantity[q];
			size_t at = q * p->n_cells + c;
			if (p->conf[c] == CONF_FREE || !k->shown[c])
				continue;
			lp_interval(s->lp[q], c, &s->low[at], &s->high[at], NULL,
				    NULL);
			exposed |= is_sensitive(p, c) &&
				   !need_met(&k->need[c], s->low[at], s->high[at]);
		}
		s->n_exposed += exposed;
	}
}

bool pattern_audit(struct arena *a, const struct pattern *p, double *low, double *high,
		   size_t *ret_exposed, struct err *e)
{
	struct pattern copy = *p;
	struct solver s = { .a = a, .p = &copy, .low = low, .high = high };
	bool any = false;
	for (size_t c = 0; c < p->n_cells && !any; c++)
		any = p->conf[c] != CONF_FREE;
	if (any && !lp_session(audit_all, &s, e))
		return false;
	*ret_exposed = s.n_exposed;
	return true;
}
