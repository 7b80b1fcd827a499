/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XLSForms as other tools write them: they load, or the row that we do not take is named. */
#include "instrument/fixture.h"

#define FORMS "tests/data/xlsform/"
#define FIXTURE(x, folder) \
	ARENA_SCOPE(arena, (size_t)1 << 30); \
	struct fixture x = fixture_folder(&arena, folder)

static const struct form *plain(struct fixture *x, struct problems *ps)
{
	const struct instrument *in = fixture_load(x, LANG_EN, ps);
	if (!in) {
		struct buf b;
		buf_init(&b, x->a, 1u << 20);
		problems_put_text(&b, ps);
		fail_msg("%s", b.p);
		return NULL;
	}
	assert_false(in->has_method);
	assert_non_null(fixture_problem(ps, "no_method"));
	assert_str(in->form[FORM_CLUSTER]->name, "form");
	return in->form[FORM_CLUSTER];
}

static void groups_repeats_and_translations(void **state)
{
	(void)state;
	FIXTURE(x, FORMS "household");
	struct problems ps;
	const struct form *f = plain(&x, &ps);
	assert_str(f->id, "household");
	assert_str(f->version, "2022071501");
	assert_str(f->title.in[LANG_EN], "Household survey");
	const struct question *q = form_question(f, STR("members"));
	assert_str(q->label.in[LANG_ES], "¿Cuántos miembros?");
	assert_str(q->label.in[LANG_EN], "How many members?");
	assert_non_null(q->initial);
	assert_non_null(q->relevant); /* its group's */
	assert_str(expr_source(form_question(f, STR("land"))->relevant),
		   "(${members} > 2) and (${consent} = 'yes')");
	q = form_question(f, STR("satisfaction"));
	assert_int_equal(q->column, COLUMN_REAL);
	assert_true(q->range_end > 9.9 && q->range_step < 0.6);
	assert_int_equal(f->n_repeats, 1);
	assert_non_null(f->repeat[0].relevant);
	assert_null(form_question(f, STR("m_age"))->relevant);
	assert_int_equal(form_question(f, STR("per_head"))->column, COLUMN_REAL);
	assert_int_equal(form_question(f, STR("m_minor"))->column, COLUMN_INTEGER);
	assert_int_equal(form_question(f, STR("listed"))->column, COLUMN_INTEGER);
	assert_int_equal(form_question(f, STR("code"))->column, COLUMN_TEXT);
	assert_int_equal(form_question(f, STR("deviceid"))->type, QUESTION_HIDDEN);
	assert_int_equal(form_question(f, STR("start"))->type, QUESTION_START);
	assert_int_equal(form_question(f, STR("today"))->column, COLUMN_DATE);
	assert_true(form_question(f, STR("head"))->required);
	assert_non_null(form_question(f, STR("main_crop"))->choice_filter);
}

static void or_other_brings_an_option_and_a_question(void **state)
{
	(void)state;
	FIXTURE(x, FORMS "household");
	struct problems ps;
	const struct form *f = plain(&x, &ps);
	const struct question *q = form_question(f, STR("crops"));
	assert_int_equal(q->list->options.n, 4);
	assert_str(q->list->options.name[3], "other");
	assert_int_equal(form_question(f, STR("crop_rank"))->list->options.n, 3);
	q = form_question(f, STR("crops_other"));
	assert_int_equal(q->type, QUESTION_TEXT);
	assert_non_null(q->relevant);
	assert_non_null(fixture_problem(&ps, "or_other"));
}

