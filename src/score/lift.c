/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search works with gains in units of 2^-40 points, rounded up, and a need rounded down, so
 * that it loses no set; what it finds is then proved by scoring again with exact numbers. */
#include "score/lift.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "score/exact.h"
#include "score/lift_row.h"
#include "score/lift_search.h"

enum { SCALE_MAX = 100,
       MICRO = 1000000,
       FRACTION_BITS = 40 };
enum { KNOWN_MAX = 1 << 16,
       REFUSALS_MAX = 4096 };

/* What a set must obey that depends on some of its choices alone: a gate that reads answers, or
 * that a choice earns its points (which may need another step first). */
struct rule {
	const struct gate *gate; /* or NULL: the choice `choice` of slot `of` */
	size_t of;
	int choice;
	size_t *slot; /* what it depends on */
	size_t n, last;
	uint8_t *known; /* of each combination of their choices */
};

/* The cluster at hand. */
struct lifting {
	struct arena *a;
	const struct instrument *in;
	const struct profile *profile;
	size_t which; /* the profile's index */
	const struct cluster_score *now;
	const struct frame *row; /* its answers, a table of one row */
	int target; /* level aimed at */
	struct lift_slot *slot; /* items that have steps, those that rules depend on first */
	size_t n_slots;
	struct rule *rule;
	size_t n_rules;
	uint8_t *moves; /* n_steps * n_items: whether the step writes what that other item reads */
};

enum { UNKNOWN,
       ALLOWED,
       REFUSED };

/* ---- scoring again ---- */

static struct scores copy_of(struct lifting *l, const struct cluster_score *c)
{
	struct scores one = scores_new(l->a, l->in, 1);
	memcpy(one.cluster[0].item, c->item, l->in->n_items * sizeof(*c->item));
	one.cluster[0].cluster = c->cluster;
	return one;
}

static void put_points(struct lifting *l, struct scores *one, size_t step)
{
	const struct step *s = &l->in->step[step];
	one->cluster[0].item[s->item] = (struct item_score){ .points_micro = s->points_micro };
}

static bool has_step(const struct lifting *l, const size_t *step, size_t n, size_t item)
{
	for (size_t i = 0; i < n; i++) {
		if (l->in->step[step[i]].item == item)
			return true;
	}
	return false;
}

static bool is_moved(const struct lifting *l, const size_t *step, size_t n, size_t item)
{
	for (size_t i = 0; i < n; i++) {
		if (l->moves[step[i] * l->in->n_items + item])
			return true;
	}
	return false;
}

/* What the answers as they would be take from an item without a step counts; what they give it does
 * not, and where they ask for an answer that is not there it keeps its points. */
static void take_away(struct lifting *l, const struct frame *row, size_t item,
		      struct item_score *out)
{
	const struct expr_env env = { 0 };
	struct cell cell = column_cell(expr_rows(l->a, l->in->item[item].points, row, &env), 0);
	double micro = cell.missing ? -1 : cell.real * MICRO + 0.5;
	if (micro >= 0 && micro < (double)out->points_micro)
		out->points_micro = (int64_t)micro;
}

/* The cluster with these steps taken: scored again, gates over the answers as they would be. */
static struct scores scored_with(struct lifting *l, const struct frame *row, const size_t *step,
				 size_t n)
{
	struct scores one = copy_of(l, l->now);
	for (size_t i = 0; i < n; i++)
		put_points(l, &one, step[i]);
	for (size_t k = 0; k < l->in->n_items; k++) {
		if (l->now->item[k].missing != MISSING_NA && is_moved(l, step, n, k) &&
		    !has_step(l, step, n, k))
			take_away(l, row, k, &one.cluster[0].item[k]);
	}
	score_again(l->a, l->in, row, &one);
	return one;
}

/* ---- steps that count ---- */

static bool counts(const struct lifting *l, const struct step *step)
{
	const struct item_score *item = &l->now->item[step->item];
	return item->missing != MISSING_NA && step->points_micro > item->points_micro &&
		step->points_micro <= l->in->item[step->item].max_micro &&
		l->now->area[l->in->item[step->item].area].computed;
}

