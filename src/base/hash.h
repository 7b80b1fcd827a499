/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 for what others may want to check, BLAKE2b for what this program compares with itself; by
 * libsodium. */
#ifndef SSME_BASE_HASH_H
#define SSME_BASE_HASH_H

#include "base/text.h"

struct sha256 {
	unsigned char byte[32];
};

struct sha256 sha256_of(struct str s);
struct str sha256_hex(struct arena *a, struct sha256 h); /* 64 lower-case digits */

/* Many pieces: each text is preceded by its length, so that ("ab","c") != ("a","bc"). */
struct sha256_state {
	unsigned char opaque[128] __attribute__((aligned(16)));
};
void sha256_start(struct sha256_state *s);
void sha256_add(struct sha256_state *s, struct str piece);
struct sha256 sha256_end(struct sha256_state *s);

/* The same with BLAKE2b of 256 bits, in about a tenth of the time. */
struct blake2b {
	unsigned char byte[32];
};
struct blake2b_state {
	unsigned char opaque[384] __attribute__((aligned(64)));
};
void blake2b_start(struct blake2b_state *s);
void blake2b_add(struct blake2b_state *s, struct str piece);
struct blake2b blake2b_end(struct blake2b_state *s);
struct str blake2b_hex(struct arena *a, struct blake2b h); /* 64 lower-case digits */

#endif
