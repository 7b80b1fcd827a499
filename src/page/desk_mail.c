/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing to managers, the letters, and their wordings. */
#include <string.h>

#include "page/desk_inside.h"

/* ---- choices ---- */

/* A chamber invites and reminds; what was decided, and thanks, are the team's to say. */
static bool may_say(const struct call *c, struct str name)
{
	return desk_is_team(c) || str_is(name, "invitation") || str_is(name, "reminder");
}

static const struct template_choice *name_choices(struct call *c, struct str chosen, size_t *ret_n)
{
	struct template_choice *out = NEW(c->a, MAIL_NAMES_N, struct template_choice);
	*ret_n = 0;
	for (size_t i = 0; i < MAIL_NAMES_N; i++) {
		const struct str name = str_of(mail_names[i].name);
		if (may_say(c, name))
			out[(*ret_n)++] = (struct template_choice){
				name, label_in(&mail_names[i].label, c->lang),
				str_eq(chosen, name) };
	}
	return out;
}

static const struct template_choice *group_choices(struct call *c, struct str chosen,
						   size_t *ret_n)
{
	struct template_choice *out = NEW(c->a, 16, struct template_choice);
	struct str rest = STR(INVITE_GROUPS);
	*ret_n = 0;
	while (rest.p && *ret_n < 16) {
		const struct str name = str_cut(&rest, '|');
		out[(*ret_n)++] = (struct template_choice){
			name, invite_group_word(name, c->lang), str_eq(name, chosen) };
	}
	return out;
}

/* ---- writing ---- */

static struct str name_asked(const struct call *c)
{
	return call_given(c, "--name") ? call_text(c, "--name") : STR("reminder");
}

static bool must_say(struct call *c, struct str name, struct err *e)
{
	if (may_say(c, name))
		return true;
	c->blamed = "name";
	return err_say(e, ERR_INPUT,
		       "una cámara escribe invitaciones y recordatorios; lo demás lo escribe el "
		       "equipo nacional",
		       "a chamber writes invitations and reminders; the national team writes the "
		       "rest");
}

static void put_whom(struct call *c, const struct invite *v, struct template_desk_write *t)
{
	struct template_desk_whom *out =
		NEW(c->a, DESK_ROWS_SHOWN_MAX, struct template_desk_whom);
	t->whom = out;
	for (size_t i = 0; i < v->n; i++) {
		const struct invite_item *it = &v->item[i];
		if (!it->known && !t->subject.n) {
			t->subject = it->mail.subject;
			t->body = it->mail.body;
		}
		if (t->n_whom == DESK_ROWS_SHOWN_MAX)
			continue;
		out[t->n_whom++] = (struct template_desk_whom){
			.cluster = it->cluster->id,
			.name = it->cluster->name,
			.person = it->contact->name,
			.email = it->contact->email,
			.state = it->opened ? str_of(questionnaire_state_word(it->head.state,
									      c->lang))
					    : call_say(c, "sin abrir", "not opened"),
			.known = it->known,
		};
	}
	t->more = (int64_t)(v->n - t->n_whom);
	t->n = (int64_t)(v->n - v->n_known);
	t->n_known = (int64_t)v->n_known;
	t->n_bounced = (int64_t)v->n_bounced;
}

static void put_rest(struct call *c, const struct invite *v, struct template_desk_write *t)
{
	const struct values *cluster = call_values(c, "--cluster");
	const size_t n = v->n_without < DESK_ROWS_SHOWN_MAX ? v->n_without : DESK_ROWS_SHOWN_MAX;
	struct template_choice *without = NEW(c->a, n + 1, struct template_choice);
	struct template_choice *chosen = NEW(c->a, cluster->n + 1, struct template_choice);
	for (size_t i = 0; i < n; i++)
		without[i].word = v->without[i];
	for (size_t i = 0; i < cluster->n; i++)
		chosen[i].value = cluster->text[i];
	t->without = without;
	t->clusters = chosen;
	t->n_clusters = cluster->n;
	t->n_addressless = (int64_t)v->n_without;
	t->n_without = n;
}

