/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answers of one round read as the questions of another method, through its bridges
 * (method/bridges.csv): what lets one method score the round of another. */
#ifndef SSME_SCORE_BRIDGE_H
#define SSME_SCORE_BRIDGE_H

#include "score/change.h"

/* How a question of one method stands to the other round's, best first.  A question without a row
 * has none; but where the sheet does not name the round at all and both methods have one id, a
 * question that kept its name, type and options is `igual`. */
enum bridge_relation {
	BRIDGE_SAME,    /* igual */
	BRIDGE_SIMILAR, /* similar */
	BRIDGE_MADE,    /* puente: by an expression that stands for what was not asked so */
	BRIDGE_NONE,    /* no: there is no such answer */
};

struct bridged {
	const struct instrument *method; /* whose questions these are */
	/* The cluster table of the other round: columns of the register and the round as they were,
	 * and a column for each question that could be read.  Without score and level. */
	const struct frame *table;
	enum bridge_relation *relation; /* of each question of the method's cluster form */
	struct label *note;             /* beside it */
};

/* from: the round whose answers are read.  The later round's method holds the bridges; the sheet's
 * column `round` names the earlier round.
 *
 * Forward, from is the earlier round and its answers become questions of `later`: any relation.
 * Backward, from is the later round, whose answers become questions of `method`, that of the round
 * `earlier`: only `igual` bridges whose expression is a plain name can be turned round, and only
 * where every answer is an option of the earlier question.
 *
 * ERR_INPUT: a bridge that does not parse over the earlier round's questions, or gives an answer
 * that is no option of its question; names the question. */
bool bridge_forward(struct arena *a, const struct round_side *from, const struct instrument *later,
		    enum lang lang, struct bridged *out, struct err *e) MUST_CHECK;
void bridge_backward(struct arena *a, const struct round_side *from,
		     const struct instrument *method, struct str earlier, struct bridged *out);

/* Of a name that a formula over clusters reads: the relation of the question, BRIDGE_SAME for the
 * register's and the round's columns, BRIDGE_NONE for one of a repeat.  ret_note may be NULL.
 * score, level and area_CODE are not answers: BRIDGE_SAME. */
enum bridge_relation bridge_of_name(const struct bridged *b, struct str name,
				    struct label *ret_note);

/* Both methods give the same numbers: items, maxima, formulas, areas, weights, cuts, gates and
 * limits are equal, whatever the labels say. */
bool same_rules(const struct instrument *x, const struct instrument *y);

#endif
