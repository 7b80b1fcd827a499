/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparing names as people do: without case and accents; Spanish order (ñ after n);
 * and which known name somebody probably meant. */
#ifndef SSME_BASE_FOLD_H
#define SSME_BASE_FOLD_H

#include "base/text.h"

/* Lower case, accents off (ñ becomes n), runs of spaces as one.  Latin letters only. */
struct str fold(struct arena *a, struct str s);
/* Bytes that compare (str_cmp) as a Spanish dictionary sorts: letters, then ñ after n, then
 * accents. */
struct str fold_sort_key(struct arena *a, struct str s);
/* The candidate nearest to s by edit distance over folded forms, or an empty text when none is
 * near (over a third of its length away). */
struct str fold_nearest(struct arena *a, struct str s, const struct str *candidate, size_t n);

#endif
