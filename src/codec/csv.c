/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV (RFC 4180) as spreadsheets write it.  A cell is a slice of the caller's bytes; only one with
 * doubled quotes is copied. */
#include <string.h>

#include "codec/sheet_source.h"

struct csv {
	struct sheet_source base; /* first: a pointer to it is a pointer to this */
	struct str bytes;
	size_t at;
	uint64_t record;         /* number of the last record read */
	struct str *cell;        /* SHEET_COLUMNS_MAX */
	struct arena_mark clean; /* of base.own, with nothing of a record in it */
};

/* The whole first line that is not blank, for a look at its delimiters;
 * quotes may hold line ends. */
static struct str first_line(struct str s)
{
	size_t from = 0;
	while (from < s.n && str_trim(str_sub(s, from, 1)).n == 0)
		from++;
	while (from && s.p[from - 1] != '\r' && s.p[from - 1] != '\n')
		from--; /* a tab may be an empty first cell */
	bool quoted = false;
	size_t to = from;
	for (; to < s.n && (quoted || (s.p[to] != '\n' && s.p[to] != '\r')); to++)
		if (s.p[to] == '"')
			quoted = !quoted;
	return str_sub(s, from, to - from);
}

static char most_frequent_delimiter(struct str line)
{
	static const char candidate[] = { ',', ';', '\t' };
	size_t count[3] = { 0 };
	bool quoted = false;
	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '"')
			quoted = !quoted;
		for (size_t c = 0; c < 3 && !quoted; c++)
			count[c] += line.p[i] == candidate[c];
	}
	size_t best = 0;
	for (size_t c = 1; c < 3; c++)
		if (count[c] > count[best])
			best = c;
	return candidate[best];
}

/* «sep=;» as a first line is an order to Excel, no data. */
static bool told_delimiter(struct str line, char *out)
{
	if (line.n != 5 || !(str_starts(line, "sep=") || str_starts(line, "SEP=")) ||
	    !memchr(",;\t", line.p[4], 3))
		return false;
	*out = line.p[4];
	return true;
}

/* ---- one field ---- */

static bool line_end_at(const struct csv *c, size_t at)
{
	return at >= c->bytes.n || c->bytes.p[at] == '\n' || c->bytes.p[at] == '\r';
}

static struct str undouble(struct csv *c, struct str raw)
{
	char *p = NEW(&c->base.own, raw.n, char);
	size_t n = 0;
	for (size_t i = 0; i < raw.n; i++) {
		p[n++] = raw.p[i];
		i += raw.p[i] == '"';
	}
	return (struct str){ p, n };
}

static bool field_too_long(struct csv *c, size_t column, struct err *e)
{
	return err_set(
		e, ERR_LIMIT,
		"fila %llu, columna %zu: la celda pasa de %d bytes; ¿faltan unas comillas "
		"de cierre? (row %llu, column %zu: the cell is over %d bytes; is a closing quote "
		"missing?)",
		(unsigned long long)c->record, column + 1, SHEET_CELL_BYTES_MAX,
		(unsigned long long)c->record, column + 1, SHEET_CELL_BYTES_MAX);
}

/* c->at stands on the opening quote; afterwards behind the closing one. */
static bool quoted_field(struct csv *c, size_t column, struct str *out, struct err *e)
{
	size_t from = c->at + 1, at = from;
	bool doubled = false;
	for (;;) {
		const char *q =
			at < c->bytes.n ? memchr(c->bytes.p + at, '"', c->bytes.n - at) : NULL;
		if (!q)
			return err_set(e, ERR_INPUT,
				       "fila %llu, columna %zu: se abren comillas que nunca se "
				       "cierran; ciérrelas, o escriba \"\" donde el texto lleva "
				       "comillas (row "
				       "%llu, column %zu: a quote is opened and never closed; "
				       "close it, or "
				       "write \"\" for a quote in the text)",
				       (unsigned long long)c->record, column + 1,
				       (unsigned long long)c->record, column + 1);
		at = (size_t)(q - c->bytes.p);
		if (at + 1 < c->bytes.n && c->bytes.p[at + 1] == '"') {
			doubled = true;
			at += 2;
			continue;
		}
		break;
	}
	if (at - from > SHEET_CELL_BYTES_MAX)
		return field_too_long(c, column, e);
	c->at = at + 1;
	if (!line_end_at(c, c->at) && c->bytes.p[c->at] != c->base.delimiter)
		return err_set(
			e, ERR_INPUT,
			"fila %llu, columna %zu: hay texto después de las comillas de "
			"cierre; escriba \"\" donde el texto lleva comillas (row %llu, column %zu: "
			"text after the closing quote; write \"\" for a quote in the text)",
			(unsigned long long)c->record, column + 1, (unsigned long long)c->record,
			column + 1);
	struct str raw = str_sub(c->bytes, from, at - from);
	*out = doubled ? undouble(c, raw) : raw;
	return true;
}

