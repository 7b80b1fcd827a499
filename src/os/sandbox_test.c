/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each case runs in a process of its own, which says by its exit status what it met. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"

#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

enum { DONE = 0, REFUSED = 1, OTHER = 2, UNCONFINED = 3 };

/* Where a deed may look: a folder granted for writing, one for reading, one for neither. */
struct place {
	char top[64], own[96], read[96], other[96];
	int shared; /* a file in memory that both processes hold */
	int port;   /* a TCP socket listens there */
};

typedef int deed(const struct place *p);

static int outcome(bool done)
{
	return done ? DONE :
		errno == EPERM || errno == EACCES || errno == EAFNOSUPPORT || errno == ENOSYS ||
			errno == EXDEV ? REFUSED : OTHER;
}

static const char *inside(char *room, const char *folder, const char *name)
{
	snprintf(room, 128, "%s/%s", folder, name);
	return room;
}

static int write_file(const char *folder, const char *name)
{
	char path[128];
	int fd = open(inside(path, folder, name), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return outcome(fd >= 0 && write(fd, "x", 1) == 1);
}

static int read_file(const char *folder)
{
	char path[128], byte;
	int fd = open(inside(path, folder, "there"), O_RDONLY | O_CLOEXEC);
	return outcome(fd >= 0 && read(fd, &byte, 1) == 1);
}

/* ---- deeds ---- */

static int writes_own(const struct place *p) { return write_file(p->own, "new"); }
static int reads_own(const struct place *p) { return read_file(p->own); }
static int writes_read_only(const struct place *p) { return write_file(p->read, "new"); }
static int reads_read_only(const struct place *p) { return read_file(p->read); }
static int reads_other(const struct place *p) { return read_file(p->other); }
static int writes_other(const struct place *p) { return write_file(p->other, "new"); }

static int renames_and_deletes_own(const struct place *p)
{
	char from[128], to[128];
	inside(from, p->own, "there");
	inside(to, p->own, "then");
	return outcome(rename(from, to) == 0 && truncate(to, 0) == 0 && unlink(to) == 0);
}

static int truncates_read_only(const struct place *p)
{
	char path[128];
	return outcome(truncate(inside(path, p->read, "there"), 0) == 0);
}

static int deletes_other(const struct place *p)
{
	char path[128];
	return outcome(unlink(inside(path, p->other, "there")) == 0);
}

static int runs_a_program(const struct place *p)
{
	(void)p;
	char *const words[] = { (char[]){ "true" }, NULL };
	return outcome(execv("/bin/true", words) == 0);
}

static int forks(const struct place *p)
{
	(void)p;
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	return outcome(child > 0);
}

static void *note(void *ran)
{
	*(bool *)ran = true;
	return NULL;
}

static int makes_a_thread(const struct place *p)
{
	(void)p;
	pthread_t thread;
	bool ran = false;
	errno = pthread_create(&thread, NULL, note, &ran);
	return outcome(errno == 0 && pthread_join(thread, NULL) == 0 && ran);
}

static int listens(const struct place *p)
{
	(void)p;
	struct sockaddr_in here = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return outcome(fd >= 0 && bind(fd, (struct sockaddr *)&here, sizeof(here)) == 0 &&
		       listen(fd, 1) == 0);
}

static int connects(const struct place *p)
{
	struct sockaddr_in there = { .sin_family = AF_INET,
				     .sin_port = htons((uint16_t)p->port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return outcome(fd >= 0 && connect(fd, (struct sockaddr *)&there, sizeof(there)) == 0);
}

static int makes_a_raw_socket(const struct place *p)
{
	(void)p;
	return outcome(socket(AF_PACKET, SOCK_RAW, 0) >= 0);
}

static int signals_its_parent(const struct place *p)
{
	(void)p;
	return outcome(kill(getppid(), 0) == 0);
}

static int traces(const struct place *p)
{
	(void)p;
	return outcome(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
}

static int mounts(const struct place *p)
{
	return outcome(mount("none", p->own, "tmpfs", 0, "") == 0);
}
static int leaves_its_name_space(const struct place *p)
{
	(void)p;
	return outcome(unshare(CLONE_NEWUSER) == 0);
}

static int calls_bpf(const struct place *p)
{
	(void)p;
	char attribute[128] = { 0 };
	return outcome(syscall(SYS_bpf, 0, attribute, sizeof(attribute)) >= 0);
}

static int calls_keyctl(const struct place *p)
{
	(void)p;
	return outcome(syscall(SYS_keyctl, 0, -3, 1) >= 0);
}

static int calls_io_uring(const struct place *p)
{
	(void)p;
	char setup[128] = { 0 };
	return outcome(syscall(SYS_io_uring_setup, 1, setup) >= 0);
}

static int maps_written_and_run(const struct place *p)
{
	(void)p;
	return outcome(mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0) != MAP_FAILED);
}

static int makes_memory_run(const struct place *p)
{
	(void)p;
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return outcome(page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0);
}

static int writes_what_is_open(const struct place *p)
{
	return outcome(write(p->shared, "done", 4) == 4 && ftruncate(p->shared, 2) == 0);
}

static int takes_memory(const struct place *p)
{
	(void)p;
	char *room = calloc(1, 1 << 20);
	bool done = room && ((volatile char *)room)[1 << 19] == 0;
	free(room);
	return outcome(done);
}

static int takes_too_much_memory(const struct place *p)
{
	(void)p;
	void *room = mmap(NULL, (size_t)256 << 20, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	errno = errno == ENOMEM ? EPERM : errno;
	return outcome(room != MAP_FAILED);
}

static int writes_too_much(const struct place *p)
{
	char block[4096] = { 0 };
	for (int i = 0; i < 1000; i++)
		if (write(p->shared, block, sizeof(block)) < 0)
			break;
	return DONE;
}

static int loops(const struct place *p)
{
	(void)p;
	for (volatile unsigned i = 0; i < UINT32_MAX; i = i + (i < 1000))
		continue;
	return DONE;
}

static int aborts(const struct place *p)
{
	(void)p;
	abort();
}

/* ---- how they are run ---- */

enum profile { SERVE, SERVE_WITH_DATABASE, PARSER };

static void make_file(const char *folder)
{
	struct err e = { 0 };
	char path[128];
	assert_true(folder_make(folder, &e));
	assert_true(file_write(inside(path, folder, "there"), STR("text"), &e));
}

static int listen_somewhere(int *ret_port)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(here);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&here, n), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&here, &n), 0);
	*ret_port = ntohs(here.sin_port);
	return fd;
}

