/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Problems with their place, and cells that hold one value. */
#include "instrument/load.h"

const char *load_say(const struct loader *l, const char *es, const char *en)
{
	return l->ps->lang == LANG_ES ? es : en;
}

static struct str did_you_mean(struct loader *l, struct str name)
{
	if (!name.n)
		return name;
	return l->ps->lang == LANG_ES ? str_fmt(l->a, "¿quiso decir «%.*s»?", STR_ARG(name))
				      : str_fmt(l->a, "did you mean \"%.*s\"?", STR_ARG(name));
}

struct str load_did_you_mean(struct loader *l, struct str s, const struct str *candidate, size_t n)
{
	enum { CANDIDATES_MAX = 5000 }; /* past it the search would take longer than the check */
	return did_you_mean(l, fold_nearest(l->a, s, candidate, n < CANDIDATES_MAX ? n : 0));
}

struct problem load_error(struct loader *l, const struct grid *g, size_t row, const char *head,
			  const char *rule)
{
	return grid_place(l->a, g, row, head, SEVERITY_ERROR, rule);
}

struct problem load_warning(struct loader *l, const struct grid *g, size_t row, const char *head,
			    const char *rule)
{
	return grid_place(l->a, g, row, head, SEVERITY_WARNING, rule);
}

/* ---- cells ---- */

bool load_required(struct loader *l, const struct grid *g, size_t row, const char *head,
		   struct str *out)
{
	*out = grid_cell(g, row, head);
	if (out->n)
		return true;
	problem_report(l->ps, load_error(l, g, row, head, "required"), "falta «%s» en esta fila",
		       "\"%s\" is missing in this row", head);
	return false;
}

bool load_is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
			      (unsigned char)c >= 0x80;
		bool inner = letter || (c >= '0' && c <= '9') || c == '-' || c == '.';
		if (i ? !inner : !letter)
			return false;
	}
	return s.n > 0;
}

bool load_name(struct loader *l, const struct grid *g, size_t row, const char *head,
	       struct str *out)
{
	if (!load_required(l, g, row, head, out))
		return false;
	if (load_is_name(*out))
		return true;
	problem_report(
		l->ps, load_error(l, g, row, head, "bad_name"),
		"«%.*s» no sirve como nombre: empieza por letra o _ y sigue con letras, cifras, _ "
		"- .",
		"\"%.*s\" cannot be a name: it begins with a letter or _ and goes on with letters, "
		"digits, _ - .",
		STR_ARG(*out));
	return false;
}

static bool to_micro(struct str s, int64_t *out)
{
	struct decimal d;
	if (!num_decimal(s, &d) || d.scale > 6)
		return false;
	__int128 v = d.mantissa;
	for (int i = d.scale; i < 6; i++)
		v *= 10;
	if (v > INT64_MAX / 4 || v < -(INT64_MAX / 4))
		return false;
	*out = (int64_t)v;
	return true;
}

static struct str micro_text(struct loader *l, int64_t v)
{
	struct buf b;
	buf_init(&b, l->a, 64);
	num_put_micro(&b, v);
	return buf_str(&b);
}

bool load_micro(struct loader *l, const struct grid *g, size_t row, const char *head, int64_t lo,
		int64_t hi, int64_t *out)
{
	struct str cell;
	int64_t v;
	if (!load_required(l, g, row, head, &cell))
		return false;
	if (to_micro(cell, &v) && v >= lo && v <= hi) {
		*out = v;
		return true;
	}
	struct str from = micro_text(l, lo), to = micro_text(l, hi);
	problem_report(
		l->ps, load_error(l, g, row, head, "number"),
		"«%s»: «%.*s» no es un número entre %.*s y %.*s con punto y hasta 6 decimales",
		"\"%s\": \"%.*s\" is no number between %.*s and %.*s with a point and up to 6 "
		"decimals",
		head, STR_ARG(cell), STR_ARG(from), STR_ARG(to));
	return false;
}

bool load_int(struct loader *l, const struct grid *g, size_t row, const char *head, int64_t lo,
	      int64_t hi, int64_t absent, int64_t *out)
{
	struct str cell = grid_cell(g, row, head);
	int64_t v = absent;
	if (!cell.n || (num_int(cell, &v) && v >= lo && v <= hi)) {
		*out = v;
		return true;
	}
	problem_report(l->ps, load_error(l, g, row, head, "number"),
		       "«%s»: «%.*s» no es un número entero entre %lld y %lld",
		       "\"%s\": \"%.*s\" is no whole number between %lld and %lld", head,
		       STR_ARG(cell), (long long)lo, (long long)hi);
	return false;
}

