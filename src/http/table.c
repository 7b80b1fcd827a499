/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that are about the server itself: is it well, what it counts, its files, its description. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "app/program.h"
#include "app/row.h"
#include "base/hash.h"
#include "base/num.h"
#include "http/inside.h"
#include "os/clock.h"
#include "os/file.h"
#include "store/account.h"

enum { METRICS_BYTES_MAX = 4 << 20, OPENAPI_BYTES_MAX = 4 << 20 };

static struct dispatch *dispatch_of(const struct call *c)
{
	return c->prepared;
}

/* ---- health ---- */

/* A reading by an index, of a session that nobody has. */
static bool store_answers(struct call *c, struct err *e)
{
	struct store *s;
	struct stored_session found;
	bool is;
	return call_store(c, &s, e) &&
	       store_find_session(s, c->a, STR("-"), c->now, &is, &found, e);
}

static bool run_health(struct call *c, struct err *e)
{
	struct err why = { 0 };
	(void)e;
	const bool good = store_answers(c, &why);
	c->reply.type = "application/json";
	c->reply.status = good ? 200 : 503;
	buf_puts(&c->out, good ? "{\"status\":\"ok\"}\n" : "{\"status\":\"unavailable\"}\n");
	return true;
}

/* ---- metrics ---- */

static void put_gauge(struct buf *b, const char *name, const char *help, uint64_t v)
{
	buf_fmt(b, "# HELP %s %s\n# TYPE %s gauge\n%s %llu\n", name, help, name, name,
		(unsigned long long)v);
}

static void put_lane(struct buf *b, const char *lane, const struct lane_figures *f)
{
	buf_fmt(b,
		"ssme_lane_done_total{lane=\"%s\"} %llu\nssme_lane_refused_total{lane=\"%s\"} "
		"%llu\nssme_lane_waiting{lane=\"%s\"} %llu\n",
		lane, (unsigned long long)f->n_done, lane, (unsigned long long)f->n_refused, lane,
		(unsigned long long)f->n_waiting);
}

static void put_lanes(struct buf *b, struct dispatch *d)
{
	struct lane_figures heavy, password, writer;
	dispatch_figures(d, &heavy, &password, &writer);
	buf_puts(b, "# TYPE ssme_lane_done_total counter\n"
		    "# TYPE ssme_lane_refused_total counter\n"
		    "# TYPE ssme_lane_waiting gauge\n");
	put_lane(b, "heavy", &heavy);
	put_lane(b, "password", &password);
	put_lane(b, "writer", &writer);
	buf_fmt(b,
		"# HELP ssme_write_batches_total Transactions of the writer.\n"
		"# TYPE ssme_write_batches_total counter\nssme_write_batches_total %llu\n"
		"# HELP ssme_write_jobs_total Jobs in them.\n"
		"# TYPE ssme_write_jobs_total counter\nssme_write_jobs_total %llu\n",
		(unsigned long long)writer.n_batches, (unsigned long long)writer.n_batched);
}

/* Where the system does not let us look, a figure is left out. */
static void put_memory(struct buf *b, struct arena *a)
{
	struct str text, word;
	struct err ignored = { 0 };
	int64_t kib;
	size_t at;
	if (!file_read(a, "/proc/self/status", 1 << 16, &text, &ignored) ||
	    !str_find(text, STR("VmRSS:"), &at))
		return;
	text = str_sub(text, at + 6, text.n);
	word = str_word(&text);
	if (num_int(word, &kib))
		put_gauge(b, "process_resident_memory_bytes", "Memory of the serving process.",
			  (uint64_t)kib * 1024);
}

static void put_descriptors(struct buf *b)
{
	DIR *dir = opendir("/proc/self/fd");
	uint64_t n = 0;
	if (!dir)
		return;
	while (readdir(dir))
		n++;
	closedir(dir);
	put_gauge(b, "process_open_fds", "Open descriptors.", n > 3 ? n - 3 : 0);
}

static void put_store_size(struct buf *b, struct dispatch *d, struct arena *a)
{
	struct stat st;
	const struct str path = str_fmt(a, "%s/ssme.db", d->settings.folder);
	if (!d->settings.database && stat(str_c(a, path), &st) == 0)
		put_gauge(b, "ssme_store_bytes", "Size of the database file.",
			  (uint64_t)st.st_size);
}

static bool run_metrics(struct call *c, struct err *e)
{
	struct dispatch *d = dispatch_of(c);
	struct buf *b = &c->out;
	(void)e;
	metrics_put(d->metrics, b);
	put_lanes(b, d);
	put_memory(b, c->a);
	put_descriptors(b);
	put_store_size(b, d, c->a);
	put_gauge(b, "process_start_time_seconds", "When serving began.", (uint64_t)d->started_s);
	pthread_mutex_lock(&d->side.lock);
	const uint64_t dropped = d->side.n_dropped;
	pthread_mutex_unlock(&d->side.lock);
	put_gauge(b, "ssme_notes_dropped", "Notes of refusals there was no room for.", dropped);
	buf_puts(b, "# TYPE ssme_build_info gauge\nssme_build_info{version=\"" PROGRAM_VERSION
		    "\"} 1\n");
	if (d->settings.more_metrics)
		d->settings.more_metrics(d->settings.more_metrics_user, b);
	c->reply.type = "text/plain; version=0.0.4; charset=utf-8";
	return true;
}

