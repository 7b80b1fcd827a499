/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/lane.h"

#include <pthread.h>
#include <stdlib.h>

enum { LANE_THREADS_MAX = 64 };

struct lane_pool {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct lane_job *first, *last;
	unsigned waiting_max;
	bool stop;
	struct lane_count count;
	unsigned n_threads;
	pthread_t thread[LANE_THREADS_MAX];
};

static struct lane_job *take(struct lane_pool *l)
{
	pthread_mutex_lock(&l->lock);
	while (!l->first && !l->stop)
		pthread_cond_wait(&l->work, &l->lock);
	struct lane_job *job = l->first;
	if (job) {
		l->first = job->next;
		if (!l->first)
			l->last = NULL;
		l->count.n_waiting--;
	}
	pthread_mutex_unlock(&l->lock);
	return job;
}

static void *live(void *arg)
{
	struct lane_pool *l = arg;
	for (struct lane_job *job; (job = take(l));) {
		job->run(job);
		pthread_mutex_lock(&l->lock);
		l->count.n_done++;
		pthread_mutex_unlock(&l->lock);
	}
	return NULL;
}

bool lane_make(unsigned n_threads, unsigned waiting_max, struct lane_pool **out, struct err *e)
{
	struct lane_pool *l = calloc(1, sizeof(*l));
	if (!l)
		return err_say(e, ERR_IO, "no hay memoria para los hilos",
			       "no memory for threads");
	l->waiting_max = waiting_max;
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->work, NULL);
	if (n_threads > LANE_THREADS_MAX)
		n_threads = LANE_THREADS_MAX;
	while (l->n_threads < n_threads &&
	       pthread_create(&l->thread[l->n_threads], NULL, live, l) == 0)
		l->n_threads++;
	if (!l->n_threads) {
		free(l);
		return err_say(e, ERR_IO, "el sistema no da hilos", "the system gives no threads");
	}
	*out = l;
	return true;
}

bool lane_submit(struct lane_pool *l, struct lane_job *job, struct err *e)
{
	job->next = NULL;
	pthread_mutex_lock(&l->lock);
	bool room = l->count.n_waiting < l->waiting_max && !l->stop;
	if (room) {
		if (l->last)
			l->last->next = job;
		else
			l->first = job;
		l->last = job;
		l->count.n_waiting++;
		pthread_cond_signal(&l->work);
	} else {
		l->count.n_refused++;
	}
	pthread_mutex_unlock(&l->lock);
	return room || err_say(e, ERR_BUSY,
			       "hay %u trabajos en espera; intente de nuevo en unos segundos",
			       "%u jobs are waiting; try again in a few seconds", l->waiting_max);
}

void lane_free(struct lane_pool *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_cond_broadcast(&l->work);
	pthread_mutex_unlock(&l->lock);
	for (unsigned i = 0; i < l->n_threads; i++)
		pthread_join(l->thread[i], NULL);
	pthread_cond_destroy(&l->work);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

void lane_counts(struct lane_pool *l, struct lane_count *out)
{
	pthread_mutex_lock(&l->lock);
	*out = l->count;
	pthread_mutex_unlock(&l->lock);
}
