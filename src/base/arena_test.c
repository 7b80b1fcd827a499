/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB ((size_t)1 << 20)

static bool all_zero(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static void objects_are_zeroed_aligned_and_apart(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 256 * MIB);
	/* sizes that cross chunks, twice, with a rewind that leaves dirt behind */
	struct arena_mark start = arena_mark(&a);
	for (int round = 0; round < 2; round++) {
		unsigned char *last = NULL;
		size_t last_n = 0;
		for (size_t n = 1; n < 300000; n = n * 3 / 2 + 1) {
			unsigned char *p = NEW(&a, n, unsigned char);
			assert_true((uintptr_t)p % (n >= 64 ? 64 : 16) == 0);
			assert_true(all_zero(p, n));
			memset(p, 0xaa, n);
			if (last)
				assert_true(last[0] == 0xaa && last[last_n - 1] == 0xaa);
			last = p;
			last_n = n;
		}
		assert_true(a.used_bytes > 300000);
		arena_rewind(&a, start);
		assert_true(a.used_bytes == 0);
	}
	assert_non_null(NEW(&a, 0, int));
}

static void a_rewind_keeps_what_is_older(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 256 * MIB);
	char *old = NEW(&a, 100, char);
	char *big = NEW(&a, 5 * MIB, char);
	memset(old, 'o', 100);
	memset(big, 'b', 5 * MIB);
	size_t used = a.used_bytes;
	struct arena_mark m = arena_mark(&a);
	for (int i = 0; i < 50; i++) {
		memset(NEW(&a, 40000, char), 'x', 40000);
		memset(NEW(&a, 3 * MIB, char), 'y', 3 * MIB);
	}
	arena_rewind(&a, m);
	assert_true(a.used_bytes == used);
	assert_true(old[0] == 'o' && old[99] == 'o' && big[0] == 'b' && big[5 * MIB - 1] == 'b');
	/* many rounds in one small arena: nothing leaks into the count */
	for (int i = 0; i < 1000; i++) {
		memset(NEW(&a, MIB, char), 'z', MIB);
		arena_rewind(&a, m);
	}
	assert_true(a.used_bytes == used);
}

static void growing_keeps_the_values_and_zeroes_the_rest(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 256 * MIB);
	uint32_t *v = NULL;
	size_t cap = 0;
	for (uint32_t i = 0; i < 200000; i++) {
		if (i == cap) {
			size_t more = cap ? cap * 2 : 3;
			v = arena_grow(&a, v, cap, more, sizeof(*v));
			assert_true(
				all_zero((unsigned char *)(v + cap), (more - cap) * sizeof(*v)));
			cap = more;
			/* what lies behind it keeps it from growing in place */
			if (i % 5 == 0)
				memset(NEW(&a, 10, char), 'x', 10);
		}
		v[i] = i;
	}
	for (uint32_t i = 0; i < 200000; i++)
		assert_int_equal(v[i], i);
}

static void dirt_under_a_grown_object_is_zeroed(void **state)
{
	(void)state;
	ARENA_SCOPE(a, MIB);
	struct arena_mark m = arena_mark(&a);
	(void)NEW(&a, 1, char);
	m = arena_mark(&a);
	memset(NEW(&a, 30000, char), 0xff, 30000);
	arena_rewind(&a, m);
	unsigned char *p = NEW(&a, 100, unsigned char);
	p = arena_grow(&a, p, 100, 20000, 1);
	assert_true(all_zero(p, 20000));
}

/* What f does in a child that may die. */
static int status_of(void (*f)(void))
{
	int status = 0;
	pid_t child = fork();
	if (child == 0) {
		close(2);
		f();
		_exit(0);
	}
	assert_true(child > 0);
	assert_true(waitpid(child, &status, 0) == child);
	return status;
}

static void past_the_limit(void)
{
	ARENA_SCOPE(a, 1000);
	(void)NEW(&a, 1001, char);
}

static void too_many(void)
{
	ARENA_SCOPE(a, SIZE_MAX);
	volatile size_t n = SIZE_MAX / 2;
	(void)NEW(&a, n, double);
}

static void within_the_limit(void)
{
	ARENA_SCOPE(a, 1008);
	(void)NEW(&a, 1001, char);
}

static void the_limit_and_overflow_abort(void **state)
{
	(void)state;
	int status = status_of(past_the_limit);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	status = status_of(too_many);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	status = status_of(within_the_limit);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void what_a_rewind_left_over_is_zero_when_used_again(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 30);
	(void)NEW(&a, 1, char);
	struct arena_mark m = arena_mark(&a);
	for (int round = 0; round < 5; round++) {
		for (size_t i = 1; i < 60; i++) {
			unsigned char *p = NEW(&a, i * 1000, unsigned char);
			for (size_t k = 0; k < i * 1000; k++)
				assert_int_equal(p[k], 0);
			memset(p, 0xee, i * 1000);
		}
		arena_rewind(&a, m);
		assert_int_equal(a.used_bytes, m.used_bytes);
		assert_true(a.spare != NULL && a.spare != a.head);
	}
	arena_drop(&a);
	assert_true(a.spare == NULL && a.head == NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_rewind_left_over_is_zero_when_used_again),
		cmocka_unit_test(objects_are_zeroed_aligned_and_apart),
		cmocka_unit_test(a_rewind_keeps_what_is_older),
		cmocka_unit_test(growing_keeps_the_values_and_zeroes_the_rest),
		cmocka_unit_test(dirt_under_a_grown_object_is_zeroed),
		cmocka_unit_test(the_limit_and_overflow_abort),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
