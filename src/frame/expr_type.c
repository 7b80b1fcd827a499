/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types, units and options: what may stand beside what, and the conversions that are free of doubt.
 */
#include "base/date.h"
#include "base/fold.h"
#include "base/num.h"
#include "frame/expr_check.h"

#include <assert.h>
#include <math.h>

static const struct {
	const char *es, *en;
} type_word[] = {
	[EXPR_BOOLEAN] = { "una condición", "a condition" },
	[EXPR_NUMBER] = { "un número", "a number" },
	[EXPR_TEXT] = { "un texto", "a text" },
	[EXPR_DATE] = { "una fecha", "a date" },
	[EXPR_SET] = { "un conjunto de opciones", "a set of options" },
	[EXPR_LIST] = { "una lista", "a list" },
};

struct str expr_piece(const struct expr_checker *c, const struct expr_node *n)
{
	return str_sub(c->source, n->at, n->n);
}

bool expr_node_fault(const struct expr_checker *c, const struct expr_node *n, const char *rule,
		     struct str es, struct str en, struct str suggestion)
{
	return expr_fault(c->sink, n->at, n->n, rule, es, en, suggestion);
}

struct expr_node *expr_node_new(struct expr_checker *c, const struct expr_raw *r, enum expr_op op,
				enum expr_type type, size_t n_args)
{
	struct expr_node *n = NEW(c->a, 1, struct expr_node);
	*n = (struct expr_node){
		.op = op,
		.type = type,
		.at = r->at,
		.n = r->n,
		.n_args = (uint32_t)n_args,
		.arg = NEW(c->a, n_args, const struct expr_node *),
		.code = EXPR_CODE_NONE,
	};
	return n;
}

struct expr_node *expr_node_number(struct expr_checker *c, const struct expr_raw *r, double v)
{
	struct expr_node *n = expr_node_new(c, r, EXPR_OP_NUMBER, EXPR_NUMBER, 0);
	n->number = v;
	return n;
}

struct expr_node *expr_node_over(struct expr_checker *c, struct expr_node *arg, enum expr_op op,
				 enum expr_type type)
{
	struct expr_raw here = { .at = arg->at, .n = arg->n };
	struct expr_node *n = expr_node_new(c, &here, op, type, 1);
	n->arg[0] = arg;
	return n;
}

static struct expr_node *literal(struct expr_checker *c, const struct expr_node *from,
				 enum expr_op op, enum expr_type type, double v)
{
	struct expr_raw here = { .at = from->at, .n = from->n };
	struct expr_node *n = expr_node_new(c, &here, op, type, 0);
	n->number = v;
	return n;
}

double expr_dictionary_number(const struct dictionary *d, size_t code)
{
	double v;
	if (d->number)
		return d->number[code];
	return num_real(d->name[code], &v) ? v : (double)NAN;
}

bool expr_dictionary_numeric(const struct dictionary *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (!isfinite(expr_dictionary_number(d, i)))
			return false;
	return d->n > 0;
}

static bool is_text_literal(const struct expr_node *n)
{
	return n->op == EXPR_OP_TEXT;
}

/* One option of a list whose names are all numbers: may stand where a number is wanted. */
static bool is_numeric_choice(const struct expr_node *n)
{
	return n->type == EXPR_TEXT && n->dictionary && !is_text_literal(n) &&
		expr_dictionary_numeric(n->dictionary);
}

static struct expr_node *missing_literal(struct expr_checker *c, const struct expr_node *n,
					 enum expr_type type, enum missing kind)
{
	struct expr_node *m = literal(c, n, EXPR_OP_MISSING, type, 0);
	m->kind = kind;
	return m;
}

