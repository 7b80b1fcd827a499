/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answers that figures fix: dealt out so that the sums of the plan hold exactly. */
#include <assert.h>

#include "sample.h"

/* What the worked example must have to earn its points; -1 elsewhere. */
enum {
	EXAMPLE_SALES_BEFORE = 1000000000,
	EXAMPLE_SALES = 1070000000,
	EXAMPLE_JOBS = 606,
	EXAMPLE_JOBS_BEFORE = 600
};

static bool is_example(const struct answer *x)
{
	return x->cluster->worked_example && x->round->year == 2022;
}

static int64_t within(const struct answer *x, const char *item, int64_t least, int64_t most)
{
	return least +
		draw((unsigned)(most - least + 1), x->cluster->number, (unsigned)x->round->year,
		     item);
}

/* The same in every round. */
static int64_t always(const struct answer *x, const char *item, int64_t least, int64_t most)
{
	return least + draw((unsigned)(most - least + 1), x->cluster->number, 0, item);
}

/* ---- targets ------------------------------------------------------------------------- */

/* Levels by maturity; inside a level targets are spread over its range, more of them low at the
 * top. */
static void set_targets(const struct round_plan *r, struct answer *x)
{
	static const int low[3] = { 2700, 4060, 6040 }, high[3] = { 3900, 5940, 8900 };
	int64_t key[ANSWERS_MAX];
	size_t order[ANSWERS_MAX];
	for (size_t i = 0; i < r->n; i++) {
		key[i] = -(int64_t)(4 * x[i].cluster->maturity + within(&x[i], "target", 0, 1500));
		if (is_example(&x[i]))
			key[i] = -1600; /* 63.55: just past the middle */
	}
	order_down(key, r->n, order);
	for (size_t i = 0, at = 0; i < r->n; i++) {
		struct answer *a = &x[order[i]];
		size_t below = (size_t)r->level[0], middle = (size_t)r->level[1],
		       n = r->n - below - middle;
		if (is_example(a)) { /* counts as one of the highest level wherever it stands */
			a->target = 6355;
			a->level = 2;
			continue;
		}
		a->level = at < below ? 0 : at < below + middle ? 1 : 2;
		size_t from = a->level == 0 ? 0 : a->level == 1 ? below : below + middle;
		size_t in_level = a->level == 0 ? below : a->level == 1 ? middle : n;
		int64_t p = (int64_t)((at - from) * 1000 / (in_level > 1 ? in_level - 1 : 1));
		p = p > 1000 ? 1000 : p;
		if (a->level == 2)
			p = (p + p * p / 1000) / 2;
		a->target = low[a->level] + (int)(p * (high[a->level] - low[a->level]) / 1000);
		at++;
	}
}

/* ---- choices ------------------------------------------------------------------------- */

static const char *const quota_name[QUOTA_N] = { "G01", "G02", "G03", "G04", "G06", "S01", "S04" };
/* What the worked example answers. */
static const char quota_example[] = "aabbaaa";

static void deal_choices(const struct round_plan *r, struct answer *x)
{
	for (size_t q = 0; q < QUOTA_N; q++) {
		int64_t key[ANSWERS_MAX];
		size_t order[ANSWERS_MAX];
		int left[2] = { r->quota[q][0], r->quota[q][1] };
		bool governance = quota_name[q][0] == 'G';
		for (size_t i = 0; i < r->n; i++) {
			key[i] = x[i].target + 2 * always(&x[i], quota_name[q], 0, 1000);
			if (governance && x[i].cluster->product->sector == AGROINDUSTRIA)
				key[i] -= 900;
			if (is_example(&x[i]))
				left[quota_example[q] - 'a']--;
		}
		order_down(key, r->n, order);
		for (size_t i = 0; i < r->n; i++) {
			struct answer *a = &x[order[i]];
			int *of = left[0] > 0 ? &left[0] : left[1] > 0 ? &left[1] : NULL;
			if (is_example(a)) {
				a->quota[q] = quota_example[q];
				continue;
			}
			a->quota[q] = of ? (char)('a' + (of - left)) : 'c';
			if (of)
				--*of;
		}
	}
}

