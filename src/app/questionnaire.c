/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets: one questionnaire as it stands, weighed by the rules, with who may do what. */
#include <string.h>

#include "app/importer.h"
#include "app/questionnaire_inside.h"
#include "store/calendar.h"

/* ---- which ---- */

static struct str round_of_link(const struct caller *who)
{
	for (size_t i = 0; i < who->n_grants; i++)
		if (who->grant[i].round.n)
			return who->grant[i].round;
	return (struct str){ 0 };
}

static const struct stored_round *newest_in(const struct stored_round *r, size_t n,
					    enum round_state state)
{
	for (size_t i = n; i-- > 0;)
		if (r[i].state == state)
			return &r[i];
	return NULL;
}

static bool usual_round(struct call *c, struct store *s, struct str *out, struct err *e)
{
	struct stored_round *r;
	size_t n;
	*out = round_of_link(&c->caller);
	if (out->n)
		return true;
	if (!store_list_round_heads(s, c->a, &r, &n, e))
		return false;
	const struct stored_round *found = newest_in(r, n, ROUND_OPEN);
	if (!found)
		found = newest_in(r, n, ROUND_REVIEW);
	if (!found && n)
		found = &r[n - 1];
	if (!found)
		return err_say(e, ERR_ABSENT, "todavía no hay ninguna ronda",
			       "there is no round yet");
	*out = found->id;
	return true;
}

bool sheet_key(struct call *c, struct store *s, int form, struct questionnaire_key *out,
	       struct err *e)
{
	*out = (struct questionnaire_key){ .round = call_text(c, "--round"),
					   .form = form,
					   .cluster = call_text(c, "--cluster") };
	if (form == FORM_COMPANY)
		out->company = call_text(c, "--company");
	return out->round.n || usual_round(c, s, &out->round, e);
}

/* ---- who ---- */

/* What somebody may do with a questionnaire. */
struct part {
	bool reads, answers, sends;
	struct str area; /* only there */
};

static bool is_about(const struct caller_grant *g, const struct questionnaire_key *k)
{
	return str_eq(g->cluster, k->cluster) && (!g->round.n || str_eq(g->round, k->round)) &&
	       (g->role != ROLE_COMPANY || str_eq(g->company, k->company));
}

static void take_grant(struct part *p, const struct caller_grant *g, bool company)
{
	if ((g->role == ROLE_COMPANY) != company)
		return; /* what a company says is not for its cluster's manager to read */
	if (g->role == ROLE_CONTRIBUTOR && !p->answers)
		p->area = g->area;
	if (g->role != ROLE_CONTRIBUTOR) {
		p->area = (struct str){ 0 };
		p->sends = true;
	}
	p->reads = p->answers = true;
}

static struct part part_of(const struct caller *who, const struct questionnaire_key *k)
{
	struct part p = { 0 };
	for (size_t i = 0; i < who->n_grants; i++)
		if (is_about(&who->grant[i], k))
			take_grant(&p, &who->grant[i], k->form == FORM_COMPANY);
	if (who->roles & (ROLE_TEAM | ROLE_REVIEWER))
		p.reads = true;
	if (who->kind == CALLER_OWNER)
		p = (struct part){ .reads = true, .answers = true, .sends = true };
	return p;
}

static bool is_writable(struct call *c, const struct sheet *sheet)
{
	const enum questionnaire_state state = sheet->head.state;
	const bool returned = sheet->found && state == QUESTIONNAIRE_RETURNED;
	struct calendar calendar;
	calendar_of(c->a, &sheet->round, c->now, &calendar);
	if (!calendar.takes_answers)
		return false;
	return returned || (sheet->round.state == ROUND_OPEN &&
			    (!sheet->found || state == QUESTIONNAIRE_DRAFT));
}

static void give_part(struct call *c, struct sheet *sheet, const struct part *p)
{
	const bool writable = is_writable(c, sheet);
	sheet->area = p->area;
	sheet->may_answer = p->answers && writable;
	sheet->may_send = p->sends && writable;
}

bool sheet_may_answer(const struct sheet *sheet, size_t section)
{
	const size_t area = sheet->form->section[section].area;
	if (!sheet->may_answer || !sheet->area.n)
		return sheet->may_answer;
	return area != NO_AREA &&
	       str_eq(sheet->known->instrument->area[area].code, sheet->area);
}

size_t sheet_section(const struct sheet *sheet, struct str name)
{
	for (size_t i = 0; i < sheet->form->n_sections; i++)
		if (str_eq(sheet->form->section[i].name, name))
			return i;
	return SIZE_MAX;
}

/* ---- what stands ---- */

/* An odd number without a pattern: items of one question do not stand side by side. */
#define ITEM_SPREAD UINT64_C(0x9e3779b97f4a7c15)

