/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/robustness.h"

#include <assert.h>
#include <string.h>

#include "base/num.h"
#include "score/robustness_run.h"

const char *const certainty_name[CERTAINTY_N] = { "firme", "probable", "indefinido" };

/* ---- the model ----------------------------------------------------------------------------- */

enum { PERCENT = 100, SOBOL_MAX = 1 << 20 };
#define CONCENTRATION_MAX 1e6

/* A number of the settings: *out keeps its value where the key is not set. */
static bool setting_number(const struct instrument *in, const char *key, double least, double most,
			   bool whole, double *out, struct err *e)
{
	struct str text = instrument_setting(in, key);
	double v = 0;
	if (!text.n)
		return true;
	int64_t integer;
	bool is_number = num_real(text, &v) && (!whole || num_int(text, &integer));
	if (is_number && v >= least && v <= most) {
		*out = v;
		return true;
	}
	ARENA_SCOPE(a, 4096);
	struct buf low, high;
	buf_init(&low, &a, 64);
	buf_init(&high, &a, 64);
	num_put_real(&low, least);
	num_put_real(&high, most);
	if (whole)
		return err_say(
			e, ERR_INPUT,
			"method.settings: %s es «%.*s»; debe ser un número entero de %.*s a %.*s",
			"method.settings: %s is \"%.*s\"; it must be a whole number from %.*s to "
			"%.*s",
			key, STR_ARG(text), STR_ARG(buf_str(&low)), STR_ARG(buf_str(&high)));
	return err_say(e, ERR_INPUT,
		       "method.settings: %s es «%.*s»; debe ser un número de %.*s a %.*s",
		       "method.settings: %s is \"%.*s\"; it must be a number from %.*s to %.*s",
		       key, STR_ARG(text), STR_ARG(buf_str(&low)), STR_ARG(buf_str(&high)));
}

static bool setting_missing(const struct instrument *in, bool *out, struct err *e)
{
	struct str text = instrument_setting(in, "robustness_missing");
	*out = str_is(text, "yes");
	if (!text.n || *out || str_is(text, "no"))
		return true;
	return err_say(e, ERR_INPUT,
		       "method.settings: robustness_missing es «%.*s»; debe ser yes o no",
		       "method.settings: robustness_missing is \"%.*s\"; it must be yes or no",
		       STR_ARG(text));
}

static bool setting_seed(const struct instrument *in, uint64_t *out, struct err *e)
{
	struct str text = instrument_setting(in, "seed");
	int64_t seed = 0;
	if (text.n && (!num_int(text, &seed) || seed < 0))
		return err_say(e, ERR_INPUT,
			       "method.settings: seed es «%.*s»; debe ser un entero, cero o más",
			       "method.settings: seed is \"%.*s\"; it must be an integer, zero or "
			       "more",
			       STR_ARG(text));
	*out = (uint64_t)seed;
	return true;
}

static bool declares_model(const struct instrument *in)
{
	for (size_t i = 0; i < in->n_settings; i++)
		if (str_starts(in->setting[i].key, "robustness_") && in->setting[i].value.n)
			return true;
	return false;
}

bool robustness_model_read(const struct instrument *in, struct robustness_model *out,
			   bool *has_model, struct err *e)
{
	struct robustness_model m = { .geometric_floor = 1, .firm = 90, .probable = 70 };
	double draws = 100000, sobol = 4096;
	if (!setting_seed(in, &m.seed, e) ||
	    !setting_number(in, "robustness_draws", 1, ROBUSTNESS_DRAWS_MAX, true, &draws, e) ||
	    !setting_number(in, "robustness_dirichlet", 0, CONCENTRATION_MAX, false,
			    &m.concentration, e) ||
	    !setting_number(in, "robustness_weight_range", 0, PERCENT, false, &m.weight_range,
			    e) ||
	    !setting_number(in, "robustness_geometric", 0, PERCENT, false, &m.geometric, e) ||
	    !setting_number(in, "robustness_geometric_floor", 1e-6, PERCENT, false,
			    &m.geometric_floor, e) ||
	    !setting_number(in, "robustness_item_error", 0, (double)PERCENT / 2, false,
			    &m.item_error, e) ||
	    !setting_missing(in, &m.missing, e) ||
	    !setting_number(in, "robustness_firm", 0, PERCENT, false, &m.firm, e) ||
	    !setting_number(in, "robustness_probable", 0, m.firm, false, &m.probable, e) ||
	    !setting_number(in, "robustness_sobol", 0, SOBOL_MAX, true, &sobol, e))
		return false;
	m.draws = (uint32_t)draws;
	m.sobol = (uint32_t)sobol;
	*has_model = declares_model(in);
	*out = m;
	return true;
}

/* ---- without any draw ------------------------------------------------------------------------ */

