/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_CLOEXEC with every C library */
#endif
#include "os/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/random.h"

/* --- errors ---------------------------------------------------------------------------------- */

enum deed { DEED_READ, DEED_WRITE, DEED_DELETE, DEED_N };

/* Cause and cure of a system error, for reading [0] and for writing or deleting [1]. */
struct cause {
	int number;
	enum err_code code[2];
	const char *es[2], *en[2];
};

static const struct cause causes[] = {
	{ ENOENT,
	  { ERR_ABSENT, ERR_ABSENT },
	  { "no existe; revise el nombre", "la carpeta no existe; créela primero" },
	  { "it does not exist; check the name", "the folder does not exist; make it first" } },
	{ ENOTDIR,
	  { ERR_INPUT, ERR_INPUT },
	  { "una parte de la ruta no es una carpeta; revise la ruta",
	    "una parte de la ruta no es una carpeta; revise la ruta" },
	  { "a part of the path is no folder; check the path",
	    "a part of the path is no folder; check the path" } },
	{ EISDIR,
	  { ERR_INPUT, ERR_INPUT },
	  { "es una carpeta; indique un archivo", "es una carpeta; indique un archivo" },
	  { "it is a folder; name a file", "it is a folder; name a file" } },
	{ EACCES,
	  { ERR_DENIED, ERR_IO },
	  { "sin permiso de lectura; pida acceso a su dueño",
	    "sin permiso de escritura; cambie los permisos de la carpeta o use otra" },
	  { "no permission to read; ask its owner for access",
	    "no permission to write; change the folder's permissions or use another one" } },
	{ EPERM,
	  { ERR_DENIED, ERR_IO },
	  { "sin permiso de lectura; pida acceso a su dueño",
	    "el sistema no permite cambiarlo; use otra carpeta" },
	  { "no permission to read; ask its owner for access",
	    "the system does not allow a change; use another folder" } },
	{ ENOSPC,
	  { ERR_FULL, ERR_FULL },
	  { "el disco está lleno; libere espacio y repita",
	    "el disco está lleno; libere espacio y repita" },
	  { "the disk is full; free some space and try again",
	    "the disk is full; free some space and try again" } },
	{ EDQUOT,
	  { ERR_FULL, ERR_FULL },
	  { "se agotó su cuota de disco; libere espacio y repita",
	    "se agotó su cuota de disco; libere espacio y repita" },
	  { "your disk quota is used up; free some space and try again",
	    "your disk quota is used up; free some space and try again" } },
	{ EROFS,
	  { ERR_IO, ERR_IO },
	  { "el disco es de solo lectura; use otra carpeta",
	    "el disco es de solo lectura; use otra carpeta" },
	  { "the disk is read-only; use another folder",
	    "the disk is read-only; use another folder" } },
	{ EMFILE,
	  { ERR_IO, ERR_IO },
	  { "hay demasiados archivos abiertos; suba el límite (ulimit -n)",
	    "hay demasiados archivos abiertos; suba el límite (ulimit -n)" },
	  { "too many open files; raise the limit (ulimit -n)",
	    "too many open files; raise the limit (ulimit -n)" } },
	{ EFBIG,
	  { ERR_IO, ERR_IO },
	  { "es demasiado grande para este disco; use otra carpeta",
	    "es demasiado grande para este disco; use otra carpeta" },
	  { "it is too big for this disk; use another folder",
	    "it is too big for this disk; use another folder" } },
	{ EPIPE,
	  { ERR_IO, ERR_IO },
	  { "el programa que leía la salida terminó; repita sin él",
	    "el programa que leía la salida terminó; repita sin él" },
	  { "the program that read the output has ended; try again without it",
	    "the program that read the output has ended; try again without it" } },
};

static bool fail(struct err *e, enum deed deed, const char *path, int number)
{
	static const char *const verb_es[DEED_N] = { "leer", "escribir", "borrar" };
	static const char *const verb_en[DEED_N] = { "read", "write", "delete" };
	size_t side = deed != DEED_READ;
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		const struct cause *c = &causes[i];
		if (c->number == number)
			return err_set(e, c->code[side],
				       "«%.150s»: no se pudo %s: %s (cannot %s: %s)", path,
				       verb_es[deed], c->es[side], verb_en[deed], c->en[side]);
	}
	return err_set(e, ERR_IO, "«%.150s»: no se pudo %s: falla del sistema; revise el disco "
		       "(cannot %s: %s; check the disk)", path, verb_es[deed], verb_en[deed],
		       strerror(number));
}

/* --- reading --------------------------------------------------------------------------------- */

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
#define FD_SCOPE __attribute__((cleanup(close_fd))) int

