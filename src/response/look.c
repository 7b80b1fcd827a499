/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A response being filled in is read as a file of one row, by the same steps (read.c, check.c), and
 * what these report is handed back question by question.
 *
 * The one row has two columns a question, its answer and its reason; a repeat is a file of its
 * own, with a row an item.  Items of a repeat that does not apply are left out and read again
 * without them: what counts its rows counts none. */
#include "base/num.h"
#include "response/reader.h"

#include "response/look.h"

enum { COLUMNS_A_QUESTION = 2 }; /* answer, reason */

struct looking {
	struct arena *a;
	const struct look_request *in;
	const struct form *form;
	struct response_reader *reader;
	struct response_rows *rows;  /* by table */
	struct str **cell;           /* by table: of those rows */
	int64_t **item;              /* by table: number of the item by row; at the top 0 */
	bool *left_out;              /* by table: of a repeat that does not apply */
	struct problems ps;
	struct look_entry *entry;
	size_t n;
	size_t *place, *stride; /* by question: entry of row 0, entries from a row to the next */
};

/* ---- what was typed, as rows of a file ---- */

static size_t table_of(const struct question *q)
{
	return (size_t)(q->repeat + 1);
}

static void count_items(struct looking *l)
{
	const struct form *f = l->form;
	size_t n_tables = 1 + f->n_repeats;
	l->rows = NEW(l->a, n_tables, struct response_rows);
	l->cell = NEW(l->a, n_tables, struct str *);
	l->item = NEW(l->a, n_tables, int64_t *);
	l->left_out = NEW(l->a, n_tables, bool);
	l->item[0] = NEW(l->a, 1, int64_t);
	l->rows[0].n_rows = 1;
	for (size_t k = 0; k < f->n_repeats; k++) {
		l->item[1 + k] = NEW(l->a, l->in->n_items, int64_t);
		for (size_t i = 0; i < l->in->n_items; i++)
			if (str_eq(l->in->item[i].repeat, f->repeat[k].name))
				l->item[1 + k][l->rows[1 + k].n_rows++] = l->in->item[i].item;
	}
}

static void make_rows(struct looking *l)
{
	size_t n_columns = COLUMNS_A_QUESTION * l->form->n_questions;
	count_items(l);
	for (size_t t = 0; t <= l->form->n_repeats; t++) {
		struct response_rows *rows = &l->rows[t];
		uint64_t *number = NEW(l->a, rows->n_rows, uint64_t);
		for (size_t i = 0; i < rows->n_rows; i++)
			number[i] = i + 1;
		l->cell[t] = NEW(l->a, rows->n_rows * n_columns, struct str);
		rows->number = number;
		rows->n_columns = n_columns;
		rows->cell = l->cell[t];
	}
}

/* SIZE_MAX: there is no such item. */
static size_t row_of_item(const struct looking *l, size_t table, int64_t item)
{
	for (size_t i = 0; i < l->rows[table].n_rows; i++)
		if (l->item[table][i] == item)
			return i;
	return SIZE_MAX;
}

static struct str *cell_at(const struct looking *l, size_t question, size_t row)
{
	size_t table = table_of(&l->form->question[question]);
	return &l->cell[table][row * l->rows[table].n_columns + COLUMNS_A_QUESTION * question];
}

static bool is_answered(const struct question *q)
{
	return q->type != QUESTION_NOTE && !q->calculation;
}

static void place_cells(struct looking *l)
{
	const struct lookup *names = l->reader->names;
	for (size_t i = 0; i < l->in->n_cells; i++) {
		const struct look_cell *from = &l->in->cell[i];
		int64_t at = lookup_find(names, from->question);
		if (at < 0 || !is_answered(&l->form->question[at]))
			continue;
		size_t row = row_of_item(l, table_of(&l->form->question[at]), from->item);
		if (row == SIZE_MAX)
			continue;
		struct str *to = cell_at(l, (size_t)at, row);
		to[0] = cell_trim(from->value);
		to[1] = cell_trim(from->reason);
	}
}

/* Every row of a repeat belongs to the one row at the top. */
static void join_rows(struct looking *l, size_t k)
{
	struct repeat_rows *rr = &l->reader->repeat[k];
	const struct response_rows *rows = &l->rows[1 + k];
	struct str *key = NEW(l->a, 1, struct str);
	*key = id_key(l->a, l->in->cluster, l->in->company, l->reader->company);
	*rr = (struct repeat_rows){ .rows = rows->n_rows ? rows : NULL,
				    .key = key,
				    .by_key = lookup_make(l->a, key, 1),
				    .next = NEW(l->a, rows->n_rows, uint32_t),
				    .taken = NEW(l->a, rows->n_rows, bool) };
	for (size_t i = 0; i < rows->n_rows; i++)
		rr->next[i] = i + 1 < rows->n_rows ? (uint32_t)i + 1 : NO_ROW;
}

