/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "frame/aggregate.h"
#include "stat/reference_test.h"

enum { ROOM = 1 << 30, COLUMNS_MAX = 32 };

/* A table from lines "name type: cell cell ..."; types int real text date bool, and choice(a b c),
 * multiple(a b c), rank(a b c) whose cells are names joined by +.  NR, ND, NA are missing. */
struct table {
	struct arena *a;
	const struct column *column[COLUMNS_MAX];
	struct expr_name name[COLUMNS_MAX];
	size_t n;
	const struct frame *f;
};

static struct dictionary *options(struct arena *a, struct str names)
{
	struct dictionary *d = NEW(a, 1, struct dictionary);

	d->name = NEW(a, 16, struct str);
	d->label = NEW(a, 16, struct label);
	for (struct str w = str_word(&names); w.n; w = str_word(&names)) {
		d->label[d->n].in[LANG_ES] = str_fmt(a, "Opción %.*s", STR_ARG(w));
		d->name[d->n++] = w;
	}
	return d;
}

static enum missing missing_of(struct str s)
{
	return str_is(s, "NR")    ? MISSING_NR
		: str_is(s, "ND") ? MISSING_ND
		: str_is(s, "NA") ? MISSING_NA
				  : MISSING_NO;
}

static void add_cell(struct column_builder *b, enum column_type type, const struct dictionary *d,
		     struct str s)
{
	uint16_t item[16];
	size_t n = 0;
	int64_t v = 0;
	double x = 0;
	struct date day;

	if (missing_of(s)) {
		column_add_missing(b, missing_of(s));
	} else if (type == COLUMN_TEXT || type == COLUMN_CHOICE) {
		column_add_text(b, s);
	} else if (type == COLUMN_MULTIPLE || type == COLUMN_RANK) {
		while (s.p && s.n)
			item[n++] = (uint16_t)dictionary_find(d, str_cut(&s, '+'));
		column_add_items(b, item, n);
	} else if (type == COLUMN_DATE) {
		assert_true(date_parse(s, false, &day));
		column_add_integer(b, date_days(day));
	} else if (type == COLUMN_REAL) {
		assert_true(num_real(s, &x));
		column_add_real(b, x);
	} else {
		assert_true(num_int(s, &v));
		column_add_integer(b, v);
	}
}

static void add_column(struct table *t, struct str line)
{
	static const struct {
		const char *word;
		enum column_type type;
	} kind[] = {
		{ "int", COLUMN_INTEGER },  { "real", COLUMN_REAL },
		{ "text", COLUMN_TEXT },    { "date", COLUMN_DATE },
		{ "bool", COLUMN_BOOLEAN }, { "choice", COLUMN_CHOICE },
		{ "rank", COLUMN_RANK },    { "multiple", COLUMN_MULTIPLE },
	};
	struct str cells = line, head = str_cut(&cells, ':'), name = str_word(&head);
	struct str list = str_trim(head), word = str_cut(&list, '(');
	enum column_type type = COLUMN_TEXT;
	const struct dictionary *d = NULL;

	for (size_t i = 0; i < sizeof(kind) / sizeof(*kind); i++)
		if (str_is(word, kind[i].word))
			type = kind[i].type;
	if (list.p)
		d = options(t->a, str_cut(&list, ')'));
	struct column_builder *b = column_build(t->a, name, type, d);
	for (struct str w = str_word(&cells); w.n; w = str_word(&cells))
		add_cell(b, type, d, w);
	t->column[t->n] = column_done(b);
	t->name[t->n] = (struct expr_name){ .name = name, .type = type, .dictionary = d };
	t->n++;
}

static struct table table_of(struct arena *a, const char *lines)
{
	struct table t = { .a = a };
	struct str rest = str_of(lines);

	while (rest.p && rest.n)
		add_column(&t, str_cut(&rest, '\n'));
	t.f = frame_of(a, t.column, t.n, t.column[0]->n);
	return t;
}

static const struct expr *parse(const struct table *t, const char *source, bool aggregates)
{
	static const struct str figures[] = { { "F1", 2 }, { "F2", 2 } };
	struct expr_scope scope = { .name = t->name,
				    .n = t->n,
				    .allow_aggregates = aggregates,
				    .figure = figures,
				    .n_figures = 2 };
	struct expr_faults faults = { 0 };
	const struct expr *e = NULL;

	if (!expr_parse(t->a, str_of(source), &scope, LANG_EN, &e, &faults))
		fail_msg("%s: %.*s", source, STR_ARG(faults.item[0].message));
	return e;
}

static void put_value(struct buf *b, const struct result *r)
{
	if (r->missing != MISSING_NO) {
		buf_puts(b, missing_code(r->missing));
	} else if (r->kind == RESULT_TEXT) {
		buf_put(b, r->text);
	} else if (r->kind == RESULT_LIST) {
		for (size_t i = 0; i < r->n_list; i++) {
			buf_puts(b, i ? " " : "");
			buf_put(b, r->list[i].key);
			buf_putc(b, '=');
			num_put_real(b, r->list[i].value);
		}
	} else if (r->exact) {
		assert_true((double)r->integer == r->number);
		num_put_int(b, r->integer);
	} else {
		num_put_real(b, r->number);
	}
}

