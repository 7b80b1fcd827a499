/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names, operators and units; functions are checked in expr_function.c. */
#include "frame/expr_check.h"

#include "base/fold.h"

#include <math.h>

static struct expr_node *fail(const struct expr_checker *c, const struct expr_raw *r,
			      const char *rule, struct str es, struct str en, struct str hint)
{
	(void)expr_fault(c->sink, r->at, r->n, rule, es, en, hint);
	return NULL;
}

/* --- names --- */

static const struct expr_name *find_name(const struct expr_checker *c, struct str name)
{
	for (size_t i = 0; i < c->scope->n; i++)
		if (str_eq(c->scope->name[i].name, name))
			return &c->scope->name[i];
	return NULL;
}

static struct expr_node *fail_unknown(struct expr_checker *c, const struct expr_raw *r,
				      struct str name)
{
	struct str *known = NEW(c->a, c->scope->n, struct str);
	for (size_t i = 0; i < c->scope->n; i++) {
		known[i] = c->scope->name[i].name;
		if (str_eq(c->scope->name[i].repeat, name))
			return fail(c, r, "repeat",
				    str_fmt(c->a,
					    "«%.*s» es un grupo repetido: solo se puede contar",
					    STR_ARG(name)),
				    str_fmt(c->a, "\"%.*s\" is a repeat: it can only be counted",
					    STR_ARG(name)),
				    str_fmt(c->a, "count(${%.*s})", STR_ARG(name)));
	}
	struct str near = fold_nearest(c->a, name, known, c->scope->n);
	return fail(c, r, "unknown_name", str_fmt(c->a, "${%.*s} no existe", STR_ARG(name)),
		    str_fmt(c->a, "there is no ${%.*s}", STR_ARG(name)),
		    near.n ? str_fmt(c->a, "${%.*s}", STR_ARG(near)) : near);
}

static uint32_t use_name(struct expr_checker *c, const struct expr_name *name)
{
	for (size_t i = 0; i < c->n_names; i++)
		if (str_eq(c->name[i].name, name->name))
			return (uint32_t)i;
	c->name = arena_grow(c->a, c->name, c->n_names, c->n_names + 1, sizeof *c->name);
	c->name[c->n_names] = *name;
	return (uint32_t)c->n_names++;
}

static enum expr_type type_of_column(enum column_type t)
{
	switch (t) {
	case COLUMN_INTEGER:
	case COLUMN_REAL: return EXPR_NUMBER;
	case COLUMN_TEXT:
	case COLUMN_CHOICE: return EXPR_TEXT;
	case COLUMN_MULTIPLE:
	case COLUMN_RANK: return EXPR_SET;
	case COLUMN_DATE: return EXPR_DATE;
	case COLUMN_BOOLEAN: return EXPR_BOOLEAN;
	}
	return EXPR_TEXT;
}

static struct expr_node *check_name(struct expr_checker *c, const struct expr_raw *r,
				    struct str name, struct expr_place at)
{
	const struct expr_name *known = find_name(c, name);
	if (!known)
		return fail_unknown(c, r, name);
	if (at.top)
		return fail(c, r, "aggregate",
			    str_fmt(c->a,
				    "${%.*s} está fuera de un agregado: tiene un valor por fila",
				    STR_ARG(name)),
			    str_fmt(c->a,
				    "${%.*s} is outside an aggregate: it has a value for each row",
				    STR_ARG(name)),
			    known->type == COLUMN_INTEGER || known->type == COLUMN_REAL
				    ? str_fmt(c->a, "sum(${%.*s})", STR_ARG(name))
				    : str_fmt(c->a, "counts(${%.*s})", STR_ARG(name)));
	if (known->repeat.n && !str_eq(known->repeat, at.repeat))
		return fail(c, r, "repeat",
			    str_fmt(c->a,
				    "${%.*s} se repite (%.*s): aquí no hay una sola respuesta",
				    STR_ARG(name), STR_ARG(known->repeat)),
			    str_fmt(c->a, "${%.*s} repeats (%.*s): there is no single answer here",
				    STR_ARG(name), STR_ARG(known->repeat)),
			    str_fmt(c->a, "sum(${%.*s})", STR_ARG(name)));
	enum expr_type type = type_of_column(known->type);
	struct expr_node *n = expr_node_new(c, r, EXPR_OP_NAME, type, 0);
	n->name = use_name(c, known);
	n->unit = known->unit;
	n->dictionary = known->type == COLUMN_CHOICE || type == EXPR_SET ? known->dictionary : NULL;
	return n;
}

