/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"

#include <assert.h>
#include <sodium/crypto_hash_sha256.h>

static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct sha256_state),
	      "the state of libsodium fits");

struct sha256 sha256_of(struct str s)
{
	struct sha256 h;
	crypto_hash_sha256(h.byte, (const unsigned char *)(s.n ? s.p : ""), s.n);
	return h;
}

struct str sha256_hex(struct arena *a, struct sha256 h)
{
	static const char digit[] = "0123456789abcdef";
	char *p = NEW(a, 65, char);
	for (size_t i = 0; i < sizeof(h.byte); i++) {
		p[2 * i] = digit[h.byte[i] >> 4];
		p[2 * i + 1] = digit[h.byte[i] & 15];
	}
	return (struct str){ p, 64 };
}

static crypto_hash_sha256_state *inner(struct sha256_state *s)
{
	return (crypto_hash_sha256_state *)(void *)s->opaque;
}

void sha256_start(struct sha256_state *s)
{
	crypto_hash_sha256_init(inner(s));
}

void sha256_add(struct sha256_state *s, struct str piece)
{
	unsigned char length[8]; /* least byte first */
	for (size_t i = 0; i < 8; i++)
		length[i] = (unsigned char)((uint64_t)piece.n >> (8 * i));
	crypto_hash_sha256_update(inner(s), length, sizeof(length));
	if (piece.n)
		crypto_hash_sha256_update(inner(s), (const unsigned char *)piece.p, piece.n);
}

struct sha256 sha256_end(struct sha256_state *s)
{
	struct sha256 h;
	crypto_hash_sha256_final(inner(s), h.byte);
	return h;
}
