/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way of a request, with a table of the test's own. */
#include "http/fixture.h"

#include "codec/sheet.h"

#define NAMES(es, en) { { { es, sizeof(es) - 1 }, { en, sizeof(en) - 1 } } }
#define TEXT(n, must) { n, PARAM_TEXT, must, false, 0, 16, NULL, NAMES("uno", "one") }

static bool run_echo(struct call *c, struct err *e)
{
	(void)e;
	buf_fmt(&c->out, "{\"id\":\"%.*s\",\"lang\":\"%s\"}", STR_ARG(call_text(c, "ID")),
		lang_code(c->lang));
	return true;
}

static bool run_many(struct call *c, struct err *e)
{
	const struct values *v = call_values(c, "--by");
	(void)e;
	for (size_t i = 0; i < v->n; i++)
		buf_fmt(&c->out, "[%.*s]", STR_ARG(v->text[i]));
	return true;
}

static bool run_add(struct call *c, struct err *e)
{
	struct stored_round r = fixture_round("x", 2030);
	struct store *s;
	r.id = call_text(c, "ID");
	if (!call_store(c, &s, e) || !store_open_round(s, &r, e))
		return false;
	if (str_is(r.id, "fails"))
		return err_say(e, ERR_INPUT, "no", "no");
	if (str_is(r.id, "refuses"))
		c->status = 2;
	c->reply.secret = str_is(r.id, "secret");
	buf_fmt(&c->out, "{\"opened\":\"%.*s\"}", STR_ARG(r.id));
	return true;
}

static bool run_said(struct call *c, struct err *e)
{
	(void)e;
	buf_puts(&c->said, "hecho a medias\n");
	c->status = 1;
	return true;
}

static bool run_cached(struct call *c, struct err *e)
{
	(void)e;
	c->reply.cache = CACHE_REVALIDATE;
	c->reply.tag = STR("abc");
	c->reply.type = "text/plain";
	c->reply.bytes = STR("plain");
	c->reply.gzip = STR("packed");
	c->reply.file_name = STR("boletín \"1\".txt");
	return true;
}

static bool run_broken(struct call *c, struct err *e)
{
	(void)c;
	return err_say(e, ERR_IO, "/data/secret/ssme.db: falló",
		       "/data/secret/ssme.db: failed");
}

static bool run_cookie(struct call *c, struct err *e)
{
	(void)e;
	c->reply.cookie = COOKIE_SET;
	c->reply.cookie_value = STR("value");
	c->reply.status = 303;
	c->reply.location = call_text(c, "ID");
	return true;
}

static bool prepare_file(struct call *c, struct err *e)
{
	const char *name;
	struct str bytes;
	struct sheet sheet;
	if (!call_file(c, "FILE", &name, &bytes, e) ||
	    !sheet_load(c->a, bytes, STR(""), 100, &sheet, e))
		return false;
	c->prepared = str_c(c->a, str_fmt(c->a, "%s:%zu", name, sheet.n_rows));
	return true;
}

static bool run_file(struct call *c, struct err *e)
{
	(void)e;
	buf_puts(&c->out, c->prepared);
	return true;
}

static bool run_pairs(struct call *c, struct err *e)
{
	const struct values *v = call_values(c, "ANSWER");
	(void)e;
	for (size_t i = 0; i < v->n; i++)
		buf_fmt(&c->out, "[%.*s]", STR_ARG(v->text[i]));
	return true;
}

static bool at_once(struct call *c)
{
	c->reply.bytes = STR("at hand");
	return true;
}

#define HEAD(m, r, who, f)                                                                         \
	.method = m, .route = r, .roles = who, .run = f, .token = "read", .help = NAMES("a", "b")
#define WRITE(r, who, f)                                                                           \
	.method = "POST", .route = r, .roles = who, .run = f, .token = "write",                    \
	.help = NAMES("a", "b"), .csrf = true, .writes = true

