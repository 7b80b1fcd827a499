/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/listen.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void an_address_is_opened_and_said(void **state)
{
	(void)state;
	struct listening list[LISTEN_SOCKETS_MAX];
	struct err e = { 0 };
	size_t n = 0;
	int accepts = 0;
	socklen_t bytes = sizeof(accepts);
	assert_true(listen_open("127.0.0.1:0", list, &n, &e));
	assert_int_equal(n, 1);
	assert_true(str_starts(str_of(list[0].address), "127.0.0.1:"));
	assert_true(list[0].local);
	assert_int_equal(getsockopt(list[0].fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &bytes), 0);
	assert_int_equal(accepts, 1);
	assert_true(fcntl(list[0].fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(list[0].fd, F_GETFL) & O_NONBLOCK);
	listen_close(list, n);
}

static void the_older_ones_stay_before_the_new_one(void **state)
{
	(void)state;
	struct listening list[LISTEN_SOCKETS_MAX];
	struct err e = { 0 };
	size_t n = 0;
	assert_true(listen_open("localhost:0", list, &n, &e));
	size_t first = n;
	assert_true(first >= 1);
	for (size_t i = 0; i < first; i++)
		assert_true(list[i].local);
	if (listen_open("[::1]:0", list, &n, &e)) {
		assert_int_equal(n, first + 1);
		assert_true(str_starts(str_of(list[first].address), "[::1]:"));
		assert_true(list[first].local);
	} else {
		print_message("IPv6 skipped: %s\n", e.en);
		assert_int_equal(e.code, ERR_INPUT);
	}
	listen_close(list, n);
}

static void every_address_is_not_local(void **state)
{
	(void)state;
	struct listening list[LISTEN_SOCKETS_MAX];
	struct err e = { 0 };
	size_t n = 0;
	assert_true(listen_open("*:0", list, &n, &e));
	assert_true(n >= 1);
	for (size_t i = 0; i < n; i++)
		assert_false(list[i].local);
	listen_close(list, n);
}

static void a_port_that_is_taken_is_a_conflict(void **state)
{
	(void)state;
	struct listening list[LISTEN_SOCKETS_MAX];
	struct err e = { 0 };
	size_t n = 0;
	assert_true(listen_open("127.0.0.1:0", list, &n, &e));
	assert_false(listen_open(list[0].address, list, &n, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_int_equal(n, 1);
	listen_close(list, n);
}

static void no_form_of_an_address_is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"",
		":",
		"8080",
		":8080",
		"127.0.0.1",
		"127.0.0.1:",
		"127.0.0.1:x",
		"127.0.0.1:65536",
		"127.0.0.1:-1",
		"127.0.0.1:+80",
		"127.0.0.1: 80",
		"::1:8080",
		"[::1]",
		"[]:80",
		"[::1:80",
		"no.such.host.invalid:80",
		"203.0.113.7:0",
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct listening list[LISTEN_SOCKETS_MAX];
		struct err e = { 0 };
		size_t n = 0;
		if (listen_open(wrong[i], list, &n, &e))
			print_message("opened: %s\n", wrong[i]);
		assert_int_equal(e.code, ERR_INPUT);
		assert_int_equal(n, 0);
		assert_true(e.en[0]);
	}
}

static void there_are_not_more_than_the_limit(void **state)
{
	(void)state;
	struct listening list[LISTEN_SOCKETS_MAX];
	struct err e = { 0 };
	size_t n = 0;
	for (int i = 0; i < LISTEN_SOCKETS_MAX; i++)
		assert_true(listen_open("127.0.0.1:0", list, &n, &e));
	assert_false(listen_open("127.0.0.1:0", list, &n, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	assert_int_equal(n, LISTEN_SOCKETS_MAX);
	listen_close(list, n);
}

/* In a child, whose descriptor 3 is fd, as systemd leaves it: 0 when one socket was taken. */
static int inherit(int fd, bool for_another)
{
	struct listening list[LISTEN_SOCKETS_MAX];
	struct err e = { 0 };
	size_t n = 0;
	char id[32];
	int status = -1;
	pid_t child = fork();
	if (child == 0) {
		snprintf(id, sizeof(id), "%ld", for_another ? 1L : (long)getpid());
		setenv("LISTEN_PID", id, 1);
		setenv("LISTEN_FDS", "1", 1);
		if (dup2(fd, 3) != 3)
			_exit(9);
		bool done = listen_inherit(list, &n, &e);
		if (getenv("LISTEN_FDS"))
			_exit(8);
		_exit(!done                                                ? (int)e.code + 100
			      : n == 1 && list[0].fd == 3 && list[0].local ? 0
									   : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WEXITSTATUS(status);
}

static void sockets_of_systemd_are_taken(void **state)
{
	(void)state;
	struct listening list[LISTEN_SOCKETS_MAX];
	struct err e = { 0 };
	size_t n = 0;
	int pipe_of[2];
	assert_true(listen_open("127.0.0.1:0", list, &n, &e));
	assert_int_equal(inherit(list[0].fd, false), 0);
	assert_int_equal(inherit(list[0].fd, true), 1); /* they are for another process */
	assert_int_equal(pipe2(pipe_of, O_CLOEXEC), 0);
	assert_int_equal(inherit(pipe_of[0], false), 100 + ERR_INPUT);
	close(pipe_of[0]);
	close(pipe_of[1]);
	listen_close(list, n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_opened_and_said),
		cmocka_unit_test(the_older_ones_stay_before_the_new_one),
		cmocka_unit_test(every_address_is_not_local),
		cmocka_unit_test(a_port_that_is_taken_is_a_conflict),
		cmocka_unit_test(no_form_of_an_address_is_refused),
		cmocka_unit_test(there_are_not_more_than_the_limit),
		cmocka_unit_test(sockets_of_systemd_are_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
