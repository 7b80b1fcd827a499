/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/cluster_report_words.h"

#include <math.h>

#include "base/num.h"

#define MICRO 1e6

enum { ITEM_BYTES_MAX = 84, TODAY_BYTES_MAX = 48, DECIMALS_MAX = 6 };

struct str own_say(const struct own_report *r, const char *es, const char *en)
{
	return str_of(r->lang == LANG_ES ? es : en);
}

/* ---- numbers ---- */

struct str own_real(const struct own_report *r, double v, int decimals)
{
	struct buf b;
	buf_init(&b, r->a, 64);
	num_put_local(&b, r->lang, v, decimals);
	return buf_str(&b);
}

struct str own_count(const struct own_report *r, int64_t n)
{
	struct buf b;
	buf_init(&b, r->a, 64);
	num_put_local_int(&b, r->lang, n);
	return buf_str(&b);
}

/* micro rounded to so many decimals, still in 10^-6. */
static int64_t rounded(int64_t micro, int decimals)
{
	int64_t unit = 1000000;
	for (int i = 0; i < decimals; i++)
		unit /= 10;
	return num_round_div(micro, unit) * unit;
}

/* Whether the rounded score would stand on another side of a cut than the exact one. */
static bool misplaced(const struct own_report *r, int64_t micro, int decimals)
{
	const struct instrument *in = r->in->instrument;
	const int64_t shown = rounded(micro, decimals);
	for (size_t i = 0; in->n_profiles && i < in->profile[0].n_levels; i++) {
		const int64_t cut = in->profile[0].level[i].cut_micro;
		if ((micro >= cut) != (shown >= cut))
			return true;
	}
	return false;
}

struct str own_points(const struct own_report *r, int64_t micro)
{
	int decimals = 1;
	while (decimals < DECIMALS_MAX && misplaced(r, micro, decimals))
		decimals++;
	return own_real(r, (double)rounded(micro, decimals) / MICRO, decimals);
}

struct str own_difference(const struct own_report *r, int64_t micro)
{
	int decimals = 1;
	if (!micro)
		return STR("0");
	while (decimals < DECIMALS_MAX && !rounded(micro, decimals))
		decimals++;
	return own_real(r, (double)rounded(micro, decimals) / MICRO, decimals);
}

struct str own_signed(const struct own_report *r, int64_t micro)
{
	const struct str number = own_difference(r, micro);
	return micro > 0 ? str_fmt(r->a, "+%.*s", STR_ARG(number)) : number;
}

struct str own_exact(const struct own_report *r, int64_t micro)
{
	int decimals = 0;
	while (decimals < DECIMALS_MAX && rounded(micro, decimals) != micro)
		decimals++;
	return own_real(r, (double)micro / MICRO, decimals);
}

struct str own_in_hundred(const struct own_report *r, double part)
{
	const long n = lround(part * 100);
	if (part > 0 && n == 0)
		return own_say(r, "menos de 1 de cada 100", "fewer than 1 of each 100");
	if (part < 1 && n == 100)
		return own_say(r, "más de 99 de cada 100", "more than 99 of each 100");
	return str_fmt(r->a, r->lang == LANG_ES ? "%ld de cada 100" : "%ld of each 100", n);
}

/* ---- names ---- */

struct str own_level(const struct own_report *r, int level)
{
	const struct profile *p = &r->in->instrument->profile[0];
	return label_in(&p->level[level].label, r->lang);
}

struct str own_area(const struct own_report *r, size_t area)
{
	return label_in(&r->in->instrument->area[area].label, r->lang);
}

double own_weight(const struct own_report *r, size_t area)
{
	const struct instrument *in = r->in->instrument;
	double sum = 0;
	for (size_t i = 0; i < in->n_areas; i++)
		sum += area_weight(&in->area[i]);
	return sum > 0 ? 100 * area_weight(&in->area[area]) / sum : 0;
}

/* At most n bytes, cut at a space, with an ellipsis. */
static struct str shortened(struct arena *a, struct str s, size_t n)
{
	if (s.n <= n)
		return s;
	while (n > 0 && s.p[n] != ' ')
		n--;
	return str_fmt(a, "%.*s…", STR_ARG(str_trim(str_sub(s, 0, n))));
}

struct str own_item(const struct own_report *r, size_t item)
{
	const struct form *f = r->in->instrument->form[FORM_CLUSTER];
	const struct str name = r->in->instrument->item[item].question;
	const struct question *q = f ? form_question(f, name) : NULL;
	const struct group *g = f ? form_group(f, name) : NULL;
	struct str label = { 0 };
	if (q)
		label = label_in(&q->label, r->lang);
	else if (g)
		label = label_in(&g->label, r->lang);
	return label.n ? shortened(r->a, label, ITEM_BYTES_MAX) : name;
}

struct str own_effort(const struct own_report *r, int effort)
{
	if (effort <= 1)
		return own_say(r, "esfuerzo bajo", "low effort");
	return effort == 2 ? own_say(r, "esfuerzo medio", "medium effort")
			   : own_say(r, "esfuerzo alto", "high effort");
}

struct str own_today(const struct own_report *r, struct str question)
{
	const struct str none = { 0 };
	const struct form *f = r->in->instrument->form[FORM_CLUSTER];
	const struct question *q = f ? form_question(f, question) : NULL;
	const struct column *c =
		q && r->in->cluster_table ? frame_column(r->in->cluster_table, question) : NULL;
	if (!c || q->personal || c->type != COLUMN_CHOICE || !c->dictionary->label)
		return none;
	const struct cell cell = column_cell(c, r->in->row);
	if (cell.missing)
		return own_say(r, "hoy sin respuesta", "no answer today");
	const struct str label = label_in(&c->dictionary->label[cell.integer], r->lang);
	if (!label.n || label.n > TODAY_BYTES_MAX)
		return none;
	return str_fmt(r->a, r->lang == LANG_ES ? "hoy: %.*s" : "today: %.*s", STR_ARG(label));
}

