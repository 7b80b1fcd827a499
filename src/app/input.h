/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that people hand in: an instrument's folder or workbook, and tables of rows. */
#ifndef SSME_APP_INPUT_H
#define SSME_APP_INPUT_H

#include "app/command.h"
#include "instrument/instrument.h"
#include "response/response.h"

enum { INSTRUMENT_BYTES_MAX = 64 << 20, INSTRUMENT_FILES_MAX = 256 };

/* What the parameter was given: a workbook, or on the command line a folder's CSV files (its own
 * and those of the folders cluster, company, method), with paths relative to it.  ERR_ABSENT,
 * ERR_DENIED, ERR_LIMIT as os/file.h; ERR_INPUT: no CSV in the folder. */
bool input_instrument(struct call *c, const char *param, struct instrument_file **ret_files,
		      size_t *ret_n, struct err *e) MUST_CHECK;

/* A whole small CSV or XLSX as rows; name is for messages. */
bool input_rows_of(const struct call *c, const char *name, struct str bytes,
		   struct response_rows *out, struct err *e) MUST_CHECK;
/* Does the workbook have a sheet of that name?  False of a CSV, and of what cannot be read. */
bool input_has_sheet(const struct call *c, struct str bytes, struct str name);
/* The rows of the sheet of that name; where there is none, of the first. */
bool input_sheet_of(const struct call *c, const char *name, struct str bytes, struct str wanted,
		    struct response_rows *out, struct err *e) MUST_CHECK;

#endif
