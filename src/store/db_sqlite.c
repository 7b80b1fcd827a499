/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invariants:
 *  1. depth counts the transactions open here; 0: none.  The first is SQLite's transaction, each
 *     further one a savepoint named after its depth;
 *  2. statement[i] is prepared when it is first run, and is reset whenever it is not running;
 *  3. looking: a transaction is open for reading that depth does not count, and depth is 0. */
#include "store/db_sqlite.h"

#include <assert.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "sql_gen.h"

enum {
	PATIENCE_MS = 5000,
	APPLICATION_ID = 0x73736d65, /* "ssme" in bytes 68..71 of the file */
	COLUMNS_MAX = 32,
	PAGES_AT_ONCE = 48,
	SAVEPOINTS_KEPT = 4, /* depths whose words stay prepared */
};
enum savepoint_word { SAVEPOINT_MAKE, SAVEPOINT_KEEP, SAVEPOINT_UNDO, SAVEPOINT_WORDS };
enum outer_word { OUTER_READ, OUTER_WRITE, OUTER_KEEP, OUTER_UNDO, OUTER_WORDS };

struct db_sqlite {
	struct db db;
	sqlite3 *handle;
	char *path;
	sqlite3_stmt *statement[STMT_N];
	sqlite3_stmt *savepoint[SAVEPOINTS_KEPT][SAVEPOINT_WORDS]; /* as 2; by depth - 1 */
	sqlite3_stmt *outer[OUTER_WORDS]; /* as 2 */
	int depth;
	bool looking, looked; /* now; ever */
};

static struct db_sqlite *of(struct db *d)
{
	return (struct db_sqlite *)(void *)d;
}

/* ---- errors ---- */

struct cause {
	int code; /* primary result code */
	enum err_code err;
	const char *es, *en; /* without a place for arguments */
};

#define IN_USE                                                                                     \
	"otro proceso la está usando; espere a que termine y repita",                          \
		"another process is using it; wait until it ends and try again"

static const struct cause causes[] = {
	{ SQLITE_BUSY, ERR_BUSY, IN_USE },
	{ SQLITE_LOCKED, ERR_BUSY, IN_USE },
	{ SQLITE_FULL, ERR_FULL, "disco lleno; libere espacio y repita, nada cambió",
	  "the disk is full; free some space and try again, nothing was changed" },
	{ SQLITE_READONLY, ERR_IO,
	  "sin permiso de escritura en la carpeta o el archivo; cambie los permisos o use otra "
	  "carpeta con --data",
	  "no permission to write to the folder or the file; change the permissions or use "
	  "another folder with --data" },
	{ SQLITE_PERM, ERR_IO, "sin permiso; cambie los permisos de la carpeta",
	  "no permission; change those of the folder" },
	{ SQLITE_CANTOPEN, ERR_IO,
	  "no se puede abrir, o no se puede escribir en su carpeta; revise los permisos",
	  "it cannot be opened, or its folder cannot be written to; check the permissions" },
	{ SQLITE_NOTADB, ERR_IO,
	  "no es una base de datos de ssme; recupere una copia con: ssme restore ARCHIVO --force",
	  "it is no database of ssme; bring back a backup with: ssme restore FILE --force" },
	{ SQLITE_CORRUPT, ERR_IO,
	  "está dañada; recupere una copia con: ssme restore ARCHIVO --force",
	  "it is damaged; bring back a backup with: ssme restore FILE --force" },
};

static bool say_cause(const struct db_sqlite *d, const struct cause *c, struct err *e)
{
	if (e->code != ERR_NONE)
		return false;
	/* each language passes over the other */
	err_say(e, c->err, "%s%.0s", "%.0s%s", c->es, c->en);
	return err_in(e, "%s", d->path);
}

/* SQLite calls it a fault of the disk when what runs over is a file beside the database. */
static bool no_room(const struct db_sqlite *d, int code)
{
	const int number = d->handle ? sqlite3_system_errno(d->handle) : 0;
	return (code & 0xff) == SQLITE_IOERR && (number == ENOSPC || number == EDQUOT);
}

static bool fail(const struct db_sqlite *d, int code, struct err *e)
{
	if (no_room(d, code))
		code = SQLITE_FULL;
	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++) {
		if (causes[i].code == (code & 0xff))
			return say_cause(d, &causes[i], e);
	}
	const char *why = d->handle ? sqlite3_errmsg(d->handle) : sqlite3_errstr(code);
	int system = d->handle ? sqlite3_system_errno(d->handle) : 0;
	if ((code & 0xff) == SQLITE_CONSTRAINT)
		return err_set(e, ERR_CONFLICT, "%s: %s", d->path, why);
	if ((code & 0xff) == SQLITE_IOERR && system)
		return err_say(e, ERR_IO,
			"%s: fallo de disco; revise el disco y repita, nada cambió: %s",
			"%s: disk failure; check the disk and try again, nothing was changed: %s",
			d->path, strerror(system));
	return err_set(e, ERR_IO, "%s: %s", d->path, why);
}

