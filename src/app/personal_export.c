/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is held on somebody, as JSON. */
#include "app/company.h"
#include "app/personal.h"
#include "codec/json.h"
#include "store/audit.h"
#include "store/outbox.h"

enum { DEEDS_SHOWN = 1000 };

static void put_account(struct json_out *o, const struct access_self *me)
{
	json_put_key(o, STR("account"));
	json_put_object(o);
	json_member_string(o, "email", me->account.email);
	json_member_string(o, "name", me->account.name);
	json_member_string(o, "language", me->account.lang);
	json_member_string(o, "created_at", me->account.created_at);
	json_member_string(o, "last_sign_in", me->account.seen_at);
	json_member_bool(o, "second_factor", me->account.totp_on);
	json_put_key(o, STR("roles"));
	json_put_array(o);
	for (size_t i = 0; i < me->n_grants; i++) {
		json_put_object(o);
		json_member_string(o, "role", me->grant[i].role);
		json_member_string(o, "object", me->grant[i].object);
		json_member_string(o, "granted_at", me->grant[i].granted_at);
		json_end_object(o);
	}
	json_end_array(o);
	json_put_key(o, STR("sessions"));
	json_put_array(o);
	for (size_t i = 0; i < me->n_sessions; i++) {
		json_put_object(o);
		json_member_string(o, "created_at", me->session[i].created_at);
		json_member_string(o, "address", me->session[i].origin);
		json_member_string(o, "browser", me->session[i].agent);
		json_end_object(o);
	}
	json_end_array(o);
	json_end_object(o);
}

/* What they did, as the audit keeps it. */
static bool put_deeds(struct call *c, struct store *s, struct json_out *o, struct err *e)
{
	const struct audit_filter f = { .actor = c->caller.name, .limit = DEEDS_SHOWN };
	struct audit_entry *row;
	size_t n;
	if (!store_list_audit(s, c->a, &f, &row, &n, e))
		return false;
	json_put_key(o, STR("deeds"));
	json_put_array(o);
	for (size_t i = 0; i < n; i++) {
		json_put_object(o);
		json_member_string(o, "at", row[i].at);
		json_member_string(o, "deed", row[i].deed);
		json_member_string(o, "subject", row[i].subject);
		json_member_string(o, "address", row[i].origin);
		json_end_object(o);
	}
	json_end_array(o);
	return true;
}

static bool put_contacts(struct call *c, struct store *s, struct json_out *o, struct str email,
			 struct err *e)
{
	struct stored_contact *k;
	size_t n;
	if (!store_list_contacts(s, c->a, (struct str){ 0 }, &k, &n, e))
		return false;
	json_put_key(o, STR("contacts"));
	json_put_array(o);
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(k[i].email, email))
			continue;
		json_put_object(o);
		json_member_string(o, "cluster", k[i].cluster);
		json_member_string(o, "kind", k[i].kind);
		json_member_string(o, "name", k[i].name);
		json_member_string(o, "email", k[i].email);
		json_end_object(o);
	}
	json_end_array(o);
	return true;
}

static bool put_requests(struct call *c, struct store *s, struct json_out *o, struct err *e)
{
	struct stored_request_of_person *r;
	size_t n;
	if (!store_list_personal_requests(s, c->a, &r, &n, e))
		return false;
	json_put_key(o, STR("requests"));
	json_put_array(o);
	for (size_t i = 0; i < n; i++) {
		const bool own = (c->caller.account && r[i].account == c->caller.account) ||
				 (c->caller.link && r[i].link == c->caller.link &&
				  str_eq(r[i].company, c->caller.grant[0].company));
		if (!own)
			continue;
		json_put_object(o);
		json_member_int(o, "number", r[i].id);
		json_member_string(o, "kind", str_of(personal_kind_name(r[i].kind)));
		json_member_string(o, "state", str_of(personal_state_name(r[i].state)));
		json_member_string(o, "words", r[i].words);
		json_member_string(o, "received_at", r[i].received_at);
		json_member_string(o, "due_on", r[i].due_on);
		json_member_string(o, "answer", r[i].answer);
		json_end_object(o);
	}
	json_end_array(o);
	return true;
}