static void old_names_of_types_and_columns(void **state)
{
	(void)state;
	FIXTURE(x, FORMS "aliases");
	struct problems ps;
	const struct form *f = plain(&x, &ps);
	static const struct {
		const char *name;
		enum question_type type;
	} expected[] = {
		{ "s", QUESTION_START },
		{ "a", QUESTION_TEXT },
		{ "b", QUESTION_INTEGER },
		{ "b2", QUESTION_INTEGER },
		{ "c", QUESTION_DECIMAL },
		{ "d", QUESTION_SELECT_ONE },
		{ "e", QUESTION_SELECT_ONE },
		{ "f", QUESTION_SELECT_MULTIPLE },
		{ "f2", QUESTION_SELECT_MULTIPLE },
		{ "f3", QUESTION_SELECT_MULTIPLE },
		{ "f3_other", QUESTION_TEXT },
		{ "h", QUESTION_IMAGE },
		{ "ack", QUESTION_ACKNOWLEDGE },
		{ "loc", QUESTION_GEOPOINT },
		{ "dev", QUESTION_HIDDEN },
		{ "k", QUESTION_CALCULATE },
	};
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		const struct question *q = form_question(f, str_of(expected[i].name));
		if (!q)
			fail_msg("no question %s", expected[i].name);
		assert_int_equal(q->type, expected[i].type);
	}
	assert_str(f->id, "aliases");
	assert_str(f->title.in[LANG_EN], "Old names");
	const struct question *b = form_question(f, STR("b"));
	assert_true(b->required);
	assert_non_null(b->constraint);
	assert_non_null(b->relevant);
	assert_str(b->constraint_message.in[LANG_EN], "Positive");
	assert_str(b->unit, "personas");
	assert_str(form_question(f, STR("a"))->required_message.in[LANG_EN], "Answer");
	assert_str(form_question(f, STR("k"))->unit, "personas");
	assert_int_equal(form_question(f, STR("h"))->repeat, 0);
}

static void what_we_do_not_take_is_named_with_its_row(void **state)
{
	(void)state;
	FIXTURE(x, FORMS "refused");
	static const struct {
		const char *cell, *rule, *word;
	} expected[] = {
		{ "A3", "unsupported_type", "audio" },
		{ "A4", "unsupported_type", "select_one_from_file" },
		{ "A5", "unsupported_type", "barcode" },
		{ "A6", "unsupported_type", "csv-external" },
		{ "F7", "unknown_function", "pulldata()" },
		{ "F8", "unknown_function", "current()" },
		{ "D9", "syntax", "XPath" },
		{ "G10", "unknown_function", "instance()" },
		{ "F11", "unknown_function", "uuidv7()" },
		{ "E12", NULL, "today()" },
		{ "A14", "unsupported_type", "begin_repeat" },
		{ "E15", "unknown_function", "indexed-repeat()" },
	};
	enum { N = sizeof(expected) / sizeof(expected[0]) };
	struct problems ps;
	assert_null(fixture_load(&x, LANG_EN, &ps));
	assert_int_equal(ps.n_errors, N);
	for (size_t i = 0; i < N; i++) {
		bool found = false;
		for (size_t k = 0; k < ps.n; k++)
			found |= str_is(ps.item[k].column, expected[i].cell) &&
				 (!expected[i].rule ||
				  str_is(str_of(ps.item[k].rule), expected[i].rule)) &&
				 str_find(ps.item[k].message, str_of(expected[i].word),
					  &(size_t){ 0 });
		if (!found)
			fail_msg("%s %s", expected[i].cell, expected[i].word);
	}
}

/* ---- cascading selects ---- */

static const struct column *answers_of(struct arena *a, const struct question *q,
				       const char *const *name, size_t n)
{
	struct column_builder *b =
		column_build(a, q->name, q->column, q->list ? &q->list->options : NULL);
	for (size_t i = 0; i < n; i++) {
		int64_t v = 0;
		if (!name[i])
			column_add_missing(b, MISSING_NR);
		else if (q->list)
			column_add_integer(b, dictionary_find(&q->list->options, str_of(name[i])));
		else if (num_int(str_of(name[i]), &v))
			column_add_integer(b, v);
	}
	return column_done(b);
}

