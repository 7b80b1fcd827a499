/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making and ending what answers requests; answer.c has the way of one request. */
#include "http/dispatch.h"

#include <stdlib.h>
#include <string.h>

#include "http/inside.h"
#include "os/clock.h"
#include "os/thread.h"

enum { DISPATCH_ARENA_BYTES_MAX = 64 << 20, FIRST_TIDY_SECONDS = 60 };

/* ---- connections ---- */

static bool open_store(const struct dispatch *d, struct store **out, struct err *e)
{
	return store_open_at(d->settings.folder, d->settings.database, out, e);
}

bool reader_take(struct dispatch *d, struct store **out, struct err *e)
{
	pthread_mutex_lock(&d->readers.lock);
	struct store *s = d->readers.n ? d->readers.idle[--d->readers.n] : NULL;
	pthread_mutex_unlock(&d->readers.lock);
	if (s) {
		*out = s;
		return true;
	}
	return open_store(d, out, e);
}

void reader_give(struct dispatch *d, struct store *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&d->readers.lock);
	const bool room = d->readers.n < READERS_KEPT_MAX;
	if (room)
		d->readers.idle[d->readers.n++] = s;
	pthread_mutex_unlock(&d->readers.lock);
	if (!room)
		store_close(s);
}

/* ---- memory of prepare ---- */

void scratch_take(struct dispatch *d, struct arena *out)
{
	pthread_mutex_lock(&d->scratches.lock);
	const bool kept = d->scratches.n > 0;
	if (kept)
		*out = d->scratches.idle[--d->scratches.n];
	pthread_mutex_unlock(&d->scratches.lock);
	if (!kept)
		arena_init(out, SCRATCH_BYTES_MAX);
}

void scratch_give(struct dispatch *d, struct arena *a)
{
	if (a->used_bytes > SCRATCH_KEPT_BYTES_MAX)
		arena_drop(a);
	else
		arena_rewind(a, (struct arena_mark){ .head = NULL });
	pthread_mutex_lock(&d->scratches.lock);
	const bool room = d->scratches.n < SCRATCHES_KEPT_MAX;
	if (room)
		d->scratches.idle[d->scratches.n++] = *a;
	pthread_mutex_unlock(&d->scratches.lock);
	if (!room)
		arena_drop(a);
}

/* ---- the table ---- */

static bool refuse_row(const struct command *row, const char *es, const char *en, struct err *e)
{
	return err_set(e, ERR_INPUT, "%s %s: %s (%s)", row->method, row->route, es, en);
}

static bool has_param(const struct command *row, const char *name)
{
	for (size_t i = 0; i < PARAMS_MAX && row->param[i].name; i++) {
		if (strcmp(row->param[i].name, name) == 0)
			return true;
	}
	return false;
}

static bool has_kind(const struct command *row, enum param_kind kind)
{
	for (size_t i = 0; i < PARAMS_MAX && row->param[i].name; i++) {
		if (row->param[i].kind == kind)
			return true;
	}
	return false;
}

static bool check_row(const struct command *row, struct err *e)
{
	if (!row->method || !row->run)
		return err_set(e, ERR_INPUT, "%s: sin método o sin función (no method or function)",
			       row->route);
	const bool reads = strcmp(row->method, "GET") == 0;
	if (reads && row->writes)
		return refuse_row(row, "un GET no escribe", "a GET does not write", e);
	if (!reads && !row->csrf && !(row->roles & ROLE_PUBLIC))
		return refuse_row(row, "un formulario sin ficha", "a form without its token", e);
	if (reads && (has_kind(row, PARAM_SECRET) || has_kind(row, PARAM_FILE)))
		return refuse_row(row, "un GET no lleva secretos ni archivos",
				  "a GET takes no secrets and no files", e);
	if (row->object && !has_param(row, row->object))
		return refuse_row(row, "su objeto no es un parámetro",
				  "its object is none of its parameters", e);
	if ((row->roles & ROLE_SCOPED) && !row->object && !row->own &&
	    !(row->roles & ROLE_PUBLIC))
		return refuse_row(row, "un rol con ámbito y sin objeto",
				  "a scoped role and no object", e);
	if (row->token && strcmp(row->token, "read") != 0 && strcmp(row->token, "write") != 0 &&
	    strcmp(row->token, "metrics") != 0)
		return refuse_row(row, "ese ámbito de ficha no existe",
				  "there is no such scope of tokens", e);
	if (row->writes && row->token && strcmp(row->token, "write") != 0)
		return refuse_row(row, "escribe con una ficha de lectura",
				  "it writes by a token for reading", e);
	return true;
}

bool table_check(const struct command_rows *part, size_t n_parts, struct err *e)
{
	for (size_t i = 0; i < n_parts; i++) {
		for (size_t k = 0; k < part[i].n; k++) {
			const struct command *row = &part[i].row[k];
			if (row->route && !check_row(row, e))
				return false;
		}
	}
	return true;
}

static void gather_parts(struct dispatch *d)
{
	d->part = NEW(&d->a, d->settings.n_rows + 1, struct command_rows);
	memcpy(d->part, d->settings.rows, d->settings.n_rows * sizeof(*d->part));
	d->part[d->settings.n_rows] = table_http;
	d->n_parts = d->settings.n_rows + 1;
}

/* ---- what pages get ---- */

static struct str asset(const void *user, struct arena *a, const char *name)
{
	return static_path(&((const struct dispatch *)user)->files, a, name);
}

static void put_fact(struct page_fact *f, struct arena *a, struct str name, uint64_t value)
{
	f->name = name;
	f->value = str_fmt(a, "%llu", (unsigned long long)value);
}

