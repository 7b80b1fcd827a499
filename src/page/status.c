/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the server is, and the rounds and instruments there are. */
#include "app/program.h"
#include "page/escape.h"
#include "page/inside.h"
#include "store/audit.h"

enum { FACTS_MAX = 64, INSTRUMENTS_SHOWN_MAX = 100 };

static void put_findings(struct call *c, const struct store_finding *g, size_t n,
			 struct template_status *t)
{
	struct template_status_finding *out = NEW(c->a, n, struct template_status_finding);
	t->findings = out;
	/* What is wrong comes first. */
	for (int fault = 1; fault >= 0; fault--) {
		for (size_t i = 0; i < n; i++) {
			if (g[i].fault != (fault == 1))
				continue;
			out[t->n_findings++] = (struct template_status_finding){
				.what = g[i].what, .mend = g[i].mend, .fault = g[i].fault
			};
			t->n_faults += g[i].fault;
		}
	}
}

static void add_fact(struct template_status *t, struct template_status_fact *list, struct str name,
		     struct str value, bool fault)
{
	if (t->n_facts == FACTS_MAX)
		return;
	list[t->n_facts++] = (struct template_status_fact){ name, value, fault };
	t->n_faults += fault;
}

/* When the last backup was made by the record of deeds, as people write it; empty: never. */
static bool last_backup(struct call *c, struct store *s, struct str *out, struct err *e)
{
	const struct audit_filter f = { .deed = STR("backup"), .limit = 1 };
	struct audit_entry *a;
	size_t n;
	if (!store_list_audit(s, c->a, &f, &a, &n, e))
		return false;
	struct buf b;
	buf_init(&b, c->a, 64);
	if (n)
		show_moment(&b, c->lang, a[0].at);
	*out = buf_str(&b);
	return true;
}

static void put_facts(struct call *c, struct str backup, struct template_status *t)
{
	const struct page_server *server = c->server;
	struct template_status_fact *list = NEW(c->a, FACTS_MAX, struct template_status_fact);
	t->facts = list;
	add_fact(t, list, call_say(c, "Programa", "Program"), STR(PROGRAM_NAME), false);
	add_fact(t, list, call_say(c, "Última copia de seguridad", "Last backup"),
		 backup.n ? backup
			  : call_say(c, "ninguna anotada; hágala con: ssme backup ARCHIVO",
				     "none noted; make one with: ssme backup FILE"),
		 !backup.n);
	if (!server || !server->facts)
		return;
	struct page_fact *f;
	size_t n;
	server->facts(server->user, c->a, c->lang, &f, &n);
	for (size_t i = 0; i < n; i++)
		add_fact(t, list, f[i].name, f[i].value, f[i].fault);
}

bool page_status(struct call *c, struct err *e)
{
	struct template_status t = { 0 };
	struct store *s;
	struct store_finding *g;
	struct str backup;
	size_t n;
	if (!call_store(c, &s, e) || !last_backup(c, s, &backup, e) ||
	    !store_examine_at(c->a, c->folder, c->database, c->lang, &g, &n, e))
		return false;
	put_findings(c, g, n, &t);
	put_facts(c, backup, &t);
	t.well = t.n_faults == 0;
	t.one = t.n_faults == 1;
	template_status(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

/* ---- rounds and instruments ---- */

static void put_rounds(struct call *c, const struct stored_round *r, size_t n,
		       struct template_rounds *t)
{
	struct template_round_row *out = NEW(c->a, n, struct template_round_row);
	t->rounds = out;
	t->n_rounds = n;
	for (size_t i = 0; i < n; i++) {
		const struct stored_round *k = &r[n - 1 - i]; /* newest first */
		out[i] = (struct template_round_row){
			.id = k->id,
			.state = str_of(round_state_word(k->state, c->lang)),
			.instrument = str_fmt(c->a, "%.*s@%.*s", STR_ARG(k->instrument_id),
					      STR_ARG(k->instrument_version)),
			.clusters = k->n_cluster_answers,
			.companies = k->n_company_answers,
			.synthetic = k->synthetic,
		};
	}
}

static void put_instruments(struct call *c, const struct stored_instrument *k, size_t n,
			    struct template_rounds *t)
{
	struct template_instrument_row *out = NEW(c->a, n, struct template_instrument_row);
	t->instruments = out;
	t->n_instruments = n < INSTRUMENTS_SHOWN_MAX ? n : INSTRUMENTS_SHOWN_MAX;
	for (size_t i = 0; i < t->n_instruments; i++)
		out[i] = (struct template_instrument_row){
			.id = k[i].id,
			.version = k[i].version,
			.since = k[i].published_at,
			.sha256 = str_sub(k[i].sha256, 0, 16),
		};
}

bool page_rounds(struct call *c, struct err *e)
{
	struct template_rounds t = { 0 };
	struct store *s;
	struct stored_round *r;
	struct stored_instrument *k;
	size_t n, n_instruments;
	if (!call_store(c, &s, e) || !store_list_rounds(s, c->a, &r, &n, e) ||
	    !store_list_instruments(s, c->a, &k, &n_instruments, e))
		return false;
	t.makes = page_may(c, "/rondas/nueva");
	t.csv = page_may(c, "/rondas.csv");
	put_rounds(c, r, n, &t);
	put_instruments(c, k, n_instruments, &t);
	template_rounds(&c->out, frame_here(c), &t);
	return page_end(c, e);
}
