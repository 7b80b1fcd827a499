/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A database that runs the statements of sql/ by their ids.  No SQL is said in C: what is not among
 * the statements cannot be asked.
 *
 * Transactions nest: the outer one is the transaction, an inner one can be undone alone.  Whatever
 * db_end() returns, that level is over.  After a call that failed, its level can only be undone:
 * PostgreSQL takes nothing more in it, and keeping it would fail.
 *
 * Errors of every call: ERR_BUSY: another process is writing (or reading what must be moved), or
 * the connection was lost and nothing was changed (db_lost() tells).  ERR_IO: disk full, read-only,
 * damaged or foreign file; the server cannot be reached.  ERR_CONFLICT: a rule of the schema is
 * broken.  ERR_INPUT: a text that the database cannot hold.  The message names the file or server,
 * the cause and the cure. */
#ifndef SSME_STORE_DB_H
#define SSME_STORE_DB_H

#include "base/text.h"

enum db_kind { DB_NULL, DB_INTEGER, DB_TEXT };

struct db_value {
	enum db_kind kind;
	int64_t integer;
	struct str text; /* UTF-8; of a row: borrowed until the callback returns */
};

static inline struct db_value db_integer(int64_t v)
{
	return (struct db_value){ .kind = DB_INTEGER, .integer = v };
}

static inline struct db_value db_text(struct str s)
{
	return (struct db_value){ .kind = DB_TEXT, .text = s };
}

enum db_intent {
	DB_READ,  /* everything read inside is of one moment */
	DB_WRITE, /* nobody else writes meanwhile */
};

/* Called for each row; false stops, and e is set.  It may run other statements, not the same one.
 */
typedef bool (*db_row)(void *user, const struct db_value *column, struct err *e);

struct db;
struct db_ops {
	bool (*begin)(struct db *d, enum db_intent intent, struct err *e);
	bool (*end)(struct db *d, bool keep, struct err *e);
	bool (*run)(struct db *d, int statement, const struct db_value *arg, db_row row, void *user,
		    struct err *e);
	bool (*script)(struct db *d, int migration, struct err *e);
	void (*close)(struct db *d);
	bool (*lost)(const struct db *d);
	void (*patience)(struct db *d, int milliseconds);
	void (*look)(struct db *d, bool begins);
};
struct db {
	const struct db_ops *ops;
};

static inline bool MUST_CHECK db_begin(struct db *d, enum db_intent intent, struct err *e)
{
	return d->ops->begin(d, intent, e);
}

/* keep false undoes what was done since its db_begin(). */
static inline bool MUST_CHECK db_end(struct db *d, bool keep, struct err *e)
{
	return d->ops->end(d, keep, e);
}

/* statement: STMT_x.  arg: one value a parameter (P_x_N), NULL when it has none.  row: NULL for a
 * statement that gives no rows. */
static inline bool MUST_CHECK db_run(struct db *d, int statement, const struct db_value *arg,
				     db_row row, void *user, struct err *e)
{
	return d->ops->run(d, statement, arg, row, user, e);
}

/* The statements of sql_migration[migration]. */
static inline bool MUST_CHECK db_script(struct db *d, int migration, struct err *e)
{
	return d->ops->script(d, migration, e);
}

/* The connection was lost since the last outermost db_begin(), and what that transaction did is
 * surely undone: all of it may be run again.  Always false for a file. */
static inline bool db_lost(const struct db *d)
{
	return d->ops->lost(d);
}

/* How long a call waits for another process before ERR_BUSY; 5000 at first. */
static inline void db_patience(struct db *d, int milliseconds)
{
	d->ops->patience(d, milliseconds);
}

/* What is read between the beginning and the end of a look is of one moment where that makes
 * reading cheaper: in a file each reading alone locks the file and forgets the pages kept in
 * memory.  Only a wish: a transaction that begins ends the look, and nothing can fail. */
static inline void db_look(struct db *d, bool begins)
{
	d->ops->look(d, begins);
}

/* Undoes an open transaction and frees d. */
static inline void db_close(struct db *d)
{
	d->ops->close(d);
}

#endif
