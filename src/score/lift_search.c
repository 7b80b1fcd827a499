/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/lift_search.h"

#include <string.h>

enum { SPARE_EFFORT = 4,
       NONE = -1 };

struct search {
	const struct lift_problem *p;
	struct arena *a;
	struct lift_slot *slot; /* of the problem; those that are barred have no choice */
	int effort_max; /* of the table */
	size_t n_max;
	int64_t *best; /* greatest gain of slots i.. with exactly that effort and number; NONE */
	int *choice; /* of the set being made */
	int *kept; /* the best set of the class so far */
	int64_t bound; /* a set must gain more than this */
	bool has_kept;
	size_t refusals;
};

/* ---- table ---- */

static int64_t *best_of(const struct search *s, size_t slot, int effort, size_t n)
{
	size_t row = slot * ((size_t)s->effort_max + 1) + (size_t)effort;
	return &s->best[row * (s->n_max + 1) + n];
}

static int64_t best_with(const struct search *s, size_t slot, int effort, size_t n)
{
	int64_t best = *best_of(s, slot + 1, effort, n);
	for (size_t i = 0; n && i < s->slot[slot].n; i++) {
		const struct lift_choice *c = &s->slot[slot].choice[i];
		if (c->effort > effort)
			continue;
		int64_t rest = *best_of(s, slot + 1, effort - c->effort, n - 1);
		if (rest >= 0 && rest + c->gain > best)
			best = rest + c->gain;
	}
	return best;
}

static void make_table(struct search *s, int effort_max)
{
	const struct lift_problem *p = s->p;
	s->effort_max = effort_max;
	s->n_max = p->n < (size_t)effort_max ? p->n : (size_t)effort_max;
	s->best = NEW(s->a, (p->n + 1) * ((size_t)effort_max + 1) * (s->n_max + 1), int64_t);
	for (int e = 0; e <= effort_max; e++) {
		for (size_t n = 0; n <= s->n_max; n++)
			*best_of(s, p->n, e, n) = e || n ? NONE : 0;
	}
	for (size_t slot = p->n; slot-- > 0;) {
		for (int e = 0; e <= effort_max; e++) {
			for (size_t n = 0; n <= s->n_max; n++)
				*best_of(s, slot, e, n) = best_with(s, slot, e, n);
		}
	}
}

/* ---- one class: an effort and a number of choices ---- */

static void visit(struct search *s, size_t slot, int effort, size_t n, int64_t gain);

static void take(struct search *s, size_t slot, int effort, size_t n, int64_t gain, int choice)
{
	s->choice[slot] = choice;
	if (choice == NONE) {
		visit(s, slot + 1, effort, n, gain);
		return;
	}
	const struct lift_choice *c = &s->slot[slot].choice[choice];
	visit(s, slot + 1, effort - c->effort, n - 1, gain + c->gain);
	s->choice[slot] = NONE;
}

static void keep(struct search *s, int64_t gain)
{
	if (!s->p->allows(s->p->user, s->choice)) {
		s->refusals++;
		return;
	}
	memcpy(s->kept, s->choice, s->p->n * sizeof(*s->kept));
	s->has_kept = true;
	s->bound = gain;
}

/* The most that a set can gain that takes this choice (NONE: none) here; NONE: there is no set. */
static int64_t promise(const struct search *s, size_t slot, int effort, size_t n, int choice)
{
	if (choice == NONE)
		return *best_of(s, slot + 1, effort, n);
	const struct lift_choice *c = &s->slot[slot].choice[choice];
	if (!n || c->effort > effort)
		return NONE;
	int64_t rest = *best_of(s, slot + 1, effort - c->effort, n - 1);
	return rest < 0 ? NONE : rest + c->gain;
}

/* What promises most comes first: the next promise below (at, last), in that order. */
static bool next_choice(const struct search *s, size_t slot, int effort, size_t n, int64_t *at,
			int *last)
{
	int64_t best = NONE;
	int choice = NONE;
	bool any = false;
	for (int i = NONE; i < (int)s->slot[slot].n; i++) {
		int64_t most = promise(s, slot, effort, n, i);
		bool later = most < *at || (most == *at && i > *last);
		if (most < 0 || !later || (any && most <= best))
			continue;
		any = true;
		best = most;
		choice = i;
	}
	*at = best;
	*last = choice;
	return any;
}

static void visit(struct search *s, size_t slot, int effort, size_t n, int64_t gain)
{
	const struct lift_problem *p = s->p;
	int64_t most = *best_of(s, slot, effort, n);
	if (s->refusals > p->refusals_max || most < 0 || gain + most <= s->bound)
		return;
	if (slot && !p->allows_part(p->user, s->choice, slot))
		return;
	if (slot == p->n) {
		keep(s, gain);
		return;
	}
	int64_t at = INT64_MAX;
	for (int choice = NONE - 1; next_choice(s, slot, effort, n, &at, &choice);)
		take(s, slot, effort, n, gain, choice);
}

