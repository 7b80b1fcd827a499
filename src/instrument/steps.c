/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps: answers that earn points, each proved by evaluating the item's points over a row in which
 * the answer is as the step says.
 *
 * The other answers are not known.  They are tried as missing, then as plain values: zero and the
 * first option, one and the last option, one hundred.  A step is proved when one of these rows
 * gives its points; refuted when every row gives other points; otherwise it cannot be proved alone.
 */
#include "base/date.h"
#include "instrument/load.h"

/* ---- the answer ---- */

struct assignment {
	const struct expr_name *name;
	struct str value;
};

struct answer {
	struct assignment item[8];
	size_t n;
};

static const struct expr_name *find_name(const struct expr_scope *scope, struct str name)
{
	for (size_t i = 0; i < scope->n; i++)
		if (str_eq(scope->name[i].name, name))
			return &scope->name[i];
	return NULL;
}

static struct str rename_question(void *user, struct str word)
{
	struct arena *a = user;
	if (str_is(word, "true") || str_is(word, "false"))
		return (struct str){ "", 0 };
	return str_fmt(a, "${%.*s}", STR_ARG(word));
}

/* A set in an answer is written as a cell holds it, ${x} = 'a b': as selected(${x}, 'a') and
 * selected(${x}, 'b'). */
static struct str spell_sets(struct arena *a, struct str source, const struct expr_scope *scope)
{
	struct buf b;
	struct mention m, sign, value;
	size_t done = 0;
	buf_init(&b, a, source.n * 64 + 4096);
	for (size_t at = 0; mention_next(source, &at, &m);) {
		const struct expr_name *name =
			m.kind == MENTION_NAME ? find_name(scope, m.text) : NULL;
		size_t next = at;
		if (!name || (name->type != COLUMN_MULTIPLE && name->type != COLUMN_RANK) ||
		    !mention_next(source, &next, &sign) || !str_is(sign.text, "=") ||
		    !mention_next(source, &next, &value) || value.kind != MENTION_TEXT)
			continue;
		buf_put(&b, str_sub(source, done, m.at - done));
		struct str rest = value.text, word;
		for (bool first = true; (word = str_word(&rest)).n; first = false)
			buf_fmt(&b, "%sselected(${%.*s}, '%.*s')", first ? "" : " and ",
				STR_ARG(m.text), STR_ARG(word));
		at = done = next;
	}
	buf_put(&b, str_sub(source, done, source.n));
	return b.over ? source : buf_str(&b);
}

static bool add_assignment(struct answer *out, const struct expr_scope *scope, struct str name,
			   struct str value)
{
	const struct expr_name *found = find_name(scope, name);
	if (!found || out->n == sizeof(out->item) / sizeof(out->item[0]))
		return false;
	out->item[out->n++] = (struct assignment){ found, value };
	return true;
}

static bool next_sign(struct str s, size_t *at, char sign)
{
	struct mention m;
	size_t from = *at;
	if (!mention_next(s, &from, &m) || m.kind != MENTION_SIGN || m.text.p[0] != sign)
		return false;
	*at = from;
	return true;
}

/* ${x} = value, ${x} >= value, ${x} <= value */
static bool read_equation(struct str s, size_t *at, struct str name, const struct expr_scope *scope,
			  struct answer *out)
{
	struct mention m;
	(void)(next_sign(s, at, '>') || next_sign(s, at, '<'));
	if (!next_sign(s, at, '='))
		return false;
	size_t from = *at;
	bool minus = next_sign(s, at, '-');
	if (!mention_next(s, at, &m) || (m.kind != MENTION_TEXT && m.kind != MENTION_NUMBER))
		return false;
	struct str value = m.text;
	if (minus)
		value = str_trim(str_sub(s, from, m.at + m.n - from));
	return add_assignment(out, scope, name, value);
}

/* selected(${x}, 'value') behind the word */
static bool read_selected(struct str s, size_t *at, const struct expr_scope *scope,
			  struct answer *out)
{
	struct mention name, value;
	return next_sign(s, at, '(') && mention_next(s, at, &name) && name.kind == MENTION_NAME &&
	       next_sign(s, at, ',') && mention_next(s, at, &value) && value.kind == MENTION_TEXT &&
	       next_sign(s, at, ')') && add_assignment(out, scope, name.text, value.text);
}

