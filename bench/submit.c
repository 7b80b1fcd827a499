/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Load for the server, over plain HTTP and connections that are kept: forms posted to one cluster
 * after another, each under a key of its own, or one path read again and again.
 *
 *   submit --port P [--address A] [--connections N] [--count N] [--seconds S] [--token T]
 *          --post PATH --clusters FILE --body FILE [--keys FILE] [--prefix WORD]
 *   submit --port P … --post PATH --sessions FILE --bodies FILE [--think MS]
 *   submit --port P … --get PATH
 *
 * With --sessions each connection is somebody filling in a form: a line of FILE says their cluster,
 * a tab, and the headers of their session with "|" between them; their n-th request has the n-th
 * line of the file of bodies, and between an answer and the next request they think, 0 to 2 MS.
 *
 * PATH and the body may hold "{cluster}" and "{key}", which are filled in for each submission; FILE
 * of clusters has one id a line, taken in turn.  Ends after COUNT requests or S seconds, whichever
 * is first, or when it gets SIGUSR1.  Like a careful client it sends a submission again, with the
 * same key, when its connection is lost or the server cannot (429, 5xx); what was acknowledged is
 * written to the file of keys, "KEY CLUSTER STATUS" a line, as soon as it is known.
 *
 * Prints one JSON object: what was accepted, per second, latencies in microseconds (from the first
 * sending of a submission to its acknowledgement), and what went wrong.  Exit 1: something was
 * neither accepted nor acknowledged within GRACE_S of the end. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	CONNECTIONS_MAX = 20000,
	REQUEST_BYTES_MAX = 64 << 10,
	HEAD_BYTES_MAX = 16 << 10,
	FILE_BYTES_MAX = 64 << 20,
	GRACE_S = 30,
	PAUSE_MS = 20,      /* before a lost connection is made again */
	EVENTS_MAX = 512,
};

struct plan {
	struct sockaddr_in to;
	const char *host, *path, *token, *prefix;
	bool post;
	const char *body;
	char **cluster;
	size_t n_clusters;
	char **session; /* by connection: the headers */
	size_t n_sessions;
	char **bodies;
	size_t n_bodies;
	unsigned think_ms;
	uint64_t n_requests;
	unsigned n_connections, seconds;
	FILE *keys;
};

enum state {
	STATE_DOWN,
	STATE_CONNECTING,
	STATE_SENDING,
	STATE_HEARING,
	STATE_THINKING,
	STATE_DONE,
};

struct client {
	enum state state;
	int fd;
	uint64_t number;        /* of its submission */
	int64_t from_us;        /* when it was first sent */
	int64_t again_us;       /* when a connection may be tried again, or thinking ends */
	unsigned index;         /* of the connection */
	bool begun;             /* it has connected once */
	uint64_t n_done;        /* requests it has made */
	char *request;
	size_t n_request, n_sent;
	char head[HEAD_BYTES_MAX]; /* of the answer; its body is counted and dropped */
	size_t n_head;
	bool head_ended, close_after;
	uint64_t n_body_left;
	int status;
};

struct load {
	struct plan plan;
	int epoll, enough;      /* enough: readable after SIGUSR1 */
	struct client *client;
	uint64_t next;          /* submission to give out */
	bool over;              /* nothing more is given out */
	uint64_t n_accepted, n_errors, n_busy, n_lost, n_replayed, n_bytes;
	uint32_t *latency_us;
	size_t n_latencies, room;
	unsigned n_working;
	int first_error;
};

static int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void die(const char *what)
{
	(void)fprintf(stderr, "submit: %s\n", what);
	exit(2);
}

static void *need(void *p)
{
	if (!p)
		die("out of memory");
	return p;
}

/* ---- what is asked for --------------------------------------------------------------------- */

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = need(malloc(FILE_BYTES_MAX));
	if (!f)
		die(path);
	size_t n = fread(text, 1, FILE_BYTES_MAX - 1, f);
	(void)fclose(f);
	while (n && text[n - 1] == '\n')
		n--;
	text[n] = '\0';
	return need(realloc(text, n + 1));
}

static char **read_lines(const char *path, size_t *ret_n)
{
	char *text = read_file(path), *left = NULL;
	size_t room = 1;
	for (const char *at = text; *at; at++)
		room += *at == '\n';
	char **line = need(calloc(room, sizeof(*line)));
	*ret_n = 0;
	for (char *at = strtok_r(text, "\n", &left); at; at = strtok_r(NULL, "\n", &left))
		line[(*ret_n)++] = at;
	if (!*ret_n)
		die(path);
	return line;
}