/* What a step adds to the score, exactly. */
static void gain_of(const struct lifting *l, const struct step *step, mpq_t out)
{
	size_t area = l->in->item[step->item].area;
	mpq_t q;
	mpq_init(q);
	exact_ratio(out, step->points_micro - l->now->item[step->item].points_micro,
		    l->now->area[area].max_micro);
	exact_weight(q, &l->in->area[area]);
	mpq_mul(out, out, q);
	(void)exact_total(l->in, l->now, q);
	mpq_div(out, out, q);
	mpq_set_ui(q, SCALE_MAX, 1);
	mpq_mul(out, out, q);
	mpq_clear(q);
}

/* q in units of 2^-40, rounded up or down. */
static int64_t fixed_of(const mpq_t q, bool up)
{
	mpz_t z;
	mpz_init(z);
	mpz_mul_2exp(z, mpq_numref(q), FRACTION_BITS);
	if (up)
		mpz_cdiv_q(z, z, mpq_denref(q));
	else
		mpz_fdiv_q(z, z, mpq_denref(q));
	int64_t fixed = mpz_get_si(z);
	mpz_clear(z);
	return fixed;
}

static void add_choice(struct lifting *l, struct lift_slot *slot, struct lift_choice *to,
		       size_t step)
{
	mpq_t gain;
	mpq_init(gain);
	gain_of(l, &l->in->step[step], gain);
	*to = (struct lift_choice){ step, l->in->step[step].effort, fixed_of(gain, true) };
	mpq_clear(gain);
	slot->n++;
}

static void make_slots(struct lifting *l)
{
	struct lift_choice *choice = NEW(l->a, l->in->n_steps, struct lift_choice);
	l->slot = NEW(l->a, l->in->n_items, struct lift_slot);
	for (size_t item = 0; item < l->in->n_items; item++) {
		struct lift_slot slot = { .item = item, .choice = choice };
		for (size_t i = 0; i < l->in->n_steps; i++) {
			const struct step *step = &l->in->step[i];
			if (step->item == item && counts(l, step))
				add_choice(l, &slot, &choice[slot.n], i);
		}
		choice += slot.n;
		if (slot.n)
			l->slot[l->n_slots++] = slot;
	}
}

/* ---- gates ---- */

static bool is_needed(const struct lifting *l, const struct gate *gate)
{
	/* The lowest level needs nothing. */
	return gate->level > 0 && (int)gate->level <= l->target;
}

static bool is_of_scores(const struct instrument *in, struct str name)
{
	if (str_is(name, "score") || str_is(name, "level"))
		return true;
	for (size_t i = 0; i < in->n_areas; i++) {
		struct str code = in->area[i].code;
		if (name.n == code.n + 5 && str_starts(name, "area_") &&
		    str_eq(str_sub(name, 5, code.n), code))
			return true;
	}
	return false;
}

/* A gate that reads answers alone can be judged before the points are known. */
static bool reads_answers_alone(const struct instrument *in, const struct gate *gate)
{
	size_t n;
	const struct str *name = expr_names(gate->condition, &n);
	for (size_t i = 0; i < n; i++) {
		if (is_of_scores(in, name[i]))
			return false;
	}
	return true;
}

/* Names that gates depend on. */
struct names {
	struct arena *a;
	struct str *name;
	size_t n, cap;
};

static bool names_have(const struct names *ns, struct str name)
{
	for (size_t i = 0; i < ns->n; i++) {
		if (str_eq(ns->name[i], name))
			return true;
	}
	return false;
}

