/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/robustness_draw.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "stat/random.h"

#define WEIGHT_LEAST 1e-12 /* of the method's weight: a drawn one never vanishes */

uint32_t draw_purpose(enum draw_purpose purpose, enum draw_part part)
{
	return 0x526f0000u + (uint32_t)purpose * DRAW_PARTS + part;
}

/* ---- the plan ------------------------------------------------------------------------------ */

static void plan_weights(struct arena *a, struct draw_plan *p)
{
	double total = 0;
	p->weight = NEW(a, p->n_areas, double);
	for (size_t i = 0; i < p->n_areas; i++)
		total += area_weight(&p->in->area[i]);
	for (size_t i = 0; i < p->n_areas; i++)
		p->weight[i] = total > 0 ? area_weight(&p->in->area[i]) / total : 0;
}

/* W. Fowler, G. Noll and K. Vo's hash over what makes the score. */
static uint64_t digest(const struct instrument *in, const struct cluster_score *c)
{
	uint64_t h = 0xcbf29ce484222325u;
	for (size_t k = 0; k < in->n_items; k++) {
		uint64_t v = (uint64_t)c->item[k].points_micro * 4 + c->item[k].missing;
		for (int i = 0; i < 8; i++)
			h = (h ^ (v >> (8 * i) & 0xff)) * 0x100000001b3u;
	}
	return h;
}

static size_t mask_of(struct draw_plan *p, const struct cluster_score *c)
{
	for (size_t m = 0; m < p->n_masks; m++) {
		bool same = true;
		for (size_t i = 0; i < p->n_areas; i++)
			same &= p->mask[m * p->n_areas + i] == c->area[i].computed;
		if (same)
			return m;
	}
	bool whole = true;
	for (size_t i = 0; i < p->n_areas; i++) {
		p->mask[p->n_masks * p->n_areas + i] = c->area[i].computed;
		whole &= c->area[i].computed || p->weight[i] <= 0;
	}
	p->whole[p->n_masks] = whole;
	return p->n_masks++;
}

static void plan_clusters(struct arena *a, const struct scores *s, struct draw_plan *p)
{
	ARENA_SCOPE(work, (size_t)1 << 32);
	const struct ladders ladders = ladders_of(a, p->in);
	p->cluster = NEW(a, s->n, struct drawn_cluster);
	p->mask = NEW(a, (s->n + 1) * p->n_areas, bool);
	p->whole = NEW(a, s->n + 1, bool);
	for (size_t i = 0; i < s->n; i++) {
		const struct cluster_score *c = &s->cluster[i];
		if (!c->categorizable)
			continue;
		struct drawn_cluster *d = &p->cluster[p->n++];
		d->index = i;
		d->unit = digest(p->in, c);
		d->mask = mask_of(p, c);
		d->varying = varying_areas(a, p->in, &ladders, c, p->model, &work, &d->n_varying);
		for (size_t k = 0; k < d->n_varying; k++)
			p->any_missing |= d->varying[k].n_missing > 0;
	}
	p->n_quads = (p->n + DRAW_QUAD - 1) / DRAW_QUAD;
}

static bool varies(const struct drawn_cluster *d, size_t area)
{
	for (size_t k = 0; k < d->n_varying; k++)
		if (d->varying[k].area == area)
			return true;
	return false;
}

static bool is_fixed(const struct draw_plan *p, const struct drawn_cluster *d, size_t area)
{
	return p->mask[d->mask * p->n_areas + area] && !varies(d, area);
}

static void plan_terms(struct arena *a, struct draw_plan *p)
{
	p->term = NEW(a, p->n_areas, size_t);
	for (size_t i = 0; i < p->n_areas; i++) {
		bool any = false;
		for (size_t c = 0; c < p->n && !any; c++)
			any = is_fixed(p, &p->cluster[c], i);
		if (any)
			p->term[p->n_terms++] = i;
	}
}

static void plan_fixed(struct arena *a, const struct scores *s, struct draw_plan *p)
{
	size_t n = p->n_quads * p->n_terms * DRAW_QUAD;
	p->fixed = NEW(a, n, double);
	p->log_fixed = NEW(a, n, double);
	for (size_t c = 0; c < p->n; c++) {
		const struct drawn_cluster *d = &p->cluster[c];
		for (size_t t = 0; t < p->n_terms; t++) {
			if (!is_fixed(p, d, p->term[t]))
				continue;
			size_t at = (c / DRAW_QUAD * p->n_terms + t) * DRAW_QUAD + c % DRAW_QUAD;
			double area = s->cluster[d->index].area[p->term[t]].exact;
			p->fixed[at] = area;
			p->log_fixed[at] = log(fmax(area, p->model->geometric_floor));
		}
	}
}

