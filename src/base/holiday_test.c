/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lists are those that are published for each year (for 2022–2026 in the press and by the
 * banks' association, Asobancaria); dates of Easter are those of the United States Naval
 * Observatory's table.  Number and sum of all days from 1984 to 2100 are those that the package
 * date-holidays 3.37.0 (npm) gives for Colombia, Easter Sunday left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/holiday.h"

static int32_t day_of(const char *iso)
{
	struct date d;
	assert_true(date_parse(str_of(iso), false, &d));
	return date_days(d);
}

static void easter_is_where_it_was_and_will_be(void **state)
{
	(void)state;
	static const char *const sunday[] = { "1818-03-22", "1943-04-25", "1961-04-02",
					      "2000-04-23", "2008-03-23", "2016-03-27",
					      "2019-04-21", "2022-04-17", "2024-03-31",
					      "2025-04-20", "2026-04-05", "2038-04-25" };
	for (size_t i = 0; i < sizeof(sunday) / sizeof(*sunday); i++) {
		struct date d;
		assert_true(date_parse(str_of(sunday[i]), false, &d));
		assert_int_equal(date_days(holiday_easter(d.year)), date_days(d));
	}
}

static const struct year {
	int year;
	const char *day[19]; /* "MM-DD"; NULL behind the last */
} years[] = {
	{ 2022, { "01-01", "01-10", "03-21", "04-14", "04-15", "05-01", "05-30", "06-20", "06-27",
		  "07-04", "07-20", "08-07", "08-15", "10-17", "11-07", "11-14", "12-08",
		  "12-25" } },
	{ 2023, { "01-01", "01-09", "03-20", "04-06", "04-07", "05-01", "05-22", "06-12", "06-19",
		  "07-03", "07-20", "08-07", "08-21", "10-16", "11-06", "11-13", "12-08",
		  "12-25" } },
	{ 2024, { "01-01", "01-08", "03-25", "03-28", "03-29", "05-01", "05-13", "06-03", "06-10",
		  "07-01", "07-20", "08-07", "08-19", "10-14", "11-04", "11-11", "12-08",
		  "12-25" } },
	/* Sacred Heart and Saints Peter and Paul fell on one Monday. */
	{ 2025, { "01-01", "01-06", "03-24", "04-17", "04-18", "05-01", "06-02", "06-23", "06-30",
		  "07-20", "08-07", "08-18", "10-13", "11-03", "11-17", "12-08", "12-25" } },
	{ 2026, { "01-01", "01-12", "03-23", "04-02", "04-03", "05-01", "05-18", "06-08", "06-15",
		  "06-29", "07-13", "07-20", "08-07", "08-17", "10-12", "11-02", "11-16", "12-08",
		  "12-25" } },
};

static void every_day_of_a_year_is_a_holiday_or_not_as_published(void **state)
{
	(void)state;
	for (size_t y = 0; y < sizeof(years) / sizeof(*years); y++) {
		const int32_t first = date_days((struct date){ years[y].year, 1, 1 });
		const int32_t after = date_days((struct date){ years[y].year + 1, 1, 1 });
		size_t next = 0;
		for (int32_t day = first; day < after; day++) {
			const struct date d = date_from_days(day);
			const char *want = next < 19 ? years[y].day[next] : NULL;
			const bool listed = want &&
					    (want[0] - '0') * 10 + want[1] - '0' == d.month &&
					    (want[3] - '0') * 10 + want[4] - '0' == d.day;
			if (holiday_is(day) != listed)
				fail_msg("%d-%02d-%02d", d.year, d.month, d.day);
			next += listed;
		}
		assert_true(next == 19 || !years[y].day[next]);
	}
}

static void a_term_begins_on_the_day_after_and_skips_what_is_no_working_day(void **state)
{
	(void)state;
	/* Wednesday before Easter 2024; holidays on Thursday and Friday. */
	assert_int_equal(working_day_after(day_of("2024-03-27"), 1), day_of("2024-04-01"));
	/* Ten working days from Tuesday 5 November 2024: the 11th is a holiday. */
	assert_int_equal(working_day_after(day_of("2024-11-05"), 10), day_of("2024-11-20"));
	assert_int_equal(working_day_after(day_of("2024-11-05"), 15), day_of("2024-11-27"));
	/* It may begin on a Saturday. */
	assert_int_equal(working_day_after(day_of("2024-11-02"), 1), day_of("2024-11-05"));
	assert_false(working_day(day_of("2024-11-02")));
	assert_false(working_day(day_of("2024-11-03")));
	assert_false(working_day(day_of("2024-11-04")));
	assert_true(working_day(day_of("2024-11-05")));
}

static void days_left_count_down_and_then_below_nothing(void **state)
{
	(void)state;
	const int32_t due = working_day_after(day_of("2024-11-05"), 10);
	assert_int_equal(working_days_left(day_of("2024-11-05"), due), 10);
	assert_int_equal(working_days_left(day_of("2024-11-09"), due), 7);
	assert_int_equal(working_days_left(due, due), 0);
	assert_int_equal(working_days_left(due + 1, due), -1);
	assert_int_equal(working_days_left(day_of("2024-11-25"), due), -3);
}

static void all_days_from_1984_to_2100_sum_as_elsewhere(void **state)
{
	(void)state;
	int64_t n = 0, sum = 0;
	for (int32_t day = day_of("1984-01-01"); day < day_of("2101-01-01"); day++) {
		n += holiday_is(day);
		sum += holiday_is(day) ? day : 0;
	}
	assert_int_equal(n, 2159);
	assert_int_equal(sum, 57756004);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(easter_is_where_it_was_and_will_be),
		cmocka_unit_test(every_day_of_a_year_is_a_holiday_or_not_as_published),
		cmocka_unit_test(a_term_begins_on_the_day_after_and_skips_what_is_no_working_day),
		cmocka_unit_test(days_left_count_down_and_then_below_nothing),
		cmocka_unit_test(all_days_from_1984_to_2100_sum_as_elsewhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
