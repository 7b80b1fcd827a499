/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NIT, the Colombian tax number, and its check digit (Orden Administrativa 4 de 1989, DIAN):
 * digits from the right times 3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71; the sum
 * modulo 11 is r; the check digit is r when r < 2, else 11 - r. */
#ifndef SSME_BASE_NIT_H
#define SSME_BASE_NIT_H

#include "base/text.h"

enum { NIT_DIGITS_MAX = 15 };

/* digits: 1..15 of '0'..'9', without the check digit. */
int nit_check_digit(struct str digits);

/* Reads "890.903.938-8", "890903938-8", "890 903 938": writes the digits without the check digit
 * into out.  ret_check: -1 when none was given.  ERR_INPUT: other characters, no digit, over 15. */
bool nit_read(struct str s, struct buf *out, int *ret_check, struct err *e) MUST_CHECK;

/* Whose number it is: the digits without check digit and without zeros before them, so that one
 * holder has one text however the number is typed.  Without a hyphen, ten digits that begin with 8
 * or 9, as those of companies do, and end in the check digit of the other nine are nine and the
 * check digit; a cédula of ten digits begins with 1.  Errors of nit_read; *ret lies in a. */
bool nit_holder(struct arena *a, struct str s, struct str *ret, struct err *e) MUST_CHECK;

#endif
