/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document as a workbook: what it is and what it holds; each figure with all that vouches for
 * it; the table of each chart, and each table. */
#include "base/num.h"
#include "codec/xlsx_write.h"
#include "render/render.h"
#include "render/words.h"

/* A table of the document with the sheet it goes to. */
struct part {
	struct str sheet, title, note;
	const struct table *table;
};

struct book {
	const struct document *d;
	const struct words *w;
	struct arena *a;
	struct xlsx_writer *out;
	struct part *part;
	size_t n_parts;
};

static struct xlsx_cell text_cell(struct str s)
{
	return (struct xlsx_cell){ .kind = XLSX_TEXT, .text = s };
}

static struct xlsx_cell strong_cell(struct str s)
{
	return (struct xlsx_cell){ .kind = XLSX_TEXT, .text = s, .strong = true };
}

static struct xlsx_cell wrapped_cell(struct str s)
{
	return (struct xlsx_cell){ .kind = XLSX_TEXT, .text = s, .wrapped = true };
}

static struct xlsx_cell number_cell(double v, int decimals, bool known)
{
	return (struct xlsx_cell){ .kind = known ? XLSX_NUMBER : XLSX_EMPTY,
				   .number = v,
				   .decimals = decimals };
}

/* ---- what goes where ---- */

/* Cards as a table: what, detail, gain. */
static const struct table *table_of_cards(struct book *b, const struct block *k)
{
	struct table *t = NEW(b->a, 1, struct table);
	*t = (struct table){ .n_columns = 3,
			     .n_rows = k->n,
			     .head = NEW(b->a, 3, struct str),
			     .is_number = NEW(b->a, 3, bool),
			     .cell = NEW(b->a, 3 * k->n, struct str) };
	t->head[0] = str_of(b->w->what);
	t->head[1] = str_of(b->w->detail);
	t->head[2] = str_of(b->w->value);
	for (size_t i = 0; i < k->n; i++) {
		t->cell[3 * i] = k->tile[i].label;
		t->cell[3 * i + 1] = k->tile[i].detail;
		t->cell[3 * i + 2] = k->tile[i].text;
	}
	return t;
}

static void find_parts(struct book *b)
{
	const struct document *d = b->d;
	size_t most = 0;
	unsigned n_charts = 0, n_tables = 0, n_cards = 0;
	for (size_t s = 0; s < d->n_sections; s++)
		most += d->section[s].n;
	b->part = NEW(b->a, most, struct part);
	for (size_t s = 0; s < d->n_sections; s++)
		for (size_t i = 0; i < d->section[s].n; i++) {
			const struct block *k = &d->section[s].block[i];
			if (k->kind == BLOCK_CHART && k->chart->table.n_columns)
				b->part[b->n_parts++] =
					(struct part){ .sheet = str_fmt(b->a, "%s %u", b->w->chart,
									++n_charts),
						       .title = k->chart->title,
						       .note = k->chart->source,
						       .table = &k->chart->table };
			else if (k->kind == BLOCK_TABLE && k->table->n_columns)
				b->part[b->n_parts++] =
					(struct part){ .sheet = str_fmt(b->a, "%s %u", b->w->table,
									++n_tables),
						       .title = k->text,
						       .table = k->table };
			else if (k->kind == BLOCK_CARDS && k->n)
				b->part[b->n_parts++] =
					(struct part){ .sheet = str_fmt(b->a, "%s %u", b->w->cards,
									++n_cards),
						       .title = d->section[s].title,
						       .note = k->text,
						       .table = table_of_cards(b, k) };
		}
}

/* ---- contents ---- */

static bool pair(struct book *b, const char *name, struct str value, struct err *e)
{
	if (!value.n)
		return true;
	const struct xlsx_cell row[] = { strong_cell(str_of(name)), wrapped_cell(value) };
	return xlsx_writer_row(b->out, row, 2, e);
}

