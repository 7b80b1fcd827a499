/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First steps of a composite indicator: fair sizes, gaps and extreme values of one indicator over
 * many units.  For benchmarks and for sensitivity analysis; a published total is never treated.
 *
 * Throughout: x has n values, known[i] says that unit i has one (NULL: all have); x[i] is ignored
 * where it is not known, and what is known must be finite.  Outputs are written at unknown places
 * as 0.  a: scratch, given back.  On an error nothing is written.
 *
 * The rules for extreme values are those of the Handbook on Constructing Composite Indicators
 * (OECD/JRC 2008) as W. Becker et al. state them (COINr, J. Open Source Softw. 7 (2022) 4567). */
#ifndef SSME_STAT_COMPOSITE_TREAT_H
#define SSME_STAT_COMPOSITE_TREAT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* x per unit of a size: x / size * scale.  Known where both are and the size is not 0.
 * ret_known: n flags, always written. */
void composite_denominate(const double *x, const bool *known, const double *size,
			  const bool *size_known, size_t n, double scale, double *out,
			  bool *ret_known);

/* Gaps filled with the mean of the known values in the unit's group (group: n codes, any numbers;
 * NULL: one group).  ret_known: false where the whole group is unknown. */
void composite_impute_mean(const double *x, const bool *known, const size_t *group, size_t n,
			   double *out, bool *ret_known);

/* A unit stays when at least `share` (0..1) of its n_indicators values count.  value and known are
 * indicator after indicator: [indicator * n + unit].  What counts: what is known, and when
 * zeros_are_missing only what is not 0. */
void composite_screen(const double *value, const bool *known, size_t n_indicators, size_t n,
		      double share, bool zeros_are_missing, bool *ret_stays);

/* Is a distribution too lopsided to be scaled by its ends?  It passes when |skewness| is below the
 * first limit or the kurtosis is below the second: both must fail. */
struct composite_limit {
	double skewness; /* usual: 2 */
	double kurtosis; /* usual: 3.5, excess */
};
extern const struct composite_limit composite_limit_usual;
struct composite_shape {
	bool valid; /* false: fewer than 4 known values, or they do not vary; then it passes */
	double skewness, kurtosis; /* adjusted (type 2), as in moment.h */
	bool passes;
};
struct composite_shape composite_shape_of(struct arena *a, const double *x, const bool *known,
					  size_t n, struct composite_limit limit);

/* Pulls in the ends, one distinct value at a time: while the shape fails and fewer than `most`
 * places have been changed, every value equal to the greatest becomes the next lower one (for a
 * negative skew: the least, the next higher).  out may be x.
 * ERR_INPUT: it would end with all values equal (a column of zeros with few others): such a column
 * must be recoded or left out. */
struct composite_winsorised {
	size_t n_high, n_low; /* places pulled down from above, up from below */
	struct composite_shape before, after;
};
bool composite_winsorise(struct arena *a, const double *x, const bool *known, size_t n, size_t most,
			 struct composite_limit limit, double *out,
			 struct composite_winsorised *ret, struct err *e) MUST_CHECK;

/* ln(x - min + (max - min) / 100).  ERR_INPUT: the values do not vary. */
bool composite_log_shift(const double *x, const bool *known, size_t n, double *out,
			 struct err *e) MUST_CHECK;

/* Both in turn: pulled in; when the shape still fails, the logarithm of the values as they were.
 * Errors of the two. */
struct composite_treated {
	struct composite_winsorised ends;
	bool logarithm;
	struct composite_shape after;
};
bool composite_treat(struct arena *a, const double *x, const bool *known, size_t n, size_t most,
		     struct composite_limit limit, double *out, struct composite_treated *ret,
		     struct err *e) MUST_CHECK;

/* |x - median| / (1.4826 MAD); where the MAD is 0, / (1.2533 mean absolute deviation from the
 * median) (B. Iglewicz, D. Hoaglin, How to Detect and Handle Outliers, 1993: over 3.5 is far out).
 * ERR_INPUT: no known value, or all are equal. */
bool composite_distance(struct arena *a, const double *x, const bool *known, size_t n, double *out,
			struct err *e) MUST_CHECK;

#endif
