/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The expressions of a form.  A calculation's type is that of its formula, so formulas are read in
 * the order in which they depend on each other; the same walk finds what depends on itself.
 * A question depends on the names in its calculation, in its own `relevant` and in that of the
 * groups around it, for an answer that is not relevant is missing. */
#include "instrument/form.h"

/* ---- one expression ---- */

/* Functions that ODK and Enketo know: others belong in ssme:: columns only. */
static const char *const portable_functions[] = {
	"if",
	"coalesce",
	"once",
	"selected",
	"selected-at",
	"count-selected",
	"jr:choice-name",
	"count",
	"count-non-empty",
	"sum",
	"min",
	"max",
	"round",
	"int",
	"abs",
	"pow",
	"log",
	"log10",
	"exp",
	"exp10",
	"sqrt",
	"sin",
	"cos",
	"tan",
	"asin",
	"acos",
	"atan",
	"atan2",
	"pi",
	"concat",
	"join",
	"substr",
	"substring-before",
	"substring-after",
	"string-length",
	"contains",
	"starts-with",
	"ends-with",
	"regex",
	"translate",
	"normalize-space",
	"not",
	"true",
	"false",
	"boolean",
	"boolean-from-string",
	"number",
	"string",
	"today",
	"now",
	"date",
	"date-time",
	"decimal-date-time",
	"decimal-time",
	"format-date",
	"format-date-time",
	"position",
	"index",
	"indexed-repeat",
	"instance",
	"current",
	"pulldata",
	"uuid",
	"random",
	"randomize",
	"checklist",
	"weighted-checklist",
	"area",
	"distance",
	"digest",
	"version",
	"floor",
	"ceiling",
	"last",
	"name",
	"local-name",
};

static void warn_portability(struct survey *s, size_t row, const char *head, struct str source)
{
	struct mention m;
	for (size_t at = 0; mention_next(source, &at, &m);) {
		bool known = m.kind != MENTION_CALL;
		for (size_t i = 0;
		     !known && i < sizeof(portable_functions) / sizeof(portable_functions[0]); i++)
			known = str_is(m.text, portable_functions[i]);
		if (!known)
			problem_report(
				s->l->ps, load_warning(s->l, s->g, row, head, "not_portable"),
				"%s: otras herramientas no conocen %.*s(); póngala en una columna "
				"ssme::",
				"%s: other tools do not know %.*s(); put it in a column ssme::",
				head, STR_ARG(m.text));
	}
}

bool formula_refuses_paths(struct survey *s, size_t row, const char *head, struct str source)
{
	static const char *const function[] = { "current", "instance", "pulldata", "indexed-repeat",
						"randomize" };
	struct mention m;
	struct problem p = load_error(s->l, s->g, row, head, "unknown_function");
	for (size_t at = 0; mention_next(source, &at, &m);) {
		bool call = false;
		for (size_t i = 0; i < 5; i++)
			call |= m.kind == MENTION_CALL && str_is(m.text, function[i]);
		if (call) {
			problem_report(s->l->ps, p, "%s: la función %.*s() no se admite",
				       "%s: function %.*s() is not supported", head,
				       STR_ARG(m.text));
			return true;
		}
		if (m.kind == MENTION_SIGN && (m.text.p[0] == '/' || m.text.p[0] == '[')) {
			p.rule = "syntax";
			p.suggestion = STR("${…}");
			problem_report(
				s->l->ps, p,
				"%s: las rutas XPath («%.*s») no se admiten: nombre la pregunta",
				"%s: XPath paths (\"%.*s\") are not supported: name the question",
				head, STR_ARG(m.text));
			return true;
		}
	}
	return false;
}

bool formula_parses(struct survey *s, struct str source, const struct expr_scope *scope,
		    const struct expr **out)
{
	struct expr_faults faults = { 0 };
	return expr_parse(s->l->a, source, scope, s->l->ps->lang, out, &faults);
}

struct str formula_mend_blank(struct survey *s, size_t row, const char *head, struct str source,
			      const struct expr_scope *scope)
{
	const struct expr *e;
	bool found;
	if (formula_parses(s, source, scope, &e))
		return source;
	struct str mended = mention_blank_as_text(s->l->a, source, &found);
	if (!found || !formula_parses(s, mended, scope, &e))
		return source;
	problem_report(s->l->ps, load_warning(s->l, s->g, row, head, "blank_comparison"),
		       "%s: sin respuesta, comparar con '' no se cumple ni deja de cumplirse; use "
		       "answered(…)",
		       "%s: without an answer a comparison with '' neither holds nor fails; use "
		       "answered(…)",
		       head);
	return mended;
}

