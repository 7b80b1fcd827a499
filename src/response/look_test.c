/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A response looked at while it is filled in, against the same answers read as a file. */
#include "response/look_fixture.h"

static const struct look_entry *entry(const struct look *l, const char *question, int64_t item)
{
	const struct look_entry *e = look_find(l, str_of(question), item);
	if (!e)
		fail_msg("no entry %s", question);
	return e;
}

static void assert_text(struct str got, const char *wanted)
{
	if (!str_is(got, wanted))
		fail_msg("got «%.*s», wanted «%s»", STR_ARG(got), wanted);
}

#define SMALL(b, s)                                     \
	ARENA_SCOPE(arena, (size_t)1 << 30);            \
	struct bench b = small_bench(&arena);           \
	struct answers *s = NEW(&arena, 1, struct answers)

/* ---- verdicts ---- */

static void what_hangs_on_an_open_answer_is_asked_and_not_owed(void **state)
{
	(void)state;
	SMALL(b, s);
	const struct look *l = look_at(&b, s);
	assert_int_equal(entry(l, "G02", 0)->relevance, LOOK_OPEN);
	assert_int_equal(entry(l, "G03", 0)->relevance, LOOK_OPEN);
	assert_int_equal(entry(l, "sorry", 0)->relevance, LOOK_OPEN);
	assert_int_equal(entry(l, "hello", 0)->relevance, LOOK_ASKED);
	assert_true(entry(l, "A01", 0)->required);
	assert_false(entry(l, "A03", 0)->required);
	assert_int_equal(l->whole.n_owed, 2); /* A01, G01 */
	assert_int_equal(l->section[1].n_owed, 2);
	assert_int_equal(l->section[1].n_asked, 6);
	assert_int_equal(l->section[0].n_asked, 0);
	assert_int_equal(l->document.n, 0);
	answer(s, "G01", "b");
	answer(s, "A01", "12");
	l = look_at(&b, s);
	assert_int_equal(entry(l, "G02", 0)->relevance, LOOK_SKIPPED);
	assert_int_equal(entry(l, "G03", 0)->relevance, LOOK_SKIPPED);
	assert_int_equal(entry(l, "sorry", 0)->relevance, LOOK_ASKED);
	assert_true(entry(l, "A03", 0)->required);
	assert_int_equal(l->section[1].n_owed, 1); /* A03: more than ten companies */
	assert_int_equal(l->section[1].n_answered, 2);
	answer(s, "A03", "2000000");
	l = look_at(&b, s);
	assert_int_equal(entry(l, "A03", 0)->n_warnings, 1);
	assert_text(entry(l, "A03", 0)->warning[0].message,
		    "Ventas muy altas (2 millones de pesos)");
	assert_int_equal(l->whole.n_unexplained, 1);
	assert_text(l->document, "{\"A01\":12,\"A03\":2000000,\"G01\":\"b\",\"G02\":{\"missing\":"
				 "\"NA\"},\"G03\":{\"missing\":\"NA\"},"
				 "\"N01\":{\"missing\":\"NA\"}}");
}

static void an_answer_that_no_longer_applies_waits_and_comes_back(void **state)
{
	(void)state;
	SMALL(b, s);
	answer(s, "A01", "1");
	answer(s, "G01", "a");
	answer(s, "G02", "2022-05-01");
	answer(s, "G03", "algo");
	struct str before = look_at(&b, s)->document;
	assert_true(before.n > 0);
	answer(s, "G01", "b");
	const struct look *l = look_at(&b, s);
	assert_true(entry(l, "G02", 0)->set_aside);
	assert_text(entry(l, "G02", 0)->value, "2022-05-01");
	assert_int_equal(entry(l, "G02", 0)->n_faults, 0);
	assert_int_equal(l->whole.n_aside, 2);
	assert_text(l->document, "{\"A01\":1,\"G01\":\"b\",\"G02\":{\"missing\":\"NA\"},"
				 "\"G03\":{\"missing\":\"NA\"},\"N01\":{\"missing\":\"NA\"}}");
	answer(s, "G01", "a");
	assert_true(str_eq(look_at(&b, s)->document, before));
}

