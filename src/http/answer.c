/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way of one request.  Steps, each of which may end it with an answer:
 *
 *   on the thread of the request   route, who asks, role, fields, origin and token, values, scope;
 *                                  at_once, or the whole row where it only reads a little
 *   in a lane                      uploads parsed, prepare; the row where it does not write
 *   on the writer's thread         the answer given before, or run, inside a savepoint; then, when
 *                                  it is on disk, the answer
 *
 * A call uses one connection at a time: it takes one for each step and gives it back after. */
#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/account.h"
#include "codec/sheet_pack.h"
#include "http/admit.h"
#include "http/inside.h"
#include "http/keep.h"
#include "http/reply.h"
#include "os/clock.h"

struct work {
	struct lane_job lane;
	struct write_job write;
	struct dispatch *d;
	struct exchange *x;
	struct call c;
	struct call before_run;    /* what run starts from, each time */
	struct page_server page;
	struct route_match match;
	struct fields fields;
	struct keeping keeping;
	struct arena big;          /* of a call in the heavy lane */
	enum metrics_lane timed;
	int64_t began_us;
	bool given_again;          /* x->out is the answer kept earlier */
	bool undone;               /* the row refused its input: nothing is kept */
	bool touch;
};

static struct work *work_of_lane(struct lane_job *job)
{
	return (struct work *)((char *)job - offsetof(struct work, lane));
}

static struct work *work_of_write(struct write_job *job)
{
	return (struct work *)((char *)job - offsetof(struct work, write));
}

/* ---- beginning ---- */

static struct work *start_work(struct dispatch *d, struct exchange *x)
{
	struct work *w = NEW(&x->a, 1, struct work);
	x->work = w;
	w->d = d;
	w->x = x;
	w->began_us = metrics_clock_us();
	w->page = d->pages;
	w->page.secure = x->in.secure;
	w->c = (struct call){ .a = &x->a,
			      .lang = path_of_program(x->in.path) ? request_lang(&x->in)
								  : request_page_lang(&x->in),
			      .folder = d->settings.folder,
			      .database = d->settings.database,
			      .server = &w->page,
			      .cache = d->cache,
			      .runner = d->settings.runner ? d->settings.runner : &runner_serial,
			      .now = clock_now_iso(&x->a),
			      .agent = request_header(&x->in, "user-agent") };
	w->c.said_lang = w->c.lang;
	w->c.caller = caller_nobody(&x->a, x->in.origin);
	x->out = (struct response){ 0 };
	return w;
}

static bool has_upload(const struct work *w)
{
	return w->x->in.n_uploads > 0;
}

/* Memory and buffers by the lane. */
static void start_call(struct work *w)
{
	struct call *c = &w->c;
	if (c->command->lane == LANE_HEAVY || has_upload(w)) {
		arena_init(&w->big, (size_t)1 << HEAVY_ARENA_BYTES_SHIFT);
		c->a = &w->big;
	}
	w->timed = c->command->writes			  ? TIMED_WRITE
		   : c->command->lane == LANE_HEAVY	  ? TIMED_HEAVY
		   : c->command->lane == LANE_PASSWORD ? TIMED_PASSWORD
							  : TIMED_QUICK;
	buf_init(&c->out, c->a, CALL_OUT_BYTES_MAX);
	buf_init(&c->said, c->a, CALL_SAID_BYTES_MAX);
}

/* ---- the store of a step ---- */

static bool take_store(struct work *w, struct err *e)
{
	if (w->c.store)
		return true;
	if (!reader_take(w->d, &w->c.store, e))
		return false;
	/* What is in a lane may take long, and only the writer writes for a row that writes. */
	if (w->c.command && w->c.command->writes && w->c.command->lane == LANE_QUICK)
		store_look(w->c.store, true);
	store_actor_from(w->c.store, w->c.caller.name, w->c.caller.origin, w->c.now);
	return true;
}

