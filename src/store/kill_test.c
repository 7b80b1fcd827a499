/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process that is killed at any moment, or whose disk is full, leaves all or nothing of what it
 * did. */
#include "store/fixture.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <time.h>

enum { MOMENTS = 16, ANSWERS = 3000, BLOCK_OF = 500 };

typedef bool (*deed)(struct fixture *x, struct err *e);

static int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static pid_t start(struct fixture *x, deed f)
{
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		struct err e = { 0 };
		_exit(f(x, &e) ? 0 : 1);
	}
	assert_true(child > 0);
	return child;
}

/* How long f takes when nobody kills it. */
static int64_t duration_us(struct fixture *x, deed f)
{
	int status = 0;
	int64_t begin = now_us();
	pid_t child = start(x, f);
	assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status) &&
		    WEXITSTATUS(status) == 0);
	return now_us() - begin;
}

/* True: it was done before the kill came. */
static bool kill_after(struct fixture *x, deed f, int64_t us)
{
	int status = 0;
	struct timespec wait = { us / 1000000, us % 1000000 * 1000 };
	pid_t child = start(x, f);
	nanosleep(&wait, NULL);
	kill(child, SIGKILL);
	assert_true(waitpid(child, &status, 0) == child);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- deeds ---- */

static bool init(struct fixture *x, struct err *e)
{
	return store_init_at(x->folder, fixture_address(x), e);
}

/* An import of ANSWERS in blocks, as one transaction. */
static bool import(struct fixture *x, struct err *e)
{
	bool good = store_open_at(x->folder, fixture_address(x), &x->s, e) && store_begin(x->s, e);
	for (size_t i = 0; good && i < ANSWERS; i += BLOCK_OF) {
		struct stored_answer answer[BLOCK_OF];
		for (size_t k = 0; k < BLOCK_OF; k++)
			answer[k] = (struct stored_answer){ STR("C001"),
							    str_fmt(&x->a, "E%05zu", i + k),
							    fixture_company(x, i + k), 0, 0 };
		good = store_put_answers(x->s, STR("2022"), FORM_COMPANY, x->in->form[1],
					 STR("big.csv"), answer, BLOCK_OF, e);
	}
	good = good && store_end(x->s, true, e);
	if (x->s)
		fixture_close(x);
	return good;
}

static bool backup(struct fixture *x, struct err *e)
{
	bool good = store_open_at(x->folder, fixture_address(x), &x->s, e) &&
		store_backup(x->s, fixture_path(x, "copy"), e);
	if (x->s)
		fixture_close(x);
	return good;
}

static bool restore(struct fixture *x, struct err *e)
{
	return store_restore_at(x->folder, fixture_address(x), fixture_path(x, "copy"), true, e);
}

/* ---- what must hold afterwards ---- */

static int64_t answers_now(struct fixture *x)
{
	struct stored_answers got;
	fixture_open(x);
	GOOD(store_get_answers(x->s, &x->a, STR("2022"), FORM_COMPANY, x->in->form[1], &got, e));
	assert_int_equal((int64_t)got.n, fixture_count(x, "2022"));
	fixture_close(x);
	return (int64_t)got.n;
}

static void killed_while_it_begins(void **state)
{
	struct fixture *x = *state;
	int64_t whole = duration_us(x, init);
	int n_killed = 0;
	fixture_needs_file(x);
	for (int i = 0; i < MOMENTS; i++) {
		x->folder = folder_path(&x->a, x->root, str_c(&x->a, str_fmt(&x->a, "d%d", i)));
		bool done = kill_after(x, init, whole * i / MOMENTS);
		n_killed += !done;
		if (!folder_has(folder_path(&x->a, x->folder, DATABASE_FILE)))
			GOOD(store_init_at(x->folder, fixture_address(x), e));
		assert_false(folder_has(folder_path(&x->a, x->folder, DATABASE_NEW)) && done);
		fixture_open(x);
		fixture_close(x);
		fixture_sound(x);
	}
	assert_true(n_killed > 0);
}

static void killed_while_it_imports(void **state)
{
	struct fixture *x = *state;
	fixture_close(x);
	const char *first = x->folder;
	int64_t whole = duration_us(x, import);
	assert_int_equal(answers_now(x), ANSWERS);
	x->folder = fixture_path(x, "second");
	GOOD(store_init_at(x->folder, fixture_address(x), e));
	fixture_open(x);
	struct stored_round r = fixture_round("2022", 2022);
	GOOD(store_put_instrument(x->s, &x->stored, e));
	GOOD(store_open_round(x->s, &r, e));
	fixture_close(x);
	int n_nothing = 0;
	for (int i = 0; i < MOMENTS; i++) {
		bool done = kill_after(x, import, whole * i / MOMENTS);
		int64_t n = answers_now(x);
		assert_true(n == 0 || n == ANSWERS);
		assert_true(!done || n == ANSWERS);
		n_nothing += n == 0;
		fixture_sound(x);
		if (n)
			break; /* what is there stays; the moments before were the killed ones */
	}
	assert_true(n_nothing > 0);
	x->folder = first;
}

static void killed_while_it_backs_up(void **state)
{
	struct fixture *x = *state;
	fixture_needs_file(x);
	fixture_close(x);
	struct err e0 = { 0 };
	if (!import(x, &e0))
		fail_msg("%s", e0.msg);
	const char *copy = fixture_path(x, "copy"), *data = x->folder;
	int64_t whole = duration_us(x, backup);
	assert_int_equal(unlink(copy), 0);
	for (int i = 0; i < MOMENTS; i++) {
		bool done = kill_after(x, backup, whole * i / MOMENTS);
		assert_true(!done || folder_has(copy));
		if (!folder_has(copy))
			continue;
		x->folder = fixture_path(x, "restored");
		GOOD(store_restore_at(x->folder, fixture_address(x), copy, true, e));
		assert_int_equal(answers_now(x), ANSWERS);
		x->folder = data;
		assert_int_equal(unlink(copy), 0);
	}
	fixture_sound(x);
}

static void killed_while_it_restores(void **state)
{
	struct fixture *x = *state;
	fixture_needs_file(x);
	fixture_close(x);
	struct err e0 = { 0 };
	if (!import(x, &e0) || !backup(x, &e0))
		fail_msg("%s", e0.msg);
	/* another store with another secret and other answers */
	x->folder = fixture_path(x, "second");
	GOOD(store_init_at(x->folder, fixture_address(x), e));
	fixture_open(x);
	struct stored_round r = fixture_round("2022", 2022);
	GOOD(store_put_instrument(x->s, &x->stored, e));
	GOOD(store_open_round(x->s, &r, e));
	GOOD(fixture_put(x, "2022", 7, "a.csv", e));
	GOOD(store_backup(x->s, fixture_path(x, "second.copy"), e));
	fixture_close(x);
	int64_t whole = duration_us(x, restore);
	assert_int_equal(answers_now(x), ANSWERS);
	int n_old = 0, n_new = 0;
	for (int i = 0; i < MOMENTS; i++) {
		GOOD(store_restore_at(x->folder, fixture_address(x), fixture_path(x, "second.copy"),
				      true, e));
		bool done = kill_after(x, restore, whole * i / MOMENTS);
		/* its personal answers open: the right secret is there */
		int64_t n = answers_now(x);
		assert_true(n == 7 || n == ANSWERS);
		assert_true(!done || n == ANSWERS);
		n_old += n == 7;
		n_new += n == ANSWERS;
		fixture_sound(x);
	}
	assert_true(n_old > 0 && n_old + n_new == MOMENTS);
}

/* ---- no room ---- */

/* No file may grow past so many bytes: the system says no in the middle of a write. */
static rlim_t file_bytes_max;

static bool import_in_little_room(struct fixture *x, struct err *e)
{
	struct rlimit limit = { file_bytes_max, file_bytes_max };
	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		_exit(7);
	bool good = import(x, e);
	_exit(good ? 0 : err_of_system(e) ? 1 : 8);
}

static void a_write_that_is_refused_undoes_the_import(void **state)
{
	struct fixture *x = *state;
	int status = 0, n_refused = 0;
	fixture_needs_file(x);
	fixture_close(x);
	for (file_bytes_max = 50000;; file_bytes_max += file_bytes_max / 4) {
		pid_t child = start(x, import_in_little_room);
		assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status));
		assert_true(WEXITSTATUS(status) <= 1);
		assert_int_equal(answers_now(x), WEXITSTATUS(status) ? 0 : ANSWERS);
		fixture_sound(x);
		if (!WEXITSTATUS(status))
			break;
		n_refused++;
	}
	assert_true(n_refused > 3);
}

