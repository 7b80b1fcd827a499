/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/robustness_rank.h"

#include <stdbool.h>
#include <string.h>

#include "stat/kernel.h"

enum { INSERTION_MAX = 24, BITS_LEAST = 4, BITS_MOST = 15 };

struct ranker ranker_make(struct arena *a, size_t n)
{
	unsigned bits = BITS_LEAST;
	while (bits < BITS_MOST && (size_t)1 << bits < n)
		bits++;
	return (struct ranker){
		.n = n,
		.bits = bits,
		.key = NEW(a, n, uint32_t),
		.start = { NEW(a, (size_t)1 << bits, uint32_t),
			   NEW(a, (size_t)1 << bits, uint32_t) },
		.sorted = NEW(a, n, uint64_t),
		.half = NEW(a, n, uint64_t),
	};
}

/* ---- keys ------------------------------------------------------------------------------------ */

enum { WIDE = 8 };
typedef double wide __attribute__((vector_size(WIDE * sizeof(double))));
typedef int64_t wide_int __attribute__((vector_size(WIDE * sizeof(int64_t))));

KERNEL static void bounds(const double *value, size_t n, double *ret_least, double *ret_most)
{
	double least = value[0], most = value[0];
	size_t i = 0;
	if (n >= WIDE) {
		wide low, high, v;
		memcpy(&low, value, sizeof(low));
		high = low;
		for (; i + WIDE <= n; i += WIDE) {
			memcpy(&v, value + i, sizeof(v));
			wide_int less = (v < low);
			wide_int more = (v > high);
			low = (wide)(((wide_int)v & less) | ((wide_int)low & ~less));
			high = (wide)(((wide_int)v & more) | ((wide_int)high & ~more));
		}
		for (size_t k = 0; k < WIDE; k++) {
			least = low[k] < least ? low[k] : least;
			most = high[k] > most ? high[k] : most;
		}
	}
	for (; i < n; i++) {
		least = value[i] < least ? value[i] : least;
		most = value[i] > most ? value[i] : most;
	}
	*ret_least = least;
	*ret_most = most;
}

/* The best value gets key 0. */
KERNEL static void find_keys(const double *restrict value, size_t n, double most, double scale,
			     uint32_t *restrict key)
{
	size_t i = 0;
	for (; i + WIDE <= n; i += WIDE)
		for (size_t k = 0; k < WIDE; k++)
			key[i + k] = (uint32_t)(int32_t)((most - value[i + k]) * scale);
	for (; i < n; i++)
		key[i] = (uint32_t)(int32_t)((most - value[i]) * scale);
}

/* False: all values are equal. */
static bool make_keys(struct ranker *r, const double *value)
{
	double least, most;
	bounds(value, r->n, &least, &most);
	if (most - least < 1e-280)
		return false;
	find_keys(value, r->n, most, (double)((1u << 2 * r->bits) - 1) / (most - least), r->key);
	return true;
}

/* ---- sorting --------------------------------------------------------------------------------- */

static void sum_up(uint32_t *start, size_t n)
{
	uint32_t before = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t count = start[i];
		start[i] = before;
		before += count;
	}
}

/* The lower digit first, then the upper one, each keeping the order of the other. */
static void sort_keys(struct ranker *r)
{
	size_t n_digits = (size_t)1 << r->bits;
	uint32_t *low = r->start[0], *high = r->start[1], mask = (uint32_t)n_digits - 1;
	memset(low, 0, n_digits * sizeof(*low));
	memset(high, 0, n_digits * sizeof(*high));
	for (size_t i = 0; i < r->n; i++) {
		low[r->key[i] & mask]++;
		high[r->key[i] >> r->bits]++;
	}
	sum_up(low, n_digits);
	sum_up(high, n_digits);
	for (size_t i = 0; i < r->n; i++)
		r->half[low[r->key[i] & mask]++] = (uint64_t)r->key[i] << 32 | i;
	for (size_t i = 0; i < r->n; i++)
		r->sorted[high[r->half[i] >> 32 >> r->bits]++] = r->half[i];
}

static double value_of(const double *value, uint64_t entry)
{
	return value[(uint32_t)entry];
}

static void sift_down(uint64_t *p, size_t n, size_t at, const double *value)
{
	for (size_t child; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n && value_of(value, p[child + 1]) < value_of(value, p[child]))
			child++;
		if (value_of(value, p[at]) <= value_of(value, p[child]))
			return;
		uint64_t kept = p[at];
		p[at] = p[child];
		p[child] = kept;
	}
}

/* Entries of one key by falling value.  They are seldom more than two; many are sorted as a heap.
 */
static void sort_equal_keys(uint64_t *p, size_t n, const double *value)
{
	if (n > INSERTION_MAX) {
		for (size_t i = n / 2; i-- > 0;)
			sift_down(p, n, i, value);
		for (size_t i = n; i-- > 1;) {
			uint64_t least = p[0];
			p[0] = p[i];
			p[i] = least;
			sift_down(p, i, 0, value);
		}
		return;
	}
	for (size_t i = 1; i < n; i++) {
		uint64_t moved = p[i];
		size_t at = i;
		for (; at && value_of(value, p[at - 1]) < value_of(value, moved); at--)
			p[at] = p[at - 1];
		p[at] = moved;
	}
}

/* ---- ranks ----------------------------------------------------------------------------------- */

/* Of n entries with one key, which stand behind `before` better ones. */
static void rank_equal_keys(uint64_t *p, size_t n, size_t before, const double *value,
			    uint32_t *rank, uint64_t *tied)
{
	sort_equal_keys(p, n, value);
	for (size_t first = 0, end; first < n; first = end) {
		end = first + 1;
		while (end < n && !(value_of(value, p[end]) < value_of(value, p[first])))
			end++;
		for (size_t i = first; i < end; i++) {
			rank[(uint32_t)p[i]] = (uint32_t)(before + first) + 1;
			tied[(uint32_t)p[i]] += end - first - 1;
		}
	}
}

void ranker_rank(struct ranker *r, const double *value, uint32_t *rank, uint64_t *tied)
{
	if (!r->n)
		return;
	if (!make_keys(r, value)) {
		for (size_t i = 0; i < r->n; i++) {
			rank[i] = 1;
			tied[i] += r->n - 1;
		}
		return;
	}
	sort_keys(r);
	for (size_t first = 0, end; first < r->n; first = end) {
		end = first + 1;
		rank[(uint32_t)r->sorted[first]] = (uint32_t)end;
		while (end < r->n && r->sorted[end] >> 32 == r->sorted[first] >> 32)
			end++;
		if (end - first > 1)
			rank_equal_keys(r->sorted + first, end - first, first, value, rank, tied);
	}
}
