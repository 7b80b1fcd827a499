/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "render/drawing.h"
#include "render/fixture_test.h"
#include "render/metrics.h"

/* Relative luminance and contrast as WCAG 2.2 defines them. */
static double luminance(uint32_t rgb)
{
	static const double weight[] = { 0.2126, 0.7152, 0.0722 };
	double sum = 0;
	for (int i = 0; i < 3; i++) {
		const double c = (rgb >> (16 - 8 * i) & 255) / 255.0;
		sum += weight[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
	}
	return sum;
}

static double contrast(uint32_t a, uint32_t b)
{
	const double x = luminance(a), y = luminance(b);
	return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

static void contrast_of_black_and_white_is_21(void **state)
{
	(void)state;
	assert_true(fabs(contrast(0, 0xFFFFFF) - 21) < 1e-9);
}

/* Name of the custom property that holds a paint in the style sheet. */
static const char *const property[PAINT_N] = {
	[PAINT_INK] = "ink",         [PAINT_SOFT] = "soft",   [PAINT_LINE] = "line",
	[PAINT_PAPER] = "paper",     [PAINT_QUIET] = "quiet", [PAINT_TRACK] = "track",
	[PAINT_LEVEL_1] = "l1",      [PAINT_LEVEL_2] = "l2",  [PAINT_LEVEL_3] = "l3",
	[PAINT_LEVEL_4] = "l4",      [PAINT_EDGE] = "edge",   [PAINT_PLAIN] = "plain",
	[PAINT_DECLINE] = "decline", [PAINT_HATCH] = "hatch", [PAINT_STEP_0] = "m0",
	[PAINT_STEP_1] = "m1",       [PAINT_STEP_2] = "m2",   [PAINT_STEP_3] = "m3",
	[PAINT_STEP_4] = "m4",       [PAINT_STEP_5] = "m5",
};

/* Value of --name in css from byte `from` on. */
static uint32_t css_colour(struct str css, size_t from, const char *name)
{
	ARENA_SCOPE(a, 1 << 16);
	const struct str rest = str_sub(css, from, css.n);
	const struct str key = str_fmt(&a, "\t--%s: #", name);
	size_t at;
	if (!str_find(rest, key, &at))
		fail_msg("style.css has no --%s", name);
	uint32_t v = 0;
	for (size_t i = 0; i < 6; i++) {
		const char c = rest.p[at + key.n + i];
		v = v << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	return v;
}

static void paints_are_those_of_the_style_sheet_and_legible_in_both_schemes(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	const struct str css = fixture_file(&a, "web/style.css");
	size_t dark;
	assert_true(str_find(css, STR("prefers-color-scheme: dark"), &dark));
	for (int scheme = 0; scheme < 2; scheme++) {
		uint32_t rgb[PAINT_N] = { 0 };
		for (int p = PAINT_INK; p < PAINT_N; p++) {
			rgb[p] = css_colour(css, scheme ? dark : 0, property[p]);
			if (!scheme)
				assert_int_equal(rgb[p], paint_value[p].rgb);
		}
		const enum paint ground[] = {
			PAINT_PAPER,   PAINT_QUIET,  PAINT_LEVEL_1, PAINT_LEVEL_2, PAINT_LEVEL_3,
			PAINT_LEVEL_4, PAINT_STEP_0, PAINT_STEP_1,  PAINT_STEP_2,  PAINT_STEP_3,
			PAINT_STEP_4,  PAINT_STEP_5, PAINT_DECLINE,
		};
		for (size_t i = 0; i < sizeof ground / sizeof *ground; i++)
			assert_true(contrast(rgb[paint_on(ground[i])], rgb[ground[i]]) >= 4.5);
		assert_true(contrast(rgb[PAINT_SOFT], rgb[PAINT_PAPER]) >= 4.5);
		assert_true(contrast(rgb[PAINT_SOFT], rgb[PAINT_QUIET]) >= 4.5);
		assert_true(contrast(rgb[PAINT_PLAIN], rgb[PAINT_PAPER]) >= 3);
		assert_true(contrast(rgb[PAINT_LEVEL_3], rgb[PAINT_PAPER]) >= 3);
		/* The levels go away from the paper, each further than the one before. */
		for (int p = PAINT_LEVEL_1; p <= PAINT_LEVEL_4; p++)
			assert_true(contrast(rgb[p], rgb[PAINT_PAPER]) >
				    contrast(rgb[p == PAINT_LEVEL_1 ? PAINT_PAPER : p - 1],
					     rgb[PAINT_PAPER]));
	}
}

static void path_data_is_read_absolute_and_relative(void **state)
{
	(void)state;
	struct str rest = STR("M10 20l-3.5-4.25L1,2zM.5 5m1 1");
	const struct path_step want[] = { { 'M', 10, 20 }, { 'L', 6.5, 15.75 }, { 'L', 1, 2 },
					  { 'Z', 1, 2 },   { 'M', 0.5, 5 },     { 'M', 1.5, 6 } };
	struct path_step at = { 0 };
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		assert_true(path_next(&rest, &at));
		assert_int_equal(at.kind, want[i].kind);
		assert_true(fabs(at.x - want[i].x) < 1e-12 && fabs(at.y - want[i].y) < 1e-12);
	}
	assert_false(path_next(&rest, &at));
}

static void path_data_that_is_not_known_ends_the_path(void **state)
{
	(void)state;
	static const char *const bad[] = { "C1 2 3 4 5 6", "M1", "M a b", "l", "M1e5 x" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct str rest = str_of(bad[i]);
		struct path_step at = { 0 };
		size_t steps = 0;
		while (path_next(&rest, &at))
			assert_true(++steps < 8);
	}
}

/* Widths measured with pango in the same face, at 14 units. */
static void widths_are_near_those_of_the_face(void **state)
{
	(void)state;
	assert_true(fabs(text_width(STR("0123456789"), 10, false) - 64.7) < 0.1);
	assert_true(fabs(text_width(STR("0123456789"), 10, true) - 67.0) < 0.1);
	assert_true(text_width(STR("ñ"), 10, false) > 5 && text_width(STR("—"), 10, false) > 5);
	assert_true(text_width(STR(""), 10, false) < 1e-9);
}

static void text_is_wrapped_at_spaces_and_nothing_is_lost(void **state)
{
	(void)state;
	const struct str s = STR("Gerente con dedicación exclusiva");
	struct str line[4];
	assert_int_equal(text_wrap(s, 14, true, 150, line, 4), 2);
	assert_true(str_is(line[0], "Gerente con") && str_is(line[1], "dedicación exclusiva"));
	const size_t n = text_wrap(s, 14, true, 120, line, 4);
	size_t bytes = n - 1;
	for (size_t i = 0; i < n; i++)
		bytes += line[i].n;
	assert_int_equal(bytes, s.n);
	assert_int_equal(text_wrap(s, 14, true, 1, line, 2), 2); /* the rest stays in the last */
	assert_true(str_is(line[1], "con dedicación exclusiva"));
	assert_int_equal(text_wrap(STR(""), 14, true, 100, line, 4), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contrast_of_black_and_white_is_21),
		cmocka_unit_test(paints_are_those_of_the_style_sheet_and_legible_in_both_schemes),
		cmocka_unit_test(path_data_is_read_absolute_and_relative),
		cmocka_unit_test(path_data_that_is_not_known_ends_the_path),
		cmocka_unit_test(widths_are_near_those_of_the_face),
		cmocka_unit_test(text_is_wrapped_at_spaces_and_nothing_is_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
