/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stat/composite_scale.h"

#include <math.h>

#include "stat/moment.h"
#include "stat/rank.h"

/* The known values, turned so that more is better, and what the rules need of them. */
struct turned {
	const double *x;
	size_t n;
	struct moment moment;
};

static struct turned turn(struct arena *a, const struct composite_scale *s, const double *x,
			  const bool *known, size_t n)
{
	double *v = NEW(a, n, double);
	size_t m = 0;
	for (size_t i = 0; i < n; i++) {
		if (!known || known[i])
			v[m++] = s->direction < 0 ? -x[i] : x[i];
	}
	return (struct turned){ v, m, moment_of(v, m) };
}

static bool check(const struct composite_scale *s, const struct turned *t, struct err *e)
{
	bool to_ends = s->rule == COMPOSITE_MINMAX || s->rule == COMPOSITE_GOALPOST;
	if (s->direction != 1 && s->direction != -1)
		return err_say(e, ERR_INPUT, "la dirección debe ser 1 o -1",
			       "the direction must be 1 or -1");
	if (to_ends && !(s->low < s->high))
		return err_say(e, ERR_INPUT, "el comienzo de la escala debe ser menor que su final",
			       "the scale must begin below its end");
	if (s->rule == COMPOSITE_ZSCORE && !(s->sd > 0))
		return err_say(e, ERR_INPUT, "la desviación de la escala debe ser mayor que 0",
			       "the deviation of the scale must be over 0");
	if (s->rule == COMPOSITE_GOALPOST)
		return s->worst < s->best || s->worst > s->best ||
		       err_say(e, ERR_INPUT, "el peor y el mejor valor deben ser distintos",
			       "the worst and the best value must differ");
	if (t->n < 2 || t->moment.sd <= 0)
		return err_say(e, ERR_INPUT, "los valores no varían: no hay escala",
			       "the values do not vary: there is no scale");
	return true;
}

static double share_of(double x, double low, double high)
{
	return (x - low) / (high - low);
}

static double cut_to(double x, double low, double high)
{
	return x < low ? low : x > high ? high : x;
}

static void scale_ranks(struct arena *a, const struct composite_scale *s, const struct turned *t,
			double *out)
{
	uint32_t *rank = NEW(a, t->n, uint32_t);
	rank_competition(a, t->x, t->n, false, rank, NULL);
	for (size_t i = 0; i < t->n; i++) {
		double r = (double)rank[i];
		out[i] = s->rule == COMPOSITE_RANK ? r : r - 1;
		if (s->rule == COMPOSITE_PERCENT_RANK)
			out[i] /= (double)t->n - 1;
	}
}

static double scale_one(const struct composite_scale *s, const struct moment *m, double x)
{
	double turned_target = s->direction < 0 ? -s->target : s->target, v = 0;
	switch (s->rule) {
	case COMPOSITE_MINMAX:
		return s->low + (s->high - s->low) * share_of(x, m->min, m->max);
	case COMPOSITE_ZSCORE:
		return s->mean + s->sd * ((x - m->mean) / m->sd);
	case COMPOSITE_GOALPOST:
		v = s->direction < 0 ? -x : x;
		v = cut_to(share_of(v, s->worst, s->best), 0, 1);
		return s->low + (s->high - s->low) * v;
	case COMPOSITE_TARGET:
		v = share_of(x, m->min, turned_target);
		return s->cut && v > 1 ? 1 : v;
	case COMPOSITE_REFERENCE:
		v = 1 - (turned_target - x) / (turned_target - m->min);
		return s->cut && v > 1 ? 1 : v;
	case COMPOSITE_DISTANCE_MAX:
		return 1 - (m->max - x) / (m->max - m->min);
	case COMPOSITE_FRACTION_MAX:
		return x / m->max;
	case COMPOSITE_RANK:
	case COMPOSITE_PERCENT_RANK:
	case COMPOSITE_BORDA:
		break;
	}
	return 0;
}

static bool check_reached(const struct composite_scale *s, const struct turned *t, struct err *e)
{
	bool to_target = s->rule == COMPOSITE_TARGET || s->rule == COMPOSITE_REFERENCE;
	double target = s->direction < 0 ? -s->target : s->target;
	if (to_target && !(target < t->moment.min || target > t->moment.min))
		return err_say(e, ERR_INPUT, "la meta es el peor valor que hay",
			       "the target is the worst value there is");
	if (s->rule == COMPOSITE_FRACTION_MAX && t->moment.max == 0)
		return err_say(e, ERR_INPUT, "el mejor valor es 0: no hay fracción de él",
			       "the best value is 0: there is no fraction of it");
	return true;
}

bool composite_scale(struct arena *a, const struct composite_scale *s, const double *x,
		     const bool *known, size_t n, double *out, struct err *e)
{
	struct arena_mark mark = arena_mark(a);
	struct turned t = turn(a, s, x, known, n);
	bool ok = check(s, &t, e) && check_reached(s, &t, e);
	if (ok) {
		bool ranks = s->rule == COMPOSITE_RANK || s->rule == COMPOSITE_PERCENT_RANK ||
			     s->rule == COMPOSITE_BORDA;
		double *v = NEW(a, t.n, double);
		if (ranks)
			scale_ranks(a, s, &t, v);
		for (size_t i = 0; i < t.n && !ranks; i++)
			v[i] = scale_one(s, &t.moment, t.x[i]);
		for (size_t i = 0, at = 0; i < n; i++)
			out[i] = !known || known[i] ? v[at++] : 0;
	}
	arena_rewind(a, mark);
	return ok;
}
