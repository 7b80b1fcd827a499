/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The code of the kernels, included by one file for each instruction set, which defines
 * WIDTH (lanes of 64 bits in one register: 2, 4 or 8) and TABLE (the name of the table).
 * Eight lanes are 8 / WIDTH registers, so lane i is the same number whatever the width. */
#include <string.h>

#include "frame/aggregate_kernel.h"

enum { REGISTERS = 8 / WIDTH };

typedef double vd __attribute__((vector_size(WIDTH * 8)));
typedef int64_t vl __attribute__((vector_size(WIDTH * 8)));
typedef uint8_t vb __attribute__((vector_size(WIDTH)));
typedef int8_t vsb __attribute__((vector_size(WIDTH)));
typedef uint8_t bytes __attribute__((vector_size(WIDTH * 8))); /* one whole register */

#define INLINE static inline __attribute__((always_inline))
#define LOAD(type, p) \
	(__extension__({ \
		type load_; \
		memcpy(&load_, (p), sizeof(load_)); \
		load_; \
	}))
#define EACH_REGISTER _Pragma("GCC unroll 4") for (int r = 0; r < REGISTERS; r++)

/* ---- eight compensated lanes ---- */

struct lanes {
	vd sum[REGISTERS], rest[REGISTERS];
};

INLINE void lane_add(struct lanes *a, int r, vd x)
{
	vd s = a->sum[r], t = s + x, z = t - s;

	a->rest[r] += (s - (t - z)) + (x - z);
	a->sum[r] = t;
}

INLINE struct pair lanes_join(const struct lanes *a)
{
	struct pair p = { 0, 0 };

	for (int r = 0; r < REGISTERS; r++)
		for (int k = 0; k < WIDTH; k++) {
			pair_add(&p, a->sum[r][k]);
			p.rest += a->rest[r][k];
		}
	return p;
}

/* ---- WIDTH elements of any type, as numbers ---- */

/* Compilers widen bytes one by one unless they are told the instruction. */
#if WIDTH == 8
INLINE vl whole_u8(const uint8_t *p)
{
	return (vl)_mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i_u *)(const void *)p));
}
INLINE vl whole_u16(const uint16_t *p)
{
	return (vl)_mm512_cvtepu16_epi64(_mm_loadu_si128((const __m128i_u *)(const void *)p));
}
INLINE vl whole_i32(const int32_t *p)
{
	return (vl)_mm512_cvtepi32_epi64(_mm256_loadu_si256((const __m256i_u *)(const void *)p));
}
INLINE vd real_i32(const int32_t *p)
{
	return (vd)_mm512_cvtepi32_pd(_mm256_loadu_si256((const __m256i_u *)(const void *)p));
}
#elif WIDTH == 4
INLINE vl whole_u8(const uint8_t *p)
{
	return (vl)_mm256_cvtepu8_epi64(_mm_cvtsi32_si128(LOAD(int32_t, p)));
}
INLINE vl whole_u16(const uint16_t *p)
{
	return (vl)_mm256_cvtepu16_epi64(_mm_loadl_epi64((const __m128i_u *)(const void *)p));
}
INLINE vl whole_i32(const int32_t *p)
{
	return (vl)_mm256_cvtepi32_epi64(_mm_loadu_si128((const __m128i_u *)(const void *)p));
}
INLINE vd real_i32(const int32_t *p)
{
	return (vd)_mm256_cvtepi32_pd(_mm_loadu_si128((const __m128i_u *)(const void *)p));
}
#else
INLINE vl whole_u8(const uint8_t *p)
{
	return (vl){ p[0], p[1] };
}
INLINE vl whole_u16(const uint16_t *p)
{
	return (vl){ p[0], p[1] };
}
INLINE vl whole_i32(const int32_t *p)
{
	return (vl){ p[0], p[1] };
}
INLINE vd real_i32(const int32_t *p)
{
	return (vd){ p[0], p[1] };
}
#endif
INLINE vd real_i64(const int64_t *p)
{
	return __builtin_convertvector(LOAD(vl, p), vd);
}
INLINE vd real_f64(const double *p)
{
	return LOAD(vd, p);
}
INLINE vl whole_i64(const int64_t *p)
{
	return LOAD(vl, p);
}