/* Marks the first k of the candidates by chance and maturity. */
static void deal_marks(const struct round_plan *r, struct answer *x, const bool *candidate,
		       size_t k, const char *item, bool *out)
{
	int64_t key[ANSWERS_MAX];
	size_t order[ANSWERS_MAX];
	for (size_t i = 0; i < r->n; i++)
		key[i] =
			candidate[i] ? 1 + x[i].target / 10 + 2 * within(&x[i], item, 0, 1000) : -1;
	order_down(key, r->n, order);
	for (size_t i = 0; i < r->n; i++)
		out[order[i]] = i < k && key[order[i]] > 0;
}

/* Actions and contributions in falling order, percent of those asked. */
static void deal_lists(const struct round_plan *r, struct answer *x)
{
	static const struct {
		const char *item;
		size_t percent;
	} regional[7] = { { "reactivacion", 78 }, { "empleo", 66 },   { "encadenamientos", 57 },
			  { "agenda", 48 },       { "ambiente", 39 }, { "formalizacion", 22 },
			  { "inversion", 18 } },
	  contributes[5] = { { "equipo", 90 },
			     { "informacion", 80 },
			     { "espacios", 70 },
			     { "contactos", 60 },
			     { "convocatorias", 51 } };
	bool all[ANSWERS_MAX], chambers[ANSWERS_MAX], mark[ANSWERS_MAX];
	size_t n_chambers = 0;
	for (size_t i = 0; i < r->n; i++) {
		all[i] = true;
		chambers[i] = x[i].cluster->manager == 'a';
		n_chambers += chambers[i];
	}
	for (size_t k = 0; k < 7; k++) {
		deal_marks(r, x, all, r->n * regional[k].percent / 100, regional[k].item, mark);
		for (size_t i = 0; i < r->n; i++)
			x[i].regional[k] = mark[i];
	}
	for (size_t k = 0; k < 5; k++) {
		deal_marks(r, x, chambers, n_chambers * contributes[k].percent / 100,
			   contributes[k].item, mark);
		for (size_t i = 0; i < r->n; i++)
			x[i].contributes[k] = chambers[i]
				? mark[i]
				: within(&x[i], contributes[k].item, 0, 9) < 5;
	}
}

/* ---- amounts ------------------------------------------------------------------------- */

/* total in proportion to weight; the worked example takes `example` of it when that is not -1. caps
 * as in apportion(). */
static void deal(const struct round_plan *r, const struct answer *x, int64_t total, int64_t *weight,
		 const int64_t *cap, int64_t example, int64_t *out)
{
	size_t fixed = r->n;
	for (size_t i = 0; i < r->n && example >= 0; i++) {
		if (is_example(&x[i]))
			fixed = i;
	}
	if (fixed < r->n) {
		weight[fixed] = 0;
		total -= example;
	}
	apportion(total, weight, cap, r->n, out);
	if (fixed < r->n)
		out[fixed] = example;
}

static void deal_entities(const struct round_plan *r, struct answer *x)
{
	static const char *const item[TYPE_N] = { "companies", "academia", "public", "associations",
						  "others" };
	static const int64_t example[TYPE_N] = { 72, 3, 2, 2, 1 };
	int64_t weight[ANSWERS_MAX], out[ANSWERS_MAX];
	for (size_t k = 0; k < TYPE_N; k++) {
		for (size_t i = 0; i < r->n; i++) {
			int64_t u = always(&x[i], item[k], 0, 999);
			/* Companies: many small clusters and a few of thousands. */
			weight[i] = k ? u * (x[i].target + 2000) / 1000
				      : 60 + u / 2 + u * u * u / 1000000 * 2 +
					within(&x[i], "companies", 0, 20);
		}
		deal(r, x, r->entities[k], weight, NULL, example[k], out);
		for (size_t i = 0; i < r->n; i++)
			x[i].entities[k] = out[i];
	}
}

