/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invariants: every text lies inside 0..width; a value is never told by colour alone. */
#include "render/chart.h"

#include <math.h>

#include "render/metrics.h"

enum { LINES_MAX = 4 };

/* Type sizes and the height of their lines, in pixels. */
#define LABEL_SIZE 14.0
#define NOTE_SIZE 13.0
#define VALUE_SIZE 18.0
#define LABEL_LINE 18.0
#define NOTE_LINE 17.0
#define BASELINE 0.36 /* of the size: from the middle of a line down to its baseline */

enum paint tone_fill(enum tone tone)
{
	switch (tone) {
	case TONE_LEVEL_1: return PAINT_LEVEL_1;
	case TONE_LEVEL_2: return PAINT_LEVEL_2;
	case TONE_LEVEL_3: return PAINT_LEVEL_3;
	case TONE_LEVEL_4: return PAINT_LEVEL_4;
	case TONE_PLAIN: return PAINT_PLAIN;
	case TONE_DECLINE: return PAINT_DECLINE;
	case TONE_MISSING: return PAINT_HATCH;
	}
	return PAINT_PLAIN;
}

enum paint tone_edge(enum tone tone)
{
	if (tone == TONE_LEVEL_1)
		return PAINT_EDGE;
	return tone == TONE_MISSING ? PAINT_HATCH : PAINT_NONE;
}

static double max(double a, double b)
{
	return a > b ? a : b;
}

static double min(double a, double b)
{
	return a < b ? a : b;
}

/* A text as lines under each other; y is the top.  Returns the height used. */
static double lines(struct drawing *d, double x, double y, double width, struct str s, double size,
		    bool strong, double line_height, enum anchor anchor, enum paint paint)
{
	struct str line[LINES_MAX];
	const size_t n = text_wrap(s, size, strong, width, line, LINES_MAX);
	for (size_t i = 0; i < n; i++)
		draw_text(d, x, y + line_height * ((double)i + 0.5) + BASELINE * size, line[i],
			  size, strong, anchor, paint);
	return line_height * (double)n;
}

static double lines_height(struct str s, double width, double size, bool strong, double line_height)
{
	struct str line[LINES_MAX];
	return line_height * (double)text_wrap(s, size, strong, width, line, LINES_MAX);
}

static double block_height(const struct mark *m, double width)
{
	return lines_height(m->label, width, LABEL_SIZE, true, LABEL_LINE) +
		lines_height(m->note, width, NOTE_SIZE, false, NOTE_LINE);
}

/* Label over note, from y down. */
static void block(struct drawing *d, double x, double y, double width, const struct mark *m)
{
	y += lines(d, x, y, width, m->label, LABEL_SIZE, true, LABEL_LINE, ANCHOR_START, PAINT_INK);
	lines(d, x, y, width, m->note, NOTE_SIZE, false, NOTE_LINE, ANCHOR_START, PAINT_SOFT);
}

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
	k.label = ceil(min(k.label * 1.03, 0.3 * width));
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
		lines(d, x, y + 3, d->width - x, m->detail, NOTE_SIZE, false, NOTE_LINE,
		      ANCHOR_START, PAINT_SOFT);
		return;
	}
	const double base = y + BASELINE * VALUE_SIZE;
	draw_text(d, x, base, m->text, VALUE_SIZE, true, ANCHOR_START, PAINT_INK);
	if (m->text.n)
		x += text_width(m->text, VALUE_SIZE, true) + 10;
	draw_text(d, x, base, m->detail, NOTE_SIZE, false, ANCHOR_START, PAINT_SOFT);
}

static double clamp(double v, double low, double high)
{
	return v < low ? low : v > high ? high : v;
}

