/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All answers on one page, what is left, the signature, and the same as PDF. */
#include "app/program.h"
#include "app/publication.h"
#include "page/form_inside.h"
#include "report/answers.h"

/* ---- what is left ---- */

static void add_todo(struct call *c, const struct sheet *sheet, const struct look_entry *entry,
		     struct str why, struct template_form_todo *out)
{
	const size_t section = form_section_at(sheet->form, entry->question);
	*out = (struct template_form_todo){
		.section = form_section_key(c->a, sheet, section),
		.title = form_section_title(c, sheet, section),
		.anchor = form_key(c->a, entry->question->name, entry->item, '-'),
		.label = form_question_words(c, entry),
		.why = why,
	};
}

/* Empty: nothing is left to do about it. */
static struct str why_left(const struct call *c, const struct look_entry *entry)
{
	if (entry->n_faults)
		return entry->fault[0].message;
	if (entry->relevance == LOOK_ASKED && entry->required && !entry->value.n &&
	    form_is_asked(entry->question)) {
		const struct str own = label_in(&entry->question->required_message, c->lang);
		return own.n ? own : call_say(c, "falta la respuesta", "the answer is missing");
	}
	if (entry->n_warnings && !entry->reason.n)
		return entry->warning[0].message;
	return (struct str){ 0 };
}

static void put_todo(struct call *c, const struct sheet *sheet, struct template_form_send *t)
{
	struct template_form_todo *todo = NEW(c->a, TODO_SHOWN_MAX, struct template_form_todo);
	struct template_form_todo *explained = NEW(c->a, TODO_SHOWN_MAX,
						   struct template_form_todo);
	t->todo = todo;
	t->explained = explained;
	for (size_t i = 0; i < sheet->look->n; i++) {
		const struct look_entry *entry = &sheet->look->entry[i];
		const struct str why = why_left(c, entry);
		t->left += why.n > 0;
		if (why.n && t->n_todo < TODO_SHOWN_MAX)
			add_todo(c, sheet, entry, why, &todo[t->n_todo++]);
		if (!why.n && entry->n_warnings && t->n_explained < TODO_SHOWN_MAX)
			add_todo(c, sheet, entry,
				 str_fmt(c->a, "%.*s %.*s %.*s",
					 STR_ARG(entry->warning[0].message),
					 STR_ARG(call_say(c, "Motivo:", "Reason:")),
					 STR_ARG(entry->reason)),
				 &explained[t->n_explained++]);
	}
	t->more_todo = t->left - (int64_t)t->n_todo;
}

/* ---- all that was said ---- */

static bool is_said(const struct sheet *sheet, const struct look_entry *entry, size_t section)
{
	const struct form_section *at = &sheet->form->section[section];
	return entry->index >= at->first && entry->index < at->first + at->n &&
	       entry->relevance != LOOK_SKIPPED && entry->question->type != QUESTION_NOTE &&
	       (form_is_asked(entry->question) || entry->value.n);
}

/* Items of repeats are told by their number only: a page has a limit, the PDF has all. */
static void fill_said(struct call *c, const struct sheet *sheet, size_t section,
		      struct template_form_said_area *out)
{
	struct template_form_said *row = NEW(c->a, sheet->look->n, struct template_form_said);
	size_t n_items = 0;
	int64_t last = 0;
	*out = (struct template_form_said_area){
		.title = form_section_title(c, sheet, section),
		.rows = row,
	};
	for (size_t i = 0; i < sheet->look->n; i++) {
		const struct look_entry *entry = &sheet->look->entry[i];
		if (!is_said(sheet, entry, section))
			continue;
		if (entry->item) {
			n_items += entry->item != last;
			last = entry->item;
			continue;
		}
		row[out->n_rows++] = (struct template_form_said){
			.question = entry->question->name,
			.label = label_in(&entry->question->label, c->lang),
			.value = form_answer_words(c, entry->question, entry->value),
			.reason = entry->n_warnings ? entry->reason : (struct str){ 0 },
			.warning = entry->n_warnings ? entry->warning[0].message
						     : (struct str){ 0 },
		};
	}
	if (n_items)
		out->more = str_fmt(c->a,
				    c->lang == LANG_ES ? "Y %zu fichas, que están en el PDF."
						       : "And %zu records, which are in the PDF.",
				    n_items);
}

