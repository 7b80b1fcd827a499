/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "base/num.h"
#include "score/change_fixture.h"
#include "stat/random.h"

enum { ROOM = 1 << 29 };

struct changes {
	struct figure_change *c;
	size_t n;
	struct panel panel;
};

static struct changes compared(struct arena *a, const struct fixture_round *from,
			       const struct fixture_round *to)
{
	const struct cluster_register none = { 0 };
	struct changes x = { 0 };
	struct err e = { 0 };
	panel_match(a, &none, &from->side, &to->side, &x.panel);
	bool done = figure_changes(a, &from->side, &to->side, &x.panel, LANG_EN, &runner_serial,
				   &x.c, &x.n, &e);
	if (!done)
		print_message("%s\n", e.en);
	assert_true(done);
	return x;
}

static const struct figure_change *find(const struct changes *x, const char *id)
{
	for (size_t i = 0; i < x->n; i++) {
		if (str_is(x->c[i].indicator->id, id))
			return &x->c[i];
	}
	fail_msg("no figure %s", id);
	return NULL;
}

static void near(double got, double want)
{
	if (!(fabs(got - want) <= 1e-9 * fmax(1, fabs(want))))
		fail_msg("%.12g, want %.12g", got, want);
}

/* ---- by hand ---- */

/* 2020: A yes, B no, C no, D yes (50 %); 2022: A yes, B yes, C yes, E no (75 %).
 * Stayers A B C: 1/3 -> 1, +66.67; entrant E, a quarter of the round: (0 - 100) / 4 = -25;
 * leaver D, a quarter: (33.33 - 100) / 4 = -16.67; together +25. */
static const char yes_2020[] = "A {\"Q1\":\"a\",\"Q2\":1}\nB {\"Q1\":\"b\",\"Q2\":2}\n"
			       "C {\"Q1\":\"c\",\"Q2\":3}\nD {\"Q1\":\"a\",\"Q2\":10}";
static const char yes_2022[] = "E {\"Q1\":\"c\",\"Q2\":20}\nA {\"Q1\":\"a\",\"Q2\":4}\n"
			       "B {\"Q1\":\"a\",\"Q2\":4}\nC {\"Q1\":\"a\",\"Q2\":1}";

static void a_share_splits_into_stayers_entrants_and_leavers(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	const struct instrument *in = fixture_method(&a, &sheets_new);
	struct changes x = compared(&a, fixture_answers(&a, in, "2020", 2020, yes_2020),
				    fixture_answers(&a, in, "2022", 2022, yes_2022));
	const struct figure_change *f = find(&x, "F1");
	assert_int_equal(f->relation, SERIES_SAME);
	assert_true(f->computed);
	near(f->old_value, 50);
	near(f->new_value, 75);
	near(f->stayers, 200.0 / 3);
	near(f->entrants, -25);
	near(f->leavers, -50.0 / 3);
	near(f->method, 0);
	near(f->panel_old, 100.0 / 3);
	near(f->panel_new, 100);
	assert_int_equal(f->panel_n, 3);
	/* Two gained it, none lost it: mid-p is (1/4 + 1/4) / 2. */
	assert_true(f->has_test && f->by_mcnemar);
	assert_int_equal(f->gained, 2);
	assert_int_equal(f->lost, 0);
	near(f->p, 0.25);
	assert_int_equal(f->proven, 0);
}

/* Sums: stayers 6 -> 9, entrant 20, leaver 10. */
static void a_sum_splits_into_plain_differences(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	const struct instrument *in = fixture_method(&a, &sheets_new);
	struct changes x = compared(&a, fixture_answers(&a, in, "2020", 2020, yes_2020),
				    fixture_answers(&a, in, "2022", 2022, yes_2022));
	const struct figure_change *f = find(&x, "F2");
	near(f->new_value - f->old_value, 29 - 16);
	near(f->stayers, 3);
	near(f->entrants, 20);
	near(f->leavers, -10);
	assert_false(f->by_mcnemar);
	/* Lists, figures of figures and medians have no parts. */
	assert_false(find(&x, "G2")->computed);
	assert_false(find(&x, "G3")->computed || find(&x, "F9")->computed);
	assert_true(find(&x, "F9")->has_old && find(&x, "F9")->has_new);
}

