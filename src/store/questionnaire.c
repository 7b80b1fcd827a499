/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questionnaires: opened, changed, moved from state to state.
 *
 * The value and the reason of a personal question are kept as one JSON object in the column of the
 * value, {"X01":…,"X01__reason":…}, so that they are sealed as a response's document is. */
#include "store/questionnaire.h"

#include <assert.h>

#include "store/access.h"
#include "store/inside.h"

/* Of a value and a reason as JSON, where a byte takes six at most. */
enum { SEALED_BYTES_MAX = 12 * ANSWER_BYTES_MAX + 1024 };

/* ---- words ---- */

static const char *const state_names[QUESTIONNAIRE_STATES_N] = {
	[QUESTIONNAIRE_DRAFT] = "draft",	 [QUESTIONNAIRE_SENT] = "sent",
	[QUESTIONNAIRE_RETURNED] = "returned",	 [QUESTIONNAIRE_ACCEPTED] = "accepted",
	[QUESTIONNAIRE_ANNULLED] = "annulled",
};
static const char *const mark_names[] = {
	[MARK_TYPED] = "typed",
	[MARK_CONFIRMED] = "confirmed",
	[MARK_REMOVED] = "removed",
};
enum { MARKS_N = sizeof(mark_names) / sizeof(*mark_names) };

const char *questionnaire_state_name(enum questionnaire_state s)
{
	assert((unsigned)s < QUESTIONNAIRE_STATES_N);
	return state_names[s];
}

const char *questionnaire_state_word(enum questionnaire_state s, enum lang lang)
{
	static const char *const es[QUESTIONNAIRE_STATES_N] = {
		[QUESTIONNAIRE_DRAFT] = "borrador",    [QUESTIONNAIRE_SENT] = "enviado",
		[QUESTIONNAIRE_RETURNED] = "devuelto", [QUESTIONNAIRE_ACCEPTED] = "aceptado",
		[QUESTIONNAIRE_ANNULLED] = "anulado",
	};
	assert((unsigned)s < QUESTIONNAIRE_STATES_N);
	return lang == LANG_ES ? es[s] : state_names[s];
}

const char *answer_mark_name(enum answer_mark m)
{
	assert((unsigned)m < MARKS_N);
	return mark_names[m];
}

/* Index of a word that the schema allows; a word beyond them is damage. */
static bool word_of(struct str word, const char *const *names, size_t n, size_t *out,
		    struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (str_is(word, names[i])) {
			*out = i;
			return true;
		}
	}
	return err_say(e, ERR_IO, "palabra desconocida en un cuestionario: %.*s",
		       "unknown word in a questionnaire: %.*s", STR_ARG(word));
}

/* ---- keys ---- */

/* Every statement about one questionnaire begins with these four. */
enum { KEY_N = 4 };
static_assert((int)P_questionnaire_get_round == 0 && (int)P_questionnaire_get_company == 3 &&
		      (int)P_answer_change_put_company == 3 &&
		      (int)P_answer_change_list_company == 3 &&
		      (int)P_questionnaire_open_company == 3 &&
		      (int)P_questionnaire_event_put_company == 3 &&
		      (int)P_questionnaire_event_list_company == 3,
	      "the key stands first");

static void put_key(struct db_value *arg, const struct questionnaire_key *k)
{
	arg[0] = db_text(k->round);
	arg[1] = db_text(str_of(form_word(k->form)));
	arg[2] = db_text(k->cluster);
	arg[3] = db_text(k->company);
}

static struct str subject_of(struct arena *a, const struct questionnaire_key *k)
{
	return str_fmt(a, "%.*s %.*s%s%.*s", STR_ARG(k->round), STR_ARG(k->cluster),
		       k->company.n ? " " : "", STR_ARG(k->company));
}

/* ---- reading ---- */

struct found {
	struct arena *a;
	struct stored_questionnaire *item;
	size_t n, cap;
};

static_assert((int)C_questionnaire_get_n_unexplained == (int)C_questionnaire_list_n_unexplained &&
		      (int)C_questionnaire_get_n_unexplained ==
			      (int)C_questionnaire_list_of_n_unexplained,
	      "one questionnaire and a list have the same columns");

