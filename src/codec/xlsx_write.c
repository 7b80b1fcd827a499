/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libxlsxwriter writes only to a named file, so it is given the name of a file in memory. */
#include "codec/xlsx_write.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/date.h"

enum { DECIMALS_N = 10, SHEETS_MAX = 1000, NAME_CHARACTERS_MAX = 31 };

struct formats {
	lxw_format *head, *strong, *wrapped;
	lxw_format *number[DECIMALS_N][2]; /* by decimals; [1]: bold */
};

struct xlsx_writer {
	struct arena *a;
	lxw_workbook *book;
	lxw_worksheet *sheet; /* the one being filled */
	struct formats format;
	struct xlsx_sheet_about about;
	lxw_row_t n_rows;
	lxw_row_t n_table; /* rows before the first empty one: what a filter is for */
	struct str name[SHEETS_MAX]; /* of the sheets so far */
	size_t n_sheets;
	int file;
};

/* The first n characters of s. */
static struct str characters(struct str s, size_t n)
{
	size_t at = 0;
	for (; n && at < s.n; n--)
		(void)utf8_next(s, &at);
	return str_sub(s, 0, at);
}

static bool failed(lxw_error code, struct err *e)
{
	return err_set(e, ERR_IO, "XLSX: %s", lxw_strerror(code));
}

/* Seconds of the day that the workbook carries. */
static time_t created(struct str date)
{
	struct date d = { 2000, 1, 1 };
	struct date given;
	if (date_parse(date, true, &given))
		d = given;
	return (time_t)date_days(d) * 86400;
}

static void describe(struct xlsx_writer *w, const struct xlsx_about *about)
{
	lxw_doc_properties p = {
		.title = str_c(w->a, about->title),
		.author = str_c(w->a, about->author),
		.comments = str_c(w->a, about->comments),
		.created = created(about->date),
	};
	workbook_set_properties(w->book, &p);
}

static lxw_format *format_make(lxw_workbook *book, bool strong)
{
	lxw_format *f = workbook_add_format(book);
	format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
	if (strong)
		format_set_bold(f);
	return f;
}

static void formats_make(struct xlsx_writer *w)
{
	struct formats *f = &w->format;
	f->head = format_make(w->book, true);
	format_set_bottom(f->head, LXW_BORDER_THIN);
	format_set_text_wrap(f->head);
	f->strong = format_make(w->book, true);
	f->wrapped = format_make(w->book, false);
	format_set_text_wrap(f->wrapped);
	static const char *const shown[DECIMALS_N] = {
		"#,##0",       "#,##0.0",      "#,##0.00",      "#,##0.000",      "#,##0.0000",
		"#,##0.00000", "#,##0.000000", "#,##0.0000000", "#,##0.00000000", "#,##0.000000000",
	};
	for (int i = 0; i < DECIMALS_N; i++)
		for (int strong = 0; strong < 2; strong++) {
			f->number[i][strong] = format_make(w->book, strong);
			format_set_num_format(f->number[i][strong], shown[i]);
		}
}

bool xlsx_writer_open(struct arena *a, const struct xlsx_about *about, struct xlsx_writer **out,
	       struct err *e)
{
	struct xlsx_writer *w = NEW(a, 1, struct xlsx_writer);
	w->a = a;
	w->file = memfd_create("workbook", MFD_CLOEXEC);
	if (w->file < 0)
		return err_set(e, ERR_IO, "XLSX: no file in memory: %s", strerror(errno));
	lxw_workbook_options options = { .constant_memory = 1, .use_zip64 = 1 };
	w->book = workbook_new_opt(str_fmt(a, "/proc/self/fd/%d", w->file).p, &options);
	if (!w->book) {
		close(w->file);
		return err_set(e, ERR_IO, "XLSX: the library cannot begin a workbook");
	}
	describe(w, about);
	formats_make(w);
	*out = w;
	return true;
}

static bool name_taken(const struct xlsx_writer *w, struct str name)
{
	for (size_t i = 0; i < w->n_sheets; i++)
		if (w->name[i].n == name.n && strncasecmp(w->name[i].p, name.p, name.n) == 0)
			return true;
	return false;
}

/* Spreadsheets refuse []:*?/\, an apostrophe at either end, an empty or a second equal name. */
static struct str name_make(struct xlsx_writer *w, struct str wanted)
{
	char *p = str_c(w->a, characters(str_trim(wanted), NAME_CHARACTERS_MAX));
	for (char *c = p; *c; c++)
		if (strchr("[]:*?/\\'", *c) || (unsigned char)*c < ' ')
			*c = ' ';
	const struct str base = str_trim(str_of(p));
	struct str name = base.n ? base : STR("-");
	for (unsigned i = 2; name_taken(w, name); i++) {
		const struct str tail = str_fmt(w->a, " (%u)", i);
		name = str_fmt(w->a, "%.*s%.*s",
			       STR_ARG(characters(base, NAME_CHARACTERS_MAX - tail.n)),
			       STR_ARG(tail));
	}
	return name;
}

