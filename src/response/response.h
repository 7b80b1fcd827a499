/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of one form, read and checked by the same rules on every way in: types, choices,
 * catalogues, relevance, required, constraints, calculations, warnings.  Works on blocks of rows,
 * so that a file of any length is checked in constant memory.  Pure.
 *
 * What comes out are typed frames and, a row, the JSON document that is stored.
 *
 * Missing.  An empty cell is no answer (NR); the words ND and NA are taken in every question and
 * satisfy `required`.  A question whose relevance is false, or is missing because what it reads
 * does not apply (NA), is NA, and a value there is a problem.  Where its relevance is not known
 * (what it reads was not answered: NR, ND) it is not required, and a value is kept.  Constraints
 * and warnings count where the question has a value.
 *
 * Codes (ssme::catalogue).  A text may hold several, with spaces between.  A lost leading zero is
 * put back where exactly one code then fits, and told as a note.  A code with more digits than
 * those of the catalogue is checked by its first digits where the question has a constraint of its
 * own.
 *
 * Document.  One JSON object a response: what was not answered (NR) is left out;
 *     {"A01":72, "C02":0.5, "G01":"a", "I08":["x","y"], "S02":"2022-07-01", "X02":true,
 *      "G02":{"missing":"NA"}, "I03":{"missing":"ND"}, "I03__reason":"…",
 *      "I04":9, "I04__imputed":"…", "obras":[{"O1":3},{}]}
 * Numbers, texts and choices, lists of option names (multiple in the order of the list, rank by
 * preference), dates, booleans; the other kinds of missing are objects, so that no text can be
 * taken for one; a repeat is an array with an object a row, left out when it has none.  NA stands
 * also where a question was not relevant, so that the frame comes back without evaluating
 * anything. */
#ifndef SSME_RESPONSE_RESPONSE_H
#define SSME_RESPONSE_RESPONSE_H

#include "base/problem.h"
#include "instrument/instrument.h"

/* Codes that a question's ssme::catalogue may name. */
struct catalogue {
	struct str name;
	struct dictionary codes;   /* sorted by byte */
	unsigned digits;           /* length of every code, 0: they differ */
	struct str lookalike;      /* sentence about another list of similar codes, or empty */
};
struct catalogues {
	const struct catalogue *item;
	size_t n;
};

enum decimal_mark { DECIMAL_POINT, DECIMAL_COMMA };

/* One block of raw rows: cells as text, in the columns of the file. */
struct response_rows {
	const struct str *head;        /* n_columns: names of the columns */
	size_t n_columns;
	const struct str *cell;        /* n_rows * n_columns */
	const uint64_t *number;        /* n_rows: row in the file */
	size_t n_rows;
};

/* What ${round_year}, ${round_from} and ${round_to} are while the answers of a round are
 * checked. */
struct response_round {
	int year;
	bool has_from, has_to;
	int32_t from, to; /* days since 1970-01-01 */
};

struct response_reader; /* columns matched to questions once a file; lives in its arena */

/* Rows of one repeat, from its own file. */
struct response_repeat_file {
	struct str repeat;             /* name */
	struct str file;               /* for messages */
	struct response_rows rows;     /* all of it: cluster (company) first */
};

/* Matches the columns; unknown ones are problems with a suggestion, `NAME__reason` (why an answer
 * is right although it was warned of) and `NAME__imputed` (how the value was imputed: it is not the
 * cluster's own) are taken. known_ids: the register's clusters, sorted by byte (NULL: not checked).
 * round: the constant columns round_year (INTEGER), round_from and round_to (DATE) that relevance,
 * constraints, warnings and calculations may read. */
bool response_reader_make(struct arena *a, const struct form *form,
			  const struct catalogues *catalogues, enum decimal_mark mark,
			  const struct dictionary *known_ids, const struct response_round *round,
			  const struct str *head, size_t n_columns,
			  const struct response_repeat_file *repeat, size_t n_repeats,
			  struct problems *ps, struct response_reader **out,
			  struct err *e) MUST_CHECK;
/* The part of that which is the same for every file of a form, for who reads many small ones: made
 * once, it never changes, so any number of readers in any thread may share it.  form and catalogues
 * must outlive it, and it its readers. */
struct response_plan;
const struct response_plan *response_plan_make(struct arena *a, const struct form *form,
					       const struct catalogues *catalogues);
bool response_reader_plan(struct arena *a, const struct response_plan *plan,
			  enum decimal_mark mark, const struct dictionary *known_ids,
			  const struct response_round *round, const struct str *head,
			  size_t n_columns, const struct response_repeat_file *repeat,
			  size_t n_repeats, struct problems *ps, struct response_reader **out,
			  struct err *e) MUST_CHECK;
/* ERR_INPUT: no heading at all.  head, the repeats' rows and known_ids must outlive the reader.
 * Numeric cells of a workbook have a point whatever the habit: read XLSX with DECIMAL_POINT. */

struct response_block {
	size_t n_rows;
	const struct str *cluster;     /* n_rows: first column */
	const struct str *company;     /* n_rows, or NULL for a cluster form */
	const bool *accepted;          /* no error in this row */
	const uint32_t *n_warnings;    /* soft warnings of the row, all and without a reason */
	const uint32_t *n_unexplained;
	const struct frame *frame;     /* typed answers, calculated ones too; repeats as children */
	const struct str *document;    /* n_rows: JSON of each accepted row, else empty */
	size_t n_mended;               /* cells mended, each told in a note (zero, serial date) */
};

/* Reads and checks one block; every problem goes into ps with its row, column, value, rule and
 * cure. Memory of the block comes from a, which may be rewound before the next block.  Cells
 * beyond the heading are not seen. */
void response_read(struct response_reader *r, struct arena *a, const struct response_rows *rows,
		   struct problems *ps, struct response_block *out);

/* After the last block: rows of repeats whose cluster (company) has no row in the main file are
 * problems. */
void response_finish(struct response_reader *r, struct problems *ps);

/* The stored documents of a round back into typed frames (answers as they were checked).
 * wanted: by question of the form, those that get a column; the others are passed over, which is
 * much faster.  NULL: all. */
bool response_frame(struct arena *a, const struct form *form, const struct str *document,
		    const struct str *cluster, const struct str *company /* or NULL */, size_t n,
		    const bool *wanted, const struct frame **out, struct err *e) MUST_CHECK;
/* ERR_INPUT names the answer by its ids when a document does not fit the form.  Texts are
 * copied.  A question at the top of which some value was imputed has a TEXT column NAME__imputed
 * behind its own: how, missing (NA) where it was not. */

#endif