/* "VALUE n=USED NR/ND/NA of UNIVERSE NUMERATOR/DENOMINATOR" */
static void put_result(struct buf *b, const struct result *r)
{
	put_value(b, r);
	buf_fmt(b, " n=%zu %zu/%zu/%zu of %zu", r->n, r->n_missing[1], r->n_missing[2],
		r->n_missing[3], r->n_universe);
	if (r->has_fraction) {
		buf_putc(b, ' ');
		num_put_real(b, r->numerator);
		buf_putc(b, '/');
		num_put_real(b, r->denominator);
	}
}

static bool lookup(void *user, struct str id, size_t group, struct result *out)
{
	(void)user;
	if (!str_is(id, "F1"))
		return false;
	*out = (struct result){ .number = 10 + (double)group,
				.exact = true,
				.integer = 10 + (int64_t)group,
				.n = 5,
				.n_universe = 6 };
	return true;
}

/* Result of one formula over all rows. */
static const char *run(const struct table *t, const char *source, const char *universe)
{
	struct formula formula = { parse(t, source, true),
				   universe ? parse(t, universe, false) : NULL };
	struct grouping g;
	struct err e = { 0 };
	struct result r;
	struct buf b;

	assert_true(grouping_make(t->a, NULL, 0, t->f->n_rows, NULL, &g, &e));
	aggregate_run(t->a, &formula, 1, t->f, &g, &(struct expr_env){ 0 }, lookup, NULL, NULL, &r);
	buf_init(&b, t->a, 1 << 16);
	put_result(&b, &r);
	return str_c(t->a, buf_str(&b));
}

#define assert_run(t, source, expected) assert_string_equal(run((t), (source), NULL), (expected))
#define assert_run_in(t, source, universe, expected) \
	assert_string_equal(run((t), (source), (universe)), (expected))

static struct table small(struct arena *a)
{
	return table_of(a,
			"x int: 1 2 ND NA NR -3 4 7\n"
			"r real: 0.5 NR 2.5 ND 0 4 1.5 -1\n"
			"w int: 2 1 1 1 1 NA 3 1\n"
			"z int: 0 0 0 0 0 0 0 0\n"
			"q choice(a b c): a b c NR ND NA a b\n"
			"m multiple(x y z): x+y z NR x ND y x+z NR\n"
			"k rank(x y z): z+x y NA x+y+z ND NR x z+y\n"
			"t text: b b c a NR NA 10 c\n"
			"u text: 10 9 9 02 ND 10 9 10\n"
			"d date: 2022-07-01 2020-02-29 NR ND 1969-12-31 2022-01-31 2021-01-01 NA\n"
			"b bool: 1 0 NR ND NA 1 1 0\n"
			"none int: NR ND NA NR NR NR NR NR\n");
}

static void counts_and_shares(void **state)
{
	ARENA_SCOPE(a, ROOM);
	struct table t = small(&a);
	(void)state;

	assert_run(&t, "count()", "8 n=8 0/0/0 of 8");
	assert_run(&t, "count(${x} > 1)", "3 n=5 1/1/1 of 8");
	assert_run(&t, "count(${x} != 2)", "4 n=5 1/1/1 of 8");
	assert_run(&t, "share(${x} > 1)", "60 n=5 1/1/1 of 8 3/5");
	assert_run(&t, "share(2 >= ${x})", "60 n=5 1/1/1 of 8 3/5");
	assert_run(&t, "share(${x} = 2.5)", "0 n=5 1/1/1 of 8 0/5");
	assert_run(&t, "share(${x} > -3.5)", "100 n=5 1/1/1 of 8 5/5");
	assert_run(&t, "share(${x} < 1000000000000)", "100 n=5 1/1/1 of 8 5/5");
	assert_run(&t, "share(${r} <= 0.5)", "50 n=6 1/1/0 of 8 3/6");
	assert_run(&t, "share(${r} < 0.5)", "33.333333333333336 n=6 1/1/0 of 8 2/6");
	assert_run(&t, "share(${r} != 0)", "83.33333333333333 n=6 1/1/0 of 8 5/6");
	assert_run(&t, "share(${q} = 'b')", "40 n=5 1/1/1 of 8 2/5");
	assert_run(&t, "share(${q} != 'b')", "60 n=5 1/1/1 of 8 3/5");
	assert_run(&t, "share(${t} = 'zz')", "0 n=6 1/0/1 of 8 0/6");
	assert_run(&t, "share(${t} != 'zz')", "100 n=6 1/0/1 of 8 6/6");
	assert_run(&t, "share(${d} >= date('2022-01-31'))", "40 n=5 1/1/1 of 8 2/5");
	assert_run(&t, "share(${b})", "60 n=5 1/1/1 of 8 3/5");
	assert_run(&t, "share(selected(${m}, 'x'))", "60 n=5 2/1/0 of 8 3/5");
	assert_run(&t, "share(${x} > 1 and ${r} > 1)", "20 n=5 1/1/1 of 8 1/5");
	assert_run(&t, "share(${x} > 1 or ${z} = 0)", "100 n=8 0/0/0 of 8 8/8");
	assert_run(&t, "count(${none} = 1)", "NR n=0 6/1/1 of 8");
	assert_run(&t, "share(${none} = 1)", "NR n=0 6/1/1 of 8 0/0");
}