static const struct command rows[] = {
	{ HEAD("GET", "/api/echo/{ID}", ROLE_PUBLIC, run_echo), .param = { TEXT("ID", true) } },
	{ HEAD("GET", "/api/many", ROLE_PUBLIC, run_many),
	  .param = { { "--by", PARAM_TEXT, false, true, 0, 16, NULL, NAMES("uno", "one") } } },
	{ WRITE("/api/add", ROLE_TEAM, run_add), .param = { TEXT("ID", true) } },
	{ HEAD("GET", "/api/said", ROLE_PUBLIC, run_said) },
	{ HEAD("GET", "/api/cached", ROLE_PUBLIC, run_cached), .lane = LANE_HEAVY },
	{ HEAD("GET", "/api/broken", ROLE_PUBLIC, run_broken) },
	{ WRITE("/cookie", ROLE_PUBLIC, run_cookie), .param = { TEXT("ID", true) } },
	{ WRITE("/api/file", ROLE_PUBLIC, run_file),
	  .prepare = prepare_file,
	  .param = { { "FILE", PARAM_FILE, true, false, 0, 4096, NULL, NAMES("f", "f") } } },
	{ WRITE("/api/pairs", ROLE_PUBLIC, run_pairs),
	  .param = { { "ANSWER", PARAM_PAIRS, true, false, 0, 8, NULL, NAMES("r", "a") } } },
	{ WRITE("/api/secret", ROLE_PUBLIC, run_said),
	  .param = { { "--password", PARAM_SECRET, true, false, 4, 16, NULL, NAMES("c", "p") } } },
	{ HEAD("GET", "/now", ROLE_PUBLIC, run_broken), .at_once = at_once, .lane = LANE_HEAVY },
	{ HEAD("GET", "/closed", ROLE_TEAM, run_said) },
	{ HEAD("GET", "/api/nobody", 0, run_said) },
};
static const struct command_rows part = { rows, sizeof(rows) / sizeof(*rows) };

struct site {
	struct fixture *x;
	struct dispatch *d;
	struct person team;
};

static int start(void **state)
{
	struct site *site = calloc(1, sizeof(*site));
	if (!site || fixture_filled((void **)&site->x) != 0)
		return -1;
	site->team = person_new(site->x, "team", "");
	site->d = fixture_dispatch(site->x, &part, 1);
	*state = site;
	return 0;
}

static int end(void **state)
{
	struct site *site = *state;
	void *x = site->x;
	dispatch_free(site->d);
	free(site);
	return fixture_end(&x);
}

static struct web *get(struct site *site, const char *path, const char *query)
{
	struct web *w = web_open("GET", path);
	w->x.in.query = str_of(query);
	(void)web_send(site->d, w);
	return w;
}

/* The answer's status and, of a problem, the parameter it names. */
static void expect(struct site *site, struct web *w, unsigned status, const char *text)
{
	if (w->x.out.status != status || (text && !web_says(w, text)))
		fail_msg("%.*s %.*s: %u not %u (%s): %.*s", STR_ARG(w->x.in.method),
			 STR_ARG(w->x.in.path), w->x.out.status, status, text ? text : "",
			 STR_ARG(w->x.out.body));
	web_close(site->d, w);
}

static void every_answer_carries_the_headers_of_security(void **state)
{
	struct site *site = *state;
	static const char *const path[] = { "/api/echo/1", "/api/none", "/none", "/api/broken",
					    "/health", "/robots.txt" };
	static const char *const name[] = {
		"Content-Security-Policy", "X-Content-Type-Options",	 "Referrer-Policy",
		"Permissions-Policy",
		"Cross-Origin-Opener-Policy",
		"Cross-Origin-Resource-Policy",
		"X-Request-Id",
		"Cache-Control",
	};
	for (size_t i = 0; i < sizeof(path) / sizeof(*path); i++) {
		struct web *w = get(site, path[i], "");
		for (size_t k = 0; k < sizeof(name) / sizeof(*name); k++) {
			if (!web_got(w, name[k]).n)
				fail_msg("%s has no %s", path[i], name[k]);
		}
		assert_false(web_got(w, "Strict-Transport-Security").n);
		web_close(site->d, w);
	}
	struct web *w = web_open("GET", "/health");
	w->x.in.secure = true;
	assert_int_equal(web_send(site->d, w), 200);
	assert_true(web_got(w, "Strict-Transport-Security").n);
	web_close(site->d, w);
}