static void give_store(struct work *w)
{
	if (w->c.store)
		store_look(w->c.store, false);
	reader_give(w->d, w->c.store);
	w->c.store = NULL;
}

/* ---- ending ---- */

static void finish(struct work *w)
{
	metrics_count(w->d->metrics, w->c.command, w->x->out.status, w->timed,
		      metrics_clock_us() - w->began_us);
}

static void refuse(struct work *w, unsigned status, const struct err *e)
{
	struct call *c = &w->c;
	if (!c->out.a) {
		buf_init(&c->out, c->a, CALL_OUT_BYTES_MAX);
		buf_init(&c->said, c->a, CALL_SAID_BYTES_MAX);
	}
	/* the page of an error may be the form again, with its lists */
	struct err ignored = { 0 };
	if (c->command && !path_of_program(w->x->in.path))
		(void)!take_store(w, &ignored);
	reply_error(c, w->x, status, e);
	give_store(w);
}

/* ---- who, and what they say ---- */

static bool needs_store(const struct request *in)
{
	return request_session(in).n || request_header(in, "authorization").n;
}

/* The files of the program are the same for everybody, and asked for often. */
static bool is_ours(const struct command *row)
{
	return row >= table_http.row && row < table_http.row + table_http.n;
}

/* A scraper on this machine. */
static bool open_metrics(const struct work *w)
{
	const struct str from = w->x->in.origin;
	return w->d->settings.metrics_open && is_ours(w->c.command) &&
	       strcmp(w->c.command->route, "/metrics") == 0 &&
	       (str_is(from, "127.0.0.1") || str_is(from, "::1") ||
		str_is(from, "::ffff:127.0.0.1"));
}

static bool know_caller(struct work *w, unsigned *ret_status, struct err *e)
{
	struct call *c = &w->c;
	const bool plain = is_ours(c->command) && (c->command->roles & ROLE_PUBLIC);
	*ret_status = 0;
	if (open_metrics(w)) {
		c->caller.roles |= c->command->roles;
		return true;
	}
	if (!plain && needs_store(&w->x->in)) {
		if (!take_store(w, e)) {
			*ret_status = 503;
			return false;
		}
		if (!admit_who(c, &w->x->in, c->store, &w->touch, e)) {
			if (e->code == ERR_DENIED)
				*ret_status = c->command->token ? 401 : 403;
			return false;
		}
		store_actor_from(c->store, c->caller.name, c->caller.origin, c->now);
	}
	return admit_role(c, e);
}

static bool read_values(struct work *w, unsigned *ret_status, struct err *e)
{
	struct call *c = &w->c;
	if (!fields_read(c, &w->x->in, &w->fields, ret_status, e))
		return false;
	*ret_status = 0;
	c->done = str_sub(fields_value(&w->fields, "hecho"), 0, FIELD_NAME_BYTES_MAX);
	if (!admit_origin(c, &w->x->in, &w->fields, w->d->pages.public_url, e)) {
		*ret_status = 403;
		return false;
	}
	c->done = fields_value(&w->fields, "hecho");
	return fields_bind(c, &w->match, &w->fields, &w->x->in, e) && call_in_scope(c, e);
}

/* ---- what was typed before a session ended ---- */

enum { TYPED_BYTES_MAX = 256 << 10 };

/* A form of plain fields, of ours, that needs somebody signed in. */
static bool may_keep(const struct work *w)
{
	const struct command *row = w->c.command;
	if (!row_changes(row) || !row->csrf || (row->roles & ROLE_PUBLIC) ||
	    path_of_program(w->x->in.path) || w->x->in.n_uploads ||
	    request_header(&w->x->in, "authorization").n ||
	    !admit_own(&w->c, &w->x->in, w->d->pages.public_url))
		return false;
	for (size_t i = 0; i < PARAMS_MAX && row->param[i].name; i++)
		if (row->param[i].kind == PARAM_SECRET || row->param[i].kind == PARAM_FILE)
			return false;
	return true;
}

