/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions of the language: one row each, and the checks that a row cannot say. */
#include "base/date.h"
#include "base/fold.h"
#include "base/num.h"
#include "frame/expr_check.h"
#include "frame/expr_regex.h"

#include <math.h>

struct function;
typedef struct expr_node *special_check(struct expr_checker *c, const struct expr_raw *r,
					const struct function *f, struct expr_place at);

/* Arguments and result: n number, t truth, s text, d date, a any; the last one repeats.
 * Unit of the result: '-' none, '0' the first argument's, 'j' the one all share. */
struct function {
	const char *name;
	enum expr_op op;
	unsigned n_min, n_max;
	const char *args;
	char result, unit;
	special_check *special;
};
#define MANY 10000u

static special_check check_if, check_coalesce, check_extreme, check_selected, check_selected_at,
	check_choice_name, check_regex, check_constant, check_today, check_position, check_once,
	check_number, check_string, check_boolean, check_date, check_checklist,
	check_answered_count, check_count_selected;

static const struct function function[] = {
	/* logic */
	{ "if", EXPR_OP_IF, 3, 3, "a", 'a', 'j', check_if },
	{ "not", EXPR_OP_NOT, 1, 1, "t", 't', '-', NULL },
	{ "true", EXPR_OP_TRUTH, 0, 0, "", 't', '-', check_constant },
	{ "false", EXPR_OP_TRUTH, 0, 0, "", 't', '-', check_constant },
	{ "coalesce", EXPR_OP_COALESCE, 2, MANY, "a", 'a', 'j', check_coalesce },
	{ "once", EXPR_OP_COALESCE, 1, 1, "a", 'a', '0', check_once },
	{ "answered", EXPR_OP_ANSWERED, 1, 1, "a", 't', '-', NULL },
	{ "boolean", EXPR_OP_TO_TRUTH, 1, 1, "a", 't', '-', check_boolean },
	{ "boolean-from-string", EXPR_OP_TRUTH_FROM_TEXT, 1, 1, "s", 't', '-', NULL },
	{ "checklist", EXPR_OP_AND, 3, MANY, "nnt", 't', '-', check_checklist },
	{ "weighted-checklist", EXPR_OP_AND, 4, MANY, "nn", 't', '-', check_checklist },
	/* numbers */
	{ "round", EXPR_OP_ROUND, 1, 2, "n", 'n', '0', NULL },
	{ "int", EXPR_OP_INT, 1, 1, "n", 'n', '0', NULL },
	{ "floor", EXPR_OP_FLOOR, 1, 1, "n", 'n', '0', NULL },
	{ "ceiling", EXPR_OP_CEILING, 1, 1, "n", 'n', '0', NULL },
	{ "abs", EXPR_OP_ABS, 1, 1, "n", 'n', '0', NULL },
	{ "min", EXPR_OP_MIN, 2, MANY, "n", 'n', 'j', check_extreme },
	{ "max", EXPR_OP_MAX, 2, MANY, "n", 'n', 'j', check_extreme },
	{ "sum", EXPR_OP_SUM, 2, MANY, "n", 'n', 'j', NULL },
	{ "count", EXPR_OP_COUNT, 2, MANY, "t", 'n', '-', NULL },
	{ "count-non-empty", EXPR_OP_COUNT, 1, MANY, "a", 'n', '-', check_answered_count },
	{ "pow", EXPR_OP_POW, 2, 2, "n", 'n', '-', NULL },
	{ "sqrt", EXPR_OP_SQRT, 1, 1, "n", 'n', '-', NULL },
	{ "exp", EXPR_OP_EXP, 1, 1, "n", 'n', '-', NULL },
	{ "exp10", EXPR_OP_EXP10, 1, 1, "n", 'n', '-', NULL },
	{ "log", EXPR_OP_LOG, 1, 1, "n", 'n', '-', NULL },
	{ "log10", EXPR_OP_LOG10, 1, 1, "n", 'n', '-', NULL },
	{ "pi", EXPR_OP_NUMBER, 0, 0, "", 'n', '-', check_constant },
	{ "sin", EXPR_OP_SIN, 1, 1, "n", 'n', '-', NULL },
	{ "cos", EXPR_OP_COS, 1, 1, "n", 'n', '-', NULL },
	{ "tan", EXPR_OP_TAN, 1, 1, "n", 'n', '-', NULL },
	{ "asin", EXPR_OP_ASIN, 1, 1, "n", 'n', '-', NULL },
	{ "acos", EXPR_OP_ACOS, 1, 1, "n", 'n', '-', NULL },
	{ "atan", EXPR_OP_ATAN, 1, 1, "n", 'n', '-', NULL },
	{ "atan2", EXPR_OP_ATAN2, 2, 2, "n", 'n', '-', NULL },
	{ "number", EXPR_OP_TO_NUMBER, 1, 1, "a", 'n', '0', check_number },
	/* options */
	{ "selected", EXPR_OP_SELECTED, 2, 2, "a", 't', '-', check_selected },
	{ "count-selected", EXPR_OP_COUNT_SELECTED, 1, 1, "a", 'n', '-', check_count_selected },
	{ "selected-at", EXPR_OP_SELECTED_AT, 2, 2, "an", 's', '-', check_selected_at },
	{ "jr:choice-name", EXPR_OP_CHOICE_NAME, 2, 2, "ss", 's', '-', check_choice_name },
	{ "position", EXPR_OP_POSITION, 1, 1, "", 'n', '-', check_position },
	/* text */
	{ "string", EXPR_OP_TO_TEXT, 1, 1, "s", 's', '-', check_string },
	{ "string-length", EXPR_OP_STRING_LENGTH, 1, 1, "s", 'n', '-', NULL },
	{ "contains", EXPR_OP_CONTAINS, 2, 2, "s", 't', '-', NULL },
	{ "starts-with", EXPR_OP_STARTS_WITH, 2, 2, "s", 't', '-', NULL },
	{ "ends-with", EXPR_OP_ENDS_WITH, 2, 2, "s", 't', '-', NULL },
	{ "substr", EXPR_OP_SUBSTR, 2, 3, "sn", 's', '-', NULL },
	{ "substring-before", EXPR_OP_SUBSTRING_BEFORE, 2, 2, "s", 's', '-', NULL },
	{ "substring-after", EXPR_OP_SUBSTRING_AFTER, 2, 2, "s", 's', '-', NULL },
	{ "concat", EXPR_OP_CONCAT, 1, MANY, "s", 's', '-', NULL },
	{ "join", EXPR_OP_JOIN, 2, MANY, "s", 's', '-', NULL },
	{ "normalize-space", EXPR_OP_NORMALIZE_SPACE, 1, 1, "s", 's', '-', NULL },
	{ "translate", EXPR_OP_TRANSLATE, 3, 3, "s", 's', '-', NULL },
	{ "lower-case", EXPR_OP_LOWER_CASE, 1, 1, "s", 's', '-', NULL },
	{ "upper-case", EXPR_OP_UPPER_CASE, 1, 1, "s", 's', '-', NULL },
	{ "regex", EXPR_OP_REGEX, 2, 2, "s", 't', '-', check_regex },
	{ "nit-valid", EXPR_OP_NIT_VALID, 1, 1, "s", 't', '-', NULL },
	/* dates */
	{ "today", EXPR_OP_TODAY, 0, 0, "", 'd', '-', check_today },
	{ "now", EXPR_OP_TODAY, 0, 0, "", 'd', '-', check_today },
	{ "date", EXPR_OP_DATE, 1, 1, "a", 'd', '-', check_date },
	{ "date-time", EXPR_OP_DATE, 1, 1, "a", 'd', '-', check_date },
	{ "decimal-date-time", EXPR_OP_TO_NUMBER, 1, 1, "d", 'n', '-', NULL },
	{ "format-date", EXPR_OP_FORMAT_DATE, 2, 2, "ds", 's', '-', NULL },
	{ "format-date-time", EXPR_OP_FORMAT_DATE, 2, 2, "ds", 's', '-', NULL },
	{ "year", EXPR_OP_YEAR, 1, 1, "d", 'n', '-', NULL },
	{ "month", EXPR_OP_MONTH, 1, 1, "d", 'n', '-', NULL },
	{ "day", EXPR_OP_DAY_OF, 1, 1, "d", 'n', '-', NULL },
};
enum { N_FUNCTIONS = sizeof function / sizeof *function };

