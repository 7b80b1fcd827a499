/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a round publishes: from the store to a document, and from a document to a file's bytes. */
#ifndef SSME_APP_PUBLICATION_H
#define SSME_APP_PUBLICATION_H

#include "app/measure.h"
#include "render/render.h"
#include "report/document.h"

/* The national bulletin of a round, in the language of the call. */
bool publication_bulletin(const struct call *c, struct store *s, struct str round,
			  struct document *out, struct err *e) MUST_CHECK;

/* format: "html", "pdf", "xlsx"; anything else is text for a terminal.  The bytes live in c->a. */
bool publication_render(const struct call *c, const struct document *d, struct str format,
			struct str *out, struct err *e) MUST_CHECK;

/* The page as a server sends it (render_html_linked), in c->a. */
bool publication_linked(const struct call *c, const struct document *d,
			const struct render_links *links, struct str *out,
			struct err *e) MUST_CHECK;

/* What a first page says of a bulletin: its title and subtitle, and its first numbers, each with
 * the figure behind it. */
enum { FINDING_TILES_MAX = 6 };
struct finding {
	struct str title, more;
	struct tile tile[FINDING_TILES_MAX];
	size_t n;
};
/* As one text, and back; false: it is none. */
struct str finding_write(struct arena *a, const struct document *d);
bool finding_read(struct str text, struct finding *out);

/* SHA-256 (hex, in c->a) of all that the bulletin of a round depends on: data and method of that
 * round and of those before it, and this program.  Empty while any of them may still change. */
bool publication_key(const struct call *c, struct store *s, struct str round, struct str *out,
		     struct err *e) MUST_CHECK;

#endif