/* What the expression reads, and what the calculated questions among it read. */
static void names_add(struct names *ns, const struct instrument *in, const struct expr *e)
{
	size_t n;
	const struct str *name = expr_names(e, &n);
	for (size_t i = 0; i < n; i++) {
		const struct form *f = in->form[FORM_CLUSTER];
		const struct question *q = f ? form_question(f, name[i]) : NULL;
		if (names_have(ns, name[i]))
			continue;
		if (ns->n == ns->cap) {
			size_t cap = 2 * ns->cap + 16;
			ns->name = arena_grow(ns->a, ns->name, ns->n, cap, sizeof(*ns->name));
			ns->cap = cap;
		}
		ns->name[ns->n++] = name[i];
		if (q && q->calculation)
			names_add(ns, in, q->calculation);
	}
}

static bool step_writes(const struct lifting *l, size_t step, const struct names *ns)
{
	for (size_t k = 0; k < ns->n; k++) {
		if (lift_step_writes(l->in, &l->in->step[step], ns->name[k]))
			return true;
	}
	return false;
}

static void find_moves(struct lifting *l)
{
	l->moves = NEW(l->a, l->in->n_steps * l->in->n_items + 1, uint8_t);
	for (size_t item = 0; item < l->in->n_items; item++) {
		struct names ns = { .a = l->a };
		names_add(&ns, l->in, l->in->item[item].points);
		for (size_t i = 0; i < l->in->n_steps; i++) {
			if (l->in->step[i].item != item)
				l->moves[i * l->in->n_items + item] = step_writes(l, i, &ns);
		}
	}
}

static bool slot_writes(const struct lifting *l, const struct lift_slot *slot,
			const struct names *ns)
{
	for (size_t i = 0; i < slot->n; i++) {
		if (step_writes(l, slot->choice[i].step, ns))
			return true;
	}
	return false;
}

/* The slots whose steps write what is named, and those that write what the points of these read, as
 * that decides how much of an example is needed. */
static void depend(struct lifting *l, struct rule *r, struct names *ns)
{
	bool *in = NEW(l->a, l->n_slots + 1, bool);
	r->slot = NEW(l->a, l->n_slots + 1, size_t);
	for (bool more = ns->n > 0; more;) {
		more = false;
		for (size_t i = 0; i < l->n_slots; i++) {
			if (in[i] || !slot_writes(l, &l->slot[i], ns))
				continue;
			r->slot[r->n++] = i;
			in[i] = more = true;
			names_add(ns, l->in, l->in->item[l->slot[i].item].points);
		}
	}
}

/* Keeps the rule where its combinations are few enough to be known; else only whole sets are judged
 * by it. */
static void keep_rule(struct lifting *l, const struct rule *r)
{
	size_t combinations = 1;
	for (size_t i = 0; i < r->n && combinations <= KNOWN_MAX; i++)
		combinations *= l->slot[r->slot[i]].n + 1;
	if (combinations > KNOWN_MAX)
		return;
	l->rule[l->n_rules] = *r;
	l->rule[l->n_rules++].known = NEW(l->a, combinations, uint8_t);
}

static void add_gate_rules(struct lifting *l)
{
	for (size_t g = 0; g < l->profile->n_gates; g++) {
		const struct gate *gate = &l->profile->gate[g];
		struct names ns = { .a = l->a };
		struct rule r = { .gate = gate };
		if (!is_needed(l, gate) || !reads_answers_alone(l->in, gate))
			continue;
		names_add(&ns, l->in, gate->condition);
		depend(l, &r, &ns);
		keep_rule(l, &r);
	}
}

static void add_choice_rules(struct lifting *l)
{
	for (size_t i = 0; i < l->n_slots; i++) {
		for (size_t k = 0; k < l->slot[i].n; k++) {
			const struct step *step = &l->in->step[l->slot[i].choice[k].step];
			struct names ns = { .a = l->a };
			struct rule r = { .of = i, .choice = (int)k };
			if (lift_row_earns(l->a, l->in, l->row, step))
				continue;
			names_add(&ns, l->in, l->in->item[step->item].points);
			depend(l, &r, &ns);
			keep_rule(l, &r);
		}
	}
}

