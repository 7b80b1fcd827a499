/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which row a path leads to.  The routes of the table are compiled once to a tree of segments; a
 * segment of a route is a word ("rounds"), a parameter ("{--round}", by its name in the row or on
 * the web), a parameter with a tail ("{--round}.pdf") or, at the end, all that follows
 * ("{NAME...}").  At each segment a word goes before a longer tail, that before a shorter one. */
#ifndef SSME_HTTP_ROUTE_H
#define SSME_HTTP_ROUTE_H

#include "app/command.h"

enum {
	ROUTE_SEGMENTS_MAX = 16,
	ROUTE_PARAMS_MAX = 8,
	METHODS_MAX = 8, /* of one path */
};

struct routes; /* lives in the arena it was made in; never changes */

/* ERR_INPUT names the row: a brace with a name that is none of the row's parameters, two rows of
 * one method and route, too many segments, a method that is none of GET POST PUT DELETE. */
bool routes_make(struct arena *a, const struct command_rows *part, size_t n_parts,
		 const struct routes **out, struct err *e) MUST_CHECK;

struct route_match {
	const struct command *row;       /* NULL: none of that method */
	size_t param[ROUTE_PARAMS_MAX];  /* places in the row … */
	struct str value[ROUTE_PARAMS_MAX]; /* … and what stands there, still percent-encoded */
	size_t n;
	const char *allow[METHODS_MAX];  /* methods that the path knows; none: no such path */
	size_t n_allow;
};
/* method: HEAD asks for GET. */
void routes_find(const struct routes *r, struct str method, struct str path,
		 struct route_match *out);

/* Decodes %XX; false: a broken escape, a zero byte, or what is not UTF-8.  plus: '+' is a space. */
bool percent_decode(struct arena *a, struct str s, bool plus, struct str *out);

#endif
