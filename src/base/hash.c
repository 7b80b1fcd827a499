/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"

#include <assert.h>
#include <endian.h>
#include <sodium/crypto_generichash.h>
#include <sodium/crypto_hash_sha256.h>
#include <string.h>

static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct sha256_state),
	      "the state of libsodium fits");

struct sha256 sha256_of(struct str s)
{
	struct sha256 h;
	crypto_hash_sha256(h.byte, (const unsigned char *)(s.n ? s.p : ""), s.n);
	return h;
}

static struct str hex_of(struct arena *a, const unsigned char *byte, size_t n)
{
	static const char digit[] = "0123456789abcdef";
	char *p = NEW(a, 2 * n + 1, char);
	for (size_t i = 0; i < n; i++) {
		p[2 * i] = digit[byte[i] >> 4];
		p[2 * i + 1] = digit[byte[i] & 15];
	}
	return (struct str){ p, 2 * n };
}

struct str sha256_hex(struct arena *a, struct sha256 h)
{
	return hex_of(a, h.byte, sizeof(h.byte));
}

enum { SHORT_PIECE = 120 };

/* A piece with its length before it, least byte first; up to SHORT_PIECE bytes of it are in one
 * stretch, for many short pieces cost more by their number than by their bytes.  Gives the bytes
 * there. */
static size_t begin_piece(struct str piece, unsigned char out[8 + SHORT_PIECE])
{
	const uint64_t length = htole64((uint64_t)piece.n);
	memcpy(out, &length, 8);
	if (!piece.n || piece.n > SHORT_PIECE)
		return 8;
	memcpy(out + 8, piece.p, piece.n);
	return 8 + piece.n;
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
	unsigned char begin[8 + SHORT_PIECE];
	crypto_hash_sha256_update(inner(s), begin, begin_piece(piece, begin));
	if (piece.n > SHORT_PIECE)
		crypto_hash_sha256_update(inner(s), (const unsigned char *)piece.p, piece.n);
}

struct sha256 sha256_end(struct sha256_state *s)
{
	struct sha256 h;
	crypto_hash_sha256_final(inner(s), h.byte);
	return h;
}

/* ---- BLAKE2b ---- */

static_assert(sizeof(crypto_generichash_state) <= sizeof(struct blake2b_state),
	      "the state of libsodium fits");

static crypto_generichash_state *inner_blake2b(struct blake2b_state *s)
{
	return (crypto_generichash_state *)(void *)s->opaque;
}

void blake2b_start(struct blake2b_state *s)
{
	(void)crypto_generichash_init(inner_blake2b(s), NULL, 0, sizeof(struct blake2b));
}

void blake2b_add(struct blake2b_state *s, struct str piece)
{
	unsigned char begin[8 + SHORT_PIECE];
	(void)crypto_generichash_update(inner_blake2b(s), begin, begin_piece(piece, begin));
	if (piece.n > SHORT_PIECE)
		(void)crypto_generichash_update(inner_blake2b(s), (const unsigned char *)piece.p,
						piece.n);
}

struct blake2b blake2b_end(struct blake2b_state *s)
{
	struct blake2b h;
	(void)crypto_generichash_final(inner_blake2b(s), h.byte, sizeof(h.byte));
	return h;
}

struct str blake2b_hex(struct arena *a, struct blake2b h)
{
	return hex_of(a, h.byte, sizeof(h.byte));
}
