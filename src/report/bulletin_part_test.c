/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bulletin's pages that rest on more than figures: what they say, and what they only say when
 * the numbers allow it. */
#include "report/bulletin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LABEL(es, en) { { { es, sizeof(es) - 1 }, { en, sizeof(en) - 1 } } }

static struct indicator indicator[] = {
	{ .id = { "F1", 2 }, .label = LABEL("Uno", "One"), .unit = UNIT_PERCENT },
	{ .id = { "F2", 2 }, .label = LABEL("Otro", "Other"), .unit = UNIT_PERCENT },
};
static struct level levels[] = { { .code = { "low", 3 }, .label = LABEL("Bajo", "Low") },
				 { .code = { "high", 4 }, .label = LABEL("Alto", "High") } };
static struct profile profile[] = { { .level = levels, .n_levels = 2 } };
static struct area areas[] = { { .code = { "A", 1 }, .label = LABEL("Área A", "Area A") },
			       { .code = { "B", 1 }, .label = LABEL("Área B", "Area B") } };
static const struct round_fact now = { .id = { "2022", 4 }, .year = 2022 };
static const struct round_fact before = { .id = { "2020", 4 }, .year = 2020 };

static struct figure shares[2];
static const struct figures figures = { .n_cells = 1, .n_figures = 2, .figure = shares };

static const struct document *bulletin(struct arena *a, struct instrument *in,
				       const struct bulletin_input *input, enum lang lang)
{
	struct document *d = NEW(a, 1, struct document);
	struct bulletin_input whole = *input;
	in->id = STR("toy");
	in->version = STR("1");
	in->indicator = indicator;
	in->n_indicators = 2;
	in->profile = profile;
	in->n_profiles = 1;
	in->area = areas;
	in->n_areas = 2;
	whole.instrument = in;
	whole.round = &now;
	whole.figures = &figures;
	shares[0] = (struct figure){ .indicator = &indicator[0], .result = { .number = 60 } };
	shares[1] = (struct figure){ .indicator = &indicator[1], .result = { .number = 30 } };
	bulletin_make(a, &whole, lang, d);
	return d;
}

/* Some block, chart, table cell or tile says it. */
static bool says(const struct document *d, const char *part)
{
	struct str what = str_of(part);
	for (size_t s = 0; s < d->n_sections; s++) {
		for (size_t i = 0; i < d->section[s].n; i++) {
			const struct block *b = &d->section[s].block[i];
			bool found = str_find(b->text, what, NULL);
			if (b->chart)
				found |= str_find(b->chart->title, what, NULL) ||
					 str_find(b->chart->alternative, what, NULL);
			for (size_t k = 0; k < b->n && b->kind == BLOCK_LIST; k++)
				found |= str_find(b->item[k], what, NULL);
			for (size_t k = 0; k < b->n && b->kind == BLOCK_TILES; k++)
				found |= str_find(b->tile[k].text, what, NULL) ||
					 str_find(b->tile[k].detail, what, NULL);
			if (found)
				return true;
		}
	}
	return false;
}

static void parts_without_ground_say_nothing(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8 << 20);
	struct instrument in = { 0 };
	const struct document *d = bulletin(&a, &in, &(struct bulletin_input){ 0 }, LANG_ES);
	assert_int_equal(d->n_sections, 1); /* how to check */
}

static void quality_comes_after_the_first_section(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8 << 20);
	struct figure_line line[] = {
		{ .section = STR("uno"), .kind = STR("title"), .text = LABEL("Uno", "One") },
		{ .section = STR("dos"), .kind = STR("title"), .text = LABEL("Dos", "Two") },
	};
	struct instrument in = { .line = line, .n_lines = 2 };
	const struct quality q = { .n_register = 120, .n_answered = 100, .item_median = 2 };
	const struct document *d =
		bulletin(&a, &in, &(struct bulletin_input){ .quality = &q, .n_unexplained = 7 },
			 LANG_ES);
	assert_true(str_is(d->section[1].id, "quality"));
	assert_true(says(d, "Respondieron 100 de las 120 iniciativas registradas"));
	assert_true(says(d, "83\xc2\xa0%"));
	assert_true(str_is(d->section[2].id, "dos"));
}

static struct robustness robustness_of(double total, double low, double high)
{
	return (struct robustness){
		.model = { .draws = 1000, .firm = 90, .probable = 70 },
		.count = { 70, 20, 10 },
		.equal_changes = 4,
		.second_changes = SIZE_MAX,
		.factor = { { .name = "weights", .total = total, .total_low = low,
			      .total_high = high },
			    { .name = "missing", .total = 0.1, .total_low = 0.05,
			      .total_high = 0.5 } },
		.n_factors = 2,
	};
}

static void what_moves_most_is_named_only_when_it_stands_out(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8 << 20);
	struct instrument in = { 0 };
	struct robustness r = robustness_of(0.9, 0.8, 0.95);
	const struct document *d =
		bulletin(&a, &in, &(struct bulletin_input){ .robustness = &r }, LANG_ES);
	assert_true(says(d, "70 de los 100 niveles son firmes; 10 quedan indefinidos"));
	assert_true(says(d, "4 cambiarían de nivel"));
	assert_true(says(d, "Lo que más mueve el resultado: los pesos de las áreas"));
	r = robustness_of(0.6, 0.4, 0.8);
	d = bulletin(&a, &in, &(struct bulletin_input){ .robustness = &r }, LANG_EN);
	assert_true(says(d, "No source of doubt clearly outweighs the others"));
	assert_false(says(d, "What moves the result most"));
}