static struct expr_node *fail_type(struct expr_checker *c, const struct expr_node *n,
				   enum expr_type wanted, struct str suggestion)
{
	struct str piece = expr_piece(c, n);
	(void)expr_node_fault(c, n, "type",
			      str_fmt(c->a, "«%.*s» es %s; aquí va %s", STR_ARG(piece),
				      type_word[n->type].es, type_word[wanted].es),
			      str_fmt(c->a, "\"%.*s\" is %s; %s is needed here", STR_ARG(piece),
				      type_word[n->type].en, type_word[wanted].en),
			      suggestion);
	return NULL;
}

static struct expr_node *want_number(struct expr_checker *c, struct expr_node *n)
{
	struct str piece = expr_piece(c, n);
	double v;
	if (n->type == EXPR_BOOLEAN || is_numeric_choice(n))
		return expr_node_over(c, n, EXPR_OP_TO_NUMBER, EXPR_NUMBER);
	if (is_text_literal(n) && c->scope->allow_na && str_is(n->text, "NA"))
		return missing_literal(c, n, EXPR_NUMBER, MISSING_NA);
	if (is_text_literal(n) && num_real(str_trim(n->text), &v))
		return fail_type(c, n, EXPR_NUMBER, str_trim(n->text));
	if (n->type == EXPR_DATE)
		return fail_type(c, n, EXPR_NUMBER, str_fmt(c->a, "year(%.*s)", STR_ARG(piece)));
	if (n->type == EXPR_SET)
		return fail_type(c, n, EXPR_NUMBER,
				 str_fmt(c->a, "count-selected(%.*s)", STR_ARG(piece)));
	if (n->type == EXPR_TEXT && !is_text_literal(n))
		return fail_type(c, n, EXPR_NUMBER, str_fmt(c->a, "number(%.*s)", STR_ARG(piece)));
	return fail_type(c, n, EXPR_NUMBER, (struct str){ 0 });
}

static struct expr_node *want_truth(struct expr_checker *c, struct expr_node *n)
{
	struct str piece = expr_piece(c, n);
	struct str hint = { 0 };
	if (n->type == EXPR_NUMBER)
		hint = str_fmt(c->a, "%.*s != 0", STR_ARG(piece));
	else if (is_text_literal(n))
		hint = str_fmt(c->a, "${…} = %.*s", STR_ARG(piece));
	else if (n->type == EXPR_SET)
		hint = str_fmt(c->a, "selected(%.*s, '…')", STR_ARG(piece));
	else if (n->type == EXPR_TEXT)
		hint = str_fmt(c->a, "%.*s = '…'", STR_ARG(piece));
	return fail_type(c, n, EXPR_BOOLEAN, hint);
}

static struct expr_node *want_date(struct expr_checker *c, struct expr_node *n)
{
	struct str piece = expr_piece(c, n);
	struct date d;
	if (is_text_literal(n) && date_parse(str_trim(n->text), false, &d))
		return literal(c, n, EXPR_OP_DAY, EXPR_DATE, (double)date_days(d));
	if (is_text_literal(n))
		return fail_type(c, n, EXPR_DATE, STR("'2022-12-31'"));
	return fail_type(c, n, EXPR_DATE, str_fmt(c->a, "date(%.*s)", STR_ARG(piece)));
}

struct expr_node *expr_want(struct expr_checker *c, struct expr_node *n, enum expr_type type)
{
	if (!n || n->type == type)
		return n;
	switch (type) {
	case EXPR_NUMBER: return want_number(c, n);
	case EXPR_BOOLEAN: return want_truth(c, n);
	case EXPR_DATE: return want_date(c, n);
	case EXPR_TEXT:
		if (n->type != EXPR_LIST)
			return expr_node_over(c, n, EXPR_OP_TO_TEXT, EXPR_TEXT);
		break;
	case EXPR_SET:
	case EXPR_LIST: break;
	}
	return fail_type(c, n, type, (struct str){ 0 });
}

