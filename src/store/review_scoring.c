/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sample whose items are scored a second time, and the points given. */
#include "store/access.h"
#include "store/review.h"

/* ---- the sample ---- */

static bool add_sample(struct store *s, struct str round, const struct str *cluster, size_t n,
		       int64_t seed, struct err *e)
{
	ARENA_SCOPE(a, 1u << 20);
	enum round_state state;
	struct note after;
	if (!round_state(s, round, &state, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct db_value arg[P_scoring_sample_put_N] = {
			[P_scoring_sample_put_round] = db_text(round),
			[P_scoring_sample_put_cluster] = db_text(cluster[i]),
			[P_scoring_sample_put_seed] = db_integer(seed),
			[P_scoring_sample_put_now] = db_text(store_now(s)),
			[P_scoring_sample_put_author] = db_text(str_of(s->actor)),
		};
		if (!db_run(s->db, STMT_scoring_sample_put, arg, NULL, NULL, e))
			return false;
	}
	note_start(&after, &a);
	json_member_int(&after.json, "clusters", (int64_t)n);
	json_member_int(&after.json, "seed", seed);
	return store_audit(s, "scoring sample", round, STR(""), note_end(&after), e);
}

bool store_add_sample(struct store *s, struct str round, const struct str *cluster, size_t n,
		      int64_t seed, struct err *e)
{
	return store_begun(s, e) && store_done(s, add_sample(s, round, cluster, n, seed, e), e);
}

struct sample {
	struct arena *a;
	struct sampled *item;
	size_t n, cap;
};

static bool take_sampled(void *user, const struct db_value *column, struct err *e)
{
	struct sample *l = user;
	(void)e;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct sampled){
		.cluster = str_dup(l->a, column[C_scoring_sample_list_cluster].text),
		.seed = column[C_scoring_sample_list_seed].integer,
		.drawn_at = str_dup(l->a, column[C_scoring_sample_list_drawn_at].text),
		.drawn_by = str_dup(l->a, column[C_scoring_sample_list_drawn_by].text),
	};
	return true;
}

bool store_list_sample(struct store *s, struct arena *a, struct str round,
		       struct sampled **ret_list, size_t *ret_n, struct err *e)
{
	struct sample l = { .a = a };
	struct db_value arg[P_scoring_sample_list_N] = { db_text(round) };
	if (!db_run(s->db, STMT_scoring_sample_list, arg, take_sampled, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}

/* ---- points ---- */

static bool must_be_sampled(struct store *s, struct str round, struct str cluster, struct err *e)
{
	struct db_value arg[P_scoring_sample_get_N] = {
		[P_scoring_sample_get_round] = db_text(round),
		[P_scoring_sample_get_cluster] = db_text(cluster),
	};
	int64_t found = 0;
	if (!access_integer(s, STMT_scoring_sample_get, arg, &found, e))
		return false;
	return found || err_say(e, ERR_CONFLICT,
				"%.*s no está en la muestra de la ronda %.*s; agréguelo primero",
				"%.*s is not in the sample of round %.*s; draw it first",
				STR_ARG(cluster), STR_ARG(round));
}

static bool put_scoring(struct store *s, struct str round, const struct scoring *in,
			struct err *e)
{
	const struct str scorer = str_of(s->actor);
	int64_t last = 0;
	struct db_value key[P_scoring_last_N] = {
		[P_scoring_last_round] = db_text(round),
		[P_scoring_last_cluster] = db_text(in->cluster),
		[P_scoring_last_question] = db_text(in->question),
		[P_scoring_last_scorer] = db_text(scorer),
	};
	if (!must_be_sampled(s, round, in->cluster, e) ||
	    !access_integer(s, STMT_scoring_last, key, &last, e))
		return false;
	struct db_value arg[P_scoring_put_N] = {
		[P_scoring_put_round] = db_text(round),
		[P_scoring_put_cluster] = db_text(in->cluster),
		[P_scoring_put_question] = db_text(in->question),
		[P_scoring_put_scorer] = db_text(scorer),
		[P_scoring_put_number] = db_integer(last + 1),
		[P_scoring_put_quarters] = db_integer(in->quarters),
		[P_scoring_put_now] = db_text(store_now(s)),
	};
	return db_run(s->db, STMT_scoring_put, arg, NULL, NULL, e);
}

static bool add_scorings(struct store *s, struct str round, const struct scoring *in, size_t n,
			 struct err *e)
{
	ARENA_SCOPE(a, 1u << 20);
	struct note after;
	for (size_t i = 0; i < n; i++)
		if (!put_scoring(s, round, &in[i], e))
			return false;
	if (!n)
		return true;
	note_start(&after, &a);
	json_member_int(&after.json, "items", (int64_t)n);
	return store_audit(s, "scoring put",
			   str_fmt(&a, "%.*s %.*s", STR_ARG(round), STR_ARG(in[0].cluster)),
			   STR(""), note_end(&after), e);
}

bool store_add_scorings(struct store *s, struct str round, const struct scoring *in, size_t n,
			struct err *e)
{
	return store_begun(s, e) && store_done(s, add_scorings(s, round, in, n, e), e);
}

struct scorings {
	struct arena *a;
	struct scoring *item;
	size_t n, cap;
};

static bool take_scoring(void *user, const struct db_value *column, struct err *e)
{
	struct scorings *l = user;
	(void)e;
	l->item = access_room(l->a, l->item, l->n, &l->cap, sizeof(*l->item));
	l->item[l->n++] = (struct scoring){
		.cluster = str_dup(l->a, column[C_scoring_list_cluster].text),
		.question = str_dup(l->a, column[C_scoring_list_question].text),
		.scorer = str_dup(l->a, column[C_scoring_list_scorer].text),
		.quarters = column[C_scoring_list_quarters].integer,
		.at = str_dup(l->a, column[C_scoring_list_scored_at].text),
	};
	return true;
}

bool store_list_scorings(struct store *s, struct arena *a, struct str round, struct str cluster,
			 struct str scorer, struct scoring **ret_list, size_t *ret_n,
			 struct err *e)
{
	struct scorings l = { .a = a };
	struct db_value arg[P_scoring_list_N] = {
		[P_scoring_list_round] = db_text(round),
		[P_scoring_list_cluster] = db_text(cluster),
		[P_scoring_list_scorer] = db_text(scorer),
	};
	if (!db_run(s->db, STMT_scoring_list, arg, take_scoring, &l, e))
		return false;
	*ret_list = l.item;
	*ret_n = l.n;
	return true;
}
