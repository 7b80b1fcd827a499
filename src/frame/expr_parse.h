/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From source text to an unchecked tree, and the list of faults: internal to the expression parser.
 */
#ifndef SSME_FRAME_EXPR_PARSE_H
#define SSME_FRAME_EXPR_PARSE_H

#include "frame/expr_tree.h"

/* Where faults go.  The sentence is made in both languages, the asked one is kept. */
struct expr_fault_sink {
	struct arena *a;
	enum lang lang;
	struct expr_faults *faults;
};
/* Faults past EXPR_FAULTS_MAX are dropped.  Always false. */
bool expr_fault(const struct expr_fault_sink *sink, size_t at, size_t n, const char *rule,
		struct str es, struct str en, struct str suggestion);

enum expr_raw_kind {
	EXPR_RAW_NUMBER, /* number */
	EXPR_RAW_TEXT,   /* text */
	EXPR_RAW_NAME,   /* text: ${text} */
	EXPR_RAW_BARE,   /* text: a word that is no function */
	EXPR_RAW_SELF,   /* . */
	EXPR_RAW_PARENT, /* .. */
	EXPR_RAW_CALL,   /* text: the function; arg */
	EXPR_RAW_OP,     /* op; arg: one for NEGATE, any number >= 2 for AND and OR, else two */
};

struct expr_raw {
	enum expr_raw_kind kind;
	enum expr_op op;
	uint32_t at, n;
	struct str text;
	double number;
	uint32_t n_args;
	struct expr_raw **arg;
	unsigned height; /* 1 for a leaf */
};

/* NULL after a fault of rule "syntax" or "limit" (the first one ends the reading).
 * The height of the tree is at most EXPR_DEPTH_MAX. */
const struct expr_raw *expr_raw_parse(struct arena *a, struct str source,
				      const struct expr_fault_sink *sink);

#endif
