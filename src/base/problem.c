/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/problem.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/num.h"

enum { VALUE_BYTES = 200, MESSAGE_BYTES = 4096 };

void problems_init(struct problems *ps, struct arena *a, enum lang lang)
{
	*ps = (struct problems){ .a = a, .lang = lang };
}

static size_t limit_of(const struct problems *ps)
{
	return ps->limit ? ps->limit : PROBLEMS_LIMIT;
}

/* Counts p; false when the list is full already. */
static bool counted_and_kept(struct problems *ps, enum severity severity)
{
	if (severity == SEVERITY_ERROR)
		ps->n_errors++;
	else if (severity == SEVERITY_WARNING)
		ps->n_warnings++;
	if (ps->n >= limit_of(ps))
		return false;
	if (ps->n == ps->cap) {
		size_t cap = ps->cap ? ps->cap * 2 : 16;
		ps->item = arena_grow(ps->a, ps->item, ps->n, cap, sizeof(*ps->item));
		ps->cap = cap;
	}
	return true;
}

static struct str dup_cut(struct arena *a, struct str s, size_t limit)
{
	struct buf b;
	buf_init(&b, a, limit);
	buf_put(&b, s);
	return buf_str(&b);
}

void problem_add(struct problems *ps, struct problem p)
{
	if (!counted_and_kept(ps, p.severity))
		return;
	p.file = str_dup(ps->a, p.file.n ? p.file : ps->file);
	p.sheet = str_dup(ps->a, p.sheet.n ? p.sheet : ps->sheet);
	p.column = str_dup(ps->a, p.column);
	p.value = dup_cut(ps->a, p.value, VALUE_BYTES);
	p.message = dup_cut(ps->a, p.message, MESSAGE_BYTES);
	p.suggestion = dup_cut(ps->a, p.suggestion, MESSAGE_BYTES);
	if (!p.rule)
		p.rule = "";
	ps->item[ps->n++] = p;
}

void problem_report(struct problems *ps, struct problem place, const char *fmt_es,
		    const char *fmt_en, ...)
{
	char message[MESSAGE_BYTES];
	va_list ap;
	int n;
	va_start(ap, fmt_en);
	if (ps->lang == LANG_ES)
		n = vsnprintf(message, sizeof(message), fmt_es, ap);
	else
		n = vsnprintf(message, sizeof(message), fmt_en, ap);
	va_end(ap);
	place.message = n > 0 ? str_of(message) : STR("");
	problem_add(ps, place);
}

/* --- writers --------------------------------------------------------------------------------- */

static const char *severity_code(enum severity s)
{
	return s == SEVERITY_ERROR ? "error" : s == SEVERITY_WARNING ? "warning" : "note";
}

static const char *severity_word(enum severity s, enum lang lang)
{
	if (lang == LANG_EN || s == SEVERITY_ERROR)
		return severity_code(s);
	return s == SEVERITY_WARNING ? "advertencia" : "nota";
}

/* The list was full: one last line says so, in every format. */
static bool cut_short(const struct problems *ps, struct problem *out, struct buf *text)
{
	if (ps->n_errors + ps->n_warnings <= ps->n || ps->n < limit_of(ps))
		return false;
	buf_puts(text, ps->lang == LANG_ES ? "la lista se cortó: en total hay " :
					     "the list was cut: there are ");
	num_put_int(text, (int64_t)ps->n_errors);
	buf_puts(text, ps->lang == LANG_ES ? " errores y " : " errors and ");
	num_put_int(text, (int64_t)ps->n_warnings);
	buf_puts(text, ps->lang == LANG_ES ? " advertencias" : " warnings in all");
	*out = (struct problem){ .severity = SEVERITY_NOTE, .file = ps->file, .sheet = ps->sheet,
				 .rule = "list_cut", .message = buf_str(text) };
	return true;
}

/* Texts may hold what somebody put into a file: on a terminal a control character could do harm,
 * and a line end would break the list. */
static void put_line_text(struct buf *b, struct str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);
		bool control = c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
		buf_put_code_point(b, control ? ' ' : c);
	}
}

