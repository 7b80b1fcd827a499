/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters, from the queue to the mail server and back. */
#include "store/outbox.h"

#include <assert.h>

#include "store/access.h"
#include "store/sealed.h"

/* ---- reading ---- */

static const char *const state_names[MAIL_STATES_N] = {
	[MAIL_WAITING] = "waiting", [MAIL_SENDING] = "sending", [MAIL_SENT] = "sent",
	[MAIL_REFUSED] = "refused", [MAIL_UNSURE] = "unsure",	[MAIL_BOUNCED] = "bounced",
	[MAIL_DROPPED] = "dropped",
};

const char *mail_state_name(enum mail_state s)
{
	assert((unsigned)s < MAIL_STATES_N);
	return state_names[s];
}

const char *mail_state_word(enum mail_state s, enum lang lang)
{
	static const char *const es[MAIL_STATES_N] = {
		[MAIL_WAITING] = "en espera",  [MAIL_SENDING] = "saliendo",
		[MAIL_SENT] = "enviado",       [MAIL_REFUSED] = "rechazado",
		[MAIL_UNSURE] = "sin certeza", [MAIL_BOUNCED] = "devuelto por el correo",
		[MAIL_DROPPED] = "retirado",
	};
	static const char *const en[MAIL_STATES_N] = {
		[MAIL_WAITING] = "waiting", [MAIL_SENDING] = "being sent", [MAIL_SENT] = "sent",
		[MAIL_REFUSED] = "refused", [MAIL_UNSURE] = "not sure",
		[MAIL_BOUNCED] = "came back", [MAIL_DROPPED] = "taken out",
	};
	assert((unsigned)s < MAIL_STATES_N);
	return lang == LANG_ES ? es[s] : en[s];
}

static bool state_of(struct str name, enum mail_state *out, struct err *e)
{
	for (size_t i = 0; i < MAIL_STATES_N; i++) {
		if (str_is(name, state_names[i])) {
			*out = (enum mail_state)i;
			return true;
		}
	}
	return err_say(e, ERR_IO, "estado de correo desconocido: %.*s",
		       "unknown state of a letter: %.*s", STR_ARG(name));
}

struct letters {
	const struct store *s;
	struct arena *a;
	struct stored_mail *item;
	size_t n, cap;
};

static_assert((int)C_mail_get_link == (int)C_mail_list_link &&
		      (int)C_mail_get_link == (int)C_mail_list_all_link,
	      "one letter and a list have the same columns");

/* Sealed under its key, which no other letter has. */
static struct place place_of_mail(struct str round, struct str cluster, struct str key)
{
	return (struct place){ round, STR("mail"), cluster, key };
}

static bool take_mail(void *user, const struct db_value *column, struct err *e)
{
	struct letters *l = user;
	struct sealed_texts in;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	struct stored_mail *k = &l->item[l->n];
	*k = (struct stored_mail){
		.id = column[C_mail_get_id].integer,
		.key = str_dup(l->a, column[C_mail_get_unique_key].text),
		.round = str_dup(l->a, column[C_mail_get_round].text),
		.cluster = str_dup(l->a, column[C_mail_get_cluster].text),
		.name = str_dup(l->a, column[C_mail_get_name].text),
		.lang = str_dup(l->a, column[C_mail_get_lang].text),
		.attempts = column[C_mail_get_attempts].integer,
		.code = column[C_mail_get_code].integer,
		.next_at = str_dup(l->a, column[C_mail_get_next_at].text),
		.queued_at = str_dup(l->a, column[C_mail_get_queued_at].text),
		.queued_by = str_dup(l->a, column[C_mail_get_queued_by].text),
		.changed_at = str_dup(l->a, column[C_mail_get_changed_at].text),
		.message_id = str_dup(l->a, column[C_mail_get_message_id].text),
		.link = column[C_mail_get_link].integer,
	};
	const struct place at = place_of_mail(k->round, k->cluster, k->key);
	if (!state_of(column[C_mail_get_state].text, &k->state, e) ||
	    !sealed_open(l->s, l->a, &at, str_dup(l->a, column[C_mail_get_sealed].text), &in, e))
		return false;
	k->person = in.text[SEALED_NAME];
	k->email = in.text[SEALED_EMAIL];
	k->subject = in.text[SEALED_SUBJECT];
	k->body = in.text[SEALED_BODY];
	k->words = in.text[SEALED_WORDS];
	l->n++;
	return true;
}