/* Over the rows of the universe; those marked also over the rows of a repeat.
 * unit: '-' none, '0' of the first argument, '/' as a division, '%' percent, 's' none but
 * shared. */
static const struct aggregate {
	const char *name;
	enum expr_aggregate kind;
	unsigned n_min, n_max;
	const char *args; /* as above; o: a number or a date; k: a constant number */
	char result;      /* as above; 0: the first argument's type, 1: the second's, l: list */
	char unit;
	bool repeat; /* works over a repeat too */
	bool always; /* an aggregate with any number of arguments */
} aggregate[] = {
	{ "count", EXPR_AGGREGATE_COUNT, 0, 1, "t", 'n', '-', true, false },
	{ "sum", EXPR_AGGREGATE_SUM, 1, 1, "n", 'n', '0', true, false },
	{ "min", EXPR_AGGREGATE_MIN, 1, 1, "o", '0', '0', true, false },
	{ "max", EXPR_AGGREGATE_MAX, 1, 1, "o", '0', '0', true, false },
	{ "mean", EXPR_AGGREGATE_MEAN, 1, 1, "n", 'n', '0', true, true },
	{ "median", EXPR_AGGREGATE_MEDIAN, 1, 1, "n", 'n', '0', true, true },
	{ "distinct", EXPR_AGGREGATE_DISTINCT, 1, 1, "v", 'n', '-', true, true },
	{ "share", EXPR_AGGREGATE_SHARE, 1, 1, "t", 'n', '%', false, true },
	{ "quantile", EXPR_AGGREGATE_QUANTILE, 2, 2, "nk", 'n', '0', false, true },
	{ "sd", EXPR_AGGREGATE_SD, 1, 1, "n", 'n', '0', false, true },
	{ "ratio", EXPR_AGGREGATE_RATIO, 2, 2, "nn", 'n', '/', false, true },
	{ "wmean", EXPR_AGGREGATE_WMEAN, 2, 2, "nn", 'n', '0', false, true },
	{ "growth", EXPR_AGGREGATE_GROWTH, 2, 2, "nn", 'n', 's', false, true },
	{ "correlation", EXPR_AGGREGATE_CORRELATION, 2, 2, "nn", 'n', '-', false, true },
	{ "spearman", EXPR_AGGREGATE_SPEARMAN, 2, 2, "nn", 'n', '-', false, true },
	{ "top", EXPR_AGGREGATE_TOP, 2, 2, "ak", 'l', '-', false, true },
	{ "most", EXPR_AGGREGATE_MOST, 2, 2, "ak", 'l', '-', false, true },
	{ "counts", EXPR_AGGREGATE_COUNTS, 1, 1, "a", 'l', '-', false, true },
	{ "lowest", EXPR_AGGREGATE_LOWEST, 2, 2, "nv", '1', '-', false, true },
	{ "highest", EXPR_AGGREGATE_HIGHEST, 2, 2, "nv", '1', '-', false, true },
};
enum { N_AGGREGATES = sizeof aggregate / sizeof *aggregate };