static bool plain_field(struct csv *c, size_t column, struct str *out, struct err *e)
{
	const char *from = c->bytes.p + c->at, *end = c->bytes.p + c->bytes.n, *p = from;
	char delimiter = c->base.delimiter;
	while (p < end && *p != delimiter && *p != '\n' && *p != '\r')
		p++;
	*out = (struct str){ from, (size_t)(p - from) };
	c->at += out->n;
	return out->n <= SHEET_CELL_BYTES_MAX || field_too_long(c, column, e);
}

/* ---- one record ---- */

static void pass_line_end(struct csv *c)
{
	if (c->at < c->bytes.n && c->bytes.p[c->at] == '\r')
		c->at += c->at + 1 < c->bytes.n && c->bytes.p[c->at + 1] == '\n' ? 2 : 1;
	else if (c->at < c->bytes.n)
		c->at++;
}

/* Text that is UTF-8 and holds no NUL. */
static bool check_text(struct csv *c, struct str raw, struct err *e)
{
	size_t bad_at;
	if (!utf8_valid(raw, &bad_at))
		return sheet_bad_encoding(c->bytes, (size_t)(raw.p - c->bytes.p) + bad_at,
					  c->record, e);
	if (raw.n && memchr(raw.p, '\0', raw.n))
		return err_set(e, ERR_INPUT,
			       "fila %llu: hay un byte nulo; no es un CSV de texto (row %llu: a "
			       "null byte; this is no CSV text)",
			       (unsigned long long)c->record, (unsigned long long)c->record);
	return true;
}

static bool one_record(struct csv *c, size_t *ret_n, bool *ret_blank, struct err *e)
{
	size_t from = c->at, n = 0;
	bool blank = true;
	arena_rewind(&c->base.own, c->clean);
	c->record++;
	for (;;) {
		struct str cell;
		if (n == SHEET_COLUMNS_MAX)
			return err_set(e, ERR_LIMIT,
				       "fila %llu: más de %d columnas (row %llu: more than %d "
				       "columns)",
				       (unsigned long long)c->record, SHEET_COLUMNS_MAX,
				       (unsigned long long)c->record, SHEET_COLUMNS_MAX);
		bool quoted = c->at < c->bytes.n && c->bytes.p[c->at] == '"';
		if (!(quoted ? quoted_field : plain_field)(c, n, &cell, e))
			return false;
		c->cell[n++] = cell;
		blank = blank && !str_trim(cell).n;
		if (line_end_at(c, c->at))
			break;
		c->at++; /* the delimiter */
	}
	if (!check_text(c, str_sub(c->bytes, from, c->at - from), e))
		return false;
	pass_line_end(c);
	*ret_n = n;
	*ret_blank = blank;
	return true;
}

static bool csv_next(struct sheet_source *s, struct sheet_row *out, bool *ret_end, struct err *e)
{
	struct csv *c = (struct csv *)s;
	while (c->at < c->bytes.n) {
		size_t n = 0;
		bool blank = true;
		if (c->record >= SHEET_ROWS_MAX)
			return err_set(e, ERR_LIMIT, "más de %llu filas (more than %llu rows)",
				       SHEET_ROWS_MAX, SHEET_ROWS_MAX);
		if (!one_record(c, &n, &blank, e))
			return false;
		if (blank)
			continue;
		*out = (struct sheet_row){ .number = c->record, .cell = c->cell, .n = n };
		*ret_end = false;
		return true;
	}
	*ret_end = true;
	return true;
}

bool csv_open(struct arena *a, struct str bytes, struct sheet_source **out, struct err *e)
{
	struct csv *c = NEW(a, 1, struct csv);
	(void)e;
	if (str_starts(bytes, "\xef\xbb\xbf"))
		bytes = str_sub(bytes, 3, bytes.n);
	c->base.next = csv_next;
	c->bytes = bytes;
	c->cell = NEW(a, SHEET_COLUMNS_MAX, struct str);
	arena_init(&c->base.own, 256u << 20);
	c->clean = arena_mark(&c->base.own);
	struct str line = first_line(bytes);
	if (told_delimiter(line, &c->base.delimiter)) {
		c->at = (size_t)(line.p - bytes.p) + line.n;
		pass_line_end(c);
		c->record = 1;
	} else {
		c->base.delimiter = most_frequent_delimiter(line);
	}
	*out = &c->base;
	return true;
}
