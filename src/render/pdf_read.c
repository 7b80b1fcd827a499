/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Enough of a reader for the files this program writes: fonts with a ToUnicode table, texts shown
 * by Tj and TJ, forms drawn by Do. */
#include "render/pdf_read.h"

#include <qpdf/qpdf-c.h>
#include <stdlib.h>
#include <string.h>

enum { CODES_MAX = 65536, LINE_BYTES_MAX = 1 << 20, TOKEN_BYTES_MAX = 1 << 20 };

/* How the codes of a font read. */
struct pdf_font {
	struct str name;      /* as the page calls it: "/f-0-0" */
	unsigned code_bytes;  /* 1 or 2 */
	uint32_t *unicode;    /* CODES_MAX, 0: not known */
};

struct reading {
	qpdf_data q;
	struct arena *a;
	struct pdf_page *page;
	size_t cap;
	struct buf line;
};

/* ---- tokens of a stream ---- */

enum token_kind { TOKEN_END, TOKEN_STRING, TOKEN_NAME, TOKEN_WORD, TOKEN_MARK };
struct token {
	enum token_kind kind;
	struct str text; /* of a string: its bytes */
};

static bool is_white(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

static bool is_delimiter(char c)
{
	return strchr("()<>[]{}/%", c) && c;
}

static int hex_value(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* What follows a backslash in a literal string. */
static size_t take_escape(struct str s, size_t at, struct buf *b)
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	char c = at < s.n ? s.p[at] : '\0';
	const char *known = c ? strchr(from, c) : NULL;
	if (c >= '0' && c <= '7') {
		int v = 0;
		size_t n = 0;
		while (n < 3 && at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '7')
			v = 8 * v + (s.p[at + n++] - '0');
		buf_putc(b, (char)v);
		return at + n;
	}
	if (known)
		buf_putc(b, to[known - from]);
	else if (c != '\n')
		buf_putc(b, c);
	return at + 1;
}

static size_t take_literal(struct str s, size_t at, struct buf *b)
{
	int depth = 1;
	while (at < s.n && depth) {
		char c = s.p[at++];
		if (c == '\\') {
			at = take_escape(s, at, b);
			continue;
		}
		depth += (c == '(') - (c == ')');
		if (depth)
			buf_putc(b, c);
	}
	return at;
}

static size_t take_hex(struct str s, size_t at, struct buf *b)
{
	int high = -1;
	while (at < s.n && s.p[at] != '>') {
		int v = hex_value(s.p[at++]);
		if (v < 0)
			continue;
		if (high >= 0)
			buf_putc(b, (char)(16 * high + v));
		high = high >= 0 ? -1 : v;
	}
	if (high >= 0)
		buf_putc(b, (char)(16 * high));
	return at + 1;
}

/* The token at *at, which moves behind it. */
static struct token next_token(struct arena *a, struct str s, size_t *at)
{
	while (*at < s.n && is_white(s.p[*at]))
		++*at;
	if (*at >= s.n)
		return (struct token){ TOKEN_END, { 0 } };
	char c = s.p[*at], after = *at + 1 < s.n ? s.p[*at + 1] : '\0';
	size_t from = (*at)++;
	if (c == '(' || (c == '<' && after != '<')) {
		struct buf b;
		buf_init(&b, a, TOKEN_BYTES_MAX);
		*at = c == '(' ? take_literal(s, *at, &b) : take_hex(s, *at, &b);
		return (struct token){ TOKEN_STRING, buf_str(&b) };
	}
	if (c != '/' && is_delimiter(c)) {
		*at += c == after && (c == '<' || c == '>');
		return (struct token){ TOKEN_MARK, str_sub(s, from, *at - from) };
	}
	while (*at < s.n && !is_white(s.p[*at]) && !is_delimiter(s.p[*at]))
		++*at;
	return (struct token){ c == '/' ? TOKEN_NAME : TOKEN_WORD, str_sub(s, from, *at - from) };
}

/* ---- fonts ---- */

static uint32_t code_of(struct str s)
{
	uint32_t v = 0;
	for (size_t i = 0; i < s.n && i < 4; i++)
		v = v << 8 | (unsigned char)s.p[i];
	return v;
}

/* First character of a UTF-16 text; letters joined in one glyph give their first. */
static uint32_t first_of_utf16(struct str s)
{
	uint32_t v = code_of(str_sub(s, 0, 2));
	if (s.n >= 4 && v >= 0xd800 && v < 0xdc00)
		return 0x10000 + ((v - 0xd800) << 10) + (code_of(str_sub(s, 2, 2)) - 0xdc00);
	return v;
}

static void set_code(struct pdf_font *f, uint32_t code, uint32_t unicode)
{
	if (code < CODES_MAX)
		f->unicode[code] = unicode;
}

/* The ranges and single codes of a ToUnicode table. */
static void read_table(struct arena *a, struct str table, struct pdf_font *f)
{
	struct token held[3] = { { 0 } };
	size_t n = 0, at = 0, width = 0;
	for (struct token t; (t = next_token(a, table, &at)).kind != TOKEN_END;) {
		if (t.kind == TOKEN_WORD) {
			width = str_is(t.text, "beginbfchar")    ? 2
				: str_is(t.text, "beginbfrange") ? 3
								 : 0;
			n = 0;
		}
		if (!width || t.kind != TOKEN_STRING)
			continue;
		held[n++] = t;
		if (n < width)
			continue;
		n = 0;
		uint32_t low = code_of(held[0].text), high = code_of(held[width - 2].text);
		uint32_t to = first_of_utf16(held[width - 1].text);
		f->code_bytes = (unsigned)held[0].text.n;
		for (uint32_t code = low; code <= high && code < CODES_MAX; code++)
			set_code(f, code, to + (code - low));
	}
}

static bool stream_bytes(const struct reading *r, qpdf_oh stream, struct str *out)
{
	unsigned char *p = NULL;
	size_t n = 0;
	QPDF_BOOL filtered;
	if (!qpdf_oh_is_stream(r->q, stream) ||
	    qpdf_oh_get_stream_data(r->q, stream, qpdf_dl_all, &filtered, &p, &n) != QPDF_SUCCESS)
		return false;
	*out = str_dup(r->a, (struct str){ (const char *)p, n });
	free(p);
	return true;
}

/* The fonts that resources name. */
static struct pdf_font *fonts_of(const struct reading *r, qpdf_oh resources, size_t *ret_n)
{
	qpdf_oh fonts = qpdf_oh_get_key(r->q, resources, "/Font");
	size_t n = 0, cap = 0;
	struct pdf_font *font = NULL;
	*ret_n = 0;
	if (!qpdf_oh_is_dictionary(r->q, fonts))
		return NULL;
	qpdf_oh_begin_dict_key_iter(r->q, fonts);
	while (qpdf_oh_dict_more_keys(r->q)) {
		struct str name = str_dup(r->a, str_of(qpdf_oh_dict_next_key(r->q)));
		if (n == cap) {
			cap = 2 * cap + 8;
			font = arena_grow(r->a, font, n, cap, sizeof(*font));
		}
		font[n++] = (struct pdf_font){ .name = name, .code_bytes = 1 };
	}
	for (size_t i = 0; i < n; i++) {
		struct str table;
		qpdf_oh one = qpdf_oh_get_key(r->q, fonts, str_c(r->a, font[i].name));
		font[i].unicode = NEW(r->a, CODES_MAX, uint32_t);
		if (stream_bytes(r, qpdf_oh_get_key(r->q, one, "/ToUnicode"), &table))
			read_table(r->a, table, &font[i]);
	}
	*ret_n = n;
	return font;
}

/* ---- a page ---- */

static void end_line(struct reading *r)
{
	struct pdf_page *p = r->page;
	if (!r->line.n)
		return;
	if (p->n == r->cap) {
		size_t cap = 2 * r->cap + 64;
		p->line = arena_grow(r->a, p->line, p->n, cap, sizeof(*p->line));
		r->cap = cap;
	}
	p->line[p->n++] = str_dup(r->a, buf_str(&r->line));
	buf_init(&r->line, r->a, LINE_BYTES_MAX);
}

static void show(struct reading *r, const struct pdf_font *f, struct str codes)
{
	for (size_t i = 0; f && i + f->code_bytes <= codes.n; i += f->code_bytes) {
		uint32_t unicode = f->unicode[code_of(str_sub(codes, i, f->code_bytes)) %
					      CODES_MAX];
		utf8_put(&r->line, unicode ? unicode : 0xfffd);
	}
}

static const struct pdf_font *font_named(const struct pdf_font *font, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(font[i].name, name))
			return &font[i];
	}
	return NULL;
}

