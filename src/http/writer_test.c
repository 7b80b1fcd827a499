/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/fixture.h"

#include <pthread.h>
#include <stdatomic.h>

#include "http/dispatch.h"
#include "http/writer.h"

/* A job that opens a round, and what became of it. */
struct deed {
	struct write_job job; /* first */
	struct str round;
	enum err_code fails;  /* with this, after it wrote */
	atomic_uint n_run;
	_Atomic int said;     /* 1 kept, 2 undone */
	enum err_code code;
	struct latch *gate;
};
struct latch {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	bool open;
	unsigned n_done;
};

static bool open_one(struct write_job *job, struct store *s, struct err *e)
{
	struct deed *d = (struct deed *)job;
	struct stored_round r = fixture_round("x", 2030);
	r.id = d->round;
	atomic_fetch_add(&d->n_run, 1);
	if (!store_open_round(s, &r, e))
		return false;
	return d->fails == ERR_NONE || err_set(e, d->fails, "as wished");
}

/* Holds the writer until the gate opens, so that what is sent meanwhile is one batch. */
static bool hold(struct write_job *job, struct store *s, struct err *e)
{
	struct deed *d = (struct deed *)job;
	(void)s;
	(void)e;
	pthread_mutex_lock(&d->gate->lock);
	while (!d->gate->open)
		pthread_cond_wait(&d->gate->moved, &d->gate->lock);
	pthread_mutex_unlock(&d->gate->lock);
	return true;
}

static void tell(struct write_job *job, bool kept, const struct err *e)
{
	struct deed *d = (struct deed *)job;
	pthread_mutex_lock(&d->gate->lock);
	assert_int_equal(d->said, 0);
	d->said = kept ? 1 : 2;
	d->code = e->code;
	d->gate->n_done++;
	pthread_cond_broadcast(&d->gate->moved);
	pthread_mutex_unlock(&d->gate->lock);
}

static void latch_open(struct latch *g)
{
	pthread_mutex_lock(&g->lock);
	g->open = true;
	pthread_cond_broadcast(&g->moved);
	pthread_mutex_unlock(&g->lock);
}

static void wait_done(struct latch *g, unsigned n)
{
	pthread_mutex_lock(&g->lock);
	while (g->n_done < n)
		pthread_cond_wait(&g->moved, &g->lock);
	pthread_mutex_unlock(&g->lock);
}

static struct deed deed_of(struct latch *g, struct str round, enum err_code fails)
{
	return (struct deed){ .job = { .run = open_one, .done = tell },
			      .round = round,
			      .fails = fails,
			      .gate = g };
}

static bool has_round(struct fixture *x, struct str id)
{
	struct stored_round *list;
	size_t n;
	GOOD(store_list_rounds(x->s, &x->a, &list, &n, e));
	for (size_t i = 0; i < n; i++) {
		if (str_eq(list[i].id, id))
			return true;
	}
	return false;
}

static struct writer *writer_of(struct fixture *x)
{
	struct store *s;
	struct writer *w;
	GOOD(store_open_at(x->folder, fixture_address(x), &s, e));
	store_actor(s, STR("test"), STR("2030-01-01T00:00:00Z"));
	GOOD(writer_make(s, &w, e));
	return w;
}

/* A held job, then n deeds, in one go. */
static void run_batch(struct fixture *x, struct writer *w, struct latch *g, struct deed *d,
		      size_t n)
{
	struct deed held = { .job = { .run = hold, .done = tell }, .gate = g };
	struct writer_figures f = { 0 };
	GOOD(writer_submit(w, &held.job, e));
	do
		writer_figures(w, &f);
	while (f.n_waiting);
	for (size_t i = 0; i < n; i++)
		GOOD(writer_submit(w, &d[i].job, e));
	latch_open(g);
	wait_done(g, (unsigned)n + 1);
}

#define LATCH { .lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER }

