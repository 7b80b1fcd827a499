/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: the data folder and its files, durable and private.
 * Errors: ERR_IO with path, cause and cure; ERR_ABSENT, ERR_BUSY, ERR_CONFLICT where said. */
#ifndef SSME_STORE_FOLDER_H
#define SSME_STORE_FOLDER_H

#include "base/text.h"

/* FOLDER/name in a. */
const char *folder_path(struct arena *a, const char *folder, const char *name);

/* Makes the folder (mode 0700) and those above it.  *ret_made: it was not there before. */
bool folder_make_private(const char *folder, bool *ret_made, struct err *e) MUST_CHECK;

/* Nobody else who asks has the folder until the descriptor is closed; the system lets go of it when
 * the process dies.  ERR_BUSY: another process is making or restoring a store in it. */
bool folder_lock(const char *folder, int *ret_fd, struct err *e) MUST_CHECK;

bool folder_has(const char *path);
/* What happened in the folder of path is on the disk. */
bool folder_sync(struct arena *a, const char *path, struct err *e) MUST_CHECK;
/* What was written to the file is on the disk. */
bool file_sync(const char *path, struct err *e) MUST_CHECK;

/* Makes an empty file of mode 0600 under a name that nobody has, path.XXXXXX, in a. */
bool file_temporary(struct arena *a, const char *path, const char **out, struct err *e) MUST_CHECK;
/* Makes the empty file path, mode 0600, for a database; one that stands there goes, with what an
 * interrupted command left beside it: a log of another database would be taken for its own. */
bool database_fresh(struct arena *a, const char *path, struct err *e) MUST_CHECK;
/* The database that cannot be used, and whatever lies beside it, are called path.damaged from now
 * on. */
bool database_set_aside(struct arena *a, const char *path, struct err *e) MUST_CHECK;
/* The database and the files beside it are gone. */
void database_forget(struct arena *a, const char *path);
/* A small text of at most 64 KiB.  ERR_ABSENT: no such file. */
bool file_text(struct arena *a, const char *path, struct str *out, struct err *e) MUST_CHECK;
/* path holds text, mode 0600: the whole of it, or what it held before. */
bool file_put_private(struct arena *a, const char *path, struct str text, struct err *e) MUST_CHECK;
/* from takes the name to.  replace false: ERR_CONFLICT when there is such a file. */
bool file_take_name(const char *from, const char *to, bool replace, struct err *e) MUST_CHECK;
/* Gone, or never there; failures are not told. */
void file_forget(const char *path);

/* errno of a call about path, in words. */
bool fail_system(const char *path, struct err *e);

#endif
