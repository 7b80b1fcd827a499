/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "codec/sheet.h"

#include <string.h>

#include "codec/sheet_source.h"

/* ---- what the bytes are ---- */

/* A byte that is a letter or sign in Windows-1252 and a control in Latin-1. */
static bool looks_windows_1252(struct str bytes)
{
	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i];
		if (c >= 0x80 && c <= 0x9f)
			return true;
	}
	return false;
}

bool sheet_bad_encoding(struct str bytes, size_t bad_at, uint64_t row, struct err *e)
{
	struct str near = str_sub(bytes, bad_at, 4096);
	const char *guess = looks_windows_1252(near) ? "Windows-1252" : "Latin-1 (Windows-1252)";
	return err_set(e, ERR_INPUT,
		       "fila %llu: el texto no está en UTF-8 (byte 0x%02X); parece %s: en Excel "
		       "guarde como «CSV UTF-8» (row %llu: the text is not UTF-8; it looks like "
		       "%s: in Excel "
		       "save as \"CSV UTF-8\")",
		       (unsigned long long)row, (unsigned)(unsigned char)bytes.p[bad_at], guess,
		       (unsigned long long)row, guess);
}

static bool looks_utf_16(struct str bytes)
{
	if (str_starts(bytes, "\xff\xfe") || str_starts(bytes, "\xfe\xff"))
		return true;
	size_t zero = 0, n = bytes.n < 512 ? bytes.n : 512;
	for (size_t i = 0; i < n; i++)
		zero += bytes.p[i] == '\0';
	return n >= 4 && zero * 3 > n;
}

