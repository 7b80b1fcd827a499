/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One area of the form: shown, and saved.  What is typed is saved whatever is wrong with it; then
 * the browser is sent on, to the next area, back to the first fault, or to the areas. */
#include <string.h>

#include "page/escape.h"
#include "page/form_inside.h"

enum { PROBLEMS_SHOWN_MAX = 12 };

/* ---- what is to be looked at ---- */

static void add_problem(struct call *c, const struct look_entry *entry, struct str why,
			struct template_form_area *t, struct template_form_problem *out)
{
	if (t->n_problems == PROBLEMS_SHOWN_MAX)
		return;
	out[t->n_problems++] = (struct template_form_problem){
		.anchor = form_key(c->a, entry->question->name, entry->item, '-'),
		.label = form_key(c->a, entry->question->name, entry->item, '.'),
		.why = why,
	};
}

static void put_problems(struct call *c, const struct sheet *sheet, size_t section,
			 struct template_form_area *t)
{
	const struct form_section *at = &sheet->form->section[section];
	struct template_form_problem *out = NEW(c->a, PROBLEMS_SHOWN_MAX,
						struct template_form_problem);
	t->problems = out;
	for (size_t i = 0; i < sheet->look->n; i++) {
		const struct look_entry *entry = &sheet->look->entry[i];
		if (entry->index < at->first || entry->index >= at->first + at->n)
			continue;
		if (entry->n_faults)
			add_problem(c, entry, entry->fault[0].message, t, out);
		else if (entry->n_warnings && !entry->reason.n)
			add_problem(c, entry,
				    call_say(c, "explique por qué es correcto, o corríjalo",
					     "say why it is right, or correct it"),
				    t, out);
	}
}

static struct str why_readonly(struct call *c, const struct sheet *sheet)
{
	if (sheet->found && sheet->head.state != QUESTIONNAIRE_DRAFT &&
	    sheet->head.state != QUESTIONNAIRE_RETURNED)
		return str_fmt(c->a,
			       c->lang == LANG_ES
				       ? "El formulario está %s: se lee y no se cambia. Si hay que "
					 "corregir algo, pida que se lo devuelvan."
				       : "The form is %s: it is read and not changed. If something "
					 "needs a correction, ask for it to be returned.",
			       questionnaire_state_word(sheet->head.state, c->lang));
	if (sheet->round.state != ROUND_OPEN && sheet->round.state != ROUND_REVIEW)
		return str_fmt(c->a,
			       c->lang == LANG_ES ? "La ronda está %s y no recibe respuestas."
						  : "The round is %s and takes no answers.",
			       round_state_word(sheet->round.state, c->lang));
	return call_say(c, "Su acceso deja leer este formulario, no responderlo.",
			"Your access lets you read this form, not answer it.");
}

/* ---- the page ---- */

static void put_addresses(struct call *c, const struct sheet *sheet, struct template_form_area *t)
{
	const struct instrument *in = sheet->known->instrument;
	t->sheet = str_fmt(c->a, "/api/rounds/%.*s/questionnaires/%.*s", STR_ARG(sheet->key.round),
			   STR_ARG(sheet->key.cluster));
	t->save = str_fmt(c->a, "%.*s/answers", STR_ARG(t->sheet));
	t->program = str_fmt(c->a, "/api/instruments/%.*s@%.*s/forms/cluster/program?v=%.*s",
			     STR_ARG(in->id), STR_ARG(in->version),
			     STR_ARG(sha256_hex(c->a, in->sha256)));
}

static void put_places(struct call *c, const struct sheet *sheet, size_t section,
		       struct template_form_area *t)
{
	const size_t before = form_section_beside(sheet, section, -1);
	const size_t after = form_section_beside(sheet, section, 1);
	for (size_t i = 0; i < sheet->form->n_sections; i++) {
		t->n_places += form_section_shown(sheet, i);
		t->place += form_section_shown(sheet, i) && i <= section;
	}
	if (t->n_places == 1)
		t->n_places = 0;
	if (before != SIZE_MAX)
		t->before = form_section_key(c->a, sheet, before);
	if (after != SIZE_MAX) {
		t->after = form_section_key(c->a, sheet, after);
		t->after_title = form_section_title(c, sheet, after);
	}
}

