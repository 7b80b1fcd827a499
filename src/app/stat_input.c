/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words and columns into the typed values that a function of the table asks for. */
#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/stat.h"
#include "base/fold.h"
#include "base/num.h"

/* ---- keys ---- */

static size_t n_keys(const struct stat_function *f)
{
	size_t n = 0;
	while (n < STAT_KEYS_MAX && f->key[n].kind != STAT_END)
		n++;
	return n;
}

static size_t key_at(const struct stat *s, const char *key)
{
	size_t i = 0;
	while (i < n_keys(s->function) && strcmp(s->function->key[i].name, key) != 0)
		i++;
	assert(i < n_keys(s->function));
	return i;
}

bool stat_has_key(const struct stat *s, const char *key)
{
	size_t i = 0;
	while (i < n_keys(s->function) && strcmp(s->function->key[i].name, key) != 0)
		i++;
	return i < n_keys(s->function);
}

static const struct stat_value *value_of(const struct stat *s, const char *key)
{
	return &s->value[key_at(s, key)];
}

bool stat_there(const struct stat *s, const char *key)
{
	return value_of(s, key)->there;
}

double stat_number(const struct stat *s, const char *key)
{
	return value_of(s, key)->number;
}

size_t stat_whole(const struct stat *s, const char *key)
{
	return (size_t)value_of(s, key)->number;
}

struct str stat_text(const struct stat *s, const char *key)
{
	return value_of(s, key)->text;
}

bool stat_is(const struct stat *s, const char *key, const char *text)
{
	return str_is(stat_text(s, key), text);
}

static bool say_unknown_key(const struct stat *s, struct str key, struct err *e)
{
	size_t n = n_keys(s->function);
	struct str *name = NEW(s->a, n, struct str), near;
	struct buf all;
	buf_init(&all, s->a, 4096);
	for (size_t i = 0; i < n; i++) {
		name[i] = str_of(s->function->key[i].name);
		buf_fmt(&all, "%s%s", i ? ", " : "", s->function->key[i].name);
	}
	near = fold_nearest(s->a, key, name, n);
	if (near.n)
		return err_say(e, ERR_INPUT,
			       "%s no tiene la clave «%.*s»; ¿quiso decir «%.*s»? (claves: %.*s)",
			       "%s has no key \"%.*s\"; did you mean \"%.*s\"? (keys: %.*s)",
			       s->function->name, STR_ARG(key), STR_ARG(near),
			       STR_ARG(buf_str(&all)));
	return err_say(e, ERR_INPUT, "%s no tiene la clave «%.*s»; sus claves: %.*s",
		       "%s has no key \"%.*s\"; its keys: %.*s", s->function->name, STR_ARG(key),
		       STR_ARG(buf_str(&all)));
}

/* ---- one value ---- */

static struct str number_text(struct arena *a, double v)
{
	struct buf b;
	buf_init(&b, a, 1 << 12);
	num_put_real(&b, v);
	return buf_str(&b);
}

static bool bind_number(struct stat *s, const struct stat_key *k, struct stat_value *v,
			struct err *e)
{
	bool any = k->low == 0 && k->high == 0, whole = k->kind == STAT_WHOLE;
	double x = 0;
	if (num_real(str_trim(v->text), &x) && (!whole || x == floor(x)) &&
	    (any || (x >= k->low && x <= k->high))) {
		v->number = x;
		return true;
	}
	if (any)
		return err_say(e, ERR_INPUT, "%s=%.*s: dé un número, con punto decimal",
			       "%s=%.*s: give a number, with a decimal point", k->name,
			       STR_ARG(v->text));
	struct str low = number_text(s->a, k->low), high = number_text(s->a, k->high);
	return err_say(e, ERR_INPUT,
		       whole ? "%s=%.*s: dé un número entero entre %.*s y %.*s"
			     : "%s=%.*s: dé un número entre %.*s y %.*s",
		       whole ? "%s=%.*s: give a whole number between %.*s and %.*s"
			     : "%s=%.*s: give a number between %.*s and %.*s",
		       k->name, STR_ARG(v->text), STR_ARG(low), STR_ARG(high));
}

