/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection that goes, a server that restarts or crashes, a standby that takes over: nothing
 * that was acknowledged is lost, nothing is done twice. */
#include "store/postgres_fixture.h"

enum { ROUNDS = 12, CRASHES = 3 };

/* One answer of company i. */
static bool put(struct fixture *x, size_t i, struct err *e)
{
	struct stored_answer answer = { STR("C001"), str_fmt(&x->a, "E%04zu", i),
					fixture_company(x, i), 0, 0 };
	return store_put_answers(x->s, STR("2022"), FORM_COMPANY, x->in->form[FORM_COMPANY],
				 STR("a.csv"), &answer, 1, e);
}

static bool count_row(void *user, const struct db_value *column, struct err *e)
{
	(void)column;
	(void)e;
	++*(int64_t *)user;
	return true;
}

/* Each answer counts, and each once: no second revision. */
static void must_hold(struct fixture *x, int64_t n)
{
	int64_t revisions = 0;
	assert_int_equal(fixture_count(x, "2022"), n);
	GOOD(db_run(x->s->db, STMT_response_rows, NULL, count_row, &revisions, e));
	assert_int_equal(revisions, n);
}

/* ---- the line ---- */

static void a_cut_line_loses_and_doubles_nothing(void **state)
{
	struct scene *s = *state;
	struct fixture *x = set_up(s);
	int64_t n = 0;
	int n_again = 0;
	for (size_t i = 0; i < ROUNDS; i++) {
		struct err e = { 0 };
		enum cut cut = (enum cut)(1 + i % 4);
		s->line.state->cut = cut;
		bool good = put(x, i, &e);
		/* the last answer never came: it counts all the same, and is told to */
		assert_true(cut != CUT_AFTER_COMMIT || good);
		/* a transaction that had done nothing is begun again unseen */
		assert_true(cut != CUT_NEXT || good);
		assert_true(cut != CUT_BEFORE_COMMIT || (!good && store_lost(x->s)));
		if (!good) {
			assert_int_equal(e.code, ERR_BUSY);
			assert_true(store_lost(x->s));
			n_again++;
			must_hold(x, n);
			e = (struct err){ 0 };
			assert_true(put(x, i, &e));
		}
		must_hold(x, ++n);
	}
	assert_true(n_again >= ROUNDS / 4);
	assert_int_equal(s->line.state->n_cuts, ROUNDS);
}

static void inside_a_transaction_all_fails_until_it_ends(void **state)
{
	struct scene *s = *state;
	struct fixture *x = set_up(s);
	GOOD(store_begin(x->s, e));
	GOOD(put(x, 1, e));
	assert_false(store_lost(x->s));
	s->line.state->cut = CUT_NEXT;
	BAD(put(x, 2, e), ERR_BUSY, "se perdió la conexión");
	assert_true(store_lost(x->s));
	BAD(put(x, 3, e), ERR_BUSY, "se perdió la conexión");
	BAD(store_end(x->s, true, e), ERR_BUSY, "se perdió la conexión");
	assert_true(store_lost(x->s));
	GOOD(store_begin(x->s, e));
	assert_false(store_lost(x->s));
	GOOD(put(x, 1, e));
	GOOD(store_end(x->s, true, e));
	must_hold(x, 1);
	/* undoing needs no line */
	GOOD(store_begin(x->s, e));
	GOOD(put(x, 2, e));
	s->line.state->cut = CUT_NEXT;
	GOOD(store_end(x->s, false, e));
	must_hold(x, 1);
}

static void a_read_is_tried_again(void **state)
{
	struct scene *s = *state;
	struct fixture *x = set_up(s);
	GOOD(put(x, 1, e));
	for (int i = 0; i < 3; i++) {
		s->line.state->cut = CUT_NEXT;
		must_hold(x, 1);
	}
	assert_int_equal(s->line.state->n_cuts, 3);
}

/* ---- the server ---- */

static void a_restart_between_transactions_is_not_noticed(void **state)
{
	struct scene *s = *state;
	struct fixture *x = set_up(s);
	static const int how[] = { SIGINT, SIGQUIT };
	for (size_t i = 0; i < 2; i++) {
		GOOD(put(x, 2 * i, e));
		server_stop(&s->server, how[i]);
		server_start(x, &s->server);
		GOOD(put(x, 2 * i + 1, e));
	}
	must_hold(x, 4);
}

static void a_server_that_stays_away_is_said_to(void **state)
{
	struct scene *s = *state;
	struct fixture *x = set_up(s);
	GOOD(put(x, 0, e));
	fixture_close(x);
	server_stop(&s->server, SIGQUIT);
	struct store *store = NULL;
	BAD(store_open_at(x->folder, WORD("postgresql://127.0.0.1:%d/postgres?user=ssme",
					  s->line.port), &store, e),
	    ERR_IO, "no hay conexión");
	struct store_finding *found;
	size_t n;
	GOOD(store_examine_at(&x->a, x->folder,
			      WORD("postgresql://127.0.0.1:%d/postgres?user=ssme", s->line.port),
			      LANG_EN, &found, &n, e));
	assert_true(n > 0 && found[0].fault && str_starts(found[0].what, "SSME_DB: no connection"));
}

