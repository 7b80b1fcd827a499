/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder of its own for each test, with everything in it removed afterwards. */
static int folder_before(void **state)
{
	char *folder = strdup("/tmp/ssme-file-test-XXXXXX");
	*state = folder;
	return folder && mkdtemp(folder) ? 0 : -1;
}

static void remove_all(struct arena *a, const char *path)
{
	struct str *name = NULL;
	size_t n = 0;
	struct err e = { 0 };
	if (file_is_folder(path) && folder_list(a, path, &name, &n, &e)) {
		for (size_t i = 0; i < n; i++)
			remove_all(a, path_join(a, path, name[i].p));
		rmdir(path);
	} else {
		unlink(path);
	}
}

static int folder_after(void **state)
{
	ARENA_SCOPE(a, 64u << 20);
	remove_all(&a, *state);
	bool left = file_exists(*state); /* a hidden file: something was left behind */
	free(*state);
	return left ? -1 : 0;
}

static void what_is_written_is_read_back(void **state)
{
	ARENA_SCOPE(a, 256u << 20);
	struct err e = { 0 };
	const char *path = path_join(&a, *state, "año.txt");
	struct str got;
	assert_true(file_write(path, STR("uno"), &e));
	assert_true(file_read(&a, path, 100, &got, &e) && str_is(got, "uno"));
	assert_true(file_write(path, STR(""), &e));
	assert_true(file_read(&a, path, 0, &got, &e) && got.n == 0);
	assert_true(file_map(path, &got, &e) && got.n == 0);
	file_unmap(got);

	char *big = NEW(&a, 3000000, char);
	for (size_t i = 0; i < 3000000; i++)
		big[i] = (char)(i * 7);
	struct str all = { big, 3000000 }, mapped;
	uint64_t size = 0;
	assert_true(file_write(path, all, &e));
	assert_true(file_size(path, &size, &e) && size == 3000000);
	assert_true(file_read(&a, path, 3000000, &got, &e) && str_eq(got, all));
	assert_true(file_map(path, &mapped, &e) && str_eq(mapped, all));
	file_unmap(mapped);
	assert_false(file_read(&a, path, 2999999, &got, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	e = (struct err){ 0 };
	/* files without a size */
	assert_true(file_read(&a, "/proc/self/status", 1u << 20, &got, &e) && got.n > 100);
	assert_false(file_read(&a, "/dev/zero", 1000000, &got, &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

static void errors_name_path_cause_and_cure(void **state)
{
	ARENA_SCOPE(a, 64u << 20);
	struct err e = { 0 };
	struct str got = STR("untouched");
	const char *absent = path_join(&a, *state, "absent/file.csv");
	assert_false(file_read(&a, absent, 100, &got, &e));
	assert_int_equal(e.code, ERR_ABSENT);
	assert_non_null(strstr(e.msg, absent));
	assert_non_null(strstr(e.msg, "check the name"));
	e = (struct err){ 0 };
	assert_false(file_write(absent, STR("x"), &e));
	assert_int_equal(e.code, ERR_ABSENT);
	assert_non_null(strstr(e.msg, "make it first"));
	e = (struct err){ 0 };
	assert_false(file_read(&a, *state, 100, &got, &e));
	assert_int_equal(e.code, ERR_INPUT);
	e = (struct err){ 0 };
	assert_false(file_write(*state, STR("x"), &e));
	assert_int_equal(e.code, ERR_INPUT);
	e = (struct err){ 0 };
	assert_false(file_map("/dev/null", &got, &e));
	assert_int_equal(e.code, ERR_INPUT);
	e = (struct err){ 0 };
	assert_false(file_write("", STR("x"), &e));
	assert_int_equal(e.code, ERR_INPUT);
	e = (struct err){ 0 };
	/* the device that is always full */
	assert_false(file_write("/dev/full", STR("x"), &e));
	assert_int_equal(e.code, ERR_FULL);
	assert_non_null(strstr(e.msg, "free some space"));
	e = (struct err){ 0 };
	assert_true(file_write("/dev/null", STR("x"), &e));
	struct stat st;
	assert_true(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
	assert_true(str_is(got, "untouched"));
}

/* A write that fails half way leaves the old file and nothing else. */
static void a_failed_write_changes_nothing(void **state)
{
	ARENA_SCOPE(a, 64u << 20);
	struct err e = { 0 };
	const char *path = path_join(&a, *state, "kept.txt");
	assert_true(file_write(path, STR("old"), &e));
	struct rlimit before, small = { 1000, RLIM_INFINITY };
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small.rlim_max = before.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	struct str big = { NEW(&a, 5000, char), 5000 };
	bool ok = file_write(path, big, &e);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_false(ok);
	assert_int_equal(e.code, ERR_IO);
	e = (struct err){ 0 };
	struct str got;
	assert_true(file_read(&a, path, 100, &got, &e) && str_is(got, "old"));

	struct file_new f;
	assert_true(file_new_open(&a, path, &f, &e) && !f.direct);
	assert_true(file_new_put(&f, STR("half"), &e));
	assert_true(file_exists(f.temporary));
	file_new_abandon(&f);
	file_new_abandon(&f);
	assert_false(file_exists(f.temporary));
	assert_true(file_read(&a, path, 100, &got, &e) && str_is(got, "old"));
	assert_true(file_new_open(&a, path, &f, &e));
	assert_true(file_new_put(&f, STR("ne"), &e) && file_new_put(&f, STR("w"), &e));
	assert_true(file_new_commit(&f, &e));
	file_new_abandon(&f); /* nothing to abandon any more */
	assert_true(file_read(&a, path, 100, &got, &e) && str_is(got, "new"));
}

static void permissions_and_links_stay(void **state)
{
	ARENA_SCOPE(a, 64u << 20);
	struct err e = { 0 };
	const char *path = path_join(&a, *state, "target"), *link = path_join(&a, *state, "link");
	mode_t mask = umask(027);
	assert_true(file_write(path, STR("1"), &e));
	umask(mask);
	struct stat st;
	assert_true(stat(path, &st) == 0 && (st.st_mode & 0777) == 0640);
	assert_int_equal(chmod(path, 0604), 0);
	assert_int_equal(symlink("target", link), 0);
	assert_true(file_write(link, STR("2"), &e));
	assert_true(lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
	assert_true(lstat(path, &st) == 0 && (st.st_mode & 0777) == 0604);
	struct str got;
	assert_true(file_read(&a, path, 100, &got, &e) && str_is(got, "2"));
}

static void no_permission_is_told_apart(void **state)
{
	if (geteuid() == 0) {
		/* root may read everything: try as nobody */
		ARENA_SCOPE(a, 64u << 20);
		struct err e = { 0 };
		const char *path = path_join(&a, *state, "secret");
		assert_true(file_write(path, STR("x"), &e));
		assert_int_equal(chmod(path, 0), 0);
		assert_int_equal(chmod(*state, 0755), 0);
		assert_int_equal(seteuid(65534), 0);
		struct str got;
		struct err read_e = { 0 }, write_e = { 0 };
		bool did_read = file_read(&a, path, 100, &got, &read_e);
		bool did_write = file_write(path_join(&a, *state, "new"), STR("x"), &write_e);
		assert_int_equal(seteuid(0), 0);
		assert_true(!did_read && read_e.code == ERR_DENIED);
		assert_true(!did_write && write_e.code == ERR_IO);
		assert_non_null(strstr(write_e.msg, "permission"));
		return;
	}
	ARENA_SCOPE(a, 64u << 20);
	struct err e = { 0 };
	const char *path = path_join(&a, *state, "secret");
	assert_true(file_write(path, STR("x"), &e));
	assert_int_equal(chmod(path, 0), 0);
	struct str got;
	assert_false(file_read(&a, path, 100, &got, &e));
	assert_int_equal(e.code, ERR_DENIED);
}

static void folders_are_made_and_listed_in_order(void **state)
{
	ARENA_SCOPE(a, 64u << 20);
	struct err e = { 0 };
	const char *deep = path_join(&a, *state, "a/b//c/");
	assert_true(folder_make(deep, &e) && file_is_folder(deep));
	assert_true(folder_make(deep, &e));
	const char *const made[] = { "z", "B", "ñ", "a1", ".hidden" };
	for (size_t i = 0; i < 5; i++)
		assert_true(file_write(path_join(&a, deep, made[i]), STR(""), &e));
	struct str *name = NULL;
	size_t n = 0;
	assert_true(folder_list(&a, deep, &name, &n, &e));
	assert_true(n == 4 && str_is(name[0], "B") && str_is(name[1], "a1") &&
		    str_is(name[2], "z") && str_is(name[3], "ñ"));
	assert_false(folder_make(path_join(&a, deep, "z/x"), &e));
	assert_int_equal(e.code, ERR_INPUT);
	e = (struct err){ 0 };
	assert_false(folder_list(&a, path_join(&a, deep, "absent"), &name, &n, &e));
	assert_int_equal(e.code, ERR_ABSENT);
	e = (struct err){ 0 };
	const char *z = path_join(&a, deep, "z"), *y = path_join(&a, deep, "y");
	assert_true(file_rename(z, y, &e) && file_exists(y) && !file_exists(z));
	assert_true(file_delete(y, &e) && !file_exists(y) && file_delete(y, &e));
	assert_false(file_delete(deep, &e));
	e = (struct err){ 0 };
	assert_true(file_delete(path_join(&a, deep, ".hidden"), &e));
	assert_string_equal(path_join(&a, "x/", "y"), "x/y");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_written_is_read_back, folder_before,
						folder_after),
		cmocka_unit_test_setup_teardown(errors_name_path_cause_and_cure, folder_before,
						folder_after),
		cmocka_unit_test_setup_teardown(a_failed_write_changes_nothing, folder_before,
						folder_after),
		cmocka_unit_test_setup_teardown(permissions_and_links_stay, folder_before,
						folder_after),
		cmocka_unit_test_setup_teardown(no_permission_is_told_apart, folder_before,
						folder_after),
		cmocka_unit_test_setup_teardown(folders_are_made_and_listed_in_order, folder_before,
						folder_after),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
