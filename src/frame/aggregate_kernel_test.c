/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each variant of the kernels gives the bits of the plainest one, and those are right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "frame/aggregate_kernel.h"
#include "frame/frame.h"

enum { N = BLOCK_ROWS };

struct data {
	double real[N + 8], weight[N + 8];
	uint8_t u8[N + 8], kind[N + 8], other[N + 8], truth[N + 8];
	uint16_t u16[N + 8];
	int32_t i32[N + 8];
	int64_t i64[N + 8];
};

static uint64_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 11;
}

static struct data *make(struct arena *a)
{
	struct data *d = NEW(a, 1, struct data);
	uint64_t s = 42;

	for (int i = 0; i < N + 8; i++) {
		uint64_t r = next(&s);

		d->real[i] = ((double)(int64_t)(r % 2000001) - 1000000) / 7 * (r % 5 ? 1 : 1e12);
		d->weight[i] = (double)(next(&s) % 1000) / 3;
		d->u8[i] = (uint8_t)next(&s);
		d->u16[i] = (uint16_t)next(&s);
		d->i32[i] = (int32_t)(uint32_t)next(&s);
		d->i64[i] = (int64_t)(next(&s) * 2048) ^ (int64_t)next(&s);
		d->truth[i] = next(&s) % 2;
		r = next(&s) % 10;
		d->kind[i] = r < 6 ? KIND_USED : r == 9 ? KIND_OUTSIDE : (uint8_t)(r - 5);
		d->other[i] = next(&s) % 4;
	}
	return d;
}

static const void *column(const struct data *d, enum storage s, size_t from)
{
	switch (s) {
	case STORAGE_U8:
		return d->u8 + from;
	case STORAGE_U16:
		return d->u16 + from;
	case STORAGE_I32:
		return d->i32 + from;
	case STORAGE_I64:
		return d->i64 + from;
	case STORAGE_F64:
		break;
	}
	return d->real + from;
}

static __int128 value(const struct data *d, enum storage s, size_t i)
{
	return s == STORAGE_U8     ? d->u8[i]
		: s == STORAGE_U16 ? d->u16[i]
		: s == STORAGE_I32 ? d->i32[i]
				   : d->i64[i];
}

/* Every length up to two registers and a few long ones, at every offset: no alignment is needed. */
static size_t length(int turn)
{
	return turn < 140 ? (size_t)turn : turn == 140 ? 1000 : turn == 141 ? 4095 : N;
}
enum { TURNS = 143 };

static struct range range_of(enum storage s)
{
	switch (s) {
	case STORAGE_U8:
		return (struct range){ 3, 200, 0, 0 };
	case STORAGE_U16:
		return (struct range){ 1000, 60000, 0, 0 };
	case STORAGE_I32:
		return (struct range){ -1000000000, 7, 0, 0 };
	case STORAGE_I64:
		return (struct range){ INT64_MIN / 2, INT64_MAX / 3, 0, 0 };
	case STORAGE_F64:
		break;
	}
	return (struct range){ 0, 0, -100, 5000.5 };
}

static void same_bits(const struct kernels *k, const struct kernels *plain, const struct data *d,
		      size_t from, size_t n, const uint8_t *kind)
{
	struct pair p[2], q[2];

	plain->sum_real(d->real + from, kind, n, p);
	k->sum_real(d->real + from, kind, n, q);
	assert_memory_equal(p, q, sizeof(*p));
	for (enum storage s = STORAGE_U8; s <= STORAGE_F64; s++) {
		struct range r = range_of(s);
		__int128 x = 0, y = 0;

		plain->weigh[s](column(d, s, from), d->weight + from, kind, n, p);
		k->weigh[s](column(d, s, from), d->weight + from, kind, n, q);
		assert_memory_equal(p, q, sizeof(p));
		assert_int_equal(plain->count_range[s](column(d, s, from), &r, kind, n),
				 k->count_range[s](column(d, s, from), &r, kind, n));
		if (s == STORAGE_F64)
			continue;
		plain->sum_integer[s](column(d, s, from), kind, n, &x);
		k->sum_integer[s](column(d, s, from), kind, n, &y);
		assert_true(x == y);
	}
	assert_int_equal(plain->count_true(d->truth + from, kind, n),
			 k->count_true(d->truth + from, kind, n));
}

