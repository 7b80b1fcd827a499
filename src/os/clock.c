/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/clock.h"

#include <time.h>

enum { DAY_S = 86400, COLOMBIA_BEHIND_S = 5 * 3600 };

static int64_t read_ms(clockid_t which)
{
	struct timespec t = { 0 };
	clock_gettime(which, &t); /* cannot fail for these clocks */
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_now_s(void)
{
	return read_ms(CLOCK_REALTIME) / 1000;
}

int64_t clock_now_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}

int64_t clock_steady_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

static int64_t day_of(int64_t seconds)
{
	return seconds >= 0 ? seconds / DAY_S : (seconds - (DAY_S - 1)) / DAY_S;
}

struct str clock_iso(struct arena *a, int64_t seconds_utc)
{
	int64_t day = day_of(seconds_utc);
	int of_day = (int)(seconds_utc - day * DAY_S);
	struct date d = date_from_days((int32_t)day);
	return str_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.year, d.month, d.day, of_day / 3600,
		       of_day / 60 % 60, of_day % 60);
}

struct str clock_now_iso(struct arena *a)
{
	return clock_iso(a, clock_now_s());
}

struct date clock_today(void)
{
	return date_from_days((int32_t)day_of(clock_now_s() - COLOMBIA_BEHIND_S));
}