/* Brings the slots that rules depend on to the front, so that a rule is judged early. */
static void order_slots(struct lifting *l)
{
	struct lift_slot *slot = NEW(l->a, l->n_slots + 1, struct lift_slot);
	size_t *at = NEW(l->a, l->n_slots + 1, size_t), n = 0; /* place + 1, 0: none yet */
	for (size_t i = 0; i < l->n_rules; i++) {
		for (size_t k = 0; k < l->rule[i].n; k++) {
			size_t old = l->rule[i].slot[k];
			if (!at[old]) {
				slot[n++] = l->slot[old];
				at[old] = n;
			}
		}
	}
	for (size_t old = 0; old < l->n_slots; old++) {
		if (!at[old]) {
			slot[n++] = l->slot[old];
			at[old] = n;
		}
	}
	for (size_t i = 0; i < l->n_rules; i++) {
		struct rule *r = &l->rule[i];
		r->of = l->n_slots ? at[r->of] - 1 : 0;
		for (size_t k = 0; k < r->n; k++) {
			r->slot[k] = at[r->slot[k]] - 1;
			r->last = r->slot[k] > r->last ? r->slot[k] : r->last;
		}
	}
	l->slot = slot;
}

static void make_rules(struct lifting *l)
{
	l->rule = NEW(l->a, l->profile->n_gates + l->in->n_steps + 1, struct rule);
	add_gate_rules(l);
	add_choice_rules(l);
	order_slots(l);
}

static int by_number(const void *x, const void *y)
{
	const size_t *a = x, *b = y;
	return (*a > *b) - (*a < *b);
}

static size_t sorted(size_t *step, size_t n)
{
	qsort(step, n, sizeof(*step), by_number);
	return n;
}

/* The steps of a set, in the order of the sheet. */
static size_t steps_of(const struct lifting *l, const int *choice, size_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i < l->n_slots; i++) {
		if (choice[i] >= 0)
			out[n++] = l->slot[i].choice[choice[i]].step;
	}
	return sorted(out, n);
}

static size_t steps_of_rule(const struct lifting *l, const struct rule *r, const int *choice,
			    size_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n; i++) {
		size_t slot = r->slot[i];
		if (choice[slot] >= 0)
			out[n++] = l->slot[slot].choice[choice[slot]].step;
	}
	return sorted(out, n);
}

static bool obeys(struct lifting *l, const struct rule *r, const int *choice)
{
	const struct expr_env env = { 0 };
	struct arena_mark mark = arena_mark(l->a);
	size_t *step = NEW(l->a, l->n_slots + 1, size_t);
	size_t n = steps_of_rule(l, r, choice, step);
	const struct frame *row = lift_row_after(l->a, l->in, l->row, step, n);
	bool pass = r->gate ? expr_holds(l->a, r->gate->condition, row, &env)[0]
			    : lift_row_earns(l->a, l->in, row,
					     &l->in->step[l->slot[r->of].choice[r->choice].step]);
	arena_rewind(l->a, mark);
	return pass;
}

static bool rule_allows(struct lifting *l, struct rule *r, const int *choice)
{
	size_t at = 0;
	if (!r->gate && choice[r->of] != r->choice)
		return true;
	for (size_t i = 0; i < r->n; i++)
		at = at * (l->slot[r->slot[i]].n + 1) + (size_t)(choice[r->slot[i]] + 1);
	if (r->known[at] == UNKNOWN)
		r->known[at] = obeys(l, r, choice) ? ALLOWED : REFUSED;
	return r->known[at] == ALLOWED;
}

static bool allows_part(void *user, const int *choice, size_t decided)
{
	struct lifting *l = user;
	for (size_t i = 0; i < l->n_rules; i++) {
		struct rule *r = &l->rule[i];
		if (r->n && r->last + 1 == decided && !rule_allows(l, r, choice))
			return false;
	}
	return true;
}

/* Whether some choice passes the gate, tried like the digits of a counter. */
static bool can_pass(struct lifting *l, struct rule *r)
{
	int *choice = NEW(l->a, l->n_slots + 1, int);
	for (size_t i = 0; i < l->n_slots; i++)
		choice[i] = -1;
	for (;;) {
		if (rule_allows(l, r, choice))
			return true;
		size_t i = 0;
		while (i < r->n && choice[r->slot[i]] + 1 == (int)l->slot[r->slot[i]].n)
			choice[r->slot[i++]] = -1;
		if (i == r->n)
			return false;
		choice[r->slot[i]]++;
	}
}

