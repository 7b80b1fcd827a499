/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Correcting an answer of a frozen round, in the open. */
#include "app/importer.h"
#include "app/review.h"

struct correcting {
	struct erratum_deed deed;
	struct stored_answer answer; /* as it becomes */
};

struct erratum_deed *erratum_of(const struct call *c)
{
	return &((struct correcting *)c->prepared)->deed;
}

/* Always true, as a deed that ends so returns. */
static bool refuse(struct call *c, const char *field, const char *es, const char *en)
{
	struct erratum_deed *d = erratum_of(c);
	d->refused = true;
	d->field = field;
	d->why.in[LANG_ES] = str_of(es);
	d->why.in[LANG_EN] = str_of(en);
	c->reply.status = 422;
	return true;
}

/* ---- the answers as they become ---- */

struct cells {
	struct look_cell *cell;
	size_t n;
	struct look_item *item;
	size_t n_items;
};

static struct look_cell *find_cell(struct cells *k, const struct stored_erratum *x)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->cell[i].item == x->item && str_eq(k->cell[i].question, x->question))
			return &k->cell[i];
	return NULL;
}

/* A copy with room for one more, in which the answer is as the erratum says; what it was goes into
 * x->before. */
static void correct(struct arena *a, struct cells *k, struct stored_erratum *x)
{
	struct look_cell *all = NEW(a, k->n + 1, struct look_cell);
	for (size_t i = 0; i < k->n; i++)
		all[i] = k->cell[i];
	k->cell = all;
	struct look_cell *at = find_cell(k, x);
	if (!at) {
		at = &k->cell[k->n++];
		*at = (struct look_cell){ .question = x->question, .item = x->item };
	}
	x->before = at->value;
	at->value = x->after;
	if (at->reason.n == 0 && x->after.n)
		at->reason = x->reason; /* where a warning asks for one */
}

static bool look(struct call *c, const struct known_instrument *known, const struct cells *k,
		 const struct look **out, struct err *e)
{
	const struct correcting *x = c->prepared;
	const struct response_round dates = round_dates(&x->deed.round);
	const struct look_request in = {
		.plan = known->plan[FORM_CLUSTER][c->lang],
		.round = &dates,
		.cluster = x->deed.erratum.cluster,
		.lang = c->lang,
		.cell = k->cell,
		.n_cells = k->n,
		.item = k->item,
		.n_items = k->n_items,
	};
	return response_look(c->a, &in, out, e);
}

/* What keeps the answers from being stored. */
static bool refuse_fault(struct call *c, const struct look *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct look_entry *entry = &l->entry[i];
		struct str why = { 0 };
		if (entry->n_faults)
			why = entry->fault[0].message;
		else if (entry->required && entry->missing == MISSING_NR &&
			 entry->relevance == LOOK_ASKED)
			why = call_say(c, "es obligatoria y quedaría sin respuesta.",
				       "it is required and would be left without an answer.");
		if (why.n) {
			const char *words = str_c(
				c->a, str_fmt(c->a, "%.*s: %.*s", STR_ARG(entry->question->name),
					      STR_ARG(why)));
			return refuse(c, "--value", words, words);
		}
	}
	return refuse(c, "--value", "así el cuestionario no cumple las reglas",
		      "so the questionnaire does not keep the rules");
}

static void count_warnings(const struct look *l, struct stored_answer *out)
{
	for (size_t i = 0; i < l->n; i++) {
		out->n_warnings += (uint32_t)l->entry[i].n_warnings;
		if (!l->entry[i].reason.n)
			out->n_unexplained += (uint32_t)l->entry[i].n_warnings;
	}
}

/* ---- the deed ---- */

static bool weigh(struct call *c, struct store *s, const struct known_instrument *known,
		  const struct question *q, struct err *e)
{
	struct correcting *x = c->prepared;
	struct stored_erratum *erratum = &x->deed.erratum;
	const struct form *f = known->instrument->form[FORM_CLUSTER];
	struct stored_answer now;
	struct cells k = { 0 };
	const struct look *l;
	bool found;
	if (!store_find_answer(s, c->a, x->deed.round.id, FORM_CLUSTER, f, erratum->cluster,
			       STR(""), &found, &now, e))
		return false;
	if (!found)
		return refuse(c, "--cluster", "ese clúster no tiene una respuesta en la ronda",
			      "that cluster has no answer in the round");
	if (!look_cells_of_document(c->a, f, now.document, &k.cell, &k.n, &k.item, &k.n_items, e))
		return false;
	correct(c->a, &k, erratum);
	if (str_eq(erratum->before, erratum->after))
		return refuse(c, "--value", "eso es lo que ya dice la respuesta",
			      "that is what the answer says already");
	if (!look(c, known, &k, &l, e))
		return false;
	if (!l->document.n)
		return refuse_fault(c, l);
	x->answer = (struct stored_answer){ .cluster = erratum->cluster, .document = l->document };
	count_warnings(l, &x->answer);
	if (q->personal)
		erratum->before = erratum->after = (struct str){ 0 };
	return true;
}

bool prepare_erratum(struct call *c, struct err *e)
{
	struct correcting *x = NEW(c->a, 1, struct correcting);
	const struct known_instrument *known;
	struct store *s;
	c->prepared = x;
	x->deed.erratum = (struct stored_erratum){ .form = FORM_CLUSTER,
						   .cluster = call_text(c, "--cluster"),
						   .question = call_text(c, "--question"),
						   .item = call_integer(c, "--item", 0),
						   .reason = str_trim(call_text(c, "--reason")) };
	if (!call_store(c, &s, e) ||
	    !store_get_round_head(s, c->a, call_text(c, "--round"), &x->deed.round, e) ||
	    !cache_known(c, s, x->deed.round.instrument_id, x->deed.round.instrument_version,
			 &known, e))
		return false;
	x->deed.instrument = known->instrument;
	if (x->deed.round.state != ROUND_FROZEN && x->deed.round.state != ROUND_PUBLISHED)
		return refuse(c, NULL,
			      "la ronda no está congelada: corrija devolviendo el cuestionario",
			      "the round is not frozen: correct it by returning the questionnaire");
	const struct question *q = form_question(known->instrument->form[FORM_CLUSTER],
						 x->deed.erratum.question);
	if (!q || q->type == QUESTION_CALCULATE || q->type == QUESTION_NOTE)
		return refuse(c, "--question", "no hay una pregunta así que se responda",
			      "there is no such question that is answered");
	x->deed.erratum.after = str_trim(call_text(c, "--value"));
	if (!x->deed.erratum.reason.n)
		return refuse(c, "--reason", "escriba el motivo: queda a la vista de todos",
			      "write the reason: everybody will see it");
	return weigh(c, s, known, q, e);
}

bool do_erratum(struct call *c, struct err *e)
{
	struct correcting *x = c->prepared;
	const struct form *const form[2] = { x->deed.instrument->form[0],
					     x->deed.instrument->form[1] };
	struct store *s;
	if (x->deed.refused)
		return true;
	return call_store(c, &s, e) &&
	       store_put_erratum(s, x->deed.round.id, form, &x->deed.erratum, &x->answer,
				 &x->deed.erratum.number, e);
}
