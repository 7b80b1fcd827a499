/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A company's form: whose it is, its authorisation, saving and sending. */
#include "app/company.h"

#include <string.h>

#include "app/access.h"
#include "app/catalogue.h"
#include "app/embedded.h"
#include "base/nit.h"
#include "store/account.h"

enum { NUMBER_BYTES_MAX = 64 };

/* ---- texts of the authorisation ---- */

/* "consent/2026-11.es.txt" → "2026-11" */
static bool is_consent_file(const char *name, enum lang lang, struct str *ret_version)
{
	static const char folder[] = "consent/";
	struct str s = str_of(name);
	const char *const end = lang == LANG_EN ? ".en.txt" : ".es.txt";
	if (!str_starts(s, folder) || !str_ends(s, end))
		return false;
	*ret_version = str_sub(s, sizeof(folder) - 1, s.n - (sizeof(folder) - 1) - strlen(end));
	return true;
}

bool consent_text_of(struct arena *a, struct str version, enum lang lang, struct consent_text *out,
		     struct err *e)
{
	const char *file = NULL;
	struct str found = { 0 }, each;
	for (size_t i = 0; i < embedded_data_n; i++) {
		if (!is_consent_file(embedded_data[i].name, lang, &each) ||
		    (version.n && !str_eq(version, each)))
			continue;
		file = embedded_data[i].name; /* sorted by name: the newest is the last */
		found = each;
	}
	if (!file)
		return err_say(e, ERR_ABSENT, "no hay un texto de autorización «%.*s»",
			       "there is no text of an authorisation \"%.*s\"",
			       STR_ARG(str_sub(version, 0, 64)));
	out->version = str_dup(a, found);
	return embedded_read(a, embedded_data, embedded_data_n, file, &out->words, e);
}

/* ---- which questions ---- */

const struct question *company_number_question(const struct form *f)
{
	for (size_t i = 0; f && i < f->n_questions; i++)
		if (f->question[i].type == QUESTION_TEXT && f->question[i].repeat < 0 &&
		    str_is(f->question[i].catalogue, "nit"))
			return &f->question[i];
	return NULL;
}

const struct question *company_consent_question(const struct form *f)
{
	for (size_t i = 0; f && i < f->n_questions; i++) {
		const struct question *q = &f->question[i];
		if (q->type == QUESTION_SELECT_ONE && q->repeat < 0 && q->list &&
		    str_is(q->list->name, "consent") && q->list->options.n > 1)
			return q;
	}
	return NULL;
}

/* ---- whose ---- */

static struct values *values_named(struct call *c, const char *name)
{
	for (size_t i = 0; i < PARAMS_MAX && c->command->param[i].name; i++)
		if (strcmp(c->command->param[i].name, name) == 0)
			return &c->value[i];
	return NULL;
}

static void set_value(struct call *c, const char *name, struct str value)
{
	struct values *v = values_named(c, name);
	if (!v)
		return;
	v->text = NEW(c->a, 1, struct str);
	v->text[0] = value;
	v->n = 1;
}

bool company_take(struct call *c, struct err *e)
{
	const struct str cluster = call_text(c, "--cluster");
	bool nameless = false;
	for (size_t i = 0; i < c->caller.n_grants; i++) {
		const struct caller_grant *g = &c->caller.grant[i];
		if (g->role != ROLE_COMPANY || !str_eq(g->cluster, cluster))
			continue;
		nameless = !g->company.n;
		if (nameless)
			continue;
		set_value(c, "--company", g->company);
		return true;
	}
	/* A session from before sessions had companies. */
	return err_say(e, nameless ? ERR_CONFLICT : ERR_DENIED,
		       "su acceso no es el de una empresa de este clúster; abra otra vez el enlace "
		       "que recibió",
		       "your access is not that of a company of this cluster; open the link that "
		       "you were sent again");
}

bool company_open(struct call *c, struct company_sheet *out, struct err *e)
{
	struct questionnaire_key key;
	struct store *s;
	*out = (struct company_sheet){ 0 };
	if (!company_take(c, e) || !call_store(c, &s, e) ||
	    !sheet_key(c, s, FORM_COMPANY, &key, e) || !sheet_open(c, s, &key, &out->sheet, e) ||
	    !store_find_consent(s, c->a, &out->sheet.key, &out->decided, &out->consent, e))
		return false;
	out->number = company_number_question(out->sheet.form);
	out->authorisation = company_consent_question(out->sheet.form);
	out->sent = out->sheet.found && (out->sheet.head.state == QUESTIONNAIRE_SENT ||
					 out->sheet.head.state == QUESTIONNAIRE_ACCEPTED);
	return true;
}

/* ---- the authorisation ---- */

/* What is known before the sheet is read: the form, and the last decision. */
struct before_saving {
	struct questionnaire_key key;
	const struct form *form;
	const struct instrument *instrument;
	bool decided, given;
};

