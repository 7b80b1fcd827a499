/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "app/review_risk.h"

static struct arena arena;
static const struct question count_of = { .name = { "N", 1 }, .type = QUESTION_INTEGER };
static const struct question share_of = { .name = { "S", 1 },
					  .type = QUESTION_DECIMAL,
					  .unit = { "percent", 7 } };

/* ---- jumps ---- */

static void a_jump_is_less_than_half_or_more_than_double(void **state)
{
	(void)state;
	assert_false(risk_is_jump(&count_of, 100, 200));
	assert_true(risk_is_jump(&count_of, 100, 201));
	assert_false(risk_is_jump(&count_of, 100, 50));
	assert_true(risk_is_jump(&count_of, 100, 49));
	assert_true(risk_is_jump(&count_of, 100, 0));
}

static void small_numbers_and_percentages_do_not_jump(void **state)
{
	(void)state;
	assert_false(risk_is_jump(&count_of, 1, JUMP_FROM - 1));
	assert_true(risk_is_jump(&count_of, 1, JUMP_FROM));
	assert_false(risk_is_jump(&count_of, 0, 1000)); /* there is nothing to double */
	assert_false(risk_is_jump(&share_of, 10, 90));
}

/* ---- outliers ---- */

/* 2 4 4 5 5 6 7 9 100: median 5, distances 3 1 1 0 0 1 2 4 95, MAD 1.  Of a percentage nothing is
 * logged: 0.6745 |x - 5| > 3.5 from 5 + 5.19 on. */
static void a_value_far_from_the_median_is_an_outlier(void **state)
{
	(void)state;
	double x[] = { 9, 2, 4, 100, 4, 5, 6, 5, 7 };
	const struct spread s = spread_of(&arena, &share_of, x, 9);
	assert_true(s.usable && !s.logs);
	assert_true(s.median == 5 && s.mad == 1 && s.middle == 5);
	assert_false(spread_is_far(&s, 10.1));
	assert_true(spread_is_far(&s, 10.2));
	assert_true(spread_is_far(&s, -0.2));
}

/* 1 3 7 15 31 63 127 255 are 2^k - 1: their logs of 1 + x are k log 2, median 4.5 log 2 and MAD
 * 2 log 2.  Far is a k with 0.6745 |k - 4.5| / 2 > 3.5: above 14.88. */
static void amounts_are_seen_by_their_logarithm(void **state)
{
	(void)state;
	double x[] = { 255, 1, 3, 7, 127, 15, 31, 63 };
	const struct spread s = spread_of(&arena, &count_of, x, 8);
	assert_true(s.usable && s.logs);
	assert_true(s.middle == 23);
	assert_false(spread_is_far(&s, 16383)); /* k = 14 */
	assert_true(spread_is_far(&s, 32767));	/* k = 15 */
}

static void few_clusters_or_all_alike_have_no_outlier(void **state)
{
	(void)state;
	double few[] = { 1, 2, 3, 4, 5, 6, 700 }, alike[] = { 3, 3, 3, 3, 3, 3, 3, 900 };
	const struct spread a = spread_of(&arena, &count_of, few, 7),
			    b = spread_of(&arena, &count_of, alike, 8);
	assert_false(a.usable);
	assert_false(spread_is_far(&a, 1e9));
	assert_false(b.usable);
	assert_false(spread_is_far(&b, 900));
}

/* ---- all together ---- */

struct made {
	struct question question[2];
	struct form form;
	struct look_entry entry[2];
	struct look look;
	struct before_cell before[1];
	struct rollup rollup[1];
	struct instrument instrument;
	struct known_instrument known;
	struct spread spread[2];
	struct sheet sheet;
};

/* A number that went from 100 to 300, with a warning, and a text. */
static struct made *make(void)
{
	static const struct look_finding warning = { .rule = "warning",
						     .message = { "Mucho.", 6 } };
	struct made *m = NEW(&arena, 1, struct made);
	m->question[0] = count_of;
	m->question[1] = (struct question){ .name = STR("T"), .type = QUESTION_TEXT };
	m->form = (struct form){ .question = m->question, .n_questions = 2 };
	m->entry[0] = (struct look_entry){ .question = &m->question[0],
					   .value = STR("300"),
					   .warning = &warning,
					   .n_warnings = 1 };
	m->entry[1] = (struct look_entry){ .question = &m->question[1],
					   .index = 1,
					   .value = STR("x") };
	m->look = (struct look){ .form = &m->form, .entry = m->entry, .n = 2 };
	m->before[0] = (struct before_cell){ .question = STR("N"), .value = STR("100") };
	m->rollup[0] = (struct rollup){ .question = STR("N"), .tolerance = 10 };
	m->instrument = (struct instrument){ .rollup = m->rollup, .n_rollups = 1 };
	m->known.instrument = &m->instrument;
	m->sheet = (struct sheet){ .known = &m->known,	   .form = &m->form,
				   .look = &m->look,	   .before = m->before,
				   .n_before = 1,	   .before_round = STR("2022") };
	return m;
}

static int64_t weigh(struct made *m, const struct rollup_total *total,
		     const struct review_reason **reason, size_t *n)
{
	const struct risk_input in = { .sheet = &m->sheet, .spread = m->spread, .total = total };
	int64_t risk;
	risk_weigh(&arena, &in, reason, n, &risk);
	return risk;
}

static void reasons_come_by_their_points(void **state)
{
	(void)state;
	struct made *m = make();
	const struct rollup_total total = { .known = true, .value = 331, .n = 4 };
	const struct review_reason *reason;
	size_t n;
	assert_int_equal(weigh(m, &total, &reason, &n),
			 RISK_UNEXPLAINED + RISK_ROLLUP + RISK_JUMP);
	assert_int_equal(n, 3);
	assert_int_equal(reason[0].kind, REASON_UNEXPLAINED);
	assert_int_equal(reason[1].kind, REASON_ROLLUP);
	assert_int_equal(reason[2].kind, REASON_JUMP);
	assert_true(str_is(reason[2].words, "Pasó de 100 en 2022 a 300."));
}

static void a_reason_given_and_a_tolerance_kept_weigh_less(void **state)
{
	(void)state;
	struct made *m = make();
	const struct rollup_total total = { .known = true, .value = 330, .n = 4 };
	const struct review_reason *reason;
	size_t n;
	m->entry[0].reason = STR("Creció");
	assert_int_equal(weigh(m, &total, &reason, &n), RISK_JUMP + RISK_WARNING);
	assert_int_equal(reason[1].kind, REASON_WARNING);
	m->entry[0].relevance = LOOK_SKIPPED;
	assert_int_equal(weigh(m, &total, &reason, &n), 0);
	assert_int_equal(n, 0);
}

static int open_arena(void **state)
{
	(void)state;
	arena_init(&arena, 1u << 26);
	return 0;
}

static int drop_arena(void **state)
{
	(void)state;
	arena_drop(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_jump_is_less_than_half_or_more_than_double),
		cmocka_unit_test(small_numbers_and_percentages_do_not_jump),
		cmocka_unit_test(a_value_far_from_the_median_is_an_outlier),
		cmocka_unit_test(amounts_are_seen_by_their_logarithm),
		cmocka_unit_test(few_clusters_or_all_alike_have_no_outlier),
		cmocka_unit_test(reasons_come_by_their_points),
		cmocka_unit_test(a_reason_given_and_a_tolerance_kept_weigh_less),
	};
	return cmocka_run_group_tests(tests, open_arena, drop_arena);
}
