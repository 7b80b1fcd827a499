/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec/sheet_pack.h"

#include <string.h>

#include "codec/sheet_source.h"

enum { RECORD_END, RECORD_ROW, RECORD_FAULT };
enum { PACK_ARENA_BYTES_MAX = 512 << 20 };

bool sheet_is_pack(struct str bytes)
{
	return str_starts(bytes, PACK_MAGIC);
}

/* ---- writing ---- */

static void put_number(struct buf *b, uint64_t v)
{
	char byte[8];
	for (size_t i = 0; i < sizeof(byte); i++)
		byte[i] = (char)(unsigned char)(v >> (8 * i));
	buf_put(b, (struct str){ byte, sizeof(byte) });
}

static void put_text(struct buf *b, struct str s)
{
	put_number(b, s.n);
	buf_put(b, s);
}

static void put_fault(struct buf *b, const struct err *e)
{
	buf_putc(b, RECORD_FAULT);
	buf_putc(b, (char)e->code);
	put_text(b, str_of(e->msg));
	put_text(b, str_of(e->en));
}

static void put_row(struct buf *b, const struct sheet_row *row)
{
	buf_putc(b, RECORD_ROW);
	put_number(b, row->number);
	put_number(b, row->n);
	for (size_t i = 0; i < row->n; i++)
		put_text(b, row->cell[i]);
}

/* Rows until the end, a fault or a full buffer. */
static void put_rows(struct sheet_source *s, struct arena *a, struct buf *b)
{
	struct err fault = { 0 };
	while (!b->over) {
		const struct arena_mark before = arena_mark(a);
		struct sheet_row row;
		bool end;
		if (!sheet_next(s, &row, &end, &fault)) {
			put_fault(b, &fault);
			return;
		}
		if (end)
			break;
		put_row(b, &row);
		arena_rewind(a, before);
	}
	buf_putc(b, RECORD_END);
}

static void patch_number(struct buf *b, size_t at, uint64_t v)
{
	if (b->over)
		return;
	for (size_t i = 0; i < 8; i++)
		b->p[at + i] = (char)(unsigned char)(v >> (8 * i));
}

static void put_sheet(struct str bytes, struct str name, struct arena *a, struct buf *b)
{
	SHEET_SCOPE struct sheet_source *s = NULL;
	struct err fault = { 0 };
	put_text(b, name);
	const size_t length_at = b->n;
	put_number(b, 0);
	if (sheet_start(a, bytes, name, &s, &fault))
		put_rows(s, a, b);
	else
		put_fault(b, &fault);
	patch_number(b, length_at, b->n - length_at - 8);
}

bool sheet_pack(struct str bytes, struct buf *out, struct err *e)
{
	ARENA_SCOPE(a, PACK_ARENA_BYTES_MAX);
	enum sheet_kind kind;
	struct str *name;
	size_t n;
	char delimiter = 0;
	if (sheet_is_pack(bytes))
		return err_say(e, ERR_INPUT, "no es CSV ni XLSX", "neither CSV nor XLSX");
	if (!sheet_kind_of(bytes, &kind, e) || !sheet_names(&a, bytes, &name, &n, e))
		return false;
	if (kind == SHEET_CSV) {
		SHEET_SCOPE struct sheet_source *s = NULL;
		if (!sheet_start(&a, bytes, STR(""), &s, e))
			return false;
		delimiter = sheet_delimiter(s);
	}
	buf_puts(out, PACK_MAGIC);
	buf_putc(out, (char)kind);
	buf_putc(out, delimiter);
	put_number(out, n);
	for (size_t i = 0; i < n; i++) {
		const struct arena_mark before = arena_mark(&a);
		put_sheet(bytes, name[i], &a, out);
		arena_rewind(&a, before);
	}
	return true;
}

/* ---- reading: no length is believed ---- */

struct cursor {
	struct str rest;
	bool bad;
};

static uint64_t take_number(struct cursor *c)
{
	uint64_t v = 0;
	if (c->rest.n < 8) {
		c->bad = true;
		return 0;
	}
	for (size_t i = 0; i < 8; i++)
		v |= (uint64_t)(unsigned char)c->rest.p[i] << (8 * i);
	c->rest = str_sub(c->rest, 8, c->rest.n);
	return v;
}

static unsigned take_byte(struct cursor *c)
{
	if (!c->rest.n) {
		c->bad = true;
		return 0;
	}
	const unsigned char byte = (unsigned char)c->rest.p[0];
	c->rest = str_sub(c->rest, 1, c->rest.n);
	return byte;
}

static struct str take_text(struct cursor *c)
{
	const uint64_t n = take_number(c);
	if (c->bad || n > c->rest.n) {
		c->bad = true;
		return STR("");
	}
	const struct str s = str_sub(c->rest, 0, (size_t)n);
	c->rest = str_sub(c->rest, (size_t)n, c->rest.n);
	if (!utf8_valid(s, NULL))
		c->bad = true;
	return s;
}

