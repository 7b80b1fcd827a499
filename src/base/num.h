/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers in and out of text, without the C locale. */
#ifndef SSME_BASE_NUM_H
#define SSME_BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lang.h"
#include "base/text.h"

/* An exact decimal: mantissa / 10^scale, 0 <= scale <= 18. */
struct decimal {
	int64_t mantissa;
	int scale;
};

/* Whole text is an integer: optional sign, digits.  False: not one, or past int64. */
static inline bool num_int(struct str s, int64_t *out);
/* Whole text is a decimal number: optional sign, digits, optional point and digits, optional
 * exponent.  A digit must stand before or after the point: ".5" and "5." are read, "." is not.
 * Correctly rounded.  False for anything else, also "inf", "nan", hexadecimal, and for numbers too
 * large for a double ("1e999"); too small ones are 0. */
static inline bool num_real(struct str s, double *out);
/* As num_real but exact: up to 18 significant digits (zeros at the end of a fraction are dropped
 * where they are too many), no exponent. */
bool num_decimal(struct str s, struct decimal *out);
/* Spanish habits: dots may group thousands in threes, a comma starts the decimals.  Writes the
 * plain form (point, no grouping) into out; false, and out as it was, when it is no number in that
 * habit ("1.5" is none: its group has one digit). */
bool num_from_comma(struct str s, struct buf *out);

void num_put_int(struct buf *b, int64_t v);
/* Shortest text that reads back the same double ("0.1", "1e+300"); integers below 2^53 in full.
 * v must be finite, here and below; -0 is written 0. */
void num_put_real(struct buf *b, double v);
/* Fixed decimals (0..12), half away from zero on the shortest decimal form of v; point, no
 * grouping. What rounds to zero has no sign. */
void num_put_fixed(struct buf *b, double v, int decimals);
/* v / 10^6 with 6 decimals, trailing zeros dropped ("63.550736", "72"). */
void num_put_micro(struct buf *b, int64_t micro);

/* Local form.  es: 476.504 and 96,1; en: 476,504 and 96.1.  U+2212 is the minus. */
void num_put_local(struct buf *b, enum lang lang, double v, int decimals);
void num_put_local_int(struct buf *b, enum lang lang, int64_t v);
/* Amount of pesos in words: es «457 mil millones de pesos», «1,2 billones de pesos» (long scale),
 * en "457 billion pesos" (short scale).  decimals: most decimals of the leading number, 0..3. */
void num_put_pesos_words(struct buf *b, enum lang lang, int64_t pesos, int decimals);

/* Rounds num / den half away from zero; den > 0. */
int64_t num_round_div(__int128 num, __int128 den);

/* --- the common short cases, in line: files of many million cells pass through here --- */

bool num_int_slow(struct str s, int64_t *out);
bool num_real_slow(struct str s, double *out);

static inline bool num_int(struct str s, int64_t *out)
{
	size_t at = s.n && s.p[0] == '-';
	if (s.n - at - 1 >= 18) /* none, or more than surely fit; the sign + is rare too */
		return num_int_slow(s, out);
	int64_t v = 0;
	for (size_t i = at; i < s.n; i++) {
		unsigned digit = (unsigned)(unsigned char)s.p[i] - '0';
		if (digit > 9)
			return num_int_slow(s, out);
		v = v * 10 + (int64_t)digit;
	}
	*out = at ? -v : v;
	return true;
}

/* Up to 15 digits and no exponent: both the digits and the power of ten are exact doubles, so that
 * one division rounds once, correctly (W. D. Clinger, How to read floating point numbers, 1990). */
static inline bool num_real(struct str s, double *out)
{
	static const double power[16] = { 1e0, 1e1, 1e2,  1e3,	1e4,  1e5,  1e6,  1e7,
					  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
	size_t at = s.n && s.p[0] == '-';
	size_t point = s.n; /* where the fraction begins */
	if (s.n - at - 1 >= 16)
		return num_real_slow(s, out);
	int64_t v = 0;
	for (size_t i = at; i < s.n; i++) {
		unsigned digit = (unsigned)(unsigned char)s.p[i] - '0';
		if (digit <= 9)
			v = v * 10 + (int64_t)digit;
		else if (s.p[i] == '.' && point == s.n && s.n - at > 1)
			point = i + 1;
		else
			return num_real_slow(s, out);
	}
	double r = (double)v / power[s.n - point];
	*out = at ? -r : r;
	return true;
}

#endif
