/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chunks in a list, newest first; each chunk is twice the one before.  Invariants:
 *  1. objects lie in chunk order: everything after a mark is in a newer chunk, above the mark in
 *     the head chunk, or in the head chunk's list of big objects with at_bytes >= the mark's
 *     used_bytes;
 *  2. bytes of a chunk at or above `dirty` are zero, as calloc and mmap give them;
 *  3. only the head chunk is handed out from. */
#include "base/arena.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) __asan_poison_memory_region((p), (n))
#define UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
enum { REDZONE = 16 };
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
enum { REDZONE = 0 };
#endif

#define CHUNK_FIRST ((size_t)64 << 10)
#define CHUNK_LAST ((size_t)64 << 20)

struct arena_chunk {
	struct arena_chunk *older;
	struct arena_chunk *big; /* objects with a chunk of their own, newest first */
	char *data;              /* 64-byte aligned */
	size_t size, used, dirty;
	size_t at_bytes;         /* big objects: the arena's used_bytes before it was made */
	void *map;               /* objects of MAP_LEAST bytes or more: their own pages, or NULL */
	size_t map_bytes, ready; /* of the pages; brought in so far */
};

static void die(const char *why)
{
	static const char head[] = "ssme: ";
	static const char tail[] = "\n";
	/* Nothing can be done where even this fails. */
	if (write(2, head, sizeof(head) - 1) < 0 || write(2, why, strlen(why)) < 0 ||
	    write(2, tail, sizeof(tail) - 1) < 0)
		abort();
	abort();
}

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) & ~(to - 1);
}

static struct arena_chunk *chunk_make(size_t size)
{
	char *p = calloc(1, sizeof(struct arena_chunk) + 64 + size);
	if (!p)
		die("out of memory");
	struct arena_chunk *c = (struct arena_chunk *)(void *)p;
	uintptr_t first = (uintptr_t)p + sizeof(*c);
	c->data = p + sizeof(*c) + (round_up(first, 64) - first);
	c->size = size;
	POISON(c->data, size);
	return c;
}

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#define MAP_LEAST ((size_t)1 << 20)
#define MAP_PAGE ((size_t)2 << 20)

/* A chunk of large pages of its own.  They are brought in many at a time, just before they are
 * handed out: on a virtual machine a fault for each small page can cost ten times what filling the
 * page does. Both are wishes; where the system does not know them, the pages come as they always
 * do. */
static struct arena_chunk *chunk_map(size_t size)
{
	struct arena_chunk *c = calloc(1, sizeof(*c));
	if (!c)
		die("out of memory");
	size_t whole = round_up(size, MAP_PAGE);
	c->map_bytes = whole + MAP_PAGE;
	c->map = mmap(NULL, c->map_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);
	if (c->map == MAP_FAILED)
		die("out of memory");
	c->data = (char *)c->map + (round_up((uintptr_t)c->map, MAP_PAGE) - (uintptr_t)c->map);
	c->size = size;
	(void)madvise(c->data, whole, MADV_HUGEPAGE);
	POISON(c->data, size);
	return c;
}

static void bring_in(struct arena_chunk *c, size_t end)
{
	size_t whole = round_up(end, MAP_PAGE);
	if (!c->map || end <= c->ready)
		return;
	(void)madvise(c->data + c->ready, whole - c->ready, MADV_POPULATE_WRITE);
	c->ready = whole;
}

static void chunk_free(struct arena_chunk *c)
{
	UNPOISON(c->data, c->size);
	if (c->map)
		munmap(c->map, c->map_bytes);
	free(c);
}

/* Frees the big objects of c made when at least at_bytes had been handed out. */
static void big_free(struct arena_chunk *c, size_t at_bytes)
{
	while (c->big && c->big->at_bytes >= at_bytes) {
		struct arena_chunk *b = c->big;
		c->big = b->older;
		chunk_free(b);
	}
}

static void head_free(struct arena *a)
{
	struct arena_chunk *c = a->head;
	a->head = c->older;
	big_free(c, 0);
	chunk_free(c);
}

/* As head_free(), but the largest chunk is kept: a loop that rewinds would otherwise ask the system
 * for the same memory, and have it filled with zeros, in every round. */
static void head_spare(struct arena *a)
{
	struct arena_chunk *c = a->head;
	if (a->spare && a->spare->size >= c->size) {
		head_free(a);
		return;
	}
	if (a->spare)
		chunk_free(a->spare);
	a->head = c->older;
	big_free(c, 0);
	POISON(c->data, c->size);
	c->older = NULL;
	c->used = 0;
	a->spare = c;
}

