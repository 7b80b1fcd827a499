/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files and folders.  Every error names the path, the cause and the cure.
 *
 * Codes, unless said otherwise: ERR_ABSENT: there is no such file or folder.  ERR_DENIED: this user
 * may not read it.  ERR_INPUT: it is of another kind (a folder where a file is needed, and so on).
 * ERR_LIMIT: over the limit of bytes given.  ERR_IO: the system failed (disk full, read-only,
 * no permission to write, fault of the device); what stood there before still stands. */
#ifndef SSME_OS_FILE_H
#define SSME_OS_FILE_H

#include "base/text.h"

/* The whole of a file, in a.  Pipes and devices can be read too. */
bool file_read(struct arena *a, const char *path, size_t limit_bytes, struct str *out,
	       struct err *e) MUST_CHECK;
/* The same; "-" is stdin. */
bool file_read_or_stdin(struct arena *a, const char *path, size_t limit_bytes, struct str *out,
			struct err *e) MUST_CHECK;

/* A regular file in memory without reading it now, read-only; an empty file gives the empty text.
 * The file must not get shorter while it is mapped.  Ends with file_unmap(). */
bool file_map(const char *path, struct str *out, struct err *e) MUST_CHECK;
void file_unmap(struct str mapped);

/* Bytes of a file by their place, for many threads at once.  On virtual machines copying them into
 * memory that is warm costs less than a fault for each page of a map. */
struct file_reader {
	int fd;
};
bool file_reader_open(const char *path, struct file_reader *out, struct err *e) MUST_CHECK;
/* user: the reader.  False: they are not all there. */
bool file_reader_read(void *user, size_t from, size_t n, char *to) MUST_CHECK;
void file_reader_close(struct file_reader *r);

/* All of bytes or nothing: a new file beside path takes its place once it is safe on the disk.  The
 * permissions of a file that stood there stay; a symbolic link keeps pointing to where it did.  A
 * pipe or device is written into. */
bool file_write(const char *path, struct str bytes, struct err *e) MUST_CHECK;

/* The same in pieces, for what should not be held in memory whole.  Between open and commit (or
 * abandon) the caller writes to fd, or a library to the path `temporary` (not when direct). */
struct file_new {
	int fd;
	bool direct;           /* a pipe or device: fd is the thing itself */
	const char *path;      /* where it will stand, in the arena */
	const char *temporary; /* where it is until then, in the arena */
};
bool file_new_open(struct arena *a, const char *path, struct file_new *out,
		   struct err *e) MUST_CHECK;
bool file_new_put(struct file_new *f, struct str bytes, struct err *e) MUST_CHECK;
bool file_new_commit(struct file_new *f, struct err *e) MUST_CHECK; /* on failure it is abandoned */
void file_new_abandon(struct file_new *f); /* also after a commit: then nothing happens */

/* Writes all bytes to an open descriptor; name is how messages call it. */
bool file_put(int fd, const char *name, struct str bytes, struct err *e) MUST_CHECK;

bool file_exists(const char *path); /* anything of that name that can be seen */
bool file_is_folder(const char *path);
/* Its size in bytes; regular files only. */
bool file_size(const char *path, uint64_t *out, struct err *e) MUST_CHECK;
/* False only when it is there and stays; a file that is not there is deleted already. */
bool file_delete(const char *path, struct err *e) MUST_CHECK;
/* to takes the place of what stood there, durably; both in one file system. */
bool file_rename(const char *from, const char *to, struct err *e) MUST_CHECK;

/* The folder and those above it, where they do not exist yet. */
bool folder_make(const char *path, struct err *e) MUST_CHECK;
/* Names in it, sorted by bytes, without those that begin with a dot; each is NUL-terminated. */
bool folder_list(struct arena *a, const char *path, struct str **ret_names, size_t *ret_n,
		 struct err *e) MUST_CHECK;
/* path/name, NUL-terminated. */
const char *path_join(struct arena *a, const char *path, const char *name);

#endif
