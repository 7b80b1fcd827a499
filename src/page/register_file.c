/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files into the register: clusters, the lineage between them, or both. */
#include "app/cache.h"
#include "app/input.h"
#include "page/register_inside.h"

enum { PROBLEMS_SHOWN_MAX = 20 };

struct register_file {
	struct cluster_register had; /* what the register holds */
	struct cluster_register clusters;
	struct problems ps;
	struct str name; /* of the file, or of both */
	const char *field; /* that was at fault */
	bool refused;
	struct err why;
};

bool register_file_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct template_register_file t = { .fault = fault ? *fault : fault_none() };
	const struct register_file *f = c->prepared;
	const size_t n = f ? f->ps.n : 0, n_shown = n < PROBLEMS_SHOWN_MAX ? n : PROBLEMS_SHOWN_MAX;
	struct template_register_problem *out =
		NEW(c->a, n_shown + 1, struct template_register_problem);
	t.problems = out;
	for (; t.n_problems < n_shown; t.n_problems++) {
		const struct problem *p = &f->ps.item[t.n_problems];
		out[t.n_problems].text =
			str_fmt(c->a, "%.*s: %.*s %lld, %.*s: %.*s %.*s", STR_ARG(p->file),
				STR_ARG(call_say(c, "fila", "row")), (long long)p->row,
				STR_ARG(p->column), STR_ARG(p->message), STR_ARG(p->suggestion));
	}
	t.more = (int64_t)(n - n_shown);
	template_register_file(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_register_file(struct call *c, struct err *e)
{
	return register_file_again(c, NULL, e);
}

static bool read_rows(struct call *c, struct register_file *f, const char *param, const char *field,
		      struct response_rows *out, struct err *e)
{
	struct str bytes;
	const char *name;
	f->field = field;
	if (!call_file(c, param, &name, &bytes, e) || !input_rows_of(c, name, bytes, out, e))
		return false;
	f->ps.file = str_of(name);
	f->name = f->name.n ? str_fmt(c->a, "%.*s, %s", STR_ARG(f->name), name) : str_of(name);
	return true;
}

/* The lineage may name clusters of the file, and those that are there. */
static bool all_clusters(struct call *c, struct register_file *f, struct cluster_register *out)
{
	struct cluster_entry *k = NEW(c->a, f->had.n + f->clusters.n + 1, struct cluster_entry);
	size_t n = 0, i = 0, j = 0;
	while (i < f->had.n || j < f->clusters.n) {
		const int order = i == f->had.n	       ? 1
				  : j == f->clusters.n ? -1
						       : str_cmp(f->had.cluster[i].id,
								 f->clusters.cluster[j].id);
		k[n++] = order < 0 ? f->had.cluster[i] : f->clusters.cluster[j];
		i += order <= 0;
		j += order >= 0;
	}
	*out = (struct cluster_register){ .cluster = k, .n = n };
	return true;
}

static bool read_lineage(struct call *c, struct register_file *f, struct err *e)
{
	struct cluster_register all;
	struct response_rows rows;
	if (!read_rows(c, f, "--lineage", "lineage", &rows, e) || !all_clusters(c, f, &all))
		return false;
	lineage_read(c->a, &rows, &f->ps, &all);
	f->clusters.lineage = all.lineage;
	f->clusters.n_lineage = all.n_lineage;
	return true;
}

static bool read_files(struct call *c, struct register_file *f, struct err *e)
{
	const struct catalogues *catalogues;
	struct response_rows rows;
	struct store *s;
	f->field = "file";
	if (!call_given(c, "FILE") && !call_given(c, "--lineage"))
		return err_say(e, ERR_INPUT, "elija el archivo del registro, el del linaje o ambos",
			       "choose the file of the register, that of the lineage or both");
	if (!call_store(c, &s, e) || !store_get_register(s, c->a, &f->had, e) ||
	    !cache_catalogues(c, &catalogues, e))
		return false;
	if (call_given(c, "FILE")) {
		if (!read_rows(c, f, "FILE", "file", &rows, e))
			return false;
		register_read(c->a, &rows, catalogues, &f->ps, &f->clusters);
	}
	return f->ps.n_errors || !call_given(c, "--lineage") || read_lineage(c, f, e);
}

bool prepare_register_file(struct call *c, struct err *e)
{
	struct register_file *f = NEW(c->a, 1, struct register_file);
	problems_init(&f->ps, c->a, c->lang);
	c->prepared = f;
	if (read_files(c, f, &f->why))
		return true;
	f->refused = true;
	if (!err_of_system(&f->why))
		return true;
	*e = f->why;
	return false;
}

bool write_register_file(struct call *c, struct err *e)
{
	struct register_file *f = c->prepared;
	struct store *s;
	if (f->refused) {
		*e = f->why;
		return desk_refused(c, register_file_again, f->field, e);
	}
	if (f->ps.n_errors) {
		c->reply.status = 422;
		return register_file_again(c, NULL, e);
	}
	if (!call_store(c, &s, e) ||
	    !store_import_register(s, &f->clusters,
				   str_sub(f->name, 0, HAPPENING_NOTE_BYTES_MAX), e))
		return false;
	page_go(c, STR("/registro"), "guardado");
	return true;
}
