/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests of PostgreSQL: a server of one's own, that can be killed, and a line to it that can
 * be cut at a chosen moment.  Servers listen on a socket in the fixture's folder and on
 * 127.0.0.1. */
#ifndef SSME_STORE_POSTGRES_FIXTURE_H
#define SSME_STORE_POSTGRES_FIXTURE_H

#include "store/fixture.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

enum { LINE_BYTES = 65536, START_TRIES = 600, START_PAUSE_MS = 20 };

struct server {
	char folder[96]; /* its data are in it, and its socket */
	int port;
	pid_t pid;
};

/* Where the line is cut, once. */
enum cut {
	CUT_NEVER,
	CUT_BEFORE_COMMIT, /* the server never hears of it */
	CUT_WITH_COMMIT,   /* it is sent, and the line goes at once */
	CUT_AFTER_COMMIT,  /* the server has answered, and nobody hears it */
	CUT_NEXT,	   /* whatever the client says next is not sent */
};

struct line_state {
	enum cut cut;
	int n_cuts;
};

struct line {
	int port;
	pid_t pid;
	struct line_state *state; /* shared with the process that passes the bytes on */
};

static inline void wait_ms(int ms)
{
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };
	nanosleep(&t, NULL);
}

/* Folder of the newest PostgreSQL's programs, or NULL. */
static inline const char *postgres_programs(struct arena *a)
{
	glob_t found;
	const char *bin = NULL;
	if (glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &found) == 0) {
		struct str path = str_of(found.gl_pathv[found.gl_pathc - 1]);
		bin = str_c(a, str_sub(path, 0, path.n - strlen("/initdb")));
		globfree(&found);
	}
	return bin;
}

/* As nobody where we are root: PostgreSQL refuses root. */
static inline pid_t start_program(char *const *word, const char *log)
{
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		int from = open("/dev/null", O_RDONLY),
		    to = open(log, O_WRONLY | O_CREAT | O_APPEND, 0666);
		if (from < 0 || to < 0 || dup2(from, 0) < 0 || dup2(to, 1) < 0 || dup2(to, 2) < 0 ||
		    (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)))
			_exit(126);
		execv(word[0], word);
		_exit(127);
	}
	assert_true(child > 0);
	return child;
}

static inline void run_program(char *const *word, const char *log)
{
	int status = 0;
	pid_t child = start_program(word, log);
	assert_true(waitpid(child, &status, 0) == child);
	if (status)
		fail_msg("%s: see %s", word[0], log);
}

static inline int free_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&at, n) == 0 &&
		    getsockname(fd, (struct sockaddr *)&at, &n) == 0);
	close(fd);
	return ntohs(at.sin_port);
}

#define WORD(...) str_c(&x->a, str_fmt(&x->a, __VA_ARGS__))

/* An administrator's address. */
static inline const char *server_address(struct fixture *x, const struct server *s)
{
	return WORD("postgresql:///postgres?host=%s&port=%d&user=ssme", s->folder, s->port);
}

static inline bool answers(const char *address)
{
	PGconn *link = PQconnectdb(address);
	bool good = PQstatus(link) == CONNECTION_OK;
	PQfinish(link);
	return good;
}

/* Starts what server_make() or a copy of it has made, and waits until it answers. */
static inline void server_start(struct fixture *x, struct server *s)
{
	char *word[] = { WORD("%s/postgres", postgres_programs(&x->a)),
			 WORD("-D%s/data", s->folder),
			 WORD("-cport=%d", s->port),
			 WORD("-cunix_socket_directories=%s", s->folder),
			 WORD("-clisten_addresses=127.0.0.1"),
			 WORD("-cautovacuum=off"),
			 WORD("-cshared_buffers=16MB"),
			 WORD("-cmax_connections=30"),
			 WORD("-cwal_sync_method=fdatasync"),
			 NULL };
	s->pid = start_program(word, WORD("%s/log", s->folder));
	for (int i = 0; !answers(server_address(x, s)); i++) {
		if (i == START_TRIES || waitpid(s->pid, NULL, WNOHANG) != 0)
			fail_msg("the server does not start: see %s/log", s->folder);
		wait_ms(START_PAUSE_MS);
	}
}

static inline void server_folder(struct fixture *x, struct server *s, const char *name)
{
	snprintf(s->folder, sizeof(s->folder), "%s/%s", x->root, name);
	assert_true(chmod(x->root, 0777) == 0 && mkdir(s->folder, 0700) == 0);
	assert_true(getuid() != 0 || chown(s->folder, 65534, 65534) == 0);
	s->port = free_port();
}

