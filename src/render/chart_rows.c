/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charts that give each mark a row: shares, bars, positions, changes, contributions.  A row is
 * a label, a field where the mark is drawn, and its value; on a narrow drawing the three stand
 * under each other. */
#include <math.h>

#include "render/chart_parts.h"
#include "render/metrics.h"

/* How the marks of one chart share the width: labels, bars, values. */
struct columns {
	bool narrow;
	double label; /* width of the label column */
	double bar_from, bar_to; /* where the bars may be */
	double value, detail; /* widths of the two parts of the value */
	bool detail_below; /* the detail stands under the value, not beside it */
};

static struct columns columns(const struct chart *c, double width)
{
	struct columns k = { .narrow = width < CHART_NARROW_BELOW };
	for (size_t s = 0; s < c->n_series; s++)
		for (size_t i = 0; i < c->series[s].n; i++) {
			const struct mark *m = &c->series[s].mark[i];
			k.label = max(k.label,
				      max(text_width(m->label, LABEL_SIZE, true),
					  text_width(m->note, NOTE_SIZE, false)));
			k.value = max(k.value, text_width(m->text, VALUE_SIZE, true));
			k.detail = max(k.detail, text_width(m->detail, NOTE_SIZE, false));
		}
	k.bar_to = width;
	if (k.narrow) {
		k.label = width - k.value - 12;
		return k;
	}
	/* What contributes is named by whole questions. */
	const double most = c->kind == CHART_CONTRIBUTIONS ? 0.44 : 0.3;
	k.label = ceil(min(k.label * 1.03, most * width));
	k.bar_from = k.label + 24;
	const double gap = k.detail > 0 ? 10 : 0;
	double right = (k.value + gap + k.detail) * 1.03 + 20;
	/* The bars come first: the detail goes below where they would get less than a fifth. */
	k.detail_below = width - k.bar_from - right < 0.2 * width;
	if (k.detail_below)
		right = max(k.value, min(k.detail, 0.3 * width)) * 1.03 + 20;
	k.bar_to = floor(width - right);
	return k;
}

/* The value and its detail, from x on, around the middle line y. */
static void value_draw(struct drawing *d, const struct columns *k, double x, double y,
		       const struct mark *m)
{
	if (!m->has_value) {
		draw_text(d, x, y + BASELINE * LABEL_SIZE, m->text, LABEL_SIZE, false, ANCHOR_START,
			  PAINT_SOFT);
		return;
	}
	if (k->detail_below && m->detail.n) {
		draw_text(d, x, y - 10 + BASELINE * VALUE_SIZE, m->text, VALUE_SIZE, true,
			  ANCHOR_START, PAINT_INK);
		draw_lines(d, x, y + 3, d->width - x, m->detail, &set_note);
		return;
	}
	const double base = y + BASELINE * VALUE_SIZE;
	draw_text(d, x, base, m->text, VALUE_SIZE, true, ANCHOR_START, PAINT_INK);
	if (m->text.n)
		x += text_width(m->text, VALUE_SIZE, true) + 10;
	draw_text(d, x, base, m->detail, NOTE_SIZE, false, ANCHOR_START, PAINT_SOFT);
}

/* ---- the field of a row ---- */

/* Where a row's marks are drawn: from..to in pixels stands for low..high of the value. */
struct field {
	double from, to, y;
	double low, high;
};

static double at(const struct field *f, double value)
{
	return f->from +
		(f->to - f->from) * (clamp(value, f->low, f->high) - f->low) / (f->high - f->low);
}

static void hatched(struct drawing *d, double x, double y, double w, double h, double r)
{
	draw(d,
	     (struct shape){ .kind = SHAPE_RECT,
			     .x = x,
			     .y = y - h / 2,
			     .w = w,
			     .h = h,
			     .r = r,
			     .fill = PAINT_HATCH,
			     .stroke = PAINT_HATCH,
			     .stroke_width = 0.75 });
}

