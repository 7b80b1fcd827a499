/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "frame/aggregate.h"

enum { ROOM = 1 << 28 };

static const struct column *integers(struct arena *a, const char *name, const int64_t *v, size_t n)
{
	struct column_builder *b = column_build(a, str_of(name), COLUMN_INTEGER, NULL);

	for (size_t i = 0; i < n; i++)
		column_add_integer(b, v[i]);
	return column_done(b);
}

/* Words; NR, ND and NA are missing. */
static const struct column *texts(struct arena *a, const char *name, const char *words)
{
	struct column_builder *b = column_build(a, str_of(name), COLUMN_TEXT, NULL);
	struct str rest = str_of(words);

	for (struct str w = str_word(&rest); w.n; w = str_word(&rest)) {
		if (str_is(w, "NR"))
			column_add_missing(b, MISSING_NR);
		else if (str_is(w, "ND"))
			column_add_missing(b, MISSING_ND);
		else if (str_is(w, "NA"))
			column_add_missing(b, MISSING_NA);
		else
			column_add_text(b, w);
	}
	return column_done(b);
}

static struct str cells(struct arena *a, const struct column *c)
{
	struct buf b;

	buf_init(&b, a, 1 << 16);
	for (size_t i = 0; i < c->n; i++) {
		if (i)
			buf_putc(&b, '|');
		cell_put(&b, c, i);
	}
	return buf_str(&b);
}

#define assert_cells(a, c, expected) assert_string_equal(str_c((a), cells((a), (c))), (expected))

static void integers_take_the_smallest_storage(void **state)
{
	static const struct {
		int64_t v[2];
		enum storage storage;
	} row[] = {
		{ { 0, 255 }, STORAGE_U8 },
		{ { 0, 256 }, STORAGE_U16 },
		{ { 7, 65535 }, STORAGE_U16 },
		{ { -1, 0 }, STORAGE_I32 },
		{ { 0, 65536 }, STORAGE_I32 },
		{ { INT32_MIN, INT32_MAX }, STORAGE_I32 },
		{ { 0, (int64_t)INT32_MAX + 1 }, STORAGE_I64 },
		{ { INT64_MIN, INT64_MAX }, STORAGE_I64 },
	};
	ARENA_SCOPE(a, ROOM);
	(void)state;

	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		const struct column *c = integers(&a, "x", row[i].v, 2);

		assert_int_equal(c->storage, row[i].storage);
		assert_null(c->missing);
		assert_int_equal((uintptr_t)c->value % 16, 0);
		assert_true(column_cell(c, 0).integer == row[i].v[0]);
		assert_true(column_cell(c, 1).integer == row[i].v[1]);
	}
}

static void a_long_column_keeps_every_cell(void **state)
{
	enum { N = 30000 };
	ARENA_SCOPE(a, ROOM);
	struct column_builder *b = column_build(&a, STR("t"), COLUMN_TEXT, NULL);
	(void)state;

	for (int i = 0; i < N; i++) {
		if (i % 7 == 3)
			column_add_missing(b, MISSING_ND);
		else
			column_add_text(b, str_fmt(&a, "n%d", i % 10007));
	}
	const struct column *c = column_done(b);
	assert_int_equal(c->n, N);
	assert_int_equal(c->storage, STORAGE_U16);
	for (int i = 0; i < N; i++) {
		struct cell cell = column_cell(c, (size_t)i);

		if (i % 7 == 3) {
			assert_int_equal(cell.missing, MISSING_ND);
			assert_int_equal(((const uint16_t *)c->value)[i], 0);
		} else {
			assert_true(str_eq(cell.text, str_fmt(&a, "n%d", i % 10007)));
		}
	}
}

