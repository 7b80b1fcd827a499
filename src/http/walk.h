/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests: requests made out of the rows of the table, with a good value for each parameter or
 * one of them spoilt. */
#ifndef SSME_HTTP_WALK_H
#define SSME_HTTP_WALK_H

#include "http/fixture.h"

#include "page/page.h"

enum { WALK_PARTS_MAX = 32, WALK_ROWS_MAX = 512 };

/* The whole table as it is served. */
struct walk {
	struct fixture *x;
	struct dispatch *d;
	struct command_rows part[WALK_PARTS_MAX];
	const struct command *row[WALK_ROWS_MAX]; /* that have a route; the server's own too */
	size_t n_parts, n_rows;
};

static inline void walk_part(struct walk *w, const struct command_rows *part)
{
	for (size_t i = 0; i < part->n; i++) {
		if (!part->row[i].route)
			continue;
		assert_true(w->n_rows < WALK_ROWS_MAX);
		w->row[w->n_rows++] = &part->row[i];
	}
}

static inline int walk_start(void **state)
{
	struct walk *w = calloc(1, sizeof(*w));
	if (!w || fixture_filled((void **)&w->x) != 0)
		return -1;
	fixture_register(w->x);
	assert_true(n_command_parts + n_page_parts <= WALK_PARTS_MAX);
	for (size_t i = 0; i < n_command_parts; i++)
		w->part[w->n_parts++] = *command_parts[i];
	for (size_t i = 0; i < n_page_parts; i++)
		w->part[w->n_parts++] = *page_parts[i];
	for (size_t i = 0; i < w->n_parts; i++)
		walk_part(w, &w->part[i]);
	walk_part(w, &table_http);
	w->d = fixture_dispatch(w->x, w->part, w->n_parts);
	*state = w;
	return 0;
}

static inline int walk_end(void **state)
{
	struct walk *w = *state;
	void *x = w->x;
	dispatch_free(w->d);
	free(w);
	return fixture_end(&x);
}

static inline size_t walk_params(const struct command *row)
{
	size_t n = 0;
	while (n < PARAMS_MAX && row->param[n].name)
		n++;
	return n;
}

static inline bool walk_object(const struct command *row, size_t i)
{
	return row->object && strcmp(row->param[i].name, row->object) == 0;
}

/* Good for the table; of a thing that does not exist, so that little is changed. */
static inline struct str walk_value(struct walk *w, const struct command *row, size_t i,
				    const char *object)
{
	const struct param *p = &row->param[i];
	struct str rest;
	switch (p->kind) {
	case PARAM_INTEGER:
		return str_fmt(&w->x->a, "%lld", (long long)p->max);
	case PARAM_CHOICE:
		rest = str_of(p->choices);
		return str_cut(&rest, '|');
	case PARAM_DATE:
		return STR("2022-07-01");
	case PARAM_FLAG:
		return STR("yes");
	case PARAM_SECRET:
		return STR("Una clave 42 larga");
	case PARAM_TEXT:
	case PARAM_PAIRS:
	case PARAM_PATH:
	case PARAM_FILE:
		break;
	}
	if (row->writes && strcmp(p->name, "--round") == 0)
		return STR("2022");
	return walk_object(row, i) ? str_of(object) : STR("none");
}

/* One parameter given otherwise than it should be. */
struct spoil {
	size_t param;        /* place in the row; PARAMS_MAX: none */
	struct str value;
	bool twice;          /* with the good value, then again */
	bool absent;
	bool raw;            /* value is encoded already */
	const char *extra;   /* further field, encoded; or NULL */
};
static const struct spoil spoil_nothing = { .param = PARAMS_MAX };

static inline void walk_encode(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_fmt(b, "%%%02X", (unsigned)(unsigned char)s.p[i]);
}

/* The parameter that a brace of the route names. */
static inline size_t walk_brace(struct walk *w, const struct command *row, struct str name)
{
	if (str_ends(name, "..."))
		name.n -= 3;
	for (size_t i = 0; i < walk_params(row); i++) {
		if (str_is(name, row->param[i].name) ||
		    str_is(name, param_web_name(&w->x->a, &row->param[i])))
			return i;
	}
	fail_msg("%s: no parameter %.*s", row->route, STR_ARG(name));
	return 0;
}