/* Conditions joined with `and` that each give a name its value; false for anything else. */
static bool read_answer(struct str s, const struct expr_scope *scope, struct answer *out)
{
	struct mention m;
	*out = (struct answer){ 0 };
	for (size_t at = 0; mention_next(s, &at, &m);) {
		bool ok = m.kind == MENTION_NAME ? read_equation(s, &at, m.text, scope, out)
			  : m.kind == MENTION_CALL && str_is(m.text, "selected")
				  ? read_selected(s, &at, scope, out)
				  : false;
		if (!ok)
			return false;
		if (!mention_next(s, &at, &m))
			return true;
		if (m.kind != MENTION_WORD || !str_is(m.text, "and"))
			return false;
	}
	return false;
}

/* ---- the row ---- */

/* The same name given twice (two selected()) is a set of both. */
static struct str all_values(struct loader *l, const struct answer *answer,
			     const struct expr_name *name)
{
	struct buf b;
	buf_init(&b, l->a, 4096);
	for (size_t i = 0; i < answer->n; i++)
		if (answer->item[i].name == name)
			buf_fmt(&b, "%s%.*s", b.n ? " " : "", STR_ARG(answer->item[i].value));
	return buf_str(&b);
}

static const struct column *answer_column(struct loader *l, const struct expr_name *name,
					  struct str value)
{
	struct column_builder *b = column_build(l->a, name->name, name->type, name->dictionary);
	int64_t integer = -1;
	double real;
	struct date day;
	switch (name->type) {
	case COLUMN_MULTIPLE:
	case COLUMN_RANK: column_add_names(l->a, b, name->dictionary, value); return column_done(b);
	case COLUMN_TEXT: column_add_text(b, value); return column_done(b);
	case COLUMN_REAL:
		if (num_real(value, &real))
			return column_add_real(b, real), column_done(b);
		break;
	case COLUMN_CHOICE: integer = dictionary_find(name->dictionary, value); break;
	case COLUMN_INTEGER:
		if (num_int(value, &integer))
			return column_add_integer(b, integer), column_done(b);
		break;
	case COLUMN_DATE:
		if (date_parse(value, true, &day))
			return column_add_integer(b, date_days(day)), column_done(b);
		break;
	case COLUMN_BOOLEAN: integer = str_is(value, "yes") || str_is(value, "1"); break;
	}
	if (integer >= 0)
		column_add_integer(b, integer);
	else
		column_add_missing(b, MISSING_NR);
	return column_done(b);
}

/* A plain value of the type: trial 1, 2 or 3. */
static const struct column *plain_column(struct loader *l, const struct expr_name *name,
					 unsigned trial)
{
	static const int64_t number[] = { 0, 0, 1, 100 };
	struct column_builder *b = column_build(l->a, name->name, name->type, name->dictionary);
	size_t n = name->dictionary ? name->dictionary->n : 0;
	uint16_t code = trial == 1 || !n ? 0 : (uint16_t)(n - 1);
	switch (name->type) {
	case COLUMN_INTEGER: column_add_integer(b, number[trial]); break;
	case COLUMN_REAL: column_add_real(b, (double)number[trial]); break;
	case COLUMN_BOOLEAN: column_add_integer(b, trial > 1); break;
	case COLUMN_DATE: column_add_integer(b, number[trial]); break;
	case COLUMN_TEXT: column_add_text(b, STR("0")); break;
	case COLUMN_CHOICE:
		if (n)
			column_add_integer(b, code);
		else
			column_add_missing(b, MISSING_NR);
		break;
	case COLUMN_MULTIPLE:
	case COLUMN_RANK:
		if (n)
			column_add_items(b, &code, 1);
		else
			column_add_missing(b, MISSING_NR);
		break;
	}
	return column_done(b);
}

/* The row being made: columns by name. */
struct trial {
	struct loader *l;
	const struct expr_scope *scope;
	const struct column *column[256];
	size_t n;
	struct name_map names; /* of the columns, and of calculations to be made */
};

static void add_column(struct trial *t, const struct column *c)
{
	if (t->n < sizeof(t->column) / sizeof(t->column[0]))
		t->column[t->n++] = c;
}

static const struct question *calculated(const struct loader *l, struct str name)
{
	const struct question *q = form_question(l->in->form[FORM_CLUSTER], name);
	return q && q->calculation && q->type == QUESTION_CALCULATE && q->repeat < 0 ? q : NULL;
}

/* Gives every name that the expression reads a value as the trial says; calculations are left to be
 * made from what they read. */
