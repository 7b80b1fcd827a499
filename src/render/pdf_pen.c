/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/pdf_pen.h"

#include <limits.h>
#include <math.h>

static int units(double points)
{
	return (int)lround(points * PANGO_SCALE);
}

static double points(int pango_units)
{
	return (double)pango_units / PANGO_SCALE;
}

/* Widths as the printer has them: no hinting, no rounding to pixels. */
static PangoContext *context_make(cairo_surface_t *surface)
{
	PangoContext *c = pango_font_map_create_context(pango_cairo_font_map_get_default());
	cairo_font_options_t *o = cairo_font_options_create();
	cairo_surface_get_font_options(surface, o);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	pango_cairo_context_set_font_options(c, o);
	pango_cairo_context_set_resolution(c, 72);
	pango_context_set_round_glyph_positions(c, FALSE);
	cairo_font_options_destroy(o);
	return c;
}

void pen_open(struct pen *p, cairo_surface_t *surface, struct arena *a)
{
	*p = (struct pen){ .cr = cairo_create(surface), .context = context_make(surface), .a = a };
	for (int i = 0; i < 2; i++) {
		p->face[i] = pango_font_description_new();
		pango_font_description_set_family_static(p->face[i], "Inter, sans-serif");
		pango_font_description_set_weight(p->face[i],
						  i ? PANGO_WEIGHT_SEMIBOLD : PANGO_WEIGHT_NORMAL);
	}
}

void pen_close(struct pen *p)
{
	for (size_t i = 0; i < p->n_made; i++)
		g_object_unref(p->made[i]);
	for (int i = 0; i < 2; i++)
		pango_font_description_free(p->face[i]);
	g_object_unref(p->context);
	cairo_destroy(p->cr);
}

static PangoLayout *layout_make(struct pen *p)
{
	if (p->n_made == p->cap_made) {
		const size_t cap = p->cap_made ? 2 * p->cap_made : 256;
		p->made = arena_grow(p->a, p->made, p->n_made, cap, sizeof(PangoLayout *));
		p->cap_made = cap;
	}
	return p->made[p->n_made++] = pango_layout_new(p->context);
}

static void attribute(PangoAttrList *list, PangoAttribute *attr)
{
	attr->start_index = 0;
	attr->end_index = UINT_MAX;
	pango_attr_list_insert(list, attr);
}

/* A type as attributes of a whole text. */
static void attributes(struct pen *p, PangoAttrList *list, const struct type *t)
{
	PangoFontDescription *face = pango_font_description_copy(p->face[t->strong]);
	pango_font_description_set_absolute_size(face, t->size * PANGO_SCALE);
	attribute(list, pango_attr_font_desc_new(face));
	pango_font_description_free(face);
	attribute(list, pango_attr_font_features_new("tnum=1"));
	attribute(list, pango_attr_line_height_new_absolute(units(t->size * t->line)));
	if (t->tracking < 0 || t->tracking > 0)
		attribute(list, pango_attr_letter_spacing_new(units(t->size * t->tracking / 1000)));
}

static struct text measured(PangoLayout *layout, enum paint paint)
{
	PangoRectangle r;
	pango_layout_get_extents(layout, NULL, &r);
	return (struct text){ .layout = layout,
			      .width = points(r.width),
			      .height = points(r.height),
			      .paint = paint,
			      .base = points(pango_layout_get_baseline(layout)) };
}

static struct text set(struct pen *p, struct str whole, PangoAttrList *list, enum paint paint,
		       double width)
{
	PangoLayout *layout = layout_make(p);
	pango_layout_set_text(layout, whole.p, whole.n > INT_MAX ? INT_MAX : (int)whole.n);
	pango_layout_set_attributes(layout, list);
	pango_attr_list_unref(list);
	if (width > 0) {
		pango_layout_set_width(layout, units(width));
		pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	}
	return measured(layout, paint);
}

struct text pen_text(struct pen *p, struct str s, const struct type *t, double width)
{
	if (!s.n)
		return (struct text){ .paint = t->paint };
	PangoAttrList *list = pango_attr_list_new();
	attributes(p, list, t);
	return set(p, s, list, t->paint, width);
}

void pen_align_right(struct text *t, double width)
{
	if (!t->layout)
		return;
	pango_layout_set_width(t->layout, units(width));
	pango_layout_set_alignment(t->layout, PANGO_ALIGN_RIGHT);
	*t = measured(t->layout, t->paint);
}

void pen_cut(struct text *t, double height)
{
	if (!t->layout || t->height <= height)
		return;
	pango_layout_set_height(t->layout, units(height));
	pango_layout_set_ellipsize(t->layout, PANGO_ELLIPSIZE_END);
	*t = measured(t->layout, t->paint);
}

void pen_colour(struct pen *p, enum paint paint)
{
	const uint32_t rgb = paint_value[paint].rgb;
	cairo_set_source_rgb(p->cr, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0,
			     (rgb & 255) / 255.0);
}

void pen_put(struct pen *p, const struct text *t, double x, double y)
{
	if (!t->layout)
		return;
	pen_colour(p, t->paint);
	cairo_move_to(p->cr, x, y);
	pango_cairo_show_layout(p->cr, t->layout);
}

