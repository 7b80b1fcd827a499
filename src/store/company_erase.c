/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of what is personal in answers: members of the stored documents that are sealed go, and
 * so does what was typed; nothing else of an answer changes. */
#include <assert.h>

#include "store/access.h"
#include "store/company.h"

/* ---- a document without its personal members ---- */

struct thinning {
	const struct sealing *personal;
	struct json_in j;
	struct json_out out;
	int64_t n; /* members left out */
};

/* The question itself, and what stands beside it. */
static bool leaves(const struct sealing *p, struct str key)
{
	static const char *const beside[] = { "", "__reason", "__imputed" };
	for (size_t i = 0; i < sizeof(beside) / sizeof(*beside); i++) {
		const struct str end = str_of(beside[i]);
		if (!str_ends(key, beside[i]))
			continue;
		const struct str plain = str_sub(key, 0, key.n - end.n);
		for (size_t k = 0; k < p->n; k++)
			if (str_eq(p->name[k], plain))
				return true;
	}
	return false;
}

static void thin_object(struct thinning *t);

/* Objects inside are rows of repeats; what else stands in a list is copied. */
static void thin_value(struct thinning *t)
{
	const enum json_kind kind = json_in_peek(&t->j);
	const char *from = t->j.at;
	if (kind == JSON_IS_OBJECT) {
		thin_object(t);
	} else if (kind == JSON_IS_ARRAY) {
		json_in_array(&t->j);
		json_put_array(&t->out);
		while (json_in_item(&t->j))
			thin_value(t);
		json_end_array(&t->out);
	} else {
		json_in_skip(&t->j);
		json_put_raw(&t->out, (struct str){ from, (size_t)(t->j.at - from) });
	}
}

static void thin_object(struct thinning *t)
{
	struct str key;
	json_in_object(&t->j);
	json_put_object(&t->out);
	while (json_in_key(&t->j, &key)) {
		if (leaves(t->personal, key)) {
			json_in_skip(&t->j);
			t->n++;
			continue;
		}
		json_put_key(&t->out, key);
		thin_value(t);
	}
	json_end_object(&t->out);
}

/* ---- stored answers ---- */

struct revision {
	struct str cluster, company, document;
	int64_t number;
};
struct revisions {
	struct arena *a;
	struct revision *item;
	size_t n, cap;
};

static bool take_revision(void *user, const struct db_value *column, struct err *e)
{
	struct revisions *l = user;
	(void)e;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct revision){
		.cluster = str_dup(l->a, column[C_personal_responses_cluster].text),
		.company = str_dup(l->a, column[C_personal_responses_company].text),
		.document = str_dup(l->a, column[C_personal_responses_document].text),
		.number = column[C_personal_responses_revision].integer,
	};
	return true;
}

static bool thin_revision(struct store *s, const struct erasing *what,
			  const struct sealing *personal, const struct revision *r, int64_t *n,
			  struct err *e)
{
	ARENA_SCOPE(a, (64u << 20) + 8 * r->document.n);
	struct thinning t = { .personal = personal };
	struct buf text;
	buf_init(&text, &a, r->document.n + 1024);
	json_out(&t.out, &text);
	json_in_start(&t.j, &a, r->document);
	thin_value(&t);
	if (!json_in_end(&t.j, e))
		return false;
	assert(!text.over);
	struct db_value arg[P_personal_response_erase_N] = {
		[P_personal_response_erase_round] = db_text(what->round),
		[P_personal_response_erase_form] = db_text(str_of(form_word(what->kind))),
		[P_personal_response_erase_cluster] = db_text(r->cluster),
		[P_personal_response_erase_company] = db_text(r->company),
		[P_personal_response_erase_revision] = db_integer(r->number),
		[P_personal_response_erase_document] = db_text(buf_str(&text)),
	};
	*n += t.n;
	return !t.n || db_run(s->db, STMT_personal_response_erase, arg, NULL, NULL, e);
}

