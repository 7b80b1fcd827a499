/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What names mean in an expression: of a form, of the cluster's row, of each table. */
#include "instrument/load.h"

const char *const register_columns[] = { "cluster", "name",  "department", "sector", "manager_kind",
					 "chamber", "since", "until",      "active" };
const size_t n_register_columns = sizeof(register_columns) / sizeof(register_columns[0]);

/* Names being gathered; the first of a name wins. */
struct names {
	struct arena *a;
	struct expr_name *name;
	size_t n, cap;
	struct name_map seen;
};

static void add(struct names *s, struct expr_name name)
{
	if (!name_map_add(&s->seen, name.name, s->n))
		return;
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 64;
		s->name = arena_grow(s->a, s->name, s->n, cap, sizeof(*s->name));
		s->cap = cap;
	}
	s->name[s->n++] = name;
}

static void add_plain(struct names *s, const char *name, enum column_type type)
{
	add(s, (struct expr_name){ .name = str_of(name), .type = type });
}

static struct names names_start(struct arena *a)
{
	return (struct names){ .a = a, .seen = { .a = a } };
}

static void add_questions(struct names *s, const struct form *f)
{
	for (size_t i = 0; f && i < f->n_questions; i++) {
		const struct question *q = &f->question[i];
		struct expr_name name = { .name = q->name, .type = q->column, .unit = q->unit };
		if (q->list)
			name.dictionary = &q->list->options;
		if (q->repeat >= 0)
			name.repeat = f->repeat[q->repeat].name;
		name.rank_max = q->rank_max;
		add(s, name);
	}
}

static void add_register(struct names *s)
{
	for (size_t i = 0; i < n_register_columns; i++) {
		struct str name = str_of(register_columns[i]);
		bool day = str_is(name, "since") || str_is(name, "until");
		add_plain(s, register_columns[i], day ? COLUMN_DATE : COLUMN_TEXT);
	}
}

static void add_areas(struct names *s, const struct instrument *in)
{
	for (size_t i = 0; i < in->n_areas; i++)
		add(s, (struct expr_name){
			       .name = str_fmt(s->a, "area_%.*s", STR_ARG(in->area[i].code)),
			       .type = COLUMN_REAL });
}

static const struct dictionary *level_codes(struct arena *a, const struct instrument *in)
{
	struct dictionary *d = NEW(a, 1, struct dictionary);
	if (!in->n_profiles)
		return d;
	const struct profile *p = &in->profile[0];
	d->n = p->n_levels;
	d->name = NEW(a, d->n, struct str);
	d->label = NEW(a, d->n, struct label);
	for (size_t i = 0; i < d->n; i++) {
		d->name[i] = p->level[i].code;
		d->label[i] = p->level[i].label;
	}
	return d;
}

static void add_scores(struct names *s, const struct instrument *in)
{
	add_plain(s, "score", COLUMN_REAL);
	add(s, (struct expr_name){ .name = STR("level"),
				   .type = COLUMN_CHOICE,
				   .dictionary = level_codes(s->a, in) });
	add_areas(s, in);
}

static void add_round_columns(struct names *s)
{
	add_plain(s, "round", COLUMN_TEXT);
	add_plain(s, "year", COLUMN_INTEGER);
	add_plain(s, "ordinal", COLUMN_INTEGER);
	add_plain(s, "from", COLUMN_DATE);
	add_plain(s, "to", COLUMN_DATE);
	add_plain(s, "current", COLUMN_TEXT);
}

static void add_method_columns(struct names *s)
{
	add_plain(s, "id", COLUMN_TEXT);
	add_plain(s, "version", COLUMN_TEXT);
	add_plain(s, "family", COLUMN_TEXT);
	add_plain(s, "valid_from", COLUMN_DATE);
	add_plain(s, "replaces", COLUMN_TEXT);
}

static void add_round_of_row(struct names *s)
{
	add_plain(s, "round_year", COLUMN_INTEGER);
	add_plain(s, "round_from", COLUMN_DATE);
	add_plain(s, "round_to", COLUMN_DATE);
}

static void add_table(struct names *s, const struct instrument *in, enum table_kind table)
{
	switch (table) {
	case TABLE_CLUSTER:
	case TABLE_SCORE:
		add_questions(s, in->form[FORM_CLUSTER]);
		add_register(s);
		add_scores(s, in);
		break;
	case TABLE_COMPANY:
		add_questions(s, in->form[FORM_COMPANY]);
		add_register(s);
		add_plain(s, "company", COLUMN_TEXT);
		break;
	case TABLE_REGISTER:
		add_register(s);
		add_plain(s, "answered", COLUMN_TEXT);
		break;
	case TABLE_ROUND: add_round_columns(s); break;
	case TABLE_AREA:
		add_plain(s, "code", COLUMN_TEXT);
		add_plain(s, "weight", COLUMN_REAL);
		break;
	case TABLE_LEVEL:
		add_plain(s, "code", COLUMN_TEXT);
		add_plain(s, "cut", COLUMN_REAL);
		add_plain(s, "profile", COLUMN_TEXT);
		break;
	case TABLE_METHOD: add_method_columns(s); break;
	case TABLE_N: break;
	}
	add_round_of_row(s);
}

static struct expr_scope scope_of(const struct names *s)
{
	return (struct expr_scope){ .name = s->name, .n = s->n };
}

struct expr_scope cluster_scope(struct arena *a, const struct instrument *in, bool gate)
{
	struct names s = names_start(a);
	add_questions(&s, in->form[FORM_CLUSTER]);
	add_register(&s);
	if (gate) {
		add_plain(&s, "score", COLUMN_REAL);
		add_areas(&s, in);
	}
	add_round_of_row(&s);
	return scope_of(&s);
}

struct expr_scope instrument_scope(struct arena *a, const struct instrument *in,
				   enum table_kind table, bool allow_aggregates)
{
	struct names s = names_start(a);
	add_table(&s, in, table);
	struct expr_scope scope = scope_of(&s);
	scope.allow_aggregates = allow_aggregates;
	if (!allow_aggregates)
		return scope;
	struct str *id = NEW(a, in->n_indicators, struct str);
	enum expr_type *type = NEW(a, in->n_indicators, enum expr_type);
	for (size_t i = 0; i < in->n_indicators; i++) {
		enum indicator_unit unit = in->indicator[i].unit;
		id[i] = in->indicator[i].id;
		type[i] = unit == UNIT_TEXT ? EXPR_TEXT
			: unit == UNIT_LIST ? EXPR_LIST
					    : EXPR_NUMBER;
	}
	scope.figure = id;
	scope.figure_type = type;
	scope.n_figures = in->n_indicators;
	return scope;
}