/* Known elsewhere and refused here: they need files, a map, chance or the device. */
static const char *const refused[] = {
	"area",           "distance",       "geofence",  "intersects", "pulldata", "instance",
	"indexed-repeat", "random",         "randomize", "uuid",       "digest",   "base64-decode",
	"base64-encode",  "extract-signed", "property",  "jr:itext",   "current",  "decimal-time",
	"version",        "last",           "id",        "local-name", "name",     "lang",
	"namespace-uri",  "depend",         "index",     "entity",     "exif",
};

static const struct aggregate *find_aggregate(const struct expr_raw *r)
{
	if (r->kind != EXPR_RAW_CALL)
		return NULL;
	for (size_t i = 0; i < N_AGGREGATES; i++)
		if (str_is(r->text, aggregate[i].name) && (aggregate[i].always || r->n_args < 2))
			return &aggregate[i];
	return NULL;
}

static const struct function *find_function(struct str name)
{
	for (size_t i = 0; i < N_FUNCTIONS; i++)
		if (str_is(name, function[i].name))
			return &function[i];
	return NULL;
}

bool expr_raw_has_aggregate(const struct expr_raw *r)
{
	if (find_aggregate(r) || (r->kind == EXPR_RAW_CALL && str_is(r->text, "figure")))
		return true;
	for (size_t i = 0; i < r->n_args; i++)
		if (expr_raw_has_aggregate(r->arg[i]))
			return true;
	return false;
}

bool expr_raw_has_name(const struct expr_raw *r)
{
	if (r->kind == EXPR_RAW_NAME || r->kind == EXPR_RAW_SELF || r->kind == EXPR_RAW_BARE)
		return true;
	for (size_t i = 0; i < r->n_args; i++)
		if (expr_raw_has_name(r->arg[i]))
			return true;
	return false;
}

static struct expr_node *fail(const struct expr_checker *c, const struct expr_raw *r,
			      const char *rule, struct str es, struct str en, struct str hint)
{
	(void)expr_fault(c->sink, r->at, r->n, rule, es, en, hint);
	return NULL;
}

static struct expr_node *fail_arity(struct expr_checker *c, const struct expr_raw *r,
				    unsigned n_min, unsigned n_max)
{
	struct str t = r->text;
	if (n_max == MANY)
		return fail(c, r, "arity",
			    str_fmt(c->a, "%.*s() lleva %u argumentos o más, no %u", STR_ARG(t),
				    n_min, r->n_args),
			    str_fmt(c->a, "%.*s() takes %u arguments or more, not %u", STR_ARG(t),
				    n_min, r->n_args),
			    (struct str){ 0 });
	if (n_min == n_max)
		return fail(c, r, "arity",
			    str_fmt(c->a, "%.*s() lleva %u argumentos, no %u", STR_ARG(t), n_min,
				    r->n_args),
			    str_fmt(c->a, "%.*s() takes %u arguments, not %u", STR_ARG(t), n_min,
				    r->n_args),
			    (struct str){ 0 });
	return fail(c, r, "arity",
		    str_fmt(c->a, "%.*s() lleva de %u a %u argumentos, no %u", STR_ARG(t), n_min,
			    n_max, r->n_args),
		    str_fmt(c->a, "%.*s() takes %u to %u arguments, not %u", STR_ARG(t), n_min,
			    n_max, r->n_args),
		    (struct str){ 0 });
}

static struct expr_node *fail_unknown(struct expr_checker *c, const struct expr_raw *r)
{
	struct str t = r->text;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (str_is(t, refused[i]))
			return fail(
				c, r, "unsupported_function",
				str_fmt(c->a, "la función %.*s() no se admite aquí", STR_ARG(t)),
				str_fmt(c->a, "the function %.*s() is not supported here",
					STR_ARG(t)),
				(struct str){ 0 });
	struct str known[N_FUNCTIONS + N_AGGREGATES];
	for (size_t i = 0; i < N_FUNCTIONS; i++)
		known[i] = str_of(function[i].name);
	for (size_t i = 0; i < N_AGGREGATES; i++)
		known[N_FUNCTIONS + i] = str_of(aggregate[i].name);
	struct str near = fold_nearest(c->a, t, known, N_FUNCTIONS + N_AGGREGATES);
	struct expr_raw word = { .at = r->at, .n = (uint32_t)t.n };
	return fail(c, &word, "unknown_function",
		    str_fmt(c->a, "la función %.*s() no existe", STR_ARG(t)),
		    str_fmt(c->a, "there is no function %.*s()", STR_ARG(t)),
		    near.n ? str_fmt(c->a, "%.*s()", STR_ARG(near)) : near);
}

static enum expr_type type_of_letter(char l)
{
	switch (l) {
	case 't': return EXPR_BOOLEAN;
	case 's': return EXPR_TEXT;
	case 'd': return EXPR_DATE;
	case 'l': return EXPR_LIST;
	default: return EXPR_NUMBER;
	}
}

static char letter_at(const char *args, size_t i)
{
	size_t n = str_of(args).n;
	return n == 0 ? 'a' : args[i < n ? i : n - 1];
}

/* Checks all arguments (so that all their faults are told) and converts them as the letters say. */
static bool check_arguments(struct expr_checker *c, const struct expr_raw *r, const char *args,
			    struct expr_place at, struct expr_node **out)
{
	bool ok = true;
	for (size_t i = 0; i < r->n_args; i++) {
		char l = letter_at(args, i);
		out[i] = expr_check(c, r->arg[i], at);
		if (out[i] && l != 'a')
			out[i] = expr_want(c, out[i], type_of_letter(l));
		ok = ok && out[i];
	}
	return ok;
}

