/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/pdf_finish.h"

#include <qpdf/qpdf-c.h>
#include <stdlib.h>
#include <string.h>

struct walk {
	qpdf_data q;
	struct arena *a;
	const struct pdf_notes *notes;
	size_t n_figures, n_heads;
};

enum { DEPTH_MAX = 64 };

static bool has_role(qpdf_data q, qpdf_oh element, const char *role)
{
	return qpdf_oh_is_name_and_equals(q, qpdf_oh_get_key(q, element, "/S"), role);
}

static void note_figure(struct walk *w, qpdf_oh element)
{
	if (w->n_figures < w->notes->n_alternatives)
		qpdf_oh_replace_key(
			w->q, element, "/Alt",
			qpdf_oh_new_unicode_string(
				w->q, str_c(w->a, w->notes->alternative[w->n_figures])));
	w->n_figures++;
}

static void note_head(struct walk *w, qpdf_oh element)
{
	const bool row = w->n_heads < w->notes->n_scopes && w->notes->scope[w->n_heads] == TH_ROW;
	w->n_heads++;
	qpdf_oh_replace_key(w->q, element, "/A",
			    qpdf_oh_parse(w->q,
					  row ? "<< /O /Table /Scope /Row >>"
					      : "<< /O /Table /Scope /Column >>"));
}

static void visit(struct walk *w, qpdf_oh element, unsigned depth);

/* Visits the children that are elements, and leaves artifacts out of the tree. */
static void visit_children(struct walk *w, qpdf_oh element, unsigned depth)
{
	const qpdf_oh kids = qpdf_oh_get_key(w->q, element, "/K");
	if (qpdf_oh_is_dictionary(w->q, kids)) {
		if (has_role(w->q, kids, "/" PDF_ARTIFACT_TAG))
			qpdf_oh_remove_key(w->q, element, "/K");
		else
			visit(w, kids, depth + 1);
		return;
	}
	if (!qpdf_oh_is_array(w->q, kids))
		return;
	for (int i = 0; i < qpdf_oh_get_array_n_items(w->q, kids);) {
		const qpdf_oh kid = qpdf_oh_get_array_item(w->q, kids, i);
		if (qpdf_oh_is_dictionary(w->q, kid) && has_role(w->q, kid, "/" PDF_ARTIFACT_TAG)) {
			qpdf_oh_erase_item(w->q, kids, i);
			continue;
		}
		if (qpdf_oh_is_dictionary(w->q, kid))
			visit(w, kid, depth + 1);
		i++;
	}
}

static void visit(struct walk *w, qpdf_oh element, unsigned depth)
{
	if (depth > DEPTH_MAX)
		return;
	if (has_role(w->q, element, "/Figure"))
		note_figure(w, element);
	else if (has_role(w->q, element, "/TH"))
		note_head(w, element);
	visit_children(w, element, depth);
}

/* Content marks of artifacts point to no element. */
static void forget_artifacts(qpdf_data q, qpdf_oh tree)
{
	const qpdf_oh nums = qpdf_oh_get_key(q, qpdf_oh_get_key(q, tree, "/ParentTree"), "/Nums");
	for (int i = 1; i < qpdf_oh_get_array_n_items(q, nums); i += 2) {
		const qpdf_oh page = qpdf_oh_get_array_item(q, nums, i);
		if (!qpdf_oh_is_array(q, page))
			continue;
		for (int j = 0; j < qpdf_oh_get_array_n_items(q, page); j++) {
			const qpdf_oh element = qpdf_oh_get_array_item(q, page, j);
			if (qpdf_oh_is_dictionary(q, element) &&
			    has_role(q, element, "/" PDF_ARTIFACT_TAG))
				qpdf_oh_set_array_item(q, page, j, qpdf_oh_new_null(q));
		}
	}
}