/* ---- statements ---- */

static bool exec(struct db_sqlite *d, const char *sql, struct err *e)
{
	int code = sqlite3_exec(d->handle, sql, NULL, NULL, NULL);
	return code == SQLITE_OK || fail(d, code, e);
}

static bool prepare(struct db_sqlite *d, int id, struct err *e)
{
	if (d->statement[id])
		return true;
	int code = sqlite3_prepare_v3(d->handle, sql_statement[id].sqlite, -1,
				      SQLITE_PREPARE_PERSISTENT, &d->statement[id], NULL);
	return code == SQLITE_OK || fail(d, code, e);
}

static int bind(sqlite3_stmt *s, const struct db_value *arg, size_t n)
{
	int code = SQLITE_OK;
	for (size_t i = 0; i < n && code == SQLITE_OK; i++) {
		int at = (int)i + 1;
		switch (arg[i].kind) {
		case DB_NULL:
			code = sqlite3_bind_null(s, at);
			break;
		case DB_INTEGER:
			code = sqlite3_bind_int64(s, at, arg[i].integer);
			break;
		case DB_TEXT:
			code = sqlite3_bind_text64(s, at, arg[i].text.p ? arg[i].text.p : "",
						   arg[i].text.n, SQLITE_STATIC, SQLITE_UTF8);
			break;
		}
	}
	return code;
}

static void read_row(sqlite3_stmt *s, size_t n, struct db_value *column)
{
	for (size_t i = 0; i < n; i++) {
		switch (sqlite3_column_type(s, (int)i)) {
		case SQLITE_NULL:
			column[i] = (struct db_value){ .kind = DB_NULL };
			break;
		case SQLITE_INTEGER:
			column[i] = db_integer(sqlite3_column_int64(s, (int)i));
			break;
		default: {
			const char *p = (const char *)sqlite3_column_text(s, (int)i);
			column[i] =
				db_text((struct str){ p, (size_t)sqlite3_column_bytes(s, (int)i) });
		}
		}
	}
}

static bool step_all(struct db_sqlite *d, int id, db_row row, void *user, struct err *e)
{
	sqlite3_stmt *s = d->statement[id];
	size_t n = sql_statement[id].n_columns;
	struct db_value column[COLUMNS_MAX];
	int code;
	assert(n <= COLUMNS_MAX);
	while ((code = sqlite3_step(s)) == SQLITE_ROW) {
		read_row(s, n, column);
		if (row && !row(user, column, e))
			return false;
	}
	return code == SQLITE_DONE || fail(d, code, e);
}

static bool run(struct db *base, int id, const struct db_value *arg, db_row row, void *user,
		struct err *e)
{
	struct db_sqlite *d = of(base);
	assert(id >= 0 && id < STMT_N);
	if (!prepare(d, id, e))
		return false;
	sqlite3_stmt *s = d->statement[id];
	assert(!sqlite3_stmt_busy(s));
	int code = bind(s, arg, sql_statement[id].n_parameters);
	bool good = code == SQLITE_OK ? step_all(d, id, row, user, e) : fail(d, code, e);
	(void)sqlite3_reset(s); /* says again what step said */
	return good;
}

static bool script(struct db *base, int migration, struct err *e)
{
	assert(migration >= 0 && migration < (int)SQL_MIGRATIONS);
	return exec(of(base), sql_migration[migration].sqlite, e);
}

/* A file does not go away. */
static bool lost(const struct db *base)
{
	(void)base;
	return false;
}

static void patience(struct db *base, int milliseconds)
{
	(void)sqlite3_busy_timeout(of(base)->handle, milliseconds);
}

/* ---- transactions ---- */

static bool run_kept(struct db_sqlite *d, sqlite3_stmt **kept, const char *sql, struct err *e)
{
	int code = SQLITE_OK;
	if (!*kept)
		code = sqlite3_prepare_v3(d->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, kept,
					  NULL);
	if (code != SQLITE_OK)
		return fail(d, code, e);
	code = sqlite3_step(*kept);
	bool good = code == SQLITE_DONE || fail(d, code, e);
	(void)sqlite3_reset(*kept);
	return good;
}

