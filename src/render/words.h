/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The few words that writers add of their own, in both languages. */
#ifndef SSME_RENDER_WORDS_H
#define SSME_RENDER_WORDS_H

#include "base/lang.h"

struct words {
	const char *skip, *contents, *as_table, *figures, *figures_note, *figure, *says, *value, *n,
		*between, *and, *round, *method, *data, *made_by, *page, *of, *sheet, *chart,
		*table, *unit, *number, *status, *fraction_top, *fraction_bottom, *low, *high,
		*missing_nr, *missing_nd, *missing_na, *formula, *universe, *form, *note, *printed,
		*difference, *list, *figures_sheet, *what, *date, *notice, *warning, *bounds,
		*bound_low, *bound_high, *cards, *detail;
};
extern const struct words words[LANG_N];

#endif
