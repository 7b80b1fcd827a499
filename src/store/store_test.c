/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/fixture.h"

#include <fcntl.h>

/* ---- folder ---- */

static void init_makes_a_private_folder_once(void **state)
{
	struct fixture *x = *state;
	struct stat st;
	GOOD(store_init_at(x->folder, fixture_address(x), e));
	assert_true(stat(x->folder, &st) == 0 && (st.st_mode & 0777) == 0700);
	assert_true(stat(fixture_path(x, "data/ssme.key"), &st) == 0 &&
		    (st.st_mode & 0777) == 0600);
	assert_true(x->server || (stat(fixture_path(x, "data/ssme.db"), &st) == 0 &&
				  (st.st_mode & 0777) == 0600));
	assert_false(folder_has(fixture_path(x, "data/ssme.db.new")));
	assert_false(x->server && folder_has(fixture_path(x, "data/ssme.db")));
	BAD(store_init_at(x->folder, fixture_address(x), e), ERR_CONFLICT, "ya ");
	fixture_open(x);
	fixture_close(x);
	fixture_sound(x);
}

static void opening_nothing_says_how_to_make_it(void **state)
{
	struct fixture *x = *state;
	struct store *s = NULL;
	BAD(store_open_at(x->folder, fixture_address(x), &s, e), ERR_ABSENT, "init");
	assert_null(s);
	assert_false(folder_has(x->folder));
}

