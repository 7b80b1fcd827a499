/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contacts, wordings and letters. */
#include "store/outbox.h"

#include <assert.h>

#include "store/access.h"

/* ---- sealing ---- */

static const struct str sealed_names[] = {
	STR("name"), STR("email"), STR("subject"), STR("body"), STR("words"),
};
enum { SEALED_N = sizeof(sealed_names) / sizeof(*sealed_names) };

/* What is sealed of a contact or a letter. */
struct inside {
	struct str text[SEALED_N]; /* in the order of sealed_names */
};
enum { IN_NAME, IN_EMAIL, IN_SUBJECT, IN_BODY, IN_WORDS };

static bool has_secret(const struct store *s, struct err *e)
{
	return s->has_secret ||
	       err_say(e, ERR_ABSENT,
		       "%s/%s: falta el secreto con que se guardan nombres y correos; recupere una "
		       "copia con: ssme restore ARCHIVO --force",
		       "%s/%s: the secret that names and addresses are kept with is missing; bring "
		       "back a backup with: ssme restore FILE --force",
		       s->folder, SECRET_FILE);
}

static bool seal(const struct store *s, struct arena *a, const struct place *at,
		 const struct inside *in, struct str *out, struct err *e)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, a, 1 << 20);
	json_out(&o, &b);
	json_put_object(&o);
	for (size_t i = 0; i < SEALED_N; i++) {
		if (in->text[i].n) {
			json_put_key(&o, sealed_names[i]);
			json_put_string(&o, in->text[i]);
		}
	}
	json_end_object(&o);
	return has_secret(s, e) &&
	       personal_seal(a, &s->secret, at, sealed_names, SEALED_N, buf_str(&b), out, e);
}

static bool unseal(const struct store *s, struct arena *a, const struct place *at,
		   struct str sealed, struct inside *out, struct err *e)
{
	struct str plain, key;
	struct json_in j;
	*out = (struct inside){ 0 };
	if (!has_secret(s, e) ||
	    !personal_open(a, &s->secret, at, sealed_names, SEALED_N, sealed, &plain, e))
		return false;
	json_in_start(&j, a, plain);
	if (json_in_object(&j)) {
		while (json_in_key(&j, &key)) {
			const struct str value = json_in_string(&j);
			for (size_t i = 0; i < SEALED_N; i++) {
				if (str_eq(key, sealed_names[i]))
					out->text[i] = value;
			}
		}
	}
	return json_in_end(&j, e);
}

bool email_plausible(struct str email)
{
	size_t n_at = 0, at = 0, n_dots = 0;
	for (size_t i = 0; i < email.n; i++) {
		const unsigned char ch = (unsigned char)email.p[i];
		if (ch <= ' ' || ch >= 0x7f || ch == '<' || ch == '>' || ch == ',' || ch == ';' ||
		    ch == '"' || ch == '(' || ch == ')' || ch == '\\')
			return false;
		if (ch == '@') {
			n_at++;
			at = i;
		}
		n_dots += n_at && ch == '.';
	}
	return n_at == 1 && at && n_dots && email.n <= EMAIL_BYTES_MAX &&
	       email.p[email.n - 1] != '.' && email.p[at + 1] != '.';
}

static bool check_email(struct str email, struct err *e)
{
	return email_plausible(email) ||
	       err_say(e, ERR_INPUT, "«%.*s» no es un correo; escriba uno como ana@ejemplo.co",
		       "\"%.*s\" is no e-mail address; write one like ana@example.co",
		       STR_ARG(str_sub(email, 0, 100)));
}

static bool hash_of(struct store *s, struct arena *a, struct str email, struct str *out,
		    struct err *e)
{
	char *lower = NEW(a, email.n + 1, char);
	for (size_t i = 0; i < email.n; i++) {
		const char ch = email.p[i];
		lower[i] = ch >= 'A' && ch <= 'Z' ? (char)(ch - 'A' + 'a') : ch;
	}
	return store_token_hash(s, a, "address", (struct str){ lower, email.n }, out, e);
}

/* ---- contacts ---- */