static bool take_questionnaire(void *user, const struct db_value *column, struct err *e)
{
	struct found *f = user;
	size_t state;
	if (!word_of(column[C_questionnaire_get_state].text, state_names, QUESTIONNAIRE_STATES_N,
		     &state, e))
		return false;
	f->item = access_room(f->a, f->item, f->n, &f->cap, sizeof(*f->item));
	f->item[f->n++] = (struct stored_questionnaire){
		.key = { .round = str_dup(f->a, column[C_questionnaire_get_round].text),
			 .form = str_is(column[C_questionnaire_get_form].text, "company")
					 ? FORM_COMPANY
					 : FORM_CLUSTER,
			 .cluster = str_dup(f->a, column[C_questionnaire_get_cluster].text),
			 .company = str_dup(f->a, column[C_questionnaire_get_company].text) },
		.state = (enum questionnaire_state)state,
		.opened_at = str_dup(f->a, column[C_questionnaire_get_opened_at].text),
		.saved_at = str_dup(f->a, column[C_questionnaire_get_saved_at].text),
		.sent_at = str_dup(f->a, column[C_questionnaire_get_sent_at].text),
		.decided_at = str_dup(f->a, column[C_questionnaire_get_decided_at].text),
		.signed_by = str_dup(f->a, column[C_questionnaire_get_signed_by].text),
		.last_question = str_dup(f->a, column[C_questionnaire_get_last_question].text),
		.n_changes = column[C_questionnaire_get_n_changes].integer,
		.n_events = column[C_questionnaire_get_n_events].integer,
		.progress = { .n_asked = column[C_questionnaire_get_n_asked].integer,
			      .n_answered = column[C_questionnaire_get_n_answered].integer,
			      .n_owed = column[C_questionnaire_get_n_owed].integer,
			      .n_faults = column[C_questionnaire_get_n_faults].integer,
			      .n_warnings = column[C_questionnaire_get_n_warnings].integer,
			      .n_unexplained = column[C_questionnaire_get_n_unexplained].integer },
	};
	return true;
}

bool store_find_questionnaire(struct store *s, struct arena *a, const struct questionnaire_key *k,
			      bool *ret_found, struct stored_questionnaire *out, struct err *e)
{
	struct found f = { .a = a };
	struct db_value arg[P_questionnaire_get_N];
	put_key(arg, k);
	if (!db_run(s->db, STMT_questionnaire_get, arg, take_questionnaire, &f, e))
		return false;
	*ret_found = f.n > 0;
	if (f.n)
		*out = f.item[0];
	return true;
}

bool store_list_questionnaires(struct store *s, struct arena *a, struct str round, int form,
			       struct stored_questionnaire **ret_list, size_t *ret_n,
			       struct err *e)
{
	struct found f = { .a = a };
	struct db_value arg[P_questionnaire_list_N] = {
		[P_questionnaire_list_round] = db_text(round),
		[P_questionnaire_list_form] = db_text(str_of(form_word(form))),
	};
	if (!db_run(s->db, STMT_questionnaire_list, arg, take_questionnaire, &f, e))
		return false;
	*ret_list = f.item;
	*ret_n = f.n;
	return true;
}

bool store_list_questionnaires_of(struct store *s, struct arena *a, struct str cluster,
				  struct stored_questionnaire **ret_list, size_t *ret_n,
				  struct err *e)
{
	struct found f = { .a = a };
	struct db_value arg[P_questionnaire_list_of_N] = {
		[P_questionnaire_list_of_cluster] = db_text(cluster),
	};
	if (!db_run(s->db, STMT_questionnaire_list_of, arg, take_questionnaire, &f, e))
		return false;
	*ret_list = f.item;
	*ret_n = f.n;
	return true;
}

