/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/cluster_report_chart.h"

#include <math.h>

#define MICRO 1e6

enum { ITEMS_SHOWN = 8, ALTERNATIVE_BYTES_MAX = 16 * 1024 };

static const struct position nobody;

struct table own_table(const struct own_report *r, const char *const *es, const char *const *en,
		       const char *number, size_t n_rows)
{
	struct table t = { .n_rows = n_rows };
	while (number[t.n_columns])
		t.n_columns++;
	t.head = NEW(r->a, t.n_columns, struct str);
	t.is_number = NEW(r->a, t.n_columns, bool);
	t.cell = NEW(r->a, t.n_columns * n_rows, struct str);
	for (size_t i = 0; i < t.n_columns; i++) {
		t.head[i] = own_say(r, es[i], en[i]);
		t.is_number[i] = number[i] == 'n';
	}
	return t;
}

/* The finding, then every row of the table: «Estrategia: 82,5, ...; Gobernanza: ...». */
static void put_alternative(const struct own_report *r, struct chart *c)
{
	const struct table *t = &c->table;
	struct buf b;
	buf_init(&b, r->a, ALTERNATIVE_BYTES_MAX);
	buf_fmt(&b, "%.*s. ", STR_ARG(c->title));
	for (size_t i = 0; i < t->n_rows; i++) {
		const struct str *cell = &t->cell[i * t->n_columns];
		buf_fmt(&b, "%s%.*s:", i ? "; " : "", STR_ARG(cell[0]));
		for (size_t k = 1, n = 0; k < t->n_columns; k++)
			if (cell[k].n)
				buf_fmt(&b, "%s %.*s %.*s", n++ ? "," : "", STR_ARG(t->head[k]),
					STR_ARG(cell[k]));
	}
	buf_putc(&b, '.');
	c->alternative = buf_str(&b);
}

static struct chart *new_chart(const struct own_report *r, enum chart_kind kind, size_t n_series)
{
	struct chart *c = NEW(r->a, 1, struct chart);
	*c = (struct chart){ .kind = kind,
			     .series = NEW(r->a, n_series, struct series),
			     .n_series = n_series };
	return c;
}

/* ---- the scale ---- */

/* The darkest tone is the highest level. */
static enum tone tone_of_level(size_t level, size_t n)
{
	const size_t from_top = n - 1 - level;
	const enum tone top = n > 3 ? TONE_LEVEL_4 : TONE_LEVEL_3;
	return from_top > (size_t)top ? TONE_LEVEL_1 : (enum tone)((size_t)top - from_top);
}

static void fill_levels(const struct own_report *r, struct chart *c)
{
	const struct profile *p = &r->in->instrument->profile[0];
	struct series *s = &c->series[0];
	s->mark = NEW(r->a, p->n_levels, struct mark);
	s->n = p->n_levels;
	for (size_t i = 0; i < s->n; i++) {
		const int64_t next = i + 1 < s->n ? p->level[i + 1].cut_micro : 100000000;
		const int64_t cut = p->level[i].cut_micro;
		s->mark[i] = (struct mark){ .label = own_level(r, (int)i),
					    .text = own_exact(r, cut),
					    .value = (double)cut / MICRO,
					    .has_value = true,
					    .low = (double)cut / MICRO,
					    .high = (double)next / MICRO,
					    .tone = tone_of_level(i, s->n) };
		struct str *cell = &c->table.cell[i * c->table.n_columns];
		cell[0] = s->mark[i].label;
		cell[1] = s->mark[i].text;
		if (r->sure)
			cell[2] = own_in_hundred(r, r->sure->probability[i]);
	}
}

static void fill_pointer(const struct own_report *r, struct chart *c)
{
	struct mark *m = NEW(r->a, 1, struct mark);
	*m = (struct mark){ .label = own_say(r, "puntos", "points"),
			    .text = own_points(r, r->own->micro),
			    .value = (double)r->own->micro / MICRO,
			    .has_value = true };
	if (r->sure) {
		m->has_interval = true;
		m->low = r->sure->score_low;
		m->high = r->sure->score_high;
	}
	c->series[1] = (struct series){ .mark = m, .n = 1 };
}

