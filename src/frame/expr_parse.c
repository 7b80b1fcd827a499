/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recursive descent over XPath 1.0's grammar of operators:
 *	or < and < (= !=) < (< <= > >=) < (+ -) < (* div mod) < unary minus < primary. */
#include "frame/expr_parse.h"

#include "frame/expr_lex.h"

struct parser {
	struct arena *a;
	struct str source;
	size_t at;               /* behind the token */
	struct expr_token token; /* the one not yet used */
	unsigned depth;          /* of open parentheses and signs */
	const struct expr_fault_sink *sink;
};

bool expr_fault(const struct expr_fault_sink *sink, size_t at, size_t n, const char *rule,
		struct str es, struct str en, struct str suggestion)
{
	struct expr_faults *f = sink->faults;
	if (f->n >= EXPR_FAULTS_MAX)
		return false;
	f->item[f->n++] = (struct expr_fault){
		.at = at,
		.n = n ? n : 1,
		.message = str_dup(sink->a, sink->lang == LANG_ES ? es : en),
		.suggestion = str_dup(sink->a, suggestion),
		.rule = rule,
	};
	return false;
}

static bool next(struct parser *p)
{
	return expr_lex(p->source, &p->at, &p->token, p->sink);
}

static bool is_sign(const struct parser *p, const char *sign)
{
	return p->token.kind == EXPR_TOKEN_SIGN && str_is(p->token.text, sign);
}

static bool is_word(const struct parser *p, const char *word)
{
	return p->token.kind == EXPR_TOKEN_WORD && str_is(p->token.text, word);
}

static struct expr_raw *fail(const struct parser *p, struct str es, struct str en,
			     struct str suggestion)
{
	(void)expr_fault(p->sink, p->token.at, p->token.n, "syntax", es, en, suggestion);
	return NULL;
}

static struct expr_raw *too_deep(const struct parser *p)
{
	(void)expr_fault(
		p->sink, p->token.at, p->token.n, "limit",
		str_fmt(p->a, "la expresión tiene más de %d niveles", EXPR_DEPTH_MAX),
		str_fmt(p->a, "the expression is more than %d levels deep", EXPR_DEPTH_MAX),
		(struct str){ 0 });
	return NULL;
}

/* A node over its arguments; NULL when the tree has grown too high. */
static struct expr_raw *node(const struct parser *p, enum expr_raw_kind kind, size_t at, size_t end,
			     struct expr_raw **arg, size_t n_args)
{
	unsigned height = 0;
	for (size_t i = 0; i < n_args; i++)
		height = arg[i]->height > height ? arg[i]->height : height;
	if (height >= EXPR_DEPTH_MAX)
		return too_deep(p);
	struct expr_raw *r = NEW(p->a, 1, struct expr_raw);
	*r = (struct expr_raw){
		.kind = kind,
		.at = (uint32_t)at,
		.n = (uint32_t)(end - at),
		.n_args = (uint32_t)n_args,
		.arg = arg,
		.height = height + 1,
	};
	return r;
}

static struct expr_raw *leaf(struct parser *p, enum expr_raw_kind kind)
{
	struct expr_token t = p->token;
	struct expr_raw *r = node(p, kind, t.at, t.at + t.n, NULL, 0);
	if (!r || !next(p))
		return NULL;
	r->text = t.text;
	r->number = t.number;
	return r;
}

static struct expr_raw *append(const struct parser *p, struct expr_raw *chain, struct expr_raw *arg)
{
	uint32_t n = chain->n_args;
	if (n == 0)
		chain->arg = NEW(p->a, 8, struct expr_raw *);
	else if (n >= 8 && (n & (n - 1)) == 0)
		chain->arg = arena_grow(p->a, chain->arg, n, (size_t)n * 2, sizeof *chain->arg);
	chain->arg[chain->n_args++] = arg;
	chain->n = arg->at + arg->n - chain->at;
	if (arg->height >= EXPR_DEPTH_MAX)
		return too_deep(p);
	chain->height = arg->height + 1 > chain->height ? arg->height + 1 : chain->height;
	return chain;
}

static struct expr_raw *parse_or(struct parser *p);

