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

/* What surrounds the same page where a server sends it. */
struct render_link {
	struct str words;
	struct str address; /* of our own site, or http(s); the caller vouches for it */
	const char *lang;   /* of what is behind it, where it is another: "en"; else NULL */
};
struct render_links {
	const struct str *style; /* addresses of style sheets, in order; they name the fonts */
	size_t n_styles;
	const struct render_link *top;  /* at the right of the top line */
	size_t n_top;
	const struct render_link *file; /* under the title: the same in other forms */
	size_t n_files;
};
/* The markup of render_html_alone() without <style>, with these links.  For a Content-Security-
 * Policy that allows own files only. */
bool render_html_linked(const struct document *d, const struct render_links *links,
			struct str map_shapes, struct arena *a, struct buf *out,
			struct err *e) MUST_CHECK;

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