static void put_file(struct fixture *x, const char *name, const char *text, size_t n)
{
	int fd = open(fixture_path(x, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0 && write(fd, text, n) == (ssize_t)n);
	close(fd);
}

static void foreign_files_are_no_store(void **state)
{
	struct fixture *x = *state;
	struct store *s = NULL;
	sqlite3 *other;
	struct str what;
	fixture_needs_file(x);
	assert_true(mkdir(x->folder, 0700) == 0);
	put_file(x, "data/ssme.db",
		 "this is a text, not a database, and it is long enough to have a header", 70);
	BAD(store_open_at(x->folder, fixture_address(x), &s, e), ERR_IO,
	    "no es una base de datos de ssme");
	assert_true(fixture_faults(x, &what) == 1);
	put_file(x, "data/ssme.db", "", 0);
	BAD(store_open_at(x->folder, fixture_address(x), &s, e), ERR_IO,
	    "no es una base de datos de ssme");
	/* a database of another program */
	assert_int_equal(sqlite3_open(fixture_path(x, "data/ssme.db"), &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "CREATE TABLE migration (number)", NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(other);
	BAD(store_open_at(x->folder, fixture_address(x), &s, e), ERR_IO,
	    "no es una base de datos de ssme");
}

static void a_newer_schema_is_refused(void **state)
{
	struct fixture *x = *state;
	struct store *s = NULL;
	fixture_close(x);
	fixture_harm(x, "INSERT INTO migration VALUES (9999, 'from the future')");
	BAD(store_open_at(x->folder, fixture_address(x), &s, e), ERR_INPUT, "más nueva");
}

static void a_locked_store_is_busy(void **state)
{
	struct fixture *x = *state;
	struct store *other;
	struct stored_round r = fixture_round("2023", 2023);
	GOOD(store_open_at(x->folder, fixture_address(x), &other, e));
	db_patience(other->db, 20);
	GOOD(store_begin(x->s, e));
	BAD(store_open_round(other, &r, e), ERR_BUSY, "otro proceso");
	GOOD(store_end(x->s, true, e));
	GOOD(store_open_round(other, &r, e));
	store_close(other);
}

/* In a child that may not write there; root gives its power away first. */
static void a_folder_that_is_read_only_says_so(void **state)
{
	struct fixture *x = *state;
	fixture_needs_file(x);
	fixture_close(x);
	assert_true(mkdir(fixture_path(x, "closed"), 0700) == 0 &&
		    mkdir(fixture_path(x, "closed/data"), 0700) == 0);
	if (getuid() != 0)
		assert_int_equal(chmod(fixture_path(x, "closed"), 0), 0);
	assert_true(chmod(x->root, 0755) == 0 && chmod(x->folder, 0555) == 0);
	assert_true(chmod(fixture_path(x, "data/ssme.db"), 0444) == 0);
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		struct store *s = NULL;
		struct stored_round r = fixture_round("2023", 2023);
		if (getuid() == 0 && setuid(65534) != 0)
			_exit(3);
		bool open = store_open_at(x->folder, fixture_address(x), &s, &x->e);
		if (open && store_open_round(s, &r, &x->e))
			_exit(1);
		if (x->e.code != ERR_IO || !strstr(x->e.msg, "permiso"))
			_exit(2);
		x->e = (struct err){ 0 };
		_exit(store_init(fixture_path(x, "data/inner"), &x->e) || x->e.code != ERR_IO ? 4
											      : 0);
	}
	int status = 0;
	assert_true(waitpid(child, &status, 0) == child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(chmod(x->folder, 0700) == 0 && chmod(fixture_path(x, "closed"), 0700) == 0);
}

/* ---- instruments ---- */

static void an_instrument_is_published_once(void **state)
{
	struct fixture *x = *state;
	struct stored_instrument other = x->stored, got, *list;
	size_t n;
	GOOD(store_put_instrument(x->s, &x->stored, e)); /* the same again */
	other.sha256 = STR("0000");
	BAD(store_put_instrument(x->s, &other, e), ERR_CONFLICT, "otro contenido");
	other = x->stored;
	other.version = STR("2");
	other.published_at = STR("2021-01-01T00:00:00Z");
	GOOD(store_put_instrument(x->s, &other, e));
	GOOD(store_list_instruments(x->s, &x->a, &list, &n, e));
	assert_int_equal(n, 2);
	assert_true(str_is(list[0].version, "2") && str_is(list[1].version, "1")); /* by time */
	GOOD(store_get_instrument(x->s, &x->a, STR("mini"), STR("1"), &got, e));
	assert_true(str_eq(got.canonical, x->stored.canonical) &&
		    str_eq(got.sha256, x->stored.sha256));
	assert_true(str_is(got.published_at, "2022-07-01T15:04:05Z"));
	BAD(store_get_instrument(x->s, &x->a, STR("mini"), STR("3"), &got, e), ERR_ABSENT,
	    "mini@2, mini@1");
}

/* ---- register ---- */

static void the_register_is_updated_and_lineage_added_once(void **state)
{
	struct fixture *x = *state;
	struct cluster_register r;
	fixture_register(x);
	fixture_register(x);
	GOOD(store_get_register(x->s, &x->a, &r, e));
	assert_int_equal(r.n, 2);
	assert_int_equal(r.n_lineage, 1);
	assert_true(str_is(r.cluster[0].id, "C001") && r.cluster[0].active && !r.cluster[1].active);
	assert_int_equal(r.cluster[0].since_day, 15340); /* 2012-01-01 */
	assert_int_equal(r.cluster[0].until_day, INT32_MAX);
	assert_int_equal(r.cluster[1].since_day, 16495); /* 2015-03-01 */
	assert_int_equal(r.cluster[1].until_day, 18262); /* 2020-01-01 */
	assert_true(str_is(r.lineage[0].event, "rename") && r.lineage[0].day == 17897);
	struct cluster_entry later = r.cluster[0];
	later.name = STR("Café y cacao");
	struct cluster_register one = { &later, 1, NULL, 0 };
	GOOD(store_put_register(x->s, &one, e));
	GOOD(store_get_register(x->s, &x->a, &r, e));
	assert_true(r.n == 2 && str_is(r.cluster[0].name, "Café y cacao"));
}

/* ---- rounds ---- */

static void rounds_go_forward_only(void **state)
{
	struct fixture *x = *state;
	struct stored_round r = fixture_round("2022", 2022), got, *list;
	size_t n;
	BAD(store_open_round(x->s, &r, e), ERR_CONFLICT, "2022 ya existe");
	r = fixture_round("2016", 2016);
	r.instrument_version = STR("7");
	BAD(store_open_round(x->s, &r, e), ERR_ABSENT, "mini@1");
	r.instrument_version = STR("1");
	r.from = STR("2016-07-01");
	r.to = STR("2016-12-31");
	GOOD(store_open_round(x->s, &r, e));
	GOOD(store_list_rounds(x->s, &x->a, &list, &n, e));
	assert_true(n == 2 && str_is(list[0].id, "2016") && str_is(list[1].id, "2022"));
	assert_true(str_is(list[0].from, "2016-07-01") && str_is(list[0].to, "2016-12-31") &&
		    list[0].synthetic);
	BAD(store_publish_round(x->s, STR("2022"), e), ERR_CONFLICT,
	    "está abierta y tendría que estar congelada");
	GOOD(store_freeze_round(x->s, STR("2022"), STR("abc"), e));
	BAD(store_freeze_round(x->s, STR("2022"), STR("abd"), e), ERR_CONFLICT,
	    "está congelada");
	BAD(fixture_put(x, "2022", 1, "late.csv", e), ERR_CONFLICT, "no recibe");
	GOOD(store_publish_round(x->s, STR("2022"), e));
	BAD(fixture_put(x, "2022", 1, "late.csv", e), ERR_CONFLICT, "no recibe");
	GOOD(store_get_round(x->s, &x->a, STR("2022"), &got, e));
	assert_true(got.state == ROUND_PUBLISHED && str_is(got.data_sha256, "abc"));
	assert_true(str_is(got.frozen_at, "2022-07-01T15:04:05Z") && got.n_company_answers == 0);
	BAD(store_get_round(x->s, &x->a, STR("2021"), &got, e), ERR_ABSENT, "2016, 2022");
}

/* Twice with the store that counted first, and with one that was not there then. */
static void only_published_rounds_are_listed_with_what_they_had(void **state)
{
	struct fixture *x = *state;
	struct stored_round other = fixture_round("2024", 2024), *list;
	struct store *late;
	size_t n;
	fixture_register(x);
	GOOD(fixture_put(x, "2022", 3, "a.csv", e));
	GOOD(store_list_published(x->s, &x->a, &list, &n, e));
	assert_int_equal(n, 0);
	GOOD(store_list_rounds(x->s, &x->a, &list, &n, e));
	const int64_t clusters = list[0].n_cluster_answers, companies = list[0].n_company_answers;
	assert_true(n == 1 && clusters + companies == 3);
	GOOD(store_freeze_round(x->s, STR("2022"), fixture_hash(x, "2022"), e));
	GOOD(store_publish_round(x->s, STR("2022"), e));
	GOOD(store_open_round(x->s, &other, e));
	GOOD(fixture_put(x, "2024", 2, "b.csv", e));
	GOOD(store_open_at(x->folder, fixture_address(x), &late, e));
	for (int i = 0; i < 3; i++) {
		GOOD(store_list_published(i < 2 ? x->s : late, &x->a, &list, &n, e));
		assert_true(n == 1 && str_is(list[0].id, "2022"));
		assert_true(list[0].n_cluster_answers == clusters &&
			    list[0].n_company_answers == companies);
	}
	/* what is open goes on being counted */
	GOOD(store_list_rounds(late, &x->a, &list, &n, e));
	assert_true(n == 2 && list[1].n_cluster_answers + list[1].n_company_answers == 2);
	GOOD(fixture_put(x, "2024", 4, "c.csv", e));
	GOOD(store_list_rounds(late, &x->a, &list, &n, e));
	assert_true(n == 2 && list[1].n_cluster_answers + list[1].n_company_answers == 4);
	GOOD(store_list_round_heads(late, &x->a, &list, &n, e));
	assert_true(n == 2 && list[0].state == ROUND_PUBLISHED && list[0].n_company_answers == 0);
	store_close(late);
}

static void a_frozen_round_keeps_its_register(void **state)
{
	struct fixture *x = *state;
	struct cluster_register then;
	fixture_register(x);
	GOOD(fixture_put(x, "2022", 3, "a.csv", e));
	struct str hash = fixture_hash(x, "2022");
	GOOD(store_freeze_round(x->s, STR("2022"), hash, e));
	struct cluster_entry c = {
		.id = STR("C001"), .name = STR("Otro"), .since = STR("2001"), .active = false
	};
	struct cluster_register r = { &c, 1, NULL, 0 };
	GOOD(store_put_register(x->s, &r, e));
	GOOD(store_get_round_register(x->s, &x->a, STR("2022"), &then, e));
	assert_true(then.n == 2 && str_is(then.cluster[0].name, "Café") && then.n_lineage == 1);
	assert_true(str_eq(fixture_hash(x, "2022"), hash));
	fixture_close(x);
	fixture_sound(x);
}

/* ---- answers ---- */

static void a_later_answer_is_a_new_revision(void **state)
{
	struct fixture *x = *state;
	const struct form *form = x->in->form[FORM_COMPANY];
	struct stored_answers got;
	int64_t n, warnings, unexplained;
	GOOD(fixture_put(x, "2022", 7, "first.csv", e));
	struct stored_answer again = { STR("C001"), STR("E0000"),
				       STR("{\"nombre\":\"Eva\",\"B01\":99}"), 4, 2 };
	GOOD(store_put_answers(x->s, STR("2022"), FORM_COMPANY, form, STR("second.csv"), &again, 1,
			       e));
	GOOD(store_get_answers(x->s, &x->a, STR("2022"), FORM_COMPANY, form, &got, e));
	assert_int_equal(got.n, 7);
	/* by cluster, then company: C001 has the even ones */
	assert_true(str_is(got.cluster[0], "C001") && str_is(got.company[0], "E0000"));
	assert_true(str_is(got.company[3], "E0006") && str_is(got.company[4], "E0001"));
	assert_true(str_eq(got.document[0], again.document));
	assert_true(str_eq(got.document[1], fixture_company(x, 2)));
	GOOD(store_count_answers(x->s, STR("2022"), FORM_COMPANY, &n, &warnings, &unexplained, e));
	/* of the first file 3 warnings and 2 without a reason; one of each was replaced by 4 and 2
	 */
	assert_true(n == 7 && warnings == 6 && unexplained == 3);
	assert_true(got.n_warnings == 6 && got.n_unexplained == 3);
	assert_int_equal(fixture_count(x, "2022"), 7);
	assert_null(got.warned);
	struct stored_answer whole = { STR("C001"), STR(""), STR("{\"G01\":\"a\"}"), 3, 1 };
	GOOD(store_put_answers(x->s, STR("2022"), FORM_CLUSTER, x->in->form[0], STR("c.csv"),
			       &whole, 1, e));
	GOOD(store_get_answers(x->s, &x->a, STR("2022"), FORM_CLUSTER, x->in->form[0], &got, e));
	assert_true(got.warned[0].n_warnings == 3 && got.warned[0].n_unexplained == 1);
	assert_true(got.n == 1 && got.company == NULL &&
		    str_is(got.document[0], "{\"G01\":\"a\"}"));
	BAD(store_get_answers(x->s, &x->a, STR("1999"), FORM_CLUSTER, NULL, &got, e), ERR_ABSENT,
	    "2022");
	fixture_close(x);
	fixture_sound(x);
}

static void many_verbs_are_one_transaction(void **state)
{
	struct fixture *x = *state;
	GOOD(store_begin(x->s, e));
	GOOD(fixture_put(x, "2022", 5, "a.csv", e));
	BAD(fixture_put(x, "1999", 5, "a.csv", e), ERR_ABSENT, "2022"); /* undoes itself only */
	GOOD(fixture_put(x, "2022", 8, "a.csv", e));
	assert_int_equal(fixture_count(x, "2022"), 8);
	GOOD(store_end(x->s, false, e));
	assert_int_equal(fixture_count(x, "2022"), 0);
	GOOD(store_begin(x->s, e));
	GOOD(fixture_put(x, "2022", 4, "a.csv", e));
	BAD(fixture_put(x, "1999", 5, "a.csv", e), ERR_ABSENT, "2022");
	GOOD(fixture_put(x, "2022", 5, "a.csv", e));
	GOOD(store_end(x->s, true, e));
	fixture_close(x);
	fixture_open(x);
	assert_int_equal(fixture_count(x, "2022"), 5);
	fixture_close(x);
	fixture_sound(x);
}

static void the_hash_is_of_the_data_alone(void **state)
{
	struct fixture *x = *state;
	fixture_register(x);
	GOOD(fixture_put(x, "2022", 3, "a.csv", e));
	struct str hash = fixture_hash(x, "2022");
	GOOD(fixture_put(x, "2022", 3, "b.csv", e)); /* the same answers again */
	assert_true(str_eq(fixture_hash(x, "2022"), hash));
	struct cluster_entry c = {
		.id = STR("C900"), .name = STR("Nuevo"), .since = STR("2025"), .active = true
	};
	struct cluster_register r = { &c, 1, NULL, 0 };
	GOOD(store_put_register(x->s, &r, e)); /* not in this round's register */
	assert_true(str_eq(fixture_hash(x, "2022"), hash));
	fixture_close(x);
	x->folder = fixture_path(x, "other"); /* another secret, another folder */
	GOOD(store_init_at(x->folder, fixture_address(x), e));
	fixture_open(x);
	struct stored_round round = fixture_round("2022", 2022);
	GOOD(store_put_instrument(x->s, &x->stored, e));
	GOOD(store_open_round(x->s, &round, e));
	fixture_register(x);
	GOOD(fixture_put(x, "2022", 3, "c.csv", e));
	assert_true(str_eq(fixture_hash(x, "2022"), hash));
	GOOD(fixture_put(x, "2022", 4, "d.csv", e));
	assert_false(str_eq(fixture_hash(x, "2022"), hash));
}

static int64_t number_of_answers(struct fixture *x, int64_t *ret_warnings)
{
	struct stored_answers all;
	int64_t n, unexplained;
	GOOD(store_count_answers(x->s, STR("2022"), FORM_COMPANY, &n, ret_warnings, &unexplained,
				 e));
	GOOD(store_get_answers(x->s, &x->a, STR("2022"), FORM_COMPANY, x->in->form[FORM_COMPANY],
			       &all, e));
	assert_int_equal(all.n, n);
	assert_int_equal(all.n_warnings, *ret_warnings);
	return n;
}

static void a_withdrawn_answer_counts_when_it_comes_again(void **state)
{
	struct fixture *x = *state;
	struct stored_answer found;
	const struct form *f = x->in->form[FORM_COMPANY];
	int64_t warnings;
	bool is;
	GOOD(fixture_put(x, "2022", 4, "a.csv", e));
	struct str full = fixture_hash(x, "2022");
	assert_int_equal(number_of_answers(x, &warnings), 4);
	assert_int_equal(warnings, 2);
	for (int twice = 0; twice < 2; twice++)
		GOOD(store_withdraw_answer(x->s, STR("2022"), FORM_COMPANY, STR("C001"),
					   STR("E0000"), e));
	GOOD(store_find_answer(x->s, &x->a, STR("2022"), FORM_COMPANY, f, STR("C001"),
			       STR("E0000"), &is, &found, e));
	assert_false(is);
	assert_int_equal(number_of_answers(x, &warnings), 3);
	assert_int_equal(warnings, 1);
	assert_false(str_eq(full, fixture_hash(x, "2022")));
	GOOD(fixture_put(x, "2022", 4, "b.csv", e));
	assert_int_equal(number_of_answers(x, &warnings), 4);
	assert_int_equal(warnings, 2);
	assert_true(str_eq(full, fixture_hash(x, "2022")));
	GOOD(store_find_answer(x->s, &x->a, STR("2022"), FORM_COMPANY, f, STR("C001"),
			       STR("E0000"), &is, &found, e));
	assert_true(is && found.n_warnings == 1);
	assert_true(str_starts(found.document, "{\"nombre\":\"Ana Secreta 0\""));
	fixture_sound(x);
}

/* ---- personal answers ---- */

static void personal_answers_are_never_on_the_disk(void **state)
{
	struct fixture *x = *state;
	static const char *const file[] = { "data/ssme.db", "data/ssme.db-wal", "data/ssme.db-shm",
					    "copy" };
	size_t at;
	GOOD(fixture_put(x, "2022", 50, "a.csv", e));
	assert_false(str_find(fixture_dump(x), STR("ecret"), &at));
	GOOD(store_backup(x->s, fixture_path(x, "copy"), e));
	for (size_t i = 0; i < 4; i++) {
		assert_false(fixture_leaks(x, file[i], "Secreta"));
		assert_false(fixture_leaks(x, file[i], "secreto.co"));
	}
	/* so the others were searched where they would be */
	assert_true(fixture_leaks(x, "copy", "B01"));
	assert_true(fixture_leaks(x, "copy", "sealed:"));
}

static void without_its_secret_only_personal_answers_are_shut(void **state)
{
	struct fixture *x = *state;
	struct stored_answers got;
	struct str what;
	GOOD(fixture_put(x, "2022", 2, "a.csv", e));
	struct stored_answer whole = { STR("C001"), STR(""), STR("{\"G01\":\"a\"}"), 0, 0 };
	GOOD(store_put_answers(x->s, STR("2022"), FORM_CLUSTER, x->in->form[0], STR("c.csv"),
			       &whole, 1, e));
	fixture_close(x);
	assert_true(unlink(fixture_path(x, "data/ssme.key")) == 0);
	fixture_open(x);
	GOOD(store_get_answers(x->s, &x->a, STR("2022"), FORM_CLUSTER, x->in->form[0], &got, e));
	BAD(store_get_answers(x->s, &x->a, STR("2022"), FORM_COMPANY, x->in->form[1], &got, e),
	    ERR_IO, "falta el secreto");
	BAD(fixture_put(x, "2022", 2, "a.csv", e), ERR_IO, "falta el secreto");
	fixture_close(x);
	assert_int_equal(fixture_faults(x, &what), 1);
	assert_true(str_starts(what, "secret:"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(init_makes_a_private_folder_once, fixture_empty,
						fixture_end),
		cmocka_unit_test_setup_teardown(opening_nothing_says_how_to_make_it, fixture_empty,
						fixture_end),
		cmocka_unit_test_setup_teardown(foreign_files_are_no_store, fixture_empty,
						fixture_end),
		cmocka_unit_test_setup_teardown(a_newer_schema_is_refused, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(a_locked_store_is_busy, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(a_folder_that_is_read_only_says_so, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(an_instrument_is_published_once, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(the_register_is_updated_and_lineage_added_once,
						fixture_filled, fixture_end),
		cmocka_unit_test_setup_teardown(rounds_go_forward_only, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(only_published_rounds_are_listed_with_what_they_had,
						fixture_filled, fixture_end),
		cmocka_unit_test_setup_teardown(a_frozen_round_keeps_its_register, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(a_later_answer_is_a_new_revision, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(many_verbs_are_one_transaction, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(the_hash_is_of_the_data_alone, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(a_withdrawn_answer_counts_when_it_comes_again,
						fixture_filled, fixture_end),
		cmocka_unit_test_setup_teardown(personal_answers_are_never_on_the_disk,
						fixture_filled, fixture_end),
		cmocka_unit_test_setup_teardown(without_its_secret_only_personal_answers_are_shut,
						fixture_filled, fixture_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