void draw_plan_make(struct arena *a, const struct instrument *in, const struct scores *s,
		    const struct robustness_model *model, struct draw_plan *out)
{
	struct draw_plan p = { .in = in, .model = model, .n_areas = in->n_areas };
	plan_weights(a, &p);
	plan_clusters(a, s, &p);
	plan_terms(a, &p);
	plan_fixed(a, s, &p);
	*out = p;
}

struct robustness_draw_block draw_block_make(struct arena *a, const struct draw_plan *p, bool areas)
{
	return (struct robustness_draw_block){
		.row = NEW(a, p->n_quads * DRAW_QUAD * DRAW_LANES, double),
		.area = areas ? NEW(a, p->n * p->n_areas * DRAW_LANES, double) : NULL,
		.weight = NEW(a, p->n_areas * DRAW_LANES, double),
		.term_weight = NEW(a, p->n_terms * DRAW_LANES, double),
		.inverse = NEW(a, p->n_masks * DRAW_LANES, double),
		.one_area = NEW(a, DRAW_LANES, double),
	};
}

/* ---- weights ------------------------------------------------------------------------------- */

static void weights_near(const struct draw_plan *p, struct random *r, double *out)
{
	double total = 0;
	for (size_t i = 0; i < p->n_areas; i++) {
		double off = p->model->weight_range / 100 * (2 * random_uniform(r) - 1);
		out[i] = p->weight[i] * (1 + off);
		total += out[i];
	}
	for (size_t i = 0; i < p->n_areas; i++)
		out[i] /= total;
}

/* out: scratch of n_areas */
static void weights_of_draw(const struct draw_plan *p, const struct robustness_draw_block *b,
			    size_t lane, double *alpha, double *out)
{
	const struct robustness_model *m = p->model;
	uint32_t id = b->id[DRAW_WEIGHT][lane];
	struct random r = random_of(m->seed, draw_purpose(b->purpose, DRAW_WEIGHT), id, 0);
	bool dirichlet = m->concentration > 0 && (m->weight_range <= 0 || id % 2 == 0);
	if (dirichlet) {
		for (size_t i = 0; i < p->n_areas; i++)
			alpha[i] = m->concentration * p->weight[i];
		random_dirichlet(&r, alpha, p->n_areas, out);
		for (size_t i = 0; i < p->n_areas; i++)
			out[i] = fmax(out[i], p->weight[i] * WEIGHT_LEAST);
	} else if (m->weight_range > 0) {
		weights_near(p, &r, out);
	} else {
		memcpy(out, p->weight, p->n_areas * sizeof(*out));
	}
}

/* 1 / the weights of the areas that a cluster has. */
static double inverse_total(const struct draw_plan *p, const struct robustness_draw_block *b,
			    size_t mask, size_t lane)
{
	double total = 0;
	for (size_t i = 0; i < p->n_areas; i++)
		total += p->mask[mask * p->n_areas + i] ? b->weight[i * DRAW_LANES + lane] : 0;
	return 1 / total;
}

static void block_weights(const struct draw_plan *p, struct robustness_draw_block *b)
{
	enum { AREAS_IN_STACK = 64 };
	double stack[2 * AREAS_IN_STACK];
	ARENA_SCOPE(heap, (size_t)1 << 30);
	double *alpha = p->n_areas <= AREAS_IN_STACK ? stack : NEW(&heap, 2 * p->n_areas, double);
	double *out = alpha + p->n_areas;
	for (size_t lane = 0; lane < DRAW_LANES; lane++) {
		weights_of_draw(p, b, lane, alpha, out);
		for (size_t i = 0; i < p->n_areas; i++)
			b->weight[i * DRAW_LANES + lane] = out[i];
		for (size_t m = 0; m < p->n_masks; m++)
			b->inverse[m * DRAW_LANES + lane] =
				p->whole[m] ? 1 : inverse_total(p, b, m, lane);
	}
	for (size_t lane = 0; lane < DRAW_LANES; lane += DRAW_WIDE)
		for (size_t t = 0; t < p->n_terms; t++)
			memcpy(b->term_weight + lane * p->n_terms + t * DRAW_WIDE,
			       b->weight + p->term[t] * DRAW_LANES + lane,
			       DRAW_WIDE * sizeof(double));
}

/* ---- what varies in a cluster -------------------------------------------------------------- */

/* Random words of a cluster, one row after the other. */
struct words {
	uint32_t key[2];
	uint64_t unit;
	const uint32_t *id;
	uint32_t row; /* how many were taken */
	uint32_t word[DRAW_WORDS][DRAW_LANES];
};

