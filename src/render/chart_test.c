/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "render/chart.h"
#include "render/fixture_test.h"
#include "render/metrics.h"
#include "render/svg.h"

static const struct chart *chart_of(struct document *d, enum chart_kind kind)
{
	for (size_t s = 0; s < d->n_sections; s++)
		for (size_t i = 0; i < d->section[s].n; i++)
			if (d->section[s].block[i].kind == BLOCK_CHART &&
			    d->section[s].block[i].chart->kind == kind)
				return d->section[s].block[i].chart;
	fail_msg("the fixture has no chart of this kind");
	return NULL;
}

/* The fixture that has a chart of a kind. */
static struct document *fixture_of(struct arena *a, enum lang lang, int kind)
{
	return kind <= CHART_MAP ? fixture_document(a, lang) : fixture_report(a, lang);
}

static struct map map_of(struct arena *a)
{
	struct map map;
	struct err e = { 0 };
	if (!map_load(a, fixture_file(a, "data/department_shapes.json"), &map, &e))
		fail_msg("%s", e.msg);
	return map;
}

static void every_text_is_inside_at_every_width(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	const struct map map = map_of(&a);
	for (int lang = 0; lang < LANG_N; lang++) {
		for (int kind = CHART_LEVELS; kind <= CHART_MATRIX; kind++) {
			const struct chart *c = chart_of(fixture_of(&a, (enum lang)lang, kind),
							 (enum chart_kind)kind);
			for (double width = 280; width <= 1200; width += 20) {
				struct drawing d;
				chart_draw(c, width, lang, &map, &a, &d);
				assert_true(d.n > 0 && d.height > 0);
				for (size_t i = 0; i < d.n; i++) {
					const struct shape *s = &d.shape[i];
					if (s->kind != SHAPE_TEXT)
						continue;
					const double w = text_width(s->text, s->size, s->strong);
					const double x = s->x - w * 0.5 * (double)s->anchor;
					assert_true(x >= -0.5 && x + w <= width + 1);
					assert_true(s->y <= d.height + 1 && s->y > 0);
				}
			}
		}
	}
}

static size_t count(const struct drawing *d, enum shape_kind kind, enum paint fill, double r)
{
	size_t n = 0;
	for (size_t i = 0; i < d->n; i++)
		n += d->shape[i].kind == kind && d->shape[i].fill == fill &&
			(r <= 0 || fabs(d->shape[i].r - r) < 1e-9);
	return n;
}

static void a_dot_stands_for_each_unit_of_its_level(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct drawing d;
	chart_draw(chart_of(fixture_document(&a, LANG_ES), CHART_LEVELS), 320, false, NULL, &a, &d);
	const double r = d.shape[0].r;
	assert_int_equal(count(&d, SHAPE_CIRCLE, PAINT_LEVEL_3, r), 64);
	assert_int_equal(count(&d, SHAPE_CIRCLE, PAINT_LEVEL_2, r), 30);
	assert_int_equal(count(&d, SHAPE_CIRCLE, PAINT_LEVEL_1, r), 6);
}

static void parts_of_a_bar_close_to_its_width(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct drawing d;
	chart_draw(chart_of(fixture_document(&a, LANG_ES), CHART_COMPOSITION), 1000, false, NULL,
		   &a, &d);
	double sum[3] = { 0 }, end[3] = { 0 };
	int bar = -1;
	for (size_t i = 0; i < d.n; i++) {
		const struct shape *s = &d.shape[i];
		if (s->kind != SHAPE_RECT || fabs(s->h - 44) > 1e-9)
			continue;
		bar += s->x < 1e-9;
		sum[bar] += s->w + 2;
		end[bar] = s->x + s->w;
	}
	assert_int_equal(bar, 2);
	for (int i = 0; i < 3; i++) {
		assert_true(fabs(sum[i] - 1000) < 1e-6);
		assert_true(fabs(end[i] - 998) < 1e-6);
	}
	assert_int_equal(count(&d, SHAPE_RECT, PAINT_HATCH, 0), 1); /* what is missing, 10 % */
}

static void a_mark_without_value_is_hatched_and_says_why(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct drawing d;
	chart_draw(chart_of(fixture_document(&a, LANG_ES), CHART_SHARES), 640, false, NULL, &a, &d);
	assert_int_equal(count(&d, SHAPE_RECT, PAINT_HATCH, 0), 1);
	bool said = false;
	for (size_t i = 0; i < d.n; i++)
		said = said ||
			(d.shape[i].kind == SHAPE_TEXT && str_is(d.shape[i].text, "sin dato"));
	assert_true(said);
}

