/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between two instruments in a way that can change a number: weights, points, cuts,
 * gates, steps, formulas, settings of the method and bridges.  Wording does not count.  It is why a
 * changed method needs a new version and a reason. */
#ifndef SSME_INSTRUMENT_DIFFERENCE_H
#define SSME_INSTRUMENT_DIFFERENCE_H

#include "instrument/instrument.h"

struct method_difference {
	struct str place;            /* "method.areas G weight" */
	struct str old_text, new_text; /* empty: it is not there */
};

/* *ret_n of them, sorted by place; none when what the old one computes, the new one computes alike:
 * an indicator that is only added changes no number. */
struct method_difference *method_differences(struct arena *a, const struct instrument *old_one,
					     const struct instrument *new_one, size_t *ret_n);

#endif
