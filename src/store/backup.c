/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A backup is the database file with a few lines of text behind it, which SQLite does not look at:
 *
 *   (empty line)
 *   ssme-backup 1
 *   key <64 hexadecimal digits>     the secret; 64 zeros when the folder had lost it
 *   bytes <20 digits>               size of the database
 *   sha256 <64 hexadecimal digits>  of every byte of the file before this line
 *
 * That of a store on a server has the same form: its tables are copied into such a database, row by
 * row, and out of it again when it is restored to a server.
 */
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "store/folder.h"
#include "store/inside.h"

enum {
	DIGITS = 20,
	HEAD_N = 15,						  /* "\nssme-backup 1\n" */
	BODY_N = HEAD_N + 4 + 2 * SECRET_BYTES + 1 + 6 + DIGITS + 1, /* with key and bytes */
	TAIL_N = BODY_N + 7 + 64 + 1,				  /* with sha256 */
	BLOCK = 1 << 20,
};
static const char head[] = "\nssme-backup 1\n";
static const char no_secret[] = "0000000000000000000000000000000000000000000000000000000000000000";

/* ---- reading and hashing files ---- */

static bool read_block(int fd, const char *path, char *block, size_t wanted, size_t *ret_n,
		       struct err *e)
{
	size_t n = 0;
	ssize_t got = 1;
	while (n < wanted && (got = read(fd, block + n, wanted - n)) > 0)
		n += (size_t)got;
	*ret_n = n;
	return got >= 0 || fail_system(path, e);
}

static bool write_block(int fd, const char *path, const char *block, size_t n, struct err *e)
{
	for (size_t done = 0; done < n;) {
		ssize_t put = write(fd, block + done, n - done);
		if (put < 0)
			return fail_system(path, e);
		done += (size_t)put;
	}
	return true;
}

/* The next n bytes of from into the hash, and into the file to unless it is -1.  False without e
 * set: the file is shorter. */
static bool pass_bytes(int from, const char *from_path, int to, const char *to_path, uint64_t n,
		       crypto_hash_sha256_state *hash, struct err *e)
{
	ARENA_SCOPE(a, 2 * BLOCK);
	char *block = NEW(&a, BLOCK, char);
	while (n) {
		size_t wanted = n < BLOCK ? (size_t)n : BLOCK, got;
		if (!read_block(from, from_path, block, wanted, &got, e))
			return false;
		if (got < wanted)
			return false;
		crypto_hash_sha256_update(hash, (const unsigned char *)block, got);
		if (to >= 0 && !write_block(to, to_path, block, got, e))
			return false;
		n -= got;
	}
	return true;
}

static struct str hash_text(struct arena *a, crypto_hash_sha256_state *hash)
{
	struct sha256 h;
	crypto_hash_sha256_final(hash, h.byte);
	return sha256_hex(a, h);
}

/* ---- making one ---- */

static bool file_bytes(const char *path, uint64_t *out, struct err *e)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return fail_system(path, e);
	*out = (uint64_t)st.st_size;
	return true;
}

/* The lines behind a database of n bytes, up to the hash. */
static struct str tail_body(struct arena *a, struct str secret, uint64_t n)
{
	struct buf b;
	buf_init(&b, a, TAIL_N);
	buf_fmt(&b, "%skey %.*s\nbytes %020llu\n", head, STR_ARG(secret), (unsigned long long)n);
	return buf_str(&b);
}

static bool append_tail(struct arena *a, const struct store *s, const char *path, struct err *e)
{
	crypto_hash_sha256_state hash;
	uint64_t n = 0;
	crypto_hash_sha256_init(&hash);
	if (!file_bytes(path, &n, e))
		return false;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return fail_system(path, e);
	struct str body =
		tail_body(a, s->has_secret ? secret_text(a, &s->secret) : str_of(no_secret), n);
	bool good = pass_bytes(fd, path, -1, "", n, &hash, e);
	if (good) {
		crypto_hash_sha256_update(&hash, (const unsigned char *)body.p, body.n);
		struct str sum = hash_text(a, &hash);
		struct str tail = str_fmt(a, "%.*ssha256 %.*s\n", STR_ARG(body), STR_ARG(sum));
		good = write_block(fd, path, tail.p, tail.n, e) &&
			(fsync(fd) == 0 || fail_system(path, e));
	}
	close(fd);
	return good ||
		err_say(e, ERR_IO,
			"%s: se acortó mientras se leía",
			"%s: it got shorter while it was read",
			path);
}

