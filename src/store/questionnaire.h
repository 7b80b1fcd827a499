/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questionnaires: the form of one unit in one round while it is filled in, sent, reviewed and
 * accepted.  What was typed is kept as it came, a change at a time; changes are only added, and the
 * last one of a question counts.  An accepted questionnaire becomes an answer of the round
 * (store_put_answers()) in the same transaction, by whoever accepts it.
 *
 * Values and reasons of personal questions are sealed with the store's secret; who may read them
 * gives the form's definition.  Errors besides those of store.h stand at the verb. */
#ifndef SSME_STORE_QUESTIONNAIRE_H
#define SSME_STORE_QUESTIONNAIRE_H

#include "store/store.h"

enum {
	ANSWER_BYTES_MAX = 8 << 10,        /* of one typed value or reason */
	QUESTIONNAIRE_CHANGES_MAX = 50000, /* of one questionnaire, in all */
	QUESTIONNAIRE_NOTE_BYTES_MAX = 4 << 10,
};

enum questionnaire_state {
	QUESTIONNAIRE_DRAFT,    /* borrador */
	QUESTIONNAIRE_SENT,     /* enviado: waits for its review */
	QUESTIONNAIRE_RETURNED, /* devuelto: to be corrected and sent again */
	QUESTIONNAIRE_ACCEPTED, /* aceptado: it counts in the round */
	QUESTIONNAIRE_ANNULLED, /* anulado: it does not count, and stays on record */
};
enum { QUESTIONNAIRE_STATES_N = 5 };
const char *questionnaire_state_name(enum questionnaire_state s); /* as stored: "draft" */
/* For people: "borrador". */
const char *questionnaire_state_word(enum questionnaire_state s, enum lang lang);

struct questionnaire_key {
	struct str round;
	int form; /* FORM_CLUSTER, FORM_COMPANY */
	struct str cluster, company; /* company empty for a cluster form */
};

/* Counts of one look (response/look.h), kept so that a list needs no look. */
struct questionnaire_progress {
	int64_t n_asked, n_answered; /* questions that apply; of these, with an answer */
	int64_t n_owed;              /* required and open */
	int64_t n_faults;
	int64_t n_warnings, n_unexplained;
};

struct stored_questionnaire {
	struct questionnaire_key key;
	enum questionnaire_state state;
	struct str opened_at, saved_at, sent_at, decided_at; /* UTC; the last three may be empty */
	struct str signed_by;     /* name under the signature; or empty */
	struct str last_question; /* of the last change; or empty */
	int64_t n_changes, n_events;
	struct questionnaire_progress progress;
};

enum answer_mark {
	MARK_TYPED,
	MARK_CONFIRMED, /* the last round's answer, said to be still true */
	MARK_REMOVED,   /* question: a repeat; the item is taken away */
};
const char *answer_mark_name(enum answer_mark m);

struct answer_change {
	int64_t number;      /* 1… within the questionnaire; given by the store */
	struct str question; /* name; of a repeat when an item is added or removed */
	int64_t item;        /* 0; of a repeat: the number of its item, from 1 */
	enum answer_mark mark;
	struct str value;  /* a cell as docs/formats.md has it; empty: taken back.  May be faulty */
	struct str reason; /* why it is right although it is warned of; or empty */
	struct str author; /* actor of the store when it was added */
	struct str at;
};

struct questionnaire_event {
	int64_t number;
	enum questionnaire_state state; /* that it came to */
	struct str author, at;
	struct str note; /* why; or empty */
};

/* *ret_found false: nobody has opened it. */
bool store_find_questionnaire(struct store *s, struct arena *a, const struct questionnaire_key *k,
			      bool *ret_found, struct stored_questionnaire *out,
			      struct err *e) MUST_CHECK;
/* Of a round and form, by cluster and company; one statement. */
bool store_list_questionnaires(struct store *s, struct arena *a, struct str round, int form,
			       struct stored_questionnaire **ret_list, size_t *ret_n,
			       struct err *e) MUST_CHECK;
/* Of one cluster, in every round and form: by round, form, company. */
bool store_list_questionnaires_of(struct store *s, struct arena *a, struct str cluster,
				  struct stored_questionnaire **ret_list, size_t *ret_n,
				  struct err *e) MUST_CHECK;
/* Makes it, as a draft; nothing when it is there.  ERR_CONFLICT: the round takes no answers. */
bool store_open_questionnaire(struct store *s, const struct questionnaire_key *k,
			      struct err *e) MUST_CHECK;
/* Adds n changes and keeps progress (NULL: as it was).  Numbers and times are given to change[i].
 * ERR_ABSENT: not opened.  ERR_CONFLICT: it is neither draft nor returned, or the round takes no
 * answers.  ERR_LIMIT: a value over ANSWER_BYTES_MAX, or QUESTIONNAIRE_CHANGES_MAX is reached. */
bool store_add_changes(struct store *s, const struct questionnaire_key *k,
		       const struct form *definition, struct answer_change *change, size_t n,
		       const struct questionnaire_progress *progress, struct err *e) MUST_CHECK;
/* All of them, oldest first. */
bool store_list_changes(struct store *s, struct arena *a, const struct questionnaire_key *k,
			const struct form *definition, struct answer_change **ret_list,
			size_t *ret_n, struct err *e) MUST_CHECK;
/* A new state with its event.  from: set of bits 1 << enum questionnaire_state; ERR_CONFLICT when
 * it is in none of them, ERR_ABSENT when it is not there.  signed_by: name under the signature, to
 * be kept when `to` is SENT.  Keeps progress when given. */
bool store_move_questionnaire(struct store *s, const struct questionnaire_key *k, unsigned from,
			      enum questionnaire_state to, struct str signed_by, struct str note,
			      const struct questionnaire_progress *progress,
			      struct err *e) MUST_CHECK;
/* Oldest first. */
bool store_list_questionnaire_events(struct store *s, struct arena *a,
				     const struct questionnaire_key *k,
				     struct questionnaire_event **ret_list, size_t *ret_n,
				     struct err *e) MUST_CHECK;

#endif
