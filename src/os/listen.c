/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/num.h"

enum { INHERITED_FIRST = 3, PORT_MAX = 65535 };

static bool no_form(struct err *e, const char *where)
{
	return err_say(
		e, ERR_INPUT,
		"dirección «%.150s»: escríbala MÁQUINA:PUERTO, [IPV6]:PUERTO o *:PUERTO, con "
		"puerto de 0 a %d; por ejemplo 127.0.0.1:8080",
		"address \"%.150s\": write it HOST:PORT, [IPV6]:PORT or *:PORT, with a port "
		"from 0 to %d; for example 127.0.0.1:8080",
		where, PORT_MAX);
}

/* Cuts "HOST:PORT" at its last colon, and takes the brackets off. */
static bool cut_address(struct str where, struct str *ret_host, int64_t *ret_port)
{
	size_t colon = where.n;
	while (colon && where.p[colon - 1] != ':')
		colon--;
	if (colon < 2)
		return false;
	struct str host = str_sub(where, 0, colon - 1), port = str_sub(where, colon, where.n);
	bool bracketed = str_starts(host, "[") && str_ends(host, "]");
	size_t at;
	if (bracketed)
		host = str_sub(host, 1, host.n - 2);
	else if (str_find(host, STR(":"), &at))
		return false;
	*ret_host = host;
	return host.n && port.n && port.p[0] >= '0' && port.p[0] <= '9' &&
		num_int(port, ret_port) && *ret_port >= 0 && *ret_port <= PORT_MAX;
}

static bool is_local(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(
			&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr);
	return ntohl(((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr) >> 24 == 127;
}

/* Fills the address of a socket that listens. */
static bool describe(int fd, struct listening *out)
{
	struct sockaddr_storage a = { 0 };
	socklen_t n = sizeof(a);
	char host[48], port[8];
	if (getsockname(fd, (struct sockaddr *)&a, &n) != 0 ||
	    (a.ss_family != AF_INET && a.ss_family != AF_INET6) ||
	    getnameinfo((const struct sockaddr *)&a, n, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return false;
	out->fd = fd;
	out->local = is_local((const struct sockaddr *)&a);
	snprintf(out->address, sizeof(out->address), a.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s",
		 host, port);
	return true;
}

/* -1 with errno when the system refuses. */
static int open_one(const struct addrinfo *a)
{
	const int on = 1;
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* Each family has a socket of its own, so that "*" opens both without a quarrel. */
	if (a->ai_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, LISTEN_BACKLOG) == 0)
		return fd;
	int number = errno;
	close(fd);
	errno = number;
	return -1;
}

static bool cannot_open(struct err *e, const char *where, int number)
{
	if (number == EADDRINUSE)
		return err_say(e, ERR_CONFLICT,
			       "%.150s: otro programa ya usa este puerto; deténgalo o elija otro "
			       "con --listen",
			       "%.150s: another program has this port; stop it or choose another "
			       "one with --listen", where);
	if (number == EACCES || number == EPERM)
		return err_say(
			e, ERR_DENIED,
			"%.150s: un puerto menor que 1024 pide permiso; use ssme.socket o un "
			"puerto mayor",
			"%.150s: a port under 1024 needs permission; use ssme.socket or a "
			"higher port",
			where);
	if (number == EADDRNOTAVAIL || number == EAFNOSUPPORT)
		return err_say(
			e, ERR_INPUT,
			"%.150s: esta máquina no tiene esa dirección; revise con «ip address»",
			"%.150s: this machine has no such address; look with \"ip address\"",
			where);
	return err_say(e, ERR_IO, "%.150s: no se pudo abrir: %s; revise la red de la máquina",
		       "%.150s: it could not be opened: %s; check the machine's network", where,
		       strerror(number));
}

static bool too_many(struct err *e)
{
	return err_say(e, ERR_LIMIT, "más de %d direcciones para escuchar; quite algunas",
		       "more than %d addresses to listen on; leave some out", LISTEN_SOCKETS_MAX);
}

/* Every address of the name; a family that this machine lacks is passed over when another did. */
static bool open_all(const char *where, const struct addrinfo *first, struct listening *list,
		     size_t *n, struct err *e)
{
	size_t opened = *n;
	int number = EADDRNOTAVAIL;
	for (const struct addrinfo *a = first; a; a = a->ai_next) {
		if (opened == LISTEN_SOCKETS_MAX) {
			listen_close(list + *n, opened - *n);
			return too_many(e);
		}
		int fd = open_one(a);
		if (fd >= 0 && describe(fd, &list[opened])) {
			opened++;
			continue;
		}
		if (fd >= 0)
			close(fd);
		else if (errno != EADDRNOTAVAIL && errno != EAFNOSUPPORT) {
			number = errno;
			listen_close(list + *n, opened - *n);
			return cannot_open(e, where, number);
		}
	}
	if (opened == *n)
		return cannot_open(e, where, number);
	*n = opened;
	return true;
}

bool listen_open(const char *where, struct listening *list, size_t *n, struct err *e)
{
	ARENA_SCOPE(a, 1u << 20);
	struct str host;
	int64_t port;
	struct addrinfo *found = NULL;
	const struct addrinfo wanted = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
					 .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
	if (!cut_address(str_of(where), &host, &port))
		return no_form(e, where);
	const char *name = str_is(host, "*") ? NULL : str_c(&a, host);
	struct str digits = str_fmt(&a, "%d", (int)port);
	int failed = getaddrinfo(name, str_c(&a, digits), &wanted, &found);
	if (failed)
		return err_say(e, ERR_INPUT,
			       "%.150s: la máquina no tiene dirección conocida (%s); dé su número",
			       "%.150s: the host has no known address (%s); give its number", where,
			       gai_strerror(failed));
	bool done = open_all(where, found, list, n, e);
	freeaddrinfo(found);
	return done;
}

static int64_t number_in(const char *variable)
{
	const char *value = getenv(variable);
	int64_t number = 0;
	return value && num_int(str_of(value), &number) ? number : 0;
}

static bool listens(int fd)
{
	int type = 0, accepts = 0;
	socklen_t n = sizeof(type);
	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0 && type == SOCK_STREAM &&
		getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &n) == 0 && accepts;
}

bool listen_inherit(struct listening *list, size_t *n, struct err *e)
{
	int64_t count = number_in("LISTEN_PID") == getpid() ? number_in("LISTEN_FDS") : 0;
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	if (count > LISTEN_SOCKETS_MAX - (int64_t)*n)
		return too_many(e);
	for (int i = 0; i < count; i++) {
		int fd = INHERITED_FIRST + i;
		if (!listens(fd) || !describe(fd, &list[*n + (size_t)i]))
			return err_say(e, ERR_INPUT,
				       "systemd entregó el descriptor %d, que no es un socket TCP "
				       "que escucha; revise ListenStream= en ssme.socket",
				       "systemd passed descriptor %d, which is no listening TCP "
				       "socket; check ListenStream= in ssme.socket", fd);
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
		(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	}
	*n += count > 0 ? (size_t)count : 0;
	return true;
}

void listen_close(struct listening *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		close(list[i].fd);
}