static bool is_session_gone(const struct work *w)
{
	const struct call *c = &w->c;
	return c->caller.kind == CALLER_NOBODY || (c->blamed && strcmp(c->blamed, "csrf") == 0);
}

/* Fields of the body, but the tokens of the session that is gone. */
static void keep_typed(struct work *w)
{
	struct call *c = &w->c;
	struct fields f = { 0 };
	struct err ignored = { 0 };
	const char *blamed = c->blamed;
	unsigned status = 0;
	size_t bytes = 0, n = 0;
	if (!is_session_gone(w) || !may_keep(w) ||
	    !fields_read(c, &w->x->in, &f, &status, &ignored)) {
		c->blamed = blamed;
		return;
	}
	struct typed_field *kept = NEW(c->a, f.n + 1, struct typed_field);
	for (size_t i = 0; i < f.n; i++) {
		const struct field *in = &f.field[i];
		if (in->place != FIELD_OF_BODY || str_is(in->name, "csrf") ||
		    str_is(in->name, "writer") || str_is(in->name, "idempotency_key"))
			continue;
		bytes += in->name.n + in->value.n;
		kept[n++] = (struct typed_field){ in->name, in->value };
	}
	if (bytes > TYPED_BYTES_MAX)
		return;
	c->typed = kept;
	c->n_typed = n;
	c->typed_writer = fields_value(&f, "writer");
}

/* False: x->out says why not. */
static bool admit(struct work *w)
{
	struct err e = { 0 };
	unsigned status = 0;
	if (know_caller(w, &status, &e) && read_values(w, &status, &e))
		return true;
	if (e.code == ERR_DENIED && row_changes(w->c.command))
		side_note(w->d, &w->c, "denied");
	if (e.code == ERR_DENIED)
		keep_typed(w);
	refuse(w, status, &e);
	return false;
}

/* ---- calling the row ---- */

static void answer(struct work *w)
{
	w->x->out = (struct response){ 0 };
	reply_put(&w->c, w->x);
}

static void fail(struct work *w, const struct err *e)
{
	if (w->c.command->writes && !err_of_system(e))
		side_note(w->d, &w->c, e->code == ERR_DENIED ? "denied" : "failed");
	refuse(w, 0, e);
}

/* The row refused what it was given: it says so itself, and nothing more follows. */
static bool answered(const struct work *w)
{
	return w->c.status == 2;
}

