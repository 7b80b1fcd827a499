/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Holidays and working days of Colombia (Ley 51 de 1983, in force since 1984): six days that stay
 * where they are, seven that move to the Monday on or after them (eight from 2026: Ley 2578 de
 * 2026), and five that hang on Easter.
 *
 * A working day (día hábil) is one from Monday to Friday that is no holiday, as public offices
 * count the terms of Ley 1581 de 2012.  Days are those of base/date.h; years before 1984 have the
 * holidays that the law of today would give them. */
#ifndef SSME_BASE_HOLIDAY_H
#define SSME_BASE_HOLIDAY_H

#include "base/date.h"

/* Sunday of Easter of a year 1583..9999, by the Gregorian reckoning. */
struct date holiday_easter(int year);
bool holiday_is(int32_t day);
bool working_day(int32_t day);
/* The last day of a term of n working days (1..1000) that begins on the day after `day`. */
int32_t working_day_after(int32_t day, int n);
/* Working days from the day after `from` to `to`, both inside; negative: so many working days that
 * `to` lies before `from`; 0: none between. */
int working_days_left(int32_t from, int32_t to);

#endif