static void put_areas(struct call *c, const struct sheet *sheet, struct template_form_send *t)
{
	struct template_form_said_area *out = NEW(c->a, sheet->form->n_sections,
						  struct template_form_said_area);
	t->areas = out;
	for (size_t i = 0; i < sheet->form->n_sections; i++)
		if (form_section_shown(sheet, i))
			fill_said(c, sheet, i, &out[t->n_areas++]);
}

/* ---- the page ---- */

static bool show(struct call *c, const struct sheet *sheet, const struct template_fault *fault,
		 struct err *e)
{
	const bool typed = str_is(str_of(c->command->method), "POST");
	struct template_form_send t = {
		.cluster = sheet->key.cluster,
		.name = sheet->cluster_name.n ? sheet->cluster_name : sheet->key.cluster,
		.round = sheet->key.round,
		.may_send = sheet->may_send,
		.signature = typed ? call_text(c, "--signature") : c->caller.person,
		.fault = fault ? *fault : fault_none(),
		.sent = sheet->found && sheet->head.sent_at.n && !sheet->may_answer,
	};
	if (t.sent) {
		t.signed_by = sheet->head.signed_by;
		t.sent_at = sheet->head.sent_at;
	} else {
		put_todo(c, sheet, &t);
		t.ready = !t.left && sheet->look->whole.n_answered;
	}
	put_areas(c, sheet, &t);
	template_form_send(&c->out, frame_with_script(c, "form.js"), &t);
	return page_end(c, e);
}

/* Who answers one area does not see the others. */
static bool whole_sheet(struct call *c, struct store **ret_s, struct sheet *out, struct err *e)
{
	return form_sheet(c, ret_s, out, e) &&
	       (!out->area.n ||
		err_say(e, ERR_DENIED, "su acceso es para una sola área del formulario",
			"your access is for one area of the form only"));
}

bool page_form_send(struct call *c, struct err *e)
{
	struct store *s;
	struct sheet sheet;
	return whole_sheet(c, &s, &sheet, e) && show(c, &sheet, NULL, e);
}

bool prepare_form_send(struct call *c, struct err *e)
{
	return prepare_send(c, FORM_CLUSTER, e);
}

bool write_form_send(struct call *c, struct err *e)
{
	const struct decision *d = decision_of(c);
	if (!do_send(c, e))
		return false;
	if (!d->refused) {
		form_go(c, &d->sheet, STR("/resultado"), "enviado", STR(""));
		return true;
	}
	const struct template_fault fault = {
		.field = d->sheet.look->whole.n_owed || d->sheet.look->whole.n_faults ||
					 d->sheet.look->whole.n_unexplained
				 ? (struct str){ 0 }
				 : !str_trim(call_text(c, "--signature")).n ? STR("signature")
									    : STR("agreed"),
		.why = label_in(&d->why, c->lang),
	};
	c->reply.status = 422;
	return show(c, &d->sheet, &fault, e);
}

/* ---- PDF ---- */

static size_t fill_lines(struct call *c, const struct sheet *sheet, size_t section, int64_t item,
			 int repeat, struct answers_line *line)
{
	size_t n = 0;
	for (size_t i = 0; i < sheet->look->n; i++) {
		const struct look_entry *entry = &sheet->look->entry[i];
		if (!is_said(sheet, entry, section) || entry->item != item ||
		    entry->question->repeat != repeat)
			continue;
		line[n++] = (struct answers_line){
			.code = entry->question->name,
			.question = label_in(&entry->question->label, c->lang),
			.answer = form_answer_words(c, entry->question, entry->value),
			.reason = entry->n_warnings ? entry->reason : (struct str){ 0 },
		};
	}
	return n;
}

static void add_part(struct call *c, const struct sheet *sheet, size_t section, int64_t item,
		     int repeat, struct str title, struct answers_request *r)
{
	struct answers_line *line = NEW(c->a, sheet->form->n_questions, struct answers_line);
	struct answers_part *part = (struct answers_part *)(uintptr_t)&r->part[r->n_parts];
	const size_t n = fill_lines(c, sheet, section, item, repeat, line);
	if (!n && item)
		return;
	r->n_parts++;
	*part = (struct answers_part){ .title = title, .inner = item != 0, .line = line, .n = n };
}

