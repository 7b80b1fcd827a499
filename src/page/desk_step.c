/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From one state of a round to the next: what will happen, what is still open, a button. */
#include "app/cache.h"
#include "app/print.h"
#include "base/hash.h"
#include "page/desk_inside.h"

enum desk_step { STEP_OPEN, STEP_REVIEW, STEP_FREEZE, STEP_PUBLISH, STEPS_N };

struct step_words {
	const char *path; /* end of the route */
	struct label title, what, button;
};
#define L(es, en) { { STR(es), STR(en) } }
static const struct step_words words[STEPS_N] = {
	[STEP_OPEN] = { "/abrir", L("Abrir la ronda", "Open the round"),
			L("Los gestores podrán responder desde el primer día. Los días se pueden "
			  "ampliar después, pero el instrumento ya no cambia.",
			  "Managers can answer from the first day on. The days can be extended "
			  "later, but the instrument no longer changes."),
			L("Abrir la ronda", "Open the round") },
	[STEP_REVIEW] = { "/cerrar", L("Pasar a revisión", "Go to review"),
			  L("Ya nadie empieza ni envía un formulario nuevo; solo se corrige lo que "
			    "se devuelve. Los borradores quedan como están.",
			    "Nobody begins or sends a new form; only what is returned is mended. "
			    "Drafts stay as they are."),
			  L("Pasar a revisión", "Go to review") },
	[STEP_FREEZE] = { "/congelar", L("Congelar la ronda", "Freeze the round"),
			  L("Las respuestas aceptadas, el instrumento y el registro quedan fijos "
			    "para siempre. Lo que no se ha aceptado no cuenta. No se puede "
			    "deshacer.",
			    "The accepted answers, the instrument and the register are fixed for "
			    "good. What was not accepted does not count. It cannot be undone."),
			  L("Congelar la ronda", "Freeze the round") },
	[STEP_PUBLISH] = { "/publicar", L("Publicar el boletín", "Publish the bulletin"),
			   L("El boletín, las cifras y los datos abiertos quedan a la vista de "
			     "cualquiera. Léalo antes por última vez.",
			     "The bulletin, the figures and the open data are there for anybody to "
			     "see. Read it once more before."),
			   L("Publicar", "Publish") },
};

static enum desk_step step_of(const struct call *c)
{
	int i = 0;
	while (i < STEPS_N - 1 && !str_ends(str_of(c->command->route), words[i].path))
		i++;
	return (enum desk_step)i;
}

/* ---- what will be frozen ---- */

static bool forms_of(struct call *c, struct store *s, const struct stored_round *r,
		     const struct form *form[2], struct err *e)
{
	const struct instrument *in;
	if (!cache_instrument(c, s, r->instrument_id, r->instrument_version, &in, e))
		return false;
	form[0] = in->form[0];
	form[1] = in->form[1];
	return true;
}

static bool hash_data(struct call *c, struct store *s, const struct stored_round *r,
		      struct str *out, struct err *e)
{
	const struct form *form[2];
	struct sha256 h;
	if (!forms_of(c, s, r, form, e) || !store_hash_round(s, c->a, r->id, form, &h, e))
		return false;
	*out = sha256_hex(c->a, h);
	return true;
}

static struct str hash_register(struct call *c, const struct cluster_register *r)
{
	struct buf b;
	buf_init(&b, c->a, 64u << 20);
	for (size_t i = 0; i < r->n; i++) {
		const struct cluster_entry *k = &r->cluster[i];
		const struct str field[] = { k->id,	 k->name,  k->department, k->sector,
					     k->manager_kind, k->chamber, k->since, k->until,
					     k->active ? STR("yes") : STR("no") };
		for (size_t j = 0; j < sizeof(field) / sizeof(*field); j++) {
			esc_csv(&b, field[j]);
			buf_putc(&b, j + 1 < sizeof(field) / sizeof(*field) ? ',' : '\n');
		}
	}
	for (size_t i = 0; i < r->n_lineage; i++) {
		const struct lineage_entry *l = &r->lineage[i];
		buf_fmt(&b, "%.*s,%.*s,%.*s,%.*s\n", STR_ARG(l->date), STR_ARG(l->event),
			STR_ARG(l->from), STR_ARG(l->to));
	}
	return sha256_hex(c->a, sha256_of(buf_str(&b)));
}

