/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps one serving process alive.  The supervisor has one thread, holds the listening sockets and
 * does nothing else, so that there is little in it to fail:
 *
 *   SIGTERM, SIGINT  stop: the serving process drains, at most drain_ms, then it is killed
 *   SIGHUP           reload: a new serving process starts on the same sockets; once it is ready the
 *                    old one drains.  One that cannot start leaves the old one serving
 *   the child dies   the next starts at once the first RESTARTS_AT_ONCE times, then after pauses
 *                    that grow to RESTART_PAUSE_MS
 *
 * Connections that wait in the sockets' queues outlive a restart.  systemd is told what happens
 * when $NOTIFY_SOCKET is set (READY, RELOADING, STOPPING, STATUS, WATCHDOG). */
#ifndef SSME_OS_SUPERVISE_H
#define SSME_OS_SUPERVISE_H

#include "base/err.h"
#include "base/text.h"

enum {
	LISTEN_SOCKETS_MAX = 16,
	LISTEN_BACKLOG = 1024,          /* connections that wait to be accepted, a socket */
	SUPERVISE_DRAIN_MS = 20 * 1000, /* the usual time to drain */
	SUPERVISE_START_MS = 60 * 1000, /* a child that is not ready by then is killed */
	SUPERVISE_ALIVE_MS = 30 * 1000, /* silence after which a child that has beaten is killed */
	RESTARTS_AT_ONCE = 3,
	RESTART_PAUSE_MS = 1000,        /* the longest pause */
	RESTART_CALM_MS = 10 * 1000,    /* a life this long counts as healthy */
};

/* ---- sockets ---- */

struct listening {
	int fd;             /* a listening TCP socket, non-blocking, closed at exec */
	char address[64];   /* "127.0.0.1:8080" or "[::1]:8080", with the port it really has */
};

/* Opens where = "HOST:PORT", "[IPV6]:PORT" or "*:PORT" (every address, both families).  HOST may be
 * a name; a name with several addresses opens them all.  Port 0: any free one.  They are added to
 * list (room for LISTEN_SOCKETS_MAX, *n of them there already); those opened by a call that fails
 * are closed.
 * ERR_INPUT: no such form, or the name has no address.  ERR_CONFLICT: another program has the
 * port.  ERR_DENIED: a port under 1024 without the right to it.  ERR_LIMIT: too many.  ERR_IO. */
bool listen_open(const char *where, struct listening *list, size_t *n, struct err *e) MUST_CHECK;
/* Takes the sockets that systemd opened for this process ($LISTEN_FDS); *n stays when there are
 * none.  ERR_INPUT: one of them is no listening TCP socket. */
bool listen_inherit(struct listening *list, size_t *n, struct err *e) MUST_CHECK;
void listen_close(struct listening *list, size_t n);

/* ---- the supervisor ---- */

/* What the serving process gets. */
struct supervised {
	const struct listening *socket;
	size_t n_sockets;
	int stop_fd;    /* becomes readable, and stays so, when the process should accept nothing more,
			   answer what it has, and return.  Also when the supervisor is gone */
	int report_fd;  /* for the two calls below */
	unsigned start; /* how many processes came before this one */
};

/* Says that requests are answered now.  Call it once. */
void supervised_ready(const struct supervised *s);
/* A sign of life.  After the first one, silence of SUPERVISE_ALIVE_MS gets the process killed and
 * replaced.  Cheap; every few seconds will do. */
void supervised_alive(const struct supervised *s);

/* Serves until told to stop; runs in the serving process, which ends when it returns.  True: it
 * drained.  False before ready: it could not start; with ERR_IO or ERR_BUSY it is tried again (a
 * database that is not up yet), any other code ends the supervisor with that error (a wrong
 * address, no store, a bad certificate).  False after ready: it counts as a death. */
typedef bool supervised_serve(void *user, const struct supervised *s, struct err *e);

struct supervise_settings {
	const struct listening *socket; /* stays the caller's */
	size_t n_sockets;
	supervised_serve *serve;
	void *user;
	unsigned drain_ms; /* 0: SUPERVISE_DRAIN_MS */
	bool english;      /* of what is logged */
};

/* Returns true after a stop that was asked for; the sockets are still open.  False: a serving
 * process could not start for a lasting reason.  Call it while the process has one thread; it
 * takes over SIGTERM, SIGINT, SIGHUP and SIGCHLD until it returns. */
bool supervise(const struct supervise_settings *s, struct err *e) MUST_CHECK;

#endif