/* 2^52 with a whole number below 2^32 in its last bits is 2^52 plus that number: exact, and one
 * instruction on every machine where a conversion of bytes is many. */
INLINE vd real_of_small(vl v)
{
	return (vd)(v | 0x4330000000000000) - 0x1p52;
}
INLINE vd real_u8(const uint8_t *p)
{
	return real_of_small(whole_u8(p));
}
INLINE vd real_u16(const uint16_t *p)
{
	return real_of_small(whole_u16(p));
}

/* All ones where the row is used. */
INLINE vl used(const uint8_t *kind)
{
	return __builtin_convertvector((vsb)(LOAD(vb, kind) == 0), vl);
}
INLINE vd keep(vd x, vl mask)
{
	return (vd)((vl)x & mask);
}

/* The last n % 8 elements, padded with zeros that are KIND_OUTSIDE. */
#define TAIL(type, x, from, left) \
	type x##_tail[8] = { 0 }; \
	memcpy(x##_tail, (x) + (from), (left) * sizeof(type))
#define TAIL_KIND(kind, from, left) \
	uint8_t kind##_tail[8]; \
	memset(kind##_tail, KIND_OUTSIDE, 8); \
	if (kind) \
		memcpy(kind##_tail, (kind) + (from), (left)); \
	else \
		memset(kind##_tail, KIND_USED, (left))

/* ---- sums ---- */

INLINE void sum_step(struct lanes *a, const double *x, const uint8_t *kind, int masked)
{
	EACH_REGISTER
	{
		vd v = real_f64(x + r * WIDTH);

		lane_add(a, r, masked ? keep(v, used(kind + r * WIDTH)) : v);
	}
}

INLINE void sum_all(const double *x, const uint8_t *kind, size_t n, struct pair *out, int masked)
{
	struct lanes a = { 0 };
	size_t i = 0;

	for (; i + 8 <= n; i += 8)
		sum_step(&a, x + i, masked ? kind + i : NULL, masked);
	if (i < n) {
		TAIL(double, x, i, n - i);
		TAIL_KIND(kind, i, n - i);
		sum_step(&a, x_tail, kind_tail, 1);
	}
	*out = lanes_join(&a);
}

static void sum_real(const double *x, const uint8_t *kind, size_t n, struct pair *out)
{
	if (kind)
		sum_all(x, kind, n, out, 1);
	else
		sum_all(x, NULL, n, out, 0);
}

/* Halves of 64-bit values are summed apart: 4096 of either never overflow. */
struct halves {
	vl low[REGISTERS], high[REGISTERS];
};

#define SUM_INTEGER(name, type, split) \
	INLINE void name##_step(struct halves *a, const type *x, const uint8_t *kind, int masked) \
	{ \
		EACH_REGISTER \
		{ \
			vl v = whole_##name(x + r * WIDTH); \
\
			if (masked) \
				v &= used(kind + r * WIDTH); \
			a->low[r] += (split) ? v & 0xffffffff : v; \
			if (split) \
				a->high[r] += v >> 32; \
		} \
	} \
	static void sum_##name(const void *values, const uint8_t *kind, size_t n, __int128 *out) \
	{ \
		const type *x = values; \
		struct halves a = { 0 }; \
		size_t i = 0; \
		__int128 low = 0, high = 0; \
\
		if (kind) \
			for (; i + 8 <= n; i += 8) \
				name##_step(&a, x + i, kind + i, 1); \
		else \
			for (; i + 8 <= n; i += 8) \
				name##_step(&a, x + i, NULL, 0); \
		if (i < n) { \
			TAIL(type, x, i, n - i); \
			TAIL_KIND(kind, i, n - i); \
			name##_step(&a, x_tail, kind_tail, 1); \
		} \
		for (int r = 0; r < REGISTERS; r++) \
			for (int k = 0; k < WIDTH; k++) { \
				low += a.low[r][k]; \
				high += a.high[r][k]; \
			} \
		*out = high * ((__int128)1 << 32) + low; \
	}

SUM_INTEGER(u8, uint8_t, 0)
SUM_INTEGER(u16, uint16_t, 0)
SUM_INTEGER(i32, int32_t, 0)
SUM_INTEGER(i64, int64_t, 1)

#define WEIGH(name, type) \
	INLINE void weigh_step_##name(struct lanes a[2], const type *x, const double *w, \
				      const uint8_t *kind, int masked) \
	{ \
		EACH_REGISTER \
		{ \
			vd v = real_##name(x + r * WIDTH), u = real_f64(w + r * WIDTH); \
\
			if (masked) \
				u = keep(u, used(kind + r * WIDTH)); \
			lane_add(&a[0], r, u *v); \
			lane_add(&a[1], r, u); \
		} \
	} \
	static void weigh_##name(const void *values, const double *w, const uint8_t *kind, \
				 size_t n, struct pair out[2]) \
	{ \
		const type *x = values; \
		struct lanes a[2] = { 0 }; \
		size_t i = 0; \
\
		if (kind) \
			for (; i + 8 <= n; i += 8) \
				weigh_step_##name(a, x + i, w + i, kind + i, 1); \
		else \
			for (; i + 8 <= n; i += 8) \
				weigh_step_##name(a, x + i, w + i, NULL, 0); \
		if (i < n) { \
			TAIL(type, x, i, n - i); \
			TAIL(double, w, i, n - i); \
			TAIL_KIND(kind, i, n - i); \
			weigh_step_##name(a, x_tail, w_tail, kind_tail, 1); \
		} \
		out[0] = lanes_join(&a[0]); \
		out[1] = lanes_join(&a[1]); \
	}

WEIGH(u8, uint8_t)
WEIGH(u16, uint16_t)
WEIGH(i32, int32_t)
WEIGH(i64, int64_t)
WEIGH(f64, double)

/* ---- counts ---- */

enum { REGISTER_BYTES = WIDTH * 8, FLUSH = 128 };

/* Sum of the bytes, each at most 128. */
INLINE uint32_t byte_sum(bytes v)
{
	uint64_t word[WIDTH], even = 0x00ff00ff00ff00ffu;
	uint32_t sum = 0;

	memcpy(word, &v, sizeof(word));
	for (int k = 0; k < WIDTH; k++) {
		uint64_t pairs = (word[k] & even) + (word[k] >> 8 & even);

		sum += (uint32_t)(pairs * 0x0001000100010001u >> 48);
	}
	return sum;
}

/* Adds the rows for which `is` holds: an expression over the registers v (of x) and k (of kind).
 * Where every row is used, x is given for kind too and k is not read. */
#define COUNT_BYTES(x, kind, n, result, is) \
	do { \
		size_t i = 0, whole = (n) / REGISTER_BYTES * REGISTER_BYTES; \
		while (i < whole) { \
			bytes sum = { 0 }; \
			size_t end = whole - i > FLUSH * (size_t)REGISTER_BYTES \
				? i + FLUSH * (size_t)REGISTER_BYTES \
				: whole; \
			for (; i < end; i += REGISTER_BYTES) { \
				bytes v = LOAD(bytes, (x) + i), k = LOAD(bytes, (kind) + i); \
				(void)k; \
				sum -= (bytes)(is); \
			} \
			(result) += byte_sum(sum); \
		} \
		if (i < (n)) { \
			bytes v = { 0 }, k = { 0 }, within = { 0 }, sum = { 0 }; \
			memcpy(&v, (x) + i, (n)-i); \
			memcpy(&k, (kind) + i, (n)-i); \
			memset(&within, 0xff, (n)-i); \
			(void)k; \
			sum -= (bytes)(is)&within; \
			(result) += byte_sum(sum); \
		} \
	} while (0)

static uint32_t count_range_u8(const void *values, const struct range *range, const uint8_t *kind,
			       size_t n)
{
	const uint8_t *x = values;
	uint32_t count = 0;
	uint8_t low = (uint8_t)range->low, span = (uint8_t)(range->high - range->low);

	if (kind)
		COUNT_BYTES(x, kind, n, count, ((v - low) <= span) & (k == 0));
	else
		COUNT_BYTES(x, x, n, count, (v - low) <= span);
	return count;
}

static uint32_t count_true(const uint8_t *truth, const uint8_t *kind, size_t n)
{
	uint32_t count = 0;

	if (kind)
		COUNT_BYTES(truth, kind, n, count, (v != 0) & (k == 0));
	else
		COUNT_BYTES(truth, truth, n, count, v != 0);
	return count;
}

static void count_kinds(const uint8_t *kind, size_t n, uint32_t out[4])
{
	uint32_t nr = 0, nd = 0, na = 0, none = 0;

	COUNT_BYTES(kind, kind, n, none, v == 0);
	if (none != n) {
		COUNT_BYTES(kind, kind, n, nr, v == 1);
		COUNT_BYTES(kind, kind, n, nd, v == 2);
		COUNT_BYTES(kind, kind, n, na, v == 3);
	}
	out[0] = none;
	out[1] = nr;
	out[2] = nd;
	out[3] = na;
}

#define COUNT_WIDE(name, type, vector, low_, high_) \
	INLINE vl in_range_##name(const type *x, type low, type high, const uint8_t *kind, \
				  int masked) \
	{ \
		vl sum = { 0 }; \
		EACH_REGISTER \
		{ \
			vector v = whole_or_real_##name(x + r * WIDTH); \
			vl in = (v >= low) & (v <= high); \
\
			sum -= masked ? in & used(kind + r * WIDTH) : in; \
		} \
		return sum; \
	} \
	static uint32_t count_range_##name(const void *values, const struct range *range, \
					   const uint8_t *kind, size_t n) \
	{ \
		const type *x = values; \
		type low = (type)range->low_, high = (type)range->high_; \
		vl sum = { 0 }; \
		size_t i = 0; \
		int64_t count = 0; \
\
		if (kind) \
			for (; i + 8 <= n; i += 8) \
				sum += in_range_##name(x + i, low, high, kind + i, 1); \
		else \
			for (; i + 8 <= n; i += 8) \
				sum += in_range_##name(x + i, low, high, NULL, 0); \
		if (i < n) { \
			TAIL(type, x, i, n - i); \
			TAIL_KIND(kind, i, n - i); \
			sum += in_range_##name(x_tail, low, high, kind_tail, 1); \
		} \
		for (int k = 0; k < WIDTH; k++) \
			count += sum[k]; \
		return (uint32_t)count; \
	}