static void charts_of_odd_values_are_drawn_and_finite(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	struct mark mark[] = {
		{ .label = STR("nada"), .has_value = false, .tone = TONE_MISSING },
		{ .label = STR("cero"), .text = STR("0"), .has_value = true, .tone = TONE_LEVEL_1 },
		{ .label = STR("menos"), .text = STR("-3"), .value = -3, .has_value = true },
		{ .label = STR("mucho"),
		  .text = STR("1e9"),
		  .value = 1e9,
		  .has_value = true,
		  .has_interval = true,
		  .low = -5,
		  .high = 2e9,
		  .tone = TONE_DECLINE },
	};
	struct series series[2] = { { .mark = mark }, { .mark = mark } };
	const struct map map = map_of(&a);
	for (int kind = CHART_LEVELS; kind <= CHART_MATRIX; kind++)
		for (size_t n = 0; n <= sizeof mark / sizeof *mark; n++) {
			struct chart c = { .kind = (enum chart_kind)kind,
					   .series = series,
					   .n_series = 1 + n % 2 };
			struct drawing d;
			series[0].n = series[1].n = n;
			chart_draw(&c, 0, n % 2, &map, &a, &d);
			assert_true(isfinite(d.height) && d.height >= 0);
			for (size_t i = 0; i < d.n; i++)
				assert_true(isfinite(d.shape[i].x) && isfinite(d.shape[i].w) &&
					    (d.shape[i].kind != SHAPE_RECT || d.shape[i].w >= 0));
		}
}

static const struct shape *shape_of(const struct drawing *d, enum shape_kind kind, enum paint fill,
				    size_t skip)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->shape[i].kind == kind && d->shape[i].fill == fill && !skip--)
			return &d->shape[i];
	fail_msg("no such shape");
	return NULL;
}

static void the_stem_stands_where_the_score_does(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct drawing d;
	chart_draw(chart_of(fixture_report(&a, LANG_ES), CHART_SCALE), 1000, false, NULL, &a, &d);
	const struct shape *stem = shape_of(&d, SHAPE_RECT, PAINT_INK, 0);
	assert_true(fabs(stem->x + stem->w / 2 - 636) < 1e-9);
	const struct shape *interval = shape_of(&d, SHAPE_RECT, PAINT_INK, 1);
	assert_true(fabs(interval->x - 587) < 1e-9 && fabs(interval->w - 96) < 1e-9);
	const struct shape *level = shape_of(&d, SHAPE_RECT, PAINT_LEVEL_3, 0);
	assert_true(fabs(level->x - 600) < 1e-9 && fabs(level->w - 400) < 1e-9);
	/* The name of the level begins behind the stem that would cross it. */
	const struct shape *name = shape_of(&d, SHAPE_TEXT, PAINT_PAPER, 0);
	assert_true(str_is(name->text, "Consolidado") && name->x > stem->x + stem->w);
}

static void dots_stand_on_the_scale_and_a_fall_has_its_own_paint(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct drawing d;
	chart_draw(chart_of(fixture_report(&a, LANG_ES), CHART_POSITION), 1000, false, NULL, &a,
		   &d);
	const struct shape *track = shape_of(&d, SHAPE_RECT, PAINT_TRACK, 0);
	const struct shape *now = shape_of(&d, SHAPE_CIRCLE, PAINT_LEVEL_3, 0);
	const struct shape *before = shape_of(&d, SHAPE_CIRCLE, PAINT_PAPER, 0);
	assert_true(fabs(now->x - (track->x + 0.825 * track->w)) < 1e-9);
	assert_true(fabs(before->x - (track->x + 0.71 * track->w)) < 1e-9);
	assert_int_equal(count(&d, SHAPE_CIRCLE, PAINT_DECLINE, 0), 1);
	assert_int_equal(count(&d, SHAPE_RECT, PAINT_LEVEL_1, 0), 5); /* bands */
	assert_int_equal(count(&d, SHAPE_RECT, PAINT_HATCH, 0), 1);   /* not computed */
	chart_draw(chart_of(fixture_report(&a, LANG_ES), CHART_CHANGE), 1000, false, NULL, &a, &d);
	assert_int_equal(count(&d, SHAPE_RECT, PAINT_LEVEL_1, 0), 0);
}

static void contributions_meet_at_zero(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct drawing d;
	chart_draw(chart_of(fixture_report(&a, LANG_ES), CHART_CONTRIBUTIONS), 1000, false, NULL,
		   &a, &d);
	const struct shape *gain = shape_of(&d, SHAPE_RECT, PAINT_PLAIN, 0);
	const struct shape *loss = shape_of(&d, SHAPE_RECT, PAINT_DECLINE, 0);
	assert_true(fabs(loss->x + loss->w - gain->x) < 1e-9);
	assert_true(fabs(loss->w / gain->w - 0.8 / 2.1) < 1e-9);
}

/* Between rounds that are not comparable there is no line. */
static void a_break_is_a_gap(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct drawing d;
	const struct chart *c = chart_of(fixture_report(&a, LANG_ES), CHART_LINES);
	size_t joins = 0, strokes = 0;
	chart_draw(c, 640, false, NULL, &a, &d);
	for (size_t i = 0; i < d.n; i++) {
		joins += d.shape[i].kind == SHAPE_LINE && d.shape[i].stroke == PAINT_LEVEL_3;
		strokes += d.shape[i].kind == SHAPE_LINE && d.shape[i].stroke == PAINT_SOFT;
	}
	assert_int_equal(joins, 2); /* of three, one broken */
	assert_int_equal(strokes, 2);
}