/* Lines "CLUSTER<tab>HEADER|HEADER": the clusters, and the headers as they are sent. */
static void read_sessions(struct plan *p, const char *path)
{
	p->cluster = read_lines(path, &p->n_clusters);
	p->session = need(calloc(p->n_clusters, sizeof(*p->session)));
	p->n_sessions = p->n_clusters;
	for (size_t i = 0; i < p->n_sessions; i++) {
		char *headers = strchr(p->cluster[i], '\t'), *left = NULL;
		if (!headers)
			die("a session has no tab");
		*headers++ = '\0';
		p->session[i] = need(calloc(2 * strlen(headers) + 8, 1));
		for (char *h = strtok_r(headers, "|", &left); h; h = strtok_r(NULL, "|", &left)) {
			size_t n = strlen(p->session[i]), n_h = strlen(h);
			memcpy(p->session[i] + n, h, n_h);
			memcpy(p->session[i] + n + n_h, "\r\n", 3);
		}
	}
}

static uint64_t number_of(const char *text)
{
	char *end;
	errno = 0;
	unsigned long long v = strtoull(text, &end, 10);
	if (errno || *end || end == text)
		die("a number is none");
	return v;
}

static void read_option(struct plan *p, const char *name, const char *value)
{
	if (strcmp(name, "--port") == 0)
		p->to.sin_port = htons((uint16_t)number_of(value));
	else if (strcmp(name, "--address") == 0)
		p->host = value;
	else if (strcmp(name, "--connections") == 0)
		p->n_connections = (unsigned)number_of(value);
	else if (strcmp(name, "--count") == 0)
		p->n_requests = number_of(value);
	else if (strcmp(name, "--seconds") == 0)
		p->seconds = (unsigned)number_of(value);
	else if (strcmp(name, "--token") == 0)
		p->token = value;
	else if (strcmp(name, "--prefix") == 0)
		p->prefix = value;
	else if (strcmp(name, "--post") == 0 || strcmp(name, "--get") == 0) {
		p->post = name[2] == 'p';
		p->path = value;
	} else if (strcmp(name, "--clusters") == 0)
		p->cluster = read_lines(value, &p->n_clusters);
	else if (strcmp(name, "--sessions") == 0)
		read_sessions(p, value);
	else if (strcmp(name, "--bodies") == 0)
		p->bodies = read_lines(value, &p->n_bodies);
	else if (strcmp(name, "--think") == 0)
		p->think_ms = (unsigned)number_of(value);
	else if (strcmp(name, "--body") == 0)
		p->body = read_file(value);
	else if (strcmp(name, "--keys") == 0)
		p->keys = need(fopen(value, "ae"));
	else
		die(name);
}

static struct plan read_plan(int argc, char **argv)
{
	struct plan p = { .to.sin_family = AF_INET,
			  .host = "127.0.0.1",
			  .prefix = "k",
			  .n_connections = 1,
			  .n_requests = UINT64_MAX,
			  .seconds = 10 };
	for (int i = 1; i < argc; i += 2) {
		if (i + 1 == argc)
			die("an option has no value");
		read_option(&p, argv[i], argv[i + 1]);
	}
	if (inet_pton(AF_INET, p.host, &p.to.sin_addr) != 1 || !p.to.sin_port || !p.path ||
	    !p.n_connections || p.n_connections > CONNECTIONS_MAX)
		die("--port and --get or --post are needed, and 1 to 20000 connections");
	if (p.post && ((!p.body && !p.bodies) || !p.n_clusters))
		die("--post needs --clusters and --body, or --sessions and --bodies");
	if (p.session && p.n_connections > p.n_sessions)
		die("there are more connections than sessions");
	return p;
}

/* ---- requests ------------------------------------------------------------------------------ */

static const char *cluster_of(const struct plan *p, uint64_t number)
{
	return p->n_clusters ? p->cluster[number % p->n_clusters] : "";
}

/* text with {cluster} and {key} filled in; to: room bytes. */
static size_t fill_in(char *to, size_t room, const char *text, const char *cluster, const char *key)
{
	size_t n = 0;
	while (*text) {
		const char *put = NULL;
		if (strncmp(text, "{cluster}", 9) == 0) {
			put = cluster;
			text += 9;
		} else if (strncmp(text, "{key}", 5) == 0) {
			put = key;
			text += 5;
		}
		size_t n_put = put ? strlen(put) : 1;
		if (n + n_put >= room)
			die("a request is too long");
		memcpy(to + n, put ? put : text++, n_put);
		n += n_put;
	}
	to[n] = '\0';
	return n;
}

