/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sheets.h"

#include <string.h>

#include "base/num.h"
#include "codec/xlsx_write.h"
#include "os/file.h"

enum { WORKBOOK_BYTES_MAX = 1 << 30 };

/* ---- workbooks ---- */

/* Texts in a grid, the first row being its head. */
struct grid {
	struct str name;
	const struct str *head, *cell;
	const bool *is_number; /* or NULL: all text */
	size_t n_rows, n_columns;
};

static struct xlsx_cell cell_of(struct str text, bool is_number)
{
	struct xlsx_cell c = { .kind = text.n ? XLSX_TEXT : XLSX_EMPTY,
			       .text = text,
			       .decimals = -1 };
	if (is_number && num_real(text, &c.number))
		c.kind = XLSX_NUMBER;
	return c;
}

static bool put_grid(struct xlsx_writer *w, struct arena *a, const struct grid *g, struct err *e)
{
	const struct xlsx_sheet_about about = { .name = g->name,
						.n_columns = g->n_columns,
						.head = true };
	struct xlsx_cell *row = NEW(a, g->n_columns, struct xlsx_cell);
	for (size_t c = 0; c < g->n_columns; c++)
		row[c] = cell_of(g->head[c], false);
	if (!xlsx_writer_sheet(w, &about, e) || !xlsx_writer_row(w, row, g->n_columns, e))
		return false;
	for (size_t r = 0; r < g->n_rows; r++) {
		for (size_t c = 0; c < g->n_columns; c++)
			row[c] = cell_of(g->cell[r * g->n_columns + c],
					 g->is_number && g->is_number[c]);
		if (!xlsx_writer_row(w, row, g->n_columns, e))
			return false;
	}
	return true;
}

static bool put_grids(struct arena *a, const struct grid *grid, size_t n,
		      const struct xlsx_about *about, struct buf *out, struct err *e)
{
	struct xlsx_writer *w;
	bool good = true;
	if (!xlsx_writer_open(a, about, &w, e))
		return false;
	for (size_t i = 0; i < n && good; i++)
		good = put_grid(w, a, &grid[i], e);
	return xlsx_writer_close(w, good ? out : NULL, e) && good;
}

bool sheets_workbook(struct arena *a, const struct print_table *table, const char *const *name,
		     size_t n, struct str title, struct str date, struct buf *out, struct err *e)
{
	struct grid *grid = NEW(a, n, struct grid);
	for (size_t i = 0; i < n; i++) {
		struct str *head = NEW(a, table[i].n_columns, struct str);
		for (size_t c = 0; c < table[i].n_columns; c++)
			head[c] = str_of(table[i].head[c]);
		grid[i] = (struct grid){ .name = str_of(name[i]),
					 .head = head,
					 .cell = table[i].cell,
					 .is_number = table[i].is_number,
					 .n_rows = table[i].n_rows,
					 .n_columns = table[i].n_columns };
	}
	const struct xlsx_about about = { .title = title, .date = date };
	return put_grids(a, grid, n, &about, out, e);
}

/* ---- an instrument's sheets ---- */

static bool deliver_workbook(struct call *c, const struct instrument_sheet *sheet, size_t n,
			     struct err *e)
{
	struct grid *grid = NEW(c->a, n, struct grid);
	const struct xlsx_about about = { 0 };
	struct buf out;
	for (size_t i = 0; i < n; i++)
		grid[i] = (struct grid){ .name = sheet[i].name,
					 .head = sheet[i].cell,
					 .cell = sheet[i].cell + sheet[i].n_columns,
					 .n_rows = sheet[i].n_rows ? sheet[i].n_rows - 1 : 0,
					 .n_columns = sheet[i].n_columns };
	buf_init(&out, c->a, WORKBOOK_BYTES_MAX);
	return put_grids(c->a, grid, n, &about, &out, e) && call_deliver(c, buf_str(&out), e);
}

/* Cells as they are: a form's formulas begin with signs that a table of results would have guarded.
 */
static void put_csv_cell(struct buf *b, struct str s)
{
	bool quote = false;
	for (size_t i = 0; i < s.n; i++)
		quote |= s.p[i] == '"' || s.p[i] == ',' || s.p[i] == '\n' || s.p[i] == '\r';
	if (!quote) {
		buf_put(b, s);
		return;
	}
	buf_putc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_putc(b, '"');
		buf_putc(b, s.p[i]);
	}
	buf_putc(b, '"');
}

static struct str sheet_csv(struct arena *a, const struct instrument_sheet *s)
{
	struct buf b;
	buf_init(&b, a, WORKBOOK_BYTES_MAX);
	for (size_t i = 0; i < s->n_rows * s->n_columns; i++) {
		put_csv_cell(&b, s->cell[i]);
		buf_puts(&b, (i + 1) % s->n_columns ? "," : "\r\n");
	}
	return buf_str(&b);
}

/* FOLDER/a/b.csv for the sheet a.b */
static bool write_sheet(struct call *c, const char *folder, const struct instrument_sheet *s,
			struct err *e)
{
	struct str rest = s->name, first = str_cut(&rest, '.');
	struct str into =
		rest.p ? str_fmt(c->a, "%s/%.*s", folder, STR_ARG(first)) : str_of(folder);
	struct str file =
		str_fmt(c->a, "%.*s/%.*s.csv", STR_ARG(into), STR_ARG(rest.p ? rest : first));
	return folder_make(str_c(c->a, into), e) &&
		file_write(str_c(c->a, file), sheet_csv(c->a, s), e);
}

bool sheets_deliver(struct call *c, const struct instrument_sheet *sheet, size_t n, struct err *e)
{
	struct str path = call_text(c, "-o");
	/* over the web there is no path: a workbook is the answer */
	if (!path.n || str_ends(path, ".xlsx") || str_is(path, "-"))
		return deliver_workbook(c, sheet, n, e);
	for (size_t i = 0; i < n; i++) {
		if (!write_sheet(c, str_c(c->a, path), &sheet[i], e))
			return false;
	}
	return true;
}
