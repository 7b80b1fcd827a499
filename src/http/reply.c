/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/reply.h"

#include <string.h>

#include "base/num.h"
#include "codec/json.h"
#include "http/dispatch.h"
#include "http/admit.h"
#include "os/log.h"

/* ---- statuses ---- */

unsigned status_of(const struct err *e, const struct caller *who)
{
	switch (e->code) {
	case ERR_INPUT:
		return 400;
	case ERR_DENIED:
		return who->kind == CALLER_NOBODY ? 401 : 403;
	case ERR_ABSENT:
		return 404;
	case ERR_CONFLICT:
		return 409;
	case ERR_LIMIT:
		return 413;
	case ERR_BUSY:
	case ERR_FULL:
		return 503;
	case ERR_NONE:
	case ERR_IO:
	case ERR_CODES:
		break;
	}
	return 500;
}

static const struct {
	unsigned status;
	struct label title;
} titles[] = {
	{ 400, { { STR("Petición no válida"), STR("Bad request") } } },
	{ 401, { { STR("Hay que entrar primero"), STR("Not signed in") } } },
	{ 403, { { STR("No permitido"), STR("Not allowed") } } },
	{ 404, { { STR("No existe"), STR("Not found") } } },
	{ 405, { { STR("Método no admitido"), STR("Method not allowed") } } },
	{ 406, { { STR("No hay esa forma"), STR("Not acceptable") } } },
	{ 408, { { STR("Tardó demasiado"), STR("Request timeout") } } },
	{ 409, { { STR("Choca con lo que hay"), STR("Conflict") } } },
	{ 413, { { STR("Demasiado grande"), STR("Too large") } } },
	{ 414, { { STR("Dirección demasiado larga"), STR("Address too long") } } },
	{ 415, { { STR("Tipo de contenido no admitido"), STR("Unsupported media type") } } },
	{ 422, { { STR("Hay datos por corregir"), STR("Unprocessable content") } } },
	{ 429, { { STR("Demasiadas peticiones"), STR("Too many requests") } } },
	{ 431, { { STR("Encabezados demasiado grandes"), STR("Headers too large") } } },
	{ 500, { { STR("Falló el sistema"), STR("Internal error") } } },
	{ 501, { { STR("No se hace aquí"), STR("Not implemented") } } },
	{ 503, { { STR("Ocupado"), STR("Unavailable") } } },
	{ 505, { { STR("Versión de HTTP no admitida"), STR("HTTP version not supported") } } },
};

const char *status_title(unsigned status, enum lang lang)
{
	for (size_t i = 0; i < sizeof(titles) / sizeof(*titles); i++) {
		if (titles[i].status == status)
			return titles[i].title.in[lang].p;
	}
	return lang == LANG_ES ? "Error" : "Error";
}

bool path_of_program(struct str path)
{
	return str_starts(path, "/api/") || str_is(path, "/metrics") || str_is(path, "/health");
}

/* ---- headers ---- */

static void put_header(struct exchange *x, const char *name, const char *value)
{
	response_header(&x->out, name, str_of(value));
}

static const char *who_kind(const struct caller *who)
{
	switch (who->kind) {
	case CALLER_ACCOUNT:
		return "account";
	case CALLER_TOKEN:
		return "token";
	case CALLER_LINK:
		return "link";
	case CALLER_OWNER:
	case CALLER_NOBODY:
		break;
	}
	return "public";
}