const struct chart *own_scale_chart(const struct own_report *r)
{
	static const char *const es[] = { "Nivel", "desde", "en casos razonables" };
	static const char *const en[] = { "Level", "from", "in reasonable cases" };
	struct chart *c = new_chart(r, CHART_SCALE, 2);
	c->title = own_distance(r);
	if (r->sure)
		c->subtitle = own_say(r,
				      "El puntaje sobre los niveles y sus cortes; la línea de "
				      "abajo abarca 90 de cada 100 casos razonables.",
				      "The score on the levels and their cuts; the line beneath "
				      "spans 90 of each 100 reasonable cases.");
	c->table = own_table(r, es, en, r->sure ? "tnt" : "tn",
			     r->in->instrument->profile[0].n_levels);
	fill_levels(r, c);
	fill_pointer(r, c);
	put_alternative(r, c);
	return c;
}

/* ---- areas ---- */

/* Computed ones by value, the highest first, then the others in their order. */
static size_t *areas_in_order(const struct own_report *r)
{
	const size_t n = r->in->instrument->n_areas;
	const struct area_score *area = r->own->area;
	size_t *order = NEW(r->a, n, size_t);
	for (size_t i = 0; i < n; i++) {
		size_t k = i;
		for (; k > 0; k--) {
			const struct area_score *above = &area[order[k - 1]];
			const bool right = above->computed &&
				(!area[i].computed || above->micro >= area[i].micro);
			if (right || (!above->computed && !area[i].computed))
				break;
			order[k] = order[k - 1];
		}
		order[k] = i;
	}
	return order;
}

/* The area in the last round, where the two rounds can be set side by side. */
static const struct area_score *before_of(const struct own_report *r, size_t area)
{
	const struct cluster_report_input *in = r->in;
	if (!in->change || in->comparability != COMPARABLE_SAME_METHOD || !in->score_before)
		return NULL;
	const struct area_score *before = &in->score_before->area[area];
	return before->computed ? before : NULL;
}

static struct position peers_at(const struct own_report *r, int area)
{
	struct position p;
	if (!r->in->peers ||
	    !peers_position(r->a, r->in->scores, r->in->row, r->in->peers, area, &p))
		return nobody;
	return p;
}

static struct str area_note(const struct own_report *r, size_t area,
			    const struct area_score *before)
{
	const double weight = own_weight(r, area);
	const bool whole = fabs(weight - round(weight)) < 0.05;
	const struct str text = own_real(r, weight, whole ? 0 : 1);
	const bool es = r->lang == LANG_ES;
	if (!before)
		return str_fmt(r->a, es ? "pesa %.*s de 100" : "weighs %.*s of 100", STR_ARG(text));
	return str_fmt(r->a,
		       es ? "pesa %.*s de 100 · antes %.*s" : "weighs %.*s of 100 · before %.*s",
		       STR_ARG(text), STR_ARG(own_real(r, (double)before->micro / MICRO, 1)));
}

static struct mark area_mark(const struct own_report *r, size_t area)
{
	const struct area_score *now = &r->own->area[area], *before = before_of(r, area);
	const struct position p = now->computed ? peers_at(r, (int)area) : nobody;
	struct mark m = { .label = own_area(r, area),
			  .note = area_note(r, area, before),
			  .has_band = p.n > 0,
			  .band_low = p.quarter,
			  .band_median = p.median,
			  .band_high = p.three_quarters };
	if (!now->computed) {
		m.text = own_say(r, "no se calcula", "not computed");
		m.tone = TONE_MISSING;
		return m;
	}
	m.has_value = true;
	m.value = (double)now->micro / MICRO;
	m.text = own_real(r, m.value, 1);
	m.tone = TONE_PLAIN;
	if (before) {
		const int64_t change = now->micro - before->micro;
		m.has_before = true;
		m.before = (double)before->micro / MICRO;
		m.detail = own_signed(r, change);
		m.tone = change < 0 ? TONE_DECLINE : TONE_PLAIN;
	}
	return m;
}

static void fill_area_row(const struct own_report *r, const struct mark *m, size_t area,
			  struct str *cell)
{
	cell[0] = m->label;
	cell[1] = own_real(r, own_weight(r, area), 1);
	cell[2] = m->text;
	if (m->has_before) {
		cell[3] = own_real(r, m->before, 1);
		cell[4] = m->detail;
	}
	if (m->has_band) {
		cell[5] = own_real(r, m->band_low, 1);
		cell[6] = own_real(r, m->band_median, 1);
		cell[7] = own_real(r, m->band_high, 1);
	}
}

