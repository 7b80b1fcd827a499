/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words and numbers of a cluster's own report.  Internal to the room report. */
#ifndef SSME_REPORT_CLUSTER_REPORT_WORDS_H
#define SSME_REPORT_CLUSTER_REPORT_WORDS_H

#include "report/cluster_report.h"

/* The report being put together. */
struct own_report {
	struct arena *a;
	const struct cluster_report_input *in;
	enum lang lang;
	const struct cluster_score *own;
	const struct cluster_robustness *sure; /* NULL: no model, or the cluster is not scored */
};

struct str own_say(const struct own_report *r, const char *es, const char *en);

/* «63,6»: one decimal, and more where one would put a score on the wrong side of a cut. */
struct str own_points(const struct own_report *r, int64_t micro);
/* «4,9», «−0,03», «0»: one decimal, and more where that would say zero. */
struct str own_difference(const struct own_report *r, int64_t micro);
struct str own_exact(const struct own_report *r, int64_t micro); /* «60», «62,5» */
/* The same with its sign: «+4,9». */
struct str own_signed(const struct own_report *r, int64_t micro);
struct str own_real(const struct own_report *r, double v, int decimals);
struct str own_count(const struct own_report *r, int64_t n);
/* «89 de cada 100», «más de 99 de cada 100», «menos de 1 de cada 100», «100 de cada 100». */
struct str own_in_hundred(const struct own_report *r, double part);

struct str own_level(const struct own_report *r, int level); /* of profile[0] */
struct str own_area(const struct own_report *r, size_t area);
double own_weight(const struct own_report *r, size_t area); /* of 100, over all areas */
/* What an item asks, cut at a word where it is long. */
struct str own_item(const struct own_report *r, size_t item);
struct str own_effort(const struct own_report *r, int effort); /* «esfuerzo bajo» */
/* The answer of today to a question of options; empty for other questions. */
struct str own_today(const struct own_report *r, struct str question);

/* The finding on the cover, and the sentence under it. */
struct str own_title(const struct own_report *r);
struct str own_subtitle(const struct own_report *r);
/* «A 3,6 puntos por encima del corte de Consolidado». */
struct str own_distance(const struct own_report *r);

#endif