static bool unit_of_result(struct expr_checker *c, char rule, struct expr_node *const *arg,
			   size_t n, struct str *out)
{
	*out = (struct str){ 0 };
	if (rule == '0' && n)
		*out = arg[0]->unit;
	return rule != 'j' || expr_join_units(c, arg, n, out);
}

static void set_arguments(struct expr_node *n, struct expr_node *const *arg)
{
	for (size_t i = 0; i < n->n_args; i++)
		n->arg[i] = arg[i];
}

static struct expr_node *check_plain(struct expr_checker *c, const struct expr_raw *r,
				     const struct function *f, struct expr_place at)
{
	struct expr_node **arg = NEW(c->a, r->n_args, struct expr_node *);
	if (!check_arguments(c, r, f->args, at, arg))
		return NULL;
	struct expr_node *n = expr_node_new(c, r, f->op, type_of_letter(f->result), r->n_args);
	set_arguments(n, arg);
	return unit_of_result(c, f->unit, arg, r->n_args, &n->unit) ? n : NULL;
}

/* --- special rows --- */

/* The list that the values of a text node belong to after expr_unify(). */
static const struct dictionary *list_of(const struct expr_node *const *arg, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!arg[i]->dictionary && arg[i]->op != EXPR_OP_MISSING)
			return NULL;
	return n ? arg[0]->dictionary : NULL;
}

static struct expr_node *check_if(struct expr_checker *c, const struct expr_raw *r,
				  const struct function *f, struct expr_place at)
{
	struct expr_node *arg[3];
	enum expr_type type;
	if (!check_arguments(c, r, f->args, at, arg))
		return NULL;
	arg[0] = expr_want(c, arg[0], EXPR_BOOLEAN);
	if (!arg[0] || !expr_unify(c, arg + 1, 2, &type))
		return NULL;
	struct expr_node *n = expr_node_new(c, r, f->op, type, 3);
	set_arguments(n, arg);
	n->dictionary = type == EXPR_TEXT ? list_of(n->arg + 1, 2) : NULL;
	return expr_join_units(c, arg + 1, 2, &n->unit) ? n : NULL;
}

static struct expr_node *check_coalesce(struct expr_checker *c, const struct expr_raw *r,
					const struct function *f, struct expr_place at)
{
	struct expr_node **arg = NEW(c->a, r->n_args, struct expr_node *);
	enum expr_type type;
	if (!check_arguments(c, r, f->args, at, arg) || !expr_unify(c, arg, r->n_args, &type))
		return NULL;
	struct expr_node *n = expr_node_new(c, r, f->op, type, r->n_args);
	set_arguments(n, arg);
	n->dictionary = type == EXPR_TEXT ? list_of(n->arg, n->n_args) : NULL;
	return expr_join_units(c, arg, n->n_args, &n->unit) ? n : NULL;
}

/* min and max of several values of the row: numbers, or dates. */
static struct expr_node *check_extreme(struct expr_checker *c, const struct expr_raw *r,
				       const struct function *f, struct expr_place at)
{
	struct expr_node **arg = NEW(c->a, r->n_args, struct expr_node *);
	bool dates = false;
	if (!check_arguments(c, r, "a", at, arg))
		return NULL;
	for (size_t i = 0; i < r->n_args; i++)
		dates |= arg[i]->type == EXPR_DATE;
	for (size_t i = 0; i < r->n_args; i++)
		if (!(arg[i] = expr_want(c, arg[i], dates ? EXPR_DATE : EXPR_NUMBER)))
			return NULL;
	struct expr_node *n =
		expr_node_new(c, r, f->op, dates ? EXPR_DATE : EXPR_NUMBER, r->n_args);
	set_arguments(n, arg);
	return expr_join_units(c, arg, n->n_args, &n->unit) ? n : NULL;
}

static struct expr_node *check_once(struct expr_checker *c, const struct expr_raw *r,
				    const struct function *f, struct expr_place at)
{
	(void)f;
	return expr_check(c, r->arg[0], at);
}

static struct expr_node *check_boolean(struct expr_checker *c, const struct expr_raw *r,
				       const struct function *f, struct expr_place at)
{
	struct expr_node *x = expr_check(c, r->arg[0], at);
	if (!x || x->type == EXPR_BOOLEAN)
		return x;
	if (x->type != EXPR_NUMBER && !(x = expr_want(c, x, EXPR_TEXT)))
		return NULL;
	return expr_node_over(c, x, f->op, EXPR_BOOLEAN);
}

static struct expr_node *check_number(struct expr_checker *c, const struct expr_raw *r,
				      const struct function *f, struct expr_place at)
{
	struct expr_node *x = expr_check(c, r->arg[0], at);
	double v;
	if (!x || x->type == EXPR_NUMBER)
		return x;
	if (x->op == EXPR_OP_TEXT && num_real(str_trim(x->text), &v))
		return expr_node_number(c, r, v);
	if ((x->type == EXPR_SET || x->type == EXPR_LIST) && !(x = expr_want(c, x, EXPR_NUMBER)))
		return NULL;
	return expr_node_over(c, x, f->op, EXPR_NUMBER);
}

static struct expr_node *check_string(struct expr_checker *c, const struct expr_raw *r,
				      const struct function *f, struct expr_place at)
{
	(void)f;
	struct expr_node *x = expr_check(c, r->arg[0], at);
	return x ? expr_want(c, x, EXPR_TEXT) : NULL;
}

