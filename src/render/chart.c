/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invariants: every text lies inside 0..width; a value is never told by colour alone. */
#include "render/chart.h"

#include <math.h>

#include "render/chart_parts.h"
#include "render/metrics.h"

/* ---- composition ---- */

struct part {
	double x, w;
	bool inside; /* its value fits on it */
};

/* Cuts the width by the values, 2 px of paper between; a part that has a value is >= 3 px. */
static size_t parts_of(const struct series *s, double width, struct part *part)
{
	const size_t n = s->n < PARTS_MAX ? s->n : PARTS_MAX;
	double sum = 0, x = 0;
	for (size_t i = 0; i < n; i++)
		sum += s->mark[i].has_value ? max(0, s->mark[i].value) : 0;
	for (size_t i = 0; i < n; i++) {
		const struct mark *m = &s->mark[i];
		const double share = m->has_value && sum > 0 ? max(0, m->value) / sum : 0;
		part[i].x = x;
		part[i].w = share > 0 ? max(3, share * width - 2) : 0;
		part[i].inside = text_width(m->text, 16, true) + 18 <= part[i].w;
		x += share > 0 ? share * width : 0;
	}
	return n;
}

static void part_draw(struct drawing *d, double y, double height, const struct part *p,
		      const struct mark *m)
{
	draw(d,
	     (struct shape){ .kind = SHAPE_RECT,
			     .x = p->x,
			     .y = y,
			     .w = p->w,
			     .h = height,
			     .r = min(3, p->w / 2),
			     .fill = tone_fill(m->tone),
			     .stroke = tone_edge(m->tone),
			     .stroke_width = 1 });
	if (!p->inside)
		return;
	if (m->tone == TONE_MISSING) /* a plate keeps the digits off the hatch */
		draw_rect(d, p->x + 6, y + height / 2 - 12, text_width(m->text, 16, true) + 10, 24,
			  4, PAINT_PAPER);
	draw_text(d, p->x + 11, y + height / 2 + BASELINE * 16, m->text, 16, true, ANCHOR_START,
		  paint_on(tone_fill(m->tone)));
}

/* Words under the bar, each beginning where its part does: possible where every part shows its
 * value and the words do not touch.  False: nothing was drawn. */
static bool under_draw(struct drawing *d, double y, const struct series *s, const struct part *part,
		       size_t n, bool dry)
{
	double end = -12;
	for (size_t i = 0; i < n; i++) {
		if (part[i].w <= 0)
			continue;
		const double w = text_width(s->mark[i].label, NOTE_SIZE, false) * 1.03;
		const double x = min(part[i].x, d->width - w);
		if (!part[i].inside || x < end + 12)
			return false;
		end = x + w;
		if (!dry)
			draw_text(d, x, y + 17, s->mark[i].label, NOTE_SIZE, false, ANCHOR_START,
				  PAINT_SOFT);
	}
	return true;
}

/* The words of one bar in the way that fits.  Returns their height. */
static double words_draw(struct drawing *d, double y, const struct series *s,
			 const struct part *part, size_t n)
{
	if (!under_draw(d, y, s, part, n, true))
		return draw_key(d, y, s, n);
	(void)under_draw(d, y, s, part, n, false);
	return 24;
}

static void composition_draw(const struct chart *c, struct drawing *d)
{
	const double height = 44;
	double y = 0;
	for (size_t s = 0; s < c->n_series; s++) {
		struct part part[PARTS_MAX];
		const size_t n = parts_of(&c->series[s], d->width, part);
		y += s ? 16 : 0;
		y += draw_series_head(d, y, &c->series[s]);
		for (size_t i = 0; i < n; i++)
			if (part[i].w > 0)
				part_draw(d, y, height, &part[i], &c->series[s].mark[i]);
		y += height;
		y += words_draw(d, y, &c->series[s], part, n);
	}
	d->height = y + 2;
}

/* ---- levels ---- */

enum { DOTS_MAX = 2000 };

static double count_width(const struct mark *m, double size)
{
	return max(16 + text_width(m->label, size, false),
		   max(text_width(m->text, 25, true), text_width(m->detail, size - 1, false))) *
		1.02;
}

static void count_draw(struct drawing *d, double x, double y, double size, const struct mark *m)
{
	draw(d,
	     (struct shape){ .kind = SHAPE_CIRCLE,
			     .x = x + 5,
			     .y = y + 9,
			     .r = 4.5,
			     .fill = tone_fill(m->tone),
			     .stroke = tone_edge(m->tone),
			     .stroke_width = 1 });
	draw_text(d, x + 15, y + 14, m->label, size, false, ANCHOR_START, PAINT_INK);
	draw_text(d, x, y + 42, m->text, 25, true, ANCHOR_START, PAINT_INK);
	draw_text(d, x, y + 61, m->detail, size - 1, false, ANCHOR_START, PAINT_SOFT);
}

