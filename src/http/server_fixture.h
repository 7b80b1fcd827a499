/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests: a server with answers of its own, and a client that speaks bytes. */
#ifndef SSME_HTTP_SERVER_FIXTURE_H
#define SSME_HTTP_SERVER_FIXTURE_H

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "http/http.h"
#include "http/server.h"
#include "os/clock.h"

/* What the toy answers: by path.
 *   /later   after another thread was asked
 *   /never   when *hold is let go
 *   /big     8 MiB
 *   else     "METHOD path query n_body n_parts n_uploads upload_bytes origin secure" */
struct toy {
	struct server *server;
	struct http_limits limits;
	int socket, port;
	char folder[64];
	_Atomic int n_asked, n_refused, n_ended;
	_Atomic bool let_go;
	char *big;
};
enum { BIG_BYTES = 8 << 20, REPLY_BYTES_MAX = 9 << 20, PATIENCE_S = 20 };

static uint64_t upload_bytes(const struct request *in)
{
	uint64_t n = 0;
	char piece[4096];
	for (size_t i = 0; i < in->n_uploads; i++) {
		ssize_t got;
		while ((got = read(in->upload[i].fd, piece, sizeof(piece))) > 0)
			n += (uint64_t)got;
	}
	return n;
}

static void toy_say(struct exchange *x)
{
	const struct request *in = &x->in;
	x->out.status = 200;
	x->out.route = "/toy";
	x->out.who = "public";
	x->out.body = str_fmt(&x->a, "%.*s %.*s %.*s %zu %zu %zu %llu %.*s %d", STR_ARG(in->method),
			      STR_ARG(in->path), STR_ARG(in->query), in->body.n, in->n_parts,
			      in->n_uploads, (unsigned long long)upload_bytes(in),
			      STR_ARG(in->origin), in->secure);
	response_header(&x->out, "Content-Type", STR("text/plain"));
}

static bool toy_begin(void *user, struct exchange *x)
{
	struct toy *t = user;
	atomic_fetch_add(&t->n_asked, 1);
	if (str_is(x->in.path, "/later") || str_is(x->in.path, "/never"))
		return false;
	toy_say(x);
	if (str_is(x->in.path, "/big"))
		x->out.body = (struct str){ t->big, BIG_BYTES };
	return true;
}

struct toy_work {
	struct toy *t;
	struct exchange *x;
};

static void *toy_work(void *user)
{
	struct toy_work w = *(struct toy_work *)user;
	free(user);
	while (str_is(w.x->in.path, "/never") && !atomic_load(&w.t->let_go))
		usleep(1000);
	toy_say(w.x);
	w.x->done(w.x);
	return NULL;
}

static void toy_later(void *user, struct exchange *x)
{
	struct toy_work *w = malloc(sizeof(*w));
	pthread_t thread;
	*w = (struct toy_work){ user, x };
	int failed = pthread_create(&thread, NULL, toy_work, w);
	assert(!failed);
	pthread_detach(thread);
}

static void toy_end(void *user, struct exchange *x)
{
	(void)x;
	atomic_fetch_add(&((struct toy *)user)->n_ended, 1);
}

static void toy_refuse(void *user, struct exchange *x, unsigned status, const struct err *e)
{
	atomic_fetch_add(&((struct toy *)user)->n_refused, 1);
	x->out.status = status;
	x->out.body = str_dup(&x->a, str_of(e->en));
}

static struct http_limits usual_limits(void)
{
	return (struct http_limits){ HEAD_DEADLINE_MS,	   BODY_DEADLINE_MS,
				     ANSWER_DEADLINE_MS,   IDLE_DEADLINE_MS,
				     DRAIN_DEADLINE_MS,	   BODY_BYTES_PER_S_MIN,
				     ANSWER_BYTES_PER_S_MIN, CONNECTIONS_MAX,
				     CONNECTIONS_PER_ADDRESS_MAX };
}

static int listen_somewhere(int *ret_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, n) || listen(fd, 511) ||
	    getsockname(fd, (struct sockaddr *)&at, &n))
		abort();
	*ret_port = ntohs(at.sin_port);
	return fd;
}

/* settings: what is not the toy's own (certificate, proxy, access_log). */
static bool toy_start(struct toy *t, struct http_limits limits, struct server_settings settings,
		      struct err *e)
{
	*t = (struct toy){ .limits = limits, .big = calloc(1, BIG_BYTES) };
	(void)snprintf(t->folder, sizeof(t->folder), "/tmp/ssme-server-XXXXXX");
	if (!mkdtemp(t->folder))
		abort();
	t->socket = listen_somewhere(&t->port);
	settings.socket = &t->socket;
	settings.n_sockets = 1;
	settings.spool_folder = t->folder;
	settings.threads = 2;
	settings.limits = &t->limits;
	settings.answers =
		(struct server_answers){ toy_begin, toy_later, toy_end, toy_refuse, t };
	return server_start(&settings, &t->server, e);
}

static void toy_clean(struct toy *t)
{
	close(t->socket);
	rmdir(t->folder);
	free(t->big);
}

static bool toy_stop(struct toy *t)
{
	struct err e = { 0 };
	bool good = server_stop(t->server, &e);
	toy_clean(t);
	return good;
}

/* ---- a client ------------------------------------------------------------------------------ */

static int dial(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval patience = { .tv_sec = PATIENCE_S };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		abort();
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	return fd;
}

static bool say(int fd, const char *bytes, size_t n)
{
	while (n) {
		ssize_t done = send(fd, bytes, n, MSG_NOSIGNAL);
		if (done <= 0)
			return false;
		bytes += done;
		n -= (size_t)done;
	}
	return true;
}

/* What comes until the other side closes; *ret_closed: it did, and did not just fall silent. */
static char *hear_all(int fd, size_t *ret_n, bool *ret_closed)
{
	char *reply = calloc(1, REPLY_BYTES_MAX + 1);
	size_t n = 0;
	ssize_t got = 0;
	while (n < REPLY_BYTES_MAX && (got = recv(fd, reply + n, REPLY_BYTES_MAX - n, 0)) > 0)
		n += (size_t)got;
	*ret_n = n;
	*ret_closed = got == 0 || (got < 0 && errno == ECONNRESET);
	return reply;
}

/* Status of the first answer, 0 when there is none. */
static int status_of_reply(const char *reply)
{
	return strncmp(reply, "HTTP/1.", 7) == 0 && strlen(reply) > 12 ?
		       (reply[9] - '0') * 100 + (reply[10] - '0') * 10 + (reply[11] - '0') :
		       0;
}

/* How many answers: status lines of final answers. */
static size_t answers_in(const char *reply)
{
	size_t n = 0;
	for (const char *at = reply; (at = strstr(at, "HTTP/1.1 ")); at += 9)
		n += at[9] >= '2' && at[9] <= '5' && at[12] == ' ';
	return n;
}

#endif
