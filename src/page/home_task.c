/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What there is to do, by role: the state of things first, the doors to all else after it. */
#include "app/review.h"
#include "base/num.h"
#include "page/form_inside.h"
#include "store/questionnaire.h"

enum { TASKS_MAX = 10, FORM_TASKS_MAX = 4 };

static void add_task(struct template_home *t, struct template_task *to, struct str path,
		     struct str label, struct str why)
{
	if (t->n_tasks < TASKS_MAX)
		to[t->n_tasks++] = (struct template_task){ path, label, why };
}

/* Says the one or the other number of things: "1 formulario", "3 formularios". */
static struct str count_of(const struct call *c, size_t n, const char *one_es, const char *many_es,
			   const char *one_en, const char *many_en)
{
	const char *es = n == 1 ? one_es : many_es, *en = n == 1 ? one_en : many_en;
	return str_fmt(c->a, "%zu %s", n, c->lang == LANG_ES ? es : en);
}

static struct str grouped(const struct call *c, int64_t n)
{
	struct buf b;
	buf_init(&b, c->a, 64);
	num_put_local_int(&b, c->lang, n);
	return buf_str(&b);
}

/* ---- a round that is going on ---- */

static void put_progress(struct call *c, const struct board *b, struct template_home *t,
			 struct template_task *to)
{
	const size_t *n = b->count;
	const size_t in = n[BOARD_SENT] + n[BOARD_ACCEPTED];
	bool late;
	const struct str days = b->round.state == ROUND_OPEN
					? form_days_words(c, b->round.to, &late)
					: (struct str){ 0 };
	add_task(t, to, str_fmt(c->a, "/rondas/%.*s/avance", STR_ARG(b->round.id)),
		 str_fmt(c->a,
			 c->lang == LANG_ES ? "Ronda %.*s: %zu de %zu clústeres enviaron"
					    : "Round %.*s: %zu of %zu clusters have sent",
			 STR_ARG(b->round.id), in, b->n),
		 str_fmt(c->a,
			 c->lang == LANG_ES
				 ? "%zu sin abrir, %zu detenidos, %zu devueltos, %zu "
				   "aceptados.%s%.*s"
				 : "%zu not opened, %zu stuck, %zu returned, %zu accepted.%s%.*s",
			 n[BOARD_UNOPENED], n[BOARD_STUCK], n[BOARD_RETURNED], n[BOARD_ACCEPTED],
			 days.n ? " " : "", STR_ARG(days)));
}

static void put_queue(struct call *c, const struct board *b, struct template_home *t,
		      struct template_task *to)
{
	const size_t waiting = b->count[BOARD_SENT];
	const struct str label =
		waiting ? count_of(c, waiting, "formulario espera revisión",
				   "formularios esperan revisión", "form waits for review",
				   "forms wait for review")
			: call_say(c, "Ningún formulario espera revisión",
				   "No form waits for review");
	add_task(t, to, str_fmt(c->a, "/revision/%.*s", STR_ARG(b->round.id)), label,
		 str_fmt(c->a,
			 c->lang == LANG_ES
				 ? "Ronda %.*s, los de más riesgo primero. %zu devueltos a sus "
				   "gestores."
				 : "Round %.*s, those at most risk first. %zu returned to their "
				   "managers.",
			 STR_ARG(b->round.id), b->count[BOARD_RETURNED]));
}

static bool put_going(struct call *c, struct store *s, const struct stored_round *r,
		      struct template_home *t, struct template_task *to, struct err *e)
{
	const struct review_filter all = { 0 };
	struct board b;
	if (!page_may(c, "/rondas/{--round}/avance"))
		return true;
	if (!review_board(c, s, r->id, &all, &b, e))
		return false;
	if (c->caller.roles & ROLE_REVIEWER)
		put_queue(c, &b, t, to);
	put_progress(c, &b, t, to);
	return true;
}

/* ---- what is fixed ---- */

static void put_frozen(struct call *c, const struct stored_round *r, struct template_home *t,
		       struct template_task *to)
{
	if (!page_may(c, "/rondas/{--round}/publicar"))
		return;
	add_task(t, to, str_fmt(c->a, "/rondas/%.*s/publicar", STR_ARG(r->id)),
		 str_fmt(c->a, c->lang == LANG_ES ? "La ronda %.*s espera su publicación"
						  : "Round %.*s waits to be published",
			 STR_ARG(r->id)),
		 call_say(c, "Sus datos están congelados; lea el boletín y publíquelo.",
			  "Its data are frozen; read the bulletin and publish it."));
}

static void put_measured(struct call *c, const struct stored_round *newest, size_t n,
			 struct template_home *t, struct template_task *to)
{
	const struct str clusters = grouped(c, newest->n_cluster_answers);
	const struct str companies = grouped(c, newest->n_company_answers);
	add_task(t, to, str_fmt(c->a, "/rondas/%.*s", STR_ARG(newest->id)),
		 count_of(c, n, "ronda publicada para analizar", "rondas publicadas para analizar",
			  "published round to analyse", "published rounds to analyse"),
		 str_fmt(c->a,
			 c->lang == LANG_ES
				 ? "La última, %.*s: %.*s clústeres y %.*s empresas. Cada "
				   "boletín trae su libro de Excel; con una ficha de su cuenta, "
				   "la API da cifras, calidad y asociaciones."
				 : "The last, %.*s: %.*s clusters and %.*s companies. Each "
				   "bulletin has its Excel workbook; with a token of your account "
				   "the API gives figures, quality and associations.",
			 STR_ARG(newest->id), STR_ARG(clusters), STR_ARG(companies)));
}

