/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A supervisor in a process of its own keeps a toy server, and the test is its client.  The toy
 * greets each connection with a dot when it takes it, and answers it with how many processes came
 * before it and its own number.  Only what must be late is given little time: on a loaded machine
 * a process may wait long for its turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/supervise.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"
#include "os/notify.h"

enum { PATIENCE_MS = 20000 };

/* What the toy does besides answering. */
enum habit {
	PLAIN,
	DIES_AT_ONCE_SIX_TIMES,
	NEVER_STARTS,          /* for a lasting reason */
	STARTS_THIRD_TIME,     /* the first two times for a passing one */
	RELOAD_FAILS,          /* the second process cannot start */
	NEVER_STOPS,
	FALLS_SILENT,          /* the first process gives one sign of life only */
	ASKS_FOR_A_SUCCESSOR,  /* the first process does */
};

struct toy {
	enum habit habit;
	struct listening socket[LISTEN_SOCKETS_MAX];
	size_t n;
};

/* ---- the toy server ---- */

static void answer(int client, unsigned start)
{
	char line[64], request;
	snprintf(line, sizeof(line), "%u %ld\n", start, (long)getpid());
	if (write(client, ".", 1) == 1 && read(client, &request, 1) == 1)
		(void)!write(client, line, strlen(line));
	close(client);
}

/* One connection at a time; those that wait when the stop comes are answered before it ends. */
static void answer_until_stopped(const struct toy *toy, const struct supervised *s)
{
	for (;;) {
		struct pollfd p[] = { { .fd = s->socket[0].fd, .events = POLLIN },
				      { .fd = s->stop_fd, .events = POLLIN } };
		poll(p, 2, -1);
		if (p[1].revents && toy->habit != NEVER_STOPS)
			return;
		int client = p[0].revents ? accept(s->socket[0].fd, NULL, NULL) : -1;
		if (client >= 0)
			answer(client, s->start);
	}
}

static bool serve(void *user, const struct supervised *s, struct err *e)
{
	const struct toy *toy = user;
	if (toy->habit == DIES_AT_ONCE_SIX_TIMES && s->start < 6)
		raise(SIGKILL);
	if (toy->habit == NEVER_STARTS)
		return err_say(e, ERR_INPUT, "el certificado no sirve", "the certificate is bad");
	if (toy->habit == STARTS_THIRD_TIME && s->start < 2)
		return err_say(e, ERR_IO, "la base no responde", "the database does not answer");
	if (toy->habit == RELOAD_FAILS && s->start == 1)
		return err_say(e, ERR_INPUT, "el certificado no sirve", "the certificate is bad");
	supervised_ready(s);
	if (toy->habit == FALLS_SILENT && s->start == 0)
		supervised_alive(s);
	if (toy->habit == ASKS_FOR_A_SUCCESSOR && s->start == 0)
		supervised_replace(s);
	answer_until_stopped(toy, s);
	return true;
}

/* ---- the supervisor ---- */

struct run {
	struct toy toy;
	pid_t supervisor;
	struct sockaddr_in address;
};

static int supervise_toy(struct toy *toy)
{
	struct err e = { 0 };
	const unsigned drain_ms = toy->habit == NEVER_STOPS ? 300 : PATIENCE_MS;
	const unsigned alive_ms = toy->habit == FALLS_SILENT ? 200 : PATIENCE_MS;
	const struct supervise_settings settings = { .socket = toy->socket,
						     .n_sockets = toy->n,
						     .serve = serve,
						     .user = toy,
						     .drain_ms = drain_ms,
						     .alive_ms = alive_ms,
						     .english = true };
	int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nobody behind, */
	dup2(quiet, 1);                   /* and nobody who holds what reads its results */
	dup2(quiet, 2);
	if (supervise(&settings, &e))
		return 0;
	return e.code == ERR_INPUT && strcmp(e.en, "the certificate is bad") == 0 ? 42 : 43;
}

static void begin(struct run *r, enum habit habit)
{
	struct err e = { 0 };
	socklen_t n = sizeof(r->address);
	*r = (struct run){ .toy.habit = habit };
	assert_true(listen_open("127.0.0.1:0", r->toy.socket, &r->toy.n, &e));
	assert_int_equal(getsockname(r->toy.socket[0].fd, (struct sockaddr *)&r->address, &n), 0);
	r->supervisor = fork();
	if (r->supervisor == 0)
		_exit(supervise_toy(&r->toy));
	assert_true(r->supervisor > 0);
	listen_close(r->toy.socket, r->toy.n); /* only the supervisor and the toys hold it now */
}

