/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What time it is, in UTC. */
#ifndef SSME_OS_CLOCK_H
#define SSME_OS_CLOCK_H

#include <stdint.h>

#include "base/date.h"
#include "base/text.h"

/* Seconds and milliseconds since 1970-01-01T00:00:00Z. */
int64_t clock_now_s(void);
int64_t clock_now_ms(void);
/* Milliseconds from a clock that nobody sets: for measuring how long something took. */
int64_t clock_steady_ms(void);

/* "2022-07-01T15:04:05Z".  seconds_utc: years 1..9999. */
struct str clock_iso(struct arena *a, int64_t seconds_utc);
struct str clock_now_iso(struct arena *a);

/* Today's date in Colombia, which is five hours behind UTC all the year. */
struct date clock_today(void);

#endif
