/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets of texts to a workbook or to a folder of CSV files. */
#ifndef SSME_APP_SHEETS_H
#define SSME_APP_SHEETS_H

#include "app/command.h"
#include "instrument/instrument.h"

/* To -o: a path that ends in .xlsx gets a workbook; any other names a folder, made where needed, in which
 * the sheet a.b is the file a/b.csv. */
bool sheets_deliver(struct call *c, const struct instrument_sheet *sheet, size_t n,
		    struct err *e) MUST_CHECK;

#endif