static void put_text(struct buf *b, const struct problem *p, enum lang lang)
{
	struct str place[] = { p->file, p->sheet };
	for (size_t i = 0; i < 2; i++) {
		if (place[i].n) {
			put_line_text(b, place[i]);
			buf_putc(b, ':');
		}
	}
	if (p->row > 0) {
		num_put_int(b, p->row);
		buf_putc(b, ':');
	}
	if (p->column.n) {
		put_line_text(b, p->column);
		buf_putc(b, ':');
	}
	if (b->n && b->p[b->n - 1] == ':')
		buf_putc(b, ' ');
	buf_puts(b, severity_word(p->severity, lang));
	buf_puts(b, ": ");
	put_line_text(b, p->message);
	if (p->suggestion.n) {
		buf_puts(b, " (");
		put_line_text(b, p->suggestion);
		buf_putc(b, ')');
	}
	buf_putc(b, '\n');
}

static void put_json(struct buf *b, const struct problem *p)
{
	buf_puts(b, "{\"file\":");
	esc_json(b, p->file);
	buf_puts(b, ",\"sheet\":");
	esc_json(b, p->sheet);
	buf_puts(b, ",\"row\":");
	if (p->row > 0)
		num_put_int(b, p->row);
	else
		buf_puts(b, "null");
	buf_puts(b, ",\"column\":");
	esc_json(b, p->column);
	buf_puts(b, ",\"value\":");
	esc_json(b, p->value);
	buf_puts(b, ",\"rule\":");
	esc_json(b, str_of(p->rule));
	buf_puts(b, ",\"message\":");
	esc_json(b, p->message);
	buf_puts(b, ",\"suggestion\":");
	esc_json(b, p->suggestion);
	buf_puts(b, ",\"severity\":");
	esc_json(b, str_of(severity_code(p->severity)));
	buf_putc(b, '}');
}

static void put_csv(struct buf *b, const struct problem *p)
{
	esc_csv(b, p->file);
	buf_putc(b, ',');
	esc_csv(b, p->sheet);
	buf_putc(b, ',');
	if (p->row > 0)
		num_put_int(b, p->row);
	buf_putc(b, ',');
	esc_csv(b, p->column);
	buf_putc(b, ',');
	esc_csv(b, p->value);
	buf_putc(b, ',');
	esc_csv(b, str_of(p->rule));
	buf_putc(b, ',');
	esc_csv(b, p->message);
	buf_putc(b, ',');
	esc_csv(b, p->suggestion);
	buf_putc(b, ',');
	buf_puts(b, severity_code(p->severity));
	buf_puts(b, "\r\n");
}

void problems_put_text(struct buf *b, const struct problems *ps)
{
	for (size_t i = 0; i < ps->n; i++)
		put_text(b, &ps->item[i], ps->lang);
	struct problem last;
	struct buf text;
	buf_init(&text, ps->a, VALUE_BYTES);
	if (cut_short(ps, &last, &text))
		put_text(b, &last, ps->lang);
}

void problems_put_json(struct buf *b, const struct problems *ps)
{
	buf_putc(b, '[');
	for (size_t i = 0; i < ps->n; i++) {
		if (i)
			buf_puts(b, ",\n ");
		put_json(b, &ps->item[i]);
	}
	struct problem last;
	struct buf text;
	buf_init(&text, ps->a, VALUE_BYTES);
	if (cut_short(ps, &last, &text)) {
		buf_puts(b, ",\n ");
		put_json(b, &last);
	}
	buf_puts(b, "]\n");
}

void problems_put_csv(struct buf *b, const struct problems *ps)
{
	buf_puts(b, "file,sheet,row,column,value,rule,message,suggestion,severity\r\n");
	for (size_t i = 0; i < ps->n; i++)
		put_csv(b, &ps->item[i]);
	struct problem last;
	struct buf text;
	buf_init(&text, ps->a, VALUE_BYTES);
	if (cut_short(ps, &last, &text))
		put_csv(b, &last);
}
