/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: where a name stands in an array of names. */
#ifndef SSME_RESPONSE_LOOKUP_H
#define SSME_RESPONSE_LOOKUP_H

#include "base/text.h"

struct lookup {
	const struct str *name; /* borrowed */
	size_t n;
	uint32_t *slot; /* index + 1, 0 is free; at most half full; NULL for a short array */
	size_t n_slots; /* a power of two */
};

/* Of equal names the first counts. */
struct lookup lookup_make(struct arena *a, const struct str *name, size_t n);
int64_t lookup_find(const struct lookup *l, struct str name); /* -1: not there */

#endif