static bool bind_choice(const struct stat_key *k, const struct stat_value *v, struct err *e)
{
	struct str rest = str_of(k->choices);
	while (rest.p) {
		if (str_eq(str_cut(&rest, '|'), v->text))
			return true;
	}
	return err_say(e, ERR_INPUT, "%s=%.*s: dé uno de %s", "%s=%.*s: give one of %s", k->name,
		       STR_ARG(v->text), k->choices);
}

static bool is_numeric(const struct column *c)
{
	return c->type == COLUMN_INTEGER || c->type == COLUMN_REAL;
}

/* The place-th numeric column (1: the first), or NULL. */
static const struct column *numeric_column(const struct frame *f, size_t place)
{
	for (size_t i = 0; i < f->n_columns; i++) {
		if (is_numeric(f->column[i]) && --place == 0)
			return f->column[i];
	}
	return NULL;
}

static const struct column *default_column(const struct frame *f, struct str name)
{
	int64_t place;
	if (name.n > 1 && name.p[0] == '#' && num_int(str_sub(name, 1, name.n), &place))
		return numeric_column(f, (size_t)place);
	return frame_column(f, name);
}

/* The first column that a default names; "*": all numeric ones. */
static void bind_default_columns(struct stat *s, const struct stat_key *k, struct stat_value *v)
{
	struct str rest = str_of(k->otherwise), name;
	v->column = NEW(s->a, s->frame->n_columns + 1, const struct column *);
	while ((name = str_word(&rest)).n && !v->n_columns) {
		const struct column *c;
		if (str_is(name, "*")) {
			for (size_t i = 1; (c = numeric_column(s->frame, i)); i++)
				v->column[v->n_columns++] = c;
		} else if ((c = default_column(s->frame, name))) {
			v->column[v->n_columns++] = c;
		}
	}
	v->there = v->n_columns > 0;
}

static bool is_list(enum stat_kind kind, struct str text)
{
	struct str rest = text;
	double x;
	if (kind == STAT_GROUPS)
		return str_find(text, STR(","), &(size_t){ 0 });
	while (rest.p && rest.n) {
		size_t n = 0;
		while (n < rest.n && !strchr(",; \t/", rest.p[n]))
			n++;
		struct str one = str_sub(rest, 0, n);
		if (one.n && !num_real(one, &x) && !str_is(one, "NA"))
			return false;
		rest = str_sub(rest, n + 1, rest.n);
	}
	return true;
}

static bool say_no_column(struct stat *s, const struct stat_key *k, struct str name, struct err *e)
{
	struct str *names = NEW(s->a, s->frame->n_columns, struct str), near;
	for (size_t i = 0; i < s->frame->n_columns; i++)
		names[i] = s->frame->column[i]->name;
	near = fold_nearest(s->a, name, names, s->frame->n_columns);
	if (near.n)
		return err_say(e, ERR_INPUT,
			       "%s=%.*s: el archivo no tiene esa columna; ¿quiso decir «%.*s»?",
			       "%s=%.*s: the file has no such column; did you mean \"%.*s\"?",
			       k->name, STR_ARG(name), STR_ARG(near));
	struct buf all;
	buf_init(&all, s->a, 200); /* the first of them are enough */
	for (size_t i = 0; i < s->frame->n_columns; i++)
		buf_fmt(&all, "%s%.*s", i ? ", " : "", STR_ARG(names[i]));
	return err_say(e, ERR_INPUT,
		       "%s=%.*s: el archivo no tiene esa columna; tiene: %.*s",
		       "%s=%.*s: the file has no such column; it has: %.*s", k->name,
		       STR_ARG(name), STR_ARG(buf_str(&all)));
}

