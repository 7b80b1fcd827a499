/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files beside answers.  Columns hold text only, so that one statement is right for both engines:
 * a file is cut into pieces of base 64. */
#include "store/evidence.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "store/access.h"
#include "store/inside.h"

enum {
	PIECE_BYTES = 192 << 10,
	BASE64 = sodium_base64_VARIANT_ORIGINAL,
	PIECE_TEXT_BYTES = sodium_base64_ENCODED_LEN(PIECE_BYTES, BASE64),
};

/* ---- reading ---- */

enum { KEY_N = 4 };
static_assert((int)P_evidence_list_round == 0 && (int)P_evidence_list_company == KEY_N - 1 &&
		      (int)P_evidence_put_round == 0 && (int)P_evidence_put_company == KEY_N - 1,
	      "the key stands first");

static void put_key(struct db_value *arg, const struct questionnaire_key *k)
{
	arg[0] = db_text(k->round);
	arg[1] = db_text(str_of(form_word(k->form)));
	arg[2] = db_text(k->cluster);
	arg[3] = db_text(k->company);
}

struct found {
	struct arena *a;
	struct stored_evidence *item;
	size_t n, cap;
};

static bool take_evidence(void *user, const struct db_value *column, struct err *e)
{
	struct found *f = user;
	(void)e;
	f->item = access_room(f->a, f->item, f->n, &f->cap, sizeof(*f->item));
	f->item[f->n++] = (struct stored_evidence){
		.number = column[C_evidence_list_number].integer,
		.question = str_dup(f->a, column[C_evidence_list_question].text),
		.item = column[C_evidence_list_item].integer,
		.name = str_dup(f->a, column[C_evidence_list_name].text),
		.kind = str_dup(f->a, column[C_evidence_list_kind].text),
		.sha256 = str_dup(f->a, column[C_evidence_list_sha256].text),
		.n_bytes = column[C_evidence_list_n_bytes].integer,
		.author = str_dup(f->a, column[C_evidence_list_author].text),
		.at = str_dup(f->a, column[C_evidence_list_added_at].text),
		.removed_by = str_dup(f->a, column[C_evidence_list_removed_by].text),
		.removed_at = str_dup(f->a, column[C_evidence_list_removed_at].text),
	};
	return true;
}

bool store_list_evidence(struct store *s, struct arena *a, const struct questionnaire_key *k,
			 struct stored_evidence **ret_list, size_t *ret_n, struct err *e)
{
	struct found f = { .a = a };
	struct db_value arg[P_evidence_list_N];
	put_key(arg, k);
	if (!db_run(s->db, STMT_evidence_list, arg, take_evidence, &f, e))
		return false;
	*ret_list = f.item;
	*ret_n = f.n;
	return true;
}

