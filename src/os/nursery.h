/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Untrusted bytes are read in a child of their own.  The nursery is a single-threaded process,
 * forked before this one has threads; for each job it forks a short-lived child that gives up its
 * rights (os/sandbox.h), runs `work` over the input and ends.  A child that crashes, loops or
 * floods costs its own job and nothing else. */
#ifndef SSME_OS_NURSERY_H
#define SSME_OS_NURSERY_H

#include "base/text.h"

enum {
	NURSERY_JOBS_MAX = 4,              /* children at once; further jobs wait in a queue */
	NURSERY_WAIT_MS = 10 * 1000,       /* longest wait for a child to be free */
	NURSERY_WALL_MS = 30 * 1000,       /* life of a child, waiting included */
	NURSERY_CPU_S = 20,                /* processor time of a child */
	NURSERY_ARGUMENT_BYTES_MAX = 4096, /* of a job's argument */
};
#define NURSERY_INPUT_BYTES_MAX ((size_t)64 << 20)
#define NURSERY_OUTPUT_BYTES_MAX ((size_t)256 << 20)
#define NURSERY_MEMORY_BYTES_MAX ((size_t)1 << 30) /* of a child, its input not counted */

struct nursery_job {
	int kind;            /* what to do: a number that the caller and `work` agree on */
	struct str argument; /* few bytes beside the input: options; may be empty */
	struct str input;    /* the untrusted bytes */
};

/* Runs in the child: reads job, writes its result to out_fd (a file in memory).  False: the job
 * fails with e, as if the caller had found it; what was written is dropped.  Its standard streams
 * are /dev/null. */
typedef bool nursery_work(const struct nursery_job *job, int out_fd, struct err *e);

struct nursery;

/* What one job may cost; 0 stands for the limit above, which no value may pass. */
struct nursery_limits {
	unsigned wait_ms, wall_ms, cpu_s;
	size_t memory_bytes, output_bytes;
};

/* Forks the nursery.  Call it while this process has one thread.  limits may be NULL.  The nursery
 * keeps none of this process's descriptors but stderr, and ends by itself when this process does,
 * however that comes.
 * ERR_IO: no process or descriptor to be had. */
bool nursery_start(nursery_work *work, const struct nursery_limits *limits, struct nursery **out,
		   struct err *e) MUST_CHECK;
void nursery_stop(struct nursery *n); /* NULL is allowed; running jobs are killed */
/* False: its process has ended, and every job from now on fails with ERR_IO. */
bool nursery_alive(const struct nursery *n);
/* The nursery's process, for tests and figures. */
long nursery_process(const struct nursery *n);

/* Runs a job and waits for it; any thread, many at once.  *out lies in a.
 * ERR_INPUT: the child crashed over this input, or `work` said so.  ERR_LIMIT: too big an input or
 * output, too much memory or time; the message names the limit.  ERR_BUSY: no child was free
 * within NURSERY_WAIT_MS.  ERR_IO: the nursery is gone, or the system failed.  Any other code is
 * what `work` said. */
bool nursery_run(const struct nursery *n, struct arena *a, const struct nursery_job *job,
		 struct str *out, struct err *e) MUST_CHECK;
/* The same with the whole of an open regular file (or file in memory) as input; job->input is not
 * read.  Nobody may make the file shorter meanwhile: that costs the job. */
bool nursery_run_file(const struct nursery *n, struct arena *a, const struct nursery_job *job,
		      int input_fd, struct str *out, struct err *e) MUST_CHECK;

#endif
