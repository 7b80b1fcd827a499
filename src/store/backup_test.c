/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/fixture.h"

#include <fcntl.h>

static const struct form *company(const struct fixture *x)
{
	return x->in->form[FORM_COMPANY];
}

static void make_backup(struct fixture *x)
{
	fixture_register(x);
	GOOD(fixture_put(x, "2022", 5, "a.csv", e));
	GOOD(store_freeze_round(x->s, STR("2022"), fixture_hash(x, "2022"), e));
	GOOD(store_backup(x->s, fixture_path(x, "copy"), e));
}

/* The data folder becomes another one. */
static void move_to(struct fixture *x, const char *name)
{
	fixture_close(x);
	x->folder = fixture_path(x, name);
}

static void a_backup_is_enough_to_begin_elsewhere(void **state)
{
	struct fixture *x = *state;
	struct stored_answers got;
	struct stat st;
	make_backup(x);
	struct str before = fixture_dump(x), hash = fixture_hash(x, "2022");
	assert_true(stat(fixture_path(x, "copy"), &st) == 0 && (st.st_mode & 0777) == 0600);
	BAD(store_backup(x->s, fixture_path(x, "copy"), e), ERR_CONFLICT, "ya existe");
	BAD(store_backup(x->s, fixture_path(x, "nowhere/copy"), e), ERR_ABSENT,
	    "la carpeta no existe");
	move_to(x, "new/deep/data");
	GOOD(store_restore_at(x->folder, fixture_address(x), fixture_path(x, "copy"), false, e));
	assert_true(str_eq(fixture_dump(x), before));
	assert_true(stat(fixture_path(x, "new/deep/data/ssme.key"), &st) == 0 &&
		    (st.st_mode & 0777) == 0600);
	assert_true(x->server || (stat(fixture_path(x, "new/deep/data/ssme.db"), &st) == 0 &&
				  (st.st_mode & 0777) == 0600));
	fixture_open(x);
	GOOD(store_get_answers(x->s, &x->a, STR("2022"), FORM_COMPANY, company(x), &got, e));
	assert_true(got.n == 5 && str_eq(got.document[0], fixture_company(x, 0)));
	assert_true(str_eq(fixture_hash(x, "2022"), hash));
	struct stored_round r = fixture_round("2023", 2023);
	GOOD(store_open_round(x->s, &r, e)); /* it can be worked on */
	fixture_close(x);
	fixture_sound(x);
}

static void restoring_over_data_must_be_asked_for(void **state)
{
	struct fixture *x = *state;
	struct stored_answers got;
	struct store *reader;
	make_backup(x);
	move_to(x, "other");
	GOOD(store_init_at(x->folder, fixture_address(x), e));
	fixture_open(x);
	struct stored_instrument in = x->stored;
	in.version = STR("other");
	GOOD(store_put_instrument(x->s, &in, e));
	struct str before = fixture_dump(x);
	BAD(store_restore_at(x->folder, fixture_address(x), fixture_path(x, "copy"), false, e),
	    ERR_CONFLICT, "--force");
	assert_true(str_eq(fixture_dump(x), before));
	GOOD(store_open_at(x->folder, fixture_address(x), &reader,
			   e)); /* somebody has it open meanwhile */
	GOOD(store_restore_at(x->folder, fixture_address(x), fixture_path(x, "copy"), true, e));
	assert_int_equal(fixture_count(x, "2022"), 5); /* and sees the new data */
	store_close(reader);
	fixture_close(x);
	fixture_open(x);
	GOOD(store_get_answers(x->s, &x->a, STR("2022"), FORM_COMPANY, company(x), &got, e));
	assert_true(got.n == 5 && str_eq(got.document[0], fixture_company(x, 0)));
	assert_false(fixture_leaks(x, "other/ssme.db", "other"));
	fixture_close(x);
	fixture_sound(x);
	assert_false(folder_has(fixture_path(x, "other/ssme.db.new")));
	struct str key;
	GOOD(file_text(&x->a, fixture_path(x, "other/ssme.key"), &key, e));
	assert_int_equal(key.n, 65); /* the other's secret is gone */
}

static void a_busy_store_is_not_replaced(void **state)
{
	struct fixture *x = *state;
	make_backup(x);
	GOOD(store_begin(x->s, e));
	/* The one who waits is another process: locks are of processes. */
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		struct err e = { 0 };
		bool good = store_restore_at(x->folder, fixture_address(x), fixture_path(x, "copy"),
					     true, &e);
		_exit(!good && e.code == ERR_BUSY ? 0 : 1);
	}
	int status = 0;
	assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	GOOD(store_end(x->s, true, e));
	fixture_close(x);
	fixture_sound(x);
}

