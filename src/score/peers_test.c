/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/peers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "score/toy_test.h"

/* One area of one item of 100 points, so that points are the score; dimensions sector and size. */
struct country {
	struct instrument *in;
	const struct frame *table;
	struct scores s;
};

static const struct expr *parse(struct arena *a, const struct frame *f, const char *source)
{
	struct expr_scope scope = expr_scope_of(a, f);
	struct expr_faults faults;
	const struct expr *e = NULL;
	assert_true(expr_parse(a, str_of(source), &scope, LANG_EN, &e, &faults));
	return e;
}

static void set(struct instrument *in, const char *ladder, const char *minimum)
{
	in->setting[0] = (struct setting){ STR("peers"), str_of(ladder) };
	in->setting[1] = (struct setting){ STR("peers_minimum"), str_of(minimum) };
	in->n_settings = 2;
}

static struct country country(struct arena *a, const char *sectors, const char *sizes,
			      const int *points, const char *ladder)
{
	struct chance c = { 1 };
	struct country out = { .in = toy_instrument(a, &c, (struct toy_size){ 1, 1 }) };
	size_t n = strlen(sectors);
	struct column_builder *sector = column_build(a, STR("sector"), COLUMN_TEXT, NULL);
	struct column_builder *size = column_build(a, STR("people"), COLUMN_INTEGER, NULL);
	for (size_t i = 0; i < n; i++) {
		if (sectors[i] == '?')
			column_add_missing(sector, MISSING_ND);
		else
			column_add_text(sector, str_fmt(a, "sector %c", sectors[i]));
		column_add_integer(size, sizes[i] == 'S' ? 3 : 30);
	}
	const struct column *column[] = { column_done(sector), column_done(size) };
	out.table = frame_of(a, column, 2, n);
	out.in->dimension = NEW(a, 2, struct dimension);
	out.in->n_dimensions = 2;
	out.in->dimension[0] =
		(struct dimension){ STR("sector"), parse(a, out.table, "${sector}") };
	out.in->dimension[1] = (struct dimension){
		STR("size"), parse(a, out.table, "if(${people} < 10, 'small', 'large')")
	};
	out.in->setting = NEW(a, 2, struct setting);
	set(out.in, ladder, "8");
	out.in->area[0].weight = (struct decimal_weight){ 1, 0 };
	out.in->item[0].max_micro = 100000000;
	out.in->area_missing_max = out.in->areas_missing_max = 0;
	out.s = scores_new(a, out.in, n);
	for (size_t i = 0; i < n; i++) {
		if (points[i] < 0)
			out.s.cluster[i].item[0].missing = MISSING_NR;
		else
			out.s.cluster[i].item[0].points_micro = points[i] * INT64_C(1000000);
	}
	score_again(a, out.in, out.table, &out.s);
	return out;
}

static struct peers peers(struct arena *a, const struct country *c, size_t row)
{
	struct peers p;
	peers_of(a, c->in, c->table, &c->s, row, &p);
	return p;
}

static const int twenty[20] = { 10, 20, 30, 40, 50, 60, 70, 80, 90, 100,
				5, 15, 25, 35, 45, 55, 65, 75, 85, 95 };

static void the_narrowest_group_that_is_large_enough_is_taken(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	/* 12 of sector A, of which 9 small and 3 large; 8 of sector B, 4 small and 4 large. */
	struct country c = country(&a, "AAAAAAAAAAAABBBBBBBB", "SSSSSSSSSLLLSSSSLLLL", twenty,
				   "sector,size;sector");
	struct peers small = peers(&a, &c, 0), large = peers(&a, &c, 9), other = peers(&a, &c, 12);
	assert_int_equal(small.n, 8);
	assert_int_equal(small.row[0], 1);
	assert_true(str_is(small.label.in[LANG_ES], "sector A · small"));
	assert_int_equal(large.n, 11);
	assert_true(str_is(large.label.in[LANG_EN], "sector A"));
	assert_int_equal(other.n, 19); /* 7 of its sector are fewer than 8 */
	assert_true(str_is(other.label.in[LANG_ES], "todas las aglomeraciones"));
	assert_true(str_is(other.label.in[LANG_EN], "all agglomerations"));
}