static bool bind_columns(struct stat *s, const struct stat_key *k, struct stat_value *v,
			 struct err *e)
{
	struct str rest = v->text;
	size_t most = s->frame ? s->frame->n_columns + 1 : 0;
	const struct column *whole = s->frame ? frame_column(s->frame, v->text) : NULL;
	bool list = is_list(k->kind, v->text);
	if (!whole && list && k->kind != STAT_TABLE)
		return true;
	if (!s->frame && list)
		return true;
	if (!s->frame)
		return err_say(e, ERR_INPUT,
			       "%s=%.*s: dé números separados por comas, o el nombre de una "
			       "columna y un ARCHIVO.csv",
			       "%s=%.*s: give numbers with commas between, or the name of a column "
			       "and a FILE.csv",
			       k->name, STR_ARG(v->text));
	v->column = NEW(s->a, most, const struct column *);
	if (whole) {
		v->column[v->n_columns++] = whole;
		return true;
	}
	while (rest.p && v->n_columns + 1 < most) {
		struct str name = str_trim(str_cut(&rest, ','));
		const struct column *c = frame_column(s->frame, name);
		if (!c && list) { /* a table of numbers beside a file */
			v->n_columns = 0;
			v->column = NULL;
			return true;
		}
		if (!c)
			return say_no_column(s, k, name, e);
		v->column[v->n_columns++] = c;
	}
	return true;
}

static bool is_series(enum stat_kind kind)
{
	return kind == STAT_VALUES || kind == STAT_GROUPS || kind == STAT_TABLE;
}

static bool bind_value(struct stat *s, const struct stat_key *k, struct stat_value *v,
		       struct err *e)
{
	switch (k->kind) {
	case STAT_NUMBER:
	case STAT_WHOLE:
		return bind_number(s, k, v, e);
	case STAT_CHOICE:
		return bind_choice(k, v, e);
	case STAT_VALUES:
	case STAT_GROUPS:
	case STAT_TABLE:
		return bind_columns(s, k, v, e);
	case STAT_TEXT:
	case STAT_END:
		break;
	}
	return true;
}

static bool say_required(const struct stat *s, const struct stat_key *k, struct err *e)
{
	return err_say(e, ERR_INPUT, "%s: falta %s=…%s (ssme stat --list lo explica)",
		       "%s: %s=… is missing%s (ssme stat --list explains it)", s->function->name,
		       k->name, is_series(k->kind) && !s->frame ? " / FILE.csv" : "");
}

static bool bind_otherwise(struct stat *s, const struct stat_key *k, struct stat_value *v,
			   struct err *e)
{
	if (k->otherwise && is_series(k->kind) && s->frame)
		bind_default_columns(s, k, v);
	if (k->otherwise && (!is_series(k->kind) || is_list(k->kind, str_of(k->otherwise))) &&
	    !v->there) {
		v->text = str_of(k->otherwise);
		v->there = true;
		return bind_value(s, k, v, e);
	}
	return v->there || !k->required || say_required(s, k, e);
}

bool stat_bind(struct stat *s, const struct str *word, size_t n, struct err *e)
{
	size_t keys = n_keys(s->function);
	bool given[STAT_KEYS_MAX] = { false };
	for (size_t i = 0; i < n; i++) {
		struct str rest = word[i], key = str_cut(&rest, '=');
		size_t at = 0;
		while (at < keys && !str_is(key, s->function->key[at].name))
			at++;
		if (at == keys)
			return say_unknown_key(s, key, e);
		if (given[at])
			return err_say(e, ERR_INPUT, "%.*s está dos veces",
				       "%.*s is given twice", STR_ARG(key));
		s->value[at] = (struct stat_value){ .there = rest.n > 0, .text = rest };
		given[at] = true;
		if (rest.n && !bind_value(s, &s->function->key[at], &s->value[at], e))
			return false;
	}
	for (size_t at = 0; at < keys; at++) {
		const struct stat_key *k = &s->function->key[at];
		if (!given[at] && !bind_otherwise(s, k, &s->value[at], e))
			return false;
		if (given[at] && !s->value[at].there && (k->required || !is_series(k->kind)))
			return say_required(s, k, e);
	}
	return true;
}

