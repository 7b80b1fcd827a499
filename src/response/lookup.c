/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "response/lookup.h"

enum { SHORT = 6 }; /* up to here comparing all is faster than hashing */

struct lookup lookup_make(struct arena *a, const struct str *name, size_t n)
{
	struct lookup l = { .name = name, .n = n };
	if (n <= SHORT)
		return l;
	for (l.n_slots = 16; l.n_slots < 2 * n;)
		l.n_slots *= 2;
	l.slot = NEW(a, l.n_slots, uint32_t);
	for (size_t i = 0; i < n; i++) {
		size_t at = (size_t)str_hash(name[i]) & (l.n_slots - 1);
		while (l.slot[at] && !str_eq(name[l.slot[at] - 1], name[i]))
			at = (at + 1) & (l.n_slots - 1);
		if (!l.slot[at])
			l.slot[at] = (uint32_t)i + 1;
	}
	return l;
}

int64_t lookup_find(const struct lookup *l, struct str name)
{
	if (!l->slot) {
		for (size_t i = 0; i < l->n; i++)
			if (str_eq(l->name[i], name))
				return (int64_t)i;
		return -1;
	}
	size_t at = (size_t)str_hash(name) & (l->n_slots - 1);
	for (; l->slot[at]; at = (at + 1) & (l->n_slots - 1))
		if (str_eq(l->name[l->slot[at] - 1], name))
			return (int64_t)l->slot[at] - 1;
	return -1;
}