static void sums_means_and_fractions(void **state)
{
	ARENA_SCOPE(a, ROOM);
	struct table t = small(&a);
	(void)state;

	assert_run(&t, "sum(${x})", "11 n=5 1/1/1 of 8");
	assert_run(&t, "mean(${x})", "2.2 n=5 1/1/1 of 8");
	assert_run(&t, "sum(${r})", "7.5 n=6 1/1/0 of 8");
	assert_run(&t, "mean(${r})", "1.25 n=6 1/1/0 of 8");
	assert_run(&t, "min(${x})", "-3 n=5 1/1/1 of 8");
	assert_run(&t, "max(${r})", "4 n=6 1/1/0 of 8");
	assert_run(&t, "min(${d})", "1969-12-31 n=5 1/1/1 of 8");
	assert_run(&t, "max(${d})", "2022-07-01 n=5 1/1/1 of 8");
	assert_run(&t, "sum(${x} * ${r})", "-12.5 n=4 2/1/1 of 8");
	assert_run(&t, "wmean(${x}, ${w})", "3.2857142857142856 n=4 1/1/2 of 8 23/7");
	assert_run(&t, "wmean(${r}, ${w})", "0.875 n=5 1/1/1 of 8 7/8");
	assert_run(&t, "ratio(${x}, ${w})", "2 n=4 1/1/2 of 8 14/7");
	assert_run(&t, "ratio(${x}, ${r})", "1.8 n=4 2/1/1 of 8 9/5");
	assert_run(&t, "growth(${x}, ${w})", "1 n=4 1/1/2 of 8 14/7");
	assert_run(&t, "growth(11, 20)", "-0.45 n=8 0/0/0 of 8 88/160");
	assert_run(&t, "ratio(${x}, ${z})", "NR n=5 1/1/1 of 8 11/0");
	assert_run(&t, "ratio(${x}, ${x})", "1 n=5 1/1/1 of 8 11/11");
	assert_run(&t, "sum(${none})", "NR n=0 6/1/1 of 8");
	assert_run(&t, "mean(${none})", "NR n=0 6/1/1 of 8");
	assert_run(&t, "min(${none})", "NR n=0 6/1/1 of 8");
	assert_run(&t, "wmean(${none}, ${w})", "NR n=0 6/1/1 of 8 0/0");
}

static void order_spread_and_association(void **state)
{
	ARENA_SCOPE(a, ROOM);
	struct table t = small(&a);
	(void)state;

	assert_run(&t, "median(${x})", "2 n=5 1/1/1 of 8");
	assert_run(&t, "median(${r})", "1 n=6 1/1/0 of 8");
	assert_run(&t, "quantile(${x}, 0.25)", "1 n=5 1/1/1 of 8");
	assert_run(&t, "quantile(${x}, 1)", "7 n=5 1/1/1 of 8");
	assert_run(&t, "quantile(${x}, 0)", "-3 n=5 1/1/1 of 8");
	assert_run(&t, "sd(${z})", "0 n=8 0/0/0 of 8");
	assert_run(&t, "distinct(${w})", "3 n=7 0/0/1 of 8");
	assert_run(&t, "distinct(${t})", "4 n=6 1/0/1 of 8");
	assert_run(&t, "correlation(${x}, ${z})", "NR n=5 1/1/1 of 8");
	assert_run(&t, "correlation(${x}, ${x} * 3)", "1 n=5 1/1/1 of 8");
	assert_run(&t, "spearman(${x}, 0 - ${x})", "-1 n=5 1/1/1 of 8");
	assert_run(&t, "median(${none})", "NR n=0 6/1/1 of 8");
	assert_run_in(&t, "sd(${x})", "${x} = 1", "NR n=1 0/0/0 of 1");
	assert_run_in(&t, "median(${x})", "${x} = 1", "1 n=1 0/0/0 of 1");
}

static void lists_of_options(void **state)
{
	ARENA_SCOPE(a, ROOM);
	struct table t = small(&a);
	(void)state;

	assert_run(&t, "counts(${q})", "a=2 b=2 c=1 n=5 1/1/1 of 8");
	assert_run(&t, "top(${q}, 1)", "a=2 n=5 1/1/1 of 8");
	assert_run(&t, "top(${m}, 2)", "x=3 y=2 n=5 2/1/0 of 8");
	assert_run(&t, "most(${m}, 40)", "x=3 n=5 2/1/0 of 8");
	assert_run(&t, "most(${m}, 39.9)", "x=3 y=2 z=2 n=5 2/1/0 of 8");
	assert_run(&t, "most(${m}, 99)", " n=5 2/1/0 of 8");
	/* Three options: first 3 points, second 2, third 1. */
	assert_run(&t, "top(${k}, 3)", "x=8 y=7 z=7 n=5 1/1/1 of 8");
	assert_run(&t, "most(${k}, 50)", "x=3 y=3 z=3 n=5 1/1/1 of 8");
	assert_run(&t, "counts(${t})", "b=2 c=2 10=1 a=1 n=6 1/0/1 of 8");
	assert_run(&t, "counts(${u})", "9=3 10=3 02=1 n=7 0/1/0 of 8");
	assert_run(&t, "counts(${w})", "1=5 2=1 3=1 n=7 0/0/1 of 8");
	assert_run(&t, "counts(${b})", "true=3 false=2 n=5 1/1/1 of 8");
	assert_run(&t, "counts(${none})", "NR n=0 6/1/1 of 8");
	assert_run(&t, "lowest(${x}, ${q})", "a n=4 1/1/2 of 8");
	assert_run(&t, "highest(${x}, ${q})", "b n=4 1/1/2 of 8");
	assert_run(&t, "highest(${x}, ${w})", "1 n=4 1/1/2 of 8");
	assert_run(&t, "lowest(${z}, ${u})", "02 n=7 0/1/0 of 8");
	assert_run(&t, "lowest(${none}, ${q})", "NR n=0 6/1/1 of 8");
}

