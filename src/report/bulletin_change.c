/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What changed since the last round among those who answered both times. */
#include <math.h>
#include <stdlib.h>

#include "report/bulletin_part.h"
#include "report/chart.h"

enum {
	SHARES_SHOWN = 10,
	LINES_SHOWN = 2,
	LINE_ROUNDS_MIN = 2,
	PART_COLUMNS = 7,
	PARTS_SHOWN = 10
};

static const double usual_risk = 0.05;

/* ---- the panel ---- */

static struct str panel_text(const struct making *m, const struct bulletin_change *ch)
{
	const struct panel *p = ch->panel;
	return str_fmt(
		m->a,
		m->lang == LANG_ES
			? "%zu aglomeraciones respondieron en %.*s y en %.*s; %zu son nuevas en "
			  "esta medición y %zu ya no están. El cambio se mide sobre las %zu que "
			  "permanecen: así no viene de que unas entren y otras salgan."
			: "%zu agglomerations answered in %.*s and in %.*s; %zu are new in this "
			  "round and %zu are gone. Change is measured over the %zu that stay, so "
			  "that it does not come from some joining and others leaving.",
		p->n_stayers, STR_ARG(ch->before->id), STR_ARG(m->in->round->id), p->n_entrants,
		p->n_leavers, p->n_stayers);
}

/* No verb of progress unless the test allows it. */
static struct str change_title(const struct making *m, const struct bulletin_change *ch)
{
	const struct transitions *t = ch->transitions;
	const struct str before = ch->before->id, now = m->in->round->id;
	const bool es = m->lang == LANG_ES;
	if (!t)
		return str_fmt(m->a,
			       es ? "Los niveles de %.*s y %.*s no se pueden comparar"
				  : "The levels of %.*s and %.*s cannot be compared",
			       STR_ARG(before), STR_ARG(now));
	const long long up = t->up, down = t->down;
	if (t->sign_p >= usual_risk)
		return str_fmt(
			m->a,
			es ? "Sin cambio demostrable de nivel desde %.*s: %lld subieron y %lld "
			     "bajaron"
			   : "No demonstrable change of level since %.*s: %lld went up and %lld "
			     "down",
			STR_ARG(before), up, down);
	return str_fmt(m->a,
		       es ? "Avanzaron de nivel %lld aglomeraciones desde %.*s; retrocedieron %lld"
			  : "%lld agglomerations moved up a level since %.*s; %lld moved down", up,
		       STR_ARG(before), down);
}

/* ---- levels ---- */

static void add_transitions(struct making *m, const struct bulletin_change *ch)
{
	const struct transitions *t = ch->transitions;
	const struct profile *p = &ch->method->under_new.instrument->profile[0];
	const char **es = NEW(m->a, t->n_levels + 1, const char *);
	char *number = NEW(m->a, t->n_levels + 2, char);
	es[0] = str_c(m->a, str_fmt(m->a, m->lang == LANG_ES ? "De %.*s (filas) a %.*s"
							     : "From %.*s (rows) to %.*s",
				    STR_ARG(ch->before->id), STR_ARG(m->in->round->id)));
	number[0] = 't';
	for (size_t i = 0; i < t->n_levels; i++) {
		es[i + 1] = str_c(m->a, label_in(&p->level[i].label, m->lang));
		number[i + 1] = 'n';
	}
	struct str sign = making_p(m, t->sign_p);
	struct table *table = making_table(
		m,
		str_fmt(m->a,
			m->lang == LANG_ES
				? "Nivel antes y ahora (prueba exacta del signo, p: %.*s)"
				: "Level before and now (exact sign test, p: %.*s)",
			STR_ARG(sign)),
		number, es, es, t->n_levels);
	for (size_t from = 0; from < t->n_levels; from++) {
		struct str *cell = &table->cell[from * (t->n_levels + 1)];
		cell[0] = label_in(&p->level[from].label, m->lang);
		for (size_t to = 0; to < t->n_levels; to++)
			cell[to + 1] = making_int(m, t->count[from * t->n_levels + to]);
	}
}

/* ---- shares ---- */

static bool drawn(const struct figure_change *f)
{
	return f->has_panel && f->by_mcnemar && f->has_test && !f->protected &&
	       f->indicator->unit == UNIT_PERCENT && f->relation <= SERIES_SIMILAR;
}

static double moved(const struct figure_change *f)
{
	return fabs(f->panel_new - f->panel_old);
}

static int by_movement(const void *x, const void *y)
{
	const struct figure_change *a = *(const struct figure_change *const *)x,
				   *b = *(const struct figure_change *const *)y;
	if (moved(a) != moved(b))
		return moved(a) < moved(b) ? 1 : -1;
	return str_cmp(a->indicator->id, b->indicator->id);
}