static struct expr_node *check_bare(struct expr_checker *c, const struct expr_raw *r,
				    struct expr_place at)
{
	if (c->scope->allow_bare)
		return check_name(c, r, r->text, at);
	bool known = find_name(c, r->text) != NULL;
	if (known)
		return fail(
			c, r, "syntax",
			str_fmt(c->a, "«%.*s»: un nombre va entre ${ y }", STR_ARG(r->text)),
			str_fmt(c->a, "\"%.*s\": a name stands between ${ and }", STR_ARG(r->text)),
			str_fmt(c->a, "${%.*s}", STR_ARG(r->text)));
	return fail(c, r, "syntax",
		    str_fmt(c->a,
			    "«%.*s» no es un número, un texto entre comillas ni un nombre ${…}",
			    STR_ARG(r->text)),
		    str_fmt(c->a, "\"%.*s\" is no number, no text in quotes and no name ${…}",
			    STR_ARG(r->text)),
		    str_fmt(c->a, "'%.*s'", STR_ARG(r->text)));
}

static struct expr_node *check_self(struct expr_checker *c, const struct expr_raw *r,
				    struct expr_place at)
{
	if (c->scope->self.n)
		return check_name(c, r, c->scope->self, at);
	return fail(c, r, "syntax", STR("«.» no significa nada aquí: no hay una pregunta propia"),
		    STR("\".\" means nothing here: there is no question of its own"), STR("${…}"));
}

/* --- operators --- */

static double fold_constant(enum expr_op op, double a, double b)
{
	switch ((int)op) {
	case EXPR_OP_NEGATE: return -a;
	case EXPR_OP_ADD: return a + b;
	case EXPR_OP_SUBTRACT: return a - b;
	case EXPR_OP_MULTIPLY: return a * b;
	case EXPR_OP_DIVIDE: return b < 0 || b > 0 ? a / b : (double)NAN;
	default: return (double)NAN;
	}
}

/* Arithmetic on literals is done now, so that comparisons see one number. */
static struct expr_node *folded(struct expr_checker *c, const struct expr_raw *r,
				struct expr_node *n)
{
	for (uint32_t i = 0; i < n->n_args; i++)
		if (n->arg[i]->op != EXPR_OP_NUMBER)
			return n;
	double v = fold_constant(n->op, n->arg[0]->number, n->n_args > 1 ? n->arg[1]->number : 0);
	return isfinite(v) ? expr_node_number(c, r, v) : n;
}

static struct expr_node *binary(struct expr_checker *c, const struct expr_raw *r,
				enum expr_type type, struct expr_node *a, struct expr_node *b)
{
	struct expr_node *n = expr_node_new(c, r, r->op, type, 2);
	n->arg[0] = a;
	n->arg[1] = b;
	return n;
}

/* date - date: days; date ± days: a date. */
static struct expr_node *check_dates(struct expr_checker *c, const struct expr_raw *r,
				     struct expr_node *a, struct expr_node *b)
{
	if (r->op == EXPR_OP_SUBTRACT && a->type == EXPR_DATE && b->type == EXPR_DATE)
		return binary(c, r, EXPR_NUMBER, a, b);
	if (a->type == EXPR_DATE && b->type != EXPR_DATE) {
		b = expr_want(c, b, EXPR_NUMBER);
		return b ? binary(c, r, EXPR_DATE, a, b) : NULL;
	}
	if (r->op == EXPR_OP_ADD && a->type != EXPR_DATE) {
		a = expr_want(c, a, EXPR_NUMBER);
		return a ? binary(c, r, EXPR_DATE, a, b) : NULL;
	}
	(void)expr_want(c, b, EXPR_NUMBER); /* a number minus a date: the fault is the date's */
	return NULL;
}

