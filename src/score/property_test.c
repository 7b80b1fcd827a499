/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold of any scores of any method, tried on random ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "score/account.h"
#include "score/toy_test.h"

enum { CLUSTERS = 6,
       ROUNDS = 1500 };

static struct instrument *random_instrument(struct arena *a, struct chance *c)
{
	struct toy_size size = { 1 + chance_below(c, 6), 1 + chance_below(c, 30) };
	return toy_instrument(a, c, size);
}

static struct scores random_scores(struct arena *a, const struct instrument *in, struct chance *c)
{
	struct scores s = scores_new(a, in, CLUSTERS);
	for (size_t i = 0; i < s.n; i++)
		toy_answers(in, c, &s.cluster[i]);
	score_again(a, in, toy_table(a, s.n), &s);
	return s;
}

/* The same to the last bit, the order of areas aside. */
static void check_same(const struct instrument *in, const struct cluster_score *x,
		       const struct cluster_score *y)
{
	assert_int_equal(x->categorizable, y->categorizable);
	assert_int_equal(x->micro, y->micro);
	assert_memory_equal(&x->exact, &y->exact, sizeof(x->exact));
	assert_int_equal(x->missing, y->missing);
	for (size_t p = 0; p < in->n_profiles; p++) {
		assert_int_equal(x->level[p], y->level[p]);
		assert_int_equal(x->by_cut[p], y->by_cut[p]);
		assert_int_equal(x->held_by[p], y->held_by[p]);
	}
}

static void more_points_never_lower_a_score_or_a_level(void **state)
{
	(void)state;
	struct chance c = { 1 };
	ARENA_SCOPE(a, 64u << 20);
	for (size_t round = 0; round < ROUNDS; round++) {
		struct arena_mark mark = arena_mark(&a);
		const struct instrument *in = random_instrument(&a, &c);
		struct scores s = random_scores(&a, in, &c), better = scores_new(&a, in, s.n);
		for (size_t i = 0; i < s.n; i++) {
			struct item_score *to = better.cluster[i].item;
			memcpy(to, s.cluster[i].item, in->n_items * sizeof(*to));
			size_t k = chance_below(&c, in->n_items);
			int64_t room = in->item[k].max_micro - to[k].points_micro;
			if (!to[k].missing)
				to[k].points_micro += (int64_t)chance_below(&c, (size_t)room + 1);
		}
		score_again(&a, in, toy_table(&a, s.n), &better);
		for (size_t i = 0; i < s.n; i++) {
			assert_int_equal(better.cluster[i].categorizable,
					 s.cluster[i].categorizable);
			assert_true(better.cluster[i].micro >= s.cluster[i].micro);
			assert_true(better.cluster[i].level[0] >= s.cluster[i].level[0]);
		}
		arena_rewind(&a, mark);
	}
}

/* Clusters in another order, and each alone as when threads share them out. */
static void the_order_of_clusters_and_their_company_change_nothing(void **state)
{
	(void)state;
	struct chance c = { 2 };
	ARENA_SCOPE(a, 64u << 20);
	for (size_t round = 0; round < ROUNDS; round++) {
		struct arena_mark mark = arena_mark(&a);
		const struct instrument *in = random_instrument(&a, &c);
		struct scores s = random_scores(&a, in, &c), other = scores_new(&a, in, s.n);
		size_t turn = 1 + chance_below(&c, s.n - 1);
		for (size_t i = 0; i < s.n; i++)
			memcpy(other.cluster[(i + turn) % s.n].item, s.cluster[i].item,
			       in->n_items * sizeof(struct item_score));
		score_again(&a, in, toy_table(&a, s.n), &other);
		const struct score_bounds *b = score_bounds_of(&a, in, toy_table(&a, s.n), &s);
		const struct score_bounds *d = score_bounds_of(&a, in, toy_table(&a, s.n), &other);
		for (size_t i = 0; i < s.n; i++) {
			size_t to = (i + turn) % s.n;
			struct scores alone = scores_new(&a, in, 1);
			memcpy(alone.cluster[0].item, s.cluster[i].item,
			       in->n_items * sizeof(struct item_score));
			score_again(&a, in, toy_table(&a, 1), &alone);
			check_same(in, &s.cluster[i], &other.cluster[to]);
			check_same(in, &s.cluster[i], &alone.cluster[0]);
			assert_memory_equal(&b[i], &d[to], sizeof(b[i]));
		}
		arena_rewind(&a, mark);
	}
}

/* Items from the last to the first, areas too, every code another, weights ten times as large. */
static struct instrument *renamed(struct arena *a, const struct instrument *in)
{
	struct instrument *out = NEW(a, 1, struct instrument);
	*out = *in;
	out->area = NEW(a, in->n_areas, struct area);
	out->item = NEW(a, in->n_items, struct score_item);
	for (size_t i = 0; i < in->n_areas; i++) {
		struct area *area = &out->area[in->n_areas - 1 - i];
		*area = in->area[i];
		area->code = str_fmt(a, "other%zu", i);
		area->weight.mantissa *= 10;
	}
	for (size_t k = 0; k < in->n_items; k++) {
		struct score_item *item = &out->item[in->n_items - 1 - k];
		*item = in->item[k];
		item->question = str_fmt(a, "another%zu", k);
		item->area = in->n_areas - 1 - in->item[k].area;
	}
	return out;
}

static void names_order_and_the_scale_of_weights_change_nothing(void **state)
{
	(void)state;
	struct chance c = { 3 };
	ARENA_SCOPE(a, 64u << 20);
	for (size_t round = 0; round < ROUNDS; round++) {
		struct arena_mark mark = arena_mark(&a);
		const struct instrument *in = random_instrument(&a, &c), *like = renamed(&a, in);
		struct scores s = random_scores(&a, in, &c), other = scores_new(&a, like, s.n);
		for (size_t i = 0; i < s.n; i++) {
			for (size_t k = 0; k < in->n_items; k++)
				other.cluster[i].item[in->n_items - 1 - k] = s.cluster[i].item[k];
		}
		score_again(&a, like, toy_table(&a, s.n), &other);
		for (size_t i = 0; i < s.n; i++) {
			check_same(in, &s.cluster[i], &other.cluster[i]);
			for (size_t k = 0; k < in->n_areas; k++)
				assert_int_equal(s.cluster[i].area[k].micro,
						 other.cluster[i].area[in->n_areas - 1 - k].micro);
		}
		arena_rewind(&a, mark);
	}
}

/* Scoring is a function of the points alone: twice is once. */
static void scoring_again_changes_nothing(void **state)
{
	(void)state;
	struct chance c = { 4 };
	ARENA_SCOPE(a, 64u << 20);
	for (size_t round = 0; round < ROUNDS; round++) {
		struct arena_mark mark = arena_mark(&a);
		const struct instrument *in = random_instrument(&a, &c);
		struct scores s = random_scores(&a, in, &c), twice = scores_new(&a, in, s.n);
		for (size_t i = 0; i < s.n; i++)
			memcpy(twice.cluster[i].item, s.cluster[i].item,
			       in->n_items * sizeof(struct item_score));
		score_again(&a, in, toy_table(&a, s.n), &twice);
		score_again(&a, in, toy_table(&a, s.n), &twice);
		for (size_t i = 0; i < s.n; i++)
			check_same(in, &s.cluster[i], &twice.cluster[i]);
		arena_rewind(&a, mark);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_points_never_lower_a_score_or_a_level),
		cmocka_unit_test(the_order_of_clusters_and_their_company_change_nothing),
		cmocka_unit_test(names_order_and_the_scale_of_weights_change_nothing),
		cmocka_unit_test(scoring_again_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
