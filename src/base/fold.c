/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fold.h"

#include <string.h>

/* Lower-case letters without accents for U+00C0..U+017F, in order; "" for what is no letter. */
static const char base_letter[0x180 - 0xc0][3] = {
	/* C0 */ "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
	/* D0 */ "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "ss",
	/* E0 */ "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
	/* F0 */ "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "y",
	/* 100 */ "a", "a", "a", "a", "a", "a", "c", "c", "c", "c", "c", "c", "c", "c", "d", "d",
	/* 110 */ "d", "d", "e", "e", "e", "e", "e", "e", "e", "e", "e", "e", "g", "g", "g", "g",
	/* 120 */ "g", "g", "g", "g", "h", "h", "h", "h", "i", "i", "i", "i", "i", "i", "i", "i",
	/* 130 */ "i", "i", "ij", "ij", "j", "j", "k", "k", "k", "l", "l", "l", "l", "l", "l", "l",
	/* 140 */ "l", "l", "l", "n", "n", "n", "n", "n", "n", "n", "n", "n", "o", "o", "o", "o",
	/* 150 */ "o", "o", "oe", "oe", "r", "r", "r", "r", "r", "r", "s", "s", "s", "s", "s", "s",
	/* 160 */ "s", "s", "t", "t", "t", "t", "t", "t", "u", "u", "u", "u", "u", "u", "u", "u",
	/* 170 */ "u", "u", "u", "u", "w", "w", "y", "y", "y", "z", "z", "z", "z", "z", "z", "s",
};

/* A letter taken apart: base letters, accent as a number (0: none; alike in both cases), case. */
struct letter {
	char base[3];
	uint8_t accent;
	bool upper, enye;
};

static bool is_upper(uint32_t c)
{
	if (c < 0x100)
		return c >= 0xc0 && c <= 0xde;
	/* Latin Extended-A comes in pairs; three runs of it begin with an odd capital. */
	bool odd_capital = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e);
	if (c == 0x138 || c == 0x149 || c == 0x17f)
		return false;
	return c == 0x178 || (odd_capital ? c % 2 == 1 : c % 2 == 0);
}

static bool take_apart(uint32_t c, struct letter *out)
{
	*out = (struct letter){ 0 };
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
		out->upper = c <= 'Z';
		out->base[0] = (char)(c | 0x20);
		return true;
	}
	if (c < 0xc0 || c > 0x17f || !base_letter[c - 0xc0][0])
		return false;
	memcpy(out->base, base_letter[c - 0xc0], sizeof(out->base));
	out->upper = is_upper(c);
	uint32_t lower = !out->upper ? c : c == 0x178 ? 0xff : c < 0x100 ? c + 0x20 : c + 1;
	out->accent = (uint8_t)(lower - 0xc0 + 1); /* 0xdf..0x17f -> 0x20..0xc0 */
	out->enye = lower == 0xf1;
	return true;
}

/* The Latin-1 letter of a base letter and a combining accent that follows it, or 0. */
static uint32_t compose(uint32_t base, uint32_t mark)
{
	static const struct {
		char base, mark; /* mark: low byte of U+03xx */
		uint8_t letter;
	} pair[] = {
		{ 'a', 0x00, 0xe0 }, { 'a', 0x01, 0xe1 }, { 'a', 0x02, 0xe2 }, { 'a', 0x03, 0xe3 },
		{ 'a', 0x08, 0xe4 }, { 'c', 0x27, 0xe7 }, { 'e', 0x00, 0xe8 }, { 'e', 0x01, 0xe9 },
		{ 'e', 0x02, 0xea }, { 'e', 0x08, 0xeb }, { 'i', 0x00, 0xec }, { 'i', 0x01, 0xed },
		{ 'i', 0x02, 0xee }, { 'i', 0x08, 0xef }, { 'n', 0x03, 0xf1 }, { 'o', 0x00, 0xf2 },
		{ 'o', 0x01, 0xf3 }, { 'o', 0x02, 0xf4 }, { 'o', 0x03, 0xf5 }, { 'o', 0x08, 0xf6 },
		{ 'u', 0x00, 0xf9 }, { 'u', 0x01, 0xfa }, { 'u', 0x02, 0xfb }, { 'u', 0x08, 0xfc },
	};
	uint32_t lower = base >= 'A' && base <= 'Z' ? base + 0x20 : base;
	for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++)
		if ((uint32_t)pair[i].base == lower && (uint32_t)pair[i].mark + 0x300 == mark)
			return pair[i].letter - (lower == base ? 0u : 0x20u);
	return 0;
}

static bool is_mark(uint32_t c)
{
	return c >= 0x300 && c <= 0x36f;
}

/* Next character; a letter and its combining accent come as one, further accents are dropped. */
static uint32_t next(struct str s, size_t *at)
{
	uint32_t c = utf8_next(s, at);
	while (*at < s.n) {
		size_t after = *at;
		uint32_t mark = utf8_next(s, &after);
		if (!is_mark(mark))
			break;
		uint32_t whole = compose(c, mark);
		c = whole ? whole : c;
		*at = after;
	}
	return c;
}

