/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invariants, under `lock`:
 *  1. the list holds each connection between join and leave, so that a descriptor in it is open
 *     and the connection's own;
 *  2. an address is in the table while it has connections, with their number.
 * What a connection is at and until when are atomic: its own thread writes them without the lock.
 */
#include "http/deadline.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "os/clock.h"
#include "os/random.h"

enum { BUCKETS = 1024, ALIVE_EVERY_MS = 1000, LOOK_FOR_ENDS_MS = 1000, NETWORK_BYTES = 8 };

struct origin {
	struct origin *next;
	struct address network;
	unsigned n;
};

struct connections {
	const struct http_limits *limits;
	struct address uncounted;
	bool has_uncounted, draining, stop;
	void (*alive)(void *user);
	void *alive_user;
	uint64_t seed; /* so that nobody can choose addresses of one bucket */
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t sweeper;
	struct connection *first;
	struct origin *bucket[BUCKETS];
	struct connection_figures figures;
};

static const unsigned char ipv4_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

bool address_of(const struct sockaddr *from, struct address *ret_whole)
{
	if (from && from->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, from, sizeof(in));
		memcpy(ret_whole->byte, ipv4_prefix, 12);
		memcpy(ret_whole->byte + 12, &in.sin_addr, 4);
		return true;
	}
	if (from && from->sa_family == AF_INET6) {
		struct sockaddr_in6 in;
		memcpy(&in, from, sizeof(in));
		memcpy(ret_whole->byte, &in.sin6_addr, 16);
		return true;
	}
	return false;
}

bool address_read(const char *text, struct address *ret_whole)
{
	struct address a;
	memcpy(a.byte, ipv4_prefix, 12);
	if (inet_pton(AF_INET, text, a.byte + 12) != 1 && inet_pton(AF_INET6, text, a.byte) != 1)
		return false;
	*ret_whole = a;
	return true;
}

static bool is_ipv4(const struct address *a)
{
	return memcmp(a->byte, ipv4_prefix, 12) == 0;
}

void address_text(const struct address *whole, char *to)
{
	bool four = is_ipv4(whole);
	if (!inet_ntop(four ? AF_INET : AF_INET6, whole->byte + (four ? 12 : 0), to,
		       INET6_ADDRSTRLEN))
		to[0] = '\0';
}

static struct address network_of(struct address a)
{
	if (!is_ipv4(&a))
		memset(a.byte + NETWORK_BYTES, 0, sizeof(a.byte) - NETWORK_BYTES);
	return a;
}

static struct origin **origin_place(struct connections *all, const struct address *network)
{
	uint64_t h = all->seed;
	for (size_t i = 0; i < sizeof(network->byte); i++)
		h = (h ^ network->byte[i]) * UINT64_C(0x100000001b3);
	struct origin **at = &all->bucket[(h ^ h >> 32) % BUCKETS];
	while (*at && memcmp(&(*at)->network, network, sizeof(*network)) != 0)
		at = &(*at)->next;
	return at;
}

/* Is this address counted? */
static bool counts(const struct connections *all, const struct sockaddr *from,
		   struct address *whole)
{
	return address_of(from, whole) &&
	       !(all->has_uncounted && memcmp(whole, &all->uncounted, sizeof(*whole)) == 0);
}

bool connections_admit(struct connections *all, const struct sockaddr *from)
{
	struct address whole;
	bool counted = counts(all, from, &whole);
	pthread_mutex_lock(&all->lock);
	bool good = all->figures.n_open < all->limits->connections;
	if (good && counted) {
		struct address network = network_of(whole);
		const struct origin *o = *origin_place(all, &network);
		good = !o || o->n < all->limits->connections_per_address;
	}
	all->figures.n_refused += !good;
	pthread_mutex_unlock(&all->lock);
	return good;
}

struct connection *connection_join(struct connections *all, const struct sockaddr *from, int fd)
{
	struct connection *c = calloc(1, sizeof(*c));
	if (!c)
		abort();
	c->all = all;
	c->fd = fd;
	c->counted = counts(all, from, &c->address);
	if (address_of(from, &c->address))
		address_text(&c->address, c->text);
	connection_at(c, CONNECTION_HEAD, 0);
	pthread_mutex_lock(&all->lock);
	if (c->counted) {
		struct address network = network_of(c->address);
		struct origin **at = origin_place(all, &network);
		if (!*at) {
			*at = calloc(1, sizeof(**at));
			if (!*at)
				abort();
			(*at)->network = network;
		}
		(*at)->n++;
	}
	c->next = all->first;
	if (c->next)
		c->next->before = c;
	all->first = c;
	all->figures.n_open++;
	all->figures.n_accepted++;
	pthread_mutex_unlock(&all->lock);
	return c;
}

void connection_leave(struct connection *c)
{
	struct connections *all = c->all;
	pthread_mutex_lock(&all->lock);
	if (c->counted) {
		struct address network = network_of(c->address);
		struct origin **at = origin_place(all, &network), *o = *at;
		assert(o && o->n);
		if (--o->n == 0) {
			*at = o->next;
			free(o);
		}
	}
	if (c->next)
		c->next->before = c->before;
	if (c->before)
		c->before->next = c->next;
	else
		all->first = c->next;
	all->figures.n_open--;
	pthread_mutex_unlock(&all->lock);
	free(c);
}

/* Milliseconds more for n_bytes at the slowest speed that is borne. */
static int64_t more_ms(uint64_t n_bytes, unsigned bytes_per_s)
{
	return (int64_t)(n_bytes / bytes_per_s * 1000);
}

