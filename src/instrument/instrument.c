/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "instrument/load.h"

#include <stdlib.h>

/* Files of instruments are small; what a canonical form takes beyond this is refused. */
#define CANONICAL_BYTES_MAX (256u << 20)

/* ---- looking up ---- */

const struct question *form_question(const struct form *f, struct str name)
{
	for (size_t i = 0; f && i < f->n_questions; i++)
		if (str_eq(f->question[i].name, name))
			return &f->question[i];
	return NULL;
}

const struct group *form_group(const struct form *f, struct str name)
{
	for (size_t i = 0; f && i < f->n_groups; i++)
		if (str_eq(f->group[i].name, name))
			return &f->group[i];
	return NULL;
}

struct str instrument_setting(const struct instrument *in, const char *key)
{
	for (size_t i = 0; i < in->n_settings; i++)
		if (str_is(in->setting[i].key, key))
			return in->setting[i].value;
	return (struct str){ "", 0 };
}

int64_t instrument_indicator_index(const struct instrument *in, struct str id)
{
	for (size_t i = 0; i < in->n_indicators; i++)
		if (str_eq(in->indicator[i].id, id))
			return (int64_t)i;
	return -1;
}

const struct indicator *instrument_indicator(const struct instrument *in, struct str id)
{
	int64_t at = instrument_indicator_index(in, id);
	return at < 0 ? NULL : &in->indicator[at];
}

/* ---- loading ---- */

static void load_plain(struct loader *l)
{
	struct instrument *in = l->in;
	load_form(l, SLOT_CLUSTER_SURVEY, "form", FORM_CLUSTER);
	const struct form *f = in->form[FORM_CLUSTER];
	in->id = f->id;
	in->version = f->version;
	in->title = f->title;
	in->area_missing_max = in->areas_missing_max = in->disclosure_minimum = -1;
	struct problem p = grid_place(l->a, &l->raw->grid[SLOT_CLUSTER_SURVEY], GRID_NO_ROW, NULL,
				      SEVERITY_NOTE, "no_method");
	problem_report(l->ps, p, "es un formulario XLSForm sin método: se comprobó como formulario",
		       "this is an XLSForm without a method: it was checked as a form");
}

static void load_whole(struct loader *l)
{
	l->in->has_method = true;
	load_form(l, SLOT_CLUSTER_SURVEY, "cluster", FORM_CLUSTER);
	if (grid_rows(&l->raw->grid[SLOT_COMPANY_SURVEY]))
		load_form(l, SLOT_COMPANY_SURVEY, "company", FORM_COMPANY);
	load_method(l);
	load_section_areas(l);
}

/* A survey that could not be read was reported; one that is not there is an error of its own. */
static bool has_survey(struct loader *l)
{
	const struct grid *g = &l->raw->grid[SLOT_CLUSTER_SURVEY];
	if (g->present)
		return true;
	struct problem p = { .severity = SEVERITY_ERROR,
			     .sheet = str_of(slot_name(SLOT_CLUSTER_SURVEY, l->raw->plain)),
			     .rule = "missing_sheet" };
	for (size_t i = 0; i < l->ps->n; i++)
		if (str_eq(l->ps->item[i].sheet, p.sheet) &&
		    l->ps->item[i].severity == SEVERITY_ERROR)
			return false;
	problem_report(l->ps, p, "falta la hoja «%.*s»", "sheet \"%.*s\" is missing",
		       STR_ARG(p.sheet));
	return false;
}

/* ---- the order of problems ---- */

struct placed {
	size_t slot, index;
	int64_t row;
};

static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* As the reader will mend them: sheet by sheet, from top to bottom. */
static void sort_problems(struct loader *l, size_t from)
{
	struct problems *ps = l->ps;
	size_t n = ps->n - from;
	struct placed *place = NEW(l->a, n, struct placed);
	struct problem *item = NEW(l->a, n, struct problem);
	for (size_t i = 0; i < n; i++) {
		item[i] = ps->item[from + i];
		place[i] = (struct placed){ .slot = SLOT_N, .index = i, .row = item[i].row };
		for (size_t slot = 0; slot < SLOT_N && place[i].slot == SLOT_N; slot++)
			if (str_is(item[i].sheet, slot_name((enum slot)slot, l->raw->plain)))
				place[i].slot = slot;
	}
	qsort(place, n, sizeof(*place), by_place);
	for (size_t i = 0; i < n; i++)
		ps->item[from + i] = item[place[i].index];
}

const char *const indicator_unit_name[UNIT_N] = {
	[UNIT_PERCENT] = "percent", [UNIT_COUNT] = "count",   [UNIT_RATIO] = "ratio",
	[UNIT_COP] = "cop",         [UNIT_POINTS] = "points", [UNIT_YEAR] = "year",
	[UNIT_TEXT] = "text",       [UNIT_LIST] = "list",
};

const char *const table_kind_name[TABLE_N] = {
	[TABLE_CLUSTER] = "cluster", [TABLE_COMPANY] = "company", [TABLE_REGISTER] = "register",
	[TABLE_SCORE] = "score",     [TABLE_ROUND] = "round",     [TABLE_AREA] = "area",
	[TABLE_LEVEL] = "level",     [TABLE_METHOD] = "method",
};

double area_weight(const struct area *area)
{
	double den = 1;
	for (int i = 0; i < area->weight.scale; i++)
		den *= 10;
	return (double)area->weight.mantissa / den;
}

static struct sha256 hash_of(struct arena *a, const struct raw *raw)
{
	struct arena_mark mark = arena_mark(a);
	struct buf b;
	buf_init(&b, a, CANONICAL_BYTES_MAX);
	raw_canonical(a, &b, raw);
	struct sha256 hash = sha256_of(buf_str(&b));
	arena_rewind(a, mark);
	return hash;
}

bool instrument_load(struct arena *a, const struct instrument_file *file, size_t n,
		     struct problems *ps, const struct instrument **out, struct err *e)
{
	struct raw *raw = NEW(a, 1, struct raw);
	struct loader l = { .a = a,
			    .ps = ps,
			    .raw = raw,
			    .in = NEW(a, 1, struct instrument),
			    .unsure = { .a = a } };
	size_t before = ps->n_errors, first = ps->n;
	*out = NULL;
	if (!raw_load(a, file, n, ps, raw, e))
		return false;
	if (has_survey(&l)) {
		if (raw->plain)
			load_plain(&l);
		else
			load_whole(&l);
	}
	sort_problems(&l, first);
	if (ps->n_errors != before)
		return true;
	l.in->sha256 = hash_of(a, raw);
	*out = l.in;
	return true;
}
