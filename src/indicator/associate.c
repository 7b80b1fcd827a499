/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every variable knows which scored items it is made of.  Where one is made of items that the other
 * holds too, the other is computed again without them, so that nothing is compared with itself. */
#include "indicator/associate.h"

#include <math.h>

#include "stat/adjust.h"
#include "stat/association.h"

static const double level = 0.95, found_below = 0.05;

enum kind { KIND_AREA, KIND_SCORE, KIND_NUMBER, KIND_YES_NO, KIND_N };

struct variable {
	enum kind kind;
	struct str name;
	struct label label;
	size_t area;    /* KIND_AREA */
	bool *item;     /* n_items: it is made of that item's question */
	double *value;  /* n_rows */
	bool *has;      /* n_rows */
};

struct work {
	struct arena *a;
	const struct instrument *in;
	const struct frame *f; /* the score table */
	enum lang lang;
	struct variable *variable;
	size_t n;
	/* of each item and row: points, or not applicable */
	double *points;
	bool *applies;
};

/* ---- reading --------------------------------------------------------------------------------- */

/* False: its type has no order. */
static bool read_values(const struct column *c, double *value, bool *has)
{
	if (c->type != COLUMN_INTEGER && c->type != COLUMN_REAL && c->type != COLUMN_BOOLEAN &&
	    c->type != COLUMN_CHOICE)
		return false;
	for (size_t i = 0; i < c->n; i++) {
		struct cell cell = column_cell(c, i);
		has[i] = !cell.missing;
		value[i] = c->type == COLUMN_REAL ? cell.real : (double)cell.integer;
	}
	return true;
}

static struct variable *add_variable(struct work *w, enum kind kind, struct str name)
{
	struct variable *v = &w->variable[w->n++];
	*v = (struct variable){ .kind = kind,
				.name = name,
				.item = NEW(w->a, w->in->n_items, bool),
				.value = NEW(w->a, w->f->n_rows, double),
				.has = NEW(w->a, w->f->n_rows, bool) };
	return v;
}

static void read_column(struct work *w, struct variable *v, struct str column)
{
	const struct column *c = frame_column(w->f, column);
	if (c)
		(void)read_values(c, v->value, v->has);
}

static void add_areas_and_score(struct work *w)
{
	for (size_t k = 0; k < w->in->n_areas; k++) {
		const struct area *area = &w->in->area[k];
		struct str name = str_fmt(w->a, "area_%.*s", STR_ARG(area->code));
		struct variable *v = add_variable(w, KIND_AREA, name);
		v->area = k;
		v->label = area->label;
		for (size_t i = 0; i < w->in->n_items; i++)
			v->item[i] = w->in->item[i].area == k;
		read_column(w, v, name);
	}
	struct variable *v = add_variable(w, KIND_SCORE, STR("score"));
	v->label = (struct label){ { STR("el puntaje"), STR("the score") } };
	for (size_t i = 0; i < w->in->n_items; i++)
		v->item[i] = true;
	read_column(w, v, v->name);
}

static bool reads(const struct expr *e, struct str name)
{
	size_t n;
	const struct str *read = expr_names(e, &n);
	for (size_t i = 0; i < n; i++)
		if (str_eq(read[i], name))
			return true;
	return false;
}

/* The items whose points read a question that the expression reads too. */
static void mark_items(const struct work *w, const struct expr *e, bool *item)
{
	size_t n;
	const struct str *read = expr_names(e, &n);
	for (size_t i = 0; i < w->in->n_items; i++) {
		const struct score_item *s = &w->in->item[i];
		/* the round's own columns are in many formulas and say nothing of the cluster */
		for (size_t k = 0; k < n && !item[i]; k++)
			item[i] = str_eq(read[k], s->question) ||
				  (s->points && !str_starts(read[k], "round_") &&
				   reads(s->points, read[k]));
	}
}

static struct label label_of(const struct work *w, struct str key, struct str name)
{
	const char *es = str_c(w->a, str_fmt(w->a, "%.*s::label", STR_ARG(key)));
	const char *en = str_c(w->a, str_fmt(w->a, "%.*s::label::en", STR_ARG(key)));
	struct label l = { { instrument_setting(w->in, es), instrument_setting(w->in, en) } };
	if (!l.in[LANG_ES].n && !l.in[LANG_EN].n)
		l.in[LANG_ES] = name;
	return l;
}

