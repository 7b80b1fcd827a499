/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/importer.h"

#include <string.h>

#include "app/catalogue.h"
#include "app/input.h"
#include "base/date.h"
#include "codec/sheet.h"

#define IMPORT_BLOCK_BYTES_MAX ((size_t)4 << 30)

/* One file of answers on its way in. */
struct import {
	struct call *c;
	struct store *s;
	const struct import_request *request;
	struct problems *ps;
	struct stored_round round;
	const struct instrument *instrument;
	const struct form *form;
	struct response_reader *reader;
	struct import_outcome out;
};

/* ---- what the rows are checked against ---- */

static const struct dictionary *known_clusters(struct arena *a, const struct cluster_register *r)
{
	struct dictionary *d = NEW(a, 1, struct dictionary);
	d->n = r->n;
	d->name = NEW(a, r->n, struct str);
	for (size_t i = 0; i < r->n; i++)
		d->name[i] = r->cluster[i].id;
	return d;
}

struct response_round round_dates(const struct stored_round *r)
{
	struct response_round out = { .year = r->year };
	struct date d;
	out.has_from = r->from.n && date_parse(r->from, false, &d);
	out.from = out.has_from ? date_days(d) : 0;
	out.has_to = r->to.n && date_parse(r->to, false, &d);
	out.to = out.has_to ? date_days(d) : 0;
	return out;
}

/* Numbers of a workbook come with a point, whatever mark its reader sees in a spreadsheet. */
static enum decimal_mark mark_of(const struct import *im, const struct sheet_source *src)
{
	return sheet_delimiter(src) ? im->request->mark : DECIMAL_POINT;
}

/* The repeats' files, and the sheets of the workbook itself that have a repeat's name. */
static bool gather_repeats(struct import *im, struct response_repeat_file **ret_files,
			   size_t *ret_n, struct err *e)
{
	const struct import_request *q = im->request;
	size_t n = q->n_repeats;
	struct response_repeat_file *file =
		NEW(im->c->a, n + im->form->n_repeats, struct response_repeat_file);
	if (n)
		memcpy(file, q->repeat, n * sizeof(*file));
	for (size_t k = 0; k < im->form->n_repeats; k++) {
		struct str name = im->form->repeat[k].name;
		bool given = false;
		for (size_t i = 0; i < q->n_repeats; i++)
			given |= str_eq(q->repeat[i].repeat, name);
		if (given || !input_has_sheet(im->c, q->bytes, name))
			continue;
		file[n].repeat = name;
		file[n].file = str_fmt(im->c->a, "%s:%.*s", q->name, STR_ARG(name));
		if (!input_sheet_of(im->c, q->name, q->bytes, name, &file[n++].rows, e))
			return false;
	}
	*ret_files = file;
	*ret_n = n;
	return true;
}

static bool make_reader(struct import *im, const struct sheet_row *head, enum decimal_mark mark,
			struct err *e)
{
	struct arena *a = im->c->a;
	const struct catalogues *catalogues;
	struct cluster_register clusters;
	const struct response_round round = round_dates(&im->round);
	struct response_repeat_file *repeat;
	size_t n_repeats;
	struct str *name = NEW(a, head->n, struct str);
	if (!gather_repeats(im, &repeat, &n_repeats, e))
		return false;
	for (size_t i = 0; i < head->n; i++)
		name[i] = str_dup(a, str_trim(head->cell[i]));
	return catalogues_load(a, im->c->lang, &catalogues, e) &&
		store_get_register(im->s, a, &clusters, e) &&
		response_reader_make(a, im->form, catalogues, mark, known_clusters(a, &clusters),
				     &round, name, head->n, repeat, n_repeats, im->ps, &im->reader,
				     e);
}

/* ---- a block of rows ---- */

struct block {
	struct str *cell;
	uint64_t *number;
	size_t n_rows, n_columns;
};

/* Copies rows until the block is full; *ret_end after the last.  The cells of a row live only until
 * the next one, so they are copied. */
static bool fill_block(struct import *im, struct arena *a, struct sheet_source *src,
		       size_t n_columns, struct block *b, bool *ret_end, struct err *e)
{
	*b = (struct block){ .cell = NEW(a, IMPORT_BLOCK_ROWS * n_columns, struct str),
			     .number = NEW(a, IMPORT_BLOCK_ROWS, uint64_t),
			     .n_columns = n_columns };
	while (b->n_rows < IMPORT_BLOCK_ROWS) {
		struct sheet_row row;
		if (!sheet_next(src, &row, ret_end, e))
			return false;
		if (*ret_end)
			return true;
		for (size_t i = 0; i < n_columns && i < row.n; i++)
			b->cell[b->n_rows * n_columns + i] = str_dup(a, row.cell[i]);
		for (size_t i = n_columns; i < row.n; i++) {
			if (str_trim(row.cell[i]).n)
				problem_report(im->ps,
					       (struct problem){ .row = (int64_t)row.number,
								 .value = row.cell[i],
								 .rule = "extra_cell" },
					       "la fila tiene más celdas que el encabezado",
					       "the row has more cells than the header");
		}
		b->number[b->n_rows++] = row.number;
	}
	return true;
}

