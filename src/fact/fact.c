/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fact/fact.h"

#include <assert.h>

int32_t round_end(const struct round_fact *r)
{
	return r->has_to ? r->to : date_days((struct date){ r->year, 12, 31 });
}

/* ---- columns ---- */

/* The columns of a table while it is put together. */
struct columns {
	struct arena *a;
	const struct column **item;
	size_t n, cap;
};

static void columns_add(struct columns *cs, const struct column *c)
{
	if (cs->n == cs->cap) {
		size_t cap = cs->cap ? 2 * cs->cap : 32;
		cs->item = arena_grow(cs->a, cs->item, cs->n, cap, sizeof(*cs->item));
		cs->cap = cap;
	}
	cs->item[cs->n++] = c;
}

static const struct frame *columns_frame(const struct columns *cs, size_t n_rows)
{
	return frame_of(cs->a, cs->item, cs->n, n_rows);
}

static const struct column *text_column(struct arena *a, const char *name, const struct str *value,
					size_t n)
{
	struct column_builder *b = column_build(a, str_of(name), COLUMN_TEXT, NULL);
	for (size_t i = 0; i < n; i++) {
		if (value[i].n)
			column_add_text(b, value[i]);
		else
			column_add_missing(b, MISSING_NR);
	}
	return column_done(b);
}

/* The same value in every row; has false: missing. */
static const struct column *constant_column(struct arena *a, const char *name,
					    enum column_type type, bool has, int64_t value,
					    size_t n)
{
	struct column_builder *b = column_build(a, str_of(name), type, NULL);
	for (size_t i = 0; i < n; i++) {
		if (has)
			column_add_integer(b, value);
		else
			column_add_missing(b, MISSING_NR);
	}
	return column_done(b);
}

static void add_round(struct columns *cs, const struct fact_input *in, size_t n_rows)
{
	const struct round_fact *r = &in->round[in->current];
	columns_add(cs,
		    constant_column(cs->a, "round_year", COLUMN_INTEGER, true, r->year, n_rows));
	columns_add(
		cs,
		constant_column(cs->a, "round_from", COLUMN_DATE, r->has_from, r->from, n_rows));
	columns_add(cs, constant_column(cs->a, "round_to", COLUMN_DATE, r->has_to, r->to, n_rows));
}

/* ---- register ---- */

static const struct dictionary *catalogue_codes(const struct fact_input *in, const char *name)
{
	for (size_t i = 0; in->catalogues && i < in->catalogues->n; i++) {
		if (str_is(in->catalogues->item[i].name, name))
			return &in->catalogues->item[i].codes;
	}
	return NULL;
}

/* Text whose dictionary is a catalogue, so that cells carry its labels; plain text where a code is
 * not in it. */
static const struct column *code_column(struct arena *a, const char *name, const struct str *value,
					size_t n, const struct dictionary *codes)
{
	for (size_t i = 0; i < n; i++) {
		if (!codes || (value[i].n && dictionary_find(codes, value[i]) < 0))
			return text_column(a, name, value, n);
	}
	struct column_builder *b = column_build(a, str_of(name), COLUMN_CHOICE, codes);
	for (size_t i = 0; i < n; i++) {
		if (value[i].n)
			column_add_integer(b, dictionary_find(codes, value[i]));
		else
			column_add_missing(b, MISSING_NR);
	}
	struct column *c = NEW(a, 1, struct column);
	*c = *column_done(b);
	c->type = COLUMN_TEXT;
	return c;
}

/* A day each; has[i] false: missing. */
static const struct column *day_column(struct arena *a, const char *name, const int32_t *day,
				       const bool *has, size_t n)
{
	struct column_builder *b = column_build(a, str_of(name), COLUMN_DATE, NULL);
	for (size_t i = 0; i < n; i++) {
		if (has[i])
			column_add_integer(b, day[i]);
		else
			column_add_missing(b, MISSING_NR);
	}
	return column_done(b);
}

static const struct column *entry_days(struct arena *a, const char *name, bool since,
				       const struct cluster_entry *const *entry, size_t n)
{
	int32_t *day = NEW(a, n, int32_t);
	bool *has = NEW(a, n, bool);
	for (size_t i = 0; i < n; i++) {
		has[i] = entry[i] && (since || entry[i]->until_day != INT32_MAX);
		if (has[i])
			day[i] = since ? entry[i]->since_day : entry[i]->until_day;
	}
	return day_column(a, name, day, has, n);
}