static bool add_named(struct work *w, const struct setting *s, struct str name, struct err *e)
{
	struct expr_scope scope = instrument_scope(w->a, w->in, TABLE_SCORE, false);
	struct expr_faults faults = { 0 };
	const struct expr *expr = NULL;
	if (!expr_parse(w->a, s->value, &scope, w->lang, &expr, &faults))
		return err_say(e, ERR_INPUT, "ajuste %.*s: %.*s", "setting %.*s: %.*s",
			       STR_ARG(s->key), STR_ARG(faults.item[0].message));
	const struct expr_env env = { 0 };
	const struct column *c = expr_rows(w->a, expr, w->f, &env);
	struct variable *v = add_variable(
		w, c->type == COLUMN_BOOLEAN ? KIND_YES_NO : KIND_NUMBER, name);
	v->label = label_of(w, s->key, name);
	if (!read_values(c, v->value, v->has))
		return err_say(e, ERR_INPUT,
			       "ajuste %.*s: debe ser un número, sí o no, o una opción de una "
			       "lista ordenada",
			       "setting %.*s: it must be a number, true or false, or an option of "
			       "an ordered list",
			       STR_ARG(s->key));
	mark_items(w, expr, v->item);
	return true;
}

/* The settings `associate.NAME`, in their order. */
static bool add_all_named(struct work *w, struct err *e)
{
	size_t named = 0, at = 0;
	for (size_t i = 0; i < w->in->n_settings; i++) {
		const struct setting *s = &w->in->setting[i];
		if (!str_starts(s->key, "associate.") || str_find(s->key, STR("::"), &at))
			continue;
		struct str name = s->key;
		(void)str_cut(&name, '.');
		if (++named > ASSOCIATE_NAMES_MAX)
			return err_say(e, ERR_LIMIT, "ajuste %.*s: a lo más %d asociaciones",
				       "setting %.*s: at most %d associations", STR_ARG(s->key),
				       (int)ASSOCIATE_NAMES_MAX);
		if (!add_named(w, s, name, e))
			return false;
	}
	return true;
}

/* Missing answers have no points, as in the score; what does not apply is left out. */
static void read_points(struct work *w)
{
	size_t rows = w->f->n_rows;
	const struct expr_env env = { 0 };
	w->points = NEW(w->a, w->in->n_items * rows, double);
	w->applies = NEW(w->a, w->in->n_items * rows, bool);
	for (size_t i = 0; i < w->in->n_items; i++) {
		const struct column *c = expr_rows(w->a, w->in->item[i].points, w->f, &env);
		for (size_t r = 0; r < rows; r++) {
			struct cell cell = column_cell(c, r);
			w->applies[i * rows + r] = cell.missing != MISSING_NA;
			w->points[i * rows + r] = cell.missing		  ? 0 :
						  c->type == COLUMN_REAL ? cell.real :
									   (double)cell.integer;
		}
	}
}

/* ---- what is left without some items --------------------------------------------------------- */

static bool share_items(const struct work *w, const struct variable *x, const struct variable *y)
{
	for (size_t i = 0; i < w->in->n_items; i++)
		if (x->item[i] && y->item[i])
			return true;
	return false;
}

/* An area of one row without the items left out.  False: nothing of it is left. */
static bool area_rest(const struct work *w, size_t area, size_t row, const bool *out_item,
		      double *out)
{
	size_t rows = w->f->n_rows;
	const struct variable *v = &w->variable[area];
	double points = 0, most = 0;
	bool touched = false;
	for (size_t i = 0; i < w->in->n_items; i++) {
		if (w->in->item[i].area != area)
			continue;
		touched |= out_item[i];
		if (out_item[i] || !w->applies[i * rows + row])
			continue;
		points += w->points[i * rows + row];
		most += (double)w->in->item[i].max_micro / 1e6;
	}
	if (!v->has[row] || (touched && !(most > 0)))
		return false;
	*out = touched ? 100 * points / most : v->value[row];
	return true;
}

/* The score of one row without those items: the weighted mean of what is left of the areas. */
static bool score_rest(const struct work *w, size_t row, const bool *out_item, double *out)
{
	double sum = 0, weights = 0, value = 0;
	for (size_t k = 0; k < w->in->n_areas; k++) {
		if (!area_rest(w, k, row, out_item, &value))
			continue;
		sum += area_weight(&w->in->area[k]) * value;
		weights += area_weight(&w->in->area[k]);
	}
	if (!(weights > 0))
		return false;
	*out = sum / weights;
	return true;
}

/* y of one row as x sees it. */
static bool value_for(const struct work *w, const struct variable *x, const struct variable *y,
		      bool part_whole, size_t row, double *out)
{
	if (!y->has[row])
		return false;
	if (part_whole)
		return y->kind == KIND_SCORE ? score_rest(w, row, x->item, out) :
					       area_rest(w, y->area, row, x->item, out);
	*out = y->value[row];
	return true;
}

/* ---- one pair -------------------------------------------------------------------------------- */

/* Words between braces are replaced.  Nothing here says that one does something to the other: no
 * test of association allows that. */