static void options_bring_their_labels(void **state)
{
	ARENA_SCOPE(a, ROOM);
	struct table t = small(&a);
	struct formula formula[] = { { parse(&t, "top(${q}, 2)", true), NULL },
				     { parse(&t, "highest(${x}, ${q})", true), NULL } };
	struct grouping g;
	struct err e = { 0 };
	struct result r[2];
	(void)state;

	assert_true(grouping_make(&a, NULL, 0, t.f->n_rows, NULL, &g, &e));
	aggregate_run(&a, formula, 2, t.f, &g, &(struct expr_env){ 0 }, NULL, NULL, NULL, r);
	assert_true(str_is(r[0].list[1].label.in[LANG_ES], "Opción b"));
	assert_int_equal(r[1].kind, RESULT_TEXT);
	assert_int_equal(r[1].n_list, 1);
	assert_true(str_is(r[1].list[0].label.in[LANG_ES], "Opción b"));
	assert_true(r[1].list[0].value == 4.5);
}

static void universes_leave_rows_out(void **state)
{
	ARENA_SCOPE(a, ROOM);
	struct table t = small(&a);
	(void)state;

	assert_run_in(&t, "count()", "${x} > 0", "4 n=4 0/0/0 of 4");
	assert_run_in(&t, "sum(${r})", "${x} > 0", "1 n=3 1/0/0 of 4");
	assert_run_in(&t, "sum(${w})", "${r} > 0", "6 n=3 0/0/1 of 4");
	assert_run_in(&t, "share(${q} = 'a')", "${w} = 1", "0 n=3 1/1/0 of 5 0/3");
	assert_run_in(&t, "share(${q} = 'a')", "${b}", "100 n=2 0/0/1 of 3 2/2");
	assert_run_in(&t, "wmean(${x}, ${w})", "${x} > 1 and ${w} < 3", "4.5 n=2 0/0/0 of 2 9/2");
	assert_run_in(&t, "median(${r})", "${x} > 0", "0.5 n=3 1/0/0 of 4");
	assert_run_in(&t, "counts(${q})", "${b}", "a=2 n=2 0/0/1 of 3");
	assert_run_in(&t, "min(${x})", "${x} > 1", "2 n=3 0/0/0 of 3");
	assert_run_in(&t, "mean(${x})", "${x} > 100", "NR n=0 0/0/0 of 0");
	assert_run_in(&t, "count()", "${x} > 100", "0 n=0 0/0/0 of 0");
	assert_run_in(&t, "mean(${x})", "${none} = 1", "NR n=0 0/0/0 of 0");
}

static void what_stands_above_aggregates(void **state)
{
	ARENA_SCOPE(a, ROOM);
	struct table t = small(&a);
	(void)state;

	assert_run(&t, "100 * ratio(${x}, ${w})", "200 n=4 1/1/2 of 8 14/7");
	assert_run(&t, "ratio(${x}, ${w}) div 2", "1 n=4 1/1/2 of 8 14/7");
	assert_run(&t, "sum(${x}) + sum(${w})", "21 n=5 1/1/1 of 8");
	assert_run(&t, "sum(${x}) div sum(${z})", "NR n=5 1/1/1 of 8");
	assert_run(&t, "if(share(${x} > 1) > 50, 'high', 'low')", "high n=5 1/1/1 of 8");
	assert_run(&t, "round(mean(${x}), 0)", "2 n=5 1/1/1 of 8");
	assert_run(&t, "coalesce(sum(${none}), -1)", "-1 n=0 6/1/1 of 8");
	assert_run(&t, "figure('F1')", "10 n=5 0/0/0 of 6");
	assert_run(&t, "figure('F1') * 2", "20 n=5 0/0/0 of 6");
	assert_run(&t, "sum(${x}) - figure('F1')", "1 n=5 1/1/1 of 8");
	assert_run(&t, "figure('F2') + 1", "NR n=0 0/0/0 of 0");
	assert_run(&t, "max(${d}) > date('2022-01-01')", "1 n=5 1/1/1 of 8");
	assert_run(&t, "1 + 1", "2 n=8 0/0/0 of 8");
}

static void the_estimator_is_told(void **state)
{
	static const struct {
		const char *source;
		enum estimator estimator;
		bool fraction;
	} row[] = {
		{ "share(${x} > 1)", ESTIMATOR_SHARE, true },
		{ "share(${x} > 1) div 100", ESTIMATOR_OTHER, true },
		{ "100 * ratio(${x}, ${w})", ESTIMATOR_RATIO, true },
		{ "growth(${x}, ${w}) * 100", ESTIMATOR_GROWTH, true },
		{ "wmean(${x}, ${w})", ESTIMATOR_WMEAN, true },
		{ "sum(${x}) div 1000", ESTIMATOR_SUM, false },
		{ "count()", ESTIMATOR_COUNT, false },
		{ "mean(${x})", ESTIMATOR_MEAN, false },
		{ "ratio(${x}, ${w}) + 1", ESTIMATOR_OTHER, false },
		{ "median(${x})", ESTIMATOR_OTHER, false },
	};
	ARENA_SCOPE(a, ROOM);
	struct table t = small(&a);
	struct grouping g;
	struct err e = { 0 };
	(void)state;

	assert_true(grouping_make(&a, NULL, 0, t.f->n_rows, NULL, &g, &e));
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct formula formula = { parse(&t, row[i].source, true), NULL };
		struct result r;

		aggregate_run(&a, &formula, 1, t.f, &g, &(struct expr_env){ 0 }, NULL, NULL, NULL,
			      &r);
		assert_int_equal(r.estimator, row[i].estimator);
		assert_int_equal(r.has_fraction, row[i].fraction);
	}
}

