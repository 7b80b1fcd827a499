/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec/csv_patient.h"

#include "codec/csv_cell.h"
#include "codec/sheet.h"

/* The cells of one wanted column. */
struct cells {
	struct str *cell;
	size_t n, cap;
};

static bool read_cells(struct arena *a, const struct csv_wish *wish, struct sheet_source *s,
		       struct cells *cells, size_t *ret_n_rows, struct err *e)
{
	struct sheet_row row;
	bool end;

	if (!sheet_next(s, &row, &end, e)) /* the header */
		return false;
	for (size_t n = 0;; n++) {
		if (!sheet_next(s, &row, &end, e))
			return false;
		*ret_n_rows = n;
		if (end)
			return true;
		if (row.n != wish->n_columns)
			return err_set(
				e, ERR_INPUT,
				"fila %llu: tiene %zu celdas y el encabezado %u (row %llu: %zu "
				"cells, the header has %u)",
				(unsigned long long)row.number, row.n, wish->n_columns,
				(unsigned long long)row.number, row.n, wish->n_columns);
		for (size_t k = 0; k < wish->n; k++) {
			struct cells *c = &cells[k];

			if (c->n == c->cap) {
				size_t cap = c->cap ? c->cap * 2 : 256;

				c->cell = arena_grow(a, c->cell, c->n, cap, sizeof(*c->cell));
				c->cap = cap;
			}
			c->cell[c->n++] = str_dup(a, row.cell[wish->position[k]]);
		}
	}
}

static enum column_type type_of_cells(const struct cells *c)
{
	enum column_type type = COLUMN_INTEGER;

	for (size_t i = 0; i < c->n; i++) {
		enum missing missing;
		int64_t integer;
		double real;
		enum csv_class class =
			csv_classify(csv_blanks_off(c->cell[i]), &missing, &integer, &real);

		if (class == CLASS_TEXT)
			return COLUMN_TEXT;
		if (class == CLASS_REAL)
			type = COLUMN_REAL;
	}
	return type;
}

static const struct column *column_of_cells(struct arena *a, struct str name, const struct cells *c)
{
	enum column_type type = type_of_cells(c);
	struct column_builder *b = column_build(a, name, type, NULL);

	for (size_t i = 0; i < c->n; i++) {
		enum missing missing;
		int64_t integer;
		double real;
		enum csv_class class =
			csv_classify(csv_blanks_off(c->cell[i]), &missing, &integer, &real);

		if (class == CLASS_MISSING)
			column_add_missing(b, missing);
		else if (type == COLUMN_TEXT)
			column_add_text(b, c->cell[i]);
		else if (class == CLASS_REAL)
			column_add_real(b, real);
		else
			column_add_integer(b, integer);
	}
	return column_done(b);
}

bool csv_read_patiently(struct arena *a, struct str bytes, const struct csv_wish *wish,
			const struct frame **out, struct err *e)
{
	ARENA_SCOPE(room, (size_t)1 << 40);
	SHEET_SCOPE struct sheet_source *s = NULL;
	struct cells *cells = NEW(&room, wish->n, struct cells);
	const struct column **column = NEW(a, wish->n, const struct column *);

	size_t n_rows = 0;

	if (!sheet_start(&room, bytes, STR(""), &s, e) ||
	    !read_cells(&room, wish, s, cells, &n_rows, e))
		return false;
	for (size_t k = 0; k < wish->n; k++)
		column[k] = column_of_cells(a, wish->name[k], &cells[k]);
	*out = frame_of(a, column, wish->n, n_rows);
	return true;
}
