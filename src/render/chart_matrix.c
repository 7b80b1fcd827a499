/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows against columns: a text on a shade by value, -1..1.  What is above zero darkens; what is
 * below is rimmed, and its text has its sign. */
#include <math.h>

#include "render/chart_parts.h"
#include "render/metrics.h"

enum { HEAD_LINES = 3 };

#define CELL_HEIGHT 34.0
#define HEAD_SIZE 12.0
#define CELL_MOST 84.0

struct matrix {
	const struct chart *chart;
	const struct series *head; /* the row whose marks name the columns */
	size_t n; /* columns */
	double label, cell; /* widths */
	bool numbered; /* the columns' names do not fit: numbers stand for them */
	bool same; /* rows and columns have the same names */
	bool short_rows; /* the rows' names do not fit either */
};

static const struct setting_of_text set_head = { HEAD_SIZE, 15, false, ANCHOR_MIDDLE, PAINT_SOFT };

static struct str number(struct drawing *d, size_t i)
{
	return str_fmt(d->a, "%zu", i + 1);
}

/* Whether a name can be broken into the few lines over its column. */
static bool head_fits(struct str s, double width)
{
	struct str line[HEAD_LINES];
	const size_t n = text_wrap(s, HEAD_SIZE, false, width, line, HEAD_LINES);
	for (size_t i = 0; i < n; i++)
		if (text_width(line[i], HEAD_SIZE, false) > width)
			return false;
	return true;
}

static void measure(struct matrix *m, double width)
{
	double label = 0;
	m->same = m->chart->n_series == m->n;
	for (size_t i = 0; i < m->chart->n_series; i++) {
		label = max(label, text_width(m->chart->series[i].label, NOTE_SIZE, false));
		m->same = m->same && i < m->n &&
			str_eq(m->chart->series[i].label, m->head->mark[i].label);
	}
	m->short_rows = m->same && width < CHART_NARROW_BELOW;
	m->label = m->short_rows ? 24 : ceil(min(label * 1.03 + 24, 0.4 * width)) + 8;
	m->cell = m->n ? min(CELL_MOST, floor((width - m->label) / (double)m->n)) : 0;
	m->numbered = m->short_rows;
	for (size_t i = 0; i < m->n; i++)
		m->numbered = m->numbered || !head_fits(m->head->mark[i].label, m->cell - 6);
}

static double draw_head(struct drawing *d, const struct matrix *m)
{
	double height = 0;
	for (size_t i = 0; i < m->n; i++) {
		const struct str name =
			m->numbered ? number(d, i) : m->head->mark[i].label;
		height = max(height, lines_height(name, m->cell - 6, &set_head));
	}
	for (size_t i = 0; i < m->n; i++) {
		const struct str name =
			m->numbered ? number(d, i) : m->head->mark[i].label;
		const double own = lines_height(name, m->cell - 6, &set_head);
		draw_lines(d, m->label + m->cell * ((double)i + 0.5), height - own, m->cell - 6,
			   name, &set_head);
	}
	return height + 4;
}

static enum paint shade(double value)
{
	if (!(value > 0))
		return PAINT_STEP_0;
	const int step = (int)ceil(min(value, 1) * 5);
	return (enum paint)(PAINT_STEP_0 + step);
}

static void draw_cell(struct drawing *d, double x, double y, double w, const struct mark *k)
{
	double size = NOTE_SIZE;
	if (k->has_value)
		draw(d,
		     (struct shape){ .kind = SHAPE_RECT,
				     .x = x + 1.5,
				     .y = y + 1.5,
				     .w = max(1, w - 3),
				     .h = CELL_HEIGHT - 3,
				     .r = 3,
				     .fill = shade(k->value),
				     .stroke = k->value < 0 ? PAINT_DECLINE : PAINT_NONE,
				     .stroke_width = 1.5 });
	while (size > 10 && text_width(k->text, size, true) > w - 6)
		size -= 0.5;
	if (text_width(k->text, size, true) > w - 2)
		return;
	draw_text(d, x + w / 2, y + CELL_HEIGHT / 2 + BASELINE * size, k->text, size, k->has_value,
		  ANCHOR_MIDDLE, k->has_value ? paint_on(shade(k->value)) : PAINT_SOFT);
}

static void draw_row(struct drawing *d, const struct matrix *m, size_t row, double y)
{
	const struct series *s = &m->chart->series[row];
	const bool count = m->numbered && m->same;
	const double base = y + CELL_HEIGHT / 2 + BASELINE * NOTE_SIZE;
	struct str line[2];
	if (count)
		draw_text(d, 0, base, number(d, row), NOTE_SIZE, true, ANCHOR_START, PAINT_INK);
	const double x = count ? 22 : 0;
	const size_t n = m->short_rows
		? 0
		: text_wrap(s->label, NOTE_SIZE, false, m->label - x - 8, line, 2);
	for (size_t i = 0; i < n; i++)
		draw_text(d, x, base + 15 * ((double)i - 0.5 * (double)(n - 1)), line[i], NOTE_SIZE,
			  false, ANCHOR_START, PAINT_INK);
	for (size_t i = 0; i < s->n && i < m->n; i++)
		draw_cell(d, m->label + m->cell * (double)i, y, m->cell, &s->mark[i]);
}

/* What the numbers stand for, where no row says it. */
static double draw_numbers(struct drawing *d, const struct matrix *m, double y)
{
	const double from = y;
	if (!m->numbered || (m->same && !m->short_rows))
		return 0;
	for (size_t i = 0; i < m->n; i++) {
		const struct str name = m->head->mark[i].label;
		draw_text(d, 0, y + NOTE_LINE / 2 + BASELINE * NOTE_SIZE + 6, number(d, i),
			  NOTE_SIZE, true, ANCHOR_START, PAINT_INK);
		y += draw_lines(d, 24, y + 6, d->width - 24, name, &set_note);
	}
	return y - from + 8;
}

void chart_matrix_draw(const struct chart *c, struct drawing *d)
{
	struct matrix m = { .chart = c, .head = &c->series[0] };
	for (size_t i = 1; i < c->n_series; i++)
		if (c->series[i].n > m.head->n)
			m.head = &c->series[i];
	m.n = m.head->n;
	measure(&m, d->width);
	double y = draw_head(d, &m);
	for (size_t i = 0; i < c->n_series; i++, y += CELL_HEIGHT)
		draw_row(d, &m, i, y);
	d->height = y + draw_numbers(d, &m, y);
}
