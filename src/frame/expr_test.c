/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of formulas over the rows of the fixture, written out cell by cell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "frame/expr.h"
#include "frame/expr_block.h"
#include "frame/expr_fixture.h"

static const struct expr *parse_in(struct arena *a, const struct expr_scope *scope,
				   const char *source)
{
	const struct expr *e = NULL;
	struct expr_faults faults;
	if (!expr_parse(a, str_of(source), scope, LANG_ES, &e, &faults)) {
		print_error("%s: %.*s (%.*s)\n", source, STR_ARG(faults.item[0].message),
			    STR_ARG(faults.item[0].suggestion));
		fail();
	}
	return e;
}

static struct str cells_of(struct arena *a, const struct column *c)
{
	struct buf b;
	buf_init(&b, a, 1u << 20);
	for (size_t i = 0; i < c->n; i++) {
		if (i)
			buf_putc(&b, '|');
		struct cell cell = column_cell(c, i);
		if (c->type == COLUMN_BOOLEAN && !cell.missing)
			buf_putc(&b, cell.integer ? '1' : '0');
		else
			cell_put(&b, c, i);
	}
	return buf_str(&b);
}

struct value_case {
	const char *source, *cells;
};

/* Each source over the six rows gives the cells; over many rows (blocks, lifting) the same again.
 */
static void check_cells(const struct value_case *c, size_t n)
{
	ARENA_SCOPE(a, 1u << 30);
	struct fixture once, often;
	enum { TIMES = 1000 };
	size_t n_wrong = 0;
	const struct expr_env env = { .today = 20000 };
	fixture_make(&a, 1, &once);
	fixture_make(&a, TIMES, &often);
	once.scope.allow_na = often.scope.allow_na = true;
	once.scope.allow_today = often.scope.allow_today = true;
	for (size_t i = 0; i < n; i++) {
		const struct expr *e = parse_in(&a, &once.scope, c[i].source);
		struct str cells = cells_of(&a, expr_rows(&a, e, once.frame, &env));
		if (!str_is(cells, c[i].cells)) {
			print_error("%s\n got  %.*s\n want %s\n", c[i].source, STR_ARG(cells),
				    c[i].cells);
			n_wrong++;
			continue;
		}
		const struct expr *many = parse_in(&a, &often.scope, c[i].source);
		struct str all = cells_of(&a, expr_rows(&a, many, often.frame, &env));
		struct str rest = all;
		bool position = strstr(c[i].source, "position") != NULL;
		for (size_t k = 0; k < TIMES && !position; k++) {
			struct str part = str_sub(rest, 0, cells.n);
			if (!str_eq(part, cells))
				print_error("%s, at %zu\n got  %.*s\n want %.*s\n", c[i].source, k,
					    STR_ARG(part), STR_ARG(cells));
			assert_true(str_eq(part, cells));
			rest = str_sub(rest, cells.n + 1, rest.n);
		}
	}
	assert_int_equal(n_wrong, 0);
}
#define CHECK(table) check_cells(table, sizeof(table) / sizeof *(table))

static void arithmetic_keeps_the_first_kind_of_missing(void **state)
{
	(void)state;
	static const struct value_case c[] = {
		{ "${i}", "1|2|ND|NA|NR|-3" },
		{ "${i} + ${k}", "6|2|ND|NA|NR|99997" },
		{ "${k} + ${i}", "6|2|NA|NA|ND|99997" },
		{ "${i} + ${x}", "1.5|NR|ND|NA|NR|1" },
		{ "${x} - ${i} * 2", "-1.5|NR|ND|ND|NR|10" },
		{ "-${i}", "-1|-2|ND|NA|NR|3" },
		{ "1 - -${i}", "2|3|ND|NA|NR|-2" },
		{ "${i} div ${k}", "0.2|NR|ND|NA|NR|-0.00003" },
		{ "1 div 0", "NR|NR|NR|NR|NR|NR" },
		{ "${k} mod 4", "1|0|NA|3|ND|0" },
		{ "${i} mod 2", "1|0|ND|NA|NR|-1" },
		{ "5 mod ${k}", "0|NR|NA|5|ND|5" },
		{ "1e300 * 1e300", "NR|NR|NR|NR|NR|NR" },
		{ "2 + 3 * 4 - 6 div 4", "12.5|12.5|12.5|12.5|12.5|12.5" },
		{ "(2 + 3) * 4", "20|20|20|20|20|20" },
		{ "10 - 4 - 3", "3|3|3|3|3|3" },
		{ ".5 + 5.", "5.5|5.5|5.5|5.5|5.5|5.5" },
		{ "${absent} + 1", "NR|NR|NR|NR|NR|NR" },
		{ "(${k} > 3) + (${i} > 1)", "1|1|NA|NA|ND|1" },
	};
	CHECK(c);
}

