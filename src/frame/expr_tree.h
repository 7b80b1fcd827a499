/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checked tree of an expression: internal to the room (parser, block evaluator, aggregates).
 *
 * Two kinds of tree.  A *row* tree is evaluated for each row of a frame.  The tree of an
 * *aggregate* formula has at its leaves constants, EXPR_OP_AGGREGATE and EXPR_OP_FIGURE nodes and
 * no name outside them; the arguments of an aggregate are row trees.  What stands above the leaves
 * is evaluated once a group by the same evaluator, with the leaves' results as columns of one row a
 * group (expr_block.h: expr_plan_top), so nobody else implements operators or functions.
 *
 * Everything is checked: a node's arguments have the types its operator wants (conversions stand as
 * nodes of their own), and literals compared with a choice are options of its list. */
#ifndef SSME_FRAME_EXPR_TREE_H
#define SSME_FRAME_EXPR_TREE_H

#include "frame/expr.h"

struct expr_regex;

enum expr_op {
	/* Leaves. */
	EXPR_OP_NUMBER,   /* number */
	EXPR_OP_TEXT,     /* text; code when it is an option of dictionary */
	EXPR_OP_TRUTH,    /* number 0 or 1 */
	EXPR_OP_DAY,      /* number: days since 1970-01-01 */
	EXPR_OP_MISSING,  /* kind: the literal 'NA' */
	EXPR_OP_NAME,     /* name: index into expr.name */
	EXPR_OP_TODAY,    /* expr_env.today */
	EXPR_OP_POSITION, /* 1-based number of the row (in a repeat: within its parent's rows) */
	EXPR_OP_REPEAT,   /* aggregate (COUNT SUM MEAN MIN MAX DISTINCT MEDIAN) over the rows of
			     repeat; arg[0], if any, is a row tree over the repeat's rows, to
			     which the parent's names are broadcast */
	EXPR_OP_AGGREGATE, /* aggregate over the rows of the universe; arg: row trees;
			      number: k, p or share */
	EXPR_OP_FIGURE,    /* text: id of another indicator */

	/* Logic and comparison. */
	EXPR_OP_AND, EXPR_OP_OR, EXPR_OP_NOT,
	EXPR_OP_EQ, EXPR_OP_NE, EXPR_OP_LT, EXPR_OP_LE, EXPR_OP_GT, EXPR_OP_GE,
	EXPR_OP_IF, EXPR_OP_COALESCE, EXPR_OP_ANSWERED,

	/* Arithmetic. */
	EXPR_OP_NEGATE, EXPR_OP_ADD, EXPR_OP_SUBTRACT, EXPR_OP_MULTIPLY, EXPR_OP_DIVIDE,
	EXPR_OP_MODULO, EXPR_OP_ROUND, EXPR_OP_INT, EXPR_OP_FLOOR, EXPR_OP_CEILING, EXPR_OP_ABS,
	EXPR_OP_MIN, EXPR_OP_MAX,
	EXPR_OP_SUM, EXPR_OP_COUNT, /* of several values of one row */
	EXPR_OP_POW, EXPR_OP_SQRT, EXPR_OP_EXP, EXPR_OP_LOG, EXPR_OP_LOG10, EXPR_OP_EXP10,
	EXPR_OP_SIN, EXPR_OP_COS, EXPR_OP_TAN, EXPR_OP_ASIN, EXPR_OP_ACOS, EXPR_OP_ATAN,
	EXPR_OP_ATAN2,

	/* Sets of options. */
	EXPR_OP_SELECTED, EXPR_OP_COUNT_SELECTED, EXPR_OP_SELECTED_AT,
	EXPR_OP_CHOICE_NAME, /* arg[1]: a TEXT whose dictionary is the list */

	/* Text. */
	EXPR_OP_STRING_LENGTH, EXPR_OP_CONTAINS, EXPR_OP_STARTS_WITH, EXPR_OP_ENDS_WITH,
	EXPR_OP_SUBSTR, EXPR_OP_SUBSTRING_BEFORE, EXPR_OP_SUBSTRING_AFTER, EXPR_OP_CONCAT,
	EXPR_OP_JOIN, EXPR_OP_NORMALIZE_SPACE, EXPR_OP_TRANSLATE, EXPR_OP_LOWER_CASE,
	EXPR_OP_UPPER_CASE, EXPR_OP_REGEX, EXPR_OP_NIT_VALID,

