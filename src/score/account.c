/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rounding of parts by largest remainder:
 *
 *	1. A part's exact value is floor + rest / den in 10^-6, 0 <= rest < den.
 *	2. What the parts must add up to is the sum of their exact values, rounded to one of its two
 *	   neighbours.  So between none and as many units are left over as parts have a rest, and
 *	   a part is moved by less than one unit. */
#include "score/account.h"

#include <assert.h>

#include "score/exact.h"

enum { SCALE_MAX = 100,
       MICRO = 1000000 };

/* ---- parts ---- */

struct part {
	mpz_t floor, rest, den;
	bool raised;
};

static struct part *parts_new(struct arena *a, size_t n)
{
	struct part *p = NEW(a, n, struct part);
	for (size_t i = 0; i < n; i++) {
		mpz_init(p[i].floor);
		mpz_init(p[i].rest);
		mpz_init(p[i].den);
	}
	return p;
}

static void parts_clear(struct part *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		mpz_clear(p[i].floor);
		mpz_clear(p[i].rest);
		mpz_clear(p[i].den);
	}
}

static void part_set(struct part *p, const mpq_t exact)
{
	exact_scaled(p->floor, p->rest, exact);
	mpz_set(p->den, mpq_denref(exact));
	p->raised = false;
}

/* a's rest is greater than b's, both as fractions. */
static bool greater_rest(const struct part *a, const struct part *b)
{
	mpz_t left, right;
	mpz_init(left);
	mpz_init(right);
	mpz_mul(left, a->rest, b->den);
	mpz_mul(right, b->rest, a->den);
	bool greater = mpz_cmp(left, right) > 0;
	mpz_clear(left);
	mpz_clear(right);
	return greater;
}

/* Gives each unit that is left over to the part with the largest rest, ties to the first. */
static void parts_round(struct part *p, size_t n, int64_t total)
{
	for (size_t i = 0; i < n; i++)
		total -= mpz_get_si(p[i].floor);
	for (; total > 0; total--) {
		struct part *best = NULL;
		for (size_t i = 0; i < n; i++) {
			if (!p[i].raised && (!best || greater_rest(&p[i], best)))
				best = &p[i];
		}
		assert(best && mpz_sgn(best->rest) > 0);
		best->raised = true;
	}
}

static int64_t part_micro(const struct part *p)
{
	return mpz_get_si(p->floor) + p->raised;
}

/* ---- account ---- */

/* 100 * points / max of the area * weight / total weight. */
static void contribution(mpq_t q, const struct area_score *area, const mpq_t share, int64_t points)
{
	exact_ratio(q, points, area->max_micro);
	mpz_mul_ui(mpq_numref(q), mpq_numref(q), SCALE_MAX);
	mpq_canonicalize(q);
	mpq_mul(q, q, share);
}

/* Share of each area in the total weight; 0 where it is not computed. */
static mpq_t *shares_of(struct arena *a, const struct instrument *in, const struct cluster_score *c)
{
	mpq_t *share = NEW(a, in->n_areas, mpq_t);
	mpq_t total;
	mpq_init(total);
	bool any = exact_total(in, c, total);
	assert(any);
	for (size_t i = 0; i < in->n_areas; i++) {
		mpq_init(share[i]);
		if (!any || !c->area[i].computed)
			continue;
		exact_weight(share[i], &in->area[i]);
		mpq_div(share[i], share[i], total);
	}
	mpq_clear(total);
	return share;
}

static void account_areas(struct arena *a, const struct instrument *in,
			  const struct cluster_score *c, mpq_t *share, struct area_account *out)
{
	struct part *weight = parts_new(a, in->n_areas), *points = parts_new(a, in->n_areas);
	mpq_t q;
	mpq_init(q);
	for (size_t i = 0; i < in->n_areas; i++) {
		part_set(&weight[i], share[i]);
		if (c->area[i].computed)
			contribution(q, &c->area[i], share[i], c->area[i].points_micro);
		else
			mpq_set_ui(q, 0, 1);
		part_set(&points[i], q);
	}
	parts_round(weight, in->n_areas, MICRO);
	parts_round(points, in->n_areas, c->micro);
	for (size_t i = 0; i < in->n_areas; i++)
		out[i] = (struct area_account){ .contribution_micro = part_micro(&points[i]),
						.weight_micro = part_micro(&weight[i]) };
	mpq_clear(q);
	parts_clear(weight, in->n_areas);
	parts_clear(points, in->n_areas);
}