static double counts_width(const struct series *s, double size)
{
	double sum = 0;
	for (size_t i = 0; i < s->n; i++)
		sum += count_width(&s->mark[i], size);
	return sum;
}

/* The counts beneath: a swatch and the name, the number, the doubt.  One row where the type may be
 * a little smaller for it, else rows.  Returns where they end. */
static double counts_draw(struct drawing *d, double y, const struct series *s)
{
	const double gaps = s->n > 1 ? (double)(s->n - 1) : 1;
	double size = LABEL_SIZE, x = 0;
	while (size > 12 && counts_width(s, size) + 10 * gaps > d->width)
		size -= 0.5;
	const double gap = clamp((d->width - counts_width(s, size)) / gaps, 10, 28);
	for (size_t i = 0; i < s->n; i++) {
		const double w = count_width(&s->mark[i], size);
		if (x > 0 && x + w > d->width + 1) {
			x = 0;
			y += 80;
		}
		count_draw(d, x, y, size, &s->mark[i]);
		x += w + gap;
	}
	return y + 68;
}

/* Dots in columns from top to bottom, the marks in their order, as one counts them. */
static double dots_draw(struct drawing *d, const struct series *s, size_t n_units, double width)
{
	size_t n_rows = 10;
	while (n_units > 2 * n_rows * n_rows)
		n_rows += 5;
	const size_t n_columns = (n_units + n_rows - 1) / n_rows;
	const double pitch = min(42, width / (double)(n_columns < 10 ? 10 : n_columns));
	const double r = 0.39 * pitch;
	size_t at = 0;
	for (size_t i = 0; i < s->n; i++) {
		const struct mark *m = &s->mark[i];
		const size_t n = m->has_value && m->value > 0 ? (size_t)lround(m->value) : 0;
		for (size_t j = 0; j < n; j++, at++)
			draw(d,
			     (struct shape){ .kind = SHAPE_CIRCLE,
					     .x = pitch * (double)(at / n_rows) + r + 1,
					     .y = pitch * (double)(at % n_rows) + r + 1,
					     .r = r,
					     .fill = tone_fill(m->tone),
					     .stroke = tone_edge(m->tone),
					     .stroke_width = 1.2 });
	}
	return pitch * (double)(n_units < n_rows ? n_units : n_rows) + 14;
}

/* The counts under each other at the right, from y on.  Returns where they end. */
static double counts_column(struct drawing *d, double x, double y, const struct series *s)
{
	for (size_t i = 0; i < s->n; i++, y += 76)
		count_draw(d, x, y, LABEL_SIZE, &s->mark[i]);
	return y - 8;
}

static double bar_of_levels(struct drawing *d, const struct series *s)
{
	struct part part[PARTS_MAX];
	const size_t n = parts_of(s, d->width, part);
	for (size_t i = 0; i < n; i++)
		if (part[i].w > 0)
			part_draw(d, 0, 44, &part[i], &s->mark[i]);
	return 60;
}

/* CHART_LEVELS; past DOTS_MAX units no one counts dots: then one stacked bar. */
static void levels_draw(const struct chart *c, bool low, struct drawing *d)
{
	const struct series *s = &c->series[0];
	double n_units = 0, column = 0;
	for (size_t i = 0; i < s->n; i++) {
		n_units += s->mark[i].has_value ? max(0, round(s->mark[i].value)) : 0;
		column = max(column, count_width(&s->mark[i], LABEL_SIZE));
	}
	if (n_units > DOTS_MAX) {
		d->height = counts_draw(d, bar_of_levels(d, s), s);
	} else if (low && column + 120 < d->width) {
		const double dots = dots_draw(d, s, (size_t)n_units, d->width - column - 24);
		d->height = max(dots, counts_column(d, d->width - column, 0, s));
	} else {
		d->height = counts_draw(d, dots_draw(d, s, (size_t)n_units, d->width), s);
	}
}

void chart_draw(const struct chart *c, double width, bool low, const struct map *map,
		struct arena *a, struct drawing *out)
{
	drawing_init(out, a, max(width, CHART_WIDTH_MIN));
	if (!c->n_series)
		return;
	switch (c->kind) {
	case CHART_LEVELS: levels_draw(c, low, out); break;
	case CHART_SHARES:
	case CHART_BARS:
	case CHART_POSITION:
	case CHART_CHANGE:
	case CHART_CONTRIBUTIONS: chart_rows_draw(c, out); break;
	case CHART_SCALE: chart_scale_draw(c, out); break;
	case CHART_LINES: chart_lines_draw(c, out); break;
	case CHART_MATRIX: chart_matrix_draw(c, out); break;
	case CHART_COMPOSITION: composition_draw(c, out); break;
	case CHART_MAP:
		if (map)
			map_draw(map, &c->series[0], out);
		break;
	}
}