struct hashes {
	struct template_desk_hash *item;
	size_t n;
	int64_t n_answers;
};

static void add_hash(struct hashes *l, struct str what, struct str name, int64_t n,
		     struct str sha256)
{
	l->item[l->n++] = (struct template_desk_hash){ what, name, n, sha256 };
}

/* The answers of each cluster, as they are kept. */
static bool add_documents(struct call *c, struct store *s, const struct stored_round *r,
			  struct hashes *l, struct err *e)
{
	const struct form *form[2];
	struct stored_answers a;
	if (!forms_of(c, s, r, form, e) ||
	    !store_get_answers(s, c->a, r->id, FORM_CLUSTER, form[FORM_CLUSTER], &a, e))
		return false;
	struct template_desk_hash *all = NEW(c->a, a.n + 8, struct template_desk_hash);
	for (size_t i = 0; i < l->n; i++)
		all[i] = l->item[i];
	l->item = all;
	for (size_t i = 0; i < a.n; i++)
		add_hash(l, call_say(c, "Clúster", "Cluster"), a.cluster[i], 1,
			 sha256_hex(c->a, sha256_of(a.document[i])));
	return true;
}

static bool gather(struct call *c, struct store *s, const struct stored_round *r,
		   struct hashes *out, struct err *e)
{
	struct cluster_register clusters;
	struct str data, instrument;
	*out = (struct hashes){ .item = NEW(c->a, 8, struct template_desk_hash),
				.n_answers = r->n_cluster_answers };
	if (!hash_data(c, s, r, &data, e) ||
	    !store_get_instrument_hash(s, c->a, r->instrument_id, r->instrument_version,
				       &instrument, e) ||
	    !store_get_round_register(s, c->a, r->id, &clusters, e))
		return false;
	add_hash(out, call_say(c, "Datos", "Data"), r->id,
		 r->n_cluster_answers + r->n_company_answers, data);
	add_hash(out, call_say(c, "Instrumento", "Instrument"),
		 str_fmt(c->a, "%.*s@%.*s", STR_ARG(r->instrument_id),
			 STR_ARG(r->instrument_version)),
		 0, instrument);
	add_hash(out, call_say(c, "Registro", "Register"),
		 str_fmt(c->a, "%zu", clusters.n), 0, hash_register(c, &clusters));
	return add_documents(c, s, r, out, e);
}

/* ---- what is open ---- */

static bool put_pending(struct call *c, struct store *s, enum desk_step step,
			struct template_desk_step_page *t, struct err *e)
{
	struct stored_questionnaire *list;
	struct cluster_register clusters;
	size_t n;
	if (step != STEP_REVIEW && step != STEP_FREEZE)
		return true;
	if (!store_list_questionnaires(s, c->a, t->round, FORM_CLUSTER, &list, &n, e) ||
	    !store_get_register(s, c->a, &clusters, e))
		return false;
	struct template_desk_pending *out =
		NEW(c->a, DESK_ROWS_SHOWN_MAX, struct template_desk_pending);
	t->pending = out;
	t->pending_title = call_say(c, "Lo que sigue abierto y no contaría",
				    "What is still open and would not count");
	for (size_t i = 0; i < n; i++) {
		if (list[i].state == QUESTIONNAIRE_ACCEPTED ||
		    list[i].state == QUESTIONNAIRE_ANNULLED)
			continue;
		if (t->n_pending == DESK_ROWS_SHOWN_MAX) {
			t->more++;
			continue;
		}
		const struct cluster_entry *k = register_find(&clusters, list[i].key.cluster);
		out[t->n_pending++] = (struct template_desk_pending){
			.cluster = list[i].key.cluster,
			.name = k ? k->name : list[i].key.cluster,
			.state = str_of(questionnaire_state_word(list[i].state, c->lang)),
		};
	}
	return true;
}