static bool confine(enum profile profile, const struct place *p)
{
	struct err e = { 0 };
	const char *const own[] = { p->own, "/no/such/folder" };
	const char *const read_only[] = { p->read };
	struct sandbox_paths paths = { .write = own,
				       .n_write = 2,
				       .read = read_only,
				       .n_read = 1,
				       .connects = profile == SERVE_WITH_DATABASE };
	struct sandbox_limits limits = { .memory_bytes = 64u << 20,
					 .file_bytes = 1u << 20,
					 .cpu_s = 1 };
	bool done = profile == PARSER ? sandbox_parser(&limits, &e) : sandbox_serve(&paths, &e);
	if (!done)
		fprintf(stderr, "%s\n", e.msg);
	return done;
}

/* Exit status of the deed, or 256 + the signal that ended it. */
static int meet(enum profile profile, deed *act)
{
	struct place p = { .top = "/tmp/ssme-sandbox-XXXXXX" };
	int status = 0;
	assert_non_null(mkdtemp(p.top));
	snprintf(p.own, sizeof(p.own), "%s/own", p.top);
	snprintf(p.read, sizeof(p.read), "%s/read", p.top);
	snprintf(p.other, sizeof(p.other), "%s/other", p.top);
	make_file(p.own);
	make_file(p.read);
	make_file(p.other);
	p.shared = memfd_create("shared", MFD_CLOEXEC);
	int listening = listen_somewhere(&p.port);
	pid_t child = fork();
	if (child == 0)
		_exit(confine(profile, &p) ? act(&p) : UNCONFINED);
	assert_int_equal(waitpid(child, &status, 0), child);
	close(listening);
	close(p.shared);
	ARENA_SCOPE(a, 1u << 20);
	const char *const folder[] = { p.own, p.read, p.other };
	for (size_t i = 0; i < 3; i++) {
		unlink(path_join(&a, folder[i], "there"));
		unlink(path_join(&a, folder[i], "new"));
		rmdir(folder[i]);
	}
	rmdir(p.top);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

static void need(bool there)
{
	if (!there) {
		print_message("skipped: this kernel has no such confinement\n");
		skip();
	}
}

static void a_server_keeps_to_its_files(void **state)
{
	(void)state;
	need(sandbox_state().landlock_abi >= 3);
	assert_int_equal(meet(SERVE, writes_own), DONE);
	assert_int_equal(meet(SERVE, reads_own), DONE);
	assert_int_equal(meet(SERVE, renames_and_deletes_own), DONE);
	assert_int_equal(meet(SERVE, reads_read_only), DONE);
	assert_int_equal(meet(SERVE, writes_read_only), REFUSED);
	assert_int_equal(meet(SERVE, truncates_read_only), REFUSED);
	assert_int_equal(meet(SERVE, reads_other), REFUSED);
	assert_int_equal(meet(SERVE, writes_other), REFUSED);
	assert_int_equal(meet(SERVE, deletes_other), REFUSED);
}

static void a_server_makes_threads_and_nothing_else_that_runs(void **state)
{
	(void)state;
	need(sandbox_state().seccomp);
	assert_int_equal(meet(SERVE, makes_a_thread), DONE);
	assert_int_equal(meet(SERVE, forks), REFUSED);
	assert_int_equal(meet(SERVE, runs_a_program), REFUSED);
	assert_int_equal(meet(SERVE, maps_written_and_run), REFUSED);
	assert_int_equal(meet(SERVE, makes_memory_run), REFUSED);
	assert_int_equal(meet(SERVE, takes_memory), DONE);
}

static void a_server_cannot_touch_the_machine(void **state)
{
	(void)state;
	need(sandbox_state().seccomp);
	deed *const never[] = { traces, mounts, leaves_its_name_space, calls_bpf, calls_keyctl,
				calls_io_uring };
	for (size_t i = 0; i < sizeof(never) / sizeof(*never); i++)
		assert_int_equal(meet(SERVE, never[i]), REFUSED);
	if (sandbox_state().landlock_abi >= 6)
		assert_int_equal(meet(SERVE, signals_its_parent), REFUSED);
}

static void a_server_connects_only_when_its_database_is_elsewhere(void **state)
{
	(void)state;
	need(sandbox_state().seccomp);
	assert_int_equal(meet(SERVE, connects), REFUSED);
	assert_int_equal(meet(SERVE, listens), REFUSED);
	assert_int_equal(meet(SERVE_WITH_DATABASE, connects), DONE);
	assert_int_equal(meet(SERVE_WITH_DATABASE, makes_a_raw_socket), REFUSED);
	if (sandbox_state().landlock_abi >= 4)
		assert_int_equal(meet(SERVE_WITH_DATABASE, listens), REFUSED);
}

static void a_parser_reads_and_writes_what_is_open_and_takes_memory(void **state)
{
	(void)state;
	assert_int_equal(meet(PARSER, writes_what_is_open), DONE);
	assert_int_equal(meet(PARSER, takes_memory), DONE);
}

static void a_parser_has_no_file_no_socket_and_no_process(void **state)
{
	(void)state;
	need(sandbox_state().seccomp);
	deed *const tried[] = { reads_own, reads_other, writes_own, writes_other, connects, listens,
				makes_a_raw_socket, forks, makes_a_thread };
	for (size_t i = 0; i < sizeof(tried) / sizeof(*tried); i++)
		assert_int_equal(meet(PARSER, tried[i]), REFUSED);
}

static void a_parser_that_does_what_no_parser_does_is_killed(void **state)
{
	(void)state;
	need(sandbox_state().seccomp);
	deed *const killed[] = { runs_a_program, signals_its_parent, traces, mounts,
				 leaves_its_name_space, calls_bpf, calls_keyctl, calls_io_uring,
				 maps_written_and_run, makes_memory_run };
	for (size_t i = 0; i < sizeof(killed) / sizeof(*killed); i++)
		assert_int_equal(meet(PARSER, killed[i]), 256 + SIGSYS);
}

static void a_parser_past_a_limit_is_stopped(void **state)
{
	(void)state;
	/* The sanitizer's own memory has no bound, and so a child's has none. */
	if (!SANITIZED)
		assert_int_equal(meet(PARSER, takes_too_much_memory), REFUSED);
	assert_int_equal(meet(PARSER, writes_too_much), 256 + SIGXFSZ);
	assert_int_equal(meet(PARSER, loops), 256 + SIGXCPU);
	assert_int_equal(meet(PARSER, aborts), 256 + SIGABRT);
}

/* The same deeds succeed without confinement, so that the tests above can fail. */
static void without_confinement_the_deeds_succeed(void **state)
{
	(void)state;
	struct place p = { .own = "/tmp", .port = 0 };
	assert_int_equal(forks(&p), DONE);
	assert_int_equal(listens(&p), DONE);
	assert_int_equal(signals_its_parent(&p), DONE);
	assert_int_equal(makes_a_thread(&p), DONE);
	assert_int_equal(takes_memory(&p), DONE);
	assert_int_equal(maps_written_and_run(&p), DONE);
	int listening = listen_somewhere(&p.port);
	assert_int_equal(connects(&p), DONE);
	close(listening);
}

static void too_many_paths_are_refused(void **state)
{
	(void)state;
	struct err e = { 0 };
	struct sandbox_paths paths = { .n_read = SANDBOX_PATHS_MAX + 1 };
	assert_false(sandbox_serve(&paths, &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

static void the_state_is_said_in_words(void **state)
{
	(void)state;
	ARENA_SCOPE(a, 1u << 20);
	struct sandbox_state none = { 0, false }, full = { 7, true };
	assert_true(str_is(sandbox_words(&a, full, false), "landlock 7, seccomp"));
	assert_true(str_starts(sandbox_words(&a, none, true), "no landlock"));
	assert_true(str_ends(sandbox_words(&a, none, false), "sin seccomp"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_confinement_the_deeds_succeed),
		cmocka_unit_test(a_server_keeps_to_its_files),
		cmocka_unit_test(a_server_makes_threads_and_nothing_else_that_runs),
		cmocka_unit_test(a_server_cannot_touch_the_machine),
		cmocka_unit_test(a_server_connects_only_when_its_database_is_elsewhere),
		cmocka_unit_test(a_parser_reads_and_writes_what_is_open_and_takes_memory),
		cmocka_unit_test(a_parser_has_no_file_no_socket_and_no_process),
		cmocka_unit_test(a_parser_that_does_what_no_parser_does_is_killed),
		cmocka_unit_test(a_parser_past_a_limit_is_stopped),
		cmocka_unit_test(too_many_paths_are_refused),
		cmocka_unit_test(the_state_is_said_in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