static void a_row_answers_in_the_language_asked_for(void **state)
{
	struct site *site = *state;
	expect(site, get(site, "/api/echo/7", ""), 200, "\"id\":\"7\",\"lang\":\"es\"");
	expect(site, get(site, "/api/echo/7", "lang=en"), 200, "\"lang\":\"en\"");
	struct web *w = web_open("GET", "/api/echo/7");
	web_header(w, "accept-language", STR("fr, en;q=0.8"));
	(void)web_send(site->d, w);
	expect(site, w, 200, "\"lang\":\"en\"");
}

static void what_is_wrong_is_named(void **state)
{
	struct site *site = *state;
	expect(site, get(site, "/api/echo/12345678901234567", ""), 413, "\"parameter\":\"id\"");
	expect(site, get(site, "/api/echo/%ff", ""), 400, "\"parameter\":\"id\"");
	expect(site, get(site, "/api/echo/a%00b", ""), 400, "\"parameter\":\"id\"");
	expect(site, get(site, "/api/echo/1", "id=2"), 400, "\"parameter\":\"id\"");
	expect(site, get(site, "/api/echo/1", "idd=2"), 400, "→ id");
	expect(site, get(site, "/api/many", "by=%C3%28"), 400, "\"parameter\":\"by\"");
	expect(site, get(site, "/api/many", "by=a&by=b"), 200, "[a][b]");
	expect(site, get(site, "/api/many", "by=a&hecho=x&csrf=&lang=es"), 200, "[a]");
	expect(site, get(site, "/api/nobody", ""), 401, "denied");
	expect(site, get(site, "/api/none", ""), 404, "absent");
}

static void methods_are_told(void **state)
{
	struct site *site = *state;
	struct web *w = web_open("PUT", "/api/add");
	assert_int_equal(web_send(site->d, w), 405);
	assert_true(str_is(web_got(w, "Allow"), "POST, OPTIONS"));
	web_close(site->d, w);
	w = web_open("OPTIONS", "/api/many");
	assert_int_equal(web_send(site->d, w), 204);
	assert_true(str_is(web_got(w, "Allow"), "GET, HEAD, OPTIONS"));
	web_close(site->d, w);
}

static void a_failure_of_the_system_tells_no_path(void **state)
{
	struct site *site = *state;
	struct web *w = get(site, "/api/broken", "");
	assert_int_equal(w->x.out.status, 500);
	assert_false(web_says(w, "secret"));
	assert_true(web_says(w, "0123456789abcdef"));
	web_close(site->d, w);
}

static void a_word_for_people_is_the_answer_where_there_is_no_other(void **state)
{
	struct site *site = *state;
	expect(site, get(site, "/api/said", ""), 200, "{\"message\":\"hecho a medias\"}");
}

static void what_may_be_kept_is_tagged_and_packed(void **state)
{
	struct site *site = *state;
	struct web *w = web_open("GET", "/api/cached");
	web_header(w, "accept-encoding", STR("br, gzip;q=0.5"));
	assert_int_equal(web_send(site->d, w), 200);
	assert_true(web_says(w, "packed"));
	assert_true(str_is(web_got(w, "ETag"), "\"abc-gzip\""));
	assert_true(str_is(web_got(w, "Content-Disposition"),
			   "attachment; filename=\"bolet__n__1_.txt\"; "
			   "filename*=UTF-8''bolet%C3%ADn%20%221%22.txt"));
	web_close(site->d, w);
	w = web_open("GET", "/api/cached");
	web_header(w, "accept-encoding", STR("gzip;q=0"));
	web_header(w, "if-none-match", STR("\"x\", W/\"abc\""));
	assert_int_equal(web_send(site->d, w), 304);
	assert_int_equal(w->x.out.body.n, 5); /* its length is told, the server leaves it out */
	web_close(site->d, w);
	expect(site, get(site, "/api/cached", ""), 200, "plain");
}

static void a_row_may_answer_at_once(void **state)
{
	struct site *site = *state;
	expect(site, get(site, "/now", ""), 200, "at hand");
}