/* ---- the cover ---- */

static int64_t cut_of(const struct own_report *r, int level)
{
	return r->in->instrument->profile[0].level[level].cut_micro;
}

static bool has_next(const struct own_report *r)
{
	return (size_t)r->own->level[0] + 1 < r->in->instrument->profile[0].n_levels;
}

/* What the draws say of the level: in falling order of what must be said first. */
static struct str with_certainty(const struct own_report *r, struct str level)
{
	const struct cluster_robustness *c = r->sure;
	const int at = r->own->level[0];
	const bool from_below = at > 0 && c->score_low < (double)cut_of(r, at) / MICRO;
	const bool to_above = has_next(r) && c->score_high >= (double)cut_of(r, at + 1) / MICRO;
	const bool es = r->lang == LANG_ES;
	if (c->certainty == CERTAINTY_UNDECIDED || c->likely != at)
		return str_fmt(r->a, es ? "%.*s, sin certeza" : "%.*s, without certainty",
			       STR_ARG(level));
	if (c->certainty == CERTAINTY_FIRM)
		return from_below || to_above
			? level
			: str_fmt(r->a, es ? "%.*s, con firmeza" : "%.*s, firmly", STR_ARG(level));
	if (from_below)
		return str_fmt(r->a, es ? "%.*s, por poco" : "%.*s, narrowly", STR_ARG(level));
	if (to_above)
		return str_fmt(r->a, es ? "%.*s, cerca de %.*s" : "%.*s, near %.*s", STR_ARG(level),
			       STR_ARG(own_level(r, at + 1)));
	return level;
}

struct str own_title(const struct own_report *r)
{
	if (!r->own->categorizable)
		return own_say(r, "Todavía no se puede categorizar", "Cannot be categorised yet");
	const struct str level = own_level(r, r->own->level[0]);
	if (r->own->held_by[0] >= 0)
		return str_fmt(
			r->a,
			r->lang == LANG_ES
				? "%.*s: los puntos alcanzan para %.*s, falta una condición"
				: "%.*s: the points suffice for %.*s, a condition is missing",
			STR_ARG(level), STR_ARG(own_level(r, r->own->by_cut[0])));
	return r->sure ? with_certainty(r, level) : level;
}

/* «63,6 puntos de 100; el corte de Consolidado es 60.» */
static struct str points_and_cut(const struct own_report *r)
{
	const int at = r->own->level[0];
	const int cut = at > 0 || !has_next(r) ? at : at + 1;
	return str_fmt(r->a,
		       r->lang == LANG_ES ? "%.*s puntos de 100; el corte de %.*s es %.*s."
					  : "%.*s points of 100; the cut of %.*s is %.*s.",
		       STR_ARG(own_points(r, r->own->micro)), STR_ARG(own_level(r, cut)),
		       STR_ARG(own_exact(r, cut_of(r, cut))));
}

static struct str why_not_categorised(const struct own_report *r)
{
	const bool es = r->lang == LANG_ES;
	if (r->own->missing == 0)
		return own_say(r, "Demasiadas áreas no se calculan: sus preguntas no le aplican.",
			       "Too many areas are not computed: their questions do not apply.");
	if (r->own->missing == 1)
		return own_say(r, "Faltan respuestas: 1 pregunta que puntúa no la tiene.",
			       "Answers are missing: 1 scored question has none.");
	return str_fmt(r->a,
		       es ? "Faltan demasiadas respuestas: %.*s preguntas que puntúan no la "
			    "tienen."
			  : "Too many answers are missing: %.*s scored questions have none.",
		       STR_ARG(own_count(r, r->own->missing)));
}

struct str own_subtitle(const struct own_report *r)
{
	const bool es = r->lang == LANG_ES;
	if (!r->own->categorizable)
		return why_not_categorised(r);
	const struct str points = points_and_cut(r);
	if (!r->sure)
		return points;
	const struct str in = own_in_hundred(r, r->sure->probability[r->own->level[0]]);
	return str_fmt(r->a,
		       es ? "%.*s Seguiría en este nivel en %.*s casos razonables."
			  : "%.*s It would stay at this level in %.*s reasonable cases.",
		       STR_ARG(points), STR_ARG(in));
}

struct str own_distance(const struct own_report *r)
{
	const int at = r->own->level[0];
	const bool es = r->lang == LANG_ES;
	if (r->own->held_by[0] >= 0) {
		const struct profile *p = &r->in->instrument->profile[0];
		const struct str gate = label_in(&p->gate[r->own->held_by[0]].label, r->lang);
		return str_fmt(r->a, es ? "Lo que lo detiene: %.*s" : "What holds it back: %.*s",
			       STR_ARG(gate));
	}
	if (at > 0)
		return str_fmt(r->a,
			       es ? "A %.*s puntos por encima del corte de %.*s"
				  : "%.*s points above the cut of %.*s",
			       STR_ARG(own_difference(r, r->own->micro - cut_of(r, at))),
			       STR_ARG(own_level(r, at)));
	if (has_next(r))
		return str_fmt(r->a,
			       es ? "A %.*s puntos del corte de %.*s"
				  : "%.*s points from the cut of %.*s",
			       STR_ARG(own_difference(r, cut_of(r, 1) - r->own->micro)),
			       STR_ARG(own_level(r, 1)));
	return own_say(r, "El puntaje en su escala", "The score on its scale");
}
