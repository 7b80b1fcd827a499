/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/change.h"

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

enum { ROOM = 1 << 28 };

/* ---- the panel ---- */

static struct scores named(struct arena *a, const char *words)
{
	struct scores s = { .cluster = NEW(a, 32, struct cluster_score) };
	struct str rest = str_of(words);
	for (struct str w = str_word(&rest); w.n; w = str_word(&rest))
		s.cluster[s.n++].cluster = w;
	return s;
}

/* The panel of two rounds, 2018 and 2022, as "old>new(event) +new -old". */
static const char *matched(struct arena *a, const char *events, const char *old_ids,
			   const char *new_ids, bool backwards)
{
	const struct cluster_register clusters = fixture_register(a, events);
	const struct round_fact early = { .id = STR("2018"), .year = 2018 },
				late = { .id = STR("2022"), .year = 2022 };
	const struct scores s[2] = { named(a, old_ids), named(a, new_ids) };
	const struct round_side side[2] = {
		{ .round = backwards ? &late : &early, .scores = &s[0] },
		{ .round = backwards ? &early : &late, .scores = &s[1] },
	};
	struct panel p;
	struct buf b;
	panel_match(a, &clusters, &side[0], &side[1], &p);
	assert_int_equal(p.n, p.n_stayers + p.n_entrants + p.n_leavers);
	buf_init(&b, a, 4096);
	for (size_t i = 0; i < p.n; i++) {
		const struct panel_member *m = &p.member[i];
		buf_puts(&b, i ? " " : "");
		assert_int_equal(m->presence,
				 i < p.n_stayers ? PRESENCE_STAYER
				 : i < p.n_stayers + p.n_entrants ? PRESENCE_ENTRANT
								  : PRESENCE_LEAVER);
		if (m->presence == PRESENCE_STAYER)
			buf_fmt(&b, "%.*s>%.*s", STR_ARG(s[0].cluster[m->old_row].cluster),
				STR_ARG(s[1].cluster[m->new_row].cluster));
		else if (m->presence == PRESENCE_ENTRANT)
			buf_fmt(&b, "+%.*s", STR_ARG(s[1].cluster[m->new_row].cluster));
		else
			buf_fmt(&b, "-%.*s", STR_ARG(s[0].cluster[m->old_row].cluster));
		if (m->event.n)
			buf_fmt(&b, "(%.*s)", STR_ARG(m->event));
	}
	buf_putc(&b, '\0');
	return b.p;
}

static void the_same_id_stays_others_come_and_go(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	assert_string_equal(matched(&a, "", "A B C", "C D A", false), "C>C A>A +D -B");
	assert_string_equal(matched(&a, "", "", "A", false), "+A");
	assert_string_equal(matched(&a, "", "A", "", false), "-A");
}

static void names_and_managers_change_and_the_cluster_stays(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	assert_string_equal(matched(&a, "18262 rename A B;18300 manager B B;18400 rename B C", "A",
				    "C", false),
			    "A>C(rename)");
	assert_string_equal(matched(&a, "18262 manager A A", "A", "A", false), "A>A(manager)");
}

/* 2018 ends on day 17896, 2022 on day 19357: what lies outside moves nobody. */
static void only_the_lineage_between_the_rounds_counts(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	assert_string_equal(matched(&a, "17896 rename A B", "A", "B", false), "+B -A");
	assert_string_equal(matched(&a, "17897 rename A B", "A", "B", false), "A>B(rename)");
	assert_string_equal(matched(&a, "19357 rename A B", "A", "B", false), "A>B(rename)");
	assert_string_equal(matched(&a, "19358 rename A B", "A", "B", false), "+B -A");
}

static void a_merger_follows_the_member_named_first(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	assert_string_equal(matched(&a, "18262 merge B M;18262 merge A M", "A B", "M", false),
			    "B>M(merge) -A(merge)");
	/* One that keeps its id and is named nowhere was there before all others. */
	assert_string_equal(matched(&a, "18262 merge B A", "A B", "A", false),
			    "A>A(merge) -B(merge)");
	assert_string_equal(matched(&a, "18262 merge B A;18262 merge A A", "A B", "A", false),
			    "B>A(merge) -A(merge)");
	/* The first named did not answer the earlier round: the next one stays. */
	assert_string_equal(matched(&a, "18262 merge B M;18262 merge A M", "A", "M", false),
			    "A>M(merge)");
}

