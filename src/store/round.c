/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rounds and how far they are. */
#include <assert.h>
#include <string.h>

#include "store/inside.h"

static const char *const state_names[] = {
	[ROUND_DRAFT] = "draft",   [ROUND_OPEN] = "open",	    [ROUND_REVIEW] = "review",
	[ROUND_FROZEN] = "frozen", [ROUND_PUBLISHED] = "published",
};
enum { STATES = sizeof(state_names) / sizeof(*state_names) };

const char *round_state_name(enum round_state s)
{
	assert((unsigned)s < STATES);
	return state_names[s];
}

const char *round_state_word(enum round_state s, enum lang lang)
{
	static const char *const es[] = {
		[ROUND_DRAFT] = "en borrador",	[ROUND_OPEN] = "abierta",
		[ROUND_REVIEW] = "en revisión", [ROUND_FROZEN] = "congelada",
		[ROUND_PUBLISHED] = "publicada",
	};
	assert((unsigned)s < STATES);
	return lang == LANG_ES ? es[s] : state_names[s];
}

static bool state_of(struct str name, enum round_state *out, struct err *e)
{
	for (size_t i = 0; i < STATES; i++) {
		if (str_is(name, state_names[i])) {
			*out = (enum round_state)i;
			return true;
		}
	}
	return err_say(e, ERR_IO,
		"estado de ronda desconocido: %.*s",
		"unknown state of a round: %.*s",
		STR_ARG(name));
}

/* ---- reading ---- */

struct rounds {
	struct arena *a;
	struct stored_round *item;
	size_t n, cap;
};

static_assert((int)C_round_get_published_at == (int)C_round_list_published_at &&
		      (int)C_round_get_id == (int)C_round_list_id,
	      "one round and all rounds have the same columns");

static bool take_round(void *user, const struct db_value *column, struct err *e)
{
	struct rounds *l = user;
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 16;
		l->item = arena_grow(l->a, l->item, l->cap, cap, sizeof(*l->item));
		l->cap = cap;
	}
	struct stored_round *r = &l->item[l->n];
	*r = (struct stored_round){
		.id = str_dup(l->a, column[C_round_get_id].text),
		.instrument_id = str_dup(l->a, column[C_round_get_instrument].text),
		.instrument_version = str_dup(l->a, column[C_round_get_version].text),
		.year = (int)column[C_round_get_year].integer,
		.from = str_dup(l->a, column[C_round_get_from_date].text),
		.to = str_dup(l->a, column[C_round_get_to_date].text),
		.synthetic = column[C_round_get_synthetic].integer != 0,
		.data_sha256 = str_dup(l->a, column[C_round_get_data_sha256].text),
		.frozen_at = str_dup(l->a, column[C_round_get_frozen_at].text),
		.published_at = str_dup(l->a, column[C_round_get_published_at].text),
	};
	if (!state_of(column[C_round_get_state].text, &r->state, e))
		return false;
	l->n++;
	return true;
}

static bool count_both(struct store *s, struct stored_round *r, struct err *e)
{
	int64_t warnings, unexplained;
	return store_count_answers(s, r->id, FORM_CLUSTER, &r->n_cluster_answers, &warnings,
				   &unexplained, e) &&
		store_count_answers(s, r->id, FORM_COMPANY, &r->n_company_answers, &warnings,
				    &unexplained, e);
}

static const struct settled_count *find_settled(const struct store *s,
						 const struct stored_round *r)
{
	for (size_t i = 0; i < s->n_settled; i++) {
		if (str_is(r->data_sha256, s->settled[i].data_sha256) &&
		    str_is(r->id, s->settled[i].round))
			return &s->settled[i];
	}
	return NULL;
}

static void settle(struct store *s, const struct stored_round *r)
{
	if (r->data_sha256.n != SHA256_HEX_N || r->id.n > SETTLED_ROUND_BYTES_MAX ||
	    s->n_settled == SETTLED_COUNTS_MAX)
		return;
	struct settled_count *c = &s->settled[s->n_settled++];
	memcpy(c->round, r->id.p, r->id.n);
	memcpy(c->data_sha256, r->data_sha256.p, SHA256_HEX_N);
	c->n_cluster_answers = r->n_cluster_answers;
	c->n_company_answers = r->n_company_answers;
}

