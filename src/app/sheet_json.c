/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sheet_json.h"

#include "app/questionnaire_inside.h"
#include "codec/json.h"

/* What is being written: of which sections. */
struct sheet_out {
	struct call *c;
	const struct sheet *sheet;
	struct json_out o;
	const bool *shown; /* by section */
	const struct save *saved; /* it answers a save; or NULL */
};

static void open_object(struct json_out *o, const char *key)
{
	json_put_key(o, str_of(key));
	json_put_object(o);
}

static void member_text(struct json_out *o, const char *key, struct str s)
{
	if (s.n)
		json_member_string(o, key, s);
}

static void member_true(struct json_out *o, const char *key, bool v)
{
	if (v)
		json_member_bool(o, key, true);
}

static void put_name(struct sheet_out *out, struct str question, int64_t item)
{
	json_put_key(&out->o, item ? str_fmt(out->c->a, "%.*s.%lld", STR_ARG(question),
					     (long long)item)
				   : question);
}

/* ---- which sections ---- */

static bool is_for_caller(const struct sheet *sheet, size_t section)
{
	const size_t area = sheet->form->section[section].area;
	return !sheet->area.n ||
	       (area != NO_AREA &&
		str_eq(sheet->known->instrument->area[area].code, sheet->area));
}

static bool is_shown(const struct sheet_out *out, struct str name)
{
	const size_t section = sheet_section_of(out->sheet->form, name);
	return section != SIZE_MAX && out->shown[section];
}

static bool *every_section(struct call *c, const struct sheet *sheet)
{
	bool *shown = NEW(c->a, sheet->form->n_sections + 1, bool);
	for (size_t i = 0; i < sheet->form->n_sections; i++)
		shown[i] = is_for_caller(sheet, i);
	return shown;
}

static bool *touched_sections(struct call *c, const struct save *v)
{
	bool *shown = NEW(c->a, v->sheet.form->n_sections + 1, bool);
	for (size_t i = 0; i < v->n_changes; i++) {
		const size_t at = sheet_section_of(v->sheet.form, v->change[i].question);
		if (at != SIZE_MAX)
			shown[at] = is_for_caller(&v->sheet, at);
	}
	for (size_t i = 0; i < v->n_conflicts; i++) {
		const size_t at = sheet_section_of(v->sheet.form, v->conflict[i].question);
		if (at != SIZE_MAX)
			shown[at] = is_for_caller(&v->sheet, at);
	}
	return shown;
}

/* ---- members ---- */

static void put_head(struct sheet_out *out)
{
	const struct sheet *sheet = out->sheet;
	struct json_out *o = &out->o;
	const enum questionnaire_state state =
		sheet->found ? sheet->head.state : QUESTIONNAIRE_DRAFT;
	json_member_string(o, "round", sheet->key.round);
	json_member_string(o, "cluster", sheet->key.cluster);
	json_member_int(o, "year", sheet->round.year);
	json_member_string(o, "from", sheet->round.from);
	json_member_string(o, "to", sheet->round.to);
	json_member_string(o, "state", str_of(questionnaire_state_name(state)));
	json_member_string(o, "caller", out->c->caller.name);
	if (!out->saved) /* what was saved is kept for a repeated request */
		member_text(o, "csrf", out->c->caller.csrf);
	json_member_bool(o, "may_answer", sheet->may_answer);
	json_member_string(o, "saved_at", sheet->found ? sheet->head.saved_at : (struct str){ 0 });
	json_member_int(o, "version", (int64_t)sheet->n_changes);
}

static void put_answers(struct sheet_out *out)
{
	const struct sheet *sheet = out->sheet;
	const struct standing st = standing_of(out->c->a, sheet->change, sheet->n_changes);
	struct json_out *o = &out->o;
	open_object(o, "answers");
	for (size_t i = 0; i < st.n; i++) {
		const struct answer_change *ch = st.change[i];
		if (!is_shown(out, ch->question))
			continue;
		put_name(out, ch->question, ch->item);
		json_put_object(o);
		json_member_string(o, "value", ch->value);
		json_member_int(o, "number", ch->number);
		json_member_string(o, "author", ch->author);
		json_member_string(o, "at", ch->at);
		if (ch->mark != MARK_TYPED)
			json_member_string(o, "mark", str_of(answer_mark_name(ch->mark)));
		member_text(o, "reason", ch->reason);
		json_end_object(o);
	}
	json_end_object(o);
}

static void put_findings(struct json_out *o, const char *key, const struct look_finding *f,
			 size_t n)
{
	if (!n)
		return;
	json_put_key(o, str_of(key));
	json_put_array(o);
	for (size_t i = 0; i < n; i++) {
		json_put_object(o);
		json_member_string(o, "rule", str_of(f[i].rule));
		json_member_string(o, "message", f[i].message);
		member_text(o, "suggestion", f[i].suggestion);
		json_end_object(o);
	}
	json_end_array(o);
}

static void put_entry(struct sheet_out *out, const struct look_entry *entry)
{
	static const char *const relevance[] = { [LOOK_ASKED] = "asked",
						 [LOOK_SKIPPED] = "skipped",
						 [LOOK_OPEN] = "open" };
	struct json_out *o = &out->o;
	const bool answered = entry->missing != MISSING_NR;
	put_name(out, entry->question->name, entry->item);
	json_put_object(o);
	json_member_string(o, "relevance", str_of(relevance[entry->relevance]));
	member_true(o, "required", entry->required);
	member_true(o, "answered", answered);
	member_true(o, "aside", entry->set_aside);
	if (entry->question->type == QUESTION_CALCULATE)
		member_text(o, "value", entry->value);
	put_findings(o, "faults", entry->fault, entry->n_faults);
	put_findings(o, "warnings", entry->warning, entry->n_warnings);
	json_end_object(o);
}