static bool look_before(struct call *c, struct before_saving *out, struct err *e)
{
	struct store *s;
	struct stored_round round;
	struct stored_consent last;
	if (!company_take(c, e) || !call_store(c, &s, e) ||
	    !sheet_key(c, s, FORM_COMPANY, &out->key, e) ||
	    !store_get_round_head(s, c->a, out->key.round, &round, e) ||
	    !cache_instrument(c, s, round.instrument_id, round.instrument_version,
			      &out->instrument, e) ||
	    !store_find_consent(s, c->a, &out->key, &out->decided, &last, e))
		return false;
	out->form = out->instrument->form[FORM_COMPANY];
	out->given = out->decided && last.deed == CONSENT_GIVEN;
	return out->form != NULL ||
	       err_say(e, ERR_ABSENT, "la ronda %.*s no tiene formulario de empresa",
		       "round %.*s has no form for companies", STR_ARG(out->key.round));
}

/* Pairs about questions that are personal, or that only a decision of its own may answer, are
 * passed over. */
static void pass_over(struct call *c, const char *name, const struct before_saving *b,
		      bool personal_too)
{
	const struct question *authorisation = company_consent_question(b->form);
	struct values *v = values_named(c, name);
	size_t n = 0;
	for (size_t i = 0; v && i < v->n; i++) {
		struct str rest = v->text[i], key = str_cut(&rest, '='), item = key;
		const struct question *q = form_question(b->form, str_cut(&item, '.'));
		if (q && (q == authorisation || (q->personal && personal_too)))
			continue;
		v->text[n++] = v->text[i];
	}
	if (v)
		v->n = n;
}

static void pass_over_all(struct call *c, const struct before_saving *b, bool personal_too)
{
	static const char *const name[] = { "ANSWER", "REASON", "MARK", "SEEN" };
	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++)
		pass_over(c, name[i], b, personal_too);
}

static bool says_yes(const struct call *c)
{
	return str_is(call_text(c, "--consent"), "yes");
}

/* The decision is an answer of the form too. */
static void answer_with_decision(struct call *c, const struct before_saving *b)
{
	const struct question *q = company_consent_question(b->form);
	if (q)
		set_value(c, "ANSWER",
			  str_fmt(c->a, "%.*s=%.*s", STR_ARG(q->name),
				  STR_ARG(q->list->options.name[says_yes(c) ? 0 : 1])));
}

bool prepare_company_consent(struct call *c, struct err *e)
{
	struct before_saving b;
	struct consent_text text;
	if (!look_before(c, &b, e) ||
	    !consent_text_of(c->a, call_text(c, "--version"), c->lang, &text, e))
		return false;
	pass_over_all(c, &b, true);
	answer_with_decision(c, &b);
	return prepare_save(c, FORM_COMPANY, e);
}

static bool add_decision(struct call *c, struct store *s, const struct questionnaire_key *k,
			 enum consent_deed deed, struct str version, struct err *e)
{
	struct consent_text text;
	if (!consent_text_of(c->a, version, c->lang, &text, e))
		return false;
	const struct stored_consent made = { .deed = deed,
					     .version = text.version,
					     .lang = str_of(lang_code(c->lang)),
					     .channel = STR("web") };
	return store_add_consent(s, k, &made, text.words, e);
}

/* What was personal goes, and so does the key made of it. */
static bool erase(struct call *c, struct store *s, const struct sheet *sheet, const char *why,
		  struct err *e)
{
	const struct instrument *in = sheet->known->instrument;
	const struct form *const form[2] = { in->form[FORM_CLUSTER], in->form[FORM_COMPANY] };
	const struct erasing what = { .round = sheet->key.round,
				      .cluster = sheet->key.cluster,
				      .company = sheet->key.company,
				      .kind = FORM_COMPANY,
				      .why = why };
	int64_t n;
	bool taken;
	(void)c;
	return store_erase_personal(s, &what, form, &n, e) &&
	       store_take_company_key(s, &sheet->key, STR(""), &taken, e);
}

bool do_company_consent(struct call *c, struct err *e)
{
	const struct sheet *sheet = &save_of(c)->sheet;
	const bool yes = says_yes(c);
	struct store *s;
	return call_store(c, &s, e) && do_save(c, e) &&
	       add_decision(c, s, &sheet->key, yes ? CONSENT_GIVEN : CONSENT_REFUSED,
			    call_text(c, "--version"), e) &&
	       (yes || erase(c, s, sheet, "authorisation refused", e));
}

/* ---- saving ---- */

bool prepare_company_save(struct call *c, struct err *e)
{
	struct before_saving b;
	if (!look_before(c, &b, e))
		return false;
	if (!b.decided && company_consent_question(b.form))
		return err_say(e, ERR_CONFLICT,
			       "antes de responder diga si autoriza el tratamiento de sus datos; "
			       "ambas respuestas son válidas",
			       "before answering say whether you authorise the processing of your "
			       "data; either answer is fine");
	pass_over_all(c, &b, !b.given);
	return prepare_save(c, FORM_COMPANY, e);
}

bool do_company_save(struct call *c, struct err *e)
{
	return do_save(c, e);
}

/* ---- sending ---- */

