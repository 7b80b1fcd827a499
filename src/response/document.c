/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers as the JSON document that is stored; its form is described in response.h. */
#include "base/date.h"
#include "base/num.h"
#include "response/reader.h"

#define DOCUMENT_BYTES_MAX ((size_t)64 << 20)

struct str document_key(struct arena *a, struct str name, const char *suffix)
{
	struct buf b;
	buf_init(&b, a, 6 * name.n + 64);
	esc_json(&b, str_fmt(a, "%.*s%s", STR_ARG(name), suffix));
	buf_putc(&b, ':');
	return buf_str(&b);
}

static void put_items(struct buf *b, const struct asked *k, const struct cell *cell)
{
	buf_putc(b, '[');
	for (size_t i = 0; i < cell->n_items; i++) {
		if (i)
			buf_putc(b, ',');
		buf_put(b, k->option_json[cell->item[i]]);
	}
	buf_putc(b, ']');
}

static void put_value(struct buf *b, const struct asked *k, const struct cell *cell)
{
	switch (cell->type) {
	case COLUMN_INTEGER:
		num_put_int(b, cell->integer);
		break;
	case COLUMN_REAL:
		num_put_real(b, cell->real);
		break;
	case COLUMN_TEXT:
		esc_json(b, cell->text);
		break;
	case COLUMN_CHOICE:
		buf_put(b, k->option_json[cell->integer]);
		break;
	case COLUMN_MULTIPLE:
	case COLUMN_RANK:
		put_items(b, k, cell);
		break;
	case COLUMN_DATE:
		buf_putc(b, '"');
		date_put(b, date_from_days((int32_t)cell->integer));
		buf_putc(b, '"');
		break;
	case COLUMN_BOOLEAN:
		buf_puts(b, cell->integer ? "true" : "false");
		break;
	}
}

static void put_comma(struct buf *b)
{
	if (b->p[b->n - 1] != '{')
		buf_putc(b, ',');
}

/* What is said of an answer beside it. */
static void put_note(struct buf *b, struct str key, struct block *from, const struct asked *k,
		     size_t row, int column)
{
	if (column == NO_COLUMN)
		return;
	struct str text = spot_cell(from, k->table, row, column);
	if (!text.n)
		return;
	put_comma(b);
	buf_put(b, key);
	esc_json(b, text);
}

static void put_answer(struct buf *b, struct block *from, size_t question, size_t row)
{
	const struct asked *k = &from->r->asked[question];
	const struct column *c = from->column[question];
	struct cell cell = column_cell(c, row);
	if (cell.missing != MISSING_NR) {
		put_comma(b);
		buf_put(b, k->key);
		if (cell.missing == MISSING_NO)
			put_value(b, k, &cell);
		else
			buf_puts(b,
				 cell.missing == MISSING_ND ? "{\"missing\":\"ND\"}"
							    : "{\"missing\":\"NA\"}");
	}
	put_note(b, k->reason_key, from, k, row, k->reason);
	if (cell.missing == MISSING_NO)
		put_note(b, k->imputed_key, from, k, row, k->imputed);
}

/* The answers of one row of a table as an object. */
static void put_row(struct buf *b, struct block *from, size_t table, size_t row)
{
	const struct response_reader *r = from->r;
	buf_putc(b, '{');
	for (size_t i = 0; i < r->form->n_questions; i++)
		if (r->asked[i].table == table && from->column[i])
			put_answer(b, from, i, row);
	for (size_t k = 0; !table && k < r->form->n_repeats; k++) {
		const uint32_t *start = from->table[1 + k].child->start;
		if (start[row] == start[row + 1])
			continue;
		put_comma(b);
		buf_put(b, r->repeat_key[k]);
		buf_putc(b, '[');
		for (uint32_t i = start[row]; i < start[row + 1]; i++) {
			if (i > start[row])
				buf_putc(b, ',');
			put_row(b, from, 1 + k, i);
		}
		buf_putc(b, ']');
	}
	buf_putc(b, '}');
}

static void report_too_long(struct block *b, size_t row)
{
	b->accepted[row] = false;
	problem_report(b->ps,
		       (struct problem){ .severity = SEVERITY_ERROR,
					 .row = (int64_t)b->table[0].rows->number[row],
					 .rule = "too_long" },
		       "las respuestas de la fila pasan de 64 MiB",
		       "the answers of the row are over 64 MiB");
}

void documents_write(struct block *b, struct str *document)
{
	/* A lone document stays where it was written. */
	const bool lone = b->table[0].n == 1;
	struct buf row;
	buf_init(&row, lone ? b->a : &b->scratch, DOCUMENT_BYTES_MAX);
	for (size_t i = 0; i < b->table[0].n; i++) {
		document[i] = STR("");
		if (!b->accepted[i])
			continue;
		row.n = 0;
		put_row(&row, b, 0, i);
		if (row.over)
			report_too_long(b, i);
		else
			document[i] = lone ? buf_str(&row) : str_dup(b->a, buf_str(&row));
		row.over = false;
	}
}
