/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "os/file.h"

static bool io_failed(const char *what, struct err *e)
{
	const bool full = errno == ENOSPC || errno == EDQUOT;
	return err_say(e, full ? ERR_FULL : ERR_IO,
		       "%s: no se pudo guardar el archivo recibido: %s",
		       "%s: the file received could not be kept: %s", what, strerror(errno));
}

static int disk_file(const char *folder)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	/* A file system that knows no files without names: one that loses its name at once. */
	ARENA_SCOPE(a, (size_t)64 << 10);
	char *path = str_c(&a, str_fmt(&a, "%s/upload-XXXXXX", folder));
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		(void)unlink(path);
	return fd;
}

bool spool_room_make(struct spool_room *room, const char *folder, struct err *e)
{
	if (!folder_make(folder, e))
		return false;
	int fd = disk_file(folder);
	if (fd < 0)
		return io_failed(folder, e);
	close(fd);
	*room = (struct spool_room){ .folder = folder };
	return true;
}

bool spool_open(struct spool_room *room, struct spool *out, struct err *e)
{
	struct spool s = { .room = room };
	s.fd = memfd_create("upload", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (s.fd < 0) {
		s.fd = disk_file(room->folder);
		s.on_disk = true;
	}
	if (s.fd < 0)
		return io_failed(room->folder, e);
	*out = s;
	return true;
}

static bool move_to_disk(struct spool *s, struct err *e)
{
	int fd = disk_file(s->room->folder);
	if (fd < 0)
		return io_failed(s->room->folder, e);
	off_t from = 0;
	while ((uint64_t)from < s->n_bytes) {
		ssize_t n = sendfile(fd, s->fd, &from, (size_t)(s->n_bytes - (uint64_t)from));
		if (n <= 0 && !(n < 0 && errno == EINTR)) {
			bool failed = io_failed(s->room->folder, e);
			close(fd);
			return failed;
		}
	}
	close(s->fd);
	s->fd = fd;
	s->on_disk = true;
	return true;
}

bool spool_put(struct spool *s, struct str bytes, struct err *e)
{
	uint64_t before = atomic_fetch_add(&s->room->n_bytes, bytes.n);
	if (before + bytes.n > SPOOL_ALL_BYTES_MAX) {
		atomic_fetch_sub(&s->room->n_bytes, bytes.n);
		return err_say(
			e, ERR_BUSY,
			"se están recibiendo demasiados archivos a la vez: pruebe otra vez en un "
			"minuto",
			"too many files are being received at once: try again in a minute");
	}
	bool good = s->on_disk || s->n_bytes + bytes.n <= SPOOL_MEMORY_BYTES_MAX ||
		    move_to_disk(s, e);
	if (!good || !file_put(s->fd, s->room->folder, bytes, e)) {
		atomic_fetch_sub(&s->room->n_bytes, bytes.n);
		return false;
	}
	s->n_bytes += bytes.n;
	atomic_fetch_add(&s->room->n_bytes_ever, bytes.n);
	return true;
}

void spool_close(struct spool *s)
{
	atomic_fetch_sub(&s->room->n_bytes, s->n_bytes);
	close(s->fd);
	*s = (struct spool){ .fd = -1 };
}
