/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The choices sheet: lists of options, with their own columns for choice filters. */
#include "instrument/form.h"

/* Codes of options are 16 bits wide in sets. */
enum { OPTIONS_MAX = 65535 };

static enum slot choices_slot(const struct survey *s)
{
	return (enum slot)(s->slot + 1);
}

size_t choices_find(const struct form *f, struct str name)
{
	for (size_t i = 0; i < f->n_lists; i++)
		if (str_eq(f->list[i].name, name))
			return i;
	return SIZE_MAX;
}

/* More than one language, or a language beside the column without one? */
static bool has_language(const struct survey *s, const struct grid *g, const char *head,
			 enum lang lang)
{
	struct str named = str_fmt(s->l->a, "%s::%s", head, lang_code(lang));
	return grid_column(g, str_c(s->l->a, named)) >= 0 ||
	       (s->base_lang == lang && grid_column(g, head) >= 0);
}

struct label form_label(struct survey *s, const struct grid *g, size_t row, const char *head)
{
	struct label label = grid_label(g, row, head, s->base_lang);
	if (has_language(s, g, head, LANG_ES) && has_language(s, g, head, LANG_EN))
		load_check_translated(s->l, g, row, head, &label);
	return label;
}

/* Where each row's list and option go. */
struct placing {
	size_t *list; /* n rows: index into form.list, SIZE_MAX: none */
	size_t *n_rows; /* n lists */
};

static struct placing place_rows(struct survey *s)
{
	struct arena *a = s->l->a;
	size_t n = grid_rows(s->choices), n_lists = 0;
	struct name_map map = { .a = a };
	struct placing p = { .list = NEW(a, n, size_t), .n_rows = NEW(a, n, size_t) };
	struct str *name = NEW(a, n, struct str);
	for (size_t row = 0; row < n; row++) {
		struct str list = grid_cell(s->choices, row, "list_name");
		p.list[row] = SIZE_MAX;
		if (!list.n) {
			struct str option = grid_cell(s->choices, row, "name");
			if (option.n)
				problem_report(
					s->l->ps,
					load_warning(s->l, s->choices, row, "list_name",
						     "required"),
					"la opción «%.*s» no dice de qué lista es: no se usa",
					"option \"%.*s\" does not say which list it is of: it is "
					"not used",
					STR_ARG(option));
			continue;
		}
		if (name_map_add(&map, list, n_lists))
			name[n_lists++] = list;
		p.list[row] = name_map_get(&map, list);
		p.n_rows[p.list[row]]++;
	}
	s->f->list = NEW(a, n_lists, struct choice_list);
	s->f->n_lists = n_lists;
	for (size_t i = 0; i < n_lists; i++)
		s->f->list[i].name = name[i];
	return p;
}

/* ---- options ---- */

static void check_option(struct survey *s, size_t row, struct str name, bool seen, size_t first_row,
			 bool duplicates, struct str list)
{
	struct loader *l = s->l;
	if (seen && !duplicates)
		problem_report(l->ps, load_error(l, s->choices, row, "name", "duplicate_choice"),
			       "la opción «%.*s» ya está en la lista «%.*s» (fila %llu)",
			       "option \"%.*s\" is in list \"%.*s\" already (row %llu)",
			       STR_ARG(name), STR_ARG(list),
			       (unsigned long long)grid_row_number(s->choices, first_row));
	if (!seen && (str_is(name, "NA") || str_is(name, "ND")))
		problem_report(
			l->ps, load_warning(l, s->choices, row, "name", "missing_code"),
			"la opción «%.*s» se leerá como dato faltante; dele otro nombre",
			"option \"%.*s\" will be read as a missing answer; give it another name",
			STR_ARG(name));
}

static void check_option_label(struct survey *s, size_t row, const struct label *label)
{
	if (!label->in[LANG_ES].n && !label->in[LANG_EN].n)
		problem_report(s->l->ps,
			       load_warning(s->l, s->choices, row, "label", "missing_label"),
			       "la opción no tiene etiqueta", "the option has no label");
}

/* Rows of one list into its dictionary; duplicated names once. */
static void fill_options(struct survey *s, struct choice_list *list, const size_t *row, size_t n,
			 bool duplicates)
{
	struct arena *a = s->l->a;
	struct name_map seen = { .a = a };
	struct dictionary *d = &list->options;
	d->name = NEW(a, n, struct str);
	d->label = NEW(a, n, struct label);
	for (size_t i = 0; i < n; i++) {
		struct str name;
		if (!load_required(s->l, s->choices, row[i], "name", &name))
			continue;
		bool fresh = name_map_add(&seen, name, row[i]);
		check_option(s, row[i], name, !fresh, name_map_get(&seen, name), duplicates,
			     list->name);
		if (!fresh)
			continue;
		d->name[d->n] = name;
		d->label[d->n] = form_label(s, s->choices, row[i], "label");
		check_option_label(s, row[i], &d->label[d->n]);
		d->n++;
	}
	if (d->n > OPTIONS_MAX)
		problem_report(s->l->ps, load_error(s->l, s->choices, row[0], "list_name", "limit"),
			       "la lista «%.*s» tiene más de %d opciones",
			       "list \"%.*s\" has more than %d options", STR_ARG(list->name),
			       OPTIONS_MAX);
}