/* ---- files ---- */

static bool give_file(struct call *c, const struct static_file *f, enum reply_cache cache,
		      struct err *e)
{
	if (!f)
		return err_say(e, ERR_ABSENT, "no hay ese archivo", "there is no such file");
	c->reply.type = f->type;
	c->reply.bytes = f->bytes;
	c->reply.gzip = f->gzip;
	c->reply.cache = cache;
	c->reply.tag = dispatch_of(c)->files.hash;
	return true;
}

static bool run_static(struct call *c, struct err *e)
{
	const struct static_files *files = &dispatch_of(c)->files;
	const struct static_file *f = str_eq(call_text(c, "--hash"), files->hash)
					      ? static_find(files, call_text(c, "FILE"))
					      : NULL;
	return give_file(c, f, CACHE_FOREVER, e);
}

static bool run_icon(struct call *c, struct err *e)
{
	static const char *const name[] = { "favicon.ico", "icon.svg", "favicon.svg", "icon.png",
					    "icons/icon.svg" };
	const struct static_files *files = &dispatch_of(c)->files;
	const struct static_file *f = NULL;
	for (size_t i = 0; !f && i < sizeof(name) / sizeof(*name); i++)
		f = static_find(files, str_of(name[i]));
	return give_file(c, f, CACHE_REVALIDATE, e);
}

/* A program that answers for the pages while there is no line may only do so for what lies below
 * its own address: it is at the top. */
static bool run_worker(struct call *c, struct err *e)
{
	const struct static_files *files = &dispatch_of(c)->files;
	return give_file(c, static_find(files, STR("sw.js")), CACHE_REVALIDATE, e);
}

static bool run_robots(struct call *c, struct err *e)
{
	(void)e;
	c->reply.type = "text/plain; charset=utf-8";
	c->reply.cache = CACHE_REVALIDATE;
	c->reply.tag = STR("1");
	c->reply.bytes = STR("User-agent: *\nDisallow: /api/\nDisallow: /administracion\n"
			     "Disallow: /cuenta\nDisallow: /enlace/\nDisallow: /entrar\n"
			     "Disallow: /invitacion/\n");
	return true;
}

static bool run_openapi(struct call *c, struct err *e)
{
	struct dispatch *d = dispatch_of(c);
	struct buf b;
	buf_init(&b, c->a, OPENAPI_BYTES_MAX);
	openapi_put(&b, d->part, d->n_parts, c->lang);
	if (b.over)
		return err_say(e, ERR_LIMIT, "la descripción pasa de %d bytes",
			       "the description is over %d bytes", OPENAPI_BYTES_MAX);
	c->reply.type = "application/vnd.oai.openapi+json;version=3.1";
	c->reply.bytes = buf_str(&b);
	c->reply.cache = CACHE_REVALIDATE;
	c->reply.tag = str_sub(sha256_hex(c->a, sha256_of(c->reply.bytes)), 0, 16);
	return true;
}

/* ---- rows ---- */

static const struct command rows[] = {
	{ .help = HELP("¿sirve el servidor y lee sus datos?",
		       "does the server serve, and read its data?"),
	  .roles = ROLE_PUBLIC,
	  .method = "GET",
	  .route = "/health",
	  .run = run_health },
	{ .help = HELP("lo que el servidor cuenta, para Prometheus",
		       "what the server counts, for Prometheus"),
	  .roles = ROLE_ADMINISTRATOR,
	  .method = "GET",
	  .route = "/metrics",
	  .token = "metrics",
	  .run = run_metrics },
	{ .help = HELP("un archivo de las páginas: estilos, letras, íconos",
		       "a file of the pages: styles, fonts, icons"),
	  .roles = ROLE_PUBLIC,
	  .method = "GET",
	  .route = "/static/{--hash}/{FILE...}",
	  .param = { { "--hash", PARAM_TEXT, true, false, 0, 64, NULL,
		       HELP("de todos los archivos", "of all the files") },
		     { "FILE", PARAM_TEXT, true, false, 0, 256, NULL,
		       HELP("su nombre", "its name") } },
	  .run = run_static },
	{ .help = HELP("el ícono del sitio", "the icon of the site"),
	  .roles = ROLE_PUBLIC,
	  .method = "GET",
	  .route = "/favicon.ico",
	  .run = run_icon },
	{ .help = HELP("el programa del navegador que guarda el formulario sin conexión",
		       "the browser's program that keeps the form without a connection"),
	  .roles = ROLE_PUBLIC,
	  .method = "GET",
	  .route = "/sw.js",
	  .run = run_worker },
	{ .help = HELP("qué no deben recorrer los buscadores", "what crawlers should leave alone"),
	  .roles = ROLE_PUBLIC,
	  .method = "GET",
	  .route = "/robots.txt",
	  .run = run_robots },
	{ .help = HELP("la descripción OpenAPI de esta API",
		       "the OpenAPI description of this API"),
	  .roles = ROLE_PUBLIC,
	  .method = "GET",
	  .route = "/api/openapi.json",
	  .run = run_openapi },
};

const struct command_rows table_http = { rows, sizeof(rows) / sizeof(*rows) };
