/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render/map.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "base/num.h"
#include "render/metrics.h"

static struct str json_text(struct arena *a, const json_t *o, const char *key)
{
	return str_dup(a, str_of(json_string_value(json_object_get(o, key))));
}

static int by_code(const void *a, const void *b)
{
	const struct map_region *x = a, *y = b;
	return str_cmp(x->code, y->code);
}

static bool view_box(struct str s, struct map *m)
{
	double v[4] = { 0 };
	for (size_t i = 0; i < 4; i++)
		if (!num_real(str_word(&s), &v[i]))
			return false;
	m->width = v[2];
	m->height = v[3];
	return m->width > 0 && m->height > 0;
}

static bool regions(struct arena *a, json_t *departments, struct map *m)
{
	m->region = NEW(a, json_object_size(departments), struct map_region);
	const char *code;
	json_t *o;
	json_object_foreach(departments, code, o) {
		const json_t *at = json_object_get(o, "label");
		struct map_region *r = &m->region[m->n++];
		*r = (struct map_region){
			.code = str_dup(a, str_of(code)),
			.name = json_text(a, o, "name"),
			.path = json_text(a, o, "d"),
			.label_x = json_number_value(json_array_get(at, 0)),
			.label_y = json_number_value(json_array_get(at, 1)),
		};
		if (!r->path.n || json_array_size(at) != 2)
			return false;
	}
	if (m->n)
		qsort(m->region, m->n, sizeof *m->region, by_code);
	return m->n > 0;
}

bool map_load(struct arena *a, struct str json, struct map *out, struct err *e)
{
	struct map m = { 0 };
	if (!json.n) {
		*out = m;
		return true;
	}
	json_error_t why;
	json_t *root = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, &why);
	if (!root)
		return err_set(e, ERR_INPUT, "map shapes: line %d: %s", why.line, why.text);
	const json_t *inset = json_object_get(root, "inset88");
	m.inset_x = json_number_value(json_array_get(inset, 0));
	m.inset_y = json_number_value(json_array_get(inset, 1));
	m.inset_width = json_number_value(json_array_get(inset, 2));
	m.inset_height = json_number_value(json_array_get(inset, 3));
	const bool good = view_box(json_text(a, root, "viewBox"), &m) &&
		regions(a, json_object_get(root, "departments"), &m);
	json_decref(root);
	if (!good)
		return err_set(e, ERR_INPUT,
			       "map shapes: no viewBox or a department without "
			       "outline and label");
	*out = m;
	return true;
}

/* The mark of a region, or NULL. */
static const struct mark *mark_of(const struct series *s, struct str code)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->mark[i].code, code))
			return &s->mark[i];
	return NULL;
}

static enum paint step_of(const struct mark *m, double largest)
{
	if (!m || !m->has_value || !(m->value > 0))
		return m && m->tone == TONE_MISSING ? PAINT_HATCH : PAINT_STEP_0;
	const double part = m->value / largest;
	/* Counts are skewed: the root spreads the many small ones. */
	int step = (int)ceil(5 * sqrt(part));
	step = step < 1 ? 1 : step > 5 ? 5 : step;
	return (enum paint)(PAINT_STEP_0 + step);
}

static void region_draw(struct drawing *d, const struct map_region *r, const struct mark *m,
			double largest, double scale)
{
	struct str tip = r->name;
	if (m && m->text.n)
		tip = str_fmt(d->a, "%.*s: %.*s", STR_ARG(r->name), STR_ARG(m->text));
	draw(d,
	     (struct shape){ .kind = SHAPE_PATH,
			     .fill = step_of(m, largest),
			     .stroke = PAINT_PAPER,
			     .stroke_width = 0.7,
			     .text = r->path,
			     .scale = scale,
			     .tip = tip });
}

/* Square pixels that the outline encloses. */
static double area_of(const struct map_region *r, double scale)
{
	struct str rest = r->path;
	struct path_step at = { 0 }, last = { 0 }, first = { 0 };
	double twice = 0;
	while (path_next(&rest, &at)) {
		if (at.kind == 'M')
			first = at;
		else if (at.kind == 'Z')
			twice += last.x * first.y - first.x * last.y;
		else
			twice += last.x * at.y - at.x * last.y;
		last = at;
	}
	return fabs(twice) / 2 * scale * scale;
}

/* A region smaller than its digits gets a badge of its own colour. */
static void badge_draw(struct drawing *d, double x, double y, double width, enum paint fill)
{
	draw(d,
	     (struct shape){ .kind = SHAPE_RECT,
			     .x = x - width / 2 - 4,
			     .y = y - 8,
			     .w = width + 8,
			     .h = 16,
			     .r = 8,
			     .fill = fill,
			     .stroke = PAINT_PAPER,
			     .stroke_width = 1 });
}

/* The count stands on its region; that of the islands under their frame. */
static void count_draw(struct drawing *d, const struct map *map, const struct map_region *r,
		       const struct mark *m, double largest, double scale)
{
	if (!m || !m->has_value || !(m->value > 0))
		return;
	const double size = 12, width = text_width(m->text, size, true);
	enum paint fill = step_of(m, largest);
	double x = r->label_x * scale, y = r->label_y * scale;
	if (map->inset_width > 0 && r->label_x < map->inset_x + map->inset_width &&
	    r->label_y < map->inset_y + map->inset_height + 40) {
		x = (map->inset_x + map->inset_width / 2) * scale;
		y = (map->inset_y + map->inset_height) * scale + 9;
		fill = PAINT_PAPER;
	} else if (sqrt(area_of(r, scale)) < width + 18) {
		badge_draw(d, x, y, width, fill);
	}
	draw_text(d, x, y + 0.36 * size, m->text, size, true, ANCHOR_MIDDLE, paint_on(fill));
}

static void inset_draw(const struct map *map, struct drawing *d, double scale)
{
	if (map->inset_width > 0)
		draw(d,
		     (struct shape){ .kind = SHAPE_RECT,
				     .x = map->inset_x * scale,
				     .y = map->inset_y * scale,
				     .w = map->inset_width * scale,
				     .h = map->inset_height * scale,
				     .r = 4,
				     .stroke = PAINT_LINE,
				     .stroke_width = 1 });
}

void map_draw(const struct map *map, const struct series *s, struct drawing *d)
{
	if (!map->n)
		return;
	const double scale = d->width / map->width;
	double largest = 0;
	for (size_t i = 0; i < s->n; i++)
		if (s->mark[i].has_value && s->mark[i].value > largest)
			largest = s->mark[i].value;
	inset_draw(map, d, scale);
	for (size_t i = 0; i < map->n; i++)
		region_draw(d, &map->region[i], mark_of(s, map->region[i].code), largest, scale);
	for (size_t i = 0; i < map->n; i++)
		count_draw(d, map, &map->region[i], mark_of(s, map->region[i].code), largest,
			   scale);
	d->height = map->height * scale;
}
