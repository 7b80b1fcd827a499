/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_MAX = 65536 };

bool fail_system(const char *path, struct err *e)
{
	int number = errno;
	switch (number) {
	case ENOSPC:
	case EDQUOT:
		return err_say(e, ERR_FULL,
			"%s: disco lleno; libere espacio y repita",
			"%s: the disk is full; free some space and try again",
			path);
	case EROFS:
	case EACCES:
	case EPERM:
		return err_say(e, ERR_IO,
			"%s: sin permiso; cambie los permisos o use otra carpeta con --data",
			"%s: no permission; change the permissions or use another folder with "
			"--data",
			path);
	case ENOENT:
		return err_say(e, ERR_ABSENT,
			"%s: no existe; revise el nombre",
			"%s: it does not exist; check the name",
			path);
	case ENOTDIR:
		return err_say(e, ERR_INPUT,
			"%s: una parte de la ruta no es una carpeta",
			"%s: a part of the path is no folder",
			path);
	default:
		return err_set(e, ERR_IO, "%s: %s", path, strerror(number));
	}
}

const char *folder_path(struct arena *a, const char *folder, const char *name)
{
	size_t n = strlen(folder), m = strlen(name);
	bool slash = n && folder[n - 1] == '/';
	char *p = NEW(a, n + m + 2, char);
	memcpy(p, folder, n);
	if (!slash)
		p[n++] = '/';
	memcpy(p + n, name, m);
	return p;
}

/* The folder that path lies in. */
static const char *folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return ".";
	return slash == path ? "/" : str_c(a, (struct str){ path, (size_t)(slash - path) });
}

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Makes one folder; no failure when it is there. */
static bool make_folder(const char *path, mode_t mode, bool *ret_made, struct err *e)
{
	*ret_made = mkdir(path, mode) == 0;
	int why = errno;
	if (*ret_made || is_folder(path))
		return true;
	errno = why == EEXIST ? ENOTDIR : why;
	return fail_system(path, e);
}

bool folder_make_private(const char *folder, bool *ret_made, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	char *path = str_c(&a, str_of(folder));
	for (char *slash = strchr(path + (*path == '/'), '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (!make_folder(path, 0777, ret_made, e))
			return false;
		*slash = '/';
	}
	return make_folder(path, 0700, ret_made, e);
}

bool folder_lock(const char *folder, int *ret_fd, struct err *e)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return fail_system(folder, e);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			err_say(e, ERR_BUSY,
				"%s: otro proceso está preparando esta carpeta; espere y repita",
				"%s: another process is preparing this folder; wait and try again",
				folder);
		else
			fail_system(folder, e);
		close(fd);
		return false;
	}
	*ret_fd = fd;
	return true;
}

bool folder_has(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0;
}

static bool sync_path(const char *path, int flags, struct err *e)
{
	int fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		return fail_system(path, e);
	/* Some file systems cannot sync a folder, and need not. */
	bool good = fsync(fd) == 0 || errno == EINVAL || errno == EROFS;
	if (!good)
		fail_system(path, e);
	close(fd);
	return good;
}

bool folder_sync(struct arena *a, const char *path, struct err *e)
{
	return sync_path(folder_of(a, path), O_RDONLY | O_DIRECTORY, e);
}

bool file_sync(const char *path, struct err *e)
{
	return sync_path(path, O_RDONLY, e);
}

bool file_temporary(struct arena *a, const char *path, const char **out, struct err *e)
{
	size_t n = strlen(path);
	char *name = NEW(a, n + sizeof(".XXXXXX"), char);
	memcpy(name, path, n);
	memcpy(name + n, ".XXXXXX", sizeof(".XXXXXX"));
	int fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return err_say(e, ERR_ABSENT,
			"%s: la carpeta no existe; créela primero",
			"%s: the folder does not exist; make it first", folder_of(a, path));
	if (fd < 0)
		return fail_system(path, e);
	close(fd);
	*out = name;
	return true;
}

/* A database and what SQLite may leave beside it. */
static const char *const database_ends[] = { "-journal", "-wal", "-shm", "" };
enum { DATABASE_ENDS = sizeof(database_ends) / sizeof(*database_ends) };

void database_forget(struct arena *a, const char *path)
{
	for (size_t i = 0; i < DATABASE_ENDS; i++)
		file_forget(str_c(a, str_fmt(a, "%s%s", path, database_ends[i])));
}

bool database_set_aside(struct arena *a, const char *path, struct err *e)
{
	for (size_t i = 0; i < DATABASE_ENDS; i++) {
		const char *from = str_c(a, str_fmt(a, "%s%s", path, database_ends[i]));
		const char *to = str_c(a, str_fmt(a, "%s.damaged%s", path, database_ends[i]));
		if (folder_has(from) && !file_take_name(from, to, true, e))
			return false;
	}
	return true;
}

bool database_fresh(struct arena *a, const char *path, struct err *e)
{
	database_forget(a, path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail_system(path, e);
	close(fd);
	return true;
}

bool file_text(struct arena *a, const char *path, struct str *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_system(path, e);
	char *p = NEW(a, TEXT_MAX, char);
	size_t n = 0;
	ssize_t got = 1;
	while (n < TEXT_MAX && (got = read(fd, p + n, TEXT_MAX - n)) > 0)
		n += (size_t)got;
	if (got < 0)
		fail_system(path, e);
	close(fd);
	*out = (struct str){ p, n };
	return got >= 0;
}

static bool write_all(int fd, struct str text)
{
	for (size_t done = 0; done < text.n;) {
		ssize_t n = write(fd, text.p + done, text.n - done);
		if (n < 0 && errno != EINTR)
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) == 0;
}

bool file_put_private(struct arena *a, const char *path, struct str text, struct err *e)
{
	const char *temporary;
	if (!file_temporary(a, path, &temporary, e))
		return false;
	int fd = open(temporary, O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write_all(fd, text);
	if (!good)
		fail_system(path, e);
	if (fd >= 0)
		close(fd);
	good = good && file_take_name(temporary, path, true, e) && folder_sync(a, path, e);
	if (!good)
		file_forget(temporary);
	return good;
}

bool file_take_name(const char *from, const char *to, bool replace, struct err *e)
{
	int failed = replace ? rename(from, to)
			     : renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
	/* A file system that cannot refuse to replace: the best that can be done there. */
	if (failed && !replace && (errno == EINVAL || errno == ENOSYS) && !folder_has(to))
		failed = rename(from, to);
	if (!failed)
		return true;
	if (!replace && folder_has(to))
		return err_say(e, ERR_CONFLICT,
			"%s: ya existe; elija otro nombre",
			"%s: it exists already; choose another name",
			to);
	return fail_system(to, e);
}

void file_forget(const char *path)
{
	(void)unlink(path);
}
