/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bulletin.h"
#include "report/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NBSP "\xc2\xa0"
#define LABEL(es, en) { { { es, sizeof(es) - 1 }, { en, sizeof(en) - 1 } } }

/* Three figures of one cell: a share with its interval, a count, a list. */
static struct list_item items[] = { { { "b", 1 }, LABEL("Be", "Bee"), 5 },
				    { { "a", 1 }, LABEL("", ""), 3 } };
static struct indicator indicator[] = {
	{ .id = { "F13", 3 }, .label = LABEL("Parte", "Part"), .unit = UNIT_PERCENT },
	{ .id = { "F14", 3 }, .label = LABEL("Cuenta", "Count"), .unit = UNIT_COUNT },
	{ .id = { "F15", 3 }, .label = LABEL("Lista", "List"), .unit = UNIT_LIST },
};
static struct figure figure[] = {
	{ .indicator = &indicator[0],
	  .result = { .number = 72,
		      .estimator = ESTIMATOR_SHARE,
		      .has_fraction = true,
		      .numerator = 72,
		      .denominator = 100,
		      .n = 100 },
	  .status = STATUS_NORMAL,
	  .interval = INTERVAL_WILSON_FPC,
	  .low = 68.26,
	  .high = 75.46 },
	{ .indicator = &indicator[1],
	  .result = { .number = 36249, .exact = true, .integer = 36249, .n = 100 },
	  .status = STATUS_NORMAL },
	{ .indicator = &indicator[2],
	  .result = { .kind = RESULT_LIST, .list = items, .n_list = 2, .n = 8 },
	  .status = STATUS_LOW_RELIABILITY },
};
static const struct figures figures = { .n_cells = 1, .n_figures = 3, .figure = figure };

static void fills(struct arena *a, const char *text, enum lang lang, const char *want)
{
	struct str got = words_fill(a, str_of(text), &figures, lang);
	if (!str_is(got, want))
		print_message("%.*s\n", STR_ARG(got));
	assert_true(str_is(got, want));
}

static void placeholders_are_filled_in_both_languages(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	fills(&a, "El {F13} ({F13.of}, {F13.interval}; n = {F13.n})", LANG_ES,
	      "El 72" NBSP "% (72 de 100, entre 68 y 75; n = 100)");
	fills(&a, "{F13.of}, {F13.interval}", LANG_EN, "72 of 100, between 68 and 75");
	fills(&a, "{F14} y {F14.of}", LANG_ES, "36.249 y 36.249");
	fills(&a, "{F14}", LANG_EN, "36,249");
	fills(&a, "{F15}", LANG_ES, "Be, a");
	fills(&a, "{F99} {sin cerrar", LANG_ES, "{F99} {sin cerrar");
	fills(&a, "", LANG_ES, "");
}

static void ids_in_a_row_are_joined(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	const struct figure *const all[] = { &figure[0], &figure[1], &figure[2] };
	const struct figure *const ends[] = { &figure[0], &figure[2] };
	assert_true(str_is(words_ids(&a, all, 3), "F13–F15"));
	assert_true(str_is(words_ids(&a, all, 2), "F13, F14"));
	assert_true(str_is(words_ids(&a, ends, 2), "F13, F15"));
}

static void rows_hold_what_was_printed_and_the_difference(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct published printed[] = {
		{ .round = { "2022", 4 },
		  .figure = { "F13", 3 },
		  .text = { "0 %", 3 },
		  .has_value = true,
		  .value = 0 },
		{ .round = { "2022", 4 },
		  .figure = { "F14", 3 },
		  .text = { "36.249", 6 },
		  .has_value = true,
		  .value = 36249 },
	};
	const struct instrument in = { .published = printed, .n_published = 2 };
	size_t n;
	const struct figure_row *row = figure_rows(&a, &in, &figures, STR("2022"), LANG_ES, &n);
	assert_int_equal(n, 3);
	assert_true(str_is(row[0].printed, "0 %") && str_is(row[0].difference, "+72 puntos"));
	assert_true(str_is(row[1].difference, "coincide"));
	assert_true(str_is(row[2].list, "b (5); a (3)") && !row[2].has_value && !row[2].printed.n);
	row = figure_rows(&a, &in, &figures, STR("2020"), LANG_ES, &n);
	assert_int_equal(row[0].printed.n, 0);
}