static bool check_sound(struct db *d, struct arena *a, const char *path, enum err_code code,
			struct err *e)
{
	struct str fault;
	if (!db_sqlite_check(d, a, &fault, e))
		return false;
	return !fault.n ||
		err_say(e, code,
			"%s: está dañada: %.*s",
			"%s: it is damaged: %.*s",
			path, STR_ARG(fault));
}

/* ---- tables from one engine to the other ---- */

struct copying {
	struct db *to;
	const struct sql_table *table;
};

static bool copy_row(void *user, const struct db_value *column, struct err *e)
{
	struct copying *c = user;
	return db_run(c->to, c->table->row, column, NULL, NULL, e);
}

/* What belongs to a database and not to the data in it: its schema and its connections. */
static bool stays(const struct sql_table *t)
{
	return strcmp(t->name, "migration") == 0 || strcmp(t->name, "receipt") == 0;
}

/* All rows of all tables; both have the same schema and an open transaction. */
static bool copy_tables(struct db *from, struct db *to, struct err *e)
{
	for (int i = 0; i < (int)SQL_TABLES; i++) {
		struct copying c = { to, &sql_table[i] };
		if (!stays(c.table) && !db_run(from, c.table->rows, NULL, copy_row, &c, e))
			return err_in(e, "%s", c.table->name);
	}
	return true;
}

/* Migrations put rows into new tables, too. */
static bool clear_tables(struct db *d, struct err *e)
{
	for (int i = (int)SQL_TABLES - 1; i >= 0; i--) {
		if (!stays(&sql_table[i]) && !db_run(d, sql_table[i].clear, NULL, NULL, NULL, e))
			return false;
	}
	return true;
}

/* Ends what was begun before; good is whether all went well inside. */
static bool ended(struct db *d, bool good, struct err *e)
{
	struct err ignored = { 0 };
	return db_end(d, good, good ? e : &ignored) && good;
}

/* A server's tables, as they stand at one moment, into a database without any. */
static bool copy_from_server(struct db *from, struct db *to, struct err *e)
{
	if (!db_begin(from, DB_READ, e))
		return false;
	bool good = db_begin(to, DB_WRITE, e);
	if (good)
		good = ended(to,
			     schema_fill(to, e) && clear_tables(to, e) && copy_tables(from, to, e),
			     e);
	return ended(from, good, e);
}

/* In one transaction: others see the old data or the new ones. */
static bool copy_to_server(struct db *from, struct db *to, bool filled, struct err *e)
{
	if (!db_begin(from, DB_READ, e))
		return false;
	bool good = db_begin(to, DB_WRITE, e);
	if (good)
		good = ended(to,
			     (filled || schema_fill(to, e)) && clear_tables(to, e) &&
				     copy_tables(from, to, e),
			     e);
	return ended(from, good, e);
}

/* Copies the database into the empty file path and checks the copy. */
static bool copy_to(struct store *s, struct arena *a, const char *path, struct err *e)
{
	struct db *copy;
	if (!db_sqlite_make(path, &copy, e))
		return false;
	bool good = (s->on_server ? copy_from_server(s->db, copy, e)
				  : db_sqlite_copy(s->db, copy, e)) &&
		    db_sqlite_settle(copy, e) &&
		    check_sound(copy, a, s->folder, ERR_IO, e);
	db_close(copy);
	return good;
}

bool store_backup(struct store *s, const char *file, struct err *e)
{
	ARENA_SCOPE(a, 16 << 20);
	const char *temporary;
	if (folder_has(file))
		return err_say(e, ERR_CONFLICT,
			"%s: ya existe; elija otro nombre",
			"%s: it exists already; choose another name",
			file);
	if (!file_temporary(&a, file, &temporary, e))
		return false;
	bool good = copy_to(s, &a, temporary, e) && append_tail(&a, s, temporary, e) &&
		    file_take_name(temporary, file, false, e) && folder_sync(&a, file, e);
	if (!good)
		database_forget(&a, temporary);
	return good;
}

/* ---- restoring ---- */

struct backup {
	const char *path;
	int fd;
	uint64_t n_bytes; /* of the database */
	struct secret secret;
	bool has_secret;
	struct str body, sha256;
};

static bool no_backup(const char *path, struct err *e)
{
	return err_say(e, ERR_INPUT,
		"%s: no es una copia de ssme, o está cortada o dañada; use otra copia",
		"%s: it is no backup of ssme, or cut short or damaged; use another one",
		path);
}

