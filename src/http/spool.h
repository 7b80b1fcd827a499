/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where uploads wait: small ones in memory, larger ones in a file without a name on the disk of the
 * data folder, which is gone when its descriptor is closed, whatever happens to the process. */
#ifndef SSME_HTTP_SPOOL_H
#define SSME_HTTP_SPOOL_H

#include <stdatomic.h>

#include "base/text.h"

enum {
	SPOOL_MEMORY_BYTES_MAX = 256 << 10, /* of one upload before it goes to disk */
	SPOOL_ALL_BYTES_MAX = 1 << 30,      /* of all uploads that wait at once */
};

struct spool_room {
	const char *folder;              /* "FOLDER/tmp": made when it is not there */
	_Atomic uint64_t n_bytes;        /* that wait now */
	_Atomic uint64_t n_bytes_ever;
};
struct spool {
	struct spool_room *room;
	int fd;
	bool on_disk;
	uint64_t n_bytes;
};

/* ERR_IO: the folder cannot be made or written. */
bool spool_room_make(struct spool_room *room, const char *folder, struct err *e) MUST_CHECK;

/* ERR_IO: no descriptor to be had. */
bool spool_open(struct spool_room *room, struct spool *out, struct err *e) MUST_CHECK;
/* ERR_BUSY: SPOOL_ALL_BYTES_MAX wait already.  ERR_IO: the disk is full or fails. */
bool spool_put(struct spool *s, struct str bytes, struct err *e) MUST_CHECK;
/* Gives its bytes back to the room and closes it.  Once. */
void spool_close(struct spool *s);

#endif
