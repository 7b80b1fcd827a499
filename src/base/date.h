/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Civil dates (proleptic Gregorian), as days since 1970-01-01.  No clock, no time zone. */
#ifndef SSME_BASE_DATE_H
#define SSME_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lang.h"
#include "base/text.h"

struct date {
	int year;  /* 1..9999 */
	int month; /* 1..12 */
	int day;   /* 1..31 */
};

int32_t date_days(struct date d);
struct date date_from_days(int32_t days);
bool date_valid(struct date d);
/* "2022-07-01"; also "2022-07" and "2022" (first day) when partial is true. */
bool date_parse(struct str s, bool partial, struct date *out);
void date_put(struct buf *b, struct date d); /* ISO 8601 */
/* es «1 de julio de 2022», en "1 July 2022". */
void date_put_local(struct buf *b, enum lang lang, struct date d);
/* Excel serial day (1900 system, with its false leap day; or 1904) -> date. */
bool date_from_excel(double serial, bool system_1904, struct date *out);

#endif