/* A share: its bar from zero, its interval as a dark line, the dot at the value. */
static void share_draw(struct drawing *d, const struct field *f, const struct mark *m)
{
	const double x = at(f, m->value), y = f->y, from = f->from;
	if (!m->has_value) {
		hatched(d, from, y, f->to - from, 8, 4);
		return;
	}
	const enum paint dot = m->tone == TONE_PLAIN ? PAINT_LEVEL_3 : tone_fill(m->tone);
	draw_rect(d, from, y - 4, f->to - from, 8, 4, PAINT_TRACK);
	draw_rect(d, from, y - 4, max(8, x - from), 8, 4,
		  m->tone == TONE_DECLINE ? PAINT_DECLINE : PAINT_PLAIN);
	if (m->has_interval) {
		const double low = at(f, m->low), high = at(f, m->high);
		draw_rect(d, low, y - 1.5, max(1, high - low), 3, 1.5, PAINT_LEVEL_3);
		draw_rect(d, low - 1, y - 5, 2, 10, 1, PAINT_LEVEL_3);
		draw_rect(d, high - 1, y - 5, 2, 10, 1, PAINT_LEVEL_3);
	}
	draw(d,
	     (struct shape){ .kind = SHAPE_CIRCLE,
			     .x = x,
			     .y = y,
			     .r = 5,
			     .fill = dot,
			     .stroke = PAINT_PAPER,
			     .stroke_width = 1.5 });
}

/* A bar from zero.  Returns where it ends. */
static double bar_draw(struct drawing *d, const struct field *f, const struct mark *m)
{
	const double height = 20, from = f->from;
	if (!m->has_value) {
		hatched(d, from, f->y, min(96, f->to - from), height, 3);
		return from + min(96, f->to - from);
	}
	const double w = max(2, at(f, max(0, m->value)) - from);
	draw(d,
	     (struct shape){ .kind = SHAPE_RECT,
			     .x = from,
			     .y = f->y - height / 2,
			     .w = w,
			     .h = height,
			     .r = min(3, w / 2),
			     .fill = tone_fill(m->tone),
			     .stroke = tone_edge(m->tone),
			     .stroke_width = 1 });
	return from + w;
}

/* The middle half of the peers, with a line at their middle. */
static void band_draw(struct drawing *d, const struct field *f, const struct mark *m)
{
	const double low = at(f, m->band_low), high = at(f, m->band_high);
	draw(d,
	     (struct shape){ .kind = SHAPE_RECT,
			     .x = low,
			     .y = f->y - 7,
			     .w = max(3, high - low),
			     .h = 14,
			     .r = min(7, max(3, high - low) / 2),
			     .fill = PAINT_LEVEL_1,
			     .stroke = PAINT_EDGE,
			     .stroke_width = 0.75 });
	draw_rect(d, at(f, m->band_median) - 1, f->y - 7, 2, 14, 0, PAINT_SOFT);
}

static void dot(struct drawing *d, double x, double y, double r, enum paint fill, enum paint stroke)
{
	draw(d,
	     (struct shape){ .kind = SHAPE_CIRCLE,
			     .x = x,
			     .y = y,
			     .r = r,
			     .fill = fill,
			     .stroke = stroke,
			     .stroke_width = 2 });
}

/* On a track: the peers' band where there is one, where it stood (hollow) joined to where it
 * stands. */
static void position_draw(struct drawing *d, const struct field *f, const struct mark *m)
{
	if (!m->has_value && !m->has_band) {
		hatched(d, f->from, f->y, f->to - f->from, 8, 4);
		return;
	}
	draw_rect(d, f->from, f->y - 1, f->to - f->from, 2, 1, PAINT_TRACK);
	if (m->has_band)
		band_draw(d, f, m);
	if (!m->has_value)
		return;
	const enum paint ink = m->tone == TONE_DECLINE ? PAINT_DECLINE : PAINT_LEVEL_3;
	const double x = at(f, m->value), before = at(f, m->before);
	if (m->has_before) {
		draw_rect(d, min(x, before), f->y - 1.5, fabs(x - before), 3, 0, ink);
		dot(d, before, f->y, 5, PAINT_PAPER, ink);
	}
	dot(d, x, f->y, 8, ink, PAINT_PAPER);
}

