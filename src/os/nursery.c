/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a job travels.  The caller puts the input into a sealed file in memory and sends one message
 * (kind, limits, argument; three descriptors: input, output, reply) through a socket that keeps
 * messages whole, so threads need no lock.  The nursery answers with one `struct ending` in the
 * job's own reply pipe.  Invariants:
 *  1. the nursery forks at most NURSERY_JOBS_MAX children and reads no message while it has them,
 *     so what waits, waits in the socket;
 *  2. a reply pipe that closes without an ending means that the nursery is gone;
 *  3. what the child left in the output is untrusted: the caller copies it and checks an error's
 *     every field. */
#include "os/nursery.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/file.h"
#include "os/sandbox.h"

enum { IN, OUT, REPLY, N_PASSED }; /* descriptors of a message, in this order */

enum {
	CHILD_DONE = 0,
	CHILD_SAID = 1, /* `work` failed: the output holds its error */
	CHILD_BROKEN = 2, /* it could not begin */
};

enum {
	WAIT_SLACK_MS = 1000, /* the nursery's own word about time comes first */
	SLEEP_MS = 1000,      /* longest sleep of a caller and of the nursery while they wait */
};

struct nursery {
	int socket;
	pid_t process;
	struct nursery_limits limits;
};

struct message {
	int32_t kind;
	uint32_t n_argument;
	int64_t start_by_ms; /* clock_steady_ms(): too late to begin after it */
	uint64_t input_bytes;
	struct nursery_limits limits;
	char argument[NURSERY_ARGUMENT_BYTES_MAX];
};

enum how { HOW_EXITED, HOW_SIGNAL, HOW_TIME, HOW_BUSY, HOW_FAILED };

struct ending {
	int32_t how;
	int32_t number; /* exit status, signal, errno */
};

/* An error of `work` as the child leaves it: this, then the two texts. */
struct said {
	uint32_t code, n_es, n_en;
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}
#define FD_SCOPE __attribute__((cleanup(close_fd))) int

/* ---- in the child ---- */

/* The error of `work` takes the place of what it had written. */
static void leave_error(int out, const struct err *e)
{
	struct said head = { (uint32_t)e->code, (uint32_t)strlen(e->msg), (uint32_t)strlen(e->en) };
	struct err ignored = { 0 };
	if (ftruncate(out, 0) != 0 || lseek(out, 0, SEEK_SET) != 0)
		return;
	(void)!(file_put(out, "", (struct str){ (const char *)&head, sizeof(head) }, &ignored) &&
		file_put(out, "", (struct str){ e->msg, head.n_es }, &ignored) &&
		file_put(out, "", (struct str){ e->en, head.n_en }, &ignored));
}

/* One descriptor stays, as 3; stdin and stdout, and when quiet stderr too, become /dev/null. */
static bool keep_fd(int fd, bool quiet)
{
	int kept = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (kept < 0 || null < 0)
		return false;
	for (int stream = 0; stream <= 2; stream++)
		if ((stream < 2 || quiet) && dup2(null, stream) < 0)
			return false;
	return dup2(kept, 3) == 3 && close_range(4, ~0u, 0) == 0;
}

static bool map_input(int in, uint64_t n, struct str *out)
{
	struct stat st;
	*out = STR("");
	if (fstat(in, &st) != 0 || st.st_size < 0 || (uint64_t)st.st_size != n)
		return false;
	if (!n)
		return true;
	void *p = mmap(NULL, (size_t)n, PROT_READ, MAP_PRIVATE, in, 0);
	*out = (struct str){ p, (size_t)n };
	return p != MAP_FAILED;
}

