/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The expression language: XLSForm's, over whole columns, with three kinds of missing kept apart,
 * plus aggregates over the rows of a table.  One engine for relevance, constraint, calculation,
 * warning, choice filter, points, gates, universes, breakdowns and indicators.
 *
 * An expression is parsed once, against a scope that says which names exist and of which type and
 * unit; every fault has a position and, where possible, a suggestion.  It is total: no loops, no
 * input or output; evaluation cannot fail.  docs/formulas.md is the reference of the language. */
#ifndef SSME_FRAME_EXPR_H
#define SSME_FRAME_EXPR_H

#include "base/problem.h"
#include "frame/frame.h"

/* What ${name} means. */
struct expr_name {
	struct str name;
	enum column_type type;
	struct str unit;                     /* empty: none */
	const struct dictionary *dictionary; /* CHOICE, MULTIPLE, RANK: the options (else NULL) */
	struct str repeat;                   /* name of the repeat it belongs to, or empty */
	unsigned rank_max;                   /* RANK */
};

/* Type of a whole expression. */
enum expr_type { EXPR_BOOLEAN, EXPR_NUMBER, EXPR_TEXT, EXPR_DATE, EXPR_SET, EXPR_LIST };

struct expr_scope {
	const struct expr_name *name;
	size_t n;
	struct str repeat;     /* the expression stands in this repeat; empty: at the top */
	struct str self;       /* name that `.` stands for; empty: `.` is a fault */
	bool allow_aggregates; /* false: an expression over one row */
	bool allow_today;      /* today() and now(): only in a question's default */
	bool allow_na;         /* the literal 'NA' where a number is expected (points) */
	bool allow_bare;       /* names may stand without ${ }: in a choice filter */
	bool condition;        /* it must be true or false: what expr_holds takes */
	/* figure('F48'): the id is looked up here; NULL: a fault. */
	const struct str *figure;
	const enum expr_type *figure_type; /* EXPR_NUMBER, _TEXT or _LIST; NULL: all are numbers */
	size_t n_figures;
};

struct expr; /* parsed, checked; immutable; lives in the arena it was parsed into */

struct expr_fault {
	size_t at;             /* byte offset in the source text */
	size_t n;              /* bytes concerned, >= 1 */
	struct str message;    /* one sentence in English or Spanish as asked */
	struct str suggestion; /* or empty */
	const char *rule; /* "syntax", "unknown_name", "unknown_function", "type", "unit", ... */
};

/* Parses and checks source.  On failure false, with the first faults (up to 8) in the array. */
enum { EXPR_FAULTS_MAX = 8, EXPR_SOURCE_MAX = 16384, EXPR_DEPTH_MAX = 200 };
struct expr_faults {
	struct expr_fault item[EXPR_FAULTS_MAX];
	size_t n;
};
bool expr_parse(struct arena *a, struct str source, const struct expr_scope *scope, enum lang lang,
		const struct expr **out, struct expr_faults *faults) MUST_CHECK;
/* The columns of a frame as names, without repeats; a text column's values are no options. */
struct expr_scope expr_scope_of(struct arena *a, const struct frame *f);
/* Adds each fault of an expression to ps at the given place; the value is the source around it. */
void expr_report(struct problems *ps, struct problem place, struct str source,
		 const struct expr_faults *faults);

enum expr_type expr_type(const struct expr *e);
struct str expr_unit(const struct expr *e);
struct str expr_source(const struct expr *e);
bool expr_is_aggregate(const struct expr *e);
/* Names it reads (of any depth), each once; figures it reads. */
const struct str *expr_names(const struct expr *e, size_t *ret_n);
const struct str *expr_figures(const struct expr *e, size_t *ret_n);

/* Values that are the same for every row. */
struct expr_env {
	int32_t today;   /* days since 1970-01-01; used only where the scope allowed it */
	size_t row_base; /* number of the first row, 0-based: for position(..) */
};

/* Evaluates a row expression (not an aggregate) over all rows of f, whose columns must have the
 * types of the scope (a name without a column is missing of kind NR).  The column has the
 * expression's type:
 *	BOOLEAN  COLUMN_BOOLEAN
 *	NUMBER   COLUMN_INTEGER when every value is whole and below 2^53, else COLUMN_REAL
 *	TEXT     COLUMN_CHOICE when its values are options of one list, else COLUMN_TEXT
 *	DATE     COLUMN_DATE
 *	SET      COLUMN_MULTIPLE or COLUMN_RANK
 * A bare name gives the frame's own column; any other result has no name.  Numbers are computed in
 * binary64: whole numbers are exact below 2^53. */
const struct column *expr_rows(struct arena *a, const struct expr *e, const struct frame *f,
			       const struct expr_env *env);
/* In a repeat: f is the repeat's frame, parent its parent frame, start as in frame_child. */
const struct column *expr_rows_in_repeat(struct arena *a, const struct expr *e,
					 const struct frame_child *child,
					 const struct frame *parent, const struct expr_env *env);
/* true where the condition holds (missing does not count as held). */
uint8_t *expr_holds(struct arena *a, const struct expr *e, const struct frame *f,
		    const struct expr_env *env);

#endif
