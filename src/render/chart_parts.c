/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/chart_parts.h"

#include "render/metrics.h"

const struct setting_of_text set_label = { LABEL_SIZE, LABEL_LINE, true, ANCHOR_START, PAINT_INK };
const struct setting_of_text set_note = { NOTE_SIZE, NOTE_LINE, false, ANCHOR_START, PAINT_SOFT };
const struct setting_of_text set_note_right = { NOTE_SIZE, LABEL_LINE, false, ANCHOR_END,
						PAINT_SOFT };

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

double draw_lines(struct drawing *d, double x, double y, double width, struct str s,
		  const struct setting_of_text *how)
{
	struct str line[LINES_MAX];
	const size_t n = text_wrap(s, how->size, how->strong, width, line, LINES_MAX);
	for (size_t i = 0; i < n; i++)
		draw_text(d, x, y + how->line * ((double)i + 0.5) + BASELINE * how->size, line[i],
			  how->size, how->strong, how->anchor, how->paint);
	return how->line * (double)n;
}

double lines_height(struct str s, double width, const struct setting_of_text *how)
{
	struct str line[LINES_MAX];
	return how->line * (double)text_wrap(s, how->size, how->strong, width, line, LINES_MAX);
}

double block_height(const struct mark *m, double width)
{
	return lines_height(m->label, width, &set_label) + lines_height(m->note, width, &set_note);
}

void draw_block(struct drawing *d, double x, double y, double width, const struct mark *m)
{
	y += draw_lines(d, x, y, width, m->label, &set_label);
	draw_lines(d, x, y, width, m->note, &set_note);
}

double draw_series_head(struct drawing *d, double y, const struct series *s)
{
	if (!s->label.n && !s->note.n)
		return 0;
	const bool beside = text_width(s->label, LABEL_SIZE, true) +
			text_width(s->note, NOTE_SIZE, false) + 16 <=
		d->width;
	double height = draw_lines(d, 0, y, d->width, s->label, &set_label);
	if (beside && s->label.n)
		draw_lines(d, d->width, y, d->width, s->note, &set_note_right);
	else
		height += draw_lines(d, 0, y + height, d->width, s->note, &set_note);
	return height + 6;
}

static void swatch(struct drawing *d, double x, double middle, enum tone tone)
{
	draw(d,
	     (struct shape){ .kind = SHAPE_RECT,
			     .x = x + 0.5,
			     .y = middle - 5.5,
			     .w = 11,
			     .h = 11,
			     .r = 2,
			     .fill = tone_fill(tone),
			     .stroke = tone_edge(tone),
			     .stroke_width = 1 });
}

double draw_key(struct drawing *d, double y, const struct series *s, size_t n)
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
		swatch(d, x, middle, m->tone);
		draw_text(d, x + 17, middle + BASELINE * NOTE_SIZE, m->text, NOTE_SIZE, true,
			  ANCHOR_START, PAINT_INK);
		draw_text(d, x + 17 + value + 5, middle + BASELINE * NOTE_SIZE, m->label, NOTE_SIZE,
			  false, ANCHOR_START, PAINT_SOFT);
		x += w + 20;
	}
	return middle + line / 2 - y;
}
