/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database in one file, by SQLite; and what only files can do: being copied and checked. */
#ifndef SSME_STORE_DB_SQLITE_H
#define SSME_STORE_DB_SQLITE_H

#include "store/db.h"

/* Makes the (empty, existing) file path a database of ours without any table.  Nothing of it but
 * path remains when it is closed. */
bool db_sqlite_make(const char *path, struct db **out, struct err *e) MUST_CHECK;

/* Opens an existing one.  ERR_IO: no database, or one of another program.  It is durable (every
 * commit is on the disk) and keeps references between tables. */
bool db_sqlite_open(const char *path, struct db **out, struct err *e) MUST_CHECK;

/* Whether what stands at path is surely no database of ours that could be used; false also when
 * that cannot be told (no permission, in use). */
bool db_sqlite_broken(const char *path);

/* Copies all of from, as it stands at one moment, over what is in to: in one transaction of to, so
 * that an interrupted copy leaves to as it was. */
bool db_sqlite_copy(struct db *from, struct db *to, struct err *e) MUST_CHECK;

/* Leaves a database that is this one file, with no other beside it. */
bool db_sqlite_settle(struct db *d, struct err *e) MUST_CHECK;
/* Makes it again one that readers and a writer can use at the same time. */
bool db_sqlite_share(struct db *d, struct err *e) MUST_CHECK;

/* Reads every page and every reference.  *ret_fault: what is wrong first, or empty. */
bool db_sqlite_check(struct db *d, struct arena *a, struct str *ret_fault,
		     struct err *e) MUST_CHECK;

#endif