/* A filter on the sheet that is complete now. */
static void sheet_end(struct xlsx_writer *w)
{
	if (w->sheet && w->about.head && w->n_table > 1 && w->about.n_columns)
		worksheet_autofilter(w->sheet, 0, 0, w->n_table - 1,
				     (lxw_col_t)(w->about.n_columns - 1));
}

bool xlsx_writer_sheet(struct xlsx_writer *w, const struct xlsx_sheet_about *s, struct err *e)
{
	if (s->n_columns > XLSX_WRITE_COLUMNS_MAX || w->n_sheets == SHEETS_MAX)
		return err_set(e, ERR_LIMIT, "XLSX: at most %d columns and %d sheets",
			       XLSX_WRITE_COLUMNS_MAX, SHEETS_MAX);
	sheet_end(w);
	const struct str name = name_make(w, s->name);
	w->sheet = workbook_add_worksheet(w->book, str_c(w->a, name));
	if (!w->sheet)
		return err_set(e, ERR_IO, "XLSX: sheet %.*s was refused", STR_ARG(name));
	w->name[w->n_sheets++] = name;
	w->about = *s;
	w->n_rows = w->n_table = 0;
	for (size_t c = 0; s->width && c < s->n_columns; c++)
		worksheet_set_column(w->sheet, (lxw_col_t)c, (lxw_col_t)c, s->width[c], NULL);
	if (s->head)
		worksheet_freeze_panes(w->sheet, 1, 0);
	return true;
}

static lxw_error cell_put(struct xlsx_writer *w, lxw_col_t column, const struct xlsx_cell *c)
{
	const struct formats *f = &w->format;
	const bool head = w->about.head && w->n_rows == 0;
	if (c->kind == XLSX_NUMBER && isfinite(c->number)) {
		lxw_format *format = c->strong ? f->strong : NULL;
		if (c->decimals >= 0)
			format = f->number[c->decimals < DECIMALS_N ? c->decimals : DECIMALS_N - 1]
					  [c->strong];
		return worksheet_write_number(w->sheet, w->n_rows, column, c->number,
					      head ? f->head : format);
	}
	if (c->kind != XLSX_TEXT || !c->text.n)
		return LXW_NO_ERROR;
	const struct str s = characters(c->text, XLSX_WRITE_CELL_CHARACTERS_MAX);
	return worksheet_write_string(w->sheet, w->n_rows, column, str_c(w->a, s),
				      head                 ? f->head
					      : c->strong  ? f->strong
					      : c->wrapped ? f->wrapped
							   : NULL);
}

bool xlsx_writer_row(struct xlsx_writer *w, const struct xlsx_cell *cell, size_t n, struct err *e)
{
	if (w->n_rows == XLSX_WRITE_ROWS_MAX || n > XLSX_WRITE_COLUMNS_MAX)
		return err_set(e, ERR_LIMIT, "XLSX: a sheet has at most %d rows and %d columns",
			       XLSX_WRITE_ROWS_MAX, XLSX_WRITE_COLUMNS_MAX);
	const struct arena_mark mark = arena_mark(w->a); /* the library copies each text */
	lxw_error code = LXW_NO_ERROR;
	for (size_t c = 0; c < n && code == LXW_NO_ERROR; c++)
		code = cell_put(w, (lxw_col_t)c, &cell[c]);
	arena_rewind(w->a, mark);
	if (n && w->n_table == w->n_rows)
		w->n_table++;
	w->n_rows++;
	return code == LXW_NO_ERROR || failed(code, e);
}

/* Appends what the library wrote to the file in memory. */
static bool collect(int file, struct buf *out, struct err *e)
{
	const off_t n = lseek(file, 0, SEEK_END);
	if (n <= 0)
		return err_set(e, ERR_IO, "XLSX: the library wrote nothing");
	void *p = mmap(NULL, (size_t)n, PROT_READ, MAP_SHARED, file, 0);
	if (p == MAP_FAILED)
		return err_set(e, ERR_IO, "XLSX: %s", strerror(errno));
	buf_put(out, (struct str){ p, (size_t)n });
	munmap(p, (size_t)n);
	if (out->over)
		return err_set(e, ERR_LIMIT, "the workbook is over %zu bytes", out->limit);
	return true;
}

bool xlsx_writer_close(struct xlsx_writer *w, struct buf *out, struct err *e)
{
	sheet_end(w);
	const lxw_error code = workbook_close(w->book);
	bool good = true;
	if (out)
		good = code == LXW_NO_ERROR ? collect(w->file, out, e) : failed(code, e);
	close(w->file);
	return good;
}

double xlsx_width(size_t n_characters)
{
	return n_characters < 5 ? 6 : n_characters > 58 ? 60 : (double)n_characters + 2;
}
