/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is the head of a request one that every reader would read alike?  Pure: looks at the lines that
 * were read and says no to what is malformed, ambiguous or too large, so that nobody can hide one
 * request in another, here or at a proxy in front.
 *
 * Statuses: 400 malformed or ambiguous; 405 CONNECT and TRACE, which HTTP knows and nothing here
 * does (other methods of HTTP are left to who knows the routes); 414 path over PATH_BYTES_MAX or
 * query over QUERY_BYTES_MAX; 417 an Expect other than 100-continue; 431 over HEADERS_MAX lines or
 * HEADERS_BYTES_MAX; 501 a Transfer-Encoding other than chunked; 505 not HTTP/1.0 or 1.1. */
#ifndef SSME_HTTP_GUARD_H
#define SSME_HTTP_GUARD_H

#include "http/exchange.h"

/* What the head says of the body. */
struct guard_body {
	uint64_t n_bytes; /* announced; 0 when chunked */
	bool chunked;
};

/* 0: fine, and *out is written.  Else the status to refuse with, and e says why.  r: method, path,
 * query and header are read.  version: "HTTP/1.1". */
unsigned guard_refuses(const struct request *r, struct str version, struct guard_body *out,
		       struct err *e);

/* The address that a trusted proxy vouches for: the last of the last X-Forwarded-For.  Empty when
 * there is none or it is no address. */
struct str guard_forwarded_for(const struct request *r);
/* The proxy was reached by TLS, by its X-Forwarded-Proto. */
bool guard_forwarded_secure(const struct request *r);

#endif