void load_check_translated(struct loader *l, const struct grid *g, size_t row, const char *head,
			   const struct label *label)
{
	bool es = label->in[LANG_ES].n, en = label->in[LANG_EN].n;
	if (es == en)
		return;
	struct str column = str_fmt(l->a, "%s%s", head, es ? "::en" : "");
	problem_report(l->ps, load_warning(l, g, row, str_c(l->a, column), "missing_translation"),
		       "falta el texto en %s («%.*s»)", "the text in %s is missing (\"%.*s\")",
		       es ? load_say(l, "inglés", "English") : load_say(l, "español", "Spanish"),
		       STR_ARG(column));
}

struct label load_label(struct loader *l, const struct grid *g, size_t row, const char *head)
{
	struct label label = grid_label(g, row, head, LANG_ES);
	if (!label.in[LANG_ES].n && !label.in[LANG_EN].n)
		problem_report(l->ps, load_warning(l, g, row, head, "missing_label"), "falta «%s»",
			       "\"%s\" is missing", head);
	load_check_translated(l, g, row, head, &label);
	return label;
}

bool load_has_columns(struct loader *l, const struct grid *g, const char *const *head, size_t n)
{
	bool all = true;
	if (!grid_rows(g))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (grid_column(g, head[i]) >= 0)
			continue;
		problem_report(l->ps, load_error(l, g, GRID_NO_ROW, head[i], "required"),
			       "falta la columna «%s»", "column \"%s\" is missing", head[i]);
		all = false;
	}
	return all;
}

int load_word(struct loader *l, const struct grid *g, size_t row, const char *head,
	      const char *const *word, size_t n)
{
	struct str cell = grid_cell(g, row, head);
	struct str *known = NEW(l->a, n, struct str);
	struct buf all;
	if (!cell.n)
		return 0;
	buf_init(&all, l->a, 400);
	for (size_t i = 0; i < n; i++) {
		if (str_is(cell, word[i]))
			return (int)i;
		known[i] = str_of(word[i]);
		buf_fmt(&all, "%s%s", i ? " " : "", word[i]);
	}
	struct problem p = load_error(l, g, row, head, "unknown_word");
	p.suggestion = load_did_you_mean(l, cell, known, n);
	if (!p.suggestion.n)
		p.suggestion = buf_str(&all);
	problem_report(l->ps, p, "«%s» no puede ser «%.*s»", "\"%s\" cannot be \"%.*s\"", head,
		       STR_ARG(cell));
	return -1;
}

static struct str nearest_question(struct loader *l, const struct form *f, struct str name)
{
	size_t n = f->n_questions + f->n_groups;
	struct str *known = NEW(l->a, n, struct str);
	for (size_t i = 0; i < f->n_questions; i++)
		known[i] = f->question[i].name;
	for (size_t i = 0; i < f->n_groups; i++)
		known[f->n_questions + i] = f->group[i].name;
	return load_did_you_mean(l, name, known, n);
}

bool load_check_question(struct loader *l, const struct grid *g, size_t row, const char *head,
			 struct str name)
{
	const struct form *f = l->in->form[FORM_CLUSTER];
	if (!f || form_question(f, name) || form_group(f, name))
		return true;
	struct problem p = load_error(l, g, row, head, "unknown_name");
	p.suggestion = nearest_question(l, f, name);
	problem_report(l->ps, p, "no hay pregunta «%.*s» en el formulario del gestor",
		       "there is no question \"%.*s\" in the cluster form", STR_ARG(name));
	return false;
}

/* ---- expressions ---- */

/* The part of a long expression that the fault is in. */
static struct str excerpt(struct str source, size_t at)
{
	enum { AROUND = 90 };
	if (source.n <= 2 * AROUND)
		return source;
	size_t from = at > AROUND ? at - AROUND : 0, to = at + AROUND;
	while (from > 0 && from < source.n && ((unsigned char)source.p[from] & 0xc0) == 0x80)
		from--;
	while (to < source.n && ((unsigned char)source.p[to] & 0xc0) == 0x80)
		to++;
	return str_sub(source, from, to - from);
}

