/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is counted of answered requests, for /metrics: by route, method and status, and how long
 * they took by lane.  No path, no address, no name: nothing that tells who asked what. */
#ifndef SSME_HTTP_METRICS_H
#define SSME_HTTP_METRICS_H

#include "app/command.h"

enum metrics_lane { TIMED_QUICK, TIMED_HEAVY, TIMED_PASSWORD, TIMED_WRITE, TIMED_N };

struct metrics; /* in the arena it was made in; any thread may count */
struct metrics *metrics_make(struct arena *a, const struct command_rows *part, size_t n_parts);
/* row NULL: no row was found. */
void metrics_count(struct metrics *m, const struct command *row, unsigned status,
		   enum metrics_lane lane, int64_t microseconds);
/* Prometheus text format. */
void metrics_put(struct metrics *m, struct buf *b);
int64_t metrics_clock_us(void);
uint64_t metrics_total(struct metrics *m);

#endif
