/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a body of type multipart/form-data (RFC 7578) as it comes, in pieces of any size, and hands
 * its parts on; what is read does not depend on how it was cut.  Pure.
 *
 * Strict: the body begins with its boundary, each part has one Content-Disposition: form-data with
 * a name, and the closing boundary must come.  Bytes behind that are left out. */
#ifndef SSME_HTTP_MULTIPART_H
#define SSME_HTTP_MULTIPART_H

#include "base/text.h"

enum {
	BOUNDARY_BYTES_MAX = 70,       /* RFC 2046, 5.1.1 */
	PART_HEAD_BYTES_MAX = 4 << 10, /* header lines of one part */
};

/* Who takes the parts.  Each call may fail, and then nothing more is read. */
struct multipart_sink {
	/* name and file_name last until the call returns; file_name.p is NULL for a field that is
	 * no file, and empty when no file was chosen. */
	bool (*begin)(void *user, struct str name, struct str file_name, struct err *e);
	bool (*bytes)(void *user, struct str bytes, struct err *e);
	bool (*end)(void *user, struct err *e);
	void *user;
};

enum multipart_state { MULTIPART_BODY, MULTIPART_FORK, MULTIPART_HEAD, MULTIPART_DONE };

/* For the reader alone. */
struct multipart {
	struct multipart_sink sink;
	enum multipart_state state;
	bool inside;                                /* of a part: its bytes are handed on */
	char delimiter[4 + BOUNDARY_BYTES_MAX];     /* CR LF - - boundary */
	size_t n_delimiter, n_matched;
	char head[PART_HEAD_BYTES_MAX];
	size_t n_head;
};

/* The boundary that a Content-Type names; ERR_INPUT: it is no multipart/form-data or names none. */
bool multipart_boundary(struct str content_type, struct str *out, struct err *e) MUST_CHECK;
/* boundary: 1..BOUNDARY_BYTES_MAX bytes, without control characters. */
void multipart_start(struct multipart *m, struct str boundary, struct multipart_sink sink);
/* ERR_INPUT: malformed.  ERR_LIMIT: a part's head is over PART_HEAD_BYTES_MAX.  Or the sink's. */
bool multipart_take(struct multipart *m, struct str bytes, struct err *e) MUST_CHECK;
/* ERR_INPUT: the closing boundary did not come. */
bool multipart_end(const struct multipart *m, struct err *e) MUST_CHECK;

#endif