/* Old .xls and password-protected workbooks share the outer container. */
static bool refuse_ole(struct str bytes, struct err *e)
{
	static const char package[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
	if (memmem(bytes.p, bytes.n, package, sizeof(package) - 1))
		return err_set(
			e, ERR_INPUT,
			"el libro está protegido con contraseña; quítela (Archivo, "
			"Información, Proteger libro) y guárdelo de nuevo (the workbook has a "
			"password; take it off and save again)");
	return err_set(e, ERR_INPUT,
		       "es un .xls antiguo; guárdelo como «Libro de Excel (.xlsx)» o «CSV UTF-8» "
		       "(an old .xls; save it as .xlsx or \"CSV UTF-8\")");
}

bool sheet_kind_of(struct str bytes, enum sheet_kind *out, struct err *e)
{
	static const char ods[] = "mimetypeapplication/vnd.oasis.opendocument";
	if (!bytes.n || !str_trim(str_sub(bytes, 0, 4096)).n ||
	    (bytes.n == 3 && str_starts(bytes, "\xef\xbb\xbf")))
		return err_set(e, ERR_INPUT, "el archivo está vacío (the file is empty)");
	if (sheet_is_pack(bytes)) {
		*out = SHEET_PACK;
		return true;
	}
	if (str_starts(bytes, "\xd0\xcf\x11\xe0"))
		return refuse_ole(bytes, e);
	if (str_starts(bytes, "%PDF"))
		return err_set(e, ERR_INPUT,
			       "es un PDF; hace falta la hoja de cálculo, .xlsx o CSV UTF-8 (a "
			       "PDF; the spreadsheet is needed, .xlsx or CSV UTF-8)");
	if (str_starts(bytes, "PK\x03\x04") || str_starts(bytes, "PK\x05\x06")) {
		if (str_starts(str_sub(bytes, 30, bytes.n), ods))
			return err_set(e, ERR_INPUT,
				       "es un .ods; guárdelo como .xlsx o como CSV UTF-8 (an .ods; "
				       "save it as .xlsx or as CSV UTF-8)");
		*out = SHEET_XLSX;
		return true;
	}
	if (looks_utf_16(bytes))
		return err_set(
			e, ERR_INPUT,
			"el texto está en UTF-16 («Texto Unicode»); en Excel guarde como "
			"«CSV UTF-8» (the text is UTF-16, \"Unicode text\"; in Excel save as \"CSV "
			"UTF-8\")");
	*out = SHEET_CSV;
	return true;
}

/* ---- sources ---- */

bool sheet_names(struct arena *a, struct str bytes, struct str **ret_names, size_t *ret_n,
		 struct err *e)
{
	enum sheet_kind kind;
	if (!sheet_kind_of(bytes, &kind, e))
		return false;
	if (kind == SHEET_XLSX)
		return xlsx_names(a, bytes, ret_names, ret_n, e);
	if (kind == SHEET_PACK)
		return pack_names(a, bytes, ret_names, ret_n, e);
	*ret_names = NEW(a, 1, struct str);
	(*ret_names)[0] = STR("");
	*ret_n = 1;
	return true;
}

bool sheet_start(struct arena *a, struct str bytes, struct str name, struct sheet_source **out,
		struct err *e)
{
	enum sheet_kind kind;
	if (!sheet_kind_of(bytes, &kind, e))
		return false;
	if (kind == SHEET_XLSX)
		return xlsx_open(a, bytes, name, out, e);
	if (kind == SHEET_PACK)
		return pack_open(a, bytes, name, out, e);
	if (name.n)
		return err_set(e, ERR_ABSENT,
			       "un CSV no tiene hojas: no hay «%.*s» (a CSV has no sheets: no "
			       "\"%.*s\")",
			       STR_ARG(str_sub(name, 0, SHEET_NAME_BYTES_MAX)),
			       STR_ARG(str_sub(name, 0, SHEET_NAME_BYTES_MAX)));
	return csv_open(a, bytes, out, e);
}

void sheet_close(struct sheet_source *s)
{
	if (s->close)
		s->close(s);
	arena_drop(&s->own);
}

char sheet_delimiter(const struct sheet_source *s)
{
	return s->delimiter;
}

bool sheet_next(struct sheet_source *s, struct sheet_row *out, bool *ret_end, struct err *e)
{
	return s->next(s, out, ret_end, e);
}

/* ---- a small sheet whole ---- */

enum { CELLS_MAX = 20000000 };

struct kept_row {
	uint64_t number;
	struct str *cell; /* trimmed; the last one is not empty */
	size_t n;
};

static struct kept_row keep_row(struct arena *a, const struct sheet_row *row)
{
	struct kept_row k = { .number = row->number, .n = row->n };
	while (k.n && !str_trim(row->cell[k.n - 1]).n)
		k.n--;
	k.cell = NEW(a, k.n, struct str);
	for (size_t i = 0; i < k.n; i++)
		k.cell[i] = str_dup(a, str_trim(row->cell[i]));
	return k;
}

static bool read_rows(struct arena *a, struct sheet_source *s, size_t rows_max,
		      struct kept_row **ret_rows, size_t *ret_n, struct err *e)
{
	struct kept_row *row = NULL;
	size_t n = 0, cap = 0;
	for (;;) {
		struct sheet_row r;
		bool end;
		if (!sheet_next(s, &r, &end, e))
			return false;
		if (end)
			break;
		if (n > rows_max)
			return err_set(e, ERR_LIMIT,
				       "la hoja tiene más de %zu filas (the sheet has more than "
				       "%zu rows)",
				       rows_max, rows_max);
		if (n == cap) {
			row = arena_grow(a, row, cap, cap ? cap * 2 : 64, sizeof(*row));
			cap = cap ? cap * 2 : 64;
		}
		row[n++] = keep_row(a, &r);
	}
	*ret_rows = row;
	*ret_n = n;
	return true;
}

static bool lay_out(struct arena *a, const struct kept_row *row, size_t n, struct sheet *out,
		    struct err *e)
{
	size_t n_columns = 0;
	for (size_t i = 0; i < n; i++)
		n_columns = row[i].n > n_columns ? row[i].n : n_columns;
	if (n_columns && n > CELLS_MAX / n_columns)
		return err_set(
			e, ERR_LIMIT,
			"la hoja tiene más de %d celdas; borre las columnas sobrantes (the "
			"sheet has more than %d cells; delete the columns that are not needed)",
			CELLS_MAX, CELLS_MAX);
	out->n_columns = n_columns;
	out->n_rows = n ? n - 1 : 0;
	out->head = NEW(a, n_columns, struct str);
	out->cell = NEW(a, out->n_rows * n_columns, struct str);
	out->number = NEW(a, out->n_rows, uint64_t);
	for (size_t i = 0; i < n; i++) {
		struct str *to = i ? out->cell + (i - 1) * n_columns : out->head;
		for (size_t c = 0; c < n_columns; c++)
			to[c] = c < row[i].n ? row[i].cell[c] : STR("");
		if (i)
			out->number[i - 1] = row[i].number;
	}
	return true;
}

bool sheet_load(struct arena *a, struct str bytes, struct str name, size_t rows_max,
		struct sheet *out, struct err *e)
{
	SHEET_SCOPE struct sheet_source *s = NULL;
	struct kept_row *row = NULL;
	size_t n = 0;
	if (!sheet_start(a, bytes, name, &s, e) || !read_rows(a, s, rows_max, &row, &n, e))
		return false;
	struct sheet sheet = { .file = STR(""), .name = str_dup(a, name) };
	if (!lay_out(a, row, n, &sheet, e))
		return false;
	*out = sheet;
	return true;
}

static bool equal_ignoring_case(struct str a, const char *b)
{
	if (a.n != strlen(b))
		return false;
	for (size_t i = 0; i < a.n; i++) {
		char x = a.p[i], y = b[i];
		if ((x >= 'A' && x <= 'Z' ? x + 32 : x) != (y >= 'A' && y <= 'Z' ? y + 32 : y))
			return false;
	}
	return true;
}

int sheet_column(const struct sheet *s, const char *head)
{
	for (size_t i = 0; i < s->n_columns; i++)
		if (str_is(s->head[i], head))
			return (int)i;
	for (size_t i = 0; i < s->n_columns; i++)
		if (equal_ignoring_case(s->head[i], head))
			return (int)i;
	return -1;
}

struct str sheet_cell(const struct sheet *s, size_t row, int column)
{
	if (column < 0 || (size_t)column >= s->n_columns || row >= s->n_rows)
		return STR("");
	return s->cell[row * s->n_columns + (size_t)column];
}

struct str sheet_cell_name(struct arena *a, size_t column, uint64_t row)
{
	char letters[16];
	size_t n = sizeof(letters);
	for (size_t c = column + 1; c; c = (c - 1) / 26)
		letters[--n] = (char)('A' + (c - 1) % 26);
	return str_fmt(a, "%.*s%llu", (int)(sizeof(letters) - n), letters + n,
		       (unsigned long long)row);
}