struct str formula_as_condition(struct survey *s, struct str source, const struct expr_scope *scope)
{
	const struct expr *e;
	if (!formula_parses(s, source, scope, &e))
		return source;
	switch (expr_type(e)) {
	case EXPR_NUMBER: return str_fmt(s->l->a, "(%.*s) != 0", STR_ARG(source));
	case EXPR_TEXT:
	case EXPR_DATE:
	case EXPR_SET: return str_fmt(s->l->a, "string(%.*s) != ''", STR_ARG(source));
	case EXPR_BOOLEAN:
	case EXPR_LIST: break;
	}
	return source;
}

/* round_year, round_from, round_to stand behind the questions. */
enum { N_ROUND_NAMES = 3 };
struct expr_scope formula_scope(const struct survey *s, int repeat, struct str self, bool own)
{
	size_t n = s->f->n_questions + (own ? N_ROUND_NAMES : 0);
	struct expr_scope scope = { .name = s->name, .n = n, .self = self };
	if (repeat >= 0)
		scope.repeat = s->f->repeat[repeat].name;
	return scope;
}

/* The source as it will be parsed, or empty where the cell is empty or refused (then reported). */
static struct str prepare(struct survey *s, size_t row, const char *head, struct str source,
			  const struct expr_scope *scope, enum want want)
{
	const struct str none = { "", 0 };
	if (!source.n || formula_refuses_paths(s, row, head, source))
		return none;
	struct str text = formula_mend_blank(s, row, head, source, scope);
	if (want == WANT_CONDITION)
		text = formula_as_condition(s, text, scope);
	if (!load_expr(s->l, s->g, row, head, text, scope, want))
		return none;
	if (!str_starts(str_of(head), "ssme::"))
		warn_portability(s, row, head, source);
	return text;
}

static const struct expr *parse_cell(struct survey *s, const struct question *q, size_t row,
				     const char *head, bool self, enum want want)
{
	struct expr_scope scope =
		formula_scope(s, q->repeat, self ? q->name : (struct str){ "", 0 },
			      str_starts(str_of(head), "ssme::"));
	const struct expr *e = NULL;
	struct str text = prepare(s, row, head, grid_cell(s->g, row, head), &scope, want);
	return text.n && formula_parses(s, text, &scope, &e) ? e : NULL;
}

/* ---- relevance ---- */

/* The condition of an element alone, checked once. */
static void prepare_relevant(struct survey *s, size_t at)
{
	struct element *e = &s->element[at];
	int repeat = e->repeat;
	if (e->other)
		return;
	struct str cell = grid_cell(s->g, e->row, "relevant");
	struct expr_scope scope = formula_scope(s, repeat, (struct str){ "", 0 }, false);
	e->relevant = prepare(s, e->row, "relevant", cell, &scope, WANT_CONDITION);
	e->bad_relevant = cell.n && !e->relevant.n;
}

/* Its own condition and those around it, up to its repeat, joined with `and`. */
static const struct expr *whole_relevant(struct survey *s, size_t at)
{
	struct buf b;
	const struct element *own = &s->element[at];
	const struct expr *e = NULL;
	buf_init(&b, s->l->a, EXPR_SOURCE_MAX);
	for (size_t i = at; i != NO_ELEMENT; i = s->element[i].parent) {
		const struct element *around = &s->element[i];
		if (i != at && around->kind == ELEMENT_BEGIN_REPEAT)
			break;
		if (around->bad_relevant)
			return NULL;
		if (around->relevant.n)
			buf_fmt(&b, "%s(%.*s)", b.n ? " and " : "", STR_ARG(around->relevant));
	}
	struct expr_scope scope = formula_scope(s, own->repeat, (struct str){ "", 0 }, false);
	if (!b.n)
		return NULL;
	if (b.over || !formula_parses(s, buf_str(&b), &scope, &e))
		problem_report(
			s->l->ps, load_error(s->l, s->g, own->row, "relevant", "limit"),
			"relevant: junto con las de sus grupos, la condición es demasiado larga",
			"relevant: with those of its groups the condition is too long");
	return e;
}

/* ---- dependence ---- */

struct walk {
	struct survey *s;
	unsigned char *state; /* by question: 0 new, 1 being walked, 2 done */
	size_t *path;
	size_t n_path;
};