/* A round that is frozen does not change, and its hash says that it is still the same. */
static bool add_counts(struct store *s, struct stored_round *r, struct err *e)
{
	const struct settled_count *known = find_settled(s, r);
	if (known) {
		r->n_cluster_answers = known->n_cluster_answers;
		r->n_company_answers = known->n_company_answers;
		return true;
	}
	if (!count_both(s, r, e))
		return false;
	settle(s, r);
	return true;
}

bool store_list_round_heads(struct store *s, struct arena *a, struct stored_round **ret_list,
			    size_t *ret_n, struct err *e)
{
	struct rounds l = { .a = a };
	if (!db_run(s->db, STMT_round_list, NULL, take_round, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

static bool list_counted(struct store *s, struct arena *a, bool published_only,
			 struct stored_round **ret_list, size_t *ret_n, struct err *e)
{
	struct stored_round *r;
	size_t n, n_kept = 0;
	if (!store_list_round_heads(s, a, &r, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (published_only && r[i].state != ROUND_PUBLISHED)
			continue;
		r[n_kept] = r[i];
		if (!add_counts(s, &r[n_kept++], e))
			return false;
	}
	*ret_list = r;
	*ret_n = n_kept;
	return true;
}

bool store_list_rounds(struct store *s, struct arena *a, struct stored_round **ret_list,
		       size_t *ret_n, struct err *e)
{
	return list_counted(s, a, false, ret_list, ret_n, e);
}

bool store_list_published(struct store *s, struct arena *a, struct stored_round **ret_list,
			  size_t *ret_n, struct err *e)
{
	return list_counted(s, a, true, ret_list, ret_n, e);
}

static bool take_name(void *user, const struct db_value *column, struct err *e)
{
	(void)e;
	names_add(user, column[C_round_list_id].text);
	return true;
}

static bool absent(struct store *s, struct str id, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct names there = { .n = 0 };
	buf_init(&there.text, &a, 300);
	if (!db_run(s->db, STMT_round_list, NULL, take_name, &there, e))
		return false;
	if (!there.n)
		return err_say(e, ERR_ABSENT,
			"no hay ninguna ronda; abra una con: ssme round open",
			"there is no round; open one with: ssme round open");
	struct str names = buf_str(&there.text);
	return err_say(e, ERR_ABSENT,
		"no existe la ronda %.*s; hay %.*s",
		"there is no round %.*s; there are %.*s",
		STR_ARG(id), STR_ARG(names));
}

bool store_get_round_head(struct store *s, struct arena *a, struct str id,
			  struct stored_round *out, struct err *e)
{
	struct rounds l = { .a = a };
	struct db_value key[P_round_get_N] = { db_text(id) };
	if (!db_run(s->db, STMT_round_get, key, take_round, &l, e))
		return false;
	if (!l.n)
		return absent(s, id, e);
	*out = l.item[0];
	return true;
}

bool store_get_round(struct store *s, struct arena *a, struct str id, struct stored_round *out,
		     struct err *e)
{
	struct stored_round round;
	if (!store_get_round_head(s, a, id, &round, e) || !add_counts(s, &round, e))
		return false;
	*out = round;
	return true;
}

struct found_state {
	bool found;
	enum round_state state;
};

static bool take_state(void *user, const struct db_value *column, struct err *e)
{
	struct found_state *f = user;
	f->found = true;
	return state_of(column[C_round_state_state].text, &f->state, e);
}

bool round_state(struct store *s, struct str id, enum round_state *out, struct err *e)
{
	struct found_state f = { .found = false };
	struct db_value key[P_round_state_N] = { db_text(id) };
	if (!db_run(s->db, STMT_round_state, key, take_state, &f, e))
		return false;
	if (!f.found)
		return absent(s, id, e);
	*out = f.state;
	return true;
}

/* ---- opening ---- */

static bool round_exists(struct store *s, struct str id, bool *out, struct err *e)
{
	ARENA_SCOPE(a, 1 << 20);
	struct db_value key[P_round_state_N] = { db_text(id) };
	struct str name;
	return read_text(s->db, &a, STMT_round_state, key, &name, out, e);
}

static bool open_round(struct store *s, const struct stored_round *r, struct err *e)
{
	ARENA_SCOPE(a, 256u << 20);
	struct stored_instrument in;
	bool exists;
	if (!round_exists(s, r->id, &exists, e))
		return false;
	if (exists)
		return err_say(e, ERR_CONFLICT,
			"la ronda %.*s ya existe; elija otro nombre",
			"round %.*s exists already; choose another name",
			STR_ARG(r->id));
	if (!store_get_instrument(s, &a, r->instrument_id, r->instrument_version, &in, e))
		return false;
	struct db_value arg[P_round_put_N] = {
		[P_round_put_id] = db_text(r->id),
		[P_round_put_instrument] = db_text(r->instrument_id),
		[P_round_put_version] = db_text(r->instrument_version),
		[P_round_put_year] = db_integer(r->year),
		[P_round_put_from_date] = db_text(r->from),
		[P_round_put_to_date] = db_text(r->to),
		[P_round_put_synthetic] = db_integer(r->synthetic),
	};
	struct note after;
	note_start(&after, &a);
	json_member_string(&after.json, "state", STR("open"));
	json_member_string(&after.json, "instrument", r->instrument_id);
	json_member_string(&after.json, "version", r->instrument_version);
	json_member_bool(&after.json, "synthetic", r->synthetic);
	return db_run(s->db, STMT_round_put, arg, NULL, NULL, e) &&
		store_audit(s, "round open", r->id, STR(""), note_end(&after), e);
}

bool store_open_round(struct store *s, const struct stored_round *r, struct err *e)
{
	return store_begun(s, e) && store_done(s, open_round(s, r, e), e);
}

/* ---- freezing and publishing ---- */

static bool must_be(struct store *s, struct str id, enum round_state wanted, struct err *e)
{
	enum round_state state;
	if (!round_state(s, id, &state, e))
		return false;
	if (state == wanted)
		return true;
	return err_say(e, ERR_CONFLICT,
		"la ronda %.*s está %s%.0s y tendría que estar %s%.0s; véala con: ssme round show "
		"%.*s",
		"round %.*s is %.0s%s and would have to be %.0s%s; see it with: ssme round show "
		"%.*s",
		STR_ARG(id), round_state_word(state, LANG_ES), round_state_word(state, LANG_EN),
		round_state_word(wanted, LANG_ES), round_state_word(wanted, LANG_EN),
		STR_ARG(id));
}

static bool freeze(struct store *s, struct str id, struct str data_sha256, struct err *e)
{
	struct db_value arg[P_round_freeze_N] = {
		[P_round_freeze_data_sha256] = db_text(data_sha256),
		[P_round_freeze_frozen_at] = db_text(store_now(s)),
		[P_round_freeze_id] = db_text(id),
	};
	struct db_value round[P_round_cluster_keep_N] = { db_text(id) };
	ARENA_SCOPE(a, 1 << 20);
	struct note after;
	note_start(&after, &a);
	json_member_string(&after.json, "state", STR("frozen"));
	json_member_string(&after.json, "data_sha256", data_sha256);
	enum round_state before;
	if (!round_state(s, id, &before, e) ||
	    (before != ROUND_REVIEW && !must_be(s, id, ROUND_OPEN, e)))
		return false;
	return db_run(s->db, STMT_round_cluster_keep, round, NULL, NULL, e) &&
		db_run(s->db, STMT_round_lineage_keep, round, NULL, NULL, e) &&
		db_run(s->db, STMT_round_freeze, arg, NULL, NULL, e) &&
		store_audit(s, "round freeze", id,
			    before == ROUND_OPEN ? STR("{\"state\":\"open\"}")
						 : STR("{\"state\":\"review\"}"),
			    note_end(&after), e);
}

bool store_freeze_round(struct store *s, struct str id, struct str data_sha256, struct err *e)
{
	return store_begun(s, e) && store_done(s, freeze(s, id, data_sha256, e), e);
}

static bool publish(struct store *s, struct str id, struct err *e)
{
	struct db_value arg[P_round_publish_N] = {
		[P_round_publish_published_at] = db_text(store_now(s)),
		[P_round_publish_id] = db_text(id),
	};
	return must_be(s, id, ROUND_FROZEN, e) &&
		db_run(s->db, STMT_round_publish, arg, NULL, NULL, e) &&
		store_audit(s, "round publish", id, STR("{\"state\":\"frozen\"}"),
			    STR("{\"state\":\"published\"}"), e);
}

bool store_publish_round(struct store *s, struct str id, struct err *e)
{
	return store_begun(s, e) && store_done(s, publish(s, id, e), e);
}