size_t sheet_section_of(const struct form *f, struct str name)
{
	const struct question *q = form_question(f, name);
	for (size_t i = 0; i < f->n_questions && !q; i++)
		if (f->question[i].repeat >= 0 &&
		    str_eq(f->repeat[f->question[i].repeat].name, name))
			q = &f->question[i];
	return q ? form_section_at(f, q) : SIZE_MAX;
}

struct standing standing_of(struct arena *a, const struct answer_change *change, size_t n)
{
	/* A table of open addresses over the changes, by question and item. */
	struct standing st = { .change = NEW(a, n + 1, const struct answer_change *) };
	size_t n_slots = 64;
	while (n_slots < 2 * n)
		n_slots *= 2;
	uint32_t *slot = NEW(a, n_slots, uint32_t); /* index in st.change, + 1 */
	for (size_t i = 0; i < n; i++) {
		const struct answer_change *ch = &change[i];
		const uint64_t hash = str_hash(ch->question) + (uint64_t)ch->item * ITEM_SPREAD;
		size_t at = (size_t)hash & (n_slots - 1);
		while (slot[at] && (st.change[slot[at] - 1]->item != ch->item ||
				    !str_eq(st.change[slot[at] - 1]->question, ch->question)))
			at = (at + 1) & (n_slots - 1);
		if (!slot[at])
			slot[at] = (uint32_t)++st.n;
		st.change[slot[at] - 1] = ch;
	}
	return st;
}

const struct answer_change *standing_find(const struct standing *st, struct str question,
					  int64_t item)
{
	for (size_t i = 0; i < st->n; i++)
		if (st->change[i]->item == item && str_eq(st->change[i]->question, question))
			return st->change[i];
	return NULL;
}

static const struct repeat *repeat_named(const struct form *f, struct str name)
{
	for (size_t i = 0; i < f->n_repeats; i++)
		if (str_eq(f->repeat[i].name, name))
			return &f->repeat[i];
	return NULL;
}

/* Cells and items that the standing changes make: an item is there from the first word about it
 * until it is removed, whatever is said later about its answers. */
struct cells {
	struct look_cell *cell;
	size_t n_cells;
	struct look_item *item;
	size_t n_items;
};

static struct str repeat_of_change(const struct form *f, const struct answer_change *ch)
{
	const struct question *q = form_question(f, ch->question);
	return q && q->repeat >= 0 ? f->repeat[q->repeat].name : ch->question;
}

static void need_item(struct cells *out, const struct standing *st, const struct form *f,
		      const struct answer_change *ch)
{
	struct str repeat = repeat_of_change(f, ch);
	const struct answer_change *whole = standing_find(st, repeat, ch->item);
	if (!repeat_named(f, repeat) || (whole && whole->mark == MARK_REMOVED))
		return;
	for (size_t i = 0; i < out->n_items; i++)
		if (out->item[i].item == ch->item && str_eq(out->item[i].repeat, repeat))
			return;
	out->item[out->n_items++] = (struct look_item){ repeat, ch->item };
}

static bool is_there(const struct cells *out, const struct form *f, const struct answer_change *ch)
{
	if (!ch->item)
		return true;
	for (size_t i = 0; i < out->n_items; i++)
		if (out->item[i].item == ch->item &&
		    str_eq(out->item[i].repeat, repeat_of_change(f, ch)))
			return true;
	return false;
}

static struct cells cells_of(struct arena *a, const struct form *f, const struct standing *st)
{
	struct cells out = { .cell = NEW(a, st->n + 1, struct look_cell),
			     .item = NEW(a, st->n + 1, struct look_item) };
	for (size_t i = 0; i < st->n; i++)
		if (st->change[i]->item)
			need_item(&out, st, f, st->change[i]);
	for (size_t i = 0; i < st->n; i++) {
		const struct answer_change *ch = st->change[i];
		if (form_question(f, ch->question) && is_there(&out, f, ch))
			out.cell[out.n_cells++] = (struct look_cell){ ch->question, ch->item,
								      ch->value, ch->reason };
	}
	return out;
}

/* ---- the round before ---- */

const struct before_cell *sheet_before(const struct sheet *sheet, struct str question)
{
	for (size_t i = 0; i < sheet->n_before; i++)
		if (str_eq(sheet->before[i].question, question))
			return &sheet->before[i];
	return NULL;
}

/* "${ID01}" is ID01; anything else is no plain name. */
static struct str plain_name(struct str expression)
{
	struct str s = str_trim(expression);
	if (s.n > 3 && s.p[0] == '$' && s.p[1] == '{' && s.p[s.n - 1] == '}') {
		s = str_sub(s, 2, s.n - 1);
		if (!memchr(s.p, '}', s.n))
			return s;
	}
	return (struct str){ 0 };
}

