/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/db_postgres_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* How long a statement may take: a runaway ends, a long export does not. */
	STATEMENT_MS = 600000,
	/* After so long without a word inside a transaction the server undoes it: nobody else could
	 * write. */
	IDLE_IN_TRANSACTION_MS = 300000,
	RECONNECT_MS = 10000, /* waiting for the server before a call fails */
};

/* ---- time ---- */

int64_t line_now_ms(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void line_pause_ms(int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
	(void)nanosleep(&t, NULL);
}

/* ---- errors ---- */

struct cause {
	const char *state; /* beginning of the SQLSTATE */
	enum err_code err;
	const char *es, *en; /* without a place for arguments */
};

#define IN_USE                                                                                     \
	"otro proceso la está usando; espere a que termine y repita",                          \
		"another process is using it; wait until it ends and try again"

static const struct cause causes[] = {
	{ "55P03", ERR_BUSY, IN_USE },
	{ "40001", ERR_BUSY, IN_USE },
	{ "40P01", ERR_BUSY, IN_USE },
	{ "57014", ERR_BUSY,
	  "la consulta tardó demasiado y se canceló; repita cuando el servidor esté libre",
	  "the statement took too long and was cancelled; try again when the server is free" },
	{ "53300", ERR_BUSY,
	  "el servidor no admite más conexiones; cierre otras o suba max_connections",
	  "the server takes no more connections; close some or raise max_connections" },
	{ "53100", ERR_FULL, "disco lleno en el servidor; libere espacio y repita, nada cambió",
	  "the server's disk is full; free some space and try again, nothing was changed" },
	{ "53200", ERR_IO, "al servidor le falta memoria; repita, nada cambió",
	  "the server is out of memory; try again, nothing was changed" },
	{ "25006", ERR_IO,
	  "el servidor es una réplica o es de solo lectura; dé en SSME_DB la dirección del "
	  "principal, o varias con target_session_attrs=read-write",
	  "the server is a replica or read-only; give the primary's address in SSME_DB, or several "
	  "with target_session_attrs=read-write" },
	{ "25P02", ERR_IO, "se deshizo todo por un fallo anterior",
	  "all was undone after an earlier failure" },
	{ "42501", ERR_IO, "sin permiso; dé a este usuario el esquema: ALTER SCHEMA … OWNER TO …",
	  "no permission; give this user the schema: ALTER SCHEMA … OWNER TO …" },
	{ "42P01", ERR_IO,
	  "faltan tablas de ssme; recupere una copia con: ssme restore ARCHIVO --force",
	  "tables of ssme are missing; bring back a backup with: ssme restore FILE --force" },
	{ "58030", ERR_IO, "fallo de disco del servidor; revíselo y repita, nada cambió",
	  "disk failure at the server; check it and try again, nothing was changed" },
	{ "XX00", ERR_IO,
	  "el servidor dice que está dañada; recupere una copia con: ssme restore ARCHIVO --force",
	  "the server says that it is damaged; bring back a backup with: ssme restore FILE "
	  "--force" },
};

/* States in which the server has ended the connection or is about to. */
static bool ends_connection(const char *state)
{
	return strncmp(state, "08", 2) == 0 || strncmp(state, "57P0", 4) == 0 ||
		strcmp(state, "25P03") == 0;
}

/* The first line of what the server or libpq says. */
static struct str first_line(const char *text)
{
	struct str rest = str_of(text);
	struct str line = str_trim(str_cut(&rest, '\n'));
	return str_starts(line, "ERROR:") ? str_trim(str_sub(line, 6, line.n)) : line;
}

bool line_say_lost(const struct db_postgres *d, struct err *e)
{
	return err_say(e, ERR_BUSY,
		       "%s: se perdió la conexión y nada cambió; repita",
		       "%s: the connection was lost and nothing was changed; try again", d->place);
}

/* The call failed with r (NULL: it could not even be sent). */
bool line_fail(struct db_postgres *d, const PGresult *r, struct err *e)
{
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	if (PQstatus(d->link) != CONNECTION_OK || !state || ends_connection(state)) {
		d->broken = true;
		d->lost = true;
		return line_say_lost(d, e);
	}
	d->stale = d->stale || strcmp(state, "25006") == 0;
	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++) {
		if (strncmp(state, causes[i].state, strlen(causes[i].state)) == 0)
			return err_say(e, causes[i].err, "%s: %s%.0s", "%s: %.0s%s", d->place,
				       causes[i].es, causes[i].en);
	}
	const char *why = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	enum err_code code = strncmp(state, "23", 2) == 0 ? ERR_CONFLICT
		: strncmp(state, "22", 2) == 0		  ? ERR_INPUT
							  : ERR_IO;
	return err_set(e, code, "%s: %s", d->place, why ? why : state);
}

bool line_succeeded(const PGresult *r)
{
	ExecStatusType s = PQresultStatus(r);
	return s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK || s == PGRES_SINGLE_TUPLE;
}

/* ---- rows on the line ---- */

static void keep(struct stream *s, PGresult *r)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->kept = realloc(s->kept, s->cap * sizeof(PGresult *));
		if (!s->kept)
			abort();
	}
	s->kept[s->n++] = r;
}

/* Takes what is left on the line into memory, so that something else can be asked. */
void line_free(struct db_postgres *d)
{
	struct stream *s = d->stream;
	d->stream = NULL;
	for (PGresult *r; s && (r = PQgetResult(d->link));)
		keep(s, r);
}

