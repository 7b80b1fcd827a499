/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/score.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* An instrument of one question an area, whose answer is the points of that area. */
static const char survey[] = "type,name,label::es,label::en\n"
			     "integer,E,E,E\ninteger,S,S,S\ninteger,A,A,A\ninteger,G,G,G\n"
			     "integer,P,P,P\ninteger,C,C,C\ninteger,N,N,N\ninteger,I,I,I\n";
static const char settings[] =
	"key,value\nid,toy\nversion,1\narea_missing_max,40\nareas_missing_max,1\n";
static const char areas[] =
	"code,label,label::en,weight\n"
	"E,E,E,6\nS,S,S,20\nA,A,A,15\nG,G,G,20\nP,P,P,10\nC,C,C,9\nN,N,N,10\nI,I,I,10\n";
static const char scores[] = "question,area,max,points,source\n"
			     "E,E,25,${E},x\nS,S,40,${S},x\nA,A,35,${A},x\nG,G,55,${G},x\n"
			     "P,P,30,${P},x\nC,C,35,${C},x\nN,N,30,${N},x\nI,I,25,${I},x\n";
static const char levels[] = "code,label,label::en,cut,profile\n"
			     "low,l,l,0,plain\nmiddle,m,m,40,plain\nhigh,h,h,60,plain\n"
			     "low,l,l,0,strict\nmiddle,m,m,50,strict\nhigh,h,h,80,strict\n";
static const char gates[] = "level,condition,label,label::en,profile\n"
			    "middle,${area_S} >= 82.5,s,s,strict\nhigh,${G} > 50,g,g,strict\n";

static struct instrument_file file(const char *path, const char *bytes)
{
	return (struct instrument_file){ str_of(path), str_of(bytes) };
}

static const struct instrument *load(struct arena *a, const char *scores_csv,
				     const char *levels_csv)
{
	const struct instrument_file f[] = {
		file("cluster/survey.csv", survey),     file("method/settings.csv", settings),
		file("method/areas.csv", areas),        file("method/scores.csv", scores_csv),
		file("method/levels.csv", levels_csv),  file("method/gates.csv", gates),
	};
	struct problems ps;
	struct err e = { 0 };
	const struct instrument *in = NULL;
	problems_init(&ps, a, LANG_EN);
	assert_true(instrument_load(a, f, sizeof(f) / sizeof(*f), &ps, &in, &e));
	for (size_t i = 0; i < ps.n; i++) {
		if (ps.item[i].severity == SEVERITY_ERROR)
			print_message("%.*s\n", STR_ARG(ps.item[i].message));
	}
	assert_non_null(in);
	return in;
}

enum { N_AREAS = 8, ND = -1, NA = -2 };
static const char *const area_name[N_AREAS] = { "E", "S", "A", "G", "P", "C", "N", "I" };

static const struct frame *table(struct arena *a, const int (*points)[N_AREAS], size_t n)
{
	const struct column **c = NEW(a, N_AREAS + 1, const struct column *);
	struct column_builder *id = column_build(a, STR("cluster"), COLUMN_TEXT, NULL);
	for (size_t i = 0; i < n; i++)
		column_add_text(id, str_fmt(a, "C%zu", i));
	c[N_AREAS] = column_done(id);
	for (size_t k = 0; k < N_AREAS; k++) {
		struct column_builder *b =
			column_build(a, str_of(area_name[k]), COLUMN_INTEGER, NULL);
		for (size_t i = 0; i < n; i++) {
			if (points[i][k] >= 0)
				column_add_integer(b, points[i][k]);
			else
				column_add_missing(b, points[i][k] == ND ? MISSING_ND : MISSING_NA);
		}
		c[k] = column_done(b);
	}
	return frame_of(a, c, N_AREAS + 1, n);
}

static struct scores score(struct arena *a, const struct instrument *in,
			   const int (*points)[N_AREAS], size_t n)
{
	struct scores s;
	struct err e = { 0 };
	bool done = score_clusters(a, in, table(a, points, n), NULL, &s, &e);
	if (!done)
		print_message("%s\n", e.msg);
	assert_true(done);
	return s;
}

/* The worked example of the method: 63.55, and 60.57 under equal weights. */
static void the_worked_example_comes_out(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64u << 20);
	const int points[][N_AREAS] = { { 18, 33, 24, 37, 17, 15, 14, 12 } };
	struct scores s = score(&a, load(&a, scores, levels), points, 1);
	const int64_t expected[N_AREAS] = { 72000000, 82500000, 68571429, 67272727,
					    56666667, 42857143, 46666667, 48000000 };
	for (size_t i = 0; i < N_AREAS; i++)
		assert_int_equal(s.cluster[0].area[i].micro, expected[i]);
	assert_int_equal(s.cluster[0].micro, 63550736);
	assert_int_equal(s.cluster[0].level[0], 2);
	assert_int_equal(s.cluster[0].level[1], 1);
}

static void an_exact_cut_is_reached_and_a_hair_below_is_not(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64u << 20);
	static const char cut[] =
		"code,label,label::en,cut\nlow,l,l,0\nhigh,h,h,33.333333\ntop,t,t,33.333334\n";
	/* One third everywhere: 33.333333... is over 33.333333 and below 33.333334. */
	static const char thirds[] = "question,area,max,points,source\n"
				     "E,E,3,${E},x\nS,S,3,${S},x\nA,A,3,${A},x\nG,G,3,${G},x\n"
				     "P,P,3,${P},x\nC,C,3,${C},x\nN,N,3,${N},x\nI,I,3,${I},x\n";
	const struct instrument_file f[] = {
		file("cluster/survey.csv", survey), file("method/settings.csv", settings),
		file("method/areas.csv", areas),    file("method/scores.csv", thirds),
		file("method/levels.csv", cut),
	};
	struct problems ps;
	struct err e = { 0 };
	const struct instrument *in = NULL;
	problems_init(&ps, &a, LANG_EN);
	assert_true(instrument_load(&a, f, sizeof(f) / sizeof(*f), &ps, &in, &e));
	assert_non_null(in);
	const int points[][N_AREAS] = { { 1, 1, 1, 1, 1, 1, 1, 1 } };
	struct scores s = score(&a, in, points, 1);
	assert_int_equal(s.cluster[0].micro, 33333333);
	assert_int_equal(s.cluster[0].level[0], 1);
}

