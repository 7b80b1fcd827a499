/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests: a database that fails at the n-th call, once, as a full disk would. */
#ifndef SSME_STORE_DB_FAULT_H
#define SSME_STORE_DB_FAULT_H

#include "store/db.h"
#include "sql_gen.h"

/* When the call that fails does so. */
enum fault_moment {
	FAULT_BEFORE, /* it has done nothing */
	/* it has done its work, but does not know it (an end with keep: it has not) */
	FAULT_AFTER,
};

/* Takes over inner, which db_close() frees too.  nth counts calls from 1; 0 never fails. */
struct db *db_fault(struct db *inner, enum fault_moment moment, unsigned nth);
/* Calls so far; begins again from 0 with another nth. */
unsigned db_fault_calls(const struct db *d);
void db_fault_set(struct db *d, enum fault_moment moment, unsigned nth);
/* Marks in met the statements that have run here; leaves the others. */
void db_fault_met(const struct db *d, bool met[static STMT_N]);

#endif
