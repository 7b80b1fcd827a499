/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kinds of charts share: type sizes, texts in lines, labels, keys; and the kinds that
 * chart.c hands on.  Only the chart_*.c of this room include it. */
#ifndef SSME_RENDER_CHART_PARTS_H
#define SSME_RENDER_CHART_PARTS_H

#include "render/chart.h"

enum { LINES_MAX = 4, PARTS_MAX = 32 };

/* Type sizes and the height of their lines, in pixels. */
#define LABEL_SIZE 14.0
#define NOTE_SIZE 13.0
#define VALUE_SIZE 18.0
#define LABEL_LINE 18.0
#define NOTE_LINE 17.0
#define BASELINE 0.36 /* of the size: from the middle of a line down to its baseline */

static inline double max(double a, double b)
{
	return a > b ? a : b;
}

static inline double min(double a, double b)
{
	return a < b ? a : b;
}

static inline double clamp(double v, double low, double high)
{
	return v < low ? low : v > high ? high : v;
}

/* How a text is set. */
struct setting_of_text {
	double size, line; /* pixels: of the type, of a line */
	bool strong;
	enum anchor anchor;
	enum paint paint;
};

/* A text as lines under each other; y is the top.  Returns the height used. */
double draw_lines(struct drawing *d, double x, double y, double width, struct str s,
		  const struct setting_of_text *how);
double lines_height(struct str s, double width, const struct setting_of_text *how);
extern const struct setting_of_text set_label, set_note, set_note_right;

/* A mark's label over its note, from y down. */
void draw_block(struct drawing *d, double x, double y, double width, const struct mark *m);
double block_height(const struct mark *m, double width);

/* Heading of a series: its label, its note at the right or, where both do not fit, beneath.
 * Returns its height. */
double draw_series_head(struct drawing *d, double y, const struct series *s);

/* A key: swatch, value and word of each of the first n marks, flowing into rows.  Returns its
 * height. */
double draw_key(struct drawing *d, double y, const struct series *s, size_t n);

/* The kinds that have a file of their own. */
void chart_rows_draw(const struct chart *c, struct drawing *d);
void chart_scale_draw(const struct chart *c, struct drawing *d);
void chart_lines_draw(const struct chart *c, struct drawing *d);
void chart_matrix_draw(const struct chart *c, struct drawing *d);

#endif
