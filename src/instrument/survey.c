/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The survey sheet: rows to questions, groups and repeats.  Expressions are read in formula.c. */
#include "instrument/form.h"

static bool is_yes(struct str s)
{
	static const char *const yes[] = { "yes",       "y",    "true", "true()", "1",   "si",
					   "s\xC3\xAD", "TRUE", "Yes",  "YES",    "True" };
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (str_is(s, yes[i]))
			return true;
	return false;
}

/* ---- elements ---- */

static struct element *add_element(struct survey *s, struct element e)
{
	s->element[s->n_elements] = e;
	return &s->element[s->n_elements++];
}

static void report_type(struct survey *s, size_t row, const struct type_cell *t)
{
	struct loader *l = s->l;
	struct problem p =
		load_error(l, s->g, row, "type",
			   t->status == TYPE_UNSUPPORTED ? "unsupported_type" : "unknown_type");
	if (t->status == TYPE_UNSUPPORTED) {
		problem_report(l->ps, p, "el tipo «%.*s» no se admite",
			       "type \"%.*s\" is not supported", STR_ARG(t->word));
		return;
	}
	struct str near = type_nearest(l->a, t->word);
	p.suggestion = near.n ? load_did_you_mean(l, near, &near, 1) : near;
	problem_report(l->ps, p, "no conozco el tipo «%.*s»", "unknown type \"%.*s\"",
		       STR_ARG(t->word));
}

static void check_name(struct survey *s, const struct element *e)
{
	struct loader *l = s->l;
	struct str name;
	if (!load_name(l, s->g, e->row, "name", &name))
		return;
	bool whole = !str_is(s->f->name, "form");
	if (e->kind == ELEMENT_QUESTION &&
	    (str_ends(name, "__reason") || str_ends(name, "__imputed")))
		problem_report(
			l->ps, load_error(l, s->g, e->row, "name", "bad_name"),
			"«%.*s» termina en __reason o __imputed, columnas que acompañan a una "
			"pregunta",
			"\"%.*s\" ends in __reason or __imputed, columns that go with a "
			"question",
			STR_ARG(name));
	if (e->kind == ELEMENT_QUESTION && whole &&
	    (str_is(name, "cluster") || (str_is(s->f->name, "company") && str_is(name, "company"))))
		problem_report(
			l->ps, load_error(l, s->g, e->row, "name", "duplicate_id"),
			"«%.*s» es la columna que identifica la respuesta: use otro nombre",
			"\"%.*s\" is the column that identifies the answer: use another name",
			STR_ARG(name));
}

/* Questions share one row of answers, so their names are unique in the form; groups only beside
 * each other. */
static void check_unique(struct survey *s, const struct element *e)
{
	struct loader *l = s->l;
	size_t at = (size_t)(e - s->element);
	const struct name_map *map = e->kind == ELEMENT_QUESTION ? &s->questions : &s->names;
	size_t first = name_map_get(map, e->name);
	const struct element *other = first == SIZE_MAX ? NULL : &s->element[first];
	if (e->kind == ELEMENT_QUESTION)
		(void)name_map_add(&s->questions, e->name, at);
	(void)name_map_add(&s->names, e->name, at);
	if (!other || (e->kind == ELEMENT_BEGIN_GROUP && other->parent != e->parent))
		return;
	struct problem p = load_error(l, s->g, e->row, "name", "duplicate_id");
	problem_report(l->ps, p, "el nombre «%.*s» ya está en la fila %llu",
		       "name \"%.*s\" is in row %llu already", STR_ARG(e->name),
		       (unsigned long long)grid_row_number(s->g, other->row));
}

/* ---- nesting ---- */

struct nesting {
	size_t *open; /* elements */
	size_t n;
};

static const char *element_word(enum element_kind kind)
{
	switch (kind) {
	case ELEMENT_BEGIN_GROUP: return "begin_group";
	case ELEMENT_END_GROUP: return "end_group";
	case ELEMENT_BEGIN_REPEAT: return "begin_repeat";
	case ELEMENT_END_REPEAT: return "end_repeat";
	case ELEMENT_QUESTION: break;
	}
	return "";
}