bool store_list_mail(struct store *s, struct arena *a, struct str round,
		     struct stored_mail **ret_list, size_t *ret_n, struct err *e)
{
	struct letters l = { .s = s, .a = a };
	struct db_value key[P_mail_list_N] = { db_text(round) };
	if (!db_run(s->db, round.n ? STMT_mail_list : STMT_mail_list_all, round.n ? key : NULL,
		    take_mail, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

bool store_get_mail(struct store *s, struct arena *a, int64_t id, struct stored_mail *out,
		    struct err *e)
{
	struct letters l = { .s = s, .a = a };
	struct db_value key[P_mail_get_N] = { db_integer(id) };
	if (!db_run(s->db, STMT_mail_get, key, take_mail, &l, e))
		return false;
	if (!l.n)
		return err_say(e, ERR_ABSENT, "no hay ningún correo %lld; vea: ssme mail list",
			       "there is no letter %lld; see: ssme mail list", (long long)id);
	*out = l.item[0];
	return true;
}

bool store_has_mail(struct store *s, struct str key, bool *ret_has, struct err *e)
{
	struct db_value arg[P_mail_key_N] = { db_text(key) };
	int64_t n;
	if (!access_count(s, STMT_mail_key, arg, &n, e))
		return false;
	*ret_has = n > 0;
	return true;
}

static bool take_count(void *user, const struct db_value *column, struct err *e)
{
	int64_t *n = user;
	enum mail_state state;
	if (!state_of(column[C_mail_count_state].text, &state, e))
		return false;
	n[state] = column[C_mail_count_n].integer;
	return true;
}

bool store_count_mail(struct store *s, struct str round, int64_t ret_n[MAIL_STATES_N],
		      struct err *e)
{
	struct db_value key[P_mail_count_N] = { db_text(round) };
	for (size_t i = 0; i < MAIL_STATES_N; i++)
		ret_n[i] = 0;
	return db_run(s->db, STMT_mail_count, key, take_count, ret_n, e);
}

bool store_count_due(struct store *s, int64_t *ret_n, struct err *e)
{
	struct db_value arg[P_mail_waiting_N] = { db_text(store_now(s)) };
	*ret_n = 0;
	return access_integer(s, STMT_mail_waiting, arg, ret_n, e);
}

/* ---- queueing ---- */

static struct sealed_texts inside_of(const struct stored_mail *m)
{
	return (struct sealed_texts){ { [SEALED_NAME] = m->person,
				  [SEALED_EMAIL] = m->email,
				  [SEALED_SUBJECT] = m->subject,
				  [SEALED_BODY] = m->body,
				  [SEALED_WORDS] = m->words } };
}

static bool queue_mail(struct store *s, const struct stored_mail *in, int64_t *ret_id,
		       struct err *e)
{
	ARENA_SCOPE(a, 4 << 20);
	const struct place at = place_of_mail(in->round, in->cluster, in->key);
	const struct sealed_texts texts = inside_of(in);
	struct str hash, sealed;
	enum round_state state;
	int64_t id;
	*ret_id = 0;
	if (!address_check(in->email, e) ||
	    !text_one_line(in->subject, "el asunto", "the subject", e) ||
	    !access_short(in->subject, MAIL_SUBJECT_BYTES_MAX * 2, "asunto", "subject", e) ||
	    !access_short(in->body, MAIL_BODY_BYTES_MAX * 2, "texto", "text", e) ||
	    !round_state(s, in->round, &state, e) || !address_hash(s, &a, in->email, &hash, e) ||
	    !sealed_shut(s, &a, &at, &texts, &sealed, e) || !access_number(s, "mail", &id, e))
		return false;
	struct db_value arg[P_mail_put_N] = {
		[P_mail_put_id] = db_integer(id),
		[P_mail_put_unique_key] = db_text(in->key),
		[P_mail_put_round] = db_text(in->round),
		[P_mail_put_cluster] = db_text(in->cluster),
		[P_mail_put_name] = db_text(in->name),
		[P_mail_put_lang] = db_text(in->lang),
		[P_mail_put_hash] = db_text(hash),
		[P_mail_put_sealed] = db_text(sealed),
		[P_mail_put_next_at] = db_text(in->next_at.n ? in->next_at : store_now(s)),
		[P_mail_put_queued_at] = db_text(store_now(s)),
		[P_mail_put_queued_by] = db_text(str_of(s->actor)),
		[P_mail_put_message_id] = db_text(in->message_id),
		[P_mail_put_link] = db_integer(in->link),
	};
	if (!access_integer(s, STMT_mail_put, arg, ret_id, e) || !*ret_id)
		return !e->code;
	struct note after;
	note_start(&after, &a);
	json_member_string(&after.json, "round", in->round);
	json_member_string(&after.json, "cluster", in->cluster);
	json_member_string(&after.json, "name", in->name);
	return store_audit(s, "mail queue", str_fmt(&a, "mail %lld", (long long)*ret_id), STR(""),
			   note_end(&after), e);
}

bool store_queue_mail(struct store *s, const struct stored_mail *in, int64_t *ret_id,
		      struct err *e)
{
	return store_begun(s, e) && store_done(s, queue_mail(s, in, ret_id, e), e);
}

/* ---- sending ---- */

static bool claim(struct store *s, struct arena *a, struct str until, bool *ret_found,
		  struct stored_mail *out, struct err *e)
{
	struct db_value now[P_mail_due_N] = { db_text(store_now(s)) };
	struct db_value lapse[P_mail_lapse_N] = { db_text(store_now(s)) };
	int64_t id = 0, n;
	*ret_found = false;
	if (!access_count(s, STMT_mail_lapse, lapse, &n, e) ||
	    !access_integer(s, STMT_mail_due, now, &id, e))
		return false;
	if (!id)
		return true;
	struct db_value arg[P_mail_claim_N] = {
		[P_mail_claim_until] = db_text(until),
		[P_mail_claim_now] = db_text(store_now(s)),
		[P_mail_claim_id] = db_integer(id),
	};
	if (!access_count(s, STMT_mail_claim, arg, &n, e))
		return false;
	*ret_found = n > 0;
	return !n || store_get_mail(s, a, id, out, e);
}

bool store_claim_mail(struct store *s, struct arena *a, struct str until, bool *ret_found,
		      struct stored_mail *out, struct err *e)
{
	return store_begun(s, e) && store_done(s, claim(s, a, until, ret_found, out, e), e);
}

/* What it says is not kept once it is over with the letter. */
static bool keeps_body(enum mail_state to)
{
	return to == MAIL_WAITING || to == MAIL_REFUSED || to == MAIL_UNSURE;
}

static bool settle(struct store *s, struct stored_mail *m, enum mail_state to, struct str next_at,
		   const char *deed, struct err *e)
{
	ARENA_SCOPE(a, 4 << 20);
	const struct place at = place_of_mail(m->round, m->cluster, m->key);
	struct str sealed;
	int64_t n;
	m->words = text_begin(m->words, MAIL_WORDS_BYTES_MAX);
	if (!keeps_body(to))
		m->body = STR("");
	const struct sealed_texts texts = inside_of(m);
	if (!sealed_shut(s, &a, &at, &texts, &sealed, e))
		return false;
	struct db_value arg[P_mail_settle_N] = {
		[P_mail_settle_state] = db_text(str_of(state_names[to])),
		[P_mail_settle_code] = db_integer(m->code),
		[P_mail_settle_sealed] = db_text(sealed),
		[P_mail_settle_next_at] = db_text(next_at),
		[P_mail_settle_attempts] = db_integer(m->attempts),
		[P_mail_settle_now] = db_text(store_now(s)),
		[P_mail_settle_id] = db_integer(m->id),
		[P_mail_settle_before] = db_text(str_of(state_names[m->state])),
	};
	if (!access_count(s, STMT_mail_settle, arg, &n, e))
		return false;
	if (!n)
		return err_say(e, ERR_CONFLICT, "el correo %lld ya cambió de estado",
			       "letter %lld is in another state by now", (long long)m->id);
	struct note after;
	note_start(&after, &a);
	json_member_string(&after.json, "state", str_of(state_names[to]));
	if (m->code)
		json_member_int(&after.json, "code", m->code);
	return !deed || store_audit(s, deed, str_fmt(&a, "mail %lld", (long long)m->id), STR(""),
				    note_end(&after), e);
}

static bool must_be(const struct stored_mail *m, unsigned states, struct err *e)
{
	return (states >> m->state & 1) ||
	       err_say(e, ERR_CONFLICT, "el correo %lld está %s%.0s: eso ya no se puede",
		       "letter %lld is %.0s%s: that can no longer be done", (long long)m->id,
		       mail_state_word(m->state, LANG_ES), mail_state_word(m->state, LANG_EN));
}

static bool settle_sending(struct store *s, int64_t id, enum mail_state to, bool tried,
			   int64_t code, struct str words, struct str next_at, struct err *e)
{
	ARENA_SCOPE(a, 4 << 20);
	struct stored_mail m;
	if (!store_get_mail(s, &a, id, &m, e) || !must_be(&m, 1u << MAIL_SENDING, e))
		return false;
	m.attempts -= !tried;
	m.code = code;
	m.words = words;
	/* a letter that is tried again later is no deed yet */
	return settle(s, &m, to, next_at, to == MAIL_WAITING ? NULL : "mail send", e);
}

bool store_settle_mail(struct store *s, int64_t id, enum mail_state to, int64_t code,
		       struct str words, struct str next_at, struct err *e)
{
	return store_begun(s, e) &&
	       store_done(s, settle_sending(s, id, to, true, code, words, next_at, e), e);
}

bool store_put_back_mail(struct store *s, int64_t id, int64_t code, struct str words,
			 struct str next_at, struct err *e)
{
	return store_begun(s, e) &&
	       store_done(s,
			  settle_sending(s, id, MAIL_WAITING, false, code, words, next_at, e), e);
}

static bool set_by_hand(struct store *s, int64_t id, unsigned from, enum mail_state to,
			const char *deed, struct err *e)
{
	ARENA_SCOPE(a, 4 << 20);
	struct stored_mail m;
	return store_get_mail(s, &a, id, &m, e) && must_be(&m, from, e) &&
	       settle(s, &m, to, store_now(s), deed, e);
}

bool store_retry_mail(struct store *s, int64_t id, struct err *e)
{
	const unsigned from = 1u << MAIL_REFUSED | 1u << MAIL_UNSURE;
	return store_begun(s, e) &&
	       store_done(s, set_by_hand(s, id, from, MAIL_WAITING, "mail retry", e), e);
}

bool store_drop_mail(struct store *s, int64_t id, struct err *e)
{
	const unsigned from = 1u << MAIL_WAITING | 1u << MAIL_REFUSED | 1u << MAIL_UNSURE;
	return store_begun(s, e) &&
	       store_done(s, set_by_hand(s, id, from, MAIL_DROPPED, "mail drop", e), e);
}

/* ---- coming back ---- */

static bool mark_address(struct store *s, struct str hash, struct err *e)
{
	struct db_value arg[P_contact_bounce_N] = {
		[P_contact_bounce_bounced_at] = db_text(store_now(s)),
		[P_contact_bounce_hash] = db_text(hash),
	};
	int64_t n;
	return access_count(s, STMT_contact_bounce, arg, &n, e);
}

static bool find_bounced(struct store *s, struct str message_id, struct str hash,
			 int64_t *ret_id, struct err *e)
{
	struct db_value by_message[P_mail_of_message_N] = { db_text(message_id) };
	struct db_value by_address[P_mail_sent_to_N] = { db_text(hash) };
	*ret_id = 0;
	if (message_id.n && !access_integer(s, STMT_mail_of_message, by_message, ret_id, e))
		return false;
	return *ret_id || !hash.n || access_integer(s, STMT_mail_sent_to, by_address, ret_id, e);
}

/* The address that a letter went to is dead, and the letter is back. */
static bool bounce_letter(struct store *s, int64_t id, struct str words, struct err *e)
{
	ARENA_SCOPE(a, 4 << 20);
	struct stored_mail m;
	struct str hash;
	if (!store_get_mail(s, &a, id, &m, e) || !address_hash(s, &a, m.email, &hash, e) ||
	    !mark_address(s, hash, e))
		return false;
	if (m.state == MAIL_BOUNCED)
		return true;
	m.words = words;
	return must_be(&m, 1u << MAIL_SENT | 1u << MAIL_UNSURE, e) &&
	       settle(s, &m, MAIL_BOUNCED, store_now(s), "mail bounce", e);
}

static bool bounce(struct store *s, struct str message_id, struct str email, struct str words,
		   int64_t *ret_id, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct str hash = { 0 };
	if (email.n && !address_hash(s, &a, email, &hash, e))
		return false;
	if (!find_bounced(s, message_id, hash, ret_id, e))
		return false;
	if (*ret_id)
		return bounce_letter(s, *ret_id, words, e);
	return !hash.n || (mark_address(s, hash, e) &&
			   store_audit(s, "mail bounce", STR("address"), STR(""), STR(""), e));
}

bool store_bounce_mail(struct store *s, struct str message_id, struct str email, struct str words,
		       int64_t *ret_id, struct err *e)
{
	return store_begun(s, e) &&
	       store_done(s, bounce(s, message_id, email, words, ret_id, e), e);
}

bool store_bounce_letter(struct store *s, int64_t id, struct str words, struct err *e)
{
	return store_begun(s, e) && store_done(s, bounce_letter(s, id, words, e), e);
}