static struct expr_node *check_date(struct expr_checker *c, const struct expr_raw *r,
				    const struct function *f, struct expr_place at)
{
	struct expr_node *x = expr_check(c, r->arg[0], at);
	if (!x || x->type == EXPR_DATE)
		return x;
	if (x->op == EXPR_OP_TEXT)
		return expr_want(c, x, EXPR_DATE);
	if (x->type != EXPR_NUMBER && x->type != EXPR_TEXT)
		return expr_want(c, x, EXPR_DATE);
	return expr_node_over(c, x, f->op, EXPR_DATE);
}

static struct expr_node *check_constant(struct expr_checker *c, const struct expr_raw *r,
					const struct function *f, struct expr_place at)
{
	(void)at;
	struct expr_node *n = expr_node_new(c, r, f->op, type_of_letter(f->result), 0);
	n->number = f->op == EXPR_OP_NUMBER ? M_PI : str_is(r->text, "true");
	return n;
}

static struct expr_node *check_today(struct expr_checker *c, const struct expr_raw *r,
				     const struct function *f, struct expr_place at)
{
	(void)at;
	if (c->scope->allow_today)
		return expr_node_new(c, r, f->op, EXPR_DATE, 0);
	return fail(
		c, r, "today",
		str_fmt(c->a,
			"%.*s() solo vale en el valor por defecto: un resultado no depende del día "
			"en que se calcula",
			STR_ARG(r->text)),
		str_fmt(c->a,
			"%.*s() is for defaults only: a result does not depend on the day it is "
			"computed",
			STR_ARG(r->text)),
		c->scope->allow_aggregates ? STR("${round_to}") : (struct str){ 0 });
}

static struct expr_node *check_position(struct expr_checker *c, const struct expr_raw *r,
					const struct function *f, struct expr_place at)
{
	if (r->arg[0]->kind != EXPR_RAW_PARENT || at.top)
		return fail(c, r, "syntax",
			    STR("aquí solo se entiende position(..), el número de la fila"),
			    STR("only position(..), the number of the row, is understood here"),
			    at.top ? (struct str){ 0 } : STR("position(..)"));
	return expr_node_new(c, r, f->op, EXPR_NUMBER, 0);
}

/* A number as the name of an option: selected(${q}, 1). */
static struct expr_node *number_as_text(struct expr_checker *c, struct expr_node *n)
{
	if (n->op != EXPR_OP_NUMBER)
		return n;
	struct expr_raw here = { .at = n->at, .n = n->n };
	struct expr_node *t = expr_node_new(c, &here, EXPR_OP_TEXT, EXPR_TEXT, 0);
	struct buf b;
	buf_init(&b, c->a, 64);
	num_put_real(&b, n->number);
	t->text = buf_str(&b);
	return t;
}

static struct expr_node *want_options(struct expr_checker *c, struct expr_node *n)
{
	return n->type == EXPR_SET ? n : expr_want(c, n, EXPR_TEXT);
}

static struct expr_node *check_selected(struct expr_checker *c, const struct expr_raw *r,
					const struct function *f, struct expr_place at)
{
	struct expr_node *arg[2];
	if (!check_arguments(c, r, f->args, at, arg))
		return NULL;
	arg[0] = want_options(c, arg[0]);
	arg[1] = expr_want(c, number_as_text(c, arg[1]), EXPR_TEXT);
	if (!arg[0] || !arg[1])
		return NULL;
	if (arg[1]->op == EXPR_OP_TEXT && arg[0]->dictionary &&
	    !expr_fix_option(c, arg[1], arg[0]->dictionary))
		return NULL;
	struct expr_node *n = expr_node_new(c, r, f->op, EXPR_BOOLEAN, 2);
	set_arguments(n, arg);
	return n;
}

static struct expr_node *check_count_selected(struct expr_checker *c, const struct expr_raw *r,
					      const struct function *f, struct expr_place at)
{
	struct expr_node *x = expr_check(c, r->arg[0], at);
	if (!x || !(x = want_options(c, x)))
		return NULL;
	return expr_node_over(c, x, f->op, EXPR_NUMBER);
}

static struct expr_node *check_selected_at(struct expr_checker *c, const struct expr_raw *r,
					   const struct function *f, struct expr_place at)
{
	struct expr_node *arg[2];
	if (!check_arguments(c, r, f->args, at, arg) || !(arg[0] = want_options(c, arg[0])))
		return NULL;
	struct expr_node *n = expr_node_new(c, r, f->op, EXPR_TEXT, 2);
	set_arguments(n, arg);
	n->dictionary = arg[0]->type == EXPR_SET ? arg[0]->dictionary : NULL;
	return n;
}

/* jr:choice-name(value, '${question}'): the second argument is a name in quotes. */
static struct expr_node *check_choice_name(struct expr_checker *c, const struct expr_raw *r,
					   const struct function *f, struct expr_place at)
{
	struct str q = str_trim(r->arg[1]->text);
	struct expr_raw inner = *r->arg[1];
	if (inner.kind == EXPR_RAW_TEXT && str_starts(q, "${") && str_ends(q, "}")) {
		inner.kind = EXPR_RAW_NAME;
		inner.text = str_trim(str_sub(q, 2, q.n - 3));
	}
	struct expr_node *value = expr_check(c, r->arg[0], at);
	struct expr_node *question = inner.kind == EXPR_RAW_NAME ? expr_check(c, &inner, at) : NULL;
	if (inner.kind == EXPR_RAW_NAME && !question)
		return NULL;
	if (!value || !(value = expr_want(c, value, EXPR_TEXT)))
		return NULL;
	if (!question || !question->dictionary)
		return fail(c, r, "type",
			    STR("el segundo argumento es una pregunta de selección entre comillas"),
			    STR("the second argument is a select question in quotes"),
			    STR("jr:choice-name(${q}, '${q}')"));
	struct expr_node *list = expr_node_new(c, r->arg[1], EXPR_OP_TEXT, EXPR_TEXT, 0);
	list->dictionary = question->dictionary;
	struct expr_node *n = expr_node_new(c, r, f->op, EXPR_TEXT, 2);
	n->arg[0] = value;
	n->arg[1] = list;
	return n;
}

