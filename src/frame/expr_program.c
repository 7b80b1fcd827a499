/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "frame/expr_program.h"

#include <math.h>

#include "base/num.h"
#include "frame/expr_tree.h"

/* NULL: a leaf, or named by its argument's type. */
static const char *const op_name[EXPR_OP_N] = {
	[EXPR_OP_AND] = "and",
	[EXPR_OP_OR] = "or",
	[EXPR_OP_NOT] = "not",
	[EXPR_OP_EQ] = "=",
	[EXPR_OP_NE] = "!=",
	[EXPR_OP_LT] = "<",
	[EXPR_OP_LE] = "<=",
	[EXPR_OP_GT] = ">",
	[EXPR_OP_GE] = ">=",
	[EXPR_OP_IF] = "if",
	[EXPR_OP_COALESCE] = "coalesce",
	[EXPR_OP_ANSWERED] = "answered",
	[EXPR_OP_NEGATE] = "negate",
	[EXPR_OP_ADD] = "+",
	[EXPR_OP_SUBTRACT] = "-",
	[EXPR_OP_MULTIPLY] = "*",
	[EXPR_OP_DIVIDE] = "div",
	[EXPR_OP_MODULO] = "mod",
	[EXPR_OP_ROUND] = "round",
	[EXPR_OP_INT] = "int",
	[EXPR_OP_FLOOR] = "floor",
	[EXPR_OP_CEILING] = "ceiling",
	[EXPR_OP_ABS] = "abs",
	[EXPR_OP_MIN] = "min",
	[EXPR_OP_MAX] = "max",
	[EXPR_OP_SUM] = "sum",
	[EXPR_OP_COUNT] = "count",
	[EXPR_OP_POW] = "pow",
	[EXPR_OP_SQRT] = "sqrt",
	[EXPR_OP_EXP] = "exp",
	[EXPR_OP_LOG] = "log",
	[EXPR_OP_LOG10] = "log10",
	[EXPR_OP_EXP10] = "exp10",
	[EXPR_OP_SIN] = "sin",
	[EXPR_OP_COS] = "cos",
	[EXPR_OP_TAN] = "tan",
	[EXPR_OP_ASIN] = "asin",
	[EXPR_OP_ACOS] = "acos",
	[EXPR_OP_ATAN] = "atan",
	[EXPR_OP_ATAN2] = "atan2",
	[EXPR_OP_SELECTED] = "selected",
	[EXPR_OP_COUNT_SELECTED] = "count-selected",
	[EXPR_OP_SELECTED_AT] = "selected-at",
	[EXPR_OP_CHOICE_NAME] = "choice-name",
	[EXPR_OP_STRING_LENGTH] = "string-length",
	[EXPR_OP_CONTAINS] = "contains",
	[EXPR_OP_STARTS_WITH] = "starts-with",
	[EXPR_OP_ENDS_WITH] = "ends-with",
	[EXPR_OP_SUBSTR] = "substr",
	[EXPR_OP_SUBSTRING_BEFORE] = "substring-before",
	[EXPR_OP_SUBSTRING_AFTER] = "substring-after",
	[EXPR_OP_CONCAT] = "concat",
	[EXPR_OP_JOIN] = "join",
	[EXPR_OP_NORMALIZE_SPACE] = "normalize-space",
	[EXPR_OP_TRANSLATE] = "translate",
	[EXPR_OP_LOWER_CASE] = "lower-case",
	[EXPR_OP_UPPER_CASE] = "upper-case",
	[EXPR_OP_REGEX] = "regex",
	[EXPR_OP_NIT_VALID] = "nit-valid",
	[EXPR_OP_YEAR] = "year",
	[EXPR_OP_MONTH] = "month",
	[EXPR_OP_DAY_OF] = "day-of",
	[EXPR_OP_FORMAT_DATE] = "format-date",
	[EXPR_OP_TRUTH_FROM_TEXT] = "boolean-from-string",
};

static const char *const aggregate_name[EXPR_AGGREGATE_N] = {
	[EXPR_AGGREGATE_COUNT] = "count",   [EXPR_AGGREGATE_SUM] = "sum",
	[EXPR_AGGREGATE_MEAN] = "mean",     [EXPR_AGGREGATE_MEDIAN] = "median",
	[EXPR_AGGREGATE_MIN] = "min",       [EXPR_AGGREGATE_MAX] = "max",
	[EXPR_AGGREGATE_DISTINCT] = "distinct",
};

