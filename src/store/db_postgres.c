/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invariants:
 *  1. depth counts the transactions open here; 0: none.  The first is the server's transaction,
 *     each further one a savepoint named after its depth;
 *  2. broken: the connection went inside the open transaction; nothing is asked of the server until
 *     depth is 0 again;
 *  3. prepared[i] is true only of the connection that stands now;
 *  4. stream is the statement whose rows are still on the line, or NULL; nothing else may be sent
 *     before they are taken off it. */
#include "store/db_postgres.h"

#include <assert.h>
#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/num.h"
#include "sql_gen.h"

enum {
	VERSION_MIN = 150000, /* as PQserverVersion() counts: 15.0 */
	PATIENCE_MS = 5000,
	/* How long a statement may take: a runaway ends, a long export does not. */
	STATEMENT_MS = 600000,
	/* After so long without a word inside a transaction the server undoes it: nobody else could
	 * write. */
	IDLE_IN_TRANSACTION_MS = 300000,
	RECONNECT_MS = 10000, /* waiting for the server before a call fails */
	SETTLE_MS = 60000,    /* waiting for it to tell what became of a commit */
	PAUSE_FIRST_MS = 50,  /* between two tries; doubles */
	PAUSE_MOST_MS = 2000,
	TERMINATE_MS = 5000, /* waiting for our own broken connection to end at the server */
	PARAMETERS_MAX = 64,
	COLUMNS_MAX = 64,
	WRITER_BYTES = 16, /* chance in the name of a connection's receipts */
	WRITER_N = 2 * WRITER_BYTES,
	OPTIONS_MAX = 64,
	PLACE_MAX = 256,
};

/* Added to an address that does not say them: a dead line is noticed within half a minute. */
static const char *const option[][2] = {
	{ "connect_timeout", "5" },	/* seconds, each host */
	{ "keepalives_idle", "10" },	/* seconds */
	{ "keepalives_interval", "5" }, /* seconds */
	{ "keepalives_count", "3" },
	{ "tcp_user_timeout", "30000" }, /* milliseconds */
};

/* A row set that is being read: what is on the line, or what was taken off it in the middle. */
struct stream {
	PGresult **kept;
	size_t n, next, cap;
};

struct db_postgres {
	struct db db;
	PGconn *link;
	char *keyword[OPTIONS_MAX + 1], *value[OPTIONS_MAX + 1]; /* of the connection; NULL ends */
	char place[PLACE_MAX];
	char writer[WRITER_N + 1]; /* hexadecimal */
	int64_t receipt;	   /* number of the last commit asked for */
	bool prepared[STMT_N];
	int depth;
	enum db_intent intent;
	bool wrote;  /* in the open transaction */
	bool broken; /* invariant 2 */
	bool lost;   /* what db_lost() says */
	bool down;   /* the last waiting for the server was in vain */
	bool stale;  /* the server takes no writes: perhaps another one does by now */
	int patience_ms;
	struct stream *stream;
};

static struct db_postgres *of(struct db *d)
{
	return (struct db_postgres *)(void *)d;
}

static const struct db_postgres *of_const(const struct db *d)
{
	return (const struct db_postgres *)(const void *)d;
}

static void result_clear(PGresult **r)
{
	PQclear(*r);
}
#define RESULT_SCOPE __attribute__((cleanup(result_clear))) PGresult

/* ---- time ---- */

