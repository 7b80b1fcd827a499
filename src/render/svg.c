/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/svg.h"

#include <math.h>

#include "base/num.h"

static void put_number(struct buf *b, double v)
{
	const double tenths = round(v * 10) / 10;
	num_put_real(b, tenths == 0 ? 0 : tenths); /* no "-0" */
}

static void put_length(struct buf *b, const char *name, double v)
{
	buf_fmt(b, " %s=\"", name);
	put_number(b, v);
	buf_putc(b, '"');
}

static void put_colour(struct buf *b, const char *name, enum paint paint, struct str id)
{
	if (paint == PAINT_NONE)
		buf_fmt(b, " %s=\"none\"", name);
	else if (paint == PAINT_HATCH && name[0] == 'f')
		buf_fmt(b, " fill=\"url(#%.*s-h)\"", STR_ARG(id));
	else
		buf_fmt(b, " %s=\"#%06x\"", name, (unsigned)paint_value[paint].rgb);
}

/* Class and colours that a run of shapes shares.  A hatch is a pattern and has no class of its
 * own: the classes of the pattern's parts colour it. */
static void put_look(struct buf *b, const struct shape *s, struct str id)
{
	const bool text = s->kind == SHAPE_TEXT;
	const enum paint fill = s->kind == SHAPE_LINE ? PAINT_NONE : s->fill;
	buf_puts(b, " class=\"");
	if (fill != PAINT_NONE && fill != PAINT_HATCH)
		buf_puts(b, paint_value[fill].css_class);
	if (s->stroke != PAINT_NONE)
		buf_fmt(b, " o%s", paint_value[s->stroke].css_class);
	buf_putc(b, '"');
	put_colour(b, "fill", fill, id);
	if (s->stroke != PAINT_NONE) {
		put_colour(b, "stroke", s->stroke, id);
		const double scale = s->kind == SHAPE_PATH && s->scale > 0 ? s->scale : 1;
		put_length(b, "stroke-width", s->stroke_width / scale);
		if (text)
			buf_puts(b, " paint-order=\"stroke\" stroke-linejoin=\"round\"");
	}
	if (s->kind == SHAPE_PATH) {
		buf_puts(b, " transform=\"scale(");
		num_put_fixed(b, s->scale, 4);
		buf_puts(b, ")\"");
	}
	if (text) {
		static const char *const anchor[] = { "start", "middle", "end" };
		put_length(b, "font-size", s->size);
		if (s->strong)
			buf_puts(b, " font-weight=\"600\"");
		if (s->anchor != ANCHOR_START)
			buf_fmt(b, " text-anchor=\"%s\"", anchor[s->anchor]);
	}
}

static bool same_look(const struct shape *a, const struct shape *b)
{
	const bool text = a->kind == SHAPE_TEXT;
	return text == (b->kind == SHAPE_TEXT) &&
		(a->kind == SHAPE_PATH) == (b->kind == SHAPE_PATH) &&
		(a->kind == SHAPE_LINE) == (b->kind == SHAPE_LINE) && a->fill == b->fill &&
		a->stroke == b->stroke &&
		(a->stroke == PAINT_NONE || fabs(a->stroke_width - b->stroke_width) < 0.01) &&
		(a->kind != SHAPE_PATH || fabs(a->scale - b->scale) < 1e-9) &&
		(!text ||
		 (fabs(a->size - b->size) < 0.01 && a->strong == b->strong &&
		  a->anchor == b->anchor));
}