/* A chunk of at least that size to hand out from. */
static struct arena_chunk *chunk_next(struct arena *a, size_t size)
{
	struct arena_chunk *c = a->spare;
	if (!c || c->size < size)
		return size >= MAP_LEAST ? chunk_map(size) : chunk_make(size);
	a->spare = NULL;
	return c;
}

void arena_init(struct arena *a, size_t limit_bytes)
{
	*a = (struct arena){ .limit_bytes = limit_bytes };
}

void arena_drop(struct arena *a)
{
	while (a->head)
		head_free(a);
	if (a->spare)
		chunk_free(a->spare);
	a->spare = NULL;
	a->used_bytes = 0;
}

/* bytes of c from its used mark on, aligned; NULL when they do not fit */
static char *take(struct arena_chunk *c, size_t bytes, size_t align)
{
	size_t at = round_up(c->used, align);
	if (at > c->size || c->size - at < bytes + REDZONE)
		return NULL;
	char *p = c->data + at;
	bring_in(c, at + bytes);
	UNPOISON(p, bytes);
	if (at < c->dirty)
		memset(p, 0, c->dirty - at < bytes ? c->dirty - at : bytes);
	c->used = at + round_up(bytes, 16) + REDZONE;
	if (c->used > c->size)
		c->used = c->size;
	if (c->used > c->dirty)
		c->dirty = c->used;
	return p;
}

static void spend(struct arena *a, size_t bytes)
{
	if (bytes > a->limit_bytes || a->used_bytes > a->limit_bytes - bytes)
		die("memory limit of this command or request reached");
	a->used_bytes += bytes;
}

static size_t product(size_t n, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX / 4)
		die("object too large");
	return bytes;
}

void *arena_alloc(struct arena *a, size_t n, size_t size)
{
	size_t bytes = product(n, size);
	size_t align = bytes >= 64 ? 64 : 16;
	size_t before = a->used_bytes;
	spend(a, round_up(bytes ? bytes : 1, 16));
	if (!a->head)
		a->head = chunk_next(a, CHUNK_FIRST);
	char *p = take(a->head, bytes, align);
	if (p)
		return p;

	size_t next = a->head->size < CHUNK_LAST ? a->head->size * 2 : CHUNK_LAST;
	bool own = bytes > next / 4;
	size_t room = own ? round_up(bytes, 16) + REDZONE : next;
	struct arena_chunk *c = !own		   ? chunk_next(a, room) :
				room >= MAP_LEAST ? chunk_map(room) :
						    chunk_make(room);
	if (own) {
		c->at_bytes = before;
		c->older = a->head->big;
		a->head->big = c;
	} else {
		c->older = a->head;
		a->head = c;
	}
	p = take(c, bytes, align);
	assert(p);
	return p;
}

void *arena_grow(struct arena *a, const void *old, size_t n_old, size_t n_new, size_t size)
{
	assert(n_new >= n_old);
	size_t bytes_old = product(n_old, size), bytes_new = product(n_new, size);
	struct arena_chunk *c = a->head;
	/* The last object of the head chunk grows where it stands. */
	if (c && bytes_old >= 64 && (uintptr_t)old >= (uintptr_t)c->data &&
	    (uintptr_t)old < (uintptr_t)c->data + c->used) {
		size_t at = (size_t)((uintptr_t)old - (uintptr_t)c->data);
		size_t end = at + round_up(bytes_old, 16) + REDZONE;
		if (end == c->used && c->size - at >= round_up(bytes_new, 16) + REDZONE) {
			spend(a, round_up(bytes_new, 16) - round_up(bytes_old, 16));
			char *p = c->data + at;
			bring_in(c, at + bytes_new);
			UNPOISON(p, bytes_new);
			memset(p + bytes_old, 0, bytes_new - bytes_old);
			c->used = at + round_up(bytes_new, 16) + REDZONE;
			if (c->used > c->dirty)
				c->dirty = c->used;
			return p;
		}
	}
	void *p = arena_alloc(a, n_new, size);
	if (bytes_old)
		memcpy(p, old, bytes_old);
	return p;
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->head, a->head ? a->head->used : 0, a->used_bytes };
}

void arena_rewind(struct arena *a, struct arena_mark m)
{
	while (a->head != m.head) {
		assert(a->head);
		head_spare(a);
	}
	if (a->head) {
		big_free(a->head, m.used_bytes);
		POISON(a->head->data + m.chunk_used, a->head->size - m.chunk_used);
		a->head->used = m.chunk_used;
	}
	a->used_bytes = m.used_bytes;
}