static bool gates_can_pass(struct lifting *l)
{
	for (size_t i = 0; i < l->n_rules; i++) {
		if (l->rule[i].gate && !can_pass(l, &l->rule[i]))
			return false;
	}
	return true;
}

/* The proof. */
static bool reaches(void *user, const int *choice)
{
	struct lifting *l = user;
	struct arena_mark mark = arena_mark(l->a);
	size_t *step = NEW(l->a, l->n_slots + 1, size_t);
	size_t n = steps_of(l, choice, step);
	const struct frame *row = lift_row_after(l->a, l->in, l->row, step, n);
	bool reached = scored_with(l, row, step, n).cluster[0].level[l->which] >= l->target;
	for (size_t i = 0; reached && i < n; i++)
		reached = lift_row_earns(l->a, l->in, row, &l->in->step[step[i]]);
	arena_rewind(l->a, mark);
	return reached;
}

/* ---- what is told ---- */

static int64_t gain_micro(struct lifting *l, size_t step)
{
	struct arena_mark mark = arena_mark(l->a);
	struct exact x;
	struct scores one = copy_of(l, l->now);
	exact_init(&x, l->a, l->in->n_areas);
	memcpy(one.cluster[0].area, l->now->area, l->in->n_areas * sizeof(*l->now->area));
	const struct step *s = &l->in->step[step];
	one.cluster[0].area[l->in->item[s->item].area].points_micro +=
		s->points_micro - l->now->item[s->item].points_micro;
	exact_of_areas(l->in, &one.cluster[0], &x);
	int64_t gain = exact_micro(x.score) - l->now->micro;
	exact_clear(&x);
	arena_rewind(l->a, mark);
	return gain;
}

static void tell_plan(struct lifting *l, const struct lift_found *found, struct lift_plan *out)
{
	size_t *step = NEW(l->a, l->n_slots + 1, size_t);
	out->n = steps_of(l, found->choice, step);
	out->step = NEW(l->a, out->n, struct lift_step);
	out->effort = found->effort;
	for (size_t i = 0; i < out->n; i++)
		out->step[i] = (struct lift_step){ step[i], gain_micro(l, step[i]) };
	const struct frame *row = lift_row_after(l->a, l->in, l->row, step, out->n);
	struct scores one = scored_with(l, row, step, out->n);
	out->score_micro = one.cluster[0].micro;
	out->level = one.cluster[0].level[l->which];
}

/* Points to the cut, as a whole number of 2^-40 for the search and of 10^-6 for people. */
static int64_t need_of(struct lifting *l, int64_t *ret_micro)
{
	struct exact x;
	mpq_t need;
	mpz_t rest, whole;
	exact_init(&x, l->a, l->in->n_areas);
	mpq_init(need);
	mpz_init(rest);
	mpz_init(whole);
	exact_of_areas(l->in, l->now, &x);
	exact_ratio(need, l->profile->level[l->target].cut_micro, MICRO);
	mpq_sub(need, need, x.score);
	int64_t fixed = fixed_of(need, false);
	exact_scaled(whole, rest, need);
	*ret_micro = mpq_sgn(need) <= 0 ? 0 : mpz_get_si(whole) + (mpz_sgn(rest) > 0);
	mpz_clear(whole);
	mpz_clear(rest);
	mpq_clear(need);
	exact_clear(&x);
	return fixed;
}

/* Among plans of equal effort and size the higher score first: the search has not seen what a step
 * takes away. */
static void order_plans(struct lift_plan *plan, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		for (size_t k = i; k > 0; k--) {
			struct lift_plan *a = &plan[k - 1], *b = &plan[k], kept = *a;
			if (a->effort != b->effort || a->n != b->n ||
			    a->score_micro >= b->score_micro)
				break;
			*a = *b;
			*b = kept;
		}
	}
}

