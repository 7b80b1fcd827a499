/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A round that is open and half answered, to look around in: every cluster begins from its answers
 * of the last published round, and some of them are turned to another value that the form allows.
 * How far each has come, and what it changes, hangs on its id alone. */
#include <string.h>

#include "app/access.h"
#include "app/importer.h"
#include "app/questionnaire_inside.h"
#include "app/sample.h"
#include "base/date.h"
#include "base/num.h"

#define OPEN_ROUND "2024"
#define OPEN_FROM "2024-07-01"

enum {
	OPEN_YEAR = 2024,
	DAYS_LEFT = 30,     /* from the moment it is made */
	DAYS_OF_WORK = 40,  /* since the first one was opened */
	DAY_SECONDS = 86400,
	TURNED_IN = 7,      /* one answer in so many is tried with another value */
};

/* How far a cluster has come; out of 20. */
enum stage { UNTOUCHED, BEGUN, HALF, READY, SENT, RETURNED, ACCEPTED };
static const enum stage stage_of_twenty[20] = {
	UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED, BEGUN,    BEGUN,	HALF,
	HALF,	   HALF,      READY,	 SENT,	    SENT,     SENT,	RETURNED,
	ACCEPTED,  ACCEPTED,  ACCEPTED,	 ACCEPTED,  ACCEPTED, ACCEPTED,
};

struct opening {
	struct call *c;
	struct store *s;
	struct stored_round before, round;
	const struct known_instrument *known;
	const struct form *form;
};

/* One cluster at work. */
struct worker {
	struct opening *o;
	struct sheet sheet;
	struct answer_change *change;
	size_t n;
	uint64_t chance; /* of its id */
};

static uint64_t draw(struct worker *w)
{
	w->chance = w->chance * 6364136223846793005u + 1442695040888963407u;
	return w->chance >> 33;
}

/* ---- the answers it begins from ---- */

static bool begin(struct worker *w, struct err *e)
{
	struct call *c = w->o->c;
	struct stored_answer before;
	struct look_cell *cell;
	struct look_item *item;
	size_t n, n_items;
	bool found;
	if (!store_find_answer(w->o->s, c->a, w->o->before.id, FORM_CLUSTER, w->o->form,
			       w->sheet.key.cluster, STR(""), &found, &before, e))
		return false;
	if (!found)
		return true;
	if (!look_cells_of_document(c->a, w->o->form, before.document, &cell, &n, &item, &n_items,
				    e))
		return false;
	w->change = NEW(c->a, n + n_items + 1, struct answer_change);
	for (size_t i = 0; i < n_items; i++)
		w->change[w->n++] = (struct answer_change){ .question = item[i].repeat,
							    .item = item[i].item };
	for (size_t i = 0; i < n; i++) {
		const struct question *q = form_question(w->o->form, cell[i].question);
		const bool once = !cell[i].item && !q->personal;
		if (q->type == QUESTION_CALCULATE)
			continue;
		w->change[w->n++] = (struct answer_change){
			.question = cell[i].question,
			.item = cell[i].item,
			.value = cell[i].value,
			.reason = cell[i].reason,
			.mark = once && draw(w) % 3 ? MARK_CONFIRMED : MARK_TYPED,
		};
	}
	return true;
}

/* ---- what it changes ---- */

/* Another value that the type allows; empty: none. */
static struct str turned(struct worker *w, const struct question *q, struct str value)
{
	int64_t number;
	if (q->type == QUESTION_SELECT_ONE && q->list->options.n > 1)
		return q->list->options.name[draw(w) % q->list->options.n];
	if (q->type == QUESTION_INTEGER && num_int(value, &number) && number >= 10)
		return str_fmt(w->o->c->a, "%lld",
			       (long long)(number + number * ((int64_t)(draw(w) % 31) - 10) / 100));
	return (struct str){ 0 };
}

/* What the form has against the answers. */
static size_t complaints(const struct look *l)
{
	return l->whole.n_faults + l->whole.n_owed + l->whole.n_unexplained;
}

static bool complains(struct worker *w, size_t *out, struct err *e)
{
	struct arena *a = w->o->c->a;
	const struct arena_mark mark = arena_mark(a);
	if (!sheet_look(w->o->c, &w->sheet, w->change, w->n, false, e))
		return false;
	*out = complaints(w->sheet.look);
	arena_rewind(a, mark);
	return true;
}

/* Some answers are turned, each only while the form has nothing more against it. */
static bool turn_some(struct worker *w, struct err *e)
{
	size_t before, now;
	if (!complains(w, &before, e))
		return false;
	for (size_t i = 0; i < w->n; i++) {
		const struct question *q = form_question(w->o->form, w->change[i].question);
		const struct answer_change kept = w->change[i];
		if (!q || kept.item || draw(w) % TURNED_IN)
			continue;
		const struct str other = turned(w, q, kept.value);
		if (!other.n || str_eq(other, kept.value))
			continue;
		w->change[i].value = other;
		w->change[i].mark = MARK_TYPED;
		if (!complains(w, &now, e))
			return false;
		if (now > before)
			w->change[i] = kept;
	}
	return true;
}

/* Who has only begun has answered the first sections. */
static void cut(struct worker *w, size_t sections)
{
	const struct form *f = w->o->form;
	size_t kept = 0;
	if (sections >= f->n_sections)
		return;
	const size_t end = f->section[sections].first;
	for (size_t i = 0; i < w->n; i++) {
		const struct question *q = form_question(f, w->change[i].question);
		if (q && (size_t)(q - f->question) < end)
			w->change[kept++] = w->change[i];
	}
	w->n = kept;
}

