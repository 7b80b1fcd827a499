/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the calls of one server share, so that an answer is checked without reading its instrument
 * again: instruments by the hash of their canonical form, with the catalogues that their forms are
 * checked against.  Only what never changes under its key is kept, so nothing is ever out of date.
 * Any thread may call; a thing got stays until cache_free(). */
#ifndef SSME_APP_CACHE_H
#define SSME_APP_CACHE_H

#include "app/command.h"
#include "instrument/instrument.h"
#include "response/response.h"

struct cache;

enum {
	CACHE_INSTRUMENTS_MAX = 64,          /* more are loaded anew for each call */
	CACHE_ARENA_BYTES_MAX_SHIFT = 31,
};

bool cache_make(struct cache **out, struct err *e) MUST_CHECK;
void cache_free(struct cache *k); /* NULL is allowed */

/* The instrument of that name, out of the call's cache, or loaded for the call alone where there is
 * none.  Errors as measure_instrument(). */
bool cache_instrument(struct call *c, struct store *s, struct str id, struct str version,
		      const struct instrument **out, struct err *e) MUST_CHECK;
/* The embedded catalogues, with hints in the call's language. */
bool cache_catalogues(struct call *c, const struct catalogues **out, struct err *e) MUST_CHECK;

#endif