/* What must be there; ERR_ABSENT. */
static bool must_find(struct store *s, struct arena *a, const struct questionnaire_key *k,
		      struct stored_questionnaire *out, struct err *e)
{
	bool found;
	return store_find_questionnaire(s, a, k, &found, out, e) &&
	       (found || err_say(e, ERR_ABSENT,
				 "nadie ha abierto todavía el formulario de %.*s en la ronda %.*s",
				 "nobody has opened the form of %.*s in round %.*s yet",
				 STR_ARG(k->cluster), STR_ARG(k->round)));
}

/* ---- opening ---- */

static bool open_questionnaire(struct store *s, const struct questionnaire_key *k, struct err *e)
{
	ARENA_SCOPE(a, 1u << 20);
	struct stored_questionnaire there;
	struct db_value arg[P_questionnaire_open_N];
	bool found;
	if (!store_find_questionnaire(s, &a, k, &found, &there, e))
		return false;
	if (found)
		return true;
	put_key(arg, k);
	arg[P_questionnaire_open_now] = db_text(store_now(s));
	return round_takes_answers(s, k->round, e) &&
	       db_run(s->db, STMT_questionnaire_open, arg, NULL, NULL, e) &&
	       store_audit(s, "questionnaire open", subject_of(&a, k), STR(""), STR(""), e);
}

bool store_open_questionnaire(struct store *s, const struct questionnaire_key *k, struct err *e)
{
	return store_begun(s, e) && store_done(s, open_questionnaire(s, k, e), e);
}

/* ---- changes ---- */

static bool is_personal(const struct sealing *p, struct str question)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->name[i], question))
			return true;
	return false;
}

/* value and reason as the columns hold them. */
static bool seal_change(const struct sealing *p, struct arena *a,
			const struct questionnaire_key *k, const struct answer_change *c,
			struct str *value, struct str *reason, struct err *e)
{
	struct note both;
	*value = c->value;
	*reason = c->reason;
	if (!is_personal(p, c->question))
		return true;
	buf_init(&both.text, a, SEALED_BYTES_MAX);
	json_out(&both.json, &both.text);
	json_put_object(&both.json);
	json_put_key(&both.json, c->question);
	json_put_string(&both.json, c->value);
	json_put_key(&both.json, str_fmt(a, "%.*s__reason", STR_ARG(c->question)));
	json_put_string(&both.json, c->reason);
	*reason = STR("");
	return pass_personal(p, a, false, k->cluster, k->company, note_end(&both), value, e);
}

static bool open_change(const struct sealing *p, struct arena *a,
			const struct questionnaire_key *k, struct answer_change *c, struct err *e)
{
	struct str both, key;
	struct json_in j;
	if (!is_personal(p, c->question))
		return true;
	if (!pass_personal(p, a, true, k->cluster, k->company, c->value, &both, e))
		return false;
	c->value = (struct str){ 0 }; /* of an answer that was erased nothing is left */
	json_in_start(&j, a, both);
	if (json_in_object(&j))
		while (json_in_key(&j, &key))
			*(str_eq(key, c->question) ? &c->value : &c->reason) = json_in_string(&j);
	return json_in_end(&j, e);
}

static bool put_change(struct store *s, const struct sealing *p, struct arena *a,
		       const struct questionnaire_key *k, struct answer_change *c, struct err *e)
{
	struct db_value arg[P_answer_change_put_N];
	struct str value, reason;
	if (c->value.n > ANSWER_BYTES_MAX || c->reason.n > ANSWER_BYTES_MAX)
		return err_say(e, ERR_LIMIT, "%.*s: la respuesta pasa de %d bytes; acórtela",
			       "%.*s: the answer has more than %d bytes; make it shorter",
			       STR_ARG(c->question), ANSWER_BYTES_MAX);
	if (!seal_change(p, a, k, c, &value, &reason, e))
		return false;
	c->author = str_dup(a, str_of(s->actor));
	c->at = str_dup(a, store_now(s));
	put_key(arg, k);
	arg[P_answer_change_put_number] = db_integer(c->number);
	arg[P_answer_change_put_question] = db_text(c->question);
	arg[P_answer_change_put_item] = db_integer(c->item);
	arg[P_answer_change_put_mark] = db_text(str_of(answer_mark_name(c->mark)));
	arg[P_answer_change_put_author] = db_text(c->author);
	arg[P_answer_change_put_now] = db_text(c->at);
	arg[P_answer_change_put_value] = db_text(value);
	arg[P_answer_change_put_reason] = db_text(reason);
	return db_run(s->db, STMT_answer_change_put, arg, NULL, NULL, e);
}