static void a_split_keeps_its_first_successor(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	assert_string_equal(matched(&a, "18262 split A X;18262 split A Y", "A", "Y X", false),
			    "A>X(split) +Y(split)");
	assert_string_equal(matched(&a, "18262 split A Y", "A", "A Y", false),
			    "A>A(split) +Y(split)");
	assert_string_equal(matched(&a, "18262 split A A;18262 split A Y", "A", "Y", false),
			    "+Y(split) -A(split)");
}

static void the_other_way_round_is_the_same_panel(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	const char *events = "18262 merge B M;18262 merge A M;18262 split C X;18262 split C Y;"
			     "18300 rename D E";
	assert_string_equal(matched(&a, events, "A B C D Z", "E M X Y N", false),
			    "D>E(rename) B>M(merge) C>X(split) +Y(split) +N -A(merge) -Z");
	assert_string_equal(matched(&a, events, "E M X Y N", "A B C D Z", true),
			    "M>B(merge) X>C(split) E>D(rename) +A(merge) +Z -Y(split) -N");
}

/* ---- one method ---- */

static struct method_change changed(struct arena *a, const struct fixture_round *from,
				    const struct fixture_round *to)
{
	struct method_change m;
	struct err e = { 0 };
	bool done = method_change_make(a, &from->side, &to->side, LANG_EN, &m, &e);
	if (!done)
		print_message("%s\n", e.en);
	assert_true(done);
	return m;
}

static struct panel panel_of(struct arena *a, const struct fixture_round *from,
			     const struct fixture_round *to)
{
	const struct cluster_register none = { 0 };
	struct panel p;
	panel_match(a, &none, &from->side, &to->side, &p);
	return p;
}

static const char answers_2018[] = "C1 {\"R1\":\"a\",\"R2\":4,\"R3\":[\"x\",\"y\"]}\n"
				   "C2 {\"R1\":\"b\",\"R2\":1,\"R3\":[\"y\"]}\n"
				   "C3 {\"R1\":\"a\",\"R2\":5,\"R3\":[\"x\"]}";
static const char answers_2022[] =
	"C2 {\"Q1\":\"b\",\"Q2\":6,\"Q3\":[\"x\",\"z\"],\"Q4\":3}\n"
	"C1 {\"Q1\":\"a\",\"Q2\":9,\"Q3\":[\"y\"],\"Q4\":0}\n"
	"C9 {\"Q1\":\"a\",\"Q2\":1,\"Q3\":[\"y\"],\"Q4\":7}";

/* Area A of C1 in 2018 by the later method: Q1 = a is 5 of 5, Q2 = 4 of 10, so 9 / 15; area B: x
 * and y are 2 of 3, Q4 left out; score (3 * 60 + 1.5 * 66.67) / 4.5 = 62.222.  In 2022: 14 / 15 and
 * 1 / 3: (3 * 93.33 + 1.5 * 33.33) / 4.5 = 73.333. */
static void bridges_score_both_rounds_by_the_later_method(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	const struct fixture_round *r18 = fixture_answers(&a, fixture_method(&a, &sheets_old),
							  "2018", 2018, answers_2018),
				   *r22 = fixture_answers(&a, fixture_method(&a, &sheets_new),
							  "2022", 2022, answers_2022);
	struct method_change m = changed(&a, r18, r22);
	assert_int_equal(m.comparability, COMPARABLE_COMMON_ITEMS);
	assert_int_equal(m.n_items_read, 3);
	assert_int_equal(m.under_new.n_items, 3);
	assert_int_equal(m.n_areas_kept, 2);
	assert_false(m.under_new.item[3]);
	assert_int_equal(m.under_new.old_scores.cluster[0].micro, 62222222);
	assert_int_equal(m.under_new.new_scores.cluster[1].micro, 73333333);
	/* The gate on Q4 goes in both rounds, that on Q1 stays. */
	assert_int_equal(m.n_gates_left_out, 1);
	assert_int_equal(m.under_new.new_scores.cluster[1].level[0], 2);
	assert_int_equal(r22->scores.cluster[1].level[0], 1);
	/* Backwards only R2 is left: area M has 1 of 2 items, N none, and 1 may be missing. */
	assert_true(m.has_old);
	assert_int_equal(m.under_old.n_items, 1);
	assert_int_equal(m.under_old.old_scores.cluster[0].micro, 80000000);
}

/* Shapley by hand for C1: S(A0,M0) = 80 (R2 = 4 of 5), S(A1,M0) = R2 = 9 of 5 -> 100,
 * S(A0,M1) = 62.222222, S(A1,M1) = 73.333333: answers (20 + 11.111111) / 2 = 15.555555 (cut),
 * method -6.666667 - 15.555555. */
