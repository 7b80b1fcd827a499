/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typed columns with reasons for missing: the one form in which data travel between rooms.
 *
 * A frame is a table of named columns of the same length.  A cell is a value or is missing of
 * one of three kinds, which stay apart to the last table.  Values are never used to mark missing.
 * Frames and columns live in an arena and are read-only once built. */
#ifndef SSME_FRAME_FRAME_H
#define SSME_FRAME_FRAME_H

#include "base/arena.h"
#include "base/err.h"
#include "base/lang.h"
#include "base/text.h"

/* Why a cell has no value.  The order is also the code in column.missing. */
enum missing {
	MISSING_NO, /* there is a value */
	MISSING_NR, /* no response: not answered */
	MISSING_ND, /* does not know */
	MISSING_NA, /* does not apply */
};
const char *missing_code(enum missing m); /* "NR", "ND", "NA"; "" for MISSING_NO */

enum column_type {
	COLUMN_INTEGER,  /* whole numbers, int64 */
	COLUMN_REAL,     /* binary64, always finite */
	COLUMN_TEXT,     /* any text, held as codes of a dictionary */
	COLUMN_CHOICE,   /* one option of a list, held as codes of that list in its order */
	COLUMN_MULTIPLE, /* a set of options, in the order of the list */
	COLUMN_RANK,     /* options in the order of preference, first best */
	COLUMN_DATE,     /* days since 1970-01-01, int32 */
	COLUMN_BOOLEAN,  /* 0 or 1 in U8 */
};

/* How the values lie in memory: the smallest that holds them (integers, codes). */
enum storage { STORAGE_U8, STORAGE_U16, STORAGE_I32, STORAGE_I64, STORAGE_F64 };
size_t storage_bytes(enum storage s);

/* The values a text column takes, or the options of a choice list.  Borrowed by many columns. */
struct dictionary {
	size_t n;
	struct str *name;    /* n names, distinct */
	struct label *label; /* n labels for people, or NULL */
	double *number;      /* n numbers where the names read as such (else NaN), or NULL */
};

struct column {
	struct str name;
	struct str unit; /* "cop", "percent", "empresas"; empty: mixes with anything */
	enum column_type type;
	enum storage storage;
	size_t n;               /* rows */
	const void *value;      /* n values of storage, 64-byte aligned; of MULTIPLE and RANK:
				   uint32_t start[n + 1] */
	const uint16_t *item;   /* MULTIPLE and RANK: options of row i are item[start[i]] ..
				   item[start[i + 1] - 1] */
	const uint8_t *missing; /* n of enum missing, or NULL: no cell is missing.  A missing cell's
				   value is 0 (and its list is empty) */
	const struct dictionary *dictionary; /* TEXT, CHOICE, MULTIPLE, RANK */
	unsigned rank_max;      /* RANK: most names asked for (XLSForm ssme::max); 0: all options */
};

/* Rows of a repeat, joined to the rows of its parent frame. */
struct frame;
struct frame_child {
	struct str name;           /* of the repeat */
	const struct frame *frame;
	const uint32_t *start;     /* parent's n_rows + 1: rows of parent i are start[i] ..
				      start[i + 1] - 1 */
};

struct frame {
	size_t n_rows;
	size_t n_columns;
	const struct column **column;
	size_t n_children;
	const struct frame_child *child;
};

/* NULL when there is none of that name. */
const struct column *frame_column(const struct frame *f, struct str name);

/* One cell read out, for code that is not in a hurry. */
struct cell {
	enum missing missing;
	enum column_type type;
	int64_t integer;       /* INTEGER, DATE, BOOLEAN; CHOICE and TEXT: the code */
	double real;           /* the number, for INTEGER and REAL (integers rounded to double) */
	struct str text;       /* TEXT, CHOICE: the name */
	const uint16_t *item;  /* MULTIPLE, RANK */
	size_t n_items;
};
/* The value or code of a cell of any storage but F64; 0 where it is missing. */
int64_t column_integer(const struct column *c, size_t row);
struct cell column_cell(const struct column *c, size_t row);
/* As in a CSV: number, name, names with spaces between, ISO date, true, false, NR, ND, NA. */
void cell_put(struct buf *b, const struct column *c, size_t row);

/* Builds a column cell by cell; the type is fixed at the start, the storage chosen at the end. */
struct column_builder;
struct column_builder *column_build(struct arena *a, struct str name, enum column_type type,
				    const struct dictionary *dictionary); /* NULL for TEXT */
void column_add_missing(struct column_builder *b, enum missing m);
/* INTEGER, DATE, BOOLEAN, REAL; codes of CHOICE. */
void column_add_integer(struct column_builder *b, int64_t v);
void column_add_real(struct column_builder *b, double v); /* finite */
/* TEXT; a name of the dictionary for CHOICE. */
void column_add_text(struct column_builder *b, struct str s);
/* MULTIPLE, RANK: n codes of the dictionary. */
void column_add_items(struct column_builder *b, const uint16_t *item, size_t n);
/* MULTIPLE, RANK: the names of d among the words of text; missing (NR) when there is none. */
void column_add_names(struct arena *a, struct column_builder *b, const struct dictionary *d,
		      struct str text);
const struct column *column_done(struct column_builder *b);

/* A frame over the given columns (all of n_rows). */
const struct frame *frame_of(struct arena *a, const struct column *const *column, size_t n_columns,
			     size_t n_rows);
/* f with more columns; one of the same name replaces the old one. */
const struct frame *frame_with(struct arena *a, const struct frame *f,
			       const struct column *const *column, size_t n_columns);
/* The rows row[0..n-1] of f, in that order (children are left out). */
const struct frame *frame_take(struct arena *a, const struct frame *f, const uint32_t *row,
			       size_t n);

/* Position of a name in a dictionary, or -1. */
int64_t dictionary_find(const struct dictionary *d, struct str name);

#endif
