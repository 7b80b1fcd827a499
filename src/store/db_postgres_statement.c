/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/db_postgres_inside.h"

#include <assert.h>
#include <string.h>

#include "base/num.h"

enum { COLUMNS_MAX = 64 };

bool statement_prepare(struct db_postgres *d, int id, struct err *e)
{
	const struct sql_statement *s = &sql_statement[id];
	if (d->prepared[id])
		return true;
	RESULT_SCOPE *r = PQprepare(d->link, s->name, s->postgresql, 0, NULL);
	d->prepared[id] = line_succeeded(r);
	return d->prepared[id] || line_fail(d, r, e);
}

bool statement_bind(struct bound *b, const struct db_value *arg, size_t n, struct err *e)
{
	assert(n <= PARAMETERS_MAX);
	for (size_t i = 0; i < n; i++) {
		b->value[i] = NULL;
		b->length[i] = b->format[i] = 0;
		if (arg[i].kind == DB_INTEGER) {
			snprintf(b->digits[i], sizeof(b->digits[i]), "%lld",
				 (long long)arg[i].integer);
			b->value[i] = b->digits[i];
		} else if (arg[i].kind == DB_TEXT) {
			if (arg[i].text.n > INT32_MAX)
				return err_say(e, ERR_LIMIT, "un texto pasa de 2 GiB",
					       "a text is over 2 GiB");
			b->value[i] = arg[i].text.p ? arg[i].text.p : "";
			b->length[i] = (int)arg[i].text.n;
			b->format[i] = 1;
		}
	}
	return true;
}

enum { TYPE_BOOL = 16, TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23, TYPE_NUMERIC = 1700 };

static struct db_value read_value(const PGresult *r, int column)
{
	struct str text = { PQgetvalue(r, 0, column), (size_t)PQgetlength(r, 0, column) };
	int64_t v;
	if (PQgetisnull(r, 0, column))
		return (struct db_value){ .kind = DB_NULL };
	switch (PQftype(r, column)) {
	case TYPE_BOOL:
		return db_integer(str_is(text, "t"));
	case TYPE_INT2:
	case TYPE_INT4:
	case TYPE_INT8:
	case TYPE_NUMERIC: /* a sum of integers is one; what is no integer stays text */
		return num_int(text, &v) ? db_integer(v) : db_text(text);
	default:
		return db_text(text);
	}
}

static bool give_row(const PGresult *r, db_row row, void *user, struct err *e)
{
	struct db_value column[COLUMNS_MAX];
	int n = PQnfields(r);
	assert(n <= COLUMNS_MAX);
	for (int i = 0; i < n; i++)
		column[i] = read_value(r, i);
	return !row || row(user, column, e);
}

/* Rows one by one as they come.  *ret_begun: a row was given, so that it cannot be run again. */
static bool take_rows(struct db_postgres *d, struct stream *s, db_row row, void *user,
		      bool *ret_begun, struct err *e)
{
	for (;;) {
		RESULT_SCOPE *r = line_next(d, s);
		if (!r)
			return true;
		if (!line_succeeded(r))
			return line_fail(d, r, e);
		if (PQresultStatus(r) != PGRES_SINGLE_TUPLE)
			continue;
		*ret_begun = true;
		if (!give_row(r, row, user, e))
			return false;
	}
}

/* Once, on the connection that stands. */
bool statement_run(struct db_postgres *d, int id, const struct bound *b, db_row row, void *user,
		     bool *ret_begun, struct err *e)
{
	const struct sql_statement *s = &sql_statement[id];
	struct stream stream = { 0 };
	line_free(d);
	if (!statement_prepare(d, id, e))
		return false;
	if (!PQsendQueryPrepared(d->link, s->name, (int)s->n_parameters, b->value, b->length,
				 b->format, 0))
		return line_fail(d, NULL, e);
	(void)PQsetSingleRowMode(d->link);
	d->stream = &stream;
	bool good = take_rows(d, &stream, row, user, ret_begun, e);
	line_drop(d, &stream);
	return good;
}
