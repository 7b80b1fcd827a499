/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All draws, counted and forgotten: a part of them keeps whole numbers alone (how often a level, a
 * place, a score came out), which add up to the same whatever the parts are. */
#include <string.h>

#include "score/robustness_rank.h"
#include "score/robustness_run.h"

enum {
	PLACES_MAX = 4096,     /* places kept apart; with more clusters neighbours share one */
	BINS_PER_POINT = 50,   /* of drawn scores, for up to BINS_CLUSTERS clusters */
	BINS_LEAST = 10,
	BINS_CLUSTERS = 1000,
	TALLY_BYTES_MAX = 512 << 20, /* of all parts together */
	SCALE_MAX = 100,
};

/* What one part of the draws has counted; clusters are the drawn ones. */
struct tally {
	uint32_t *at_least; /* n * n_levels: draws that reached a level or a higher one */
	uint32_t *bin;      /* n * n_bins: draws with a score in that bin */
	uint32_t *place;    /* n * n_places */
	uint64_t *ahead, *tied; /* n: clusters ahead, and in the same place, summed over draws */
	double *least, *most; /* n: scores */
};

struct count {
	const struct draw_plan *plan;
	const struct draw_gates *gates;
	size_t n_levels, n_places, n_bins, bins_per_point;
	unsigned place_shift; /* 2^place_shift clusters share a place */
	double *cut; /* n_levels */
	uint32_t n_arithmetic, n_draws;
	size_t n_blocks, n_parts;
	struct tally *tally; /* n_parts */
};

/* ---- one block ----------------------------------------------------------------------------- */

static size_t blocks_of(size_t n_draws)
{
	return (n_draws + DRAW_LANES - 1) / DRAW_LANES;
}

/* Draws aggregated arithmetically come first, so that no block holds both kinds. */
static void block_draws(const struct count *c, size_t at, struct robustness_draw_block *b)
{
	size_t arithmetic = blocks_of(c->n_arithmetic);
	b->geometric = at >= arithmetic;
	size_t first = b->geometric ? c->n_arithmetic + (at - arithmetic) * DRAW_LANES
				    : at * DRAW_LANES;
	size_t end = b->geometric ? c->n_draws : c->n_arithmetic;
	b->n = end - first < DRAW_LANES ? end - first : DRAW_LANES;
	for (enum draw_part part = 0; part < DRAW_PARTS; part++)
		for (size_t i = 0; i < b->n; i++)
			b->id[part][i] = (uint32_t)(first + i);
}

static void count_scores(const struct count *c, const struct robustness_draw_block *b,
			 struct tally *t)
{
	uint32_t bin[DRAW_LANES];
	for (size_t i = 0; i < c->plan->n; i++) {
		const double *row = b->row + i * DRAW_LANES;
		draw_count(row, b->n, (double)c->bins_per_point, (uint32_t)c->n_bins, bin, c->cut,
			   c->n_levels, t->at_least + i * c->n_levels);
		double least = t->least[i], most = t->most[i];
		for (size_t lane = 0; lane < b->n; lane++) {
			t->bin[i * c->n_bins + bin[lane]]++;
			least = row[lane] < least ? row[lane] : least;
			most = row[lane] > most ? row[lane] : most;
		}
		t->least[i] = least;
		t->most[i] = most;
	}
}

/* Instead of the levels by cut alone, where gates read what is drawn. */
static void count_gated(const struct count *c, const struct robustness_draw_block *b,
			struct arena *a, int *level, struct tally *t)
{
	draw_gate_levels(a, c->gates, b, level);
	for (size_t i = 0; i < c->plan->n; i++) {
		for (size_t lane = 0; lane < b->n; lane++) {
			for (int k = 1; k <= level[i * DRAW_LANES + lane]; k++)
				t->at_least[i * c->n_levels + (size_t)k]++;
		}
	}
}

/* Rows of clusters turned into rows of draws. */
static void turn(const struct robustness_draw_block *b, size_t n, double *by_draw)
{
	enum { TILE = 8 };
	for (size_t first = 0; first < n; first += TILE) {
		size_t end = first + TILE < n ? first + TILE : n;
		for (size_t lane = 0; lane < b->n; lane++)
			for (size_t i = first; i < end; i++)
				by_draw[lane * n + i] = b->row[i * DRAW_LANES + lane];
	}
}

struct place_work {
	struct ranker ranker;
	double *by_draw;
	uint32_t *rank; /* DRAW_LANES * n */
};

