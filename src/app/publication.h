/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a round publishes: from the store to a document, and from a document to a file's bytes. */
#ifndef SSME_APP_PUBLICATION_H
#define SSME_APP_PUBLICATION_H

#include "app/measure.h"
#include "report/document.h"

/* The national bulletin of a round, in the language of the call. */
bool publication_bulletin(const struct call *c, struct store *s, struct str round,
			  struct document *out, struct err *e) MUST_CHECK;

/* format: "html", "pdf", "xlsx"; anything else is text for a terminal.  The bytes live in c->a. */
bool publication_render(const struct call *c, const struct document *d, struct str format,
			struct str *out, struct err *e) MUST_CHECK;

#endif