static void logic_has_three_values(void **state)
{
	(void)state;
	static const struct value_case c[] = {
		/*             ok: 1|0|NR|ND|NA|1   no: 0|0|0|1|1|NR */
		{ "${ok} and ${no}", "0|0|0|ND|NA|NR" },
		{ "${no} and ${ok}", "0|0|0|ND|NA|NR" },
		{ "${ok} or ${no}", "1|0|NR|1|1|1" },
		{ "${no} or ${ok}", "1|0|NR|1|1|1" },
		{ "not(${ok})", "0|1|NR|ND|NA|0" },
		{ "not(${no}) and not(${ok})", "0|1|NR|0|0|0" },
		{ "${ok} and ${ok} and true()", "1|0|NR|ND|NA|1" },
		{ "${ok} or false() or ${ok}", "1|0|NR|ND|NA|1" },
		{ "true() or ${ok}", "1|1|1|1|1|1" },
		{ "false() and ${ok}", "0|0|0|0|0|0" },
		{ "${i} = 1 and ${k} = 5", "1|0|ND|0|NR|0" },
		{ "${k} = 5 and ${i} = 1", "1|0|NA|0|ND|0" },
		{ "${i} > 0 or ${k} > 0 or ${x} > 0", "1|1|1|1|NR|1" },
		{ "${ok} = ${no}", "0|1|NR|ND|NA|NR" },
		{ "${ok} != ${no}", "1|0|NR|ND|NA|NR" },
		{ "${ok} = 'yes'", "1|0|NR|ND|NA|1" },
		{ "${ok} = 1", "1|0|NR|ND|NA|1" },
		{ "answered(${ok})", "1|1|0|0|0|1" },
		{ "answered(${m})", "1|1|0|1|0|0" },
		{ "answered(${absent})", "0|0|0|0|0|0" },
	};
	CHECK(c);
}

static void comparisons_are_missing_with_a_missing_side(void **state)
{
	(void)state;
	static const struct value_case c[] = {
		{ "${i} = 1", "1|0|ND|NA|NR|0" },
		{ "${i} != 1", "0|1|ND|NA|NR|1" },
		{ "${i} < 2", "1|0|ND|NA|NR|1" },
		{ "${i} <= 2", "1|1|ND|NA|NR|1" },
		{ "${i} > -3", "1|1|ND|NA|NR|0" },
		{ "${i} >= -3", "1|1|ND|NA|NR|1" },
		{ "1 = ${i}", "1|0|ND|NA|NR|0" },
		{ "2 > ${i}", "1|0|ND|NA|NR|1" },
		{ "1.5 <= ${i}", "0|1|ND|NA|NR|0" },
		{ "${i} = 1.5", "0|0|ND|NA|NR|0" },
		{ "${i} != 1.5", "1|1|ND|NA|NR|1" },
		{ "${i} < 1.5", "1|0|ND|NA|NR|1" },
		{ "${i} > 1e30", "0|0|ND|NA|NR|0" },
		{ "${i} < 1e30", "1|1|ND|NA|NR|1" },
		{ "${k} >= 300", "0|0|NA|0|ND|1" },
		{ "${k} <= 300", "1|1|NA|1|ND|0" },
		{ "${k} = -1", "0|0|NA|0|ND|0" },
		{ "${k} != -1", "1|1|NA|1|ND|1" },
		{ "${k} > -5", "1|1|NA|1|ND|1" },
		{ "${k} < -5", "0|0|NA|0|ND|0" },
		{ "${x} > 0.5", "0|NR|1|ND|0|1" },
		{ "${x} = 2.5", "0|NR|1|ND|0|0" },
		{ "0.5 < ${x}", "0|NR|1|ND|0|1" },
		{ "${x} != '2.5'", "1|NR|0|ND|1|1" },
		{ "${i} = '1'", "1|0|ND|NA|NR|0" },
		{ "${i} = ' 01 '", "1|0|ND|NA|NR|0" },
		{ "${i} < ${k}", "1|0|ND|NA|NR|1" },
		{ "${k} < ${i}", "0|1|NA|NA|ND|0" },
		{ "${big} = 9007199254740991", "0|0|NR|0|0|0" },
		{ "${big} >= 1000000000000000", "1|0|NR|1|1|0" },
		{ "${q} = 'a'", "1|0|0|NR|ND|NA" },
		{ "${q} != 'a'", "0|1|1|NR|ND|NA" },
		{ "'c' = ${q}", "0|0|1|NR|ND|NA" },
		{ "${q} != ''", "1|1|1|NR|ND|NA" },
		{ "${q} = ${q2}", "0|1|1|NR|ND|NA" },
		{ "${q2} = ${q}", "0|1|1|NR|ND|NR" },
		{ "${q2} != ${q}", "1|0|0|NR|ND|NR" },
		{ "${u} = ${q}", "0|1|1|NR|NR|NA" },
		{ "${q} = ${u}", "0|1|1|NR|ND|NA" },
		{ "${u} = 'nowhere'", "0|0|0|0|NR|NA" },
		{ "${u} != 'b'", "0|0|1|1|NR|NA" },
		{ "${n5} = 5", "0|1|0|ND|NR|0" },
		{ "${n5} >= 3", "0|1|1|ND|NR|0" },
		{ "${n5} >= '3'", "0|1|1|ND|NR|0" },
		{ "${n5} = '3'", "0|0|1|ND|NR|0" },
		{ "${n5} + 1", "2|6|4|ND|NR|3" },
		{ "${d} >= '2022-01-31'", "1|0|NR|ND|0|1" },
		{ "${d} = date('2020-02-29')", "0|1|NR|ND|0|0" },
		{ "${d} < ${d} + 1", "1|1|NR|ND|1|1" },
		{ "concat(${u}, 'x') = 'bx'", "1|1|0|0|NR|NA" },
	};
	CHECK(c);
}