static void box_path(cairo_t *cr, double x, double y, double w, double h, double r)
{
	r = fmin(r, fmin(w, h) / 2);
	if (r <= 0) {
		cairo_rectangle(cr, x, y, w, h);
		return;
	}
	cairo_new_sub_path(cr);
	cairo_arc(cr, x + w - r, y + r, r, -M_PI / 2, 0);
	cairo_arc(cr, x + w - r, y + h - r, r, 0, M_PI / 2);
	cairo_arc(cr, x + r, y + h - r, r, M_PI / 2, M_PI);
	cairo_arc(cr, x + r, y + r, r, M_PI, 3 * M_PI / 2);
	cairo_close_path(cr);
}

void pen_box(struct pen *p, double x, double y, double w, double h, double r, enum paint fill)
{
	box_path(p->cr, x, y, w, h, r);
	pen_colour(p, fill);
	cairo_fill(p->cr);
}

void pen_rule(struct pen *p, double x, double y, double w, double thickness, enum paint paint)
{
	pen_box(p, x, y - thickness / 2, w, thickness, 0, paint);
}

void pen_card(struct pen *p, double x, double y, double w, double h)
{
	box_path(p->cr, x + 0.3, y + 0.3, w - 0.6, h - 0.6, 6);
	cairo_set_source_rgb(p->cr, 1, 1, 1);
	cairo_fill_preserve(p->cr);
	pen_colour(p, PAINT_LINE);
	cairo_set_line_width(p->cr, 0.6);
	cairo_stroke(p->cr);
}

/* White ground and lines at 45 degrees inside the current path, which is kept. */
static void hatch(struct pen *p)
{
	double x1, y1, x2, y2;
	cairo_save(p->cr);
	cairo_path_extents(p->cr, &x1, &y1, &x2, &y2);
	cairo_path_t *outline = cairo_copy_path(p->cr);
	cairo_set_source_rgb(p->cr, 1, 1, 1);
	cairo_fill_preserve(p->cr);
	cairo_clip(p->cr);
	pen_colour(p, PAINT_HATCH);
	cairo_set_line_width(p->cr, 2);
	const double step = 6 * M_SQRT2;
	for (double x = x1 - (y2 - y1); x < x2; x += step) {
		cairo_move_to(p->cr, x, y2);
		cairo_line_to(p->cr, x + (y2 - y1), y1);
	}
	cairo_stroke(p->cr);
	cairo_restore(p->cr);
	cairo_append_path(p->cr, outline);
	cairo_path_destroy(outline);
}

/* Fills and strokes the current path. */
static void paint_path(struct pen *p, const struct shape *s)
{
	if (s->fill == PAINT_HATCH) {
		hatch(p);
	} else if (s->fill != PAINT_NONE) {
		pen_colour(p, s->fill);
		cairo_fill_preserve(p->cr);
	}
	if (s->stroke != PAINT_NONE) {
		pen_colour(p, s->stroke);
		cairo_set_line_width(p->cr, s->stroke_width);
		cairo_stroke(p->cr);
	}
	cairo_new_path(p->cr);
}

static void shape_path(struct pen *p, const struct shape *s)
{
	struct str rest = s->text;
	struct path_step at = { 0 };
	while (path_next(&rest, &at)) {
		if (at.kind == 'M')
			cairo_move_to(p->cr, at.x * s->scale, at.y * s->scale);
		else if (at.kind == 'L')
			cairo_line_to(p->cr, at.x * s->scale, at.y * s->scale);
		else
			cairo_close_path(p->cr);
	}
	paint_path(p, s);
}

static void shape_text(struct pen *p, const struct shape *s)
{
	const struct type type = {
		.size = s->size, .strong = s->strong, .line = 1.2, .paint = s->fill
	};
	const struct text t = pen_text(p, s->text, &type, 0);
	const double back = s->anchor == ANCHOR_END ? t.width
		: s->anchor == ANCHOR_MIDDLE        ? t.width / 2
						    : 0;
	pen_put(p, &t, s->x - back, s->y - t.base);
}

static void shape_paint(struct pen *p, const struct shape *s)
{
	switch (s->kind) {
	case SHAPE_RECT:
		box_path(p->cr, s->x, s->y, s->w, s->h, s->r);
		paint_path(p, s);
		break;
	case SHAPE_CIRCLE:
		cairo_new_sub_path(p->cr);
		cairo_arc(p->cr, s->x, s->y, s->r, 0, 2 * M_PI);
		cairo_close_path(p->cr);
		paint_path(p, s);
		break;
	case SHAPE_LINE:
		cairo_move_to(p->cr, s->x, s->y);
		cairo_line_to(p->cr, s->x + s->w, s->y + s->h);
		paint_path(p, s);
		break;
	case SHAPE_PATH: shape_path(p, s); break;
	case SHAPE_TEXT: shape_text(p, s); break;
	}
}

void pen_drawing(struct pen *p, const struct drawing *d, double x, double y)
{
	cairo_save(p->cr);
	cairo_translate(p->cr, x, y);
	cairo_scale(p->cr, PX, PX);
	cairo_set_line_join(p->cr, CAIRO_LINE_JOIN_ROUND);
	for (size_t i = 0; i < d->n; i++)
		shape_paint(p, &d->shape[i]);
	cairo_restore(p->cr);
}
