/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "sample.h"

#define SEED UINT64_C(20220701)

/* ---- chance -------------------------------------------------------------------------- */

/* SplitMix64, Steele, Lea and Flood 2014: the finalizer. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

unsigned draw(unsigned n, unsigned first, unsigned second, const char *name)
{
	uint64_t x = SEED;
	for (const char *p = name; *p; p++)
		x = (x ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
	x = mix(x + UINT64_C(0x9e3779b97f4a7c15));
	x = mix(x ^ ((uint64_t)first << 32 | second));
	return (unsigned)((x >> 32) * n >> 32);
}

int grade_of(const struct cluster *c, int year, int dial, const char *item)
{
	int lasting = (int)draw(1000, c->number, 0, item);
	int fresh = (int)draw(1000, c->number, (unsigned)year, item);
	int grade = dial + ((3 * lasting + fresh) / 4 - 500) * 7 / 10;
	return grade < 0 ? 0 : grade > 1000 ? 1000 : grade;
}

/* ---- shares -------------------------------------------------------------------------- */

void order_down(const int64_t *key, size_t n, size_t *order)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = i;
		for (; at > 0 && key[order[at - 1]] < key[i]; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
}

/* Adds total to out in proportion to weight. */
static void add_parts(int64_t total, const int64_t *weight, size_t n, int64_t *out)
{
	int64_t rest[4096];
	size_t order[4096];
	__int128 sum = 0;
	int64_t left = total;
	assert(n <= sizeof(rest) / sizeof(*rest));
	for (size_t i = 0; i < n; i++)
		sum += weight[i];
	assert(sum > 0);
	for (size_t i = 0; i < n; i++) {
		__int128 part = (__int128)total * weight[i];
		out[i] += (int64_t)(part / sum);
		left -= (int64_t)(part / sum);
		rest[i] = weight[i] ? (int64_t)((part % sum) * 1000000000 / sum) : -1;
	}
	order_down(rest, n, order);
	for (size_t i = 0; left > 0; i++, left--)
		out[order[i]]++;
}

void apportion(int64_t total, const int64_t *weight, const int64_t *cap, size_t n, int64_t *out)
{
	int64_t room[4096];
	for (size_t i = 0; i < n; i++) {
		out[i] = 0;
		room[i] = weight[i];
	}
	while (total > 0) {
		add_parts(total, room, n, out);
		total = 0;
		for (size_t i = 0; cap && i < n; i++) {
			if (out[i] > cap[i]) {
				total += out[i] - cap[i];
				out[i] = cap[i];
			}
			if (out[i] == cap[i])
				room[i] = 0;
		}
	}
}

/* ---- choosing ------------------------------------------------------------------------ */

enum { NAMES_MAX = 16 };

const char *choose(struct arena *a, const char *names, unsigned k, unsigned bias, bool ranked,
		   unsigned first, unsigned second, const char *item)
{
	struct str name[NAMES_MAX], rest = str_of(names);
	int64_t key[NAMES_MAX] = { 0 };
	size_t order[NAMES_MAX];
	bool taken[NAMES_MAX] = { false };
	size_t n = 0;
	struct buf b;
	for (struct str s = str_word(&rest); s.n; s = str_word(&rest)) {
		assert(n < NAMES_MAX);
		struct str label = str_fmt(a, "%s:%.*s", item, STR_ARG(s));
		key[n] = (int64_t)draw(1000, first, second, str_c(a, label)) - (int64_t)(n * bias);
		name[n++] = s;
	}
	order_down(key, n, order);
	for (size_t i = 0; i < k && i < n; i++)
		taken[order[i]] = true;
	buf_init(&b, a, 4096);
	for (size_t i = 0; i < n; i++) {
		size_t at = ranked ? order[i] : i;
		if (ranked ? i < k : taken[at])
			buf_fmt(&b, "%s%.*s", b.n ? " " : "", STR_ARG(name[at]));
	}
	return str_c(a, buf_str(&b));
}

/* ---- tables -------------------------------------------------------------------------- */

void table_start(struct table *t, struct arena *a)
{
	*t = (struct table){ 0 };
	buf_init(&t->head, a, 1 << 16);
	buf_init(&t->body, a, TABLE_BYTES_MAX);
}

void table_cell(struct table *t, const char *column, const char *fmt, ...)
{
	char text[2048];
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	assert(n >= 0 && (size_t)n < sizeof(text));
	(void)n;
	if (!t->n_rows)
		buf_fmt(&t->head, "%s%s", t->n_cells ? "," : "", column);
	if (t->n_cells++)
		buf_putc(&t->body, ',');
	esc_csv(&t->body, str_of(text));
}

void table_end_row(struct table *t)
{
	buf_puts(&t->body, "\r\n");
	t->n_rows++;
	t->n_cells = 0;
}

void table_put(const struct table *t, struct buf *b)
{
	buf_put(b, buf_str(&t->head));
	buf_puts(b, "\r\n");
	buf_put(b, buf_str(&t->body));
	assert(!t->head.over && !t->body.over && !b->over);
}