/* ---- keeping it ---- */

static bool move(struct worker *w, enum questionnaire_state from, enum questionnaire_state to,
		 const char *note, struct err *e)
{
	return store_move_questionnaire(w->o->s, &w->sheet.key, 1u << from, to,
					STR("Persona de muestra"), str_of(note), NULL, e);
}

static bool accept(struct worker *w, struct err *e)
{
	const struct stored_answer answer = sheet_answer(&w->sheet);
	return store_put_answers(w->o->s, w->sheet.key.round, FORM_CLUSTER, w->o->form, STR("web"),
				 &answer, 1, e) &&
	       move(w, QUESTIONNAIRE_SENT, QUESTIONNAIRE_ACCEPTED, "", e);
}

/* Who sends has said why what is warned of is right. */
static void explain(struct worker *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct answer_change *ch = &w->change[i];
		const struct look_entry *entry = look_find(w->sheet.look, ch->question, ch->item);
		if (entry && entry->n_warnings && !ch->reason.n)
			ch->reason = STR("Cifra sintética de la muestra");
	}
}

static bool keep(struct worker *w, enum stage stage, struct err *e)
{
	struct call *c = w->o->c;
	if (!sheet_look(c, &w->sheet, w->change, w->n, false, e))
		return false;
	if (stage >= READY) {
		explain(w);
		if (!sheet_look(c, &w->sheet, w->change, w->n, false, e))
			return false;
	}
	const struct questionnaire_progress progress = sheet_progress(&w->sheet);
	if (!store_open_questionnaire(w->o->s, &w->sheet.key, e) ||
	    !store_add_changes(w->o->s, &w->sheet.key, w->o->form, w->change, w->n, &progress, e))
		return false;
	if (stage < SENT || !w->sheet.look->document.n)
		return true;
	if (!move(w, QUESTIONNAIRE_DRAFT, QUESTIONNAIRE_SENT, "", e))
		return false;
	if (stage == RETURNED)
		return move(w, QUESTIONNAIRE_SENT, QUESTIONNAIRE_RETURNED,
			    "Muestra: por favor confirme las cifras de ventas y empleo.", e);
	return stage == SENT || accept(w, e);
}

static bool work(struct worker *w, enum stage stage, struct err *e)
{
	static const size_t of_eight[] = { [BEGUN] = 2, [HALF] = 5 };
	const size_t sections = w->o->form->n_sections;
	if (!begin(w, e))
		return false;
	if (!w->n)
		return true; /* it has no answers to begin from */
	if (!turn_some(w, e))
		return false;
	if (stage == BEGUN || stage == HALF)
		cut(w, sections * of_eight[stage] / 8);
	return keep(w, stage, e);
}

/* ---- the round ---- */

static bool open_round(struct opening *o, struct err *e)
{
	struct call *c = o->c;
	struct stored_round *r;
	size_t n;
	if (!store_list_published(o->s, c->a, &r, &n, e))
		return false;
	if (!n)
		return err_set(e, ERR_IO, "sample: no round is published");
	o->before = r[n - 1];
	o->round = (struct stored_round){
		.id = STR(OPEN_ROUND),
		.instrument_id = o->before.instrument_id,
		.instrument_version = o->before.instrument_version,
		.year = OPEN_YEAR,
		.from = STR(OPEN_FROM),
		.to = str_sub(access_later(c->a, c->now, (int64_t)DAYS_LEFT * DAY_SECONDS), 0, 10),
		.state = ROUND_OPEN,
		.synthetic = true,
	};
	if (!store_open_round(o->s, &o->round, e) ||
	    !cache_known(c, o->s, o->round.instrument_id, o->round.instrument_version, &o->known,
			 e))
		return false;
	o->form = o->known->instrument->form[FORM_CLUSTER];
	return true;
}

static bool fill(struct opening *o, const struct cluster_register *all, struct err *e)
{
	struct call *c = o->c;
	for (size_t i = 0; i < all->n; i++) {
		const struct cluster_entry *entry = &all->cluster[i];
		struct worker w = { .o = o, .chance = str_hash(entry->id) };
		const enum stage stage = stage_of_twenty[draw(&w) % 20];
		if (!entry->active || stage == UNTOUCHED)
			continue;
		call_progress(c, i, all->n);
		w.sheet = (struct sheet){ .key = { .round = o->round.id, .form = FORM_CLUSTER,
						   .cluster = entry->id },
					  .round = o->round, .known = o->known, .form = o->form };
		/* One after another through the days of work, so that some have lain still. */
		const int64_t ago = (int64_t)DAYS_OF_WORK * DAY_SECONDS *
				    (int64_t)(all->n - i) / (int64_t)all->n;
		store_actor(o->s, STR("muestra"), access_later(c->a, c->now, -ago));
		if (!work(&w, stage, e))
			return err_in(e, "sample %.*s", STR_ARG(entry->id));
	}
	return true;
}

bool sample_open(struct call *c, struct store *s, struct err *e)
{
	struct opening o = { .c = c, .s = s };
	struct cluster_register all;
	struct err ignored = { 0 };
	if (!store_begin(s, e))
		return false;
	const bool good = open_round(&o, e) && store_get_register(s, c->a, &all, e) &&
			  fill(&o, &all, e);
	store_actor(s, c->caller.name, c->now);
	if (good)
		return store_end(s, true, e);
	(void)!store_end(s, false, &ignored); /* the first error stays */
	return false;
}
