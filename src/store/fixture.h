/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests of this room: a data folder of one's own with a small instrument and a round.
 *
 * With $SSME_POSTGRESQL, a postgresql:// address that ends in parameters, the tables of each data
 * folder lie at that server, in a schema of the folder's own. */
#ifndef SSME_STORE_FIXTURE_H
#define SSME_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>
#include <sqlite3.h>

#include "store/folder.h"
#include "store/inside.h"

#define GOOD(call)                                                                                 \
	do {                                                                                       \
		struct err *e = &x->e;                                                             \
		if (!(call))                                                                       \
			fail_msg("%s: %s", #call, e->msg);                                         \
	} while (0)
/* The call fails with code, and its message holds the word. */
#define BAD(call, err_code, word)                                                                  \
	do {                                                                                       \
		struct err *e = &x->e;                                                             \
		if (call)                                                                          \
			fail_msg("%s: it should have failed", #call);                              \
		if (e->code != (err_code) || !strstr(e->msg, word))                                \
			fail_msg("%s: not as expected: %d %s", #call, e->code, e->msg);            \
		*e = (struct err){ 0 };                                                            \
	} while (0)

struct fixture {
	struct arena a;
	struct err e;
	char root[64];       /* a folder that goes with everything in it */
	const char *folder;  /* the data folder in it */
	struct store *s;     /* NULL while closed */
	const char *server;  /* address of the server; NULL: SQLite */
	const struct instrument *in;
	struct stored_instrument stored;
};

static inline const char *fixture_path(struct fixture *x, const char *name)
{
	return folder_path(&x->a, x->root, name);
}

/* A test of the file itself has nothing to look at on a server. */
static inline void fixture_needs_file(struct fixture *x)
{
	if (x->server)
		skip();
}

/* One command to the server, on a connection of its own, as an administrator would. */
static inline void fixture_sql(const char *address, const char *sql)
{
	PGconn *link = PQconnectdb(address);
	PGresult *r = PQexec(link, sql);
	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(link));
	PQclear(r);
	PQfinish(link);
}

/* Schemas of this fixture begin so. */
static inline struct str fixture_schemas(struct fixture *x)
{
	return str_fmt(&x->a, "fixture_%016llx", (unsigned long long)str_hash(str_of(x->root)));
}

/* Where the tables of x->folder lie: for store_open_at() and its like. */
static inline const char *fixture_address(struct fixture *x)
{
	if (!x->server)
		return NULL;
	struct str schemas = fixture_schemas(x);
	struct str schema = str_fmt(&x->a, "%.*s_%016llx", STR_ARG(schemas),
				    (unsigned long long)str_hash(str_of(x->folder)));
	struct str make = str_fmt(&x->a, "CREATE SCHEMA IF NOT EXISTS %.*s", STR_ARG(schema));
	fixture_sql(str_c(&x->a,
			  str_fmt(&x->a, "%s&options=-cclient_min_messages%%3Dwarning", x->server)),
		    str_c(&x->a, make));
	return str_c(&x->a, str_fmt(&x->a, "%s&options=-csearch_path%%3D%.*s", x->server,
				    STR_ARG(schema)));
}

/* Behind the program's back. */
static inline void fixture_harm(struct fixture *x, const char *sql)
{
	sqlite3 *db;
	char *why = NULL;
	if (x->server) {
		fixture_sql(fixture_address(x), sql);
		return;
	}
	assert_int_equal(sqlite3_open(folder_path(&x->a, x->folder, DATABASE_FILE), &db),
			 SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	sqlite3_close(db);
}

static inline void fixture_drop_schemas(struct fixture *x)
{
	struct str schemas = fixture_schemas(x);
	struct str sql = str_fmt(&x->a,
		"SET client_min_messages = warning; DO $$ DECLARE s name; BEGIN "
		"FOR s IN SELECT nspname FROM pg_namespace WHERE nspname LIKE '%.*s%%' LOOP "
		"EXECUTE 'DROP SCHEMA ' || s || ' CASCADE'; END LOOP; END $$", STR_ARG(schemas));
	fixture_sql(x->server, str_c(&x->a, sql));
}

static inline int fixture_remove(const char *path, const struct stat *st, int type,
				 struct FTW *place)
{
	(void)st;
	(void)type;
	(void)place;
	return remove(path);
}

/* survey: personal answers at the top and in a repeat. */
static inline void fixture_instrument(struct fixture *x)
{
	const struct instrument_file file[] = {
		{ STR("cluster/survey.csv"),
		  STR("type,name,label,ssme::personal\ntext,G01,Uno,\ninteger,A01,Dos,\n") },
		{ STR("cluster/settings.csv"), STR("form_id,version\ncluster,1\n") },
		{ STR("company/survey.csv"),
		  STR("type,name,label,ssme::personal\ntext,nombre,Nombre,yes\ninteger,B01,Dos,\n"
		      "begin_repeat,socio,Socio,\ntext,correo,Correo,yes\nend_repeat,,,\n") },
		{ STR("company/settings.csv"), STR("form_id,version\ncompany,1\n") },
		{ STR("method/settings.csv"), STR("key,value\nid,mini\nversion,1\n") },
		{ STR("method/areas.csv"), STR("code,label,label::en,weight\nA,A,A,100\n") },
		{ STR("method/scores.csv"),
		  STR("question,area,max,points,source\nA01,A,5,${A01},x\n") },
		{ STR("method/levels.csv"), STR("code,label,label::en,cut\nuno,Uno,One,0\n") },
	};
	size_t n = sizeof(file) / sizeof(*file);
	struct problems ps;
	struct buf b;
	problems_init(&ps, &x->a, LANG_ES);
	GOOD(instrument_load(&x->a, file, n, &ps, &x->in, e));
	if (!x->in)
		fail_msg("fixture: %.*s", STR_ARG(ps.item[0].message));
	buf_init(&b, &x->a, 1 << 20);
	instrument_canonical(&b, file, n);
	x->stored = (struct stored_instrument){ .id = STR("mini"), .version = STR("1"),
						.sha256 = sha256_hex(&x->a, x->in->sha256),
						.canonical = buf_str(&b) };
}

static inline void fixture_open(struct fixture *x)
{
	GOOD(store_open_at(x->folder, fixture_address(x), &x->s, e));
	store_actor(x->s, STR("cli"), STR("2022-07-01T15:04:05Z"));
}

static inline void fixture_close(struct fixture *x)
{
	store_close(x->s);
	x->s = NULL;
}

/* A folder, not yet a store in it. */
static inline int fixture_empty(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));
	if (!x)
		return -1;
	arena_init(&x->a, (size_t)1 << 30);
	/* Nothing here is about what a disk does after the power went: memory is quicker. */
	const char *root = access("/dev/shm", W_OK) == 0 ? "/dev/shm/ssme-store-XXXXXX"
							 : "/tmp/ssme-store-XXXXXX";
	memcpy(x->root, root, strlen(root) + 1);
	if (!mkdtemp(x->root))
		return -1;
	x->folder = fixture_path(x, "data");
	x->server = getenv("SSME_POSTGRESQL");
	*state = x;
	return 0;
}

static inline struct stored_round fixture_round(const char *id, int year)
{
	return (struct stored_round){ .id = str_of(id),
				      .instrument_id = STR("mini"),
				      .instrument_version = STR("1"),
				      .year = year,
				      .synthetic = true };
}

/* An open store with the instrument and the round 2022. */
static inline int fixture_filled(void **state)
{
	if (fixture_empty(state) != 0)
		return -1;
	struct fixture *x = *state;
	struct stored_round r = fixture_round("2022", 2022);
	fixture_instrument(x);
	GOOD(store_init_at(x->folder, fixture_address(x), e));
	fixture_open(x);
	GOOD(store_put_instrument(x->s, &x->stored, e));
	GOOD(store_open_round(x->s, &r, e));
	return 0;
}

static inline int fixture_end(void **state)
{
	struct fixture *x = *state;
	store_close(x->s);
	if (x->server)
		fixture_drop_schemas(x);
	nftw(x->root, fixture_remove, 16, FTW_DEPTH | FTW_PHYS);
	arena_drop(&x->a);
	free(x);
	return 0;
}

static inline void fixture_register(struct fixture *x)
{
	struct cluster_entry c[] = {
		{ .id = STR("C001"),
		  .name = STR("Café"),
		  .department = STR("17"),
		  .sector = STR("agro"),
		  .manager_kind = STR("camara"),
		  .chamber = STR("24"),
		  .since = STR("2012"),
		  .since_day = 15340,
		  .until_day = INT32_MAX,
		  .active = true },
		{ .id = STR("C002"),
		  .name = STR("Moda"),
		  .department = STR("05"),
		  .sector = STR("textil"),
		  .manager_kind = STR("camara"),
		  .chamber = STR("21"),
		  .since = STR("2015-03-01"),
		  .until = STR("2020"),
		  .since_day = 16495,
		  .until_day = 18262,
		  .active = false },
	};
	struct lineage_entry l = { STR("2019-01-01"), STR("rename"), STR("C002"), STR("C001"),
				   17897 };
	struct cluster_register r = { c, 2, &l, 1 };
	GOOD(store_put_register(x->s, &r, e));
}

/* fixture_filled() with the register, as ana@example.co in the morning of 2022-07-01. */
static inline int fixture_registered(void **state)
{
	struct fixture *x;
	if (fixture_filled(state) != 0)
		return -1;
	x = *state;
	fixture_register(x);
	store_actor(x->s, STR("ana@example.co"), STR("2022-07-01T13:00:00Z"));
	return 0;
}

static inline struct str fixture_company(struct fixture *x, size_t i)
{
	return str_fmt(&x->a,
		       "{\"nombre\":\"Ana Secreta "
		       "%zu\",\"B01\":%zu,\"socio\":[{\"correo\":\"ana%zu@secreto.co\"}]}",
		       i, i, i);
}

/* n company answers E0..., in one verb; those with i % 3 == 0 have a warning. */
static inline bool fixture_put(struct fixture *x, const char *round, size_t n, const char *source,
			       struct err *e)
{
	struct stored_answer *answer = NEW(&x->a, n, struct stored_answer);
	for (size_t i = 0; i < n; i++)
		answer[i] = (struct stored_answer){ .cluster = i % 2 ? STR("C002") : STR("C001"),
						    .company = str_fmt(&x->a, "E%04zu", i),
						    .document = fixture_company(x, i),
						    .n_warnings = i % 3 == 0,
						    .n_unexplained = i % 6 == 0 };
	return store_put_answers(x->s, str_of(round), FORM_COMPANY, x->in->form[FORM_COMPANY],
				 str_of(source), answer, n, e);
}

static inline struct str fixture_hash(struct fixture *x, const char *round)
{
	const struct form *const form[2] = { x->in->form[0], x->in->form[1] };
	struct sha256 h;
	GOOD(store_hash_round(x->s, &x->a, str_of(round), form, &h, e));
	return sha256_hex(&x->a, h);
}

static inline int64_t fixture_count(struct fixture *x, const char *round)
{
	int64_t n, warnings, unexplained;
	GOOD(store_count_answers(x->s, str_of(round), FORM_COMPANY, &n, &warnings, &unexplained,
				 e));
	return n;
}

/* How many faults doctor sees; the first is in *ret_first. */
static inline size_t fixture_faults(struct fixture *x, struct str *ret_first)
{
	struct store_finding *found;
	size_t n, n_faults = 0;
	GOOD(store_examine_at(&x->a, x->folder, fixture_address(x), LANG_EN, &found, &n, e));
	*ret_first = STR("");
	for (size_t i = 0; i < n; i++) {
		if (found[i].fault && !n_faults++)
			*ret_first = found[i].what;
	}
	return n_faults;
}

static inline void fixture_sound(struct fixture *x)
{
	struct str what;
	if (fixture_faults(x, &what))
		fail_msg("doctor: %.*s", STR_ARG(what));
}

/* Rows as lines, to be sorted: a table has no order. */
struct fixture_lines {
	struct arena *a;
	struct str *line;
	size_t n, cap, n_columns;
};

static inline bool fixture_dump_row(void *user, const struct db_value *column, struct err *e)
{
	struct fixture_lines *l = user;
	struct buf b;
	(void)e;
	buf_init(&b, l->a, 256u << 20);
	for (size_t i = 0; i < l->n_columns; i++) {
		if (column[i].kind == DB_INTEGER)
			buf_fmt(&b, "%lld", (long long)column[i].integer);
		else if (column[i].kind == DB_TEXT)
			buf_put(&b, column[i].text);
		else
			buf_puts(&b, "NULL");
		buf_putc(&b, i + 1 < l->n_columns ? '|' : '\n');
	}
	assert_false(b.over);
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 64;
		l->line = arena_grow(l->a, l->line, l->n, l->cap, sizeof(*l->line));
	}
	l->line[l->n++] = buf_str(&b);
	return true;
}

