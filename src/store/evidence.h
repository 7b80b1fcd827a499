/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evidence: files that show that an answer is right.  Any question of a questionnaire may have
 * some.  A file is kept once, by the SHA-256 of its bytes, in the database, so that a backup holds
 * it; what was taken away stays on record without its bytes. */
#ifndef SSME_STORE_EVIDENCE_H
#define SSME_STORE_EVIDENCE_H

#include "store/questionnaire.h"

enum {
	EVIDENCE_BYTES_MAX = 10 << 20,     /* of one file */
	EVIDENCE_OF_QUESTION_MAX = 5,      /* files beside one answer */
	EVIDENCE_OF_QUESTIONNAIRE_MAX = 50,
	EVIDENCE_NAME_BYTES_MAX = 200,
};

struct stored_evidence {
	int64_t number;               /* 1… within the questionnaire; not given twice */
	struct str question;          /* name */
	int64_t item;                 /* 0; of a repeat: the number of its item */
	struct str name;              /* as its sender calls it */
	struct str kind;              /* "pdf" */
	struct str sha256;            /* 64 hex digits */
	int64_t n_bytes;
	struct str author, at;        /* who put it there, when */
	struct str removed_by, removed_at; /* or empty */
};

/* All of one questionnaire, oldest first; those taken away too. */
bool store_list_evidence(struct store *s, struct arena *a, const struct questionnaire_key *k,
			 struct stored_evidence **ret_list, size_t *ret_n,
			 struct err *e) MUST_CHECK;
/* Keeps bytes beside an answer; of in: question, item, name, kind.  ERR_ABSENT: nobody has opened
 * the questionnaire.  ERR_CONFLICT: it is not to be changed, or the same file stands there already.
 * ERR_LIMIT: one of the limits above. */
bool store_add_evidence(struct store *s, const struct questionnaire_key *k,
			const struct stored_evidence *in, struct str bytes, int64_t *ret_number,
			struct err *e) MUST_CHECK;
/* ERR_ABSENT: no such number, or it was taken away.  ERR_IO: the bytes are not those that were
 * kept. */
bool store_get_evidence(struct store *s, struct arena *a, const struct questionnaire_key *k,
			int64_t number, struct stored_evidence *out, struct str *ret_bytes,
			struct err *e) MUST_CHECK;
/* Takes it away; its bytes go with the last mention of them.  ERR_ABSENT, ERR_CONFLICT as above. */
bool store_remove_evidence(struct store *s, const struct questionnaire_key *k, int64_t number,
			   struct err *e) MUST_CHECK;

#endif