static void close_element(struct survey *s, struct nesting *nest, const struct element *end)
{
	struct loader *l = s->l;
	enum element_kind begin =
		end->kind == ELEMENT_END_GROUP ? ELEMENT_BEGIN_GROUP : ELEMENT_BEGIN_REPEAT;
	struct problem p = load_error(l, s->g, end->row, "type", "unbalanced");
	if (!nest->n) {
		problem_report(l->ps, p, "%s sin su %s", "%s without its %s",
			       element_word(end->kind), element_word(begin));
		return;
	}
	const struct element *open = &s->element[nest->open[--nest->n]];
	if (open->kind != begin)
		problem_report(l->ps, p, "%s cierra lo que %s abrió en la fila %llu",
			       "%s closes what %s opened in row %llu", element_word(end->kind),
			       element_word(open->kind),
			       (unsigned long long)grid_row_number(s->g, open->row));
}

static int enclosing_repeat(const struct survey *s, size_t element)
{
	for (; element != NO_ELEMENT; element = s->element[element].parent)
		if (s->element[element].kind == ELEMENT_BEGIN_REPEAT)
			return s->element[element].own_repeat;
	return -1;
}

static void open_repeat(struct survey *s, struct element *e)
{
	struct form *f = s->f;
	if (e->repeat >= 0)
		problem_report(s->l->ps, load_error(s->l, s->g, e->row, "type", "unsupported_type"),
			       "begin_repeat dentro de otro begin_repeat no se admite",
			       "begin_repeat inside another begin_repeat is not supported");
	e->own_repeat = (int)f->n_repeats;
	f->repeat[f->n_repeats++] = (struct repeat){ .name = e->name,
						     .label = form_label(s, s->g, e->row, "label"),
						     .parent = -1 };
	if (grid_cell(s->g, e->row, "repeat_count").n)
		problem_report(s->l->ps, load_warning(s->l, s->g, e->row, "repeat_count", "unused"),
			       "repeat_count no se comprueba: cuentan las filas que lleguen",
			       "repeat_count is not checked: the rows that come count");
}

static void check_closed(struct survey *s, const struct nesting *nest)
{
	for (size_t i = 0; i < nest->n; i++) {
		const struct element *e = &s->element[nest->open[i]];
		problem_report(s->l->ps, load_error(s->l, s->g, e->row, "type", "unbalanced"),
			       "%s no se cierra", "%s is not closed", element_word(e->kind));
	}
}

/* ---- questions ---- */

static struct question *add_question(struct survey *s, size_t element)
{
	struct form *f = s->f;
	struct element *e = &s->element[element];
	e->question = f->n_questions;
	s->element_of[f->n_questions] = element;
	struct question *q = &f->question[f->n_questions++];
	*q = (struct question){ .name = e->name,
				.repeat = e->repeat,
				.group = group_around(s, element),
				.appearance = grid_cell(s->g, e->row, "appearance"),
				.row = grid_row_number(s->g, e->row) };
	if (e->parent != NO_ELEMENT)
		q->group_label = form_label(s, s->g, s->element[e->parent].row, "label");
	return q;
}

/* Index of the list of a select, SIZE_MAX after an error. */
static size_t find_list(struct survey *s, size_t row, const struct type_cell *t)
{
	struct loader *l = s->l;
	struct form *f = s->f;
	struct problem p = load_error(l, s->g, row, "type", "unknown_list");
	if (!t->list.n) {
		problem_report(l->ps, p, "%.*s: falta el nombre de la lista",
			       "%.*s: the name of the list is missing", STR_ARG(t->word));
		return SIZE_MAX;
	}
	size_t list = choices_find(f, t->list);
	if (list == SIZE_MAX) {
		struct str *name = NEW(l->a, f->n_lists, struct str);
		for (size_t i = 0; i < f->n_lists; i++)
			name[i] = f->list[i].name;
		p.suggestion = load_did_you_mean(l, t->list, name, f->n_lists);
		if (str_starts(t->list, "${"))
			p.rule = "unsupported_type";
		problem_report(l->ps, p, "no hay lista «%.*s» en la hoja de opciones",
			       "there is no list \"%.*s\" in the choices sheet", STR_ARG(t->list));
		return SIZE_MAX;
	}
	if (!f->list[list].options.n) {
		problem_report(l->ps, p, "la lista «%.*s» no tiene opciones",
			       "list \"%.*s\" has no options", STR_ARG(t->list));
		return SIZE_MAX;
	}
	return list;
}

