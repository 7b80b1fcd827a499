/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One block of rows: ids, then the questions column by column, then the checks, then the documents.
 *
 * Questions are taken in an order in which what a condition reads is there before it.  An answer
 * that was refused counts as no answer (NR) in what is evaluated after it. */
#include <math.h>

#include "base/fold.h"
#include "base/num.h"
#include "response/reader.h"

/* ---- ids ---- */

static struct problem row_problem(const struct block *b, size_t row, const char *column,
				  struct str value, const char *rule, struct str suggestion)
{
	b->accepted[row] = false;
	return (struct problem){ .severity = SEVERITY_ERROR,
				 .row = (int64_t)b->table[0].rows->number[row],
				 .column = str_of(column),
				 .value = value,
				 .rule = rule,
				 .suggestion = suggestion };
}

static void check_known(struct block *b, size_t row, struct str id)
{
	const struct response_reader *r = b->r;
	if (!r->has_ids || lookup_find(&r->ids, id) >= 0)
		return;
	struct str meant = nearest(b, id, r->ids.name, r->ids.n), cure = STR("");
	if (meant.n)
		cure = str_fmt(&b->scratch,
			       b->ps->lang == LANG_ES ? "¿quiso decir %.*s?" : "did you mean %.*s?",
			       STR_ARG(meant));
	problem_report(b->ps, row_problem(b, row, "cluster", id, "unknown_cluster", cure),
		       "el clúster «%.*s» no está en el registro",
		       "the cluster \"%.*s\" is not in the register", STR_ARG(str_sub(id, 0, 60)));
}

static void check_ids(struct block *b, size_t row, struct str cluster, struct str company)
{
	struct response_reader *r = b->r;
	if (!cluster.n || (r->company && !company.n)) {
		const char *column = cluster.n ? "company" : "cluster";
		problem_report(b->ps, row_problem(b, row, column, STR(""), "required", STR("")),
			       "la fila no dice de quién es: falta «%s»",
			       "the row does not say whose it is: \"%s\" is missing", column);
		return;
	}
	check_known(b, row, cluster);
	uint64_t number = b->table[0].rows->number[row];
	struct str key = id_key(&b->scratch, cluster, company, r->company);
	uint32_t before = seen_before(r, key, (uint32_t)number);
	if (before)
		problem_report(
			b->ps,
			row_problem(b, row, "cluster", cluster, "duplicate_row",
				    say(b->ps, "deje una sola fila", "leave one row only")),
			r->company ? "la misma empresa del mismo clúster está ya en la fila %u"
				   : "el mismo clúster está ya en la fila %u",
			r->company ? "the same company of the same cluster is in row %u already"
				   : "the same cluster is in row %u already",
			before);
}

/* A value under no heading belongs to no question. */
static void check_unnamed(struct block *b, size_t table)
{
	const struct source *s = &b->r->source[table];
	const struct table *t = &b->table[table];
	for (size_t i = 0; i < t->n; i++)
		for (size_t c = 0; c < s->n_unnamed; c++) {
			struct str v = spot_cell(b, table, i, (int)s->unnamed[c]);
			if (!v.n)
				continue;
			struct problem p = row_problem(b, t->parent ? t->parent[i] : i, "", STR(""),
						       "unknown_column", STR(""));
			p.file = s->file;
			p.row = (int64_t)t->rows->number[t->from ? t->from[i] : i];
			problem_report(
				b->ps, p, "un valor en la columna %zu, que no tiene encabezado",
				"a value in column %zu, which has no heading", s->unnamed[c] + 1);
		}
}

/* ---- tables ---- */

static struct frame *empty_frame(struct arena *a, size_t n_rows, size_t n_columns_max)
{
	struct frame *f = NEW(a, 1, struct frame);
	f->n_rows = n_rows;
	f->column = NEW(a, n_columns_max, const struct column *);
	return f;
}

/* A column of the round: the same in every row; missing where the round has no such date. */
static void add_constant(struct block *b, const char *name, enum column_type type, bool there,
			 int32_t v)
{
	struct frame *f = b->table[0].frame;
	struct column *c = NEW(b->a, 1, struct column);
	int32_t *value = NEW(b->a, f->n_rows, int32_t);
	uint8_t *missing = there ? NULL : NEW(b->a, f->n_rows, uint8_t);
	for (size_t i = 0; i < f->n_rows; i++) {
		value[i] = there ? v : 0;
		if (missing)
			missing[i] = MISSING_NR;
	}
	*c = (struct column){ .name = str_of(name),
			      .type = type,
			      .storage = STORAGE_I32,
			      .n = f->n_rows,
			      .value = value,
			      .missing = missing };
	f->column[f->n_columns++] = c;
	b->n_constants++;
}