static void read_calculation(struct survey *s, size_t question);
static void visit(struct walk *w, size_t question);

/* The names on the way from the question back to itself. */
static void report_cycle(struct walk *w, size_t question, size_t row, const char *head)
{
	struct survey *s = w->s;
	struct buf b;
	size_t from = 0;
	while (from < w->n_path && w->path[from] != question)
		from++;
	buf_init(&b, s->l->a, 2000);
	for (size_t i = from; i < w->n_path; i++)
		buf_fmt(&b, "%.*s → ", STR_ARG(s->f->question[w->path[i]].name));
	buf_put(&b, s->f->question[question].name);
	struct str path = buf_str(&b);
	problem_report(s->l->ps, load_error(s->l, s->g, row, head, "cycle"),
		       "%s: depende de sí misma: %.*s", "%s: it depends on itself: %.*s", head,
		       STR_ARG(path));
}

static void visit_names(struct walk *w, struct str source, size_t row, const char *head)
{
	struct survey *s = w->s;
	struct mention m;
	for (size_t at = 0; mention_next(source, &at, &m);) {
		if (m.kind != MENTION_NAME)
			continue;
		size_t element = name_map_get(&s->questions, m.text);
		size_t question = element == SIZE_MAX ? NO_ELEMENT : s->element[element].question;
		if (question == NO_ELEMENT)
			continue;
		if (w->state[question] == 1)
			report_cycle(w, question, row, head);
		else
			visit(w, question);
	}
}

static void visit(struct walk *w, size_t question)
{
	struct survey *s = w->s;
	struct form *f = s->f;
	size_t at = s->element_of[question];
	if (w->state[question])
		return;
	const struct element *e = &s->element[at];
	if (w->n_path == CHAIN_MAX) {
		problem_report(s->l->ps, load_error(s->l, s->g, e->row, "calculation", "limit"),
			       "más de %d preguntas dependen una de otra en cadena",
			       "more than %d questions depend on each other in a chain", CHAIN_MAX);
		return;
	}
	w->state[question] = 1;
	w->path[w->n_path++] = question;
	struct str calculation =
		e->other ? (struct str){ "", 0 } : grid_cell(s->g, e->row, "calculation");
	visit_names(w, calculation, e->row, "calculation");
	for (size_t i = at; i != NO_ELEMENT; i = s->element[i].parent) {
		const struct element *around = &s->element[i];
		visit_names(w,
			    around->other ? around->relevant
					  : grid_cell(s->g, around->row, "relevant"),
			    around->row, "relevant");
	}
	w->n_path--;
	w->state[question] = 2;
	if (!calculation.n)
		return;
	read_calculation(s, question);
	f->calculation_order[f->n_calculations++] = question;
}

/* ---- calculations ---- */

/* Can this name bring in a fraction?  A choice can, when an option reads as one. */
static bool name_stays_whole(const struct survey *s, struct str name)
{
	size_t element = name_map_get(&s->questions, name);
	if (element == SIZE_MAX || s->element[element].question == NO_ELEMENT)
		return name_map_get(&s->names, name) != SIZE_MAX; /* a repeat, being counted */
	const struct question *q = &s->f->question[s->element[element].question];
	for (size_t i = 0; q->column == COLUMN_CHOICE && i < q->list->options.n; i++) {
		double real;
		int64_t whole;
		struct str option = q->list->options.name[i];
		if (num_real(option, &real) && !num_int(option, &whole))
			return false;
	}
	return q->column != COLUMN_REAL;
}

/* Is a calculation that gives a number made of whole numbers and of what keeps them whole? */
static bool stays_whole(const struct survey *s, struct str source)
{
	static const char *const keeps[] = { "sum",
					     "count",
					     "min",
					     "max",
					     "abs",
					     "int",
					     "coalesce",
					     "if",
					     "selected",
					     "not",
					     "count-selected",
					     "string-length",
					     "true",
					     "false" };
	struct mention m;
	for (size_t at = 0; mention_next(source, &at, &m);) {
		bool whole = m.kind == MENTION_TEXT;
		int64_t v;
		if (m.kind == MENTION_NAME)
			whole = name_stays_whole(s, m.text);
		else if (m.kind == MENTION_NUMBER)
			whole = num_int(m.text, &v);
		else if (m.kind == MENTION_SIGN)
			whole = m.text.p[0] != '.';
		else if (m.kind == MENTION_WORD)
			whole = str_is(m.text, "and") || str_is(m.text, "or") ||
				str_is(m.text, "mod");
		for (size_t i = 0; m.kind == MENTION_CALL && i < sizeof(keeps) / sizeof(keeps[0]);
		     i++)
			whole |= str_is(m.text, keeps[i]);
		if (!whole)
			return false;
	}
	return true;
}

