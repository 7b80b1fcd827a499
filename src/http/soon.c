/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Work that a page wishes done and does not wait for: in the heavy lane, by a call of nobody's.
 * One at a time, so that a crowd of visitors asks for it once. */
#include <stdlib.h>

#include "app/account.h"
#include "http/inside.h"
#include "os/clock.h"
#include "os/log.h"

struct soon_job {
	struct lane_job lane; /* first */
	struct dispatch *d;
	bool (*work)(struct call *c, struct err *e);
};

static bool work_through(struct soon_job *j, struct arena *a, struct err *e)
{
	struct dispatch *d = j->d;
	struct call c = { .a = a,
			  .folder = d->settings.folder,
			  .database = d->settings.database,
			  .server = &d->pages,
			  .cache = d->cache,
			  .runner = d->settings.runner ? d->settings.runner : &runner_serial,
			  .now = clock_now_iso(a) };
	c.caller = caller_nobody(a, (struct str){ 0 });
	buf_init(&c.out, a, CALL_OUT_BYTES_MAX);
	buf_init(&c.said, a, CALL_SAID_BYTES_MAX);
	if (!reader_take(d, &c.store, e))
		return false;
	const bool good = j->work(&c, e);
	reader_give(d, c.store);
	return good;
}

static void run_soon(struct lane_job *lane)
{
	struct soon_job *j = (struct soon_job *)lane;
	struct err e = { 0 };
	struct arena a;
	arena_init(&a, (size_t)1 << HEAVY_ARENA_BYTES_SHIFT);
	if (!work_through(j, &a, &e))
		log_event("page made ahead: %s", e.msg);
	arena_drop(&a);
	atomic_store(&j->d->soon_busy, false);
	free(j);
}

void dispatch_soon(const void *user, bool (*work)(struct call *c, struct err *e))
{
	struct dispatch *d = (struct dispatch *)(uintptr_t)user; /* its own, handed out as const */
	struct err ignored = { 0 };
	if (atomic_exchange(&d->soon_busy, true))
		return;
	struct soon_job *j = calloc(1, sizeof(*j));
	if (j) {
		*j = (struct soon_job){ .lane.run = run_soon, .d = d, .work = work };
		if (lane_submit(d->heavy, &j->lane, &ignored))
			return;
		free(j);
	}
	atomic_store(&d->soon_busy, false);
}
