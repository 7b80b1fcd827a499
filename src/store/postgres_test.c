/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PostgreSQL takes every migration and statement, and holds what a file holds: with a server of our
 * own where one is installed. */
#include "store/postgres_fixture.h"

static struct server *the_server(struct fixture *x)
{
	static struct server one;
	(void)x;
	return &one;
}

/* A fixture whose tables lie at the server of this program, which the first one starts. */
static int at_server(void **state)
{
	if (fixture_empty(state) != 0)
		return -1;
	struct fixture *x = *state;
	struct server *s = the_server(x);
	if (!postgres_programs(&x->a))
		return 0;
	if (!s->pid)
		server_make(x, s, "pg");
	x->server = server_address(x, s);
	return 0;
}

/* The server and its folder outlive the fixtures; both go with the program. */
static int server_end(void **state)
{
	struct server *s = the_server(NULL);
	(void)state;
	server_stop(s, SIGINT);
	if (s->folder[0]) {
		*strrchr(s->folder, '/') = '\0';
		nftw(s->folder, fixture_remove, 16, FTW_DEPTH | FTW_PHYS);
	}
	return 0;
}

static int leave_server(void **state)
{
	struct fixture *x = *state;
	store_close(x->s);
	if (x->server)
		fixture_drop_schemas(x);
	/* the folder of the first fixture holds the server */
	if (strncmp(the_server(x)->folder, x->root, strlen(x->root)) != 0)
		nftw(x->root, fixture_remove, 16, FTW_DEPTH | FTW_PHYS);
	arena_drop(&x->a);
	free(x);
	return 0;
}

static void need_server(struct fixture *x)
{
	if (!x->server)
		skip();
}

static void fill(struct fixture *x)
{
	struct stored_round r = fixture_round("2022", 2022);
	fixture_instrument(x);
	GOOD(store_init_at(x->folder, fixture_address(x), e));
	fixture_open(x);
	GOOD(store_put_instrument(x->s, &x->stored, e));
	GOOD(store_open_round(x->s, &r, e));
}

/* ---- schema and statements ---- */

static PGresult *must(PGconn *link, const char *sql)
{
	PGresult *r = PQexec(link, sql);
	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(link));
	return r;
}

static void migrate(PGconn *link, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		PQclear(must(link, sql_migration[i].postgresql));
}

static void every_statement_is_prepared(void **state)
{
	struct fixture *x = *state;
	need_server(x);
	PGconn *link = PQconnectdb(fixture_address(x));
	migrate(link, 0, SQL_MIGRATIONS);
	for (size_t i = 0; i < STMT_N; i++) {
		const struct sql_statement *s = &sql_statement[i];
		PGresult *p = PQprepare(link, s->name, s->postgresql, 0, NULL);
		if (PQresultStatus(p) != PGRES_COMMAND_OK)
			fail_msg("%s: %s", s->name, PQerrorMessage(link));
		PGresult *d = PQdescribePrepared(link, s->name);
		struct buf names;
		buf_init(&names, &x->a, 4096);
		for (int c = 0; c < PQnfields(d); c++)
			buf_fmt(&names, "%s ", PQfname(d, c));
		if (PQnparams(d) != (int)s->n_parameters || !str_is(buf_str(&names), s->columns))
			fail_msg("%s: %d parameters, columns %.*s", s->name, PQnparams(d),
				 STR_ARG(buf_str(&names)));
		PQclear(p);
		PQclear(d);
	}
	PQfinish(link);
}

/* "table column type" of every column in order, as the server has them, or the file. */
static struct str server_columns(struct fixture *x, PGconn *link)
{
	struct buf b;
	buf_init(&b, &x->a, 1 << 20);
	PGresult *r = must(
		link,
		"SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),"
		" a.attnotnull FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
		" WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"
		" AND a.attnum > 0"
		" AND NOT a.attisdropped ORDER BY c.relname COLLATE \"C\", a.attnum");
	for (int i = 0; i < PQntuples(r); i++)
		buf_fmt(&b, "%s %s %s %s\n", PQgetvalue(r, i, 0), PQgetvalue(r, i, 1),
			PQgetvalue(r, i, 2), *PQgetvalue(r, i, 3) == 't' ? "1" : "0");
	PQclear(r);
	return buf_str(&b);
}

