/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One way of writing an instrument, whatever the files it came in looked like.
 *
 *	ssme-instrument 1
 *	[cluster.survey] 1234
 *	type,name,label::es,...          1234 bytes of CSV
 *	[cluster.choices] ...
 *
 * Columns stand in the order of heads.c: translations behind their column by language, then those
 * passed through and a list's own by name.  Known columns and sheets without a value are left out.
 * Rows keep their order, for it means something nearly everywhere.  Ends of lines are LF. */
#include <stdlib.h>

#include "instrument/load.h"

struct ordered_column {
	struct str head;
	size_t rank; /* of its base name in heads.c; SIZE_MAX: not known there */
	size_t column; /* in the grid */
};

static size_t rank_of(enum slot slot, struct str head)
{
	bool translated;
	const char *name;
	for (size_t i = 0; (name = head_known(slot, i, &translated)); i++) {
		struct str base = str_of(name);
		if (str_eq(head, base))
			return i;
		if (translated && str_starts(head, name) &&
		    str_starts(str_sub(head, base.n, head.n), "::"))
			return i;
	}
	return SIZE_MAX;
}

static int by_rank(const void *a, const void *b)
{
	const struct ordered_column *x = a, *y = b;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return str_cmp(x->head, y->head);
}

static bool column_is_empty(const struct grid *g, size_t column)
{
	for (size_t row = 0; row < g->sheet.n_rows; row++)
		if (g->sheet.cell[row * g->sheet.n_columns + column].n)
			return false;
	return true;
}

static size_t order_columns(struct arena *a, enum slot slot, const struct grid *g,
			    struct ordered_column **out)
{
	struct ordered_column *c = NEW(a, g->sheet.n_columns, struct ordered_column);
	size_t n = 0;
	for (size_t i = 0; i < g->sheet.n_columns; i++) {
		size_t rank = rank_of(slot, g->head[i]);
		if (!g->head[i].n || (rank != SIZE_MAX && column_is_empty(g, i)))
			continue;
		c[n++] = (struct ordered_column){ g->head[i], rank, i };
	}
	qsort(c, n, sizeof(*c), by_rank);
	*out = c;
	return n;
}

/* Not esc_csv(): that one guards against spreadsheets that run what they read, and would change
 * the text. */
static void put_cell(struct buf *b, struct str s)
{
	bool quoted = !s.n;
	for (size_t i = 0; i < s.n; i++)
		quoted |= s.p[i] == ',' || s.p[i] == ';' || s.p[i] == '\t' || s.p[i] == '"' ||
			  s.p[i] == '\n' || s.p[i] == '\r';
	quoted = quoted && s.n;
	if (quoted)
		buf_putc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		if (s.p[i] == '"')
			buf_putc(b, '"');
		buf_putc(b, s.p[i] == '\r' ? '\n' : s.p[i]);
	}
	if (quoted)
		buf_putc(b, '"');
}

static void put_sheet(struct arena *a, struct buf *b, enum slot slot, const struct grid *g)
{
	struct ordered_column *c;
	size_t n = order_columns(a, slot, g, &c);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_putc(b, ',');
		put_cell(b, c[i].head);
	}
	buf_putc(b, '\n');
	for (size_t row = 0; row < g->sheet.n_rows; row++) {
		bool any = false;
		for (size_t i = 0; i < n; i++)
			any |= g->sheet.cell[row * g->sheet.n_columns + c[i].column].n > 0;
		for (size_t i = 0; any && i < n; i++) {
			if (i)
				buf_putc(b, ',');
			put_cell(b, g->sheet.cell[row * g->sheet.n_columns + c[i].column]);
		}
		if (any)
			buf_putc(b, '\n');
	}
}

void raw_canonical(struct arena *a, struct buf *b, const struct raw *raw)
{
	buf_puts(b, "ssme-instrument 1\n");
	for (size_t i = 0; i < SLOT_N; i++) {
		const struct grid *g = &raw->grid[i];
		struct buf sheet;
		if (!grid_rows(g))
			continue;
		buf_init(&sheet, a, b->limit);
		put_sheet(a, &sheet, (enum slot)i, g);
		buf_fmt(b, "[%s] ", slot_name((enum slot)i, raw->plain));
		num_put_int(b, (int64_t)sheet.n);
		buf_putc(b, '\n');
		buf_put(b, buf_str(&sheet));
		b->over |= sheet.over;
	}
}

void instrument_canonical(struct buf *b, const struct instrument_file *file, size_t n)
{
	ARENA_SCOPE(a, (size_t)1 << 30);
	struct problems ignored;
	struct raw raw;
	struct err e = { 0 };
	problems_init(&ignored, &a, LANG_ES);
	if (raw_load(&a, file, n, &ignored, &raw, &e))
		raw_canonical(&a, b, &raw);
}
