/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads on single answers. */
#include "store/review.h"

#include <assert.h>

#include "store/access.h"

enum { SEALED_TEXT_BYTES_MAX = 12 * REVIEW_TEXT_BYTES_MAX + 256 };

static const char *const kind_names[] = { [REVIEW_SAY] = "say", [REVIEW_RESOLVE] = "resolve" };
static const char *const side_names[] = { [REVIEW_ASKS] = "asks", [REVIEW_ANSWERS] = "answers" };

/* ---- keys ---- */

static_assert((int)P_review_message_put_company == 3 && (int)P_review_message_list_company == 3 &&
		      (int)P_review_message_last_company == 3 &&
		      (int)P_review_thread_last_company == 3,
	      "the key of a questionnaire stands first");

static void put_key(struct db_value *arg, const struct questionnaire_key *k)
{
	arg[0] = db_text(k->round);
	arg[1] = db_text(str_of(form_word(k->form)));
	arg[2] = db_text(k->cluster);
	arg[3] = db_text(k->company);
}

/* ---- what is said is sealed ---- */

/* As a document with one personal member: it opens only at its own questionnaire. */
static struct sealing sealing_of_text(struct arena *a, const struct store *s,
				      const struct questionnaire_key *k)
{
	struct sealing p = { .store = s, .round = k->round, .form = str_of(form_word(k->form)) };
	p.name = NEW(a, 1, struct str);
	p.name[p.n++] = STR("text");
	return p;
}

static bool seal_text(const struct store *s, struct arena *a, const struct questionnaire_key *k,
		      struct str text, struct str *out, struct err *e)
{
	const struct sealing p = sealing_of_text(a, s, k);
	struct note n;
	buf_init(&n.text, a, SEALED_TEXT_BYTES_MAX);
	json_out(&n.json, &n.text);
	json_put_object(&n.json);
	json_member_string(&n.json, "text", text);
	return pass_personal(&p, a, false, k->cluster, k->company, note_end(&n), out, e);
}

static bool open_text(const struct store *s, struct arena *a, const struct questionnaire_key *k,
		      struct str sealed, struct str *out, struct err *e)
{
	const struct sealing p = sealing_of_text(a, s, k);
	struct str document, key;
	struct json_in j;
	*out = STR("");
	if (!pass_personal(&p, a, true, k->cluster, k->company, sealed, &document, e))
		return false;
	json_in_start(&j, a, document);
	if (json_in_object(&j))
		while (json_in_key(&j, &key))
			*out = str_dup(a, json_in_string(&j));
	return json_in_end(&j, e);
}

/* ---- adding ---- */

static bool take_last_kind(void *user, const struct db_value *column, struct err *e)
{
	(void)e;
	*(bool *)user = str_is(column[C_review_thread_last_kind].text, kind_names[REVIEW_SAY]);
	return true;
}

/* Is there something that may be said so? */
static bool check_message(struct store *s, const struct questionnaire_key *k,
			  const struct review_message *m, struct err *e)
{
	struct db_value arg[P_review_thread_last_N];
	bool open = false;
	if (m->text.n > REVIEW_TEXT_BYTES_MAX)
		return err_say(e, ERR_LIMIT, "el mensaje pasa de %d bytes; acórtelo",
			       "the message has more than %d bytes; make it shorter",
			       REVIEW_TEXT_BYTES_MAX);
	if (m->kind == REVIEW_SAY)
		return m->text.n || err_say(e, ERR_INPUT, "el mensaje está vacío; escriba algo",
					    "the message is empty; write something");
	put_key(arg, k);
	arg[P_review_thread_last_question] = db_text(m->question);
	arg[P_review_thread_last_item] = db_integer(m->item);
	if (!db_run(s->db, STMT_review_thread_last, arg, take_last_kind, &open, e))
		return false;
	return open || err_say(e, ERR_INPUT, "no hay nada que resolver en %.*s",
			       "there is nothing to resolve at %.*s", STR_ARG(m->question));
}

/* The number of the message that comes next.  ERR_ABSENT, ERR_LIMIT. */
static bool next_number(struct store *s, const struct questionnaire_key *k, int64_t *out,
			struct err *e)
{
	ARENA_SCOPE(a, 1u << 20);
	struct stored_questionnaire q;
	struct db_value arg[P_review_message_last_N];
	bool found;
	int64_t last = 0;
	put_key(arg, k);
	if (!store_find_questionnaire(s, &a, k, &found, &q, e))
		return false;
	if (!found)
		return err_say(e, ERR_ABSENT,
			       "nadie ha abierto todavía el formulario de %.*s en la ronda %.*s",
			       "nobody has opened the form of %.*s in round %.*s yet",
			       STR_ARG(k->cluster), STR_ARG(k->round));
	if (!access_integer(s, STMT_review_message_last, arg, &last, e))
		return false;
	*out = last + 1;
	return last < REVIEW_MESSAGES_MAX ||
	       err_say(e, ERR_LIMIT,
		       "el formulario de %.*s ya tiene %d mensajes; siga por correo",
		       "the form of %.*s has %d messages already; go on by e-mail",
		       STR_ARG(k->cluster), REVIEW_MESSAGES_MAX);
}

