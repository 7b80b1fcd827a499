/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: an XLSForm on its way from rows to a form. */
#ifndef SSME_INSTRUMENT_FORM_H
#define SSME_INSTRUMENT_FORM_H

#include "instrument/load.h"

/* ---- question_type.c ---- */

enum element_kind {
	ELEMENT_QUESTION,
	ELEMENT_BEGIN_GROUP,
	ELEMENT_END_GROUP,
	ELEMENT_BEGIN_REPEAT,
	ELEMENT_END_REPEAT,
};

/* What the cell `type` says. */
struct type_cell {
	enum { TYPE_READ, TYPE_METADATA, TYPE_UNSUPPORTED, TYPE_UNKNOWN } status;
	enum element_kind element;
	enum question_type question;
	struct str list; /* of select_one, select_multiple, rank */
	bool or_other;
	struct str word; /* the type without list, for messages */
};
struct type_cell type_read(struct arena *a, struct str cell);
/* Names of the types that are read, for suggestions. */
struct str type_nearest(struct arena *a, struct str word);
bool type_has_list(enum question_type t);
/* Column of an answer whose type does not hang on a formula or a parameter. */
enum column_type type_column(enum question_type t);

/* ---- survey.c, choices.c, formula.c ---- */

#define NO_ELEMENT SIZE_MAX

/* One row of the survey. */
struct element {
	enum element_kind kind;
	struct str name;
	size_t row; /* of the grid */
	size_t parent; /* the group or repeat around it, or NO_ELEMENT */
	int repeat; /* index into form.repeat of the repeat it lies in; a repeat's own is not */
	int own_repeat; /* a begin_repeat: its index; else -1 */
	size_t question; /* index into form.question, or NO_ELEMENT */
	size_t group; /* a begin_group: index into form.group; else NO_GROUP */
	bool other; /* the text question that or_other brings */
	struct str relevant; /* its own condition, checked and true or false; empty: none */
	bool bad_relevant; /* could not be parsed */
};

struct survey {
	struct loader *l;
	const struct grid *g, *choices, *settings;
	enum slot slot;
	struct form *f;
	enum lang base_lang; /* of columns without ::LANGUAGE */
	struct element *element;
	size_t n_elements;
	size_t *element_of; /* by question */
	struct name_map names; /* every named element */
	struct name_map questions; /* by name, index into form.question */
	struct expr_name *name; /* scope: one a question, in their order */
};

/* Fills f->list; duplicates: allow_choice_duplicates. */
void choices_load(struct survey *s, bool duplicates);
/* Index into f->list, or SIZE_MAX. */
size_t choices_find(const struct form *f, struct str name);
/* A copy of the list with an option `other` at its end (index), or the list itself when it has one.
 */
size_t choices_with_other(struct survey *s, size_t list);
/* Options of a list that holds several names in one cell must have no spaces. */
void choices_check_multiple(struct survey *s, size_t list);
/* A label of the form; warns where a language that the sheet has is missing. */
struct label form_label(struct survey *s, const struct grid *g, size_t row, const char *head);

/* Every expression of the form, in an order that knows the types of calculations. */
void formulas_load(struct survey *s);

/* ---- pieces of formula.c ---- */

/* own: of a column ssme::..., which also sees the round's year and dates. */
struct expr_scope formula_scope(const struct survey *s, int repeat, struct str self, bool own);
bool formula_parses(struct survey *s, struct str source, const struct expr_scope *scope,
		    const struct expr **out);
/* XPath that walks through the form's tree is refused by name, for the parser would only see a
 * sign. */
bool formula_refuses_paths(struct survey *s, size_t row, const char *head, struct str source);
/* Forms for other tools compare numbers and sets with '' to ask for an answer. */
struct str formula_mend_blank(struct survey *s, size_t row, const char *head, struct str source,
			      const struct expr_scope *scope);
/* A number or a text where a condition stands, as XPath reads it. */
struct str formula_as_condition(struct survey *s, struct str source,
				const struct expr_scope *scope);

/* `ssme::total` of every group, once the types of all questions are known. */
void totals_load(struct survey *s);

/* ---- filter.c ---- */

void filter_load(struct survey *s, struct question *q, size_t row);

/* ---- section.c ---- */

/* The innermost group of form.group around an element (not itself), through repeats; NO_GROUP. */
size_t group_around(const struct survey *s, size_t element);
/* Fills f->section. */
void sections_load(struct survey *s);

#endif