/* Crashes the server after a while and starts it again; its end is that the server answers. */
static pid_t crash_and_restart(struct scene *s, int after_ms, struct server *shared)
{
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		wait_ms(after_ms);
		kill(s->server.pid, SIGQUIT);
		while (answers(server_address(s->x, &s->server)))
			wait_ms(1);
		*shared = s->server;
		/* the old one may still be putting its files away */
		while (folder_has(folder_path(&s->x->a, s->server.folder, "data/postmaster.pid")))
			wait_ms(1);
		server_start(s->x, shared);
		_exit(0);
	}
	assert_true(child > 0);
	return child;
}

/* At a moment that nobody chose, while one answer after the other is put. */
static void a_crash_under_load_loses_and_doubles_nothing(void **state)
{
	struct scene *s = *state;
	struct fixture *x = set_up(s);
	int64_t n = 0;
	struct server *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(shared != MAP_FAILED);
	/* the server that the child starts becomes ours when the child ends */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	for (int i = 0; i < CRASHES; i++) {
		pid_t crasher = crash_and_restart(s, 20 + 13 * i, shared);
		for (bool up = false; !up;) {
			struct err e = { 0 };
			bool good = put(x, (size_t)n, &e);
			if (!good && !store_lost(x->s) && e.code != ERR_BUSY)
				fail_msg("%s", e.msg);
			n += good;
			up = waitpid(crasher, NULL, WNOHANG) == crasher;
		}
		(void)waitpid(s->server.pid, NULL, 0);
		s->server = *shared;
		must_hold(x, n);
	}
	assert_true(n > CRASHES);
	munmap(shared, sizeof(*shared));
}

static void a_connection_ended_by_the_administrator_is_replaced(void **state)
{
	struct scene *s = *state;
	struct fixture *x = set_up(s);
	const char *end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
			  " WHERE application_name LIKE 'ssme %'";
	fixture_sql(server_address(x, &s->server), end);
	GOOD(put(x, 1, e));
	GOOD(store_begin(x->s, e));
	GOOD(put(x, 2, e));
	fixture_sql(server_address(x, &s->server), end);
	BAD(put(x, 3, e), ERR_BUSY, "se perdió la conexión");
	BAD(store_end(x->s, true, e), ERR_BUSY, "se perdió la conexión");
	assert_true(store_lost(x->s));
	must_hold(x, 1);
}

/* ---- a standby takes over ---- */

static void make_standby(struct scene *s)
{
	struct fixture *x = s->x;
	server_folder(x, &s->standby, "standby");
	char *word[] = { WORD("%s/pg_basebackup", postgres_programs(&x->a)),
			 WORD("-D%s/data", s->standby.folder),
			 WORD("-d%s", server_address(x, &s->server)),
			 WORD("-R"), WORD("-cfast"), WORD("-Xstream"), WORD("--no-sync"), NULL };
	run_program(word, WORD("%s/copy.log", s->standby.folder));
	server_start(x, &s->standby);
	/* from here on a commit is told when the standby has it, too */
	fixture_sql(server_address(x, &s->server),
		    "ALTER SYSTEM SET synchronous_standby_names = '*'");
	fixture_sql(server_address(x, &s->server), "SELECT pg_reload_conf()");
}

static void a_standby_takes_over_with_all_that_was_acknowledged(void **state)
{
	struct scene *s = *state;
	struct fixture *x = set_up(s);
	struct str schema = str_of(fixture_address(x));
	size_t at = 0;
	assert_true(str_find(schema, STR("&options="), &at));
	make_standby(s);
	fixture_close(x);
	const char *both = WORD("postgresql://127.0.0.1:%d,127.0.0.1:%d/postgres?user=ssme"
				"&target_session_attrs=read-write%.*s",
				s->server.port, s->standby.port,
				(int)(schema.n - at), schema.p + at);
	GOOD(store_open_at(x->folder, both, &x->s, e));
	for (size_t i = 0; i < 20; i++)
		GOOD(put(x, i, e));
	server_stop(&s->server, SIGQUIT);
	fixture_sql(server_address(x, &s->standby), "SELECT pg_promote(true)");
	for (size_t i = 20; i < 25; i++)
		GOOD(put(x, i, e)); /* on the other one now */
	must_hold(x, 25);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin_scene, end_scene)
	const struct CMUnitTest tests[] = {
		CASE(a_cut_line_loses_and_doubles_nothing),
		CASE(inside_a_transaction_all_fails_until_it_ends),
		CASE(a_read_is_tried_again),
		CASE(a_restart_between_transactions_is_not_noticed),
		CASE(a_server_that_stays_away_is_said_to),
		CASE(a_crash_under_load_loses_and_doubles_nothing),
		CASE(a_connection_ended_by_the_administrator_is_replaced),
		CASE(a_standby_takes_over_with_all_that_was_acknowledged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