static void write_request(struct load *l, struct client *c)
{
	const struct plan *p = &l->plan;
	char key[128], path[4096], body[REQUEST_BYTES_MAX / 2] = "", bearer[1024] = "";
	const char *cluster = cluster_of(p, p->session ? c->index : c->number);
	const char *text = p->bodies ? p->bodies[c->n_done++ % p->n_bodies] : p->body;
	(void)snprintf(key, sizeof(key), "%s-%llu", p->prefix, (unsigned long long)c->number);
	(void)fill_in(path, sizeof(path), p->path, cluster, key);
	if (p->token)
		(void)snprintf(bearer, sizeof(bearer), "Authorization: Bearer %s\r\n", p->token);
	if (p->session)
		(void)snprintf(bearer, sizeof(bearer), "%s", p->session[c->index]);
	size_t n_body = p->post ? fill_in(body, sizeof(body), text, cluster, key) : 0;
	int n = p->post ? snprintf(c->request, REQUEST_BYTES_MAX,
				   "POST %s HTTP/1.1\r\nHost: %s\r\n%sIdempotency-Key: %s\r\n"
				   "Content-Type: application/x-www-form-urlencoded\r\n"
				   "Content-Length: %zu\r\n\r\n%s",
				   path, p->host, bearer, key, n_body, body) :
			  snprintf(c->request, REQUEST_BYTES_MAX,
				   "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", path, p->host, bearer);
	if (n < 0 || n >= REQUEST_BYTES_MAX)
		die("a request is too long");
	c->n_request = (size_t)n;
}

/* ---- connections --------------------------------------------------------------------------- */

static void watch(struct load *l, struct client *c, uint32_t events, int how)
{
	struct epoll_event e = { .events = events, .data.ptr = c };
	if (epoll_ctl(l->epoll, how, c->fd, &e) != 0)
		die("epoll_ctl");
}

static void hang_up(struct load *l, struct client *c, bool lost)
{
	close(c->fd);
	c->fd = -1;
	c->state = STATE_DOWN;
	c->again_us = lost ? now_us() + PAUSE_MS * 1000 : 0;
	l->n_lost += lost;
}

static void connect_again(struct load *l, struct client *c)
{
	int one = 1;
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		die("no more sockets: raise the limit of open files");
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(c->fd, (struct sockaddr *)&l->plan.to, sizeof(l->plan.to)) != 0 &&
	    errno != EINPROGRESS) {
		hang_up(l, c, true);
		return;
	}
	c->state = STATE_CONNECTING;
	watch(l, c, EPOLLOUT, EPOLL_CTL_ADD);
}

static void send_request(struct load *l, struct client *c)
{
	c->state = STATE_SENDING;
	while (c->n_sent < c->n_request) {
		ssize_t n = send(c->fd, c->request + c->n_sent, c->n_request - c->n_sent,
				 MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN) {
			watch(l, c, EPOLLOUT, EPOLL_CTL_MOD);
			return;
		}
		if (n <= 0) {
			hang_up(l, c, true);
			return;
		}
		c->n_sent += (size_t)n;
	}
	c->state = STATE_HEARING;
	c->n_head = 0;
	c->head_ended = c->close_after = false;
	watch(l, c, EPOLLIN, EPOLL_CTL_MOD);
}

/* The next submission for this client, or none. */
static bool take_next(struct load *l, struct client *c)
{
	if (l->over || l->next == l->plan.n_requests) {
		c->state = STATE_DONE;
		l->n_working--;
		return false;
	}
	c->number = l->next++;
	c->from_us = now_us();
	c->n_sent = 0;
	write_request(l, c);
	return true;
}

/* ---- answers ------------------------------------------------------------------------------- */

static void note_latency(struct load *l, int64_t us)
{
	if (l->n_latencies == l->room) {
		l->room = l->room ? 2 * l->room : 1 << 16;
		l->latency_us = need(realloc(l->latency_us, l->room * sizeof(*l->latency_us)));
	}
	l->latency_us[l->n_latencies++] = us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
}

static void say_refusal(const struct client *c)
{
	(void)fprintf(stderr, "submit: the first refusal: %.*s\n", (int)c->n_head, c->head);
}

