/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Few rounds as points joined by lines, 0..100.  Where a mark is not comparable with the one before
 * it there is no line: a gap, and two strokes across it. */
#include <math.h>

#include "render/chart_parts.h"
#include "render/metrics.h"

enum { SERIES_MAX = 12 };

#define AXIS_WIDTH 34.0
#define ROOM_ABOVE 26.0 /* for the values over the topmost points */
#define END_LINE 19.0 /* at least between two words at the lines' ends */

struct plot {
	const struct chart *chart;
	const struct series *rounds; /* the series whose labels name the rounds */
	size_t n_series;
	double left, right, top, bottom;
};

static double x_of(const struct plot *p, size_t i)
{
	if (p->rounds->n < 2)
		return (p->left + p->right) / 2;
	return p->left + (p->right - p->left) * (double)i / (double)(p->rounds->n - 1);
}

static double y_of(const struct plot *p, double value)
{
	return p->bottom - (p->bottom - p->top) * clamp(value, 0, 100) / 100;
}

/* The lightest tone is too faint for a line: it is rimmed, as everywhere. */
static bool is_light(const struct series *s)
{
	return s->n && (s->mark[0].tone == TONE_LEVEL_1 || s->mark[0].tone == TONE_MISSING);
}

static enum paint pen_of(const struct series *s)
{
	if (is_light(s))
		return PAINT_EDGE;
	return !s->n || s->mark[0].tone == TONE_PLAIN ? PAINT_LEVEL_3
						      : tone_fill(s->mark[0].tone);
}

static const struct mark *last_of(const struct series *s)
{
	for (size_t i = s->n; i > 0; i--)
		if (s->mark[i - 1].has_value)
			return &s->mark[i - 1];
	return NULL;
}

static void stroke(struct drawing *d, double x, double y, double w, double h, double width,
		   enum paint paint)
{
	draw(d,
	     (struct shape){ .kind = SHAPE_LINE,
			     .x = x,
			     .y = y,
			     .w = w,
			     .h = h,
			     .stroke = paint,
			     .stroke_width = width });
}

static void draw_grid(struct drawing *d, const struct plot *p)
{
	static const struct {
		double value;
		struct str text;
	} line[] = { { 0, STR("0") }, { 50, STR("50") }, { 100, STR("100") } };
	for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
		const double y = y_of(p, line[i].value);
		stroke(d, AXIS_WIDTH - 4, y, p->right + 8 - AXIS_WIDTH, 0, 1, PAINT_LINE);
		draw_text(d, AXIS_WIDTH - 10, y + BASELINE * 12, line[i].text, 12, false,
			  ANCHOR_END, PAINT_SOFT);
	}
}

static void draw_rounds(struct drawing *d, const struct plot *p)
{
	double end = -8;
	for (size_t i = 0; i < p->rounds->n; i++) {
		const struct str text = p->rounds->mark[i].label;
		const double w = text_width(text, NOTE_SIZE, false) * 1.02;
		const double x = clamp(x_of(p, i) - w / 2, 0, max(0, d->width - w));
		if (x < end + 8 || w > d->width)
			continue;
		draw_text(d, x, p->bottom + 20, text, NOTE_SIZE, false, ANCHOR_START, PAINT_SOFT);
		end = x + w;
	}
}

/* Two strokes across the gap. */
static void draw_break(struct drawing *d, const struct plot *p, const struct series *s, size_t i)
{
	const double x = (x_of(p, i - 1) + x_of(p, i)) / 2;
	const double y = (y_of(p, s->mark[i - 1].value) + y_of(p, s->mark[i].value)) / 2;
	for (int k = -1; k <= 1; k += 2)
		stroke(d, x + 3 * k - 3, y + 8, 6, -16, 1.5, PAINT_SOFT);
}

static void draw_line(struct drawing *d, const struct plot *p, const struct series *s)
{
	const size_t n = s->n < p->rounds->n ? s->n : p->rounds->n;
	for (size_t i = 1; i < n; i++) {
		if (!s->mark[i - 1].has_value || !s->mark[i].has_value)
			continue;
		const double x = x_of(p, i - 1), y = y_of(p, s->mark[i - 1].value);
		if (s->mark[i].broken)
			draw_break(d, p, s, i);
		else
			stroke(d, x, y, x_of(p, i) - x, y_of(p, s->mark[i].value) - y,
			       is_light(s) ? 1.5 : 2.5, pen_of(s));
	}
	for (size_t i = 0; i < n; i++)
		if (s->mark[i].has_value)
			draw(d,
			     (struct shape){ .kind = SHAPE_CIRCLE,
					     .x = x_of(p, i),
					     .y = y_of(p, s->mark[i].value),
					     .r = 5,
					     .fill = is_light(s) ? PAINT_LEVEL_1 : pen_of(s),
					     .stroke = is_light(s) ? pen_of(s) : PAINT_PAPER,
					     .stroke_width = 1.5 });
}