static bool put_counts(struct store *s, const struct questionnaire_key *k,
		       const struct questionnaire_progress *p, struct err *e)
{
	struct db_value arg[P_questionnaire_count_N] = {
		[P_questionnaire_count_n_asked] = db_integer(p->n_asked),
		[P_questionnaire_count_n_answered] = db_integer(p->n_answered),
		[P_questionnaire_count_n_owed] = db_integer(p->n_owed),
		[P_questionnaire_count_n_faults] = db_integer(p->n_faults),
		[P_questionnaire_count_n_warnings] = db_integer(p->n_warnings),
		[P_questionnaire_count_n_unexplained] = db_integer(p->n_unexplained),
		[P_questionnaire_count_round] = db_text(k->round),
		[P_questionnaire_count_form] = db_text(str_of(form_word(k->form))),
		[P_questionnaire_count_cluster] = db_text(k->cluster),
		[P_questionnaire_count_company] = db_text(k->company),
	};
	return db_run(s->db, STMT_questionnaire_count, arg, NULL, NULL, e);
}

static bool put_saved(struct store *s, const struct questionnaire_key *k, struct str last_question,
		      int64_t n_changes, struct err *e)
{
	struct db_value arg[P_questionnaire_save_N] = {
		[P_questionnaire_save_now] = db_text(store_now(s)),
		[P_questionnaire_save_last_question] = db_text(last_question),
		[P_questionnaire_save_n_changes] = db_integer(n_changes),
		[P_questionnaire_save_round] = db_text(k->round),
		[P_questionnaire_save_form] = db_text(str_of(form_word(k->form))),
		[P_questionnaire_save_cluster] = db_text(k->cluster),
		[P_questionnaire_save_company] = db_text(k->company),
	};
	return db_run(s->db, STMT_questionnaire_save, arg, NULL, NULL, e);
}

/* Which questions; never what was said. */
static bool audit_changes(struct store *s, struct arena *a, const struct questionnaire_key *k,
			  const struct answer_change *change, size_t n, struct err *e)
{
	enum { NAMED_MAX = 40 };
	struct note after;
	note_start(&after, a);
	json_put_key(&after.json, STR("questions"));
	json_put_array(&after.json);
	for (size_t i = 0; i < n && i < NAMED_MAX; i++)
		json_put_string(&after.json, change[i].question);
	json_end_array(&after.json);
	json_member_int(&after.json, "first", change[0].number);
	json_member_int(&after.json, "changes", (int64_t)n);
	return store_audit(s, "questionnaire answer", subject_of(a, k), STR(""), note_end(&after),
			   e);
}

static bool may_change(const struct stored_questionnaire *q, size_t n, struct err *e)
{
	if (q->state != QUESTIONNAIRE_DRAFT && q->state != QUESTIONNAIRE_RETURNED)
		return err_say(e, ERR_CONFLICT,
			       "el formulario de %.*s está %s%.0s y ya no se cambia; si hay que "
			       "corregirlo, pida que se lo devuelvan",
			       "the form of %.*s is %.0s%s and is not changed any more; if it "
			       "needs a correction, ask for it to be returned",
			       STR_ARG(q->key.cluster),
			       questionnaire_state_word(q->state, LANG_ES),
			       questionnaire_state_word(q->state, LANG_EN));
	return q->n_changes + (int64_t)n <= QUESTIONNAIRE_CHANGES_MAX ||
	       err_say(e, ERR_LIMIT,
		       "el formulario de %.*s llegó a %d cambios; pida al equipo nacional que lo "
		       "anule y empiece de nuevo",
		       "the form of %.*s has reached %d changes; ask the national team to annul it "
		       "and begin anew",
		       STR_ARG(q->key.cluster), QUESTIONNAIRE_CHANGES_MAX);
}

