/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Work that can be split into parts.  Pure functions take a runner; `os` gives one with
 * threads, tests the serial one.  Results must not depend on which one it is. */
#ifndef SSME_BASE_RUNNER_H
#define SSME_BASE_RUNNER_H

#include <stddef.h>

struct runner {
	/* Runs f(arg, part) once for each part 0..n_parts-1, in any order, and returns when all are
	 * done. */
	void (*run)(const struct runner *self, void (*f)(void *arg, size_t part), void *arg,
		    size_t n_parts);
	unsigned n_threads; /* how many parts run at once, >= 1 */
};

extern const struct runner runner_serial;

#endif
