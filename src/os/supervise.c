/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One loop over signals, reports and times.  Invariants:
 *  1. at most one process is STARTING and at most one SERVING; any others are DRAINING;
 *  2. while nothing is STARTING or SERVING, and no stop was asked for, start_at_ms says when the
 *     next process is forked;
 *  3. only the supervisor holds the write end of a process's stop pipe, so its end, too, stops the
 *     process. */
#include "os/supervise.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/log.h"
#include "os/notify.h"

enum { PROCESSES_MAX = 4, SLEEP_MS = 1000, FIRST_PAUSE_MS = 50, MESSAGE_BYTES = 1024 };

enum stage { GONE, STARTING, SERVING, DRAINING };

enum word { WORD_READY, WORD_ALIVE, WORD_REPLACE, WORD_FAILED };

/* What a process says through its pipe; smaller than PIPE_BUF, so it arrives whole. */
struct report {
	uint32_t word, code;
	char es[496], en[496]; /* WORD_FAILED: as in struct err */
};

struct process {
	enum stage stage;
	pid_t id;
	int stop_fd, report_fd;
	int64_t since_ms; /* of its start */
	int64_t alive_ms; /* its last sign of life; 0: it gives none */
	int64_t kill_at_ms;
	bool failed; /* it said why: */
	struct err why;
};

struct supervisor {
	const struct supervise_settings *s;
	struct process process[PROCESSES_MAX];
	int signals;
	sigset_t old_mask;
	unsigned starts, deaths; /* deaths: one after another, without a healthy life between */
	int64_t start_at_ms, beat_at_ms, watchdog_ms;
	bool stopping, over;
	struct err why; /* over and failed */
};

PRINTF_LIKE(2, 4) PRINTF_LIKE(3, 4)
static void tell(const struct supervisor *v, const char *es, const char *en, ...)
{
	char text[MESSAGE_BYTES];
	va_list ap;
	va_start(ap, en);
	if (v->s->english)
		vsnprintf(text, sizeof(text), en, ap);
	else
		vsnprintf(text, sizeof(text), es, ap);
	va_end(ap);
	log_event("%s", text);
}

static struct process *at_stage(struct supervisor *v, enum stage stage)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++)
		if (v->process[i].stage == stage)
			return &v->process[i];
	return NULL;
}

/* ---- in the serving process ---- */

static void send_report(int fd, enum word word, const struct err *e)
{
	struct report r = { .word = (uint32_t)word };
	if (e) {
		r.code = (uint32_t)e->code;
		memcpy(r.es, e->msg, sizeof(r.es));
		memcpy(r.en, e->en, sizeof(r.en));
	}
	(void)!write(fd, &r, sizeof(r));
}

void supervised_ready(const struct supervised *s)
{
	send_report(s->report_fd, WORD_READY, NULL);
}

void supervised_alive(const struct supervised *s)
{
	send_report(s->report_fd, WORD_ALIVE, NULL);
}

void supervised_replace(const struct supervised *s)
{
	send_report(s->report_fd, WORD_REPLACE, NULL);
}

/* The keyboard's signals go to the whole group: only the supervisor heeds them. */
static void own_signals(const sigset_t *mask)
{
	const struct sigaction ignored = { .sa_handler = SIG_IGN },
			       usual = { .sa_handler = SIG_DFL };
	sigaction(SIGINT, &ignored, NULL);
	sigaction(SIGHUP, &ignored, NULL);
	sigaction(SIGPIPE, &ignored, NULL);
	sigaction(SIGTERM, &usual, NULL);
	sigprocmask(SIG_SETMASK, mask, NULL);
}

static int serve_in_child(struct supervisor *v, const struct supervised *child)
{
	struct err e = { 0 };
	own_signals(&v->old_mask);
	close(v->signals);
	for (size_t i = 0; i < PROCESSES_MAX; i++) {
		if (v->process[i].stage == GONE)
			continue;
		close(v->process[i].stop_fd);
		close(v->process[i].report_fd);
	}
	prctl(PR_SET_NAME, "ssme-serve");
	if (v->s->serve(v->s->user, child, &e))
		return 0;
	send_report(child->report_fd, WORD_FAILED, &e);
	return 1;
}

