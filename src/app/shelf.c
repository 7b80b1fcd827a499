/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invariants, under the lock:
 *  1. a kept entry never changes and never goes before shelf_free(): what was handed out stays;
 *  2. a name is in `making` as long as exactly one caller makes it; the others wait for `changed`;
 *  3. nothing slow happens under the lock.
 *
 * A file of the folder holds the SHA-256 of what follows, in hex, a line end, and the document: a
 * file that was damaged is made again. */
#include "app/shelf.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/hash.h"
#include "os/file.h"

enum {
	MAKING_MAX = 16,
	TAG_N = 32,
	HASH_N = 64,
	GZIP_WINDOW_BITS = 15 + 16, /* zlib's word for the gzip format */
	GZIP_LEVEL = 6,
	PRUNED_FILES_MAX = 4096,
};

struct kept {
	struct arena a;
	struct str name, alias;
	struct shelved document;
};

struct shelf {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct arena a;
	const char *folder; /* NULL: memory only */
	struct kept kept[SHELF_ENTRIES_MAX];
	size_t n_kept, kept_bytes;
	char making[MAKING_MAX][SHELF_NAME_BYTES_MAX];
	size_t n_making;
};

bool shelf_make(const char *folder, struct shelf **out, struct err *e)
{
	struct shelf *f = calloc(1, sizeof(*f));
	if (!f)
		return err_say(e, ERR_IO, "no hay memoria para el estante",
			       "no memory for the shelf");
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->changed, NULL);
	arena_init(&f->a, 1 << 16);
	if (folder)
		f->folder = str_c(&f->a, str_of(folder));
	*out = f;
	return true;
}

void shelf_free(struct shelf *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n_kept; i++)
		arena_drop(&f->kept[i].a);
	arena_drop(&f->a);
	pthread_cond_destroy(&f->changed);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

/* ---- the folder ---- */

static bool name_is_safe(struct str name)
{
	if (!name.n || name.n >= SHELF_NAME_BYTES_MAX || name.p[0] == '.')
		return false;
	for (size_t i = 0; i < name.n; i++) {
		const char c = name.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'))
			return false;
	}
	return true;
}

static bool folder_find(const struct shelf *f, struct arena *a, struct str name, struct str *out)
{
	struct err ignored = { 0 };
	struct str file;
	if (!f->folder ||
	    !file_read(a, path_join(a, f->folder, str_c(a, name)),
		       SHELF_DOCUMENT_BYTES_MAX + HASH_N + 1, &file, &ignored) ||
	    file.n <= HASH_N)
		return false;
	const struct str bytes = str_sub(file, HASH_N + 1, file.n);
	if (!str_eq(str_sub(file, 0, HASH_N), sha256_hex(a, sha256_of(bytes))))
		return false;
	*out = bytes;
	return true;
}

struct old_file {
	const char *path;
	int64_t written_s;
	uint64_t n_bytes;
};

static int older_first(const void *a, const void *b)
{
	const struct old_file *x = a, *y = b;
	return (x->written_s > y->written_s) - (x->written_s < y->written_s);
}

static void folder_prune(const struct shelf *f)
{
	ARENA_SCOPE(a, 8 << 20);
	struct err ignored = { 0 };
	struct str *name;
	size_t n, n_files = 0;
	uint64_t total = 0;
	if (!folder_list(&a, f->folder, &name, &n, &ignored) || n > PRUNED_FILES_MAX)
		return;
	struct old_file *file = NEW(&a, n, struct old_file);
	for (size_t i = 0; i < n; i++) {
		struct stat st;
		const char *path = path_join(&a, f->folder, name[i].p);
		if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		file[n_files++] = (struct old_file){ path, st.st_mtim.tv_sec,
						     (uint64_t)st.st_size };
		total += (uint64_t)st.st_size;
	}
	qsort(file, n_files, sizeof(*file), older_first);
	for (size_t i = 0; i < n_files && total > SHELF_FOLDER_BYTES_MAX; i++) {
		struct err unlucky = { 0 };
		if (file_delete(file[i].path, &unlucky))
			total -= file[i].n_bytes;
	}
}

/* A folder that cannot be written costs time, nothing else. */
static void folder_keep(const struct shelf *f, struct arena *a, struct str name, struct str bytes)
{
	struct err ignored = { 0 };
	struct buf b;
	if (!f->folder || bytes.n > SHELF_DOCUMENT_BYTES_MAX ||
	    !folder_make(f->folder, &ignored))
		return;
	buf_init(&b, a, bytes.n + HASH_N + 2);
	buf_put(&b, sha256_hex(a, sha256_of(bytes)));
	buf_putc(&b, '\n');
	buf_put(&b, bytes);
	if (!b.over && file_write(path_join(a, f->folder, str_c(a, name)), buf_str(&b), &ignored))
		folder_prune(f);
}

/* ---- packing ---- */

