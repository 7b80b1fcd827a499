/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"

static void known_days_have_known_numbers(void **state)
{
	(void)state;
	const struct {
		struct date date;
		int32_t days;
	} row[] = { { { 1970, 1, 1 }, 0 },      { { 1969, 12, 31 }, -1 },
		    { { 2000, 2, 29 }, 11016 }, { { 2000, 3, 1 }, 11017 },
		    { { 2022, 7, 1 }, 19174 },  { { 1900, 1, 1 }, -25567 },
		    { { 2038, 1, 19 }, 24855 }, { { 9999, 12, 31 }, 2932896 },
		    { { 1, 1, 1 }, -719162 } };
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_int_equal(date_days(row[i].date), row[i].days);
}

/* Every day of the calendar: the next one follows it, both ways agree. */
static void every_day_goes_there_and_back(void **state)
{
	(void)state;
	struct date d = { 1, 1, 1 };
	for (int32_t days = date_days(d); days <= 2932896; days++) {
		struct date same = date_from_days(days);
		assert_true(same.year == d.year && same.month == d.month && same.day == d.day);
		assert_int_equal(date_days(d), days);
		d.day++;
		if (!date_valid(d))
			d = (struct date){ d.year, d.month + 1, 1 };
		if (!date_valid(d))
			d = (struct date){ d.year + 1, 1, 1 };
	}
	assert_int_equal(d.year, 10000);
}

static void only_dates_are_read(void **state)
{
	(void)state;
	struct date d;
	assert_true(date_parse(STR("2022-07-01"), false, &d));
	assert_true(d.year == 2022 && d.month == 7 && d.day == 1);
	assert_true(date_parse(STR("2024-02-29"), false, &d));
	assert_true(date_parse(STR("2022-07"), true, &d) && d.month == 7 && d.day == 1);
	assert_true(date_parse(STR("2016"), true, &d) && d.year == 2016 && d.month == 1 &&
		    d.day == 1);
	const char *const bad[] = { "",           "2022-7-1",    "2022-02-29", "2022-13-01",
				    "2022-00-01", "2022-01-00",  "2022-04-31", "2022/07/01",
				    "01-07-2022", "2022-07-01 ", "0000-01-01", "2022-07",
				    "2022",       "2022-07-0x",  "20220701",   "1900-02-29",
				    "+022-07-01" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct date same = { 5, 5, 5 };
		assert_false(date_parse(str_of(bad[i]), false, &same));
		assert_int_equal(same.year, 5);
	}
	assert_false(date_parse(STR("2022-13"), true, &d));
	assert_false(date_parse(STR("202"), true, &d));
}

static void dates_are_written_for_machines_and_people(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	struct buf b;
	buf_init(&b, &a, 200);
	date_put(&b, (struct date){ 33, 2, 9 });
	buf_putc(&b, '|');
	date_put_local(&b, LANG_ES, (struct date){ 2022, 7, 1 });
	buf_putc(&b, '|');
	date_put_local(&b, LANG_EN, (struct date){ 2022, 7, 1 });
	assert_string_equal(b.p, "0033-02-09|1 de julio de 2022|1 July 2022");
}

/* Serials as Excel shows them: 1 is 1900-01-01, 60 the day that never was, 44743 is 2022-07-01. */
static void excel_serials_are_days(void **state)
{
	(void)state;
	const struct {
		double serial;
		bool system_1904, ok;
		struct date date;
	} row[] = { { 1, false, true, { 1900, 1, 1 } },
		    { 59, false, true, { 1900, 2, 28 } },
		    { 60, false, false, { 0, 0, 0 } },
		    { 61, false, true, { 1900, 3, 1 } },
		    { 44743, false, true, { 2022, 7, 1 } },
		    { 44743.75, false, true, { 2022, 7, 1 } },
		    { 43281, true, true, { 2022, 7, 1 } },
		    { 0, true, true, { 1904, 1, 1 } },
		    { 2958465, false, true, { 9999, 12, 31 } },
		    { 2958466, false, false, { 0, 0, 0 } },
		    { 2958465, true, false, { 0, 0, 0 } },
		    { 0.5, false, false, { 0, 0, 0 } },
		    { -1, true, false, { 0, 0, 0 } },
		    { 1e300, false, false, { 0, 0, 0 } } };
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct date d = { 0, 0, 0 };
		assert_int_equal(date_from_excel(row[i].serial, row[i].system_1904, &d), row[i].ok);
		assert_true(d.year == row[i].date.year && d.month == row[i].date.month &&
			    d.day == row[i].date.day);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_days_have_known_numbers),
		cmocka_unit_test(every_day_goes_there_and_back),
		cmocka_unit_test(only_dates_are_read),
		cmocka_unit_test(dates_are_written_for_machines_and_people),
		cmocka_unit_test(excel_serials_are_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
