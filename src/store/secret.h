/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: the secret of a data folder (ssme.key), and the sealing of personal answers with
 * it.
 *
 * The file holds one secret a line (64 hexadecimal digits); a store names the one it uses by its
 * check, a keyed hash that does not give it away.  More than one stands there only while a restore
 * is going on, or after one was interrupted: so the store opens at every moment. */
#ifndef SSME_STORE_SECRET_H
#define SSME_STORE_SECRET_H

#include "base/text.h"

#define SECRET_FILE "ssme.key"

enum { SECRET_BYTES = 32, SECRET_CHECK_N = 64, SECRETS_MAX = 8 };

struct secret {
	unsigned char byte[SECRET_BYTES];
	char check[SECRET_CHECK_N + 1]; /* hexadecimal */
};

void secret_make(struct secret *out);
/* hex: 64 digits.  False: it is no secret. */
bool secret_read(struct str hex, struct secret *out);
/* The 64 digits, in a. */
struct str secret_text(struct arena *a, const struct secret *s);
void secret_wipe(struct secret *s);

struct secrets {
	struct secret item[SECRETS_MAX];
	size_t n;
};
/* The secrets of a folder.  ERR_ABSENT: no file.  ERR_IO: not readable, or no secret in it. */
bool secrets_load(const char *folder, struct secrets *out, struct err *e) MUST_CHECK;
/* Writes the file, mode 0600. */
bool secrets_store(const char *folder, const struct secrets *all, struct err *e) MUST_CHECK;
/* NULL: not there */
const struct secret *secrets_find(const struct secrets *all, const char *check);
void secrets_wipe(struct secrets *all);

/* Who gave the answer, to which question: a sealed value opens only at its own place. */
struct place {
	struct str round, form, cluster, company;
};

/* Every value of an object's member whose name is in personal (or is one of those with "__reason"
 * behind it), at any depth, becomes a sealed text, and back; all else stays as it is, byte by byte.
 * null stays null.  ERR_INPUT: not JSON.  opening: ERR_IO: not sealed with this secret at this
 * place. */
bool personal_seal(struct arena *a, const struct secret *s, const struct place *at,
		   const struct str *personal, size_t n_personal, struct str document,
		   struct str *out, struct err *e) MUST_CHECK;
bool personal_open(struct arena *a, const struct secret *s, const struct place *at,
		   const struct str *personal, size_t n_personal, struct str document,
		   struct str *out, struct err *e) MUST_CHECK;

#endif