static int open_again(const char *path, int flags, mode_t mode)
{
	int fd;
	do
		fd = open(path, flags | O_CLOEXEC | O_NOCTTY, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

static ssize_t read_again(int fd, char *p, size_t n)
{
	ssize_t got;
	do
		got = read(fd, p, n);
	while (got < 0 && errno == EINTR);
	return got;
}

static bool over_limit(struct err *e, const char *path, size_t limit_bytes)
{
	return err_set(e, ERR_LIMIT,
		       "«%.150s»: pasa del límite de %zu bytes; divídalo (over the limit "
		       "of %zu bytes; split it)",
		       path, limit_bytes, limit_bytes);
}

static bool read_fd(struct arena *a, int fd, const char *path, size_t limit_bytes, struct str *out,
		    struct err *e)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return fail(e, DEED_READ, path, errno);
	if (S_ISDIR(st.st_mode))
		return fail(e, DEED_READ, path, EISDIR);
	if (S_ISREG(st.st_mode) && st.st_size > 0 && (uint64_t)st.st_size > limit_bytes)
		return over_limit(e, path, limit_bytes);
	/* The size is a hint: files of /proc say 0, and a file may grow meanwhile. */
	size_t cap = S_ISREG(st.st_mode) && st.st_size > 0 ? (size_t)st.st_size + 1 : 64u << 10;
	if (limit_bytes < SIZE_MAX && cap > limit_bytes + 1)
		cap = limit_bytes + 1;
	char *p = NEW(a, cap, char);
	size_t n = 0;
	for (;;) {
		ssize_t got = read_again(fd, p + n, cap - n);
		if (got < 0)
			return fail(e, DEED_READ, path, errno);
		if (got == 0)
			break;
		n += (size_t)got;
		if (n > limit_bytes)
			return over_limit(e, path, limit_bytes);
		if (n == cap) {
			size_t more = cap > limit_bytes / 2 ? limit_bytes + 1 : cap * 2;
			p = arena_grow(a, p, cap, more, 1);
			cap = more;
		}
	}
	*out = (struct str){ p, n };
	return true;
}

bool file_read(struct arena *a, const char *path, size_t limit_bytes, struct str *out,
	       struct err *e)
{
	FD_SCOPE fd = open_again(path, O_RDONLY, 0);
	if (fd < 0)
		return fail(e, DEED_READ, path, errno);
	return read_fd(a, fd, path, limit_bytes, out, e);
}

bool file_read_or_stdin(struct arena *a, const char *path, size_t limit_bytes, struct str *out,
			struct err *e)
{
	if (strcmp(path, "-") == 0)
		return read_fd(a, STDIN_FILENO, "stdin", limit_bytes, out, e);
	return file_read(a, path, limit_bytes, out, e);
}

bool file_map(const char *path, struct str *out, struct err *e)
{
	FD_SCOPE fd = open_again(path, O_RDONLY, 0);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) != 0)
		return fail(e, DEED_READ, path, errno);
	if (S_ISDIR(st.st_mode))
		return fail(e, DEED_READ, path, EISDIR);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INPUT,
			       "«%.150s»: no es un archivo común; cópielo a uno (not a "
			       "regular file; copy it into one)",
			       path);
	if (st.st_size == 0) {
		*out = STR("");
		return true;
	}
	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return fail(e, DEED_READ, path, errno);
	*out = (struct str){ p, (size_t)st.st_size };
	return true;
}

void file_unmap(struct str mapped)
{
	if (mapped.n)
		munmap((void *)(uintptr_t)mapped.p, mapped.n);
}

bool file_reader_open(const char *path, struct file_reader *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(e, DEED_READ, path, errno);
	out->fd = fd;
	return true;
}

bool file_reader_read(void *user, size_t from, size_t n, char *to)
{
	const struct file_reader *r = user;
	while (n) {
		ssize_t done = pread(r->fd, to, n, (off_t)from);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		from += (size_t)done;
		to += done;
		n -= (size_t)done;
	}
	return true;
}

void file_reader_close(struct file_reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

/* --- writing --------------------------------------------------------------------------------- */

bool file_put(int fd, const char *name, struct str bytes, struct err *e)
{
	while (bytes.n) {
		ssize_t done = write(fd, bytes.p, bytes.n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return fail(e, DEED_WRITE, name, errno);
		bytes = str_sub(bytes, (size_t)done, bytes.n);
	}
	return true;
}

static const char *folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return ".";
	return slash == path ? "/" : str_c(a, (struct str){ path, (size_t)(slash - path) });
}

/* A name in a folder is durable only once the folder is. */
static bool sync_folder(const char *path, struct err *e)
{
	ARENA_SCOPE(a, 1u << 20);
	const char *folder = folder_of(&a, path);
	FD_SCOPE fd = open_again(folder, O_RDONLY | O_DIRECTORY, 0);
	/* Some file systems cannot sync a folder and say EINVAL: there is nothing to be done. */
	if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL))
		return fail(e, DEED_WRITE, folder, errno);
	return true;
}

/* A new file in the folder of path, with a name that nobody guesses and `ls` does not show. */
static bool open_temporary(struct arena *a, struct file_new *f, mode_t mode, struct err *e)
{
	const char *slash = strrchr(f->path, '/');
	const char *name = slash ? slash + 1 : f->path;
	struct str suffix = random_hex(a, 8);
	f->temporary = str_fmt(a, "%s/.%.100s.%.*s.tmp", folder_of(a, f->path), name,
			       STR_ARG(suffix)).p;
	f->fd = open_again(f->temporary, O_RDWR | O_CREAT | O_EXCL, 0666);
	if (f->fd < 0)
		return fail(e, DEED_WRITE, f->path, errno);
	/* Failing to take over the old permissions is no reason to write nothing. */
	if (mode)
		(void)fchmod(f->fd, mode);
	return true;
}

