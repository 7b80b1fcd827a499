/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps one serving process alive.  The supervisor has one thread, holds the listening sockets and
 * does nothing else, so that there is little in it to fail:
 *
 *   SIGTERM, SIGINT  stop: the serving process drains, at most drain_ms, then it is killed
 *   SIGHUP           reload: a new serving process starts on the same sockets; once it is ready the
 *                    old one drains.  One that cannot start leaves the old one serving
 *   the child dies   the next starts at once the first RESTARTS_AT_ONCE times, then after pauses
 *                    that grow to RESTART_PAUSE_MS; one that had begun to serve is worth waiting
 *                    for, and its successor waits RESTART_SERVED_PAUSE_MS at most
 *
 * Connections that wait in the sockets' queues outlive a restart.  systemd is told what happens
 * when $NOTIFY_SOCKET is set (READY, RELOADING, STOPPING, STATUS, WATCHDOG). */
#ifndef SSME_OS_SUPERVISE_H
#define SSME_OS_SUPERVISE_H

#include "os/listen.h"

enum {
	SUPERVISE_DRAIN_MS = 20 * 1000, /* the usual time to drain */
	SUPERVISE_START_MS = 60 * 1000, /* a child that is not ready by then is killed */
	SUPERVISE_ALIVE_MS = 30 * 1000, /* silence after which a child that has beaten is killed */
	RESTARTS_AT_ONCE = 3,
	RESTART_PAUSE_MS = 1000,        /* the longest pause */
	RESTART_SERVED_PAUSE_MS = 100,  /* the longest after a process that was ready */
	RESTART_CALM_MS = 10 * 1000,    /* a life this long counts as healthy */
};

/* What the serving process gets. */
struct supervised {
	const struct listening *socket;
	size_t n_sockets;
	int stop_fd; /* becomes readable, and stays so, when the process should accept nothing more,
			answer what it has, and return.  Also when the supervisor is gone */
	int report_fd;  /* for the two calls below */
	unsigned start; /* how many processes came before this one */
};

/* Says that requests are answered now.  Call it once. */
void supervised_ready(const struct supervised *s);
/* A sign of life.  After the first one, silence of SUPERVISE_ALIVE_MS gets the process killed and
 * replaced.  Cheap; every few seconds will do. */
void supervised_alive(const struct supervised *s);
/* Asks for a successor, as SIGHUP does: something that this process needs is gone for good.  It
 * goes on serving meanwhile; asking again is harmless. */
void supervised_replace(const struct supervised *s);

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
	unsigned alive_ms; /* 0: SUPERVISE_ALIVE_MS */
	bool english;      /* of what is logged */
};

/* Returns true after a stop that was asked for; the sockets are still open.  False: a serving
 * process could not start for a lasting reason.  Call it while the process has one thread; it
 * takes over SIGTERM, SIGINT, SIGHUP and SIGCHLD until it returns. */
bool supervise(const struct supervise_settings *s, struct err *e) MUST_CHECK;

#endif