/* Areas with peers, and those of them above the peers' median. */
struct standing {
	size_t compared, above;
};

static struct standing standing_of(const struct series *s)
{
	struct standing n = { 0 };
	for (size_t i = 0; i < s->n; i++) {
		const struct mark *m = &s->mark[i];
		if (!m->has_value || !m->has_band)
			continue;
		n.compared++;
		n.above += m->value > m->band_median;
	}
	return n;
}

static struct str area_title(const struct own_report *r, const struct series *s)
{
	const struct standing n = standing_of(s);
	const bool es = r->lang == LANG_ES;
	if (n.compared && n.above == n.compared)
		return own_say(r, "Por encima de la mitad de sus pares en todas las áreas",
			       "Above half of its peers in every area");
	if (n.compared && n.above == 0)
		return own_say(r, "En ninguna área por encima de la mitad de sus pares",
			       "Above half of its peers in no area");
	if (n.compared)
		return str_fmt(r->a,
			       es ? "Por encima de la mitad de sus pares en %zu de %zu áreas"
				  : "Above half of its peers in %zu of %zu areas",
			       n.above, n.compared);
	size_t last = s->n;
	while (last > 0 && !s->mark[last - 1].has_value)
		last--;
	if (last < 2 || str_eq(s->mark[0].text, s->mark[last - 1].text))
		return own_say(r, "Las áreas del puntaje", "The areas of the score");
	return str_fmt(r->a,
		       es ? "Lo más alto: %.*s; lo más bajo: %.*s" : "Highest: %.*s; lowest: %.*s",
		       STR_ARG(s->mark[0].label), STR_ARG(s->mark[last - 1].label));
}

static struct str area_subtitle(const struct own_report *r, const struct series *s)
{
	const bool es = r->lang == LANG_ES;
	const struct peers *p = r->in->peers;
	bool before = false;
	struct buf b;
	buf_init(&b, r->a, 4096);
	for (size_t i = 0; i < s->n; i++)
		before = before || s->mark[i].has_before;
	if (before)
		buf_fmt(&b,
			es ? "Punto lleno: %.*s. Vacío: %.*s. " : "Full dot: %.*s. Hollow: %.*s. ",
			STR_ARG(r->in->round->id), STR_ARG(r->in->before->id));
	if (standing_of(s).compared)
		buf_fmt(&b,
			es ? "Franja: la mitad central de sus %zu pares (%.*s); raya: su mediana."
			   : "Band: the middle half of its %zu peers (%.*s); line: their median.",
			p->n, STR_ARG(label_in(&p->label, r->lang)));
	else
		buf_puts(&b,
			 es ? "No hay cinco clústeres comparables: no se muestra la franja de los "
			      "pares."
			    : "There are not five comparable clusters: no band of peers is shown.");
	return buf_str(&b);
}

const struct chart *own_area_chart(const struct own_report *r)
{
	static const char *const es[] = { "Área",           "Peso",
					  "Puntaje",        "Antes",
					  "Cambio",         "Pares, cuarto inferior",
					  "Pares, mediana", "Pares, cuarto superior" };
	static const char *const en[] = { "Area",          "Weight",
					  "Score",         "Before",
					  "Change",        "Peers, lower quarter",
					  "Peers, median", "Peers, upper quarter" };
	struct chart *c = new_chart(r, CHART_POSITION, 1);
	const size_t n = r->in->instrument->n_areas, *order = areas_in_order(r);
	struct series *s = &c->series[0];
	s->mark = NEW(r->a, n, struct mark);
	s->n = n;
	c->table = own_table(r, es, en, "tnnnnnnn", n);
	for (size_t i = 0; i < n; i++) {
		s->mark[i] = area_mark(r, order[i]);
		fill_area_row(r, &s->mark[i], order[i], &c->table.cell[8 * i]);
	}
	c->title = area_title(r, s);
	c->subtitle = area_subtitle(r, s);
	put_alternative(r, c);
	return c;
}

/* ---- change ---- */

static struct mark change_mark(const struct own_report *r, const struct item_change *i)
{
	const int64_t sum = i->answer_micro + i->weight_micro;
	return (struct mark){ .label = own_item(r, i->item),
			      .text = own_signed(r, sum),
			      .detail = own_area(r, r->in->instrument->item[i->item].area),
			      .value = (double)sum / MICRO,
			      .has_value = true,
			      .tone = sum < 0 ? TONE_DECLINE : TONE_PLAIN };
}