static void make_reader(struct looking *l)
{
	struct response_reader *r = l->reader = reader_of_plan(l->a, l->in->plan);
	r->mark = DECIMAL_POINT;
	r->has_round = l->in->round;
	if (l->in->round)
		r->round = *l->in->round;
	for (size_t i = 0; i < l->form->n_questions; i++) {
		if (!is_answered(r->asked[i].q))
			continue;
		r->asked[i].column = (int)(COLUMNS_A_QUESTION * i);
		r->asked[i].reason = (int)(COLUMNS_A_QUESTION * i + 1);
	}
	for (size_t k = 0; k < l->form->n_repeats; k++)
		join_rows(l, k);
}

/* ---- reading ---- */

static void read_all(struct looking *l, struct block *b)
{
	*b = (struct block){ .r = l->reader, .a = l->a, .ps = &l->ps, .aside = true };
	block_start(b, &l->rows[0]);
	block_tables(b, &l->rows[0], &l->in->cluster, l->reader->company ? &l->in->company : NULL);
	for (size_t i = 0; i < l->reader->n_order; i++)
		block_question(b, l->reader->order[i]);
}

/* Takes the items out of repeats that do not apply; false: there are none such. */
static bool leave_out(struct looking *l, struct block *b)
{
	bool any = false;
	for (size_t k = 0; k < l->form->n_repeats; k++) {
		const struct expr *relevant = l->form->repeat[k].relevant;
		if (!relevant || !l->rows[1 + k].n_rows ||
		    truth_of(block_eval(b, relevant, 0), 0) != IRRELEVANT)
			continue;
		l->left_out[1 + k] = any = true;
		l->reader->repeat[k].rows = NULL;
	}
	return any;
}

/* Answers, relevance of everything, and what is wrong. */
static void read_and_check(struct looking *l, struct block *b)
{
	read_all(l, b);
	if (leave_out(l, b)) {
		arena_drop(&b->scratch);
		problems_init(&l->ps, l->a, l->in->lang);
		read_all(l, b);
	}
	for (size_t i = 0; i < l->form->n_questions; i++)
		if (l->form->question[i].type == QUESTION_NOTE)
			b->relevance[i] = block_relevance(b, i);
	for (size_t i = 0; i < l->reader->n_order; i++) {
		question_check(b, l->reader->order[i]);
		arena_rewind(&b->scratch, b->clean);
	}
}

/* ---- entries ---- */

/* Questions of a repeat stand together: one behind the last one of the repeat of `first`. */
static size_t end_of_repeat(const struct form *f, size_t first)
{
	size_t end = first;
	while (end < f->n_questions && f->question[end].repeat == f->question[first].repeat)
		end++;
	return end;
}

static void place_entries(struct looking *l)
{
	const struct form *f = l->form;
	l->place = NEW(l->a, f->n_questions, size_t);
	l->stride = NEW(l->a, f->n_questions, size_t);
	for (size_t i = 0; i < f->n_questions;) {
		size_t table = table_of(&f->question[i]), end = table ? end_of_repeat(f, i) : i + 1;
		for (size_t q = i; q < end; q++) {
			l->place[q] = l->n + (q - i);
			l->stride[q] = end - i;
		}
		l->n += (end - i) * l->rows[table].n_rows;
		i = end;
	}
	l->entry = NEW(l->a, l->n, struct look_entry);
}

static struct look_entry *entry_at(struct looking *l, size_t question, size_t row)
{
	return &l->entry[l->place[question] + row * l->stride[question]];
}

static enum look_relevance relevance_at(const struct looking *l, const struct block *b,
					size_t question, size_t row)
{
	if (l->left_out[table_of(&l->form->question[question])])
		return LOOK_SKIPPED;
	switch (b->relevance[question] ? (enum relevance)b->relevance[question][row] : RELEVANT) {
	case IRRELEVANT: return LOOK_SKIPPED;
	case RELEVANCE_UNKNOWN: return LOOK_OPEN;
	case RELEVANT: break;
	}
	return LOOK_ASKED;
}

static bool is_missing_word(struct str s)
{
	return str_is(s, "ND") || str_is(s, "NA");
}

static struct str calculated(struct looking *l, const struct column *c, size_t row)
{
	struct buf b;
	if (column_cell(c, row).missing != MISSING_NO)
		return STR("");
	buf_init(&b, l->a, (size_t)1 << 20);
	cell_put(&b, c, row);
	return buf_str(&b);
}