static void a_dictionary_has_the_order_of_appearance_and_numbers(void **state)
{
	ARENA_SCOPE(a, ROOM);
	const struct column *c = texts(&a, "t", "b 10 a b NR 9");
	const struct dictionary *d = c->dictionary;
	(void)state;

	assert_int_equal(d->n, 4);
	assert_true(str_is(d->name[0], "b") && str_is(d->name[1], "10") && str_is(d->name[3], "9"));
	assert_true(d->number[1] == 10 && d->number[3] == 9);
	assert_true(d->number[0] != d->number[0]);
	assert_int_equal(dictionary_find(d, STR("a")), 2);
	assert_int_equal(dictionary_find(d, STR("c")), -1);
	assert_null(texts(&a, "t", "x y")->dictionary->number);
	assert_cells(&a, c, "b|10|a|b|NR|9");
}

static const struct column *ranking(struct arena *a)
{
	static struct str name[] = { { "x", 1 }, { "y", 1 }, { "z", 1 } };
	static const struct dictionary d = { .n = 3, .name = name };
	struct column_builder *b = column_build(a, STR("r"), COLUMN_RANK, &d);

	column_add_items(b, (const uint16_t[]){ 2, 0 }, 2);
	column_add_missing(b, MISSING_NA);
	column_add_items(b, NULL, 0);
	column_add_items(b, (const uint16_t[]){ 1 }, 1);
	return column_done(b);
}

static void lists_are_kept_in_order_and_taken_by_row(void **state)
{
	ARENA_SCOPE(a, ROOM);
	const struct column *c = ranking(&a);
	const struct frame *f = frame_of(&a, &c, 1, 4), *g;
	(void)state;

	assert_cells(&a, c, "z x|NA||y");
	g = frame_take(&a, f, (const uint32_t[]){ 3, 0, 0, 1 }, 4);
	assert_cells(&a, g->column[0], "y|z x|z x|NA");
	assert_int_equal(column_cell(g->column[0], 2).n_items, 2);
}

static void cells_print_as_in_a_csv(void **state)
{
	ARENA_SCOPE(a, ROOM);
	struct column_builder *b = column_build(&a, STR("d"), COLUMN_DATE, NULL);
	(void)state;

	column_add_integer(b, 19174);
	column_add_missing(b, MISSING_NR);
	assert_cells(&a, column_done(b), "2022-07-01|NR");
	b = column_build(&a, STR("x"), COLUMN_REAL, NULL);
	column_add_real(b, 0.1);
	column_add_integer(b, 3);
	assert_cells(&a, column_done(b), "0.1|3");
	b = column_build(&a, STR("b"), COLUMN_BOOLEAN, NULL);
	column_add_integer(b, 1);
	column_add_integer(b, 0);
	assert_cells(&a, column_done(b), "true|false");
}

static void frames_find_replace_and_add_columns(void **state)
{
	ARENA_SCOPE(a, ROOM);
	const struct column *c[] = { texts(&a, "t", "p q"), texts(&a, "u", "r s") };
	const struct frame *f = frame_of(&a, c, 2, 2);
	const struct column *more[] = { texts(&a, "u", "R S"), texts(&a, "v", "1 2") };
	const struct frame *g = frame_with(&a, f, more, 2);
	(void)state;

	assert_int_equal(g->n_columns, 3);
	assert_cells(&a, frame_column(g, STR("u")), "R|S");
	assert_cells(&a, frame_column(f, STR("u")), "r|s");
	assert_cells(&a, frame_column(g, STR("v")), "1|2");
	assert_null(frame_column(f, STR("v")));
}

/* ---- groups ---- */

static struct str group_names(struct arena *a, const struct grouping *g)
{
	struct buf b;

	buf_init(&b, a, 1 << 16);
	for (size_t i = 0; i < g->n_groups; i++) {
		buf_puts(&b, i ? " " : "");
		for (size_t d = 0; d < g->n_dimensions; d++) {
			buf_puts(&b, d ? "/" : "");
			cell_put(&b, g->dimension[d], g->first_row[i]);
		}
	}
	return buf_str(&b);
}

#define assert_groups(a, g, expected) \
	assert_string_equal(str_c((a), group_names((a), (g))), (expected))