static struct web *post(struct site *site, const char *path, struct str session, const char *body,
			const char *key)
{
	struct web *w = web_open("POST", path);
	if (session.n) {
		web_cookie(site->x, w, session);
		web_from_us(site->x, w, session);
	}
	if (key)
		web_header(w, "idempotency-key", str_of(key));
	web_form(w, str_of(body));
	(void)web_send(site->d, w);
	return w;
}

static bool has_round(struct site *site, const char *id)
{
	struct fixture *x = site->x;
	struct stored_round *list;
	size_t n;
	GOOD(store_list_rounds(x->s, &x->a, &list, &n, e));
	for (size_t i = 0; i < n; i++) {
		if (str_is(list[i].id, id))
			return true;
	}
	return false;
}

static void a_write_is_kept_when_it_is_answered(void **state)
{
	struct site *site = *state;
	expect(site, post(site, "/api/add", site->team.session, "id=a", NULL), 200, "\"opened\"");
	assert_true(has_round(site, "a"));
	expect(site, post(site, "/api/add", site->team.session, "id=fails", NULL), 400, NULL);
	assert_false(has_round(site, "fails"));
	expect(site, post(site, "/api/add", site->team.session, "id=refuses", NULL), 422,
	       "\"opened\"");
	assert_false(has_round(site, "refuses"));
	expect(site, post(site, "/api/add", site->team.session, "id=a", NULL), 409, "conflict");
}

static void the_same_key_gives_the_same_answer(void **state)
{
	struct site *site = *state;
	expect(site, post(site, "/api/add", site->team.session, "id=k", "key 1"), 200, "opened");
	struct web *w = post(site, "/api/add", site->team.session, "id=k", "key 1");
	assert_true(str_is(web_got(w, "Idempotency-Replayed"), "true"));
	assert_true(str_is(web_got(w, "Content-Type"), "application/json"));
	expect(site, w, 200, "{\"opened\":\"k\"}");
	expect(site, post(site, "/api/add", site->team.session, "id=other", "key 1"), 409,
	       "\"parameter\":\"idempotency_key\"");
	assert_false(has_round(site, "other"));
	/* another's key of the same text is another key */
	struct person p = person_new(site->x, "team", "");
	expect(site, post(site, "/api/add", p.session, "id=theirs", "key 1"), 200, "theirs");
	/* what failed was not done, and may be tried again */
	expect(site, post(site, "/api/add", p.session, "id=fails", "key 2"), 400, NULL);
	expect(site, post(site, "/api/add", p.session, "id=after", "key 2"), 200, "after");
	expect(site, post(site, "/api/add", p.session, "id=b&idempotency_key=f", NULL), 200, "b");
	expect(site, post(site, "/api/add", p.session, "id=b&idempotency_key=f", NULL), 200, "b");
}

static void an_answer_with_a_secret_is_not_kept(void **state)
{
	struct site *site = *state;
	expect(site, post(site, "/api/add", site->team.session, "id=secret", "s"), 200, "secret");
	expect(site, post(site, "/api/add", site->team.session, "id=secret", "s"), 409,
	       "idempotency_key");
}

static void a_write_from_elsewhere_is_refused(void **state)
{
	struct site *site = *state;
	static const struct {
		const char *name, *value;
		unsigned status;
	} from[] = {
		{ "origin", "https://evil.test", 403 },	     { "origin", "null", 403 },
		{ "origin", "http://ssme.test:81", 403 },
		{ "sec-fetch-site", "cross-site", 403 },
		{ "sec-fetch-site", "same-site", 403 },	     { "sec-fetch-site", "none", 403 },
		{ "referer", "http://evil.test/ssme", 403 }, { "x-other", "", 403 },
		{ "origin", "http://ssme.test", 200 },
		{ "sec-fetch-site", "same-origin", 200 },
		{ "referer", "http://ssme.test/a?b", 200 },
	};
	for (size_t i = 0; i < sizeof(from) / sizeof(*from); i++) {
		struct web *w = web_open("POST", "/api/add");
		web_cookie(site->x, w, site->team.session);
		web_header(w, from[i].name, str_of(from[i].value));
		web_form(w, str_fmt(&site->x->a, "id=o%zu&csrf=%.*s", i,
				    STR_ARG(csrf_of(&site->x->a, site->team.session))));
		if (web_send(site->d, w) != from[i].status)
			fail_msg("%s %s: %u", from[i].name, from[i].value, w->x.out.status);
		web_close(site->d, w);
	}
}

