/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a formula.  The first byte chooses the place it stands in; what is accepted is
 * evaluated over a few rows, and over many rows, where other paths are taken: the cells must
 * agree. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "frame/expr_block.h"
#include "frame/expr_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TIMES = 12 };

static bool same_cell(const struct column *a, size_t i, const struct column *b, size_t j)
{
	struct arena arena;
	struct buf x, y;
	arena_init(&arena, 1u << 24);
	buf_init(&x, &arena, 1u << 22);
	buf_init(&y, &arena, 1u << 22);
	cell_put(&x, a, i);
	cell_put(&y, b, j);
	bool same = str_eq(buf_str(&x), buf_str(&y));
	arena_drop(&arena);
	return same;
}

static void evaluate_rows(struct arena *a, const struct fixture *few, const struct fixture *many,
			  const struct expr *e, const struct expr *e_many, bool position)
{
	const struct column *c = expr_rows(a, e, few->frame, NULL);
	const struct column *d = expr_rows(a, e_many, many->frame, NULL);
	assert(c->n == FIXTURE_ROWS && d->n == (size_t)FIXTURE_ROWS * TIMES);
	for (size_t i = 0; i < d->n && !position; i++)
		assert(same_cell(c, i % FIXTURE_ROWS, d, i));
	for (size_t i = 0; i < c->n; i++) {
		struct cell cell = column_cell(c, i);
		assert(cell.missing <= MISSING_NA && isfinite(cell.real));
	}
	if (expr_type(e) == EXPR_BOOLEAN)
		(void)expr_holds(a, e, few->frame, NULL);
}

/* Aggregates are another program's part: here each leaf gets numbers of its own. */
static void evaluate_top(struct arena *a, const struct expr *e)
{
	enum { GROUPS = 4 };
	const struct column **leaf = NEW(a, e->n_leaves, const struct column *);
	for (size_t i = 0; i < e->n_leaves; i++) {
		struct column_builder *b = column_build(a, STR("leaf"), COLUMN_REAL, NULL);
		for (size_t g = 0; g < GROUPS; g++) {
			if ((i + g) % 4 == 3)
				column_add_missing(b, MISSING_ND);
			else
				column_add_real(b, (double)(i * 3 + g) - 1.5);
		}
		leaf[i] = column_done(b);
	}
	if (expr_type(e) != EXPR_LIST && expr_type(e) != EXPR_SET)
		(void)expr_plan_column(a, expr_plan_top(a, e, leaf, GROUPS, NULL));
}

static void set_flags(struct expr_scope *scope, const struct fixture *f, uint8_t flags)
{
	scope->allow_aggregates = flags & 1;
	scope->allow_na = flags & 2;
	scope->allow_today = flags & 4;
	scope->self = flags & 8 ? STR("i") : (struct str){ 0 };
	scope->allow_bare = flags & 16;
	scope->repeat = flags & 32 ? STR("rep") : (struct str){ 0 };
	scope->figure = flags & 1 ? f->figure : NULL;
	scope->n_figures = flags & 1 ? 2 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA_SCOPE(a, (size_t)1 << 30);
	struct fixture few, many;
	struct expr_faults faults;
	const struct expr *e = NULL, *e_many = NULL;
	if (size < 2 || size > 4000)
		return 0;
	struct str source = { (const char *)data + 1, size - 1 };
	fixture_make(&a, 1, &few);
	set_flags(&few.scope, &few, data[0]);
	if (!expr_parse(&a, source, &few.scope, data[0] & 64 ? LANG_ES : LANG_EN, &e, &faults)) {
		assert(faults.n >= 1 && faults.n <= EXPR_FAULTS_MAX);
		for (size_t i = 0; i < faults.n; i++) {
			assert(faults.item[i].at <= source.n && faults.item[i].n >= 1);
			assert(utf8_valid(faults.item[i].message, NULL) ||
			       !utf8_valid(source, NULL));
		}
		return 0;
	}
	if (expr_is_aggregate(e)) {
		evaluate_top(&a, e);
		return 0;
	}
	if (few.scope.repeat.n) {
		(void)expr_rows_in_repeat(&a, e, &few.frame->child[0], few.frame, NULL);
		return 0;
	}
	fixture_make(&a, TIMES, &many);
	set_flags(&many.scope, &many, data[0]);
	if (!expr_parse(&a, source, &many.scope, data[0] & 64 ? LANG_ES : LANG_EN, &e_many,
			&faults))
		abort();
	size_t at;
	evaluate_rows(&a, &few, &many, e, e_many, str_find(source, STR("position"), &at));
	return 0;
}
