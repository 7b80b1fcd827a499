/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scale: 0..100 divided into levels, with what is to be pointed out standing on it.  Above the
 * bar the values, under it their intervals and the cuts. */
#include <math.h>

#include "render/chart_parts.h"
#include "render/metrics.h"

enum { POINTERS_MAX = 8,
       ROWS_MAX = 4 };

#define BAR_HEIGHT 44.0
#define POINTER_SIZE 16.0
#define POINTER_LINE 24.0
#define STEM_OUT 6.0 /* how far a stem stands out of the bar */

struct pointer {
	const struct mark *mark;
	double x; /* of its stem */
	double left, width; /* of its words */
	size_t row; /* of its words: 0 next to the bar */
};

struct scale {
	const struct series *levels;
	struct pointer pointer[POINTERS_MAX];
	size_t n, n_rows;
	double top; /* of the bar */
};

static double words_width(const struct mark *m)
{
	const double label = text_width(m->label, NOTE_SIZE, false);
	return (text_width(m->text, POINTER_SIZE, true) + (label > 0 ? 6 + label : 0)) * 1.02;
}

/* The words stand over their stems, in as many rows as keep them apart. */
static void place_pointers(struct scale *s, const struct series *marks, double width)
{
	double end[ROWS_MAX] = { -16, -16, -16, -16 };
	for (size_t i = 0; i < marks->n && s->n < POINTERS_MAX; i++) {
		const struct mark *m = &marks->mark[i];
		if (!m->has_value)
			continue;
		struct pointer *p = &s->pointer[s->n++];
		const double words = min(words_width(m), width);
		*p = (struct pointer){ .mark = m,
				       .x = clamp(m->value, 0, 100) / 100 * width,
				       .width = words };
		p->left = clamp(p->x - words / 2, 0, width - words);
		while (p->row + 1 < ROWS_MAX && p->left < end[p->row] + 16)
			p->row++;
		end[p->row] = max(end[p->row], p->left + words);
		s->n_rows = p->row + 1 > s->n_rows ? p->row + 1 : s->n_rows;
	}
}

static double level_from(const struct scale *s, size_t i, double width)
{
	return clamp(s->levels->mark[i].low, 0, 100) / 100 * width;
}

static double level_to(const struct scale *s, size_t i, double width)
{
	const double end = clamp(s->levels->mark[i].high, 0, 100) / 100 * width;
	return max(level_from(s, i, width), i + 1 < s->levels->n ? end - 2 : end);
}

/* Where a level's name may begin on its part of the bar without touching a stem; < 0: nowhere. */
static double name_at(const struct scale *s, size_t i, double width)
{
	const double words = text_width(s->levels->mark[i].label, NOTE_SIZE, false) * 1.02;
	const double last = level_to(s, i, width) - 9 - words;
	double x = level_from(s, i, width) + 10;
	for (bool moved = true; moved && x <= last;) {
		moved = false;
		for (size_t j = 0; j < s->n; j++)
			if (s->pointer[j].x > x - 8 && s->pointer[j].x < x + words + 8) {
				x = s->pointer[j].x + 9;
				moved = true;
			}
	}
	return x <= last ? x : -1;
}

static void draw_levels(struct drawing *d, const struct scale *s, bool named)
{
	for (size_t i = 0; i < s->levels->n; i++) {
		const struct mark *m = &s->levels->mark[i];
		const double x = level_from(s, i, d->width);
		draw(d,
		     (struct shape){ .kind = SHAPE_RECT,
				     .x = x,
				     .y = s->top,
				     .w = level_to(s, i, d->width) - x,
				     .h = BAR_HEIGHT,
				     .r = 3,
				     .fill = tone_fill(m->tone),
				     .stroke = tone_edge(m->tone),
				     .stroke_width = 1 });
	}
	for (size_t i = 0; named && i < s->levels->n; i++) {
		const struct mark *m = &s->levels->mark[i];
		draw_text(d, name_at(s, i, d->width),
			  s->top + BAR_HEIGHT / 2 + BASELINE * LABEL_SIZE, m->label, LABEL_SIZE,
			  false, ANCHOR_START, paint_on(tone_fill(m->tone)));
	}
}

