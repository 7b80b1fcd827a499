/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A company's own form: authorisation first, then one page of questions, then what is left and
 * sending, then thanks. */
#include "page/company_inside.h"

enum { PARAGRAPHS_MAX = 40 };

static void go(struct call *c, const struct questionnaire_key *k, const char *rest,
	       const char *done)
{
	page_go(c, str_fmt(c->a, "/empresa/%.*s%s", STR_ARG(k->cluster), rest), done);
}

/* ---- the authorisation ---- */

static void put_paragraphs(struct call *c, struct str words, struct str *title,
			   const struct template_consent_paragraph **ret, size_t *ret_n)
{
	struct template_consent_paragraph *out = NEW(c->a, PARAGRAPHS_MAX,
						     struct template_consent_paragraph);
	size_t n = 0;
	*title = (struct str){ 0 };
	while (words.n && n < PARAGRAPHS_MAX) {
		struct str line = str_trim(str_cut(&words, '\n'));
		if (!line.n)
			continue;
		if (!title->n)
			*title = line;
		else
			out[n++].words = line;
	}
	*ret = out;
	*ret_n = n;
}

static bool show_consent(struct call *c, const struct company_sheet *it, struct err *e)
{
	struct consent_text text;
	struct template_company_consent t = {
		.cluster = it->sheet.key.cluster,
		.cluster_name = it->sheet.cluster_name,
		.round = it->sheet.key.round,
		.yes = it->decided && it->consent.deed == CONSENT_GIVEN,
		.no = it->decided && it->consent.deed == CONSENT_REFUSED,
	};
	if (!consent_text_of(c->a, (struct str){ 0 }, c->lang, &text, e))
		return false;
	t.version = text.version;
	put_paragraphs(c, text.words, &t.title, &t.paragraphs, &t.n_paragraphs);
	template_company_consent(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_company_consent(struct call *c, struct err *e)
{
	struct company_sheet it;
	if (!company_open(c, &it, e))
		return false;
	if (it.sheet.may_answer)
		return show_consent(c, &it, e);
	go(c, &it.sheet.key, "", NULL);
	return true;
}

bool write_company_consent(struct call *c, struct err *e)
{
	if (!do_company_consent(c, e))
		return false;
	go(c, &save_of(c)->sheet.key, "", "guardado");
	return true;
}

bool page_consent_text(struct call *c, struct err *e)
{
	struct consent_text text;
	struct template_consent_words t = { .version = call_text(c, "--version") };
	if (!consent_text_of(c->a, t.version, c->lang, &text, e)) {
		c->blamed = "version";
		return false;
	}
	put_paragraphs(c, text.words, &t.title, &t.paragraphs, &t.n_paragraphs);
	template_consent_words(&c->out, frame_of_reader(c), &t);
	return page_end(c, e);
}

/* ---- the questions ---- */

/* What the authorisation page asks is not asked again, and no files are taken. */
static bool is_left_out(const struct company_sheet *it, const struct template_form_field *f)
{
	return it->authorisation && str_eq(f->question, it->authorisation->name);
}

static const struct template_form_block *own_blocks(struct call *c, const struct company_sheet *it,
						    const struct form_view *v, size_t *ret_n)
{
	struct template_form_block *out = NULL;
	size_t n = 0;
	for (size_t s = 0; s < it->sheet.form->n_sections; s++) {
		size_t n_blocks;
		const struct template_form_block *b = form_blocks(v, s, &n_blocks);
		out = arena_grow(c->a, out, n, n + n_blocks + 1, sizeof(*out));
		for (size_t i = 0; i < n_blocks; i++) {
			struct template_form_field *f = NEW(c->a, b[i].n_fields + 1,
							    struct template_form_field);
			out[n] = b[i];
			out[n].fields = f;
			out[n].n_fields = 0;
			for (size_t k = 0; k < b[i].n_fields; k++) {
				if (is_left_out(it, &b[i].fields[k]))
					continue;
				f[out[n].n_fields] = b[i].fields[k];
				f[out[n].n_fields++].evidence_off = true;
			}
			n += out[n].n_fields > 0 || b[i].n_items > 0;
		}
	}
	*ret_n = n;
	return out;
}

/* Faults alone are told above the questions; what is owed is told where it is sent. */
static void put_problems(struct call *c, const struct sheet *sheet, bool all,
			 struct template_form_problem *out, size_t room, size_t *ret_n)
{
	*ret_n = 0;
	for (size_t i = 0; i < sheet->look->n && *ret_n < room; i++) {
		const struct look_entry *entry = &sheet->look->entry[i];
		const bool owed = all && entry->relevance == LOOK_ASKED && entry->required &&
				  !entry->value.n && form_is_asked(entry->question);
		const bool open = entry->n_warnings && !entry->reason.n;
		if (!entry->n_faults && !owed && !open)
			continue;
		out[(*ret_n)++] = (struct template_form_problem){
			.anchor = form_key(c->a, entry->question->name, entry->item, '-'),
			.label = form_question_words(c, entry),
			.why = entry->n_faults ? entry->fault[0].message
			       : owed	       ? call_say(c, "falta la respuesta",
							  "the answer is missing")
					       : call_say(c, "explique por qué es así",
							  "say why it is so"),
		};
	}
}

enum { PROBLEMS_MAX = 30 };

static bool show_form(struct call *c, const struct company_sheet *it, struct err *e)
{
	const struct sheet *sheet = &it->sheet;
	const struct look_section *whole = &sheet->look->whole;
	const struct form_view v = { .c = c, .sheet = sheet, .readonly = !sheet->may_answer };
	struct template_form_problem *problem = NEW(c->a, PROBLEMS_MAX,
						    struct template_form_problem);
	struct template_company_form t = {
		.cluster = sheet->key.cluster,
		.cluster_name = sheet->cluster_name,
		.round = sheet->key.round,
		.given = it->decided && it->consent.deed == CONSENT_GIVEN,
		.decided = it->decided,
		.version = it->consent.version,
		.answered = (int64_t)whole->n_answered,
		.asked = (int64_t)whole->n_asked,
		.readonly = v.readonly,
		.stuck = str_is(c->done, "por-corregir"),
		.problems = problem,
	};
	if (sheet->found && sheet->head.n_changes)
		t.saved = form_hour_words(c, sheet->head.saved_at);
	put_problems(c, sheet, false, problem, PROBLEMS_MAX, &t.n_problems);
	t.blocks = own_blocks(c, it, &v, &t.n_blocks);
	template_company_form(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

static bool show_thanks(struct call *c, const struct company_sheet *it, struct err *e)
{
	const struct template_company_thanks t = {
		.cluster = it->sheet.key.cluster,
		.cluster_name = it->sheet.cluster_name,
		.round = it->sheet.key.round,
		.at = it->sheet.head.sent_at,
		.open = it->sheet.round.state == ROUND_OPEN,
		.given = it->decided && it->consent.deed == CONSENT_GIVEN,
		.withdrawn = it->decided && it->consent.deed == CONSENT_WITHDRAWN,
		.version = it->consent.version,
	};
	template_company_thanks(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_company(struct call *c, struct err *e)
{
	struct company_sheet it;
	if (!company_open(c, &it, e))
		return false;
	if (it.sent)
		return show_thanks(c, &it, e);
	const bool undecided = !it.decided || it.consent.deed == CONSENT_WITHDRAWN;
	if (undecided && it.authorisation && it.sheet.may_answer)
		return show_consent(c, &it, e);
	return show_form(c, &it, e);
}

bool write_company(struct call *c, struct err *e)
{
	const struct save *save = save_of(c);
	if (!do_company_save(c, e))
		return false;
	const struct look_section *whole = &save->sheet.look->whole;
	if (!str_is(call_text(c, "--go"), "send"))
		go(c, &save->sheet.key, "", "guardado");
	else if (whole->n_faults || whole->n_unexplained)
		go(c, &save->sheet.key, "", "por-corregir");
	else
		go(c, &save->sheet.key, "/enviar", "guardado");
	return true;
}

/* ---- sending ---- */

static bool show_send(struct call *c, const struct sheet *sheet, struct str why, struct err *e)
{
	struct template_form_problem *problem = NEW(c->a, PROBLEMS_MAX,
						    struct template_form_problem);
	struct template_company_send t = {
		.cluster = sheet->key.cluster,
		.cluster_name = sheet->cluster_name,
		.round = sheet->key.round,
		.answered = (int64_t)sheet->look->whole.n_answered,
		.asked = (int64_t)sheet->look->whole.n_asked,
		.todo = problem,
		.why = why,
	};
	put_problems(c, sheet, true, problem, PROBLEMS_MAX, &t.n_todo);
	template_company_send(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_company_send(struct call *c, struct err *e)
{
	struct company_sheet it;
	if (!company_open(c, &it, e))
		return false;
	if (it.sheet.may_send && it.sheet.found)
		return show_send(c, &it.sheet, (struct str){ 0 }, e);
	go(c, &it.sheet.key, "", NULL);
	return true;
}

bool write_company_send(struct call *c, struct err *e)
{
	if (!do_company_send(c, e))
		return false;
	const struct decision *d = decision_of(c);
	if (d->refused)
		return show_send(c, &d->sheet, label_in(&d->why, c->lang), e);
	go(c, &d->sheet.key, "", "enviado");
	return true;
}

/* ---- afterwards ---- */

bool write_company_correct(struct call *c, struct err *e)
{
	const struct questionnaire_key k = { .cluster = call_text(c, "--cluster") };
	if (!do_company_correct(c, e))
		return false;
	go(c, &k, "", NULL);
	return true;
}

bool write_company_withdraw(struct call *c, struct err *e)
{
	const struct questionnaire_key k = { .cluster = call_text(c, "--cluster") };
	if (!do_company_withdraw(c, e))
		return false;
	go(c, &k, "", "autorizacion-retirada");
	return true;
}