static struct str gzip_of(struct arena *a, struct str bytes)
{
	z_stream z = { 0 };
	if (deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW_BITS, 8, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		return (struct str){ 0 };
	const size_t room = deflateBound(&z, bytes.n);
	unsigned char *out = NEW(a, room, unsigned char);
	z.next_in = (z_const Bytef *)(uintptr_t)bytes.p;
	z.avail_in = (uInt)bytes.n;
	z.next_out = out;
	z.avail_out = (uInt)room;
	const bool done = deflate(&z, Z_FINISH) == Z_STREAM_END;
	const size_t n = z.total_out;
	deflateEnd(&z);
	/* What is packed already (a PDF, a workbook) gains nothing. */
	return done && n < bytes.n - bytes.n / 10 ? (struct str){ (const char *)out, n }
						  : (struct str){ 0 };
}

static struct shelved shelved_of(struct arena *a, struct str bytes)
{
	return (struct shelved){ .bytes = bytes,
				 .gzip = bytes.n <= SHELF_DOCUMENT_BYTES_MAX ? gzip_of(a, bytes)
									     : (struct str){ 0 },
				 .tag = str_sub(sha256_hex(a, sha256_of(bytes)), 0, TAG_N) };
}

/* ---- memory ---- */

static const struct kept *find_kept(const struct shelf *f, struct str name)
{
	for (size_t i = 0; i < f->n_kept; i++)
		if (str_eq(f->kept[i].name, name))
			return &f->kept[i];
	return NULL;
}

/* The newest of that alias: the same document made anew replaces what stood there. */
static const struct kept *find_alias(const struct shelf *f, struct str alias)
{
	for (size_t i = f->n_kept; i-- > 0;)
		if (str_eq(f->kept[i].alias, alias))
			return &f->kept[i];
	return NULL;
}

bool shelf_known(struct shelf *f, struct str alias, struct shelved *out)
{
	if (!f)
		return false;
	pthread_mutex_lock(&f->lock);
	const struct kept *k = find_alias(f, alias);
	pthread_mutex_unlock(&f->lock);
	if (k)
		*out = k->document; /* by invariant 1 */
	return k != NULL;
}

static void keep(struct shelf *f, struct str name, struct str alias, const struct shelved *s)
{
	const size_t n_bytes = s->bytes.n + s->gzip.n;
	if (!alias.n || s->bytes.n > SHELF_DOCUMENT_BYTES_MAX || f->n_kept == SHELF_ENTRIES_MAX ||
	    f->kept_bytes + n_bytes > SHELF_BYTES_MAX)
		return;
	struct kept *k = &f->kept[f->n_kept];
	arena_init(&k->a, n_bytes + (1 << 16));
	k->name = str_dup(&k->a, name);
	k->alias = str_dup(&k->a, alias);
	k->document = (struct shelved){ str_dup(&k->a, s->bytes), str_dup(&k->a, s->gzip),
					str_dup(&k->a, s->tag) };
	f->kept_bytes += n_bytes;
	f->n_kept++;
}

/* ---- making ---- */

static size_t find_making(const struct shelf *f, struct str name)
{
	size_t i = 0;
	while (i < f->n_making && !str_is(name, f->making[i]))
		i++;
	return i;
}

/* True: it was kept meanwhile.  False: the caller makes it now, and calls end_making(). */
static bool kept_or_begin(struct shelf *f, struct str name, struct shelved *out)
{
	pthread_mutex_lock(&f->lock);
	const struct kept *k;
	while (!(k = find_kept(f, name)) &&
	       (find_making(f, name) < f->n_making || f->n_making == MAKING_MAX))
		pthread_cond_wait(&f->changed, &f->lock);
	if (!k) {
		char *place = f->making[f->n_making++];
		memcpy(place, name.p, name.n);
		place[name.n] = 0;
	}
	pthread_mutex_unlock(&f->lock);
	if (k)
		*out = k->document;
	return k != NULL;
}

static void end_making(struct shelf *f, struct str name, struct str alias, const struct shelved *s)
{
	pthread_mutex_lock(&f->lock);
	if (s)
		keep(f, name, alias, s);
	const size_t at = find_making(f, name);
	memmove(f->making[at], f->making[f->n_making - 1], SHELF_NAME_BYTES_MAX);
	f->n_making--;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
}

bool shelf_get(struct shelf *f, struct arena *a, struct str name, struct str alias,
	       shelf_maker *make, void *user, struct shelved *out, struct err *e)
{
	struct str bytes;
	if (!f) {
		if (!make(user, a, &bytes, e))
			return false;
		*out = shelved_of(a, bytes);
		return true;
	}
	if (!name_is_safe(name))
		return err_say(e, ERR_INPUT, "estante: nombre %.*s: solo a-z, 0-9, '.' y '-'",
			       "shelf: name %.*s: only a-z, 0-9, '.' and '-'", STR_ARG(name));
	if (kept_or_begin(f, name, out))
		return true;
	const bool found = folder_find(f, a, name, &bytes);
	if (!found && !make(user, a, &bytes, e)) {
		end_making(f, name, alias, NULL);
		return false;
	}
	if (!found)
		folder_keep(f, a, name, bytes);
	*out = shelved_of(a, bytes);
	end_making(f, name, alias, out);
	return true;
}
