/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/lift.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/num.h"
#include "score/lift_row.h"
#include "score/toy_test.h"

/* ---- random methods with steps and gates ------------------------------------------------------
 *
 * Question qK is answered 0, 1 or 2 and gives no points, some or the maximum; its steps are the
 * answers 1 and 2.  Some give nothing while another question is answered 0. */

enum { ITEMS_MAX = 5 };

static struct str option_name[] = { { "0", 1 }, { "1", 1 }, { "2", 1 } };
static const struct dictionary options = { .n = 3, .name = option_name };

static const struct expr *parse(struct arena *a, const struct expr_scope *scope, struct str source)
{
	struct expr_faults faults;
	const struct expr *e = NULL;
	if (!expr_parse(a, source, scope, LANG_EN, &e, &faults))
		print_message("%.*s: %.*s\n", STR_ARG(source), STR_ARG(faults.item[0].message));
	assert_non_null(e);
	return e;
}

static struct expr_scope scope_of(struct arena *a, const struct instrument *in)
{
	struct expr_name *name = NEW(a, in->n_items + in->n_areas + 1, struct expr_name);
	size_t n = 0;
	for (size_t k = 0; k < in->n_items; k++)
		name[n++] = (struct expr_name){ .name = in->item[k].question,
						.type = COLUMN_CHOICE,
						.dictionary = &options };
	for (size_t i = 0; i < in->n_areas; i++)
		name[n++] = (struct expr_name){
			.name = str_fmt(a, "area_%.*s", STR_ARG(in->area[i].code)),
			.type = COLUMN_REAL
		};
	name[n++] = (struct expr_name){ .name = STR("score"), .type = COLUMN_REAL };
	return (struct expr_scope){ .name = name, .n = n, .condition = false };
}

static struct str micro_text(struct arena *a, int64_t micro)
{
	struct buf b;
	buf_init(&b, a, 64);
	num_put_micro(&b, micro);
	return buf_str(&b);
}

static void add_steps(struct arena *a, struct instrument *in, struct chance *c,
		      const struct expr_scope *scope)
{
	in->step = NEW(a, 2 * in->n_items, struct step);
	for (size_t k = 0; k < in->n_items; k++) {
		int64_t max = in->item[k].max_micro;
		int64_t some = (int64_t)chance_below(c, (size_t)max);
		struct str q = in->item[k].question;
		struct str other = in->item[chance_below(c, in->n_items)].question;
		struct str source =
			str_fmt(a, "if(${%.*s} = '2', %.*s, if(${%.*s} = '1', %.*s, 0))",
					    STR_ARG(q), STR_ARG(micro_text(a, max)), STR_ARG(q),
					    STR_ARG(micro_text(a, some)));
		if (chance_one_in(c, 3))
			source = str_fmt(a, "if(${%.*s} = '0', 0, %.*s)", STR_ARG(other),
					 STR_ARG(source));
		in->item[k].points = parse(a, scope, source);
		for (int answer = 1; answer <= 2; answer++) {
			struct step_answer *set = NEW(a, 1, struct step_answer);
			*set = (struct step_answer){ q, str_fmt(a, "%d", answer) };
			if (chance_one_in(c, 5))
				continue;
			in->step[in->n_steps++] =
				(struct step){ .item = k,
					       .question = q,
					       .points_micro = answer == 2 ? max : some,
					       .effort = 1 + (int)chance_below(c, 3),
					       .set = set,
					       .n_set = 1 };
		}
	}
}