static const char *const found[LANG_N] = {
	"{x} se asocia con {y}{part}: los clústeres {who} suelen tener {what}.",
	"{x} is associated with {y}{part}: clusters {who} tend to have {what}.",
};
static const char *const not_found[LANG_N] = {
	"No encontramos evidencia de asociación entre {x} {and} {y}{part}.",
	"We found no evidence of an association between {x} {and} {y}{part}.",
};
static const char *const not_defined[LANG_N] = {
	"No se puede medir la asociación entre {x} {and} {y}{part}: {why}.",
	"The association between {x} {and} {y}{part} cannot be measured: {why}.",
};
static const char *const without_part[LANG_N] = {
	" (sin lo que tienen en común)",
	" (without what they have in common)",
};
/* A cluster that has much of x. */
static const char *const who[KIND_N][LANG_N] = {
	[KIND_AREA] = { "con más puntos en {x}", "with more points in {x}" },
	[KIND_SCORE] = { "con más puntaje", "with a higher score" },
	[KIND_NUMBER] = { "con un valor más alto en «{x}»", "with a higher value of “{x}”" },
	[KIND_YES_NO] = { "que cumplen «{x}»", "that fulfil “{x}”" },
};
/* What it tends to have of y: less, more. */
static const char *const what[KIND_N][2][LANG_N] = {
	[KIND_AREA] = { { "menos puntos en {y}", "fewer points in {y}" },
			{ "más puntos en {y}", "more points in {y}" } },
	[KIND_SCORE] = { { "menos puntaje", "a lower score" },
			 { "más puntaje", "a higher score" } },
	[KIND_NUMBER] = { { "un valor más bajo en «{y}»", "a lower value of “{y}”" },
			  { "un valor más alto en «{y}»", "a higher value of “{y}”" } },
	[KIND_YES_NO] = { { "«{y}» con menos frecuencia", "“{y}” less often" },
			  { "«{y}» con más frecuencia", "“{y}” more often" } },
};

struct word {
	const char *name;
	struct str text;
};

static struct str fill(struct arena *a, const char *template, const struct word *word, size_t n)
{
	struct buf b;
	buf_init(&b, a, 1 << 16);
	struct str rest = str_of(template);
	while (rest.p) {
		buf_put(&b, str_cut(&rest, '{'));
		struct str name = rest.p ? str_cut(&rest, '}') : STR("");
		for (size_t i = 0; i < n; i++)
			if (name.n && str_is(name, word[i].name))
				buf_put(&b, word[i].text);
	}
	return buf_str(&b);
}

/* «y», or «e» before the sound of an i. */
static struct str and_before(struct str word, enum lang lang)
{
	static const char *const sound[] = { "I", "i", "Í", "í", "Hi", "hi", "Hí", "hí" };
	if (lang == LANG_EN)
		return STR("and");
	if (str_starts(word, "Hie") || str_starts(word, "hie"))
		return STR("y");
	for (size_t i = 0; i < sizeof(sound) / sizeof(*sound); i++)
		if (str_starts(word, sound[i]))
			return STR("e");
	return STR("y");
}

/* The method's own labels may be of any form; in quotes they fit any sentence. */
static struct str quoted(const struct work *w, enum kind kind, struct str label)
{
	if (kind == KIND_AREA || kind == KIND_SCORE)
		return label;
	return str_fmt(w->a, w->lang == LANG_ES ? "«%.*s»" : "“%.*s”", STR_ARG(label));
}

static struct str sentence(const struct work *w, const struct association *p, enum kind x,
			   enum kind y)
{
	enum lang l = w->lang;
	struct str of_x = label_in(&p->x_label, l), of_y = label_in(&p->y_label, l);
	struct word word[] = {
		{ "x", of_x },
		{ "y", of_y },
		{ "and", and_before(of_y, l) },
		{ "part", str_of(p->part_whole ? without_part[l] : "") },
		{ "why", p->why },
		{ "who", { 0 } },
		{ "what", { 0 } },
	};
	enum { N = sizeof(word) / sizeof(*word), WHO = N - 2, WHAT };
	word[WHO].text = fill(w->a, who[x][l], word, 2);
	word[WHAT].text = fill(w->a, what[y][p->rho > 0][l], word, 2);
	word[0].text = quoted(w, x, of_x);
	word[1].text = quoted(w, y, of_y);
	const char *const *template = !p->defined ? not_defined : p->found ? found : not_found;
	return fill(w->a, template[l], word, N);
}

static struct str reason(const struct work *w, size_t n)
{
	if (n < ASSOCIATE_N_MIN)
		return str_fmt(w->a,
			       w->lang == LANG_ES
				       ? "solo %zu clústeres tienen los dos; se necesitan %d"
				       : "only %zu clusters have both; %d are needed",
			       n, (int)ASSOCIATE_N_MIN);
	return w->lang == LANG_ES ? STR("uno de los dos no varía entre los clústeres")
				  : STR("one of the two does not vary between clusters");
}