static inline void server_make(struct fixture *x, struct server *s, const char *name)
{
	server_folder(x, s, name);
	char *word[] = { WORD("%s/initdb", postgres_programs(&x->a)),
			 WORD("-D%s/data", s->folder),
			 WORD("--auth=trust"),
			 WORD("--username=ssme"),
			 WORD("--encoding=UTF8"),
			 WORD("--locale=C.UTF-8"),
			 WORD("--no-sync"),
			 NULL };
	run_program(word, WORD("%s/initdb.log", s->folder));
	server_start(x, s);
}

/* SIGQUIT: at once, as if it had crashed; SIGINT: after undoing what is under way. */
static inline void server_stop(struct server *s, int how)
{
	if (!s->pid)
		return;
	kill(s->pid, how);
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
}

/* ---- the line ---- */

static inline bool holds(const char *p, size_t n, const char *word)
{
	return memmem(p, n, word, strlen(word)) != NULL;
}

static inline int dial(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* True: cut here. */
static inline bool pass_client(struct line_state *s, int server, const char *p, size_t n)
{
	bool commit = holds(p, n, "; COMMIT"); /* the end of a transaction that wrote */
	enum cut cut = s->cut;
	char answer[64];
	if (cut == CUT_NEXT || (commit && cut == CUT_BEFORE_COMMIT))
		return true;
	if (write(server, p, n) != (ssize_t)n)
		return true;
	if (!commit || cut == CUT_NEVER || cut == CUT_BEFORE_COMMIT)
		return false;
	if (cut == CUT_AFTER_COMMIT)
		(void)!read(server, answer, sizeof(answer));
	return true;
}

/* One connection, until it is cut or over. */
static inline void pass_on(struct line_state *s, int client, int server)
{
	static char block[LINE_BYTES];
	struct pollfd fd[2] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };
	while (poll(fd, 2, -1) > 0) {
		ssize_t n = 1;
		if (fd[0].revents && (n = read(client, block, sizeof(block))) > 0 &&
		    pass_client(s, server, block, (size_t)n)) {
			s->cut = CUT_NEVER;
			s->n_cuts++;
			return;
		}
		if (n > 0 && fd[1].revents && (n = read(server, block, sizeof(block))) > 0)
			n = write(client, block, (size_t)n);
		if (n <= 0)
			return;
	}
}

static inline void line_work(struct line_state *s, int listener, int port)
{
	signal(SIGCHLD, SIG_IGN);
	for (int client; (client = accept(listener, NULL, NULL)) >= 0;) {
		if (fork() == 0) {
			int server = dial(port);
			if (server >= 0)
				pass_on(s, client, server);
			_exit(0);
		}
		close(client);
	}
}

static inline void line_start(struct line *l, int server_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&at, n) == 0 && listen(fd, 8) == 0 &&
		    getsockname(fd, (struct sockaddr *)&at, &n) == 0);
	l->port = ntohs(at.sin_port);
	l->state = mmap(NULL, sizeof(*l->state), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	assert_true(l->state != MAP_FAILED);
	fflush(NULL);
	l->pid = fork();
	if (l->pid == 0) {
		setpgid(0, 0); /* the end of the test ends all of them */
		line_work(l->state, fd, server_port);
		_exit(0);
	}
	(void)setpgid(l->pid, l->pid);
	assert_true(l->pid > 0);
	close(fd);
}

static inline void line_stop(struct line *l)
{
	if (l->pid) {
		kill(-l->pid, SIGKILL);
		waitpid(l->pid, NULL, 0);
		munmap(l->state, sizeof(*l->state));
		l->pid = 0;
	}
}

/* ---- both ---- */

struct scene {
	struct fixture *x;
	struct server server, standby;
	struct line line;
};

static inline int begin_scene(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	void *x;
	if (!s || fixture_empty(&x) != 0)
		return -1;
	s->x = x;
	s->x->server = NULL;
	*state = s;
	return 0;
}

static inline int end_scene(void **state)
{
	struct scene *s = *state;
	void *x = s->x;
	store_close(s->x->s);
	s->x->s = NULL;
	s->x->server = NULL;
	line_stop(&s->line);
	server_stop(&s->standby, SIGQUIT);
	server_stop(&s->server, SIGQUIT);
	free(s);
	return fixture_end(&x);
}

/* A store with an open round at a server of its own, behind a line that can be cut. */
static inline struct fixture *set_up(struct scene *s)
{
	struct fixture *x = s->x;
	struct stored_round r = fixture_round("2022", 2022);
	if (!postgres_programs(&x->a))
		skip();
	server_make(x, &s->server, "pg");
	line_start(&s->line, s->server.port);
	x->server = WORD("postgresql://127.0.0.1:%d/postgres?user=ssme", s->line.port);
	fixture_instrument(x);
	GOOD(store_init_at(x->folder, fixture_address(x), e));
	fixture_open(x);
	GOOD(store_put_instrument(x->s, &x->stored, e));
	GOOD(store_open_round(x->s, &r, e));
	return x;
}

#endif