static struct str random_gate(struct arena *a, const struct instrument *in, struct chance *c)
{
	struct str q = in->item[chance_below(c, in->n_items)].question;
	struct str r = in->item[chance_below(c, in->n_items)].question;
	struct str area = in->area[chance_below(c, in->n_areas)].code;
	switch (chance_below(c, 6)) {
	case 0: return str_fmt(a, "${%.*s} != '0'", STR_ARG(q));
	case 1: return str_fmt(a, "${%.*s} = '2' and ${%.*s} != '0'", STR_ARG(q), STR_ARG(r));
	case 2: return str_fmt(a, "${%.*s} != '1' or ${%.*s} = '2'", STR_ARG(q), STR_ARG(r));
	case 3: return str_fmt(a, "${area_%.*s} >= %zu", STR_ARG(area), chance_below(c, 100));
	case 4: return str_fmt(a, "${score} < %zu", 60 + chance_below(c, 40));
	default: return str_fmt(a, "${%.*s} = '1'", STR_ARG(q));
	}
}

static void add_gates(struct arena *a, struct instrument *in, struct chance *c,
		      const struct expr_scope *scope)
{
	struct profile *p = &in->profile[0];
	p->n_gates = chance_below(c, 4);
	p->gate = NEW(a, p->n_gates, struct gate);
	for (size_t g = 0; g < p->n_gates; g++) {
		p->gate[g].level = chance_below(c, 3);
		p->gate[g].condition = parse(a, scope, random_gate(a, in, c));
	}
}

static struct instrument *random_method(struct arena *a, struct chance *c)
{
	struct toy_size size = { 1 + chance_below(c, 3), 1 + chance_below(c, ITEMS_MAX) };
	struct instrument *in = toy_instrument(a, c, size);
	struct expr_scope scope = scope_of(a, in);
	add_steps(a, in, c, &scope);
	add_gates(a, in, c, &scope);
	return in;
}

/* Column k of a table: answers[i * n_items + k]; -1 is no answer. */
static const struct frame *table_of(struct arena *a, const struct instrument *in,
				    const int *answers, size_t n)
{
	const struct column **column = NEW(a, in->n_items + 1, const struct column *);
	for (size_t k = 0; k < in->n_items; k++) {
		struct column_builder *b =
			column_build(a, in->item[k].question, COLUMN_CHOICE, &options);
		for (size_t i = 0; i < n; i++) {
			if (answers[i * in->n_items + k] < 0)
				column_add_missing(b, MISSING_NR);
			else
				column_add_integer(b, answers[i * in->n_items + k]);
		}
		column[k] = column_done(b);
	}
	struct column_builder *id = column_build(a, STR("cluster"), COLUMN_TEXT, NULL);
	for (size_t i = 0; i < n; i++)
		column_add_text(id, str_fmt(a, "C%zu", i));
	column[in->n_items] = column_done(id);
	return frame_of(a, column, in->n_items + 1, n);
}

static struct scores score(struct arena *a, const struct instrument *in, const struct frame *f)
{
	struct scores s;
	struct err e = { 0 };
	bool done = score_clusters(a, in, f, NULL, &s, &e);
	if (!done)
		print_message("%s\n", e.msg);
	assert_true(done);
	return s;
}

/* ---- by brute force ---------------------------------------------------------------------------
 *
 * Every way to take at most one step of each item, all in one table of answers: the items of its
 * steps have the steps' points, the others keep theirs; a step that its item's formula does not
 * give its points there makes the way no plan.  Of the code under test only the scoring is used. */

struct way {
	int effort;
	size_t n;
	int64_t score_micro;
	unsigned items; /* a bit for each */
	int64_t points_micro[ITEMS_MAX]; /* of the steps taken */
};

static size_t steps_of_item(const struct instrument *in, const struct cluster_score *c, size_t k,
			    size_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i < in->n_steps; i++) {
		const struct step *s = &in->step[i];
		if (s->item == k && s->points_micro > c->item[k].points_micro &&
		    c->item[k].missing != MISSING_NA && c->area[in->item[k].area].computed)
			out[n++] = i;
	}
	return n;
}

