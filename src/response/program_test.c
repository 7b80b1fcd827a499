/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of a form as JSON.  With arguments this program prints what tests/program.t compares
 * with the evaluator of the browser:
 *	test-response-program FORM N SEED      small, cluster, company
 * first the program of the form, then N lines with a sheet filled in by chance and the verdict on
 * it, then (small) N lines with an expression made by chance and its value. */
#include <inttypes.h>
#include <stdlib.h>

#include "codec/json.h"
#include "frame/expr_program.h"
#include "response/look_fixture.h"
#include "response/program.h"

enum { LINE_BYTES_MAX = 16 << 20 };

/* ---- sheets ---- */

static struct str key_of(struct arena *a, struct str name, int64_t item)
{
	return item ? str_fmt(a, "%.*s.%" PRId64, STR_ARG(name), item) : name;
}

static void put_cells(struct json_out *o, const struct bench *b, const struct answers *s)
{
	json_put_key(o, STR("cells"));
	json_put_object(o);
	for (size_t i = 0; i < s->n_cells; i++) {
		if (!s->cell[i].value.n)
			continue;
		json_put_key(o, key_of(b->a, s->cell[i].question, s->cell[i].item));
		json_put_string(o, s->cell[i].value);
	}
	json_end_object(o);
	json_put_key(o, STR("items"));
	json_put_object(o);
	if (s->n_items) {
		json_put_key(o, s->item[0].repeat);
		json_put_array(o);
		for (size_t i = 0; i < s->n_items; i++)
			json_put_int(o, s->item[i].item);
		json_end_array(o);
	}
	json_end_object(o);
}

static void put_findings(struct json_out *o, const char *key, const struct look_finding *f,
			 size_t n)
{
	json_put_key(o, str_of(key));
	json_put_array(o);
	for (size_t i = 0; i < n; i++)
		json_put_string(o, str_of(f[i].rule));
	json_end_array(o);
}

static void put_allowed(struct json_out *o, const struct look_entry *e)
{
	if (!e->allowed)
		return;
	json_put_key(o, STR("allowed"));
	json_put_array(o);
	for (size_t i = 0; i < e->question->list->options.n; i++)
		if (e->allowed[i])
			json_put_int(o, (int64_t)i);
	json_end_array(o);
}

static void put_entry(struct json_out *o, const struct look_entry *e)
{
	static const char *const relevance[] = { "asked", "skipped", "open" };
	json_put_object(o);
	json_member_string(o, "relevance", str_of(relevance[e->relevance]));
	json_member_bool(o, "answered", e->missing != MISSING_NR);
	json_member_bool(o, "owed",
			 e->required && e->relevance == LOOK_ASKED && e->missing == MISSING_NR &&
				 !e->question->calculation);
	json_member_bool(o, "aside", e->set_aside);
	json_member_string(o, "value", e->value);
	put_findings(o, "faults", e->fault, e->n_faults);
	put_findings(o, "warnings", e->warning, e->n_warnings);
	put_allowed(o, e);
	json_end_object(o);
}

static void print_line(struct buf *line)
{
	buf_putc(line, '\n');
	assert_false(line->over);
	(void)fwrite(line->p, 1, line->n, stdout);
}

static void print_sheet(const struct bench *b, const struct answers *s)
{
	const struct look *l = look_at(b, s);
	struct buf line;
	struct json_out o;
	buf_init(&line, b->a, LINE_BYTES_MAX);
	json_out(&o, &line);
	json_put_object(&o);
	put_cells(&o, b, s);
	json_put_key(&o, STR("entries"));
	json_put_object(&o);
	for (size_t i = 0; i < l->n; i++) {
		json_put_key(&o, key_of(b->a, l->entry[i].question->name, l->entry[i].item));
		put_entry(&o, &l->entry[i]);
	}
	json_end_object(&o);
	json_end_object(&o);
	print_line(&line);
}

/* ---- expressions by chance ---- */

struct making {
	struct bench *b;
	struct buf text;
};
static void make(struct making *m, char type, int depth);

static uint64_t pick(struct making *m, uint64_t n)
{
	return draw(m->b) % n;
}

