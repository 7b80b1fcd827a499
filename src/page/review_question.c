/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One answer: what it is, how it came to be, and what is said of it. */
#include "page/review_inside.h"

struct asking {
	struct call *c;
	struct store *s;
	struct sheet sheet;
	const struct look_entry *entry;
	struct review_threads threads;
};

static bool read_question(struct asking *x, struct err *e)
{
	struct questionnaire_key key;
	struct str question;
	int64_t item;
	review_key_read(call_text(x->c, "--question"), &question, &item);
	if (!item)
		item = call_integer(x->c, "--item", 0);
	if (!call_store(x->c, &x->s, e) || !sheet_key(x->c, x->s, FORM_CLUSTER, &key, e) ||
	    !sheet_open(x->c, x->s, &key, &x->sheet, e) ||
	    !review_threads_of(x->c, x->s, &key, &x->threads, e))
		return false;
	x->entry = look_find(x->sheet.look, question, item);
	if (!x->entry)
		return err_say(e, ERR_ABSENT, "no hay una pregunta %.*s en este formulario",
			       "there is no question %.*s in this form", STR_ARG(question));
	return review_in_area(&x->sheet, x->entry->question) ||
	       err_say(e, ERR_DENIED, "esa pregunta no es de su área",
		       "that question is not in your area");
}

static void put_messages(struct asking *x, struct template_review_question *t)
{
	const struct review_thread *thread = review_thread_find(
		&x->threads, x->entry->question->name, x->entry->item);
	if (!thread)
		return;
	struct template_review_message *out =
		NEW(x->c->a, thread->n, struct template_review_message);
	for (size_t i = 0; i < thread->n; i++) {
		const struct review_message *m = thread->message[i];
		out[i] = (struct template_review_message){
			.author = m->author,
			.side = m->side == REVIEW_ASKS ? STR("asks") : STR("answers"),
			.at = m->at,
			.text = m->text,
			.ends = m->kind == REVIEW_RESOLVE,
			.mine = str_eq(m->author, x->c->caller.name),
		};
	}
	t->messages = out;
	t->n_messages = thread->n;
	t->open = thread->open;
}

static struct str mark_words(struct call *c, const struct answer_change *ch)
{
	return ch->mark == MARK_CONFIRMED ? call_say(c, "sigue igual", "still the same")
	       : ch->mark == MARK_REMOVED ? call_say(c, "quitada", "taken away")
	       : !ch->value.n		  ? call_say(c, "borrada", "cleared")
					  : (struct str){ 0 };
}

/* Newest first. */
static void put_changes(struct asking *x, struct template_review_question *t)
{
	struct template_review_change *out =
		NEW(x->c->a, x->sheet.n_changes + 1, struct template_review_change);
	for (size_t i = x->sheet.n_changes; i-- > 0;) {
		const struct answer_change *ch = &x->sheet.change[i];
		if (ch->item != x->entry->item ||
		    !str_eq(ch->question, x->entry->question->name))
			continue;
		out[t->n_changes++] = (struct template_review_change){
			.at = ch->at,
			.author = ch->author,
			.value = review_value_words(x->c->a, x->entry->question, ch->value,
						    x->c->lang),
			.mark = mark_words(x->c, ch),
			.reason = ch->reason,
		};
	}
	t->changes = out;
}

static void put_warnings(struct asking *x, struct template_review_question *t)
{
	struct str *out = NEW(x->c->a, x->entry->n_warnings + x->entry->n_faults + 1, struct str);
	for (size_t i = 0; i < x->entry->n_faults; i++)
		out[t->n_warnings++] = x->entry->fault[i].message;
	for (size_t i = 0; i < x->entry->n_warnings; i++)
		out[t->n_warnings++] = x->entry->warning[i].message;
	t->warnings = out;
}

static bool put_files(struct asking *x, struct template_review_question *t, struct err *e)
{
	struct stored_evidence *list;
	size_t n;
	if (!store_list_evidence(x->s, x->c->a, &x->sheet.key, &list, &n, e))
		return false;
	t->files = review_files(x->c, list, n, x->entry->question->name, x->entry->item,
				&t->n_files);
	return true;
}

bool review_question_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct asking x = { .c = c };
	if (!read_question(&x, e))
		return false;
	const struct question *q = x.entry->question;
	const struct before_cell *before = x.entry->item ? NULL : sheet_before(&x.sheet, q->name);
	struct template_review_question t = {
		.round = x.sheet.key.round,
		.cluster = x.sheet.key.cluster,
		.name = x.sheet.cluster_name,
		.key = q->name,
		.code = q->name,
		.question = review_question_words(c->a, q, c->lang),
		.hint = label_in(&q->hint, c->lang),
		.item = x.entry->item,
		.value = review_value_words(c->a, q, x.entry->value, c->lang),
		.before_round = x.sheet.before_round,
		.reason = x.entry->reason,
		.asks = review_is_reviewer(c),
		.text = fault ? call_text(c, "--text") : STR(""),
		.fault = fault ? *fault : fault_none(),
	};
	if (before)
		t.before = review_value_words(c->a, q, before->value, c->lang);
	put_warnings(&x, &t);
	put_messages(&x, &t);
	put_changes(&x, &t);
	if (!put_files(&x, &t, e))
		return false;
	template_review_question(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_review_question(struct call *c, struct err *e)
{
	return review_question_again(c, NULL, e);
}

bool write_review_message(struct call *c, struct err *e)
{
	struct err why = { 0 };
	if (!do_review_message(c, &why)) {
		if (why.code != ERR_INPUT && why.code != ERR_LIMIT) {
			*e = why;
			return false;
		}
		const struct template_fault fault = {
			.field = STR("text"),
			.why = str_of(err_text(&why, c->lang == LANG_EN)),
		};
		c->reply.status = 422;
		return review_question_again(c, &fault, e);
	}
	page_go(c,
		str_fmt(c->a, "/revision/%.*s/%.*s/pregunta/%.*s", STR_ARG(call_text(c, "--round")),
			STR_ARG(call_text(c, "--cluster")),
			STR_ARG(review_key(c->a, call_text(c, "--question"),
					   call_integer(c, "--item", 0)))),
		call_given(c, "--resolve") ? "resuelta" : "mensaje");
	return true;
}