/* A share: its bar from zero, its interval as a dark line, the dot at the value. */
static void share_draw(struct drawing *d, double from, double to, double y, const struct mark *m)
{
	const double unit = (to - from) / 100;
	const double at = from + unit * clamp(m->value, 0, 100);
	if (!m->has_value) {
		draw(d,
		     (struct shape){ .kind = SHAPE_RECT,
				     .x = from,
				     .y = y - 4,
				     .w = to - from,
				     .h = 8,
				     .r = 4,
				     .fill = PAINT_HATCH,
				     .stroke = PAINT_HATCH,
				     .stroke_width = 0.75 });
		return;
	}
	const enum paint dot = m->tone == TONE_PLAIN ? PAINT_LEVEL_3 : tone_fill(m->tone);
	draw_rect(d, from, y - 4, to - from, 8, 4, PAINT_TRACK);
	draw_rect(d, from, y - 4, max(8, at - from), 8, 4,
		  m->tone == TONE_DECLINE ? PAINT_DECLINE : PAINT_PLAIN);
	if (m->has_interval) {
		const double low = from + unit * clamp(m->low, 0, 100);
		const double high = from + unit * clamp(m->high, 0, 100);
		draw_rect(d, low, y - 1.5, max(1, high - low), 3, 1.5, PAINT_LEVEL_3);
		draw_rect(d, low - 1, y - 5, 2, 10, 1, PAINT_LEVEL_3);
		draw_rect(d, high - 1, y - 5, 2, 10, 1, PAINT_LEVEL_3);
	}
	draw(d,
	     (struct shape){ .kind = SHAPE_CIRCLE,
			     .x = at,
			     .y = y,
			     .r = 5,
			     .fill = dot,
			     .stroke = PAINT_PAPER,
			     .stroke_width = 1.5 });
}

/* A bar from zero; unit: pixels for one of the value. */
static double bar_draw(struct drawing *d, double from, double to, double y, double unit,
		       const struct mark *m)
{
	const double height = 20;
	if (!m->has_value) {
		draw(d,
		     (struct shape){ .kind = SHAPE_RECT,
				     .x = from,
				     .y = y - height / 2,
				     .w = min(96, to - from),
				     .h = height,
				     .r = 3,
				     .fill = PAINT_HATCH,
				     .stroke = PAINT_HATCH,
				     .stroke_width = 0.75 });
		return from + min(96, to - from);
	}
	const double w = max(2, unit * max(0, m->value));
	draw(d,
	     (struct shape){ .kind = SHAPE_RECT,
			     .x = from,
			     .y = y - height / 2,
			     .w = w,
			     .h = height,
			     .r = min(3, w / 2),
			     .fill = tone_fill(m->tone),
			     .stroke = tone_edge(m->tone),
			     .stroke_width = 1 });
	return from + w;
}

/* Draws one mark's bar or share on the line y and returns where its value may begin. */
static double mark_draw(struct drawing *d, const struct chart *c, double from, double to, double y,
			double largest, const struct mark *m)
{
	if (c->kind == CHART_SHARES) {
		share_draw(d, from, to, y, m);
		return to + 20;
	}
	return bar_draw(d, from, to, y, (to - from) / largest, m) + 12;
}

static double row_wide(struct drawing *d, const struct chart *c, const struct columns *k, double y,
		       double largest, const struct mark *m)
{
	const double text = block_height(m, k->label);
	const double height = max(text, k->detail_below ? 40 : 24);
	const double middle = y + height / 2;
	block(d, 0, y + (height - text) / 2, k->label + 1, m);
	const double x = mark_draw(d, c, k->bar_from, k->bar_to, middle, largest, m);
	value_draw(d, k, x, middle, m);
	return height + (m->note.n ? 14 : 10);
}

static double row_narrow(struct drawing *d, const struct chart *c, const struct columns *k,
			 double y, double largest, const struct mark *m)
{
	const double size = m->has_value ? VALUE_SIZE : LABEL_SIZE;
	draw_text(d, d->width, y + LABEL_LINE / 2 + BASELINE * size, m->text, size, m->has_value,
		  ANCHOR_END, m->has_value ? PAINT_INK : PAINT_SOFT);
	block(d, 0, y, k->label, m);
	double height = max(block_height(m, k->label), LABEL_LINE);
	mark_draw(d, c, 0, d->width, y + height + 14, largest, m);
	height += 28;
	height += lines(d, 0, y + height, d->width, m->detail, NOTE_SIZE, false, NOTE_LINE,
			ANCHOR_START, PAINT_SOFT);
	return height + 14;
}

