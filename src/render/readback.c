/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/readback.h"

#include <string.h>

#include "codec/sheet.h"
#include "render/pdf_read.h"

const char *const document_format_name[FORMAT_N] = {
	[FORMAT_HTML] = "html",
	[FORMAT_PDF] = "pdf",
	[FORMAT_XLSX] = "xlsx",
	[FORMAT_TEXT] = "text",
};

struct reader {
	struct arena *a;
	enum lang lang;
	struct readback *out;
	size_t cap;
};

static void add(struct reader *r, struct str place, struct str text)
{
	struct readback *out = r->out;
	if (out->n == r->cap) {
		size_t cap = 2 * r->cap + 256;
		out->passage = arena_grow(r->a, out->passage, out->n, cap, sizeof(*out->passage));
		r->cap = cap;
	}
	out->passage[out->n++] = (struct passage){ place, text };
}

static struct str numbered(const struct reader *r, const char *es, const char *en, size_t n)
{
	return str_fmt(r->a, "%s %zu", r->lang == LANG_ES ? es : en, n);
}

/* ---- text and HTML ---- */

static void read_text(struct reader *r, struct str bytes)
{
	for (size_t line = 1; bytes.p; line++) {
		struct str text = str_trim(str_cut(&bytes, '\n'));
		if (text.n)
			add(r, numbered(r, "línea", "line", line), text);
	}
}

/* A tag, or the text up to the next one. */
static struct str next_piece(struct str *rest)
{
	size_t n = 0;
	struct str piece;
	if (rest->p[0] == '<')
		n = str_find(*rest, STR(">"), &n) ? n + 1 : rest->n;
	else
		n = str_find(*rest, STR("<"), &n) ? n : rest->n;
	piece = str_sub(*rest, 0, n);
	*rest = str_sub(*rest, n, rest->n);
	return piece;
}

static void read_html(struct reader *r, struct str bytes)
{
	size_t line = 1;
	while (bytes.n) {
		struct str piece = next_piece(&bytes), text = str_trim(piece);
		if (text.n)
			add(r, numbered(r, "línea", "line", line), text);
		for (size_t i = 0; i < piece.n; i++)
			line += piece.p[i] == '\n';
	}
}

/* ---- PDF ---- */

static bool read_pdf(struct reader *r, struct str bytes, struct err *e)
{
	struct pdf_texts t;
	if (!pdf_read(bytes, r->a, &t, e))
		return false;
	add(r, r->lang == LANG_ES ? STR("propiedades") : STR("properties"), t.keywords);
	for (size_t i = 0; i < t.n_pages; i++) {
		struct str place = numbered(r, "página", "page", i + 1);
		for (size_t k = 0; k < t.page[i].n; k++)
			add(r, place, t.page[i].line[k]);
	}
	return true;
}

/* ---- XLSX ---- */

static bool read_sheet(struct reader *r, struct str bytes, struct str name, struct err *e)
{
	SHEET_SCOPE struct sheet_source *s = NULL;
	struct sheet_row row;
	bool end = false;
	if (!sheet_start(r->a, bytes, name, &s, e))
		return false;
	while (sheet_next(s, &row, &end, e) && !end) {
		for (size_t i = 0; i < row.n; i++) {
			struct str cell = sheet_cell_name(r->a, i, row.number);
			if (row.cell[i].n)
				add(r,
				    str_fmt(r->a, "%.*s!%.*s", STR_ARG(name), STR_ARG(cell)),
				    str_dup(r->a, row.cell[i]));
		}
	}
	return end;
}

static bool read_xlsx(struct reader *r, struct str bytes, struct err *e)
{
	struct str *name;
	size_t n;
	if (!sheet_names(r->a, bytes, &name, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!read_sheet(r, bytes, name[i], e))
			return false;
	}
	return true;
}

/* ---- whose it is ---- */

static enum document_format format_of(struct str bytes)
{
	if (str_starts(bytes, "%PDF"))
		return FORMAT_PDF;
	if (str_starts(bytes, "PK"))
		return FORMAT_XLSX;
	return str_starts(bytes, "<!DOCTYPE html") ? FORMAT_HTML : FORMAT_TEXT;
}