static int add_column(void *user, int n, char **value, char **name)
{
	(void)n;
	(void)name;
	buf_fmt(user, "%s %s %s %s\n", value[0], value[1], value[2], value[3]);
	return 0;
}

static sqlite3 *file_schema(void)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	for (size_t i = 0; i < SQL_MIGRATIONS; i++)
		assert_int_equal(sqlite3_exec(db, sql_migration[i].sqlite, NULL, NULL, NULL),
				 SQLITE_OK);
	return db;
}

static struct str file_columns(struct fixture *x)
{
	struct buf b;
	sqlite3 *db = file_schema();
	buf_init(&b, &x->a, 1 << 20);
	assert_int_equal(sqlite3_exec(db,
				      "SELECT t.name, c.name, lower(c.type), c.\"notnull\""
				      " FROM sqlite_schema t, pragma_table_info(t.name) c"
				      " WHERE t.type = 'table' ORDER BY t.name, c.cid",
				      add_column, &b, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	return buf_str(&b);
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct sql_table *const *)a)->name,
		      (*(const struct sql_table *const *)b)->name);
}

/* "table column" of every column, as the statements that copy tables know them. */
static struct str known_columns(struct fixture *x)
{
	const struct sql_table *table[SQL_TABLES];
	struct buf b;
	buf_init(&b, &x->a, 1 << 20);
	for (size_t i = 0; i < SQL_TABLES; i++)
		table[i] = &sql_table[i];
	qsort(table, SQL_TABLES, sizeof(*table), by_name);
	for (size_t i = 0; i < SQL_TABLES; i++) {
		struct str rest = str_of(sql_statement[table[i]->rows].columns);
		for (struct str name; (name = str_word(&rest)).n;)
			buf_fmt(&b, "%s %.*s\n", table[i]->name, STR_ARG(name));
	}
	return buf_str(&b);
}

/* The first two words of each line. */
static struct str names_of(struct fixture *x, struct str columns)
{
	struct buf b;
	buf_init(&b, &x->a, 1 << 20);
	while (columns.n) {
		struct str line = str_cut(&columns, '\n');
		struct str table = str_word(&line), column = str_word(&line);
		buf_fmt(&b, "%.*s %.*s\n", STR_ARG(table), STR_ARG(column));
	}
	return buf_str(&b);
}

static void both_engines_have_the_same_tables(void **state)
{
	struct fixture *x = *state;
	need_server(x);
	PGconn *link = PQconnectdb(fixture_address(x));
	migrate(link, 0, SQL_MIGRATIONS);
	struct str here = server_columns(x, link), there = file_columns(x);
	if (!str_eq(here, there))
		fail_msg("%.*s\n%.*s", STR_ARG(here), STR_ARG(there));
	assert_true(here.n > 500);
	struct str names = names_of(x, there), known = known_columns(x);
	if (!str_eq(names, known))
		fail_msg("%.*s\n%.*s", STR_ARG(names), STR_ARG(known));
	/* text is compared by its bytes */
	PGresult *r = must(link,
		"SELECT count(*), count(*) FILTER (WHERE a.attcollation <> '\"C\"'::regcollation)"
		" FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE a.attnum > 0"
		" AND c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'v')"
		" AND a.atttypid = 'text'::regtype");
	assert_true(strlen(PQgetvalue(r, 0, 0)) >= 2);
	assert_string_equal(PQgetvalue(r, 0, 1), "0");
	PQclear(r);
	PQfinish(link);
}

