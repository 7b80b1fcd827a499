/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what its parts share.
 *
 * A *table* is the answers at the top (0) or the rows of one repeat (1 + index of the repeat).  The
 * reader is what is known once a file; a block is one call of response_read(). */
#ifndef SSME_RESPONSE_READER_H
#define SSME_RESPONSE_READER_H

#include "response/lookup.h"
#include "response/response.h"

enum { NO_COLUMN = -1 };

/* A question as this file and these catalogues have it. */
struct asked {
	const struct question *q;
	size_t table;
	int column, reason, imputed;       /* in the file of its table, or NO_COLUMN */
	struct lookup options;             /* of q->list */
	const struct catalogue *catalogue; /* or NULL */
	struct lookup codes;               /* of the catalogue */
	struct str *option_json;           /* of q->list: each name as it stands in a document */
	bool checked;                      /* question_check() has something to check */
	/* "A01":, "A01__reason": and "A01__imputed": as they stand in a document */
	struct str key, reason_key, imputed_key;
};

/* A file that fills a table. */
struct source {
	struct str file; /* "" for the file at the top: the default of the problems */
	const struct str *head;
	size_t n_columns;
	int cluster, company; /* columns of the ids; NO_COLUMN */
	size_t *unnamed;      /* columns without a heading */
	size_t n_unnamed;
};

/* Which rows of a repeat's file belong to whom: a chain of rows for each id, in the order of the
 * file. */
struct repeat_rows {
	const struct response_rows *rows; /* NULL: no file of this repeat */
	struct lookup by_key;             /* of key: gives the first row of an id */
	uint32_t *next;                   /* by row: the next one of the same id, or NO_ROW */
	bool *taken;                      /* by first row: the main file has a row for the id */
	struct str *key;                  /* by row: cluster, or cluster and company */
};
#define NO_ROW UINT32_MAX

/* Ids seen so far.  Two hashes of 96 bits together: one file in 10^16 of a million rows would show
 * a false duplicate. */
struct seen_slot {
	uint64_t hash;
	uint32_t check, row; /* row 0: free */
};
struct seen {
	struct seen_slot *slot;
	size_t n, n_slots;
};

/* What is the same for every file of a form.  Nobody changes it once it is made. */
struct response_plan {
	const struct form *form;
	struct asked *asked;    /* by question, without columns */
	size_t *order;          /* as in the reader */
	size_t n_order;
	struct str *repeat_key;
	struct str *name;    /* by question */
	struct lookup names; /* of name */
};

struct response_reader {
	struct arena *a;
	const struct form *form;
	enum decimal_mark mark;
	bool has_round;
	struct response_round round;
	bool company; /* the form of companies: two ids */
	bool has_ids; /* known_ids was given */
	struct lookup ids;
	struct asked *asked;   /* by question of the form */
	size_t *order;         /* questions, each after those its relevance or calculation reads */
	size_t n_order;        /* notes are left out */
	struct source *source; /* by table */
	struct repeat_rows *repeat; /* by repeat */
	struct str *repeat_key;     /* by repeat: "name": as in a document */
	const struct lookup *names; /* of every question */
	struct seen seen;
	unsigned nearest_left; /* searches for what somebody meant that are still allowed */
	bool *absent_told;     /* by question: its missing column was told once */
};

/* What a cell came to.  The first four are enum missing. */
enum cell_state { CELL_VALUE, CELL_NR, CELL_ND, CELL_NA, CELL_BAD };
enum relevance { RELEVANT, IRRELEVANT, RELEVANCE_UNKNOWN };

/* The rows of one table in a block. */
struct table {
	size_t n;
	const struct response_rows *rows;
	const uint32_t *from;   /* row of the file by row of the table; NULL: the same */
	const uint32_t *parent; /* row at the top; NULL: the same */
	struct frame *frame;    /* grows by a column a question; at the top those of the round stand
				       before, for expressions */
	struct frame_child *child; /* of a repeat: its own entry in the top frame */
};

struct block {
	struct response_reader *r;
	struct arena *a;      /* what is handed out */
	struct arena scratch; /* what is not; dropped at the end */
	struct arena_mark clean;
	struct problems *ps;
	struct table *table;
	const struct column **column; /* by question; NULL for a note */
	uint8_t **state;              /* by question: enum cell_state by row */
	uint8_t **relevance; /* by question: enum relevance by row, or NULL: all relevant */
	bool *accepted;      /* rows at the top */
	uint32_t *n_warnings, *n_unexplained;
	uint16_t *item; /* room for one list */
	size_t n_mended;
	size_t n_constants; /* columns of the round in the top frame */
	struct lone *lone; /* by question, where there is one row; else NULL */
	bool aside; /* an answer to what does not apply is passed over, and is no problem */
};

