/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is refused, where it points to, and the cure it offers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "frame/expr.h"
#include "frame/expr_fixture.h"

struct fault_case {
	const char *source;
	const char *rule;
	const char *piece;      /* of the source that the fault points to */
	const char *suggestion; /* "" for none; NULL: any */
};

enum place { ROW, INDICATOR, REPEAT, POINTS, CONDITION };

static void set_place(struct fixture *f, enum place where)
{
	f->scope.allow_aggregates = where == INDICATOR;
	f->scope.figure = where == INDICATOR ? f->figure : NULL;
	f->scope.n_figures = where == INDICATOR ? 2 : 0;
	f->scope.repeat = where == REPEAT ? STR("rep") : (struct str){ 0 };
	f->scope.allow_na = where == POINTS;
	f->scope.condition = where == CONDITION;
}

static bool fault_is(struct arena *a, const struct fault_case *c, const struct expr_fault *got)
{
	struct str piece = str_sub(str_of(c->source), got->at, got->n);
	bool same = str_is(str_of(got->rule), c->rule) && str_is(piece, c->piece) &&
		(!c->suggestion || str_is(got->suggestion, c->suggestion)) && got->message.n > 0 &&
		got->n >= 1;
	if (!same)
		print_error("%s\n got  %s [%.*s] (%.*s): %s\n want %s [%s] (%s)\n", c->source,
			    got->rule, STR_ARG(piece), STR_ARG(got->suggestion),
			    str_c(a, got->message), c->rule, c->piece,
			    c->suggestion ? c->suggestion : "any");
	return same;
}

static void check_faults(enum place where, const struct fault_case *c, size_t n)
{
	ARENA_SCOPE(a, 1u << 26);
	struct fixture f;
	size_t n_wrong = 0;
	fixture_make(&a, 1, &f);
	set_place(&f, where);
	for (size_t i = 0; i < n; i++) {
		struct expr_faults faults;
		const struct expr *e = NULL;
		enum lang lang = i % 2 ? LANG_ES : LANG_EN;
		if (expr_parse(&a, str_of(c[i].source), &f.scope, lang, &e, &faults)) {
			print_error("%s: was accepted\n", c[i].source);
			n_wrong++;
			continue;
		}
		assert_null(e);
		assert_true(faults.n >= 1);
		n_wrong += !fault_is(&a, &c[i], &faults.item[0]);
	}
	assert_int_equal(n_wrong, 0);
}
#define CHECK(where, table) check_faults(where, table, sizeof(table) / sizeof *(table))

static void syntax(void **state)
{
	(void)state;
	static const struct fault_case c[] = {
		{ "", "syntax", "", "" },
		{ "  \n", "syntax", " ", "" },
		{ "1 +", "syntax", "", "" },
		{ "(1 + 2", "syntax", "", "" },
		{ "1 + 2)", "syntax", ")", "" },
		{ "1 2", "syntax", "2", "" },
		{ "'abc", "syntax", "'abc", "" },
		{ "${i", "syntax", "${i", "" },
		{ "$i", "syntax", "$", "${…}" },
		{ "${}", "syntax", "${}", "" },
		{ "${i} == 1", "syntax", "==", "=" },
		{ "${i} <> 1", "syntax", "<>", "!=" },
		{ "${i} => 1", "syntax", "=>", ">=" },
		{ "${ok} && ${no}", "syntax", "&&", "and" },
		{ "${ok} || ${no}", "syntax", "||", "or" },
		{ "!${ok}", "syntax", "!", "not(…)" },
		{ "${i} / 2", "syntax", "/", "div" },
		{ "${i} % 2", "syntax", "%", "mod" },
		{ "${i} ^ 2", "syntax", "^", "pow(…, …)" },
		{ "round(1; 2)", "syntax", ";", "," },
		{ "${i} \xE2\x89\xA5 2", "syntax", "\xE2\x89\xA5", ">=" },
		{ "${ok} AND ${no}", "syntax", "AND", "and" },
		{ "${ok} o ${no}", "syntax", "o", "or" },
		{ "round(1,)", "syntax", ")", "" },
		{ "round(1", "syntax", "", "" },
		{ "1 + * 2", "syntax", "*", "" },
		{ "i + 1", "syntax", "i", "${i}" },
		{ "hola", "syntax", "hola", "'hola'" },
		{ ". > 1", "syntax", ".", "${…}" },
		{ "..", "syntax", "..", NULL },
		{ "\xFF", "syntax", "\xFF", "" },
		{ "1 # 2", "syntax", "#", "" },
		{ "position(${i})", "syntax", "position(${i})", "position(..)" },
	};
	CHECK(ROW, c);
}

