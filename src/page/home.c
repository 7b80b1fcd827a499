/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first page; what it says to each role is in home_task.c. */
#include "app/publication.h"
#include "page/inside.h"

enum { ROUNDS_SHOWN_MAX = 30 };

/* ---- what is published ---- */

/* Newest first. */
static void put_rounds(struct call *c, const struct stored_round *r, size_t n,
		       struct template_home *t)
{
	struct template_published *out = NEW(c->a, ROUNDS_SHOWN_MAX, struct template_published);
	t->rounds = out;
	for (size_t i = n; i-- > 0 && t->n_rounds < ROUNDS_SHOWN_MAX;)
		out[t->n_rounds++] = (struct template_published){
			.round = r[i].id,
			.clusters = r[i].n_cluster_answers,
			.companies = r[i].n_company_answers,
			.since = r[i].published_at,
			.synthetic = r[i].synthetic,
		};
	if (t->n_rounds)
		t->newest = out[0].round;
}

static void put_finding(struct call *c, struct store *s, struct template_home *t)
{
	struct finding f;
	if (!t->newest.n || !bulletin_finding(c, s, t->newest, &f))
		return;
	struct template_tile *tile = NEW(c->a, f.n, struct template_tile);
	for (size_t i = 0; i < f.n; i++)
		tile[i] = (struct template_tile){
			.text = f.tile[i].text,
			.label = f.tile[i].label,
			.figure = f.tile[i].figure,
			.address = str_fmt(c->a, "/boletin/%.*s#%.*s", STR_ARG(t->newest),
					   STR_ARG(f.tile[i].figure)),
		};
	t->finding = f.title;
	t->finding_more = f.more;
	t->tiles = tile;
	t->n_tiles = f.n;
}

bool page_home(struct call *c, struct err *e)
{
	struct template_home t = { 0 };
	struct store *s;
	struct stored_round *r;
	size_t n;
	if (!call_store(c, &s, e) || !store_list_published(s, c->a, &r, &n, e))
		return false;
	if (!home_tasks(c, s, &t, e))
		return false;
	put_rounds(c, r, n, &t);
	put_finding(c, s, &t);
	/* Whoever is signed in has the form to sign out above. */
	template_home(&c->out,
		      c->caller.kind == CALLER_NOBODY ? frame_of_reader(c) : frame_here(c), &t);
	return page_end(c, e);
}
