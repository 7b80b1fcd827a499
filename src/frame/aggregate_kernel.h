/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: the inner loops of aggregation, over one block of rows.
 *
 * The same code (aggregate_kernel_body.h) is compiled once for every x86-64 machine and once more
 * for the levels v3 and v4 of the instruction set; the numbers are the same bits in all of them,
 * because the order of additions is part of the code: element i of a block goes to lane i % 8, each
 * lane carries its rounding errors along (Neumaier 1974; the error of an addition is found without
 * a branch, Knuth 1969), and the lanes are joined from the first to the last.
 *
 * `kind` says for each row whether it takes part: KIND_USED, an enum missing, or KIND_OUTSIDE the
 * universe.  NULL: every row does.  No alignment is asked for. */
#ifndef SSME_FRAME_AGGREGATE_KERNEL_H
#define SSME_FRAME_AGGREGATE_KERNEL_H

#include <stddef.h>
#include <stdint.h>

enum { KIND_USED = 0, KIND_OUTSIDE = 0x80 };
enum { BLOCK_ROWS = 4096 }; /* most rows of one call: counters of a block fit 16 bits */

/* A sum and the rounding errors it left behind; the value is sum + rest. */
struct pair {
	double sum, rest;
};

/* Adds x to a pair.  Blocks are joined with it too: first the sum, then the rest. */
static inline void pair_add(struct pair *p, double x)
{
	double t = p->sum + x, z = t - p->sum;

	p->rest += (p->sum - (t - z)) + (x - z);
	p->sum = t;
}

static inline void pair_join(struct pair *p, const struct pair *q)
{
	pair_add(p, q->sum);
	p->rest += q->rest;
}

/* low <= x <= high; the pair that the type of x wants. */
struct range {
	int64_t low, high;
	double low_real, high_real;
};

/* Functions in arrays are chosen by enum storage: u8, u16, i32, i64, f64. */
struct kernels {
	const char *name;
	void (*sum_real)(const double *x, const uint8_t *kind, size_t n, struct pair *out);
	/* Exact. */
	void (*sum_integer[4])(const void *x, const uint8_t *kind, size_t n, __int128 *out);
	/* out[0]: sum of w * x, out[1]: sum of w.  A product is rounded once. */
	void (*weigh[5])(const void *x, const double *w, const uint8_t *kind, size_t n,
			 struct pair out[2]);
	/* Used rows with x in the range.  The range must lie within the type of x. */
	uint32_t (*count_range[5])(const void *x, const struct range *r, const uint8_t *kind,
				   size_t n);
	/* Used rows with truth 1. */
	uint32_t (*count_true)(const uint8_t *truth, const uint8_t *kind, size_t n);
	/* out[k]: rows of kind k, 0..3; those outside are in none. */
	void (*count_kinds)(const uint8_t *kind, size_t n, uint32_t out[4]);
	/* out[i] = a[i] where that is not KIND_USED, else b[i]. */
	void (*first_kind)(const uint8_t *a, const uint8_t *b, size_t n, uint8_t *out);
	/* Rows where truth is 0 or missing are KIND_OUTSIDE, others KIND_USED.  missing may be
	 * NULL. */
	void (*universe)(const uint8_t *truth, const uint8_t *missing, size_t n, uint8_t *out);
};

/* The best this machine can run; the same answer each time. */
const struct kernels *aggregate_kernels(void);
/* Each variant that this machine can run, the plainest first; at most 3.  For the tests. */
size_t aggregate_kernels_all(const struct kernels *out[3]);

extern const struct kernels aggregate_kernels_default;
#if defined(__x86_64__)
extern const struct kernels aggregate_kernels_v3, aggregate_kernels_v4;
#endif

#endif