static void groups_stand_in_order_with_missing_last(void **state)
{
	ARENA_SCOPE(a, ROOM);
	const struct column *t = texts(&a, "t", "b NR a b ND a");
	const int64_t year[] = { 2018, 2016, 2018, 2016, 2016, 2018 };
	const struct column *dimension[] = { t, integers(&a, "y", year, 6) };
	struct grouping g;
	struct err e = { 0 };
	(void)state;

	assert_true(grouping_make(&a, dimension, 2, 6, NULL, &g, &e));
	assert_groups(&a, &g, "a/2018 b/2016 b/2018 NR/2016");
	assert_memory_equal(g.group_of_row, ((const uint32_t[]){ 2, 3, 0, 1, 3, 0 }), 24);
}

static void names_that_are_numbers_stand_in_their_order(void **state)
{
	ARENA_SCOPE(a, ROOM);
	const struct column *t = texts(&a, "t", "10 9 02 1e1 9");
	struct grouping g;
	struct err e = { 0 };
	(void)state;

	assert_true(grouping_make(&a, &t, 1, 5, NULL, &g, &e));
	assert_groups(&a, &g, "02 9 10 1e1");
}

static void choices_stand_in_the_order_of_their_sheet(void **state)
{
	static struct str name[] = { { "zeta", 4 }, { "alfa", 4 }, { "never", 5 } };
	static const struct dictionary d = { .n = 3, .name = name };
	ARENA_SCOPE(a, ROOM);
	struct column_builder *b = column_build(&a, STR("q"), COLUMN_CHOICE, &d);
	struct grouping g;
	struct err e = { 0 };
	(void)state;

	column_add_integer(b, 1);
	column_add_integer(b, 0);
	column_add_integer(b, 1);
	const struct column *c = column_done(b);
	assert_true(grouping_make(&a, &c, 1, 3, NULL, &g, &e));
	assert_groups(&a, &g, "zeta alfa");
}

static void numbers_far_apart_and_negative_group_too(void **state)
{
	ARENA_SCOPE(a, ROOM);
	const int64_t v[] = { 5000000000, -7, 3, 5000000000, INT64_MIN, 3 };
	const struct column *c = integers(&a, "x", v, 6);
	struct column_builder *b = column_build(&a, STR("r"), COLUMN_REAL, NULL);
	struct grouping g;
	struct err e = { 0 };
	(void)state;

	assert_true(grouping_make(&a, &c, 1, 6, NULL, &g, &e));
	assert_groups(&a, &g, "-9223372036854775808 -7 3 5000000000");
	const double r[] = { 1.5, -2.5, 0.25, -2.5, -100 };
	for (int i = 0; i < 5; i++)
		column_add_real(b, r[i]);
	c = column_done(b);
	assert_true(grouping_make(&a, &c, 1, 5, NULL, &g, &e));
	assert_groups(&a, &g, "-100 -2.5 0.25 1.5");
}

static void rows_not_kept_are_in_no_group(void **state)
{
	ARENA_SCOPE(a, ROOM);
	const struct column *t = texts(&a, "t", "b a c b");
	const uint8_t keep[] = { 1, 1, 0, 0 };
	struct grouping g;
	struct err e = { 0 };
	(void)state;

	assert_true(grouping_make(&a, &t, 1, 4, keep, &g, &e));
	assert_groups(&a, &g, "a b");
	assert_memory_equal(g.group_of_row, ((const uint32_t[]){ 1, 0, GROUP_NONE, GROUP_NONE }),
			    16);
	assert_true(grouping_make(&a, NULL, 0, 4, keep, &g, &e));
	assert_int_equal(g.n_groups, 1);
	assert_memory_equal(g.group_of_row, ((const uint32_t[]){ 0, 0, GROUP_NONE, GROUP_NONE }),
			    16);
	assert_true(grouping_make(&a, NULL, 0, 4, NULL, &g, &e));
	assert_null(g.group_of_row);
	assert_int_equal(g.n_groups, 1);
}

