/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small instruments and scores made at random for the tests of this room: the same seed makes the
 * same ones. */
#ifndef SSME_SCORE_TOY_TEST_H
#define SSME_SCORE_TOY_TEST_H

#include "score/score.h"

struct chance {
	uint64_t state;
};

/* SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014). */
static inline uint64_t chance_next(struct chance *c)
{
	uint64_t z = c->state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static inline size_t chance_below(struct chance *c, size_t n)
{
	return (size_t)(chance_next(c) % n);
}

static inline bool chance_one_in(struct chance *c, size_t n)
{
	return chance_below(c, n) == 0;
}

/* 1..most points, sometimes with decimals. */
static inline int64_t toy_points(struct chance *c, size_t most)
{
	int64_t whole = 1 + (int64_t)chance_below(c, most);
	return whole * 1000000 + (chance_one_in(c, 4) ? (int64_t)chance_below(c, 1000000) : 0);
}

struct toy_size {
	size_t areas, items;
};

/* An instrument without formulas: areas with weights of up to three decimals (some 0), items, one
 * profile of three levels. */
static inline struct instrument *toy_instrument(struct arena *a, struct chance *c,
						struct toy_size size)
{
	struct instrument *in = NEW(a, 1, struct instrument);
	in->n_areas = size.areas;
	in->n_items = size.items;
	in->area = NEW(a, in->n_areas, struct area);
	in->item = NEW(a, in->n_items, struct score_item);
	for (size_t i = 0; i < in->n_areas; i++) {
		in->area[i].code = str_fmt(a, "%c", (char)('A' + i));
		in->area[i].weight.scale = (int)chance_below(c, 4);
		in->area[i].weight.mantissa = (int64_t)chance_below(c, 30000);
		if (chance_one_in(c, 12))
			in->area[i].weight.mantissa = 0;
	}
	for (size_t k = 0; k < in->n_items; k++) {
		in->item[k].question = str_fmt(a, "q%zu", k);
		in->item[k].area = chance_below(c, in->n_areas);
		in->item[k].max_micro = toy_points(c, 9);
	}
	in->n_profiles = 1;
	in->profile = NEW(a, 1, struct profile);
	in->profile[0].n_levels = 3;
	in->profile[0].level = NEW(a, 3, struct level);
	for (size_t i = 0; i < 3; i++) {
		in->profile[0].level[i].code = str_fmt(a, "level%zu", i);
		in->profile[0].level[i].cut_micro =
			(int64_t)i * 20000000 + (i ? (int64_t)chance_below(c, 20000000) : 0);
	}
	in->area_missing_max = chance_one_in(c, 2) ? -1 : (int)chance_below(c, 80);
	in->areas_missing_max = chance_one_in(c, 2) ? -1 : (int)chance_below(c, 3);
	return in;
}

/* Points of every item: full, none, something between, missing or not applicable. */
static inline void toy_answers(const struct instrument *in, struct chance *c,
			       struct cluster_score *s)
{
	for (size_t k = 0; k < in->n_items; k++) {
		static const enum missing kind[] = { MISSING_NR, MISSING_ND, MISSING_NA };
		size_t way = chance_below(c, 8);
		int64_t max = in->item[k].max_micro;
		s->item[k] = (struct item_score){ 0 };
		if (way == 0)
			s->item[k].missing = kind[chance_below(c, 3)];
		else if (way < 3)
			s->item[k].points_micro = max;
		else if (way > 4)
			s->item[k].points_micro = (int64_t)chance_below(c, (size_t)max + 1);
	}
}

/* A table of n rows without columns but the cluster's name. */
static inline const struct frame *toy_table(struct arena *a, size_t n)
{
	struct column_builder *b = column_build(a, STR("cluster"), COLUMN_TEXT, NULL);
	for (size_t i = 0; i < n; i++)
		column_add_text(b, str_fmt(a, "C%zu", i));
	const struct column *c = column_done(b);
	return frame_of(a, &c, 1, n);
}

#endif
