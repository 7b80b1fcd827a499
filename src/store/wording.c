/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In what words letters are written. */
#include "store/wording.h"

#include <assert.h>

#include "store/access.h"

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
