/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cluster's own report, or those of a whole round into a folder. */
#include <ctype.h>
#include <string.h>

#include "app/publication.h"
#include "app/reporting.h"
#include "app/run.h"
#include "os/file.h"
#include "render/render.h"

enum { REPORT_ARENA_BYTES_MAX = 1 << 30, BATCH_MAX = 64, BATCH_OF_THREADS = 4 };

/* ---- one report ---- */

/* --format, else what the file's name ends in, else text. */
static struct str format_of(const struct call *c)
{
	const struct str given = call_text(c, "--format");
	const char *path = call_path(c, "-o");
	if (given.n)
		return given;
	if (call_given(c, "--all") || (path && str_ends(str_of(path), ".pdf")))
		return STR("pdf");
	return path && str_ends(str_of(path), ".html") ? STR("html") : STR("text");
}

static bool report_one(struct call *c, struct store *s, struct err *e)
{
	struct document d;
	struct str bytes;
	return reporting_document(c, s, call_text(c, "--round"), call_text(c, "--cluster"), &d,
				  e) &&
		publication_render(c, &d, format_of(c), &bytes, e) && call_deliver(c, bytes, e);
}

/* ---- all of a round ---- */

/* One of a batch, made by a thread of its own memory and written by the caller. */
struct made {
	struct arena a;
	struct str bytes;
	struct err e;
	bool good;
};

struct batch {
	const struct call *c;
	const struct reporting *reporting;
	struct str format;
	size_t from; /* row of the first */
	struct made made[BATCH_MAX];
};

static void make_part(void *arg, size_t part)
{
	struct batch *b = arg;
	struct made *m = &b->made[part];
	struct call own = *b->c;
	struct document d;
	own.a = &m->a;
	m->e = (struct err){ 0 };
	m->good = reporting_make(&m->a, b->reporting, b->from + part, own.lang, &d, &m->e) &&
		publication_render(&own, &d, b->format, &m->bytes, &m->e);
}

/* Folder/ID.pdf; bytes that have no place in a file's name become '_', and then the name gets the
 * mark of the id, so that two stay two. */
static const char *file_of(struct arena *a, const char *folder, struct str id, struct str format)
{
	struct buf b;
	bool changed = false;
	buf_init(&b, a, 4096);
	for (size_t i = 0; i < id.n; i++) {
		const unsigned char k = (unsigned char)id.p[i];
		const bool fits =
			k < 128 && (isalnum(k) || k == '-' || k == '_' || (k == '.' && i));
		buf_putc(&b, fits ? (char)k : '_');
		changed = changed || !fits;
	}
	if (changed)
		buf_fmt(&b, "-%016llx", (unsigned long long)str_hash(id));
	buf_fmt(&b, ".%.*s", STR_ARG(format));
	return path_join(a, folder, str_c(a, buf_str(&b)));
}

static bool write_batch(struct batch *b, size_t n, const char *folder, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		struct made *m = &b->made[i];
		const struct str id = b->reporting->now.scores.cluster[b->from + i].cluster;
		if (!m->good) {
			*e = m->e;
			return err_in(e, "%.*s", STR_ARG(id));
		}
		if (!file_write(file_of(&m->a, folder, id, b->format), m->bytes, e))
			return false;
	}
	return true;
}

static bool run_batch(struct batch *b, size_t n, const char *folder, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		arena_init(&b->made[i].a, REPORT_ARENA_BYTES_MAX);
	b->c->runner->run(b->c->runner, make_part, b, n);
	const bool good = write_batch(b, n, folder, e);
	for (size_t i = 0; i < n; i++)
		arena_drop(&b->made[i].a);
	return good;
}

static bool report_all(struct call *c, struct store *s, struct err *e)
{
	struct reporting *r = NEW(c->a, 1, struct reporting);
	if (!reporting_open(c, s, call_text(c, "--round"), r, e))
		return false;
	const char *folder = call_path(c, "-o");
	const size_t total = r->now.scores.n;
	const size_t threads = (size_t)c->runner->n_threads * BATCH_OF_THREADS;
	struct batch *b = NEW(c->a, 1, struct batch);
	*b = (struct batch){ .c = c, .reporting = r, .format = format_of(c) };
	if (!folder_make(folder, e))
		return false;
	while (b->from < total) {
		const size_t most = threads < BATCH_MAX ? threads : BATCH_MAX;
		const size_t n = total - b->from < most ? total - b->from : most;
		if (call_interrupted(c, e) || !run_batch(b, n, folder, e))
			return false;
		b->from += n;
		call_progress(c, b->from, total);
	}
	buf_fmt(&c->said, c->said_lang == LANG_ES ? "%zu informes en %s\n" : "%zu reports in %s\n",
		total, folder);
	return true;
}

static bool check_words(const struct call *c, struct err *e)
{
	const bool all = call_given(c, "--all"), one = call_given(c, "--cluster");
	const char *path = call_path(c, "-o");
	if (all == one)
		return err_say(e, ERR_INPUT, "dé --cluster CLÚSTER para uno o --all para todos",
			       "give --cluster CLUSTER for one or --all for all");
	if (all && (!path || strcmp(path, "-") == 0))
		return err_say(e, ERR_INPUT, "--all escribe un archivo por clúster: dé -o CARPETA",
			       "--all writes a file for each cluster: give -o FOLDER");
	if (all && str_is(format_of(c), "text"))
		return err_say(e, ERR_INPUT, "--all escribe pdf o html",
			       "--all writes pdf or html");
	return true;
}

bool run_report(struct call *c, struct err *e)
{
	struct store *s = NULL;
	if (!check_words(c, e) || !call_store(c, &s, e))
		return false;
	return call_given(c, "--all") ? report_all(c, s, e) : report_one(c, s, e);
}