static bool parameter(struct str cell, const char *key, struct str *out)
{
	for (size_t at = 0; at < cell.n;) {
		size_t from = at;
		while (at < cell.n && cell.p[at] != ' ' && cell.p[at] != ',' && cell.p[at] != ';')
			at++;
		struct str pair = str_sub(cell, from, at - from);
		struct str name = str_trim(str_cut(&pair, '='));
		at++;
		if (pair.p && str_is(name, key)) {
			*out = str_trim(pair);
			return true;
		}
	}
	return false;
}

static double range_part(struct survey *s, size_t row, const char *key, double absent)
{
	struct str cell = grid_cell(s->g, row, "parameters"), value;
	double v = absent;
	if (parameter(cell, key, &value) && !num_real(value, &v))
		problem_report(s->l->ps, load_error(s->l, s->g, row, "parameters", "number"),
			       "range: «%s=%.*s» no es un número",
			       "range: \"%s=%.*s\" is no number", key, STR_ARG(value));
	return v;
}

static bool is_whole(double v)
{
	return v >= -9e15 && v <= 9e15 && !(v < (double)(int64_t)v) && !(v > (double)(int64_t)v);
}

static void read_range(struct survey *s, size_t row, struct question *q)
{
	q->range_start = range_part(s, row, "start", 1);
	q->range_end = range_part(s, row, "end", 10);
	q->range_step = range_part(s, row, "step", 1);
	if (is_whole(q->range_start) && is_whole(q->range_end) && is_whole(q->range_step))
		q->column = COLUMN_INTEGER;
	if (!(q->range_step > 0) || !(q->range_start < q->range_end))
		problem_report(s->l->ps, load_error(s->l, s->g, row, "parameters", "number"),
			       "range: hace falta start < end y step > 0",
			       "range: start < end and step > 0 are needed");
}

static void read_rank_max(struct survey *s, size_t row, struct question *q)
{
	int64_t max = 0;
	if (!load_int(s->l, s->g, row, "ssme::max", 1, 65535, 0, &max) || !max)
		return;
	if (q->type != QUESTION_RANK)
		problem_report(s->l->ps, load_warning(s->l, s->g, row, "ssme::max", "unused"),
			       "ssme::max solo sirve en preguntas rank",
			       "ssme::max serves in rank questions only");
	else if (q->list && (size_t)max > q->list->options.n)
		problem_report(s->l->ps, load_warning(s->l, s->g, row, "ssme::max", "number"),
			       "ssme::max es mayor que el número de opciones (%zu)",
			       "ssme::max is more than the number of options (%zu)",
			       q->list->options.n);
	q->rank_max = (unsigned)max;
}

static bool is_number_type(enum question_type t)
{
	return t == QUESTION_INTEGER || t == QUESTION_DECIMAL || t == QUESTION_RANGE ||
	       t == QUESTION_CALCULATE;
}

/* The columns that only we read. */
static void read_own(struct survey *s, size_t row, struct question *q)
{
	q->unit = grid_cell(s->g, row, "ssme::unit");
	q->catalogue = grid_cell(s->g, row, "ssme::catalogue");
	q->personal = is_yes(grid_cell(s->g, row, "ssme::personal"));
	read_rank_max(s, row, q);
	if (q->unit.n && !is_number_type(q->type)) {
		problem_report(s->l->ps, load_warning(s->l, s->g, row, "ssme::unit", "unused"),
			       "ssme::unit solo sirve en números",
			       "ssme::unit serves for numbers only");
		q->unit = (struct str){ "", 0 };
	}
}

static bool is_shown(enum question_type t)
{
	return t != QUESTION_CALCULATE && t != QUESTION_HIDDEN && t != QUESTION_START &&
	       t != QUESTION_END && t != QUESTION_TODAY;
}

