/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/nursery.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/file.h"
#include "os/sandbox.h"

enum kind {
	COPIES,
	SAYS_NO,
	SAYS_NO_IN_BOTH,
	CRASHES,
	ABORTS,
	LOOPS,
	SLEEPS,
	EATS_MEMORY,
	FLOODS,
	FORGES,
	OPENS_A_FILE,
	OPENS_A_SOCKET,
	FORKS,
	KILLS_ITS_PARENT,
	LOOKS_FOR_DESCRIPTORS,
	SHOUTS,
};

static void put(int fd, struct str s)
{
	struct err ignored = { 0 };
	(void)!file_put(fd, "out", s, &ignored);
}

static bool tell(int fd, bool done)
{
	put(fd, done ? STR("done") : errno == EPERM ? STR("refused") : STR("failed"));
	return true;
}

static void eat_memory(void)
{
	ARENA_SCOPE(a, SIZE_MAX);
	for (;;)
		memset(arena_alloc(&a, 1, 1 << 20), 1, 1 << 20);
}

static void flood(int fd)
{
	static const char block[1 << 16];
	for (int i = 0; i < 1000; i++)
		if (write(fd, block, sizeof(block)) < 0)
			return;
}

static size_t count_descriptors(void)
{
	size_t n = 0;
	for (int fd = 0; fd < 256; fd++)
		n += lseek(fd, 0, SEEK_CUR) >= 0 || errno != EBADF;
	return n;
}

static bool work(const struct nursery_job *job, int out, struct err *e)
{
	static const uint32_t forged[3] = { 99, 4000000000u, 4000000000u };
	ARENA_SCOPE(a, 1u << 20);
	switch ((enum kind)job->kind) {
	case COPIES:
		put(out, job->argument);
		put(out, job->input);
		return true;
	case SAYS_NO:
		put(out, STR("half a result"));
		return err_set(e, ERR_CONFLICT, "fila 3: código repetido");
	case SAYS_NO_IN_BOTH:
		return err_say(e, ERR_INPUT, "fila %d: vacía", "row %d: empty", 7);
	case CRASHES:
		raise(SIGSEGV);
		*(volatile int *)(uintptr_t)(job->input.n + 8) = 1;
		return true;
	case ABORTS:
		abort();
	case LOOPS:
		for (volatile unsigned i = 0; i < UINT32_MAX; i = i + (i < 1000))
			continue;
		return true;
	case SLEEPS:
		sleep(60);
		return true;
	case EATS_MEMORY:
		eat_memory();
		return true;
	case FLOODS:
		flood(out);
		return true;
	case FORGES: /* an error that no honest child leaves */
		put(out, (struct str){ (const char *)forged, sizeof(forged) });
		_exit(1);
	case OPENS_A_FILE:
		return tell(out, open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0);
	case OPENS_A_SOCKET:
		return tell(out, socket(AF_INET, SOCK_STREAM, 0) >= 0);
	case FORKS:
		return tell(out, fork() >= 0);
	case KILLS_ITS_PARENT:
		return tell(out, kill(getppid(), SIGKILL) == 0);
	case LOOKS_FOR_DESCRIPTORS:
		put(out, str_fmt(&a, "%zu", count_descriptors()));
		return true;
	case SHOUTS:
		flood(2);
		return true;
	}
	return true;
}

/* ---- how they are run ---- */

static struct nursery *make(const struct nursery_limits *limits)
{
	struct err e = { 0 };
	struct nursery *n = NULL;
	assert_true(nursery_start(work, limits, &n, &e));
	return n;
}

static struct nursery *make_short(void)
{
	const struct nursery_limits limits = { .wait_ms = 5000,
					       .wall_ms = 1500,
					       .cpu_s = 1,
					       .memory_bytes = 64u << 20,
					       .output_bytes = 1u << 20 };
	return make(&limits);
}

static bool run(const struct nursery *n, struct arena *a, enum kind kind, struct str *out,
		struct err *e)
{
	const struct nursery_job job = { .kind = (int)kind, .input = STR("input") };
	*e = (struct err){ 0 };
	return nursery_run(n, a, &job, out, e);
}

static void still_works(const struct nursery *n)
{
	ARENA_SCOPE(a, 1u << 20);
	struct str out;
	struct err e;
	assert_true(run(n, &a, COPIES, &out, &e));
	assert_true(str_is(out, "input"));
}