static bool put_consents(struct call *c, struct store *s, struct json_out *o,
			 const struct questionnaire_key *k, struct err *e)
{
	struct stored_consent *list;
	size_t n;
	if (!store_list_consents(s, c->a, k, &list, &n, e))
		return false;
	json_put_key(o, STR("authorisations"));
	json_put_array(o);
	for (size_t i = 0; i < n; i++) {
		json_put_object(o);
		json_member_string(o, "decision", str_of(consent_deed_name(list[i].deed)));
		json_member_string(o, "text_version", list[i].version);
		json_member_string(o, "text_sha256", list[i].sha256);
		json_member_string(o, "channel", list[i].channel);
		json_member_string(o, "at", list[i].at);
		json_end_object(o);
	}
	json_end_array(o);
	return true;
}

/* What was typed into a company's form, every change. */
static bool put_typed(struct call *c, struct store *s, struct json_out *o,
		      const struct questionnaire_key *k, struct err *e)
{
	struct stored_questionnaire head;
	struct stored_round round;
	const struct instrument *in;
	struct answer_change *ch;
	bool found;
	size_t n;
	if (!store_find_questionnaire(s, c->a, k, &found, &head, e))
		return false;
	if (!found)
		return true;
	if (!store_get_round_head(s, c->a, k->round, &round, e) ||
	    !cache_instrument(c, s, round.instrument_id, round.instrument_version, &in, e) ||
	    !store_list_changes(s, c->a, k, in->form[k->form], &ch, &n, e))
		return false;
	json_member_string(o, "state", str_of(questionnaire_state_name(head.state)));
	json_put_key(o, STR("answers"));
	json_put_array(o);
	for (size_t i = 0; i < n; i++) {
		json_put_object(o);
		json_member_string(o, "question", ch[i].question);
		json_member_string(o, "value", ch[i].value);
		json_member_string(o, "at", ch[i].at);
		json_end_object(o);
	}
	json_end_array(o);
	return true;
}

static bool put_link(struct call *c, struct store *s, struct json_out *o, struct err *e)
{
	const struct caller_grant *g = &c->caller.grant[0];
	const struct questionnaire_key k = { .round = g->round,
					     .form = FORM_COMPANY,
					     .cluster = g->cluster,
					     .company = g->company };
	json_put_key(o, STR("link"));
	json_put_object(o);
	json_member_string(o, "for", c->caller.person);
	json_member_string(o, "role", str_of(role_name(g->role)));
	json_member_string(o, "round", g->round);
	json_member_string(o, "cluster", g->cluster);
	if (g->company.n)
		json_member_string(o, "company", g->company);
	const bool good = g->role != ROLE_COMPANY || !g->company.n ||
			  (put_consents(c, s, o, &k, e) && put_typed(c, s, o, &k, e));
	json_end_object(o);
	return good;
}

bool personal_export(struct call *c, struct buf *out, struct err *e)
{
	const bool account = c->caller.kind == CALLER_ACCOUNT && !c->caller.half;
	const bool link = c->caller.kind == CALLER_LINK && c->caller.n_grants > 0;
	struct access_self me = { 0 };
	struct json_out o;
	struct store *s;
	if (!account && !link)
		return err_say(e, ERR_DENIED,
			       "entre con su cuenta o con su enlace para ver sus datos",
			       "come in by your account or your link to see your data");
	if (!call_store(c, &s, e) || (account && !access_look_self(c, &me, e)))
		return false;
	json_out(&o, out);
	json_put_object(&o);
	json_member_string(&o, "made_at", c->now);
	if (account)
		put_account(&o, &me);
	else if (!put_link(c, s, &o, e))
		return false;
	if ((account && !put_contacts(c, s, &o, me.account.email, e)) ||
	    !put_requests(c, s, &o, e) || !put_deeds(c, s, &o, e))
		return false;
	json_end_object(&o);
	buf_putc(out, '\n');
	return true;
}
