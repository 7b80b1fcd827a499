/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evaluation of checked trees over blocks of rows: internal to the room frame.
 *
 * A plan binds a tree to the columns of one frame; it is read-only and may be shared by threads.
 * Each thread has its own scratch.  Evaluation cannot fail. */
#ifndef SSME_FRAME_EXPR_BLOCK_H
#define SSME_FRAME_EXPR_BLOCK_H

#include "frame/expr_tree.h"

enum { EXPR_BLOCK = 2048 }; /* most rows of one call */

struct expr_plan;
struct expr_scratch;

/* Plan of a row tree (of an argument of an aggregate, or the root of a row expression) over f.
 * A name without a column is missing of kind NR.  a must outlive the plan. */
const struct expr_plan *expr_plan_rows(struct arena *a, const struct expr *e,
				       const struct expr_node *row, const struct frame *f,
				       const struct expr_env *env);

/* The same over the rows of a repeat; names of the parent are broadcast to them. */
const struct expr_plan *expr_plan_repeat(struct arena *a, const struct expr *e,
					 const struct expr_node *row,
					 const struct frame_child *child,
					 const struct frame *parent, const struct expr_env *env);

/* Plan of the root of an aggregate formula over the groups: leaf[i] is a column with one row a
 * group that holds the results of e->leaf[i] (REAL or INTEGER; TEXT for a text; DATE; a leaf of
 * type EXPR_LIST may be NULL).  A bare leaf needs no plan: use its result. */
const struct expr_plan *expr_plan_top(struct arena *a, const struct expr *e,
				      const struct column *const *leaf, size_t n_groups,
				      const struct expr_env *env);

/* Working memory for one thread, for any number of plans; grows in its arena to what the largest
 * needs. */
struct expr_scratch *expr_scratch_new(struct arena *a);
/* For a frame of so many rows: a single answer is checked by many expressions over one row, and
 * room for whole blocks would cost more than the work. */
struct expr_scratch *expr_scratch_for(struct arena *a, size_t n_rows);

/* Rows [from, from + n), n <= EXPR_BLOCK, of a plan whose tree is NUMBER or DATE (days) into value,
 * or BOOLEAN into truth (0 or 1).  missing gets enum missing; the value of a missing row is 0.
 * True when some row is missing (missing is filled either way). */
bool expr_block_number(const struct expr_plan *p, struct expr_scratch *s, size_t from, size_t n,
		       double *value, uint8_t *missing);
bool expr_block_truth(const struct expr_plan *p, struct expr_scratch *s, size_t from, size_t n,
		      uint8_t *truth, uint8_t *missing);

/* All rows as a column (any type but LIST): the column itself when the tree is a bare name.  TEXT
 * gives COLUMN_CHOICE when its values are options of one list, else COLUMN_TEXT. */
const struct column *expr_plan_column(struct arena *a, const struct expr_plan *p);

#endif
