/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writer on a PostgreSQL server whose line goes, who ends its connection, or who crashes: what
 * waits is done once it is back, and each job is kept once. */
#include "store/postgres_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

#include "http/writer.h"

enum { DEEDS = 6, CRASH_DEEDS = 40 };

/* What the owners of jobs were told. */
struct told {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	unsigned n, n_kept;
};
#define TOLD { .lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER }

/* A job that puts one answer; the first time it runs, it has harm done at the server behind it. */
struct deed {
	struct write_job job; /* first */
	const struct form *form;
	struct stored_answer answer;
	const char *server, *harm; /* NULL: none */
	unsigned n_run;
	struct told *told;
};

static bool put_one(struct write_job *job, struct store *s, struct err *e)
{
	struct deed *d = (struct deed *)job;
	if (!store_put_answers(s, STR("2022"), FORM_COMPANY, d->form, STR("a.csv"), &d->answer, 1,
			       e))
		return false;
	if (d->harm && d->n_run++ == 0)
		fixture_sql(d->server, d->harm);
	return true;
}

static void tell(struct write_job *job, bool kept, const struct err *e)
{
	struct deed *d = (struct deed *)job;
	if (!kept)
		print_message("%s\n", e->msg);
	pthread_mutex_lock(&d->told->lock);
	d->told->n++;
	d->told->n_kept += kept;
	pthread_cond_broadcast(&d->told->moved);
	pthread_mutex_unlock(&d->told->lock);
}

static void wait_told(struct told *t, unsigned n)
{
	pthread_mutex_lock(&t->lock);
	while (t->n < n)
		pthread_cond_wait(&t->moved, &t->lock);
	pthread_mutex_unlock(&t->lock);
}

static struct writer *writer_of(struct fixture *x)
{
	struct store *s;
	struct writer *w;
	GOOD(store_open_at(x->folder, fixture_address(x), &s, e));
	store_actor(s, STR("test"), STR("2022-07-01T15:04:05Z"));
	GOOD(writer_make(s, &w, e));
	return w;
}

static struct deed *deeds_of(struct fixture *x, struct told *t, size_t first, size_t n)
{
	struct deed *d = NEW(&x->a, n, struct deed);
	for (size_t i = 0; i < n; i++)
		d[i] = (struct deed){ .job = { .run = put_one, .done = tell },
				      .form = x->in->form[FORM_COMPANY],
				      .answer = { .cluster = STR("C001"),
						  .company = str_fmt(&x->a, "E%04zu", first + i),
						  .document = fixture_company(x, first + i) },
				      .told = t };
	return d;
}

static bool count_row(void *user, const struct db_value *column, struct err *e)
{
	(void)column;
	(void)e;
	++*(int64_t *)user;
	return true;
}

/* n answers, and no second revision of any. */
static void must_hold(struct fixture *x, int64_t n)
{
	int64_t revisions = 0;
	assert_int_equal(fixture_count(x, "2022"), n);
	GOOD(db_run(x->s->db, STMT_response_rows, NULL, count_row, &revisions, e));
	assert_int_equal(revisions, n);
	fixture_sound(x);
}

static void a_cut_line_is_mended_and_each_job_kept_once(void **state)
{
	static const enum cut cut[] = { CUT_NEXT, CUT_BEFORE_COMMIT, CUT_WITH_COMMIT,
					CUT_AFTER_COMMIT };
	struct scene *s = *state;
	struct fixture *x = set_up(s);
	struct told t = TOLD;
	struct writer *w = writer_of(x);
	for (unsigned i = 0; i < sizeof(cut) / sizeof(*cut); i++) {
		struct deed *d = deeds_of(x, &t, i * DEEDS, DEEDS);
		s->line.state->cut = cut[i];
		for (size_t k = 0; k < DEEDS; k++)
			GOOD(writer_submit(w, &d[k].job, e));
		wait_told(&t, (i + 1) * DEEDS);
		assert_int_equal(s->line.state->n_cuts, i + 1);
	}
	writer_free(w);
	assert_int_equal(t.n_kept, t.n);
	must_hold(x, t.n);
}

static void a_connection_that_is_ended_within_a_job_is_replaced(void **state)
{
	struct scene *s = *state;
	struct fixture *x = set_up(s);
	struct told t = TOLD;
	struct writer_figures f;
	struct writer *w = writer_of(x);
	struct deed *d = deeds_of(x, &t, 0, DEEDS);
	d[DEEDS / 2].server = server_address(x, &s->server);
	/* who holds the lock of writers */
	d[DEEDS / 2].harm = "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks"
			    " WHERE locktype = 'advisory' AND granted";
	for (size_t k = 0; k < DEEDS; k++)
		GOOD(writer_submit(w, &d[k].job, e));
	wait_told(&t, DEEDS);
	writer_figures(w, &f);
	writer_free(w);
	assert_int_equal(d[DEEDS / 2].n_run, 2);
	assert_true(f.n_again >= 1);
	assert_int_equal(t.n_kept, DEEDS);
	must_hold(x, DEEDS);
}

static void what_waits_while_the_server_crashes_is_done_afterwards(void **state)
{
	struct scene *s = *state;
	struct fixture *x = set_up(s);
	struct told t = TOLD;
	struct writer *w = writer_of(x);
	struct deed *d = deeds_of(x, &t, 0, CRASH_DEEDS);
	for (size_t k = 0; k < CRASH_DEEDS; k++) {
		GOOD(writer_submit(w, &d[k].job, e));
		if (k == CRASH_DEEDS / 2)
			server_stop(&s->server, SIGQUIT);
	}
	server_start(x, &s->server);
	wait_told(&t, CRASH_DEEDS);
	writer_free(w);
	assert_int_equal(t.n_kept, CRASH_DEEDS);
	must_hold(x, CRASH_DEEDS);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin_scene, end_scene)
	const struct CMUnitTest tests[] = {
		CASE(a_cut_line_is_mended_and_each_job_kept_once),
		CASE(a_connection_that_is_ended_within_a_job_is_replaced),
		CASE(what_waits_while_the_server_crashes_is_done_afterwards),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