static void note_error(struct load *l, const struct client *c)
{
	if (!l->n_errors++) {
		l->first_error = c->status;
		say_refusal(c);
	}
}

/* The whole answer is there. */
static void answered(struct load *l, struct client *c)
{
	bool busy = c->status >= 500 || c->status == 429;
	if (c->close_after)
		hang_up(l, c, false);
	if (busy) {
		if (!l->n_busy++)
			say_refusal(c);
		c->n_sent = 0;
		if (!c->close_after)
			hang_up(l, c, false);
		c->again_us = now_us() + PAUSE_MS * 1000;
		return;
	}
	if (c->status >= 200 && c->status < 300) {
		l->n_accepted++;
		l->n_replayed += strstr(c->head, "Idempotency-Replayed") != NULL;
		note_latency(l, now_us() - c->from_us);
		if (l->plan.keys)
			(void)fprintf(l->plan.keys, "%s-%llu %s %d\n", l->plan.prefix,
				      (unsigned long long)c->number,
				      cluster_of(&l->plan, c->number), c->status);
	} else {
		note_error(l, c);
	}
	if (!take_next(l, c)) {
		if (c->fd >= 0)
			close(c->fd);
		c->fd = -1;
		return;
	}
	if (l->plan.think_ms && c->fd >= 0) {
		/* Uniform, from a generator that is the same in every run. */
		uint64_t draw = (c->number + 1) * 0x9e3779b97f4a7c15u;
		draw ^= draw >> 29;
		c->state = STATE_THINKING;
		c->again_us = now_us() + (int64_t)(draw % (2000u * l->plan.think_ms));
	} else if (c->fd >= 0) {
		send_request(l, c);
	}
}

/* Value of a header of the head, or NULL. */
static const char *header_of(const char *head, const char *name)
{
	size_t n = strlen(name);
	for (const char *at = strstr(head, "\r\n"); at; at = strstr(at + 2, "\r\n"))
		if (strncasecmp(at + 2, name, n) == 0 && at[2 + n] == ':')
			return at + 3 + n + strspn(at + 3 + n, " ");
	return NULL;
}

static bool read_head(struct client *c)
{
	if (strncmp(c->head, "HTTP/1.1 ", 9) != 0)
		return false;
	const char *length = header_of(c->head, "Content-Length");
	const char *connection = header_of(c->head, "Connection");
	c->status = (int)strtol(c->head + 9, NULL, 10);
	c->n_body_left = length ? strtoull(length, NULL, 10) : 0;
	c->close_after = connection && strncasecmp(connection, "close", 5) == 0;
	return c->status >= 200;
}

/* False: this is no answer. */
static bool take_bytes(struct client *c, const char *bytes, size_t n)
{
	while (n && !c->head_ended) {
		if (c->n_head + 1 == sizeof(c->head))
			return false;
		c->head[c->n_head++] = *bytes++;
		n--;
		c->head[c->n_head] = '\0';
		c->head_ended = c->n_head >= 4 &&
				memcmp(c->head + c->n_head - 4, "\r\n\r\n", 4) == 0;
		if (c->head_ended && !read_head(c))
			return false;
	}
	/* the beginning of the body is kept behind the head, for the first error */
	size_t room = sizeof(c->head) - 1 - c->n_head, keep = n < room ? n : room;
	if (c->head_ended && c->status >= 300) {
		memcpy(c->head + c->n_head, bytes, keep);
		c->n_head += keep;
	}
	if (n > c->n_body_left)
		return false;
	c->n_body_left -= n;
	return true;
}

static void hear_from(struct load *l, struct client *c)
{
	static char piece[256 << 10]; /* one thread */
	ssize_t n = recv(c->fd, piece, sizeof(piece), 0);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		c->n_sent = 0;
		hang_up(l, c, true);
		return;
	}
	l->n_bytes += (uint64_t)n;
	if (!take_bytes(c, piece, (size_t)n))
		die("the server's answer is none");
	if (c->head_ended && !c->n_body_left)
		answered(l, c);
}

static void happened(struct load *l, struct client *c, uint32_t events)
{
	int error = 0;
	socklen_t n = sizeof(error);
	switch (c->state) {
	case STATE_CONNECTING:
		if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &n) != 0 || error)
			hang_up(l, c, true);
		else
			send_request(l, c);
		break;
	case STATE_SENDING:
		if (events & (EPOLLERR | EPOLLHUP)) {
			c->n_sent = 0;
			hang_up(l, c, true);
		} else {
			send_request(l, c);
		}
		break;
	case STATE_HEARING: hear_from(l, c); break;
	case STATE_THINKING:
		hang_up(l, c, false); /* the server ends an idle connection */
		break;
	case STATE_DOWN:
	case STATE_DONE: break;
	}
}