bool desk_write_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct template_desk_write t = { .fault = fault ? *fault : fault_none() };
	struct invite v;
	t.round = call_text(c, "--round");
	t.name = name_asked(c);
	t.to = invite_group(c);
	t.force = call_given(c, "--force");
	t.team = desk_is_team(c);
	if (!must_say(c, t.name, e) ||
	    !invite_look(c, t.round, t.name, t.to, t.force, &v, e))
		return false;
	t.names = name_choices(c, t.name, &t.n_names);
	t.groups = group_choices(c, t.to, &t.n_groups);
	put_whom(c, &v, &t);
	put_rest(c, &v, &t);
	template_desk_write(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_desk_write(struct call *c, struct err *e)
{
	return desk_write_again(c, NULL, e);
}

bool prepare_desk_write(struct call *c, struct err *e)
{
	return must_say(c, call_text(c, "--name"), e) &&
	       prepare_invite(c, whole_address(c, STR("")), e);
}

bool write_desk_write(struct call *c, struct err *e)
{
	if (!do_invite(c, e))
		return false;
	page_go(c, str_fmt(c->a, "/rondas/%.*s/correo", STR_ARG(call_text(c, "--round"))),
		"cartas-en-cola");
	return true;
}

/* ---- letters ---- */

enum { LETTERS_SHOWN_MAX = 60 }; /* up to three forms each, within PAGE_BYTES_MAX */

static bool is_undelivered(enum mail_state s)
{
	return s == MAIL_REFUSED || s == MAIL_BOUNCED || s == MAIL_UNSURE;
}

static bool has_state(enum mail_state s, struct str asked)
{
	return !asked.n || str_is(asked, mail_state_name(s)) ||
	       (str_is(asked, DESK_UNDELIVERED) && is_undelivered(s));
}

/* A form of the page has no --state. */
static struct str state_asked(const struct call *c)
{
	return desk_is_post(c) ? STR("") : call_text(c, "--state");
}

static bool read_letters(struct call *c, struct stored_mail **ret_list, size_t *ret_n,
			 struct err *e)
{
	struct stored_mail *list;
	const struct str state = state_asked(c);
	struct store *s;
	size_t n, n_seen = 0;
	if (!call_store(c, &s, e) ||
	    !store_list_mail(s, c->a, call_text(c, "--round"), &list, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (has_state(list[i].state, state) && desk_sees(c, list[i].cluster))
			list[n_seen++] = list[i];
	}
	*ret_list = list;
	*ret_n = n_seen;
	return true;
}

static struct template_desk_letter letter_row(struct call *c, const struct stored_mail *m)
{
	const struct mail_name *name = mail_name_of(m->name);
	const bool stuck = m->state == MAIL_REFUSED || m->state == MAIL_UNSURE;
	const bool team = desk_is_team(c);
	return (struct template_desk_letter){
		.id = m->id,
		.cluster = m->cluster,
		.person = m->person,
		.email = m->email,
		.letter = name ? label_in(&name->label, c->lang) : m->name,
		.state = str_of(mail_state_word(m->state, c->lang)),
		.bad = is_undelivered(m->state) || (m->state == MAIL_WAITING && m->words.n),
		.words = m->words,
		.at = m->changed_at,
		.again = team && stuck,
		.drop = team && (stuck || m->state == MAIL_WAITING),
		.back = team && (m->state == MAIL_SENT || m->state == MAIL_UNSURE),
	};
}

static void put_states(struct call *c, struct template_desk_mail *t)
{
	struct template_choice *out = NEW(c->a, MAIL_STATES_N + 1, struct template_choice);
	const struct str asked = state_asked(c);
	out[0] = (struct template_choice){ STR(DESK_UNDELIVERED),
					   call_say(c, "rechazadas, devueltas o sin certeza",
						    "refused, come back or not sure"),
					   str_is(asked, DESK_UNDELIVERED) };
	for (int i = 0; i < MAIL_STATES_N; i++) {
		const char *name = mail_state_name((enum mail_state)i);
		out[i + 1] = (struct template_choice){
			str_of(name), str_of(mail_state_word((enum mail_state)i, c->lang)),
			str_is(asked, name) };
	}
	t->states = out;
	t->n_states = MAIL_STATES_N + 1;
}

bool desk_mail_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct template_desk_mail t = { .round = call_text(c, "--round"),
					.report = desk_typed(c, "--report", STR("")),
					.team = desk_is_team(c),
					.fault = fault ? *fault : fault_none() };
	struct template_desk_letter *out =
		NEW(c->a, LETTERS_SHOWN_MAX, struct template_desk_letter);
	struct stored_mail *list;
	size_t n;
	if (!read_letters(c, &list, &n, e))
		return false;
	put_states(c, &t);
	t.letters = out;
	for (size_t i = 0; i < n; i++) {
		t.lost += is_undelivered(list[i].state);
		if (t.n_letters < LETTERS_SHOWN_MAX)
			out[t.n_letters++] = letter_row(c, &list[i]);
	}
	t.more = (int64_t)(n - t.n_letters);
	t.csv = str_fmt(c->a, "/rondas/%.*s/correo.csv%s%.*s", STR_ARG(t.round),
			state_asked(c).n ? "?state=" : "", STR_ARG(state_asked(c)));
	template_desk_mail(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_desk_mail(struct call *c, struct err *e)
{
	return desk_mail_again(c, NULL, e);
}

bool page_desk_mail_csv(struct call *c, struct err *e)
{
	struct stored_mail *list;
	size_t n;
	if (!read_letters(c, &list, &n, e))
		return false;
	letters_csv(c, list, n);
	return desk_csv(c, str_fmt(c->a, "cartas-%.*s.csv", STR_ARG(call_text(c, "--round"))));
}

static bool back_to_letters(struct call *c, struct store *s, struct err *e)
{
	struct stored_mail m;
	if (!store_get_mail(s, c->a, call_integer(c, "LETTER", 0), &m, e))
		return false;
	page_go(c, str_fmt(c->a, "/rondas/%.*s/correo", STR_ARG(m.round)), "guardado");
	return true;
}

bool write_desk_retry(struct call *c, struct err *e)
{
	struct store *s;
	return call_store(c, &s, e) && store_retry_mail(s, call_integer(c, "LETTER", 0), e) &&
	       back_to_letters(c, s, e);
}

bool write_desk_drop(struct call *c, struct err *e)
{
	struct store *s;
	return call_store(c, &s, e) && store_drop_mail(s, call_integer(c, "LETTER", 0), e) &&
	       back_to_letters(c, s, e);
}

/* ---- wordings ---- */

bool page_desk_texts(struct call *c, struct err *e)
{
	static const char *const lang[] = { "es", "en" };
	struct template_desk_texts t = { 0 };
	struct template_desk_text *out = NEW(c->a, (size_t)MAIL_NAMES_N * 2,
					     struct template_desk_text);
	struct store *s;
	if (!call_store(c, &s, e))
		return false;
	t.rows = out;
	for (size_t i = 0; i < (size_t)MAIL_NAMES_N * 2; i++) {
		const struct mail_name *name = &mail_names[i / 2];
		struct stored_mail_text text;
		if (!mail_wording(c, s, str_of(name->name), str_of(lang[i % 2]), &text, e))
			return false;
		out[t.n_rows++] = (struct template_desk_text){
			.name = str_of(name->name),
			.word = label_in(&name->label, c->lang),
			.language = str_of(lang[i % 2]),
			.lang_word = i % 2 ? STR("English") : STR("Español"),
			.subject = text.subject,
			.number = text.number,
		};
	}
	template_desk_texts(&c->out, frame_of_reader(c), &t);
	return page_end(c, e);
}

static struct str shown(struct call *c, struct str text)
{
	const struct mail_fields f = { {
		[MAIL_PERSON] = STR("Ana Gil"),
		[MAIL_CLUSTER] = call_say(c, "Clúster de café de Huila", "Huila coffee cluster"),
		[MAIL_LINK] = whole_address(c, STR("/enlace/…")),
		[MAIL_CLOSES] = call_say(c, "30 de septiembre de 2026", "30 September 2026"),
		[MAIL_DAYS] = STR("12"),
		[MAIL_ROUND] = STR("2026"),
		[MAIL_REASON] = call_say(c, "La suma de las ventas no da el total.",
					 "The sales do not add up to the total."),
	} };
	struct buf b;
	buf_init(&b, c->a, 2 * MAIL_BODY_BYTES_MAX);
	mail_fill(&b, text, &f);
	return buf_str(&b);
}

static bool put_history(struct call *c, struct store *s, struct template_desk_text_edit *t,
			struct err *e)
{
	struct stored_mail_text *list;
	size_t n;
	if (!store_list_mail_texts(s, c->a, t->name, t->language, &list, &n, e))
		return false;
	const size_t n_shown = n < DESK_ROWS_SHOWN_MAX ? n : DESK_ROWS_SHOWN_MAX;
	struct template_desk_version *out = NEW(c->a, n_shown + 1, struct template_desk_version);
	for (size_t i = 0; i < n_shown; i++)
		out[i] = (struct template_desk_version){ list[i].number, list[i].at,
							 list[i].author, list[i].subject };
	t->history = out;
	t->n_history = n_shown;
	return true;
}

bool desk_text_again(struct call *c, const struct template_fault *fault, struct err *e)
{
	struct template_desk_text_edit t = { .fault = fault ? *fault : fault_none(),
					     .name = call_text(c, "--name"),
					     .language = call_text(c, "--language") };
	struct stored_mail_text text;
	struct store *s;
	if (!call_store(c, &s, e) || !mail_wording(c, s, t.name, t.language, &text, e) ||
	    !put_history(c, s, &t, e))
		return false;
	t.title = str_fmt(c->a, "%.*s (%s)",
			  STR_ARG(label_in(&mail_name_of(t.name)->label, c->lang)),
			  str_is(t.language, "en") ? "English" : "español");
	t.subject = desk_typed(c, "--subject", text.subject);
	t.body = desk_typed(c, "--body", text.body);
	t.shown_subject = shown(c, t.subject);
	t.shown_body = shown(c, t.body);
	template_desk_text_edit(&c->out, frame_here(c), &t);
	return page_end(c, e);
}

bool page_desk_text(struct call *c, struct err *e)
{
	return desk_text_again(c, NULL, e);
}

bool write_desk_text(struct call *c, struct err *e)
{
	const struct str name = call_text(c, "--name"), lang = call_text(c, "--language");
	const struct stored_mail_text in = { .subject = str_trim(call_text(c, "--subject")),
					     .body = call_text(c, "--body") };
	struct store *s;
	if (!call_store(c, &s, e))
		return false;
	if (!mail_wording_check(mail_name_of(name), &in, e))
		return desk_refused(c, desk_text_again, "body", e);
	if (call_given(c, "--preview"))
		return desk_text_again(c, NULL, e);
	if (!store_put_mail_text(s, name, lang, &in, e))
		return desk_refused(c, desk_text_again, "body", e);
	page_go(c, str_fmt(c->a, "/correo/textos/%.*s/%.*s", STR_ARG(name), STR_ARG(lang)),
		"guardado");
	return true;
}