static bool best_of_class(struct search *s, int effort, size_t n)
{
	s->has_kept = false;
	s->bound = s->p->need > 0 ? s->p->need - 1 : -1;
	for (size_t i = 0; i < s->p->n; i++)
		s->choice[i] = NONE;
	visit(s, 0, effort, n, 0);
	return s->has_kept;
}

/* ---- the search ---- */

/* Least effort that could do if nothing were refused; more than effort_max: none could. */
static int least_effort(struct search *s, int effort_max)
{
	size_t size = (size_t)effort_max + 1;
	int64_t *gain = NEW(s->a, size, int64_t); /* with at most that effort */
	for (size_t slot = 0; slot < s->p->n; slot++) {
		for (int e = effort_max; e >= 0; e--) {
			for (size_t i = 0; i < s->slot[slot].n; i++) {
				const struct lift_choice *c = &s->slot[slot].choice[i];
				int64_t with = c->effort > e ? NONE : gain[e - c->effort] + c->gain;
				gain[e] = with > gain[e] ? with : gain[e];
			}
		}
	}
	int e = 1;
	while (e <= effort_max && gain[e] < s->p->need)
		e++;
	return e;
}

static int all_effort(const struct lift_problem *p)
{
	int sum = 0;
	for (size_t slot = 0; slot < p->n; slot++) {
		int most = 0;
		for (size_t i = 0; i < p->slot[slot].n; i++) {
			int effort = p->slot[slot].choice[i].effort;
			most = effort > most ? effort : most;
		}
		sum += most;
	}
	return sum;
}

static bool first_class(struct search *s, int from, int to, struct lift_found *out)
{
	for (int effort = from; effort <= to; effort++) {
		for (size_t n = 1; n <= s->n_max; n++) {
			if (!best_of_class(s, effort, n))
				continue;
			memcpy(out->choice, s->kept, s->p->n * sizeof(*s->kept));
			out->effort = effort;
			out->n = n;
			out->gain = s->bound;
			return true;
		}
	}
	return false;
}

/* The first set of all within an effort.  A small table does nearly always. */
static bool first_set(struct search *s, int effort_max, struct lift_found *out)
{
	int from = least_effort(s, effort_max);
	for (int to = from + SPARE_EFFORT; from <= effort_max; to *= 2) {
		to = to < effort_max ? to : effort_max;
		struct arena_mark mark = arena_mark(s->a);
		make_table(s, to);
		bool found = first_class(s, from, to, out);
		arena_rewind(s->a, mark);
		if (found || s->refusals > s->p->refusals_max)
			return found;
		from = to + 1;
	}
	return false;
}

static bool comes_before(const struct lift_found *a, const struct lift_found *b)
{
	if (a->effort != b->effort)
		return a->effort < b->effort;
	return a->n != b->n ? a->n < b->n : a->gain > b->gain;
}

/* A set does not contain the items of those found before when for each of them it lacks an item:
 * every way to bar one item of each is tried (E. Lawler, Management Science 18 (1972) 401-405). */
static void bar(struct search *s, const struct lift_found *found, size_t n_found, int effort_max,
		struct lift_found *best, struct lift_found *spare)
{
	if (!n_found) {
		int most = best->n ? best->effort : effort_max;
		if (first_set(s, most, spare) && (!best->n || comes_before(spare, best))) {
			struct lift_found swap = *best;
			*best = *spare;
			*spare = swap;
		}
		return;
	}
	const struct lift_found *last = &found[n_found - 1];
	for (size_t slot = 0; slot < s->p->n; slot++) {
		size_t n = s->slot[slot].n;
		if (last->choice[slot] == NONE)
			continue;
		s->slot[slot].n = 0;
		bar(s, found, n_found - 1, effort_max, best, spare);
		s->slot[slot].n = n;
	}
}

size_t lift_search(struct arena *a, const struct lift_problem *p, size_t most,
		   struct lift_found *found, bool *ret_complete)
{
	struct search s = { .p = p,
			    .a = a,
			    .slot = NEW(a, p->n, struct lift_slot),
			    .choice = NEW(a, p->n, int),
			    .kept = NEW(a, p->n, int) };
	struct lift_found spare = { .choice = NEW(a, p->n, int) };
	size_t n_found = 0;
	for (size_t i = 0; i < p->n; i++)
		s.slot[i] = p->slot[i];
	while (n_found < most) {
		struct lift_found *best = &found[n_found];
		*best = (struct lift_found){ .choice = NEW(a, p->n, int) };
		bar(&s, found, n_found, all_effort(p), best, &spare);
		if (!best->n)
			break;
		n_found++;
	}
	*ret_complete = s.refusals <= p->refusals_max;
	return n_found;
}
