/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder, its schema, transactions around verbs. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/folder.h"
#include "store/inside.h"

/* ---- small readings ---- */

struct one_text {
	struct arena *a;
	struct str text;
	bool found;
};

static bool take_text(void *user, const struct db_value *column, struct err *e)
{
	struct one_text *t = user;
	(void)e;
	t->text = str_dup(t->a, column[0].text);
	t->found = true;
	return true;
}

bool read_text(struct db *d, struct arena *a, int statement, const struct db_value *arg,
	       struct str *out, bool *ret_found, struct err *e)
{
	struct one_text t = { .a = a };
	if (!db_run(d, statement, arg, take_text, &t, e))
		return false;
	*out = t.text;
	*ret_found = t.found;
	return true;
}

static bool take_integer(void *user, const struct db_value *column, struct err *e)
{
	(void)e;
	*(int64_t *)user = column[0].integer;
	return true;
}

void names_add(struct names *l, struct str name)
{
	buf_puts(&l->text, l->n++ ? ", " : "");
	buf_put(&l->text, name);
}

const char *form_word(int form)
{
	assert(form == FORM_CLUSTER || form == FORM_COMPANY);
	return form == FORM_CLUSTER ? "cluster" : "company";
}

/* ---- schema ---- */

static bool migrate_from(struct db *d, int64_t done, struct err *e)
{
	for (int64_t i = done; i < SQL_MIGRATIONS; i++) {
		const struct sql_migration *m = &sql_migration[i];
		struct db_value arg[P_migration_put_N] = {
			[P_migration_put_number] = db_integer(i + 1),
			[P_migration_put_name] = db_text(str_of(m->name)),
		};
		if (!db_script(d, (int)i, e) || !db_run(d, STMT_migration_put, arg, NULL, NULL, e))
			return err_in(e, "%04d_%s", (int)i + 1, m->name);
	}
	return true;
}

/* Ends the transaction of d that began before. */
static bool done(struct db *d, bool good, struct err *e)
{
	struct err ignored = { 0 };
	if (good)
		return db_end(d, true, e);
	(void)!db_end(d, false, &ignored);
	return false;
}

bool schema_renew(struct db *d, const char *path, struct err *e)
{
	int64_t last;
	if (!db_run(d, STMT_migration_last, NULL, take_integer, &last, e))
		return false;
	if (last > SQL_MIGRATIONS)
		return err_say(e, ERR_INPUT,
			"%s: la escribió una versión más nueva de ssme; actualice el programa",
			"%s: a newer version of ssme wrote it; update the program",
			path);
	if (last == SQL_MIGRATIONS)
		return true;
	if (!db_begin(d, DB_WRITE, e))
		return false;
	/* Another process may have done it meanwhile. */
	bool good = db_run(d, STMT_migration_last, NULL, take_integer, &last, e) &&
		migrate_from(d, last, e);
	return done(d, good, e);
}

bool schema_fill(struct db *d, struct err *e)
{
	return migrate_from(d, 0, e);
}

static bool fill_schema(struct db *d, const struct secret *secret, struct err *e)
{
	struct db_value arg[P_setting_put_N] = {
		[P_setting_put_name] = db_text(STR("key_check")),
		[P_setting_put_value] = db_text(str_of(secret->check)),
	};
	if (!db_begin(d, DB_WRITE, e))
		return false;
	return done(d, migrate_from(d, 0, e) && db_run(d, STMT_setting_put, arg, NULL, NULL, e), e);
}

bool schema_make(const char *path, const struct secret *secret, struct db **out, struct err *e)
{
	struct db *d;
	if (!db_sqlite_make(path, &d, e))
		return false;
	if (!fill_schema(d, secret, e) || !db_sqlite_share(d, e)) {
		db_close(d);
		return false;
	}
	*out = d;
	return true;
}

bool schema_secret_check(struct db *d, struct arena *a, const char **out, struct err *e)
{
	struct db_value arg[P_setting_get_N] = { db_text(STR("key_check")) };
	struct str check;
	bool found;
	if (!read_text(d, a, STMT_setting_get, arg, &check, &found, e))
		return false;
	*out = str_c(a, found ? check : STR(""));
	return true;
}

/* ---- init ---- */

/* The secret of a folder that has no database yet: one that an interrupted init left, or a new one.
 */
