/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who asks, and whether the row lets them: by the cookie of a session or the token of a program.
 *
 * A write that comes with a cookie must come from a page of ours: the browser's Origin, else
 * Sec-Fetch-Site, else Referer says so, and where the row asks for it the form carries the
 * session's token.  A program's token needs neither: no browser sends it by itself. */
#ifndef SSME_HTTP_ADMIT_H
#define SSME_HTTP_ADMIT_H

#include "app/command.h"
#include "http/bind.h"
#include "http/exchange.h"

/* The secret in the cookie of sessions or behind "Bearer", borrowed from the request; or empty. */
#define COOKIE_NAME "ssme"
#define COOKIE_NAME_SECURE "__Host-ssme" /* over TLS: a browser takes it from this host alone */
struct str request_session(const struct request *in);
struct str request_bearer(const struct request *in);

/* Sets c->caller.  *ret_touch: caller_touch() is due.  ERR_DENIED: a token that is unknown, over,
 * or without the scope of the row. */
bool admit_who(struct call *c, const struct request *in, struct store *s, bool *ret_touch,
	       struct err *e) MUST_CHECK;
/* By the roles of the row; scope comes later, when the values are there. */
bool admit_role(struct call *c, struct err *e) MUST_CHECK;
/* The browser says that the request comes from a page of ours; saying nothing is not enough. */
bool admit_own(const struct call *c, const struct request *in, struct str public_url);
/* Of a write: where it comes from, and its token.  public_url: or empty.  c->blamed: "csrf" where
 * that is what is wrong. */
bool admit_origin(struct call *c, const struct request *in, const struct fields *f,
		  struct str public_url, struct err *e) MUST_CHECK;

/* Does the method of the row change something? */
bool row_changes(const struct command *row);
/* The same text, in a time that does not tell where they differ. */
bool same_secret(struct str a, struct str b);

#endif
