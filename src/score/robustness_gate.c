/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/robustness_gate.h"

#include <string.h>

/* ---- which gates are drawn ----------------------------------------------------------------- */

static bool is_drawn_name(const struct instrument *in, struct str name)
{
	if (str_is(name, "score") || str_is(name, "level"))
		return true;
	if (!str_starts(name, "area_"))
		return false;
	struct str code = str_sub(name, sizeof("area_") - 1, name.n);
	for (size_t i = 0; i < in->n_areas; i++)
		if (str_eq(code, in->area[i].code))
			return true;
	return false;
}

static bool reads_drawn(const struct instrument *in, const struct gate *gate)
{
	size_t n;
	const struct str *name = expr_names(gate->condition, &n);
	for (size_t i = 0; i < n; i++)
		if (is_drawn_name(in, name[i]))
			return true;
	return false;
}

/* Only the columns that are read, since their rows are repeated for every draw. */
static const struct frame *answers_read(struct arena *a, const struct draw_gates *g,
					const struct frame *table)
{
	const struct column **c = NEW(a, table->n_columns, const struct column *);
	uint32_t *row = NEW(a, g->plan->n, uint32_t);
	size_t n_columns = 0;
	for (size_t k = 0; k < table->n_columns; k++) {
		bool read = false;
		for (size_t i = 0; i < g->n_drawn && !read; i++) {
			size_t n;
			const struct str *name =
				expr_names(g->profile->gate[g->drawn[i]].condition, &n);
			for (size_t j = 0; j < n; j++)
				read |= str_eq(name[j], table->column[k]->name);
		}
		if (read && !is_drawn_name(g->plan->in, table->column[k]->name))
			c[n_columns++] = table->column[k];
	}
	for (size_t i = 0; i < g->plan->n; i++)
		row[i] = (uint32_t)g->plan->cluster[i].index;
	const struct frame *f = frame_of(a, c, n_columns, table->n_rows);
	return frame_take(a, f, row, g->plan->n);
}

void draw_gates_make(struct arena *a, const struct draw_plan *p, const struct frame *cluster_table,
		     struct draw_gates *out)
{
	const struct expr_env env = { 0 };
	struct draw_gates g = { .plan = p, .profile = &p->in->profile[0] };
	g.drawn = NEW(a, g.profile->n_gates, size_t);
	g.highest = NEW(a, p->n, int);
	for (size_t i = 0; i < p->n; i++)
		g.highest[i] = (int)g.profile->n_levels - 1;
	for (size_t k = 0; k < g.profile->n_gates; k++) {
		const struct gate *gate = &g.profile->gate[k];
		int below = (int)gate->level - 1;
		if (reads_drawn(p->in, gate)) {
			g.drawn[g.n_drawn++] = k;
			continue;
		}
		const uint8_t *holds = expr_holds(a, gate->condition, cluster_table, &env);
		for (size_t i = 0; i < p->n; i++) {
			if (!holds[p->cluster[i].index] && below >= 0 && g.highest[i] > below)
				g.highest[i] = below;
		}
	}
	if (g.n_drawn)
		g.answers = answers_read(a, &g, cluster_table);
	*out = g;
}

/* ---- a block ------------------------------------------------------------------------------- */

static const struct column *real_column(struct arena *a, struct str name,
					const struct draw_gates *g,
					const struct robustness_draw_block *b, const double *value,
					size_t stride, size_t area)
{
	const struct draw_plan *p = g->plan;
	struct column_builder *out = column_build(a, name, COLUMN_REAL, NULL);
	for (size_t c = 0; c < p->n; c++) {
		bool has = area == SIZE_MAX || p->mask[p->cluster[c].mask * p->n_areas + area];
		for (size_t lane = 0; lane < b->n; lane++) {
			if (has)
				column_add_real(out, value[c * stride + lane]);
			else
				column_add_missing(out, MISSING_NA);
		}
	}
	return column_done(out);
}

static const struct column *level_column(struct arena *a, const struct draw_gates *g,
					 const struct robustness_draw_block *b, const int *level)
{
	struct dictionary *d = NEW(a, 1, struct dictionary);
	d->n = g->profile->n_levels;
	d->name = NEW(a, d->n, struct str);
	for (size_t i = 0; i < d->n; i++)
		d->name[i] = g->profile->level[i].code;
	struct column_builder *out = column_build(a, STR("level"), COLUMN_CHOICE, d);
	for (size_t c = 0; c < g->plan->n; c++)
		for (size_t lane = 0; lane < b->n; lane++)
			column_add_integer(out, level[c * DRAW_LANES + lane]);
	return column_done(out);
}

static const struct frame *drawn_frame(struct arena *a, const struct draw_gates *g,
				       const struct robustness_draw_block *b, const int *level)
{
	const struct draw_plan *p = g->plan;
	uint32_t *row = NEW(a, p->n * b->n, uint32_t);
	for (size_t i = 0; i < p->n * b->n; i++)
		row[i] = (uint32_t)(i / b->n);
	const struct column **c = NEW(a, p->n_areas + 2, const struct column *);
	size_t n = 0;
	c[n++] = real_column(a, STR("score"), g, b, b->row, DRAW_LANES, SIZE_MAX);
	c[n++] = level_column(a, g, b, level);
	for (size_t i = 0; i < p->n_areas; i++)
		c[n++] = real_column(a, str_fmt(a, "area_%.*s", STR_ARG(p->in->area[i].code)), g,
				     b, b->area + i * DRAW_LANES, p->n_areas * DRAW_LANES, i);
	return frame_with(a, frame_take(a, g->answers, row, p->n * b->n), c, n);
}

static void level_by_cut(const struct draw_gates *g, const struct robustness_draw_block *b,
			 int *level)
{
	for (size_t i = 0; i < g->plan->n * DRAW_LANES; i++) {
		level[i] = 0;
		while ((size_t)level[i] + 1 < g->profile->n_levels &&
		       b->row[i] >= (double)g->profile->level[level[i] + 1].cut_micro / 1e6 -
					    DRAW_HAIR)
			level[i]++;
	}
}

void draw_gate_levels(struct arena *a, const struct draw_gates *g,
		      const struct robustness_draw_block *b, int *level)
{
	const struct expr_env env = { 0 };
	struct arena_mark mark = arena_mark(a);
	level_by_cut(g, b, level);
	const struct frame *f = drawn_frame(a, g, b, level);
	for (size_t k = 0; k < g->n_drawn; k++) {
		const struct gate *gate = &g->profile->gate[g->drawn[k]];
		int below = (int)gate->level - 1;
		const uint8_t *holds = expr_holds(a, gate->condition, f, &env);
		for (size_t i = 0; i < f->n_rows; i++) {
			int *l = &level[i / b->n * DRAW_LANES + i % b->n];
			if (!holds[i] && below >= 0 && *l > below)
				*l = below;
		}
	}
	for (size_t i = 0; i < g->plan->n * DRAW_LANES; i++) {
		int highest = g->highest[i / DRAW_LANES];
		level[i] = level[i] < highest ? level[i] : highest;
	}
	arena_rewind(a, mark);
}