static bool first_secret(const char *folder, struct secret *out, struct err *e)
{
	struct secrets all = { .n = 0 };
	struct err absent = { 0 };
	if (secrets_load(folder, &all, &absent)) {
		*out = all.item[0];
		if (all.n)
			return true;
	} else if (absent.code != ERR_ABSENT) {
		*e = absent;
		return false;
	}
	secret_make(&all.item[0]);
	all.n = 1;
	*out = all.item[0];
	return secrets_store(folder, &all, e);
}

static bool make_database(struct arena *a, const char *folder, struct err *e)
{
	const char *fresh = folder_path(a, folder, DATABASE_NEW),
		   *path = folder_path(a, folder, DATABASE_FILE);
	struct secret secret;
	struct db *d;
	if (!first_secret(folder, &secret, e) || !database_fresh(a, fresh, e))
		return false;
	bool good = schema_make(fresh, &secret, &d, e);
	if (good)
		db_close(d);
	/* A log whose database somebody took away would be read as the new one's. */
	good = good && file_sync(fresh, e) && database_set_aside(a, path, e) &&
	       file_take_name(fresh, path, false, e) && folder_sync(a, path, e);
	if (!good)
		database_forget(a, fresh);
	secret_wipe(&secret);
	return good;
}

static bool already(const char *path, struct err *e)
{
	return err_say(e, ERR_CONFLICT,
		"%s: ya existe; use otra carpeta con --data",
		"%s: it exists already; use another folder with --data",
		path);
}

static bool init_in_folder(const char *folder, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	const char *path = folder_path(&a, folder, DATABASE_FILE);
	bool made;
	int lock;
	if (folder_has(path))
		return already(path, e);
	if (!folder_make_private(folder, &made, e))
		return false;
	if (!folder_lock(folder, &lock, e))
		return false;
	bool good = folder_has(path) ? already(path, e) : make_database(&a, folder, e);
	close(lock);
	if (!good && made)
		(void)rmdir(folder); /* stays when something lies in it */
	return good;
}

static bool connect_blank(const char *address, struct db **out, struct err *e)
{
	struct db *d;
	bool filled;
	if (!db_postgres_open(address, &d, e))
		return false;
	if (db_postgres_filled(d, &filled, e) && !filled) {
		*out = d;
		return true;
	}
	if (e->code == ERR_NONE)
		err_say(e, ERR_CONFLICT,
			"%s: ya hay datos; otra máquina que los use solo necesita en su carpeta "
			"una copia de ssme.key",
			"%s: there are data already; another machine that uses them only needs in "
			"its folder a copy of ssme.key",
			db_postgres_place(d));
	db_close(d);
	return false;
}

/* The tables at the server; in the folder only the secret. */
static bool init_at_server(const char *folder, const char *address, struct err *e)
{
	struct db *d;
	struct secret secret;
	bool made;
	int lock;
	if (!connect_blank(address, &d, e))
		return false;
	bool good = folder_make_private(folder, &made, e) && folder_lock(folder, &lock, e);
	if (good) {
		good = first_secret(folder, &secret, e) && fill_schema(d, &secret, e);
		secret_wipe(&secret);
		close(lock);
	}
	db_close(d);
	return good;
}

bool store_init_at(const char *folder, const char *address, struct err *e)
{
	return address ? init_at_server(folder, address, e) : init_in_folder(folder, e);
}

bool store_init(const char *folder, struct err *e)
{
	return store_init_at(folder, NULL, e);
}

/* ---- open, close ---- */

/* Takes the secret that the database names, where it is there. */
static bool find_secret(struct store *s, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct secrets all = { .n = 0 };
	struct err absent = { 0 };
	const char *check;
	if (!schema_secret_check(s->db, &a, &check, e))
		return false;
	const struct secret *found =
		secrets_load(s->folder, &all, &absent) ? secrets_find(&all, check) : NULL;
	if (found) {
		s->secret = *found;
		s->has_secret = true;
	}
	secrets_wipe(&all);
	return true;
}

static bool open_file(struct arena *a, struct store *s, struct err *e)
{
	const char *path = folder_path(a, s->folder, DATABASE_FILE);
	if (access(path, F_OK) != 0 && errno != ENOENT)
		return fail_system(path, e);
	if (!folder_has(path))
		return err_say(e, ERR_ABSENT,
			"%s: aquí no hay datos; créelos con: ssme --data %s init",
			"%s: there are no data here; make them with: ssme --data %s init",
			s->folder, s->folder);
	return db_sqlite_open(path, &s->db, e) && schema_renew(s->db, path, e);
}