/* The next of its results, or NULL; the caller clears it. */
PGresult *line_next(struct db_postgres *d, struct stream *s)
{
	if (s->next < s->n)
		return s->kept[s->next++];
	if (d->stream != s)
		return NULL;
	PGresult *r = PQgetResult(d->link);
	if (!r)
		d->stream = NULL;
	return r;
}

/* What nobody wants any more. */
void line_drop(struct db_postgres *d, struct stream *s)
{
	for (PGresult *r; (r = line_next(d, s));)
		PQclear(r);
	free(s->kept);
}

/* ---- the connection ---- */

static void no_notice(void *user, const char *text)
{
	(void)user;
	(void)text;
}

/* Engine's own words, without rows that matter. */
bool line_exec(struct db_postgres *d, const char *sql, struct err *e)
{
	line_free(d);
	RESULT_SCOPE *r = PQexec(d->link, sql);
	return line_succeeded(r) || line_fail(d, r, e);
}

/* The one value of the one row of the engine's own question; NULL and no row give "". */
bool line_ask(struct db_postgres *d, struct arena *a, const char *sql, struct str *out,
		struct err *e)
{
	line_free(d);
	RESULT_SCOPE *r = PQexec(d->link, sql);
	if (!line_succeeded(r))
		return line_fail(d, r, e);
	*out = PQntuples(r) ? str_dup(a, str_of(PQgetvalue(r, 0, 0))) : STR("");
	return true;
}

bool line_set_patience(struct db_postgres *d, struct err *e)
{
	char sql[64];
	snprintf(sql, sizeof(sql), "SET lock_timeout = %d", d->patience_ms);
	return line_exec(d, sql, e);
}

/* A commit that is told to be done is on the disk; a role that gives this up is not followed.  A
 * statement prepared while a table is empty goes by the key all the same: the plan that reads the
 * whole table would be kept while an import fills it.  Nor do two large sets meet row by row, as
 * they would before the server has counted them. */
static bool configure(struct db_postgres *d, struct err *e)
{
	char sql[512];
	snprintf(sql, sizeof(sql),
		 "SET statement_timeout = %d; SET idle_in_transaction_session_timeout = %d;"
		 "SET client_min_messages = warning; SET standard_conforming_strings = on;"
		 "SET TimeZone = 'UTC';"
		 "SET enable_seqscan = off; SET enable_nestloop = off; SET jit = off;"
		 "SELECT set_config('synchronous_commit', 'on', false)"
		 " WHERE current_setting('synchronous_commit') = 'off'",
		 STATEMENT_MS, IDLE_IN_TRANSACTION_MS);
	return line_exec(d, sql, e) && line_set_patience(d, e);
}

static bool no_connection(struct db_postgres *d, enum err_code code, struct err *e)
{
	struct str why = first_line(PQerrorMessage(d->link));
	return err_say(
		e, code,
		"SSME_DB: no hay conexión con PostgreSQL; revise que el servidor ande, la "
		"dirección, y la clave en ~/.pgpass: %.*s",
		"SSME_DB: no connection with PostgreSQL; check that it runs, the address, and the "
		"password in ~/.pgpass: %.*s",
		STR_ARG(why));
}

void line_end(struct db_postgres *d)
{
	line_free(d); /* who reads rows gets those that came, and then the failure */
	PQfinish(d->link);
	d->link = NULL;
	d->stale = false;
	memset(d->prepared, 0, sizeof(d->prepared));
}

/* One try. */
bool line_connect_once(struct db_postgres *d, enum err_code code, struct err *e)
{
	bool broken = d->broken, lost = d->lost;
	line_end(d);
	d->link = PQconnectdbParams((const char *const *)d->keyword, (const char *const *)d->value,
				    0);
	if (!d->link)
		abort();
	if (PQstatus(d->link) != CONNECTION_OK)
		return no_connection(d, code, e);
	(void)PQsetNoticeProcessor(d->link, no_notice, NULL);
	bool good = configure(d, e);
	d->broken = broken;
	d->lost = lost;
	if (!good)
		line_end(d);
	return good;
}

/* Tries until there is a connection or the milliseconds are over; 0: once. */
bool line_connect_within(struct db_postgres *d, int64_t ms, struct err *e)
{
	int64_t end = line_now_ms(CLOCK_MONOTONIC) + ms, wait = PAUSE_FIRST_MS;
	for (;;) {
		struct err why = { 0 };
		if (line_connect_once(d, ERR_BUSY, &why)) {
			d->down = false;
			return true;
		}
		if (line_now_ms(CLOCK_MONOTONIC) + wait >= end) {
			d->down = true;
			if (e->code == ERR_NONE)
				*e = why;
			return false;
		}
		line_pause_ms(wait);
		wait = 2 * wait < PAUSE_MOST_MS ? 2 * wait : PAUSE_MOST_MS;
	}
}

/* Outside a transaction: a connection stands, as far as one can tell without asking. */
bool line_connected(struct db_postgres *d, struct err *e)
{
	assert(d->depth == 0);
	if (d->link && PQstatus(d->link) == CONNECTION_OK && !d->broken && !d->stale)
		return true;
	if (!line_connect_within(d, d->down ? 0 : RECONNECT_MS, e))
		return false;
	d->broken = false;
	return true;
}
