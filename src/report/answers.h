/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A questionnaire's own answers as a document: what was asked, what was said, why it was said where
 * it was warned of.  Texts are in the document's language and in the words of people already. */
#ifndef SSME_REPORT_ANSWERS_H
#define SSME_REPORT_ANSWERS_H

#include "report/document.h"

struct answers_line {
	struct str code, question; /* "G01", the sentence */
	struct str answer;         /* or empty: not answered */
	struct str reason;         /* or empty */
};
struct answers_part {
	struct str title;          /* of an area, or of an item of a repeat */
	bool inner;                /* stands under the part before it */
	const struct answers_line *line;
	size_t n;
};
struct answers_request {
	enum lang lang;
	struct str cluster, cluster_name, round;
	struct str state;          /* "enviado" */
	struct str signed_by, sent_on; /* or empty; ISO day */
	struct str date;           /* ISO day of the last answer */
	struct str method, method_sha256, program;
	struct str notice;         /* declared on every page, or empty */
	struct str evidence;       /* "3 archivos de evidencia", or empty */
	const struct answers_part *part;
	size_t n_parts;
};
void answers_document(struct arena *a, const struct answers_request *in, struct document *out);

#endif