static void below_zero_is_rimmed_and_darker_is_more(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	struct drawing d;
	chart_draw(chart_of(fixture_report(&a, LANG_ES), CHART_MATRIX), 640, false, NULL, &a, &d);
	assert_int_equal(count(&d, SHAPE_RECT, PAINT_STEP_4, 0), 2); /* 0.62 */
	assert_int_equal(count(&d, SHAPE_RECT, PAINT_STEP_3, 0), 2); /* 0.48 */
	size_t rims = 0;
	for (size_t i = 0; i < d.n; i++)
		rims += d.shape[i].stroke == PAINT_DECLINE;
	assert_int_equal(rims, 1);
}

static void no_series_draws_nothing(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 16);
	struct drawing d;
	chart_draw(&(struct chart){ .kind = CHART_COMPOSITION }, 300, false, NULL, &a, &d);
	assert_int_equal(d.n, 0);
}

static void the_map_colours_and_counts_its_departments(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 4 << 20);
	const struct map map = map_of(&a);
	struct drawing d;
	chart_draw(chart_of(fixture_document(&a, LANG_ES), CHART_MAP), 400, false, &map, &a, &d);
	assert_int_equal(map.n, 33);
	assert_int_equal(count(&d, SHAPE_PATH, PAINT_STEP_0, 0), 33 - 24);
	assert_int_equal(count(&d, SHAPE_PATH, PAINT_STEP_5, 0), 2); /* 18 and 14 of 18 */
	size_t texts = 0;
	for (size_t i = 0; i < d.n; i++)
		texts += d.shape[i].kind == SHAPE_TEXT;
	assert_int_equal(texts, 24);
}

static void broken_map_shapes_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"{",
		"[]",
		"{\"viewBox\":\"0 0 1 1\"}",
		"{\"viewBox\":\"0 0 x\",\"departments\":{}}",
		"{\"viewBox\":\"0 0 9 9\",\"departments\":{\"05\":{\"label\":[1,2]}}}",
		"{\"viewBox\":\"0 0 9 9\",\"departments\":{\"05\":{\"d\":\"M1 1z\"}}}",
	};
	ARENA_SCOPE(a, 1 << 20);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct map map = { .n = 7 };
		struct err e = { 0 };
		assert_false(map_load(&a, str_of(bad[i]), &map, &e));
		assert_int_equal(e.code, ERR_INPUT);
		assert_int_equal(map.n, 7);
	}
}

static void drawings_are_the_golden_svg(void **state)
{
	(void)state;
	static const struct {
		enum chart_kind kind;
		double width;
		const char *path;
	} row[] = {
		{ CHART_SHARES, 640, "tests/golden/chart-shares.svg" },
		{ CHART_COMPOSITION, 320, "tests/golden/chart-composition.svg" },
		{ CHART_BARS, 424, "tests/golden/chart-bars.svg" },
		{ CHART_SCALE, 640, "tests/golden/chart-scale.svg" },
		{ CHART_POSITION, 320, "tests/golden/chart-position.svg" },
		{ CHART_CHANGE, 640, "tests/golden/chart-change.svg" },
		{ CHART_CONTRIBUTIONS, 640, "tests/golden/chart-contributions.svg" },
		{ CHART_LINES, 320, "tests/golden/chart-lines.svg" },
		{ CHART_MATRIX, 640, "tests/golden/chart-matrix.svg" },
	};
	ARENA_SCOPE(a, 16 << 20);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct chart *c =
			chart_of(fixture_of(&a, LANG_ES, (int)row[i].kind), row[i].kind);
		struct drawing d;
		struct buf b;
		chart_draw(c, row[i].width, false, NULL, &a, &d);
		buf_init(&b, &a, 1 << 18);
		svg_put(&b, &d,
			&(struct svg_words){
				.id = STR("g"), .title = c->title, .alternative = c->alternative });
		assert_true(fixture_golden(&a, row[i].path, buf_str(&b)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_text_is_inside_at_every_width),
		cmocka_unit_test(a_dot_stands_for_each_unit_of_its_level),
		cmocka_unit_test(parts_of_a_bar_close_to_its_width),
		cmocka_unit_test(a_mark_without_value_is_hatched_and_says_why),
		cmocka_unit_test(charts_of_odd_values_are_drawn_and_finite),
		cmocka_unit_test(the_stem_stands_where_the_score_does),
		cmocka_unit_test(dots_stand_on_the_scale_and_a_fall_has_its_own_paint),
		cmocka_unit_test(contributions_meet_at_zero),
		cmocka_unit_test(a_break_is_a_gap),
		cmocka_unit_test(below_zero_is_rimmed_and_darker_is_more),
		cmocka_unit_test(no_series_draws_nothing),
		cmocka_unit_test(the_map_colours_and_counts_its_departments),
		cmocka_unit_test(broken_map_shapes_are_refused),
		cmocka_unit_test(drawings_are_the_golden_svg),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