static inline int fixture_by_line(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static inline void fixture_dump_table(struct fixture *x, struct db *d, const struct sql_table *t,
				      struct buf *b)
{
	struct fixture_lines l = { .a = &x->a, .n_columns = sql_statement[t->rows].n_columns };
	GOOD(db_run(d, t->rows, NULL, fixture_dump_row, &l, e));
	buf_fmt(b, "%s\n", t->name);
	if (l.n)
		qsort(l.line, l.n, sizeof(*l.line), fixture_by_line);
	for (size_t i = 0; i < l.n; i++)
		buf_put(b, l.line[i]);
}

/* The database as another reader sees it; the caller closes it. */
static inline struct db *fixture_reader(struct fixture *x)
{
	struct db *d;
	const char *address = fixture_address(x);
	if (address)
		GOOD(db_postgres_open(address, &d, e));
	else
		GOOD(db_sqlite_open(folder_path(&x->a, x->folder, DATABASE_FILE), &d, e));
	return d;
}

/* Everything in it; receipts are no data. */
static inline struct str fixture_dump_of(struct fixture *x, struct db *reader)
{
	struct buf b;
	buf_init(&b, &x->a, 256u << 20);
	for (size_t i = 0; i < SQL_TABLES; i++) {
		if (strcmp(sql_table[i].name, "receipt") != 0)
			fixture_dump_table(x, reader, &sql_table[i], &b);
	}
	assert_false(b.over);
	return buf_str(&b);
}

static inline struct str fixture_dump(struct fixture *x)
{
	struct db *reader = fixture_reader(x);
	struct str all = fixture_dump_of(x, reader);
	db_close(reader);
	return all;
}

/* Whether a file under the root holds the text anywhere. */
static inline bool fixture_leaks(struct fixture *x, const char *name, const char *text)
{
	FILE *f = fopen(folder_path(&x->a, x->root, name), "rb");
	if (!f)
		return false;
	struct buf b;
	size_t at;
	char block[4096];
	buf_init(&b, &x->a, 64u << 20);
	for (size_t n; (n = fread(block, 1, sizeof(block), f)) > 0;)
		buf_put(&b, (struct str){ block, n });
	fclose(f);
	return str_find(buf_str(&b), str_of(text), &at);
}

#endif
