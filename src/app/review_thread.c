/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads on single answers: asked by who reviews, answered by who filled the form in. */
#include "app/review.h"

/* ---- reading ---- */

static struct review_thread *thread_of(struct review_thread *t, size_t *n,
				       const struct review_message *m)
{
	for (size_t i = 0; i < *n; i++)
		if (t[i].item == m->item && str_eq(t[i].question, m->question))
			return &t[i];
	t[*n] = (struct review_thread){ .question = m->question, .item = m->item };
	return &t[(*n)++];
}

/* The messages of one thread, in the order in which they were said. */
static void gather(struct arena *a, struct review_thread *t, const struct review_message *m,
		   size_t n)
{
	const struct review_message **own = NEW(a, t->n, const struct review_message *);
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		if (m[i].item == t->item && str_eq(m[i].question, t->question))
			own[k++] = &m[i];
	t->message = own;
	t->open = own[k - 1]->kind == REVIEW_SAY;
	t->answered = t->open && own[k - 1]->side == REVIEW_ANSWERS;
}

bool review_threads_of(struct call *c, struct store *s, const struct questionnaire_key *k,
		       struct review_threads *out, struct err *e)
{
	struct review_message *m;
	size_t n;
	struct review_threads all = { 0 };
	if (!store_list_review_messages(s, c->a, k, &m, &n, e))
		return false;
	struct review_thread *t = NEW(c->a, n + 1, struct review_thread);
	for (size_t i = 0; i < n; i++)
		thread_of(t, &all.n, &m[i])->n++;
	for (size_t i = 0; i < all.n; i++) {
		gather(c->a, &t[i], m, n);
		all.n_open += t[i].open;
	}
	all.thread = t;
	*out = all;
	return true;
}

const struct review_thread *review_thread_find(const struct review_threads *all,
					       struct str question, int64_t item)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->thread[i].item == item && str_eq(all->thread[i].question, question))
			return &all->thread[i];
	return NULL;
}

/* ---- saying ---- */

bool review_in_area(const struct sheet *sheet, const struct question *q)
{
	const size_t at = form_section_at(sheet->form, q);
	if (!sheet->area.n)
		return true;
	return at != SIZE_MAX && sheet->form->section[at].area != NO_AREA &&
	       str_eq(sheet->known->instrument->area[sheet->form->section[at].area].code,
		      sheet->area);
}

struct saying {
	struct questionnaire_key key;
	struct review_message message;
};

bool prepare_review_message(struct call *c, struct err *e)
{
	struct saying *x = NEW(c->a, 1, struct saying);
	struct sheet sheet;
	struct store *s;
	c->prepared = x;
	x->message = (struct review_message){ .question = call_text(c, "--question"),
					      .item = call_integer(c, "--item", 0),
					      .text = str_trim(call_text(c, "--text")) };
	if (call_given(c, "--resolve"))
		x->message.kind = REVIEW_RESOLVE;
	if (x->message.kind == REVIEW_RESOLVE && !(c->caller.roles & (ROLE_TEAM | ROLE_REVIEWER)))
		return err_say(e, ERR_DENIED, "solo quien revisa da por resuelta una pregunta",
			       "only who reviews declares a question resolved");
	x->message.side = c->caller.roles & (ROLE_TEAM | ROLE_REVIEWER) ? REVIEW_ASKS
									: REVIEW_ANSWERS;
	if (!call_store(c, &s, e) || !sheet_key(c, s, FORM_CLUSTER, &x->key, e) ||
	    !sheet_open(c, s, &x->key, &sheet, e))
		return false;
	const struct question *q = form_question(sheet.form, x->message.question);
	if (!q) {
		c->blamed = "question";
		return err_say(e, ERR_INPUT, "no hay una pregunta %.*s",
			       "there is no question %.*s", STR_ARG(x->message.question));
	}
	return review_in_area(&sheet, q) ||
	       err_say(e, ERR_DENIED, "esa pregunta no es de su área",
		       "that question is not in your area");
}

bool do_review_message(struct call *c, struct err *e)
{
	const struct saying *x = c->prepared;
	struct store *s;
	return call_store(c, &s, e) && store_add_review_message(s, &x->key, &x->message, e);
}
