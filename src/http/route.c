/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A node holds the rows whose route ends there, at most one a method, and its children: words in
 * the order of their bytes, then tails from the longest to the shortest (a lone parameter has the
 * empty tail).  Names of parameters belong to the row, not to the node, so that
 * "/rounds/{ID}" and "/rounds/{--round}/figures" share theirs. */
#include "http/route.h"

#include <stdlib.h>
#include <string.h>

struct node {
	struct str word;     /* the word or the tail */
	struct node **child; /* words, sorted */
	size_t n_children;
	struct node **tail;  /* parameters, longest tail first */
	size_t n_tails;
	const struct command *row[METHODS_MAX];
	size_t n_rows;
	const struct command *rest[METHODS_MAX]; /* "{NAME...}" */
	size_t n_rest;
};

/* Where the parameters of a row stand among the segments. */
struct place {
	const struct command *row;
	size_t param[ROUTE_PARAMS_MAX];
	size_t n;
};
struct routes {
	struct node top;
	struct place *place; /* sorted by row */
	size_t n_places;
};

/* ---- the parts of a route ---- */

static size_t n_params(const struct command *row)
{
	size_t n = 0;
	while (n < PARAMS_MAX && row->param[n].name)
		n++;
	return n;
}

static bool find_param(struct arena *a, const struct command *row, struct str name, size_t *out)
{
	for (size_t i = 0; i < n_params(row); i++) {
		if (str_is(name, row->param[i].name) ||
		    str_is(name, param_web_name(a, &row->param[i]))) {
			*out = i;
			return true;
		}
	}
	return false;
}

enum segment_kind { SEGMENT_WORD, SEGMENT_PARAM, SEGMENT_REST };
struct segment {
	enum segment_kind kind;
	struct str word;  /* the word, or the tail behind the parameter */
	struct str param;
};

static struct segment segment_of(struct str s)
{
	struct str rest = s;
	if (!str_starts(s, "{"))
		return (struct segment){ SEGMENT_WORD, s, { 0 } };
	struct str name = str_cut(&rest, '}');
	name = str_sub(name, 1, name.n);
	if (str_ends(name, "..."))
		return (struct segment){ SEGMENT_REST, rest, str_sub(name, 0, name.n - 3) };
	return (struct segment){ SEGMENT_PARAM, rest, name };
}

/* ---- the tree ---- */

static struct node *new_node(struct arena *a, struct str word)
{
	struct node *n = NEW(a, 1, struct node);
	n->word = str_dup(a, word);
	return n;
}

/* Puts a new node at `at` of an array of n. */
static struct node *put_node(struct arena *a, struct node ***list, size_t *n, size_t at,
			     struct str word)
{
	struct node **longer = arena_grow(a, *list, *n, *n + 1, sizeof(*longer));
	memmove(longer + at + 1, longer + at, (*n - at) * sizeof(*longer));
	longer[at] = new_node(a, word);
	*list = longer;
	++*n;
	return longer[at];
}

static struct node *word_child(struct arena *a, struct node *of, struct str word)
{
	size_t at = 0;
	while (at < of->n_children && str_cmp(of->child[at]->word, word) < 0)
		at++;
	if (at < of->n_children && str_eq(of->child[at]->word, word))
		return of->child[at];
	return put_node(a, &of->child, &of->n_children, at, word);
}

static struct node *tail_child(struct arena *a, struct node *of, struct str tail)
{
	size_t at = 0;
	for (size_t i = 0; i < of->n_tails; i++) {
		if (str_eq(of->tail[i]->word, tail))
			return of->tail[i];
		at += of->tail[i]->word.n >= tail.n;
	}
	return put_node(a, &of->tail, &of->n_tails, at, tail);
}

static bool put_row(const struct command *row, const struct command **list, size_t *n,
		    struct err *e)
{
	for (size_t i = 0; i < *n; i++) {
		if (strcmp(list[i]->method, row->method) == 0)
			return err_say(e, ERR_INPUT, "%s %s es la ruta de dos filas",
				       "%s %s is the route of two rows", row->method, row->route);
	}
	list[(*n)++] = row;
	return true;
}

static bool known_method(const char *method)
{
	static const char *const known[] = { "GET", "POST", "PUT", "DELETE" };
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(known[i], method) == 0)
			return true;
	}
	return false;
}

static bool note_param(struct arena *a, struct place *p, struct str name, struct err *e)
{
	size_t i;
	if (!find_param(a, p->row, name, &i))
		return err_say(e, ERR_INPUT, "%s %s: {%.*s} no es un parámetro de la fila",
			       "%s %s: {%.*s} is no parameter of the row", p->row->method,
			       p->row->route, STR_ARG(name));
	if (p->n == ROUTE_PARAMS_MAX)
		return err_say(e, ERR_INPUT, "%s %s: más de %d parámetros",
			       "%s %s: over %d parameters", p->row->method, p->row->route,
			       ROUTE_PARAMS_MAX);
	p->param[p->n++] = i;
	return true;
}

static bool add_route(struct arena *a, struct routes *r, struct place *p, struct err *e)
{
	struct str rest = str_of(p->row->route);
	struct node *at = &r->top;
	(void)str_cut(&rest, '/');
	for (unsigned n = 0; rest.p; n++) {
		struct segment s = segment_of(str_cut(&rest, '/'));
		if (n == ROUTE_SEGMENTS_MAX || (s.kind == SEGMENT_REST && rest.p))
			return err_say(e, ERR_INPUT, "%s %s: la ruta no se entiende",
				       "%s %s: the route makes no sense", p->row->method,
				       p->row->route);
		if (s.kind != SEGMENT_WORD && !note_param(a, p, s.param, e))
			return false;
		if (s.kind == SEGMENT_REST)
			return put_row(p->row, at->rest, &at->n_rest, e);
		at = s.kind == SEGMENT_WORD ? word_child(a, at, s.word)
					    : tail_child(a, at, s.word);
	}
	return put_row(p->row, at->row, &at->n_rows, e);
}