static void a_change_of_levels_is_claimed_only_when_the_test_allows(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8 << 20);
	struct instrument in = { 0 };
	int64_t count[] = { 5, 14, 1, 20 };
	struct panel panel = { .n_stayers = 40, .n_entrants = 3, .n_leavers = 2 };
	struct method_change method = { .under_new = { .instrument = &in } };
	struct transitions t = { .n_levels = 2, .count = count, .up = 14, .down = 1,
				 .sign_p = 0.001 };
	struct bulletin_change ch = { .before = &before, .panel = &panel, .method = &method,
				      .transitions = &t };
	const struct bulletin_input input = { .change = &ch };
	const struct document *d = bulletin(&a, &in, &input, LANG_ES);
	assert_true(says(d, "Avanzaron de nivel 14 aglomeraciones desde 2020; retrocedieron 1"));
	t.sign_p = 0.3;
	d = bulletin(&a, &in, &input, LANG_ES);
	assert_false(says(d, "Avanzaron"));
	assert_true(says(d, "Sin cambio demostrable de nivel desde 2020: 14 subieron y 1 bajaron"));
	ch.transitions = NULL;
	method.why = STR("los métodos no se parecen");
	d = bulletin(&a, &in, &input, LANG_ES);
	assert_true(says(d, "no se pueden comparar"));
	assert_true(says(d, "los métodos no se parecen"));
}

/* A share that rose from 40 to 60 among the stayers. */
static struct figure_change change_of(enum series_relation relation, bool protected)
{
	return (struct figure_change){ .indicator = &indicator[0],
				       .relation = relation,
				       .computed = true,
				       .old_value = 40,
				       .new_value = 60,
				       .panel_old = 40,
				       .panel_new = 60,
				       .has_panel = true,
				       .has_old = true,
				       .has_new = true,
				       .has_test = true,
				       .by_mcnemar = true,
				       .proven = 1,
				       .protected = protected };
}

static void no_line_or_difference_where_the_question_is_another(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8 << 20);
	struct instrument in = { 0 };
	struct panel panel = { .n_stayers = 40 };
	struct method_change method = { .why = STR("otro método") };
	struct figure_change same = change_of(SERIES_SAME, false);
	struct bulletin_round rounds[] = { { &before, &same }, { &before, &same } };
	struct bulletin_change ch = { .before = &before, .panel = &panel, .method = &method,
				      .figure = &same, .n_figures = 1, .earlier = rounds,
				      .n_earlier = 2 };
	const struct bulletin_input input = { .change = &ch };
	const struct document *d = bulletin(&a, &in, &input, LANG_EN);
	assert_true(says(d, "Of 1 shares that can be compared, 1 changed demonstrably"));
	assert_true(says(d, "3 rounds, from 2020 to 2022"));
	struct figure_change hidden[] = { change_of(SERIES_BROKEN, false),
					  change_of(SERIES_SAME, true) };
	for (size_t i = 0; i < 2; i++) {
		ch.figure = rounds[0].figure = rounds[1].figure = &hidden[i];
		d = bulletin(&a, &in, &input, LANG_EN);
		assert_false(says(d, "can be compared, 1"));
		assert_false(says(d, "3 rounds"));
		assert_false(says(d, "the parts add up"));
	}
}

static void associations_name_what_was_not_found_too(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8 << 20);
	struct instrument in = { 0 };
	struct association pair[] = {
		{ .x = STR("area_A"), .y = STR("area_B"), .x_label = LABEL("Área A", "Area A"),
		  .y_label = LABEL("Área B", "Area B"), .n = 50, .defined = true, .rho = 0.5,
		  .low = 0.3, .high = 0.7, .found = true,
		  .sentence = STR("Área A se asocia con Área B") },
		{ .x = STR("area_A"), .y = STR("score"), .x_label = LABEL("Área A", "Area A"),
		  .y_label = LABEL("el puntaje", "the score"), .n = 50, .defined = true,
		  .sentence = STR("no") },
	};
	const struct associations as = { pair, 2, 1, 2 };
	const struct document *d =
		bulletin(&a, &in, &(struct bulletin_input){ .associations = &as }, LANG_ES);
	assert_true(says(d, "De 2 pares examinados, 1 muestran asociación"));
	assert_true(says(d, "Área A se asocia con Área B"));
	assert_true(says(d, "No encontramos evidencia de asociación entre: Área A y el puntaje."));
	assert_true(says(d, "Área B, Área A: 0,50;"));
}

static void parts_that_are_no_whole_are_not_drawn(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 8 << 20);
	size_t both[] = { 0, 1 };
	struct figure_line line[] = { { .section = STR("uno"), .kind = STR("composition"),
					.text = LABEL("Partes", "Parts"), .indicator = both,
					.n_indicators = 2 } };
	struct instrument in = { .line = line, .n_lines = 1 };
	const struct document *d = bulletin(&a, &in, &(struct bulletin_input){ 0 }, LANG_ES);
	assert_int_equal(d->n_refused, 1);
	assert_true(says(d, "«Partes»: sus partes (F1, F2) suman 90,00 y no 100"));
	for (size_t i = 0; i < d->section[0].n; i++)
		assert_null(d->section[0].block[i].chart);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_without_ground_say_nothing),
		cmocka_unit_test(quality_comes_after_the_first_section),
		cmocka_unit_test(what_moves_most_is_named_only_when_it_stands_out),
		cmocka_unit_test(a_change_of_levels_is_claimed_only_when_the_test_allows),
		cmocka_unit_test(no_line_or_difference_where_the_question_is_another),
		cmocka_unit_test(associations_name_what_was_not_found_too),
		cmocka_unit_test(parts_that_are_no_whole_are_not_drawn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