/* A sum keeps the one unit.  A product with a pure number keeps the other's unit, one of two units
 * has none.  A quotient by a pure number keeps the unit, any other has none. */
static bool set_unit(struct expr_checker *c, struct expr_node *n, struct expr_node *a,
		     struct expr_node *b)
{
	struct expr_node *both[] = { a, b };
	switch ((int)n->op) {
	case EXPR_OP_MULTIPLY:
		n->unit = !a->unit.n ? b->unit : !b->unit.n ? a->unit : (struct str){ 0 };
		return true;
	case EXPR_OP_DIVIDE: n->unit = b->unit.n ? (struct str){ 0 } : a->unit; return true;
	default: return expr_join_units(c, both, 2, &n->unit);
	}
}

static struct expr_node *check_arithmetic(struct expr_checker *c, const struct expr_raw *r,
					  struct expr_node *a, struct expr_node *b)
{
	bool sum = r->op == EXPR_OP_ADD || r->op == EXPR_OP_SUBTRACT;
	if (sum && (a->type == EXPR_DATE || b->type == EXPR_DATE))
		return check_dates(c, r, a, b);
	a = expr_want(c, a, EXPR_NUMBER);
	b = expr_want(c, b, EXPR_NUMBER);
	if (!a || !b)
		return NULL;
	struct expr_node *n = binary(c, r, EXPR_NUMBER, a, b);
	return set_unit(c, n, a, b) ? folded(c, r, n) : NULL;
}

static struct expr_node *check_chain(struct expr_checker *c, const struct expr_raw *r,
				     struct expr_place at)
{
	struct expr_node *n = expr_node_new(c, r, r->op, EXPR_BOOLEAN, r->n_args);
	bool ok = true;
	for (uint32_t i = 0; i < r->n_args; i++) {
		n->arg[i] = expr_want(c, expr_check(c, r->arg[i], at), EXPR_BOOLEAN);
		ok = ok && n->arg[i];
	}
	return ok ? n : NULL;
}

static struct expr_node *check_negate(struct expr_checker *c, const struct expr_raw *r,
				      struct expr_place at)
{
	struct expr_node *a = expr_want(c, expr_check(c, r->arg[0], at), EXPR_NUMBER);
	if (!a)
		return NULL;
	struct expr_node *n = expr_node_new(c, r, r->op, EXPR_NUMBER, 1);
	n->arg[0] = a;
	n->unit = a->unit;
	return folded(c, r, n);
}

static struct expr_node *check_operator(struct expr_checker *c, const struct expr_raw *r,
					struct expr_place at)
{
	if (r->op == EXPR_OP_AND || r->op == EXPR_OP_OR)
		return check_chain(c, r, at);
	if (r->op == EXPR_OP_NEGATE)
		return check_negate(c, r, at);
	struct expr_node *a = expr_check(c, r->arg[0], at);
	struct expr_node *b = expr_check(c, r->arg[1], at);
	if (!a || !b)
		return NULL;
	if (r->op >= EXPR_OP_EQ && r->op <= EXPR_OP_GE)
		return expr_compare(c, r, a, b);
	return check_arithmetic(c, r, a, b);
}

struct expr_node *expr_check(struct expr_checker *c, const struct expr_raw *r, struct expr_place at)
{
	struct expr_node *n;
	switch (r->kind) {
	case EXPR_RAW_NUMBER: return expr_node_number(c, r, r->number);
	case EXPR_RAW_TEXT:
		n = expr_node_new(c, r, EXPR_OP_TEXT, EXPR_TEXT, 0);
		n->text = r->text;
		return n;
	case EXPR_RAW_NAME: return check_name(c, r, r->text, at);
	case EXPR_RAW_BARE: return check_bare(c, r, at);
	case EXPR_RAW_SELF: return check_self(c, r, at);
	case EXPR_RAW_PARENT:
		return fail(
			c, r, "syntax", STR("las rutas de XPath no se admiten: escriba ${nombre}"),
			STR("XPath paths are not supported: write ${name}"), STR("position(..)"));
	case EXPR_RAW_CALL: return expr_check_call(c, r, at);
	case EXPR_RAW_OP: return check_operator(c, r, at);
	}
	return NULL;
}
