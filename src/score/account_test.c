/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/account.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "score/toy_test.h"

enum { CLUSTERS = 4 };

static struct scores random_scores(struct arena *a, const struct instrument *in, struct chance *c)
{
	struct scores s = scores_new(a, in, CLUSTERS);
	for (size_t i = 0; i < s.n; i++)
		toy_answers(in, c, &s.cluster[i]);
	score_again(a, in, toy_table(a, s.n), &s);
	return s;
}

static struct instrument *random_instrument(struct arena *a, struct chance *c)
{
	struct toy_size size = { 1 + chance_below(c, 8), 1 + chance_below(c, 40) };
	return toy_instrument(a, c, size);
}

/* ---- contributions ---- */

/* What an item contributes, in binary64: an independent way to the same number. */
static double contributed(const struct instrument *in, const struct cluster_score *s, size_t item,
			  int64_t points)
{
	double total = 0;
	for (size_t i = 0; i < in->n_areas; i++)
		total += s->area[i].computed ? area_weight(&in->area[i]) : 0;
	size_t area = in->item[item].area;
	return 1e8 * (double)points / (double)s->area[area].max_micro *
		area_weight(&in->area[area]) / total;
}

static void check_items(const struct instrument *in, const struct cluster_score *s,
			const struct account *account)
{
	for (size_t k = 0; k < in->n_items; k++) {
		const struct item_account *item = &account->item[k];
		if (s->item[k].missing == MISSING_NA || !s->area[in->item[k].area].computed) {
			assert_int_equal(item->contribution_micro, 0);
			assert_int_equal(item->possible_micro, 0);
			continue;
		}
		double exact = contributed(in, s, k, s->item[k].points_micro);
		double full = contributed(in, s, k, in->item[k].max_micro);
		assert_true(fabs((double)item->contribution_micro - exact) < 1.001);
		assert_true(fabs((double)item->possible_micro - full) < 1.001);
		assert_true(item->possible_micro >= item->contribution_micro);
		if (s->item[k].points_micro == in->item[k].max_micro)
			assert_int_equal(item->possible_micro, item->contribution_micro);
	}
}

static void check_sums(const struct instrument *in, const struct cluster_score *s,
		       const struct account *account)
{
	int64_t score = 0, weight = 0;
	for (size_t i = 0; i < in->n_areas; i++) {
		int64_t items = 0;
		for (size_t k = 0; k < in->n_items; k++)
			items += in->item[k].area == i ? account->item[k].contribution_micro : 0;
		assert_int_equal(items, account->area[i].contribution_micro);
		score += account->area[i].contribution_micro;
		weight += account->area[i].weight_micro;
	}
	assert_int_equal(score, s->micro);
	assert_int_equal(weight, 1000000);
}

static void contributions_add_up_exactly_and_each_is_the_nearest_but_one(void **state)
{
	(void)state;
	struct chance c = { 7 };
	size_t accounts = 0;
	for (size_t round = 0; round < 2000; round++) {
		ARENA_SCOPE(a, 16u << 20);
		const struct instrument *in = random_instrument(&a, &c);
		struct scores s = random_scores(&a, in, &c);
		for (size_t i = 0; i < s.n; i++) {
			struct account account;
			if (!s.cluster[i].categorizable)
				continue;
			account_make(&a, in, &s.cluster[i], &account);
			check_items(in, &s.cluster[i], &account);
			check_sums(in, &s.cluster[i], &account);
			accounts++;
		}
	}
	assert_true(accounts > 4000);
}

/* Three equal thirds of 100: 33.333333 each leaves 0.000001, which the first takes. */
static void what_rounding_leaves_goes_to_the_first_of_equals(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	struct chance c = { 1 };
	struct instrument *in = toy_instrument(&a, &c, (struct toy_size){ 3, 3 });
	in->area_missing_max = in->areas_missing_max = -1;
	struct scores s = scores_new(&a, in, 1);
	for (size_t k = 0; k < 3; k++) {
		in->area[k].weight = (struct decimal_weight){ 1, 0 };
		in->item[k].area = k;
		s.cluster[0].item[k].points_micro = in->item[k].max_micro = 5000000;
	}
	score_again(&a, in, toy_table(&a, 1), &s);
	struct account account;
	account_make(&a, in, &s.cluster[0], &account);
	assert_int_equal(account.area[0].contribution_micro, 33333334);
	assert_int_equal(account.area[1].contribution_micro, 33333333);
	assert_int_equal(account.area[2].contribution_micro, 33333333);
	assert_int_equal(account.item[0].contribution_micro, 33333334);
	assert_int_equal(account.area[0].weight_micro, 333334);
}

/* ---- bounds ---- */

/* One area of eleven items of 5 points; 37 of 55, of which the seventh gives 2.  When it is not
 * answered: 35/55, 35/50, 40/55. */