/* Name that a question had in the round before, where the bridges call it the same; an instrument
 * is the same as itself. */
static struct str name_before(const struct sheet *sheet, const struct stored_round *before,
			      struct str question)
{
	const struct instrument *in = sheet->known->instrument;
	if (str_eq(before->instrument_id, in->id) &&
	    str_eq(before->instrument_version, in->version))
		return question;
	for (size_t i = 0; i < in->n_bridges; i++) {
		const struct bridge *b = &in->bridge[i];
		if (str_eq(b->item, question) && str_eq(b->round, before->id) &&
		    str_is(b->relation, "igual"))
			return plain_name(b->old);
	}
	return (struct str){ 0 };
}

static struct str cell_named(const struct look_cell *cell, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (!cell[i].item && str_eq(cell[i].question, name))
			return cell[i].value;
	return (struct str){ 0 };
}

/* Only what is typed is carried over, and nothing personal. */
static bool is_carried(const struct question *q)
{
	return q->repeat < 0 && !q->personal && q->type != QUESTION_NOTE &&
	       q->type != QUESTION_CALCULATE;
}

static bool take_before(struct call *c, struct sheet *sheet, const struct stored_round *before,
			const struct form *old, struct str document, struct err *e)
{
	const struct form *f = sheet->form;
	struct before_cell *out = NEW(c->a, f->n_questions, struct before_cell);
	struct look_cell *cell;
	struct look_item *item;
	size_t n, n_items;
	if (!look_cells_of_document(c->a, old, document, &cell, &n, &item, &n_items, e))
		return false;
	for (size_t i = 0; i < f->n_questions; i++) {
		const struct question *q = &f->question[i];
		struct str name = is_carried(q) ? name_before(sheet, before, q->name)
						: (struct str){ 0 };
		struct str value = name.n ? cell_named(cell, n, name) : (struct str){ 0 };
		if (value.n)
			out[sheet->n_before++] = (struct before_cell){ .question = q->name,
								       .value = value };
	}
	sheet->before = out;
	sheet->before_round = before->id;
	sheet->before_year = before->year;
	return true;
}

/* The last round before this one in which the cluster has an accepted answer. */
static bool find_before(struct call *c, struct store *s, struct sheet *sheet, struct err *e)
{
	struct stored_round *r;
	size_t n, here = SIZE_MAX;
	if (sheet->key.form != FORM_CLUSTER)
		return true;
	if (!store_list_round_heads(s, c->a, &r, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_eq(r[i].id, sheet->key.round))
			here = i;
	for (size_t i = here == SIZE_MAX ? 0 : here; i-- > 0;) {
		const struct instrument *old;
		struct stored_answer answer;
		bool found;
		if (!cache_instrument(c, s, r[i].instrument_id, r[i].instrument_version, &old, e) ||
		    !store_find_answer(s, c->a, r[i].id, FORM_CLUSTER, old->form[FORM_CLUSTER],
				       sheet->key.cluster, STR(""), &found, &answer, e))
			return false;
		if (found && answer.document.n)
			return take_before(c, sheet, &r[i], old->form[FORM_CLUSTER],
					   answer.document, e);
	}
	return true;
}

static void count_carried(struct sheet *sheet)
{
	struct carried *n = &sheet->carried;
	*n = (struct carried){ 0 };
	for (size_t i = 0; i < sheet->look->n; i++) {
		const struct look_entry *entry = &sheet->look->entry[i];
		if (entry->item || entry->relevance == LOOK_SKIPPED ||
		    !sheet_before(sheet, entry->question->name))
			continue;
		n->n_offered++;
		if (!sheet->now[i] || !entry->value.n)
			n->n_open++;
		else if (sheet->now[i]->mark == MARK_CONFIRMED)
			n->n_confirmed++;
		else
			n->n_changed++;
	}
}

/* ---- looking ---- */

static const struct answer_change *together(struct arena *a, const struct sheet *sheet,
					    const struct answer_change *extra, size_t n)
{
	struct answer_change *all;
	if (!n)
		return sheet->change;
	all = NEW(a, sheet->n_changes + n, struct answer_change);
	if (sheet->n_changes)
		memcpy(all, sheet->change, sheet->n_changes * sizeof(*all));
	memcpy(all + sheet->n_changes, extra, n * sizeof(*all));
	return all;
}

/* The last change of each entry. */
static void tell_now(struct arena *a, struct sheet *sheet, const struct standing *st)
{
	const struct answer_change **now = NEW(a, sheet->look->n + 1,
					       const struct answer_change *);
	for (size_t i = 0; i < sheet->look->n; i++)
		now[i] = standing_find(st, sheet->look->entry[i].question->name,
				       sheet->look->entry[i].item);
	sheet->now = now;
	count_carried(sheet);
}

bool sheet_look(struct call *c, struct sheet *sheet, const struct answer_change *extra, size_t n,
		bool options, struct err *e)
{
	const struct answer_change *all = together(c->a, sheet, extra, n);
	const struct standing st = standing_of(c->a, all, sheet->n_changes + n);
	const struct cells cells = cells_of(c->a, sheet->form, &st);
	const struct response_round dates = round_dates(&sheet->round);
	const struct look_request in = {
		.plan = sheet->known->plan[sheet->key.form][c->lang],
		.round = &dates,
		.cluster = sheet->key.cluster,
		.company = sheet->key.company,
		.lang = c->lang,
		.cell = cells.cell,
		.n_cells = cells.n_cells,
		.item = cells.item,
		.n_items = cells.n_items,
		.without_options = !options,
	};
	if (!response_look(c->a, &in, &sheet->look, e))
		return false;
	tell_now(c->a, sheet, &st);
	return true;
}

void sheet_take(struct call *c, struct sheet *sheet, struct answer_change *change, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		change[i].author = c->caller.name;
		change[i].at = c->now;
	}
	sheet->change = together(c->a, sheet, change, n);
	sheet->n_changes += n;
	sheet->found = true;
	sheet->head.n_changes = (int64_t)sheet->n_changes;
	sheet->head.saved_at = c->now;
	const struct standing st = standing_of(c->a, sheet->change, sheet->n_changes);
	tell_now(c->a, sheet, &st);
}