static void find_plans(struct lifting *l, int64_t need, struct lift *out)
{
	const struct lift_problem p = {
		.slot = l->slot,
		.n = l->n_slots,
		.need = need,
		.allows_part = allows_part,
		.allows = reaches,
		.user = l,
		.refusals_max = REFUSALS_MAX,
	};
	struct lift_found found[LIFT_PLANS_MAX];
	out->complete = true;
	if (!gates_can_pass(l))
		return;
	out->n_plans = lift_search(l->a, &p, LIFT_PLANS_MAX, found, &out->complete);
	for (size_t i = 0; i < out->n_plans; i++)
		tell_plan(l, &found[i], &out->plan[i]);
	order_plans(out->plan, out->n_plans);
}

static int failing_gate(struct lifting *l, const struct scores *one)
{
	const struct expr_env env = { 0 };
	const struct frame *f = score_frame(l->a, l->in, one, l->row);
	for (int level = 0; level <= l->target; level++) {
		for (size_t g = 0; g < l->profile->n_gates; g++) {
			const struct gate *gate = &l->profile->gate[g];
			if ((int)gate->level == level && is_needed(l, gate) &&
			    !expr_holds(l->a, gate->condition, f, &env)[0])
				return (int)g;
		}
	}
	return -1;
}

/* Insertion sort of a few dozen: by gain, then effort, then the order in which they came. */
static void add_best(struct lifting *l, struct lift_step step, struct lift *out)
{
	size_t at = out->n_best++;
	int effort = l->in->step[step.step].effort;
	for (; at > 0; at--) {
		const struct lift_step *before = &out->best[at - 1];
		if (before->gain_micro > step.gain_micro ||
		    (before->gain_micro == step.gain_micro &&
		     l->in->step[before->step].effort <= effort))
			break;
		out->best[at] = *before;
	}
	out->best[at] = step;
}

/* Slots stand in the order of items here: before rules bring some to the front. */
static void find_best(struct lifting *l, struct lift *out)
{
	out->best = NEW(l->a, l->n_slots, struct lift_step);
	for (size_t i = 0; i < l->n_slots; i++) {
		const struct lift_choice *best = NULL;
		for (size_t k = 0; k < l->slot[i].n; k++) {
			const struct lift_choice *c = &l->slot[i].choice[k];
			bool more = !best || c->gain > best->gain ||
				(c->gain == best->gain && c->effort < best->effort);
			if (more && lift_row_earns(l->a, l->in, l->row, &l->in->step[c->step]))
				best = c;
		}
		int64_t gain = best ? gain_micro(l, best->step) : 0;
		if (gain > 0)
			add_best(l, (struct lift_step){ best->step, gain }, out);
	}
}

bool lift_find(struct arena *a, const struct instrument *in, const struct frame *cluster_table,
	       const struct scores *s, size_t row, size_t profile, struct lift *out, struct err *e)
{
	assert(row < s->n);
	if (profile >= in->n_profiles)
		return err_say(e, ERR_INPUT, "el método no tiene el perfil %zu",
			       "the method has no profile %zu", profile);
	struct lifting l = { .a = a,
			     .in = in,
			     .profile = &in->profile[profile],
			     .which = profile,
			     .now = &s->cluster[row] };
	struct lift lift = { .gate = -1, .complete = true };
	if (l.now->categorizable) {
		l.row = lift_row_alone(a, cluster_table, row);
		l.target = l.now->level[profile] + 1;
		make_slots(&l);
		find_best(&l, &lift);
		lift.possible = (size_t)l.target < l.profile->n_levels;
	}
	if (lift.possible) {
		const struct scores one = { &s->cluster[row], 1 };
		int64_t need = need_of(&l, &lift.missing_micro);
		lift.level = l.target;
		lift.gate = failing_gate(&l, &one);
		make_rules(&l);
		find_moves(&l);
		find_plans(&l, need, &lift);
	}
	*out = lift;
	return true;
}
