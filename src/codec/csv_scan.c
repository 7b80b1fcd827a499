/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bit i of a mask stands for byte i of 64.  Bytes between quotes are found as the running parity of
 * the quotes; a doubled quote leaves and enters again and so needs no rule of its own. */
#include "codec/csv_scan.h"

#include <string.h>

#include "codec/sheet.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

struct masks {
	uint64_t delimiter, newline, quote, cr, high;
};

#if defined(__SSE2__)
static inline uint64_t equal(const __m128i v[4], char c)
{
	__m128i as = _mm_set1_epi8(c);
	uint64_t bits = 0;

	for (int i = 0; i < 4; i++)
		bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v[i], as)) << (16 * i);
	return bits;
}

static inline void load(__m128i v[4], const char *p)
{
	for (int i = 0; i < 4; i++)
		v[i] = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
}

static inline uint64_t high_bits(const __m128i v[4])
{
	return (uint64_t)(uint32_t)_mm_movemask_epi8(
		_mm_or_si128(_mm_or_si128(v[0], v[1]), _mm_or_si128(v[2], v[3])));
}

static inline struct masks masks_of(const char *p, char delimiter)
{
	__m128i v[4];

	load(v, p);
	return (struct masks){ equal(v, delimiter), equal(v, '\n'), equal(v, '"'), equal(v, '\r'),
			       high_bits(v) };
}
#else
static inline struct masks masks_of(const char *p, char delimiter)
{
	struct masks m = { 0 };

	for (int i = 0; i < 64; i++) {
		uint64_t bit = (uint64_t)1 << i;

		m.delimiter |= p[i] == delimiter ? bit : 0;
		m.newline |= p[i] == '\n' ? bit : 0;
		m.quote |= p[i] == '"' ? bit : 0;
		m.cr |= p[i] == '\r' ? bit : 0;
		m.high |= (unsigned char)p[i] >= 0x80 ? bit : 0;
	}
	return m;
}
#endif

/* The masks of the bytes from `at`; those past the end of the text are 0. */
static inline struct masks masks_at(const struct csv_text *t, size_t at)
{
	if (at + 64 <= t->n)
		return masks_of(t->p + at, t->delimiter);
	char last[64] = { 0 };

	if (at < t->n)
		memcpy(last, t->p + at, t->n - at);
	return masks_of(last, t->delimiter);
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

void csv_count(const struct csv_text *t, struct csv_chunk *c)
{
	uint64_t inside = c->inside ? ~(uint64_t)0 : 0, carry = starts_at(t, c);
	uint64_t may_open = carry || is_opener(t, t->p[c->from - 1]);

	c->n_quotes = c->n_records = 0;
	c->odd = c->high = false;
	for (size_t at = c->from; at < c->to; at += 64) {
		struct masks m = masks_at(t, at);
		uint64_t valid = c->to - at >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << (c->to - at)) - 1;

		c->high |= m.high != 0;
		m.quote &= valid;
		uint64_t between = m.quote | inside ? between_quotes(m.quote, &inside) : 0;
		uint64_t openers = m.delimiter | m.newline | m.quote;

		c->odd |= (m.quote & between & ~(openers << 1 | may_open)) != 0;
		may_open = openers >> 63;
		uint64_t newline = m.newline & ~between, cr = m.cr & ~between;
		uint64_t next = newline >> 1 | (uint64_t)newline_at(t, at + 64) << 63;
		uint64_t start = newline << 1 | carry;
		uint64_t blank = start & (newline | (cr & next));

		c->odd |= (cr & ~next & valid) != 0;
		c->n_quotes += (size_t)__builtin_popcountll(m.quote);
		c->n_records += (size_t)__builtin_popcountll(start & ~blank & valid);
		carry = newline >> 63;
	}
}

/* ---- cells ---- */

static void take_masks(struct csv_index *x)
{
	struct masks m = masks_at(x->t, (size_t)(x->base - x->t->p) + x->at);
	uint64_t between = 0;

	if (x->t->quotes && (m.quote | x->inside))
		between = between_quotes(m.quote, &x->inside);
	x->newline = m.newline & ~between;
	x->bits = (m.delimiter & ~between) | x->newline;
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
static inline size_t next_end(struct csv_index *x, bool *ret_record)
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

static inline bool take_record(struct csv_index *x)
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
