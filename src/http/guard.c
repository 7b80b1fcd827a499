/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/guard.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/num.h"

enum { CONTENT_LENGTH_DIGITS_MAX = 18 };

/* Characters of a token (RFC 9110, 5.6.2): names of headers and methods. */
static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c && strchr("!#$%&'*+-.^_`|~", c))))
			return false;
	}
	return s.n > 0;
}

static bool is_plain_value(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* What may stand in a target: visible ASCII without the marks that must be percent-encoded. */
static bool is_plain_target(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c <= 0x20 || c >= 0x7f || strchr("\"#<>\\", c))
			return false;
	}
	return true;
}

/* A name or address with an optional port; commas, user names and paths have no place there. */
static bool is_host(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c && strchr("-._:[]%", c))))
			return false;
	}
	return s.n > 0 && s.n <= 255;
}

static bool is_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static bool same_word(struct str s, const char *lower)
{
	size_t n = strlen(lower);
	return s.n == n && strncasecmp(s.p, lower, n) == 0;
}

static unsigned refuse_method(struct str method, struct err *e)
{
	static const char *const left_to_routes[] = { "GET", "HEAD",    "POST", "OPTIONS",
						      "PUT", "DELETE", "PATCH" };
	for (size_t i = 0; i < sizeof(left_to_routes) / sizeof(left_to_routes[0]); i++)
		if (str_is(method, left_to_routes[i]))
			return 0;
	if (str_is(method, "CONNECT") || str_is(method, "TRACE")) {
		err_say(e, ERR_INPUT, "aquí no se usa el método %.*s: use GET o POST",
			"the method %.*s is not used here: use GET or POST", STR_ARG(method));
		return 405;
	}
	err_say(e, ERR_INPUT, "la solicitud empieza con una palabra que no es un método de HTTP",
		"the request begins with a word that is no method of HTTP");
	return 400;
}

static unsigned refuse_target(const struct request *r, struct err *e)
{
	if (r->path.n > PATH_BYTES_MAX || r->query.n > QUERY_BYTES_MAX) {
		err_say(e, ERR_LIMIT,
			"la dirección es demasiado larga: la ruta admite %d bytes y la consulta %d",
			"the address is too long: the path may have %d bytes and the query %d",
			PATH_BYTES_MAX, QUERY_BYTES_MAX);
		return 414;
	}
	if (!str_starts(r->path, "/") || !is_plain_target(r->path) || !is_plain_target(r->query)) {
		err_say(e, ERR_INPUT,
			"la dirección pedida debe empezar con «/» y llevar codificado con %% lo "
			"que no "
			"sea ASCII visible",
			"the address asked for must begin with '/' and have whatever is not "
			"visible "
			"ASCII encoded with %%");
		return 400;
	}
	return 0;
}

static unsigned refuse_lines(const struct request *r, struct err *e)
{
	size_t n_bytes = 0;
	for (size_t i = 0; i < r->n_headers; i++)
		/* ": " and the line end */
		n_bytes += r->header[i].name.n + r->header[i].value.n + 4;
	if (r->n_headers > HEADERS_MAX || n_bytes > HEADERS_BYTES_MAX) {
		err_say(e, ERR_LIMIT,
			"los encabezados pasan de %d líneas o de %d bytes: borre las cookies de "
			"este "
			"sitio y pruebe otra vez",
			"the headers are over %d lines or %d bytes: delete this site's cookies and "
			"try "
			"again",
			HEADERS_MAX, HEADERS_BYTES_MAX);
		return 431;
	}
	for (size_t i = 0; i < r->n_headers; i++)
		if (!is_token(r->header[i].name) || !is_plain_value(r->header[i].value)) {
			err_say(e, ERR_INPUT,
				"el encabezado %zu tiene un nombre mal formado o un carácter de "
				"control",
				"header %zu has a malformed name or a control character", i + 1);
			return 400;
		}
	return 0;
}

