/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files beside answers: listed, put there, sent back as they came, taken away.  A file is never
 * shown by the browser as a page of ours: it goes out as bytes to be saved. */
#include "app/evidence.h"
#include "base/num.h"
#include "page/form_inside.h"

enum { KIB = 1 << 10, MIB = 1 << 20 };

static struct str size_words(const struct call *c, int64_t n_bytes)
{
	struct buf b;
	const bool large = n_bytes >= MIB;
	buf_init(&b, c->a, 64);
	num_put_local(&b, c->lang, (double)n_bytes / (large ? MIB : KIB), large ? 1 : 0);
	buf_puts(&b, large ? " MB" : " kB");
	return buf_str(&b);
}

static struct str question_label(const struct call *c, const struct sheet *sheet,
				 struct str question)
{
	const struct question *q = form_question(sheet->form, question);
	return q ? label_in(&q->label, c->lang) : (struct str){ 0 };
}

/* The caller may put files beside it. */
static bool may_add(const struct sheet *sheet, const struct question *q)
{
	return form_is_asked(q) &&
	       sheet_may_answer(sheet,
				form_section_at(sheet->form, q));
}

static void put_files(struct call *c, const struct sheet *sheet, const struct form_people *people,
		      const struct stored_evidence *list, size_t n,
		      struct template_form_evidence *t)
{
	struct template_form_file *out = NEW(c->a, n, struct template_form_file);
	t->files = out;
	for (size_t i = 0; i < n; i++) {
		const struct question *q = form_question(sheet->form, list[i].question);
		if (list[i].removed_at.n || !evidence_is_visible(sheet, list[i].question) ||
		    (t->question.n && !str_eq(t->question, list[i].question)))
			continue;
		out[t->n_files++] = (struct template_form_file){
			.number = list[i].number,
			.name = list[i].name,
			.question = form_key(c->a, list[i].question, list[i].item, '.'),
			.label = question_label(c, sheet, list[i].question),
			.size = size_words(c, list[i].n_bytes),
			.who = form_person(c, people, list[i].author),
			.at = list[i].at,
			.may_remove = q && may_add(sheet, q),
		};
	}
}

static void put_questions(struct call *c, const struct sheet *sheet, struct str chosen,
			  struct template_form_evidence *t)
{
	const struct form *f = sheet->form;
	struct template_choice *out = NEW(c->a, f->n_questions, struct template_choice);
	t->questions = out;
	for (size_t i = 0; i < f->n_questions; i++) {
		const struct question *q = &f->question[i];
		if (q->repeat >= 0 || !may_add(sheet, q))
			continue;
		out[t->n_questions++] = (struct template_choice){
			.value = q->name,
			.word = str_fmt(c->a, "%.*s %.*s", STR_ARG(q->name),
					STR_ARG(label_in(&q->label, c->lang))),
			.chosen = str_eq(q->name, chosen),
		};
	}
}

static void put_limits(struct call *c, struct template_form_evidence *t)
{
	t->limits = str_fmt(c->a,
			    c->lang == LANG_ES
				    ? "PDF, PNG, JPEG, XLSX o DOCX, hasta %d MB; hasta %d "
				      "archivos por pregunta y %d en todo el formulario."
				    : "PDF, PNG, JPEG, XLSX or DOCX, up to %d MB; up to %d files a "
				      "question and %d in the whole form.",
			    EVIDENCE_BYTES_MAX / MIB, EVIDENCE_OF_QUESTION_MAX,
			    EVIDENCE_OF_QUESTIONNAIRE_MAX);
}

static bool show(struct call *c, struct store *s, const struct sheet *sheet,
		 const struct template_fault *fault, struct err *e)
{
	const struct str asked = call_text(c, "--question");
	const struct question *q = form_question(sheet->form, asked);
	const bool known = q && evidence_is_visible(sheet, q->name);
	struct template_form_evidence t = {
		.cluster = sheet->key.cluster,
		.name = sheet->cluster_name,
		.round = sheet->key.round,
		.question = known ? q->name : (struct str){ 0 },
		.fault = fault ? *fault : fault_none(),
		.may_add = known ? may_add(sheet, q) && q->repeat < 0 : sheet->may_answer,
	};
	struct form_people people;
	struct stored_evidence *list;
	size_t n;
	if (!store_list_evidence(s, c->a, &sheet->key, &list, &n, e) ||
	    !form_people(c, s, sheet->key.round, &people, e))
		return false;
	if (known) {
		const size_t section = form_section_at(sheet->form, q);
		t.label = label_in(&q->label, c->lang);
		t.section = form_section_key(c->a, sheet, section);
	}
	put_files(c, sheet, &people, list, n, &t);
	put_questions(c, sheet, asked, &t);
	put_limits(c, &t);
	template_form_evidence(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool form_evidence_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct store *s;
	struct sheet sheet;
	return form_sheet(c, &s, &sheet, e) && show(c, s, &sheet, fault, e);
}

bool page_form_evidence(struct call *c, struct err *e)
{
	return form_evidence_again(c, NULL, e);
}

bool write_form_evidence(struct call *c, struct err *e)
{
	const struct evidence_deed *d = evidence_deed_of(c);
	struct store *s;
	if (!do_add_evidence(c, e) || !call_store(c, &s, e))
		return false;
	if (d->refused) {
		const struct template_fault fault = {
			.field = d->field ? str_of(d->field) : (struct str){ 0 },
			.why = label_in(&d->why, c->lang),
		};
		return show(c, s, &d->sheet, &fault, e);
	}
	form_go(c, &d->sheet,
		str_fmt(c->a, "/evidencia?question=%.*s", STR_ARG(d->in.question)), "guardado",
		STR(""));
	return true;
}

bool write_form_file_removed(struct call *c, struct err *e)
{
	const struct evidence_deed *d = evidence_deed_of(c);
	if (!do_remove_evidence(c, e))
		return false;
	form_go(c, &d->sheet,
		str_fmt(c->a, "/evidencia?question=%.*s", STR_ARG(d->question)),
		"evidencia-quitada", STR(""));
	return true;
}

bool page_form_file(struct call *c, struct err *e)
{
	struct stored_evidence file;
	struct store *s;
	struct sheet sheet;
	struct str bytes;
	if (!form_sheet(c, &s, &sheet, e) ||
	    !store_get_evidence(s, c->a, &sheet.key, call_integer(c, "NUMBER", 0), &file, &bytes,
				e))
		return false;
	if (!evidence_is_visible(&sheet, file.question))
		return err_say(e, ERR_DENIED, "su acceso es para otra área del formulario",
			       "your access is for another area of the form");
	const char *end = str_is(file.kind, "jpeg") ? "jpg" : str_c(c->a, file.kind);
	const struct str suffix = str_fmt(c->a, ".%s", end);
	c->reply.bytes = bytes;
	c->reply.type = "application/octet-stream";
	c->reply.file_name = str_ends(file.name, str_c(c->a, suffix))
				     ? file.name
				     : str_fmt(c->a, "%.*s%.*s", STR_ARG(file.name),
					       STR_ARG(suffix));
	return true;
}