static void add_round(struct block *b)
{
	const struct response_round *r = &b->r->round;
	if (!b->r->has_round)
		return;
	add_constant(b, "round_year", COLUMN_INTEGER, true, r->year);
	add_constant(b, "round_from", COLUMN_DATE, r->has_from, r->from);
	add_constant(b, "round_to", COLUMN_DATE, r->has_to, r->to);
}

/* The answers alone. */
static const struct frame *answers_of(struct block *b)
{
	struct frame *out = NEW(b->a, 1, struct frame);
	*out = *b->table[0].frame;
	out->column += b->n_constants;
	out->n_columns -= b->n_constants;
	return out;
}

static uint32_t first_row(struct repeat_rows *rr, struct str key)
{
	int64_t at = rr->rows ? lookup_find(&rr->by_key, key) : -1;
	return at < 0 ? NO_ROW : (uint32_t)at;
}

/* Joins the rows of repeat k to the rows at the top. */
static void join_repeat(struct block *b, size_t k, const struct str *key)
{
	struct repeat_rows *rr = &b->r->repeat[k];
	struct table *top = &b->table[0], *t = &b->table[1 + k];
	uint32_t *start = NEW(b->a, top->n + 1, uint32_t);
	for (size_t i = 0; i < top->n; i++) {
		uint32_t n = 0;
		for (uint32_t row = first_row(rr, key[i]); row != NO_ROW; row = rr->next[row])
			n++;
		start[i + 1] = start[i] + n;
	}
	uint32_t *from = NEW(b->a, start[top->n], uint32_t),
		 *parent = NEW(b->a, start[top->n], uint32_t);
	for (size_t i = 0; i < top->n; i++) {
		uint32_t at = start[i], row = first_row(rr, key[i]);
		if (row != NO_ROW)
			rr->taken[row] = true;
		for (; row != NO_ROW; row = rr->next[row]) {
			from[at] = row;
			parent[at++] = (uint32_t)i;
		}
	}
	*t = (struct table){ .n = start[top->n], .rows = rr->rows, .from = from, .parent = parent };
	t->frame = empty_frame(b->a, t->n, b->r->form->n_questions);
	t->child = &((struct frame_child *)(uintptr_t)top->frame->child)[k];
	*t->child = (struct frame_child){ .name = b->r->form->repeat[k].name,
					  .frame = t->frame,
					  .start = start };
}

void block_tables(struct block *b, const struct response_rows *rows, const struct str *cluster,
		  const struct str *company)
{
	const struct form *f = b->r->form;
	b->table = NEW(b->a, 1 + f->n_repeats, struct table);
	b->table[0] = (struct table){ .n = rows->n_rows, .rows = rows };
	struct frame *top = b->table[0].frame = empty_frame(b->a, rows->n_rows, f->n_questions + 3);
	add_round(b);
	top->n_children = f->n_repeats;
	top->child = NEW(b->a, f->n_repeats, struct frame_child);
	if (!f->n_repeats)
		return;
	struct str *key = NEW(b->a, rows->n_rows, struct str);
	for (size_t i = 0; i < rows->n_rows; i++)
		key[i] = id_key(b->a, cluster[i], company ? company[i] : STR(""), company);
	for (size_t k = 0; k < f->n_repeats; k++)
		join_repeat(b, k, key);
}

/* ---- relevance ---- */

uint8_t *block_relevance(struct block *b, size_t question)
{
	const struct asked *k = &b->r->asked[question];
	const struct table *t = &b->table[k->table];
	const struct expr *outer = k->table ? b->r->form->repeat[k->table - 1].relevant : NULL;
	if (!k->q->relevant && !outer)
		return NULL;
	uint8_t *out = NEW(b->a, t->n, uint8_t);
	const struct column *own = k->q->relevant ? block_eval(b, k->q->relevant, k->table) : NULL;
	const struct column *around = outer ? block_eval(b, outer, 0) : NULL;
	for (size_t i = 0; i < t->n; i++) {
		enum relevance a = own ? truth_of(own, i) : RELEVANT;
		enum relevance p = around ? truth_of(around, t->parent[i]) : RELEVANT;
		out[i] = a == IRRELEVANT || p == IRRELEVANT ? IRRELEVANT
			: a == RELEVANT && p == RELEVANT    ? RELEVANT
							    : RELEVANCE_UNKNOWN;
	}
	return out;
}