static void facts(const void *user, struct arena *a, enum lang lang, struct page_fact **ret_fact,
		  size_t *ret_n)
{
	const struct dispatch *d = user;
	const bool es = lang == LANG_ES;
	struct lane_figures heavy, password, writer;
	struct page_fact *f = NEW(a, 8, struct page_fact);
	dispatch_figures(d, &heavy, &password, &writer);
	put_fact(&f[0], a, es ? STR("Peticiones respondidas") : STR("Requests answered"),
		 metrics_total(d->metrics));
	put_fact(&f[1], a, es ? STR("Segundos en servicio") : STR("Seconds in service"),
		 (uint64_t)(clock_steady_ms() / 1000 - d->started_steady_s));
	put_fact(&f[2], a, es ? STR("Escrituras") : STR("Writes"), writer.n_done);
	put_fact(&f[3], a, es ? STR("Escrituras en espera") : STR("Writes waiting"),
		 writer.n_waiting);
	put_fact(&f[4], a, es ? STR("Transacciones") : STR("Transactions"), writer.n_batches);
	put_fact(&f[5], a, es ? STR("Cálculos en espera") : STR("Computations waiting"),
		 heavy.n_waiting);
	put_fact(&f[6], a,
		 es ? STR("Peticiones rechazadas por llenas") : STR("Requests refused as too many"),
		 heavy.n_refused + password.n_refused + writer.n_refused);
	put_fact(&f[7], a, es ? STR("Claves por comprobar") : STR("Passwords to be checked"),
		 password.n_waiting);
	f[3].fault = writer.n_waiting > WRITE_QUEUE_MAX / 2;
	*ret_fact = f;
	*ret_n = 8;
}

static void offer_pages(struct dispatch *d)
{
	if (d->settings.pages)
		d->pages = *d->settings.pages;
	if (!d->pages.public_url.n)
		d->pages.public_url = d->settings.public_url;
	if (!d->pages.asset && !d->pages.facts) {
		d->pages.asset = asset;
		d->pages.facts = facts;
		d->pages.soon = dispatch_soon;
		d->pages.user = d;
	}
	if (!d->pages.shelf)
		d->pages.shelf = d->shelf;
}

/* ---- making and ending ---- */

static bool make_shared(struct dispatch *d, struct err *e)
{
	const char *folder =
		str_c(&d->a, str_fmt(&d->a, "%s/cache", d->settings.folder));
	return static_make(&d->a, &d->files, e) && cache_make(&d->cache, e) &&
	       ((d->settings.pages && d->settings.pages->shelf) ||
		shelf_make(folder, &d->shelf, e));
}

static bool start_lanes(struct dispatch *d, struct err *e)
{
	struct store *s = NULL;
	const unsigned n = d->settings.heavy_threads ? d->settings.heavy_threads : thread_count();
	if (!open_store(d, &s, e))
		return false;
	if (!store_can_serve(s, e) || !writer_make(s, &d->writer, e)) {
		store_close(s);
		return false;
	}
	return lane_make(n, HEAVY_QUEUE_MAX, &d->heavy, e) &&
	       lane_make(PASSWORD_THREADS, PASSWORD_QUEUE_MAX, &d->password, e);
}

bool dispatch_make(const struct dispatch_settings *settings, struct dispatch **out, struct err *e)
{
	struct dispatch *d = calloc(1, sizeof(*d));
	if (!d)
		return err_say(e, ERR_IO, "no hay memoria", "no memory");
	arena_init(&d->a, DISPATCH_ARENA_BYTES_MAX);
	pthread_mutex_init(&d->readers.lock, NULL);
	pthread_mutex_init(&d->scratches.lock, NULL);
	pthread_mutex_init(&d->side.lock, NULL);
	d->settings = *settings;
	d->started_s = clock_now_s();
	d->started_steady_s = clock_steady_ms() / 1000;
	d->side.tidied_s = d->started_steady_s - TIDY_SECONDS + FIRST_TIDY_SECONDS;
	gather_parts(d);
	d->metrics = metrics_make(&d->a, d->part, d->n_parts);
	if (!table_check(d->part, d->n_parts, e) ||
	    !routes_make(&d->a, d->part, d->n_parts, &d->routes, e) || !make_shared(d, e) ||
	    !start_lanes(d, e)) {
		dispatch_free(d);
		return false;
	}
	offer_pages(d);
	*out = d;
	return true;
}

/* The lanes first: what they do may still be written. */
void dispatch_free(struct dispatch *d)
{
	if (!d)
		return;
	lane_free(d->heavy);
	lane_free(d->password);
	writer_free(d->writer);
	while (d->readers.n)
		store_close(d->readers.idle[--d->readers.n]);
	while (d->scratches.n)
		arena_drop(&d->scratches.idle[--d->scratches.n]);
	cache_free(d->cache);
	shelf_free(d->shelf);
	pthread_mutex_destroy(&d->readers.lock);
	pthread_mutex_destroy(&d->scratches.lock);
	pthread_mutex_destroy(&d->side.lock);
	arena_drop(&d->a);
	free(d);
}

static void lane_into(struct lane_pool *l, struct lane_figures *out)
{
	struct lane_count c;
	lane_counts(l, &c);
	*out = (struct lane_figures){ .n_done = c.n_done,
				      .n_refused = c.n_refused,
				      .n_waiting = c.n_waiting };
}

void dispatch_figures(const struct dispatch *d, struct lane_figures *heavy,
		      struct lane_figures *password, struct lane_figures *writer)
{
	struct writer_figures w;
	lane_into(d->heavy, heavy);
	lane_into(d->password, password);
	writer_figures(d->writer, &w);
	*writer = (struct lane_figures){ .n_done = w.n_kept,
					 .n_refused = w.n_refused,
					 .n_waiting = w.n_waiting,
					 .n_batches = w.n_batches,
					 .n_batched = w.n_jobs };
}