static void integers_are_summed_exactly(void **state)
{
	ARENA_SCOPE(a, ROOM);
	struct table t =
		table_of(&a,
			 "x int: 9223372036854775807 -9223372036854775807 9007199254740993\n"
			 "y int: 9223372036854775807 9223372036854775807 1\n");
	(void)state;

	assert_run(&t, "sum(${x})", "9007199254740993 n=3 0/0/0 of 3");
	assert_run(&t, "sum(${y})", "1.8446744073709552e+19 n=3 0/0/0 of 3");
	assert_run(&t, "max(${x})", "9223372036854775807 n=3 0/0/0 of 3");
}

/* Results of several formulas by groups, "group: a; b" lines. */
static const char *run_by(const struct table *t, const char *const *source, size_t n_formulas,
			  const char *const *by, size_t n_by, const uint8_t *keep,
			  const struct runner *runner)
{
	const struct column *dimension[4];
	struct formula formula[16] = { 0 };
	struct grouping g;
	struct err e = { 0 };
	struct buf b;

	for (size_t i = 0; i < n_by; i++)
		dimension[i] = frame_column(t->f, str_of(by[i]));
	assert_true(grouping_make(t->a, dimension, n_by, t->f->n_rows, keep, &g, &e));
	for (size_t i = 0; i < n_formulas; i++)
		formula[i].value = parse(t, source[i], true);
	struct result *r = NEW(t->a, n_formulas * g.n_groups, struct result);
	aggregate_run(t->a, formula, n_formulas, t->f, &g, &(struct expr_env){ 0 }, lookup, NULL,
		      runner, r);
	buf_init(&b, t->a, 64 << 20);
	for (size_t k = 0; k < g.n_groups; k++) {
		for (size_t d = 0; d < n_by; d++) {
			cell_put(&b, g.dimension[d], g.first_row[k]);
			buf_puts(&b, d + 1 < n_by ? "/" : ": ");
		}
		for (size_t i = 0; i < n_formulas; i++) {
			buf_puts(&b, i ? "; " : "");
			put_result(&b, &r[i * g.n_groups + k]);
		}
		buf_putc(&b, '\n');
	}
	return str_c(t->a, buf_str(&b));
}

static void groups_have_their_own_results(void **state)
{
	static const char *const by[] = { "q" };
	static const char *const source[] = { "sum(${x})", "top(${t}, 1)",
					      "figure('F1') + count()" };
	static const uint8_t keep[] = { 1, 0, 1, 1, 1, 0, 1, 1 };
	ARENA_SCOPE(a, ROOM);
	struct table t = small(&a);
	(void)state;

	assert_string_equal(run_by(&t, source, 3, by, 1, keep, NULL),
			    "a: 5 n=2 0/0/0 of 2; 10=1 n=2 0/0/0 of 2; 12 n=2 0/0/0 of 2\n"
			    "b: 7 n=1 0/0/0 of 1; c=1 n=1 0/0/0 of 1; 12 n=1 0/0/0 of 1\n"
			    "c: NR n=0 0/1/0 of 1; c=1 n=1 0/0/0 of 1; 13 n=1 0/0/0 of 1\n"
			    "NR: NR n=0 1/0/1 of 2; a=1 n=1 1/0/0 of 2; 15 n=2 0/0/0 of 2\n");
}

static void position_is_that_of_the_row_before_sorting(void **state)
{
	static const char *const by[] = { "q" };
	static const char *const source[] = { "sum(position(..))" };
	ARENA_SCOPE(a, ROOM);
	struct table t = table_of(&a, "q text: b a b a\n");
	(void)state;

	assert_string_equal(run_by(&t, source, 1, by, 1, NULL, NULL),
			    "a: 6 n=2 0/0/0 of 2\nb: 4 n=2 0/0/0 of 2\n");
}

/* ---- many rows ---- */

static void run_backwards(const struct runner *self, void (*f)(void *arg, size_t part), void *arg,
			  size_t n_parts)
{
	(void)self;
	while (n_parts-- > 0)
		f(arg, n_parts);
}

static uint64_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 24;
}

static void add(struct table *t, struct column_builder *b)
{
	t->column[t->n] = column_done(b);
	t->name[t->n] =
		(struct expr_name){ .name = t->column[t->n]->name, .type = t->column[t->n]->type };
	t->n++;
}

/* g: 3 groups of very different sizes; x, y: reals of both signs; i: integers; each with gaps. */
static struct table large(struct arena *a, size_t rows)
{
	struct table t = { .a = a };
	uint64_t s = 5;
	struct column_builder *g = column_build(a, STR("g"), COLUMN_INTEGER, NULL);
	struct column_builder *x = column_build(a, STR("x"), COLUMN_REAL, NULL);
	struct column_builder *y = column_build(a, STR("y"), COLUMN_REAL, NULL);
	struct column_builder *i = column_build(a, STR("i"), COLUMN_INTEGER, NULL);