/* Digits with zeros before them. */
static bool read_digits(struct str text, uint64_t *out)
{
	int64_t v;
	while (text.n > 1 && *text.p == '0')
		text = str_sub(text, 1, text.n);
	if (!num_int(text, &v) || v < 0)
		return false;
	*out = (uint64_t)v;
	return true;
}

/* Reads the lines behind the database. */
static bool read_tail(struct arena *a, struct backup *b, struct err *e)
{
	char *p = NEW(a, TAIL_N, char);
	struct stat st;
	size_t n;
	if (fstat(b->fd, &st) != 0)
		return fail_system(b->path, e);
	if (!S_ISREG(st.st_mode) || st.st_size < TAIL_N)
		return no_backup(b->path, e);
	if (lseek(b->fd, st.st_size - TAIL_N, SEEK_SET) < 0)
		return fail_system(b->path, e);
	if (!read_block(b->fd, b->path, p, TAIL_N, &n, e))
		return false;
	struct str text = { p, n }, secret = str_sub(text, HEAD_N + 4, 2 * SECRET_BYTES);
	struct str digits = str_sub(text, BODY_N - DIGITS - 1, DIGITS);
	b->body = str_sub(text, 0, BODY_N);
	b->sha256 = str_sub(text, BODY_N + 7, 64);
	b->has_secret = !str_is(secret, no_secret);
	if (n != TAIL_N || !str_starts(text, head) || !read_digits(digits, &b->n_bytes) ||
	    b->n_bytes != (uint64_t)(st.st_size - TAIL_N) ||
	    (b->has_secret && !secret_read(secret, &b->secret)) ||
	    !str_eq(tail_body(a, secret, b->n_bytes), b->body) ||
	    !str_is(str_sub(text, BODY_N, 7), "sha256 ") ||
	    !str_is(str_sub(text, TAIL_N - 1, 1), "\n"))
		return no_backup(b->path, e);
	return true;
}

/* The database of the backup into the file path, byte by byte; its hash must be the one told. */
static bool unpack(struct arena *a, const struct backup *b, const char *path, struct err *e)
{
	crypto_hash_sha256_state hash;
	crypto_hash_sha256_init(&hash);
	if (lseek(b->fd, 0, SEEK_SET) < 0)
		return fail_system(b->path, e);
	int to = open(path, O_WRONLY | O_CLOEXEC);
	if (to < 0)
		return fail_system(path, e);
	bool good = pass_bytes(b->fd, b->path, to, path, b->n_bytes, &hash, e);
	close(to);
	crypto_hash_sha256_update(&hash, (const unsigned char *)b->body.p, b->body.n);
	if (good)
		good = str_eq(hash_text(a, &hash), b->sha256);
	return good || e->code != ERR_NONE || no_backup(b->path, e);
}

/* The unpacked database: sound, of this program's schema, and the secret fits. */
static bool prepare(struct arena *a, const struct backup *b, const char *path, struct err *e)
{
	struct db *d;
	struct err why = { 0 };
	const char *check;
	if (!db_sqlite_open(path, &d, &why))
		return no_backup(b->path, e);
	bool good = check_sound(d, a, b->path, ERR_INPUT, e) && schema_renew(d, b->path, e) &&
		    schema_secret_check(d, a, &check, e);
	if (good && b->has_secret && strcmp(check, b->secret.check) != 0)
		good = no_backup(b->path, e);
	good = good && db_sqlite_share(d, e);
	db_close(d);
	return good && file_sync(path, e);
}

/* Over a database in use: as one transaction of it, so that others see the old one or the new one.
 */
static bool copy_over(const char *fresh, const char *path, struct err *e)
{
	struct db *from, *to;
	if (!db_sqlite_open(fresh, &from, e))
		return false;
	bool good = db_sqlite_open(path, &to, e);
	if (good) {
		good = db_sqlite_copy(from, to, e);
		db_close(to);
	}
	db_close(from);
	return good;
}

/* Where a backup goes. */
struct target {
	const char *folder, *address; /* NULL: the file in the folder */
	struct db *server;	      /* NULL: none */
	bool filled;		      /* it has tables already */
};

static bool fill_server(const struct target *t, const char *fresh, struct err *e)
{
	struct db *from;
	if (!db_sqlite_open(fresh, &from, e))
		return false;
	bool good = (!t->filled || schema_renew(t->server, db_postgres_place(t->server), e)) &&
		    copy_to_server(from, t->server, t->filled, e);
	db_close(from);
	return good;
}

