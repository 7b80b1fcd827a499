/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a score's change comes about: by item, and by answers or method.
 *
 * Parts are exact rationals; each is cut towards zero to 10^-6, and what is left of the change of
 * the two kept scores goes, one millionth each, to the parts that were cut most in its direction.
 * That is enough: the cuts add up to less than one millionth away from what is left.  It is the
 * same with the other sign when the rounds change places. */
#include <stdlib.h>

#include "score/change.h"
#include "score/exact.h"

#define MICRO 1000000

/* One part of the change: exact times 10^6 = micro + rest, |rest| < 1. */
struct part {
	mpq_t exact, rest;
	int64_t micro;
	size_t at;
};

static void part_init(struct part *p, size_t at)
{
	mpq_init(p->exact);
	mpq_init(p->rest);
	p->micro = 0;
	p->at = at;
}

static void part_cut(struct part *p)
{
	mpz_t whole;
	mpq_t million;
	mpz_init(whole);
	mpq_init(million);
	mpq_set_ui(million, MICRO, 1);
	mpq_mul(p->rest, p->exact, million);
	mpz_tdiv_q(whole, mpq_numref(p->rest), mpq_denref(p->rest));
	p->micro = mpz_get_si(whole);
	mpq_set_z(million, whole);
	mpq_sub(p->rest, p->rest, million);
	mpz_clear(whole);
	mpq_clear(million);
}

static int largest_rest_first(const void *x, const void *y)
{
	const struct part *a = *(struct part *const *)x, *b = *(struct part *const *)y;
	int c = mpq_cmp(b->rest, a->rest);
	return c ? c : (a->at > b->at) - (a->at < b->at);
}

static int smallest_rest_first(const void *x, const void *y)
{
	const struct part *a = *(struct part *const *)x, *b = *(struct part *const *)y;
	int c = mpq_cmp(a->rest, b->rest);
	return c ? c : (a->at > b->at) - (a->at < b->at);
}

/* Makes the parts add up to `total` millionths. */
static void parts_close(struct arena *a, struct part *p, size_t n, int64_t total)
{
	struct part **by_rest = NEW(a, n, struct part *);
	for (size_t i = 0; i < n; i++) {
		part_cut(&p[i]);
		total -= p[i].micro;
		by_rest[i] = &p[i];
	}
	qsort(by_rest, n, sizeof(*by_rest), total > 0 ? largest_rest_first : smallest_rest_first);
	int64_t unit = total > 0 ? 1 : -1;
	for (size_t i = 0; i < n && total != 0; i++, total -= unit)
		by_rest[i]->micro += unit;
}

/* ---- weights and shares of items ---- */

/* A cluster's score as a sum over items. */
struct side {
	const struct instrument *in;
	const struct cluster_score *score;
	mpq_t total; /* weights of the computed areas */
};

static void side_init(struct side *s, const struct instrument *in, const struct cluster_score *c)
{
	*s = (struct side){ .in = in, .score = c };
	mpq_init(s->total);
	(void)exact_total(in, c, s->total); /* above 0: the cluster is categorizable */
}

static bool counts(const struct side *s, size_t k)
{
	const struct score_item *item = &s->in->item[k];
	return s->score->area[item->area].computed && s->score->item[k].missing != MISSING_NA &&
	       item->max_micro > 0;
}

static void item_weight(const struct side *s, size_t k, mpq_t out)
{
	const struct score_item *item = &s->in->item[k];
	mpq_t share;
	mpq_set_ui(out, 0, 1);
	if (!counts(s, k))
		return;
	mpq_init(share);
	exact_weight(out, &s->in->area[item->area]);
	mpq_div(out, out, s->total);
	exact_ratio(share, item->max_micro, s->score->area[item->area].max_micro);
	mpq_mul(out, out, share);
	mpq_set_ui(share, 100, 1);
	mpq_mul(out, out, share);
	mpq_clear(share);
}

static void item_share(const struct side *s, size_t k, mpq_t out)
{
	exact_ratio(out, s->score->item[k].points_micro, s->in->item[k].max_micro);
}

/* through_answer = (w0 + w1)/2 (s1 - s0); through_weight = (s0 + s1)/2 (w1 - w0). */
static void bennet(mpq_t *w, mpq_t *s, mpq_t through_answer, mpq_t through_weight)
{
	mpq_t x, y;
	mpq_init(x);
	mpq_init(y);
	mpq_add(x, w[0], w[1]);
	mpq_sub(y, s[1], s[0]);
	mpq_mul(through_answer, x, y);
	mpq_div_2exp(through_answer, through_answer, 1);
	mpq_add(x, s[0], s[1]);
	mpq_sub(y, w[1], w[0]);
	mpq_mul(through_weight, x, y);
	mpq_div_2exp(through_weight, through_weight, 1);
	mpq_clear(x);
	mpq_clear(y);
}

