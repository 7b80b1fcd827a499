/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a request to the row of the table, to its answer: finds the route, asks who it is, checks
 * roles, scope, origin and token, reads the parameters, runs the row in its lane, and turns errors
 * into problem documents (RFC 9457) or pages.
 *
 * Every answer carries the headers of security.  An error that names a parameter has it in the
 * problem document ("parameter").  Statuses: 400 input, 401 not signed in (pages: 303 to the
 * sign-in), 403 denied, 404 no such route or thing, 405 with Allow, 406, 409 conflict, 413 too
 * large, 415, 422 a form with faults, 429 and 503 with Retry-After, 500. */
#ifndef SSME_HTTP_DISPATCH_H
#define SSME_HTTP_DISPATCH_H

#include "app/command.h"
#include "http/exchange.h"
#include "page/page.h"

struct dispatch;

struct dispatch_settings {
	const char *folder;              /* the data folder */
	const char *database;            /* $SSME_DB or NULL */
	const struct command_rows *rows; /* the parts of the table */
	size_t n_rows;
	/* What pages get; public_url, secure and whatever is NULL in it are filled in here.
	 * NULL: all of it. */
	const struct page_server *pages;
	const struct runner *runner;     /* for heavy calls */
	/* origin that writes of browsers must name; empty: that of Host */
	struct str public_url;
	unsigned heavy_threads;          /* 0: one a processor */
	/* Parses an upload in a child without rights: descriptor in, packed sheet out (in a). NULL:
	 * only in tests, in this process. */
	bool (*parse)(void *user, struct arena *a, int fd, struct str *ret_packed, struct err *e);
	void *parse_user;
	/* /metrics answers anybody who reaches it from this machine */
	bool metrics_open;
	/* Adds the server's own lines to /metrics (Prometheus text: connections, bytes); NULL:
	 * none. */
	void (*more_metrics)(void *user, struct buf *out);
	void *more_metrics_user;
};
enum {
	HEAVY_QUEUE_MAX = 64,       /* calls waiting for the heavy lane; more get 503 */
	PASSWORD_THREADS = 1, PASSWORD_QUEUE_MAX = 32,
	WRITE_QUEUE_MAX = 4096, WRITE_BATCH_MAX = 256,
	RETRY_AFTER_SECONDS = 5,
};

/* Checks the table (two rows of one route and method, a route that names no parameter, a scoped row
 * without object, a write that is a GET …: ERR_INPUT names the row), opens the store, starts the
 * lanes. */
bool dispatch_make(const struct dispatch_settings *settings, struct dispatch **out,
		   struct err *e) MUST_CHECK;
/* Waits for what runs; nothing new may come. */
void dispatch_free(struct dispatch *d);

/* page_server.soon: work by a call of nobody's, in the heavy lane, one at a time; user: the
 * dispatch. */
void dispatch_soon(const void *user, bool (*work)(struct call *c, struct err *e));

/* First half, on the thread of the request.  True: x->out is complete.  False: it will be, after
 * dispatch_later() — x->done is called, perhaps before dispatch_later() returns. */
bool dispatch_begin(struct dispatch *d, struct exchange *x);
void dispatch_later(struct dispatch *d, struct exchange *x);
/* Both, waiting: for tests. */
void dispatch_answer(struct dispatch *d, struct exchange *x);
/* An exchange is over: gives back what dispatch took for it. */
void dispatch_end(struct dispatch *d, struct exchange *x);

/* A refusal before there is a row: the guard's and the limits'.  Problem document or page by the
 * path. */
void dispatch_refuse(struct dispatch *d, struct exchange *x, unsigned status, const struct err *e);

/* Counters for /metrics and the status page. */
struct lane_figures {
	uint64_t n_done, n_refused, n_waiting, n_batches, n_batched;
};
void dispatch_figures(const struct dispatch *d, struct lane_figures *heavy,
		      struct lane_figures *password, struct lane_figures *writer);

/* OpenAPI 3.1 of the rows that have a route, as JSON. */
void openapi_put(struct buf *b, const struct command_rows *rows, size_t n, enum lang lang);

#endif