static void items_of_a_repeat_that_does_not_apply_do_not_count(void **state)
{
	(void)state;
	SMALL(b, s);
	s->item[0] = (struct look_item){ STR("obras"), 7 };
	s->item[1] = (struct look_item){ STR("obras"), 3 };
	s->n_items = 2;
	answer(s, "A01", "1");
	answer(s, "G01", "a");
	answer(s, "G02", "2019-05-01");
	answer_item(s, "O01", 3, "30");
	answer_item(s, "O01", 7, "4");
	answer_item(s, "O02", 3, "segunda");
	answer_item(s, "O02", 7, "primera");
	answer(s, "N01", "2");
	answer(s, "A02", "0.5");
	const struct look *l = look_at(&b, s);
	assert_true(entry(l, "O02", 7)->set_aside);
	assert_int_equal(entry(l, "O02", 3)->relevance, LOOK_ASKED);
	assert_text(entry(l, "O04", 7)->value, "5");
	assert_text(entry(l, "O04", 3)->value, "32");
	assert_text(entry(l, "C02", 0)->value, "34");
	assert_text(l->document,
		    "{\"A01\":1,\"A02\":0.5,\"G01\":\"a\",\"G02\":\"2019-05-01\","
		    "\"G03\":{\"missing\":\"NA\"},\"C01\":2.5,\"C02\":34,\"N01\":2,"
		    "\"obras\":[{\"O01\":4,\"O02\":{"
		    "\"missing\":\"NA\"},\"O04\":5},{\"O01\":30,\"O02\":\"segunda\",\"O04\":32}]}");
	assert_int_equal(l->section[2].n_asked, 5 + 2 * 3 - 1);
	answer(s, "G01", "b");
	l = look_at(&b, s);
	assert_int_equal(entry(l, "O01", 3)->relevance, LOOK_SKIPPED);
	assert_true(entry(l, "O01", 3)->set_aside);
	assert_int_equal(entry(l, "N01", 0)->relevance, LOOK_SKIPPED); /* no works are counted */
	assert_int_equal(l->whole.n_aside, 1 + 4 + 1);
	assert_text(l->document,
		    "{\"A01\":1,\"A02\":0.5,\"G01\":\"b\",\"G02\":{\"missing\":\"NA\"},"
		    "\"G03\":{\"missing\":\"NA\"},\"C01\":2.5,\"N01\":{\"missing\":\"NA\"}}");
}

static void faults_and_warnings_stand_at_their_item(void **state)
{
	(void)state;
	SMALL(b, s);
	for (int64_t i = 0; i < 3; i++)
		s->item[s->n_items++] = (struct look_item){ STR("obras"), 10 + i };
	answer(s, "A01", "-1");
	answer(s, "G01", "x");
	answer_item(s, "O01", 10, "2000");
	answer_item(s, "O01", 12, "600");
	answer(s, "P01", "7");
	const struct look *l = look_at(&b, s);
	assert_text(entry(l, "A01", 0)->fault[0].message, "No puede ser negativo");
	assert_string_equal(entry(l, "A01", 0)->fault[0].rule, "constraint");
	assert_string_equal(entry(l, "G01", 0)->fault[0].rule, "choice");
	assert_int_equal(entry(l, "G01", 0)->missing, MISSING_NO);
	assert_int_equal(entry(l, "O01", 10)->n_faults, 1);
	assert_int_equal(entry(l, "O01", 11)->n_faults, 0);
	assert_int_equal(entry(l, "O01", 12)->n_faults, 0);
	assert_int_equal(entry(l, "O01", 12)->n_warnings, 1);
	assert_int_equal(l->section[2].n_faults, 2);
	assert_int_equal(l->section[2].n_warnings, 2);
	s->cell[s->n_cells++] = (struct look_cell){ STR("N01"), 0, STR("1.5"), STR("") };
	l = look_at(&b, s);
	assert_false(str_find(entry(l, "N01", 0)->fault[0].suggestion, STR("--decimal"), NULL));
	assert_true(entry(l, "N01", 0)->fault[0].suggestion.n > 0);
}

