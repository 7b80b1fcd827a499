/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/catalogue.h"
#include "app/input.h"
#include "app/run.h"

/* Reads the register, and the lineage over the register as it will be. */
static bool read(struct call *c, struct problems *ps, struct cluster_register *out,
		 struct err *e)
{
	const struct catalogues *catalogues;
	struct response_rows rows;
	const char *lineage = call_path(c, "--lineage");
	ps->file = str_of(call_path(c, "FILE"));
	if (!catalogues_load(c->a, c->lang, &catalogues, e) ||
	    !input_rows(c, call_path(c, "FILE"), &rows, e))
		return false;
	register_read(c->a, &rows, catalogues, ps, out);
	if (!lineage || ps->n_errors)
		return true;
	ps->file = str_of(lineage);
	if (!input_rows(c, lineage, &rows, e))
		return false;
	lineage_read(c->a, &rows, ps, out);
	return true;
}

bool run_register_import(struct call *c, struct err *e)
{
	STORE_SCOPE struct store *s = NULL;
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
