/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/audit.h"

#include "store/fixture.h"

#define EQUAL(text, literal)                                                                       \
	do {                                                                                       \
		struct str is_ = (text);                                                           \
		if (!str_is(is_, literal))                                                         \
			fail_msg("%s: \"%.*s\", not \"%s\"", #text, STR_ARG(is_), literal);        \
	} while (0)

/* An open store without any deed. */
static int fixture_new(void **state)
{
	if (fixture_empty(state) != 0)
		return -1;
	struct fixture *x = *state;
	GOOD(store_init_at(x->folder, fixture_address(x), e));
	fixture_open(x);
	return 0;
}

static void note(struct fixture *x, const char *deed, const char *subject)
{
	GOOD(store_note(x->s, deed, str_of(subject), STR(""), STR("{\"a\":1}"), "done", e));
}

/* Number of the first row that does not fit, or 0; there are n of them. */
static int64_t bad_row(struct fixture *x, int64_t n)
{
	int64_t is, bad;
	struct str last;
	GOOD(store_check_audit(x->s, &x->a, &is, &bad, &last, e));
	assert_int_equal(is, n);
	assert_true(bad || last.n == 64);
	return bad;
}

static struct audit_entry *list(struct fixture *x, struct audit_filter f, size_t n)
{
	struct audit_entry *got;
	size_t is;
	f.limit = f.limit ? f.limit : 1000;
	GOOD(store_list_audit(x->s, &x->a, &f, &got, &is, e));
	assert_int_equal(is, n);
	return got;
}

/* ---- the chain ---- */

/* Computed by another program from what the header says. */
static void a_row_holds_the_hash_that_the_header_describes(void **state)
{
	struct fixture *x = *state;
	int64_t n, bad;
	struct str last;
	GOOD(store_check_audit(x->s, &x->a, &n, &bad, &last, e));
	assert_true(n == 0 && bad == 0);
	EQUAL(last, "0000000000000000000000000000000000000000000000000000000000000000");
	store_actor_from(x->s, STR("link 7"), STR("10.0.0.1"), STR("2022-07-01T15:04:05Z"));
	GOOD(store_note(x->s, "sign in", STR("ñandú"), STR(""), STR("{\"a\":1}"), "denied", e));
	GOOD(store_note(x->s, "sign in", STR(""), STR("{\"x\":0}"), STR(""), "done", e));
	struct audit_entry *row = list(x, (struct audit_filter){ .limit = 9 }, 2);
	EQUAL(row[1].hash, "683a5e2c1aee06560d8a4f5f86fbeba924525ee74b2281fe69f2186dfbb2bb6f");
	EQUAL(row[0].hash, "20ff6416692d5c103a891bce9a1e7a939d1a2f0aff2057c244b1735d22ba5efc");
	EQUAL(row[1].origin, "10.0.0.1");
	EQUAL(row[1].outcome, "denied");
	assert_true(row[0].n == 2 && row[1].n == 1);
	GOOD(store_check_audit(x->s, &x->a, &n, &bad, &last, e));
	assert_true(n == 2 && bad == 0 && str_eq(last, row[0].hash));
}

static void every_change_is_found_at_its_row(void **state)
{
	struct fixture *x = *state;
	static const struct {
		const char *sql;
		int64_t n, bad;
	} harm[] = {
		{ "UPDATE audit_entry SET at = '2021' WHERE n = 3", 5, 3 },
		{ "UPDATE audit_entry SET actor = 'x' WHERE n = 3", 5, 3 },
		{ "UPDATE audit_entry SET origin = 'x' WHERE n = 1", 5, 1 },
		{ "UPDATE audit_entry SET deed = 'x' WHERE n = 5", 5, 5 },
		{ "UPDATE audit_entry SET subject = 'x' WHERE n = 3", 5, 3 },
		{ "UPDATE audit_entry SET before = after, after = before WHERE n = 3", 5, 3 },
		{ "UPDATE audit_entry SET outcome = 'failed' WHERE n = 3", 5, 3 },
		{ "UPDATE audit_entry SET hash = '' WHERE n = 3", 5, 3 },
		{ "UPDATE audit_entry SET hash = '' WHERE n = 5", 5, 5 },
		{ "DELETE FROM audit_entry WHERE n = 3", 4, 3 },
		{ "DELETE FROM audit_entry WHERE n = 1", 4, 1 },
		{ "DELETE FROM audit_entry WHERE n = 3;"
		  "UPDATE audit_entry SET n = n - 1 WHERE n > 3",
		  4, 3 },
		{ "INSERT INTO audit_entry SELECT 6, at, actor, origin, deed, subject, before, "
		  "after, outcome, hash FROM audit_entry WHERE n = 5",
		  6, 6 },
		{ "INSERT INTO audit_entry SELECT 0, at, actor, origin, deed, subject, before, "
		  "after, outcome, hash FROM audit_entry WHERE n = 5",
		  6, 1 },
	};
	for (int i = 0; i < 5; i++)
		note(x, "try", "S");
	assert_int_equal(bad_row(x, 5), 0);
	fixture_close(x);
	for (size_t i = 0; i < sizeof(harm) / sizeof(*harm); i++) {
		fixture_harm(x, "CREATE TABLE kept AS SELECT * FROM audit_entry");
		fixture_harm(x, harm[i].sql);
		fixture_open(x);
		int64_t bad = bad_row(x, harm[i].n);
		if (bad != harm[i].bad)
			fail_msg("%s: row %lld", harm[i].sql, (long long)bad);
		note(x, "try", "after"); /* a broken chain goes on, and stays broken */
		assert_int_equal(bad_row(x, harm[i].n + 1), bad);
		fixture_close(x);
		fixture_harm(x, "DELETE FROM audit_entry;"
				"INSERT INTO audit_entry SELECT * FROM kept; DROP TABLE kept");
	}
}

static void what_is_undone_leaves_no_gap(void **state)
{
	struct fixture *x = *state;
	GOOD(store_begin(x->s, e));
	note(x, "first", "1");
	GOOD(store_begin(x->s, e));
	note(x, "second", "2");
	GOOD(store_end(x->s, false, e));
	note(x, "second", "3");
	GOOD(store_begin(x->s, e));
	note(x, "third", "4");
	GOOD(store_end(x->s, true, e));
	note(x, "third", "5");
	GOOD(store_end(x->s, true, e));
	GOOD(store_begin(x->s, e));
	note(x, "never", "6");
	GOOD(store_end(x->s, false, e));
	note(x, "third", "7");
	struct audit_entry *row = list(x, (struct audit_filter){ .limit = 9 }, 5);
	static const char *const subject[] = { "7", "5", "4", "3", "1" };
	for (size_t i = 0; i < 5; i++)
		EQUAL(row[i].subject, subject[i]);
	assert_int_equal(bad_row(x, 5), 0);
	struct str *deed;
	size_t n;
	GOOD(store_list_deeds(x->s, &x->a, &deed, &n, e));
	assert_int_equal(n, 3);
	EQUAL(deed[0], "first");
	EQUAL(deed[1], "second");
	EQUAL(deed[2], "third");
}

static void two_who_write_in_turn_make_one_chain(void **state)
{
	struct fixture *x = *state;
	struct store *mine = x->s, *other;
	GOOD(store_open_at(x->folder, fixture_address(x), &other, e));
	store_actor(other, STR("other"), STR("2022-07-01T15:04:06Z"));
	for (int i = 0; i < 3; i++) {
		x->s = mine;
		note(x, "mine", "1");
		note(x, "mine", "2");
		x->s = other;
		note(x, "other", "3");
	}
	x->s = mine;
	store_close(other);
	assert_int_equal(bad_row(x, 9), 0);
}

/* ---- rows from before there was a chain ---- */

/* What the first two migrations made; "audit" was taken away since. */
#define FIRST_TABLES                                                                               \
	"'migration', 'setting', 'instrument', 'cluster', 'lineage', 'round', 'round_cluster', "   \
	"'round_lineage', 'import', 'response', 'published_request'"

/* Takes away every table but the first ones, whatever migrations came since. */
static void drop_later_tables(struct fixture *x)
{
	sqlite3 *db;
	if (x->server) {
		fixture_harm(x, "DO $$ DECLARE t name; BEGIN "
			"FOR t IN SELECT tablename FROM pg_tables "
			"WHERE schemaname = current_schema() AND tablename NOT IN (" FIRST_TABLES
			") LOOP EXECUTE 'DROP TABLE ' || quote_ident(t) || ' CASCADE'; END LOOP; "
			"END $$");
		return;
	}
	assert_int_equal(sqlite3_open(folder_path(&x->a, x->folder, DATABASE_FILE), &db),
			 SQLITE_OK);
	char **drop;
	int n;
	assert_int_equal(sqlite3_get_table(db,
				"SELECT 'DROP TABLE ' || name FROM sqlite_master WHERE type ="
				" 'table'"
				" AND name NOT LIKE 'sqlite_%' AND name NOT IN (" FIRST_TABLES ")",
				&drop, &n, NULL, NULL), SQLITE_OK);
	assert_true(n > 0);
	for (int i = 1; i <= n; i++)
		assert_int_equal(sqlite3_exec(db, drop[i], NULL, NULL, NULL), SQLITE_OK);
	sqlite3_free_table(drop);
	sqlite3_close(db);
}

/* The store becomes what the second migration left, with n deeds. */
static void make_old(struct fixture *x, int n)
{
	fixture_close(x);
	drop_later_tables(x);
	fixture_harm(x, "DROP INDEX cluster_of_chamber;"
		"DELETE FROM setting WHERE name = 'audit_unchained';"
		"DELETE FROM migration WHERE number > 2;"
		"CREATE TABLE audit (id bigint NOT NULL PRIMARY KEY,"
		" written_at text NOT NULL, actor text NOT NULL, deed text NOT NULL,"
		" subject text NOT NULL, detail text NOT NULL)");
	struct str rows =
		str_fmt(&x->a,
			"WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < "
			"%d) INSERT INTO audit SELECT i, '2022-06-01T00:00:00Z', 'cli', 'import', "
			"'2022', 'company \"' || i || '.csv\"' FROM c",
			n);
	fixture_harm(x, str_c(&x->a, rows));
}

static void old_rows_are_read_and_then_bound(void **state)
{
	struct fixture *x = *state;
	enum { OLD = 1203 }; /* more than two pages of them */
	make_old(x, OLD);
	fixture_open(x);
	struct audit_entry *row = list(x, (struct audit_filter){ .limit = 1 }, 1);
	assert_int_equal(row[0].n, OLD);
	EQUAL(row[0].after, "{\"detail\":\"company \\\"1203.csv\\\"\"}");
	EQUAL(row[0].hash, "");
	assert_int_equal(bad_row(x, OLD), 0);
	int64_t n, bad;
	struct str last;
	GOOD(store_check_audit(x->s, &x->a, &n, &bad, &last, e));
	note(x, "try", "new");
	row = list(x, (struct audit_filter){ .limit = 2 }, 2);
	assert_true(row[0].n == OLD + 1 && str_eq(row[1].hash, last));
	EQUAL(row[1].after, "{\"detail\":\"company \\\"1203.csv\\\"\"}");
	assert_int_equal(bad_row(x, OLD + 1), 0);
	struct str *deed;
	size_t n_deeds;
	GOOD(store_list_deeds(x->s, &x->a, &deed, &n_deeds, e));
	assert_int_equal(n_deeds, 2);
	/* They do not get a second first hash. */
	fixture_close(x);
	fixture_harm(x, "UPDATE audit_entry SET hash = '', after = 'x' WHERE n <= 1100");
	fixture_open(x);
	note(x, "try", "newer");
	assert_int_equal(bad_row(x, OLD + 2), 1);
}

static void an_old_store_without_deeds_begins_a_chain(void **state)
{
	struct fixture *x = *state;
	make_old(x, 1);
	fixture_harm(x, "DELETE FROM audit");
	fixture_open(x);
	note(x, "try", "new");
	assert_int_equal(bad_row(x, 1), 0);
}

/* ---- filters ---- */

static void rows_are_found_by_who_what_whom_and_when(void **state)
{
	struct fixture *x = *state;
	for (int day = 1; day <= 9; day++) {
		struct str at = str_fmt(&x->a, "2022-07-0%dT23:59:59Z", day);
		store_actor_from(x->s, day % 2 ? STR("ana") : STR("luz"), STR("10.0.0.1"), at);
		note(x, day < 5 ? "put" : "take", day % 3 ? "S" : "T");
	}
	struct audit_entry *row = list(x, (struct audit_filter){ .actor = STR("ana") }, 5);
	assert_true(row[0].n == 9 && row[4].n == 1);
	list(x, (struct audit_filter){ .actor = STR("an") }, 0);
	list(x, (struct audit_filter){ .deed = STR("put") }, 4);
	list(x, (struct audit_filter){ .subject = STR("T") }, 3);
	row = list(x, (struct audit_filter){ .actor = STR("ana"), .deed = STR("take"),
					     .subject = STR("T") }, 1);
	assert_int_equal(row[0].n, 9);
	row = list(x, (struct audit_filter){ .from = STR("2022-07-03"), .to = STR("2022-07-05") },
		   3);
	assert_true(row[0].n == 5 && row[2].n == 3);
	list(x, (struct audit_filter){ .from = STR("2022-07-08") }, 2);
	list(x, (struct audit_filter){ .to = STR("2022-07-01") }, 1);
	row = list(x, (struct audit_filter){ .before_n = 4, .limit = 2 }, 2);
	assert_true(row[0].n == 3 && row[1].n == 2);
}

/* ---- what doctor says ---- */

static bool doctor_says(struct fixture *x, const char *word, bool fault)
{
	struct store_finding *found;
	size_t n, at;
	GOOD(store_examine_at(&x->a, x->folder, fixture_address(x), LANG_EN, &found, &n, e));
	for (size_t i = 0; i < n; i++) {
		if (str_find(found[i].what, str_of(word), &at) && found[i].fault == fault)
			return !fault || found[i].mend.n > 0;
	}
	return false;
}

static void doctor_sees_a_broken_chain_and_a_clock_that_is_behind(void **state)
{
	struct fixture *x = *state;
	note(x, "try", "1");
	note(x, "try", "2");
	fixture_close(x);
	assert_true(doctor_says(x, "2 rows fit", false));
	assert_true(doctor_says(x, "clock", false));
	fixture_harm(x, "UPDATE audit_entry SET actor = 'x' WHERE n = 2");
	assert_true(doctor_says(x, "row 2", true));
	fixture_open(x);
	store_actor(x->s, STR("cli"), STR("9999-01-01T00:00:00Z"));
	note(x, "try", "3");
	fixture_close(x);
	assert_true(doctor_says(x, "clock", true));
}

/* ---- what stands in it ---- */

static void who_acts_is_named_whole_or_cut_between_characters(void **state)
{
	struct fixture *x = *state;
	struct buf b;
	buf_init(&b, &x->a, 4096);
	while (b.n < 321)
		buf_puts(&b, "ñ");
	store_actor(x->s, buf_str(&b), STR("2022-07-01T15:04:05Z"));
	note(x, "try", "1");
	struct audit_entry *row = list(x, (struct audit_filter){ .limit = 1 }, 1);
	assert_true(row[0].actor.n == 320 && utf8_valid(row[0].actor, NULL));
}

int main(void)
{
#define ON_A_STORE(test) cmocka_unit_test_setup_teardown(test, fixture_new, fixture_end)
	const struct CMUnitTest tests[] = {
		ON_A_STORE(a_row_holds_the_hash_that_the_header_describes),
		ON_A_STORE(every_change_is_found_at_its_row),
		ON_A_STORE(what_is_undone_leaves_no_gap),
		ON_A_STORE(two_who_write_in_turn_make_one_chain),
		ON_A_STORE(old_rows_are_read_and_then_bound),
		ON_A_STORE(an_old_store_without_deeds_begins_a_chain),
		ON_A_STORE(rows_are_found_by_who_what_whom_and_when),
		ON_A_STORE(doctor_sees_a_broken_chain_and_a_clock_that_is_behind),
		ON_A_STORE(who_acts_is_named_whole_or_cut_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