static void branches_look_only_where_they_go(void **state)
{
	(void)state;
	static const struct value_case c[] = {
		{ "if(${k} > 5, ${i}, 9)", "9|9|NA|NA|ND|-3" },
		{ "if(${ok}, ${i}, ${x})", "1|NR|NR|ND|NA|-3" },
		{ "if(${q} = 'a', 5, if(${q} = 'b', 'NA', 0))", "5|NA|0|NR|ND|NA" },
		{ "if(true(), 'NA', 1)", "NA|NA|NA|NA|NA|NA" },
		{ "'NA'", "NA|NA|NA|NA|NA|NA" },
		{ "if(${k} > 5, ${i}, '')", "NR|NR|NA|NA|ND|-3" },
		{ "if(${k} > 5, 'alto', 'bajo')", "bajo|bajo|NA|alto|ND|alto" },
		{ "if(${k} > 5, ${q}, 'a')", "a|a|NA|NR|ND|NA" },
		{ "if(${k} > 5, ${q}, 'otro')", "otro|otro|NA|NR|ND|NA" },
		{ "if(${k} > 5, ${d}, '2000-01-01')", "2000-01-01|2000-01-01|NA|ND|ND|2022-01-31" },
		{ "if(${k} > 5, ${ok}, ${no})", "0|0|NA|ND|ND|1" },
		{ "coalesce(${i}, ${x})", "1|2|2.5|NA|0|-3" },
		{ "coalesce(${x}, ${i}, 7)", "0.5|2|2.5|7|0|4" },
		{ "coalesce(${i}, ${i})", "1|2|ND|NA|NR|-3" },
		{ "coalesce(${u}, ${t})", "b|b|c|a|NR|890903938-8" },
		{ "coalesce(${q}, 'c')", "a|b|c|c|c|c" },
		{ "coalesce(${q}, 'otra')", "a|b|c|otra|otra|otra" },
		{ "coalesce(${ok}, false())", "1|0|0|0|0|1" },
		{ "coalesce(upper-case(${u}), '-')", "B|B|C|A|-|-" },
		{ "once(${i})", "1|2|ND|NA|NR|-3" },
	};
	CHECK(c);
}