/* ---- any rounds ---- */

static struct fixture_round *random_round(struct arena *a, const struct instrument *in,
					  struct random *r, const char *id, int year)
{
	static const char *const choice[] = { "\"a\"", "\"b\"", "\"c\"", "\"NR\"" };
	struct fixture_round *round = fixture_round(a, id, year);
	for (int i = 0; i < 40; i++) {
		if (random_below(r, 4) == 0)
			continue;
		struct buf b;
		buf_init(&b, a, 256);
		buf_putc(&b, '{');
		uint32_t q1 = random_below(r, 4);
		if (q1 < 3)
			buf_fmt(&b, "\"Q1\":%s,", choice[q1]);
		if (random_below(r, 5))
			buf_fmt(&b, "\"Q4\":%u,", random_below(r, 9));
		buf_fmt(&b, "\"Q2\":%u}", random_below(r, 12));
		fixture_answer(round, str_fmt(a, "C%d", i), buf_str(&b));
	}
	fixture_score(a, round, in);
	return round;
}

static void parts_add_up_and_turn_round(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	const struct instrument *in = fixture_method(&a, &sheets_new);
	struct random r = random_of(20221122, 2, 0, 0);
	size_t n_computed = 0, n_checked = 0;
	for (int t = 0; t < 60; t++) {
		struct arena_mark mark = arena_mark(&a);
		struct fixture_round *was = random_round(&a, in, &r, "2020", 2020);
		struct fixture_round *is = random_round(&a, in, &r, "2022", 2022);
		struct changes x = compared(&a, was, is), y = compared(&a, is, was);
		for (size_t i = 0; i < x.n; i++) {
			const struct figure_change *f = &x.c[i], *g = &y.c[i];
			n_checked++;
			n_computed += f->computed;
			assert_int_equal(f->computed, g->computed);
			near(f->stayers, -g->stayers);
			near(f->entrants, -g->leavers);
			near(f->leavers, -g->entrants);
			near(f->p, g->p);
			assert_int_equal(f->gained, g->lost);
			assert_int_equal(f->proven, -g->proven);
			if (f->computed)
				near(f->stayers + f->entrants + f->leavers + f->method,
				     f->new_value - f->old_value);
		}
		/* F1 F2 F3 F4 F5 F6 F7 F8 G1 have parts; a growth or weighted mean of random
		 * answers may lack its denominator in a group. */
		assert_true(find(&x, "F1")->computed && find(&x, "F2")->computed &&
			    find(&x, "F4")->computed && find(&x, "F5")->computed &&
			    find(&x, "F6")->computed && find(&x, "G1")->computed);
		arena_rewind(&a, mark);
	}
	assert_true(n_computed * 12 > n_checked * 8);
}

static void a_round_against_itself_shows_no_change(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	const struct instrument *in = fixture_method(&a, &sheets_new);
	struct random r = random_of(1, 3, 0, 0);
	struct fixture_round *was = random_round(&a, in, &r, "2022", 2022);
	struct changes x = compared(&a, was, was);
	assert_int_equal(x.panel.n_stayers, was->n);
	for (size_t i = 0; i < x.n; i++) {
		const struct figure_change *f = &x.c[i];
		assert_true(fabs(f->stayers) + fabs(f->entrants) + fabs(f->leavers) +
				    fabs(f->method) <= 0);
		assert_true(f->old_value >= f->new_value && f->old_value <= f->new_value);
		assert_int_equal(f->gained + f->lost, 0);
		assert_true(!f->has_test || f->p >= 1);
		assert_int_equal(f->proven, 0);
	}
}

