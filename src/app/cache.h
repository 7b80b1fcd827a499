/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the calls of one server share, so that an answer is checked without reading its instrument
 * again: instruments by the hash of their canonical form, each with the plans by which its forms
 * are read, and the catalogues.  Only what never changes under its key is kept, so nothing is ever
 * out of date.  Any thread may call; what was got stays until cache_free().
 *
 * A call without a cache (the command line) loads what it needs for itself. */
#ifndef SSME_APP_CACHE_H
#define SSME_APP_CACHE_H

#include "app/command.h"
#include "instrument/instrument.h"
#include "response/response.h"

struct cache;

enum {
	CACHE_INSTRUMENTS_MAX = 64, /* more are loaded anew for each call */
	CACHE_ARENA_BYTES_MAX_SHIFT = 32,
};

bool cache_make(struct cache **out, struct err *e) MUST_CHECK;
void cache_free(struct cache *k); /* NULL is allowed */

/* An instrument, ready to check answers with. */
struct known_instrument {
	const struct instrument *instrument;
	/* by FORM_CLUSTER, FORM_COMPANY and the language of the catalogues' hints; NULL: it has no
	 * such form */
	const struct response_plan *plan[2][LANG_N];
};

/* ERR_ABSENT, ERR_IO as measure_instrument(). */
bool cache_known(struct call *c, struct store *s, struct str id, struct str version,
		 const struct known_instrument **out, struct err *e) MUST_CHECK;
/* The same, the instrument alone. */
bool cache_instrument(struct call *c, struct store *s, struct str id, struct str version,
		      const struct instrument **out, struct err *e) MUST_CHECK;
/* The embedded catalogues, with hints in the call's language. */
bool cache_catalogues(struct call *c, const struct catalogues **out, struct err *e) MUST_CHECK;

#endif