/* Letters stand for something of that type made anew: n number, c condition, t text, d date. */
static void make_from(struct making *m, const char *const *form, size_t n, int depth)
{
	for (const char *p = form[pick(m, n)]; *p; p++)
		if (*p == '@')
			make(m, *++p, depth - 1);
		else
			buf_putc(&m->text, *p);
}
#define MAKE(...)                                                             \
	do {                                                                  \
		static const char *const form[] = { __VA_ARGS__ };            \
		make_from(m, form, sizeof(form) / sizeof(*form), depth);      \
	} while (0)

static void make_leaf(struct making *m, char type)
{
	int depth = 0;
	switch (type) {
	case 'n':
		MAKE("0", "1", "2.5", "7", "100", "1000000", "0.1", "-3", "${A02}", "${P01}",
		     "${N01}",
		     "number(${A01})", "${A03} div 1", "sum(${O01})", "count(${obras})",
		     "max(${O01})", "min(${O01})", "mean(${O01})", "median(${O01})",
		     "distinct(${O03})", "count(${O01} > 5)", "count-non-empty(${O02})", "${C01}",
		     "position(..)", "pi()");
		break;
	case 'c':
		MAKE("true()", "false()", "${G01} = 'a'", "${G01} != ''", "answered(${A02})",
		     "answered(${D01})", "selected(${D01}, '76')", "selected(${S02}, 'fin')",
		     "selected(${G01}, 'b')", "${K01} = 'med'", "answered(${G02})",
		     "count-selected(${S02}) > 1");
		break;
	case 't':
		MAKE("'a'", "''", "'Ñandú 😀'", "'900123456-8'", "'12.5'", "'2024-02-29'", "${G03}",
		     "string(${G01})", "string(${D01})", "jr:choice-name(${G01}, '${G01}')",
		     "selected-at(${S02}, 1)", "' a  b '", "'true'");
		break;
	default: MAKE("${G02}", "date('2022-07-01')", "date('1999-12-31')", "date('0001-01-01')");
	}
}

static void make_number(struct making *m, int depth)
{
	MAKE("(@n + @n)", "(@n - @n)", "(@n * @n)", "(@n div @n)", "(@n mod @n)", "round(@n)",
	     "round(@n, 2)", "round(@n div 8, 2)", "round(@n, -1)", "int(@n)", "floor(@n)",
	     "ceiling(@n)", "abs(@n)", "min(@n, @n)", "max(@n, @n)", "sum(@n, @n, @n)",
	     "count(@c, @c)", "if(@c, @n, @n)", "coalesce(@n, @n)", "string-length(@t)",
	     "number(@t)",
	     "year(@d)", "month(@d)", "day(@d)", "(@d - @d)", "-(@n)", "count-selected(@t)",
	     "once(@n)", "decimal-date-time(@d)");
}

static void make_condition(struct making *m, int depth)
{
	MAKE("(@n < @n)", "(@n = @n)", "(@n >= @n)", "(@t = @t)", "(@t != @t)", "(@d <= @d)",
	     "(@c and @c)", "(@c or @c or @c)", "not(@c)", "answered(@n)", "answered(@t)",
	     "contains(@t, @t)", "starts-with(@t, 'a')", "ends-with(@t, @t)", "selected(@t, 'b')",
	     "nit-valid(@t)", "boolean-from-string(@t)", "if(@c, @c, @c)", "coalesce(@c, @c)",
	     "boolean(@n)", "checklist(1, 2, @c, @c, @c)", "weighted-checklist(1, -1, @n, @n)",
	     "regex(@t, '^[0-9]{4}( [0-9]{4})*$')", "regex(@t, '[^a-z\\s]+|(a|b)*')",
	     "regex(@t, '\\w+\\W.?\\D*')", "regex(@t, '.*[ñÑ]?.*')",
	     "regex(@t, '(?:[]\\-.0-9]|x){1,}')",
	     "regex(@t, '[^\\S]*[\\d.\\-]+')", "regex(@t, 'a\\(?b?|$')");
}

