/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text: `struct str` is text that is read (borrowed, not NUL-terminated), `struct buf`
 * is text that is written (bounded at birth; an overflow sticks and is checked once at
 * the end).  All text is UTF-8. */
#ifndef SSME_BASE_TEXT_H
#define SSME_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct str {
	const char *p;
	size_t n; /* bytes */
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_ARG(s) (int)(s).n, (s).p /* for "%.*s" */

struct str str_of(const char *c_string); /* NULL gives the empty text */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *c_string);
int str_cmp(struct str a, struct str b); /* by bytes: <0, 0, >0 */
bool str_starts(struct str s, const char *prefix);
bool str_ends(struct str s, const char *suffix);
bool str_find(struct str s, struct str part, size_t *ret_at);
struct str str_trim(struct str s); /* without spaces, tabs, CR, LF at both ends */
struct str str_sub(struct str s, size_t from, size_t n);  /* clamped to s */
/* Cuts *rest at the first sep: the part before is returned, *rest becomes what follows
 * (empty with p == NULL when there was no sep).  Loop while rest.p. */
struct str str_cut(struct str *rest, char sep);
/* Next word of *rest separated by runs of spaces or tabs; empty when there is none left. */
struct str str_word(struct str *rest);
struct str str_dup(struct arena *a, struct str s);
char *str_c(struct arena *a, struct str s); /* NUL-terminated copy, for library edges */
uint64_t str_hash(struct str s);            /* the same on every machine and run; not for secrets */

bool utf8_valid(struct str s, size_t *ret_bad_at); /* ret_bad_at may be NULL */
/* Code point at *at, and moves *at past it; U+FFFD for a broken byte. */
uint32_t utf8_next(struct str s, size_t *at);
size_t utf8_length(struct str s); /* code points */

struct buf {
	char *p;     /* always NUL-terminated once something was put */
	size_t n, cap, limit;
	bool over;   /* something did not fit: what is in the buffer is cut short */
	struct arena *a;
};

void buf_init(struct buf *b, struct arena *a, size_t limit_bytes);
void buf_put(struct buf *b, struct str s);
void buf_puts(struct buf *b, const char *c_string);
void buf_putc(struct buf *b, char c);
/* A code point as UTF-8; U+FFFD for what is none. */
void utf8_put(struct buf *b, uint32_t code);
void buf_put_code_point(struct buf *b, uint32_t c);
/* printf without %f, %g, %e (they follow the C locale; see num.h). */
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct str buf_str(const struct buf *b); /* what was written; borrowed from the arena */
/* A formatted text in the arena, at most 64 KiB. */
struct str str_fmt(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

void esc_text(struct buf *b, struct str s); /* HTML/XML text: & < > ; control characters dropped */
void esc_attr(struct buf *b, struct str s);   /* HTML/XML attribute in double quotes */
void esc_json(struct buf *b, struct str s);   /* JSON string with its quotes */
/* CSV field: quoted where needed; = + - @ tab CR at the start of a text that is no number gets a '
 * before it, so that no spreadsheet runs it. */
void esc_csv(struct buf *b, struct str s);
#endif