static void read_labels(struct survey *s, size_t row, struct question *q)
{
	q->label = form_label(s, s->g, row, "label");
	q->hint = form_label(s, s->g, row, "hint");
	q->constraint_message = form_label(s, s->g, row, "constraint_message");
	q->required_message = form_label(s, s->g, row, "required_message");
	q->warning_message = form_label(s, s->g, row, "ssme::warning_message");
	bool none = !q->label.in[LANG_ES].n && !q->label.in[LANG_EN].n && !q->hint.in[LANG_ES].n &&
		    !q->hint.in[LANG_EN].n;
	if (none && is_shown(q->type))
		problem_report(s->l->ps, load_warning(s->l, s->g, row, "label", "missing_label"),
			       "«%.*s» no tiene etiqueta", "\"%.*s\" has no label",
			       STR_ARG(q->name));
}

static void check_appearance(struct survey *s, size_t row)
{
	static const char *const known[] = {
		"minimal",       "compact",
		"quick",         "quickcompact",
		"likert",        "label",
		"list-nolabel",  "list",
		"horizontal",    "horizontal-compact",
		"columns",       "columns-pack",
		"no-buttons",    "autocomplete",
		"map",           "quick-map",
		"multiline",     "numbers",
		"url",           "thousands-sep",
		"thousand-sep",  "field-list",
		"table-list",    "month-year",
		"year",          "no-calendar",
		"signature",     "draw",
		"annotate",      "new",
		"new-front",     "new-rear",
		"front",         "picker",
		"rating",        "vertical",
		"no-ticks",      "placement-map",
		"maps",          "hide-input",
		"bearing",       "counter",
		"randomized",    "image-map",
		"printer",       "hidden-answer",
		"masked",        "summary",
		"comment",       "analog-scale",
		"distress",      "dn",
		"ethiopian",     "coptic",
		"islamic",       "bikram-sambat",
		"myanmar",       "persian",
		"buddhist",      "quick-minimal",
		"compact-quick", "search",
		"spinner",       "textarea",
		"hide",          "hidden",
		"one-way",       "landscape",
		"streets",       "terrain",
		"satellite",
	};
	enum { N = sizeof(known) / sizeof(known[0]) };
	struct str rest = grid_cell(s->g, row, "appearance"), word, candidate[N];
	for (size_t i = 0; i < N; i++)
		candidate[i] = str_of(known[i]);
	while ((word = str_word(&rest)).n) {
		bool found = str_starts(word, "columns-") || str_starts(word, "compact-") ||
			     str_starts(word, "ex:") || str_starts(word, "${") ||
			     (word.p[0] == 'w' && word.n <= 3 && word.n > 1 && word.p[1] >= '0' &&
			      word.p[1] <= '9');
		for (size_t i = 0; i < N && !found; i++)
			found = str_eq(word, candidate[i]);
		/* search('file') and its like have arguments with spaces. */
		size_t open;
		if (str_find(word, STR("("), &open))
			break;
		if (found)
			continue;
		struct problem p =
			load_warning(s->l, s->g, row, "appearance", "unknown_appearance");
		p.suggestion = load_did_you_mean(s->l, word, candidate, N);
		problem_report(s->l->ps, p, "no conozco la apariencia «%.*s»: no se usa",
			       "unknown appearance \"%.*s\": it is not used", STR_ARG(word));
	}
}

static void warn_unused(struct survey *s, size_t row)
{
	if (grid_cell(s->g, row, "ssme::total").n)
		problem_report(s->l->ps, load_warning(s->l, s->g, row, "ssme::total", "unused"),
			       "ssme::total solo sirve en begin_group",
			       "ssme::total serves in begin_group only");
	if (grid_cell(s->g, row, "trigger").n)
		problem_report(s->l->ps, load_warning(s->l, s->g, row, "trigger", "unused"),
			       "trigger no se usa: el cálculo se hace siempre",
			       "trigger is not used: the calculation is always made");
}

static void set_list(struct survey *s, struct question *q, size_t row, const struct type_cell *t)
{
	size_t list = find_list(s, row, t);
	if (list == SIZE_MAX)
		return;
	if (q->type != QUESTION_SELECT_ONE)
		choices_check_multiple(s, list);
	if (t->or_other) {
		problem_report(s->l->ps, load_warning(s->l, s->g, row, "type", "or_other"),
			       "or_other: se agregan la opción «other» y la pregunta «%.*s_other»",
			       "or_other: option \"other\" and question \"%.*s_other\" are added",
			       STR_ARG(q->name));
		list = choices_with_other(s, list);
	}
	q->list = &s->f->list[list];
}