static void put_security(struct call *c, struct exchange *x)
{
	put_header(x, "Content-Security-Policy", CONTENT_SECURITY_POLICY);
	put_header(x, "X-Content-Type-Options", "nosniff");
	put_header(x, "Referrer-Policy", "same-origin");
	put_header(x, "Permissions-Policy",
		   "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
	put_header(x, "Cross-Origin-Opener-Policy", "same-origin");
	put_header(x, "Cross-Origin-Resource-Policy", "same-origin");
	if (x->in.secure)
		response_header(&x->out, "Strict-Transport-Security",
				str_fmt(c->a, "max-age=%d", TRANSPORT_SECONDS));
	response_header(&x->out, "X-Request-Id", x->in.id);
	x->out.route = c->command && c->command->route ? c->command->route : "-";
	x->out.who = who_kind(&c->caller);
}

static void put_cookie(struct call *c, struct exchange *x)
{
	const struct reply *r = &c->reply;
	const char *name = x->in.secure ? COOKIE_NAME_SECURE : COOKIE_NAME;
	struct buf b;
	if (r->cookie == COOKIE_KEEP)
		return;
	buf_init(&b, c->a, 4096);
	buf_fmt(&b, "%s=", name);
	if (r->cookie == COOKIE_SET)
		buf_put(&b, r->cookie_value);
	buf_puts(&b, "; Path=/; HttpOnly; SameSite=Lax");
	if (x->in.secure)
		buf_puts(&b, "; Secure");
	if (r->cookie == COOKIE_CLEAR)
		buf_puts(&b, "; Max-Age=0");
	else if (r->cookie_seconds > 0)
		buf_fmt(&b, "; Max-Age=%lld", (long long)r->cookie_seconds);
	response_header(&x->out, "Set-Cookie", buf_str(&b));
}

/* RFC 6266: a plain name for old programs, the true one in UTF-8. */
static void put_file_name(struct call *c, struct exchange *x)
{
	static const char hex[] = "0123456789ABCDEF";
	const struct str name = str_sub(c->reply.file_name, 0, 200);
	struct buf plain, full;
	if (!name.n)
		return;
	buf_init(&plain, c->a, 1024);
	buf_init(&full, c->a, 4096);
	for (size_t i = 0; i < name.n; i++) {
		const unsigned char byte = (unsigned char)name.p[i];
		const bool word = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
				  (byte >= '0' && byte <= '9') || byte == '.' || byte == '-' ||
				  byte == '_';
		buf_putc(&plain, word ? (char)byte : '_');
		if (word) {
			buf_putc(&full, (char)byte);
		} else {
			buf_putc(&full, '%');
			buf_putc(&full, hex[byte >> 4]);
			buf_putc(&full, hex[byte & 15]);
		}
	}
	response_header(&x->out, "Content-Disposition",
			str_fmt(c->a, "attachment; filename=\"%.*s\"; filename*=UTF-8''%.*s",
				STR_ARG(buf_str(&plain)), STR_ARG(buf_str(&full))));
}

/* Does the reader take gzip?  "gzip;q=0" says no. */
static bool takes_gzip(const struct request *in)
{
	struct str rest = request_header(in, "accept-encoding");
	while (rest.p && rest.n) {
		struct str wish = str_cut(&rest, ','), name = str_trim(str_cut(&wish, ';'));
		if (!str_is(name, "gzip"))
			continue;
		const struct str q = str_trim(wish);
		return !str_is(q, "q=0") && !str_is(q, "q=0.0") && !str_is(q, "q=0.00") &&
		       !str_is(q, "q=0.000");
	}
	return false;
}

/* Is one of the tags that the reader has ours?  Packed or not, it is the same content. */
static bool has_tag(const struct request *in, struct str tag)
{
	struct str rest = request_header(in, "if-none-match");
	while (rest.p && rest.n) {
		struct str t = str_trim(str_cut(&rest, ','));
		if (str_is(t, "*"))
			return true;
		if (str_starts(t, "W/"))
			t = str_sub(t, 2, t.n);
		if (t.n < 2 || t.p[0] != '"' || t.p[t.n - 1] != '"')
			continue;
		t = str_sub(t, 1, t.n - 2);
		if (str_ends(t, "-gzip"))
			t.n -= 5;
		if (str_eq(t, tag))
			return true;
	}
	return false;
}

static void put_cache(struct call *c, struct exchange *x, bool packed)
{
	switch (c->reply.cache) {
	case CACHE_NEVER:
		put_header(x, "Cache-Control", "no-store");
		return;
	case CACHE_REVALIDATE:
		put_header(x, "Cache-Control", "public, no-cache");
		put_header(x, "Vary", "Accept-Encoding, Accept-Language");
		break;
	case CACHE_FOREVER:
		put_header(x, "Cache-Control", "public, max-age=31536000, immutable");
		put_header(x, "Vary", "Accept-Encoding");
		break;
	}
	if (c->reply.tag.n)
		response_header(&x->out, "ETag",
				str_fmt(c->a, "\"%.*s%s\"", STR_ARG(c->reply.tag),
					packed ? "-gzip" : ""));
}

/* ---- bytes ---- */

static const struct {
	const char *format, *type;
} types[] = {
	{ "json", "application/json" },
	{ "jsonl", "application/x-ndjson" },
	{ "lines", "application/x-ndjson" },
	{ "csv", "text/csv; charset=utf-8" },
	{ "text", "text/plain; charset=utf-8" },
	{ "html", "text/html; charset=utf-8" },
	{ "pdf", "application/pdf" },
	{ "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
};

static struct str format_of(const struct call *c)
{
	for (size_t i = 0; i < PARAMS_MAX && c->command->param[i].name; i++) {
		if (strcmp(c->command->param[i].name, "--format") == 0 && c->value[i].n)
			return c->value[i].text[0];
	}
	return (struct str){ 0 };
}

static const char *type_of(const struct call *c, struct str body)
{
	const struct str format = format_of(c);
	if (c->reply.type)
		return c->reply.type;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (str_is(format, types[i].format))
			return types[i].type;
	}
	if (str_starts(body, "PK\x03\x04"))
		return types[7].type;
	if (!path_of_program(str_of(c->command->route)))
		return "text/html; charset=utf-8";
	return str_starts(body, "{") || str_starts(body, "[") ? "application/json"
							      : "text/plain; charset=utf-8";
}

/* A row that says nothing but a word for people: {"message": ...}. */
static struct str message_body(struct call *c)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, c->a, CALL_SAID_BYTES_MAX * 2);
	json_out(&o, &b);
	json_put_object(&o);
	json_member_string(&o, "message", str_trim(buf_str(&c->said)));
	json_end_object(&o);
	buf_putc(&b, '\n');
	return buf_str(&b);
}