static void options_follow_the_answers_they_hang_on(void **state)
{
	(void)state;
	SMALL(b, s);
	s->item[s->n_items++] = (struct look_item){ STR("obras"), 1 };
	const struct look *l = look_at(&b, s);
	assert_null(entry(l, "G01", 0)->allowed);
	assert_false(entry(l, "K01", 0)->allowed[0]);
	answer(s, "D01", "05");
	l = look_at(&b, s);
	const uint8_t *top = entry(l, "K01", 0)->allowed, *inside = entry(l, "O03", 1)->allowed;
	assert_true(top[0] && top[1] && !top[2]);
	assert_true(inside[0] && inside[1] && !inside[2]);
	answer(s, "K01", "cal");
	assert_string_equal(entry(look_at(&b, s), "K01", 0)->fault[0].rule, "choice_filter");
}

/* ---- the same verdict as a file ---- */

/* Faulty answers become ND, owed ones too or a new value: after some rounds it can be sent. */
static void mend(struct bench *b, struct answers *s, const struct look *l)
{
	for (size_t i = 0; i < s->n_cells; i++) {
		const struct look_entry *e = look_find(l, s->cell[i].question, s->cell[i].item);
		bool owed = e->required && e->missing == MISSING_NR && e->relevance == LOOK_ASKED;
		if (owed && draw(b) % 2)
			s->cell[i].value = random_value(b, e->question);
		else if (e->n_faults || owed)
			s->cell[i].value = STR("ND");
	}
}

/* What the file would have without what was set aside. */
static struct answers *without_aside(const struct bench *b, const struct answers *s,
				     const struct look *l)
{
	struct answers *out = NEW(b->a, 1, struct answers);
	for (size_t i = 0; i < s->n_cells; i++)
		if (look_find(l, s->cell[i].question, s->cell[i].item)->relevance != LOOK_SKIPPED)
			out->cell[out->n_cells++] = s->cell[i];
	for (size_t i = 0; i < s->n_items; i++) {
		/* a repeat is left out whole: all of its questions are skipped */
		bool any = false;
		for (size_t k = 0; k < l->n; k++)
			any |= l->entry[k].question->repeat >= 0 &&
				l->entry[k].item == s->item[i].item &&
				l->entry[k].relevance != LOOK_SKIPPED;
		if (any)
			out->item[out->n_items++] = s->item[i];
	}
	return out;
}

/* Rows of a table as a file has them. */
static struct response_rows rows_for(const struct bench *b, const struct answers *s, int repeat)
{
	const struct form *f = b->form;
	struct str *head = NEW(b->a, 2 + 2 * f->n_questions, struct str);
	size_t n_ids = 1, n = 0, n_rows = repeat < 0 ? 1 : s->n_items;
	head[n++] = STR("cluster");
	if (str_is(f->name, "company"))
		head[n++] = STR("company"), n_ids = 2;
	for (size_t q = 0; q < f->n_questions; q++) {
		const struct question *question = &f->question[q];
		if (question->repeat != repeat || question->type == QUESTION_NOTE ||
		    question->calculation)
			continue;
		head[n++] = question->name;
		head[n++] = str_fmt(b->a, "%.*s__reason", STR_ARG(question->name));
	}
	struct str *cell = NEW(b->a, n * n_rows, struct str);
	uint64_t *number = NEW(b->a, n_rows, uint64_t);
	for (size_t row = 0; row < n_rows; row++) {
		number[row] = row + 1;
		cell[row * n] = STR("C001");
		if (n_ids == 2)
			cell[row * n + 1] = STR("E1");
		for (size_t c = n_ids; c < n; c += 2)
			for (size_t i = 0; i < s->n_cells; i++)
				if (str_eq(s->cell[i].question, head[c]) &&
				    s->cell[i].item == (repeat < 0 ? 0 : s->item[row].item)) {
					cell[row * n + c] = s->cell[i].value;
					cell[row * n + c + 1] = s->cell[i].reason;
				}
	}
	return (struct response_rows){ .head = head,
				       .n_columns = n,
				       .cell = cell,
				       .number = number,
				       .n_rows = n_rows };
}