/* The list of the one question that a set comes from. */
static const struct choice_list *list_of(const struct survey *s, const struct expr *e)
{
	size_t n;
	const struct str *name = expr_names(e, &n);
	for (size_t i = 0; i < n; i++) {
		size_t element = name_map_get(&s->questions, name[i]);
		if (element == SIZE_MAX || s->element[element].question == NO_ELEMENT)
			continue;
		const struct question *q = &s->f->question[s->element[element].question];
		if (q->list && q->column != COLUMN_CHOICE)
			return q->list;
	}
	return NULL;
}

static void set_calculated_type(struct survey *s, struct question *q, size_t row,
				const struct expr *e)
{
	switch (expr_type(e)) {
	case EXPR_BOOLEAN: q->column = COLUMN_BOOLEAN; return;
	case EXPR_NUMBER:
		q->column = stays_whole(s, expr_source(e)) ? COLUMN_INTEGER : COLUMN_REAL;
		return;
	case EXPR_DATE: q->column = COLUMN_DATE; return;
	case EXPR_SET:
		q->list = list_of(s, e);
		q->column = q->list ? COLUMN_MULTIPLE : COLUMN_TEXT;
		return;
	case EXPR_TEXT: q->column = COLUMN_TEXT; return;
	case EXPR_LIST: break;
	}
	problem_report(s->l->ps, load_error(s->l, s->g, row, "calculation", "type"),
		       "calculation: una lista no es un valor de respuesta",
		       "calculation: a list is no value of an answer");
}

static void check_unit(struct survey *s, struct question *q, size_t row, const struct expr *e)
{
	struct str unit = expr_unit(e);
	if (!unit.n || str_eq(unit, q->unit))
		return;
	if (q->unit.n)
		problem_report(s->l->ps, load_error(s->l, s->g, row, "calculation", "unit"),
			       "calculation: el cálculo está en %.*s y la pregunta en %.*s",
			       "calculation: the calculation is in %.*s and the question in %.*s",
			       STR_ARG(unit), STR_ARG(q->unit));
	else
		q->unit = unit;
}

/* The scope's entry of a question, after its type is known. */
static void set_name(struct survey *s, size_t question)
{
	const struct question *q = &s->f->question[question];
	s->name[question] = (struct expr_name){ .name = q->name,
						.type = q->column,
						.unit = q->unit,
						.dictionary = q->list ? &q->list->options : NULL,
						.rank_max = q->rank_max };
	if (q->repeat >= 0)
		s->name[question].repeat = s->f->repeat[q->repeat].name;
}

/* What is made of a personal answer is personal too: concat(${name}, …) would print it. */
static bool reads_personal(const struct survey *s, const struct expr *e)
{
	size_t n;
	const struct str *name = expr_names(e, &n);
	for (size_t i = 0; i < n; i++) {
		size_t element = name_map_get(&s->questions, name[i]);
		size_t question = element == SIZE_MAX ? NO_ELEMENT : s->element[element].question;
		if (question != NO_ELEMENT && s->f->question[question].personal)
			return true;
	}
	return false;
}

static void read_calculation(struct survey *s, size_t question)
{
	struct question *q = &s->f->question[question];
	size_t row = s->element[s->element_of[question]].row;
	q->calculation = parse_cell(s, q, row, "calculation", false, WANT_ANY);
	if (!q->calculation) {
		(void)name_map_add(&s->l->unsure, q->name, row);
		return;
	}
	q->personal |= reads_personal(s, q->calculation);
	check_unit(s, q, row, q->calculation);
	if (q->type == QUESTION_CALCULATE)
		set_calculated_type(s, q, row, q->calculation);
	set_name(s, question);
}

static void walk_all(struct survey *s)
{
	struct form *f = s->f;
	size_t n = f->n_questions;
	struct walk w = { .s = s,
			  .state = NEW(s->l->a, n, unsigned char),
			  .path = NEW(s->l->a, n, size_t) };
	f->calculation_order = NEW(s->l->a, n, size_t);
	for (size_t i = 0; i < n; i++)
		visit(&w, i);
}

/* ---- required, default ---- */

