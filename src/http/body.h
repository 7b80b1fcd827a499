/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receives the body of a request into its exchange: a form or JSON as it comes, into memory; a
 * multipart body into fields in memory and files in the spool.
 *
 * A body that must be refused is still read, up to BODY_DISCARD_BYTES_MAX, so that whoever sent it
 * hears why: a browser that is cut off while it sends shows an error of its own. */
#ifndef SSME_HTTP_BODY_H
#define SSME_HTTP_BODY_H

#include "http/guard.h"
#include "http/spool.h"

enum { BODY_DISCARD_BYTES_MAX = 128 << 20 };

struct body;

/* What may come, from the type and the length announced, which the guard has seen.  0: let it come.
 * Else the status to refuse with, now, without reading. */
unsigned body_start(struct exchange *x, const struct guard_body *announced,
		    struct spool_room *room, struct body **out, struct err *e);
/* The next bytes.  False: more came than anybody should read: drop the connection. */
bool body_take(struct body *b, struct str bytes) MUST_CHECK;
/* All has come: 0, and x->in has body, parts and uploads; else the status to refuse with.  413 over
 * BODY_BYTES_MAX, UPLOAD_BYTES_MAX, UPLOADS_MAX, FIELDS_MAX or FIELD_NAME_BYTES_MAX, 400 malformed,
 * 503 too many uploads at once or no room on the disk. */
unsigned body_end(struct body *b, struct err *e);
/* Closes what was spooled; NULL is allowed. */
void body_drop(struct body *b);

#endif