static void assert_allowed(struct arena *a, const struct question *q, const struct frame *answers,
			   uint32_t row, const char *option, int allowed)
{
	int64_t code = dictionary_find(&q->list->options, str_of(option));
	assert_true(code >= 0);
	const uint16_t one = (uint16_t)code;
	if (choice_filter_pairs(a, q, answers, &row, &one, 1)[0] != allowed)
		fail_msg("%s in row %u", option, row);
}

/* A column of the choices sheet and a question have the same name, and one city is in two states.
 */
static void cascading_selects_let_stand_what_fits(void **state)
{
	(void)state;
	static const char *const paths[] = { FORMS "cascade", FORMS "cascade.xlsx" };
	for (size_t i = 0; i < 2; i++) {
		ARENA_SCOPE(arena, (size_t)1 << 30);
		struct fixture x = { .a = &arena };
		if (i == 0)
			x = fixture_folder(&arena, paths[0]);
		else
			fixture_file(&x, "cascade.xlsx", fixture_bytes(&arena, paths[1]));
		struct problems ps;
		const struct form *f = plain(&x, &ps);
		static const char *const state_answer[] = { "texas", "washington", NULL };
		static const char *const county_answer[] = { "cameron", "king", "king" };
		static const char *const age_answer[] = { "17", "18", NULL };
		const struct column *column[] = {
			answers_of(&arena, form_question(f, STR("state")), state_answer, 3),
			answers_of(&arena, form_question(f, STR("county")), county_answer, 3),
			answers_of(&arena, form_question(f, STR("age")), age_answer, 3),
		};
		const struct frame *answers = frame_of(&arena, column, 3, 3);
		const struct question *county = form_question(f, STR("county")),
				      *city = form_question(f, STR("city"));
		const struct question *job = form_question(f, STR("job"));
		assert_int_equal(city->list->options.n, 3);
		assert_allowed(&arena, county, answers, 0, "cameron", 1);
		assert_allowed(&arena, county, answers, 0, "king", 0);
		assert_allowed(&arena, county, answers, 2, "king", 0);
		assert_allowed(&arena, city, answers, 0, "springfield", 1);
		assert_allowed(&arena, city, answers, 1, "springfield", 1);
		assert_allowed(&arena, city, answers, 1, "brownsville", 0);
		assert_allowed(&arena, job, answers, 0, "farmer", 0);
		assert_allowed(&arena, job, answers, 1, "farmer", 1);
		assert_allowed(&arena, job, answers, 0, "none", 1);
		assert_allowed(&arena, job, answers, 2, "none", 0);
		assert_allowed(&arena, form_question(f, STR("state")), answers, 2, "texas", 1);
	}
}

/* ---- small forms written out ---- */

static const struct form *form_of(struct fixture *x, const char *survey, const char *choices,
				  struct problems *ps)
{
	x->n = 0;
	fixture_file(x, "survey.csv", str_of(survey));
	if (choices)
		fixture_file(x, "choices.csv", str_of(choices));
	return fixture_load(x, LANG_EN, ps) ? plain(x, ps) : NULL;
}

static void defaults_are_literals_unless_they_call_or_name(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, 64u << 20);
	struct fixture x = { .a = &arena };
	struct problems ps;
	const struct form *f = form_of(&x,
				       "type,name,label,default\n"
				       "text,a,A,hello (there)\n"
				       "integer,b,B,-3\n"
				       "text,c,C,it's\n"
				       "date,d,D,2022-07-01\n"
				       "date,e,E,today()\n"
				       "text,f,F,\"concat(${a}, '!')\"\n",
				       NULL, &ps);
	assert_non_null(f);
	const struct expr_env env = { .today = 19000 };
	const struct frame *one = frame_of(&arena, NULL, 0, 1);
	struct cell cell =
		column_cell(expr_rows(&arena, form_question(f, STR("a"))->initial, one, &env), 0);
	assert_str(cell.text, "hello (there)");
	cell = column_cell(expr_rows(&arena, form_question(f, STR("b"))->initial, one, &env), 0);
	assert_true(cell.real < -2.9 && cell.real > -3.1);
	cell = column_cell(expr_rows(&arena, form_question(f, STR("c"))->initial, one, &env), 0);
	assert_str(cell.text, "it's");
	cell = column_cell(expr_rows(&arena, form_question(f, STR("e"))->initial, one, &env), 0);
	assert_int_equal(cell.integer, 19000);
	assert_int_equal(expr_type(form_question(f, STR("f"))->initial), EXPR_TEXT);
}