	for (size_t row = 0; row < rows; row++) {
		uint64_t r = next(&s) % 100;

		column_add_integer(g, r < 5 ? 1 : r < 30 ? 2 : 3);
		if (next(&s) % 10 == 0) {
			column_add_missing(x, MISSING_ND);
		} else {
			column_add_real(x, ((double)(next(&s) % 2000001) - 1e6) / 7);
		}
		column_add_real(y, (double)(next(&s) % 1000) / 3);
		if (next(&s) % 10 == 0)
			column_add_missing(i, MISSING_NA);
		else
			column_add_integer(i, (int64_t)(next(&s) % 100000) - 50000);
	}
	add(&t, g);
	add(&t, x);
	add(&t, y);
	add(&t, i);
	t.f = frame_of(a, t.column, t.n, rows);
	return t;
}

static const char *const many[] = {
	"count()",
	"share(${x} > 10)",
	"sum(${x})",
	"mean(${i})",
	"wmean(${x}, ${y})",
	"ratio(${x}, ${i})",
	"wmean(${i}, ${y})",
	"min(${x})",
	"max(${i})",
	"sum(${x} * 2 - ${y})",
	"median(${x})",
	"sd(${i})",
	"spearman(${x}, ${y})",
	"count(${i} > 5 or ${x} < 0)",
	"distinct(${i})",
	"top(${i}, 3)",
};
enum { MANY = sizeof(many) / sizeof(*many) };

static void any_runner_gives_the_same_bits(void **state)
{
	static const struct runner backwards = { run_backwards, 3 };
	static const char *const by[] = { "g" };
	ARENA_SCOPE(a, ROOM);
	struct table t = large(&a, 60000);
	const char *serial = run_by(&t, many, MANY, by, 1, NULL, NULL);
	(void)state;

	assert_string_equal(serial, run_by(&t, many, MANY, by, 1, NULL, &backwards));
	assert_string_equal(run_by(&t, many, MANY, by, 0, NULL, NULL),
			    run_by(&t, many, MANY, by, 0, NULL, &backwards));
}

/* A group alone, rows taken by hand, against the same group among others: the same bits. */
static void a_group_does_not_depend_on_other_rows(void **state)
{
	static const char *const by[] = { "g" };
	ARENA_SCOPE(a, ROOM);
	struct table t = large(&a, 30000), one = t;
	uint32_t *row = NEW(&a, 30000, uint32_t);
	size_t n = 0;
	const char *all = run_by(&t, many, MANY, by, 1, NULL, NULL), *line = strchr(all, '\n') + 1;
	(void)state;

	for (uint32_t i = 0; i < 30000; i++)
		if (column_cell(t.column[0], i).integer == 2)
			row[n++] = i;
	one.f = frame_take(&a, t.f, row, n);
	const char *alone = run_by(&one, many, MANY, by, 1, NULL, NULL);
	assert_memory_equal(alone, line, strlen(alone));
}

/* Against plain loops in long double. */
static void large_results_agree_with_plain_loops(void **state)
{
	ARENA_SCOPE(a, ROOM);
	struct table t = large(&a, 50000);
	long double x = 0, wx = 0, w = 0, ratio_x = 0, ratio_i = 0;
	size_t n = 0, n_both = 0, n_true = 0;
	struct grouping g;
	struct err e = { 0 };
	struct formula formula[MANY] = { 0 };
	struct result r[MANY];
	(void)state;

	for (size_t row = 0; row < 50000; row++) {
		struct cell cx = column_cell(t.column[1], row), cy = column_cell(t.column[2], row);
		struct cell ci = column_cell(t.column[3], row);

		if (cx.missing)
			continue;
		n++;
		n_true += cx.real > 10;
		x += (long double)cx.real;
		wx += (long double)cx.real * (long double)cy.real;
		w += (long double)cy.real;
		if (ci.missing)
			continue;
		n_both++;
		ratio_x += (long double)cx.real;
		ratio_i += (long double)ci.integer;
	}
	assert_true(grouping_make(&a, NULL, 0, 50000, NULL, &g, &e));
	for (size_t i = 0; i < MANY; i++)
		formula[i].value = parse(&t, many[i], true);
	aggregate_run(&a, formula, MANY, t.f, &g, &(struct expr_env){ 0 }, NULL, NULL, NULL, r);
	assert_true(r[1].numerator == (double)n_true && r[1].n == n);
	assert_true(r[2].n_missing[MISSING_ND] == 50000 - n);
	assert_true(fabs(r[2].number - (double)x) <= 1e-15 * fabs((double)x));
	assert_true(fabs(r[4].number - (double)(wx / w)) <= 4e-16 * fabs((double)(wx / w)) + 1e-13);
	assert_int_equal(r[5].n, n_both);
	assert_true(r[5].denominator == (double)ratio_i);
	assert_true(fabs(r[5].numerator - (double)ratio_x) <= 1e-15 * fabs((double)ratio_x));
}

/* Rows in any order, too many to be moved at once, against the same rows sorted: counts and sums of
 * integers are equal, sums of reals to the last digits. */
