/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charts of a cluster's own report, each with its table and its text alternative.  Internal to
 * the room report. */
#ifndef SSME_REPORT_CLUSTER_REPORT_CHART_H
#define SSME_REPORT_CLUSTER_REPORT_CHART_H

#include "report/cluster_report_words.h"

/* A table with its heads in both languages; number: a letter a column, 'n' for numbers. */
struct table own_table(const struct own_report *r, const char *const *es, const char *const *en,
		       const char *number, size_t n_rows);

/* The score on the scale of the official levels. */
const struct chart *own_scale_chart(const struct own_report *r);
/* The areas, highest first, on the band of the peers. */
const struct chart *own_area_chart(const struct own_report *r);
/* What moved the score since the last round, item by item; the cluster has a computed change. */
const struct chart *own_change_chart(const struct own_report *r);

#endif