static void calculations_stand_in_the_order_of_what_they_read(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, 64u << 20);
	struct fixture x = { .a = &arena };
	struct problems ps;
	const struct form *f = form_of(&x,
				       "type,name,label,calculation,relevant\n"
				       "calculate,c3,,${c2} * 2,\n"
				       "calculate,c2,,${c1} + 1,\n"
				       "calculate,c1,,${a} + 3,\n"
				       "integer,a,A,,\n"
				       "calculate,c4,,1.5,${c5} = 'x'\n"
				       "calculate,c5,,\"'x'\",\n",
				       NULL, &ps);
	assert_non_null(f);
	assert_int_equal(f->n_calculations, 5);
	static const char *const order[] = { "c1", "c2", "c3", "c5", "c4" };
	for (size_t i = 0; i < 5; i++)
		assert_str(f->question[f->calculation_order[i]].name, order[i]);
	assert_int_equal(form_question(f, STR("c3"))->column, COLUMN_INTEGER);
	assert_int_equal(form_question(f, STR("c4"))->column, COLUMN_REAL);
	assert_int_equal(form_question(f, STR("c5"))->column, COLUMN_TEXT);
}

static void what_is_made_of_a_personal_answer_is_personal(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, 64u << 20);
	struct fixture x = { .a = &arena };
	struct problems ps;
	const struct form *f = form_of(&x,
				       "type,name,label,calculation,ssme::personal\n"
				       "calculate,twice,,\"concat(${once}, '!')\",\n"
				       "calculate,once,,\"concat(${who}, '!')\",\n"
				       "text,who,Who,,yes\n"
				       "select_one l or_other,kind,Kind,,yes\n"
				       "text,what,What,,\n"
				       "calculate,open,,\"concat(${what}, '!')\",\n",
				       "list_name,name,label\nl,a,A\n", &ps);
	assert_non_null(f);
	assert_true(form_question(f, STR("once"))->personal);
	assert_true(form_question(f, STR("twice"))->personal);
	assert_true(form_question(f, STR("kind_other"))->personal);
	assert_false(form_question(f, STR("open"))->personal);
}

static void a_group_may_not_hang_on_its_own_question(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, 64u << 20);
	struct fixture x = { .a = &arena };
	struct problems ps;
	assert_null(form_of(&x,
			    "type,name,label,relevant\n"
			    "begin_group,g,G,${a} = 1\n"
			    "integer,a,A,\n"
			    "end_group,,,\n",
			    NULL, &ps));
	assert_int_equal(ps.n_errors, 1);
	assert_str(fixture_cell(&ps, "cycle"), "survey!D2");
}

static void numbers_and_texts_as_conditions_are_taken(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, 64u << 20);
	struct fixture x = { .a = &arena };
	struct problems ps;
	const struct form *f = form_of(&x,
				       "type,name,label,relevant,required\n"
				       "integer,a,A,,yes\n"
				       "text,b,B,${a},${a} > 3\n"
				       "text,c,C,${b},no\n"
				       "select_multiple l,d,D,count-selected(${d2}),\n"
				       "select_multiple l,d2,D,,\n",
				       "list_name,name,label\nl,x,X\nl,y,Y\n", &ps);
	assert_non_null(f);
	assert_int_equal(expr_type(form_question(f, STR("b"))->relevant), EXPR_BOOLEAN);
	assert_non_null(form_question(f, STR("b"))->required_if);
	assert_int_equal(expr_type(form_question(f, STR("c"))->relevant), EXPR_BOOLEAN);
	assert_int_equal(expr_type(form_question(f, STR("d"))->relevant), EXPR_BOOLEAN);
	assert_false(form_question(f, STR("c"))->required);
}