static void report_irrelevant(struct spot *s)
{
	const struct question *q = s->b->r->asked[s->question].q;
	problem_report(s->b->ps,
		       spot_problem(s, SEVERITY_ERROR, "relevant",
				    say(s->b->ps, "deje la celda vacía o escriba NA",
					"leave the cell empty or write NA")),
		       "la pregunta no aplica con las demás respuestas (%.*s) y tiene un valor",
		       "the question does not apply with the other answers (%.*s) and has a value",
		       STR_ARG(q->relevant ? expr_source(q->relevant) : q->name));
}

/* ---- answers ---- */

static void add_value(struct column_builder *c, enum column_type type, const struct value *v,
		      const uint16_t *item)
{
	switch (type) {
	case COLUMN_REAL:
		column_add_real(c, v->real);
		break;
	case COLUMN_TEXT:
		column_add_text(c, v->text);
		break;
	case COLUMN_MULTIPLE:
	case COLUMN_RANK:
		column_add_items(c, item, v->n_items);
		break;
	case COLUMN_INTEGER:
	case COLUMN_CHOICE:
	case COLUMN_DATE:
	case COLUMN_BOOLEAN:
		column_add_integer(c, v->integer);
		break;
	}
}

/* An answer that was refused counts as none. */
static void add_answer(struct block *b, struct column_builder *c, size_t question,
		       enum cell_state state, const struct value *v)
{
	if (state == CELL_VALUE)
		add_value(c, b->r->asked[question].q->column, v, b->item);
	else
		column_add_missing(c, state == CELL_BAD ? MISSING_NR : (enum missing)state);
}

static void put_column(struct block *b, size_t question, const struct column *c)
{
	struct frame *f = b->table[b->r->asked[question].table].frame;
	b->column[question] = c;
	f->column[f->n_columns++] = c;
}

static struct column_builder *builder_for(struct block *b, const struct question *q)
{
	return column_build(b->a, q->name, q->column, q->list ? &q->list->options : NULL);
}

static void finish_column(struct block *b, size_t question, struct column_builder *builder)
{
	const struct asked *k = &b->r->asked[question];
	struct column *c = NEW(b->a, 1, struct column);
	*c = *column_done(builder);
	c->unit = k->q->unit;
	c->rank_max = k->q->rank_max;
	put_column(b, question, c);
}

/* A column of one row is made without a builder. */
static bool is_lone(const struct block *b, size_t question)
{
	const struct asked *k = &b->r->asked[question];
	return b->lone && b->table[k->table].n == 1 && !(k->q->column == COLUMN_TEXT && k->q->list);
}

static enum cell_state read_one(struct spot *s, enum relevance relevance, struct value *v)
{
	if (relevance == IRRELEVANT) {
		if (s->raw.n && !s->b->aside && !str_is(s->raw, "ND") && !str_is(s->raw, "NA"))
			report_irrelevant(s);
		return CELL_NA;
	}
	return cell_read(s, v);
}

static enum cell_state read_cell(struct block *b, size_t question, size_t row, struct value *v)
{
	const struct asked *k = &b->r->asked[question];
	const uint8_t *relevance = b->relevance[question];
	struct spot s = { .b = b,
			  .question = question,
			  .row = row,
			  .raw = spot_cell(b, k->table, row, k->column) };
	enum cell_state state =
		read_one(&s, relevance ? (enum relevance)relevance[row] : RELEVANT, v);
	b->state[question][row] = (uint8_t)state;
	return state;
}

static void read_answers(struct block *b, size_t question)
{
	const struct asked *k = &b->r->asked[question];
	struct column_builder *c = builder_for(b, k->q);
	for (size_t i = 0; i < b->table[k->table].n; i++) {
		struct value v = { 0 };
		enum cell_state state = read_cell(b, question, i, &v);
		add_answer(b, c, question, state, &v);
	}
	finish_column(b, question, c);
}

static void read_lone(struct block *b, size_t question)
{
	struct value v = { 0 };
	enum cell_state state = read_cell(b, question, 0, &v);
	put_column(b, question, lone_column(b->lone, b, question, state, &v));
}