/* ---- series ---- */

/* The pieces of a list, "NA" and all. */
static struct str *pieces(struct arena *a, struct str text, const char *between, size_t *ret_n)
{
	struct str *out = NEW(a, text.n + 1, struct str);
	size_t n = 0;
	for (size_t at = 0; at < text.n;) {
		size_t len = 0;
		while (at + len < text.n && !strchr(between, text.p[at + len]))
			len++;
		struct str one = str_trim(str_sub(text, at, len));
		if (one.n)
			out[n++] = one;
		at += len + 1;
	}
	*ret_n = n;
	return out;
}

/* A series before rows with gaps are taken out: texts of a list, or a column. */
struct source {
	const struct stat_key *key;
	const struct column *column;
	struct str *piece;
	size_t n;
};

static bool source_of(struct stat *s, const char *key, struct source *out, struct err *e)
{
	const struct stat_key *k = &s->function->key[key_at(s, key)];
	const struct stat_value *v = value_of(s, key);
	*out = (struct source){ .key = k };
	if (v->column) {
		out->column = v->column[0];
		out->n = s->frame->n_rows;
		if (k->kind == STAT_VALUES && !is_numeric(out->column))
			return err_say(e, ERR_INPUT, "%s: la columna «%.*s» no es numérica",
				       "%s: the column \"%.*s\" is not numeric", key,
				       STR_ARG(out->column->name));
		return true;
	}
	out->piece = pieces(s->a, v->text, k->kind == STAT_GROUPS ? "," : ", \t", &out->n);
	return true;
}

static bool source_number(const struct source *from, size_t row, double *out)
{
	if (from->column) {
		struct cell c = column_cell(from->column, row);
		*out = c.real;
		return !c.missing;
	}
	return num_real(from->piece[row], out);
}

static bool source_name(struct arena *a, const struct source *from, size_t row, struct str *out)
{
	if (!from->column) {
		*out = from->piece[row];
		return !str_is(*out, "NA");
	}
	struct buf b;
	buf_init(&b, a, 1 << 20);
	cell_put(&b, from->column, row);
	*out = buf_str(&b);
	return !column_cell(from->column, row).missing;
}

static uint32_t name_place(struct stat_series *t, struct str name)
{
	size_t i = 0;
	while (i < t->n_groups && !str_eq(t->name[i], name))
		i++;
	if (i == t->n_groups)
		t->name[t->n_groups++] = name;
	return (uint32_t)i;
}

/* Names in order, and codes that follow them. */
static void sort_groups(struct arena *a, struct stat_series *t, size_t n_rows)
{
	uint32_t *place = NEW(a, t->n_groups, uint32_t);
	struct str *sorted = NEW(a, t->n_groups, struct str);
	for (size_t i = 0; i < t->n_groups; i++) {
		for (size_t j = 0; j < t->n_groups; j++)
			place[i] += str_cmp(t->name[j], t->name[i]) < 0;
		sorted[place[i]] = t->name[i];
	}
	for (size_t i = 0; i < n_rows; i++)
		t->group[i] = place[t->group[i]];
	t->name = sorted;
}

static bool find_sources(struct stat *s, struct stat_series *series, size_t n,
			 struct source *source, size_t *ret_rows, struct err *e)
{
	const char *first = NULL;
	for (size_t k = 0; k < n; k++) {
		series[k].there = stat_there(s, series[k].key);
		if (!series[k].there)
			continue;
		if (!source_of(s, series[k].key, &source[k], e))
			return false;
		if (first && source[k].n != *ret_rows)
			return err_say(e, ERR_INPUT, "%s tiene %zu valores y %s %zu",
				       "%s has %zu values and %s %zu", first, *ret_rows,
				       series[k].key, source[k].n);
		first = series[k].key;
		*ret_rows = source[k].n;
	}
	return true;
}