static const char *type_name(enum expr_type t)
{
	switch (t) {
	case EXPR_BOOLEAN: return "truth";
	case EXPR_NUMBER: return "number";
	case EXPR_TEXT: return "text";
	case EXPR_DATE: return "day";
	case EXPR_SET: return "set";
	case EXPR_LIST: break;
	}
	return "list";
}

static bool put_node(struct buf *b, const struct expr *e, const struct expr_node *n);

static bool put_arguments(struct buf *b, const struct expr *e, const struct expr_node *n)
{
	bool good = true;
	for (uint32_t i = 0; good && i < n->n_args; i++) {
		buf_putc(b, ',');
		good = put_node(b, e, n->arg[i]);
	}
	return good;
}

/* An infinite bound, as a checklist without one has it, is larger than any number. */
static void put_number(struct buf *b, double v)
{
	num_put_real(b, isfinite(v) ? v : copysign(1e308, v));
}

static bool put_rows(struct buf *b, const struct expr *e, const struct expr_node *n)
{
	if (!aggregate_name[n->aggregate])
		return false;
	buf_puts(b, "[\"rows\",");
	esc_json(b, n->repeat);
	buf_fmt(b, ",\"%s\"", aggregate_name[n->aggregate]);
	if (!put_arguments(b, e, n))
		return false;
	buf_putc(b, ']');
	return true;
}

static bool put_leaf(struct buf *b, const struct expr *e, const struct expr_node *n)
{
	switch ((int)n->op) {
	case EXPR_OP_NUMBER: put_number(b, n->number); return true;
	case EXPR_OP_TRUTH: buf_puts(b, n->number > 0 ? "true" : "false"); return true;
	case EXPR_OP_NAME: esc_json(b, e->name[n->name].name); return true;
	case EXPR_OP_POSITION: buf_puts(b, "[\"position\"]"); return true;
	case EXPR_OP_MISSING:
		buf_fmt(b, "[\"missing\",\"%s\"]", missing_code(n->kind));
		return true;
	case EXPR_OP_REPEAT: return put_rows(b, e, n);
	case EXPR_OP_TEXT: buf_puts(b, "[\"text\","); esc_json(b, n->text); break;
	case EXPR_OP_DAY: buf_puts(b, "[\"day\","); put_number(b, n->number); break;
	default: return false; /* today, an aggregate over a universe, a figure */
	}
	buf_putc(b, ']');
	return true;
}

/* {"a":"Sí",…}: names and labels of a list. */
static void put_labels(struct buf *b, const struct dictionary *d, enum lang lang)
{
	buf_putc(b, '{');
	for (size_t i = 0; i < d->n; i++) {
		struct str label = d->label ? label_in(&d->label[i], lang) : (struct str){ 0 };
		if (i)
			buf_putc(b, ',');
		esc_json(b, d->name[i]);
		buf_putc(b, ':');
		esc_json(b, label.n ? label : d->name[i]);
	}
	buf_putc(b, '}');
}

/* "number-of-text": what is converted, and from what. */
static bool put_conversion_name(struct buf *b, const struct expr_node *n)
{
	if (n->op != EXPR_OP_TO_NUMBER && n->op != EXPR_OP_TO_TEXT && n->op != EXPR_OP_TO_TRUTH &&
	    n->op != EXPR_OP_DATE)
		return false;
	buf_fmt(b, "\"%s-of-%s\"", type_name(n->type), type_name(n->arg[0]->type));
	return true;
}

static bool put_node(struct buf *b, const struct expr *e, const struct expr_node *n)
{
	if (n->op <= EXPR_OP_FIGURE)
		return put_leaf(b, e, n);
	buf_putc(b, '[');
	if (op_name[n->op])
		buf_fmt(b, "\"%s%s\"", op_name[n->op],
			n->type == EXPR_DATE && (n->op == EXPR_OP_ADD || n->op == EXPR_OP_SUBTRACT)
				? "day"
				: "");
	else if (!put_conversion_name(b, n))
		return false;
	if (n->op == EXPR_OP_CHOICE_NAME) {
		buf_putc(b, ',');
		if (!put_node(b, e, n->arg[0]))
			return false;
		buf_putc(b, ',');
		put_labels(b, n->arg[1]->dictionary, e->lang);
	} else if (!put_arguments(b, e, n)) {
		return false;
	}
	if (n->op == EXPR_OP_FORMAT_DATE)
		buf_fmt(b, ",\"%s\"", lang_code(e->lang));
	buf_putc(b, ']');
	return true;
}

bool expr_program_put(struct buf *b, const struct expr *e)
{
	return !e->aggregate && put_node(b, e, e->root);
}
