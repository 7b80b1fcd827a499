/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The web server: libmicrohttpd behind a guard.  One call serves until it is told to stop.
 *
 * What the guard refuses, with 400 and a closed connection: two Content-Length, Content-Length
 * beside Transfer-Encoding, a Transfer-Encoding other than chunked, no or two Host, names of
 * headers that are no tokens, control characters in them, methods that no row knows (405 for those
 * that HTTP knows).  Limits have their own answers: 414 path or query, 431 headers, 413 body.
 * Deadlines hold for the whole of a part, not for each byte of it, so that a client that drips is
 * dropped. */
#ifndef SSME_HTTP_HTTP_H
#define SSME_HTTP_HTTP_H

#include "app/command.h"
#include "base/err.h"

struct http_limits;
struct mail_server;

enum {
	/* from the first byte (or the connection) to the end of the headers */
	HEAD_DEADLINE_MS = 10000,
	BODY_DEADLINE_MS = 60000,        /* for the body, and … */
	BODY_BYTES_PER_S_MIN = 4096,     /* … a second more for each so many bytes announced */
	ANSWER_DEADLINE_MS = 120000,     /* for taking the answer, and … */
	ANSWER_BYTES_PER_S_MIN = 16384,  /* … a second more for each so many bytes of it */
	IDLE_DEADLINE_MS = 75000,        /* between two requests of a connection */
	CONNECTIONS_MAX = 4096,
	CONNECTIONS_PER_ADDRESS_MAX = 256, /* not for the trusted proxy */
	CONNECTION_MEMORY_BYTES = 24 << 10,
	DRAIN_DEADLINE_MS = 20000,       /* for requests in flight after the word to stop */
	REQUEST_THREADS_MAX = 16,
};

struct http_settings {
	const char *folder, *database;   /* of the store */
	const int *socket;               /* listening; at least one */
	size_t n_sockets;
	int stop;                        /* readable: stop taking connections, drain, return */
	const char *certificate, *key;   /* PEM files for TLS, or NULL: plain */
	/* address whose X-Forwarded-For and -Proto are believed, or NULL */
	const char *proxy;
	const char *public_url;          /* or NULL */
	unsigned request_threads;        /* 0: as many as processors */
	bool metrics_open;
	bool access_log;                 /* a JSON line a request on stderr */
	const struct runner *runner;
	const struct mail_server *mail;  /* sends the letters that wait; NULL: nobody does */
	bool (*parse)(void *user, struct arena *a, int fd, struct str *ret_packed, struct err *e);
	void *parse_user;
	/* Called once when requests are taken, before the first. */
	bool (*ready)(void *user, struct err *e);
	void *ready_user;
	/* Called about every second while the process lives; or NULL. */
	void (*alive)(void *user);
	void *alive_user;
	/* shorter ones (deadline.h), for tests; NULL: those above */
	const struct http_limits *limits;
};

/* True: it was told to stop, and answered what it had.  ERR_INPUT: certificate, address or table is
 * wrong: starting again will not help.  ERR_ABSENT: no store.  ERR_IO: the system failed. ERR_BUSY:
 * requests were unanswered when the time to drain was over; they go on in memory that stays, so the
 * process should end. */
bool http_serve(const struct http_settings *settings, struct err *e) MUST_CHECK;

#endif