static void make_series(struct stat *s, struct stat_series *t, const struct source *from,
			size_t most)
{
	if (!t->there)
		return;
	if (from->key->kind == STAT_VALUES) {
		t->x = NEW(s->a, most, double);
	} else {
		t->group = NEW(s->a, most, uint32_t);
		t->name = NEW(s->a, most, struct str);
	}
}

/* Reads one row into place `to`; false: something is missing there. */
static bool read_row(struct stat *s, struct stat_series *series, const struct source *source,
		     size_t n, size_t row, size_t to)
{
	struct str *name = NEW(s->a, n, struct str);
	for (size_t k = 0; k < n; k++) {
		struct stat_series *t = &series[k];
		if (t->there && !(t->x ? source_number(&source[k], row, &t->x[to])
				       : source_name(s->a, &source[k], row, &name[k])))
			return false;
	}
	for (size_t k = 0; k < n; k++) {
		if (series[k].there && series[k].group)
			series[k].group[to] = name_place(&series[k], name[k]);
	}
	return true;
}

bool stat_rows(struct stat *s, struct stat_series *series, size_t n, size_t *ret_rows,
	       struct err *e)
{
	struct source *source = NEW(s->a, n, struct source);
	size_t most = 0, rows = 0;
	if (!find_sources(s, series, n, source, &most, e))
		return false;
	for (size_t k = 0; k < n; k++)
		make_series(s, &series[k], &source[k], most);
	for (size_t row = 0; row < most; row++)
		rows += read_row(s, series, source, n, row, rows);
	for (size_t k = 0; k < n; k++) {
		if (series[k].group)
			sort_groups(s->a, &series[k], rows);
	}
	if (!rows)
		return err_say(e, ERR_INPUT, "%s: no hay filas con valores",
			       "%s: there are no rows with values", s->function->name);
	*ret_rows = rows;
	return true;
}

bool stat_list(struct stat *s, const char *key, double **ret_x, size_t *ret_n, struct err *e)
{
	struct stat_series one = { .key = key };
	if (!stat_rows(s, &one, 1, ret_n, e))
		return false;
	*ret_x = one.x;
	return true;
}

struct str stat_column_name(const struct stat *s, const char *key)
{
	const struct stat_value *v = value_of(s, key);
	return v->column ? v->column[0]->name : str_of(key);
}

/* ---- tables ---- */

static bool matrix_of_columns(struct stat *s, const struct stat_value *v, struct stat_matrix *out,
			      struct err *e)
{
	size_t n = v->n_columns;
	*out = (struct stat_matrix){ .n_columns = n,
				     .cell = NEW(s->a, s->frame->n_rows * n, double),
				     .column = NEW(s->a, n, struct str) };
	for (size_t k = 0; k < n; k++) {
		out->column[k] = v->column[k]->name;
		if (!is_numeric(v->column[k]))
			return err_say(e, ERR_INPUT, "la columna «%.*s» no es numérica",
				       "the column \"%.*s\" is not numeric",
				       STR_ARG(out->column[k]));
	}
	for (size_t row = 0; row < s->frame->n_rows; row++) {
		bool whole = true;
		for (size_t k = 0; k < n && whole; k++) {
			struct cell c = column_cell(v->column[k], row);
			out->cell[out->n_rows * n + k] = c.real;
			whole = !c.missing;
		}
		out->n_rows += whole;
	}
	return true;
}

static bool matrix_of_text(struct stat *s, const struct stat_value *v, const char *key,
			   struct stat_matrix *out, struct err *e)
{
	size_t n_rows, n = 0;
	struct str *row = pieces(s->a, v->text, ";/", &n_rows);
	*out = (struct stat_matrix){ .n_rows = n_rows, .cell = NEW(s->a, v->text.n + 1, double) };
	for (size_t i = 0; i < n_rows; i++) {
		size_t n_cells;
		struct str *cell = pieces(s->a, row[i], ", \t", &n_cells);
		if (i && n_cells != out->n_columns)
			return err_say(e, ERR_INPUT, "%s: la fila %zu tiene %zu valores y no %zu",
				       "%s: row %zu has %zu values and not %zu", key, i + 1,
				       n_cells, out->n_columns);
		out->n_columns = n_cells;
		for (size_t k = 0; k < n_cells; k++) {
			if (!num_real(cell[k], &out->cell[n++]))
				return err_say(e, ERR_INPUT, "%s: «%.*s» no es un número",
					       "%s: \"%.*s\" is no number", key,
					       STR_ARG(cell[k]));
		}
	}
	out->column = NEW(s->a, out->n_columns, struct str);
	for (size_t k = 0; k < out->n_columns; k++)
		out->column[k] = str_fmt(s->a, "%zu", k + 1);
	return true;
}

