/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what the files about accounts, sessions, tokens and links share. */
#ifndef SSME_STORE_ACCESS_H
#define SSME_STORE_ACCESS_H

#include "store/account.h"
#include "store/inside.h"

/* The next number of "account", "session", "token", "link"; not given twice. */
bool access_number(struct store *s, const char *of, int64_t *out, struct err *e) MUST_CHECK;
/* The address of an account, in a.  ERR_ABSENT: there is no such account. */
bool access_email(struct store *s, struct arena *a, int64_t account, struct str *out,
		  struct err *e) MUST_CHECK;
/* "link 7", in a */
struct str access_link_name(struct arena *a, int64_t link);

/* Runs a statement that gives a row for each thing it did; *ret_n: how many. */
bool access_count(struct store *s, int statement, const struct db_value *arg, int64_t *ret_n,
		  struct err *e) MUST_CHECK;
/* Reads one integer of one row; it stays as it is when there is no row. */
bool access_integer(struct store *s, int statement, const struct db_value *arg, int64_t *out,
		    struct err *e) MUST_CHECK;

/* ERR_LIMIT: longer than most. */
bool access_short(struct str text, size_t most, const char *es, const char *en,
		  struct err *e) MUST_CHECK;

/* A number, or nothing where it is 0. */
static inline struct db_value access_reference(int64_t id)
{
	return id ? db_integer(id) : (struct db_value){ .kind = DB_NULL };
}

/* Room for one more of the n items: item itself or a longer copy of it. */
static inline void *access_room(struct arena *a, void *item, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return item;
	*cap = *cap ? 2 * *cap : 16;
	return arena_grow(a, item, n, *cap, size);
}

/* The seed of one-time codes, shut with the store's secret for one account.  ERR_IO: the secret is
 * missing, or it is another one. */
bool seed_seal(const struct store *s, struct arena *a, int64_t account, struct str seed_hex,
	       struct str *out, struct err *e) MUST_CHECK;
bool seed_open(const struct store *s, struct arena *a, int64_t account, struct str sealed,
	       struct str *out, struct err *e) MUST_CHECK;
/* A text of any length, shut for one purpose and bound to one place; what is empty stays so.
 * text_open() gives back as it is what was never shut.  ERR_IO: the secret is missing, or it is
 * another one. */
bool text_seal(const struct store *s, struct arena *a, const char *purpose, struct str place,
	       struct str text, struct str *out, struct err *e) MUST_CHECK;
bool text_open(const struct store *s, struct arena *a, const char *purpose, struct str place,
	       struct str sealed, struct str *out, struct err *e) MUST_CHECK;

#endif
