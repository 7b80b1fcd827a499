/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database on a PostgreSQL server, by libpq.  One struct db is one connection, for one thread
 * at a time; the tables lie in the first schema of its search_path.
 *
 * A writing transaction holds an advisory lock of its schema, so that nobody else writes meanwhile,
 * on whatever machine.  A reading one sees one moment.
 *
 * When the connection goes (restart, failover, a cut line):
 *  - a read outside a transaction, and the begin of one, are tried again on a new connection, for
 *    at most RECONNECT_MS; once the server has stayed away so long, a call tries only once until
 *    it is back;
 *  - inside a transaction all further calls fail with ERR_BUSY and db_lost() is true: all of it may
 *    be run again;
 *  - in the commit of a writing transaction its outcome is asked for on a new connection: each
 *    writes a receipt (table receipt) that stands there exactly when it counts.  db_end() then
 *    returns true, or false with db_lost(); where no server answers within SETTLE_MS it returns
 *    ERR_IO, says that it is unknown, and db_lost() is false.
 *
 * No message holds the password. */
#ifndef SSME_STORE_DB_POSTGRES_H
#define SSME_STORE_DB_POSTGRES_H

#include "store/db.h"

/* Whether the text is an address: postgresql://…, postgres://…, or libpq's "key=value …". */
bool db_postgres_is_address(const char *address);

/* Connects; waits for nobody.  ERR_INPUT: the address cannot be read, the server is too old, or its
 * database is not in UTF-8.  ERR_ABSENT: the schema of the address does not exist.  ERR_IO: no
 * connection. */
bool db_postgres_open(const char *address, struct db **out, struct err *e) MUST_CHECK;

/* Whether the schema holds our tables.  ERR_CONFLICT: it holds some of these names, of another
 * program. */
bool db_postgres_filled(struct db *d, bool *ret_filled, struct err *e) MUST_CHECK;

/* "PostgreSQL host:port/database, schema x", for messages; valid until db_close(). */
const char *db_postgres_place(const struct db *d);

/* What doctor wants to know of the server. */
struct postgres_state {
	struct str version;            /* "15.20" */
	struct str encoding;           /* "UTF8" */
	struct str fsync, full_page_writes, synchronous_commit; /* "on"; of the server, not of us */
	struct str synchronous_standbys; /* setting synchronous_standby_names */
	bool replica;                  /* it takes no writes */
	int64_t n_standbys;            /* that follow it now */
	int64_t lag_bytes;             /* the farthest behind of them; -1: we may not know */
	int64_t clock_ahead_ms;        /* of the server, against this machine */
	int64_t round_trip_ms;         /* how long the asking took: the difference is no surer */
	int64_t database_bytes;
	int64_t connections, connections_max;
};
bool db_postgres_examine(struct db *d, struct arena *a, struct postgres_state *out,
			 struct err *e) MUST_CHECK;

#endif
