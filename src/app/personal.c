/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests about personal data: terms, taking, confirming, answering. */
#include "app/personal.h"

#include "app/access_inside.h"
#include "app/company.h"
#include "base/holiday.h"
#include "os/random.h"
#include "store/outbox.h"

enum {
	BOGOTA_SECONDS = 5 * 3600, /* behind UTC, all the year */
	DAY_SECONDS = 86400,
	CONFIRM_BYTES = 16,
	WORDS_BYTES_MAX = 2000,
};

/* ---- terms ---- */

const char *personal_kind_word(enum personal_kind k, enum lang lang)
{
	static const char *const word[LANG_N][PERSONAL_KINDS_N] = {
		{ "conocer mis datos", "corregir mis datos", "suprimir mis datos",
		  "retirar mi autorización" },
		{ "know my data", "correct my data", "remove my data",
		  "withdraw my authorisation" },
	};
	return word[lang][k];
}

/* The day in Bogotá of a moment, as days since 1970. */
static int32_t day_in_bogota(struct str moment)
{
	int64_t seconds = 0;
	(void)!access_seconds(moment, &seconds);
	seconds -= BOGOTA_SECONDS;
	return (int32_t)(seconds >= 0 ? seconds / DAY_SECONDS
				      : -((-seconds + DAY_SECONDS - 1) / DAY_SECONDS));
}

static struct str iso_day(struct arena *a, int32_t day)
{
	struct buf b;
	buf_init(&b, a, 64);
	date_put(&b, date_from_days(day));
	return buf_str(&b);
}

struct str personal_due(struct arena *a, enum personal_kind k, struct str received_at)
{
	const int n = k == PERSONAL_SEE ? PERSONAL_SEE_DAYS : PERSONAL_CLAIM_DAYS;
	return iso_day(a, working_day_after(day_in_bogota(received_at), n));
}

static int32_t day_of(struct str iso)
{
	struct date d = { 1970, 1, 1 };
	(void)!date_parse(iso, false, &d);
	return date_days(d);
}

struct str personal_due_extended(struct arena *a, const struct stored_request_of_person *r)
{
	const int n = r->kind == PERSONAL_SEE ? PERSONAL_SEE_MORE_DAYS : PERSONAL_CLAIM_MORE_DAYS;
	return iso_day(a, working_day_after(day_of(r->due_on), n));
}

int personal_days_left(const struct stored_request_of_person *r, struct str now)
{
	const struct str end = r->extended_on.n ? r->extended_on : r->due_on;
	return working_days_left(day_in_bogota(now), day_of(end));
}

/* ---- taking one ---- */

struct taking {
	struct stored_request_of_person request;
	struct str confirm_hash, origin_subject;
	struct stored_mail letter; /* without a round: none */
};

/* Whose answer it is about, by the link that somebody came by. */
static void put_link(struct call *c, struct stored_request_of_person *r)
{
	if (c->caller.kind != CALLER_LINK || !c->caller.n_grants)
		return;
	const struct caller_grant *g = &c->caller.grant[0];
	r->link = c->caller.link;
	r->round = g->round;
	r->cluster = g->cluster;
	r->company = g->company;
}

static bool check_often(struct call *c, struct store *s, struct taking *t, bool *ret_good,
			struct err *e)
{
	int64_t n = 0;
	*ret_good = true;
	if (!c->caller.origin.n)
		return true;
	if (!store_token_hash(s, c->a, "address",
			      str_fmt(c->a, "request:%.*s", STR_ARG(c->caller.origin)),
			      &t->origin_subject, e) ||
	    !store_count_failures(s, t->origin_subject,
				  access_later(c->a, c->now, -(int64_t)LOCK_WINDOW_S), c->now,
				  &n, e))
		return false;
	*ret_good = n < PERSONAL_REQUESTS_PER_WINDOW;
	return *ret_good ||
	       access_refuse(c, NULL, ERR_LIMIT,
			     STR("llegaron varias solicitudes desde su red; espere diez minutos"),
			     STR("several requests came from your network; wait ten minutes"));
}

static const char letter_es[] =
	"Hola, %.*s:\n\n"
	"Alguien pidió con este correo: %s, en el sistema SSME de Red Cluster Colombia.\n"
	"Si fue usted, confírmelo abriendo esta dirección:\n\n%.*s\n\n"
	"Si no fue usted, no haga nada.\n";
static const char letter_en[] =
	"Hello %.*s,\n\n"
	"Somebody asked with this address to: %s, in the SSME system of Red Cluster Colombia.\n"
	"If it was you, confirm it by opening this address:\n\n%.*s\n\n"
	"If it was not you, do nothing.\n";

/* A letter stands with a round; without any there is no letter, and who answers asks who it was. */
static bool round_of_letter(struct call *c, struct store *s, struct str *out, struct err *e)
{
	struct stored_round *r;
	size_t n;
	if (!store_list_round_heads(s, c->a, &r, &n, e))
		return false;
	*out = n ? r[n - 1].id : (struct str){ 0 };
	return true;
}

