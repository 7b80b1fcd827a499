/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cairo cannot say in a PDF, said afterwards by qpdf: language, text alternatives of figures,
 * scope of table heads, the title in the window, running heads as artifacts; and a file identifier
 * that depends on the contents alone. */
#ifndef SSME_RENDER_PDF_FINISH_H
#define SSME_RENDER_PDF_FINISH_H

#include "base/text.h"

/* Tag of a table head in the order painted. */
enum th_scope { TH_COLUMN, TH_ROW };

struct pdf_notes {
	const char *language; /* "es-CO" */
	const struct str *alternative; /* of each Figure, in the order painted */
	size_t n_alternatives;
	const enum th_scope *scope; /* of each TH, in the order painted */
	size_t n_scopes;
};

/* The structure tag that pdf.c gives to what is no content; it becomes an artifact here. */
#define PDF_ARTIFACT_TAG "NonStruct"

/* ERR_IO: qpdf refused the file (its message), or the tags are not those of the notes. */
bool pdf_finish(struct str raw, const struct pdf_notes *notes, struct arena *a, struct buf *out,
		struct err *e) MUST_CHECK;

#endif
