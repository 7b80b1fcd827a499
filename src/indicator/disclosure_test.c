/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/disclosure.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stat/random.h"
#include "stat/reference_test.h"

enum { ARENA_BYTES = 256 << 20, CODES_MAX = 5 };

/* ---- tables to try ---- */

/* Codes of each dimension; a cell of every combination, totals included. */
struct shape {
	size_t n_dimensions;
	int n_codes[DISCLOSURE_DIMENSIONS_MAX];
};

static void add_cells(struct disclosure_table *t, const struct shape *s,
		      struct disclosure_cell *cell, size_t d)
{
	if (d == s->n_dimensions) {
		t->cell[t->n++] = *cell;
		return;
	}
	for (int code = DISCLOSURE_TOTAL; code < s->n_codes[d]; code++) {
		cell->code[d] = code;
		add_cells(t, s, cell, d + 1);
	}
}

static struct disclosure_table table_of(struct arena *a, const struct shape *s)
{
	size_t n = 1;
	for (size_t d = 0; d < s->n_dimensions; d++)
		n *= (size_t)s->n_codes[d] + 1;
	struct disclosure_table t = { .n_dimensions = s->n_dimensions,
				      .cell = NEW(a, n, struct disclosure_cell),
				      .nonnegative = true };
	struct disclosure_cell cell = { .conf = CONF_FREE };
	add_cells(&t, s, &cell, 0);
	return t;
}

static bool has_total(const struct disclosure_table *t, const struct disclosure_cell *c)
{
	for (size_t d = 0; d < t->n_dimensions; d++) {
		if (c->code[d] == DISCLOSURE_TOTAL)
			return true;
	}
	return false;
}

static bool stands_over(const struct disclosure_table *t, const struct disclosure_cell *margin,
			const int *code)
{
	for (size_t d = 0; d < t->n_dimensions; d++) {
		if (margin->code[d] != DISCLOSURE_TOTAL && margin->code[d] != code[d])
			return false;
	}
	return true;
}

/* A contributor with its contribution goes into every cell over its codes. */
static void contribute(struct disclosure_table *t, const int *code, double x, bool money)
{
	for (size_t i = 0; i < t->n; i++) {
		struct disclosure_cell *c = &t->cell[i];
		if (!stands_over(t, c, code))
			continue;
		c->money = money;
		c->value += x;
		c->contributors++;
		if (x > c->largest) {
			c->second = c->largest;
			c->largest = x;
		} else if (x > c->second) {
			c->second = x;
		}
		c->top_n = c->largest + c->second; /* of two */
	}
}

static struct disclosure_table random_table(struct arena *a, struct random *r,
					    const struct shape *s, uint32_t n, bool money)
{
	struct disclosure_table t = table_of(a, s);
	for (uint32_t i = 0; i < n; i++) {
		int code[DISCLOSURE_DIMENSIONS_MAX];
		/* Low codes are likelier, so that full and thin cells stand beside each other. */
		for (size_t d = 0; d < s->n_dimensions; d++) {
			uint32_t first = random_below(r, (uint32_t)s->n_codes[d]);
			uint32_t second = random_below(r, (uint32_t)s->n_codes[d]);
			code[d] = (int)(first < second ? first : second);
		}
		double x = money ? floor(exp(14 + 2 * random_normal(r))) : 1;
		contribute(&t, code, x, money);
	}
	for (size_t i = 0; i < t.n; i++)
		t.cell[i].money = money;
	return t;
}

static struct shape random_shape(struct random *r, size_t n_dimensions)
{
	struct shape s = { .n_dimensions = n_dimensions };
	int most = n_dimensions == 3 ? 2 : 4;
	for (size_t d = 0; d < n_dimensions; d++)
		s.n_codes[d] = 2 + (int)random_below(r, (uint32_t)most - 1);
	return s;
}

static size_t count_conf(const struct disclosure_table *t, enum confidentiality conf)
{
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++)
		n += t->cell[i].conf == conf;
	return n;
}