/* The items that are not shown: their sum without a bar, which would dwarf the others. */
static struct mark rest_mark(const struct own_report *r, size_t from)
{
	const struct score_change *ch = r->in->change;
	int64_t sum = 0;
	for (size_t i = from; i < ch->n_items; i++)
		sum += ch->item[i].answer_micro + ch->item[i].weight_micro;
	const size_t n = ch->n_items - from;
	return (struct mark){ .label = str_fmt(r->a,
					       r->lang == LANG_ES ? "Otras %zu preguntas"
								  : "%zu other questions",
					       n),
			      .text = own_signed(r, sum),
			      .value = (double)sum / MICRO,
			      .tone = TONE_PLAIN };
}

/* «De 58,6 a 63,6 puntos: lo que más sumó fue ...». */
static struct str change_title(const struct own_report *r)
{
	const struct score_change *ch = r->in->change;
	const struct str from = own_points(r, ch->old_micro), to = own_points(r, ch->new_micro);
	const int64_t change = ch->new_micro - ch->old_micro;
	const bool es = r->lang == LANG_ES;
	if (!change)
		return str_fmt(r->a,
			       es ? "El puntaje es el mismo que en %.*s"
				  : "The score is the same as in %.*s",
			       STR_ARG(r->in->before->id));
	return str_fmt(r->a,
		       es ? "De %.*s puntos en %.*s a %.*s en %.*s"
			  : "From %.*s points in %.*s to %.*s in %.*s",
		       STR_ARG(from), STR_ARG(r->in->before->id), STR_ARG(to),
		       STR_ARG(r->in->round->id));
}

static struct str change_subtitle(const struct own_report *r)
{
	const struct score_change *ch = r->in->change;
	const bool es = r->lang == LANG_ES;
	if (!ch->n_items)
		return own_say(r, "Ninguna pregunta cambió sus puntos.",
			       "No question changed its points.");
	if (ch->has_method)
		return str_fmt(
			r->a,
			es ? "Puntos que cada pregunta sumó o restó; suman el cambio. Entre los "
			     "dos métodos, %.*s viene de las respuestas y %.*s del método."
			   : "Points each question added or took; they add up to the change. "
			     "Between the two methods, %.*s comes from the answers and %.*s "
			     "from the method.",
			STR_ARG(own_signed(r, ch->answers_micro)),
			STR_ARG(own_signed(r, ch->method_micro)));
	if (r->in->comparability == COMPARABLE_COMMON_ITEMS)
		return own_say(r,
			       "Sobre las preguntas que los dos métodos comparten: puntos que cada "
			       "una sumó o restó; suman el cambio.",
			       "Over the questions that both methods share: points each added or "
			       "took; they add up to the change.");
	return own_say(r, "Puntos que cada pregunta sumó o restó al puntaje; suman el cambio.",
		       "Points each question added to the score or took from it; they add up to "
		       "the change.");
}

const struct chart *own_change_chart(const struct own_report *r)
{
	static const char *const es[] = { "Pregunta", "Área", "Cambio",
					  "De ello, porque cambió lo que aplica" };
	static const char *const en[] = { "Question", "Area", "Change",
					  "Of it, as what applies changed" };
	const struct score_change *ch = r->in->change;
	struct chart *c = new_chart(r, CHART_CONTRIBUTIONS, 1);
	const size_t shown = ch->n_items > ITEMS_SHOWN + 1 ? ITEMS_SHOWN : ch->n_items;
	struct series *s = &c->series[0];
	s->mark = NEW(r->a, shown + 1, struct mark);
	for (size_t i = 0; i < shown; i++)
		s->mark[s->n++] = change_mark(r, &ch->item[i]);
	if (shown < ch->n_items)
		s->mark[s->n++] = rest_mark(r, shown);
	c->title = change_title(r);
	c->subtitle = change_subtitle(r);
	c->table = own_table(r, es, en, "ttnn", ch->n_items);
	for (size_t i = 0; i < ch->n_items; i++) {
		const struct mark m = change_mark(r, &ch->item[i]);
		struct str *cell = &c->table.cell[4 * i];
		cell[0] = m.label;
		cell[1] = m.detail;
		cell[2] = m.text;
		if (ch->item[i].weight_micro)
			cell[3] = own_signed(r, ch->item[i].weight_micro);
	}
	put_alternative(r, c);
	return c;
}