/* A single line has its values over its points. */
static void draw_values(struct drawing *d, const struct plot *p, const struct series *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct mark *m = &s->mark[i];
		const double w = text_width(m->text, LABEL_SIZE, true) * 1.02;
		const double x = clamp(x_of(p, i) - w / 2, 0, max(0, d->width - w));
		if (!m->has_value || !m->text.n || w > d->width)
			continue;
		draw(d,
		     (struct shape){ .kind = SHAPE_TEXT,
				     .x = x,
				     .y = y_of(p, m->value) - 12,
				     .text = m->text,
				     .size = LABEL_SIZE,
				     .strong = true,
				     .fill = PAINT_INK,
				     .stroke = PAINT_PAPER,
				     .stroke_width = 3 });
	}
}

/* Words at the lines' ends, moved apart where they would touch. */
static void draw_ends(struct drawing *d, const struct plot *p, bool named)
{
	const struct series *order[SERIES_MAX];
	size_t n = 0;
	for (size_t i = 0; i < p->n_series; i++) {
		const struct series *s = &p->chart->series[i];
		size_t k = n;
		if (!last_of(s))
			continue;
		for (; k > 0 && last_of(order[k - 1])->value < last_of(s)->value; k--)
			order[k] = order[k - 1];
		order[k] = s;
		n++;
	}
	double above = p->top - ROOM_ABOVE - END_LINE + 10;
	for (size_t i = 0; i < n; i++) {
		const struct mark *m = last_of(order[i]);
		const double rest = END_LINE * (double)(n - 1 - i);
		const double y = max(above + END_LINE, min(y_of(p, m->value), p->bottom - rest));
		const double value = text_width(m->text, LABEL_SIZE, true);
		const double room = d->width - p->right - 12 - value - 6;
		struct str name[1];
		above = y;
		draw_text(d, p->right + 12, y + BASELINE * LABEL_SIZE, m->text, LABEL_SIZE, true,
			  ANCHOR_START, PAINT_INK);
		if (named && text_wrap(order[i]->label, NOTE_SIZE, false, room, name, 1))
			draw_text(d, p->right + 12 + value + 6, y + BASELINE * LABEL_SIZE, name[0],
				  NOTE_SIZE, false, ANCHOR_START, PAINT_SOFT);
	}
}

/* Width of the words at the ends. */
static double ends_width(const struct plot *p, bool named)
{
	double w = 0;
	for (size_t i = 0; i < p->n_series; i++) {
		const struct series *s = &p->chart->series[i];
		const struct mark *m = last_of(s);
		if (m)
			w = max(w,
				text_width(m->text, LABEL_SIZE, true) +
					(named ? 6 + text_width(s->label, NOTE_SIZE, false) : 0));
	}
	return 12 + w * 1.03;
}

static double draw_series_key(struct drawing *d, const struct plot *p, double y)
{
	struct series key = { .mark = NEW(d->a, p->n_series, struct mark), .n = p->n_series };
	for (size_t i = 0; i < p->n_series; i++) {
		const struct series *s = &p->chart->series[i];
		const struct mark *m = last_of(s);
		key.mark[i] = (struct mark){ .label = s->label,
					     .text = m ? m->text : STR(""),
					     .tone = s->n ? s->mark[0].tone : TONE_PLAIN };
		if (key.mark[i].tone == TONE_PLAIN)
			key.mark[i].tone = TONE_LEVEL_3; /* as its line */
	}
	return draw_key(d, y, &key, key.n);
}

void chart_lines_draw(const struct chart *c, struct drawing *d)
{
	struct plot p = { .chart = c, .rounds = &c->series[0] };
	p.n_series = c->n_series < SERIES_MAX ? c->n_series : SERIES_MAX;
	for (size_t i = 1; i < p.n_series; i++)
		if (c->series[i].n > p.rounds->n)
			p.rounds = &c->series[i];
	const bool several = p.n_series > 1;
	const bool named = several && ends_width(&p, true) < 0.4 * d->width;
	p.left = AXIS_WIDTH + 12;
	p.right = d->width - (several ? ends_width(&p, named) : 16);
	p.top = ROOM_ABOVE;
	p.bottom = p.top + (d->width < CHART_NARROW_BELOW ? 150 : 190);
	if (p.right < p.left + 40)
		p.right = p.left + 40;
	draw_grid(d, &p);
	draw_rounds(d, &p);
	for (size_t i = 0; i < p.n_series; i++)
		draw_line(d, &p, &c->series[i]);
	d->height = p.bottom + 28;
	if (several)
		draw_ends(d, &p, named);
	else
		draw_values(d, &p, &c->series[0]);
	if (several && !named)
		d->height += draw_series_key(d, &p, d->height);
}