static bool erase_responses(struct store *s, struct arena *a, const struct erasing *what,
			    const struct sealing *personal, int64_t *n, struct err *e)
{
	struct revisions l = { .a = a };
	struct db_value arg[P_personal_responses_N] = {
		[P_personal_responses_round] = db_text(what->round),
		[P_personal_responses_form] = db_text(str_of(form_word(what->kind))),
		[P_personal_responses_cluster] = db_text(what->cluster),
		[P_personal_responses_company] = db_text(what->company),
	};
	if (!db_run(s->db, STMT_personal_responses, arg, take_revision, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (!thin_revision(s, what, personal, &l.item[i], n, e))
			return false;
	return true;
}

static bool erase_changes(struct store *s, const struct erasing *what,
			  const struct sealing *personal, int64_t *n, struct err *e)
{
	for (size_t i = 0; i < personal->n; i++) {
		struct db_value arg[P_personal_changes_erase_N] = {
			[P_personal_changes_erase_round] = db_text(what->round),
			[P_personal_changes_erase_form] = db_text(str_of(form_word(what->kind))),
			[P_personal_changes_erase_question] = db_text(personal->name[i]),
			[P_personal_changes_erase_cluster] = db_text(what->cluster),
			[P_personal_changes_erase_company] = db_text(what->company),
		};
		int64_t gone = 0;
		if (!access_count(s, STMT_personal_changes_erase, arg, &gone, e))
			return false;
		*n += gone;
	}
	return true;
}

/* ---- the round's hash ---- */

static bool hash_again(struct store *s, struct arena *a, struct str round,
		       const struct form *const form[2], struct note *before, struct note *after,
		       struct err *e)
{
	struct stored_round head;
	struct sha256 h;
	if (!store_get_round_head(s, a, round, &head, e))
		return false;
	if (!head.data_sha256.n)
		return true;
	if (!store_hash_round(s, a, round, form, &h, e))
		return false;
	const struct str now = sha256_hex(a, h);
	struct db_value arg[P_personal_round_hash_N] = {
		[P_personal_round_hash_data_sha256] = db_text(now),
		[P_personal_round_hash_id] = db_text(round),
	};
	json_member_string(&before->json, "data_sha256", head.data_sha256);
	json_member_string(&after->json, "data_sha256", now);
	return db_run(s->db, STMT_personal_round_hash, arg, NULL, NULL, e);
}

static bool erase(struct store *s, const struct erasing *what, const struct form *const form[2],
		  int64_t *n, struct err *e)
{
	ARENA_SCOPE(a, (size_t)1 << 32);
	const struct sealing personal =
		sealing_of(&a, s, what->round, what->kind, form[what->kind]);
	struct note before, after;
	note_start(&before, &a);
	note_start(&after, &a);
	if (!erase_responses(s, &a, what, &personal, n, e) ||
	    !erase_changes(s, what, &personal, n, e))
		return false;
	if (!*n)
		return true;
	json_member_string(&after.json, "form", str_of(form_word(what->kind)));
	if (what->cluster.n)
		json_member_string(&after.json, "cluster", what->cluster);
	if (what->company.n)
		json_member_string(&after.json, "company", what->company);
	json_member_string(&after.json, "why", str_of(what->why));
	json_member_int(&after.json, "values", *n);
	return hash_again(s, &a, what->round, form, &before, &after, e) &&
	       store_audit(s, "personal erase", what->round, note_end(&before), note_end(&after),
			   e);
}

bool store_erase_personal(struct store *s, const struct erasing *what,
			  const struct form *const form[2], int64_t *ret_n, struct err *e)
{
	int64_t n = 0;
	if (!form[what->kind]) {
		*ret_n = 0;
		return true;
	}
	if (!store_begun(s, e) || !store_done(s, erase(s, what, form, &n, e), e))
		return false;
	*ret_n = n;
	return true;
}

static bool erase_signatures(struct store *s, struct str round, int64_t *n, struct err *e)
{
	ARENA_SCOPE(a, 1u << 16);
	struct db_value arg[P_personal_signatures_erase_N] = { db_text(round) };
	struct note after;
	if (!access_count(s, STMT_personal_signatures_erase, arg, n, e) || !*n)
		return e->code == ERR_NONE;
	note_start(&after, &a);
	json_member_int(&after.json, "signatures", *n);
	return store_audit(s, "personal erase", round, STR(""), note_end(&after), e);
}

bool store_erase_signatures(struct store *s, struct str round, int64_t *ret_n, struct err *e)
{
	int64_t n = 0;
	if (!store_begun(s, e) || !store_done(s, erase_signatures(s, round, &n, e), e))
		return false;
	*ret_n = n;
	return true;
}