static struct str entry_field(const struct cluster_entry *c, const char *name)
{
	const struct {
		const char *name;
		struct str value;
	} field[] = {
		{ "cluster", c->id },
		{ "name", c->name },
		{ "department", c->department },
		{ "sector", c->sector },
		{ "manager_kind", c->manager_kind },
		{ "chamber", c->chamber },
		{ "active", c->active ? STR("yes") : STR("no") },
	};
	for (size_t i = 0; i < sizeof(field) / sizeof(*field); i++) {
		if (str_is(str_of(field[i].name), name))
			return field[i].value;
	}
	assert(!"a register column without a field");
	return (struct str){ 0 };
}

/* entry[i] NULL: a cluster that is not in the register. */
static const struct column *register_column(struct arena *a, const struct fact_input *in,
					    const char *name,
					    const struct cluster_entry *const *entry, size_t n)
{
	struct str column = str_of(name);
	if (str_eq(column, STR("since")) || str_eq(column, STR("until")))
		return entry_days(a, name, str_eq(column, STR("since")), entry, n);
	struct str *value = NEW(a, n, struct str);
	for (size_t i = 0; i < n; i++) {
		if (entry[i])
			value[i] = entry_field(entry[i], name);
	}
	if (str_eq(column, STR("department")))
		return code_column(a, name, value, n, catalogue_codes(in, "departments"));
	if (str_eq(column, STR("chamber")))
		return code_column(a, name, value, n, catalogue_codes(in, "chambers"));
	return text_column(a, name, value, n);
}

static bool answered(const struct fact_input *in, struct str id)
{
	const struct frame *f = in->answers[FORM_CLUSTER];
	for (size_t i = 0; f && i < f->n_rows; i++) {
		if (str_eq(in->cluster[FORM_CLUSTER][i], id))
			return true;
	}
	return false;
}

static const struct frame *register_table(struct arena *a, const struct fact_input *in)
{
	const struct cluster_entry **entry = NEW(a, in->clusters->n, const struct cluster_entry *);
	int32_t end = round_end(&in->round[in->current]);
	size_t n = 0;
	for (size_t i = 0; i < in->clusters->n; i++) {
		if (register_in_round(&in->clusters->cluster[i], end))
			entry[n++] = &in->clusters->cluster[i];
	}
	struct columns cs = { .a = a };
	for (size_t i = 0; i < n_register_columns; i++)
		columns_add(&cs, register_column(a, in, register_columns[i], entry, n));
	struct str *yes_no = NEW(a, n, struct str);
	for (size_t i = 0; i < n; i++)
		yes_no[i] = answered(in, entry[i]->id) ? STR("yes") : STR("no");
	columns_add(&cs, text_column(a, "answered", yes_no, n));
	add_round(&cs, in, n);
	return columns_frame(&cs, n);
}

/* ---- answers ---- */

static bool is_wanted(const struct fact_input *in, int form, struct str name)
{
	if (form == FORM_CLUSTER || !in->company_column)
		return true;
	for (size_t i = 0; i < in->n_company_columns; i++) {
		if (str_eq(in->company_column[i], name))
			return true;
	}
	return false;
}

static const struct frame *answer_table(struct arena *a, const struct fact_input *in, int form,
					struct fact_tables *out)
{
	const struct frame *f = in->answers[form];
	const struct cluster_entry **entry = NEW(a, f->n_rows, const struct cluster_entry *);
	uint32_t *row = NEW(a, f->n_rows, uint32_t);
	for (size_t i = 0; i < f->n_rows; i++) {
		entry[i] = register_find(in->clusters, in->cluster[form][i]);
		row[i] = entry[i] ? (uint32_t)(entry[i] - in->clusters->cluster) : UINT32_MAX;
	}
	struct columns cs = { .a = a };
	if (is_wanted(in, form, STR("cluster")))
		columns_add(&cs, text_column(a, "cluster", in->cluster[form], f->n_rows));
	if (form == FORM_COMPANY && is_wanted(in, form, STR("company")))
		columns_add(&cs, text_column(a, "company", in->company, f->n_rows));
	for (size_t i = 0; i < n_register_columns; i++) {
		struct str name = str_of(register_columns[i]);
		if (!str_is(name, "cluster") && !frame_column(f, name) && is_wanted(in, form, name))
			columns_add(&cs,
				    register_column(a, in, register_columns[i], entry, f->n_rows));
	}
	add_round(&cs, in, f->n_rows);
	if (form == FORM_CLUSTER)
		out->register_row = row;
	return frame_with(a, f, cs.item, cs.n);
}

/* ---- rounds, areas, levels, method ---- */