/* ---- starting ---- */

static void start_later(struct supervisor *v, int64_t pause_ms)
{
	v->start_at_ms = clock_steady_ms() + pause_ms;
}

static void close_pipes(const int *stop, const int *report)
{
	for (int i = 0; i < 2; i++) {
		close(stop[i]);
		close(report[i]);
	}
}

static bool fork_child(struct supervisor *v, struct process *p)
{
	int stop[2] = { -1, -1 }, report[2] = { -1, -1 };
	if (pipe2(stop, O_CLOEXEC) != 0 || pipe2(report, O_CLOEXEC | O_NONBLOCK) != 0) {
		close_pipes(stop, report);
		return false;
	}
	pid_t id = fork();
	if (id == 0) {
		const struct supervised child = { .socket = v->s->socket,
						  .n_sockets = v->s->n_sockets,
						  .stop_fd = stop[0],
						  .report_fd = report[1],
						  .start = v->starts };
		close(stop[1]);
		close(report[0]);
		_exit(serve_in_child(v, &child));
	}
	if (id < 0) {
		close_pipes(stop, report);
		return false;
	}
	close(stop[0]);
	close(report[1]);
	*p = (struct process){ .stage = STARTING, .id = id, .stop_fd = stop[1],
			       .report_fd = report[0], .since_ms = clock_steady_ms() };
	p->kill_at_ms = p->since_ms + SUPERVISE_START_MS;
	v->starts++;
	return true;
}

static void start(struct supervisor *v)
{
	struct process *room = at_stage(v, GONE);
	if (room && fork_child(v, room))
		return;
	tell(v, "no se pudo iniciar un proceso: %s", "no process could be started: %s",
	     room ? strerror(errno) : "PROCESSES_MAX");
	if (!at_stage(v, SERVING))
		start_later(v, RESTART_PAUSE_MS);
}

/* ---- ending ---- */

static void drain(struct supervisor *v, struct process *p)
{
	p->stage = DRAINING;
	p->kill_at_ms = clock_steady_ms() + (v->s->drain_ms ? v->s->drain_ms : SUPERVISE_DRAIN_MS);
	(void)!write(p->stop_fd, "", 1);
}

static void stop_all(struct supervisor *v)
{
	if (v->stopping) { /* asked twice: at once */
		for (size_t i = 0; i < PROCESSES_MAX; i++)
			v->process[i].kill_at_ms = 0;
		return;
	}
	v->stopping = true;
	notify_send("STOPPING=1");
	tell(v, "se detiene: termina lo que está en curso",
	     "stopping: what is going on is finished");
	for (size_t i = 0; i < PROCESSES_MAX; i++)
		if (v->process[i].stage == STARTING || v->process[i].stage == SERVING)
			drain(v, &v->process[i]);
}

static void reload(struct supervisor *v)
{
	ARENA_SCOPE(a, 1u << 12);
	if (v->stopping || at_stage(v, STARTING) || !at_stage(v, SERVING))
		return; /* a fresh process is on its way already */
	struct str lines = str_fmt(&a, "RELOADING=1\nMONOTONIC_USEC=%lld",
				   (long long)clock_steady_ms() * 1000);
	notify_send(str_c(&a, lines));
	tell(v, "recarga: inicia un proceso nuevo", "reloading: a new process starts");
	start(v);
}

static int64_t pause_of(unsigned deaths, bool served)
{
	const int64_t most = served ? RESTART_SERVED_PAUSE_MS : RESTART_PAUSE_MS;
	if (deaths <= RESTARTS_AT_ONCE)
		return 0;
	unsigned doublings = deaths - RESTARTS_AT_ONCE - 1;
	int64_t pause = doublings < 5 ? (int64_t)FIRST_PAUSE_MS << doublings : most;
	return pause < most ? pause : most;
}