static void a_form_needs_the_token_of_its_session(void **state)
{
	struct site *site = *state;
	struct person other = person_new(site->x, "team", "");
	const struct str bad[] = { STR(""), STR("x"), csrf_of(&site->x->a, other.session) };
	for (size_t i = 0; i < 3; i++) {
		struct web *w = web_open("POST", "/api/add");
		web_cookie(site->x, w, site->team.session);
		web_header(w, "origin", STR("http://ssme.test"));
		web_form(w, str_fmt(&site->x->a, "id=c%zu&csrf=%.*s", i, STR_ARG(bad[i])));
		(void)web_send(site->d, w);
		expect(site, w, 403, "\"parameter\":\"csrf\"");
	}
	struct web *w = web_open("POST", "/api/add");
	web_bearer(site->x, w, site->team.token[0]);
	web_header(w, "origin", STR("https://evil.test"));
	web_json(w, STR("{\"id\":\"by token\"}"));
	(void)web_send(site->d, w);
	expect(site, w, 200, "by token");
}

static void a_page_for_some_leads_to_the_sign_in(void **state)
{
	struct site *site = *state;
	struct web *w = get(site, "/closed", "");
	assert_int_equal(w->x.out.status, 303);
	assert_true(str_is(web_got(w, "Location"), "/entrar"));
	web_close(site->d, w);
}

static void a_session_gets_a_cookie_that_scripts_cannot_read(void **state)
{
	struct site *site = *state;
	struct web *w = post(site, "/cookie", STR(""), "id=/x", NULL);
	assert_true(str_is(web_got(w, "Set-Cookie"), "ssme=value; Path=/; HttpOnly; SameSite=Lax"));
	assert_true(str_is(web_got(w, "Location"), "/x"));
	web_close(site->d, w);
	static const char *const bad[] = { "id=//evil.test", "id=%2F%5Cevil", "id=http://e.test" };
	for (size_t i = 0; i < 3; i++) {
		w = web_open("POST", "/cookie");
		w->x.in.secure = true;
		web_form(w, str_of(bad[i]));
		(void)web_send(site->d, w);
		assert_true(str_is(web_got(w, "Location"), "/"));
		assert_true(str_starts(web_got(w, "Set-Cookie"), "__Host-ssme="));
		assert_true(str_ends(web_got(w, "Set-Cookie"), "; Secure"));
		web_close(site->d, w);
	}
}

static void secrets_come_in_a_body_alone(void **state)
{
	struct site *site = *state;
	struct web *w = web_open("POST", "/api/secret");
	w->x.in.query = STR("password=longenough");
	(void)web_send(site->d, w);
	expect(site, w, 400, "\"parameter\":\"password\"");
	expect(site, post(site, "/api/secret", STR(""), "password=longenough", NULL), 200, NULL);
	expect(site, post(site, "/api/secret", STR(""), "password=abc", NULL), 400, "password");
}

static void bodies_of_three_kinds_say_the_same(void **state)
{
	struct site *site = *state;
	expect(site, post(site, "/api/pairs", STR(""), "answer.G01=a&answer.G02=b+c", NULL), 200,
	       "[G01=a][G02=b c]");
	struct web *w = web_open("POST", "/api/pairs");
	web_json(w, STR("{\"answer\":{\"G01\":\"a\",\"G02\":[\"b\",\"c\"],\"G03\":7}}"));
	(void)web_send(site->d, w);
	expect(site, w, 200, "[G01=a][G02=b c][G03=7]");
	const struct http_field parts[] = { { STR("answer.G01"), STR("a") } };
	w = web_open("POST", "/api/pairs");
	w->x.in.content_type = STR("multipart/form-data; boundary=x");
	w->x.in.part = parts;
	w->x.in.n_parts = 1;
	(void)web_send(site->d, w);
	expect(site, w, 200, "[G01=a]");
}