static struct disclosure_cell *cell_at(struct disclosure_table *t, const int *code)
{
	for (size_t i = 0; i < t->n; i++) {
		if (!memcmp(t->cell[i].code, code, t->n_dimensions * sizeof(*code)))
			return &t->cell[i];
	}
	return NULL;
}

static void suppress(struct arena *a, struct disclosure_table *t,
		     const struct disclosure_rule *rule)
{
	struct err e = { 0 };
	bool done = disclosure_suppress(a, t, rule, &e);
	if (!done)
		print_message("%s\n", e.en);
	assert_true(done);
}

static size_t audit(struct arena *a, struct disclosure_table *t, const struct disclosure_rule *rule)
{
	struct err e = { 0 };
	size_t n;
	assert_true(disclosure_audit(a, t, rule, &n, &e));
	return n;
}

/* ---- the rules, by hand ---- */

static void a_cell_of_too_few_contributors_is_primary(void **state)
{
	(void)state;
	const struct disclosure_rule rule = { .minimum = 5 };
	struct disclosure_cell c = { .value = 4, .contributors = 4 };
	assert_int_equal(disclosure_primary(&rule, &c), CONF_COUNT);
	c.contributors = 5;
	assert_int_equal(disclosure_primary(&rule, &c), CONF_FREE);
	c.contributors = 0;
	assert_int_equal(disclosure_primary(&rule, &c), CONF_FREE);
}

static void p_percent_asks_how_well_the_second_knows_the_first(void **state)
{
	(void)state;
	/* 100 + 50 + rest: the second estimates the first as 100 + rest; below 10 is too near. */
	const struct disclosure_rule rule = { .p_percent = 10 };
	struct disclosure_cell c = {
		.value = 159, .contributors = 9, .largest = 100, .second = 50, .money = true
	};
	assert_int_equal(disclosure_primary(&rule, &c), CONF_DOMINANCE);
	c.value = 160;
	assert_int_equal(disclosure_primary(&rule, &c), CONF_FREE);
	c.value = 159;
	c.money = false;
	assert_int_equal(disclosure_primary(&rule, &c), CONF_FREE);
}

static void two_that_make_more_than_85_percent_dominate(void **state)
{
	(void)state;
	const struct disclosure_rule rule = { .dominance_n = 2, .dominance_k = 85 };
	struct disclosure_cell c = { .value = 1000, .contributors = 20, .money = true };
	c.largest = 500;
	c.second = 350;
	c.top_n = 850;
	assert_int_equal(disclosure_primary(&rule, &c), CONF_FREE);
	c.second = c.top_n = 851;
	assert_int_equal(disclosure_primary(&rule, &c), CONF_DOMINANCE);
}

/* ---- sdcTable's own test problem ---- */

/* Region (total, A, B, C, D) by gender (total, male, female): 15 cells, numbered from 1 with gender
 * running faster. */
static struct disclosure_table sdctable(struct arena *a, bool money)
{
	struct str rest = reference_file(a, "input/sdctable_microdata1.csv");
	const struct shape shape = { 2, { 4, 2 } };
	struct disclosure_table t = table_of(a, &shape);
	(void)str_cut(&rest, '\n');
	while (rest.p && rest.n) {
		struct str line = str_trim(str_cut(&rest, '\n'));
		struct str region = reference_field(&line), gender = reference_field(&line);
		double x;
		assert_true(num_real(line, &x));
		const int code[DISCLOSURE_DIMENSIONS_MAX] = { region.p[0] - 'A',
							      str_is(gender, "female") };
		contribute(&t, code, money ? x : 1, money);
	}
	assert_int_equal(t.n, 15);
	assert_int_equal(t.cell[0].contributors, 100);
	return t;
}

static void assert_cells(const struct disclosure_table *t, bool primary, const char *expected)
{
	char got[64] = "";
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++) {
		bool in = t->cell[i].conf != CONF_FREE &&
			  (!primary || t->cell[i].conf != CONF_SECONDARY);
		if (in)
			n += (size_t)snprintf(got + n, sizeof(got) - n, " %zu", i + 1);
	}
	assert_string_equal(got, expected);
}

static void primary_only(struct disclosure_table *t, const struct disclosure_rule *rule)
{
	for (size_t i = 0; i < t->n; i++)
		t->cell[i].conf = disclosure_primary(rule, &t->cell[i]);
}