static struct str share_detail(const struct making *m, const struct figure_change *f)
{
	const bool es = m->lang == LANG_ES;
	struct str points = making_real(m, f->panel_new - f->panel_old, 0);
	struct str verdict = f->proven > 0   ? (es ? STR("creció") : STR("rose"))
			     : f->proven < 0 ? (es ? STR("disminuyó") : STR("fell"))
					     : (es ? STR("sin cambio demostrable")
						   : STR("no demonstrable change"));
	return str_fmt(m->a, es ? "%s%.*s puntos · %.*s" : "%s%.*s points · %.*s",
		       f->panel_new > f->panel_old ? "+" : "", STR_ARG(points), STR_ARG(verdict));
}

static struct mark share_mark(const struct making *m, const struct figure_change *f)
{
	return (struct mark){ .label = label_in(&f->indicator->label, m->lang),
			      .text = making_percent(m, f->panel_new),
			      .detail = share_detail(m, f),
			      .figure = f->indicator->id,
			      .value = f->panel_new,
			      .has_value = true,
			      .has_before = true,
			      .before = f->panel_old,
			      .tone = f->proven < 0 ? TONE_DECLINE : TONE_PLAIN };
}

static void add_shares(struct making *m, const struct bulletin_change *ch)
{
	const struct figure_change **f = NEW(m->a, ch->n_figures, const struct figure_change *);
	size_t n = 0, proven = 0, tests = 0;
	for (size_t i = 0; i < ch->n_figures; i++) {
		tests += ch->figure[i].has_test;
		if (drawn(&ch->figure[i]))
			f[n++] = &ch->figure[i];
		proven += drawn(&ch->figure[i]) && ch->figure[i].proven;
	}
	if (!n)
		return;
	qsort(f, n, sizeof(*f), by_movement);
	size_t shown = n < SHARES_SHOWN ? n : SHARES_SHOWN;
	struct chart *c = NEW(m->a, 1, struct chart);
	struct series *s = NEW(m->a, 1, struct series);
	*s = (struct series){ .mark = NEW(m->a, shown, struct mark), .n = shown };
	for (size_t i = 0; i < shown; i++)
		s->mark[i] = share_mark(m, f[i]);
	*c = (struct chart){ .kind = CHART_CHANGE, .series = s, .n_series = 1 };
	c->title = str_fmt(m->a,
			   m->lang == LANG_ES ? "De %zu porcentajes que se pueden comparar, %zu "
						"cambiaron de forma demostrable"
					      : "Of %zu shares that can be compared, %zu changed "
						"demonstrably",
			   n, proven);
	c->subtitle = making_say(
		m,
		"Las que más se movieron, entre quienes respondieron ambas veces. Punto "
		"vacío: antes; lleno: ahora.",
		"Those that moved most, among those who answered both times. Hollow dot: "
		"before; full: now.");
	c->source = str_fmt(
		m->a,
		m->lang == LANG_ES
			? "n = %zu · McNemar exacto (p media), ajustado por %zu comparaciones "
			  "(Benjamini–Hochberg)"
			: "n = %zu · exact McNemar (mid-p), adjusted for %zu comparisons "
			  "(Benjamini–Hochberg)",
		ch->panel->n_stayers, tests);
	chart_tell(m->a, c, m->lang);
	making_block(m, BLOCK_CHART)->chart = c;
}

/* ---- over the rounds ---- */

static bool comparable(const struct figure_change *f)
{
	return f->has_old && !f->protected && f->relation <= SERIES_SIMILAR;
}

/* Rounds before this one in which a figure can stand on the same line. */
static size_t comparable_rounds(const struct bulletin_change *ch, size_t figure)
{
	size_t n = 0;
	for (size_t r = 0; r < ch->n_earlier; r++)
		n += comparable(&ch->earlier[r].figure[figure]);
	return n;
}

/* Shares over the whole round that can be followed over most rounds; at most LINES_SHOWN of them.
 */
static size_t choose_lines(const struct bulletin_change *ch, size_t *out)
{
	size_t n = 0, most = 0;
	for (size_t i = 0; i < ch->n_figures; i++) {
		size_t rounds = comparable_rounds(ch, i);
		most = drawn(&ch->figure[i]) && rounds > most ? rounds : most;
	}
	for (size_t i = 0; i < ch->n_figures && n < LINES_SHOWN && most >= LINE_ROUNDS_MIN; i++) {
		if (drawn(&ch->figure[i]) && comparable_rounds(ch, i) == most)
			out[n++] = i;
	}
	return n;
}

static struct mark round_mark(const struct making *m, struct str round, double value, bool broken,
			      enum tone tone)
{
	return (struct mark){ .label = round,
			      .text = making_percent(m, value),
			      .value = value,
			      .has_value = true,
			      .broken = broken,
			      .tone = tone };
}

/* A figure over the rounds; where two neighbours cannot be compared the line has a gap and a
 * mark. */