static void words_start(struct words *w, const struct robustness_draw_block *b, enum draw_part part,
			uint64_t seed)
{
	const uint32_t counter[4] = { draw_purpose(b->purpose, part), 0, 0, UINT32_MAX };
	const uint32_t key[2] = { (uint32_t)seed, (uint32_t)(seed >> 32) };
	uint32_t out[4];
	random_philox(counter, key, out);
	w->key[0] = out[0];
	w->key[1] = out[1];
	w->id = b->id[part];
}

static void words_of(struct words *w, uint64_t unit)
{
	w->unit = unit;
	w->row = 0;
}

static const uint32_t *words_next(struct words *w)
{
	if (w->row % DRAW_WORDS == 0)
		draw_words(w->key, w->row / DRAW_WORDS, w->id, w->unit, w->word);
	return w->word[w->row++ % DRAW_WORDS];
}

/* The area itself in every draw, where it is more than one table. */
static void area_in_full(const struct varying_area *v, struct words *error, struct words *missing,
			 double *area)
{
	for (size_t i = 0; i < DRAW_LANES; i++)
		area[i] = v->fixed_micro;
	for (size_t t = 0; t < v->n_tables; t++)
		draw_pick_plain(v->table[t].value, v->table[t].n, words_next(error), area);
	for (size_t t = 0; t < v->n_missing; t++) {
		const uint32_t *word = words_next(missing);
		for (size_t i = 0; i < DRAW_LANES; i++)
			area[i] += v->missing_max[t] * (((double)word[i] + 0.5) * 0x1p-32);
	}
	for (size_t i = 0; i < DRAW_LANES; i++)
		area[i] *= v->points_to_area;
}

static void add_area(const struct robustness_draw_block *b, const double *area,
		     const double *weight, double floor, double *row)
{
	for (size_t i = 0; i < DRAW_LANES; i++)
		row[i] += weight[i] * (b->geometric ? log(fmax(area[i], floor)) : area[i]);
}

static void add_varying(const struct draw_plan *p, const struct robustness_draw_block *b, size_t c,
			struct words *error, struct words *missing)
{
	const struct drawn_cluster *d = &p->cluster[c];
	double *row = b->row + c * DRAW_LANES;
	words_of(error, d->unit);
	words_of(missing, d->unit);
	for (size_t k = 0; k < d->n_varying; k++) {
		const struct varying_area *v = &d->varying[k];
		const double *weight = b->weight + v->area * DRAW_LANES;
		if (v->n_tables == 1 && v->table->area && !b->area) {
			const struct outcomes *t = v->table;
			draw_pick(b->geometric ? t->log_area : t->area, t->n, words_next(error),
				  weight, row);
			continue;
		}
		double *area =
			b->area ? b->area + (c * p->n_areas + v->area) * DRAW_LANES : b->one_area;
		area_in_full(v, error, missing, area);
		add_area(b, area, weight, p->model->geometric_floor, row);
	}
}

/* ---- a block ------------------------------------------------------------------------------- */

static void fill_fixed_areas(const struct draw_plan *p, struct robustness_draw_block *b)
{
	for (size_t c = 0; c < p->n; c++) {
		for (size_t t = 0; t < p->n_terms; t++) {
			if (!is_fixed(p, &p->cluster[c], p->term[t]))
				continue;
			size_t at = (c / DRAW_QUAD * p->n_terms + t) * DRAW_QUAD + c % DRAW_QUAD;
			double *area = b->area + (c * p->n_areas + p->term[t]) * DRAW_LANES;
			for (size_t i = 0; i < DRAW_LANES; i++)
				area[i] = p->fixed[at];
		}
	}
}

void robustness_draw_block(const struct draw_plan *p, struct robustness_draw_block *b)
{
	for (enum draw_part part = 0; part < DRAW_PARTS; part++) /* the rest repeats the first */
		for (size_t i = b->n; i < DRAW_LANES; i++)
			b->id[part][i] = b->id[part][0];
	block_weights(p, b);
	draw_mix(b->term_weight, b->geometric ? p->log_fixed : p->fixed, p->n_terms, p->n_quads,
		 b->row);
	if (b->area)
		fill_fixed_areas(p, b);
	struct words error, missing;
	words_start(&error, b, DRAW_ERROR, p->model->seed);
	words_start(&missing, b, DRAW_MISSING, p->model->seed);
	for (size_t c = 0; c < p->n; c++) {
		if (p->cluster[c].n_varying)
			add_varying(p, b, c, &error, &missing);
		double *row = b->row + c * DRAW_LANES;
		const double *inverse = b->inverse + p->cluster[c].mask * DRAW_LANES;
		for (size_t i = 0; i < DRAW_LANES && !p->whole[p->cluster[c].mask]; i++)
			row[i] *= inverse[i];
	}
	if (b->geometric)
		draw_exp(b->row, p->n_quads * DRAW_QUAD * DRAW_LANES);
}
