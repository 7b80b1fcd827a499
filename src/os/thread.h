/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A runner with threads: the pure rooms split their work with it and get the same results. */
#ifndef SSME_OS_THREAD_H
#define SSME_OS_THREAD_H

#include "base/err.h"
#include "base/runner.h"

enum { THREADS_MAX = 256 };

/* Processors this process may use, 1..THREADS_MAX. */
unsigned thread_count(void);

struct thread_pool;

/* n_threads: how many work at once, the caller included; 0: thread_count().  Threads that the
 * system refuses are done without.  *out ends with thread_pool_free(), when no run is going on. */
bool thread_pool_make(unsigned n_threads, struct thread_pool **out, struct err *e) MUST_CHECK;
void thread_pool_free(struct thread_pool *p); /* NULL is allowed */
/* Lives as long as the pool.  Several threads may run at once, and a part may run parts of its own:
 * what finds the pool taken does its parts itself, in turn. */
const struct runner *thread_pool_runner(const struct thread_pool *p);

#endif
