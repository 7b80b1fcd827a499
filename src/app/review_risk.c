/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/review_risk.h"

#include <math.h>
#include <stdlib.h>

#include "base/num.h"
#include "stat/quantile.h"

/* ---- the clusters of a round ---- */

static bool is_percent(const struct question *q)
{
	return str_is(q->unit, "percent");
}

static bool has_negative(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (x[i] < 0)
			return true;
	return false;
}

struct spread spread_of(struct arena *a, const struct question *q, double *x, size_t n)
{
	struct spread s = { .n = n };
	if (n < REVIEW_PEERS_MIN)
		return s;
	double *away = NEW(a, n, double);
	s.logs = !is_percent(q) && !has_negative(x, n);
	s.middle = quantile_median(x, n);
	for (size_t i = 0; s.logs && i < n; i++)
		x[i] = log1p(x[i]);
	s.median = quantile_median(x, n);
	for (size_t i = 0; i < n; i++)
		away[i] = fabs(x[i] - s.median);
	s.mad = quantile_median(away, n);
	s.usable = s.mad > 0;
	return s;
}

bool spread_is_far(const struct spread *s, double x)
{
	if (!s->usable || (s->logs && x < 0))
		return false;
	const double at = s->logs ? log1p(x) : x;
	return 0.6745 * fabs(at - s->median) / s->mad > OUTLIER_Z;
}

bool risk_is_jump(const struct question *q, double before, double now)
{
	const double size = fmax(fabs(before), fabs(now));
	return !is_percent(q) && before > 0 && size >= JUMP_FROM &&
	       (now < 0.5 * before || now > 2 * before);
}

/* ---- reasons ---- */

struct reasons {
	struct arena *a;
	enum lang lang;
	struct review_reason *item;
	size_t n, cap;
};

static void add(struct reasons *r, enum review_reason_kind kind, int points,
		const struct look_entry *entry, struct str words)
{
	if (r->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 16;
		r->item = arena_grow(r->a, r->item, r->n, r->cap, sizeof(*r->item));
	}
	r->item[r->n++] = (struct review_reason){ .kind = kind,
						  .points = points,
						  .question = entry->question,
						  .item = entry->item,
						  .words = words };
}

static struct str number_words(struct reasons *r, double v)
{
	struct buf b;
	buf_init(&b, r->a, 64);
	num_put_local(&b, r->lang, v, v == floor(v) ? 0 : 2);
	return buf_str(&b);
}

static void add_warnings(struct reasons *r, const struct look_entry *entry)
{
	const bool explained = entry->reason.n > 0;
	if (entry->relevance == LOOK_SKIPPED)
		return;
	for (size_t i = 0; i < entry->n_warnings; i++)
		add(r, explained ? REASON_WARNING : REASON_UNEXPLAINED,
		    explained ? RISK_WARNING : RISK_UNEXPLAINED, entry,
		    explained ? str_fmt(r->a,
					r->lang == LANG_ES ? "%.*s Explicación: «%.*s»"
							   : "%.*s Reason given: “%.*s”",
					STR_ARG(entry->warning[i].message), STR_ARG(entry->reason))
			      : entry->warning[i].message);
}

static void add_jump(struct reasons *r, const struct risk_input *in, const struct look_entry *entry,
		     double now)
{
	const struct before_cell *cell = sheet_before(in->sheet, entry->question->name);
	double before;
	if (!cell || !review_number(entry->question, cell->value, &before) ||
	    !risk_is_jump(entry->question, before, now))
		return;
	add(r, REASON_JUMP, RISK_JUMP, entry,
	    str_fmt(r->a,
		    r->lang == LANG_ES ? "Pasó de %.*s en %.*s a %.*s."
				       : "It went from %.*s in %.*s to %.*s.",
		    STR_ARG(number_words(r, before)), STR_ARG(in->sheet->before_round),
		    STR_ARG(number_words(r, now))));
}

static void add_outlier(struct reasons *r, const struct risk_input *in,
			const struct look_entry *entry, double now)
{
	const struct spread *s = &in->spread[entry->index];
	if (!spread_is_far(s, now))
		return;
	add(r, REASON_OUTLIER, RISK_OUTLIER, entry,
	    str_fmt(r->a,
		    r->lang == LANG_ES
			    ? "%.*s está lejos de lo usual: la mediana de %zu clústeres es %.*s."
			    : "%.*s is far from the usual: the median of %zu clusters is %.*s.",
		    STR_ARG(number_words(r, now)), s->n, STR_ARG(number_words(r, s->middle))));
}

static void add_rollup(struct reasons *r, const struct risk_input *in,
		       const struct look_entry *entry, double now)
{
	const struct instrument *m = in->sheet->known->instrument;
	for (size_t i = 0; in->total && i < m->n_rollups; i++) {
		const struct rollup_total *t = &in->total[i];
		if (!t->known || !str_eq(m->rollup[i].question, entry->question->name) ||
		    t->value <= now * (1 + m->rollup[i].tolerance / 100.0))
			continue;
		add(r, REASON_ROLLUP, RISK_ROLLUP, entry,
		    str_fmt(r->a,
			    r->lang == LANG_ES
				    ? "Las %zu empresas que respondieron suman %.*s; el gestor "
				      "escribió %.*s."
				    : "The %zu companies that answered add up to %.*s; the manager "
				      "wrote %.*s.",
			    t->n, STR_ARG(number_words(r, t->value)),
			    STR_ARG(number_words(r, now))));
	}
}

static int by_points(const void *x, const void *y)
{
	const struct review_reason *a = x, *b = y;
	if (a->points != b->points)
		return a->points > b->points ? -1 : 1;
	if (a->question != b->question)
		return a->question < b->question ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

void risk_weigh(struct arena *a, const struct risk_input *in,
		const struct review_reason **ret_reason, size_t *ret_n, int64_t *ret_risk)
{
	struct reasons r = { .a = a, .lang = in->lang };
	const struct look *l = in->sheet->look;
	*ret_risk = 0;
	for (size_t i = 0; i < l->n; i++) {
		const struct look_entry *entry = &l->entry[i];
		double now;
		add_warnings(&r, entry);
		if (entry->relevance == LOOK_SKIPPED || entry->item || entry->question->personal ||
		    !review_number(entry->question, entry->value, &now))
			continue;
		add_rollup(&r, in, entry, now);
		add_jump(&r, in, entry, now);
		add_outlier(&r, in, entry, now);
	}
	if (r.n)
		qsort(r.item, r.n, sizeof(*r.item), by_points);
	for (size_t i = 0; i < r.n; i++)
		*ret_risk += r.item[i].points;
	*ret_reason = r.item;
	*ret_n = r.n;
}