static bool show_area(struct call *c, struct store *s, const struct sheet *sheet, size_t section,
		      struct err *e)
{
	const struct look_section *counts = &sheet->look->section[section];
	const struct form_section *at = &sheet->form->section[section];
	struct form_view v = { .c = c, .sheet = sheet,
			       .readonly = !sheet_may_answer(sheet, section),
			       .open_item = call_integer(c, "--item", 0) };
	struct stored_evidence *file;
	if (!store_list_evidence(s, c->a, &sheet->key, &file, &v.n_files, e))
		return false;
	v.file = file;
	struct template_form_area t = {
		.cluster = sheet->key.cluster,
		.cluster_name = sheet->cluster_name,
		.round = sheet->key.round,
		.section = form_section_key(c->a, sheet, section),
		.title = form_section_title(c, sheet, section),
		.hint = label_in(&at->hint, c->lang),
		.answered = (int64_t)counts->n_answered,
		.asked = (int64_t)counts->n_asked,
		.before_year = sheet->n_before ? sheet->before_year : 0,
		.version = sheet->found ? sheet->head.n_changes : 0,
		.readonly = v.readonly,
		.one_area = sheet->area.n > 0,
		.stuck = str_is(c->done, "por-corregir"),
	};
	if (sheet->found && sheet->head.n_changes)
		t.saved = form_hour_words(c, sheet->head.saved_at);
	if (v.readonly)
		t.why_readonly = why_readonly(c, sheet);
	put_addresses(c, sheet, &t);
	put_places(c, sheet, section, &t);
	put_problems(c, sheet, section, &t);
	t.blocks = form_blocks(&v, section, &t.n_blocks);
	t.empty = !counts->n_asked && !t.n_blocks;
	template_form_area(&c->out,
			   v.readonly ? frame_of_reader(c) : frame_with_script(c, "form.js"), &t);
	return page_end(c, e);
}

static bool find_section(struct call *c, const struct sheet *sheet, size_t *out, struct err *e)
{
	*out = form_section_of_key(sheet, call_text(c, "SECTION"));
	if (*out != SIZE_MAX)
		return true;
	c->blamed = "section";
	return err_say(e, ERR_ABSENT, "el formulario no tiene un área %.*s",
		       "the form has no area %.*s", STR_ARG(call_text(c, "SECTION")));
}

bool page_form_area(struct call *c, struct err *e)
{
	struct store *s;
	struct sheet sheet;
	size_t section;
	return form_sheet(c, &s, &sheet, e) && find_section(c, &sheet, &section, e) &&
	       show_area(c, s, &sheet, section, e);
}

/* ---- saving ---- */

bool prepare_form_area(struct call *c, struct err *e)
{
	size_t section;
	return prepare_save(c, FORM_CLUSTER, e) &&
	       find_section(c, &save_of(c)->sheet, &section, e);
}

