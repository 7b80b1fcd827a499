/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From an unchecked tree to a checked one: internal to the expression parser. */
#ifndef SSME_FRAME_EXPR_CHECK_H
#define SSME_FRAME_EXPR_CHECK_H

#include "frame/expr_parse.h"

struct expr_checker {
	struct arena *a;
	struct str source;
	const struct expr_scope *scope;
	const struct expr_fault_sink *sink;
	struct expr_name *name; /* names met, each once */
	size_t n_names;
	struct str *figure;
	size_t n_figures;
	const struct expr_node **leaf;
	size_t n_leaves;
};

/* Where a node stands. */
struct expr_place {
	bool top;          /* over the results of aggregates: names are a fault */
	bool in_aggregate; /* in the argument of an aggregate or of a repeat's: none may follow */
	struct str repeat; /* the repeat whose rows are meant, or empty */
};

/* NULL after at least one fault. */
struct expr_node *expr_check(struct expr_checker *c, const struct expr_raw *r,
			     struct expr_place at);
/* A call of a known or unknown function. */
struct expr_node *expr_check_call(struct expr_checker *c, const struct expr_raw *r,
				  struct expr_place at);
/* Does the tree hold a call that is an aggregate where aggregates are allowed? */
bool expr_raw_has_aggregate(const struct expr_raw *r);
bool expr_raw_has_name(const struct expr_raw *r);

/* --- pieces that checks share (expr_type.c) --- */

struct expr_node *expr_node_new(struct expr_checker *c, const struct expr_raw *r, enum expr_op op,
				enum expr_type type, size_t n_args);
struct expr_node *expr_node_number(struct expr_checker *c, const struct expr_raw *r, double v);
/* op over one argument, standing where the argument stands. */
struct expr_node *expr_node_over(struct expr_checker *c, struct expr_node *arg, enum expr_op op,
				 enum expr_type type);

/* n as a value of the type, with the conversions that are free of doubt; NULL after a fault. */
struct expr_node *expr_want(struct expr_checker *c, struct expr_node *n, enum expr_type type);
/* The common type of branches: arg[0..n-1] are converted in place.  False after a fault. */
bool expr_unify(struct expr_checker *c, struct expr_node **arg, size_t n,
		enum expr_type *out) MUST_CHECK;
/* The unit that the arguments share (those without one take no part); false after a fault. */
bool expr_join_units(struct expr_checker *c, struct expr_node *const *arg, size_t n,
		     struct str *out) MUST_CHECK;
/* left op right for EQ .. GE. */
struct expr_node *expr_compare(struct expr_checker *c, const struct expr_raw *r,
			       struct expr_node *left, struct expr_node *right);
/* A literal that must be an option of d: gets its code.  False after a fault. */
bool expr_fix_option(struct expr_checker *c, struct expr_node *literal,
		     const struct dictionary *d) MUST_CHECK;

/* The piece of the source that a node came from. */
struct str expr_piece(const struct expr_checker *c, const struct expr_node *n);
bool expr_node_fault(const struct expr_checker *c, const struct expr_node *n, const char *rule,
		     struct str es, struct str en, struct str suggestion);
/* Do all names of d read as numbers? */
bool expr_dictionary_numeric(const struct dictionary *d);
double expr_dictionary_number(const struct dictionary *d, size_t code);

#endif