static void read_content(struct reading *r, struct str content, qpdf_oh resources, unsigned depth);

static void draw_form(struct reading *r, qpdf_oh resources, struct str name, unsigned depth)
{
	qpdf_oh forms = qpdf_oh_get_key(r->q, resources, "/XObject");
	struct str content;
	if (depth == PDF_FORM_DEPTH_MAX || !name.n || !qpdf_oh_is_dictionary(r->q, forms))
		return;
	qpdf_oh form = qpdf_oh_get_key(r->q, forms, str_c(r->a, name));
	if (!qpdf_oh_is_stream(r->q, form))
		return;
	qpdf_oh dict = qpdf_oh_get_dict(r->q, form);
	if (qpdf_oh_is_name_and_equals(r->q, qpdf_oh_get_key(r->q, dict, "/Subtype"), "/Form") &&
	    stream_bytes(r, form, &content))
		read_content(r, content, qpdf_oh_get_key(r->q, dict, "/Resources"), depth + 1);
}

/* A new place for text begins a new line of ours. */
static bool moves(struct str word)
{
	return str_is(word, "Td") || str_is(word, "TD") || str_is(word, "Tm") ||
	       str_is(word, "T*") || str_is(word, "ET");
}

static void read_content(struct reading *r, struct str content, qpdf_oh resources, unsigned depth)
{
	size_t n = 0, at = 0;
	struct pdf_font *font = fonts_of(r, resources, &n);
	const struct pdf_font *now = NULL;
	struct str name = { 0 };
	for (struct token t; (t = next_token(r->a, content, &at)).kind != TOKEN_END;) {
		if (t.kind == TOKEN_NAME)
			name = t.text;
		else if (t.kind == TOKEN_STRING)
			show(r, now, t.text);
		else if (t.kind == TOKEN_WORD && str_is(t.text, "Tf"))
			now = font_named(font, n, name);
		else if (t.kind == TOKEN_WORD && str_is(t.text, "Do"))
			draw_form(r, resources, name, depth);
		else if (t.kind == TOKEN_WORD && moves(t.text))
			end_line(r);
	}
	end_line(r);
}

