/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moves the ranks: two independent samples A and B of everything that varies, and for each
 * factor A with that factor out of B (stat/sobol.h).  A run is only the names of its streams of
 * random numbers, so taking a factor from B is taking its name. */
#include <math.h>

#include "score/robustness_rank.h"
#include "score/robustness_run.h"
#include "stat/random.h"
#include "stat/rank.h"
#include "stat/sobol.h"

enum factor { FACTOR_WEIGHTS, FACTOR_AGGREGATION, FACTOR_ITEM_ERROR, FACTOR_MISSING, FACTOR_N };
static const char *const factor_name[FACTOR_N] = { "weights", "aggregation", "item_error",
						   "missing" };

enum { REPLICATES = 1000, SAMPLES = 2 }; /* A and B */
#define FACTOR_LEVEL 0.90

struct one_run {
	uint32_t id[DRAW_PARTS];
	bool geometric;
};

struct sobol_work {
	const struct draw_plan *plan;
	size_t n;              /* rows of A */
	enum factor factor[FACTOR_N];
	size_t n_factors;
	/* (2 + n_factors) * n: those of A, of B, of A with each factor of B */
	struct one_run *run;
	uint32_t *order;       /* runs, arithmetic ones first */
	size_t n_runs, n_arithmetic, n_blocks, n_parts;
	const double *nominal; /* ranks, plan->n */
	double *target;        /* n_runs */
};

/* ---- the samples --------------------------------------------------------------------------- */

static size_t factors_that_vary(const struct draw_plan *p, enum factor *out)
{
	const struct robustness_model *m = p->model;
	size_t n = 0;
	if (m->concentration > 0 || m->weight_range > 0)
		out[n++] = FACTOR_WEIGHTS;
	if (m->geometric > 0 && m->geometric < 100)
		out[n++] = FACTOR_AGGREGATION;
	if (m->item_error > 0)
		out[n++] = FACTOR_ITEM_ERROR;
	if (m->missing && p->any_missing)
		out[n++] = FACTOR_MISSING;
	return n;
}

/* Whether row j of a sample (0: A, 1: B) is geometric and which kind of weights it takes is drawn
 * too: both belong to a factor. */
static struct one_run sampled(const struct sobol_work *w, uint32_t j, uint32_t sample)
{
	const struct robustness_model *m = w->plan->model;
	struct random r = random_of(m->seed, draw_purpose(PURPOSE_SOBOL_CHOICE, DRAW_WEIGHT), j,
				    sample);
	uint32_t row = sample * (uint32_t)w->n + j;
	bool geometric = random_uniform(&r) * 100 < m->geometric;
	return (struct one_run){ .id = { [DRAW_WEIGHT] = 2 * row + random_below(&r, 2),
					 [DRAW_ERROR] = row,
					 [DRAW_MISSING] = row },
				 .geometric = geometric };
}

static struct one_run with_factor(struct one_run a, const struct one_run *b, enum factor f)
{
	switch (f) {
	case FACTOR_WEIGHTS:
		a.id[DRAW_WEIGHT] = b->id[DRAW_WEIGHT];
		break;
	case FACTOR_AGGREGATION:
		a.geometric = b->geometric;
		break;
	case FACTOR_ITEM_ERROR:
		a.id[DRAW_ERROR] = b->id[DRAW_ERROR];
		break;
	case FACTOR_MISSING:
		a.id[DRAW_MISSING] = b->id[DRAW_MISSING];
		break;
	case FACTOR_N:
		break;
	}
	return a;
}

static void make_runs(struct arena *a, struct sobol_work *w)
{
	w->n_runs = (SAMPLES + w->n_factors) * w->n;
	w->run = NEW(a, w->n_runs, struct one_run);
	w->order = NEW(a, w->n_runs, uint32_t);
	for (uint32_t j = 0; j < w->n; j++) {
		struct one_run *in_a = &w->run[j], *in_b = &w->run[w->n + j];
		*in_a = sampled(w, j, 0);
		*in_b = sampled(w, j, 1);
		for (size_t f = 0; f < w->n_factors; f++)
			w->run[(SAMPLES + f) * w->n + j] = with_factor(*in_a, in_b, w->factor[f]);
	}
	for (size_t pass = 0, at = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < w->n_runs; i++)
			if (w->run[i].geometric == (pass == 1))
				w->order[at++] = i;
		if (pass == 0)
			w->n_arithmetic = at;
	}
}

/* ---- the runs ------------------------------------------------------------------------------ */

static size_t blocks_of(size_t n)
{
	return (n + DRAW_LANES - 1) / DRAW_LANES;
}