/* Where a problem lies: one cell of a question. */
struct spot {
	struct block *b;
	size_t question, row; /* row of its table */
	struct str raw;       /* as the cell has it */
	bool quiet;           /* only the result counts: no problem is made */
};

struct value {
	int64_t integer; /* INTEGER, DATE, BOOLEAN; code of a CHOICE */
	double real;     /* REAL */
	struct str text; /* TEXT */
	size_t n_items;  /* MULTIPLE, RANK: that many of block.item */
};

/* ---- say.c ---- */

struct str say(const struct problems *ps, const char *es, const char *en);
/* Place of a problem with that cell; an error marks the row as not accepted.  Personal values are
 * hidden, and so is the suggestion, which would give them away. */
struct problem spot_problem(struct spot *s, enum severity severity, const char *rule,
			    struct str suggestion);
/* " (457 mil millones de pesos)" for a question in pesos that is not personal, else empty. */
struct str spot_words(struct spot *s, double amount);
/* The candidate somebody probably meant, or empty; bounded a file, for it is slow. */
struct str nearest(struct block *b, struct str s, const struct str *candidate, size_t n);
/* «escriba X» or empty. */
struct str suggest_write(struct block *b, struct str x);

/* ---- columns.c ---- */

/* Matches the columns of a table's file to its questions. */
void columns_match(struct response_reader *r, size_t table, struct problems *ps);

/* ---- cell.c, code.c ---- */

/* Without spaces and no-break spaces at both ends. */
struct str cell_trim(struct str s);
/* "1/7/2022", "01-07-2022", "2022/7/1", "2022-7-1": the date in our form, or empty.  Of the first
 * form the day comes first, as in Colombia. */
struct str cell_date_meant(struct arena *a, struct str s);
/* The cell's answer; problems are reported unless the spot is quiet. */
enum cell_state cell_read(struct spot *s, struct value *out);
/* A text of codes of the question's catalogue; *out is the text, mended where a zero was lost. */
bool codes_read(struct spot *s, struct str text, struct str *out);

/* ---- check.c ---- */

/* required, choice_filter, constraints and warnings of one question, once every column is there. */
void question_check(struct block *b, size_t question);
struct str spot_cell(const struct block *b, size_t table, size_t row, int column);
/* The expression over a question's table. */
const struct column *block_eval(struct block *b, const struct expr *e, size_t table);
/* RELEVANT, IRRELEVANT, RELEVANCE_UNKNOWN of a condition's column. */
enum relevance truth_of(const struct column *c, size_t row);

/* ---- read.c ---- */

void block_start(struct block *b, const struct response_rows *rows);
void block_tables(struct block *b, const struct response_rows *rows, const struct str *cluster,
		  const struct str *company);
/* Of a question's own condition and that of its repeat; NULL: always relevant. */
uint8_t *block_relevance(struct block *b, size_t question);
/* Relevance, then answers or calculation; in the order of the reader. */
void block_question(struct block *b, size_t question);

/* ---- lone.c ---- */

struct lone;
/* Room for the columns of a form's questions in a block of one row. */
struct lone *lones_make(struct arena *a, size_t n);
uint8_t *lone_state(struct lone *all, size_t question);
/* The column of a question whose table has one row. */
const struct column *lone_column(struct lone *all, struct block *b, size_t question,
				 enum cell_state state, const struct value *v);

/* ---- reader.c ---- */

/* The plan, with columns of its own. */
struct response_reader *reader_of_plan(struct arena *a, const struct response_plan *plan);

/* One text for both ids, or the cluster's id alone. */
struct str id_key(struct arena *a, struct str cluster, struct str company, bool with_company);
/* The row in which the id stood before; 0, and it is kept, when it is new. */
uint32_t seen_before(struct response_reader *r, struct str key, uint32_t row);

/* ---- document.c ---- */

/* "name": as it stands in a document. */
struct str document_key(struct arena *a, struct str name, const char *suffix);
/* The documents of the accepted rows; the others get the empty text. */
void documents_write(struct block *b, struct str *document);

#endif