/* A bar from zero to its side. */
static void contribution_draw(struct drawing *d, const struct field *f, const struct mark *m)
{
	const double zero = at(f, 0), x = at(f, m->value), height = 18;
	if (m->has_value) {
		const double w = max(2, fabs(x - zero));
		const bool loss = m->value < 0;
		draw(d,
		     (struct shape){ .kind = SHAPE_RECT,
				     .x = loss ? zero - w : zero,
				     .y = f->y - height / 2,
				     .w = w,
				     .h = height,
				     .r = min(3, w / 2),
				     .fill = loss ? PAINT_DECLINE : tone_fill(m->tone),
				     .stroke = loss ? PAINT_NONE : tone_edge(m->tone),
				     .stroke_width = 1 });
	}
	draw_rect(d, zero - 0.5, f->y - 16, 1, 32, 0, PAINT_SOFT);
}

/* Draws one mark and returns where its value may begin. */
static double mark_draw(struct drawing *d, enum chart_kind kind, const struct field *f,
			const struct mark *m)
{
	if (kind == CHART_BARS)
		return bar_draw(d, f, m) + 12;
	if (kind == CHART_SHARES)
		share_draw(d, f, m);
	else if (kind == CHART_CONTRIBUTIONS)
		contribution_draw(d, f, m);
	else
		position_draw(d, f, m);
	return f->to + 20;
}

/* What the width of the field stands for. */
static void range_of(const struct chart *c, struct field *f)
{
	double low = 0, high = 0;
	for (size_t s = 0; s < c->n_series; s++)
		for (size_t i = 0; i < c->series[s].n; i++) {
			const struct mark *m = &c->series[s].mark[i];
			if (!m->has_value)
				continue;
			low = min(low, m->value);
			high = max(high, m->value);
			if (c->kind == CHART_CHANGE && m->has_before)
				high = max(high, m->before);
		}
	if (c->kind == CHART_SHARES || c->kind == CHART_POSITION)
		high = 100;
	else if (c->kind == CHART_CHANGE)
		high = max(high, 100);
	f->low = c->kind == CHART_CONTRIBUTIONS ? low : 0;
	f->high = high > f->low ? high : f->low + 1;
}

/* ---- rows ---- */

static double row_wide(struct drawing *d, const struct chart *c, const struct columns *k, double y,
		       struct field *f, const struct mark *m)
{
	const double text = block_height(m, k->label);
	const double below = lines_height(m->detail, d->width - k->bar_to - 20, &set_note);
	const double value = k->detail_below ? 23 + max(NOTE_LINE, below) : 24;
	const double height = max(text, value);
	f->from = k->bar_from;
	f->to = k->bar_to;
	f->y = y + (height - value) / 2 + (k->detail_below ? 20 : 12);
	draw_block(d, 0, y + (height - text) / 2, k->label + 1, m);
	const double x = mark_draw(d, c->kind, f, m);
	value_draw(d, k, x, f->y, m);
	return height + (m->note.n ? 14 : 10);
}

static double row_narrow(struct drawing *d, const struct chart *c, const struct columns *k,
			 double y, struct field *f, const struct mark *m)
{
	const double size = m->has_value ? VALUE_SIZE : LABEL_SIZE;
	draw_text(d, d->width, y + LABEL_LINE / 2 + BASELINE * size, m->text, size, m->has_value,
		  ANCHOR_END, m->has_value ? PAINT_INK : PAINT_SOFT);
	draw_block(d, 0, y, k->label, m);
	double height = max(block_height(m, k->label), LABEL_LINE);
	/* Dots stay inside the drawing at both ends of their scale. */
	const double inset = c->kind == CHART_POSITION || c->kind == CHART_CHANGE ? 9 : 0;
	f->from = inset;
	f->to = d->width - inset;
	f->y = y + height + 14;
	(void)mark_draw(d, c->kind, f, m);
	height += 28;
	height += draw_lines(d, 0, y + height, d->width, m->detail, &set_note);
	return height + 14;
}

void chart_rows_draw(const struct chart *c, struct drawing *d)
{
	const struct columns k = columns(c, d->width);
	struct field f = { 0 };
	range_of(c, &f);
	double y = 0;
	for (size_t s = 0; s < c->n_series; s++) {
		y += s ? 14 : 0;
		y += draw_series_head(d, y, &c->series[s]);
		for (size_t i = 0; i < c->series[s].n; i++) {
			const struct mark *m = &c->series[s].mark[i];
			y += k.narrow ? row_narrow(d, c, &k, y, &f, m)
				      : row_wide(d, c, &k, y, &f, m);
		}
	}
	d->height = max(0, y - 8);
}
