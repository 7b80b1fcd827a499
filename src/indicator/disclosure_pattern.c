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

/* The reader does not have the quantity of that cell, though it belongs to it. */
static bool is_unseen(const struct pattern *p, size_t q, size_t cell)
{
	const struct pattern_quantity *k = &p->quantity[q];
	return k->shown[cell] && (p->hidden[cell] || k->sensitive[cell]);
}

static bool any_sensitive(const struct pattern *p)
{
	for (size_t q = 0; q < p->n_quantities; q++) {
		for (size_t c = 0; c < p->n_cells; c++) {
			if (p->quantity[q].sensitive[c])
				return true;
		}
	}
	return false;
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
			known[c] = k->shown[c] && !is_unseen(p, q, c);
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

static void set_hidden(struct solver *s, size_t cell, bool hidden)
{
	s->p->hidden[cell] = hidden;
	for (size_t q = 0; q < s->p->n_quantities; q++) {
		if (s->p->quantity[q].shown[cell])
			lp_show(s->lp[q], cell, !is_unseen(s->p, q, cell));
	}
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
		if (binds && !p->hidden[c] && !p->fixed[c] && p->cost[c] >= 0 &&
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
		set_hidden(s, next, true);
	}
}

/* ---- showing again ---- */

/* Every sensitive cell in every quantity that is published of it. */
struct targets {
	size_t *cell, *quantity;
	struct need *need; /* what it has: as much as it needs, or as the fixed cells leave */
	size_t n;
	size_t last; /* that was not met: likely not to be again */
};

static void add_target(struct solver *s, struct targets *t, size_t q, size_t cell)
{
	const struct need *need = &s->p->quantity[q].need[cell];
	double low, high;
	lp_interval(s->lp[q], cell, &low, &high, NULL, NULL);
	t->cell[t->n] = cell;
	t->quantity[t->n] = q;
	t->need[t->n++] = (struct need){ .low = fmax(low, need->low),
					 .high = fmin(high, need->high),
					 .width = fmin(high - low, need->width) };
}

static struct targets list_targets(struct solver *s)
{
	const struct pattern *p = s->p;
	size_t most = p->n_cells * p->n_quantities;
	struct targets t = { .cell = NEW(s->a, most, size_t),
			     .quantity = NEW(s->a, most, size_t),
			     .need = NEW(s->a, most, struct need) };
	for (size_t q = 0; q < p->n_quantities; q++) {
		for (size_t c = 0; c < p->n_cells; c++) {
			if (p->quantity[q].sensitive[c])
				add_target(s, &t, q, c);
		}
	}
	return t;
}

static bool all_met(const struct solver *s, struct targets *t)
{
	for (size_t k = 0; k < t->n; k++) {
		size_t i = (t->last + k) % t->n;
		double low, high;
		lp_interval(s->lp[t->quantity[i]], t->cell[i], &low, &high, NULL, NULL);
		if (!need_met(&t->need[i], low, high)) {
			t->last = i;
			return false;
		}
	}
	return true;
}

/* The dearest hidden cell that was not tried (ties: the later one); n_cells: none. */
static size_t next_dearest(const struct pattern *p, const bool *tried)
{
	size_t best = p->n_cells;
	for (size_t c = 0; c < p->n_cells; c++) {
		if (p->hidden[c] && !tried[c] &&
		    (best == p->n_cells || p->cost[c] >= p->cost[best]))
			best = c;
	}
	return best;
}

static void show_again(struct solver *s, const bool *may)
{
	bool *tried = NEW(s->a, s->p->n_cells, bool), any = false;
	for (size_t c = 0; c < s->p->n_cells; c++)
		any |= may[c] && s->p->hidden[c];
	if (!any)
		return;
	struct targets t = list_targets(s);
	for (size_t c = 0; c < s->p->n_cells; c++)
		tried[c] = !may[c];
	for (size_t spent = 0;; spent += 2 * t.n) {
		size_t cell = next_dearest(s->p, tried);
		if (cell == s->p->n_cells || spent + 2 * t.n > RELEASE_PROGRAMS_MAX)
			return;
		tried[cell] = true;
		set_hidden(s, cell, false);
		if (!all_met(s, &t))
			set_hidden(s, cell, true);
	}
}

static void protect_all(void *user)
{
	struct solver *s = user;
	const struct pattern *p = s->p;
	bool *may = NEW(s->a, p->n_cells, bool);
	for (size_t c = 0; c < p->n_cells; c++)
		may[c] = !p->hidden[c];
	make_programs(s);
	for (size_t q = 0; q < p->n_quantities; q++) {
		for (size_t c = 0; c < p->n_cells; c++) {
			if (p->quantity[q].sensitive[c])
				protect_cell(s, q, c);
		}
	}
	show_again(s, may);
}

bool pattern_protect(struct arena *a, struct pattern *p, struct err *e)
{
	struct solver s = { .a = a, .p = p };
	return !any_sensitive(p) || lp_session(protect_all, &s, e);
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
		set_hidden(h->s, h->candidate[i], true);
		try_subsets(h, i + 1, set | (uint32_t)1 << i, more);
		set_hidden(h->s, h->candidate[i], false);
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
		if (p->fixed[c] || p->cost[c] < 0)
			continue;
		if (h.n == IMPROVE_CANDIDATES_MAX)
			return;
		add_candidate(&h, c);
		h.best_cost += p->hidden[c] ? p->cost[c] : 0;
	}
	if (!(h.best_cost > 0))
		return;
	make_programs(s);
	struct targets t = list_targets(s);
	h.targets = &t;
	for (size_t i = 0; i < h.n; i++) {
		h.best_set |= (uint32_t)p->hidden[h.candidate[i]] << i;
		set_hidden(s, h.candidate[i], false);
	}
	try_subsets(&h, 0, 0, 0);
	for (size_t i = 0; i < h.n; i++)
		p->hidden[h.candidate[i]] = h.best_set >> i & 1;
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
			if (!is_unseen(p, q, c))
				continue;
			lp_interval(s->lp[q], c, &s->low[at], &s->high[at], NULL,
				    NULL);
			exposed |= k->sensitive[c] &&
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
	bool any = any_sensitive(p);
	for (size_t c = 0; c < p->n_cells && !any; c++)
		any = p->hidden[c];
	if (any && !lp_session(audit_all, &s, e))
		return false;
	*ret_exposed = s.n_exposed;
	return true;
}