static struct association associate(const struct work *w, const struct variable *x,
				    const struct variable *y)
{
	struct association p = { .x = x->name,
				 .y = y->name,
				 .x_label = x->label,
				 .y_label = y->label,
				 .part_whole = y->kind != KIND_NUMBER && y->kind != KIND_YES_NO &&
					       share_items(w, x, y) };
	struct arena_mark m = arena_mark(w->a);
	double *u = NEW(w->a, w->f->n_rows, double), *v = NEW(w->a, w->f->n_rows, double);
	for (size_t r = 0; r < w->f->n_rows; r++) {
		if (!x->has[r] || !value_for(w, x, y, p.part_whole, r, &v[p.n]))
			continue;
		u[p.n++] = x->value[r];
	}
	p.defined = p.n >= ASSOCIATE_N_MIN && association_spearman(w->a, u, v, p.n, &p.rho) &&
		    association_spearman_test(w->a, u, v, p.n, &p.p) &&
		    association_spearman_interval(p.rho, p.n, level, &p.low, &p.high);
	arena_rewind(w->a, m);
	if (!p.defined)
		p.why = reason(w, p.n);
	return p;
}

/* ---- all pairs ------------------------------------------------------------------------------- */

/* Adjusts over the pairs that could be measured: what could not is no test. */
static void adjust_all(struct arena *a, struct associations *s)
{
	double *p = NEW(a, s->n, double), *bh = NEW(a, s->n, double), *holm = NEW(a, s->n, double);
	for (size_t i = 0; i < s->n; i++)
		if (s->pair[i].defined)
			p[s->n_defined++] = s->pair[i].p;
	bool probabilities = adjust_p(a, p, s->n_defined, ADJUST_BH, bh) &&
			     adjust_p(a, p, s->n_defined, ADJUST_HOLM, holm);
	for (size_t i = 0, at = 0; probabilities && i < s->n; i++) {
		struct association *pair = &s->pair[i];
		if (!pair->defined)
			continue;
		pair->p_adjusted = bh[at];
		pair->p_holm = holm[at++];
		pair->found = pair->p_adjusted < found_below;
		s->n_found += pair->found;
	}
}

/* Found ones first, the strongest before the weaker; the others stay in their order. */
static void sort_found(struct associations *s)
{
	for (size_t i = 1; i < s->n; i++) {
		struct association one = s->pair[i];
		size_t at = i;
		for (; one.found && at; at--) {
			const struct association *before = &s->pair[at - 1];
			if (before->found && fabs(before->rho) >= fabs(one.rho))
				break;
			s->pair[at] = *before;
		}
		s->pair[at] = one;
	}
}

/* An area or the score stands second: the other is what it may be made of. */
static bool is_whole(const struct variable *v)
{
	return v->kind == KIND_AREA || v->kind == KIND_SCORE;
}

static void make_pairs(const struct work *w, struct associations *s)
{
	enum kind *kind = NEW(w->a, w->n * w->n, enum kind);
	s->pair = NEW(w->a, w->n * (w->n - 1) / 2, struct association);
	for (size_t i = 0; i < w->n; i++) {
		for (size_t k = i + 1; k < w->n; k++) {
			const struct variable *x = &w->variable[i], *y = &w->variable[k];
			bool turned = is_whole(x) && !is_whole(y);
			kind[2 * s->n] = turned ? y->kind : x->kind;
			kind[2 * s->n + 1] = turned ? x->kind : y->kind;
			s->pair[s->n++] = turned ? associate(w, y, x) : associate(w, x, y);
		}
	}
	adjust_all(w->a, s);
	for (size_t i = 0; i < s->n; i++)
		s->pair[i].sentence = sentence(w, &s->pair[i], kind[2 * i], kind[2 * i + 1]);
	sort_found(s);
}

bool associations_make(struct arena *a, const struct instrument *in,
		       const struct fact_tables *tables, enum lang lang, struct associations *out,
		       struct err *e)
{
	struct work w = { .a = a, .in = in, .f = tables->table[TABLE_SCORE], .lang = lang };
	struct associations s = { 0 };
	if (!w.f)
		return err_say(e, ERR_ABSENT, "la ronda no tiene puntajes",
			       "the round has no scores");
	w.variable = NEW(a, in->n_areas + 1 + ASSOCIATE_NAMES_MAX, struct variable);
	add_areas_and_score(&w);
	if (!add_all_named(&w, e))
		return false;
	read_points(&w);
	make_pairs(&w, &s);
	*out = s;
	return true;
}