static int by_row(const void *x, const void *y)
{
	const uintptr_t a = (uintptr_t)((const struct place *)x)->row,
			b = (uintptr_t)((const struct place *)y)->row;
	return (a > b) - (a < b);
}

static size_t count_rows(const struct command_rows *part, size_t n_parts)
{
	size_t n = 0;
	for (size_t i = 0; i < n_parts; i++)
		n += part[i].n;
	return n;
}

bool routes_make(struct arena *a, const struct command_rows *part, size_t n_parts,
		 const struct routes **out, struct err *e)
{
	struct routes *r = NEW(a, 1, struct routes);
	r->place = NEW(a, count_rows(part, n_parts), struct place);
	for (size_t i = 0; i < n_parts; i++) {
		for (size_t k = 0; k < part[i].n; k++) {
			const struct command *row = &part[i].row[k];
			if (!row->route)
				continue;
			if (!row->method || !known_method(row->method) || row->route[0] != '/')
				return err_say(e, ERR_INPUT, "%s: sin método o sin '/'",
					       "%s: no method, or no '/'", row->route);
			r->place[r->n_places] = (struct place){ .row = row };
			if (!add_route(a, r, &r->place[r->n_places++], e))
				return false;
		}
	}
	qsort(r->place, r->n_places, sizeof(*r->place), by_row);
	*out = r;
	return true;
}

/* ---- finding ---- */

struct finding {
	struct str method;
	struct str segment[ROUTE_SEGMENTS_MAX];
	size_t n;
	struct str value[ROUTE_PARAMS_MAX];
	size_t n_values;
	struct route_match *out;
};

static void allow(struct route_match *m, const char *method)
{
	for (size_t i = 0; i < m->n_allow; i++) {
		if (strcmp(m->allow[i], method) == 0)
			return;
	}
	if (m->n_allow < METHODS_MAX)
		m->allow[m->n_allow++] = method;
}

/* One of the rows is of the method. */
static bool take(struct finding *f, const struct command *const *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		allow(f->out, row[i]->method);
		if (!str_is(f->method, row[i]->method))
			continue;
		f->out->row = row[i];
		f->out->n = f->n_values;
		memcpy(f->out->value, f->value, sizeof(f->value));
		return true;
	}
	return false;
}

static const struct node *find_word(const struct node *n, struct str word)
{
	size_t low = 0, high = n->n_children;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = str_cmp(n->child[middle]->word, word);
		if (order == 0)
			return n->child[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static bool ends_with(struct str s, struct str tail)
{
	return s.n > tail.n && str_eq(str_sub(s, s.n - tail.n, tail.n), tail);
}

static bool find_rest(struct finding *f, const struct node *n, size_t at)
{
	if (!n->n_rest || at >= f->n || f->n_values == ROUTE_PARAMS_MAX)
		return false;
	const struct str first = f->segment[at], last = f->segment[f->n - 1];
	f->value[f->n_values++] =
		(struct str){ first.p, (size_t)(last.p + last.n - first.p) };
	if (last.n && take(f, n->rest, n->n_rest))
		return true;
	f->n_values--;
	return false;
}

/* Depth is bounded by ROUTE_SEGMENTS_MAX, branches by the few tails of a node. */
static bool find_from(struct finding *f, const struct node *n, size_t at)
{
	if (at == f->n)
		return take(f, n->row, n->n_rows);
	const struct str s = f->segment[at];
	const struct node *word = find_word(n, s);
	if (word && find_from(f, word, at + 1))
		return true;
	for (size_t i = 0; i < n->n_tails && f->n_values < ROUTE_PARAMS_MAX; i++) {
		if (!ends_with(s, n->tail[i]->word))
			continue;
		f->value[f->n_values++] = str_sub(s, 0, s.n - n->tail[i]->word.n);
		if (find_from(f, n->tail[i], at + 1))
			return true;
		f->n_values--;
	}
	return find_rest(f, n, at);
}

static void name_params(const struct routes *r, struct route_match *m)
{
	const struct place key = { .row = m->row };
	const struct place *p =
		bsearch(&key, r->place, r->n_places, sizeof(*r->place), by_row);
	if (p)
		memcpy(m->param, p->param, sizeof(m->param));
}

void routes_find(const struct routes *r, struct str method, struct str path,
		 struct route_match *out)
{
	struct finding f = { .method = str_is(method, "HEAD") ? STR("GET") : method, .out = out };
	*out = (struct route_match){ 0 };
	if (!str_starts(path, "/"))
		return;
	(void)str_cut(&path, '/');
	while (path.p) {
		if (f.n == ROUTE_SEGMENTS_MAX)
			return;
		f.segment[f.n++] = str_cut(&path, '/');
	}
	if (find_from(&f, &r->top, 0))
		name_params(r, out);
}

/* ---- escapes ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool percent_decode(struct arena *a, struct str s, bool plus, struct str *out)
{
	char *text = NEW(a, s.n + 1, char);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '%') {
			const int high = s.n - i > 2 ? hex_digit(s.p[i + 1]) : -1;
			const int low = s.n - i > 2 ? hex_digit(s.p[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (char)(unsigned char)(high * 16 + low);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		if (!c)
			return false;
		text[n++] = c;
	}
	struct str decoded = { text, n };
	if (!utf8_valid(decoded, NULL))
		return false;
	*out = decoded;
	return true;
}
