/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A drawing as SVG text: presentation attributes only (a strict policy blocks style attributes),
 * each paint also as a class so that a page can give it the colours of its scheme. */
#ifndef SSME_RENDER_SVG_H
#define SSME_RENDER_SVG_H

#include "render/drawing.h"

struct svg_words {
	struct str id; /* unique in the page, ASCII letters, digits and - */
	struct str title; /* <title> */
	struct str alternative; /* <desc> */
	struct str css_class; /* of the svg element, or empty */
};

void svg_put(struct buf *b, const struct drawing *d, const struct svg_words *w);

#endif
