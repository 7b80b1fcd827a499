/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One questionnaire under review: what asks for a look, all answers beside those of the round
 * before, the decision, and how it came here. */
#include <math.h>

#include "app/invite.h"
#include "base/num.h"
#include "page/review_inside.h"

enum { VALUE_SHOWN_BYTES_MAX = 160, QUESTION_SHOWN_BYTES_MAX = 140 };

struct showing {
	struct call *c;
	struct store *s;
	struct sheet sheet;
	struct review_threads threads;
	const struct stored_evidence *evidence;
	size_t n_evidence;
};

/* ---- words ---- */

static struct str shortened(struct call *c, struct str text, size_t most)
{
	if (text.n <= most)
		return text;
	size_t n = most;
	while (n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--;
	return str_fmt(c->a, "%.*s…", (int)n, text.p);
}

/* "+35 %"; empty where nothing is compared. */
static struct str change_of(struct showing *x, const struct look_entry *entry,
			    const struct before_cell *before)
{
	double now, then;
	struct buf b;
	if (!before || !review_number(entry->question, entry->value, &now) ||
	    !review_number(entry->question, before->value, &then) || then == 0 || now == then)
		return (struct str){ 0 };
	buf_init(&b, x->c->a, 64);
	buf_puts(&b, now > then ? "+" : "");
	num_put_local(&b, x->c->lang, 100 * (now - then) / fabs(then), 0);
	buf_puts(&b, " %");
	return buf_str(&b);
}

static struct str value_of(struct showing *x, const struct look_entry *entry)
{
	return shortened(x->c, review_value_words(x->c->a, entry->question, entry->value,
						  x->c->lang),
			 VALUE_SHOWN_BYTES_MAX);
}

static struct template_review_answer answer_of(struct showing *x, const struct look_entry *entry)
{
	struct call *c = x->c;
	const struct before_cell *before =
		entry->item ? NULL : sheet_before(&x->sheet, entry->question->name);
	const struct review_thread *thread =
		review_thread_find(&x->threads, entry->question->name, entry->item);
	struct template_review_answer out = {
		.key = review_key(c->a, entry->question->name, entry->item),
		.question = shortened(c, review_question_words(c->a, entry->question, c->lang),
				      QUESTION_SHOWN_BYTES_MAX),
		.value = value_of(x, entry),
		.change = change_of(x, entry, before),
		.open = thread && thread->open,
	};
	out.name = out.key;
	if (before)
		out.before = shortened(c, review_value_words(c->a, entry->question, before->value,
							     c->lang),
				       VALUE_SHOWN_BYTES_MAX);
	if (thread)
		out.thread = thread->open ? call_say(c, "pregunta abierta", "open question")
					  : call_say(c, "resuelta", "resolved");
	return out;
}

static bool is_shown(const struct look_entry *entry)
{
	return entry->question->type != QUESTION_NOTE && entry->relevance != LOOK_SKIPPED;
}

/* ---- what asks for a look ---- */

static void put_flags(struct showing *x, struct template_review_sheet *t)
{
	const struct look *l = x->sheet.look;
	struct template_review_answer *out =
		NEW(x->c->a, l->n + 1, struct template_review_answer);
	for (size_t i = 0; i < l->n; i++) {
		const struct look_entry *entry = &l->entry[i];
		if (!is_shown(entry) || (!entry->n_warnings && !entry->n_faults))
			continue;
		struct template_review_answer *row = &out[t->n_flags++];
		*row = answer_of(x, entry);
		row->warning = entry->n_faults ? entry->fault[0].message
					       : entry->warning[0].message;
		row->reason = entry->reason;
	}
	t->flags = out;
}

static void put_talks(struct showing *x, struct template_review_sheet *t)
{
	struct template_review_talk *out =
		NEW(x->c->a, x->threads.n + 1, struct template_review_talk);
	for (size_t i = 0; i < x->threads.n; i++) {
		const struct review_thread *thread = &x->threads.thread[i];
		const struct look_entry *entry =
			look_find(x->sheet.look, thread->question, thread->item);
		if (!entry || !review_in_area(&x->sheet, entry->question))
			continue;
		out[t->n_talks++] = (struct template_review_talk){
			.key = review_key(x->c->a, thread->question, thread->item),
			.name = review_key(x->c->a, thread->question, thread->item),
			.question = shortened(x->c,
					      review_question_words(x->c->a, entry->question,
								    x->c->lang),
					      QUESTION_SHOWN_BYTES_MAX),
			.value = value_of(x, entry),
			.state = thread->open ? thread->answered
							? call_say(x->c, "respondida", "answered")
							: call_say(x->c, "abierta", "open")
					      : call_say(x->c, "resuelta", "resolved"),
			.open = thread->open,
			.last = thread->message[thread->n - 1]->text,
		};
	}
	t->talks = out;
}

/* ---- areas ---- */

static void put_area(struct showing *x, size_t section, struct template_review_area *out)
{
	const struct look *l = x->sheet.look;
	const struct form_section *f = &x->sheet.form->section[section];
	const struct look_section *n = &l->section[section];
	struct template_review_answer *row = NEW(x->c->a, l->n + 1, struct template_review_answer);
	for (size_t i = 0; i < l->n; i++)
		if (l->entry[i].index >= f->first && l->entry[i].index < f->first + f->n &&
		    is_shown(&l->entry[i]))
			row[out->n_rows++] = answer_of(x, &l->entry[i]);
	out->rows = row;
	out->title = label_in(&f->label, x->c->lang);
	if (!out->title.n)
		out->title = call_say(x->c, "Otras preguntas", "Other questions");
	out->counts = str_fmt(x->c->a,
			      x->c->lang == LANG_ES ? "%zu de %zu respuestas, %zu advertencias"
						    : "%zu of %zu answers, %zu warnings",
			      n->n_answered, n->n_asked, n->n_warnings);
}

static void put_areas(struct showing *x, struct template_review_sheet *t)
{
	const size_t n = x->sheet.form->n_sections;
	struct template_review_area *out = NEW(x->c->a, n + 1, struct template_review_area);
	for (size_t i = 0; i < n; i++) {
		struct template_review_area one = { 0 };
		put_area(x, i, &one);
		if (one.n_rows)
			out[t->n_areas++] = one;
	}
	t->areas = out;
}

/* ---- how it came here ---- */

static bool put_events(struct showing *x, struct template_review_sheet *t, struct err *e)
{
	struct questionnaire_event *list;
	size_t n;
	if (!store_list_questionnaire_events(x->s, x->c->a, &x->sheet.key, &list, &n, e))
		return false;
	struct template_review_event *out = NEW(x->c->a, n + 1, struct template_review_event);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct template_review_event){
			.state = str_of(questionnaire_state_word(list[i].state, x->c->lang)),
			.at = list[i].at,
			.author = list[i].author,
			.note = list[i].note,
		};
	t->events = out;
	t->n_events = n;
	return true;
}