/* What a row found wrong with what it was given, which it prints as a list, as a problem that holds
 * the list. */
static struct str findings_body(struct call *c, struct exchange *x, struct str list)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, c->a, list.n + (1 << 16));
	json_out(&o, &b);
	json_put_object(&o);
	json_member_string(&o, "type", STR("urn:ssme:problem:input"));
	json_member_string(&o, "title", str_of(status_title(422, c->lang)));
	json_member_int(&o, "status", 422);
	json_member_string(&o, "detail",
			   c->lang == LANG_EN
				   ? STR("nothing was changed: mend what \"problems\" lists and "
					 "send it again")
				   : STR("no se cambió nada: corrija lo que dice «problems» y "
					 "envíelo otra vez"));
	json_member_string(&o, "instance", x->in.id);
	json_end_object(&o);
	b.n--; /* the brace comes after the list, which is JSON already */
	buf_puts(&b, ",\"problems\":");
	buf_put(&b, list);
	buf_puts(&b, "}\n");
	return buf_str(&b);
}

/* Beside data the word for people is a header, percent-encoded. */
static void put_message(struct call *c, struct exchange *x)
{
	static const char hex[] = "0123456789ABCDEF";
	const struct str said = str_sub(str_trim(buf_str(&c->said)), 0, MESSAGE_BYTES_MAX / 3);
	struct buf b;
	buf_init(&b, c->a, MESSAGE_BYTES_MAX + 4);
	for (size_t i = 0; i < said.n; i++) {
		const unsigned char byte = (unsigned char)said.p[i];
		if (byte > ' ' && byte < 0x7f && byte != '%') {
			buf_putc(&b, (char)byte);
			continue;
		}
		buf_putc(&b, '%');
		buf_putc(&b, hex[byte >> 4]);
		buf_putc(&b, hex[byte & 15]);
	}
	response_header(&x->out, "X-Message", buf_str(&b));
}

