/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The access log: one JSON object a request and line.  It says what happened, never to whom: no
 * address, path, query, name or identifier of a person or cluster.  Who did what is the audit's,
 * which is kept where only administrators read; the request's id leads from one to the other. */
#ifndef SSME_HTTP_ACCESSLOG_H
#define SSME_HTTP_ACCESSLOG_H

#include "http/exchange.h"

struct access_entry {
	int64_t at_ms;      /* when it came, since 1970 */
	struct str id;      /* of the request */
	struct str method;  /* what is no known method is written "-" */
	const char *route;  /* of the row; NULL: none was found */
	const char *who;    /* kind of caller; NULL: not known */
	unsigned status;    /* 0: the connection ended before an answer */
	uint64_t n_bytes;   /* of the answer's body */
	int64_t n_ms;       /* from the request line to the last byte of the answer */
};
enum { ACCESS_LINE_BYTES_MAX = 1 << 10 };

/* {"time":"2022-07-01T15:04:05.123Z","id":"…","method":"GET","route":"/health","status":200,
 * "bytes":3,"ms":0,"who":"public"} and a line end. */
void access_put(struct buf *b, const struct access_entry *entry);
/* Writes it to stderr with one write, so that lines of several threads do not mix. */
void access_write(struct arena *a, const struct access_entry *entry);

#endif
