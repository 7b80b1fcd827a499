/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filling in, sending and deciding on a questionnaire: what stands behind the pages of the form,
 * its autosave, the review and the round desk.
 *
 * A sheet is all that is known of one questionnaire at the moment of a call: what was typed, what
 * the rules say of it, what the round before says.  Deeds are pairs as in app/access.h: prepare_x()
 * reads and checks, do_x() writes in the writer's transaction and may run again. */
#ifndef SSME_APP_QUESTIONNAIRE_H
#define SSME_APP_QUESTIONNAIRE_H

#include "app/cache.h"
#include "app/row.h"
#include "response/look.h"
#include "store/questionnaire.h"

/* What the round before has for a question; cells as look.h has them. */
struct before_cell {
	struct str question;
	int64_t item; /* 0: nothing in a repeat is carried over */
	struct str value;
};
/* Counts of what became of them. */
struct carried {
	size_t n_offered;   /* questions that apply and have an answer of the round before */
	size_t n_confirmed; /* said to be still true */
	size_t n_changed;   /* answered anew */
	size_t n_open;      /* not looked at */
};

struct sheet {
	struct questionnaire_key key;
	struct stored_round round;
	struct str cluster_name;
	const struct known_instrument *known;
	const struct form *form;
	bool found;                       /* somebody has opened it */
	struct stored_questionnaire head; /* when found */
	const struct answer_change *change; /* all of them, oldest first */
	size_t n_changes;
	const struct answer_change *const *now; /* by entry of look: the last change, or NULL */
	const struct look *look;
	struct str before_round;          /* id; empty: the cluster has no accepted answer before */
	int before_year;
	const struct before_cell *before; /* by question; only what the bridges call the same */
	size_t n_before;
	struct carried carried;
	/* What the caller may do. */
	bool may_answer; /* in the sections that sheet_may_answer() says */
	bool may_send;
	struct str area; /* code: a contributor's one area; empty: all */
};

/* --round and --cluster (--company) of the call as a key; without --round the round of the caller's
 * link, else the newest open one, else the newest of all.  ERR_ABSENT: no round at all. */
bool sheet_key(struct call *c, struct store *s, int form, struct questionnaire_key *out,
	       struct err *e) MUST_CHECK;
/* Reads and weighs it all; in c->a.  ERR_ABSENT: no such round, cluster or form.  ERR_DENIED: the
 * caller has no part in it (pages of a scoped role name their object besides). */
bool sheet_open(struct call *c, struct store *s, const struct questionnaire_key *k,
		struct sheet *out, struct err *e) MUST_CHECK;
/* May the caller change answers of this section of the form? */
bool sheet_may_answer(const struct sheet *sheet, size_t section);
/* What the round before has for a question, or NULL. */
const struct before_cell *sheet_before(const struct sheet *sheet, struct str question);
/* Index of the section with this name, SIZE_MAX: none. */
size_t sheet_section(const struct sheet *sheet, struct str name);

/* Section of a question, or of the questions of a repeat; SIZE_MAX: of none. */
size_t sheet_section_of(const struct form *f, struct str name);

/* ---- saving ----
 *
 * Parameters of a row that saves: --round, --cluster, --company as above, and PARAM_PAIRS
 *   answer  answer.G01=a; in a repeat answer.P01_nombre.3=…, 3 being the item; several of one
 *           multiple question are joined
 *   reason  reason.I03=…, for a warning
 *   mark    mark.G01=confirmed («sigue igual»), mark.P01.3=removed (an item goes),
 *           mark.P01.3=added (an item comes, still empty, or comes back),
 *           mark.P01.3=new (the same, an item that nobody has seen: where somebody else's has that
 *           number already, it and what is sent of it get the next free one)
 *   seen    seen.G01=12: number of the change that the sender had before its eyes (0: none).  When
 *           somebody else's change came since and says something else, the sender's is not saved:
 *           it is a conflict, and both sides are told
 * and the flag --exact: values are cells already; without it they are typed text of the call's
 * language. */
enum {
	REPEAT_ITEMS_MAX = 200, /* items of one repeat, those that went included */
	REASON_BYTES_MAX = 2000,
};
#define SAVE_PARAMETERS                                                                            \
	{ "ANSWER", PARAM_PAIRS, false, true, 0, ANSWER_BYTES_MAX, NULL,                           \
	  HELP("respuestas: answer.PREGUNTA=valor", "answers: answer.QUESTION=value") },           \
		{ "REASON", PARAM_PAIRS, false, false, 0, REASON_BYTES_MAX, NULL,                  \
		  HELP("por qué vale una respuesta con advertencia",                               \
		       "why an answer holds although it is warned of") },                          \
		{ "MARK", PARAM_PAIRS, false, false, 0, 16, NULL,                                  \
		  HELP("confirmed, added, new o removed", "confirmed, added, new or removed") },   \
		{ "SEEN", PARAM_PAIRS, false, false, 0, 20, NULL,                                  \
		  HELP("número del cambio que se tenía a la vista",                                \
		       "number of the change that was in view") },                                 \
	{ "--exact", PARAM_FLAG, false, false, 0, 0, NULL,                                         \
	  HELP("los valores van como en un archivo", "values are as in a file") }

struct save_conflict {
	struct str question;
	int64_t item;
	struct str mine;                   /* cell that was sent */
	const struct answer_change *theirs; /* that stands */
};
/* An item that was sent as new under a number that was taken. */
struct save_move {
	struct str repeat;
	int64_t from, to; /* the number that was sent; the one that it has now */
};
struct save {
	/* as it is with the new answers, once done; its look does not tell which options are
	 * allowed */
	struct sheet sheet;
	struct answer_change *change; /* what was added: only what differs from what stood */
	size_t n_changes;
	const struct save_conflict *conflict;
	size_t n_conflicts;
	const struct save_move *move;
	size_t n_moves;
	struct str saved_at; /* UTC */
};
/* form: FORM_CLUSTER or FORM_COMPANY.  ERR_CONFLICT: the questionnaire is not to be changed (sent,
 * accepted, round closed).  ERR_DENIED: an answer outside the caller's area. ERR_INPUT, c->blamed:
 * no such question.  A value that breaks a rule is saved and found faulty: nothing typed is lost.
 * Row: writes, csrf. */
bool prepare_save(struct call *c, int form, struct err *e);
bool do_save(struct call *c, struct err *e);
struct save *save_of(const struct call *c);

/* ---- sending and deciding ---- */

struct decision {
	struct sheet sheet;
	bool refused;       /* the questionnaire is not ready: why says so */
	struct label why;
};
/* --signature TEXT (name of who signs), --agreed FLAG (what is declared was read).  Refused: owed
 * answers, faults, warnings without a reason, no signature. */
bool prepare_send(struct call *c, int form, struct err *e);
bool do_send(struct call *c, struct err *e);
/* --note TEXT.  SENT (or ACCEPTED) back to its manager; a reason is owed. */
bool prepare_return(struct call *c, int form, struct err *e);
bool do_return(struct call *c, struct err *e);
/* SENT → ACCEPTED; stores the answer of the round. */
bool prepare_accept(struct call *c, int form, struct err *e);
bool do_accept(struct call *c, struct err *e);
/* Any state → ANNULLED; a reason is owed.  ERR_CONFLICT: accepted already in a frozen round. */
bool prepare_annul(struct call *c, int form, struct err *e);
bool do_annul(struct call *c, struct err *e);
struct decision *decision_of(const struct call *c);

#endif
