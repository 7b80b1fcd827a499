/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

/* --- text that is read ----------------------------------------------------------------------- */

struct str str_of(const char *c_string)
{
	return c_string ? (struct str){ c_string, strlen(c_string) } : STR("");
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Most comparisons end at the first byte, long before a length would be known. */
bool str_is(struct str a, const char *c_string)
{
	size_t i = 0;
	while (i < a.n && c_string[i] && a.p[i] == c_string[i])
		i++;
	return i == a.n && !c_string[i];
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	if (c)
		return c;
	return (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, const char *prefix)
{
	size_t n = strlen(prefix);
	return s.n >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

bool str_ends(struct str s, const char *suffix)
{
	size_t n = strlen(suffix);
	return s.n >= n && (n == 0 || memcmp(s.p + s.n - n, suffix, n) == 0);
}

bool str_find(struct str s, struct str part, size_t *ret_at)
{
	const char *at = part.n ? NULL : s.p;
	if (part.n && s.n >= part.n)
		at = memmem(s.p, s.n, part.p, part.n);
	if (part.n && !at)
		return false;
	if (ret_at)
		*ret_at = part.n ? (size_t)(at - s.p) : 0;
	return true;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
	while (s.n && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str str_sub(struct str s, size_t from, size_t n)
{
	if (from > s.n)
		from = s.n;
	if (n > s.n - from)
		n = s.n - from;
	return (struct str){ s.p ? s.p + from : s.p, n };
}

struct str str_cut(struct str *rest, char sep)
{
	struct str whole = *rest;
	const char *at = whole.n ? memchr(whole.p, sep, whole.n) : NULL;
	if (!at) {
		*rest = (struct str){ NULL, 0 };
		return whole;
	}
	size_t n = (size_t)(at - whole.p);
	*rest = (struct str){ at + 1, whole.n - n - 1 };
	return (struct str){ whole.p, n };
}

struct str str_word(struct str *rest)
{
	size_t from = 0;
	while (from < rest->n && (rest->p[from] == ' ' || rest->p[from] == '\t'))
		from++;
	size_t to = from;
	while (to < rest->n && rest->p[to] != ' ' && rest->p[to] != '\t')
		to++;
	struct str word = str_sub(*rest, from, to - from);
	*rest = str_sub(*rest, to, rest->n - to);
	return word;
}

char *str_c(struct arena *a, struct str s)
{
	char *p = NEW(a, s.n + 1, char);
	if (s.n)
		memcpy(p, s.p, s.n);
	return p;
}

struct str str_dup(struct arena *a, struct str s)
{
	return (struct str){ str_c(a, s), s.n };
}

static uint64_t load_le(const char *p, size_t n)
{
	uint64_t v = 0;
	memcpy(&v, p, n);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

/* Both halves of the 128-bit product: every input bit reaches every output bit. */
static uint64_t fold_product(uint64_t a, uint64_t b)
{
	unsigned __int128 p = (unsigned __int128)a * b;
	return (uint64_t)p ^ (uint64_t)(p >> 64);
}

uint64_t str_hash(struct str s)
{
	/* odd constants: fractions of the square roots of 2, 3 and 5 */
	const uint64_t k2 = 0x6a09e667f3bcc909u, k3 = 0xbb67ae8584caa73bu, k5 = 0x3c6ef372fe94f82bu;
	uint64_t h = fold_product((uint64_t)s.n ^ k2, k3);
	size_t i = 0;
	for (; s.n - i >= 8; i += 8)
		h = fold_product(h ^ load_le(s.p + i, 8) ^ k3, k5);
	if (i < s.n)
		h = fold_product(h ^ load_le(s.p + i, s.n - i) ^ k2, k5);
	return fold_product(h ^ k5, k3);
}

/* --- UTF-8 ----------------------------------------------------------------------------------- */

/* Length of the character at p (n >= 1 bytes left), 0 when it is broken: overlong forms,
 * surrogates and what lies past U+10FFFF are. */
static size_t utf8_bytes(const unsigned char *p, size_t n, uint32_t *ret_c)
{
	uint32_t c = p[0];
	if (c < 0x80) {
		*ret_c = c;
		return 1;
	}
	size_t len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	if (c < 0xc2 || c > 0xf4 || len > n)
		return 0;
	c &= 0xffu >> (len + 1);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret_c = c;
	return len;
}

bool utf8_valid(struct str s, size_t *ret_bad_at)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0;
	while (i < s.n) {
		if (s.n - i >= 8 && !(load_le(s.p + i, 8) & 0x8080808080808080u)) {
			i += 8;
			continue;
		}
		uint32_t c;
		size_t len = utf8_bytes(p + i, s.n - i, &c);
		if (!len) {
			if (ret_bad_at)
				*ret_bad_at = i;
			return false;
		}
		i += len;
	}
	return true;
}

uint32_t utf8_next(struct str s, size_t *at)
{
	assert(*at < s.n);
	uint32_t c;
	size_t len = utf8_bytes((const unsigned char *)s.p + *at, s.n - *at, &c);
	*at += len ? len : 1;
	return len ? c : 0xfffd;
}

size_t utf8_length(struct str s)
{
	size_t n = 0;
	for (size_t at = 0; at < s.n; n++)
		(void)utf8_next(s, &at);
	return n;
}

/* --- text that is written -------------------------------------------------------------------- */

void buf_init(struct buf *b, struct arena *a, size_t limit_bytes)
{
	*b = (struct buf){ .limit = limit_bytes, .a = a };
}

/* Makes room for n more bytes and the NUL; false and over when the limit forbids it. */
static bool reserve(struct buf *b, size_t n)
{
	if (b->over)
		return false;
	if (n > b->limit || b->n > b->limit - n) {
		b->over = true;
		return false;
	}
	size_t need = b->n + n + 1;
	if (need <= b->cap)
		return true;
	size_t cap = b->cap ? b->cap * 2 : 256;
	if (cap > b->limit + 1)
		cap = b->limit + 1;
	if (cap < need)
		cap = need;
	b->p = arena_grow(b->a, b->p, b->cap, cap, 1);
	b->cap = cap;
	return true;
}

/* The longest prefix of at most n bytes that does not cut a character. */
static size_t whole_prefix(struct str s, size_t n)
{
	if (n >= s.n)
		return s.n;
	while (n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

void buf_put(struct buf *b, struct str s)
{
	if (!s.n || b->over)
		return;
	bool fits = s.n <= b->limit - b->n;
	if (!fits)
		s.n = whole_prefix(s, b->limit - b->n);
	if (reserve(b, s.n)) {
		if (s.n)
			memcpy(b->p + b->n, s.p, s.n);
		b->n += s.n;
		b->p[b->n] = '\0';
	}
	b->over = b->over || !fits;
}

void buf_puts(struct buf *b, const char *c_string)
{
	buf_put(b, str_of(c_string));
}

void buf_putc(struct buf *b, char c)
{
	if (b->n + 1 < b->cap && !b->over) {
		b->p[b->n++] = c;
		b->p[b->n] = '\0';
		return;
	}
	buf_put(b, (struct str){ &c, 1 });
}

void utf8_put(struct buf *b, uint32_t code)
{
	bool broken = code > 0x10ffff || (code >= 0xd800 && code < 0xe000);
	uint32_t c = broken ? 0xfffd : code;
	int n = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const unsigned char lead[] = { 0x00, 0xc0, 0xe0, 0xf0 };
	buf_putc(b, (char)(lead[n] | c >> (6 * n)));
	while (n-- > 0)
		buf_putc(b, (char)(0x80 | ((c >> (6 * n)) & 0x3f)));
}

void buf_put_code_point(struct buf *b, uint32_t c)
{
	char u[4];
	size_t n;
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	if (c < 0x80) {
		u[0] = (char)c;
		n = 1;
	} else if (c < 0x800) {
		u[0] = (char)(0xc0 | c >> 6);
		u[1] = (char)(0x80 | (c & 0x3f));
		n = 2;
	} else if (c < 0x10000) {
		u[0] = (char)(0xe0 | c >> 12);
		u[1] = (char)(0x80 | (c >> 6 & 0x3f));
		u[2] = (char)(0x80 | (c & 0x3f));
		n = 3;
	} else {
		u[0] = (char)(0xf0 | c >> 18);
		u[1] = (char)(0x80 | (c >> 12 & 0x3f));
		u[2] = (char)(0x80 | (c >> 6 & 0x3f));
		u[3] = (char)(0x80 | (c & 0x3f));
		n = 4;
	}
	buf_put(b, (struct str){ u, n });
}

PRINTF_LIKE(2, 0) static void put_va(struct buf *b, const char *fmt, va_list ap)
{
	if (b->over)
		return;
	char small[256];
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n >= 0 && (size_t)n < sizeof(small)) {
		buf_put(b, (struct str){ small, (size_t)n });
	} else if (n >= 0) {
		size_t size = (size_t)n + 1;
		bool fits = (size_t)n <= b->limit - b->n && reserve(b, (size_t)n);
		char *p = fits ? b->p + b->n : NEW(b->a, size, char);
		vsnprintf(p, size, fmt, again);
		if (fits)
			b->n += (size_t)n;
		else
			buf_put(b, (struct str){ p, (size_t)n });
	}
	va_end(again);
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	put_va(b, fmt, ap);
	va_end(ap);
}

struct str buf_str(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}

struct str str_fmt(struct arena *a, const char *fmt, ...)
{
	struct buf b;
	buf_init(&b, a, 64u << 10);
	va_list ap;
	va_start(ap, fmt);
	put_va(&b, fmt, ap);
	va_end(ap);
	return buf_str(&b);
}

/* --- escapes --------------------------------------------------------------------------------- */

/* Puts s with each byte that `special` names replaced by what `put` writes; all others as they are.
 * Broken UTF-8 comes out as U+FFFD, so that the result is always well formed. */
static void put_replaced(struct buf *b, struct str s, const uint8_t special[256],
			 void (*put)(struct buf *b, unsigned char c))
{
	size_t from = 0;
	bool sound = utf8_valid(s, NULL);
	for (size_t i = 0; i < s.n;) {
		unsigned char c = (unsigned char)s.p[i];
		if (c >= 0x80 && !sound) {
			buf_put(b, str_sub(s, from, i - from));
			buf_put_code_point(b, utf8_next(s, &i));
			from = i;
			continue;
		}
		if (special[c]) {
			buf_put(b, str_sub(s, from, i - from));
			put(b, c);
			from = i + 1;
		}
		i++;
	}
	buf_put(b, str_sub(s, from, s.n - from));
}

#define CONTROLS                                                                                   \
	[0x00 ... 0x08] = 1, [0x0b ... 0x0c] = 1, [0x0e ... 0x1f] = 1, [0x7f] = 1, ['\r'] = 1

static void put_markup(struct buf *b, unsigned char c)
{
	switch (c) {
	case '&':
		buf_put(b, STR("&amp;"));
		break;
	case '<':
		buf_put(b, STR("&lt;"));
		break;
	case '>':
		buf_put(b, STR("&gt;"));
		break;
	case '"':
		buf_put(b, STR("&quot;"));
		break;
	case '\'':
		buf_put(b, STR("&#39;"));
		break;
	case '\t': /* attributes only: a parser of XML would make a space of it */
		buf_put(b, STR("&#9;"));
		break;
	case '\n':
		buf_put(b, STR("&#10;"));
		break;
	default: /* no form of XML 1.0 may hold the other control characters */
		break;
	}
}

void esc_text(struct buf *b, struct str s)
{
	static const uint8_t special[256] = { CONTROLS, ['&'] = 1, ['<'] = 1, ['>'] = 1 };
	put_replaced(b, s, special, put_markup);
}

void esc_attr(struct buf *b, struct str s)
{
	static const uint8_t special[256] = { CONTROLS,	   ['&'] = 1,  ['<'] = 1,  ['>'] = 1,
					      ['"'] = 1, ['\''] = 1, ['\t'] = 1, ['\n'] = 1 };
	put_replaced(b, s, special, put_markup);
}

static void put_json(struct buf *b, unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		buf_putc(b, '\\');
		buf_putc(b, (char)c);
		break;
	case '\n':
		buf_put(b, STR("\\n"));
		break;
	case '\r':
		buf_put(b, STR("\\r"));
		break;
	case '\t':
		buf_put(b, STR("\\t"));
		break;
	default:
		buf_fmt(b, "\\u%04x", c);
	}
}

void esc_json(struct buf *b, struct str s)
{
	static const uint8_t special[256] = { [0 ... 0x1f] = 1, [0x7f] = 1, ['"'] = 1, ['\\'] = 1 };
	buf_putc(b, '"');
	put_replaced(b, s, special, put_json);
	buf_putc(b, '"');
}

/* A spreadsheet would run such a text as a formula. */
static bool csv_formula(struct str s)
{
	double v;
	return s.n && memchr("=+-@\t\r", s.p[0], 6) && !num_real(s, &v);
}

void esc_csv(struct buf *b, struct str s)
{
	bool guard = csv_formula(s), quote = false;
	for (size_t i = 0; i < s.n && !quote; i++)
		quote = memchr(",;\t\"\r\n", s.p[i], 6);
	/* Readers that trim fields would lose a space at the ends. */
	quote = quote || (s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' '));
	if (!quote && !guard) {
		buf_put(b, s);
		return;
	}
	if (quote)
		buf_putc(b, '"');
	if (guard)
		buf_putc(b, '\'');
	while (s.n) {
		const char *mark = memchr(s.p, '"', s.n);
		size_t n = mark ? (size_t)(mark - s.p) + 1 : s.n;
		buf_put(b, str_sub(s, 0, n));
		if (mark)
			buf_putc(b, '"');
		s = str_sub(s, n, s.n - n);
	}
	if (quote)
		buf_putc(b, '"');
}