static bool audit_message(struct store *s, struct arena *a, const struct questionnaire_key *k,
			  const struct review_message *m, struct err *e)
{
	struct note after;
	note_start(&after, a);
	json_member_string(&after.json, "question", m->question);
	json_member_string(&after.json, "side", str_of(side_names[m->side]));
	return store_audit(s, m->kind == REVIEW_SAY ? "review message" : "review resolve",
			   str_fmt(a, "%.*s %.*s", STR_ARG(k->round), STR_ARG(k->cluster)),
			   STR(""), note_end(&after), e);
}

static bool add_message(struct store *s, const struct questionnaire_key *k,
			const struct review_message *m, struct err *e)
{
	ARENA_SCOPE(a, 1u << 20);
	struct db_value arg[P_review_message_put_N];
	struct str body;
	int64_t number;
	if (!check_message(s, k, m, e) || !next_number(s, k, &number, e) ||
	    !seal_text(s, &a, k, m->text, &body, e))
		return false;
	put_key(arg, k);
	arg[P_review_message_put_number] = db_integer(number);
	arg[P_review_message_put_question] = db_text(m->question);
	arg[P_review_message_put_item] = db_integer(m->item);
	arg[P_review_message_put_kind] = db_text(str_of(kind_names[m->kind]));
	arg[P_review_message_put_side] = db_text(str_of(side_names[m->side]));
	arg[P_review_message_put_author] = db_text(str_of(s->actor));
	arg[P_review_message_put_now] = db_text(store_now(s));
	arg[P_review_message_put_body] = db_text(body);
	return db_run(s->db, STMT_review_message_put, arg, NULL, NULL, e) &&
	       audit_message(s, &a, k, m, e);
}

bool store_add_review_message(struct store *s, const struct questionnaire_key *k,
			      const struct review_message *m, struct err *e)
{
	return store_begun(s, e) && store_done(s, add_message(s, k, m, e), e);
}

/* ---- reading ---- */

struct messages {
	struct arena *a;
	const struct store *store;
	const struct questionnaire_key *k;
	struct review_message *item;
	size_t n, cap;
};

static bool take_message(void *user, const struct db_value *column, struct err *e)
{
	struct messages *l = user;
	const bool says = str_is(column[C_review_message_list_kind].text, kind_names[REVIEW_SAY]),
		   asks = str_is(column[C_review_message_list_side].text, side_names[REVIEW_ASKS]);
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n] = (struct review_message){
		.number = column[C_review_message_list_number].integer,
		.question = str_dup(l->a, column[C_review_message_list_question].text),
		.item = column[C_review_message_list_item].integer,
		.kind = says ? REVIEW_SAY : REVIEW_RESOLVE,
		.side = asks ? REVIEW_ASKS : REVIEW_ANSWERS,
		.author = str_dup(l->a, column[C_review_message_list_author].text),
		.at = str_dup(l->a, column[C_review_message_list_said_at].text),
	};
	return open_text(l->store, l->a, l->k, column[C_review_message_list_body].text,
			 &l->item[l->n++].text, e);
}

bool store_list_review_messages(struct store *s, struct arena *a,
				const struct questionnaire_key *k,
				struct review_message **ret_list, size_t *ret_n, struct err *e)
{
	struct messages l = { .a = a, .store = s, .k = k };
	struct db_value arg[P_review_message_list_N];
	put_key(arg, k);
	if (!db_run(s->db, STMT_review_message_list, arg, take_message, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

struct counts {
	struct arena *a;
	struct review_count *item;
	size_t n, cap;
};

static bool take_count(void *user, const struct db_value *column, struct err *e)
{
	struct counts *l = user;
	(void)e;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct review_count){
		.cluster = str_dup(l->a, column[C_review_thread_count_cluster].text),
		.company = str_dup(l->a, column[C_review_thread_count_company].text),
		.n_open = column[C_review_thread_count_n_open].integer,
		.n_answered = column[C_review_thread_count_n_answered].integer,
	};
	return true;
}

bool store_count_review_threads(struct store *s, struct arena *a, struct str round, int form,
				struct review_count **ret_list, size_t *ret_n, struct err *e)
{
	struct counts l = { .a = a };
	struct db_value arg[P_review_thread_count_N] = {
		[P_review_thread_count_round] = db_text(round),
		[P_review_thread_count_form] = db_text(str_of(form_word(form))),
	};
	if (!db_run(s->db, STMT_review_thread_count, arg, take_count, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}