static bool add_changes(struct store *s, const struct questionnaire_key *k,
			const struct form *definition, struct answer_change *change, size_t n,
			const struct questionnaire_progress *progress, struct err *e)
{
	ARENA_SCOPE(a, 1u << 26);
	struct stored_questionnaire q;
	struct sealing p = sealing_of(&a, s, k->round, k->form, definition);
	if (!must_find(s, &a, k, &q, e) || !may_change(&q, n, e) ||
	    !round_takes_answers(s, k->round, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct answer_change kept = change[i];
		kept.number = change[i].number = q.n_changes + (int64_t)i + 1;
		if (!put_change(s, &p, &a, k, &kept, e))
			return false;
	}
	if (progress && !put_counts(s, k, progress, e))
		return false;
	return !n || (put_saved(s, k, change[n - 1].question, q.n_changes + (int64_t)n, e) &&
		      audit_changes(s, &a, k, change, n, e));
}

bool store_add_changes(struct store *s, const struct questionnaire_key *k,
		       const struct form *definition, struct answer_change *change, size_t n,
		       const struct questionnaire_progress *progress, struct err *e)
{
	return store_begun(s, e) &&
	       store_done(s, add_changes(s, k, definition, change, n, progress, e), e);
}

struct changes {
	struct arena *a;
	const struct questionnaire_key *k;
	struct sealing p;
	struct answer_change *item;
	size_t n, cap;
};

static bool take_change(void *user, const struct db_value *column, struct err *e)
{
	struct changes *l = user;
	size_t mark;
	if (!word_of(column[C_answer_change_list_mark].text, mark_names, MARKS_N, &mark, e))
		return false;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n] = (struct answer_change){
		.number = column[C_answer_change_list_number].integer,
		.question = str_dup(l->a, column[C_answer_change_list_question].text),
		.item = column[C_answer_change_list_item].integer,
		.mark = (enum answer_mark)mark,
		.value = str_dup(l->a, column[C_answer_change_list_value].text),
		.reason = str_dup(l->a, column[C_answer_change_list_reason].text),
		.author = str_dup(l->a, column[C_answer_change_list_author].text),
		.at = str_dup(l->a, column[C_answer_change_list_changed_at].text),
	};
	return open_change(&l->p, l->a, l->k, &l->item[l->n++], e);
}