static void make_text(struct making *m, int depth)
{
	MAKE("string(@n)", "string(@d)", "string(@c)", "concat(@t, @t)", "join(', ', @t, @t)",
	     "substr(@t, @n, @n)", "substr(@t, -2)", "substring-before(@t, ' ')",
	     "substring-after(@t, @t)", "normalize-space(@t)", "translate(@t, 'añ1', 'AN')",
	     "lower-case(@t)", "upper-case(@t)", "format-date(@d, '%Y-%m-%d %a %e %b %y %n %%')",
	     "if(@c, @t, @t)", "coalesce(@t, @t)", "selected-at(@t, @n)");
}

static void make_date(struct making *m, int depth)
{
	MAKE("(@d + @n)", "(@d - @n)", "date(@n)", "date(@t)", "if(@c, @d, @d)", "coalesce(@d, @d)",
	     "min(@d, @d)", "max(@d, @d)");
}

static void make(struct making *m, char type, int depth)
{
	if (depth <= 0 || pick(m, 4) == 0)
		make_leaf(m, type);
	else if (type == 'n')
		make_number(m, depth);
	else if (type == 'c')
		make_condition(m, depth);
	else if (type == 't')
		make_text(m, depth);
	else
		make_date(m, depth);
}

static struct expr_scope scope_of(const struct bench *b)
{
	const struct form *f = b->form;
	struct expr_name *name = NEW(b->a, f->n_questions, struct expr_name);
	for (size_t i = 0; i < f->n_questions; i++) {
		const struct question *q = &f->question[i];
		name[i] = (struct expr_name){ .name = q->name,
					      .type = q->column,
					      .dictionary = q->list ? &q->list->options : NULL };
		if (q->repeat >= 0)
			name[i].repeat = f->repeat[q->repeat].name;
	}
	return (struct expr_scope){ .name = name, .n = f->n_questions };
}

static void put_result(struct json_out *o, const struct column *c)
{
	struct cell cell = column_cell(c, 0);
	struct buf b;
	if (cell.missing != MISSING_NO) {
		json_member_string(o, "missing", str_of(missing_code(cell.missing)));
		return;
	}
	switch (cell.type) {
	case COLUMN_INTEGER: json_member_int(o, "value", cell.integer); break;
	case COLUMN_REAL: json_member_real(o, "value", cell.real); break;
	case COLUMN_BOOLEAN: json_member_bool(o, "value", cell.integer); break;
	case COLUMN_DATE: json_member_int(o, "value", cell.integer); break;
	case COLUMN_TEXT:
	case COLUMN_CHOICE: json_member_string(o, "value", cell.text); break;
	case COLUMN_MULTIPLE:
	case COLUMN_RANK:
		buf_init(&b, o->b->a, 1000);
		cell_put(&b, c, 0);
		json_member_string(o, "value", buf_str(&b));
	}
}

/* The typed answers, from a document that leaves out what is wrong. */
static const struct frame *frame_of_sheet(const struct bench *b, struct answers *s)
{
	const struct look *l = look_at(b, s);
	const struct frame *f;
	const struct str cluster = STR("C001");
	struct err e = { 0 };
	for (int round = 0; round < 10 && !l->document.n; round++) {
		for (size_t i = 0; i < s->n_cells; i++) {
			const struct look_entry *entry =
				look_find(l, s->cell[i].question, s->cell[i].item);
			if (entry->n_faults || (entry->required && entry->missing == MISSING_NR))
				s->cell[i].value = STR("ND");
		}
		l = look_at(b, s);
	}
	if (!l->document.n)
		return NULL;
	if (!response_frame(b->a, b->form, &l->document, &cluster, NULL, 1, NULL, &f, &e))
		fail_msg("%s", e.msg);
	return f;
}

static bool print_expression(struct bench *b, struct answers *s)
{
	struct making m = { .b = b };
	struct expr_scope scope = scope_of(b);
	const struct expr_env env = { 0 };
	struct expr_faults faults;
	const struct expr *e;
	struct buf line;
	struct json_out o;
	fill_randomly(b, s);
	const struct frame *f = frame_of_sheet(b, s);
	buf_init(&m.text, b->a, EXPR_SOURCE_MAX);
	make(&m, "nctd"[pick(&m, 4)], 4);
	if (!f || m.text.over ||
	    !expr_parse(b->a, buf_str(&m.text), &scope, LANG_ES, &e, &faults))
		return false;
	buf_init(&line, b->a, LINE_BYTES_MAX);
	json_out(&o, &line);
	json_put_object(&o);
	json_member_string(&o, "source", buf_str(&m.text));
	struct buf program;
	buf_init(&program, b->a, LINE_BYTES_MAX);
	assert_true(expr_program_put(&program, e));
	json_put_key(&o, STR("program"));
	json_put_raw(&o, buf_str(&program));
	put_cells(&o, b, s);
	put_result(&o, expr_rows(b->a, e, f, &env));
	json_end_object(&o);
	print_line(&line);
	return true;
}