static void deal_sizes(const struct round_plan *r, struct answer *x)
{
	static const char *const item[SIZE_N] = { "micro", "small", "medium", "large" };
	static const int64_t example[SIZE_N] = { 51, 14, 5, 2 };
	int64_t weight[ANSWERS_MAX], out[ANSWERS_MAX], cap[ANSWERS_MAX], left[ANSWERS_MAX];
	for (size_t i = 0; i < r->n; i++)
		left[i] = x[i].entities[0];
	for (size_t k = SIZE_N; k-- > 1;) {
		for (size_t i = 0; i < r->n; i++) {
			weight[i] = x[i].entities[0] * always(&x[i], item[k], 40, 140);
			cap[i] = left[i];
		}
		deal(r, x, r->size[k], weight, cap, example[k], out);
		for (size_t i = 0; i < r->n; i++) {
			x[i].size[k] = out[i];
			left[i] -= out[i];
		}
	}
	for (size_t i = 0; i < r->n; i++)
		x[i].size[0] = left[i];
}

/* Seats of councils and authors of strategies; who has none has weight 0. */
static void deal_people(const struct round_plan *r, struct answer *x)
{
	static const char *const item[ACTOR_N] = { "companies", "academia", "government",
						   "others" };
	static const int64_t seats[ACTOR_N] = { 6, 1, 1, 0 }, actors[ACTOR_N] = { 12, 2, 1, 2 };
	bool all[ANSWERS_MAX], council[ANSWERS_MAX];
	int64_t weight[ANSWERS_MAX], out[ANSWERS_MAX];
	for (size_t i = 0; i < r->n; i++)
		all[i] = true;
	deal_marks(r, x, all, r->n_councils, "council", council);
	for (size_t k = 0; k < ACTOR_N; k++) {
		int64_t least = k ? 0 : 6;
		for (size_t i = 0; i < r->n; i++)
			weight[i] = council[i] ? within(&x[i], item[k], least, 12) : 0;
		deal(r, x, r->seats[k], weight, NULL, seats[k], out);
		for (size_t i = 0; i < r->n; i++) {
			x[i].seats[k] = out[i];
			weight[i] =
				x[i].quota[Q_S01] == 'c' ? 0 : always(&x[i], item[k], least, 20);
		}
		deal(r, x, r->actors[k], weight, NULL, actors[k], out);
		for (size_t i = 0; i < r->n; i++)
			x[i].actors[k] = out[i];
	}
}

static void deal_universe(const struct round_plan *r, struct answer *x)
{
	int64_t weight[ANSWERS_MAX], out[ANSWERS_MAX];
	for (size_t i = 0; i < r->n; i++)
		weight[i] = (x[i].entities[0] + 150) * always(&x[i], "universe", 30, 170);
	deal(r, x, r->universe - r->entities[0], weight, NULL, -1, out);
	for (size_t i = 0; i < r->n; i++) {
		x[i].universe = x[i].entities[0] + out[i];
		weight[i] = x[i].universe * always(&x[i], "universe jobs", 30, 90);
	}
	deal(r, x, r->universe_jobs, weight, NULL, -1, out);
	for (size_t i = 0; i < r->n; i++)
		x[i].universe_jobs = out[i];
}