static bool read_page(struct reading *r, size_t i, struct pdf_page *out)
{
	unsigned char *p = NULL;
	size_t n = 0;
	qpdf_oh page = qpdf_get_page_n(r->q, i);
	if (qpdf_oh_get_page_content_data(r->q, page, &p, &n) != QPDF_SUCCESS)
		return false;
	*out = (struct pdf_page){ .content = str_dup(r->a, (struct str){ (const char *)p, n }) };
	free(p);
	r->page = out;
	r->cap = 0;
	buf_init(&r->line, r->a, LINE_BYTES_MAX);
	read_content(r, out->content, qpdf_oh_get_key(r->q, page, "/Resources"), 0);
	return true;
}

static struct str keywords_of(const struct reading *r)
{
	qpdf_oh info = qpdf_oh_get_key(r->q, qpdf_get_trailer(r->q), "/Info");
	if (!qpdf_oh_is_dictionary(r->q, info))
		return (struct str){ 0 };
	qpdf_oh words = qpdf_oh_get_key(r->q, info, "/Keywords");
	return qpdf_oh_is_string(r->q, words)
		       ? str_dup(r->a, str_of(qpdf_oh_get_utf8_value(r->q, words)))
		       : (struct str){ 0 };
}

static bool read_all(struct reading *r, struct pdf_texts *out)
{
	int n = qpdf_get_num_pages(r->q);
	if (n < 1 || n > PDF_PAGES_MAX)
		return false;
	*out = (struct pdf_texts){ .keywords = keywords_of(r),
				   .page = NEW(r->a, (size_t)n, struct pdf_page),
				   .n_pages = (size_t)n };
	for (size_t i = 0; i < out->n_pages; i++) {
		if (!read_page(r, i, &out->page[i]))
			return false;
	}
	return !qpdf_has_error(r->q);
}

bool pdf_read(struct str bytes, struct arena *a, struct pdf_texts *out, struct err *e)
{
	struct reading r = { .q = qpdf_init(), .a = a };
	struct pdf_texts texts;
	qpdf_silence_errors(r.q);
	qpdf_set_suppress_warnings(r.q, QPDF_TRUE);
	bool done = qpdf_read_memory(r.q, "document", bytes.p, bytes.n, NULL) == QPDF_SUCCESS &&
		    read_all(&r, &texts);
	if (!done)
		err_say(e, ERR_INPUT, "no se puede leer como PDF%s%s",
			"cannot be read as a PDF%s%s", qpdf_has_error(r.q) ? ": " : "",
			qpdf_has_error(r.q)
				? qpdf_get_error_message_detail(r.q, qpdf_get_error(r.q))
				: "");
	else
		*out = texts;
	qpdf_cleanup(&r.q);
	return done;
}