void connection_at(struct connection *c, enum connection_part part, uint64_t n_bytes)
{
	const struct http_limits *limits = c->all->limits;
	int64_t ms = 0;
	switch (part) {
	case CONNECTION_HEAD: ms = limits->head_ms; break;
	case CONNECTION_BODY:
		ms = limits->body_ms + more_ms(n_bytes, limits->body_bytes_per_s);
		break;
	case CONNECTION_ANSWER:
		ms = limits->answer_ms + more_ms(n_bytes, limits->answer_bytes_per_s);
		break;
	case CONNECTION_IDLE: ms = limits->idle_ms; break;
	case CONNECTION_WORK:
	case CONNECTION_PARTS: break;
	}
	atomic_store_explicit(&c->part, (int)part, memory_order_relaxed);
	atomic_store_explicit(&c->until_ms, ms ? clock_steady_ms() + ms : 0, memory_order_relaxed);
}

void connections_drain(struct connections *all)
{
	int64_t soon = clock_steady_ms() + DRAIN_HEAD_MS;
	pthread_mutex_lock(&all->lock);
	all->draining = true;
	for (struct connection *c = all->first; c; c = c->next)
		if (atomic_load(&c->part) == CONNECTION_HEAD)
			atomic_store(&c->until_ms, soon);
	pthread_cond_signal(&all->wake);
	pthread_mutex_unlock(&all->lock);
}

/* Will no more be sent by the other side?  Libmicrohttpd 0.9.75 overlooks an end that comes in one
 * packet with the last bytes. */
static bool is_at_end(int fd)
{
	char byte;
	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Who owes us something and has ended will not give it.  Looked at twice: what came before the end
 * may just be on its way to the connection's own thread. */
static void look_for_end(struct connection *c, int part, int64_t until)
{
	if (part == CONNECTION_WORK || part == CONNECTION_ANSWER || !until || !is_at_end(c->fd))
		c->gone_until_ms = 0;
	else if (c->gone_until_ms != until)
		c->gone_until_ms = until;
	else
		(void)shutdown(c->fd, SHUT_RDWR);
}

static void look_for_ends(struct connections *all)
{
	for (struct connection *c = all->first; c; c = c->next)
		look_for_end(c, atomic_load_explicit(&c->part, memory_order_relaxed),
			     atomic_load_explicit(&c->until_ms, memory_order_relaxed));
}

static void sweep(struct connections *all, int64_t now)
{
	for (struct connection *c = all->first; c; c = c->next) {
		int part = atomic_load_explicit(&c->part, memory_order_relaxed);
		int64_t until = atomic_load_explicit(&c->until_ms, memory_order_relaxed);
		bool late = until && now >= until;
		if (!late && !(all->draining && part == CONNECTION_IDLE))
			continue;
		all->figures.n_dropped[part] += late;
		atomic_store_explicit(&c->until_ms, 0, memory_order_relaxed);
		/* Its own thread notices, and closes it.  Who is idle may have sent a request just
		 * now: it is still read and answered. */
		(void)shutdown(c->fd, late ? SHUT_RDWR : SHUT_RD);
	}
}

static struct timespec in_ms(int64_t ms)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_nsec -= 1000000000;
		t.tv_sec++;
	}
	return t;
}

static void *sweep_always(void *user)
{
	struct connections *all = user;
	int64_t last_alive = 0, last_look = 0;
	pthread_mutex_lock(&all->lock);
	while (!all->stop) {
		int64_t now = clock_steady_ms();
		sweep(all, now);
		if (now - last_look >= LOOK_FOR_ENDS_MS) {
			last_look = now;
			look_for_ends(all);
		}
		if (all->alive && now - last_alive >= ALIVE_EVERY_MS) {
			last_alive = now;
			all->alive(all->alive_user);
		}
		struct timespec until = in_ms(all->draining ? SWEEP_MS / 10 : SWEEP_MS);
		(void)pthread_cond_timedwait(&all->wake, &all->lock, &until);
	}
	pthread_mutex_unlock(&all->lock);
	return NULL;
}

bool connections_make(const struct http_limits *limits, const struct address *uncounted,
		      void (*alive)(void *user), void *alive_user, struct connections **out,
		      struct err *e)
{
	struct connections *all = calloc(1, sizeof(*all));
	if (!all)
		abort();
	all->limits = limits;
	all->alive = alive;
	all->alive_user = alive_user;
	if (uncounted) {
		all->uncounted = *uncounted;
		all->has_uncounted = true;
	}
	random_bytes(&all->seed, sizeof(all->seed));
	pthread_condattr_t attribute;
	pthread_condattr_init(&attribute);
	pthread_condattr_setclock(&attribute, CLOCK_MONOTONIC);
	pthread_mutex_init(&all->lock, NULL);
	pthread_cond_init(&all->wake, &attribute);
	pthread_condattr_destroy(&attribute);
	int failed = pthread_create(&all->sweeper, NULL, sweep_always, all);
	if (failed) {
		free(all);
		return err_say(e, ERR_IO, "no se pudo crear un hilo: %s",
			       "a thread could not be made: %s", strerror(failed));
	}
	*out = all;
	return true;
}

void connections_free(struct connections *all)
{
	pthread_mutex_lock(&all->lock);
	assert(!all->first);
	all->stop = true;
	pthread_cond_signal(&all->wake);
	pthread_mutex_unlock(&all->lock);
	pthread_join(all->sweeper, NULL);
	pthread_cond_destroy(&all->wake);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

void connections_figures(struct connections *all, struct connection_figures *out)
{
	pthread_mutex_lock(&all->lock);
	*out = all->figures;
	pthread_mutex_unlock(&all->lock);
}
