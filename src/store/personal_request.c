/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people ask about their own data.  Texts of a request are one JSON object whose members are
 * all sealed, bound to the number of the request. */
#include "store/personal_request.h"

#include <assert.h>

#include "store/access.h"

/* ---- words ---- */

static const char *const kind_names[PERSONAL_KINDS_N] = {
	[PERSONAL_SEE] = "see",
	[PERSONAL_CORRECT] = "correct",
	[PERSONAL_REMOVE] = "remove",
	[PERSONAL_WITHDRAW] = "withdraw",
};
static const char *const state_names[] = {
	[PERSONAL_UNCONFIRMED] = "unconfirmed",
	[PERSONAL_OPEN] = "open",
	[PERSONAL_ANSWERED] = "answered",
};
enum { STATES_N = sizeof(state_names) / sizeof(*state_names) };

const char *personal_kind_name(enum personal_kind k)
{
	assert((unsigned)k < PERSONAL_KINDS_N);
	return kind_names[k];
}

const char *personal_state_name(enum personal_state s)
{
	assert((unsigned)s < STATES_N);
	return state_names[s];
}

bool personal_kind_of(struct str name, enum personal_kind *out)
{
	for (size_t i = 0; i < PERSONAL_KINDS_N; i++) {
		if (str_is(name, kind_names[i])) {
			*out = (enum personal_kind)i;
			return true;
		}
	}
	return false;
}

static enum personal_state state_of(struct str name)
{
	for (size_t i = 0; i < STATES_N; i++)
		if (str_is(name, state_names[i]))
			return (enum personal_state)i;
	return PERSONAL_OPEN;
}

/* ---- sealing ---- */

static const char *const sealed_names[] = { "person", "contact", "words", "extension", "answer" };
enum {
	SEALED_N = sizeof(sealed_names) / sizeof(*sealed_names),
	SEALED_BYTES_MAX = SEALED_N * (12 * PERSONAL_TEXT_BYTES_MAX + 256),
};

static struct sealing sealing_here(struct arena *a, const struct store *s)
{
	struct sealing p = { .store = s, .form = STR("personal_request") };
	p.name = NEW(a, SEALED_N, struct str);
	for (size_t i = 0; i < SEALED_N; i++)
		p.name[p.n++] = str_of(sealed_names[i]);
	return p;
}

static struct str number_text(struct arena *a, int64_t id)
{
	return str_fmt(a, "%lld", (long long)id);
}

static bool seal(const struct store *s, struct arena *a,
		 const struct stored_request_of_person *in, struct str *out, struct err *e)
{
	const struct sealing p = sealing_here(a, s);
	const struct str text[SEALED_N] = { in->person, in->contact, in->words, in->extension,
					    in->answer };
	struct note n;
	buf_init(&n.text, a, SEALED_BYTES_MAX);
	json_out(&n.json, &n.text);
	json_put_object(&n.json);
	for (size_t i = 0; i < SEALED_N; i++) {
		if (!access_short(text[i], PERSONAL_TEXT_BYTES_MAX, "texto", "text", e))
			return false;
		if (text[i].n)
			json_member_string(&n.json, sealed_names[i], text[i]);
	}
	return pass_personal(&p, a, false, number_text(a, in->id), STR(""), note_end(&n), out, e);
}

static bool unseal(const struct store *s, struct arena *a, struct str sealed,
		   struct stored_request_of_person *to, struct err *e)
{
	const struct sealing p = sealing_here(a, s);
	struct str *const text[SEALED_N] = { &to->person, &to->contact, &to->words, &to->extension,
					     &to->answer };
	struct str document, key;
	struct json_in j;
	if (!pass_personal(&p, a, true, number_text(a, to->id), STR(""), sealed, &document, e))
		return false;
	json_in_start(&j, a, document);
	if (json_in_object(&j)) {
		while (json_in_key(&j, &key)) {
			const struct str value = json_in_string(&j);
			for (size_t i = 0; i < SEALED_N; i++)
				if (str_is(key, sealed_names[i]))
					*text[i] = value;
		}
	}
	return json_in_end(&j, e);
}