static int64_t now_ms(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void pause_ms(int64_t ms)
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

static bool say_lost(const struct db_postgres *d, struct err *e)
{
	return err_say(e, ERR_BUSY,
		       "%s: se perdió la conexión y nada cambió; repita",
		       "%s: the connection was lost and nothing was changed; try again", d->place);
}

/* The call failed with r (NULL: it could not even be sent). */
static bool fail(struct db_postgres *d, const PGresult *r, struct err *e)
{
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	if (PQstatus(d->link) != CONNECTION_OK || !state || ends_connection(state)) {
		d->broken = true;
		d->lost = true;
		return say_lost(d, e);
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

static bool succeeded(const PGresult *r)
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
static void free_line(struct db_postgres *d)
{
	struct stream *s = d->stream;
	d->stream = NULL;
	for (PGresult *r; s && (r = PQgetResult(d->link));)
		keep(s, r);
}

/* The next of its results, or NULL; the caller clears it. */
static PGresult *next_result(struct db_postgres *d, struct stream *s)
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
static void drop_stream(struct db_postgres *d, struct stream *s)
{
	for (PGresult *r; (r = next_result(d, s));)
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
static bool exec(struct db_postgres *d, const char *sql, struct err *e)
{
	free_line(d);
	RESULT_SCOPE *r = PQexec(d->link, sql);
	return succeeded(r) || fail(d, r, e);
}

/* The one value of the one row of the engine's own question; NULL and no row give "". */
static bool ask(struct db_postgres *d, struct arena *a, const char *sql, struct str *out,
		struct err *e)
{
	free_line(d);
	RESULT_SCOPE *r = PQexec(d->link, sql);
	if (!succeeded(r))
		return fail(d, r, e);
	*out = PQntuples(r) ? str_dup(a, str_of(PQgetvalue(r, 0, 0))) : STR("");
	return true;
}

static bool set_patience(struct db_postgres *d, struct err *e)
{
	char sql[64];
	snprintf(sql, sizeof(sql), "SET lock_timeout = %d", d->patience_ms);
	return exec(d, sql, e);
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
	return exec(d, sql, e) && set_patience(d, e);
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

static void disconnect(struct db_postgres *d)
{
	free_line(d); /* who reads rows gets those that came, and then the failure */
	PQfinish(d->link);
	d->link = NULL;
	d->stale = false;
	memset(d->prepared, 0, sizeof(d->prepared));
}

/* One try. */
static bool connect_once(struct db_postgres *d, enum err_code code, struct err *e)
{
	bool broken = d->broken, lost = d->lost;
	disconnect(d);
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
		disconnect(d);
	return good;
}

/* Tries until there is a connection or the milliseconds are over; 0: once. */
static bool connect_within(struct db_postgres *d, int64_t ms, struct err *e)
{
	int64_t end = now_ms(CLOCK_MONOTONIC) + ms, wait = PAUSE_FIRST_MS;
	for (;;) {
		struct err why = { 0 };
		if (connect_once(d, ERR_BUSY, &why)) {
			d->down = false;
			return true;
		}
		if (now_ms(CLOCK_MONOTONIC) + wait >= end) {
			d->down = true;
			if (e->code == ERR_NONE)
				*e = why;
			return false;
		}
		pause_ms(wait);
		wait = 2 * wait < PAUSE_MOST_MS ? 2 * wait : PAUSE_MOST_MS;
	}
}

/* Outside a transaction: a connection stands, as far as one can tell without asking. */
static bool connected(struct db_postgres *d, struct err *e)
{
	assert(d->depth == 0);
	if (d->link && PQstatus(d->link) == CONNECTION_OK && !d->broken && !d->stale)
		return true;
	if (!connect_within(d, d->down ? 0 : RECONNECT_MS, e))
		return false;
	d->broken = false;
	return true;
}

/* ---- statements ---- */

static bool prepare(struct db_postgres *d, int id, struct err *e)
{
	const struct sql_statement *s = &sql_statement[id];
	if (d->prepared[id])
		return true;
	RESULT_SCOPE *r = PQprepare(d->link, s->name, s->postgresql, 0, NULL);
	d->prepared[id] = succeeded(r);
	return d->prepared[id] || fail(d, r, e);
}

/* Values as libpq takes them: text by its bytes and length, numbers as digits. */
struct bound {
	const char *value[PARAMETERS_MAX];
	int length[PARAMETERS_MAX], format[PARAMETERS_MAX];
	char digits[PARAMETERS_MAX][24];
};

static bool bind(struct bound *b, const struct db_value *arg, size_t n, struct err *e)
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
		RESULT_SCOPE *r = next_result(d, s);
		if (!r)
			return true;
		if (!succeeded(r))
			return fail(d, r, e);
		if (PQresultStatus(r) != PGRES_SINGLE_TUPLE)
			continue;
		*ret_begun = true;
		if (!give_row(r, row, user, e))
			return false;
	}
}

/* Once, on the connection that stands. */
static bool run_once(struct db_postgres *d, int id, const struct bound *b, db_row row, void *user,
		     bool *ret_begun, struct err *e)
{
	const struct sql_statement *s = &sql_statement[id];
	struct stream stream = { 0 };
	free_line(d);
	if (!prepare(d, id, e))
		return false;
	if (!PQsendQueryPrepared(d->link, s->name, (int)s->n_parameters, b->value, b->length,
				 b->format, 0))
		return fail(d, NULL, e);
	(void)PQsetSingleRowMode(d->link);
	d->stream = &stream;
	bool good = take_rows(d, &stream, row, user, ret_begun, e);
	drop_stream(d, &stream);
	return good;
}

/* ---- transactions ---- */

/* The words for a depth: "SAVEPOINT s2". */
static bool savepoint(struct db_postgres *d, const char *verb, struct err *e)
{
	char sql[64];
	snprintf(sql, sizeof(sql), "%s s%d", verb, d->depth);
	return exec(d, sql, e);
}

static const char *begin_words(enum db_intent intent)
{
	/* The lock is had before anything is read: each statement sees all that is committed. */
	return intent == DB_WRITE
		? "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock("
		  "hashtextextended('ssme ' || coalesce(current_schema(), ''), 0))"
		: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
}

/* Nothing was done yet: a connection that turns out to be dead is replaced. */
static bool begin_outer(struct db_postgres *d, enum db_intent intent, struct err *e)
{
	d->lost = false;
	for (int i = 0;; i++) {
		struct err why = { 0 }, ignored = { 0 };
		if (!connected(d, e))
			return false;
		if (exec(d, begin_words(intent), &why))
			break;
		if (!d->broken)
			(void)exec(d, "ROLLBACK", &ignored);
		if (!d->broken || i == 1) {
			*e = e->code == ERR_NONE ? why : *e;
			return false;
		}
	}
	d->lost = false;
	d->wrote = false;
	d->intent = intent;
	return true;
}

static bool begin(struct db *base, enum db_intent intent, struct err *e)
{
	struct db_postgres *d = of(base);
	bool good = d->depth == 0 ? begin_outer(d, intent, e)
		: d->broken	  ? say_lost(d, e)
				  : savepoint(d, "SAVEPOINT", e);
	if (good)
		d->depth++;
	return good;
}

/* Undoing may fail only with the connection, and then it is undone all the same. */
static void roll_back(struct db_postgres *d)
{
	struct err ignored = { 0 };
	bool lost = d->lost;
	if (!d->broken && !exec(d, "ROLLBACK", &ignored))
		d->broken = true;
	d->lost = lost;
}

static bool end_inner(struct db_postgres *d, bool keep, struct err *e)
{
	struct err ignored = { 0 };
	if (d->broken)
		return !keep || say_lost(d, e);
	if (keep && savepoint(d, "RELEASE", e))
		return true;
	bool undone = !d->broken && savepoint(d, "ROLLBACK TO", keep ? &ignored : e) &&
		savepoint(d, "RELEASE", keep ? &ignored : e);
	return undone && !keep;
}

/* ---- receipts ---- */

_Static_assert(P_receipt_put_writer == 0 && P_receipt_put_number == 1 && P_receipt_put_N == 2,
	       "the order of the values in commit_words()");

static void commit_words(const struct db_postgres *d, char *sql, size_t size)
{
	/* A wait for a standby is not cut short by the limit of statements: the server would then
	 * say that it is done. */
	snprintf(sql, size,
		 "SET LOCAL statement_timeout = 0; EXECUTE receipt_put('%s', %lld); COMMIT",
		 d->writer, (long long)d->receipt);
}

/* Receipts of writers long gone; before the first of our own. */
static bool prune_receipts(struct db_postgres *d, struct err *e)
{
	const struct bound none = { 0 };
	bool begun;
	return d->receipt || run_once(d, STMT_receipt_prune, &none, NULL, NULL, &begun, e);
}

static bool take_number(void *user, const struct db_value *column, struct err *e)
{
	(void)e;
	*(int64_t *)user = column[C_receipt_get_number].integer;
	return true;
}

/* Whether the last commit counts.  Its connection is ended first, wherever it hangs; then what it
 * did is done or undone for good. */
static bool ask_receipt(struct db_postgres *d, bool *ret_found, struct err *e)
{
	ARENA_SCOPE(a, 1 << 16);
	struct db_value arg[P_receipt_get_N] = { db_text(str_of(d->writer)) };
	struct bound b;
	struct str left;
	int64_t number = 0;
	bool begun;
	const char *sql = str_c(
		&a,
		str_fmt(&a,
			"SELECT count(*) FROM (SELECT pg_terminate_backend(pid, %d) AS gone"
			" FROM pg_stat_activity WHERE application_name = 'ssme %s'"
			" AND pid <> pg_backend_pid()) AS ours WHERE NOT gone",
			TERMINATE_MS, d->writer));
	if (!ask(d, &a, sql, &left, e))
		return false;
	if (!str_is(left, "0"))
		return say_lost(d, e);
	if (!bind(&b, arg, P_receipt_get_N, e) ||
	    !run_once(d, STMT_receipt_get, &b, take_number, &number, &begun, e))
		return false;
	*ret_found = number == d->receipt;
	return true;
}

/* The commit is on this server; one more of ours is on its standbys only when it is, too. */
static bool confirm(struct db_postgres *d, struct err *e)
{
	struct db_value arg[P_receipt_put_N] = {
		[P_receipt_put_writer] = db_text(str_of(d->writer)),
		[P_receipt_put_number] = db_integer(d->receipt),
	};
	struct bound b;
	bool begun;
	return bind(&b, arg, P_receipt_put_N, e) &&
		run_once(d, STMT_receipt_put, &b, NULL, NULL, &begun, e);
}

/* The connection went while a commit was under way. */
static bool settle(struct db_postgres *d, struct err *e)
{
	int64_t stop = now_ms(CLOCK_MONOTONIC) + SETTLE_MS, wait = PAUSE_FIRST_MS;
	bool found = false;
	do {
		struct err ignored = { 0 };
		int64_t left = stop - now_ms(CLOCK_MONOTONIC);
		if (connect_within(d, left > 0 ? left : 0, &ignored) &&
		    ask_receipt(d, &found, &ignored) && (!found || confirm(d, &ignored))) {
			d->broken = false;
			d->lost = !found;
			return found || say_lost(d, e);
		}
		pause_ms(wait);
		wait = 2 * wait < PAUSE_MOST_MS ? 2 * wait : PAUSE_MOST_MS;
	} while (now_ms(CLOCK_MONOTONIC) < stop);
	d->broken = true;
	d->lost = false;
	return err_say(
		e, ERR_IO,
		"%s: se perdió la conexión al guardar y el servidor no responde: no se sabe si "
		"quedó guardado; revise antes de repetir",
		"%s: the connection was lost while saving, the server does not answer: it is not "
		"known whether it was saved; look before you try again",
		d->place);
}

static bool commit(struct db_postgres *d, struct err *e)
{
	char sql[160];
	const char *words = "COMMIT";
	bool receipt = d->intent == DB_WRITE && d->wrote;
	/* The server would take "COMMIT" of what failed, and undo it. */
	if (PQtransactionStatus(d->link) == PQTRANS_INERROR) {
		roll_back(d);
		return err_say(e, ERR_IO, "%s: se deshizo todo por un fallo anterior",
			       "%s: all was undone after an earlier failure", d->place);
	}
	if (receipt) {
		if (!prune_receipts(d, e) || !prepare(d, STMT_receipt_put, e)) {
			roll_back(d);
			return false;
		}
		d->receipt++;
		commit_words(d, sql, sizeof(sql));
		words = sql;
	}
	struct err why = { 0 };
	if (exec(d, words, &why))
		return true;
	if (d->broken)
		/* What was only read is read. */
		return !receipt || settle(d, e);
	roll_back(d);
	*e = e->code == ERR_NONE ? why : *e;
	return false;
}

static bool end(struct db *base, bool keep, struct err *e)
{
	struct db_postgres *d = of(base);
	assert(d->depth > 0);
	if (!d->broken)
		free_line(d);
	d->depth--;
	if (d->depth)
		return end_inner(d, keep, e);
	if (keep && !d->broken)
		return commit(d, e);
	if (keep)
		return say_lost(d, e);
	roll_back(d);
	return true;
}

/* ---- running ---- */

static bool run_inside(struct db_postgres *d, int id, const struct db_value *arg, db_row row,
		       void *user, struct err *e)
{
	struct bound b;
	bool begun = false;
	if (d->broken)
		return say_lost(d, e);
	d->wrote = d->wrote || sql_statement[id].writes;
	return bind(&b, arg, sql_statement[id].n_parameters, e) &&
		run_once(d, id, &b, row, user, &begun, e);
}

/* A read of its own: once more when the connection turns out to be dead. */
static bool run_alone(struct db_postgres *d, int id, const struct db_value *arg, db_row row,
		      void *user, struct err *e)
{
	struct bound b;
	if (!bind(&b, arg, sql_statement[id].n_parameters, e))
		return false;
	for (int i = 0;; i++) {
		struct err why = { 0 };
		bool begun = false;
		d->lost = false;
		if (!connected(d, e))
			return false;
		if (run_once(d, id, &b, row, user, &begun, &why))
			return true;
		if (!d->broken || begun || i == 1) {
			*e = e->code == ERR_NONE ? why : *e;
			return false;
		}
	}
}

static bool run(struct db *base, int id, const struct db_value *arg, db_row row, void *user,
		struct err *e)
{
	struct db_postgres *d = of(base);
	assert(id >= 0 && id < STMT_N);
	if (d->depth)
		return run_inside(d, id, arg, row, user, e);
	if (!sql_statement[id].writes)
		return run_alone(d, id, arg, row, user, e);
	struct err ignored = { 0 };
	if (!begin(base, DB_WRITE, e))
		return false;
	bool good = run_inside(d, id, arg, row, user, e);
	return end(base, good, good ? e : &ignored) && good;
}

static bool script(struct db *base, int migration, struct err *e)
{
	struct db_postgres *d = of(base);
	assert(migration >= 0 && migration < (int)SQL_MIGRATIONS);
	assert(d->depth);
	if (d->broken)
		return say_lost(d, e);
	d->wrote = true;
	return exec(d, sql_migration[migration].postgresql, e);
}

static bool lost(const struct db *base)
{
	return of_const(base)->lost;
}

static void patience(struct db *base, int milliseconds)
{
	struct db_postgres *d = of(base);
	struct err ignored = { 0 };
	d->patience_ms = milliseconds;
	(void)!set_patience(d, &ignored); /* a connection made later has it from the start */
}

/* ---- opening and closing ---- */

/* A transaction would be two more trips to the server. */
static void look(struct db *base, bool begins)
{
	(void)base, (void)begins;
}

static void close_db(struct db *base)
{
	struct db_postgres *d = of(base);
	disconnect(d);
	for (size_t i = 0; i < OPTIONS_MAX && d->keyword[i]; i++) {
		if (d->value[i])
			sodium_memzero(d->value[i], strlen(d->value[i])); /* the password is one */
		free(d->keyword[i]);
		free(d->value[i]);
	}
	free(d);
}

static const struct db_ops postgres_ops = { begin,    end,  run,      script,
					    close_db, lost, patience, look };

static void add_option(struct db_postgres *d, const char *keyword, const char *value)
{
	size_t i = 0;
	while (d->keyword[i] && strcmp(d->keyword[i], keyword) != 0)
		i++;
	if (i == OPTIONS_MAX)
		return;
	free(d->keyword[i]);
	free(d->value[i]);
	d->keyword[i] = strdup(keyword);
	d->value[i] = strdup(value);
	if (!d->keyword[i] || !d->value[i])
		abort();
}

bool db_postgres_is_address(const char *address)
{
	size_t at;
	struct str text = str_of(address);
	return str_starts(text, "postgresql://") || str_starts(text, "postgres://") ||
		(str_find(text, STR("="), &at) && at > 0 && !str_find(text, STR("://"), &at));
}

/* What libpq says of a text that it cannot read may hold the password: it is not passed on. */
static bool read_address(struct db_postgres *d, const char *address, struct err *e)
{
	char *why = NULL;
	PQconninfoOption *all =
		db_postgres_is_address(address) ? PQconninfoParse(address, &why) : NULL;
	PQfreemem(why);
	if (!all)
		return err_say(e, ERR_INPUT,
			       "SSME_DB: no es una dirección de PostgreSQL; escríbala así: "
			       "postgresql://usuario@servidor:5432/base",
			       "SSME_DB: no address of PostgreSQL; write it as "
			       "postgresql://user@host:5432/database");
	for (size_t i = 0; i < sizeof(option) / sizeof(*option); i++)
		add_option(d, option[i][0], option[i][1]);
	for (PQconninfoOption *o = all; o->keyword; o++) {
		if (o->val)
			add_option(d, o->keyword, o->val);
	}
	PQconninfoFree(all);
	return true;
}

static void name_writer(struct db_postgres *d)
{
	unsigned char chance[WRITER_BYTES];
	char name[WRITER_N + 8];
	randombytes_buf(chance, sizeof(chance));
	(void)sodium_bin2hex(d->writer, sizeof(d->writer), chance, sizeof(chance));
	/* by which we find our own connection again when it hangs */
	snprintf(name, sizeof(name), "ssme %s", d->writer);
	add_option(d, "application_name", name);
	add_option(d, "client_encoding", "UTF8");
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static bool name_place(struct db_postgres *d, struct err *e)
{
	ARENA_SCOPE(a, 1 << 16);
	struct str schema;
	snprintf(d->place, sizeof(d->place), "PostgreSQL %s:%s/%s", or_empty(PQhost(d->link)),
		 or_empty(PQport(d->link)), or_empty(PQdb(d->link)));
	if (!ask(d, &a, "SELECT current_schema()", &schema, e))
		return false;
	if (!schema.n)
		return err_say(
			e, ERR_ABSENT,
			"%s: no existe el esquema de la dirección; créelo con: CREATE SCHEMA …",
			"%s: the address's schema does not exist; make it with: CREATE SCHEMA …",
			d->place);
	size_t n = strlen(d->place);
	snprintf(d->place + n, sizeof(d->place) - n, ", schema %.*s", STR_ARG(schema));
	return true;
}

static bool fits(struct db_postgres *d, struct err *e)
{
	const char *encoding = or_empty(PQparameterStatus(d->link, "server_encoding"));
	if (PQserverVersion(d->link) < VERSION_MIN)
		return err_say(e, ERR_INPUT,
			       "%s: es la versión %s; ssme necesita la 15 o una más nueva",
			       "%s: it is version %s; ssme needs 15 or a newer one", d->place,
			       or_empty(PQparameterStatus(d->link, "server_version")));
	return strcmp(encoding, "UTF8") == 0 ||
		err_say(e, ERR_INPUT,
			"%s: la base está en %s; créela con: CREATE DATABASE … ENCODING 'UTF8' "
			"TEMPLATE template0",
			"%s: the database is in %s; make it as: CREATE DATABASE … ENCODING 'UTF8' "
			"TEMPLATE template0",
			d->place, encoding);
}

bool db_postgres_open(const char *address, struct db **out, struct err *e)
{
	struct db_postgres *d = calloc(1, sizeof(*d));
	if (!d)
		abort();
	d->db.ops = &postgres_ops;
	d->patience_ms = PATIENCE_MS;
	if (read_address(d, address, e)) {
		name_writer(d);
		if (connect_once(d, ERR_IO, e) && name_place(d, e) && fits(d, e)) {
			*out = &d->db;
			return true;
		}
	}
	close_db(&d->db);
	return false;
}

bool db_postgres_filled(struct db *base, bool *ret_filled, struct err *e)
{
	struct db_postgres *d = of(base);
	ARENA_SCOPE(a, 1 << 16);
	struct str n;
	if (!ask(d, &a,
		 "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
		 " AND relname IN ('migration', 'setting', 'response')",
		 &n, e))
		return false;
	if (!str_is(n, "0") && !str_is(n, "3"))
		return err_say(
			e, ERR_CONFLICT,
			"%s: hay tablas de otro programa; use un esquema (docs/postgresql.md)",
			"%s: there are tables of another program; use a schema of its own "
			"(docs/postgresql.md)",
			d->place);
	*ret_filled = str_is(n, "3");
	return true;
}

const char *db_postgres_place(const struct db *d)
{
	return of_const(d)->place;
}

/* ---- for doctor ---- */

static struct str text_at(struct arena *a, const PGresult *r, int column)
{
	return str_dup(a, str_of(PQgetvalue(r, 0, column)));
}

/* otherwise: for NULL */
static int64_t number_at(const PGresult *r, int column, int64_t otherwise)
{
	int64_t v;
	return num_int(str_of(PQgetvalue(r, 0, column)), &v) ? v : otherwise;
}

bool db_postgres_examine(struct db *base, struct arena *a, struct postgres_state *out,
			 struct err *e)
{
	struct db_postgres *d = of(base);
	int64_t before = now_ms(CLOCK_REALTIME);
	free_line(d);
	RESULT_SCOPE *r = PQexec(d->link,
		"SELECT current_setting('server_version'), current_setting('server_encoding'),"
		" current_setting('fsync'), current_setting('full_page_writes'),"
		" (SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit'),"
		" current_setting('synchronous_standby_names'), pg_is_in_recovery()::int,"
		" (SELECT count(*) FROM pg_stat_replication),"
		" (SELECT max(CASE WHEN pg_is_in_recovery() THEN NULL ELSE"
		" pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) END)::bigint"
		" FROM pg_stat_replication),"
		" (extract(epoch FROM clock_timestamp()) * 1000)::bigint,"
		" pg_database_size(current_database()), (SELECT count(*) FROM pg_stat_activity),"
		" current_setting('max_connections')");
	int64_t after = now_ms(CLOCK_REALTIME);
	if (!succeeded(r))
		return fail(d, r, e);
	*out = (struct postgres_state){
		.version = text_at(a, r, 0),
		.encoding = text_at(a, r, 1),
		.fsync = text_at(a, r, 2),
		.full_page_writes = text_at(a, r, 3),
		.synchronous_commit = text_at(a, r, 4),
		.synchronous_standbys = text_at(a, r, 5),
		.replica = number_at(r, 6, 0) != 0,
		.n_standbys = number_at(r, 7, 0),
		.lag_bytes = number_at(r, 8, -1),
		.clock_ahead_ms = number_at(r, 9, 0) - (before + (after - before) / 2),
		.round_trip_ms = after - before,
		.database_bytes = number_at(r, 10, 0),
		.connections = number_at(r, 11, 0),
		.connections_max = number_at(r, 12, 0),
	};
	return true;
}