static void read_as_file(const struct bench *b, const struct answers *s, struct problems *ps,
			 struct response_block *out)
{
	struct response_rows *top = NEW(b->a, 1, struct response_rows);
	struct response_repeat_file *file = NEW(b->a, 1, struct response_repeat_file);
	struct response_reader *r;
	struct err e = { 0 };
	*top = rows_for(b, s, -1);
	if (b->form->n_repeats)
		*file = (struct response_repeat_file){ .repeat = b->form->repeat[0].name,
						       .rows = rows_for(b, s, 0) };
	problems_init(ps, b->a, LANG_ES);
	assert_true(response_reader_plan(b->a, b->plan, DECIMAL_POINT, NULL, &b->round, top->head,
					 top->n_columns, file, s->n_items ? 1 : 0, ps, &r, &e));
	response_read(r, b->a, top, ps, out);
}

static size_t count_problems(const struct problems *ps, struct str column, int64_t row,
			     enum severity severity, const char *rule, struct str message)
{
	size_t n = 0;
	for (size_t i = 0; i < ps->n; i++)
		n += str_eq(ps->item[i].column, column) && ps->item[i].row == row &&
			ps->item[i].severity == severity && strcmp(ps->item[i].rule, rule) == 0 &&
			(!message.n || str_eq(ps->item[i].message, message));
	return n;
}

/* Row of the file that an item became. */
static int64_t row_of(const struct answers *s, int64_t item)
{
	for (size_t i = 0; item && i < s->n_items; i++)
		if (s->item[i].item == item)
			return (int64_t)i + 1;
	return 1;
}

static size_t compare_entry(const struct look_entry *e, const struct answers *file,
			    const struct problems *ps)
{
	int64_t row = row_of(file, e->item);
	size_t n = 0;
	for (size_t i = 0; i < e->n_faults; i++, n++)
		if (count_problems(ps, e->question->name, row, SEVERITY_ERROR, e->fault[i].rule,
				   e->fault[i].message) < 1)
			fail_msg("%.*s: %s is no error of the file", STR_ARG(e->question->name),
				 e->fault[i].rule);
	for (size_t i = 0; i < e->n_warnings; i++)
		if (count_problems(ps, e->question->name, row, SEVERITY_WARNING, e->warning[i].rule,
				   e->warning[i].message) != 1)
			fail_msg("%.*s: %s is no warning of the file", STR_ARG(e->question->name),
				 e->warning[i].rule);
	bool owed = e->required && e->relevance == LOOK_ASKED && e->missing == MISSING_NR &&
		!e->question->calculation;
	if (count_problems(ps, e->question->name, row, SEVERITY_ERROR, "required", STR("")) !=
	    owed)
		fail_msg("%.*s: owed is %d", STR_ARG(e->question->name), owed);
	return n + owed;
}

/* Returns whether there was a document. */
static bool compare_with_file(const struct bench *b, const struct answers *s)
{
	const struct look *l = look_at(b, s);
	const struct answers *file = without_aside(b, s, l);
	struct problems ps;
	struct response_block block;
	size_t n_errors = 0;
	read_as_file(b, file, &ps, &block);
	for (size_t i = 0; i < l->n; i++)
		if (l->entry[i].relevance != LOOK_SKIPPED)
			n_errors += compare_entry(&l->entry[i], file, &ps);
	assert_int_equal(n_errors, ps.n_errors);
	assert_int_equal(l->whole.n_faults + l->whole.n_owed > 0, ps.n_errors > 0);
	assert_int_equal(l->whole.n_warnings, block.n_warnings[0]);
	assert_int_equal(l->whole.n_unexplained, block.n_unexplained[0]);
	if (!str_eq(l->document, block.document[0]))
		fail_msg("look %.*s\nfile %.*s", STR_ARG(l->document), STR_ARG(block.document[0]));
	return l->document.n > 0;
}