/* The text question that pyxform puts behind a select with or_other. */
static void add_other(struct survey *s, const struct element *of, bool personal)
{
	struct arena *a = s->l->a;
	struct element e = { .kind = ELEMENT_QUESTION,
			     .name = str_fmt(a, "%.*s_other", STR_ARG(of->name)),
			     .row = of->row,
			     .parent = of->parent,
			     .repeat = of->repeat,
			     .own_repeat = -1,
			     .group = NO_GROUP,
			     .other = true,
			     .relevant =
				     str_fmt(a, "selected(${%.*s}, 'other')", STR_ARG(of->name)) };
	size_t at = (size_t)(add_element(s, e) - s->element);
	check_unique(s, &s->element[at]);
	struct question *q = add_question(s, at);
	q->type = QUESTION_TEXT;
	q->column = COLUMN_TEXT;
	q->personal = personal;
	q->label = (struct label){ { STR("Especifique."), STR("Specify other.") } };
}

static void read_question(struct survey *s, size_t element, const struct type_cell *t)
{
	size_t row = s->element[element].row;
	struct question *q = add_question(s, element);
	q->type = t->question;
	q->column = type_column(q->type);
	if (type_has_list(q->type))
		set_list(s, q, row, t);
	/* Without its list an answer is any text, so that only the list is reported. */
	if (type_has_list(q->type) && !q->list) {
		q->column = COLUMN_TEXT;
		(void)name_map_add(&s->l->unsure, q->name, row);
	}
	if (q->type == QUESTION_RANGE)
		read_range(s, row, q);
	read_labels(s, row, q);
	read_own(s, row, q);
	check_appearance(s, row);
	warn_unused(s, row);
	if (t->or_other && q->list)
		add_other(s, &s->element[element], q->personal);
}

/* Its questions are shown as one block. */
static bool is_together(struct str appearance)
{
	struct str rest = appearance, word;
	while ((word = str_word(&rest)).n)
		if (str_is(word, "field-list") || str_is(word, "table-list"))
			return true;
	return false;
}

static void read_group(struct survey *s, struct element *e)
{
	struct form *f = s->f;
	e->group = f->n_groups;
	f->group[f->n_groups++] = (struct group){
		.name = e->name,
		.label = form_label(s, s->g, e->row, "label"),
		.hint = form_label(s, s->g, e->row, "hint"),
		.parent = group_around(s, (size_t)(e - s->element)),
		.together = is_together(grid_cell(s->g, e->row, "appearance")),
		.row = grid_row_number(s->g, e->row),
	};
}

/* ---- rows ---- */

static bool skip_row(struct survey *s, size_t row)
{
	struct str type = grid_cell(s->g, row, "type"), name = grid_cell(s->g, row, "name");
	if (is_yes(grid_cell(s->g, row, "disabled")))
		return true;
	if (type.n)
		return false;
	struct label label = grid_label(s->g, row, "label", s->base_lang);
	if (name.n || label.in[LANG_ES].n || label.in[LANG_EN].n)
		(void)load_required(s->l, s->g, row, "type", &type);
	return true;
}

static struct str name_of_row(struct survey *s, size_t row, const struct type_cell *t)
{
	struct str name = grid_cell(s->g, row, "name");
	if (name.n || t->question != QUESTION_NOTE || t->element != ELEMENT_QUESTION)
		return name;
	return str_fmt(s->l->a, "generated_note_name_%llu",
		       (unsigned long long)grid_row_number(s->g, row));
}