static bool take_place(struct arena *a, const struct target *t, const char *fresh, const char *path,
		       struct err *e)
{
	if (t->server)
		return fill_server(t, fresh, e);
	if (folder_has(path) && !db_sqlite_broken(path))
		return copy_over(fresh, path, e);
	return database_set_aside(a, path, e) && file_take_name(fresh, path, false, e) &&
		folder_sync(a, path, e);
}

/* The secrets of the folder with that of the backup before them: whichever database stands there at
 * any moment finds its own. */
static bool with_both(const char *folder, const struct backup *b, struct secrets *old,
		      struct err *e)
{
	struct secrets both = { .n = 0 };
	struct err absent = { 0 };
	if (!secrets_load(folder, old, &absent))
		old->n = 0;
	if (!b->has_secret)
		return true;
	both.item[both.n++] = b->secret;
	for (size_t i = 0; i < old->n && both.n < SECRETS_MAX; i++)
		both.item[both.n++] = old->item[i];
	bool good = secrets_store(folder, &both, e);
	secrets_wipe(&both);
	return good;
}

static bool install(struct arena *a, const struct target *t, const struct backup *b,
		    const char *fresh, const char *path, struct err *e)
{
	const char *folder = t->folder;
	struct secrets old = { .n = 0 }, only = { .n = 1 };
	struct err ignored = { 0 };
	only.item[0] = b->secret;
	bool good = with_both(folder, b, &old, e);
	if (good)
		good = take_place(a, t, fresh, path, e);
	/* One secret too many does no harm: a failure here is no failure. */
	if (b->has_secret && good)
		(void)!secrets_store(folder, &only, &ignored);
	else if (b->has_secret && old.n)
		(void)!secrets_store(folder, &old, &ignored);
	else if (b->has_secret && !good)
		file_forget(folder_path(a, folder, SECRET_FILE));
	secrets_wipe(&old);
	secrets_wipe(&only);
	return good;
}

static bool restore_locked(struct arena *a, const struct target *t, const struct backup *b,
			   bool replace, struct err *e)
{
	const char *fresh = folder_path(a, t->folder, DATABASE_NEW),
		   *path = folder_path(a, t->folder, DATABASE_FILE);
	if (!replace && (t->server ? t->filled : folder_has(path)))
		return err_say(e, ERR_CONFLICT,
			"%s: ya hay datos; para reemplazarlos: --force",
			"%s: there are data already; to replace them: --force",
			t->server ? db_postgres_place(t->server) : t->folder);
	bool good = database_fresh(a, fresh, e) && unpack(a, b, fresh, e) &&
		prepare(a, b, fresh, e) && install(a, t, b, fresh, path, e);
	database_forget(a, fresh);
	return good;
}

static bool restore_into(struct arena *a, const struct target *t, const struct backup *b,
			 bool replace, struct err *e)
{
	bool made;
	int lock;
	if (!folder_make_private(t->folder, &made, e))
		return false;
	bool good = folder_lock(t->folder, &lock, e);
	if (good) {
		good = restore_locked(a, t, b, replace, e);
		close(lock);
	}
	if (!good && made)
		(void)rmdir(t->folder);
	return good;
}

static bool restore_from(struct arena *a, struct target *t, const struct backup *b, bool replace,
			 struct err *e)
{
	if (!t->address)
		return restore_into(a, t, b, replace, e);
	if (!db_postgres_open(t->address, &t->server, e))
		return false;
	bool good = db_postgres_filled(t->server, &t->filled, e) &&
		restore_into(a, t, b, replace, e);
	db_close(t->server);
	return good;
}

bool store_restore_at(const char *folder, const char *address, const char *file, bool replace,
		      struct err *e)
{
	ARENA_SCOPE(a, 16 << 20);
	struct target t = { .folder = folder, .address = address };
	struct backup b = { .path = file, .fd = open(file, O_RDONLY | O_CLOEXEC) };
	if (b.fd < 0)
		return fail_system(file, e);
	bool good = read_tail(&a, &b, e) && restore_from(&a, &t, &b, replace, e);
	close(b.fd);
	secret_wipe(&b.secret);
	return good;
}

bool store_restore(const char *folder, const char *file, bool replace, struct err *e)
{
	return store_restore_at(folder, NULL, file, replace, e);
}