/* A store as the program of that time left it. */
static void old_server_store(struct fixture *x, size_t n)
{
	PGconn *link = PQconnectdb(fixture_address(x));
	migrate(link, 0, n);
	for (size_t i = 0; i < n; i++)
		PQclear(must(link, WORD("INSERT INTO migration VALUES (%zu, '%s')", i + 1,
					sql_migration[i].name)));
	PQfinish(link);
}

static void every_older_schema_is_brought_up(void **state)
{
	struct fixture *x = *state;
	need_server(x);
	struct str wanted = file_columns(x);
	for (size_t n = 1; n <= SQL_MIGRATIONS; n++) {
		x->folder = fixture_path(x, WORD("old%zu", n));
		old_server_store(x, n);
		fixture_open(x);
		fixture_close(x);
		PGconn *link = PQconnectdb(fixture_address(x));
		assert_true(str_eq(server_columns(x, link), wanted));
		PQfinish(link);
	}
}

/* ---- values ---- */

struct seen {
	struct fixture *x;
	int64_t n, inner;
};

static bool count_row(void *user, const struct db_value *column, struct err *e)
{
	(void)column;
	(void)e;
	++*(int64_t *)user;
	return true;
}

/* Runs other statements while rows of its own are still on the line. */
static bool nest(void *user, const struct db_value *column, struct err *e)
{
	struct seen *s = user;
	(void)column;
	s->n++;
	return db_run(s->x->s->db, STMT_instrument_list, NULL, count_row, &s->inner, e);
}

static void rows_may_run_other_statements(void **state)
{
	struct fixture *x = *state;
	need_server(x);
	fill(x);
	fixture_register(x);
	struct seen s = { .x = x };
	GOOD(db_run(x->s->db, STMT_cluster_list, NULL, nest, &s, e));
	assert_true(s.n == 2 && s.inner == 2);
	GOOD(db_begin(x->s->db, DB_READ, e));
	GOOD(db_run(x->s->db, STMT_cluster_list, NULL, nest, &s, e));
	GOOD(db_end(x->s->db, true, e));
	assert_true(s.n == 4 && s.inner == 4);
}

static bool put_setting(struct db *d, struct str name, struct str value, struct err *e)
{
	struct db_value arg[P_setting_put_N] = {
		[P_setting_put_name] = db_text(name),
		[P_setting_put_value] = db_text(value),
	};
	return db_run(d, STMT_setting_put, arg, NULL, NULL, e);
}

static void texts_come_back_as_they_went(void **state)
{
	struct fixture *x = *state;
	need_server(x);
	fill(x);
	static const struct str text[] = { STR(""), STR("'"), STR("\\x41 \\\\ $1 %s"),
					   STR("ñandú — 中文 🙂"), STR("\n\t\r\x01\x7f") };
	for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++) {
		struct db_value name[P_setting_get_N] = { db_text(STR("x")) };
		struct str back;
		bool found;
		GOOD(put_setting(x->s->db, STR("x"), text[i], e));
		GOOD(read_text(x->s->db, &x->a, STMT_setting_get, name, &back, &found, e));
		assert_true(found && str_eq(back, text[i]));
	}
	BAD(put_setting(x->s->db, STR("x"), STR("a\0b"), e), ERR_INPUT, "PostgreSQL");
	BAD(put_setting(x->s->db, STR("x"), STR("\xff"), e), ERR_INPUT, "PostgreSQL");
	GOOD(put_setting(x->s->db, STR("x"), STR("after"), e)); /* and goes on */
}

