/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/random.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "os/log.h"

void random_bytes(void *out, size_t n)
{
	unsigned char *p = out;
	while (n) {
		ssize_t got = getrandom(p, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			log_line("el sistema no da números aleatorios (the system gives no random "
				 "numbers)");
			abort();
		}
		p += got;
		n -= (size_t)got;
	}
}

struct str random_hex(struct arena *a, size_t n_bytes)
{
	static const char digit[] = "0123456789abcdef";
	struct arena_mark m;
	char *text = NEW(a, 2 * n_bytes + 1, char);
	m = arena_mark(a);
	unsigned char *byte = NEW(a, n_bytes, unsigned char);
	random_bytes(byte, n_bytes);
	for (size_t i = 0; i < n_bytes; i++) {
		text[2 * i] = digit[byte[i] >> 4];
		text[2 * i + 1] = digit[byte[i] & 15];
		byte[i] = 0;
	}
	arena_rewind(a, m);
	return (struct str){ text, 2 * n_bytes };
}