static void names_functions_and_options(void **state)
{
	(void)state;
	static const struct fault_case c[] = {
		{ "${copp} > 1", "unknown_name", "${copp}", "${cop}" },
		{ "${gobernanza}", "unknown_name", "${gobernanza}", "" },
		{ "1 + selectd(${q}, 'a')", "unknown_function", "selectd", "selected()" },
		{ "IF(1 = 1, 2, 3)", "unknown_function", "IF", "if()" },
		{ "foo()", "unknown_function", "foo", "" },
		{ "pulldata('a', 'b', 'c', 'd')", "unsupported_function",
		  "pulldata('a', 'b', 'c', 'd')", "" },
		{ "area(${t})", "unsupported_function", "area(${t})", "" },
		{ "random()", "unsupported_function", "random()", "" },
		{ "${q2} = 'zet'", "unknown_choice", "'zet'", "'zeta'" },
		{ "${q} = 'd'", "unknown_choice", "'d'", "'a', 'b', 'c'" },
		{ "'d' != ${q}", "unknown_choice", "'d'", "'a', 'b', 'c'" },
		{ "${q} = ''", "unknown_choice", "''", "not(answered(${q}))" },
		{ "selected(${m}, 'w')", "unknown_choice", "'w'", "'x', 'y', 'z'" },
		{ "selected(${q}, 'A b')", "unknown_choice", "'A b'", NULL },
		{ "${n5} = 7", "unknown_choice", "7", NULL },
		{ "${n5} = '7'", "unknown_choice", "'7'", NULL },
		{ "round()", "arity", "round()", "" },
		{ "round(1, 2, 3)", "arity", "round(1, 2, 3)", "" },
		{ "if(${ok}, 1)", "arity", "if(${ok}, 1)", "" },
		{ "today()", "today", "today()", "" },
		{ "regex(${t}, '(?=a)')", "regex", "'(?=a)'", "" },
		{ "regex(${t}, ${u})", "regex", "${u}", "" },
	};
	CHECK(ROW, c);
}

static void types(void **state)
{
	(void)state;
	static const struct fault_case c[] = {
		{ "${i} = 'uno'", "type", "'uno'", "" },
		{ "${i} = ''", "type", "''", "answered(${i})" },
		{ "${t} > 5", "type", "${t}", "number(${t})" },
		{ "${t} = 5", "type", "${t}", "number(${t})" },
		{ "${i} + ${t}", "type", "${t}", "number(${t})" },
		{ "${i} + '5'", "type", "'5'", "5" },
		{ "${q} + 1", "type", "${q}", "number(${q})" },
		{ "${q} > 'a'", "type", "${q}", "number(${q})" },
		{ "${m} = 'x'", "type", "${m}", "selected(${m}, 'x')" },
		{ "${m} + 1", "type", "${m}", "count-selected(${m})" },
		{ "${q} = 'a' or 'b'", "type", "'b'", "${…} = 'b'" },
		{ "${i} and ${ok}", "type", "${i}", "${i} != 0" },
		{ "not(${i})", "type", "${i}", "${i} != 0" },
		{ "1 < ${i} < 5", "type", "1 < ${i}", "${x} > 1 and ${x} < 5" },
		{ "${ok} > ${no}", "type", "${ok}", NULL },
		{ "${d} > 2020", "type", "${d}", "year(${d})" },
		{ "${d} > '2020-13-01'", "type", "'2020-13-01'", "'2022-12-31'" },
		{ "${d} + ${d}", "type", "${d}", "year(${d})" },
		{ "5 - ${d}", "type", "${d}", "year(${d})" },
		{ "year(${t})", "type", "${t}", "date(${t})" },
		{ "if(${ok}, 1, 'dos')", "type", "'dos'", "" },
		{ "if(${ok}, ${ok}, 1)", "type", "${ok}", NULL },
		{ "if(${ok}, ${m}, ${m})", "type", "${m}", NULL },
		{ "'NA'  + 1", "type", "'NA'", "" },
	};
	CHECK(ROW, c);
}

