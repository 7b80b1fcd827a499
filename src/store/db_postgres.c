/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/db_postgres_inside.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SETTLE_MS = 60000,   /* waiting for the server to tell what became of a commit */
	TERMINATE_MS = 5000, /* waiting for our own broken connection to end at the server */
};

/* ---- transactions ---- */

/* The words for a depth: "SAVEPOINT s2". */
static bool savepoint(struct db_postgres *d, const char *verb, struct err *e)
{
	char sql[64];
	snprintf(sql, sizeof(sql), "%s s%d", verb, d->depth);
	return line_exec(d, sql, e);
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
		if (!line_connected(d, e))
			return false;
		if (line_exec(d, begin_words(intent), &why))
			break;
		if (!d->broken)
			(void)line_exec(d, "ROLLBACK", &ignored);
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
		: d->broken	  ? line_say_lost(d, e)
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
	if (!d->broken && !line_exec(d, "ROLLBACK", &ignored))
		d->broken = true;
	d->lost = lost;
}

static bool end_inner(struct db_postgres *d, bool keep, struct err *e)
{
	struct err ignored = { 0 };
	if (d->broken)
		return !keep || line_say_lost(d, e);
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
	return d->receipt || statement_run(d, STMT_receipt_prune, &none, NULL, NULL, &begun, e);
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
	if (!line_ask(d, &a, sql, &left, e))
		return false;
	if (!str_is(left, "0"))
		return line_say_lost(d, e);
	if (!statement_bind(&b, arg, P_receipt_get_N, e) ||
	    !statement_run(d, STMT_receipt_get, &b, take_number, &number, &begun, e))
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
	return statement_bind(&b, arg, P_receipt_put_N, e) &&
		statement_run(d, STMT_receipt_put, &b, NULL, NULL, &begun, e);
}

/* The connection went while a commit was under way. */
static bool settle(struct db_postgres *d, struct err *e)
{
	int64_t stop = line_now_ms(CLOCK_MONOTONIC) + SETTLE_MS, wait = PAUSE_FIRST_MS;
	bool found = false;
	do {
		struct err ignored = { 0 };
		int64_t left = stop - line_now_ms(CLOCK_MONOTONIC);
		if (line_connect_within(d, left > 0 ? left : 0, &ignored) &&
		    ask_receipt(d, &found, &ignored) && (!found || confirm(d, &ignored))) {
			d->broken = false;
			d->lost = !found;
			return found || line_say_lost(d, e);
		}
		line_pause_ms(wait);
		wait = 2 * wait < PAUSE_MOST_MS ? 2 * wait : PAUSE_MOST_MS;
	} while (line_now_ms(CLOCK_MONOTONIC) < stop);
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
		if (!prune_receipts(d, e) || !statement_prepare(d, STMT_receipt_put, e)) {
			roll_back(d);
			return false;
		}
		d->receipt++;
		commit_words(d, sql, sizeof(sql));
		words = sql;
	}
	struct err why = { 0 };
	if (line_exec(d, words, &why))
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
		line_free(d);
	d->depth--;
	if (d->depth)
		return end_inner(d, keep, e);
	if (keep && !d->broken)
		return commit(d, e);
	if (keep)
		return line_say_lost(d, e);
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
		return line_say_lost(d, e);
	d->wrote = d->wrote || sql_statement[id].writes;
	return statement_bind(&b, arg, sql_statement[id].n_parameters, e) &&
		statement_run(d, id, &b, row, user, &begun, e);
}

/* A read of its own: once more when the connection turns out to be dead. */
static bool run_alone(struct db_postgres *d, int id, const struct db_value *arg, db_row row,
		      void *user, struct err *e)
{
	struct bound b;
	if (!statement_bind(&b, arg, sql_statement[id].n_parameters, e))
		return false;
	for (int i = 0;; i++) {
		struct err why = { 0 };
		bool begun = false;
		d->lost = false;
		if (!line_connected(d, e))
			return false;
		if (statement_run(d, id, &b, row, user, &begun, &why))
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
		return line_say_lost(d, e);
	d->wrote = true;
	return line_exec(d, sql_migration[migration].postgresql, e);
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
	(void)!line_set_patience(d, &ignored); /* a connection made later has it from the start */
}

/* ---- what the database offers ---- */

/* A transaction would be two more trips to the server. */
static void look(struct db *base, bool begins)
{
	(void)base, (void)begins;
}

static void close_db(struct db *base)
{
	struct db_postgres *d = of(base);
	line_end(d);
	for (size_t i = 0; i < OPTIONS_MAX && d->keyword[i]; i++) {
		if (d->value[i])
			sodium_memzero(d->value[i], strlen(d->value[i])); /* the password is one */
		free(d->keyword[i]);
		free(d->value[i]);
	}
	free(d);
}

const struct db_ops postgres_ops = { begin,    end,  run,      script,
					    close_db, lost, patience, look };