/* Why the step cannot be taken; empty: it can. */
static struct str why_not(struct call *c, enum desk_step step, const struct stored_round *r)
{
	const bool going = r->state == ROUND_OPEN || r->state == ROUND_REVIEW;
	const bool good[STEPS_N] = {
		[STEP_OPEN] = r->state == ROUND_DRAFT,
		[STEP_REVIEW] = r->state == ROUND_OPEN,
		[STEP_FREEZE] = going,
		[STEP_PUBLISH] = r->state == ROUND_FROZEN,
	};
	if (!good[step])
		return str_fmt(c->a, "%.*s %s.",
			       STR_ARG(call_say(c, "No se puede: la ronda está",
						"It cannot be done: the round is")),
			       round_state_word(r->state, c->lang));
	if (step == STEP_FREEZE && !r->n_cluster_answers)
		return call_say(c, "No se puede: todavía no hay respuestas aceptadas.",
				"It cannot be done: there are no accepted answers yet.");
	return STR("");
}

/* ---- pages ---- */

bool page_desk_step(struct call *c, struct err *e)
{
	const enum desk_step step = step_of(c);
	struct template_desk_step_page t = { .title = label_in(&words[step].title, c->lang),
					     .what = label_in(&words[step].what, c->lang),
					     .grave = step == STEP_FREEZE };
	struct stored_round r;
	struct hashes h = { 0 };
	struct store *s;
	if (!call_store(c, &s, e) || !store_get_round(s, c->a, call_text(c, "--round"), &r, e))
		return false;
	t.round = r.id;
	t.path = str_fmt(c->a, "/rondas/%.*s%s", STR_ARG(r.id), words[step].path);
	t.csv = str_fmt(c->a, "/rondas/%.*s/congelar.csv", STR_ARG(r.id));
	t.stops = why_not(c, step, &r);
	if (!t.stops.n)
		t.button = label_in(&words[step].button, c->lang);
	if (step == STEP_FREEZE && !gather(c, s, &r, &h, e))
		return false;
	t.hashes = h.item;
	t.n_hashes = h.n < DESK_ROWS_SHOWN_MAX ? h.n : DESK_ROWS_SHOWN_MAX;
	if (!put_pending(c, s, step, &t, e))
		return false;
	template_desk_step_page(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_desk_hashes(struct call *c, struct err *e)
{
	struct stored_round r;
	struct hashes h;
	struct store *s;
	if (!call_store(c, &s, e) || !store_get_round(s, c->a, call_text(c, "--round"), &r, e) ||
	    !gather(c, s, &r, &h, e))
		return false;
	buf_puts(&c->out, "what,name,answers,sha256\n");
	for (size_t i = 0; i < h.n; i++) {
		esc_csv(&c->out, h.item[i].what);
		buf_putc(&c->out, ',');
		esc_csv(&c->out, h.item[i].name);
		buf_fmt(&c->out, ",%lld,%.*s\n", (long long)h.item[i].n,
			STR_ARG(h.item[i].sha256));
	}
	return desk_csv(c, str_fmt(c->a, "congelar-%.*s.csv", STR_ARG(r.id)));
}

/* The hash is made here, where nobody else writes meanwhile. */
static bool freeze(struct call *c, struct store *s, struct str id, struct err *e)
{
	struct stored_round r;
	struct str data;
	if (!store_get_round(s, c->a, id, &r, e))
		return false;
	if (!r.n_cluster_answers)
		return err_say(e, ERR_CONFLICT, "la ronda %.*s no tiene respuestas aceptadas",
			       "round %.*s has no accepted answers", STR_ARG(id));
	return hash_data(c, s, &r, &data, e) && store_freeze_round(s, id, data, e);
}

bool write_desk_step(struct call *c, struct err *e)
{
	const struct str id = call_text(c, "--round");
	const enum desk_step step = step_of(c);
	struct store *s;
	bool good = false;
	if (!call_store(c, &s, e))
		return false;
	switch (step) {
	case STEP_OPEN: good = store_start_round(s, id, e); break;
	case STEP_REVIEW: good = store_review_round(s, id, e); break;
	case STEP_FREEZE: good = freeze(c, s, id, e); break;
	case STEP_PUBLISH: good = store_publish_round(s, id, e); break;
	case STEPS_N: break;
	}
	if (!good)
		return false;
	page_go(c, str_fmt(c->a, "/rondas/%.*s", STR_ARG(id)), "guardado");
	return true;
}