static void fails_with(enum kind kind, enum err_code code, const char *word)
{
	ARENA_SCOPE(a, 64u << 20);
	struct nursery *n = make_short();
	struct str out = STR("untouched");
	struct err e;
	assert_false(run(n, &a, kind, &out, &e));
	if (e.code != code || !strstr(e.en[0] ? e.en : e.msg, word))
		print_message("%d: %s / %s\n", e.code, e.msg, e.en);
	assert_int_equal(e.code, code);
	assert_non_null(strstr(e.en[0] ? e.en : e.msg, word));
	assert_true(str_is(out, "untouched"));
	still_works(n);
	nursery_stop(n);
}

static void says(enum kind kind, const char *text)
{
	ARENA_SCOPE(a, 64u << 20);
	struct nursery *n = make_short();
	struct str out;
	struct err e;
	assert_true(run(n, &a, kind, &out, &e));
	assert_true(str_is(out, text));
	nursery_stop(n);
}

/* ---- what should hold ---- */

static void a_result_comes_back_whole(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64u << 20);
	struct nursery *n = make(NULL);
	struct err e = { 0 };
	struct str out;
	size_t bytes = (size_t)3 << 20;
	char *p = NEW(&a, bytes, char);
	for (size_t i = 0; i < bytes; i++)
		p[i] = (char)(i * 7);
	struct nursery_job job = { COPIES, STR("key=value;"), { p, bytes } };
	assert_true(nursery_run(n, &a, &job, &out, &e));
	assert_int_equal(out.n, bytes + 10);
	assert_memory_equal(out.p, "key=value;", 10);
	assert_memory_equal(out.p + 10, p, bytes);
	job = (struct nursery_job){ .kind = COPIES };
	assert_true(nursery_run(n, &a, &job, &out, &e));
	assert_int_equal(out.n, 0);
	nursery_stop(n);
	nursery_stop(NULL);
}

static void a_file_is_read_from_its_start(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	struct nursery *n = make(NULL);
	struct err e = { 0 };
	struct str out;
	const struct nursery_job job = { .kind = COPIES };
	int fd = memfd_create("input", MFD_CLOEXEC);
	put(fd, STR("from a file"));
	assert_true(nursery_run_file(n, &a, &job, fd, &out, &e));
	assert_true(str_is(out, "from a file"));
	close(fd);
	assert_false(nursery_run_file(n, &a, &job, fd, &out, &e));
	assert_int_equal(e.code, ERR_IO);
	nursery_stop(n);
}