static void missing_counts_against_and_not_applicable_leaves(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64u << 20);
	const int points[][N_AREAS] = {
		{ 25, 40, 35, 55, 30, 35, 30,
		  NA }, /* one area without applicable items: the rest count */
		{ 25, 40, 35, 55, 30, 35, 30,
		  ND }, /* its one item is missing: over 40 %, not computed */
		{ 25, 40, 35, 55, 30, 35, ND, ND }, /* two such areas: not categorizable */
	};
	struct scores s = score(&a, load(&a, scores, levels), points, 3);
	assert_false(s.cluster[0].area[7].computed);
	assert_int_equal(s.cluster[0].micro, 100000000);
	assert_int_equal(s.cluster[0].missing, 0);
	assert_false(s.cluster[1].area[7].computed);
	assert_int_equal(s.cluster[1].micro, 100000000);
	assert_int_equal(s.cluster[1].missing, 1);
	assert_true(s.cluster[1].categorizable);
	assert_false(s.cluster[2].categorizable);
	assert_int_equal(s.cluster[2].level[0], -1);
	assert_int_equal(s.cluster[2].missing, 2);
}

static void the_lowest_gate_that_fails_holds_every_level_above(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64u << 20);
	const int points[][N_AREAS] = {
		{ 25, 40, 35, 55, 30, 35, 30, 25 }, /* all gates hold */
		{ 25, 40, 35, 50, 30, 35, 30, 25 }, /* the gate of high fails */
		{ 25, 32, 35, 55, 30, 35, 30, 25 }, /* area_S is 80: the gate of middle fails */
		{ 25, 33, 35, 55, 30, 35, 30, 25 }, /* area_S is 82.5 exactly: it holds */
	};
	struct scores s = score(&a, load(&a, scores, levels), points, 4);
	const int expected[] = { 2, 1, 0, 2 }, held[] = { -1, 1, 0, -1 };
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(s.cluster[i].level[0], 2); /* no gates in the first profile */
		assert_int_equal(s.cluster[i].level[1], expected[i]);
		assert_int_equal(s.cluster[i].held_by[1], held[i]);
	}
}

static void points_outside_their_range_name_cluster_and_question(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64u << 20);
	const int points[][N_AREAS] = { { 1, 1, 1, 1, 1, 1, 1, 1 }, { 1, 1, 1, 56, 1, 1, 1, 1 } };
	struct scores s = { 0 };
	struct err e = { 0 };
	assert_false(
		score_clusters(&a, load(&a, scores, levels), table(&a, points, 2), NULL, &s, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_non_null(strstr(err_text(&e, true), "C1"));
	assert_non_null(strstr(err_text(&e, true), "G gives 56"));
	assert_null(s.cluster);
}

static void points_finer_than_six_decimals_are_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64u << 20);
	static const char fine[] =
		"question,area,max,points,source\n"
		"E,E,25,${E} div 3,x\nS,S,40,${S},x\nA,A,35,${A},x\nG,G,55,${G},x\n"
		"P,P,30,${P},x\nC,C,35,${C},x\nN,N,30,${N},x\nI,I,25,${I},x\n";
	const int points[][N_AREAS] = { { 1, 1, 1, 1, 1, 1, 1, 1 } };
	struct scores s = { 0 };
	struct err e = { 0 };
	assert_false(
		score_clusters(&a, load(&a, fine, levels), table(&a, points, 1), NULL, &s, &e));
	assert_int_equal(e.code, ERR_INPUT);
}

static void better_points_never_lower_a_score_or_level(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 256u << 20);
	const struct instrument *in = load(&a, scores, levels);
	const int max[N_AREAS] = { 25, 40, 35, 55, 30, 35, 30, 25 };
	for (size_t k = 0; k < N_AREAS; k++) {
		int points[56][N_AREAS];
		size_t n = (size_t)max[k] + 1;
		for (size_t i = 0; i < n; i++) {
			for (size_t j = 0; j < N_AREAS; j++)
				points[i][j] = max[j] / 2;
			points[i][k] = (int)i;
		}
		struct scores s = score(&a, in, (const int(*)[N_AREAS])points, n);
		for (size_t i = 1; i < n; i++) {
			assert_true(s.cluster[i].micro > s.cluster[i - 1].micro);
			assert_true(s.cluster[i].level[0] >= s.cluster[i - 1].level[0]);
			assert_true(s.cluster[i].level[1] >= s.cluster[i - 1].level[1]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worked_example_comes_out),
		cmocka_unit_test(an_exact_cut_is_reached_and_a_hair_below_is_not),
		cmocka_unit_test(missing_counts_against_and_not_applicable_leaves),
		cmocka_unit_test(the_lowest_gate_that_fails_holds_every_level_above),
		cmocka_unit_test(points_outside_their_range_name_cluster_and_question),
		cmocka_unit_test(points_finer_than_six_decimals_are_refused),
		cmocka_unit_test(better_points_never_lower_a_score_or_level),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
