/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Authorisations, and the keys by which companies are known again. */
#include "store/company.h"

#include <assert.h>

#include "store/access.h"

static const char *const deed_names[] = {
	[CONSENT_GIVEN] = "given",
	[CONSENT_REFUSED] = "refused",
	[CONSENT_WITHDRAWN] = "withdrawn",
};
enum { DEEDS_N = sizeof(deed_names) / sizeof(*deed_names) };

const char *consent_deed_name(enum consent_deed d)
{
	assert((unsigned)d < DEEDS_N);
	return deed_names[d];
}

static struct str subject_of(struct arena *a, const struct questionnaire_key *k)
{
	return str_fmt(a, "%.*s/%.*s/%.*s", STR_ARG(k->round), STR_ARG(k->cluster),
		       STR_ARG(k->company));
}

/* ---- decisions ---- */

static_assert((int)P_consent_last_round == 0 && (int)P_consent_last_cluster == 1 &&
		      (int)P_consent_last_company == 2 && (int)P_consent_put_company == 2 &&
		      (int)P_consent_list_company == 2 && (int)P_company_key_drop_company == 2 &&
		      (int)P_company_key_put_company == 2,
	      "round, cluster and company stand first");

static void put_key(struct db_value *arg, const struct questionnaire_key *k)
{
	arg[0] = db_text(k->round);
	arg[1] = db_text(k->cluster);
	arg[2] = db_text(k->company);
}

static bool put_text(struct store *s, const struct stored_consent *in, struct str text,
		     struct err *e)
{
	struct db_value arg[P_consent_text_put_N] = {
		[P_consent_text_put_version] = db_text(in->version),
		[P_consent_text_put_lang] = db_text(in->lang),
		[P_consent_text_put_sha256] = db_text(in->sha256),
		[P_consent_text_put_words] = db_text(text),
	};
	return db_run(s->db, STMT_consent_text_put, arg, NULL, NULL, e);
}

static bool put_consent(struct store *s, const struct questionnaire_key *k,
			const struct stored_consent *in, struct err *e)
{
	struct db_value last[P_consent_last_N], arg[P_consent_put_N];
	int64_t number = 0;
	put_key(last, k);
	put_key(arg, k);
	if (!access_integer(s, STMT_consent_last, last, &number, e))
		return false;
	arg[P_consent_put_number] = db_integer(number + 1);
	arg[P_consent_put_deed] = db_text(str_of(consent_deed_name(in->deed)));
	arg[P_consent_put_version] = db_text(in->version);
	arg[P_consent_put_lang] = db_text(in->lang);
	arg[P_consent_put_sha256] = db_text(in->sha256);
	arg[P_consent_put_channel] = db_text(in->channel);
	arg[P_consent_put_actor] = db_text(str_of(s->actor));
	arg[P_consent_put_decided_at] = db_text(store_now(s));
	return db_run(s->db, STMT_consent_put, arg, NULL, NULL, e);
}

static bool add_consent(struct store *s, const struct questionnaire_key *k,
			const struct stored_consent *in, struct str text, struct err *e)
{
	ARENA_SCOPE(a, 1u << 20);
	struct stored_consent made = *in;
	enum round_state state;
	struct note after;
	made.sha256 = sha256_hex(&a, sha256_of(text));
	note_start(&after, &a);
	json_member_string(&after.json, "deed", str_of(consent_deed_name(in->deed)));
	json_member_string(&after.json, "version", in->version);
	json_member_string(&after.json, "lang", in->lang);
	json_member_string(&after.json, "sha256", made.sha256);
	json_member_string(&after.json, "channel", in->channel);
	return access_short(text, CONSENT_TEXT_BYTES_MAX, "texto de la autorización",
			    "text of the authorisation", e) &&
	       access_short(in->version, CONSENT_WORD_BYTES_MAX, "versión", "version", e) &&
	       access_short(in->channel, CONSENT_WORD_BYTES_MAX, "canal", "channel", e) &&
	       round_state(s, k->round, &state, e) && put_text(s, &made, text, e) &&
	       put_consent(s, k, &made, e) &&
	       store_audit(s, "consent", subject_of(&a, k), STR(""), note_end(&after), e);
}

bool store_add_consent(struct store *s, const struct questionnaire_key *k,
		       const struct stored_consent *in, struct str text, struct err *e)
{
	return store_begun(s, e) && store_done(s, add_consent(s, k, in, text, e), e);
}

struct consents {
	struct arena *a;
	struct stored_consent *item;
	size_t n, cap;
};

