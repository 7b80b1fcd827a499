/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Companies that answer for themselves: what each authorised under Ley 1581 de 2012, by which key
 * it is known again, and how what is personal in answers comes to its end.
 *
 * A company is a name within a cluster and a round (struct questionnaire_key); its tax number is
 * kept only inside its sealed answer.  The key of a company is a keyed hash of that number
 * (store_company_hash()): equal in every round of one store, and worthless without its secret.
 * Errors besides those of store.h stand at the verb. */
#ifndef SSME_STORE_COMPANY_H
#define SSME_STORE_COMPANY_H

#include "store/questionnaire.h"

enum { CONSENT_TEXT_BYTES_MAX = 16 << 10, CONSENT_WORD_BYTES_MAX = 64 };

enum consent_deed { CONSENT_GIVEN, CONSENT_REFUSED, CONSENT_WITHDRAWN };
const char *consent_deed_name(enum consent_deed d); /* as stored: "given" */

struct stored_consent {
	enum consent_deed deed;
	struct str version;   /* of the text that was shown, and its language "es", "en" */
	struct str lang;
	struct str sha256;    /* of that text */
	struct str channel;   /* by which it was said: "web" */
	struct str actor, at; /* given by the store */
};
/* Adds a decision, and keeps the text once.  text: the words that were shown, whose hash the store
 * makes.  ERR_ABSENT: no such round.  ERR_LIMIT: a text or word too long. */
bool store_add_consent(struct store *s, const struct questionnaire_key *k,
		       const struct stored_consent *in, struct str text, struct err *e) MUST_CHECK;
/* Oldest first; the last one counts. */
bool store_list_consents(struct store *s, struct arena *a, const struct questionnaire_key *k,
			 struct stored_consent **ret_list, size_t *ret_n, struct err *e) MUST_CHECK;
bool store_find_consent(struct store *s, struct arena *a, const struct questionnaire_key *k,
			bool *ret_found, struct stored_consent *out, struct err *e) MUST_CHECK;
/* The text somebody saw; *ret_found false: none of this hash. */
bool store_get_consent_text(struct store *s, struct arena *a, const struct stored_consent *of,
			    bool *ret_found, struct str *out, struct err *e) MUST_CHECK;

/* digits: a tax number without check digit.  ERR_ABSENT: the store has lost its secret. */
bool store_company_hash(struct store *s, struct arena *a, struct str digits, struct str *out,
			struct err *e) MUST_CHECK;
/* The company of k is the one with this hash from now on; hash empty: it has none any more.
 * *ret_taken: another company of the cluster has it in this round; nothing was changed. */
bool store_take_company_key(struct store *s, const struct questionnaire_key *k, struct str hash,
			    bool *ret_taken, struct err *e) MUST_CHECK;
struct stored_company_key {
	struct str hash, round, cluster, company;
};
/* By hash: one company's rounds side by side. */
bool store_list_company_keys(struct store *s, struct arena *a, struct stored_company_key **ret_list,
			     size_t *ret_n, struct err *e) MUST_CHECK;

/* What is personal goes, from every revision of stored answers and from all that was typed; the
 * other answers stay as they are.  company empty: of every unit of the form, cluster empty too: of
 * the whole round.  Where the round is frozen, its hash is made again (its hash covers personal
 * answers), and the audit says both.  form: those of the round's instrument.  *ret_n: values
 * gone. */
struct erasing {
	struct str round, cluster, company;
	int kind; /* FORM_CLUSTER, FORM_COMPANY */
	const char *why; /* for the audit: "consent withdrawn", "retention" */
};
bool store_erase_personal(struct store *s, const struct erasing *what,
			  const struct form *const form[2], int64_t *ret_n,
			  struct err *e) MUST_CHECK;
/* Names under the forms of a round.  *ret_n: how many there were. */
bool store_erase_signatures(struct store *s, struct str round, int64_t *ret_n,
			    struct err *e) MUST_CHECK;
/* Decisions on authorisations of rounds that were frozen before a time. */
bool store_tidy_consents(struct store *s, struct str before, int64_t *ret_n,
			 struct err *e) MUST_CHECK;

#endif