static void unsorted_chunks_agree_with_sorted_rows(void **state)
{
	static const struct runner backwards = { run_backwards, 3 };
	enum { ROWS = 1200000, SUMS = 10 };
	ARENA_SCOPE(a, (size_t)4 << 30);
	struct table t = large(&a, ROWS);
	struct grouping g, sorted;
	struct err e = { 0 };
	struct formula formula[SUMS] = { 0 };
	struct result r[3][SUMS * 3];
	uint8_t *keep = NEW(&a, ROWS, uint8_t);
	(void)state;

	for (size_t i = 0; i < ROWS; i++)
		keep[i] = i % 11 != 0;
	for (size_t i = 0; i < SUMS; i++)
		formula[i] = (struct formula){ parse(&t, many[i], true),
					       i % 2 ? parse(&t, "${y} > 50", false) : NULL };
	assert_true(grouping_make(&a, t.column, 1, ROWS, keep, &g, &e));
	const struct frame *f = frame_sort_by(&a, t.f, &g, NULL, &sorted);
	aggregate_run(&a, formula, SUMS, t.f, &g, &(struct expr_env){ 0 }, NULL, NULL, NULL, r[0]);
	aggregate_run(&a, formula, SUMS, t.f, &g, &(struct expr_env){ 0 }, NULL, NULL, &backwards,
		      r[1]);
	aggregate_run(&a, formula, SUMS, f, &sorted, &(struct expr_env){ 0 }, NULL, NULL, NULL,
		      r[2]);
	for (size_t i = 0; i < SUMS * 3; i++) {
		const struct result *x = &r[0][i], *y = &r[2][i];

		assert_memory_equal(&x->number, &r[1][i].number, sizeof(double));
		assert_int_equal(x->n, y->n);
		assert_memory_equal(x->n_missing, y->n_missing, sizeof(x->n_missing));
		assert_int_equal(x->integer, y->integer);
		assert_true(fabs(x->number - y->number) <= 1e-15 * fabs(y->number) + 1e-13);
		assert_true(fabs(x->denominator - y->denominator) <= 1e-15 * fabs(y->denominator));
	}
}