static struct series line_of(const struct making *m, const struct bulletin_change *ch,
			     size_t figure, enum tone tone)
{
	const struct figure_change *now = &ch->figure[figure];
	struct series s = { .label = label_in(&now->indicator->label, m->lang),
			    .mark = NEW(m->a, ch->n_earlier + 1, struct mark) };
	bool before = true;
	for (size_t r = 0; r < ch->n_earlier; r++) {
		const struct figure_change *f = &ch->earlier[r].figure[figure];
		struct mark *mark = &s.mark[s.n++];
		*mark = round_mark(m, ch->earlier[r].round->id, f->old_value,
				   r && !(before && comparable(f)), tone);
		mark->has_value = f->has_old && !f->protected;
		if (!mark->has_value)
			mark->text = (struct str){ 0 };
		before = comparable(f);
	}
	s.mark[s.n++] = round_mark(m, m->in->round->id, now->new_value, !before, tone);
	return s;
}

static void add_lines(struct making *m, const struct bulletin_change *ch)
{
	size_t *figure = NEW(m->a, LINES_SHOWN, size_t);
	size_t n = choose_lines(ch, figure);
	if (!n)
		return;
	struct chart *c = NEW(m->a, 1, struct chart);
	*c = (struct chart){ .kind = CHART_LINES,
			     .series = NEW(m->a, n, struct series),
			     .n_series = n };
	for (size_t i = 0; i < n; i++)
		c->series[i] = line_of(m, ch, figure[i], i ? TONE_LEVEL_2 : TONE_LEVEL_3);
	c->title = str_fmt(m->a,
			   m->lang == LANG_ES ? "%zu mediciones, de %.*s a %.*s"
					      : "%zu rounds, from %.*s to %.*s",
			   ch->n_earlier + 1, STR_ARG(ch->earlier[0].round->id),
			   STR_ARG(m->in->round->id));
	c->subtitle =
		making_say(m,
			   "Todas las que respondieron en cada ronda. Se unen solo las rondas en "
			   "que la pregunta es la misma o similar.",
			   "All that answered in each round. Only rounds in which the question is "
			   "the same or similar are joined.");
	c->source = str_fmt(m->a, m->lang == LANG_ES ? "Método %.*s@%.*s y sus equivalencias"
						     : "Method %.*s@%.*s and its bridges",
			    STR_ARG(m->in->instrument->id), STR_ARG(m->in->instrument->version));
	chart_tell_matrix(m->a, c);
	making_block(m, BLOCK_CHART)->chart = c;
}

/* ---- who made the change ---- */

static bool has_parts(const struct figure_change *f)
{
	return f->computed && !f->protected && f->indicator->unit == UNIT_PERCENT &&
	       f->relation <= SERIES_BRIDGED;
}

static void add_parts(struct making *m, const struct bulletin_change *ch)
{
	static const char *const es[] = { "Cifra",  "Antes", "Ahora", "Permanecen",
					  "Entran", "Salen", "Método" };
	static const char *const en[] = { "Figure",   "Before",  "Now",   "Stayers",
					  "Entrants", "Leavers", "Method" };
	size_t n = 0;
	for (size_t i = 0; i < ch->n_figures && n < PARTS_SHOWN; i++)
		n += has_parts(&ch->figure[i]);
	if (!n)
		return;
	struct table *t = making_table(
		m,
		making_say(
			m, "De dónde viene cada cambio, en puntos; las partes suman el cambio",
			"Where each change comes from, in points; the parts add up to the change"),
		"tnnnnnn", es, en, n);
	struct str *cell = t->cell;
	for (size_t i = 0, k = 0; i < ch->n_figures && k < n; i++) {
		const struct figure_change *f = &ch->figure[i];
		if (!has_parts(f))
			continue;
		cell[0] = str_fmt(m->a, "%.*s · %.*s", STR_ARG(f->indicator->id),
				  STR_ARG(label_in(&f->indicator->label, m->lang)));
		cell[1] = making_real(m, f->old_value, 1);
		cell[2] = making_real(m, f->new_value, 1);
		cell[3] = making_real(m, f->stayers, 1);
		cell[4] = making_real(m, f->entrants, 1);
		cell[5] = making_real(m, f->leavers, 1);
		cell[6] = making_real(m, f->method, 1);
		cell += PART_COLUMNS;
		k++;
	}
}

void part_change(struct making *m, struct str title)
{
	const struct bulletin_change *ch = m->in->change;
	if (!ch)
		return;
	making_heading(m, 2, title.n ? title : change_title(m, ch));
	making_text(m, BLOCK_PARAGRAPH, panel_text(m, ch));
	if (ch->transitions)
		add_transitions(m, ch);
	else
		making_text(m, BLOCK_PARAGRAPH, ch->method->why);
	add_shares(m, ch);
	add_lines(m, ch);
	add_parts(m, ch);
}