static void sdctable_finds_the_same_primary_cells(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, ARENA_BYTES);
	struct disclosure_table counts = sdctable(&a, false), money = sdctable(&a, true);
	primary_only(&counts, &(struct disclosure_rule){ .minimum = 3 }); /* freq, maxN = 2 */
	assert_cells(&counts, true, " 6");
	primary_only(&money, &(struct disclosure_rule){ .dominance_n = 2, .dominance_k = 75 });
	assert_cells(&money, true, " 6 14");
	primary_only(&money, &(struct disclosure_rule){ .p_percent = 70 });
	assert_cells(&money, true, " 6 14");
}

static void sdctable_suppresses_the_same_rectangle(void **state)
{
	(void)state;
	reference_needed();
	ARENA_SCOPE(a, ARENA_BYTES);
	struct disclosure_table t = sdctable(&a, false);
	const struct disclosure_rule rule = { .minimum = 3 };
	suppress(&a, &t, &rule);
	assert_cells(&t, false, " 5 6 11 12");
	assert_int_equal(audit(&a, &t, &rule), 0);
}

/* ---- the audit ---- */

static void a_lone_suppressed_cell_is_worked_out_from_its_margin(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ARENA_BYTES);
	const struct shape shape = { 1, { 3 } };
	struct disclosure_table t = table_of(&a, &shape);
	for (int i = 0; i < 17; i++)
		contribute(&t, (const int[DISCLOSURE_DIMENSIONS_MAX]){ i < 2 ? 0 : i < 9 ? 1 : 2 },
			   1, false);
	const struct disclosure_rule rule = { .minimum = 5 };
	t.cell[1].conf = CONF_COUNT;
	assert_int_equal(audit(&a, &t, &rule), 1);
	assert_true(fabs(t.cell[1].low - 2) < 1e-9 && fabs(t.cell[1].high - 2) < 1e-9);
	/* With the cell of seven hidden too, the two may be anything from 0 to 9. */
	t.cell[2].conf = CONF_SECONDARY;
	assert_int_equal(audit(&a, &t, &rule), 0);
	assert_true(fabs(t.cell[1].low) < 1e-9 && fabs(t.cell[1].high - 9) < 1e-9);
}