static struct expr_node *check_regex(struct expr_checker *c, const struct expr_raw *r,
				     const struct function *f, struct expr_place at)
{
	struct expr_node *n = check_plain(c, r, f, at);
	if (!n)
		return NULL;
	if (n->arg[1]->op != EXPR_OP_TEXT)
		return fail(c, r->arg[1], "regex",
			    STR("el patrón de regex() es un texto entre comillas"),
			    STR("the pattern of regex() is a text in quotes"), (struct str){ 0 });
	struct expr_regex *re = NULL;
	struct err e = { 0 };
	if (!expr_regex_compile(c->a, n->arg[1]->text, &re, &e))
		return fail(c, r->arg[1], "regex",
			    str_fmt(c->a, "el patrón no se puede leer desde «%s»", e.msg),
			    str_fmt(c->a, "the pattern cannot be read from \"%s\" on", e.msg),
			    (struct str){ 0 });
	n->text = n->arg[1]->text;
	n->regex = re;
	return n;
}

/* number of truths (or weighted sum) between two bounds, -1: no bound. */
static struct expr_node *check_checklist(struct expr_checker *c, const struct expr_raw *r,
					 const struct function *f, struct expr_place at)
{
	struct expr_node **arg = NEW(c->a, r->n_args, struct expr_node *);
	bool weighted = str_starts(r->text, "weighted");
	if (weighted && r->n_args % 2)
		return fail_arity(c, r, r->n_args + 1, r->n_args + 1);
	if (!check_arguments(c, r, f->args, at, arg))
		return NULL;
	size_t n_terms = weighted ? (r->n_args - 2) / 2 : r->n_args - 2;
	struct expr_node *total =
		expr_node_new(c, r, weighted ? EXPR_OP_SUM : EXPR_OP_COUNT, EXPR_NUMBER, n_terms);
	for (size_t i = 0; i < n_terms; i++) {
		total->arg[i] = arg[2 + i];
		if (!weighted)
			continue;
		struct expr_node *product =
			expr_node_over(c, arg[2 + 2 * i], EXPR_OP_MULTIPLY, EXPR_NUMBER);
		product->arg = NEW(c->a, 2, const struct expr_node *);
		product->arg[0] = arg[2 + 2 * i];
		product->arg[1] = arg[3 + 2 * i];
		product->n_args = 2;
		total->arg[i] = product;
	}
	struct expr_node *both = expr_node_new(c, r, EXPR_OP_AND, EXPR_BOOLEAN, 2);
	for (size_t i = 0; i < 2; i++) {
		bool open = arg[i]->op == EXPR_OP_NUMBER && arg[i]->number < 0;
		struct expr_node *side =
			expr_node_new(c, r, i ? EXPR_OP_LE : EXPR_OP_GE, EXPR_BOOLEAN, 2);
		side->arg[0] = total;
		side->arg[1] = open ? expr_node_number(c, r, i ? HUGE_VAL : -1) : arg[i];
		both->arg[i] = side;
	}
	return both;
}

/* count-non-empty(a, b, …): how many of them have an answer. */
static struct expr_node *check_answered_count(struct expr_checker *c, const struct expr_raw *r,
					      const struct function *f, struct expr_place at)
{
	struct expr_node *n = check_plain(c, r, f, at);
	for (size_t i = 0; n && i < n->n_args; i++) {
		struct expr_node *x =
			expr_node_new(c, r->arg[i], EXPR_OP_ANSWERED, EXPR_BOOLEAN, 1);
		x->arg[0] = n->arg[i];
		n->arg[i] = x;
	}
	if (n)
		n->type = EXPR_NUMBER;
	return n;
}

/* --- aggregates --- */

static const struct expr_name *scope_name(const struct expr_checker *c, struct str name)
{
	for (size_t i = 0; i < c->scope->n; i++)
		if (str_eq(c->scope->name[i].name, name))
			return &c->scope->name[i];
	return NULL;
}

static bool is_repeat(const struct expr_checker *c, struct str name)
{
	for (size_t i = 0; i < c->scope->n; i++)
		if (str_eq(c->scope->name[i].repeat, name))
			return true;
	return false;
}

/* The first repeat, other than here, that a name of the tree belongs to; empty: none. */
static struct str repeat_in(const struct expr_checker *c, const struct expr_raw *r, struct str here)
{
	if (r->kind == EXPR_RAW_NAME || r->kind == EXPR_RAW_BARE) {
		const struct expr_name *n = scope_name(c, r->text);
		if (n && n->repeat.n && !str_eq(n->repeat, here))
			return n->repeat;
		if (!n && is_repeat(c, r->text))
			return r->text;
	}
	for (size_t i = 0; i < r->n_args; i++) {
		struct str found = repeat_in(c, r->arg[i], here);
		if (found.n)
			return found;
	}
	return (struct str){ 0 };
}

static bool number_or_date(struct expr_checker *c, struct expr_node **x)
{
	if ((*x)->type != EXPR_DATE)
		*x = expr_want(c, *x, EXPR_NUMBER);
	return *x != NULL;
}

