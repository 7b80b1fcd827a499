/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The texts of a PDF, page by page, as its fonts say they read (their ToUnicode tables). */
#ifndef SSME_RENDER_PDF_READ_H
#define SSME_RENDER_PDF_READ_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

struct pdf_page {
	struct str *line;  /* a run of text each, in the order painted */
	size_t n;
	struct str content; /* the page's drawing orders, for a comparison byte by byte */
};

struct pdf_texts {
	struct str keywords; /* of the file's information */
	struct pdf_page *page;
	size_t n_pages;
};

enum { PDF_PAGES_MAX = 2000, PDF_FORM_DEPTH_MAX = 8 };

/* ERR_INPUT: no PDF, or damaged; the library's message. */
bool pdf_read(struct str bytes, struct arena *a, struct pdf_texts *out, struct err *e) MUST_CHECK;

#endif