static void numbers(void **state)
{
	(void)state;
	static const struct value_case c[] = {
		{ "round(${x})", "1|NR|3|ND|0|4" },
		{ "round(-${x})", "-1|NR|-3|ND|0|-4" },
		{ "round(1.005, 2)", "1.01|1.01|1.01|1.01|1.01|1.01" },
		{ "round(2.345, 2) + round(-2.345, 2)", "0|0|0|0|0|0" },
		{ "round(0.49999999999999994)", "0|0|0|0|0|0" },
		{ "round(1250, -2)", "1300|1300|1300|1300|1300|1300" },
		{ "round(${i} div 3, 3)", "0.333|0.667|ND|NA|NR|-1" },
		{ "int(${x} * -1)", "0|NR|-2|ND|0|-4" },
		{ "floor(-${x})", "-1|NR|-3|ND|0|-4" },
		{ "ceiling(${x})", "1|NR|3|ND|0|4" },
		{ "abs(${i})", "1|2|ND|NA|NR|3" },
		{ "min(${i}, ${k})", "1|0|ND|NA|NR|-3" },
		{ "max(${i}, ${x}, 3)", "3|NR|ND|NA|NR|4" },
		{ "sum(${i}, ${k}, 1)", "7|3|ND|NA|NR|99998" },
		{ "count(${i} > 1, ${k} > 1, true())", "2|2|ND|NA|NR|2" },
		{ "count-non-empty(${i}, ${x}, ${m})", "3|2|1|1|1|2" },
		{ "pow(${i}, 2)", "1|4|ND|NA|NR|9" },
		{ "sqrt(${i})", "1|1.4142135623730951|ND|NA|NR|NR" },
		{ "log(${x} - 0.5)", "NR|NR|0.6931471805599453|ND|NR|1.252762968495368" },
		{ "exp(0) + log10(1000) + exp10(2) + pi() * 0", "104|104|104|104|104|104" },
		{ "sin(0) + cos(0) + tan(0) + asin(0) + acos(1) + atan(0) + atan2(0, 1)",
		  "1|1|1|1|1|1" },
		{ "number(${t})", "NR|NR|NR|12.5|ND|NR" },
		{ "number(${n5}) * 2", "2|10|6|ND|NR|4" },
		{ "number('7') + number(true())", "8|8|8|8|8|8" },
		{ "boolean(${i} - 1)", "0|1|ND|NA|NR|1" },
		{ "position(..)", "1|2|3|4|5|6" },
		{ "checklist(1, 1, ${i} > 0, ${k} > 0)", "0|1|ND|NA|NR|1" },
		{ "checklist(-1, -1, ${i} > 0, ${k} > 0)", "1|1|ND|NA|NR|1" },
		{ "weighted-checklist(3, -1, ${i} > 0, 2, ${k} > 0, 1)", "1|0|ND|NA|NR|0" },
		{ "${big} + 0", "1000000000000000|5|NR|9007199254740992|9007199254740992|1" },
	};
	CHECK(c);
}

static void sets_of_options(void **state)
{
	(void)state;
	static const struct value_case c[] = {
		{ "${m}", "x y|z|NR|x|ND|" },
		{ "selected(${m}, 'x')", "1|0|NR|1|ND|NR" },
		{ "not(selected(${m}, 'x'))", "0|1|NR|0|ND|NR" },
		{ "count-selected(${m})", "2|1|NR|1|ND|NR" },
		{ "count-selected(${r}) >= 2", "1|0|NA|1|ND|NR" },
		{ "selected(${q}, 'b')", "0|1|0|NR|ND|NA" },
		{ "selected(${n5}, 5)", "0|1|0|ND|NR|0" },
		{ "count-selected(${q})", "1|1|1|NR|ND|NA" },
		{ "selected(${t}, 'Mundo')", "1|0|NR|0|ND|0" },
		{ "selected(${r}, ${u})", "0|0|NA|0|ND|NR" },
		{ "selected(${m}, substr('xyz', ${k}, 6))", "0|0|NR|0|ND|NR" },
		{ "selected-at(${r}, 0)", "z|y|NA|x|ND|NR" },
		{ "selected-at(${r}, 1)", "x|NR|NA|y|ND|NR" },
		{ "selected-at(${r}, 0) = 'x'", "0|0|NA|1|ND|NR" },
		{ "selected-at(${t}, 1)", "Mundo|NR|NR|NR|ND|NR" },
		{ "jr:choice-name(${q}, '${q}')", "opción a|opción b|opción c|NR|ND|NA" },
		{ "jr:choice-name(selected-at(${m}, 0), '${m}')",
		  "opción x|opción z|NR|opción x|ND|NR" },
		{ "string(${m})", "x y|z|NR|x|ND|NR" },
		{ "contains(${m}, 'y')", "1|0|NR|0|ND|NR" },
	};
	CHECK(c);
}

