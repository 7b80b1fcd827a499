/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps of a plan and the vectors between them: internal to the evaluation of expressions.
 *
 * A step writes one block of rows.  Rules that all steps keep:
 *  1. A step that runs in slot s writes only to the buffers of slot s; it runs its arguments in
 * slots after s.  What it returns lies in slot s, in a column, in the plan, or in the block's
 * arena.
 *  2. missing == NULL means that no row is missing; else it has one enum missing a row.
 *  3. The value of a missing row may be anything that is safe to read: finite, a valid code, a
 *     valid text.  Only the ends (expr_block_*, expr_plan_column) set it to zero.
 *  4. Numbers of rows that are not missing are finite. */
#ifndef SSME_FRAME_EXPR_EVAL_H
#define SSME_FRAME_EXPR_EVAL_H

#include "frame/expr_block.h"

enum expr_class {
	EXPR_CLASS_NUMBER, /* numbers, and days of dates */
	EXPR_CLASS_TRUTH,  /* 0 or 1 */
	EXPR_CLASS_CODE,   /* text as codes of step.dictionary */
	EXPR_CLASS_TEXT,
	EXPR_CLASS_SET, /* no vector: the step's column is read */
};

/* Longest text that an expression makes; a longer result is missing (NR). */
enum { EXPR_TEXT_MAX = 32767 };

struct expr_vector {
	const double *number;
	const uint8_t *truth;
	const uint32_t *code;
	const struct str *text;
	const uint8_t *missing;
};

struct expr_slot {
	double *number;
	uint8_t *truth;
	uint8_t *missing;
	uint32_t *code;
	struct str *text;
};

struct expr_scratch {
	struct arena *a; /* during a block also for texts */
	struct expr_slot *slot;
	size_t n_slots;
	size_t from, n;  /* the block */
	size_t rows_max; /* of a block; 0: EXPR_BLOCK */
};

struct expr_step;
typedef void expr_run(const struct expr_step *p, struct expr_scratch *s, size_t slot,
		      struct expr_vector *out);
/* One row of a function: arg are its texts and numbers.  Returns enum missing. */
struct expr_value {
	double number; /* also truth and days */
	struct str text;
};
typedef enum missing expr_row(const struct expr_step *p, struct expr_scratch *s,
			      const struct expr_value *arg, struct expr_value *out);

struct expr_step {
	expr_run *run;
	expr_row *row;
	const struct expr_node *node;
	enum expr_class class;
	const struct expr_step **arg;
	size_t n_args;
	size_t n_slots; /* slots it needs, its own included */
	const struct column *column;
	const struct dictionary *dictionary; /* CODE */
	bool constant;                       /* the fields below are its value in each row */
	double number;
	uint32_t code;
	struct str text;
	enum missing missing;
	/* A whole-number column in low..high, or outside when negated. */
	int64_t low, high;
	bool negated;
	const uint32_t *map;              /* codes of arg[0] as codes of dictionary */
	const struct expr_vector *lifted; /* results by code; then those for NR, ND, NA */
	size_t row_base;
	enum lang lang;
};

/* Runs arg i of p in the slot for it: slot + 1 + i. */
struct expr_vector expr_run_arg(const struct expr_step *p, size_t i, struct expr_scratch *s,
				size_t slot);
/* The first missing of a and b, in slot's buffer; NULL when neither has one. */
const uint8_t *expr_join_missing(struct expr_scratch *s, size_t slot, const uint8_t *a,
				 const uint8_t *b);
/* Rows whose number is not finite become missing (NR).  Returns the missing to use. */
const uint8_t *expr_settle(struct expr_scratch *s, size_t slot, double *number,
			   const uint8_t *missing);

/* Sources of values (expr_source.c). */
expr_run expr_run_column, expr_run_constant, expr_run_position, expr_run_code_text, expr_run_lifted,
	expr_run_remap;
/* Numbers (expr_number.c): the kernel of an operation, or NULL when it is done row by row. */
expr_run *expr_number_run(enum expr_op op);
expr_run expr_run_day; /* arg[0] as whole days that are a date of years 1..9999, else missing */
/* Logic and comparison (expr_logic.c). */
expr_run *expr_logic_run(enum expr_op op);
expr_run expr_run_range, expr_run_compare_constant, expr_run_if, expr_run_coalesce;
/* Sets (expr_set.c), on a column of type MULTIPLE or RANK. */
expr_run *expr_set_run(enum expr_op op);
/* Row by row (expr_text.c). */
expr_run expr_run_rows, expr_run_concat;
expr_row *expr_row_function(enum expr_op op, enum expr_type argument);

#endif
