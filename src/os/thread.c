/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The caller and the pool's threads take part numbers from one counter until none is left.
 * Invariants, under `lock` except where noted:
 *  1. `taken` is true from the start of a run until its caller has seen all workers leave it;
 *  2. f, arg, n_parts change only while no worker is inside a run (n_inside == 0);
 *  3. `next` is atomic and only grows within a run. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* sched_getaffinity */
#endif
#include "os/thread.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

struct thread_pool {
	struct runner runner; /* first: a runner of a pool is the pool */
	pthread_mutex_t lock;
	pthread_cond_t work, idle;
	bool taken, stop;
	unsigned long round; /* number of the run */
	unsigned n_inside;
	void (*f)(void *arg, size_t part);
	void *arg;
	size_t n_parts;
	_Atomic size_t next;
	unsigned n_workers;
	pthread_t worker[THREADS_MAX];
};

unsigned thread_count(void)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	int n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (unsigned)n;
}

static void take_parts(struct thread_pool *p)
{
	for (;;) {
		size_t part = atomic_fetch_add_explicit(&p->next, 1, memory_order_relaxed);
		if (part >= p->n_parts)
			return;
		p->f(p->arg, part);
	}
}

static void *work(void *arg)
{
	struct thread_pool *p = arg;
	unsigned long seen = 0;
	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (!p->stop && (!p->taken || p->round == seen))
			pthread_cond_wait(&p->work, &p->lock);
		if (p->stop)
			break;
		seen = p->round;
		p->n_inside++;
		pthread_mutex_unlock(&p->lock);
		take_parts(p);
		pthread_mutex_lock(&p->lock);
		if (--p->n_inside == 0)
			pthread_cond_signal(&p->idle);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static bool take_pool(struct thread_pool *p, void (*f)(void *, size_t), void *arg, size_t n_parts)
{
	pthread_mutex_lock(&p->lock);
	bool mine = !p->taken;
	if (mine) {
		p->taken = true;
		p->round++;
		p->f = f;
		p->arg = arg;
		p->n_parts = n_parts;
		atomic_store(&p->next, 0);
		pthread_cond_broadcast(&p->work);
	}
	pthread_mutex_unlock(&p->lock);
	return mine;
}

static void run(const struct runner *self, void (*f)(void *arg, size_t part), void *arg,
		size_t n_parts)
{
	/* pools are made by calloc(): never really const */
	struct thread_pool *p = (struct thread_pool *)(uintptr_t)self;
	if (n_parts < 2 || !p->n_workers || !take_pool(p, f, arg, n_parts)) {
		runner_serial.run(&runner_serial, f, arg, n_parts);
		return;
	}
	take_parts(p);
	pthread_mutex_lock(&p->lock);
	while (p->n_inside)
		pthread_cond_wait(&p->idle, &p->lock);
	p->taken = false;
	pthread_mutex_unlock(&p->lock);
}

/* Workers leave signals to the threads that know what to do with them. */
static void start_workers(struct thread_pool *p, unsigned n)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (p->n_workers < n &&
	       pthread_create(&p->worker[p->n_workers], NULL, work, p) == 0)
		p->n_workers++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool thread_pool_make(unsigned n_threads, struct thread_pool **out, struct err *e)
{
	if (n_threads > THREADS_MAX)
		return err_set(e, ERR_INPUT, "como máximo %d hilos (at most %d threads)",
			       THREADS_MAX, THREADS_MAX);
	struct thread_pool *p = calloc(1, sizeof(*p));
	if (!p)
		abort();
	if (!n_threads)
		n_threads = thread_count();
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->work, NULL);
	pthread_cond_init(&p->idle, NULL);
	start_workers(p, n_threads - 1);
	p->runner = (struct runner){ run, p->n_workers + 1 };
	*out = p;
	return true;
}

void thread_pool_free(struct thread_pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	assert(!p->taken);
	p->stop = true;
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->n_workers; i++)
		pthread_join(p->worker[i], NULL);
	pthread_cond_destroy(&p->idle);
	pthread_cond_destroy(&p->work);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

const struct runner *thread_pool_runner(const struct thread_pool *p)
{
	return &p->runner;
}