static bool make_letter(struct call *c, struct store *s, struct taking *t, struct err *e)
{
	const struct stored_request_of_person *r = &t->request;
	const struct str secret = random_hex(c->a, CONFIRM_BYTES);
	struct access *x = access_of(c);
	struct str round;
	if (!round_of_letter(c, s, &round, e))
		return false;
	x->path = str_fmt(c->a, "/mis-datos/confirmar/%.*s", STR_ARG(secret));
	t->letter = (struct stored_mail){
		.round = round,
		.key = str_fmt(c->a, "personal %.*s", STR_ARG(str_sub(secret, 0, 8))),
		.name = STR("personal"),
		.lang = str_of(lang_code(c->lang)),
		.person = r->person,
		.email = r->contact,
		.subject = call_say(c, "Confirme su solicitud sobre sus datos",
				    "Confirm your request about your data"),
		.message_id = str_fmt(c->a, "%.*s@ssme", STR_ARG(random_hex(c->a, CONFIRM_BYTES))),
	};
	return store_token_hash(s, c->a, "confirm", secret, &t->confirm_hash, e);
}

static bool check_fields(struct call *c, struct stored_request_of_person *r, bool *ret_good)
{
	*ret_good = false;
	if (!r->person.n)
		return access_refuse(c, "--person", ERR_INPUT, STR("escriba su nombre"),
				     STR("write your name"));
	if (!email_plausible(r->contact))
		return access_refuse(c, "--email", ERR_INPUT,
				     STR("escriba un correo al que se le pueda responder"),
				     STR("write an address that you can be answered at"));
	if (!r->words.n || r->words.n > WORDS_BYTES_MAX)
		return access_refuse(c, "--words", ERR_INPUT,
				     STR("escriba qué pide, en no más de 2.000 letras"),
				     STR("write what you ask for, in no more than 2,000 letters"));
	*ret_good = true;
	return true;
}

bool prepare_personal_request(struct call *c, struct err *e)
{
	struct taking *t = NEW(c->a, 1, struct taking);
	struct stored_request_of_person *r = &t->request;
	struct access *x;
	struct store *s;
	bool good;
	if (!access_start(c, &x, &s, e))
		return false;
	x->inside = t;
	(void)!personal_kind_of(call_text(c, "--kind"), &r->kind);
	r->person = str_trim(call_text(c, "--person"));
	r->contact = access_typed_email(c->a, call_text(c, "--email"));
	r->words = str_trim(call_text(c, "--words"));
	r->account = c->caller.half ? 0 : c->caller.account;
	r->state = PERSONAL_OPEN;
	r->due_on = personal_due(c->a, r->kind, c->now);
	put_link(c, r);
	if (!check_fields(c, r, &good) || !good)
		return true;
	if (!check_often(c, s, t, &good, e))
		return false;
	return !good || r->account || r->link || make_letter(c, s, t, e);
}

static bool queue_letter(struct call *c, struct store *s, struct taking *t, struct err *e)
{
	const struct access *x = access_of(c);
	const struct str address =
		x->secret.n ? x->secret : x->path; /* the page puts the public address there */
	int64_t id;
	t->letter.body = str_fmt(c->a, c->lang == LANG_ES ? letter_es : letter_en,
				 STR_ARG(t->request.person),
				 personal_kind_word(t->request.kind, c->lang), STR_ARG(address));
	return store_queue_mail(s, &t->letter, &id, e);
}

bool do_personal_request(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	if (!go)
		return true;
	struct taking *t = x->inside;
	return store_add_personal_request(s, &t->request, t->confirm_hash, &x->id, e) &&
	       (!t->origin_subject.n ||
		store_add_failure(s, t->origin_subject, c->now, e)) &&
	       (!t->letter.round.n || queue_letter(c, s, t, e));
}

/* ---- confirming ---- */

bool prepare_personal_confirm(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	struct str *hash = NEW(c->a, 1, struct str);
	if (!access_start(c, &x, &s, e))
		return false;
	x->inside = hash;
	return store_token_hash(s, c->a, "confirm", call_text(c, "--token"), hash, e);
}

bool do_personal_confirm(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go, found;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	if (!go)
		return true;
	const struct str *hash = x->inside;
	if (!store_confirm_personal_request(s, *hash, &found, e))
		return false;
	return found || access_refuse(c, "--token", ERR_ABSENT,
				      STR("esa solicitud ya se confirmó, o no existe"),
				      STR("that request was confirmed before, or does not exist"));
}

/* ---- answering ---- */

struct answering {
	struct stored_request_of_person request;
	const struct instrument *instrument; /* of the company's round; or NULL */
};

static bool check_erasing(struct call *c, struct store *s, struct answering *in, bool *ret_good,
			  struct err *e)
{
	const struct stored_request_of_person *r = &in->request;
	struct stored_round round;
	*ret_good = true;
	if (r->account)
		return access_check_last_administrator(c, s, r->account, ret_good, e);
	*ret_good = r->company.n > 0;
	if (!*ret_good)
		return access_refuse(c, "--erase", ERR_INPUT,
				     STR("esta solicitud no viene de una cuenta ni de una empresa: "
					 "busque sus datos y quítelos en su página"),
				     STR("this request comes from no account and no company: find "
					 "their data and remove them on their page"));
	return store_get_round_head(s, c->a, r->round, &round, e) &&
	       cache_instrument(c, s, round.instrument_id, round.instrument_version,
				&in->instrument, e);
}