static void read_required(struct survey *s, struct question *q, size_t row)
{
	static const char *const yes[] = { "yes",  "Yes",  "YES",    "true",
					   "TRUE", "True", "true()", "1" };
	static const char *const no[] = { "",      "no",    "No",      "NO", "false",
					  "FALSE", "False", "false()", "0" };
	struct str cell = grid_cell(s->g, row, "required");
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (str_is(cell, no[i]))
			return;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		q->required |= str_is(cell, yes[i]);
	if (!q->required)
		q->required_if = parse_cell(s, q, row, "required", false, WANT_CONDITION);
}

/* A default is text unless it names a question or calls a function. */
static bool is_formula(struct str cell)
{
	struct mention m;
	for (size_t at = 0; mention_next(cell, &at, &m);)
		if (m.kind == MENTION_NAME ||
		    (m.kind == MENTION_CALL && m.at + m.n < cell.n && cell.p[m.at + m.n] == '('))
			return true;
	return false;
}

static struct str quote(struct survey *s, struct str text)
{
	bool apostrophe = false;
	for (size_t i = 0; i < text.n; i++)
		apostrophe |= text.p[i] == '\'';
	return str_fmt(s->l->a, apostrophe ? "\"%.*s\"" : "'%.*s'", STR_ARG(text));
}

static void read_default(struct survey *s, struct question *q, size_t row)
{
	struct str cell = grid_cell(s->g, row, "default");
	double v;
	if (!cell.n || q->type == QUESTION_NOTE)
		return;
	struct expr_scope scope = formula_scope(s, q->repeat, (struct str){ "", 0 }, false);
	scope.allow_today = true;
	bool formula = is_formula(cell);
	if (!formula && q->list && q->type == QUESTION_SELECT_ONE &&
	    dictionary_find(&q->list->options, cell) < 0) {
		struct problem p = load_warning(s->l, s->g, row, "default", "unknown_choice");
		p.suggestion =
			load_did_you_mean(s->l, cell, q->list->options.name, q->list->options.n);
		problem_report(s->l->ps, p, "default: «%.*s» no es una opción",
			       "default: \"%.*s\" is no option", STR_ARG(cell));
	}
	bool number = q->column == COLUMN_INTEGER || q->column == COLUMN_REAL;
	if (!formula && !(number && num_real(cell, &v)))
		cell = quote(s, cell);
	if (!formula_refuses_paths(s, row, "default", formula ? cell : (struct str){ "", 0 }))
		q->initial = load_expr(s->l, s->g, row, "default", cell, &scope, WANT_ANY);
}

/* ---- names in texts ---- */

static void check_text(struct survey *s, size_t row, size_t column)
{
	struct str text = s->g->sheet.cell[row * s->g->sheet.n_columns + column];
	struct str whole = text;
	size_t open, n;
	while (str_find(text, STR("${"), &open)) {
		struct str rest = str_sub(text, open + 2, text.n);
		if (!str_find(rest, STR("}"), &n))
			return;
		struct str name = str_trim(str_sub(rest, 0, n));
		text = str_sub(rest, n + 1, rest.n);
		if (str_starts(name, "last-saved#") || name_map_get(&s->names, name) != SIZE_MAX)
			continue;
		struct str *known = NEW(s->l->a, s->f->n_questions, struct str);
		for (size_t i = 0; i < s->f->n_questions; i++)
			known[i] = s->f->question[i].name;
		struct problem p = load_error(s->l, s->g, row, NULL, "unknown_name");
		p.column = sheet_cell_name(s->l->a, column, (uint64_t)p.row);
		p.value = whole;
		p.suggestion = load_did_you_mean(s->l, name, known, s->f->n_questions);
		problem_report(s->l->ps, p, "el texto nombra ${%.*s}, que no existe",
			       "the text names ${%.*s}, which does not exist", STR_ARG(name));
	}
}

static void check_texts(struct survey *s, size_t row)
{
	static const char *const head[] = { "label",
					    "hint",
					    "guidance_hint",
					    "constraint_message",
					    "required_message",
					    "ssme::warning_message" };
	for (size_t c = 0; c < s->g->sheet.n_columns; c++)
		for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
			if (str_is(s->g->head[c], head[i]) ||
			    (str_starts(s->g->head[c], head[i]) &&
			     head_is_known(s->slot, s->g->head[c]) &&
			     s->g->head[c].p[str_of(head[i]).n] == ':'))
				check_text(s, row, c);
}

/* ---- totals of groups ---- */