/* A sheet of one row of each kind. */
static void the_sheet_becomes_a_document(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8 << 20);
	size_t first[] = { 0 }, all[] = { 0, 1 }, list[] = { 2 };
	struct figure_line line[] = {
		{ .section = STR("portada"),
		  .kind = STR("title"),
		  .text = LABEL("{F13.of} sí", "{F13.of} yes"),
		  .note = LABEL("debajo", "below") },
		{ .section = STR("portada"),
		  .kind = STR("paragraph"),
		  .text = LABEL("Uno.", "One.") },
		{ .section = STR("cifras"), .kind = STR("title"), .text = LABEL("Dos", "Two") },
		{ .section = STR("cifras"),
		  .kind = STR("figure"),
		  .text = LABEL("Tres", "Three"),
		  .indicator = all,
		  .n_indicators = 2 },
		{ .section = STR("cifras"),
		  .kind = STR("share"),
		  .text = LABEL("Cuatro", "Four"),
		  .indicator = first,
		  .n_indicators = 1 },
		{ .section = STR("cifras"),
		  .kind = STR("list"),
		  .text = LABEL("Cinco", "Five"),
		  .indicator = list,
		  .n_indicators = 1 },
		{ .section = STR("cifras"),
		  .kind = STR("list"),
		  .text = LABEL("a\nb\n", "a\nb\n") },
	};
	const struct instrument in = { .id = STR("toy"),
				       .version = STR("1"),
				       .indicator = indicator,
				       .n_indicators = 3,
				       .line = line,
				       .n_lines = sizeof(line) / sizeof(*line),
				       .status = STR("propuesto") };
	const struct round_fact round = { .id = STR("2022"), .year = 2022 };
	const struct bulletin_input input = { .instrument = &in,
					      .round = &round,
					      .figures = &figures,
					      .n_register = 120,
					      .n_answered = 100,
					      .synthetic = true };
	struct document d;
	bulletin_make(&a, &input, LANG_ES, &d);
	assert_true(str_is(d.title, "72 de 100 sí") && str_is(d.subtitle, "debajo"));
	assert_true(str_is(d.notice,
			   "Datos sintéticos de demostración. Método propuesto, no oficial."));
	assert_true(str_is(d.date, "2022-12-31"));
	assert_int_equal(d.n_sections, 3); /* and how to check */
	const struct section *s = &d.section[1];
	const enum block_kind want[] = { BLOCK_HEADING, BLOCK_HEADING, BLOCK_TILES, BLOCK_CHART,
					 BLOCK_HEADING, BLOCK_LIST, BLOCK_NOTE, BLOCK_LIST };
	assert_int_equal(s->n, sizeof(want) / sizeof(*want));
	for (size_t i = 0; i < s->n; i++)
		assert_int_equal(s->block[i].kind, want[i]);
	const struct chart *c = s->block[3].chart;
	assert_int_equal(c->kind, CHART_SHARES);
	assert_true(str_is(c->source, "n = 100 de 120 registradas · F13 · método toy@1"));
	assert_true(c->series[0].mark[0].has_interval &&
		    str_find(c->alternative, STR("Parte: 72"), NULL));
	assert_int_equal(s->block[7].n, 2);
	assert_int_equal(d.n_figures, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(placeholders_are_filled_in_both_languages),
		cmocka_unit_test(ids_in_a_row_are_joined),
		cmocka_unit_test(rows_hold_what_was_printed_and_the_difference),
		cmocka_unit_test(the_sheet_becomes_a_document),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