static void add_names(struct trial *t, const struct expr *e, unsigned number)
{
	size_t n;
	const struct str *read = expr_names(e, &n);
	struct date from;
	for (size_t i = 0; i < n; i++) {
		const struct expr_name *name = find_name(t->scope, read[i]);
		const struct question *q = calculated(t->l, read[i]);
		if (!name || name->repeat.n || !name_map_add(&t->names, read[i], t->n))
			continue;
		if (q) {
			add_names(t, q->calculation, number);
		} else if (str_is(read[i], "round_year") &&
			   date_parse(t->l->in->valid_from, true, &from)) {
			struct column_builder *b =
				column_build(t->l->a, name->name, name->type, NULL);
			column_add_integer(b, from.year);
			add_column(t, column_done(b));
		} else if (number) {
			add_column(t, plain_column(t->l, name, number));
		}
	}
}

/* The calculated cell with the type that the scope says. */
static const struct column *calculate(struct loader *l, const struct question *q,
				      const struct frame *row)
{
	const struct expr_env env = { 0 };
	const struct column *c = expr_rows(l->a, q->calculation, row, &env);
	struct cell cell = column_cell(c, 0);
	struct column_builder *b =
		column_build(l->a, q->name, q->column, q->list ? &q->list->options : NULL);
	if (cell.missing != MISSING_NO)
		column_add_missing(b, cell.missing);
	else if (q->column == COLUMN_REAL)
		column_add_real(b, cell.real);
	else if (q->column == COLUMN_TEXT)
		column_add_text(b, cell.text);
	else if (q->column == COLUMN_MULTIPLE)
		column_add_items(b, cell.item, cell.n_items);
	else
		column_add_integer(b, cell.type == COLUMN_REAL ? (int64_t)cell.real : cell.integer);
	return column_done(b);
}

/* One row: the answer's values, the round's year, other names as the trial says, calculations. */
static const struct frame *trial_row(struct loader *l, const struct answer *answer,
				     const struct expr *points, const struct expr_scope *scope,
				     unsigned number)
{
	const struct form *f = l->in->form[FORM_CLUSTER];
	struct trial *t = NEW(l->a, 1, struct trial);
	t->l = l;
	t->scope = scope;
	t->names.a = l->a;
	for (size_t i = 0; i < answer->n; i++) {
		const struct expr_name *name = answer->item[i].name;
		if (name_map_add(&t->names, name->name, t->n))
			add_column(t, answer_column(l, name, all_values(l, answer, name)));
	}
	size_t n_given = t->n;
	add_names(t, points, number);
	for (size_t i = 0; i < f->n_calculations; i++) {
		const struct question *q = calculated(l, f->question[f->calculation_order[i]].name);
		size_t at = q ? name_map_get(&t->names, q->name) : SIZE_MAX;
		if (at != SIZE_MAX && at >= n_given)
			add_column(t, calculate(l, q, frame_of(l->a, t->column, t->n, 1)));
	}
	return frame_of(l->a, t->column, t->n, 1);
}

/* ---- proof ---- */

enum proof { PROVED, REFUTED, OPEN, NEVER };

static enum proof prove(struct loader *l, const struct step *step, const struct answer *answer,
			const struct expr_scope *scope)
{
	const struct expr *points = l->in->item[step->item].points;
	const struct expr_env env = { 0 };
	bool open = false;
	for (unsigned trial = 0; trial < 4; trial++) {
		const struct frame *row = trial_row(l, answer, points, scope, trial);
		if (!expr_holds(l->a, step->answer, row, &env)[0])
			return NEVER;
		struct cell cell = column_cell(expr_rows(l->a, points, row, &env), 0);
		if (cell.missing != MISSING_NO)
			open = true;
		else if ((int64_t)(cell.real * 1e6 + 0.5) == step->points_micro)
			return PROVED;
	}
	return open ? OPEN : REFUTED;
}

static void check_proof(struct loader *l, const struct grid *g, size_t row, const struct step *step,
			struct str source, const struct expr_scope *scope)
{
	struct answer answer;
	struct arena_mark mark = arena_mark(l->a);
	enum proof proof =
		read_answer(source, scope, &answer) ? prove(l, step, &answer, scope) : OPEN;
	arena_rewind(l->a, mark);
	struct str question = l->in->item[step->item].question;
	switch (proof) {
	case PROVED: return;
	case REFUTED:
		problem_report(l->ps, load_warning(l, g, row, "points", "step_points"),
			       "esta respuesta no da esos puntos en «%.*s»",
			       "this answer does not give those points in \"%.*s\"",
			       STR_ARG(question));
		return;
	case NEVER:
		problem_report(l->ps, load_warning(l, g, row, "answer", "step_points"),
			       "ninguna respuesta cumple esta condición",
			       "no answer meets this condition");
		return;
	case OPEN: break;
	}
	problem_report(l->ps, load_warning(l, g, row, "answer", "step_unproved"),
		       "los puntos no se pueden probar con esta respuesta sola",
		       "the points cannot be proved from this answer alone");
}