static void fill_entry(struct looking *l, const struct block *b, size_t question, size_t row)
{
	const struct question *q = &l->form->question[question];
	struct look_entry *e = entry_at(l, question, row);
	struct str *cell = cell_at(l, question, row);
	bool out = l->left_out[table_of(q)];
	*e = (struct look_entry){ .question = q,
				  .index = question,
				  .item = l->item[table_of(q)][row],
				  .value = cell[0],
				  .reason = cell[1],
				  .missing = out ? MISSING_NA : MISSING_NR,
				  .relevance = relevance_at(l, b, question, row),
				  .required = q->required };
	e->set_aside = e->relevance == LOOK_SKIPPED && e->value.n && !is_missing_word(e->value);
	if (q->type == QUESTION_NOTE || out)
		return;
	if (b->state[question][row] == CELL_BAD)
		e->missing = MISSING_NO; /* something was typed */
	else
		e->missing = (enum missing)b->state[question][row];
	if (q->calculation)
		e->value = calculated(l, b->column[question], row);
}

static void fill_required(struct looking *l, struct block *b, size_t question)
{
	const struct question *q = &l->form->question[question];
	if (!q->required_if || l->left_out[table_of(q)])
		return;
	const struct column *c = block_eval(b, q->required_if, table_of(q));
	for (size_t i = 0; i < l->rows[table_of(q)].n_rows; i++)
		entry_at(l, question, i)->required = column_cell(c, i).missing == MISSING_NO &&
			truth_of(c, i) == RELEVANT;
}

/* ---- options that the other answers let stand ---- */

/* The columns that e reads, row by row of a table. */
static const struct frame *frame_read_by(struct block *b, const struct expr *e, size_t table)
{
	const struct table *t = &b->table[table];
	size_t n;
	const struct str *name = expr_names(e, &n);
	const struct column **own = NEW(&b->scratch, n, const struct column *),
			    **top = NEW(&b->scratch, n, const struct column *);
	size_t n_own = 0, n_top = 0;
	for (size_t i = 0; i < n; i++) {
		const struct column *c = frame_column(t->frame, name[i]);
		const struct column *above = c ? NULL : frame_column(b->table[0].frame, name[i]);
		if (c)
			own[n_own++] = c;
		else if (above)
			top[n_top++] = above;
	}
	if (!table)
		return frame_of(&b->scratch, own, n_own, t->n);
	const struct frame *f = frame_of(&b->scratch, top, n_top, b->table[0].n);
	return frame_with(&b->scratch, frame_take(&b->scratch, f, t->parent, t->n), own, n_own);
}

static void fill_allowed(struct looking *l, struct block *b, size_t question)
{
	const struct question *q = &l->form->question[question];
	size_t table = table_of(q);
	if (!q->choice_filter || !q->list || l->left_out[table] || l->in->without_options)
		return;
	size_t n = q->list->options.n;
	const struct frame *answers = frame_read_by(b, q->choice_filter, table);
	uint32_t *row = NEW(&b->scratch, n, uint32_t);
	uint16_t *option = NEW(&b->scratch, n, uint16_t);
	for (size_t i = 0; i < l->rows[table].n_rows; i++) {
		struct look_entry *e = entry_at(l, question, i);
		if (e->relevance == LOOK_SKIPPED)
			continue;
		for (size_t o = 0; o < n; o++) {
			row[o] = (uint32_t)i;
			option[o] = (uint16_t)o;
		}
		const uint8_t *stands =
			choice_filter_pairs(&b->scratch, q, answers, row, option, n);
		uint8_t *allowed = NEW(l->a, n, uint8_t);
		for (size_t o = 0; o < n; o++)
			allowed[o] = stands[o];
		e->allowed = allowed;
	}
}

static void fill_entries(struct looking *l, struct block *b)
{
	place_entries(l);
	for (size_t q = 0; q < l->form->n_questions; q++) {
		for (size_t i = 0; i < l->rows[table_of(&l->form->question[q])].n_rows; i++)
			fill_entry(l, b, q, i);
		fill_required(l, b, q);
		fill_allowed(l, b, q);
		arena_rewind(&b->scratch, b->clean);
	}
}

/* ---- findings ---- */

/* A cure for who types into a form: those for files tell of options of the command line. */
static struct str cure_of(const struct looking *l, const struct problem *p)
{
	bool es = l->in->lang == LANG_ES;
	if (str_is(str_of(p->rule), "date") && str_find(p->suggestion, STR("2022-07-01"), NULL))
		return es ? STR("escriba día/mes/año, como 31/12/2024")
			  : STR("write day/month/year, as 31/12/2024");
	if (!str_find(p->suggestion, STR("--decimal"), NULL))
		return p->suggestion;
	if (str_is(str_of(p->rule), "integer"))
		return es ? STR("escríbalo sin decimales") : STR("write it without decimals");
	return es ? STR("escriba solo el número, como 1.234.567,5")
		  : STR("write the number alone, as 1,234,567.5");
}