static void answers_and_method_add_up_to_the_change(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	const struct fixture_round *r18 = fixture_answers(&a, fixture_method(&a, &sheets_old),
							  "2018", 2018, answers_2018),
				   *r22 = fixture_answers(&a, fixture_method(&a, &sheets_new),
							  "2022", 2022, answers_2022);
	struct method_change m = changed(&a, r18, r22), back = changed(&a, r22, r18);
	struct panel p = panel_of(&a, r18, r22), q = panel_of(&a, r22, r18);
	assert_int_equal(p.n_stayers, 2);
	assert_int_equal(p.member[1].old_row, 0);
	struct score_change c, d;
	score_change_make(&a, &m, &p.member[1], &c);
	assert_true(c.computed && c.has_method);
	assert_int_equal(c.old_micro, 62222222);
	assert_int_equal(c.new_micro, 73333333);
	assert_int_equal(c.answers_micro, 15555555);
	assert_int_equal(c.answers_micro + c.method_micro, 73333333 - 80000000);
	assert_int_equal(q.member[0].new_row, 0);
	score_change_make(&a, &back, &q.member[0], &d);
	assert_true(back.backwards);
	assert_int_equal(d.answers_micro, -c.answers_micro);
	assert_int_equal(d.method_micro, -c.method_micro);
	assert_int_equal(d.n_items, c.n_items);
	for (size_t i = 0; i < c.n_items; i++) {
		assert_int_equal(d.item[i].item, c.item[i].item);
		assert_int_equal(d.item[i].answer_micro, -c.item[i].answer_micro);
		assert_int_equal(d.item[i].weight_micro, -c.item[i].weight_micro);
	}
}

static void too_few_items_in_common_are_not_compared_and_it_says_why(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	struct sheets strict = sheets_new;
	strict.settings =
		"key,value\nid,toy\nversion,3\narea_missing_max,40\nareas_missing_max,0\n";
	const struct fixture_round *r18 = fixture_answers(&a, fixture_method(&a, &sheets_old),
							  "2018", 2018, answers_2018),
				   *r22 = fixture_answers(&a, fixture_method(&a, &strict), "2022",
							  2022, answers_2022);
	struct method_change m = changed(&a, r18, r22);
	assert_int_equal(m.comparability, COMPARABLE_NOT);
	assert_non_null(strstr(str_c(&a, m.why), "3 of the 4 items"));
	assert_non_null(strstr(str_c(&a, m.why), "only 1 of its 2 areas"));
	struct panel p = panel_of(&a, r18, r22);
	struct score_change c;
	score_change_make(&a, &m, &p.member[0], &c);
	assert_false(c.computed);
}

