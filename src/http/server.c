/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request is one visit.  It begins when its request line has been read and ends when its last
 * byte is sent or its connection is gone:
 *
 *   NEW ──guard──► BODY ──all of it──► WORK ──answer──► ANSWERED
 *     └─refused──────┴─refused────────────────────────►
 *
 * Invariants:
 *  1. a visit belongs to the thread of its connection, but for WORK: then it belongs to whoever
 *     answers, until visit_done() wakes the connection;
 *  2. connection->visit is the visit that runs, so that none is lost when libmicrohttpd ends a
 *     request without telling. */
#include "http/server.h"

#include <assert.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <fcntl.h>
#include <unistd.h>

#include "http/accesslog.h"
#include "http/body.h"
#include "http/http.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/log.h"
#include "os/random.h"
#include "os/thread.h"

enum {
	DAEMONS_MAX = 16,
	VISITS_KEPT_MAX = 64, /* that wait to be used again, beside as many as are in use */
	VISIT_KEPT_BYTES_MAX = 256 << 10,  /* of memory that a waiting one may hold */
	REQUEST_ID_BYTES = 8,
	PEM_BYTES_MAX = 1 << 20,
	FILES_BESIDE_CONNECTIONS = 128,    /* descriptors for all else */
	DRAIN_LOOK_MS = 5,
};

static const char tls_priorities[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-SHA1";

enum visit_state { VISIT_NEW, VISIT_BODY, VISIT_WORK, VISIT_ANSWERED };

struct visit {
	struct exchange x;
	struct server *s;
	struct connection *connection;
	struct MHD_Connection *mhd;
	struct visit *next;      /* in the server's list of those that wait */
	enum visit_state state;
	struct guard_body announced;
	struct body *body;
	const char *target; /* as libmicrohttpd holds it */
	size_t n_target;
	int64_t at_ms, steady_ms;
};

struct server {
	struct server_settings settings;
	struct connections *connections;
	struct spool_room room;
	struct http_limits limits;
	struct MHD_Daemon *daemon[DAEMONS_MAX];
	size_t n_daemons;
	struct address proxy;
	bool has_proxy, secure;
	bool looks_between;         /* lines_lie_as_they_came() */
	struct arena a;             /* certificate, key */
	pthread_mutex_t lock;       /* of kept, n_kept */
	struct visit *kept;
	size_t n_kept;
	_Atomic bool draining;
	uint64_t id_seed;           /* by chance, once */
	_Atomic uint64_t n_ids;
	_Atomic uint64_t n_requests, n_now, n_work, n_refused;
	char library_said[256];     /* the last complaint of libmicrohttpd while it starts */
};

/* ---- visits -------------------------------------------------------------------------------- */

static struct visit *visit_take(struct server *s)
{
	pthread_mutex_lock(&s->lock);
	struct visit *v = s->kept;
	if (v) {
		s->kept = v->next;
		s->n_kept--;
	}
	pthread_mutex_unlock(&s->lock);
	if (v)
		return v;
	v = calloc(1, sizeof(*v));
	if (!v)
		abort();
	arena_init(&v->x.a, EXCHANGE_ARENA_BYTES_MAX);
	return v;
}

/* Those that are too many for what is going on, two at most: after a rush all go in time.  Under
 * the lock. */
static struct visit *visits_spare(struct server *s)
{
	struct visit *spare = NULL;
	const uint64_t enough = VISITS_KEPT_MAX + atomic_load(&s->n_now);
	for (unsigned i = 0; i < 2 && s->n_kept > enough; i++) {
		struct visit *v = s->kept;
		s->kept = v->next;
		s->n_kept--;
		v->next = spare;
		spare = v;
	}
	return spare;
}

static void visits_free(struct visit *v)
{
	while (v) {
		struct visit *next = v->next;
		arena_drop(&v->x.a);
		free(v);
		v = next;
	}
}

static void visit_keep(struct server *s, struct visit *v)
{
	struct arena a = v->x.a;
	if (a.used_bytes > VISIT_KEPT_BYTES_MAX)
		arena_drop(&a);
	else
		arena_rewind(&a, (struct arena_mark){ 0 });
	*v = (struct visit){ .x = { .a = a } };
	pthread_mutex_lock(&s->lock);
	v->next = s->kept;
	s->kept = v;
	s->n_kept++;
	struct visit *spare = visits_spare(s);
	pthread_mutex_unlock(&s->lock);
	visits_free(spare);
}

static void visit_log(struct visit *v)
{
	struct access_entry entry = {
		.at_ms = v->at_ms,
		.id = v->x.in.id,
		.method = v->x.in.method,
		.route = v->x.out.route,
		.who = v->x.out.who,
		.status = v->state == VISIT_ANSWERED ? v->x.out.status : 0,
		.n_bytes = v->x.out.status == 304 ? 0 : v->x.out.body.n,
		.n_ms = clock_steady_ms() - v->steady_ms,
	};
	access_write(&v->x.a, &entry);
}

static void visit_end(struct visit *v)
{
	struct server *s = v->s;
	if (s->settings.access_log)
		visit_log(v);
	s->settings.answers.end(s->settings.answers.user, &v->x);
	body_drop(v->body);
	v->connection->visit = NULL;
	visit_keep(s, v);
	atomic_fetch_sub(&s->n_now, 1);
}

/* ---- the head ------------------------------------------------------------------------------ */

static struct connection *connection_of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info ? info->socket_context : NULL;
}

