/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/catalogue.h"
#include "app/input.h"
#include "app/run.h"

static bool read_rows(struct call *c, const char *param, const char **ret_name,
		      struct response_rows *out, struct err *e)
{
	struct str bytes;
	return call_file(c, param, ret_name, &bytes, e) &&
		input_rows_of(c, *ret_name, bytes, out, e);
}

/* Reads the register, and the lineage over the register as it will be. */
static bool read(struct call *c, struct problems *ps, struct cluster_register *out,
		 struct err *e)
{
	const struct catalogues *catalogues;
	struct response_rows rows;
	const char *file;
	if (!catalogues_load(c->a, c->lang, &catalogues, e) ||
	    !read_rows(c, "FILE", &file, &rows, e))
		return false;
	ps->file = str_of(file);
	register_read(c->a, &rows, catalogues, ps, out);
	if (!call_given(c, "--lineage") || ps->n_errors)
		return true;
	if (!read_rows(c, "--lineage", &file, &rows, e))
		return false;
	ps->file = str_of(file);
	lineage_read(c->a, &rows, ps, out);
	return true;
}

bool run_register_import(struct call *c, struct err *e)
{
	struct store *s = NULL;
	struct cluster_register r = { 0 };
	struct problems ps;
	problems_init(&ps, c->a, c->lang);
	if (!call_store(c, &s, e) || !read(c, &ps, &r, e))
		return false;
	call_problems(c, &ps);
	if (ps.n_errors) {
		c->status = 2;
		return true;
	}
	if (!call_given(c, "--dry-run") && !store_put_register(s, &r, e))
		return false;
	buf_fmt(&c->said,
		c->said_lang == LANG_ES
			? "%zu clústeres y %zu eventos de linaje registrados.\n"
			: "%zu clusters and %zu lineage events are in the register.\n",
		r.n, r.n_lineage);
	return true;
}