/* A few clusters at a time, so that what is counted stays in the nearest cache. */
static void add_places(const struct count *c, const struct robustness_draw_block *b,
		       const uint32_t *rank, struct tally *t)
{
	enum { TILE = 16 };
	size_t n = c->plan->n;
	for (size_t first = 0; first < n; first += TILE) {
		size_t end = first + TILE < n ? first + TILE : n;
		for (size_t lane = 0; lane < b->n; lane++)
			for (size_t i = first; i < end; i++) {
				uint32_t ahead = rank[lane * n + i] - 1;
				t->place[i * c->n_places + (ahead >> c->place_shift)]++;
				t->ahead[i] += ahead;
			}
	}
}

static void count_places(const struct count *c, const struct robustness_draw_block *b,
			 struct place_work *w, struct tally *t)
{
	size_t n = c->plan->n;
	turn(b, n, w->by_draw);
	for (size_t lane = 0; lane < b->n; lane++)
		ranker_rank(&w->ranker, w->by_draw + lane * n, w->rank + lane * n, t->tied);
	add_places(c, b, w->rank, t);
}

static void count_part(void *arg, size_t part)
{
	const struct count *c = arg;
	struct tally *t = &c->tally[part];
	ARENA_SCOPE(a, (size_t)1 << 34);
	struct robustness_draw_block b = draw_block_make(&a, c->plan, c->gates->n_drawn > 0);
	struct place_work w = { ranker_make(&a, c->plan->n),
				NEW(&a, c->plan->n * DRAW_LANES, double),
				NEW(&a, c->plan->n * DRAW_LANES, uint32_t) };
	int *level = NEW(&a, c->gates->n_drawn ? c->plan->n * DRAW_LANES : 0, int);
	b.purpose = PURPOSE_MAIN;
	for (size_t at = part; at < c->n_blocks; at += c->n_parts) {
		block_draws(c, at, &b);
		robustness_draw_block(c->plan, &b);
		count_scores(c, &b, t);
		if (c->gates->n_drawn)
			count_gated(c, &b, &a, level, t);
		count_places(c, &b, &w, t);
	}
}

/* ---- setting up ---------------------------------------------------------------------------- */

static void count_sizes(struct count *c, const struct runner *runner)
{
	size_t n = c->plan->n, bins = BINS_PER_POINT;
	if (n > BINS_CLUSTERS)
		bins = bins * BINS_CLUSTERS / n;
	c->bins_per_point = bins < BINS_LEAST ? BINS_LEAST : bins;
	c->n_bins = c->bins_per_point * SCALE_MAX + 1;
	while (n >> c->place_shift > PLACES_MAX)
		c->place_shift++;
	c->n_places = ((n - 1) >> c->place_shift) + 1;
	size_t bytes = n * (c->n_bins + c->n_places + c->n_levels) * sizeof(uint32_t);
	size_t most = TALLY_BYTES_MAX / bytes;
	c->n_blocks = blocks_of(c->n_arithmetic) + blocks_of(c->n_draws - c->n_arithmetic);
	c->n_parts = runner->n_threads;
	if (c->n_parts > c->n_blocks)
		c->n_parts = c->n_blocks;
	if (c->n_parts > most)
		c->n_parts = most ? most : 1;
}

static void make_tallies(struct arena *a, struct count *c)
{
	size_t n = c->plan->n;
	c->tally = NEW(a, c->n_parts, struct tally);
	for (size_t i = 0; i < c->n_parts; i++) {
		struct tally *t = &c->tally[i];
		*t = (struct tally){
			.at_least = NEW(a, n * c->n_levels, uint32_t),
			.bin = NEW(a, n * c->n_bins, uint32_t),
			.place = NEW(a, n * c->n_places, uint32_t),
			.ahead = NEW(a, n, uint64_t),
			.tied = NEW(a, n, uint64_t),
			.least = NEW(a, n, double),
			.most = NEW(a, n, double),
		};
		for (size_t k = 0; k < n; k++) {
			t->least[k] = 2 * SCALE_MAX;
			t->most[k] = -1;
		}
	}
}

static void join(struct count *c)
{
	struct tally *all = &c->tally[0];
	for (size_t part = 1; part < c->n_parts; part++) {
		const struct tally *t = &c->tally[part];
		for (size_t i = 0; i < c->plan->n * c->n_levels; i++)
			all->at_least[i] += t->at_least[i];
		for (size_t i = 0; i < c->plan->n * c->n_bins; i++)
			all->bin[i] += t->bin[i];
		for (size_t i = 0; i < c->plan->n * c->n_places; i++)
			all->place[i] += t->place[i];
		for (size_t i = 0; i < c->plan->n; i++) {
			all->ahead[i] += t->ahead[i];
			all->tied[i] += t->tied[i];
			all->least[i] = t->least[i] < all->least[i] ? t->least[i] : all->least[i];
			all->most[i] = t->most[i] > all->most[i] ? t->most[i] : all->most[i];
		}
	}
}

