/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/postman.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "app/mail.h"
#include "http/inside.h"
#include "os/clock.h"
#include "os/log.h"

enum { POSTMAN_ARENA_BYTES_MAX = 16 << 20, LETTERS_A_ROUND_MAX = 500 };

struct postman {
	struct dispatch *d;
	struct mail_server server;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	atomic_bool stop;
};

static bool is_stopped(void *user)
{
	const struct postman *p = user;
	return atomic_load(&p->stop);
}

/* ---- through the writer, waiting ---- */

struct errand {
	struct write_job job; /* first */
	bool (*work)(struct store *s, void *arg, struct err *e);
	void *arg;
	pthread_mutex_t lock;
	pthread_cond_t over;
	bool is_over, kept;
	struct err e;
};

static bool run_errand(struct write_job *job, struct store *s, struct err *e)
{
	struct errand *j = (struct errand *)job;
	return j->work(s, j->arg, e);
}

static void end_errand(struct write_job *job, bool kept, const struct err *e)
{
	struct errand *j = (struct errand *)job;
	pthread_mutex_lock(&j->lock);
	j->kept = kept;
	if (!kept)
		j->e = *e;
	j->is_over = true;
	pthread_cond_signal(&j->over);
	pthread_mutex_unlock(&j->lock);
}

static bool write_waiting(void *user, bool (*work)(struct store *s, void *arg, struct err *e),
			  void *arg, struct err *e)
{
	struct postman *p = user;
	struct errand j = { .job = { .run = run_errand, .done = end_errand },
			    .work = work,
			    .arg = arg,
			    .lock = PTHREAD_MUTEX_INITIALIZER,
			    .over = PTHREAD_COND_INITIALIZER };
	if (!writer_submit(p->d->writer, &j.job, e))
		return false;
	pthread_mutex_lock(&j.lock);
	while (!j.is_over)
		pthread_cond_wait(&j.over, &j.lock);
	pthread_mutex_unlock(&j.lock);
	pthread_cond_destroy(&j.over);
	pthread_mutex_destroy(&j.lock);
	if (!j.kept)
		*e = j.e;
	return j.kept;
}

/* ---- a look at the outbox ---- */

/* A reading, so that an outbox with nothing in it costs no write. */
static bool count_due(struct postman *p, struct arena *a, int64_t *ret_n, struct err *e)
{
	struct store *s;
	if (!reader_take(p->d, &s, e))
		return false;
	store_actor(s, STR("mail"), clock_now_iso(a));
	const bool good = store_count_due(s, ret_n, e);
	reader_give(p->d, s);
	return good;
}

/* False: the mail server was shut, or the store. */
static bool send_due(struct postman *p)
{
	ARENA_SCOPE(a, POSTMAN_ARENA_BYTES_MAX);
	const struct mail_post post = { .server = &p->server,
					.pause_s = MAIL_PAUSE_SECONDS,
					.write = write_waiting,
					.user = p };
	struct mail_tally t = { 0 };
	struct err e = { 0 };
	int64_t n = 0;
	if (!count_due(p, &a, &n, &e) ||
	    (n && !mail_post_all(&a, &post, LETTERS_A_ROUND_MAX, &t, &e))) {
		log_event("mail: %s", e.msg);
		return false;
	}
	if (n)
		log_event("mail: %llu sent, %llu refused, %llu put off, %llu not sure%s%.*s",
			  (unsigned long long)t.n_taken, (unsigned long long)t.n_refused,
			  (unsigned long long)t.n_later, (unsigned long long)t.n_unsure,
			  t.closed ? "; the mail server takes nothing: " : "",
			  t.closed ? (int)t.words.n : 0, t.closed ? t.words.p : "");
	return !t.closed;
}

static void rest(struct postman *p, int seconds)
{
	struct timespec until;
	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += seconds;
	pthread_mutex_lock(&p->lock);
	while (!atomic_load(&p->stop) &&
	       pthread_cond_timedwait(&p->wake, &p->lock, &until) != ETIMEDOUT)
		;
	pthread_mutex_unlock(&p->lock);
}

static void *live(void *arg)
{
	struct postman *p = arg;
	while (!atomic_load(&p->stop))
		rest(p, send_due(p) ? POSTMAN_LOOK_SECONDS : POSTMAN_REST_SECONDS);
	return NULL;
}

bool postman_make(struct dispatch *d, const struct mail_server *server, struct postman **out,
		  struct err *e)
{
	struct postman *p = calloc(1, sizeof(*p));
	if (!p)
		abort();
	p->d = d;
	p->server = *server;
	p->server.stop = is_stopped;
	p->server.user_of_stop = p;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->wake, NULL);
	if (pthread_create(&p->thread, NULL, live, p) != 0) {
		free(p);
		return err_say(e, ERR_IO, "el sistema no da un hilo para el correo",
			       "the system gives no thread for the mail");
	}
	*out = p;
	return true;
}

void postman_free(struct postman *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	atomic_store(&p->stop, true);
	pthread_cond_signal(&p->wake);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
