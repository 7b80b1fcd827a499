/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days and civil dates by eras of 400 years that begin on 1 March, so that the leap day is the last
 * of its year and every era has the same 146,097 days. */
#include "base/date.h"

#include <assert.h>

enum { DAYS_IN_ERA = 146097, DAYS_TO_1970 = 719468 };

static bool leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month)
{
	static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return month == 2 && leap(year) ? 29 : days[month - 1];
}

bool date_valid(struct date d)
{
	return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
	       d.day <= month_days(d.year, d.month);
}

int32_t date_days(struct date d)
{
	assert(date_valid(d));
	int y = d.month <= 2 ? d.year - 1 : d.year; /* 0..9999 */
	int era = y / 400, of_era = y % 400;
	int march = (d.month + 9) % 12; /* March is 0 */
	int of_year = (153 * march + 2) / 5 + d.day - 1;
	return era * DAYS_IN_ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
		DAYS_TO_1970;
}

struct date date_from_days(int32_t days)
{
	int64_t z = (int64_t)days + DAYS_TO_1970;
	int64_t era = (z >= 0 ? z : z - (DAYS_IN_ERA - 1)) / DAYS_IN_ERA;
	int day = (int)(z - era * DAYS_IN_ERA); /* 0..146096 */
	int of_era = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int of_year = day - (365 * of_era + of_era / 4 - of_era / 100);
	int march = (5 * of_year + 2) / 153;
	struct date d = { .year = (int)(era * 400) + of_era,
			  .month = march < 10 ? march + 3 : march - 9,
			  .day = of_year - (153 * march + 2) / 5 + 1 };
	if (d.month <= 2)
		d.year++;
	return d;
}

static bool digits(struct str s, size_t at, size_t n, int *out)
{
	int v = 0;
	if (at + n > s.n)
		return false;
	for (size_t i = at; i < at + n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = v;
	return true;
}

bool date_parse(struct str s, bool partial, struct date *out)
{
	struct date d = { 0, 1, 1 };
	bool shape = s.n == 10 || (partial && (s.n == 7 || s.n == 4));
	if (!shape || !digits(s, 0, 4, &d.year))
		return false;
	if (s.n >= 7 && (s.p[4] != '-' || !digits(s, 5, 2, &d.month)))
		return false;
	if (s.n == 10 && (s.p[7] != '-' || !digits(s, 8, 2, &d.day)))
		return false;
	if (!date_valid(d))
		return false;
	*out = d;
	return true;
}

void date_put(struct buf *b, struct date d)
{
	buf_fmt(b, "%04d-%02d-%02d", d.year, d.month, d.day);
}

void date_put_local(struct buf *b, enum lang lang, struct date d)
{
	static const char *const month[LANG_N][12] = {
		[LANG_ES] = { "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio",
			      "agosto", "septiembre", "octubre", "noviembre", "diciembre" },
		[LANG_EN] = { "January", "February", "March", "April", "May", "June", "July",
			      "August", "September", "October", "November", "December" },
	};
	const char *name = month[lang][d.month - 1];
	if (lang == LANG_ES)
		buf_fmt(b, "%d de %s de %d", d.day, name, d.year);
	else
		buf_fmt(b, "%d %s %d", d.day, name, d.year);
}

bool date_from_excel(double serial, bool system_1904, struct date *out)
{
	enum {
		LAST_1900 = 2958465,
		DAYS_1904 = 1462,
		FALSE_LEAP_DAY = 60,
		DAYS_1899_12_30 = -25569
	};
	if (!(serial >= (system_1904 ? 0 : 1)) || !(serial < LAST_1900 + 1))
		return false;
	int32_t n = (int32_t)serial;
	if (system_1904)
		n += DAYS_1904;
	if (n > LAST_1900 || (!system_1904 && n == FALSE_LEAP_DAY))
		return false;
	/* Before its false 29 February 1900 the 1900 system runs a day late. */
	if (n < FALSE_LEAP_DAY)
		n++;
	*out = date_from_days(DAYS_1899_12_30 + n);
	return true;
}