static void the_least_number_of_peers_is_the_methods_but_never_below_five(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	struct country c = country(&a, "AAAAAAAAAAAABBBBBBBB", "SSSSSSSSSLLLSSSSLLLL", twenty,
				   "sector,size;sector");
	set(c.in, "sector,size;sector", "7");
	assert_int_equal(peers(&a, &c, 12).n, 7);
	set(c.in, "sector,size;sector", "2");
	assert_int_equal(peers(&a, &c, 12).n, 7); /* 3 of its sector and size are fewer than 5 */
	set(c.in, "", "8");
	assert_int_equal(peers(&a, &c, 12).n, 19);
	set(c.in, "no_such;sector", "7");
	assert_int_equal(peers(&a, &c, 12).n, 7);
}

static void who_is_not_scored_or_has_no_answer_is_no_peer(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	static const int points[] = { 10, 20, 30, 40, 50, -1, 60, 70, 80, 90, 1, 2 };
	struct country c = country(&a, "AAAAAAAAAA??", "SSSSSSSSSSSS", points, "sector");
	struct peers p = peers(&a, &c, 0);
	assert_int_equal(p.n, 8);
	for (size_t i = 0; i < p.n; i++)
		assert_true(p.row[i] != 0 && p.row[i] != 5 && p.row[i] < 10);
	/* Missing is no sector: those two are compared with all. */
	assert_true(str_is(peers(&a, &c, 10).label.in[LANG_EN], "all agglomerations"));
	assert_int_equal(peers(&a, &c, 10).n, 10);
}

static void fewer_than_five_are_nobodys_peers(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	struct country few = country(&a, "AAAAA", "SSSSS", twenty, "sector");
	struct country enough = country(&a, "AAAAAA", "SSSSSS", twenty, "");
	struct position position;
	struct peers p = peers(&a, &few, 0), q = peers(&a, &enough, 0);
	assert_int_equal(p.n, 0);
	assert_false(peers_position(&a, &few.s, 0, &p, -1, &position));
	assert_int_equal(q.n, 5);
	assert_true(peers_position(&a, &enough.s, 0, &q, -1, &position));
}

/* Peers 20 30 40 50 50 60 70 80 of a cluster with 50: 3 below and 2 equal of 8, (3 + 1) / 8;
 * quartiles by type 7: at 1.75, 3.5 and 5.25 from the smallest, which are 37.5, 50 and 62.5. */
static void a_position_counts_ties_half_and_quartiles_are_of_type_seven(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	static const int points[] = { 50, 20, 80, 30, 70, 40, 60, 50, 50 };
	struct country c = country(&a, "AAAAAAAAA", "SSSSSSSSS", points, "sector");
	struct peers p = peers(&a, &c, 0);
	for (int area = -1; area < 1; area++) {
		struct position at;
		assert_true(peers_position(&a, &c.s, 0, &p, area, &at));
		assert_int_equal(at.n, 8);
		assert_true(at.value == 50);
		assert_true(at.ahead_of == 0.5);
		assert_true(at.quarter == 37.5);
		assert_true(at.median == 50);
		assert_true(at.three_quarters == 62.5);
	}
}

static void peers_do_not_depend_on_how_anybody_scores(void **state)
{
	(void)state;
	struct chance chance = { 5 };
	for (size_t round = 0; round < 50; round++) {
		ARENA_SCOPE(a, 64u << 20);
		int other[20];
		for (size_t i = 0; i < 20; i++)
			other[i] = (int)chance_below(&chance, 101);
		struct country c = country(&a, "AAAAAAAAAAAABBBBBBBB", "SSSSSSSSSLLLSSSSLLLL",
					   twenty, "sector,size;sector");
		struct country d = country(&a, "AAAAAAAAAAAABBBBBBBB", "SSSSSSSSSLLLSSSSLLLL",
					   other, "sector,size;sector");
		for (size_t row = 0; row < 20; row++) {
			struct peers p = peers(&a, &c, row), q = peers(&a, &d, row);
			assert_int_equal(p.n, q.n);
			assert_memory_equal(p.row, q.row, p.n * sizeof(*p.row));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_narrowest_group_that_is_large_enough_is_taken),
		cmocka_unit_test(the_least_number_of_peers_is_the_methods_but_never_below_five),
		cmocka_unit_test(who_is_not_scored_or_has_no_answer_is_no_peer),
		cmocka_unit_test(fewer_than_five_are_nobodys_peers),
		cmocka_unit_test(a_position_counts_ties_half_and_quartiles_are_of_type_seven),
		cmocka_unit_test(peers_do_not_depend_on_how_anybody_scores),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
