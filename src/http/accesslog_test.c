/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/accesslog.h"

static void expect_line(struct access_entry entry, const char *wanted)
{
	ARENA_SCOPE(a, 64 << 10);
	struct buf b;
	buf_init(&b, &a, ACCESS_LINE_BYTES_MAX);
	access_put(&b, &entry);
	assert_false(b.over);
	assert_string_equal(b.p, wanted);
}

static void a_line_is_one_object(void **state)
{
	(void)state;
	/* 1656687845 s are 2022-07-01T15:04:05Z, by date(1) */
	expect_line((struct access_entry){ .at_ms = INT64_C(1656687845007),
					   .id = STR("0a1b"),
					   .method = STR("POST"),
					   .route = "/api/rounds/{--round}",
					   .who = "token",
					   .status = 200,
					   .n_bytes = 12,
					   .n_ms = 3 },
		    "{\"time\":\"2022-07-01T15:04:05.007Z\",\"id\":\"0a1b\",\"method\":\"POST\","
		    "\"route\":\"/api/rounds/{--round}\",\"status\":200,\"bytes\":12,\"ms\":3,"
		    "\"who\":\"token\"}\n");
}

static void what_is_not_known_is_a_hyphen(void **state)
{
	(void)state;
	expect_line((struct access_entry){ .id = STR("0"), .method = STR("ana@example.co\n") },
		    "{\"time\":\"1970-01-01T00:00:00.000Z\",\"id\":\"0\",\"method\":\"-\","
		    "\"route\":\"-\",\"status\":0,\"bytes\":0,\"ms\":0,\"who\":\"-\"}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_one_object),
		cmocka_unit_test(what_is_not_known_is_a_hyphen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
