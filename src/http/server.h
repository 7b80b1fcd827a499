/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libmicrohttpd, and all of it: connections become exchanges, exchanges become answers.  What is
 * answered is the business of whoever starts it.
 *
 * Invariants that libmicrohttpd does not give by itself:
 *  1. a request that the guard refuses gets one answer, and its connection is closed;
 *  2. an answer is sent whole, from memory that stays until the last byte is gone;
 *  3. nothing a client does or leaves undone keeps a connection longer than the deadlines. */
#ifndef SSME_HTTP_SERVER_H
#define SSME_HTTP_SERVER_H

#include "http/deadline.h"
#include "http/exchange.h"

/* Who answers; as the functions of dispatch.h. */
struct server_answers {
	bool (*begin)(void *user, struct exchange *x);
	void (*later)(void *user, struct exchange *x);
	void (*end)(void *user, struct exchange *x);
	void (*refuse)(void *user, struct exchange *x, unsigned status, const struct err *e);
	void *user;
};

struct server_settings {
	const int *socket;             /* listening; stay the caller's */
	size_t n_sockets;
	const char *certificate, *key; /* PEM files, or NULL */
	const char *proxy;             /* trusted address, or NULL */
	const char *spool_folder;      /* for uploads; must outlive the server */
	unsigned threads;              /* 0: as many as processors, at most REQUEST_THREADS_MAX */
	bool access_log;
	const struct http_limits *limits; /* must outlive the server */
	struct server_answers answers;
	void (*alive)(void *user);     /* about every second while the server lives; or NULL */
	void *alive_user;
};

struct server;

/* Requests are taken from now on.  ERR_INPUT: the certificate, its key or the proxy's address is
 * wrong.  ERR_ABSENT, ERR_DENIED: of a file named.  ERR_IO: the system failed. */
bool server_start(const struct server_settings *settings, struct server **out,
		  struct err *e) MUST_CHECK;

/* Takes no more connections, answers what it has within limits->drain_ms, ends.  False: requests
 * were still unanswered; then the server stays in memory, and the process should end. */
bool server_stop(struct server *s, struct err *e) MUST_CHECK;

struct server_figures {
	struct connection_figures connections;
	uint64_t n_requests;      /* that came, ever */
	uint64_t n_now;           /* being read, worked on or answered */
	uint64_t n_refused;       /* by the guard and the limits */
	uint64_t n_spool_bytes, n_spool_bytes_ever;
};
void server_figures(struct server *s, struct server_figures *out);

#endif