/* The rows in three parts of their own against all at once. */
static void parts_add_up_to_the_whole(void **state)
{
	enum { ROWS = 40000, SUMS = 10 };
	ARENA_SCOPE(a, ROOM);
	struct table t = large(&a, ROWS);
	struct expr_env env = { 0 };
	struct formula formula[SUMS + 1] = { 0 };
	struct grouping g, groups;
	struct err e = { 0 };
	struct result whole[(SUMS + 1) * 3], *parts = NULL;
	(void)state;

	for (size_t i = 0; i < SUMS; i++)
		formula[i] = (struct formula){ parse(&t, many[i], true),
					       i % 2 ? parse(&t, "${y} > 50", false) : NULL };
	formula[SUMS].value = parse(&t, "if(sum(${i}) > 0, 'plus', 'minus')", true);
	assert_true(aggregation_possible(formula, SUMS + 1));
	struct aggregation *sums = aggregation_make(&a, formula, SUMS + 1, &env, NULL);
	for (uint32_t from = 0; from < ROWS;) {
		uint32_t n = from == 0 ? 7 : from == 7 ? 20000 : ROWS - from;
		uint32_t *row = NEW(&a, n, uint32_t);

		for (uint32_t i = 0; i < n; i++)
			row[i] = from + i;
		const struct frame *f = frame_take(&a, t.f, row, n);
		assert_true(grouping_make(&a, f->column, 1, n, NULL, &g, &e));
		aggregation_add(sums, f, &g);
		from += n;
	}
	assert_true(aggregation_end(sums, &groups, &parts, &e));
	aggregation_drop(sums);
	assert_true(grouping_make(&a, t.column, 1, ROWS, NULL, &g, &e));
	aggregate_run(&a, formula, SUMS + 1, t.f, &g, &env, NULL, NULL, NULL, whole);
	assert_int_equal(groups.n_groups, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(column_cell(groups.dimension[0], groups.first_row[i]).integer,
				 i + 1);
	for (size_t i = 0; i < SUMS * 3; i++) {
		assert_int_equal(parts[i].n, whole[i].n);
		assert_memory_equal(parts[i].n_missing, whole[i].n_missing,
				    sizeof(whole[i].n_missing));
		assert_int_equal(parts[i].integer, whole[i].integer);
		assert_true(fabs(parts[i].number - whole[i].number) <=
			    1e-15 * fabs(whole[i].number) + 1e-13);
	}
	for (size_t i = SUMS * 3; i < (SUMS + 1) * 3; i++)
		assert_true(str_eq(parts[i].text, whole[i].text));
}

static void what_needs_all_rows_does_not_come_in_parts(void **state)
{
	static const char *const source[] = { "median(${x})", "1 + distinct(${x})", "top(${q}, 1)",
					      "figure('F1') + sum(${x})", "sum(position(..))" };
	ARENA_SCOPE(a, ROOM);
	struct table t = small(&a);
	(void)state;

	for (size_t i = 0; i < sizeof(source) / sizeof(*source); i++) {
		struct formula formula = { parse(&t, source[i], true), NULL };

		assert_false(aggregation_possible(&formula, 1));
	}
}

/* ---- numbers from outside ---- */

static double certified(struct arena *a, const char *family, const char *of_case,
			const char *quantity)
{
	struct str rest = reference_file(a, "values.csv");

	while (rest.p) {
		struct str line = str_cut(&rest, '\n');
		double v;

		if (!str_is(reference_field(&line), family))
			continue;
		struct str c = reference_field(&line);
		if (!str_starts(c, of_case) || !str_is(reference_field(&line), quantity))
			continue;
		assert_true(num_real(reference_field(&line), &v));
		return v;
	}
	fail_msg("no %s %s %s", family, of_case, quantity);
	return 0;
}

/* A column of numbers under each other, after a header. */
static struct table numbers_of_file(struct arena *a, const char *path, size_t n_columns)
{
	struct table t = { .a = a };
	struct str rest = reference_file(a, path), head;
	struct column_builder *b[4];
	size_t rows = 0;

	head = str_cut(&rest, '\n');
	for (size_t i = 0; i < n_columns; i++)
		b[i] = column_build(a, str_fmt(a, "c%zu", i), COLUMN_REAL, NULL);
	(void)head;
	while (rest.p && str_trim(rest).n) {
		struct str line = str_trim(str_cut(&rest, '\n'));

		for (size_t i = 0; i < n_columns; i++) {
			double v;

			assert_true(num_real(reference_field(&line), &v));
			column_add_real(b[i], v);
		}
		rows++;
	}
	for (size_t i = 0; i < n_columns; i++)
		add(&t, b[i]);
	t.f = frame_of(a, t.column, t.n, rows);
	return t;
}

static double number(const struct table *t, const char *source)
{
	struct formula formula = { parse(t, source, true), NULL };
	struct grouping g;
	struct err e = { 0 };
	struct result r;

	assert_true(grouping_make(t->a, NULL, 0, t->f->n_rows, NULL, &g, &e));
	aggregate_run(t->a, &formula, 1, t->f, &g, &(struct expr_env){ 0 }, NULL, NULL, NULL, &r);
	assert_int_equal(r.missing, MISSING_NO);
	return r.number;
}

/* Correct decimal digits. */
static double digits(double got, double right)
{
	double off = fabs(got - right);

	return off == 0 ? 15 : -log10(off / (right == 0 ? 1 : fabs(right)));
}

static void nist_means_and_deviations(void **state)
{
	static const struct {
		const char *name;
		double digits; /* the best there is in binary64, less a little */
	} set[] = { { "Lew", 14.5 },      { "Lottery", 14.5 }, { "Mavro", 13 },
		    { "Michelso", 13.7 }, { "NumAcc1", 14.5 }, { "NumAcc2", 14 },
		    { "NumAcc3", 9.4 } };
	(void)state;

	reference_needed();
	ARENA_SCOPE(a, ROOM);
	for (size_t i = 0; i < sizeof(set) / sizeof(*set); i++) {
		struct str path = str_fmt(&a, "input/nist_%s.csv", set[i].name);
		struct table t = numbers_of_file(&a, path.p, 1);

		assert_true(digits(number(&t, "mean(${c0})"),
				   certified(&a, "nist_univariate", set[i].name, "mean")) > 14.5);
		assert_true(digits(number(&t, "sd(${c0})"),
				   certified(&a, "nist_univariate", set[i].name, "sd")) >
			    set[i].digits);
	}
}

static void published_quantiles_correlations_and_weighted_means(void **state)
{
	static const char *const p[][2] = { { "p5", "0.05" }, { "p10", "0.1" },  { "p25", "0.25" },
					    { "p50", "0.5" }, { "p75", "0.75" }, { "p90", "0.9" },
					    { "p95", "0.95" } };
	(void)state;

	reference_needed();
	ARENA_SCOPE(a, ROOM);
	struct table t = table_of(&a, "x int: 46 1 2 37 4 7 11 29 16 22\n");
	for (size_t i = 0; i < sizeof(p) / sizeof(*p); i++) {
		struct str source = str_fmt(&a, "quantile(${x}, %s)", p[i][1]);
		double right =
			certified(&a, "quantile", "x=1 2 4 7 11 16 22 29 37 46 type7", p[i][0]);

		assert_true(digits(number(&t, source.p), right) > 14.5);
	}
	t = table_of(&a, "x int: 3 5 8 13\nw int: 1 2 3 4\n");
	assert_true(number(&t, "wmean(${x}, ${w})") ==
		    certified(&a, "weighted", "x=3,5,8,13", "wtd_mean"));
	t = numbers_of_file(&a, "input/tuna.csv", 2);
	assert_true(digits(number(&t, "correlation(${c0}, ${c1})"),
			   certified(&a, "correlation", "tuna", "pearson_r")) > 14.5);
	assert_true(digits(number(&t, "spearman(${c0}, ${c1})"),
			   certified(&a, "correlation", "tuna", "spearman_rho")) > 14.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_and_shares),
		cmocka_unit_test(sums_means_and_fractions),
		cmocka_unit_test(order_spread_and_association),
		cmocka_unit_test(lists_of_options),
		cmocka_unit_test(options_bring_their_labels),
		cmocka_unit_test(universes_leave_rows_out),
		cmocka_unit_test(what_stands_above_aggregates),
		cmocka_unit_test(the_estimator_is_told),
		cmocka_unit_test(integers_are_summed_exactly),
		cmocka_unit_test(groups_have_their_own_results),
		cmocka_unit_test(position_is_that_of_the_row_before_sorting),
		cmocka_unit_test(any_runner_gives_the_same_bits),
		cmocka_unit_test(a_group_does_not_depend_on_other_rows),
		cmocka_unit_test(large_results_agree_with_plain_loops),
		cmocka_unit_test(unsorted_chunks_agree_with_sorted_rows),
		cmocka_unit_test(parts_add_up_to_the_whole),
		cmocka_unit_test(what_needs_all_rows_does_not_come_in_parts),
		cmocka_unit_test(nist_means_and_deviations),
		cmocka_unit_test(published_quantiles_correlations_and_weighted_means),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
