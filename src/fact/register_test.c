/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fact/register.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"

static const struct str good_head[] = {
	{ "cluster", 7 }, { "name", 4 },          { "department", 10 },
	{ "sector", 6 },  { "manager_kind", 12 }, { "chamber", 7 },
	{ "since", 5 },   { "active", 6 },        { "until", 5 },
};
enum { COLUMNS = sizeof(good_head) / sizeof(*good_head) };

static const struct catalogues *catalogues(struct arena *a)
{
	static struct str department[] = { { "05", 2 }, { "11", 2 } }, chamber[] = { { "21", 2 } };
	struct catalogue *c = NEW(a, 2, struct catalogue);
	c[0] = (struct catalogue){ .name = STR("departments"),
				   .codes = { 2, department, NULL, NULL },
				   .digits = 2,
				   .lookalike = STR("electoral") };
	c[1] = (struct catalogue){ .name = STR("chambers"),
				   .codes = { 1, chamber, NULL, NULL },
				   .digits = 2 };
	struct catalogues *all = NEW(a, 1, struct catalogues);
	*all = (struct catalogues){ c, 2 };
	return all;
}

/* line: cells separated by | */
static struct response_rows rows_of(struct arena *a, const char *const *line, size_t n)
{
	struct str *cell = NEW(a, n * COLUMNS, struct str);
	uint64_t *number = NEW(a, n, uint64_t);
	for (size_t i = 0; i < n; i++) {
		struct str rest = str_of(line[i]);
		number[i] = i + 2;
		for (size_t c = 0; c < COLUMNS && rest.p; c++)
			cell[i * COLUMNS + c] = str_cut(&rest, '|');
	}
	return (struct response_rows){ good_head, COLUMNS, cell, number, n };
}

static struct problems read_lines(struct arena *a, const char *const *line, size_t n,
				  struct cluster_register *out)
{
	struct problems ps;
	struct response_rows rows = rows_of(a, line, n);
	problems_init(&ps, a, LANG_EN);
	register_read(a, &rows, catalogues(a), &ps, out);
	return ps;
}

static void entries_are_sorted_and_zeros_mended(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	const char *const line[] = { "C2|Two|5|agro|x|21|2015|yes|",
				     "C1|One|11|agro|x||2016-05-31|no|2020" };
	struct cluster_register r = { 0 };
	struct problems ps = read_lines(&a, line, 2, &r);
	assert_int_equal(ps.n_errors, 0);
	assert_int_equal(ps.n, 1); /* the note of the mended zero */
	assert_int_equal(ps.item[0].severity, SEVERITY_NOTE);
	assert_int_equal(r.n, 2);
	assert_true(str_is(r.cluster[0].id, "C1") && str_is(r.cluster[1].department, "05"));
	assert_int_equal(r.cluster[0].since_day, date_days((struct date){ 2016, 5, 31 }));
	assert_int_equal(r.cluster[0].until_day, date_days((struct date){ 2020, 1, 1 }));
	assert_int_equal(r.cluster[1].until_day, INT32_MAX);
	assert_ptr_equal(register_find(&r, STR("C2")), &r.cluster[1]);
	assert_null(register_find(&r, STR("C3")));
}

static void every_fault_of_a_row_is_listed(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	static const struct {
		const char *line, *rule, *column;
	} fault[] = {
		{ "C1|One|01|agro|x|21|2015|yes|", "catalogue", "department" },
		{ "C1|One|05|agro|x|99|2015|yes|", "catalogue", "chamber" },
		{ "C1|One|05|agro|x|21|soon|yes|", "date", "since" },
		{ "C1|One|05|agro|x|21|2015|yes|later", "date", "until" },
		{ "C1|One|05|agro|x|21|2015|si|", "choice", "active" },
		{ "|One|05|agro|x|21|2015|yes|", "required", "cluster" },
		{ "C1||05|agro|x|21|2015|yes|", "required", "name" },
		{ "C 1|One|05|agro|x|21|2015|yes|", "id", "cluster" },
		{ "C1/I|One|05|agro|x|21|2015|yes|", "id", "cluster" },
		{ "..\\C1|One|05|agro|x|21|2015|yes|", "id", "cluster" },
		{ "C1|One\r\nBcc: x@y.co|05|agro|x|21|2015|yes|", "one_line", "name" },
	};
	for (size_t i = 0; i < sizeof(fault) / sizeof(*fault); i++) {
		struct cluster_register r = { 0 };
		struct problems ps = read_lines(&a, &fault[i].line, 1, &r);
		assert_int_equal(ps.n_errors, 1);
		assert_string_equal(ps.item[0].rule, fault[i].rule);
		assert_true(str_is(ps.item[0].column, fault[i].column));
		assert_int_equal(ps.item[0].row, 2);
		assert_int_equal(r.n, 0);
	}
}

static void duplicates_and_wrong_columns_are_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 16u << 20);
	const char *const line[] = { "C1|One|05|a|x|21|2015|yes|", "C1|Two|05|a|x|21|2015|yes|" };
	struct cluster_register r = { 0 };
	struct problems ps = read_lines(&a, line, 2, &r);
	assert_int_equal(ps.n_errors, 1);
	assert_string_equal(ps.item[0].rule, "duplicate");
	struct str head[COLUMNS];
	memcpy(head, good_head, sizeof(head));
	head[2] = STR("depatment");
	struct response_rows rows = rows_of(&a, line, 1);
	rows.head = head;
	problems_init(&ps, &a, LANG_ES);
	register_read(&a, &rows, catalogues(&a), &ps, &r);
	assert_int_equal(ps.n_errors, 2); /* one unknown, one missing */
	assert_true(str_is(ps.item[0].suggestion, "department"));
	assert_int_equal(r.n, 0);
}

static void a_round_has_who_was_there_at_its_end(void **state)
{
	(void)state;
	int32_t end = date_days((struct date){ 2022, 9, 30 });
	struct cluster_entry c = { .since_day = end, .until_day = INT32_MAX, .active = true };
	assert_true(register_in_round(&c, end));
	c.since_day = end + 1;
	assert_false(register_in_round(&c, end));
	c.since_day = end - 1;
	c.until_day = end;
	assert_false(register_in_round(&c, end));
	c.until_day = end + 1;
	assert_true(register_in_round(&c, end));
	c.active = false;
	assert_false(register_in_round(&c, end));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_sorted_and_zeros_mended),
		cmocka_unit_test(every_fault_of_a_row_is_listed),
		cmocka_unit_test(duplicates_and_wrong_columns_are_refused),
		cmocka_unit_test(a_round_has_who_was_there_at_its_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