struct questionnaire_progress sheet_progress(const struct sheet *sheet)
{
	const struct look_section *w = &sheet->look->whole;
	return (struct questionnaire_progress){
		.n_asked = (int64_t)w->n_asked,
		.n_answered = (int64_t)w->n_answered,
		.n_owed = (int64_t)w->n_owed,
		.n_faults = (int64_t)w->n_faults,
		.n_warnings = (int64_t)w->n_warnings,
		.n_unexplained = (int64_t)w->n_unexplained,
	};
}

bool sheet_read(struct call *c, struct store *s, struct sheet *sheet, struct err *e)
{
	struct answer_change *change = NULL;
	sheet->n_changes = 0;
	if (!store_find_questionnaire(s, c->a, &sheet->key, &sheet->found, &sheet->head, e))
		return false;
	if (sheet->found && !store_list_changes(s, c->a, &sheet->key, sheet->form, &change,
						&sheet->n_changes, e))
		return false;
	sheet->change = change;
	return true;
}

/* ---- opening ---- */

static bool find_cluster(struct call *c, struct store *s, struct sheet *sheet, struct err *e)
{
	struct cluster_entry entry;
	bool found;
	if (!store_find_cluster(s, c->a, sheet->key.cluster, &found, &entry, e))
		return false;
	if (!found) {
		c->blamed = "cluster";
		return err_say(e, ERR_ABSENT, "no hay un clúster %.*s", "there is no cluster %.*s",
			       STR_ARG(sheet->key.cluster));
	}
	sheet->cluster_name = entry.name;
	return true;
}

static bool find_form(struct sheet *sheet, struct err *e)
{
	const struct instrument *in = sheet->known->instrument;
	sheet->form = in->form[sheet->key.form];
	return sheet->form || err_say(e, ERR_ABSENT, "%.*s@%.*s no tiene ese formulario",
				      "%.*s@%.*s has no such form", STR_ARG(in->id),
				      STR_ARG(in->version));
}

bool sheet_begin(struct call *c, struct store *s, const struct questionnaire_key *k,
		 struct sheet *out, struct err *e)
{
	const struct part part = part_of(&c->caller, k);
	*out = (struct sheet){ .key = *k };
	if (!part.reads)
		return err_say(e, ERR_DENIED, "su acceso no alcanza a ese formulario",
			       "your access does not reach that form");
	if (!store_get_round_head(s, c->a, k->round, &out->round, e) ||
	    !find_cluster(c, s, out, e) ||
	    !cache_known(c, s, out->round.instrument_id, out->round.instrument_version,
			 &out->known, e) ||
	    !find_form(out, e) || !sheet_read(c, s, out, e) || !find_before(c, s, out, e))
		return false;
	give_part(c, out, &part);
	return true;
}

bool sheet_open(struct call *c, struct store *s, const struct questionnaire_key *k,
		struct sheet *out, struct err *e)
{
	return sheet_begin(c, s, k, out, e) && sheet_look(c, out, NULL, 0, true, e);
}