static bool put_contents(struct book *b, struct err *e)
{
	static const double width[] = { 18, 90 };
	const struct document *d = b->d;
	const struct words *w = b->w;
	const struct xlsx_sheet_about about = { .name = str_of(w->contents),
						.width = width,
						.n_columns = 2 };
	const struct xlsx_cell title[] = { strong_cell(d->kicker), strong_cell(d->title) };
	const struct xlsx_cell head[] = { strong_cell(str_of(w->sheet)),
					  strong_cell(str_of(w->what)) };
	if (!xlsx_writer_sheet(b->out, &about, e) || !xlsx_writer_row(b->out, title, 2, e) ||
	    !pair(b, "", d->subtitle, e) || !pair(b, w->notice, d->notice, e) ||
	    !pair(b, w->round, d->round, e) || !pair(b, w->date, d->date, e) ||
	    !pair(b, w->method, d->method, e) || !pair(b, "SHA-256", d->method_sha256, e) ||
	    !pair(b, w->data, d->data_sha256, e) || !pair(b, w->made_by, d->program, e) ||
	    !pair(b, "",
		  d->mark.n ? str_fmt(b->a, DOCUMENT_MARK "%.*s", STR_ARG(d->mark)) : d->mark, e) ||
	    !xlsx_writer_row(b->out, NULL, 0, e) || !xlsx_writer_row(b->out, head, 2, e))
		return false;
	if (d->n_figures) {
		const struct xlsx_cell row[] = { text_cell(str_of(w->figures_sheet)),
						 text_cell(str_of(w->figures)) };
		if (!xlsx_writer_row(b->out, row, 2, e))
			return false;
	}
	for (size_t i = 0; i < b->n_parts; i++) {
		const struct xlsx_cell row[] = { text_cell(b->part[i].sheet),
						 wrapped_cell(b->part[i].title) };
		if (!xlsx_writer_row(b->out, row, 2, e))
			return false;
	}
	return true;
}

/* ---- figures ---- */

enum { FIGURE_COLUMNS = 24 };

static bool put_figure(struct book *b, const struct figure_row *f, struct err *e)
{
	const int shown = f->decimals < 0 ? -1 : f->decimals;
	const struct xlsx_cell row[FIGURE_COLUMNS] = {
		strong_cell(f->id),
		wrapped_cell(f->label),
		text_cell(f->text),
		number_cell(f->value, shown, f->has_value),
		text_cell(f->unit),
		wrapped_cell(f->list),
		number_cell(f->numerator, -1, f->has_fraction),
		number_cell(f->denominator, -1, f->has_fraction),
		number_cell((double)f->n, 0, true),
		number_cell((double)f->n_nr, 0, true),
		number_cell((double)f->n_nd, 0, true),
		number_cell((double)f->n_na, 0, true),
		number_cell(f->low, 2, f->has_interval),
		number_cell(f->high, 2, f->has_interval),
		text_cell(f->status),
		wrapped_cell(f->formula),
		wrapped_cell(f->universe),
		text_cell(f->form),
		wrapped_cell(f->note),
		text_cell(f->printed),
		wrapped_cell(f->difference),
		number_cell(f->lower, 2, f->has_bounds),
		number_cell(f->upper, 2, f->has_bounds),
		wrapped_cell(f->warning),
	};
	return xlsx_writer_row(b->out, row, FIGURE_COLUMNS, e);
}

static bool put_figures(struct book *b, struct err *e)
{
	static const double width[FIGURE_COLUMNS] = { 8, 56, 18, 16, 10, 40, 12, 12, 9,  9, 9,
						      9, 10, 10, 8,  48, 32, 11, 40, 16, 24,
						      14, 14, 40 };
	const struct words *w = b->w;
	const char *const name[FIGURE_COLUMNS] = {
		w->figure,     w->what,       w->value,        w->number,
		w->unit,       w->list,       w->fraction_top, w->fraction_bottom,
		w->n,          w->missing_nr, w->missing_nd,   w->missing_na,
		w->low,        w->high,       w->status,       w->formula,
		w->universe,   w->form,       w->note,         w->printed,
		w->difference, w->bound_low,  w->bound_high,   w->warning,
	};
	const struct xlsx_sheet_about about = { .name = str_of(w->figures_sheet),
						.width = width,
						.n_columns = FIGURE_COLUMNS,
						.head = true };
	struct xlsx_cell head[FIGURE_COLUMNS];
	for (size_t c = 0; c < FIGURE_COLUMNS; c++)
		head[c] = strong_cell(str_of(name[c]));
	if (!xlsx_writer_sheet(b->out, &about, e) ||
	    !xlsx_writer_row(b->out, head, FIGURE_COLUMNS, e))
		return false;
	for (size_t i = 0; i < b->d->n_figures; i++)
		if (!put_figure(b, &b->d->figure[i], e))
			return false;
	return true;
}