/* One value that can be told from others: anything but a set or a list. */
static bool plain_value(struct expr_checker *c, struct expr_node **x)
{
	if ((*x)->type == EXPR_SET || (*x)->type == EXPR_LIST) {
		struct str p = expr_piece(c, *x);
		return expr_node_fault(
			c, *x, "type",
			str_fmt(c->a, "«%.*s» tiene varias opciones por fila", STR_ARG(p)),
			str_fmt(c->a, "\"%.*s\" has several options a row", STR_ARG(p)),
			str_fmt(c->a, "counts(%.*s)", STR_ARG(p)));
	}
	return true;
}

static bool constant_argument(struct expr_checker *c, const struct aggregate *g,
			      const struct expr_raw *r, struct expr_node *x, double *out)
{
	double low = 0, high = 100;
	if (g->kind == EXPR_AGGREGATE_QUANTILE)
		high = 1;
	if (g->kind == EXPR_AGGREGATE_TOP)
		low = 1, high = 1e6;
	bool whole = g->kind != EXPR_AGGREGATE_TOP || x->number == floor(x->number);
	if (x->op == EXPR_OP_NUMBER && x->number >= low && x->number <= high && whole) {
		*out = x->number;
		return true;
	}
	return expr_node_fault(
		c, x, "type",
		str_fmt(c->a, "el segundo argumento de %.*s() es un número fijo de %d a %d",
			STR_ARG(r->text), (int)low, (int)high),
		str_fmt(c->a, "the second argument of %.*s() is a fixed number from %d to %d",
			STR_ARG(r->text), (int)low, (int)high),
		(struct str){ 0 });
}

/* Arguments of an aggregate; *ret_n is how many of them are row trees. */
static bool aggregate_arguments(struct expr_checker *c, const struct expr_raw *r,
				const struct aggregate *g, struct expr_place at,
				struct expr_node **arg, size_t *ret_n, double *ret_constant)
{
	bool ok = check_arguments(c, r, "a", at, arg);
	*ret_n = r->n_args;
	for (size_t i = 0; ok && i < r->n_args; i++) {
		char l = letter_at(g->args, i);
		if (l == 'k') {
			ok = constant_argument(c, g, r, arg[i], ret_constant);
			*ret_n = i;
		} else if (l == 'o') {
			ok = number_or_date(c, &arg[i]);
		} else if (l == 'v') {
			ok = plain_value(c, &arg[i]);
		} else if (l == 'a') {
			ok = arg[i]->type != EXPR_LIST;
		} else {
			ok = (arg[i] = expr_want(c, arg[i], type_of_letter(l))) != NULL;
		}
	}
	return ok;
}

static bool aggregate_result(struct expr_checker *c, const struct aggregate *g,
			     struct expr_node *const *arg, struct expr_node *n)
{
	n->type = g->result == '0' ? arg[0]->type
		: g->result == '1' ? arg[1]->type
				   : type_of_letter(g->result);
	n->dictionary = g->result == '1' ? arg[1]->dictionary : NULL;
	switch (g->unit) {
	case '0': n->unit = arg[0]->unit; return true;
	case '%': n->unit = STR("percent"); return true;
	case '/':
		if (!arg[1]->unit.n)
			n->unit = arg[0]->unit;
		return true;
	case 's': {
		struct str shared;
		return expr_join_units(c, arg, 2, &shared);
	}
	default: return true;
	}
}

static struct expr_node *make_aggregate(struct expr_checker *c, const struct expr_raw *r,
					const struct aggregate *g, enum expr_op op,
					struct expr_place inner)
{
	struct expr_node *arg[2] = { NULL, NULL };
	size_t n_args;
	double constant = 0;
	if (r->n_args < g->n_min || r->n_args > g->n_max)
		return fail_arity(c, r, g->n_min, g->n_max);
	if (!aggregate_arguments(c, r, g, inner, arg, &n_args, &constant))
		return NULL;
	struct expr_node *n = expr_node_new(c, r, op, EXPR_NUMBER, n_args);
	n->aggregate = g->kind;
	n->number = constant;
	n->repeat = op == EXPR_OP_REPEAT ? inner.repeat : (struct str){ 0 };
	set_arguments(n, arg);
	return aggregate_result(c, g, arg, n) ? n : NULL;
}

static struct expr_node *add_leaf(struct expr_checker *c, struct expr_node *n)
{
	if (!n)
		return NULL;
	n->leaf = (uint32_t)c->n_leaves;
	c->leaf = arena_grow(c->a, c->leaf, c->n_leaves, c->n_leaves + 1, sizeof *c->leaf);
	c->leaf[c->n_leaves++] = n;
	return n;
}

/* count(${repeat}) and count(${x}) of a value that is no condition: the rows of the repeat. */
static struct expr_node *count_rows(struct expr_checker *c, const struct expr_raw *r,
				    struct str repeat)
{
	struct expr_node *n = expr_node_new(c, r, EXPR_OP_REPEAT, EXPR_NUMBER, 0);
	n->aggregate = EXPR_AGGREGATE_COUNT;
	n->repeat = repeat;
	return n;
}

static struct expr_node *over_repeat(struct expr_checker *c, const struct expr_raw *r,
				     const struct aggregate *g, struct str repeat)
{
	struct expr_place inner = { .in_aggregate = true, .repeat = repeat };
	if (g->kind == EXPR_AGGREGATE_COUNT && r->arg[0]->kind == EXPR_RAW_NAME) {
		const struct expr_name *name = scope_name(c, r->arg[0]->text);
		if (!name || name->type != COLUMN_BOOLEAN)
			return count_rows(c, r, repeat);
	}
	return make_aggregate(c, r, g, EXPR_OP_REPEAT, inner);
}