static bool parse_here(struct arena *a, int fd, uint64_t n, struct str *out, struct err *e)
{
	struct buf b;
	void *bytes = n ? mmap(NULL, (size_t)n, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
	if (bytes == MAP_FAILED)
		return err_say(e, ERR_IO, "no se puede leer lo recibido",
			       "what was received cannot be read");
	buf_init(&b, a, CALL_OUT_BYTES_MAX);
	const bool good = sheet_pack((struct str){ bytes, (size_t)n }, &b, e);
	if (bytes)
		munmap(bytes, (size_t)n);
	*out = buf_str(&b);
	return good;
}

/* The file as it came. */
static bool take_upload(struct arena *a, int fd, uint64_t n, struct str *out, struct err *e)
{
	char *bytes = NEW(a, (size_t)n, char);
	size_t at = 0;
	while (at < n) {
		const ssize_t got = pread(fd, bytes + at, (size_t)n - at, (off_t)at);
		if (got <= 0)
			return err_say(e, ERR_IO, "no se puede leer lo recibido",
				       "what was received cannot be read");
		at += (size_t)got;
	}
	*out = (struct str){ bytes, (size_t)n };
	return true;
}

static bool read_upload(struct work *w, const struct param *p, const struct http_upload *u,
			struct str *out, struct err *e)
{
	const struct dispatch_settings *s = &w->d->settings;
	struct call *c = &w->c;
	if (p->choices)
		return take_upload(c->a, u->fd, u->n_bytes, out, e);
	return s->parse ? s->parse(s->parse_user, c->a, u->fd, out, e)
			: parse_here(c->a, u->fd, u->n_bytes, out, e);
}

static bool parse_upload(struct work *w, const struct http_upload *u, struct err *e)
{
	struct call *c = &w->c;
	struct str packed;
	size_t i = 0;
	while (i < PARAMS_MAX && c->command->param[i].name &&
	       !str_is(u->field, param_web_name(c->a, &c->command->param[i])))
		i++;
	if (i == PARAMS_MAX || !c->value[i].n)
		return true; /* a field left open */
	c->blamed = param_web_name(c->a, &c->command->param[i]);
	if (!read_upload(w, &c->command->param[i], u, &packed, e))
		return err_in(e, "%.*s", STR_ARG(c->upload[i].name));
	c->upload[i].bytes = packed;
	c->blamed = NULL;
	return true;
}

static bool parse_uploads(struct work *w, struct err *e)
{
	for (size_t i = 0; i < w->x->in.n_uploads; i++) {
		if (!parse_upload(w, &w->x->in.upload[i], e))
			return false;
	}
	return true;
}

static bool prepare(struct work *w, struct err *e)
{
	struct arena scratch;
	scratch_take(w->d, &scratch);
	w->c.scratch = &scratch;
	const bool good = w->c.command->prepare(&w->c, e);
	w->c.scratch = NULL;
	scratch_give(w->d, &scratch);
	return good;
}

/* prepare, and run where the row does not write.  False: x->out is the answer. */
static bool do_reading(struct work *w)
{
	const struct command *row = w->c.command;
	struct err e = { 0 };
	bool good = true;
	if (row->prepare || !row->writes)
		good = take_store(w, &e);
	if (!good) {
		refuse(w, e.code == ERR_INPUT ? 500 : 503, &e);
		return false;
	}
	if (row->prepare)
		good = prepare(w, &e);
	if (good && !row->writes && !answered(w))
		good = row->run(&w->c, &e);
	give_store(w);
	if (!good) {
		fail(w, &e);
		return false;
	}
	if (row->writes && !answered(w))
		return true;
	answer(w);
	return false;
}

/* ---- the writer ---- */

/* With what prepare left; may be called again. */
static bool run_write(struct write_job *job, struct store *s, struct err *e)
{
	struct work *w = work_of_write(job);
	struct call *c = &w->c;
	*c = w->before_run;
	c->store = s;
	w->given_again = w->undone = false;
	store_actor_from(s, c->caller.name, c->caller.origin, c->now);
	bool good = keep_find(c, &w->keeping, s, w->x, &w->given_again, e);
	if (good && !w->given_again)
		good = c->command->run(c, e);
	c->store = NULL;
	if (!good || w->given_again)
		return good;
	w->undone = answered(w);
	if (w->undone)
		return false;
	answer(w);
	return keep_put(c, &w->keeping, s, w->x, e);
}

static void end_write(struct write_job *job, bool kept, const struct err *e)
{
	struct work *w = work_of_write(job);
	if (!kept && w->undone && e->code == ERR_NONE)
		answer(w);
	else if (!kept)
		fail(w, e);
	finish(w);
	w->x->done(w->x);
}

static void submit_write(struct work *w)
{
	struct err e = { 0 };
	w->write.run = run_write;
	w->write.done = end_write;
	if (keep_start(&w->c, &w->x->in, &w->fields, &w->keeping, &e)) {
		w->before_run = w->c;
		if (writer_submit(w->d->writer, &w->write, &e))
			return;
	}
	refuse(w, 0, &e);
	finish(w);
	w->x->done(w->x);
}

/* ---- the lanes ---- */

static void run_lane(struct lane_job *job)
{
	struct work *w = work_of_lane(job);
	struct err e = { 0 };
	if (!parse_uploads(w, &e)) {
		fail(w, &e);
	} else if (do_reading(w)) {
		submit_write(w);
		return;
	}
	finish(w);
	w->x->done(w->x);
}

static bool in_lane(const struct work *w)
{
	const struct command *row = w->c.command;
	return has_upload(w) || (row->lane != LANE_QUICK && (row->prepare || !row->writes));
}

/* ---- from outside ---- */

/* True: answered. */
static bool begin_row(struct work *w)
{
	start_call(w);
	if (is_ours(w->c.command))
		w->c.prepared = w->d;
	if (!admit(w)) {
		give_store(w);
		return true;
	}
	if (w->touch)
		side_touch(w->d, &w->c);
	side_tidy(w->d, &w->c);
	if (w->c.command->at_once && w->c.command->at_once(&w->c)) {
		give_store(w);
		answer(w);
		return true;
	}
	if (in_lane(w)) {
		give_store(w);
		return false;
	}
	const bool more = do_reading(w);
	give_store(w);
	return !more;
}

bool dispatch_begin(struct dispatch *d, struct exchange *x)
{
	struct work *w = start_work(d, x);
	routes_find(d->routes, x->in.method, x->in.path, &w->match);
	w->c.command = w->match.row;
	if (!w->match.n_allow) {
		struct err e = { 0 };
		(void)err_say(&e, ERR_ABSENT, "no hay nada en esa dirección",
			      "there is nothing at that address");
		refuse(w, 404, &e);
	} else if (!w->match.row) {
		buf_init(&w->c.out, w->c.a, CALL_OUT_BYTES_MAX);
		buf_init(&w->c.said, w->c.a, CALL_SAID_BYTES_MAX);
		reply_allow(&w->c, x, w->match.allow, w->match.n_allow,
			    !str_is(x->in.method, "OPTIONS"));
	} else if (!begin_row(w)) {
		return false;
	}
	finish(w);
	return true;
}

void dispatch_later(struct dispatch *d, struct exchange *x)
{
	struct work *w = x->work;
	struct err e = { 0 };
	if (!in_lane(w)) {
		submit_write(w);
		return;
	}
	w->lane.run = run_lane;
	const bool password = w->c.command->lane == LANE_PASSWORD && !has_upload(w);
	if (lane_submit(password ? d->password : d->heavy, &w->lane, &e))
		return;
	refuse(w, 0, &e);
	finish(w);
	x->done(x);
}

void dispatch_end(struct dispatch *d, struct exchange *x)
{
	struct work *w = x->work;
	(void)d;
	if (!w)
		return;
	arena_drop(&w->big);
	x->work = NULL;
}

void dispatch_refuse(struct dispatch *d, struct exchange *x, unsigned status, const struct err *e)
{
	struct work *w = x->work ? x->work : start_work(d, x);
	refuse(w, status, e);
	finish(w);
}

/* ---- waiting, for tests ---- */

struct waiting {
	pthread_mutex_t lock;
	pthread_cond_t over;
	bool done;
};

static void wake(struct exchange *x)
{
	struct waiting *w = x->owner;
	pthread_mutex_lock(&w->lock);
	w->done = true;
	pthread_cond_signal(&w->over);
	pthread_mutex_unlock(&w->lock);
}

void dispatch_answer(struct dispatch *d, struct exchange *x)
{
	struct waiting w = { .done = false };
	if (dispatch_begin(d, x))
		return;
	pthread_mutex_init(&w.lock, NULL);
	pthread_cond_init(&w.over, NULL);
	x->owner = &w;
	x->done = wake;
	dispatch_later(d, x);
	pthread_mutex_lock(&w.lock);
	while (!w.done)
		pthread_cond_wait(&w.over, &w.lock);
	pthread_mutex_unlock(&w.lock);
	pthread_cond_destroy(&w.over);
	pthread_mutex_destroy(&w.lock);
	x->owner = NULL;
}
