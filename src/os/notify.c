/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/num.h"

/* The address of $NOTIFY_SOCKET: a path, or an abstract name that is written with @. */
static socklen_t address_of(const char *name, struct sockaddr_un *out)
{
	size_t n = strlen(name);
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if ((name[0] != '/' && name[0] != '@') || n < 2 || n >= sizeof(out->sun_path))
		return 0;
	memcpy(out->sun_path, name, n);
	if (name[0] == '@')
		out->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
}

void notify_send(const char *lines)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to;
	socklen_t n = name ? address_of(name, &to) : 0;
	int fd = n ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
	if (fd < 0)
		return;
	(void)!sendto(fd, lines, strlen(lines), MSG_NOSIGNAL, (const struct sockaddr *)&to, n);
	close(fd);
}

static int64_t number_in(const char *variable)
{
	const char *value = getenv(variable);
	int64_t n = 0;
	return value && num_int(str_of(value), &n) && n > 0 ? n : 0;
}

int64_t notify_watchdog_ms(void)
{
	int64_t process = number_in("WATCHDOG_PID");
	if (process && process != getpid())
		return 0;
	return number_in("WATCHDOG_USEC") / 1000;
}