/* A number that no other request of this process has, mixed so that those of two processes differ
 * too (splitmix64, a bijection).  It is a name and no secret, so it needs no call of the system. */
static struct str request_id(struct server *s, struct arena *a)
{
	static const char digit[] = "0123456789abcdef";
	char *text = NEW(a, 2 * REQUEST_ID_BYTES, char);
	uint64_t z = s->id_seed +
		(atomic_fetch_add_explicit(&s->n_ids, 1, memory_order_relaxed) + 1) *
			0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	z ^= z >> 31;
	for (size_t i = 0; i < 2 * REQUEST_ID_BYTES; i++, z >>= 4)
		text[i] = digit[z & 15];
	return (struct str){ text, 2 * REQUEST_ID_BYTES };
}

/* Libmicrohttpd makes a list of the query's values, which nobody here reads, in the few bytes that
 * a connection has; where it does not fit 0.9.75 forgets the request until its time is over.  So it
 * finds an empty query.  It hands over a pointer to what it will write itself in a moment: between
 * two values it puts NUL. */
static void hide_query(const char *target)
{
	const char *query = strchr(target, '?');
	if (!query || !query[1])
		return;
	char *first;
	query++;
	memcpy(&first, &query, sizeof(first));
	*first = '\0';
}

/* The request line has been read: the only moment that shows the target as it was sent. */
static void *begin_visit(void *user, const char *target, struct MHD_Connection *mhd)
{
	struct server *s = user;
	struct connection *c = connection_of(mhd);
	if (!c)
		return NULL;
	if (c->visit)
		visit_end(c->visit);
	struct visit *v = visit_take(s);
	v->s = s;
	v->mhd = mhd;
	v->connection = c;
	v->at_ms = clock_now_ms();
	v->steady_ms = clock_steady_ms();
	v->target = target;
	v->n_target = strlen(target);
	c->visit = v;
	if (atomic_load_explicit(&c->part, memory_order_relaxed) == CONNECTION_IDLE)
		connection_at(c, CONNECTION_HEAD, 0);
	struct str rest = str_dup(&v->x.a, str_of(target));
	v->x.in.path = str_cut(&rest, '?');
	v->x.in.query = rest.p ? rest : STR("");
	hide_query(target);
	v->x.in.id = request_id(s, &v->x.a);
	atomic_fetch_add_explicit(&s->n_requests, 1, memory_order_relaxed);
	atomic_fetch_add(&s->n_now, 1);
	return v;
}