/* Heading of a series: its label, its note at the right or, where both do not fit, beneath. */
static double series_head(struct drawing *d, double y, const struct series *s)
{
	if (!s->label.n && !s->note.n)
		return 0;
	const bool beside = text_width(s->label, LABEL_SIZE, true) +
			text_width(s->note, NOTE_SIZE, false) + 16 <=
		d->width;
	double height = lines(d, 0, y, d->width, s->label, LABEL_SIZE, true, LABEL_LINE,
			      ANCHOR_START, PAINT_INK);
	if (beside && s->label.n)
		lines(d, d->width, y, d->width, s->note, NOTE_SIZE, false, LABEL_LINE, ANCHOR_END,
		      PAINT_SOFT);
	else
		height += lines(d, 0, y + height, d->width, s->note, NOTE_SIZE, false, NOTE_LINE,
				ANCHOR_START, PAINT_SOFT);
	return height + 6;
}

static double largest_of(const struct chart *c)
{
	double largest = 0;
	for (size_t s = 0; s < c->n_series; s++)
		for (size_t i = 0; i < c->series[s].n; i++)
			if (c->series[s].mark[i].has_value)
				largest = max(largest, c->series[s].mark[i].value);
	return largest > 0 ? largest : 1;
}

/* CHART_SHARES and CHART_BARS: a row a mark. */
static void rows_draw(const struct chart *c, struct drawing *d)
{
	const struct columns k = columns(c, d->width);
	const double largest = largest_of(c);
	double y = 0;
	for (size_t s = 0; s < c->n_series; s++) {
		y += s ? 14 : 0;
		y += series_head(d, y, &c->series[s]);
		for (size_t i = 0; i < c->series[s].n; i++) {
			const struct mark *m = &c->series[s].mark[i];
			y += k.narrow ? row_narrow(d, c, &k, y, largest, m)
				      : row_wide(d, c, &k, y, largest, m);
		}
	}
	d->height = max(0, y - 8);
}

/* ---- composition ---- */

enum { PARTS_MAX = 32 };

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

/* Otherwise a key: swatch, value and word of each part, flowing into rows.  Returns its height. */
static double key_draw(struct drawing *d, double y, const struct series *s, size_t n)
{
	const double line = 22;
	double x = 0, middle = y + 8 + line / 2;
	for (size_t i = 0; i < n; i++) {
		const struct mark *m = &s->mark[i];
		const double value = text_width(m->text, NOTE_SIZE, true) * 1.03;
		const double w = 17 + value + 5 + text_width(m->label, NOTE_SIZE, false) * 1.03;
		if (!m->text.n && !m->label.n)
			continue;
		if (x > 0 && x + w > d->width) {
			x = 0;
			middle += line;
		}
		draw(d,
		     (struct shape){ .kind = SHAPE_RECT,
				     .x = x + 0.5,
				     .y = middle - 5.5,
				     .w = 11,
				     .h = 11,
				     .r = 2,
				     .fill = tone_fill(m->tone),
				     .stroke = tone_edge(m->tone),
				     .stroke_width = 1 });
		draw_text(d, x + 17, middle + BASELINE * NOTE_SIZE, m->text, NOTE_SIZE, true,
			  ANCHOR_START, PAINT_INK);
		draw_text(d, x + 17 + value + 5, middle + BASELINE * NOTE_SIZE, m->label, NOTE_SIZE,
			  false, ANCHOR_START, PAINT_SOFT);
		x += w + 20;
	}
	return middle + line / 2 - y;
}

/* The words of one bar in the way that fits.  Returns their height. */
static double words_draw(struct drawing *d, double y, const struct series *s,
			 const struct part *part, size_t n)
{
	if (!under_draw(d, y, s, part, n, true))
		return key_draw(d, y, s, n);
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
		y += series_head(d, y, &c->series[s]);
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
	case CHART_BARS: rows_draw(c, out); break;
	case CHART_COMPOSITION: composition_draw(c, out); break;
	case CHART_MAP:
		if (map)
			map_draw(map, &c->series[0], out);
		break;
	}
}
