/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The benchmark of drawn scores: made-up clusters with items of 0 to 5 points, two threads.
 *
 *   robustness CLUSTERS DRAWS TURNS POINTS.csv SHARES.csv
 *
 * POINTS.csv gets the points, a row a cluster, and SHARES.csv the share of draws in which each
 * cluster reaches the cut at 60, so that another program can do the same and compare.  Prints
 * lines "WORK median least most processor": wall seconds, and the median of processor seconds of
 * both threads together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/num.h"
#include "os/thread.h"
#include "score/robustness_run.h"
#include "stat/random.h"

enum { ITEMS = 60, AREAS = 8, ITEM_MAX = 5, THREADS = 2, TURNS_MAX = 99 };

static double now_s(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void stop(const char *why)
{
	fprintf(stderr, "robustness: %s\n", why);
	exit(1);
}

/* ---- data ------------------------------------------------------------------------------------ */

/* n_areas areas that share the items evenly; every point is a step of the rubric. */
static const struct instrument *instrument_of(struct arena *a, int n_areas)
{
	struct buf survey, areas, scores, steps;
	buf_init(&survey, a, 1 << 20);
	buf_init(&areas, a, 1 << 20);
	buf_init(&scores, a, 1 << 20);
	buf_init(&steps, a, 1 << 20);
	buf_puts(&survey, "type,name,label::es,label::en\n");
	buf_puts(&areas, "code,label,label::en,weight\n");
	buf_puts(&scores, "question,area,max,points,source\n");
	buf_puts(&steps, "question,answer,points,effort,text,text::en\n");
	for (int i = 0; i < n_areas; i++)
		buf_fmt(&areas, "A%d,a,a,%d\n", i, 1 + i % 3);
	for (int i = 0; i < ITEMS; i++) {
		buf_fmt(&survey, "integer,Q%d,q,q\n", i);
		buf_fmt(&scores, "Q%d,A%d,%d,${Q%d},x\n", i, i * n_areas / ITEMS, ITEM_MAX, i);
		for (int step = 1; step < ITEM_MAX; step++)
			buf_fmt(&steps, "Q%d,Q%d=%d,%d,1,x,x\n", i, i, step, step);
	}
	const struct instrument_file f[] = {
		{ STR("cluster/survey.csv"), buf_str(&survey) },
		{ STR("method/settings.csv"), STR("key,value\nid,bench\nversion,1\n") },
		{ STR("method/areas.csv"), buf_str(&areas) },
		{ STR("method/scores.csv"), buf_str(&scores) },
		{ STR("method/steps.csv"), buf_str(&steps) },
		{ STR("method/levels.csv"),
		  STR("code,label,label::en,cut\na,a,a,0\nb,b,b,40\nc,c,c,60\n") },
	};
	struct problems ps;
	struct err e = { 0 };
	const struct instrument *in = NULL;
	problems_init(&ps, a, LANG_EN);
	if (!instrument_load(a, f, sizeof(f) / sizeof(*f), &ps, &in, &e) || !in)
		stop("the instrument cannot be read");
	return in;
}

static int point(size_t cluster, size_t item)
{
	struct random r = random_of(1, 1, (uint32_t)cluster, 0),
		      s = random_of(1, 2, (uint32_t)cluster, (uint32_t)item);
	return (int)(6 * (0.5 * random_uniform(&r) + 0.5 * random_uniform(&s)));
}

static const struct frame *clusters_of(struct arena *a, const struct instrument *in, size_t n)
{
	const struct column *c[ITEMS + 1];
	for (size_t k = 0; k < ITEMS; k++) {
		struct column_builder *b =
			column_build(a, in->item[k].question, COLUMN_INTEGER, NULL);
		for (size_t i = 0; i < n; i++)
			column_add_integer(b, point(i, k));
		c[k] = column_done(b);
	}
	struct column_builder *id = column_build(a, STR("cluster"), COLUMN_TEXT, NULL);
	for (size_t i = 0; i < n; i++)
		column_add_text(id, str_fmt(a, "C%zu", i));
	c[ITEMS] = column_done(id);
	return frame_of(a, c, ITEMS + 1, n);
}

/* ---- levels alone ---------------------------------------------------------------------------- */

/* As robustness_draws(), with nothing but the levels counted. */
struct levels {
	const struct draw_plan *plan;
	const double *cut;
	size_t n_cuts;
	uint32_t n_draws;
	uint32_t *at_least[THREADS]; /* n * n_cuts */
};

static void count_levels(void *arg, size_t part)
{
	const struct levels *l = arg;
	const struct draw_plan *p = l->plan;
	ARENA_SCOPE(a, (size_t)1 << 32);
	struct robustness_draw_block b = draw_block_make(&a, p, false);
	uint32_t bin[DRAW_LANES];
	uint32_t half = (uint32_t)((double)l->n_draws * p->model->geometric / 100) / DRAW_LANES;
	b.purpose = PURPOSE_MAIN;
	b.n = DRAW_LANES;
	for (uint32_t at = (uint32_t)part; at < l->n_draws / DRAW_LANES; at += THREADS) {
		b.geometric = at < half;
		for (enum draw_part d = 0; d < DRAW_PARTS; d++)
			for (uint32_t i = 0; i < DRAW_LANES; i++)
				b.id[d][i] = at * DRAW_LANES + i;
		robustness_draw_block(p, &b);
		for (size_t i = 0; i < p->n; i++)
			draw_count(b.row + i * DRAW_LANES, DRAW_LANES, 1, 101, bin, l->cut,
				   l->n_cuts, l->at_least[part] + i * l->n_cuts);
	}
}

static void run_levels(struct arena *a, const struct instrument *in, const struct scores *s,
		       const struct robustness_model *m, const struct runner *runner,
		       const char *shares)
{
	static const double cut[] = { 0, 40, 60 };
	struct draw_plan p;
	draw_plan_make(a, in, s, m, &p);
	struct levels l = { .plan = &p, .cut = cut, .n_cuts = 3, .n_draws = m->draws };
	for (size_t i = 0; i < THREADS; i++)
		l.at_least[i] = NEW(a, p.n * 3, uint32_t);
	runner->run(runner, count_levels, &l, THREADS);
	if (!shares)
		return;
	FILE *f = fopen(shares, "wb");
	if (!f)
		stop("cannot write the shares");
	for (size_t i = 0; i < p.n; i++)
		fprintf(f, "%.6f\n",
			(double)(l.at_least[0][i * 3 + 2] + l.at_least[1][i * 3 + 2]) /
				(double)(m->draws / DRAW_LANES * DRAW_LANES));
	if (fclose(f))
		stop("cannot write the shares");
}

/* ---- the works ------------------------------------------------------------------------------- */

struct work {
	const char *name;
	int n_areas;
	bool levels_only, full, sobol;
};

struct bench {
	size_t n, turns;
	uint32_t draws;
	const struct runner *runner;
	const char *points, *shares;
};

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void write_points(const struct bench *w, struct arena *a, const struct frame *f)
{
	struct buf b;
	buf_init(&b, a, 1 << 26);
	for (size_t i = 0; i < w->n; i++) {
		for (size_t k = 0; k < ITEMS; k++) {
			cell_put(&b, f->column[k], i);
			buf_putc(&b, k + 1 == ITEMS ? '\n' : ',');
		}
	}
	FILE *out = fopen(w->points, "wb");
	if (!out || fwrite(b.p, 1, b.n, out) != b.n || fclose(out))
		stop("cannot write the points");
}

static void one_work(const struct bench *w, const struct work *k)
{
	ARENA_SCOPE(a, (size_t)1 << 34);
	const struct instrument *in = instrument_of(&a, k->n_areas);
	const struct frame *f = clusters_of(&a, in, w->n);
	struct scores s;
	struct err e = { 0 };
	if (!score_clusters(&a, in, f, NULL, &s, &e))
		stop(e.msg);
	struct robustness_model m = { .seed = 1,
				      .draws = w->draws,
				      .concentration = k->levels_only ? ITEMS : 20,
				      .weight_range = k->levels_only ? 0 : 25,
				      .geometric = 50,
				      .geometric_floor = 1,
				      .item_error = k->full ? 5 : 0,
				      .missing = k->full,
				      .firm = 90,
				      .probable = 70,
				      .sobol = k->sobol ? 4096 : 0 };
	double took[TURNS_MAX], worked[TURNS_MAX];
	for (size_t turn = 0; turn < w->turns; turn++) {
		struct arena_mark mark = arena_mark(&a);
		struct robustness r;
		double start = now_s(CLOCK_MONOTONIC), work = now_s(CLOCK_PROCESS_CPUTIME_ID);
		if (k->levels_only)
			run_levels(&a, in, &s, &m, w->runner, turn ? NULL : w->shares);
		else if (!robustness_run(&a, in, f, &s, &m, w->runner, &r, &e))
			stop(e.msg);
		took[turn] = now_s(CLOCK_MONOTONIC) - start;
		worked[turn] = now_s(CLOCK_PROCESS_CPUTIME_ID) - work;
		arena_rewind(&a, mark);
	}
	if (k->levels_only && k->n_areas == ITEMS)
		write_points(w, &a, f);
	qsort(took, w->turns, sizeof(*took), by_size);
	qsort(worked, w->turns, sizeof(*worked), by_size);
	printf("%s\t%.3f\t%.3f\t%.3f\t%.3f\n", k->name, took[w->turns / 2], took[0],
	       took[w->turns - 1], worked[w->turns / 2]);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static const struct work work[] = {
		{ "60 weighted items, levels alone", ITEMS, true, false, false },
		{ "60 weighted items, all results", ITEMS, false, false, false },
		{ "8 areas, all results", AREAS, false, false, false },
		{ "the full model, all results", AREAS, false, true, false },
		{ "the full model and what moves it", AREAS, false, true, true },
	};
	int64_t n = 0, draws = 0, turns = 0;
	if (argc != 6 || !num_int(str_of(argv[1]), &n) || !num_int(str_of(argv[2]), &draws) ||
	    !num_int(str_of(argv[3]), &turns) || turns < 1 || turns > TURNS_MAX)
		stop("usage: robustness CLUSTERS DRAWS TURNS POINTS.csv SHARES.csv");
	struct thread_pool *pool;
	struct err e = { 0 };
	if (!thread_pool_make(THREADS, &pool, &e))
		stop(e.msg);
	const struct bench w = { (size_t)n, (size_t)turns, (uint32_t)draws,
				 thread_pool_runner(pool), argv[4], argv[5] };
	for (size_t i = 0; i < sizeof(work) / sizeof(*work); i++)
		one_work(&w, &work[i]);
	thread_pool_free(pool);
	return 0;
}