bool store_list_changes(struct store *s, struct arena *a, const struct questionnaire_key *k,
			const struct form *definition, struct answer_change **ret_list,
			size_t *ret_n, struct err *e)
{
	struct changes l = { .a = a, .k = k,
			     .p = sealing_of(a, s, k->round, k->form, definition) };
	struct db_value arg[P_answer_change_list_N];
	put_key(arg, k);
	if (!db_run(s->db, STMT_answer_change_list, arg, take_change, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

/* ---- states ---- */

static bool put_event(struct store *s, const struct questionnaire_key *k, int64_t number,
		      enum questionnaire_state to, struct str note, struct err *e)
{
	struct db_value arg[P_questionnaire_event_put_N];
	put_key(arg, k);
	arg[P_questionnaire_event_put_number] = db_integer(number);
	arg[P_questionnaire_event_put_state] = db_text(str_of(questionnaire_state_name(to)));
	arg[P_questionnaire_event_put_author] = db_text(str_of(s->actor));
	arg[P_questionnaire_event_put_now] = db_text(store_now(s));
	arg[P_questionnaire_event_put_note] = db_text(note);
	return db_run(s->db, STMT_questionnaire_event_put, arg, NULL, NULL, e);
}

static bool put_state(struct store *s, const struct stored_questionnaire *q,
		      enum questionnaire_state to, struct str signed_by, struct err *e)
{
	const bool sent = to == QUESTIONNAIRE_SENT;
	struct db_value arg[P_questionnaire_move_N] = {
		[P_questionnaire_move_state] = db_text(str_of(questionnaire_state_name(to))),
		[P_questionnaire_move_sent_at] = db_text(sent ? store_now(s) : q->sent_at),
		[P_questionnaire_move_decided_at] = db_text(sent ? q->decided_at : store_now(s)),
		[P_questionnaire_move_signed_by] = db_text(sent ? signed_by : q->signed_by),
		[P_questionnaire_move_n_events] = db_integer(q->n_events + 1),
		[P_questionnaire_move_round] = db_text(q->key.round),
		[P_questionnaire_move_form] = db_text(str_of(form_word(q->key.form))),
		[P_questionnaire_move_cluster] = db_text(q->key.cluster),
		[P_questionnaire_move_company] = db_text(q->key.company),
	};
	return db_run(s->db, STMT_questionnaire_move, arg, NULL, NULL, e);
}

static struct str state_note(struct arena *a, enum questionnaire_state state)
{
	struct note n;
	note_start(&n, a);
	json_member_string(&n.json, "state", str_of(questionnaire_state_name(state)));
	return note_end(&n);
}

static bool move(struct store *s, const struct questionnaire_key *k, unsigned from,
		 enum questionnaire_state to, struct str signed_by, struct str note,
		 const struct questionnaire_progress *progress, struct err *e)
{
	ARENA_SCOPE(a, 1u << 20);
	struct stored_questionnaire q;
	if (note.n > QUESTIONNAIRE_NOTE_BYTES_MAX)
		return err_say(e, ERR_LIMIT, "la nota pasa de %d bytes; acórtela",
			       "the note has more than %d bytes; make it shorter",
			       QUESTIONNAIRE_NOTE_BYTES_MAX);
	if (!must_find(s, &a, k, &q, e))
		return false;
	if (!(from & 1u << q.state))
		return err_say(e, ERR_CONFLICT,
			       "el formulario de %.*s está %s%.0s; alguien lo movió antes: mire "
			       "cómo quedó",
			       "the form of %.*s is %.0s%s; somebody moved it before: look how it "
			       "stands",
			       STR_ARG(k->cluster), questionnaire_state_word(q.state, LANG_ES),
			       questionnaire_state_word(q.state, LANG_EN));
	return put_state(s, &q, to, signed_by, e) &&
	       put_event(s, k, q.n_events + 1, to, note, e) &&
	       (!progress || put_counts(s, k, progress, e)) &&
	       store_audit(s, "questionnaire state", subject_of(&a, k), state_note(&a, q.state),
			   state_note(&a, to), e);
}

bool store_move_questionnaire(struct store *s, const struct questionnaire_key *k, unsigned from,
			      enum questionnaire_state to, struct str signed_by, struct str note,
			      const struct questionnaire_progress *progress, struct err *e)
{
	return store_begun(s, e) &&
	       store_done(s, move(s, k, from, to, signed_by, note, progress, e), e);
}

struct events {
	struct arena *a;
	struct questionnaire_event *item;
	size_t n, cap;
};

static bool take_event(void *user, const struct db_value *column, struct err *e)
{
	struct events *l = user;
	size_t state;
	if (!word_of(column[C_questionnaire_event_list_state].text, state_names,
		     QUESTIONNAIRE_STATES_N, &state, e))
		return false;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct questionnaire_event){
		.number = column[C_questionnaire_event_list_number].integer,
		.state = (enum questionnaire_state)state,
		.author = str_dup(l->a, column[C_questionnaire_event_list_author].text),
		.at = str_dup(l->a, column[C_questionnaire_event_list_happened_at].text),
		.note = str_dup(l->a, column[C_questionnaire_event_list_note].text),
	};
	return true;
}

bool store_list_questionnaire_events(struct store *s, struct arena *a,
				     const struct questionnaire_key *k,
				     struct questionnaire_event **ret_list, size_t *ret_n,
				     struct err *e)
{
	struct events l = { .a = a };
	struct db_value arg[P_questionnaire_event_list_N];
	put_key(arg, k);
	if (!db_run(s->db, STMT_questionnaire_event_list, arg, take_event, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}
