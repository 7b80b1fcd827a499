/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what contacts and letters keep shut with the store's secret, and how an address
 * is found again.  A sealed text opens at its own place alone (store/secret.h). */
#ifndef SSME_STORE_SEALED_H
#define SSME_STORE_SEALED_H

#include "store/contact.h"
#include "store/inside.h"

enum { SEALED_NAME, SEALED_EMAIL, SEALED_SUBJECT, SEALED_BODY, SEALED_WORDS, SEALED_N };
/* What is sealed of a contact or a letter; empty where there is nothing of it. */
struct sealed_texts {
	struct str text[SEALED_N];
};

/* In a.  ERR_ABSENT: the store has lost its secret. */
bool sealed_shut(const struct store *s, struct arena *a, const struct place *at,
		 const struct sealed_texts *in, struct str *out, struct err *e) MUST_CHECK;
/* sealed must live as long as what comes out.  ERR_ABSENT as above; ERR_IO: it is not what was shut
 * at this place. */
bool sealed_open(const struct store *s, struct arena *a, const struct place *at, struct str sealed,
		 struct sealed_texts *out, struct err *e) MUST_CHECK;

/* The keyed hash of an address, in any case of letters, in a. */
bool address_hash(struct store *s, struct arena *a, struct str email, struct str *out,
		  struct err *e) MUST_CHECK;
/* ERR_INPUT: it is none. */
bool address_check(struct str email, struct err *e) MUST_CHECK;
/* ERR_INPUT: a line end or another control character.  es, en: what the text is, with its
 * article. */
bool text_one_line(struct str text, const char *es, const char *en, struct err *e) MUST_CHECK;

#endif