static void put_location(struct call *c, struct exchange *x)
{
	const struct str to = c->reply.location;
	bool ours = to.n && to.p[0] == '/' && !(to.n > 1 && (to.p[1] == '/' || to.p[1] == '\\'));
	for (size_t i = 0; i < to.n; i++)
		ours = ours && (unsigned char)to.p[i] > ' ' && (unsigned char)to.p[i] < 0x7f;
	if (to.n)
		response_header(&x->out, "Location", ours ? to : STR("/"));
}

void reply_put(struct call *c, struct exchange *x)
{
	const struct reply *r = &c->reply;
	const bool program = path_of_program(x->in.path);
	struct str body = r->bytes.p ? r->bytes : buf_str(&c->out);
	struct err e = { 0 };
	if (c->out.over || c->said.over) {
		(void)err_say(&e, ERR_LIMIT, "la respuesta pasa del límite; pida menos",
			      "the answer is over the limit; ask for less");
		reply_error(c, x, 0, &e);
		return;
	}
	x->out.status = r->status ? r->status : c->status == 2 ? 422 : 200;
	put_security(c, x);
	put_cookie(c, x);
	put_location(c, x);
	const bool packed = r->gzip.n && takes_gzip(&x->in);
	const bool cached = r->cache != CACHE_NEVER && x->out.status == 200 && r->tag.n;
	put_cache(c, x, packed);
	if (cached && has_tag(&x->in, r->tag)) {
		/* Not sent, but its length is said: RFC 9110, 8.6 forbids any other. */
		x->out.status = 304;
		x->out.body = packed ? r->gzip : body;
		return;
	}
	if (program && x->out.status == 422 && !r->status && !r->type && str_starts(body, "[")) {
		put_header(x, "Content-Type", "application/problem+json");
		x->out.body = findings_body(c, x, str_trim(body));
		return;
	}
	if (program && c->said.n && !body.n)
		body = message_body(c);
	else if (program && c->said.n)
		put_message(c, x);
	if (!body.n && x->out.status == 200 && !r->type && program)
		x->out.status = 204;
	if (body.n || x->out.status == 200)
		put_header(x, "Content-Type", type_of(c, body));
	put_file_name(c, x);
	if (packed)
		put_header(x, "Content-Encoding", "gzip");
	x->out.body = packed ? r->gzip : body;
}

/* ---- errors ---- */

static const char *problem_name(unsigned status, const struct err *e)
{
	if (e->code == ERR_FULL)
		return "full";
	switch (status) {
	case 400:
	case 414:
	case 415:
	case 422:
	case 431:
		return "input";
	case 401:
	case 403:
		return "denied";
	case 404:
	case 405:
		return "absent";
	case 409:
		return "conflict";
	case 413:
	case 429:
		return "limit";
	case 503:
		return "busy";
	default:
		return "system";
	}
}

static struct str problem_title(unsigned status, const struct err *e, enum lang lang)
{
	if (e->code == ERR_FULL)
		return lang == LANG_ES ? STR("Disco lleno") : STR("Disk full");
	return str_of(status_title(status, lang));
}

static struct str problem_body(struct call *c, struct exchange *x, const struct err *e)
{
	const char *detail = err_text(e, c->lang == LANG_EN);
	struct buf b;
	struct json_out o;
	buf_init(&b, c->a, 1 << 16);
	json_out(&o, &b);
	json_put_object(&o);
	json_member_string(&o, "type",
			   str_fmt(c->a, "urn:ssme:problem:%s", problem_name(x->out.status, e)));
	json_member_string(&o, "title", problem_title(x->out.status, e, c->lang));
	json_member_int(&o, "status", x->out.status);
	json_member_string(&o, "detail", str_of(detail));
	json_member_string(&o, "instance", x->in.id);
	if (c->blamed)
		json_member_string(&o, "parameter", str_of(c->blamed));
	json_end_object(&o);
	buf_putc(&b, '\n');
	return buf_str(&b);
}