/* ---- tables ---- */

static double *widths(struct book *b, const struct table *t)
{
	double *width = NEW(b->a, t->n_columns, double);
	for (size_t c = 0; c < t->n_columns; c++) {
		size_t longest = utf8_length(t->head[c]);
		for (size_t r = 0; r < t->n_rows; r++) {
			const size_t n = utf8_length(t->cell[r * t->n_columns + c]);
			longest = n > longest ? n : longest;
		}
		width[c] = xlsx_width(longest);
	}
	return width;
}

/* A printed number as a number ("36.249" in Spanish), or the text as it is ("sin dato"). */
static struct xlsx_cell table_cell(struct book *b, struct str s, bool is_number)
{
	struct buf plain;
	struct xlsx_cell c = wrapped_cell(s);
	buf_init(&plain, b->a, 256);
	if (!is_number)
		return c;
	if (b->d->lang == LANG_ES) {
		if (!num_from_comma(s, &plain))
			return c;
	} else {
		for (size_t i = 0; i < s.n; i++)
			if (s.p[i] != ',')
				buf_putc(&plain, s.p[i]);
	}
	size_t at;
	if (plain.over || !num_real(buf_str(&plain), &c.number))
		return c;
	c.kind = XLSX_NUMBER;
	c.decimals = str_find(buf_str(&plain), STR("."), &at) ? (int)(plain.n - at - 1) : 0;
	return c;
}

static bool put_part(struct book *b, const struct part *p, struct err *e)
{
	const struct table *t = p->table;
	const struct xlsx_sheet_about about = {
		.name = p->sheet, .width = widths(b, t), .n_columns = t->n_columns, .head = true
	};
	struct xlsx_cell *row = NEW(b->a, t->n_columns, struct xlsx_cell);
	if (!xlsx_writer_sheet(b->out, &about, e))
		return false;
	for (size_t r = 0; r <= t->n_rows; r++) {
		for (size_t c = 0; c < t->n_columns; c++)
			row[c] = r ? table_cell(b, t->cell[(r - 1) * t->n_columns + c],
						t->is_number[c])
				   : strong_cell(t->head[c]);
		if (!xlsx_writer_row(b->out, row, t->n_columns, e))
			return false;
	}
	const struct xlsx_cell title = strong_cell(p->title), note = text_cell(p->note);
	return xlsx_writer_row(b->out, NULL, 0, e) && xlsx_writer_row(b->out, &title, 1, e) &&
		xlsx_writer_row(b->out, &note, 1, e);
}

static bool put_all(struct book *b, struct err *e)
{
	find_parts(b);
	if (!put_contents(b, e) || (b->d->n_figures && !put_figures(b, e)))
		return false;
	for (size_t i = 0; i < b->n_parts; i++)
		if (!put_part(b, &b->part[i], e))
			return false;
	return true;
}

bool render_xlsx(const struct document *d, struct arena *a, struct buf *out, struct err *e)
{
	struct book b = { .d = d, .w = &words[d->lang], .a = a };
	const struct xlsx_about about = {
		.title = d->title, .author = d->kicker, .comments = d->notice, .date = d->date
	};
	if (!xlsx_writer_open(a, &about, &b.out, e))
		return false;
	const bool good = put_all(&b, e);
	return xlsx_writer_close(b.out, good ? out : NULL, e) && good;
}