/* ---- rows ---- */

/* A row of the scores sheet that was refused has been reported. */
static bool was_refused(const struct loader *l, struct str question)
{
	const struct grid *g = &l->raw->grid[SLOT_SCORES];
	for (size_t row = 0; row < grid_rows(g); row++)
		if (str_eq(grid_cell(g, row, "question"), question))
			return true;
	return false;
}

static int64_t find_item(struct loader *l, const struct grid *g, size_t row, struct str question)
{
	const struct instrument *in = l->in;
	struct str *known = NEW(l->a, in->n_items, struct str);
	for (size_t i = 0; i < in->n_items; i++) {
		if (str_eq(in->item[i].question, question))
			return (int64_t)i;
		known[i] = in->item[i].question;
	}
	if (was_refused(l, question))
		return -1;
	struct problem p = load_error(l, g, row, "question", "unknown_name");
	p.suggestion = load_did_you_mean(l, question, known, in->n_items);
	problem_report(l->ps, p, "«%.*s» no está en la hoja scores",
		       "\"%.*s\" is not in sheet scores", STR_ARG(question));
	return -1;
}

/* The question whose answer changes: the first that the condition names. */
static struct str changed_question(const struct step *step, struct str item)
{
	size_t n;
	const struct str *name = expr_names(step->answer, &n);
	return n ? name[0] : item;
}

/* What the condition says, name by name; nothing when it is of another form. */
static void keep_answer(struct loader *l, struct str source, const struct expr_scope *scope,
			struct step *out)
{
	struct answer answer;
	if (!read_answer(source, scope, &answer))
		return;
	struct step_answer *set = NEW(l->a, answer.n, struct step_answer);
	for (size_t i = 0; i < answer.n; i++) {
		bool known = false;
		for (size_t k = 0; k < i; k++)
			known |= answer.item[k].name == answer.item[i].name;
		if (!known)
			set[out->n_set++] =
				(struct step_answer){ answer.item[i].name->name,
						      all_values(l, &answer, answer.item[i].name) };
	}
	out->set = set;
}

static void load_step(struct loader *l, const struct grid *g, size_t row,
		      const struct expr_scope *scope)
{
	struct instrument *in = l->in;
	struct step step = { .answer_text = grid_cell(g, row, "answer") };
	struct str question, cell;
	int64_t effort = 1, item = -1;
	size_t before = l->ps->n_errors;
	if (load_required(l, g, row, "question", &question))
		item = find_item(l, g, row, question);
	if (load_required(l, g, row, "answer", &cell)) {
		cell = spell_sets(l->a, mention_rewrite(l->a, cell, rename_question, l->a), scope);
		step.answer = load_expr(l, g, row, "answer", cell, scope, WANT_CONDITION);
	}
	step.text = load_label(l, g, row, "text");
	(void)load_int(l, g, row, "effort", 1, 3, 1, &effort);
	step.effort = (int)effort;
	if (!load_micro(l, g, row, "points", 0, INT64_C(1000000000000), &step.points_micro) ||
	    l->ps->n_errors != before || item < 0 || !step.answer)
		return;
	step.item = (size_t)item;
	step.question = changed_question(&step, question);
	keep_answer(l, cell, scope, &step);
	if (step.points_micro > in->item[step.item].max_micro)
		problem_report(l->ps, load_warning(l, g, row, "points", "step_points"),
			       "más puntos que el máximo de la pregunta",
			       "more points than the question's maximum");
	else
		check_proof(l, g, row, &step, cell, scope);
	in->step[in->n_steps++] = step;
}

void load_steps(struct loader *l)
{
	const struct grid *g = &l->raw->grid[SLOT_STEPS];
	if (!HAS_COLUMNS(l, g, "question", "answer", "points"))
		return;
	struct expr_scope scope = cluster_scope(l->a, l->in, false);
	l->in->step = NEW(l->a, grid_rows(g), struct step);
	for (size_t row = 0; row < grid_rows(g); row++)
		load_step(l, g, row, &scope);
}