static void what_the_work_says_is_the_error(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	struct nursery *n = make(NULL);
	struct err e;
	struct str out;
	assert_false(run(n, &a, SAYS_NO, &out, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_string_equal(e.msg, "fila 3: código repetido");
	assert_string_equal(e.en, "");
	assert_false(run(n, &a, SAYS_NO_IN_BOTH, &out, &e));
	assert_int_equal(e.code, ERR_INPUT);
	assert_string_equal(e.msg, "fila 7: vacía");
	assert_string_equal(e.en, "row 7: empty");
	nursery_stop(n);
}

static void a_crash_costs_its_own_job(void **state)
{
	(void)state;
	fails_with(CRASHES, ERR_INPUT, "SEGV");
	fails_with(FORGES, ERR_INPUT, "could not be read");
	if (sandbox_state().seccomp)
		fails_with(KILLS_ITS_PARENT, ERR_INPUT, "SYS");
}

static void a_loop_is_ended(void **state)
{
	(void)state;
	fails_with(LOOPS, ERR_LIMIT, "processor time");
}

static void waiting_is_ended(void **state)
{
	(void)state;
	fails_with(SLEEPS, ERR_LIMIT, "took over");
}

static void memory_and_output_have_limits(void **state)
{
	(void)state;
#if defined(__SANITIZE_ADDRESS__)
	print_message("memory skipped: the sanitizer's own memory has no bound\n");
#else
	fails_with(EATS_MEMORY, ERR_LIMIT, "memory");
#endif
	fails_with(ABORTS, ERR_LIMIT, "memory");
	fails_with(FLOODS, ERR_LIMIT, "over 1048576 bytes");
}

static void a_child_has_no_rights(void **state)
{
	(void)state;
	if (!sandbox_state().seccomp)
		skip();
	says(OPENS_A_FILE, "refused");
	says(OPENS_A_SOCKET, "refused");
	says(FORKS, "refused");
}

static void a_child_holds_only_its_output(void **state)
{
	(void)state;
	int extra = dup(0);
	says(LOOKS_FOR_DESCRIPTORS,
	     "4"); /* the standard streams, which lead nowhere, and its own */
	close(extra);
}

static void what_a_child_shouts_is_not_heard(void **state)
{
	(void)state;
	says(SHOUTS, "");
}

static void too_much_is_refused_before_anything_runs(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	struct nursery *n = make(NULL);
	struct err e = { 0 };
	struct str out;
	struct nursery_job job = { .input = { "", NURSERY_INPUT_BYTES_MAX + 1 } };
	assert_false(nursery_run(n, &a, &job, &out, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	job = (struct nursery_job){ .argument = { "", NURSERY_ARGUMENT_BYTES_MAX + 1 } };
	e = (struct err){ 0 };
	assert_false(nursery_run(n, &a, &job, &out, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	nursery_stop(n);
}

struct caller {
	const struct nursery *n;
	enum kind kind;
	int done, failed;
	enum err_code code;
};

static void *call(void *arg)
{
	struct caller *c = arg;
	for (int i = 0; i < (c->kind == COPIES ? 25 : 1); i++) {
		ARENA_SCOPE(a, 1u << 20);
		struct err e;
		struct str out;
		if (run(c->n, &a, c->kind, &out, &e) && str_is(out, "input")) {
			c->done++;
		} else {
			c->failed++;
			c->code = e.code;
		}
	}
	return NULL;
}

static void many_threads_may_ask_at_once(void **state)
{
	(void)state;
	struct nursery *n = make(NULL);
	enum { CALLERS = 12 };
	pthread_t thread[CALLERS];
	struct caller c[CALLERS];
	for (int i = 0; i < CALLERS; i++) {
		c[i] = (struct caller){ .n = n, .kind = i % 4 == 3 ? CRASHES : COPIES };
		assert_int_equal(pthread_create(&thread[i], NULL, call, &c[i]), 0);
	}
	for (int i = 0; i < CALLERS; i++) {
		pthread_join(thread[i], NULL);
		assert_int_equal(c[i].done, c[i].kind == COPIES ? 25 : 0);
		assert_int_equal(c[i].failed, c[i].kind == COPIES ? 0 : 1);
	}
	nursery_stop(n);
}

/* Four children that sleep take every place; the fifth job is told to come again.  Their time is
 * long beside the wait, for on a loaded machine one may sleep before the last one has asked. */
static void who_finds_no_place_in_time_is_told_so(void **state)
{
	(void)state;
	const struct nursery_limits limits = { .wait_ms = 100, .wall_ms = 4000 };
	struct nursery *n = make(&limits);
	pthread_t thread[NURSERY_JOBS_MAX + 1];
	struct caller c[NURSERY_JOBS_MAX + 1];
	int n_busy = 0, n_limit = 0;
	for (int i = 0; i <= NURSERY_JOBS_MAX; i++) {
		c[i] = (struct caller){ .n = n, .kind = SLEEPS };
		assert_int_equal(pthread_create(&thread[i], NULL, call, &c[i]), 0);
	}
	for (int i = 0; i <= NURSERY_JOBS_MAX; i++) {
		pthread_join(thread[i], NULL);
		n_busy += c[i].code == ERR_BUSY;
		n_limit += c[i].code == ERR_LIMIT;
	}
	assert_int_equal(n_busy, 1);
	assert_int_equal(n_limit, NURSERY_JOBS_MAX);
	still_works(n);
	nursery_stop(n);
}

static void a_nursery_that_is_gone_is_said(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	struct nursery *n = make(NULL);
	struct err e;
	struct str out;
	assert_true(nursery_alive(n));
	assert_int_equal(kill((pid_t)nursery_process(n), SIGKILL), 0);
	assert_false(run(n, &a, COPIES, &out, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_false(nursery_alive(n));
	nursery_stop(n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_comes_back_whole),
		cmocka_unit_test(a_file_is_read_from_its_start),
		cmocka_unit_test(what_the_work_says_is_the_error),
		cmocka_unit_test(a_crash_costs_its_own_job),
		cmocka_unit_test(a_loop_is_ended),
		cmocka_unit_test(waiting_is_ended),
		cmocka_unit_test(memory_and_output_have_limits),
		cmocka_unit_test(a_child_has_no_rights),
		cmocka_unit_test(a_child_holds_only_its_output),
		cmocka_unit_test(what_a_child_shouts_is_not_heard),
		cmocka_unit_test(too_much_is_refused_before_anything_runs),
		cmocka_unit_test(many_threads_may_ask_at_once),
		cmocka_unit_test(who_finds_no_place_in_time_is_told_so),
		cmocka_unit_test(a_nursery_that_is_gone_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