/* The entry that a problem is about; NULL: it is none of those told here. */
static struct look_entry *entry_of(struct looking *l, const struct problem *p)
{
	int64_t at = lookup_find(l->reader->names, p->column);
	if (at < 0 || p->severity == SEVERITY_NOTE || str_is(str_of(p->rule), "required"))
		return NULL;
	return entry_at(l, (size_t)at, (size_t)p->row - 1);
}

static void fill_findings(struct looking *l)
{
	struct look_finding **fault = NEW(l->a, l->n, struct look_finding *),
			    **warning = NEW(l->a, l->n, struct look_finding *);
	for (size_t i = 0; i < l->ps.n; i++) {
		struct look_entry *e = entry_of(l, &l->ps.item[i]);
		if (e && l->ps.item[i].severity == SEVERITY_ERROR)
			e->n_faults++;
		else if (e)
			e->n_warnings++;
	}
	for (size_t i = 0; i < l->n; i++) {
		l->entry[i].fault = fault[i] = NEW(l->a, l->entry[i].n_faults, struct look_finding);
		l->entry[i].warning = warning[i] =
			NEW(l->a, l->entry[i].n_warnings, struct look_finding);
	}
	for (size_t i = 0; i < l->ps.n; i++) {
		const struct problem *p = &l->ps.item[i];
		const struct look_entry *e = entry_of(l, p);
		if (!e)
			continue;
		struct look_finding **to =
			(p->severity == SEVERITY_ERROR ? fault : warning) + (e - l->entry);
		*(*to)++ = (struct look_finding){ .rule = p->rule,
						  .message = p->message,
						  .suggestion = cure_of(l, p) };
	}
}

/* ---- sections ---- */

/* Somebody answers it: no note, nothing calculated, nothing that a device fills in. */
static bool counts(const struct question *q)
{
	return is_answered(q) && q->type != QUESTION_HIDDEN && q->type != QUESTION_START &&
		q->type != QUESTION_END && q->type != QUESTION_TODAY;
}

static void count_entry(struct look_section *s, const struct look_entry *e)
{
	s->n_faults += e->n_faults > 0;
	s->n_warnings += e->n_warnings > 0;
	s->n_unexplained += e->n_warnings > 0 && !e->reason.n;
	s->n_aside += e->set_aside;
	if (!is_answered(e->question) || e->relevance == LOOK_SKIPPED)
		return;
	s->n_owed += e->required && e->relevance == LOOK_ASKED && e->missing == MISSING_NR;
	if (!counts(e->question))
		return;
	s->n_asked++;
	s->n_answered += e->missing != MISSING_NR;
}

static const struct look_section *count_sections(const struct looking *l,
						 struct look_section *whole)
{
	const struct form *f = l->form;
	struct look_section *section = NEW(l->a, f->n_sections, struct look_section);
	size_t at = 0;
	for (size_t i = 0; i < l->n; i++) {
		while (l->entry[i].index >= f->section[at].first + f->section[at].n)
			at++;
		count_entry(&section[at], &l->entry[i]);
		count_entry(whole, &l->entry[i]);
	}
	return section;
}

/* ---- the whole ---- */

/* As it would be stored: nothing is said of what does not apply. */
static struct str document_of(struct looking *l, struct block *b)
{
	struct str document = STR("");
	for (size_t q = 0; q < l->form->n_questions; q++)
		for (size_t i = 0; i < l->rows[table_of(&l->form->question[q])].n_rows; i++)
			if (entry_at(l, q, i)->relevance == LOOK_SKIPPED)
				cell_at(l, q, i)[1] = STR("");
	documents_write(b, &document);
	return document;
}

bool response_look(struct arena *a, const struct look_request *in, const struct look **out,
		   struct err *e)
{
	struct looking l = { .a = a, .in = in, .form = in->plan->form };
	struct block b;
	struct look *look = NEW(a, 1, struct look);
	if (!l.form->n_questions || !l.form->n_sections)
		return err_say(e, ERR_INPUT, "el formulario no tiene preguntas",
			       "the form has no questions");
	problems_init(&l.ps, a, in->lang);
	make_rows(&l);
	make_reader(&l);
	place_cells(&l);
	read_and_check(&l, &b);
	fill_entries(&l, &b);
	fill_findings(&l);
	*look = (struct look){ .form = l.form, .entry = l.entry, .n = l.n };
	look->section = count_sections(&l, &look->whole);
	look->document = document_of(&l, &b);
	arena_drop(&b.scratch);
	*out = look;
	return true;
}

const struct look_entry *look_find(const struct look *l, struct str question, int64_t item)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->entry[i].item == item && str_eq(l->entry[i].question->name, question))
			return &l->entry[i];
	return NULL;
}
