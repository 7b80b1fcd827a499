/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "app/shelf.h"
#include "os/file.h"

struct baker {
	atomic_int n_made;
	const char *words; /* NULL: fails */
	unsigned slow_us;
};

static bool bake(void *user, struct arena *a, struct str *out, struct err *e)
{
	struct baker *b = user;
	atomic_fetch_add(&b->n_made, 1);
	usleep(b->slow_us);
	if (!b->words)
		return err_say(e, ERR_LIMIT, "no cabe", "does not fit");
	struct buf w;
	buf_init(&w, a, 1 << 20);
	for (int i = 0; i < 500; i++)
		buf_puts(&w, b->words);
	*out = buf_str(&w);
	return true;
}

static char *scratch(void)
{
	static const char form[] = "/tmp/shelf-test-XXXXXX";
	char *name = malloc(sizeof(form));
	memcpy(name, form, sizeof(form));
	assert_non_null(mkdtemp(name));
	return name;
}

static struct shelved get(struct shelf *f, struct arena *a, const char *name, const char *alias,
			  struct baker *b)
{
	struct shelved s = { 0 };
	struct err e = { 0 };
	if (!shelf_get(f, a, str_of(name), str_of(alias), bake, b, &s, &e))
		fail_msg("%s", e.msg);
	return s;
}

static void remove_all(struct arena *a, const char *folder)
{
	struct str *name;
	size_t n;
	struct err e = { 0 };
	assert_true(folder_list(a, folder, &name, &n, &e));
	for (size_t i = 0; i < n; i++)
		assert_true(file_delete(path_join(a, folder, name[i].p), &e));
	assert_int_equal(rmdir(folder), 0);
}

static void what_is_known_by_its_alias_is_not_made_again(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 32 << 20);
	struct shelf *f;
	struct err e = { 0 };
	struct baker b = { .words = "pan " };
	struct shelved s;
	assert_true(shelf_make(NULL, &f, &e));
	assert_false(shelf_known(f, STR("2022"), &s));
	const struct shelved made = get(f, &a, "doc-1", "2022", &b);
	assert_true(shelf_known(f, STR("2022"), &s));
	assert_true(str_eq(s.bytes, made.bytes) && str_eq(s.tag, made.tag));
	get(f, &a, "doc-1", "2022", &b);
	assert_int_equal(b.n_made, 1);
	shelf_free(f);
}

static void the_packed_bytes_are_the_same_document(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 32 << 20);
	struct baker b = { .words = "pan " };
	const struct shelved s = get(NULL, &a, "x", "", &b);
	unsigned char plain[4096];
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)s.gzip.p,
		       .avail_in = (uInt)s.gzip.n,
		       .next_out = plain,
		       .avail_out = sizeof(plain) };
	assert_true(s.gzip.n > 0 && s.gzip.n < s.bytes.n);
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	inflateEnd(&z);
	assert_true(str_eq((struct str){ (char *)plain, z.total_out }, s.bytes));
}

static void the_folder_outlives_the_shelf_and_a_damaged_file_is_made_again(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 64 << 20);
	char *folder = scratch();
	struct shelf *f;
	struct err e = { 0 };
	struct baker b = { .words = "pan " };
	assert_true(shelf_make(folder, &f, &e));
	const struct shelved first = get(f, &a, "doc-1", "2022", &b);
	shelf_free(f);
	assert_true(shelf_make(folder, &f, &e));
	const struct shelved again = get(f, &a, "doc-1", "2022", &b);
	assert_true(str_eq(first.bytes, again.bytes));
	assert_int_equal(b.n_made, 1);
	shelf_free(f);

	struct str file;
	const char *path = path_join(&a, folder, "doc-1");
	assert_true(file_read(&a, path, 1 << 20, &file, &e));
	char *bad = str_c(&a, file);
	bad[100] ^= 1;
	assert_true(file_write(path, (struct str){ bad, file.n }, &e));
	assert_true(shelf_make(folder, &f, &e));
	const struct shelved mended = get(f, &a, "doc-1", "2022", &b);
	assert_true(str_eq(first.bytes, mended.bytes));
	assert_int_equal(b.n_made, 2);
	shelf_free(f);
	remove_all(&a, folder);
	free(folder);
}

struct asker {
	struct shelf *f;
	struct baker *b;
	const char *alias;
	size_t n;
};

static void *ask(void *user)
{
	struct asker *k = user;
	ARENA_SCOPE(a, 32 << 20);
	struct shelved s;
	struct err e = { 0 };
	if (shelf_get(k->f, &a, STR("doc-1"), str_of(k->alias), bake, k->b, &s, &e))
		k->n = s.bytes.n;
	return NULL;
}

static void who_asks_at_once_waits_for_one_maker(void **state)
{
	(void)state;
	enum { ASKERS = 8 };
	pthread_t thread[ASKERS];
	struct baker b = { .words = "pan ", .slow_us = 20000 };
	struct shelf *f;
	struct err e = { 0 };
	assert_true(shelf_make(NULL, &f, &e));
	struct asker k[ASKERS];
	for (int i = 0; i < ASKERS; i++) {
		k[i] = (struct asker){ f, &b, "2022", 0 };
		assert_int_equal(pthread_create(&thread[i], NULL, ask, &k[i]), 0);
	}
	for (int i = 0; i < ASKERS; i++) {
		pthread_join(thread[i], NULL);
		assert_int_equal(k[i].n, 2000);
	}
	assert_int_equal(b.n_made, 1);
	shelf_free(f);
}

static void a_failure_is_told_to_each_and_nothing_is_kept(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 32 << 20);
	struct shelf *f;
	struct err e = { 0 }, first = { 0 };
	struct baker b = { 0 };
	struct shelved s;
	assert_true(shelf_make(NULL, &f, &e));
	assert_false(shelf_get(f, &a, STR("doc-1"), STR("2022"), bake, &b, &s, &first));
	assert_int_equal(first.code, ERR_LIMIT);
	assert_false(shelf_known(f, STR("2022"), &s));
	b.words = "pan ";
	get(f, &a, "doc-1", "2022", &b);
	assert_int_equal(b.n_made, 2);
	shelf_free(f);
}

static void a_folder_that_cannot_be_written_is_no_error(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 32 << 20);
	struct shelf *f;
	struct err e = { 0 };
	struct baker b = { .words = "pan " };
	assert_true(shelf_make("/proc/no/such", &f, &e));
	get(f, &a, "doc-1", "", &b);
	shelf_free(f);
}

static void a_name_that_would_leave_the_folder_is_refused(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1 << 20);
	const char *const bad[] = { "", "../x", "a/b", ".x", "A", "a b" };
	struct shelf *f;
	struct err e = { 0 };
	struct baker b = { .words = "pan " };
	struct shelved s;
	assert_true(shelf_make(NULL, &f, &e));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err refused = { 0 };
		assert_false(shelf_get(f, &a, str_of(bad[i]), STR(""), bake, &b, &s, &refused));
		assert_int_equal(refused.code, ERR_INPUT);
	}
	assert_int_equal(b.n_made, 0);
	shelf_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_known_by_its_alias_is_not_made_again),
		cmocka_unit_test(the_packed_bytes_are_the_same_document),
		cmocka_unit_test(the_folder_outlives_the_shelf_and_a_damaged_file_is_made_again),
		cmocka_unit_test(who_asks_at_once_waits_for_one_maker),
		cmocka_unit_test(a_failure_is_told_to_each_and_nothing_is_kept),
		cmocka_unit_test(a_folder_that_cannot_be_written_is_no_error),
		cmocka_unit_test(a_name_that_would_leave_the_folder_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