static size_t all_ways(const struct instrument *in, const struct cluster_score *c,
		       const int *now, struct way *way, int *answers)
{
	size_t n_steps[ITEMS_MAX], step[ITEMS_MAX][2], n_ways = 1;
	for (size_t k = 0; k < in->n_items; k++) {
		n_steps[k] = steps_of_item(in, c, k, step[k]);
		n_ways *= n_steps[k] + 1;
	}
	for (size_t w = 0; w < n_ways; w++) {
		size_t rest = w;
		way[w] = (struct way){ 0 };
		for (size_t k = 0; k < in->n_items; k++) {
			size_t pick = rest % (n_steps[k] + 1);
			rest /= n_steps[k] + 1;
			answers[w * in->n_items + k] = now[k];
			if (!pick)
				continue;
			const struct step *s = &in->step[step[k][pick - 1]];
			answers[w * in->n_items + k] = s->set[0].value.p[0] - '0';
			way[w].points_micro[k] = s->points_micro;
			way[w].effort += s->effort;
			way[w].n++;
			way[w].items |= 1u << k;
		}
	}
	return n_ways;
}

static int by_order(const void *x, const void *y)
{
	const struct way *a = x, *b = y;
	if (a->effort != b->effort)
		return a->effort < b->effort ? -1 : 1;
	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	return (a->score_micro < b->score_micro) - (a->score_micro > b->score_micro);
}

static void put_points(const struct instrument *in, const struct cluster_score *c,
		       const struct way *w, struct item_score *out)
{
	for (size_t k = 0; k < in->n_items; k++)
		out[k] = w->items & 1u << k
			? (struct item_score){ .points_micro = w->points_micro[k] }
			: c->item[k];
}

static bool earns(const struct instrument *in, const struct way *w, const struct item_score *item)
{
	for (size_t k = 0; k < in->n_items; k++) {
		if (w->items & 1u << k && item[k].points_micro < w->points_micro[k])
			return false;
	}
	return true;
}

static size_t brute_force(struct arena *a, const struct instrument *in,
			  const struct cluster_score *c, const int *now, int target,
			  struct way *best)
{
	struct way *way = NEW(a, 243, struct way);
	int *answers = NEW(a, 243 * in->n_items, int);
	size_t n = all_ways(in, c, now, way, answers), n_reached = 0, n_best = 0;
	const struct frame *f = table_of(a, in, answers, n);
	struct scores by_formula = score(a, in, f), s = scores_new(a, in, n);
	for (size_t w = 0; w < n; w++)
		put_points(in, c, &way[w], s.cluster[w].item);
	score_again(a, in, f, &s);
	for (size_t w = 0; w < n; w++) {
		way[w].score_micro = s.cluster[w].micro;
		if (way[w].n && s.cluster[w].level[0] >= target &&
		    earns(in, &way[w], by_formula.cluster[w].item))
			way[n_reached++] = way[w];
	}
	qsort(way, n_reached, sizeof(*way), by_order);
	for (size_t w = 0; w < n_reached && n_best < LIFT_PLANS_MAX; w++) {
		bool holds = false;
		for (size_t k = 0; k < n_best; k++)
			holds |= (best[k].items & ~way[w].items) == 0;
		if (!holds)
			best[n_best++] = way[w];
	}
	return n_best;
}

/* ---- against brute force ---- */

static void check_plan(const struct instrument *in, const struct lift_plan *p, const struct way *w)
{
	unsigned items = 0;
	int effort = 0;
	for (size_t i = 0; i < p->n; i++) {
		const struct step *s = &in->step[p->step[i].step];
		assert_false(items & 1u << s->item); /* one of each item */
		items |= 1u << s->item;
		effort += s->effort;
		if (i)
			assert_true(p->step[i].step > p->step[i - 1].step);
	}
	assert_int_equal(effort, p->effort);
	assert_int_equal(p->effort, w->effort);
	assert_int_equal(p->n, w->n);
	assert_int_equal(p->score_micro, w->score_micro);
}

