/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bit i of a mask stands for byte i of 64.  Bytes between quotes are found as the running parity of
 * the quotes; a doubled quote leaves and enters again and so needs no rule of its own. */
#include "codec/csv_scan.h"

#include <string.h>

#include "codec/sheet.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

/* 64 bytes. */
#if defined(__SSE2__)
struct bytes {
	__m128i v[4];
};

INLINE struct bytes bytes_of(const char *p)
{
	const __m128i *from = (const __m128i *)(const void *)p;

	return (struct bytes){ { _mm_loadu_si128(from), _mm_loadu_si128(from + 1),
				 _mm_loadu_si128(from + 2), _mm_loadu_si128(from + 3) } };
}

INLINE uint64_t bits_of(__m128i a, __m128i b, __m128i c, __m128i d)
{
	return (uint64_t)(uint32_t)_mm_movemask_epi8(a) |
		(uint64_t)(uint32_t)_mm_movemask_epi8(b) << 16 |
		(uint64_t)(uint32_t)_mm_movemask_epi8(c) << 32 |
		(uint64_t)(uint32_t)_mm_movemask_epi8(d) << 48;
}

INLINE uint64_t equal(const struct bytes *x, char c)
{
	__m128i as = _mm_set1_epi8(c);

	return bits_of(_mm_cmpeq_epi8(x->v[0], as), _mm_cmpeq_epi8(x->v[1], as),
		       _mm_cmpeq_epi8(x->v[2], as), _mm_cmpeq_epi8(x->v[3], as));
}

INLINE bool any_high(const struct bytes *x)
{
	return _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(x->v[0], x->v[1]),
					      _mm_or_si128(x->v[2], x->v[3]))) != 0;
}
#else
struct bytes {
	char v[64];
};

INLINE struct bytes bytes_of(const char *p)
{
	struct bytes x;

	memcpy(x.v, p, 64);
	return x;
}

INLINE uint64_t equal(const struct bytes *x, char c)
{
	uint64_t bits = 0;

	for (int i = 0; i < 64; i++)
		bits |= (uint64_t)(x->v[i] == c) << i;
	return bits;
}

INLINE bool any_high(const struct bytes *x)
{
	bool high = false;

	for (int i = 0; i < 64; i++)
		high |= (unsigned char)x->v[i] >= 0x80;
	return high;
}
#endif

/* The bytes from `at`; those past the end of the text are 0. */
INLINE struct bytes bytes_at(const struct csv_text *t, size_t at)
{
	if (at + 64 <= t->n)
		return bytes_of(t->p + at);
	char last[64] = { 0 };

	if (at < t->n)
		memcpy(last, t->p + at, t->n - at);
	return bytes_of(last);
}

/* Not every machine has an instruction for it: pairs, fours and eights of bits are added up. */
INLINE size_t count_bits(uint64_t x)
{
	x -= x >> 1 & 0x5555555555555555u;
	x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return x * 0x0101010101010101u >> 56;
}

/* Bit i: parity of bits 0..i. */
static inline uint64_t running_parity(uint64_t x)
{
	for (int by = 1; by < 64; by *= 2)
		x ^= x << by;
	return x;
}

/* Between quotes or not; *inside is all ones or none, before and after. */
static inline uint64_t between_quotes(uint64_t quote, uint64_t *inside)
{
	uint64_t between = running_parity(quote) ^ *inside;

	*inside = (uint64_t)((int64_t)between >> 63);
	return between;
}

static bool newline_at(const struct csv_text *t, size_t at)
{
	return at < t->n && t->p[at] == '\n';
}

/* Does a record that belongs to nobody before start at `from`? */
static bool starts_at(const struct csv_text *t, const struct csv_chunk *c)
{
	return c->from == t->first || (!c->inside && t->p[c->from - 1] == '\n');
}

/* A quote may open a cell after these; after a quote it is the second of a doubled one. */
static bool is_opener(const struct csv_text *t, char c)
{
	return c == t->delimiter || c == '\n' || c == '"';
}

/* Is there a quote that opens a cell, but not at its start? */
static bool opens_inside(const struct csv_text *t, const struct csv_chunk *c, const struct bytes *x,
			 size_t at, uint64_t opening)
{
	uint64_t openers = equal(x, t->delimiter) | equal(x, '\n') | equal(x, '"');
	uint64_t before = at == c->from && starts_at(t, c) ? 1 : is_opener(t, t->p[at - 1]);

	return (opening & ~(openers << 1 | before)) != 0;
}

void csv_count(const struct csv_text *t, struct csv_chunk *c)
{
	uint64_t inside = c->inside ? ~(uint64_t)0 : 0, carry = starts_at(t, c);

	c->n_quotes = c->n_records = 0;
	c->odd = c->high = false;
	for (size_t at = c->from; at < c->to; at += 64) {
		struct bytes x = bytes_at(t, at);
		uint64_t valid =
			c->to - at >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << (c->to - at)) - 1;
		uint64_t quote = equal(&x, '"') & valid, between = 0;

		c->high |= any_high(&x);
		if (quote | inside) {
			between = between_quotes(quote, &inside);
			c->n_quotes += count_bits(quote);
			c->odd |= opens_inside(t, c, &x, at, quote & between);
		}
		uint64_t newline = equal(&x, '\n') & ~between, cr = equal(&x, '\r') & ~between;
		uint64_t next = newline >> 1 | (uint64_t)newline_at(t, at + 64) << 63;
		uint64_t start = newline << 1 | carry;
		uint64_t blank = start & (newline | (cr & next));

		c->odd |= (cr & ~next & valid) != 0;
		c->n_records += count_bits(start & ~blank & valid);
		carry = newline >> 63;
	}
}

