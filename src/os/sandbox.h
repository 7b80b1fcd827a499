/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rights given up for good: after one of these calls the process, whatever takes it over, can do
 * only what is listed.  Two tools of the kernel do it: landlock (files, TCP, signals) and seccomp
 * (system calls).  What a kernel lacks is left out, and sandbox_state() says so; nothing fails
 * for it.  A refused call gives EPERM or EACCES, as for a user without rights. */
#ifndef SSME_OS_SANDBOX_H
#define SSME_OS_SANDBOX_H

#include <stdint.h>

#include "base/text.h"

/* What this kernel offers, asked now. */
struct sandbox_state {
	/* 0: none.  1: files.  4: TCP too.  6: signals and abstract sockets too */
	int landlock_abi;
	bool seccomp;
};
struct sandbox_state sandbox_state(void);
/* One line for a log or for `doctor`: "landlock 7, seccomp", and what is missing. */
struct str sandbox_words(struct arena *a, struct sandbox_state s, bool english);

/* The serving process.  Paths that do not exist are passed over. */
struct sandbox_paths {
	const char *const *write; /* folders and files to read, write, make, rename and delete */
	size_t n_write;
	const char *const *read; /* folders and files to read */
	size_t n_read;
	bool connects; /* it may open connections (to a database server); false: none */
};
enum { SANDBOX_PATHS_MAX = 64 }; /* of each list */

/* From now on: no other file than these (descriptors that are open stay), no new program, no new
 * process (threads may be made), no other listening port, no memory both written and run, none of
 * the calls that only administrators of a machine need (mount, ptrace, modules, bpf, keys, perf,
 * userfaultfd, name spaces, io_uring, clock).  Call it before the first thread is made: landlock
 * holds for the calling thread and those it makes.
 * ERR_LIMIT: more than SANDBOX_PATHS_MAX paths.  ERR_IO: the kernel has the tools and refused. */
bool sandbox_serve(const struct sandbox_paths *p, struct err *e) MUST_CHECK;

/* A child that turns one input into one output.  It keeps the descriptors that are open and may
 * read, write and shorten them; it gets memory and the time of day.  It can open no file, make no
 * socket and no process, and no memory that is run.  A call that a library may try and do without
 * (open, socket, ioctl) is refused; any other kills the process with SIGSYS. */
struct sandbox_limits {
	/* beyond what the process has mapped now; past it malloc gives NULL */
	uint64_t memory_bytes;
	uint64_t file_bytes;   /* of a file written; past it SIGXFSZ */
	unsigned cpu_s;        /* of processor time; past it SIGXCPU */
};
/* ERR_IO: the kernel refused. */
bool sandbox_parser(const struct sandbox_limits *limits, struct err *e) MUST_CHECK;

#endif