static void deal_jobs(const struct round_plan *r, struct answer *x)
{
	int64_t weight[ANSWERS_MAX], out[ANSWERS_MAX];
	for (size_t i = 0; i < r->n; i++) {
		const int64_t *s = x[i].size;
		weight[i] = (3 * s[0] + 14 * s[1] + 50 * s[2] + 100 * s[3]) *
			always(&x[i], "jobs", 80, 120);
	}
	deal(r, x, r->jobs, weight, NULL, EXAMPLE_JOBS, out);
	for (size_t i = 0; i < r->n; i++) {
		x[i].formal = out[i] * always(&x[i], "formal", 55, 90) / 100;
		x[i].informal = out[i] - x[i].formal;
		/* Growth of -4 to 18 %, the mature ones more. */
		weight[i] = out[i] * 100000 /
			(960 + x[i].target / 100 + within(&x[i], "more jobs", 0, 130));
	}
	deal(r, x, r->jobs_before, weight, NULL, EXAMPLE_JOBS_BEFORE, out);
	for (size_t i = 0; i < r->n; i++) {
		int64_t formal = out[i] *
			(within(&x[i], "formal before", -2, 1) + always(&x[i], "formal", 55, 90)) /
			100;
		x[i].formal_before = formal;
		x[i].informal_before = out[i] - formal;
	}
}

/* ---- sales --------------------------------------------------------------------------- */

/* Amounts are thousands of pesos until the sums hold. */
struct mix {
	struct answer *x;
	size_t n;
	size_t part; /* of answer.sold */
	int sector; /* -1: all */
	int64_t wanted; /* percent times thousands of pesos */
	int64_t most; /* percent */
};

static bool takes_part(const struct mix *m, size_t i)
{
	return !is_example(&m->x[i]) &&
		(m->sector < 0 || (int)m->x[i].cluster->product->sector == m->sector);
}

static int64_t excess(const struct mix *m)
{
	int64_t sum = 0;
	for (size_t i = 0; i < m->n; i++) {
		if (m->sector < 0 || (int)m->x[i].cluster->product->sector == m->sector)
			sum += m->x[i].sold[m->part] * m->x[i].sales;
	}
	return sum - m->wanted;
}

/* Moves shares by a percent at a time while that brings the sum nearer. */
static void mend_shares(const struct mix *m)
{
	int64_t over = excess(m);
	for (bool moved = true; moved;) {
		moved = false;
		for (size_t i = 0; i < m->n; i++) {
			int64_t *share = &m->x[i].sold[m->part], s = m->x[i].sales;
			int64_t room = m->part == 2 ? m->most : 95 - m->x[i].sold[2];
			if (!takes_part(m, i))
				continue;
			if (over >= s && *share > 1) {
				--*share;
				over -= s;
				moved = true;
			} else if (-over >= s && *share < m->most && *share < room) {
				++*share;
				over += s;
				moved = true;
			}
		}
	}
}

/* What is left goes by moving sales between two clusters of one sector whose shares differ; the
 * share of the part already settled must be the same in both. */
static void mend_sales(const struct mix *m, bool keep_abroad)
{
	int64_t over = excess(m);
	for (size_t i = 0; i < m->n && over; i++) {
		for (size_t k = 0; k < m->n && over; k++) {
			struct answer *a = &m->x[i], *b = &m->x[k];
			int64_t by = b->sold[m->part] - a->sold[m->part];
			if (!takes_part(m, i) || !takes_part(m, k) || by <= 0 || over % by ||
			    a->cluster->product->sector != b->cluster->product->sector ||
			    (keep_abroad && a->sold[2] != b->sold[2]))
				continue;
			int64_t move = over / by; /* from b to a */
			if (b->sales - move < b->sales / 2 || a->sales + move < a->sales / 2)
				continue;
			a->sales += move;
			b->sales -= move;
			over = 0;
		}
	}
	assert(!over);
}

