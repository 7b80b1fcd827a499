/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listening TCP sockets, opened here or by systemd. */
#ifndef SSME_OS_LISTEN_H
#define SSME_OS_LISTEN_H

#include "base/err.h"
#include "base/text.h"

enum {
	LISTEN_SOCKETS_MAX = 16,
	LISTEN_BACKLOG = 1024, /* connections that wait to be accepted, a socket */
};

struct listening {
	int fd;           /* non-blocking, closed at exec */
	char address[64]; /* "127.0.0.1:8080" or "[::1]:8080", with the port it really has */
	bool local;       /* only this machine can reach it */
};

/* Opens where = "HOST:PORT", "[IPV6]:PORT" or "*:PORT" (every address, both families).  HOST may be
 * a name; a name with several addresses opens them all.  Port 0: any free one.  They are added to
 * list (room for LISTEN_SOCKETS_MAX, *n of them there already); those opened by a call that fails
 * are closed.
 * ERR_INPUT: no such form, or the name has no address here.  ERR_CONFLICT: another program has the
 * port.  ERR_DENIED: a port under 1024 without the right to it.  ERR_LIMIT: too many.  ERR_IO. */
bool listen_open(const char *where, struct listening *list, size_t *n, struct err *e) MUST_CHECK;
/* Takes the sockets that systemd opened for this process ($LISTEN_FDS); *n stays when there are
 * none.  ERR_INPUT: one of them is no listening TCP socket. */
bool listen_inherit(struct listening *list, size_t *n, struct err *e) MUST_CHECK;
void listen_close(struct listening *list, size_t n);

#endif