/* A question whose number counts in the total of its group. */
static bool is_part(const struct question *q, size_t group)
{
	return q->group == group && q->type != QUESTION_CALCULATE &&
		(q->column == COLUMN_INTEGER || q->column == COLUMN_REAL);
}

static void check_parts(struct survey *s, const struct element *e, const struct expr *total)
{
	const struct form *f = s->f;
	struct str unit = expr_unit(total);
	size_t n = 0;
	for (size_t i = 0; i < f->n_questions; i++) {
		const struct question *q = &f->question[i];
		if (!is_part(q, e->group))
			continue;
		n++;
		if (unit.n && q->unit.n && !str_eq(unit, q->unit)) {
			problem_report(
				s->l->ps, load_error(s->l, s->g, e->row, "ssme::total", "unit"),
				"ssme::total: el total está en %.*s y «%.*s» en %.*s",
				"ssme::total: the total is in %.*s and \"%.*s\" in %.*s",
				STR_ARG(unit), STR_ARG(q->name), STR_ARG(q->unit));
			return;
		}
	}
	if (n < 2)
		problem_report(s->l->ps,
			       load_warning(s->l, s->g, e->row, "ssme::total", "unused"),
			       "ssme::total: el grupo no tiene dos números que sumar",
			       "ssme::total: the group has no two numbers to add up");
}

void totals_load(struct survey *s)
{
	for (size_t i = 0; i < s->n_elements; i++) {
		const struct element *e = &s->element[i];
		if (e->group == NO_GROUP)
			continue;
		struct expr_scope scope = formula_scope(s, e->repeat, (struct str){ "", 0 }, true);
		const struct expr *total = NULL;
		struct str text = prepare(s, e->row, "ssme::total",
					  grid_cell(s->g, e->row, "ssme::total"), &scope,
					  WANT_NUMBER);
		if (!text.n || !formula_parses(s, text, &scope, &total))
			continue;
		s->f->group[e->group].total = total;
		check_parts(s, e, total);
	}
}

/* ---- all of them ---- */

static void read_question_formulas(struct survey *s, size_t at)
{
	struct question *q = &s->f->question[at];
	const struct element *e = &s->element[s->element_of[at]];
	q->relevant = whole_relevant(s, s->element_of[at]);
	if (e->other)
		return;
	q->constraint = parse_cell(s, q, e->row, "constraint", true, WANT_CONDITION);
	q->own_constraint = parse_cell(s, q, e->row, "ssme::constraint", true, WANT_CONDITION);
	q->warning = parse_cell(s, q, e->row, "ssme::warning", true, WANT_CONDITION);
	read_required(s, q, e->row);
	filter_load(s, q, e->row);
	read_default(s, q, e->row);
	bool calculates = q->type == QUESTION_CALCULATE;
	if (calculates && !grid_cell(s->g, e->row, "calculation").n && !q->initial)
		problem_report(s->l->ps, load_error(s->l, s->g, e->row, "calculation", "required"),
			       "calculate sin fórmula en la columna calculation",
			       "calculate without a formula in column calculation");
	if (q->constraint_message.in[LANG_ES].n + q->constraint_message.in[LANG_EN].n == 0 &&
	    q->constraint)
		problem_report(
			s->l->ps,
			load_warning(s->l, s->g, e->row, "constraint_message", "missing_message"),
			"la restricción no tiene mensaje (constraint_message)",
			"the constraint has no message (constraint_message)");
}

void formulas_load(struct survey *s)
{
	struct form *f = s->f;
	size_t n = f->n_questions;
	s->name = NEW(s->l->a, n + N_ROUND_NAMES, struct expr_name);
	for (size_t i = 0; i < n; i++)
		set_name(s, i);
	s->name[n] = (struct expr_name){ .name = STR("round_year"), .type = COLUMN_INTEGER };
	s->name[n + 1] = (struct expr_name){ .name = STR("round_from"), .type = COLUMN_DATE };
	s->name[n + 2] = (struct expr_name){ .name = STR("round_to"), .type = COLUMN_DATE };
	walk_all(s);
	for (size_t i = 0; i < s->n_elements; i++)
		prepare_relevant(s, i);
	for (size_t i = 0; i < s->n_elements; i++) {
		const struct element *e = &s->element[i];
		if (!e->other)
			check_texts(s, e->row);
		if (e->own_repeat >= 0)
			f->repeat[e->own_repeat].relevant = whole_relevant(s, i);
	}
	for (size_t i = 0; i < f->n_questions; i++)
		read_question_formulas(s, i);
	totals_load(s);
}