static struct str subject_of(struct arena *a, int64_t id)
{
	return str_fmt(a, "request %lld", (long long)id);
}

/* ---- taking one ---- */

static bool hash_contact(struct store *s, struct arena *a, struct str contact, struct str *out,
			 struct err *e)
{
	*out = STR("");
	return !contact.n || store_token_hash(s, a, "contact", contact, out, e);
}

static bool put_request(struct store *s, struct arena *a,
			const struct stored_request_of_person *in, struct str confirm_hash,
			struct err *e)
{
	struct str sealed, contact;
	if (!seal(s, a, in, &sealed, e) || !hash_contact(s, a, in->contact, &contact, e))
		return false;
	struct db_value arg[P_personal_request_put_N] = {
		[P_personal_request_put_id] = db_integer(in->id),
		[P_personal_request_put_kind] = db_text(str_of(personal_kind_name(in->kind))),
		[P_personal_request_put_state] = db_text(str_of(personal_state_name(in->state))),
		[P_personal_request_put_account] = db_integer(in->account),
		[P_personal_request_put_link] = db_integer(in->link),
		[P_personal_request_put_round] = db_text(in->round),
		[P_personal_request_put_cluster] = db_text(in->cluster),
		[P_personal_request_put_company] = db_text(in->company),
		[P_personal_request_put_sealed] = db_text(sealed),
		[P_personal_request_put_contact_hash] = db_text(contact),
		[P_personal_request_put_received_at] = db_text(store_now(s)),
		[P_personal_request_put_due_on] = db_text(in->due_on),
		[P_personal_request_put_confirm_hash] = db_text(confirm_hash),
	};
	return db_run(s->db, STMT_personal_request_put, arg, NULL, NULL, e);
}

static bool add_request(struct store *s, struct stored_request_of_person *in,
			struct str confirm_hash, struct err *e)
{
	ARENA_SCOPE(a, 4u << 20);
	struct note after;
	note_start(&after, &a);
	json_member_string(&after.json, "kind", str_of(personal_kind_name(in->kind)));
	json_member_string(&after.json, "due_on", in->due_on);
	return access_number(s, "personal_request", &in->id, e) &&
	       put_request(s, &a, in, confirm_hash, e) &&
	       store_audit(s, "personal request", subject_of(&a, in->id), STR(""),
			   note_end(&after), e);
}

bool store_add_personal_request(struct store *s, const struct stored_request_of_person *in,
				struct str confirm_hash, int64_t *ret_id, struct err *e)
{
	struct stored_request_of_person made = *in;
	made.state = confirm_hash.n ? PERSONAL_UNCONFIRMED : in->state;
	if (!store_begun(s, e) || !store_done(s, add_request(s, &made, confirm_hash, e), e))
		return false;
	*ret_id = made.id;
	return true;
}

/* ---- reading ---- */

static_assert((int)C_personal_request_get_id == (int)C_personal_request_list_id &&
		      (int)C_personal_request_get_confirm_hash ==
			      (int)C_personal_request_list_confirm_hash,
	      "one request and a list have the same columns");

struct requests {
	const struct store *s;
	struct arena *a;
	struct stored_request_of_person *item;
	size_t n, cap;
};

static bool take_request(void *user, const struct db_value *column, struct err *e)
{
	struct requests *l = user;
	struct stored_request_of_person r = {
		.id = column[C_personal_request_get_id].integer,
		.state = state_of(column[C_personal_request_get_state].text),
		.account = column[C_personal_request_get_account].integer,
		.link = column[C_personal_request_get_link].integer,
		.round = str_dup(l->a, column[C_personal_request_get_round].text),
		.cluster = str_dup(l->a, column[C_personal_request_get_cluster].text),
		.company = str_dup(l->a, column[C_personal_request_get_company].text),
		.received_at = str_dup(l->a, column[C_personal_request_get_received_at].text),
		.due_on = str_dup(l->a, column[C_personal_request_get_due_on].text),
		.extended_on = str_dup(l->a, column[C_personal_request_get_extended_on].text),
		.answered_at = str_dup(l->a, column[C_personal_request_get_answered_at].text),
		.answered_by = str_dup(l->a, column[C_personal_request_get_answered_by].text),
		.outcome = str_dup(l->a, column[C_personal_request_get_outcome].text),
	};
	const struct str sealed = str_dup(l->a, column[C_personal_request_get_sealed].text);
	if (!personal_kind_of(column[C_personal_request_get_kind].text, &r.kind))
		r.kind = PERSONAL_SEE;
	if (!unseal(l->s, l->a, sealed, &r, e))
		return false;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = r;
	return true;
}

