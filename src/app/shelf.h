/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents that many people ask for and that take long to make, kept in memory and in a folder
 * that may be deleted at any time.
 *
 * A document's name says all that its bytes depend on, by a hash; so what is kept is never out of
 * date, and what nobody asks for any more is pruned.  Whoever asks first makes it; who asks for the
 * same meanwhile waits for that one.  Any thread may call. */
#ifndef SSME_APP_SHELF_H
#define SSME_APP_SHELF_H

#include "base/text.h"

enum {
	SHELF_ENTRIES_MAX = 256,         /* in memory; what is over it is read from the folder */
	SHELF_BYTES_MAX = 64 << 20,      /* in memory */
	SHELF_DOCUMENT_BYTES_MAX = 16 << 20, /* a larger one is handed out and not kept */
	SHELF_FOLDER_BYTES_MAX = 512 << 20,  /* past it the files longest not used go */
	SHELF_NAME_BYTES_MAX = 160,
};

struct shelf;

/* folder: made when something is kept; NULL: memory only. */
bool shelf_make(const char *folder, struct shelf **out, struct err *e) MUST_CHECK;
void shelf_free(struct shelf *f); /* NULL is allowed; nobody may use what was got any more */

struct shelved {
	struct str bytes;
	struct str gzip; /* the same packed, or empty where packing gains nothing */
	struct str tag;  /* of the content: hex */
};

/* What is in memory under an alias: a name that says less than all, for things that stay as they
 * are ("2022-es-html" of a published round).  False: not there.  Never waits long. */
bool shelf_known(struct shelf *f, struct str alias, struct shelved *out);

/* Makes the bytes, in a. */
typedef bool shelf_maker(void *user, struct arena *a, struct str *out, struct err *e);

/* The document of that name ([a-z0-9.-]), out of memory, out of the folder, or made.  It lives as
 * long as the shelf or as a, whichever ends first.  alias: empty for none.  f NULL: made for this
 * call alone.  Errors: the maker's; a folder that cannot be written is no error. */
bool shelf_get(struct shelf *f, struct arena *a, struct str name, struct str alias,
	       shelf_maker *make, void *user, struct shelved *out, struct err *e) MUST_CHECK;

#endif