static void write_at(const char *path, off_t at, const char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0 && pwrite(fd, bytes, n, at) == (ssize_t)n);
	close(fd);
}

static void every_change_of_a_backup_is_seen(void **state)
{
	struct fixture *x = *state;
	struct stat st;
	struct str before;
	make_backup(x);
	before = fixture_dump(x);
	fixture_close(x);
	const char *copy = fixture_path(x, "copy"), *address = fixture_address(x);
	off_t step = x->server ? 23 : 1; /* of the lines behind it; a server takes its time */
	assert_int_equal(stat(copy, &st), 0);
	for (off_t at = 0; at < st.st_size; at += at + 997 < st.st_size - 300 ? 997 : step) {
		char old = 0, changed;
		int fd = open(copy, O_RDONLY | O_CLOEXEC);
		assert_true(fd >= 0 && pread(fd, &old, 1, at) == 1);
		close(fd);
		changed = (char)(old ^ 1);
		write_at(copy, at, &changed, 1);
		BAD(store_restore_at(x->folder, address, copy, true, e), ERR_INPUT,
		    "no es una copia");
		write_at(copy, at, &old, 1);
	}
	for (off_t cut = 1; cut < st.st_size; cut += st.st_size / 4) {
		GOOD(store_restore_at(x->folder, address, copy, true, e));
		assert_int_equal(truncate(copy, st.st_size - cut), 0);
		BAD(store_restore_at(x->folder, address, copy, true, e), ERR_INPUT,
		    "no es una copia");
		assert_int_equal(unlink(copy), 0);
		fixture_open(x);
		GOOD(store_backup(x->s, copy, e));
		fixture_close(x);
	}
	assert_true(str_eq(fixture_dump(x), before));
	fixture_sound(x);
}

static void what_is_no_backup_is_refused_and_leaves_nothing(void **state)
{
	struct fixture *x = *state;
	GOOD(file_put_private(&x->a, fixture_path(x, "text"), STR("hello"), e));
	GOOD(file_put_private(&x->a, fixture_path(x, "empty"), STR(""), e));
	move_to(x, "none");
	BAD(store_restore_at(x->folder, fixture_address(x), fixture_path(x, "text"), false, e),
	    ERR_INPUT, "no es una copia");
	BAD(store_restore_at(x->folder, fixture_address(x), fixture_path(x, "empty"), false, e),
	    ERR_INPUT, "no es una copia");
	BAD(store_restore_at(x->folder, fixture_address(x), x->root, false, e), ERR_INPUT,
	    "no es una copia");
	BAD(store_restore_at(x->folder, fixture_address(x), fixture_path(x, "absent"), false, e),
	    ERR_ABSENT, "no existe");
	if (!x->server)
		BAD(store_restore_at(x->folder, fixture_address(x),
				     fixture_path(x, "data/ssme.db"), false, e),
		    ERR_INPUT, "no es una copia");
	assert_false(folder_has(x->folder));
}

static void a_damaged_store_is_set_aside(void **state)
{
	struct fixture *x = *state;
	struct str what;
	fixture_needs_file(x);
	make_backup(x);
	struct str before = fixture_dump(x);
	fixture_close(x);
	write_at(fixture_path(x, "data/ssme.db"), 0, "garbage garbage garbage", 23);
	assert_int_equal(fixture_faults(x, &what), 1);
	GOOD(store_restore_at(x->folder, fixture_address(x), fixture_path(x, "copy"), true, e));
	assert_true(str_eq(fixture_dump(x), before));
	assert_true(fixture_leaks(x, "data/ssme.db.damaged", "garbage garbage"));
	fixture_sound(x);
}

/* data's log, as it stands while the store is in use, beside no database in another folder. */
static bool put_log(struct fixture *x, const char *folder)
{
	const char *to = fixture_path(x, folder);
	struct str log;
	return mkdir(to, 0700) == 0 &&
		file_text(&x->a, fixture_path(x, "data/ssme.db-wal"), &log, &x->e) &&
		file_put_private(&x->a, folder_path(&x->a, to, "ssme.db-wal"), log, &x->e);
}