static bool take_consent(void *user, const struct db_value *column, struct err *e)
{
	struct consents *l = user;
	size_t deed = 0;
	while (deed < DEEDS_N && !str_is(column[C_consent_list_deed].text, deed_names[deed]))
		deed++;
	if (deed == DEEDS_N)
		return err_say(e, ERR_IO,
			       "la base tiene una autorización que este programa no conoce",
			       "the database has an authorisation that this program does not know");
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct stored_consent){
		.deed = (enum consent_deed)deed,
		.version = str_dup(l->a, column[C_consent_list_version].text),
		.lang = str_dup(l->a, column[C_consent_list_lang].text),
		.sha256 = str_dup(l->a, column[C_consent_list_sha256].text),
		.channel = str_dup(l->a, column[C_consent_list_channel].text),
		.actor = str_dup(l->a, column[C_consent_list_actor].text),
		.at = str_dup(l->a, column[C_consent_list_decided_at].text),
	};
	return true;
}

bool store_list_consents(struct store *s, struct arena *a, const struct questionnaire_key *k,
			 struct stored_consent **ret_list, size_t *ret_n, struct err *e)
{
	struct consents l = { .a = a };
	struct db_value arg[P_consent_list_N];
	put_key(arg, k);
	if (!db_run(s->db, STMT_consent_list, arg, take_consent, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

bool store_find_consent(struct store *s, struct arena *a, const struct questionnaire_key *k,
			bool *ret_found, struct stored_consent *out, struct err *e)
{
	struct stored_consent *list;
	size_t n;
	if (!store_list_consents(s, a, k, &list, &n, e))
		return false;
	*ret_found = n > 0;
	if (n)
		*out = list[n - 1];
	return true;
}

bool store_get_consent_text(struct store *s, struct arena *a, const struct stored_consent *of,
			    bool *ret_found, struct str *out, struct err *e)
{
	struct db_value arg[P_consent_text_get_N] = {
		[P_consent_text_get_version] = db_text(of->version),
		[P_consent_text_get_lang] = db_text(of->lang),
		[P_consent_text_get_sha256] = db_text(of->sha256),
	};
	return read_text(s->db, a, STMT_consent_text_get, arg, out, ret_found, e);
}

static bool tidy_consents(struct store *s, struct str before, int64_t *n, struct err *e)
{
	struct db_value arg[P_consent_tidy_N] = { db_text(before) };
	return access_count(s, STMT_consent_tidy, arg, n, e);
}

bool store_tidy_consents(struct store *s, struct str before, int64_t *ret_n, struct err *e)
{
	return store_begun(s, e) && store_done(s, tidy_consents(s, before, ret_n, e), e);
}

/* ---- keys ---- */

bool store_company_hash(struct store *s, struct arena *a, struct str digits, struct str *out,
			struct err *e)
{
	return store_token_hash(s, a, "company", digits, out, e);
}

static bool take_key(struct store *s, const struct questionnaire_key *k, struct str hash,
		     bool *taken, struct err *e)
{
	ARENA_SCOPE(a, 1u << 16);
	struct db_value find[P_company_key_find_N] = {
		[P_company_key_find_round] = db_text(k->round),
		[P_company_key_find_cluster] = db_text(k->cluster),
		[P_company_key_find_hash] = db_text(hash),
	};
	struct db_value clear[P_company_key_drop_N], put[P_company_key_put_N];
	struct str holder = { 0 };
	bool found = false;
	put_key(clear, k);
	put_key(put, k);
	put[P_company_key_put_hash] = db_text(hash);
	if (hash.n && !read_text(s->db, &a, STMT_company_key_find, find, &holder, &found, e))
		return false;
	*taken = found && !str_eq(holder, k->company);
	if (*taken || found)
		return true;
	return db_run(s->db, STMT_company_key_drop, clear, NULL, NULL, e) &&
	       (!hash.n || db_run(s->db, STMT_company_key_put, put, NULL, NULL, e));
}

bool store_take_company_key(struct store *s, const struct questionnaire_key *k, struct str hash,
			    bool *ret_taken, struct err *e)
{
	bool taken = false;
	if (!store_begun(s, e) || !store_done(s, take_key(s, k, hash, &taken, e), e))
		return false;
	*ret_taken = taken;
	return true;
}

struct keys {
	struct arena *a;
	struct stored_company_key *item;
	size_t n, cap;
};

static bool take_listed_key(void *user, const struct db_value *column, struct err *e)
{
	struct keys *l = user;
	(void)e;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct stored_company_key){
		.hash = str_dup(l->a, column[C_company_key_list_hash].text),
		.round = str_dup(l->a, column[C_company_key_list_round].text),
		.cluster = str_dup(l->a, column[C_company_key_list_cluster].text),
		.company = str_dup(l->a, column[C_company_key_list_company].text),
	};
	return true;
}

bool store_list_company_keys(struct store *s, struct arena *a, struct stored_company_key **ret_list,
			     size_t *ret_n, struct err *e)
{
	struct keys l = { .a = a };
	if (!db_run(s->db, STMT_company_key_list, NULL, take_listed_key, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}