static inline bool walk_in_path(struct walk *w, const struct command *row, size_t i)
{
	struct str rest = str_of(row->route);
	while (rest.p) {
		(void)str_cut(&rest, '{');
		if (rest.p && walk_brace(w, row, str_cut(&rest, '}')) == i)
			return true;
	}
	return false;
}

static inline void walk_put_value(struct walk *w, struct buf *b, const struct command *row,
				  size_t i, const char *object, const struct spoil *bad)
{
	if (bad->param != i || bad->twice)
		walk_encode(b, walk_value(w, row, i, object));
	else if (bad->raw)
		buf_put(b, bad->value);
	else
		walk_encode(b, bad->value);
}

static inline struct str walk_path(struct walk *w, const struct command *row, const char *object,
				   const struct spoil *bad)
{
	struct buf b;
	struct str rest = str_of(row->route);
	buf_init(&b, &w->x->a, 1 << 20);
	while (rest.p) {
		buf_put(&b, str_cut(&rest, '{'));
		if (!rest.p)
			break;
		walk_put_value(w, &b, row, walk_brace(w, row, str_cut(&rest, '}')), object, bad);
	}
	return buf_str(&b);
}

/* Required ones, the object, and the spoilt one. */
static inline bool walk_given(struct walk *w, const struct command *row, size_t i,
			      const struct spoil *bad)
{
	const struct param *p = &row->param[i];
	if (p->kind == PARAM_PATH || p->kind == PARAM_FILE || walk_in_path(w, row, i))
		return bad->param == i && bad->twice && p->kind != PARAM_PATH &&
		       p->kind != PARAM_FILE;
	if (bad->param == i)
		return !bad->absent;
	return p->required || walk_object(row, i);
}

static inline struct str walk_fields(struct walk *w, const struct command *row, const char *object,
				     const struct spoil *bad)
{
	struct buf b;
	buf_init(&b, &w->x->a, 1 << 22);
	for (size_t i = 0; i < walk_params(row); i++) {
		const char *tail = row->param[i].kind == PARAM_PAIRS ? ".G01=" : "=";
		const char *name = param_web_name(&w->x->a, &row->param[i]);
		if (!walk_given(w, row, i, bad))
			continue;
		for (unsigned k = 0; k < (bad->param == i && bad->twice ? 2u : 1u); k++) {
			buf_fmt(&b, "%s%s%s", b.n ? "&" : "", name, tail);
			walk_put_value(w, &b, row, i, object, bad);
		}
	}
	if (bad->extra)
		buf_fmt(&b, "%s%s", b.n ? "&" : "", bad->extra);
	return buf_str(&b);
}

static inline struct str walk_decoded(struct walk *w, struct str s)
{
	char *out = str_c(&w->x->a, s);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned byte = (unsigned char)s.p[i];
		if (s.p[i] == '%' && s.n - i > 2) {
			char two[3] = { s.p[i + 1], s.p[i + 2], 0 };
			byte = (unsigned)strtoul(two, NULL, 16);
			i += 2;
		}
		out[n++] = (char)(unsigned char)byte;
	}
	return (struct str){ out, n };
}

/* Fields and files of a multipart body. */
static inline void walk_parts(struct walk *w, struct web *q, const struct command *row,
			      struct str fields, const struct spoil *bad)
{
	struct http_field *part = NEW(&w->x->a, PARAMS_MAX * 2, struct http_field);
	struct http_upload *upload = NEW(&w->x->a, UPLOADS_MAX, struct http_upload);
	struct str rest = fields;
	while (rest.p && rest.n) {
		struct str value = str_cut(&rest, '&'), name = str_cut(&value, '=');
		part[q->x.in.n_parts++] =
			(struct http_field){ walk_decoded(w, name), walk_decoded(w, value) };
	}
	for (size_t i = 0; i < walk_params(row); i++) {
		const struct param *p = &row->param[i];
		const struct str bytes = bad->param == i && !bad->twice ? bad->value
									: STR("a,b\n1,2\n");
		if (p->kind != PARAM_FILE || (!p->required && bad->param != i) ||
		    (bad->param == i && bad->absent))
			continue;
		for (unsigned k = 0; k < (bad->param == i && bad->twice ? 2u : 1u); k++) {
			FILE *f = tmpfile();
			assert_non_null(f);
			if (bytes.n)
				fwrite(bytes.p, 1, bytes.n, f);
			fflush(f);
			upload[q->x.in.n_uploads++] = (struct http_upload){
				.field = str_of(param_web_name(&w->x->a, p)),
				.file_name = STR("a.csv"),
				.fd = dup(fileno(f)),
				.n_bytes = bytes.n,
			};
			fclose(f);
		}
	}
	q->x.in.content_type = STR("multipart/form-data; boundary=x");
	q->x.in.part = part;
	q->x.in.upload = upload;
}

