/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A drawing: flat shapes in the order they are painted, with named paints in place of colours.
 * Charts and the map become drawings; svg.c writes one as SVG, pdf.c paints the same one.
 * Lengths are CSS pixels, y grows downwards.  Everything lives in the drawing's arena. */
#ifndef SSME_RENDER_DRAWING_H
#define SSME_RENDER_DRAWING_H

#include "base/text.h"

/* Meanings of colour.  drawing.c holds the light values, web/style.css both schemes. */
enum paint {
	PAINT_NONE,
	PAINT_INK,
	PAINT_SOFT,
	PAINT_LINE,
	PAINT_PAPER,
	PAINT_QUIET,
	PAINT_TRACK, /* the empty part of a bar */
	PAINT_LEVEL_1,
	PAINT_LEVEL_2,
	PAINT_LEVEL_3,
	PAINT_LEVEL_4,
	PAINT_EDGE, /* outline of the lightest level */
	PAINT_PLAIN,
	PAINT_DECLINE,
	PAINT_HATCH, /* as fill: diagonal hatch; as stroke: its line */
	PAINT_STEP_0, /* map: none; then five steps away from the paper */
	PAINT_STEP_1,
	PAINT_STEP_2,
	PAINT_STEP_3,
	PAINT_STEP_4,
	PAINT_STEP_5,
	PAINT_N,
};

struct paint_value {
	const char *css_class;
	uint32_t rgb; /* light scheme, 0xRRGGBB */
};
extern const struct paint_value paint_value[PAINT_N];

/* The paint of a text that stands on fill: ink or paper, whichever is legible (>= 4.5:1). */
enum paint paint_on(enum paint fill);

enum shape_kind { SHAPE_RECT, SHAPE_CIRCLE, SHAPE_LINE, SHAPE_PATH, SHAPE_TEXT };
enum anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };

struct shape {
	enum shape_kind kind;
	enum paint fill, stroke; /* text: stroke is a halo under the letters */
	double x, y; /* rect: top left; circle: centre; line: one end; text: on the baseline */
	double w, h; /* rect: size; line: the other end, from x, y */
	double r; /* circle: radius; rect: radius of its corners */
	double stroke_width;
	struct str text; /* text; path: SVG data with M, m, L, l, Z, z only */
	double scale; /* path: unit of its data in pixels */
	double size; /* text */
	bool strong; /* text: semi-bold */
	enum anchor anchor; /* text */
	struct str tip; /* what a pointer shows over it, or empty */
};

struct drawing {
	struct arena *a;
	double width, height;
	struct shape *shape;
	size_t n, cap;
};

void drawing_init(struct drawing *d, struct arena *a, double width);
struct shape *draw(struct drawing *d, struct shape s); /* valid until the next one is added */
void draw_rect(struct drawing *d, double x, double y, double w, double h, double r,
	       enum paint fill);
void draw_text(struct drawing *d, double x, double y, struct str text, double size, bool strong,
	       enum anchor anchor, enum paint fill);

/* The steps of path data, for painters that have no parser of their own. */
struct path_step {
	char kind; /* 'M', 'L' or 'Z' */
	double x, y; /* absolute; meaningless for Z */
};
/* Reads the next step of *rest.  False at the end or at data it does not know. */
bool path_next(struct str *rest, struct path_step *at);

#endif