/* Applicable items of a computed area. */
static size_t items_of(const struct instrument *in, const struct cluster_score *c, size_t area,
		       size_t *out)
{
	size_t n = 0;
	for (size_t k = 0; c->area[area].computed && k < in->n_items; k++) {
		if (in->item[k].area == area && c->item[k].missing != MISSING_NA)
			out[n++] = k;
	}
	return n;
}

static int64_t possible_micro(const struct area_score *area, const mpq_t share,
			      const struct score_item *item, int64_t points, int64_t shown)
{
	if (points == item->max_micro)
		return shown;
	mpq_t q;
	mpq_init(q);
	contribution(q, area, share, item->max_micro);
	int64_t micro = exact_micro(q);
	mpq_clear(q);
	return micro > shown ? micro : shown;
}

static void account_items(struct arena *a, const struct instrument *in,
			  const struct cluster_score *c, size_t area, const mpq_t share,
			  struct account *out)
{
	size_t *item = NEW(a, in->n_items, size_t), n = items_of(in, c, area, item);
	struct part *p = parts_new(a, n);
	mpq_t q;
	mpq_init(q);
	for (size_t i = 0; i < n; i++) {
		contribution(q, &c->area[area], share, c->item[item[i]].points_micro);
		part_set(&p[i], q);
	}
	parts_round(p, n, out->area[area].contribution_micro);
	for (size_t i = 0; i < n; i++) {
		struct item_account *to = &out->item[item[i]];
		to->contribution_micro = part_micro(&p[i]);
		to->possible_micro = possible_micro(&c->area[area], share, &in->item[item[i]],
						    c->item[item[i]].points_micro,
						    to->contribution_micro);
	}
	mpq_clear(q);
	parts_clear(p, n);
}

void account_make(struct arena *a, const struct instrument *in, const struct cluster_score *c,
		  struct account *out)
{
	assert(c->categorizable);
	mpq_t *share = shares_of(a, in, c);
	*out = (struct account){ NEW(a, in->n_areas, struct area_account),
				 NEW(a, in->n_items, struct item_account) };
	account_areas(a, in, c, share, out->area);
	for (size_t i = 0; i < in->n_areas; i++)
		account_items(a, in, c, i, share[i], out);
	for (size_t i = 0; i < in->n_areas; i++)
		mpq_clear(share[i]);
}

/* ---- bounds ---- */

enum bound { AVAILABLE,
	     UPPER };

static bool is_missing(const struct item_score *item)
{
	return item->missing == MISSING_NR || item->missing == MISSING_ND;
}

/* The cluster with its areas as the bound has them; what is not computed stays so. */
static void bound_areas(const struct instrument *in, const struct cluster_score *c,
			enum bound bound, struct cluster_score *out)
{
	for (size_t i = 0; i < in->n_areas; i++)
		out->area[i] = c->area[i];
	for (size_t k = 0; k < in->n_items; k++) {
		struct area_score *area = &out->area[in->item[k].area];
		if (!is_missing(&c->item[k]))
			continue;
		if (bound == UPPER)
			area->points_micro += in->item[k].max_micro;
		else if (c->area[in->item[k].area].missing < c->area[in->item[k].area].applicable)
			area->max_micro -= in->item[k].max_micro;
	}
}

static struct scores bound_scores(struct arena *a, const struct instrument *in,
				  const struct frame *cluster_table, const struct scores *s,
				  enum bound bound)
{
	struct scores out = scores_new(a, in, s->n);
	for (size_t i = 0; i < s->n; i++)
		bound_areas(in, &s->cluster[i], bound, &out.cluster[i]);
	score_of_areas(a, in, cluster_table, &out);
	return out;
}

struct score_bounds *score_bounds_of(struct arena *a, const struct instrument *in,
				     const struct frame *cluster_table, const struct scores *s)
{
	struct score_bounds *out = NEW(a, s->n, struct score_bounds);
	struct scores available = bound_scores(a, in, cluster_table, s, AVAILABLE);
	struct scores upper = bound_scores(a, in, cluster_table, s, UPPER);
	for (size_t i = 0; i < s->n; i++) {
		const struct cluster_score *low = &s->cluster[i], *middle = &available.cluster[i],
					   *high = &upper.cluster[i];
		if (!low->categorizable)
			continue;
		out[i] = (struct score_bounds){ low->micro, middle->micro, high->micro, -1, -1,
						-1 };
		if (!in->n_profiles)
			continue;
		out[i].lower_level = low->level[0];
		out[i].available_level = middle->level[0];
		out[i].upper_level = high->level[0];
	}
	return out;
}
