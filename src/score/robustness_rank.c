/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/robustness_rank.h"

#include <stdbool.h>
#include <string.h>

#include "stat/kernel.h"

enum { INSERTION_MAX = 24 };

struct ranker ranker_make(struct arena *a, size_t n)
{
	uint32_t buckets = 16;
	while (buckets < n)
		buckets *= 2;
	return (struct ranker){
		.n = n,
		.n_buckets = buckets,
		.bucket = NEW(a, n, uint32_t),
		.start = NEW(a, buckets + 1, uint32_t),
		.placed = NEW(a, n, struct placed),
	};
}

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
			wide_int less = v < low, more = v > high;
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

KERNEL static void find_buckets(const double *restrict value, size_t n, double most, double scale,
				uint32_t *restrict bucket)
{
	size_t i = 0;
	for (; i + WIDE <= n; i += WIDE)
		for (size_t k = 0; k < WIDE; k++)
			bucket[i + k] = (uint32_t)(int32_t)((most - value[i + k]) * scale);
	for (; i < n; i++)
		bucket[i] = (uint32_t)(int32_t)((most - value[i]) * scale);
}

/* The best value falls into the first bucket.  False: all are equal. */
static bool fill_buckets(struct ranker *r, const double *value)
{
	double least, most;
	bounds(value, r->n, &least, &most);
	if (most - least < 1e-300)
		return false;
	find_buckets(value, r->n, most, (r->n_buckets - 1) / (most - least), r->bucket);
	memset(r->start, 0, (r->n_buckets + 1) * sizeof(*r->start));
	for (size_t i = 0; i < r->n; i++)
		r->start[r->bucket[i] + 1]++;
	return true;
}

static void sift_down(struct placed *p, size_t n, size_t at)
{
	for (size_t child; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n && p[child + 1].value < p[child].value)
			child++;
		if (p[at].value <= p[child].value)
			return;
		struct placed kept = p[at];
		p[at] = p[child];
		p[child] = kept;
	}
}

/* Falling order.  A bucket seldom holds more than a few; a full one is sorted as a heap. */
static void sort_bucket(struct placed *p, size_t n)
{
	if (n > INSERTION_MAX) {
		for (size_t i = n / 2; i-- > 0;)
			sift_down(p, n, i);
		for (size_t i = n; i-- > 1;) {
			struct placed least = p[0];
			p[0] = p[i];
			p[i] = least;
			sift_down(p, i, 0);
		}
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct placed moved = p[i];
		size_t at = i;
		for (; at && p[at - 1].value < moved.value; at--)
			p[at] = p[at - 1];
		p[at] = moved;
	}
}

static void place(struct ranker *r, const double *value)
{
	for (uint32_t b = 0; b < r->n_buckets; b++)
		r->start[b + 1] += r->start[b];
	for (size_t i = 0; i < r->n; i++) /* start becomes the end of each bucket */
		r->placed[r->start[r->bucket[i]]++] = (struct placed){ value[i], (uint32_t)i };
	uint32_t first = 0;
	while (first < r->n) {
		uint32_t end = r->start[r->bucket[r->placed[first].from]];
		if (end - first > 1)
			sort_bucket(r->placed + first, end - first);
		first = end;
	}
}

void ranker_rank(struct ranker *r, const double *value, uint32_t *rank, uint32_t *below)
{
	if (!r->n)
		return;
	if (!fill_buckets(r, value)) {
		for (size_t i = 0; i < r->n; i++) {
			rank[i] = 1;
			below[i] = 0;
		}
		return;
	}
	place(r, value);
	uint32_t n = (uint32_t)r->n;
	for (uint32_t first = 0, end; first < n; first = end) {
		end = first + 1;
		while (end < n && !(r->placed[end].value < r->placed[first].value))
			end++;
		for (uint32_t i = first; i < end; i++) {
			rank[r->placed[i].from] = first + 1;
			below[r->placed[i].from] = n - end;
		}
	}
}