bool store_get_personal_request(struct store *s, struct arena *a, int64_t id,
				struct stored_request_of_person *out, struct err *e)
{
	struct requests l = { .s = s, .a = a };
	struct db_value arg[P_personal_request_get_N] = { db_integer(id) };
	if (!db_run(s->db, STMT_personal_request_get, arg, take_request, &l, e))
		return false;
	if (!l.n)
		return err_say(e, ERR_ABSENT, "no hay ninguna solicitud %lld",
			       "there is no request %lld", (long long)id);
	*out = l.item[0];
	return true;
}

bool store_list_personal_requests(struct store *s, struct arena *a,
				  struct stored_request_of_person **ret_list, size_t *ret_n,
				  struct err *e)
{
	struct requests l = { .s = s, .a = a };
	if (!db_run(s->db, STMT_personal_request_list, NULL, take_request, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

/* ---- what becomes of it ---- */

static bool note_request(struct store *s, struct arena *a, const char *deed, int64_t id,
			 const char *what, struct str value, struct err *e)
{
	struct note after;
	note_start(&after, a);
	json_member_string(&after.json, what, value);
	return store_audit(s, deed, subject_of(a, id), STR(""), note_end(&after), e);
}

static bool confirm(struct store *s, struct str hash, bool *found, struct err *e)
{
	ARENA_SCOPE(a, 1u << 16);
	struct db_value arg[P_personal_request_confirm_N] = { db_text(hash) };
	int64_t id = 0;
	if (!access_integer(s, STMT_personal_request_confirm, arg, &id, e))
		return false;
	*found = id > 0;
	return !id || note_request(s, &a, "personal request confirm", id, "state", STR("open"), e);
}

bool store_confirm_personal_request(struct store *s, struct str confirm_hash, bool *ret_found,
				    struct err *e)
{
	bool found = false;
	if (confirm_hash.n != TOKEN_HASH_N) {
		*ret_found = false;
		return true;
	}
	if (!store_begun(s, e) || !store_done(s, confirm(s, confirm_hash, &found, e), e))
		return false;
	*ret_found = found;
	return true;
}

static bool too_late(int64_t id, struct err *e)
{
	return err_say(e, ERR_CONFLICT,
		       "la solicitud %lld ya se respondió o ya se prorrogó una vez",
		       "request %lld was answered, or extended once, before", (long long)id);
}

static bool extend(struct store *s, int64_t id, struct str until, struct str why, struct err *e)
{
	ARENA_SCOPE(a, 8u << 20);
	struct stored_request_of_person r;
	struct str sealed;
	int64_t done = 0;
	if (!store_get_personal_request(s, &a, id, &r, e))
		return false;
	r.extension = why;
	if (!seal(s, &a, &r, &sealed, e))
		return false;
	struct db_value arg[P_personal_request_extend_N] = {
		[P_personal_request_extend_extended_on] = db_text(until),
		[P_personal_request_extend_sealed] = db_text(sealed),
		[P_personal_request_extend_id] = db_integer(id),
	};
	return access_integer(s, STMT_personal_request_extend, arg, &done, e) &&
	       (done || too_late(id, e)) &&
	       note_request(s, &a, "personal request extend", id, "until", until, e);
}

bool store_extend_personal_request(struct store *s, int64_t id, struct str until, struct str why,
				   struct err *e)
{
	return store_begun(s, e) && store_done(s, extend(s, id, until, why, e), e);
}

static bool answer(struct store *s, int64_t id, struct str outcome, struct str text,
		   struct err *e)
{
	ARENA_SCOPE(a, 8u << 20);
	struct stored_request_of_person r;
	struct str sealed;
	int64_t done = 0;
	if (!store_get_personal_request(s, &a, id, &r, e))
		return false;
	r.answer = text;
	if (!seal(s, &a, &r, &sealed, e))
		return false;
	struct db_value arg[P_personal_request_answer_N] = {
		[P_personal_request_answer_answered_at] = db_text(store_now(s)),
		[P_personal_request_answer_answered_by] = db_text(str_of(s->actor)),
		[P_personal_request_answer_outcome] = db_text(outcome),
		[P_personal_request_answer_sealed] = db_text(sealed),
		[P_personal_request_answer_id] = db_integer(id),
	};
	return access_integer(s, STMT_personal_request_answer, arg, &done, e) &&
	       (done || too_late(id, e)) &&
	       note_request(s, &a, "personal request answer", id, "outcome", outcome, e);
}

bool store_answer_personal_request(struct store *s, int64_t id, struct str outcome,
				   struct str text, struct err *e)
{
	return store_begun(s, e) && store_done(s, answer(s, id, outcome, text, e), e);
}

bool store_tidy_personal_requests(struct store *s, struct str before, int64_t *ret_n,
				  struct err *e)
{
	struct db_value arg[P_personal_request_tidy_N] = { db_text(before) };
	return store_begun(s, e) &&
	       store_done(s, access_count(s, STMT_personal_request_tidy, arg, ret_n, e), e);
}

/* ---- an account that names nobody ---- */

static bool take_roles(struct store *s, struct arena *a, int64_t id, struct err *e)
{
	struct stored_grant *g;
	struct stored_token *t;
	size_t n, n_tokens;
	if (!store_list_grants(s, a, id, &g, &n, e) ||
	    !store_list_tokens(s, a, id, &t, &n_tokens, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!store_revoke_grant(s, id, g[i].role, g[i].object, e))
			return false;
	for (size_t i = 0; i < n_tokens; i++)
		if (!store_revoke_token(s, id, t[i].id, e))
			return false;
	return store_end_sessions(s, id, 0, e);
}

static bool forget(struct store *s, int64_t id, struct err *e)
{
	ARENA_SCOPE(a, 4u << 20);
	struct stored_account old;
	int64_t done = 0;
	struct db_value arg[P_personal_account_forget_N] = {
		[P_personal_account_forget_email] =
			db_text(str_fmt(&a, "cuenta-%lld@retirada.invalid", (long long)id)),
		[P_personal_account_forget_name] = db_text(STR("Cuenta retirada")),
		[P_personal_account_forget_id] = db_integer(id),
	};
	return store_get_account(s, &a, id, &old, e) && take_roles(s, &a, id, e) &&
	       access_integer(s, STMT_personal_account_forget, arg, &done, e) &&
	       store_audit(s, "account forget", str_fmt(&a, "account %lld", (long long)id), STR(""),
			   STR(""), e);
}

bool store_forget_account(struct store *s, int64_t id, struct err *e)
{
	return store_begun(s, e) && store_done(s, forget(s, id, e), e);
}

struct numbers {
	struct arena *a;
	int64_t *item;
	size_t n, cap;
};

static bool take_number(void *user, const struct db_value *column, struct err *e)
{
	struct numbers *l = user;
	(void)e;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = column[C_personal_account_stale_id].integer;
	return true;
}

bool store_list_stale_accounts(struct store *s, struct arena *a, struct str before,
			       int64_t **ret_ids, size_t *ret_n, struct err *e)
{
	struct numbers l = { .a = a };
	struct db_value arg[P_personal_account_stale_N] = { db_text(before) };
	if (!db_run(s->db, STMT_personal_account_stale, arg, take_number, &l, e))
		return false;
	*ret_ids = l.item;
	*ret_n = l.n;
	return true;
}