static void a_broken_rule_is_a_conflict_and_undoes_its_level_only(void **state)
{
	struct fixture *x = *state;
	need_server(x);
	fill(x);
	struct db_value arg[P_migration_put_N] = { db_integer(1), db_text(STR("again")) };
	struct db *d = x->s->db;
	GOOD(db_begin(d, DB_WRITE, e));
	GOOD(put_setting(d, STR("kept"), STR("1"), e));
	GOOD(db_begin(d, DB_WRITE, e));
	GOOD(put_setting(d, STR("undone"), STR("1"), e));
	BAD(db_run(d, STMT_migration_put, arg, NULL, NULL, e), ERR_CONFLICT, "migration_pkey");
	/* nothing more is taken in this level, and it cannot be kept */
	BAD(put_setting(d, STR("undone"), STR("2"), e), ERR_IO, "un fallo anterior");
	BAD(db_end(d, true, e), ERR_IO, "un fallo anterior");
	GOOD(db_end(d, true, e));
	size_t at;
	struct str dump = fixture_dump(x);
	assert_true(str_find(dump, STR("kept|1"), &at) && !str_find(dump, STR("undone"), &at));
	/* the outer one the same: keeping what failed keeps nothing */
	GOOD(db_begin(d, DB_WRITE, e));
	GOOD(put_setting(d, STR("undone"), STR("1"), e));
	BAD(db_run(d, STMT_migration_put, arg, NULL, NULL, e), ERR_CONFLICT, "migration_pkey");
	BAD(db_end(d, true, e), ERR_IO, "un fallo anterior");
	assert_false(db_lost(d));
	assert_true(str_eq(fixture_dump(x), dump));
}

static void one_writes_and_others_read_one_moment(void **state)
{
	struct fixture *x = *state;
	need_server(x);
	fill(x);
	struct store *reader, *writer;
	GOOD(store_open_at(x->folder, fixture_address(x), &reader, e));
	GOOD(store_open_at(x->folder, fixture_address(x), &writer, e));
	db_patience(writer->db, 20);
	GOOD(db_begin(reader->db, DB_READ, e));
	int64_t before = 0, after = 0;
	GOOD(db_run(reader->db, STMT_setting_rows, NULL, count_row, &before, e));
	GOOD(store_begin(x->s, e));
	GOOD(put_setting(x->s->db, STR("new"), STR("1"), e));
	BAD(store_begin(writer, e), ERR_BUSY, "otro proceso");
	GOOD(store_end(x->s, true, e));
	GOOD(store_begin(writer, e));
	GOOD(store_end(writer, true, e));
	GOOD(db_run(reader->db, STMT_setting_rows, NULL, count_row, &after, e));
	assert_int_equal(after, before);
	BAD(put_setting(reader->db, STR("new"), STR("2"), e), ERR_IO, "solo lectura");
	GOOD(db_end(reader->db, false, e));
	store_close(reader);
	store_close(writer);
}

/* ---- addresses ---- */

static void an_address_that_will_not_do_says_why_and_no_password(void **state)
{
	struct fixture *x = *state;
	need_server(x);
	struct store *s = NULL;
	static const char *const wrong[] = { "ssme.db", "mysql://a:hush@b/c",
					     "postgresql://a:hu%zzsh@b/c",
					     "postgresql://a:hush@[b/c", "hush=hush" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		BAD(store_open_at(x->folder, wrong[i], &s, e), ERR_INPUT, "SSME_DB");
		(void)!store_open_at(x->folder, wrong[i], &s, &x->e);
		assert_null(strstr(x->e.msg, "hush"));
		assert_null(strstr(x->e.en, "hush"));
		x->e = (struct err){ 0 };
	}
	struct server *one = the_server(x);
	const char *closed = WORD("postgresql://ssme:hush@127.0.0.1:%d/postgres", free_port());
	(void)!store_open_at(x->folder, closed, &s, &x->e);
	assert_null(strstr(x->e.msg, "hush"));
	x->e = (struct err){ 0 };
	BAD(store_open_at(x->folder, closed, &s, e), ERR_IO, "no hay conexión");
	BAD(store_open_at(x->folder, WORD("%s&dbname=none", x->server), &s, e), ERR_IO, "none");
	BAD(store_open_at(x->folder, WORD("%s&options=-csearch_path%%3Dnowhere", x->server), &s, e),
	    ERR_ABSENT, "CREATE SCHEMA");
	BAD(store_open_at(x->folder, fixture_address(x), &s, e), ERR_ABSENT, "init");
	/* words instead of an address in one piece */
	BAD(store_open_at(x->folder,
			  WORD("host=%s port=%d user=ssme dbname=postgres "
			       "options=-csearch_path=nowhere",
			       one->folder, one->port),
			  &s, e),
	    ERR_ABSENT, "CREATE SCHEMA");
	assert_null(s);
	assert_false(folder_has(x->folder));
}

