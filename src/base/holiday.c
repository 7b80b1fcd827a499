/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/holiday.h"

#include <assert.h>

enum { MONDAY = 0, SATURDAY = 5, WEEK = 7 };

/* 0: Monday.  1970-01-01 was a Thursday. */
static int weekday(int32_t day)
{
	return (int)(((int64_t)day % WEEK + WEEK + 3) % WEEK);
}

/* The method of Meeus, Jones and Butcher: remainders of the golden number, of the century and of
 * the leap days lead to the Paschal full moon and the Sunday after it. */
struct date holiday_easter(int year)
{
	const int golden = year % 19, century = year / 100, rest = year % 100;
	const int moon_shift = (century - (century + 8) / 25 + 1) / 3;
	const int moon = (19 * golden + century - century / 4 - moon_shift + 15) % 30;
	const int to_sunday =
		(32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % WEEK;
	const int late = (golden + 11 * moon + 22 * to_sunday) / 451;
	const int count = moon + to_sunday - 7 * late + 114;
	return (struct date){ year, count / 31, count % 31 + 1 };
}

static const struct {
	int month, day;
	int since; /* year; 0: as long as there is any holiday here */
} fixed[] = {
	{ 1, 1, 0 },  /* New Year */
	{ 5, 1, 0 },  /* Labour */
	{ 7, 20, 0 }, /* Independence */
	{ 8, 7, 0 },  /* Battle of Boyacá */
	{ 12, 8, 0 }, /* Immaculate Conception */
	{ 12, 25, 0 },
}, moved[] = {
	{ 1, 6, 0 },    /* Epiphany */
	{ 3, 19, 0 },   /* Saint Joseph */
	{ 6, 29, 0 },   /* Saints Peter and Paul */
	{ 7, 9, 2026 }, /* Our Lady of Chiquinquirá, Ley 2578 de 2026, article 6 */
	{ 8, 15, 0 },   /* Assumption */
	{ 10, 12, 0 },  /* Diversity */
	{ 11, 1, 0 },   /* All Saints */
	{ 11, 11, 0 },  /* Independence of Cartagena */
};
/* Days after Easter: Holy Thursday and Friday; Ascension, Corpus Christi and Sacred Heart on their
 * Mondays. */
static const int after_easter[] = { -3, -2, 43, 64, 71 };

static int32_t monday_from(int32_t day)
{
	return day + (WEEK - weekday(day)) % WEEK;
}

bool holiday_is(int32_t day)
{
	const struct date d = date_from_days(day);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++) {
		if (fixed[i].month == d.month && fixed[i].day == d.day)
			return true;
	}
	for (size_t i = 0; weekday(day) == MONDAY && i < sizeof(moved) / sizeof(*moved); i++) {
		const struct date on = { d.year, moved[i].month, moved[i].day };
		if (d.year >= moved[i].since && monday_from(date_days(on)) == day)
			return true;
	}
	const int32_t easter = date_days(holiday_easter(d.year));
	for (size_t i = 0; i < sizeof(after_easter) / sizeof(*after_easter); i++) {
		if (easter + after_easter[i] == day)
			return true;
	}
	return false;
}

bool working_day(int32_t day)
{
	return weekday(day) < SATURDAY && !holiday_is(day);
}

int32_t working_day_after(int32_t day, int n)
{
	assert(n >= 1 && n <= 1000);
	while (n) {
		day++;
		n -= working_day(day);
	}
	return day;
}

int working_days_left(int32_t from, int32_t to)
{
	int n = 0;
	for (int32_t day = from; day < to; day++)
		n += working_day(day + 1);
	for (int32_t day = to; day < from; day++)
		n -= working_day(day + 1);
	return n;
}