static struct str counts_of(struct showing *x)
{
	const struct look_section *w = &x->sheet.look->whole;
	return str_fmt(x->c->a,
		       x->c->lang == LANG_ES
			       ? "%zu de %zu respuestas; faltan %zu, %zu con error, %zu "
				 "advertencias "
				 "(%zu sin explicar)."
			       : "%zu of %zu answers; %zu missing, %zu with a fault, %zu warnings "
				 "(%zu without a reason).",
		       w->n_answered, w->n_asked, w->n_owed, w->n_faults, w->n_warnings,
		       w->n_unexplained);
}

static bool read_all(struct showing *x, struct err *e)
{
	struct questionnaire_key key;
	struct stored_evidence *evidence;
	if (!call_store(x->c, &x->s, e) || !sheet_key(x->c, x->s, FORM_CLUSTER, &key, e) ||
	    !sheet_open(x->c, x->s, &key, &x->sheet, e) ||
	    !review_threads_of(x->c, x->s, &key, &x->threads, e) ||
	    !store_list_evidence(x->s, x->c->a, &key, &evidence, &x->n_evidence, e))
		return false;
	x->evidence = evidence;
	return true;
}

static bool place_of(struct showing *x, struct str *out, struct err *e)
{
	struct cluster_entry entry;
	bool found;
	if (!store_find_cluster(x->s, x->c->a, x->sheet.key.cluster, &found, &entry, e))
		return false;
	if (found)
		*out = review_place(x->c, &entry);
	return true;
}

