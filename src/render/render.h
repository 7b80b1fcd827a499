/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One document tree, many writers.  All are deterministic: same document, same bytes.
 * Each writes the whole result into out (whose limit bounds it).  ERR_LIMIT: it does not fit.
 * ERR_IO: the library behind the writer failed; the message says what to install or mend. */
#ifndef SSME_RENDER_RENDER_H
#define SSME_RENDER_RENDER_H

#include "report/document.h"

/* What writers need besides the document; compiled in by app, borrowed. */
struct render_assets {
	struct str style; /* web/style.css */
	struct str font; /* Inter Regular for the web: woff2, or empty: system fonts */
	struct str font_strong; /* Inter SemiBold likewise */
	struct str map_shapes; /* data/department_shapes.json: map outlines */
};

enum { RENDER_LIMIT_BYTES = 64 << 20 };

/* Self-contained page: one <style>, fonts inside, no script, no style attribute. */
bool render_html_alone(const struct document *d, const struct render_assets *assets,
		       struct arena *a, struct buf *out, struct err *e) MUST_CHECK;
/* Tagged PDF, A4: fonts embedded, bookmarks, language, alternative texts, page foot with hash. */
bool render_pdf(const struct document *d, const struct render_assets *assets, struct arena *a,
		struct buf *out, struct err *e) MUST_CHECK;
/* Workbook: contents, each figure a row with n and formula, each chart's table. */
bool render_xlsx(const struct document *d, struct arena *a, struct buf *out,
		 struct err *e) MUST_CHECK;
/* Terminal text, width columns (40..200). */
bool render_text(const struct document *d, unsigned width, struct arena *a, struct buf *out,
		 struct err *e) MUST_CHECK;

#endif