static void give_up(struct supervisor *v, const struct process *p)
{
	v->why = p->why;
	v->over = true;
}

static bool lasting(const struct process *p)
{
	return p->failed && p->why.code != ERR_IO && p->why.code != ERR_BUSY;
}

static void say_death(const struct supervisor *v, const struct process *p, int status)
{
	if (p->failed)
		tell(v, "el proceso %ld terminó: %s", "process %ld ended: %s", (long)p->id,
		     err_text(&p->why, v->s->english));
	else if (WIFSIGNALED(status))
		tell(v, "el proceso %ld terminó por la señal %d", "process %ld ended by signal %d",
		     (long)p->id, WTERMSIG(status));
	else
		tell(v, "el proceso %ld terminó con estado %d", "process %ld ended with status %d",
		     (long)p->id, WEXITSTATUS(status));
}

/* A process that should live has died. */
static void replace(struct supervisor *v, const struct process *p, bool served)
{
	if (!served && at_stage(v, SERVING)) {
		tell(v, "la recarga falló; sigue el proceso anterior",
		     "the reload failed; the process before goes on");
		notify_send("READY=1\nSTATUS=reload failed");
		return;
	}
	if (!served && lasting(p)) {
		give_up(v, p);
		return;
	}
	if (at_stage(v, STARTING))
		return; /* its successor is on its way */
	v->deaths = clock_steady_ms() - p->since_ms >= RESTART_CALM_MS ? 1 : v->deaths + 1;
	start_later(v, pause_of(v->deaths, served));
}

static void bury(struct supervisor *v, struct process *p, int status)
{
	const struct process dead = *p;
	close(p->stop_fd);
	close(p->report_fd);
	*p = (struct process){ .stage = GONE };
	if (dead.stage != DRAINING || WIFSIGNALED(status))
		say_death(v, &dead, status);
	if (dead.stage != DRAINING && !v->stopping)
		replace(v, &dead, dead.stage == SERVING);
}

/* ---- what comes in ---- */

static void take_ready(struct supervisor *v, struct process *p)
{
	struct process *before = at_stage(v, SERVING);
	if (p->stage != STARTING)
		return;
	if (before)
		drain(v, before);
	p->stage = SERVING;
	notify_send("READY=1\nSTATUS=serving");
}

static void take_reports(struct supervisor *v, struct process *p)
{
	struct report r;
	while (p->stage != GONE && read(p->report_fd, &r, sizeof(r)) == (ssize_t)sizeof(r)) {
		if (r.word == WORD_READY)
			take_ready(v, p);
		if (r.word == WORD_ALIVE)
			p->alive_ms = clock_steady_ms();
		if (r.word == WORD_REPLACE && p->stage == SERVING)
			reload(v);
		if (r.word != WORD_FAILED)
			continue;
		p->failed = true;
		p->why = (struct err){ .code = r.code > ERR_NONE && r.code < ERR_CODES ?
					       (enum err_code)r.code : ERR_IO };
		memcpy(p->why.msg, r.es, sizeof(r.es) - 1);
		memcpy(p->why.en, r.en, sizeof(r.en) - 1);
	}
}

static void take_signals(struct supervisor *v)
{
	struct signalfd_siginfo info;
	while (read(v->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
			stop_all(v);
		else if (info.ssi_signo == SIGHUP)
			reload(v);
	}
}

static void look_for_dead(struct supervisor *v)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++) {
		struct process *p = &v->process[i];
		int status;
		if (p->stage == GONE || waitpid(p->id, &status, WNOHANG) != p->id)
			continue;
		take_reports(v, p); /* its last words */
		bury(v, p, status);
	}
}

/* ---- time ---- */

static bool is_late(const struct supervise_settings *s, const struct process *p, int64_t now)
{
	if (p->stage == STARTING || p->stage == DRAINING)
		return now >= p->kill_at_ms;
	int64_t silence = s->alive_ms ? s->alive_ms : SUPERVISE_ALIVE_MS;
	return p->stage == SERVING && p->alive_ms && now - p->alive_ms >= silence;
}

