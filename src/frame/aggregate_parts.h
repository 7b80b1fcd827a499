/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what many formulas come down to.
 *
 * Formulas name *vectors* (a column, a condition, a computed number: one value a row), *masks*
 * (which rows take part, and why the others do not), *tasks* (what can be added up block by block)
 * and *wholes* (what needs all rows of a group at once, such as a median).  Each distinct one
 * stands once in the tables below and is worked out once, however many formulas use it.
 *
 * Rows are sorted by group: a group is the run start[g] .. start[g+1]-1, cut into blocks of at most
 * BLOCK_ROWS from its start.  The blocks of a group are joined in order, so a result depends on the
 * rows of its group alone: not on threads, not on other groups.
 *
 * Many rows that are not sorted, in few groups and without a whole, are not moved all at once:
 * chunks of CHUNK_ROWS rows are sorted by group, one by one, into memory that stays warm, and the
 * chunks are joined in order.  There a sum depends on where the chunks begin, in its last bits. */
#ifndef SSME_FRAME_AGGREGATE_PARTS_H
#define SSME_FRAME_AGGREGATE_PARTS_H

#include "frame/aggregate.h"
#include "frame/aggregate_kernel.h"
#include "frame/expr_block.h"

enum {
	NONE = -1, /* no vector, mask, task or whole */
	CHUNK_ROWS = 1 << 18,
	CHUNK_GROUPS_MAX = 2048,
};

enum vector_kind {
	VECTOR_COLUMN, /* a column as it lies */
	VECTOR_RANGE,  /* truth: low <= column <= high, or not */
	VECTOR_NUMBER, /* evaluated into doubles, block by block */
	VECTOR_TRUTH,  /* evaluated into 0 and 1 */
};

struct vector {
	struct str key; /* the tree as text: equal trees, equal keys */
	enum vector_kind kind;
	const struct column *column; /* COLUMN, RANGE */
	struct range range;
	bool negate;
	bool empty; /* RANGE: no value can lie in it */
	const struct expr *expr;
	const struct expr_node *node;
	const struct expr_plan *plan; /* NUMBER, TRUTH */
};

/* Kind of a row: outside where the universe is not held, else the first missing of x, of y. */
struct mask {
	int universe, x, y;
};

enum task_kind { TASK_TRUE, TASK_SUM, TASK_WEIGH, TASK_EXTREMES };
struct task {
	enum task_kind kind;
	int mask, x, w;
};

union partial {
	uint64_t count;      /* TRUE */
	__int128 whole;      /* SUM of integers */
	struct pair pair[2]; /* SUM of reals; WEIGH: of w * x, of w */
	struct {
		int64_t least, greatest; /* EXTREMES of integers and dates */
	};
	struct {
		double least_real, greatest_real;
	};
};

struct whole {
	enum expr_aggregate aggregate;
	double number; /* k, p or share */
	int universe;  /* vector */
	const struct column *x, *y;
	struct str x_key, y_key;
};

/* How one aggregate is read off the tables. */
struct leaf {
	const struct expr_node *node;
	int mask, task[2], whole;
};

struct plan {
	struct arena *a;
	const struct frame *f; /* sorted by group, or in chunks */
	const struct expr_env *env;
	const struct kernels *kernels;
	size_t n_groups;
	const uint32_t *start;        /* n_groups + 1; NULL: in chunks */
	const uint32_t *group_of_row; /* in chunks */

	struct vector *vector;
	size_t n_vectors, cap_vectors;
	struct mask *mask;
	size_t n_masks, cap_masks;
	struct task *task;
	size_t n_tasks, cap_tasks;
	struct whole *whole;
	size_t n_wholes, cap_wholes;

	/* Results: of group g at [g * n_x + i]. */
	uint64_t (*kinds)[4];  /* of masks */
	union partial *sum;    /* of tasks */
	struct result *answer; /* of wholes */
};

/* ---- aggregate_plan.c ---- */

/* The tree as text. */
struct str row_key(struct arena *a, const struct expr *e, const struct expr_node *row);
/* Must the tree be evaluated on the unsorted frame: does it know its row's number or children? */
bool row_needs_order(const struct expr_node *row);
/* The mask of a universe (NULL: all rows) alone. */
int plan_universe(struct plan *p, const struct expr *universe);
/* Enters an aggregate with its universe. */
struct leaf plan_leaf(struct plan *p, const struct expr *e, const struct expr_node *node,
		      const struct expr *universe);
bool vector_is_integer(const struct vector *v);
/* Does the aggregate need all rows of a group at once? */
bool is_whole(enum expr_aggregate aggregate);

/* ---- aggregate_block.c, aggregate_whole.c ---- */

/* Results of groups: of group g at [g * n_masks + i] and [g * n_tasks + i]. */
struct totals {
	uint64_t (*kinds)[4];
	union partial *sum;
};
struct totals totals_make(struct arena *a, const struct plan *p, size_t n_groups);
/* Ready for sums, groups from `from` on. */
void totals_clear(const struct plan *p, struct totals *t, size_t from, size_t n_groups);
/* Adds a group of one to a group of the other. */
void totals_join(const struct plan *p, struct totals *to, size_t group, const struct totals *from,
		 size_t from_group);

/* Threads' memory for chunks, kept from one frame to the next of the same formulas. */
struct crew {
	struct arena *home; /* of the workers themselves */
	struct worker *worker;
	size_t n, n_groups; /* groups that there is room for */
};
void crew_drop(struct crew *c);

/* Fills p->kinds and p->sum. */
void run_blocks(struct plan *p, struct crew *crew, const struct runner *runner);
void run_wholes(struct plan *p, const struct runner *runner);

/* ---- aggregate.c ---- */

/* A formula entered in the plan: its aggregates and figures in the order of the source. */
struct entry {
	const struct expr *e;
	struct leaf *leaf;
	int universe; /* mask */
};

/* Tables of all formulas over f; entry: n_formulas.  p->a, p->env and p->kernels are set. */
void plan_make(struct plan *p, const struct formula *formula, size_t n_formulas,
	       const struct frame *f, const struct grouping *g, const struct runner *runner,
	       struct entry *entry);
/* Results of the formulas from what was run. */
void plan_read(struct plan *p, const struct entry *entry, size_t n_formulas, figure_lookup lookup,
	       void *lookup_user, struct result *out);

/* A result without value, for n rows used and the counts of a mask. */
struct result result_of_kinds(const uint64_t kinds[4]);
void result_number(struct result *r, double v); /* missing (NR) when v is not finite */
void result_integer(struct result *r, int64_t v);
void result_whole(struct result *r, __int128 v); /* exact when it fits int64 */
void result_day(struct result *r, struct arena *a, int64_t days);

#endif