static void functions_that_others_lack_warn_outside_own_columns(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, 64u << 20);
	struct fixture x = { .a = &arena };
	struct problems ps;
	assert_non_null(form_of(
		&x, "type,name,label,relevant\ntext,a,A,\ntext,b,B,answered(${a})\n", NULL, &ps));
	assert_str(fixture_cell(&ps, "not_portable"), "survey!D3");
	assert_non_null(
		form_of(&x, "type,name,label,ssme::warning\ntext,a,A,\ntext,b,B,answered(${a})\n",
			NULL, &ps));
	assert_null(fixture_problem(&ps, "not_portable"));
}

static void a_form_over_the_depth_of_expressions_is_refused_not_crashed(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, 512u << 20);
	struct fixture x = { .a = &arena };
	struct buf b;
	struct problems ps;
	buf_init(&b, &arena, 32u << 20);
	buf_puts(&b, "type,name,label,relevant\ninteger,a,A,\n");
	for (int i = 0; i < 600; i++)
		buf_fmt(&b, "begin_group,g%d,G,${a} > %d or ${a} < 0 or ${a} = 5 or ${a} = 9\n", i,
			i);
	buf_puts(&b, "text,t,T,\n");
	for (int i = 0; i < 600; i++)
		buf_puts(&b, "end_group,,,\n");
	fixture_file(&x, "survey.csv", buf_str(&b));
	assert_null(fixture_load(&x, LANG_ES, &ps));
	assert_non_null(fixture_problem(&ps, "limit"));
}

static void a_long_chain_of_calculations_is_refused_not_crashed(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, (size_t)1 << 30);
	struct fixture x = { .a = &arena };
	struct buf b;
	struct problems ps;
	buf_init(&b, &arena, 32u << 20);
	buf_puts(&b, "type,name,calculation\n");
	for (int i = 0; i < 3000; i++)
		buf_fmt(&b, "calculate,c%d,${c%d} + 1\n", i, i + 1);
	buf_puts(&b, "calculate,c3000,1\n");
	fixture_file(&x, "survey.csv", buf_str(&b));
	assert_null(fixture_load(&x, LANG_ES, &ps));
	assert_non_null(fixture_problem(&ps, "limit"));
}

static void pages_are_the_groups_at_the_top(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, 64u << 20);
	struct fixture x = { .a = &arena };
	struct problems ps;
	const struct form *f = form_of(&x,
				       "type,name,label,hint,appearance\n"
				       "note,hello,Hello,,\n"
				       "begin_group,people,People,Who,\n"
				       "integer,men,Men,,w1 numbers\n"
				       "begin_repeat,child,Child,,\n"
				       "begin_group,born,Born,,field-list\n"
				       "date,born_on,Born on,,\n"
				       "end_group,,,,\n"
				       "text,called,Called,,\n"
				       "end_repeat,,,,\n"
				       "end_group,,,,\n"
				       "begin_group,block,Block,,table-list\n"
				       "integer,a,A,,\n"
				       "end_group,,,,\n"
				       "integer,b,B,,\n"
				       "begin_group,empty,Empty,,\n"
				       "end_group,,,,\n"
				       "begin_group,last,Last,,\n"
				       "integer,c,C,,\n"
				       "end_group,,,,\n",
				       NULL, &ps);
	assert_non_null(f);
	static const struct {
		const char *name, *hint;
		size_t first, n;
	} page[] = { { "", "", 0, 1 },
		     { "people", "Who", 1, 3 },
		     { "", "", 4, 2 },
		     { "last", "", 6, 1 } };
	assert_int_equal(f->n_sections, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_str(f->section[i].name, page[i].name);
		assert_str(f->section[i].hint.in[LANG_ES], page[i].hint);
		assert_int_equal(f->section[i].first, page[i].first);
		assert_int_equal(f->section[i].n, page[i].n);
		assert_true(f->section[i].area == NO_AREA);
	}
	const struct question *born = form_question(f, STR("born_on"));
	assert_str(f->group[born->group].name, "born");
	assert_true(f->group[born->group].together);
	assert_str(f->group[f->group[born->group].parent].name, "people");
	assert_str(f->group[form_question(f, STR("called"))->group].name, "people");
	assert_true(form_question(f, STR("b"))->group == NO_GROUP);
	assert_str(form_question(f, STR("men"))->appearance, "w1 numbers");
	assert_false(form_group(f, STR("people"))->together);
}