bool stat_matrix(struct stat *s, const char *key, struct stat_matrix *out, struct err *e)
{
	const struct stat_value *v = value_of(s, key);
	bool ok = v->column ? matrix_of_columns(s, v, out, e)
			    : matrix_of_text(s, v, key, out, e);
	if (ok && (!out->n_rows || !out->n_columns))
		return err_say(e, ERR_INPUT, "%s: la tabla está vacía", "%s: the table is empty",
			       key);
	return ok;
}

double *stat_columns(struct arena *a, const struct stat_matrix *m)
{
	double *out = NEW(a, m->n_rows * m->n_columns, double);
	for (size_t row = 0; row < m->n_rows; row++) {
		for (size_t k = 0; k < m->n_columns; k++)
			out[k * m->n_rows + row] = m->cell[row * m->n_columns + k];
	}
	return out;
}

static void keep_last_columns(struct stat_matrix *m, size_t n)
{
	size_t first = m->n_columns - n;
	for (size_t row = 0; row < m->n_rows; row++) {
		for (size_t k = 0; k < n; k++)
			m->cell[row * n + k] = m->cell[row * m->n_columns + first + k];
	}
	m->column += first;
	m->n_columns = n;
}

bool stat_counts(struct stat *s, const char *key, bool square, struct stat_matrix *out,
		 struct err *e)
{
	if (!stat_matrix(s, key, out, e))
		return false;
	if (square && out->n_columns > out->n_rows && s->frame)
		keep_last_columns(out, out->n_rows);
	if (square && out->n_columns != out->n_rows)
		return err_say(e, ERR_INPUT, "%s: la tabla tiene %zu filas y %zu columnas; debe "
			       "ser cuadrada",
			       "%s: the table has %zu rows and %zu columns; it must be square", key,
			       out->n_rows, out->n_columns);
	for (size_t i = 0; i < out->n_rows * out->n_columns; i++) {
		if (out->cell[i] < 0)
			return err_say(e, ERR_INPUT, "%s: un conteo es menor que 0",
				       "%s: a count is below 0", key);
	}
	return true;
}

/* ---- results ---- */

static void put(struct stat *s, struct str quantity, double value)
{
	if (s->n_results == s->cap_results) {
		size_t cap = s->cap_results ? 2 * s->cap_results : 64;
		s->result = arena_grow(s->a, s->result, s->n_results, cap, sizeof(*s->result));
		s->cap_results = cap;
	}
	s->result[s->n_results++] = (struct stat_result){ quantity, value };
}

void stat_put(struct stat *s, const char *quantity, double value)
{
	put(s, str_of(quantity), value);
}

void stat_put_as(struct stat *s, double value, const char *format, ...)
{
	char name[512];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(name, sizeof(name), format, args);
	va_end(args);
	put(s, str_dup(s->a, str_of(name)), value);
}

void stat_put_undefined(struct stat *s, const char *quantity)
{
	put(s, str_of(quantity), HUGE_VAL);
}

bool stat_no_result(const struct stat *s, struct err *e)
{
	return err_say(e, ERR_INPUT,
		       "%s: no hay resultado para esos valores: son muy pocos, no varían o están "
		       "fuera de rango",
		       "%s: no result for those values: they are too few, do not vary or are out "
		       "of range",
		       s->function->name);
}