/* Document → cells → document. */
static void unpack_and_pack(const struct bench *b, struct str document)
{
	struct answers *s = NEW(b->a, 1, struct answers);
	struct look_cell *cell;
	struct look_item *item;
	struct err e = { 0 };
	if (!look_cells_of_document(b->a, b->form, document, &cell, &s->n_cells, &item, &s->n_items,
				    &e))
		fail_msg("%s", e.msg);
	memcpy(s->cell, cell, s->n_cells * sizeof(*cell));
	if (s->n_items)
		memcpy(s->item, item, s->n_items * sizeof(*item));
	struct str again = look_at(b, s)->document;
	if (!str_eq(again, document))
		fail_msg("was %.*s\nis %.*s", STR_ARG(document), STR_ARG(again));
}

static void compare_random_sheets(struct bench *b, size_t n_sheets)
{
	struct answers *s = NEW(b->a, 1, struct answers);
	struct arena_mark mark = arena_mark(b->a);
	size_t n_documents = 0;
	for (size_t sheet = 0; sheet < n_sheets; sheet++) {
		fill_randomly(b, s);
		bool whole = compare_with_file(b, s);
		for (int round = 0; round < 6 && !whole; round++) {
			mend(b, s, look_at(b, s));
			whole = compare_with_file(b, s);
		}
		if (whole)
			unpack_and_pack(b, look_at(b, s)->document);
		n_documents += whole;
		arena_rewind(b->a, mark);
	}
	assert_true(n_documents > n_sheets / 2);
}

static void small_sheets_look_as_they_read(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, (size_t)2 << 30);
	struct bench b = small_bench(&arena);
	compare_random_sheets(&b, 200);
}

static void shipped_sheets_look_as_they_read(void **state)
{
	(void)state;
	ARENA_SCOPE(arena, (size_t)2 << 30);
	struct bench cluster = shipped_bench(&arena, FORM_CLUSTER);
	compare_random_sheets(&cluster, 25);
	struct bench company = shipped_bench(&arena, FORM_COMPANY);
	compare_random_sheets(&company, 60);
}

/* ---- what people type ---- */

static void typed_numbers_and_dates_become_cells(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	static const struct {
		enum column_type column;
		const char *unit, *appearance, *es, *en, *cell;
	} way[] = {
		{ COLUMN_INTEGER, "cop", "", " 1.234.567 ", "1,234,567", "1234567" },
		{ COLUMN_INTEGER, "cop", "", "$ 1.234.567", "$1,234,567", "1234567" },
		{ COLUMN_REAL, "percent", "", "45,5 %", "45.5%", "45.5" },
		{ COLUMN_REAL, "", "", "1.234.567,5", "1,234,567.5", "1234567.5" },
		{ COLUMN_REAL, "", "", "1.5", "1.5", "1.5" },
		{ COLUMN_INTEGER, "", "", "1 234\xC2\xA0" "567", "1 234 567", "1234567" },
		{ COLUMN_INTEGER, "", "", "\xE2\x88\x92" "12", "-12", "-12" },
		{ COLUMN_INTEGER, "", "", "2024", "2024", "2024" },
		{ COLUMN_INTEGER, "", "", "ND", "NA", NULL },
		{ COLUMN_INTEGER, "", "", "12.34.5", "12,34,5", NULL },
		{ COLUMN_INTEGER, "", "", "doce", "twelve", NULL },
		{ COLUMN_INTEGER, "", "", "1 2", "1 2", NULL },
		{ COLUMN_DATE, "", "", "31/12/2024", "31-12-2024", "2024-12-31" },
		{ COLUMN_DATE, "", "", "2024-12-31", "2024/12/31", "2024-12-31" },
		{ COLUMN_DATE, "", "", "2024-12", "31/31/2024", NULL },
		{ COLUMN_DATE, "", "month-year", "2024-07", "7/2024", "2024-07-01" },
		{ COLUMN_TEXT, "", "", "  una\r\nlínea ", "una\r\nlínea", "una\nlínea" },
		{ COLUMN_TEXT, "", "", "1.234", "1.234", "1.234" },
	};
	for (size_t i = 0; i < sizeof(way) / sizeof(*way); i++) {
		const struct question q = { .column = way[i].column,
					    .unit = str_of(way[i].unit),
					    .appearance = str_of(way[i].appearance) };
		assert_text(look_cell_of_typed(&a, &q, str_of(way[i].es), LANG_ES),
			    way[i].cell ? way[i].cell : way[i].es);
		assert_text(look_cell_of_typed(&a, &q, str_of(way[i].en), LANG_EN),
			    way[i].cell ? way[i].cell : way[i].en);
	}
}