static const struct label taken_words = {
	{ STR("ya hay una respuesta con este NIT en esta ronda, dada desde otro navegador u otro "
	      "enlace. Si fue su empresa, corríjala desde allí o con su enlace propio; si no, "
	      "escriba a quien gestiona el clúster"),
	  STR("there is an answer with this tax number in this round already, given from another "
	      "browser or link. If it was your company, correct it from there or by your own link; "
	      "if not, write to whoever manages the cluster") }
};

bool prepare_company_send(struct call *c, struct err *e)
{
	if (!company_take(c, e))
		return false;
	set_value(c, "--signature", STR("-")); /* no name of anybody is asked */
	set_value(c, "--agreed", STR("yes"));
	return prepare_send(c, FORM_COMPANY, e);
}

/* Hash of the tax number as it stands; empty: none. */
static bool hash_of(struct call *c, struct store *s, const struct sheet *sheet, struct str *out,
		    struct err *e)
{
	const struct question *q = company_number_question(sheet->form);
	const struct look_entry *entry = q ? look_find(sheet->look, q->name, 0) : NULL;
	struct str holder;
	*out = STR("");
	if (!entry || !entry->value.n || entry->missing != MISSING_NO ||
	    entry->relevance == LOOK_SKIPPED)
		return true;
	return nit_holder(c->a, entry->value, &holder, e) &&
	       store_company_hash(s, c->a, holder, out, e);
}

bool do_company_send(struct call *c, struct err *e)
{
	struct decision *d = decision_of(c);
	struct store *s;
	struct str hash;
	bool taken = false;
	if (d->refused && d->why.in[LANG_ES].p == taken_words.in[LANG_ES].p)
		d->refused = false; /* what an earlier run found does not count */
	if (d->refused)
		return true;
	if (!call_store(c, &s, e) || !hash_of(c, s, &d->sheet, &hash, e) ||
	    !store_take_company_key(s, &d->sheet.key, hash, &taken, e))
		return false;
	if (taken) {
		d->refused = true;
		d->why = taken_words;
		c->reply.status = 422;
		return true;
	}
	return do_send(c, e);
}

/* ---- afterwards ---- */

struct afterwards {
	struct company_sheet it;
};

static bool start_afterwards(struct call *c, struct afterwards **out, struct err *e)
{
	*out = NEW(c->a, 1, struct afterwards);
	c->prepared = *out;
	return company_open(c, &(*out)->it, e);
}

bool prepare_company_correct(struct call *c, struct err *e)
{
	struct afterwards *x;
	if (!start_afterwards(c, &x, e))
		return false;
	return (x->it.sent && x->it.sheet.round.state == ROUND_OPEN) ||
	       err_say(e, ERR_CONFLICT,
		       "solo se corrige una respuesta enviada, y mientras la ronda está abierta",
		       "only an answer that was sent is corrected, and while the round is open");
}

bool do_company_correct(struct call *c, struct err *e)
{
	const struct afterwards *x = c->prepared;
	const unsigned from = 1u << QUESTIONNAIRE_SENT | 1u << QUESTIONNAIRE_ACCEPTED;
	struct store *s;
	return call_store(c, &s, e) &&
	       store_move_questionnaire(s, &x->it.sheet.key, from, QUESTIONNAIRE_RETURNED, STR(""),
					STR("corrección propia"), NULL, e);
}

bool prepare_company_withdraw(struct call *c, struct err *e)
{
	struct afterwards *x;
	if (!start_afterwards(c, &x, e))
		return false;
	return (x->it.decided && x->it.consent.deed == CONSENT_GIVEN) ||
	       err_say(e, ERR_CONFLICT, "no hay una autorización que retirar",
		       "there is no authorisation to take back");
}

bool do_company_withdraw(struct call *c, struct err *e)
{
	const struct afterwards *x = c->prepared;
	struct store *s;
	return call_store(c, &s, e) &&
	       add_decision(c, s, &x->it.sheet.key, CONSENT_WITHDRAWN, (struct str){ 0 }, e) &&
	       erase(c, s, &x->it.sheet, "authorisation withdrawn", e);
}

/* ---- links ---- */

enum { OWN_LINK_DAYS = 60 };

static void set_number(struct call *c, const char *name, int64_t number)
{
	struct values *v = values_named(c, name);
	set_value(c, name, str_fmt(c->a, "%lld", (long long)number));
	v->integer = NEW(c->a, 1, int64_t);
	v->integer[0] = number;
}

bool prepare_open_company_link(struct call *c, struct err *e)
{
	set_value(c, "--role", str_of(role_name(ROLE_COMPANY)));
	set_value(c, "--person", call_say(c, "Empresas del clúster", "Companies of the cluster"));
	return prepare_create_link(c, e);
}

bool prepare_own_company_link(struct call *c, struct err *e)
{
	struct questionnaire_key key;
	struct store *s;
	if (!company_take(c, e) || !call_store(c, &s, e) ||
	    !sheet_key(c, s, FORM_COMPANY, &key, e))
		return false;
	set_value(c, "--round", key.round);
	set_value(c, "--role", str_of(role_name(ROLE_COMPANY)));
	set_value(c, "--person", call_say(c, "Su empresa", "Your company"));
	set_number(c, "--days", OWN_LINK_DAYS);
	return prepare_create_link(c, e);
}
