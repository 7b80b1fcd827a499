/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pen of the PDF writer: texts set by pango, shapes painted by cairo, in points.  Texts are
 * measured once when they are made and painted once. */
#ifndef SSME_RENDER_PDF_PEN_H
#define SSME_RENDER_PDF_PEN_H

#include <pango/pangocairo.h>

#include "render/drawing.h"

#define PX 0.75 /* points in a CSS pixel: drawings are in pixels, pages in points */

struct pen {
	cairo_t *cr;
	PangoContext *context;
	PangoFontDescription *face[2]; /* regular, semi-bold */
	struct arena *a;
	PangoLayout **made; /* every layout, released by pen_close() */
	size_t n_made, cap_made;
};

/* One of a few ways to set text. */
struct type {
	double size; /* points */
	bool strong;
	double line; /* line height as a multiple of size */
	double tracking; /* letter spacing in thousandths of size */
	enum paint paint;
};

struct text {
	PangoLayout *layout; /* NULL: empty */
	double height, width; /* width: of the widest line */
	double base; /* from the top to the first baseline */
	enum paint paint;
};

void pen_open(struct pen *p, cairo_surface_t *surface, struct arena *a);
void pen_close(struct pen *p);

/* A text broken into lines of at most width points (0: never broken). */
struct text pen_text(struct pen *p, struct str s, const struct type *t, double width);
void pen_align_right(struct text *t, double width);
/* Cuts the text to what fits in height, with an ellipsis. */
void pen_cut(struct text *t, double height);
void pen_put(struct pen *p, const struct text *t, double x, double y); /* y: top */

void pen_colour(struct pen *p, enum paint paint);
void pen_box(struct pen *p, double x, double y, double w, double h, double r, enum paint fill);
void pen_rule(struct pen *p, double x, double y, double w, double thickness, enum paint paint);
/* The ground of a card: white with a thin line around it. */
void pen_card(struct pen *p, double x, double y, double w, double h);
/* Paints a drawing with its top left corner at x, y. */
void pen_drawing(struct pen *p, const struct drawing *d, double x, double y);

#endif