static bool refuse_pack(struct err *e)
{
	return err_say(e, ERR_INPUT, "lo leído del archivo llegó dañado",
		       "what was read of the file arrived damaged");
}

struct pack {
	enum sheet_kind kind;
	char delimiter;
	size_t n;
	struct str *name, *rows;
};

static bool read_pack(struct arena *a, struct str bytes, struct pack *out, struct err *e)
{
	struct cursor c = { .rest = str_sub(bytes, sizeof(PACK_MAGIC) - 1, bytes.n) };
	const unsigned kind = take_byte(&c), delimiter = take_byte(&c);
	const uint64_t n = take_number(&c);
	if (c.bad || kind > SHEET_XLSX || n > XLSX_SHEETS_MAX)
		return refuse_pack(e);
	out->kind = kind == SHEET_XLSX ? SHEET_XLSX : SHEET_CSV;
	out->delimiter = (char)delimiter;
	out->n = (size_t)n;
	out->name = NEW(a, out->n, struct str);
	out->rows = NEW(a, out->n, struct str);
	for (size_t i = 0; i < out->n; i++) {
		out->name[i] = take_text(&c);
		const uint64_t length = take_number(&c);
		if (c.bad || length > c.rest.n)
			return refuse_pack(e);
		out->rows[i] = str_sub(c.rest, 0, (size_t)length);
		c.rest = str_sub(c.rest, (size_t)length, c.rest.n);
	}
	return !c.rest.n || refuse_pack(e);
}

bool pack_names(struct arena *a, struct str bytes, struct str **ret_names, size_t *ret_n,
		struct err *e)
{
	struct pack p;
	if (!read_pack(a, bytes, &p, e))
		return false;
	*ret_names = p.name;
	*ret_n = p.n;
	return true;
}

struct pack_source {
	struct sheet_source base;
	struct cursor at;
	uint64_t number; /* of the row before */
	struct str *cell;
	size_t cap;
};

static bool say_fault(struct pack_source *s, struct err *e)
{
	const unsigned code = take_byte(&s->at);
	const struct str es = take_text(&s->at), en = take_text(&s->at);
	if (s->at.bad || code < ERR_INPUT || code >= ERR_CODES)
		return refuse_pack(e);
	const enum err_code as = code == ERR_LIMIT ? ERR_LIMIT : ERR_INPUT;
	if (e->code == ERR_NONE) {
		(void)err_set(e, as, "%.*s", STR_ARG(es));
		const size_t n = en.n < sizeof(e->en) - 1 ? en.n : sizeof(e->en) - 1;
		memcpy(e->en, en.p, n);
		e->en[n] = '\0';
	}
	return false;
}

static bool next_row(struct sheet_source *base, struct sheet_row *out, bool *ret_end,
		     struct err *e)
{
	struct pack_source *s = (struct pack_source *)base;
	const unsigned record = take_byte(&s->at);
	*ret_end = record == RECORD_END && !s->at.bad;
	if (*ret_end)
		return true;
	if (record == RECORD_FAULT)
		return say_fault(s, e);
	const uint64_t number = take_number(&s->at), n = take_number(&s->at);
	if (s->at.bad || record != RECORD_ROW || n > SHEET_COLUMNS_MAX || number <= s->number)
		return refuse_pack(e);
	if (n > s->cap) {
		s->cell = arena_grow(&s->base.own, NULL, 0, SHEET_COLUMNS_MAX, sizeof(*s->cell));
		s->cap = SHEET_COLUMNS_MAX;
	}
	for (size_t i = 0; i < n; i++)
		s->cell[i] = take_text(&s->at);
	if (s->at.bad)
		return refuse_pack(e);
	s->number = number;
	*out = (struct sheet_row){ .number = number, .cell = s->cell, .n = (size_t)n };
	return true;
}

bool pack_open(struct arena *a, struct str bytes, struct str name, struct sheet_source **out,
	       struct err *e)
{
	struct pack p;
	size_t i = 0;
	if (!read_pack(a, bytes, &p, e))
		return false;
	while (name.n && i < p.n && !str_eq(p.name[i], name))
		i++;
	if (i >= p.n)
		return err_say(e, ERR_ABSENT, "no hay hoja «%.*s»", "no sheet \"%.*s\"",
			       STR_ARG(str_sub(name, 0, SHEET_NAME_BYTES_MAX)));
	struct pack_source *s = NEW(a, 1, struct pack_source);
	s->base.next = next_row;
	s->base.delimiter = p.delimiter;
	s->at.rest = p.rows[i];
	arena_init(&s->base.own, 1 << 20);
	*out = &s->base;
	return true;
}
