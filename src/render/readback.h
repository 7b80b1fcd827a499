/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a published document says, read back out of its bytes (HTML, PDF, XLSX or text), so that it
 * can be held against what is computed again. */
#ifndef SSME_RENDER_READBACK_H
#define SSME_RENDER_READBACK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/lang.h"
#include "base/text.h"
#include "report/document.h"

enum document_format {
	FORMAT_HTML,
	FORMAT_PDF,
	FORMAT_XLSX,
	FORMAT_TEXT,
	FORMAT_N,
};
extern const char *const document_format_name[FORMAT_N]; /* "html" "pdf" "xlsx" "text" */

/* One piece of a document: a text, a tag, a cell, a line of a page. */
struct passage {
	struct str place; /* «línea 120», «página 3», «Cifras!C14» */
	struct str text;
};

/* Every document of this program carries DOCUMENT_MARK with KIND/LANG/ROUND and, when it is of one
 * cluster, /CLUSTER. */
struct document_origin {
	struct str kind;      /* "bulletin", "report" */
	enum lang lang;
	struct str round, cluster;
};

struct readback {
	enum document_format format;
	struct document_origin origin;
	struct passage *passage;
	size_t n;
};

/* places are said in the language lang.  ERR_INPUT: not a document of this program (no mark), or
 * damaged so that it cannot be read. */
bool readback(struct str bytes, enum lang lang, struct arena *a, struct readback *out,
	      struct err *e) MUST_CHECK;

/* Where two documents differ: what the file has and what was computed, either empty where there is
 * nothing.  In the order of the file; at most READBACK_DIFFERENCES_MAX are given, *ret_more says
 * that there were others. */
enum { READBACK_DIFFERENCES_MAX = 200 };
struct readback_difference {
	struct str place, found, computed;
};
struct readback_difference *readback_differences(struct arena *a, const struct readback *file,
						 const struct readback *computed, size_t *ret_n,
						 bool *ret_more);

#endif