static void deal_markets(const struct round_plan *r, struct answer *x)
{
	static const int64_t usual[N_SECTORS] = { 33, 21, 14 };
	int64_t total = 0;
	for (size_t i = 0; i < r->n; i++) {
		int64_t mean = usual[x[i].cluster->product->sector];
		x[i].sold[2] = mean * always(&x[i], "abroad", 5, 180) / 100 +
			within(&x[i], "abroad", 0, 3);
		x[i].sold[1] = always(&x[i], "national", 22, 36);
		if (is_example(&x[i])) {
			x[i].sold[2] = 3;
			x[i].sold[1] = 40;
		}
	}
	for (int s = 0; s < N_SECTORS; s++) {
		struct mix m = { .x = x, .n = r->n, .part = 2, .sector = s, .most = 60 };
		m.wanted = r->abroad_percent[s] * (r->sales[s] / 1000);
		total += r->sales[s] / 1000;
		mend_shares(&m);
		mend_sales(&m, false);
	}
	struct mix national = { .x = x, .n = r->n, .part = 1, .sector = -1, .most = 40 };
	national.wanted = r->national_percent * total;
	mend_shares(&national);
	mend_sales(&national, true);
	for (size_t i = 0; i < r->n; i++)
		x[i].sold[0] = 100 - x[i].sold[1] - x[i].sold[2];
}

static void deal_sales(const struct round_plan *r, struct answer *x)
{
	int64_t weight[ANSWERS_MAX], out[ANSWERS_MAX];
	for (enum sector s = AGROINDUSTRIA; s <= SERVICIOS; s++) {
		for (size_t i = 0; i < r->n; i++)
			weight[i] = x[i].cluster->product->sector == s
				? (x[i].formal + x[i].informal) * always(&x[i], "sales", 60, 160)
				: 0;
		deal(r, x, r->sales[s] / 1000, weight, NULL,
		     s == AGROINDUSTRIA ? EXAMPLE_SALES / 1000 : -1, out);
		for (size_t i = 0; i < r->n; i++) {
			if (x[i].cluster->product->sector == s)
				x[i].sales = out[i];
		}
	}
	deal_markets(r, x);
	for (size_t i = 0; i < r->n; i++) {
		x[i].sales *= 1000;
		/* Growth of -5 to 42 %. */
		weight[i] =
			x[i].sales / (950 + x[i].target / 50 + within(&x[i], "more sales", 0, 300));
	}
	deal(r, x, r->sales_before, weight, NULL, EXAMPLE_SALES_BEFORE, out);
	for (size_t i = 0; i < r->n; i++)
		x[i].sales_before = out[i];
}

static void deal_purchases(const struct round_plan *r, struct answer *x)
{
	static const struct {
		const char *item;
		int64_t least, most; /* of the weight; not above 2.6 times the mean */
	} part[ACTOR_N] = { { "", 0, 0 },
			    { "bought national", 60, 110 },
			    { "bought abroad", -20, 120 },
			    { "unknown", -60, 100 } };
	int64_t weight[ANSWERS_MAX], out[ANSWERS_MAX];
	for (size_t i = 0; i < r->n; i++)
		x[i].purchases[0] = 100;
	for (size_t k = 1; k < ACTOR_N; k++) {
		int64_t cap[ANSWERS_MAX];
		for (size_t i = 0; i < r->n; i++) {
			int64_t w = always(&x[i], part[k].item, part[k].least, part[k].most);
			weight[i] = w > 0 ? w : 0;
			cap[i] = x[i].purchases[0];
		}
		deal(r, x, r->purchases[k], weight, cap, k == 1 ? 30 : k == 2 ? 8 : 5, out);
		for (size_t i = 0; i < r->n; i++) {
			x[i].purchases[k] = out[i];
			x[i].purchases[0] -= out[i];
		}
	}
}

void answers_plan(const struct round_plan *r, const struct cluster *const *cluster,
		  struct answer *out)
{
	for (size_t i = 0; i < r->n; i++)
		out[i] = (struct answer){ .cluster = cluster[i], .round = r };
	set_targets(r, out);
	deal_choices(r, out);
	deal_lists(r, out);
	deal_entities(r, out);
	deal_sizes(r, out);
	deal_people(r, out);
	deal_universe(r, out);
	deal_jobs(r, out);
	deal_sales(r, out);
	deal_purchases(r, out);
}