static bool open_server(struct store *s, const char *address, struct err *e)
{
	bool filled;
	s->on_server = true;
	if (!db_postgres_open(address, &s->db, e) || !db_postgres_filled(s->db, &filled, e))
		return false;
	const char *place = db_postgres_place(s->db);
	if (!filled)
		return err_say(e, ERR_ABSENT,
			"%s: aquí no hay datos; créelos con: ssme --data %s init",
			"%s: there are no data here; make them with: ssme --data %s init",
			place, s->folder);
	return schema_renew(s->db, place, e);
}

bool store_open_at(const char *folder, const char *address, struct store **out, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct store *s = calloc(1, sizeof(*s));
	if (!s || !(s->folder = strdup(folder)))
		abort();
	arena_init(&s->names, 1 << 20);
	arena_init(&s->scratch, 1u << 30);
	store_actor(s, STR("cli"), STR(""));
	bool good = address ? open_server(s, address, e) : open_file(&a, s, e);
	if (!good || !find_secret(s, e)) {
		store_close(s);
		return false;
	}
	*out = s;
	return true;
}

bool store_open(const char *folder, struct store **out, struct err *e)
{
	return store_open_at(folder, NULL, out, e);
}

static bool refuse_secret(const struct store *s, const struct err *why, struct err *e)
{
	return err_say(e, ERR_INPUT,
		       "%s/%s: %s; sin ella nadie puede entrar: tráigala de una copia de la "
		       "carpeta, o recupere una copia con: ssme restore ARCHIVO --force%.0s",
		       "%s/%s: %.0s%s; without it nobody can sign in: bring it from a copy of the "
		       "folder, or bring back a backup with: ssme restore FILE --force",
		       s->folder, SECRET_FILE,
		       why->code == ERR_ABSENT ? "falta la clave"
		       : why->code != ERR_NONE ? "la clave no se puede leer o está dañada"
					       : "es la clave de otros datos",
		       why->code == ERR_ABSENT ? "the key is missing"
		       : why->code != ERR_NONE ? "the key cannot be read or is damaged"
					       : "it is the key of other data");
}

static bool has_its_secret(struct store *s, struct err *e)
{
	struct secrets all = { .n = 0 };
	struct err why = { 0 };
	if (s->has_secret)
		return true;
	(void)!secrets_load(s->folder, &all, &why);
	if (why.code == ERR_NONE && !all.n)
		(void)err_say(&why, ERR_IO, "vacía", "empty");
	secrets_wipe(&all);
	return refuse_secret(s, &why, e);
}

/* Whether somebody else writes just now does not matter. */
static bool takes_writes(struct store *s, struct err *e)
{
	struct err why = { 0 };
	if (db_begin(s->db, DB_WRITE, &why))
		return db_end(s->db, false, e);
	if (why.code == ERR_BUSY)
		return true;
	*e = why;
	return false;
}

bool store_can_serve(struct store *s, struct err *e)
{
	return has_its_secret(s, e) && takes_writes(s, e);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	if (s->db)
		db_close(s->db);
	secret_wipe(&s->secret);
	arena_drop(&s->names);
	arena_drop(&s->scratch);
	free(s->folder);
	free(s);
}

/* ---- transactions ---- */

bool store_begin(struct store *s, struct err *e)
{
	if (!s->begun)
		store_forget_ends(s);
	if (!db_begin(s->db, DB_WRITE, e))
		return false;
	s->begun++;
	return true;
}

void store_look(struct store *s, bool begins)
{
	db_look(s->db, begins);
}

bool store_lost(const struct store *s)
{
	return db_lost(s->db);
}

static void forget_import(struct store *s)
{
	s->import = (struct running_import){ .going = false };
	arena_rewind(&s->names, (struct arena_mark){ .head = NULL });
}

bool store_end(struct store *s, bool keep, struct err *e)
{
	assert(s->begun);
	s->begun--;
	forget_import(s);
	bool good = db_end(s->db, keep, e);
	if (!good || !keep)
		store_forget_ends(s);
	return good;
}

bool store_done(struct store *s, bool good, struct err *e)
{
	/* What was undone with a verb may be the row of the running import. */
	if (!s->begun || !good)
		forget_import(s);
	if (done(s->db, good, e))
		return true;
	store_forget_ends(s);
	return false;
}
