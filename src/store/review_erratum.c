/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Corrections of a round that is frozen. */
#include "store/access.h"
#include "store/review.h"

static bool must_be_frozen(struct store *s, struct str round, struct err *e)
{
	enum round_state state;
	if (!round_state(s, round, &state, e))
		return false;
	return state == ROUND_FROZEN || state == ROUND_PUBLISHED ||
	       err_say(e, ERR_CONFLICT,
		       "la ronda %.*s está %s%.0s: sus respuestas se corrigen devolviendo el "
		       "cuestionario, no con una fe de erratas",
		       "round %.*s is %.0s%s: its answers are corrected by returning the "
		       "questionnaire, not by an erratum",
		       STR_ARG(round), round_state_word(state, LANG_ES),
		       round_state_word(state, LANG_EN));
}

/* The revision that counts now; 0: there is none. */
static bool current_revision(struct store *s, struct str round, const struct stored_erratum *in,
			     int64_t *out, struct err *e)
{
	struct db_value key[P_response_last_N] = {
		[P_response_last_round] = db_text(round),
		[P_response_last_form] = db_text(str_of(form_word(in->form))),
		[P_response_last_cluster] = db_text(in->cluster),
		[P_response_last_company] = db_text(in->company),
	};
	*out = 0;
	return access_integer(s, STMT_response_last, key, out, e);
}

static bool revise(struct store *s, struct str round, const struct form *const form[2],
		   const struct stored_erratum *in, const struct stored_answer *answer,
		   struct stored_erratum *made, struct err *e)
{
	int64_t before;
	if (!current_revision(s, round, in, &before, e))
		return false;
	if (!before)
		return err_say(e, ERR_ABSENT,
			       "%.*s no tiene una respuesta aceptada en la ronda %.*s",
			       "%.*s has no accepted answer in round %.*s", STR_ARG(in->cluster),
			       STR_ARG(round));
	return answer_revise(s, round, in->form, form[in->form], STR("erratum"), answer, e) &&
	       current_revision(s, round, in, &made->revision, e);
}

static bool hash_again(struct store *s, struct arena *a, struct str round,
		       const struct form *const form[2], struct stored_erratum *made,
		       struct err *e)
{
	struct sha256 h;
	struct stored_round head;
	if (!store_get_round_head(s, a, round, &head, e) ||
	    !store_hash_round(s, a, round, form, &h, e))
		return false;
	made->data_before = head.data_sha256;
	made->data_after = sha256_hex(a, h);
	struct db_value arg[P_erratum_round_N] = {
		[P_erratum_round_data_sha256] = db_text(made->data_after),
		[P_erratum_round_id] = db_text(round),
	};
	return db_run(s->db, STMT_erratum_round, arg, NULL, NULL, e);
}

static bool write_erratum(struct store *s, struct str round, const struct stored_erratum *m,
			  struct err *e)
{
	struct db_value arg[P_erratum_put_N] = {
		[P_erratum_put_round] = db_text(round),
		[P_erratum_put_number] = db_integer(m->number),
		[P_erratum_put_form] = db_text(str_of(form_word(m->form))),
		[P_erratum_put_cluster] = db_text(m->cluster),
		[P_erratum_put_company] = db_text(m->company),
		[P_erratum_put_question] = db_text(m->question),
		[P_erratum_put_item] = db_integer(m->item),
		[P_erratum_put_reason] = db_text(m->reason),
		[P_erratum_put_author] = db_text(str_of(s->actor)),
		[P_erratum_put_now] = db_text(store_now(s)),
		[P_erratum_put_revision] = db_integer(m->revision),
		[P_erratum_put_data_before] = db_text(m->data_before),
		[P_erratum_put_data_after] = db_text(m->data_after),
		[P_erratum_put_value_before] = db_text(m->before),
		[P_erratum_put_value_after] = db_text(m->after),
	};
	return db_run(s->db, STMT_erratum_put, arg, NULL, NULL, e);
}

/* Which question and which hashes; never an answer. */
static bool audit_erratum(struct store *s, struct arena *a, struct str round,
			  const struct stored_erratum *m, struct err *e)
{
	struct note before, after;
	note_start(&before, a);
	json_member_string(&before.json, "data_sha256", m->data_before);
	note_start(&after, a);
	json_member_int(&after.json, "number", m->number);
	json_member_string(&after.json, "cluster", m->cluster);
	json_member_string(&after.json, "question", m->question);
	json_member_int(&after.json, "revision", m->revision);
	json_member_string(&after.json, "data_sha256", m->data_after);
	return store_audit(s, "erratum add", round, note_end(&before), note_end(&after), e);
}

static bool put_erratum(struct store *s, struct str round, const struct form *const form[2],
			const struct stored_erratum *in, const struct stored_answer *answer,
			int64_t *ret_number, struct err *e)
{
	ARENA_SCOPE(a, 1u << 30);
	struct stored_erratum made = *in;
	struct db_value key[P_erratum_last_N] = { db_text(round) };
	int64_t last = 0;
	if (!access_short(in->reason, ERRATUM_REASON_BYTES_MAX, "motivo", "reason", e) ||
	    !must_be_frozen(s, round, e) || !revise(s, round, form, in, answer, &made, e) ||
	    !hash_again(s, &a, round, form, &made, e) ||
	    !access_integer(s, STMT_erratum_last, key, &last, e))
		return false;
	*ret_number = made.number = last + 1;
	return write_erratum(s, round, &made, e) && audit_erratum(s, &a, round, &made, e);
}

bool store_put_erratum(struct store *s, struct str round, const struct form *const form[2],
		       const struct stored_erratum *in, const struct stored_answer *answer,
		       int64_t *ret_number, struct err *e)
{
	int64_t number = 0;
	if (!store_begun(s, e) ||
	    !store_done(s, put_erratum(s, round, form, in, answer, &number, e), e))
		return false;
	*ret_number = number;
	return true;
}

/* ---- reading ---- */

struct errata {
	struct arena *a;
	struct stored_erratum *item;
	size_t n, cap;
};

static bool take_erratum(void *user, const struct db_value *column, struct err *e)
{
	struct errata *l = user;
	(void)e;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct stored_erratum){
		.number = column[C_erratum_list_number].integer,
		.form = str_is(column[C_erratum_list_form].text, "company") ? FORM_COMPANY
									    : FORM_CLUSTER,
		.cluster = str_dup(l->a, column[C_erratum_list_cluster].text),
		.company = str_dup(l->a, column[C_erratum_list_company].text),
		.question = str_dup(l->a, column[C_erratum_list_question].text),
		.item = column[C_erratum_list_item].integer,
		.reason = str_dup(l->a, column[C_erratum_list_reason].text),
		.author = str_dup(l->a, column[C_erratum_list_author].text),
		.at = str_dup(l->a, column[C_erratum_list_made_at].text),
		.revision = column[C_erratum_list_revision].integer,
		.data_before = str_dup(l->a, column[C_erratum_list_data_before].text),
		.data_after = str_dup(l->a, column[C_erratum_list_data_after].text),
		.before = str_dup(l->a, column[C_erratum_list_value_before].text),
		.after = str_dup(l->a, column[C_erratum_list_value_after].text),
	};
	return true;
}

bool store_list_errata(struct store *s, struct arena *a, struct str round,
		       struct stored_erratum **ret_list, size_t *ret_n, struct err *e)
{
	struct errata l = { .a = a };
	struct db_value arg[P_erratum_list_N] = { db_text(round) };
	if (!db_run(s->db, STMT_erratum_list, arg, take_erratum, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}