bool expr_join_units(struct expr_checker *c, struct expr_node *const *arg, size_t n,
		     struct str *out)
{
	const struct expr_node *first = NULL;
	for (size_t i = 0; i < n; i++) {
		if (!arg[i]->unit.n)
			continue;
		if (!first) {
			first = arg[i];
		} else if (!str_eq(first->unit, arg[i]->unit)) {
			struct str p = expr_piece(c, first), q = expr_piece(c, arg[i]);
			return expr_node_fault(
				c, arg[i], "unit",
				str_fmt(c->a, "«%.*s» está en %.*s y «%.*s» en %.*s: no se mezclan",
					STR_ARG(p), STR_ARG(first->unit), STR_ARG(q),
					STR_ARG(arg[i]->unit)),
				str_fmt(c->a,
					"\"%.*s\" is in %.*s and \"%.*s\" in %.*s: they do not mix",
					STR_ARG(p), STR_ARG(first->unit), STR_ARG(q),
					STR_ARG(arg[i]->unit)),
				(struct str){ 0 });
		}
	}
	*out = first ? first->unit : (struct str){ 0 };
	return true;
}

static struct str option_hint(const struct expr_checker *c, struct str wrong,
			      const struct dictionary *d)
{
	struct str near = fold_nearest(c->a, wrong, d->name, d->n);
	if (near.n)
		return str_fmt(c->a, "'%.*s'", STR_ARG(near));
	struct buf b;
	buf_init(&b, c->a, 400);
	for (size_t i = 0; i < d->n && i < 12; i++)
		buf_fmt(&b, "%s'%.*s'", i ? ", " : "", STR_ARG(d->name[i]));
	if (d->n > 12)
		buf_puts(&b, ", …");
	return b.over ? (struct str){ 0 } : buf_str(&b);
}

bool expr_fix_option(struct expr_checker *c, struct expr_node *n, const struct dictionary *d)
{
	assert(is_text_literal(n));
	int64_t code = dictionary_find(d, n->text);
	n->dictionary = d;
	if (code >= 0) {
		n->code = (uint32_t)code;
		return true;
	}
	return expr_node_fault(
		c, n, "unknown_choice",
		str_fmt(c->a, "«%.*s» no es una opción de la lista", STR_ARG(n->text)),
		str_fmt(c->a, "\"%.*s\" is no option of the list", STR_ARG(n->text)),
		option_hint(c, n->text, d));
}

/* --- branches --- */

/* The list that all texts belong to, or NULL. */
static const struct dictionary *common_list(struct expr_node *const *arg, size_t n)
{
	const struct dictionary *d = NULL;
	for (size_t i = 0; i < n; i++) {
		if (is_text_literal(arg[i]) || arg[i]->op == EXPR_OP_MISSING)
			continue;
		if (!arg[i]->dictionary || (d && d != arg[i]->dictionary))
			return NULL;
		d = arg[i]->dictionary;
	}
	for (size_t i = 0; d && i < n; i++)
		if (is_text_literal(arg[i]) && dictionary_find(d, arg[i]->text) < 0)
			return NULL;
	return d;
}

/* A literal that fits beside any type: 'NA' where it is allowed, and '' for "no answer". */
static bool is_blank(const struct expr_checker *c, const struct expr_node *n)
{
	return is_text_literal(n) && (!n->text.n || (c->scope->allow_na && str_is(n->text, "NA")));
}

static enum expr_type branch_type(const struct expr_checker *c, struct expr_node *const *arg,
				  size_t n)
{
	enum expr_type first = EXPR_TEXT;
	bool found = false, number = false;
	for (size_t i = 0; i < n; i++) {
		if (is_blank(c, arg[i]))
			continue;
		number |= arg[i]->type == EXPR_NUMBER;
		if (!found)
			first = arg[i]->type;
		else if (first == EXPR_TEXT && arg[i]->type == EXPR_DATE)
			first = EXPR_DATE;
		found = true;
	}
	if (!found && c->scope->allow_na)
		return EXPR_NUMBER;
	return number ? EXPR_NUMBER : first;
}

