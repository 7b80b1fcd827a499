/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "indicator/view.h"

#include <stdlib.h>

#include "base/fold.h"

/* ---- names ---- */

static bool is_register_name(const struct instrument *in, struct str name)
{
	if (in->form[FORM_CLUSTER] && form_question(in->form[FORM_CLUSTER], name))
		return false;
	for (size_t i = 0; i < n_register_columns; i++) {
		if (str_is(name, register_columns[i]))
			return true;
	}
	return str_starts(name, "round_");
}

bool reads_register_only(const struct instrument *in, const struct expr *e)
{
	if (!e)
		return true;
	size_t n;
	const struct str *name = expr_names(e, &n);
	for (size_t i = 0; i < n; i++) {
		if (!is_register_name(in, name[i]))
			return false;
	}
	return true;
}

static bool frame_has_names(const struct frame *f, const struct expr *e)
{
	size_t n;
	const struct str *name = expr_names(e, &n);
	for (size_t i = 0; i < n; i++) {
		if (!frame_column(f, name[i]))
			return false;
	}
	return true;
}

/* ---- dimensions ---- */

static const struct dimension *method_dimension(const struct instrument *in, struct str name)
{
	for (size_t i = 0; i < in->n_dimensions; i++) {
		if (str_eq(in->dimension[i].name, name))
			return &in->dimension[i];
	}
	return NULL;
}

/* A dimension that is one name keeps that column, with its labels and its order. */
static const struct column *dimension_values(struct arena *a, const struct frame *f,
					     const struct expr *e)
{
	size_t n;
	const struct str *name = expr_names(e, &n);
	if (n == 1 && str_eq(str_trim(expr_source(e)), str_fmt(a, "${%.*s}", STR_ARG(name[0]))))
		return frame_column(f, name[0]);
	const struct expr_env env = { 0 };
	return expr_rows(a, e, f, &env);
}

/* A personal answer never names a cell. */
static bool is_personal(const struct instrument *in, struct str name)
{
	for (size_t i = 0; i < sizeof(in->form) / sizeof(*in->form); i++) {
		const struct question *q = in->form[i] ? form_question(in->form[i], name) : NULL;
		if (q && q->personal)
			return true;
	}
	return false;
}

bool reads_personal(const struct instrument *in, const struct expr *e)
{
	size_t n = 0;
	const struct str *name = e ? expr_names(e, &n) : NULL;
	for (size_t i = 0; i < n; i++) {
		if (is_personal(in, name[i]))
			return true;
	}
	return false;
}

static bool may_break_down(const struct column *c)
{
	return c->type == COLUMN_TEXT || c->type == COLUMN_CHOICE || c->type == COLUMN_INTEGER ||
	       c->type == COLUMN_BOOLEAN || c->type == COLUMN_DATE;
}

/* NULL: the table has no such dimension. */
static const struct column *find_dimension(struct arena *a, const struct instrument *in,
					   const struct frame *f, struct str name)
{
	const struct dimension *d = method_dimension(in, name);
	if (d)
		return frame_has_names(f, d->value) && !reads_personal(in, d->value)
			       ? dimension_values(a, f, d->value)
			       : NULL;
	const struct column *c = frame_column(f, name);
	return c && may_break_down(c) && !is_personal(in, name) ? c : NULL;
}

static bool dimension_register_only(const struct instrument *in, struct str name)
{
	const struct dimension *d = method_dimension(in, name);
	return d ? reads_register_only(in, d->value) : is_register_name(in, name);
}

static bool refuse_dimension(struct arena *a, const struct instrument *in,
			     const struct fact_tables *tables, struct str name, struct err *e)
{
	const struct frame *f = tables->table[TABLE_CLUSTER];
	size_t n = in->n_dimensions + (f ? f->n_columns : 0);
	struct str *known = NEW(a, n, struct str);
	for (size_t i = 0; i < in->n_dimensions; i++)
		known[i] = in->dimension[i].name;
	for (size_t i = 0; f && i < f->n_columns; i++)
		known[in->n_dimensions + i] = f->column[i]->name;
	struct str near = fold_nearest(a, name, known, n);
	return err_say(e, ERR_INPUT,
		       "--by %.*s: no hay dimensión, pregunta ni columna de ese nombre que sirva "
		       "de grupo%s%.*s",
		       "--by %.*s: no dimension, question or column of that name that can make "
		       "groups%s%.*s",
		       STR_ARG(name), near.n ? " → " : "", STR_ARG(near));
}