/* SIGXCPU and its like must end the child, whatever the server does with signals. */
static void usual_signals(void)
{
	struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t none;
	for (int number = 1; number < NSIG; number++)
		(void)!sigaction(number, &usual, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int child(nursery_work *work, const struct message *m, const int *passed)
{
	struct err e = { 0 };
	struct nursery_job job = { .kind = m->kind,
				   .argument = { m->argument, m->n_argument } };
	const struct sandbox_limits limits = { .memory_bytes = m->limits.memory_bytes,
					       .file_bytes = m->limits.output_bytes,
					       .cpu_s = m->limits.cpu_s };
	usual_signals();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!map_input(passed[IN], m->input_bytes, &job.input) || !keep_fd(passed[OUT], true))
		return CHILD_BROKEN;
	if (!sandbox_parser(&limits, &e))
		return CHILD_BROKEN;
	if (work(&job, 3, &e))
		return CHILD_DONE;
	leave_error(3, &e);
	return CHILD_SAID;
}

/* ---- in the nursery ---- */

struct slot {
	pid_t process; /* 0: free */
	int reply;
	int64_t kill_at_ms;
	bool timed_out;
};

struct house {
	int socket, signals;
	nursery_work *work;
	struct slot slot[NURSERY_JOBS_MAX];
	size_t n_running;
};

static void reply(int fd, enum how how, int number)
{
	const struct ending ending = { (int32_t)how, (int32_t)number };
	/* A caller that has gone does not care. */
	(void)!write(fd, &ending, sizeof(ending));
	close(fd);
}

/* One message with its descriptors; *ret_closed: the server is gone. */
static bool receive(int socket, struct message *m, int *passed, bool *ret_closed)
{
	union {
		char room[CMSG_SPACE(N_PASSED * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec part = { m, sizeof(*m) };
	struct msghdr h = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room,
			    .msg_controllen = sizeof(control.room) };
	ssize_t n = recvmsg(socket, &h, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	*ret_closed = n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
	struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&h) : NULL;
	if (!c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(N_PASSED * sizeof(int)))
		return false;
	memcpy(passed, CMSG_DATA(c), N_PASSED * sizeof(int));
	return true;
}

static bool abandoned(int reply_fd)
{
	struct pollfd p = { .fd = reply_fd };
	return poll(&p, 1, 0) == 1 && (p.revents & POLLERR);
}

static void start_child(struct house *h, const struct message *m, const int *passed)
{
	size_t i = 0;
	while (h->slot[i].process)
		i++;
	pid_t process = fork();
	if (process == 0)
		_exit(child(h->work, m, passed));
	if (process < 0) {
		reply(passed[REPLY], HOW_FAILED, errno);
	} else {
		h->slot[i] = (struct slot){ .process = process,
					    .reply = passed[REPLY],
					    .kill_at_ms = clock_steady_ms() + m->limits.wall_ms };
		h->n_running++;
	}
	close(passed[IN]);
	close(passed[OUT]);
}

static void take_message(struct house *h, bool *ret_closed)
{
	struct message m;
	int passed[N_PASSED];
	if (!receive(h->socket, &m, passed, ret_closed))
		return;
	if (abandoned(passed[REPLY]) || clock_steady_ms() > m.start_by_ms) {
		reply(passed[REPLY], HOW_BUSY, 0);
		close(passed[IN]);
		close(passed[OUT]);
	} else {
		start_child(h, &m, passed);
	}
}

static void bury(struct house *h)
{
	struct signalfd_siginfo ignored;
	int status;
	(void)!read(h->signals, &ignored, sizeof(ignored));
	for (size_t i = 0; i < NURSERY_JOBS_MAX; i++) {
		struct slot *s = &h->slot[i];
		if (!s->process || waitpid(s->process, &status, WNOHANG) != s->process)
			continue;
		if (s->timed_out)
			reply(s->reply, HOW_TIME, 0);
		else if (WIFSIGNALED(status))
			reply(s->reply, HOW_SIGNAL, WTERMSIG(status));
		else
			reply(s->reply, HOW_EXITED, WEXITSTATUS(status));
		*s = (struct slot){ .reply = -1 };
		h->n_running--;
	}
}

static void kill_late(struct house *h)
{
	int64_t now = clock_steady_ms();
	for (size_t i = 0; i < NURSERY_JOBS_MAX; i++) {
		struct slot *s = &h->slot[i];
		if (s->process && !s->timed_out && now >= s->kill_at_ms) {
			s->timed_out = true;
			kill(s->process, SIGKILL);
		}
	}
}

static int next_wait_ms(const struct house *h)
{
	int64_t now = clock_steady_ms(), least = SLEEP_MS;
	for (size_t i = 0; i < NURSERY_JOBS_MAX; i++) {
		const struct slot *s = &h->slot[i];
		if (s->process && !s->timed_out && s->kill_at_ms - now < least)
			least = s->kill_at_ms > now ? s->kill_at_ms - now : 0;
	}
	return (int)least;
}

/* The nursery's whole life: until the server's end of the socket closes. */
static int keep_house(int socket, nursery_work *work)
{
	struct house h = { .socket = socket, .work = work };
	sigset_t children;
	sigfillset(&children);
	sigprocmask(SIG_SETMASK, &children, NULL);
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	h.signals = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
	if (h.signals < 0)
		return CHILD_BROKEN;
	for (bool closed = false; !closed;) {
		struct pollfd p[] = { { .fd = h.signals, .events = POLLIN },
				      { .fd = h.socket, .events = POLLIN } };
		bool full = h.n_running == NURSERY_JOBS_MAX;
		/* While full, closing is still seen: POLLHUP needs no asking. */
		p[1].events = full ? 0 : POLLIN;
		(void)!poll(p, 2, next_wait_ms(&h));
		bury(&h);
		kill_late(&h);
		if ((p[1].revents & POLLIN) && h.n_running < NURSERY_JOBS_MAX)
			take_message(&h, &closed);
		else if (p[1].revents & (POLLHUP | POLLERR))
			closed = true;
	}
	for (size_t i = 0; i < NURSERY_JOBS_MAX; i++)
		if (h.slot[i].process)
			kill(h.slot[i].process, SIGKILL);
	return CHILD_DONE;
}

/* ---- in the server ---- */

static bool no_nursery(struct err *e, int number)
{
	return err_say(e, ERR_IO, "no se pudo preparar un proceso para leer archivos: %s; revise "
		       "los límites de procesos y archivos abiertos",
		       "no process could be had for reading files: %s; check the limits of "
		       "processes and open files", strerror(number));
}

static bool busy(struct err *e, unsigned wait_ms)
{
	return err_say(e, ERR_BUSY, "hay demasiados archivos en lectura; ninguno terminó en %u s; "
		       "repita en un momento",
		       "too many files are being read; none ended within %u s; try again in a "
		       "moment", wait_ms / 1000);
}

static unsigned at_most(unsigned wanted, unsigned most)
{
	return wanted && wanted < most ? wanted : most;
}

static struct nursery_limits limits_of(const struct nursery_limits *given)
{
	struct nursery_limits l = given ? *given : (struct nursery_limits){ 0 };
	l.wait_ms = at_most(l.wait_ms, NURSERY_WAIT_MS);
	l.wall_ms = at_most(l.wall_ms, NURSERY_WALL_MS);
	l.cpu_s = at_most(l.cpu_s, NURSERY_CPU_S);
	if (!l.memory_bytes || l.memory_bytes > NURSERY_MEMORY_BYTES_MAX)
		l.memory_bytes = NURSERY_MEMORY_BYTES_MAX;
	if (!l.output_bytes || l.output_bytes > NURSERY_OUTPUT_BYTES_MAX)
		l.output_bytes = NURSERY_OUTPUT_BYTES_MAX;
	return l;
}

bool nursery_start(nursery_work *work, const struct nursery_limits *limits, struct nursery **out,
		   struct err *e)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return no_nursery(e, errno);
	pid_t process = fork();
	if (process == 0) {
		prctl(PR_SET_NAME, "ssme-nursery");
		_exit(keep_fd(pair[1], false) ? keep_house(3, work) : CHILD_BROKEN);
	}
	close(pair[1]);
	struct nursery *n = process > 0 ? calloc(1, sizeof(*n)) : NULL;
	if (!n) {
		int number = process < 0 ? errno : ENOMEM;
		close(pair[0]);
		if (process > 0)
			waitpid(process, NULL, 0);
		return no_nursery(e, number);
	}
	*n = (struct nursery){ .socket = pair[0], .process = process,
			       .limits = limits_of(limits) };
	*out = n;
	return true;
}

void nursery_stop(struct nursery *n)
{
	if (!n)
		return;
	close(n->socket);
	while (waitpid(n->process, NULL, 0) < 0 && errno == EINTR)
		continue;
	free(n);
}

bool nursery_alive(const struct nursery *n)
{
	struct pollfd p = { .fd = n->socket };
	return poll(&p, 1, 0) != 1 || !(p.revents & (POLLHUP | POLLERR));
}

long nursery_process(const struct nursery *n)
{
	return n->process;
}

/* The input in a file that nobody can change any more. */
static bool seal_input(struct str input, int *out, struct err *e)
{
	FD_SCOPE fd = memfd_create("ssme-input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return no_nursery(e, errno);
	if (!file_put(fd, "memfd", input, e))
		return false;
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
		return no_nursery(e, errno);
	*out = fd;
	fd = -1;
	return true;
}

static bool send_job(const struct nursery *n, const struct nursery_job *job, uint64_t input_bytes,
		     const int *passed, struct err *e)
{
	struct message m = { .kind = job->kind,
			     .n_argument = (uint32_t)job->argument.n,
			     .start_by_ms = clock_steady_ms() + n->limits.wait_ms,
			     .input_bytes = input_bytes,
			     .limits = n->limits };
	union {
		char room[CMSG_SPACE(N_PASSED * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec part = { &m, sizeof(m) };
	struct msghdr h = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room,
			    .msg_controllen = sizeof(control.room) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&h);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(N_PASSED * sizeof(int));
	memcpy(CMSG_DATA(c), passed, N_PASSED * sizeof(int));
	if (job->argument.n)
		memcpy(m.argument, job->argument.p, job->argument.n);
	ssize_t sent;
	do
		sent = sendmsg(n->socket, &h, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	if (sent >= 0)
		return true;
	if (errno == EAGAIN || errno == ENOBUFS || errno == ETOOMANYREFS)
		return busy(e, 0);
	return no_nursery(e, errno);
}

/* Waits for the ending; the nursery says when time is up, and this only guards against a nursery
 * that has stopped. */
static bool await(const struct nursery *n, int fd, struct ending *out, struct err *e)
{
	int64_t until = clock_steady_ms() + n->limits.wait_ms + n->limits.wall_ms + WAIT_SLACK_MS;
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = until - clock_steady_ms();
		if (left <= 0)
			return busy(e, n->limits.wait_ms);
		int ready = poll(&p, 1, left < SLEEP_MS ? (int)left : SLEEP_MS);
		if (ready < 0 && errno != EINTR)
			return no_nursery(e, errno);
		if (ready <= 0)
			continue;
		ssize_t got = read(fd, out, sizeof(*out));
		if (got == (ssize_t)sizeof(*out))
			return true;
		if (got < 0 && errno == EINTR)
			continue;
		return no_nursery(e, ECHILD);
	}
}

static bool read_output(struct arena *a, int fd, size_t limit_bytes, struct str *out, struct err *e)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return no_nursery(e, errno);
	if ((uint64_t)st.st_size > limit_bytes)
		return err_say(e, ERR_LIMIT, "lo leído pasa de %zu bytes; divida el archivo",
			       "what was read is over %zu bytes; split the file", limit_bytes);
	size_t n = (size_t)st.st_size, done = 0;
	char *p = NEW(a, n + 1, char);
	while (done < n) {
		ssize_t got = pread(fd, p + done, n - done, (off_t)done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return no_nursery(e, got < 0 ? errno : EIO);
		done += (size_t)got;
	}
	*out = (struct str){ p, n };
	return true;
}

static bool broken_file(struct err *e, const char *how)
{
	return err_say(e, ERR_INPUT, "el archivo no se pudo leer: el lector se detuvo (%s); ábralo "
		       "en una hoja de cálculo, guárdelo de nuevo y repita",
		       "the file could not be read: the reader stopped (%s); open it in a "
		       "spreadsheet, save it again and repeat", how);
}

/* What `work` said.  The child may be anybody's by now: each field is checked. */
static bool said_error(struct str left, struct err *e)
{
	struct said head;
	if (left.n < sizeof(head))
		return broken_file(e, "exit");
	memcpy(&head, left.p, sizeof(head));
	struct str text = str_sub(left, sizeof(head), left.n);
	struct str es = str_sub(text, 0, head.n_es), en = str_sub(text, head.n_es, head.n_en);
	if (head.code == ERR_NONE || head.code >= ERR_CODES || head.n_es >= sizeof(e->msg) ||
	    head.n_en >= sizeof(e->en) || !es.n || es.n + en.n != text.n ||
	    es.n != head.n_es || !utf8_valid(es, NULL) || !utf8_valid(en, NULL))
		return broken_file(e, "exit");
	if (e->code == ERR_NONE) { /* as for err_say(): the first cause stays */
		(void)!err_set(e, (enum err_code)head.code, "%.*s", STR_ARG(es));
		memcpy(e->en, en.p, en.n);
		e->en[en.n] = '\0';
	}
	return false;
}

static bool too_slow(const struct nursery *n, struct err *e)
{
	return err_say(e, ERR_LIMIT, "leer el archivo tomó más de %u s (%u s de procesador); "
		       "divídalo",
		       "reading the file took over %u s (%u s of processor time); split it",
		       n->limits.wall_ms / 1000, n->limits.cpu_s);
}

static bool killed(const struct nursery *n, int signal, struct err *e)
{
	if (signal == SIGXCPU)
		return too_slow(n, e);
	if (signal == SIGXFSZ)
		return err_say(e, ERR_LIMIT, "lo leído pasa de %zu bytes; divida el archivo",
			       "what was read is over %zu bytes; split the file",
			       n->limits.output_bytes);
	/* The arenas abort for want of memory; SIGKILL is the system's own word for it. */
	if (signal == SIGABRT || signal == SIGKILL)
		return err_say(e, ERR_LIMIT, "leer el archivo pide más de %zu MiB de memoria; "
			       "divídalo",
			       "reading the file needs more than %zu MiB of memory; split it",
			       n->limits.memory_bytes >> 20);
	return broken_file(e, sigabbrev_np(signal) ? sigabbrev_np(signal) : "?");
}

static bool judge(const struct nursery *n, struct arena *a, const struct ending *end, int fd,
		  struct str *out, struct err *e)
{
	switch ((enum how)end->how) {
	case HOW_EXITED:
		break;
	case HOW_SIGNAL:
		return killed(n, end->number, e);
	case HOW_TIME:
		return too_slow(n, e);
	case HOW_BUSY:
		return busy(e, n->limits.wait_ms);
	case HOW_FAILED:
		return no_nursery(e, end->number);
	}
	struct str left;
	if (end->number != CHILD_DONE && end->number != CHILD_SAID)
		return no_nursery(e, EPERM);
	if (!read_output(a, fd, n->limits.output_bytes, &left, e))
		return false;
	if (end->number == CHILD_SAID)
		return said_error(left, e);
	*out = left;
	return true;
}

static bool too_big(struct err *e)
{
	return err_say(e, ERR_LIMIT, "el archivo pasa de %zu MiB; divídalo",
		       "the file is over %zu MiB; split it", NURSERY_INPUT_BYTES_MAX >> 20);
}

bool nursery_run(const struct nursery *n, struct arena *a, const struct nursery_job *job,
		 struct str *out, struct err *e)
{
	FD_SCOPE in = -1;
	if (job->input.n > NURSERY_INPUT_BYTES_MAX)
		return too_big(e);
	return seal_input(job->input, &in, e) && nursery_run_file(n, a, job, in, out, e);
}

bool nursery_run_file(const struct nursery *n, struct arena *a, const struct nursery_job *job,
		      int input_fd, struct str *out, struct err *e)
{
	struct stat st;
	int pipe_of[2];
	if (job->argument.n > NURSERY_ARGUMENT_BYTES_MAX)
		return err_say(e, ERR_LIMIT, "las opciones pasan de %d bytes; acórtelas",
			       "the options are over %d bytes; shorten them",
			       NURSERY_ARGUMENT_BYTES_MAX);
	if (fstat(input_fd, &st) != 0)
		return no_nursery(e, errno);
	if ((uint64_t)st.st_size > NURSERY_INPUT_BYTES_MAX)
		return too_big(e);
	FD_SCOPE result = memfd_create("ssme-output", MFD_CLOEXEC);
	if (result < 0 || pipe2(pipe_of, O_CLOEXEC) != 0)
		return no_nursery(e, errno);
	FD_SCOPE reading = pipe_of[0];
	FD_SCOPE writing = pipe_of[1];
	const int passed[N_PASSED] = { input_fd, result, writing };
	struct ending end;
	if (!send_job(n, job, (uint64_t)st.st_size, passed, e))
		return false;
	close_fd(&writing); /* now only the nursery can write: its end is seen */
	return await(n, reading, &end, e) && judge(n, a, &end, result, out, e);
}
