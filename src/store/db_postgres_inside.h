/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside PostgreSQL's side of the room: what its files share.
 *
 *   db_postgres_line.c       the connection: made, lost, asked; what the server's errors mean
 *   db_postgres_statement.c  statements of sql/ with their values and rows
 *   db_postgres.c            transactions and their receipts; running again what was surely undone
 *   db_postgres_open.c       addresses, opening, what doctor asks
 *
 * Invariants:
 *  1. depth counts the transactions open here; 0: none.  The first is the server's transaction,
 *     each further one a savepoint named after its depth;
 *  2. broken: the connection went inside the open transaction; nothing is asked of the server until
 *     depth is 0 again;
 *  3. prepared[i] is true only of the connection that stands now;
 *  4. stream is the statement whose rows are still on the line, or NULL; nothing else may be sent
 *     before they are taken off it. */
#ifndef SSME_STORE_DB_POSTGRES_INSIDE_H
#define SSME_STORE_DB_POSTGRES_INSIDE_H

#include <libpq-fe.h>
#include <time.h>

#include "sql_gen.h"
#include "store/db_postgres.h"

enum {
	PAUSE_FIRST_MS = 50,  /* between two tries; doubles */
	PAUSE_MOST_MS = 2000,
	PARAMETERS_MAX = 64,
	WRITER_BYTES = 16, /* chance in the name of a connection's receipts */
	WRITER_N = 2 * WRITER_BYTES,
	OPTIONS_MAX = 64,
	PLACE_MAX = 256,
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

static inline struct db_postgres *of(struct db *d)
{
	return (struct db_postgres *)(void *)d;
}

static inline const struct db_postgres *of_const(const struct db *d)
{
	return (const struct db_postgres *)(const void *)d;
}

static inline void result_clear(PGresult **r)
{
	PQclear(*r);
}
#define RESULT_SCOPE __attribute__((cleanup(result_clear))) PGresult

/* ---- the line ---- */

int64_t line_now_ms(clockid_t clock);
void line_pause_ms(int64_t ms);
/* Always false.  r: of the call that failed; NULL: it could not even be sent. */
bool line_fail(struct db_postgres *d, const PGresult *r, struct err *e);
bool line_say_lost(const struct db_postgres *d, struct err *e);
bool line_succeeded(const PGresult *r);
/* Takes what is left on the line into memory, so that something else can be asked. */
void line_free(struct db_postgres *d);
/* The next of a stream's results, or NULL; the caller clears it. */
PGresult *line_next(struct db_postgres *d, struct stream *s);
/* Clears what nobody wants any more. */
void line_drop(struct db_postgres *d, struct stream *s);
/* Words without values; of line_ask() the one text that comes back, in a. */
bool line_exec(struct db_postgres *d, const char *sql, struct err *e);
bool line_ask(struct db_postgres *d, struct arena *a, const char *sql, struct str *out,
		struct err *e) MUST_CHECK;
bool line_set_patience(struct db_postgres *d, struct err *e) MUST_CHECK;
void line_end(struct db_postgres *d);
/* code: of the error when there is no connection. */
bool line_connect_once(struct db_postgres *d, enum err_code code, struct err *e) MUST_CHECK;
bool line_connect_within(struct db_postgres *d, int64_t ms, struct err *e) MUST_CHECK;
bool line_connected(struct db_postgres *d, struct err *e) MUST_CHECK;

/* ---- statements ---- */

/* Values as libpq takes them: text by its bytes and length, numbers as digits. */
struct bound {
	const char *value[PARAMETERS_MAX];
	int length[PARAMETERS_MAX], format[PARAMETERS_MAX];
	char digits[PARAMETERS_MAX][24];
};
bool statement_bind(struct bound *b, const struct db_value *arg, size_t n,
		    struct err *e) MUST_CHECK;
bool statement_prepare(struct db_postgres *d, int id, struct err *e) MUST_CHECK;
bool statement_run(struct db_postgres *d, int id, const struct bound *b, db_row row, void *user,
		     bool *ret_begun, struct err *e) MUST_CHECK;

extern const struct db_ops postgres_ops;

#endif