/* After "(": arguments up to and with ")". */
static struct expr_raw *parse_arguments(struct parser *p, struct expr_token word)
{
	struct expr_raw *call = node(p, EXPR_RAW_CALL, word.at, word.at + word.n, NULL, 0);
	if (!call || !next(p))
		return NULL;
	call->text = word.text;
	while (!is_sign(p, ")")) {
		struct expr_raw *arg = parse_or(p);
		if (!arg || !append(p, call, arg))
			return NULL;
		if (is_sign(p, ")"))
			break;
		if (!is_sign(p, ","))
			return fail(p,
				    str_fmt(p->a, "falta «)» o «,» en %.*s(…)", STR_ARG(word.text)),
				    str_fmt(p->a, "\")\" or \",\" is missing in %.*s(…)",
					    STR_ARG(word.text)),
				    (struct str){ 0 });
		if (!next(p))
			return NULL;
		if (is_sign(p, ")"))
			return fail(p, STR("falta un argumento después de la coma"),
				    STR("an argument is missing after the comma"),
				    (struct str){ 0 });
	}
	call->n = (uint32_t)(p->token.at + p->token.n - call->at);
	return next(p) ? call : NULL;
}

static struct expr_raw *parse_word(struct parser *p)
{
	struct expr_token word = p->token;
	if (!next(p))
		return NULL;
	if (is_sign(p, "("))
		return parse_arguments(p, word);
	struct expr_raw *r = node(p, EXPR_RAW_BARE, word.at, word.at + word.n, NULL, 0);
	if (r)
		r->text = word.text;
	return r;
}

static struct expr_raw *parse_group(struct parser *p)
{
	size_t at = p->token.at;
	if (!next(p))
		return NULL;
	struct expr_raw *r = parse_or(p);
	if (!r)
		return NULL;
	if (!is_sign(p, ")"))
		return fail(p, STR("falta «)»"), STR("\")\" is missing"), (struct str){ 0 });
	r->at = (uint32_t)at;
	r->n = (uint32_t)(p->token.at + p->token.n - at);
	return next(p) ? r : NULL;
}

static struct expr_raw *parse_primary(struct parser *p)
{
	switch (p->token.kind) {
	case EXPR_TOKEN_NUMBER: return leaf(p, EXPR_RAW_NUMBER);
	case EXPR_TOKEN_TEXT: return leaf(p, EXPR_RAW_TEXT);
	case EXPR_TOKEN_NAME: return leaf(p, EXPR_RAW_NAME);
	case EXPR_TOKEN_DOT: return leaf(p, EXPR_RAW_SELF);
	case EXPR_TOKEN_DOTDOT: return leaf(p, EXPR_RAW_PARENT);
	case EXPR_TOKEN_WORD: return parse_word(p);
	case EXPR_TOKEN_SIGN:
		if (is_sign(p, "("))
			return parse_group(p);
		break;
	case EXPR_TOKEN_END:
		return fail(p, STR("la expresión termina antes de tiempo"),
			    STR("the expression ends too early"), (struct str){ 0 });
	}
	return fail(p, str_fmt(p->a, "falta un valor antes de «%.*s»", STR_ARG(p->token.text)),
		    str_fmt(p->a, "a value is missing before \"%.*s\"", STR_ARG(p->token.text)),
		    (struct str){ 0 });
}

static struct expr_raw *parse_unary(struct parser *p)
{
	if (!is_sign(p, "-"))
		return parse_primary(p);
	size_t at = p->token.at;
	if (++p->depth > EXPR_DEPTH_MAX)
		return too_deep(p);
	if (!next(p))
		return NULL;
	struct expr_raw **arg = NEW(p->a, 1, struct expr_raw *);
	arg[0] = parse_unary(p);
	p->depth--;
	if (!arg[0])
		return NULL;
	struct expr_raw *r = node(p, EXPR_RAW_OP, at, arg[0]->at + arg[0]->n, arg, 1);
	if (r)
		r->op = EXPR_OP_NEGATE;
	return r;
}

struct infix {
	const char *sign;
	enum expr_op op;
	bool word;
};
static const struct infix level_multiply[] = { { "*", EXPR_OP_MULTIPLY, false },
					       { "div", EXPR_OP_DIVIDE, true },
					       { "mod", EXPR_OP_MODULO, true } };
static const struct infix level_add[] = { { "+", EXPR_OP_ADD, false },
					  { "-", EXPR_OP_SUBTRACT, false } };
static const struct infix level_order[] = { { "<", EXPR_OP_LT, false },
					    { "<=", EXPR_OP_LE, false },
					    { ">", EXPR_OP_GT, false },
					    { ">=", EXPR_OP_GE, false } };
static const struct infix level_equal[] = { { "=", EXPR_OP_EQ, false },
					    { "!=", EXPR_OP_NE, false } };
static const struct {
	const struct infix *infix;
	size_t n;
} level[] = { { level_equal, 2 }, { level_order, 4 }, { level_add, 2 }, { level_multiply, 3 } };
enum { N_LEVELS = sizeof level / sizeof *level };

