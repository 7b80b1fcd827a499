/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/metrics.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/num.h"

/* Statuses that are counted apart; others under their class. */
static const unsigned statuses[] = { 200, 204, 303, 304, 400, 401, 403, 404, 405, 409,
				     413, 415, 422, 429, 431, 500, 503, 0 };
enum { STATUSES_N = sizeof(statuses) / sizeof(*statuses) };

/* Upper ends of the steps, in microseconds. */
static const int64_t steps[] = { 500,    1000,   2500,   5000,    10000,   25000,   50000,
				 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000 };
enum { STEPS_N = sizeof(steps) / sizeof(*steps) };

struct row_count {
	const struct command *row; /* NULL in the last: of none */
	_Atomic uint64_t n[STATUSES_N];
};
struct timed {
	_Atomic uint64_t n[STEPS_N + 1], sum_us;
};
struct metrics {
	struct row_count *row; /* sorted */
	size_t n;
	struct timed timed[TIMED_N];
};

static int by_row(const void *x, const void *y)
{
	const uintptr_t a = (uintptr_t)((const struct row_count *)x)->row,
			b = (uintptr_t)((const struct row_count *)y)->row;
	return (a > b) - (a < b);
}

struct metrics *metrics_make(struct arena *a, const struct command_rows *part, size_t n_parts)
{
	struct metrics *m = NEW(a, 1, struct metrics);
	size_t n = 1;
	for (size_t i = 0; i < n_parts; i++)
		n += part[i].n;
	m->row = NEW(a, n, struct row_count);
	m->n = 1;
	for (size_t i = 0; i < n_parts; i++) {
		for (size_t k = 0; k < part[i].n; k++) {
			if (part[i].row[k].route)
				m->row[m->n++].row = &part[i].row[k];
		}
	}
	qsort(m->row, m->n, sizeof(*m->row), by_row);
	return m;
}

static size_t status_place(unsigned status)
{
	size_t i = 0;
	while (i < STATUSES_N - 1 && statuses[i] != status)
		i++;
	return i;
}

void metrics_count(struct metrics *m, const struct command *row, unsigned status,
		   enum metrics_lane lane, int64_t microseconds)
{
	const struct row_count key = { .row = row };
	struct row_count *r = bsearch(&key, m->row, m->n, sizeof(*m->row), by_row);
	size_t step = 0;
	while (step < STEPS_N && microseconds > steps[step])
		step++;
	if (r)
		atomic_fetch_add_explicit(&r->n[status_place(status)], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&m->timed[lane].n[step], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&m->timed[lane].sum_us, (uint64_t)microseconds,
				  memory_order_relaxed);
}

int64_t metrics_clock_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

uint64_t metrics_total(struct metrics *m)
{
	uint64_t n = 0;
	for (size_t i = 0; i < TIMED_N; i++) {
		for (size_t k = 0; k <= STEPS_N; k++)
			n += atomic_load_explicit(&m->timed[i].n[k], memory_order_relaxed);
	}
	return n;
}

static void put_row(struct row_count *r, struct buf *b)
{
	for (size_t i = 0; i < STATUSES_N; i++) {
		const uint64_t n = atomic_load_explicit(&r->n[i], memory_order_relaxed);
		if (!n)
			continue;
		buf_fmt(b, "ssme_requests_total{method=\"%s\",route=\"%s\",status=\"",
			r->row ? r->row->method : "-", r->row ? r->row->route : "-");
		if (statuses[i])
			buf_fmt(b, "%u", statuses[i]);
		else
			buf_puts(b, "other");
		buf_fmt(b, "\"} %llu\n", (unsigned long long)n);
	}
}

static void put_timed(struct timed *t, const char *lane, struct buf *b)
{
	uint64_t n = 0;
	for (size_t i = 0; i <= STEPS_N; i++) {
		n += atomic_load_explicit(&t->n[i], memory_order_relaxed);
		buf_fmt(b, "ssme_request_seconds_bucket{lane=\"%s\",le=\"", lane);
		if (i < STEPS_N)
			num_put_micro(b, steps[i]);
		else
			buf_puts(b, "+Inf");
		buf_fmt(b, "\"} %llu\n", (unsigned long long)n);
	}
	buf_fmt(b, "ssme_request_seconds_sum{lane=\"%s\"} ", lane);
	num_put_micro(b, (int64_t)atomic_load_explicit(&t->sum_us, memory_order_relaxed));
	buf_fmt(b, "\nssme_request_seconds_count{lane=\"%s\"} %llu\n", lane,
		(unsigned long long)n);
}

void metrics_put(struct metrics *m, struct buf *b)
{
	static const char *const lane[TIMED_N] = { "quick", "heavy", "password", "write" };
	buf_puts(b, "# HELP ssme_requests_total Answered requests.\n"
		    "# TYPE ssme_requests_total counter\n");
	for (size_t i = 0; i < m->n; i++)
		put_row(&m->row[i], b);
	buf_puts(b, "# HELP ssme_request_seconds From the whole request to its answer.\n"
		    "# TYPE ssme_request_seconds histogram\n");
	for (size_t i = 0; i < TIMED_N; i++)
		put_timed(&m->timed[i], lane[i], b);
}