bool expr_unify(struct expr_checker *c, struct expr_node **arg, size_t n, enum expr_type *out)
{
	enum expr_type t = branch_type(c, arg, n);
	for (size_t i = 0; i < n; i++) {
		if (t != EXPR_TEXT && is_blank(c, arg[i]))
			arg[i] = missing_literal(c, arg[i], t,
						 arg[i]->text.n ? MISSING_NA : MISSING_NR);
		else if (arg[i]->type == t && t != EXPR_SET && t != EXPR_LIST)
			continue;
		else if (t == EXPR_TEXT || t == EXPR_SET || t == EXPR_LIST ||
			 (t == EXPR_NUMBER && arg[i]->type == EXPR_BOOLEAN))
			arg[i] = fail_type(c, arg[i],
					   t == EXPR_SET || t == EXPR_LIST ? EXPR_TEXT : t,
					   (struct str){ 0 });
		else
			arg[i] = expr_want(c, arg[i], t);
		if (!arg[i])
			return false;
	}
	const struct dictionary *d = t == EXPR_TEXT ? common_list(arg, n) : NULL;
	for (size_t i = 0; d && i < n; i++)
		if (is_text_literal(arg[i]) && !expr_fix_option(c, arg[i], d))
			return false;
	*out = t;
	return true;
}

/* --- comparison --- */

static bool truth_of_word(struct str s, double *out)
{
	static const char *const yes[] = { "yes", "true", "1", "OK", "si", "s\xC3\xAD" };
	static const char *const no[] = { "no", "false", "0" };
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		if (str_is(s, yes[i]))
			return *out = 1, true;
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		if (str_is(s, no[i]))
			return *out = 0, true;
	return false;
}

/* A text literal against a value of another type becomes a literal of that type. */
static struct expr_node *literal_as(struct expr_checker *c, struct expr_node *lit,
				    const struct expr_node *other)
{
	double v;
	struct str piece = expr_piece(c, other);
	switch (other->type) {
	case EXPR_NUMBER:
		if (num_real(str_trim(lit->text), &v))
			return literal(c, lit, EXPR_OP_NUMBER, EXPR_NUMBER, v);
		break;
	case EXPR_BOOLEAN:
		if (truth_of_word(lit->text, &v))
			return literal(c, lit, EXPR_OP_TRUTH, EXPR_BOOLEAN, v);
		break;
	case EXPR_DATE:
		if (lit->text.n)
			return want_date(c, lit);
		break;
	case EXPR_SET:
		return fail_type(c, other, EXPR_TEXT,
				 str_fmt(c->a, "selected(%.*s, '%.*s')", STR_ARG(piece),
					 STR_ARG(lit->text)));
	case EXPR_TEXT:
	case EXPR_LIST: return lit;
	}
	struct str hint = { 0 };
	if (!lit->text.n)
		hint = str_fmt(c->a, "answered(%.*s)", STR_ARG(piece));
	return fail_type(c, lit, other->type, hint);
}

static bool is_order(enum expr_op op)
{
	return op != EXPR_OP_EQ && op != EXPR_OP_NE;
}

/* A choice against a literal.  != '' asks whether it was answered; = '' could never hold. */
static bool fix_choice(struct expr_checker *c, enum expr_op op, const struct expr_node *choice,
		       struct expr_node *lit)
{
	struct str piece = expr_piece(c, choice);
	if (lit->text.n)
		return expr_fix_option(c, lit, choice->dictionary);
	if (op == EXPR_OP_NE)
		return true;
	return expr_node_fault(
		c, lit, "unknown_choice",
		STR("el texto vacío no es una opción: sin respuesta, la comparación no se cumple"),
		STR("the empty text is no option: without an answer the comparison does not hold"),
		str_fmt(c->a, "not(answered(%.*s))", STR_ARG(piece)));
}

