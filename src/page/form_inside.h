/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the manager's form share.  A sheet (app/questionnaire.h) is what is shown; the
 * pieces here make the structs of web/template/form*.html out of it.  All results live in c->a.
 *
 *   form.c           which clusters, one cluster's areas, the questionnaire's state in words
 *   form_area.c      one area: shown, saved, two answers to one question
 *   form_field.c     a question as a field
 *   form_block.c     questions that stand together: groups with their total, repeats
 *   form_words.c     answers, amounts, hours and people in words
 *   form_send.c      all answers, what is left, signature, PDF
 *   form_evidence.c  files beside answers
 *   form_delegate.c  one area for somebody else */
#ifndef SSME_PAGE_FORM_INSIDE_H
#define SSME_PAGE_FORM_INSIDE_H

#include "app/questionnaire.h"
#include "page/inside.h"
#include "store/evidence.h"

enum {
	SECTION_KEY_BYTES_MAX = 64,
	ITEMS_WHOLE_MAX = 4,    /* items of a repeat with all their fields on one page */
	CHECKS_MAX = 200,       /* options as boxes to tick; more are a list */
	RADIOS_MAX = 12,        /* options as a row each; more are a list */
	SCALE_MAX = 11,         /* steps of a range as a row of radios */
	TODO_SHOWN_MAX = 60,
	NUMBER_TEXT_MAX = 40,   /* characters of a number that is typed */
};

/* ---- rows ---- */

bool page_forms(struct call *c, struct err *e);
bool page_form_overview(struct call *c, struct err *e);
bool page_form_area(struct call *c, struct err *e);
bool prepare_form_area(struct call *c, struct err *e);
bool write_form_area(struct call *c, struct err *e);
bool page_form_send(struct call *c, struct err *e);
bool prepare_form_send(struct call *c, struct err *e);
bool write_form_send(struct call *c, struct err *e);
bool prepare_form_pdf(struct call *c, struct err *e);
bool page_form_pdf(struct call *c, struct err *e);
bool page_form_evidence(struct call *c, struct err *e);
bool write_form_evidence(struct call *c, struct err *e);
bool page_form_file(struct call *c, struct err *e);
bool write_form_file_removed(struct call *c, struct err *e);
bool page_form_delegate(struct call *c, struct err *e);
bool prepare_form_delegate(struct call *c, struct err *e);
bool write_form_delegate(struct call *c, struct err *e);
bool prepare_form_revoke(struct call *c, struct err *e);
bool write_form_revoke(struct call *c, struct err *e);
form_again form_evidence_again, form_delegate_again;

/* ---- the sheet of a call ---- */

/* By --round and --cluster. */
bool form_sheet(struct call *c, struct store **ret_s, struct sheet *out, struct err *e) MUST_CHECK;
/* "/formulario/C001/REST?round=2024&hecho=DONE#ANCHOR"; rest, done and anchor may be empty. */
void form_go(struct call *c, const struct sheet *sheet, struct str rest, const char *done,
	     struct str anchor);

/* ---- sections ---- */

/* In an address: its name, or its place from 1. */
struct str form_section_key(struct arena *a, const struct sheet *sheet, size_t section);
/* SIZE_MAX: there is none, or it is not for the caller to see. */
size_t form_section_of_key(const struct sheet *sheet, struct str key);
struct str form_section_title(const struct call *c, const struct sheet *sheet, size_t section);
/* It asks something, and the caller may see it. */
bool form_section_shown(const struct sheet *sheet, size_t section);
/* The shown section after (step 1) or before (-1) this one; SIZE_MAX: none. */
size_t form_section_beside(const struct sheet *sheet, size_t section, int step);
/* It is asked of people: no note, no calculation, nothing that a device fills in. */
bool form_is_asked(const struct question *q);

/* ---- words ---- */

/* "G01", "P01_nombre.3"; with '-' for ids. */
struct str form_key(struct arena *a, struct str question, int64_t item, char joint);
/* A cell as people read it: labels of options, numbers with their unit; empty for an empty cell. */
struct str form_answer_words(const struct call *c, const struct question *q, struct str cell);
/* "pesos", "%", "empresas"; empty: none */
struct str form_unit_words(const struct call *c, struct str unit);
/* A moment of UTC in Bogotá: "14:32", and with its day when that is not today. */
struct str form_hour_words(const struct call *c, struct str moment);
/* "quedan 12 días", "el plazo venció hace 3 días"; empty: no date.  *ret_late: it is over. */
struct str form_days_words(const struct call *c, struct str until, bool *ret_late);
/* Who an author of the store is, to other people: the name a link was made for, an address. */
struct form_people {
	const struct stored_link *link;
	size_t n;
};
bool form_people(struct call *c, struct store *s, struct str round, struct form_people *out,
		 struct err *e) MUST_CHECK;
struct str form_person(const struct call *c, const struct form_people *people, struct str author);
/* "G01 ¿Cuenta con Asamblea General?", with the item where there is one. */
struct str form_question_words(const struct call *c, const struct look_entry *entry);

/* ---- fields ---- */

struct form_view {
	struct call *c;
	const struct sheet *sheet;
	const struct stored_evidence *file; /* all of the questionnaire */
	size_t n_files;
	bool readonly;
	int64_t open_item; /* of a repeat; 0: none */
};
void form_field_fill(const struct form_view *v, size_t entry, struct template_form_field *out);
/* The blocks of a section. */
const struct template_form_block *form_blocks(const struct form_view *v, size_t section,
					      size_t *ret_n);
int64_t form_files_of(const struct form_view *v, struct str question, int64_t item);

#endif
