/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is checked of a question once all answers of its row are there. */
#include <math.h>

#include "response/reader.h"

struct str spot_cell(const struct block *b, size_t table, size_t row, int column)
{
	const struct table *t = &b->table[table];
	if (column == NO_COLUMN)
		return STR("");
	size_t file_row = t->from ? t->from[row] : row;
	return cell_trim(t->rows->cell[file_row * t->rows->n_columns + (size_t)column]);
}

const struct column *block_eval(struct block *b, const struct expr *e, size_t table)
{
	static const struct expr_env env = { .today = 0 };
	if (!table)
		return expr_rows(&b->scratch, e, b->table[0].frame, &env);
	return expr_rows_in_repeat(&b->scratch, e, b->table[table].child, b->table[0].frame, &env);
}

enum relevance truth_of(const struct column *c, size_t row)
{
	struct cell cell = column_cell(c, row);
	if (cell.missing != MISSING_NO)
		return cell.missing == MISSING_NA ? IRRELEVANT : RELEVANCE_UNKNOWN;
	if (cell.type == COLUMN_TEXT)
		return cell.text.n ? RELEVANT : IRRELEVANT;
	return (cell.type == COLUMN_REAL ? cell.real != 0 : cell.integer != 0) ? RELEVANT
									       : IRRELEVANT;
}

static bool is_false(const struct column *c, size_t row)
{
	return column_cell(c, row).missing == MISSING_NO && truth_of(c, row) == IRRELEVANT;
}

static struct spot spot_at(struct block *b, size_t question, size_t row)
{
	const struct asked *k = &b->r->asked[question];
	return (struct spot){ .b = b,
			      .question = question,
			      .row = row,
			      .raw = spot_cell(b, k->table, row, k->column) };
}

/* ---- required ---- */

static void report_required(struct block *b, size_t question, size_t row)
{
	const struct asked *k = &b->r->asked[question];
	struct spot s = spot_at(b, question, row);
	struct str cure = say(b->ps, "responda, o escriba ND (no sabe) o NA (no aplica)",
			      "answer, or write ND (does not know) or NA (does not apply)");
	struct str own = label_in(&k->q->required_message, b->ps->lang);
	struct problem p = spot_problem(&s, SEVERITY_ERROR, "required", cure);
	if (k->column == NO_COLUMN) {
		if (b->r->absent_told[question])
			return; /* the row is refused all the same */
		b->r->absent_told[question] = true;
		problem_report(b->ps, p,
			       "falta la columna «%.*s», obligatoria en esta fila y quizá en otras",
			       "the column \"%.*s\" is missing; this row needs it, others may too",
			       STR_ARG(k->q->name));
		return;
	}
	if (own.n)
		problem_report(b->ps, p, "%.*s", "%.*s", STR_ARG(own));
	else
		problem_report(b->ps, p, "pregunta obligatoria sin respuesta",
			       "a required question has no answer");
}

static void check_required(struct block *b, size_t question)
{
	const struct asked *k = &b->r->asked[question];
	const uint8_t *state = b->state[question], *relevance = b->relevance[question];
	if (k->q->calculation || (!k->q->required && !k->q->required_if))
		return;
	const struct column *condition =
		k->q->required_if ? block_eval(b, k->q->required_if, k->table) : NULL;
	for (size_t i = 0; i < b->table[k->table].n; i++) {
		if (state[i] != CELL_NR || (relevance && relevance[i] != RELEVANT))
			continue;
		if (!condition ||
		    (column_cell(condition, i).missing == MISSING_NO &&
		     truth_of(condition, i) == RELEVANT))
			report_required(b, question, i);
	}
}

/* ---- choice_filter ---- */

/* The rows of a table with the answers at the top beside them. */
static const struct frame *whole_frame(struct block *b, size_t table)
{
	const struct table *t = &b->table[table];
	if (!table)
		return t->frame;
	const struct frame *top = frame_take(&b->scratch, b->table[0].frame, t->parent, t->n);
	return frame_with(&b->scratch, top, t->frame->column, t->frame->n_columns);
}

static size_t list_items(const struct column *c, size_t row, uint16_t *one,
			 const uint16_t **ret_item)
{
	struct cell cell = column_cell(c, row);
	*ret_item = cell.item;
	if (cell.missing != MISSING_NO)
		return 0;
	if (cell.type != COLUMN_CHOICE)
		return cell.n_items;
	*one = (uint16_t)cell.integer;
	*ret_item = one;
	return 1;
}

