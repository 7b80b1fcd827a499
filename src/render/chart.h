/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chart of the document as a drawing of a given width.  Titles, subtitle and source are not in
 * it: page and PDF set those as text of their own. */
#ifndef SSME_RENDER_CHART_H
#define SSME_RENDER_CHART_H

#include "render/drawing.h"
#include "render/map.h"
#include "report/document.h"

/* Widths below this get the narrow arrangement: labels above their bars. */
enum { CHART_NARROW_BELOW = 520, CHART_WIDTH_MIN = 240 };

/* low: as low as may be (dots have their counts at the right, not beneath).
 * map may be NULL when c is no CHART_MAP; a map chart without shapes draws nothing (its table and
 * text alternative say it all).  Texts in the drawing are those of c. */
void chart_draw(const struct chart *c, double width, bool low, const struct map *map,
		struct arena *a, struct drawing *out);

/* Fill and outline that stand for a tone, the same everywhere. */
enum paint tone_fill(enum tone tone);
enum paint tone_edge(enum tone tone); /* PAINT_NONE: no outline */

#endif