static bool is_blank(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || (c >= 0x2000 && c <= 0x200b) ||
	       c == 0x202f || c == 0x3000;
}

struct str fold(struct arena *a, struct str s)
{
	struct buf b;
	buf_init(&b, a, s.n * 2 + 4);
	bool blank = false;
	for (size_t at = 0; at < s.n;) {
		uint32_t c = next(s, &at);
		struct letter l;
		if (is_blank(c)) {
			blank = b.n > 0;
			continue;
		}
		if (is_mark(c))
			continue;
		if (blank)
			buf_putc(&b, ' ');
		blank = false;
		if (take_apart(c, &l))
			buf_puts(&b, l.base);
		else
			buf_put_code_point(&b, c);
	}
	return buf_str(&b);
}

/* First level: blanks, signs, digits, letters (ñ between n and o), the rest of Unicode. */
static void put_primary(struct buf *b, uint32_t c)
{
	struct letter l;
	if (is_blank(c)) {
		buf_putc(b, 0x04);
	} else if (take_apart(c, &l)) {
		for (const char *p = l.base; *p; p++)
			buf_putc(b, (char)(0x90 + 2 * (*p - 'a') + l.enye));
	} else if (c >= '0' && c <= '9') {
		buf_putc(b, (char)(0x80 + (c - '0')));
	} else if (c < 0x80) {
		buf_putc(b, (char)(0x05 + (c & 0x7f) * 3 / 4)); /* 0x05..0x64, in order of ASCII */
		buf_putc(b, (char)c);
	} else {
		buf_putc(b, (char)0xf0);
		buf_putc(b, (char)(c >> 16));
		buf_putc(b, (char)(c >> 8));
		buf_putc(b, (char)c);
	}
}

struct str fold_sort_key(struct arena *a, struct str s)
{
	struct buf key, accent, upper;
	buf_init(&key, a, s.n * 12 + 16);
	buf_init(&accent, a, s.n + 4);
	buf_init(&upper, a, s.n + 4);
	for (size_t at = 0; at < s.n;) {
		uint32_t c = next(s, &at);
		struct letter l;
		bool letter = take_apart(c, &l);
		put_primary(&key, c);
		/* ñ is a letter of its own: its tilde is no accent */
		buf_putc(&accent, (char)(letter && !l.enye && l.accent ? l.accent : 0x02));
		buf_putc(&upper, letter && l.upper ? 0x03 : 0x02);
	}
	buf_putc(&key, 0x01);
	buf_put(&key, buf_str(&accent));
	buf_putc(&key, 0x01);
	buf_put(&key, buf_str(&upper));
	return buf_str(&key);
}

/* --- the nearest name ------------------------------------------------------------------------ */

enum { NEAREST_BYTES = 128 };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours that lead from s to t (the optimal
 * string alignment distance); both at most NEAREST_BYTES long. */
static unsigned distance(struct str s, struct str t)
{
	unsigned row[3][NEAREST_BYTES + 1];
	unsigned *before = row[0], *last = row[1], *now = row[2];
	for (unsigned j = 0; j <= t.n; j++)
		last[j] = j;
	for (size_t i = 1; i <= s.n; i++) {
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= t.n; j++) {
			bool same = s.p[i - 1] == t.p[j - 1];
			unsigned d = least(last[j] + 1, now[j - 1] + 1);
			d = least(d, last[j - 1] + !same);
			if (i > 1 && j > 1 && s.p[i - 1] == t.p[j - 2] && s.p[i - 2] == t.p[j - 1])
				d = least(d, before[j - 2] + 1);
			now[j] = d;
		}
		unsigned *spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[t.n];
}

struct str fold_nearest(struct arena *a, struct str s, const struct str *candidate, size_t n)
{
	struct arena_mark m = arena_mark(a);
	struct str want = fold(a, str_sub(s, 0, NEAREST_BYTES)), best = STR("");
	unsigned best_distance = ~0u;
	if (s.n > NEAREST_BYTES || !want.n || want.n > NEAREST_BYTES)
		n = 0;
	for (size_t i = 0; i < n && best_distance > 0; i++) {
		struct arena_mark each = arena_mark(a);
		struct str c = candidate[i].n <= NEAREST_BYTES ? fold(a, candidate[i]) : STR("");
		size_t longer = c.n > want.n ? c.n : want.n;
		size_t shorter = c.n > want.n ? want.n : c.n;
		bool possible = c.n && c.n <= NEAREST_BYTES && (longer - shorter) * 3 <= longer;
		unsigned d = possible ? distance(want, c) : ~0u;
		if (possible && d * 3 <= longer && d < best_distance) {
			best = candidate[i];
			best_distance = d;
		}
		arena_rewind(a, each);
	}
	arena_rewind(a, m);
	return best;
}