bool review_sheet_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct showing x = { .c = c };
	struct template_review_sheet t = { .reviews = review_is_reviewer(c),
					   .fault = fault ? *fault : fault_none() };
	if (!read_all(&x, e) || !place_of(&x, &t.place, e))
		return false;
	const struct stored_questionnaire *head = &x.sheet.head;
	t.round = x.sheet.key.round;
	t.cluster = x.sheet.key.cluster;
	t.name = x.sheet.cluster_name;
	t.state = x.sheet.found ? str_of(questionnaire_state_word(head->state, c->lang))
				: call_say(c, "sin abrir", "not opened");
	t.state_name = x.sheet.found ? str_of(questionnaire_state_name(head->state)) : STR("");
	t.signed_by = head->signed_by;
	t.sent = head->sent_at;
	t.saved = head->saved_at;
	t.counts = counts_of(&x);
	t.before_round = x.sheet.before_round;
	t.may_decide = t.reviews && x.sheet.found && head->state == QUESTIONNAIRE_SENT;
	t.may_annul = (c->caller.roles & ROLE_TEAM) && x.sheet.found &&
		      head->state != QUESTIONNAIRE_ANNULLED;
	t.note = fault ? call_text(c, "--note") : STR("");
	put_talks(&x, &t);
	if (t.reviews || (c->caller.roles & ROLE_CHAMBER)) {
		put_flags(&x, &t);
		put_areas(&x, &t);
		t.files = review_files(c, x.evidence, x.n_evidence, STR(""), 0, &t.n_files);
		if (!put_events(&x, &t, e))
			return false;
	}
	template_review_sheet(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_review_sheet(struct call *c, struct err *e)
{
	return review_sheet_again(c, NULL, e);
}

/* ---- deciding ---- */

/* Its managers are told by mail, where the site sends mail. */
static bool tell_managers(struct call *c, const struct decision *d, const char *name,
			  struct str reason, struct err *e)
{
	const struct page_server *server = c->server;
	const struct questionnaire_key *k = &d->sheet.key;
	struct store *s;
	size_t n;
	return call_store(c, &s, e) &&
	       invite_tell(c, s, k->round, k->cluster, str_of(name), reason,
			   str_fmt(c->a, "%lld", (long long)d->sheet.head.n_events + 1),
			   server->public_url, &n, e);
}

static bool decided(struct call *c, bool (*deed)(struct call *c, struct err *e), const char *done,
		    struct err *e)
{
	if (!deed(c, e))
		return false;
	const struct decision *d = decision_of(c);
	if (d->refused) {
		const struct template_fault fault = {
			.field = deed == do_accept ? STR("") : STR("note"),
			.why = label_in(&d->why, c->lang),
		};
		return review_sheet_again(c, &fault, e);
	}
	if (deed == do_accept && !tell_managers(c, d, "accepted", (struct str){ 0 }, e))
		return false;
	if (deed == do_return &&
	    !tell_managers(c, d, "returned", str_trim(call_text(c, "--note")), e))
		return false;
	page_go(c, str_fmt(c->a, "/revision/%.*s/siguiente", STR_ARG(d->sheet.key.round)), done);
	return true;
}

bool write_review_accept(struct call *c, struct err *e)
{
	return decided(c, do_accept, "aceptado", e);
}

bool write_review_return(struct call *c, struct err *e)
{
	return decided(c, do_return, "devuelto", e);
}

bool write_review_annul(struct call *c, struct err *e)
{
	return decided(c, do_annul, "anulado", e);
}
