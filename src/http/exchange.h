/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request and its answer, as the rooms inside see them: without sockets.  http/server.c makes
 * exchanges out of connections and sends what comes back; http/dispatch.c answers them.  Tests make
 * their own. */
#ifndef SSME_HTTP_EXCHANGE_H
#define SSME_HTTP_EXCHANGE_H

#include "base/text.h"

enum {
	PATH_BYTES_MAX = 2048,
	QUERY_BYTES_MAX = 8192,
	HEADERS_BYTES_MAX = 16 << 10,      /* all header lines of a request */
	HEADERS_MAX = 64,
	FIELDS_MAX = 2048,                 /* of a query and a body together */
	FIELD_NAME_BYTES_MAX = 256,
	BODY_BYTES_MAX = 1 << 20,          /* of a form or JSON */
	UPLOAD_BYTES_MAX = 64 << 20,       /* of a multipart body with files */
	UPLOADS_MAX = 4,
	EXCHANGE_ARENA_BYTES_MAX = 64 << 20,
	HEAVY_ARENA_BYTES_SHIFT = 32,      /* of a call in the heavy lane */
};

struct http_field {
	struct str name, value;
};
/* A file of a multipart body, spooled where no name leads to it. */
struct http_upload {
	struct str field, file_name;
	int fd;                /* of the exchange; closed with it */
	uint64_t n_bytes;
};

struct request {
	struct str method;     /* "GET" */
	struct str path;       /* as sent, still percent-encoded; begins with '/' */
	struct str query;      /* after '?', still encoded */
	const struct http_field *header; /* names in lower case */
	size_t n_headers;
	struct str content_type;
	struct str body;       /* urlencoded or JSON; empty when multipart */
	const struct http_field *part; /* of a multipart body: fields that are no files */
	size_t n_parts;
	const struct http_upload *upload;
	size_t n_uploads;
	struct str origin;     /* network address, by the trusted proxy's word where there is one */
	bool secure;           /* came by TLS, here or at the trusted proxy */
	/* random, in the log, the audit and the X-Request-Id of the answer */
	struct str id;
};
struct str request_header(const struct request *r, const char *name); /* the first, or empty */

struct response {
	unsigned status;       /* 0: not answered yet */
	struct str body;       /* in the arena, or constant */
	struct http_field header[24];
	size_t n_headers;
	const char *route;     /* of the row, for the log and the metrics: no identifiers in it */
	/* kind of caller for the log: "public", "account", "token", "link" */
	const char *who;
};
void response_header(struct response *r, const char *name, struct str value);

struct exchange {
	struct arena a;        /* all that the exchange is made of */
	struct request in;
	struct response out;
	/* Called once, by any thread, when an answer that was promised for later is there. */
	void (*done)(struct exchange *x);
	void *owner;           /* the server's */
	void *work;            /* dispatch's */
};

#endif