/* What follows the mark, up to what cannot be part of it. */
static bool find_mark(const struct readback *rb, struct str *out)
{
	for (size_t i = 0; i < rb->n; i++) {
		size_t at, n = 0;
		if (!str_find(rb->passage[i].text, STR(DOCUMENT_MARK), &at))
			continue;
		struct str rest = str_sub(rb->passage[i].text, at + strlen(DOCUMENT_MARK),
					  rb->passage[i].text.n);
		while (n < rest.n && !strchr(" \"'<>\n", rest.p[n]))
			n++;
		*out = str_sub(rest, 0, n);
		return true;
	}
	return false;
}

static bool read_origin(struct readback *rb, struct err *e)
{
	struct str mark;
	if (!find_mark(rb, &mark))
		return err_say(e, ERR_INPUT,
			       "no lleva la marca de los documentos de este programa "
			       "(" DOCUMENT_MARK "): ¿es un boletín o un informe suyo?",
			       "it does not carry the mark of this program's documents "
			       "(" DOCUMENT_MARK "): is it a bulletin or report of its own?");
	struct document_origin *o = &rb->origin;
	o->kind = str_cut(&mark, '/');
	o->lang = str_is(str_cut(&mark, '/'), "en") ? LANG_EN : LANG_ES;
	o->round = str_cut(&mark, '/');
	o->cluster = mark.p ? mark : (struct str){ 0 };
	return true;
}

bool readback(struct str bytes, enum lang lang, struct arena *a, struct readback *out,
	      struct err *e)
{
	struct readback rb = { .format = format_of(bytes) };
	struct reader r = { .a = a, .lang = lang, .out = &rb };
	bool done = true;
	switch (rb.format) {
	case FORMAT_PDF:
		done = read_pdf(&r, bytes, e);
		break;
	case FORMAT_XLSX:
		done = read_xlsx(&r, bytes, e);
		break;
	case FORMAT_HTML:
		read_html(&r, bytes);
		break;
	case FORMAT_TEXT:
	case FORMAT_N:
		read_text(&r, bytes);
		break;
	}
	if (!done || !read_origin(&rb, e))
		return false;
	*out = rb;
	return true;
}

/* ---- side by side ---- */

/* passages that may be missing on one side before both are taken as changed */
enum { LOOK_AHEAD = 400 };

static bool same(const struct readback *x, size_t i, const struct readback *y, size_t j)
{
	return i < x->n && j < y->n && str_eq(x->passage[i].text, y->passage[j].text);
}

/* The nearest place where both go on alike: *di passages further in x, *dj in y. */
static void find_again(const struct readback *x, size_t i, const struct readback *y, size_t j,
		       size_t *di, size_t *dj)
{
	for (size_t step = 1; step < LOOK_AHEAD; step++) {
		for (size_t k = 0; k <= step; k++) {
			*di = step - k;
			*dj = k;
			if (same(x, i + *di, y, j + *dj) && same(x, i + *di + 1, y, j + *dj + 1))
				return;
			if (i + *di == x->n && j + *dj == y->n)
				return;
		}
	}
	*di = *dj = 1;
}

struct listing {
	struct readback_difference *item;
	size_t n;
	bool more;
};

static void list(struct listing *l, struct str place, struct str found, struct str computed)
{
	if (l->n == READBACK_DIFFERENCES_MAX) {
		l->more = true;
		return;
	}
	l->item[l->n++] = (struct readback_difference){ place, found, computed };
}

struct readback_difference *readback_differences(struct arena *a, const struct readback *file,
						 const struct readback *computed, size_t *ret_n,
						 bool *ret_more)
{
	struct listing l = { .item = NEW(a, READBACK_DIFFERENCES_MAX, struct readback_difference) };
	size_t i = 0, j = 0;
	while (i < file->n || j < computed->n) {
		size_t di = 1, dj = 1;
		if (same(file, i, computed, j)) {
			i++;
			j++;
			continue;
		}
		find_again(file, i, computed, j, &di, &dj);
		for (size_t k = 0; k < di || k < dj; k++) {
			bool here = k < di && i + k < file->n,
			     there = k < dj && j + k < computed->n;
			if (here || there)
				list(&l,
				     here ? file->passage[i + k].place
					  : computed->passage[j + k].place,
				     here ? file->passage[i + k].text : (struct str){ 0 },
				     there ? computed->passage[j + k].text : (struct str){ 0 });
		}
		i += di;
		j += dj;
	}
	*ret_n = l.n;
	*ret_more = l.more;
	return l.item;
}
