/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what a number in a workbook's cell stands for. */
#ifndef SSME_CODEC_XLSX_FORMAT_H
#define SSME_CODEC_XLSX_FORMAT_H

#include "base/text.h"

enum xlsx_format { XLSX_NUMBER, XLSX_DATE, XLSX_DATE_TIME, XLSX_TIME };

/* Built-in formats, ECMA-376 part 1, 18.8.30: 14..17 dates, 18..21 times, 22 both, 45..47 times;
 * 27..36 and 50..58 are dates in the East Asian versions. */
enum xlsx_format xlsx_format_builtin(unsigned id);
/* A format of the workbook's own ("d\ \d\e\ mmmm;@", "[h]:mm", "#,##0 \"dólares\""). */
enum xlsx_format xlsx_format_custom(struct str code);

/* Text of a numeric cell: an ISO date ("2022-07-01", "2022-07-01T10:30:00", "10:30:00") or the
 * shortest decimal that is the same number (a workbook keeps 0.1 as 0.10000000000000001).  What is
 * no number, or no date of the calendar, stays as it is.  The result may be `raw` itself. */
struct str xlsx_number_text(struct arena *a, struct str raw, enum xlsx_format format,
			    bool system_1904);

#endif