/* Headers that change what a request is, so that two of them are two requests. */
static unsigned refuse_repeated(const struct request *r, struct err *e)
{
	static const char *const once[] = { "host",	     "content-length", "transfer-encoding",
					    "content-type",  "authorization",  "origin",
					    "x-csrf-token",  "expect",	       "idempotency-key" };
	for (size_t i = 0; i < sizeof(once) / sizeof(once[0]); i++) {
		size_t n = 0;
		for (size_t k = 0; k < r->n_headers; k++)
			n += str_is(r->header[k].name, once[i]);
		if (n > 1) {
			err_say(e, ERR_INPUT, "el encabezado %s viene %zu veces: debe venir una",
				"the header %s comes %zu times: it must come once", once[i], n);
			return 400;
		}
	}
	return 0;
}

static bool has_header(const struct request *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (str_is(r->header[i].name, name))
			return true;
	return false;
}

static unsigned refuse_framing(const struct request *r, struct str version, struct guard_body *out,
			       struct err *e)
{
	struct guard_body body = { 0 };
	bool sized = has_header(r, "content-length");
	body.chunked = has_header(r, "transfer-encoding");
	if (body.chunked && !same_word(request_header(r, "transfer-encoding"), "chunked")) {
		err_say(e, ERR_INPUT, "el único Transfer-Encoding que se admite es chunked",
			"the only Transfer-Encoding taken is chunked");
		return 501;
	}
	if (body.chunked && (sized || str_is(version, "HTTP/1.0"))) {
		err_say(e, ERR_INPUT,
			"Transfer-Encoding no puede ir con Content-Length ni con HTTP/1.0",
			"Transfer-Encoding cannot go with Content-Length nor with HTTP/1.0");
		return 400;
	}
	struct str length = request_header(r, "content-length");
	int64_t n = 0;
	if (sized &&
	    (!is_digits(length) || length.n > CONTENT_LENGTH_DIGITS_MAX || !num_int(length, &n))) {
		err_say(e, ERR_INPUT, "Content-Length debe ser un número entero de bytes",
			"Content-Length must be a whole number of bytes");
		return 400;
	}
	body.n_bytes = (uint64_t)n;
	*out = body;
	return 0;
}

unsigned guard_refuses(const struct request *r, struct str version, struct guard_body *out,
		       struct err *e)
{
	unsigned status = 0;
	if (!str_is(version, "HTTP/1.1") && !str_is(version, "HTTP/1.0")) {
		err_say(e, ERR_INPUT, "solo se habla HTTP/1.1 y HTTP/1.0",
			"only HTTP/1.1 and HTTP/1.0 are spoken");
		return 505;
	}
	if ((status = refuse_method(r->method, e)) || (status = refuse_target(r, e)) ||
	    (status = refuse_lines(r, e)) || (status = refuse_repeated(r, e)))
		return status;
	if (!is_host(request_header(r, "host"))) {
		err_say(e, ERR_INPUT, "falta el encabezado Host, o no es el nombre de un servidor",
			"the header Host is missing, or is no name of a server");
		return 400;
	}
	if (has_header(r, "expect") && !same_word(request_header(r, "expect"), "100-continue")) {
		err_say(e, ERR_INPUT, "el único Expect que se admite es 100-continue",
			"the only Expect taken is 100-continue");
		return 417;
	}
	return refuse_framing(r, version, out, e);
}

struct str guard_forwarded_for(const struct request *r)
{
	struct str last = STR("");
	for (size_t i = 0; i < r->n_headers; i++)
		if (str_is(r->header[i].name, "x-forwarded-for"))
			last = r->header[i].value;
	while (last.p) {
		struct str rest = last, part = str_cut(&rest, ',');
		if (!rest.p) {
			last = str_trim(part);
			break;
		}
		last = rest;
	}
	char text[INET6_ADDRSTRLEN] = "";
	unsigned char address[16];
	if (!last.n || last.n >= sizeof(text) || memchr(last.p, '\0', last.n))
		return STR("");
	memcpy(text, last.p, last.n);
	bool good =
		inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
	return good ? last : STR("");
}

bool guard_forwarded_secure(const struct request *r)
{
	return same_word(str_trim(request_header(r, "x-forwarded-proto")), "https");
}
