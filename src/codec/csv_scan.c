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

/* Few bits at a time are set, and not every machine can count them. */
INLINE size_t count_bits(uint64_t x)
{
	size_t n = 0;

	for (; x; x &= x - 1)
		n++;
	return n;
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
		uint64_t valid = c->to - at >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << (c->to - at)) - 1;
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

INLINE void take_masks(struct csv_index *x)
{
	struct bytes b = bytes_at(x->t, (size_t)(x->base - x->t->p) + x->at);

	x->newline = equal(&b, '\n');
	x->bits = equal(&b, x->t->delimiter) | x->newline;
	if (!x->t->quotes)
		return;
	uint64_t quote = equal(&b, '"');
	if (!(quote | x->inside))
		return;
	uint64_t between = between_quotes(quote, &x->inside);
	x->newline &= ~between;
	x->bits &= ~between;
}

void csv_index_start(struct csv_index *x, struct arena *a, const struct csv_text *t,
		     const struct csv_chunk *c)
{
	size_t rows = CSV_BATCH_CELLS / t->n_columns + 1;

	*x = (struct csv_index){ .t = t, .base = t->p + c->from, .n_left = c->n_records };
	x->inside = c->inside ? ~(uint64_t)0 : 0;
	x->row_start = NEW(a, rows, uint32_t);
	x->end = NEW(a, rows * t->n_columns, uint32_t);
	take_masks(x);
	if (starts_at(t, c) || c->n_records == 0)
		return;
	while (!x->newline) {
		x->at += 64;
		take_masks(x);
	}
	unsigned i = (unsigned)__builtin_ctzll(x->newline);
	x->start = x->at + i + 1;
	x->bits = i == 63 ? 0 : x->bits >> (i + 1) << (i + 1);
	x->newline = i == 63 ? 0 : x->newline >> (i + 1) << (i + 1);
}

/* Where the next cell ends, and whether its record does too. */
INLINE size_t next_end(struct csv_index *x, bool *ret_record)
{
	while (!x->bits) {
		if ((size_t)(x->base - x->t->p) + x->at + 64 >= x->t->n) {
			*ret_record = true;
			return (size_t)(x->t->p + x->t->n - x->base);
		}
		x->at += 64;
		take_masks(x);
	}
	unsigned i = (unsigned)__builtin_ctzll(x->bits);
	*ret_record = x->newline >> i & 1;
	x->bits &= x->bits - 1;
	return x->at + i;
}

/* Nothing but delimiters and blanks: the patient reader passes over such a row. */
static inline bool is_empty_record(const struct csv_index *x, size_t end)
{
	const char *p = x->base + x->start, *to = x->base + end;

	if (x->t->n_columns == 1 || (*p != x->t->delimiter && *p > ' '))
		return false;
	while (p < to && (*p == x->t->delimiter || *p == '"' || *p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p == to;
}

INLINE bool take_record(struct csv_index *x)
{
	uint32_t *end = x->end + x->n * x->t->n_columns;
	uint32_t last = x->t->n_columns - 1;
	bool record;

	for (uint32_t k = 0; k < last; k++) {
		size_t at = next_end(x, &record);

		if (record) {
			size_t start = x->start;

			if (k > 0 || at - start > 1 || (at > start && x->base[start] != '\r'))
				return false;
			x->start = at + 1; /* a blank line */
			k = UINT32_MAX;
			continue;
		}
		end[k] = (uint32_t)at;
	}
	size_t at = next_end(x, &record);
	if (!record || at > UINT32_MAX - 64)
		return false;
	if (at - x->start > SHEET_CELL_BYTES_MAX || is_empty_record(x, at))
		return false;
	end[last] = (uint32_t)(at > x->start && x->base[at - 1] == '\r' ? at - 1 : at);
	x->row_start[x->n] = (uint32_t)x->start;
	x->start = at + 1;
	return true;
}

bool csv_index_next(struct csv_index *x)
{
	size_t most = CSV_BATCH_CELLS / x->t->n_columns + 1;

	x->n = 0;
	while (x->n < most && x->n_left > 0) {
		if (!take_record(x))
			return false;
		/* A file of one column: a line with nothing is blank. */
		if (x->t->n_columns == 1 && x->end[x->n] == x->row_start[x->n])
			continue;
		x->n++;
		x->n_left--;
	}
	return true;
}