/* ---- results ------------------------------------------------------------------------------- */

/* The k-th smallest (from 0) of counted values: its bin, and how far into it, 0..1, were the values
 * of a bin spread evenly. */
static double nth(const uint32_t *count, size_t n_bins, uint64_t k, double *ret_into)
{
	uint64_t before = 0;
	size_t i = 0;
	while (i + 1 < n_bins && before + count[i] <= k)
		before += count[i++];
	*ret_into = ((double)(k - before) + 0.5) / (double)count[i];
	return (double)i;
}

/* Quantile of type 7 over counted values; inside: bins are stretches, else single values. */
static double counted_quantile(const uint32_t *count, size_t n_bins, uint32_t n, double p,
			       bool inside)
{
	double at = (double)(n - 1) * p, into;
	uint64_t low = (uint64_t)at, high = low + 1 < n ? low + 1 : low;
	double x = nth(count, n_bins, low, &into);
	x += inside ? into : 0;
	double y = nth(count, n_bins, high, &into);
	y += inside ? into : 0;
	return x + (at - (double)low) * (y - x);
}

static double score_quantile(const struct count *c, size_t i, double p)
{
	const struct tally *t = &c->tally[0];
	double q = counted_quantile(t->bin + i * c->n_bins, c->n_bins, c->n_draws, p, true) /
		   (double)c->bins_per_point;
	q = q < t->least[i] ? t->least[i] : q;
	return q > t->most[i] ? t->most[i] : q;
}

static double rank_quantile(const struct count *c, size_t i, double p)
{
	double place = counted_quantile(c->tally[0].place + i * c->n_places, c->n_places,
					c->n_draws, p, false);
	double together = (double)((size_t)1 << c->place_shift);
	return 1 + place * together + (together - 1) / 2;
}

static void probabilities(const struct count *c, size_t i, struct cluster_robustness *out)
{
	const uint32_t *at_least = c->tally[0].at_least + i * c->n_levels;
	size_t highest = (size_t)c->gates->highest[i];
	uint32_t reached = c->n_draws;
	for (size_t k = 0; k < c->n_levels; k++) {
		uint32_t higher = k + 1 < c->n_levels && k < highest ? at_least[k + 1] : 0;
		out->probability[k] = (double)(reached - higher) / (double)c->n_draws;
		reached = higher;
	}
}

static void results(const struct count *c, struct robustness *out)
{
	enum { LOW, MEDIAN, HIGH };
	static const double share[] = { 0.05, 0.5, 0.95 };
	size_t others = c->plan->n - 1;
	for (size_t i = 0; i < c->plan->n; i++) {
		struct cluster_robustness *r = &out->cluster[c->plan->cluster[i].index];
		probabilities(c, i, r);
		r->score_low = score_quantile(c, i, share[LOW]);
		r->score_median = score_quantile(c, i, share[MEDIAN]);
		r->score_high = score_quantile(c, i, share[HIGH]);
		r->rank_low = rank_quantile(c, i, share[LOW]);
		r->rank_median = rank_quantile(c, i, share[MEDIAN]);
		r->rank_high = rank_quantile(c, i, share[HIGH]);
		uint64_t not_below = c->tally[0].ahead[i] + c->tally[0].tied[i];
		if (others)
			r->peer_below = (double)((uint64_t)others * c->n_draws - not_below) /
					((double)others * (double)c->n_draws);
	}
}

void robustness_draws(struct arena *a, const struct draw_plan *p, const struct draw_gates *g,
		      const struct runner *runner, struct robustness *out)
{
	struct arena_mark mark = arena_mark(a);
	struct count c = { .plan = p,
			   .gates = g,
			   .n_levels = g->profile->n_levels,
			   .n_draws = p->model->draws };
	double geometric = (double)c.n_draws * p->model->geometric / 100;
	c.n_arithmetic = c.n_draws - (uint32_t)(geometric + 0.5);
	c.cut = NEW(a, c.n_levels, double);
	for (size_t k = 0; k < c.n_levels; k++) /* drawn gates count for themselves */
		c.cut[k] = g->n_drawn ? 1e300 : (double)g->profile->level[k].cut_micro / 1e6;
	count_sizes(&c, runner);
	make_tallies(a, &c);
	runner->run(runner, count_part, &c, c.n_parts);
	join(&c);
	results(&c, out);
	arena_rewind(a, mark);
}