static void texts(void **state)
{
	(void)state;
	static const struct value_case c[] = {
		/* t: Hola  Mundo|ñandú|NR|12.5|ND|890903938-8 */
		{ "${t}",
		  "Hola  Mundo|\xC3\xB1"
		  "and\xC3\xBA|NR|12.5|ND|890903938-8" },
		{ "string-length(${t})", "11|5|NR|4|ND|11" },
		{ "contains(${t}, 'and')", "0|1|NR|0|ND|0" },
		{ "starts-with(${t}, 'Hola')", "1|0|NR|0|ND|0" },
		{ "ends-with(${t}, '\xC3\xBA')", "0|1|NR|0|ND|0" },
		{ "substr(${t}, 1, 3)", "ol|an|NR|2.|ND|90" },
		{ "substr(${t}, -2)", "do|d\xC3\xBA|NR|.5|ND|-8" },
		{ "substring-before(${t}, '.')", "||NR|12|ND|" },
		{ "substring-after(${t}, 'n')", "do|d\xC3\xBA|NR||ND|" },
		{ "concat(${u}, '-', ${i}, '-', ${q})", "b-1-a|b-2-b|ND|NA|NR|NA" },
		{ "concat(${x}, ' ', ${ok}, ' ', ${d})",
		  "0.5 true 2022-07-01|NR|NR|ND|NA|4 true 2022-01-31" },
		{ "join(', ', ${u}, ${i})", "b, 1|b, 2|ND|NA|NR|NA" },
		{ "normalize-space(concat('  ', ${t}, ' '))",
		  "Hola Mundo|\xC3\xB1"
		  "and\xC3\xBA|NR|12.5|ND|890903938-8" },
		{ "translate(${t}, '\xC3\xB1\xC3\xBAo.', 'nua')",
		  "Hala  Munda|nandu|NR|125|ND|890903938-8" },
		{ "upper-case(${t})",
		  "HOLA  MUNDO|\xC3\x91"
		  "AND\xC3\x9A|NR|12.5|ND|890903938-8" },
		{ "lower-case(upper-case(${t}))",
		  "hola  mundo|\xC3\xB1"
		  "and\xC3\xBA|NR|12.5|ND|890903938-8" },
		{ "regex(${t}, '[0-9.]+')", "0|0|NR|1|ND|0" },
		{ "regex(${t}, '\\d{9}-\\d')", "0|0|NR|0|ND|1" },
		{ "nit-valid(${t})", "0|0|NR|0|ND|1" },
		{ "boolean-from-string(${t})", "0|0|NR|0|ND|0" },
		{ "boolean(${t})", "1|1|NR|1|ND|1" },
		{ "string(${i})", "1|2|ND|NA|NR|-3" },
		{ "string(1 div 3)",
		  "0.3333333333333333|0.3333333333333333|0.3333333333333333|"
		  "0.3333333333333333|0.3333333333333333|0.3333333333333333" },
		{ "\"it's\"", "it's|it's|it's|it's|it's|it's" },
		{ "\xE2\x80\x98smart\xE2\x80\x99", "smart|smart|smart|smart|smart|smart" },
	};
	CHECK(c);
}

static void dates(void **state)
{
	(void)state;
	static const struct value_case c[] = {
		{ "${d}", "2022-07-01|2020-02-29|NR|ND|1969-12-31|2022-01-31" },
		{ "year(${d})", "2022|2020|NR|ND|1969|2022" },
		{ "month(${d})", "7|2|NR|ND|12|1" },
		{ "day(${d})", "1|29|NR|ND|31|31" },
		{ "${d} + 1", "2022-07-02|2020-03-01|NR|ND|1970-01-01|2022-02-01" },
		{ "${d} - ${i}", "2022-06-30|2020-02-27|NR|ND|NR|2022-02-03" },
		{ "${d} - date('2022-01-31')", "151|-702|NR|ND|-19024|0" },
		{ "${d} + 1e9", "NR|NR|NR|ND|NR|NR" },
		{ "date(${i})", "1970-01-02|1970-01-03|ND|NA|NR|1969-12-29" },
		{ "date(concat('2022-0', ${i}, '-01'))", "2022-01-01|2022-02-01|ND|NA|NR|NR" },
		{ "decimal-date-time(${d})", "19174|18321|NR|ND|-1|19023" },
		{ "format-date(${d}, '%d/%m/%y %e %n %a %b %H%%')",
		  "01/07/22 1 7 vie jul 00%%|29/02/20 29 2 s\xC3\xA1"
		  "b feb 00%%|NR|ND|"
		  "31/12/69 31 12 mi\xC3\xA9 dic 00%%|31/01/22 31 1 lun ene 00%%" },
		{ "max(${d}, date('2021-01-01'))",
		  "2022-07-01|2021-01-01|NR|ND|2021-01-01|2022-01-31" },
		{ "today()", "2024-10-04|2024-10-04|2024-10-04|2024-10-04|2024-10-04|2024-10-04" },
		{ "year(now()) - year(${d})", "2|4|NR|ND|55|2" },
	};
	CHECK(c);
}

static void repeats(void **state)
{
	(void)state;
	static const struct value_case c[] = {
		/* jobs by parent: 4 6|NR||1 ND 3||10 */
		{ "sum(${jobs})", "10|NR|NR|4|NR|10" },
		{ "count(${jobs})", "2|1|0|3|0|1" },
		{ "count(${rep})", "2|1|0|3|0|1" },
		{ "count-non-empty(${jobs})", "2|0|0|2|0|1" },
		{ "count(${jobs} > 3)", "2|0|0|0|0|1" },
		{ "mean(${jobs})", "5|NR|NR|2|NR|10" },
		{ "min(${jobs}) + max(${jobs})", "10|NR|NR|4|NR|20" },
		{ "median(${jobs})", "5|NR|NR|2|NR|10" },
		{ "distinct(${sort})", "2|1|NR|1|NR|1" },
		{ "sum(${jobs} * ${k})", "50|NR|NR|28|NR|1000000" },
		{ "sum(if(${sort} = 'p', ${jobs}, 0))", "4|NR|NR|0|NR|10" },
		{ "${i} + sum(${jobs})", "11|NR|ND|NA|NR|7" },
		{ "sum(${jobs} div sum(${i}, 1))", "5|NR|NR|NR|NR|-5" },
	};
	CHECK(c);
}