static struct place place_of_contact(struct str cluster, struct str hash)
{
	return (struct place){ STR(""), STR("contact"), cluster, hash };
}

struct contacts {
	const struct store *s;
	struct arena *a;
	struct stored_contact *item;
	size_t n, cap;
};

static_assert((int)C_contact_get_created_by == (int)C_contact_list_created_by &&
		      (int)C_contact_get_created_by == (int)C_contact_list_of_created_by,
	      "one contact and a list have the same columns");

static bool take_contact(void *user, const struct db_value *column, struct err *e)
{
	struct contacts *l = user;
	struct inside in;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	struct stored_contact *k = &l->item[l->n];
	*k = (struct stored_contact){
		.id = column[C_contact_get_id].integer,
		.cluster = str_dup(l->a, column[C_contact_get_cluster].text),
		.kind = str_dup(l->a, column[C_contact_get_kind].text),
		.lang = str_dup(l->a, column[C_contact_get_lang].text),
		.hash = str_dup(l->a, column[C_contact_get_hash].text),
		.bounced_at = str_dup(l->a, column[C_contact_get_bounced_at].text),
		.created_at = str_dup(l->a, column[C_contact_get_created_at].text),
		.created_by = str_dup(l->a, column[C_contact_get_created_by].text),
	};
	const struct place at = place_of_contact(k->cluster, k->hash);
	/* what is opened may be a slice of what the row lent */
	if (!unseal(l->s, l->a, &at, str_dup(l->a, column[C_contact_get_sealed].text), &in, e))
		return false;
	k->name = in.text[IN_NAME];
	k->email = in.text[IN_EMAIL];
	l->n++;
	return true;
}

