/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connections: how many there are, how many from each address, and until when each may take
 * over what it is doing.  libmicrohttpd knows only how long a connection has been silent; a client
 * that sends a byte a second would keep one for ever.  Here a thread shuts down whatever is past
 * its time. */
#ifndef SSME_HTTP_DEADLINE_H
#define SSME_HTTP_DEADLINE_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/text.h"

/* The limits of http.h; tests shorten them. */
struct http_limits {
	unsigned head_ms, body_ms, answer_ms, idle_ms, drain_ms;
	unsigned body_bytes_per_s, answer_bytes_per_s;
	unsigned connections, connections_per_address;
};
enum {
	SWEEP_MS = 250,      /* how late a deadline may be noticed */
	DRAIN_HEAD_MS = 500, /* for a connection without a request, once we are to stop */
};

/* What a connection is at. */
enum connection_part {
	CONNECTION_HEAD,
	CONNECTION_BODY,
	CONNECTION_WORK, /* ours: no deadline */
	CONNECTION_ANSWER,
	CONNECTION_IDLE,
	CONNECTION_PARTS
};

/* An address as it is counted: IPv4 as IPv6; of IPv6 the network, since a whole one is given to one
 * subscriber. */
struct address {
	unsigned char byte[16];
};
/* False: no address of the internet (a local socket). */
bool address_of(const struct sockaddr *from, struct address *ret_whole);
bool address_read(const char *text, struct address *ret_whole);
/* "192.0.2.7", "2001:db8::7"; to: INET6_ADDRSTRLEN bytes. */
void address_text(const struct address *whole, char *to);

struct connections;
struct connection {
	struct connections *all;
	struct connection *next, *before;
	struct address address;        /* whole */
	bool counted;                  /* in what its address has */
	char text[INET6_ADDRSTRLEN];   /* the address; empty when there is none */
	int fd;
	_Atomic int64_t until_ms;      /* by clock_steady_ms(); 0: no deadline */
	_Atomic int part;              /* enum connection_part */
	int64_t gone_until_ms;         /* the sweeper's: until_ms when its end was seen; or 0 */
	void *visit;                   /* the server's */
};

/* limits: kept, must outlive it.  uncounted: whose connections are not counted, the trusted proxy;
 * or NULL.  alive: called about every second by the thread; or NULL. */
bool connections_make(const struct http_limits *limits, const struct address *uncounted,
		      void (*alive)(void *user), void *alive_user, struct connections **out,
		      struct err *e) MUST_CHECK;
/* None may be left. */
void connections_free(struct connections *all);

/* May one more come?  False counts it as refused. */
bool connections_admit(struct connections *all, const struct sockaddr *from);
/* It has come, and owes us a head.  fd stays the caller's and open until connection_leave(). */
struct connection *connection_join(struct connections *all, const struct sockaddr *from, int fd);
void connection_leave(struct connection *c);

/* It begins a part, and n_bytes are known to be in it (body, answer). */
void connection_at(struct connection *c, enum connection_part part, uint64_t n_bytes);

/* From now on whoever is idle is closed, and whoever sends no request soon too. */
void connections_drain(struct connections *all);

struct connection_figures {
	uint64_t n_open, n_accepted, n_refused;
	uint64_t n_dropped[CONNECTION_PARTS]; /* past their time, by what they were at */
};
void connections_figures(struct connections *all, struct connection_figures *out);

#endif
