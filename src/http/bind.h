/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a request says, as values of the row's parameters.  Names are those of param_web_name(); a
 * value may come in the path, the query, or a body (form, parts, JSON), but only once.  Empty is
 * the same as not given.  Every refusal leaves the name in call.blamed. */
#ifndef SSME_HTTP_BIND_H
#define SSME_HTTP_BIND_H

#include "app/command.h"
#include "http/exchange.h"
#include "http/route.h"

enum field_place { FIELD_OF_PATH, FIELD_OF_QUERY, FIELD_OF_BODY };
struct field {
	struct str name, value; /* decoded, UTF-8, without zero bytes */
	enum field_place place;
};
struct fields {
	struct field *field;
	size_t n, cap;
};

/* Query and body to names and values.  *ret_status: 400, 413 or 415 where it fails; call.blamed:
 * the field where one can be named. */
bool fields_read(struct call *c, const struct request *in, struct fields *out,
		 unsigned *ret_status, struct err *e) MUST_CHECK;
/* The first of that name, or empty. */
struct str fields_value(const struct fields *f, const char *name);

/* Fields, path and uploads to the row's values; then all that the row requires is there. */
bool fields_bind(struct call *c, const struct route_match *m, const struct fields *f,
		 const struct request *in, struct err *e) MUST_CHECK;

/* "lang=en" of the query, else the header Accept-Language, else Spanish.  Reads raw. */
enum lang request_lang(const struct request *in);

/* Of a page: "lang=en" of the query, else by its path, from which PAGE_ENGLISH is taken off.  What
 * the browser would prefer is not looked at: a language chosen must hold behind the next link. */
enum lang request_page_lang(struct request *in);

/* SHA-256 (hex) of all fields but secrets and what is about the sending only: the same for the same
 * request sent again. */
struct str fields_digest(const struct call *c, const struct request *in, const struct fields *f);

#endif
