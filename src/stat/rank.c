/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/rank.h"

#include <assert.h>
#include <string.h>

enum { SMALL = 16 };

static void swap(double *a, double *b)
{
	double t = *a;
	*a = *b;
	*b = t;
}

static void sort_small(double *x, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		double v = x[i];
		size_t j = i;
		for (; j > 0 && x[j - 1] > v; j--)
			x[j] = x[j - 1];
		x[j] = v;
	}
}

static void sift(double *x, size_t root, size_t n)
{
	for (size_t child = 2 * root + 1; child < n; child = 2 * root + 1) {
		if (child + 1 < n && x[child] < x[child + 1])
			child++;
		if (x[root] >= x[child])
			return;
		swap(&x[root], &x[child]);
		root = child;
	}
}

static void sort_heap(double *x, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sift(x, i, n);
	for (size_t i = n; i-- > 1;) {
		swap(&x[0], &x[i]);
		sift(x, 0, i);
	}
}

static double middle_of_three(double a, double b, double c)
{
	if (a > b)
		swap(&a, &b);
	return c < a ? a : c > b ? b : c;
}

/* Hoare's partition: afterwards x[0..m-1] <= pivot <= x[m..n-1], 0 < m < n. */
static size_t partition(double *x, size_t n)
{
	double pivot = middle_of_three(x[0], x[n / 2], x[n - 2]);
	size_t i = 0, j = n - 1;
	for (;;) {
		while (x[i] < pivot)
			i++;
		while (x[j] > pivot)
			j--;
		if (i >= j)
			return j + 1;
		swap(&x[i++], &x[j--]);
	}
}

/* Quicksort that turns to heapsort when the pivots are bad, so that it is never quadratic. */
static void sort_within(double *x, size_t n, unsigned depth)
{
	while (n > SMALL) {
		if (depth-- == 0) {
			sort_heap(x, n);
			return;
		}
		size_t m = partition(x, n);
		assert(m > 0 && m < n);
		if (m < n - m) {
			sort_within(x, m, depth);
			x += m;
			n -= m;
		} else {
			sort_within(x + m, n - m, depth);
			n = m;
		}
	}
	sort_small(x, n);
}

void rank_sort(double *x, size_t n)
{
	unsigned depth = 0;
	for (size_t k = n; k; k /= 2)
		depth += 2;
	sort_within(x, n, depth);
}

/* One merge of two sorted runs; the left one wins ties, which keeps the sort stable. */
static void merge(const double *x, const uint32_t *from, size_t left, size_t mid, size_t right,
		  uint32_t *to)
{
	size_t i = left, j = mid;
	for (size_t k = left; k < right; k++) {
		bool take_left = i < mid && (j >= right || x[from[i]] <= x[from[j]]);
		to[k] = from[take_left ? i++ : j++];
	}
}

void rank_order(struct arena *a, const double *x, size_t n, uint32_t *order)
{
	assert(n < UINT32_MAX);
	struct arena_mark m = arena_mark(a);
	uint32_t *from = order, *to = NEW(a, n, uint32_t);
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	for (size_t width = 1; width < n; width *= 2) {
		for (size_t left = 0; left < n; left += 2 * width) {
			size_t mid = left + width < n ? left + width : n;
			size_t right = left + 2 * width < n ? left + 2 * width : n;
			merge(x, from, left, mid, right, to);
		}
		uint32_t *t = from;
		from = to;
		to = t;
	}
	if (from != order)
		memcpy(order, from, n * sizeof(*order));
	arena_rewind(a, m);
}

/* End of the group of equal values that begins at place `from` of the order. */
static size_t group_end(const double *x, const uint32_t *order, size_t n, size_t from)
{
	size_t to = from + 1;
	while (to < n && !(x[order[to]] > x[order[from]]))
		to++;
	return to;
}

void rank_mid(struct arena *a, const double *x, size_t n, double *out, double *ret_ties)
{
	struct arena_mark m = arena_mark(a);
	uint32_t *order = NEW(a, n, uint32_t);
	double ties = 0;
	rank_order(a, x, n, order);
	for (size_t from = 0, to; from < n; from = to) {
		to = group_end(x, order, n, from);
		double t = (double)(to - from);
		ties += t * t * t - t;
		for (size_t i = from; i < to; i++)
			out[order[i]] = (double)(from + to + 1) / 2;
	}
	if (ret_ties)
		*ret_ties = ties;
	arena_rewind(a, m);
}

void rank_competition(struct arena *a, const double *x, size_t n, bool best_first, uint32_t *out,
		      bool *tied)
{
	struct arena_mark m = arena_mark(a);
	uint32_t *order = NEW(a, n, uint32_t);
	rank_order(a, x, n, order);
	for (size_t from = 0, to; from < n; from = to) {
		to = group_end(x, order, n, from);
		for (size_t i = from; i < to; i++) {
			out[order[i]] = (uint32_t)(best_first ? n - to + 1 : from + 1);
			if (tied)
				tied[order[i]] = to - from > 1;
		}
	}
	arena_rewind(a, m);
}