static void inside_a_repeat_the_parent_is_broadcast(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 24);
	struct fixture f;
	static const struct value_case c[] = {
		{ "${jobs}", "4|6|NR|1|ND|3|10" },
		{ "${jobs} + ${k}", "9|11|NR|8|ND|10|100010" },
		{ "${k} > 5 and ${sort} = 's'", "0|0|0|NR|1|1|0" },
		{ "position(..)", "1|2|1|1|2|3|1" },
		{ "selected(${m}, 'x')", "1|1|0|1|1|1|NR" },
		{ ". * 2", "8|12|NR|2|ND|6|20" },
		{ "${t}",
		  "Hola  Mundo|Hola  Mundo|\xC3\xB1"
		  "and\xC3\xBA|12.5|12.5|12.5|890903938-8" },
	};
	fixture_make(&a, 1, &f);
	f.scope.repeat = STR("rep");
	f.scope.self = STR("jobs");
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		const struct expr *e = parse_in(&a, &f.scope, c[i].source);
		struct str cells =
			cells_of(&a, expr_rows_in_repeat(&a, e, &f.frame->child[0], f.frame, NULL));
		if (!str_is(cells, c[i].cells))
			print_error("%s\n got  %.*s\n want %s\n", c[i].source, STR_ARG(cells),
				    c[i].cells);
		assert_true(str_is(cells, c[i].cells));
	}
}

static void columns_have_the_type_of_the_expression(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 24);
	struct fixture f;
	static const struct {
		const char *source;
		enum column_type type;
	} c[] = {
		{ "${i} + 1", COLUMN_INTEGER },
		{ "${i} div 3", COLUMN_REAL },
		{ "${i} > 1", COLUMN_BOOLEAN },
		{ "${q}", COLUMN_CHOICE },
		{ "coalesce(${q}, 'c')", COLUMN_CHOICE },
		{ "if(${i} > 1, ${q}, 'z')", COLUMN_TEXT },
		{ "concat(${q}, '')", COLUMN_TEXT },
		{ "${d} + 1", COLUMN_DATE },
		{ "selected-at(${m}, 0)", COLUMN_CHOICE },
		{ "${m}", COLUMN_MULTIPLE },
		{ "coalesce(${u}, 'z')", COLUMN_TEXT },
	};
	fixture_make(&a, 1, &f);
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		const struct expr *e = parse_in(&a, &f.scope, c[i].source);
		assert_int_equal(expr_rows(&a, e, f.frame, NULL)->type, c[i].type);
	}
	assert_ptr_equal(expr_rows(&a, parse_in(&a, &f.scope, " ${q} "), f.frame, NULL),
			 frame_column(f.frame, STR("q")));
}

static void missing_cells_hold_zero(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 24);
	struct fixture f;
	double number[FIXTURE_ROWS];
	uint8_t missing[FIXTURE_ROWS], truth[FIXTURE_ROWS];
	fixture_make(&a, 1, &f);
	struct expr_scratch *s = expr_scratch_new(&a);
	const struct expr *e = parse_in(&a, &f.scope, "${x} + 7");
	const struct expr_plan *p = expr_plan_rows(&a, e, e->root, f.frame, NULL);
	assert_true(expr_block_number(p, s, 0, FIXTURE_ROWS, number, missing));
	assert_int_equal(missing[1], MISSING_NR);
	assert_true(number[1] == 0 && number[0] == 7.5);
	assert_false(expr_block_number(p, s, 4, 2, number, missing));
	assert_true(number[0] == 7 && number[1] == 11);
	e = parse_in(&a, &f.scope, "not(${ok})");
	p = expr_plan_rows(&a, e, e->root, f.frame, NULL);
	assert_true(expr_block_truth(p, s, 0, FIXTURE_ROWS, truth, missing));
	assert_int_equal(truth[1], 1);
	assert_int_equal(truth[2], 0);
}

static void a_missing_condition_does_not_hold(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 24);
	struct fixture f;
	static const uint8_t want[FIXTURE_ROWS] = { 0, 1, 0, 0, 0, 1 };
	fixture_make(&a, 1, &f);
	const struct expr *e = parse_in(&a, &f.scope, "${i} != 1");
	assert_memory_equal(expr_holds(&a, e, f.frame, NULL), want, sizeof want);
}

