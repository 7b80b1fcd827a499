/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A lane: a few threads and a queue with a limit, for work that would hold up the threads of the
 * requests.  What finds the queue full is refused at once rather than kept waiting. */
#ifndef SSME_HTTP_LANE_H
#define SSME_HTTP_LANE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct lane_job {
	void (*run)(struct lane_job *job); /* on a thread of the lane */
	struct lane_job *next;             /* the queue's */
};

struct lane_pool;
/* n_threads, waiting_max: at least 1.  ERR_IO: no thread to be had. */
bool lane_make(unsigned n_threads, unsigned waiting_max, struct lane_pool **out,
	       struct err *e) MUST_CHECK;
/* Any thread.  ERR_BUSY: waiting_max wait already. */
bool lane_submit(struct lane_pool *l, struct lane_job *job, struct err *e) MUST_CHECK;
/* Does what waits, then ends.  NULL is allowed. */
void lane_free(struct lane_pool *l);

struct lane_count {
	uint64_t n_done, n_refused, n_waiting;
};
void lane_counts(struct lane_pool *l, struct lane_count *out);

#endif