static struct expr_node *fail_nested(const struct expr_checker *c, const struct expr_raw *r)
{
	return fail(c, r, "nested",
		    str_fmt(c->a, "%.*s() está dentro de otro agregado: los agregados no se anidan",
			    STR_ARG(r->text)),
		    str_fmt(c->a, "%.*s() is inside another aggregate: aggregates do not nest",
			    STR_ARG(r->text)),
		    (struct str){ 0 });
}

static struct expr_node *check_aggregate(struct expr_checker *c, const struct expr_raw *r,
					 const struct aggregate *g, struct expr_place at)
{
	struct str repeat = r->n_args == 1 ? repeat_in(c, r->arg[0], at.repeat) : (struct str){ 0 };
	if (!at.top && g->repeat && repeat.n && !at.repeat.n)
		return over_repeat(c, r, g, repeat);
	if (at.top)
		return add_leaf(c,
				make_aggregate(c, r, g, EXPR_OP_AGGREGATE,
					       (struct expr_place){ .in_aggregate = true }));
	if (at.in_aggregate || c->scope->allow_aggregates)
		return fail_nested(c, r);
	if (g->repeat)
		return fail(
			c, r, "aggregate",
			str_fmt(c->a,
				"%.*s() con un argumento va sobre las filas de un grupo repetido",
				STR_ARG(r->text)),
			str_fmt(c->a, "%.*s() with one argument runs over the rows of a repeat",
				STR_ARG(r->text)),
			(struct str){ 0 });
	return fail(
		c, r, "aggregate",
		str_fmt(c->a, "%.*s() es un agregado: solo vale en un indicador", STR_ARG(r->text)),
		str_fmt(c->a, "%.*s() is an aggregate: it is for indicators only",
			STR_ARG(r->text)),
		(struct str){ 0 });
}

static struct expr_node *add_figure(struct expr_checker *c, const struct expr_raw *r, size_t which)
{
	const enum expr_type *type = c->scope->figure_type;
	struct str id = c->scope->figure[which];
	struct expr_node *n =
		expr_node_new(c, r, EXPR_OP_FIGURE, type ? type[which] : EXPR_NUMBER, 0);
	n->text = id;
	bool known = false;
	for (size_t i = 0; i < c->n_figures; i++)
		known |= str_eq(c->figure[i], id);
	if (!known) {
		c->figure = arena_grow(c->a, c->figure, c->n_figures, c->n_figures + 1,
				       sizeof *c->figure);
		c->figure[c->n_figures++] = id;
	}
	return add_leaf(c, n);
}

static struct expr_node *check_figure(struct expr_checker *c, const struct expr_raw *r,
				      struct expr_place at)
{
	const struct expr_raw *id = r->n_args == 1 ? r->arg[0] : NULL;
	if (at.in_aggregate)
		return fail_nested(c, r);
	if (!at.top || !c->scope->figure)
		return fail(c, r, "aggregate", STR("figure() solo vale en un indicador"),
			    STR("figure() is for indicators only"), (struct str){ 0 });
	if (!id || id->kind != EXPR_RAW_TEXT)
		return fail(c, r, "syntax",
			    STR("figure() lleva el código de un indicador entre comillas"),
			    STR("figure() takes the id of an indicator in quotes"),
			    id && id->text.n ? str_fmt(c->a, "figure('%.*s')", STR_ARG(id->text))
					     : (struct str){ 0 });
	for (size_t i = 0; i < c->scope->n_figures; i++)
		if (str_eq(c->scope->figure[i], id->text))
			return add_figure(c, r, i);
	struct str near = fold_nearest(c->a, id->text, c->scope->figure, c->scope->n_figures);
	return fail(c, id, "unknown_figure",
		    str_fmt(c->a, "el indicador «%.*s» no existe", STR_ARG(id->text)),
		    str_fmt(c->a, "there is no indicator \"%.*s\"", STR_ARG(id->text)),
		    near.n ? str_fmt(c->a, "figure('%.*s')", STR_ARG(near)) : near);
}

/* count-non-empty over a repeat: its rows with an answer. */
static struct expr_node *answered_rows(struct expr_checker *c, const struct expr_raw *r,
				       struct str repeat)
{
	struct expr_place inner = { .in_aggregate = true, .repeat = repeat };
	struct expr_node *x = expr_check(c, r->arg[0], inner);
	if (!x)
		return NULL;
	struct expr_node *n = count_rows(c, r, repeat);
	n->n_args = 1;
	n->arg = NEW(c->a, 1, const struct expr_node *);
	n->arg[0] = expr_node_over(c, x, EXPR_OP_ANSWERED, EXPR_BOOLEAN);
	return n;
}

struct expr_node *expr_check_call(struct expr_checker *c, const struct expr_raw *r,
				  struct expr_place at)
{
	if (str_is(r->text, "figure"))
		return check_figure(c, r, at);
	const struct aggregate *g = find_aggregate(r);
	if (g)
		return check_aggregate(c, r, g, at);
	const struct function *f = find_function(r->text);
	if (!f)
		return fail_unknown(c, r);
	if (r->n_args < f->n_min || r->n_args > f->n_max)
		return fail_arity(c, r, f->n_min, f->n_max);
	if (f->special == check_answered_count && r->n_args == 1 && !at.top && !at.repeat.n) {
		struct str repeat = repeat_in(c, r->arg[0], at.repeat);
		if (repeat.n)
			return answered_rows(c, r, repeat);
	}
	return f->special ? f->special(c, r, f, at) : check_plain(c, r, f, at);
}