static void put_geometry(struct buf *b, const struct shape *s)
{
	switch (s->kind) {
	case SHAPE_RECT:
		buf_puts(b, "<rect");
		put_length(b, "x", s->x);
		put_length(b, "y", s->y);
		put_length(b, "width", s->w);
		put_length(b, "height", s->h);
		if (s->r > 0)
			put_length(b, "rx", s->r);
		break;
	case SHAPE_CIRCLE:
		buf_puts(b, "<circle");
		put_length(b, "cx", s->x);
		put_length(b, "cy", s->y);
		put_length(b, "r", s->r);
		break;
	case SHAPE_LINE:
		buf_puts(b, "<line");
		put_length(b, "x1", s->x);
		put_length(b, "y1", s->y);
		put_length(b, "x2", s->x + s->w);
		put_length(b, "y2", s->y + s->h);
		break;
	case SHAPE_PATH:
		buf_puts(b, "<path d=\"");
		esc_attr(b, s->text);
		buf_putc(b, '"');
		break;
	case SHAPE_TEXT:
		buf_puts(b, "<text");
		put_length(b, "x", s->x);
		put_length(b, "y", s->y);
		break;
	}
}

static void put_shape(struct buf *b, const struct shape *s)
{
	static const char *const end[] = { "rect", "circle", "line", "path", "text" };
	put_geometry(b, s);
	if (s->kind != SHAPE_TEXT && !s->tip.n) {
		buf_puts(b, "/>");
		return;
	}
	buf_putc(b, '>');
	if (s->tip.n) {
		buf_puts(b, "<title>");
		esc_text(b, s->tip);
		buf_puts(b, "</title>");
	}
	if (s->kind == SHAPE_TEXT)
		esc_text(b, s->text);
	buf_fmt(b, "</%s>", end[s->kind]);
}

/* The hatch, where the drawing has one. */
static void put_pattern(struct buf *b, const struct drawing *d, struct str id)
{
	bool wanted = false;
	for (size_t i = 0; i < d->n; i++)
		wanted = wanted || d->shape[i].fill == PAINT_HATCH;
	if (wanted)
		buf_fmt(b,
			"<defs><pattern id=\"%.*s-h\" width=\"6\" height=\"6\" "
			"patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
			"<rect class=\"w\" width=\"6\" height=\"6\" fill=\"#ffffff\"/>"
			"<line class=\"oh\" x1=\"1\" y1=\"0\" x2=\"1\" y2=\"6\" stroke=\"#%06x\" "
			"stroke-width=\"2\"/></pattern></defs>",
			STR_ARG(id), (unsigned)paint_value[PAINT_HATCH].rgb);
}

static void put_head(struct buf *b, const struct drawing *d, const struct svg_words *w)
{
	buf_puts(b, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
	if (w->css_class.n) {
		buf_puts(b, " class=\"");
		esc_attr(b, w->css_class);
		buf_putc(b, '"');
	}
	buf_puts(b, " viewBox=\"0 0 ");
	put_number(b, d->width);
	buf_putc(b, ' ');
	put_number(b, ceil(d->height));
	buf_putc(b, '"');
	put_length(b, "width", d->width);
	put_length(b, "height", ceil(d->height));
	buf_fmt(b, " role=\"img\" aria-labelledby=\"%.*s-t %.*s-d\"", STR_ARG(w->id),
		STR_ARG(w->id));
	buf_puts(b, " font-family=\"Inter, system-ui, sans-serif\">");
	buf_fmt(b, "<title id=\"%.*s-t\">", STR_ARG(w->id));
	esc_text(b, w->title);
	buf_fmt(b, "</title><desc id=\"%.*s-d\">", STR_ARG(w->id));
	esc_text(b, w->alternative);
	buf_puts(b, "</desc>");
}

void svg_put(struct buf *b, const struct drawing *d, const struct svg_words *w)
{
	put_head(b, d, w);
	put_pattern(b, d, w->id);
	for (size_t i = 0; i < d->n; i++) {
		if (i == 0 || !same_look(&d->shape[i - 1], &d->shape[i])) {
			buf_puts(b, i ? "</g>\n<g" : "\n<g");
			put_look(b, &d->shape[i], w->id);
			buf_putc(b, '>');
		}
		put_shape(b, &d->shape[i]);
	}
	buf_puts(b, d->n ? "</g></svg>" : "</svg>");
}