/* Exit status of the supervisor. */
static int end_of(const struct run *r)
{
	int status = 0;
	assert_int_equal(waitpid(r->supervisor, &status, 0), r->supervisor);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int stop(const struct run *r)
{
	kill(r->supervisor, SIGTERM);
	return end_of(r);
}

/* ---- the client ---- */

static int dial(const struct run *r)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct timeval patience = { .tv_sec = 20 };
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	assert_int_equal(connect(fd, (const struct sockaddr *)&r->address, sizeof(r->address)), 0);
	return fd;
}

/* Waits until a process has taken the connection.  False: it was cut. */
static bool is_taken(int fd)
{
	char dot;
	return read(fd, &dot, 1) == 1;
}

/* Asks on an open connection that is taken.  False: it was cut. */
static bool ask_taken(int fd, int64_t *ret_start, pid_t *ret_id)
{
	char line[64] = { 0 };
	size_t n = 0;
	ssize_t got = 0;
	if (write(fd, "?", 1) == 1)
		while (n < sizeof(line) - 1 && (got = read(fd, line + n, sizeof(line) - 1 - n)) > 0)
			n += (size_t)got;
	close(fd);
	struct str rest = { line, n };
	struct str start = str_cut(&rest, ' '), id = str_trim(rest);
	int64_t number = 0;
	bool done = num_int(start, ret_start) && num_int(id, &number);
	*ret_id = (pid_t)number;
	return done;
}

static bool ask(int fd, int64_t *ret_start, pid_t *ret_id)
{
	if (is_taken(fd))
		return ask_taken(fd, ret_start, ret_id);
	close(fd);
	return false;
}

static int64_t start_now(const struct run *r, pid_t *ret_id)
{
	int64_t start = -1;
	assert_true(ask(dial(r), &start, ret_id));
	return start;
}

/* Until a process answers that so many came before.  Meanwhile the one before it may answer too, or
 * be cut off; hang_up: it is reloaded until then, for a wish that comes while a process starts is
 * not heard. */
static void wait_for(const struct run *r, int64_t wanted, bool hang_up)
{
	int64_t start = -1;
	pid_t id;
	for (int i = 0; i < 2000; i++) {
		if (ask(dial(r), &start, &id) && start >= wanted)
			break;
		if (hang_up)
			kill(r->supervisor, SIGHUP);
		usleep(5000);
	}
	assert_true(start == wanted || (hang_up && start > wanted));
}

static void wait_for_start(const struct run *r, int64_t wanted)
{
	wait_for(r, wanted, false);
}

/* ---- what should hold ---- */

static void it_serves_until_it_is_told_to_stop(void **state)
{
	(void)state;
	static const int signals[] = { SIGTERM, SIGINT };
	for (size_t i = 0; i < 2; i++) {
		struct run r;
		pid_t id;
		begin(&r, PLAIN);
		assert_int_equal(start_now(&r, &id), 0);
		assert_int_not_equal(id, r.supervisor);
		kill(r.supervisor, signals[i]);
		assert_int_equal(end_of(&r), 0);
		assert_int_equal(kill(id, 0), -1);
	}
}

static void a_process_that_dies_is_replaced_and_no_connection_is_refused(void **state)
{
	(void)state;
	struct run r;
	pid_t id, next;
	begin(&r, PLAIN);
	for (int64_t deaths = 0; deaths < 4; deaths++) {
		assert_int_equal(start_now(&r, &id), deaths);
		kill(id, SIGKILL);
		/* What was asked of the dead one is lost; what waits in the queue is not. */
		int64_t start = -1;
		while (!ask(dial(&r), &start, &next))
			continue;
		wait_for_start(&r, deaths + 1);
	}
	assert_int_equal(stop(&r), 0);
}

static void one_that_dies_at_once_is_tried_again_and_again(void **state)
{
	(void)state;
	struct run r;
	pid_t id;
	begin(&r, DIES_AT_ONCE_SIX_TIMES);
	assert_int_equal(start_now(&r, &id), 6);
	assert_int_equal(stop(&r), 0);
}

static void a_lasting_reason_ends_the_supervisor_with_it(void **state)
{
	(void)state;
	struct run r;
	begin(&r, NEVER_STARTS);
	assert_int_equal(end_of(&r), 42);
}

static void a_passing_reason_is_tried_again(void **state)
{
	(void)state;
	struct run r;
	pid_t id;
	begin(&r, STARTS_THIRD_TIME);
	assert_int_equal(start_now(&r, &id), 2);
	assert_int_equal(stop(&r), 0);
}

static void a_reload_finishes_what_was_begun(void **state)
{
	(void)state;
	struct run r;
	pid_t id;
	int64_t start = -1;
	begin(&r, PLAIN);
	assert_int_equal(start_now(&r, &id), 0);
	int open_before = dial(&r);
	assert_true(is_taken(open_before));
	kill(r.supervisor, SIGHUP);
	int fresh = dial(&r);
	assert_true(ask(fresh, &start, &id));
	assert_int_equal(start, 1);
	assert_true(ask_taken(open_before, &start, &id));
	assert_int_equal(start, 0);
	wait_for(&r, 2, true);
	assert_int_equal(stop(&r), 0);
}

