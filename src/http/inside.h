/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what the files behind dispatch.h share. */
#ifndef SSME_HTTP_INSIDE_H
#define SSME_HTTP_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/cache.h"
#include "app/shelf.h"
#include "http/bind.h"
#include "http/dispatch.h"
#include "http/lane.h"
#include "http/metrics.h"
#include "http/route.h"
#include "http/static.h"
#include "http/writer.h"

enum {
	READERS_KEPT_MAX = 64,   /* connections for reading that wait for the next call */
	SCRATCHES_KEPT_MAX = 16, /* arenas of prepare that wait for the next call */
	SCRATCH_KEPT_BYTES_MAX = 1 << 20, /* of memory that a waiting one may hold */
	SCRATCH_BYTES_MAX = 256 << 20,
	SIDE_JOBS_MAX = 256,     /* notes and touches that wait for the writer; more are dropped */
	NOTES_PER_MINUTE_MAX = 600, /* refusals in the audit: it cannot be flooded */
	TOUCHED_N = 256,         /* sessions and tokens remembered as touched lately */
	TIDY_SECONDS = 3600,
	RETAIN_SECONDS = 86400, /* between two looks for what is kept too long */
	REPLIES_KEPT_SECONDS = 2 * 86400, /* answers kept for a repeated request */
};

/* Connections that nobody reads with at the moment. */
struct readers {
	pthread_mutex_t lock;
	struct store *idle[READERS_KEPT_MAX];
	size_t n;
};

/* Arenas that no prepare works in at the moment. */
struct scratches {
	pthread_mutex_t lock;
	struct arena idle[SCRATCHES_KEPT_MAX];
	size_t n;
};

/* Deeds of the server itself, by the writer: notes of refusals, touches, tidying.  When they are
 * due is told by the steady clock, so that setting the clock neither hastens nor hinders them. */
struct side {
	pthread_mutex_t lock;
	unsigned n_waiting;
	int64_t minute;          /* of n_notes */
	unsigned n_notes;
	int64_t tidied_s, retained_s; /* retained_s 0: not yet */
	struct {
		int64_t key, at_s; /* number of a session, of a token with a minus */
	} touched[TOUCHED_N];
	uint64_t n_dropped;
};

struct dispatch {
	struct arena a;
	struct dispatch_settings settings;
	struct command_rows *part;  /* the settings', then table_http */
	size_t n_parts;
	const struct routes *routes;
	struct static_files files;
	struct page_server pages;
	struct readers readers;
	struct scratches scratches;
	struct side side;
	struct lane_pool *heavy, *password;
	struct writer *writer;
	struct cache *cache;
	struct shelf *shelf;        /* own, where the settings have none */
	struct metrics *metrics;
	int64_t started_s, started_steady_s; /* by the clock of the day; by the steady one */
	atomic_bool soon_busy;      /* work of dispatch_soon() waits or is done */
};

/* Rows of the room itself: health, metrics, files, OpenAPI.  Their handlers find the dispatch in
 * call.prepared. */
extern const struct command_rows table_http;

/* A connection for reading; given back when the call is over. */
bool reader_take(struct dispatch *d, struct store **out, struct err *e) MUST_CHECK;
void reader_give(struct dispatch *d, struct store *s);
/* Memory for the length of one prepare; what was made in it is gone when it is given back. */
void scratch_take(struct dispatch *d, struct arena *out);
void scratch_give(struct dispatch *d, struct arena *a);

/* Notes that somebody known was refused a write, or failed in one: outcome "denied" or "failed".
 * Never fails: what there is no room for is dropped and counted. */
void side_note(struct dispatch *d, const struct call *c, const char *outcome);
/* The session or token was used. */
void side_touch(struct dispatch *d, const struct call *c);
/* Once an hour, by the first request after it. */
void side_tidy(struct dispatch *d, const struct call *c);

/* Refuses a table that could not be served safely. */
bool table_check(const struct command_rows *part, size_t n_parts, struct err *e) MUST_CHECK;

#endif