#define whole_or_real_u16 whole_u16
#define whole_or_real_i32 whole_i32
#define whole_or_real_i64 whole_i64
#define whole_or_real_f64 real_f64
COUNT_WIDE(u16, uint16_t, vl, low, high)
COUNT_WIDE(i32, int32_t, vl, low, high)
COUNT_WIDE(i64, int64_t, vl, low, high)
COUNT_WIDE(f64, double, vd, low_real, high_real)

/* ---- kinds ---- */

static void first_kind(const uint8_t *a, const uint8_t *b, size_t n, uint8_t *out)
{
	size_t i = 0;

	for (; i + REGISTER_BYTES <= n; i += REGISTER_BYTES) {
		bytes p = LOAD(bytes, a + i), q = LOAD(bytes, b + i);

		p |= q & (bytes)(p == 0);
		memcpy(out + i, &p, sizeof(p));
	}
	for (; i < n; i++)
		out[i] = a[i] ? a[i] : b[i];
}

static void universe(const uint8_t *truth, const uint8_t *missing, size_t n, uint8_t *out)
{
	size_t i = 0;

	for (; i + REGISTER_BYTES <= n; i += REGISTER_BYTES) {
		bytes out_of = (bytes)(LOAD(bytes, truth + i) == 0);

		if (missing)
			out_of |= (bytes)(LOAD(bytes, missing + i) != 0);
		out_of &= KIND_OUTSIDE;
		memcpy(out + i, &out_of, sizeof(out_of));
	}
	for (; i < n; i++)
		out[i] = truth[i] && !(missing && missing[i]) ? KIND_USED : KIND_OUTSIDE;
}

const struct kernels TABLE = {
	.name = TABLE_NAME,
	.sum_real = sum_real,
	.sum_integer = { sum_u8, sum_u16, sum_i32, sum_i64 },
	.weigh = { weigh_u8, weigh_u16, weigh_i32, weigh_i64, weigh_f64 },
	.count_range = { count_range_u8, count_range_u16, count_range_i32, count_range_i64,
			 count_range_f64 },
	.count_true = count_true,
	.count_kinds = count_kinds,
	.first_kind = first_kind,
	.universe = universe,
};