static void units(void **state)
{
	(void)state;
	static const struct fault_case c[] = {
		{ "${cop} + ${pct}", "unit", "${pct}", "" },
		{ "${cop} - ${pct}", "unit", "${pct}", "" },
		{ "${cop} > ${pct}", "unit", "${pct}", "" },
		{ "${cop} = ${pct}", "unit", "${pct}", "" },
		{ "${cop} mod ${pct}", "unit", "${pct}", "" },
		{ "max(1, ${cop}, 2, ${pct})", "unit", "${pct}", "" },
		{ "if(${ok}, ${cop}, ${pct})", "unit", "${pct}", "" },
		{ "coalesce(${cop}, ${pct})", "unit", "${pct}", "" },
		{ "${cop} * 2 + ${pct} div 2", "unit", "${pct} div 2", "" },
	};
	CHECK(ROW, c);
	static const struct fault_case g[] = {
		{ "sum(${cop}) + share(${ok})", "unit", "share(${ok})", "" },
		{ "growth(${cop}, ${pct})", "unit", "${pct}", "" },
	};
	CHECK(INDICATOR, g);
}

static void aggregates(void **state)
{
	(void)state;
	static const struct fault_case row[] = {
		{ "share(${ok})", "aggregate", "share(${ok})", "" },
		{ "sum(${i})", "aggregate", "sum(${i})", "" },
		{ "figure('F01')", "aggregate", "figure('F01')", "" },
		{ "${jobs} + 1", "repeat", "${jobs}", "sum(${jobs})" },
		{ "${rep}", "repeat", "${rep}", "count(${rep})" },
	};
	CHECK(ROW, row);
	static const struct fault_case condition[] = {
		{ "${i}", "type", "${i}", "${i} != 0" },
		{ "${q}", "type", "${q}", "${q} = '…'" },
		{ "'yes'", "type", "'yes'", NULL },
	};
	CHECK(CONDITION, condition);
	static const struct fault_case indicator[] = {
		{ "sum(${i}) + ${k}", "aggregate", "${k}", "sum(${k})" },
		{ "${q} = 'a' and count() > 1", "aggregate", "${q}", "counts(${q})" },
		{ "sum(mean(${i}))", "nested", "mean(${i})", "" },
		{ "sum(figure('F01'))", "nested", "figure('F01')", "" },
		{ "figure('F3')", "unknown_figure", "'F3'", NULL },
		{ "figure(F01)", "syntax", "figure(F01)", "figure('F01')" },
		{ "count(${i})", "type", "${i}", "${i} != 0" },
		{ "share(${q})", "type", "${q}", "${q} = '…'" },
		{ "mean(${m})", "type", "${m}", "count-selected(${m})" },
		{ "distinct(${m})", "type", "${m}", "counts(${m})" },
		{ "quantile(${i}, 90)", "type", "90", "" },
		{ "top(${q}, 0)", "type", "0", "" },
		{ "top(${q}, ${i})", "type", "${i}", "" },
		{ "top(${q}, 3) + 1", "type", "top(${q}, 3)", "" },
		{ "mean(${i}, ${k})", "arity", "mean(${i}, ${k})", "" },
		{ "ratio(${i})", "arity", "ratio(${i})", "" },
		{ "today() > sum(${i})", "today", "today()", "${round_to}" },
	};
	CHECK(INDICATOR, indicator);
	static const struct fault_case repeat[] = {
		{ "sum(${jobs})", "aggregate", "sum(${jobs})", "" },
	};
	CHECK(REPEAT, repeat);
}

static void all_faults_are_told_at_once(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 24);
	struct fixture f;
	struct expr_faults faults;
	const struct expr *e = NULL;
	fixture_make(&a, 1, &f);
	assert_false(expr_parse(&a,
				STR("${nadie} + foo(1) > ${t} and ${q} = 'zz' and ${cop} > ${pct}"),
				&f.scope, LANG_ES, &e, &faults));
	assert_int_equal(faults.n, 4);
	assert_string_equal(faults.item[0].rule, "unknown_name");
	assert_string_equal(faults.item[1].rule, "unknown_function");
	assert_string_equal(faults.item[2].rule, "unknown_choice");
	assert_string_equal(faults.item[3].rule, "unit");
	assert_true(str_is(faults.item[0].message, "${nadie} no existe"));
}