/* Who publishes or analyses asks first what there is. */
static void put_published(struct call *c, const struct stored_round *newest, size_t n, bool waits,
			  struct template_home *t, struct template_task *to)
{
	if ((c->caller.roles & ROLE_PUBLISHER) && !waits)
		add_task(t, to, STR("/rondas"),
			 call_say(c, "Nada espera publicación", "Nothing waits to be published"),
			 newest ? str_fmt(c->a, c->lang == LANG_ES
							? "Lo último publicado es la ronda %.*s."
							: "The last round published is %.*s.",
					  STR_ARG(newest->id))
				: call_say(c, "Todavía no hay rondas publicadas.",
					   "No round is published yet."));
	if ((c->caller.roles & ROLE_ANALYST) && newest)
		put_measured(c, newest, n, t, to);
}

static bool put_rounds(struct call *c, struct store *s, struct template_home *t,
		       struct template_task *to, struct err *e)
{
	const struct stored_round *newest = NULL;
	struct stored_round *r;
	size_t n, n_published = 0;
	bool waits = false;
	if (!store_list_rounds(s, c->a, &r, &n, e))
		return false;
	for (size_t i = n; i-- > 0;) {
		if (r[i].state == ROUND_OPEN || r[i].state == ROUND_REVIEW) {
			if (!put_going(c, s, &r[i], t, to, e))
				return false;
		} else if (r[i].state == ROUND_FROZEN) {
			waits = true;
			put_frozen(c, &r[i], t, to);
		} else if (r[i].state == ROUND_PUBLISHED) {
			newest = newest ? newest : &r[i];
			n_published++;
		}
	}
	put_published(c, newest, n_published, waits, t, to);
	return true;
}

/* ---- doors ---- */

static bool put_accounts(struct call *c, struct store *s, struct template_home *t,
			 struct template_task *to, struct err *e)
{
	struct stored_account *account;
	size_t n, waiting = 0;
	if (!store_list_accounts(s, c->a, &account, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		waiting += account[i].active && !account[i].password_at.n;
	add_task(t, to, STR("/administracion/cuentas"),
		 call_say(c, "Administrar las cuentas", "Manage the accounts"),
		 waiting ? count_of(c, waiting, "persona invitada todavía no entra.",
				    "personas invitadas todavía no entran.",
				    "person invited has not come in yet.",
				    "people invited have not come in yet.")
			 : call_say(c, "Invitar personas, dar roles, cerrar sesiones.",
				    "Invite people, grant roles, end sessions."));
	return true;
}

static bool put_doors(struct call *c, struct store *s, struct template_home *t,
		      struct template_task *to, struct err *e)
{
	if (page_may(c, "/administracion"))
		add_task(t, to, STR("/administracion"),
			 call_say(c, "Ver el estado del servidor", "See the state of the server"),
			 call_say(c, "Copias, disco, base de datos y lo que haya por arreglar.",
				  "Backups, disk, database, and what needs mending."));
	if (page_may(c, "/administracion/cuentas") && !put_accounts(c, s, t, to, e))
		return false;
	if (page_may(c, "/enlaces"))
		add_task(t, to, STR("/enlaces"),
			 call_say(c, "Enviar enlaces personales", "Send personal links"),
			 call_say(c, "Para que un gestor o una empresa responda sin cuenta.",
				  "So that a manager or a company answers without an account."));
	if (page_may(c, "/rondas"))
		add_task(t, to, STR("/rondas"),
			 call_say(c, "Revisar las rondas", "Look at the rounds"),
			 call_say(c,
				  "En qué estado está cada una, y el boletín antes de publicarse.",
				  "The state of each, and its bulletin before it is published."));
	if (c->caller.kind == CALLER_ACCOUNT)
		add_task(t, to, STR("/cuenta"),
			 call_say(c, "Cuidar su cuenta", "Look after your account"),
			 call_say(c, "Contraseña, segundo factor, sesiones abiertas.",
				  "Password, second factor, open sessions."));
	return true;
}

bool home_tasks(struct call *c, struct store *s, struct template_home *t, struct err *e)
{
	const bool in = c->caller.kind == CALLER_ACCOUNT || c->caller.kind == CALLER_LINK;
	t->hello = c->caller.person;
	if (!in || c->caller.half)
		return true;
	struct template_task *to = NEW(c->a, TASKS_MAX, struct template_task);
	t->tasks = to;
	/* What somebody owes comes first. */
	return form_tasks(c, s, to, FORM_TASKS_MAX, &t->n_tasks, e) &&
	       put_rounds(c, s, t, to, e) && put_doors(c, s, t, to, e);
}