struct header_list {
	struct arena *a;
	struct http_field *field;
	size_t n;
	const char *end; /* of the line before, as it lies in memory */
	bool torn;       /* something lies between two lines that is no line end */
};

/* Libmicrohttpd 0.9.75 reads a lone LF, a lone CR and a folded line as if they were right, ends the
 * head at a line without a name, and cuts a value at a NUL.  But it leaves what it reads where it
 * came in, one line after the other, so that all of this shows as a gap other than the one line
 * end.  A later version may keep lines elsewhere; it is asked first which it is. */
static bool lines_lie_as_they_came(void)
{
	return str_is(str_of(MHD_get_version()), "0.9.75");
}

/* The end of one line and the beginning of the next: CR and LF, of which some have been made NUL.
 */
static void look_between(struct header_list *list, const char *next, const char *next_end)
{
	const char *at = list->end;
	list->torn = list->torn || next - at != 2 || (at[0] != '\r' && at[0]) ||
		     (at[1] != '\n' && at[1]);
	list->end = next_end;
}

/* From the request line to the empty line that ends the head. */
static bool is_whole(struct visit *v, const struct header_list *list, const char *method,
		     const char *version)
{
	const union MHD_ConnectionInfo *size =
		MHD_get_connection_info(v->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	return v->target == method + strlen(method) + 1 &&
	       version == v->target + v->n_target + 1 && !list->torn && size &&
	       method + size->header_size == list->end + 4;
}

static enum MHD_Result take_header(void *user, enum MHD_ValueKind kind, const char *name,
				   size_t n_name, const char *value, size_t n_value)
{
	struct header_list *list = user;
	(void)kind;
	char *lower = arena_alloc(list->a, n_name + 1, 1);
	for (size_t i = 0; i < n_name; i++)
		lower[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i];
	look_between(list, name, value ? value + n_value : name + n_name);
	list->field[list->n++] = (struct http_field){
		{ lower, n_name }, str_trim((struct str){ value ? value : "", n_value })
	};
	/* One more than are allowed is enough for the guard to say no. */
	return list->n <= HEADERS_MAX ? MHD_YES : MHD_NO;
}

static void read_origin(struct visit *v)
{
	struct request *in = &v->x.in;
	in->origin = str_of(v->connection->text);
	in->secure = v->s->secure;
	bool trusted = v->s->has_proxy && memcmp(&v->s->proxy, &v->connection->address,
						 sizeof(struct address)) == 0;
	if (!trusted)
		return;
	struct str told = guard_forwarded_for(in);
	in->origin = told.n ? told : in->origin;
	in->secure = in->secure || guard_forwarded_secure(in);
}

/* 0, or the status to refuse with. */
static unsigned read_head(struct visit *v, const char *method, const char *version, struct err *e)
{
	struct request *in = &v->x.in;
	struct header_list list = { .a = &v->x.a, .end = version + strlen(version) };
	list.field = NEW(&v->x.a, HEADERS_MAX + 1, struct http_field);
	MHD_get_connection_values_n(v->mhd, MHD_HEADER_KIND, take_header, &list);
	in->method = str_dup(&v->x.a, str_of(method));
	in->header = list.field;
	in->n_headers = list.n;
	in->content_type = request_header(in, "content-type");
	read_origin(v);
	unsigned status = guard_refuses(in, str_of(version), &v->announced, e);
	if (status || !v->s->looks_between || is_whole(v, &list, method, version))
		return status;
	err_say(e, ERR_INPUT,
		"los encabezados no son líneas que terminan en CR LF, o llevan un byte NUL",
		"the headers are not lines that end in CR LF, or have a NUL byte");
	return 400;
}

/* ---- the answer ---------------------------------------------------------------------------- */

static bool add_header(struct visit *v, struct MHD_Response *r, const struct http_field *h)
{
	char name[64], value[512];
	assert(h->name.n < sizeof(name));
	if (!h->value.n)
		return true;
	memcpy(name, h->name.p, h->name.n);
	name[h->name.n] = '\0';
	if (h->value.n >= sizeof(value))
		return MHD_add_response_header(r, name, str_c(&v->x.a, h->value)) == MHD_YES;
	memcpy(value, h->value.p, h->value.n);
	value[h->value.n] = '\0';
	return MHD_add_response_header(r, name, value) == MHD_YES;
}

/* Libmicrohttpd copies headers, but not the body: it is in the arena of the exchange, which stays
 * until the visit ends.  It wants a pointer to what it will not write. */
static struct MHD_Response *response_make(struct visit *v, bool close_after)
{
	struct str body = v->x.out.body;
	void *bytes;
	memcpy(&bytes, &body.p, sizeof(bytes));
	struct MHD_Response *r =
		MHD_create_response_from_buffer(body.n, bytes, MHD_RESPMEM_PERSISTENT);
	if (!r)
		return NULL;
	bool good = true;
	for (size_t i = 0; i < v->x.out.n_headers; i++)
		good = good && add_header(v, r, &v->x.out.header[i]);
	if (close_after)
		good = good && MHD_add_response_header(r, "Connection", "close") == MHD_YES;
	if (good)
		return r;
	MHD_destroy_response(r);
	return NULL;
}

static enum MHD_Result send_answer(struct visit *v, bool close_after)
{
	v->state = VISIT_ANSWERED;
	connection_at(v->connection, CONNECTION_ANSWER, v->x.out.body.n);
	struct MHD_Response *r = response_make(v, close_after || atomic_load(&v->s->draining));
	if (!r)
		return MHD_NO; /* a header that is none: a bug of ours, and nothing is half sent */
	enum MHD_Result done = MHD_queue_response(v->mhd, v->x.out.status, r);
	MHD_destroy_response(r);
	return done;
}

/* A refused request's connection is closed: what follows on it might be part of it. */
static enum MHD_Result refuse(struct visit *v, unsigned status, const struct err *e)
{
	struct server_answers *answers = &v->s->settings.answers;
	atomic_fetch_add_explicit(&v->s->n_refused, 1, memory_order_relaxed);
	answers->refuse(answers->user, &v->x, status, e);
	if (status == 405)
		response_header(&v->x.out, "Allow", STR("GET, HEAD, POST, OPTIONS"));
	return send_answer(v, true);
}

/* An answer that was promised is there; called by any thread. */
static void visit_done(struct exchange *x)
{
	struct visit *v = x->owner;
	struct server *s = v->s;
	MHD_resume_connection(v->mhd); /* v is its thread's again, and may be gone now */
	atomic_fetch_sub(&s->n_work, 1);
}

static enum MHD_Result ask(struct visit *v)
{
	struct server_answers *answers = &v->s->settings.answers;
	connection_at(v->connection, CONNECTION_WORK, 0);
	v->state = VISIT_WORK;
	v->x.done = visit_done;
	v->x.owner = v;
	if (answers->begin(answers->user, &v->x))
		return send_answer(v, false);
	atomic_fetch_add(&v->s->n_work, 1);
	MHD_suspend_connection(v->mhd);
	answers->later(answers->user, &v->x);
	return MHD_YES;
}

/* ---- calls of libmicrohttpd ---------------------------------------------------------------- */

static enum MHD_Result open_visit(struct visit *v, const char *method, const char *version)
{
	struct err e = { 0 };
	unsigned status = read_head(v, method, version, &e);
	if (status)
		return refuse(v, status, &e);
	v->state = VISIT_BODY;
	if (!v->announced.chunked && !v->announced.n_bytes)
		return MHD_YES;
	status = body_start(&v->x, &v->announced, &v->s->room, &v->body, &e);
	if (status)
		return refuse(v, status, &e);
	connection_at(v->connection, CONNECTION_BODY, v->announced.n_bytes);
	return MHD_YES;
}

static enum MHD_Result read_body(struct visit *v, const char *bytes, size_t *n_bytes)
{
	struct err e = { 0 };
	if (*n_bytes) {
		struct str piece = { bytes, *n_bytes };
		*n_bytes = 0;
		return v->body && body_take(v->body, piece) ? MHD_YES : MHD_NO;
	}
	unsigned status = v->body ? body_end(v->body, &e) : 0;
	return status ? refuse(v, status, &e) : ask(v);
}

/* First with the head, then with each piece of the body, then once more; and again when a
 * suspended connection was woken. */
static enum MHD_Result visit_step(void *user, struct MHD_Connection *mhd, const char *url,
				  const char *method, const char *version, const char *bytes,
				  size_t *n_bytes, void **context)
{
	struct visit *v = *context;
	(void)user, (void)mhd, (void)url;
	if (!v)
		return MHD_NO;
	switch (v->state) {
	case VISIT_NEW: return open_visit(v, method, version);
	case VISIT_BODY: return read_body(v, bytes, n_bytes);
	case VISIT_WORK: return send_answer(v, false);
	case VISIT_ANSWERED: break;
	}
	return MHD_NO;
}

static void request_over(void *user, struct MHD_Connection *mhd, void **context,
			 enum MHD_RequestTerminationCode how)
{
	(void)user, (void)how;
	struct connection *c = connection_of(mhd);
	struct visit *v = *context;
	*context = NULL;
	if (!v || !c || c->visit != v)
		return;
	visit_end(v);
	connection_at(c, CONNECTION_IDLE, 0);
}

static void connection_changed(void *user, struct MHD_Connection *mhd, void **context,
			       enum MHD_ConnectionNotificationCode what)
{
	struct server *s = user;
	struct connection *c = *context;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *from =
			MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
		const union MHD_ConnectionInfo *fd =
			MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
		*context = connection_join(s->connections, from ? from->client_addr : NULL,
					   fd->connect_fd);
		return;
	}
	if (!c)
		return;
	if (c->visit)
		visit_end(c->visit);
	connection_leave(c);
	*context = NULL;
}

