/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server writes by itself, beside the deeds of those who ask.  Each is a job of the writer
 * with memory of its own; nobody waits for it, and it may be dropped. */
#include <stdlib.h>
#include <string.h>

#include "app/account.h"
#include "app/retention.h"
#include "http/inside.h"
#include "os/clock.h"
#include "os/log.h"
#include "store/audit.h"

enum side_kind { SIDE_NOTE, SIDE_TOUCH, SIDE_TIDY, SIDE_RETAIN };
enum { SIDE_ARENA_BYTES_MAX = 1 << 20, RETAIN_ARENA_BYTES_MAX = 256 << 20 };

struct side_job {
	struct write_job job; /* first */
	struct dispatch *d;
	struct arena a;
	enum side_kind kind;
	struct caller who;
	struct str now, subject, after, before_time;
	const char *deed, *outcome;
};

/* What is personal and whose time is over goes. */
static bool retain(struct side_job *j, struct store *s, struct err *e)
{
	ARENA_SCOPE(a, RETAIN_ARENA_BYTES_MAX);
	struct call c = { .a = &a, .cache = j->d->cache, .now = j->now, .store = s };
	struct retention_rule *rule;
	size_t n;
	return retention_rules(&c, &rule, &n, e) && retention_run(&c, s, false, rule, n, e);
}

static bool run_side(struct write_job *job, struct store *s, struct err *e)
{
	struct side_job *j = (struct side_job *)job;
	int64_t n;
	store_actor_from(s, j->who.name, j->who.origin, j->now);
	switch (j->kind) {
	case SIDE_NOTE:
		return store_note(s, j->deed, j->subject, (struct str){ 0 }, j->after, j->outcome,
				  e);
	case SIDE_TOUCH:
		return caller_touch(s, &j->who, j->now, e);
	case SIDE_TIDY:
		return store_tidy(s, j->now, j->before_time, &n, e);
	case SIDE_RETAIN:
		return retain(j, s, e);
	}
	return true;
}

static void end_side(struct write_job *job, bool kept, const struct err *e)
{
	struct side_job *j = (struct side_job *)job;
	if (!kept)
		log_event("side job: %s", e->msg);
	pthread_mutex_lock(&j->d->side.lock);
	j->d->side.n_waiting--;
	pthread_mutex_unlock(&j->d->side.lock);
	arena_drop(&j->a);
	free(j);
}

static struct side_job *new_job(struct dispatch *d, const struct call *c, enum side_kind kind)
{
	struct side_job *j = calloc(1, sizeof(*j));
	if (!j)
		return NULL;
	arena_init(&j->a, SIDE_ARENA_BYTES_MAX);
	j->job.run = run_side;
	j->job.done = end_side;
	j->d = d;
	j->kind = kind;
	j->who = c->caller;
	j->who.name = str_dup(&j->a, c->caller.name);
	j->who.origin = str_dup(&j->a, c->caller.origin);
	j->who.session_until = str_dup(&j->a, c->caller.session_until);
	j->who.grant = NULL;
	j->who.n_grants = 0;
	j->who.person = j->who.csrf = (struct str){ 0 };
	j->now = str_dup(&j->a, c->now);
	return j;
}

static bool take_room(struct dispatch *d)
{
	pthread_mutex_lock(&d->side.lock);
	const bool room = d->side.n_waiting < SIDE_JOBS_MAX;
	d->side.n_waiting += room;
	d->side.n_dropped += !room;
	pthread_mutex_unlock(&d->side.lock);
	return room;
}

static void submit(struct dispatch *d, struct side_job *j)
{
	struct err e = { 0 };
	if (!j)
		return;
	if (take_room(d)) {
		if (writer_submit(d->writer, &j->job, &e))
			return;
		pthread_mutex_lock(&d->side.lock);
		d->side.n_waiting--;
		d->side.n_dropped++;
		pthread_mutex_unlock(&d->side.lock);
	}
	arena_drop(&j->a);
	free(j);
}

static bool note_due(struct dispatch *d)
{
	const int64_t minute = clock_steady_ms() / 60000;
	pthread_mutex_lock(&d->side.lock);
	if (d->side.minute != minute) {
		d->side.minute = minute;
		d->side.n_notes = 0;
	}
	const bool due = d->side.n_notes < NOTES_PER_MINUTE_MAX;
	d->side.n_notes += due;
	d->side.n_dropped += !due;
	pthread_mutex_unlock(&d->side.lock);
	return due;
}

void side_note(struct dispatch *d, const struct call *c, const char *outcome)
{
	const struct command *row = c->command;
	if (c->caller.kind == CALLER_NOBODY || !note_due(d))
		return;
	struct side_job *j = new_job(d, c, SIDE_NOTE);
	if (!j)
		return;
	j->deed = row->verb ? row->verb : row->route;
	j->outcome = outcome;
	if (row->object && call_values(c, row->object)->n)
		j->subject = str_dup(&j->a, str_sub(call_text(c, row->object), 0, 128));
	submit(d, j);
}

void side_touch(struct dispatch *d, const struct call *c)
{
	const int64_t now = clock_steady_ms() / 1000;
	const bool program = c->caller.token != 0;
	const int64_t key = program ? -c->caller.token : c->caller.session;
	const int64_t wait_s = program ? TOKEN_TOUCH_SECONDS : SESSION_TOUCH_SECONDS / 2;
	const size_t at = (size_t)(uint64_t)key % TOUCHED_N;
	pthread_mutex_lock(&d->side.lock);
	const bool due = d->side.touched[at].key != key ||
			 d->side.touched[at].at_s + wait_s <= now;
	if (due) {
		d->side.touched[at].key = key;
		d->side.touched[at].at_s = now;
	}
	pthread_mutex_unlock(&d->side.lock);
	if (due)
		submit(d, new_job(d, c, SIDE_TOUCH));
}

static void begin_as_server(struct dispatch *d, const struct call *c, enum side_kind kind)
{
	struct side_job *j = new_job(d, c, kind);
	if (!j)
		return;
	j->who.name = STR("server");
	j->who.origin = (struct str){ 0 };
	j->before_time = clock_iso(&j->a, clock_now_s() - REPLIES_KEPT_SECONDS);
	submit(d, j);
}

void side_tidy(struct dispatch *d, const struct call *c)
{
	const int64_t now = clock_steady_ms() / 1000;
	pthread_mutex_lock(&d->side.lock);
	const bool tidy = d->side.tidied_s + TIDY_SECONDS <= now;
	const bool retain = !d->side.retained_s || d->side.retained_s + RETAIN_SECONDS <= now;
	if (tidy)
		d->side.tidied_s = now;
	if (retain)
		d->side.retained_s = now + 1; /* never 0 again */
	pthread_mutex_unlock(&d->side.lock);
	if (tidy)
		begin_as_server(d, c, SIDE_TIDY);
	if (retain)
		begin_as_server(d, c, SIDE_RETAIN);
}