/* ---- one table ---- */

static bool find_dimensions(struct arena *a, const struct instrument *in,
			    const struct figure_request *request, struct view *v)
{
	v->dimension = NEW(a, request->n_dimensions, const struct column *);
	v->register_only = true;
	for (size_t i = 0; i < request->n_dimensions; i++) {
		v->dimension[i] = find_dimension(a, in, v->frame, request->dimension[i]);
		if (!v->dimension[i])
			return false;
		v->register_only &= dimension_register_only(in, request->dimension[i]);
	}
	return true;
}

/* False when the condition does not parse over this table; *faults says why. */
static bool find_rows(struct arena *a, const struct instrument *in, struct str where,
		      enum lang lang, struct view *v, const uint8_t **ret_keep,
		      struct expr_faults *faults)
{
	*ret_keep = NULL;
	if (!where.n)
		return true;
	struct expr_scope scope = expr_scope_of(a, v->frame);
	const struct expr *e;
	scope.condition = true;
	if (!expr_parse(a, where, &scope, lang, &e, faults))
		return false;
	v->register_only &= reads_register_only(in, e);
	const struct expr_env env = { 0 };
	*ret_keep = expr_holds(a, e, v->frame, &env);
	return true;
}

static bool view_make(struct arena *a, const struct instrument *in,
		      const struct figure_request *request, enum lang lang, struct view *v,
		      struct expr_faults *faults, struct err *e)
{
	const uint8_t *keep;
	v->usable = find_dimensions(a, in, request, v) &&
		    find_rows(a, in, request->where, lang, v, &keep, faults);
	if (!v->usable)
		return true;
	return grouping_make(a, v->dimension, request->n_dimensions, v->frame->n_rows, keep,
			     &v->grouping, e);
}

/* ---- cells that the tables share ---- */

/* A group's key with what puts it in order: the place in the choices sheet, or the number. */
struct ordered_key {
	const struct cell_key *key; /* n_dimensions */
	const int64_t *order;
	const bool *has_order;
	size_t n_dimensions;
	struct view *view;
	uint32_t group;
};

static int compare_part(const struct ordered_key *x, const struct ordered_key *y, size_t d)
{
	const struct cell_key *a = &x->key[d], *b = &y->key[d];
	if (a->missing || b->missing)
		return (a->missing != MISSING_NO) - (b->missing != MISSING_NO);
	if (x->has_order[d] && y->has_order[d])
		return (x->order[d] > y->order[d]) - (x->order[d] < y->order[d]);
	return str_cmp(a->code, b->code);
}

static int compare_keys(const void *p, const void *q)
{
	const struct ordered_key *x = p, *y = q;
	for (size_t d = 0; d < x->n_dimensions; d++) {
		int c = compare_part(x, y, d);
		if (c)
			return c;
	}
	return 0;
}

static void read_key(struct arena *a, const struct column *c, size_t row, struct cell_key *key,
		     int64_t *order, bool *has_order)
{
	struct cell cell = column_cell(c, row);
	*key = (struct cell_key){ .missing = cell.missing };
	if (cell.missing)
		return;
	*order = cell.integer;
	*has_order = c->type != COLUMN_TEXT;
	if (c->dictionary) {
		key->code = cell.text;
		if (c->dictionary->label)
			key->label = c->dictionary->label[cell.integer];
		return;
	}
	struct buf b;
	buf_init(&b, a, 64);
	cell_put(&b, c, row);
	key->code = buf_str(&b);
}

static void add_keys(struct arena *a, struct view *v, size_t n_dimensions, struct ordered_key *out)
{
	for (uint32_t g = 0; g < v->grouping.n_groups; g++) {
		struct cell_key *key = NEW(a, n_dimensions, struct cell_key);
		int64_t *order = NEW(a, n_dimensions, int64_t);
		bool *has_order = NEW(a, n_dimensions, bool);
		for (size_t d = 0; d < n_dimensions; d++)
			read_key(a, v->dimension[d], v->grouping.first_row[g], &key[d], &order[d],
				 &has_order[d]);
		out[g] = (struct ordered_key){ key, order, has_order, n_dimensions, v, g };
	}
}

