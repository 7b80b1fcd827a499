/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one that writes.  Jobs from any thread wait in a queue; the writer takes all that wait (at
 * most WRITE_BATCH_MAX), runs each inside a savepoint of one transaction, and tells their owners
 * only when the transaction is on disk.  A job that fails is undone alone.  When the database went
 * away before the transaction was kept, the whole batch runs again, once it is back: a job may be
 * run more than once, but what it did is kept once. */
#ifndef SSME_HTTP_WRITER_H
#define SSME_HTTP_WRITER_H

#include "store/store.h"

struct writer;
struct write_job {
	/* Inside the savepoint; false undoes it, with e said. */
	bool (*run)(struct write_job *job, struct store *s, struct err *e);
	/* When it is durable (kept) or undone; on the writer's thread: short. */
	void (*done)(struct write_job *job, bool kept, const struct err *e);
	struct write_job *next;   /* the queue's */
	struct err e;             /* the queue's */
	bool good;                /* the queue's */
};

/* s: its own connection, from now on of the writer alone; closed by it. */
bool writer_make(struct store *s, struct writer **out, struct err *e) MUST_CHECK;
/* ERR_BUSY: WRITE_QUEUE_MAX wait already. */
bool writer_submit(struct writer *w, struct write_job *job, struct err *e) MUST_CHECK;
/* Does what waits, then ends. */
void writer_free(struct writer *w);

struct writer_figures {
	uint64_t n_jobs, n_kept, n_batches, n_again, n_waiting, n_refused;
};
void writer_figures(const struct writer *w, struct writer_figures *out);

#endif