/* The runs of a block, in w->order from *ret_first. */
static void block_runs(const struct sobol_work *w, size_t at, struct robustness_draw_block *b,
		       size_t *ret_first)
{
	size_t arithmetic = blocks_of(w->n_arithmetic);
	b->geometric = at >= arithmetic;
	size_t first = b->geometric ? w->n_arithmetic + (at - arithmetic) * DRAW_LANES
				    : at * DRAW_LANES;
	size_t end = b->geometric ? w->n_runs : w->n_arithmetic;
	b->n = end - first < DRAW_LANES ? end - first : DRAW_LANES;
	for (size_t i = 0; i < b->n; i++)
		for (enum draw_part part = 0; part < DRAW_PARTS; part++)
			b->id[part][i] = w->run[w->order[first + i]].id[part];
	*ret_first = first;
}

static double mean_shift(const struct sobol_work *w, const uint32_t *rank)
{
	double total = 0; /* of whole numbers: exact in any order */
	for (size_t i = 0; i < w->plan->n; i++)
		total += fabs((double)rank[i] - w->nominal[i]);
	return total / (double)w->plan->n;
}

static void run_part(void *arg, size_t part)
{
	struct sobol_work *w = arg;
	size_t n = w->plan->n, first;
	ARENA_SCOPE(a, (size_t)1 << 34);
	struct robustness_draw_block b = draw_block_make(&a, w->plan, false);
	struct ranker ranker = ranker_make(&a, n);
	double *score = NEW(&a, n, double);
	uint32_t *rank = NEW(&a, n, uint32_t);
	uint64_t *tied = NEW(&a, n, uint64_t);
	b.purpose = PURPOSE_SOBOL;
	for (size_t at = part; at < w->n_blocks; at += w->n_parts) {
		block_runs(w, at, &b, &first);
		robustness_draw_block(w->plan, &b);
		for (size_t lane = 0; lane < b.n; lane++) {
			for (size_t i = 0; i < n; i++)
				score[i] = b.row[i * DRAW_LANES + lane];
			ranker_rank(&ranker, score, rank, tied);
			w->target[w->order[first + lane]] = mean_shift(w, rank);
		}
	}
}

static const double *nominal_ranks(struct arena *a, const struct draw_plan *p,
				   const struct scores *s)
{
	double *score = NEW(a, p->n, double);
	uint32_t *rank = NEW(a, p->n, uint32_t);
	for (size_t i = 0; i < p->n; i++)
		score[i] = s->cluster[p->cluster[i].index].exact;
	rank_competition(a, score, p->n, true, rank, NULL);
	for (size_t i = 0; i < p->n; i++)
		score[i] = rank[i];
	return score;
}

/* ---- the shares ---------------------------------------------------------------------------- */

static bool moves(const double *target, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (target[i] < target[0] || target[i] > target[0])
			return true;
	return false;
}

static bool shares(struct arena *a, const struct sobol_work *w, struct robustness *out,
		   struct err *e)
{
	const double *f_ab[FACTOR_N] = { NULL };
	struct sobol_index index[FACTOR_N];
	double variance;
	for (size_t f = 0; f < w->n_factors; f++)
		f_ab[f] = w->target + (SAMPLES + f) * w->n;
	const struct sobol_design design = { .estimator = SOBOL_JANSEN,
					     .n = w->n,
					     .n_factor = w->n_factors,
					     .f_a = w->target,
					     .f_b = w->target + w->n,
					     .f_ab = f_ab,
					     .n_replicate = REPLICATES,
					     .level = FACTOR_LEVEL,
					     .seed = w->plan->model->seed,
					     .purpose = draw_purpose(PURPOSE_SOBOL_CHOICE,
								     DRAW_ERROR) };
	if (!sobol_estimate(a, &design, index, &variance, e))
		return false;
	out->n_factors = w->n_factors;
	for (size_t f = 0; f < w->n_factors; f++)
		out->factor[f] = (struct robustness_factor){
			.name = factor_name[w->factor[f]],
			.first = index[f].first,
			.first_low = index[f].first_low,
			.first_high = index[f].first_high,
			.total = index[f].total,
			.total_low = index[f].total_low,
			.total_high = index[f].total_high,
		};
	return true;
}

bool robustness_factors(struct arena *a, const struct draw_plan *p, const struct scores *s,
			const struct runner *runner, struct robustness *out, struct err *e)
{
	struct arena_mark mark = arena_mark(a);
	struct sobol_work w = { .plan = p, .n = p->model->sobol };
	w.n_factors = factors_that_vary(p, w.factor);
	if (!w.n_factors || w.n < 2)
		return true;
	make_runs(a, &w);
	w.nominal = nominal_ranks(a, p, s);
	w.target = NEW(a, w.n_runs, double);
	w.n_blocks = blocks_of(w.n_arithmetic) + blocks_of(w.n_runs - w.n_arithmetic);
	w.n_parts = runner->n_threads < w.n_blocks ? runner->n_threads : w.n_blocks;
	runner->run(runner, run_part, &w, w.n_parts);
	double total = 0;
	for (size_t i = 0; i < SAMPLES * w.n; i++)
		total += w.target[i];
	out->target_mean = total / (double)(SAMPLES * w.n);
	bool done = !moves(w.target, SAMPLES * w.n) || shares(a, &w, out, e);
	arena_rewind(a, mark);
	return done;
}