static void what_is_not_ours_is_not_touched(void **state)
{
	struct fixture *x = *state;
	need_server(x);
	struct store *s = NULL;
	const char *address = fixture_address(x);
	fixture_sql(address, "CREATE TABLE setting (a int)");
	BAD(store_open_at(x->folder, address, &s, e), ERR_CONFLICT, "otro programa");
	BAD(store_init_at(x->folder, address, e), ERR_CONFLICT, "otro programa");
	fixture_sql(x->server, "CREATE DATABASE latin ENCODING 'SQL_ASCII' TEMPLATE template0 "
			       "LOCALE 'C'");
	BAD(store_init_at(x->folder, WORD("%s&dbname=latin", x->server), e), ERR_INPUT,
	    "SQL_ASCII");
	fixture_sql(x->server, "DROP DATABASE latin");
	assert_false(folder_has(x->folder));
}

/* ---- backup ---- */

/* The store moves by a backup into another folder; at the server or not. */
static void move_to(struct fixture *x, const char *name, const char *server)
{
	const char *copy = fixture_path(x, WORD("%s.copy", name));
	GOOD(store_backup(x->s, copy, e));
	fixture_close(x);
	x->folder = fixture_path(x, name);
	x->server = server;
	GOOD(store_restore_at(x->folder, fixture_address(x), copy, false, e));
	BAD(store_restore_at(x->folder, fixture_address(x), copy, false, e), ERR_CONFLICT,
	    "--force");
	GOOD(store_restore_at(x->folder, fixture_address(x), copy, true, e));
	fixture_open(x);
}

static void a_backup_of_one_engine_is_restored_to_the_other(void **state)
{
	struct fixture *x = *state;
	need_server(x);
	const char *server = x->server;
	fill(x);
	fixture_register(x);
	GOOD(fixture_put(x, "2022", 40, "a.csv", e));
	GOOD(store_freeze_round(x->s, STR("2022"), fixture_hash(x, "2022"), e));
	struct str before = fixture_dump(x), hash = fixture_hash(x, "2022");
	move_to(x, "file", NULL);
	assert_true(str_eq(fixture_dump(x), before));
	fixture_sound(x);
	move_to(x, "back", server);
	assert_true(str_eq(fixture_dump(x), before));
	assert_true(str_eq(fixture_hash(x, "2022"), hash));
	fixture_sound(x);
	move_to(x, "again", server);
	assert_true(str_eq(fixture_dump(x), before));
	struct stored_round r = fixture_round("2023", 2023);
	GOOD(store_open_round(x->s, &r, e)); /* it can be worked on */
	assert_false(folder_has(fixture_path(x, "again/ssme.db")));
	assert_false(folder_has(fixture_path(x, "again/ssme.db.new")));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, at_server, leave_server)
	const struct CMUnitTest tests[] = {
		CASE(every_statement_is_prepared),
		CASE(both_engines_have_the_same_tables),
		CASE(every_older_schema_is_brought_up),
		CASE(rows_may_run_other_statements),
		CASE(texts_come_back_as_they_went),
		CASE(a_broken_rule_is_a_conflict_and_undoes_its_level_only),
		CASE(one_writes_and_others_read_one_moment),
		CASE(an_address_that_will_not_do_says_why_and_no_password),
		CASE(what_is_not_ours_is_not_touched),
		CASE(a_backup_of_one_engine_is_restored_to_the_other),
	};
	return cmocka_run_group_tests(tests, NULL, server_end);
}
