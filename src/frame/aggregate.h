/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aggregates: many formulas over the rows of one frame, overall and by groups, in one pass.
 *
 * Each cell (group) gives one result a formula.  Sums have a fixed order and are compensated; money
 * (integers) is summed exactly in 128 bits; the same bits come out for any number of threads and on
 * any machine.
 *
 * What a result is, where the language leaves it open:
 *  - An aggregate over no valid row is missing (NR), count(cond) too; count() is 0 over no row.
 *  - A number that is not finite is missing (NR).
 *  - A date is RESULT_TEXT in ISO form; `integer` has its days since 1970-01-01.
 *  - A condition is RESULT_NUMBER, 1 or 0.
 *  - lowest() and highest(): the option's name as text (a number as number); list[0] has the name
 *    with its label, and the mean.
 *  - Lists hold the values that occur; value: rows, for top() of a rank: points.
 *  - n and n_missing of a formula of several aggregates are those of its first one; of a formula
 *    without any: the rows of the universe.
 *  - An aggregate times or divided by a constant keeps its estimator and fraction; a scaled share
 *    keeps only the fraction, for it is no percentage any more. */
#ifndef SSME_FRAME_AGGREGATE_H
#define SSME_FRAME_AGGREGATE_H

#include "base/runner.h"
#include "frame/expr.h"

struct list_item {
	struct str key;     /* name of the option or value */
	struct label label; /* label of the option, or empty */
	double value;
};

enum result_kind { RESULT_NUMBER, RESULT_TEXT, RESULT_LIST };

/* Which single aggregate the figure is, for the interval and the trace. */
enum estimator {
	ESTIMATOR_OTHER,
	ESTIMATOR_SHARE,
	ESTIMATOR_RATIO,
	ESTIMATOR_WMEAN,
	ESTIMATOR_GROWTH,
	ESTIMATOR_SUM,
	ESTIMATOR_COUNT,
	ESTIMATOR_MEAN,
};

struct result {
	enum missing missing; /* MISSING_NO: there is a value */
	enum result_kind kind;
	double number; /* RESULT_NUMBER */
	bool exact;    /* number is the integer below, exactly */
	int64_t integer;
	struct str text;
	struct list_item *list; /* RESULT_LIST, best first */
	size_t n_list;
	enum estimator estimator;
	bool has_fraction; /* numerator and denominator are set: share, ratio, wmean, growth */
	double numerator, denominator;
	size_t n;            /* rows used */
	size_t n_missing[4]; /* rows of the universe not used, by enum missing ([0] unused) */
	size_t n_universe;   /* rows of the universe in the cell */
};

/* One formula with the rows that count. */
struct formula {
	const struct expr *value;    /* an aggregate */
	const struct expr *universe; /* condition over rows, or NULL: all rows */
};

/* The groups of a breakdown: every combination of the dimensions' values that occurs; choices in
 * the order of their sheet, texts by bytes (or as numbers where all of them are), numbers
 * ascending, missing of any kind last; group 0.. n-1. */
struct grouping {
	size_t n_groups;
	size_t n_dimensions;
	const struct column *const *dimension; /* over the rows */
	const uint32_t *group_of_row; /* n_rows; NULL when there is one group of all rows */
	const uint32_t *first_row;    /* n_groups: a row of that group, to read its key from */
	const uint32_t *start;        /* n_groups + 1, or NULL: rows are sorted by group, those of
					 group g are start[g] .. start[g + 1] - 1 */
};
/* dimension columns: any type but MULTIPLE and RANK.  keep: rows that count (--where) or NULL: all.
 * Without dimensions there is one group, even of no row.
 * ERR_INPUT: a dimension whose cells hold several options.  ERR_LIMIT: over 2^20 groups. */
bool grouping_make(struct arena *a, const struct column *const *dimension, size_t n_dimensions,
		   size_t n_rows, const uint8_t *keep, struct grouping *out,
		   struct err *e) MUST_CHECK;
#define GROUP_NONE UINT32_MAX /* group_of_row of a row left out */

/* The value of another indicator in the same cell. */
typedef bool (*figure_lookup)(void *user, struct str id, size_t group, struct result *out);

/* Results lie as out[formula * n_groups + group].  runner NULL: serial.  Rows may come in any
 * order. What results point to lies in a, in f and in the formulas. */
void aggregate_run(struct arena *a, const struct formula *formula, size_t n_formulas,
		   const struct frame *f, const struct grouping *g, const struct expr_env *env,
		   figure_lookup lookup, void *lookup_user, const struct runner *runner,
		   struct result *out);

/* The same over a table that comes part by part (codec/csv_columns.h): what is kept is the sums. */
struct aggregation;
/* Can these formulas be added up so?  Not with a median, a list or the like, figure() or
 * position(). */
bool aggregation_possible(const struct formula *formula, size_t n_formulas);
/* Lives in a, as do the formulas and env; ends with aggregation_drop(). */
struct aggregation *aggregation_make(struct arena *a, const struct formula *formula,
				     size_t n_formulas, const struct expr_env *env,
				     const struct runner *runner);
/* A part.  Columns and dimensions must be of the same names and types in every part; the columns
 * the same objects, with missing cells marked (column.missing) in all parts or in none. */
void aggregation_add(struct aggregation *k, const struct frame *f, const struct grouping *g);
/* After at least one part.  *ret_groups: the groups over a row each, in order; *ret_results as in
 * aggregate_run().  ERR_LIMIT as grouping_make(). */
bool aggregation_end(struct aggregation *k, struct grouping *ret_groups,
		     struct result **ret_results, struct err *e) MUST_CHECK;
void aggregation_drop(struct aggregation *k); /* its threads' memory; NULL is allowed */

/* Rows of f sorted by group once (stable; rows left out at the end), for many runs over them. */
const struct frame *frame_sort_by(struct arena *a, const struct frame *f, const struct grouping *g,
				  const struct runner *runner, struct grouping *ret_sorted);

#endif