/* All of 30 clusters come to have it. */
static void a_change_of_all_is_proven_and_points_its_way(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	const struct instrument *in = fixture_method(&a, &sheets_new);
	struct fixture_round *was = fixture_round(&a, "2020", 2020),
			     *is = fixture_round(&a, "2022", 2022);
	for (int i = 0; i < 30; i++) {
		struct str id = str_fmt(&a, "C%d", i);
		fixture_answer(was, id, str_fmt(&a, "{\"Q1\":\"c\",\"Q2\":%d,\"Q4\":5}", 40 + i));
		fixture_answer(is, id, str_fmt(&a, "{\"Q1\":\"a\",\"Q2\":%d,\"Q4\":5}", 20 + i));
	}
	fixture_score(&a, was, in);
	fixture_score(&a, is, in);
	struct changes x = compared(&a, was, is);
	assert_int_equal(find(&x, "F1")->proven, 1);
	assert_int_equal(find(&x, "F2")->proven, -1);
	assert_int_equal(find(&x, "F3")->proven, 0);
	assert_true(find(&x, "F1")->p_adjusted >= find(&x, "F1")->p);
}

/* ---- two methods ---- */

static const char answers_2018[] = "A {\"R1\":\"a\",\"R2\":4}\nB {\"R1\":\"b\",\"R2\":1}\n"
				   "D {\"R1\":\"a\",\"R2\":5}";

static void bridges_say_what_may_be_drawn(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	struct changes x = compared(
		&a,
		fixture_answers(&a, fixture_method(&a, &sheets_old), "2018", 2018, answers_2018),
		fixture_answers(&a, fixture_method(&a, &sheets_new), "2022", 2022, yes_2022));
	const struct figure_change *f = find(&x, "F1");
	assert_int_equal(f->relation, SERIES_BRIDGED);
	assert_true(str_is(f->note, "No middle"));
	assert_true(f->computed);
	near(f->stayers + f->entrants + f->leavers + f->method, 75 - 200.0 / 3);
	near(f->method, 0);
	assert_int_equal(find(&x, "F2")->relation, SERIES_SAME);
	assert_true(find(&x, "F2")->computed);
	/* Reads Q4, which was not asked: nothing is compared, nothing subtracted. */
	f = find(&x, "F3");
	assert_int_equal(f->relation, SERIES_BROKEN);
	assert_true(str_is(f->note, "Not asked"));
	assert_false(f->computed || f->has_test || f->has_panel || f->has_old);
	assert_int_equal(find(&x, "F6")->relation, SERIES_BROKEN);
	/* The mean score of another method: two values, no difference. */
	f = find(&x, "F4");
	assert_int_equal(f->relation, SERIES_BROKEN);
	assert_true(f->has_old && f->has_new && !f->computed);
	/* A figure that the earlier method lacked, from bridged answers. */
	f = find(&x, "F5");
	assert_true(f->recomputed && f->computed);
	near(f->old_value, 10.0 / 3);
}

/* The earlier method counted differently: what its formula adds is the method's part. */
static void another_formula_is_the_methods_part(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	struct sheets other = sheets_old;
	other.indicators = "id,label,label::en,unit,decimals,form,formula,universe,note\n"
			   "F2,f,f,count,0,cluster,sum(${R2} + 1),,\n";
	struct changes x = compared(
		&a, fixture_answers(&a, fixture_method(&a, &other), "2018", 2018, answers_2018),
		fixture_answers(&a, fixture_method(&a, &sheets_new), "2022", 2022, yes_2022));
	const struct figure_change *f = find(&x, "F2");
	near(f->old_value, 13);
	near(f->method, -3);
	near(f->stayers, 8 - 5);
	near(f->entrants, 21);
	near(f->leavers, -5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_share_splits_into_stayers_entrants_and_leavers),
		cmocka_unit_test(a_sum_splits_into_plain_differences),
		cmocka_unit_test(parts_add_up_and_turn_round),
		cmocka_unit_test(a_round_against_itself_shows_no_change),
		cmocka_unit_test(a_change_of_all_is_proven_and_points_its_way),
		cmocka_unit_test(bridges_say_what_may_be_drawn),
		cmocka_unit_test(another_formula_is_the_methods_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