static void keep_time(struct supervisor *v)
{
	int64_t now = clock_steady_ms();
	for (size_t i = 0; i < PROCESSES_MAX; i++) {
		struct process *p = &v->process[i];
		if (!is_late(v->s, p, now))
			continue;
		tell(v, "el proceso %ld no responde a tiempo: se mata",
		     "process %ld does not answer in time: it is killed", (long)p->id);
		kill(p->id, SIGKILL);
		p->kill_at_ms = now + SLEEP_MS; /* not again with each turn of the loop */
		p->alive_ms = 0;
	}
	if (!v->stopping && !v->over && !at_stage(v, STARTING) && !at_stage(v, SERVING) &&
	    now >= v->start_at_ms)
		start(v);
	if (v->watchdog_ms && now >= v->beat_at_ms) {
		notify_send("WATCHDOG=1");
		v->beat_at_ms = now + v->watchdog_ms / 2;
	}
}

static int wait_ms(struct supervisor *v)
{
	int64_t now = clock_steady_ms(), next = now + SLEEP_MS;
	for (size_t i = 0; i < PROCESSES_MAX; i++) {
		const struct process *p = &v->process[i];
		if ((p->stage == STARTING || p->stage == DRAINING) && p->kill_at_ms < next)
			next = p->kill_at_ms;
	}
	if (!v->stopping && !at_stage(v, STARTING) && !at_stage(v, SERVING) &&
	    v->start_at_ms < next)
		next = v->start_at_ms;
	if (v->watchdog_ms && v->beat_at_ms < next)
		next = v->beat_at_ms;
	return next > now ? (int)(next - now) : 0;
}

static void turn(struct supervisor *v)
{
	struct pollfd wait[1 + PROCESSES_MAX] = { { .fd = v->signals, .events = POLLIN } };
	for (size_t i = 0; i < PROCESSES_MAX; i++) {
		bool there = v->process[i].stage != GONE;
		wait[1 + i] = (struct pollfd){ .fd = there ? v->process[i].report_fd : -1,
					       .events = POLLIN };
	}
	(void)!poll(wait, 1 + PROCESSES_MAX, wait_ms(v));
	for (size_t i = 0; i < PROCESSES_MAX; i++)
		if (v->process[i].stage != GONE && (wait[1 + i].revents & POLLIN))
			take_reports(v, &v->process[i]);
	take_signals(v);
	look_for_dead(v);
	keep_time(v);
}

static bool any_left(const struct supervisor *v)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++)
		if (v->process[i].stage != GONE)
			return true;
	return false;
}

bool supervise(const struct supervise_settings *s, struct err *e)
{
	struct supervisor v = { .s = s, .watchdog_ms = notify_watchdog_ms() };
	sigset_t mine;
	sigemptyset(&mine);
	sigaddset(&mine, SIGTERM);
	sigaddset(&mine, SIGINT);
	sigaddset(&mine, SIGHUP);
	sigaddset(&mine, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mine, &v.old_mask);
	v.signals = signalfd(-1, &mine, SFD_CLOEXEC | SFD_NONBLOCK);
	if (v.signals < 0) {
		sigprocmask(SIG_SETMASK, &v.old_mask, NULL);
		return err_say(e, ERR_IO, "no se pudo preparar el supervisor: %s",
			       "the supervisor could not be set up: %s", strerror(errno));
	}
	while (!v.over && (!v.stopping || any_left(&v)))
		turn(&v);
	close(v.signals);
	sigprocmask(SIG_SETMASK, &v.old_mask, NULL);
	if (!v.over)
		return true;
	notify_send("STOPPING=1");
	assert(!at_stage(&v, STARTING) && !at_stage(&v, SERVING));
	if (e->code == ERR_NONE)
		*e = v.why;
	return false;
}