/* Three dimensions of many values each: the numbers do not fit a table. */
static void many_combinations_group_as_few_do(void **state)
{
	enum { N = 5000 };
	ARENA_SCOPE(a, ROOM);
	int64_t *v[3];
	const struct column *dimension[3];
	struct grouping g;
	struct err e = { 0 };
	(void)state;

	for (int d = 0; d < 3; d++) {
		v[d] = NEW(&a, N, int64_t);
		for (int i = 0; i < N; i++)
			v[d][i] = i * (d + 3) * 7919 % 6007;
		dimension[d] = integers(&a, "x", v[d], N);
	}
	assert_true(grouping_make(&a, dimension, 3, N, NULL, &g, &e));
	assert_int_equal(g.n_groups, N);
	for (size_t i = 1; i < g.n_groups; i++)
		assert_true(v[0][g.first_row[i - 1]] < v[0][g.first_row[i]]);
	for (size_t i = 0; i < N; i++)
		assert_int_equal(g.first_row[g.group_of_row[i]], i);
}

static void a_list_is_no_dimension(void **state)
{
	ARENA_SCOPE(a, ROOM);
	const struct column *c = ranking(&a);
	struct grouping g = { .n_groups = 77 };
	struct err e = { 0 };
	(void)state;

	assert_false(grouping_make(&a, &c, 1, 4, NULL, &g, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_int_equal(g.n_groups, 77);
}

static void sorting_by_group_keeps_rows_together(void **state)
{
	ARENA_SCOPE(a, ROOM);
	const struct column *t = texts(&a, "t", "b NR a b"), *outside = texts(&a, "o", "q p q p");
	const struct column *column[] = { t, ranking(&a) }, *dimension[] = { t, outside };
	const struct frame *f = frame_of(&a, column, 2, 4), *sorted;
	const uint8_t keep[] = { 1, 1, 1, 1 };
	struct grouping g, s;
	struct err e = { 0 };
	(void)state;

	assert_true(grouping_make(&a, dimension, 2, 4, keep, &g, &e));
	sorted = frame_sort_by(&a, f, &g, NULL, &s);
	assert_groups(&a, &s, "a/q b/p b/q NR/p");
	assert_cells(&a, sorted->column[0], "a|b|b|NR");
	assert_cells(&a, sorted->column[1], "|y|z x|NA");
	assert_memory_equal(s.group_of_row, ((const uint32_t[]){ 0, 1, 2, 3 }), 16);
	const uint8_t some[] = { 1, 0, 0, 1 };
	assert_true(grouping_make(&a, &t, 1, 4, some, &g, &e));
	sorted = frame_sort_by(&a, f, &g, NULL, &s);
	assert_cells(&a, sorted->column[0], "b|b|NR|a");
	assert_memory_equal(s.group_of_row, ((const uint32_t[]){ 0, 0, GROUP_NONE, GROUP_NONE }),
			    16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_take_the_smallest_storage),
		cmocka_unit_test(a_long_column_keeps_every_cell),
		cmocka_unit_test(a_dictionary_has_the_order_of_appearance_and_numbers),
		cmocka_unit_test(lists_are_kept_in_order_and_taken_by_row),
		cmocka_unit_test(cells_print_as_in_a_csv),
		cmocka_unit_test(frames_find_replace_and_add_columns),
		cmocka_unit_test(groups_stand_in_order_with_missing_last),
		cmocka_unit_test(names_that_are_numbers_stand_in_their_order),
		cmocka_unit_test(choices_stand_in_the_order_of_their_sheet),
		cmocka_unit_test(numbers_far_apart_and_negative_group_too),
		cmocka_unit_test(rows_not_kept_are_in_no_group),
		cmocka_unit_test(many_combinations_group_as_few_do),
		cmocka_unit_test(a_list_is_no_dimension),
		cmocka_unit_test(sorting_by_group_keeps_rows_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
