/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory by lifetime: one arena per request or command.  Whoever passes the arena
 * owns everything made in it; nobody frees one object; the arena is dropped whole.
 * Running past the limit or out of memory aborts the process with a message. */
#ifndef SSME_BASE_ARENA_H
#define SSME_BASE_ARENA_H

#include <stddef.h>

struct arena_chunk;
struct arena {
	struct arena_chunk *head;
	size_t used_bytes;  /* handed out so far, over all chunks */
	size_t limit_bytes; /* most that may be handed out */
	struct arena_chunk *spare; /* largest chunk that a rewind left over, for the next need */
};

void arena_init(struct arena *a, size_t limit_bytes);
void arena_drop(struct arena *a); /* frees all; the arena is empty and usable again */

/* n objects of size bytes each, zeroed, 64-byte aligned when n * size >= 64 (16 otherwise).
 * Never NULL; n == 0 gives a valid pointer to nothing.  Overflow of n * size aborts. */
void *arena_alloc(struct arena *a, size_t n, size_t size);
#define NEW(a, n, type) ((type *)arena_alloc((a), (n), sizeof(type)))

/* Grows an array that lives in a: copies n_old objects into a new one of n_new. */
void *arena_grow(struct arena *a, const void *old, size_t n_old, size_t n_new, size_t size);

/* A place in the arena; arena_rewind() frees everything made after the mark. */
struct arena_mark {
	struct arena_chunk *head;
	size_t chunk_used, used_bytes;
};
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark m);

/* An arena that is dropped at the closing brace. */
#define ARENA_SCOPE(name, limit)                                                                   \
	__attribute__((cleanup(arena_drop))) struct arena name = { .limit_bytes = (limit) }

#endif