static void a_bridge_to_no_option_is_refused_by_name(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	struct sheets wrong = sheets_new;
	wrong.bridges = "item,round,old,relation,note,note::en\n"
			"Q1,2018,\"if(${R1} = 'a', 'a', 'd')\",puente,x,x\n";
	const struct fixture_round *r18 = fixture_answers(&a, fixture_method(&a, &sheets_old),
							  "2018", 2018, answers_2018),
				   *r22 = fixture_answers(&a, fixture_method(&a, &wrong), "2022",
							  2022, answers_2022);
	struct method_change m = { 0 };
	struct err e = { 0 };
	assert_false(method_change_make(&a, &r18->side, &r22->side, LANG_EN, &m, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_non_null(strstr(e.en, "Q1"));
	assert_non_null(strstr(e.en, "\"d\""));
}

/* Only labels differ: the same numbers, so the same method. */
static void a_version_that_changes_no_number_is_the_same_method(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	struct sheets words = sheets_new;
	words.settings =
		"key,value\nid,toy\nversion,2.1\narea_missing_max,50\nareas_missing_max,1\n";
	words.areas = "code,label,label::en,weight\nA,Otro,Other,3\nB,B,B,1.5\n";
	struct sheets weights = words;
	weights.areas = "code,label,label::en,weight\nA,A,A,3.1\nB,B,B,1.5\n";
	weights.bridges = "item,round,old,relation,note,note::en\n";
	const struct fixture_round *was = fixture_answers(&a, fixture_method(&a, &sheets_new),
							  "2020", 2020, answers_2022);
	struct method_change m = changed(
		&a, was,
		fixture_answers(&a, fixture_method(&a, &words), "2022", 2022, answers_2022));
	assert_int_equal(m.comparability, COMPARABLE_SAME_METHOD);
	/* Another weight: scored again, over questions that are all the same. */
	m = changed(&a, was,
		    fixture_answers(&a, fixture_method(&a, &weights), "2022", 2022, answers_2022));
	assert_int_equal(m.comparability, COMPARABLE_COMMON_ITEMS);
	assert_int_equal(m.under_new.n_items, 4);
	assert_true(m.has_old);
}

/* ---- levels ---- */

static void levels_move_and_the_sign_test_says_how_surely(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	const struct instrument *in = fixture_method(&a, &sheets_new);
	struct common_method m = { .instrument = in };
	struct panel p = { .member = NEW(&a, 32, struct panel_member), .n = 30, .n_stayers = 30 };
	m.old_scores = scores_new(&a, in, 30);
	m.new_scores = scores_new(&a, in, 30);
	/* 15 up, 5 down, 9 stay, 1 is not categorizable. */
	for (uint32_t i = 0; i < 30; i++) {
		p.member[i] = (struct panel_member){ PRESENCE_STAYER, i, i, { 0 } };
		m.old_scores.cluster[i].level[0] = i < 15 ? 0 : 1;
		m.new_scores.cluster[i].level[0] = i < 15 ? 1 : i < 20 ? 0 : 1;
	}
	m.new_scores.cluster[29].level[0] = -1;
	struct transitions t;
	transitions_make(&a, &p, &m, &t);
	assert_int_equal(t.up, 15);
	assert_int_equal(t.down, 5);
	assert_int_equal(t.same, 9);
	assert_int_equal(t.count[1], 15);
	assert_int_equal(t.count[3], 5);
	assert_int_equal(t.count[4], 9);
	/* 2 (C(20,0) + ... + C(20,5)) / 2^20 = 43400 / 1048576 */
	assert_true(fabs(t.sign_p - 43400.0 / 1048576) < 1e-15);
	/* Two categories: McNemar's (15 - 5)^2 / 20. */
	assert_true(t.has_homogeneity);
	assert_int_equal(t.homogeneity_df, 1);
	assert_true(fabs(t.homogeneity_chi2 - 5) < 1e-12);
	m.new_scores = m.old_scores;
	transitions_make(&a, &p, &m, &t);
	assert_int_equal(t.up + t.down, 0);
	assert_true(t.sign_p >= 1);
	assert_false(t.has_homogeneity);
}

/* ---- parts of a score ---- */

/* Points, unanswered and not applicable items at random, often the same again. */
static void shuffle(struct random *r, const struct instrument *in, struct scores *s,
		    const struct scores *like)
{
	for (size_t i = 0; i < s->n; i++) {
		for (size_t k = 0; k < in->n_items; k++) {
			struct item_score *item = &s->cluster[i].item[k];
			uint32_t kind = random_below(r, 12);
			*item = (struct item_score){ 0 };
			if (like && kind < 6)
				*item = like->cluster[i].item[k];
			else if (kind == 10)
				item->missing = MISSING_NR;
			else if (kind == 11)
				item->missing = MISSING_NA;
			else
				item->points_micro = random_below(
					r, (uint32_t)in->item[k].max_micro + 1);
		}
	}
}

static double weight_of(const struct instrument *in, const struct cluster_score *c, size_t k)
{
	double total = 0;
	const struct area_score *area = &c->area[in->item[k].area];
	for (size_t i = 0; i < in->n_areas; i++)
		total += c->area[i].computed ? area_weight(&in->area[i]) : 0;
	if (!area->computed || c->item[k].missing == MISSING_NA)
		return 0;
	return 100 * area_weight(&in->area[in->item[k].area]) / total *
	       (double)in->item[k].max_micro / (double)area->max_micro;
}

/* The formula once more, in doubles. */
static void check_parts(const struct instrument *in, const struct cluster_score *c0,
			const struct cluster_score *c1, const struct item_change *part)
{
	size_t k = part->item;
	double w0 = weight_of(in, c0, k), w1 = weight_of(in, c1, k);
	double s0 = (double)c0->item[k].points_micro / (double)in->item[k].max_micro,
	       s1 = (double)c1->item[k].points_micro / (double)in->item[k].max_micro;
	if (w0 <= 0)
		s0 = s1;
	if (w1 <= 0)
		s1 = s0;
	assert_true(fabs((double)part->answer_micro * 1e-6 - (w0 + w1) / 2 * (s1 - s0)) < 1.1e-6);
	assert_true(fabs((double)part->weight_micro * 1e-6 - (s0 + s1) / 2 * (w1 - w0)) < 1.1e-6);
}

static const char random_survey[] =
	"type,name,label::es,label::en\n"
	"integer,Q,Q,Q\ninteger,R,Q,Q\ninteger,S,Q,Q\ninteger,T,Q,Q\ninteger,U,Q,Q\n"
	"integer,V,Q,Q\ninteger,W,Q,Q\ninteger,X,Q,Q\ninteger,Y,Q,Q\n";
static const char random_scores[] =
	"question,area,max,points,source\n"
	"Q,A,5,${Q},x\nR,A,3,${R},x\nS,A,7.5,${S},x\nT,B,1,${T},x\nU,B,0.000007,${U},x\n"
	"V,C,11,${V},x\nW,C,13,${W},x\nX,C,17,${X},x\nY,C,2,${Y},x\n";

static void parts_of_a_score_add_up_exactly(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ROOM);
	enum { CLUSTERS = 500, TIMES = 6 };
	const struct sheets s = {
		.survey = random_survey,
		.settings = "key,value\nid,toy\nversion,2\narea_missing_max,60\n"
			    "areas_missing_max,1\n",
		.areas = "code,label,label::en,weight\nA,A,A,33.3\nB,B,B,7\nC,C,C,0.11\n",
		.scores = random_scores,
		.levels = fixture_levels,
	};
	const struct instrument *in = fixture_method(&a, &s);
	const struct frame *nothing = frame_of(&a, NULL, 0, CLUSTERS);
	struct random r = random_of(20221122, 1, 0, 0);
	size_t n_computed = 0;
	for (size_t t = 0; t < TIMES; t++) {
		struct method_change m = { .under_new = { .instrument = in } };
		struct scores *was = &m.under_new.old_scores, *is = &m.under_new.new_scores;
		*was = scores_new(&a, in, CLUSTERS);
		*is = scores_new(&a, in, CLUSTERS);
		shuffle(&r, in, was, NULL);
		shuffle(&r, in, is, was);
		score_again(&a, in, nothing, was);
		score_again(&a, in, nothing, is);
		for (uint32_t i = 0; i < CLUSTERS; i++) {
			const struct panel_member stayer = { PRESENCE_STAYER, i, i, { 0 } };
			struct score_change c, back;
			struct method_change turned = m;
			turned.under_new.old_scores = *is;
			turned.under_new.new_scores = *was;
			score_change_make(&a, &m, &stayer, &c);
			score_change_make(&a, &turned, &stayer, &back);
			int64_t sum = 0;
			for (size_t k = 0; k < c.n_items; k++) {
				sum += c.item[k].answer_micro + c.item[k].weight_micro;
				check_parts(in, &was->cluster[i], &is->cluster[i], &c.item[k]);
				assert_int_equal(c.item[k].answer_micro,
						 -back.item[k].answer_micro);
				assert_int_equal(c.item[k].weight_micro,
						 -back.item[k].weight_micro);
			}
			assert_int_equal(sum, c.new_micro - c.old_micro);
			assert_int_equal(c.n_items, back.n_items);
			n_computed += c.computed;
			turned.under_new.new_scores = *is;
			score_change_make(&a, &turned, &stayer, &back);
			assert_int_equal(back.n_items, 0);
		}
	}
	assert_true(n_computed > (size_t)CLUSTERS * TIMES / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_id_stays_others_come_and_go),
		cmocka_unit_test(names_and_managers_change_and_the_cluster_stays),
		cmocka_unit_test(only_the_lineage_between_the_rounds_counts),
		cmocka_unit_test(a_merger_follows_the_member_named_first),
		cmocka_unit_test(a_split_keeps_its_first_successor),
		cmocka_unit_test(the_other_way_round_is_the_same_panel),
		cmocka_unit_test(bridges_score_both_rounds_by_the_later_method),
		cmocka_unit_test(answers_and_method_add_up_to_the_change),
		cmocka_unit_test(too_few_items_in_common_are_not_compared_and_it_says_why),
		cmocka_unit_test(a_bridge_to_no_option_is_refused_by_name),
		cmocka_unit_test(a_version_that_changes_no_number_is_the_same_method),
		cmocka_unit_test(levels_move_and_the_sign_test_says_how_surely),
		cmocka_unit_test(parts_of_a_score_add_up_exactly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
