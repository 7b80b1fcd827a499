/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/db_fault.h"

#include <stdlib.h>

struct fault {
	struct db db;
	struct db *inner;
	enum fault_moment moment;
	unsigned nth, calls;
	bool met[STMT_N];
};

static struct fault *of(struct db *d)
{
	return (struct fault *)(void *)d;
}

static bool strikes(struct fault *f)
{
	return ++f->calls == f->nth;
}

static bool struck(struct err *e)
{
	return err_set(e, ERR_IO, "a fault was asked for");
}

static bool begin(struct db *d, enum db_intent intent, struct err *e)
{
	struct fault *f = of(d);
	bool now = strikes(f);
	if (now && f->moment == FAULT_BEFORE)
		return struck(e);
	if (!db_begin(f->inner, intent, e))
		return false;
	if (!now)
		return true;
	(void)!db_end(f->inner, false, e); /* what did not begin is not open */
	return struck(e);
}

/* Whatever an end says, its level is over; a commit that fails has undone it. */
static bool end(struct db *d, bool keep, struct err *e)
{
	struct fault *f = of(d);
	bool now = strikes(f);
	bool good = db_end(f->inner, keep && !now, e);
	return good && (!now || struck(e));
}

static bool run(struct db *d, int statement, const struct db_value *arg, db_row row, void *user,
		struct err *e)
{
	struct fault *f = of(d);
	bool now = strikes(f);
	if (now && f->moment == FAULT_BEFORE)
		return struck(e);
	f->met[statement] = true;
	return db_run(f->inner, statement, arg, row, user, e) && (!now || struck(e));
}

static bool script(struct db *d, int migration, struct err *e)
{
	struct fault *f = of(d);
	bool now = strikes(f);
	if (now && f->moment == FAULT_BEFORE)
		return struck(e);
	return db_script(f->inner, migration, e) && (!now || struck(e));
}

static bool lost(const struct db *d)
{
	return db_lost(((const struct fault *)(const void *)d)->inner);
}

static void patience(struct db *d, int milliseconds)
{
	db_patience(of(d)->inner, milliseconds);
}

static void look(struct db *d, bool begins)
{
	db_look(of(d)->inner, begins);
}

static void close_db(struct db *d)
{
	db_close(of(d)->inner);
	free(d);
}

static const struct db_ops fault_ops = { begin, end, run, script, close_db, lost, patience,
					look };

struct db *db_fault(struct db *inner, enum fault_moment moment, unsigned nth)
{
	struct fault *f = calloc(1, sizeof(*f));
	if (!f)
		abort();
	*f = (struct fault){
		.db = { &fault_ops }, .inner = inner, .moment = moment, .nth = nth
	};
	return &f->db;
}

unsigned db_fault_calls(const struct db *d)
{
	return ((const struct fault *)(const void *)d)->calls;
}

void db_fault_set(struct db *d, enum fault_moment moment, unsigned nth)
{
	struct fault *f = of(d);
	f->moment = moment;
	f->nth = nth;
	f->calls = 0;
}

void db_fault_met(const struct db *d, bool met[static STMT_N])
{
	const struct fault *f = (const struct fault *)(const void *)d;
	for (size_t i = 0; i < STMT_N; i++)
		met[i] = met[i] || f->met[i];
}
