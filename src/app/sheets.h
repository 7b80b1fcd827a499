/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets of texts to a workbook or to a folder of CSV files, at the path of -o. */
#ifndef SSME_APP_SHEETS_H
#define SSME_APP_SHEETS_H

#include "app/print.h"
#include "instrument/instrument.h"

/* A path that ends in .xlsx gets a workbook; any other names a folder, made where needed, in which
 * the sheet a.b is the file a/b.csv. */
bool sheets_deliver(struct call *c, const struct instrument_sheet *sheet, size_t n,
		    struct err *e) MUST_CHECK;

/* A workbook of tables; cells of numeric columns that read as numbers are numbers.  name[i] is the
 * sheet of table[i]; title and date go into its properties. */
bool sheets_workbook(struct arena *a, const struct print_table *table, const char *const *name,
		     size_t n, struct str title, struct str date, struct buf *out,
		     struct err *e) MUST_CHECK;

#endif