/* Both sides of each answer that was not saved. */
static bool show_conflicts(struct call *c, const struct save *save, size_t section, struct err *e)
{
	const struct sheet *sheet = &save->sheet;
	struct template_form_conflict *row = NEW(c->a, save->n_conflicts,
						 struct template_form_conflict);
	struct form_people people;
	struct store *s;
	if (!call_store(c, &s, e) || !form_people(c, s, sheet->key.round, &people, e))
		return false;
	for (size_t i = 0; i < save->n_conflicts; i++) {
		const struct save_conflict *k = &save->conflict[i];
		const struct question *q = form_question(sheet->form, k->question);
		const struct look_entry entry = { .question = q, .item = k->item };
		row[i] = (struct template_form_conflict){
			.key = form_key(c->a, k->question, k->item, '.'),
			.anchor = form_key(c->a, k->question, k->item, '-'),
			.label = q ? form_question_words(c, &entry) : k->question,
			.mine = q ? form_answer_words(c, q, k->mine) : k->mine,
			.mine_cell = k->mine,
			.theirs = q ? form_answer_words(c, q, k->theirs->value) : k->theirs->value,
			.theirs_cell = k->theirs->value,
			.who = form_person(c, &people, k->theirs->author),
			.at = k->theirs->at,
			.seen = k->theirs->number,
		};
	}
	const struct template_form_conflicts t = {
		.cluster = sheet->key.cluster,
		.round = sheet->key.round,
		.section = form_section_key(c->a, sheet, section),
		.title = form_section_title(c, sheet, section),
		.rows = row,
		.n_rows = save->n_conflicts,
	};
	c->reply.status = 409;
	template_form_conflicts(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

static struct str area_rest(struct call *c, const struct sheet *sheet, size_t section)
{
	return str_fmt(c->a, "/area/%.*s", STR_ARG(form_section_key(c->a, sheet, section)));
}

/* "mark.G01" goes back to its question, "mark.P01.4" to its item. */
static struct str marked_anchor(struct call *c, struct str pair)
{
	struct str rest = pair, name = str_cut(&rest, '=');
	struct buf b;
	const bool item = str_is(rest, "added") || str_is(rest, "new") ||
			  str_is(rest, "removed");
	buf_init(&b, c->a, 512);
	buf_puts(&b, item ? "g-" : "q-");
	if (item) {
		struct str repeat = str_cut(&name, '.');
		buf_put(&b, repeat);
		return buf_str(&b);
	}
	for (size_t i = 0; i < name.n; i++)
		buf_putc(&b, name.p[i] == '.' ? '-' : name.p[i]);
	return buf_str(&b);
}

/* First question of the section with a fault. */
static struct str first_fault(struct call *c, const struct sheet *sheet, size_t section)
{
	const struct form_section *at = &sheet->form->section[section];
	for (size_t i = 0; i < sheet->look->n; i++) {
		const struct look_entry *entry = &sheet->look->entry[i];
		if (entry->index >= at->first && entry->index < at->first + at->n &&
		    entry->n_faults)
			return str_fmt(c->a, "q-%.*s",
				       STR_ARG(form_key(c->a, entry->question->name, entry->item,
							'-')));
	}
	return (struct str){ 0 };
}

static void go_on(struct call *c, const struct sheet *sheet, size_t section)
{
	const struct str go = call_text(c, "--go");
	const size_t after = form_section_beside(sheet, section, 1);
	const struct str here = area_rest(c, sheet, section);
	if (str_is(go, "later")) {
		form_go(c, sheet, STR(""), "guardado", STR(""));
	} else if (!str_is(go, "next")) {
		form_go(c, sheet, here, "guardado", first_fault(c, sheet, section));
	} else if (sheet->look->section[section].n_faults) {
		form_go(c, sheet, here, "por-corregir", STR("contenido"));
	} else if (after != SIZE_MAX) {
		form_go(c, sheet, area_rest(c, sheet, after), "guardado", STR(""));
	} else {
		form_go(c, sheet, sheet->area.n ? here : STR("/enviar"), "guardado", STR(""));
	}
}

bool write_form_area(struct call *c, struct err *e)
{
	const struct save *save = save_of(c);
	const struct values *marks = call_values(c, "MARK");
	size_t section;
	if (!do_save(c, e) || !find_section(c, &save->sheet, &section, e))
		return false;
	if (save->n_conflicts)
		return show_conflicts(c, save, section, e);
	const struct str here = area_rest(c, &save->sheet, section);
	if (marks->n)
		form_go(c, &save->sheet, here, NULL, marked_anchor(c, marks->text[0]));
	else if (call_given(c, "--item"))
		form_go(c, &save->sheet,
			str_fmt(c->a, "%.*s?item=%lld", STR_ARG(here),
				(long long)call_integer(c, "--item", 0)),
			NULL, STR(""));
	else
		go_on(c, &save->sheet, section);
	return true;
}