static void same_kinds(const struct kernels *k, const struct kernels *plain, const struct data *d,
		       size_t from, size_t n)
{
	uint32_t p[4], q[4];
	uint8_t a[N], b[N];

	plain->count_kinds(d->kind + from, n, p);
	k->count_kinds(d->kind + from, n, q);
	assert_memory_equal(p, q, sizeof(p));
	plain->first_kind(d->kind + from, d->other + from, n, a);
	k->first_kind(d->kind + from, d->other + from, n, b);
	assert_memory_equal(a, b, n);
	plain->universe(d->truth + from, d->other + from, n, a);
	k->universe(d->truth + from, d->other + from, n, b);
	assert_memory_equal(a, b, n);
	plain->universe(d->truth + from, NULL, n, a);
	k->universe(d->truth + from, NULL, n, b);
	assert_memory_equal(a, b, n);
}

static void every_variant_gives_the_same_bits(void **state)
{
	ARENA_SCOPE(a, 1 << 24);
	const struct data *d = make(&a);
	const struct kernels *all[3];
	size_t n_all = aggregate_kernels_all(all);
	(void)state;

	for (size_t v = 1; v < n_all; v++) {
		print_message("%s against %s\n", all[v]->name, all[0]->name);
		for (int turn = 0; turn < TURNS; turn++) {
			size_t from = (size_t)turn % 8;

			same_bits(all[v], all[0], d, from, length(turn), d->kind + from);
			same_bits(all[v], all[0], d, from, length(turn), NULL);
			same_kinds(all[v], all[0], d, from, length(turn));
		}
	}
}

static void sums_of_integers_are_exact(void **state)
{
	ARENA_SCOPE(a, 1 << 24);
	const struct data *d = make(&a);
	const struct kernels *k = aggregate_kernels();
	(void)state;

	for (int turn = 0; turn < TURNS; turn++)
		for (enum storage s = STORAGE_U8; s <= STORAGE_I64; s++) {
			__int128 all = 0, used = 0, got;

			for (size_t i = 0; i < length(turn); i++) {
				all += value(d, s, i);
				used += d->kind[i] == KIND_USED ? value(d, s, i) : 0;
			}
			k->sum_integer[s](column(d, s, 0), NULL, length(turn), &got);
			assert_true(got == all);
			k->sum_integer[s](column(d, s, 0), d->kind, length(turn), &got);
			assert_true(got == used);
		}
}

static void counts_are_right(void **state)
{
	ARENA_SCOPE(a, 1 << 24);
	const struct data *d = make(&a);
	const struct kernels *k = aggregate_kernels();
	(void)state;

	for (int turn = 0; turn < TURNS; turn++) {
		uint32_t kinds[4] = { 0 }, got[4], true_ = 0, in[5] = { 0 };

		for (size_t i = 0; i < length(turn); i++) {
			if (d->kind[i] < 4)
				kinds[d->kind[i]]++;
			if (d->kind[i] != KIND_USED)
				continue;
			true_ += d->truth[i];
			for (enum storage s = STORAGE_U8; s <= STORAGE_I64; s++) {
				struct range r = range_of(s);

				in[s] += value(d, s, i) >= r.low && value(d, s, i) <= r.high;
			}
			in[STORAGE_F64] += d->real[i] >= -100 && d->real[i] <= 5000.5;
		}
		k->count_kinds(d->kind, length(turn), got);
		assert_memory_equal(got, kinds, sizeof(got));
		assert_int_equal(k->count_true(d->truth, d->kind, length(turn)), true_);
		for (enum storage s = STORAGE_U8; s <= STORAGE_F64; s++) {
			struct range r = range_of(s);

			assert_int_equal(
				k->count_range[s](column(d, s, 0), &r, d->kind, length(turn)),
				in[s]);
		}
	}
}

/* 1, 1e100, 1, -1e100 over and over: a plain sum gives 0. */
static void sums_of_reals_are_compensated(void **state)
{
	static const double term[4] = { 1, 1e100, 1, -1e100 };
	double x[N], w[N];
	struct pair p[2];
	(void)state;

	for (int i = 0; i < N; i++) {
		x[i] = term[i / 8 % 4];
		w[i] = 1;
	}
	aggregate_kernels()->sum_real(x, NULL, N, p);
	assert_true(p[0].sum + p[0].rest == N / 2);
	aggregate_kernels()->weigh[STORAGE_F64](x, w, NULL, N, p);
	assert_true(p[0].sum + p[0].rest == N / 2);
	assert_true(p[1].sum + p[1].rest == N);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_variant_gives_the_same_bits),
		cmocka_unit_test(sums_of_integers_are_exact),
		cmocka_unit_test(counts_are_right),
		cmocka_unit_test(sums_of_reals_are_compensated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