static size_t compare_with_brute_force(struct arena *a, struct chance *c)
{
	struct instrument *in = random_method(a, c);
	int now[ITEMS_MAX];
	struct lift lift;
	struct err e = { 0 };
	struct way best[LIFT_PLANS_MAX];
	/* Nobody has the best answer already while it gives nothing: it would be kept. */
	for (size_t k = 0; k < in->n_items; k++)
		now[k] = chance_one_in(c, 10) ? -1 : (int)chance_below(c, 2);
	const struct frame *f = table_of(a, in, now, 1);
	struct scores s = score(a, in, f);
	assert_true(lift_find(a, in, f, &s, 0, 0, &lift, &e));
	const struct cluster_score *cluster = &s.cluster[0];
	bool possible = cluster->categorizable && cluster->level[0] < 2;
	assert_int_equal(lift.possible, possible);
	if (!possible)
		return 0;
	assert_int_equal(lift.level, cluster->level[0] + 1);
	assert_true(lift.complete);
	size_t n = brute_force(a, in, cluster, now, lift.level, best);
	assert_int_equal(lift.n_plans, n);
	for (size_t i = 0; i < n; i++) {
		check_plan(in, &lift.plan[i], &best[i]);
		assert_true(lift.plan[i].level >= lift.level);
	}
	return n;
}

static void the_cheapest_plans_are_those_of_brute_force(void **state)
{
	(void)state;
	struct chance c = { 3 };
	size_t with[LIFT_PLANS_MAX + 1] = { 0 };
	ARENA_SCOPE(a, 64u << 20);
	for (size_t i = 0; i < 4000; i++) {
		struct arena_mark mark = arena_mark(&a);
		with[compare_with_brute_force(&a, &c)]++;
		arena_rewind(&a, mark);
	}
	for (size_t n = 0; n <= LIFT_PLANS_MAX; n++)
		assert_true(with[n] > 100);
}

/* ---- a step that costs points elsewhere ----
 *
 * q0 gives 10 points for the answer 1; q1 gives 10 unless q0 is 1.  Its step gains nothing,
 * although its own points would bring 50 to 100. */

static void a_step_that_takes_as_much_elsewhere_is_no_plan(void **state)
{
	(void)state;
	struct chance c = { 5 };
	struct err e = { 0 };
	struct lift lift;
	struct step_answer set = { STR("q0"), STR("1") };
	struct step step = { .question = STR("q0"),
			     .points_micro = 10000000,
			     .effort = 1,
			     .set = &set,
			     .n_set = 1 };
	ARENA_SCOPE(a, 1u << 20);
	struct instrument *in = toy_instrument(&a, &c, (struct toy_size){ 1, 2 });
	struct expr_scope scope = scope_of(&a, in);
	for (size_t k = 0; k < 2; k++)
		in->item[k].max_micro = 10000000;
	set.name = in->item[0].question;
	step.question = set.name;
	in->profile[0].n_gates = 0;
	in->step = &step;
	in->n_steps = 1;
	in->profile[0].level[1].cut_micro = 60000000;
	in->profile[0].level[2].cut_micro = 100000000;
	in->item[0].points =
		parse(&a, &scope, str_fmt(&a, "if(${%.*s} = '1', 10, 0)", STR_ARG(set.name)));
	for (size_t harmless = 0; harmless < 2; harmless++) {
		int now[] = { 0, 0 };
		struct str costly =
			str_fmt(&a, "if(${%.*s} = '1', 0, 10)", STR_ARG(set.name));
		in->item[1].points = parse(&a, &scope, harmless ? STR("10") : costly);
		const struct frame *f = table_of(&a, in, now, 1);
		struct scores s = score(&a, in, f);
		assert_int_equal(s.cluster[0].micro, 50000000);
		assert_true(lift_find(&a, in, f, &s, 0, 0, &lift, &e));
		assert_true(lift.possible);
		assert_int_equal(lift.n_plans, harmless);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cheapest_plans_are_those_of_brute_force),
		cmocka_unit_test(a_step_that_takes_as_much_elsewhere_is_no_plan),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