/* Above the aggregates the same evaluator runs over one row a group. */
static void the_top_of_an_aggregate_formula(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 24);
	struct fixture f;
	fixture_make(&a, 1, &f);
	f.scope.allow_aggregates = true;
	f.scope.figure = f.figure;
	f.scope.n_figures = 2;
	const struct expr *e = parse_in(
		&a, &f.scope,
		"if(count(${q} = 'a') > 3, round(sum(${cop}) div 1000), figure('F02') + 1)");
	assert_true(expr_is_aggregate(e));
	assert_int_equal(e->n_leaves, 3);
	assert_int_equal(e->leaf[0]->aggregate, EXPR_AGGREGATE_COUNT);
	assert_int_equal(e->leaf[1]->aggregate, EXPR_AGGREGATE_SUM);
	assert_int_equal(e->leaf[2]->op, EXPR_OP_FIGURE);
	size_t n;
	assert_true(str_is(expr_figures(e, &n)[0], "F02"));
	assert_int_equal(n, 1);
	assert_true(str_is(expr_names(e, &n)[1], "cop"));
	assert_int_equal(n, 2);
	const struct column *leaf[3];
	static const double value[3][4] = { { 5, 4, 1, 3 }, { 1500, 0, 9, 9 }, { 1, 2, 3.5, 0 } };
	for (size_t i = 0; i < 3; i++) {
		struct column_builder *b = column_build(&a, STR(""), COLUMN_REAL, NULL);
		for (size_t g = 0; g < 4; g++) {
			if (i == 1 && g == 1)
				column_add_missing(b, MISSING_ND);
			else
				column_add_real(b, value[i][g]);
		}
		leaf[i] = column_done(b);
	}
	struct str cells = cells_of(&a, expr_plan_column(&a, expr_plan_top(&a, e, leaf, 4, NULL)));
	assert_string_equal(str_c(&a, cells), "2|ND|4.5|1");
}

static void lists_have_their_arguments(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 24);
	struct fixture f;
	fixture_make(&a, 1, &f);
	f.scope.allow_aggregates = true;
	const struct expr *e = parse_in(&a, &f.scope, "top(${m}, 2)");
	assert_int_equal(expr_type(e), EXPR_LIST);
	assert_true(e->root->number == 2 && e->root->n_args == 1);
	e = parse_in(&a, &f.scope, "quantile(${x}, 0.9)");
	assert_true(e->root->number == 0.9 && e->root->n_args == 1);
	e = parse_in(&a, &f.scope, "lowest(${x}, ${q})");
	assert_int_equal(expr_type(e), EXPR_TEXT);
	assert_non_null(e->root->dictionary);
	assert_false(expr_is_aggregate(parse_in(&a, &f.scope, "${x} > 2")));
	assert_true(expr_is_aggregate(parse_in(&a, &f.scope, "1 + 1")));
	assert_true(expr_is_aggregate(parse_in(&a, &f.scope, "count()")));
	assert_false(expr_is_aggregate(parse_in(&a, &f.scope, "max(${x}, 2)")));
	assert_int_equal(expr_type(parse_in(&a, &f.scope, "max(${d})")), EXPR_DATE);
}

