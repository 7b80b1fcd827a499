/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

enum { MOST = 5000 };

struct tally {
	_Atomic int seen[MOST];
	const struct runner *inner; /* parts run parts of their own with it */
};

static void note(void *arg, size_t part)
{
	struct tally *t = arg;
	atomic_fetch_add(&t->seen[part], 1);
}

static void note_within(void *arg, size_t part)
{
	struct tally *t = arg;
	struct tally *own = calloc(1, sizeof(*own));
	t->inner->run(t->inner, note, own, 10);
	for (size_t i = 0; i < 10; i++)
		atomic_fetch_add(&t->seen[part], own->seen[i]);
	free(own);
}

static void run_and_check(const struct runner *r, size_t n)
{
	struct tally *t = calloc(1, sizeof(*t));
	assert_non_null(t);
	r->run(r, note, t, n);
	for (size_t i = 0; i < MOST; i++)
		assert_int_equal(t->seen[i], i < n);
	free(t);
}

static void each_part_runs_once_with_any_number_of_threads(void **state)
{
	(void)state;
	for (unsigned n = 0; n <= 9; n++) {
		struct thread_pool *p = NULL;
		struct err e = { 0 };
		assert_true(thread_pool_make(n, &p, &e));
		const struct runner *r = thread_pool_runner(p);
		assert_true(r->n_threads >= 1 && (n == 0 || r->n_threads == n));
		for (size_t parts = 0; parts < MOST; parts = parts * 2 + 1)
			for (int again = 0; again < 20; again++)
				run_and_check(r, parts);
		thread_pool_free(p);
	}
	thread_pool_free(NULL);
	assert_true(thread_count() >= 1);
}

static void parts_may_run_parts_of_their_own(void **state)
{
	(void)state;
	struct thread_pool *p = NULL;
	struct err e = { 0 };
	assert_true(thread_pool_make(4, &p, &e));
	struct tally *t = calloc(1, sizeof(*t));
	t->inner = thread_pool_runner(p);
	t->inner->run(t->inner, note_within, t, 500);
	for (size_t i = 0; i < 500; i++)
		assert_int_equal(t->seen[i], 10);
	free(t);
	thread_pool_free(p);
}

static void *run_many(void *runner)
{
	for (int i = 0; i < 300; i++)
		run_and_check(runner, 100);
	return NULL;
}

static void several_callers_may_share_a_pool(void **state)
{
	(void)state;
	struct thread_pool *p = NULL;
	struct err e = { 0 };
	assert_true(thread_pool_make(3, &p, &e));
	pthread_t caller[4];
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&caller[i], NULL, run_many,
						(void *)(uintptr_t)thread_pool_runner(p)), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(caller[i], NULL);
	thread_pool_free(p);
}

static void too_many_threads_are_refused(void **state)
{
	(void)state;
	struct thread_pool *p = NULL;
	struct err e = { 0 };
	assert_false(thread_pool_make(THREADS_MAX + 1, &p, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_null(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_part_runs_once_with_any_number_of_threads),
		cmocka_unit_test(parts_may_run_parts_of_their_own),
		cmocka_unit_test(several_callers_may_share_a_pool),
		cmocka_unit_test(too_many_threads_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