static void item_parts(const struct side side[2], size_t k, struct part *answer,
		       struct part *weight)
{
	const bool there[2] = { counts(&side[0], k), counts(&side[1], k) };
	if (!there[0] && !there[1])
		return;
	mpq_t w[2], s[2];
	for (size_t i = 0; i < 2; i++) {
		mpq_init(w[i]);
		mpq_init(s[i]);
		item_weight(&side[i], k, w[i]);
		item_share(&side[there[i] ? i : 1 - i], k, s[i]);
	}
	bennet(w, s, answer->exact, weight->exact);
	for (size_t i = 0; i < 2; i++) {
		mpq_clear(w[i]);
		mpq_clear(s[i]);
	}
}

/* ---- one cluster ---- */

static int64_t magnitude(const struct item_change *c)
{
	int64_t v = c->answer_micro + c->weight_micro;
	return v < 0 ? -v : v;
}

static int largest_first(const void *x, const void *y)
{
	const struct item_change *a = x, *b = y;
	int64_t p = magnitude(a), q = magnitude(b);
	if (p != q)
		return p < q ? 1 : -1;
	return (a->item > b->item) - (a->item < b->item);
}

static void split_items(struct arena *a, const struct instrument *in,
			const struct cluster_score *was, const struct cluster_score *is,
			struct score_change *out)
{
	size_t n = in->n_items;
	struct part *part = NEW(a, 2 * n, struct part);
	struct side side[2];
	side_init(&side[0], in, was);
	side_init(&side[1], in, is);
	for (size_t i = 0; i < 2 * n; i++)
		part_init(&part[i], i);
	for (size_t k = 0; k < n; k++)
		item_parts(side, k, &part[2 * k], &part[2 * k + 1]);
	parts_close(a, part, 2 * n, out->new_micro - out->old_micro);
	out->item = NEW(a, n, struct item_change);
	for (size_t k = 0; k < n; k++) {
		if (part[2 * k].micro || part[2 * k + 1].micro)
			out->item[out->n_items++] = (struct item_change){
				k, part[2 * k].micro, part[2 * k + 1].micro
			};
	}
	qsort(out->item, out->n_items, sizeof(*out->item), largest_first);
	for (size_t i = 0; i < 2 * n; i++) {
		mpq_clear(part[i].exact);
		mpq_clear(part[i].rest);
	}
	mpq_clear(side[0].total);
	mpq_clear(side[1].total);
}

/* Shapley value of "other answers" and "other method" (two factors): the mean over both orders. */
static void split_method(const struct method_change *m, const struct panel_member *member,
			 struct score_change *out)
{
	const struct common_method *first = m->backwards ? &m->under_new : &m->under_old;
	const struct common_method *last = m->backwards ? &m->under_old : &m->under_new;
	const struct cluster_score *s[4] = {
		&first->old_scores.cluster[member->old_row],
		&first->new_scores.cluster[member->new_row],
		&last->old_scores.cluster[member->old_row],
		&last->new_scores.cluster[member->new_row],
	};
	for (size_t i = 0; i < 4; i++) {
		if (!s[i]->categorizable)
			return;
	}
	out->has_method = true;
	out->answers_micro = (s[1]->micro - s[0]->micro + s[3]->micro - s[2]->micro) / 2;
	out->method_micro = s[3]->micro - s[0]->micro - out->answers_micro;
}

void score_change_make(struct arena *a, const struct method_change *m,
		       const struct panel_member *member, struct score_change *out)
{
	*out = (struct score_change){ 0 };
	if (m->comparability == COMPARABLE_NOT || member->presence != PRESENCE_STAYER)
		return;
	const struct cluster_score *was = &m->under_new.old_scores.cluster[member->old_row];
	const struct cluster_score *is = &m->under_new.new_scores.cluster[member->new_row];
	if (!was->categorizable || !is->categorizable)
		return;
	out->computed = true;
	out->old_micro = was->micro;
	out->new_micro = is->micro;
	split_items(a, m->under_new.instrument, was, is, out);
	if (m->has_old)
		split_method(m, member, out);
}
