/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said and decided about answers after they were given: threads on single answers, points
 * that a second person gives blind, and errata of a frozen round.  Rows are only added; nothing
 * that was said is changed or taken away.
 *
 * What is said in a thread may quote an answer, so it is sealed with the store's secret.  Errors
 * besides those of store.h stand at the verb. */
#ifndef SSME_STORE_REVIEW_H
#define SSME_STORE_REVIEW_H

#include "store/questionnaire.h"

enum {
	REVIEW_TEXT_BYTES_MAX = 2 << 10,
	REVIEW_MESSAGES_MAX = 2000, /* of one questionnaire */
	ERRATUM_REASON_BYTES_MAX = 2 << 10,
};

/* ---- threads ---- */

/* The thread of an answer is all that was said of its question and item, oldest first.  It is open
 * when its last message says something, and resolved when the last one resolves it. */
enum review_kind { REVIEW_SAY, REVIEW_RESOLVE };
/* Who speaks: they who ask, or they who answer for the cluster. */
enum review_side { REVIEW_ASKS, REVIEW_ANSWERS };

struct review_message {
	int64_t number;      /* 1… within the questionnaire; given by the store */
	struct str question; /* name */
	int64_t item;        /* 0; in a repeat: number of the item */
	enum review_kind kind;
	enum review_side side;
	struct str author, at; /* given by the store */
	struct str text;       /* may be empty where it resolves */
};

/* ERR_ABSENT: nobody has opened the questionnaire.  ERR_INPUT: nothing is said, or there is nothing
 * to resolve.  ERR_LIMIT: REVIEW_TEXT_BYTES_MAX, REVIEW_MESSAGES_MAX. */
bool store_add_review_message(struct store *s, const struct questionnaire_key *k,
			      const struct review_message *m, struct err *e) MUST_CHECK;
/* All of a questionnaire, oldest first. */
bool store_list_review_messages(struct store *s, struct arena *a,
				const struct questionnaire_key *k,
				struct review_message **ret_list, size_t *ret_n,
				struct err *e) MUST_CHECK;
/* Threads that are open, by questionnaire of a round and form; those without any are left out. */
struct review_count {
	struct str cluster, company;
	int64_t n_open;     /* threads */
	int64_t n_answered; /* of these, the last word is the cluster's */
};
bool store_count_review_threads(struct store *s, struct arena *a, struct str round, int form,
				struct review_count **ret_list, size_t *ret_n,
				struct err *e) MUST_CHECK;

/* ---- double scoring ---- */

/* Clusters of the round that are to be scored again.  Those drawn before stay. */
bool store_add_sample(struct store *s, struct str round, const struct str *cluster, size_t n,
		      int64_t seed, struct err *e) MUST_CHECK;
struct sampled {
	struct str cluster, drawn_at, drawn_by;
	int64_t seed;
};
/* By cluster. */
bool store_list_sample(struct store *s, struct arena *a, struct str round,
		       struct sampled **ret_list, size_t *ret_n, struct err *e) MUST_CHECK;

/* Points as a share of the item's most, in quarters: 0 to 4; SCORING_NONE: it could not be judged.
 */
enum { SCORING_NONE = -1, SCORING_MOST = 4 };
struct scoring {
	struct str cluster, question; /* of the scores sheet */
	int64_t quarters;
	struct str scorer, at; /* given by the store */
};
/* ERR_CONFLICT: the cluster is not in the sample. */
bool store_add_scorings(struct store *s, struct str round, const struct scoring *in, size_t n,
			struct err *e) MUST_CHECK;
/* The last one of each cluster, question and scorer, in that order.  cluster, scorer: empty, all.
 */
bool store_list_scorings(struct store *s, struct arena *a, struct str round, struct str cluster,
			 struct str scorer, struct scoring **ret_list, size_t *ret_n,
			 struct err *e) MUST_CHECK;

/* ---- errata ---- */

/* One corrected answer of a frozen or published round.  The values are cells (response/look.h); of
 * a personal question they are not kept here. */
struct stored_erratum {
	int64_t number; /* 1… within the round; given by the store */
	struct str cluster, company;
	int form;
	struct str question;
	int64_t item;
	struct str before, after;
	struct str reason;
	struct str author, at;          /* given by the store */
	int64_t revision;               /* of the response that it made; given by the store */
	struct str data_before, data_after; /* SHA-256 of the round's data; given by the store */
};
/* A new revision of the response, the round's new data hash, and the erratum that tells of both, in
 * one transaction.  form: those of the round's instrument.  ERR_CONFLICT: the round is not frozen
 * yet.  ERR_ABSENT: there is no such response.  *ret_number: of the erratum. */
bool store_put_erratum(struct store *s, struct str round, const struct form *const form[2],
		       const struct stored_erratum *in, const struct stored_answer *answer,
		       int64_t *ret_number, struct err *e) MUST_CHECK;
/* By number. */
bool store_list_errata(struct store *s, struct arena *a, struct str round,
		       struct stored_erratum **ret_list, size_t *ret_n,
		       struct err *e) MUST_CHECK;

#endif
