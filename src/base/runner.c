/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/runner.h"

static void run_in_turn(const struct runner *self, void (*f)(void *arg, size_t part), void *arg,
			size_t n_parts)
{
	(void)self;
	for (size_t part = 0; part < n_parts; part++)
		f(arg, part);
}

const struct runner runner_serial = { run_in_turn, 1 };
