/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row expression as JSON, for an evaluator in the browser (web/script/expr.js): the checked tree,
 * with nothing left to parse.
 *
 *	12.5  true                      a number, a truth
 *	"A01"                           an answer; "option.X": a column of the choices
 *	["text","a"] ["day",19723]      a text; a date as days since 1970-01-01
 *	["missing","NA"]                a missing value
 *	["position"]                    number of the row in its repeat, from 1
 *	["rows","P01","sum",ARGUMENT]   an aggregate over the rows of a repeat; count may have none
 *	["and",A,B,…]                   any other operator or function, by its name in formulas.md;
 *	                                conversions say of what: ["number-of-text",A]
 *
 * Every argument has the type that its operator wants, as in the tree. */
#ifndef SSME_FRAME_EXPR_PROGRAM_H
#define SSME_FRAME_EXPR_PROGRAM_H

#include "frame/expr.h"

/* False, and what was written is of no use: the expression has what a form never has (an aggregate
 * over a universe, a figure, today). */
bool expr_program_put(struct buf *b, const struct expr *e) MUST_CHECK;

#endif