static void put_entries(struct sheet_out *out)
{
	const struct look *look = out->sheet->look;
	open_object(&out->o, "entries");
	for (size_t i = 0; i < look->n; i++)
		if (is_shown(out, look->entry[i].question->name))
			put_entry(out, &look->entry[i]);
	json_end_object(&out->o);
}

/* An item is told by the entries of its first question. */
static void put_items(struct sheet_out *out)
{
	const struct form *f = out->sheet->form;
	const struct look *look = out->sheet->look;
	struct json_out *o = &out->o;
	open_object(o, "items");
	for (size_t r = 0; r < f->n_repeats; r++) {
		const struct question *first = NULL;
		for (size_t i = 0; i < f->n_questions && !first; i++)
			if (f->question[i].repeat == (int)r)
				first = &f->question[i];
		if (!first || !is_shown(out, first->name))
			continue;
		json_put_key(o, f->repeat[r].name);
		json_put_array(o);
		for (size_t i = 0; i < look->n; i++)
			if (look->entry[i].question == first && look->entry[i].item)
				json_put_int(o, look->entry[i].item);
		json_end_array(o);
	}
	json_end_object(o);
}

static void put_sections(struct sheet_out *out)
{
	const struct sheet *sheet = out->sheet;
	struct json_out *o = &out->o;
	open_object(o, "sections");
	for (size_t i = 0; i < sheet->form->n_sections; i++) {
		const struct look_section *n = &sheet->look->section[i];
		if (!is_for_caller(sheet, i) || !sheet->form->section[i].name.n)
			continue;
		json_put_key(o, sheet->form->section[i].name);
		json_put_object(o);
		json_member_int(o, "asked", (int64_t)n->n_asked);
		json_member_int(o, "answered", (int64_t)n->n_answered);
		json_member_int(o, "owed", (int64_t)n->n_owed);
		json_member_int(o, "faults", (int64_t)n->n_faults);
		json_member_int(o, "warnings", (int64_t)n->n_warnings);
		json_member_int(o, "unexplained", (int64_t)n->n_unexplained);
		json_member_int(o, "aside", (int64_t)n->n_aside);
		json_end_object(o);
	}
	json_end_object(o);
}

static void put_conflicts(struct sheet_out *out)
{
	const struct save *v = out->saved;
	struct json_out *o = &out->o;
	json_put_key(o, STR("conflicts"));
	json_put_array(o);
	for (size_t i = 0; i < v->n_conflicts; i++) {
		const struct save_conflict *k = &v->conflict[i];
		json_put_object(o);
		json_member_string(o, "question", k->question);
		json_member_int(o, "item", k->item);
		json_member_string(o, "mine", k->mine);
		open_object(o, "theirs");
		json_member_string(o, "value", k->theirs->value);
		json_member_string(o, "author", k->theirs->author);
		json_member_string(o, "at", k->theirs->at);
		json_member_int(o, "number", k->theirs->number);
		json_end_object(o);
		json_end_object(o);
	}
	json_end_array(o);
}

static void put_questions(struct json_out *o, const struct form *f, struct str repeat)
{
	json_put_key(o, STR("questions"));
	json_put_array(o);
	for (size_t i = 0; i < f->n_questions; i++)
		if (f->question[i].repeat >= 0 &&
		    str_eq(f->repeat[f->question[i].repeat].name, repeat))
			json_put_string(o, f->question[i].name);
	json_end_array(o);
}

static void put_moves(struct sheet_out *out)
{
	const struct save *v = out->saved;
	struct json_out *o = &out->o;
	json_put_key(o, STR("moved"));
	json_put_array(o);
	for (size_t i = 0; i < v->n_moves; i++) {
		json_put_object(o);
		json_member_string(o, "repeat", v->move[i].repeat);
		json_member_int(o, "from", v->move[i].from);
		json_member_int(o, "to", v->move[i].to);
		put_questions(o, v->sheet.form, v->move[i].repeat);
		json_end_object(o);
	}
	json_end_array(o);
}

static bool put_sheet(struct sheet_out *out, struct err *e)
{
	json_out(&out->o, &out->c->out);
	json_put_object(&out->o);
	put_head(out);
	put_answers(out);
	put_entries(out);
	put_items(out);
	put_sections(out);
	if (out->saved) {
		put_conflicts(out);
		put_moves(out);
	}
	json_end_object(&out->o);
	buf_putc(&out->c->out, '\n');
	if (out->c->out.over)
		return err_say(e, ERR_LIMIT, "el formulario no cabe en una respuesta",
			       "the questionnaire does not fit into one answer");
	out->c->reply.type = "application/json";
	return true;
}

/* ---- rows ---- */

bool run_sheet(struct call *c, struct err *e)
{
	struct questionnaire_key key;
	struct store *s;
	struct sheet sheet;
	if (!call_store(c, &s, e) || !sheet_key(c, s, FORM_CLUSTER, &key, e) ||
	    !sheet_open(c, s, &key, &sheet, e))
		return false;
	struct sheet_out out = { .c = c, .sheet = &sheet, .shown = every_section(c, &sheet) };
	return put_sheet(&out, e);
}

bool prepare_sheet_save(struct call *c, struct err *e)
{
	return prepare_save(c, FORM_CLUSTER, e);
}

bool run_sheet_save(struct call *c, struct err *e)
{
	if (!do_save(c, e))
		return false;
	const struct save *v = save_of(c);
	struct sheet_out out = { .c = c,
				 .sheet = &v->sheet,
				 .shown = touched_sections(c, v),
				 .saved = v };
	return put_sheet(&out, e);
}
