/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A questionnaire as JSON, for the program of its form in the browser (web/script/form.js).
 *
 *   { "round", "cluster", "year", "from", "to",
 *     "state",                              as stored: "draft" …
 *     "caller",                             who asks, as the store calls them
 *     "csrf",                               token for a write; with a session, not after a save
 *     "may_answer", "saved_at", "version",  version: number of the newest change
 *     "answers": { "G01": { "value", "number", "author", "at", "mark", "reason" } },
 *     "entries": { "G01": { "relevance", "required", "answered", "aside", "value",
 *                           "faults": [{ "rule", "message", "suggestion" }],
 *                           "warnings": […] } },
 *     "items": { "P01": [1, 3] },           of each repeat, in order
 *     "sections": { "enfoque": { "asked", "answered", "owed", "faults", "warnings",
 *                                "unexplained", "aside" } },
 *     "conflicts": [{ "question", "item", "mine",
 *                     "theirs": { "value", "author", "at", "number" } }],
 *     "moved": [{ "repeat", "from", "to",   of a save: a new item whose number was taken
 *                 "questions": […] }] }     all that the repeat asks
 *
 * In a repeat a key is "P01_nombre.3", and the item itself has the key "P01.3", whose mark says
 * whether it was removed.  value: a cell as docs/formats.md has it.  "mark", "reason" and every
 * member of an entry but its relevance are left out where they are empty, none or false.  value of
 * an entry is there for what is calculated.  Who answers one area is told of that area only.
 *
 * A row of these takes --round, --cluster and, to save, SAVE_PARAMETERS (app/questionnaire.h).  The
 * answer to what was saved holds the answers and the entries of the sections it belongs to, not
 * those of others; conflicts are no error: what did not conflict is saved. */
#ifndef SSME_APP_SHEET_JSON_H
#define SSME_APP_SHEET_JSON_H

#include "app/questionnaire.h"

/* Errors of sheet_open(); ERR_LIMIT: the answer is over the limit. */
bool run_sheet(struct call *c, struct err *e);
/* Errors of prepare_save(). */
bool prepare_sheet_save(struct call *c, struct err *e);
bool run_sheet_save(struct call *c, struct err *e);

#endif
