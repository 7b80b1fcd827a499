/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each instrument is written out as facts, a place and a text each; what differs is what one list
 * has and the other has not. */
#include "instrument/difference.h"

#include <stdlib.h>

#include "base/num.h"

struct fact {
	struct str place, text;
};

struct facts {
	struct arena *a;
	struct fact *item;
	size_t n, cap;
};

static void add(struct facts *f, struct str place, struct str text)
{
	if (f->n == f->cap) {
		size_t cap = 2 * f->cap + 64;
		f->item = arena_grow(f->a, f->item, f->n, cap, sizeof(*f->item));
		f->cap = cap;
	}
	if (text.n)
		f->item[f->n++] = (struct fact){ place, text };
}

static struct str micro_text(struct arena *a, int64_t micro)
{
	struct buf b;
	buf_init(&b, a, 64);
	num_put_micro(&b, micro);
	return buf_str(&b);
}

static struct str int_text(struct arena *a, int64_t v)
{
	return str_fmt(a, "%lld", (long long)v);
}

static struct str source_of(const struct expr *e)
{
	return e ? expr_source(e) : (struct str){ 0 };
}

/* ---- what can change a number ---- */

static void add_settings(struct facts *f, const struct instrument *in)
{
	static const char *const wording[] = { "id", "version", "reason", "replaces", "status" };
	for (size_t i = 0; i < in->n_settings; i++) {
		struct str key = in->setting[i].key;
		bool counts = !str_starts(key, "title") && !str_find(key, STR("::label"), NULL);
		for (size_t k = 0; k < sizeof(wording) / sizeof(*wording); k++)
			counts &= !str_is(key, wording[k]);
		if (counts)
			add(f, str_fmt(f->a, "method.settings %.*s", STR_ARG(key)),
			    in->setting[i].value);
	}
}

static void add_areas(struct facts *f, const struct instrument *in)
{
	for (size_t i = 0; i < in->n_areas; i++) {
		const struct area *area = &in->area[i];
		struct buf b;
		buf_init(&b, f->a, 64);
		num_put_real(&b, area_weight(area));
		add(f, str_fmt(f->a, "method.areas %.*s weight", STR_ARG(area->code)), buf_str(&b));
	}
}

static void add_scores(struct facts *f, const struct instrument *in)
{
	for (size_t i = 0; i < in->n_items; i++) {
		const struct score_item *item = &in->item[i];
		struct str at = str_fmt(f->a, "method.scores %.*s", STR_ARG(item->question));
		add(f, str_fmt(f->a, "%.*s area", STR_ARG(at)), in->area[item->area].code);
		add(f, str_fmt(f->a, "%.*s max", STR_ARG(at)), micro_text(f->a, item->max_micro));
		add(f, str_fmt(f->a, "%.*s points", STR_ARG(at)), source_of(item->points));
	}
	for (size_t i = 0; i < in->n_steps; i++) {
		const struct step *s = &in->step[i];
		struct str at = str_fmt(f->a, "method.steps %.*s", STR_ARG(s->answer_text));
		add(f, str_fmt(f->a, "%.*s points", STR_ARG(at)),
		    micro_text(f->a, s->points_micro));
		add(f, str_fmt(f->a, "%.*s effort", STR_ARG(at)), int_text(f->a, s->effort));
	}
}

static void add_levels(struct facts *f, const struct instrument *in)
{
	for (size_t p = 0; p < in->n_profiles; p++) {
		const struct profile *profile = &in->profile[p];
		add(f, str_fmt(f->a, "method.levels %.*s order", STR_ARG(profile->name)),
		    int_text(f->a, (int64_t)p + 1));
		for (size_t i = 0; i < profile->n_levels; i++)
			add(f,
			    str_fmt(f->a, "method.levels %.*s %.*s cut", STR_ARG(profile->name),
				    STR_ARG(profile->level[i].code)),
			    micro_text(f->a, profile->level[i].cut_micro));
		for (size_t i = 0; i < profile->n_gates; i++) {
			const struct gate *g = &profile->gate[i];
			add(f,
			    str_fmt(f->a, "method.gates %.*s %.*s %zu", STR_ARG(profile->name),
				    STR_ARG(profile->level[g->level].code), i + 1),
			    source_of(g->condition));
		}
	}
}

static void add_indicators(struct facts *f, const struct instrument *in)
{
	static const char *const disclosure[] = { "public", "count", "money" };
	for (size_t i = 0; i < in->n_indicators; i++) {
		const struct indicator *ind = &in->indicator[i];
		const struct fact part[] = {
			{ STR("formula"), source_of(ind->value) },
			{ STR("universe"), source_of(ind->universe) },
			{ STR("unit"), str_of(indicator_unit_name[ind->unit]) },
			{ STR("decimals"), int_text(f->a, ind->decimals) },
			{ STR("form"), str_of(table_kind_name[ind->table]) },
			{ STR("breakdowns"), ind->breakdowns },
			{ STR("disclosure"), str_of(disclosure[ind->disclosure]) },
			{ STR("caution"), source_of(ind->caution) },
		};
		for (size_t k = 0; k < sizeof(part) / sizeof(*part); k++)
			add(f,
			    str_fmt(f->a, "method.indicators %.*s %.*s", STR_ARG(ind->id),
				    STR_ARG(part[k].place)),
			    part[k].text);
	}
}

static void add_bridges(struct facts *f, const struct instrument *in)
{
	for (size_t i = 0; i < in->n_bridges; i++) {
		const struct bridge *b = &in->bridge[i];
		add(f,
		    str_fmt(f->a, "method.bridges %.*s %.*s", STR_ARG(b->item), STR_ARG(b->round)),
		    str_fmt(f->a, "%.*s %.*s", STR_ARG(b->relation), STR_ARG(b->old)));
	}
}

static int by_place(const void *x, const void *y)
{
	const struct fact *a = x, *b = y;
	int c = str_cmp(a->place, b->place);
	return c ? c : str_cmp(a->text, b->text);
}

static struct facts facts_of(struct arena *a, const struct instrument *in)
{
	struct facts f = { .a = a };
	add_settings(&f, in);
	add_areas(&f, in);
	add_scores(&f, in);
	add_levels(&f, in);
	add_indicators(&f, in);
	add_bridges(&f, in);
	if (f.n)
		qsort(f.item, f.n, sizeof(*f.item), by_place);
	return f;
}

/* ---- side by side ---- */

struct method_difference *method_differences(struct arena *a, const struct instrument *old_one,
					     const struct instrument *new_one, size_t *ret_n)
{
	struct facts x = facts_of(a, old_one), y = facts_of(a, new_one);
	struct method_difference *out = NEW(a, x.n + y.n, struct method_difference);
	size_t i = 0, j = 0, n = 0;
	while (i < x.n || j < y.n) {
		int c = i == x.n   ? 1
			: j == y.n ? -1
				   : str_cmp(x.item[i].place, y.item[j].place);
		struct str before = c <= 0 ? x.item[i].text : (struct str){ 0 };
		struct str after = c >= 0 ? y.item[j].text : (struct str){ 0 };
		struct str place = c <= 0 ? x.item[i].place : y.item[j].place;
		i += c <= 0;
		j += c >= 0;
		bool added = !before.n && str_starts(place, "method.indicators ");
		if (!str_eq(before, after) && !added)
			out[n++] = (struct method_difference){ place, before, after };
	}
	*ret_n = n;
	return out;
}
