/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of a form as JSON, for the evaluator in the browser (web/script/expr.js), which shows
 * at once what response_look() says after a save.  The server's word counts. */
#ifndef SSME_RESPONSE_PROGRAM_H
#define SSME_RESPONSE_PROGRAM_H

#include "response/response.h"

/* {"format":1,"form","lang",
 *  "questions":[{"name","type","column":"integer|real|text|choice|multiple|rank|date|boolean",
 *    and where they are: "unit","repeat","list","max","range":[start,end,step],
 *    "required":true or an expression,"relevant","constraint","own","warning","filter",
 *    "calculation","gives":"truth|number|text|day|set","message","warning_message",
 *    "required_message"}],
 *  "order":[indexes of questions, each behind what its relevance and calculation read; no notes],
 *  "repeats":[{"name","relevant"?}],
 *  "groups":[{"name","repeat"?,"total":expression,"parts":[names]}]    only those with a total
 *  "lists":{"yn":{"options":[names],"columns"?:{"department":[text or null]},"row"?:[indexes of
 *    options]}}}           columns and row: a line for each row of the choices, for filters
 * Expressions as in frame/expr_program.h; an expression that it does not know is left out, and
 * then the server alone tells.  Codes of a catalogue are not checked by it either. */
void response_program_put(struct buf *b, const struct response_plan *plan, enum lang lang);

#endif