static void jobs_that_wait_are_one_transaction(void **state)
{
	struct fixture *x = *state;
	struct writer *w = writer_of(x);
	struct latch g = LATCH;
	struct deed d[20];
	struct writer_figures f;
	for (size_t i = 0; i < 20; i++)
		d[i] = deed_of(&g, str_fmt(&x->a, "r%zu", i), ERR_NONE);
	run_batch(x, w, &g, d, 20);
	writer_figures(w, &f);
	assert_int_equal(f.n_batches, 2);
	assert_int_equal(f.n_jobs, 21);
	assert_int_equal(f.n_kept, 21);
	for (size_t i = 0; i < 20; i++) {
		assert_int_equal(d[i].said, 1);
		assert_int_equal(d[i].n_run, 1);
		assert_true(has_round(x, d[i].round));
	}
	writer_free(w);
}

static void a_job_that_fails_is_undone_alone(void **state)
{
	struct fixture *x = *state;
	struct writer *w = writer_of(x);
	struct latch g = LATCH;
	struct deed d[] = { deed_of(&g, STR("a"), ERR_NONE), deed_of(&g, STR("b"), ERR_INPUT),
			    deed_of(&g, STR("c"), ERR_NONE) };
	run_batch(x, w, &g, d, 3);
	assert_true(has_round(x, STR("a")) && has_round(x, STR("c")));
	assert_false(has_round(x, STR("b")));
	assert_int_equal(d[1].said, 2);
	assert_int_equal(d[1].code, ERR_INPUT);
	assert_int_equal(d[2].n_run, 1);
	writer_free(w);
}

static void after_a_failure_of_the_system_the_others_are_done_alone(void **state)
{
	struct fixture *x = *state;
	struct writer *w = writer_of(x);
	struct latch g = LATCH;
	struct deed d[] = { deed_of(&g, STR("a"), ERR_NONE), deed_of(&g, STR("b"), ERR_IO),
			    deed_of(&g, STR("c"), ERR_NONE) };
	run_batch(x, w, &g, d, 3);
	assert_true(has_round(x, STR("a")) && has_round(x, STR("c")));
	assert_false(has_round(x, STR("b")));
	assert_int_equal(d[0].said, 1);
	assert_int_equal(d[0].n_run, 2);
	assert_int_equal(d[1].said, 2);
	assert_int_equal(d[1].code, ERR_IO);
	writer_free(w);
}

static void a_full_queue_is_said_to_be_busy(void **state)
{
	struct fixture *x = *state;
	struct writer *w = writer_of(x);
	struct latch g = LATCH;
	struct deed held = { .job = { .run = hold, .done = tell }, .gate = &g };
	struct deed *d = calloc(WRITE_QUEUE_MAX + 1, sizeof(*d));
	struct writer_figures f;
	GOOD(writer_submit(w, &held.job, e));
	do
		writer_figures(w, &f);
	while (f.n_waiting);
	for (size_t i = 0; i < WRITE_QUEUE_MAX; i++) {
		d[i] = deed_of(&g, STR("2022"), ERR_NONE); /* exists: each is refused */
		GOOD(writer_submit(w, &d[i].job, e));
	}
	d[WRITE_QUEUE_MAX] = deed_of(&g, STR("z"), ERR_NONE);
	BAD(writer_submit(w, &d[WRITE_QUEUE_MAX].job, e), ERR_BUSY, "en espera");
	latch_open(&g);
	writer_free(w); /* does what waits */
	assert_int_equal(g.n_done, WRITE_QUEUE_MAX + 1);
	assert_int_equal(d[WRITE_QUEUE_MAX].said, 0);
	for (size_t i = 0; i < WRITE_QUEUE_MAX; i++)
		assert_int_equal(d[i].code, ERR_CONFLICT);
	free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(jobs_that_wait_are_one_transaction, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(a_job_that_fails_is_undone_alone, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(
			after_a_failure_of_the_system_the_others_are_done_alone, fixture_filled,
			fixture_end),
		cmocka_unit_test_setup_teardown(a_full_queue_is_said_to_be_busy, fixture_filled,
						fixture_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
