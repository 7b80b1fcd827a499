/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Published instruments. */
#include "store/inside.h"

/* ---- publishing ---- */

static bool put(struct store *s, const struct stored_instrument *in, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct db_value key[P_instrument_sha256_N] = { [P_instrument_sha256_id] = db_text(in->id),
						       [P_instrument_sha256_version] =
							       db_text(in->version) };
	struct str sha256;
	bool found;
	if (!read_text(s->db, &a, STMT_instrument_sha256, key, &sha256, &found, e))
		return false;
	if (found && str_eq(sha256, in->sha256))
		return true;
	if (found)
		return err_say(e, ERR_CONFLICT,
			"%.*s@%.*s ya se publicó con otro contenido; cambie su versión",
			"%.*s@%.*s was published with other content; change its version",
			STR_ARG(in->id), STR_ARG(in->version));
	struct db_value arg[P_instrument_put_N] = {
		[P_instrument_put_id] = db_text(in->id),
		[P_instrument_put_version] = db_text(in->version),
		[P_instrument_put_sha256] = db_text(in->sha256),
		[P_instrument_put_published_at] =
			db_text(in->published_at.n ? in->published_at : store_now(s)),
		[P_instrument_put_canonical] = db_text(in->canonical),
	};
	struct str subject = str_fmt(&a, "%.*s@%.*s", STR_ARG(in->id), STR_ARG(in->version));
	struct note after;
	note_start(&after, &a);
	json_member_string(&after.json, "sha256", in->sha256);
	return db_run(s->db, STMT_instrument_put, arg, NULL, NULL, e) &&
	       store_audit(s, "instrument publish", subject, STR(""), note_end(&after), e);
}

bool store_put_instrument(struct store *s, const struct stored_instrument *in, struct err *e)
{
	return store_begun(s, e) && store_done(s, put(s, in, e), e);
}

/* ---- reading ---- */

struct list {
	struct arena *a;
	struct stored_instrument *item;
	size_t n, cap;
};

static bool take_listed(void *user, const struct db_value *column, struct err *e)
{
	struct list *l = user;
	(void)e;
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 8;
		l->item = arena_grow(l->a, l->item, l->cap, cap, sizeof(*l->item));
		l->cap = cap;
	}
	l->item[l->n++] = (struct stored_instrument){
		.id = str_dup(l->a, column[C_instrument_list_id].text),
		.version = str_dup(l->a, column[C_instrument_list_version].text),
		.sha256 = str_dup(l->a, column[C_instrument_list_sha256].text),
		.published_at = str_dup(l->a, column[C_instrument_list_published_at].text),
	};
	return true;
}

bool store_list_instruments(struct store *s, struct arena *a, struct stored_instrument **ret_list,
			    size_t *ret_n, struct err *e)
{
	struct list l = { .a = a };
	if (!db_run(s->db, STMT_instrument_list, NULL, take_listed, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

struct got {
	struct arena *a;
	struct stored_instrument in;
	bool found;
};

static bool take_whole(void *user, const struct db_value *column, struct err *e)
{
	struct got *g = user;
	(void)e;
	g->in = (struct stored_instrument){
		.id = str_dup(g->a, column[C_instrument_get_id].text),
		.version = str_dup(g->a, column[C_instrument_get_version].text),
		.sha256 = str_dup(g->a, column[C_instrument_get_sha256].text),
		.published_at = str_dup(g->a, column[C_instrument_get_published_at].text),
		.canonical = str_dup(g->a, column[C_instrument_get_canonical].text),
	};
	g->found = true;
	return true;
}

static bool absent(struct store *s, struct str id, struct str version, struct err *e)
{
	ARENA_SCOPE(a, 16 << 20);
	struct stored_instrument *list;
	size_t n;
	struct names there = { .n = 0 };
	buf_init(&there.text, &a, 300);
	if (!store_list_instruments(s, &a, &list, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		names_add(&there,
			  str_fmt(&a, "%.*s@%.*s", STR_ARG(list[i].id), STR_ARG(list[i].version)));
	if (!n)
		return err_say(e, ERR_ABSENT,
			"no hay ningún instrumento; publique uno con: ssme instrument publish",
			"there is no instrument; publish one with: ssme instrument publish");
	struct str names = buf_str(&there.text);
	return err_say(e, ERR_ABSENT,
		"no existe el instrumento %.*s@%.*s; hay %.*s",
		"there is no instrument %.*s@%.*s; there are %.*s",
		STR_ARG(id), STR_ARG(version), STR_ARG(names));
}

bool store_get_instrument(struct store *s, struct arena *a, struct str id, struct str version,
			  struct stored_instrument *out, struct err *e)
{
	struct got g = { .a = a };
	struct db_value key[P_instrument_get_N] = { [P_instrument_get_id] = db_text(id),
						    [P_instrument_get_version] = db_text(version) };
	if (!db_run(s->db, STMT_instrument_get, key, take_whole, &g, e))
		return false;
	if (!g.found)
		return absent(s, id, version, e);
	*out = g.in;
	return true;
}

bool store_get_instrument_hash(struct store *s, struct arena *a, struct str id, struct str version,
			       struct str *out, struct err *e)
{
	struct db_value key[P_instrument_sha256_N] = { [P_instrument_sha256_id] = db_text(id),
						       [P_instrument_sha256_version] =
							       db_text(version) };
	bool found = false;
	if (!read_text(s->db, a, STMT_instrument_sha256, key, out, &found, e))
		return false;
	return found || absent(s, id, version, e);
}