/* The frame's list may be in another order than the form's, or hold only what occurs. */
static void options_are_found_by_name_in_the_columns_list(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 24);
	struct fixture f;
	static const struct value_case c[] = {
		{ "${q} = 'a'", "0|1|0" },
		{ "${q} != 'a'", "1|0|1" },
		{ "${q} = 'b'", "0|0|0" },
		{ "selected(${q}, 'c')", "1|0|0" },
		{ "if(${q} = 'a', ${q}, 'b')", "b|a|b" },
		{ "coalesce(${q}, 'b')", "c|a|other" },
		{ "selected(${m}, 'x')", "0|1|NR" },
		{ "selected-at(${m}, 0) = 'z'", "1|1|NR" },
		{ "${absent} + 1", "NR|NR|NR" },
		{ "coalesce(${absent}, ${i}, 8)", "8|8|8" },
		{ "concat(${t}, 'x')", "NR|NR|NR" },
		{ "${d} + 1", "NR|NR|NR" },
		{ "${ok} or ${q} = 'c'", "1|NR|NR" },
		{ "sum(${jobs})", "NR|NR|NR" },
		{ "count-selected(${r})", "NR|NR|NR" },
		{ "selected(${r}, 'x')", "NR|NR|NR" },
		{ "selected(${r}, ${t})", "NR|NR|NR" },
		{ "selected-at(${r}, 1)", "NR|NR|NR" },
		{ "string(${r})", "NR|NR|NR" },
		{ "answered(${r})", "0|0|0" },
		{ "${u} = ${q}", "NR|NR|NR" },
		{ "if(${u} = 'a', ${u}, ${q})", "NR|NR|NR" },
		{ "coalesce(${u}, ${q})", "c|a|other" },
		{ "coalesce(${u}, 'z')", "z|z|z" },
		{ "${u}", "NR|NR|NR" },
	};
	fixture_make(&a, 1, &f);
	struct column_builder *b =
		column_build(&a, STR("q"), COLUMN_CHOICE, fixture_options(&a, "other c a"));
	for (int64_t code = 1; code < 4; code++)
		column_add_integer(b, code % 3);
	struct column_builder *m =
		column_build(&a, STR("m"), COLUMN_MULTIPLE, fixture_options(&a, "z x"));
	static const uint16_t item[] = { 0, 1 };
	column_add_items(m, item, 1);
	column_add_items(m, item, 2);
	column_add_items(m, item, 0);
	const struct column *column[] = { column_done(b), column_done(m) };
	/* codes 1, 2, 0: c, a, other */
	const struct frame *frame = frame_of(&a, column, 2, 3);
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		const struct expr *e = parse_in(&a, &f.scope, c[i].source);
		struct str cells = cells_of(&a, expr_rows(&a, e, frame, NULL));
		if (!str_is(cells, c[i].cells))
			print_error("%s\n got  %.*s\n want %s\n", c[i].source, STR_ARG(cells),
				    c[i].cells);
		assert_true(str_is(cells, c[i].cells));
	}
}

static void a_table_without_rows(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 24);
	struct fixture f;
	static const char *const source[] = { "${i} + 1", "${q} = 'a'",   "concat(${t}, ${u})",
					      "${m}",     "sum(${jobs})", "regex(${t}, 'a+')" };
	fixture_make(&a, 0, &f);
	for (size_t i = 0; i < sizeof source / sizeof *source; i++) {
		const struct expr *e = parse_in(&a, &f.scope, source[i]);
		assert_int_equal(expr_rows(&a, e, f.frame, NULL)->n, 0);
	}
}

static void units_follow_the_operators(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 24);
	struct fixture f;
	static const struct {
		const char *source, *unit;
	} c[] = {
		{ "${cop} + ${cop2}", "cop" },
		{ "${cop} + 5", "cop" },
		{ "5 - ${cop}", "cop" },
		{ "${cop} * 2", "cop" },
		{ "2 * ${pct}", "percent" },
		{ "${cop} * ${pct}", "" },
		{ "${cop} div ${cop2}", "" },
		{ "${cop} div 2", "cop" },
		{ "2 div ${cop}", "" },
		{ "${cop} mod 7", "cop" },
		{ "round(-${cop}, 1)", "cop" },
		{ "max(${cop}, ${cop2}, 1)", "cop" },
		{ "if(${i} > 1, ${cop}, 0)", "cop" },
		{ "coalesce(${x}, ${pct})", "percent" },
		{ "sqrt(${cop})", "" },
		{ "sum(${cop})", "cop" },
		{ "ratio(${cop}, ${x})", "cop" },
		{ "ratio(${cop}, ${cop2})", "" },
		{ "share(${i} > 1)", "percent" },
		{ "growth(${cop}, ${cop2})", "" },
		{ "count(${i} > 1)", "" },
		{ "wmean(${pct}, ${cop})", "percent" },
		{ "sum(${cop}) div count()", "cop" },
	};
	fixture_make(&a, 1, &f);
	f.scope.allow_aggregates = true;
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		const struct expr *e = parse_in(&a, &f.scope, c[i].source);
		assert_string_equal(str_c(&a, expr_unit(e)), c[i].unit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arithmetic_keeps_the_first_kind_of_missing),
		cmocka_unit_test(logic_has_three_values),
		cmocka_unit_test(comparisons_are_missing_with_a_missing_side),
		cmocka_unit_test(branches_look_only_where_they_go),
		cmocka_unit_test(numbers),
		cmocka_unit_test(sets_of_options),
		cmocka_unit_test(texts),
		cmocka_unit_test(dates),
		cmocka_unit_test(repeats),
		cmocka_unit_test(inside_a_repeat_the_parent_is_broadcast),
		cmocka_unit_test(columns_have_the_type_of_the_expression),
		cmocka_unit_test(missing_cells_hold_zero),
		cmocka_unit_test(a_missing_condition_does_not_hold),
		cmocka_unit_test(the_top_of_an_aggregate_formula),
		cmocka_unit_test(lists_have_their_arguments),
		cmocka_unit_test(options_are_found_by_name_in_the_columns_list),
		cmocka_unit_test(a_table_without_rows),
		cmocka_unit_test(units_follow_the_operators),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