static const struct frame *round_table(struct arena *a, const struct fact_input *in)
{
	size_t n = in->n_rounds;
	struct str *id = NEW(a, n, struct str);
	struct str *current = NEW(a, n, struct str);
	struct column_builder *year = column_build(a, STR("year"), COLUMN_INTEGER, NULL);
	struct column_builder *ordinal = column_build(a, STR("ordinal"), COLUMN_INTEGER, NULL);
	struct column_builder *from = column_build(a, STR("from"), COLUMN_DATE, NULL);
	struct column_builder *to = column_build(a, STR("to"), COLUMN_DATE, NULL);
	for (size_t i = 0; i < n; i++) {
		const struct round_fact *r = &in->round[i];
		id[i] = r->id;
		current[i] = i == in->current ? STR("yes") : STR("no");
		column_add_integer(year, r->year);
		column_add_integer(ordinal, r->ordinal);
		if (r->has_from)
			column_add_integer(from, r->from);
		else
			column_add_missing(from, MISSING_NR);
		if (r->has_to)
			column_add_integer(to, r->to);
		else
			column_add_missing(to, MISSING_NR);
	}
	struct columns cs = { .a = a };
	columns_add(&cs, text_column(a, "round", id, n));
	columns_add(&cs, text_column(a, "current", current, n));
	columns_add(&cs, column_done(year));
	columns_add(&cs, column_done(ordinal));
	columns_add(&cs, column_done(from));
	columns_add(&cs, column_done(to));
	add_round(&cs, in, n);
	return columns_frame(&cs, n);
}

static const struct frame *area_table(struct arena *a, const struct fact_input *in)
{
	const struct instrument *ins = in->instrument;
	struct str *code = NEW(a, ins->n_areas, struct str);
	struct column_builder *weight = column_build(a, STR("weight"), COLUMN_REAL, NULL);
	for (size_t i = 0; i < ins->n_areas; i++) {
		code[i] = ins->area[i].code;
		column_add_real(weight, area_weight(&ins->area[i]));
	}
	struct columns cs = { .a = a };
	columns_add(&cs, text_column(a, "code", code, ins->n_areas));
	columns_add(&cs, column_done(weight));
	add_round(&cs, in, ins->n_areas);
	return columns_frame(&cs, ins->n_areas);
}

static const struct frame *level_table(struct arena *a, const struct fact_input *in)
{
	const struct instrument *ins = in->instrument;
	size_t n = 0;
	for (size_t p = 0; p < ins->n_profiles; p++)
		n += ins->profile[p].n_levels;
	struct str *code = NEW(a, n, struct str);
	struct str *profile = NEW(a, n, struct str);
	struct column_builder *cut = column_build(a, STR("cut"), COLUMN_REAL, NULL);
	size_t row = 0;
	for (size_t p = 0; p < ins->n_profiles; p++) {
		for (size_t i = 0; i < ins->profile[p].n_levels; i++, row++) {
			code[row] = ins->profile[p].level[i].code;
			profile[row] = ins->profile[p].name;
			column_add_real(cut, (double)ins->profile[p].level[i].cut_micro / 1e6);
		}
	}
	struct columns cs = { .a = a };
	columns_add(&cs, text_column(a, "code", code, n));
	columns_add(&cs, column_done(cut));
	columns_add(&cs, text_column(a, "profile", profile, n));
	add_round(&cs, in, n);
	return columns_frame(&cs, n);
}

static const struct frame *method_table(struct arena *a, const struct fact_input *in)
{
	const struct instrument *ins = in->instrument;
	struct columns cs = { .a = a };
	columns_add(&cs, text_column(a, "id", &ins->id, 1));
	columns_add(&cs, text_column(a, "version", &ins->version, 1));
	columns_add(&cs, text_column(a, "family", &ins->family, 1));
	struct date d;
	bool dated = date_parse(ins->valid_from, true, &d);
	columns_add(
		&cs,
		constant_column(a, "valid_from", COLUMN_DATE, dated, dated ? date_days(d) : 0, 1));
	columns_add(&cs, text_column(a, "replaces", &ins->replaces, 1));
	add_round(&cs, in, 1);
	return columns_frame(&cs, 1);
}

void fact_tables_make(struct arena *a, const struct fact_input *in, struct fact_tables *out)
{
	*out = (struct fact_tables){ 0 };
	out->table[TABLE_REGISTER] = register_table(a, in);
	out->n_register = out->table[TABLE_REGISTER]->n_rows;
	if (in->answers[FORM_CLUSTER])
		out->table[TABLE_CLUSTER] = answer_table(a, in, FORM_CLUSTER, out);
	if (in->answers[FORM_COMPANY])
		out->table[TABLE_COMPANY] = answer_table(a, in, FORM_COMPANY, out);
	out->table[TABLE_ROUND] = round_table(a, in);
	out->table[TABLE_AREA] = area_table(a, in);
	out->table[TABLE_LEVEL] = level_table(a, in);
	out->table[TABLE_METHOD] = method_table(a, in);
}