/* A choice whose names are numbers against a number that no option has. */
static bool check_number_option(struct expr_checker *c, const struct expr_node *choice,
				const struct expr_node *number)
{
	const struct dictionary *d = choice->dictionary;
	if (number->op != EXPR_OP_NUMBER)
		return true;
	for (size_t i = 0; i < d->n; i++)
		if (!(expr_dictionary_number(d, i) < number->number) &&
		    !(expr_dictionary_number(d, i) > number->number))
			return true;
	struct str piece = expr_piece(c, number);
	return expr_node_fault(c, number, "unknown_choice",
			       str_fmt(c->a, "«%.*s» no es una opción de la lista", STR_ARG(piece)),
			       str_fmt(c->a, "\"%.*s\" is no option of the list", STR_ARG(piece)),
			       option_hint(c, piece, d));
}

static struct expr_node *fail_order(struct expr_checker *c, const struct expr_node *n)
{
	struct str piece = expr_piece(c, n);
	struct str hint = { 0 };
	if (n->type == EXPR_TEXT && !is_text_literal(n))
		hint = str_fmt(c->a, "number(%.*s)", STR_ARG(piece));
	else if (n->type == EXPR_BOOLEAN)
		hint = STR("${x} > 1 and ${x} < 5");
	(void)expr_node_fault(c, n, "type",
			      str_fmt(c->a, "«%.*s» es %s: no tiene orden", STR_ARG(piece),
				      type_word[n->type].es),
			      str_fmt(c->a, "\"%.*s\" is %s: it has no order", STR_ARG(piece),
				      type_word[n->type].en),
			      hint);
	return NULL;
}

/* Turns the pair into two values of one type that op can compare; false after a fault. */
static bool match_pair(struct expr_checker *c, enum expr_op op, struct expr_node **l,
		       struct expr_node **r)
{
	struct expr_node *lit = is_text_literal(*l) ? *l : is_text_literal(*r) ? *r : NULL;
	struct expr_node **other = lit == *l ? r : l;
	struct expr_node **place = lit == *l ? l : r;
	if (lit && is_order(op) && is_numeric_choice(*other))
		*other = want_number(c, *other);
	if (lit && (*other)->type != EXPR_TEXT)
		return (*place = literal_as(c, lit, *other)) != NULL;
	if (lit)
		return is_text_literal(*other) || !(*other)->dictionary ||
			fix_choice(c, op, *other, lit);
	bool numeric = (*l)->type == EXPR_NUMBER || (*r)->type == EXPR_NUMBER ||
		(is_order(op) && is_numeric_choice(*l) && is_numeric_choice(*r));
	if (!numeric)
		return true;
	if (!is_order(op) && is_numeric_choice(*l) && !check_number_option(c, *l, *r))
		return false;
	if (!is_order(op) && is_numeric_choice(*r) && !check_number_option(c, *r, *l))
		return false;
	if (is_order(op) && (*l)->type == EXPR_BOOLEAN)
		return fail_order(c, *l) != NULL;
	if (is_order(op) && (*r)->type == EXPR_BOOLEAN)
		return fail_order(c, *r) != NULL;
	return (*l = expr_want(c, *l, EXPR_NUMBER)) && (*r = expr_want(c, *r, EXPR_NUMBER));
}

struct expr_node *expr_compare(struct expr_checker *c, const struct expr_raw *raw,
			       struct expr_node *left, struct expr_node *right)
{
	struct str unit;
	if (!match_pair(c, raw->op, &left, &right))
		return NULL;
	if (left->type != right->type)
		return fail_type(c, right, left->type, (struct str){ 0 });
	if (left->type == EXPR_SET || left->type == EXPR_LIST)
		return fail_type(c, left, EXPR_TEXT, STR("selected(…, '…')"));
	if (is_order(raw->op) && (left->type == EXPR_TEXT || left->type == EXPR_BOOLEAN))
		return fail_order(c, is_text_literal(left) ? right : left);
	struct expr_node *both[] = { left, right };
	if (!expr_join_units(c, both, 2, &unit))
		return NULL;
	struct expr_node *n = expr_node_new(c, raw, raw->op, EXPR_BOOLEAN, 2);
	n->arg[0] = left;
	n->arg[1] = right;
	return n;
}
