/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first page. */
#include "app/publication.h"
#include "page/inside.h"

enum { TASKS_MAX = 8, ROUNDS_SHOWN_MAX = 30 };

/* ---- what there is to do, by role ---- */

static const struct {
	unsigned roles;
	const char *path;
	struct label label, why;
} tasks[] = {
	{ ROLE_ADMINISTRATOR,
	  "/administracion",
	  { { STR("Ver el estado del servidor"), STR("See the state of the server") } },
	  { { STR("Copias de seguridad, disco, base de datos y lo que haya por arreglar."),
	      STR("Backups, disk, database, and what needs mending.") } } },
	{ ROLE_ADMINISTRATOR,
	  "/administracion/cuentas",
	  { { STR("Administrar las cuentas"), STR("Manage the accounts") } },
	  { { STR("Invitar personas, dar roles, cerrar sesiones."),
	      STR("Invite people, grant roles, end sessions.") } } },
	{ ROLE_ADMINISTRATOR | ROLE_TEAM | ROLE_CHAMBER,
	  "/enlaces",
	  { { STR("Enviar enlaces personales"), STR("Send personal links") } },
	  { { STR("Para que un gestor o una empresa responda sin cuenta."),
	      STR("So that a manager or a company answers without an account.") } } },
	{ ROLE_ADMINISTRATOR | ROLE_TEAM | ROLE_REVIEWER | ROLE_ANALYST | ROLE_PUBLISHER,
	  "/rondas",
	  { { STR("Revisar las rondas"), STR("Look at the rounds") } },
	  { { STR("En qué estado está cada una, y el boletín antes de publicarse."),
	      STR("The state of each, and its bulletin before it is published.") } } },
};

static bool put_tasks(struct call *c, struct store *s, struct template_home *t, struct err *e)
{
	struct template_task *task = NEW(c->a, TASKS_MAX, struct template_task);
	const bool in = c->caller.kind == CALLER_ACCOUNT || c->caller.kind == CALLER_LINK;
	t->tasks = task;
	t->hello = c->caller.person;
	if (!in || c->caller.half)
		return true;
	/* What somebody owes comes first. */
	if (!form_tasks(c, s, task, TASKS_MAX / 2, &t->n_tasks, e))
		return false;
	for (size_t i = 0; i < sizeof(tasks) / sizeof(*tasks); i++) {
		if (!(tasks[i].roles & c->caller.roles) || t->n_tasks == TASKS_MAX)
			continue;
		task[t->n_tasks++] = (struct template_task){
			.path = str_of(tasks[i].path),
			.label = label_in(&tasks[i].label, c->lang),
			.why = label_in(&tasks[i].why, c->lang),
		};
	}
	if (c->caller.kind == CALLER_ACCOUNT && t->n_tasks < TASKS_MAX)
		task[t->n_tasks++] = (struct template_task){
			.path = STR("/cuenta"),
			.label = call_say(c, "Cuidar su cuenta", "Look after your account"),
			.why = call_say(c, "Contraseña, segundo factor, sesiones abiertas.",
					"Password, second factor, open sessions."),
		};
	return true;
}

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
	if (!put_tasks(c, s, &t, e))
		return false;
	put_rounds(c, r, n, &t);
	put_finding(c, s, &t);
	/* Whoever is signed in has the form to sign out above. */
	template_home(&c->out,
		      c->caller.kind == CALLER_NOBODY ? frame_of_reader(c) : frame_here(c), &t);
	return page_end(c, e);
}