/* ---- calculations ---- */

/* The result as a value of the question's type; false: it has no such value. */
static bool value_of(enum column_type type, const struct cell *cell, struct value *out)
{
	double v = cell->type == COLUMN_REAL ? cell->real : (double)cell->integer;
	*out = (struct value){ .integer = cell->integer, .real = v, .text = cell->text };
	switch (type) {
	case COLUMN_INTEGER:
		if (cell->type == COLUMN_REAL)
			out->integer = fabs(v) < 9e18 ? (int64_t)v : 0;
		return cell->type != COLUMN_TEXT && cell->type != COLUMN_CHOICE &&
			(cell->type != COLUMN_REAL || (v == trunc(v) && fabs(v) < 9e18));
	case COLUMN_REAL:
		return cell->type != COLUMN_TEXT && cell->type != COLUMN_CHOICE && isfinite(v);
	case COLUMN_TEXT:
		return cell->type == COLUMN_TEXT || cell->type == COLUMN_CHOICE;
	case COLUMN_DATE:
	case COLUMN_BOOLEAN:
		return cell->type == type;
	case COLUMN_CHOICE:
	case COLUMN_MULTIPLE:
	case COLUMN_RANK:
		break;
	}
	return false;
}

static bool same_value(enum column_type type, const struct value *a, const struct value *b)
{
	if (type == COLUMN_TEXT)
		return str_eq(a->text, b->text);
	if (type == COLUMN_REAL) /* a spreadsheet's own arithmetic may differ in the last bits */
		return fabs(a->real - b->real) <=
			1e-9 * fmax(1, fmax(fabs(a->real), fabs(b->real)));
	return a->integer == b->integer;
}

/* What the file gives for a calculation is compared and never taken. */
static void compare_given(struct spot *s, enum cell_state state, const struct value *computed,
			  const struct column *c)
{
	const struct question *q = s->b->r->asked[s->question].q;
	struct value given = { 0 };
	s->quiet = true;
	enum cell_state as = cell_read(s, &given);
	s->quiet = false;
	bool missing = as != CELL_VALUE && as != CELL_BAD;
	if (as == CELL_NR || (missing && state != CELL_VALUE) ||
	    (as == CELL_VALUE && state == CELL_VALUE && same_value(q->column, &given, computed)))
		return;
	struct buf b;
	buf_init(&b, &s->b->scratch, 4096);
	cell_put(&b, c, s->row);
	problem_report(s->b->ps,
		       spot_problem(s, SEVERITY_ERROR, "calculation",
				    say(s->b->ps, "deje la celda vacía: el programa la calcula",
					"leave the cell empty: the program computes it")),
		       "el valor dado no es el calculado, que es %.*s",
		       "the value given is not the computed one, which is %.*s",
		       STR_ARG(q->personal ? STR("…") : buf_str(&b)));
}

static void calculate(struct block *b, size_t question)
{
	const struct asked *k = &b->r->asked[question];
	const uint8_t *relevance = b->relevance[question];
	const struct column *c = block_eval(b, k->q->calculation, k->table);
	struct column_builder *builder = builder_for(b, k->q);
	for (size_t i = 0; i < b->table[k->table].n; i++) {
		struct cell cell = column_cell(c, i);
		struct spot s = { .b = b,
				  .question = question,
				  .row = i,
				  .raw = spot_cell(b, k->table, i, k->column) };
		struct value v = { 0 };
		enum cell_state state = (enum cell_state)cell.missing;
		if (relevance && relevance[i] == IRRELEVANT)
			state = read_one(&s, IRRELEVANT, &v);
		else if (state == CELL_VALUE && !value_of(k->q->column, &cell, &v))
			state = CELL_NR;
		if (s.raw.n && !(relevance && relevance[i] == IRRELEVANT))
			compare_given(&s, state, &v, c);
		b->state[question][i] = (uint8_t)state;
		add_answer(b, builder, question, state, &v);
	}
	finish_column(b, question, builder);
}

void block_question(struct block *b, size_t question)
{
	const struct asked *k = &b->r->asked[question];
	const bool lone = is_lone(b, question);
	b->state[question] = lone ? lone_state(b->lone, question)
				  : NEW(b->a, b->table[k->table].n, uint8_t);
	b->relevance[question] = block_relevance(b, question);
	if (k->q->calculation)
		calculate(b, question);
	else if (lone)
		read_lone(b, question);
	else
		read_answers(b, question);
	arena_rewind(&b->scratch, b->clean);
}