/* What the system says of its own files is for whoever looks after it, in the log. */
static void hide_cause(struct exchange *x, struct err *e)
{
	log_event("request %.*s: %s", STR_ARG(x->in.id), e->msg);
	*e = (struct err){ 0 };
	(void)err_say(e, ERR_IO,
		      "falló el sistema y no se cambió nada; intente de nuevo y, si sigue, diga a "
		      "quien administra el sitio este número: %.*s",
		      "the system failed and nothing was changed; try again and, if it stays so, "
		      "tell whoever runs the site this number: %.*s",
		      STR_ARG(x->in.id));
}

/* As above, but here whoever asked can be told what has to be done. */
static void hide_place(struct exchange *x, struct err *e)
{
	log_event("request %.*s: %s", STR_ARG(x->in.id), e->msg);
	*e = (struct err){ 0 };
	(void)err_say(e, ERR_FULL,
		      "el disco del servidor está lleno y no se guardó nada; quien administra el "
		      "sitio debe liberar espacio: cuando lo haya, envíelo otra vez",
		      "the disk of the server is full and nothing was saved; whoever runs the "
		      "site has to free some space: send it again when there is some");
}

/* A page that needs somebody signed in leads to where that is done. */
static bool lead_to_sign_in(struct call *c, struct exchange *x)
{
	const bool reads = str_is(x->in.method, "GET") || str_is(x->in.method, "HEAD");
	if (x->out.status != 401 || path_of_program(x->in.path) || !reads ||
	    request_header(&x->in, "authorization").n)
		return false;
	x->out.status = 303;
	const bool english = c->lang == LANG_EN;
	put_header(x, "Location",
		   c->caller.half ? english ? PAGE_ENGLISH "/entrar/codigo" : "/entrar/codigo"
		   : english	  ? PAGE_ENGLISH "/entrar"
				  : "/entrar");
	return true;
}

void reply_error(struct call *c, struct exchange *x, unsigned status, const struct err *cause)
{
	struct err e = *cause;
	x->out = (struct response){ .status = status ? status : status_of(&e, &c->caller) };
	put_security(c, x);
	put_header(x, "Cache-Control", "no-store");
	if (lead_to_sign_in(c, x))
		return;
	if (e.code == ERR_FULL)
		hide_place(x, &e);
	else if (x->out.status == 500 || (x->out.status == 503 && e.code == ERR_IO))
		hide_cause(x, &e);
	if (x->out.status == 401)
		put_header(x, "WWW-Authenticate", "Bearer");
	if (x->out.status == 503 || x->out.status == 429)
		response_header(&x->out, "Retry-After", str_fmt(c->a, "%d", RETRY_AFTER_SECONDS));
	if (path_of_program(x->in.path)) {
		put_header(x, "Content-Type", "application/problem+json");
		x->out.body = problem_body(c, x, &e);
		return;
	}
	put_header(x, "Content-Type", "text/html; charset=utf-8");
	c->out.n = 0;
	c->out.over = false;
	c->reply = (struct reply){ 0 };
	page_error(c, x->out.status, &e);
	if (c->reply.status) /* the form again */
		x->out.status = c->reply.status;
	x->out.body = c->reply.bytes.p ? c->reply.bytes : buf_str(&c->out);
}

void reply_allow(struct call *c, struct exchange *x, const char *const *method, size_t n,
		 bool refused)
{
	struct err e = { 0 };
	struct buf b;
	buf_init(&b, c->a, 256);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s%s%s", i ? ", " : "", method[i],
			strcmp(method[i], "GET") == 0 ? ", HEAD" : "");
	buf_puts(&b, n ? ", OPTIONS" : "OPTIONS");
	if (refused) {
		(void)err_say(&e, ERR_INPUT, "aquí se admite %.*s", "allowed here: %.*s",
			      STR_ARG(buf_str(&b)));
		reply_error(c, x, 405, &e);
	} else {
		x->out = (struct response){ .status = 204 };
		put_security(c, x);
		put_header(x, "Cache-Control", "no-store");
	}
	response_header(&x->out, "Allow", buf_str(&b));
}