static int print_all(const char *form, size_t n, uint64_t seed)
{
	ARENA_SCOPE(arena, (size_t)4 << 30);
	bool small = strcmp(form, "small") == 0;
	struct bench b = small ? small_bench(&arena)
			       : shipped_bench(&arena, strcmp(form, "company") ? FORM_CLUSTER
									       : FORM_COMPANY);
	struct answers *s = NEW(&arena, 1, struct answers);
	struct buf program;
	buf_init(&program, &arena, LINE_BYTES_MAX);
	response_program_put(&program, b.plan, LANG_ES);
	print_line(&program);
	b.seed = seed;
	struct arena_mark mark = arena_mark(&arena);
	for (size_t i = 0; i < n; i++) {
		fill_randomly(&b, s);
		print_sheet(&b, s);
		arena_rewind(&arena, mark);
	}
	for (size_t i = 0; small && i < n;) {
		i += print_expression(&b, s);
		arena_rewind(&arena, mark);
	}
	return 0;
}

/* ---- tests ---- */

static struct str program_of(const struct bench *b)
{
	struct buf out;
	buf_init(&out, b->a, LINE_BYTES_MAX);
	response_program_put(&out, b->plan, LANG_ES);
	assert_false(out.over);
	return buf_str(&out);
}

static void assert_has(struct str text, const char *part)
{
	if (!str_find(text, str_of(part), NULL))
		fail_msg("no %s in %.*s", part, STR_ARG(text));
}

static void rules_stand_as_trees(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, (size_t)1 << 30);
	struct bench b = small_bench(&arena);
	struct str p = program_of(&b);
	assert_has(p, "\"required\":[\">\",\"A01\",10]");
	assert_has(p, "\"relevant\":[\">=\",\"G02\",[\"day\",18262]]");
	assert_has(p, "\"filter\":[\"selected\",\"D01\",\"option.department\"]");
	assert_has(p, "\"calculation\":[\"rows\",\"obras\",\"sum\",\"O01\"]");
	assert_has(p, "\"relevant\":[\">\",[\"rows\",\"obras\",\"count\"],1]");
	assert_has(p, "\"repeats\":[{\"name\":\"obras\",\"relevant\":"
		      "[\"=\",\"G01\",[\"text\",\"a\"]]}]");
	assert_has(p, "\"city\":{\"options\":[\"med\",\"env\",\"cal\"],\"columns\":{\"department\":"
		      "[\"05\",\"05\",\"76\"]},\"row\":[0,1,2]}");
	assert_has(p, "\"yn\":{\"options\":[\"a\",\"b\"]}");
}

static void shipped_forms_have_a_program_with_their_totals(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, (size_t)1 << 30);
	struct bench b = shipped_bench(&arena, FORM_CLUSTER);
	struct str p = program_of(&b);
	struct json_in j;
	struct err e = { 0 };
	json_in_start(&j, &arena, p);
	json_in_skip(&j);
	assert_true(json_in_end(&j, &e));
	assert_has(p, "{\"name\":\"A03\",\"total\":\"A01_empresas\",\"parts\":[\"A03_micro\","
		      "\"A03_pequena\",\"A03_mediana\",\"A03_grande\",\"A03_sin\"]}");
	assert_has(p, "{\"name\":\"I05\",\"total\":100,\"parts\":[\"I05_local\",\"I05_nacional\","
		      "\"I05_internacional\"]}");
	assert_true(p.n < 200000);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_stand_as_trees),
		cmocka_unit_test(shipped_forms_have_a_program_with_their_totals),
	};
	int64_t n, seed;
	if (argc == 4 && num_int(str_of(argv[2]), &n) && num_int(str_of(argv[3]), &seed))
		return print_all(argv[1], (size_t)n, (uint64_t)seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