bool store_list_contacts(struct store *s, struct arena *a, struct str cluster,
			 struct stored_contact **ret_list, size_t *ret_n, struct err *e)
{
	struct contacts l = { .s = s, .a = a };
	struct db_value key[P_contact_list_of_N] = { db_text(cluster) };
	if (!db_run(s->db, cluster.n ? STMT_contact_list_of : STMT_contact_list,
		    cluster.n ? key : NULL, take_contact, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

bool store_get_contact(struct store *s, struct arena *a, int64_t id, struct stored_contact *out,
		       struct err *e)
{
	struct contacts l = { .s = s, .a = a };
	struct db_value key[P_contact_get_N] = { db_integer(id) };
	if (!db_run(s->db, STMT_contact_get, key, take_contact, &l, e))
		return false;
	if (!l.n)
		return err_say(e, ERR_ABSENT, "no hay ningún contacto %lld; vea: ssme contact list",
			       "there is no contact %lld; see: ssme contact list", (long long)id);
	*out = l.item[0];
	return true;
}

static bool kind_known(struct str kind, struct err *e)
{
	return str_is(kind, "manager") || str_is(kind, "chamber") || str_is(kind, "contributor") ||
	       err_say(e, ERR_INPUT, "clase de contacto desconocida: %.*s; manager, chamber o "
				     "contributor",
		       "unknown kind of contact: %.*s; manager, chamber or contributor",
		       STR_ARG(str_sub(kind, 0, 40)));
}

/* What the audit tells of a contact: not who it is. */
static struct str describe(struct arena *a, const struct stored_contact *k)
{
	struct note n;
	note_start(&n, a);
	json_member_string(&n.json, "kind", k->kind);
	json_member_string(&n.json, "lang", k->lang);
	return note_end(&n);
}

static bool cluster_there(struct store *s, struct arena *a, struct str id, struct err *e)
{
	struct cluster_entry entry;
	bool found;
	if (!store_find_cluster(s, a, id, &found, &entry, e))
		return false;
	return found || err_say(e, ERR_ABSENT, "el clúster %.*s no está en el registro",
				"cluster %.*s is not in the register",
				STR_ARG(str_sub(id, 0, 64)));
}

static bool one_line(struct str text, const char *es, const char *en, struct err *e)
{
	for (size_t i = 0; i < text.n; i++) {
		if ((unsigned char)text.p[i] < ' ')
			return err_say(e, ERR_INPUT, "%s%.0s tiene un salto de línea; quítelo",
				       "%.0s%s has a line end; take it out", es, en);
	}
	return true;
}

static bool put_contact(struct store *s, const struct stored_contact *in, int64_t *ret_id,
			struct err *e)
{
	ARENA_SCOPE(a, 4 << 20);
	const struct inside texts = { { [IN_NAME] = in->name, [IN_EMAIL] = in->email } };
	struct str hash, sealed;
	int64_t id;
	if (!check_email(in->email, e) || !kind_known(in->kind, e) ||
	    !access_short(in->name, PERSON_BYTES_MAX, "nombre", "name", e) ||
	    !one_line(in->name, "el nombre", "the name", e) ||
	    !cluster_there(s, &a, in->cluster, e) || !hash_of(s, &a, in->email, &hash, e) ||
	    !access_number(s, "contact", &id, e))
		return false;
	if (id > CONTACTS_MAX * 100)
		return err_say(e, ERR_LIMIT, "demasiados contactos", "too many contacts");
	const struct place at = place_of_contact(in->cluster, hash);
	if (!seal(s, &a, &at, &texts, &sealed, e))
		return false;
	struct db_value arg[P_contact_put_N] = {
		[P_contact_put_id] = db_integer(id),
		[P_contact_put_cluster] = db_text(in->cluster),
		[P_contact_put_kind] = db_text(in->kind),
		[P_contact_put_lang] = db_text(in->lang.n ? in->lang : STR("es")),
		[P_contact_put_hash] = db_text(hash),
		[P_contact_put_sealed] = db_text(sealed),
		[P_contact_put_created_at] = db_text(store_now(s)),
		[P_contact_put_created_by] = db_text(str_of(s->actor)),
	};
	return access_integer(s, STMT_contact_put, arg, ret_id, e) &&
	       store_audit(s, "contact put", in->cluster, STR(""), describe(&a, in), e);
}

bool store_put_contact(struct store *s, const struct stored_contact *in, int64_t *ret_id,
		       struct err *e)
{
	return store_begun(s, e) && store_done(s, put_contact(s, in, ret_id, e), e);
}

static bool remove_contact(struct store *s, int64_t id, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct stored_contact k;
	struct db_value key[P_contact_remove_N] = { db_integer(id) };
	return store_get_contact(s, &a, id, &k, e) &&
	       db_run(s->db, STMT_contact_remove, key, NULL, NULL, e) &&
	       store_audit(s, "contact remove", k.cluster, describe(&a, &k), STR(""), e);
}

bool store_remove_contact(struct store *s, int64_t id, struct err *e)
{
	return store_begun(s, e) && store_done(s, remove_contact(s, id, e), e);
}

/* ---- wordings ---- */

struct texts {
	struct arena *a;
	struct stored_mail_text *item;
	size_t n, cap;
};

static_assert((int)C_mail_text_last_written_at == (int)C_mail_text_list_written_at,
	      "the last wording and all of them have the same columns");

static bool take_text(void *user, const struct db_value *column, struct err *e)
{
	struct texts *l = user;
	(void)e;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct stored_mail_text){
		.number = column[C_mail_text_list_number].integer,
		.subject = str_dup(l->a, column[C_mail_text_list_subject].text),
		.body = str_dup(l->a, column[C_mail_text_list_body].text),
		.author = str_dup(l->a, column[C_mail_text_list_author].text),
		.at = str_dup(l->a, column[C_mail_text_list_written_at].text),
	};
	return true;
}

bool store_find_mail_text(struct store *s, struct arena *a, struct str name, struct str lang,
			  bool *ret_found, struct stored_mail_text *out, struct err *e)
{
	struct texts l = { .a = a };
	struct db_value key[P_mail_text_last_N] = {
		[P_mail_text_last_name] = db_text(name),
		[P_mail_text_last_lang] = db_text(lang),
	};
	if (!db_run(s->db, STMT_mail_text_last, key, take_text, &l, e))
		return false;
	*ret_found = l.n > 0;
	if (l.n)
		*out = l.item[0];
	return true;
}

bool store_list_mail_texts(struct store *s, struct arena *a, struct str name, struct str lang,
			   struct stored_mail_text **ret_list, size_t *ret_n, struct err *e)
{
	struct texts l = { .a = a };
	struct db_value key[P_mail_text_list_N] = {
		[P_mail_text_list_name] = db_text(name),
		[P_mail_text_list_lang] = db_text(lang),
	};
	if (!db_run(s->db, STMT_mail_text_list, key, take_text, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

static bool put_text(struct store *s, struct str name, struct str lang,
		     const struct stored_mail_text *in, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct stored_mail_text old = { 0 };
	bool found;
	if (!access_short(in->subject, MAIL_SUBJECT_BYTES_MAX, "asunto", "subject", e) ||
	    !access_short(in->body, MAIL_BODY_BYTES_MAX, "texto", "text", e) ||
	    !store_find_mail_text(s, &a, name, lang, &found, &old, e))
		return false;
	const int64_t number = (found ? old.number : 0) + 1;
	struct db_value arg[P_mail_text_put_N] = {
		[P_mail_text_put_name] = db_text(name),
		[P_mail_text_put_lang] = db_text(lang),
		[P_mail_text_put_number] = db_integer(number),
		[P_mail_text_put_subject] = db_text(in->subject),
		[P_mail_text_put_body] = db_text(in->body),
		[P_mail_text_put_author] = db_text(str_of(s->actor)),
		[P_mail_text_put_written_at] = db_text(store_now(s)),
	};
	struct note after;
	note_start(&after, &a);
	json_member_string(&after.json, "lang", lang);
	json_member_int(&after.json, "number", number);
	return db_run(s->db, STMT_mail_text_put, arg, NULL, NULL, e) &&
	       store_audit(s, "mail text", name, STR(""), note_end(&after), e);
}

bool store_put_mail_text(struct store *s, struct str name, struct str lang,
			 const struct stored_mail_text *in, struct err *e)
{
	return store_begun(s, e) && store_done(s, put_text(s, name, lang, in, e), e);
}

/* ---- letters: reading ---- */

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
	struct inside in;
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
	    !unseal(l->s, l->a, &at, str_dup(l->a, column[C_mail_get_sealed].text), &in, e))
		return false;
	k->person = in.text[IN_NAME];
	k->email = in.text[IN_EMAIL];
	k->subject = in.text[IN_SUBJECT];
	k->body = in.text[IN_BODY];
	k->words = in.text[IN_WORDS];
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

/* ---- letters: queueing ---- */

static struct inside inside_of(const struct stored_mail *m)
{
	return (struct inside){ { [IN_NAME] = m->person,
				  [IN_EMAIL] = m->email,
				  [IN_SUBJECT] = m->subject,
				  [IN_BODY] = m->body,
				  [IN_WORDS] = m->words } };
}

static bool queue_mail(struct store *s, const struct stored_mail *in, int64_t *ret_id,
		       struct err *e)
{
	ARENA_SCOPE(a, 4 << 20);
	const struct place at = place_of_mail(in->round, in->cluster, in->key);
	const struct inside texts = inside_of(in);
	struct str hash, sealed;
	enum round_state state;
	int64_t id;
	*ret_id = 0;
	if (!check_email(in->email, e) || !one_line(in->subject, "el asunto", "the subject", e) ||
	    !access_short(in->subject, MAIL_SUBJECT_BYTES_MAX * 2, "asunto", "subject", e) ||
	    !access_short(in->body, MAIL_BODY_BYTES_MAX * 2, "texto", "text", e) ||
	    !round_state(s, in->round, &state, e) || !hash_of(s, &a, in->email, &hash, e) ||
	    !seal(s, &a, &at, &texts, &sealed, e) || !access_number(s, "mail", &id, e))
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

/* ---- letters: sending ---- */

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
	const struct inside texts = inside_of(m);
	if (!seal(s, &a, &at, &texts, &sealed, e))
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

/* ---- letters: coming back ---- */

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
	if (!store_get_mail(s, &a, id, &m, e) || !hash_of(s, &a, m.email, &hash, e) ||
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
	if (email.n && !hash_of(s, &a, email, &hash, e))
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
