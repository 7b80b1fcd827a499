/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what one cell of a CSV file is, carefully and fast. */
#ifndef SSME_CODEC_CSV_CELL_H
#define SSME_CODEC_CSV_CELL_H

#include <assert.h>
#include <string.h>

#include "frame/frame.h"

enum csv_class { CLASS_MISSING, CLASS_INTEGER, CLASS_REAL, CLASS_TEXT };

/* Empty, ND, NA; MISSING_NO for anything else. */
enum missing csv_missing(struct str s);
/* s is without blanks around it; the number goes where its class says. */
enum csv_class csv_classify(struct str s, enum missing *ret_missing, int64_t *ret_integer,
			    double *ret_real);
struct str csv_blanks_off(struct str s);
static inline bool csv_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* ---- numbers, fast ---- */

/* The eight bytes that end at p; the first of them in the lowest byte. */
static inline uint64_t eight_before(const char *p)
{
	uint64_t w;

	memcpy(&w, p - 8, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

#define ZEROS 0x3030303030303030u

static inline bool all_digits(uint64_t w)
{
	return (((w + 0x4646464646464646u) | (w - ZEROS)) & 0x8080808080808080u) == 0;
}

/* Eight digits, the most significant in the lowest byte: neighbours are joined three times. */
static inline uint64_t eight_digits(uint64_t w)
{
	w = (w & 0x0f0f0f0f0f0f0f0fu) * 2561 >> 8;
	w = (w & 0x00ff00ff00ff00ffu) * 6553601 >> 16;
	return (w & 0x0000ffff0000ffffu) * 42949672960001u >> 32;
}

/* The last n bytes of a word. */
static const uint64_t keep_last[9] = {
	0,
	0xff00000000000000u,
	0xffff000000000000u,
	0xffffff0000000000u,
	0xffffffff00000000u,
	0xffffffffff000000u,
	0xffffffffffff0000u,
	0xffffffffffffff00u,
	0xffffffffffffffffu,
};

/* Keeps the last n bytes (0..8) of w, with the digit 0 before them. */
static inline uint64_t last_bytes(uint64_t w, size_t n)
{
	return ((w ^ ZEROS) & keep_last[n]) ^ ZEROS;
}

/* A plain whole number of up to 16 digits without a leading zero; 16 bytes before it are readable.
 */
static inline bool csv_fast_integer(struct str s, int64_t *out)
{
	if (s.n == 1) {
		*out = s.p[0] - '0';
		return s.p[0] >= '0' && s.p[0] <= '9';
	}
	bool minus = s.p[0] == '-';
	size_t n = s.n - minus;
	const char *end = s.p + s.n;

	if (n - 1 >= 16 || (n > 1 && s.p[minus] == '0'))
		return false;
	uint64_t low = last_bytes(eight_before(end), n < 8 ? n : 8), value;
	if (!all_digits(low))
		return false;
	value = eight_digits(low);
	if (n > 8) {
		uint64_t high = last_bytes(eight_before(end - 8), n - 8);

		if (!all_digits(high))
			return false;
		value += eight_digits(high) * 100000000;
	}
	*out = minus ? -(int64_t)value : (int64_t)value;
	return true;
}

/* Bytes that are a point, as their highest bits. */
static inline uint64_t points(uint64_t w)
{
	uint64_t x = w ^ 0x2e2e2e2e2e2e2e2eu;

	return (x - 0x0101010101010101u) & ~x & 0x8080808080808080u;
}

/* A plain decimal number with 1 to 8 digits before the point and 1 to 7 after it.  Its digits make
 * a whole number below 2^53; that and a power of ten are exact, so their quotient is rounded once
 * (Clinger 1990). */
static inline bool csv_fast_real(struct str s, double *out)
{
	static const uint64_t unit[8] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000 };
	static const double power[8] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7 };
	bool minus = s.p[0] == '-';
	size_t n = s.n - minus;
	const char *end = s.p + s.n;
	uint64_t point = points(last_bytes(eight_before(end), n < 8 ? n : 8));

	if (!point) {
		int64_t whole = 0;
		bool good = csv_fast_integer(s, &whole);

		*out = (double)whole;
		return good && whole < (int64_t)1 << 53 && whole > -((int64_t)1 << 53);
	}
	size_t decimals = 7 - (size_t)__builtin_ctzll(point) / 8, digits = n - decimals - 1;
	if (decimals == 0 || digits - 1 >= 8 || (digits > 1 && s.p[minus] == '0'))
		return false;
	uint64_t after = last_bytes(eight_before(end), decimals);
	uint64_t before = last_bytes(eight_before(end - decimals - 1), digits);
	if (!all_digits(after) || !all_digits(before))
		return false;
	uint64_t mantissa = eight_digits(before) * unit[decimals] + eight_digits(after);
	double v = (double)(int64_t)mantissa / power[decimals];
	*out = minus ? -v : v;
	return true;
}

/* ---- texts of one chunk ---- */

/* A text of up to 16 bytes is told by its first and last eight (overlapping, or with zeros before
 * them when it is shorter) and its length; a longer one by its bytes. */
struct csv_name {
	uint64_t first, last;
	struct str s;
};

/* Slots hold place + 1; never over half full. */
struct csv_names {
	struct csv_name *name;
	size_t n, cap;
	uint32_t *slot;
	size_t n_slots;
};

/* Any eight bytes may be short of their beginning: p[-8..n-1] must be readable. */
static inline struct csv_name csv_name_of(struct str s)
{
	struct csv_name name = { .s = s };

	name.last = eight_before(s.p + s.n);
	if (s.n < 8)
		name.last &= keep_last[s.n];
	else
		memcpy(&name.first, s.p, 8);
	return name;
}

static inline uint64_t csv_name_hash(const struct csv_name *name)
{
	const uint64_t odd = 0x9e3779b97f4a7c15u;
	uint64_t h = (name->first ^ name->s.n) * odd, w;

	h = (h ^ h >> 29 ^ name->last) * odd;
	for (size_t i = 8; i + 8 < name->s.n; i += 8) {
		memcpy(&w, name->s.p + i, 8);
		h = (h ^ h >> 29 ^ w) * odd;
	}
	return h ^ h >> 32;
}

static inline bool same_name(const struct csv_name *a, const struct csv_name *b)
{
	return a->last == b->last && a->first == b->first && a->s.n == b->s.n &&
		(a->s.n <= 16 || memcmp(a->s.p, b->s.p, a->s.n) == 0);
}

void csv_names_grow(struct arena *a, struct csv_names *t);

/* Code of a text; keep: its bytes are copied into a, else they stay where they are. */
static inline uint32_t csv_names_code(struct arena *a, struct csv_names *t, bool keep,
				      const struct csv_name *name)
{
	if (t->n == t->cap)
		csv_names_grow(a, t);
	size_t at = (size_t)csv_name_hash(name) & (t->n_slots - 1);
	for (; t->slot[at]; at = (at + 1) & (t->n_slots - 1))
		if (same_name(&t->name[t->slot[at] - 1], name))
			return t->slot[at] - 1;
	assert(t->n < INT32_MAX);
	t->name[t->n] = *name;
	if (keep)
		t->name[t->n].s = str_dup(a, name->s);
	t->slot[at] = (uint32_t)t->n + 1;
	return (uint32_t)t->n++;
}

#endif