static void limits(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 28);
	struct fixture f;
	struct expr_faults faults;
	const struct expr *e = NULL;
	struct buf b;
	fixture_make(&a, 1, &f);
	static const struct {
		const char *head, *tail;
		size_t times;
		const char *rule; /* NULL: accepted */
	} c[] = {
		{ "(", ")", 150, NULL },          { "(", ")", 250, "limit" },
		{ "-", "", 150, NULL },           { "-", "", 250, "limit" },
		{ "1 + ", "", 150, NULL },        { "1 + ", "", 250, "limit" },
		{ "not(", ")", 150, NULL },       { "not(", ")", 250, "limit" },
		{ "true() or ", "", 1000, NULL }, { "true() or ", "", 2000, "limit" },
	};
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		buf_init(&b, &a, 1u << 20);
		for (size_t k = 0; k < c[i].times; k++)
			buf_puts(&b, c[i].head);
		buf_puts(&b, *c[i].head == 'n' || *c[i].head == 't' ? "true()" : "1");
		for (size_t k = 0; k < c[i].times; k++)
			buf_puts(&b, c[i].tail);
		bool ok = expr_parse(&a, buf_str(&b), &f.scope, LANG_ES, &e, &faults);
		assert_int_equal(ok, !c[i].rule);
		if (ok)
			assert_non_null(expr_rows(&a, e, f.frame, NULL));
		else
			assert_string_equal(faults.item[0].rule, c[i].rule);
	}
}

static void a_report_is_a_list_of_problems(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 24);
	struct fixture f;
	struct expr_faults faults;
	const struct expr *e = NULL;
	struct problems ps;
	struct str source = STR("${govenanza} = 1");
	fixture_make(&a, 1, &f);
	problems_init(&ps, &a, LANG_ES);
	assert_false(expr_parse(&a, source, &f.scope, LANG_ES, &e, &faults));
	expr_report(&ps,
		    (struct problem){ .sheet = STR("survey"), .row = 7, .column = STR("relevant") },
		    source, &faults);
	assert_int_equal(ps.n, 1);
	assert_int_equal(ps.n_errors, 1);
	assert_int_equal(ps.item[0].row, 7);
	assert_string_equal(ps.item[0].rule, "unknown_name");
	assert_true(str_eq(ps.item[0].value, source));
}

static void what_forms_write_is_accepted(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 24);
	struct fixture f;
	static const char *const source[] = {
		"${q} != '' and ${i}!=1",
		"\n\t${ i }\n>\n1\xC2\xA0",
		"if (${i} > 1, \xE2\x80\x9Chola\xE2\x80\x9D, '')",
		"${i}>1and ${k}<5",
		"3-2",
		"${i} -1",
		"-${i}*2 + - 3",
		"not (selected( ${m} , 'x' ))",
		"coalesce(${i}, 0) + coalesce(${k}, 0) >= 100",
		"regex(${t}, '^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}$')",
		"string-length(${t}) <= 500",
		"(${d} - date('2020-01-01')) div 365.25",
		"min(${i}, 3) \xE2\x88\x92 1",
	};
	fixture_make(&a, 1, &f);
	for (size_t i = 0; i < sizeof source / sizeof *source; i++) {
		struct expr_faults faults;
		const struct expr *e = NULL;
		bool ok = expr_parse(&a, str_of(source[i]), &f.scope, LANG_ES, &e, &faults);
		if (!ok)
			print_error("%s: %s\n", source[i], str_c(&a, faults.item[0].message));
		assert_true(ok);
	}
	const struct expr *bare = NULL;
	struct expr_faults faults;
	f.scope.allow_bare = true;
	assert_true(
		expr_parse(&a, STR("q = ${q2} or q2 = 'zeta'"), &f.scope, LANG_ES, &bare, &faults));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(syntax),
		cmocka_unit_test(names_functions_and_options),
		cmocka_unit_test(types),
		cmocka_unit_test(units),
		cmocka_unit_test(aggregates),
		cmocka_unit_test(all_faults_are_told_at_once),
		cmocka_unit_test(limits),
		cmocka_unit_test(a_report_is_a_list_of_problems),
		cmocka_unit_test(what_forms_write_is_accepted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