static const struct column *text_column(struct survey *s, struct str name, size_t c,
					const size_t *row, size_t n)
{
	const struct sheet *sheet = &s->choices->sheet;
	struct column_builder *b = column_build(s->l->a, name, COLUMN_TEXT, NULL);
	for (size_t i = 0; i < n; i++) {
		struct str cell = sheet->cell[row[i] * sheet->n_columns + c];
		if (cell.n)
			column_add_text(b, cell);
		else
			column_add_missing(b, MISSING_NR);
	}
	return column_done(b);
}

/* The option's name and every column of the list's own that it uses, for choice_filter. */
static void fill_columns(struct survey *s, struct choice_list *list, const size_t *row, size_t n)
{
	const struct sheet *sheet = &s->choices->sheet;
	const struct column **column = NEW(s->l->a, sheet->n_columns + 1, const struct column *);
	size_t n_columns = 0;
	for (size_t c = 0; c < sheet->n_columns; c++) {
		struct str head = s->choices->head[c];
		if (head.n && (str_is(head, "name") || !head_is_known(choices_slot(s), head)))
			column[n_columns++] = text_column(s, head, c, row, n);
	}
	list->columns = frame_of(s->l->a, column, n_columns, n);
}

void choices_load(struct survey *s, bool duplicates)
{
	if (!s->choices->present)
		return;
	struct arena *a = s->l->a;
	struct placing p = place_rows(s);
	size_t n = grid_rows(s->choices), n_lists = s->f->n_lists;
	size_t **row = NEW(a, n_lists, size_t *);
	size_t *fill = NEW(a, n_lists, size_t);
	for (size_t i = 0; i < n_lists; i++)
		row[i] = NEW(a, p.n_rows[i], size_t);
	for (size_t r = 0; r < n; r++)
		if (p.list[r] != SIZE_MAX)
			row[p.list[r]][fill[p.list[r]]++] = r;
	for (size_t i = 0; i < n_lists; i++) {
		fill_options(s, &s->f->list[i], row[i], fill[i], duplicates);
		fill_columns(s, &s->f->list[i], row[i], fill[i]);
	}
}

/* ---- other ---- */

static const struct frame *with_other_row(struct arena *a, const struct frame *f)
{
	const struct column **column = NEW(a, f->n_columns, const struct column *);
	for (size_t c = 0; c < f->n_columns; c++) {
		const struct column *old = f->column[c];
		struct column_builder *b = column_build(a, old->name, COLUMN_TEXT, NULL);
		for (size_t i = 0; i < f->n_rows; i++) {
			struct cell cell = column_cell(old, i);
			if (cell.missing == MISSING_NO)
				column_add_text(b, cell.text);
			else
				column_add_missing(b, cell.missing);
		}
		if (str_is(old->name, "name"))
			column_add_text(b, STR("other"));
		else
			column_add_missing(b, MISSING_NR);
		column[c] = column_done(b);
	}
	return frame_of(a, column, f->n_columns, f->n_rows + 1);
}

size_t choices_with_other(struct survey *s, size_t at)
{
	struct form *f = s->f;
	struct arena *a = s->l->a;
	struct choice_list old = f->list[at];
	size_t n = old.options.n;
	struct str name = str_fmt(a, "%.*s or_other", STR_ARG(old.name));
	if (dictionary_find(&old.options, STR("other")) >= 0)
		return at;
	if (choices_find(f, name) != SIZE_MAX)
		return choices_find(f, name);
	struct choice_list copy = { .name = name, .columns = with_other_row(a, old.columns) };
	copy.options.n = n + 1;
	copy.options.name = arena_grow(a, old.options.name, n, n + 1, sizeof(struct str));
	copy.options.label = arena_grow(a, old.options.label, n, n + 1, sizeof(struct label));
	copy.options.name[n] = STR("other");
	copy.options.label[n] = (struct label){ { STR("Otro"), STR("Other") } };
	f->list = arena_grow(a, f->list, f->n_lists, f->n_lists + 1, sizeof(struct choice_list));
	f->list[f->n_lists] = copy;
	return f->n_lists++;
}

void choices_check_multiple(struct survey *s, size_t at)
{
	const struct choice_list *list = &s->f->list[at];
	for (size_t row = 0; row < grid_rows(s->choices); row++) {
		struct str name = grid_cell(s->choices, row, "name");
		bool space = false;
		for (size_t i = 0; i < name.n; i++)
			space |= name.p[i] == ' ' || name.p[i] == '\t' || name.p[i] == '\n';
		if (space && str_eq(grid_cell(s->choices, row, "list_name"), list->name))
			problem_report(
				s->l->ps, load_error(s->l, s->choices, row, "name", "bad_name"),
				"«%.*s» tiene espacios: en una selección múltiple separan los "
				"nombres",
				"\"%.*s\" has spaces: in a multiple choice they separate the names",
				STR_ARG(name));
	}
}