static enum MHD_Result admit(void *user, const struct sockaddr *from, socklen_t n)
{
	struct server *s = user;
	(void)n;
	return connections_admit(s->connections, from) ? MHD_YES : MHD_NO;
}

/* Targets stay as they were sent: dispatch decodes what it needs. */
static size_t leave_encoded(void *user, struct MHD_Connection *mhd, char *text)
{
	(void)user, (void)mhd;
	return strlen(text);
}

static void hear(void *user, const char *format, va_list values) PRINTF_LIKE(2, 0);
static void hear(void *user, const char *format, va_list values)
{
	struct server *s = user;
	if (!s->n_daemons) /* later complaints are about clients, whom the access log has */
		(void)vsnprintf(s->library_said, sizeof(s->library_said), format, values);
}

/* ---- start and stop ------------------------------------------------------------------------ */

static bool read_pem(struct server *s, const char *path, const char *mark, const char **out,
		     struct err *e)
{
	struct str text;
	size_t at;
	if (!file_read(&s->a, path, PEM_BYTES_MAX, &text, e))
		return false;
	if (!str_find(text, str_of(mark), &at))
		return err_say(e, ERR_INPUT, "%s: no está en formato PEM: no hay línea con «%s»",
			       "%s: is not in PEM format: there is no line with \"%s\"", path,
			       mark);
	*out = str_c(&s->a, text);
	return true;
}