#define TOTAL(total) \
	"type,name,label,ssme::unit,ssme::total\n" \
	"integer,whole,Whole,people,\n" \
	"begin_group,g,G,," total "\n" \
	"integer,a,A,people,\n" \
	"integer,b,B,people,\n" \
	"end_group,,,,\n"

static void a_group_may_say_what_it_adds_up_to(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, 256u << 20);
	static const struct {
		const char *survey, *total, *rule;
	} sheet[] = {
		{ TOTAL("100"), "100", NULL },
		{ TOTAL("${whole} + round(${round_year} div 2022)"),
		  "${whole} + round(${round_year} div 2022)", NULL },
		{ TOTAL(""), NULL, NULL },
		{ TOTAL("'many'"), NULL, "type" },
		{ TOTAL("${nobody}"), NULL, "unknown_name" },
		{ "type,name,label,ssme::unit,ssme::total\ninteger,whole,Whole,cop,\n"
		  "begin_group,g,G,,${whole}\ninteger,a,A,people,\ninteger,b,B,,\nend_group,,,,\n",
		  NULL, "unit" },
		{ "type,name,label,ssme::total\nbegin_group,g,G,100\ninteger,a,A,\nend_group,,,\n",
		  "100", "unused" },
		{ "type,name,label,ssme::total\nbegin_group,g,G,\ninteger,a,A,100\nend_group,,,\n",
		  NULL, "unused" },
	};
	for (size_t i = 0; i < sizeof(sheet) / sizeof(*sheet); i++) {
		struct fixture x = { .a = &arena };
		struct problems ps;
		const struct form *f = form_of(&x, sheet[i].survey, NULL, &ps);
		if (sheet[i].rule)
			assert_non_null(fixture_problem(&ps, sheet[i].rule));
		else
			assert_non_null(f);
		if (!f)
			continue;
		const struct expr *total = form_group(f, STR("g"))->total;
		assert_true((total != NULL) == (sheet[i].total != NULL));
		if (total)
			assert_str(expr_source(total), sheet[i].total);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_repeats_and_translations),
		cmocka_unit_test(or_other_brings_an_option_and_a_question),
		cmocka_unit_test(old_names_of_types_and_columns),
		cmocka_unit_test(what_we_do_not_take_is_named_with_its_row),
		cmocka_unit_test(cascading_selects_let_stand_what_fits),
		cmocka_unit_test(defaults_are_literals_unless_they_call_or_name),
		cmocka_unit_test(calculations_stand_in_the_order_of_what_they_read),
		cmocka_unit_test(what_is_made_of_a_personal_answer_is_personal),
		cmocka_unit_test(a_group_may_not_hang_on_its_own_question),
		cmocka_unit_test(numbers_and_texts_as_conditions_are_taken),
		cmocka_unit_test(functions_that_others_lack_warn_outside_own_columns),
		cmocka_unit_test(a_form_over_the_depth_of_expressions_is_refused_not_crashed),
		cmocka_unit_test(pages_are_the_groups_at_the_top),
		cmocka_unit_test(a_group_may_say_what_it_adds_up_to),
		cmocka_unit_test(a_long_chain_of_calculations_is_refused_not_crashed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