/* ---- cells ---- */

/* Ends of cells and, among them, of records in the next 64 bytes. */
INLINE uint64_t take_ends(struct csv_index *x, uint64_t *ret_newline)
{
	struct bytes b = bytes_at(x->t, (size_t)(x->base - x->t->p) + x->at);
	uint64_t newline = equal(&b, '\n'), ends = equal(&b, x->t->delimiter) | newline;

	if (x->t->quotes) {
		uint64_t quote = equal(&b, '"');

		if (quote | x->inside) {
			uint64_t between = between_quotes(quote, &x->inside);

			newline &= ~between;
			ends &= ~between;
		}
	}
	*ret_newline = newline;
	return ends;
}

/* 63 where there is none. */
INLINE uint32_t lowest_bit(uint64_t x)
{
	return (uint32_t)__builtin_ctzll(x | (uint64_t)1 << 63);
}

/* The offset of each bit goes to the end of the list.  Four at a time are written, needed or not:
 * that spares a guess for each. */
INLINE void put_ends(struct csv_index *x, uint64_t ends)
{
	uint32_t *to = x->end + x->n_found, at = (uint32_t)x->at;
	size_t n = count_bits(ends);

	for (size_t i = 0; i < n; i += 4) {
		to[i] = at + lowest_bit(ends);
		ends &= ends - 1;
		to[i + 1] = at + lowest_bit(ends);
		ends &= ends - 1;
		to[i + 2] = at + lowest_bit(ends);
		ends &= ends - 1;
		to[i + 3] = at + lowest_bit(ends);
		ends &= ends - 1;
	}
	x->n_found += n;
}

void csv_index_start(struct csv_index *x, struct arena *a, const struct csv_text *t,
		     const struct csv_chunk *c)
{
	uint64_t newline = 0, ends = 0;
	uint32_t before = UINT32_MAX; /* one before 0 */

	*x = (struct csv_index){ .t = t, .base = t->p + c->from, .n_left = c->n_records };
	x->inside = c->inside ? ~(uint64_t)0 : 0;
	x->end = NEW(a, 1 + CSV_BATCH_CELLS + 3 * (size_t)t->n_columns + 128, uint32_t) + 1;
	if (!starts_at(t, c) && c->n_records > 0) {
		while (!newline) {
			ends = take_ends(x, &newline);
			x->at += 64;
		}
		unsigned first = (unsigned)__builtin_ctzll(newline);

		before = (uint32_t)x->at - 64 + first;
		ends = first == 63 ? 0 : ends >> (first + 1) << (first + 1);
		x->at -= 64;
		put_ends(x, ends);
		x->n_lines = count_bits(newline) - 1;
		x->at += 64;
	}
	x->end[-1] = before;
}

/* Nothing but delimiters and blanks, or longer than a cell may be: the patient reader's business.
 */
INLINE bool is_odd_record(const struct csv_index *x, const uint32_t *end)
{
	uint32_t start = end[-1] + 1, to = end[x->t->n_columns - 1];
	const char *p = x->base + start;
	char first = *p;

	if (to - start > SHEET_CELL_BYTES_MAX)
		return true;
	if (first != x->t->delimiter && (unsigned char)first > ' ' && first != '"')
		return false;
	while (p < x->base + to &&
	       (*p == x->t->delimiter || *p == '"' || *p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p == x->base + to;
}

/* Line ends among those found past the batch. */
static size_t lines_left(const struct csv_index *x)
{
	size_t n = 0;

	for (size_t i = x->n * x->t->n_columns; i < x->n_found; i++)
		n += x->base[x->end[i]] == '\n';
	return n;
}

/* Does each record end with a line, and no line end stand inside one? */
static bool check_records(const struct csv_index *x)
{
	uint32_t n_columns = x->t->n_columns;
	size_t last = (size_t)(x->t->p + x->t->n - x->base);

	for (size_t i = 0; i < x->n; i++) {
		const uint32_t *end = x->end + i * n_columns;
		uint32_t to = end[n_columns - 1];

		if ((to != last && x->base[to] != '\n') || is_odd_record(x, end))
			return false;
	}
	return x->n_lines - lines_left(x) == x->n;
}

/* What lay past the batch before comes first. */
static void drop_batch(struct csv_index *x)
{
	size_t used = x->n * x->t->n_columns;

	if (used == 0)
		return;
	uint32_t before = x->end[used - 1];
	x->n_found -= used;
	x->n_lines -= x->n;
	memmove(x->end, x->end + used, x->n_found * sizeof(*x->end));
	x->end[-1] = before;
}

/* The next 64 bytes; at the end of the text, whose last line may lack its end, that end. */
static bool find_more(struct csv_index *x)
{
	size_t whole = (size_t)(x->t->p + x->t->n - x->base);
	uint64_t newline;

	if (x->at > UINT32_MAX - 128 || x->ended)
		return false;
	if (x->at >= whole) {
		if (x->t->cut)
			return false;
		x->end[x->n_found++] = (uint32_t)whole;
		x->n_lines++;
		x->ended = true;
		return true;
	}
	uint64_t ends = take_ends(x, &newline);
	put_ends(x, ends);
	x->n_lines += count_bits(newline);
	x->at += 64;
	return true;
}

bool csv_index_next(struct csv_index *x)
{
	size_t most = CSV_BATCH_CELLS / x->t->n_columns + 1;

	drop_batch(x);
	most = most < x->n_left ? most : x->n_left;
	while (x->n_found < most * x->t->n_columns)
		if (!find_more(x))
			return false;
	x->n = most;
	x->n_left -= most;
	return check_records(x);
}