static bool start_daemon(struct server *s, int socket, unsigned threads, const char *certificate,
			 const char *key, struct err *e)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
			 MHD_USE_ERROR_LOG | (s->secure ? MHD_USE_TLS : 0);
	union {
		void *(*target)(void *, const char *, struct MHD_Connection *);
		size_t (*unescape)(void *, struct MHD_Connection *, char *);
		void (*completed)(void *, struct MHD_Connection *, void **,
				  enum MHD_RequestTerminationCode);
		void (*changed)(void *, struct MHD_Connection *, void **,
				enum MHD_ConnectionNotificationCode);
		void (*hear)(void *, const char *, va_list);
		intptr_t as_number;
	} heard = { .hear = hear }, target = { .target = begin_visit },
	  unescape = { .unescape = leave_encoded }, completed = { .completed = request_over },
	  changed = { .changed = connection_changed };
	struct MHD_OptionItem option[16] = {
		{ MHD_OPTION_EXTERNAL_LOGGER, heard.as_number, s },
		{ MHD_OPTION_LISTEN_SOCKET, socket, NULL },
		{ MHD_OPTION_THREAD_POOL_SIZE, threads, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, s->limits.connections + threads, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY_BYTES, NULL },
		{ MHD_OPTION_URI_LOG_CALLBACK, target.as_number, s },
		{ MHD_OPTION_UNESCAPE_CALLBACK, unescape.as_number, s },
		{ MHD_OPTION_NOTIFY_COMPLETED, completed.as_number, s },
		{ MHD_OPTION_NOTIFY_CONNECTION, changed.as_number, s },
	};
	size_t n = 9;
	if (s->secure) {
		char *certificate_text, *key_text, *priorities;
		const char *words = tls_priorities;
		memcpy(&certificate_text, &certificate, sizeof(char *));
		memcpy(&key_text, &key, sizeof(char *));
		memcpy(&priorities, &words, sizeof(char *));
		option[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0,
						       certificate_text };
		option[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, key_text };
		option[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0, priorities };
	}
	option[n] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
	int mode = fcntl(socket, F_GETFL);
	if (mode < 0 || fcntl(socket, F_SETFL, mode | O_NONBLOCK) < 0)
		return err_say(e, ERR_IO, "el puerto de escucha no sirve",
			       "the listening socket is bad");
	struct MHD_Daemon *d = MHD_start_daemon(flags, 0, admit, s, visit_step, s, MHD_OPTION_ARRAY,
						option, MHD_OPTION_END);
	if (!d)
		return err_say(e, s->secure ? ERR_INPUT : ERR_IO,
			       s->secure ? "el certificado y la llave no sirven juntos: %.*s" :
					   "el servidor no pudo empezar: %.*s",
			       s->secure ? "the certificate and the key do not fit: %.*s" :
					   "the server could not start: %.*s",
			       STR_ARG(str_trim(str_of(s->library_said))));
	s->daemon[s->n_daemons++] = d;
	return true;
}