bool prepare_personal_answer(struct call *c, struct err *e)
{
	struct answering *in = NEW(c->a, 1, struct answering);
	struct access *x;
	struct store *s;
	bool good = true;
	if (!access_start(c, &x, &s, e) ||
	    !store_get_personal_request(s, c->a, call_integer(c, "REQUEST", 0), &in->request, e))
		return false;
	x->inside = in;
	if (!str_trim(call_text(c, "--words")).n)
		return access_refuse(c, "--words", ERR_INPUT,
				     STR("escriba la respuesta: quien pidió la leerá"),
				     STR("write the answer: whoever asked will read it"));
	return !call_given(c, "--erase") || check_erasing(c, s, in, &good, e);
}

static bool erase_company(struct store *s, const struct answering *in, struct err *e)
{
	const struct stored_request_of_person *r = &in->request;
	const struct form *const form[2] = { in->instrument->form[FORM_CLUSTER],
					     in->instrument->form[FORM_COMPANY] };
	const struct questionnaire_key key = { .round = r->round,
					       .form = FORM_COMPANY,
					       .cluster = r->cluster,
					       .company = r->company };
	const struct erasing what = { .round = r->round,
				      .cluster = r->cluster,
				      .company = r->company,
				      .kind = FORM_COMPANY,
				      .why = "personal request" };
	int64_t n;
	bool taken;
	return store_erase_personal(s, &what, form, &n, e) &&
	       store_take_company_key(s, &key, STR(""), &taken, e);
}

/* Where letters to this account went, too. */
static bool forget_account(struct call *c, struct store *s, int64_t id, struct err *e)
{
	struct stored_account account;
	struct stored_contact *k;
	size_t n;
	if (!store_get_account(s, c->a, id, &account, e) ||
	    !store_list_contacts(s, c->a, (struct str){ 0 }, &k, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_eq(k[i].email, account.email) && !store_remove_contact(s, k[i].id, e))
			return false;
	return store_forget_account(s, id, e);
}

static bool queue_answer(struct call *c, struct store *s,
			 const struct stored_request_of_person *r, struct err *e)
{
	struct str round;
	if (!email_plausible(r->contact))
		return true;
	if (!round_of_letter(c, s, &round, e) || !round.n)
		return e->code == ERR_NONE;
	const struct stored_mail letter = {
		.round = round,
		.key = str_fmt(c->a, "personal answer %lld", (long long)r->id),
		.name = STR("personal"),
		.lang = STR("es"),
		.person = r->person,
		.email = r->contact,
		.subject = str_fmt(c->a, "Respuesta a su solicitud %lld", (long long)r->id),
		.body = str_fmt(c->a, "%.*s\n", STR_ARG(str_trim(call_text(c, "--words")))),
		.message_id = str_fmt(c->a, "%.*s@ssme", STR_ARG(random_hex(c->a, CONFIRM_BYTES))),
	};
	int64_t id;
	return store_queue_mail(s, &letter, &id, e);
}

bool do_personal_answer(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	if (!go)
		return true;
	const struct answering *in = x->inside;
	const struct stored_request_of_person *r = &in->request;
	if (!store_answer_personal_request(s, r->id, call_text(c, "--outcome"),
					   str_trim(call_text(c, "--words")), e) ||
	    !queue_answer(c, s, r, e))
		return false;
	if (!call_given(c, "--erase"))
		return true;
	return r->account ? forget_account(c, s, r->account, e) : erase_company(s, in, e);
}

bool prepare_personal_extend(struct call *c, struct err *e)
{
	struct answering *in = NEW(c->a, 1, struct answering);
	struct access *x;
	struct store *s;
	if (!access_start(c, &x, &s, e) ||
	    !store_get_personal_request(s, c->a, call_integer(c, "REQUEST", 0), &in->request, e))
		return false;
	x->inside = in;
	if (personal_days_left(&in->request, c->now) < 0)
		return access_refuse(c, "--words", ERR_CONFLICT,
				     STR("el plazo ya venció: se prorroga antes de que venza"),
				     STR("the term is over: it is extended before its end"));
	if (!str_trim(call_text(c, "--words")).n)
		return access_refuse(c, "--words", ERR_INPUT,
				     STR("escriba por qué tarda más: la ley pide el motivo"),
				     STR("write why it takes longer: the law asks for the reason"));
	return true;
}

bool do_personal_extend(struct call *c, struct err *e)
{
	struct access *x;
	struct store *s;
	bool go;
	if (!access_resume(c, &x, &s, &go, e))
		return false;
	if (!go)
		return true;
	const struct answering *in = x->inside;
	return store_extend_personal_request(s, in->request.id,
					     personal_due_extended(c->a, &in->request),
					     str_trim(call_text(c, "--words")), e);
}