static void a_body_that_is_none_is_refused(void **state)
{
	struct site *site = *state;
	static const struct {
		const char *type, *body;
		unsigned status;
	} bad[] = {
		{ "text/plain", "answer.G01=a", 415 },
		{ "", "answer.G01=a", 415 },
		{ "application/json", "{", 400 },
		{ "application/json", "[]", 400 },
		{ "application/json", "{\"answer\":{\"G01\":{\"a\":1}}}", 400 },
		{ "application/json", "{\"answer\":[[1]]}", 400 },
		{ "application/json", "{\"answer\":{\"G01\":\"\\u0000\"}}", 400 },
		{ "application/json", "{\"answer\":{\"G01\":\"a\"}} x", 400 },
		{ "application/x-www-form-urlencoded", "answer.G01=%zz", 400 },
		{ "application/x-www-form-urlencoded", "answer.G01=a&answer.G01=b", 400 },
		{ "application/x-www-form-urlencoded", "answer.G01=123456789", 413 },
		{ "application/x-www-form-urlencoded", "answer.=a", 400 },
		{ "application/x-www-form-urlencoded", "=a", 400 },
		{ "application/x-www-form-urlencoded", "", 400 },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct web *w = web_open("POST", "/api/pairs");
		w->x.in.content_type = str_of(bad[i].type);
		w->x.in.body = str_of(bad[i].body);
		(void)web_send(site->d, w);
		expect(site, w, bad[i].status, "\"status\"");
	}
}

static struct web *upload(struct site *site, const char *field, const char *bytes)
{
	struct web *w = web_open("POST", "/api/file");
	struct http_upload *u = NEW(&w->x.a, 1, struct http_upload);
	FILE *f = tmpfile();
	assert_non_null(f);
	fputs(bytes, f);
	fflush(f);
	*u = (struct http_upload){ .field = str_of(field),
				   .file_name = STR("a.csv"),
				   .fd = fileno(f),
				   .n_bytes = strlen(bytes) };
	w->x.in.content_type = STR("multipart/form-data; boundary=x");
	w->x.in.upload = u;
	w->x.in.n_uploads = 1;
	(void)web_send(site->d, w);
	fclose(f);
	return w;
}

static void an_upload_comes_as_sheets(void **state)
{
	struct site *site = *state;
	expect(site, upload(site, "file", "a,b\n1,2\n3,4\n"), 200, "a.csv:2");
	expect(site, upload(site, "file", "%PDF-1.4"), 400, "\"parameter\":\"file\"");
	expect(site, upload(site, "file", ""), 400, "\"parameter\":\"file\"");
	expect(site, upload(site, "other", "a,b\n"), 400, "\"parameter\":\"other\"");
	expect(site, post(site, "/api/file", STR(""), "file=a.csv", NULL), 400,
	       "\"parameter\":\"file\"");
}

static void the_server_tells_of_itself(void **state)
{
	struct site *site = *state;
	expect(site, get(site, "/health", ""), 200, "{\"status\":\"ok\"}");
	expect(site, get(site, "/robots.txt", ""), 200, "Disallow: /api/");
	struct web *w = web_open("GET", "/metrics");
	web_bearer(site->x, w, site->team.token[0]);
	assert_int_equal(web_send(site->d, w), 403); /* not an administrator's */
	web_close(site->d, w);
	struct person admin = person_new(site->x, "administrator", "");
	w = web_open("GET", "/metrics");
	web_bearer(site->x, w, admin.token[0]);
	(void)web_send(site->d, w);
	expect(site, w, 200,
	       "ssme_requests_total{method=\"GET\",route=\"/health\",status=\"200\"} 1\n");
	const struct str path = static_path(&site->d->files, &site->x->a, "style.css");
	w = get(site, str_c(&site->x->a, path), "");
	assert_true(str_is(web_got(w, "Content-Type"), "text/css; charset=utf-8"));
	assert_true(str_ends(web_got(w, "Cache-Control"), "immutable"));
	expect(site, w, 200, "{");
	const struct str script = static_path(&site->d->files, &site->x->a, "form.js");
	w = get(site, str_c(&site->x->a, script), "");
	assert_true(str_is(web_got(w, "Content-Type"), "text/javascript; charset=utf-8"));
	expect(site, w, 200, "\"use strict\";");
	w = get(site, "/sw.js", "");
	assert_true(str_is(web_got(w, "Cache-Control"), "public, no-cache"));
	const struct str policy = web_got(w, "Content-Security-Policy");
	size_t place;
	assert_false(str_find(policy, STR("unsafe"), &place));
	assert_true(str_find(policy, STR("worker-src 'self';"), &place));
	expect(site, w, 200, "\"use strict\";");
	expect(site, get(site, "/static/0/style.css", ""), 404, NULL);
	expect(site, get(site, "/static/0/../style.css", ""), 404, NULL);
}

