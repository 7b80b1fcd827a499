/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thread, one connection.  Invariants:
 *  1. first, last, stop and the figures change only under `lock`; a batch that was taken belongs
 *     to the writer's thread alone;
 *  2. the owner of a job hears of it once, after its transaction is over for good;
 *  3. what a job did is kept by at most one transaction.
 *
 * A job that fails by its own fault (input, conflict) is undone by its savepoint alone.  After a
 * failure of the system (disk, a lost connection) nobody knows what of the transaction is left, so
 * all of it is undone, and its jobs run again, each in a transaction of its own. */
#include "http/writer.h"

#include <pthread.h>
#include <stdlib.h>

#include "http/dispatch.h"

enum { LOST_TRIES_MAX = 5 }; /* of one batch; the database waits for its connection by itself */

struct writer {
	struct store *store;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct write_job *first, *last;
	bool stop;
	struct writer_figures figures;
};

/* ---- one transaction ---- */

/* In a savepoint.  False: the transaction as a whole is spoilt. */
static bool run_job(struct store *s, struct write_job *job, struct err *e)
{
	job->e = (struct err){ 0 };
	job->good = false;
	if (!store_begin(s, e))
		return false;
	bool good = job->run(job, s, &job->e);
	if (!good && err_of_system(&job->e)) {
		struct err ignored = { 0 };
		(void)!store_end(s, false, &ignored);
		*e = job->e;
		return false;
	}
	if (!store_end(s, good, e))
		return false;
	job->good = good;
	return true;
}

/* False: nothing of it is kept, e says why. */
static bool run_batch(struct store *s, struct write_job *first, struct err *e)
{
	if (!store_begin(s, e))
		return false;
	for (struct write_job *job = first; job; job = job->next) {
		if (!run_job(s, job, e)) {
			struct err ignored = { 0 };
			(void)!store_end(s, false, &ignored);
			return false;
		}
	}
	return store_end(s, true, e);
}

static bool run_batch_again(struct writer *w, struct write_job *first, struct err *e)
{
	for (unsigned tries = 0; tries < LOST_TRIES_MAX; tries++) {
		*e = (struct err){ 0 };
		if (run_batch(w->store, first, e))
			return true;
		if (!store_lost(w->store))
			return false;
		pthread_mutex_lock(&w->lock);
		w->figures.n_again++;
		pthread_mutex_unlock(&w->lock);
	}
	return false;
}

/* ---- telling ---- */

/* Owners may give back the memory of a job in done(). */
static void tell(struct writer *w, struct write_job *first, bool on_disk, const struct err *e)
{
	uint64_t n = 0, n_kept = 0;
	for (const struct write_job *job = first; job; job = job->next) {
		n++;
		n_kept += on_disk && job->good;
	}
	pthread_mutex_lock(&w->lock);
	w->figures.n_jobs += n;
	w->figures.n_kept += n_kept;
	w->figures.n_batches++;
	pthread_mutex_unlock(&w->lock);
	for (struct write_job *next, *job = first; job; job = next) {
		next = job->next;
		job->done(job, on_disk && job->good, on_disk ? &job->e : e);
	}
}

static void write_alone(struct writer *w, struct write_job *job)
{
	struct err e = { 0 };
	job->next = NULL;
	bool on_disk = run_batch_again(w, job, &e);
	tell(w, job, on_disk, &e);
}

static void write_batch(struct writer *w, struct write_job *first)
{
	struct err e = { 0 };
	bool on_disk = run_batch_again(w, first, &e);
	if (on_disk || !first->next) {
		tell(w, first, on_disk, &e);
		return;
	}
	for (struct write_job *next, *job = first; job; job = next) {
		next = job->next;
		write_alone(w, job);
	}
}

/* ---- the queue ---- */

/* Waits.  NULL: the end. */
static struct write_job *take_batch(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	while (!w->first && !w->stop)
		pthread_cond_wait(&w->work, &w->lock);
	struct write_job *first = w->first, *end = first;
	for (unsigned n = 1; end; n++) {
		w->figures.n_waiting--;
		if (n == WRITE_BATCH_MAX || !end->next)
			break;
		end = end->next;
	}
	if (end) {
		w->first = end->next;
		end->next = NULL;
	}
	if (!w->first)
		w->last = NULL;
	pthread_mutex_unlock(&w->lock);
	return first;
}

static void *live(void *arg)
{
	struct writer *w = arg;
	for (struct write_job *first; (first = take_batch(w));)
		write_batch(w, first);
	return NULL;
}

bool writer_make(struct store *s, struct writer **out, struct err *e)
{
	struct writer *w = calloc(1, sizeof(*w));
	if (!w)
		return err_say(e, ERR_IO, "no hay memoria para quien escribe",
			       "no memory for the writer");
	w->store = s;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->work, NULL);
	if (pthread_create(&w->thread, NULL, live, w) != 0) {
		free(w);
		return err_say(e, ERR_IO, "el sistema no da un hilo para quien escribe",
			       "the system gives no thread for the writer");
	}
	*out = w;
	return true;
}

bool writer_submit(struct writer *w, struct write_job *job, struct err *e)
{
	job->next = NULL;
	pthread_mutex_lock(&w->lock);
	bool room = w->figures.n_waiting < WRITE_QUEUE_MAX && !w->stop;
	if (room) {
		if (w->last)
			w->last->next = job;
		else
			w->first = job;
		w->last = job;
		w->figures.n_waiting++;
		pthread_cond_signal(&w->work);
	} else {
		w->figures.n_refused++;
	}
	pthread_mutex_unlock(&w->lock);
	return room || err_say(e, ERR_BUSY,
			       "hay %d escrituras en espera; intente de nuevo en unos segundos",
			       "%d writes are waiting; try again in a few seconds",
			       WRITE_QUEUE_MAX);
}

void writer_free(struct writer *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_signal(&w->work);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->work);
	pthread_mutex_destroy(&w->lock);
	store_close(w->store);
	free(w);
}

void writer_figures(const struct writer *w, struct writer_figures *out)
{
	pthread_mutex_t *lock = (pthread_mutex_t *)(uintptr_t)&w->lock;
	pthread_mutex_lock(lock);
	*out = w->figures;
	pthread_mutex_unlock(lock);
}