/* ---- the whole ----------------------------------------------------------------------------- */

static void raise_the_down(struct load *l, int64_t now)
{
	for (unsigned i = 0; i < l->plan.n_connections; i++) {
		struct client *c = &l->client[i];
		if (c->state == STATE_THINKING && l->over) {
			hang_up(l, c, false);
			c->state = STATE_DONE;
			l->n_working--;
		} else if (c->state == STATE_THINKING && now >= c->again_us) {
			c->from_us = now_us();
			send_request(l, c);
		} else if (c->state == STATE_DOWN && now >= c->again_us) {
			if (!c->begun)
				c->from_us = now_us();
			c->begun = true;
			c->n_sent = 0;
			connect_again(l, c);
		}
	}
}

static void start(struct load *l)
{
	sigset_t usr1;
	(void)sigemptyset(&usr1);
	(void)sigaddset(&usr1, SIGUSR1);
	(void)sigprocmask(SIG_BLOCK, &usr1, NULL);
	l->enough = signalfd(-1, &usr1, SFD_NONBLOCK | SFD_CLOEXEC);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->client = need(calloc(l->plan.n_connections, sizeof(*l->client)));
	l->n_working = l->plan.n_connections;
	for (unsigned i = 0; i < l->plan.n_connections; i++) {
		struct client *c = &l->client[i];
		c->fd = -1;
		c->index = i;
		c->request = need(malloc(REQUEST_BYTES_MAX));
		if (take_next(l, c) && l->plan.think_ms) /* they do not begin all at once */
			c->again_us = c->from_us + (int64_t)i * 2000 * l->plan.think_ms /
							   l->plan.n_connections;
	}
}

static int64_t run(struct load *l)
{
	struct epoll_event event[EVENTS_MAX];
	int64_t from = now_us(), end = from + (int64_t)l->plan.seconds * 1000000, raised = 0;
	while (l->n_working) {
		int64_t now = now_us();
		l->over = l->over || now >= end;
		if (now >= end + (int64_t)GRACE_S * 1000000)
			break;
		if (now - raised >= PAUSE_MS * 500) {
			struct signalfd_siginfo info;
			if (!l->over && read(l->enough, &info, sizeof(info)) > 0)
				end = now;
			raise_the_down(l, now);
			raised = now;
			if (l->plan.keys)
				(void)fflush(l->plan.keys);
		}
		int n = epoll_wait(l->epoll, event, EVENTS_MAX, PAUSE_MS / 2);
		for (int i = 0; i < n; i++)
			happened(l, event[i].data.ptr, event[i].events);
	}
	return now_us() - from;
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static unsigned quantile(const struct load *l, unsigned per_mille)
{
	return l->n_latencies ? l->latency_us[(l->n_latencies - 1) * per_mille / 1000] : 0;
}

int main(int argc, char **argv)
{
	struct load l = { .plan = read_plan(argc, argv) };
	start(&l);
	int64_t us = run(&l);
	if (l.plan.keys && fclose(l.plan.keys) != 0)
		die("the file of keys could not be written");
	if (l.n_latencies)
		qsort(l.latency_us, l.n_latencies, sizeof(*l.latency_us), by_size);
	printf("{\"connections\":%u,\"ms\":%lld,\"accepted\":%llu,\"accepted_per_s\":%llu,"
	       "\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u,\"errors\":%llu,\"first_error\":%d,"
	       "\"busy\":%llu,\"lost\":%llu,\"replayed\":%llu,\"unanswered\":%u,\"bytes\":%llu}\n",
	       l.plan.n_connections, (long long)(us / 1000), (unsigned long long)l.n_accepted,
	       (unsigned long long)(l.n_accepted * 1000000 / (uint64_t)(us ? us : 1)),
	       quantile(&l, 500), quantile(&l, 990), quantile(&l, 1000),
	       (unsigned long long)l.n_errors, l.first_error, (unsigned long long)l.n_busy,
	       (unsigned long long)l.n_lost, (unsigned long long)l.n_replayed, l.n_working,
	       (unsigned long long)l.n_bytes);
	return l.n_working || l.n_errors ? 1 : 0;
}