/* The items of the section's repeats, each a part. */
static void add_items(struct call *c, const struct sheet *sheet, size_t section,
		      struct answers_request *r)
{
	int64_t last = 0;
	int repeat = -1;
	for (size_t i = 0, place = 0; i < sheet->look->n; i++) {
		const struct look_entry *entry = &sheet->look->entry[i];
		if (!entry->item || !is_said(sheet, entry, section) ||
		    (entry->item == last && entry->question->repeat == repeat))
			continue;
		place = entry->question->repeat == repeat ? place + 1 : 1;
		last = entry->item;
		repeat = entry->question->repeat;
		add_part(c, sheet, section, entry->item, repeat,
			 str_fmt(c->a, "%.*s, %zu",
				 STR_ARG(label_in(&sheet->form->repeat[repeat].label, c->lang)),
				 place),
			 r);
	}
}

static void put_head(struct call *c, const struct sheet *sheet, struct answers_request *r)
{
	const struct instrument *in = sheet->known->instrument;
	const enum questionnaire_state state = sheet->found ? sheet->head.state
							    : QUESTIONNAIRE_DRAFT;
	const struct str last = sheet->n_changes ? sheet->change[sheet->n_changes - 1].at
						 : sheet->round.to;
	r->lang = c->lang;
	r->cluster = sheet->key.cluster;
	r->cluster_name = sheet->cluster_name.n ? sheet->cluster_name : sheet->key.cluster;
	r->round = sheet->key.round;
	r->state = str_of(questionnaire_state_word(state, c->lang));
	r->signed_by = state == QUESTIONNAIRE_DRAFT ? (struct str){ 0 } : sheet->head.signed_by;
	r->sent_on = str_sub(sheet->head.sent_at, 0, 10);
	r->date = str_sub(last, 0, 10);
	r->method = str_fmt(c->a, "%.*s@%.*s", STR_ARG(in->id), STR_ARG(in->version));
	r->method_sha256 = sha256_hex(c->a, in->sha256);
	r->program = STR(PROGRAM_NAME);
	if (sheet->round.synthetic)
		r->notice = call_say(c, "Datos sintéticos de demostración.",
				     "Synthetic data for demonstration.");
}

static bool put_evidence(struct call *c, struct store *s, const struct sheet *sheet,
			 struct answers_request *r, struct err *e)
{
	struct stored_evidence *list;
	size_t n, kept = 0;
	if (!store_list_evidence(s, c->a, &sheet->key, &list, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		kept += !list[i].removed_at.n;
	if (kept)
		r->evidence = str_fmt(c->a,
				      c->lang == LANG_ES ? "%zu archivos de evidencia"
							 : "%zu files of evidence",
				      kept);
	return true;
}

bool prepare_form_pdf(struct call *c, struct err *e)
{
	struct answers_request r = { 0 };
	struct document d;
	struct store *s;
	struct sheet sheet;
	if (!whole_sheet(c, &s, &sheet, e) || !put_evidence(c, s, &sheet, &r, e))
		return false;
	r.part = NEW(c->a, sheet.form->n_sections + sheet.look->n + 1, struct answers_part);
	put_head(c, &sheet, &r);
	for (size_t i = 0; i < sheet.form->n_sections; i++) {
		if (!form_section_shown(&sheet, i))
			continue;
		add_part(c, &sheet, i, 0, -1, form_section_title(c, &sheet, i), &r);
		add_items(c, &sheet, i, &r);
	}
	answers_document(c->a, &r, &d);
	return publication_render(c, &d, STR("pdf"), &c->reply.bytes, e);
}

bool page_form_pdf(struct call *c, struct err *e)
{
	(void)e;
	c->reply.type = "application/pdf";
	c->reply.file_name = str_fmt(c->a, c->lang == LANG_ES ? "respuestas-%.*s.pdf"
							      : "answers-%.*s.pdf",
				     STR_ARG(call_text(c, "--cluster")));
	return true;
}
