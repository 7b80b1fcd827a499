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
		struct document *doc = fixture_document(&a, (enum lang)lang);
		for (int kind = CHART_LEVELS; kind <= CHART_MAP; kind++)
			for (double width = 280; width <= 1200; width += 20) {
				struct drawing d;
				chart_draw(chart_of(doc, (enum chart_kind)kind), width, lang,
					   &map, &a, &d);
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
	struct series series = { .mark = mark };
	const struct map map = map_of(&a);
	for (int kind = CHART_LEVELS; kind <= CHART_MAP; kind++)
		for (size_t n = 0; n <= sizeof mark / sizeof *mark; n++) {
			struct chart c = { .kind = (enum chart_kind)kind,
					   .series = &series,
					   .n_series = 1 };
			struct drawing d;
			series.n = n;
			chart_draw(&c, 0, n % 2, &map, &a, &d);
			assert_true(isfinite(d.height) && d.height >= 0);
			for (size_t i = 0; i < d.n; i++)
				assert_true(isfinite(d.shape[i].x) && isfinite(d.shape[i].w) &&
					    (d.shape[i].kind != SHAPE_RECT || d.shape[i].w >= 0));
		}
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
	};
	ARENA_SCOPE(a, 4 << 20);
	struct document *doc = fixture_document(&a, LANG_ES);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct chart *c = chart_of(doc, row[i].kind);
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
		cmocka_unit_test(no_series_draws_nothing),
		cmocka_unit_test(the_map_colours_and_counts_its_departments),
		cmocka_unit_test(broken_map_shapes_are_refused),
		cmocka_unit_test(drawings_are_the_golden_svg),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
