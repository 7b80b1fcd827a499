/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How wide a text will be, near enough to place labels: no font is opened, kerning is left out
 * (within 3 % of what pango draws).  The same for page and PDF, so both get the same chart. */
#ifndef SSME_RENDER_METRICS_H
#define SSME_RENDER_METRICS_H

#include "base/text.h"

/* Width of s in the unit of size; strong: semi-bold. */
double text_width(struct str s, double size, bool strong);

/* Breaks s at spaces into at most max lines no wider than width; what is left over stays in the
 * last line, and a word wider than width has a line of its own.  The lines point into s.  Returns
 * how many there are: 0 for an empty text. */
size_t text_wrap(struct str s, double size, bool strong, double width, struct str *line,
		 size_t max);

#endif