/* Descriptors for all connections; where the system gives fewer, fewer connections. */
static void make_room_for_descriptors(struct http_limits *limits)
{
	struct rlimit r;
	rlim_t wanted = limits->connections + FILES_BESIDE_CONNECTIONS;
	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return;
	if (r.rlim_cur < wanted) {
		r.rlim_cur = r.rlim_max < wanted ? r.rlim_max : wanted;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < wanted) {
		rlim_t fits = r.rlim_cur > 2 * FILES_BESIDE_CONNECTIONS ?
				      r.rlim_cur - FILES_BESIDE_CONNECTIONS :
				      r.rlim_cur / 2;
		log_event("only %u connections at once: the limit of open files is %llu",
			  (unsigned)fits, (unsigned long long)r.rlim_cur);
		limits->connections = (unsigned)fits;
	}
}

static void server_free(struct server *s)
{
	for (size_t i = 0; i < s->n_daemons; i++)
		MHD_stop_daemon(s->daemon[i]);
	visits_free(s->kept);
	if (s->connections)
		connections_free(s->connections);
	pthread_mutex_destroy(&s->lock);
	arena_drop(&s->a);
	free(s);
}

static bool read_settings(struct server *s, const char **ret_certificate, const char **ret_key,
			  struct err *e)
{
	const struct server_settings *set = &s->settings;
	if (!!set->certificate != !!set->key)
		return err_say(e, ERR_INPUT, "para TLS hacen falta el certificado y la llave",
			       "TLS needs both the certificate and the key");
	s->secure = set->certificate;
	s->has_proxy = set->proxy;
	if (set->proxy && !address_read(set->proxy, &s->proxy))
		return err_say(e, ERR_INPUT, "«%s» no es la dirección IP de un proxy",
			       "\"%s\" is not the IP address of a proxy", set->proxy);
	if (!set->n_sockets || set->n_sockets > DAEMONS_MAX)
		return err_say(e, ERR_INPUT, "hacen falta de 1 a %d direcciones de escucha",
			       "between 1 and %d listening addresses are needed", DAEMONS_MAX);
	return !s->secure ||
	       (read_pem(s, set->certificate, "BEGIN CERTIFICATE", ret_certificate, e) &&
		read_pem(s, set->key, "PRIVATE KEY-----", ret_key, e));
}