/* Rows of a repeat whose own condition does not hold for their parent. */
static void check_repeat(struct block *b, size_t k)
{
	const struct repeat *repeat = &b->r->form->repeat[k];
	const struct table *t = &b->table[1 + k];
	if (!repeat->relevant || !t->n)
		return;
	const struct column *c = block_eval(b, repeat->relevant, 0);
	for (size_t i = 0; i < t->n; i++) {
		if (truth_of(c, t->parent[i]) != IRRELEVANT)
			continue;
		struct problem p = row_problem(b, t->parent[i], "", STR(""), "relevant",
					       say(b->ps, "quite la fila", "take the row out"));
		p.file = b->r->source[1 + k].file;
		p.row = (int64_t)t->rows->number[t->from[i]];
		problem_report(
			b->ps, p,
			"la repetición «%.*s» no aplica con las respuestas de este clúster",
			"the repeat \"%.*s\" does not apply with the answers of this cluster",
			STR_ARG(repeat->name));
	}
}

/* ---- the block ---- */

static size_t longest_list(const struct form *f)
{
	size_t n = 0;
	for (size_t i = 0; i < f->n_questions; i++)
		if (f->question[i].list && f->question[i].list->options.n > n)
			n = f->question[i].list->options.n;
	return n;
}

void block_start(struct block *b, const struct response_rows *rows)
{
	size_t n = b->r->form->n_questions;
	arena_init(&b->scratch, (size_t)4 << 30);
	b->clean = arena_mark(&b->scratch);
	b->column = NEW(b->a, n, const struct column *);
	b->state = NEW(b->a, n, uint8_t *);
	b->relevance = NEW(b->a, n, uint8_t *);
	b->accepted = NEW(b->a, rows->n_rows, bool);
	b->n_warnings = NEW(b->a, rows->n_rows, uint32_t);
	b->n_unexplained = NEW(b->a, rows->n_rows, uint32_t);
	b->item = NEW(b->a, longest_list(b->r->form), uint16_t);
	for (size_t i = 0; i < rows->n_rows; i++)
		b->accepted[i] = true;
	if (rows->n_rows == 1)
		b->lone = lones_make(b->a, n);
}

static struct str *ids_of(struct block *b, const struct response_rows *rows, int column)
{
	struct str *id = NEW(b->a, rows->n_rows, struct str);
	for (size_t i = 0; i < rows->n_rows; i++)
		id[i] = column == NO_COLUMN
			? STR("")
			: cell_trim(rows->cell[i * rows->n_columns + (size_t)column]);
	return id;
}

void response_read(struct response_reader *r, struct arena *a, const struct response_rows *rows,
		   struct problems *ps, struct response_block *out)
{
	struct block b = { .r = r, .a = a, .ps = ps };
	block_start(&b, rows);
	struct str *cluster = ids_of(&b, rows, r->source[0].cluster);
	struct str *company = r->company ? ids_of(&b, rows, r->source[0].company) : NULL;
	block_tables(&b, rows, cluster, company);
	for (size_t i = 0; i < rows->n_rows; i++)
		check_ids(&b, i, cluster[i], company ? company[i] : STR(""));
	for (size_t t = 0; t <= r->form->n_repeats; t++)
		check_unnamed(&b, t);
	arena_rewind(&b.scratch, b.clean);
	for (size_t i = 0; i < r->n_order; i++)
		block_question(&b, r->order[i]);
	for (size_t k = 0; k < r->form->n_repeats; k++)
		check_repeat(&b, k);
	for (size_t i = 0; i < r->n_order; i++) {
		if (!r->asked[r->order[i]].checked)
			continue;
		question_check(&b, r->order[i]);
		arena_rewind(&b.scratch, b.clean);
	}
	struct str *document = NEW(a, rows->n_rows, struct str);
	documents_write(&b, document);
	arena_drop(&b.scratch);
	*out = (struct response_block){ .n_rows = rows->n_rows,
					.cluster = cluster,
					.company = company,
					.accepted = b.accepted,
					.n_warnings = b.n_warnings,
					.n_unexplained = b.n_unexplained,
					.frame = answers_of(&b),
					.document = document,
					.n_mended = b.n_mended };
}