static bool outer(struct db_sqlite *d, enum outer_word word, struct err *e)
{
	static const char *const sql[] = { "BEGIN", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK" };
	return run_kept(d, &d->outer[word], sql[word], e);
}

/* The words for a depth: "SAVEPOINT s2". */
static bool savepoint(struct db_sqlite *d, enum savepoint_word word, struct err *e)
{
	static const char *const verb[] = { "SAVEPOINT", "RELEASE", "ROLLBACK TO" };
	char sql[64];
	sqlite3_snprintf(sizeof(sql), sql, "%s s%d", verb[word], d->depth);
	return d->depth <= SAVEPOINTS_KEPT ? run_kept(d, &d->savepoint[d->depth - 1][word], sql, e)
					   : exec(d, sql, e);
}

/* A connection that looks does so beside somebody who writes: each of its looks would give the
 * mapping of the file back to the system and ask for it again, which costs more than reading the
 * few pages of a look. */
static void look(struct db *base, bool begins)
{
	struct db_sqlite *d = of(base);
	struct err ignored = { 0 };
	if (d->depth || begins == d->looking)
		return;
	if (begins && !d->looked)
		d->looked = exec(d, "PRAGMA mmap_size = 0", &ignored);
	const bool done = outer(d, begins ? OUTER_READ : OUTER_KEEP, &ignored);
	d->looking = begins && done;
}

static bool begin(struct db *base, enum db_intent intent, struct err *e)
{
	struct db_sqlite *d = of(base);
	look(base, false);
	bool good = d->depth ? savepoint(d, SAVEPOINT_MAKE, e)
			     : outer(d, intent == DB_WRITE ? OUTER_WRITE : OUTER_READ, e);
	if (good)
		d->depth++;
	return good;
}

static bool end_inner(struct db_sqlite *d, bool keep, struct err *e)
{
	if (!keep && !savepoint(d, SAVEPOINT_UNDO, e))
		return false;
	return savepoint(d, SAVEPOINT_KEEP, e);
}

static bool end(struct db *base, bool keep, struct err *e)
{
	struct db_sqlite *d = of(base);
	struct err ignored = { 0 };
	assert(d->depth > 0);
	d->depth--;
	/* Some failures make SQLite undo the whole transaction by itself. */
	if (sqlite3_get_autocommit(d->handle))
		return !keep ||
			err_say(e, ERR_IO,
				"%s: se deshizo todo por un fallo anterior",
				"%s: all was undone after an earlier failure",
				d->path);
	if (d->depth)
		return end_inner(d, keep, e);
	if (!keep)
		return outer(d, OUTER_UNDO, e);
	if (outer(d, OUTER_KEEP, e))
		return true;
	if (!sqlite3_get_autocommit(d->handle))
		(void)outer(d, OUTER_UNDO, &ignored);
	return false;
}

/* ---- opening and closing ---- */

static void close_db(struct db *base)
{
	struct db_sqlite *d = of(base);
	for (size_t i = 0; i < STMT_N; i++)
		(void)sqlite3_finalize(d->statement[i]);
	for (size_t i = 0; i < SAVEPOINTS_KEPT; i++)
		for (size_t word = 0; word < SAVEPOINT_WORDS; word++)
			(void)sqlite3_finalize(d->savepoint[i][word]);
	for (size_t i = 0; i < OUTER_WORDS; i++)
		(void)sqlite3_finalize(d->outer[i]);
	(void)sqlite3_close(d->handle);
	free(d->path);
	free(d);
}

static const struct db_ops sqlite_ops = { begin, end, run, script, close_db, lost, patience,
					  look };

/* Statements of the schema are not trusted more than those of a stranger: the file may come from
 * one. */
static bool configure(struct db_sqlite *d, struct err *e)
{
	(void)sqlite3_extended_result_codes(d->handle, 1);
	(void)sqlite3_busy_timeout(d->handle, PATIENCE_MS);
	(void)sqlite3_db_config(d->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(d->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return exec(
		d,
		"PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
		"PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = "
		"-32768; PRAGMA mmap_size = 268435456;"
		"PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000",
		e);
}

static bool open_file(const char *path, struct db_sqlite **out, struct err *e)
{
	struct db_sqlite *d = calloc(1, sizeof(*d));
	if (!d || !(d->path = strdup(path)))
		abort();
	d->db.ops = &sqlite_ops;
	/* Before the first use only, later refused: to count its memory SQLite would take one lock
	 * of the whole process at each allocation. */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	/* Whenever somebody else wrote, the pages kept in memory are given back and taken anew:
	 * the first of them come from one piece of memory of the connection. */
	(void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, PAGES_AT_ONCE);
	int code = sqlite3_open_v2(path, &d->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
				   NULL);
	if (code != SQLITE_OK)
		(void)fail(d, code, e);
	else if (configure(d, e)) {
		*out = d;
		return true;
	}
	close_db(&d->db);
	return false;
}

static int take_integer(void *user, int n, char **value, char **name)
{
	(void)name;
	int64_t v = 0;
	for (const char *p = n ? value[0] : NULL; p && *p >= '0' && *p <= '9'; p++)
		v = v * 10 + (*p - '0');
	*(int64_t *)user = v;
	return 0;
}

static bool is_ours(struct db_sqlite *d, struct err *e)
{
	int64_t id = 0;
	int code = sqlite3_exec(d->handle, "PRAGMA application_id", take_integer, &id, NULL);
	if (code != SQLITE_OK)
		return fail(d, code, e);
	return id == APPLICATION_ID || fail(d, SQLITE_NOTADB, e);
}

bool db_sqlite_open(const char *path, struct db **out, struct err *e)
{
	struct db_sqlite *d;
	if (!open_file(path, &d, e))
		return false;
	if (!is_ours(d, e)) {
		close_db(&d->db);
		return false;
	}
	*out = &d->db;
	return true;
}

bool db_sqlite_broken(const char *path)
{
	sqlite3 *handle = NULL;
	int64_t id = 0;
	int code =
		sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(handle, "PRAGMA application_id", take_integer, &id, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(handle, "SELECT count(*) FROM migration", NULL, NULL, NULL);
	(void)sqlite3_close(handle);
	return (code & 0xff) == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT ||
		code == SQLITE_ERROR || (code == SQLITE_OK && id != APPLICATION_ID);
}

bool db_sqlite_make(const char *path, struct db **out, struct err *e)
{
	struct db_sqlite *d;
	char sql[96];
	if (!open_file(path, &d, e))
		return false;
	/* Documents of some kilobytes fill pages of this size better than the usual 4096. */
	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA page_size = 8192; PRAGMA application_id = %d",
			 APPLICATION_ID);
	if (!exec(d, sql, e)) {
		close_db(&d->db);
		return false;
	}
	*out = &d->db;
	return true;
}

/* ---- what files can do ---- */

bool db_sqlite_copy(struct db *from, struct db *to, struct err *e)
{
	struct db_sqlite *source = of(from), *target = of(to);
	sqlite3_backup *b = sqlite3_backup_init(target->handle, "main", source->handle, "main");
	if (!b)
		return fail(target, sqlite3_errcode(target->handle), e);
	int code = sqlite3_backup_step(b, -1); /* waits for others as any statement does */
	int end_code = sqlite3_backup_finish(b);
	if (code == SQLITE_DONE)
		code = end_code;
	return code == SQLITE_OK || fail(target, code, e);
}

bool db_sqlite_settle(struct db *d, struct err *e)
{
	return exec(of(d), "PRAGMA journal_mode = DELETE", e);
}

bool db_sqlite_share(struct db *d, struct err *e)
{
	return exec(of(d), "PRAGMA journal_mode = WAL", e);
}

struct check {
	struct arena *a;
	struct str fault;
};

/* integrity_check gives one row "ok"; foreign_key_check gives a row a broken reference: table,
 * rowid, the table referred to. */
static int take_integrity(void *user, int n, char **value, char **name)
{
	struct check *c = user;
	(void)name;
	if (!c->fault.n && n && value[0] && strcmp(value[0], "ok") != 0)
		c->fault = str_dup(c->a, str_of(value[0]));
	return 0;
}

static int take_reference(void *user, int n, char **value, char **name)
{
	struct check *c = user;
	(void)name;
	if (!c->fault.n && n >= 3)
		c->fault = str_fmt(c->a, "%s refers to what is not in %s", value[0] ? value[0] : "",
				   value[2] ? value[2] : "");
	return 0;
}

bool db_sqlite_check(struct db *base, struct arena *a, struct str *ret_fault, struct err *e)
{
	struct db_sqlite *d = of(base);
	struct check c = { .a = a };
	int code = sqlite3_exec(d->handle, "PRAGMA integrity_check(1)", take_integrity, &c, NULL);
	if (code == SQLITE_OK && !c.fault.n)
		code = sqlite3_exec(d->handle, "PRAGMA foreign_key_check", take_reference, &c,
				    NULL);
	if (code != SQLITE_OK)
		return fail(d, code, e);
	*ret_fault = c.fault;
	return true;
}
