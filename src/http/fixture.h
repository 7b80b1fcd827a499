/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the tests of this room: a data folder with a small round, people of every role, and requests
 * without sockets. */
#ifndef SSME_HTTP_FIXTURE_H
#define SSME_HTTP_FIXTURE_H

#include "store/fixture.h"

#include "app/account.h"
#include "http/admit.h"
#include "http/dispatch.h"
#include "http/inside.h"
#include "os/clock.h"
#include "os/random.h"
#include "store/audit.h"

enum { WEB_HEADERS_MAX = 16 };

/* One request as it is being written down. */
struct web {
	struct exchange x;
	struct http_field header[WEB_HEADERS_MAX];
};

static inline struct web *web_new(const char *method, const char *path)
{
	struct web *w = calloc(1, sizeof(*w));
	assert_non_null(w);
	arena_init(&w->x.a, EXCHANGE_ARENA_BYTES_MAX);
	w->x.in.method = str_of(method);
	w->x.in.path = str_of(path);
	w->x.in.header = w->header;
	w->x.in.origin = STR("192.0.2.7");
	w->x.in.id = STR("0123456789abcdef");
	return w;
}

static inline void web_header(struct web *w, const char *name, struct str value)
{
	assert_true(w->x.in.n_headers < WEB_HEADERS_MAX);
	w->header[w->x.in.n_headers++] = (struct http_field){ str_of(name), value };
}

static inline struct web *web_open(const char *method, const char *path)
{
	struct web *w = web_new(method, path);
	web_header(w, "host", STR("ssme.test"));
	return w;
}

static inline void web_form(struct web *w, struct str body)
{
	w->x.in.content_type = STR("application/x-www-form-urlencoded");
	w->x.in.body = body;
}

static inline void web_json(struct web *w, struct str body)
{
	w->x.in.content_type = STR("application/json; charset=utf-8");
	w->x.in.body = body;
}

static inline unsigned web_send(struct dispatch *d, struct web *w)
{
	dispatch_answer(d, &w->x);
	return w->x.out.status;
}

static inline struct str web_got(const struct web *w, const char *name)
{
	for (size_t i = 0; i < w->x.out.n_headers; i++) {
		if (str_is(w->x.out.header[i].name, name))
			return w->x.out.header[i].value;
	}
	return (struct str){ 0 };
}

static inline void web_close(struct dispatch *d, struct web *w)
{
	dispatch_end(d, &w->x);
	arena_drop(&w->x.a);
	free(w);
}

static inline bool web_says(const struct web *w, const char *text)
{
	size_t at;
	return str_find(w->x.out.body, str_of(text), &at);
}

/* ---- people ---- */

/* A session or token of somebody with one role. */
struct person {
	int64_t account;
	struct str session, token[2]; /* secrets; token[0] can all, token[1] nothing */
};

static inline struct str person_secret(struct fixture *x, const char *kind, struct str *ret_hash)
{
	const struct str secret = random_hex(&x->a, TOKEN_BYTES);
	GOOD(store_token_hash(x->s, &x->a, kind, secret, ret_hash, e));
	return secret;
}

static inline void person_session(struct fixture *x, struct person *p, int64_t link, bool half)
{
	const int64_t now = clock_now_s();
	struct stored_session s = { .account = p->account,
				    .link = link,
				    .half = half,
				    .created_at = clock_iso(&x->a, now),
				    .seen_at = clock_iso(&x->a, now),
				    .expires_at = clock_iso(&x->a, now + 3600),
				    .origin = STR("192.0.2.7") };
	int64_t id;
	p->session = person_secret(x, "session", &s.hash);
	GOOD(store_add_session(x->s, &s, &id, e));
}

static inline void person_token(struct fixture *x, struct person *p, size_t which,
				const char *scope)
{
	const int64_t now = clock_now_s();
	struct stored_token t = { .account = p->account,
				  .name = STR("test"),
				  .scope = str_of(scope),
				  .created_at = clock_iso(&x->a, now),
				  .expires_at = clock_iso(&x->a, now + 3600) };
	int64_t id;
	p->token[which] = person_secret(x, "token", &t.hash);
	GOOD(store_add_token(x->s, &t, &id, e));
}

/* object: "C001", "C001/A", a chamber; or empty. */
static inline struct person person_new(struct fixture *x, const char *role, const char *object)
{
	struct person p = { 0 };
	struct stored_account a = { .email = str_fmt(&x->a, "%s.%lld@example.co", role,
						     (long long)clock_steady_ms()),
				    .name = str_of(role),
				    .lang = STR("es"),
				    .active = true,
				    .created_at = clock_now_iso(&x->a) };
	a.email = str_fmt(&x->a, "%.*s", STR_ARG(a.email));
	GOOD(store_add_account(x->s, &a, &p.account, e));
	struct stored_grant g = { .account = p.account,
				  .role = str_of(role),
				  .object = str_of(object),
				  .granted_at = clock_now_iso(&x->a),
				  .granted_by = STR("test") };
	GOOD(store_grant(x->s, &g, e));
	person_session(x, &p, 0, false);
	person_token(x, &p, 0, "read write metrics");
	person_token(x, &p, 1, "");
	return p;
}

/* ---- the server ---- */

static inline struct dispatch *fixture_dispatch(struct fixture *x, const struct command_rows *rows,
						size_t n)
{
	struct dispatch *d = NULL;
	const struct dispatch_settings settings = { .folder = x->folder,
						    .database = fixture_address(x),
						    .rows = rows,
						    .n_rows = n,
						    .heavy_threads = 2 };
	GOOD(dispatch_make(&settings, &d, e));
	return d;
}

static inline void web_cookie(struct fixture *x, struct web *w, struct str session)
{
	web_header(w, "cookie", str_fmt(&x->a, COOKIE_NAME "=%.*s", STR_ARG(session)));
}

static inline void web_bearer(struct fixture *x, struct web *w, struct str token)
{
	web_header(w, "authorization", str_fmt(&x->a, "Bearer %.*s", STR_ARG(token)));
}

static inline void web_from_us(struct fixture *x, struct web *w, struct str session)
{
	web_header(w, "origin", STR("http://ssme.test"));
	web_header(w, "x-csrf-token", csrf_of(&x->a, session));
}

#endif
