/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/body.h"

struct desk {
	struct exchange x;
	struct spool_room room;
	struct body *body;
	char folder[64];
	struct err e;
};

static int set_up(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));
	(void)snprintf(d->folder, sizeof(d->folder), "/tmp/ssme-body-XXXXXX");
	if (!mkdtemp(d->folder) || !spool_room_make(&d->room, d->folder, &d->e))
		return -1;
	arena_init(&d->x.a, EXCHANGE_ARENA_BYTES_MAX);
	*state = d;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *d = *state;
	body_drop(d->body);
	arena_drop(&d->x.a);
	/* nothing lies in the folder, and nothing is still counted */
	int left = rmdir(d->folder) != 0 || atomic_load(&d->room.n_bytes) != 0;
	free(d);
	return left;
}

static unsigned begin(struct desk *d, const char *type, uint64_t n_bytes)
{
	struct guard_body announced = { .n_bytes = n_bytes };
	d->x.in.content_type = str_of(type);
	return body_start(&d->x, &announced, &d->room, &d->body, &d->e);
}

static void put(struct desk *d, const char *text)
{
	assert_true(body_take(d->body, str_of(text)));
}

static void put_many(struct desk *d, size_t n)
{
	static char piece[64 << 10];
	for (size_t step; n; n -= step) {
		step = n < sizeof(piece) ? n : sizeof(piece);
		assert_true(body_take(d->body, (struct str){ piece, step }));
	}
}

#define MULTIPART "multipart/form-data; boundary=zz"
#define FIELD "--zz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
#define UPLOAD "--zz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n"
#define NO_FILE "--zz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n"

static void a_form_is_kept_as_it_came(void **state)
{
	struct desk *d = *state;
	assert_int_equal(begin(d, "application/x-www-form-urlencoded", 7), 0);
	put(d, "a=%4");
	put(d, "1&b");
	assert_int_equal(body_end(d->body, &d->e), 0);
	assert_true(str_is(d->x.in.body, "a=%41&b"));
}

static void fields_and_files_are_parted(void **state)
{
	struct desk *d = *state;
	char text[16] = "";
	assert_int_equal(begin(d, MULTIPART, 500), 0);
	put(d, FIELD "one\r\n" UPLOAD "12345\r\n" NO_FILE "\r\n" FIELD "two\r\n--zz--");
	assert_int_equal(body_end(d->body, &d->e), 0);
	assert_int_equal(d->x.in.n_parts, 2);
	assert_true(str_is(d->x.in.part[0].value, "one") && str_is(d->x.in.part[1].value, "two"));
	assert_int_equal(d->x.in.n_uploads, 1);
	assert_true(str_is(d->x.in.upload[0].field, "f"));
	assert_true(str_is(d->x.in.upload[0].file_name, "x"));
	assert_int_equal(d->x.in.upload[0].n_bytes, 5);
	assert_int_equal(read(d->x.in.upload[0].fd, text, sizeof(text)), 5);
	assert_string_equal(text, "12345");
	assert_int_equal(atomic_load(&d->room.n_bytes), 5);
}

static void a_large_file_goes_to_disk_without_a_name(void **state)
{
	struct desk *d = *state;
	struct stat s;
	assert_int_equal(begin(d, MULTIPART, 0), 0);
	put(d, UPLOAD);
	put_many(d, SPOOL_MEMORY_BYTES_MAX);
	put(d, "the end\r\n--zz--");
	assert_int_equal(body_end(d->body, &d->e), 0);
	assert_int_equal(d->x.in.upload[0].n_bytes, SPOOL_MEMORY_BYTES_MAX + 7);
	assert_int_equal(fstat(d->x.in.upload[0].fd, &s), 0);
	assert_int_equal(s.st_size, SPOOL_MEMORY_BYTES_MAX + 7);
	assert_int_equal(s.st_nlink, 0);
	char text[8] = "";
	assert_int_equal(pread(d->x.in.upload[0].fd, text, 7, SPOOL_MEMORY_BYTES_MAX), 7);
	assert_string_equal(text, "the end");
}

static void what_is_too_large_is_read_and_refused(void **state)
{
	struct desk *d = *state;
	assert_int_equal(begin(d, "application/json", BODY_BYTES_MAX + 1), 0);
	put_many(d, BODY_BYTES_MAX + 1);
	assert_int_equal(body_end(d->body, &d->e), 413);
	assert_int_equal(d->e.code, ERR_LIMIT);
	assert_int_equal(d->x.in.body.n, 0);
}

static void what_nobody_should_read_is_refused_at_once(void **state)
{
	struct desk *d = *state;
	assert_int_equal(begin(d, MULTIPART, BODY_DISCARD_BYTES_MAX + 1), 413);
	assert_int_equal(begin(d, MULTIPART, 0), 0);
	for (size_t n = 0; n < BODY_DISCARD_BYTES_MAX; n += 1 << 20)
		put_many(d, 1 << 20);
	assert_false(body_take(d->body, STR("x")));
}

static void files_and_fields_have_limits(void **state)
{
	struct desk *d = *state;
	assert_int_equal(begin(d, MULTIPART, 0), 0);
	for (int i = 0; i <= UPLOADS_MAX; i++)
		put(d, UPLOAD "1\r\n");
	put(d, "--zz--");
	assert_int_equal(body_end(d->body, &d->e), 413);
	body_drop(d->body);

	assert_int_equal(begin(d, MULTIPART, 0), 0);
	for (int i = 0; i <= FIELDS_MAX; i++)
		put(d, FIELD "1\r\n");
	put(d, "--zz--");
	assert_int_equal(body_end(d->body, &d->e), 413);

	assert_int_equal(begin(d, MULTIPART, 0), 0);
	put(d, FIELD);
	put_many(d, BODY_BYTES_MAX + 1);
	put(d, "\r\n--zz--");
	assert_int_equal(body_end(d->body, &d->e), 413);
}

static void all_uploads_together_have_a_limit(void **state)
{
	struct desk *d = *state;
	atomic_store(&d->room.n_bytes, SPOOL_ALL_BYTES_MAX - 3);
	assert_int_equal(begin(d, MULTIPART, 0), 0);
	put(d, UPLOAD "1234\r\n--zz--");
	assert_int_equal(body_end(d->body, &d->e), 503);
	assert_int_equal(d->e.code, ERR_BUSY);
	assert_int_equal(atomic_load(&d->room.n_bytes), SPOOL_ALL_BYTES_MAX - 3);
	atomic_store(&d->room.n_bytes, 0);
}

static void a_body_cut_short_is_refused(void **state)
{
	struct desk *d = *state;
	assert_int_equal(begin(d, MULTIPART, 0), 0);
	put(d, UPLOAD "12345");
	assert_int_equal(body_end(d->body, &d->e), 400);
	assert_int_equal(begin(d, "multipart/mixed; boundary=zz", 0), 400);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(a_form_is_kept_as_it_came),
		WITH(fields_and_files_are_parted),
		WITH(a_large_file_goes_to_disk_without_a_name),
		WITH(what_is_too_large_is_read_and_refused),
		WITH(what_nobody_should_read_is_refused_at_once),
		WITH(files_and_fields_have_limits),
		WITH(all_uploads_together_have_a_limit),
		WITH(a_body_cut_short_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