static bool store_block(struct import *im, struct arena *a, const struct response_block *r,
			struct err *e)
{
	struct stored_answer *answer = NEW(a, r->n_rows, struct stored_answer);
	size_t n = 0;
	for (size_t i = 0; i < r->n_rows; i++) {
		if (!r->accepted[i])
			continue;
		answer[n++] =
			(struct stored_answer){ .cluster = r->cluster[i],
						.company = r->company ? r->company[i] : STR(""),
						.document = r->document[i],
						.n_warnings = r->n_warnings[i],
						.n_unexplained = r->n_unexplained[i] };
	}
	im->out.n_accepted += n;
	return store_put_answers(im->s, im->round.id, im->request->form, im->form, STR("import"),
				 answer, n, e);
}

/* Once a row is refused and nothing partial was asked for, nothing will be stored: only check on.
 */
static bool worth_storing(const struct import *im)
{
	return !im->ps->n_errors || im->request->partial;
}

static bool import_rows(struct import *im, struct sheet_source *src, size_t n_columns,
			struct err *e)
{
	ARENA_SCOPE(a, IMPORT_BLOCK_BYTES_MAX);
	for (bool end = false; !end;) {
		struct arena_mark mark = arena_mark(&a);
		struct block b;
		struct response_block checked;
		if (call_interrupted(im->c, e) || !fill_block(im, &a, src, n_columns, &b, &end, e))
			return false;
		const struct response_rows rows = { .n_columns = n_columns,
						    .cell = b.cell,
						    .number = b.number,
						    .n_rows = b.n_rows };
		response_read(im->reader, &a, &rows, im->ps, &checked);
		im->out.n_rows += b.n_rows;
		im->out.n_mended += checked.n_mended;
		if (worth_storing(im) && !store_block(im, &a, &checked, e))
			return false;
		call_progress(im->c, im->out.n_rows, 0);
		arena_rewind(&a, mark);
	}
	response_finish(im->reader, im->ps);
	return true;
}

/* ---- the whole file ---- */

static bool import_source(struct import *im, struct sheet_source *src, struct err *e)
{
	struct sheet_row head;
	bool end;
	if (!sheet_next(src, &head, &end, e))
		return false;
	if (end)
		return err_say(e, ERR_INPUT, "no tiene filas, ni siquiera un encabezado",
		       "there is no row in it, not even a header");
	size_t n_columns = head.n;
	if (!make_reader(im, &head, mark_of(im, src), e))
		return false;
	if (im->reader && !import_rows(im, src, n_columns, e))
		return false;
	return true;
}

static bool check_round(const struct import *im, struct err *e)
{
	if (!im->form)
		return err_say(e, ERR_INPUT, "%.*s@%.*s no tiene formulario %s",
			       "%.*s@%.*s has no %s form", STR_ARG(im->instrument->id),
			       STR_ARG(im->instrument->version),
			       im->request->form == FORM_COMPANY ? "company" : "cluster");
	if (im->round.state != ROUND_OPEN)
		return err_say(e, ERR_CONFLICT,
			       "la ronda %.*s está %s%.0s; solo recibe respuestas mientras está "
			       "abierta",
			       "round %.*s is %.0s%s; answers are taken only while it is open",
			       STR_ARG(im->round.id), round_state_word(im->round.state, LANG_ES),
			       round_state_word(im->round.state, LANG_EN));
	return true;
}

bool import_answers(struct call *c, struct store *s, const struct import_request *request,
		    struct problems *ps, struct import_outcome *out, struct err *e)
{
	SHEET_SCOPE struct sheet_source *src = NULL;
	struct import im = { .c = c, .s = s, .request = request, .ps = ps };
	if (!store_get_round(s, c->a, request->round, &im.round, e) ||
	    !measure_instrument(c, s, im.round.instrument_id, im.round.instrument_version,
				&im.instrument, e))
		return false;
	im.form = im.instrument->form[request->form];
	if (!check_round(&im, e))
		return false;
	if (!sheet_start(c->a, request->bytes, STR(""), &src, e) || !store_begin(s, e))
		return err_in(e, "%s", request->name);
	if (!import_source(&im, src, e)) {
		struct err ignored = { 0 };
		(void)!store_end(s, false, &ignored); /* the first error stays */
		return err_in(e, "%s", request->name);
	}
	im.out.kept = im.reader && worth_storing(&im);
	if (!store_end(s, im.out.kept && !request->dry_run, e))
		return false;
	*out = im.out;
	return true;
}