/* "/NonStruct << /MCID 7 >> BDC" becomes "/Artifact BMC", padded to the same length. */
static void mark_artifacts(char *p, size_t n)
{
	static const char from[] = "/" PDF_ARTIFACT_TAG " << /MCID ", to[] = "/Artifact BMC";
	for (char *end = p + n, *at; (at = memmem(p, (size_t)(end - p), from, sizeof from - 1));) {
		char *stop = memmem(at, (size_t)(end - at), " BDC", 4);
		if (!stop)
			return;
		memset(at, ' ', (size_t)(stop + 4 - at));
		memcpy(at, to, sizeof to - 1);
		p = stop + 4;
	}
}

static bool page_mark(qpdf_data q, qpdf_oh page)
{
	const qpdf_oh stream = qpdf_oh_get_key(q, page, "/Contents");
	unsigned char *data = NULL;
	size_t n = 0;
	if (!qpdf_oh_is_stream(q, stream) ||
	    qpdf_oh_get_page_content_data(q, page, &data, &n) > QPDF_WARNINGS || !data)
		return false;
	mark_artifacts((char *)data, n);
	qpdf_oh_replace_stream_data(q, stream, data, n, qpdf_oh_new_null(q), qpdf_oh_new_null(q));
	free(data);
	return true;
}

static bool failed(qpdf_data q, const char *what, struct err *e)
{
	const char *why = "";
	if (qpdf_has_error(q))
		why = qpdf_get_error_message_detail(q, qpdf_get_error(q));
	return err_set(e, ERR_IO, "PDF: %s %s", what, why);
}

static bool amend(struct walk *w, struct err *e)
{
	const qpdf_data q = w->q;
	const qpdf_oh root = qpdf_get_root(q);
	const qpdf_oh tree = qpdf_oh_get_key(q, root, "/StructTreeRoot");
	if (!qpdf_oh_is_dictionary(q, tree))
		return failed(q, "the library below wrote no structure", e);
	qpdf_oh_replace_key(q, root, "/Lang", qpdf_oh_new_string(q, w->notes->language));
	qpdf_oh_replace_key(q, root, "/ViewerPreferences",
			    qpdf_oh_parse(q, "<< /DisplayDocTitle true >>"));
	forget_artifacts(q, tree);
	visit_children(w, tree, 0);
	if (w->n_figures != w->notes->n_alternatives || w->n_heads != w->notes->n_scopes)
		return failed(q, "figures or table heads are not those painted", e);
	for (int i = 0; i < qpdf_get_num_pages(q); i++)
		if (!page_mark(q, qpdf_get_page_n(q, (size_t)i)))
			return failed(q, "the content of a page cannot be read", e);
	return true;
}

static bool run(qpdf_data q, struct str raw, const struct pdf_notes *notes, struct arena *a,
		struct buf *out, struct err *e)
{
	struct walk w = { .q = q, .a = a, .notes = notes };
	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	if (qpdf_read_memory(q, "document", raw.p, raw.n, NULL) != QPDF_SUCCESS)
		return failed(q, "qpdf cannot read it:", e);
	if (!amend(&w, e))
		return false;
	if (qpdf_init_write_memory(q) > QPDF_WARNINGS)
		return failed(q, "qpdf cannot begin to write:", e);
	qpdf_set_deterministic_ID(q, QPDF_TRUE);
	qpdf_set_object_stream_mode(q, qpdf_o_generate);
	qpdf_set_compress_streams(q, QPDF_TRUE);
	qpdf_set_minimum_pdf_version(q, "1.7");
	if (qpdf_write(q) > QPDF_WARNINGS)
		return failed(q, "qpdf cannot write:", e);
	buf_put(out, (struct str){ (const char *)qpdf_get_buffer(q), qpdf_get_buffer_length(q) });
	return true;
}

bool pdf_finish(struct str raw, const struct pdf_notes *notes, struct arena *a, struct buf *out,
		struct err *e)
{
	qpdf_data q = qpdf_init();
	const bool good = run(q, raw, notes, a, out, e);
	qpdf_cleanup(&q);
	return good;
}
