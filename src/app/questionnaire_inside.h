/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of questionnaires share (app/questionnaire.h). */
#ifndef SSME_APP_QUESTIONNAIRE_INSIDE_H
#define SSME_APP_QUESTIONNAIRE_INSIDE_H

#include "app/questionnaire.h"

/* The last change of each question and item, in the order in which they were first touched. */
struct standing {
	const struct answer_change **change; /* n */
	size_t n;
};
/* In a; change[] must outlive it. */
struct standing standing_of(struct arena *a, const struct answer_change *change, size_t n);
/* NULL: untouched. */
const struct answer_change *standing_find(const struct standing *st, struct str question,
					  int64_t item);

/* sheet_open() without the look. */
bool sheet_begin(struct call *c, struct store *s, const struct questionnaire_key *k,
		 struct sheet *out, struct err *e) MUST_CHECK;
/* Looks at the sheet's changes and those of extra (n of them) after them: look, now, carried.
 * options: also at which options of its list each question allows. */
bool sheet_look(struct call *c, struct sheet *sheet, const struct answer_change *extra, size_t n,
		bool options, struct err *e) MUST_CHECK;
/* The changes, which sheet_look() has looked at as extra, are stored: they stand in the sheet. */
void sheet_take(struct call *c, struct sheet *sheet, struct answer_change *change, size_t n);
/* Reads head and changes anew: they may have come since. */
bool sheet_read(struct call *c, struct store *s, struct sheet *sheet, struct err *e) MUST_CHECK;
/* Counts as a list of questionnaires shows them. */
struct questionnaire_progress sheet_progress(const struct sheet *sheet);

/* What the sheet is as an answer of the round: its document, and its warnings, each counted.
 * Borrows from the sheet. */
struct stored_answer sheet_answer(const struct sheet *sheet);

#endif