static inline bool walk_has_file(const struct command *row)
{
	for (size_t i = 0; i < walk_params(row); i++) {
		if (row->param[i].kind == PARAM_FILE)
			return true;
	}
	return false;
}

/* Not sent yet. */
static inline struct web *walk_request(struct walk *w, const struct command *row,
				       const char *object, const struct spoil *bad)
{
	struct web *q = web_open(row->method, "");
	q->x.in.path = walk_path(w, row, object, bad);
	const struct str fields = walk_fields(w, row, object, bad);
	if (strcmp(row->method, "GET") == 0)
		q->x.in.query = fields;
	else if (walk_has_file(row))
		walk_parts(w, q, row, fields, bad);
	else if (fields.n)
		web_form(q, fields);
	return q;
}

static inline void walk_close(struct walk *w, struct web *q)
{
	for (size_t i = 0; i < q->x.in.n_uploads; i++)
		close(q->x.in.upload[i].fd);
	web_close(w->d, q);
}

/* ---- what must stay as it was ---- */

static inline int walk_dump_row(void *user, int n, char **value, char **name)
{
	(void)name;
	for (int i = 0; i < n; i++) {
		buf_puts(user, value[i] ? value[i] : "NULL");
		buf_putc(user, i + 1 < n ? '|' : '\n');
	}
	return 0;
}

static inline void walk_query(sqlite3 *db, const char *sql, struct buf *b)
{
	if (sqlite3_exec(db, sql, walk_dump_row, b, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

/* What the server writes by itself after a request, a touch of its session say, is written. */
static inline void walk_settle(struct walk *w)
{
	for (size_t waiting = 1; waiting;) {
		pthread_mutex_lock(&w->d->side.lock);
		waiting = w->d->side.n_waiting;
		pthread_mutex_unlock(&w->d->side.lock);
		if (waiting)
			usleep(500);
	}
}

/* SHA-256 of all that is kept but what was tried in vain: refusals in the audit, and the count of
 * failed sign-ins. */
static inline struct sha256 walk_state(struct walk *w)
{
	ARENA_SCOPE(a, 256u << 20);
	struct buf names, all;
	sqlite3 *db;
	if (w->x->server) /* the same verbs on the same tables: looking once is enough */
		return (struct sha256){ 0 };
	walk_settle(w);
	buf_init(&names, &a, 1 << 16);
	buf_init(&all, &a, 128u << 20);
	assert_int_equal(sqlite3_open(folder_path(&w->x->a, w->x->folder, DATABASE_FILE), &db),
			 SQLITE_OK);
	walk_query(db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", &names);
	struct str rest = buf_str(&names);
	while (rest.p) {
		const struct str name = str_cut(&rest, '\n');
		/* every row of the audit changes the word for the last one */
		if (!name.n || str_starts(name, "sqlite_") || str_starts(name, "audit_") ||
		    str_is(name, "failed_attempt"))
			continue;
		const struct str sql =
			str_fmt(&a, "SELECT * FROM \"%.*s\" ORDER BY 1, 2", STR_ARG(name));
		buf_put(&all, name);
		walk_query(db, str_c(&a, sql), &all);
	}
	walk_query(db, "SELECT n, deed, subject FROM audit_entry WHERE outcome = 'done'", &all);
	sqlite3_close(db);
	assert_false(all.over);
	return sha256_of(buf_str(&all));
}

#endif
