/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clock, randomness and log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/log.h"
#include "os/random.h"

static void moments_are_written_in_utc(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	/* values of `date -u -d @N +%FT%TZ` */
	assert_true(str_is(clock_iso(&a, 0), "1970-01-01T00:00:00Z"));
	assert_true(str_is(clock_iso(&a, 1656687845), "2022-07-01T15:04:05Z"));
	assert_true(str_is(clock_iso(&a, -1), "1969-12-31T23:59:59Z"));
	assert_true(str_is(clock_iso(&a, 951782400), "2000-02-29T00:00:00Z"));
	int64_t now = clock_now_s(), c = (int64_t)time(NULL);
	assert_true(c - now <= 1 && now - c <= 1);
	assert_true(clock_now_ms() / 1000 - now <= 1);
	int64_t steady = clock_steady_ms();
	assert_true(clock_steady_ms() >= steady);
	struct date d = clock_today();
	assert_true(date_valid(d) && d.year >= 2024);
	assert_int_equal(clock_now_iso(&a).n, 20);
}

static void random_bytes_differ_and_fill(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	unsigned char one[1000] = { 0 }, two[1000] = { 0 };
	random_bytes(one, sizeof(one));
	random_bytes(two, sizeof(two) - 1);
	assert_true(memcmp(one, two, 500) != 0 && two[999] == 0);
	bool seen[256] = { false };
	size_t n_seen = 0;
	for (size_t i = 0; i < sizeof(one); i++) {
		n_seen += !seen[one[i]];
		seen[one[i]] = true;
	}
	assert_true(n_seen > 200);
	struct str hex = random_hex(&a, 16);
	assert_int_equal(hex.n, 32);
	assert_int_equal(strspn(hex.p, "0123456789abcdef"), 32);
	assert_false(str_eq(hex, random_hex(&a, 16)));
}

static void a_line_of_the_log_is_one_line(void **state)
{
	(void)state;
	int pipe_end[2], old = dup(2);
	assert_true(old >= 0 && pipe(pipe_end) == 0 && dup2(pipe_end[1], 2) == 2);
	char big[6000];
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	log_line("a\x1b[2J\nb %d", 7);
	log_event("hello");
	log_line("%s", big);
	dup2(old, 2);
	close(old);
	close(pipe_end[1]);
	char got[20000];
	size_t n = 0;
	for (ssize_t more; (more = read(pipe_end[0], got + n, sizeof(got) - n)) > 0;)
		n += (size_t)more;
	close(pipe_end[0]);
	struct str rest = { got, n };
	struct str line = str_cut(&rest, '\n');
	assert_true(str_is(line, "ssme: a [2J b 7"));
	line = str_cut(&rest, '\n');
	assert_true(line.n == 20 + strlen(" ssme: hello") && str_ends(line, "Z ssme: hello"));
	line = str_cut(&rest, '\n');
	assert_true(line.n > 4000 && line.n < 4100 && rest.n == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_are_written_in_utc),
		cmocka_unit_test(random_bytes_differ_and_fill),
		cmocka_unit_test(a_line_of_the_log_is_one_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