bool file_new_open(struct arena *a, const char *path, struct file_new *out, struct err *e)
{
	struct file_new f = { .fd = -1, .path = path };
	struct stat st;
	mode_t mode = 0;
	if (!*path)
		return err_set(e, ERR_INPUT, "falta el nombre del archivo (the file has no name)");
	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return fail(e, DEED_WRITE, path, EISDIR);
		f.direct = !S_ISREG(st.st_mode);
		mode = st.st_mode & 07777;
		char *real = f.direct ? NULL : realpath(path, NULL);
		if (real)
			f.path = str_c(a, str_of(real));
		free(real);
	}
	if (f.path == path)
		f.path = str_c(a, str_of(path));
	if (f.direct) {
		f.fd = open_again(path, O_WRONLY, 0);
		if (f.fd < 0)
			return fail(e, DEED_WRITE, path, errno);
	} else if (!open_temporary(a, &f, mode, e)) {
		return false;
	}
	*out = f;
	return true;
}

bool file_new_put(struct file_new *f, struct str bytes, struct err *e)
{
	return file_put(f->fd, f->path, bytes, e);
}

void file_new_abandon(struct file_new *f)
{
	if (f->fd < 0)
		return;
	close(f->fd);
	f->fd = -1;
	if (!f->direct)
		unlink(f->temporary);
}

bool file_new_commit(struct file_new *f, struct err *e)
{
	if (!f->direct && (fsync(f->fd) != 0 || rename(f->temporary, f->path) != 0)) {
		int number = errno;
		file_new_abandon(f);
		return fail(e, DEED_WRITE, f->path, number);
	}
	int fd = f->fd;
	f->fd = -1;
	if (close(fd) != 0 && errno != EINTR)
		return fail(e, DEED_WRITE, f->path, errno);
	return f->direct || sync_folder(f->path, e);
}

bool file_write(const char *path, struct str bytes, struct err *e)
{
	ARENA_SCOPE(a, 1u << 20);
	struct file_new f;
	if (!file_new_open(&a, path, &f, e))
		return false;
	if (!file_new_put(&f, bytes, e)) {
		file_new_abandon(&f);
		return false;
	}
	return file_new_commit(&f, e);
}

/* --- names ----------------------------------------------------------------------------------- */

bool file_exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0;
}

bool file_is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool file_size(const char *path, uint64_t *out, struct err *e)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return fail(e, DEED_READ, path, errno);
	if (!S_ISREG(st.st_mode))
		return fail(e, DEED_READ, path, S_ISDIR(st.st_mode) ? EISDIR : EINVAL);
	*out = (uint64_t)st.st_size;
	return true;
}

bool file_delete(const char *path, struct err *e)
{
	if (unlink(path) != 0 && errno != ENOENT)
		return fail(e, DEED_DELETE, path, errno);
	return true;
}

bool file_rename(const char *from, const char *to, struct err *e)
{
	if (rename(from, to) != 0)
		return fail(e, DEED_WRITE, to, errno);
	return sync_folder(to, e);
}

bool folder_make(const char *path, struct err *e)
{
	ARENA_SCOPE(a, 1u << 20);
	char *part = str_c(&a, str_of(path));
	size_t n = strlen(part);
	for (size_t i = 1; i <= n; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		char mark = part[i];
		part[i] = '\0';
		if (mkdir(part, 0777) != 0 && !file_is_folder(part))
			return fail(e, DEED_WRITE, part, errno == EEXIST ? ENOTDIR : errno);
		part[i] = mark;
	}
	return n > 0 ||
		err_set(e, ERR_INPUT, "falta el nombre de la carpeta (the folder has no name)");
}

static void close_folder(DIR **d)
{
	if (*d)
		closedir(*d);
}

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

bool folder_list(struct arena *a, const char *path, struct str **ret_names, size_t *ret_n,
		 struct err *e)
{
	__attribute__((cleanup(close_folder))) DIR *d = opendir(path);
	if (!d)
		return fail(e, DEED_READ, path, errno);
	struct str *name = NULL;
	size_t n = 0, cap = 0;
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(d);
		if (!entry && errno)
			return fail(e, DEED_READ, path, errno);
		if (!entry)
			break;
		if (entry->d_name[0] == '.')
			continue;
		if (n == cap) {
			cap = cap ? cap * 2 : 32;
			name = arena_grow(a, name, n, cap, sizeof(*name));
		}
		name[n++] = str_dup(a, str_of(entry->d_name));
	}
	if (n)
		qsort(name, n, sizeof(*name), by_bytes);
	*ret_names = name;
	*ret_n = n;
	return true;
}

const char *path_join(struct arena *a, const char *path, const char *name)
{
	size_t n = strlen(path);
	const char *slash = n && path[n - 1] == '/' ? "" : "/";
	return str_fmt(a, "%s%s%s", path, slash, name).p;
}