static void open_metrics_are_for_this_machine_alone(void **state)
{
	struct site *site = *state;
	struct fixture *x = site->x;
	const struct dispatch_settings settings = { .folder = x->folder,
						    .database = fixture_address(x),
						    .rows = &part,
						    .n_rows = 1,
						    .metrics_open = true };
	struct dispatch *d = NULL;
	GOOD(dispatch_make(&settings, &d, e));
	struct web *w = web_open("GET", "/metrics");
	assert_int_equal(web_send(d, w), 401);
	web_close(d, w);
	w = web_open("GET", "/metrics");
	w->x.in.origin = STR("127.0.0.1");
	assert_int_equal(web_send(d, w), 200);
	web_close(d, w);
	dispatch_free(d);
}

static void a_table_that_is_not_safe_is_refused(void **state)
{
	struct site *site = *state;
	const struct command bad[] = {
		{ HEAD("GET", "/a", ROLE_TEAM, run_said), .writes = true },
		{ .method = "POST", .route = "/a", .roles = ROLE_TEAM, .run = run_said },
		{ HEAD("GET", "/a", ROLE_MANAGER, run_said) },
		{ HEAD("GET", "/a", ROLE_TEAM, run_said), .object = "C" },
		{ HEAD("GET", "/a", ROLE_TEAM, NULL) },
		{ HEAD("GET", "/a", ROLE_TEAM, run_said),
		  .param = { { "P", PARAM_SECRET, false, false, 0, 9, NULL, NAMES("a", "b") } } },
		{ HEAD("GET", "/health", ROLE_TEAM, run_said) },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const struct command_rows one = { &bad[i], 1 };
		const struct dispatch_settings s = { .folder = site->x->folder,
						     .rows = &one,
						     .n_rows = 1 };
		struct dispatch *d = NULL;
		struct err e = { 0 };
		if (dispatch_make(&s, &d, &e))
			fail_msg("row %zu was taken", i);
		assert_int_equal(e.code, ERR_INPUT);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_answer_carries_the_headers_of_security),
		T(a_row_answers_in_the_language_asked_for),
		T(what_is_wrong_is_named),
		T(methods_are_told),
		T(a_failure_of_the_system_tells_no_path),
		T(a_word_for_people_is_the_answer_where_there_is_no_other),
		T(what_may_be_kept_is_tagged_and_packed),
		T(a_row_may_answer_at_once),
		T(a_write_is_kept_when_it_is_answered),
		T(the_same_key_gives_the_same_answer),
		T(an_answer_with_a_secret_is_not_kept),
		T(a_write_from_elsewhere_is_refused),
		T(a_form_needs_the_token_of_its_session),
		T(a_page_for_some_leads_to_the_sign_in),
		T(a_session_gets_a_cookie_that_scripts_cannot_read),
		T(secrets_come_in_a_body_alone),
		T(bodies_of_three_kinds_say_the_same),
		T(a_body_that_is_none_is_refused),
		T(an_upload_comes_as_sheets),
		T(the_server_tells_of_itself),
		T(open_metrics_are_for_this_machine_alone),
		T(a_table_that_is_not_safe_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