/* The stem with a rim of paper, so that it is seen on the darkest level too. */
static void draw_stem(struct drawing *d, const struct scale *s, const struct pointer *p)
{
	const double x = clamp(p->x, 1.5, d->width - 1.5);
	const double from = s->top - STEM_OUT - POINTER_LINE * (double)p->row;
	const double height = s->top + BAR_HEIGHT + STEM_OUT - from;
	draw_rect(d, x - 3.5, s->top, 7, BAR_HEIGHT, 0, PAINT_PAPER);
	draw_rect(d, x - 1.5, from, 3, height, 1.5, PAINT_INK);
}

static void draw_words(struct drawing *d, const struct scale *s, const struct pointer *p)
{
	const double base = s->top - STEM_OUT - 7 - POINTER_LINE * (double)p->row;
	const struct mark *m = p->mark;
	draw_text(d, p->left, base, m->text, POINTER_SIZE, true, ANCHOR_START, PAINT_INK);
	const double after = p->left + text_width(m->text, POINTER_SIZE, true) + 6;
	draw_text(d, after, base, m->label, NOTE_SIZE, false, ANCHOR_START, PAINT_SOFT);
}

/* An interval as a line with its two ends, under the bar.  Returns the height used. */
static double draw_interval(struct drawing *d, double y, const struct mark *m)
{
	if (!m->has_interval)
		return 0;
	const double low = clamp(m->low, 0, 100) / 100 * d->width;
	const double high = clamp(m->high, 0, 100) / 100 * d->width;
	draw_rect(d, low, y + 6, max(2, high - low), 4, 2, PAINT_INK);
	draw_rect(d, clamp(low - 1, 0, d->width - 2), y + 2, 2, 12, 1, PAINT_INK);
	draw_rect(d, clamp(high - 1, 0, d->width - 2), y + 2, 2, 12, 1, PAINT_INK);
	return 16;
}

/* The cuts as printed, each under the edge where its level begins. */
static double draw_cuts(struct drawing *d, const struct scale *s, double y)
{
	double end = -8;
	bool any = false;
	for (size_t i = 0; i < s->levels->n; i++) {
		const struct str text = s->levels->mark[i].text;
		const double w = text_width(text, NOTE_SIZE, false) * 1.03;
		const double x = clamp(level_from(s, i, d->width) - w / 2, 0, max(0, d->width - w));
		if (!text.n || x < end + 8 || w > d->width)
			continue;
		draw_text(d, x, y + 17, text, NOTE_SIZE, false, ANCHOR_START, PAINT_SOFT);
		end = x + w;
		any = true;
	}
	return any ? 24 : 4;
}

/* The names that found no place on the bar, as a key. */
static double draw_names(struct drawing *d, const struct scale *s, double y)
{
	struct series names = { .n = s->levels->n < PARTS_MAX ? s->levels->n : PARTS_MAX };
	names.mark = NEW(d->a, names.n, struct mark);
	for (size_t i = 0; i < names.n; i++) {
		names.mark[i] = s->levels->mark[i];
		names.mark[i].text = (struct str){ 0 };
	}
	return draw_key(d, y, &names, names.n);
}

void chart_scale_draw(const struct chart *c, struct drawing *d)
{
	struct scale s = { .levels = &c->series[0] };
	bool named = true;
	if (c->n_series > 1)
		place_pointers(&s, &c->series[1], d->width);
	s.top = s.n ? POINTER_LINE * (double)s.n_rows + STEM_OUT : 1;
	for (size_t i = 0; i < s.levels->n; i++)
		named = named && name_at(&s, i, d->width) >= 0;
	draw_levels(d, &s, named);
	double y = s.top + BAR_HEIGHT + (s.n ? STEM_OUT : 0);
	for (size_t i = 0; i < s.n; i++) {
		draw_stem(d, &s, &s.pointer[i]);
		draw_words(d, &s, &s.pointer[i]);
		y += draw_interval(d, y, s.pointer[i].mark);
	}
	y += draw_cuts(d, &s, y);
	d->height = named ? y : y + draw_names(d, &s, y - 6);
}
