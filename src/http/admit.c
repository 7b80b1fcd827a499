/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/admit.h"

#include <string.h>

#include "app/account.h"

enum { SECRET_TEXT_BYTES_MAX = 256 };

/* ---- what the request carries ---- */

struct str request_session(const struct request *in)
{
	const char *wanted = in->secure ? COOKIE_NAME_SECURE : COOKIE_NAME;
	for (size_t i = 0; i < in->n_headers; i++) {
		struct str rest = in->header[i].value;
		if (!str_is(in->header[i].name, "cookie"))
			continue;
		while (rest.p) {
			struct str value = str_trim(str_cut(&rest, ';'));
			const struct str name = str_cut(&value, '=');
			if (str_is(name, wanted))
				return value.n <= SECRET_TEXT_BYTES_MAX ? value
									: (struct str){ 0 };
		}
	}
	return (struct str){ 0 };
}

struct str request_bearer(const struct request *in)
{
	struct str value = request_header(in, "authorization");
	const struct str kind = str_cut(&value, ' ');
	static const char bearer[] = "bearer";
	if (kind.n != sizeof(bearer) - 1)
		return (struct str){ 0 };
	for (size_t i = 0; i < kind.n; i++) {
		if ((kind.p[i] | 0x20) != bearer[i])
			return (struct str){ 0 };
	}
	value = str_trim(value);
	return value.n <= SECRET_TEXT_BYTES_MAX ? value : (struct str){ 0 };
}

bool row_changes(const struct command *row)
{
	return strcmp(row->method, "GET") != 0;
}

bool same_secret(struct str a, struct str b)
{
	unsigned difference = a.n != b.n;
	for (size_t i = 0; i < a.n && i < b.n; i++)
		difference |= (unsigned)(unsigned char)a.p[i] ^ (unsigned)(unsigned char)b.p[i];
	return difference == 0;
}

/* ---- who ---- */

static bool by_token(struct call *c, const struct request *in, struct store *s, bool *ret_touch,
		     struct err *e)
{
	const struct str token = request_bearer(in);
	if (!token.n)
		return err_say(e, ERR_DENIED, "la autorización debe ser «Bearer FICHA»",
			       "the authorization must be \"Bearer TOKEN\"");
	return caller_of_token(s, c->a, token, c->command->token, in->origin, c->now, &c->caller,
			       ret_touch, e);
}

bool admit_who(struct call *c, const struct request *in, struct store *s, bool *ret_touch,
	       struct err *e)
{
	const struct str session = request_session(in);
	*ret_touch = false;
	c->caller = caller_nobody(c->a, in->origin);
	if (request_header(in, "authorization").n)
		return by_token(c, in, s, ret_touch, e);
	if (!session.n)
		return true;
	return caller_of_session(s, c->a, session, in->origin, c->now, &c->caller, ret_touch, e);
}

/* What everybody may do, somebody who is half signed in may do too, but as nobody. */
static void step_down(struct call *c)
{
	struct caller nobody = caller_nobody(c->a, c->caller.origin);
	nobody.half = true;
	c->caller = nobody;
}

bool admit_role(struct call *c, struct err *e)
{
	const struct command *row = c->command;
	if (c->caller.half && !row->half)
		step_down(c);
	if (call_allowed(row, &c->caller))
		return true;
	if (c->caller.kind == CALLER_NOBODY)
		return err_say(e, ERR_DENIED, "entre primero: esto no es público",
			       "sign in first: this is not public");
	return err_say(e, ERR_DENIED, "su rol no permite esto", "your role does not allow this");
}

/* ---- from where ---- */

/* "https://host:port" of an address. */
static struct str origin_of(struct str url)
{
	size_t at;
	if (!str_find(url, STR("://"), &at))
		return (struct str){ 0 };
	size_t end = at + 3;
	while (end < url.n && url.p[end] != '/' && url.p[end] != '?' && url.p[end] != '#')
		end++;
	return str_sub(url, 0, end);
}

static struct str own_origin(const struct call *c, const struct request *in, struct str public_url)
{
	if (public_url.n)
		return origin_of(public_url);
	const struct str host = request_header(in, "host");
	return str_fmt(c->a, "%s://%.*s", in->secure ? "https" : "http", STR_ARG(host));
}

enum comes_from { FROM_UNKNOWN, FROM_US, FROM_ELSEWHERE };

static enum comes_from comes_from(const struct call *c, const struct request *in,
				  struct str public_url)
{
	const struct str own = own_origin(c, in, public_url);
	const struct str origin = request_header(in, "origin");
	const struct str site = request_header(in, "sec-fetch-site");
	const struct str referer = request_header(in, "referer");
	if (origin.n)
		return str_eq(origin, own) ? FROM_US : FROM_ELSEWHERE;
	if (site.n)
		return str_is(site, "same-origin") ? FROM_US : FROM_ELSEWHERE;
	if (referer.n)
		return str_eq(origin_of(referer), own) ? FROM_US : FROM_ELSEWHERE;
	return FROM_UNKNOWN;
}

bool admit_own(const struct call *c, const struct request *in, struct str public_url)
{
	return comes_from(c, in, public_url) == FROM_US;
}

static bool has_session(const struct call *c)
{
	return c->caller.session != 0;
}

bool admit_origin(struct call *c, const struct request *in, const struct fields *f,
		  struct str public_url, struct err *e)
{
	const struct command *row = c->command;
	if (!row_changes(row) || c->caller.kind == CALLER_TOKEN)
		return true;
	const enum comes_from from = comes_from(c, in, public_url);
	if (from == FROM_ELSEWHERE || (from == FROM_UNKNOWN && request_session(in).n))
		return err_say(e, ERR_DENIED,
			       "la petición no viene de una página de este sitio; ábrala aquí y "
			       "envíela de nuevo",
			       "the request does not come from a page of this site; open it here "
			       "and send it again");
	if (!row->csrf || !has_session(c))
		return true;
	const struct str header = request_header(in, "x-csrf-token");
	if (same_secret(header.n ? header : fields_value(f, "csrf"), c->caller.csrf) &&
	    c->caller.csrf.n)
		return true;
	c->blamed = "csrf";
	return err_say(e, ERR_DENIED,
		       "el formulario ya no vale (¿entró de nuevo?); recargue la página y envíelo "
		       "otra vez",
		       "the form is no longer good (did you sign in again?); load the page again "
		       "and send it");
}