static void check_filter(struct block *b, size_t question)
{
	const struct asked *k = &b->r->asked[question];
	const struct column *c = b->column[question];
	const uint16_t *item;
	uint16_t one;
	size_t n = 0, at = 0;
	if (!k->q->choice_filter || !k->q->list)
		return;
	for (size_t i = 0; i < c->n; i++)
		n += list_items(c, i, &one, &item);
	uint32_t *row = NEW(&b->scratch, n, uint32_t);
	uint16_t *option = NEW(&b->scratch, n, uint16_t);
	for (size_t i = 0; i < c->n; i++)
		for (size_t j = 0, m = list_items(c, i, &one, &item); j < m; j++) {
			row[at] = (uint32_t)i;
			option[at++] = item[j];
		}
	const uint8_t *stands =
		choice_filter_pairs(&b->scratch, k->q, whole_frame(b, k->table), row, option, n);
	for (size_t i = 0; i < n; i++) {
		struct spot s = spot_at(b, question, row[i]);
		if (stands[i])
			continue;
		struct str name = k->q->personal ? STR("…") : k->q->list->options.name[option[i]];
		struct str cure = say(b->ps, "corrija esta o la respuesta de la que depende",
				      "correct this one or the answer it depends on");
		problem_report(
			b->ps, spot_problem(&s, SEVERITY_ERROR, "choice_filter", cure),
			"la opción «%.*s» no se ofrece con las demás respuestas de la fila",
			"the option \"%.*s\" is not offered with the other answers of the row",
			STR_ARG(name));
	}
}

/* ---- constraints and warnings ---- */

static void report_unmet(struct spot *s, enum severity severity, const char *rule,
			 const struct label *message, const struct expr *e)
{
	struct block *b = s->b;
	struct str text = label_in(message, b->ps->lang), words = STR("");
	struct cell cell = column_cell(b->column[s->question], s->row);
	if (cell.type == COLUMN_INTEGER || cell.type == COLUMN_REAL)
		words = spot_words(s, cell.real);
	struct problem p = spot_problem(s, severity, rule, STR(""));
	if (text.n)
		problem_report(b->ps, p, "%.*s%.*s", "%.*s%.*s", STR_ARG(text), STR_ARG(words));
	else
		problem_report(b->ps, p, "la respuesta%.*s no cumple: %.*s",
			       "the answer%.*s does not hold: %.*s", STR_ARG(words),
			       STR_ARG(expr_source(e)));
}

/* Calls report for each row with an answer for which e is false; a missing condition does not
 * fire. */
static void each_false(struct block *b, size_t question, const struct expr *e,
		       void (*report)(struct block *b, size_t question, size_t row))
{
	size_t table = b->r->asked[question].table;
	if (!e)
		return;
	const struct column *c = block_eval(b, e, table);
	for (size_t i = 0; i < b->table[table].n; i++)
		if (b->state[question][i] == CELL_VALUE && is_false(c, i))
			report(b, question, i);
}

static void report_constraint(struct block *b, size_t question, size_t row)
{
	const struct question *q = b->r->asked[question].q;
	struct spot s = spot_at(b, question, row);
	report_unmet(&s, SEVERITY_ERROR, "constraint", &q->constraint_message, q->constraint);
}

static void report_own_constraint(struct block *b, size_t question, size_t row)
{
	const struct question *q = b->r->asked[question].q;
	struct spot s = spot_at(b, question, row);
	report_unmet(&s, SEVERITY_ERROR, "constraint", &q->constraint_message, q->own_constraint);
}

static void report_warning(struct block *b, size_t question, size_t row)
{
	const struct asked *k = &b->r->asked[question];
	const struct table *t = &b->table[k->table];
	struct spot s = spot_at(b, question, row);
	size_t top = t->parent ? t->parent[row] : row;
	b->n_warnings[top]++;
	if (!spot_cell(b, k->table, row, k->reason).n)
		b->n_unexplained[top]++;
	report_unmet(&s, SEVERITY_WARNING, "warning", &k->q->warning_message, k->q->warning);
}

void question_check(struct block *b, size_t question)
{
	const struct question *q = b->r->asked[question].q;
	check_required(b, question);
	check_filter(b, question);
	each_false(b, question, q->constraint, report_constraint);
	each_false(b, question, q->own_constraint, report_own_constraint);
	each_false(b, question, q->warning, report_warning);
}