static void what_was_published_before_may_make_protection_impossible(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ARENA_BYTES);
	const struct shape shape = { 1, { 2 } };
	struct disclosure_table t = table_of(&a, &shape);
	for (int i = 0; i < 12; i++)
		contribute(&t, (const int[DISCLOSURE_DIMENSIONS_MAX]){ i < 2 ? 0 : 1 }, 1, false);
	const struct disclosure_rule rule = { .minimum = 5 };
	struct err e = { 0 };
	t.cell[0].published = t.cell[2].published = true;
	assert_false(disclosure_suppress(&a, &t, &rule, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_non_null(strstr(e.en, "(0)"));
	t.cell[2].published = false;
	suppress(&a, &t, &rule);
	assert_int_equal(t.cell[2].conf, CONF_SECONDARY);
	assert_int_equal(t.cell[0].conf, CONF_FREE);
}

static void too_many_cells_are_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, ARENA_BYTES);
	struct disclosure_table t = { .n_dimensions = 1, .n = DISCLOSURE_CELLS_MAX + 1 };
	t.cell = NEW(&a, t.n, struct disclosure_cell);
	struct err e = { 0 };
	assert_false(disclosure_suppress(&a, &t, &(struct disclosure_rule){ .minimum = 5 }, &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

/* ---- properties ---- */

static void assert_protected(struct arena *a, struct disclosure_table *t,
			     const struct disclosure_rule *rule)
{
	for (size_t i = 0; i < t->n; i++) {
		struct disclosure_cell *c = &t->cell[i];
		if (disclosure_primary(rule, c) != CONF_FREE)
			assert_true(c->conf == disclosure_primary(rule, c));
	}
	assert_int_equal(audit(a, t, rule), 0);
	for (size_t i = 0; i < t->n; i++) {
		const struct disclosure_cell *c = &t->cell[i];
		double slack = 1e-6 * fmax(1, fabs(c->value));
		assert_true(c->low <= c->value + slack && c->high >= c->value - slack);
		if (c->conf == CONF_COUNT && !c->money)
			assert_true(c->high - c->low >= rule->minimum - slack);
	}
}

/* Of the random tables: those of three dimensions take longest and are fewest. */
static const size_t dimensions_of[6] = { 1, 2, 2, 1, 2, 3 };

static void no_table_of_counts_is_exposed(void **state)
{
	(void)state;
	struct random r = random_of(3, 'd', 0, 0);
	size_t n_primary = 0, n_secondary = 0;
	for (int i = 0; i < 1200; i++) {
		ARENA_SCOPE(a, ARENA_BYTES);
		struct shape s = random_shape(&r, dimensions_of[i % 6]);
		struct disclosure_table t =
			random_table(&a, &r, &s, 10 + random_below(&r, 150), false);
		const struct disclosure_rule rule = { .minimum = 2 + (int)random_below(&r, 5) };
		suppress(&a, &t, &rule);
		assert_protected(&a, &t, &rule);
		n_primary += count_conf(&t, CONF_COUNT);
		n_secondary += count_conf(&t, CONF_SECONDARY);
	}
	assert_true(n_primary > 1000 && n_secondary > 1000);
}

static void no_table_of_money_is_exposed(void **state)
{
	(void)state;
	struct random r = random_of(4, 'd', 0, 0);
	size_t n_dominated = 0;
	for (int i = 0; i < 500; i++) {
		ARENA_SCOPE(a, ARENA_BYTES);
		struct shape s = random_shape(&r, dimensions_of[i % 6]);
		struct disclosure_table t =
			random_table(&a, &r, &s, 20 + random_below(&r, 200), true);
		const struct disclosure_rule rule = {
			.minimum = 3, .p_percent = 10, .dominance_n = 2, .dominance_k = 85
		};
		suppress(&a, &t, &rule);
		assert_protected(&a, &t, &rule);
		n_dominated += count_conf(&t, CONF_DOMINANCE);
	}
	assert_true(n_dominated > 300);
}

static void the_order_of_cells_changes_nothing_of_the_audit(void **state)
{
	(void)state;
	struct random r = random_of(5, 'd', 0, 0);
	for (int i = 0; i < 100; i++) {
		ARENA_SCOPE(a, ARENA_BYTES);
		struct shape s = random_shape(&r, 2);
		struct disclosure_table t =
			random_table(&a, &r, &s, 20 + random_below(&r, 100), false);
		const struct disclosure_rule rule = { .minimum = 5 };
		suppress(&a, &t, &rule);
		size_t n_exposed = audit(&a, &t, &rule);
		struct disclosure_table turned = t;
		turned.cell = NEW(&a, t.n, struct disclosure_cell);
		for (size_t k = 0; k < t.n; k++)
			turned.cell[k] = t.cell[t.n - 1 - k];
		assert_int_equal(audit(&a, &turned, &rule), n_exposed);
		for (size_t k = 0; k < t.n; k++) {
			assert_true(fabs(turned.cell[k].low - t.cell[t.n - 1 - k].low) < 1e-6);
			double h = turned.cell[k].high, g = t.cell[t.n - 1 - k].high;
			assert_true((isinf(h) && isinf(g)) || fabs(h - g) < 1e-6);
		}
	}
}

/* ---- a second opinion: every table that agrees with what is visible ---- */

struct reader {
	struct disclosure_table *t;
	size_t inner[16];
	size_t n_inner;
	int value[16];      /* of the inner cells, as the reader imagines them */
	int *low, *high;    /* of every cell, over all tables that agree */
	int total;
};

static int imagined(const struct reader *r, const struct disclosure_cell *c)
{
	int sum = 0;
	for (size_t k = 0; k < r->n_inner; k++) {
		if (stands_over(r->t, c, r->t->cell[r->inner[k]].code))
			sum += r->value[k];
	}
	return sum;
}

static void compare_and_keep(struct reader *r)
{
	for (size_t i = 0; i < r->t->n; i++) {
		const struct disclosure_cell *c = &r->t->cell[i];
		if (c->conf == CONF_FREE && imagined(r, c) != (int)c->value)
			return;
	}
	for (size_t i = 0; i < r->t->n; i++) {
		int v = imagined(r, &r->t->cell[i]);
		r->low[i] = v < r->low[i] ? v : r->low[i];
		r->high[i] = v > r->high[i] ? v : r->high[i];
	}
}

static void imagine(struct reader *r, size_t k, int left)
{
	if (k == r->n_inner) {
		if (!left)
			compare_and_keep(r);
		return;
	}
	/* A cell that is seen is seen; nobody is where nobody can be. */
	const struct disclosure_cell *c = &r->t->cell[r->inner[k]];
	bool seen = c->conf == CONF_FREE;
	int from = seen ? (int)c->value : 0, to = seen && from < left ? from : left;
	for (int v = from; v <= to; v++) {
		r->value[k] = v;
		imagine(r, k + 1, left - v);
	}
}

static bool audit_agrees(struct arena *a, struct disclosure_table *t)
{
	struct reader r = { .t = t, .low = NEW(a, t->n, int), .high = NEW(a, t->n, int) };
	for (size_t i = 0; i < t->n; i++) {
		r.low[i] = INT32_MAX;
		r.high[i] = -1;
		if (!has_total(t, &t->cell[i]))
			r.inner[r.n_inner++] = i;
	}
	const int all[DISCLOSURE_DIMENSIONS_MAX] = { DISCLOSURE_TOTAL, DISCLOSURE_TOTAL,
						     DISCLOSURE_TOTAL, DISCLOSURE_TOTAL };
	const struct disclosure_cell *total = cell_at(t, all);
	if (total->conf != CONF_FREE)
		return false;
	imagine(&r, 0, (int)total->value);
	for (size_t i = 0; i < t->n; i++) {
		assert_true(fabs(t->cell[i].low - r.low[i]) < 1e-9);
		assert_true(fabs(t->cell[i].high - r.high[i]) < 1e-9);
	}
	return true;
}

static void the_audit_finds_what_trying_every_table_finds(void **state)
{
	(void)state;
	static const struct shape shape[] = {
		{ 1, { 4 } }, { 2, { 2, 2 } }, { 2, { 3, 2 } }, { 3, { 2, 2, 2 } }
	};
	struct random r = random_of(6, 'd', 0, 0);
	size_t n_compared = 0;
	for (int i = 0; i < 1000; i++) {
		ARENA_SCOPE(a, ARENA_BYTES);
		struct disclosure_table t =
			random_table(&a, &r, &shape[i % 4], 3 + random_below(&r, 6), false);
		const struct disclosure_rule rule = { .minimum = 2 };
		/* Any pattern, also bad ones: the audit has to be right about all. */
		for (size_t k = 0; k < t.n; k++) {
			bool hide = t.cell[k].contributors && random_below(&r, 3) == 0;
			t.cell[k].conf = hide ? CONF_COUNT : CONF_FREE;
		}
		t.cell[0].conf = CONF_FREE;
		(void)audit(&a, &t, &rule);
		n_compared += audit_agrees(&a, &t);
	}
	assert_int_equal(n_compared, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cell_of_too_few_contributors_is_primary),
		cmocka_unit_test(p_percent_asks_how_well_the_second_knows_the_first),
		cmocka_unit_test(two_that_make_more_than_85_percent_dominate),
		cmocka_unit_test(sdctable_finds_the_same_primary_cells),
		cmocka_unit_test(sdctable_suppresses_the_same_rectangle),
		cmocka_unit_test(a_lone_suppressed_cell_is_worked_out_from_its_margin),
		cmocka_unit_test(what_was_published_before_may_make_protection_impossible),
		cmocka_unit_test(too_many_cells_are_refused),
		cmocka_unit_test(no_table_of_counts_is_exposed),
		cmocka_unit_test(no_table_of_money_is_exposed),
		cmocka_unit_test(the_order_of_cells_changes_nothing_of_the_audit),
		cmocka_unit_test(the_audit_finds_what_trying_every_table_finds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
