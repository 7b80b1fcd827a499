/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/http.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "http/dispatch.h"
#include "http/postman.h"
#include "http/server.h"
#include "os/file.h"

enum {
	SERVE_ARENA_BYTES_MAX = 1 << 20,
	TABLE_PARTS_MAX = 32,
	HEAP_KEPT_BYTES = 4 << 20,   /* free at the end of a heap before the system gets it back */
	HEAP_OBJECT_BYTES = 1 << 20, /* larger objects have pages of their own */
	HEAPS_MAX = 4,
};

struct serving {
	struct arena a;
	struct dispatch *dispatch;
	struct postman *postman;
	struct server *server; /* NULL until it takes requests */
	bool stuck;            /* somebody still works on a request */
};

static const struct http_limits usual_limits = {
	.head_ms = HEAD_DEADLINE_MS,
	.body_ms = BODY_DEADLINE_MS,
	.answer_ms = ANSWER_DEADLINE_MS,
	.idle_ms = IDLE_DEADLINE_MS,
	.drain_ms = DRAIN_DEADLINE_MS,
	.body_bytes_per_s = BODY_BYTES_PER_S_MIN,
	.answer_bytes_per_s = ANSWER_BYTES_PER_S_MIN,
	.connections = CONNECTIONS_MAX,
	.connections_per_address = CONNECTIONS_PER_ADDRESS_MAX,
};

static bool begin(void *user, struct exchange *x)
{
	struct serving *v = user;
	return dispatch_begin(v->dispatch, x);
}

static void later(void *user, struct exchange *x)
{
	struct serving *v = user;
	dispatch_later(v->dispatch, x);
}

static void end(void *user, struct exchange *x)
{
	struct serving *v = user;
	dispatch_end(v->dispatch, x);
}

static void refuse(void *user, struct exchange *x, unsigned status, const struct err *e)
{
	struct serving *v = user;
	dispatch_refuse(v->dispatch, x, status, e);
}

static void put_metric(struct buf *out, const char *name, const char *type, const char *help,
		       uint64_t value)
{
	buf_fmt(out, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", name, help, name, type, name,
		(unsigned long long)value);
}

static void more_metrics(void *user, struct buf *out)
{
	static const char *const part_name[CONNECTION_PARTS] = { "head", "body", "work", "answer",
								 "idle" };
	struct serving *v = user;
	struct server_figures f;
	if (!v->server)
		return;
	server_figures(v->server, &f);
	put_metric(out, "ssme_connections", "gauge", "Connections that are open.",
		   f.connections.n_open);
	put_metric(out, "ssme_connections_accepted_total", "counter", "Connections taken.",
		   f.connections.n_accepted);
	put_metric(out, "ssme_connections_refused_total", "counter",
		   "Connections over the limit in all or of their address.",
		   f.connections.n_refused);
	buf_puts(out, "# HELP ssme_connections_dropped_total Connections past a deadline, by what "
		      "they were at.\n# TYPE ssme_connections_dropped_total counter\n");
	for (size_t i = 0; i < CONNECTION_PARTS; i++)
		buf_fmt(out, "ssme_connections_dropped_total{at=\"%s\"} %llu\n", part_name[i],
			(unsigned long long)f.connections.n_dropped[i]);
	put_metric(out, "ssme_requests_now", "gauge", "Requests read, worked on or answered now.",
		   f.n_now);
	put_metric(out, "ssme_requests_refused_total", "counter",
		   "Requests that the guard or a limit refused.", f.n_refused);
	put_metric(out, "ssme_upload_bytes", "gauge", "Bytes of uploads that wait.",
		   f.n_spool_bytes);
	put_metric(out, "ssme_upload_bytes_total", "counter", "Bytes of uploads received.",
		   f.n_spool_bytes_ever);
}

/* The parts of the table that have routes: the verbs' and the pages'. */
static size_t gather_rows(struct command_rows *to)
{
	size_t n = 0;
	for (size_t i = 0; i < n_command_parts && n < TABLE_PARTS_MAX; i++)
		to[n++] = *command_parts[i];
	for (size_t i = 0; i < n_page_parts && n < TABLE_PARTS_MAX; i++)
		to[n++] = *page_parts[i];
	return n;
}

static bool make_dispatch(const struct http_settings *set, struct serving *v, struct err *e)
{
	struct command_rows part[TABLE_PARTS_MAX];
	const struct dispatch_settings settings = {
		.folder = set->folder,
		.database = set->database,
		.rows = part,
		.n_rows = gather_rows(part),
		.runner = set->runner,
		.public_url = str_of(set->public_url),
		.parse = set->parse,
		.parse_user = set->parse_user,
		.metrics_open = set->metrics_open,
		.more_metrics = more_metrics,
		.more_metrics_user = v,
	};
	if (!dispatch_make(&settings, &v->dispatch, e))
		return false;
	dispatch_soon(v->dispatch, page_warm);
	return true;
}

static void wait_for(int stop)
{
	struct pollfd p = { .fd = stop, .events = POLLIN };
	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		;
}

static bool serve(const struct http_settings *set, struct serving *v, struct err *e)
{
	const struct server_settings settings = {
		.socket = set->socket,
		.n_sockets = set->n_sockets,
		.certificate = set->certificate,
		.key = set->key,
		.proxy = set->proxy,
		.spool_folder = path_join(&v->a, set->folder, "tmp"),
		.threads = set->request_threads,
		.access_log = set->access_log,
		.limits = set->limits ? set->limits : &usual_limits,
		.answers = { begin, later, end, refuse, v },
		.alive = set->alive,
		.alive_user = set->alive_user,
	};
	struct server *server;
	if (!server_start(&settings, &server, e))
		return false;
	v->server = server;
	bool good = !set->ready || set->ready(set->ready_user, e);
	if (good)
		wait_for(set->stop);
	struct err left = { 0 };
	v->stuck = !server_stop(server, &left);
	if (good && v->stuck)
		*e = left;
	return good && !v->stuck;
}

/* The usual allocator gives the end of a heap back after each request and has the system fill it
 * with zeros for the next one, which costs more than the request. */
static void keep_memory(void)
{
	(void)mallopt(M_TRIM_THRESHOLD, HEAP_KEPT_BYTES);
	(void)mallopt(M_MMAP_THRESHOLD, HEAP_OBJECT_BYTES);
	(void)mallopt(M_ARENA_MAX, HEAPS_MAX);
}

bool http_serve(const struct http_settings *settings, struct err *e)
{
	keep_memory();
	struct serving *v = calloc(1, sizeof(*v));
	if (!v)
		abort();
	arena_init(&v->a, SERVE_ARENA_BYTES_MAX);
	bool good = make_dispatch(settings, v, e) &&
		    (!settings->mail ||
		     postman_make(v->dispatch, settings->mail, &v->postman, e)) &&
		    serve(settings, v, e);
	postman_free(v->postman);
	if (v->stuck)
		return false; /* what somebody still works with cannot be taken from under them */
	if (v->dispatch)
		dispatch_free(v->dispatch);
	arena_drop(&v->a);
	free(v);
	return good;
}