/* A disk of one's own, seen by this process alone; 0: full where it should be, 9: not allowed to.
 */
static int on_a_small_disk(struct fixture *x)
{
	struct err e = { 0 };
	const char *disk = fixture_path(x, "disk");
	struct statfs fs;
	if (mkdir(disk, 0700) != 0 || unshare(CLONE_NEWNS) != 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", disk, "tmpfs", 0, "size=900k") != 0)
		return 9;
	x->folder = fixture_path(x, "disk/data");
	struct stored_round r = fixture_round("2022", 2022);
	if (!store_init_at(x->folder, fixture_address(x), &e) ||
	    !store_open_at(x->folder, fixture_address(x), &x->s, &e) ||
	    !store_put_instrument(x->s, &x->stored, &e) || !store_open_round(x->s, &r, &e))
		return 1;
	fixture_close(x);
	if (import(x, &e) || e.code != ERR_FULL || !strstr(e.msg, "disco lleno"))
		return 2;
	if (answers_now(x) != 0 || statfs(disk, &fs) != 0)
		return 3;
	e = (struct err){ 0 };
	/* a second store does not fit either, and leaves nothing */
	for (int i = 0; i < 8; i++) {
		x->folder = folder_path(&x->a, disk, str_c(&x->a, str_fmt(&x->a, "more%d", i)));
		if (store_init_at(x->folder, fixture_address(x), &e))
			continue;
		return e.code == ERR_FULL && strstr(e.msg, "disco lleno") &&
				       !folder_has(folder_path(&x->a, x->folder, DATABASE_FILE)) &&
				       !folder_has(folder_path(&x->a, x->folder, DATABASE_NEW))
			       ? 0
			       : 4;
	}
	return 5;
}

static void a_full_disk_says_so_and_keeps_what_was_there(void **state)
{
	struct fixture *x = *state;
	int status = 0;
	fixture_needs_file(x);
	fixture_close(x);
	fflush(NULL);
	pid_t child = fork();
	if (child == 0)
		_exit(on_a_small_disk(x));
	assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status));
	if (WEXITSTATUS(status) == 9)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(killed_while_it_begins, fixture_empty, fixture_end),
		cmocka_unit_test_setup_teardown(killed_while_it_imports, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(killed_while_it_backs_up, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(killed_while_it_restores, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(a_write_that_is_refused_undoes_the_import,
						fixture_filled, fixture_end),
		cmocka_unit_test_setup_teardown(a_full_disk_says_so_and_keeps_what_was_there,
						fixture_filled, fixture_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