static void a_reload_that_fails_leaves_the_old_process(void **state)
{
	(void)state;
	struct run r;
	pid_t id, same;
	begin(&r, RELOAD_FAILS);
	assert_int_equal(start_now(&r, &id), 0);
	/* While the second process fails, further wishes are not heard: they are said until one
	 * is. */
	for (int64_t start = 0; start < 2;) {
		kill(r.supervisor, SIGHUP);
		usleep(20000);
		start = start_now(&r, &same);
		assert_int_not_equal(start, 1);
		assert_true(start != 0 || same == id);
	}
	assert_int_equal(stop(&r), 0);
}

static void one_that_does_not_drain_is_killed(void **state)
{
	(void)state;
	struct run r;
	pid_t id;
	begin(&r, NEVER_STOPS);
	assert_int_equal(start_now(&r, &id), 0);
	assert_int_equal(stop(&r), 0);
	assert_int_equal(kill(id, 0), -1);
}

static void one_that_falls_silent_is_replaced(void **state)
{
	(void)state;
	struct run r;
	begin(&r, FALLS_SILENT);
	wait_for_start(&r, 1);
	assert_int_equal(stop(&r), 0);
}

static void one_that_asks_for_it_is_replaced(void **state)
{
	(void)state;
	struct run r;
	begin(&r, ASKS_FOR_A_SUCCESSOR);
	wait_for_start(&r, 1);
	assert_int_equal(stop(&r), 0);
}

static void without_a_supervisor_the_process_stops_by_itself(void **state)
{
	(void)state;
	struct run r;
	pid_t id;
	int status = -1;
	prctl(PR_SET_CHILD_SUBREAPER, 1); /* so that the orphan comes here */
	begin(&r, PLAIN);
	assert_int_equal(start_now(&r, &id), 0);
	kill(r.supervisor, SIGKILL);
	assert_int_equal(end_of(&r), -1);
	assert_int_equal(waitpid(id, &status, 0), id);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}

/* ---- the service manager ---- */

static void hear(int fd, const char *word)
{
	char line[256] = { 0 };
	const struct timeval patience = { .tv_sec = 20 };
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	assert_true(recv(fd, line, sizeof(line) - 1, 0) > 0);
	assert_non_null(strstr(line, word));
}

static void the_service_manager_is_told(void **state)
{
	(void)state;
	char name[64];
	struct run r;
	struct sockaddr_un here = { .sun_family = AF_UNIX };
	int n = snprintf(name, sizeof(name), "@ssme-notify-%ld", (long)getpid());
	memcpy(here.sun_path + 1, name + 1, (size_t)n - 1);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&here,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)n)), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	begin(&r, PLAIN);
	hear(fd, "READY=1");
	kill(r.supervisor, SIGHUP);
	hear(fd, "RELOADING=1\nMONOTONIC_USEC=");
	hear(fd, "READY=1");
	kill(r.supervisor, SIGTERM);
	hear(fd, "STOPPING=1");
	assert_int_equal(end_of(&r), 0);
	unsetenv("NOTIFY_SOCKET");
	notify_send("READY=1"); /* to nobody */
	close(fd);
}

static void the_watchdog_is_the_manager_s_wish(void **state)
{
	(void)state;
	assert_int_equal(notify_watchdog_ms(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	assert_int_equal(notify_watchdog_ms(), 30000);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(notify_watchdog_ms(), 0);
	unsetenv("WATCHDOG_PID");
	setenv("WATCHDOG_USEC", "soon", 1);
	assert_int_equal(notify_watchdog_ms(), 0);
	unsetenv("WATCHDOG_USEC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_serves_until_it_is_told_to_stop),
		cmocka_unit_test(a_process_that_dies_is_replaced_and_no_connection_is_refused),
		cmocka_unit_test(one_that_dies_at_once_is_tried_again_and_again),
		cmocka_unit_test(a_lasting_reason_ends_the_supervisor_with_it),
		cmocka_unit_test(a_passing_reason_is_tried_again),
		cmocka_unit_test(a_reload_finishes_what_was_begun),
		cmocka_unit_test(a_reload_that_fails_leaves_the_old_process),
		cmocka_unit_test(one_that_does_not_drain_is_killed),
		cmocka_unit_test(one_that_falls_silent_is_replaced),
		cmocka_unit_test(one_that_asks_for_it_is_replaced),
		cmocka_unit_test(without_a_supervisor_the_process_stops_by_itself),
		cmocka_unit_test(the_service_manager_is_told),
		cmocka_unit_test(the_watchdog_is_the_manager_s_wish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
