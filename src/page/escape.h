/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a value of somebody stands in a page.  Compiled templates call these; which one, tools/tplc.c
 * chooses by the place.  None fails: what cannot be shown is dropped or becomes what can.
 *
 * Cleaning, everywhere: control characters (but tab and line end in texts and attributes), and the
 * characters that turn the direction of the text around them (U+202A..U+202E, U+2066..U+2069), are
 * dropped; a broken byte of UTF-8 becomes U+FFFD. */
#ifndef SSME_PAGE_ESCAPE_H
#define SSME_PAGE_ESCAPE_H

#include <string.h>

#include "page/template.h"

/* Markup of the template itself; as buf_put, in line while there is room. */
static inline void put_markup(struct buf *out, struct str s)
{
	if (s.n < out->cap - out->n && !out->over && s.n) {
		memcpy(out->p + out->n, s.p, s.n);
		out->n += s.n;
		out->p[out->n] = '\0';
	} else {
		buf_put(out, s);
	}
}

/* Text between tags, in <title> and in <textarea>. */
void escape_text(struct buf *out, struct str s);
/* An attribute in double quotes.  Line ends and tabs come back as they went in. */
void escape_attribute(struct buf *out, struct str s);

/* Addresses, in an attribute in double quotes.
 *
 * The whole of one: http:, https: and mailto: (in any case of letters), or one of ours (a path,
 * which gets base before it, or ? or #).  Any other scheme, and an address without scheme that
 * names a host
 * ("//x"), becomes "#".  What no address may hold is percent-encoded; % stays. */
void escape_url(struct buf *out, struct str base, struct str s);
/* The same where the browser fetches or sends without being asked (an image, a form): only a path
 * of ours, anything else becomes "#". */
void escape_url_own(struct buf *out, struct str base, struct str s);
/* A part of a path: everything but letters, digits and - _ ~ . is percent-encoded.  Empty, "." and
 * ".." would leave the path they stand in: they become "-". */
void escape_url_path(struct buf *out, struct str s);
/* A part of what follows ? or #. */
void escape_url_query(struct buf *out, struct str s);
/* What follows mailto:, @ stays. */
void escape_mail(struct buf *out, struct str s);

/* ISO 8601 days and moments (in UTC), shown in Colombia, five hours behind all year: 01/07/2022, in
 * English 1 Jul 2022; a moment with " 09:03" behind it, or without by show_date.  Anything else is
 * shown as the text it is. */
void show_date(struct buf *out, enum lang lang, struct str iso);
void show_moment(struct buf *out, enum lang lang, struct str iso);

/* The hidden fields of a form that writes. */
#define FORM_CSRF "csrf"
#define FORM_WRITER "writer"
#define FORM_IDEMPOTENCY "idempotency_key"
void form_csrf(struct buf *out, const struct page_frame *f);
/* A key of its own for each form of a page: the frame's with the place in the page behind it. */
void form_idempotency(struct buf *out, const struct page_frame *f);

#endif