static bool reads_unsure(const struct loader *l, struct str source)
{
	struct mention m;
	for (size_t at = 0; mention_next(source, &at, &m);)
		if (m.kind == MENTION_NAME && name_map_get(&l->unsure, m.text) != SIZE_MAX)
			return true;
	return false;
}

/* Is it a fault that a wrong guess of a type could cause? */
static bool is_doubtful(const struct loader *l, const struct expr_fault *f, struct str source,
			struct str self)
{
	struct str rule = str_of(f->rule);
	if (!str_is(rule, "type") && !str_is(rule, "unit") && !str_is(rule, "unknown_choice"))
		return false;
	return reads_unsure(l, source) || name_map_get(&l->unsure, self) != SIZE_MAX;
}

static void report_faults(struct loader *l, struct problem place, const char *head,
			  struct str source, const struct expr_faults *faults, struct str self)
{
	for (size_t i = 0; i < faults->n; i++) {
		const struct expr_fault *f = &faults->item[i];
		struct problem p = place;
		if (is_doubtful(l, f, source, self))
			continue;
		p.rule = f->rule;
		p.value = excerpt(source, f->at);
		p.message = str_fmt(l->a, "%s: %.*s", head, STR_ARG(f->message));
		p.suggestion = f->suggestion;
		problem_add(l->ps, p);
	}
}

static const struct expr *refuse_type(struct loader *l, struct problem place, const char *head,
				      enum want want)
{
	place.rule = "type";
	if (want == WANT_CONDITION)
		problem_report(l->ps, place, "%s: aquí va una condición, que es verdadera o falsa",
			       "%s: a condition is needed here, true or false", head);
	else if (want == WANT_AGGREGATE)
		problem_report(
			l->ps, place,
			"%s: la fórmula no resume filas: use share(), sum(), count(), mean() …",
			"%s: the formula does not sum up rows: use share(), sum(), count(), mean() "
			"…",
			head);
	else
		problem_report(l->ps, place, "%s: aquí va un número", "%s: a number is needed here",
			       head);
	return NULL;
}

const struct expr *load_expr(struct loader *l, const struct grid *g, size_t row, const char *head,
			     struct str source, const struct expr_scope *scope, enum want want)
{
	struct expr_faults faults = { 0 };
	const struct expr *e = NULL;
	if (!source.n)
		return NULL;
	struct problem place = load_error(l, g, row, head, "syntax");
	if (!expr_parse(l->a, source, scope, l->ps->lang, &e, &faults)) {
		report_faults(l, place, head, source, &faults, scope->self);
		return NULL;
	}
	place.value = excerpt(source, 0);
	bool fits = want == WANT_AGGREGATE   ? expr_is_aggregate(e)
		    : want == WANT_CONDITION ? expr_type(e) == EXPR_BOOLEAN
		    : want == WANT_NUMBER    ? expr_type(e) == EXPR_NUMBER
					     : true;
	if (fits)
		return e;
	return reads_unsure(l, source) ? NULL : refuse_type(l, place, head, want);
}

/* ---- names ---- */

static size_t slot_of(const struct name_map *m, struct str key)
{
	size_t i = (size_t)str_hash(key) & (m->n_slots - 1);
	while (m->key[i].p && !str_eq(m->key[i], key))
		i = (i + 1) & (m->n_slots - 1);
	return i;
}

size_t name_map_get(const struct name_map *m, struct str key)
{
	if (!m->n_slots || !key.p)
		return SIZE_MAX;
	size_t i = slot_of(m, key);
	return m->key[i].p ? m->value[i] : SIZE_MAX;
}

static void grow_map(struct name_map *m)
{
	struct name_map old = *m;
	m->n_slots = old.n_slots ? old.n_slots * 2 : 64;
	m->key = NEW(m->a, m->n_slots, struct str);
	m->value = NEW(m->a, m->n_slots, size_t);
	for (size_t i = 0; i < old.n_slots; i++) {
		if (!old.key[i].p)
			continue;
		size_t to = slot_of(m, old.key[i]);
		m->key[to] = old.key[i];
		m->value[to] = old.value[i];
	}
}

bool name_map_add(struct name_map *m, struct str key, size_t value)
{
	if (!key.p)
		key = (struct str){ "", 0 };
	if (2 * (m->n + 1) > m->n_slots)
		grow_map(m);
	size_t i = slot_of(m, key);
	if (m->key[i].p)
		return false;
	m->key[i] = key;
	m->value[i] = value;
	m->n++;
	return true;
}
