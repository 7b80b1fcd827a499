/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens of the expression language: internal to the expression parser. */
#ifndef SSME_FRAME_EXPR_LEX_H
#define SSME_FRAME_EXPR_LEX_H

#include "frame/expr_parse.h"

enum expr_token_kind {
	EXPR_TOKEN_END,
	EXPR_TOKEN_NUMBER, /* number */
	EXPR_TOKEN_TEXT,   /* text: what stands between the quotes */
	EXPR_TOKEN_NAME,   /* text: what stands in ${ } */
	EXPR_TOKEN_WORD,   /* text: a function, an operator in letters, or a bare name */
	EXPR_TOKEN_DOT,
	EXPR_TOKEN_DOTDOT,
	EXPR_TOKEN_SIGN, /* text: ( ) , + - * = != < <= > >= */
};

struct expr_token {
	enum expr_token_kind kind;
	size_t at, n;
	struct str text;
	double number;
};

/* Reads the token at or after *at (white space is skipped) and moves *at behind it.
 * False: a fault was reported. */
bool expr_lex(struct str source, size_t *at, struct expr_token *out,
	      const struct expr_fault_sink *sink) MUST_CHECK;

#endif