static void the_worked_example_comes_out(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	static const int points[11] = { 5, 5, 2, 3, 5, 5, 2, 3, 3, 3, 1 };
	struct chance c = { 1 };
	struct instrument *in = toy_instrument(&a, &c, (struct toy_size){ 1, 11 });
	in->area[0].weight = (struct decimal_weight){ 20, 0 };
	in->area_missing_max = 40;
	in->profile[0].level[1].cut_micro = 40000000;
	in->profile[0].level[2].cut_micro = 70000000;
	struct scores s = scores_new(&a, in, 2);
	for (size_t k = 0; k < 11; k++) {
		in->item[k].max_micro = 5000000;
		s.cluster[0].item[k].points_micro = s.cluster[1].item[k].points_micro =
			points[k] * 1000000;
	}
	s.cluster[1].item[6] = (struct item_score){ .missing = MISSING_NR };
	const struct frame *table = toy_table(&a, 2);
	score_again(&a, in, table, &s);
	const struct score_bounds *b = score_bounds_of(&a, in, table, &s);
	assert_int_equal(b[0].lower_micro, 67272727);
	assert_int_equal(b[0].available_micro, 67272727);
	assert_int_equal(b[0].upper_micro, 67272727);
	assert_int_equal(b[1].lower_micro, 63636364);
	assert_int_equal(b[1].available_micro, 70000000);
	assert_int_equal(b[1].upper_micro, 72727273);
	assert_int_equal(b[1].lower_level, 1);
	assert_int_equal(b[1].available_level, 2);
	assert_int_equal(b[1].upper_level, 2);
}

/* Any answers in place of the missing ones, the same areas computed, lie between the bounds. */
static void check_between(struct arena *a, const struct instrument *in, const struct scores *s,
			  const struct score_bounds *b, struct chance *c)
{
	struct scores filled = scores_new(a, in, s->n);
	for (size_t i = 0; i < s->n; i++) {
		for (size_t k = 0; k < in->n_items; k++) {
			struct item_score *item = &filled.cluster[i].item[k];
			*item = s->cluster[i].item[k];
			bool computed = s->cluster[i].area[in->item[k].area].computed;
			size_t max = (size_t)in->item[k].max_micro;
			int64_t points = (int64_t)chance_below(c, max + 1);
			if (computed && item->missing && item->missing != MISSING_NA)
				*item = (struct item_score){ .points_micro = points };
		}
	}
	score_again(a, in, toy_table(a, s->n), &filled);
	for (size_t i = 0; i < s->n; i++) {
		if (!s->cluster[i].categorizable)
			continue;
		assert_true(filled.cluster[i].micro >= b[i].lower_micro);
		assert_true(filled.cluster[i].micro <= b[i].upper_micro);
		assert_true(filled.cluster[i].level[0] >= b[i].lower_level);
		assert_true(filled.cluster[i].level[0] <= b[i].upper_level);
	}
}

static void any_answer_in_place_of_a_missing_one_stays_between_the_bounds(void **state)
{
	(void)state;
	struct chance c = { 11 };
	size_t wide = 0;
	for (size_t round = 0; round < 1500; round++) {
		ARENA_SCOPE(a, 16u << 20);
		const struct instrument *in = random_instrument(&a, &c);
		struct scores s = random_scores(&a, in, &c);
		const struct score_bounds *b = score_bounds_of(&a, in, toy_table(&a, s.n), &s);
		for (size_t i = 0; i < s.n; i++) {
			if (!s.cluster[i].categorizable) {
				assert_int_equal(b[i].upper_micro, 0);
				continue;
			}
			assert_int_equal(b[i].lower_micro, s.cluster[i].micro);
			assert_true(b[i].lower_micro <= b[i].available_micro);
			assert_true(b[i].available_micro <= b[i].upper_micro);
			assert_true(b[i].upper_micro <= 100000000);
			wide += b[i].upper_micro > b[i].lower_micro;
		}
		check_between(&a, in, &s, b, &c);
	}
	assert_true(wide > 1000);
}

/* An area with nothing answered that is computed all the same (no limit of missing) has no
 * available score of its own: it stays 0. */
static void an_area_without_any_answer_runs_from_nothing_to_full(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	struct chance c = { 1 };
	struct instrument *in = toy_instrument(&a, &c, (struct toy_size){ 1, 2 });
	in->area[0].weight = (struct decimal_weight){ 1, 0 };
	in->area_missing_max = in->areas_missing_max = -1;
	struct scores s = scores_new(&a, in, 1);
	s.cluster[0].item[0].missing = s.cluster[0].item[1].missing = MISSING_ND;
	score_again(&a, in, toy_table(&a, 1), &s);
	const struct score_bounds *b = score_bounds_of(&a, in, toy_table(&a, 1), &s);
	assert_true(s.cluster[0].categorizable);
	assert_int_equal(b[0].lower_micro, 0);
	assert_int_equal(b[0].available_micro, 0);
	assert_int_equal(b[0].upper_micro, 100000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contributions_add_up_exactly_and_each_is_the_nearest_but_one),
		cmocka_unit_test(what_rounding_leaves_goes_to_the_first_of_equals),
		cmocka_unit_test(the_worked_example_comes_out),
		cmocka_unit_test(any_answer_in_place_of_a_missing_one_stays_between_the_bounds),
		cmocka_unit_test(an_area_without_any_answer_runs_from_nothing_to_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