/* Cells: the keys of all tables, each once, in order. */
static void cells_make(struct arena *a, struct views *vs)
{
	size_t n = 0;
	for (size_t t = 0; t < TABLE_N; t++)
		n += vs->table[t].usable ? vs->table[t].grouping.n_groups : 0;
	struct ordered_key *key = NEW(a, n, struct ordered_key);
	size_t at = 0;
	for (size_t t = 0; t < TABLE_N; t++) {
		struct view *v = &vs->table[t];
		if (!v->usable)
			continue;
		v->cell_of_group = NEW(a, v->grouping.n_groups, uint32_t);
		add_keys(a, v, vs->n_dimensions, key + at);
		at += v->grouping.n_groups;
	}
	qsort(key, n, sizeof(*key), compare_keys);
	vs->key = NEW(a, n * vs->n_dimensions, struct cell_key);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || compare_keys(&key[i - 1], &key[i])) {
			for (size_t d = 0; d < vs->n_dimensions; d++)
				vs->key[vs->n_cells * vs->n_dimensions + d] = key[i].key[d];
			vs->n_cells++;
		}
		key[i].view->cell_of_group[key[i].group] = (uint32_t)vs->n_cells - 1;
	}
}

static void groups_of_cells(struct arena *a, struct views *vs)
{
	for (size_t t = 0; t < TABLE_N; t++) {
		struct view *v = &vs->table[t];
		if (!v->usable)
			continue;
		v->group_of_cell = NEW(a, vs->n_cells, uint32_t);
		for (size_t i = 0; i < vs->n_cells; i++)
			v->group_of_cell[i] = GROUP_NONE;
		for (uint32_t g = 0; g < v->grouping.n_groups; g++)
			v->group_of_cell[v->cell_of_group[g]] = g;
	}
}

/* ---- the request ---- */

static bool check_dimensions(struct arena *a, const struct instrument *in,
			     const struct fact_tables *tables, const struct figure_request *request,
			     struct err *e)
{
	for (size_t i = 0; i < request->n_dimensions; i++) {
		bool found = false;
		for (size_t t = 0; t < TABLE_N && !found; t++)
			found = tables->table[t] &&
				find_dimension(a, in, tables->table[t], request->dimension[i]);
		if (!found)
			return refuse_dimension(a, in, tables, request->dimension[i], e);
	}
	return true;
}

static bool refuse_request(const struct figure_request *request, const struct expr_faults *faults,
			   struct err *e)
{
	if (!faults->n)
		return err_say(e, ERR_INPUT,
			       "ninguna tabla de la ronda tiene todas las dimensiones de --by",
			       "no table of the round has all the dimensions asked for with --by");
	const struct expr_fault *f = &faults->item[0];
	return err_say(e, ERR_INPUT, "--where %.*s: carácter %zu: %.*s%s%.*s",
		       "--where %.*s: character %zu: %.*s%s%.*s", STR_ARG(request->where),
		       f->at + 1, STR_ARG(f->message), f->suggestion.n ? "; " : "",
		       STR_ARG(f->suggestion));
}

bool views_make(struct arena *a, const struct instrument *in, const struct fact_tables *tables,
		const struct figure_request *request, enum lang lang, struct views *out,
		struct err *e)
{
	struct views vs = { .n_dimensions = request->n_dimensions };
	struct expr_faults faults = { 0 };
	if (!check_dimensions(a, in, tables, request, e))
		return false;
	bool any = false;
	for (size_t t = 0; t < TABLE_N; t++) {
		struct expr_faults mine = { 0 };
		vs.table[t].frame = tables->table[t];
		if (!tables->table[t])
			continue;
		if (!view_make(a, in, request, lang, &vs.table[t], &mine, e))
			return false;
		any |= vs.table[t].usable;
		if (t == TABLE_CLUSTER)
			faults = mine;
	}
	if (!any)
		return refuse_request(request, &faults, e);
	cells_make(a, &vs);
	groups_of_cells(a, &vs);
	*out = vs;
	return true;
}