static const struct infix *infix_here(const struct parser *p, size_t l)
{
	for (size_t i = 0; i < level[l].n; i++) {
		const struct infix *in = &level[l].infix[i];
		if (in->word ? is_word(p, in->sign) : is_sign(p, in->sign))
			return in;
	}
	return NULL;
}

static struct expr_raw *parse_level(struct parser *p, size_t l)
{
	struct expr_raw *left = l == N_LEVELS ? parse_unary(p) : parse_level(p, l + 1);
	const struct infix *in;
	while (left && l < N_LEVELS && (in = infix_here(p, l))) {
		struct expr_raw **arg = NEW(p->a, 2, struct expr_raw *);
		arg[0] = left;
		if (!next(p) || !(arg[1] = parse_level(p, l + 1)))
			return NULL;
		left = node(p, EXPR_RAW_OP, left->at, arg[1]->at + arg[1]->n, arg, 2);
		if (left)
			left->op = in->op;
	}
	return left;
}

/* `and` and `or` chains become one node with many arguments. */
static struct expr_raw *parse_chain(struct parser *p, enum expr_op op)
{
	const char *word = op == EXPR_OP_OR ? "or" : "and";
	struct expr_raw *first = op == EXPR_OP_OR ? parse_chain(p, EXPR_OP_AND) : parse_level(p, 0);
	if (!first || !is_word(p, word))
		return first;
	struct expr_raw *chain = node(p, EXPR_RAW_OP, first->at, first->at + first->n, NULL, 0);
	if (!chain)
		return NULL;
	chain->op = op;
	struct expr_raw *arg = first;
	while (arg && append(p, chain, arg)) {
		if (!is_word(p, word))
			return chain;
		if (!next(p))
			return NULL;
		arg = op == EXPR_OP_OR ? parse_chain(p, EXPR_OP_AND) : parse_level(p, 0);
	}
	return NULL;
}

static struct expr_raw *parse_or(struct parser *p)
{
	if (++p->depth > EXPR_DEPTH_MAX)
		return too_deep(p);
	struct expr_raw *r = parse_chain(p, EXPR_OP_OR);
	p->depth--;
	return r;
}

/* What follows a complete expression is a fault; the usual ones get advice. */
static void fail_behind(const struct parser *p)
{
	struct str t = p->token.text;
	struct str hint = { 0 };
	if (is_word(p, "AND") || is_word(p, "And") || is_word(p, "y") || is_word(p, "Y"))
		hint = STR("and");
	else if (is_word(p, "OR") || is_word(p, "Or") || is_word(p, "o") || is_word(p, "O"))
		hint = STR("or");
	else if (is_word(p, "DIV") || is_word(p, "Div"))
		hint = STR("div");
	else if (is_word(p, "MOD") || is_word(p, "Mod"))
		hint = STR("mod");
	(void)fail(p, str_fmt(p->a, "«%.*s» sobra o le falta un operador delante", STR_ARG(t)),
		   str_fmt(p->a, "\"%.*s\" is too much, or an operator is missing before it",
			   STR_ARG(t)),
		   hint);
}

static bool readable(const struct parser *p)
{
	size_t bad = 0;
	if (p->source.n > EXPR_SOURCE_MAX)
		return expr_fault(
			p->sink, EXPR_SOURCE_MAX, 1, "limit",
			str_fmt(p->a, "la expresión tiene más de %d bytes", EXPR_SOURCE_MAX),
			str_fmt(p->a, "the expression is over %d bytes", EXPR_SOURCE_MAX),
			(struct str){ 0 });
	if (!utf8_valid(p->source, &bad))
		return expr_fault(p->sink, bad, 1, "syntax", STR("el texto no es UTF-8"),
				  STR("the text is not UTF-8"), (struct str){ 0 });
	if (!str_trim(p->source).n)
		return expr_fault(p->sink, 0, 1, "syntax", STR("la expresión está vacía"),
				  STR("the expression is empty"), (struct str){ 0 });
	return true;
}

const struct expr_raw *expr_raw_parse(struct arena *a, struct str source,
				      const struct expr_fault_sink *sink)
{
	struct parser p = { .a = a, .source = source, .sink = sink };
	if (!readable(&p) || !next(&p))
		return NULL;
	struct expr_raw *r = parse_or(&p);
	if (!r)
		return NULL;
	if (p.token.kind != EXPR_TOKEN_END) {
		fail_behind(&p);
		return NULL;
	}
	return r;
}