static struct cluster_score copy_score(struct arena *a, const struct instrument *in,
				       const struct cluster_score *s)
{
	struct cluster_score c = *s;
	c.area = NEW(a, in->n_areas, struct area_score);
	c.item = NEW(a, in->n_items, struct item_score);
	c.level = NEW(a, in->n_profiles, int);
	c.by_cut = NEW(a, in->n_profiles, int);
	c.held_by = NEW(a, in->n_profiles, int);
	memcpy(c.item, s->item, in->n_items * sizeof(*c.item));
	return c;
}

/* Every area that has a weight has the same. */
static void equal_weights(struct arena *a, const struct instrument *in, const struct frame *f,
			  const struct scores *s, struct robustness *out)
{
	struct arena_mark mark = arena_mark(a);
	struct instrument equal = *in;
	equal.area = NEW(a, in->n_areas, struct area);
	for (size_t i = 0; i < in->n_areas; i++) {
		equal.area[i] = in->area[i];
		equal.area[i].weight =
			(struct decimal_weight){ .mantissa = in->area[i].weight.mantissa > 0 };
	}
	struct scores again = { NEW(a, s->n, struct cluster_score), s->n };
	for (size_t i = 0; i < s->n; i++)
		again.cluster[i] = copy_score(a, in, &s->cluster[i]);
	score_again(a, &equal, f, &again);
	for (size_t i = 0; i < s->n; i++) {
		if (!out->cluster[i].computed)
			continue;
		out->cluster[i].equal_micro = again.cluster[i].micro;
		out->cluster[i].equal_level = again.cluster[i].level[0];
		out->equal_changes += again.cluster[i].level[0] != s->cluster[i].level[0];
	}
	arena_rewind(a, mark);
}

static void second_profile(const struct instrument *in, const struct scores *s,
			   struct robustness *out)
{
	out->second_changes = in->n_profiles > 1 ? 0 : SIZE_MAX;
	for (size_t i = 0; i < s->n && in->n_profiles > 1; i++) {
		if (!out->cluster[i].computed)
			continue;
		const int *level = s->cluster[i].level;
		out->second_changes += !str_eq(in->profile[0].level[level[0]].code,
					       in->profile[1].level[level[1]].code);
	}
}

/* ---- the whole ------------------------------------------------------------------------------- */

static enum certainty certainty_of(const struct robustness_model *m, double probability)
{
	if (probability * PERCENT >= m->firm)
		return CERTAINTY_FIRM;
	return probability * PERCENT >= m->probable ? CERTAINTY_PROBABLE : CERTAINTY_UNDECIDED;
}

static void judge(const struct instrument *in, struct robustness *out)
{
	for (size_t i = 0; i < out->n; i++) {
		struct cluster_robustness *c = &out->cluster[i];
		if (!c->computed)
			continue;
		for (size_t k = 1; k < in->profile[0].n_levels; k++)
			if (c->probability[k] > c->probability[c->likely])
				c->likely = (int)k;
		c->certainty = certainty_of(&out->model, c->probability[c->likely]);
		out->count[c->certainty]++;
	}
}

struct str robustness_factor_words(const char *name, enum lang lang)
{
	static const struct {
		const char *name, *in[LANG_N];
	} word[] = {
		{ "weights", { "los pesos de las áreas", "the weights of the areas" } },
		{ "aggregation",
		  { "la forma de juntar las áreas", "the way areas are put together" } },
		{ "item_error", { "la lectura de las respuestas", "the reading of the answers" } },
		{ "missing", { "las respuestas que faltan", "the missing answers" } },
	};
	for (size_t i = 0; i < sizeof(word) / sizeof(*word); i++) {
		if (str_is(str_of(name), word[i].name))
			return str_of(word[i].in[lang]);
	}
	return str_of(name);
}

bool robustness_run(struct arena *a, const struct instrument *in, const struct frame *cluster_table,
		    const struct scores *s, const struct robustness_model *model,
		    const struct runner *runner, struct robustness *out, struct err *e)
{
	assert(model->draws >= 1);
	struct robustness r = { .model = *model,
				.cluster = NEW(a, s->n, struct cluster_robustness),
				.n = s->n,
				.second_changes = SIZE_MAX };
	if (!in->n_profiles || !in->profile[0].n_levels)
		return err_say(e, ERR_INPUT,
			       "el método no tiene niveles: no hay de qué estar seguros",
			       "the method has no levels: there is nothing to be sure of");
	for (size_t i = 0; i < s->n; i++) {
		r.cluster[i].computed = s->cluster[i].categorizable;
		r.cluster[i].probability = NEW(a, in->profile[0].n_levels, double);
	}
	equal_weights(a, in, cluster_table, s, &r);
	second_profile(in, s, &r);
	struct draw_plan plan;
	struct draw_gates gates;
	draw_plan_make(a, in, s, &r.model, &plan);
	if (plan.n) {
		draw_gates_make(a, &plan, cluster_table, &gates);
		robustness_draws(a, &plan, &gates, runner, &r);
		if (!robustness_factors(a, &plan, s, runner, &r, e))
			return false;
	}
	judge(in, &r);
	*out = r;
	return true;
}