static void cells_are_shown_as_they_are_typed(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	static const char *const cell[][3] = {
		{ "1234567.5", "1.234.567,5", "1,234,567.5" },
		{ "-12345", "-12.345", "-12,345" },
		{ "2024", "2024", "2024" },
		{ "0.25", "0,25", "0.25" },
		{ "ND", "ND", "ND" },
		{ "doce", "doce", "doce" },
		{ "1e21", "1e21", "1e21" },
		{ "", "", "" },
	};
	const struct question q = { .column = COLUMN_REAL };
	for (size_t i = 0; i < sizeof(cell) / sizeof(*cell); i++)
		for (int lang = 0; lang < LANG_N; lang++) {
			struct str shown =
				look_typed_of_cell(&a, &q, str_of(cell[i][0]), (enum lang)lang);
			assert_text(shown, cell[i][1 + lang]);
			assert_text(look_cell_of_typed(&a, &q, shown, (enum lang)lang), cell[i][0]);
		}
	struct bench b = { .a = &a, .seed = 3 };
	for (int i = 0; i < 2000; i++) {
		struct buf t;
		buf_init(&t, &a, 64);
		num_put_real(&t, (double)(int64_t)(draw(&b) >> (draw(&b) % 60)) / 16);
		if (str_find(buf_str(&t), STR("e"), NULL))
			continue;
		struct str shown = look_typed_of_cell(&a, &q, buf_str(&t), LANG_ES);
		assert_true(str_eq(look_cell_of_typed(&a, &q, shown, LANG_ES), buf_str(&t)));
	}
}

static void documents_that_do_not_fit_are_errors(void **state)
{
	(void)state;
	SMALL(b, s);
	(void)s;
	static const char *const bad[] = { "", "[]", "{\"A01\":\"x\"}", "{\"ZZ\":1}",
					   "{\"A01\":1" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct look_cell *cell;
		struct look_item *item;
		size_t n_cells, n_items;
		struct err e = { 0 };
		assert_false(look_cells_of_document(&arena, b.form, str_of(bad[i]), &cell, &n_cells,
						    &item, &n_items, &e));
		assert_int_equal(e.code, ERR_INPUT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_hangs_on_an_open_answer_is_asked_and_not_owed),
		cmocka_unit_test(an_answer_that_no_longer_applies_waits_and_comes_back),
		cmocka_unit_test(items_of_a_repeat_that_does_not_apply_do_not_count),
		cmocka_unit_test(faults_and_warnings_stand_at_their_item),
		cmocka_unit_test(options_follow_the_answers_they_hang_on),
		cmocka_unit_test(small_sheets_look_as_they_read),
		cmocka_unit_test(shipped_sheets_look_as_they_read),
		cmocka_unit_test(typed_numbers_and_dates_become_cells),
		cmocka_unit_test(cells_are_shown_as_they_are_typed),
		cmocka_unit_test(documents_that_do_not_fit_are_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