static bool find(struct store *s, struct arena *a, const struct questionnaire_key *k,
		 int64_t number, struct stored_evidence *out, struct err *e)
{
	struct stored_evidence *list;
	size_t n;
	if (!store_list_evidence(s, a, k, &list, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (list[i].number != number || list[i].removed_at.n)
			continue;
		*out = list[i];
		return true;
	}
	return err_say(e, ERR_ABSENT,
		       "el formulario de %.*s no tiene la evidencia %lld, o se quitó",
		       "the form of %.*s has no evidence %lld, or it was taken away",
		       STR_ARG(k->cluster), (long long)number);
}

static bool take_piece(void *user, const struct db_value *column, struct err *e)
{
	struct buf *b = user;
	const struct str text = column[C_evidence_piece_list_content].text;
	char *piece = NEW(b->a, text.n, char);
	size_t n;
	if (sodium_base642bin((unsigned char *)piece, text.n, text.p, text.n, NULL, &n, NULL,
			      BASE64) != 0)
		return err_say(e, ERR_IO, "una evidencia está dañada en la base de datos",
			       "a file of evidence is damaged in the database");
	buf_put(b, (struct str){ piece, n });
	return true;
}

bool store_get_evidence(struct store *s, struct arena *a, const struct questionnaire_key *k,
			int64_t number, struct stored_evidence *out, struct str *ret_bytes,
			struct err *e)
{
	struct stored_evidence found;
	struct buf b;
	struct db_value arg[P_evidence_piece_list_N];
	buf_init(&b, a, EVIDENCE_BYTES_MAX);
	if (!find(s, a, k, number, &found, e))
		return false;
	arg[P_evidence_piece_list_sha256] = db_text(found.sha256);
	if (!db_run(s->db, STMT_evidence_piece_list, arg, take_piece, &b, e))
		return false;
	if (b.over || !str_eq(sha256_hex(a, sha256_of(buf_str(&b))), found.sha256))
		return err_say(e, ERR_IO,
			       "la evidencia %lld no es la que se guardó; recupérela de una copia",
			       "evidence %lld is not what was kept; get it from a backup",
			       (long long)number);
	*out = found;
	*ret_bytes = buf_str(&b);
	return true;
}

/* ---- what may be done ---- */

static bool may_change(struct store *s, struct arena *a, const struct questionnaire_key *k,
		       struct err *e)
{
	struct stored_questionnaire q;
	bool found;
	if (!store_find_questionnaire(s, a, k, &found, &q, e))
		return false;
	if (!found)
		return err_say(e, ERR_ABSENT,
			       "nadie ha abierto todavía el formulario de %.*s en la ronda %.*s",
			       "nobody has opened the form of %.*s in round %.*s yet",
			       STR_ARG(k->cluster), STR_ARG(k->round));
	if (q.state != QUESTIONNAIRE_DRAFT && q.state != QUESTIONNAIRE_RETURNED)
		return err_say(e, ERR_CONFLICT,
			       "el formulario ya se envió; si hay que cambiar su evidencia, pida "
			       "que se lo devuelvan",
			       "the form was sent; to change its evidence, ask for it to be "
			       "returned");
	return round_takes_answers(s, k->round, e);
}

static bool has_room(const struct stored_evidence *list, size_t n,
		     const struct stored_evidence *in, struct err *e)
{
	size_t all = 0, beside = 0;
	for (size_t i = 0; i < n; i++) {
		const bool same = str_eq(list[i].question, in->question) &&
				  list[i].item == in->item;
		if (list[i].removed_at.n)
			continue;
		all++;
		beside += same;
		if (same && str_eq(list[i].sha256, in->sha256))
			return err_say(e, ERR_CONFLICT, "ese archivo ya está en la pregunta %.*s",
				       "that file is at question %.*s already",
				       STR_ARG(in->question));
	}
	if (beside >= EVIDENCE_OF_QUESTION_MAX)
		return err_say(e, ERR_LIMIT,
			       "la pregunta %.*s ya tiene %d archivos; quite uno para poner otro",
			       "question %.*s has %d files already; take one away to add another",
			       STR_ARG(in->question), EVIDENCE_OF_QUESTION_MAX);
	return all < EVIDENCE_OF_QUESTIONNAIRE_MAX ||
	       err_say(e, ERR_LIMIT,
		       "el formulario ya tiene %d archivos; quite uno para poner otro",
		       "the form has %d files already; take one away to add another",
		       EVIDENCE_OF_QUESTIONNAIRE_MAX);
}

static struct str subject_of(struct arena *a, const struct questionnaire_key *k)
{
	return str_fmt(a, "%.*s %.*s%s%.*s", STR_ARG(k->round), STR_ARG(k->cluster),
		       k->company.n ? " " : "", STR_ARG(k->company));
}

/* Which file, beside which question; its name is nobody's business. */
static struct str describe(struct arena *a, const struct stored_evidence *x)
{
	struct note n;
	note_start(&n, a);
	json_member_int(&n.json, "number", x->number);
	json_member_string(&n.json, "question", x->question);
	json_member_string(&n.json, "kind", x->kind);
	json_member_int(&n.json, "bytes", x->n_bytes);
	json_member_string(&n.json, "sha256", x->sha256);
	return note_end(&n);
}

/* ---- files ---- */

static bool take_count(void *user, const struct db_value *column, struct err *e)
{
	int64_t *n = user;
	(void)e;
	*n = column[0].integer;
	return true;
}

static bool put_piece(struct store *s, struct str sha256, int64_t number, struct str bytes,
		      char *room, struct err *e)
{
	sodium_bin2base64(room, PIECE_TEXT_BYTES, (const unsigned char *)bytes.p, bytes.n, BASE64);
	struct db_value arg[P_evidence_piece_put_N] = {
		[P_evidence_piece_put_sha256] = db_text(sha256),
		[P_evidence_piece_put_number] = db_integer(number),
		[P_evidence_piece_put_content] = db_text(str_of(room)),
	};
	return db_run(s->db, STMT_evidence_piece_put, arg, NULL, NULL, e);
}

/* Nothing when the same bytes are there already. */
static bool put_file(struct store *s, struct arena *a, struct str sha256, struct str bytes,
		     struct err *e)
{
	int64_t known = -1;
	const size_t n_pieces = (bytes.n + PIECE_BYTES - 1) / PIECE_BYTES;
	struct db_value which[P_evidence_file_get_N] = { db_text(sha256) };
	struct db_value arg[P_evidence_file_put_N] = {
		[P_evidence_file_put_sha256] = db_text(sha256),
		[P_evidence_file_put_n_bytes] = db_integer((int64_t)bytes.n),
		[P_evidence_file_put_n_pieces] = db_integer((int64_t)n_pieces),
	};
	if (!db_run(s->db, STMT_evidence_file_get, which, take_count, &known, e))
		return false;
	if (known >= 0)
		return true;
	if (!db_run(s->db, STMT_evidence_file_put, arg, NULL, NULL, e))
		return false;
	char *room = NEW(a, PIECE_TEXT_BYTES, char);
	for (size_t i = 0; i < n_pieces; i++) {
		if (!put_piece(s, sha256, (int64_t)i + 1,
			       str_sub(bytes, i * PIECE_BYTES, PIECE_BYTES), room, e))
			return false;
	}
	return true;
}

static bool drop_file(struct store *s, struct str sha256, struct err *e)
{
	int64_t n = 0;
	struct db_value arg[] = { db_text(sha256) };
	if (!db_run(s->db, STMT_evidence_mentions, arg, take_count, &n, e))
		return false;
	return n > 0 || (db_run(s->db, STMT_evidence_piece_drop, arg, NULL, NULL, e) &&
			 db_run(s->db, STMT_evidence_file_drop, arg, NULL, NULL, e));
}

/* ---- adding ---- */

static bool put_mention(struct store *s, const struct questionnaire_key *k,
			const struct stored_evidence *x, struct err *e)
{
	struct db_value arg[P_evidence_put_N];
	put_key(arg, k);
	arg[P_evidence_put_number] = db_integer(x->number);
	arg[P_evidence_put_question] = db_text(x->question);
	arg[P_evidence_put_item] = db_integer(x->item);
	arg[P_evidence_put_name] = db_text(x->name);
	arg[P_evidence_put_kind] = db_text(x->kind);
	arg[P_evidence_put_sha256] = db_text(x->sha256);
	arg[P_evidence_put_n_bytes] = db_integer(x->n_bytes);
	arg[P_evidence_put_author] = db_text(str_of(s->actor));
	arg[P_evidence_put_now] = db_text(store_now(s));
	return db_run(s->db, STMT_evidence_put, arg, NULL, NULL, e);
}

static bool add(struct store *s, const struct questionnaire_key *k, struct stored_evidence *x,
		struct str bytes, struct err *e)
{
	ARENA_SCOPE(a, 8u << 20);
	struct stored_evidence *list;
	size_t n;
	if (bytes.n > EVIDENCE_BYTES_MAX)
		return err_say(e, ERR_LIMIT, "el archivo pasa de %d MB; redúzcalo",
			       "the file is over %d MB; make it smaller", EVIDENCE_BYTES_MAX >> 20);
	x->sha256 = sha256_hex(&a, sha256_of(bytes));
	x->n_bytes = (int64_t)bytes.n;
	x->name = text_begin(x->name, EVIDENCE_NAME_BYTES_MAX);
	if (!may_change(s, &a, k, e) || !store_list_evidence(s, &a, k, &list, &n, e) ||
	    !has_room(list, n, x, e))
		return false;
	x->number = n ? list[n - 1].number + 1 : 1;
	return put_file(s, &a, x->sha256, bytes, e) && put_mention(s, k, x, e) &&
	       store_audit(s, "evidence add", subject_of(&a, k), STR(""), describe(&a, x), e);
}

bool store_add_evidence(struct store *s, const struct questionnaire_key *k,
			const struct stored_evidence *in, struct str bytes, int64_t *ret_number,
			struct err *e)
{
	struct stored_evidence x = *in;
	if (!store_begun(s, e) || !store_done(s, add(s, k, &x, bytes, e), e))
		return false;
	*ret_number = x.number;
	return true;
}

/* ---- taking away ---- */

static bool take_away(struct store *s, const struct questionnaire_key *k, int64_t number,
		      struct err *e)
{
	ARENA_SCOPE(a, 1u << 20);
	struct stored_evidence x;
	struct db_value arg[P_evidence_remove_N] = {
		[P_evidence_remove_author] = db_text(str_of(s->actor)),
		[P_evidence_remove_now] = db_text(store_now(s)),
		[P_evidence_remove_round] = db_text(k->round),
		[P_evidence_remove_form] = db_text(str_of(form_word(k->form))),
		[P_evidence_remove_cluster] = db_text(k->cluster),
		[P_evidence_remove_company] = db_text(k->company),
		[P_evidence_remove_number] = db_integer(number),
	};
	return may_change(s, &a, k, e) && find(s, &a, k, number, &x, e) &&
	       db_run(s->db, STMT_evidence_remove, arg, NULL, NULL, e) &&
	       drop_file(s, x.sha256, e) &&
	       store_audit(s, "evidence remove", subject_of(&a, k), describe(&a, &x), STR(""), e);
}

bool store_remove_evidence(struct store *s, const struct questionnaire_key *k, int64_t number,
			   struct err *e)
{
	return store_begun(s, e) && store_done(s, take_away(s, k, number, e), e);
}
