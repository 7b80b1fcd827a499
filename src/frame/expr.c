/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "frame/expr.h"

#include "frame/expr_block.h"
#include "frame/expr_check.h"

/* 'NA' alone, where it is allowed, is a number that is missing; a condition is true or false. */
static struct expr_node *settle_root(struct expr_checker *c, struct expr_node *root)
{
	enum expr_type type;
	if (root && c->scope->allow_na && root->op == EXPR_OP_TEXT && str_is(root->text, "NA"))
		return expr_unify(c, &root, 1, &type) ? root : NULL;
	if (root && c->scope->condition)
		return expr_want(c, root, EXPR_BOOLEAN);
	return root;
}

static const struct expr *finish(const struct expr_checker *c, const struct expr_node *root,
				 bool top)
{
	struct expr *e = NEW(c->a, 1, struct expr);
	struct str *text = NEW(c->a, c->n_names, struct str);
	for (size_t i = 0; i < c->n_names; i++)
		text[i] = c->name[i].name;
	*e = (struct expr){
		.source = c->source,
		.root = root,
		.aggregate = top,
		.lang = c->sink->lang,
		.repeat = c->scope->repeat,
		.name = c->name,
		.name_text = text,
		.n_names = c->n_names,
		.figure = c->figure,
		.n_figures = c->n_figures,
		.leaf = c->leaf,
		.n_leaves = c->n_leaves,
	};
	return e;
}

struct expr_scope expr_scope_of(struct arena *a, const struct frame *f)
{
	struct expr_name *name = NEW(a, f->n_columns, struct expr_name);
	for (size_t i = 0; i < f->n_columns; i++) {
		const struct column *c = f->column[i];
		name[i] = (struct expr_name){ .name = c->name,
					      .type = c->type,
					      .unit = c->unit,
					      .dictionary =
						      c->type == COLUMN_TEXT ? NULL : c->dictionary,
					      .rank_max = c->rank_max };
	}
	return (struct expr_scope){ .name = name, .n = f->n_columns };
}

bool expr_parse(struct arena *a, struct str source, const struct expr_scope *scope, enum lang lang,
		const struct expr **out, struct expr_faults *faults)
{
	faults->n = 0;
	source = str_dup(a, source);
	struct expr_fault_sink sink = { .a = a, .lang = lang, .faults = faults };
	const struct expr_raw *raw = expr_raw_parse(a, source, &sink);
	if (!raw)
		return false;
	struct expr_checker c = { .a = a, .source = source, .scope = scope, .sink = &sink };
	bool top =
		scope->allow_aggregates && (expr_raw_has_aggregate(raw) || !expr_raw_has_name(raw));
	struct expr_place at = { .top = top, .repeat = top ? (struct str){ 0 } : scope->repeat };
	const struct expr_node *root = settle_root(&c, expr_check(&c, raw, at));
	if (!root || faults->n)
		return false;
	*out = finish(&c, root, top);
	return true;
}

/* The part of the source around a fault, at most about 80 bytes, cut between code points. */
static struct str around(struct arena *a, struct str source, const struct expr_fault *f)
{
	enum { WINDOW = 80 };
	if (source.n <= WINDOW)
		return source;
	size_t from = f->at > WINDOW / 2 ? f->at - WINDOW / 2 : 0;
	size_t to = from + WINDOW < source.n ? from + WINDOW : source.n;
	while (from > 0 && ((unsigned char)source.p[from] & 0xC0) == 0x80)
		from--;
	while (to < source.n && ((unsigned char)source.p[to] & 0xC0) == 0x80)
		to++;
	return str_fmt(a, "%s%.*s%s", from ? "…" : "", (int)(to - from), source.p + from,
		       to < source.n ? "…" : "");
}

void expr_report(struct problems *ps, struct problem place, struct str source,
		 const struct expr_faults *faults)
{
	for (size_t i = 0; i < faults->n; i++) {
		const struct expr_fault *f = &faults->item[i];
		struct problem p = place;
		p.value = around(ps->a, source, f);
		p.rule = f->rule;
		p.message = f->message;
		p.suggestion = f->suggestion;
		problem_add(ps, p);
	}
}

enum expr_type expr_type(const struct expr *e)
{
	return e->root->type;
}

struct str expr_unit(const struct expr *e)
{
	return e->root->unit;
}

struct str expr_source(const struct expr *e)
{
	return e->source;
}

bool expr_is_aggregate(const struct expr *e)
{
	return e->aggregate;
}

const struct str *expr_names(const struct expr *e, size_t *ret_n)
{
	*ret_n = e->n_names;
	return e->name_text;
}

const struct str *expr_figures(const struct expr *e, size_t *ret_n)
{
	*ret_n = e->n_figures;
	return e->figure;
}

const struct column *expr_rows(struct arena *a, const struct expr *e, const struct frame *f,
			       const struct expr_env *env)
{
	return expr_plan_column(a, expr_plan_rows(a, e, e->root, f, env));
}

const struct column *expr_rows_in_repeat(struct arena *a, const struct expr *e,
					 const struct frame_child *child,
					 const struct frame *parent, const struct expr_env *env)
{
	return expr_plan_column(a, expr_plan_repeat(a, e, e->root, child, parent, env));
}

uint8_t *expr_holds(struct arena *a, const struct expr *e, const struct frame *f,
		    const struct expr_env *env)
{
	uint8_t *truth = NEW(a, f->n_rows, uint8_t);
	uint8_t missing[EXPR_BLOCK];
	struct arena_mark m = arena_mark(a);
	const struct expr_plan *p = expr_plan_rows(a, e, e->root, f, env);
	struct expr_scratch *s = expr_scratch_for(a, f->n_rows);
	for (size_t from = 0; from < f->n_rows; from += EXPR_BLOCK) {
		size_t n = f->n_rows - from < EXPR_BLOCK ? f->n_rows - from : EXPR_BLOCK;
		(void)expr_block_truth(p, s, from, n, truth + from, missing);
	}
	arena_rewind(a, m);
	return truth;
}