	/* Dates and conversions. */
	EXPR_OP_DATE, EXPR_OP_YEAR, EXPR_OP_MONTH, EXPR_OP_DAY_OF, EXPR_OP_FORMAT_DATE,
	EXPR_OP_TO_NUMBER,  /* of text (NR where it is none), choice, truth, day */
	EXPR_OP_TO_TEXT,    /* of number, truth, day, set */
	EXPR_OP_TO_TRUTH,   /* of number, text */
	EXPR_OP_TRUTH_FROM_TEXT,
	EXPR_OP_N,
};

/* Arguments of EXPR_OP_AGGREGATE. */
enum expr_aggregate {
	EXPR_AGGREGATE_COUNT,       /* () or (truth) */
	EXPR_AGGREGATE_SHARE,       /* (truth) */
	EXPR_AGGREGATE_SUM,         /* (number) */
	EXPR_AGGREGATE_MEAN,        /* (number) */
	EXPR_AGGREGATE_MEDIAN,      /* (number) */
	EXPR_AGGREGATE_QUANTILE,    /* (number), node.number = p, 0..1 */
	EXPR_AGGREGATE_SD,          /* (number) */
	EXPR_AGGREGATE_MIN,         /* (number or date) */
	EXPR_AGGREGATE_MAX,         /* (number or date) */
	EXPR_AGGREGATE_DISTINCT,    /* (number, text, date or truth) */
	EXPR_AGGREGATE_RATIO,       /* (number a, number b) */
	EXPR_AGGREGATE_WMEAN,       /* (number x, number w) */
	EXPR_AGGREGATE_GROWTH,      /* (number new, number old) */
	EXPR_AGGREGATE_CORRELATION, /* (number, number) */
	EXPR_AGGREGATE_SPEARMAN,    /* (number, number) */
	EXPR_AGGREGATE_TOP,         /* (text, number, date, truth or set), node.number = k >= 1 */
	EXPR_AGGREGATE_MOST,        /* (as top), node.number = share, 0..100 */
	EXPR_AGGREGATE_COUNTS,      /* (as top) */
	EXPR_AGGREGATE_LOWEST,      /* (number x, plain value by); the node has by's type */
	EXPR_AGGREGATE_HIGHEST,     /* as lowest */
	EXPR_AGGREGATE_N,
};

#define EXPR_CODE_NONE UINT32_MAX

struct expr_node {
	enum expr_op op;
	enum expr_type type;      /* CHOICE and TEXT: EXPR_TEXT; MULTIPLE and RANK: EXPR_SET */
	struct str unit;          /* empty: none */
	const struct dictionary *dictionary; /* the list its values are options of, or NULL */
	uint32_t at, n;           /* where it stands in the source, bytes */
	uint32_t n_args;
	const struct expr_node **arg;
	double number;            /* see enum expr_op and enum expr_aggregate */
	struct str text;          /* TEXT, FIGURE; REGEX: its pattern when constant */
	uint32_t code;            /* TEXT with a dictionary: its code there, else EXPR_CODE_NONE */
	uint32_t name;            /* NAME */
	uint32_t leaf;            /* AGGREGATE, FIGURE: index into expr.leaf */
	enum missing kind;        /* MISSING */
	enum expr_aggregate aggregate; /* AGGREGATE, REPEAT */
	struct str repeat;        /* REPEAT */
	const struct expr_regex *regex; /* REGEX */
};

struct expr {
	struct str source;
	const struct expr_node *root;
	bool aggregate;                /* root is the tree of an aggregate formula */
	enum lang lang;                /* of labels and month names in its values */
	struct str repeat;             /* the repeat it stands in, or empty */
	const struct expr_name *name;  /* the names it reads, each once (copies from the scope) */
	const struct str *name_text;   /* the same, names only */
	size_t n_names;
	const struct str *figure;      /* ids of the figures it reads, each once */
	size_t n_figures;
	const struct expr_node *const *leaf; /* aggregates and figures, as in the source */
	size_t n_leaves;
};

#endif
