/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The map of departments: shapes read from the shipped file, coloured by the marks of a chart. */
#ifndef SSME_RENDER_MAP_H
#define SSME_RENDER_MAP_H

#include "render/drawing.h"
#include "report/document.h"

struct map_region {
	struct str code; /* "05" */
	struct str name; /* "Antioquia" */
	struct str path; /* SVG path data, unit of the view box */
	double label_x, label_y;
};

struct map {
	double width, height; /* of the view box, which begins at 0, 0 */
	double inset_x, inset_y, inset_width,
		inset_height; /* frame of the islands; width 0: none */
	struct map_region *region; /* by code */
	size_t n;
};

/* json: {"viewBox":"0 0 W H","inset88":[x,y,w,h],"departments":{CODE:{"name","d","label":[x,y]}}}.
 * An empty text gives an empty map.  ERR_INPUT: it is not of that form. */
bool map_load(struct arena *a, struct str json, struct map *out, struct err *e) MUST_CHECK;

/* Every region, in five steps away from the paper by the root of value / largest value (counts are
 * skewed); grey without a value; its count on each that has one.  Sets d->height. */
void map_draw(const struct map *map, const struct series *s, struct drawing *d);

#endif
