/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences with live numbers.  Internal to the room report. */
#ifndef SSME_REPORT_WORDS_H
#define SSME_REPORT_WORDS_H

#include "indicator/indicator.h"

/* text with its placeholders filled from the first cell:
 *   {F16}           the figure as printed: «72 %»
 *   {F16.of}        «72 de 100» for a share of at most 100, else as {F16}
 *   {F16.n}         rows used
 *   {F16.interval}  «entre 68 y 75»; the figure as printed where it has none
 * A figure that asks for caution is followed by «(por verificar)».  A brace that starts none of
 * these stays as it is. */
struct str words_fill(struct arena *a, struct str text, const struct figures *fs, enum lang lang);

/* «72 de 100», or an empty text when the figure is no share of at most 100. */
struct str words_of(struct arena *a, const struct figure *f, enum lang lang);
/* «entre 68 y 75», or an empty text. */
struct str words_interval(struct arena *a, const struct figure *f, enum lang lang);
/* «entre 70 y 74 según lo que callan los que no respondieron»: the bounds of a share for
 * non-response; empty where everybody answered. */
struct str words_bounds(struct arena *a, const struct figure *f, enum lang lang);
/* «F13–F15, F20» for ids in a row that only differ in their number. */
struct str words_ids(struct arena *a, const struct figure *const *f, size_t n);
struct str words_int(struct arena *a, enum lang lang, int64_t v);

#endif
