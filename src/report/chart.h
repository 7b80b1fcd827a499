/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts of figures: marks, notes of source, text alternative and table.  Internal to the room
 * report. */
#ifndef SSME_REPORT_CHART_H
#define SSME_REPORT_CHART_H

#include "report/bulletin.h"

/* What a chart is made from: a row of the figures sheet whose figures were found. */
struct chart_row {
	const struct bulletin_input *in;
	enum lang lang;
	struct str title, subtitle;         /* already with live numbers */
	const struct figure *const *figure; /* n >= 1 */
	size_t n;
};

/* Text alternative and table of a chart whose marks are set: label, text, detail, figure. */
void chart_tell(struct arena *a, struct chart *c, enum lang lang);
/* The same of a matrix: a row a series, a column a mark. */
void chart_tell_matrix(struct arena *a, struct chart *c);

const struct chart *chart_levels(struct arena *a, const struct chart_row *row);
/* A bar a figure on a scale of 0..100, with intervals. */
const struct chart *chart_shares(struct arena *a, const struct chart_row *row);
/* A bar a figure; of 0..100 with intervals when all are percent, from zero otherwise.  A list
 * figure gives a bar for each of its items. */
const struct chart *chart_bars(struct arena *a, const struct chart_row *row);
const struct chart *chart_composition(struct arena *a, const struct chart_row *row);
/* The first figure is a list of counts by code of department. */
const struct chart *chart_map(struct arena *a, const struct chart_row *row);

#endif
