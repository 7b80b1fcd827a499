/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: the sheets of an instrument as they came, each known column under one name
 * (aliases and names of languages resolved), and where in the file a cell stands. */
#ifndef SSME_INSTRUMENT_GRID_H
#define SSME_INSTRUMENT_GRID_H

#include "base/fold.h"
#include "base/num.h"
#include "codec/sheet.h"
#include "instrument/instrument.h"

/* The sheets, in the order of the canonical form. */
enum slot {
	SLOT_CLUSTER_SURVEY,
	SLOT_CLUSTER_CHOICES,
	SLOT_CLUSTER_SETTINGS,
	SLOT_COMPANY_SURVEY,
	SLOT_COMPANY_CHOICES,
	SLOT_COMPANY_SETTINGS,
	SLOT_SETTINGS,
	SLOT_AREAS,
	SLOT_SCORES,
	SLOT_STEPS,
	SLOT_LEVELS,
	SLOT_GATES,
	SLOT_INDICATORS,
	SLOT_FIGURES,
	SLOT_BRIDGES,
	SLOT_PUBLISHED,
	SLOT_ROLLUPS,
	SLOT_N,
};
#define SLOT_METHOD SLOT_SETTINGS /* the first of the method's sheets */

/* "cluster.survey"; of a plain XLSForm "survey". */
const char *slot_name(enum slot slot, bool plain);

struct grid {
	bool present;
	struct sheet sheet; /* file and name are set for messages */
	/* n_columns: the column's one name ("label::en"); empty: unknown, or there already. */
	struct str *head;
};

struct raw {
	struct grid grid[SLOT_N];
	bool plain; /* an XLSForm alone, in the slots of the cluster's form */
};

/* Reads the sheets out of the files (see instrument_load()); unknown sheets and columns are
 * warnings in ps, an unreadable sheet is an error there.  False: nothing is readable. */
bool raw_load(struct arena *a, const struct instrument_file *file, size_t n, struct problems *ps,
	      struct raw *out, struct err *e) MUST_CHECK;

/* Index of the column of that name, or -1. */
int grid_column(const struct grid *g, const char *head);
/* Cell of a data row, 0-based; empty where the column or the sheet is absent. */
struct str grid_cell(const struct grid *g, size_t row, const char *head);
size_t grid_rows(const struct grid *g);
/* A label's languages: es from "HEAD::es" else "HEAD" (en, when base_lang says so); where neither
 * language is there, the first translation of any. */
struct label grid_label(const struct grid *g, size_t row, const char *head, enum lang base_lang);
/* Row of the file, 1 = header. */
uint64_t grid_row_number(const struct grid *g, size_t row);

/* A place for a problem: the file, the sheet, the cell ("D14"; the column's name where the sheet
 * lacks it) and its value. */
#define GRID_NO_ROW SIZE_MAX
struct problem grid_place(struct arena *a, const struct grid *g, size_t row, const char *head,
			  enum severity severity, const char *rule);

/* ---- heads.c ---- */

/* The one name of a column of that sheet; empty when it is not known there.  In a choices sheet any
 * other column is the list's own, under the name it has. */
struct str head_canonical(struct arena *a, enum slot slot, struct str head);
/* "Español (es)" -> "es", "English" -> "en"; what is no language we know stays as it is. */
struct str head_language(struct arena *a, struct str name);
/* The i-th name that a sheet knows, in the order of the canonical form; NULL past the last.
 * ret_translated (or NULL): it may be followed by ::LANGUAGE. */
const char *head_known(enum slot slot, size_t i, bool *ret_translated);
/* Is that canonical name one of XLSForm's or ours, not a list's own column? */
bool head_is_known(enum slot slot, struct str canonical);
/* The known name nearest to head, or empty. */
struct str head_nearest(struct arena *a, enum slot slot, struct str head);

#endif