static void read_row(struct survey *s, struct nesting *nest, size_t row)
{
	struct loader *l = s->l;
	struct type_cell t = type_read(l->a, grid_cell(s->g, row, "type"));
	if (t.status == TYPE_UNKNOWN || t.status == TYPE_UNSUPPORTED) {
		report_type(s, row, &t);
		/* As a hidden text its name is known, so that nothing else need be reported. */
		t.element = ELEMENT_QUESTION;
		t.question = QUESTION_HIDDEN;
		(void)name_map_add(&l->unsure, grid_cell(s->g, row, "name"), row);
	}
	if (t.status == TYPE_METADATA)
		problem_report(l->ps, load_warning(l, s->g, row, "type", "metadata"),
			       "«%.*s» se lee como un texto oculto, sin comprobarlo",
			       "\"%.*s\" is read as a hidden text, unchecked", STR_ARG(t.word));
	struct element e = { .kind = t.element,
			     .name = name_of_row(s, row, &t),
			     .row = row,
			     .parent = nest->n ? nest->open[nest->n - 1] : NO_ELEMENT,
			     .own_repeat = -1,
			     .question = NO_ELEMENT,
			     .group = NO_GROUP };
	e.repeat = enclosing_repeat(s, e.parent);
	size_t at = (size_t)(add_element(s, e) - s->element);
	struct element *added = &s->element[at];
	if (e.kind == ELEMENT_END_GROUP || e.kind == ELEMENT_END_REPEAT) {
		close_element(s, nest, added);
		return;
	}
	if (grid_cell(s->g, row, "name").n || !e.name.n)
		check_name(s, added);
	if (e.name.n)
		check_unique(s, added);
	if (e.kind == ELEMENT_QUESTION) {
		read_question(s, at, &t);
		return;
	}
	if (e.kind == ELEMENT_BEGIN_REPEAT)
		open_repeat(s, added);
	else
		read_group(s, added);
	check_appearance(s, row);
	nest->open[nest->n++] = at;
}

/* Lists may have moved while others were added. */
static void fix_lists(struct form *f)
{
	for (size_t i = 0; i < f->n_questions; i++)
		if (f->question[i].list)
			f->question[i].list = &f->list[choices_find(f, f->question[i].list->name)];
}

static void read_rows(struct survey *s)
{
	struct arena *a = s->l->a;
	size_t n = grid_rows(s->g);
	struct nesting nest = { .open = NEW(a, n, size_t) };
	/* An or_other makes two elements of a row. */
	s->element = NEW(a, 2 * n, struct element);
	s->element_of = NEW(a, 2 * n, size_t);
	s->f->question = NEW(a, 2 * n, struct question);
	s->f->repeat = NEW(a, n, struct repeat);
	s->f->group = NEW(a, n, struct group);
	for (size_t row = 0; row < n; row++)
		if (!skip_row(s, row))
			read_row(s, &nest, row);
	check_closed(s, &nest);
	fix_lists(s->f);
}

/* ---- settings ---- */

static void read_settings(struct survey *s, bool *ret_duplicates)
{
	const struct grid *g = s->settings;
	struct str language = head_language(s->l->a, grid_cell(g, 0, "default_language"));
	s->base_lang = str_is(language, "en") ? LANG_EN : LANG_ES;
	s->f->title.in[s->base_lang] = grid_cell(g, 0, "form_title");
	s->f->id = grid_cell(g, 0, "form_id");
	s->f->version = grid_cell(g, 0, "version");
	*ret_duplicates = is_yes(grid_cell(g, 0, "allow_choice_duplicates"));
}

static bool has_column(struct survey *s, const char *head)
{
	if (grid_column(s->g, head) >= 0)
		return true;
	problem_report(s->l->ps, load_error(s->l, s->g, GRID_NO_ROW, head, "required"),
		       "falta la columna «%s»", "column \"%s\" is missing", head);
	return false;
}

void load_form(struct loader *l, enum slot survey, const char *name, int which)
{
	struct form *f = NEW(l->a, 1, struct form);
	struct survey s = { .l = l,
			    .g = &l->raw->grid[survey],
			    .choices = &l->raw->grid[survey + 1],
			    .settings = &l->raw->grid[survey + 2],
			    .slot = survey,
			    .f = f,
			    .names = { .a = l->a },
			    .questions = { .a = l->a } };
	bool duplicates;
	f->name = str_of(name);
	read_settings(&s, &duplicates);
	choices_load(&s, duplicates);
	bool type = has_column(&s, "type"), named = has_column(&s, "name");
	if (type && named)
		read_rows(&s);
	if (type && named && !f->n_questions)
		problem_report(l->ps, load_error(l, s.g, GRID_NO_ROW, NULL, "required"),
			       "el formulario no tiene preguntas", "the form has no questions");
	formulas_load(&s);
	sections_load(&s);
	l->in->form[which] = f;
}