static void a_log_without_its_database_is_not_read(void **state)
{
	struct fixture *x = *state;
	fixture_needs_file(x);
	make_backup(x);
	struct str before = fixture_dump(x);
	/* the log of a store in use, next to no database */
	assert_true(put_log(x, "other") && put_log(x, "third"));
	move_to(x, "other");
	GOOD(store_init_at(x->folder, fixture_address(x), e));
	fixture_open(x);
	assert_true(folder_has(fixture_path(x, "other/ssme.db.damaged-wal")));
	move_to(x, "third");
	GOOD(store_restore_at(x->folder, fixture_address(x), fixture_path(x, "copy"), false, e));
	assert_true(str_eq(fixture_dump(x), before));
	fixture_sound(x);
}

/* ---- what doctor sees ---- */

static void must_see(struct fixture *x, const char *word)
{
	struct store_finding *found;
	size_t n, at;
	GOOD(store_examine_at(&x->a, x->folder, fixture_address(x), LANG_EN, &found, &n, e));
	for (size_t i = 0; i < n; i++) {
		if (found[i].fault && str_find(found[i].what, str_of(word), &at)) {
			assert_true(found[i].mend.n > 0);
			return;
		}
	}
	fail_msg("doctor does not see: %s", word);
}

static void doctor_sees_what_was_changed_behind_its_back(void **state)
{
	struct fixture *x = *state;
	make_backup(x);
	fixture_close(x);
	fixture_sound(x);
	const char *copy = fixture_path(x, "copy");
	static const struct {
		const char *sql, *word;
	} harm[] = {
		{ "UPDATE response SET document = '{\"B01\":4}' WHERE company = 'E0001'",
		  "not those that were frozen" },
		{ "UPDATE round_cluster SET department = '99' WHERE id = 'C001'",
		  "not those that were frozen" },
		{ "DELETE FROM response WHERE company = 'E0004'", "do not add up" },
		{ "UPDATE instrument SET canonical = canonical || ' '", "not the one published" },
		/* a server refuses this one */
		{ "PRAGMA foreign_keys = OFF; DELETE FROM import", "refers to" },
	};
	size_t n = sizeof(harm) / sizeof(*harm) - (x->server != NULL);
	for (size_t i = 0; i < n; i++) {
		fixture_harm(x, harm[i].sql);
		must_see(x, harm[i].word);
		GOOD(store_restore_at(x->folder, fixture_address(x), copy, true, e));
		fixture_sound(x);
	}
	assert_int_equal(chmod(fixture_path(x, "data/ssme.key"), 0644), 0);
	must_see(x, "ssme.key: other users");
	assert_int_equal(chmod(fixture_path(x, "data/ssme.key"), 0600), 0);
	GOOD(file_put_private(
		&x->a, fixture_path(x, "data/ssme.key"),
		STR("0123456789012345678901234567890123456789012345678901234567890123\n"), e));
	must_see(x, "belongs to other data");
	GOOD(file_put_private(&x->a, fixture_path(x, "data/ssme.key"), STR("nonsense\n"), e));
	must_see(x, "missing or unreadable");
	GOOD(store_restore_at(x->folder, fixture_address(x), copy, true, e));
	fixture_sound(x);
}

static void doctor_sees_a_broken_page(void **state)
{
	struct fixture *x = *state;
	struct stat st;
	struct str what;
	fixture_needs_file(x);
	make_backup(x);
	fixture_close(x);
	const char *path = fixture_path(x, "data/ssme.db");
	assert_int_equal(stat(path, &st), 0);
	char junk[8192];
	memset(junk, 0xa5, sizeof(junk));
	for (off_t at = 8192; at < st.st_size; at += 2 * 8192)
		write_at(path, at, junk, sizeof(junk));
	assert_true(fixture_faults(x, &what) > 0);
	GOOD(store_restore_at(x->folder, fixture_address(x), fixture_path(x, "copy"), true, e));
	fixture_sound(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_backup_is_enough_to_begin_elsewhere,
						fixture_filled, fixture_end),
		cmocka_unit_test_setup_teardown(restoring_over_data_must_be_asked_for,
						fixture_filled, fixture_end),
		cmocka_unit_test_setup_teardown(a_busy_store_is_not_replaced, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(every_change_of_a_backup_is_seen, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(what_is_no_backup_is_refused_and_leaves_nothing,
						fixture_filled, fixture_end),
		cmocka_unit_test_setup_teardown(a_damaged_store_is_set_aside, fixture_filled,
						fixture_end),
		cmocka_unit_test_setup_teardown(a_log_without_its_database_is_not_read,
						fixture_filled, fixture_end),
		cmocka_unit_test_setup_teardown(doctor_sees_what_was_changed_behind_its_back,
						fixture_filled, fixture_end),
		cmocka_unit_test_setup_teardown(doctor_sees_a_broken_page, fixture_filled,
						fixture_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