static unsigned threads_each(const struct server_settings *set)
{
	unsigned all = set->threads ? set->threads : thread_count();
	all = all < REQUEST_THREADS_MAX ? all : REQUEST_THREADS_MAX;
	unsigned each = (unsigned)((all + set->n_sockets - 1) / set->n_sockets);
	return each ? each : 1;
}

static bool start(struct server *s, struct err *e)
{
	const char *certificate = NULL, *key = NULL;
	if (!read_settings(s, &certificate, &key, e) ||
	    !spool_room_make(&s->room, s->settings.spool_folder, e) ||
	    !connections_make(&s->limits, s->has_proxy ? &s->proxy : NULL, s->settings.alive,
			      s->settings.alive_user, &s->connections, e))
		return false;
	for (size_t i = 0; i < s->settings.n_sockets; i++)
		if (!start_daemon(s, s->settings.socket[i], threads_each(&s->settings), certificate,
				  key, e))
			return false;
	return true;
}

bool server_start(const struct server_settings *settings, struct server **out, struct err *e)
{
	struct server *s = calloc(1, sizeof(*s));
	if (!s)
		abort();
	s->settings = *settings;
	s->limits = *settings->limits;
	arena_init(&s->a, 8 * PEM_BYTES_MAX);
	pthread_mutex_init(&s->lock, NULL);
	s->looks_between = lines_lie_as_they_came();
	random_bytes(&s->id_seed, sizeof(s->id_seed));
	make_room_for_descriptors(&s->limits);
	if (!start(s, e)) {
		/* The sockets are the caller's, also those that a daemon was given. */
		for (size_t i = 0; i < s->n_daemons; i++)
			(void)MHD_quiesce_daemon(s->daemon[i]);
		server_free(s);
		return false;
	}
	*out = s;
	return true;
}

static bool is_busy(struct server *s)
{
	struct connection_figures f;
	connections_figures(s->connections, &f);
	return f.n_open || atomic_load(&s->n_work);
}

bool server_stop(struct server *s, struct err *e)
{
	int64_t until = clock_steady_ms() + s->limits.drain_ms;
	atomic_store(&s->draining, true);
	for (size_t i = 0; i < s->n_daemons; i++)
		(void)MHD_quiesce_daemon(s->daemon[i]);
	connections_drain(s->connections);
	while (is_busy(s) && clock_steady_ms() < until)
		usleep(DRAIN_LOOK_MS * 1000);
	/* What is worked on cannot be taken away from who works on it. */
	uint64_t n_work = atomic_load(&s->n_work);
	if (n_work)
		return err_say(e, ERR_BUSY,
			       "%llu solicitudes quedaron sin respuesta al terminar el plazo",
			       "%llu requests were unanswered when the time was over",
			       (unsigned long long)n_work);
	server_free(s);
	return true;
}

void server_figures(struct server *s, struct server_figures *out)
{
	connections_figures(s->connections, &out->connections);
	out->n_requests = atomic_load(&s->n_requests);
	out->n_now = atomic_load(&s->n_now);
	out->n_refused = atomic_load(&s->n_refused);
	out->n_spool_bytes = atomic_load(&s->room.n_bytes);
	out->n_spool_bytes_ever = atomic_load(&s->room.n_bytes_ever);
}
